//! Decisions: asked in the step, and recorded with what they were given, which rule matched and which version said so.

use dmn::{Context, Value};

use super::Stepper;
use crate::event::Event;
use crate::graph::DecisionOf;
use crate::state::{IncidentKind, Number};

/// What a decision came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Its value.
    pub value: Value,
    /// Rules that matched: table and rule.
    pub hits: Vec<(String, String)>,
    /// The digest of the model that decided, in hexadecimal.
    pub version: String,
}

/// Who makes decisions: pure, by whatever is deployed.
pub trait Decider: Send + Sync {
    /// The decision for these inputs.
    ///
    /// # Errors
    /// A sentence on why it could not be made.
    fn decide(&self, of: &DecisionOf, inputs: &Context) -> Result<Decision, String>;
}

/// Nobody: processes without decisions.
pub struct NoDecisions;

impl Decider for NoDecisions {
    fn decide(&self, of: &DecisionOf, _: &Context) -> Result<Decision, String> {
        Err(format!("{}: no decisions are deployed", of.name))
    }
}

impl Stepper<'_> {
    pub(super) fn decide(&mut self, run: Number, of: &DecisionOf, scope: Number) {
        let inputs = self.context(scope, Context::new());
        let decision = match self.definitions.decisions.decide(of, &inputs) {
            Ok(decision) => decision,
            Err(why) => return self.fail_run(run, IncidentKind::DecisionFailed, &why),
        };
        if decision.value.is_null() && of.must_decide {
            return self.fail_run(run, IncidentKind::DecisionFailed, &of.name);
        }
        let Decision { value, hits, version } = decision;
        let inputs = self.state.visible(scope);
        self.emit(Event::Decided { run, decision: of.name.clone(), version, inputs, hits, value: value.clone() });
        let outputs = of.result.iter().map(|name| (name.clone(), value.clone())).collect();
        self.complete(run, outputs);
    }
}
