//! What pages read. Every query takes the node and the reach of its reader: hiding a row in a template is no access control.

mod imports;
mod parties;
mod processes;
mod runs;

use std::collections::BTreeSet;

use ::store::{Row, Store, StoreFault, Value, places};
use access::Scope;
use directory::Register;
use kernel::{Class, Day, MatterId, NodeId, OfficerId, OrganId, Secrecy};
use secrecy::{Columns, Who};

pub use imports::{Cause, HeldLine, ImportedFile, causes, files, held_rows};
pub use parties::{Buyer, Supplier, Volume, buyers, party_name, suppliers, volumes, won};
pub use processes::{
    Filter, Line, Order, Ordered, Stored, flagged, flags_of_process, flags_of_subject, lines, page, places_of, process,
};
pub use runs::{
    IndicatorCounts, Run, StoredFlag, indicator_history, raised_subjects, report, run, run_indicators, runs,
};

/// How secret every imported process is at least.
pub const CLASS: Class = Class::Internal;

/// Which processes a reader reaches: all of the node, or those whose buyer is an organ in the scope.
///
/// A buyer of an imported register that is nobody's organ here is reached with the whole node only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach {
    node: NodeId,
    sees: Sees,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Sees {
    Nothing,
    All,
    /// Ids of buyers as OCDS writes them.
    Buyers(Vec<String>),
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
        let own: BTreeSet<OrganId> = scope.organs().collect();
        let buyers = view
            .all()
            .filter(|organ| within(organ.division.number()) || own.contains(&organ.id))
            .filter_map(|organ| organ.uscc)
            // The code itself, and with its scheme of the register of organisation identifiers.
            .flat_map(|code| [code.to_string(), format!("CN-USCC-{code}")])
            .collect();
        Reach { node, sees: Sees::Buyers(buyers) }
    }

    /// Everything: for the node's own work, never for a handler.
    pub fn of_system(node: NodeId) -> Reach {
        Reach { node, sees: Sees::All }
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Whether processes of this buyer lie within.
    pub fn covers(&self, buyer: Option<&str>) -> bool {
        match &self.sees {
            Sees::Nothing => false,
            Sees::All => true,
            Sees::Buyers(known) => buyer.is_some_and(|buyer| known.iter().any(|id| id == buyer)),
        }
    }

    /// Whether all of the node's processes lie within.
    pub fn is_all(&self) -> bool {
        self.sees == Sees::All
    }

    /// The condition of a query over the buyer's `column`, with its parameters behind those that there are.
    fn condition(&self, column: &str, values: &mut Vec<Value>) -> String {
        match &self.sees {
            Sees::Nothing => "1 = 0".to_owned(),
            Sees::All => "1 = 1".to_owned(),
            Sees::Buyers(known) if known.is_empty() => "1 = 0".to_owned(),
            Sees::Buyers(known) => {
                format!("{column} in ({})", places(known.iter().map(String::as_str), values))
            }
        }
    }
}

/// A source of processes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its matter.
    pub matter: MatterId,
    /// Short code.
    pub code: String,
    /// As people call it.
    pub name: String,
    /// The mapping its tables are read by.
    pub mapping: Option<String>,
    /// When something was last imported, milliseconds since 1970.
    pub last_import: Option<i64>,
    /// How secret it is, with everything read from it and its runs, and who may know of it.
    pub secrecy: Secrecy,
}

const COLUMNS: &str = "matter, code, name, mapping, last_import, class, compartment";

/// The sources of a node that a reader may know of, by name; without a reader all of them, for the node's own work.
pub async fn sources(store: &Store, node: NodeId, who: Option<&Who>) -> Result<Vec<Source>, StoreFault> {
    let mut values = vec![node.number().into()];
    let known = match who {
        Some(who) => who.condition(Columns { of: "", named: "source_named" }, None, &mut values),
        None => "1 = 1".to_owned(),
    };
    let sql = format!("select {COLUMNS} from source where node = $1 and {known} order by name, code");
    let mut all: Vec<(Source, bool)> = store.read(&sql, &values).await?.iter().map(source).collect::<Result<_, _>>()?;
    if all.iter().any(|(_, compartment)| *compartment) {
        let rows = store.read("select matter, officer from source_named where node = $1", &values[..1]).await?;
        for (source, compartment) in all.iter_mut().filter(|(_, compartment)| *compartment) {
            let mut named = BTreeSet::new();
            for row in &rows {
                if *compartment && row.id(0)? == source.matter.value() {
                    named.insert(OfficerId::new(row.id(1)?));
                }
            }
            source.secrecy.named = Some(named);
        }
    }
    Ok(all.into_iter().map(|(source, _)| source).collect())
}

/// A source but for the names, and whether it has any.
fn source(row: &Row) -> Result<(Source, bool), StoreFault> {
    let class = u8::try_from(row.int(5)?).ok().and_then(Class::from_number);
    let class = class.ok_or_else(|| StoreFault::Nonsense("source.class is no class".to_owned()))?;
    let source = Source {
        matter: MatterId::new(row.id(0)?),
        code: row.text(1)?,
        name: row.text(2)?,
        mapping: row.opt_text(3)?,
        last_import: row.opt_int(4)?,
        secrecy: Secrecy { class, named: None },
    };
    Ok((source, row.truth(6)?))
}
