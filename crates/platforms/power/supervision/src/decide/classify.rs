//! Classifying 定密: how secret a warning is, and who may know of it at all 知悉范围.

use access::Hand;
use kernel::secrecy::NotClassified;
use kernel::{Class, Secrecy};

use super::{Refusal, not_recused, own_unit, text};
use crate::events::WarningEvent;
use crate::types::Warning;

/// The chief says how secret a warning is, and opens it to named officers only, or to all within whose reach it lies again.
///
/// - `ceiling`: the highest class that the hand's post may read: nobody puts a matter beyond their own eyes.
/// - `to`: who is named there may know of it beside whoever heads the unit that holds it.
///
/// Refused unless the warning is held by the hand's unit, the hand is not recused, the class is one of [`kernel::secrecy::CLASSES`] up to the
/// ceiling, and something changes; then for the text. The inspector is always among the named. A closed warning is
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
    let Secrecy { class, named } = warning.secrecy.classified(Secrecy { named, ..to }, ceiling)?;
    let named = named.map(|named| named.into_iter().collect());
    Ok(WarningEvent::Classified { class, named, grounds: text("class-grounds", grounds)? })
}

impl From<NotClassified> for Refusal {
    fn from(why: NotClassified) -> Refusal {
        match why {
            NotClassified::NoSuchClass => Refusal::NoSuchClass,
            NotClassified::NothingChanges => Refusal::NothingChanges,
        }
    }
}
