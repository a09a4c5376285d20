//! Examples of suppliers, pairs and markets.

use super::{Example, FEW_PEERS, Tender, valid};
use crate::text::Text;

/// `n` tenders of the same kind, `step` days apart.
fn repeated(n: i32, step: i32, tender: Tender) -> Vec<Tender> {
    (0..n).map(|i| Tender { day: tender.day + i * step, ..tender.clone() }).collect()
}

pub(super) static ALL: [Example; 19] = [
    Example {
        code: "R025",
        story: Text::new(
            "S9 十二次投标都落选，每次三家投标，中标人是另外五家之一；每次落选的机会约为三分之二。",
            "S9 bid twelve times in vain, each time against two others; one of five other firms won.",
        ),
        tenders: || {
            (0..12)
                .map(|i| {
                    let mut bids = valid(&[("S1", 900_000), ("S9", 950_000), ("S8", 970_000)]);
                    bids[0].0 = format!("S{}", 1 + i % 5);
                    bids[2].0 = format!("T{i}");
                    Tender { day: i, bids, winner: Some(0), ..Tender::default() }
                })
                .collect()
        },
        pack: "",
        subject: "supplier|S9",
        raised: ("0", "0.333333"),
    },
    Example {
        code: "R026",
        story: Text::new(
            "八个地区的同一品类各授予十次，第八个地区有九次授予联合体，其他地区一两次。",
            "Ten awards of one category in each of eight regions; nine of the eighth went to consortia, elsewhere one or two.",
        ),
        tenders: || {
            let mut tenders = Vec::new();
            for (r, joint) in [1, 1, 2, 1, 1, 2, 1, 9].into_iter().enumerate() {
                for i in 0..10 {
                    let to = if i < joint { "S1+S2" } else { "S3" };
                    let (region, award) = (format!("3{r}0000"), Some((to.to_owned(), 900_000)));
                    tenders.push(Tender { day: i, region, award, ..Tender::default() });
                }
            }
            tenders
        },
        pack: FEW_PEERS,
        subject: "market|CPV:452|3700|CNY",
        raised: ("0.9", "0.35"),
    },
    Example {
        code: "R027",
        story: Text::new(
            "S1 参加了此前五个同类标段的每一个，却没有来投第六个，而第六个只有两家投标。",
            "S1 bid in each of five comparable lots before, and stayed away from the sixth, which drew two bidders.",
        ),
        tenders: || {
            let mut tenders = repeated(
                5,
                10,
                Tender {
                    bids: valid(&[("S1", 900_000), ("S2", 910_000), ("S3", 920_000)]),
                    winner: Some(0),
                    ..Tender::default()
                },
            );
            tenders.push(Tender {
                day: 60,
                bids: valid(&[("S2", 980_000), ("S3", 990_000)]),
                winner: Some(0),
                ..Tender::default()
            });
            tenders
        },
        pack: "",
        subject: "lot|ocds-demo-0006",
        raised: ("1", "1"),
    },
    Example {
        code: "R029",
        story: Text::new(
            "一个采购人的四百个预算，首位数集中在 5 至 9 和 1 至 3，与本福特定律偏离。",
            "Four hundred estimates of one buyer, evenly stepped from 500 to 3,293 and one large one, whose first digits do not follow the law.",
        ),
        tenders: || {
            (0..400)
                .map(|i| Tender {
                    day: i / 2,
                    value: 500 + 7 * i64::from(i) + if i == 0 { 90_000 } else { 0 },
                    ..Tender::default()
                })
                .collect()
        },
        pack: "",
        subject: "buyer|B1",
        raised: ("0.052862", "0.015"),
    },
    Example {
        code: "R034",
        story: Text::new(
            "七个标段里 S1 每次都比 S2 早三小时递交。",
            "In seven lots S1 handed in three hours before S2 each time.",
        ),
        tenders: || {
            repeated(
                7,
                5,
                Tender {
                    bids: valid(&[("S1", 900_000), ("S2", 910_000)]),
                    hours: vec![6.0, 9.0],
                    winner: Some(0),
                    ..Tender::default()
                },
            )
        },
        pack: "",
        subject: "supplier-pair|S1|S2",
        raised: ("1", "0.9"),
    },
    Example {
        code: "R048",
        story: Text::new(
            "五家供应商各有六次授予，前四家只做一两类，S5 六次六类。",
            "Five suppliers of six awards each; four of them in one class or two, S5 in six.",
        ),
        tenders: || {
            let classes = ["45", "30", "09", "15", "33", "50"];
            let mut tenders = Vec::new();
            for (s, kinds) in [1, 1, 2, 1, 1, 2, 1, 6].into_iter().enumerate() {
                for i in 0..6 {
                    let award = Some((format!("S{}", s + 1), 900_000));
                    tenders.push(Tender { day: i, class: classes[i as usize % kinds], award, ..Tender::default() });
                }
            }
            tenders
        },
        pack: "[general]\nreference_min_n = 4\n\n[indicator.R048]\nmin_processes = 3\n",
        subject: "supplier|S8",
        raised: ("6", "3.5"),
    },
    Example {
        code: "R050",
        story: Text::new(
            "一个市场的十个同额合同，S1 得六个。",
            "Ten contracts of equal value in a market; S1 got six.",
        ),
        tenders: || {
            (0..10)
                .map(|i| {
                    let to = if i < 6 { "S1".to_owned() } else { format!("S{i}") };
                    Tender { day: i, buyer: format!("B{}", i % 4), award: Some((to, 900_000)), ..Tender::default() }
                })
                .collect()
        },
        pack: "",
        subject: "supplier-market|S1|",
        raised: ("0.6", "0.4"),
    },
    Example {
        code: "R051",
        story: Text::new("同上:0.6² + 4 × 0.1² = 0.4。", "The same market: 0.6² + 4 × 0.1² = 0.4."),
        tenders: || {
            (0..10)
                .map(|i| {
                    let to = if i < 6 { "S1".to_owned() } else { format!("S{i}") };
                    Tender { day: i, buyer: format!("B{}", i % 4), award: Some((to, 900_000)), ..Tender::default() }
                })
                .collect()
        },
        pack: "",
        subject: "market|",
        raised: ("0.4", "0.25"),
    },
    Example {
        code: "R053",
        story: Text::new("S1 与 S2 五次同场，S1 每次中标。", "S1 and S2 met five times and S1 won each time."),
        tenders: || {
            repeated(
                5,
                20,
                Tender { bids: valid(&[("S1", 900_000), ("S2", 910_000)]), winner: Some(0), ..Tender::default() },
            )
        },
        pack: "",
        subject: "supplier-pair|S1|S2",
        raised: ("1", "0.8"),
    },
    Example {
        code: "X-16",
        story: Text::new("八家供应商各投标十次，S8 撤回八次。", "Eight suppliers of ten bids each; S8 withdrew eight."),
        tenders: || {
            let mut tenders = Vec::new();
            for (s, back) in [1, 1, 1, 2, 1, 1, 2, 8].into_iter().enumerate() {
                for i in 0..10 {
                    let status = if i < back { "withdrawn" } else { "valid" };
                    tenders.push(Tender {
                        day: i,
                        bids: vec![(format!("S{}", s + 1), 900_000, status)],
                        ..Tender::default()
                    });
                }
            }
            tenders
        },
        pack: FEW_PEERS,
        subject: "supplier|S8",
        raised: ("0.8", "0.35"),
    },
    Example {
        code: "X-18",
        story: Text::new(
            "S1 与 S2 三次互为对手，随后组成联合体投标。",
            "S1 and S2 were rivals three times and then bid as a consortium.",
        ),
        tenders: || {
            let mut tenders = repeated(
                3,
                20,
                Tender { bids: valid(&[("S1", 900_000), ("S2", 910_000)]), winner: Some(0), ..Tender::default() },
            );
            tenders.push(Tender { day: 100, bids: valid(&[("S1+S2", 990_000)]), winner: Some(0), ..Tender::default() });
            tenders
        },
        pack: "",
        subject: "supplier-pair|S1|S2",
        raised: ("3", "3"),
    },
    Example {
        code: "X-21",
        story: Text::new(
            "八家供应商都以对手一半的价格各中标三次；七家按中标价结算，S8 结算为中标价的三倍。",
            "Eight suppliers won three times each at half the rival's price; seven were paid as awarded, S8 three times as much.",
        ),
        tenders: || {
            let mut tenders = Vec::new();
            for (s, paid) in
                [500_000, 500_000, 505_000, 510_000, 500_000, 505_000, 500_000, 1_500_000].into_iter().enumerate()
            {
                for i in 0..3 {
                    let mut bids = valid(&[("S1", 500_000), ("T1", 1_000_000)]);
                    bids[0].0 = format!("S{}", s + 1);
                    tenders.push(Tender { day: i, bids, winner: Some(0), paid: Some(paid), ..Tender::default() });
                }
            }
            tenders
        },
        pack: "[general]\nreference_min_n = 4\n\n[indicator.R058]\nthreshold = 0.5\n",
        subject: "supplier|S8",
        raised: ("3", "1.039583"),
    },
    Example {
        code: "PS-09",
        story: Text::new(
            "六十个两家投标的标段，价差都在预算的 0.2 % 至 1 % 之间：紧挨着中标价的报价一个也没有，而这些标段若相互竞争，本应有许多。",
            "Sixty lots of two bidders whose gap is always between 0.2 % and 1 % of the estimate: not one bid lies just beside the win, where competition would put many.",
        ),
        tenders: || {
            (0..60)
                .map(|i| {
                    let bids = valid(&[("S1", 900_000), ("S2", 902_000 + (i64::from(i) * 130) % 8_000)]);
                    Tender { day: i, bids, winner: Some(0), ..Tender::default() }
                })
                .collect()
        },
        pack: "",
        subject: "market|",
        raised: ("0", "0.5"),
    },
    Example {
        code: "PS-10",
        story: Text::new(
            "一年里二十个标段的价差约为一成，下一年的二十个只有百分之二。",
            "Prices of twenty lots lie about a tenth apart in one year; those of the next year's twenty, two per cent.",
        ),
        tenders: || {
            let year = |start: i32, gap: i64| {
                (0..20).map(move |i| {
                    let step = gap + 1_000 * i64::from(i % 5);
                    let bids = valid(&[("S1", 1_000_000), ("S2", 1_000_000 + step), ("S3", 1_000_000 + 2 * step)]);
                    Tender { day: start + i, bids, winner: Some(0), ..Tender::default() }
                })
            };
            year(-200, 100_000).chain(year(170, 20_000)).collect()
        },
        pack: "",
        subject: "market|",
        raised: ("0.23257", "0.5"),
    },
    Example {
        code: "PS-12",
        story: Text::new(
            "常客之间的标段以预算的 95 % 成交；有新来者投标的八个标段降到 75 %。",
            "Lots among the regulars end at 95 % of the estimate; the eight in which somebody new bid end at 75 %.",
        ),
        tenders: || {
            let usual = |day: i32, k: i64| Tender {
                day,
                bids: valid(&[("S1", 950_000 + k), ("S2", 995_000)]),
                winner: Some(0),
                ..Tender::default()
            };
            let mut tenders = vec![usual(-380, 0)];
            for i in 0..8 {
                let k = 1_000 * i64::from(i % 3);
                tenders.push(usual(-80 + i, k));
                tenders.push(usual(20 + 2 * i, k));
                let mut fresh = usual(21 + 2 * i, k);
                fresh.bids[0] = (format!("N{i}"), 750_000 + k, "valid");
                tenders.push(fresh);
            }
            tenders
        },
        pack: "",
        subject: "market|",
        raised: ("-0.2", "-0.1"),
    },
    Example {
        code: "PS-13",
        story: Text::new(
            "三十个标段里，手头合同越多的中标人报价越高，这与成本相符；落标人却相反。",
            "In thirty lots the winner bid the dearer the more work it had in hand, as cost would have it; the losers did the opposite.",
        ),
        tenders: || {
            let mut tenders = Vec::new();
            for i in 0..30 {
                let (winner, loser) = (format!("W{i}"), format!("L{i}"));
                for who in [&winner, &loser] {
                    let award = Some((who.clone(), 100_000 * (i + 1)));
                    tenders.push(Tender { class: "09000000", award, ..Tender::default() });
                }
                let bids = vec![(winner, 800_000 + 1_000 * i, "valid"), (loser, 990_000 - 1_000 * i, "valid")];
                tenders.push(Tender { day: 100, bids, winner: Some(0), ..Tender::default() });
            }
            tenders
        },
        pack: "",
        subject: "market|CPV:452",
        raised: ("-1", "0"),
    },
    Example {
        code: "NW-06",
        story: Text::new(
            "S1 中标后分包给同场落选的 S2，半年后反过来。",
            "S1 won and passed work on to S2, which had lost to it; half a year later it was the other way round.",
        ),
        tenders: || {
            let bids = valid(&[("S1", 900_000), ("S2", 910_000)]);
            vec![
                Tender { bids: bids.clone(), winner: Some(0), subcontractor: Some("S2"), ..Tender::default() },
                Tender { day: 180, bids, winner: Some(1), subcontractor: Some("S1"), ..Tender::default() },
            ]
        },
        pack: "",
        subject: "supplier-pair|S1|S2",
        raised: ("2", "2"),
    },
    Example {
        code: "NW-08",
        story: Text::new(
            "五个标段都是同样三家投标，而市场上还有另外三家。",
            "The same three bid in five lots, though three more are active in the market.",
        ),
        tenders: || {
            let mut tenders = repeated(
                5,
                10,
                Tender {
                    bids: valid(&[("S1", 900_000), ("S2", 910_000), ("S3", 920_000)]),
                    winner: Some(0),
                    ..Tender::default()
                },
            );
            for i in 4..7 {
                tenders.push(Tender {
                    day: 60,
                    bids: vec![(format!("S{i}"), 900_000, "valid")],
                    winner: Some(0),
                    ..Tender::default()
                });
            }
            tenders
        },
        pack: "",
        subject: "market|",
        raised: ("1", "0.8"),
    },
    Example {
        code: "NW-09",
        story: Text::new(
            "S2 八次输给 S1，从未赢过它，却在没有 S1 的四个标段里赢了三个。",
            "S2 lost to S1 eight times and never beat it, but won three of four lots without it.",
        ),
        tenders: || {
            let mut tenders = Vec::new();
            for i in 0..4 {
                let winner = Some(usize::from(i < 3));
                tenders.push(Tender {
                    day: i,
                    bids: valid(&[("S3", 900_000), ("S2", 890_000)]),
                    winner,
                    ..Tender::default()
                });
            }
            tenders.extend(repeated(
                8,
                10,
                Tender {
                    day: 20,
                    bids: valid(&[("S1", 900_000), ("S2", 910_000)]),
                    winner: Some(0),
                    ..Tender::default()
                },
            ));
            tenders
        },
        pack: "",
        subject: "supplier-pair|S1|S2",
        raised: ("8", "8"),
    },
];
