//! Rules over the feed: what was to be disclosed and was not (DS-01), what was disclosed and says nothing (DS-02), what was
//! withdrawn too late or too soon (DS-03). Each is a question to the organ, with law and evidence.

use std::sync::Arc;

use kernel::{Day, NodeId, OrganId, Text};
use store::{Recorded, StoreFault};
use supervise::{Answer, Evidence, Finding, Judged, Reason, Rule, RuleRef, Subject};

use crate::desk::Desk;
use crate::events::DisclosureEvent;
use crate::ground::Because;

/// Queue scores in tenths of 0–100.
const LATE: i64 = 450;
const EMPTY: i64 = 300;
const WITHDRAWN: i64 = 350;

/// Which of the three.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    Late,
    Empty,
    Withdrawn,
}

/// One of the rules of disclosure.
pub struct DisclosureRule {
    which: Which,
    desk: Desk,
}

/// A question: what it is called, the sentence, the measured value and the threshold, and the facts.
struct Asked {
    name: Text,
    sentence: Text,
    value: String,
    threshold: String,
    evidence: Vec<Evidence>,
}

impl DisclosureRule {
    /// All of them, for the desk's node.
    pub fn all(desk: &Desk) -> Vec<Arc<dyn Rule>> {
        let rule = |which| -> Arc<dyn Rule> { Arc::new(DisclosureRule { which, desk: desk.clone() }) };
        [Which::Late, Which::Empty, Which::Withdrawn].map(rule).into()
    }

    fn code(&self) -> &'static str {
        match self.which {
            Which::Late => "DS-01",
            Which::Empty => "DS-02",
            Which::Withdrawn => "DS-03",
        }
    }

    async fn judged(&self, act: &Recorded) -> Result<Judged, StoreFault> {
        let event: DisclosureEvent = act.event()?;
        match (self.which, &event) {
            (Which::Late, DisclosureEvent::Lapsed { organ, entry, period, due, drafted, .. }) => {
                let period = period.as_deref().unwrap_or_default();
                let asked = self.late(entry, period, *due, *drafted);
                let page =
                    if period.is_empty() { format!("/disclosures/{}", id(act)) } else { "/disclosures".to_owned() };
                self.raise(act, *organ, (entry, &format!("{period}:{due}")), page, LATE, asked).await
            }
            (Which::Late, DisclosureEvent::Met { .. }) => Ok(Judged::NotRaised),
            (Which::Late, DisclosureEvent::Void { .. }) => Ok(Judged::NotApplicable("organ".to_owned())),
            (Which::Empty, DisclosureEvent::Published { organ, entry, characters, least, same_as, .. }) => {
                let Some(asked) = self.empty(entry, *characters, *least, same_as.map(|it| it.to_string())) else {
                    return Ok(Judged::NotRaised);
                };
                let page = format!("/disclosures/{}", id(act));
                self.raise(act, *organ, (entry, &id(act)), page, EMPTY, asked).await
            }
            (Which::Withdrawn, DisclosureEvent::Withdrawn { because, changed, limit, before, .. }) => {
                let today = kernel::Instant::from_ms(act.act.at_ms).day(self.desk.directory().clock().zone());
                let asked = match (because, changed, limit, before) {
                    (Because::Changed, Some(changed), Some(limit), _) if today > *limit => {
                        late_withdrawal(*changed, *limit, today)
                    }
                    (Because::Other, _, _, Some(before)) => early_withdrawal(*before, today),
                    _ => return Ok(Judged::NotRaised),
                };
                let organ = act.act.organ.as_deref().and_then(|organ| organ.parse().ok());
                let Some(organ) = organ else { return Ok(Judged::InsufficientData("organ".to_owned())) };
                let page = format!("/disclosures/{}", id(act));
                self.raise(act, organ, ("", &id(act)), page, WITHDRAWN, asked).await
            }
            _ => Ok(Judged::NotApplicable("kind".to_owned())),
        }
    }

    fn late(&self, code: &str, period: &str, due: Day, drafted: bool) -> Asked {
        let entry = self.desk.catalogue().entry(code);
        let name = entry.map_or_else(|| Text::same(code), |entry| entry.name.clone());
        let basis = entry.map(|entry| entry.basis.clone()).unwrap_or_default();
        let (zh, en) = if period.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("（{period}）"), format!(" ({period})"))
        };
        let (drafted_zh, drafted_en) = if drafted {
            ("有草稿，没有公布", "a draft is there, not published")
        } else {
            ("没有公布", "nothing is published")
        };
        Asked {
            name: Text::new("应公开而未公开", "Not disclosed in time"),
            sentence: Text::new(
                format!("“{}”{zh}应在 **{due}** 前公布（{basis}），到期{drafted_zh}。", name.zh),
                format!("“{}”{en} was due by **{due}** ({basis}); {drafted_en}.", name.en),
            ),
            value: "0".to_owned(),
            threshold: "1".to_owned(),
            evidence: vec![
                Evidence { pointer: "entry".to_owned(), value: code.to_owned() },
                Evidence { pointer: "due".to_owned(), value: due.to_string() },
                Evidence { pointer: "basis".to_owned(), value: basis },
            ],
        }
    }

    fn empty(&self, code: &str, characters: i64, least: i64, same_as: Option<String>) -> Option<Asked> {
        let name = self.desk.catalogue().entry(code).map_or_else(|| Text::same(code), |entry| entry.name.clone());
        let asked = |sentence: Text, value: String, threshold: String, evidence: Vec<Evidence>| Asked {
            name: Text::new("公开内容可能空洞", "What was disclosed may say nothing"),
            sentence,
            value,
            threshold,
            evidence,
        };
        if characters < least {
            let sentence = Text::new(
                format!("“{}”的正文 **{characters}** 字，目录要求不少于 {least} 字。", name.zh),
                format!("The text of “{}” has **{characters}** characters; the catalogue asks for {least}.", name.en),
            );
            let fact = Evidence { pointer: "characters".to_owned(), value: characters.to_string() };
            return Some(asked(sentence, characters.to_string(), least.to_string(), vec![fact]));
        }
        let other = same_as?;
        let sentence = Text::new(
            format!("“{}”的正文与上一次公布的**完全相同**。", name.zh),
            format!("The text of “{}” is **the same** as what was published last.", name.en),
        );
        let fact = Evidence { pointer: "same_as".to_owned(), value: other };
        Some(asked(sentence, "1".to_owned(), "0".to_owned(), vec![fact]))
    }

    async fn raise(
        &self,
        act: &Recorded,
        organ: OrganId,
        (entry, key): (&str, &str),
        page: String,
        score: i64,
        asked: Asked,
    ) -> Result<Judged, StoreFault> {
        let register = self.desk.directory().register().await?;
        let organ_name = register
            .as_ref()
            .and_then(|register| register.organ(organ))
            .map(|organ| organ.name.clone())
            .unwrap_or_default();
        let entry_name = self.desk.catalogue().entry(entry).map(|entry| entry.name.clone()).unwrap_or_default();
        let label = if entry_name.zh.is_empty() {
            organ_name.zh.clone()
        } else {
            format!("{} · {}", organ_name.zh, entry_name.zh)
        };
        let subject = Subject { kind: "disclosure".to_owned(), key: format!("{organ}:{entry}:{key}"), label, page };
        let reason = Reason {
            rule: self.reference(),
            name: asked.name,
            sentence: asked.sentence,
            subject: entry.to_owned(),
            value: Some(asked.value),
            threshold: Some(asked.threshold),
            severity: 3,
            evidence: asked.evidence,
        };
        let whose = (Some(organ), organ_name.zh);
        Ok(Judged::Raised(Box::new(Finding::plain((self.reference(), subject), whose, score, reason, act))))
    }
}

/// The matter of an act.
fn id(act: &Recorded) -> String {
    kernel::MatterId::new(act.act.matter).to_string()
}

fn late_withdrawal(changed: Day, limit: Day, today: Day) -> Asked {
    Asked {
        name: Text::new("撤回不及时", "Withdrawn too late"),
        sentence: Text::new(
            format!(
                "决定于 {changed} 变更，应在 **{limit}** 前撤回公开信息（行政处罚法第48条，三个工作日），实际于 **{today}** 撤回。"
            ),
            format!(
                "The decision was changed on {changed}; what tells of it was to be withdrawn by **{limit}** (Penalty Law, art. 48: three working days), and was on **{today}**."
            ),
        ),
        value: today.to_string(),
        threshold: limit.to_string(),
        evidence: vec![Evidence { pointer: "changed".to_owned(), value: changed.to_string() }],
    }
}

fn early_withdrawal(before: Day, today: Day) -> Asked {
    Asked {
        name: Text::new("公布期未满即撤回", "Withdrawn before its time"),
        sentence: Text::new(
            format!("应至少公布至 **{before}**，于 **{today}** 撤回，不是因为决定变更、依法不得公开或者发布错误。"),
            format!(
                "It was to stay posted until **{before}** and was withdrawn on **{today}**, not for a changed decision, for the law or by mistake."
            ),
        ),
        value: today.to_string(),
        threshold: before.to_string(),
        evidence: vec![Evidence { pointer: "before".to_owned(), value: before.to_string() }],
    }
}

impl Rule for DisclosureRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: self.code().to_owned(), version: self.desk.catalogue().version.clone() }
    }

    fn follows(&self, kind: &str) -> bool {
        match self.which {
            Which::Late => {
                matches!(kind, "disclosure.lapsed@1.0" | "disclosure.met@1.0" | "disclosure.void@1.0")
            }
            Which::Empty => kind == "disclosure.published@1.0",
            Which::Withdrawn => kind == "disclosure.withdrawn@1.0",
        }
    }

    fn judge<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(async move { Ok(vec![self.judged(act).await?]) })
    }
}
