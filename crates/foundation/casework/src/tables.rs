//! The tables of models and cases, and how their acts are replayed.

use kernel::MatterId;
use store::{Changes, Migration, Projector, Recorded, Schema, Store, StoreFault, TOMBSTONE, Table, Tombstone};
use store::{bytes, int, set, text};

use crate::case::CaseEvent;
use crate::migration::MigrationEvent;
use crate::model::ModelEvent;

pub(crate) static MODEL: Table = Table {
    name: "flow_model",
    columns: &[
        int("node"),
        bytes("matter"),
        text("name"),
        text("stage"),
        bytes("proposer"),
        bytes("organ"),
        int("proposed_at"),
        bytes("decider"),
        int("decided_at"),
        int("valid_from"),
    ],
    key: 2,
};

pub(crate) static DEFINITION: Table = Table {
    name: "flow_definition",
    columns: &[int("node"), bytes("matter"), text("process"), int("version"), text("name"), int("valid_from")],
    key: 3,
};

pub(crate) static CASE: Table = Table {
    name: "flow_case",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("model"),
        text("process"),
        int("version"),
        text("title"),
        bytes("organ"),
        int("class"),
        int("compartment"),
        text("status"),
        int("opened_at"),
        int("ended_at"),
        bytes("caller"),
        int("call"),
        bytes("power"),
        int("power_version"),
    ],
    key: 2,
};

pub(crate) static NAMED: Table =
    Table { name: "flow_named", columns: &[int("node"), bytes("matter"), bytes("officer")], key: 3 };

pub(crate) static RECUSED: Table =
    Table { name: "flow_recused", columns: &[int("node"), bytes("matter"), bytes("officer")], key: 3 };

pub(crate) static TASK: Table = Table {
    name: "flow_task",
    columns: &[
        int("node"),
        bytes("matter"),
        int("task"),
        text("element"),
        bytes("organ"),
        text("duties"),
        bytes("holder"),
        bytes("holder_post"),
        int("offered_at"),
    ],
    key: 3,
};

pub(crate) static CANDIDATE: Table = Table {
    name: "flow_candidate",
    columns: &[int("node"), bytes("matter"), int("task"), text("duty"), bytes("organ"), int("offered_at")],
    key: 4,
};

pub(crate) static WAIT: Table = Table {
    name: "flow_wait",
    columns: &[
        int("node"),
        bytes("matter"),
        int("wait"),
        text("kind"),
        text("name"),
        text("correlation"),
        int("opened_at"),
    ],
    key: 3,
};

pub(crate) static JOB: Table = Table {
    name: "flow_job",
    columns: &[int("node"), bytes("matter"), int("job"), text("type"), int("not_before")],
    key: 3,
};

pub(crate) static CLOCK: Table =
    Table { name: "flow_clock", columns: &[int("node"), bytes("matter"), int("clock"), int("due")], key: 3 };

pub(crate) static INCIDENT: Table = Table {
    name: "flow_incident",
    columns: &[int("node"), bytes("matter"), int("incident"), text("kind"), text("element"), int("opened_at")],
    key: 3,
};

pub(crate) static MESSAGE: Table = Table {
    name: "flow_message",
    columns: &[
        int("node"),
        bytes("matter"),
        int("ordinal"),
        text("sender"),
        text("name"),
        text("correlation"),
        text("content"),
        int("until"),
        int("sent_at"),
    ],
    key: 3,
};

pub(crate) static BEGUN: Table = Table {
    name: "flow_begun",
    columns: &[int("node"), bytes("matter"), text("process"), text("name"), text("correlation"), int("due")],
    key: 2,
};

pub(crate) static MIGRATION: Table = Table {
    name: "flow_migration",
    columns: &[
        int("node"),
        bytes("matter"),
        text("process"),
        bytes("model"),
        int("version"),
        text("stage"),
        bytes("officer"),
        bytes("organ"),
        int("cases"),
        int("begun_at"),
        int("ended_at"),
    ],
    key: 2,
};

pub(crate) static MOVED: Table = Table {
    name: "flow_moved",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("run"),
        int("from_version"),
        int("to_version"),
        int("moved_at"),
        int("reverted_at"),
    ],
    key: 3,
};

pub(crate) static RUN: Table = Table {
    name: "flow_run",
    columns: &[
        int("node"),
        bytes("matter"),
        int("run"),
        text("process"),
        text("element"),
        int("version"),
        bytes("organ"),
        int("entered_at"),
        int("offered_at"),
        int("held_at"),
        int("ended_at"),
        text("how"),
        int("again"),
        text("clock"),
        int("late_from"),
    ],
    key: 3,
};

pub(crate) static MISHAP: Table = Table {
    name: "flow_mishap",
    columns: &[
        int("node"),
        bytes("matter"),
        int("incident"),
        text("process"),
        text("element"),
        int("version"),
        text("kind"),
        int("opened_at"),
        int("closed_at"),
    ],
    key: 3,
};

pub(crate) static LEFT: Table = Table {
    name: "flow_left",
    columns: &[int("node"), bytes("matter"), bytes("subject"), text("code"), text("detail"), int("left_at")],
    key: 3,
};

/// What this crate keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[
        Migration { id: "casework/0001", sql: include_str!("../migrations/0001_casework.sql") },
        Migration { id: "casework/0002", sql: include_str!("../migrations/0002_moves.sql") },
        Migration { id: "casework/0003", sql: include_str!("../migrations/0003_runs.sql") },
        Migration { id: "casework/0004", sql: include_str!("../migrations/0004_recused.sql") },
        Migration { id: "casework/0005", sql: include_str!("../migrations/0005_outside.sql") },
        Migration { id: "casework/0006", sql: include_str!("../migrations/0006_clocks.sql") },
        Migration { id: "casework/0007", sql: include_str!("../migrations/0007_power.sql") },
    ],
    tables: &[
        &MODEL,
        &DEFINITION,
        &CASE,
        &NAMED,
        &RECUSED,
        &TASK,
        &CANDIDATE,
        &WAIT,
        &JOB,
        &CLOCK,
        &INCIDENT,
        &MESSAGE,
        &BEGUN,
        &MIGRATION,
        &MOVED,
        &LEFT,
        &RUN,
        &MISHAP,
    ],
};

/// How the kinds of acts on models begin.
pub(crate) const MODELS: &str = "model.";
/// How the kinds of acts on cases begin.
pub(crate) const CASES: &str = "case.";
/// How the kinds of acts on messages from outside begin.
pub(crate) const MESSAGES: &str = "message.";

/// How the kinds of acts on moves of many cases begin.
pub(crate) const MIGRATIONS: &str = "migration.";

/// Replays models, cases, messages and moves of many cases.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            [MODELS, CASES, MESSAGES, MIGRATIONS].iter().any(|begin| kind.starts_with(begin)) || kind == TOMBSTONE
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            let (node, id, at) = (act.act.node, MatterId::new(act.act.matter), act.act.at_ms);
            match &act.act.kind {
                kind if kind.starts_with(MODELS) => {
                    Ok(crate::model::rows::changes(node, id, &act.event::<ModelEvent>()?, at))
                }
                kind if kind.starts_with(CASES) => {
                    crate::case::rows::changes(node, (id, act.act.version), &act.event::<CaseEvent>()?, at)
                }
                kind if kind.starts_with(MESSAGES) => {
                    Ok(crate::message::message_changes((node, id), &act.event()?, act.act.organ.as_deref(), at))
                }
                kind if kind.starts_with(MIGRATIONS) => {
                    crate::migration::rows::changes(node, id, &act.event::<MigrationEvent>()?, at)
                }
                _ => Ok(self.blank(node, (act.act.matter, act.act.version), &tombstone(act)?)),
            }
        }

        fn erasable(&self, kind: &str) -> &'static [&'static str] {
            match kind.split('@').next() {
                Some("case.opened") => &["title"],
                Some("case.stepped" | "case.migrated" | "case.migration_reverted") => &["words"],
                Some("migration.begun" | "migration.reverting") => &["words"],
                Some("case.filed") => &["file"],
                Some("case.move_proposed" | "case.recused" | "case.recusal_lifted" | "case.classified") => &["words"],
                _ => &[],
            }
        }

        fn blank(&self, node: i64, (matter, _): (u128, u64), tombstone: &Tombstone) -> Changes {
            let title = tombstone.of.starts_with("case.opened@") && tombstone.fields.iter().any(|it| it == "title");
            let blank = || set(&CASE, vec![node.into(), matter.into()], [("title", store::Value::NullText)]);
            title.then(blank).into_iter().collect()
        }
    }
    Replay
}

/// The tombstone that an act of a matter is.
fn tombstone(act: &Recorded) -> Result<Tombstone, StoreFault> {
    #[derive(serde::Deserialize)]
    #[serde(tag = "event", rename_all = "snake_case")]
    enum Buried {
        Erased(Tombstone),
    }
    let Buried::Erased(tombstone) = act.event()?;
    Ok(tombstone)
}
