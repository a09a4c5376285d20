//! Work for services beyond the house: leased for a time, reported under a key, once in effect. Source: flow.md §6.
//!
//! Delivery is at least once: whose lease is over may find that another one has the job. The key is the same over attempts,
//! leases and restarts; whoever is called makes the same key the same effect. Types that the house serves are not leased.

pub mod asked;

use std::collections::BTreeSet;

use dmn::Context;
use flow::state::{Job, Number};
use flow::step::ATTEMPTS;
use flow::{Command, ElementId, Event};
use kernel::{Instant, MatterId};
use store::{RecordError, StoreFault};

use crate::case::list::Reach;
use crate::case::{Case, CaseEvent, Reported};
use crate::clockwork::inputs_of;
use crate::desk::{By, CaseError, Desk, Refusal, Wish, derived};
use crate::tables::CASES;

/// Bytes of inputs in one answer, after which no further job is leased.
const MOST_INPUTS: usize = 4 << 20;
/// Reports on record of one job that was over; what comes beyond is ignored without a word.
const MOST_LATE: usize = 10;

/// A job that a worker has for a time.
#[derive(Clone, PartialEq, Debug)]
pub struct Leased {
    /// By which it is reported.
    pub key: String,
    /// What kind of worker it is for.
    pub job_type: String,
    /// The case.
    pub case: MatterId,
    /// The activity.
    pub element: ElementId,
    /// Which attempt it is, from 1.
    pub attempt: u32,
    /// What it is given.
    pub inputs: Context,
    /// Until when nobody else has it.
    pub until: Instant,
}

/// What became of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The case has it.
    Done,
    /// It was reported before: nothing comes of it again.
    Known,
    /// The job was cancelled: it is on record, and nothing comes of it.
    Late,
}

impl Outcome {
    /// The word, as answers have it.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Known => "known",
            Outcome::Late => "late",
        }
    }
}

/// The key of a job: the same over attempts and restarts.
pub(crate) fn key_of(case: MatterId, job: &Job) -> MatterId {
    derived(b"qingyuan.case.job", &[&case.value().to_be_bytes(), job.key.as_bytes()])
}

/// The key as a worker beyond the house has it: where the job lies, and what proves that it was leased.
fn written(case: MatterId, number: Number, job: &Job) -> String {
    format!("{case}.{number}.{}", key_of(case, job))
}

/// The case and job of a written key, and what proves it; nothing where it is none.
fn read(key: &str) -> Option<(MatterId, Number, MatterId)> {
    let mut parts = key.split('.');
    let (case, job, proof) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some((case, job, proof))
}

/// Hands out jobs.
///
/// - `within`: whose cases' jobs.
/// - `until`: until when nobody else has them.
/// - `most`: so many at most.
///
/// # Errors
/// If the store fails.
pub async fn lease(
    desk: &Desk,
    by: By,
    within: &Reach,
    types: &BTreeSet<String>,
    (worker, until, most): (&str, Instant, usize),
) -> Result<Vec<Leased>, CaseError> {
    let mut all = Vec::new();
    let mut weight = 0;
    for job_type in types {
        // Others may be faster at some of them.
        for (id, number) in offered(desk, within, job_type, most.saturating_sub(all.len()) * 2).await? {
            if all.len() >= most || weight > MOST_INPUTS {
                return Ok(all);
            }
            let command = Command::LeaseJob { job: number, worker: worker.to_owned(), until };
            let case = match desk.act(by, id, &[Wish::from(command)]).await {
                Ok(case) => case,
                Err(CaseError::Fault(fault) | CaseError::Record(RecordError::Fault(fault))) => return Err(fault.into()),
                Err(error) => {
                    tracing::debug!(%error, case = %id, "a job was not leased");
                    continue;
                }
            };
            let Some(job) = case.state.jobs.get(&number) else { continue };
            let inputs = inputs_of(desk, id, number).await?;
            weight += serde_json::to_string(&inputs).map_or(0, |text| text.len());
            all.push(Leased {
                key: written(id, number, job),
                job_type: job_type.clone(),
                case: id,
                element: job.element.clone(),
                attempt: (ATTEMPTS + 1).saturating_sub(job.attempts).max(1),
                inputs,
                until,
            });
        }
    }
    Ok(all)
}

/// Jobs of a type that nobody has, those first that have waited longest.
async fn offered(
    desk: &Desk,
    within: &Reach,
    job_type: &str,
    most: usize,
) -> Result<Vec<(MatterId, Number)>, StoreFault> {
    let directory = desk.directory();
    let mut values = vec![
        desk.node().into(),
        job_type.into(),
        directory.clock().now().ms().into(),
        i64::try_from(most).unwrap_or(i64::MAX).into(),
    ];
    let condition = within.condition("c.", &mut values);
    let sql = format!(
        "select j.matter, j.job from flow_job j join flow_case c on c.node = j.node and c.matter = j.matter \
         where j.node = $1 and j.type = $2 and j.not_before <= $3 and c.status = 'active' and {condition} \
         order by j.not_before, j.matter, j.job limit $4"
    );
    let rows = directory.store().read(&sql, &values).await?;
    rows.iter().map(|row| Ok((MatterId::new(row.id(0)?), row.int(1)?.cast_unsigned()))).collect()
}

/// A job as its case tells of it.
struct Told {
    case: std::sync::Arc<Case>,
    element: ElementId,
    /// The last report of it, the command's word, and whether anybody leased it since.
    last: Option<(String, Reported, bool)>,
    /// Reports that came when it was over.
    late: Vec<Reported>,
}

/// Reads what a case tells of a job; nothing where the key is none, or of a case beyond reach.
async fn told(desk: &Desk, within: &Reach, key: &str) -> Result<Option<(Number, Told)>, StoreFault> {
    let Some((id, number, proof)) = read(key) else { return Ok(None) };
    let Some(case) = desk.load(id).await?.filter(|case| within.covers(case)) else { return Ok(None) };
    let (mut offered, mut last, mut late) = (None, None::<(String, Reported, bool)>, Vec::new());
    for act in desk.directory().store().acts_of(desk.node(), id.value()).await? {
        if act.shredded || !act.act.kind.starts_with(CASES) {
            continue;
        }
        let event: CaseEvent = act.event()?;
        for one in &event.step().events {
            match one {
                Event::JobOffered { job, of, .. } if *job == number => offered = Some(of.clone()),
                Event::JobLeased { job, .. } if *job == number => {
                    if let Some((.., leased)) = &mut last {
                        *leased = true;
                    }
                }
                _ => {}
            }
        }
        match event {
            CaseEvent::Stepped { did, reported: Some(reported), .. } if reported.job == number => {
                last = Some((did, reported, false));
            }
            CaseEvent::JobLate { reported, .. } if reported.job == number => late.push(reported),
            _ => {}
        }
    }
    let Some(job) = offered.filter(|job| key_of(id, job) == proof) else { return Ok(None) };
    Ok(Some((number, Told { case, element: job.element, last, late })))
}

/// Takes a report of a job in.
///
/// - `command`: what is reported, by the number of the job.
///
/// # Errors
/// See [`CaseError`]; [`Refusal::OtherResult`] where it was done before with another result, which is then on record.
pub async fn report(
    desk: &Desk,
    by: By,
    within: &Reach,
    key: &str,
    command: impl Fn(Number) -> Command,
) -> Result<Outcome, CaseError> {
    loop {
        let (number, told) = told(desk, within, key).await?.ok_or(CaseError::NoCase)?;
        let command = command(number);
        let reported = Reported::of(&command).ok_or(CaseError::NoCase)?;
        if told.case.state.jobs.contains_key(&number) {
            if is_known(&told, &command, &reported) {
                return Ok(Outcome::Known);
            }
            match desk.act(by, told.case.id, &[Wish::from(command)]).await {
                Ok(_) => return Ok(Outcome::Done),
                // It was over meanwhile: what came of it is looked at anew.
                Err(CaseError::Refused(Refusal::Engine(flow::Refusal::Gone { .. } | flow::Refusal::NotActive))) => {
                    continue;
                }
                Err(error) => return Err(error),
            }
        }
        let over = told.last.as_ref().filter(|(did, ..)| did != "job_failed");
        if over.is_some_and(|(_, last, _)| *last == reported) {
            return Ok(Outcome::Known);
        }
        let done = over.is_some();
        let answer = if done { Err(Refusal::OtherResult.into()) } else { Ok(Outcome::Late) };
        if told.late.contains(&reported) || told.late.len() >= MOST_LATE {
            return answer;
        }
        let event = CaseEvent::JobLate { element: told.element.clone(), reported, done };
        let said = desk.said(by, &told.case, &event)?;
        match desk.stand(vec![said]).await {
            Ok(()) => return answer,
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
}

/// Whether what is reported of an open job was reported already: since then nobody has leased it anew.
fn is_known(told: &Told, command: &Command, reported: &Reported) -> bool {
    let Some((did, last, leased)) = &told.last else { return false };
    match command {
        Command::FailJob { .. } => did == "job_failed" && !leased,
        _ => last == reported && !leased,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_where_its_job_lies() {
        let job = Job {
            run: 1,
            element: "a".to_owned().into(),
            job_type: "t".to_owned(),
            key: "k".to_owned(),
            attempts: 3,
            after: None,
            lease: None,
        };
        let case = MatterId::new(7);
        let key = written(case, 5, &job);
        assert_eq!(read(&key), Some((case, 5, key_of(case, &job))));
        for wrong in ["", ".", "..", "x.5.y", &format!("{key}.1"), key.trim_end_matches(|c| c != '.')] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
