//! Price screens of one lot: a worked example of each.

use crate::method::{Case, Expected, PLAIN};

pub(super) static ALL: [Case; 8] = [
    Case {
        code: "PS-01",
        changes: &[("/bids/details/1/value/amount", "910000"), ("/bids/details/2/value/amount", "920000")],
        peers: &[
            0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27,
            0.28, 0.29,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.010989", "0.06"),
        ..PLAIN
    },
    Case {
        code: "PS-02",
        changes: &[
            ("/bids/details/1/value/amount", "1000000"),
            ("/bids/details/2/value/amount", "1000500"),
            ("/bids/details/3/value/amount", "999800"),
            ("/bids/details/3/status", r#""valid""#),
            ("/bids/details/0/value/amount", "600000"),
        ],
        peers: &[
            -1.5, -1.4, -1.3, -1.2, -1.1, -1.0, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2,
            0.3, 0.4,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("3.999957", "1.483333"),
        ..PLAIN
    },
    Case {
        code: "PS-03",
        changes: &[
            ("/bids/details/0/value/amount", "600000"),
            ("/bids/details/1/value/amount", "990000"),
            ("/bids/details/2/value/amount", "1000000"),
        ],
        peers: &[
            0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
            0.95,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("-1.728307", "-0.541667"),
        ..PLAIN
    },
    Case {
        code: "PS-04",
        changes: &[("/bids/details/0/value/amount", "500000")],
        peers: &[
            0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27,
            0.28, 0.29,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.9", "0.547601"),
        ..PLAIN
    },
    Case {
        code: "PS-05",
        changes: &[("/bids/details/1/value/amount", "985000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("24.041631", "1"),
        ..PLAIN
    },
    Case {
        code: "PS-06",
        changes: &[("/bids/details/1/value/amount", "989000")],
        peers: &[
            0.4, 0.42, 0.44, 0.46, 0.48, 0.5, 0.52, 0.54, 0.56, 0.58, 0.6, 0.62, 0.64, 0.66, 0.68, 0.7, 0.72, 0.74,
            0.76, 0.78,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1.977778", "1.165975"),
        ..PLAIN
    },
    Case {
        code: "PS-07",
        changes: &[("/bids/details/1/value/amount", "900400"), ("/bids/details/2/value/amount", "900900")],
        peers: &[
            0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27,
            0.28, 0.29,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.001", "0.06467"),
        ..PLAIN
    },
    Case {
        code: "PS-08",
        changes: &[
            ("/bids/details/3/status", r#""valid""#),
            (
                "/bids/details/4",
                r#"{"id":"5","status":"valid","tenderers":[{"id":"S5"}],"value":{"amount":990500,"currency":"CNY"}}"#,
            ),
            ("/bids/details/1/value/amount", "988000"),
            ("/bids/details/2/value/amount", "989000"),
            ("/bids/details/3/value/amount", "990000"),
        ],
        peers: &[
            0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27, 0.28, 0.29, 0.3, 0.31, 0.32, 0.33, 0.34, 0.35, 0.36, 0.37,
            0.38, 0.39,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.772376", "0.498333"),
        ..PLAIN
    },
];
