//! Cases: tender.

use redflags_rules::method::{Case, Expected, PLAIN};

pub static ALL: [Case; 56] = [
    Case { code: "R003", name: "twenty-four days", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R003",
        name: "one day short of the law",
        changes: &[("/tender/tenderPeriod/endDate", r#""2025-03-20T09:00:00+08:00""#)],
        expected: Expected::Raised("19", "20"),
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "exactly the minimum",
        changes: &[("/tender/tenderPeriod/endDate", r#""2025-03-21T09:00:00+08:00""#)],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "no end",
        changes: &[("/tender/tenderPeriod/endDate", "")],
        expected: Expected::Missing("tender/tenderPeriod/endDate"),
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "the end before the start",
        changes: &[("/tender/tenderPeriod/endDate", r#""2025-02-01T09:00:00+08:00""#)],
        expected: Expected::Missing("tender/tenderPeriod/endDate"),
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "a lot with its own period",
        changes: &[(
            "/tender/lots",
            r#"[{"id":"L1","tenderPeriod":{"startDate":"2025-03-01T09:00:00+08:00","endDate":"2025-03-06T09:00:00+08:00"}},{"id":"L2"}]"#,
        )],
        expected: Expected::Raised("5", "20"),
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "cancelled",
        changes: &[("/tender/status", r#""cancelled""#)],
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R003",
        name: "an override of the source",
        changes: &[],
        pack: "[[method]]\ndetails = [\"公开招标\"]\nmethod = \"open\"\ndays = 30\n",
        expected: Expected::Raised("24", "30"),
        ..PLAIN
    },
    Case { code: "R004", name: "a notice on the day", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R004",
        name: "a notice without date",
        changes: &[("/tender/documents/0/datePublished", "")],
        expected: Expected::Missing("tender/documents/datePublished"),
        ..PLAIN
    },
    Case {
        code: "R004",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R004",
        name: "no notice at all",
        changes: &[("/tender/documents/0", "")],
        expected: Expected::Raised("0", "1"),
        ..PLAIN
    },
    Case { code: "R005", name: "all there", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R005",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R005",
        name: "no start",
        changes: &[("/tender/tenderPeriod/startDate", "")],
        expected: Expected::Missing("tender/tenderPeriod/startDate"),
        ..PLAIN
    },
    Case { code: "R006", name: "plain criteria", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R006",
        name: "no criteria",
        changes: &[("/tender/eligibilityCriteria", "")],
        expected: Expected::Missing("tender/eligibilityCriteria"),
        ..PLAIN
    },
    Case {
        code: "R006",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R006",
        name: "turnover thrice the value",
        changes: &[(
            "/tender/selectionCriteria",
            r#"{"criteria":[{"type":"economic","description":"年营业额","numbers":[{"number":3000000}]}]}"#,
        )],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R006",
        name: "turnover as a mark",
        changes: &[(
            "/tender/selectionCriteria",
            r#"{"criteria":[{"type":"economic","description":"年营业额","numbers":[{"number":3000000,"weight":"pointsExact"}]}]}"#,
        )],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R007",
        name: "or equivalent",
        changes: &[("/tender/items/0/description", r#""检测设备，演示品牌或相当于""#)],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R007",
        name: "no descriptions",
        changes: &[("/tender/items/0/description", "")],
        expected: Expected::Missing("tender/items/description"),
        ..PLAIN
    },
    Case {
        code: "R007",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case { code: "R008", name: "a small fee", changes: &[], peers: &[0.0001], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R008",
        name: "no fees where fees are published",
        changes: &[("/tender/participationFees", "")],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R008",
        name: "no value",
        changes: &[("/tender/value", "")],
        expected: Expected::Missing("tender/value"),
        ..PLAIN
    },
    Case {
        code: "R008",
        name: "a fee in another currency",
        changes: &[("/tender/participationFees/0/value/currency", r#""USD""#)],
        expected: Expected::Missing("tender/participationFees/value/currency"),
        ..PLAIN
    },
    Case { code: "R009", name: "too few before", changes: &[], expected: Expected::NotApplicable("too_few"), ..PLAIN },
    Case {
        code: "R009",
        name: "no fee anywhere",
        changes: &[("/tender/participationFees", "")],
        expected: Expected::Missing("tender/participationFees/value"),
        ..PLAIN
    },
    Case { code: "R014", name: "twenty-four days", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R014",
        name: "no opening",
        changes: &[("/tender/bidOpening", "")],
        expected: Expected::Missing("tender/bidOpening/date"),
        ..PLAIN
    },
    Case {
        code: "R014",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R016",
        name: "within the norm",
        changes: &[],
        peers: &[
            80000.0, 82000.0, 84000.0, 86000.0, 88000.0, 90000.0, 92000.0, 94000.0, 96000.0, 98000.0, 100000.0,
            102000.0, 104000.0, 106000.0, 108000.0, 110000.0, 112000.0, 114000.0, 116000.0, 118000.0,
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case { code: "R016", name: "no peers", changes: &[], expected: Expected::Missing("reference"), ..PLAIN },
    Case {
        code: "R016",
        name: "no class",
        changes: &[("/tender/items/0/classification", "")],
        expected: Expected::Missing("tender/items/classification"),
        ..PLAIN
    },
    Case {
        code: "R016",
        name: "peers all alike",
        changes: &[],
        peers: &[
            100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0,
            100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0, 100000.0,
        ],
        expected: Expected::NotApplicable("degenerate"),
        ..PLAIN
    },
    Case {
        code: "R016",
        name: "lots of two categories",
        changes: &[
            ("/tender/lots", r#"[{"id":"1"},{"id":"2"}]"#),
            ("/tender/items/0/relatedLot", r#""1""#),
            ("/tender/items/1", r#"{"id":"2","classification":{"scheme":"CPV","id":"45200000"},"relatedLot":"2"}"#),
        ],
        expected: Expected::NotApplicable("mixed_category"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "three bidders",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "pending",
        changes: &[("/awards/0/status", r#""pending""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("not_final"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "a consortium is one bidder",
        changes: &[("/bids/details", r#"[{"id":"1","status":"valid","tenderers":[{"id":"S1"},{"id":"S2"}]}]"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "only a figure is published",
        changes: &[("/bids", ""), ("/tender/numberOfTenderers", "1")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "nothing is published",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/tenderers/id"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "one of two lots has one bidder",
        changes: &[
            ("/tender/lots", r#"[{"id":"1"},{"id":"2"}]"#),
            ("/awards/0/relatedLots", r#"["1"]"#),
            ("/awards/1", r#"{"id":"2","status":"active","suppliers":[{"id":"S2"}],"relatedLots":["2"]}"#),
            ("/bids/details/0/relatedLots", r#"["1"]"#),
            ("/bids/details/1/relatedLots", r#"["2"]"#),
            ("/bids/details/2/relatedLots", r#"["2"]"#),
            ("/bids/details/3/relatedLots", r#"["2"]"#),
        ],
        subject: "lot|ocds-demo-0001|1",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "bids of unknown lots",
        changes: &[("/tender/lots", r#"[{"id":"1"},{"id":"2"}]"#), ("/awards/0/relatedLots", r#"["1"]"#)],
        subject: "lot|ocds-demo-0001|1",
        expected: Expected::Missing("bids/details/relatedLots"),
        ..PLAIN
    },
    Case {
        code: "R018",
        name: "still open",
        changes: &[("/tender/status", r#""active""#), ("/awards", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("stage"),
        ..PLAIN
    },
    Case { code: "R020", name: "none where they are published", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case { code: "R039", name: "answered in time", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R039",
        name: "not answered",
        changes: &[("/tender/enquiries/0/dateAnswered", ""), ("/tender/enquiries/0/answer", "")],
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R039",
        name: "answered, no date",
        changes: &[("/tender/enquiries/0/dateAnswered", "")],
        expected: Expected::Missing("tender/enquiries/dateAnswered"),
        ..PLAIN
    },
    Case {
        code: "R039",
        name: "no question",
        changes: &[("/tender/enquiries", ""), ("/tender/hasEnquiries", "false")],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R008",
        name: "cancelled",
        changes: &[("/tender/status", r#""cancelled""#)],
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R020",
        name: "cancelled",
        changes: &[("/tender/status", r#""cancelled""#)],
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R039",
        name: "cancelled",
        changes: &[("/tender/status", r#""cancelled""#)],
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R009",
        name: "the fee of always",
        before: &[
            &[("/tender/tenderPeriod/startDate", r#""2025-01-06T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-08T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-10T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-12T09:00:00+08:00""#)],
            &[("/tender/tenderPeriod/startDate", r#""2025-01-14T09:00:00+08:00""#)],
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
];
