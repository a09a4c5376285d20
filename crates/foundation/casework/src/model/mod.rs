//! Models: files that are deployed as one, by the word of two officers.

pub mod decide;
pub mod rows;

use kernel::{Day, Instant, MatterId, OfficerId, OrganId};
use serde::{Deserialize, Serialize};

/// A file of a model; its content lies among the blobs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FileOf {
    /// Its name, unique within the model: `.dmn` holds decisions, `.json` a form, all else processes.
    pub name: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub digest: String,
    /// Bytes.
    pub size: i64,
}

/// A process that is in force from a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Definition {
    /// Its id in the file.
    pub process: String,
    /// What people call it.
    pub name: String,
    /// Counts from 1, process by process.
    pub version: i64,
}

/// One event of a model; each is the body of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ModelEvent {
    /// An officer proposed it.
    Proposed {
        /// What people call it.
        name: String,
        /// Its files.
        files: Vec<FileOf>,
        /// The first day on which new cases follow it.
        valid_from: Day,
        /// Why.
        reason: String,
        /// The model that it was changed from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<MatterId>,
        /// Who.
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
    /// Another approved it: its processes have versions from now on.
    Approved {
        /// Who.
        by: OfficerId,
        /// The first day on which new cases follow it: as proposed, or the day of approval where that is later.
        valid_from: Day,
        /// Its processes.
        definitions: Vec<Definition>,
    },
}

impl ModelEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            ModelEvent::Proposed { .. } => "model.proposed@1.0",
            ModelEvent::Refused { .. } => "model.refused@1.0",
            ModelEvent::Approved { .. } => "model.approved@1.0",
        }
    }
}

/// A model as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    /// The matter.
    pub id: MatterId,
    /// What people call it.
    pub name: String,
    /// Its files; known where the matter was loaded, not from a list.
    pub files: Vec<FileOf>,
    /// Why it was proposed; known where the matter was loaded.
    pub reason: String,
    /// The model that it was changed from; known where the matter was loaded.
    pub based_on: Option<MatterId>,
    /// Who proposed.
    pub proposer: OfficerId,
    /// For whom; known where the matter was loaded.
    pub on_behalf_of: Option<OfficerId>,
    /// Of which organ.
    pub organ: OrganId,
    /// When.
    pub proposed_at: Instant,
    /// The first day on which new cases follow it.
    pub valid_from: Day,
    /// Where it stands.
    pub stage: Stage,
    /// Its processes, once it is approved; known where the matter was loaded.
    pub definitions: Vec<Definition>,
}

/// Where a model stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// 待审批.
    Proposed,
    /// 未批准.
    Refused {
        /// By whom.
        by: OfficerId,
        /// When.
        at: Instant,
    },
    /// 已批准.
    Approved {
        /// By whom.
        by: OfficerId,
        /// When.
        at: Instant,
    },
}

impl Stage {
    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Proposed => "proposed",
            Stage::Refused { .. } => "refused",
            Stage::Approved { .. } => "approved",
        }
    }
}
