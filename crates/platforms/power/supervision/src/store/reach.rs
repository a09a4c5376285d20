//! Which warnings a reader reaches: a permission's scope, put into organs.

use std::collections::BTreeSet;

use access::Scope;
use directory::Register;
use kernel::organ::OrganKind;
use kernel::{Class, Day, NodeId, OrganId};
use store::Value;

use crate::types::Warning;

/// How secret every warning is.
pub const CLASS: Class = Class::Internal;

/// The reach of a reader over warnings: those whose supervisory unit, or whose organ concerned, lies in the scope.
///
/// An organ's own people reach what concerns it and the organs below; a unit stationed below it is not theirs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    node: NodeId,
    sees: Sees,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Sees {
    Nothing,
    All,
    Some { units: BTreeSet<OrganId>, organs: BTreeSet<OrganId> },
}

impl Reach {
    /// The reach of a scope, by the organs of a day.
    pub fn of(scope: &Scope, register: &Register, day: Day) -> Reach {
        let node = scope.node();
        if scope.ceiling() < CLASS {
            return Reach { node, sees: Sees::Nothing };
        }
        if scope.is_whole_node() {
            return Reach { node, sees: Sees::All };
        }
        let view = register.organs(day);
        let ranges = scope.division_ranges();
        let within = |number: u64| {
            i64::try_from(number).is_ok_and(|number| ranges.iter().any(|(low, high)| (*low..=*high).contains(&number)))
        };
        if !view.is_empty() && view.all().all(|organ| within(organ.division.number())) {
            return Reach { node, sees: Sees::All };
        }
        let watches = |kind: OrganKind| matches!(kind, OrganKind::Supervision | OrganKind::StationedSupervision);
        let inside = || view.all().filter(|organ| within(organ.division.number()));
        let units = inside().filter(|organ| watches(organ.kind)).map(|organ| organ.id).collect();
        let organs = inside().map(|organ| organ.id).chain(scope.organs()).collect();
        // Who took over from others reaches what was theirs.
        let [units, organs] = [units, organs].map(|ids| register.tasks_of(ids, day));
        Reach { node, sees: Sees::Some { units, organs } }
    }

    /// Everything: for the node's own work, never for a handler.
    pub fn of_system(node: NodeId) -> Reach {
        Reach { node, sees: Sees::All }
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Whether a warning lies within.
    pub fn covers(&self, warning: &Warning) -> bool {
        match &self.sees {
            Sees::Nothing => false,
            Sees::All => true,
            Sees::Some { units, organs } => {
                units.contains(&warning.unit) || warning.finding.organ.is_some_and(|organ| organs.contains(&organ))
            }
        }
    }

    /// Whether a supervisory unit lies within.
    pub fn has_unit(&self, unit: OrganId) -> bool {
        match &self.sees {
            Sees::Nothing => false,
            Sees::All => true,
            Sees::Some { units, .. } => units.contains(&unit),
        }
    }

    /// The condition of a query, and its parameters behind those that there are.
    pub(super) fn condition(&self, values: &mut Vec<Value>) -> String {
        match &self.sees {
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

/// Parameters for a list of ids: `$3, $4, $5`.
pub(super) fn places(ids: impl Iterator<Item = u128>, values: &mut Vec<Value>) -> String {
    let places: Vec<String> = ids.map(|id| place(id, values)).collect();
    places.join(", ")
}

/// One more parameter: `$3`.
pub(super) fn place(value: impl Into<Value>, values: &mut Vec<Value>) -> String {
    values.push(value.into());
    format!("${}", values.len())
}
