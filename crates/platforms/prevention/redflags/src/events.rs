//! What can have happened. Rows of imports and runs lie in blobs that the acts name; rebuild reads them.

use ::store::{TOMBSTONE, Tombstone};
use kernel::{Class, Erasable, OfficerId, Secrecy};
use serde::{Deserialize, Serialize};

use crate::amendment::{Content, Tried};

/// One event; each is the body of an act of the kind [`RedflagEvent::kind`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RedflagEvent {
    /// A source of processes was entered.
    SourceEntered {
        /// Short and unique in the node.
        code: String,
        /// As people call it.
        name: String,
        /// The mapping its tables are read by.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mapping: Option<String>,
    },
    /// An officer said how secret a source is, and who may know of it 定密: of everything read from it, and of its runs.
    SourceClassified {
        /// How secret.
        class: Class,
        /// Who may know of it; none: everybody within reach.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        named: Option<Vec<OfficerId>>,
        /// Why.
        grounds: Erasable<String>,
    },
    /// What an officer wrote in an earlier act was erased by law.
    Erased(Tombstone),
    /// A batch of a file was imported: at most 10,000 rows.
    BatchImported {
        /// SHA-256 of the file, in hexadecimal.
        file: String,
        /// The file's name, as text.
        name: String,
        /// Bytes of the file.
        bytes: i64,
        /// Which batch of the file, from 0.
        ordinal: i64,
        /// The blob with the accepted compiled releases, one a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        accepted: Option<String>,
        /// The blob with the releases that accepted processes were merged from, one process a line; only of those with
        /// more than one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        history: Option<String>,
        /// The blob with what was held back, one JSON object a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<String>,
        /// The tree over the lines of these blobs; absent in a batch without any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rows: Option<RowTree>,
        /// Counts of the file so far, this batch included.
        counts: Counts,
        /// Whether the file has ended.
        finished: bool,
        /// Who imported, by the name of the post.
        officer: String,
    },
    /// A part of what a run raised: some thousands of flags.
    FlagsFiled {
        /// The run.
        run: i64,
        /// Which part, from 0.
        part: i64,
        /// The blob with the flags, one JSON object a line.
        flags: String,
    },
    /// The processes of a small import were judged at once, against the reference that the newest run froze.
    ///
    /// Flags go under that run's number, so that pages show them; the run's own totals stay as they were. What needs many
    /// processes (markets, pairs, groups, histories) is left to the next run.
    JudgedAtImport {
        /// The run whose reference and settings judged.
        run: i64,
        /// SHA-256 of the imported file, in hexadecimal.
        file: String,
        /// Moment of judgement, seconds since 1970.
        as_of: i64,
        /// Totals over the judged processes: subjects × indicators within a process, and the four outcomes.
        totals: Totals,
        /// The blob of processes, flags, standings and what is withdrawn; see [`crate::rows::Prompt`].
        judged: String,
        /// Subjects that go to the queue anew.
        queued: i64,
        /// Subjects that are counted here and not queued: small, or beyond the quota between two runs.
        held_back: i64,
        /// How long it took.
        millis: i64,
        /// Who imported, by the name of the post.
        officer: String,
    },
    /// Another figure for an indicator was proposed, or to switch it.
    AmendmentProposed {
        /// The indicator.
        indicator: String,
        /// Its number within the indicator.
        number: i64,
        /// What is to hold.
        content: Content,
        /// What trying it on the past came to.
        tried: Tried,
        /// Why.
        reason: Erasable<String>,
        /// The officer, by id.
        proposer: String,
    },
    /// An amendment was decided by another officer; approved, it is in force from then on.
    AmendmentDecided {
        /// The indicator.
        indicator: String,
        /// Which.
        number: i64,
        /// What it says, again: a decision says by itself what it put in force.
        content: Content,
        /// Whether it is in force.
        approved: bool,
        /// Why.
        grounds: Erasable<String>,
        /// The officer, by id.
        decider: String,
    },
    /// A screening run ended.
    Screened {
        /// Running number within the source.
        run: i64,
        /// Moment of judgement, seconds since 1970.
        as_of: i64,
        /// Totals: processes, subjects × indicators and the four outcomes.
        totals: Totals,
        /// Digest of the settings.
        settings: String,
        /// The blob with the reference snapshot this run froze or used.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// The blob with the report, counts per indicator.
        report: String,
        /// The blob with the standings, one a line.
        standings: String,
        /// Subjects that go to the queue.
        queued: i64,
        /// Subjects that are counted here and not queued: small, or beyond the run's quota.
        held_back: i64,
        /// How long it took.
        millis: i64,
        /// Who started it, by the name of the post.
        officer: String,
    },
}

/// The fields of acts that hold what somebody wrote in their own words, and may be erased by law.
pub(crate) const WORDS: &[&str] = &["reason", "grounds"];

/// The tree over the rows of an import: lines of the accepted blob, then of the history, then of what was held back.
///
/// Source: the ledger's contract, `qyw1`. A row is its line as text, or the line's SHA-256 as bytes where it has more than
/// 65,536 bytes. With the seed one row can be shown by itself; without it nobody can guess one that is withheld.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RowTree {
    /// Root, in hexadecimal.
    pub root: String,
    /// The seed of the salts, in hexadecimal: a field of its own, which an opened `root` does not give away.
    pub seed: String,
    /// How many rows.
    pub count: i64,
}

/// Counts of an imported file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Elements read.
    pub read: i64,
    /// Processes loaded.
    pub loaded: i64,
    /// Elements held back whole.
    pub held: i64,
    /// Values set aside in loaded ones.
    pub set_aside: i64,
}

/// Totals of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Processes.
    pub processes: i64,
    /// Subjects × indicators.
    pub subjects: i64,
    /// Raised.
    pub raised: i64,
    /// Not raised.
    pub not_raised: i64,
    /// Insufficient data.
    pub insufficient: i64,
    /// Not applicable.
    pub not_applicable: i64,
}

impl RedflagEvent {
    /// How secret a source is from this event on, if it says so.
    pub fn classified(&self) -> Option<Secrecy> {
        match self {
            RedflagEvent::SourceClassified { class, named, .. } => {
                let named = named.as_ref().map(|named| named.iter().copied().collect());
                Some(Secrecy { class: *class, named })
            }
            _ => None,
        }
    }

    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            RedflagEvent::SourceEntered { .. } => "redflags.source_entered@1.0",
            RedflagEvent::SourceClassified { .. } => "redflags.source_classified@1.0",
            RedflagEvent::Erased(_) => TOMBSTONE,
            RedflagEvent::BatchImported { .. } => "redflags.batch_imported@1.0",
            RedflagEvent::FlagsFiled { .. } => "redflags.flags_filed@1.0",
            RedflagEvent::JudgedAtImport { .. } => "redflags.judged_at_import@1.0",
            RedflagEvent::AmendmentProposed { .. } => "redflags.amendment_proposed@1.0",
            RedflagEvent::AmendmentDecided { .. } => "redflags.amendment_decided@1.0",
            RedflagEvent::Screened { .. } => "redflags.screened@1.0",
        }
    }
}
