//! Every set of real data reads, and yields what its README says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use jiff::civil::date;
use ocds::read::{Limits, Reader};
use ocds::{Code, Severity, set_aside};

use serde_json::Value;

use outside_data::{files, folder};

#[derive(Default)]
struct Counts {
    files: u64,
    processes: BTreeSet<String>,
    releases: u64,
    links: u64,
    with_tender: u64,
    with_bids: u64,
    with_awards: u64,
    faults: BTreeMap<Code, u64>,
}

#[test]
fn every_publisher_reads() {
    let Some(folder) = folder("ocds") else { return };
    let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
    let mut compared = 0;
    let mut wrong = Vec::new();
    let mut sets: Vec<_> =
        fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    sets.sort();
    for set in sets.into_iter().filter(|path| path.is_dir()) {
        let name = set.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let counts = count(&set);
        let Counts { files, releases, links, with_tender, with_bids, with_awards, faults, processes } = &counts;
        println!(
            "{name}: {files} files, {} processes, {releases} releases and {links} links to releases, {with_tender} with tender, {with_bids} with \
             bids, {with_awards} with awards; faults {faults:?}",
            processes.len()
        );
        let held_back: u64 =
            faults.iter().filter(|(code, _)| code.severity() == Severity::Quarantine).map(|(_, n)| n).sum();
        if let Some(expected) = expected(&readme, &name) {
            compared += 1;
            assert!(*releases > 0, "{name} yields nothing");
            // A link names no process; the README counts that, too, as one.
            let known = processes.len() as u64 + u64::from(*links > 0);
            let ours = [*files, known, releases + links, *with_tender, *with_bids, *with_awards];
            if ours != expected {
                wrong.push(format!("{name}: {ours:?}, its README says {expected:?} (held back: {held_back})"));
            }
        }
    }
    println!("publishers: {compared} compared with the README, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Counts what the reader yields, and what records only link to: the README counts those releases too.
fn count(set: &Path) -> Counts {
    let mut counts = Counts::default();
    for path in files(set, |_| true) {
        if path.extension().is_none_or(|extension| extension != "json" && extension != "jsonl") {
            continue;
        }
        counts.files += 1;
        count_links(&path, &mut counts);
        let file = BufReader::new(File::open(&path).expect("a readable file"));
        for output in Reader::new(file, Limits::default()) {
            match output {
                Ok(item) => match item.parse() {
                    Ok(mut parsed) => {
                        let release = &mut parsed.release;
                        parsed.faults.extend(set_aside(release, date(2026, 1, 1)));
                        counts.releases += 1;
                        counts.with_tender += u64::from(release.tender.is_some());
                        counts.with_bids += u64::from(release.bids.is_some());
                        counts.with_awards += u64::from(!release.awards.is_empty());
                        counts.processes.insert(release.ocid.as_deref().unwrap_or_default().to_owned());
                        for fault in &parsed.faults {
                            *counts.faults.entry(fault.code).or_default() += 1;
                        }
                    }
                    Err(fault) => *counts.faults.entry(fault.code).or_default() += 1,
                },
                Err(fault) => *counts.faults.entry(fault.code).or_default() += 1,
            }
        }
    }
    counts
}

fn count_links(path: &Path, counts: &mut Counts) {
    let Ok(package) = serde_json::from_slice::<Value>(&fs::read(path).expect("a readable file")) else { return };
    for record in package["records"].as_array().into_iter().flatten() {
        counts.processes.extend(record["ocid"].as_str().map(str::to_owned));
        let releases = record["releases"].as_array().into_iter().flatten();
        counts.links +=
            releases.filter(|release| release["ocid"].is_null() && release["url"].is_string()).count() as u64;
    }
}

/// Files, processes, releases, with tender, with bids, with awards: the first numbers of the row of this folder.
fn expected(readme: &str, name: &str) -> Option<[u64; 6]> {
    let row = readme.lines().find(|line| {
        let first = line.split('|').nth(1).unwrap_or_default().trim();
        first.split([' ', '/']).next() == Some(name)
    })?;
    let mut cells = row.split('|').skip(2).map(|cell| {
        let digits: String = cell.trim().chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    let mut numbers = [0; 6];
    for number in &mut numbers {
        *number = cells.next()??;
    }
    Some(numbers)
}
