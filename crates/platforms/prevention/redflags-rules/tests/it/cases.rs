//! What each indicator says in cases near its worked example: the other outcomes, lots, consortia, two currencies.

mod award;
mod contract;
mod further;
mod planning;
mod screens;
mod statutory;
mod tender;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use redflags_rules::context::{CompanySnapshot, Context, Coverage, Registers};
use redflags_rules::method::{self, Case, examples};
use redflags_rules::moment::Moment;
use redflags_rules::registry::{By, indicators};
use redflags_rules::{Outcome, OutcomeKind, Settings, judge_one};

/// A registry that knows the first bidder and has struck off the second.
pub fn companies() -> Registers {
    let snapshot = CompanySnapshot {
        active: HashSet::from(["91320000MA0000015K".to_owned()]),
        struck_off: HashMap::from([("91320000MA0000023E".to_owned(), Moment(1_700_000_000))]),
    };
    Registers { companies: HashMap::from([("CN-USCC".to_owned(), snapshot)]), ..Registers::default() }
}

fn cases() -> impl Iterator<Item = &'static Case> {
    let chapters: [&'static [Case]; 7] =
        [&planning::ALL, &tender::ALL, &award::ALL, &contract::ALL, &statutory::ALL, &further::ALL, &screens::ALL];
    chapters.into_iter().flatten()
}

#[test]
fn every_case_yields_what_it_says() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in cases() {
        count += 1;
        match case.run() {
            Ok(judged) if case.expected.fits(&judged.outcome) => {}
            Ok(judged) => {
                wrong.push(format!("{} {}: {:?}, not {:?}", case.code, case.name, judged.outcome, case.expected))
            }
            Err(error) => wrong.push(format!("{} {}: {error}", case.code, case.name)),
        }
    }
    println!("{count} cases");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

/// Outcomes that no case can yield: complaints and amendments lack nothing where they are published (see
/// `an_absence_means_nothing_where_the_source_never_publishes`); suppliers and pairs of a cancelled process are no subjects.
const LACKING: [(&str, OutcomeKind); 5] = [
    ("R020", OutcomeKind::InsufficientData),
    ("R064", OutcomeKind::InsufficientData),
    ("X-09", OutcomeKind::InsufficientData),
    ("R042", OutcomeKind::NotApplicable),
    ("R052", OutcomeKind::NotApplicable),
];

#[test]
fn each_indicator_has_a_case_per_outcome() {
    let mut seen: BTreeMap<&str, BTreeSet<OutcomeKind>> = BTreeMap::new();
    for case in cases().chain(examples()) {
        if let Ok(judged) = case.run() {
            seen.entry(case.code).or_default().insert(judged.outcome.kind());
        }
    }
    let all = [OutcomeKind::Raised, OutcomeKind::NotRaised, OutcomeKind::InsufficientData, OutcomeKind::NotApplicable];
    let mut lacking = Vec::new();
    for indicator in indicators().iter().filter(|indicator| matches!(indicator.by, By::Judge | By::History)) {
        for kind in all {
            let has = seen.get(indicator.code).is_some_and(|kinds| kinds.contains(&kind));
            if !has && !LACKING.contains(&(indicator.code, kind)) {
                lacking.push(format!("{} {}", indicator.code, kind.code()));
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn an_absence_means_nothing_where_the_source_never_publishes() {
    let settings = Settings::cn().expect("the embedded pack reads");
    let registers = Registers::default();
    let silent = Coverage { processes: 100, filled: BTreeMap::new() };
    let text =
        method::changed(&[("/planning", ""), ("/tender/documents", ""), ("/contracts/0/documents", "")]).to_string();
    let parsed = ocds::parse(text.as_bytes()).expect("the base release reads");
    let of = |coverage: Option<&Coverage>, code: &str| {
        let cx =
            Context { settings: &settings, reference: None, coverage, registers: &registers, as_of: method::AS_OF };
        let all = judge_one(&parsed.release, &cx);
        all.into_iter().find(|judged| judged.indicator.code == code).map(|judged| judged.outcome)
    };
    let cases = [
        ("R001", "planning/documents/documentType"),
        ("R004", "tender/documents/documentType"),
        ("R005", "tender/documents/documentType"),
        ("R020", "complaints/id"),
        ("R063", "contracts/documents/documentType"),
        ("R064", "contracts/amendments"),
        ("X-09", "contracts/amendments"),
        ("CN-31", "planning/documents/documentType"),
    ];
    for (code, path) in cases {
        for coverage in [Some(&silent), None] {
            assert_eq!(of(coverage, code), Some(Outcome::missing(path)), "{code}");
        }
    }
}
