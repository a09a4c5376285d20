//! How far the powers are connected: figures that lead to names, never a share without what is outside of it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use casework::case::list as cases;
use serde_json::{Value, json};
use web::http::schema::{both, integer, list as list_of, object, text};
use web::http::{By, Page, PageError};
use web::view::{
    Badge, Cell, Column, Heading, Html, IntoHtml as _, Light, Panel, Row, Stat, State as Empty, Stats, Table, format,
};

use super::say::path;
use super::{Operation, ReadPowers, t};
use crate::coverage::{Connection, Counts, Coverage, coverage};
use crate::rows::{self, InForce};

/// Powers outside that are shown; further ones are counted.
const SHOWN: usize = 300;

async fn reckoned(state: &Operation, page: &Page) -> Result<(Vec<InForce>, Coverage), PageError> {
    let (store, node, today) = (page.app.store(), page.app.node().number(), page.today());
    let powers = rows::all_in_force(store, node, today).await?;
    let library = state.inventory.library();
    library.look().await?;
    let opened = cases::by_power(store, node).await?;
    let found = coverage(&powers, |process| library.in_force(process, today).is_some(), &opened);
    Ok((powers, found))
}

/// GET /powers/coverage
pub(super) async fn show(State(state): State<Operation>, by: By<ReadPowers>) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (powers, found) = reckoned(&state, page).await?;
    let stat = |key: &str, n: u64, of: u64| {
        let note = match of {
            0 => String::new(),
            of => words.with(
                "operation-of",
                &[
                    ("share", format::percent(n as f64 / of as f64, 1).into()),
                    ("of", format::number(i128::from(of)).into()),
                ],
            ),
        };
        Stat::new(format::number(i128::from(n)), t(page, &format!("count-{key}")), note, "/powers")
    };
    let Counts { powers: all, connected, exercised } = found.all;
    let stats =
        Stats::new(vec![stat("powers", all, 0), stat("connected", connected, all), stat("exercised", exercised, all)]);
    let heading = Heading::new(words, t(page, "coverage"))
        .under(words.t("http-chapter-power"), "/powers")
        .under(t(page, "menu"), "/powers")
        .lead(t(page, "coverage-lead"));
    let by_organ = found.organs.iter().map(|(organ, counts)| {
        let href = format!("/powers?organ={organ}");
        (Cell::subject(&href, &page.organ(*organ)), *counts)
    });
    let by_category = found.categories.iter().map(|(category, counts)| {
        let href = format!("/powers?category={}", category.code());
        (Cell::subject(&href, page.either(&category.name())), *counts)
    });
    let body = vec![
        stats.into_html(),
        outside(page, &powers, &found),
        counted(page, "by-organ", by_organ.collect(), found.all),
        counted(page, "by-category", by_category.collect(), found.all),
    ];
    Ok(page.html(heading, body))
}

/// Counts in rows, with their sum.
fn counted(page: &Page, key: &str, rows: Vec<(Cell, Counts)>, all: Counts) -> Html {
    let columns = vec![
        Column::new(t(page, key)),
        Column::new(t(page, "count-powers")).figure(),
        Column::new(t(page, "count-connected")).figure(),
        Column::new(t(page, "count-exercised")).figure(),
    ];
    let row = |first: Cell, counts: Counts| {
        let number = |n: u64| Cell::number(i128::from(n));
        Row::new(vec![first, number(counts.powers), number(counts.connected), number(counts.exercised)])
    };
    let mut table = Table::new(page.words, key, t(page, key), columns)
        .empty(Empty::empty(t(page, "none-in-force"), t(page, "none-in-force-next")))
        .plain();
    let any = !rows.is_empty();
    table = table.rows(rows.into_iter().map(|(first, counts)| row(first, counts)));
    if any {
        table = table.row(row(Cell::new(t(page, "sum")), all).sum());
    }
    Panel::new(t(page, key), table).flush().into_html()
}

/// What is not exercised, by name.
fn outside(page: &Page, powers: &[InForce], found: &Coverage) -> Html {
    let columns = vec![
        Column::new(t(page, "item")),
        Column::new(t(page, "field-category")).narrow(),
        Column::new(t(page, "field-organ")),
        Column::new(t(page, "connection")).narrow(),
        Column::new(t(page, "since")).narrow(),
    ];
    let rows = found.outside.iter().take(SHOWN).filter_map(|(at, connection)| {
        let power = powers.get(*at)?;
        let content = &power.version.content;
        let light = match connection {
            Connection::Missing | Connection::Broken => Light::Unverified,
            Connection::Idle | Connection::Exercised => Light::Waiting,
        };
        let word = t(page, &format!("connection-{}", connection.code()));
        Some(Row::new(vec![
            Cell::subject(&path(power.item), page.either(&content.name)).under(Html::data(&content.code)),
            Cell::new(page.either(&content.category.name())),
            Cell::new(Html::data(&page.organ(content.organ))),
            Cell::new(Badge::saying(light, word)),
            Cell::new(format::date(power.version.from)),
        ]))
    });
    let table = Table::new(page.words, "outside", t(page, "outside"), columns)
        .rows(rows)
        .empty(match powers.is_empty() {
            true => Empty::empty(t(page, "none-in-force"), t(page, "none-in-force-next")),
            false => Empty::empty(t(page, "outside-none"), ""),
        })
        .plain();
    Panel::new(t(page, "outside"), table)
        .note(page.words.count("operation-outside-note", found.outside.len() as u64))
        .flush()
        .into_html()
}

/// GET /api/powers/coverage
pub(super) async fn api(State(state): State<Operation>, by: By<ReadPowers>) -> Result<Json<Value>, PageError> {
    let (powers, found) = reckoned(&state, &by.page).await?;
    let counts = |counts: &Counts| json!({"powers": counts.powers, "connected": counts.connected, "exercised": counts.exercised});
    let outside: Vec<Value> = found
        .outside
        .iter()
        .filter_map(|(at, connection)| {
            let power = powers.get(*at)?;
            let content = &power.version.content;
            Some(json!({
                "id": power.item, "code": content.code, "name": content.name, "organ": content.organ,
                "connection": connection.code(),
            }))
        })
        .collect();
    let organs: Vec<Value> = found
        .organs
        .iter()
        .map(|(organ, of)| json!({"organ": organ, "powers": of.powers, "connected": of.connected, "exercised": of.exercised}))
        .collect();
    Ok(Json(json!({"all": counts(&found.all), "organs": organs, "outside": outside})))
}

pub(super) fn schema() -> Value {
    let counts = json!({"powers": integer(), "connected": integer(), "exercised": integer()});
    let organ = object(
        json!({"organ": text(), "powers": integer(), "connected": integer(), "exercised": integer()}),
        json!({}),
    );
    let outside =
        object(json!({"id": text(), "code": text(), "name": both(), "organ": text(), "connection": text()}), json!({}));
    object(json!({"all": object(counts, json!({})), "organs": list_of(organ), "outside": list_of(outside)}), json!({}))
}
