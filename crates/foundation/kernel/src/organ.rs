//! Organs 机关 as a dated tree: who stood under whom on a day, by what was known on a day.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::dated::{self, Dated, Period, Succession, as_of};
use crate::day::Day;
use crate::division::DivisionCode;
use crate::id::OrganId;
use crate::locale::Text;
use crate::refusal::{Param, Refuse};
use crate::uscc::Uscc;

/// What an organ is; decides which duties its posts may hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganKind {
    /// People's government 人民政府.
    Government,
    /// Department of a government 政府部门.
    Department,
    /// Discipline inspection and supervision 纪检监察机关.
    Supervision,
    /// Discipline inspection group stationed in a department 派驻纪检监察组.
    StationedSupervision,
    /// Party organ 党委机关.
    Party,
    /// Public institution 事业单位.
    Institution,
    /// Trading centre for public resources 公共资源交易中心.
    TradingCentre,
    /// Office within an organ 内设机构.
    Office,
    /// Villagers' committee 村民委员会.
    Village,
    /// Residents' committee 居民委员会.
    Resident,
    /// Anything else that holds posts.
    Other,
}

/// One period of an organ. The id and number stay through all names and superiors.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Organ {
    /// Its id, the same in every period.
    pub id: OrganId,
    /// Its stable number, unique in the node and never reused: what people and documents cite.
    pub number: u32,
    /// Its full name.
    pub name: Text,
    /// Its short name.
    pub short: Text,
    /// What it is.
    pub kind: OrganKind,
    /// The division it serves.
    pub division: DivisionCode,
    /// The organ above, `None` for a root.
    pub parent: Option<OrganId>,
    /// When this is so.
    #[serde(flatten)]
    pub period: Period,
    /// Its unified social credit code, where it has one.
    pub uscc: Option<Uscc>,
}

impl Dated for Organ {
    fn period(&self) -> Period {
        self.period
    }
}

/// Why rows make no tree.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OrganFault {
    /// An organ stands, through others, under itself.
    #[error("organ {organ} stands under itself on {day}, as known on {known}")]
    Cycle {
        /// One organ of the circle.
        organ: OrganId,
        /// The first day on which it does.
        day: Day,
        /// By what was known then.
        known: Day,
    },
    /// Two organs share a number, or one has two.
    #[error("number {number} does not name one organ")]
    Number {
        /// The number.
        number: u32,
    },
}

impl Refuse for OrganFault {
    fn code(&self) -> &'static str {
        match self {
            OrganFault::Cycle { .. } => "organ.cycle",
            OrganFault::Number { .. } => "organ.number",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            OrganFault::Cycle { organ, day, known } => {
                vec![("organ", organ.to_string().into()), ("day", (*day).into()), ("known", (*known).into())]
            }
            OrganFault::Number { number } => vec![("number", (*number).into())],
        }
    }
}

/// Organs through time. Free of cycles on every day, whatever was known.
#[derive(Clone, Default, Debug)]
pub struct OrganTree {
    rows: BTreeMap<OrganId, Vec<Organ>>,
    successions: Vec<Succession<OrganId>>,
}

impl OrganTree {
    /// The tree of these rows, each organ's in the order in which they were written, and successions.
    ///
    /// Refused if on any day, by what was known on any day, an organ stands under itself; or if numbers are not unique.
    pub fn new(
        rows: impl IntoIterator<Item = Organ>,
        successions: impl IntoIterator<Item = Succession<OrganId>>,
    ) -> Result<OrganTree, OrganFault> {
        let mut tree = OrganTree { rows: BTreeMap::new(), successions: successions.into_iter().collect() };
        let mut owner = HashMap::new();
        for row in rows {
            if *owner.entry(row.number).or_insert(row.id) != row.id
                || tree.rows.get(&row.id).is_some_and(|rows| rows[0].number != row.number)
            {
                return Err(OrganFault::Number { number: row.number });
            }
            tree.rows.entry(row.id).or_default().push(row);
        }
        tree.refuse_cycles()?;
        Ok(tree)
    }

    /// The tree on `day`, by what was known on `known`. Builds an index: keep it for a request, do not make it per row.
    pub fn as_of(&self, day: Day, known: Day) -> OrganView<'_> {
        let mut view = OrganView { organs: BTreeMap::new(), children: BTreeMap::new() };
        for (id, rows) in &self.rows {
            if let Some(organ) = as_of(rows, day, known) {
                view.organs.insert(*id, organ);
            }
        }
        for (id, organ) in &view.organs {
            // A superior that no longer exists leaves a root, so that nobody drops out of every subtree unseen.
            let parent = organ.parent.filter(|parent| view.organs.contains_key(parent));
            view.children.entry(parent).or_default().push(*id);
        }
        view
    }

    /// Those that took over from `organ` by `day`, by what was known on `known`; itself if none did.
    pub fn successors(&self, organ: OrganId, day: Day, known: Day) -> Vec<OrganId> {
        dated::successors(&self.successions, organ, day, known)
    }

    /// Those that `organ` took over from, as they were on `day`; itself if it did from none since.
    pub fn predecessors(&self, organ: OrganId, day: Day, known: Day) -> Vec<OrganId> {
        dated::predecessors(&self.successions, organ, day, known)
    }

    /// All rows, of every organ in every period, whether or not it still exists.
    pub fn rows(&self) -> impl Iterator<Item = &Organ> {
        self.rows.values().flatten()
    }

    /// All rows of an organ as written, for its history page.
    pub fn history(&self, organ: OrganId) -> &[Organ] {
        self.rows.get(&organ).map_or(&[], Vec::as_slice)
    }

    /// All reorganisations.
    pub fn successions(&self) -> &[Succession<OrganId>] {
        &self.successions
    }

    /// Looks at every day on which something changes, by every state of knowledge: between them nothing does.
    fn refuse_cycles(&self) -> Result<(), OrganFault> {
        let periods = || self.rows.values().flatten().map(|row| row.period);
        let days: std::collections::BTreeSet<Day> =
            periods().flat_map(|p| std::iter::once(p.valid_from).chain(p.valid_to)).collect();
        let knowns: std::collections::BTreeSet<Day> = periods().map(|p| p.known_from).collect();
        for &known in &knowns {
            for &day in &days {
                let view = self.as_of(day, known);
                if let Some(organ) = view.find_cycle() {
                    return Err(OrganFault::Cycle { organ, day, known });
                }
            }
        }
        Ok(())
    }
}

/// The organs on one day.
#[derive(Clone, Debug)]
pub struct OrganView<'a> {
    organs: BTreeMap<OrganId, &'a Organ>,
    children: BTreeMap<Option<OrganId>, Vec<OrganId>>,
}

impl<'a> OrganView<'a> {
    /// The organ of that id, if there was one.
    pub fn get(&self, id: OrganId) -> Option<&'a Organ> {
        self.organs.get(&id).copied()
    }

    /// All organs, by id.
    pub fn all(&self) -> impl Iterator<Item = &'a Organ> {
        self.organs.values().copied()
    }

    /// How many there were.
    pub fn len(&self) -> usize {
        self.organs.len()
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.organs.is_empty()
    }

    /// Organs with nobody above, or whose superior no longer existed.
    pub fn roots(&self) -> impl Iterator<Item = &'a Organ> {
        self.below(None)
    }

    /// Organs directly under that one.
    pub fn children(&self, id: OrganId) -> impl Iterator<Item = &'a Organ> {
        self.below(Some(id))
    }

    /// The organs above, nearest first, without itself.
    pub fn ancestors(&self, id: OrganId) -> Vec<&'a Organ> {
        let mut above = Vec::new();
        let mut at = self.get(id).and_then(|organ| organ.parent);
        // A tree has no cycles, see `OrganTree::new`; the length guards the check that proves it.
        while let Some(organ) = at.and_then(|id| self.get(id)).filter(|_| above.len() < self.organs.len()) {
            above.push(organ);
            at = organ.parent;
        }
        above
    }

    /// The organ and all below it, each before those under it; empty if it did not exist.
    pub fn subtree(&self, id: OrganId) -> Vec<&'a Organ> {
        let mut all: Vec<&Organ> = self.get(id).into_iter().collect();
        let mut next = 0;
        while next < all.len() {
            let below = self.children(all[next].id);
            next += 1;
            all.extend(below);
        }
        all
    }

    /// All below it, without itself.
    pub fn descendants(&self, id: OrganId) -> Vec<&'a Organ> {
        self.subtree(id).split_off(self.organs.contains_key(&id).into())
    }

    /// Whether `inner` is `outer` or stands under it.
    pub fn contains(&self, outer: OrganId, inner: OrganId) -> bool {
        self.get(inner).is_some() && (outer == inner || self.ancestors(inner).iter().any(|organ| organ.id == outer))
    }

    fn below(&self, id: Option<OrganId>) -> impl Iterator<Item = &'a Organ> {
        self.children.get(&id).map_or(&[][..], Vec::as_slice).iter().filter_map(|id| self.get(*id))
    }

    /// One organ that lies on a circle of superiors, if there is one.
    fn find_cycle(&self) -> Option<OrganId> {
        let mut sound: HashSet<OrganId> = HashSet::new();
        for &start in self.organs.keys() {
            let mut path = HashSet::new();
            let mut at = Some(start);
            while let Some(organ) = at.and_then(|id| self.get(id)).filter(|organ| !sound.contains(&organ.id)) {
                if !path.insert(organ.id) {
                    return Some(organ.id);
                }
                at = organ.parent;
            }
            sound.extend(path);
        }
        None
    }
}

#[cfg(test)]
mod tests;
