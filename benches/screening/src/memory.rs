//! Greatest resident size of screening, and what a further process, lot, bid, organisation and stratum add to it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::process::Command;

use redflags_rules::{Plan, Screen, Settings};

use crate::speed::AS_OF;
use crate::{Outcome, threads};

/// What is screened.
#[derive(Clone, Copy)]
struct Shape {
    processes: u64,
    lots: u64,
    /// Bids for each lot.
    bids: u64,
    /// Suppliers of each category: with the bids they decide how many pairs there can be.
    suppliers: u64,
    /// Categories, each a market of its own.
    categories: u64,
}

/// Twenty markets of forty suppliers: 800 organisations and at most 15,600 pairs, however many processes.
const BASE: Shape = Shape { processes: 100_000, lots: 1, bids: 3, suppliers: 40, categories: 20 };

/// The most that a further lot or bid may cost, in bytes.
const MOST: f64 = 256.0;

/// Measures and prints; an excess fails.
pub(crate) fn bench(processes: u64) -> Outcome<()> {
    let few = (processes / 10).max(100);
    let base = Shape { processes: few, ..BASE };
    let measure = |name: &str, shape: Shape| -> Outcome<f64> {
        let (observed, peak) = peak(shape)?;
        println!(
            "{name}: {} processes × {} lots × {} bids, {} suppliers, {} categories: {:.1} MB, {:.1} MB before the end",
            shape.processes,
            shape.lots,
            shape.bids,
            shape.suppliers * shape.categories,
            shape.categories,
            peak / 1e6,
            observed / 1e6
        );
        Ok(peak)
    };
    let start = measure("nothing", Shape { processes: 1, ..BASE })?;
    let small = measure("base", base)?;
    let large = measure("processes", Shape { processes, ..base })?;
    let lots = measure("lots", Shape { lots: 3, ..base })?;
    let bids = measure("bids", Shape { bids: 6, ..base })?;
    let organisations = measure("organisations", Shape { suppliers: BASE.suppliers * 25, ..base })?;
    let strata = measure("strata", Shape { categories: BASE.categories * 25, suppliers: BASE.suppliers / 20, ..base })?;

    let count = few as f64;
    let per_process = (large - small) / (processes - few) as f64;
    let parts = (BASE.lots + BASE.lots * BASE.bids) as f64;
    // Two further lots bring six bids.
    let per_lot = (lots - small) / (count * 2.0 * (1.0 + BASE.bids as f64));
    let per_bid = (bids - small) / (count * 3.0);
    println!("base share (program, settings): {:.1} MB", start / 1e6);
    println!(
        "a further process of one lot and three bids: {per_process:.0} bytes, {:.0} for each lot or bid",
        per_process / parts
    );
    println!("a further lot with its bids: {per_lot:.0} bytes for each lot or bid");
    println!("a further bid: {per_bid:.0} bytes, with the pairs that it makes");
    println!(
        "24 times the organisations, and the pairs that they make: {:.1} MB; 25 times the categories: {:.1} MB",
        (organisations - small) / 1e6,
        (strata - small) / 1e6
    );
    let worst = (per_process / parts).max(per_lot).max(per_bid);
    if worst > MOST {
        return Err(format!("{worst:.0} bytes for a further lot or bid; at most {MOST} are allowed").into());
    }
    println!("at most {worst:.0} bytes for a further lot or bid (aim: {MOST})");
    Ok(())
}

/// Screens in a process of its own; answers its greatest resident size in bytes, until the input ended and until the end.
fn peak(shape: Shape) -> Outcome<(f64, f64)> {
    let Shape { processes, lots, bids, suppliers, categories } = shape;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("grow").args([processes, lots, bids, suppliers, categories].map(|number| number.to_string()));
    let ran = command.output()?;
    if !ran.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&ran.stderr)).into());
    }
    let printed = String::from_utf8(ran.stdout)?;
    let (observed, end) = printed.trim().split_once(' ').ok_or("two numbers are expected")?;
    Ok((observed.parse()?, end.parse()?))
}

/// The child: `grow PROCESSES LOTS BIDS SUPPLIERS CATEGORIES`. Prints its greatest resident size in bytes, until the input ended and until the end.
pub(crate) fn grow(args: &[OsString]) -> Outcome<()> {
    let numbers: Vec<u64> = args.iter().filter_map(|word| word.to_str()?.parse().ok()).collect();
    let &[processes, lots, bids, suppliers, categories] = numbers.as_slice() else {
        return Err("five numbers are expected".into());
    };
    let shape = Shape { processes, lots, bids, suppliers, categories };
    let mut screen = Screen::new(Plan::new(Settings::cn()?, None, AS_OF)).with_threads(threads());
    let mut number = 0;
    let batches = std::iter::from_fn(|| {
        let batch: Vec<String> = (number..processes.min(number + 16)).map(|number| release(number, shape)).collect();
        number += batch.len() as u64;
        (!batch.is_empty()).then_some(batch)
    });
    screen.observe_all(batches, |text| ocds::parse(text.as_bytes()).ok().map(|parsed| parsed.release), &mut |_| {});
    let observed = greatest()?;
    screen.finish(&mut |_| {}).report.reconcile()?;
    println!("{observed} {}", greatest()?);
    Ok(())
}

/// Greatest resident size of this process so far, in bytes.
fn greatest() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the system tells no greatest size")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

/// A number without order, the same every time.
fn mixed(number: u64, salt: u64) -> u64 {
    let z = (number ^ salt << 48).wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// One process of the shape: open, decided, priced, signed.
fn release(number: u64, shape: Shape) -> String {
    let category = mixed(number, 1) % shape.categories;
    let day = format!("2024-{:02}-{:02}", 1 + mixed(number, 2) % 9, 1 + mixed(number, 3) % 28);
    let supplier = |lot: u64, bid: u64| {
        let first = mixed(number, 4 + lot);
        format!("S-{category}-{}", (first + bid * (1 + first % 7)) % shape.suppliers)
    };
    let (mut lots, mut items, mut bids, mut awards) = (String::new(), String::new(), String::new(), String::new());
    for lot in 0..shape.lots {
        let comma = if lot == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(
            lots,
            r#"{comma}{{"id":"L{lot}","status":"complete","value":{{"amount":1000000,"currency":"CNY"}}}}"#
        );
        let _ = write!(
            items,
            r#"{comma}{{"id":"{lot}","relatedLots":["L{lot}"],"classification":{{"scheme":"CPV","id":"{:03}00000"}},"quantity":10}}"#,
            100 + category
        );
        let price = |bid: u64| 800_000 + mixed(number, 40 + lot * 16 + bid) % 200_000;
        let best = (0..shape.bids).min_by_key(|bid| price(*bid)).unwrap_or_default();
        for bid in 0..shape.bids {
            let comma = if lot == 0 && bid == 0 { "" } else { "," };
            let _ = write!(
                bids,
                r#"{comma}{{"id":"{lot}-{bid}","date":"{day}T09:0{bid}:00+08:00","status":"valid","relatedLots":["L{lot}"],"tenderers":[{{"id":"{}"}}],"value":{{"amount":{},"currency":"CNY"}}}}"#,
                supplier(lot, bid),
                price(bid)
            );
        }
        let _ = write!(
            awards,
            r#"{comma}{{"id":"{lot}","status":"active","date":"2024-11-01T09:00:00+08:00","relatedLots":["L{lot}"],"relatedBid":"{lot}-{best}","suppliers":[{{"id":"{}"}}],"value":{{"amount":{},"currency":"CNY"}}}}"#,
            supplier(lot, best),
            price(best)
        );
    }
    format!(
        r#"{{"ocid":"ocds-memory-{number:07}","id":"1","tag":["compiled"],"buyer":{{"id":"B-{}"}},"tender":{{"id":"1","status":"complete","procurementMethod":"open","awardCriteria":"priceOnly","value":{{"amount":{},"currency":"CNY"}},"tenderPeriod":{{"startDate":"{day}T09:00:00+08:00","endDate":"2024-10-20T09:30:00+08:00"}},"lots":[{lots}],"items":[{items}]}},"bids":{{"details":[{bids}]}},"awards":[{awards}]}}"#,
        mixed(number, 5) % 400,
        shape.lots * 1_000_000
    )
}
