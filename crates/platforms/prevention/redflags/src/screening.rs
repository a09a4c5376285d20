//! Screening: processes to flags, standings and a report, each recorded by acts.
//!
//! A run reads the stored processes of a source in order of their ids, passes each to the indicators once, files what is
//! raised part by part, and ends with one act that states all counts. Pages show the newest run that has ended.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Instant;

use ::store::{RecordError, StoreFault, Value};
use kernel::MatterId;
use redflags_rules::Plan;
use redflags_rules::explain::sentence;
use redflags_rules::facts::{Facts, to_f64};
use redflags_rules::fold::Judged;
use redflags_rules::moment::Moment;
use redflags_rules::outcome::Outcome;
use redflags_rules::registry::{Indicator, Severity};
use redflags_rules::run::{Finished, ReconcileError, Screen};
use redflags_rules::score;
use redflags_rules::settings::Settings;
use redflags_rules::subject::Grain;
use redflags_rules::text::Lang;
use tokio::sync::mpsc;

use crate::events::{RedflagEvent, Totals};
use crate::import::{By, Importer, blocking, derived};
use crate::rows::{self, Flag, FlagContent, Standing};

/// Flags in one part: one act.
const PART: usize = 2_000;
/// Processes read at once.
const PAGE: i64 = 500;
/// How often an act is tried while small imports are judged beside the run.
const TRIES: usize = 5;

/// Which standings go to the queue: below the least score, or beyond the most of a run, they are counted and held back,
/// so that nobody drowns. Source: ours; settings of the office.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueuePolicy {
    /// Least score in tenths, 0–1000.
    pub least: i64,
    /// Most standings of one run.
    pub most: usize,
}

impl Default for QueuePolicy {
    fn default() -> QueuePolicy {
        QueuePolicy { least: 150, most: 120 }
    }
}

/// Why a run stopped; what pages show is still the run before.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The four outcomes do not add up: an incident, shown in place of the figures.
    #[error("the run does not add up: {0}")]
    Unreconciled(#[from] ReconcileError),
    /// Another run of the same source has recorded meanwhile.
    #[error("another run of this source is going on; try again when it has ended")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Screened {
    /// Its number within the source.
    pub run: i64,
    /// Totals.
    pub totals: Totals,
    /// Subjects that go to the queue.
    pub queued: i64,
    /// Subjects counted and held back.
    pub held_back: i64,
}

/// A process on its way to the judging thread.
pub(crate) struct Stored {
    pub(crate) ocid: String,
    pub(crate) body: Vec<u8>,
}

impl Stored {
    /// The compiled release as it was imported.
    pub(crate) fn text(&self) -> Result<Vec<u8>, StoreFault> {
        zstd::stream::decode_all(self.body.as_slice()).map_err(|error| rows::damaged(&self.ocid, error))
    }
}

/// What scoring needs of a process after its text is gone.
pub(crate) struct Known {
    pub(crate) label: String,
    pub(crate) buyer: Option<(String, String)>,
    pub(crate) value: Option<(f64, i64, String)>,
    /// What is raised, and whether it reaches the process from a flag over many.
    pub(crate) flags: Vec<(&'static Indicator, bool)>,
}

/// What the judging thread gives back at its end.
struct Judgement {
    finished: Finished,
    standings: Vec<Standing>,
    queued: i64,
    held_back: i64,
}

impl Importer {
    /// The matter of a source's screening.
    pub fn screening_matter(source: MatterId) -> MatterId {
        derived("qingyuan.redflags.screening", &source.to_string())
    }

    /// The newest run that has ended; 0 where there is none.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn newest_run(&self, source: MatterId) -> Result<i64, StoreFault> {
        self.newest_of(Importer::screening_matter(source)).await
    }

    async fn newest_of(&self, matter: MatterId) -> Result<i64, StoreFault> {
        let rows = self
            .store
            .read(
                "select coalesce(max(run), 0) from run where node = $1 and matter = $2",
                &[self.node.number().into(), matter.value().into()],
            )
            .await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Screens all processes of a source by all indicators that the settings switch on.
    ///
    /// - `progress`: processes judged so far, and how many there are.
    ///
    /// # Errors
    /// See [`ScreenError`]; nothing of an unfinished run is shown.
    pub async fn screen(
        &self,
        source: MatterId,
        policy: QueuePolicy,
        by: &By,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Screened, ScreenError> {
        let begun = Instant::now();
        let matter = Importer::screening_matter(source);
        let run = self.newest_run(source).await? + 1;
        let prompt = self.judged_imports(matter, run - 1).await?;
        let now = self.clock.now();
        let (send_process, mut processes) = mpsc::channel::<Stored>(PAGE as usize * 2);
        let (send_part, mut parts) = mpsc::channel::<Vec<Flag>>(4);
        let plan = Plan {
            settings: self.settings_in_force().await?,
            reference: None,
            registers: Arc::default(),
            as_of: Moment(now.ms().div_euclid(1000)),
        };
        let today = rows::day_of(now.ms());
        let judging =
            tokio::task::spawn_blocking(move || judge(plan, policy, today, || processes.blocking_recv(), &send_part));
        let filing = async {
            let mut part = 0;
            while let Some(flags) = parts.recv().await {
                self.file(matter, run, part, flags, by).await?;
                part += 1;
            }
            Ok::<_, ScreenError>(())
        };
        let feeding = async { self.feed(source, send_process, &mut progress).await.map_err(ScreenError::from) };
        tokio::try_join!(feeding, filing)?;
        let judgement =
            judging.await.map_err(|error| StoreFault::Nonsense(format!("the judging thread: {error}")))??;
        judgement.finished.report.reconcile()?;
        let event = self.close_run(run, now.ms(), judgement, begun, by).await?;
        let RedflagEvent::Screened { totals, queued, held_back, .. } = &event.0 else {
            return Err(StoreFault::Nonsense("a run ended as something else".to_owned()).into());
        };
        let answer = Screened { run, totals: *totals, queued: *queued, held_back: *held_back };
        self.next(matter, run, &event.0, by, event.1).await?;
        // What was imported and judged meanwhile, this run may have read as it was before: its flags went with the last run's.
        for (file, judged) in self.judged_imports(matter, run - 1).await? {
            if !prompt.iter().any(|(known, _)| *known == file) {
                let ocids = self.judged_processes(judged).await?;
                self.judge_at_once(source, &file, ocids, by).await?;
            }
        }
        Ok(answer)
    }

    /// Reads the processes of a source in order of their ids and sends each on; ends early where the receiver has gone.
    pub(crate) async fn feed(
        &self,
        source: MatterId,
        send: mpsc::Sender<Stored>,
        progress: &mut (dyn FnMut(u64, u64) + Send),
    ) -> Result<(), StoreFault> {
        let total = self.count(source).await?;
        let (mut last, mut done) = (String::new(), 0);
        loop {
            let page = self
                .store
                .read(
                    "select ocid, body from process where node = $1 and matter = $2 and ocid > $3 \
                     order by ocid limit $4",
                    &[self.node.number().into(), source.value().into(), last.as_str().into(), Value::Int(PAGE)],
                )
                .await?;
            for row in &page {
                last = row.text(0)?;
                let stored = Stored { ocid: last.clone(), body: row.bytes(1)? };
                if send.send(stored).await.is_err() {
                    return Ok(());
                }
                done += 1;
            }
            progress(done, total);
            if (page.len() as i64) < PAGE {
                // The judging thread ends when the last process has been sent and the sender is gone.
                return Ok(());
            }
        }
    }

    async fn count(&self, source: MatterId) -> Result<u64, StoreFault> {
        let rows = self
            .store
            .read(
                "select count(*) from process where node = $1 and matter = $2",
                &[self.node.number().into(), source.value().into()],
            )
            .await?;
        rows.first().map_or(Ok(0), |row| row.int(0).map(|count| count as u64))
    }

    async fn file(&self, matter: MatterId, run: i64, part: i64, flags: Vec<Flag>, by: &By) -> Result<(), ScreenError> {
        let store = self.store.clone();
        let (id, content) = blocking(move || {
            let content = rows::to_lines(&flags).map_err(|error| StoreFault::Nonsense(format!("flags: {error}")))?;
            Ok((store.blobs().put(&content)?, content))
        })
        .await?;
        let event = RedflagEvent::FlagsFiled { run, part, flags: id.to_string() };
        self.next(matter, run, &event, by, BTreeMap::from([(id.to_string(), content)])).await
    }

    /// Records the next act of a screening's matter. A small import may be judged meanwhile under the run before: that is no
    /// reason to stop.
    async fn next(
        &self,
        matter: MatterId,
        run: i64,
        event: &RedflagEvent,
        by: &By,
        blobs: BTreeMap<String, Vec<u8>>,
    ) -> Result<(), ScreenError> {
        for _ in 0..TRIES {
            let version = self.store.version(self.node.number(), matter.value()).await? + 1;
            match self.record(matter, version, event, by, None, blobs.clone()).await {
                Ok(()) => return Ok(()),
                Err(RecordError::Conflict { .. }) if self.newest_of(matter).await? < run => {}
                Err(RecordError::Conflict { .. } | RecordError::Taken { .. } | RecordError::CommandReused) => break,
                Err(RecordError::Fault(fault)) => return Err(fault.into()),
                Err(other) => return Err(StoreFault::Nonsense(other.to_string()).into()),
            }
        }
        Err(ScreenError::Busy)
    }

    /// Stores the run's blobs and makes its closing event.
    async fn close_run(
        &self,
        run: i64,
        now_ms: i64,
        judgement: Judgement,
        begun: Instant,
        by: &By,
    ) -> Result<(RedflagEvent, BTreeMap<String, Vec<u8>>), StoreFault> {
        let store = self.store.clone();
        let officer = by.name.clone();
        blocking(move || {
            let no_json = |error: serde_json::Error| StoreFault::Nonsense(format!("a run's report: {error}"));
            let report = &judgement.finished.report;
            let report_lines = rows::to_lines(&report.indicators).map_err(no_json)?;
            let standing_lines = rows::to_lines(&judgement.standings).map_err(no_json)?;
            let report_id = store.blobs().put(&report_lines)?;
            let standings_id = store.blobs().put(&standing_lines)?;
            let reference = match &judgement.finished.snapshot {
                Some(snapshot) => Some(store.blobs().put(&serde_json::to_vec(snapshot).map_err(no_json)?)?.to_string()),
                None => None,
            };
            let [subjects, raised, not_raised, insufficient, not_applicable] =
                report.totals().map(|count| i64::try_from(count).unwrap_or(i64::MAX));
            let event = RedflagEvent::Screened {
                run,
                as_of: now_ms.div_euclid(1000),
                totals: Totals {
                    processes: i64::try_from(report.processes).unwrap_or(i64::MAX),
                    subjects,
                    raised,
                    not_raised,
                    insufficient,
                    not_applicable,
                },
                settings: report.settings.clone(),
                reference,
                report: report_id.to_string(),
                standings: standings_id.to_string(),
                queued: judgement.queued,
                held_back: judgement.held_back,
                millis: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX),
                officer,
            };
            let blobs =
                BTreeMap::from([(report_id.to_string(), report_lines), (standings_id.to_string(), standing_lines)]);
            Ok((event, blobs))
        })
        .await
    }
}

/// The judging thread: one pass over the processes, then the folds, then the scores.
fn judge(
    plan: Plan,
    policy: QueuePolicy,
    today: jiff::civil::Date,
    mut next: impl FnMut() -> Option<Stored>,
    parts: &mpsc::Sender<Vec<Flag>>,
) -> Result<Judgement, StoreFault> {
    let settings = Arc::clone(&plan.settings);
    let mut screen = Screen::new(plan);
    let mut known: HashMap<String, Known> = HashMap::new();
    let mut filed: Vec<Flag> = Vec::new();
    let mut others: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
    while let Some(stored) = next() {
        let text = stored.text()?;
        let mut parsed = ocds::parse(&text).map_err(|fault| rows::damaged(&stored.ocid, fault.code))?;
        ocds::set_aside(&mut parsed.release, today);
        let mut raised = Vec::new();
        screen.observe(&parsed.release, &mut |judged| raised.push(judged));
        let facts = Facts::of(&parsed.release, &settings);
        known.insert(stored.ocid.clone(), know(&facts));
        for judged in raised {
            take(judged, &mut known, &mut others, &mut filed, &settings);
            send_full(&mut filed, parts);
        }
    }
    let finished = screen.finish(&mut |judged| {
        take(judged, &mut known, &mut others, &mut filed, &settings);
        send_full(&mut filed, parts);
    });
    if !filed.is_empty() {
        let _ = parts.blocking_send(filed);
    }
    let mut standings = stand(&known, &others, &settings);
    let flagged = standings.len();
    standings.retain(|standing| standing.score >= policy.least);
    standings.sort_by(|a, b| {
        (b.score, b.amount.unwrap_or(0)).cmp(&(a.score, a.amount.unwrap_or(0))).then_with(|| a.subject.cmp(&b.subject))
    });
    standings.truncate(policy.most);
    let queued = standings.len();
    Ok(Judgement { finished, standings, queued: queued as i64, held_back: (flagged - queued) as i64 })
}

fn send_full(filed: &mut Vec<Flag>, parts: &mpsc::Sender<Vec<Flag>>) {
    if filed.len() >= PART {
        // The receiver is gone only when filing has failed, which ends the run by its own error.
        let _ = parts.blocking_send(std::mem::take(filed));
    }
}

pub(crate) fn know(facts: &Facts<'_>) -> Known {
    let names = rows::names_of(facts.release);
    let buyer = facts.buying().map(|id| (id.to_owned(), names.get(id).map_or(id, |name| *name).to_owned()));
    let value = facts
        .amount()
        .and_then(|money| Some((to_f64(money.amount), rows::minor(money.amount)?, money.currency.to_owned())));
    Known { label: rows::title_of(facts.release), buyer, value, flags: Vec::new() }
}

/// Files one raised outcome, and notes which processes it weighs on.
fn take(
    judged: Judged,
    known: &mut HashMap<String, Known>,
    others: &mut BTreeMap<String, Vec<Judged>>,
    filed: &mut Vec<Flag>,
    settings: &Settings,
) {
    let ocid = judged.subject.ocid().map(str::to_owned);
    let currency = ocid.as_ref().and_then(|ocid| known.get(ocid)).and_then(|it| it.value.as_ref());
    let currency = currency.map(|(_, _, currency)| currency.clone());
    if let Some(flag) = flag_of(&judged, currency.as_deref(), settings) {
        filed.push(flag);
    }
    match &ocid {
        Some(ocid) => {
            if let Some(process) = known.get_mut(ocid) {
                process.flags.push((judged.indicator, false));
            }
        }
        None => {
            for named in &judged.processes {
                if let Some(process) = known.get_mut(named) {
                    process.flags.push((judged.indicator, true));
                }
            }
            others.entry(judged.subject.to_string()).or_default().push(judged);
        }
    }
}

/// A raised outcome as it is stored.
pub fn flag_of(judged: &Judged, currency: Option<&str>, settings: &Settings) -> Option<Flag> {
    let Outcome::Raised { value, threshold, evidence, also } = &judged.outcome else { return None };
    Some(Flag {
        indicator: judged.indicator.code.to_owned(),
        version: i64::from(judged.indicator.version),
        subject: judged.subject.to_string(),
        grain: grain_word(judged.subject.grain()),
        ocid: judged.subject.ocid().map(str::to_owned),
        severity: severity(settings.setting(judged.indicator).severity),
        value: value.to_string(),
        threshold: threshold.to_string(),
        zh: sentence(judged, currency, Lang::Zh),
        en: sentence(judged, currency, Lang::En),
        content: FlagContent {
            subject: judged.subject.clone(),
            evidence: evidence.clone(),
            also: also.clone(),
            processes: judged.processes.clone(),
        },
    })
}

/// The stable word of a grain, as it serialises.
fn grain_word(grain: Grain) -> String {
    serde_json::to_value(grain).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// 1 indicative, 2 strong, 3 statutory.
pub fn severity(severity: Severity) -> i64 {
    match severity {
        Severity::Indicative => 1,
        Severity::Strong => 2,
        Severity::Statutory => 3,
    }
}

/// The standing of every flagged process, and of every other subject with a flag that is more than indicative: those
/// weigh on their processes already, and one lot or habit alone proves nothing.
fn stand(known: &HashMap<String, Known>, others: &BTreeMap<String, Vec<Judged>>, settings: &Settings) -> Vec<Standing> {
    let mut standings = Vec::new();
    for (ocid, process) in known.iter().filter(|(_, process)| process.flags.iter().any(|(_, inherited)| !inherited)) {
        standings.push(stand_process(ocid, process, settings));
    }
    for (subject, judged) in others {
        let strong = judged.iter().any(|it| settings.setting(it.indicator).severity != Severity::Indicative);
        let Some(first) = judged.first().filter(|_| strong) else { continue };
        let flags = judged.iter().map(|it| score::Flag { indicator: it.indicator, inherited: false }).collect();
        let buyer = first.processes.iter().find_map(|ocid| known.get(ocid)?.buyer.clone());
        let label = first.subject.label(Lang::Zh);
        standings.push(standing(
            &grain_word(first.subject.grain()),
            subject,
            &label,
            flags,
            None,
            None,
            buyer,
            settings,
        ));
    }
    standings
}

/// The standing of one process.
pub(crate) fn stand_process(ocid: &str, process: &Known, settings: &Settings) -> Standing {
    let flags = process.flags.iter().map(|(indicator, inherited)| score::Flag { indicator, inherited: *inherited });
    let value = process.value.as_ref().map(|(amount, _, currency)| (*amount, currency.as_str()));
    standing(
        "process",
        ocid,
        &process.label,
        flags.collect(),
        value,
        process.value.as_ref().map(|(_, minor, currency)| (*minor, currency.clone())),
        process.buyer.clone(),
        settings,
    )
}

#[expect(clippy::too_many_arguments, reason = "a row of a table has that many columns")]
fn standing(
    kind: &str,
    subject: &str,
    label: &str,
    flags: Vec<score::Flag>,
    value: Option<(f64, &str)>,
    sum: Option<(i64, String)>,
    buyer: Option<(String, String)>,
    settings: &Settings,
) -> Standing {
    let scored = score::score(&flags, value, settings);
    let tenths = (scored.score * 10.0).round() as i64;
    let (buyer, buyer_name) = buyer.map_or((None, None), |(id, name)| (Some(id), Some(name)));
    Standing {
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        score: tenths,
        light: supervise::Light::of_score(tenths).number(),
        flags: flags.iter().filter(|flag| !flag.inherited).count() as i64,
        label: label.to_owned(),
        buyer,
        buyer_name,
        amount: sum.as_ref().map(|(minor, _)| *minor),
        currency: sum.map(|(_, currency)| currency),
        factors: serde_json::to_string(&scored).unwrap_or_default(),
    }
}
