//! A file of items: uploaded, looked through with its faults, entered as proposals, each an act of its own.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::refusal::{Param, Refuse};
use kernel::{Day, OfficerId};
use tables::spreadsheet::SheetFault;
use web::http::{By, Page, PageError, Uploaded, attachment};
use web::locale::Locale;
use web::view::{
    Action, Cell, Column, Form, Grid, Heading, Html, IntoHtml as _, Notice, Panel, Row, State as Empty, Table, Upload,
    format,
};

use super::form::organ_named;
use super::{Operation, ProposePowers, SHEET_LIMIT, Staged, error, say, t};
use crate::decide::{Given, Refusal};
use crate::inventory::InventoryError;
use crate::sheet::{self, COLUMNS, NoInventory, Sheet};
use crate::typed;
use crate::types::{Fault, Faulty, Field, Wrong};

/// Rows shown of each kind; further ones are counted.
const SHOWN: usize = 200;

/// An expected "no" of an import.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
enum NotImported {
    #[error("no file was chosen")]
    NoFile,
    #[error("the file is not kept any more")]
    Gone,
    #[error(transparent)]
    File(#[from] NoInventory),
}

impl Refuse for NotImported {
    fn code(&self) -> &'static str {
        match self {
            NotImported::NoFile => "power.no_file",
            NotImported::Gone => "power.sheet_gone",
            NotImported::File(NoInventory::NoHeading) => "power.no_heading",
            NotImported::File(NoInventory::NoList) => "power.no_list",
            NotImported::File(NoInventory::Sheet(SheetFault::Form)) => "power.sheet_form",
            NotImported::File(NoInventory::Sheet(SheetFault::Encoding)) => "power.sheet_encoding",
            NotImported::File(NoInventory::Sheet(SheetFault::TooLong)) => "power.sheet_too_long",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page, "import"))
        .under(page.words.t("http-chapter-power"), "/powers")
        .under(t(page, "menu"), "/powers")
}

/// GET /powers/import
pub(super) async fn form(by: By<ProposePowers>) -> Response {
    let page = &by.page;
    let words = page.words;
    let kinds = words.either("XLSX、CSV、JSON", "XLSX, CSV or JSON");
    let upload = Upload::new(words, "file", t(page, "sheet"), kinds, ".xlsx,.csv,.json", SHEET_LIMIT as u64);
    let form = Form::new("/powers/import", page.csrf.as_str())
        .files()
        .with(upload)
        .button(Action::submit(t(page, "sheet-upload")).main())
        .after(t(page, "sheet-after"));
    let columns = ["column", "column-json", "column-needed"].map(|key| Column::new(t(page, key)));
    let rows = COLUMNS.iter().map(|column| {
        Row::new(vec![
            Cell::new(words.either(column.zh, column.en)),
            Cell::code(column.name),
            Cell::new(t(page, if column.needed { "needed" } else { "may-lack" })),
        ])
    });
    let table = Table::new(words, "columns", t(page, "columns"), columns.to_vec()).rows(rows).plain();
    let heading =
        heading(page).lead(t(page, "import-lead")).action(Action::go(t(page, "template"), "/powers/template.csv"));
    let body =
        Grid::new().first(5, Panel::new(t(page, "sheet"), form)).cell(7, Panel::new(t(page, "columns"), table).flush());
    page.html(heading, body)
}

/// GET /powers/template.csv: the headings, and a made-up row.
pub(super) async fn template(by: By<ProposePowers>) -> Response {
    let words = by.page.words;
    let headings: Vec<&str> = COLUMNS.iter().map(|column| words.either(column.zh, column.en)).collect();
    let sample = |name: &str| match (name, words.locale()) {
        ("code", _) => "SL-XK-001",
        ("name", Locale::ZhCn) => "示例事项",
        ("name", Locale::En) => "Sample item",
        ("category", Locale::ZhCn) => "行政许可",
        ("category", Locale::En) => "licensing",
        ("bases", Locale::ZhCn) => "示例条例 | 第十条",
        ("bases", Locale::En) => "Sample regulation | art. 10",
        ("conditions", Locale::ZhCn) => "有固定场所。",
        ("conditions", Locale::En) => "Has fixed premises.",
        ("materials", Locale::ZhCn) => "申请书 | 必要 | 1",
        ("materials", Locale::En) => "Application | always | 1",
        ("statutory", Locale::ZhCn) => "20 工作日",
        ("statutory", Locale::En) => "20 working days",
        ("promised", Locale::ZhCn) => "10 工作日",
        ("promised", Locale::En) => "10 working days",
        _ => "",
    };
    let cells: Vec<&str> = COLUMNS.iter().map(|column| sample(column.name)).collect();
    let text = format!("\u{feff}{}\r\n{}\r\n", headings.join(","), cells.join(","));
    attachment("powers.csv", "text/csv; charset=utf-8", text)
}

/// POST /powers/import
pub(super) async fn upload(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    let file = uploaded.files.first().ok_or_else(|| PageError::refused(NotImported::NoFile))?;
    let content = tokio::fs::read(&file.path).await.map_err(|error| PageError::broken(&error))?;
    let sheet = tokio::task::spawn_blocking(move || sheet::read(&content))
        .await
        .map_err(|error| PageError::broken(&error))?
        .map_err(|wrong| PageError::refused(NotImported::File(wrong)))?;
    let number = state.staged.put(by.may.officer(), Staged { name: file.name.clone(), sheet: Arc::new(sheet) });
    Ok(Redirect::to(&format!("/powers/import/{number}")).into_response())
}

/// What a file comes to: rows that may be proposed, and rows with what is wrong with them.
struct Plan {
    good: Vec<(u32, Given)>,
    bad: Vec<(u32, Fault, String)>,
    held: usize,
}

/// Reads the rows of a file for an officer's own organ.
fn plan(page: &Page, sheet: &Sheet) -> Plan {
    let mut plan = Plan { good: Vec::new(), bad: Vec::new(), held: 0 };
    let own = page.reader.organ();
    let mut codes = std::collections::BTreeSet::new();
    for (line, row) in &sheet.rows {
        let mut row = row.clone();
        // Without an organ it is the officer's own.
        let organ = row.entry("organ".to_owned()).or_default();
        if organ.trim().is_empty() {
            *organ = own.to_string();
        }
        let read = typed::read(&row, |text| organ_named(page, text).filter(|organ| *organ == own));
        let read = read.and_then(|content| match codes.insert(content.code.clone()) {
            true => Ok(content),
            false => Err(vec![Fault { field: Field::Code, wrong: Wrong::Taken }]),
        });
        match read {
            Ok(content) => {
                let from = row.get("from").and_then(|day| day.trim().parse::<Day>().ok());
                let from = from.unwrap_or_else(|| page.today().plus(1));
                let reason = row.get("reason").map(|reason| reason.trim()).filter(|reason| !reason.is_empty());
                let reason = reason.map_or_else(|| t(page, "import-reason"), str::to_owned);
                plan.good.push((*line, Given { content, from, reason }));
            }
            Err(faults) => {
                plan.held += 1;
                for fault in faults {
                    let value = row.get(fault.field.code()).cloned().unwrap_or_default();
                    plan.bad.push((*line, fault, value));
                }
            }
        }
    }
    plan
}

fn staged(state: &Operation, officer: OfficerId, number: u64) -> Result<Staged, PageError> {
    state.staged.get(number, officer).ok_or_else(|| PageError::refused(NotImported::Gone))
}

/// GET /powers/import/{number}
pub(super) async fn preview(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Path(number): Path<u64>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let staged = staged(&state, by.may.officer(), number)?;
    let plan = plan(page, &staged.sheet);
    let lead = words.with(
        "operation-preview-lead",
        &[
            ("rows", format::number(staged.sheet.rows.len() as i64).into()),
            ("good", format::number(plan.good.len() as i64).into()),
            ("held", format::number(plan.held as i64).into()),
        ],
    );
    let heading = heading(page).under(t(page, "import"), "/powers/import").id(staged.name.clone()).lead(lead);
    let mut body = Vec::new();
    if !staged.sheet.unknown.is_empty() {
        let names = staged.sheet.unknown.join(words.either("、", ", "));
        body.push(Notice::caution(words.with("operation-unknown-columns", &[("names", names.into())])).into_html());
    }
    body.push(match plan.good.is_empty() {
        true => Notice::note(t(page, "preview-nothing")).into_html(),
        false => {
            let form = Form::new(format!("/powers/import/{number}"), page.csrf.as_str())
                .button(Action::submit(words.count("operation-confirm", plan.good.len() as u64)).main())
                .after(t(page, "confirm-after"));
            Panel::new("", form).into_html()
        }
    });
    body.push(faults(page, &plan));
    body.push(entries(page, &plan));
    Ok(page.html(heading, body))
}

fn faults(page: &Page, plan: &Plan) -> Html {
    let columns = ["line", "field", "value", "wrong"].map(|key| Column::new(t(page, key)));
    let rows = plan.bad.iter().take(SHOWN).map(|(line, fault, value)| wrong_row(page, *line, *fault, value));
    let table = Table::new(page.words, "faults", t(page, "faults"), columns.to_vec())
        .rows(rows)
        .empty(Empty::empty(t(page, "faults-none"), ""));
    Panel::new(t(page, "faults"), table)
        .note(page.words.count("operation-faults-note", plan.bad.len() as u64))
        .flush()
        .into_html()
}

fn wrong_row(page: &Page, line: u32, fault: Fault, value: &str) -> Row {
    Row::new(vec![
        Cell::number(line),
        Cell::new(say::field(page.words, fault.field)),
        Cell::new(web::view::RawValue::new(page.words, value)),
        Cell::new(t(page, &format!("wrong-{}", fault.wrong.code()))),
    ])
}

fn entries(page: &Page, plan: &Plan) -> Html {
    let columns = ["line", "item", "field-category", "field-process", "from"].map(|key| Column::new(t(page, key)));
    let rows = plan.good.iter().take(SHOWN).map(|(line, given)| {
        let content = &given.content;
        Row::new(vec![
            Cell::number(*line),
            Cell::new(Html::data(&content.name.zh)).under(Html::data(&content.code)),
            Cell::new(page.either(&content.category.name())),
            Cell::new(content.process.as_deref().map_or_else(|| Html::text("–"), Html::data)),
            Cell::new(format::date(given.from)),
        ])
    });
    let table = Table::new(page.words, "entries", t(page, "entries"), columns.to_vec())
        .rows(rows)
        .empty(Empty::empty(t(page, "entries-none"), ""));
    Panel::new(t(page, "entries"), table).flush().into_html()
}

/// POST /powers/import/{number}: each good row is proposed; one that the inventory refuses is named, and costs itself only.
pub(super) async fn confirm(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Path(number): Path<u64>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let staged = staged(&state, by.may.officer(), number)?;
    let plan = plan(page, &staged.sheet);
    let mut refused = Vec::new();
    let mut entered = 0u64;
    for (line, given) in plan.good {
        let code = given.content.code.clone();
        match state.inventory.propose(by.hand(), given).await {
            Ok(_) => entered += 1,
            Err(InventoryError::Refused(refusal)) => refused.push((line, code, refusal)),
            Err(other) => return Err(error(other)),
        }
    }
    state.staged.drop(number);
    if refused.is_empty() {
        return Ok(Redirect::to("/powers?state=waiting").into_response());
    }
    let rows = refused.iter().take(SHOWN).flat_map(|(line, code, refusal)| match refusal {
        Refusal::Fields(Faulty(faults)) => {
            faults.iter().map(|fault| wrong_row(page, *line, *fault, code)).collect::<Vec<_>>()
        }
        other => vec![Row::new(vec![
            Cell::number(*line),
            Cell::new("–"),
            Cell::new(Html::data(code)),
            Cell::new(page.words.t(&format!("refusal-{}", other.code().replace(['.', '_'], "-")))),
        ])],
    });
    let columns = ["line", "field", "value", "wrong"].map(|key| Column::new(t(page, key)));
    let table = Table::new(page.words, "faults", t(page, "faults"), columns.to_vec()).rows(rows);
    let lead = page.words.with(
        "operation-entered-lead",
        &[("entered", format::number(entered as i64).into()), ("refused", format::number(refused.len() as i64).into())],
    );
    let heading = heading(page).lead(lead).action(Action::go(t(page, "tab-waiting"), "/powers?state=waiting").main());
    Ok(page.html(heading, Panel::new(t(page, "faults"), table).flush()))
}
