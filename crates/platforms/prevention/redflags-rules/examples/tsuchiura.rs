//! The price screens and groups against known cartels: the auctions of Tsuchiura, whose mapping carries the authors' labels.
//!
//! `cargo run --release -p redflags-rules --example tsuchiura`; reads `QINGYUAN_DATA` (default `../shared/data` beside the
//! repository) and prints figures only, never a name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ocds::Release;
use redflags_rules::context::{Context, Registers};
use redflags_rules::facts::Facts;
use redflags_rules::moment::{DAY, Moment};
use redflags_rules::parameters::Key;
use redflags_rules::stats::midranks;
use redflags_rules::{Judged, Outcome, Plan, Screen, Settings, SubjectKey, judge_one};
use tables::{Limits, Mapping, OnDisk, shipped};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let data = std::env::var_os("QINGYUAN_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../../shared/data"), PathBuf::from);
    let labelled = labelled_registers(&data)?;
    if labelled.is_empty() {
        println!("no register with labels under {}", data.display());
    }
    for (name, mapping, files) in labelled {
        println!("register {name}");
        evaluate(&mapping, &OnDisk::new(files, None))?;
    }
    Ok(())
}

/// Folders of registers whose shipped mapping yields labels.
fn labelled_registers(data: &Path) -> Result<Vec<(String, Mapping, Vec<PathBuf>)>, Failure> {
    let mut found = Vec::new();
    let Ok(folders) = std::fs::read_dir(data.join("procurement-csv")) else { return Ok(found) };
    for folder in folders {
        let folder = folder?.path();
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok()).map(|entry| entry.path()).collect();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let names: Vec<String> =
            files.iter().filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned())).collect();
        for (mapping_name, text) in shipped() {
            let Ok(mapping) = Mapping::parse(text) else { continue };
            if text.contains("labels]]") && mapping.fits(&name, &names) {
                found.push(((*mapping_name).to_owned(), mapping, files.clone()));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// What the register says of processes and of organisations.
#[derive(Default)]
struct Labels {
    cartelised: BTreeMap<String, bool>,
    /// Bid (ocid, id) → whether the bidder is of the cartel.
    members: BTreeMap<(String, String), bool>,
}

fn evaluate(mapping: &Mapping, files: &OnDisk) -> Result<(), Failure> {
    let limits = Limits::default();
    let mut labels = Labels::default();
    for label in mapping.labels(files, &limits).map_err(|faults| format!("{faults:?}"))? {
        let yes = label.value.trim() == "1";
        match label.element {
            None => labels.cartelised.insert(label.ocid, yes),
            Some(bid) => labels.members.insert((label.ocid, bid), yes),
        };
    }
    // What the mapping cannot read is counted by the import; here only what it yields matters.
    let mapped = mapping.apply(files, &limits).map_err(|faults| format!("{faults:?}"))?;
    let texts: Vec<String> = mapped.flatten().map(|mapped| mapped.release.to_string()).collect();
    println!("{} processes, {} labelled", texts.len(), labels.cartelised.len());
    let parsed: Vec<_> = texts.iter().filter_map(|text| ocds::parse(text.as_bytes()).ok()).collect();
    let releases: Vec<&Release<'_>> = parsed.iter().map(|parsed| &parsed.release).collect();
    let settings = Settings::cn()?;
    lots(&releases, &labels, &settings);
    groups(&releases, &labels, &settings);
    Ok(())
}

/// Each screen over lots: AUC of its measure, and precision and recall of its flag.
fn lots(releases: &[&Release<'_>], labels: &Labels, settings: &Settings) {
    const SCREENS: [(&str, f64); 10] = [
        ("PS-01", -1.0),
        ("PS-02", 1.0),
        ("PS-03", -1.0),
        ("PS-04", 1.0),
        ("PS-05", 1.0),
        ("PS-06", 1.0),
        ("PS-07", -1.0),
        ("PS-08", 1.0),
        ("R022", 1.0),
        ("R031", 1.0),
    ];
    let as_of = Moment(20_500 * DAY);
    let mut screen = Screen::new(Plan::new(settings.clone(), None, as_of));
    for release in releases {
        screen.observe(release, &mut |_| ());
    }
    let finished = screen.finish(&mut |_| ());
    let reference = finished.snapshot.map(redflags_rules::reference::Reference::new);
    let registers = Registers::default();
    let cx = Context {
        settings,
        reference: reference.as_ref(),
        coverage: reference.as_ref().map(|reference| &reference.snapshot().coverage),
        registers: &registers,
        as_of,
    };
    let mut by_screen: BTreeMap<&str, Vec<(f64, bool, bool)>> = BTreeMap::new();
    for release in releases {
        for Judged { indicator, subject, outcome, .. } in judge_one(release, &cx) {
            let Some(cartel) = subject.ocid().and_then(|ocid| labels.cartelised.get(ocid)) else { continue };
            let value = match &outcome {
                Outcome::Raised { value, .. } => value.as_f64(),
                Outcome::NotRaised { value: Some(value), .. } => value.as_f64(),
                _ => continue,
            };
            by_screen.entry(indicator.code).or_default().push((value, outcome.is_raised(), *cartel));
        }
    }
    println!("lots:\nscreen   lots cartel raised precision recall    AUC");
    for (code, sign) in SCREENS {
        let Some(rows) = by_screen.get(code) else { continue };
        let scores: Vec<(f64, bool)> = rows.iter().map(|(value, _, cartel)| (sign * value, *cartel)).collect();
        let (raised, hits) = (rows.iter().filter(|r| r.1).count(), rows.iter().filter(|r| r.1 && r.2).count());
        let cartel = rows.iter().filter(|r| r.2).count();
        println!(
            "{code:6} {:6} {cartel:6} {raised:6} {:9} {:6} {:>6}",
            rows.len(),
            ratio(hits, raised),
            ratio(hits, cartel),
            auc(&scores).map_or("–".to_owned(), |auc| format!("{auc:.3}")),
        );
    }
}

/// Market screens and groups as of the end of each half-year: what they raise, and how many of the members named are of the cartel.
fn groups(releases: &[&Release<'_>], labels: &Labels, settings: &Settings) {
    let (mut of_cartel, mut bidders) = (BTreeSet::new(), BTreeSet::new());
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for release in releases {
        let facts = Facts::of(release, settings);
        let Some(date) = facts.date else { continue };
        (first, last) = (first.min(date.0), last.max(date.0));
        for bid in &facts.bids {
            let Some(bidder) = bid.bidder else { continue };
            for id in &facts.bidders[bidder] {
                bidders.insert((*id).to_owned());
                if labels.members.get(&(facts.ocid.to_owned(), bid.id.to_owned())) == Some(&true) {
                    of_cartel.insert((*id).to_owned());
                }
            }
        }
    }
    println!(
        "bidders: {} of whom {} of the cartel, so that naming all has precision {}",
        bidders.len(),
        of_cartel.len(),
        ratio(of_cartel.len(), bidders.len())
    );
    println!("as of       code    subjects raised  named of-cartel precision recall");
    let mut settings = settings.clone();
    // A register of one town has few groups; four peers must do.
    settings.set(Key::GeneralReferenceMinN, 4.0);
    let half_year = 182 * DAY;
    let mut as_of = first + 2 * half_year;
    while as_of < last + half_year {
        let mut counts: BTreeMap<&str, (usize, usize, BTreeSet<String>)> = BTreeMap::new();
        for judged in aggregates(releases, &settings, Moment(as_of)) {
            let entry = counts.entry(judged.indicator.code).or_default();
            entry.0 += 1;
            if let Outcome::Raised { also, .. } = &judged.outcome {
                entry.1 += 1;
                let named = also.iter().chain(std::iter::once(&judged.subject)).filter_map(|key| match key {
                    SubjectKey::Supplier { supplier } | SubjectKey::GroupMember { supplier, .. } => {
                        Some(supplier.clone())
                    }
                    _ => None,
                });
                entry.2.extend(named);
            }
        }
        let day = Moment(as_of).text();
        for (code, (subjects, raised, named)) in &counts {
            let hits = named.intersection(&of_cartel).count();
            println!(
                "{} {code:7} {subjects:8} {raised:6} {:6} {hits:9} {:>9} {:>6}",
                day.get(..10).unwrap_or_default(),
                named.len(),
                ratio(hits, named.len()),
                ratio(hits, of_cartel.len())
            );
        }
        as_of += half_year;
    }
}

/// Outcomes of the indicators over bidders and markets.
fn aggregates(releases: &[&Release<'_>], settings: &Settings, as_of: Moment) -> Vec<Judged> {
    use redflags_rules::aggregate::Aggregates;
    use redflags_rules::fold::Fold;
    let mut all = Aggregates::new(settings);
    for release in releases {
        all.observe(&Facts::of(release, settings), settings);
    }
    let registers = Registers::default();
    let cx = Context { settings, reference: None, coverage: None, registers: &registers, as_of };
    let mut found = Vec::new();
    let wanted = ["PS-09", "PS-10", "PS-11", "PS-12", "PS-13", "R025", "R029", "R034", "R053", "R057"];
    all.finish(&cx, &mut |judged| {
        if judged.indicator.code.starts_with("NW-") || wanted.contains(&judged.indicator.code) {
            found.push(judged);
        }
    });
    found
}

fn ratio(part: usize, of: usize) -> String {
    if of == 0 { "–".to_owned() } else { format!("{:.3}", part as f64 / of as f64) }
}

/// Area under the curve: the chance that a labelled one scores higher than an unlabelled one, ties counting half.
fn auc(scores: &[(f64, bool)]) -> Option<f64> {
    let ranks = midranks(&scores.iter().map(|(score, _)| *score).collect::<Vec<f64>>());
    let positive = scores.iter().filter(|(_, label)| *label).count() as f64;
    let negative = scores.len() as f64 - positive;
    let sum: f64 = ranks.iter().zip(scores).filter(|(_, (_, label))| *label).map(|(rank, _)| *rank as f64 / 2.0).sum();
    (positive > 0.0 && negative > 0.0).then(|| (sum - positive * (positive + 1.0) / 2.0) / (positive * negative))
}
