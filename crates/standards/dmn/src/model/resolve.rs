//! Who is meant by a reference, an import or the name of a type.

use super::finding::{Finding, Rule};
use super::tree::{Item, Model, Place, Reference};
use dsntk_feel::{FeelType, Name};
use std::collections::BTreeMap;

/// An element of one of the models read together: the model's place in the list, and the element's id.
pub(crate) type Key = (usize, String);

/// The models read together.
pub(crate) struct Models {
    pub(crate) list: Vec<Model>,
    by_namespace: BTreeMap<String, usize>,
}

/// What the name of a type means.
pub(crate) enum Meant<'a> {
    BuiltIn(FeelType),
    Item(usize, &'a Item),
    Nothing,
}

/// A name as the expression language reads it: words joined by single spaces.
pub(crate) fn feel_name(name: &str) -> Name {
    let name = name.trim();
    // Names are read with the language's own rules where they are names, so that text and element agree.
    if name.len() < 1_000
        && name.split_whitespace().count() < 50
        && let Ok(Ok(read)) = std::panic::catch_unwind(|| dsntk_feel_parser::parse_longest_name(name))
    {
        return read;
    }
    Name::from(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A built-in type by its name (DMN 1.5, 7.3.3), also with the prefix `feel:` of older files.
pub(crate) fn built_in_type(name: &str) -> Option<FeelType> {
    let name = name.trim();
    Some(match name.strip_prefix("feel:").unwrap_or(name) {
        "Any" => FeelType::Any,
        "Null" => FeelType::Null,
        "string" => FeelType::String,
        "number" => FeelType::Number,
        "boolean" => FeelType::Boolean,
        "date" => FeelType::Date,
        "time" => FeelType::Time,
        "dateTime" | "date and time" => FeelType::DateTime,
        "dayTimeDuration" | "days and time duration" => FeelType::DaysAndTimeDuration,
        "yearMonthDuration" | "years and months duration" => FeelType::YearsAndMonthsDuration,
        "context" | "list" | "function" | "range" => FeelType::Any,
        _ => return None,
    })
}

impl Models {
    pub(crate) fn new(list: Vec<Model>, findings: &mut Vec<Finding>) -> Self {
        let mut by_namespace = BTreeMap::new();
        for (at, model) in list.iter().enumerate() {
            if by_namespace.insert(model.namespace.clone(), at).is_some() {
                let place = Place { line: 1, column: 1, element: None };
                findings.push(finding(Rule::DuplicateNamespace, model, &place, model.namespace.clone()));
            }
        }
        for model in &list {
            for import in &model.imports {
                if !by_namespace.contains_key(&import.namespace) {
                    findings.push(finding(Rule::ImportUnresolved, model, &import.place, import.namespace.clone()));
                }
            }
        }
        Self { list, by_namespace }
    }

    pub(crate) fn at(&self, model: usize) -> &Model {
        &self.list[model]
    }

    pub(crate) fn by_namespace(&self, namespace: &str) -> Option<usize> {
        self.by_namespace.get(namespace).copied()
    }

    /// The element a reference means, as seen from a model; whether it exists is for the caller to see.
    pub(crate) fn key(&self, from: usize, reference: &Reference) -> Option<Key> {
        let model = match reference.namespace.as_str() {
            "" => from,
            namespace => self.by_namespace(namespace)?,
        };
        Some((model, reference.id.clone()))
    }

    /// The name under which one model sees the elements of another; `None` for its own and for imports without a name.
    pub(crate) fn import_name(&self, from: usize, to: usize) -> Option<Name> {
        if from == to {
            return None;
        }
        let namespace = &self.at(to).namespace;
        let import = self.at(from).imports.iter().find(|import| import.namespace == *namespace)?;
        (!import.name.trim().is_empty()).then(|| feel_name(&import.name))
    }

    /// What the name of a type means, as seen from a model.
    pub(crate) fn type_named(&self, from: usize, name: &str) -> Meant<'_> {
        let name = name.trim();
        if let Some(item) = self.at(from).types.iter().find(|item| item.name.trim() == name) {
            return Meant::Item(from, item);
        }
        if let Some(built_in) = built_in_type(name) {
            return Meant::BuiltIn(built_in);
        }
        for import in &self.at(from).imports {
            let Some(to) = self.by_namespace(&import.namespace) else { continue };
            let own = match import.name.trim() {
                "" => Some(name),
                prefix => name.strip_prefix(prefix).and_then(|rest| rest.trim_start().strip_prefix('.')),
            };
            let item = own.and_then(|own| self.at(to).types.iter().find(|item| item.name.trim() == own.trim()));
            if let Some(item) = item {
                return Meant::Item(to, item);
            }
        }
        Meant::Nothing
    }

    /// The FEEL type of a name; anything where there is none.
    pub(crate) fn feel_type(&self, from: usize, name: Option<&str>) -> FeelType {
        name.map_or(FeelType::Any, |name| self.type_at(from, name, 0))
    }

    fn type_at(&self, from: usize, name: &str, depth: usize) -> FeelType {
        match self.type_named(from, name) {
            Meant::BuiltIn(built_in) => built_in,
            Meant::Item(model, item) => self.item_type(model, item, depth),
            Meant::Nothing => FeelType::Any,
        }
    }

    /// The FEEL type of an item definition. One that contains itself is anything at that place.
    pub(crate) fn item_type(&self, model: usize, item: &Item, depth: usize) -> FeelType {
        if depth > 20 {
            return FeelType::Any;
        }
        let one = if !item.components.is_empty() {
            let members = item.components.iter();
            FeelType::Context(
                members.map(|member| (feel_name(&member.name), self.item_type(model, member, depth + 1))).collect(),
            )
        } else if let Some((parameters, result)) = &item.function {
            let of = |name: Option<&str>| name.map_or(FeelType::Any, |name| self.type_at(model, name, depth + 1));
            let parameters = parameters.iter().map(|parameter| of(parameter.type_ref.as_deref())).collect();
            FeelType::Function(parameters, Box::new(of(result.as_deref())))
        } else {
            item.type_ref.as_deref().map_or(FeelType::Any, |name| self.type_at(model, name, depth + 1))
        };
        if item.is_collection { FeelType::List(Box::new(one)) } else { one }
    }
}

/// A finding at a place of a model.
pub(crate) fn finding(rule: Rule, model: &Model, place: &Place, what: String) -> Finding {
    Finding {
        rule,
        severity: rule.severity(),
        file: model.file.clone(),
        line: place.line,
        column: place.column,
        element: place.element.clone(),
        arguments: BTreeMap::from([("what", what)]),
    }
}
