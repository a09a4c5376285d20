//! R026, R027, R029, R050, R051, PS-09, PS-10, PS-12, PS-13, NW-08.

use super::*;

const MARKET: &str = "market|CPV:452|R|CNY";

fn awards(list: &[(&str, i64)], buy: Buy<'_>) -> World {
    world(|world| {
        for (i, (to, value)) in list.iter().enumerate() {
            let buyer = format!("B{}", i % 4);
            world.buy(Buy { buyer: Some(&buyer), award: Some((to, *value)), day: Some(i as Day), ..buy });
        }
    })
}

#[test]
fn r026_consortia() {
    let fill = |joint: &[usize]| {
        world(|world| {
            for (r, joint) in joint.iter().enumerate() {
                let region = format!("R{r}");
                for i in 0..10 {
                    let to = if i < *joint { "a+b" } else { "c" };
                    world.buy(Buy { region: Some(&region), award: Some((to, 5)), ..BUY });
                }
            }
        })
    };
    check(
        "R026",
        vec![
            ("consortia take most", fill(&[1, 1, 2, 1, 1, 2, 1, 9]), "market|CPV:452|R7|CNY", "raised 0.9"),
            ("seldom", fill(&[1, 1, 2, 1, 9]), "market|CPV:452|R0|CNY", "clear 0.1"),
            ("few markets", fill(&[9]), "market|CPV:452|R0|CNY", "missing reference"),
            ("few awards", awards(&[("a+b", 1)], BUY), MARKET, "n/a too_few"),
            (
                "no category",
                awards(&[("a", 1)], Buy { category: None, ..BUY }),
                "market|*|R|CNY",
                "missing tender/items/classification",
            ),
        ],
    );
}

#[test]
fn r050_market_share_and_r051_concentration() {
    let one: Vec<(&str, i64)> =
        (0..10).map(|i| if i < 6 { ("big", 10) } else { (["s", "t", "u", "v"][i - 6], 10) }).collect();
    let joint: Vec<(&str, i64)> =
        one.iter().map(|(to, value)| if *to == "big" { ("big+ally", *value) } else { (*to, *value) }).collect();
    let even: Vec<(&str, i64)> = (0..10).map(|i| (["p", "q", "s", "t", "u", "v", "w", "x", "y", "z"][i], 10)).collect();
    let mut mixed = awards(&one, BUY);
    for _ in 0..3 {
        mixed.buy(Buy { currency: "EUR", award: Some(("s", 1_000_000)), ..BUY });
    }
    check(
        "R050",
        vec![
            ("six tenths", awards(&one, BUY), "supplier-market|big|CPV:452|R|CNY", "raised 0.6"),
            ("one tenth", awards(&one, BUY), "supplier-market|s|CPV:452|R|CNY", "clear 0.1"),
            ("an ally is credited", awards(&joint, BUY), "supplier-market|ally|CPV:452|R|CNY", "raised 0.6"),
            ("another currency is another market", mixed, "supplier-market|big|CPV:452|R|CNY", "raised 0.6"),
            ("nine awards", awards(&one[..9], BUY), "supplier-market|big|CPV:452|R|CNY", "n/a too_few"),
            ("no value", awards(&[("s", 0)], BUY), "supplier-market|s|CPV:452|R|*", "missing awards/value"),
        ],
    );
    check(
        "R051",
        vec![
            // 0.36 + 4 · 0.01.
            ("one leads", awards(&one, BUY), MARKET, "raised 0.4"),
            ("ten equals", awards(&even, BUY), MARKET, "clear 0.1"),
            ("nine awards", awards(&one[..9], BUY), MARKET, "n/a too_few"),
            ("no value", awards(&[("s", 0)], BUY), "market|CPV:452|R|*", "missing awards/value"),
        ],
    );
}

#[test]
fn r027_missing_bidder() {
    let fill = |last: Buy<'static>, value: i64, n: Day| {
        world(|world| {
            for i in 0..n {
                world.buy(Buy {
                    bids: &[("a", 5, 'v'), ("b", 6, 'v'), ("c+d", 7, 'v')],
                    value: Some(value),
                    day: Some(i),
                    ..BUY
                });
            }
            world.buy(Buy { ocid: Some("last"), lot: "L1", day: Some(50), ..last });
        })
    };
    let two = Buy { bids: &[("b", 6, 'v'), ("c+d", 7, 'v')], ..BUY };
    let (subject, early) = ("lot|last|L1", "lot|ocds-test-00000|-");
    let judged = fill(two, 1000, 5).judged("R027");
    let raised = judged.iter().find(|one| one.outcome.is_raised()).expect("one is");
    let Outcome::Raised { also, .. } = &raised.outcome else { panic!() };
    assert_eq!(also.iter().map(ToString::to_string).collect::<Vec<_>>(), ["supplier|a"]);
    let mut excluded = fill(two, 1000, 5);
    excluded.as_of = 20_000;
    check(
        "R027",
        vec![
            ("the regular stays away", fill(two, 1000, 5), subject, "raised 1"),
            (
                "two regulars of a consortium",
                fill(Buy { bids: &[("a", 5, 'v'), ("b", 6, 'v')], ..BUY }, 1000, 5),
                subject,
                "raised 2",
            ),
            (
                "three bidders",
                fill(Buy { bids: &[("b", 6, 'v'), ("x", 7, 'v'), ("y", 8, 'v')], ..BUY }, 1000, 5),
                subject,
                "clear",
            ),
            ("much larger purchases before", fill(two, 5000, 5), subject, "n/a too_few"),
            ("four before", fill(two, 1000, 4), subject, "n/a too_few"),
            ("the first of all", fill(two, 1000, 5), early, "clear"),
            ("direct", fill(Buy { way: Some(Method::Direct), ..two }, 1000, 5), subject, "n/a method"),
            ("method unknown", fill(Buy { way: None, ..two }, 1000, 5), subject, "missing tender/procurementMethod"),
            ("bidders unknown", fill(BUY, 1000, 5), subject, "missing bids/details/tenderers/id"),
        ],
    );
}

#[test]
fn r029_leading_digits() {
    let fill = |amounts: &dyn Fn(usize) -> i64, n: usize| {
        world(|world| {
            for i in 0..n {
                world.buy(Buy { value: Some(amounts(i)), ..BUY });
            }
        })
    };
    // Equal steps of the logarithm follow the law.
    let lawful = |i: usize| (10f64.powf(2.0 + 4.0 * (i as f64 + 0.5) / 400.0)) as i64;
    let invented = |i: usize| 500 + 7 * i as i64 + if i == 0 { 90_000 } else { 0 };
    check(
        "R029",
        vec![
            ("invented", fill(&invented, 400), "buyer|B", "raised 0.052862"),
            ("lawful", fill(&lawful, 400), "buyer|B", "clear 0.003358"),
            ("its market", fill(&invented, 400), MARKET, "raised 0.052862"),
            ("299", fill(&lawful, 299), "buyer|B", "n/a too_few"),
            ("narrow", fill(&|i| 500 + i as i64, 400), "buyer|B", "n/a degenerate"),
        ],
    );
    let bidders = world(|world| {
        for i in 0..300 {
            world.buy(Buy { bids: &[("a+b", 500 + i, 'v')], currency: if i < 10 { "EUR" } else { "CNY" }, ..BUY });
        }
    });
    assert_eq!(bidders.says("R029", "supplier|a"), "n/a too_few", "amounts in two currencies are not mixed");
    // Every other unit has no bid; what is named are the processes in which the bids stand.
    let bidders = world(|world| {
        for i in 0..800 {
            let ocid = format!("{}-{i:03}", if i % 2 == 0 { "without" } else { "with" });
            let bids = [("b", 1, 'v'), ("a", invented(i / 2), 'v')];
            world.buy(Buy { ocid: Some(&ocid), bids: if i % 2 == 0 { &[] } else { &bids }, ..BUY });
        }
    });
    assert_eq!(bidders.says("R029", "supplier|a"), "raised 0.052862");
    let judged = bidders.judged("R029").into_iter().find(|judged| judged.subject.to_string() == "supplier|a");
    let processes = judged.expect("a supplier").processes;
    assert!(processes.len() == 200 && processes.iter().all(|ocid| ocid.starts_with("with-")), "{processes:?}");
}

/// `n` units of two bidders whose prices differ by `gap(i)` of the estimate of 100 000.
fn duels(n: usize, gap: impl Fn(usize) -> i64) -> World {
    world(|world| {
        for i in 0..n {
            let bids = [("a", 90_000, 'v'), ("b+c", 90_000 + gap(i), 'v')];
            world.buy(Buy { bids: &bids, value: Some(100_000), winner: Some(0), day: Some(i as Day % 300), ..BUY });
        }
    })
}

#[test]
fn ps09_missing_bids() {
    // Bins of width 400 about 0: (−200, 200), and on each side 200–600, 600–1000.
    check(
        "PS-09",
        vec![
            ("nothing near the edge", duels(60, |i| 200 + (i as i64 * 13) % 800), MARKET, "raised 0"),
            ("bids everywhere", duels(60, |i| 10 + (i as i64 * 16) % 990), MARKET, "clear 1"),
            ("forty units", duels(40, |_| 300), MARKET, "n/a too_few"),
            ("far apart", duels(60, |_| 9_000), MARKET, "n/a degenerate"),
            (
                "no prices",
                world(|w| w.buy(Buy { bids: &[("a", 0, 'v'), ("b", 0, 'v')], ..BUY })),
                MARKET,
                "missing bids/details/value/amount",
            ),
            (
                "prices seen by rivals",
                {
                    let mut w = World::new();
                    w.buy(Buy { bids: &[("a", 5, 'v'), ("b", 6, 'v')], unscreened: true, ..BUY });
                    w
                },
                MARKET,
                "missing bids/details/value/amount",
            ),
            (
                "no estimate",
                world(|w| w.buy(Buy { bids: &[("a", 5, 'v'), ("b", 6, 'v')], value: None, ..BUY })),
                MARKET,
                "missing tender/value/amount",
            ),
            (
                "no category",
                world(|w| w.buy(Buy { category: None, ..BUY })),
                "market|*|R|CNY",
                "missing tender/items/classification",
            ),
        ],
    );
}

#[test]
fn ps10_variance_break() {
    let fill = |before: i64, now: i64, n: i64| {
        world(|world| {
            for (start, gap) in [(0, before), (370, now)] {
                for i in 0..n {
                    let step = gap + i % 5;
                    let bids = [("a", 1000, 'v'), ("b", 1000 + step, 'v'), ("c+d", 1000 + 2 * step, 'v')];
                    world.buy(Buy { bids: &bids, day: Some(start + i as Day), ..BUY });
                }
            }
        })
    };
    check(
        "PS-10",
        vec![
            ("collapses", fill(100, 20, 20), MARKET, "raised 0.23257"),
            ("bursts", fill(20, 100, 20), MARKET, "raised 4.299785"),
            ("steady", fill(100, 100, 20), MARKET, "clear 1"),
            ("nineteen", fill(100, 20, 19), MARKET, "n/a too_few"),
            ("no prices", world(|w| w.buy(BUY)), MARKET, "missing bids/details/value/amount"),
        ],
    );
}

#[test]
fn ps12_entrant_effect() {
    let fill = |with: i64, without: i64, n: i64| {
        world(|world| {
            world.buy(Buy { bids: &[("a", 990, 'v'), ("b", 995, 'v')], winner: Some(0), day: Some(0), ..BUY });
            for i in 0..n {
                let name = format!("new{i}");
                let fresh = [(name.as_str(), with + i % 3, 'v'), ("b", 995, 'v')];
                let usual = [("a", without + i % 3, 'v'), ("b", 995, 'v')];
                // Old ones keep coming, so that only the new are new.
                world.buy(Buy { bids: &usual, winner: Some(0), day: Some(300 + i as Day), ..BUY });
                world.buy(Buy { bids: &usual, winner: Some(0), day: Some(400 + 2 * i as Day), ..BUY });
                world.buy(Buy { bids: &fresh, winner: Some(0), day: Some(401 + 2 * i as Day), ..BUY });
            }
        })
    };
    check(
        "PS-12",
        vec![
            ("a fifth cheaper", fill(750, 950, 8), MARKET, "raised -0.2"),
            ("no difference", fill(950, 950, 8), MARKET, "clear 0"),
            ("seven", fill(750, 950, 7), MARKET, "n/a too_few"),
            ("no prices", world(|w| w.buy(BUY)), MARKET, "missing bids/details/value/amount"),
            (
                "no estimate",
                world(|w| w.buy(Buy { bids: &[("a", 1, 'v')], winner: Some(0), value: None, ..BUY })),
                MARKET,
                "missing tender/value/amount",
            ),
        ],
    );
}

#[test]
fn ps13_losing_bids_out_of_order() {
    // Winners w0… have won i units of 100 before; the losers l0… too.
    let fill = |losers_follow: bool, n: i64| {
        world(|world| {
            for i in 0..n {
                let (w, l) = (format!("w{i}"), format!("l{i}"));
                let other = Buy { category: Some("CPV:999"), award_day: Some(10), ..BUY };
                world.buy(Buy { award: Some((&w, 100 * (i + 1))), ..other });
                world.buy(Buy { award: Some((&l, 100 * (i + 1))), ..other });
                let losing = if losers_follow { 900 + i } else { 990 - i };
                let bids = [(w.as_str(), 800 + i, 'v'), (l.as_str(), losing, 'v')];
                world.buy(Buy { bids: &bids, winner: Some(0), ..BUY });
            }
        })
    };
    check(
        "PS-13",
        vec![
            ("losers run against their backlog", fill(false, 30), MARKET, "raised -1"),
            ("both follow it", fill(true, 30), MARKET, "clear 1"),
            ("twenty-nine", fill(false, 29), MARKET, "n/a too_few"),
            (
                "nobody has a backlog",
                world(|w| {
                    for _ in 0..30 {
                        w.buy(Buy {
                            bids: &[("a", 1, 'v'), ("b+c", 2, 'v')],
                            winner: Some(0),
                            award_day: Some(900),
                            ..BUY
                        });
                    }
                }),
                MARKET,
                "n/a degenerate",
            ),
            ("no prices", world(|w| w.buy(BUY)), MARKET, "missing bids/details/value/amount"),
        ],
    );
}

#[test]
fn nw08_stable_cast() {
    let cast: &[Bid<'_>] = &[("a", 1, 'v'), ("b", 2, 'v'), ("c", 3, 'v')];
    let fill = |n: Day, others: usize| {
        world(|world| {
            for i in 0..n {
                world.buy(Buy { bids: cast, day: Some(i), ..BUY });
            }
            for i in 0..others {
                let name = format!("x{i}");
                world.buy(Buy { bids: &[(&name, 1, 'v')], day: Some(50), ..BUY });
            }
        })
    };
    check(
        "NW-08",
        vec![
            ("always the same three of six", fill(5, 3), MARKET, "raised 1"),
            ("there are no others", fill(5, 2), MARKET, "clear 1"),
            ("four lots", fill(4, 3), MARKET, "n/a too_few"),
            ("no bidders", world(|w| w.buy(BUY)), MARKET, "missing bids/details/tenderers/id"),
            (
                "changing casts",
                world(|w| {
                    for i in 0..6 {
                        let names: Vec<String> = (0..3).map(|k| format!("s{}", i * 3 + k)).collect();
                        let bids: Vec<Bid<'_>> = names.iter().map(|name| (name.as_str(), 1, 'v')).collect();
                        w.buy(Buy { bids: &bids, day: Some(i), ..BUY });
                    }
                }),
                MARKET,
                "clear 0",
            ),
        ],
    );
}
