//! How an application stands, by receipt number and code; and what its applicant may do: take it back, answer, rate.
//!
//! Nothing is kept in the browser: each form carries number and code, so that whoever uses the machine next finds nothing.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use casework::case::outcome::outcome;
use flow::ElementId;
use kernel::Instant;
use store::Recorded;
use web::http::{Everybody, PageError, Posted, Visitor};
use web::locale::Words;
use web::view::{
    Action, Badge, Choice, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Light, Moment, Notice, Panel, Seal,
    Timeline, format,
};

use super::{Services, error, t};
use crate::counter::{CounterError, Opened};
use crate::decide::{MOST, Refusal};
use crate::events::ServiceEvent;
use crate::progress::{Ask, Stage};
use crate::types::{Grade, Reason};

type Typed = BTreeMap<String, String>;

fn word<'t>(typed: &'t Typed, name: &str) -> &'t str {
    typed.get(name).map(|text| text.trim()).unwrap_or_default()
}

fn heading(words: Words) -> Heading {
    Heading::new(words, t(words, "progress")).lead(t(words, "progress-lead"))
}

/// The form that asks for number and code.
fn asking(visitor: &Visitor, typed: &Typed, wrong: bool) -> Html {
    let words = visitor.words;
    let number = Field::text("number", t(words, "number")).help(t(words, "number-help")).value(word(typed, "number"));
    let code = Field::text("code", t(words, "code")).help(t(words, "code-help"));
    let number = if wrong { number.error(words.t("refusal-service-no-application")) } else { number };
    let form = Form::new("/progress", visitor.csrf())
        .with(web::view::ErrorSummary::of(words, &[&number]))
        .with(number)
        .with(code)
        .button(Action::submit(t(words, "see-progress")).main());
    Grid::new().cell(8, Panel::new("", form)).into_html()
}

/// GET /progress
pub(super) async fn ask(State(state): State<Services>, visitor: Visitor) -> Result<Response, PageError> {
    let body = asking(&visitor, &Typed::new(), false);
    visitor.public_page(&state.app, StatusCode::OK, heading(visitor.words), body).await
}

/// POST /progress
pub(super) async fn show(
    State(state): State<Services>,
    visitor: Visitor,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    answered(&state, &visitor, &typed, None, None).await
}

/// The application of what was typed, as it stands; or the form again.
///
/// - `done`: what was just done. `refused`: why something was not.
async fn answered(
    state: &Services,
    visitor: &Visitor,
    typed: &Typed,
    done: Option<&str>,
    refused: Option<String>,
) -> Result<Response, PageError> {
    match state.counter.open(word(typed, "number"), word(typed, "code")).await {
        Ok(opened) => {
            let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            let notice = match (done, refused) {
                (_, Some(why)) => Notice::wrong(why).into_html(),
                (Some(key), None) => Notice::done(t(visitor.words, key)).into_html(),
                (None, None) => Html::default(),
            };
            standing(state, visitor, typed, &opened, status, notice).await
        }
        Err(CounterError::Refused(Refusal::NoApplication)) => {
            let body = asking(visitor, typed, true);
            visitor.public_page(&state.app, StatusCode::UNPROCESSABLE_ENTITY, heading(visitor.words), body).await
        }
        Err(other) => Err(error(other)),
    }
}

async fn standing(
    state: &Services,
    visitor: &Visitor,
    typed: &Typed,
    opened: &Opened,
    status: StatusCode,
    notice: Html,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let store = state.app.store();
    let (node, application) = (state.app.node().number(), &opened.application);
    let case_acts = store.acts_of(node, application.case.value()).await?;
    let own_acts = store.acts_of(node, application.id.value()).await?;
    let stage = opened.progress.stage;
    let mut main = vec![notice];
    for ask in &opened.progress.asks {
        main.push(asked(state, visitor, typed, opened, ask).await?);
    }
    if stage == Stage::Ended {
        main.push(rating(state, visitor, typed, opened).await?);
    }
    main.push(Panel::new(t(words, "history"), history(state, visitor, &own_acts, &case_acts)?).into_html());
    let name = words.said(&application.name);
    let mut facts = Facts::new()
        .fact(t(words, "number"), Html::data(&application.number))
        .fact(t(words, "item"), Html::data(name))
        .fact(t(words, "organ"), Html::data(&organ(state, words, opened).await?));
    if let Some(due) = opened.progress.due {
        facts = facts.fact(t(words, "due"), format::date(due));
    }
    if !application.to_follow.is_empty() {
        let names: Vec<&str> = application.to_follow.iter().map(|name| words.said(name)).collect();
        facts = facts.fact(t(words, "to-follow"), Html::data(&names.join(words.either("、", ", "))));
    }
    if let Some(result) = result(state, opened, &case_acts).await? {
        facts = facts.fact(t(words, "result"), Html::data(&result));
    }
    let mut side = vec![Panel::new(t(words, "at-a-glance"), facts).into_html()];
    if stage.goes_on() && !application.withdrawn {
        side.push(withdrawing(visitor, typed).into_html());
    }
    let heading = Heading::new(words, name).under(t(words, "progress"), "/progress").badge(badge(words, stage));
    visitor.public_page(&state.app, status, heading, Grid::new().cell(8, main).cell(4, side)).await
}

fn badge(words: Words, stage: Stage) -> Badge {
    let light = match stage {
        Stage::Received | Stage::Working => Light::Waiting,
        Stage::YourTurn => Light::Notice,
        Stage::Stopped | Stage::Withdrawn => Light::Refused,
        Stage::Ended => Light::Done,
    };
    Badge::saying(light, t(words, &format!("stage-{}", stage.code())))
}

async fn organ(state: &Services, words: Words, opened: &Opened) -> Result<String, PageError> {
    let directory = state.counter.desk().directory();
    let register = directory.register().await?;
    let found = register.as_ref().and_then(|register| register.organ_on(opened.case.organ, directory.clock().today()));
    Ok(found.map_or_else(|| "–".to_owned(), |organ| words.said(&organ.name).to_owned()))
}

/// What the case came to, as its process says it.
async fn result(state: &Services, opened: &Opened, acts: &[Recorded]) -> Result<Option<String>, PageError> {
    if opened.progress.stage != Stage::Ended {
        return Ok(None);
    }
    let deployed = state.counter.desk().library().deployed(opened.case.model).await?;
    let Some(graph) = deployed.readied.graphs.get(&opened.case.process) else { return Ok(None) };
    let Some(end) = outcome(acts, graph)? else { return Ok(None) };
    let name = graph.at(&end).map(|at| graph.element(at).name.clone()).filter(|name| !name.is_empty());
    Ok(Some(name.unwrap_or_else(|| end.to_string())))
}

/// Number and code again: every form of this page carries them.
fn known(visitor: &Visitor, to: &str, typed: &Typed) -> Form {
    Form::new(to, visitor.csrf()).hidden("number", word(typed, "number")).hidden("code", word(typed, "code"))
}

/// What is asked of the applicant, and the form that answers.
async fn asked(
    state: &Services,
    visitor: &Visitor,
    typed: &Typed,
    opened: &Opened,
    ask: &Ask,
) -> Result<Html, PageError> {
    let words = visitor.words;
    let zone = state.app.clock().zone();
    let facts = match ask {
        Ask::Supplement { items, notice, until, .. } => {
            let missing = items.show(&Everybody).cloned().unwrap_or_else(|| t(words, "erased"));
            // The first moment that is too late is midnight of the day after.
            let last = until.plus_ms(-1).day(zone);
            Facts::new()
                .fact(t(words, "missing"), Html::data(&missing))
                .fact(t(words, "notice-number"), Html::data(notice))
                .fact(t(words, "answer-until"), format::date(last))
        }
        Ask::Message { element, .. } => {
            let deployed = state.counter.desk().library().deployed(opened.case.model).await?;
            let graph = deployed.readied.graphs.get(&opened.case.process);
            let at = graph.and_then(|graph| Some(graph.element(graph.at(&ElementId::from(element.as_str()))?)));
            let name = at.map_or(element.as_str(), |element| element.name.as_str());
            Facts::new().fact(t(words, "waits-for"), Html::data(name))
        }
    };
    let form = known(visitor, "/progress/answer", typed)
        .hidden("asked", ask.number().to_string())
        .with(Field::area("words", t(words, "answer-words")).help(t(words, "answer-help")).limit(words, MOST.2 as u32))
        .button(Action::submit(t(words, "answer-send")).main());
    Ok(Panel::new(t(words, "your-turn"), (facts, form)).turn().into_html())
}

fn withdrawing(visitor: &Visitor, typed: &Typed) -> Panel {
    let words = visitor.words;
    let form = known(visitor, "/progress/withdraw", typed)
        .with(Field::check("sure", t(words, "withdraw-sure")))
        .with(Field::area("words", t(words, "withdraw-words")).optional(words).of_form("withdraw"))
        .button(Action::submit(t(words, "withdraw")));
    Panel::new(t(words, "withdraw"), form)
}

/// The rating that was given, or the form for it.
async fn rating(state: &Services, visitor: &Visitor, typed: &Typed, opened: &Opened) -> Result<Html, PageError> {
    let words = visitor.words;
    if let Some((grade, reasons, case)) = &opened.application.rating {
        let mut facts = Facts::new().fact(t(words, "grade"), t(words, &format!("grade-{}", grade.code())));
        if !reasons.is_empty() {
            let names: Vec<String> =
                reasons.iter().map(|reason| t(words, &format!("reason-{}", reason.code()))).collect();
            facts = facts.fact(t(words, "reasons"), names.join(words.either("、", ", ")));
        }
        if let Some(case) = case
            && let Some(case) = state.counter.desk().load(*case).await?
        {
            let key = match crate::progress::progress(&case, state.counter.desk().calendar()).stage.goes_on() {
                true => "rating-open",
                false => "rating-answered",
            };
            facts = facts.fact(t(words, "rating-case"), t(words, key));
        }
        return Ok(Panel::new(t(words, "rated"), facts).into_html());
    }
    let grades = Grade::ALL.map(|grade| Choice::new(grade.code(), t(words, &format!("grade-{}", grade.code()))));
    let mut form =
        known(visitor, "/progress/rate", typed).with(Field::choices("grade", t(words, "grade"), grades.to_vec()));
    for reason in Reason::ALL {
        form = form
            .with(Field::check(format!("reason-{}", reason.code()), t(words, &format!("reason-{}", reason.code()))));
    }
    let form = form
        .with(Field::area("words", t(words, "rating-words")).optional(words).help(t(words, "rating-help")))
        .button(Action::submit(t(words, "rate")).main())
        .after(t(words, "rate-after"));
    Ok(Panel::new(t(words, "rate-title"), form).turn().into_html())
}

/// What happened, oldest first, each act with its seal: what the applicant did, and when the case began and ended.
fn history(state: &Services, visitor: &Visitor, own: &[Recorded], case: &[Recorded]) -> Result<Timeline, PageError> {
    let words = visitor.words;
    let zone = state.app.clock().zone();
    let mut all: Vec<(u64, i64, String)> = Vec::new();
    for act in own.iter().filter(|act| act.act.kind.starts_with("service.")) {
        let key = match act.event()? {
            ServiceEvent::Applied { .. } => "did-applied",
            ServiceEvent::Withdrawn { .. } => "did-withdrawn",
            ServiceEvent::Rated { .. } => "did-rated",
        };
        all.push((act.idx, act.act.at_ms, t(words, key)));
    }
    for act in case.iter().filter(|act| act.act.kind.starts_with("case.")) {
        let event: casework::case::CaseEvent = act.event()?;
        for event in &event.step().events {
            let key = match event {
                flow::Event::SupplementAsked { .. } => "did-asked",
                flow::Event::SupplementClosed { .. } => "did-answered",
                flow::Event::Ended { .. } => "did-ended",
                _ => continue,
            };
            all.push((act.idx, act.act.at_ms, t(words, key)));
        }
    }
    all.sort();
    let moments = all.into_iter().map(|(idx, at, title)| {
        let when = format::date_time(Instant::from_ms(at), zone);
        Moment::past(when, title).seal(Seal::new(words, idx))
    });
    Ok(Timeline::new(moments.collect()))
}

/// What became of something an applicant wanted to do: the page again, with it or with why not.
async fn after(
    state: &Services,
    visitor: &Visitor,
    typed: &Typed,
    done: &str,
    outcome: Result<(), CounterError>,
) -> Result<Response, PageError> {
    let refused = match outcome {
        Ok(()) => return answered(state, visitor, typed, Some(done), None).await,
        Err(other) => error(other),
    };
    match refused {
        PageError::Refused(refused) => {
            let why = visitor.words.refusal(&refused);
            answered(state, visitor, typed, None, Some(why)).await
        }
        other => Err(other),
    }
}

/// POST /progress/withdraw
pub(super) async fn withdraw(
    State(state): State<Services>,
    visitor: Visitor,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    if !typed.contains_key("sure") {
        let why = t(visitor.words, "withdraw-unsure");
        return answered(&state, &visitor, &typed, None, Some(why)).await;
    }
    let outcome = match state.counter.open(word(&typed, "number"), word(&typed, "code")).await {
        Ok(opened) => state.counter.withdraw(&opened, word(&typed, "words")).await,
        Err(error) => Err(error),
    };
    after(&state, &visitor, &typed, "done-withdrawn", outcome).await
}

/// POST /progress/answer
pub(super) async fn answer(
    State(state): State<Services>,
    visitor: Visitor,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let asked = word(&typed, "asked").parse().map_err(|_| PageError::Malformed("asked"))?;
    let outcome = match state.counter.open(word(&typed, "number"), word(&typed, "code")).await {
        Ok(opened) => state.counter.answer(&opened, asked, word(&typed, "words")).await,
        Err(error) => Err(error),
    };
    after(&state, &visitor, &typed, "done-answered", outcome).await
}

/// POST /progress/rate
pub(super) async fn rate(
    State(state): State<Services>,
    visitor: Visitor,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let reasons: Vec<Reason> = typed.keys().filter_map(|name| Reason::parse(name.strip_prefix("reason-")?)).collect();
    let outcome = match state.counter.open(word(&typed, "number"), word(&typed, "code")).await {
        Ok(opened) => {
            let grade = Grade::parse(word(&typed, "grade"));
            state.counter.rate(&opened, grade, reasons, word(&typed, "words")).await
        }
        Err(error) => Err(error),
    };
    after(&state, &visitor, &typed, "done-rated", outcome).await
}
