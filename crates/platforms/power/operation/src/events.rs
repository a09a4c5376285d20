//! What can have happened to an item of the inventory. Variants are only added.

use kernel::{Day, OfficerId, OrganId};
use serde::{Deserialize, Serialize};

use crate::types::Content;

/// What is proposed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A new item 新增.
    Add,
    /// Another version of it 调整.
    Amend,
    /// Its end 取消.
    Repeal,
}

impl Change {
    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Change::Add => "add",
            Change::Amend => "amend",
            Change::Repeal => "repeal",
        }
    }
}

/// One event of an item; each is the body of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum PowerEvent {
    /// An officer proposed a change.
    Proposed {
        /// Of which kind.
        change: Change,
        /// What it is to say; for a repeal, what it says.
        content: Content,
        /// From which day on it is to hold; a repealed item holds until the day before.
        from: Day,
        /// Why.
        reason: String,
        /// Who proposed.
        by: OfficerId,
        /// For whom, if not in a post of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<OfficerId>,
        /// Of which organ.
        organ: OrganId,
    },
    /// Another looked whether the law bears it 合法性审核.
    Reviewed {
        /// Whether it does.
        passed: bool,
        /// What they found.
        opinion: String,
        /// Who.
        by: OfficerId,
        /// For whom, if not in a post of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<OfficerId>,
    },
    /// A third one published it.
    Published {
        /// Of which kind.
        change: Change,
        /// The version, from 1.
        version: i64,
        /// What it says, or said last.
        content: Content,
        /// From which day on it holds; a repealed item holds until the day before.
        from: Day,
        /// Who.
        by: OfficerId,
    },
    /// A third one did not publish it.
    Refused {
        /// Why.
        opinion: String,
        /// Who.
        by: OfficerId,
    },
    /// Who proposed it took it back.
    Withdrawn {
        /// Who.
        by: OfficerId,
    },
}

impl PowerEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            PowerEvent::Proposed { .. } => "power.proposed@1.0",
            PowerEvent::Reviewed { .. } => "power.reviewed@1.0",
            PowerEvent::Published { .. } => "power.published@1.0",
            PowerEvent::Refused { .. } => "power.refused@1.0",
            PowerEvent::Withdrawn { .. } => "power.withdrawn@1.0",
        }
    }
}
