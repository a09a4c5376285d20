//! R034, R053, X-18, NW-06, NW-07, NW-09.

use super::*;

const PAIR: &str = "supplier-pair|a|b";

/// `n` units with the same bids, day by day.
fn repeated(n: usize, buy: Buy<'_>) -> World {
    world(|world| {
        for i in 0..n {
            world.buy(Buy { day: Some(i as Day), ..buy });
        }
    })
}

#[test]
fn r034_submission_order() {
    let bids: &[Bid<'_>] = &[("a", 10, 'v'), ("b", 11, 'v')];
    let apart = Buy { bids, hours: &[9.0, 12.0], ..BUY };
    let close = Buy { bids, hours: &[9.0, 9.1], ..BUY };
    let alternating = |n: usize, first: &'static [f64], second: &'static [f64]| {
        world(|world| {
            for i in 0..n {
                let hours = if i % 2 == 0 { first } else { second };
                world.buy(Buy { bids, hours, day: Some(i as Day), ..BUY });
            }
        })
    };
    check(
        "R034",
        vec![
            // Seven of seven: 1/128 ≤ 0.01.
            ("always in one order", repeated(7, apart), PAIR, "raised 1"),
            ("six may be chance", repeated(6, apart), PAIR, "clear 1"),
            ("within minutes, in either order", alternating(6, &[9.0, 9.1], &[9.1, 9.0]), PAIR, "raised 6"),
            ("hours apart, in either order", alternating(8, &[9.0, 12.0], &[12.0, 9.0]), PAIR, "clear 0.5"),
            ("four meetings", repeated(4, close), PAIR, "n/a too_few"),
            ("no times", repeated(7, Buy { bids, ..BUY }), PAIR, "missing bids/details/date"),
            (
                "partners in one bid do not meet",
                repeated(7, Buy { bids: &[("a+b", 1, 'v')], hours: &[9.0], ..BUY }),
                PAIR,
                "missing bids/details/date",
            ),
            (
                "a member of a consortium meets",
                repeated(7, Buy { bids: &[("a+x", 1, 'v'), ("b", 2, 'v')], hours: &[9.0, 12.0], ..BUY }),
                PAIR,
                "raised 1",
            ),
        ],
    );
    let (two, three) = (repeated(2, apart), repeated(3, apart));
    assert!(two.outcomes("R034").is_empty(), "two meetings make no subject");
    assert_eq!(three.outcomes("R034").len(), 1);
}

#[test]
fn r053_cover_pair() {
    let one = Buy { bids: &[("a", 10, 'v'), ("b", 11, 'v')], winner: Some(0), ..BUY };
    let other = Buy { winner: Some(1), ..one };
    let world_of = |wins: &[usize]| {
        world(|world| {
            for (i, winner) in wins.iter().enumerate() {
                world.buy(Buy { winner: Some(*winner), day: Some(i as Day), ..one });
            }
        })
    };
    let raised = repeated(5, one).judged("R053");
    let Outcome::Raised { also, .. } = &raised[0].outcome else { panic!("{raised:?}") };
    assert_eq!(also[0].to_string(), "supplier|a");
    check(
        "R053",
        vec![
            ("five of five", repeated(5, one), PAIR, "raised 1"),
            ("the other one", repeated(5, other), PAIR, "raised 1"),
            ("one win of the other", world_of(&[0, 0, 0, 0, 0, 1]), PAIR, "clear 0.833333"),
            ("four", repeated(4, one), PAIR, "n/a too_few"),
            ("no winners", repeated(5, Buy { winner: None, ..one }), PAIR, "missing awards/relatedBid"),
            (
                "the winner in a consortium",
                repeated(5, Buy { bids: &[("a+c", 1, 'v'), ("b", 2, 'v')], ..one }),
                PAIR,
                "raised 1",
            ),
        ],
    );
}

#[test]
fn nw09_one_way_losing() {
    let together: &[Bid<'_>] = &[("a", 10, 'v'), ("b", 11, 'v')];
    let fill = |losses: usize, reverse: usize, elsewhere_wins: usize| {
        world(|world| {
            for i in 0..losses + reverse {
                let winner = usize::from(i >= losses);
                world.buy(Buy { bids: together, winner: Some(winner), day: Some(100 + i as Day), ..BUY });
            }
            for i in 0..4 {
                let winner = usize::from(i < elsewhere_wins);
                world.buy(Buy {
                    bids: &[("x", 9, 'v'), ("b", 8, 'v')],
                    winner: Some(winner),
                    day: Some(20 + i as Day),
                    ..BUY
                });
            }
        })
    };
    check(
        "NW-09",
        vec![
            ("eight losses, though it wins elsewhere", fill(8, 0, 3), PAIR, "raised 8"),
            ("it wins once", fill(8, 1, 3), PAIR, "clear 8"),
            ("a weak firm", fill(8, 0, 0), PAIR, "clear 8"),
            ("seven", fill(7, 0, 3), PAIR, "n/a too_few"),
            ("no winners", repeated(8, Buy { bids: together, ..BUY }), PAIR, "missing awards/relatedBid"),
        ],
    );
}

#[test]
fn x18_rivals_become_a_consortium() {
    let against: &[Bid<'_>] = &[("a", 10, 'v'), ("b", 11, 'v')];
    let joint: &[Bid<'_>] = &[("a+b", 10, 'v'), ("c", 12, 'v')];
    let fill = |n: usize, gap: Day, joint: &'static [Bid<'static>]| {
        world(|world| {
            for i in 0..n {
                world.buy(Buy { bids: against, day: Some(i as Day), ..BUY });
            }
            world.buy(Buy { bids: joint, day: Some(gap), ..BUY });
        })
    };
    check(
        "X-18",
        vec![
            ("three times rivals", fill(3, 100, joint), PAIR, "raised 3"),
            ("twice", fill(2, 100, joint), PAIR, "clear 2"),
            ("long ago", fill(3, 800, joint), PAIR, "clear 0"),
            ("one firm in two bids", fill(0, 10, &[("a+b", 10, 'v'), ("a", 12, 'v')]), PAIR, "raised 1"),
            (
                "no date",
                world(|w| w.buy(Buy { bids: joint, day: None, ..BUY })),
                PAIR,
                "missing tender/tenderPeriod/startDate",
            ),
        ],
    );
}

#[test]
fn nw06_reciprocal_subcontracting() {
    let one = Buy { bids: &[("a", 1, 'v'), ("b", 2, 'v')], winner: Some(0), subcontractors: &["b"], ..BUY };
    let other = Buy { winner: Some(1), subcontractors: &["a"], ..one };
    let fill = |gap: Day| {
        world(|world| {
            world.buy(one);
            world.buy(Buy { day: Some(100 + gap), ..other });
        })
    };
    check(
        "NW-06",
        vec![
            ("both ways", fill(700), PAIR, "raised 2"),
            ("years apart", fill(800), PAIR, "clear 1"),
            ("one way", world(|w| w.buy(one)), PAIR, "clear 1"),
            ("no date", world(|w| w.buy(Buy { day: None, ..one })), PAIR, "missing awards/date"),
        ],
    );
    assert!(
        world(|w| w.buy(Buy { subcontractors: &["z"], ..one })).outcomes("NW-06").is_empty(),
        "no bidder, no rival"
    );
}

#[test]
fn nw07_hidden_linkage() {
    let linked: &[(&str, u64)] = &[("a", 1), ("b", 1), ("c", 2)];
    let one = Buy { contacts: linked, ..BUY };
    check(
        "NW-07",
        vec![
            (
                "bid against each other",
                world(|w| w.buy(Buy { bids: &[("a", 1, 'v'), ("b", 2, 'v')], ..one })),
                "",
                "raised 2",
            ),
            (
                "never meet",
                world(|w| {
                    w.buy(Buy { bids: &[("a", 1, 'v'), ("c", 2, 'v')], ..one });
                    w.buy(Buy { bids: &[("b", 1, 'v'), ("c", 2, 'v')], ..one });
                }),
                "",
                "clear 0",
            ),
            (
                "one bid of both",
                world(|w| w.buy(Buy { bids: &[("a+b", 1, 'v'), ("c", 2, 'v')], ..one })),
                "",
                "clear 0",
            ),
        ],
    );
    let desk: Vec<(String, u64)> = (0..20).map(|i| (format!("s{i}"), 7)).collect();
    let shared: Vec<(&str, u64)> = desk.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
    let crowd = world(|w| w.buy(Buy { contacts: &shared, bids: &[("s1", 1, 'v'), ("s2", 2, 'v')], ..BUY }));
    assert!(crowd.outcomes("NW-07").is_empty(), "a contact of twenty firms is a front desk");
}

#[test]
fn a_crowded_unit_forms_no_pairs_and_is_counted() {
    let names: Vec<String> = (0..70).map(|i| format!("s{i:02}")).collect();
    let bids: Vec<Bid<'_>> = names.iter().map(|name| (name.as_str(), 10, 'v')).collect();
    let crowded = repeated(3, Buy { bids: &bids, ..BUY });
    assert!(crowded.outcomes("R053").is_empty());
    let registers = Registers::default();
    let cx = Context {
        settings: &crowded.settings,
        reference: None,
        coverage: None,
        registers: &registers,
        as_of: Moment(i64::from(crowded.as_of) * DAY),
    };
    assert_eq!(crowded.all.judge(&cx, &mut |_| ()).units_too_many, 3);
}
