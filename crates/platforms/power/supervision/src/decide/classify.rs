//! Classifying 定密: how secret a warning is, and who may know of it at all 知悉范围.

use std::collections::BTreeSet;

use access::Hand;
use kernel::{Class, OfficerId};

use super::{Refusal, not_recused, own_unit, text};
use crate::events::WarningEvent;
use crate::types::Warning;

/// Classes that a warning may have: it is never public, and a state secret stands in no node by default. Source:
/// ledger.md §4.
pub const CLASSES: [Class; 2] = [Class::Internal, Class::WorkSecret];

/// The chief says how secret a warning is, and opens it to named officers only, or to all within whose reach it lies again.
///
/// - `ceiling`: the highest class that the hand's post may read: nobody puts a matter beyond their own eyes.
/// - `named`: who may know of it, beside whoever heads the unit that holds it; none: everybody within reach.
///
/// Refused unless the warning is held by the hand's unit, the hand is not recused, the class is one of [`CLASSES`] up to the
/// ceiling, and something changes; then for the text. The inspector is always among the named. A closed warning is
/// classified, too.
pub fn classify(
    warning: &Warning,
    hand: Hand,
    ceiling: Class,
    class: Class,
    named: Option<BTreeSet<OfficerId>>,
    grounds: &str,
) -> Result<WarningEvent, Refusal> {
    own_unit(warning, hand)?;
    not_recused(warning, hand)?;
    if !CLASSES.contains(&class) || class > ceiling {
        return Err(Refusal::NoSuchClass);
    }
    let named = named.map(|mut named| {
        named.extend(warning.active_inspector());
        named
    });
    if class == warning.class && named == warning.named {
        return Err(Refusal::NothingChanges);
    }
    let named = named.map(|named| named.into_iter().collect());
    Ok(WarningEvent::Classified { class, named, grounds: text("class-grounds", grounds)? })
}
