//! What a rule finds, complete enough to be read years later without the rule.

use kernel::{ActId, Class, MatterId, OrganId, Secrecy, Text};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::Recorded;

/// How grave: the three signals of electronic supervision 预警、黄牌、红牌. One per subject, the gravest.
/// Source: rules-cn.md ES-01 (custom, not statute; hence limits are settings).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// 提醒.
    Notice,
    /// 黄牌.
    Yellow,
    /// 红牌.
    Red,
}

impl Light {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Light::Notice => "notice",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }

    /// Gravest last: 0, 1, 2. Stored, never changed.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The light of a stored number.
    pub fn from_number(number: i64) -> Option<Light> {
        [Light::Notice, Light::Yellow, Light::Red].into_iter().find(|light| light.number() == number)
    }

    /// The light of a queue score in tenths of 0–100: red from 60, yellow from 30. Source: redflags.md §9.3.
    pub fn of_score(tenths: i64) -> Light {
        match tenths {
            600.. => Light::Red,
            300.. => Light::Yellow,
            _ => Light::Notice,
        }
    }
}

/// A rule as it was when it judged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct RuleRef {
    /// Stable code.
    pub code: String,
    /// Version of formula and settings.
    pub version: String,
}

impl std::fmt::Display for RuleRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.code, self.version)
    }
}

/// Where in the source a fact stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// JSON pointer into the record, or a named field of an act.
    pub pointer: String,
    /// The value as it stands there.
    pub value: String,
}

/// One reason to look, with its numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reason {
    /// The indicator or rule behind it.
    pub rule: RuleRef,
    /// Its name.
    pub name: Text,
    /// Subject, measured value, comparison, threshold, in that order.
    pub sentence: Text,
    /// What exactly was judged: a lot, a bid, a pair.
    pub subject: String,
    /// Measured value, as a decimal in text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Threshold in force, as a decimal in text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
    /// 1 indicative, 2 strong, 3 statutory.
    pub severity: i64,
    /// The facts.
    pub evidence: Vec<Evidence>,
}

/// An amount in minor units of its currency.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sum {
    /// Minor units: 分 for CNY.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// What a warning is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// `process`, `buyer`, `supplier`, `pair`, `group`, `market`, `import`, `act`.
    pub kind: String,
    /// Key within its kind and source.
    pub key: String,
    /// How people call it.
    pub label: String,
    /// Page that shows it, a path on this node.
    pub page: String,
}

/// A raised judgement: reason enough for a person to look, and nothing more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The rule over the feed that raised it.
    pub rule: RuleRef,
    /// What it is about.
    pub subject: Subject,
    /// The organ concerned, where the record names one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ: Option<OrganId>,
    /// The organ's name as the record gives it.
    pub organ_name: String,
    /// How grave.
    pub light: Light,
    /// Queue score in tenths, 0–1000.
    pub score: i64,
    /// What is at stake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Sum>,
    /// Why, gravest first; never empty.
    pub reasons: Vec<Reason>,
    /// The act that led to it.
    pub cause: ActId,
    /// Index of that act: what was known when it was judged.
    pub as_of: i64,
    /// How secret what it was found in is: a warning is never more open than what it quotes.
    #[serde(default, skip_serializing_if = "Secrecy::is_ordinary")]
    pub secrecy: Secrecy,
    /// Whether nothing finds it again later: where the open warning about the subject takes no reasons any more, it is a warning of
    /// its own, and is not left to the next time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
}

impl Finding {
    /// A finding for one reason with nothing at stake in money: about the node itself, mostly.
    ///
    /// - `organ`: the one concerned, and its name.
    pub fn plain(
        (rule, subject): (RuleRef, Subject),
        (organ, organ_name): (Option<OrganId>, String),
        score: i64,
        reason: Reason,
        act: &Recorded,
    ) -> Finding {
        Finding {
            rule,
            subject,
            organ,
            organ_name,
            light: Light::of_score(score),
            score,
            sum: None,
            reasons: vec![reason],
            cause: ActId::new(act.act.id),
            as_of: i64::try_from(act.idx).unwrap_or(i64::MAX),
            secrecy: secrecy_of(act),
            once: false,
        }
    }
}

/// How secret what is found in an act is at least: as the act itself. Who is named, only the act's platform knows.
pub fn secrecy_of(act: &Recorded) -> Secrecy {
    // The two name their levels alike; what has no name here is shown to nobody.
    let class = act.act.class.level.name().parse().unwrap_or(Class::TopSecret);
    Secrecy { class: class.max(Class::Internal), named: None }
}

/// One of four, never two. Source: architecture.md, "Indicator and rule outcomes".
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judged {
    /// Something for a person to look at.
    Raised(Box<Finding>),
    /// Judged, and nothing found.
    NotRaised,
    /// Not judged for want of this field.
    InsufficientData(String),
    /// Out of the rule's scope, and why.
    NotApplicable(String),
    /// Nothing was judged: what acts of a matter led to is from now on as secret as this. An act leads to nothing else then.
    Classified {
        /// The matter whose acts are the causes of the findings.
        found_in: MatterId,
        /// How secret it is now.
        secrecy: Secrecy,
    },
}

/// The id of the warning that (rule, subject, act) leads to: the same whoever derives it, so that a subscriber that runs
/// twice raises once.
pub fn warning_id(rule: &RuleRef, subject: &Subject, cause: ActId) -> MatterId {
    let mut hash = Sha256::new();
    hash.update(b"qingyuan.warning.1");
    for part in [rule.code.as_bytes(), subject.kind.as_bytes(), subject.key.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(cause.value().to_be_bytes());
    let digest = hash.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    MatterId::new(u128::from_be_bytes(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lights_follow_the_score() {
        for (tenths, light) in
            [(0, Light::Notice), (299, Light::Notice), (300, Light::Yellow), (599, Light::Yellow), (600, Light::Red)]
        {
            assert_eq!(Light::of_score(tenths), light, "{tenths}");
            assert_eq!(Light::from_number(light.number()), Some(light));
        }
    }

    #[test]
    fn a_warning_id_depends_on_each_part() {
        let rule = |code: &str| RuleRef { code: code.into(), version: "1".into() };
        let subject = |kind: &str, key: &str| Subject {
            kind: kind.into(),
            key: key.into(),
            label: String::new(),
            page: String::new(),
        };
        let first = warning_id(&rule("a"), &subject("process", "b"), ActId::new(1));
        assert_eq!(first, warning_id(&rule("a"), &subject("process", "b"), ActId::new(1)));
        for other in [
            warning_id(&rule("ap"), &subject("rocess", "b"), ActId::new(1)),
            warning_id(&rule("a"), &subject("process", "c"), ActId::new(1)),
            warning_id(&rule("a"), &subject("process", "b"), ActId::new(2)),
        ] {
            assert_ne!(first, other);
        }
    }
}
