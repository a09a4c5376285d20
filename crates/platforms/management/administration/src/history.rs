//! What happened to an organ, as was known on a day: its rows and the reorganisations that name it, told in order. Pure.

use directory::Register;
use kernel::dated::{SuccessionKind, as_of};
use kernel::organ::Organ;
use kernel::{Day, OrganId, Text};

/// One thing that happened to an organ, or is to happen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happened {
    /// The first day on which it is so.
    pub on: Day,
    /// Since when it is known.
    pub known_from: Day,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// It was set up 设立, or taken into the register, under this name.
    SetUp(Text),
    /// It got another name 更名.
    Renamed(Text),
    /// It came under another organ 划转, or under none.
    Moved(Option<OrganId>),
    /// Something else about it changed: kind, division, code.
    Changed,
    /// It took over from others 承接.
    TookOver(Vec<OrganId>),
    /// It ended, and went into others 并入、分立.
    WentInto(SuccessionKind, Vec<OrganId>),
    /// It ended without a successor 撤销.
    Abolished,
}

/// The history of an organ by what was known on a day, earliest first.
pub fn of(register: &Register, organ: OrganId, known: Day) -> Vec<Happened> {
    let rows = register.history(organ);
    let mut days: Vec<Day> = rows.iter().map(|row| row.period.valid_from).collect();
    days.sort_unstable();
    days.dedup();
    // Of each period the row that counted on that day; a withdrawn one is none.
    let periods: Vec<&Organ> =
        days.iter().filter_map(|day| as_of(rows, *day, known).filter(|row| row.period.valid_from == *day)).collect();
    let mut all = Vec::new();
    for (at, row) in periods.iter().enumerate() {
        let period = row.period;
        // An end of the period before, entered later, makes its row known later than what it tells.
        let known_from = first_known(rows, row);
        let happened = |what| Happened { on: period.valid_from, known_from, what };
        match at.checked_sub(1).map(|before| periods[before]) {
            None => all.push(happened(What::SetUp(row.name.clone()))),
            Some(before) => {
                if before.name != row.name || before.short != row.short {
                    all.push(happened(What::Renamed(row.name.clone())));
                }
                if before.parent != row.parent {
                    all.push(happened(What::Moved(row.parent)));
                }
                if (before.kind, before.division, &before.uscc) != (row.kind, row.division, &row.uscc) {
                    all.push(happened(What::Changed));
                }
            }
        }
    }
    let visible = || register.successions().iter().filter(|it| it.known_from <= known);
    for it in visible().filter(|it| it.after.contains(&organ) && !it.before.contains(&organ)) {
        let what = What::TookOver(it.before.clone());
        all.push(Happened { on: it.on, known_from: it.known_from, what });
    }
    if let Some(last) = periods.last()
        && let Some(end) = last.period.valid_to
    {
        let followed = visible().find(|it| it.on == end && it.before.contains(&organ));
        let what = followed.map_or(What::Abolished, |it| What::WentInto(it.kind, it.after.clone()));
        all.push(Happened { on: end, known_from: last.period.known_from, what });
    }
    all.sort_by_key(|it| it.on);
    all
}

/// Since when what a row tells is known: the first row of its period that tells the same, its end aside.
fn first_known(rows: &[Organ], row: &Organ) -> Day {
    let same = |other: &&Organ| {
        other.period.valid_from == row.period.valid_from
            && (&other.name, &other.short, other.parent, other.kind) == (&row.name, &row.short, row.parent, row.kind)
    };
    rows.iter().filter(same).map(|other| other.period.known_from).min().unwrap_or(row.period.known_from)
}
