//! Runs as they are asked for: all those that figures are made from, up to a bound, and those behind one figure as a list.

use flow::state::Number;
use kernel::calendar::WorkingCalendar;
use kernel::clock::StatutoryClock;
use kernel::{Instant, OrganId};
use store::{Row, Store, StoreFault, Value, place};

use super::list::{self, Listed, Reach};
use crate::figures::{How, Measured, Run};

/// Runs that figures are made from at most, the newest. Medians need the values themselves; so many are read and sorted while
/// somebody waits for the page, and what lies beyond is said there.
pub const MOST_RUNS: usize = 20_000;
/// Organs and elements to choose from at most.
const MOST_CHOICES: i64 = 200;

/// Which runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Of which process.
    pub process: String,
    /// Entered under which version; none: all.
    pub version: Option<i64>,
    /// Worked on in which organ; none: all within reach.
    pub organ: Option<OrganId>,
    /// Entered from this moment on.
    pub from: Instant,
    /// Entered before this one.
    pub until: Instant,
}

impl Asked {
    /// The condition on `r` (runs or mishaps) and `c` (cases), behind the node as `$1`.
    fn condition(&self, reach: &Reach, since: &str, values: &mut Vec<Value>) -> String {
        let mut all = vec![
            format!("r.process = {}", place(self.process.as_str(), values)),
            format!("r.{since} >= {}", place(self.from.ms(), values)),
            format!("r.{since} < {}", place(self.until.ms(), values)),
        ];
        all.extend(self.version.map(|version| format!("r.version = {}", place(version, values))));
        all.push(reach.condition("c.", values));
        all.join(" and ")
    }

    /// The same for runs, which know the organ that works on them.
    fn of_runs(&self, reach: &Reach, values: &mut Vec<Value>) -> String {
        let condition = self.condition(reach, "entered_at", values);
        match self.organ {
            Some(organ) => format!("{condition} and r.organ = {}", place(organ.value(), values)),
            None => condition,
        }
    }

    /// The same for what went wrong, which is the case's organ's.
    fn of_mishaps(&self, reach: &Reach, values: &mut Vec<Value>) -> String {
        let condition = self.condition(reach, "opened_at", values);
        match self.organ {
            Some(organ) => format!("{condition} and c.organ = {}", place(organ.value(), values)),
            None => condition,
        }
    }
}

const RUNS: &str = "flow_run r join flow_case c on c.node = r.node and c.matter = r.matter where r.node = $1";
const MISHAPS: &str = "flow_mishap r join flow_case c on c.node = r.node and c.matter = r.matter where r.node = $1";

fn run(row: &Row, first: usize, calendar: &WorkingCalendar) -> Result<Run, StoreFault> {
    let instant = |at: usize| Ok::<_, StoreFault>(row.opt_int(first + at)?.map(Instant::from_ms));
    let nonsense = |what: String| StoreFault::Nonsense(format!("flow_run: {what}"));
    let how = row.opt_text(first + 5)?.map(|code| How::of(&code).ok_or_else(|| nonsense(code))).transpose()?;
    let ended = instant(4)?.zip(how);
    let measured = match row.opt_text(first + 7)? {
        None => None,
        Some(text) => {
            let clock: StatutoryClock = serde_json::from_str(&text).map_err(|error| nonsense(error.to_string()))?;
            let used = ended.and_then(|(at, _)| clock.used(calendar, at).ok());
            let used = used.map(|used| (clock.statutory.budget.unit, used));
            Some(Measured { late_from: instant(8)?, used })
        }
    };
    Ok(Run {
        element: row.text(first)?,
        entered: Instant::from_ms(row.int(first + 1)?),
        offered: instant(2)?,
        held: instant(3)?,
        ended,
        again: row.int(first + 6)? != 0,
        measured,
    })
}

const RUN_COLUMNS: &str =
    "r.element, r.entered_at, r.offered_at, r.held_at, r.ended_at, r.how, r.again, r.clock, r.late_from";

/// Runs, the newest first, at most [`MOST_RUNS`]; and whether there are more.
///
/// # Errors
/// If the store cannot be read, or a row makes no sense.
pub async fn runs(
    store: &Store,
    reach: &Reach,
    asked: &Asked,
    calendar: &WorkingCalendar,
) -> Result<(Vec<Run>, bool), StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let condition = asked.of_runs(reach, &mut values);
    let limit = place(i64::try_from(MOST_RUNS + 1).unwrap_or(i64::MAX), &mut values);
    let sql = format!("select {RUN_COLUMNS} from {RUNS} and {condition} order by r.entered_at desc limit {limit}");
    let rows = store.read(&sql, &values).await?;
    let more = rows.len() > MOST_RUNS;
    let runs = rows.iter().take(MOST_RUNS).map(|row| run(row, 0, calendar)).collect::<Result<_, _>>()?;
    Ok((runs, more))
}

/// What went wrong at each element: how often, and how much of it is open.
///
/// # Errors
/// If the store cannot be read.
pub async fn mishaps(store: &Store, reach: &Reach, asked: &Asked) -> Result<Vec<(String, u64, u64)>, StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let condition = asked.of_mishaps(reach, &mut values);
    let sql = format!(
        "select r.element, count(*), coalesce(sum(case when r.closed_at is null then 1 else 0 end), 0) from {MISHAPS} \
         and {condition} group by r.element order by r.element"
    );
    let one = |row: &Row| Ok((row.text(0)?, row.int(1)?.unsigned_abs(), row.int(2)?.unsigned_abs()));
    store.read(&sql, &values).await?.iter().map(one).collect()
}

/// The organs that worked on the runs, whatever organ is asked for; of the newest runs, as figures are.
///
/// # Errors
/// If the store cannot be read.
pub async fn organs(store: &Store, reach: &Reach, asked: &Asked) -> Result<Vec<OrganId>, StoreFault> {
    let any = Asked { organ: None, ..asked.clone() };
    let mut values = vec![reach.node().number().into()];
    let condition = any.of_runs(reach, &mut values);
    let limit = place(i64::try_from(MOST_RUNS).unwrap_or(i64::MAX), &mut values);
    let most = place(MOST_CHOICES, &mut values);
    let sql = format!(
        "select distinct organ from (select r.organ from {RUNS} and {condition} order by r.entered_at desc \
         limit {limit}) few order by organ limit {most}"
    );
    store.read(&sql, &values).await?.iter().map(|row| Ok(OrganId::new(row.id(0)?))).collect()
}

/// Which of the runs of an element a figure counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All that were entered.
    Entered,
    /// Those that are going on.
    Open,
    /// Those that were done.
    Completed,
    /// Those that the matter was sent back from.
    Returned,
    /// Those that something else ended.
    Terminated,
    /// Those that a return led to.
    Again,
    /// Those past their limit.
    Late,
    /// Those that were done, the longest first.
    Took,
    /// Those that were done, the ones that waited longest for somebody first.
    Waited,
    /// Those that were done, the ones that somebody had longest first.
    Worked,
}

impl Which {
    /// All of them.
    pub const ALL: [Which; 10] = [
        Which::Entered,
        Which::Open,
        Which::Completed,
        Which::Returned,
        Which::Terminated,
        Which::Again,
        Which::Late,
        Which::Took,
        Which::Waited,
        Which::Worked,
    ];

    /// The stable word, in addresses and translated.
    pub fn code(self) -> &'static str {
        match self {
            Which::Entered => "entered",
            Which::Open => "open",
            Which::Completed => "completed",
            Which::Returned => "returned",
            Which::Terminated => "terminated",
            Which::Again => "again",
            Which::Late => "late",
            Which::Took => "took",
            Which::Waited => "waited",
            Which::Worked => "worked",
        }
    }

    /// The one of that word.
    pub fn of(code: &str) -> Option<Which> {
        Which::ALL.into_iter().find(|which| which.code() == code)
    }

    fn condition(self, now: Instant, values: &mut Vec<Value>) -> String {
        match self {
            Which::Entered => "1 = 1".to_owned(),
            Which::Open => "r.ended_at is null".to_owned(),
            Which::Completed | Which::Took => "r.how = 'completed'".to_owned(),
            Which::Returned => "r.how = 'returned'".to_owned(),
            Which::Terminated => "r.how = 'terminated'".to_owned(),
            Which::Again => "r.again = 1".to_owned(),
            Which::Late => format!("r.late_from <= coalesce(r.ended_at, {})", place(now.ms(), values)),
            Which::Waited => "r.how = 'completed' and r.offered_at is not null and r.held_at is not null".to_owned(),
            Which::Worked => "r.how = 'completed' and r.held_at is not null".to_owned(),
        }
    }

    fn order(self) -> &'static str {
        match self {
            Which::Took => "r.ended_at - coalesce(r.offered_at, r.entered_at) desc",
            Which::Waited => "r.held_at - r.offered_at desc",
            Which::Worked => "r.ended_at - r.held_at desc",
            _ => "r.entered_at desc",
        }
    }
}

/// A run in a list, with its case.
#[derive(Clone, PartialEq, Debug)]
pub struct Behind {
    /// Its case.
    pub case: Listed,
    /// Its number within the case.
    pub number: Number,
    /// The organ that works on it.
    pub organ: OrganId,
    /// The run.
    pub run: Run,
}

/// The runs behind a figure of an element, and how many there are.
///
/// # Errors
/// If the store cannot be read, or a row makes no sense.
pub async fn behind(
    store: &Store,
    (reach, calendar): (&Reach, &WorkingCalendar),
    asked: &Asked,
    (element, which, now): (&str, Which, Instant),
    (offset, limit): (u64, u64),
) -> Result<(Vec<Behind>, u64), StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let condition = asked.of_runs(reach, &mut values);
    let element = place(element, &mut values);
    let chosen = which.condition(now, &mut values);
    let condition = format!("{condition} and r.element = {element} and {chosen}");
    let count = store.read(&format!("select count(*) from {RUNS} and {condition}"), &values).await?;
    let count = count.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    let limit = place(limit.cast_signed(), &mut values);
    let offset = place(offset.cast_signed(), &mut values);
    let cases = list::COLUMNS.trim_end_matches(" from flow_case c");
    let sql = format!(
        "{cases}, r.run, r.organ, {RUN_COLUMNS} from {RUNS} and {condition} order by {}, r.matter, r.run \
         limit {limit} offset {offset}",
        which.order()
    );
    let one = |row: &Row| {
        Ok(Behind {
            case: list::listed(row)?,
            number: row.int(9)?.cast_unsigned(),
            organ: OrganId::new(row.id(10)?),
            run: run(row, 11, calendar)?,
        })
    };
    let all = store.read(&sql, &values).await?.iter().map(one).collect::<Result<_, StoreFault>>()?;
    Ok((all, count))
}

/// Something that went wrong, with its case.
#[derive(Clone, PartialEq, Debug)]
pub struct Mishap {
    /// Its case.
    pub case: Listed,
    /// What kind.
    pub kind: String,
    /// When.
    pub opened_at: Instant,
    /// When it was dealt with.
    pub closed_at: Option<Instant>,
}

/// What went wrong at an element, the newest first, and how much there is.
///
/// - `open`: only what nobody has dealt with yet.
///
/// # Errors
/// If the store cannot be read.
pub async fn mishaps_of(
    store: &Store,
    reach: &Reach,
    asked: &Asked,
    (element, open): (&str, bool),
    (offset, limit): (u64, u64),
) -> Result<(Vec<Mishap>, u64), StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let condition = asked.of_mishaps(reach, &mut values);
    let element = place(element, &mut values);
    let open = if open { " and r.closed_at is null" } else { "" };
    let condition = format!("{condition} and r.element = {element}{open}");
    let count = store.read(&format!("select count(*) from {MISHAPS} and {condition}"), &values).await?;
    let count = count.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
    let limit = place(limit.cast_signed(), &mut values);
    let offset = place(offset.cast_signed(), &mut values);
    let cases = list::COLUMNS.trim_end_matches(" from flow_case c");
    let sql = format!(
        "{cases}, r.kind, r.opened_at, r.closed_at from {MISHAPS} and {condition} \
         order by r.opened_at desc, r.matter, r.incident limit {limit} offset {offset}"
    );
    let one = |row: &Row| {
        Ok(Mishap {
            case: list::listed(row)?,
            kind: row.text(9)?,
            opened_at: Instant::from_ms(row.int(10)?),
            closed_at: row.opt_int(11)?.map(Instant::from_ms),
        })
    };
    let all = store.read(&sql, &values).await?.iter().map(one).collect::<Result<_, StoreFault>>()?;
    Ok((all, count))
}
