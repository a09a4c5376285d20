//! Pure: what may be proposed for the inventory, who looks whether the law bears it, and who publishes it: three persons.

#[cfg(test)]
mod tests;

use access::Hand;
use access::separation::{Separation, another_hand};
use kernel::Day;
use kernel::limit::Budget;
use kernel::refusal::{Param, Refuse};
use kernel::words::within;

use crate::events::{Change, PowerEvent};
use crate::item::{Item, Pending, Version};
use crate::types::{Content, Fault, Faulty, Field, Wrong};

/// Characters of a reason or an opinion at most.
pub const MAX_TEXT: usize = 2_000;

/// What an officer proposes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// What the item is to say.
    pub content: Content,
    /// From which day on.
    pub from: Day,
    /// Why.
    pub reason: String,
}

/// The process that an item is bound to, as it is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The item names none.
    None,
    /// No process of that name is in force, or it has no clock for the whole matter.
    NotThere,
    /// It is in force, with these limits for the whole matter.
    There {
        /// The law's, if there is one.
        statutory: Option<Budget>,
        /// The promised one, if there is one.
        promised: Option<Budget>,
    },
}

/// What is known beside the item.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Today.
    pub today: Day,
    /// Whether the organ of the item stands on that day.
    pub organ_stands: bool,
    /// The process that it is bound to.
    pub bound: Bound,
}

/// An expected "no".
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Fields that are not accepted.
    #[error(transparent)]
    Fields(#[from] Faulty),
    /// No reason or opinion, or too many words.
    #[error("the reason is missing, or longer than {MAX_TEXT} characters")]
    Reason,
    /// It is to hold from a day that is over.
    #[error("it is to hold from a day that is over")]
    Past,
    /// It is to hold before the version that it changes.
    #[error("it is to hold before the version that it changes")]
    Before,
    /// A change waits already.
    #[error("a change of this item waits already")]
    Waiting,
    /// Nothing waits.
    #[error("nothing waits to be decided")]
    NothingWaits,
    /// It was looked at already.
    #[error("the legal review is done")]
    Reviewed,
    /// Nobody looked yet whether the law bears it.
    #[error("the legal review is not done")]
    NotReviewed,
    /// The item was repealed.
    #[error("the item was repealed")]
    Repealed,
    /// Nothing of it changes.
    #[error("nothing of it changes")]
    Same,
    /// Only another organ may propose it.
    #[error("the item is another organ's")]
    OtherOrgan,
    /// Three persons are needed.
    #[error(transparent)]
    Separation(#[from] Separation),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Fields(faulty) => faulty.code(),
            Refusal::Reason => "power.reason",
            Refusal::Past => "power.past",
            Refusal::Before => "power.before",
            Refusal::Waiting => "power.waiting",
            Refusal::NothingWaits => "power.nothing_waits",
            Refusal::Reviewed => "power.reviewed",
            Refusal::NotReviewed => "power.not_reviewed",
            Refusal::Repealed => "power.repealed",
            Refusal::Same => "power.same",
            Refusal::OtherOrgan => "power.other_organ",
            Refusal::Separation(cause) => cause.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::Fields(faulty) => faulty.params(),
            _ => Vec::new(),
        }
    }
}

/// Proposes an item, or another version of it.
///
/// - `item`: what there is of it; none for a new one.
///
/// Refused while a change waits, for a repealed item, for an item of another organ; then for each field, the day and the reason.
pub fn propose(item: Option<&Item>, hand: Hand, given: Given, around: Around) -> Result<PowerEvent, Refusal> {
    let newest = free(item)?;
    if given.content.organ != hand.organ || newest.is_some_and(|newest| newest.content.organ != hand.organ) {
        return Err(Refusal::OtherOrgan);
    }
    let mut faults = given.content.faults();
    if newest.is_some_and(|newest| newest.content.code != given.content.code) {
        faults.insert(0, Fault { field: Field::Code, wrong: Wrong::Fixed });
    }
    faults.extend(outside(&given.content, around));
    if !faults.is_empty() {
        return Err(Faulty(faults).into());
    }
    if newest.is_some_and(|newest| newest.content == given.content) {
        return Err(Refusal::Same);
    }
    dated(newest, given.from, around.today)?;
    let change = if newest.is_some() { Change::Amend } else { Change::Add };
    proposed(change, given, hand)
}

/// Proposes that an item ends.
///
/// Refused as [`propose`], but for its fields.
pub fn repeal(item: &Item, hand: Hand, from: Day, reason: &str, today: Day) -> Result<PowerEvent, Refusal> {
    let newest = free(Some(item))?.ok_or(Refusal::NothingWaits)?;
    if newest.content.organ != hand.organ {
        return Err(Refusal::OtherOrgan);
    }
    dated(Some(newest), from, today)?;
    proposed(Change::Repeal, Given { content: newest.content.clone(), from, reason: reason.to_owned() }, hand)
}

/// Says whether the law bears what waits 合法性审核: somebody else than who proposed it.
///
/// Refused where nothing waits or it was looked at, for the hand, and for the opinion.
pub fn review(item: &Item, hand: Hand, passed: bool, opinion: &str) -> Result<PowerEvent, Refusal> {
    let pending = pending(item)?;
    if pending.review.is_some() {
        return Err(Refusal::Reviewed);
    }
    another_hand(pending.proposers.iter().copied(), hand)?;
    let opinion = text(opinion)?;
    Ok(PowerEvent::Reviewed { passed, opinion, by: hand.officer, on_behalf_of: hand.on_behalf_of })
}

/// Publishes what waits and was reviewed: somebody else than who proposed and who reviewed it. It holds from today on where its
/// day is over by now: no power is exercised before it was published.
///
/// Refused where nothing waits or nobody reviewed it, for the hand, and for what has changed outside since.
pub fn publish(item: &Item, hand: Hand, around: Around) -> Result<PowerEvent, Refusal> {
    let pending = third(item, hand)?;
    if pending.change != Change::Repeal {
        let faults = outside(&pending.content, around);
        if !faults.is_empty() {
            return Err(Faulty(faults).into());
        }
    }
    let last = item.newest().map_or(0, |newest| newest.number);
    let version = if pending.change == Change::Repeal { last } else { last + 1 };
    Ok(PowerEvent::Published {
        change: pending.change,
        version,
        content: pending.content.clone(),
        from: pending.from.max(around.today),
        by: hand.officer,
    })
}

/// Does not publish what waits.
///
/// Refused as [`publish`]; then for the opinion.
pub fn refuse(item: &Item, hand: Hand, opinion: &str) -> Result<PowerEvent, Refusal> {
    third(item, hand)?;
    Ok(PowerEvent::Refused { opinion: text(opinion)?, by: hand.officer })
}

/// Takes back what one proposed.
///
/// Refused where nothing waits, and to whoever did not propose it.
pub fn withdraw(item: &Item, hand: Hand) -> Result<PowerEvent, Refusal> {
    let pending = pending(item)?;
    if !pending.proposers.contains(&hand.officer) {
        return Err(Refusal::OtherOrgan);
    }
    Ok(PowerEvent::Withdrawn { by: hand.officer })
}

/// What is wrong with an item beside itself.
pub fn outside(content: &Content, around: Around) -> Vec<Fault> {
    let organ = (!around.organ_stands).then_some(Fault { field: Field::Organ, wrong: Wrong::Unknown });
    let process = match around.bound {
        Bound::None => None,
        Bound::NotThere => Some(Fault { field: Field::Process, wrong: Wrong::Unknown }),
        Bound::There { statutory, promised } => other_limit(content, statutory, promised),
    };
    organ.into_iter().chain(process).collect()
}

/// The limit by which a process counts is not what the item promises: whoever reads the guide would wait longer than is said, or
/// supervision would measure by another law.
fn other_limit(content: &Content, statutory: Option<Budget>, promised: Option<Budget>) -> Option<Fault> {
    let fault = |field| Some(Fault { field, wrong: Wrong::OtherLimit });
    if content.statutory.is_some() && statutory.is_some() && content.statutory != statutory {
        return fault(Field::Statutory);
    }
    let longer = |counted: Budget, said: Budget| counted.unit != said.unit || counted.value > said.value;
    let counted = promised.or(statutory);
    match (content.promised, counted) {
        (Some(said), Some(counted)) if longer(counted, said) => fault(Field::Promised),
        _ => None,
    }
}

/// The newest version of an item that may be changed.
fn free(item: Option<&Item>) -> Result<Option<&Version>, Refusal> {
    let Some(item) = item else { return Ok(None) };
    if item.pending.is_some() {
        return Err(Refusal::Waiting);
    }
    match item.newest() {
        Some(_) if !item.goes_on() => Err(Refusal::Repealed),
        newest => Ok(newest),
    }
}

fn dated(newest: Option<&Version>, from: Day, today: Day) -> Result<(), Refusal> {
    if from < today {
        return Err(Refusal::Past);
    }
    match newest {
        Some(newest) if from <= newest.from => Err(Refusal::Before),
        _ => Ok(()),
    }
}

fn proposed(change: Change, given: Given, hand: Hand) -> Result<PowerEvent, Refusal> {
    let reason = text(&given.reason)?;
    let Given { content, from, .. } = given;
    let (by, on_behalf_of, organ) = (hand.officer, hand.on_behalf_of, hand.organ);
    Ok(PowerEvent::Proposed { change, content, from, reason, by, on_behalf_of, organ })
}

fn pending(item: &Item) -> Result<&Pending, Refusal> {
    item.pending.as_ref().ok_or(Refusal::NothingWaits)
}

/// What waits for a third hand.
fn third(item: &Item, hand: Hand) -> Result<&Pending, Refusal> {
    let pending = pending(item)?;
    let (_, reviewers) = pending.review.as_ref().ok_or(Refusal::NotReviewed)?;
    another_hand(pending.proposers.iter().chain(reviewers).copied(), hand)?;
    Ok(pending)
}

fn text(given: &str) -> Result<String, Refusal> {
    within(given, MAX_TEXT).map(str::to_owned).ok_or(Refusal::Reason)
}
