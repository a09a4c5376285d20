//! The rules over the feed: each code and version counts its own outcomes, all look through one eye.

use std::sync::Arc;

use casework::case::CaseEvent;
use kernel::{MatterId, NodeId};
use store::{Recorded, StoreFault};
use supervise::{Answer, Judged, Rule, RuleRef};

use crate::eye::{Eye, places};

/// One version of a rule.
struct WatchRule {
    eye: Arc<Eye>,
    place: usize,
    reference: RuleRef,
}

/// The rules of an eye that judge, as supervision takes them; those that are off judge nothing.
pub fn rules_of(eye: &Arc<Eye>) -> Vec<Arc<dyn Rule>> {
    let rules = places(eye.rules()).into_iter().map(|(place, rule)| -> Arc<dyn Rule> {
        Arc::new(WatchRule { eye: Arc::clone(eye), place, reference: rule.reference() })
    });
    rules.collect()
}

impl Rule for WatchRule {
    fn reference(&self) -> RuleRef {
        self.reference.clone()
    }

    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("case.")
    }

    fn judge<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(self.eye.says(self.place, act))
    }
}

/// Warnings that quote a case follow how secret it is.
pub struct CaseClassRule;

impl CaseClassRule {
    async fn judged(act: &Recorded) -> Result<Vec<Judged>, StoreFault> {
        if act.shredded {
            return Ok(vec![Judged::InsufficientData("act".to_owned())]);
        }
        Ok(match act.event()? {
            CaseEvent::Classified { to, .. } => {
                vec![Judged::Classified { found_in: MatterId::new(act.act.matter), secrecy: to }]
            }
            _ => vec![Judged::NotApplicable("no class".to_owned())],
        })
    }
}

impl Rule for CaseClassRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: "ES-00".to_owned(), version: "1".to_owned() }
    }

    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("case.classified@")
    }

    fn judge<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(CaseClassRule::judged(act))
    }
}
