//! Models as a list, on a page and as JSON; and the form that proposes one.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use flow::Found;
use kernel::{Day, MatterId};
use serde_json::{Value, json};
use web::http::schema::{integer, list as list_of, object, text};
use web::http::{By, Page, PageError, Uploaded, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Badge, Cell, Column, ErrorSummary, Field, Form, Grid, Heading, Html, IntoHtml as _, Light, Panel, Row,
    State as Empty, Table, TableQuery, TableSpec, Total, Upload, format,
};

use super::{Casework, ProposeModels, ReadModels, UPLOAD, model_error, say, t};
use crate::model::decide::{MOST_BYTES, MOST_TEXT, Refusal};
use crate::model::{Model, Stage, rows};
use crate::modeller::{ModelError, Proposal};

/// Rows of a page.
const SIZE: u32 = 30;

fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "at", direction: Direction::Down };
    TableSpec::new(address.to_owned(), &["at"], sort, &[], SIZE).read(raw.unwrap_or_default())
}

pub(super) fn badge(page: &Page, stage: Stage) -> Badge {
    let light = match stage {
        Stage::Proposed => Light::Waiting,
        Stage::Refused { .. } => Light::Refused,
        Stage::Approved { .. } => Light::Done,
    };
    Badge::saying(light, t(page, &format!("stage-{}", stage.code())))
}

/// GET /models
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<ReadModels>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/models", raw.as_deref());
    let (all, waiting) = rows::counts(store, node).await?;
    let listed = rows::list(store, node, query.offset(), u64::from(SIZE)).await?;
    if listed.is_empty() && query.page() > 1 {
        return last_page(&query, all).ok_or(PageError::Conflict);
    }
    let columns = vec![
        Column::new(t(page, "model")),
        Column::new(t(page, "stage")).narrow(),
        Column::new(t(page, "valid-from")).narrow(),
        Column::new(t(page, "proposed-by")),
        Column::new(t(page, "proposed-at")).narrow(),
    ];
    state.desk.library().refresh().await?;
    let versions = state.desk.library().versions();
    // What a model became: its processes, each with the version that it has here.
    let became = |id: MatterId| {
        let own = versions.iter().filter(|version| version.model == id);
        let each = own.map(|version| {
            let number = words.with("casework-version", &[("version", version.definition.version.into())]);
            format!("{} {number}", version.definition.name)
        });
        each.collect::<Vec<_>>().join(words.either("；", "; "))
    };
    let rows = listed.iter().map(|model| {
        Row::new(vec![
            Cell::subject(&say::model_path(model.id), &model.name).under(Html::data(&became(model.id))),
            Cell::new(badge(page, model.stage)),
            Cell::new(format::date(model.valid_from)),
            Cell::new(Html::data(&page.officer(model.proposer))).under(Html::data(&page.organ(model.organ))),
            Cell::new(page.moment(model.proposed_at)),
        ])
    });
    let table = Table::new(words, "models", t(page, "models"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(all))
        .empty(Empty::empty(t(page, "models-none"), t(page, "models-none-next")));
    let mut heading = Heading::new(words, t(page, "models"))
        .under(words.t("http-chapter-management"), "/models")
        .lead(words.count("casework-models-lead", waiting));
    if page.app.authority().allows(&page.reader, ProposeModels::CODE).is_ok() {
        heading = heading.action(Action::go(t(page, "propose"), "/models/new").main());
    }
    let in_force = in_force(page, &state).await?;
    Ok(page.html(heading, (in_force, Panel::new(t(page, "models"), table).flush())))
}

/// The processes that new cases follow now.
async fn in_force(page: &Page, state: &Casework) -> Result<Panel, PageError> {
    let library = state.desk.library();
    library.refresh().await?;
    let columns = vec![
        Column::new(t(page, "process")),
        Column::new(t(page, "version-column")).figure(),
        Column::new(t(page, "valid-from")).narrow(),
    ];
    let rows = library.all_in_force(page.today()).into_iter().map(|version| {
        Row::new(vec![
            Cell::subject(&say::model_path(version.model), &version.definition.name)
                .under(Html::data(&version.definition.process)),
            Cell::number(version.definition.version),
            Cell::new(format::date(version.valid_from)),
        ])
    });
    let table = Table::new(page.words, "in-force", t(page, "in-force"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "in-force-none"), t(page, "in-force-none-next")))
        .plain();
    Ok(Panel::new(t(page, "in-force"), table).flush())
}

/// GET /api/models
pub(super) async fn api(by: By<ReadModels>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/api/models", raw.as_deref());
    let (all, waiting) = rows::counts(store, node).await?;
    let listed = rows::list(store, node, query.offset(), u64::from(SIZE)).await?;
    let one = |model: &Model| {
        json!({
            "id": model.id, "name": model.name, "stage": model.stage.code(), "proposer": model.proposer,
            "organ": model.organ, "proposed_at": model.proposed_at, "valid_from": model.valid_from.to_string(),
            "page": say::model_path(model.id),
        })
    };
    Ok(Json(json!({
        "total": all, "waiting": waiting, "page": query.page(), "size": SIZE,
        "models": listed.iter().map(one).collect::<Vec<_>>(),
    })))
}

pub(super) fn schema() -> Value {
    let one = object(
        json!({
            "id": text(), "name": text(), "stage": text(), "proposer": text(), "organ": text(), "proposed_at": text(),
            "valid_from": text(), "page": text(),
        }),
        json!({}),
    );
    object(
        json!({"total": integer(), "waiting": integer(), "page": integer(), "size": integer(), "models": list_of(one)}),
        json!({}),
    )
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page, "propose"))
        .under(page.words.t("http-chapter-management"), "/models")
        .under(t(page, "models"), "/models")
        .lead(t(page, "propose-lead"))
}

/// GET /models/new
pub(super) async fn form(by: By<ProposeModels>) -> Response {
    let page = &by.page;
    page.html(heading(page), body(page, &BTreeMap::new(), None, &[]))
}

/// The fields that every proposal has: name, first day, reason.
pub(super) fn fields(page: &Page, given: &BTreeMap<String, String>, refused: Option<Refusal>) -> Vec<Field> {
    let words = page.words;
    let value = |name: &str| given.get(name).cloned().unwrap_or_default();
    let most = |characters: usize| u32::try_from(characters).unwrap_or(u32::MAX);
    let mend = |field: Field, refusals: &[Refusal]| match refused.filter(|refusal| refusals.contains(refusal)) {
        Some(refusal) => field.error(words.refusal(&refusal.into())),
        None => field,
    };
    let day = Some(value("valid_from")).filter(|day| !day.is_empty()).unwrap_or_else(|| page.today().to_string());
    vec![
        mend(
            Field::text("name", t(page, "name")).limit(words, most(MOST_TEXT.0)).value(value("name")),
            &[Refusal::Name],
        ),
        mend(
            Field::day("valid_from", t(page, "valid-from")).help(t(page, "valid-from-help")).value(day),
            &[Refusal::FirstDay],
        ),
        mend(
            Field::area("reason", t(page, "propose-reason")).limit(words, most(MOST_TEXT.1)).value(value("reason")),
            &[Refusal::Reason],
        ),
    ]
}

fn body(page: &Page, given: &BTreeMap<String, String>, refused: Option<Refusal>, findings: &[Found]) -> Grid {
    let words = page.words;
    let fields = fields(page, given, refused);
    let of_files = [Refusal::Files, Refusal::SameName, Refusal::TooLarge, Refusal::Nothing, Refusal::Organ];
    let mut upload =
        Upload::new(words, "files", t(page, "files"), "BPMN、DMN、JSON", ".bpmn,.dmn,.json,.xml", MOST_BYTES).several();
    let about_files = refused.filter(|refusal| of_files.contains(refusal) || matches!(refusal, Refusal::Errors { .. }));
    if let Some(refusal) = about_files {
        upload = upload.error(words.refusal(&refusal.into()));
    }
    let summary = ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>());
    let mut form = Form::new("/models", page.csrf.as_str()).files().with(summary).with(upload);
    for field in fields {
        form = form.with(field);
    }
    let form = form.button(Action::submit(t(page, "propose-button")).main()).after(t(page, "propose-after"));
    let mut main = vec![Panel::new(t(page, "propose"), form).into_html()];
    if !findings.is_empty() {
        main.insert(0, Panel::new(t(page, "findings"), say::findings(page, findings)).flush().into_html());
    }
    Grid::new().cell(12, main)
}

/// What was typed, with its files.
pub(super) fn proposal(
    given: &BTreeMap<String, String>,
    files: Vec<crate::library::File>,
    based_on: Option<MatterId>,
) -> Proposal {
    let word = |name: &str| given.get(name).cloned().unwrap_or_default();
    // What is no day is none on which a model may come into force.
    let valid_from = word("valid_from").parse::<Day>().unwrap_or(Day::MIN);
    Proposal { name: word("name"), files, valid_from, reason: word("reason"), based_on }
}

/// POST /models
pub(super) async fn propose(
    State(state): State<Casework>,
    by: By<ProposeModels>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    let page = &by.page;
    let given: BTreeMap<String, String> = uploaded.fields.iter().cloned().collect();
    let mut files = Vec::new();
    for file in uploaded.files.iter().filter(|file| file.size > 0) {
        if file.size > UPLOAD as u64 {
            return Err(PageError::TooLarge { limit: UPLOAD });
        }
        let bytes = tokio::fs::read(&file.path).await.map_err(|error| PageError::broken(&error))?;
        put(&mut files, file_name(&file.name), bytes);
    }
    match state.modeller.propose(by.hand(), proposal(&given, files, None)).await {
        Ok(id) => Ok(Redirect::to(&say::model_path(id)).into_response()),
        Err(ModelError::Refused { refusal, findings }) => {
            let shown = page.html(heading(page), body(page, &given, Some(refusal), &findings));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
        Err(other) => Err(model_error(other)),
    }
}

/// A name without folders, shown and never used as a path.
fn file_name(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or(name).chars().filter(|c| !c.is_control()).take(100).collect()
}

/// Puts a file among others, in the place of the one of its name.
pub(super) fn put(files: &mut Vec<crate::library::File>, name: String, bytes: Vec<u8>) {
    match files.iter_mut().find(|(other, _)| *other == name) {
        Some(file) => file.1 = bytes,
        None => files.push((name, bytes)),
    }
}
