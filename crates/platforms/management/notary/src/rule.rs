//! The rule over the feed: a log without witnesses is a matter for a person.

use std::sync::Arc;

use directory::Directory;
use kernel::{Day, Instant, NodeId, Text};
use store::{Recorded, StoreFault};
use supervise::{Answer, Evidence, Finding, Judged, Reason, Rule, RuleRef, Subject};

use crate::events::{NotaryEvent, Why};

/// Queue score in tenths of 0–100: the least that is yellow. It waits behind whatever concerns somebody's acts.
const SCORE: i64 = 300;

/// Raises a warning where no quorum of witnesses stands behind a node's checkpoints.
pub struct UnwitnessedRule {
    directory: Directory,
    origin: String,
}

impl UnwitnessedRule {
    /// The rule of a node whose log has this origin.
    pub fn new(directory: Directory, origin: impl Into<String>) -> Arc<UnwitnessedRule> {
        Arc::new(UnwitnessedRule { directory, origin: origin.into() })
    }

    async fn finding(&self, act: &Recorded) -> Result<Judged, StoreFault> {
        let NotaryEvent::Unwitnessed { why, size, since } = act.event()? else { return Ok(Judged::NotRaised) };
        let register = self.directory.register().await?;
        let zone = self.directory.clock().zone();
        let sentence = sentence(why, size, Instant::from_ms(since).day(zone));
        let reason = Reason {
            rule: self.reference(),
            name: Text::new("检查点缺少外部见证", "Checkpoints without a quorum of witnesses"),
            sentence,
            subject: self.origin.clone(),
            value: Some(size.to_string()),
            threshold: None,
            severity: 2,
            evidence: vec![Evidence { pointer: format!("act {}", act.idx), value: act.act.kind.clone() }],
        };
        let subject = Subject {
            kind: "log".to_owned(),
            key: self.origin.clone(),
            label: self.origin.clone(),
            page: "/verify".to_owned(),
        };
        let supervisor = register.as_ref().and_then(|register| register.profile.supervisor);
        let name = register.as_ref().map(|register| register.profile.name.zh.clone()).unwrap_or_default();
        let finding = Finding::plain((self.reference(), subject), (supervisor, name), SCORE, reason, act);
        Ok(Judged::Raised(Box::new(finding)))
    }
}

fn sentence(why: Why, size: i64, since: Day) -> Text {
    match why {
        Why::NoPolicy => Text::new(
            format!(
                "自 {since} 起，账本的检查点只有本节点自己的签名：没有配置外部见证方，外人无从发现账本被整体改写。"
            ),
            format!(
                "Since {since} the log's checkpoints carry this node's own signature only: no witness is configured, and \
                 nobody outside could tell if the whole log were rewritten."
            ),
        ),
        Why::NoQuorum => Text::new(
            format!("自 {since} 起，见证方未达到法定数；最后一个经见证的检查点覆盖 {size} 条行为。"),
            format!(
                "Since {since} too few witnesses have signed; the last checkpoint with a quorum covers {size} acts."
            ),
        ),
    }
}

impl Rule for UnwitnessedRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: "ledger.unwitnessed".to_owned(), version: "1".to_owned() }
    }

    fn follows(&self, kind: &str) -> bool {
        matches!(kind, "notary.unwitnessed@1.0" | "notary.witnessed@1.0")
    }

    fn judge<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(async move { Ok(vec![self.finding(act).await?]) })
    }
}
