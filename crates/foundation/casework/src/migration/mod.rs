//! Cases moved to another version of their process, many at once: what was asked for, how far it came, whom it left.
//!
//! A move of many is a matter of its own. Each case that is moved says so in an act of its own; here stand the wish, its stops and
//! its end, and the cases that were left where they were, each with the reason. Source: flow.md §10.

pub mod mover;
pub mod plans;
pub mod rows;

use access::Hand;
use flow::ElementId;
use flow::migrate::{ClockPolicy, Mapping, Verdict};
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{Erasable, Instant, MatterId, OfficerId, OrganId};
use serde::{Deserialize, Serialize};
use store::{Recorded, StoreFault};

use crate::desk::{self, CaseError, MOST_TEXT};
use crate::tables::MIGRATIONS;

/// Pairs of a mapping at most.
pub const MOST_PAIRS: usize = 500;
/// Versions that a move of many takes from at most.
const MOST_VERSIONS: usize = 100;

/// What is going on, or was stopped, or is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Going {
    /// Cases are moved.
    Moving,
    /// Moves are taken back.
    Reverting,
}

/// One event of a move of many; each is the body of an act.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MigrationEvent {
    /// It was begun.
    Begun {
        /// The process.
        process: ElementId,
        /// The model whose version the cases are to follow.
        model: MatterId,
        /// The version of the process there.
        version: i64,
        /// The versions from which cases are moved.
        from: Vec<i64>,
        /// The organ whose cases are moved; none: all within the officer's reach.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        organ: Option<OrganId>,
        /// What stands for what.
        #[serde(with = "crate::case::pieces")]
        mapping: Mapping,
        /// What becomes of clocks.
        policy: ClockPolicy,
        /// How many cases there were.
        cases: u64,
        /// Who.
        officer: OfficerId,
        /// Of which organ.
        of: OrganId,
        /// Why.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
    },
    /// Some cases stay as they are.
    Left {
        /// Which, and why.
        #[serde(with = "crate::case::pieces")]
        cases: Vec<Left>,
    },
    /// It was stopped.
    Stopped {
        /// What was going on.
        what: Going,
        /// By whom.
        by: OfficerId,
    },
    /// It goes on.
    Resumed {
        /// What goes on.
        what: Going,
        /// By whose word.
        by: OfficerId,
    },
    /// What was moved is moved back.
    Reverting {
        /// By whose word.
        by: OfficerId,
        /// Why.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
    },
    /// Every case was looked at.
    Ended {
        /// What is over.
        what: Going,
    },
}

impl MigrationEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            MigrationEvent::Begun { .. } => "migration.begun@1.0",
            MigrationEvent::Left { .. } => "migration.left@1.0",
            MigrationEvent::Stopped { .. } => "migration.stopped@1.0",
            MigrationEvent::Resumed { .. } => "migration.resumed@1.0",
            MigrationEvent::Reverting { .. } => "migration.reverting@1.0",
            MigrationEvent::Ended { .. } => "migration.ended@1.0",
        }
    }
}

/// A case that stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Left {
    /// The case.
    pub case: MatterId,
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

/// Why a case is not moved, or not moved back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Why {
    /// The refusal's stable code; `case.fault` where the case could not be read or written.
    pub code: String,
    /// Elements for which somebody is to say what stands for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<ElementId>,
    /// Elements that keep it out, each with the reason's word and what that is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked: Vec<(ElementId, String, String)>,
    /// What the refusal's sentence names beside them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
}

/// A case that cannot be read or written.
pub const FAULT: &str = "case.fault";

impl Why {
    /// Why a case was refused.
    pub fn of(error: &CaseError) -> Why {
        let none =
            |code: &str| Why { code: code.to_owned(), elements: Vec::new(), blocked: Vec::new(), params: Vec::new() };
        let CaseError::Refused(refusal) = error else { return none(FAULT) };
        match refusal {
            desk::Refusal::Engine(flow::Refusal::Unmapped(all)) => {
                Why { elements: all.clone(), ..none(refusal.code()) }
            }
            desk::Refusal::Engine(flow::Refusal::Blocked(all)) => Why { blocked: blocked(all), ..none(refusal.code()) },
            _ => {
                let params = refusal.params().into_iter().map(|(name, param)| (name.to_owned(), param.to_string()));
                Why { params: params.collect(), ..none(refusal.code()) }
            }
        }
    }

    /// The same of a verdict; nothing where it fits.
    pub fn of_verdict(verdict: &Verdict) -> Option<Why> {
        let refusal = match verdict {
            Verdict::Fits(_) => return None,
            Verdict::NeedsMapping(all) => flow::Refusal::Unmapped(all.clone()),
            Verdict::Blocked(all) => flow::Refusal::Blocked(all.clone()),
        };
        Some(Why::of(&CaseError::Refused(refusal.into())))
    }
}

fn blocked(all: &[flow::migrate::Blocked]) -> Vec<(ElementId, String, String)> {
    let one = |it: &flow::migrate::Blocked| {
        let about = it.arguments().into_iter().find(|(name, _)| *name == "about").map(|(_, about)| about);
        (it.element.clone(), it.reason.code().to_owned(), about.unwrap_or_default())
    };
    all.iter().map(one).collect()
}

/// Where a move of many stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Going on.
    Going(Going),
    /// Stopped by an officer.
    Stopped(Going),
    /// Over.
    Over(Going),
}

impl Stage {
    /// Every stage.
    pub const ALL: [Stage; 6] = [
        Stage::Going(Going::Moving),
        Stage::Going(Going::Reverting),
        Stage::Stopped(Going::Moving),
        Stage::Stopped(Going::Reverting),
        Stage::Over(Going::Moving),
        Stage::Over(Going::Reverting),
    ];

    /// How it is stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Going(Going::Moving) => "moving",
            Stage::Going(Going::Reverting) => "reverting",
            Stage::Stopped(Going::Moving) => "moving-stopped",
            Stage::Stopped(Going::Reverting) => "reverting-stopped",
            Stage::Over(Going::Moving) => "moved",
            Stage::Over(Going::Reverting) => "reverted",
        }
    }
}

/// A move of many as it stands.
#[derive(Clone, Debug)]
pub struct Run {
    /// The matter.
    pub id: MatterId,
    /// The number of its acts.
    pub acts: u64,
    /// What was asked for.
    pub asked: Asked,
    /// The version that cases are to follow.
    pub version: i64,
    /// How many cases there were.
    pub cases: u64,
    /// Where it stands.
    pub stage: Stage,
    /// Who began it.
    pub officer: OfficerId,
    /// Of which organ.
    pub of: OrganId,
    /// Why.
    pub words: Erasable<String>,
    /// Why what was moved is moved back.
    pub back: Option<Erasable<String>>,
    /// When it was begun.
    pub begun_at: Instant,
    /// When it was over.
    pub ended_at: Option<Instant>,
}

/// Which cases are to be moved, and how.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// The process.
    pub process: ElementId,
    /// The model whose version they are to follow.
    pub to: MatterId,
    /// The versions that they follow.
    pub from: Vec<i64>,
    /// One organ's alone.
    pub organ: Option<OrganId>,
    /// What stands for what.
    pub mapping: Mapping,
    /// What becomes of clocks.
    pub policy: ClockPolicy,
}

impl Run {
    /// The move that its acts tell; nothing where they are none's.
    ///
    /// # Errors
    /// If an act makes no sense.
    pub fn of(acts: &[Recorded]) -> Result<Option<Run>, StoreFault> {
        let Some((first, rest)) = acts.split_first() else { return Ok(None) };
        if !first.act.kind.starts_with("migration.begun@") {
            return Ok(None);
        }
        let event = first.event()?;
        let begun = Run::begun(MatterId::new(first.act.matter), &event, Instant::from_ms(first.act.at_ms));
        let Some(mut run) = begun else { return Ok(None) };
        for act in rest {
            run.acts = act.act.version;
            if act.act.kind.starts_with(MIGRATIONS) {
                run.take(&act.event()?, Instant::from_ms(act.act.at_ms));
            }
        }
        Ok(Some(run))
    }

    /// The move that an event begins; nothing where it begins none.
    pub fn begun(id: MatterId, event: &MigrationEvent, at: Instant) -> Option<Run> {
        let MigrationEvent::Begun { process, model, version, from, organ, mapping, policy, cases, officer, of, words } =
            event
        else {
            return None;
        };
        let asked = Asked {
            process: process.clone(),
            to: *model,
            from: from.clone(),
            organ: *organ,
            mapping: mapping.clone(),
            policy: *policy,
        };
        Some(Run {
            id,
            acts: 1,
            asked,
            version: *version,
            cases: *cases,
            stage: Stage::Going(Going::Moving),
            officer: *officer,
            of: *of,
            words: words.clone(),
            back: None,
            begun_at: at,
            ended_at: None,
        })
    }

    fn take(&mut self, event: &MigrationEvent, at: Instant) {
        match event {
            MigrationEvent::Begun { .. } | MigrationEvent::Left { .. } => {}
            MigrationEvent::Stopped { what, .. } => self.stage = Stage::Stopped(*what),
            MigrationEvent::Resumed { what, .. } => self.stage = Stage::Going(*what),
            MigrationEvent::Reverting { words, .. } => {
                (self.stage, self.back, self.ended_at) = (Stage::Going(Going::Reverting), Some(words.clone()), None);
            }
            MigrationEvent::Ended { what } => (self.stage, self.ended_at) = (Stage::Over(*what), Some(at)),
        }
    }

    /// The same after one more event.
    #[must_use]
    pub fn after(&self, event: &MigrationEvent, at: Instant) -> Run {
        let mut next = self.clone();
        next.acts += 1;
        next.take(event, at);
        next
    }
}

/// An expected "no".
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// No reason, or too many words.
    #[error("the reason is missing, or longer than {} characters", MOST_TEXT.1)]
    Words,
    /// No version was chosen, or the one that is to be followed.
    #[error("no other version was chosen, or too many")]
    Versions,
    /// Too many pairs.
    #[error("there are more than {MOST_PAIRS} pairs")]
    Pairs,
    /// There is no such case.
    #[error("there is no such case")]
    Nothing,
    /// It stands otherwise.
    #[error("it is not at that stage")]
    Stage,
    /// It goes on already.
    #[error("it goes on already")]
    GoesOn,
    /// The case's, which hold for every case alike.
    #[error(transparent)]
    Case(#[from] desk::Refusal),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Words => "case.words",
            Refusal::Versions => "migration.versions",
            Refusal::Pairs => "migration.pairs",
            Refusal::Nothing => "migration.nothing",
            Refusal::Stage => "migration.stage",
            Refusal::GoesOn => "migration.goes_on",
            Refusal::Case(refusal) => refusal.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::Case(refusal) => refusal.params(),
            _ => Vec::new(),
        }
    }
}

impl Asked {
    /// Refused for its versions, then for its pairs.
    ///
    /// - `version`: the version that is to be followed.
    pub fn check(&self, version: i64) -> Result<(), Refusal> {
        if self.from.is_empty() || self.from.len() > MOST_VERSIONS || self.from.contains(&version) {
            return Err(Refusal::Versions);
        }
        if self.mapping.len() > MOST_PAIRS { Err(Refusal::Pairs) } else { Ok(()) }
    }
}

/// Begins a move of many.
///
/// Refused for the reason, the versions, the pairs, then where there is no case.
///
/// - `version`: the version of the process in the model.
/// - `cases`: how many cases there are.
pub fn begin(asked: &Asked, version: i64, words: &str, hand: Hand, cases: u64) -> Result<MigrationEvent, Refusal> {
    let words = within(words, MOST_TEXT.1).ok_or(Refusal::Words)?;
    asked.check(version)?;
    if cases == 0 {
        return Err(Refusal::Nothing);
    }
    let Asked { process, to, from, organ, mapping, policy } = asked.clone();
    Ok(MigrationEvent::Begun {
        process,
        model: to,
        version,
        from,
        organ,
        mapping,
        policy,
        cases,
        officer: hand.officer,
        of: hand.organ,
        words: words.to_owned().into(),
    })
}

/// Stops what is going on.
pub fn stop(stage: Stage, by: OfficerId) -> Result<MigrationEvent, Refusal> {
    match stage {
        Stage::Going(what) => Ok(MigrationEvent::Stopped { what, by }),
        Stage::Stopped(_) | Stage::Over(_) => Err(Refusal::Stage),
    }
}

/// Lets go on what was stopped. What a process of the node left undone when it ended goes on likewise.
///
/// - `runs`: whether this process is at it.
pub fn resume(stage: Stage, by: OfficerId, runs: bool) -> Result<MigrationEvent, Refusal> {
    match stage {
        _ if runs => Err(Refusal::GoesOn),
        Stage::Going(what) | Stage::Stopped(what) => Ok(MigrationEvent::Resumed { what, by }),
        Stage::Over(_) => Err(Refusal::Stage),
    }
}

/// Takes all back that was moved.
///
/// Refused without a reason, while it goes on, and where that was done already.
pub fn revert(stage: Stage, words: &str, by: OfficerId) -> Result<MigrationEvent, Refusal> {
    let words = within(words, MOST_TEXT.1).ok_or(Refusal::Words)?;
    match stage {
        Stage::Over(Going::Moving) | Stage::Stopped(Going::Moving) => {
            Ok(MigrationEvent::Reverting { by, words: words.to_owned().into() })
        }
        Stage::Going(_) => Err(Refusal::GoesOn),
        Stage::Over(Going::Reverting) | Stage::Stopped(Going::Reverting) => Err(Refusal::Stage),
    }
}

#[cfg(test)]
mod tests;
