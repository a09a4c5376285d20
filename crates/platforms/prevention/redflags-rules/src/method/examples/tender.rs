//! Tender: a worked example of each.

use crate::method::{Case, Expected, PLAIN};

pub(super) static ALL: [Case; 12] = [
    Case {
        code: "R003",
        changes: &[
            ("/tender/procurementMethodDetails", ""),
            ("/tender/tenderPeriod/endDate", r#""2025-03-08T09:00:00+08:00""#),
        ],
        expected: Expected::Raised("7", "15"),
        ..PLAIN
    },
    Case {
        code: "R004",
        changes: &[("/tender/documents/0/datePublished", r#""2025-03-04T09:00:00+08:00""#)],
        expected: Expected::Raised("0", "1"),
        ..PLAIN
    },
    Case {
        code: "R005",
        changes: &[
            ("/tender/documents/2", ""),
            ("/tender/documents/1/datePublished", r#""2025-03-10T09:00:00+08:00""#),
        ],
        expected: Expected::Raised("2", "1"),
        ..PLAIN
    },
    Case {
        code: "R006",
        changes: &[("/tender/eligibilityCriteria", r#""注册资本不低于 5000 万元""#)],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R007",
        changes: &[("/tender/items/0/description", r#""检测设备，演示品牌 X9""#)],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R008",
        changes: &[("/tender/participationFees/0/value/amount", "3000")],
        peers: &[0.0001],
        expected: Expected::Raised("0.003", "0.001"),
        ..PLAIN
    },
    Case {
        code: "R009",
        changes: &[("/tender/participationFees/0/value/amount", "500")],
        before: &[
            &[("/tender/tenderPeriod/startDate", r#""2025-01-06T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-10T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-15T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-20T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-25T09:00:00+08:00""#)],
        ],
        expected: Expected::Raised("2.5", "1.5"),
        ..PLAIN
    },
    Case {
        code: "R014",
        changes: &[("/tender/bidOpening/date", r#""2025-03-12T09:30:00+08:00""#)],
        expected: Expected::Raised("11", "20"),
        ..PLAIN
    },
    Case {
        code: "R016",
        changes: &[("/tender/value/amount", "5000000")],
        peers: &[
            80000.0, 82000.0, 84000.0, 86000.0, 88000.0, 90000.0, 92000.0, 94000.0, 96000.0, 98000.0, 100000.0,
            102000.0, 104000.0, 106000.0, 108000.0, 110000.0, 112000.0, 114000.0, 116000.0, 118000.0,
        ],
        expected: Expected::Raised("500000", "148715.867268"),
        ..PLAIN
    },
    Case {
        code: "R018",
        changes: &[(
            "/bids/details",
            r#"[{"id":"1","status":"valid","tenderers":[{"id":"S1"}],"value":{"amount":900000,"currency":"CNY"}}]"#,
        )],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R020",
        changes: &[("/complaints", r#"[{"id":"1","date":"2025-03-10T09:00:00+08:00","status":"satisfied"}]"#)],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R039",
        changes: &[("/tender/enquiries/0/dateAnswered", r#""2025-03-26T09:00:00+08:00""#)],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
];
