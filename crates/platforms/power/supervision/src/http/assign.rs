//! Several warnings given to one inspector: chosen in the queue, then who, then one act each.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Class, OfficerId, OrganId};
use web::http::{By, Page, PageError, refusal_words};
use web::view::{Action, Cell, Choice, Column, Field, Form, Heading, Notice, Panel, Row, State as Shown, Table};

use crate::decide::{self, Inspector};
use crate::http::fields::Fields;
use crate::http::forms::{Hidden, new_command};
use crate::http::{DispatchWarnings, Supervision, acts, path, queue, say};
use crate::store::{self, Reach};
use crate::types::Warning;

/// POST /queue/assign: without an inspector it asks who; with one it assigns.
pub(super) async fn several(
    State(state): State<Supervision>,
    by: By<DispatchWarnings>,
    fields: Fields,
) -> Result<Response, PageError> {
    let mut page = by.page.clone();
    page.here = "/queue".to_owned();
    let reach = Reach::of(&by.may, &page.register, page.today());
    let mut warnings = Vec::new();
    for id in queue::chosen(fields.all("row"))? {
        warnings.push(store::load(page.app.store(), &reach, id).await?.ok_or(PageError::NotFound)?.0);
    }
    if fields.get("inspector").is_empty() {
        return ask_whom(&page, &by, &warnings).await;
    }
    let inspector = acts::inspector_of(&page, &by.may, fields.get("inspector"))?;
    let command = fields.command()?;
    let mut refused = Vec::new();
    for warning in &warnings {
        let inspector = loaded(&page, by.may.organ(), inspector).await?;
        let timing = state.timing(&page.app);
        let seen = acts::as_mine(&page, by.may.organ(), warning);
        let decided = decide::assign(&seen, acts::hand(&by.may), inspector, &state.limits, timing);
        match decided {
            Ok(event) => {
                let command = format!("{command}:{}", warning.id);
                match acts::record(&state, &page, &by.may, warning, &event, command).await {
                    Ok(_) => {}
                    Err(PageError::Conflict) => {
                        refused.push((warning, page.words.t("http-refused-conflict-why"), String::new()));
                    }
                    Err(error) => return Err(error),
                }
            }
            Err(refusal) => {
                let (why, next) = refusal_words(page.words, &refusal.into());
                refused.push((warning, why, next));
            }
        }
    }
    if refused.is_empty() { Ok(Redirect::to("/queue").into_response()) } else { Ok(partly(&page, &warnings, &refused)) }
}

async fn ask_whom(page: &Page, by: &By<DispatchWarnings>, warnings: &[Warning]) -> Result<Response, PageError> {
    let words = page.words;
    let heading = Heading::new(words, words.count("supervision-assign-title", warnings.len() as u64))
        .under(words.t("supervision-queue"), "/queue")
        .lead(words.t("supervision-bulk-note"));
    if warnings.is_empty() {
        let state = Shown::empty(words.t("supervision-assign-none"), words.t("supervision-assign-none-next"))
            .action(Action::go(words.t("supervision-to-queue"), "/queue"));
        return Ok(page.html(heading, Panel::new("", state)));
    }
    let options = inspectors(page, by.may.organ()).await?;
    let mut form = Form::new("/queue/assign", page.csrf.as_str()).with(Hidden::new("command", new_command(page)?));
    for warning in warnings {
        form = form.with(Hidden::new("row", warning.id.to_string()));
    }
    let form = form
        .with(Field::select("inspector", words.t("supervision-assign-to"), options))
        .button(Action::submit(words.t("supervision-assign-button")).main())
        .button(Action::go(words.t("supervision-not-now"), "/queue"));
    Ok(page.html(heading, (list(page, warnings), Panel::new("", form))))
}

/// The inspectors of a unit, each with what they hold.
pub(super) async fn inspectors(page: &Page, unit: kernel::OrganId) -> Result<Vec<Choice>, PageError> {
    let mut choices = Vec::new();
    for officer in page.register.holders(unit, "inspector", page.today()) {
        choices.push(inspector(page, officer.id).await?);
    }
    Ok(choices)
}

/// An inspector with what they hold.
pub(super) async fn inspector(page: &Page, officer: kernel::OfficerId) -> Result<Choice, PageError> {
    let held = store::held(page.app.store(), page.app.node(), officer).await?;
    let label = page
        .words
        .with("supervision-inspector-holds", &[("name", page.officer(officer).into()), ("held", held.into())]);
    Ok(Choice::new(officer.to_string(), label))
}

/// An inspector of a unit with what they hold, and what they may read.
pub(super) async fn loaded(page: &Page, unit: OrganId, officer: OfficerId) -> Result<Inspector, PageError> {
    let held = store::held(page.app.store(), page.app.node(), officer).await?;
    let cleared = page.register.cleared(unit, "inspector", page.today());
    let ceiling = cleared.into_iter().filter(|(other, _)| *other == officer).map(|(_, ceiling)| ceiling).max();
    Ok(Inspector { officer, held, ceiling: ceiling.unwrap_or(Class::Public) })
}

fn list(page: &Page, warnings: &[Warning]) -> Panel {
    let words = page.words;
    let columns = vec![
        Column::new(words.t("supervision-column-number")).narrow(),
        Column::new(words.t("supervision-column-subject")),
        Column::new(words.t("supervision-column-state")),
    ];
    let rows = warnings.iter().map(|warning| {
        Row::new(vec![
            Cell::code(&say::number(warning.number)),
            Cell::subject(&path(warning.id), &warning.finding.subject.label),
            Cell::new(say::stage(words, warning.stage.code())),
        ])
    });
    let title = words.t("supervision-chosen");
    Panel::new(title.as_str(), Table::new(words, "chosen", title.as_str(), columns).rows(rows)).flush()
}

fn partly(page: &Page, warnings: &[Warning], refused: &[(&Warning, String, String)]) -> Response {
    let words = page.words;
    let done = warnings.len() - refused.len();
    let notice = Notice::caution(
        words.with("supervision-assign-partly", &[("done", done.into()), ("refused", refused.len().into())]),
    );
    let columns =
        vec![Column::new(words.t("supervision-column-subject")), Column::new(words.t("supervision-column-why-not"))];
    let rows = refused.iter().map(|(warning, why, next)| {
        Row::new(vec![
            Cell::subject(&path(warning.id), &warning.finding.subject.label).under(say::number(warning.number)),
            Cell::new(why.as_str()).under(next.as_str()),
        ])
    });
    let title = words.t("supervision-assign-refused");
    let table = Table::new(words, "refused", title.as_str(), columns).rows(rows);
    let heading = Heading::new(words, title.as_str())
        .under(words.t("supervision-queue"), "/queue")
        .action(Action::go(words.t("supervision-to-queue"), "/queue"));
    page.html(heading, (notice, Panel::new("", table).flush()))
}
