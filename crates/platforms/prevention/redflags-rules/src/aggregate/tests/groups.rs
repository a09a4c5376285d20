//! NW-01, NW-02, NW-03 and R057, NW-04, NW-05, PS-11.

use super::*;

/// A ring of three that meets in every one of its `n` lots, beside many lots of others, who hardly meet twice.
///
/// `win(i)` says which member wins the i-th lot, `price(i, rank)` the price of who comes rank-th.
fn ring(n: usize, win: impl Fn(usize) -> usize, price: impl Fn(usize, usize) -> i64, buy: Buy<'_>) -> World {
    world(|world| {
        let names = ["ra", "rb", "rc"];
        for i in 0..n {
            let buyer = format!("B{}", win(i));
            let order = [win(i), (win(i) + 1) % 3, (win(i) + 2) % 3];
            let bids: Vec<Bid<'_>> = (0..3).map(|rank| (names[order[rank]], price(i, rank), 'v')).collect();
            world.buy(Buy { buyer: Some(&buyer), bids: &bids, winner: Some(0), day: Some(i as Day * 5), ..buy });
        }
        others(world, buy);
    })
}

/// Forty lots of four out of eighty firms each, no two of which meet often.
fn others(world: &mut World, buy: Buy<'_>) {
    for i in 0..40usize {
        let names: Vec<String> = (0..4).map(|k| format!("s{}", (i * (7 + 3 * k) + 11 * k) % 80)).collect();
        let mut bids: Vec<Bid<'_>> = Vec::new();
        for (k, name) in names.iter().enumerate() {
            if !bids.iter().any(|bid| bid.0 == name) {
                bids.push((name, 900 + 60 * k as i64 + (i as i64 * 17) % 50, 'v'));
            }
        }
        world.buy(Buy { bids: &bids, winner: Some(0), day: Some(i as Day * 3), ..buy });
    }
}

const WIDE: fn(usize, usize) -> i64 = |i, rank| 900 + 100 * rank as i64 + (i as i64 * 7) % 40;
const COVER: fn(usize, usize) -> i64 = |_, rank| [950, 990, 991][rank];

#[test]
fn nw01_community() {
    let found = ring(12, |i| i % 3, WIDE, BUY).judged("NW-01");
    assert_eq!(found.len(), 1, "{found:?}");
    let crate::subject::SubjectKey::Group { members, group } = &found[0].subject else { panic!("{found:?}") };
    assert_eq!((members.as_slice(), group.len()), (["ra".to_owned(), "rb".into(), "rc".into()].as_slice(), 32));
    check(
        "NW-01",
        vec![
            ("a ring", ring(12, |i| i % 3, WIDE, BUY), "", "raised 12"),
            (
                "two years later it is another window",
                {
                    let mut w = ring(12, |i| i % 3, WIDE, BUY);
                    w.buy(Buy { bids: &[("z", 1, 'v'), ("y", 1, 'v')], day: Some(2000), ..BUY });
                    w
                },
                "",
                "0 subjects: []",
            ),
            ("two meetings are none", ring(2, |i| i % 3, WIDE, BUY), "", "0 subjects: []"),
            (
                "works without a classification are a field of their own",
                ring(12, |i| i % 3, WIDE, Buy { category: None, kind: Some(Kind::Works), ..BUY }),
                "",
                "raised 12",
            ),
            ("no category, no market", ring(12, |i| i % 3, WIDE, Buy { category: None, ..BUY }), "", "0 subjects: []"),
        ],
    );
    // Partners in a consortium meet the others as well.
    let joint = world(|world| {
        for i in 0..12 {
            world.buy(Buy { bids: &[("ra+rb", 10, 'v'), ("rc", 12, 'v')], winner: Some(0), day: Some(i), ..BUY });
        }
        others(world, BUY);
    });
    assert_eq!(joint.only("NW-01"), "raised 12");
}

#[test]
fn large_components_are_split() {
    // Two rings of eight, tied by one pair that meets as often as the rest.
    let world = world(|world| {
        let lot = |world: &mut World, names: &[String], day: Day| {
            let bids: Vec<Bid<'_>> = names.iter().map(|name| (name.as_str(), 10, 'v')).collect();
            world.buy(Buy { bids: &bids, day: Some(day), ..BUY });
        };
        let ring = |prefix: &str| (0..8).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
        for day in 0..10 {
            lot(world, &ring("a"), day);
            lot(world, &ring("b"), day);
            lot(world, &["a0".to_owned(), "b0".to_owned()], day);
        }
        for i in 0..60 {
            lot(world, &[format!("x{i}"), format!("y{i}")], i);
        }
    });
    let members: Vec<usize> = world
        .judged("NW-01")
        .iter()
        .map(|one| match &one.subject {
            crate::subject::SubjectKey::Group { members, .. } => members.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(members, [8, 8]);
}

#[test]
fn nw02_coherence() {
    // Rings of three in several regions, one of which also meets outsiders unevenly.
    let fill = |regions: usize| {
        world(|world| {
            for r in 0..regions {
                let region = format!("R{r}");
                let names: Vec<String> = (0..3).map(|k| format!("m{r}-{k}")).collect();
                for i in 0..12 {
                    // In all but the first region one member misses some lots, so that the weights differ.
                    let here = if r > 0 && i % (r + 2) == 0 { 2 } else { 3 };
                    let bids: Vec<Bid<'_>> = names[..here].iter().map(|name| (name.as_str(), 10, 'v')).collect();
                    world.buy(Buy { region: Some(&region), bids: &bids, day: Some(i as Day), ..BUY });
                }
                others(world, Buy { region: Some(&region), ..BUY });
            }
        })
    };
    let all = fill(6);
    let said: Vec<String> = all.judged("NW-02").iter().map(|one| all.says("NW-02", &one.subject.to_string())).collect();
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(said.iter().all(|said| said.starts_with("clear") || said.starts_with("raised")), "{said:?}");
    assert!(said.contains(&"clear 1".to_owned()), "{said:?}");
    check("NW-02", vec![("one group has no peers", ring(12, |i| i % 3, WIDE, BUY), "", "missing reference")]);
    let pair = world(|world| {
        for i in 0..12 {
            world.buy(Buy { bids: &[("ra", 10, 'v'), ("rb", 12, 'v')], day: Some(i), ..BUY });
        }
        others(world, BUY);
    });
    assert_eq!(pair.only("NW-02"), "n/a too_few");
}

#[test]
fn nw02_is_raised_by_the_one_that_stands_out() {
    // Seven peers of coherence ∛(16·8·8) ÷ (32/3) = 0.945; one of 1 that keeps to itself.
    let mut all = World::new();
    for r in 0..8 {
        let region = format!("R{r}");
        let names: Vec<String> = (0..3).map(|k| format!("m{r}-{k}")).collect();
        for i in 0..16 {
            let here = if r > 0 && i % 2 != 0 { 2 } else { 3 };
            let bids: Vec<Bid<'_>> = names[..here].iter().map(|name| (name.as_str(), 10, 'v')).collect();
            all.buy(Buy { region: Some(&region), bids: &bids, day: Some(i as Day), ..BUY });
        }
        others(&mut all, Buy { region: Some(&region), ..BUY });
    }
    let raised: Vec<_> = all.judged("NW-02").into_iter().filter(|one| one.outcome.is_raised()).collect();
    assert_eq!(raised.len(), 1);
    let crate::subject::SubjectKey::Group { members, .. } = &raised[0].subject else { panic!() };
    assert_eq!(members[0], "m0-0");
}

#[test]
fn nw03_rotation_and_r057() {
    // A fixed random order of wins, drawn by hand: repeats occur.
    let drawn = [0, 0, 1, 2, 2, 1, 0, 1, 1, 2, 0, 2, 2, 0, 1];
    for code in ["NW-03", "R057"] {
        check(
            code,
            vec![
                ("one after the other", ring(15, |i| i % 3, WIDE, BUY), "", "raised 1"),
                ("by chance", ring(15, |i| drawn[i], WIDE, BUY), "", "clear 1"),
                ("one wins nearly all", ring(15, |i| if i < 2 { i + 1 } else { 0 }, WIDE, BUY), "", "clear 0.441552"),
                ("two winners", ring(15, |i| i % 2, WIDE, BUY), "", "n/a too_few"),
                ("five wins", ring(5, |i| i % 3, WIDE, BUY), "", "n/a too_few"),
                (
                    "no winners",
                    {
                        let mut w = World::new();
                        for i in 0..12 {
                            w.buy(Buy { bids: &[("ra", 1, 'v'), ("rb", 2, 'v'), ("rc", 3, 'v')], day: Some(i), ..BUY });
                        }
                        others(&mut w, Buy { day: Some(1), ..BUY });
                        w
                    },
                    "",
                    "missing awards/relatedBid",
                ),
            ],
        );
    }
}

#[test]
fn nw04_cover_bidder() {
    let member = |world: &World, name: &str| {
        let judged = world.judged("NW-04");
        let subject =
            judged.iter().map(|one| one.subject.to_string()).find(|subject| subject.ends_with(name)).expect("a member");
        world.says("NW-04", &subject)
    };
    let narrow = ring(12, |_| 0, COVER, BUY);
    assert_eq!(member(&narrow, "|rb"), "raised 1");
    assert_eq!(member(&narrow, "|ra"), "clear 0", "the winner accompanies nobody");
    let wide = ring(12, |_| 0, |i, rank| 900 + (rank as i64) * (60 + 45 * i as i64), BUY);
    assert_eq!(member(&wide, "|rb"), "clear 1", "prices are not in a band");
    let turns = ring(12, |i| i % 3, COVER, BUY);
    assert_eq!(member(&turns, "|rb"), "clear 0.333333", "it wins at times");
    assert_eq!(member(&ring(7, |_| 0, COVER, BUY), "|rb"), "n/a too_few");
    assert_eq!(member(&ring(12, |_| 0, |_, _| 0, BUY), "|rb"), "missing bids/details/value/amount");
}

#[test]
fn nw05_sharing() {
    check(
        "NW-05",
        vec![
            // The buyer of each lot in `ring` is named after its winner.
            ("each its own buyer", ring(15, |i| i % 3, WIDE, BUY), "", "raised 1"),
            ("five wins", ring(11, |i| i % 3, WIDE, BUY), "", "n/a too_few"),
            (
                "one buyer",
                {
                    let mut w = World::new();
                    for i in 0..12 {
                        let bids = [("ra", 1, 'v'), ("rb", 2, 'v'), ("rc", 3, 'v')];
                        w.buy(Buy { bids: &bids, winner: Some(i as usize % 3), day: Some(i), ..BUY });
                    }
                    others(&mut w, BUY);
                    w
                },
                "",
                "n/a nothing",
            ),
            (
                "buyers mean nothing",
                {
                    let mut w = World::new();
                    for i in 0..18usize {
                        let buyer = format!("B{}", (i / 3) % 3);
                        let bids = [("ra", 1, 'v'), ("rb", 2, 'v'), ("rc", 3, 'v')];
                        w.buy(Buy {
                            buyer: Some(&buyer),
                            bids: &bids,
                            winner: Some(i % 3),
                            day: Some(i as Day),
                            ..BUY
                        });
                    }
                    others(&mut w, BUY);
                    w
                },
                "",
                "clear 0",
            ),
        ],
    );
}

#[test]
fn ps11_cover_bidding() {
    check(
        "PS-11",
        vec![
            ("close losers, winner apart", ring(12, |i| i % 3, COVER, BUY), "", "raised 1"),
            ("honest prices", ring(12, |i| i % 3, WIDE, BUY), "", "clear 0"),
            ("five lots", ring(5, |i| i % 3, COVER, BUY), "", "n/a too_few"),
            ("no prices", ring(12, |i| i % 3, |_, _| 0, BUY), "", "missing bids/details/value/amount"),
            (
                "prices seen by rivals",
                ring(12, |i| i % 3, COVER, Buy { unscreened: true, ..BUY }),
                "",
                "missing bids/details/value/amount",
            ),
        ],
    );
}
