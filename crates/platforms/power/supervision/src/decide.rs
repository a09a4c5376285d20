//! May it happen? Pure functions of the warning, who acts, and the time handed in: no I/O, no clock, no chance.
//!
//! Each checks in the order its docstring gives; the first refusal is the one people see.

mod classify;
mod recusal;

use access::Hand;
use access::separation::Separation;
use kernel::clock::NotArmed;
use kernel::refusal::{Param, Refuse};
use kernel::{Class, Erasable, OfficerId, OrganId};
use supervise::{Finding, Light};

use crate::events::WarningEvent;
use crate::limits::{Limits, Timing};
use crate::types::{Outcome, Stage, Verdict, Warning};

pub use classify::{classify, follow};
pub use recusal::{lift, recuse};
use recusal::{not_recused, recusals};

/// Longest text of an explanation, a ground or a question, in characters.
pub const MAX_TEXT: usize = 4_000;

/// An expected "no": the rules forbid it, and the person is owed the reason.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The warning is closed.
    #[error("the warning is closed")]
    Closed,
    /// Not possible at this stage.
    #[error("that is not possible while the warning is {stage}")]
    WrongStage {
        /// The stage it is in.
        stage: &'static str,
    },
    /// It belongs to another supervisory unit.
    #[error("the warning is held by another supervisory unit")]
    NotYourUnit,
    /// Another inspector has it.
    #[error("only its inspector may do that")]
    NotTheInspector,
    /// The organ concerned is another.
    #[error("the warning concerns another organ")]
    NotYourOrgan,
    /// No organ of this node is concerned, so nobody can be asked.
    #[error("the record names no organ of this node that could be asked")]
    NoOrgan,
    /// The inspector whose conclusion is contested may not decide the appeal 回避.
    #[error("the inspector whose conclusion is contested may not decide the appeal")]
    OwnConclusion,
    /// The inspector holds as many as the quota allows.
    #[error("the inspector already holds {held} warnings, the quota is {quota}")]
    QuotaReached {
        /// Held now.
        held: u32,
        /// The quota.
        quota: u32,
    },
    /// A text is missing.
    #[error("{field} is empty")]
    TextMissing {
        /// Name of the form's field.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} has {length} characters, at most {limit}")]
    TextTooLong {
        /// Name of the form's field.
        field: &'static str,
        /// Characters given.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Not one verdict per reason.
    #[error("{given} of {wanted} reasons have a verdict")]
    VerdictsMissing {
        /// Verdicts given.
        given: usize,
        /// Reasons there are.
        wanted: usize,
    },
    /// The clock of the next stage cannot be armed.
    #[error("the clock cannot be armed: {0}")]
    Clock(#[from] NotArmed),
    /// The clock of the stage has not run out.
    #[error("the clock has not run out")]
    NotOverdue,
    /// Recused, or the same hand where two are needed.
    #[error(transparent)]
    Separation(#[from] Separation),
    /// The officer keeps out of it already.
    #[error("the officer is recused from the warning already")]
    RecusedAlready,
    /// There is no recusal to lift.
    #[error("the officer is not recused from the warning")]
    NotRecused,
    /// A warning is internal or a work secret, and never above what the post may read.
    #[error("a warning has no such class, or none that the post may read")]
    NoSuchClass,
    /// It is classified so already.
    #[error("it is classified so already")]
    NothingChanges,
    /// A warning is never more open than what it quotes.
    #[error("a warning is never more open than what it quotes")]
    OpenerThanSource,
    /// The inspector's post may not read its class.
    #[error("the inspector's post may not read a warning of this class")]
    NotCleared,
    /// Nobody who answers for the organ may know of the warning.
    #[error("nobody who answers for the organ may know of the warning")]
    NobodyKnows,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Closed => "supervision.closed",
            Refusal::WrongStage { .. } => "supervision.wrong_stage",
            Refusal::NotYourUnit => "supervision.not_your_unit",
            Refusal::NotTheInspector => "supervision.not_the_inspector",
            Refusal::NotYourOrgan => "supervision.not_your_organ",
            Refusal::NoOrgan => "supervision.no_organ",
            Refusal::OwnConclusion => "supervision.own_conclusion",
            Refusal::QuotaReached { .. } => "supervision.quota_reached",
            Refusal::TextMissing { .. } => "supervision.text_missing",
            Refusal::TextTooLong { .. } => "supervision.text_too_long",
            Refusal::VerdictsMissing { .. } => "supervision.verdicts_missing",
            Refusal::Clock(cause) => cause.code(),
            Refusal::NotOverdue => "supervision.not_overdue",
            Refusal::Separation(cause) => cause.code(),
            Refusal::RecusedAlready => "supervision.recused_already",
            Refusal::NotRecused => "supervision.not_recused",
            Refusal::NoSuchClass => "supervision.no_such_class",
            Refusal::NothingChanges => "supervision.nothing_changes",
            Refusal::OpenerThanSource => "supervision.opener_than_source",
            Refusal::NotCleared => "supervision.not_cleared",
            Refusal::NobodyKnows => "supervision.nobody_knows",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::WrongStage { stage } => vec![("stage", (*stage).into())],
            Refusal::QuotaReached { held, quota } => vec![("held", (*held).into()), ("quota", (*quota).into())],
            Refusal::TextMissing { field } => vec![("field", (*field).into())],
            Refusal::TextTooLong { field, length, limit } => {
                vec![("field", (*field).into()), ("length", (*length).into()), ("limit", (*limit).into())]
            }
            Refusal::VerdictsMissing { given, wanted } => {
                vec![("given", (*given).into()), ("wanted", (*wanted).into())]
            }
            Refusal::Clock(cause) => cause.params(),
            Refusal::Closed
            | Refusal::NotYourUnit
            | Refusal::NotTheInspector
            | Refusal::NotYourOrgan
            | Refusal::NoOrgan
            | Refusal::OwnConclusion
            | Refusal::RecusedAlready
            | Refusal::NotRecused
            | Refusal::NoSuchClass
            | Refusal::NothingChanges
            | Refusal::OpenerThanSource
            | Refusal::NotCleared
            | Refusal::NobodyKnows
            | Refusal::Separation(_)
            | Refusal::NotOverdue => Vec::new(),
        }
    }
}

/// Opens a warning for a finding, dispatched to `unit`. The system's own act: nothing to refuse but a clock.
pub fn raise(
    finding: Finding,
    number: u64,
    unit: OrganId,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    Ok(WarningEvent::Raised { number, finding, unit, clock: timing.arm(&limits.take)? })
}

/// What a later finding about the subject of an open warning adds; nothing if its reasons are the same.
///
/// A reason is the same when rule, version, subject and value are. Verdicts already given fall: the whole is another.
/// While the organ corrects or appeals, the dispute stands as it is and the new reasons wait for the next run.
pub fn add_reasons(warning: &Warning, finding: &Finding) -> Option<WarningEvent> {
    if !takes_reasons(warning) {
        return None;
    }
    let fresh: Vec<_> = finding.reasons.iter().filter(|reason| !knows(warning, reason)).cloned().collect();
    if fresh.is_empty() {
        return None;
    }
    let mut whole = finding.clone();
    whole.reasons = warning.finding.reasons.iter().cloned().chain(fresh).collect();
    whole.score = whole.score.max(warning.finding.score);
    whole.light = whole.light.max(warning.finding.light);
    Some(WarningEvent::ReasonsAdded { finding: whole })
}

/// Whether what is found later is added to it: until somebody has concluded.
pub fn takes_reasons(warning: &Warning) -> bool {
    matches!(warning.stage, Stage::Dispatched | Stage::Checking { .. } | Stage::Asked { .. })
}

/// Whether a finding brings no reason that the warning does not have: what was dealt with is not raised again.
pub fn same_facts(warning: &Warning, finding: &Finding) -> bool {
    finding.reasons.iter().all(|reason| knows(warning, reason))
}

fn knows(warning: &Warning, reason: &supervise::Reason) -> bool {
    let reasons = &warning.finding.reasons;
    reasons.iter().any(|old| (&old.rule, &old.subject, &old.value) == (&reason.rule, &reason.subject, &reason.value))
}

/// Takes a warning that nobody has. Refused as [`assign`], and if somebody has it already.
pub fn take(
    warning: &Warning,
    hand: Hand,
    held: u32,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    // Whoever takes it has read it.
    let inspector = Inspector { officer: hand.principal(), held, ceiling: warning.secrecy.class };
    let event = assign(warning, hand, inspector, limits, timing)?;
    if matches!(warning.stage, Stage::Dispatched) { Ok(event) } else { Err(wrong_stage(warning)) }
}

/// Whom a warning is given to.
#[derive(Clone, Copy, Debug)]
pub struct Inspector {
    /// The officer.
    pub officer: OfficerId,
    /// How many open warnings they hold.
    pub held: u32,
    /// The highest class that their post may read.
    pub ceiling: Class,
}

/// Gives the warning to an inspector, or takes it oneself.
///
/// Refused unless it is open, the hand is not recused, it is held by the hand's unit, not yet past checking, the inspector is
/// not recused, cleared for its class, and below quota. Past checking it changes hands where its inspector keeps out of it: the stage and its clock
/// stay, since what the organ owes does not change with the inspector.
pub fn assign(
    warning: &Warning,
    hand: Hand,
    inspector: Inspector,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    open(warning)?;
    not_recused(warning, hand)?;
    own_unit(warning, hand)?;
    let begins = matches!(warning.stage, Stage::Dispatched | Stage::Checking { .. });
    if !begins && (warning.active_inspector().is_some() || matches!(warning.stage, Stage::Appealed { .. })) {
        return Err(wrong_stage(warning));
    }
    let Inspector { officer: inspector, held, ceiling } = inspector;
    recusals(warning).admits(warning.id, inspector)?;
    if warning.secrecy.class > ceiling {
        return Err(Refusal::NotCleared);
    }
    if held >= limits.quota_per_inspector {
        return Err(Refusal::QuotaReached { held, quota: limits.quota_per_inspector });
    }
    if !begins {
        return Ok(WarningEvent::HandedOver { inspector });
    }
    Ok(WarningEvent::Assigned { inspector, clock: timing.arm(&limits.conclude)? })
}

/// Asks the organ to explain.
///
/// - `known`: whether somebody who answers for the organ may know of the warning; else the clock would run for nobody.
///
/// Refused unless it is open, being checked, by its inspector, about an organ of this node, and known there; then for the text.
pub fn ask(
    warning: &Warning,
    hand: Hand,
    known: bool,
    question: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    checking(warning, hand)?;
    if warning.finding.organ.is_none() {
        return Err(Refusal::NoOrgan);
    }
    if !known {
        return Err(Refusal::NobodyKnows);
    }
    let question = text("question", question)?;
    Ok(WarningEvent::Asked { question, clock: timing.arm(&limits.explain)? })
}

/// The organ explains. Refused unless it is open, the hand is not recused, it is asked, and the organ is the hand's; then for the text.
pub fn explain(
    warning: &Warning,
    hand: Hand,
    explanation: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    open(warning)?;
    not_recused(warning, hand)?;
    own_organ(warning, hand)?;
    if !matches!(warning.stage, Stage::Asked { .. }) {
        return Err(wrong_stage(warning));
    }
    let explanation = text("explanation", explanation)?;
    Ok(WarningEvent::Explained { explanation, clock: timing.arm(&limits.conclude)? })
}

/// Concludes, reason by reason.
///
/// Refused unless it is open, being checked, by its inspector, with one verdict per reason and grounds. Nothing
/// confirmed closes it; anything confirmed asks the organ to correct.
pub fn conclude(
    warning: &Warning,
    hand: Hand,
    verdicts: &[Option<Verdict>],
    grounds: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    checking(warning, hand)?;
    let wanted = warning.finding.reasons.len();
    let given: Vec<Verdict> = verdicts.iter().flatten().copied().collect();
    if given.len() != wanted || verdicts.len() != wanted {
        return Err(Refusal::VerdictsMissing { given: given.len().min(wanted), wanted });
    }
    let grounds = text("grounds", grounds)?;
    let (closed, clock) = if given.contains(&Verdict::Confirmed) {
        // Without an organ of ours nobody here can correct: the confirmed warning is closed as such.
        match warning.finding.organ {
            Some(_) => (None, Some(timing.arm(&limits.correct)?)),
            None => (Some(Outcome::Corrected), None),
        }
    } else if given.contains(&Verdict::Explained) {
        (Some(Outcome::Explained), None)
    } else {
        (Some(Outcome::Refuted), None)
    };
    let by = hand.on_behalf_of.map(|_| hand.officer);
    Ok(WarningEvent::Concluded { verdicts: given, grounds, closed, clock, by })
}

/// The organ says what it corrected. Refused unless it is open, being corrected, and the organ is the hand's.
pub fn correct(
    warning: &Warning,
    hand: Hand,
    measures: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    owing(warning, hand)?;
    let measures = text("measures", measures)?;
    Ok(WarningEvent::Corrected { measures, clock: timing.arm(&limits.accept)? })
}

/// The organ contests the conclusion. Refused as [`correct`].
pub fn appeal(
    warning: &Warning,
    hand: Hand,
    grounds: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    owing(warning, hand)?;
    let grounds = text("grounds", grounds)?;
    Ok(WarningEvent::Appealed { grounds, clock: timing.arm(&limits.decide_appeal)? })
}

/// Accepts a correction. Refused unless it is open, corrected, and the hand is its inspector.
pub fn accept(warning: &Warning, hand: Hand, note: &str) -> Result<WarningEvent, Refusal> {
    corrected(warning, hand)?;
    Ok(WarningEvent::Accepted { note: text("note", note)? })
}

/// Sends a hollow correction back. Refused as [`accept`].
pub fn give_back(
    warning: &Warning,
    hand: Hand,
    why: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    corrected(warning, hand)?;
    let why = text("why", why)?;
    Ok(WarningEvent::Returned { why, clock: timing.arm(&limits.correct)? })
}

/// Decides an appeal.
///
/// Refused unless it is open, the hand is not recused, it is held by the hand's unit, appealed, and the hand is neither the
/// inspector whose conclusion is contested, nor who concluded in the inspector's stead, nor in the stead of either.
pub fn decide_appeal(
    warning: &Warning,
    hand: Hand,
    upheld: bool,
    grounds: &str,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    open(warning)?;
    not_recused(warning, hand)?;
    own_unit(warning, hand)?;
    let Stage::Appealed { inspector } = warning.stage else {
        return Err(wrong_stage(warning));
    };
    if hand.is_of(inspector) || warning.concluded_by.is_some_and(|officer| hand.is_of(officer)) {
        return Err(Refusal::OwnConclusion);
    }
    let grounds = text("grounds", grounds)?;
    let clock = if upheld { None } else { Some(timing.arm(&limits.correct)?) };
    Ok(WarningEvent::AppealDecided { upheld, grounds, clock })
}

/// Passes a warning up whose clock has run out: the superior unit has it, one light graver. The system's own act.
///
/// At the top of the tree (`superior` is none, or the unit itself) it is passed to nobody: the unit keeps it, red, in the
/// hands and with the clock that it has, since a new limit would only hide how late it is; its head sees it as overdue at
/// the top. Refused unless it is open and late, and that was not said before.
pub fn pass_up(
    warning: &Warning,
    superior: Option<OrganId>,
    limits: &Limits,
    timing: Timing<'_>,
) -> Result<WarningEvent, Refusal> {
    open(warning)?;
    if warning.clock.as_ref().is_none_or(|running| timing.now < running.ends) {
        return Err(Refusal::NotOverdue);
    }
    let days = match warning.stage {
        Stage::Asked { .. } => &limits.explain,
        Stage::Correcting { .. } => &limits.correct,
        _ => &limits.take,
    };
    let light = match warning.light {
        Light::Notice => Light::Yellow,
        Light::Yellow | Light::Red => Light::Red,
    };
    let stage = warning.stage.code().to_owned();
    match superior.filter(|superior| *superior != warning.unit) {
        Some(unit) => Ok(WarningEvent::PassedUp { unit, light, stage, clock: timing.arm(days)? }),
        None if warning.at_top => Err(Refusal::NotOverdue),
        None => Ok(WarningEvent::OverdueAtTop { light: Light::Red, stage }),
    }
}

fn open(warning: &Warning) -> Result<(), Refusal> {
    if warning.is_closed() { Err(Refusal::Closed) } else { Ok(()) }
}

fn wrong_stage(warning: &Warning) -> Refusal {
    Refusal::WrongStage { stage: warning.stage.code() }
}

fn own_unit(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    if hand.organ == warning.unit { Ok(()) } else { Err(Refusal::NotYourUnit) }
}

fn own_organ(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    if warning.finding.organ == Some(hand.organ) { Ok(()) } else { Err(Refusal::NotYourOrgan) }
}

/// Open, being checked, by this inspector, who is not recused.
fn checking(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    open(warning)?;
    not_recused(warning, hand)?;
    let Stage::Checking { inspector } = warning.stage else {
        return Err(wrong_stage(warning));
    };
    if inspector == hand.principal() { Ok(()) } else { Err(Refusal::NotTheInspector) }
}

/// Open, corrected, and this inspector's, who is not recused.
fn corrected(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    open(warning)?;
    not_recused(warning, hand)?;
    let Stage::Corrected { inspector } = warning.stage else {
        return Err(wrong_stage(warning));
    };
    if inspector == hand.principal() { Ok(()) } else { Err(Refusal::NotTheInspector) }
}

/// Open, and this organ owes a correction.
fn owing(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    open(warning)?;
    not_recused(warning, hand)?;
    own_organ(warning, hand)?;
    if matches!(warning.stage, Stage::Correcting { .. }) { Ok(()) } else { Err(wrong_stage(warning)) }
}

fn text(field: &'static str, given: &str) -> Result<Erasable<String>, Refusal> {
    let given = given.trim();
    let length = given.chars().count();
    if length == 0 {
        Err(Refusal::TextMissing { field })
    } else if length > MAX_TEXT {
        Err(Refusal::TextTooLong { field, length, limit: MAX_TEXT })
    } else {
        Ok(given.into())
    }
}

#[cfg(test)]
mod tests;
