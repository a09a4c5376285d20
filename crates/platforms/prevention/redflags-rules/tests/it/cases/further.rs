//! Cases: further.

use redflags_rules::method::{Case, Expected, PLAIN};

pub static ALL: [Case; 43] = [
    Case {
        code: "X-08",
        name: "unchanged",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-08",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "X-09",
        name: "unchanged",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-09",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "X-08",
        name: "no history",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1","date":"2025-06-01T09:00:00+08:00"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/amendments/changes"),
        ..PLAIN
    },
    Case {
        code: "X-01",
        name: "at home",
        changes: &[],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "X-01",
        name: "abroad, not listed",
        changes: &[("/parties/1/address/country", r#""DE""#)],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-01",
        name: "unknown",
        changes: &[("/parties/1/address/country", ""), ("/parties/1/identifier", "")],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Missing("parties/address/country"),
        ..PLAIN
    },
    Case {
        code: "X-04",
        name: "two winners",
        changes: &[
            ("/tender/lots", r#"[{"id": "1"}, {"id": "2"}, {"id": "3"}, {"id": "4"}, {"id": "5"}]"#),
            ("/bids", ""),
            (
                "/awards",
                r#"[{"id": "1", "status": "active", "relatedLots": ["1"], "suppliers": [{"id": "S1"}]}, {"id": "2", "status": "active", "relatedLots": ["2"], "suppliers": [{"id": "S1"}]}, {"id": "3", "status": "active", "relatedLots": ["3"], "suppliers": [{"id": "S1"}]}, {"id": "4", "status": "active", "relatedLots": ["4"], "suppliers": [{"id": "S1"}]}, {"id": "5", "status": "active", "relatedLots": ["5"], "suppliers": [{"id": "S2"}]}]"#,
            ),
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case { code: "X-04", name: "no lots", changes: &[], expected: Expected::Missing("tender/lots"), ..PLAIN },
    Case {
        code: "X-04",
        name: "two lots",
        changes: &[("/tender/lots", r#"[{"id":"1"},{"id":"2"}]"#)],
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "X-05",
        name: "another won",
        changes: &[
            (
                "/awards",
                r#"[{"id": "1", "status": "cancelled", "suppliers": [{"id": "S1"}]}, {"id": "2", "status": "active", "suppliers": [{"id": "S2"}]}]"#,
            ),
            ("/complaints", r#"[{"id":"1","status":"satisfied","relatedAward":"1"}]"#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-05",
        name: "declined",
        changes: &[
            (
                "/awards",
                r#"[{"id": "1", "status": "cancelled", "suppliers": [{"id": "S1"}]}, {"id": "2", "status": "active", "suppliers": [{"id": "S1"}]}]"#,
            ),
            ("/complaints", r#"[{"id":"1","status":"declined","relatedAward":"1"}]"#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("nothing"),
        ..PLAIN
    },
    Case {
        code: "X-05",
        name: "no complaint",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("nothing"),
        ..PLAIN
    },
    Case {
        code: "X-05",
        name: "no status",
        changes: &[("/complaints", r#"[{"id":"1"}]"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("complaints/status"),
        ..PLAIN
    },
    Case {
        code: "X-06",
        name: "carried out",
        changes: &[(
            "/complaints",
            r#"[{"id":"1","status":"satisfied","dateDecision":"2025-05-01T09:00:00+08:00","dateExecuted":"2025-05-10T09:00:00+08:00"}]"#,
        )],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case { code: "X-06", name: "none", changes: &[], expected: Expected::NotApplicable("nothing"), ..PLAIN },
    Case {
        code: "X-06",
        name: "no date",
        changes: &[("/complaints", r#"[{"id":"1","status":"satisfied"}]"#)],
        expected: Expected::Missing("complaints/dateDecision"),
        ..PLAIN
    },
    Case {
        code: "X-06",
        name: "not due yet",
        changes: &[("/complaints", r#"[{"id":"1","status":"satisfied","dateDecision":"2025-11-20T09:00:00+08:00"}]"#)],
        expected: Expected::NotApplicable("stage"),
        ..PLAIN
    },
    Case { code: "X-07", name: "open", changes: &[], expected: Expected::NotApplicable("method"), ..PLAIN },
    Case {
        code: "X-07",
        name: "no complaints anywhere",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::Missing("complaints/id"),
        ..PLAIN
    },
    Case {
        code: "X-07",
        name: "a dispute of another category",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        before: &[&[("/complaints", r#"[{"id":"1"}]"#), ("/tender/items/0/classification/id", r#""90000000""#)]],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-09",
        name: "twice",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1"},{"id":"2"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-10",
        name: "after months",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1","date":"2025-08-01T09:00:00+08:00"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-10",
        name: "no date",
        changes: &[("/contracts/0/amendments", r#"[{"id":"1"}]"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/amendments/date"),
        ..PLAIN
    },
    Case {
        code: "X-10",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "X-11",
        name: "goods",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "X-11",
        name: "works in time",
        changes: &[("/tender/mainProcurementCategory", r#""works""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-11",
        name: "not completed",
        changes: &[("/tender/mainProcurementCategory", r#""works""#), ("/contracts/0/implementation", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("contracts/implementation/milestones/dateMet"),
        ..PLAIN
    },
    Case { code: "X-12", name: "awarded", changes: &[], expected: Expected::NotApplicable("nothing"), ..PLAIN },
    Case {
        code: "X-12",
        name: "a lawful reason",
        changes: &[("/tender/status", r#""cancelled""#), ("/tender/statusDetails", r#""出现重大变故，采购任务取消""#)],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-12",
        name: "cancelled without a word",
        changes: &[("/tender/status", r#""cancelled""#)],
        expected: Expected::Raised("3", "3"),
        ..PLAIN
    },
    Case {
        code: "X-12",
        name: "no status",
        changes: &[("/tender/status", "")],
        expected: Expected::Missing("tender/status"),
        ..PLAIN
    },
    Case { code: "X-14", name: "open", changes: &[], expected: Expected::NotApplicable("method"), ..PLAIN },
    Case {
        code: "X-14",
        name: "no link where links are published",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/relatedProcesses", r#"[{"id":"1","relationship":["framework"],"identifier":"x"}]"#),
        ],
        expected: Expected::NotApplicable("nothing"),
        ..PLAIN
    },
    Case {
        code: "X-14",
        name: "the failed one is not at hand",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            ("/relatedProcesses", r#"[{"id":"1","relationship":["unsuccessfulProcess"],"identifier":"x"}]"#),
        ],
        expected: Expected::Missing("relatedProcesses/tender/value"),
        ..PLAIN
    },
    Case {
        code: "X-14",
        name: "not dearer",
        changes: &[
            ("/tender/procurementMethod", r#""direct""#),
            ("/tender/procurementMethodDetails", r#""单一来源""#),
            (
                "/relatedProcesses",
                r#"[{"id":"1","relationship":["unsuccessfulProcess"],"identifier":"ocds-demo-0002"}]"#,
            ),
        ],
        before: &[&[("/tender/status", r#""unsuccessful""#)]],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-15",
        name: "after the standstill",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-15",
        name: "no standstill known",
        changes: &[("/awards/0/standstillPeriod", "")],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("awards/standstillPeriod"),
        ..PLAIN
    },
    Case {
        code: "X-15",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "X-17",
        name: "a loser that stayed",
        changes: &[("/awards/0/subcontracting", r#"{"subcontractors":[{"id":"S3"}],"minimumPercentage":0.2}"#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "X-17",
        name: "none named",
        changes: &[],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::Missing("awards/subcontracting/subcontractors"),
        ..PLAIN
    },
    Case {
        code: "X-17",
        name: "cancelled",
        changes: &[("/contracts/0/status", r#""cancelled""#)],
        subject: "contract|ocds-demo-0001|1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
];
