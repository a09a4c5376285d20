//! What callers hand to `record`, and what they get back.

use serde::Serialize;

use crate::operate::Operation;
use crate::table::Changes;

pub use ledger::act::{Actor, Class, Level};

/// An act before it has a place in the log: everything but its index. The store adds seeds, checks the command, and
/// refuses what the contract of the ledger forbids.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whose log.
    pub node: i64,
    /// UUIDv7; a subscriber derives it from its cause, so that doing it twice is doing it once.
    pub id: u128,
    /// When, milliseconds since 1970, by the clock that the caller was given.
    pub at: i64,
    /// The civil day of `at` at the node.
    pub day: ledger::Day,
    /// `platform.verb@major.minor`.
    pub kind: &'static str,
    /// The matter.
    pub matter: u128,
    /// The version of the matter that this act makes: what was loaded plus one; 1 opens it.
    pub version: u64,
    /// Other heads whose rows the act touches, each with the version it makes.
    pub also: Vec<(u128, u64)>,
    /// Who.
    pub actor: Actor,
    /// In which post.
    pub post: Option<String>,
    /// Of which organ.
    pub organ: Option<String>,
    /// For whom, if not for oneself.
    pub on_behalf_of: Option<String>,
    /// Law and rule the act rests on.
    pub basis: Vec<String>,
    /// Rules applied, each `code@version`.
    pub rules: Vec<String>,
    /// Acts that led to this one.
    pub causes: Vec<u128>,
    /// The caller's name for this attempt; again with the same content returns the first receipt.
    pub command: Option<String>,
    /// Classification.
    pub class: Class,
    /// The event, as its platform's type serialises.
    pub event: serde_json::Value,
    /// Streams beyond the log itself that carry the act.
    pub streams: Vec<u32>,
}

/// Where and when an act happens, and its id.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// Whose log.
    pub node: i64,
    /// The act's id.
    pub id: u128,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// The civil day of `at` at the node.
    pub day: ledger::Day,
}

impl Draft {
    /// An internal act without post, basis, causes, command or streams; what a caller has of these it adds.
    ///
    /// - `head`: the matter, and the version of it that this act makes.
    pub fn new(
        stamp: Stamp,
        kind: &'static str,
        (matter, version): (u128, u64),
        actor: Actor,
        event: serde_json::Value,
    ) -> Draft {
        Draft {
            node: stamp.node,
            id: stamp.id,
            at: stamp.at,
            day: stamp.day,
            kind,
            matter,
            version,
            also: Vec::new(),
            actor,
            post: None,
            organ: None,
            on_behalf_of: None,
            basis: Vec::new(),
            rules: Vec::new(),
            causes: Vec::new(),
            command: None,
            class: Class::of(Level::Internal),
            event,
            streams: Vec::new(),
        }
    }

    /// The event as stored.
    ///
    /// # Errors
    /// If the event does not serialise to JSON without floats: a bug of its platform.
    pub fn event_of<E: Serialize>(event: &E) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(event)
    }
}

/// Proof of having been recorded: the place in the log, and the leaf the next checkpoint will cover.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Whose log.
    pub node: i64,
    /// The act's index; the feed's cursor.
    pub idx: u64,
    /// The 33 bytes of leaf data.
    pub leaf: [u8; 33],
}

/// Several acts that stand or fall together, and the subscriber's own bookkeeping in the same transaction.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// Acts with their changes, in order; all of one node.
    pub acts: Vec<(Draft, Changes)>,
    /// Operational statements in the same transaction: a cursor moved, a job ticked.
    pub operations: Vec<Operation>,
}
