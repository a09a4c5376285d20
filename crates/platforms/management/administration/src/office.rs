//! Rows of a spreadsheet to organs, posts, officers and appointments. Pure: the register, the day and new ids come in.
//!
//! One row says one thing whole: this organ; in it this post with these duties; in the post this officer from this day.
//! Whatever stands to the right may be left out. What the register knows is found again by its name, so that a sheet
//! given twice enters nothing twice. A row with a fault is held back and named; the good ones are entered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use access::policy::Duty;
use access::separation::ADMINISTRATORS;
use directory::{Register, RegisterEvent};
use kernel::dated::Period;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::uscc::Uscc;
use kernel::{Class, Day, DivisionCode, OfficerId, OrganId, PostId, Text};

use tables::spreadsheet::Line;

/// Rows of one act: a body holds 4,095 fields.
const PER_ACT: usize = 200;
/// A name's length at most, in characters.
const LONGEST: usize = 200;

/// A column, known by its heading in either language.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// 机关.
    Organ,
    /// 机关类别.
    Kind,
    /// 区划代码.
    Division,
    /// 上级机关.
    Parent,
    /// 统一社会信用代码.
    Uscc,
    /// 岗位.
    Post,
    /// 职责.
    Duties,
    /// 姓名.
    Name,
    /// 登录名.
    Login,
    /// 任职起始日.
    From,
}

impl Field {
    /// All, in the order of the template.
    pub const ALL: [Field; 10] = [
        Field::Organ,
        Field::Kind,
        Field::Division,
        Field::Parent,
        Field::Uscc,
        Field::Post,
        Field::Duties,
        Field::Name,
        Field::Login,
        Field::From,
    ];

    /// Its heading in Chinese and in English.
    pub fn heading(self) -> (&'static str, &'static str) {
        match self {
            Field::Organ => ("机关", "Organ"),
            Field::Kind => ("机关类别", "Kind"),
            Field::Division => ("区划代码", "Division code"),
            Field::Parent => ("上级机关", "Superior organ"),
            Field::Uscc => ("统一社会信用代码", "Unified social credit code"),
            Field::Post => ("岗位", "Post"),
            Field::Duties => ("职责", "Duties"),
            Field::Name => ("姓名", "Name"),
            Field::Login => ("登录名", "Sign-in name"),
            Field::From => ("任职起始日", "In office from"),
        }
    }

    fn by_heading(text: &str) -> Option<Field> {
        let text = text.trim();
        Field::ALL.into_iter().find(|field| {
            let (zh, en) = field.heading();
            text == zh || text.eq_ignore_ascii_case(en)
        })
    }
}

/// What is wrong with a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wrong {
    /// A value that the row needs is missing.
    Missing,
    /// A name is too long.
    TooLong,
    /// No such kind of organ.
    UnknownKind,
    /// No division code.
    BadDivision,
    /// Not a unified social credit code; its check digit decides.
    BadUscc,
    /// The superior organ is neither in the register nor in the file.
    UnknownParent,
    /// The organ would stand under itself.
    Circle,
    /// No such duty.
    UnknownDuty,
    /// A sign-in name of other characters than small letters, digits, dot and hyphen.
    BadLogin,
    /// The sign-in name is somebody else's.
    LoginTaken,
    /// Not a day.
    BadDay,
    /// The post would give its holder two of the three administrators' duties.
    TwoAdministrators,
    /// Nobody grants a post to themselves.
    OwnPost,
}

impl Wrong {
    /// A stable code; the texts are `administration-wrong-…` with hyphens.
    pub fn code(self) -> &'static str {
        match self {
            Wrong::Missing => "missing",
            Wrong::TooLong => "too-long",
            Wrong::UnknownKind => "unknown-kind",
            Wrong::BadDivision => "bad-division",
            Wrong::BadUscc => "bad-uscc",
            Wrong::UnknownParent => "unknown-parent",
            Wrong::Circle => "circle",
            Wrong::UnknownDuty => "unknown-duty",
            Wrong::BadLogin => "bad-login",
            Wrong::LoginTaken => "login-taken",
            Wrong::BadDay => "bad-day",
            Wrong::TwoAdministrators => "two-administrators",
            Wrong::OwnPost => "own-post",
        }
    }

    /// All.
    pub const ALL: [Wrong; 13] = [
        Wrong::Missing,
        Wrong::TooLong,
        Wrong::UnknownKind,
        Wrong::BadDivision,
        Wrong::BadUscc,
        Wrong::UnknownParent,
        Wrong::Circle,
        Wrong::UnknownDuty,
        Wrong::BadLogin,
        Wrong::LoginTaken,
        Wrong::BadDay,
        Wrong::TwoAdministrators,
        Wrong::OwnPost,
    ];
}

/// A row that is held back: where, what, and what stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Row of the file.
    pub line: u32,
    /// The column.
    pub field: Field,
    /// What is wrong.
    pub wrong: Wrong,
    /// What stands there.
    pub value: String,
}

/// What a sheet comes to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// Organs that the register does not know.
    pub organs: Vec<Organ>,
    /// Posts, new ones.
    pub posts: Vec<Post>,
    /// Officers, new ones.
    pub officers: Vec<Officer>,
    /// Appointments, new ones.
    pub appointments: Vec<Appointment>,
    /// Rows read, headings aside.
    pub rows: usize,
    /// Rows held back.
    pub faults: Vec<Fault>,
}

impl Plan {
    /// Whether there is anything to enter.
    pub fn is_empty(&self) -> bool {
        self.organs.is_empty() && self.posts.is_empty() && self.officers.is_empty() && self.appointments.is_empty()
    }

    /// The register's events, in the order in which they can be replayed.
    pub fn events(&self) -> Vec<RegisterEvent> {
        let mut events = Vec::new();
        events.extend(self.organs.chunks(PER_ACT).map(|rows| RegisterEvent::OrgansEntered { organs: rows.to_vec() }));
        events.extend(self.posts.chunks(PER_ACT).map(|rows| RegisterEvent::PostsEntered { posts: rows.to_vec() }));
        events.extend(
            self.officers.chunks(PER_ACT).map(|rows| RegisterEvent::OfficersEntered { officers: rows.to_vec() }),
        );
        events.extend(
            self.appointments.chunks(PER_ACT).map(|rows| RegisterEvent::Appointed { appointments: rows.to_vec() }),
        );
        events
    }
}

/// What stands around the rows.
pub struct Around<'a> {
    /// The register as it stands.
    pub register: &'a Register,
    /// Duties that posts may hold.
    pub duties: &'a [Duty],
    /// Division of organs that name none.
    pub division: DivisionCode,
    /// Today.
    pub today: Day,
    /// Who enters: they grant nothing to themselves. Nobody where no officer does.
    pub by: Option<OfficerId>,
}

/// The columns of a sheet, by its first row; nothing where no heading is known or the organ's is missing.
pub fn columns(heading: &Line) -> Option<BTreeMap<Field, usize>> {
    let mut columns = BTreeMap::new();
    for (at, text) in heading.cells.iter().enumerate() {
        if let Some(field) = Field::by_heading(text) {
            columns.entry(field).or_insert(at);
        }
    }
    columns.contains_key(&Field::Organ).then_some(columns)
}

/// Plans what the rows under the heading come to.
///
/// - `new_id`: 16 fresh bytes for each id.
pub fn plan(
    lines: &[Line],
    columns: &BTreeMap<Field, usize>,
    around: &Around<'_>,
    mut new_id: impl FnMut() -> u128,
) -> Plan {
    let mut draft = Draft::new(around);
    let mut rows: Vec<Row<'_>> = lines.iter().map(|line| Row { line, columns }).collect();
    let mut faults = Vec::new();
    // Organs first: a superior may stand in a later row. Held-back rows take those below them along, until none falls.
    let named: BTreeSet<&str> = rows.iter().map(|row| row.text(Field::Organ)).collect();
    let mut ids: HashMap<String, OrganId> = HashMap::new();
    for name in &named {
        let id = draft.organ(name).unwrap_or_else(|| OrganId::new(new_id()));
        ids.insert((*name).to_owned(), id);
    }
    loop {
        let before = rows.len();
        let alive: BTreeSet<&str> = rows.iter().map(|row| row.text(Field::Organ)).collect();
        let parents = parents(&rows);
        rows.retain(|row| match check_organ(row, &draft, &alive, &parents) {
            Ok(()) => true,
            Err(fault) => {
                faults.push(fault);
                false
            }
        });
        if rows.len() == before {
            break;
        }
    }
    let parents = parents(&rows);
    for row in &rows {
        draft.enter_organ(row, &parents, &ids);
        match draft.check_people(row) {
            Ok(()) => draft.enter_people(row, &ids, &mut new_id),
            Err(fault) => faults.push(fault),
        }
    }
    faults.sort_by_key(|fault| (fault.line, fault.field));
    Plan { rows: lines.len(), faults, ..draft.plan }
}

/// Which organ the rows place under which: of several rows the first that says.
fn parents<'a>(rows: &[Row<'a>]) -> HashMap<&'a str, &'a str> {
    let mut parents = HashMap::new();
    for row in rows.iter().filter(|row| !row.text(Field::Parent).is_empty()) {
        parents.entry(row.text(Field::Organ)).or_insert(row.text(Field::Parent));
    }
    parents
}

struct Row<'a> {
    line: &'a Line,
    columns: &'a BTreeMap<Field, usize>,
}

impl<'a> Row<'a> {
    fn text(&self, field: Field) -> &'a str {
        self.columns.get(&field).and_then(|at| self.line.cells.get(*at)).map_or("", |cell| cell.trim())
    }

    fn fault(&self, field: Field, wrong: Wrong) -> Fault {
        Fault { line: self.line.number, field, wrong, value: self.text(field).chars().take(LONGEST).collect() }
    }
}

/// The kind that a text names, by its Chinese name or its code.
pub fn kind_of(text: &str) -> Option<OrganKind> {
    Some(match text {
        "" | "政府部门" | "department" => OrganKind::Department,
        "人民政府" | "government" => OrganKind::Government,
        "纪检监察机关" | "supervision" => OrganKind::Supervision,
        "派驻纪检监察组" | "stationed-supervision" => OrganKind::StationedSupervision,
        "党委机关" | "party" => OrganKind::Party,
        "事业单位" | "institution" => OrganKind::Institution,
        "公共资源交易中心" | "trading-centre" => OrganKind::TradingCentre,
        "内设机构" | "office" => OrganKind::Office,
        "村民委员会" | "village" => OrganKind::Village,
        "居民委员会" | "resident" => OrganKind::Resident,
        "其他" | "other" => OrganKind::Other,
        _ => return None,
    })
}

fn check_organ(
    row: &Row<'_>,
    draft: &Draft<'_>,
    alive: &BTreeSet<&str>,
    parents: &HashMap<&str, &str>,
) -> Result<(), Fault> {
    let name = row.text(Field::Organ);
    if name.is_empty() {
        return Err(row.fault(Field::Organ, Wrong::Missing));
    }
    if name.chars().count() > LONGEST {
        return Err(row.fault(Field::Organ, Wrong::TooLong));
    }
    if kind_of(row.text(Field::Kind)).is_none() {
        return Err(row.fault(Field::Kind, Wrong::UnknownKind));
    }
    let division = row.text(Field::Division);
    if !division.is_empty() && DivisionCode::parse(division).is_err() {
        return Err(row.fault(Field::Division, Wrong::BadDivision));
    }
    let uscc = row.text(Field::Uscc);
    if !uscc.is_empty() && Uscc::parse(uscc).is_err() {
        return Err(row.fault(Field::Uscc, Wrong::BadUscc));
    }
    let parent = row.text(Field::Parent);
    if !parent.is_empty() && draft.organ(parent).is_none() && !alive.contains(parent) {
        return Err(row.fault(Field::Parent, Wrong::UnknownParent));
    }
    // Up through the file: the register is free of circles, so one can only close among the rows.
    if parent == name {
        return Err(row.fault(Field::Parent, Wrong::Circle));
    }
    let (mut at, mut steps) = (name, 0);
    while let Some(above) = parents.get(at) {
        if *above == name {
            return Err(row.fault(Field::Parent, Wrong::Circle));
        }
        (at, steps) = (above, steps + 1);
        if steps > parents.len() {
            break;
        }
    }
    Ok(())
}

/// The register with what the rows so far add to it.
struct Draft<'a> {
    around: &'a Around<'a>,
    plan: Plan,
    organs: HashMap<String, OrganId>,
    posts: HashMap<(OrganId, String), PostId>,
    duties: HashMap<PostId, Vec<String>>,
    logins: HashMap<String, (OfficerId, String)>,
    held: BTreeSet<(OfficerId, PostId)>,
    next_number: u32,
}

impl<'a> Draft<'a> {
    fn new(around: &'a Around<'a>) -> Draft<'a> {
        let (register, today) = (around.register, around.today);
        let view = register.organs(today);
        let mut organs = HashMap::new();
        for organ in view.all() {
            for name in [&organ.name.zh, &organ.name.en, &organ.short.zh] {
                organs.entry(name.clone()).or_insert(organ.id);
            }
        }
        let mut posts = HashMap::new();
        let mut duties = HashMap::new();
        for post in register.posts().filter(|post| post.exists(today)) {
            posts.entry((post.organ, post.name.zh.clone())).or_insert(post.id);
            duties.insert(post.id, post.duties.clone());
        }
        let logins =
            register.officers().map(|officer| (officer.login.clone(), (officer.id, officer.name.zh.clone()))).collect();
        let held = register
            .appointments()
            .iter()
            .filter(|appointment| appointment.to.is_none_or(|to| to > today))
            .map(|appointment| (appointment.officer, appointment.post))
            .collect();
        let next_number = register.next_organ_number();
        Draft { around, plan: Plan::default(), organs, posts, duties, logins, held, next_number }
    }

    fn organ(&self, name: &str) -> Option<OrganId> {
        self.organs.get(name).copied()
    }

    fn enter_organ(&mut self, row: &Row<'_>, parents: &HashMap<&str, &str>, ids: &HashMap<String, OrganId>) {
        let name = row.text(Field::Organ);
        if self.organs.contains_key(name) {
            return;
        }
        let Some(id) = ids.get(name).copied() else { return };
        let parent = parents.get(name).copied().unwrap_or_default();
        let parent = self.organ(parent).or_else(|| ids.get(parent).copied()).filter(|_| !parent.is_empty());
        let division = DivisionCode::parse(row.text(Field::Division)).unwrap_or(self.around.division);
        self.plan.organs.push(Organ {
            id,
            number: self.next_number,
            name: Text::new(name, name),
            short: Text::new(name, name),
            kind: kind_of(row.text(Field::Kind)).unwrap_or(OrganKind::Other),
            division,
            parent,
            period: Period::since(self.around.today),
            uscc: Uscc::parse(row.text(Field::Uscc)).ok(),
        });
        self.next_number += 1;
        self.organs.insert(name.to_owned(), id);
    }

    fn check_people(&self, row: &Row<'_>) -> Result<(), Fault> {
        let (post, name, login) = (row.text(Field::Post), row.text(Field::Name), row.text(Field::Login));
        if post.is_empty() {
            return if name.is_empty() && login.is_empty() {
                Ok(())
            } else {
                Err(row.fault(Field::Post, Wrong::Missing))
            };
        }
        let known = self.organ(row.text(Field::Organ)).and_then(|organ| self.posts.get(&(organ, post.to_owned())));
        let duties = match known {
            Some(post) => self.duties.get(post).cloned().unwrap_or_default(),
            None => {
                let duties = duties_of(row.text(Field::Duties), self.around.duties)
                    .ok_or_else(|| row.fault(Field::Duties, Wrong::UnknownDuty))?;
                if duties.is_empty() {
                    return Err(row.fault(Field::Duties, Wrong::Missing));
                }
                duties
            }
        };
        if administrators(&duties) > 1 {
            return Err(row.fault(Field::Duties, Wrong::TwoAdministrators));
        }
        for field in [Field::Post, Field::Name] {
            if row.text(field).chars().count() > LONGEST {
                return Err(row.fault(field, Wrong::TooLong));
            }
        }
        if name.is_empty() && login.is_empty() {
            return Ok(());
        }
        for (field, text) in [(Field::Name, name), (Field::Login, login)] {
            if text.is_empty() {
                return Err(row.fault(field, Wrong::Missing));
            }
        }
        if !is_login(login) {
            return Err(row.fault(Field::Login, Wrong::BadLogin));
        }
        let from = row.text(Field::From);
        if !from.is_empty() && from.parse::<Day>().is_err() {
            return Err(row.fault(Field::From, Wrong::BadDay));
        }
        if let Some((officer, known)) = self.logins.get(login) {
            if known != name {
                return Err(row.fault(Field::Login, Wrong::LoginTaken));
            }
            if Some(*officer) == self.around.by {
                return Err(row.fault(Field::Login, Wrong::OwnPost));
            }
            if administrators(&duties) > 0 && self.holds_other_administration(*officer, &duties) {
                return Err(row.fault(Field::Duties, Wrong::TwoAdministrators));
            }
        }
        Ok(())
    }

    /// Whether an officer holds one of the three already, another than these.
    fn holds_other_administration(&self, officer: OfficerId, duties: &[String]) -> bool {
        self.held.iter().filter(|(holder, _)| *holder == officer).any(|(_, post)| {
            self.duties.get(post).is_some_and(|held| {
                held.iter().any(|duty| ADMINISTRATORS.contains(&duty.as_str()) && !duties.contains(duty))
            })
        })
    }

    fn enter_people(&mut self, row: &Row<'_>, ids: &HashMap<String, OrganId>, new_id: &mut impl FnMut() -> u128) {
        let (name, login) = (row.text(Field::Name), row.text(Field::Login));
        let post_name = row.text(Field::Post);
        let Some(organ) = self.organ(row.text(Field::Organ)).or_else(|| ids.get(row.text(Field::Organ)).copied())
        else {
            return;
        };
        if post_name.is_empty() {
            return;
        }
        let today = self.around.today;
        let post = match self.posts.get(&(organ, post_name.to_owned())) {
            Some(post) => *post,
            None => {
                let id = PostId::new(new_id());
                let duties = duties_of(row.text(Field::Duties), self.around.duties).unwrap_or_default();
                self.plan.posts.push(Post {
                    id,
                    organ,
                    name: Text::new(post_name, post_name),
                    duties: duties.clone(),
                    ceiling: Class::WorkSecret,
                    valid_from: today,
                    valid_to: None,
                });
                self.posts.insert((organ, post_name.to_owned()), id);
                self.duties.insert(id, duties);
                id
            }
        };
        if login.is_empty() {
            return;
        }
        let officer = match self.logins.get(login) {
            Some((officer, _)) => *officer,
            None => {
                let id = OfficerId::new(new_id());
                self.plan.officers.push(Officer { id, login: login.to_owned(), name: Text::new(name, name) });
                self.logins.insert(login.to_owned(), (id, name.to_owned()));
                id
            }
        };
        if self.held.insert((officer, post)) {
            let from = row.text(Field::From).parse().unwrap_or(today);
            self.plan.appointments.push(Appointment { officer, post, from, to: None });
        }
    }
}

/// How many of the three are among these duties.
pub fn administrators(duties: &[String]) -> usize {
    ADMINISTRATORS.iter().filter(|code| duties.iter().any(|duty| duty == *code)).count()
}

/// Duties named by code or by name in either language, between 、 ; ； , ， or /; nothing where one is unknown.
pub fn duties_of(text: &str, known: &[Duty]) -> Option<Vec<String>> {
    let mut duties: Vec<String> = Vec::new();
    for name in text.split(['、', ';', '；', ',', '，', '/']).map(str::trim).filter(|name| !name.is_empty()) {
        let duty = known
            .iter()
            .find(|duty| duty.code == name || duty.name.zh == name || duty.name.en.eq_ignore_ascii_case(name))?;
        if !duties.contains(&duty.code) {
            duties.push(duty.code.clone());
        }
    }
    Some(duties)
}

/// Whether a text may be a sign-in name: 2 to 64 small letters, digits, dots, hyphens or underscores.
pub fn is_login(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b".-_".contains(&c))
}

#[cfg(test)]
mod tests;
