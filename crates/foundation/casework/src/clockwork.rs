//! What time brings: timers of cases that are due, cases that begin by a time, work of services of the house, and the end of
//! what is kept for a time.

mod rest;
mod start;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use dmn::Context;
use flow::state::{IncidentKind, Number};
use flow::step::ATTEMPTS;
use flow::{Command, ElementId, Event};
use kernel::MatterId;
use store::{StoreFault, places};
use tell::Answer;
use tokio::task::JoinSet;

use crate::case::CaseEvent;
use crate::case::rows::{TIMER_KIND, due_command};
use crate::desk::{By, CaseError, Desk, Wish};
use crate::draft;
use crate::reckoning::Reckoning;
use crate::tables::CASES;
use crate::trouble;

use rest::Rests;
use start::Starts;

pub(crate) use start::{begins_by_time, organs_of};

/// Timers, and jobs, read at once.
const BATCH: i64 = 512;
/// Cases carried on beside one another.
const WIDTH: usize = 64;
/// How long it sleeps at most, and at least: another process may have armed what is due sooner; and of many acts in a row it
/// takes some at once.
const SLEEPS_MS: (i64, i64) = (1_000, 20);
/// How often it takes away what serves nobody any more, and looks again at what nobody could do.
const SWEPT: Duration = Duration::from_secs(60);
/// How long a job that failed rests: so long after its first attempt, twice as long after each further one.
const REST_MS: i64 = 10_000;

/// A job as a service is asked for it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The case.
    pub case: MatterId,
    /// The activity.
    pub element: ElementId,
    /// The same over attempts and restarts: whoever is called makes the same key the same effect.
    pub key: String,
    /// What it is given.
    pub inputs: Context,
}

/// A service of the house: does jobs of one type, at least once each.
pub trait Service: Send + Sync {
    /// The type, as models name it.
    fn job_type(&self) -> &'static str;

    /// Does a job; an error is the reason why it could not be done.
    fn run<'a>(&'a self, asked: &'a Asked) -> Answer<'a, Result<Context, String>>;
}

/// Urging 催办: whoever may do the open tasks of the case is told again. The telling is the teller's, from the act that offered
/// the job; here it is only done with.
pub struct Remind;

/// The type of [`Remind`].
pub const REMIND: &str = "remind";

impl Service for Remind {
    fn job_type(&self) -> &'static str {
        REMIND
    }

    fn run<'a>(&'a self, _: &'a Asked) -> Answer<'a, Result<Context, String>> {
        Box::pin(async { Ok(Ok(Context::new())) })
    }
}

/// The services of a node's house: their types are not leased to others.
pub fn house() -> Vec<Arc<dyn Service>> {
    vec![Arc::new(Remind)]
}

/// Looks at the clocks of cases, and at the work of services.
pub struct Clockwork {
    desk: Desk,
    services: Arc<Vec<Arc<dyn Service>>>,
    reckoning: Reckoning,
    starts: Starts,
    rests: Arc<Rests>,
}

impl Clockwork {
    /// For a node.
    pub fn new(desk: Desk, services: Vec<Arc<dyn Service>>) -> Clockwork {
        let (starts, rests) = (Starts::default(), Arc::default());
        Clockwork { desk, services: Arc::new(services), reckoning: Reckoning::default(), starts, rests }
    }

    /// Counts limits again where the calendar has changed, fires every timer that is due, opens what begins by a time and asks
    /// every service for what is offered; answers how many acts came of it. Idempotent: a timer that has fired is gone.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn tick(&self) -> Result<u64, StoreFault> {
        // Before anything fires: what is due by the old calendar may not be due by the new one.
        let mut all = self.reckoning.tick(&self.desk).await?;
        loop {
            let done = self.timers().await? + self.starts.tick(&self.desk, &self.rests).await? + self.jobs().await?;
            all += done;
            if done == 0 {
                return Ok(all);
            }
        }
    }

    /// Takes away what serves nobody any more: drafts, and kept messages whose time is over; and ends what waited for somebody to
    /// hold a post that somebody holds now. Answers how much of these.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sweep(&self) -> Result<u64, StoreFault> {
        let directory = self.desk.directory();
        let drafts = draft::sweep(directory.store(), directory.node(), directory.clock().now()).await?;
        Ok(drafts + sweep::messages(&self.desk).await? + sweep::candidates(&self.desk).await?)
    }

    /// Looks for ever: when the next thing is due, when something was recorded, and each second.
    pub async fn run(self) {
        let mut swept: Option<tokio::time::Instant> = None;
        let mut grown = self.desk.directory().store().grown();
        loop {
            if swept.is_none_or(|at| at.elapsed() >= SWEPT) {
                if let Err(fault) = self.sweep().await {
                    tracing::error!(%fault, "what serves nobody any more was not taken away; it tries again");
                }
                swept = Some(tokio::time::Instant::now());
            }
            grown.mark_unchanged();
            let ticked = async {
                self.tick().await?;
                self.sleeps().await
            };
            let sleep = match ticked.await {
                Ok(sleep) => sleep,
                Err(fault) => {
                    tracing::error!(%fault, "the clocks of cases were not looked at; it tries again");
                    SLEEPS_MS.0
                }
            };
            let ms = |ms: i64| Duration::from_millis(ms.unsigned_abs());
            tokio::time::sleep(ms(SLEEPS_MS.1)).await;
            if let Ok(Err(_)) = tokio::time::timeout(ms(sleep - SLEEPS_MS.1), grown.changed()).await {
                return;
            }
        }
    }

    /// How long nothing is due, in milliseconds.
    async fn sleeps(&self) -> Result<i64, StoreFault> {
        let directory = self.desk.directory();
        let (node, now) = (self.desk.node(), directory.clock().now().ms());
        let timer = "select due from timer where node = $1 and due > $2 and kind = $3 order by due limit 1";
        let job = "select not_before from flow_job where node = $1 and type = $3 and not_before > $2 \
                   order by not_before limit 1";
        let mut next = now.saturating_add(SLEEPS_MS.0);
        let types = self.services.iter().map(|service| (job, service.job_type()));
        for (sql, of) in [(timer, TIMER_KIND)].into_iter().chain(types) {
            if let Some(row) = directory.store().read(sql, &[node.into(), now.into(), of.into()]).await?.first() {
                next = next.min(row.int(0)?);
            }
        }
        if let Some(due) = self.starts.next() {
            next = next.min(due.ms());
        }
        Ok((next - now).clamp(SLEEPS_MS.1, SLEEPS_MS.0))
    }

    /// Timers that are due: those first that are due first, and of cases that can have them now. What was refused rests, and
    /// stands in nobody's way.
    async fn timers(&self) -> Result<u64, StoreFault> {
        let now = self.desk.directory().clock().now().ms();
        let mut by_case: BTreeMap<MatterId, Vec<Due>> = BTreeMap::new();
        let (mut found, mut behind) = (0, None);
        while found < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            let page = due(&self.desk, now, behind).await?;
            let last = page.last().cloned();
            let whole = i64::try_from(page.len()).unwrap_or(i64::MAX) >= BATCH;
            for due in ready(&self.desk, page).await? {
                if !self.rests.rests(due.case, &due.name, now) {
                    found += 1;
                    by_case.entry(due.case).or_default().push(due);
                }
            }
            behind = last;
            if !whole {
                break;
            }
        }
        let (desk, rests) = (self.desk.clone(), Arc::clone(&self.rests));
        let fired = side_by_side(by_case, move |id, all| {
            let (desk, rests) = (desk.clone(), Arc::clone(&rests));
            async move {
                let mut fired = 0;
                for due in all {
                    let Some(command) = due_command(&due.name) else { continue };
                    match carried(&desk, id, command.clone()).await? {
                        Carried::Done => {
                            rests.done(id, &due.name);
                            fired += 1;
                        }
                        Carried::Gone => rests.later(id, &due.name, now),
                        Carried::Refused(error) => {
                            rests.later(id, &due.name, now);
                            fired += u64::from(reported(&desk, id, &command, &error).await?);
                        }
                    }
                }
                Ok(fired)
            }
        })
        .await;
        Ok(fired)
    }

    async fn jobs(&self) -> Result<u64, StoreFault> {
        if self.services.is_empty() {
            return Ok(0);
        }
        let directory = self.desk.directory();
        let now = directory.clock().now().ms();
        let mut values = vec![self.desk.node().into(), now.into(), BATCH.into()];
        let types = places(self.services.iter().map(|service| service.job_type()), &mut values);
        let sql = format!(
            "select j.matter, j.job, j.type from flow_job j join flow_case c on c.node = j.node and c.matter = j.matter \
             where j.node = $1 and j.not_before <= $2 and c.status = 'active' and j.type in ({types}) \
             order by j.not_before, j.matter, j.job limit $3"
        );
        let mut by_case: BTreeMap<MatterId, Vec<(Number, String)>> = BTreeMap::new();
        for row in directory.store().read(&sql, &values).await? {
            let job = (row.int(1)?.cast_unsigned(), row.text(2)?);
            by_case.entry(MatterId::new(row.id(0)?)).or_default().push(job);
        }
        let (desk, services) = (self.desk.clone(), Arc::clone(&self.services));
        let done = side_by_side(by_case, move |id, jobs| {
            let (desk, services) = (desk.clone(), Arc::clone(&services));
            async move {
                let mut done = 0;
                for (job, of) in jobs {
                    if let Some(service) = services.iter().find(|service| service.job_type() == of) {
                        done += u64::from(served(&desk, id, job, service.as_ref()).await?);
                    }
                }
                Ok(done)
            }
        })
        .await;
        Ok(done)
    }
}

/// Does something for each case, so many beside one another; sums what came of it.
pub(crate) async fn side_by_side<T, F>(all: BTreeMap<MatterId, T>, each: impl Fn(MatterId, T) -> F) -> u64
where
    F: Future<Output = Result<u64, StoreFault>> + Send + 'static,
{
    let mut going = JoinSet::new();
    let mut sum = 0;
    // What cannot be carried on keeps no other waiting.
    let joined = |done: Option<Result<Result<u64, StoreFault>, tokio::task::JoinError>>| match done {
        Some(Ok(Ok(done))) => done,
        Some(Ok(Err(fault))) => {
            tracing::error!(%fault, "a case was not carried on; it is tried again");
            0
        }
        Some(Err(error)) => {
            tracing::error!(%error, "carrying a case on stopped");
            0
        }
        None => 0,
    };
    for (id, what) in all {
        if going.len() >= WIDTH {
            sum += joined(going.join_next().await);
        }
        going.spawn(each(id, what));
    }
    while let Some(done) = going.join_next().await {
        sum += joined(Some(done));
    }
    sum
}

/// A timer that is due.
#[derive(Clone)]
struct Due {
    case: MatterId,
    name: String,
    at: i64,
}

/// A page of timers that are due, behind one of them. One range of the index of times, and no other table.
async fn due(desk: &Desk, now: i64, behind: Option<Due>) -> Result<Vec<Due>, StoreFault> {
    let sql = "select matter, name, due from timer where node = $1 and due >= $4 and due <= $3 and kind = $2 \
               and (due > $4 or matter > $5 or (matter = $5 and name > $6)) order by due, matter, name limit $7";
    let behind = behind.unwrap_or_else(|| Due { case: MatterId::new(0), name: String::new(), at: i64::MIN });
    let values = [
        desk.node().into(),
        TIMER_KIND.into(),
        now.into(),
        behind.at.into(),
        behind.case.value().into(),
        behind.name.into(),
        BATCH.into(),
    ];
    let rows = desk.directory().store().read(sql, &values).await?;
    rows.iter().map(|row| Ok(Due { case: MatterId::new(row.id(0)?), name: row.text(1)?, at: row.int(2)? })).collect()
}

/// Those of a page whose case can have them: what stands still waits for what goes on, while its limits run.
async fn ready(desk: &Desk, page: Vec<Due>) -> Result<Vec<Due>, StoreFault> {
    if page.is_empty() {
        return Ok(page);
    }
    let mut values = vec![desk.node().into()];
    let cases: BTreeSet<MatterId> = page.iter().map(|due| due.case).collect();
    let cases = places(cases.into_iter().map(|case| case.value()), &mut values);
    let sql =
        format!("select matter, status from flow_case where node = $1 and matter in ({cases}) and ended_at is null");
    let mut active = BTreeMap::new();
    for row in desk.directory().store().read(&sql, &values).await? {
        active.insert(MatterId::new(row.id(0)?), row.text(1)? == "active");
    }
    let can = |due: &Due| match active.get(&due.case) {
        Some(active) => *active || !due.name.starts_with("wait:"),
        None => false,
    };
    Ok(page.into_iter().filter(can).collect())
}

/// What became of a command.
enum Carried {
    /// It was done.
    Done,
    /// What it was for is gone meanwhile, or taken by another process: none of ours.
    Gone,
    /// The rules say no.
    Refused(CaseError),
}

/// Gives a case a command.
async fn carried(desk: &Desk, id: MatterId, command: Command) -> Result<Carried, StoreFault> {
    match desk.act(By::System, id, &[Wish::from(command)]).await {
        Ok(_) => Ok(Carried::Done),
        Err(CaseError::Fault(fault) | CaseError::Record(store::RecordError::Fault(fault))) => Err(fault),
        Err(error @ CaseError::Refused(_)) if !trouble::is_gone(&error) => {
            tracing::warn!(%error, case = %id, "a case was not carried on");
            Ok(Carried::Refused(error))
        }
        Err(error) => {
            tracing::debug!(%error, case = %id, "a case was not carried on");
            Ok(Carried::Gone)
        }
    }
}

/// Says on a case that it refused what time brought it, once as long as nobody has dealt with it.
async fn reported(desk: &Desk, id: MatterId, command: &Command, error: &CaseError) -> Result<bool, StoreFault> {
    let Some(case) = desk.load(id).await? else { return Ok(false) };
    let (kind, detail) = trouble::of(error, IncidentKind::BadExpression);
    let about = trouble::about(command);
    let prepared = match desk.reporting(&case, Command::Report { about, kind, detail }, &[]).await {
        Ok(Some(prepared)) => prepared,
        Ok(None) | Err(CaseError::Refused(_)) => return Ok(false),
        Err(CaseError::Fault(fault)) => return Err(fault),
        Err(error) => return Err(StoreFault::Nonsense(format!("case {id}: {error}"))),
    };
    match desk.stand(vec![prepared]).await {
        Ok(()) => Ok(true),
        Err(CaseError::Record(store::RecordError::Fault(fault))) => Err(fault),
        // Somebody acted on it meanwhile: it is said with the next refusal.
        Err(_) => Ok(false),
    }
}

/// Asks a service for a job, and tells the case what came of it.
async fn served(desk: &Desk, id: MatterId, job: Number, service: &dyn Service) -> Result<bool, StoreFault> {
    let Some(case) = desk.load(id).await? else { return Ok(false) };
    let Some(open) = case.state.jobs.get(&job) else { return Ok(false) };
    let inputs = inputs_of(desk, id, job).await?;
    let key = crate::work::key_of(id, open);
    let asked = Asked { case: id, element: open.element.clone(), key: key.to_string(), inputs };
    let command = match service.run(&asked).await? {
        Ok(outputs) => Command::CompleteJob { job, outputs },
        Err(why) => {
            let rest = REST_MS << (ATTEMPTS.saturating_sub(open.attempts)).min(10);
            Command::FailJob { job, why, after: Some(desk.directory().clock().now().plus_ms(rest)) }
        }
    };
    Ok(matches!(carried(desk, id, command).await?, Carried::Done))
}

/// What a job was given when it was offered.
pub(crate) async fn inputs_of(desk: &Desk, id: MatterId, job: Number) -> Result<Context, StoreFault> {
    for act in desk.directory().store().acts_of(desk.node(), id.value()).await?.iter().rev() {
        if !act.act.kind.starts_with(CASES) {
            continue;
        }
        let event: CaseEvent = act.event()?;
        let given = event.step().events.iter().find_map(|event| match event {
            Event::JobOffered { job: offered, inputs, .. } if *offered == job => Some(inputs.clone()),
            _ => None,
        });
        if let Some(inputs) = given {
            return Ok(inputs);
        }
    }
    Ok(Context::new())
}
