//! What can have happened to an application. Variants are only added.

use kernel::{Erasable, MatterId, OrganId, Text};
use serde::{Deserialize, Serialize};

use crate::types::{Applicant, Grade, Reason};

/// One event of an application; each is the body of an act of its party.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ServiceEvent {
    /// Somebody applied.
    Applied {
        /// The receipt number: that of the case.
        number: String,
        /// The case that it opened.
        case: MatterId,
        /// The item of the inventory.
        item: MatterId,
        /// Its code.
        code: String,
        /// Its name at the time.
        name: Text,
        /// The organ.
        organ: OrganId,
        /// Who.
        #[serde(default = "Erasable::erased")]
        applicant: Erasable<Applicant>,
        /// The digest by which the code is known again; the code itself is nowhere.
        lock: String,
        /// The name by which the applicant acts in the case.
        party: String,
        /// Materials that are to follow, by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        to_follow: Vec<Text>,
    },
    /// The applicant took it back.
    Withdrawn {
        /// Whether they said why, in the case.
        said: bool,
    },
    /// The applicant rated it.
    Rated {
        /// How.
        grade: Grade,
        /// For which reasons.
        reasons: Vec<Reason>,
        /// In their own words.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
        /// The case that a bad rating opened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<MatterId>,
    },
}

impl ServiceEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            ServiceEvent::Applied { .. } => "service.applied@1.0",
            ServiceEvent::Withdrawn { .. } => "service.withdrawn@1.0",
            ServiceEvent::Rated { .. } => "service.rated@1.0",
        }
    }
}
