//! Chinese statutory indicators: a worked example of each.

use crate::method::{Case, Expected, PLAIN};

pub(super) static ALL: [Case; 17] = [
    Case {
        code: "CN-04",
        changes: &[("/bids/details/2/value/amount", "950000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-07",
        changes: &[("/parties/2/beneficialOwners/0/id", r#""P1""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-09",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""直接发包""#),
            ("/tender/mainProcurementCategory", r#""works""#),
            ("/contracts/0/value/amount", "4500000"),
        ],
        expected: Expected::Raised("4500000", "4000000"),
        ..PLAIN
    },
    Case {
        code: "CN-11",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/contracts/0/value/amount", "2500000"),
        ],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-12",
        changes: &[("/tender/tenderPeriod/endDate", r#""2025-03-16T09:00:00+08:00""#)],
        expected: Expected::Raised("15", "20"),
        ..PLAIN
    },
    Case {
        code: "CN-13",
        changes: &[(
            "/tender/amendments",
            r#"[{"id":"1","date":"2025-03-18T09:00:00+08:00","description":"修改技术参数"}]"#,
        )],
        expected: Expected::Raised("7", "15"),
        ..PLAIN
    },
    Case {
        code: "CN-14",
        changes: &[("/bids/details/2", ""), ("/bids/details/2", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("2", "3"),
        ..PLAIN
    },
    Case {
        code: "CN-17",
        changes: &[("/awards/0/relatedBid", r#""2""#), ("/awards/0/suppliers/0/id", r#""S2""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("2", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-18",
        changes: &[("/awards/0/date", r#""2025-03-29T12:00:00+08:00""#)],
        expected: Expected::Raised("1", "3"),
        ..PLAIN
    },
    Case {
        code: "CN-19",
        changes: &[("/contracts/0/value/amount", "930000")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-20",
        changes: &[("/tender/guarantees/0/value/amount", "50000")],
        expected: Expected::Raised("0.05", "0.02"),
        ..PLAIN
    },
    Case {
        code: "CN-21",
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
        code: "CN-22",
        changes: &[(
            "/tender/awardCriteria",
            r#"{"code":"ratedCriteria","criteria":[{"type":"price","numbers":[{"number":20,"weight":"percentageExact"}]}]}"#,
        )],
        expected: Expected::Raised("0.2", "0.3"),
        ..PLAIN
    },
    Case {
        code: "CN-23",
        changes: &[("/tender/value/amount", "890000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-25",
        changes: &[(
            "/complaints",
            r#"[{"id":"1","date":"2025-04-01T09:00:00+08:00","dateDecision":"2025-04-15T09:00:00+08:00","status":"declined"}]"#,
        )],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "CN-26",
        changes: &[
            ("/bids/details/3/status", r#""withdrawn""#),
            ("/bids/details/3/value/amount", "880000"),
            ("/parties/4/contactPoint/telephone", r#""025-83000011""#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("20000", "0"),
        ..PLAIN
    },
    Case {
        code: "CN-31",
        changes: &[("/planning/documents/1/datePublished", r#""2025-02-19T09:00:00+08:00""#)],
        expected: Expected::Raised("10", "30"),
        ..PLAIN
    },
];
