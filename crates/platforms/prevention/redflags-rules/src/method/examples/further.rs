//! Further indicators: a worked example of each.

use crate::method::{Case, Expected, PLAIN};

pub(super) static ALL: [Case; 13] = [
    Case {
        code: "X-01",
        changes: &[("/parties/1/address/country", r#""VG""#)],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "X-04",
        changes: &[
            ("/tender/lots", r#"[{"id": "1"}, {"id": "2"}, {"id": "3"}, {"id": "4"}, {"id": "5"}]"#),
            ("/bids", ""),
            (
                "/awards",
                r#"[{"id": "1", "status": "active", "relatedLots": ["1"], "suppliers": [{"id": "S1"}]}, {"id": "2", "status": "active", "relatedLots": ["2"], "suppliers": [{"id": "S1"}]}, {"id": "3", "status": "active", "relatedLots": ["3"], "suppliers": [{"id": "S1"}]}, {"id": "4", "status": "active", "relatedLots": ["4"], "suppliers": [{"id": "S1"}]}, {"id": "5", "status": "active", "relatedLots": ["5"], "suppliers": [{"id": "S1"}]}]"#,
            ),
        ],
        expected: Expected::Raised("5", "5"),
        ..PLAIN
    },
    Case {
        code: "X-05",
        changes: &[
            (
                "/awards",
                r#"[{"id": "1", "status": "cancelled", "suppliers": [{"id": "S1"}]}, {"id": "2", "status": "active", "suppliers": [{"id": "S1"}]}]"#,
            ),
            ("/complaints", r#"[{"id":"1","status":"satisfied","relatedAward":"1"}]"#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "X-06",
        changes: &[("/complaints", r#"[{"id":"1","status":"satisfied","dateDecision":"2025-05-01T09:00:00+08:00"}]"#)],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "X-07",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/tender/tenderPeriod/startDate", r#""2025-05-01T09:00:00+08:00""#),
        ],
        before: &[&[("/complaints", r#"[{"id":"1","date":"2025-03-20T09:00:00+08:00","status":"pending"}]"#)]],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "X-08",
        changes: &[
            ("/contracts/0/value/amount", "1100000"),
            (
                "/contracts/0/amendments",
                r#"[{"id": "1", "date": "2025-05-10T09:00:00+08:00", "description": "补充协议", "changes": [{"property": "value/amount", "former_value": "900000"}]}, {"id": "2", "date": "2025-06-20T09:00:00+08:00", "description": "补充协议", "changes": [{"property": "value/amount", "former_value": "1000000"}]}]"#,
            ),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("2", "2"),
        ..PLAIN
    },
    Case {
        code: "X-09",
        changes: &[(
            "/contracts/0/amendments",
            r#"[{"id": "1", "date": "2025-05-10T09:00:00+08:00", "description": "补充协议", "changes": []}, {"id": "2", "date": "2025-06-20T09:00:00+08:00", "description": "补充协议", "changes": []}, {"id": "3", "date": "2025-08-01T09:00:00+08:00", "description": "补充协议", "changes": []}]"#,
        )],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("3", "3"),
        ..PLAIN
    },
    Case {
        code: "X-10",
        changes: &[(
            "/contracts/0/amendments",
            r#"[{"id": "1", "date": "2025-04-25T09:00:00+08:00", "description": "补充协议", "changes": []}]"#,
        )],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("5", "10"),
        ..PLAIN
    },
    Case {
        code: "X-11",
        changes: &[
            ("/tender/mainProcurementCategory", r#""works""#),
            ("/contracts/0/implementation/milestones/0/dateMet", r#""2025-04-25T00:00:00+08:00""#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("54", "60"),
        ..PLAIN
    },
    Case {
        code: "X-12",
        changes: &[
            ("/tender/status", r#""unsuccessful""#),
            ("/tender/statusDetails", r#""采购人决定""#),
            ("/awards", ""),
            ("/contracts", ""),
        ],
        expected: Expected::Raised("3", "3"),
        ..PLAIN
    },
    Case {
        code: "X-14",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/tender/value/amount", "1500000"),
            (
                "/relatedProcesses",
                r#"[{"id":"1","relationship":["unsuccessfulProcess"],"scheme":"ocid","identifier":"ocds-demo-0002"}]"#,
            ),
        ],
        before: &[&[("/tender/status", r#""unsuccessful""#), ("/awards", ""), ("/contracts", "")]],
        expected: Expected::Raised("1.5", "1.3"),
        ..PLAIN
    },
    Case {
        code: "X-15",
        changes: &[("/contracts/0/dateSigned", r#""2025-04-07T09:00:00+08:00""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("3", "0"),
        ..PLAIN
    },
    Case {
        code: "X-17",
        changes: &[
            ("/bids/details/1/status", r#""withdrawn""#),
            ("/awards/0/hasSubcontracting", "true"),
            ("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S2"}],"minimumPercentage":0.6}"#),
        ],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
];
