//! Reading and checking. A node whose policies do not check does not start.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Effect, EntityUid, Policy, PolicyId, PolicySet, Schema, SchemaFragment, ValidationMode, Validator,
};
use kernel::Text;
use kernel::packs::Packs;

use super::duty::DutyFile;
use super::{PermissionTitle, Policies, Reach};

const FOLDER: &str = "cn/policies/";
const SCHEMA: &str = "cn/policies/schema.cedarschema";
const DUTIES: &str = "cn/policies/duties.toml";

/// Why policies are not taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyFault {
    /// A file is missing.
    #[error("{path} is missing")]
    Missing {
        /// The file.
        path: String,
    },
    /// A file cannot be read as what it is.
    #[error("{path}: {detail}")]
    Syntax {
        /// The file.
        path: String,
        /// What the parser says.
        detail: String,
    },
    /// A policy lacks an annotation, or has a wrong one.
    #[error("{path}: policy {policy:?} needs {needs}")]
    Annotation {
        /// The file.
        path: String,
        /// The policy's id, or its place.
        policy: String,
        /// What it needs.
        needs: &'static str,
    },
    /// Two policies or duties have one name.
    #[error("{path}: {name:?} is there twice")]
    Twice {
        /// The file.
        path: String,
        /// The name.
        name: String,
    },
    /// A policy names a duty that `duties.toml` does not.
    #[error("{path}: policy {policy:?} names the unknown duty {duty:?}")]
    UnknownDuty {
        /// The file.
        path: String,
        /// The policy.
        policy: String,
        /// The duty.
        duty: String,
    },
    /// The policies contradict the schema.
    #[error("the policies do not fit the schema: {detail}")]
    Invalid {
        /// What the validator says, all of it.
        detail: String,
    },
    /// The program asks for a permission that the schema does not know.
    #[error("the schema has no action for the permission {code:?}")]
    UnknownPermission {
        /// The permission's code.
        code: String,
    },
}

impl Policies {
    /// The policies of a node's packs, checked: schema, syntax, annotations, duties, and each policy against the schema
    /// with a warning counted as a fault (a policy that can never apply is a slip).
    pub fn load(packs: &Packs) -> Result<Policies, PolicyFault> {
        let (schema, permissions, actions) = schema(file(packs, SCHEMA)?)?;
        let duties = duties(file(packs, DUTIES)?)?;
        let known: HashSet<&str> = duties.iter().map(|duty| duty.code.as_str()).collect();
        let mut policies = Policies {
            schema,
            set: PolicySet::new(),
            authorizer: Authorizer::new(),
            actions,
            permissions,
            duties: Vec::new(),
            reaches: HashMap::new(),
            reasons: HashMap::new(),
        };
        for (path, text) in packs.under(FOLDER).filter(|(path, _)| path.ends_with(".cedar")) {
            policies.add_file(path, text, &known)?;
        }
        policies.duties = duties;
        let verdict = Validator::new(policies.schema.clone()).validate(&policies.set, ValidationMode::Strict);
        if !verdict.validation_passed_without_warnings() {
            let errors = verdict.validation_errors().map(ToString::to_string);
            let all: Vec<String> = errors.chain(verdict.validation_warnings().map(ToString::to_string)).collect();
            return Err(PolicyFault::Invalid { detail: all.join("; ") });
        }
        Ok(policies)
    }

    /// Refuses a code that the schema does not know; asked once at the start for every route.
    pub fn require(&self, code: &str) -> Result<(), PolicyFault> {
        match self.index(code) {
            Some(_) => Ok(()),
            None => Err(PolicyFault::UnknownPermission { code: code.to_owned() }),
        }
    }

    fn add_file(&mut self, path: &str, text: &str, duties: &HashSet<&str>) -> Result<(), PolicyFault> {
        let set: PolicySet = text.parse().map_err(|fault| syntax(path, &fault))?;
        if let Some(template) = set.templates().next() {
            let policy = template.id().to_string();
            return Err(PolicyFault::Annotation {
                path: path.to_owned(),
                policy,
                needs: "no slots: templates are not read",
            });
        }
        for policy in set.policies() {
            let needs = |needs| PolicyFault::Annotation {
                path: path.to_owned(),
                policy: policy.annotation("id").map_or_else(|| policy.id().to_string(), str::to_owned),
                needs,
            };
            let id = policy.annotation("id").filter(|id| !id.is_empty()).ok_or_else(|| needs("an @id"))?.to_owned();
            match policy.effect() {
                Effect::Permit => {
                    let reach = match policy.annotation("scope") {
                        Some("organ") => Reach::Organ,
                        Some("division") => Reach::Division,
                        Some("node") => Reach::Node,
                        _ => return Err(needs("a @scope of organ, division or node")),
                    };
                    self.reaches.insert(id.clone(), reach);
                }
                Effect::Forbid => {
                    let reason = both(policy).ok_or_else(|| needs("its reason, @zh and @en"))?;
                    self.reasons.insert(id.clone(), reason);
                }
            }
            for literal in policy.entity_literals() {
                let duty: &str = literal.id().as_ref();
                if literal.type_name().basename() == "Duty" && !duties.contains(duty) {
                    let duty = duty.to_owned();
                    return Err(PolicyFault::UnknownDuty { path: path.to_owned(), policy: id, duty });
                }
            }
            let named = policy.new_id(PolicyId::new(&id));
            self.set.add(named).map_err(|_| PolicyFault::Twice { path: path.to_owned(), name: id })?;
        }
        Ok(())
    }
}

fn file<'a>(packs: &'a Packs, path: &str) -> Result<&'a str, PolicyFault> {
    packs.get(path).ok_or_else(|| PolicyFault::Missing { path: path.to_owned() })
}

fn syntax(path: &str, fault: &dyn std::fmt::Display) -> PolicyFault {
    PolicyFault::Syntax { path: path.to_owned(), detail: fault.to_string() }
}

fn both(policy: &Policy) -> Option<Text> {
    let text = |key| policy.annotation(key).filter(|text| !text.is_empty());
    Some(Text::new(text("zh")?, text("en")?))
}

fn schema(text: &str) -> Result<(Schema, Vec<PermissionTitle>, Vec<EntityUid>), PolicyFault> {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(text).map_err(|fault| syntax(SCHEMA, &fault))?;
    let schema = Schema::from_schema_fragments([fragment.clone()]).map_err(|fault| syntax(SCHEMA, &fault))?;
    let mut actions: Vec<EntityUid> = schema.actions().cloned().collect();
    actions.sort_by(|a, b| a.id().cmp(b.id()));
    let mut permissions = Vec::new();
    for action in &actions {
        let code: &str = action.id().as_ref();
        let name = |key| fragment.action_annotation(None, action.id(), key).filter(|text| !text.is_empty());
        let (Some(zh), Some(en)) = (name("zh"), name("en")) else {
            return Err(syntax(SCHEMA, &format!("action {code:?} needs its names, @zh and @en")));
        };
        permissions.push(PermissionTitle { code: code.to_owned(), title: Text::new(zh, en) });
    }
    Ok((schema, permissions, actions))
}

fn duties(text: &str) -> Result<Vec<super::Duty>, PolicyFault> {
    let file: DutyFile = toml::from_str(text).map_err(|fault| syntax(DUTIES, &fault))?;
    let mut seen = HashSet::new();
    if let Some(duty) = file.duty.iter().find(|duty| !seen.insert(duty.code.as_str())) {
        return Err(PolicyFault::Twice { path: DUTIES.to_owned(), name: duty.code.clone() });
    }
    Ok(file.duty)
}
