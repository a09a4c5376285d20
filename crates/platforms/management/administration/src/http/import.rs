//! A spreadsheet: uploaded, previewed with its faults, confirmed.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use web::http::{By, Page, PageError, Uploaded};
use web::view::{
    Action, Cell, Column, Form, Grid, Heading, Html, IntoHtml, Notice, Panel, Row, State as Empty, Table, Upload,
    format,
};

use super::{AdministerPosts, Administration, Refusal, SHEET_LIMIT, Staged, t};
use crate::entering::{NotPlanned, said};
use crate::office::{Field, Plan};
use tables::spreadsheet as sheet;

/// Faults and new entries shown; further ones are counted.
const SHOWN: usize = 200;

pub(super) async fn form(by: By<AdministerPosts>) -> Response {
    let page = &by.page;
    let words = page.words;
    let upload = Upload::new(
        words,
        "file",
        t(page, "sheet"),
        words.either("CSV、XLSX", "CSV or XLSX"),
        ".csv,.xlsx",
        SHEET_LIMIT as u64,
    );
    let form = Form::new("/admin/import", page.csrf.as_str())
        .files()
        .with(upload)
        .button(Action::submit(t(page, "sheet-upload")).main())
        .after(t(page, "sheet-after"));
    let columns = ["column", "column-means", "column-needed"].map(|key| Column::new(t(page, key)));
    let rows = Field::ALL.map(|field| {
        let (zh, en) = field.heading();
        let key = format!("{field:?}").to_lowercase();
        Row::new(vec![
            Cell::new(words.either(zh, en)),
            Cell::new(t(page, &format!("column-{key}"))),
            Cell::new(t(page, &format!("needed-{key}"))),
        ])
    });
    let table = Table::new(words, "columns", t(page, "columns"), columns.to_vec()).rows(rows).plain();
    let heading = Heading::new(words, t(page, "menu-import"))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .lead(t(page, "import-lead"))
        .action(Action::go(t(page, "template"), "/admin/template.csv"));
    let body =
        Grid::new().first(5, Panel::new(t(page, "sheet"), form)).cell(7, Panel::new(t(page, "columns"), table).flush());
    page.html(heading, body)
}

/// The headings, and two made-up rows.
pub(super) async fn template(by: By<AdministerPosts>) -> Response {
    let words = by.page.words;
    let headings: Vec<&str> = Field::ALL
        .iter()
        .map(|field| {
            let (zh, en) = field.heading();
            words.either(zh, en)
        })
        .collect();
    let rows = match words.locale() {
        web::locale::Locale::ZhCn => {
            "示例市财政局,政府部门,,示例市人民政府,,采购管理岗,机关承办人,示例甲,shili.jia,\r\n\
             示例市人民政府,人民政府,,,,,,,,\r\n"
        }
        web::locale::Locale::En => {
            "Sample City Finance Bureau,department,,Sample City Government,,Procurement desk,organ-handler,Sample One,sample.one,\r\n\
             Sample City Government,government,,,,,,,,\r\n"
        }
    };
    (
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"office.csv\""),
            (header::CACHE_CONTROL, "no-store"),
        ],
        format!("\u{feff}{}\r\n{rows}", headings.join(",")),
    )
        .into_response()
}

pub(super) async fn upload(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    let file = uploaded.files.first().ok_or_else(|| PageError::refused(Refusal::NoFile))?;
    let content = tokio::fs::read(&file.path).await.map_err(|error| PageError::broken(&error))?;
    let lines = tokio::task::spawn_blocking(move || sheet::read(&content))
        .await
        .map_err(|error| PageError::broken(&error))?
        .map_err(|fault| PageError::refused(NotPlanned::Sheet(fault)))?;
    // Whether it is a table for this is told before it is kept.
    state.plan(&by.page, &lines)?;
    let staged = Staged { name: file.name.clone(), lines: Arc::new(lines) };
    let id = state.staged.put(by.may.officer(), staged);
    Ok(Redirect::to(&format!("/admin/import/{id}")).into_response())
}

fn staged(state: &Administration, by: &By<AdministerPosts>, id: u64) -> Result<Staged, PageError> {
    state.staged.get(id, by.may.officer()).ok_or_else(|| PageError::refused(Refusal::SheetGone))
}

pub(super) async fn preview(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let staged = staged(&state, &by, id)?;
    let plan = state.plan(page, &staged.lines)?;
    let lead = words.with(
        "administration-preview-lead",
        &[
            ("rows", format::number(plan.rows as i64).into()),
            ("organs", format::number(plan.organs.len() as i64).into()),
            ("posts", format::number(plan.posts.len() as i64).into()),
            ("officers", format::number(plan.officers.len() as i64).into()),
            ("appointments", format::number(plan.appointments.len() as i64).into()),
            ("faults", format::number(plan.faults.len() as i64).into()),
        ],
    );
    let heading = Heading::new(words, t(page, "preview"))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .under(t(page, "menu-import"), "/admin/import")
        .id(staged.name.clone())
        .lead(lead);
    let confirm = if plan.is_empty() {
        Notice::note(t(page, "preview-nothing")).into_html()
    } else {
        let form = Form::new(format!("/admin/import/{id}"), page.csrf.as_str())
            .button(Action::submit(t(page, "confirm")).main())
            .after(t(page, "confirm-after"));
        Panel::new("", form).into_html()
    };
    Ok(page.html(heading, vec![confirm, faults(page, &plan), entries(page, &plan)]))
}

fn faults(page: &Page, plan: &Plan) -> Html {
    let words = page.words;
    let columns = ["line", "column", "value", "wrong"].map(|key| Column::new(t(page, key)));
    let rows = plan.faults.iter().take(SHOWN).map(|fault| {
        let (zh, en) = fault.field.heading();
        Row::new(vec![
            Cell::number(fault.line),
            Cell::new(words.either(zh, en)),
            Cell::new(Html::data(&fault.value)),
            Cell::new(said(page.words, fault)),
        ])
    });
    let table = Table::new(words, "faults", t(page, "faults"), columns.to_vec())
        .rows(rows)
        .empty(Empty::empty(t(page, "faults-none"), ""));
    Panel::new(t(page, "faults"), table)
        .note(words.count("administration-faults-note", plan.faults.len() as u64))
        .flush()
        .into_html()
}

fn entries(page: &Page, plan: &Plan) -> Html {
    let words = page.words;
    let columns = ["kind-of-entry", "name", "detail"].map(|key| Column::new(t(page, key)));
    let organs = plan.organs.iter().map(|organ| (t(page, "organ"), organ.name.zh.clone(), organ.division.to_string()));
    let posts = plan.posts.iter().map(|post| (t(page, "post"), post.name.zh.clone(), post.duties.join(", ")));
    let officers =
        plan.officers.iter().map(|officer| (t(page, "officer"), officer.name.zh.clone(), officer.login.clone()));
    let rows =
        organs.chain(posts).chain(officers).take(SHOWN).map(|(kind, name, detail)| {
            Row::new(vec![Cell::new(kind), Cell::new(Html::data(&name)), Cell::new(detail)])
        });
    let table = Table::new(words, "entries", t(page, "entries"), columns.to_vec())
        .rows(rows)
        .empty(Empty::empty(t(page, "entries-none"), ""));
    Panel::new(t(page, "entries"), table).flush().into_html()
}

pub(super) async fn confirm(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let staged = staged(&state, &by, id)?;
    // Planned again: the register may have changed since the preview, and what it knows is entered once.
    let plan = state.plan(&by.page, &staged.lines)?;
    if !plan.is_empty() {
        state.enter(&by, &plan.events()).await?;
    }
    state.staged.drop(id);
    Ok(Redirect::to("/admin/officers").into_response())
}
