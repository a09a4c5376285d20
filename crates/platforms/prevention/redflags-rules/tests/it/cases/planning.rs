//! Cases: planning.

use redflags_rules::method::{Case, Expected, PLAIN, demo_registers};

pub static ALL: [Case; 10] = [
    Case { code: "R001", name: "plans published in time", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R001",
        name: "no start",
        changes: &[("/tender/tenderPeriod", "")],
        expected: Expected::Missing("tender/tenderPeriod/startDate"),
        ..PLAIN
    },
    Case {
        code: "R001",
        name: "a call-off",
        changes: &[("/tender/procurementMethodDetails", r#""框架协议""#)],
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "R010",
        name: "a listed ground",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/tender/procurementMethodRationale", r#""只能从唯一供应商处采购""#),
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R010",
        name: "an unlisted ground",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/tender/procurementMethodRationale", r#""领导要求""#),
        ],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case { code: "R010", name: "open", changes: &[], expected: Expected::NotApplicable("method"), ..PLAIN },
    Case {
        code: "R010",
        name: "no method",
        changes: &[("/tender/procurementMethod", ""), ("/tender/procurementMethodDetails", "")],
        expected: Expected::Missing("tender/procurementMethod"),
        ..PLAIN
    },
    Case {
        code: "R012",
        name: "no register of plans",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::Missing("plan register"),
        ..PLAIN
    },
    Case { code: "R012", name: "open", changes: &[], expected: Expected::NotApplicable("method"), ..PLAIN },
    Case {
        code: "R012",
        name: "planned as done",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/planning/budget/projectID", r#""P-2""#),
        ],
        registers: demo_registers,
        expected: Expected::Clear,
        ..PLAIN
    },
];
