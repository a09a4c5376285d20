//! The tables of this platform as data.

use ::store::{Migration, Schema, Table, bytes, int, text};

/// Sources of processes.
pub static SOURCE: Table = Table {
    name: "source",
    columns: &[
        int("node"),
        bytes("matter"),
        text("code"),
        text("name"),
        text("mapping"),
        int("last_import"),
        int("class"),
        int("compartment"),
    ],
    key: 2,
};

/// Who may know of a source that is open to named officers only.
pub static SOURCE_NAMED: Table =
    Table { name: "source_named", columns: &[int("node"), bytes("matter"), bytes("officer")], key: 3 };

/// Files imported into a source.
pub static IMPORT_FILE: Table = Table {
    name: "import_file",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("digest"),
        text("name"),
        int("bytes"),
        int("rows_read"),
        int("loaded"),
        int("held"),
        int("set_aside"),
        int("finished"),
        int("at"),
        text("officer"),
        int("batches"),
    ],
    key: 3,
};

/// Contracting processes: what filters need, and the compiled release, compressed. `releases`: those it was merged from,
/// one a line, compressed; null where `body` stands for itself.
pub static PROCESS: Table = Table {
    name: "process",
    columns: &[
        int("node"),
        bytes("matter"),
        text("ocid"),
        text("title"),
        text("buyer"),
        text("buyer_name"),
        text("method"),
        text("details"),
        text("category"),
        text("status"),
        int("day"),
        int("amount"),
        text("currency"),
        int("bidders"),
        text("supplier"),
        bytes("digest"),
        bytes("body"),
        bytes("releases"),
    ],
    key: 3,
};

/// Who took part in which process as what.
pub static PARTY: Table = Table {
    name: "party",
    columns: &[
        int("node"),
        bytes("matter"),
        text("organisation"),
        text("role"),
        text("ocid"),
        text("name"),
        int("day"),
        int("won"),
    ],
    key: 5,
};

/// Rows and values that imports held back. `said`: file, column and sentences of a table's fault, as JSON; see
/// [`crate::rows::Said`].
pub static HELD_ROW: Table = Table {
    name: "held_row",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("digest"),
        int("seq"),
        int("line"),
        text("path"),
        text("code"),
        text("severity"),
        text("value"),
        text("ocid"),
        text("said"),
    ],
    key: 4,
};

/// Screening runs.
pub static RUN: Table = Table {
    name: "run",
    columns: &[
        int("node"),
        bytes("matter"),
        int("run"),
        int("as_of"),
        int("at"),
        int("processes"),
        int("subjects"),
        int("raised"),
        int("not_raised"),
        int("insufficient"),
        int("not_applicable"),
        text("settings"),
        text("reference"),
        bytes("report"),
        int("queued"),
        int("held_back"),
        int("millis"),
        text("officer"),
    ],
    key: 3,
};

/// Per run and indicator, the four outcomes.
pub static RUN_INDICATOR: Table = Table {
    name: "run_indicator",
    columns: &[
        int("node"),
        bytes("matter"),
        int("run"),
        text("indicator"),
        int("version"),
        int("subjects"),
        int("raised"),
        int("not_raised"),
        int("insufficient"),
        int("not_applicable"),
    ],
    key: 4,
};

/// What the newest run raised.
pub static FLAG: Table = Table {
    name: "flag",
    columns: &[
        int("node"),
        bytes("matter"),
        int("run"),
        text("indicator"),
        text("subject"),
        int("version"),
        text("grain"),
        text("ocid"),
        int("severity"),
        text("value"),
        text("threshold"),
        text("zh"),
        text("en"),
        text("content"),
    ],
    key: 5,
};

/// How each flagged subject stands in the queue.
pub static STANDING: Table = Table {
    name: "standing",
    columns: &[
        int("node"),
        bytes("matter"),
        text("kind"),
        text("subject"),
        int("score"),
        int("light"),
        int("flags"),
        text("label"),
        text("buyer"),
        text("buyer_name"),
        int("amount"),
        text("currency"),
        text("factors"),
    ],
    key: 4,
};

/// Small imports that were judged at once, by the run whose reference judged them.
pub static JUDGED_IMPORT: Table = Table {
    name: "judged_import",
    columns: &[
        int("node"),
        bytes("matter"),
        int("run"),
        bytes("digest"),
        int("at"),
        int("processes"),
        int("raised"),
        int("queued"),
        int("held_back"),
        bytes("judged"),
        int("millis"),
        text("officer"),
    ],
    key: 4,
};

/// Amendments of indicators; `content` is JSON, `approved` null while it waits.
pub static AMENDMENT: Table = Table {
    name: "amendment",
    columns: &[
        int("node"),
        bytes("matter"),
        int("number"),
        text("indicator"),
        text("content"),
        text("proposer"),
        int("proposed_at"),
        int("approved"),
        text("decider"),
        int("decided_at"),
    ],
    key: 3,
};

/// What this platform keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[
        Migration { id: "redflags/0001", sql: include_str!("../migrations/0001_redflags.sql") },
        Migration { id: "redflags/0002", sql: include_str!("../migrations/0002_judged_at_import.sql") },
        Migration { id: "redflags/0003", sql: include_str!("../migrations/0003_lists_over_a_million.sql") },
        Migration { id: "redflags/0004", sql: include_str!("../migrations/0004_amendments.sql") },
        Migration { id: "redflags/0005", sql: include_str!("../migrations/0005_lists_by_category_and_amount.sql") },
        Migration { id: "redflags/0006", sql: include_str!("../migrations/0006_class.sql") },
    ],
    tables: &[
        &SOURCE,
        &SOURCE_NAMED,
        &IMPORT_FILE,
        &PROCESS,
        &PARTY,
        &HELD_ROW,
        &RUN,
        &RUN_INDICATOR,
        &FLAG,
        &STANDING,
        &JUDGED_IMPORT,
        &AMENDMENT,
    ],
};
