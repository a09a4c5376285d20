//! Examples of groups: three firms that meet in each of their lots, among eighty that hardly meet twice.

use super::{Example, Tender, valid};
use crate::text::Text;

/// `n` lots of the ring S1, S2, S3: `win(i)` wins, at the first of the three prices; then forty lots of other firms.
fn ring(n: i32, win: impl Fn(usize) -> usize, prices: [i64; 3]) -> Vec<Tender> {
    let names = ["S1", "S2", "S3"];
    let mut tenders: Vec<Tender> = (0..n)
        .map(|i| {
            let first = win(i as usize);
            let bids: Vec<(&str, i64)> = (0..3).map(|rank| (names[(first + rank) % 3], prices[rank])).collect();
            Tender {
                day: 5 * i,
                buyer: format!("B{}", first + 1),
                bids: valid(&bids),
                winner: Some(0),
                ..Tender::default()
            }
        })
        .collect();
    for i in 0..40usize {
        let mut firms: Vec<usize> = (0..4).map(|k| (i * (7 + 3 * k) + 11 * k) % 80).collect();
        firms.sort_unstable();
        firms.dedup();
        let bids = firms
            .into_iter()
            .enumerate()
            .map(|(k, firm)| (format!("T{firm}"), 850_000 + 60_000 * k as i64 + 1_000 * (i as i64 * 17 % 50), "valid"))
            .collect();
        tenders.push(Tender { day: 3 * i as i32, buyer: "B9".to_owned(), bids, winner: Some(0), ..Tender::default() });
    }
    tenders
}

const HONEST: [i64; 3] = [850_000, 930_000, 1_000_000];
const COVER: [i64; 3] = [950_000, 990_000, 991_000];

/// Rings in eight regions; in all but the first one member misses every other lot.
fn rings() -> Vec<Tender> {
    let mut tenders = Vec::new();
    for r in 0..8 {
        for (i, mut tender) in ring(16, |i| i % 3, HONEST).into_iter().enumerate() {
            tender.region = format!("3{r}0000");
            for bid in &mut tender.bids {
                bid.0 = format!("R{r}-{}", bid.0);
            }
            if r > 0 && i < 16 && i % 2 == 1 {
                let missing = format!("R{r}-S3");
                tender.bids.retain(|bid| bid.0 != missing);
            }
            tenders.push(tender);
        }
    }
    tenders
}

pub(super) static ALL: [Example; 8] = [
    Example {
        code: "NW-01",
        story: Text::new(
            "S1、S2、S3 十二次都同场投标；另有四十个标段由八十家企业分散参加。",
            "S1, S2 and S3 met in all of twelve lots; eighty firms were spread over forty others.",
        ),
        tenders: || ring(12, |i| i % 3, HONEST),
        pack: "",
        subject: "group|",
        raised: ("12", "3"),
    },
    Example {
        code: "NW-02",
        story: Text::new(
            "八个地区各有一个三家群体；只有第一个地区的三家每次都到齐（内聚度 1），其余七个有一家隔次缺席（0.945）。",
            "A ring of three in each of eight regions; only in the first all three come every time (coherence 1), in the others one misses every other lot (0.945).",
        ),
        tenders: rings,
        pack: super::FEW_PEERS,
        subject: "group|",
        raised: ("1", "0.944941"),
    },
    Example {
        code: "NW-03",
        story: Text::new(
            "三家依次中标，十五次无一连续；打乱次序一万次，极少如此。",
            "The three win one after the other in fifteen lots, never twice running; of ten thousand shuffles hardly one does so.",
        ),
        tenders: || ring(15, |i| i % 3, HONEST),
        pack: "",
        subject: "group|",
        raised: ("1", "0.85"),
    },
    Example {
        code: "R057",
        story: Text::new("同 NW-03。", "As NW-03."),
        tenders: || ring(15, |i| i % 3, HONEST),
        pack: "",
        subject: "group|",
        raised: ("1", "0.85"),
    },
    Example {
        code: "NW-04",
        story: Text::new(
            "S1 十二次全部中标，S2 每次陪同，报价总是中标价的 1.042 倍。",
            "S1 wins all of twelve lots; S2 is there each time, always at 1.042 times the winning price.",
        ),
        tenders: || ring(12, |_| 0, COVER),
        pack: "",
        subject: "group-member|",
        raised: ("1", "0.7"),
    },
    Example {
        code: "NW-05",
        story: Text::new(
            "三家在三个采购人处都投标，但每个采购人的标段总由同一家中标。",
            "The three bid at three buyers, but each buyer's lots always go to the same one of them.",
        ),
        tenders: || ring(15, |i| i % 3, HONEST),
        pack: "",
        subject: "group|",
        raised: ("1", "0.5"),
    },
    Example {
        code: "NW-07",
        story: Text::new(
            "S1 与 S2 留同一电话，却在一个标段里相互竞标。",
            "S1 and S2 give the same telephone and bid against each other.",
        ),
        tenders: || {
            vec![Tender {
                bids: valid(&[("S1", 900_000), ("S2", 910_000)]),
                winner: Some(0),
                phones: vec![("S1", "025-83000077"), ("S2", "025-83000077")],
                ..Tender::default()
            }]
        },
        pack: "",
        subject: "group|",
        raised: ("2", "2"),
    },
    Example {
        code: "PS-11",
        story: Text::new(
            "群体的十二个标段里，两个落标价只差千分之一，中标价低四个百分点；市场上其他标段并非如此。",
            "In the group's twelve lots the two losing prices differ by a thousandth and the winner lies four per cent below; other lots of the market look otherwise.",
        ),
        tenders: || ring(12, |i| i % 3, COVER),
        pack: "",
        subject: "group|",
        raised: ("1", "0.5"),
    },
];
