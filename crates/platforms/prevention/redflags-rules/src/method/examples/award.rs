//! Award: a worked example of each.

use crate::method::{Case, Expected, PLAIN, demo_registers};

pub(super) static ALL: [Case; 23] = [
    Case {
        code: "R015",
        changes: &[("/tender/awardPeriod/startDate", r#""2025-05-25T09:00:00+08:00""#)],
        peers: &[
            1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0,
            20.0,
        ],
        expected: Expected::Raised("60", "30.833333"),
        ..PLAIN
    },
    Case {
        code: "R017",
        changes: &[("/tender/items/0/unit/value/amount", "500000")],
        peers: &[
            80000.0, 82000.0, 84000.0, 86000.0, 88000.0, 90000.0, 92000.0, 94000.0, 96000.0, 98000.0, 100000.0,
            102000.0, 104000.0, 106000.0, 108000.0, 110000.0, 112000.0, 114000.0, 116000.0, 118000.0,
        ],
        subject: "item|ocds-demo-0001|/tender/items/0",
        expected: Expected::Raised("500000", "148715.867268"),
        ..PLAIN
    },
    Case {
        code: "R022",
        changes: &[("/bids/details/1/value/amount", "1500000"), ("/bids/details/2/value/amount", "2600000")],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.517301", "0.10952"),
        ..PLAIN
    },
    Case {
        code: "R023",
        changes: &[
            ("/bids/details/0/value/amount", "800000"),
            ("/bids/details/1/value/amount", "880000"),
            ("/bids/details/2/value/amount", "968000"),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0", "0.0005"),
        ..PLAIN
    },
    Case {
        code: "R024",
        changes: &[("/bids/details/1/value/amount", "900500")],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.000556", "0.012934"),
        ..PLAIN
    },
    Case {
        code: "R028",
        changes: &[("/bids/details/2/value/amount", "950000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("2", "2"),
        ..PLAIN
    },
    Case {
        code: "R030",
        changes: &[("/bids/details/0/date", r#""2025-03-25T09:10:00+08:00""#)],
        subject: "bid|ocds-demo-0001|1",
        expected: Expected::Raised("600", "0"),
        ..PLAIN
    },
    Case {
        code: "R031",
        changes: &[("/tender/value/amount", "905000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.994475", "0.99"),
        ..PLAIN
    },
    Case {
        code: "R032",
        changes: &[("/parties/2/beneficialOwners/0/id", r#""P1""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R033",
        changes: &[("/parties/3/shareholders/0/shareholder/id", r#""H2""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R035",
        changes: &[("/bids/details/1/status", r#""disqualified""#), ("/bids/details/2/status", r#""disqualified""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("3", "1"),
        ..PLAIN
    },
    Case {
        code: "R036",
        changes: &[("/bids/details/3/value/amount", "850000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("850000", "900000"),
        ..PLAIN
    },
    Case {
        code: "R037",
        changes: &[("/bids/details/3/statusDetails", r#""不合格""#)],
        subject: "bid|ocds-demo-0001|4",
        expected: Expected::Raised("3", "20"),
        ..PLAIN
    },
    Case {
        code: "R042",
        changes: &[
            ("/parties/2/contactPoint/telephone", r#""025-83000011""#),
            ("/parties/3/contactPoint/telephone", r#""(025)83000011""#),
        ],
        subject: "supplier|S1",
        expected: Expected::Raised("3", "3"),
        ..PLAIN
    },
    Case {
        code: "R043",
        changes: &[("/parties/2/contactPoint/telephone", r#""(025)83000001""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R044",
        changes: &[
            ("/parties/3/address/streetAddress", r#""演示西路 22 号厂房""#),
            ("/parties/2/address/streetAddress", r#""演示西路22号厂房""#),
        ],
        subject: "lot-pair|ocds-demo-0001||S2|S3",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R045",
        changes: &[("/parties/1/identifier/id", r#""91320000MA0000015A""#)],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R046",
        changes: &[],
        registers: demo_registers,
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R052",
        changes: &[("/awards/0/value/amount", "9000000")],
        before: &[&[("/awards/0/value/amount", "500000"), ("/awards/0/date", r#""2024-06-01T09:00:00+08:00""#)]],
        subject: "buyer-supplier|B1|S1",
        expected: Expected::Raised("18", "10"),
        ..PLAIN
    },
    Case {
        code: "R056",
        changes: &[("/bids/details/0/requirementResponses/0/value", "2")],
        subject: "award|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R058",
        changes: &[("/bids/details/0/value/amount", "400000")],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1.375", "0.10952"),
        ..PLAIN
    },
    Case {
        code: "R061",
        changes: &[("/awards/0/date", r#""2025-03-26T12:00:00+08:00""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "3"),
        ..PLAIN
    },
    Case {
        code: "R062",
        changes: &[("/awards/0/date", r#""2025-08-25T09:00:00+08:00""#)],
        peers: &[
            5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0,
            23.0, 24.0,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("153", "60"),
        ..PLAIN
    },
];
