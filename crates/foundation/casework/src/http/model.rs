//! One model: its files, what was found in them, and the form that decides.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Instant, MatterId};
use store::Recorded;
use web::http::{By, Page, PageError, Posted, attachment};
use web::view::{
    Action, Cell, Choice, Column, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Link, Moment, Notice, Panel,
    Row, Seal, Table, Timeline, format,
};

use super::{ApproveModels, Casework, ReadModels, model_error, models, moving, say, t};
use crate::library::{File, Readied};
use crate::model::decide::overtaken;
use crate::model::rows::Version;
use crate::model::{Model, ModelEvent, Stage, rows};

async fn found(page: &Page, id: &str) -> Result<(Model, Vec<Recorded>), PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)
}

/// GET /models/{id}
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<ReadModels>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    shown(&by.page, &state, &id, None).await
}

/// A decision that was sent, and why it was refused.
type Sent<'g> = (&'g BTreeMap<String, String>, String);

/// The page of a model.
///
/// - `sent`: a decision that was refused; its form stands there again as it was filled.
async fn shown(page: &Page, state: &Casework, id: &str, sent: Option<Sent<'_>>) -> Result<Response, PageError> {
    let words = page.words;
    let (model, acts) = found(page, id).await?;
    let files = state.desk.library().files(&model.files).await?;
    let readied = tokio::task::spawn_blocking(move || Readied::of(&files));
    let readied = readied.await.map_err(|error| PageError::broken(&error))?;
    let mut main: Vec<Html> = sent.iter().map(|(_, why)| Notice::wrong(why.as_str()).into_html()).collect();
    let decides = page.app.authority().allows(&page.reader, ApproveModels::CODE).is_ok();
    let proposers = [Some(model.proposer), model.on_behalf_of];
    if decides && model.stage == Stage::Proposed && !proposers.contains(&Some(page.reader.officer())) {
        let versions = state.desk.library().versions();
        let given = sent.as_ref().map(|(given, _)| *given);
        main.push(decision(page, &model, overtaken(model.based_on, &versions), given).into_html());
    }
    main.extend(pictures(page, state, &model).await?);
    let no_process = readied.graphs.is_empty();
    main.push(Panel::new(t(page, "findings"), say::findings(page, &readied.findings)).flush().into_html());
    main.push(Panel::new(t(page, "files"), files_table(page, &model)).flush().into_html());
    main.push(Panel::new(t(page, "time-line"), time_line(page, &acts)?).into_html());
    let proposes = page.app.authority().allows(&page.reader, super::ProposeModels::CODE).is_ok();
    let heading = Heading::new(words, model.name.as_str())
        .under(words.t("http-chapter-management"), "/models")
        .under(t(page, "models"), "/models")
        .badge(models::badge(page, model.stage));
    let figures = page.app.authority().allows(&page.reader, super::ReadFigures::CODE).is_ok();
    let heading = match figures && !no_process {
        true => heading.action(Action::go(t(page, "figures"), format!("{}/figures", say::model_path(model.id)))),
        false => heading,
    };
    let tries = page.app.authority().allows(&page.reader, super::TryModels::CODE).is_ok();
    let heading = match tries && !no_process {
        true => heading.action(Action::go(t(page, "try"), format!("{}/try", say::model_path(model.id)))),
        false => heading,
    };
    let heading = match proposes {
        true => heading.action(Action::go(t(page, "change"), format!("{}/edit", say::model_path(model.id))).main()),
        false => heading,
    };
    let mut side = vec![facts(page, &model).await?.into_html()];
    side.extend(moving::ask::panel(page, &model).await?.map(|panel| panel.into_html()));
    Ok(page.html(heading, Grid::new().cell(8, main).cell(4, side)))
}

/// What changed against the model that it was changed from, in words and colours; else its processes as they are drawn.
async fn pictures(page: &Page, state: &Casework, model: &Model) -> Result<Vec<Html>, PageError> {
    let library = state.desk.library();
    let files = library.files(&model.files).await?;
    // What waits for a decision is held against what it would replace.
    let versions = library.versions();
    let later = match model.stage {
        Stage::Proposed => overtaken(model.based_on, &versions).map(|version| version.model),
        _ => None,
    };
    let base = match later.or(model.based_on) {
        Some(base) => rows::load(page.app.store(), page.app.node().number(), base).await?.map(|(base, _)| base),
        None => None,
    };
    let before = match &base {
        Some(base) => library.files(&base.files).await?,
        None => Vec::new(),
    };
    let names = names(page, &files);
    let mut all = Vec::new();
    for (at, (name, bytes)) in files.iter().enumerate() {
        let old = before.iter().find(|(other, _)| other == name).map(|(_, bytes)| bytes);
        let shown = match (name.rsplit_once('.').map(|(_, ending)| ending), old) {
            // What did not change is drawn by its base.
            (_, Some(old)) if old == bytes => None,
            (Some("dmn"), Some(old)) => dmn::compare::compare(old, bytes).ok().map(|changes| {
                drawing::RulesComparison::new(page.words, changes).id(format!("rules-{at}")).into_html()
            }),
            (Some("dmn" | "json"), _) => None,
            (_, old) => {
                bpmn::Model::read(bytes).ok().map(|new| match old.and_then(|old| bpmn::Model::read(old).ok()) {
                    Some(old) => drawing::Comparison::new(page.words, &old, &new)
                        .id(format!("compared-{at}"))
                        .naming(names.clone())
                        .into_html(),
                    None => drawing::Drawing::new(page.words, &new).id(format!("drawn-{at}")).into_html(),
                })
            }
        };
        all.extend(shown.map(|shown| Panel::new(name.clone(), shown).into_html()));
    }
    Ok(all)
}

/// What people call duties and the forms of a model, by their codes.
fn names(page: &Page, files: &[File]) -> BTreeMap<String, String> {
    let duties = page.app.authority().policies().duties().iter();
    let duties = duties.map(|duty| (duty.code.clone(), page.either(&duty.name).to_owned()));
    let forms = files.iter().filter_map(|(name, bytes)| {
        let form = crate::form::Form::read(bytes).ok()?;
        let title = page.either(&form.title).trim().to_owned();
        Some((name.strip_suffix(".json")?.to_owned(), title)).filter(|(_, title)| !title.is_empty())
    });
    duties.chain(forms).collect()
}

async fn facts(page: &Page, model: &Model) -> Result<Panel, PageError> {
    let mut facts = Facts::new()
        .fact(t(page, "valid-from"), format::date(model.valid_from))
        .fact(t(page, "proposed-by"), Html::data(&page.officer(model.proposer)))
        .fact(t(page, "organ"), Html::data(&page.organ(model.organ)));
    if let Some(base) = model.based_on
        && let Some((base, _)) = rows::load(page.app.store(), page.app.node().number(), base).await?
    {
        facts = facts.fact(t(page, "based-on"), Link::new(say::model_path(base.id), base.name));
    }
    for definition in &model.definitions {
        let version = page.words.with("casework-version", &[("version", definition.version.into())]);
        facts = facts.fact(definition.name.as_str(), version);
    }
    Ok(Panel::new(t(page, "facts"), facts))
}

fn files_table(page: &Page, model: &Model) -> Table {
    let columns =
        vec![Column::new(t(page, "file")), Column::new(t(page, "size")).figure(), Column::new(t(page, "digest"))];
    let rows = model.files.iter().enumerate().map(|(at, file)| {
        let size = format::bytes(file.size.unsigned_abs());
        Row::new(vec![
            Cell::subject(&format!("{}/files/{at}", say::model_path(model.id)), &file.name),
            Cell::new(size),
            Cell::code(&file.digest.chars().take(16).collect::<String>()),
        ])
    });
    Table::new(page.words, "files", t(page, "files"), columns).rows(rows).plain()
}

fn time_line(page: &Page, acts: &[Recorded]) -> Result<Timeline, PageError> {
    let mut moments = Vec::new();
    for act in acts.iter().rev() {
        let (key, quoted) = match act.event()? {
            ModelEvent::Proposed { reason, .. } => ("did-proposed", reason),
            ModelEvent::Refused { grounds, .. } => ("did-refused", grounds),
            ModelEvent::Approved { .. } => ("did-approved", String::new()),
        };
        let mut detail = Html::data(&page.whose(act).unwrap_or_else(|| t(page, "by-node")));
        if !quoted.is_empty() {
            detail = detail.then(Html::data(&page.words.with("casework-quoted", &[("text", quoted.into())])));
        }
        let when = page.moment(Instant::from_ms(act.act.at_ms));
        moments.push(Moment::past(when, t(page, key)).detail(detail).seal(Seal::new(page.words, act.idx)));
    }
    Ok(Timeline::new(moments))
}

/// The form that decides.
///
/// - `later`: the version that came since, which it would replace.
/// - `given`: what was filled in, where it was refused.
fn decision(page: &Page, model: &Model, later: Option<&Version>, given: Option<&BTreeMap<String, String>>) -> Panel {
    let typed = |name: &str| given.and_then(|given| given.get(name)).cloned().unwrap_or_default();
    let choice = |code: &str| Choice::new(code, t(page, &format!("answer-{code}")));
    let mut form = Form::new(say::model_path(model.id), page.csrf.as_str());
    let mut notice = None;
    if let Some(later) = later {
        let number = later.definition.version;
        let of = [("version", number.into())];
        notice = Some(Notice::caution(page.words.with("casework-overtaken", &of)));
        form = form.with(Field::check(format!("over-{number}"), page.words.with("casework-overtaken-known", &of)));
    }
    let form = form
        .with(
            Field::choices("answer", t(page, "answer"), vec![choice("approve"), choice("refuse")])
                .value(typed("answer")),
        )
        .with(
            Field::area("grounds", t(page, "grounds"))
                .optional(page.words)
                .help(t(page, "grounds-help"))
                .value(typed("grounds")),
        )
        .button(Action::submit(t(page, "answer-button")).main())
        .button(Action::go(t(page, "try"), format!("{}/try", say::model_path(model.id))))
        .after(t(page, "answer-after"));
    Panel::new(t(page, "decide"), (notice, form)).turn()
}

/// POST /models/{id}
pub(super) async fn decide(
    State(state): State<Casework>,
    by: By<ApproveModels>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (model, _) = found(page, &id).await?;
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let decided = match word("answer") {
        "approve" => {
            let known = given.keys().filter_map(|name| name.strip_prefix("over-")?.parse().ok()).max();
            state.modeller.approve(by.hand(), &model, known).await
        }
        "refuse" => state.modeller.refuse(by.hand(), &model, word("grounds")).await,
        _ => return Err(PageError::Malformed("answer")),
    };
    match decided.map_err(model_error) {
        Ok(()) => Ok(Redirect::to(&say::model_path(model.id)).into_response()),
        Err(PageError::Refused(refused)) if page.app.authority().allows(&page.reader, ReadModels::CODE).is_ok() => {
            let again = shown(page, &state, &id, Some((&given, page.words.refusal(&refused)))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
        Err(error) => Err(error),
    }
}

/// GET /models/{id}/files/{file}
pub(super) async fn file(
    State(state): State<Casework>,
    by: By<ReadModels>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (model, _) = found(&by.page, &id).await?;
    let at: usize = file.parse().map_err(|_| PageError::NotFound)?;
    let file = model.files.get(at).ok_or(PageError::NotFound)?;
    let mut content = state.desk.library().files(std::slice::from_ref(file)).await?;
    let (name, bytes) = content.pop().ok_or(PageError::NotFound)?;
    let media = if name.ends_with(".json") { "application/json" } else { "application/xml" };
    // The name goes into a header: nothing but what needs no escape there.
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    Ok(attachment(&plain, media, bytes))
}
