//! Figures of a process: on its drawing as a heat map, and as tables; each opens the runs behind it.

mod asked;
mod data;
mod runs;
mod value;

use access::Permission as _;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use drawing::{Drawing, FEW, HeatKey, Mark, Scale};
use kernel::OrganId;
use kernel::limit::Unit;
use web::http::{By, Page, PageError, Parameter};
use web::view::{
    Action, Cell, Choice as Offered, Column, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Link, Notice,
    Panel, Row, State as Empty, Table, format,
};

pub(super) use data::{api, csv, schema};
pub(super) use runs::show as list;

use super::{Casework, ReadCases, ReadFigures, diagram, models, say, t};
use crate::case::behind;
use crate::case::list::Reach;
use crate::figures::{Figures, Spread};
use asked::{Choice, Found, Line, find};
use value::{Figure, Statistic};

const PROCESS: Parameter =
    Parameter { name: "process", meaning: ("流程编号", "the id of a process"), kind: "string" };
const VERSION: Parameter = Parameter {
    name: "version",
    meaning: ("第几版，all 为全部", "a version of the process; all of them: all"),
    kind: "string",
};
const FROM: Parameter =
    Parameter { name: "from", meaning: ("进入环节的第一日", "entered on this day or later"), kind: "string" };
const TO: Parameter =
    Parameter { name: "to", meaning: ("进入环节的最后一日", "entered on this day or before"), kind: "string" };
const ORGAN: Parameter =
    Parameter { name: "organ", meaning: ("办理机关", "the organ that works on it"), kind: "string" };

/// What the addresses of figures may say.
pub(super) const ASKED: &[Parameter] = &[
    PROCESS,
    Parameter { name: "figure", meaning: ("图上的指标", "the figure on the drawing"), kind: "string" },
    Parameter { name: "statistic", meaning: ("median、mean 或 p95", "median, mean or p95"), kind: "string" },
    VERSION,
    FROM,
    TO,
    ORGAN,
];

/// The same, and which runs.
pub(super) const LISTED: &[Parameter] = &[
    PROCESS,
    Parameter { name: "element", meaning: ("环节编号", "the id of an activity"), kind: "string" },
    Parameter { name: "of", meaning: ("哪个指标背后的", "which figure they are behind"), kind: "string" },
    VERSION,
    FROM,
    TO,
    ORGAN,
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
];

/// GET /models/{id}/figures
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<ReadFigures>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let choice = Choice::read(page, &state, &id, ("/figures", raw.as_deref())).await?;
    let found = find(page, &by.may, &state, &choice).await?;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let organs = behind::organs(page.app.store(), &reach, &choice.asked).await?;
    let lists = page.app.authority().allows(&page.reader, ReadCases::CODE).is_ok();
    let name = value::name(page, choice.figure);
    let mut main = Vec::new();
    if found.more {
        let said = page.words.with("casework-figures-more", &[("n", (behind::MOST_RUNS as u64).into())]);
        main.push(Notice::caution(said).into_html());
    }
    let shown = lists.then_some(&choice);
    let drawn = drawn(page, &choice, &found, lists);
    main.push(Panel::new(name, drawn.unwrap_or_else(|| Html::text(&t(page, "figures-undrawn")))).into_html());
    let counts = counts(page, &choice, &found, shown);
    let counts = match page.app.authority().allows(&page.reader, super::ExportTables::CODE).is_ok() {
        true => counts.export("CSV", choice.query.url_at(&format!("{}/figures.csv", say::model_path(choice.model.id)))),
        false => counts,
    };
    let tables = [
        Panel::new(t(page, "figures-counts"), counts).flush(),
        Panel::new(t(page, "figures-times"), times(page, &choice, &found, shown)).flush(),
        meaning(page, lists),
    ];
    let body = Grid::new().cell(8, main).cell(4, asking(page, &choice, &organs)).cell(12, Html::join(tables));
    let heading = heading(page, &choice, t(page, "figures")).lead(period(page, &choice, &found));
    Ok(page.html(heading, body))
}

fn heading(page: &Page, choice: &Choice, title: String) -> Heading {
    Heading::new(page.words, title)
        .under(page.words.t("http-chapter-management"), "/models")
        .under(t(page, "models"), "/models")
        .under(choice.model.name.clone(), say::model_path(choice.model.id))
        .badge(models::badge(page, choice.model.stage))
}

/// What the figures are of: process, version, period, organ, and how many runs.
fn period(page: &Page, choice: &Choice, found: &Found) -> Html {
    let words = page.words;
    let process = choice.readied.names.get(&choice.process).cloned();
    let process = process.unwrap_or_else(|| choice.process.to_string());
    let version = match choice.asked.version {
        Some(version) => words.with("casework-version", &[("version", version.into())]),
        None => t(page, "figures-all-versions"),
    };
    let organ = choice.asked.organ.map_or_else(|| t(page, "figures-all-organs"), |organ| page.organ(organ));
    let text = words.with(
        "casework-figures-of",
        &[
            ("process", process.into()),
            ("version", version.into()),
            ("organ", organ.into()),
            ("from", format::date(choice.from).into()),
            ("to", format::date(choice.to).into()),
            ("n", format::number(found.runs).into()),
            ("at", page.moment(found.now).into()),
        ],
    );
    Html::data(&text)
}

/// The drawing with the chosen figure on it; nothing where the process cannot be drawn.
fn drawn(page: &Page, choice: &Choice, found: &Found, lists: bool) -> Option<Html> {
    let model = diagram::model_in(&choice.files, &choice.process)?;
    let (figure, _) = choice.figure;
    let values: Vec<_> = found
        .lines
        .iter()
        .filter_map(|line| Some((line.element.as_str(), value::value(choice.figure, &line.of())?)))
        .filter(|(_, value)| value.n != Some(0))
        .collect();
    // Limits in days and in hours lie on no scale together: the unit of most activities is coloured, others say their figure.
    let unit = most(values.iter().map(|(_, value)| value.unit));
    let scale = Scale::of(values.iter().filter(|(_, value)| value.unit == unit).map(|(_, value)| value.value));
    let mut drawing = Drawing::new(page.words, &model).id("figures-drawing").showing(choice.process.as_str());
    let mut few = false;
    for (element, value) in &values {
        let text = value::said(page, figure, value.value, value.unit);
        let heat = match value.unit == unit {
            true => scale.heat(value.value, text, value.n),
            false => drawing::Heat::few(text),
        };
        few |= heat.step.is_none();
        let mark = Mark::heat(heat);
        let mark = if lists { mark.link(choice.list(element, figure.list())) } else { mark };
        drawing = drawing.mark(*element, mark);
    }
    let said = |limit| value::said(page, figure, limit, unit);
    let mut key = HeatKey::new(value::name(page, choice.figure), &scale, said);
    if few {
        key = key.few(page.words.with("casework-figures-few", &[("n", FEW.into())]));
    }
    Some(drawing.key(key).into_html())
}

/// What occurs most often.
fn most(units: impl Iterator<Item = Option<Unit>>) -> Option<Unit> {
    let mut counts = std::collections::BTreeMap::new();
    units.for_each(|unit| *counts.entry(unit).or_insert(0u64) += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).and_then(|(unit, _)| unit)
}

/// A count that opens what it counts.
fn counted(shown: Option<&Choice>, line: &Line, (of, n): (&str, u64)) -> Html {
    match shown {
        Some(choice) if n > 0 => {
            let text = format::number(n);
            let href = choice.list(&line.element, of);
            Link::new(href, text).into_html()
        }
        _ => Html::text(&format::number(n)),
    }
}

fn counts(page: &Page, choice: &Choice, found: &Found, shown: Option<&Choice>) -> Table {
    let head = |key: &str| Column::new(t(page, key)).figure();
    let columns = vec![
        Column::new(t(page, "step")),
        head("figure-entered"),
        head("figure-completed"),
        head("figure-returned-short"),
        head("figure-terminated"),
        head("figure-open"),
        head("figure-late"),
        head("figure-again-short"),
        head("figure-mishaps"),
    ];
    let rows = found.lines.iter().map(|line| {
        let figures = &line.figures;
        let count = |of: &str, n: u64| Cell::new(counted(shown, line, (of, n)));
        let late = match figures.late_per_hundred_tenths() {
            None => Cell::new(t(page, "figures-no-limit")),
            Some(tenths) => {
                let rate = page.words.with(
                    "casework-figures-rate",
                    &[
                        ("rate", value::said(page, Figure::Late, tenths.cast_signed(), None).into()),
                        ("n", format::number(figures.limited).into()),
                    ],
                );
                count("late", figures.late).under(Html::data(&rate))
            }
        };
        let returned = match figures.returned_per_hundred_tenths() {
            Some(tenths) if figures.returned > 0 => {
                let per = page
                    .words
                    .with("casework-figures-per-hundred", &[("n", value::tenths(tenths.cast_signed()).into())]);
                count("returned", figures.returned).under(Html::data(&per))
            }
            _ => count("returned", figures.returned),
        };
        let mishaps = count("mishaps", line.mishaps.0);
        let mishaps = match line.mishaps.1 {
            0 => mishaps,
            open => mishaps.under(Html::text(&format!("{} ", t(page, "figure-standing"))).then(counted(
                shown,
                line,
                ("standing", open),
            ))),
        };
        Row::new(vec![
            Cell::new(Html::data(&choice.name(&line.element))),
            count("entered", figures.entered),
            count("completed", figures.completed),
            returned,
            count("terminated", figures.terminated),
            count("open", figures.open),
            late,
            count("again", figures.again),
            mishaps,
        ])
    });
    Table::new(page.words, "figures-counts", t(page, "figures-counts"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "figures-none"), t(page, "figures-none-next")))
        .note(t(page, "figures-counts-note"))
}

fn times(page: &Page, choice: &Choice, found: &Found, shown: Option<&Choice>) -> Table {
    let head = |key: &str| Column::new(t(page, key)).figure();
    let columns = vec![
        Column::new(t(page, "step")),
        Column::new(t(page, "figures-what")),
        head("figures-n"),
        head("statistic-median"),
        head("statistic-mean"),
        head("statistic-p95"),
    ];
    let mut rows = Vec::new();
    for line in &found.lines {
        let Figures { took, waited, worked, .. } = &line.figures;
        for (figure, spread) in [(Figure::Took, took), (Figure::Waited, waited), (Figure::Worked, worked)] {
            let Some(spread) = spread else { continue };
            let cell = |ms: i64| Cell::new(value::lasting(page, ms));
            let cells = [cell(spread.median), cell(spread.mean()), cell(spread.p95)];
            rows.push(time_row(page, choice, line, (figure, spread), shown, cells));
        }
        for (unit, spread) in &line.figures.used {
            let cell = |tenths: i64| Cell::new(value::limit(page, tenths, *unit));
            let tens = |value: i64| value.saturating_mul(10);
            let cells = [cell(tens(spread.median)), cell(spread.mean_tenths()), cell(tens(spread.p95))];
            rows.push(time_row(page, choice, line, (Figure::Used, spread), shown, cells));
        }
    }
    Table::new(page.words, "figures-times", t(page, "figures-times"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "figures-times-none"), t(page, "figures-times-none-next")))
        .note(t(page, "figures-times-note"))
}

fn time_row(
    page: &Page,
    choice: &Choice,
    line: &Line,
    (figure, spread): (Figure, &Spread),
    shown: Option<&Choice>,
    cells: [Cell; 3],
) -> Row {
    let first = [
        Cell::new(Html::data(&choice.name(&line.element))),
        Cell::new(t(page, &format!("figure-{}", figure.code()))),
        Cell::new(counted(shown, line, (figure.list(), spread.n))),
    ];
    Row::new(first.into_iter().chain(cells).collect())
}

/// The form that chooses.
fn asking(page: &Page, choice: &Choice, organs: &[OrganId]) -> Panel {
    let word = |key: &str, code: &str| t(page, &format!("{key}-{code}"));
    let figures = Figure::ALL.map(|figure| Offered::new(figure.code(), word("figure", figure.code())));
    let statistics = Statistic::ALL.map(|it| Offered::new(it.code(), word("statistic", it.code())));
    let (figure, statistic) = choice.figure;
    let versions = choice.versions.iter().map(|version| {
        let said = page.words.with("casework-version", &[("version", (*version).into())]);
        Offered::new(version.to_string(), said)
    });
    let all_versions = Offered::new("all", t(page, "figures-all-versions"));
    let versions = [all_versions].into_iter().chain(versions).collect();
    let version = choice.asked.version.map_or_else(|| "all".to_owned(), |version| version.to_string());
    let chosen = choice.asked.organ.filter(|organ| !organs.contains(organ));
    let organ_choices =
        organs.iter().copied().chain(chosen).map(|organ| Offered::new(organ.to_string(), page.organ(organ)));
    let all_organs = Offered::new("", t(page, "figures-all-organs"));
    let organ_choices = [all_organs].into_iter().chain(organ_choices).collect();
    let mut form = Form::asking(format!("{}/figures", say::model_path(choice.model.id)));
    if choice.readied.graphs.len() > 1 {
        let named = |id: &flow::ElementId| choice.readied.names.get(id).cloned().unwrap_or_else(|| id.to_string());
        let processes = choice.readied.graphs.keys().map(|id| Offered::new(id.as_str(), named(id))).collect();
        form = form.with(Field::select("process", t(page, "process"), processes).value(choice.process.as_str()));
    }
    let organ = choice.asked.organ.map_or_else(String::new, |organ| organ.to_string());
    let form = form
        .with(Field::select("figure", t(page, "figures-figure"), figures.to_vec()).value(figure.code()))
        .with(
            Field::select("statistic", t(page, "figures-statistic"), statistics.to_vec())
                .help(t(page, "figures-statistic-help"))
                .value(statistic.code()),
        )
        .with(Field::select("version", t(page, "version-column"), versions).value(version))
        .with(Field::select("organ", t(page, "organ"), organ_choices).optional(page.words).value(organ))
        .with(Field::day("from", t(page, "figures-from")).value(choice.from.to_string()))
        .with(Field::day("to", t(page, "figures-to")).value(choice.to.to_string()))
        .button(Action::submit(t(page, "figures-show")).main());
    Panel::new(t(page, "figures-choose"), form)
}

/// What the figures mean, and who sees what of them.
fn meaning(page: &Page, lists: bool) -> Panel {
    let keys = ["runs", "time", "used", "late", "reach"].into_iter().chain((!lists).then_some("no-lists"));
    let facts = keys.fold(Facts::new(), |facts, key| {
        facts.fact(t(page, &format!("figures-means-{key}")), t(page, &format!("figures-meaning-{key}")))
    });
    Panel::new(t(page, "figures-meaning"), facts)
}
