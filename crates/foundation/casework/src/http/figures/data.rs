//! The same figures as JSON and as CSV.

use access::Permission as _;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use kernel::limit::Unit;
use serde_json::{Value as Json_, json};
use web::http::schema::{boolean, integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, PageError, attachment};
use web::view::format;
use web::view::table::{Sheet, SheetColumn, Value};

use super::asked::{Choice, Line, find};
use super::value;
use crate::figures::Spread;
use crate::http::{Casework, ExportTables, ReadFigures, t};

/// GET /api/models/{id}/figures
pub(in crate::http) async fn api(
    State(state): State<Casework>,
    by: By<ReadFigures>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Json_>, PageError> {
    let page = &by.page;
    let choice = Choice::read(page, &state, &id, ("/figures", raw.as_deref())).await?;
    let found = find(page, &by.may, &state, &choice).await?;
    Ok(Json(json!({
        "model": choice.model.id, "process": choice.process.as_str(), "version": choice.asked.version,
        "organ": choice.asked.organ, "from": choice.from.to_string(), "to": choice.to.to_string(), "at": found.now,
        "runs": found.runs, "complete": !found.more,
        "elements": found.lines.iter().map(|line| one(&choice, line)).collect::<Vec<_>>(),
    })))
}

fn unit_code(unit: Unit) -> &'static str {
    match unit {
        Unit::CalendarDays => "calendar-days",
        Unit::WorkingDays => "working-days",
        Unit::Hours => "hours",
    }
}

fn one(choice: &Choice, line: &Line) -> Json_ {
    let figures = &line.figures;
    let time = |spread: &Option<Spread>| {
        spread.as_ref().map(
            |spread| json!({"n": spread.n, "mean_ms": spread.mean(), "median_ms": spread.median, "p95_ms": spread.p95}),
        )
    };
    let used = figures.used.iter().map(|(unit, spread)| {
        json!({
            "unit": unit_code(*unit), "n": spread.n, "mean_tenths": spread.mean_tenths(), "median": spread.median,
            "p95": spread.p95,
        })
    });
    json!({
        "element": line.element, "name": choice.name(&line.element), "entered": figures.entered,
        "completed": figures.completed, "returned": figures.returned, "terminated": figures.terminated,
        "open": figures.open, "again": figures.again, "limited": figures.limited, "late": figures.late,
        "late_per_thousand": figures.late_per_hundred_tenths(),
        "returned_per_thousand": figures.returned_per_hundred_tenths(),
        "took": time(&figures.took), "waited": time(&figures.waited), "worked": time(&figures.worked),
        "used": used.collect::<Vec<_>>(), "mishaps": line.mishaps.0, "standing": line.mishaps.1,
        "page": choice.list(&line.element, "entered"),
    })
}

/// What the answer holds.
pub(in crate::http) fn schema() -> Json_ {
    let time = || {
        or_null(object(
            json!({"n": integer(), "mean_ms": integer(), "median_ms": integer(), "p95_ms": integer()}),
            json!({}),
        ))
    };
    let used = object(
        json!({"unit": text(), "n": integer(), "mean_tenths": integer(), "median": integer(), "p95": integer()}),
        json!({}),
    );
    let element = object(
        json!({
            "element": text(), "name": text(), "entered": integer(), "completed": integer(), "returned": integer(),
            "terminated": integer(), "open": integer(), "again": integer(), "limited": integer(), "late": integer(),
            "late_per_thousand": or_null(integer()), "returned_per_thousand": or_null(integer()), "took": time(),
            "waited": time(), "worked": time(), "used": list_of(used), "mishaps": integer(), "standing": integer(),
            "page": text(),
        }),
        json!({}),
    );
    object(
        json!({
            "model": text(), "process": text(), "version": or_null(integer()), "organ": maybe_text(), "from": text(),
            "to": text(), "at": moment(), "runs": integer(), "complete": boolean(), "elements": list_of(element),
        }),
        json!({}),
    )
}

/// GET /models/{id}/figures.csv
pub(in crate::http) async fn csv(
    State(state): State<Casework>,
    by: By<ExportTables>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    if page.app.authority().allows(&page.reader, ReadFigures::CODE).is_err() {
        return Err(PageError::NotFound);
    }
    let choice = Choice::read(page, &state, &id, ("/figures", raw.as_deref())).await?;
    let found = find(page, &by.may, &state, &choice).await?;
    let counts = ["entered", "completed", "returned", "terminated", "open", "again", "limited", "late", "mishaps"];
    let mut heads = vec![t(page, "step"), t(page, "figures-element")];
    heads.extend(counts.map(|key| t(page, &format!("figure-{key}"))));
    heads.push(t(page, "figure-standing"));
    for key in ["took", "waited", "worked"] {
        heads.push(format!("{} n", t(page, &format!("figure-{key}"))));
        for statistic in value::Statistic::ALL {
            let (figure, statistic) = (format!("figure-{key}"), format!("statistic-{}", statistic.code()));
            heads.push(format!("{} {} ({})", t(page, &figure), t(page, &statistic), t(page, "figures-in-hours")));
        }
    }
    heads.push(t(page, "figures-unit"));
    heads.push(format!("{} n", t(page, "figure-used")));
    for statistic in value::Statistic::ALL {
        heads.push(format!("{} {}", t(page, "figure-used"), t(page, &format!("statistic-{}", statistic.code()))));
    }
    let columns = heads.into_iter().map(|head| SheetColumn { head, width: 14 }).collect();
    let asof = format::date_time(found.now, page.app.clock().zone());
    let mut sheet = Sheet::new(t(page, "figures"), asof, columns);
    if page.register.profile.synthetic {
        sheet = sheet.synthetic(page.words);
    }
    for line in &found.lines {
        sheet.row(row(page, &choice, line));
    }
    let bytes = sheet.csv().map_err(|fault| PageError::broken(&fault))?;
    Ok(attachment("figures.csv", "text/csv; charset=utf-8", bytes))
}

fn row(page: &web::http::Page, choice: &Choice, line: &Line) -> Vec<Value> {
    let figures = &line.figures;
    let whole = |n: u64| Value::Whole(i64::try_from(n).unwrap_or(i64::MAX));
    let mut row = vec![Value::Text(choice.name(&line.element)), Value::Text(line.element.clone())];
    row.extend(
        [
            figures.entered,
            figures.completed,
            figures.returned,
            figures.terminated,
            figures.open,
            figures.again,
            figures.limited,
            figures.late,
            line.mishaps.0,
            line.mishaps.1,
        ]
        .map(whole),
    );
    for spread in [&figures.took, &figures.waited, &figures.worked] {
        match spread {
            None => row.extend([whole(0), Value::Unknown, Value::Unknown, Value::Unknown]),
            Some(spread) => {
                row.push(whole(spread.n));
                row.extend([spread.median, spread.mean(), spread.p95].map(hours));
            }
        }
    }
    match value::used(figures) {
        None => row.extend([Value::Unknown, whole(0), Value::Unknown, Value::Unknown, Value::Unknown]),
        Some((unit, spread)) => {
            row.push(Value::Text(t(page, &format!("figures-unit-{}", unit_code(unit)))));
            row.push(whole(spread.n));
            row.extend([
                Value::Whole(spread.median),
                Value::Text(value::tenths(spread.mean_tenths())),
                Value::Whole(spread.p95),
            ]);
        }
    }
    row
}

/// Milliseconds as hours with two decimals.
fn hours(ms: i64) -> Value {
    let hundredths = (i128::from(ms) * 100 + 1_800_000).div_euclid(3_600_000);
    Value::Text(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}
