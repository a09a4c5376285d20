//! The form that drafts a disclosure.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::Day;
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Choice, ErrorSummary, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Panel, State as Empty,
};

use super::{Disclosures, DraftDisclosures, about, error, t};
use crate::catalogue::Entry;
use crate::content::{MAX_TEXT, MAX_TITLE};
use crate::decide::{Given, Refusal};
use crate::desk::DeskError;
use crate::duty::Period;
use crate::lists;

/// Periods that a form offers: this one and those before it.
const PERIODS: usize = 4;

/// What is drafted.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    entry: String,
    #[serde(default)]
    period: String,
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page.words, "draft-title"))
        .under(page.words.t("http-chapter-power"), "/disclosures")
        .under(t(page.words, "menu"), "/disclosures")
        .lead(t(page.words, "draft-lead"))
}

/// GET /disclosures/new
pub(super) async fn show(
    State(state): State<Disclosures>,
    by: By<DraftDisclosures>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let typed = BTreeMap::from([("entry".to_owned(), asked.entry), ("period".to_owned(), asked.period)]);
    let body = form(&state, &by, &typed, None).await?;
    Ok(by.page.html(heading(&by.page), body))
}

/// The form, with what was typed and what was wrong with it. The entry is chosen first: it decides what else is asked.
async fn form(
    state: &Disclosures,
    by: &By<DraftDisclosures>,
    typed: &BTreeMap<String, String>,
    refusal: Option<&Refusal>,
) -> Result<Html, PageError> {
    let page = &by.page;
    let words = page.words;
    let organ = by.may.organ();
    let row = page.register.organ_on(organ, page.today()).ok_or(PageError::NotFound)?;
    let Some((opened, _)) = lists::opened(state.app.store(), state.node(), organ).await? else {
        let empty = Empty::empty(t(words, "not-open"), t(words, "not-open-next"));
        return Ok(Panel::new("", empty).into_html());
    };
    let value = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let has = |entry: &&Entry| !opened.except.contains(&entry.code);
    let entries: Vec<&Entry> = state.desk.catalogue().of(row).filter(has).collect();
    let mend = |field: Field, name: &str| match refusal.filter(|no| about(no) == Some(name)) {
        Some(refusal) => field.error(web::http::refusal_words(words, &kernel::Refused::from(refusal.clone())).0),
        None => field,
    };
    let Some(entry) = entries.iter().find(|entry| entry.code == value("entry")) else {
        let choices = entries
            .iter()
            .map(|entry| Choice::new(&entry.code, words.said(&entry.name)).detail(words.said(&entry.content)))
            .collect();
        let form = Form::asking("/disclosures/new")
            .with(mend(Field::choices("entry", t(words, "entry"), choices), "entry"))
            .button(Action::submit(t(words, "choose-entry")).main());
        return Ok(Panel::new(t(words, "which-entry"), form).into_html());
    };
    let mut fields = Vec::new();
    if let Some(now) = Period::containing(entry.often, page.today()) {
        let past = std::iter::successors(Some(now), |period| period.before()).take(PERIODS);
        let mut choices: Vec<Choice> =
            past.map(|period| Choice::new(period.code(), super::public::period_words(words, &period.code()))).collect();
        if now == Period::Once {
            choices.push(Choice::new("", t(words, "period-again")));
        }
        fields.push(mend(Field::select("period", t(words, "period"), choices).value(value("period")), "period"));
    }
    let today = page.today().to_string();
    let came = if value("came").is_empty() { today.as_str() } else { value("came") };
    fields.push(mend(Field::day("came", t(words, "came")).help(t(words, "came-help")).value(came), "came"));
    fields.push(mend(
        Field::text("title", t(words, "title"))
            .help(t(words, "title-help"))
            .limit(words, MAX_TITLE as u32)
            .value(value("title")),
        "title",
    ));
    fields.push(mend(
        Field::area("body", t(words, "body"))
            .help(t(words, "body-help"))
            .limit(words, MAX_TEXT as u32)
            .value(value("body")),
        "body",
    ));
    let summary = ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>());
    let mut form = Form::new("/disclosures", page.csrf.as_str()).with(summary).hidden("entry", entry.code.as_str());
    for field in fields {
        form = form.with(field);
    }
    let form = form.button(Action::submit(t(words, "draft-button")).main()).after(t(words, "draft-after"));
    let side = Panel::new(t(words, "entry"), entry_facts(page, entry))
        .foot(web::view::Link::new("/disclosures/new", t(words, "other-entry")));
    Ok(Grid::new().cell(8, Panel::new(t(words, "text"), form)).first(4, side).into_html())
}

/// What the catalogue says of an entry.
pub(super) fn entry_facts(page: &Page, entry: &Entry) -> Facts {
    let words = page.words;
    Facts::new()
        .fact(t(words, "entry"), Html::data(words.said(&entry.name)))
        .fact(t(words, "content"), Html::data(words.said(&entry.content)))
        .fact(t(words, "basis"), Html::data(&entry.basis))
        .fact(t(words, "often"), t(words, &format!("often-{}", entry.often.code())))
        .fact(t(words, "by"), by_words(page, entry))
        .fact(t(words, "confidence"), t(words, &format!("confidence-{}", entry.confidence.code())))
}

/// By when an entry is due, in words.
pub(super) fn by_words(page: &Page, entry: &Entry) -> Html {
    use crate::catalogue::By;
    let words = page.words;
    match &entry.by {
        By::Within(limit) => Html::text(&words.with(
            "disclosure-by-within",
            &[("term", web::view::format::term(words.locale(), limit.budget.value, limit.budget.unit).into())],
        )),
        By::Day { month, day } => {
            Html::text(&words.with("disclosure-by-day", &[("day", format!("{month:02}-{day:02}").into())]))
        }
        By::Period => Html::text(&t(words, "by-period")),
        By::NoLimit(why) => Html::text(&t(words, "no-figure")).then(Html::text(" · ")).then(Html::data(why)),
    }
}

/// A day as a form sends it.
pub(super) fn day(typed: &str) -> Option<Day> {
    typed.trim().parse().ok()
}

/// POST /disclosures
pub(super) async fn draft(
    State(state): State<Disclosures>,
    by: By<DraftDisclosures>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let word = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let given = Given {
        entry: word("entry"),
        period: word("period"),
        came: day(&word("came")),
        title: word("title"),
        body: word("body"),
    };
    match state.desk.draft(by.hand(), by.may.organ(), &given).await {
        Ok(id) => Ok(Redirect::to(&format!("/disclosures/{id}")).into_response()),
        Err(DeskError::Refused(refusal)) if about(&refusal).is_some() => {
            let body = form(&state, &by, &typed, Some(&refusal)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, by.page.html(heading(&by.page), body)).into_response())
        }
        Err(other) => Err(error(other)),
    }
}
