//! The rule over the feed: a channel that does not deliver is a matter for a person.

use std::sync::Arc;

use directory::Directory;
use kernel::{Instant, NodeId, Text};
use store::{Recorded, StoreFault};
use supervise::{Answer, Evidence, Finding, Judged, Reason, Rule, RuleRef, Subject};

use crate::events::NoticesEvent;

/// Queue score in tenths of 0–100: the least that is yellow. It waits behind whatever concerns somebody's acts.
const SCORE: i64 = 300;

/// Raises a warning where people are told nothing by a channel that they count on.
pub struct FailingChannelRule {
    directory: Directory,
}

impl FailingChannelRule {
    /// The rule of the directory's node.
    pub fn new(directory: Directory) -> Arc<FailingChannelRule> {
        Arc::new(FailingChannelRule { directory })
    }

    async fn finding(&self, act: &Recorded) -> Result<Judged, StoreFault> {
        let NoticesEvent::ChannelFailed { channel, since, waiting } = act.event()? else {
            return Ok(Judged::NotRaised);
        };
        let register = self.directory.register().await?;
        let name = match channel.as_str() {
            "mail" => Text::new("邮件", "Mail"),
            "gateway" => Text::new("短信网关", "The SMS gateway"),
            other => Text::same(other),
        };
        let since = Instant::from_ms(since);
        let day = since.day(self.directory.clock().zone());
        let reason = Reason {
            rule: self.reference(),
            name: Text::new("通知渠道不通", "A channel of notices does not deliver"),
            sentence: Text::new(
                format!("自 {day} 起，{}发不出去，有 **{waiting}** 条在等。", name.zh),
                format!("{} has delivered nothing since {day}; **{waiting}** messages wait.", name.en),
            ),
            subject: channel.clone(),
            // The moment tells one outage from the next: a new one is a new warning.
            value: Some(since.ms().to_string()),
            threshold: None,
            severity: 2,
            evidence: vec![Evidence { pointer: format!("act {}", act.idx), value: act.act.kind.clone() }],
        };
        let subject = Subject {
            kind: "channel".to_owned(),
            key: channel,
            label: format!("{} {}", name.zh, name.en),
            page: "/admin/system".to_owned(),
        };
        let supervisor = register.as_ref().and_then(|register| register.profile.supervisor);
        let name = register.as_ref().map(|register| register.profile.name.zh.clone()).unwrap_or_default();
        let finding = Finding::plain((self.reference(), subject), (supervisor, name), SCORE, reason, act);
        Ok(Judged::Raised(Box::new(finding)))
    }
}

impl Rule for FailingChannelRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: "notices.channel_failed".to_owned(), version: "1".to_owned() }
    }

    fn follows(&self, kind: &str) -> bool {
        matches!(kind, "notices.channel_failed@1.0" | "notices.channel_restored@1.0")
    }

    fn judge<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(async move { Ok(vec![self.finding(act).await?]) })
    }
}
