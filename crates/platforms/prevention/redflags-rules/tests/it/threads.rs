//! However many threads, batches and parts: the same report, the same flags, the same snapshot.

use proptest::prelude::*;
use redflags_rules::method;
use redflags_rules::moment::Moment;
use redflags_rules::reference::Reference;
use redflags_rules::{Finished, Plan, Screen, Settings};
use serde_json::{Value, json};

/// A purchase among ten firms and four buyers; numbers make prices, days and repetitions.
fn purchase(number: u64) -> String {
    let mut release = method::changed(&[]);
    let pick = |salt: u64, of: u64| (number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(salt as u32) >> 7) % of;
    let mut set = |pointer: &str, value: Value| {
        if let Some(place) = release.pointer_mut(pointer) {
            *place = value;
        }
    };
    set("/ocid", json!(format!("ocds-213czf-{}", number % 500)));
    set("/buyer/id", json!(format!("B{}", pick(3, 4))));
    let day = |month: u64| format!("2024-{:02}-{:02}T09:30:00+08:00", month, 1 + pick(11, 28));
    set("/tender/tenderPeriod/startDate", json!(day(1 + pick(13, 10))));
    if pick(17, 4) == 0 {
        set("/tender/documents", json!([]));
    }
    for bid in 0..3 {
        let firm = format!("S{}", (pick(19, 10) + bid) % 10);
        set(&format!("/bids/details/{bid}/tenderers/0/id"), json!(firm));
        set(&format!("/bids/details/{bid}/value/amount"), json!(800_000 + pick(20 + bid, 100) * 1000 + bid));
    }
    release.to_string()
}

/// What a run says, in the order in which it says it.
type Said = (Vec<String>, String, Option<String>);

fn plan() -> Plan {
    let mut settings = Settings::cn().expect("the embedded pack reads");
    settings.set(redflags_rules::parameters::Key::GeneralReferenceMinN, 5.0);
    Plan::new(settings, None, Moment(1_750_000_000))
}

fn finish(screen: Screen, mut raised: Vec<String>) -> Said {
    let Finished { report, snapshot } = screen.finish(&mut |judged| raised.push(format!("{judged:?}")));
    report.reconcile().expect("the run reconciles");
    let report = serde_json::to_string(&report).expect("a report is JSON");
    (raised, report, snapshot.map(|snapshot| Reference::new(snapshot).id().to_owned()))
}

fn by_threads(texts: &[String], threads: usize, batch: usize) -> Said {
    let mut screen = Screen::new(plan()).with_threads(threads);
    let mut raised = Vec::new();
    let batches = texts.chunks(batch).map(<[String]>::to_vec);
    screen.observe_all(batches, |text| ocds::parse(text.as_bytes()).ok().map(|parsed| parsed.release), &mut |judged| {
        raised.push(format!("{judged:?}"))
    });
    finish(screen, raised)
}

fn one_by_one(texts: &[String], into: &mut Screen, raised: &mut Vec<String>) {
    for text in texts {
        let parsed = ocds::parse(text.as_bytes()).expect("the release reads");
        into.observe(&parsed.release, &mut |judged| raised.push(format!("{judged:?}")));
    }
}

/// The first thing that two runs say differently, cut short.
fn difference(one: &Said, other: &Said) -> Option<(String, String)> {
    let cut = |text: &str, at: usize| text.chars().skip(at.saturating_sub(200)).take(900).collect::<String>();
    let lines = one.0.iter().zip(&other.0).find(|(a, b)| a != b).map(|(a, b)| (a.as_str(), b.as_str()));
    let (a, b) = lines.or((one.1 != other.1).then_some((&one.1, &other.1)))?;
    let at = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    Some((cut(a, at), cut(b, at)))
        .or((one.0.len() != other.0.len() || one.2 != other.2).then(|| ("count or snapshot".into(), String::new())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn threads_and_batches_show_nowhere(first in any::<u32>(), count in 1_u64..90, batch in 1_usize..20, cut in 0_usize..90) {
        let texts: Vec<String> = (0..count).map(|number| purchase(u64::from(first) + number * number)).collect();
        let (mut screen, mut raised) = (Screen::new(plan()), Vec::new());
        one_by_one(&texts, &mut screen, &mut raised);
        let whole = finish(screen, raised);
        for threads in [1, 2, 3] {
            prop_assert_eq!(difference(&by_threads(&texts, threads, batch), &whole), None);
        }
        // Two parts, one of which has travelled; only what is told while a part is read may come in another order.
        let (left, right) = texts.split_at(cut.min(texts.len()));
        let (mut one, mut other, mut raised) = (Screen::new(plan()), Screen::new(plan()), Vec::new());
        one_by_one(left, &mut one, &mut raised);
        one_by_one(right, &mut other, &mut raised);
        let bytes = one.to_partial().expect("a part is written");
        other.merge(Screen::from_partial(plan(), &bytes).expect("a part reads back")).expect("parts of one run merge");
        prop_assert_eq!(difference(&finish(other, raised), &whole), None);
    }
}
