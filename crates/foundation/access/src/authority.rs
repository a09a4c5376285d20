//! The one that says yes or no, and remembers what it said.

mod matrix;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use kernel::packs::Packs;
use kernel::{OfficerId, PostId, Text};

use crate::permission::{Denied, Forbidding, May, MissingDuty, Permission};
use crate::policy::{Answer, Duty, Policies, PolicyFault, Reach};
use crate::reader::Reader;
use crate::scope::{Scope, Subject};

/// Decides by the policies, each reader and permission once.
#[derive(Debug)]
pub struct Authority {
    policies: Policies,
    /// For each permission the duties that allow it, by place in [`Policies::duties`].
    allowing: Vec<Vec<usize>>,
    remembered: RwLock<HashMap<(OfficerId, PostId, usize), Remembered>>,
}

/// An answer, and the facts it was given on: changed facts are asked about anew.
#[derive(Debug)]
struct Remembered {
    reader: Arc<Reader>,
    answer: Result<Arc<Scope>, Denied>,
}

/// Beyond that many answers all are forgotten: asking again costs microseconds, growing without end costs the node.
const REMEMBERED: usize = 50_000;

impl Authority {
    /// The authority by a node's packs; embedded files stand in for those that the packs do not have.
    pub fn load(packs: &Packs) -> Result<Authority, PolicyFault> {
        let policies = Policies::load(&crate::packs::with_policies(packs.clone()))?;
        let allowing = matrix::allowing(&policies);
        Ok(Authority { policies, allowing, remembered: RwLock::default() })
    }

    /// The authority by the embedded packs.
    pub fn embedded() -> Result<Authority, PolicyFault> {
        Authority::load(&Packs::empty())
    }

    /// The policies it goes by: permissions and duties with their names.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The duties any of which, alone, gives a permission; none where the code is not known.
    pub fn duties_with(&self, code: &str) -> Vec<&Duty> {
        let places = self.policies.index(code).map_or(&[][..], |permission| &self.allowing[permission]);
        places.iter().map(|duty| &self.policies.duties()[*duty]).collect()
    }

    /// Whether the reader holds permission `P`: the proof of it, or why not.
    pub fn may<P: Permission>(&self, reader: &Arc<Reader>) -> Result<May<P>, Denied> {
        Ok(May::new(reader.clone(), self.allows(reader, P::CODE)?))
    }

    /// The same by code, for what is a table and not a handler: menus, routes, the matrix. How far it reaches.
    pub fn allows(&self, reader: &Arc<Reader>, code: &str) -> Result<Arc<Scope>, Denied> {
        let unknown = || Denied::UnknownPermission { code: code.to_owned() };
        let permission = self.policies.index(code).ok_or_else(unknown)?;
        let key = (reader.officer(), reader.post(), permission);
        // A lock that a panicking thread held is still good: each entry is written whole.
        let remembered = self.remembered.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = remembered.get(&key)
            && (Arc::ptr_eq(&known.reader, reader) || known.reader == *reader)
        {
            return known.answer.clone();
        }
        drop(remembered);
        let answer = self.decide(reader, permission);
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(key, Remembered { reader: reader.clone(), answer: answer.clone() });
        answer
    }

    /// Asks the policies about one record, past the cache. [`May::reaches`] answers the same from the scope.
    pub fn permits(&self, reader: &Reader, code: &str, subject: &Subject) -> Result<bool, Denied> {
        let unknown = || Denied::UnknownPermission { code: code.to_owned() };
        let permission = self.policies.index(code).ok_or_else(unknown)?;
        Ok(matches!(self.policies.ask(reader, permission, subject)?, Answer::Permitted(_)))
    }

    fn decide(&self, reader: &Reader, permission: usize) -> Result<Arc<Scope>, Denied> {
        match self.policies.ask_at_the_door(reader, permission)? {
            Answer::Permitted(reaches) => Ok(Arc::new(scope(reader, &reaches))),
            Answer::Refused(rules) => Err(self.refusal(reader, permission, &rules)),
        }
    }

    /// A missing duty is named before a rule that would forbid it anyhow: it is what the person can ask for.
    fn refusal(&self, reader: &Reader, permission: usize, rules: &[String]) -> Denied {
        let title = self.policies.permissions()[permission].title.clone();
        let all = self.policies.duties();
        let needed: Vec<_> = self.allowing[permission].iter().map(|duty| &all[*duty]).collect();
        let has = needed.iter().any(|duty| reader.duties().contains(&duty.code));
        if let Some(rule) = rules.first().filter(|_| has) {
            let reason = self.policies.reason(rule);
            return Denied::Forbidden(Arc::new(Forbidding { permission: title, reason, rule: rule.clone() }));
        }
        let names: Vec<&Text> = needed.iter().map(|duty| &duty.name).collect();
        let mut grantors: Vec<&Text> = needed.iter().map(|duty| &duty.granted_by).collect();
        grantors.dedup();
        Denied::NoDuty(Arc::new(MissingDuty {
            permission: title,
            duties: joined(&names),
            granted_by: joined(&grantors),
        }))
    }
}

fn scope(reader: &Reader, reaches: &std::collections::BTreeSet<Reach>) -> Scope {
    let mut scope = Scope {
        node: reader.node(),
        ceiling: reader.ceiling(),
        whole_node: false,
        divisions: Default::default(),
        organs: Default::default(),
    };
    for reach in reaches {
        match reach {
            Reach::Node => scope.whole_node = true,
            Reach::Division => scope.divisions = [reader.division()].into(),
            Reach::Organ => scope.organs = reader.organs().clone(),
        }
    }
    scope
}

fn joined(texts: &[&Text]) -> Text {
    let zh: Vec<&str> = texts.iter().map(|text| text.zh.as_str()).collect();
    let en: Vec<&str> = texts.iter().map(|text| text.en.as_str()).collect();
    Text::new(zh.join("、"), en.join(", "))
}

#[cfg(test)]
mod tests;
