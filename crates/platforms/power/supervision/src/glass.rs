//! Break-glass 紧急查阅: one warning beyond one's reach, read for some hours, by the word of two persons.
//!
//! An officer asks, with grounds and hours; another, the head of the unit that holds the warning, approves. Each access is a
//! matter of its own, so that who looked when is on record beside the warning and never in the way of who works on it:
//! every reading is an act. What is approved is a finding too, for whoever supervises the one who asked.

mod rows;
mod rule;

use access::Hand;
use access::separation::{Recusals, Separation, another_hand};
use kernel::refusal::{Param, Refuse};
use kernel::{Erasable, Instant, MatterId, OfficerId, OrganId};
use serde::{Deserialize, Serialize};
use store::{TOMBSTONE, Tombstone};

use crate::decide::MAX_TEXT;
use crate::types::Warning;

pub(crate) use rows::ACCESS;
pub use rows::{Listed, asked_of, changes, current, load, of_officer, perform, projector, record};
pub use rule::GlassRule;

/// Hours for which an access lasts at most.
pub const MOST_HOURS: u32 = 72;

/// An access to one warning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Access {
    /// The matter.
    pub id: MatterId,
    /// Version of the matter: how many acts it has.
    pub version: u64,
    /// The warning.
    pub warning: MatterId,
    /// The warning's number.
    pub number: u64,
    /// Who asked.
    pub officer: OfficerId,
    /// Of which organ.
    pub organ: OrganId,
    /// Why.
    pub grounds: Erasable<String>,
    /// For how long.
    pub hours: u32,
    /// Where it stands.
    pub stage: Stage,
    /// How often it was used.
    pub readings: u64,
}

/// Where an access stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// 待批准.
    Asked,
    /// 已批准.
    Approved {
        /// By whom.
        by: OfficerId,
        /// The first moment at which it no longer holds.
        until: Instant,
    },
    /// 未批准.
    Refused {
        /// By whom.
        by: OfficerId,
    },
}

impl Stage {
    /// The stable word, stored and translated.
    pub fn code(&self) -> &'static str {
        match self {
            Stage::Asked => "asked",
            Stage::Approved { .. } => "approved",
            Stage::Refused { .. } => "refused",
        }
    }
}

/// What can have happened to an access. Variants are only added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum GlassEvent {
    /// An officer asked.
    Asked {
        /// To read which warning.
        warning: MatterId,
        /// Its number.
        number: u64,
        /// Who asked.
        officer: OfficerId,
        /// Of which organ.
        organ: OrganId,
        /// Why.
        grounds: Erasable<String>,
        /// For how long.
        hours: u32,
    },
    /// Another approved.
    Approved {
        /// Who.
        by: OfficerId,
        /// The first moment at which it no longer holds.
        until: Instant,
        /// Grounds.
        grounds: Erasable<String>,
    },
    /// Another refused.
    Refused {
        /// Who.
        by: OfficerId,
        /// Grounds.
        grounds: Erasable<String>,
    },
    /// The warning was read.
    Read {
        /// Which.
        warning: MatterId,
    },
    /// What officers wrote in an earlier act was erased by law.
    Erased(Tombstone),
}

impl GlassEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            GlassEvent::Asked { .. } => "glass.asked@1.0",
            GlassEvent::Approved { .. } => "glass.approved@1.0",
            GlassEvent::Refused { .. } => "glass.refused@1.0",
            GlassEvent::Read { .. } => "glass.read@1.0",
            GlassEvent::Erased(_) => TOMBSTONE,
        }
    }
}

/// An expected "no".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no warning of that number.
    #[error("there is no warning of that number")]
    NoSuchWarning,
    /// The reader reaches it anyhow.
    #[error("the warning is within reach already")]
    WithinReach,
    /// Not between one hour and [`MOST_HOURS`].
    #[error("between one hour and {MOST_HOURS}")]
    Hours,
    /// No grounds, or too many words.
    #[error("grounds are missing, or too long")]
    Grounds,
    /// It waits, or holds, already.
    #[error("such an access waits or holds already")]
    Twice,
    /// It was decided already.
    #[error("it was decided already")]
    Decided,
    /// Another unit holds the warning.
    #[error("the warning is held by another unit")]
    NotYourUnit,
    /// Two persons are needed, and neither may be recused.
    #[error(transparent)]
    Separation(#[from] Separation),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchWarning => "glass.no_such_warning",
            Refusal::WithinReach => "glass.within_reach",
            Refusal::Hours => "glass.hours",
            Refusal::Grounds => "glass.grounds",
            Refusal::Twice => "glass.twice",
            Refusal::Decided => "glass.decided",
            Refusal::NotYourUnit => "glass.not_your_unit",
            Refusal::Separation(cause) => cause.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Asks for access to a warning.
///
/// - `reached`: whether the warning is within the hand's reach anyhow.
/// - `running`: whether an access of this officer to it waits or holds.
///
/// Refused where it is reached, runs already, or the officer is recused from it; then for hours and grounds.
pub fn ask(
    warning: &Warning,
    hand: Hand,
    (reached, running): (bool, bool),
    grounds: &str,
    hours: u32,
) -> Result<GlassEvent, Refusal> {
    if reached {
        return Err(Refusal::WithinReach);
    }
    if running {
        return Err(Refusal::Twice);
    }
    not_recused(warning, hand)?;
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(Refusal::Hours);
    }
    Ok(GlassEvent::Asked {
        warning: warning.id,
        number: warning.number,
        officer: hand.officer,
        organ: hand.organ,
        grounds: text(grounds)?,
        hours,
    })
}

/// Approves or refuses.
///
/// Refused unless it waits, the warning is held by the hand's unit, and the hand neither asked, nor acts for who asked, nor
/// is recused; then for the grounds.
pub fn answer(
    access: &Access,
    warning: &Warning,
    hand: Hand,
    approves: bool,
    grounds: &str,
    now: Instant,
) -> Result<GlassEvent, Refusal> {
    if access.stage != Stage::Asked {
        return Err(Refusal::Decided);
    }
    if hand.organ != warning.unit {
        return Err(Refusal::NotYourUnit);
    }
    another_hand([access.officer], hand)?;
    not_recused(warning, hand)?;
    let (by, grounds) = (hand.officer, text(grounds)?);
    Ok(match approves {
        true => GlassEvent::Approved { by, until: now.plus_ms(i64::from(access.hours) * 3_600_000), grounds },
        false => GlassEvent::Refused { by, grounds },
    })
}

/// Reads by an access; nothing where it does not hold for this officer now, or they are recused meanwhile.
pub fn read(access: &Access, warning: &Warning, officer: OfficerId, now: Instant) -> Option<GlassEvent> {
    let holds = matches!(access.stage, Stage::Approved { until, .. } if now < until);
    let theirs = access.officer == officer && access.warning == warning.id && !warning.recused.contains(&officer);
    (holds && theirs).then_some(GlassEvent::Read { warning: warning.id })
}

fn not_recused(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    let recusals = Recusals::new(warning.recused.iter().map(|officer| (warning.id, *officer)));
    recusals.admits(warning.id, hand.officer)?;
    Ok(recusals.admits(warning.id, hand.principal())?)
}

fn text(given: &str) -> Result<Erasable<String>, Refusal> {
    let given = given.trim();
    if given.is_empty() || given.chars().count() > MAX_TEXT { Err(Refusal::Grounds) } else { Ok(given.into()) }
}

impl Access {
    /// The access as its first event opened it; nothing if the event opens none.
    pub fn opened(id: MatterId, event: &GlassEvent) -> Option<Access> {
        let GlassEvent::Asked { warning, number, officer, organ, grounds, hours } = event else { return None };
        Some(Access {
            id,
            version: 1,
            warning: *warning,
            number: *number,
            officer: *officer,
            organ: *organ,
            grounds: grounds.clone(),
            hours: *hours,
            stage: Stage::Asked,
            readings: 0,
        })
    }

    /// The access after an event.
    #[must_use]
    pub fn after(mut self, event: &GlassEvent) -> Access {
        self.version += 1;
        match event {
            GlassEvent::Asked { .. } => {}
            GlassEvent::Erased(gone) if gone.of == "glass.asked@1.0" => self.grounds = Erasable::erased(),
            GlassEvent::Erased(_) => {}
            GlassEvent::Approved { by, until, .. } => self.stage = Stage::Approved { by: *by, until: *until },
            GlassEvent::Refused { by, .. } => self.stage = Stage::Refused { by: *by },
            GlassEvent::Read { .. } => self.readings += 1,
        }
        self
    }
}

#[cfg(test)]
mod tests;
