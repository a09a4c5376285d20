//! Cases as a list, on a page and as JSON; and the form that opens one.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::Json;
use axum::extract::{Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use flow::ElementId;
use kernel::MatterId;
use kernel::words::within;
use serde::Deserialize;
use serde_json::{Value, json};
use web::http::schema::{integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, Page, PageError, Posted, Uploaded, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Choice, Column, Field, FilterBar, Form, Grid, Heading, Html, Panel, Row, State as Empty, Table,
    TableQuery, TableSpec, Tabs, Total,
};

use super::filling::{self, Filling};
use super::{Casework, OpenCases, ReadCases, case_error, say, t};
use crate::case::list::{self, Filter, Listed, Order, Reach};
use crate::case::number;
use crate::desk::{self, Beside, CaseError, MOST_TEXT, Opening, Refusal};
use crate::draft::Of;
use crate::model::rows::Version;

/// Rows of a page.
const SIZE: u32 = 30;

fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "at", direction: Direction::Down };
    TableSpec::new(address.to_owned(), &["at", "due"], sort, &["status", "process", "incidents"], SIZE)
        .read(raw.unwrap_or_default())
}

fn filter(query: &TableQuery) -> Filter {
    Filter {
        going_on: match query.filter("status") {
            Some("ended") => Some(false),
            Some("all") => None,
            _ => Some(true),
        },
        process: query.filter("process").map(str::to_owned),
        incidents: query.filter("incidents") == Some("1"),
        order: match (query.sort().key, query.sort().direction) {
            ("due", Direction::Up) => Order::DueFirst,
            ("due", Direction::Down) => Order::DueLast,
            (_, Direction::Up) => Order::Oldest,
            (_, Direction::Down) => Order::Newest,
        },
    }
}

/// GET /cases
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<ReadCases>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let store = page.app.store();
    let reach = Reach::of(&by.may, &page.register, page.today());
    let query = asked("/cases", raw.as_deref());
    let filter = filter(&query);
    let total = list::count(store, &reach, &filter).await?;
    if let Some(last) = last_page(&query, total) {
        return Ok(last);
    }
    let count = async |going_on, incidents| {
        let filter = Filter { going_on, incidents, ..filter.clone() };
        list::count(store, &reach, &filter).await
    };
    let (active, ended) = (count(Some(true), false).await?, count(Some(false), false).await?);
    let stopped = count(Some(true), true).await?;
    let listed = list::cases(store, &reach, &filter, (query.offset(), u64::from(SIZE))).await?;
    state.desk.library().refresh().await?;
    let versions = state.desk.library().all_in_force(page.today());
    let columns = vec![
        Column::new(t(page, "case")),
        Column::new(t(page, "process")),
        Column::new(t(page, "status")).narrow(),
        Column::new(t(page, "organ")).narrow(),
        Column::new(t(page, "due")).narrow().sorts("due"),
        Column::new(t(page, "opened-at")).narrow().sorts("at"),
        Column::new(t(page, "ended-at")).narrow(),
    ];
    let mut rows = Vec::with_capacity(listed.len());
    for case in &listed {
        let deployed = say::deployed(&state, case.model).await?;
        let version = words.with("casework-version", &[("version", case.version.into())]);
        rows.push(Row::new(vec![
            Cell::subject(&say::case_path(case.id), &say::title(page, case)).under(Html::data(&number(case.id))),
            Cell::new(Html::data(&say::process_name(&deployed, &case.process))).under(Html::data(&version)),
            Cell::new(say::status(page, &case.status)),
            Cell::new(Html::data(&page.organ(case.organ))),
            match case.ended_at {
                None => say::due(page, &state, case.id).await?,
                Some(_) => Cell::new("–"),
            },
            Cell::new(page.moment(case.opened_at)),
            case.ended_at.map_or_else(|| Cell::new("–"), |at| Cell::new(page.moment(at))),
        ]));
    }
    let table = Table::new(words, "cases", t(page, "cases"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(total))
        .empty(Empty::empty(t(page, "cases-none"), t(page, "cases-none-next")));
    let tab = |key: &str, value: &str, count, here| {
        (t(page, key), count, query.with_filter("status", value).without_filter("incidents").url(), here)
    };
    let here = |going_on| !filter.incidents && filter.going_on == going_on;
    let mut tabs = Tabs::new(t(page, "cases"));
    for (label, count, href, here) in [
        tab("tab-active", "active", Some(active), here(Some(true))),
        tab("tab-ended", "ended", Some(ended), here(Some(false))),
    ] {
        tabs = tabs.tab(label, count, href, here);
    }
    let stopped_href = query.with_filter("status", "active").with_filter("incidents", "1").url();
    tabs = tabs.tab(t(page, "tab-stopped"), Some(stopped), stopped_href, filter.incidents);
    let options: Vec<(&str, &str)> = versions
        .iter()
        .map(|version| (version.definition.process.as_str(), version.definition.name.as_str()))
        .collect();
    let bar =
        FilterBar::new(words, "cases-filter", &query).choice("process", t(page, "process"), &options).count(total);
    let mut heading = Heading::new(words, t(page, "cases"))
        .under(words.t("http-chapter-power"), "/cases")
        .lead(t(page, "cases-lead"));
    if page.app.authority().allows(&page.reader, OpenCases::CODE).is_ok() {
        heading = heading.action(Action::go(t(page, "open"), "/cases/new").main());
    }
    heading = heading.action(Action::go(t(page, "moves"), "/moves"));
    Ok(page.html(heading, (tabs, Panel::new("", (bar, table)).flush())))
}

/// GET /api/cases
pub(super) async fn api(by: By<ReadCases>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let store = page.app.store();
    let reach = Reach::of(&by.may, &page.register, page.today());
    let query = asked("/api/cases", raw.as_deref());
    let filter = filter(&query);
    let total = list::count(store, &reach, &filter).await?;
    let listed = list::cases(store, &reach, &filter, (query.offset(), u64::from(SIZE))).await?;
    let cases: Vec<Value> = listed.iter().map(one).collect();
    Ok(Json(json!({"total": total, "page": query.page(), "size": SIZE, "cases": cases})))
}

pub(super) fn one(case: &Listed) -> Value {
    json!({
        "id": case.id, "number": number(case.id), "title": case.title, "process": case.process, "version": case.version,
        "organ": case.organ, "status": case.status, "opened_at": case.opened_at, "ended_at": case.ended_at,
        "page": say::case_path(case.id),
    })
}

pub(super) fn one_schema() -> Value {
    object(
        json!({
            "id": text(), "number": text(), "title": maybe_text(), "process": text(), "version": integer(),
            "organ": text(), "status": text(), "opened_at": moment(), "ended_at": or_null(moment()), "page": text(),
        }),
        json!({}),
    )
}

pub(super) fn schema() -> Value {
    object(json!({"total": integer(), "page": integer(), "size": integer(), "cases": list_of(one_schema())}), json!({}))
}

/// Which process.
#[derive(Deserialize)]
pub(super) struct Asked {
    process: Option<String>,
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page, "open"))
        .under(page.words.t("http-chapter-power"), "/cases")
        .under(t(page, "cases"), "/cases")
        .lead(t(page, "open-lead"))
}

/// Versions in force that an officer can begin: those with a none start event.
async fn startable(page: &Page, state: &Casework) -> Result<Vec<Version>, PageError> {
    let library = state.desk.library();
    library.refresh().await?;
    let mut all = Vec::new();
    for version in library.all_in_force(page.today()) {
        let deployed = library.deployed(version.model).await?;
        let process = ElementId::from(version.definition.process.as_str());
        let graph = deployed.readied.graphs.get(&process);
        if graph.is_some_and(|graph| !graph.level(flow::graph::Level::TOP).starts.is_empty()) {
            all.push(version);
        }
    }
    Ok(all)
}

/// GET /cases/new
pub(super) async fn form(
    State(state): State<Casework>,
    by: By<OpenCases>,
    Query(Asked { process }): Query<Asked>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let versions = startable(page, &state).await?;
    let chosen = process.and_then(|process| versions.iter().find(|version| version.definition.process == process));
    match chosen {
        Some(version) => {
            let filling = Filling::load(page, &of(version)).await?;
            let body = opening(page, &state, version, &filling, None, Wrong::default()).await?;
            Ok(page.html(heading(page), body))
        }
        None if versions.is_empty() => {
            let none = Empty::empty(t(page, "open-none"), t(page, "open-none-next"));
            Ok(page.html(heading(page), Panel::new(t(page, "which-process"), none)))
        }
        None => {
            let choices = versions.iter().map(|version| {
                let detail = page.words.with("casework-version", &[("version", version.definition.version.into())]);
                Choice::new(version.definition.process.as_str(), version.definition.name.as_str()).detail(detail)
            });
            let form = Form::asking("/cases/new")
                .with(Field::choices("process", t(page, "which-process"), choices.collect()))
                .button(Action::submit(t(page, "next")).main());
            Ok(page.html(heading(page), Panel::new(t(page, "which-process"), form)))
        }
    }
}

/// What is wrong with a form beside its own fields.
#[derive(Clone, Copy, Default)]
struct Wrong {
    title: bool,
    power: bool,
}

impl Wrong {
    fn any(self) -> bool {
        self.title || self.power
    }
}

/// What the form that opens a case of a process is of.
fn of(version: &Version) -> Of {
    Of::Opening(version.definition.process.clone())
}

/// The form that opens a case of a process.
///
/// - `name`: of this attempt, where the form is shown again.
async fn opening(
    page: &Page,
    state: &Casework,
    version: &Version,
    filling: &Filling,
    name: Option<&str>,
    wrong: Wrong,
) -> Result<Grid, PageError> {
    let words = page.words;
    let deployed = say::deployed(state, version.model).await?;
    let process = version.definition.process.as_str();
    let asked = deployed.readied.starts.get(&ElementId::from(process));
    let mut title = Field::text("title", t(page, "title"))
        .help(t(page, "title-help"))
        .limit(words, u32::try_from(MOST_TEXT.0).unwrap_or(u32::MAX))
        .value(filling.draft.fields.get("title").cloned().unwrap_or_default());
    if wrong.title {
        title = title.error(words.t("refusal-case-title"));
    }
    // One form opens one case, however often it is sent.
    let name = match name {
        Some(name) => name.to_owned(),
        None => directory::new_act(page.app.clock().now())?.to_string(),
    };
    let asked = asked.and_then(|code| deployed.readied.forms.get(code));
    let powers = state.desk.powers(process, page.reader.organ(), page.today()).await?.in_force;
    let mut first = vec![title];
    if powers.len() > 1 {
        let choices = powers.iter().map(|power| {
            Choice::new(power.under.item.to_string(), page.either(&power.name)).detail(power.code.clone())
        });
        let chosen = filling.draft.fields.get("power").cloned().unwrap_or_default();
        let field = Field::choices("power", t(page, "power"), choices.collect()).value(chosen);
        first.push(if wrong.power { field.error(words.t("refusal-case-which-power")) } else { field });
    }
    let mut form = filling
        .form(page, asked, first, "/cases", "/cases/files")
        .hidden("process", process)
        .hidden("name", name)
        .button(Action::submit(t(page, "open-button")).main())
        .button(filling::keeps(page))
        .after(t(page, "open-after"));
    if filling.is_kept {
        form = form.button(filling::drops(page));
    }
    let of = words.with("casework-version", &[("version", version.definition.version.into())]);
    let panel = Panel::new(version.definition.name.clone(), form).note(Html::data(&of));
    Ok(Grid::new().cell(8, panel))
}

/// POST /cases
pub(super) async fn open(
    State(state): State<Casework>,
    by: By<OpenCases>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    perform(&state, &by, typed, None).await
}

/// POST /cases/files: the same form with the files that it asks for.
pub(super) async fn open_with_files(
    State(state): State<Casework>,
    by: By<OpenCases>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    let typed = uploaded.fields.iter().cloned().collect();
    perform(&state, &by, typed, Some(uploaded)).await
}

async fn perform(
    state: &Casework,
    by: &By<OpenCases>,
    typed: BTreeMap<String, String>,
    uploaded: Option<Uploaded>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let versions = startable(page, state).await?;
    let process = word("process");
    let version = versions.iter().find(|version| version.definition.process == process);
    let version = version.ok_or_else(|| PageError::refused(Refusal::NotInForce(process.to_owned())))?;
    let deployed = say::deployed(state, version.model).await?;
    let asked = deployed.readied.starts.get(&ElementId::from(process));
    let asked = asked.and_then(|code| deployed.readied.forms.get(code));
    let again = |filling: Filling, wrong: Wrong| async move {
        let name = Some(word("name")).filter(|name| !name.is_empty());
        let body = opening(page, state, version, &filling, name, wrong).await?;
        Ok::<Response, PageError>((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page), body)).into_response())
    };
    let form_path = format!("/cases/new?process={process}");
    if word("act") == "undraft" {
        Filling::load(page, &of(version)).await?.discard(page).await?;
        return Ok(Redirect::to(&form_path).into_response());
    }
    let mut filling = Filling::sent(page, &of(version), asked, &typed, uploaded.as_ref()).await?;
    if word("act") == "draft" {
        filling.only_refused();
        filling.keep(page, &typed).await?;
        if let Some(answer) = filling::kept_quietly(&typed) {
            return Ok(answer);
        }
        return match filling.faults.is_empty() {
            true => Ok(Redirect::to(&form_path).into_response()),
            false => again(filling, Wrong::default()).await,
        };
    }
    let title = word("title").to_owned();
    let powers = state.desk.powers(process, page.reader.organ(), page.today()).await?.in_force;
    let wrong = Wrong {
        title: within(&title, MOST_TEXT.0).is_none(),
        power: powers.len() > 1 && word("power").parse::<MatterId>().is_err(),
    };
    let (Some(variables), false) = (filling.values(asked), wrong.any()) else {
        filling.keep(page, &typed).await?;
        return again(filling, wrong).await;
    };
    let (hand, post) = by.hand();
    let opening = Opening {
        process: ElementId::from(process),
        start: None,
        title,
        organ: hand.organ,
        variables,
        caller: None,
        power: word("power").parse().ok(),
    };
    // The name counts for this officer only: nobody finds another's case by a name that they guess.
    let name = match word("name").parse::<MatterId>() {
        Ok(name) => name,
        Err(_) => MatterId::new(directory::new_act(page.app.clock().now())?.value()),
    };
    let name = format!("{}/{name}", hand.officer);
    let beside =
        Beside { files: filling.draft.files.clone(), operations: vec![filling.dropped()], ..Beside::default() };
    match state.desk.open_named(desk::By::Officer(hand, post), &opening, &name, beside).await {
        Ok(id) => Ok(Redirect::to(&say::case_path(id)).into_response()),
        Err(error) => {
            filling.keep(page, &typed).await?;
            Err(match error {
                CaseError::NoCase => PageError::Conflict,
                other => case_error(other),
            })
        }
    }
}
