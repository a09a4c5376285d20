//! Which figure is shown, and what it is of an activity, in words.

use kernel::limit::Unit;
use web::http::Page;
use web::view::format;

use crate::figures::{Figures, Spread};
use crate::http::t;

/// A figure that the drawing can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Figure {
    Open,
    Entered,
    Completed,
    Took,
    Waited,
    Worked,
    Used,
    Late,
    Returned,
    Again,
    Mishaps,
    Standing,
}

impl Figure {
    pub(super) const ALL: [Figure; 12] = [
        Figure::Took,
        Figure::Waited,
        Figure::Worked,
        Figure::Used,
        Figure::Open,
        Figure::Entered,
        Figure::Completed,
        Figure::Late,
        Figure::Returned,
        Figure::Again,
        Figure::Mishaps,
        Figure::Standing,
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Figure::Open => "open",
            Figure::Entered => "entered",
            Figure::Completed => "completed",
            Figure::Took => "took",
            Figure::Waited => "waited",
            Figure::Worked => "worked",
            Figure::Used => "used",
            Figure::Late => "late",
            Figure::Returned => "returned",
            Figure::Again => "again",
            Figure::Mishaps => "mishaps",
            Figure::Standing => "standing",
        }
    }

    pub(super) fn of(code: &str) -> Option<Figure> {
        Figure::ALL.into_iter().find(|figure| figure.code() == code)
    }

    /// Whether it is spread, so that a statistic is chosen.
    pub(super) fn is_spread(self) -> bool {
        matches!(self, Figure::Took | Figure::Waited | Figure::Worked | Figure::Used)
    }

    /// The list that it opens.
    pub(super) fn list(self) -> &'static str {
        match self {
            Figure::Used => "took",
            other => other.code(),
        }
    }
}

/// What is said of values that are spread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Statistic {
    Mean,
    Median,
    P95,
}

impl Statistic {
    pub(super) const ALL: [Statistic; 3] = [Statistic::Median, Statistic::Mean, Statistic::P95];

    pub(super) fn code(self) -> &'static str {
        match self {
            Statistic::Mean => "mean",
            Statistic::Median => "median",
            Statistic::P95 => "p95",
        }
    }

    pub(super) fn of(code: &str) -> Option<Statistic> {
        Statistic::ALL.into_iter().find(|statistic| statistic.code() == code)
    }

    fn ms(self, spread: &Spread) -> i64 {
        match self {
            Statistic::Mean => spread.mean(),
            Statistic::Median => spread.median,
            Statistic::P95 => spread.p95,
        }
    }

    fn tenths(self, spread: &Spread) -> i64 {
        match self {
            Statistic::Mean => spread.mean_tenths(),
            Statistic::Median => spread.median.saturating_mul(10),
            Statistic::P95 => spread.p95.saturating_mul(10),
        }
    }
}

/// The figures of an activity with what went wrong there: opened, and open still.
pub(super) struct Of<'f> {
    pub(super) figures: &'f Figures,
    pub(super) mishaps: (u64, u64),
}

/// A figure of an activity.
pub(super) struct Value {
    /// Where it lies on the scale.
    pub(super) value: i64,
    /// How many cases it is of; nothing for a count.
    pub(super) n: Option<u64>,
    /// Of a limit: its unit. Activities whose limits are counted otherwise lie on no scale with it.
    pub(super) unit: Option<Unit>,
}

/// The spread of what was used of a limit, of the unit in which most runs are measured.
pub(super) fn used(figures: &Figures) -> Option<(Unit, &Spread)> {
    figures.used.iter().max_by_key(|(_, spread)| spread.n).map(|(unit, spread)| (*unit, spread))
}

/// What a figure is of an activity; nothing where it does not apply, or nothing is known.
pub(super) fn value((figure, statistic): (Figure, Statistic), of: &Of<'_>) -> Option<Value> {
    let figures = of.figures;
    let plain = |value: u64, n| Value { value: i64::try_from(value).unwrap_or(i64::MAX), n, unit: None };
    let time = |spread: &Option<Spread>| {
        spread.as_ref().map(|spread| Value { value: statistic.ms(spread), n: Some(spread.n), unit: None })
    };
    match figure {
        Figure::Open => Some(plain(figures.open, None)),
        Figure::Entered => Some(plain(figures.entered, None)),
        Figure::Completed => Some(plain(figures.completed, None)),
        Figure::Again => Some(plain(figures.again, None)),
        Figure::Mishaps => Some(plain(of.mishaps.0, None)),
        Figure::Standing => Some(plain(of.mishaps.1, None)),
        Figure::Late => figures.late_per_hundred_tenths().map(|tenths| plain(tenths, Some(figures.limited))),
        Figure::Returned => figures.returned_per_hundred_tenths().map(|tenths| plain(tenths, Some(figures.entered))),
        Figure::Took => time(&figures.took),
        Figure::Waited => time(&figures.waited),
        Figure::Worked => time(&figures.worked),
        Figure::Used => used(figures).map(|(unit, spread)| Value {
            value: statistic.tenths(spread),
            n: Some(spread.n),
            unit: Some(unit),
        }),
    }
}

/// A value of a figure in words, with its unit.
pub(super) fn said(page: &Page, figure: Figure, value: i64, unit: Option<Unit>) -> String {
    match figure {
        Figure::Took | Figure::Waited | Figure::Worked => lasting(page, value),
        Figure::Used => limit(page, value, unit.unwrap_or(Unit::WorkingDays)),
        Figure::Late => format!("{}%", tenths(value)),
        Figure::Returned => tenths(value),
        _ => format::number(value),
    }
}

/// A tenth of it, with one decimal where there is one.
pub(super) fn tenths(value: i64) -> String {
    match value % 10 {
        0 => format::number(value / 10),
        part => format!("{}.{part}", format::number(value / 10)),
    }
}

/// How long something took, in the greatest unit of which it is one at least.
pub(super) fn lasting(page: &Page, ms: i64) -> String {
    const MINUTE: i64 = 60_000;
    if ms > 0 && ms < MINUTE {
        return t(page, "figures-under-a-minute");
    }
    let (unit, key) = match ms {
        ms if ms >= 1440 * MINUTE => (1440 * MINUTE, "figures-days"),
        ms if ms >= 60 * MINUTE => (60 * MINUTE, "figures-hours"),
        _ => (MINUTE, "figures-minutes"),
    };
    let n = tenths((i128::from(ms) * 10 + i128::from(unit) / 2).div_euclid(i128::from(unit)) as i64);
    page.words.with(&format!("casework-{key}"), &[("n", n.into())])
}

/// What was used of a limit, in tenths of its unit.
pub(super) fn limit(page: &Page, value: i64, unit: Unit) -> String {
    let key = match unit {
        Unit::CalendarDays => "figures-days",
        Unit::WorkingDays if value == 10 => "figures-one-working-day",
        Unit::WorkingDays => "figures-working-days",
        Unit::Hours => "figures-hours",
    };
    page.words.with(&format!("casework-{key}"), &[("n", tenths(value).into())])
}

/// What a figure is called, with the statistic where it is spread.
pub(super) fn name(page: &Page, (figure, statistic): (Figure, Statistic)) -> String {
    let name = t(page, &format!("figure-{}", figure.code()));
    match figure.is_spread() {
        true => page.words.with(
            "casework-figure-of",
            &[("figure", name.into()), ("statistic", t(page, &format!("statistic-{}", statistic.code())).into())],
        ),
        false => name,
    }
}
