//! A disclosure as its acts tell it.

use std::collections::BTreeSet;

use kernel::{Day, Erasable, Instant, MatterId, OfficerId, OrganId};

use crate::content::Content;
use crate::events::{DisclosureEvent, Outcome};
use crate::ground::{Because, Ground};

/// What one matter of disclosure is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Disclosure {
    /// The matter.
    pub id: MatterId,
    /// Acts of the matter so far.
    pub version: u64,
    /// Whose.
    pub organ: OrganId,
    /// The entry.
    pub entry: String,
    /// The period; none where it comes by change.
    pub period: Option<String>,
    /// The day on which the information came to be.
    pub came: Day,
    /// The last day on which it is in time, where that is counted from when it came to be.
    pub due: Option<Day>,
    /// Code of the clock's refusal, where it cannot be counted.
    pub why: Option<String>,
    /// What is drafted and not published.
    pub draft: Option<Writing>,
    /// What was published, oldest first.
    pub published: Vec<Publication>,
    /// How it was withdrawn.
    pub withdrawn: Option<Withdrawal>,
    /// Whether it was said that its day passed without it.
    pub lapsed: bool,
    /// What came of asking the public.
    pub concluded: Option<Conclusion>,
}

/// A text that is being worked on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writing {
    /// Title and paragraphs.
    pub content: Erasable<Content>,
    /// How many paragraphs.
    pub paragraphs: i64,
    /// What was wrong with what is published.
    pub correction: Option<Erasable<String>>,
    /// Who wrote it, and for whom.
    pub hands: BTreeSet<OfficerId>,
    /// What the review came to.
    pub review: Option<Review>,
}

/// What a review came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Review {
    /// The outcome.
    pub outcome: Outcome,
    /// Numbers of the paragraphs that are withheld.
    pub withheld: Vec<i64>,
    /// On which ground.
    pub ground: Option<Ground>,
    /// In words.
    pub reason: Erasable<String>,
    /// Who reviewed, and for whom.
    pub hands: BTreeSet<OfficerId>,
}

/// A version that was published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publication {
    /// Its number, from 1.
    pub number: i64,
    /// The index of its act.
    pub idx: u64,
    /// When.
    pub at: Instant,
    /// What the public reads.
    pub content: Erasable<Content>,
    /// Numbers of the paragraphs that are withheld.
    pub withheld: Vec<i64>,
    /// On which ground.
    pub ground: Option<Ground>,
    /// What was wrong with the version before.
    pub correction: Option<Erasable<String>>,
    /// Until when it stays posted at least.
    pub until: Option<Day>,
    /// Until when the public is asked for comments on it.
    pub comments_until: Option<Day>,
    /// How many paragraphs.
    pub paragraphs: i64,
}

/// What came of asking the public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Conclusion {
    /// How many comments there were.
    pub comments: i64,
    /// How many of them were adopted.
    pub adopted: i64,
    /// How many in part.
    pub partly: i64,
    /// The index of the act.
    pub idx: u64,
    /// When.
    pub at: Instant,
}

/// How it was withdrawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Withdrawal {
    /// Why.
    pub because: Because,
    /// In words.
    pub reason: Erasable<String>,
    /// The index of the act.
    pub idx: u64,
    /// When.
    pub at: Instant,
}

/// Where it stands, as far as work on it goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stage {
    /// 待保密审查.
    ToReview,
    /// 待公布.
    ToPublish,
    /// 审查不予公开: it is written anew, or stays as it is.
    Refused,
    /// 已公布, and nothing is being worked on.
    Published,
    /// 已撤回.
    Withdrawn,
}

impl Stage {
    /// All.
    pub const ALL: [Stage; 5] = [Stage::ToReview, Stage::ToPublish, Stage::Refused, Stage::Published, Stage::Withdrawn];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Stage::ToReview => "to-review",
            Stage::ToPublish => "to-publish",
            Stage::Refused => "refused",
            Stage::Published => "published",
            Stage::Withdrawn => "withdrawn",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// An act of a disclosure: where it stands in the log, when it was, and what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// Its index.
    pub idx: u64,
    /// When.
    pub at: Instant,
    /// What.
    pub event: DisclosureEvent,
}

impl Disclosure {
    /// A disclosure by its first act; none where that opens no disclosure.
    pub fn begun(id: MatterId, first: &Happened) -> Option<Disclosure> {
        let DisclosureEvent::Drafted {
            organ,
            entry,
            period,
            came,
            due,
            why,
            content,
            paragraphs,
            officer,
            on_behalf_of,
        } = &first.event
        else {
            return None;
        };
        Some(Disclosure {
            id,
            version: 1,
            organ: *organ,
            entry: entry.clone(),
            period: period.clone(),
            came: *came,
            due: *due,
            why: why.clone(),
            draft: Some(Writing {
                content: content.clone(),
                paragraphs: *paragraphs,
                correction: None,
                hands: [Some(*officer), *on_behalf_of].into_iter().flatten().collect(),
                review: None,
            }),
            published: Vec::new(),
            withdrawn: None,
            lapsed: false,
            concluded: None,
        })
    }

    /// The same after one more act.
    #[must_use]
    pub fn after(mut self, act: &Happened) -> Disclosure {
        self.version += 1;
        match &act.event {
            DisclosureEvent::Rewritten { content, paragraphs, correction, officer, on_behalf_of } => {
                let earlier = self.draft.take().map(|draft| draft.hands).unwrap_or_default();
                let hands = [Some(*officer), *on_behalf_of].into_iter().flatten().chain(earlier).collect();
                self.draft = Some(Writing {
                    content: content.clone(),
                    paragraphs: *paragraphs,
                    correction: correction.clone(),
                    hands,
                    review: None,
                });
            }
            DisclosureEvent::Reviewed { outcome, withheld, ground, reason, by, on_behalf_of } => {
                if let Some(draft) = &mut self.draft {
                    draft.review = Some(Review {
                        outcome: *outcome,
                        withheld: withheld.clone(),
                        ground: *ground,
                        reason: reason.clone(),
                        hands: [Some(*by), *on_behalf_of].into_iter().flatten().collect(),
                    });
                }
            }
            DisclosureEvent::Published {
                number,
                content,
                withheld,
                ground,
                correction,
                until,
                comments_until,
                paragraphs,
                ..
            } => {
                self.draft = None;
                self.published.push(Publication {
                    number: *number,
                    idx: act.idx,
                    at: act.at,
                    content: content.clone(),
                    withheld: withheld.clone(),
                    ground: *ground,
                    correction: correction.clone(),
                    until: *until,
                    comments_until: *comments_until,
                    paragraphs: *paragraphs,
                });
            }
            DisclosureEvent::Withdrawn { because, reason, .. } => {
                self.draft = None;
                self.withdrawn =
                    Some(Withdrawal { because: *because, reason: reason.clone(), idx: act.idx, at: act.at });
            }
            DisclosureEvent::Lapsed { .. } => self.lapsed = true,
            DisclosureEvent::Concluded { comments, adopted, partly, .. } => {
                self.concluded = Some(Conclusion {
                    comments: *comments,
                    adopted: *adopted,
                    partly: *partly,
                    idx: act.idx,
                    at: act.at,
                });
            }
            // What was erased is gone from the acts themselves.
            DisclosureEvent::Erased(_) => {}
            DisclosureEvent::Opened { .. }
            | DisclosureEvent::Armed { .. }
            | DisclosureEvent::Met { .. }
            | DisclosureEvent::Void { .. }
            | DisclosureEvent::Drafted { .. } => {}
        }
        self
    }

    /// Where it stands.
    pub fn stage(&self) -> Stage {
        if self.withdrawn.is_some() {
            return Stage::Withdrawn;
        }
        match &self.draft {
            None => Stage::Published,
            Some(Writing { review: None, .. }) => Stage::ToReview,
            Some(Writing { review: Some(review), .. }) if review.outcome == Outcome::Refused => Stage::Refused,
            Some(_) => Stage::ToPublish,
        }
    }

    /// Until when the public is asked for comments: as its first version said, whatever was corrected since.
    pub fn asked_until(&self) -> Option<Day> {
        self.published.first().and_then(|first| first.comments_until)
    }

    /// What the public reads now: none before it is published, and none once it was withdrawn.
    pub fn current(&self) -> Option<&Publication> {
        self.published.last().filter(|_| self.withdrawn.is_none())
    }
}
