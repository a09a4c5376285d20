//! The form that proposes an erasure: which act, what of it goes, and why.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use store::Recorded;
use web::http::{By, Page, PageError, Posted};
use web::view::{Action, Choice, ErrorSummary, Facts, Field, Form, Grid, Heading, Html, Notice, Panel, Said, Seal};

use super::{Erasures, ProposeErasures, error, path, said_in, t};
use crate::decide::{Given, MAX_TEXT, Refusal, Target};
use crate::eraser::EraserError;
use crate::events::Ground;

/// The number that a person typed of an act.
fn index(text: &str) -> Option<u64> {
    let digits: String =
        text.trim().trim_start_matches('#').chars().filter(|c| !",， \u{202f}\u{a0}".contains(*c)).collect();
    digits.parse().ok()
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page, "propose"))
        .under(page.words.t("http-chapter-management"), "/erasures")
        .under(t(page, "menu"), "/erasures")
        .lead(t(page, "propose-lead"))
}

/// Of which act.
#[derive(Deserialize)]
pub(super) struct Asked {
    act: Option<String>,
}

/// GET /erasures/new
pub(super) async fn show(
    State(state): State<Erasures>,
    by: By<ProposeErasures>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let typed = asked.act.clone().unwrap_or_default();
    let found = match index(&typed) {
        Some(idx) => state.seen(page, idx).await?,
        None => None,
    };
    Ok(match found {
        Some((target, act)) => page.html(heading(page), form(page, &target, &act, &BTreeMap::new(), None)),
        None => {
            let mut field = Field::text("act", t(page, "act")).value(typed.as_str()).help(t(page, "act-help"));
            if asked.act.is_some() {
                field = field.error(page.words.t("refusal-erasure-no-act"));
            }
            let summary = ErrorSummary::of(page.words, &[&field]);
            let form =
                Form::asking("/erasures/new").with(summary).with(field).button(Action::submit(t(page, "find")).main());
            page.html(heading(page), Panel::new(t(page, "which"), form))
        }
    })
}

/// What a refusal is about: the field, and what to say of it.
fn about(refusal: Refusal) -> Option<(&'static str, &'static str)> {
    match refusal {
        Refusal::Fields => Some(("fields", "refusal-erasure-fields")),
        Refusal::Ground => Some(("ground", "refusal-erasure-ground")),
        Refusal::Reason => Some(("reason", "refusal-erasure-reason")),
        Refusal::Told => Some(("told", "refusal-erasure-told")),
        _ => None,
    }
}

/// The act with what of it may go, and the form.
fn form(
    page: &Page,
    target: &Target,
    act: &Recorded,
    typed: &BTreeMap<String, String>,
    refused: Option<Refusal>,
) -> Grid {
    let words = page.words;
    let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let wrong = refused.and_then(about);
    let mend = |field: Field, name: &str| match wrong {
        Some((of, key)) if of == name => field.error(words.t(key)),
        _ => field,
    };
    let facts = Facts::new()
        .fact(t(page, "act"), Seal::new(words, target.idx))
        .fact(t(page, "kind"), Html::data(&target.kind))
        .fact(t(page, "done-at"), page.moment(kernel::Instant::from_ms(act.act.at_ms)))
        .fact(t(page, "matter"), Html::data(&target.matter.to_string()));
    let side = Panel::new(t(page, "facts"), facts);
    if target.waiting || target.there.is_empty() {
        let key = if target.waiting { "refusal-erasure-waiting" } else { "refusal-erasure-nothing-there" };
        let back = Action::go(t(page, "another"), "/erasures/new");
        let panel = Panel::new(t(page, "which"), Notice::caution(words.t(key))).foot(back);
        return Grid::new().cell(8, panel).first(4, side);
    }
    let name_of = |name: &str| t(page, &format!("field-{name}"));
    let checks: Vec<(Field, Facts)> = target
        .there
        .iter()
        .map(|name| {
            let check = Field::check(format!("field-{name}"), name_of(name));
            let check = if typed.contains_key(&format!("field-{name}")) { check.value("on") } else { check };
            // What is to go is read beside its box.
            let content = said_in(&act.act.body, name);
            (check, Facts::new().fact(name_of(name), Said::new(content)))
        })
        .collect();
    let grounds = Ground::ALL
        .into_iter()
        .map(|ground| {
            Choice::new(ground.code(), t(page, &format!("ground-{}", ground.code())))
                .detail(page.either(&ground.basis()))
        })
        .collect();
    let ground = mend(Field::choices("ground", t(page, "ground"), grounds).value(value("ground")), "ground");
    let reason = Field::area("reason", t(page, "reason"))
        .help(t(page, "reason-help"))
        .limit(words, MAX_TEXT as u32)
        .value(value("reason"));
    let reason = mend(reason, "reason");
    let told = Field::area("told", t(page, "told")).optional(words).help(t(page, "told-help")).value(value("told"));
    let told = mend(told, "told");
    let first = checks.first().map(|(check, _)| mend(check.clone(), "fields"));
    let summary = ErrorSummary::of(words, &first.iter().chain([&ground, &reason, &told]).collect::<Vec<_>>());
    let mut form = Form::new("/erasures", page.csrf.as_str()).with(summary);
    for (at, (check, content)) in checks.into_iter().enumerate() {
        form = form.with(content).with(if at == 0 { mend(check, "fields") } else { check });
    }
    let form = form
        .with(ground)
        .with(reason)
        .with(told)
        .button(Action::submit_as(t(page, "propose-button"), "act", target.idx.to_string()).main())
        .after(t(page, "propose-after"));
    Grid::new().cell(8, Panel::new(t(page, "form"), form)).first(4, side)
}

/// POST /erasures
pub(super) async fn propose(
    State(state): State<Erasures>,
    by: By<ProposeErasures>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let word = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let idx = index(&word("act")).ok_or(PageError::Malformed("act"))?;
    let given = Given {
        fields: typed.keys().filter_map(|name| name.strip_prefix("field-")).map(str::to_owned).collect(),
        ground: Ground::parse(&word("ground")),
        reason: word("reason"),
        told: word("told"),
    };
    let (target, act) = state.seen(page, idx).await?.ok_or_else(|| PageError::refused(Refusal::NoAct))?;
    match state.eraser.propose(by.hand(), idx, given).await {
        Ok(id) => Ok(Redirect::to(&path(id)).into_response()),
        Err(EraserError::Refused(refusal)) if about(refusal).is_some() => {
            let body = form(page, &target, &act, &typed, Some(refusal));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page), body)).into_response())
        }
        Err(other) => Err(error(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_read_as_people_write_it() {
        for (typed, read) in [("7", Some(7)), (" #1,234 ", Some(1234)), ("1 234", Some(1234)), ("", None), ("-1", None)]
        {
            assert_eq!(index(typed), read, "{typed:?}");
        }
    }
}
