//! Under which power a case is opened 权力事项. The inventory is another platform's; the binary wires it.
//!
//! A process that exercises a power says so (`qy:power`), and so does an inventory that binds an item to it: what is not in the
//! inventory cannot be exercised (优化营商环境条例 art. 40 for licences; 中办发〔2015〕21号 for the other categories).

use kernel::{Day, MatterId, OrganId, Text};
use serde::{Deserialize, Serialize};
use tell::Answer;

use crate::desk::Refusal;

/// An item of the inventory that is in force in an organ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Power {
    /// The item.
    pub under: Under,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Where it is shown.
    pub page: String,
}

/// The version of an item that a case is opened under: it keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Under {
    /// The item.
    pub item: MatterId,
    /// Its version.
    pub version: i64,
}

/// What the inventory knows of a process.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Known {
    /// Whether an item was ever bound to it, in whatever organ.
    pub is_power: bool,
    /// The items that are bound to it and in force in the organ asked for.
    pub in_force: Vec<Power>,
}

/// The inventory, asked for what may be exercised.
pub trait Powers: Send + Sync {
    /// What it knows of a process, for an organ on a day.
    fn of<'a>(&'a self, process: &'a str, organ: OrganId, on: Day) -> Answer<'a, Known>;

    /// The item that a case was opened under, as that version names it.
    fn item(&self, under: Under) -> Answer<'_, Option<Power>>;
}

/// The item that a case is opened under; none where its process exercises no power.
///
/// - `declared`: whether the process says that it exercises one.
/// - `chosen`: the item that was chosen; needed only where several are in force.
///
/// # Errors
/// If the process exercises a power that no item of the inventory gives to the organ, or if several do and none was chosen.
pub(crate) fn under(
    process: &str,
    declared: bool,
    known: &Known,
    chosen: Option<MatterId>,
) -> Result<Option<Under>, Refusal> {
    match (known.in_force.as_slice(), chosen) {
        (items, Some(chosen)) => {
            let item = items.iter().find(|power| power.under.item == chosen);
            item.map(|power| Some(power.under)).ok_or_else(|| Refusal::NotInInventory(process.to_owned()))
        }
        ([], None) if declared || known.is_power => Err(Refusal::NotInInventory(process.to_owned())),
        ([], None) => Ok(None),
        ([power], None) => Ok(Some(power.under)),
        (_, None) => Err(Refusal::WhichPower),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_inventory_is_not_exercised() {
        let power = |item: u128| Power {
            under: Under { item: MatterId::new(item), version: 2 },
            code: item.to_string(),
            name: Text::same("x"),
            page: String::new(),
        };
        let known = |is_power, items: &[u128]| Known { is_power, in_force: items.iter().copied().map(power).collect() };
        let of = |item: u128| Ok(Some(Under { item: MatterId::new(item), version: 2 }));
        let none = || Err(Refusal::NotInInventory("p".to_owned()));
        let id = MatterId::new;
        let cases = [
            ("an affair of the house", false, known(false, &[]), None, Ok(None)),
            ("it says that it is a power", true, known(false, &[]), None, none()),
            ("an item was repealed, or is another organ's", false, known(true, &[]), None, none()),
            ("one item", true, known(true, &[7]), None, of(7)),
            ("one item, chosen", false, known(true, &[7]), Some(id(7)), of(7)),
            ("another item than what is in force", true, known(true, &[7]), Some(id(8)), none()),
            ("an item of an affair of the house", false, known(false, &[]), Some(id(8)), none()),
            ("several", true, known(true, &[7, 8]), None, Err(Refusal::WhichPower)),
            ("one of several", true, known(true, &[7, 8]), Some(id(8)), of(8)),
        ];
        for (case, declared, known, chosen, outcome) in cases {
            assert_eq!(under("p", declared, &known, chosen), outcome, "{case}");
        }
    }
}
