//! The one durable timer queue. Timers are state: the acts that set, move or stop a clock write them as changes, so that
//! rebuild gives the same queue. What fires is an act by the system, which removes or moves its timer in the same breath.

use crate::Store;
use crate::fault::StoreFault;
use crate::table::{Change, Table, bytes, int, text};
use crate::value::Value;

/// What waits, keyed to its matter.
pub static TIMER: Table =
    Table { name: "timer", columns: &[int("node"), bytes("matter"), text("name"), int("due"), text("kind")], key: 3 };

/// One thing that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timer {
    /// The node.
    pub node: i64,
    /// The matter that waits.
    pub matter: u128,
    /// Which of the matter's clocks; unique in the matter.
    pub name: String,
    /// When it fires, milliseconds since 1970.
    pub due: i64,
    /// Who handles it: `"supervision.clock"`.
    pub kind: String,
}

impl Timer {
    /// Sets the timer, or moves it.
    pub fn arm(self) -> Change {
        TIMER.row(vec![self.node.into(), self.matter.into(), self.name.into(), self.due.into(), self.kind.into()])
    }

    /// Takes the timer out; nothing happens where there is none.
    pub fn disarm(node: i64, matter: u128, name: &str) -> Change {
        Change::Delete(TIMER.key(vec![node.into(), matter.into(), name.into()]))
    }
}

impl Store {
    /// Timers of a kind that are due at `now` (ms), oldest first.
    pub async fn due(&self, node: i64, kind: &str, now: i64, limit: i64) -> Result<Vec<Timer>, StoreFault> {
        let rows = self
            .read(
                "select matter, name, due, kind from timer where node = $1 and kind = $2 and due <= $3 \
                 order by due, matter limit $4",
                &[node.into(), kind.into(), now.into(), Value::Int(limit)],
            )
            .await?;
        rows.iter()
            .map(|row| Ok(Timer { node, matter: row.id(0)?, name: row.text(1)?, due: row.int(2)?, kind: row.text(3)? }))
            .collect()
    }
}
