//! Comment on a draft: the form and the answers that everybody reads, and the desk that answers.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{MatterId, Refused};
use serde_json::{Value, json};
use web::http::schema::{integer, list as list_of, maybe_integer, maybe_text, moment, object, text as text_schema};
use web::http::{By, PageError, Posted, Visitor, refusal_words};
use web::locale::Words;
use web::view::{
    Action, Choice, ErrorSummary, Facts, Field, Form, Heading, Html, IntoHtml as _, Link, Notice, Panel, Said, Seal,
    State as Empty, format,
};

use super::one::found;
use super::shown::read;
use super::{Disclosures, DraftDisclosures, PublishDisclosures, ReadDisclosures, error, has, id_of, t};
use crate::comment::rows::{counts, list, load};
use crate::comment::{self, Adopted, Comment, Given, MAX_ANSWER, MAX_NAME, MAX_SAID, Refusal};
use crate::content::Content;
use crate::desk::DeskError;
use crate::state::Disclosure;

/// Comments of a page.
const SIZE: u64 = 20;

/// Comments of one address in an hour at most.
const IN_AN_HOUR: u32 = 20;
/// Addresses remembered at most, in memory and for an hour; no act and no row holds one.
const REMEMBERED: usize = 65_536;

/// How many comments came from where in this hour.
#[derive(Debug, Default)]
pub(super) struct Flood(Mutex<(i64, HashMap<String, u32>)>);

impl Flood {
    /// Counts one more comment of an address; refused beyond the most. Where as many addresses comment as can be remembered, a new
    /// one is let through: refusing it would be the flood's work.
    fn count(&self, address: &str, hour: i64) -> Result<(), Refusal> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != hour {
            *seen = (hour, HashMap::new());
        }
        if seen.1.len() >= REMEMBERED && !seen.1.contains_key(address) {
            return Ok(());
        }
        let count = seen.1.entry(address.to_owned()).or_default();
        *count += 1;
        if *count > IN_AN_HOUR { Err(Refusal::TooMany) } else { Ok(()) }
    }
}

/// What was typed and refused.
pub(super) struct Again<'a> {
    typed: &'a BTreeMap<String, String>,
    refusal: Refusal,
}

/// The page number that an address asks for, from 1.
fn page_of(raw: Option<&str>) -> u64 {
    let number = raw.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("page="));
    number.and_then(|number| number.parse().ok()).filter(|number| (1..=1_000_000).contains(number)).unwrap_or(1)
}

fn about(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Paragraph => "paragraph",
        Refusal::Name => "name",
        Refusal::Adopted => "adopted",
        Refusal::Answer => "answer",
        _ => "said",
    }
}

/// What the public page of a draft shows of asking the public; nothing where nobody was asked.
pub(super) async fn asked_panel(
    state: &Disclosures,
    (words, csrf): (Words, &str),
    disclosure: &Disclosure,
    text: Option<&Content>,
    again: Option<&Again<'_>>,
) -> Result<Option<Html>, PageError> {
    let Some(until) = disclosure.asked_until() else { return Ok(None) };
    let counts = counts(state.app.store(), state.node(), disclosure.id).await?;
    let all = Link::new(format!("/disclosure/{}/comments", disclosure.id), t(words, "comments-read"));
    let mut facts = Facts::new()
        .fact(t(words, "asked-until"), format::date(until))
        .fact(t(words, "comments-all"), format::number(counts.all()))
        .fact(t(words, "comments-answered"), format::number(counts.all() - counts.open));
    if let Some(concluded) = &disclosure.concluded {
        let said = words.with(
            "disclosure-concluded-says",
            &[
                ("all", concluded.comments.into()),
                ("adopted", concluded.adopted.into()),
                ("partly", concluded.partly.into()),
            ],
        );
        facts = facts
            .fact(t(words, "concluded"), Html::text(&said).then(Html::text(" ")).then(Seal::new(words, concluded.idx)));
    }
    let mut body = facts.into_html();
    if comment::is_asked(disclosure, state.app.clock().today()) {
        body = body.then(form((words, csrf), disclosure, text, again));
    }
    Ok(Some(Panel::new(t(words, "asked"), body).aside(all).id("comment").into_html()))
}

fn form(
    (words, csrf): (Words, &str),
    disclosure: &Disclosure,
    text: Option<&Content>,
    again: Option<&Again<'_>>,
) -> Html {
    let value = |name: &str| again.and_then(|again| again.typed.get(name)).map(String::as_str).unwrap_or_default();
    let mend = |field: Field, name: &str| match again.filter(|again| about(again.refusal) == name) {
        Some(again) => field.error(refusal_words(words, &Refused::from(again.refusal)).0),
        None => field,
    };
    let paragraphs = (1..).zip(text.map(|text| text.paragraphs.as_slice()).unwrap_or_default());
    let choices =
        std::iter::once(Choice::new("", t(words, "comment-whole"))).chain(paragraphs.map(|(number, paragraph)| {
            let begin: String = paragraph.chars().take(16).collect();
            let label = words.with("disclosure-paragraph", &[("n", number.into())]);
            Choice::new(number.to_string(), format!("{label} {begin}"))
        }));
    let fields = [
        mend(
            Field::select("paragraph", t(words, "comment-on"), choices.collect()).value(value("paragraph")),
            "paragraph",
        ),
        mend(
            Field::area("said", t(words, "comment-said"))
                .help(t(words, "comment-help"))
                .limit(words, MAX_SAID as u32)
                .value(value("said")),
            "said",
        ),
        mend(
            Field::text("name", t(words, "comment-name"))
                .optional(words)
                .help(t(words, "comment-name-help"))
                .limit(words, MAX_NAME as u32)
                .value(value("name")),
            "name",
        ),
    ];
    let summary = ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>());
    let form = Form::new(format!("/disclosure/{}/comments", disclosure.id), csrf).with(summary);
    let form = fields.into_iter().fold(form, Form::with);
    form.button(Action::submit(t(words, "comment-button")).main()).after(t(words, "comment-after")).into_html()
}

/// POST /disclosure/{id}/comments
pub(super) async fn make(
    State(state): State<Disclosures>,
    visitor: Visitor,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let disclosure = state.published(&id).await?;
    let word = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let given = Given { paragraph: word("paragraph"), name: word("name"), said: word("said") };
    let hour = state.app.clock().now().ms() / 3_600_000;
    // What is refused anyhow costs nobody a comment.
    let counted = comment::comment(&disclosure, &given, state.app.clock().today())
        .map(drop)
        .and_then(|()| state.flood.count(&visitor.whence.address, hour));
    let done = match counted {
        Ok(()) => state.desk.comment(&disclosure, &given).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(comment) => Ok(Redirect::to(&format!("/disclosure/{id}/comments/{comment}")).into_response()),
        Err(DeskError::Comment(refusal)) if refusal != Refusal::NotAsked => {
            let text = disclosure.current().and_then(super::shown::text_of);
            let again = Again { typed: &typed, refusal };
            let panel = asked_panel(&state, (words, &visitor.csrf()), &disclosure, text, Some(&again)).await?;
            let title = text.map_or_else(|| words.t("http-erased"), |text| text.name.clone());
            let heading = Heading::new(words, title).under(t(words, "public"), "/disclosure");
            visitor.public_page(&state.app, StatusCode::UNPROCESSABLE_ENTITY, heading, panel).await
        }
        Err(other) => Err(error(other)),
    }
}

/// A comment of a disclosure: beyond it, there is none.
async fn comment_of(state: &Disclosures, disclosure: MatterId, comment: &str) -> Result<Comment, PageError> {
    let comment = load(state.app.store(), state.node(), id_of(comment)?).await?.ok_or(PageError::NotFound)?;
    if comment.disclosure == disclosure { Ok(comment) } else { Err(PageError::NotFound) }
}

/// One comment with its answer, as everybody reads it.
fn shown(state: &Disclosures, words: Words, it: &Comment, many: u64) -> Html {
    let zone = state.app.clock().zone();
    let erased = || words.t("http-erased");
    let on = match it.paragraph {
        Some(number) => words.with("disclosure-paragraph", &[("n", number.into())]),
        None => t(words, "comment-whole"),
    };
    let mut facts = Facts::new()
        .fact(
            t(words, "comment-on"),
            format!("{on} · {}", words.with("disclosure-version-n", &[("n", it.number.into())])),
        )
        .fact(t(words, "comment-said"), Said::new(&read(&it.said).cloned().unwrap_or_else(erased)));
    if let Some(name) = read(&it.name).filter(|name| !name.is_empty()) {
        facts = facts.fact(t(words, "comment-name"), Html::data(name));
    }
    if many > 1 {
        facts = facts.fact(t(words, "comment-alike"), words.with("disclosure-comment-alike-n", &[("n", many.into())]));
    }
    facts = facts.fact(
        t(words, "comment-at"),
        Html::text(&format::date_time(it.at, zone)).then(Html::text(" ")).then(Seal::new(words, it.idx)),
    );
    match &it.answer {
        Some(answer) => {
            facts = facts
                .fact(t(words, "adopted"), t(words, &format!("adopted-{}", answer.adopted.code())))
                .fact(t(words, "answer"), Said::new(&read(&answer.answer).cloned().unwrap_or_else(erased)));
        }
        None => facts = facts.fact(t(words, "answer"), t(words, "answer-waits")),
    }
    facts.into_html()
}

/// GET /disclosure/{id}/comments/{comment}: whoever commented keeps this address.
pub(super) async fn one(
    State(state): State<Disclosures>,
    visitor: Visitor,
    Path((id, comment)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let disclosure = state.published(&id).await?;
    let it = comment_of(&state, disclosure.id, &comment).await?;
    let heading = Heading::new(words, t(words, "comment-one"))
        .under(t(words, "public"), "/disclosure")
        .under(t(words, "comments"), format!("/disclosure/{id}/comments"));
    let kept = Notice::done(t(words, "comment-kept"));
    let body = (kept, Panel::new("", shown(&state, words, &it, 1)).into_html());
    visitor.public_page(&state.app, StatusCode::OK, heading, body).await
}

/// GET /disclosure/{id}/comments
pub(super) async fn public_list(
    State(state): State<Disclosures>,
    visitor: Visitor,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let disclosure = state.published(&id).await?;
    disclosure.asked_until().ok_or(PageError::NotFound)?;
    let (panels, more) = panels(&state, words, &disclosure, true, page_of(raw.as_deref()), |_| Html::default()).await?;
    let counts = counts(state.app.store(), state.node(), disclosure.id).await?;
    let lead = words.with(
        "disclosure-comments-lead",
        &[("all", counts.all().into()), ("answered", (counts.all() - counts.open).into())],
    );
    let heading = Heading::new(words, t(words, "comments")).under(t(words, "public"), "/disclosure").lead(lead);
    let back = Link::new(format!("/disclosure/{id}"), t(words, "comments-back")).into_html();
    let next = more
        .map(|page| Link::new(format!("/disclosure/{id}/comments?page={page}"), t(words, "comments-more")).into_html());
    let body = vec![back, panels, next.unwrap_or_default()];
    visitor.public_page(&state.app, StatusCode::OK, heading, body).await
}

/// A page of comments, and the number of the next one.
async fn panels(
    state: &Disclosures,
    words: Words,
    disclosure: &Disclosure,
    answered: bool,
    page: u64,
    under: impl Fn(&Comment) -> Html,
) -> Result<(Html, Option<u64>), PageError> {
    let (store, node) = (state.app.store(), state.node());
    let window = ((page - 1) * SIZE, SIZE + 1);
    let found = list(store, node, (disclosure.id, answered), window).await?;
    let more = (found.len() as u64 > SIZE).then_some(page + 1);
    let mut panels = Vec::new();
    for (id, many) in found.into_iter().take(usize::try_from(SIZE).unwrap_or(usize::MAX)) {
        let Some(it) = load(store, node, id).await? else { continue };
        let title = format!("{} {}", t(words, "comment-one"), format::index(it.idx));
        panels.push(Panel::new(title, shown(state, words, &it, many).then(under(&it))).into_html());
    }
    if panels.is_empty() {
        let empty = if answered { "comments-none" } else { "comments-none-open" };
        panels.push(Panel::new("", Empty::empty(t(words, empty), t(words, &format!("{empty}-next")))).into_html());
    }
    Ok((Html::join(panels), more))
}

/// GET /api/disclosure/{id}/comments
pub(super) async fn api(
    State(state): State<Disclosures>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, PageError> {
    let (store, node) = (state.app.store(), state.node());
    let disclosure = state.published(&id).await?;
    let page = page_of(raw.as_deref());
    let counts = counts(store, node, disclosure.id).await?;
    let mut comments = Vec::new();
    for (id, many) in list(store, node, (disclosure.id, true), ((page - 1) * SIZE, SIZE)).await? {
        let Some(it) = load(store, node, id).await? else { continue };
        let answer = it.answer.as_ref();
        comments.push(json!({
            "id": it.id, "act": it.idx, "version": it.number, "paragraph": it.paragraph, "name": read(&it.name), "said": read(&it.said),
            "at": it.at, "alike": many, "adopted": answer.map(|it| it.adopted.code()), "answer": answer.and_then(|it| read(&it.answer)),
        }));
    }
    Ok(Json(json!({
        "until": disclosure.asked_until(), "concluded": disclosure.concluded.is_some(), "total": counts.all(), "answered": counts.all() - counts.open,
        "adopted": counts.adopted, "partly": counts.partly, "page": page, "size": SIZE, "comments": comments,
    })))
}

pub(super) fn list_schema() -> Value {
    let one = object(
        json!({
            "id": text_schema(), "act": integer(), "version": integer(), "paragraph": maybe_integer(), "name": maybe_text(),
            "said": maybe_text(), "at": moment(), "alike": integer(), "adopted": maybe_text(), "answer": maybe_text(),
        }),
        json!({}),
    );
    object(
        json!({
            "until": maybe_text(), "concluded": web::http::schema::boolean(), "total": integer(), "answered": integer(),
            "adopted": integer(), "partly": integer(), "page": integer(), "size": integer(), "comments": list_of(one),
        }),
        json!({}),
    )
}

/// GET /disclosures/{id}/comments
pub(super) async fn to_answer(
    State(state): State<Disclosures>,
    by: By<ReadDisclosures>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let (disclosure, _) = found(&state, &by, &id).await?;
    desk(&state, &by, &disclosure, page_of(raw.as_deref()), None).await
}

/// The desk of answers; `again`: the comment whose answer was refused, with what was typed.
async fn desk<P: access::Permission>(
    state: &Disclosures,
    by: &By<P>,
    disclosure: &Disclosure,
    number: u64,
    again: Option<(MatterId, Again<'_>)>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let id = disclosure.id;
    let until = disclosure.asked_until().ok_or(PageError::NotFound)?;
    let counts = counts(state.app.store(), state.node(), id).await?;
    let may_answer = has::<DraftDisclosures>(page, disclosure.organ);
    let under = |it: &Comment| {
        if !may_answer {
            return Html::default();
        }
        let again = again.as_ref().filter(|(of, _)| *of == it.id).map(|(_, again)| again);
        answer_form(words, &page.csrf, disclosure, it, again)
    };
    let (panels, more) = panels(state, words, disclosure, false, number, under).await?;
    let today = page.today();
    let mut parts = Vec::new();
    if disclosure.concluded.is_none()
        && today > until
        && counts.open == 0
        && has::<PublishDisclosures>(page, disclosure.organ)
    {
        let form = Form::new(format!("/disclosures/{id}/conclude"), page.csrf.as_str())
            .button(Action::submit(t(words, "conclude-button")).main())
            .after(t(words, "conclude-after"));
        parts.push(Panel::new(t(words, "conclude-title"), form).turn().into_html());
    }
    parts.push(panels);
    parts.extend(more.map(|next| {
        Link::new(format!("/disclosures/{id}/comments?page={next}"), t(words, "comments-more")).into_html()
    }));
    let heading = Heading::new(words, t(words, "comments-desk"))
        .under(t(words, "menu"), "/disclosures")
        .under(t(words, "comments-draft"), format!("/disclosures/{id}"))
        .lead(words.with(
            "disclosure-comments-desk-lead",
            &[("open", counts.open.into()), ("all", counts.all().into()), ("until", format::date(until).into())],
        ))
        .action(Action::go(t(words, "comments-read"), format!("/disclosure/{id}/comments")));
    let mut response = page.html(heading, parts);
    if again.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn answer_form(words: Words, csrf: &str, disclosure: &Disclosure, it: &Comment, again: Option<&Again<'_>>) -> Html {
    let value = |name: &str| again.and_then(|again| again.typed.get(name)).map(String::as_str).unwrap_or_default();
    let mend = |field: Field, name: &str| match again.filter(|again| about(again.refusal) == name) {
        Some(again) => field.error(refusal_words(words, &Refused::from(again.refusal)).0),
        None => field,
    };
    let choices = Adopted::ALL.map(|it| Choice::new(it.code(), t(words, &format!("adopted-{}", it.code())))).into();
    // Several forms stand on a page: each has fields of its own.
    let own = format!("answer-{}", it.idx);
    let fields = [
        mend(
            Field::choices("adopted", t(words, "adopted"), choices).value(value("adopted")).of_form(own.clone()),
            "adopted",
        ),
        mend(
            Field::area("answer", t(words, "answer"))
                .help(t(words, "answer-help"))
                .limit(words, MAX_ANSWER as u32)
                .value(value("answer"))
                .of_form(own),
            "answer",
        ),
    ];
    let form = Form::new(format!("/disclosures/{}/comments/{}", disclosure.id, it.id), csrf);
    let form = fields.into_iter().fold(form, Form::with);
    form.button(Action::submit(t(words, "answer-button"))).into_html()
}

/// POST /disclosures/{id}/comments/{comment}
pub(super) async fn answer(
    State(state): State<Disclosures>,
    by: By<DraftDisclosures>,
    Path((id, comment)): Path<(String, String)>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let (disclosure, _) = found(&state, &by, &id).await?;
    let it = comment_of(&state, disclosure.id, &comment).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    match state.desk.answer(by.hand(), &it, (Adopted::parse(word("adopted")), word("answer"))).await {
        Ok(()) => Ok(Redirect::to(&format!("/disclosures/{id}/comments")).into_response()),
        Err(DeskError::Comment(refusal @ (Refusal::Adopted | Refusal::Answer))) => {
            desk(&state, &by, &disclosure, 1, Some((it.id, Again { typed: &typed, refusal }))).await
        }
        Err(other) => Err(error(other)),
    }
}

/// POST /disclosures/{id}/conclude
pub(super) async fn conclude(
    State(state): State<Disclosures>,
    by: By<PublishDisclosures>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (disclosure, _) = found(&state, &by, &id).await?;
    state.desk.conclude(by.hand(), &disclosure).await.map_err(error)?;
    Ok(Redirect::to(&format!("/disclosure/{id}")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comments_so_often_in_an_hour_and_no_address_pays_for_another() {
        let flood = Flood::default();
        for _ in 0..IN_AN_HOUR {
            assert_eq!(flood.count("a", 1), Ok(()));
        }
        assert_eq!(flood.count("a", 1), Err(Refusal::TooMany));
        assert_eq!(flood.count("b", 1), Ok(()));
        assert_eq!(flood.count("a", 2), Ok(()), "the next hour begins anew");
    }

    #[test]
    fn a_page_is_read_from_an_address_and_what_is_none_is_the_first() {
        for (raw, page) in [
            (None, 1),
            (Some(""), 1),
            (Some("page=3"), 3),
            (Some("x=1&page=2"), 2),
            (Some("page=0"), 1),
            (Some("page=x"), 1),
            (Some("page=99999999999"), 1),
        ] {
            assert_eq!(page_of(raw), page, "{raw:?}");
        }
    }
}
