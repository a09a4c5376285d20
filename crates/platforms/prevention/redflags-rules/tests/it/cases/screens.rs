//! Cases: screens.

use redflags_rules::method::{Case, Expected, PLAIN};

pub static ALL: [Case; 34] = [
    Case {
        code: "PS-01",
        name: "as others",
        changes: &[
            ("/bids/details/0/value/amount", "700000"),
            ("/bids/details/1/value/amount", "850000"),
            ("/bids/details/2/value/amount", "1000000"),
        ],
        peers: &[
            0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22,
            0.23, 0.24,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-01",
        name: "close, where prices lie close anyway",
        changes: &[
            ("/bids/details/0/value/amount", "960000"),
            ("/bids/details/1/value/amount", "1000000"),
            ("/bids/details/2/value/amount", "1040000"),
        ],
        peers: &[
            0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05, 0.052, 0.054, 0.056, 0.058, 0.06,
            0.062, 0.064, 0.066, 0.068,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-01",
        name: "nothing to compare with",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("reference"),
        ..PLAIN
    },
    Case {
        code: "PS-01",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-01",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-01",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-02",
        name: "as others",
        changes: &[("/bids/details/3/status", r#""valid""#)],
        peers: &[
            -1.5, -1.4, -1.3, -1.2, -1.1, -1.0, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2,
            0.3, 0.4,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-02",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-02",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-02",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-03",
        name: "as others",
        changes: &[],
        peers: &[
            -1.0, -0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8,
            0.9,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-03",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-03",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-03",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-04",
        name: "as others",
        changes: &[],
        peers: &[
            0.03, 0.035, 0.04, 0.045, 0.05, 0.055, 0.06, 0.065, 0.07, 0.075, 0.08, 0.085, 0.09, 0.095, 0.1, 0.105,
            0.11, 0.115, 0.12, 0.125,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-04",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-04",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-04",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-05",
        name: "as others",
        changes: &[("/bids/details/1/value/amount", "910000"), ("/bids/details/2/value/amount", "990000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-05",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-05",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-05",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-06",
        name: "as others",
        changes: &[],
        peers: &[
            0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3,
            1.35,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-06",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-06",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-06",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-07",
        name: "as others",
        changes: &[],
        peers: &[
            0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22,
            0.23, 0.24,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-07",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-07",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-07",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "PS-08",
        name: "as others",
        changes: &[
            ("/bids/details/3/status", r#""valid""#),
            (
                "/bids/details/4",
                r#"{"id":"5","status":"valid","tenderers":[{"id":"S5"}],"value":{"amount":1030000,"currency":"CNY"}}"#,
            ),
        ],
        peers: &[
            0.2, 0.23, 0.26, 0.29, 0.32, 0.35, 0.38, 0.41, 0.44, 0.47, 0.5, 0.53, 0.56, 0.59, 0.62, 0.65, 0.68, 0.71,
            0.74, 0.77,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "PS-08",
        name: "too few bids",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "PS-08",
        name: "an auction with visible ranks",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "PS-08",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
];
