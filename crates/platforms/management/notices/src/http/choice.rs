//! How notices reach one 通知方式: for each channel an address, confirmed by a code that was sent there, and when it tells.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use store::StoreFault;
use subtle::ConstantTimeEq as _;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Badge, Choice as Option_, ErrorSummary, Facts, Field, Form, Grid, Heading, Html, IntoHtml, Light, Notice,
    Panel,
};

use super::{Notices, OwnNotices, t, why};
use crate::courier::{health, machine_now};
use crate::decide::{self, Asked, DIGITS, Refusal};
use crate::letter;
use crate::rows::{self, id_of};
use crate::types::{Channel, Choice, Pending, Way};

/// What a form said and why it was refused.
#[derive(Clone, Debug)]
struct Refused {
    channel: Channel,
    typed: String,
    way: Way,
    refusal: Refusal,
}

#[derive(Deserialize, Default)]
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

/// GET /notices/choice
pub(super) async fn show(
    State(state): State<Notices>,
    by: By<OwnNotices>,
    Query(done): Query<Done>,
) -> Result<Response, PageError> {
    let told = match done.done.as_str() {
        "kept" | "sent" | "confirmed" => Some(Notice::done(t(&by.page, &format!("done-{}", done.done)))),
        _ => None,
    };
    overview(&state, &by, told, None).await.map(|page| page.into_response())
}

async fn overview(
    state: &Notices,
    by: &By<OwnNotices>,
    told: Option<Notice>,
    refused: Option<Refused>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let mut panels = Html::default();
    for channel in Channel::ALL {
        let choice = rows::chosen(page.app.store(), page.app.node(), by.may.officer(), channel).await?;
        let refused = refused.as_ref().filter(|refused| refused.channel == channel);
        panels = panels.then(panel(page, state, &choice, refused));
    }
    let facts = Facts::new()
        .fact(t(page, "always"), t(page, "always-here"))
        .fact(t(page, "contents"), t(page, "contents-what"))
        .fact(
            t(page, "daily-when"),
            page.words.with("notices-daily-at", &[("hour", format!("{:02}:00", state.hour).into())]),
        )
        .fact(t(page, "kept"), t(page, "kept-how"));
    let heading =
        Heading::new(page.words, t(page, "choice")).under(t(page, "title"), "/notices").lead(t(page, "choice-lead"));
    let body = Grid::new().cell(8, (told, panels)).cell(4, Panel::new(t(page, "choice-about"), facts));
    let mut answer = page.html(heading, body);
    if refused.is_some() {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn panel(page: &Page, state: &Notices, choice: &Choice, refused: Option<&Refused>) -> Html {
    let channel = choice.channel;
    let title = t(page, channel.code());
    let panel_id = format!("channel-{}", channel.code());
    if !state.channels.has(channel) {
        return Panel::new(title, Notice::note(t(page, &format!("{}-none", channel.code())))).id(panel_id).into_html();
    }
    let about_code = |refused: &&Refused| matches!(refused.refusal, Refusal::WrongCode | Refusal::CodeOver);
    let of_form = refused.filter(|refused| !about_code(refused));
    let of_code = refused.filter(about_code);
    let pending = choice.pending.as_ref();
    let shown = of_form.map(|it| it.typed.as_str()).or(choice.address.as_deref());
    let shown = shown.or(pending.map(|it| it.address.as_str())).unwrap_or_default();
    let way = of_form.map(|it| it.way).or(pending.map(|it| it.way)).unwrap_or(choice.way);
    // Names differ by channel: two forms stand on one page.
    let address = Field::text(format!("{}-address", channel.code()), t(page, &format!("{}-address", channel.code())))
        .help(t(page, &format!("{}-help", channel.code())))
        .value(shown)
        .complete(if channel == Channel::Mail { "email" } else { "tel" })
        .error(of_form.map(|it| why(page, it.refusal)).unwrap_or_default())
        .optional(page.words);
    let ways = Way::ALL
        .into_iter()
        .map(|way| {
            Option_::new(way.code(), t(page, &format!("way-{}", way.code())))
                .detail(t(page, &format!("way-{}-detail", way.code())))
        })
        .collect();
    let ways = Field::choices(format!("{}-way", channel.code()), t(page, "way"), ways).value(way.code());
    let standing = match &choice.address {
        Some(address) => Html::data(address).then(" ").then(Badge::saying(Light::Done, t(page, "confirmed")).bare()),
        None => t(page, "no-address-yet").into_html(),
    };
    let form = Form::new("/notices/choice", page.csrf.as_str())
        .with(ErrorSummary::of(page.words, &[&address]))
        .with(address)
        .with(ways)
        .button(Action::submit_as(t(page, "keep"), "channel", channel.code()))
        .after(t(page, "keep-after"));
    let mut body = Html::default();
    if let (Some(refused), None) = (of_code, pending) {
        body = body.then(Notice::wrong(why(page, refused.refusal)));
    }
    if let Some(pending) = pending {
        let code = Field::text(format!("{}-code", channel.code()), t(page, "code"))
            .help(page.words.with("notices-code-help", &[("address", pending.address.as_str().into())]))
            .complete("one-time-code")
            .error(of_code.map(|it| why(page, it.refusal)).unwrap_or_default());
        let confirm = Form::new("/notices/choice/confirm", page.csrf.as_str())
            .with(ErrorSummary::of(page.words, &[&code]))
            .with(code)
            .button(Action::submit_as(t(page, "confirm"), "channel", channel.code()).main());
        body = body.then(confirm);
    }
    Panel::new(title, body.then(form)).note(standing).id(panel_id).into_html()
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Choosing {
    channel: String,
    #[serde(alias = "mail-address", alias = "gateway-address")]
    address: String,
    #[serde(alias = "mail-way", alias = "gateway-way")]
    way: String,
    #[serde(alias = "mail-code", alias = "gateway-code")]
    code: String,
}

/// The channel of a form; one that the node does not have is no channel.
fn channel(state: &Notices, form: &Choosing) -> Result<Channel, PageError> {
    Channel::from_code(&form.channel).filter(|it| state.channels.has(*it)).ok_or(PageError::Malformed("channel"))
}

/// POST /notices/choice
pub(super) async fn choose(
    State(state): State<Notices>,
    by: By<OwnNotices>,
    Posted(form): Posted<Choosing>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (app, officer) = (&page.app, by.may.officer());
    let channel = channel(&state, &form)?;
    let way = Way::from_code(&form.way).ok_or(PageError::Malformed("way"))?;
    let mut choice = rows::chosen(app.store(), app.node(), officer, channel).await?;
    choice.locale = page.words.locale().tag().to_owned();
    let clock = app.clock();
    let no = |refusal| Refused { channel, typed: form.address.chars().take(300).collect(), way, refusal };
    let done = match decide::choose(&choice, way, &form.address, clock.now(), clock.zone()) {
        Err(refusal) => return overview(&state, &by, None, Some(no(refusal))).await,
        Ok(Asked::Kept(address, way)) => {
            (choice.address, choice.way, choice.pending) = (address, way, None);
            app.store().operate(&[rows::keep(app.node(), &choice)]).await?;
            "kept"
        }
        Ok(Asked::Confirm(address, way)) => {
            let code = draw()?;
            let (now, today) = (clock.now().ms(), clock.today().number());
            let sent = if choice.codes.0 == today { choice.codes.1 + 1 } else { 1 };
            choice.codes = (today, sent);
            let digest = digest(&choice, &address, &code);
            choice.pending = Some(Pending { address: address.clone(), way, code: digest, at: now, tries: 0 });
            // Kept first: a code that arrives must be known.
            app.store().operate(&[rows::keep(app.node(), &choice)]).await?;
            let id = id_of("code", &[&officer.value().to_be_bytes(), channel.code().as_bytes(), &now.to_be_bytes()]);
            let message = letter::code(page.words, format!("{id:032x}"), &address, &code);
            let sent = state.channels.send(channel, &message, machine_now()).await;
            app.store().operate(&[health(app.node(), channel, &sent, clock.now().ms())]).await?;
            if let Err(fault) = sent {
                tracing::warn!(channel = channel.code(), fault = fault.words(), "a code was not taken");
                choice.pending = None;
                app.store().operate(&[rows::keep(app.node(), &choice)]).await?;
                return overview(&state, &by, None, Some(no(Refusal::NotSent))).await;
            }
            "sent"
        }
    };
    Ok(Redirect::to(&format!("/notices/choice?done={done}")).into_response())
}

/// POST /notices/choice/confirm
pub(super) async fn confirm(
    State(state): State<Notices>,
    by: By<OwnNotices>,
    Posted(form): Posted<Choosing>,
) -> Result<Response, PageError> {
    let app = &by.page.app;
    let channel = channel(&state, &form)?;
    let mut choice = rows::chosen(app.store(), app.node(), by.may.officer(), channel).await?;
    let typed: String = form.code.chars().filter(|c| !c.is_whitespace() && *c != '-').take(DIGITS + 1).collect();
    let right = choice
        .pending
        .as_ref()
        .is_some_and(|pending| digest(&choice, &pending.address, &typed).ct_eq(&pending.code).into());
    let mut answer = decide::confirm(&choice, right, app.clock().now().ms());
    // Two tries at once count as two, and only the first is looked at.
    if choice.pending.is_some() && !rows::count_try(app.store(), app.node(), &choice).await? {
        answer = Err(Refusal::WrongCode);
    }
    match (answer, choice.pending.take()) {
        (Ok(()), Some(pending)) => {
            (choice.address, choice.way) = (Some(pending.address), pending.way);
            app.store().operate(&[rows::keep(app.node(), &choice)]).await?;
            Ok(Redirect::to("/notices/choice?done=confirmed").into_response())
        }
        (answer, _) => {
            let refusal = answer.err().unwrap_or(Refusal::CodeOver);
            let refused = Refused { channel, typed: String::new(), way: choice.way, refusal };
            overview(&state, &by, None, Some(refused)).await
        }
    }
}

/// A code of [`DIGITS`] digits.
fn draw() -> Result<String, PageError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| PageError::from(StoreFault::Nonsense(error.to_string())))?;
    // 128 bits leave no bias that anybody could use.
    let number = u128::from_be_bytes(bytes) % 10_u128.pow(DIGITS as u32);
    Ok(format!("{number:0width$}", width = DIGITS))
}

/// The code as it is kept: good for one officer, channel and address.
fn digest(choice: &Choice, address: &str, code: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [&choice.officer.value().to_be_bytes()[..], choice.channel.code().as_bytes(), address.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(code.as_bytes());
    hash.finalize().to_vec()
}
