//! `qingyuan screen`: a file to JSON or CSV, partial results and their merging, or a source of the node.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use jiff::civil::Date;
use kernel::Clock as _;
use kernel::day::{SystemClock, Zone};
use ocds::merge::{Merger, Rules};
use ocds::read::{Kind, Limits, Reader};
use redflags::import::By;
use redflags::rows::Flag;
use redflags::screening::{QueuePolicy, Screened, flag_of};
use redflags_rules::Plan;
use redflags_rules::fold::Judged;
use redflags_rules::moment::Moment;
use redflags_rules::run::Screen;
use redflags_rules::settings::Settings;

use crate::cli::{Ended, ScreenOptions};
use crate::commands::bar;
use crate::node::{Node, chain};
use crate::say::both;

/// Releases held in memory while they are brought together by process.
const MERGE_BYTES: usize = 256 << 20;
/// Processes judged together: few, so that they stay in the cache.
const BATCH: usize = 12;

/// Screens a file.
pub(crate) fn file(options: &ScreenOptions) -> Result<Ended, String> {
    let Some(path) = &options.file else { return Ok(Ended::Done) };
    if options.compat.is_some() {
        let mut arguments = vec![OsString::from("indicators")];
        if let Some(settings) = &options.settings {
            arguments.extend([OsString::from("-s"), settings.into()]);
        }
        arguments.push(path.into());
        return Ok(super::cardinal(&arguments));
    }
    let (plan, day) = plan(options)?;
    let settings = std::sync::Arc::clone(&plan.settings);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut screen = Screen::new(plan).with_threads(threads);
    let mut sink = Sink::new(options, settings)?;
    let faults = read(path, day, &mut screen, &mut |judged| sink.take(&judged))?;
    let code = if faults > 0 {
        eprintln!(
            "{}",
            both(
                &format!("{faults} 处数据没有采用；导入节点可逐条查看。"),
                &format!("{faults} faults in the data were set aside; import into a node to see each.")
            )
        );
        Ended::WithQuarantine
    } else {
        Ended::Done
    };
    if options.partial {
        let part = screen.to_partial().map_err(|error| error.to_string())?;
        sink.part(&part)?;
        return Ok(code);
    }
    finish(screen, sink)?;
    Ok(code)
}

/// Merges partial results and ends the run: what the parts raised, and what only the whole tells.
pub(crate) fn merge(parts: &[PathBuf], options: &ScreenOptions) -> Result<Ended, String> {
    let (mut plan, _) = plan(options)?;
    if let (None, Some(first)) = (&options.as_of, parts.first()) {
        plan.as_of = judged_as_of(&last_line(first)?).map_err(|error| format!("{}: {error}", first.display()))?;
    }
    let settings = std::sync::Arc::clone(&plan.settings);
    let mut whole: Option<Screen> = None;
    for path in parts {
        let part = Screen::from_partial(plan.clone(), &last_line(path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => whole.merge(part).map_err(|error| format!("{}: {error}", path.display()))?,
        }
    }
    let Some(screen) = whole else { return Ok(Ended::Done) };
    let mut sink = Sink::new(options, settings)?;
    for path in parts {
        let mut lines = lines_of(path)?.peekable();
        while let Some(line) = lines.next() {
            let line = line.map_err(|error| format!("{}: {error}", path.display()))?;
            if lines.peek().is_some() {
                let flag = serde_json::from_str(&line).map_err(|error| format!("{}: {error}", path.display()))?;
                sink.flag(&flag);
            }
        }
    }
    finish(screen, sink)?;
    Ok(Ended::Done)
}

/// A partial result: a line for each flag raised already, and a last line with all that the whole needs.
fn lines_of(path: &Path) -> Result<std::io::Lines<BufReader<File>>, String> {
    use std::io::BufRead as _;
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(BufReader::with_capacity(1 << 20, file).lines())
}

fn last_line(path: &Path) -> Result<Vec<u8>, String> {
    let mut last = String::new();
    for line in lines_of(path)? {
        last = line.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(last.into_bytes())
}

/// The moment that a partial result was judged as of: unless another is asked for, the whole is judged as of the same.
fn judged_as_of(part: &[u8]) -> Result<Moment, serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Part {
        as_of: Moment,
    }
    serde_json::from_slice::<Part>(part).map(|part| part.as_of)
}

fn finish(screen: Screen, mut sink: Sink) -> Result<(), String> {
    let finished = screen.finish(&mut |judged| sink.take(&judged));
    finished.report.reconcile().map_err(|error| error.to_string())?;
    sink.end(&finished.report)
}

fn plan(options: &ScreenOptions) -> Result<(Plan, Date), String> {
    let mut settings = Settings::cn().map_err(|error| error.to_string())?;
    if let Some(path) = &options.settings {
        let overlay = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        settings = settings.with(&overlay).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let day = match &options.as_of {
        Some(text) => text.parse::<Date>().map_err(|error| format!("--as-of {text}: {error}"))?,
        None => {
            let today = SystemClock { zone: Zone::CHINA }.today();
            Date::new(today.year(), today.month(), today.day_of_month()).map_err(|error| error.to_string())?
        }
    };
    // Days since 1970, from the one place that knows them.
    let number = kernel::Day::from_date(day).map_err(|error| format!("--as-of: {error}"))?.number();
    Ok((Plan::new(settings, None, Moment(0).plus_days(number)), day))
}

/// Judges every process of a file; releases of one process are brought together first. One thread reads, as many judge
/// as the machine has. Answers how many faults were set aside.
fn read(path: &Path, day: Date, screen: &mut Screen, raised: &mut (dyn FnMut(Judged) + Send)) -> Result<u64, String> {
    let (send, batches) = sync_channel::<Vec<Vec<u8>>>(8);
    let faults = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || texts(path, &send));
        screen.observe_all(batches.into_iter(), |raw| release(raw, day, &faults), raised);
        let more = reading.join().map_err(|_| crate::say::BROKEN.to_owned())??;
        Ok(faults.load(Ordering::Relaxed) + more)
    })
}

/// A text read; its faults are counted.
fn release<'r>(raw: &'r [u8], day: Date, faults: &AtomicU64) -> Option<ocds::Release<'r>> {
    let Ok(mut parsed) = ocds::parse(raw) else {
        faults.fetch_add(1, Ordering::Relaxed);
        return None;
    };
    let found = parsed.faults.len() + ocds::set_aside(&mut parsed.release, day).len();
    faults.fetch_add(found as u64, Ordering::Relaxed);
    Some(parsed.release)
}

/// The texts of all processes of a file, in small batches; how many faults the reader met.
fn texts(path: &Path, send: &SyncSender<Vec<Vec<u8>>>) -> Result<u64, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let (source, total): (Box<dyn Read>, u64) = if path == Path::new("-") {
        (Box::new(std::io::stdin()), 0)
    } else {
        let file = File::open(path).map_err(failed)?;
        let total = file.metadata().map_err(failed)?.len();
        (Box::new(file), total)
    };
    let shown = bar(total, true);
    let mut reader = Reader::new(BufReader::with_capacity(1 << 20, source), Limits::default());
    let mut merger = Merger::new(Rules::ocds(), MERGE_BYTES, std::env::temp_dir());
    let (mut faults, mut batch) = (0, Vec::with_capacity(BATCH));
    // Whoever judges has gone only when judging has panicked, which ends the command by itself.
    let mut give = |raw: Vec<u8>| {
        batch.push(raw);
        if batch.len() >= BATCH {
            let _ = send.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
        }
    };
    while let Some(item) = reader.next() {
        shown.set_position(reader.bytes_read());
        match item {
            Err(_) => faults += 1,
            // A file of lines has one compiled release a line; merging one release gives itself, so that only what claims
            // to be a release among others waits.
            Ok(item) if item.kind == Kind::Compiled || is_alone(&item.raw) => give(item.raw),
            Ok(item) => {
                let fault = merger.add(item.raw, 0).map_err(|error| chain(&error))?;
                faults += u64::from(fault.is_some());
            }
        }
    }
    merger
        .finish(|group| {
            faults += group.faults.len() as u64;
            give(group.raw);
        })
        .map_err(|error| chain(&error))?;
    let _ = send.send(batch);
    shown.finish_and_clear();
    Ok(faults)
}

/// Whether a release says that it is compiled.
fn is_alone(raw: &[u8]) -> bool {
    // A look at the text before the costly reading: most releases say so near their beginning.
    let head = &raw[..raw.len().min(2048)];
    head.windows(10).any(|window| window == b"\"compiled\"")
}

/// How raised outcomes are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Flags and report in one object.
    Json,
    /// A line each.
    Csv,
    /// For merging: see [`lines_of`].
    Part,
}

/// Where raised outcomes go.
struct Sink {
    out: BufWriter<std::io::Stdout>,
    form: Form,
    first: bool,
    settings: std::sync::Arc<Settings>,
    failed: Option<std::io::Error>,
}

impl Sink {
    fn new(options: &ScreenOptions, settings: std::sync::Arc<Settings>) -> Result<Sink, String> {
        let mut sink = Sink {
            out: BufWriter::new(std::io::stdout()),
            form: match (options.partial, options.format.as_str()) {
                (true, _) => Form::Part,
                (false, "csv") => Form::Csv,
                (false, _) => Form::Json,
            },
            first: true,
            settings,
            failed: None,
        };
        match sink.form {
            Form::Csv => sink.bytes(b"indicator,version,subject,grain,ocid,severity,value,threshold,zh,en\n")?,
            Form::Json => sink.bytes(b"{\"flags\":[")?,
            Form::Part => {}
        }
        Ok(sink)
    }

    fn take(&mut self, judged: &Judged) {
        if let Some(flag) = flag_of(judged, None, &self.settings) {
            self.flag(&flag);
        }
    }

    fn flag(&mut self, flag: &Flag) {
        if self.failed.is_some() {
            return;
        }
        let text = match self.form {
            Form::Csv => csv_line(flag),
            Form::Json => self.json(flag),
            Form::Part => format!("{}\n", serde_json::to_string(flag).unwrap_or_default()),
        };
        if let Err(error) = self.out.write_all(text.as_bytes()) {
            self.failed = Some(error);
        }
    }

    fn json(&mut self, flag: &Flag) -> String {
        let comma = if self.first { "\n" } else { ",\n" };
        self.first = false;
        format!("{comma}{}", serde_json::to_string(flag).unwrap_or_default())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.out.write_all(bytes).and_then(|()| self.out.flush()).map_err(|error| error.to_string())
    }

    /// Ends a partial result.
    fn part(mut self, part: &[u8]) -> Result<(), String> {
        if let Some(error) = self.failed.take() {
            return Err(error.to_string());
        }
        self.bytes(part)?;
        self.bytes(b"\n")
    }

    fn end(mut self, report: &redflags_rules::run::RunReport) -> Result<(), String> {
        if let Some(error) = self.failed.take() {
            return Err(error.to_string());
        }
        if self.form == Form::Csv {
            return self.bytes(b"");
        }
        let report = serde_json::to_string(report).map_err(|error| error.to_string())?;
        self.bytes(format!("\n],\"report\":{report}}}\n").as_bytes())
    }
}

/// One line of CSV (RFC 4180); text that a spreadsheet would take for a formula is kept as text.
fn csv_line(flag: &Flag) -> String {
    let cell = |text: &str| {
        let guard = if text.starts_with(['=', '+', '-', '@']) && text.parse::<f64>().is_err() { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    let cells = [
        flag.indicator.as_str(),
        &flag.version.to_string(),
        &flag.subject,
        &flag.grain,
        flag.ocid.as_deref().unwrap_or_default(),
        &flag.severity.to_string(),
        &flag.value,
        &flag.threshold,
        &flag.zh,
        &flag.en,
    ];
    format!("{}\r\n", cells.map(cell).join(","))
}

/// Screens a source with a bar that tells how far it is, and lets supervision see the result.
pub(crate) async fn screened(node: &Node, source: kernel::MatterId, by: &By) -> Result<Screened, String> {
    let shown = bar(0, false);
    let progress = |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    };
    let screened = node.importer.screen(source, QueuePolicy::default(), by, progress).await;
    let screened = screened.map_err(|error| chain(&error))?;
    shown.finish_and_clear();
    node.watch().catch_up().await.map_err(|fault| chain(&fault))?;
    Ok(screened)
}

/// `qingyuan screen` of a source of the node.
pub(crate) async fn source(options: &ScreenOptions) -> Result<Ended, String> {
    let node =
        Node::open(&options.place.data, options.place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let code = options.source.as_deref().unwrap_or("imported");
    let source = redflags::import::Importer::source_matter(code);
    if node.store.version(node.id.number(), source.value()).await.map_err(|fault| chain(&fault))? == 0 {
        return Err(both(
            &format!("没有名为 {code} 的来源；先用 qingyuan import 导入。"),
            &format!("There is no source {code}; import into it first with qingyuan import."),
        ));
    }
    let screened = screened(&node, source, &By::system("command line")).await?;
    let totals = screened.totals;
    println!(
        "{}",
        both(
            &format!(
                "第 {} 次运行：{} 个过程，{} 次判断 = 提示 {} + 未提示 {} + 数据不足 {} + 不适用 {}；进队 {}，暂缓 {}。",
                screened.run,
                totals.processes,
                totals.subjects,
                totals.raised,
                totals.not_raised,
                totals.insufficient,
                totals.not_applicable,
                screened.queued,
                screened.held_back
            ),
            &format!(
                "Run {}: {} processes, {} judgements = {} raised + {} not raised + {} insufficient + {} not applicable; {} queued, {} held back.",
                screened.run,
                totals.processes,
                totals.subjects,
                totals.raised,
                totals.not_raised,
                totals.insufficient,
                totals.not_applicable,
                screened.queued,
                screened.held_back
            ),
        )
    );
    node.store.close().await;
    Ok(Ended::Done)
}
