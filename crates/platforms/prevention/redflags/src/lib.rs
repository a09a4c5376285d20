//! Red flags 交易红旗 (part of 3b): contracting processes imported, screened by indicators, raised flags handed to
//! supervision.
//!
//! A red flag is a reason for a person to look, never a finding. Read [`events`] (what can have happened), [`import`]
//! (files to processes), [`screening`] (processes to flags and standings), [`prompt`] (the same for a small import, at once), [`rule`] (standings to findings), [`source`] (how secret
//! all of that is), [`http`] (pages).

pub mod amendment;
pub mod events;
pub mod force;
pub mod frozen;
pub mod http;
pub mod import;
mod pages;
pub mod prompt;
pub mod rows;
pub mod rule;
pub mod screening;
pub mod source;
pub mod store;
pub mod tables;
mod tell;

use std::sync::Arc;

use ::store::{Changes, Projector, Recorded, Store, StoreFault, TOMBSTONE};
use redflags_rules::settings::Settings;

pub use http::{NoVerdicts, Redflags, TEXTS, TrialResult, Verdict, Verdicts, menu, routes, subject_panel};
pub use tables::SCHEMA;
pub use tell::{AmendmentTeller, told};

/// How the kinds of this platform's acts begin.
const KINDS: &str = "redflags.";

/// Replays imports and runs from their acts and blobs.
pub fn projector(settings: Arc<Settings>) -> impl Projector {
    Replay { settings }
}

struct Replay {
    settings: Arc<Settings>,
}

impl Projector for Replay {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with(KINDS) || kind == TOMBSTONE
    }

    fn changes(&self, store: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
        let event: events::RedflagEvent = act.event()?;
        let mut blobs = std::collections::BTreeMap::new();
        for digest in rows::blobs_of(&event) {
            blobs.insert(digest.to_owned(), store.blobs().get(digest.parse()?)?);
        }
        rows::changes(act.act.node, act.act.matter, act.act.at_ms, &event, &blobs, &self.settings)
            .map_err(|error| StoreFault::Nonsense(format!("act {}: {error}", act.idx)))
    }

    fn erasable(&self, kind: &str) -> &'static [&'static str] {
        if kind.starts_with(KINDS) { events::WORDS } else { &[] }
    }
}
