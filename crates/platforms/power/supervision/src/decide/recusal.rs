//! Recusal 回避: who keeps out of a warning, and how that is lifted.

use access::Hand;
use access::separation::{Recusals, four_eyes};
use kernel::OfficerId;

use super::{Refusal, open, own_unit, text};
use crate::events::WarningEvent;
use crate::types::Warning;

/// An officer keeps out of a warning 回避, by their own word or by their chief's (监察法 art. 58; 公务员法 art. 76).
///
/// Refused unless it is open, held by the hand's unit, the officer is not recused yet, and the hand is not; then for the text.
pub fn recuse(warning: &Warning, hand: Hand, officer: OfficerId, reason: &str) -> Result<WarningEvent, Refusal> {
    open(warning)?;
    own_unit(warning, hand)?;
    if warning.recused.contains(&officer) {
        return Err(Refusal::RecusedAlready);
    }
    not_recused(warning, hand)?;
    Ok(WarningEvent::Recused { officer, reason: text("reason", reason)? })
}

/// The chief lifts a recusal. Refused unless it is open, held by the hand's unit, the officer is recused, and the hand is
/// neither recused nor acts for who is: nobody lifts their own. Then for the text.
pub fn lift(warning: &Warning, hand: Hand, officer: OfficerId, grounds: &str) -> Result<WarningEvent, Refusal> {
    open(warning)?;
    own_unit(warning, hand)?;
    if !warning.recused.contains(&officer) {
        return Err(Refusal::NotRecused);
    }
    four_eyes(officer, hand.officer)?;
    not_recused(warning, hand)?;
    Ok(WarningEvent::RecusalLifted { officer, grounds: text("lift-grounds", grounds)? })
}

/// Who keeps out of a warning.
pub(super) fn recusals(warning: &Warning) -> Recusals {
    Recusals::new(warning.recused.iter().map(|officer| (warning.id, *officer)))
}

/// Neither the officer nor the one for whom they act keeps out of it.
pub(super) fn not_recused(warning: &Warning, hand: Hand) -> Result<(), Refusal> {
    let recusals = recusals(warning);
    recusals.admits(warning.id, hand.officer)?;
    Ok(recusals.admits(warning.id, hand.principal())?)
}
