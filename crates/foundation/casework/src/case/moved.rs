//! A case moved to another version of its process, and that taken back: what its acts say, and what it follows after them.

use std::collections::{BTreeMap, BTreeSet};

use flow::ElementId;
use flow::migrate::{ClockPolicy, Mapping, Plan};
use kernel::{Erasable, MatterId, OfficerId};
use serde::{Deserialize, Serialize};

use super::{Case, Step};

/// A move to another version.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// The move of many that this one belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<MatterId>,
    /// The version that it followed.
    pub from: i64,
    /// The model that it follows from now on.
    pub model: MatterId,
    /// The version of its process there.
    pub version: i64,
    /// What stands for what, beside elements of the same id and kind.
    #[serde(with = "super::pieces")]
    pub mapping: Mapping,
    /// What became of its clocks.
    pub policy: ClockPolicy,
    /// What the move changed: what was opened, armed, dropped, offered again; what was due and is due.
    #[serde(with = "super::pieces")]
    pub plan: Plan,
    /// Why.
    #[serde(default = "Erasable::erased")]
    pub words: Erasable<String>,
    /// What came of it.
    pub step: Step,
}

/// A move that was taken back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reverted {
    /// The move of many with which it had been moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<MatterId>,
    /// The model that it follows again.
    pub model: MatterId,
    /// The version of its process there.
    pub version: i64,
    /// Why.
    #[serde(default = "Erasable::erased")]
    pub words: Erasable<String>,
    /// What came of it.
    pub step: Step,
}

/// What a case is put back to, if its last move is taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Took {
    /// The move of many that it belonged to.
    pub run: Option<MatterId>,
    /// The number of the act among those of the case.
    pub version: u64,
    /// The model and version that it followed.
    pub from: (MatterId, i64),
    /// For whom tasks had been done.
    principals: BTreeMap<ElementId, BTreeSet<OfficerId>>,
}

impl Case {
    /// Follows another version from now on.
    pub(super) fn follow(&mut self, moved: &Moved) {
        self.took = Some(Took {
            run: moved.run,
            version: self.version,
            from: (self.model, self.of),
            principals: self.principals.clone(),
        });
        (self.model, self.of) = (moved.model, moved.version);
        // Whoever had a task done is known under the name that it has now, as whoever did it is.
        let mut named: BTreeMap<ElementId, BTreeSet<OfficerId>> = BTreeMap::new();
        for (element, holders) in std::mem::take(&mut self.principals) {
            let element = moved.mapping.get(&element).cloned().unwrap_or(element);
            named.entry(element).or_default().extend(holders);
        }
        self.principals = named;
    }

    /// Follows what it followed before.
    pub(super) fn follow_again(&mut self, reverted: &Reverted) {
        (self.model, self.of) = (reverted.model, reverted.version);
        if let Some(took) = self.took.take() {
            self.principals = took.principals;
        }
    }
}
