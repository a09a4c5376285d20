//! Splitting and merging change nothing: neither the stored bytes nor any outcome.

use proptest::prelude::*;

use super::*;
use crate::fold::Fold;

/// A world with something for most indicators.
pub(super) fn busy() -> World {
    world(|world| {
        for buy in purchases(300) {
            buy.add(world);
        }
    })
}

/// An owned purchase, so that it can be given to any world.
#[derive(Clone, Debug)]
struct Purchase {
    ocid: String,
    buyer: String,
    region: String,
    category: String,
    way: Method,
    day: Day,
    value: i64,
    bids: Vec<(String, i64, char)>,
    hours: Vec<f64>,
    contacts: Vec<(String, u64)>,
}

impl Purchase {
    fn add(&self, world: &mut World) {
        let bids: Vec<Bid<'_>> = self.bids.iter().map(|(who, price, state)| (who.as_str(), *price, *state)).collect();
        let winner = bids.iter().position(|bid| bid.2 == 'v');
        let contacts: Vec<(&str, u64)> = self.contacts.iter().map(|(who, digest)| (who.as_str(), *digest)).collect();
        world.buy(Buy {
            ocid: Some(&self.ocid),
            buyer: Some(&self.buyer),
            region: Some(&self.region),
            category: Some(&self.category),
            way: Some(self.way),
            day: Some(self.day),
            value: Some(self.value),
            currency: if self.day % 11 == 0 { "EUR" } else { "CNY" },
            bids: &bids,
            hours: &self.hours,
            winner,
            classes: &["CPV:45"],
            subcontracted: Some(self.day % 3 == 0),
            subcontractors: &["f1"],
            paid: Some(self.value),
            contacts: &contacts,
            ..BUY
        });
    }
}

/// Purchases that a fixed recurrence draws: nine firms, four buyers, two regions.
fn purchases(n: u64) -> Vec<Purchase> {
    let mut random = crate::stats::Random::seeded(b"purchases");
    (0..n)
        .map(|i| {
            let mut firms: Vec<u64> = (0..9).collect();
            random.shuffle(&mut firms);
            let count = 1 + random.below(4) as usize;
            let bids: Vec<(String, i64, char)> = firms[..count]
                .iter()
                .map(|firm| {
                    let who = if *firm == 8 { "f7+f8".to_owned() } else { format!("f{firm}") };
                    let state = ['v', 'v', 'v', 'd', 'w'][random.below(5) as usize];
                    (who, 80_000 + random.below(30_000) as i64, state)
                })
                .collect();
            Purchase {
                ocid: format!("ocds-{:04}", random.below(10_000) * 1000 + i),
                buyer: format!("B{}", random.below(4)),
                region: format!("R{}", random.below(2)),
                category: format!("CPV:{}", 450 + random.below(2)),
                way: [Method::Open, Method::Selective, Method::Direct][random.below(3) as usize],
                day: random.below(900) as Day,
                value: 60_000 + random.below(60_000) as i64,
                hours: bids.iter().map(|_| random.below(24) as f64).collect(),
                contacts: bids
                    .iter()
                    .filter(|bid| !bid.0.contains('+'))
                    .map(|bid| (bid.0.clone(), bid.0.len() as u64 + random.below(3)))
                    .collect(),
                bids,
            }
        })
        .collect()
}

fn bytes(all: &Aggregates) -> String {
    serde_json::to_string(all).expect("plain data")
}

/// All outcomes of all indicators as text.
fn everything(world: &World) -> Vec<String> {
    let registers = Registers::default();
    let cx = Context {
        settings: &world.settings,
        reference: None,
        coverage: None,
        registers: &registers,
        as_of: Moment(i64::from(world.as_of) * DAY),
    };
    let mut found = Vec::new();
    let finished = world.all.judge(&cx, &mut |judged| {
        found.push(format!("{} {} {:?} {:?}", judged.indicator.code, judged.subject, judged.outcome, judged.processes));
    });
    found.push(format!("{finished:?}"));
    found
}

#[test]
fn a_part_reads_back_as_it_was_written() {
    let world = busy();
    let text = bytes(&world.all);
    let back: Aggregates = serde_json::from_str(&text).expect("our own form");
    assert_eq!(bytes(&back), text);
    let back = World { all: back, settings: world.settings.clone(), as_of: world.as_of };
    assert_eq!(everything(&back), everything(&world));
}

#[test]
fn something_is_judged_by_every_rule() {
    let world = busy();
    for (code, _) in &crate::aggregate::RULES {
        assert!(
            !world.judged(code).is_empty()
                || ["R053", "NW-06", "R057"].contains(code)
                || code.starts_with("NW-0")
                || *code == "PS-11",
            "{code}"
        );
    }
}

#[test]
fn the_greater_of_two_with_one_ocid_is_kept() {
    let fill = |first: i64, second: i64| {
        world(|world| {
            world.buy(Buy { ocid: Some("same"), value: Some(first), ..BUY });
            world.buy(Buy { ocid: Some("same"), value: Some(second), ..BUY });
        })
    };
    let (one, other) = (fill(1, 2), fill(2, 1));
    assert_eq!(bytes(&one.all), bytes(&other.all));
    assert_eq!(everything(&one), everything(&other));
    assert!(everything(&one).last().is_some_and(|last| last.contains("repeated_processes: 1")));
}

#[test]
fn rows_are_compact() {
    use crate::aggregate::log::{AwardRow, BidRow, ProcessRow, UnitRow};
    let lot = size_of::<UnitRow>() + size_of::<AwardRow>() + size_of::<ProcessRow>();
    assert!(lot <= 208, "a process with one lot and one award takes {lot} bytes beside its ids");
    assert!(size_of::<BidRow>() <= 36, "a bid takes {} bytes", size_of::<BidRow>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Any split in any order, merged in any grouping, through bytes or not.
    #[test]
    fn any_split_and_order_gives_equal_bytes(key in any::<u64>(), parts in 1usize..5, left_first in any::<bool>()) {
        let mut list = purchases(120);
        let whole = world(|world| list.iter().for_each(|buy| buy.add(world)));
        crate::stats::Random::seeded(&key.to_be_bytes()).shuffle(&mut list);
        let mut pieces: Vec<Aggregates> = list
            .chunks(list.len().div_ceil(parts))
            .map(|chunk| world(|world| chunk.iter().for_each(|buy| buy.add(world))).all)
            .collect();
        // One of them has travelled.
        let first: Aggregates = serde_json::from_str(&bytes(&pieces[0])).unwrap();
        pieces[0] = first;
        let merged = pieces
            .into_iter()
            .reduce(|mut a, mut b| {
                if left_first { a.merge(b); a } else { b.merge(a); b }
            })
            .unwrap();
        prop_assert_eq!(bytes(&merged), bytes(&whole.all));
        let merged = World { all: merged, settings: whole.settings.clone(), as_of: whole.as_of };
        prop_assert_eq!(everything(&merged), everything(&whole));
    }
}
