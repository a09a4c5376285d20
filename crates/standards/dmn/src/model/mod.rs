//! DMN models: read, checked, evaluated.

mod admit;
mod compile;
mod engine;
mod finding;
mod record;
mod requirements;
pub(crate) mod resolve;
mod table;
pub(crate) mod tree;
pub(crate) mod xml;

pub use finding::{Finding, Rule, Severity};
pub use tree::HitPolicy;

use crate::fault::{Code, Fault};
use crate::feel::{
    Clock, Context, Value, context_to_foreign, finish, meter, meter_size, stack::with_levels, to_foreign,
};
use crate::limits;
use dsntk_feel::Name;
use dsntk_feel::context::FeelContext;
use engine::{Engine, Frame};
use resolve::{Key, Models, feel_name};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Models that were read together and can be evaluated. Cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Decisions {
    engine: Arc<Engine>,
    models: Arc<Models>,
    findings: Arc<Vec<Finding>>,
    /// Names as files write them, for those that the language writes otherwise.
    written: Arc<BTreeMap<String, Name>>,
    by_name: Arc<BTreeMap<(String, String), (Key, Kind)>>,
    digest: [u8; 32],
}

/// What can be evaluated by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// A decision.
    Decision,
    /// A decision service.
    Service,
}

/// A decision or service that can be evaluated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invocable {
    /// Namespace of its model.
    pub namespace: String,
    /// Name of its model.
    pub model: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Decision or service.
    pub kind: Kind,
    /// FEEL type of its result, written as FEEL writes types.
    pub result: String,
}

/// An input of a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputData {
    /// Namespace of its model.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its FEEL type, written as FEEL writes types.
    pub feel_type: String,
}

/// A decision table that was decided, and the rules that made its result.
///
/// For policies that take one of several matching rules (F, P) only that one; for U, A, C and the rest all that matched,
/// in the order of the result; none where the default applied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hit {
    /// Id of the decision, or of the business knowledge model, that owns the table.
    pub decision: String,
    /// Id of the table, if it has one.
    pub table: Option<String>,
    /// Number from 1 and id, if it has one, of each rule.
    pub rules: Vec<(u32, Option<String>)>,
}

/// The result of an evaluation, with all that must be kept to explain it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evaluated {
    /// The result.
    pub value: Value,
    /// Why it is null, in the evaluator's own words, if it says so: for a log or an editor.
    pub reason: Option<String>,
    /// Tables in the order in which they were decided.
    pub hits: Vec<Hit>,
    /// SHA-256 over the files' bytes in order of name.
    pub digest: [u8; 32],
}

impl fmt::Debug for Decisions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespaces = self.models.list.iter().map(|model| &model.namespace);
        out.debug_list().entries(namespaces).finish()
    }
}

impl Decisions {
    /// Reads the files of one or several models, by name and bytes; imports are looked for among them.
    ///
    /// Refused with all findings: files that are no DMN or too large, document types and entities, references and imports
    /// that mean nothing, requirements in a circle, functions in Java or PMML. What is wrong in one expression does not keep
    /// the others from being evaluated: it is among [`Self::findings`], and whoever deploys refuses on errors there.
    pub fn read(files: &[(&str, &[u8])]) -> Result<Self, Vec<Finding>> {
        Self::read_as(files, false)
    }

    /// As [`Self::read`], but `now()` and `today()` are no faults: [`Self::evaluate_at`] hands in the clock. Models of others
    /// use them; processes of ours may not.
    pub fn read_with_clock(files: &[(&str, &[u8])]) -> Result<Self, Vec<Finding>> {
        Self::read_as(files, true)
    }

    fn read_as(files: &[(&str, &[u8])], clock: bool) -> Result<Self, Vec<Finding>> {
        let mut files = files.to_vec();
        files.sort_by_key(|(name, _)| *name);
        let mut findings = Vec::new();
        if files.len() > limits::FILES {
            findings.push(Finding {
                rule: Rule::FileTooLarge,
                severity: Severity::Error,
                file: String::new(),
                line: 1,
                column: 1,
                element: None,
                arguments: BTreeMap::from([("what", files.len().to_string())]),
            });
            return Err(findings);
        }
        let mut digest = Sha256::new();
        let mut list = Vec::new();
        for (name, bytes) in &files {
            digest.update(bytes);
            list.extend(xml::read(name, bytes, &mut findings));
        }
        let refused = |findings: &[Finding]| findings.iter().any(|finding| !finding.rule.is_local());
        if refused(&findings) {
            finding::sort(&mut findings);
            return Err(findings);
        }
        let models = Models::new(list, &mut findings);
        let engine = engine::build(&models, clock, &mut findings);
        finding::sort(&mut findings);
        findings.dedup();
        if refused(&findings) {
            return Err(findings);
        }
        let mut by_name = BTreeMap::new();
        let mut written = BTreeMap::new();
        let mut note = |name: &str| {
            written.insert(name.to_owned(), feel_name(name));
        };
        for (at, model) in models.list.iter().enumerate() {
            for service in &model.services {
                let key = (at, service.id.clone());
                by_name.insert((model.namespace.clone(), service.name.clone()), (key, Kind::Service));
            }
            for decision in &model.decisions {
                let key = (at, decision.id.clone());
                by_name.insert((model.namespace.clone(), decision.name.clone()), (key, Kind::Decision));
                note(&decision.variable.name);
            }
            model.inputs.iter().for_each(|input| note(&input.variable.name));
            model.imports.iter().for_each(|import| note(&import.name));
        }
        Ok(Self {
            engine,
            models: Arc::new(models),
            findings: Arc::new(findings),
            written: Arc::new(written),
            by_name: Arc::new(by_name),
            digest: digest.finalize().into(),
        })
    }

    /// What is wrong within expressions, types and tables, sorted by place.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// SHA-256 over the files' bytes in order of name: the version.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The decisions and services, in order of namespace and name.
    pub fn invocables(&self) -> Vec<Invocable> {
        self.by_name
            .iter()
            .map(|((namespace, name), (key, kind))| Invocable {
                namespace: namespace.clone(),
                model: self.models.at(key.0).name.clone(),
                name: name.clone(),
                id: key.1.clone(),
                kind: *kind,
                result: self.engine.type_of(key).map(ToString::to_string).unwrap_or_default(),
            })
            .collect()
    }

    /// The input data of all models, in order of the files.
    pub fn inputs(&self) -> Vec<InputData> {
        let mut inputs = Vec::new();
        for (at, model) in self.models.list.iter().enumerate() {
            for input in &model.inputs {
                if let Some((name, feel_type)) = self.engine.input_type(&(at, input.id.clone())) {
                    inputs.push(InputData {
                        namespace: model.namespace.clone(),
                        name: name.to_string(),
                        id: input.id.clone(),
                        feel_type: feel_type.to_string(),
                    });
                }
            }
        }
        inputs
    }

    /// Evaluates a decision or service by name. Inputs that are missing or of another type than declared are null, as FEEL
    /// has it.
    pub fn evaluate(&self, namespace: &str, name: &str, inputs: &Context) -> Result<Evaluated, Fault> {
        self.run(namespace, name, inputs, None)
    }

    /// As [`Self::evaluate`], with the moment that `now()` and `today()` give.
    pub fn evaluate_at(
        &self,
        namespace: &str,
        name: &str,
        inputs: &Context,
        clock: &Clock,
    ) -> Result<Evaluated, Fault> {
        let mut context = FeelContext::default();
        context.set_entry(&meter::name(meter::TODAY), to_foreign(&clock.today));
        context.set_entry(&meter::name(meter::NOW), to_foreign(&clock.now));
        self.run(namespace, name, inputs, Some(&context))
    }

    fn run(
        &self,
        namespace: &str,
        name: &str,
        inputs: &Context,
        clock: Option<&FeelContext>,
    ) -> Result<Evaluated, Fault> {
        let found = self.by_name.get(&(namespace.to_owned(), name.to_owned()));
        let (key, kind) = found.ok_or_else(|| Fault::new(Code::NoSuchDecision, name))?;
        let mut given = context_to_foreign(inputs);
        for name in inputs.keys() {
            if let Some(written) = self.written.get(name)
                && written.as_str() != name
                && let Some(value) = given.remove_entry(&Name::from(name))
            {
                given.set_entry(written, value);
            }
        }
        let engine = &self.engine;
        let (result, hits) = with_levels(engine.levels, move || {
            let bytes = meter_size(&given)?;
            let (result, hits) = record::gathered(|| {
                meter::measured(bytes, || {
                    let frame = Frame::new(&given, clock);
                    match kind {
                        Kind::Decision => engine.decide(key, &frame),
                        Kind::Service => engine.serve(key, &frame),
                    }
                })
            });
            Ok((finish(&result)?, hits))
        })?;
        let (value, reason) = result;
        Ok(Evaluated { value, reason, hits, digest: self.digest })
    }

    /// Names of the namespaces read.
    pub fn namespaces(&self) -> BTreeSet<&str> {
        self.models.list.iter().map(|model| model.namespace.as_str()).collect()
    }

    pub(crate) fn models(&self) -> &Models {
        &self.models
    }
}
