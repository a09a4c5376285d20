//! Amendments on an indicator's page: what was proposed and decided; the forms to do either.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use redflags_rules::parameters::PARAMETERS;
use redflags_rules::registry::Indicator;
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Badge, Cell, Column, Field, Form, Html, IntoHtml, Light, Panel, Row, State as Empty, Table, format,
};

use super::indicators::known;
use super::jobs::{self, Outcome};
use super::trial::TrialResult;
use super::{ApproveAmendments, ProposeAmendments, Redflags, actor};
use crate::amendment::{Amendment, Amendments, Content, LONGEST, Tried};
use crate::force::AmendError;
use crate::pages::t;
use access::Permission as _;

impl From<AmendError> for PageError {
    fn from(error: AmendError) -> PageError {
        match error {
            AmendError::Refused(refusal) => PageError::refused(refusal),
            AmendError::Conflict => PageError::Conflict,
            AmendError::Fault(fault) => fault.into(),
        }
    }
}

/// The form under a trial's result, for who may propose.
pub(super) fn proposal(page: &Page, indicator: &Indicator, id: u64, result: &TrialResult) -> Html {
    let words = page.words;
    let changes = !result.changes.is_empty() || result.off;
    if !changes || result.processes == 0 || page.app.authority().allows(&page.reader, ProposeAmendments::CODE).is_err()
    {
        return Html::default();
    }
    let action = format!("/indicators/{}/trials/{id}/propose", indicator.code);
    let form = Form::new(action, page.csrf.as_str())
        .with(
            Field::area("reason", t(words, "amendment-reason"))
                .help(t(words, "amendment-reason-help"))
                .limit(words, LONGEST as u32),
        )
        .button(Action::submit(t(words, "amendment-propose")).main())
        .after(t(words, "amendment-propose-after"));
    Panel::new(t(words, "amendment-propose-title"), form).id("propose").into_html()
}

#[derive(Deserialize)]
pub(super) struct Proposing {
    #[serde(default)]
    reason: String,
}

pub(super) async fn propose(
    State(state): State<Redflags>,
    by: By<ProposeAmendments>,
    Path((code, id)): Path<(String, u64)>,
    Posted(given): Posted<Proposing>,
) -> Result<Response, PageError> {
    let indicator = known(&code)?;
    let (job, _) = state.trial(&by.page.reader, id, &code).await?;
    let jobs::State::Done(Outcome::Tried(result)) = &job.state else { return Err(PageError::NotFound) };
    let (content, tried) = (content_of(result), of_trial(result));
    let officer = by.may.officer().to_string();
    state.importer.propose_amendment(indicator, (&content, tried), &given.reason, &officer, &actor(&by)).await?;
    Ok(Redirect::to(&format!("/indicators/{code}#amendments")).into_response())
}

/// What an amendment says that puts in force what was tried.
pub(super) fn content_of(result: &TrialResult) -> Content {
    Content {
        figures: result.changes.iter().map(|(name, _, after)| (name.clone(), after.clone())).collect(),
        // What was tried switched on, and is off, is to be switched on.
        enabled: Some(!result.off),
    }
}

pub(super) fn of_trial(result: &TrialResult) -> Tried {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Tried {
        run: result.run,
        processes: count(result.processes),
        raised_before: count(result.raised.0),
        raised_after: count(result.raised.1),
        confirmed: count(result.confirmed.0),
        confirmed_kept: count(result.confirmed.1),
        refuted: count(result.refuted.0),
        refuted_kept: count(result.refuted.1),
    }
}

#[derive(Deserialize)]
pub(super) struct Deciding {
    #[serde(default)]
    grounds: String,
    #[serde(default)]
    decision: String,
}

pub(super) async fn decide(
    State(state): State<Redflags>,
    by: By<ApproveAmendments>,
    Path((code, number)): Path<(String, u64)>,
    Posted(given): Posted<Deciding>,
) -> Result<Response, PageError> {
    let indicator = known(&code)?;
    let approved = match given.decision.as_str() {
        "approve" => true,
        "refuse" => false,
        _ => return Err(PageError::Malformed("decision")),
    };
    let officer = by.may.officer().to_string();
    state.importer.decide_amendment(indicator, number, approved, &given.grounds, &officer, &actor(&by)).await?;
    Ok(Redirect::to(&format!("/indicators/{code}#amendments")).into_response())
}

/// The panel on an indicator's page: newest first, and the form for who may decide the one that waits.
pub(super) fn panel(page: &Page, indicator: &Indicator, all: &Amendments) -> Panel {
    let words = page.words;
    let columns = vec![
        Column::new(t(words, "amendment-number")).narrow(),
        Column::new(t(words, "amendment-content")),
        Column::new(t(words, "amendment-tried")),
        Column::new(t(words, "amendment-why")),
        Column::new(t(words, "column-state")).narrow(),
    ];
    let rows = all.0.iter().rev().map(|one| {
        let why = Cell::new(Html::data(&page.shown(&one.reason))).under(proposer(page, one));
        Row::new(vec![
            Cell::number(one.number as i64),
            Cell::new(content(page, indicator, &one.content)),
            Cell::new(tried(page, &one.tried)),
            why,
            standing(page, one),
        ])
    });
    let table = Table::new(words, "amendments-table", t(words, "amendments"), columns)
        .rows(rows)
        .plain()
        .empty(Empty::empty(t(words, "amendments-none"), t(words, "amendments-none-next")));
    let mut body = table.into_html();
    let may = page.app.authority().allows(&page.reader, ApproveAmendments::CODE).is_ok();
    let waiting = all.waiting().filter(|waiting| may && waiting.proposer != page.reader.officer().to_string());
    if let Some(waiting) = waiting {
        let action = format!("/indicators/{}/amendments/{}", indicator.code, waiting.number);
        let form = Form::new(action, page.csrf.as_str())
            .with(Field::area("grounds", t(words, "amendment-grounds")).limit(words, LONGEST as u32))
            .button(Action::submit_as(t(words, "amendment-approve"), "decision", "approve").main())
            .button(Action::submit_as(t(words, "amendment-refuse"), "decision", "refuse"))
            .after(t(words, "amendment-decide-after"));
        body = body.then(form);
    }
    Panel::new(t(words, "amendments"), body).note(t(words, "amendments-note")).id("amendments")
}

fn content(page: &Page, indicator: &Indicator, content: &Content) -> Html {
    let words = page.words;
    let mut lines: Vec<String> = content
        .figures
        .iter()
        .map(|(name, text)| {
            let named = PARAMETERS
                .iter()
                .find(|parameter| parameter.section == indicator.code && parameter.name == name)
                .map_or(name.as_str(), |parameter| parameter.text.get(crate::pages::lang(words)));
            format!("{named} → {text}")
        })
        .collect();
    if let Some(enabled) = content.enabled {
        lines.push(format!(
            "{} → {}",
            t(words, "trial-state"),
            t(words, if enabled { "state-on" } else { "state-off" })
        ));
    }
    Html::text(&lines.join(words.either("；", "; ")))
}

fn tried(page: &Page, tried: &Tried) -> String {
    let count = |n: i64| format::number(n);
    page.words.with(
        "redflags-amendment-tried-line",
        &[
            ("run", count(tried.run).into()),
            ("before", count(tried.raised_before).into()),
            ("after", count(tried.raised_after).into()),
            ("confirmed", count(tried.confirmed).into()),
            ("kept", count(tried.confirmed_kept).into()),
            ("refuted", count(tried.refuted).into()),
            ("refutedkept", count(tried.refuted_kept).into()),
        ],
    )
}

fn officer(page: &Page, id: &str) -> String {
    id.parse().map_or_else(|_| "–".to_owned(), |id| page.officer(id))
}

fn proposer(page: &Page, one: &Amendment) -> Html {
    Html::data(&officer(page, &one.proposer))
}

fn standing(page: &Page, one: &Amendment) -> Cell {
    let words = page.words;
    match &one.decision {
        None => Cell::new(Badge::saying(Light::Waiting, t(words, "amendment-waits")).bare()),
        Some(decision) => {
            let badge = match decision.approved {
                true => Badge::saying(Light::Done, t(words, "amendment-approved")),
                false => Badge::saying(Light::Refused, t(words, "amendment-refused")),
            };
            let who = format!("{}：{}", officer(page, &decision.decider), page.shown(&decision.grounds));
            Cell::new(badge.bare()).under(Html::data(&who))
        }
    }
}
