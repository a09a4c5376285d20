//! New data may raise a flag but not lower it: for indicators of the classes M, F and ∅.

use proptest::prelude::*;
use redflags_rules::context::{Context, Registers};
use redflags_rules::method;
use redflags_rules::registry::Stability;
use redflags_rules::{Judged, OutcomeKind, Settings, coverage_of, judge_one};
use serde_json::{Value, json};

/// A fact added to a process: nothing earlier is changed.
fn addition(kind: u8, number: u32) -> (&'static str, Value) {
    let day = |month: u32| format!("2025-{:02}-{:02}T09:00:00+08:00", month, 1 + number % 28);
    match kind {
        0 => ("/complaints", json!({"id": number.to_string(), "date": day(4), "status": "pending"})),
        1 => ("/contracts/0/amendments", json!({"id": number.to_string(), "date": day(6)})),
        2 => (
            "/contracts/0/implementation/transactions",
            json!({"id": number.to_string(), "date": day(8), "value": {"amount": 1 + number % 300_000, "currency": "CNY"}}),
        ),
        3 => (
            "/contracts/0/documents",
            json!({"id": number.to_string(), "documentType": "contractSigned", "datePublished": day(9)}),
        ),
        4 => (
            "/planning/documents",
            json!({"id": number.to_string(), "documentType": "procurementPlan", "datePublished": day(7)}),
        ),
        5 => (
            "/tender/documents",
            json!({"id": number.to_string(), "documentType": "biddingDocuments", "datePublished": day(5)}),
        ),
        6 => ("/tender/enquiries", json!({"id": number.to_string(), "date": day(3)})),
        _ => (
            "/contracts/0/implementation/milestones",
            json!({"id": number.to_string(), "type": "delivery", "dueDate": day(5), "dateMet": day(6)}),
        ),
    }
}

fn append(release: &mut Value, list: &str, entry: Value) {
    let (parent, name) = list.rsplit_once('/').unwrap_or_default();
    let Some(Value::Object(parent)) = release.pointer_mut(parent) else { return };
    if let Value::Array(list) = parent.entry(name).or_insert_with(|| json!([])) {
        list.push(entry);
    }
}

fn judged(release: &Value) -> Vec<Judged> {
    let settings = Settings::cn().expect("the embedded pack reads");
    let registers = Registers::default();
    let text = release.to_string();
    let parsed = ocds::parse(text.as_bytes()).expect("the release reads");
    // What the source publishes is a snapshot: it does not move with the process that is judged.
    let mut coverage = coverage_of([]);
    coverage.processes = 1;
    coverage.filled.values_mut().for_each(|count| *count = 1);
    let cx = Context {
        settings: &settings,
        reference: None,
        coverage: Some(&coverage),
        registers: &registers,
        as_of: method::AS_OF,
    };
    judge_one(&parsed.release, &cx)
}

/// Base releases that raise this and that.
const STARTS: [&[method::Change]; 4] = [
    &[],
    &[
        ("/tender/procurementMethod", "\"direct\""),
        ("/tender/procurementMethodDetails", "\"单一来源\""),
        ("/planning/documents", "[]"),
    ],
    &[
        ("/bids/details/2/value/amount", "950000"),
        ("/contracts/0/value/amount", "990000"),
        ("/contracts/0/documents", "[]"),
    ],
    &[("/tender/tenderPeriod/endDate", "\"2025-03-08T09:00:00+08:00\""), ("/tender/documents", "[]")],
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_raised_stays_raised(start in 0_usize..4, facts in prop::collection::vec((0_u8..8, 0_u32..1_000_000), 1..8)) {
        let mut release = method::changed(STARTS[start]);
        let mut before = judged(&release);
        for (kind, number) in facts {
            let (list, entry) = addition(kind, number);
            append(&mut release, list, entry);
            let after = judged(&release);
            for old in before.iter().filter(|old| old.outcome.is_raised() && old.indicator.stability != Stability::Aggregate) {
                let new = after.iter().find(|new| new.indicator.code == old.indicator.code && new.subject == old.subject);
                let kind = new.map(|new| new.outcome.kind());
                prop_assert_eq!(kind, Some(OutcomeKind::Raised), "{} of {} by {}", old.indicator.code, old.subject, list);
            }
            before = after;
        }
    }
}
