//! The shipped mappings on the real registers. Folders are found by walking; nothing is compared by name, and no name is
//! printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use outside_data::folder;
use serde_json::Value;
use tables::{Counts, Limits, Lost, Mapping, OnDisk, Yields};

use crate::mapping;

/// Folders below `root` that hold files, with the paths of these.
fn folders(root: &Path) -> Vec<(String, Vec<PathBuf>)> {
    let (mut found, mut waiting) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = waiting.pop() {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() { waiting.push(path) } else { files.push(path) }
        }
        files.sort();
        if folder != root && !files.is_empty() {
            found.push((folder.file_name().expect("a name").to_string_lossy().into_owned(), files));
        }
    }
    found.sort();
    found
}

#[test]
fn every_register_loads() {
    let Some(root) = folder("procurement-csv") else { return };
    let mappings: Vec<Mapping> = tables::shipped().iter().map(|(_, text)| mapping(text)).collect();
    let (mut ran, mut passed) = (0, 0);
    for (folder, paths) in folders(&root) {
        let names: Vec<String> =
            paths.iter().map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
        let files = OnDisk::new(paths, None);
        let fitting: Vec<&Mapping> = mappings.iter().filter(|mapping| mapping.fits(&folder, &names)).collect();
        assert!(!fitting.is_empty(), "no mapping fits {folder}");
        let read: BTreeSet<String> = fitting.iter().flat_map(|mapping| mapping.reads(&names)).collect();
        for name in names.iter().filter(|name| !read.contains(*name)) {
            println!("{folder}: not read by any mapping: {name}");
        }
        for mapping in fitting {
            ran += 1;
            let good = match mapping.yields() {
                Yields::Releases => releases(&folder, mapping, &files),
                Yields::Relations => relations(&folder, mapping, &files),
            };
            passed += usize::from(good);
        }
    }
    println!("registers: {ran} mappings ran, {passed} passed");
    assert_eq!(ran, passed);
}

fn releases(folder: &str, mapping: &Mapping, files: &OnDisk) -> bool {
    let run = || {
        let mut applied = mapping.apply(files, &Limits::default()).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let (mut ocids, mut fills, mut lost) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::<Lost, u64>::new());
        let mut digest = 0u64;
        for item in applied.by_ref() {
            match item {
                Ok(mapped) => {
                    check(&mapped.release);
                    assert!(!mapped.rows.is_empty());
                    let fresh = ocids.insert(mapped.release["ocid"].as_str().expect("an ocid").to_owned());
                    assert!(fresh, "an ocid came twice");
                    count(&mapped.release, &mut fills);
                    digest = mapped
                        .release
                        .to_string()
                        .bytes()
                        .fold(digest, |sum, b| sum.wrapping_mul(31).wrapping_add(u64::from(b)));
                }
                Err(fault) => {
                    if std::env::var("QINGYUAN_FAULTS").is_ok() {
                        println!("{} {} {:?} {}", fault.file, fault.line, fault.column, fault.en);
                    }
                    *lost.entry(fault.lost).or_default() += 1;
                }
            }
        }
        (applied.counts().clone(), fills, lost, digest)
    };
    let (counts, fills, lost, digest) = run();
    assert_eq!(run().3, digest, "twice the same");
    let labels = mapping.labels(files, &Limits::default()).unwrap_or_else(|errors| panic!("{errors:#?}")).count();
    println!(
        "{folder} · {}: {} processes, {} releases, {labels} labels, faults {:?}, lost {lost:?}",
        mapping.source().name,
        counts.processes,
        counts.releases,
        counts.faults
    );
    for (file, rows) in &counts.rows {
        println!("    {file}: {rows:?}");
    }
    for (what, count) in &fills {
        println!("    {what}: {count}");
    }
    loaded_share(&counts) >= 0.95 && counts.releases > 0
}

fn relations(folder: &str, mapping: &Mapping, files: &OnDisk) -> bool {
    let items: Vec<_> =
        mapping.relations(files, &Limits::default()).unwrap_or_else(|errors| panic!("{errors:#?}")).collect();
    let good = items.iter().flatten().count();
    let faults: BTreeMap<&str, usize> =
        items.iter().filter_map(|item| item.as_ref().err()).fold(BTreeMap::new(), |mut sums, fault| {
            *sums.entry(fault.code).or_default() += 1;
            sums
        });
    let identified = items.iter().flatten().filter(|relation| relation.supplier.identifier.is_some()).count();
    println!(
        "{folder} · {}: {good} relations, {identified} with a supplier's tax id, faults {faults:?}",
        mapping.source().name
    );
    good as f64 >= 0.95 * items.len() as f64 && good > 0
}

/// Rows that reached a release, a relation or a drop that the mapping asks for, of those read.
fn loaded_share(counts: &Counts) -> f64 {
    let read: u64 = counts.rows.values().map(|rows| rows.read).sum();
    let lost: u64 = counts.rows.values().map(|rows| rows.lost).sum();
    (read - lost) as f64 / read.max(1) as f64
}

/// What the OCDS schema asks of every compiled release.
fn check(release: &Value) {
    for member in ["ocid", "id", "date", "tag", "initiationType"] {
        assert!(release.get(member).is_some(), "{member} is missing");
    }
    let parties: BTreeSet<&str> =
        release["parties"].as_array().into_iter().flatten().filter_map(|party| party["id"].as_str()).collect();
    let mut references = vec![&release["buyer"], &release["tender"]["procuringEntity"]];
    for list in [&release["bids"]["details"], &release["awards"]] {
        for element in list.as_array().into_iter().flatten() {
            assert!(element["id"].is_string());
            references.extend(["tenderers", "suppliers"].iter().filter_map(|name| element[*name].as_array()).flatten());
        }
    }
    for reference in references.into_iter().filter_map(|reference| reference["id"].as_str()) {
        assert!(parties.contains(reference), "a reference without a party");
    }
}

/// How many processes fill what indicators ask for.
fn count(release: &Value, fills: &mut BTreeMap<&'static str, u64>) {
    let list = |value: &Value| value.as_array().map_or(0, Vec::len);
    let some = |value: &Value| !value.is_null();
    let bids = release["bids"]["details"].as_array().cloned().unwrap_or_default();
    let awards = release["awards"].as_array().cloned().unwrap_or_default();
    let contracts = release["contracts"].as_array().cloned().unwrap_or_default();
    let tender = &release["tender"];
    let priced = bids.iter().filter(|bid| bid["status"] == "valid" && some(&bid["value"]["amount"])).count();
    let mut add = |what, holds: bool| *fills.entry(what).or_default() += u64::from(holds);
    add("buyer", some(&release["buyer"]));
    add("tender value", some(&tender["value"]["amount"]));
    add("procurementMethod", some(&tender["procurementMethod"]));
    add("tender start", some(&tender["tenderPeriod"]["startDate"]));
    add("tender end", some(&tender["tenderPeriod"]["endDate"]));
    add("number of tenderers", some(&tender["numberOfTenderers"]) || list(&tender["tenderers"]) > 0);
    add(
        "single tenderer",
        tender["numberOfTenderers"] == 1 || (tender["numberOfTenderers"].is_null() && list(&tender["tenderers"]) == 1),
    );
    add("with bids", !bids.is_empty());
    add("two priced valid bids", priced >= 2);
    add("three priced valid bids", priced >= 3);
    add("a disqualified bid", bids.iter().any(|bid| bid["status"] == "disqualified"));
    add("award", !awards.is_empty());
    add("award supplier", awards.iter().any(|award| list(&award["suppliers"]) > 0));
    add("award value", awards.iter().any(|award| some(&award["value"]["amount"])));
    add("award date", awards.iter().any(|award| some(&award["date"])));
    add("contract", !contracts.is_empty());
    add("contract signed", contracts.iter().any(|contract| some(&contract["dateSigned"])));
    add("contract amended", contracts.iter().any(|contract| list(&contract["amendments"]) > 0));
    add("contract paid", contracts.iter().any(|contract| some(&contract["implementation"]["finalValue"])));
    let items = tender["items"]
        .as_array()
        .into_iter()
        .chain(awards.iter().filter_map(|award| award["items"].as_array()))
        .flatten();
    let classified = items.clone().any(|item| some(&item["classification"]["id"]));
    add("items", items.count() > 0);
    add("items classified", classified);
    let supplied = awards.iter().any(|award| list(&award["suppliers"]) > 0);
    let valued = awards.iter().any(|award| some(&award["value"]["amount"]));
    let dated = awards.iter().any(|award| some(&award["date"]));
    let signed = contracts.iter().any(|contract| some(&contract["dateSigned"]));
    let method = tender["procurementMethod"].as_str();
    let competitive = matches!(method, Some("open" | "selective"));
    let bidders = some(&tender["numberOfTenderers"]) || list(&tender["tenderers"]) > 0 || !bids.is_empty();
    let mut currencies: BTreeMap<String, usize> = BTreeMap::new();
    for bid in bids.iter().filter(|bid| bid["status"] == "valid" && some(&bid["value"]["amount"])) {
        *currencies.entry(bid["value"]["currency"].to_string()).or_default() += 1;
    }
    let comparable = currencies.values().max().copied().unwrap_or_default();
    let period = &tender["tenderPeriod"];
    let opening = some(&tender["bidOpening"]["date"]);
    add(
        "needs of R003 (start, end, method)",
        method.is_some() && some(&period["startDate"]) && some(&period["endDate"]),
    );
    add("needs of R014 (start, opening, competitive)", competitive && opening && some(&period["startDate"]));
    add("needs of R013 (buyer, method)", method.is_some() && some(&release["buyer"]));
    add("needs of R018, R019 (competitive, bidders)", competitive && bidders);
    add("needs of R024, R058 (2 comparable bids, winner)", comparable >= 2 && supplied);
    add("needs of PS, R022, R023 (3 comparable bids)", comparable >= 3);
    add("needs of R031 (estimate, award)", some(&tender["value"]["amount"]) && valued && supplied);
    add("needs of R040, R052 (buyer, supplier, value, date)", some(&release["buyer"]) && supplied && valued && dated);
    add("needs of R051 (supplier, value, any date, category)", supplied && valued && (dated || signed) && classified);
    add("needs of R060 (award date, signature, method)", dated && signed && method.is_some());
    add(
        "needs of R068 (value, paid)",
        contracts.iter().any(|c| some(&c["value"]["amount"]) && some(&c["implementation"]["finalValue"])),
    );
    add("needs of NW, R025, R053 (2 bidders, winner, date)", bids.len() >= 2 && supplied && dated);
    *fills.entry("elements: bids").or_default() += bids.len() as u64;
    *fills.entry("elements: awards").or_default() += awards.len() as u64;
    *fills.entry("elements: contracts").or_default() += contracts.len() as u64;
}

/// Throughput and memory on a register of a million rows, printed: `cargo test --release -p tables -- --ignored large`.
#[test]
#[ignore = "writes 100 MB and is there to be measured"]
fn a_large_register() {
    use std::io::Write;
    let text = include_str!("../../../../../packs/mappings/tsuchiura.toml");
    for (case, text) in
        [("spooled", text.to_owned()), ("streamed", text.replace("key = \"pid\"", "key = \"pid\"\ngrouped = true"))]
    {
        let mapping = mapping(&text);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bids.csv");
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
        let columns = "pid,date,bidder,bidder_id,reserveprice,minprice,bid,bidresult,bidresult_details,winner,projecttitle,projectdetails,num_bidders,is_cartel,auction_cartelized";
        writeln!(out, "{columns}").expect("writes");
        for n in 0..1_000_000u32 {
            let (auction, place) = (n / 5, n % 5);
            let (result, winner) = if place == 0 { (2, 1) } else { (1, 0) };
            let firm = n * 7 % 900;
            writeln!(out, "{auction},20100119,firm number {firm},{firm},4000000,,{},{result},,{winner},road number {auction},laying of water pipes in the street,5,0,0", 3_500_000 + n % 400_000).expect("writes");
        }
        out.flush().expect("writes");
        let bytes = std::fs::metadata(&path).expect("a file").len() as f64 / 1e6;
        let start = std::time::Instant::now();
        let files = OnDisk::new([path], None);
        let (mut releases, mut faults) = (0u32, 0u32);
        for item in mapping.apply(&files, &Limits::default()).expect("applies") {
            if item.is_ok() { releases += 1 } else { faults += 1 }
        }
        let seconds = start.elapsed().as_secs_f64();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned();
        println!(
            "{case}: {bytes:.0} MB, {releases} releases, {faults} faults, {seconds:.1} s, {:.1} MB/s, {peak}",
            bytes / seconds
        );
    }
}
