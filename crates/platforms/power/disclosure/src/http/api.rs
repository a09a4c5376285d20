//! The desk as JSON.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use web::http::schema::{boolean, both, integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, PageError, Sent};

use super::inner::{SIZE, Tab, asked};
use super::one::found;
use super::{
    Disclosures, DraftDisclosures, PublishDisclosures, ReadDisclosures, ReviewDisclosures, error, id_of, reach_of_lists,
};
use crate::decide::{Given, Taking, Verdict};
use crate::desk::DeskError;
use crate::events::Outcome;
use crate::ground::{Because, Ground};
use crate::lists;
use crate::state::Disclosure;

/// What was sent, as a type; what does not fit it is no such thing.
fn read<T: DeserializeOwned>(sent: Value) -> Result<T, PageError> {
    serde_json::from_value(sent).map_err(|_| PageError::Malformed("JSON"))
}

/// GET /api/disclosures
pub(super) async fn list(
    State(state): State<Disclosures>,
    by: By<ReadDisclosures>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, PageError> {
    let (store, node) = (state.app.store(), state.node());
    let (query, tab) = asked("/api/disclosures", raw.as_deref());
    let reached = reach_of_lists(&state, &by).await?;
    let window = (query.offset(), u64::from(SIZE));
    let (mut duties, mut disclosures) = (Vec::new(), Vec::new());
    let total = match tab {
        Tab::Duties => {
            let (seen, all) = lists::duties(store, node, (Some(&reached), false), window).await?;
            duties.extend(seen.iter().map(|duty| {
                json!({
                    "organ": duty.organ, "entry": duty.entry, "entry_name": state.entry_name(&duty.entry), "period": duty.period,
                    "due": duty.due, "why": duty.why, "lapsed": duty.lapsed,
                    "disclosure": duty.published.map(|(id, _)| id), "published_at": duty.published.map(|(_, at)| at),
                })
            }));
            all
        }
        Tab::Work | Tab::Published => {
            let (listed, all) = lists::worked_on(store, node, (&reached, tab.stages(), None), window).await?;
            disclosures.extend(listed.iter().map(|it| {
                json!({
                    "id": it.id, "organ": it.organ, "entry": it.entry, "entry_name": state.entry_name(&it.entry),
                    "period": Some(&it.period).filter(|period| !period.is_empty()), "came": it.came, "due": it.due,
                    "stage": it.stage.code(), "title": it.draft_title.as_ref().or(it.title.as_ref()), "version": it.number,
                    "drafter": it.drafter, "drafted_at": it.drafted_at, "published_at": it.published_at, "lapsed": it.lapsed,
                    "page": format!("/disclosures/{}", it.id),
                })
            }));
            all
        }
    };
    Ok(Json(json!({
        "tab": tab.code(), "total": total, "page": query.page(), "size": SIZE, "duties": duties, "disclosures": disclosures,
    })))
}

pub(super) fn list_schema() -> Value {
    let duty = object(
        json!({
            "organ": text(), "entry": text(), "entry_name": both(), "period": text(), "due": maybe_text(), "why": maybe_text(),
            "lapsed": boolean(), "disclosure": maybe_text(), "published_at": or_null(moment()),
        }),
        json!({}),
    );
    let disclosure = object(
        json!({
            "id": text(), "organ": text(), "entry": text(), "entry_name": both(), "period": maybe_text(), "came": text(),
            "due": maybe_text(), "stage": text(), "title": maybe_text(), "version": integer(), "drafter": text(),
            "drafted_at": moment(), "published_at": or_null(moment()), "lapsed": boolean(), "page": text(),
        }),
        json!({}),
    );
    object(
        json!({
            "tab": text(), "total": integer(), "page": integer(), "size": integer(), "duties": list_of(duty),
            "disclosures": list_of(disclosure),
        }),
        json!({}),
    )
}

/// GET /api/disclosures/{id}
pub(super) async fn one(
    State(state): State<Disclosures>,
    by: By<ReadDisclosures>,
    Path(id): Path<String>,
) -> Result<Json<Value>, PageError> {
    let (it, acts) = found(&state, &by, &id).await?;
    let page = &by.page;
    let draft = it.draft.as_ref().map(|draft| {
        let text = draft.content.show(page);
        json!({
            "title": text.map(|it| &it.name), "paragraphs": text.map(|it| &it.paragraphs), "sha256": text.map(|it| &it.sha256),
            "review": draft.review.as_ref().map(|review| json!({
                "outcome": review.outcome.code(), "withheld": review.withheld,
                "ground": review.ground.map(|ground| ground.code()), "reason": review.reason.show(page),
            })),
        })
    });
    let acts: Vec<Value> = acts.iter().map(|act| json!({"index": act.idx, "kind": act.act.kind})).collect();
    Ok(Json(json!({
        "id": it.id, "organ": it.organ, "entry": it.entry, "entry_name": state.entry_name(&it.entry), "period": it.period,
        "came": it.came, "due": it.due, "stage": it.stage().code(), "version": it.version, "published": it.published.len(),
        "draft": draft, "acts": acts, "page": format!("/disclosures/{}", it.id),
    })))
}

pub(super) fn one_schema() -> Value {
    let review = object(
        json!({"outcome": text(), "withheld": list_of(integer()), "ground": maybe_text(), "reason": maybe_text()}),
        json!({}),
    );
    let draft = object(
        json!({
            "title": maybe_text(), "paragraphs": or_null(list_of(text())), "sha256": maybe_text(), "review": or_null(review),
        }),
        json!({}),
    );
    object(
        json!({
            "id": text(), "organ": text(), "entry": text(), "entry_name": both(), "period": maybe_text(), "came": text(),
            "due": maybe_text(), "stage": text(), "version": integer(), "published": integer(), "draft": or_null(draft),
            "acts": list_of(object(json!({"index": integer(), "kind": text()}), json!({}))), "page": text(),
        }),
        json!({}),
    )
}

/// Where a disclosure stands after an act.
async fn stands(state: &Disclosures, id: kernel::MatterId) -> Result<Json<Value>, PageError> {
    let it: Disclosure = state.desk.load(id).await.map_err(error)?;
    Ok(Json(json!({"id": it.id, "stage": it.stage().code(), "version": it.version})))
}

pub(super) fn stands_schema() -> Value {
    object(json!({"id": text(), "stage": text(), "version": integer()}), json!({}))
}

async fn done(state: &Disclosures, id: &str, done: Result<(), DeskError>) -> Result<Json<Value>, PageError> {
    done.map_err(error)?;
    stands(state, id_of(id)?).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentDraft {
    entry: String,
    #[serde(default)]
    period: Option<String>,
    came: kernel::Day,
    title: String,
    paragraphs: Vec<String>,
}

pub(super) fn takes_draft() -> Value {
    object(
        json!({"entry": text(), "came": {"type": "string", "format": "date"}, "title": text(), "paragraphs": list_of(text())}),
        json!({"period": maybe_text()}),
    )
}

/// POST /api/disclosures
pub(super) async fn draft(
    State(state): State<Disclosures>,
    by: By<DraftDisclosures>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let sent: SentDraft = read(sent)?;
    let given = Given {
        entry: sent.entry,
        period: sent.period.unwrap_or_default(),
        came: Some(sent.came),
        title: sent.title,
        body: sent.paragraphs.join("\n"),
    };
    let id = state.desk.draft(by.hand(), by.may.organ(), &given).await.map_err(error)?;
    stands(&state, id).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentText {
    title: String,
    paragraphs: Vec<String>,
    #[serde(default)]
    correction: Option<String>,
}

pub(super) fn takes_text() -> Value {
    object(json!({"title": text(), "paragraphs": list_of(text())}), json!({"correction": maybe_text()}))
}

/// POST /api/disclosures/{id}/text
pub(super) async fn rewrite(
    State(state): State<Disclosures>,
    by: By<DraftDisclosures>,
    Path(id): Path<String>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let (it, _) = found(&state, &by, &id).await?;
    let sent: SentText = read(sent)?;
    let body = sent.paragraphs.join("\n");
    let correction = sent.correction.unwrap_or_default();
    done(&state, &id, state.desk.rewrite(by.hand(), &it, (&sent.title, &body), &correction).await).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentReview {
    outcome: String,
    #[serde(default)]
    withheld: Vec<i64>,
    #[serde(default)]
    ground: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

pub(super) fn takes_review() -> Value {
    object(
        json!({"outcome": text()}),
        json!({"withheld": list_of(integer()), "ground": maybe_text(), "reason": maybe_text()}),
    )
}

/// POST /api/disclosures/{id}/review
pub(super) async fn review(
    State(state): State<Disclosures>,
    by: By<ReviewDisclosures>,
    Path(id): Path<String>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let (it, _) = found(&state, &by, &id).await?;
    let sent: SentReview = read(sent)?;
    let numbers: Vec<String> = sent.withheld.iter().map(ToString::to_string).collect();
    let verdict = Verdict {
        outcome: Outcome::parse(&sent.outcome),
        withheld: numbers.join(" "),
        ground: sent.ground.as_deref().and_then(Ground::parse),
        reason: sent.reason.unwrap_or_default(),
    };
    done(&state, &id, state.desk.review(by.hand(), &it, &verdict).await).await
}

pub(super) fn takes_nothing() -> Value {
    object(json!({}), json!({}))
}

/// POST /api/disclosures/{id}/publish
pub(super) async fn publish(
    State(state): State<Disclosures>,
    by: By<PublishDisclosures>,
    Path(id): Path<String>,
) -> Result<Json<Value>, PageError> {
    let (it, _) = found(&state, &by, &id).await?;
    done(&state, &id, state.desk.publish(by.hand(), &it).await).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentWithdrawal {
    because: String,
    reason: String,
    #[serde(default)]
    changed: Option<kernel::Day>,
}

pub(super) fn takes_withdrawal() -> Value {
    object(json!({"because": text(), "reason": text()}), json!({"changed": maybe_text()}))
}

/// POST /api/disclosures/{id}/withdraw
pub(super) async fn withdraw(
    State(state): State<Disclosures>,
    by: By<PublishDisclosures>,
    Path(id): Path<String>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let (it, _) = found(&state, &by, &id).await?;
    let sent: SentWithdrawal = read(sent)?;
    let taking = Taking { because: Because::parse(&sent.because), changed: sent.changed, reason: sent.reason };
    done(&state, &id, state.desk.withdraw(by.hand(), &it, &taking).await).await
}
