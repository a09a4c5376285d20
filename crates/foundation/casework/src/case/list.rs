//! Cases and tasks as lists, within a reader's reach.

use std::collections::{BTreeMap, BTreeSet};

use access::{May, Reader};
use directory::Register;
use flow::state::Number;
use kernel::{Day, Instant, MatterId, NodeId, OfficerId, OrganId};
use secrecy::{Columns, Who};
use store::{Row, Store, StoreFault, Value, place, places};

/// Tasks offered to a post that are counted at most: beyond it a figure says no more, and would cost every page of everybody.
pub const MOST_COUNTED: u64 = 100;

/// The cases that a reader reaches: those whose organ lies in the permission's scope, and that they may know of.
#[derive(Clone, Debug)]
pub struct Reach {
    node: NodeId,
    /// None: all organs.
    organs: Option<BTreeSet<OrganId>>,
    /// None: nothing is hidden, as from whoever has the machine.
    who: Option<Who>,
}

impl Reach {
    /// All cases of a node, whoever may know of them: for who works on the node's own data, and shows no words of it.
    pub fn of_machine(node: NodeId) -> Reach {
        Reach { node, organs: None, who: None }
    }

    /// The reach of a permission, by the organs of a day.
    pub fn of<P>(may: &May<P>, register: &Register, day: Day) -> Reach {
        let (scope, who) = (may.scope(), Some(Who::of(may.reader())));
        if scope.is_whole_node() {
            return Reach { node: may.node(), organs: None, who };
        }
        let ranges = scope.division_ranges();
        let within = |number: u64| {
            let number = number.cast_signed();
            ranges.iter().any(|(low, high)| (*low..=*high).contains(&number))
        };
        let view = register.organs(day);
        let inside = view.all().filter(|organ| within(organ.division.number())).map(|organ| organ.id);
        let organs = register.tasks_of(inside.chain(scope.organs()).collect(), day);
        Reach { node: may.node(), organs: Some(organs), who }
    }

    /// Whose node it is on.
    pub(crate) fn node(&self) -> NodeId {
        self.node
    }

    /// Whether a case lies within.
    pub fn covers(&self, case: &super::Case) -> bool {
        self.organs.as_ref().is_none_or(|organs| organs.contains(&case.organ))
            && self.who.as_ref().is_none_or(|who| who.may_know(&case.secrecy))
    }

    /// The organs; none: all.
    pub fn organs(&self) -> Option<&BTreeSet<OrganId>> {
        self.organs.as_ref()
    }

    /// The organ's rows alone.
    pub(crate) fn organs_condition(&self, of: &'static str, values: &mut Vec<Value>) -> String {
        match &self.organs {
            None => "1 = 1".to_owned(),
            Some(organs) if organs.is_empty() => "1 = 0".to_owned(),
            Some(organs) => format!("{of}organ in ({})", places(organs.iter().map(|organ| organ.value()), values)),
        }
    }

    /// The condition under which a row of another table is about a case that the reader may know of; `$1` is the node.
    ///
    /// - `column`: of that table, with the case.
    pub fn knows_of(&self, column: &str, values: &mut Vec<Value>) -> String {
        let condition = self.condition("c.", values);
        format!("exists (select 1 from flow_case c where c.node = $1 and c.matter = {column} and {condition})")
    }

    pub(crate) fn condition(&self, of: &'static str, values: &mut Vec<Value>) -> String {
        let organs = self.organs_condition(of, values);
        let Some(who) = &self.who else { return organs };
        format!("{organs} and {}", who.condition(Columns { of, named: "flow_named" }, None, values))
    }
}

/// A case in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// The matter.
    pub id: MatterId,
    /// The model whose process it follows.
    pub model: MatterId,
    /// The process.
    pub process: String,
    /// Its version.
    pub version: i64,
    /// What people call it; nothing where it was erased.
    pub title: Option<String>,
    /// Whose it is.
    pub organ: OrganId,
    /// `active`, `suspended`, or how it ended.
    pub status: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it ended.
    pub ended_at: Option<Instant>,
}

/// What a list of cases is narrowed to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Going on, or over; none: both.
    pub going_on: Option<bool>,
    /// One process.
    pub process: Option<String>,
    /// Only those in which something went wrong and waits.
    pub incidents: bool,
    /// In which order.
    pub order: Order,
}

/// In which order cases are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
    /// Those first whose limit ends first, what is overdue before the rest; those without one last.
    DueFirst,
    /// Those first whose limit ends last; those without one last all the same.
    DueLast,
}

/// When the limit of the case `c` that ends first is over, or was.
const DUE: &str = "(select min(k.due) from flow_clock k where k.node = c.node and k.matter = c.matter)";

impl Order {
    fn sql(self) -> String {
        let due = |way: &str| format!("{DUE} {way} nulls last, c.opened_at desc, c.matter");
        match self {
            Order::Newest => "c.opened_at desc, c.matter".to_owned(),
            Order::Oldest => "c.opened_at, c.matter".to_owned(),
            Order::DueFirst => due("asc"),
            Order::DueLast => due("desc"),
        }
    }
}

impl Filter {
    fn condition(&self, values: &mut Vec<Value>) -> String {
        let mut all = Vec::new();
        match self.going_on {
            Some(true) => all.push("c.ended_at is null".to_owned()),
            Some(false) => all.push("c.ended_at is not null".to_owned()),
            None => {}
        }
        if let Some(process) = &self.process {
            all.push(format!("c.process = {}", place(process.as_str(), values)));
        }
        if self.incidents {
            all.push("c.matter in (select i.matter from flow_incident i where i.node = $1)".to_owned());
        }
        if all.is_empty() { "1 = 1".to_owned() } else { all.join(" and ") }
    }
}

pub(crate) const COLUMNS: &str = "select c.matter, c.model, c.process, c.version, c.title, c.organ, c.status, c.opened_at, c.ended_at from flow_case c";

/// A case by the first nine columns of a row.
pub(crate) fn listed(row: &Row) -> Result<Listed, StoreFault> {
    Ok(Listed {
        id: MatterId::new(row.id(0)?),
        model: MatterId::new(row.id(1)?),
        process: row.text(2)?,
        version: row.int(3)?,
        title: row.opt_text(4)?,
        organ: OrganId::new(row.id(5)?),
        status: row.text(6)?,
        opened_at: Instant::from_ms(row.int(7)?),
        ended_at: row.opt_int(8)?.map(Instant::from_ms),
    })
}

/// Cases, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn cases(
    store: &Store,
    reach: &Reach,
    filter: &Filter,
    (offset, limit): (u64, u64),
) -> Result<Vec<Listed>, StoreFault> {
    let mut values = vec![reach.node.number().into()];
    let (reached, filtered) = (reach.condition("c.", &mut values), filter.condition(&mut values));
    let limit = place(limit.cast_signed(), &mut values);
    let offset = place(offset.cast_signed(), &mut values);
    let sql = format!(
        "{COLUMNS} where c.node = $1 and {reached} and {filtered} order by {} limit {limit} offset {offset}",
        filter.order.sql()
    );
    store.read(&sql, &values).await?.iter().map(listed).collect()
}

/// How many cases there are.
///
/// # Errors
/// If the store cannot be read.
pub async fn count(store: &Store, reach: &Reach, filter: &Filter) -> Result<u64, StoreFault> {
    let mut values = vec![reach.node.number().into()];
    let (reached, filtered) = (reach.condition("c.", &mut values), filter.condition(&mut values));
    let sql = format!("select count(*) from flow_case c where c.node = $1 and {reached} and {filtered}");
    store.read(&sql, &values).await?.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// Cases that a case called, oldest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn called(store: &Store, reach: &Reach, caller: MatterId) -> Result<Vec<Listed>, StoreFault> {
    let mut values = vec![reach.node.number().into(), caller.value().into()];
    let reached = reach.condition("c.", &mut values);
    let sql = format!("{COLUMNS} where c.node = $1 and c.caller = $2 and {reached} order by c.opened_at, c.matter");
    store.read(&sql, &values).await?.iter().map(listed).collect()
}

/// Cases by number or words of their title, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn find(store: &Store, reach: &Reach, wanted: &str, limit: u64) -> Result<Vec<Listed>, StoreFault> {
    let mut values = vec![reach.node.number().into()];
    let reached = reach.condition("c.", &mut values);
    let asked = match super::of_number(wanted) {
        Some(tail) => format!("substr(c.matter, 12, 5) = {}", place(tail.to_vec(), &mut values)),
        None => {
            let escaped = wanted.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("lower(c.title) like {} escape '\\'", place(format!("%{}%", escaped.to_lowercase()), &mut values))
        }
    };
    let limit = place(limit.cast_signed(), &mut values);
    let sql = format!(
        "{COLUMNS} where c.node = $1 and {asked} and {reached} order by c.opened_at desc, c.matter limit {limit}"
    );
    store.read(&sql, &values).await?.iter().map(listed).collect()
}

/// A task that is open.
#[derive(Clone, PartialEq, Debug)]
pub struct OpenTask {
    /// Its case.
    pub case: Listed,
    /// Its number within the case.
    pub task: Number,
    /// The element.
    pub element: String,
    /// The organ it is offered in.
    pub organ: OrganId,
    /// Codes of the duties that may do it.
    pub duties: Vec<String>,
    /// Who has it.
    pub holder: Option<OfficerId>,
    /// Since when it is offered.
    pub offered_at: Instant,
}

const TASKS: &str = "select c.matter, c.model, c.process, c.version, c.title, c.organ, c.status, c.opened_at, c.ended_at, \
    t.task, t.element, t.organ, t.duties, t.holder, t.offered_at from ";

fn task(row: &Row) -> Result<OpenTask, StoreFault> {
    Ok(OpenTask {
        case: listed(row)?,
        task: row.int(9)?.cast_unsigned(),
        element: row.text(10)?,
        organ: OrganId::new(row.id(11)?),
        duties: row.text(12)?.split(' ').map(str::to_owned).collect(),
        holder: row.opt_id(13)?.map(OfficerId::new),
        offered_at: Instant::from_ms(row.int(14)?),
    })
}

/// Whose inbox: an officer in a post.
#[derive(Clone, Debug)]
pub struct Mine {
    node: NodeId,
    officer: OfficerId,
    /// The officer, and the one for whom they act.
    hands: BTreeSet<OfficerId>,
    duties: BTreeSet<String>,
    organs: BTreeSet<OrganId>,
    who: Who,
}

impl Mine {
    /// The reader's, on a day: organs whose tasks theirs took over are among them.
    pub fn of(reader: &Reader, register: &Register, day: Day) -> Mine {
        Mine {
            node: reader.node(),
            officer: reader.officer(),
            hands: [reader.officer(), reader.principal()].into(),
            duties: reader.duties().clone(),
            organs: register.tasks_of([reader.organ()].into(), day),
            who: Who::of(reader),
        }
    }

    /// Whether a task may be done by them: it is offered to the post in which they are here, and they hold it or nobody does.
    pub fn may_do(&self, task: &OpenTask) -> bool {
        self.is_candidate(task) && task.holder.is_none_or(|holder| holder == self.officer)
    }

    /// Whether they have a task in hand, in whatever post.
    pub fn holds(&self, task: &OpenTask) -> bool {
        task.holder == Some(self.officer)
    }

    /// Whether a task is offered to their post.
    pub fn is_candidate(&self, task: &OpenTask) -> bool {
        self.organs.contains(&task.organ) && task.duties.iter().any(|duty| self.duties.contains(duty))
    }

    /// Whether they may know of a case.
    pub fn may_know(&self, case: &super::Case) -> bool {
        self.who.may_know(&case.secrecy)
    }

    /// Whether they, or the one for whom they act, keep out of a case 回避.
    pub fn keeps_out(&self, case: &super::Case) -> bool {
        self.hands.iter().any(|officer| case.recused.contains(officer))
    }

    fn secret(&self, values: &mut Vec<Value>) -> String {
        let known = self.who.condition(Columns { of: "c.", named: "flow_named" }, None, values);
        let hands = places(self.hands.iter().map(|officer| officer.value()), values);
        let recused = format!("select r.matter from flow_recused r where r.node = $1 and r.officer in ({hands})");
        format!("{known} and c.matter not in ({recused})")
    }
}

/// Tasks that an officer holds, those offered first.
///
/// # Errors
/// If the store cannot be read.
pub async fn held(store: &Store, mine: &Mine, limit: u64) -> Result<Vec<OpenTask>, StoreFault> {
    let mut values = vec![mine.node.number().into(), mine.officer.value().into()];
    let secret = mine.secret(&mut values);
    let limit = place(limit.cast_signed(), &mut values);
    let sql = format!(
        "{TASKS} flow_task t join flow_case c on c.node = t.node and c.matter = t.matter \
         where t.node = $1 and t.holder = $2 and c.status = 'active' and {secret} \
         order by t.offered_at, t.matter, t.task limit {limit}"
    );
    store.read(&sql, &values).await?.iter().map(task).collect()
}

/// Tasks that are offered to an officer's post and that nobody has, those offered first.
///
/// # Errors
/// If the store cannot be read.
pub async fn offered(store: &Store, mine: &Mine, (offset, limit): (u64, u64)) -> Result<Vec<OpenTask>, StoreFault> {
    let mut all: Vec<OpenTask> = Vec::new();
    // One walk along the index for each organ and duty, each in order; an officer has few.
    for organ in &mine.organs {
        for duty in &mine.duties {
            let mut values = vec![mine.node.number().into(), organ.value().into(), duty.as_str().into()];
            let secret = mine.secret(&mut values);
            let most = place((offset + limit).cast_signed(), &mut values);
            let sql = format!(
                "{TASKS} flow_candidate d join flow_task t on t.node = d.node and t.matter = d.matter and t.task = d.task \
                 join flow_case c on c.node = d.node and c.matter = d.matter \
                 where d.node = $1 and d.organ = $2 and d.duty = $3 and t.holder is null and c.status = 'active' \
                 and {secret} order by d.offered_at limit {most}"
            );
            for row in store.read(&sql, &values).await? {
                all.push(task(&row)?);
            }
        }
    }
    all.sort_by_key(|task| (task.offered_at, task.case.id, task.task));
    all.dedup_by_key(|task| (task.case.id, task.task));
    Ok(all.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(limit as usize).collect())
}

/// How many tasks an officer holds, and how many are offered to the post; the latter up to [`MOST_COUNTED`] for each duty.
///
/// # Errors
/// If the store cannot be read.
pub async fn counts(store: &Store, mine: &Mine) -> Result<(u64, u64), StoreFault> {
    let count = async |sql: &str, values: &[Value]| {
        let rows = store.read(sql, values).await?;
        rows.first().map_or(Ok(0), |row| Ok::<u64, StoreFault>(row.int(0)?.unsigned_abs()))
    };
    let mut values = vec![mine.node.number().into(), mine.officer.value().into()];
    let secret = mine.secret(&mut values);
    let sql = format!(
        "select count(*) from flow_task t join flow_case c on c.node = t.node and c.matter = t.matter \
         where t.node = $1 and t.holder = $2 and c.status = 'active' and {secret}"
    );
    let held = count(&sql, &values).await?;
    let mut offered = 0;
    for organ in &mine.organs {
        for duty in &mine.duties {
            let mut values = vec![mine.node.number().into(), organ.value().into(), duty.as_str().into()];
            let secret = mine.secret(&mut values);
            let most = place(MOST_COUNTED.cast_signed(), &mut values);
            let sql = format!(
                "select count(*) from (select 1 from flow_candidate d \
                 join flow_task t on t.node = d.node and t.matter = d.matter and t.task = d.task \
                 join flow_case c on c.node = d.node and c.matter = d.matter \
                 where d.node = $1 and d.organ = $2 and d.duty = $3 and t.holder is null and c.status = 'active' \
                 and {secret} limit {most}) few"
            );
            offered += count(&sql, &values).await?;
        }
    }
    Ok((held, offered))
}

/// Tasks that wait for an officer, by the limit of their case that ends first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// Overdue.
    pub late: u64,
    /// Whose limit ends today.
    pub today: u64,
    /// All, those without a limit included.
    pub all: u64,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// Tasks that an officer holds, and those offered to the post, of these the oldest [`MOST_COUNTED`] for each duty.
///
/// - `now`, `ends`: this moment, and the end of today.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(store: &Store, mine: &Mine, (now, ends): (Instant, Instant)) -> Result<Waiting, StoreFault> {
    let mut all = Waiting::default();
    let (mut mine_due, mut seen) = (Vec::new(), BTreeSet::new());
    let mut values = vec![mine.node.number().into(), mine.officer.value().into()];
    let secret = mine.secret(&mut values);
    let sql = format!(
        "select t.matter, t.task, {DUE} from flow_task t join flow_case c on c.node = t.node and c.matter = t.matter \
         where t.node = $1 and t.holder = $2 and c.status = 'active' and {secret}"
    );
    mine_due.extend(store.read(&sql, &values).await?);
    for organ in &mine.organs {
        for duty in &mine.duties {
            let mut values = vec![mine.node.number().into(), organ.value().into(), duty.as_str().into()];
            let secret = mine.secret(&mut values);
            let most = place((MOST_COUNTED + 1).cast_signed(), &mut values);
            let sql = format!(
                "select d.matter, d.task, {DUE} from flow_candidate d \
                 join flow_task t on t.node = d.node and t.matter = d.matter and t.task = d.task \
                 join flow_case c on c.node = d.node and c.matter = d.matter \
                 where d.node = $1 and d.organ = $2 and d.duty = $3 and t.holder is null and c.status = 'active' \
                 and {secret} order by d.offered_at limit {most}"
            );
            let mut rows = store.read(&sql, &values).await?;
            all.more |= rows.len() as u64 > MOST_COUNTED;
            rows.truncate(usize::try_from(MOST_COUNTED).unwrap_or(usize::MAX));
            mine_due.extend(rows);
        }
    }
    for row in &mine_due {
        // One that two duties may do is one task.
        if !seen.insert((row.id(0)?, row.int(1)?)) {
            continue;
        }
        all.all += 1;
        match row.opt_int(2)? {
            Some(due) if due <= now.ms() => all.late += 1,
            Some(due) if due <= ends.ms() => all.today += 1,
            _ => {}
        }
    }
    Ok(all)
}

/// An open task of a case.
///
/// # Errors
/// If the store cannot be read.
pub async fn open_task(
    store: &Store,
    node: NodeId,
    id: MatterId,
    number: Number,
) -> Result<Option<OpenTask>, StoreFault> {
    let sql = format!(
        "{TASKS} flow_task t join flow_case c on c.node = t.node and c.matter = t.matter \
         where t.node = $1 and t.matter = $2 and t.task = $3"
    );
    let values = [node.number().into(), id.value().into(), number.cast_signed().into()];
    store.read(&sql, &values).await?.first().map(task).transpose()
}

/// Open tasks of a case, those offered first.
///
/// # Errors
/// If the store cannot be read.
pub async fn open_tasks(store: &Store, node: NodeId, id: MatterId) -> Result<Vec<OpenTask>, StoreFault> {
    let sql = format!(
        "{TASKS} flow_task t join flow_case c on c.node = t.node and c.matter = t.matter \
         where t.node = $1 and t.matter = $2 order by t.offered_at, t.task"
    );
    store.read(&sql, &[node.number().into(), id.value().into()]).await?.iter().map(task).collect()
}

/// How many cases were ever opened under each item of the inventory of powers.
///
/// # Errors
/// If the store cannot be read.
pub async fn by_power(store: &Store, node: i64) -> Result<BTreeMap<MatterId, u64>, StoreFault> {
    let sql = "select power, count(*) from flow_case where node = $1 and power is not null group by power";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.iter().map(|row| Ok((MatterId::new(row.id(0)?), row.int(1)?.unsigned_abs()))).collect()
}
