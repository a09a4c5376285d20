//! What is found of the behaviour that the demonstration plants: `cargo run --release -p redflags-rules --example planted -- [SEED…] [--write]`.
//!
//! The generator imports no rule; its labels stand beside the releases, never in them. Precision, recall and false alarms by process: an
//! indicator is raised on a process where it names one of its subjects, or where an aggregate flag names it among its processes.
//! `--write` puts the tables into `docs/method/planted.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use redflags_rules::moment::{DAY, Moment};
use redflags_rules::text::Lang;
use redflags_rules::{Judged, Plan, Screen, Settings, SubjectKey, indicator, indicators};
use testkit::demo::{self, Behaviour, Limit};

/// Seeds that nothing was tuned to.
const SEEDS: [u64; 3] = [7001, 7002, 7003];

/// Processes of each seed.
const PROCESSES: u32 = 20_000;

/// Of each limit that a near miss just keeps: the indicators of that limit, which must not be raised.
const LIMITS: [(Limit, &[&str]); 19] = [
    (Limit::OpenPeriod, &["R003", "CN-12"]),
    (Limit::ConsultationPeriod, &["R003", "CN-12"]),
    (Limit::QuotationPeriod, &["R003", "CN-12"]),
    (Limit::SingleSourceNotice, &["CN-11"]),
    (Limit::IntentionNotice, &["CN-31"]),
    (Limit::OpenTenderValue, &["CN-09", "CN-11"]),
    (Limit::Clarification, &["CN-13"]),
    (Limit::Answer, &["R039"]),
    (Limit::Deadline, &["R030"]),
    (Limit::ThreeBidders, &["R018", "CN-14"]),
    (Limit::Ceiling, &["CN-23"]),
    (Limit::CandidateNotice, &["CN-18"]),
    (Limit::Signing, &["R060", "CN-19"]),
    (Limit::ContractPublication, &["R063", "CN-19"]),
    (Limit::Amendment, &["R066", "R069", "CN-21"]),
    (Limit::BidBond, &["CN-20"]),
    (Limit::PerformanceBond, &["CN-20"]),
    (Limit::PriceWeight, &["CN-22"]),
    (Limit::Payment, &["R068"]),
];

/// A pair is told where it finds this many times the rate among the rest.
const LIFT: f64 = 3.0;

/// And this many processes.
const FOUND: usize = 10;

/// The labels and flags of all seeds.
#[derive(Default)]
struct Seen {
    processes: usize,
    /// Behaviour → processes; a process is its seed and ocid.
    planted: BTreeMap<Behaviour, BTreeSet<String>>,
    /// Processes with any behaviour but near misses.
    wrong: BTreeSet<String>,
    /// Code → processes raised.
    raised: BTreeMap<&'static str, BTreeSet<String>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut seeds: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    if seeds.is_empty() {
        seeds = SEEDS.to_vec();
    }
    let mut seen = Seen::default();
    for &seed in &seeds {
        look(seed, &mut seen)?;
    }
    let text = page(&seeds, &seen);
    if std::env::args().any(|word| word == "--write") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../docs/method/planted.md");
        std::fs::write(path, &text)?;
    }
    print!("{text}");
    Ok(())
}

fn look(seed: u64, seen: &mut Seen) -> Result<(), Box<dyn std::error::Error>> {
    let plan = demo::Plan { seed, processes: PROCESSES, ..demo::Plan::DEMO };
    let jurisdiction = demo::jurisdiction(&plan);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let as_of = Moment(plan.until.number() * DAY);
    let mut screen = Screen::new(Plan::new(Settings::cn()?, None, as_of)).with_threads(threads);
    let name = |ocid: &str| format!("{seed} {ocid}");
    let mut texts = Vec::new();
    for release in demo::releases(&plan, &jurisdiction) {
        seen.processes += 1;
        for planted in &release.planted {
            seen.planted.entry(planted.behaviour).or_default().insert(name(&release.ocid));
            if planted.behaviour.limit().is_none() {
                seen.wrong.insert(name(&release.ocid));
            }
        }
        texts.push(release.json);
    }
    let raised = &mut seen.raised;
    let mut note = |judged: Judged| {
        let of = raised.entry(judged.indicator.code).or_default();
        of.extend(ocid(&judged.subject).map(name));
        of.extend(judged.processes.iter().map(|ocid| name(ocid)));
    };
    let batches = texts.chunks(16).map(<[String]>::to_vec);
    screen.observe_all(batches, |text| ocds::parse(text.as_bytes()).ok().map(|parsed| parsed.release), &mut note);
    screen.finish(&mut note).report.reconcile()?;
    Ok(())
}

/// The process of a subject within one.
fn ocid(subject: &SubjectKey) -> Option<&str> {
    match subject {
        SubjectKey::Process { ocid }
        | SubjectKey::Lot { ocid, .. }
        | SubjectKey::Bid { ocid, .. }
        | SubjectKey::Award { ocid, .. }
        | SubjectKey::Contract { ocid, .. }
        | SubjectKey::Item { ocid, .. }
        | SubjectKey::LotSupplier { ocid, .. }
        | SubjectKey::LotPair { ocid, .. } => Some(ocid),
        _ => None,
    }
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "–".into() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

fn both(set: &BTreeSet<String>, other: &BTreeSet<String>) -> usize {
    set.intersection(other).count()
}

fn page(seeds: &[u64], seen: &Seen) -> String {
    let mut text = String::new();
    let seeds = seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let clean = seen.processes - seen.wrong.len();
    // Writing to a text cannot fail.
    let _ = write!(
        text,
        "# Planted behaviour · 植入行为的检出\n\n\
         > 中文提要：演示数据的生成器（不引用任何规则）按种子植入行为和“恰好合法”的近似样本；下表是在没有用来调过参数的种子（{seeds}）上，\
         每种行为由哪些指标检出、查全率、查准率，以及在没有植入行为的过程上的误报。误报不等于错误：预警只是请人看一眼的理由。\
         数据是合成的，行为的强弱和噪声是我们自己定的，这里的比率不能当作真实世界的比率。\n\n\
         What is found of the behaviour that the demonstration's generator plants, on seeds that nothing was tuned to: {seeds}; {} processes each, \
         {} in all, {} with planted behaviour, fences from the data at hand. The generator imports no rule; the data are synthetic, and how strongly people \
         act in them was our choice, so that these rates are not those of the world.\n\n\
         Written by `cargo run --release -p redflags-rules --example planted -- --write`.\n\n\
         - **recall 查全率**: raised among the processes with that behaviour. **precision 查准率**: processes with that behaviour among those raised; with any behaviour in the second table.\n\
         - **false alarms 误报**: raised among the {clean} processes with no planted behaviour, near misses among them, per 1,000.\n\
         - An aggregate flag counts for each process that it names 汇总类指标按其点名的过程计。\n\n",
        PROCESSES,
        seen.processes,
        seen.wrong.len(),
    );
    behaviours(&mut text, seen, clean);
    every_indicator(&mut text, seen, clean);
    near_misses(&mut text, seen);
    text
}

fn false_alarms(seen: &Seen, raised: &BTreeSet<String>) -> usize {
    raised.len() - both(raised, &seen.wrong)
}

fn label(code: &str) -> String {
    let Some(indicator) = indicator(code) else { return code.to_owned() };
    format!("[{code}]({code}.md) {} {}", indicator.name.get(Lang::Zh), indicator.name.get(Lang::En))
}

fn behaviours(text: &mut String, seen: &Seen, clean: usize) {
    let _ = write!(
        text,
        "## By behaviour · 按行为\n\n\
         Pairs that find at least {FOUND} processes and {LIFT} times the rate among processes without planted behaviour; twelve at most for each behaviour, by recall.\n\
         至少检出 {FOUND} 个过程、且检出率不低于无植入过程 {LIFT} 倍的组合；每种行为至多列十二项。\n\n\
         | behaviour 行为 | indicator 指标 | found ÷ planted 检出 ÷ 植入 | recall 查全率 | precision 查准率 | false alarms ‰ 误报 |\n\
         | --- | --- | --- | --- | --- | --- |\n"
    );
    let none = BTreeSet::new();
    for behaviour in Behaviour::WRONG {
        let planted = seen.planted.get(&behaviour).unwrap_or(&none);
        let mut rows: Vec<(usize, usize, &str, &BTreeSet<String>)> = seen
            .raised
            .iter()
            .map(|(code, raised)| (both(planted, raised), false_alarms(seen, raised), *code, raised))
            .filter(|(found, false_, ..)| {
                let rate = *found as f64 / planted.len().max(1) as f64;
                *found >= FOUND && rate >= LIFT * *false_ as f64 / clean.max(1) as f64
            })
            .collect();
        rows.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2)));
        if rows.is_empty() {
            let _ = writeln!(text, "| {} | – | 0 ÷ {} | | | |", behaviour.code(), planted.len());
        }
        for (found, false_, code, raised) in rows.into_iter().take(12) {
            let _ = writeln!(
                text,
                "| {} | {} | {found} ÷ {} | {} | {} | {:.1} |",
                behaviour.code(),
                label(code),
                planted.len(),
                percent(found, planted.len()),
                percent(found, raised.len()),
                1000.0 * false_ as f64 / clean.max(1) as f64
            );
        }
        let any: BTreeSet<&String> = seen.raised.values().flatten().collect();
        let found = planted.iter().filter(|process| any.contains(process)).count();
        let _ = writeln!(
            text,
            "| {} | any 任一 | {found} ÷ {} | {} | | |",
            behaviour.code(),
            planted.len(),
            percent(found, planted.len())
        );
    }
    text.push('\n');
}

fn every_indicator(text: &mut String, seen: &Seen, clean: usize) {
    text.push_str(
        "## By indicator · 按指标\n\n\
         Indicators that were raised at all; the others of those computed from OCDS data were not. 只列有检出的指标。\n\n\
         | indicator 指标 | processes raised 涉及过程 | with planted behaviour 有植入 | precision 查准率 | false alarms ‰ 误报 |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    let none = BTreeSet::new();
    for indicator in indicators() {
        let raised = seen.raised.get(indicator.code).unwrap_or(&none);
        if raised.is_empty() {
            continue;
        }
        let found = both(raised, &seen.wrong);
        let _ = writeln!(
            text,
            "| {} | {} | {found} | {} | {:.1} |",
            label(indicator.code),
            raised.len(),
            percent(found, raised.len()),
            1000.0 * (raised.len() - found) as f64 / clean.max(1) as f64
        );
    }
    text.push('\n');
}

fn near_misses(text: &mut String, seen: &Seen) {
    text.push_str(
        "## Near misses · 恰好合法\n\n\
         A figure lies exactly at a limit, on the lawful side: the indicators of that limit must not be raised. 数值恰在限度以内，该限度的指标不应预警。\n\n\
         | limit 限度 | planted 植入 | indicator 指标 | raised 预警 |\n\
         | --- | --- | --- | --- |\n",
    );
    let none = BTreeSet::new();
    for (limit, codes) in LIMITS {
        let planted = seen.planted.get(&Behaviour::NearMiss(limit)).unwrap_or(&none);
        // What else is planted in a process is no near miss.
        let planted: BTreeSet<String> = planted.difference(&seen.wrong).cloned().collect();
        for code in codes {
            let raised = seen.raised.get(code).map_or(0, |raised| both(&planted, raised));
            let _ = writeln!(text, "| {} | {} | {} | {raised} |", limit.code(), planted.len(), label(code));
        }
    }
}
