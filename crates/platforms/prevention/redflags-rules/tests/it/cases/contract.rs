//! Cases: contract.

use redflags_rules::method::{Case, Expected, PLAIN};

pub static ALL: [Case; 44] = [
    Case {
        code: "R054",
        name: "grown within the limit",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/contracts/0/value/amount", "1900000"),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R054",
        name: "open",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R054",
        name: "no row of limits",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/tender/mainProcurementCategory", r#""works""#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("no_threshold"),
        ..PLAIN
    },
    Case {
        code: "R054",
        name: "no award value",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/awards/0/value", ""),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("awards/value"),
        ..PLAIN
    },
    Case {
        code: "R054",
        name: "paid in another currency",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/contracts/0/implementation/transactions/0/value", r#"{"amount":3000000,"currency":"USD"}"#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R059",
        name: "as awarded",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R059",
        name: "no award named",
        changes: &[("/contracts/0/awardID", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/awardID"),
        ..PLAIN
    },
    Case {
        code: "R059",
        name: "two currencies",
        changes: &[("/contracts/0/value/currency", r#""USD""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/value/currency"),
        ..PLAIN
    },
    Case {
        code: "R059",
        name: "a call-off",
        changes: &[("/tender/procurementMethodDetails", r#""框架协议""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "R059",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R060",
        name: "eighteen days",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R060",
        name: "not signed",
        changes: &[("/contracts/0/dateSigned", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/dateSigned"),
        ..PLAIN
    },
    Case {
        code: "R060",
        name: "a call-off",
        changes: &[("/tender/procurementMethodDetails", r#""框架协议""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "R063",
        name: "published",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R063",
        name: "none",
        changes: &[("/contracts/0/documents", "[]")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0", "1"),
        ..PLAIN
    },
    Case {
        code: "R063",
        name: "not due yet",
        changes: &[("/contracts/0/dateSigned", r#""2025-11-20T09:00:00+08:00""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("stage"),
        ..PLAIN
    },
    Case {
        code: "R063",
        name: "not signed",
        changes: &[("/contracts/0/dateSigned", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/dateSigned"),
        ..PLAIN
    },
    Case {
        code: "R064",
        name: "unchanged",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R064",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R065",
        name: "unchanged",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R065",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R066",
        name: "unchanged",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R066",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R069",
        name: "unchanged",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R069",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R065",
        name: "no history",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1","date":"2025-06-01T09:00:00+08:00"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/items across releases"),
        ..PLAIN
    },
    Case {
        code: "R066",
        name: "no history",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1","date":"2025-06-01T09:00:00+08:00"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/items across releases"),
        ..PLAIN
    },
    Case {
        code: "R069",
        name: "no history",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1","date":"2025-06-01T09:00:00+08:00"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/amendments/changes"),
        ..PLAIN
    },
    Case {
        code: "R067",
        name: "met in time",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R067",
        name: "no milestones",
        changes: &[("/contracts/0/implementation/milestones", "[]")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/implementation/milestones/dueDate"),
        ..PLAIN
    },
    Case {
        code: "R067",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R067",
        name: "never met",
        changes: &[(
            "/contracts/0/implementation/milestones/0",
            r#"{"id":"1","type":"delivery","dueDate":"2025-07-01"}"#,
        )],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R068",
        name: "paid in full",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R068",
        name: "nothing paid",
        changes: &[("/contracts/0/implementation/transactions", "[]")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/implementation/transactions/value"),
        ..PLAIN
    },
    Case {
        code: "R068",
        name: "paid in another currency",
        changes: &[("/contracts/0/implementation/transactions/0/value/currency", r#""USD""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/implementation/transactions/value"),
        ..PLAIN
    },
    Case {
        code: "R068",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R070",
        name: "a stranger",
        changes: &[("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S9"}],"minimumPercentage":0.2}"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R070",
        name: "none named",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("awards/subcontracting/subcontractors"),
        ..PLAIN
    },
    Case {
        code: "R070",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R071",
        name: "nothing subcontracted",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R071",
        name: "not said",
        changes: &[("/awards/0/hasSubcontracting", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("awards/hasSubcontracting"),
        ..PLAIN
    },
    Case {
        code: "R071",
        name: "a third",
        changes: &[
            ("/awards/0/hasSubcontracting", "true"),
            ("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S9"}],"minimumPercentage":0.33}"#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R071",
        name: "per cent",
        changes: &[
            ("/awards/0/hasSubcontracting", "true"),
            ("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S9"}],"minimumPercentage":60}"#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0.6", "0.5"),
        ..PLAIN
    },
    Case {
        code: "R071",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
];
