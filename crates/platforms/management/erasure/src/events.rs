//! What can have happened to an erasure. Variants are only added.

use kernel::{ActId, MatterId, OfficerId, OrganId, Text};
use serde::{Deserialize, Serialize};

/// The legal ground of an erasure. Source: 个人信息保护法 art. 47 para. 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// (1) 处理目的已实现、无法实现或者不再必要: the purpose is achieved, or cannot be, or no longer needs it.
    Purpose,
    /// (2) 保存期限已届满: the period for which it was to be kept is over.
    Period,
    /// (3) 个人撤回同意: the person has withdrawn consent.
    Consent,
    /// (4) 违法处理: it was processed against the law or against an agreement.
    Unlawful,
    /// (5) 法律、行政法规规定的其他情形: another case of the law, which the reason names.
    Other,
}

impl Ground {
    /// All, in the order of the law.
    pub const ALL: [Ground; 5] = [Ground::Purpose, Ground::Period, Ground::Consent, Ground::Unlawful, Ground::Other];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Ground::Purpose => "purpose",
            Ground::Period => "period",
            Ground::Consent => "consent",
            Ground::Unlawful => "unlawful",
            Ground::Other => "other",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// The place in the law; an act states it in Chinese as its basis.
    pub fn basis(self) -> Text {
        let (zh, en) = match self {
            Ground::Purpose => ("一", "1"),
            Ground::Period => ("二", "2"),
            Ground::Consent => ("三", "3"),
            Ground::Unlawful => ("四", "4"),
            Ground::Other => ("五", "5"),
        };
        Text::new(
            format!("个人信息保护法第四十七条第一款第（{zh}）项"),
            format!("Personal Information Protection Law, art. 47 para. 1 ({en})"),
        )
    }
}

/// One event of an erasure; each is the body of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ErasureEvent {
    /// An officer proposed it.
    Proposed {
        /// The index of the act that fields are to go from.
        idx: i64,
        /// Its kind.
        of: String,
        /// Its matter.
        matter: MatterId,
        /// The fields.
        fields: Vec<String>,
        /// The legal ground.
        ground: Ground,
        /// Why. It stays in the log for ever, hence names nobody.
        reason: String,
        /// Who was given what is to be erased, one each.
        told: Vec<String>,
        /// Who proposed.
        officer: OfficerId,
        /// For whom, if not in a post of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<OfficerId>,
        /// Of which organ.
        organ: OrganId,
    },
    /// Another refused it.
    Refused {
        /// Who.
        by: OfficerId,
        /// Why.
        grounds: String,
    },
    /// Another approved, and it is done: recorded together with the tombstone, an act of the matter that it erases from.
    Approved {
        /// Who.
        by: OfficerId,
        /// The tombstone.
        tombstone: ActId,
    },
}

impl ErasureEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            ErasureEvent::Proposed { .. } => "erasure.proposed@1.0",
            ErasureEvent::Refused { .. } => "erasure.refused@1.0",
            ErasureEvent::Approved { .. } => "erasure.approved@1.0",
        }
    }
}
