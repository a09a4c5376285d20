//! The processes of the bench: the demo's jurisdiction over and over, each time scheduled anew and under other ids.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use testkit::demo::{Jurisdiction, Plan, jurisdiction, releases};

use crate::Outcome;

/// Processes of one round; scheduling far more at once takes time that grows with the square.
const ROUND: u32 = 20_000;

/// How the demo's ids begin.
const DEMO: &str = "ocds-demo00-";

/// How the ids of a round begin.
fn prefix(round: u32) -> String {
    format!("ocds-b{round:05}-")
}

/// Writes `processes` compiled releases as JSON Lines from round `first` on; returns the bytes written. The buyers are
/// organs of the demo.
pub fn write(path: &Path, first: u32, processes: u32) -> Outcome<u64> {
    let place = jurisdiction(&Plan::DEMO);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut left = processes;
    for round in first.. {
        if left == 0 {
            break;
        }
        let many = left.min(ROUND);
        let plan = Plan { processes: ROUND + round, ..Plan::DEMO };
        let ours = prefix(round);
        for release in releases(&plan, &place).take(many as usize) {
            out.write_all(release.json.replace(DEMO, &ours).as_bytes())?;
            out.write_all(b"\n")?;
        }
        left -= many;
    }
    out.flush()?;
    Ok(path.metadata()?.len())
}

/// Draws that are alike on every machine (the constants of PCG, Melissa O'Neill 2014).
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit.max(1)
    }
}

/// Identifier and name of every organ that buys.
fn buyers(place: &Jurisdiction) -> Vec<(String, &str)> {
    place.organs.iter().filter_map(|organ| Some((format!("CN-USCC-{}", organ.uscc?), organ.name.zh.as_str()))).collect()
}

/// Writes `processes` smaller processes of three bids each, some 1.5 KB: what fills a node with a million of them in a
/// time that a bench may take. Buyers are organs of the demo, 20,000 firms bid, three years of days.
pub fn write_small(path: &Path, processes: u32) -> Outcome<u64> {
    let place = jurisdiction(&Plan::DEMO);
    let buyers = buyers(&place);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut draws = Draws(20_261_125);
    for number in 0..processes {
        small(&mut out, &id_of_small(number), &buyers, &mut draws)?;
    }
    out.flush()?;
    Ok(path.metadata()?.len())
}

/// One small process on a line.
pub fn one_small(ocid: &str, seed: u64) -> Outcome<Vec<u8>> {
    let place = jurisdiction(&Plan::DEMO);
    let buyers = buyers(&place);
    let mut out = Vec::new();
    small(&mut out, ocid, &buyers, &mut Draws(seed))?;
    Ok(out)
}

fn small(out: &mut dyn std::io::Write, ocid: &str, buyers: &[(String, &str)], draws: &mut Draws) -> Outcome<()> {
    let (buyer, name) = &buyers[draws.below(buyers.len() as u64) as usize];
    let firms: [u64; 3] = std::array::from_fn(|_| draws.below(20_000));
    let begun = jiff::civil::date(2023, 12, 1) + jiff::Span::new().days(draws.below(1_000) as i64);
    let closed = begun + jiff::Span::new().days(12 + draws.below(20) as i64);
    let (awarded, signed) = (closed + jiff::Span::new().days(5), closed + jiff::Span::new().days(20));
    let estimate = 100_000 + draws.below(20_000_000);
    let bids: [u64; 3] = std::array::from_fn(|_| estimate * (850 + draws.below(150)) / 1_000);
    let class = 10_000_000 + draws.below(60) * 1_000_000;
    let (method, details) =
        [("open", "公开招标"), ("selective", "邀请招标"), ("limited", "竞争性谈判")][draws.below(10).min(2) as usize];
    let winner = (0..3).min_by_key(|at| bids[*at]).unwrap_or(0);
    let firm = |at: usize| format!("DEMO-F{:05}", firms[at]);
    let party = |at: usize| {
        let role = if at == winner { "\"tenderer\",\"supplier\"" } else { "\"tenderer\"" };
        format!("{{\"id\":\"{0}\",\"name\":\"演示企业{1:05}号\",\"roles\":[{role}]}}", firm(at), firms[at])
    };
    let bid = |at: usize| {
        format!(
            "{{\"id\":\"{at}\",\"status\":\"valid\",\"date\":\"{closed}T09:00:00+08:00\",\"tenderers\":[{{\"id\":\"{}\"}}],\
             \"value\":{{\"amount\":{},\"currency\":\"CNY\"}}}}",
            firm(at),
            bids[at]
        )
    };
    writeln!(
        out,
        "{{\"ocid\":\"{ocid}\",\"id\":\"{ocid}-1\",\"date\":\"{signed}T09:00:00+08:00\",\"tag\":[\"compiled\"],\
         \"initiationType\":\"tender\",\"language\":\"zh\",\
         \"parties\":[{{\"id\":\"{buyer}\",\"name\":\"{name}\",\"roles\":[\"buyer\"]}},{},{},{}],\
         \"buyer\":{{\"id\":\"{buyer}\",\"name\":\"{name}\"}},\
         \"tender\":{{\"id\":\"t\",\"title\":\"演示采购 {ocid}\",\"status\":\"complete\",\"procurementMethod\":\"{method}\",\
         \"procurementMethodDetails\":\"{details}\",\"mainProcurementCategory\":\"goods\",\"awardCriteria\":\"priceOnly\",\
         \"value\":{{\"amount\":{estimate},\"currency\":\"CNY\"}},\
         \"tenderPeriod\":{{\"startDate\":\"{begun}T09:00:00+08:00\",\"endDate\":\"{closed}T09:00:00+08:00\"}},\
         \"items\":[{{\"id\":\"1\",\"classification\":{{\"scheme\":\"CPV\",\"id\":\"{class}\"}}}}]}},\
         \"bids\":{{\"details\":[{},{},{}]}},\
         \"awards\":[{{\"id\":\"a\",\"status\":\"active\",\"date\":\"{awarded}T09:00:00+08:00\",\
         \"value\":{{\"amount\":{amount},\"currency\":\"CNY\"}},\"suppliers\":[{{\"id\":\"{}\"}}],\"relatedBid\":\"{winner}\"}}],\
         \"contracts\":[{{\"id\":\"c\",\"awardID\":\"a\",\"status\":\"active\",\"dateSigned\":\"{signed}T09:00:00+08:00\",\
         \"value\":{{\"amount\":{amount},\"currency\":\"CNY\"}}}}]}}",
        party(0),
        party(1),
        party(2),
        bid(0),
        bid(1),
        bid(2),
        firm(winner),
        amount = bids[winner],
    )?;
    Ok(())
}

/// The id of one of the processes that [`write_small`] writes.
pub fn id_of_small(number: u32) -> String {
    format!("{}{number:07}", prefix(0))
}
