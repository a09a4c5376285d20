//! How far the inventory is connected: powers in it, bound to a process, exercised; each that is not is named.

use std::collections::BTreeMap;

use kernel::power::Category;
use kernel::{MatterId, OrganId};

use crate::rows::InForce;

/// How far a power is connected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Connection {
    /// No process is bound to it: what is done under it is done elsewhere 未入网.
    Missing,
    /// A process is bound and is not in force: no matter can be opened.
    Broken,
    /// It could be exercised, and has not been 已入网未运行.
    Idle,
    /// Matters were opened under it 已运行.
    Exercised,
}

impl Connection {
    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            Connection::Missing => "missing",
            Connection::Broken => "broken",
            Connection::Idle => "idle",
            Connection::Exercised => "exercised",
        }
    }
}

/// How many powers, and how many of them are connected and exercised: each is part of the one before.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// In the inventory.
    pub powers: u64,
    /// Bound to a process that is in force.
    pub connected: u64,
    /// With matters.
    pub exercised: u64,
}

impl Counts {
    fn add(&mut self, connection: Connection) {
        self.powers += 1;
        self.connected += u64::from(connection >= Connection::Idle);
        self.exercised += u64::from(connection == Connection::Exercised);
    }
}

/// How far an inventory is connected.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Of all.
    pub all: Counts,
    /// By organ.
    pub organs: BTreeMap<OrganId, Counts>,
    /// By category.
    pub categories: BTreeMap<Category, Counts>,
    /// What is not exercised, by name: where in the list, and how far it is.
    pub outside: Vec<(usize, Connection)>,
}

/// Reckons how far the powers in force are connected.
///
/// - `is_in_force`: whether a process is.
/// - `cases`: how many matters were ever opened under an item.
pub fn coverage(powers: &[InForce], is_in_force: impl Fn(&str) -> bool, cases: &BTreeMap<MatterId, u64>) -> Coverage {
    let mut coverage = Coverage::default();
    for (at, power) in powers.iter().enumerate() {
        let content = &power.version.content;
        let connection = match content.process.as_deref() {
            // What was once exercised is so still, whatever became of its process.
            _ if cases.get(&power.item).is_some_and(|cases| *cases > 0) => Connection::Exercised,
            None => Connection::Missing,
            Some(process) if is_in_force(process) => Connection::Idle,
            Some(_) => Connection::Broken,
        };
        coverage.all.add(connection);
        coverage.organs.entry(content.organ).or_default().add(connection);
        coverage.categories.entry(content.category).or_default().add(connection);
        if connection != Connection::Exercised {
            coverage.outside.push((at, connection));
        }
    }
    coverage
}

#[cfg(test)]
mod tests {
    use kernel::Day;

    use super::*;
    use crate::item::Version;
    use crate::types::Content;
    use crate::types::tests::content;

    #[test]
    fn each_power_is_counted_once_and_what_is_outside_is_named() {
        let power = |id: u128, organ: u128, process: Option<&str>| InForce {
            item: MatterId::new(id),
            version: Version {
                number: 1,
                content: Content { organ: OrganId::new(organ), process: process.map(str::to_owned), ..content() },
                from: Day::constant(2026, 1, 1),
                until: None,
            },
        };
        let powers = [power(1, 7, Some("run")), power(2, 7, Some("run")), power(3, 8, Some("gone")), power(4, 8, None)];
        let cases = BTreeMap::from([(MatterId::new(1), 3), (MatterId::new(2), 0)]);
        let found = coverage(&powers, |process| process == "run", &cases);
        assert_eq!(found.all, Counts { powers: 4, connected: 2, exercised: 1 });
        assert_eq!(found.organs[&OrganId::new(8)], Counts { powers: 2, connected: 0, exercised: 0 });
        let outside = [(1, Connection::Idle), (2, Connection::Broken), (3, Connection::Missing)];
        assert_eq!(found.outside, outside);
        let sum = |all: &mut dyn Iterator<Item = &Counts>| all.map(|counts| counts.powers).sum::<u64>();
        assert_eq!(sum(&mut found.organs.values()), 4);
        assert_eq!(sum(&mut found.categories.values()), 4);
    }
}
