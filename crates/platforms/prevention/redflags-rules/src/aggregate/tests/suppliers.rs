//! R025, R048, X-16, X-21.

use super::*;

/// `n` units in which `loser` loses to one of several winners.
fn losing(n: usize, wins: usize) -> World {
    world(|world| {
        for i in 0..n {
            let rival = format!("w{}", i % 5);
            let bids = [(rival.as_str(), 90, 'v'), ("loser", 100, 'v'), ("c+d", 110, 'v')];
            world.buy(Buy { bids: &bids, winner: Some(usize::from(i < wins)), day: Some(i as Day), ..BUY });
        }
    })
}

#[test]
fn r025_excessive_losses() {
    check(
        "R025",
        vec![
            // (2/3)^12 = 0.0077 at a market win rate of one third.
            ("twelve times in vain", losing(12, 0), "supplier|loser", "raised 0"),
            ("eleven may be chance", losing(11, 0), "supplier|loser", "clear 0"),
            ("wins at times", losing(12, 4), "supplier|loser", "clear 0.333333"),
            ("a partner of a consortium loses as well", losing(12, 0), "supplier|d", "raised 0"),
            ("seldom bids", losing(12, 0), "supplier|w0", "n/a too_few"),
            (
                "no winner",
                world(|w| w.buy(Buy { bids: &[("a", 1, 'v')], ..BUY })),
                "supplier|a",
                "missing awards/relatedBid",
            ),
            (
                "a threshold is set",
                {
                    let mut w = losing(11, 0);
                    w.settings.set(Key::R025Threshold, 0.05);
                    w
                },
                "supplier|loser",
                "raised 0",
            ),
        ],
    );
}

#[test]
fn r048_heterogeneous() {
    let fill = |classes: &[&[&'static str]], processes: i32| {
        world(|world| {
            world.settings.set(Key::R048MinProcesses, 3.0);
            for (s, classes) in classes.iter().enumerate() {
                let name = format!("s{s}");
                for i in 0..processes {
                    let one = [classes[i as usize % classes.len()]];
                    world.buy(Buy { award: Some((&name, 5)), classes: &one, day: Some(i), ..BUY });
                }
            }
        })
    };
    let narrow: &[&str] = &["CPV:45"];
    let wide: &[&str] = &["CPV:45", "CPV:30", "CPV:09", "CPV:15", "CPV:33", "X:33"];
    check(
        "R048",
        vec![
            ("sells anything", fill(&[narrow, narrow, narrow, narrow, wide], 6), "supplier|s4", "raised 6"),
            (
                "one trade",
                fill(&[narrow, narrow, &["CPV:45", "CPV:09", "CPV:30"], &["CPV:45", "CPV:30"], wide], 6),
                "supplier|s0",
                "clear 1",
            ),
            ("two awards", fill(&[wide], 2), "supplier|s0", "n/a too_few"),
            (
                "no classes",
                world(|w| w.buy(Buy { award: Some(("s", 1)), ..BUY })),
                "supplier|s",
                "missing awards/items/classification",
            ),
            (
                "a department store",
                {
                    let mut w = fill(&[wide], 6);
                    w.settings.lists.exempt_suppliers = vec!["s0".to_owned()];
                    w
                },
                "supplier|s0",
                "n/a exempt",
            ),
        ],
    );
}

#[test]
fn x16_withdrawal() {
    let fill = |back: &[usize]| {
        world(|world| {
            for (s, back) in back.iter().enumerate() {
                let name = format!("s{s}");
                for i in 0..5 {
                    let bids = [(name.as_str(), 5, if i < *back { 'w' } else { 'v' }), ("x+y", 6, 'v')];
                    world.buy(Buy { bids: &bids, day: Some(i as Day), ..BUY });
                }
            }
        })
    };
    check(
        "X-16",
        vec![
            ("withdraws always", fill(&[1, 1, 1, 2, 5]), "supplier|s4", "raised 1"),
            ("withdraws once", fill(&[1, 1, 1, 2, 5]), "supplier|s0", "clear 0.2"),
            ("four bids", world(|w| w.buy(Buy { bids: &[("a", 1, 'w')], ..BUY })), "supplier|a", "n/a too_few"),
            (
                "no statuses",
                world(|w| w.buy(Buy { bids: &[("a", 1, '-')], ..BUY })),
                "supplier|a",
                "missing bids/details/status",
            ),
        ],
    );
}

#[test]
fn x21_low_bid_high_end() {
    // Each supplier wins three contracts at half the rival's price; what is paid in the end differs.
    let fill = |ends: &[i64], paid: bool| {
        world(|world| {
            world.settings.set(Key::R058Threshold, 0.5);
            for (s, end) in ends.iter().enumerate() {
                let name = format!("s{s}");
                for i in 0..3 {
                    let bids = [(name.as_str(), 100, 'v'), ("x+y", 200, 'v')];
                    let paid = paid.then_some(*end);
                    world.buy(Buy { bids: &bids, winner: Some(0), paid, day: Some(i), ..BUY });
                }
            }
        })
    };
    check(
        "X-21",
        vec![
            ("ends at three times the award", fill(&[100, 100, 101, 102, 300], true), "supplier|s4", "raised 3"),
            ("ends as awarded", fill(&[100, 100, 101, 102, 300], true), "supplier|s0", "clear 1"),
            (
                "payments unknown",
                fill(&[100], false),
                "supplier|s0",
                "missing contracts/implementation/transactions/value",
            ),
            (
                "no discount",
                world(|w| {
                    w.settings.set(Key::R058Threshold, 0.5);
                    w.buy(Buy { bids: &[("a", 100, 'v'), ("b", 101, 'v')], winner: Some(0), paid: Some(1), ..BUY });
                }),
                "supplier|a",
                "n/a too_few",
            ),
            (
                "no distribution of discounts",
                world(|w| {
                    w.buy(Buy { bids: &[("a", 100, 'v'), ("b", 101, 'v')], winner: Some(0), paid: Some(1), ..BUY });
                }),
                "supplier|a",
                "missing reference",
            ),
        ],
    );
}
