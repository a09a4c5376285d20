//! Whether a value may enter as an input: its type, and the allowed values of its item definition at every level.

use super::compile::{Compiler, null};
use super::resolve::{Meant, feel_name};
use super::table::meets;
use super::tree::{Item, Place};
use dsntk_feel::values::Value;
use dsntk_feel::{Evaluator, FeelScope, FeelType, Name};

/// The type of an input with all its constraints.
pub(crate) struct Admission {
    feel_type: FeelType,
    limits: Limits,
}

#[derive(Default)]
struct Limits {
    is_collection: bool,
    /// On each value.
    allowed: Option<Evaluator>,
    /// On the whole.
    constraint: Option<Evaluator>,
    /// Of the type that is referred to.
    of: Option<Box<Limits>>,
    members: Vec<(Name, Limits)>,
}

impl Admission {
    /// What a type reference admits.
    pub(crate) fn new(compiler: &mut Compiler<'_>, type_ref: Option<&str>, place: &Place) -> Self {
        let feel_type = compiler.type_of(type_ref, place);
        let limits = type_ref.map(|name| of_type(compiler, compiler.model, name, 0)).unwrap_or_default();
        Self { feel_type, limits }
    }

    /// The FEEL type.
    pub(crate) fn feel_type(&self) -> &FeelType {
        &self.feel_type
    }

    /// The value as its type; null with a reason if it is not, or not among the allowed ones.
    pub(crate) fn admit(&self, scope: &FeelScope, value: &Value) -> Value {
        let value = value.coerced(&self.feel_type);
        if value.is_null() || self.limits.meets(scope, &value) {
            value
        } else {
            null("an input that its type does not allow")
        }
    }
}

fn of_type(compiler: &mut Compiler<'_>, model: usize, name: &str, depth: usize) -> Limits {
    let models = compiler.models;
    match models.type_named(model, name) {
        Meant::Item(model, item) if depth <= 20 => of_item(compiler, model, item, depth),
        _ => Limits::default(),
    }
}

fn of_item(compiler: &mut Compiler<'_>, model: usize, item: &Item, depth: usize) -> Limits {
    let scope = FeelScope::new();
    let mut tests = |text: &Option<super::tree::Text>| text.as_ref().map(|text| compiler.text(&scope, text, true));
    let allowed = tests(&item.allowed);
    let constraint = tests(&item.constraint);
    let members = item.components.iter();
    let members =
        members.map(|member| (feel_name(&member.name), of_item(compiler, model, member, depth + 1))).collect();
    let of = match (&item.type_ref, item.components.is_empty()) {
        (Some(name), true) => Some(Box::new(of_type(compiler, model, name, depth + 1))),
        _ => None,
    };
    Limits { is_collection: item.is_collection, allowed, constraint, of, members }
}

impl Limits {
    fn meets(&self, scope: &FeelScope, value: &Value) -> bool {
        let whole = self.constraint.as_ref().is_none_or(|tests| meets(scope, tests, value));
        whole
            && match value {
                Value::List(values) if self.is_collection => values.iter().all(|value| self.one_meets(scope, value)),
                value => self.one_meets(scope, value),
            }
    }

    fn one_meets(&self, scope: &FeelScope, value: &Value) -> bool {
        if value.is_null() {
            return true;
        }
        self.allowed.as_ref().is_none_or(|tests| meets(scope, tests, value))
            && self.of.as_ref().is_none_or(|of| of.meets(scope, value))
            && self.members.iter().all(|(name, limits)| match value {
                Value::Context(context) => context.get_entry(name).is_none_or(|value| limits.meets(scope, value)),
                _ => true,
            })
    }
}
