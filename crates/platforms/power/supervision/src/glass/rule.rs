//! The rule over the feed: whoever reads beyond their reach is looked at by whoever supervises them.

use std::sync::Arc;

use directory::Directory;
use kernel::{ActId, MatterId, NodeId, Text};
use store::{Recorded, StoreFault};
use supervise::{Answer, Evidence, Finding, Judged, Light, Reason, Rule, RuleRef, Subject};

use super::rows::load;

/// Code and version of the rule.
const CODE: (&str, &str) = ("BG-01", "1");

/// Turns approved accesses into findings about the organ whose officer asked.
pub struct GlassRule {
    directory: Directory,
}

impl GlassRule {
    /// The rule of a node.
    pub fn new(directory: Directory) -> Arc<GlassRule> {
        Arc::new(GlassRule { directory })
    }

    async fn judged(&self, node: NodeId, act: &Recorded) -> Result<Vec<Judged>, StoreFault> {
        let id = MatterId::new(act.act.matter);
        let Some((access, _)) = load(self.directory.store(), node, id).await? else {
            return Ok(vec![Judged::InsufficientData("access".to_owned())]);
        };
        let register = self.directory.register().await?;
        let today = self.directory.clock().today();
        let organ = register.as_ref().and_then(|register| register.organ_on(access.organ, today));
        let name = organ.map_or_else(|| Text::same("–"), |organ| organ.name.clone());
        let number = format!("W-{:06}", access.number);
        let hours = access.hours;
        let reason = Reason {
            rule: self.reference(),
            name: Text::new("经两人批准的紧急查阅", "Break-glass access by two persons"),
            sentence: Text::new(
                format!("{} 的人员经另一人批准，可在 **{hours} 小时**内查阅权限之外的 {number}。", name.zh),
                format!(
                    "An officer of {} may, by another's word, read {number} beyond their reach for **{hours} hours**.",
                    name.en
                ),
            ),
            subject: number.clone(),
            value: Some(hours.to_string()),
            threshold: None,
            severity: 2,
            // Not the grounds themselves: they may be erased by law, and a finding is a matter of its own.
            evidence: vec![Evidence { pointer: format!("act {}", act.idx), value: act.act.kind.clone() }],
        };
        Ok(vec![Judged::Raised(Box::new(Finding {
            rule: self.reference(),
            subject: Subject {
                kind: "act".to_owned(),
                key: id.to_string(),
                label: format!("紧急查阅 Break-glass {number}"),
                page: format!("/break-glass/{id}"),
            },
            organ: Some(access.organ),
            organ_name: name.zh,
            light: Light::Yellow,
            score: 300,
            sum: None,
            reasons: vec![reason],
            cause: ActId::new(act.act.id),
            as_of: i64::try_from(act.idx).unwrap_or(i64::MAX),
            // Not whom the warning names: who answers for the superior unit is to see that it was opened.
            secrecy: supervise::secrecy_of(act),
            once: false,
        }))])
    }
}

impl Rule for GlassRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: CODE.0.to_owned(), version: CODE.1.to_owned() }
    }

    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("glass.approved@")
    }

    fn judge<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(self.judged(node, act))
    }
}
