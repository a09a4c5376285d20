//! Judged at import: what a small import brings is judged at once, not with the next run.
//!
//! Each new or changed process is judged by the indicators that live within one process, against the reference that the
//! source's newest run froze and by the same settings. What is raised is filed under that run by one act, beside what the
//! run filed; what is not raised any more is withdrawn; the process stands in the queue by what it is now, and the rule over the
//! feed makes a finding of it. What needs many processes (markets, pairs, groups, histories) is left to the next run: its flags stay
//! as they are and go on weighing on the processes they name.
//!
//! Nothing is judged where there is no run with a frozen reference, or where the settings are no longer that run's.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use ::store::{BlobId, RecordError, Store, StoreFault, Value};
use kernel::MatterId;
use redflags_rules::context::{Context, Registers};
use redflags_rules::facts::Facts;
use redflags_rules::moment::Moment;
use redflags_rules::outcome::OutcomeKind;
use redflags_rules::reference::Reference;
use redflags_rules::registry::{self, By as JudgedBy};
use redflags_rules::run::judge_one;
use redflags_rules::settings::Settings;

use crate::events::{RedflagEvent, Totals};
use crate::import::{By, Importer, blocking};
use crate::rows::{self, FlagContent, Prompt, Standing};
use crate::screening::{QueuePolicy, Stored, flag_of, know, stand_process};

/// Most processes that an import may change to be judged at once; larger ones are left to the next run. Ours: some
/// thousands of flags fit one act, and take well under a second.
pub const MOST_AT_ONCE: usize = 2_000;

/// How often the act is tried while others record on the same matter.
const TRIES: usize = 5;

/// What judging an import at once came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prompted {
    /// The run whose reference judged, and whose flags these join.
    pub run: i64,
    /// Totals over the judged processes.
    pub totals: Totals,
    /// Processes that go to the queue anew.
    pub queued: i64,
    /// Processes counted and held back.
    pub held_back: i64,
}

/// The newest run, as far as judging by it goes.
struct Newest {
    run: i64,
    reference: Arc<Reference>,
}

/// What the run and the imports after it left about the processes at hand.
#[derive(Default)]
struct Before {
    /// Flags within the processes: ocid → indicator and subject.
    flags: BTreeMap<String, Vec<(String, String)>>,
    /// Flags over many that name one of the processes: ocid → indicators.
    inherited: HashMap<String, Vec<String>>,
    /// Processes that stand in the queue.
    queued: BTreeSet<String>,
    /// What imports since the run have put into the queue.
    spent: i64,
}

/// The act's blob and its counts.
struct Outcomes {
    lines: Vec<Prompt>,
    totals: Totals,
    queued: i64,
    held_back: i64,
}

impl Importer {
    /// Judges some processes of a source at once and files what comes of it, under the newest run.
    ///
    /// - `file`: the file that brought them, SHA-256 in hexadecimal. Per run and file this is done once.
    /// - `None`: there is nothing to judge by, or it was done before.
    ///
    /// # Errors
    /// If the store fails; what was imported stays, and the same import given again judges it.
    pub async fn judge_at_once(
        &self,
        source: MatterId,
        file: &str,
        ocids: Vec<String>,
        by: &By,
    ) -> Result<Option<Prompted>, StoreFault> {
        let matter = Importer::screening_matter(source);
        for _ in 0..TRIES {
            let begun = Instant::now();
            let version = self.store.version(self.node.number(), matter.value()).await?;
            let Some(newest) = self.newest_to_judge_by(matter).await? else { return Ok(None) };
            let run = newest.run;
            if self.judged_imports(matter, run).await?.iter().any(|(known, _)| known == file) {
                return Ok(None);
            }
            let stored = self.stored(source, &ocids).await?;
            let before = self.before(matter, run, &ocids).await?;
            let now = self.clock.now().ms();
            let (settings, policy, store) = (self.settings_in_force().await?, self.policy, self.store.clone());
            let (id, content, outcomes) = blocking(move || {
                let outcomes = judge(&stored, &before, &newest.reference, &settings, policy, now)?;
                let content =
                    rows::to_lines(&outcomes.lines).map_err(|error| StoreFault::Nonsense(format!("flags: {error}")))?;
                Ok((store.blobs().put(&content)?.to_string(), content, outcomes))
            })
            .await?;
            let event = RedflagEvent::JudgedAtImport {
                run,
                file: file.to_owned(),
                as_of: now.div_euclid(1000),
                totals: outcomes.totals,
                judged: id.clone(),
                queued: outcomes.queued,
                held_back: outcomes.held_back,
                millis: i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX),
                officer: by.name.clone(),
            };
            let command = format!("judge:{matter}:{run}:{file}");
            let blobs = BTreeMap::from([(id, content)]);
            match self.record(matter, version + 1, &event, by, Some(command), blobs).await {
                Ok(()) => {
                    let Outcomes { totals, queued, held_back, .. } = outcomes;
                    return Ok(Some(Prompted { run, totals, queued, held_back }));
                }
                // A run has filed a part, or ended: what it left is read again.
                Err(RecordError::Conflict { .. }) => {}
                Err(RecordError::CommandReused) => return Ok(None),
                Err(RecordError::Fault(fault)) => return Err(fault),
                Err(other) => return Err(StoreFault::Nonsense(other.to_string())),
            }
        }
        // So busy a source is being screened: the run ends with what it has read, and the next one sees the rest.
        tracing::warn!("an import was not judged at once, for a run was recording all the time");
        Ok(None)
    }

    /// Whether a file that was recorded at `at` has not been judged, though there was a run to judge it by.
    pub(crate) async fn is_left(&self, source: MatterId, file: &str, at: i64) -> Result<bool, StoreFault> {
        let matter = Importer::screening_matter(source);
        let rows = self
            .store
            .read(
                "select run, at from run where node = $1 and matter = $2 order by run desc limit 1",
                &[self.node.number().into(), matter.value().into()],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok(false) };
        // A run that ended after the import has judged it.
        if row.int(1)? > at {
            return Ok(false);
        }
        let judged = self.judged_imports(matter, row.int(0)?).await?;
        Ok(judged.iter().all(|(known, _)| known != file))
    }

    /// Files judged at once under a run, each with the blob of its judgement.
    pub(crate) async fn judged_imports(&self, matter: MatterId, run: i64) -> Result<Vec<(String, BlobId)>, StoreFault> {
        let rows = self
            .store
            .read(
                "select digest, judged from judged_import where node = $1 and matter = $2 and run = $3 order by digest",
                &[self.node.number().into(), matter.value().into(), run.into()],
            )
            .await?;
        rows.iter().map(|row| Ok((blob_id(&row.bytes(0)?)?.to_string(), blob_id(&row.bytes(1)?)?))).collect()
    }

    /// The processes of one judgement at import.
    pub(crate) async fn judged_processes(&self, judged: BlobId) -> Result<Vec<String>, StoreFault> {
        let lines = lines_of(&self.store, judged).await?;
        Ok(lines
            .into_iter()
            .filter_map(|line| if let Prompt::Process(ocid) = line { Some(ocid) } else { None })
            .collect())
    }

    /// The newest run, if it froze a reference under the settings of today.
    async fn newest_to_judge_by(&self, matter: MatterId) -> Result<Option<Newest>, StoreFault> {
        let rows = self
            .store
            .read(
                "select run, settings, reference from run where node = $1 and matter = $2 order by run desc limit 1",
                &[self.node.number().into(), matter.value().into()],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let Some(digest) = row.opt_text(2)? else { return Ok(None) };
        if row.text(1)? != self.settings_in_force().await?.digest() {
            return Ok(None);
        }
        let reference = self.thawed(matter, &digest).await?;
        Ok(Some(Newest { run: row.int(0)?, reference }))
    }

    async fn stored(&self, source: MatterId, ocids: &[String]) -> Result<Vec<Stored>, StoreFault> {
        let mut all = Vec::with_capacity(ocids.len());
        for some in ocids.chunks(500) {
            let mut values: Vec<Value> = vec![self.node.number().into(), source.value().into()];
            let list = list(some, &mut values);
            let sql = format!(
                "select ocid, body from process where node = $1 and matter = $2 and ocid in ({list}) order by ocid"
            );
            for row in self.store.read(&sql, &values).await? {
                all.push(Stored { ocid: row.text(0)?, body: row.bytes(1)? });
            }
        }
        Ok(all)
    }

    async fn before(&self, matter: MatterId, run: i64, ocids: &[String]) -> Result<Before, StoreFault> {
        let mut before = Before::default();
        let node = self.node.number();
        for some in ocids.chunks(500) {
            let mut values: Vec<Value> = vec![node.into(), matter.value().into(), run.into()];
            let places = list(some, &mut values);
            let sql = format!(
                "select ocid, indicator, subject from flag where node = $1 and matter = $2 and run = $3 and ocid in ({places})"
            );
            for row in self.store.read(&sql, &values).await? {
                before.flags.entry(row.text(0)?).or_default().push((row.text(1)?, row.text(2)?));
            }
            let mut values: Vec<Value> = vec![node.into(), matter.value().into()];
            let places = list(some, &mut values);
            let sql = format!(
                "select subject from standing where node = $1 and matter = $2 and kind = 'process' and subject in ({places})"
            );
            for row in self.store.read(&sql, &values).await? {
                before.queued.insert(row.text(0)?);
            }
        }
        let rows = self
            .store
            .read(
                "select coalesce(cast(sum(queued) as bigint), 0) from judged_import where node = $1 and matter = $2 and run = $3",
                &[node.into(), matter.value().into(), run.into()],
            )
            .await?;
        before.spent = rows.first().map_or(Ok(0), |row| row.int(0))?;
        before.inherited = self.naming(matter, run, ocids).await?;
        Ok(before)
    }

    /// The flags over many processes that name some of these.
    async fn naming(
        &self,
        matter: MatterId,
        run: i64,
        ocids: &[String],
    ) -> Result<HashMap<String, Vec<String>>, StoreFault> {
        /// So few are looked for by the database, which then sends only what names them.
        const FEW: usize = 20;
        let mut named: HashMap<String, Vec<String>> = HashMap::new();
        let mut values: Vec<Value> = vec![self.node.number().into(), matter.value().into(), run.into()];
        let mut names = String::new();
        if ocids.len() <= FEW {
            let each = ocids.iter().map(|ocid| {
                values.push(format!("%{}%", escaped(ocid)).into());
                format!("content like ${} escape '!'", values.len())
            });
            let any: Vec<String> = each.collect();
            if any.is_empty() {
                return Ok(named);
            }
            names = format!(" and ({})", any.join(" or "));
        }
        let sql = format!(
            "select indicator, content from flag where node = $1 and matter = $2 and run = $3 and ocid is null{names} \
             order by indicator, subject"
        );
        let rows = self.store.read(&sql, &values).await?;
        let wanted: BTreeSet<&str> = ocids.iter().map(String::as_str).collect();
        for row in &rows {
            let indicator = row.text(0)?;
            let content: FlagContent = serde_json::from_str(&row.text(1)?)
                .map_err(|error| StoreFault::Nonsense(format!("flag.content of {indicator}: {error}")))?;
            for ocid in content.processes.into_iter().filter(|ocid| wanted.contains(ocid.as_str())) {
                named.entry(ocid).or_default().push(indicator.clone());
            }
        }
        Ok(named)
    }
}

/// The lines of the blob of a judgement at import.
pub(crate) async fn lines_of(store: &Store, judged: BlobId) -> Result<Vec<Prompt>, StoreFault> {
    let store = store.clone();
    blocking(move || {
        rows::lines(&store.blobs().get(judged)?)
            .map_err(|error| StoreFault::Nonsense(format!("blob {judged}: {error}")))
    })
    .await
}

fn blob_id(bytes: &[u8]) -> Result<BlobId, StoreFault> {
    <[u8; 32]>::try_from(bytes).map(BlobId).map_err(|_| StoreFault::Nonsense("a digest has 32 bytes".to_owned()))
}

/// Places of the parameters for a list: `$3, $4`.
fn list(some: &[String], values: &mut Vec<Value>) -> String {
    let each = some.iter().map(|it| {
        values.push(it.as_str().into());
        format!("${}", values.len())
    });
    each.collect::<Vec<_>>().join(", ")
}

/// An id as JSON writes it within a text, with the marks of `like` standing for themselves.
fn escaped(ocid: &str) -> String {
    let json = serde_json::to_string(ocid).unwrap_or_default();
    json.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
        out
    })
}

/// Judges the processes; pure but for what it is given.
fn judge(
    stored: &[Stored],
    before: &Before,
    reference: &Reference,
    settings: &Settings,
    policy: QueuePolicy,
    now_ms: i64,
) -> Result<Outcomes, StoreFault> {
    let registers = Registers::default();
    let cx = Context {
        settings,
        reference: Some(reference),
        coverage: Some(&reference.snapshot().coverage),
        registers: &registers,
        as_of: Moment(now_ms.div_euclid(1000)),
    };
    let today = rows::day_of(now_ms);
    let mut lines = Vec::new();
    let mut totals = Totals::default();
    let mut standings: Vec<Standing> = Vec::new();
    for process in stored {
        let text = process.text()?;
        let mut parsed = ocds::parse(&text).map_err(|fault| rows::damaged(&process.ocid, fault.code))?;
        ocds::set_aside(&mut parsed.release, today);
        let mut known = know(&Facts::of(&parsed.release, settings));
        let currency = known.value.as_ref().map(|(_, _, currency)| currency.clone());
        lines.push(Prompt::Process(process.ocid.clone()));
        totals.processes += 1;
        let mut raised: BTreeSet<(String, String)> = BTreeSet::new();
        for judged in judge_one(&parsed.release, &cx) {
            totals.subjects += 1;
            match judged.outcome.kind() {
                OutcomeKind::Raised => totals.raised += 1,
                OutcomeKind::NotRaised => totals.not_raised += 1,
                OutcomeKind::InsufficientData => totals.insufficient += 1,
                OutcomeKind::NotApplicable => totals.not_applicable += 1,
            }
            if let Some(flag) = flag_of(&judged, currency.as_deref(), settings) {
                raised.insert((flag.indicator.clone(), flag.subject.clone()));
                known.flags.push((judged.indicator, false));
                lines.push(Prompt::Flag(flag));
            }
        }
        for (code, subject) in before.flags.get(&process.ocid).into_iter().flatten() {
            match registry::indicator(code).filter(|indicator| indicator.by != JudgedBy::Judge) {
                // Judged against earlier processes: as the run left it.
                Some(indicator) => known.flags.push((indicator, false)),
                None if raised.contains(&(code.clone(), subject.clone())) => {}
                None => lines.push(Prompt::Withdrawn { indicator: code.clone(), subject: subject.clone() }),
            }
        }
        let inherited = before.inherited.get(&process.ocid).into_iter().flatten();
        let own = !known.flags.is_empty();
        known.flags.extend(inherited.filter_map(|code| registry::indicator(code)).map(|indicator| (indicator, true)));
        if own {
            standings.push(stand_process(&process.ocid, &known, settings));
        }
    }
    let (queued, held_back) = queue(standings, before, policy, stored, &mut lines);
    Ok(Outcomes { lines, totals, queued, held_back })
}

/// Who stands in the queue now: as a run decides it, and beyond what stands there already no more between two runs than
/// one run may put there.
fn queue(
    mut standings: Vec<Standing>,
    before: &Before,
    policy: QueuePolicy,
    stored: &[Stored],
    lines: &mut Vec<Prompt>,
) -> (i64, i64) {
    let flagged = standings.len() as i64;
    standings.retain(|standing| standing.score >= policy.least);
    standings.sort_by(|a, b| {
        (b.score, b.amount.unwrap_or(0)).cmp(&(a.score, a.amount.unwrap_or(0))).then_with(|| a.subject.cmp(&b.subject))
    });
    let left = i64::try_from(policy.most).unwrap_or(i64::MAX).saturating_sub(before.spent).max(0);
    let (mut queued, mut updated) = (0, 0);
    let mut stands: BTreeSet<String> = BTreeSet::new();
    for standing in standings {
        if before.queued.contains(&standing.subject) {
            updated += 1;
        } else if queued < left {
            queued += 1;
        } else {
            continue;
        }
        stands.insert(standing.subject.clone());
        lines.push(Prompt::Standing(standing));
    }
    let gone = stored.iter().map(|process| &process.ocid);
    let gone = gone.filter(|ocid| before.queued.contains(*ocid) && !stands.contains(*ocid));
    lines.extend(gone.cloned().map(Prompt::Gone));
    (queued, flagged - queued - updated)
}
