//! Examples of buyers and their suppliers.

use super::{Example, FEW_PEERS, Tender, valid};
use crate::text::Text;

/// Buyers of which the i-th has `hits[i]` of ten purchases changed by `change`.
fn habits(hits: &[i32], change: fn(&mut Tender)) -> Vec<Tender> {
    let mut tenders = Vec::new();
    for (b, hits) in hits.iter().enumerate() {
        for i in 0..10 {
            let mut tender = Tender { buyer: format!("B{}", b + 1), day: i, ..Tender::default() };
            if i < *hits {
                change(&mut tender);
            }
            tenders.push(tender);
        }
    }
    tenders
}

/// Hits of eight buyers, the last far from the rest.
const SPREAD: [i32; 8] = [1, 1, 1, 2, 1, 1, 2, 8];

fn awards(list: &[(&str, &str, i64)], method: &'static str) -> Vec<Tender> {
    list.iter()
        .enumerate()
        .map(|(i, (buyer, supplier, value))| Tender {
            buyer: (*buyer).to_owned(),
            day: i as i32,
            method,
            value: *value,
            award: Some(((*supplier).to_owned(), *value)),
            ..Tender::default()
        })
        .collect()
}

pub(super) static ALL: [Example; 12] = [
    Example {
        code: "R002",
        story: Text::new(
            "同一采购人的十二个工程，预算都在必须招标的限额 400 万元上下一成之内，其中十一个略低于限额。",
            "Twelve works of one buyer within a tenth of the limit of 4,000,000 CNY, eleven of them just below it.",
        ),
        tenders: || {
            (0..12)
                .map(|i| Tender {
                    day: i,
                    value: if i == 0 { 4_050_000 } else { 3_700_000 + i64::from(i) * 25_000 },
                    ..Tender::default()
                })
                .collect()
        },
        pack: "",
        subject: "buyer|B1",
        raised: ("0.916667", "0.75"),
    },
    Example {
        code: "R011",
        story: Text::new(
            "同一年度同一品类的三次直接采购，每次 150 万元，合计 450 万元，超过限额 400 万元；其中两次相隔十天授予同一供应商。",
            "Three direct purchases of one category in one year, 1,500,000 CNY each, together above the limit of 4,000,000; two of them, ten days apart, went to one supplier.",
        ),
        tenders: || {
            let mut tenders =
                awards(&[("B1", "S1", 1_500_000), ("B1", "S1", 1_500_000), ("B1", "S2", 1_500_000)], "direct");
            for (i, tender) in tenders.iter_mut().enumerate() {
                tender.day = 10 * i as i32;
            }
            tenders
        },
        pack: "",
        subject: "buyer-category|B1|CPV:452|2025",
        raised: ("4500000", "4000000"),
    },
    Example {
        code: "R013",
        story: Text::new(
            "八个采购人各有十个项目，前七个只有一两个采用直接采购，B8 有八个。",
            "Eight buyers of ten purchases each; seven of them bought directly once or twice, B8 eight times.",
        ),
        tenders: || habits(&SPREAD, |tender| tender.method = "direct"),
        pack: FEW_PEERS,
        subject: "buyer|B8",
        raised: ("0.8", "0.35"),
    },
    Example {
        code: "R019",
        story: Text::new(
            "同一品类，B1 的五个标段平均只有一家投标，其他五个采购人有六七家。",
            "In one category B1's five lots drew one bidder each, those of five other buyers six or seven.",
        ),
        tenders: || {
            let mut tenders = Vec::new();
            for (b, bidders) in [1, 6, 6, 7, 6, 6].into_iter().enumerate() {
                for i in 0..5 {
                    let bids = (0..bidders).map(|k| (format!("S{b}-{k}"), 900_000 + 1_000 * k, "valid")).collect();
                    tenders.push(Tender {
                        buyer: format!("B{}", b + 1),
                        day: i,
                        bids,
                        winner: Some(0),
                        ..Tender::default()
                    });
                }
            }
            tenders
        },
        pack: FEW_PEERS,
        subject: "buyer-category|B1|",
        raised: ("1", "4.833333"),
    },
    Example {
        code: "R021",
        story: Text::new(
            "八个采购人各有十个项目，B8 有八个不是只按价格评审。",
            "Eight buyers of ten purchases each; B8 decided eight by more than price.",
        ),
        tenders: || habits(&SPREAD, |tender| tender.criteria = "ratedCriteria"),
        pack: FEW_PEERS,
        subject: "buyer|B8",
        raised: ("0.8", "0.35"),
    },
    Example {
        code: "R038",
        story: Text::new(
            "八个采购人各有十个标段，每个标段两份投标；B8 的标段有八次否决了第二份。",
            "Eight buyers of ten lots with two bids each; in eight of B8's the second bid was disqualified.",
        ),
        tenders: || {
            let mut tenders = habits(&SPREAD, |tender| tender.criteria = "priceAndQuality");
            for (i, tender) in tenders.iter_mut().enumerate() {
                let removed = tender.criteria != "priceOnly";
                tender.bids = valid(&[("S1", 900_000), ("S2", 800_000)]);
                tender.bids[0].0 = format!("S{}", i % 7);
                tender.bids[1].0 = format!("T{}", i % 7);
                if removed {
                    tender.bids[1].2 = "disqualified";
                }
                tender.winner = Some(0);
            }
            tenders
        },
        pack: FEW_PEERS,
        subject: "buyer|B8",
        raised: ("0.4", "0.175"),
    },
    Example {
        code: "R040",
        story: Text::new(
            "B1 授予的五个合同中，S1 得到金额的九成；另外两个采购人各把合同平均给五家。",
            "S1 got nine tenths of what B1 awarded in five contracts; two other buyers spread theirs over five suppliers each.",
        ),
        tenders: || {
            let mut list = vec![
                ("B1", "S1", 9_000_000),
                ("B1", "S2", 200_000),
                ("B1", "S3", 200_000),
                ("B1", "S2", 300_000),
                ("B1", "S3", 300_000),
            ];
            for buyer in ["B2", "B3"] {
                list.extend(["S4", "S5", "S6", "S7", "S8"].map(|supplier| (buyer, supplier, 1_000_000)));
            }
            awards(&list, "open")
        },
        pack: FEW_PEERS,
        subject: "buyer-supplier|B1|S1",
        raised: ("0.9", "0.2"),
    },
    Example {
        code: "R049",
        story: Text::new(
            "三次直接授予同一供应商，每次低于限额 400 万元，合计 450 万元。",
            "Three direct awards to one supplier, each below the limit of 4,000,000 CNY, 4,500,000 together.",
        ),
        tenders: || awards(&[("B1", "S1", 1_500_000), ("B1", "S1", 1_500_000), ("B1", "S1", 1_500_000)], "direct"),
        pack: "",
        subject: "buyer-supplier|B1|S1",
        raised: ("4500000", "4000000"),
    },
    Example {
        code: "R055",
        story: Text::new(
            "两次直接授予同一供应商，都在限额 400 万元的九成以上。",
            "Two direct awards to one supplier, both above nine tenths of the limit of 4,000,000 CNY.",
        ),
        tenders: || awards(&[("B1", "S1", 3_900_000), ("B1", "S1", 3_800_000)], "direct"),
        pack: "",
        subject: "buyer-supplier|B1|S1",
        raised: ("2", "2"),
    },
    Example {
        code: "R072",
        story: Text::new(
            "八个采购人各授予十次，B8 有八次允许分包。",
            "Eight buyers of ten awards each; eight of B8's allow subcontracting.",
        ),
        tenders: || {
            let mut tenders = habits(&SPREAD, |tender| tender.subcontracted = Some(true));
            for tender in &mut tenders {
                tender.award = Some(("S1".to_owned(), 900_000));
                tender.subcontracted = tender.subcontracted.or(Some(false));
            }
            tenders
        },
        pack: FEW_PEERS,
        subject: "buyer|B8",
        raised: ("0.8", "0.35"),
    },
    Example {
        code: "CN-10",
        story: Text::new(
            "同一预算项目、同一品目，两次以邀请方式采购，合计 450 万元。",
            "Two purchases by invitation under one budget item and category, 4,500,000 CNY together.",
        ),
        tenders: || {
            let mut tenders = awards(&[("B1", "S1", 2_500_000), ("B1", "S2", 2_000_000)], "selective");
            for tender in &mut tenders {
                tender.budget = Some("2025-0001");
            }
            tenders
        },
        pack: "",
        subject: "buyer-category|B1|CPV:452|2025",
        raised: ("4500000", "4000000"),
    },
    Example {
        code: "X-03",
        story: Text::new(
            "S1 三次从 B1 中标，730 天内没有从别处中标，而另有五个采购人购买同一品类。",
            "S1 won three times from B1 and never elsewhere in 730 days, though five other buyers buy the category.",
        ),
        tenders: || {
            let mut list: Vec<_> = ["B2", "B3", "B4", "B5", "B6"].map(|buyer| (buyer, "S2", 900_000)).to_vec();
            list.extend([("B1", "S1", 900_000); 3]);
            awards(&list, "open")
        },
        pack: "",
        subject: "buyer-supplier|B1|S1",
        raised: ("3", "3"),
    },
];
