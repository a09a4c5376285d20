//! Contract and implementation: a worked example of each.

use crate::method::{Case, Expected, PLAIN};

pub(super) static ALL: [Case; 12] = [
    Case {
        code: "R054",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/contracts/0/value/amount", "2100000"),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("2100000", "2000000"),
        ..PLAIN
    },
    Case {
        code: "R059",
        changes: &[("/contracts/0/value/amount", "990000")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0.1", "0.05"),
        ..PLAIN
    },
    Case {
        code: "R060",
        changes: &[("/contracts/0/dateSigned", r#""2025-06-01T09:00:00+08:00""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("60", "30"),
        ..PLAIN
    },
    Case {
        code: "R063",
        changes: &[("/contracts/0/documents/0/datePublished", r#""2025-06-30T09:00:00+08:00""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0", "1"),
        ..PLAIN
    },
    Case {
        code: "R064",
        changes: &[(
            "/contracts/0/amendments",
            r#"[{"id": "1", "date": "2025-06-01T09:00:00+08:00", "description": "补充协议", "changes": []}]"#,
        )],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R065",
        changes: &[
            (
                "/contracts/0/items",
                r#"[{"id":"1","quantity":6,"unit":{"id":"EA","value":{"amount":90000,"currency":"CNY"}}}]"#,
            ),
            (
                "/contracts/0/amendments",
                r#"[{"id": "1", "date": "2025-06-01T09:00:00+08:00", "description": "补充协议", "changes": [{"property": "items/1/quantity", "former_value": "10"}]}]"#,
            ),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R066",
        changes: &[
            (
                "/contracts/0/items",
                r#"[{"id":"1","quantity":13,"unit":{"id":"EA","value":{"amount":90000,"currency":"CNY"}}}]"#,
            ),
            (
                "/contracts/0/amendments",
                r#"[{"id": "1", "date": "2025-06-01T09:00:00+08:00", "description": "补充协议", "changes": [{"property": "items/1/quantity", "former_value": "10"}]}]"#,
            ),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0.3", "0.1"),
        ..PLAIN
    },
    Case {
        code: "R069",
        changes: &[
            ("/contracts/0/value/amount", "1080000"),
            (
                "/contracts/0/amendments",
                r#"[{"id": "1", "date": "2025-06-01T09:00:00+08:00", "description": "补充协议", "changes": [{"property": "value/amount", "former_value": "900000"}]}]"#,
            ),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0.2", "0.1"),
        ..PLAIN
    },
    Case {
        code: "R067",
        changes: &[("/contracts/0/implementation/milestones/0/dateMet", r#""2025-07-20T00:00:00+08:00""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R068",
        changes: &[("/contracts/0/implementation/transactions/0/value/amount", "1000000")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1000000", "900000"),
        ..PLAIN
    },
    Case {
        code: "R070",
        changes: &[
            ("/awards/0/hasSubcontracting", "true"),
            ("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S2"}],"minimumPercentage":0.6}"#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R071",
        changes: &[
            ("/awards/0/hasSubcontracting", "true"),
            ("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S9"}],"minimumPercentage":0.6}"#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("0.6", "0.5"),
        ..PLAIN
    },
];
