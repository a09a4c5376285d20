//! Break-glass on pages: asking, answering, and reading a warning by an access that holds.

use ::store::RecordError;
use access::{Hand, Permission as _};
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Instant, MatterId};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Badge, Cell, Choice, Column, Facts, Field, Form, Grid, Heading, Html, IntoHtml, Light, Moment, Notice,
    Panel, Row, Seal, State as Shown, Table, Timeline, format,
};

use crate::glass::{self, Access, GlassEvent, Listed, MOST_HOURS, Refusal, Stage};
use crate::http::{ApproveAccess, AskAccess, ReadWarnings, acts, say};
use crate::store::{self, Reach};
use crate::types::Warning;

fn at(page: &Page, moment: Instant) -> String {
    format::date_time(moment, page.app.clock().zone())
}

fn path(id: MatterId) -> String {
    format!("/break-glass/{id}")
}

/// Whether an access holds now.
fn holds(page: &Page, until: Option<Instant>) -> bool {
    until.is_some_and(|until| page.app.clock().now() < until)
}

fn badge(page: &Page, stage: &str, until: Option<Instant>) -> Badge {
    let words = page.words;
    match stage {
        "asked" => Badge::saying(Light::Waiting, words.t("supervision-glass-asked")),
        "approved" if holds(page, until) => Badge::saying(Light::Yellow, words.t("supervision-glass-holds")),
        "approved" => Badge::saying(Light::Done, words.t("supervision-glass-over")),
        _ => Badge::saying(Light::Refused, words.t("supervision-glass-refused")),
    }
}

fn table(page: &Page, id: &str, title: &str, listed: &[Listed]) -> Panel {
    let words = page.words;
    let columns = ["warning", "who", "hours", "stage", "at", "readings"]
        .map(|key| Column::new(words.t(&format!("supervision-glass-{key}"))));
    let rows = listed.iter().map(|it| {
        Row::new(vec![
            Cell::subject(&path(it.id), &say::number(it.number)),
            Cell::new(Html::data(&page.officer(it.officer))).under(page.organ(it.organ)),
            Cell::number(it.hours),
            Cell::new(badge(page, &it.stage, it.until)),
            Cell::new(at(page, it.asked_at)),
            Cell::number(it.readings),
        ])
    });
    let title = words.t(title);
    let table = Table::new(words, id.to_owned(), title.as_str(), columns.to_vec())
        .rows(rows)
        .empty(Shown::empty(words.t("supervision-glass-none"), ""));
    Panel::new(title.as_str(), table).flush()
}

/// GET /break-glass
pub(super) async fn list(by: By<AskAccess>) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node());
    let mine = glass::of_officer(store, node, by.may.officer()).await?;
    let mut main = vec![table(page, "mine", "supervision-glass-mine", &mine).into_html()];
    if page.app.authority().allows(&page.reader, ApproveAccess::CODE).is_ok() {
        let units: Vec<_> = page.register.tasks_of([by.may.organ()].into(), page.today()).into_iter().collect();
        let asked = glass::asked_of(store, node, &units).await?;
        main.insert(0, table(page, "asked", "supervision-glass-of-unit", &asked).into_html());
    }
    let form = Form::new("/break-glass", page.csrf.as_str())
        .with(
            Field::text("number", words.t("supervision-glass-warning")).help(words.t("supervision-glass-number-help")),
        )
        .with(
            Field::area("grounds", words.t("supervision-glass-grounds"))
                .help(words.t("supervision-glass-grounds-help")),
        )
        .with(
            Field::figure("hours", words.t("supervision-glass-hours"), "h")
                .value("24")
                .help(words.with("supervision-glass-hours-help", &[("most", MOST_HOURS.into())])),
        )
        .button(Action::submit(words.t("supervision-glass-ask")).main())
        .after(words.t("supervision-glass-after"));
    let heading = Heading::new(words, words.t("supervision-glass"))
        .under(words.t("http-chapter-power"), "/queue")
        .lead(words.t("supervision-glass-lead"));
    let body = Grid::new().cell(8, main).first(4, Panel::new(words.t("supervision-glass-ask"), form).id("ask"));
    Ok(page.html(heading, body))
}

#[derive(Deserialize)]
pub(super) struct Asking {
    #[serde(default)]
    number: String,
    #[serde(default)]
    grounds: String,
    #[serde(default)]
    hours: String,
}

/// POST /break-glass
pub(super) async fn ask(by: By<AskAccess>, Posted(given): Posted<Asking>) -> Result<Response, PageError> {
    let page = &by.page;
    let (store, node, now) = (page.app.store(), page.app.node(), page.app.clock().now());
    let no_such = || PageError::refused(Refusal::NoSuchWarning);
    let number = say::read_number(given.number.trim()).ok_or_else(no_such)?;
    let id = store::by_number(store, node, number).await?.ok_or_else(no_such)?;
    let (warning, _) = store::load(store, &Reach::of_system(node), id).await?.ok_or_else(no_such)?;
    // Two persons open what is beyond reach, not what is beyond clearance.
    if warning.secrecy.class > by.may.ceiling() {
        return Err(no_such());
    }
    let reached = match page.app.authority().may::<ReadWarnings>(&page.reader) {
        Ok(may) => Reach::of(&may, &page.register, page.today()).covers(&warning),
        Err(_) => false,
    };
    let running = glass::current(store, node, by.may.officer(), id, now).await?.is_some();
    let hours = given.hours.trim().parse().unwrap_or(0);
    let hand = acts::hand(&by.may);
    let event = glass::ask(&warning, hand, (reached, running), &given.grounds, hours).map_err(PageError::refused)?;
    let access = MatterId::new(directory::new_act(now)?.value());
    let after = Access::opened(access, &event).ok_or(PageError::NotFound)?;
    glass::record(store, (node, page.app.clock()), (hand, by.may.post()), (&after, &warning), &event).await?;
    Ok(Redirect::to(&path(access)).into_response())
}

/// An access with its warning, for who asked, who is to answer, and who supervises who asked; for others there is none.
async fn found(by: &By<AskAccess>, id: &str) -> Result<(Access, Warning, Vec<::store::Recorded>), PageError> {
    let page = &by.page;
    let (store, node) = (page.app.store(), page.app.node());
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let (access, acts) = glass::load(store, node, id).await?.ok_or(PageError::NotFound)?;
    let (warning, _) = store::load(store, &Reach::of_system(node), access.warning).await?.ok_or(PageError::NotFound)?;
    let reach = page
        .app
        .authority()
        .may::<ReadWarnings>(&page.reader)
        .ok()
        .map(|may| Reach::of(&may, &page.register, page.today()));
    let theirs = access.officer == by.may.officer();
    let sees = reach.is_some_and(|reach| reach.covers(&warning) || reach.has_unit(access.organ));
    if theirs || sees { Ok((access, warning, acts)) } else { Err(PageError::NotFound) }
}

/// GET /break-glass/{id}
pub(super) async fn one(by: By<AskAccess>, Path(id): Path<String>) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (access, warning, acts) = found(&by, &id).await?;
    let until = match access.stage {
        Stage::Approved { until, .. } => Some(until),
        Stage::Asked | Stage::Refused { .. } => None,
    };
    let mut facts = Facts::new()
        .fact(
            words.t("supervision-glass-who"),
            Html::data(&format!("{}·{}", page.organ(access.organ), page.officer(access.officer))),
        )
        .fact(words.t("supervision-glass-grounds"), Html::data(&page.shown(&access.grounds)))
        .fact(words.t("supervision-glass-hours"), access.hours.to_string())
        .fact(words.t("supervision-glass-stage"), badge(page, access.stage.code(), until));
    if let Some(until) = until {
        facts = facts.fact(words.t("supervision-glass-until"), at(page, until));
    }
    let moments = acts.iter().rev().map(|act| {
        let event: GlassEvent = act.event()?;
        let (key, text) = match &event {
            GlassEvent::Asked { grounds, .. } => ("supervision-glass-did-asked", page.shown(grounds)),
            GlassEvent::Approved { grounds, .. } => ("supervision-glass-did-approved", page.shown(grounds)),
            GlassEvent::Refused { grounds, .. } => ("supervision-glass-did-refused", page.shown(grounds)),
            GlassEvent::Read { .. } => ("supervision-glass-did-read", String::new()),
            GlassEvent::Erased(gone) => ("supervision-glass-did-erased", gone.reason.clone()),
        };
        let when = page.moment(Instant::from_ms(act.act.at_ms));
        let mut detail = Html::text(&super::warning::who(page, act));
        if !text.is_empty() {
            detail = detail.then(Html::data(&words.with("supervision-quoted", &[("text", text.into())])));
        }
        Ok(Moment::past(when, words.t(key)).detail(detail).seal(Seal::new(words, act.idx)))
    });
    let line: Vec<Moment> = moments.collect::<Result<_, ::store::StoreFault>>()?;
    let mut side = Vec::new();
    let mine = acts::as_mine(page, by.may.organ(), &warning);
    let may = page.app.authority().allows(&page.reader, ApproveAccess::CODE).is_ok();
    if access.stage == Stage::Asked && may && mine.unit == by.may.organ() && access.officer != by.may.officer() {
        let choice = |code: &str| Choice::new(code, words.t(&format!("supervision-glass-answer-{code}")));
        let form = Form::new(path(access.id), page.csrf.as_str())
            .with(Field::choices(
                "answer",
                words.t("supervision-glass-answer"),
                vec![choice("approve"), choice("refuse")],
            ))
            .with(Field::area("grounds", words.t("supervision-grounds")).help(words.t("supervision-glass-answer-help")))
            .button(Action::submit(words.t("supervision-glass-answer-button")).main())
            .after(words.t("supervision-glass-answer-after"));
        side.push(Panel::new(words.t("supervision-glass-answer"), form).turn().into_html());
    }
    let title = words.with("supervision-glass-of", &[("number", say::number(access.number).into())]);
    let mut heading = Heading::new(words, title)
        .under(words.t("http-chapter-power"), "/queue")
        .under(words.t("supervision-glass"), "/break-glass");
    let opens = access.officer == by.may.officer() && holds(page, until);
    if opens {
        heading = heading.action(Action::go(words.t("supervision-glass-open"), super::path(access.warning)).main());
    }
    side.insert(0, Panel::new(words.t("supervision-glass-facts"), facts).into_html());
    let body = Grid::new().cell(8, Panel::new(words.t("supervision-line"), Timeline::new(line))).first(4, side);
    Ok(page.html(heading, body))
}

#[derive(Deserialize)]
pub(super) struct Answering {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    grounds: String,
}

/// POST /break-glass/{id}
pub(super) async fn answer(
    by: By<ApproveAccess>,
    Path(id): Path<String>,
    Posted(given): Posted<Answering>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (store, node, now) = (page.app.store(), page.app.node(), page.app.clock().now());
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let (access, _) = glass::load(store, node, id).await?.ok_or(PageError::NotFound)?;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let (warning, _) = store::load(store, &reach, access.warning).await?.ok_or(PageError::NotFound)?;
    let approves = match given.answer.as_str() {
        "approve" => true,
        "refuse" => false,
        _ => return Err(PageError::Malformed("answer")),
    };
    let hand = acts::hand(&by.may);
    let mine = acts::as_mine(page, by.may.organ(), &warning);
    let event = glass::answer(&access, &mine, hand, approves, &given.grounds, now).map_err(PageError::refused)?;
    let after = access.after(&event);
    glass::record(store, (node, page.app.clock()), (hand, by.may.post()), (&after, &warning), &event).await?;
    Ok(Redirect::to(&path(id)).into_response())
}

/// A warning out of reach, read by an access that holds: the reading is recorded before anything is shown. Nothing where
/// there is none.
pub(super) async fn through(
    by: &By<ReadWarnings>,
    id: MatterId,
) -> Result<Option<(Warning, Vec<::store::Recorded>, Html)>, PageError> {
    let page = &by.page;
    let (store, node, now) = (page.app.store(), page.app.node(), page.app.clock().now());
    let hand: Hand = acts::hand(&by.may);
    // Of two readings in one moment the second finds the access moved on, and is recorded after it.
    for _ in 0..3 {
        let Some(listed) = glass::current(store, node, hand.officer, id, now).await? else { return Ok(None) };
        let Some((access, _)) = glass::load(store, node, listed.id).await? else { return Ok(None) };
        let Some((warning, acts)) = store::load(store, &Reach::of_system(node), id).await? else { return Ok(None) };
        if warning.secrecy.class > by.may.ceiling() {
            return Ok(None);
        }
        let Some(event) = glass::read(&access, &warning, hand.officer, now) else { return Ok(None) };
        let Stage::Approved { until, .. } = access.stage else { return Ok(None) };
        let after = access.after(&event);
        match glass::record(store, (node, page.app.clock()), (hand, by.may.post()), (&after, &warning), &event).await {
            Ok(_) => {
                // Its readers see who did, this way too.
                secrecy::view::on_record(page, &by.may, (warning.id, &warning.secrecy)).await?;
                let said = page.words.with("supervision-glass-reading", &[("until", at(page, until).into())]);
                return Ok(Some((warning, acts, Notice::caution(said).into_html())));
            }
            Err(RecordError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(PageError::Conflict)
}
