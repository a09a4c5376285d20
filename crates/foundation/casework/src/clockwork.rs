//! What time brings: timers of cases that are due, and work of services of the house.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use dmn::Context;
use flow::state::Number;
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

/// Timers, and jobs, read at once.
const BATCH: i64 = 512;
/// Cases carried on beside one another.
const WIDTH: usize = 64;
/// How often it looks.
const EVERY: Duration = Duration::from_millis(400);
/// How often it looks for drafts that serve nobody any more.
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

/// Looks at the clocks of cases, and at the work of services.
pub struct Clockwork {
    desk: Desk,
    services: Arc<Vec<Arc<dyn Service>>>,
    reckoning: Reckoning,
}

impl Clockwork {
    /// For a node.
    pub fn new(desk: Desk, services: Vec<Arc<dyn Service>>) -> Clockwork {
        Clockwork { desk, services: Arc::new(services), reckoning: Reckoning::default() }
    }

    /// Counts limits again where the calendar has changed, fires every timer that is due and asks every service for what is
    /// offered; answers how many acts came of it. Idempotent: a timer that has fired is gone.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn tick(&self) -> Result<u64, StoreFault> {
        // Before anything fires: what is due by the old calendar may not be due by the new one.
        let mut all = self.reckoning.tick(&self.desk).await?;
        loop {
            let done = self.timers().await? + self.jobs().await?;
            all += done;
            if done == 0 {
                return Ok(all);
            }
        }
    }

    /// Looks for ever.
    pub async fn run(self) {
        let mut swept: Option<tokio::time::Instant> = None;
        loop {
            if swept.is_none_or(|at| at.elapsed() >= SWEPT) {
                let directory = self.desk.directory();
                if let Err(fault) = draft::sweep(directory.store(), directory.node(), directory.clock().now()).await {
                    tracing::error!(%fault, "drafts that serve nobody any more were not taken away; it tries again");
                }
                swept = Some(tokio::time::Instant::now());
            }
            if let Err(fault) = self.tick().await {
                tracing::error!(%fault, "the clocks of cases were not looked at; it tries again");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn timers(&self) -> Result<u64, StoreFault> {
        let directory = self.desk.directory();
        // What stands still waits for what goes on; its limits run.
        let sql = "select t.matter, t.name from timer t join flow_case c on c.node = t.node and c.matter = t.matter \
                   where t.node = $1 and t.kind = $2 and t.due <= $3 and c.ended_at is null \
                   and (c.status = 'active' or t.name not like 'wait:%') order by t.due, t.matter, t.name limit $4";
        let now = directory.clock().now().ms();
        let values = [self.desk.node().into(), TIMER_KIND.into(), now.into(), BATCH.into()];
        let mut by_case: BTreeMap<MatterId, Vec<Command>> = BTreeMap::new();
        for row in directory.store().read(sql, &values).await? {
            if let Some(command) = due_command(&row.text(1)?) {
                by_case.entry(MatterId::new(row.id(0)?)).or_default().push(command);
            }
        }
        let desk = self.desk.clone();
        let fired = side_by_side(by_case, move |id, due| {
            let desk = desk.clone();
            async move {
                let mut fired = 0;
                for command in due {
                    fired += u64::from(carried(&desk, id, command).await?);
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

/// Gives a case a command; says whether it was done. What is gone meanwhile, or taken by another process, is none of ours.
async fn carried(desk: &Desk, id: MatterId, command: Command) -> Result<bool, StoreFault> {
    match desk.act(By::System, id, &[Wish::from(command)]).await {
        Ok(_) => Ok(true),
        Err(CaseError::Fault(fault) | CaseError::Record(store::RecordError::Fault(fault))) => Err(fault),
        Err(error) => {
            tracing::debug!(%error, "a case was not carried on");
            Ok(false)
        }
    }
}

/// Asks a service for a job, and tells the case what came of it.
async fn served(desk: &Desk, id: MatterId, job: Number, service: &dyn Service) -> Result<bool, StoreFault> {
    let Some(case) = desk.load(id).await? else { return Ok(false) };
    let Some(open) = case.state.jobs.get(&job) else { return Ok(false) };
    let inputs = inputs_of(desk, id, job).await?;
    let key = crate::desk::derived(b"qingyuan.case.job", &[&id.value().to_be_bytes(), open.key.as_bytes()]);
    let asked = Asked { case: id, element: open.element.clone(), key: key.to_string(), inputs };
    let command = match service.run(&asked).await? {
        Ok(outputs) => Command::CompleteJob { job, outputs },
        Err(why) => {
            let rest = REST_MS << (ATTEMPTS.saturating_sub(open.attempts)).min(10);
            Command::FailJob { job, why, after: Some(desk.directory().clock().now().plus_ms(rest)) }
        }
    };
    carried(desk, id, command).await
}

/// What a job was given when it was offered.
async fn inputs_of(desk: &Desk, id: MatterId, job: Number) -> Result<Context, StoreFault> {
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
