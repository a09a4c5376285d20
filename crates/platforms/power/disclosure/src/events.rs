//! What can have happened to an organ's catalogue and to a disclosure. Variants are only added.

use kernel::{Day, Erasable, MatterId, OfficerId, OrganId};
use serde::{Deserialize, Serialize};
use store::Tombstone;

use crate::content::Content;
use crate::duty::Armed;
use crate::ground::{Because, Ground};

/// What an organ says it does not have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Exception {
    /// The entry.
    pub entry: String,
    /// Why; everybody reads it.
    pub reason: String,
}

/// What the review for secrecy came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 可以公开: all of it may be public.
    Passed,
    /// 部分公开: some paragraphs are withheld.
    Partly,
    /// 不予公开: none of it.
    Refused,
}

impl Outcome {
    /// All, as a form offers them.
    pub const ALL: [Outcome; 3] = [Outcome::Passed, Outcome::Partly, Outcome::Refused];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Partly => "partly",
            Outcome::Refused => "refused",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// One event; each is the body of an act. The first four are of the matter of an organ's catalogue, `lapsed` of either kind of
/// matter, the others of a disclosure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DisclosureEvent {
    /// An organ began to disclose on this node 启用公开目录; its first duties.
    Opened {
        /// The organ.
        organ: OrganId,
        /// Since when duties are counted.
        since: Day,
        /// What it does not have.
        except: Vec<Exception>,
        /// Its first duties.
        duties: Vec<Armed>,
        /// Who opened it.
        by: OfficerId,
    },
    /// Duties that came with a new catalogue, or that can be counted now.
    Armed {
        /// The organ.
        organ: OrganId,
        /// The duties.
        duties: Vec<Armed>,
    },
    /// A duty fell due and was met; the next one.
    Met {
        /// The organ.
        organ: OrganId,
        /// The entry.
        entry: String,
        /// The period.
        period: String,
        /// What met it.
        disclosure: MatterId,
        /// The duty that follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Armed>,
    },
    /// A duty fell due and nothing was published; the next one.
    Lapsed {
        /// The organ.
        organ: OrganId,
        /// The entry.
        entry: String,
        /// The period; none where the information came by change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period: Option<String>,
        /// The last day on which it would have been in time.
        due: Day,
        /// Whether a draft was there.
        drafted: bool,
        /// The duty that follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Armed>,
    },
    /// The organ was no longer there when a duty fell due: nothing follows.
    Void {
        /// The organ.
        organ: OrganId,
        /// The entry.
        entry: String,
        /// The period.
        period: String,
    },
    /// An officer drafted a disclosure.
    Drafted {
        /// Whose.
        organ: OrganId,
        /// The entry.
        entry: String,
        /// The period; none where it comes by change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period: Option<String>,
        /// The day on which the information came to be.
        came: Day,
        /// The last day on which it is in time, where that is counted from when it came to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Day>,
        /// Code of the clock's refusal, where it cannot be counted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// Title and paragraphs.
        content: Erasable<Content>,
        /// How many paragraphs.
        paragraphs: i64,
        /// Who drafted.
        officer: OfficerId,
        /// For whom, if not in a post of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<OfficerId>,
    },
    /// An officer wrote it anew: before it is published, or to correct what is.
    Rewritten {
        /// Title and paragraphs.
        content: Erasable<Content>,
        /// How many paragraphs.
        paragraphs: i64,
        /// What was wrong with what was published; none before that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<Erasable<String>>,
        /// Who wrote.
        officer: OfficerId,
        /// For whom, if not in a post of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<OfficerId>,
    },
    /// Another reviewed it for secrecy 保密审查.
    Reviewed {
        /// What it came to.
        outcome: Outcome,
        /// Numbers of the paragraphs that are withheld.
        withheld: Vec<i64>,
        /// On which ground, where anything is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Ground>,
        /// In words; officers read it.
        reason: Erasable<String>,
        /// Who reviewed.
        by: OfficerId,
        /// For whom, if not in a post of their own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_behalf_of: Option<OfficerId>,
    },
    /// It was published, or its correction was.
    Published {
        /// Whose.
        organ: OrganId,
        /// The entry.
        entry: String,
        /// The period.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period: Option<String>,
        /// Version, from 1.
        number: i64,
        /// What the public reads.
        content: Erasable<Content>,
        /// Numbers of the paragraphs that are withheld.
        withheld: Vec<i64>,
        /// On which ground.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<Ground>,
        /// What was wrong with the version before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        correction: Option<Erasable<String>>,
        /// Until when it stays posted at least.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Day>,
        /// Until when the public is asked for comments on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comments_until: Option<Day>,
        /// How many paragraphs.
        paragraphs: i64,
        /// Characters of its paragraphs, those withheld not counted.
        characters: i64,
        /// Characters that the catalogue asks for.
        least: i64,
        /// Another disclosure of this entry that says the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        same_as: Option<MatterId>,
        /// Who published.
        by: OfficerId,
    },
    /// It was withdrawn.
    Withdrawn {
        /// Why.
        because: Because,
        /// In words; everybody reads it.
        reason: Erasable<String>,
        /// When the decision that it tells of was changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        changed: Option<Day>,
        /// The last day on which withdrawing is in time then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<Day>,
        /// The day up to which it was to stay posted, where that is not over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Day>,
        /// Who withdrew it.
        by: OfficerId,
    },
    /// The public was asked, every comment is answered, and this is what came of it.
    Concluded {
        /// How many comments there were.
        comments: i64,
        /// How many of them were adopted.
        adopted: i64,
        /// How many in part.
        partly: i64,
        /// Who concluded.
        by: OfficerId,
    },
    /// Words were erased by law.
    Erased(Tombstone),
}

impl DisclosureEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            DisclosureEvent::Opened { .. } => "disclosure.opened@1.0",
            DisclosureEvent::Armed { .. } => "disclosure.armed@1.0",
            DisclosureEvent::Met { .. } => "disclosure.met@1.0",
            DisclosureEvent::Lapsed { .. } => "disclosure.lapsed@1.0",
            DisclosureEvent::Void { .. } => "disclosure.void@1.0",
            DisclosureEvent::Drafted { .. } => "disclosure.drafted@1.0",
            DisclosureEvent::Rewritten { .. } => "disclosure.rewritten@1.0",
            DisclosureEvent::Reviewed { .. } => "disclosure.reviewed@1.0",
            DisclosureEvent::Published { .. } => "disclosure.published@1.0",
            DisclosureEvent::Withdrawn { .. } => "disclosure.withdrawn@1.0",
            DisclosureEvent::Concluded { .. } => "disclosure.concluded@1.0",
            DisclosureEvent::Erased(_) => store::TOMBSTONE,
        }
    }

    /// Whether everybody may read the act: what is published, and that it was withdrawn.
    pub fn is_public(&self) -> bool {
        matches!(
            self,
            DisclosureEvent::Published { .. } | DisclosureEvent::Withdrawn { .. } | DisclosureEvent::Concluded { .. }
        )
    }
}
