//! What can have happened to a node's log as such. Variants are only added.

use kernel::OfficerId;
use serde::{Deserialize, Serialize};

/// One event of the log's own matter; each is the body of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NotaryEvent {
    /// Another key signs the log from a size on, decided by two persons. The old ones go on until they are ended.
    KeyRotated {
        /// The key in force until now, `name+id+key`.
        old: String,
        /// The first size that it signs.
        old_from: i64,
        /// The new key.
        new: String,
        /// The first size that the new key signs.
        from_size: i64,
        /// The second person; the first is the act's officer.
        with: OfficerId,
    },
    /// A key signs no checkpoint beyond a size: two were signed by both.
    KeyEnded {
        /// The key.
        vkey: String,
        /// The last size for which it counts.
        to_size: i64,
    },
    /// No quorum of witnesses stands behind the newest checkpoints.
    Unwitnessed {
        /// Why.
        why: Why,
        /// The greatest size that a quorum signed; 0 for none.
        size: i64,
        /// Since when, milliseconds since 1970.
        since: i64,
    },
    /// A quorum of witnesses has signed again.
    Witnessed {
        /// The size it signed.
        size: i64,
    },
}

/// Why checkpoints are unwitnessed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The node's policy asks for no witness.
    NoPolicy,
    /// Not enough witnesses have answered.
    NoQuorum,
}

impl NotaryEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            NotaryEvent::KeyRotated { .. } => "notary.key_rotated@1.0",
            NotaryEvent::KeyEnded { .. } => "notary.key_ended@1.0",
            NotaryEvent::Unwitnessed { .. } => "notary.unwitnessed@1.0",
            NotaryEvent::Witnessed { .. } => "notary.witnessed@1.0",
        }
    }
}
