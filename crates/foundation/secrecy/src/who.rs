//! A reader, as far as secrecy looks at them.

use std::collections::BTreeSet;

use access::Reader;
use kernel::{Class, OfficerId, Secrecy};
use store::{Value, place, places};

/// Up to which class somebody reads, and as which officers: what need to know asks of a reader.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    ceiling: Class,
    /// The officer, and the one for whom they act.
    officers: BTreeSet<OfficerId>,
}

/// Where a platform keeps how secret its matters are: a table with the columns `matter`, `class` and `compartment` (whether
/// only named officers may know), and one with `node`, `matter` and `officer` for those.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// The table or alias in the query, with its dot; empty where the columns need none.
    pub of: &'static str,
    /// The table of those who are named.
    pub named: &'static str,
}

impl Who {
    /// The reader of a request.
    pub fn of(reader: &Reader) -> Who {
        Who { ceiling: reader.ceiling(), officers: [reader.officer(), reader.principal()].into() }
    }

    /// Whether they may know of a matter.
    pub fn may_know(&self, secrecy: &Secrecy) -> bool {
        secrecy.opens_to(self.ceiling, &self.officers)
    }

    /// Whether they may know of a matter that is open to them by what they are, beside those who are named: whoever heads
    /// the unit that holds it.
    pub fn may_head(&self, secrecy: &Secrecy) -> bool {
        secrecy.class <= self.ceiling
    }

    /// The condition of a query that says the same as [`Who::may_know`], its parameters behind those that there are. `$1`
    /// is the node.
    ///
    /// - `heads`: what opens a matter beside being named, as a condition of its own with its parameters added already.
    pub fn condition(&self, columns: Columns, heads: Option<String>, values: &mut Vec<Value>) -> String {
        let Columns { of, named } = columns;
        let class = place(i64::from(self.ceiling.number()), values);
        let officers = places(self.officers.iter().map(|officer| officer.value()), values);
        let mut open = vec![
            format!("{of}compartment = 0"),
            format!("{of}matter in (select matter from {named} where node = $1 and officer in ({officers}))"),
        ];
        open.extend(heads);
        format!("{of}class <= {class} and ({})", open.join(" or "))
    }
}
