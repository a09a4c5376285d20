//! Which warnings a reader reaches: a permission's scope, put into organs.

use std::collections::BTreeSet;

use access::{May, Reader, Scope};
use directory::Register;
use kernel::organ::OrganKind;
use kernel::{Class, Day, NodeId, OrganId};
use store::{Value, places};

use crate::types::Warning;

/// The least secret that a warning is.
pub const LEAST: Class = Class::Internal;

/// The duty of who heads a supervisory unit: whatever the unit holds, they may know of it.
pub(crate) const CHIEF: &str = "supervision-chief";

/// The reach of a reader over warnings: those whose supervisory unit, or whose organ concerned, lies in the scope; up to the
/// class that the post may read; and of those that are open to named officers only, the ones that name this one.
///
/// An organ's own people reach what concerns it and the organs below; a unit stationed below it is not theirs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    node: NodeId,
    sees: Sees,
    /// Who needs to know; none for the node's own work.
    who: Option<Who>,
}

/// A reader, as far as secrecy looks at them.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Who {
    by_name: secrecy::Who,
    /// The units that they head.
    heads: BTreeSet<OrganId>,
}

impl Who {
    fn of(reader: &Reader, register: &Register, day: Day) -> Who {
        let heads = if reader.duties().contains(CHIEF) {
            register.tasks_of([reader.organ()].into(), day)
        } else {
            BTreeSet::new()
        };
        Who { by_name: secrecy::Who::of(reader), heads }
    }

    fn may_know(&self, warning: &Warning) -> bool {
        self.by_name.may_know(&warning.secrecy)
            || self.heads.contains(&warning.unit) && self.by_name.may_head(&warning.secrecy)
    }

    fn condition(&self, values: &mut Vec<Value>) -> String {
        let heads = (!self.heads.is_empty())
            .then(|| format!("unit in ({})", places(self.heads.iter().map(|unit| unit.value()), values)));
        self.by_name.condition(secrecy::Columns { of: "", named: "warning_named" }, heads, values)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Sees {
    Nothing,
    All,
    Some { units: BTreeSet<OrganId>, organs: BTreeSet<OrganId> },
}

impl Reach {
    /// The reach of a permission, by the organs of a day.
    pub fn of<P>(may: &May<P>, register: &Register, day: Day) -> Reach {
        let who = Who::of(may.reader(), register, day);
        Reach { node: may.node(), sees: Sees::of(may.scope(), register, day), who: Some(who) }
    }

    /// Everything of the node that a reader may know of: for what is theirs anyhow.
    pub fn of_reader(reader: &Reader, register: &Register, day: Day) -> Reach {
        Reach { node: reader.node(), sees: Sees::All, who: Some(Who::of(reader, register, day)) }
    }

    /// Everything: for the node's own work, never for a handler.
    pub fn of_system(node: NodeId) -> Reach {
        Reach { node, sees: Sees::All, who: None }
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Whether a warning lies within.
    pub fn covers(&self, warning: &Warning) -> bool {
        self.sees.covers(warning) && self.who.as_ref().is_none_or(|who| who.may_know(warning))
    }

    /// Whether a supervisory unit lies within.
    pub fn has_unit(&self, unit: OrganId) -> bool {
        match &self.sees {
            Sees::Nothing => false,
            Sees::All => true,
            Sees::Some { units, .. } => units.contains(&unit),
        }
    }

    /// The condition of a query, and its parameters behind those that there are. `$1` is the node.
    pub(super) fn condition(&self, values: &mut Vec<Value>) -> String {
        let sees = self.sees.condition(values);
        match &self.who {
            Some(who) => format!("{sees} and {}", who.condition(values)),
            None => sees,
        }
    }
}

impl Sees {
    fn of(scope: &Scope, register: &Register, day: Day) -> Sees {
        if scope.ceiling() < LEAST {
            return Sees::Nothing;
        }
        if scope.is_whole_node() {
            return Sees::All;
        }
        let view = register.organs(day);
        let ranges = scope.division_ranges();
        let within = |number: u64| {
            i64::try_from(number).is_ok_and(|number| ranges.iter().any(|(low, high)| (*low..=*high).contains(&number)))
        };
        if !view.is_empty() && view.all().all(|organ| within(organ.division.number())) {
            return Sees::All;
        }
        let watches = |kind: OrganKind| matches!(kind, OrganKind::Supervision | OrganKind::StationedSupervision);
        let inside = || view.all().filter(|organ| within(organ.division.number()));
        let units = inside().filter(|organ| watches(organ.kind)).map(|organ| organ.id).collect();
        let organs = inside().map(|organ| organ.id).chain(scope.organs()).collect();
        // Who took over from others reaches what was theirs.
        let [units, organs] = [units, organs].map(|ids| register.tasks_of(ids, day));
        Sees::Some { units, organs }
    }

    fn covers(&self, warning: &Warning) -> bool {
        match self {
            Sees::Nothing => false,
            Sees::All => true,
            Sees::Some { units, organs } => {
                units.contains(&warning.unit) || warning.finding.organ.is_some_and(|organ| organs.contains(&organ))
            }
        }
    }

    fn condition(&self, values: &mut Vec<Value>) -> String {
        match self {
            Sees::Nothing => "1 = 0".to_owned(),
            Sees::All => "1 = 1".to_owned(),
            Sees::Some { units, organs } => {
                let mut any = Vec::new();
                for (column, ids) in [("unit", units), ("organ", organs)] {
                    if !ids.is_empty() {
                        any.push(format!("{column} in ({})", places(ids.iter().map(|id| id.value()), values)));
                    }
                }
                if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" or ")) }
            }
        }
    }
}
