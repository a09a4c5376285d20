//! The cockpit: duty, then health, then trend.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use kernel::{Day, Instant, OrganId};
use web::http::{By, Page, PageError, grown};
use web::view::{
    Action, Badge, Cell, Column, Columns, Facts, Grid, Heading, Html, Interval, IntoHtml, Light, Link, Panel, Renewed,
    Row, Seal, Series, Share, State as Shown, Table, Tone, format,
};

use crate::http::{ExportTables, ReadCockpit, ReadQueue, Supervision, Tasks, path, say};
use crate::store::{self, Counts, Explaining, Filter, Listed, Month, Precision, Reach, Tab, Turns, Waiting};

/// Duties shown; the rest is a link away.
const SHOWN: u32 = 8;
/// Explanations an organ needs before its median says anything.
const LEAST: usize = 10;

/// Coverage: acts recorded and supervised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Coverage {
    pub(super) recorded: u64,
    pub(super) supervised: u64,
}

/// What the log and the watch say of each other.
pub(super) async fn coverage(page: &Page) -> Result<Coverage, PageError> {
    let (store, node) = (page.app.store(), page.app.node().number());
    // The cursor first: what is recorded between the two readings is late, never supervised before it is recorded.
    let supervised = store.cursor(node, "supervise").await?;
    let recorded = store.log_size(node).await?;
    Ok(Coverage { recorded, supervised: supervised.min(recorded) })
}

/// The reader's own reach over warnings, if the post may see any.
pub(super) fn reach(page: &Page) -> Option<Reach> {
    let may = page.app.authority().may::<ReadQueue>(&page.reader).ok()?;
    Some(Reach::of(&may, &page.register, page.today()))
}

/// What waits for the reader now.
pub(super) async fn waiting(page: &Page, limit: u32) -> Result<Waiting, PageError> {
    let (clock, today) = (page.app.clock(), page.today());
    let reach = Reach::of_reader(&page.reader, &page.register, today);
    let turns = Turns::of(&page.reader, &page.register, page.today());
    let ends = clock.zone().end_of(today);
    Ok(store::waiting(page.app.store(), &reach, &turns, clock.now(), ends, limit).await?)
}

/// The first months of the last twelve, as numbers that sort, oldest first.
pub(super) fn twelve(today: Day) -> Vec<(i64, i8)> {
    (0..12)
        .rev()
        .map(|back| {
            let day = Day::new(today.year(), today.month(), 1).unwrap_or(today).plus_months(-back);
            (store::month_of(day), day.month())
        })
        .collect()
}

/// GET /
pub(super) async fn show(State(state): State<Supervision>, by: By<ReadCockpit>) -> Result<Response, PageError> {
    let page = &by.page;
    let now = page.app.clock().now();
    let words = page.words;
    let coverage = coverage(page).await?;
    let seal = Seal::new(words, coverage.recorded.saturating_sub(1));
    let at = format::time(now, page.app.clock().zone());
    let tasks = match &state.tasks {
        Some(tasks) => tasks.of(page).await?,
        None => None,
    };
    let Some(reach) = reach(page) else {
        let title = tasks.map_or_else(|| words.t("supervision-cockpit"), |tasks| title(page, (0, 0), Some(tasks)));
        let heading =
            Heading::new(words, title).lead(words.t("supervision-cockpit-no-warnings")).asof(words, &at, seal);
        let mut body = Grid::new();
        if let Some(tasks) = tasks {
            body = body.cell(6, doing(page, tasks));
        }
        return Ok(page.html(heading, body.cell(6, covered(page, coverage))));
    };
    let waiting = waiting(page, SHOWN).await?;
    let open = store::counts(page.app.store(), &reach, &Filter { tab: Tab::All, ..Filter::default() }, now).await?;
    let months = store::months(page.app.store(), &reach, twelve(page.today())[0].0).await?;
    let since = page.app.clock().zone().start_of(page.today().plus_months(-7));
    let explanations = store::explanations(page.app.store(), &reach, since).await?;
    let mut heading = Heading::new(words, title(page, (waiting.late + waiting.today, waiting.all), tasks))
        .lead(lead(page, &waiting))
        .asof(words, &at, seal);
    heading = heading.action(Action::go(words.t("supervision-to-queue"), "/queue"));
    if let Some(first) = waiting.first.first() {
        heading = heading.action(Action::go(words.t("supervision-begin"), path(first.id)).main());
    }
    let mut side = vec![covered(page, coverage).into_html(), standing(page, &open).into_html()];
    if page.app.authority().allows(&page.reader, "indicator.read").is_ok() {
        let precision = store::precision(page.app.store(), page.app.node(), &[]).await?;
        side.push(precise(page, &precision).into_html());
    }
    let limit = state.limits.explain.working_days;
    let work = tasks.map(|tasks| doing(page, tasks).into_html()).into_iter().chain([
        Renewed::new("live-waits", "/", "/cockpit/live", waits(page, &waiting, now)).into_html(),
        chart(page, &months).into_html(),
        medians(page, &explanations, limit).into_html(),
    ]);
    let body = Grid::new().cell(8, work.collect::<Vec<_>>()).cell(4, side);
    Ok(page.html(heading, body))
}

/// GET /cockpit/live
pub(super) async fn live(by: By<ReadCockpit>) -> Response {
    grown(&by.page.app)
}

/// What comes first today.
///
/// - `warnings`: those overdue or due today, and all that wait.
fn title(page: &Page, warnings: (u64, u64), tasks: Option<Tasks>) -> String {
    let tasks = tasks.unwrap_or_default();
    match (warnings, tasks.late + tasks.today) {
        ((0, 0), 0) if tasks.all == 0 => page.words.t("supervision-today-nothing"),
        ((0, _), 0) => page.words.t("supervision-today-calm"),
        ((0, _), first) => page.words.count("supervision-today-tasks", first),
        ((first, _), 0) => page.words.count("supervision-today-first", first),
        ((warnings, _), tasks) => {
            page.words.with("supervision-today-both", &[("warnings", warnings.into()), ("tasks", tasks.into())])
        }
    }
}

/// Tasks of processes that wait for the reader.
fn doing(page: &Page, tasks: Tasks) -> Panel {
    let words = page.words;
    let figure = |count: u64| Link::new("/inbox", format::number(count)).quiet();
    let all = if tasks.more { format!("{}+", format::number(tasks.all)) } else { format::number(tasks.all) };
    let facts = Facts::new()
        .fact(words.t("supervision-tasks-late"), figure(tasks.late))
        .fact(words.t("supervision-tasks-today"), figure(tasks.today))
        .fact(words.t("supervision-tasks-all"), Link::new("/inbox", all).quiet());
    let mut panel = Panel::new(words.t("supervision-tasks"), facts.sums())
        .note(words.t("supervision-tasks-note"))
        .aside(Link::new("/inbox", words.t("supervision-tasks-open")).quiet());
    if tasks.late > 0 {
        panel = panel.tone(Light::Red);
    }
    panel
}

fn lead(page: &Page, waiting: &Waiting) -> String {
    let rest = waiting.all - waiting.late - waiting.today;
    page.words.with(
        "supervision-today-lead",
        &[("late", waiting.late.into()), ("today", waiting.today.into()), ("rest", rest.into())],
    )
}

fn waits(page: &Page, waiting: &Waiting, now: Instant) -> Panel {
    let words = page.words;
    let title = words.t("supervision-waits");
    let columns = vec![
        Column::new(words.t("supervision-column-light")).narrow(),
        Column::new(words.t("supervision-column-matter")),
        Column::new(words.t("supervision-column-do")),
        Column::new(words.t("supervision-column-clock")).narrow(),
    ];
    let row = |warning: &Listed| {
        let (first, _) = say::reasons(words, warning);
        Row::new(vec![
            Cell::new(say::badge(words, warning)),
            Cell::subject(&path(warning.id), &warning.subject.label).under(first),
            Cell::new(say::my_do(page, &warning.stage)).under(Html::data(&say::organ(
                page,
                warning.organ,
                &warning.organ_name,
            ))),
            Cell::new(say::clock(page, warning, now)),
        ])
    };
    let table = Table::new(words, "waits", title.as_str(), columns)
        .rows(waiting.first.iter().map(row))
        .empty(Shown::empty(words.t("supervision-waits-none"), words.t("supervision-waits-none-next")));
    Panel::new(title, table)
        .note(words.count("supervision-waits-note", waiting.all))
        .aside(Link::new("/queue", words.t("supervision-waits-all")).quiet())
        .flush()
}

fn covered(page: &Page, coverage: Coverage) -> Panel {
    let words = page.words;
    let missing = coverage.recorded - coverage.supervised;
    let (light, word) = if missing == 0 {
        (Light::Done, words.t("supervision-covered"))
    } else {
        (Light::Waiting, words.count("supervision-covered-behind", missing))
    };
    let facts = Facts::new()
        .fact(words.t("supervision-recorded"), format::number(coverage.recorded))
        .fact(words.t("supervision-supervised"), format::number(coverage.supervised))
        .fact(words.t("supervision-coverage"), Badge::saying(light, word).bare())
        .sums();
    Panel::new(words.t("supervision-coverage-title"), (facts, Share::new(coverage.supervised, coverage.recorded)))
        .foot(words.t("supervision-coverage-foot"))
}

fn standing(page: &Page, counts: &Counts) -> Panel {
    let words = page.words;
    let link = |text: String, href: &str| Link::new(href, text).quiet();
    let mut facts = Facts::new();
    for code in crate::types::Stage::CODES {
        let count = format::number(counts.of(Tab::Stage(code)));
        facts = facts.fact(say::stage(words, code), link(count, &format!("/queue?stage={code}")));
    }
    facts = facts.fact(words.t("supervision-late"), link(format::number(counts.late), "/queue?late=1"));
    Panel::new(words.t("supervision-standing"), facts.sums())
        .note(words.count("supervision-standing-note", counts.of(Tab::All)))
}

fn chart(page: &Page, months: &BTreeMap<i64, Month>) -> Panel {
    let words = page.words;
    let title = words.t("supervision-months");
    let all = twelve(page.today());
    let labels = all.iter().map(|(_, month)| format::month(words.locale(), *month)).collect();
    let of = |number: &i64| months.get(number).copied().unwrap_or_default();
    let series = |at: usize, key: &str, tone: Tone| {
        Series::new(words.t(key), tone, all.iter().map(|(number, _)| of(number).raised[at]).collect::<Vec<u64>>())
    };
    let parts = vec![
        series(0, "light-notice", Tone::Outline),
        series(1, "light-yellow", Tone::Yellow),
        series(2, "light-red", Tone::Red),
    ];
    let closed: Vec<u64> = all.iter().map(|(number, _)| of(number).closed).collect();
    let until = words.count("supervision-until-day", u64::from(page.today().day_of_month().unsigned_abs()));
    let chart = Columns::stacked(words, "months", title.as_str(), labels, parts)
        .line(Series::new(words.t("supervision-closed-in-month"), Tone::First, closed))
        .running(until);
    let mut panel =
        Panel::new(title, chart).note(words.t("supervision-unit-warnings")).foot(words.t("supervision-months-foot"));
    if page.app.authority().allows(&page.reader, <ExportTables as access::Permission>::CODE).is_ok() {
        panel = panel.aside(Link::new("/cockpit/months.csv", words.t("supervision-download-csv")).quiet());
    }
    panel
}

/// Rules with enough verdicts, least precise first: those need mending.
fn precise(page: &Page, precision: &BTreeMap<String, Precision>) -> Panel {
    let words = page.words;
    let mut known: Vec<_> =
        precision.iter().filter_map(|(rule, verdicts)| Some((rule, verdicts, verdicts.share()?))).collect();
    known.sort_by(|one, other| one.2.1.total_cmp(&other.2.1));
    let few = precision.len() - known.len();
    let columns = vec![
        Column::new(words.t("supervision-column-rule")).narrow(),
        Column::new(words.t("supervision-column-confirmed")).figure(),
        Column::new(words.t("supervision-column-range")),
    ];
    let rows = known.into_iter().take(6).map(|(rule, verdicts, (low, share, high))| {
        Row::new(vec![
            Cell::subject(&super::say::method_page(rule), rule),
            Cell::new(format::percent(share, 0)).under(words.count("supervision-of-verdicts", verdicts.verdicts())),
            Cell::new(Interval::new(low, share, high)),
        ])
    });
    let title = words.t("supervision-precision");
    let table = Table::new(words, "precision", title.as_str(), columns)
        .rows(rows)
        .plain()
        .empty(Shown::empty(words.t("supervision-precision-none"), words.t("supervision-precision-none-next")));
    Panel::new(title, table).foot(words.count("supervision-precision-foot", few as u64)).flush()
}

fn medians(page: &Page, explanations: &[Explaining], promise: u32) -> Panel {
    let words = page.words;
    let zone = page.app.clock().zone();
    let mut by_organ: BTreeMap<OrganId, Vec<i64>> = BTreeMap::new();
    for one in explanations {
        let days = page.app.calendar().working_days_between(one.asked.day(zone), one.answered.day(zone));
        if let Ok(days) = days {
            by_organ.entry(one.organ).or_default().push(days);
        }
    }
    let few = by_organ.values().filter(|days| days.len() < LEAST).count();
    let columns = vec![
        Column::new(words.t("supervision-column-organ")),
        Column::new(words.t("supervision-column-median")).figure(),
        Column::new(words.t("supervision-column-p95")).figure(),
        Column::new(words.t("supervision-column-promise")).figure(),
        Column::new(words.t("supervision-column-n")).figure(),
    ];
    let rows = by_organ.into_iter().filter(|(_, days)| days.len() >= LEAST).map(|(organ, mut days)| {
        days.sort_unstable();
        let (median, p95) = (rank(&days, 50), rank(&days, 95));
        let figure = Html::rich(&format!("**{median}**"));
        let figure = if median > i64::from(promise) {
            Badge::saying(Light::Yellow, words.t("supervision-over"))
                .bare()
                .into_html()
                .then(Html::text(" "))
                .then(figure)
        } else {
            figure
        };
        Row::new(vec![
            Cell::new(page.organ(organ)),
            Cell::new(figure),
            Cell::number(p95),
            Cell::number(promise),
            Cell::number(days.len() as i64),
        ])
    });
    let title = words.t("supervision-medians");
    let table = Table::new(words, "medians", title.as_str(), columns)
        .rows(rows)
        .plain()
        .empty(Shown::empty(words.t("supervision-medians-none"), words.t("supervision-medians-none-next")));
    Panel::new(title, table)
        .note(words.t("supervision-working-days"))
        .aside(words.t("supervision-seven-months"))
        .foot(words.count("supervision-medians-foot", few as u64))
        .flush()
}

/// The value at that per cent of a sorted, non-empty list: the smallest that so many do not exceed.
fn rank(sorted: &[i64], per_cent: usize) -> i64 {
    let place = (sorted.len() * per_cent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_end_with_this_one() {
        let months = twelve(Day::constant(2026, 2, 28));
        assert_eq!(months.first(), Some(&(202_503, 3)));
        assert_eq!(months.last(), Some(&(202_602, 2)));
        assert_eq!(months.len(), 12);
    }

    #[test]
    fn ranks_are_values_that_occur() {
        let cases = [(vec![3], 50, 3), (vec![1, 2, 3, 4], 50, 2), (vec![1, 2, 3], 50, 2), ((1..=20).collect(), 95, 19)];
        for (days, per_cent, expected) in cases {
            assert_eq!(rank(&days, per_cent), expected, "{days:?}");
        }
    }
}
