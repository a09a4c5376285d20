//! Pure: what may happen to an organ's catalogue and to a disclosure.

use access::Hand;
use access::separation::{Separation, another_hand};
use kernel::calendar::WorkingCalendar;
use kernel::clock::NotArmed;
use kernel::day::Zone;
use kernel::limit::{Budget, Law, Limit};
use kernel::organ::Organ;
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{Day, MatterId};

use crate::catalogue::{By, Catalogue, Entry, Publisher};
use crate::content::Content;
use crate::duty::{self, Period};
use crate::events::{DisclosureEvent, Exception, Outcome};
use crate::ground::{Because, Ground};
use crate::state::{Disclosure, Stage};

/// Characters of a reason at most.
pub const MAX_REASON: usize = 500;

/// Working days within which what tells of a changed decision is withdrawn. Source: 行政处罚法 arts. 48 and 85; AP-17.
pub const WITHDRAW_WITHIN: u32 = 3;

/// What counts days: the working calendar and the civil time of the node.
pub type Counting<'a> = (&'a WorkingCalendar, Zone);

/// An organ's own catalogue, as far as rules look at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// Since when its duties are counted.
    pub since: Day,
    /// Codes of the entries that it does not have.
    pub except: Vec<String>,
}

/// What an officer gives for a draft.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// Code of the entry.
    pub entry: String,
    /// Code of the period; empty where it comes by change.
    pub period: String,
    /// The day on which the information came to be.
    pub came: Option<Day>,
    /// Title.
    pub title: String,
    /// The text, a paragraph a line.
    pub body: String,
}

/// What a reviewer gives.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verdict {
    /// What it came to, if anything was chosen.
    pub outcome: Option<Outcome>,
    /// Numbers of paragraphs, as typed.
    pub withheld: String,
    /// On which ground.
    pub ground: Option<Ground>,
    /// In words.
    pub reason: String,
}

/// An expected "no".
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The catalogue asks nothing of an organ of this kind.
    #[error("the catalogue asks nothing of an organ of this kind")]
    NothingAsked,
    /// The organ discloses here already.
    #[error("the organ discloses here already")]
    AlreadyOpen,
    /// The organ does not disclose here yet.
    #[error("the organ's catalogue has not been opened")]
    NotOpen,
    /// An organ cannot say that it does not have this.
    #[error("entry {entry} binds every organ of its kind")]
    NotOptional {
        /// The entry.
        entry: String,
    },
    /// No such entry, or none of this organ.
    #[error("the organ has no such entry")]
    NoEntry,
    /// No such period of this entry.
    #[error("the entry has no such period, or it has not begun")]
    NoPeriod,
    /// Something of this entry and period is there already.
    #[error("there is a disclosure of this entry and period already")]
    Taken,
    /// No day, or one to come.
    #[error("the day on which the information came to be is missing, or is to come")]
    Came,
    /// No title, or no line of text of at most so many characters.
    #[error("the title is missing, longer than {} characters, or of several lines", crate::content::MAX_TITLE)]
    Title,
    /// No text, or too much of it.
    #[error(
        "the text is missing, longer than {} characters or {} paragraphs, or holds what is no text",
        crate::content::MAX_TEXT,
        crate::content::MAX_PARAGRAPHS
    )]
    Body,
    /// No reason, or too many words.
    #[error("the reason is missing, or longer than {MAX_REASON} characters")]
    Reason,
    /// It is not at the stage for this.
    #[error("it is not at the stage for this")]
    Stage,
    /// No outcome was chosen.
    #[error("what the review came to is missing")]
    Outcome,
    /// No ground for what is withheld.
    #[error("the ground for what is withheld is missing")]
    Ground,
    /// No paragraph of these numbers, or all of them.
    #[error("the numbers of paragraphs that are withheld are missing, wrong, or all of them")]
    Withheld,
    /// Its words were erased by law.
    #[error("its words were erased by law")]
    Gone,
    /// A reason for withdrawing was not chosen.
    #[error("why it is withdrawn is missing")]
    Because,
    /// No day of the change, or one to come.
    #[error("the day on which the decision was changed is missing, or is to come")]
    Changed,
    /// The limit cannot be counted.
    #[error(transparent)]
    Clock(#[from] NotArmed),
    /// Other persons are needed.
    #[error(transparent)]
    Separation(#[from] Separation),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NothingAsked => "disclosure.nothing_asked",
            Refusal::AlreadyOpen => "disclosure.already_open",
            Refusal::NotOpen => "disclosure.not_open",
            Refusal::NotOptional { .. } => "disclosure.not_optional",
            Refusal::NoEntry => "disclosure.no_entry",
            Refusal::NoPeriod => "disclosure.no_period",
            Refusal::Taken => "disclosure.taken",
            Refusal::Came => "disclosure.came",
            Refusal::Title => "disclosure.title",
            Refusal::Body => "disclosure.body",
            Refusal::Reason => "disclosure.reason",
            Refusal::Stage => "disclosure.stage",
            Refusal::Outcome => "disclosure.outcome",
            Refusal::Ground => "disclosure.ground",
            Refusal::Withheld => "disclosure.withheld",
            Refusal::Gone => "disclosure.gone",
            Refusal::Because => "disclosure.because",
            Refusal::Changed => "disclosure.changed",
            Refusal::Clock(cause) => cause.code(),
            Refusal::Separation(cause) => cause.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::NotOptional { entry } => vec![("entry", Param::Text(entry.clone()))],
            Refusal::Clock(cause) => cause.params(),
            _ => Vec::new(),
        }
    }
}

/// Opens an organ's catalogue: from `since` on its duties are counted.
///
/// Refused where it is open, or nothing is asked of its kind; then for what it says it does not have.
pub fn open(
    catalogue: &Catalogue,
    (organ, opened): (&Organ, Option<&Opened>),
    hand: Hand,
    except: &[Exception],
    since: Day,
    counting: Counting<'_>,
) -> Result<DisclosureEvent, Refusal> {
    if opened.is_some() {
        return Err(Refusal::AlreadyOpen);
    }
    if catalogue.of(organ).next().is_none() {
        return Err(Refusal::NothingAsked);
    }
    let mut without = Vec::new();
    for exception in except {
        let entry = catalogue.of(organ).find(|entry| entry.code == exception.entry).ok_or(Refusal::NoEntry)?;
        if !entry.optional {
            return Err(Refusal::NotOptional { entry: entry.code.clone() });
        }
        let reason = within(&exception.reason, MAX_REASON).ok_or(Refusal::Reason)?.to_owned();
        without.push(Exception { entry: entry.code.clone(), reason });
    }
    let has = |entry: &&Entry| !without.iter().any(|it| it.entry == entry.code);
    let duties = catalogue.of(organ).filter(has).filter_map(|entry| duty::first(entry, since, counting)).collect();
    Ok(DisclosureEvent::Opened { organ: organ.id, since, except: without, duties, by: hand.officer })
}

/// Drafts a disclosure.
///
/// Refused unless the organ's catalogue is open and has the entry; then for the period, for another disclosure of it, for the day
/// and for the text.
///
/// - `taken`: whether a disclosure of this entry and period is there that was not withdrawn.
pub fn draft(
    catalogue: &Catalogue,
    (organ, opened): (&Organ, Option<&Opened>),
    hand: Hand,
    given: &Given,
    taken: bool,
    (today, counting): (Day, Counting<'_>),
) -> Result<DisclosureEvent, Refusal> {
    let opened = opened.ok_or(Refusal::NotOpen)?;
    let entry = catalogue.of(organ).find(|entry| entry.code == given.entry).ok_or(Refusal::NoEntry)?;
    if opened.except.contains(&entry.code) {
        return Err(Refusal::NoEntry);
    }
    let period = period_of(entry, &given.period, today)?;
    if period.is_some() && taken {
        return Err(Refusal::Taken);
    }
    let came = given.came.filter(|came| *came <= today).ok_or(Refusal::Came)?;
    let content = Content::typed(&given.title, &given.body)?;
    // What a period owes is counted by the period's own duty; what comes by change, from the day on which it came to be.
    let (due, why) = match (&entry.by, period) {
        (By::Within(_), None) if entry.is_owed() => match duty::after(&entry.by, came, counting) {
            Ok(due) => (due, None),
            Err(cannot) => (None, Some(cannot.code().to_owned())),
        },
        _ => (None, None),
    };
    Ok(DisclosureEvent::Drafted {
        organ: organ.id,
        entry: entry.code.clone(),
        period: period.map(Period::code),
        came,
        due,
        why,
        paragraphs: count(&content),
        content: content.into(),
        officer: hand.officer,
        on_behalf_of: hand.on_behalf_of,
    })
}

/// The period that was named: one of the entry's kind, and begun. What comes once may also be disclosed anew when it changes, and
/// names no period then.
fn period_of(entry: &Entry, code: &str, today: Day) -> Result<Option<Period>, Refusal> {
    use crate::catalogue::Often;
    let code = code.trim();
    match entry.often {
        Often::OnChange if code.is_empty() => Ok(None),
        Often::Once if code.is_empty() => Ok(None),
        Often::OnChange => Err(Refusal::NoPeriod),
        often => Period::parse(code)
            .filter(|period| period.often() == often && period.first().is_none_or(|first| first <= today))
            .map(Some)
            .ok_or(Refusal::NoPeriod),
    }
}

fn count(content: &Content) -> i64 {
    i64::try_from(content.paragraphs.len()).unwrap_or(i64::MAX)
}

/// Writes it anew: a draft, or a correction of what is published, which says what was wrong.
///
/// Refused where it was withdrawn; then for what was wrong and for the text.
pub fn rewrite(
    disclosure: &Disclosure,
    hand: Hand,
    (title, body): (&str, &str),
    correction: &str,
) -> Result<DisclosureEvent, Refusal> {
    if disclosure.stage() == Stage::Withdrawn {
        return Err(Refusal::Stage);
    }
    let correction = match disclosure.published.is_empty() {
        true => None,
        false => Some(within(correction, MAX_REASON).ok_or(Refusal::Reason)?.to_owned().into()),
    };
    let content = Content::typed(title, body)?;
    Ok(DisclosureEvent::Rewritten {
        paragraphs: count(&content),
        content: content.into(),
        correction,
        officer: hand.officer,
        on_behalf_of: hand.on_behalf_of,
    })
}

/// Reviews a draft for secrecy.
///
/// Refused unless it waits for that and by who wrote it; then for the outcome, the ground, the numbers and the reason: what is
/// withheld has all three, what is passed needs none.
pub fn review(disclosure: &Disclosure, hand: Hand, verdict: &Verdict) -> Result<DisclosureEvent, Refusal> {
    let draft = disclosure.draft.as_ref().filter(|_| disclosure.stage() == Stage::ToReview).ok_or(Refusal::Stage)?;
    another_hand(draft.hands.iter().copied(), hand)?;
    let outcome = verdict.outcome.ok_or(Refusal::Outcome)?;
    let (withheld, ground) = match outcome {
        Outcome::Passed => (Vec::new(), None),
        Outcome::Partly => {
            let ground = verdict.ground.ok_or(Refusal::Ground)?;
            (numbers(&verdict.withheld, draft.paragraphs).ok_or(Refusal::Withheld)?, Some(ground))
        }
        Outcome::Refused => (Vec::new(), Some(verdict.ground.ok_or(Refusal::Ground)?)),
    };
    let reason = match (outcome, verdict.reason.trim()) {
        (Outcome::Passed, "") => String::new(),
        (_, typed) => within(typed, MAX_REASON).ok_or(Refusal::Reason)?.to_owned(),
    };
    Ok(DisclosureEvent::Reviewed {
        outcome,
        withheld,
        ground,
        reason: reason.into(),
        by: hand.officer,
        on_behalf_of: hand.on_behalf_of,
    })
}

/// Numbers from 1 to `most`, as people write them: `2, 5`, `2、5`; each once and in order, at least one and not all.
fn numbers(typed: &str, most: i64) -> Option<Vec<i64>> {
    let parts = typed.split(|it: char| it.is_whitespace() || ",，、;；".contains(it)).filter(|part| !part.is_empty());
    let mut numbers = parts.map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    let all = i64::try_from(numbers.len()).unwrap_or(i64::MAX) >= most;
    (!numbers.is_empty() && !all && numbers.iter().all(|it| (1..=most).contains(it))).then_some(numbers)
}

/// What publishing is decided by, beside the disclosure.
#[derive(Clone, Copy, Debug)]
pub struct Publishing<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What was reviewed, as the publisher shows it to the public; none where it was erased.
    pub reviewed: Option<&'a Content>,
    /// Another disclosure of the entry that says the same.
    pub same_as: Option<MatterId>,
    /// Today.
    pub today: Day,
}

/// Publishes what was reviewed, or its correction.
///
/// Refused unless it waits for that; by who wrote it; by who reviewed it, where the catalogue wants a third; then where its words
/// are gone.
pub fn publish(disclosure: &Disclosure, hand: Hand, publishing: Publishing<'_>) -> Result<DisclosureEvent, Refusal> {
    let draft = disclosure.draft.as_ref().filter(|_| disclosure.stage() == Stage::ToPublish).ok_or(Refusal::Stage)?;
    let review = draft.review.as_ref().ok_or(Refusal::Stage)?;
    let Publishing { entry, reviewed, same_as, today } = publishing;
    another_hand(draft.hands.iter().copied(), hand)?;
    if entry.publisher == Publisher::Third {
        another_hand(review.hands.iter().copied(), hand)?;
    }
    let reviewed = reviewed.ok_or(Refusal::Gone)?;
    let shown = |(at, paragraph): (i64, &String)| {
        if review.withheld.contains(&at) { 0 } else { paragraph.chars().count() }
    };
    let characters: usize = (1..).zip(&reviewed.paragraphs).map(shown).sum();
    Ok(DisclosureEvent::Published {
        organ: disclosure.organ,
        entry: entry.code.clone(),
        period: disclosure.period.clone(),
        number: i64::try_from(disclosure.published.len()).unwrap_or(i64::MAX - 1) + 1,
        content: reviewed.published(&review.withheld, review.ground).into(),
        withheld: review.withheld.clone(),
        ground: review.ground,
        correction: draft.correction.clone(),
        comments_until: disclosure.asked_until().or_else(|| entry.comments.map(|days| today.plus(i64::from(days)))),
        paragraphs: count(reviewed),
        until: entry.stands.map(|days| today.plus(i64::from(days))),
        characters: i64::try_from(characters).unwrap_or(i64::MAX),
        least: i64::from(entry.least),
        same_as,
        by: hand.officer,
    })
}

/// What an officer gives for a withdrawal.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taking {
    /// Why, if anything was chosen.
    pub because: Option<Because>,
    /// When the decision was changed.
    pub changed: Option<Day>,
    /// In words.
    pub reason: String,
}

/// Withdraws what is published.
///
/// Refused unless something is published; then for why, for the day of the change and for the reason. Lateness does not stand in
/// the way: it is withdrawn, and asked about.
pub fn withdraw(
    disclosure: &Disclosure,
    hand: Hand,
    taking: &Taking,
    today: Day,
    counting: Counting<'_>,
) -> Result<DisclosureEvent, Refusal> {
    let current = disclosure.current().ok_or(Refusal::Stage)?;
    let because = taking.because.ok_or(Refusal::Because)?;
    let (changed, limit) = match because {
        Because::Changed => {
            let changed = taking.changed.filter(|day| *day <= today).ok_or(Refusal::Changed)?;
            let budget = Budget::working_days(WITHDRAW_WITHIN);
            let limit = Limit::new(Law::Penalty, budget, "行政处罚法 第48条");
            (Some(changed), duty::after(&By::Within(limit), changed, counting)?)
        }
        Because::Unlawful | Because::Mistake | Because::Other => (None, None),
    };
    let reason = within(&taking.reason, MAX_REASON).ok_or(Refusal::Reason)?.to_owned();
    Ok(DisclosureEvent::Withdrawn {
        because,
        reason: reason.into(),
        changed,
        limit,
        before: current.until.filter(|until| *until > today),
        by: hand.officer,
    })
}

#[cfg(test)]
mod tests;
