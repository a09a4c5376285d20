//! Planning and choice of procedure: a worked example of each.

use crate::method::{Case, Expected, PLAIN, demo_registers};

pub(super) static ALL: [Case; 3] = [
    Case { code: "R001", changes: &[("/planning/documents", "[]")], expected: Expected::Raised("0", "1"), ..PLAIN },
    Case {
        code: "R010",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", "")],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R012",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        registers: demo_registers,
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
];
