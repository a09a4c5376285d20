//! A dry run: how far it has come, what it came to, and the form that does it.

use std::collections::BTreeMap;

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use web::http::{By, Page, PageError, Posted, follow};
use web::view::chart::Share;
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, Facts, Field, Form, Grid, Html, IntoHtml as _, Live, Notice, Panel, Row, State as Empty,
    Table, TableQuery, TableSpec, Total,
};

use super::super::{Casework, MigrateCases, say, t};
use super::words::{self, Between};
use super::{ask, graph, move_error, officer, others, policy_code, version_of};
use crate::case::number;
use crate::desk::MOST_TEXT;
use crate::migration::plans::{DryRun, State as Standing};

/// Rows of a page.
const SIZE: u32 = 30;

pub(super) fn asked_page(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "case", direction: Direction::Up };
    TableSpec::new(address.to_owned(), &["case"], sort, &[], SIZE).read(raw.unwrap_or_default())
}

/// How far something has come, in words and as a bar.
pub(super) fn so_far(words: web::locale::Words, done: u64, total: u64) -> Html {
    let text = words.with("casework-move-so-far", &[("done", done.into()), ("total", total.into())]);
    Html::data(&text).then(Share::new(done, total))
}

fn found(state: &Casework, by: &By<MigrateCases>, n: &str) -> Result<DryRun, PageError> {
    let n = n.parse().map_err(|_| PageError::NotFound)?;
    state.mover.dry_run(n, by.may.officer()).ok_or(PageError::NotFound)
}

/// GET /moves/plans/{n}
pub(in super::super) async fn show(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(n): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let run = found(&state, &by, &n)?;
    let version = version_of(&state, &run.asked.to.to_string(), Some(run.asked.process.as_str())).await?;
    let heading = ask::heading(page, &version, t(page, "move-plan"));
    match &run.state {
        Standing::Running => {
            let live = Live::new(format!("/moves/plans/{}/live", run.id), so_far(page.words, run.done, run.total));
            Ok(page.going_on(heading.lead(t(page, "move-plan-lead")), Panel::new(t(page, "move-plan"), live)))
        }
        Standing::Failed(reference) => {
            let why = page.words.with("casework-move-plan-failed", &[("reference", reference.as_str().into())]);
            let body =
                Empty::refused(t(page, "move-plan-stopped"), why, t(page, "move-plan-failed-next"), "case.fault");
            Ok(page.html(heading, Panel::new(t(page, "move-plan"), body)))
        }
        Standing::Done => {
            let query = asked_page(&format!("/moves/plans/{}", run.id), raw.as_deref());
            let mut main = Vec::new();
            main.extend(moving(page, &run).map(|panel| panel.into_html()));
            main.push(cases(page, &state, &run, &query).await?.into_html());
            let form = ask::form(page, &state, &officer(&by).reach, (&version, &run.asked), &run.unmapped).await?;
            let side = [
                Some(facts(page, &run).into_html()),
                form.map(|form| Panel::new(t(page, "move-again"), form).into_html()),
            ];
            let side: Vec<Html> = side.into_iter().flatten().collect();
            Ok(page.html(heading.lead(t(page, "move-plan-done")), Grid::new().cell(8, main).cell(4, side)))
        }
    }
}

fn facts(page: &Page, run: &DryRun) -> Panel {
    let count = |code: &str| page.words.count("casework-move-cases", run.counts.get(code).copied().unwrap_or_default());
    let facts = Facts::new()
        .fact(t(page, "move-fits"), count("fits"))
        .fact(t(page, "move-needs-mapping"), count("needs-mapping"))
        .fact(t(page, "move-blocked"), count("blocked"))
        .fact(t(page, "move-limits"), t(page, &format!("move-policy-{}", policy_code(run.asked.policy))));
    Panel::new(t(page, "move-counts"), facts)
}

/// The form that moves what fits; nothing where nothing does.
fn moving(page: &Page, run: &DryRun) -> Option<Panel> {
    let fits = run.counts.get("fits").copied().unwrap_or_default();
    let others: u64 = run.counts.iter().filter(|(code, _)| **code != "fits").map(|(_, n)| *n).sum();
    if fits == 0 {
        return Some(Panel::new(t(page, "move-do"), Notice::caution(t(page, "move-nothing-fits"))));
    }
    let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
    let after = page.words.with("casework-move-do-after", &[("fits", fits.into()), ("others", others.into())]);
    let form = Form::new("/moves", page.csrf.as_str())
        .hidden("plan", run.id.to_string())
        .with(Field::area("reason", t(page, "reason")).help(t(page, "move-reason-help")).limit(page.words, most))
        .button(Action::submit(t(page, "move-do-button")).main())
        .after(after);
    Some(Panel::new(t(page, "move-do"), form).turn())
}

async fn cases(page: &Page, state: &Casework, run: &DryRun, query: &TableQuery) -> Result<Panel, PageError> {
    let words = page.words;
    let to = graph(state, run.asked.to, run.asked.process.as_str()).await?;
    let version = version_of(state, &run.asked.to.to_string(), Some(run.asked.process.as_str())).await?;
    let mut from = BTreeMap::new();
    for other in others(state, &version) {
        from.insert(other.model, graph(state, other.model, &other.definition.process).await?);
    }
    let columns = vec![
        Column::new(t(page, "case")),
        Column::new(t(page, "move-verdict")).narrow(),
        Column::new(t(page, "move-what")),
    ];
    let offset = usize::try_from(query.offset()).unwrap_or(usize::MAX);
    // Those that need something stand first.
    let mut all: Vec<_> = run.cases.iter().collect();
    all.sort_by_key(|planned| planned.said.code());
    let rows = all.into_iter().skip(offset).take(SIZE as usize).map(|planned| {
        let between = Between { words, from: from.get(&planned.case.model), to: Some(&to) };
        let [verdict, detail] = words::said(page, between, &planned.said);
        let version = words.with("casework-version", &[("version", planned.case.version.into())]);
        let under = if planned.called { format!("{version} · {}", t(page, "move-called")) } else { version };
        let case = Cell::subject(&say::case_path(planned.case.id), &say::title(page, &planned.case))
            .under(Html::data(&format!("{} · {under}", number(planned.case.id))));
        Row::new(vec![case, verdict, detail])
    });
    let kept = u64::try_from(run.cases.len()).unwrap_or(u64::MAX);
    let table = Table::new(words, "planned", t(page, "move-cases-title"), columns)
        .rows(rows)
        .query(query, Total::Exactly(kept))
        .empty(Empty::empty(t(page, "move-none"), t(page, "move-none-next")));
    Ok(Panel::new(t(page, "move-cases-title"), table).flush())
}

/// GET /moves/plans/{n}/live
pub(in super::super) async fn live(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(n): Path<String>,
) -> Result<Response, PageError> {
    let run = found(&state, &by, &n)?;
    let (words, officer, plans) = (by.page.words, by.may.officer(), state.mover.plans.clone());
    Ok(follow(state.mover.plans.changed(), move |()| match plans.get(run.id, officer) {
        Some(run) if run.state == Standing::Running => web::http::Said::Part(so_far(words, run.done, run.total)),
        _ => web::http::Said::Ended,
    }))
}

/// POST /moves
pub(in super::super) async fn begin(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let run = found(&state, &by, word("plan"))?;
    let id = state.mover.begin(&officer(&by), &run.asked, word("reason")).await.map_err(move_error)?;
    Ok(Redirect::to(&format!("/moves/{id}")).into_response())
}
