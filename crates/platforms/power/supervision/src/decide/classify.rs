//! Classifying 定密: how secret a warning is, and who may know of it at all 知悉范围.

use std::collections::BTreeSet;

use access::Hand;
use kernel::secrecy::NotClassified;
use kernel::{Class, OfficerId, Secrecy};

use super::{Refusal, not_recused, own_unit, text};
use crate::events::WarningEvent;
use crate::types::Warning;

/// The chief says how secret a warning is, and opens it to named officers only, or to all within whose reach it lies again.
///
/// - `ceiling`: the highest class that the hand's post may read: nobody puts a matter beyond their own eyes.
/// - `to`: who is named there may know of it beside whoever heads the unit that holds it.
///
/// Refused unless the warning is held by the hand's unit, the hand is not recused, the class is one of [`kernel::secrecy::CLASSES`] up to the
/// ceiling, something changes, and it is not more open than what the warning quotes; then for the text. The inspector is always among the named. A closed warning is
/// classified, too.
pub fn classify(
    warning: &Warning,
    hand: Hand,
    ceiling: Class,
    to: Secrecy,
    grounds: &str,
) -> Result<WarningEvent, Refusal> {
    own_unit(warning, hand)?;
    not_recused(warning, hand)?;
    let named = to.named.map(|mut named| {
        named.extend(warning.active_inspector());
        named
    });
    let to = warning.secrecy.classified(Secrecy { named, ..to }, ceiling)?;
    let floor = &warning.finding.secrecy;
    // The inspector works on it, whoever may know of what it quotes.
    let outside = |officer: &OfficerId, known: &BTreeSet<OfficerId>| {
        !known.contains(officer) && Some(*officer) != warning.active_inspector()
    };
    let opens = floor
        .named
        .as_ref()
        .is_some_and(|known| to.named.as_ref().is_none_or(|named| named.iter().any(|officer| outside(officer, known))));
    if to.class < floor.class || opens {
        return Err(Refusal::OpenerThanSource);
    }
    let Secrecy { class, named } = to;
    let named = named.map(|named| named.into_iter().collect());
    Ok(WarningEvent::Classified { class, named, grounds: text("class-grounds", grounds)? })
}

/// What follows for a warning when that from which it quotes is classified anew; nothing if nothing changes.
///
/// - `source`: how secret that is now. Where it is opened, the warning stays as secret as it was until its chief says
///   otherwise.
pub fn follow(warning: &Warning, source: Secrecy) -> Option<WarningEvent> {
    let to = warning.secrecy.clone().with(&source);
    let changes = source != warning.finding.secrecy || to != warning.secrecy;
    changes.then_some(WarningEvent::SourceClassified { source, to })
}

impl From<NotClassified> for Refusal {
    fn from(why: NotClassified) -> Refusal {
        match why {
            NotClassified::NoSuchClass => Refusal::NoSuchClass,
            NotClassified::NothingChanges => Refusal::NothingChanges,
        }
    }
}
