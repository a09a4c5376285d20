//! One case moved to another version of its process, and back: the panel of its page, and the form with its verdict.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use flow::ElementId;
use kernel::MatterId;
use store::Recorded;
use web::http::{By, Page, PageError, Parameter, Posted};
use web::view::{Action, Choice, Column, Field, Form, Grid, Heading, Html, IntoHtml as _, Notice, Panel, Row, Table};

use super::super::{Casework, MigrateCases, case_error, say, t};
use super::words::{self, Between};
use super::{graph, officer, pair_fields, policy_code, policy_field, typed_pairs, typed_policy};
use crate::case::{Case, CaseEvent, number};
use crate::desk::{self, MOST_TEXT, Move, reason};
use crate::library::Deployed;
use crate::migration::plans::Said;
use crate::model::rows::Version;

/// What the form takes.
pub(in super::super) const ASKED: &[Parameter] = &[
    Parameter { name: "to", meaning: ("模型", "the model"), kind: "string" },
    Parameter { name: "policy", meaning: ("时限：keep 或 rederive", "limits: keep or rederive"), kind: "string" },
    Parameter { name: "pairs", meaning: ("旧=新，每行一对", "OLD=NEW, a line each"), kind: "string" },
];

fn path(id: MatterId) -> String {
    format!("{}/move", say::case_path(id))
}

/// Other versions of a case's process that are in force by now, the newest first.
fn others(page: &Page, state: &Casework, case: &Case) -> Vec<Version> {
    let other = |version: &&Version| {
        version.definition.process == case.process.as_str()
            && version.model != case.model
            && version.valid_from <= page.today()
    };
    state.desk.library().versions().iter().filter(other).cloned().collect()
}

/// What a case's page offers to whoever may move it; nothing where there is nothing to move it to, or back.
pub(in super::super) async fn panel(page: &Page, state: &Casework, case: &Case) -> Result<Option<Panel>, PageError> {
    state.desk.library().refresh().await?;
    let mut all = Vec::new();
    if let Some(took) = &case.took {
        let touched = case.state.migrated.as_ref().is_some_and(|migrated| !migrated.touched.is_empty());
        if touched {
            let acts: Vec<String> = state.desk.since(case).await?.iter().map(|since| since.idx.to_string()).collect();
            let acts = acts.join(page.words.either("、", ", "));
            let text = page.words.with("casework-move-no-way-back", &[("acts", acts.into())]);
            all.push(Notice::note(text).into_html());
        } else {
            let text = page.words.with("casework-move-back-to", &[("version", took.from.1.into())]);
            let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
            let form = Form::new(path(case.id), page.csrf.as_str())
                .with(Field::area("reason", t(page, "reason")).limit(page.words, most))
                .button(Action::submit_as(t(page, "move-revert"), "act", "revert"))
                .after(text);
            all.push(form.into_html());
        }
    }
    let any = !all.is_empty();
    let go = Action::go(t(page, "move-one"), path(case.id));
    let panel = |body| Panel::new(t(page, "move-run"), body);
    Ok(match (any, !others(page, state, case).is_empty()) {
        (true, true) => Some(panel(Html::join(all)).foot(go)),
        (true, false) => Some(panel(Html::join(all))),
        (false, true) => Some(panel(go.into_html())),
        (false, false) => None,
    })
}

/// What a move changed, a line each; nothing of other acts.
///
/// - `deployed`: the model that the case follows now, for the names of elements.
pub(in super::super) fn changes(
    page: &Page,
    (deployed, process): (&Deployed, &ElementId),
    act: &Recorded,
) -> Result<Vec<String>, PageError> {
    if act.shredded || !act.act.kind.starts_with("case.migrated@") {
        return Ok(Vec::new());
    }
    let CaseEvent::Migrated(moved) = act.event()? else { return Ok(Vec::new()) };
    let graph = deployed.readied.graphs.get(process);
    let between = Between { words: page.words, from: None, to: graph };
    let policy = t(page, &format!("move-policy-{}", policy_code(moved.policy)));
    let policy = page.words.with("casework-move-policy-was", &[("policy", policy.into())]);
    Ok(std::iter::once(policy).chain(words::changes(page, between, &moved.plan)).collect())
}

async fn reached(state: &Casework, by: &By<MigrateCases>, id: &str) -> Result<std::sync::Arc<Case>, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let reach = officer(by).reach;
    state.desk.load(id).await?.filter(|case| reach.covers(case)).ok_or(PageError::NotFound)
}

fn wish(typed: &BTreeMap<String, String>, words: &str) -> Result<Option<Move>, PageError> {
    let Some(to) = typed.get("to").filter(|to| !to.is_empty()) else { return Ok(None) };
    Ok(Some(Move {
        to: to.parse().map_err(|_| PageError::Malformed("to"))?,
        mapping: typed_pairs(typed)?,
        policy: typed_policy(typed)?,
        words: reason(words).unwrap_or_else(|_| kernel::Erasable::erased()),
        run: None,
    }))
}

/// GET /cases/{id}/move
pub(in super::super) async fn show(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(id): Path<String>,
    Query(typed): Query<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let case = reached(&state, &by, &id).await?;
    secrecy::view::on_record(page, &by.may, (case.id, &case.secrecy)).await?;
    state.desk.library().refresh().await?;
    let version = page.words.with("casework-version", &[("version", case.of.into())]);
    let heading = Heading::new(page.words, t(page, "move-one"))
        .under(page.words.t("http-chapter-power"), "/cases")
        .under(t(page, "cases"), "/cases")
        .under(page.shown(&case.title), say::case_path(case.id))
        .id(format!("{} · {version}", number(case.id)));
    let others = others(page, &state, &case);
    let wish = wish(&typed, "")?;
    let mut main = Vec::new();
    let mut needed = std::collections::BTreeSet::new();
    if let Some(wish) = &wish {
        let verdict = state.desk.verdict(&case, wish).await;
        if matches!(verdict, Err(desk::CaseError::Fault(_) | desk::CaseError::Record(_))) {
            return verdict.map_err(case_error).map(|_| page.html(heading, Html::default()));
        }
        let said = Said::of(verdict);
        if let Said::Stays(why) = &said {
            needed.extend(why.elements.iter().cloned());
        }
        main.push(verdict_panel(page, &state, &case, wish, &said).await?.into_html());
    }
    main.push(form(page, &state, &case, (&others, wish.as_ref()), &needed).await?.into_html());
    Ok(page.html(heading.lead(t(page, "move-one-lead")), Grid::new().cell(8, main)))
}

/// What moving it would come to, and the form that does it where it fits.
async fn verdict_panel(
    page: &Page,
    state: &Casework,
    case: &Case,
    wish: &Move,
    said: &Said,
) -> Result<Panel, PageError> {
    let from = graph(state, case.model, case.process.as_str()).await?;
    let to = state.desk.library().deployed(wish.to).await.ok();
    let to = to.and_then(|deployed| deployed.readied.graphs.get(&case.process).cloned());
    let between = Between { words: page.words, from: Some(&from), to: to.as_ref() };
    let [verdict, detail] = words::said(page, between, said);
    let columns = vec![Column::new(t(page, "move-verdict")).narrow(), Column::new(t(page, "move-what"))];
    let table =
        Table::new(page.words, "verdict", t(page, "move-plan"), columns).row(Row::new(vec![verdict, detail])).plain();
    let panel = Panel::new(t(page, "move-plan"), table);
    if !matches!(said, Said::Fits(_)) {
        return Ok(panel);
    }
    let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
    let mut form = Form::new(path(case.id), page.csrf.as_str())
        .hidden("to", wish.to.to_string())
        .hidden("policy", policy_code(wish.policy))
        .with(Field::area("reason", t(page, "reason")).help(t(page, "move-reason-help")).limit(page.words, most))
        .button(Action::submit_as(t(page, "move-do-one"), "act", "move").main());
    for (old, new) in &wish.mapping {
        form = form.hidden(format!("{}{old}", super::PAIR), new.as_str());
    }
    Ok(panel.foot(form).turn())
}

/// The form that asks what moving it would come to.
async fn form(
    page: &Page,
    state: &Casework,
    case: &Case,
    (others, wish): (&[Version], Option<&Move>),
    needed: &std::collections::BTreeSet<ElementId>,
) -> Result<Panel, PageError> {
    let choices = others.iter().map(|version| {
        let number = page.words.with("casework-version", &[("version", version.definition.version.into())]);
        Choice::new(version.model.to_string(), number).detail(version.definition.name.clone())
    });
    let chosen = wish.map(|wish| wish.to).or_else(|| others.first().map(|version| version.model));
    let mut form = Form::asking(path(case.id)).with(
        Field::choices("to", t(page, "move-to-which"), choices.collect())
            .value(chosen.map(|to| to.to_string()).unwrap_or_default()),
    );
    form = form.with(policy_field(page, wish.map_or(flow::migrate::ClockPolicy::Keep, |wish| wish.policy)));
    if let Some(wish) = wish
        && others.iter().any(|version| version.model == wish.to)
    {
        let from = [graph(state, case.model, case.process.as_str()).await?];
        let to = graph(state, wish.to, case.process.as_str()).await?;
        for field in pair_fields(page, (&from, &to), needed, &wish.mapping) {
            form = form.with(field);
        }
    }
    let form = form.button(Action::submit(t(page, "move-try"))).after(t(page, "move-try-after"));
    Ok(Panel::new(t(page, "move-which-version"), form))
}

/// POST /cases/{id}/move
pub(in super::super) async fn act(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let case = reached(&state, &by, &id).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let (hand, post) = by.hand();
    let by_officer = desk::By::Officer(hand, post);
    let words = reason(word("reason")).map_err(PageError::refused)?;
    match word("act") {
        "move" => {
            let wish = wish(&typed, word("reason"))?.ok_or(PageError::Malformed("to"))?;
            state.desk.migrate(by_officer, case.id, &wish).await.map_err(case_error)?;
        }
        "revert" => drop(state.desk.revert(by_officer, case.id, &words).await.map_err(case_error)?),
        _ => return Err(PageError::Malformed("act")),
    }
    Ok(Redirect::to(&say::case_path(case.id)).into_response())
}
