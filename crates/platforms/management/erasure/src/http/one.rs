//! One erasure: what became of it, and the form that decides.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::MatterId;
use store::{COPIES_DAYS, Recorded};
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Choice, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Moment, Notice, Panel, Said, Seal,
    Timeline, format,
};

use super::{DecideErasures, Erasures, ReadErasures, badge, error, fields, in_every_copy, path, said_in, t};
use crate::decide::{Erasure, Stage};
use crate::events::ErasureEvent;
use crate::rows;

async fn found(page: &Page, id: &str) -> Result<(Erasure, Vec<Recorded>), PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)
}

/// GET /erasures/{id}
pub(super) async fn show(
    State(state): State<Erasures>,
    by: By<ReadErasures>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (erasure, acts) = found(page, &id).await?;
    let none =
        |list: &[String]| if list.is_empty() { t(page, "told-nobody") } else { list.join(words.either("、", ", ")) };
    let mut facts = Facts::new()
        .fact(t(page, "act"), Seal::new(words, erasure.idx))
        .fact(t(page, "kind"), Html::data(&erasure.of))
        .fact(t(page, "what"), fields(page, &erasure.fields))
        .fact(t(page, "ground"), t(page, &format!("ground-{}", erasure.ground.code())))
        .fact(t(page, "basis"), Html::data(page.either(&erasure.ground.basis())))
        .fact(t(page, "told"), Html::data(&none(&erasure.told)));
    if let Some(day) = in_every_copy(page, erasure.stage) {
        facts = facts.fact(t(page, "in-every-copy"), format::date(day));
    }
    let mut moments: Vec<Moment> = Vec::new();
    for act in acts.iter().rev() {
        let (key, quoted) = match act.event()? {
            ErasureEvent::Proposed { reason, .. } => ("did-proposed", reason),
            ErasureEvent::Refused { grounds, .. } => ("did-refused", grounds),
            ErasureEvent::Approved { .. } => ("did-erased", String::new()),
        };
        let mut detail = Html::data(&page.whose(act).unwrap_or_default());
        if !quoted.is_empty() {
            detail = detail.then(Html::data(&words.with("erasure-quoted", &[("text", quoted.into())])));
        }
        let when = page.moment(kernel::Instant::from_ms(act.act.at_ms));
        moments.push(Moment::past(when, t(page, key)).detail(detail).seal(Seal::new(words, act.idx)));
    }
    let mut main = Vec::new();
    let decides = page.app.authority().allows(&page.reader, DecideErasures::CODE).is_ok();
    let proposers = [Some(erasure.proposer), erasure.on_behalf_of];
    if decides && erasure.stage == Stage::Proposed && !proposers.contains(&Some(by.may.officer())) {
        main.push(decision(page, &state, &erasure).await?.into_html());
    }
    main.push(Panel::new(t(page, "line"), Timeline::new(moments)).into_html());
    let mut side = vec![Panel::new(t(page, "facts"), facts).into_html()];
    if in_every_copy(page, erasure.stage).is_some() {
        side.push(
            Panel::new(
                t(page, "copies"),
                Html::text(&words.with("erasure-copies-text", &[("days", COPIES_DAYS.into())])),
            )
            .into_html(),
        );
    }
    let title = words.with("erasure-of", &[("index", format::index(erasure.idx).into())]);
    let heading = Heading::new(words, title)
        .under(words.t("http-chapter-management"), "/erasures")
        .under(t(page, "menu"), "/erasures")
        .badge(badge(page, erasure.stage));
    Ok(page.html(heading, Grid::new().cell(8, main).first(4, side)))
}

/// What is to go, as it stands, and the form that decides.
async fn decision(page: &Page, state: &Erasures, erasure: &Erasure) -> Result<Panel, PageError> {
    let Some((_, act)) = state.seen(page, erasure.idx).await? else {
        return Ok(Panel::new(t(page, "decide"), Notice::caution(t(page, "beyond"))));
    };
    let choice = |code: &str| Choice::new(code, t(page, &format!("answer-{code}")));
    let mut going = Facts::new();
    for field in &erasure.fields {
        let content = said_in(&act.act.body, field);
        going = going.fact(t(page, &format!("field-{field}")), Said::new(content));
    }
    let form = Form::new(path(erasure.id), page.csrf.as_str())
        .with(going)
        .with(Field::choices("answer", t(page, "answer"), vec![choice("approve"), choice("refuse")]))
        .with(Field::area("grounds", t(page, "grounds")).optional(page.words).help(t(page, "grounds-help")))
        .button(Action::submit(t(page, "answer-button")).main())
        .after(t(page, "answer-after"));
    Ok(Panel::new(t(page, "decide"), form).turn())
}

/// POST /erasures/{id}
pub(super) async fn answer(
    State(state): State<Erasures>,
    by: By<DecideErasures>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (erasure, _) = found(page, &id).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    // Nobody decides on what they may not read.
    state.seen(page, erasure.idx).await?.ok_or(PageError::NotFound)?;
    match word("answer") {
        "approve" => state.eraser.approve(by.hand(), &erasure).await.map_err(error)?,
        "refuse" => state.eraser.refuse(by.hand(), &erasure, word("grounds")).await.map_err(error)?,
        _ => return Err(PageError::Malformed("answer")),
    }
    Ok(Redirect::to(&path(erasure.id)).into_response())
}
