//! Which records a permission reaches. Every query of the store takes one: hiding a row in a template is no access control.

use std::collections::BTreeSet;

use kernel::{Class, DivisionCode, NodeId, OrganId};

/// The reach of one permission under one post: records of one node, up to a class, and of these all, or those of some
/// divisions and organs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    pub(crate) node: NodeId,
    pub(crate) ceiling: Class,
    pub(crate) whole_node: bool,
    pub(crate) divisions: BTreeSet<DivisionCode>,
    pub(crate) organs: BTreeSet<OrganId>,
}

/// What a record says about itself, for [`Scope::covers`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The node it lies in.
    pub node: NodeId,
    /// The organ it concerns, `None` where that is nobody's organ here (a buyer of an imported register).
    pub organ: Option<OrganId>,
    /// The division it concerns.
    pub division: DivisionCode,
    /// How secret it is.
    pub class: Class,
}

impl Scope {
    /// The reach of the node's own work: subscribers, jobs, rebuild. Not for a handler, whose scope comes from its `May`.
    pub fn of_system(node: NodeId) -> Scope {
        Scope { node, ceiling: Class::TopSecret, whole_node: true, divisions: BTreeSet::new(), organs: BTreeSet::new() }
    }

    /// The node, which every statement names.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The highest class that may be read.
    pub fn ceiling(&self) -> Class {
        self.ceiling
    }

    /// Whether all of the node's records are reached, up to the ceiling. Otherwise those of
    /// [`division_ranges`](Self::division_ranges) or [`organs`](Self::organs), each alone being enough.
    pub fn is_whole_node(&self) -> bool {
        self.whole_node
    }

    /// The divisions reached with all below them, as ranges of code numbers, both ends included: what SQL compares.
    pub fn division_ranges(&self) -> Vec<(i64, i64)> {
        self.divisions.iter().map(|code| range(*code)).collect()
    }

    /// The organs reached, those below already among them.
    pub fn organs(&self) -> impl ExactSizeIterator<Item = OrganId> {
        self.organs.iter().copied()
    }

    /// Whether a record lies within.
    pub fn covers(&self, subject: &Subject) -> bool {
        subject.node == self.node
            && subject.class <= self.ceiling
            && (self.whole_node
                || self.divisions.iter().any(|division| division.contains(subject.division))
                || subject.organ.is_some_and(|organ| self.organs.contains(&organ)))
    }
}

/// A division and all below it share their leading digits, so their numbers lie side by side.
fn range(division: DivisionCode) -> (i64, i64) {
    let low = division.number().cast_signed();
    let below = 10i64.pow(12 - division.level().digits());
    (low, low + below - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn division(text: &str) -> DivisionCode {
        DivisionCode::parse(text).unwrap()
    }

    #[test]
    fn ranges_say_what_contains_says() {
        let codes = ["32", "3205", "320583", "320583001", "320583001002", "3206", "33", "000000000000"].map(division);
        for outer in codes {
            let (low, high) = range(outer);
            for inner in codes {
                let number = inner.number().cast_signed();
                assert_eq!((low..=high).contains(&number), outer.contains(inner), "{outer} {inner}");
            }
        }
    }

    #[test]
    fn a_scope_covers_by_node_class_division_or_organ() {
        let node = NodeId::of(division("32"), 0).unwrap();
        let scope = Scope {
            node,
            ceiling: Class::WorkSecret,
            whole_node: false,
            divisions: [division("3205")].into(),
            organs: [OrganId::new(7)].into(),
        };
        let subject = |organ, code, class| Subject { node, organ, division: division(code), class };
        let cases = [
            ("in the division", subject(None, "320583", Class::Internal), true),
            ("of the organ elsewhere", subject(Some(OrganId::new(7)), "33", Class::Internal), true),
            ("of another organ elsewhere", subject(Some(OrganId::new(8)), "33", Class::Internal), false),
            ("at the ceiling", subject(None, "3205", Class::WorkSecret), true),
            ("above the ceiling", subject(None, "3205", Class::Secret), false),
            ("above the division", subject(None, "32", Class::Public), false),
            ("another node", Subject { node: NodeId::CLUSTER, ..subject(None, "3205", Class::Public) }, false),
        ];
        for (case, subject, covered) in cases {
            assert_eq!(scope.covers(&subject), covered, "{case}");
        }
        assert!(Scope::of_system(node).covers(&subject(None, "33", Class::TopSecret)));
    }
}
