//! R002, R011, R013, R019, R021, R038, R040, R049, R055, R072, CN-10, X-03.

use super::*;

/// The limit of these worlds is 100 000 CNY.
fn valued(values: &'static [i64], buy: Buy<'static>) -> World {
    world(|world| {
        for (i, value) in values.iter().enumerate() {
            world.buy(Buy { value: Some(*value), day: buy.day.map(|day| day + i as Day), ..buy });
        }
    })
}

#[test]
fn r002_threshold_manipulation() {
    const CROWDED: [i64; 10] = [99_000, 98_500, 99_900, 96_000, 97_000, 95_000, 99_500, 98_000, 99_999, 101_000];
    const EVEN: [i64; 10] = [99_000, 101_000, 98_000, 102_000, 97_000, 103_000, 96_000, 104_000, 95_000, 105_000];
    // Nine of ten, tail 11/1024 ≈ 0.0107: just above 0.01. Ten of eleven: 12/2048.
    let eleven = world(|world| {
        for (i, value) in CROWDED.iter().chain(&[98_700]).enumerate() {
            world.buy(Buy { value: Some(*value), day: Some(i as Day), ..BUY });
        }
    });
    let mixed = world(|world| {
        for (i, value) in CROWDED.iter().chain(&[98_700]).enumerate() {
            let currency = if i % 2 == 0 { "CNY" } else { "EUR" };
            world.buy(Buy { value: Some(*value), currency, ..BUY });
        }
    });
    let old = world(|world| {
        for (i, value) in CROWDED.iter().chain(&[98_700]).enumerate() {
            world.buy(Buy { value: Some(*value), day: Some(i as Day), ..BUY });
        }
        world.buy(Buy { value: Some(5), day: Some(400), ..BUY });
    });
    check(
        "R002",
        vec![
            ("ten of eleven below", eleven, "buyer|B", "raised 0.909091"),
            ("nine of ten may be chance", valued(&CROWDED, BUY), "buyer|B", "clear 0.9"),
            ("even", valued(&EVEN, BUY), "buyer|B", "clear 0.5"),
            ("limits in one of two currencies leave too few", mixed, "buyer|B", "n/a too_few"),
            ("outside the newest window", old, "buyer|B", "n/a too_few"),
            ("no limit configured", valued(&CROWDED, Buy { currency: "EUR", ..BUY }), "buyer|B", "n/a no_threshold"),
            ("no value", world(|w| w.buy(Buy { value: None, ..BUY })), "buyer|B", "missing tender/value/amount"),
            ("no method", world(|w| w.buy(Buy { way: None, ..BUY })), "buyer|B", "missing tender/procurementMethod"),
            ("no date", world(|w| w.buy(Buy { day: None, ..BUY })), "buyer|B", "missing tender/tenderPeriod/startDate"),
            (
                "a process begun on the day of judgement is not seen",
                world(|w| {
                    w.as_of = 100;
                    w.buy(Buy { day: Some(99), value: Some(1), ..BUY });
                    w.buy(Buy { day: Some(100), value: None, ..BUY });
                }),
                "buyer|B",
                "n/a too_few",
            ),
        ],
    );
}

#[test]
fn r011_splitting() {
    let direct = Buy { way: Some(Method::Direct), ..BUY };
    let subject = "buyer-category|B|CPV:452|1970";
    let consortium = world(|world| {
        world.buy(Buy { value: Some(60_000), award: Some(("a+b", 60_000)), ..direct });
        world.buy(Buy { value: Some(60_000), award: Some(("b+c", 60_000)), day: Some(120), ..direct });
    });
    let judged = consortium.judged("R011");
    let Outcome::Raised { also, evidence, .. } = &judged[0].outcome else { panic!("{judged:?}") };
    assert_eq!(also.iter().map(ToString::to_string).collect::<Vec<_>>(), ["supplier|b"], "the partner in both");
    assert!(evidence.iter().any(|fact| fact.pointer == "ocds-test-00000#/tender/value/amount"), "{evidence:?}");
    assert_eq!(judged[0].processes, ["ocds-test-00000", "ocds-test-00001"]);
    check(
        "R011",
        vec![
            ("two pieces", valued(&[60_000, 50_000], direct), subject, "raised 110000"),
            ("together below", valued(&[60_000, 30_000], direct), subject, "clear 90000"),
            ("tendered openly", valued(&[60_000, 50_000], BUY), subject, "clear"),
            (
                "far apart",
                {
                    let mut w = valued(&[60_000], direct);
                    w.buy(Buy { value: Some(60_000), day: Some(190), ..direct });
                    w
                },
                subject,
                "clear 60000",
            ),
            ("one above is no piece", valued(&[160_000, 30_000], direct), subject, "clear 30000"),
            (
                "two currencies are not added",
                {
                    let mut w = valued(&[60_000], direct);
                    w.buy(Buy { value: Some(60_000), currency: "EUR", ..direct });
                    w
                },
                subject,
                "clear 60000",
            ),
            ("no limit", valued(&[60_000, 50_000], Buy { currency: "EUR", ..direct }), subject, "n/a no_threshold"),
            (
                "no category",
                valued(&[1], Buy { category: None, ..direct }),
                "buyer-category|B||1970",
                "missing tender/items/classification",
            ),
            (
                "two years",
                {
                    let mut w = valued(&[60_000], direct);
                    w.buy(Buy { value: Some(60_000), day: Some(365), ..direct });
                    w
                },
                subject,
                "clear 60000",
            ),
        ],
    );
}

#[test]
fn cn10_splitting_of_a_budget_item() {
    let direct = Buy { way: Some(Method::Limited), budget: Some("item-1"), ..BUY };
    let subject = "buyer-category|B|CPV:452|1970";
    check(
        "CN-10",
        vec![
            ("two of one item", valued(&[60_000, 50_000], direct), subject, "raised 110000"),
            (
                "two items",
                {
                    let mut w = valued(&[60_000], direct);
                    w.buy(Buy { value: Some(50_000), budget: Some("item-2"), ..direct });
                    w
                },
                subject,
                "clear 60000",
            ),
            ("open", valued(&[60_000, 50_000], Buy { way: Some(Method::Open), ..direct }), subject, "n/a method"),
            (
                "no budget item",
                valued(&[60_000, 50_000], Buy { budget: None, ..direct }),
                subject,
                "missing planning/budget/id",
            ),
            ("no limit", valued(&[60_000], Buy { currency: "EUR", ..direct }), subject, "n/a no_threshold"),
        ],
    );
}

/// Buyers `B0`, `B1`, … of which the i-th has `hits[i]` of ten processes of one kind.
fn habits(hits: &[usize], hit: Buy<'static>, miss: Buy<'static>) -> World {
    world(|world| {
        for (b, hits) in hits.iter().enumerate() {
            let name = format!("B{b}");
            for i in 0..10 {
                let buy = if i < *hits { hit } else { miss };
                world.buy(Buy { buyer: Some(&name), day: Some(i as Day), ..buy });
            }
        }
    })
}

#[test]
fn r013_non_competitive() {
    let direct = Buy { way: Some(Method::Direct), ..BUY };
    let spread = [1, 2, 2, 2, 3, 10];
    check(
        "R013",
        vec![
            ("far above the peers", habits(&spread, direct, BUY), "buyer|B5", "raised 1"),
            ("among the peers", habits(&spread, direct, BUY), "buyer|B1", "clear 0.2"),
            ("as all others", habits(&[5, 5, 5, 5, 5], direct, BUY), "buyer|B1", "clear 0.5"),
            ("too few peers", habits(&[1, 9], direct, BUY), "buyer|B1", "missing reference"),
            ("nobody does", habits(&[0, 0, 0, 0], direct, BUY), "buyer|B1", "n/a degenerate"),
            ("too few processes", world(|w| w.buy(BUY)), "buyer|B", "n/a too_few"),
            ("no method", world(|w| w.buy(Buy { way: None, ..BUY })), "buyer|B", "missing tender/procurementMethod"),
            (
                "above a set maximum",
                {
                    let mut w = habits(&[1, 9], direct, BUY);
                    w.settings.set(Key::R013MaxShare, 0.5);
                    w
                },
                "buyer|B1",
                "raised 0.9",
            ),
        ],
    );
}

#[test]
fn r021_discretionary_criteria() {
    let rated = Buy { by_price: Some(false), ..BUY };
    check(
        "R021",
        vec![
            ("above the maximum", habits(&[1, 9], rated, BUY), "buyer|B1", "raised 0.9"),
            ("above the peers", habits(&[1, 1, 1, 2, 1, 1, 2, 8], rated, BUY), "buyer|B7", "raised 0.8"),
            ("below", habits(&[1, 1, 1, 2, 8], rated, BUY), "buyer|B3", "clear 0.2"),
            ("too few", world(|w| w.buy(BUY)), "buyer|B", "n/a too_few"),
            (
                "not published",
                world(|w| w.buy(Buy { by_price: None, ..BUY })),
                "buyer|B",
                "missing tender/awardCriteria",
            ),
        ],
    );
}

#[test]
fn r072_subcontracting() {
    let passed_on = Buy { award: Some(("a", 10)), subcontracted: Some(true), ..BUY };
    let own = Buy { subcontracted: Some(false), ..passed_on };
    check(
        "R072",
        vec![
            ("above the peers", habits(&[1, 1, 1, 2, 1, 1, 2, 8], passed_on, own), "buyer|B7", "raised 0.8"),
            ("below", habits(&[1, 1, 1, 2, 8], passed_on, own), "buyer|B3", "clear 0.2"),
            ("too few", world(|w| w.buy(own)), "buyer|B", "n/a too_few"),
            (
                "not published",
                world(|w| w.buy(Buy { subcontracted: None, ..own })),
                "buyer|B",
                "missing awards/hasSubcontracting",
            ),
        ],
    );
}

#[test]
fn r019_few_bidders() {
    let fill = |counts: &[u32], buy: Buy<'static>| {
        world(|world| {
            for (b, count) in counts.iter().enumerate() {
                let name = format!("B{b}");
                for i in 0..5 {
                    world.buy(Buy { buyer: Some(&name), bidders: Some(*count), day: Some(i), ..buy });
                }
            }
        })
    };
    let subject = "buyer-category|B0|CPV:452|";
    check(
        "R019",
        vec![
            ("far fewer than others", fill(&[1, 6, 6, 7, 6, 6], BUY), subject, "raised 1"),
            ("as many", fill(&[6, 6, 6, 7, 6, 1], BUY), subject, "clear 6"),
            ("not competitive", fill(&[1], Buy { way: Some(Method::Direct), ..BUY }), subject, "n/a method"),
            ("too few peers", fill(&[1, 6], BUY), subject, "missing reference"),
            (
                "too few lots",
                world(|w| w.buy(Buy { bidders: Some(1), ..BUY })),
                "buyer-category|B|CPV:452|",
                "n/a too_few",
            ),
            (
                "bidders unknown",
                world(|w| w.buy(BUY)),
                "buyer-category|B|CPV:452|",
                "missing bids/details/tenderers/id",
            ),
        ],
    );
}

#[test]
fn r038_disqualification() {
    let fill = |removed: &[usize]| {
        world(|world| {
            for (b, removed) in removed.iter().enumerate() {
                let (buyer, agency) = (format!("B{b}"), format!("E{b}"));
                for i in 0..10 {
                    let state = if i < *removed { 'd' } else { 'v' };
                    let rival = format!("r{b}");
                    let bids = [("a+b", 10, 'v'), (rival.as_str(), 11, state)];
                    world.buy(Buy {
                        buyer: Some(&buyer),
                        entity: Some(&agency),
                        bids: &bids,
                        day: Some(i as Day),
                        ..BUY
                    });
                }
            }
        })
    };
    let spread = [1, 1, 2, 1, 1, 2, 1, 9];
    check(
        "R038",
        vec![
            ("buyer", fill(&spread), "buyer|B7", "raised 0.45"),
            ("its agency has counts of its own", fill(&spread), "entity|E7", "raised 0.45"),
            ("the supplier removed", fill(&spread), "supplier|r7", "raised 0.9"),
            ("a partner that never was", fill(&spread), "supplier|a", "clear 0"),
            ("another buyer", fill(&spread), "buyer|B0", "clear 0.05"),
            (
                "one process",
                world(|w| w.buy(Buy { bids: &[("a", 1, 'd'), ("b", 1, 'v')], ..BUY })),
                "buyer|B",
                "n/a too_few",
            ),
            ("no bids", world(|w| w.buy(BUY)), "buyer|B", "missing bids/details/id"),
            (
                "no statuses",
                world(|w| w.buy(Buy { bids: &[("a", 1, '-')], ..BUY })),
                "buyer|B",
                "missing bids/details/status",
            ),
        ],
    );
}

fn awards(list: &[(&'static str, &'static str, i64, Day)], buy: Buy<'static>) -> World {
    world(|world| {
        for (buyer, supplier, value, day) in list {
            world.buy(Buy { buyer: Some(buyer), award: Some((supplier, *value)), award_day: Some(*day), ..buy });
        }
    })
}

#[test]
fn r040_dependence() {
    let mut list = vec![("X", "s", 900, 1), ("X", "t", 20, 2), ("X", "u", 20, 3), ("X", "t", 30, 4), ("X", "u", 30, 5)];
    for buyer in ["P", "Q"] {
        for supplier in ["h", "i", "j", "k", "l"] {
            list.push((buyer, supplier, 100, 3));
        }
    }
    let joint = awards(
        &[("X", "s+t", 500, 1), ("X", "s+t", 400, 2), ("X", "u", 30, 3), ("X", "u", 30, 4), ("X", "v", 40, 5)],
        BUY,
    );
    check(
        "R040",
        vec![
            ("nine tenths", awards(&list, BUY), "buyer-supplier|X|s", "raised 0.9"),
            ("a small part", awards(&list, BUY), "buyer-supplier|X|t", "clear 0.05"),
            ("a consortium credits each member", joint, "buyer-supplier|X|t", "clear 0.9"),
            ("two suppliers", awards(&[("X", "s", 1, 1)], BUY), "buyer-supplier|X|s", "n/a too_few"),
            ("no value", awards(&[("X", "s", 0, 1)], BUY), "buyer-supplier|X|s", "missing awards/value"),
            (
                "no date",
                world(|w| w.buy(Buy { award: Some(("s", 1)), day: None, ..BUY })),
                "buyer-supplier|B|s",
                "missing awards/date",
            ),
        ],
    );
}

#[test]
fn r049_and_r055_direct_awards() {
    let direct = Buy { way: Some(Method::Direct), ..BUY };
    let small = [("X", "s", 40_000, 1), ("X", "s", 40_000, 2), ("X", "s", 30_000, 3)];
    let near = [("X", "s", 95_000, 1), ("X", "s", 91_000, 2)];
    let pair = "buyer-supplier|X|s";
    check(
        "R049",
        vec![
            ("three that make one", awards(&small, direct), pair, "raised 110000"),
            ("two", awards(&small[..2], direct), pair, "clear 80000"),
            ("open", awards(&small, BUY), pair, "n/a method"),
            ("no limit", awards(&small, Buy { currency: "EUR", ..direct }), pair, "n/a no_threshold"),
            ("no method", awards(&small, Buy { way: None, ..BUY }), pair, "missing tender/procurementMethod"),
            (
                "a partner of a consortium",
                awards(&[("X", "s+t", 40_000, 1), ("X", "s", 40_000, 2), ("X", "s+u", 30_000, 3)], direct),
                pair,
                "raised 110000",
            ),
        ],
    );
    check(
        "R055",
        vec![
            ("two near the limit", awards(&near, direct), pair, "raised 2"),
            ("one", awards(&near[..1], direct), pair, "clear 1"),
            ("open", awards(&near, BUY), pair, "n/a method"),
            ("no limit", awards(&near, Buy { currency: "EUR", ..direct }), pair, "n/a no_threshold"),
            ("no value", awards(&[("X", "s", 0, 1)], direct), pair, "missing awards/value"),
        ],
    );
}

#[test]
fn x03_captive_supplier() {
    let mut list = vec![("X", "s", 10, 1), ("X", "s", 10, 2), ("X", "s", 10, 3)];
    list.extend(["P", "Q", "R", "S", "T"].map(|buyer| (buyer, "other", 10, 2)));
    let mut free = list.clone();
    free.push(("P", "s", 10, 3));
    check(
        "X-03",
        vec![
            ("lives off one", awards(&list, BUY), "buyer-supplier|X|s", "raised 3"),
            ("wins elsewhere too", awards(&free, BUY), "buyer-supplier|X|s", "clear 3"),
            ("four other buyers", awards(&list[..7], BUY), "buyer-supplier|X|s", "n/a too_few"),
            (
                "no category",
                awards(&list, Buy { category: None, ..BUY }),
                "buyer-supplier|X|s",
                "missing tender/items/classification",
            ),
        ],
    );
}
