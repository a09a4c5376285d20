//! Cases: statutory.

use redflags_rules::method::{Case, Expected, PLAIN};

pub static ALL: [Case; 65] = [
    Case {
        code: "CN-04",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-04",
        name: "in order",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-07",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-07",
        name: "in order",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-14",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-14",
        name: "in order",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-17",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-17",
        name: "in order",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-23",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-23",
        name: "in order",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-19",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-19",
        name: "in order",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-12",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-12", name: "in order", changes: &[], expected: Expected::Clear, ..PLAIN },
    // In 2025 1 to 5 May were free days: after 29 April, the 30th, 6 and 7 May are working days.
    Case {
        code: "CN-12",
        name: "three working days over a holiday",
        changes: &[
            ("/tender/procurementMethod", r#""limited""#),
            ("/tender/procurementMethodDetails", r#""竞争性谈判""#),
            ("/tender/tenderPeriod/startDate", r#""2025-04-29T16:00:00+08:00""#),
            ("/tender/tenderPeriod/endDate", r#""2025-05-07T09:00:00+08:00""#),
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-12",
        name: "eight days, of which two are working days",
        changes: &[
            ("/tender/procurementMethod", r#""limited""#),
            ("/tender/procurementMethodDetails", r#""竞争性谈判""#),
            ("/tender/tenderPeriod/startDate", r#""2025-04-29T08:00:00+08:00""#),
            ("/tender/tenderPeriod/endDate", r#""2025-05-06T18:00:00+08:00""#),
        ],
        expected: Expected::Raised("2", "3"),
        ..PLAIN
    },
    Case {
        code: "CN-12",
        name: "a year without calendar",
        changes: &[
            ("/tender/procurementMethod", r#""limited""#),
            ("/tender/procurementMethodDetails", r#""询价""#),
            ("/tender/tenderPeriod/startDate", r#""2003-04-29T08:00:00+08:00""#),
            ("/tender/tenderPeriod/endDate", r#""2003-05-20T18:00:00+08:00""#),
        ],
        expected: Expected::Missing("calendar"),
        ..PLAIN
    },
    Case {
        code: "CN-13",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-13", name: "in order", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "CN-18",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-18", name: "in order", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "CN-20",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-20", name: "in order", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "CN-22",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-25",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-25", name: "in order", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "CN-31",
        name: "another jurisdiction",
        changes: &[],
        pack: "[pack]\njurisdiction = \"XX\"\n",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-31", name: "in order", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "CN-04",
        name: "no amounts",
        changes: &[
            ("/bids/details/0/value/amount", ""),
            ("/bids/details/1/value/amount", ""),
            ("/bids/details/2/value/amount", ""),
            ("/bids/details/3/value/amount", ""),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/amount"),
        ..PLAIN
    },
    Case {
        code: "CN-07",
        name: "no owners, no holders",
        changes: &[
            ("/parties/1/beneficialOwners", ""),
            ("/parties/2/beneficialOwners", ""),
            ("/parties/3/beneficialOwners", ""),
            ("/parties/4/beneficialOwners", ""),
            ("/parties/1/shareholders", ""),
            ("/parties/2/shareholders", ""),
            ("/parties/3/shareholders", ""),
            ("/parties/4/shareholders", ""),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("parties/beneficialOwners/id"),
        ..PLAIN
    },
    Case {
        code: "CN-09",
        name: "below the limit",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""直接发包""#),
            ("/tender/mainProcurementCategory", r#""works""#),
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-09",
        name: "below the limit of before 2018",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""直接发包""#),
            ("/tender/mainProcurementCategory", r#""works""#),
            ("/contracts/0/value/amount", "2500000"),
            ("/tender/tenderPeriod/startDate", r#""2017-03-01T09:00:00+08:00""#),
        ],
        expected: Expected::Raised("2500000", "2000000"),
        ..PLAIN
    },
    Case { code: "CN-09", name: "open", changes: &[], expected: Expected::NotApplicable("method"), ..PLAIN },
    Case {
        code: "CN-09",
        name: "a lawful exemption",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""直接发包""#),
            ("/tender/mainProcurementCategory", r#""works""#),
            ("/tender/procurementMethodRationale", r#""抢险救灾""#),
        ],
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-09",
        name: "no category",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""直接发包""#),
            ("/tender/mainProcurementCategory", r#""works""#),
            ("/tender/mainProcurementCategory", ""),
        ],
        expected: Expected::Missing("tender/mainProcurementCategory"),
        ..PLAIN
    },
    Case {
        code: "CN-11",
        name: "a listed ground",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/contracts/0/value/amount", "2500000"),
            ("/tender/procurementMethodRationale", r#""只能从唯一供应商处采购""#),
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-11",
        name: "below the limit",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case { code: "CN-11", name: "open", changes: &[], expected: Expected::NotApplicable("method"), ..PLAIN },
    Case {
        code: "CN-11",
        name: "no category",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/tender/mainProcurementCategory", ""),
        ],
        expected: Expected::Missing("tender/mainProcurementCategory"),
        ..PLAIN
    },
    Case {
        code: "CN-12",
        name: "a consultation of ten days",
        changes: &[
            ("/tender/procurementMethodDetails", r#""竞争性磋商""#),
            ("/tender/tenderPeriod/endDate", r#""2025-03-11T09:00:00+08:00""#),
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-12",
        name: "no end",
        changes: &[("/tender/tenderPeriod/endDate", "")],
        expected: Expected::Missing("tender/tenderPeriod/endDate"),
        ..PLAIN
    },
    Case {
        code: "CN-12",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "CN-13",
        name: "changed in good time",
        changes: &[("/tender/amendments", r#"[{"id":"1","date":"2025-03-05T09:00:00+08:00"}]"#)],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-13",
        name: "no date",
        changes: &[("/tender/amendments", r#"[{"id":"1"}]"#)],
        expected: Expected::Missing("tender/amendments/date"),
        ..PLAIN
    },
    Case {
        code: "CN-14",
        name: "single source",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "CN-14",
        name: "nothing is published",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/tenderers/id"),
        ..PLAIN
    },
    Case {
        code: "CN-17",
        name: "no ranks",
        changes: &[("/bids/details/0/rank", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/rank"),
        ..PLAIN
    },
    Case {
        code: "CN-17",
        name: "the first withdrew",
        changes: &[
            ("/awards/0/relatedBid", r#""2""#),
            ("/awards/0/suppliers/0/id", r#""S2""#),
            ("/bids/details/0/status", r#""withdrawn""#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "CN-18",
        name: "no notice",
        changes: &[("/tender/documents/3", "")],
        expected: Expected::Missing("tender/documents/documentType"),
        ..PLAIN
    },
    Case {
        code: "CN-19",
        name: "no date",
        changes: &[("/awards/0/date", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("awards/date"),
        ..PLAIN
    },
    Case {
        code: "CN-20",
        name: "no bonds published",
        changes: &[("/tender/guarantees", ""), ("/contracts/0/guarantees", "")],
        expected: Expected::Missing("tender/guarantees/value"),
        ..PLAIN
    },
    Case {
        code: "CN-21",
        name: "in order",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-21",
        name: "works",
        changes: &[("/tender/mainProcurementCategory", r#""works""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "CN-21",
        name: "no history",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1","date":"2025-06-01T09:00:00+08:00"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/amendments/changes"),
        ..PLAIN
    },
    Case {
        code: "CN-22",
        name: "a third",
        changes: &[(
            "/tender/awardCriteria",
            r#"{"code":"ratedCriteria","criteria":[{"type":"price","numbers":[{"number":33,"weight":"percentageExact"}]}]}"#,
        )],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case { code: "CN-22", name: "price only", changes: &[], expected: Expected::NotApplicable("criteria"), ..PLAIN },
    Case {
        code: "CN-22",
        name: "no weights",
        changes: &[("/tender/awardCriteria", r#""ratedCriteria""#)],
        expected: Expected::Missing("tender/awardCriteria/criteria/numbers"),
        ..PLAIN
    },
    Case {
        code: "CN-23",
        name: "no ceiling",
        changes: &[("/tender/value", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("tender/value"),
        ..PLAIN
    },
    Case {
        code: "CN-25",
        name: "decided before",
        changes: &[(
            "/complaints",
            r#"[{"id":"1","date":"2025-03-26T09:00:00+08:00","dateDecision":"2025-03-30T09:00:00+08:00"}]"#,
        )],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-25",
        name: "decision not dated",
        changes: &[("/complaints", r#"[{"id":"1","date":"2025-04-01T09:00:00+08:00","status":"declined"}]"#)],
        expected: Expected::Missing("complaints/dateDecision"),
        ..PLAIN
    },
    Case {
        code: "CN-26",
        name: "nobody withdrew",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("nothing"),
        ..PLAIN
    },
    Case {
        code: "CN-26",
        name: "strangers",
        changes: &[("/bids/details/3/status", r#""withdrawn""#), ("/bids/details/3/value/amount", "880000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "CN-26",
        name: "no price",
        changes: &[("/bids/details/3/status", r#""withdrawn""#), ("/bids/details/3/value/amount", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/amount"),
        ..PLAIN
    },
    Case {
        code: "CN-31",
        name: "never published",
        changes: &[("/planning/documents", "[]")],
        expected: Expected::Raised("0", "30"),
        ..PLAIN
    },
    Case {
        code: "CN-31",
        name: "no date",
        changes: &[("/planning/documents/1/datePublished", "")],
        expected: Expected::Missing("planning/documents/datePublished"),
        ..PLAIN
    },
];
