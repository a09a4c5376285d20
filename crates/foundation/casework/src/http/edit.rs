//! Changing one file of a model: drawn or written, checked beside, proposed as a model of its own.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use flow::Found;
use kernel::MatterId;
use serde::Deserialize;
use serde_json::{Value, json};
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, ErrorSummary, Form, FormBuilder, Heading, IntoHtml as _, Link, ModelEditor, ModelKind, Named, Notice,
    OnForm, Panel,
};

use super::filling::{self, Filling};
use super::{Casework, ProposeModels, model_error, models, say, t};
use crate::clockwork::REMIND;
use crate::draft::Of;
use crate::form::{self, FieldKind};
use crate::library::{File, Readied};
use crate::model::decide::Refusal;
use crate::model::{Model, rows};
use crate::modeller::ModelError;

/// Which file.
#[derive(Deserialize)]
pub(super) struct Asked {
    file: Option<usize>,
}

/// A model with the content of its files.
struct Changing {
    model: Model,
    files: Vec<File>,
}

async fn changing(page: &Page, state: &Casework, id: &str) -> Result<Changing, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let (model, _) = rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)?;
    let files = state.desk.library().files(&model.files).await?;
    Ok(Changing { model, files })
}

impl Changing {
    /// The files with one of them as it was typed.
    fn with(&self, given: &BTreeMap<String, String>) -> Result<Vec<File>, PageError> {
        let name = given.get("file").ok_or(PageError::Malformed("file"))?;
        let content = given.get("content").ok_or(PageError::Malformed("content"))?;
        let mut files = self.files.clone();
        if !files.iter().any(|(other, _)| other == name) {
            return Err(PageError::Malformed("file"));
        }
        // A browser sends lines as CR LF, whatever the file has.
        models::put(&mut files, name.clone(), content.replace("\r\n", "\n").into_bytes());
        Ok(files)
    }

    /// The same where the drawing wrote the text: it is put back onto the text that it came from, so that what was not changed keeps
    /// its comments and line breaks.
    fn kept(&self, given: &BTreeMap<String, String>) -> Result<Vec<File>, PageError> {
        let mut files = self.with(given)?;
        let (Some(name), Some("on")) = (given.get("file"), given.get("drawn").map(String::as_str)) else {
            return Ok(files);
        };
        let before = self.files.iter().find(|(other, _)| other == name && name.ends_with(".bpmn"));
        let drawn = files.iter().find(|(other, _)| other == name);
        let read = |file: Option<&File>| file.and_then(|(_, bytes)| bpmn::Document::read(bytes).ok());
        if let (Some(before), Some(drawn)) = (read(before), read(drawn))
            && let Some(merged) = before.merged(&drawn)
        {
            models::put(&mut files, name.clone(), merged.write());
        }
        Ok(files)
    }

    /// The forms that read, by their codes.
    fn forms(&self) -> impl Iterator<Item = (&str, form::Form)> {
        self.files.iter().filter_map(|(name, bytes)| Some((name.strip_suffix(".json")?, form::Form::read(bytes).ok()?)))
    }

    fn names(&self, ending: &str) -> impl Iterator<Item = &str> {
        self.files.iter().filter_map(move |(name, _)| name.strip_suffix(ending))
    }
}

fn heading(page: &Page, model: &Model) -> Heading {
    Heading::new(page.words, t(page, "change"))
        .under(page.words.t("http-chapter-management"), "/models")
        .under(t(page, "models"), "/models")
        .under(model.name.clone(), say::model_path(model.id))
        .lead(t(page, "change-lead"))
}

/// GET /models/{id}/edit
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<ProposeModels>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let changing = changing(page, &state, &id).await?;
    let (name, bytes) = changing.files.get(asked.file.unwrap_or(0)).ok_or(PageError::NotFound)?;
    let content = String::from_utf8_lossy(bytes).into_owned();
    let given = [("file", name.clone()), ("content", content), ("name", changing.model.name.clone())];
    let mut given: BTreeMap<String, String> = given.map(|(name, value)| (name.to_owned(), value)).into();
    let kept = Filling::load(page, &Of::Change(changing.model.id, name.clone())).await?;
    given.extend(kept.draft.fields.clone());
    let body = body(page, &changing, &given, Some(&kept).filter(|kept| kept.is_kept), None, &[]);
    Ok(page.html(heading(page, &changing.model), body))
}

/// What of a change is kept while it is tried.
const KEPT: [&str; 4] = ["content", "name", "valid_from", "reason"];

/// Keeps a change that was not proposed yet, so that the editor shows it again behind its trial; nothing where somebody who may not
/// propose sent it.
pub(super) async fn keep(
    page: &Page,
    state: &Casework,
    id: &str,
    given: &BTreeMap<String, String>,
) -> Result<(), PageError> {
    let Some(file) = given.get("file").filter(|_| given.contains_key("content")) else { return Ok(()) };
    if page.app.authority().allows(&page.reader, ProposeModels::CODE).is_err() {
        return Ok(());
    }
    let changing = changing(page, state, id).await?;
    let mut fields: BTreeMap<String, String> = given.clone();
    fields.retain(|name, _| KEPT.contains(&name.as_str()));
    let written = changing.kept(given)?.into_iter().find(|(name, _)| name == file);
    let before = changing.files.iter().find(|(name, _)| name == file);
    // Tried as it is, there is no change to be kept.
    let (Some((_, written)), Some((_, before))) = (written, before) else { return Ok(()) };
    if written == *before {
        return Ok(());
    }
    fields.insert("content".to_owned(), String::from_utf8_lossy(&written).into_owned());
    let mut filling = Filling::load(page, &Of::Change(changing.model.id, file.clone())).await?;
    filling.draft.fields = fields;
    filling.keep(page, &BTreeMap::new()).await
}

/// Where a change of a file is gone on with.
pub(super) fn path_of(model: &Model, file: &str) -> Option<String> {
    let at = model.files.iter().position(|it| it.name == file)?;
    Some(format!("{}/edit?file={at}", say::model_path(model.id)))
}

/// Fields that ask yes or no, by which officers may agree.
fn consents(page: &Page, changing: &Changing) -> Vec<OnForm> {
    let yes_or_no = |(code, read): (&str, form::Form)| {
        let fields = read.fields.into_iter().filter(|field| field.kind == FieldKind::Truth);
        fields.map(|field| OnForm::new(code, Named::new(field.name, page.either(&field.title)))).collect::<Vec<_>>()
    };
    changing.forms().flat_map(yes_or_no).collect()
}

/// The editor of the file's kind, and the fields that every proposal has.
///
/// - `kept`: a change that was tried and not proposed, where that is shown.
fn body(
    page: &Page,
    changing: &Changing,
    given: &BTreeMap<String, String>,
    kept: Option<&Filling>,
    refused: Option<Refusal>,
    findings: &[Found],
) -> web::view::Html {
    let word = |name: &str| given.get(name).cloned().unwrap_or_default();
    let (name, path) = (word("file"), say::model_path(changing.model.id));
    let fields = models::fields(page, given, refused);
    let summary = ErrorSummary::of(page.words, &fields.iter().collect::<Vec<_>>());
    let mut form = Form::new(format!("{path}/change"), page.csrf.as_str()).with(summary).hidden("file", name.clone());
    if let Some(at) = kept.and_then(|kept| kept.draft.saved) {
        form = form.with(Notice::note(page.words.with("casework-change-from", &[("at", page.moment(at).into())])));
    }
    let wrong = matches!(refused, Some(Refusal::Errors { .. } | Refusal::Nothing | Refusal::TooLarge));
    if let Some(refusal) = refused.filter(|_| wrong) {
        form = form.with(Notice::caution(page.words.refusal(&refusal.into())));
    }
    let label = t(page, "content");
    form = match name.rsplit_once('.') {
        Some((_, "json")) => form.with(FormBuilder::new("content", label).value(word("content"))),
        kind => {
            let kind = if matches!(kind, Some((_, "dmn"))) { ModelKind::Decision } else { ModelKind::Process };
            let duties = page.app.authority().policies().duties().iter();
            let duties = duties.map(|duty| Named::new(duty.code.as_str(), page.either(&duty.name))).collect();
            let forms = changing.names(".json").map(|code| Named::new(code, code)).collect();
            let editor = ModelEditor::new(kind, "content", label)
                .value(word("content"))
                .check(format!("{path}/check"))
                .duties(duties)
                .forms(forms)
                .consents(consents(page, changing))
                .job_types(vec![Named::new(REMIND, t(page, "service-remind"))])
                .decisions(decisions(changing));
            form.with(editor)
        }
    };
    for field in fields {
        form = form.with(field);
    }
    let form = form
        .button(Action::submit(t(page, "propose-button")).main())
        .button(Action::submit_to(t(page, "try"), format!("{path}/try")))
        .after(t(page, "propose-after"));
    let form = match kept {
        Some(_) => form.button(filling::drops(page)),
        None => form,
    };
    let others = changing.files.iter().enumerate().filter(|(_, (other, _))| *other != name).map(|(at, (other, _))| {
        (other.clone(), Link::new(format!("{path}/edit?file={at}"), t(page, "change-this")).into_html())
    });
    let mut others_facts = web::view::Facts::new();
    for (other, link) in others {
        others_facts = others_facts.fact(other, link);
    }
    let mut all = Vec::new();
    if !findings.is_empty() {
        all.push(Panel::new(t(page, "findings"), say::findings(page, findings)).flush().into_html());
    }
    all.push(Panel::new(name, form).into_html());
    all.push(Panel::new(t(page, "other-files"), others_facts).into_html());
    web::view::Html::join(all)
}

/// The decisions that the model brings along.
fn decisions(changing: &Changing) -> Vec<Named> {
    let files = changing.files.iter().filter(|(name, _)| name.ends_with(".dmn"));
    let files: Vec<(&str, &[u8])> = files.map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    match dmn::Decisions::read(&files) {
        Ok(decisions) => {
            decisions.invocables().iter().map(|it| Named::new(it.name.as_str(), it.name.as_str())).collect()
        }
        Err(_) => Vec::new(),
    }
}

/// POST /models/{id}/change
pub(super) async fn propose(
    State(state): State<Casework>,
    by: By<ProposeModels>,
    Path(id): Path<String>,
    Posted(mut given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let changing = changing(page, &state, &id).await?;
    let file = given.get("file").cloned().ok_or(PageError::Malformed("file"))?;
    let filling = Filling::load(page, &Of::Change(changing.model.id, file.clone())).await?;
    if given.get("act").is_some_and(|act| act == "undraft") {
        filling.discard(page).await?;
        let back = path_of(&changing.model, &file).ok_or(PageError::Malformed("file"))?;
        return Ok(Redirect::to(&back).into_response());
    }
    let files = changing.kept(&given)?;
    // What is refused is shown as it would have been kept.
    let kept = files.iter().find(|(name, _)| Some(name) == given.get("file"));
    if let Some(content) = kept.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()) {
        given.insert("content".to_owned(), content);
    }
    let proposal = models::proposal(&given, files, Some(changing.model.id));
    match state.modeller.propose(by.hand(), proposal).await {
        Ok(id) => {
            filling.discard(page).await?;
            Ok(Redirect::to(&say::model_path(id)).into_response())
        }
        Err(ModelError::Refused { refusal, findings }) => {
            let shown = page
                .html(heading(page, &changing.model), body(page, &changing, &given, None, Some(refusal), &findings));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
        Err(other) => Err(model_error(other)),
    }
}

/// POST /models/{id}/check: what the check finds, for the editor beside which it is shown.
pub(super) async fn check(
    State(state): State<Casework>,
    by: By<ProposeModels>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let files = changing(page, &state, &id).await?.with(&given)?;
    let readied = tokio::task::spawn_blocking(move || Readied::of(&files));
    let readied = readied.await.map_err(|error| PageError::broken(&error))?;
    let of_file = |found: &&Found| Some(&found.file) == given.get("file");
    let findings = readied.findings.iter().filter(of_file).map(|found| {
        let (what, mend) = say::said(page, found);
        json!({
            "rule": found.rule, "severity": if found.is_error { "error" } else { "warning" }, "file": found.file,
            "line": found.line, "column": found.column, "element": found.element, "what": what, "mend": mend,
            "path": found.path,
        })
    });
    let accepted = !readied.findings.iter().any(|found| found.is_error);
    Ok(Json(json!({"findings": findings.collect::<Vec<_>>(), "accepted": accepted})))
}
