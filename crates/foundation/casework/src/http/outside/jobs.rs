//! Work for services beyond the house, as JSON.

use axum::Json;
use axum::extract::{Path, State};
use flow::Command;
use flow::script::plain;
use flow::state::Number;
use serde_json::{Map, Value, json};
use web::http::schema::{integer, list as list_of, moment, object, text};
use web::http::{By, PageError, Sent};

use super::super::{Casework, DoWork, case_error};
use crate::case::list::Reach;
use crate::case::number;
use crate::clockwork::house;
use crate::desk;
use crate::work::asked::{self, Lease};
use crate::work::{self, Outcome};

fn reach(by: &By<DoWork>) -> Reach {
    Reach::of(&by.may, &by.page.register, by.page.today())
}

fn officer(by: &By<DoWork>) -> desk::By {
    let (hand, post) = by.hand();
    desk::By::Officer(hand, post)
}

/// POST /api/jobs/lease
pub(super) async fn lease(
    State(state): State<Casework>,
    by: By<DoWork>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let own: Vec<&str> = house().iter().map(|service| service.job_type()).collect();
    let Lease { types, worker, seconds, most } = Lease::read(&sent, &own).map_err(PageError::refused)?;
    let ms = i64::try_from(seconds).unwrap_or(0).saturating_mul(1_000);
    let until = by.page.app.clock().now().plus_ms(ms);
    let within = reach(&by);
    let leased = work::lease(&state.desk, officer(&by), &within, &types, (&worker, until, most));
    let jobs = leased.await.map_err(case_error)?.into_iter().map(|job| {
        let inputs: Map<String, Value> = job.inputs.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        json!({
            "key": job.key, "type": job.job_type, "case": number(job.case), "element": job.element.as_str(),
            "attempt": job.attempt, "inputs": inputs, "until": job.until,
        })
    });
    Ok(Json(json!({ "jobs": jobs.collect::<Vec<_>>() })))
}

pub(super) fn lease_takes() -> Value {
    object(json!({"types": list_of(text()), "worker": text()}), json!({"seconds": integer(), "most": integer()}))
}

pub(super) fn leased_schema() -> Value {
    let job = object(
        json!({
            "key": text(), "type": text(), "case": text(), "element": text(), "attempt": integer(),
            "inputs": {"type": "object"}, "until": moment(),
        }),
        json!({}),
    );
    object(json!({"jobs": list_of(job)}), json!({}))
}

async fn reported(
    state: &Casework,
    by: &By<DoWork>,
    key: &str,
    command: impl Fn(Number) -> Command,
) -> Result<Json<Value>, PageError> {
    let outcome: Outcome =
        work::report(&state.desk, officer(by), &reach(by), key, command).await.map_err(case_error)?;
    Ok(Json(json!({ "outcome": outcome.code() })))
}

/// POST /api/jobs/{key}/complete
pub(super) async fn complete(
    State(state): State<Casework>,
    by: By<DoWork>,
    Path(key): Path<String>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let command = asked::complete(&sent).map_err(PageError::refused)?;
    reported(&state, &by, &key, command).await
}

/// POST /api/jobs/{key}/fail
pub(super) async fn fail(
    State(state): State<Casework>,
    by: By<DoWork>,
    Path(key): Path<String>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let command = asked::fail(&sent, by.page.app.clock().now()).map_err(PageError::refused)?;
    reported(&state, &by, &key, command).await
}

/// POST /api/jobs/{key}/throw
pub(super) async fn throw(
    State(state): State<Casework>,
    by: By<DoWork>,
    Path(key): Path<String>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let command = asked::throw(&sent).map_err(PageError::refused)?;
    reported(&state, &by, &key, command).await
}

pub(super) fn complete_takes() -> Value {
    object(json!({}), json!({"outputs": {"type": "object"}}))
}

pub(super) fn fail_takes() -> Value {
    object(json!({"why": text()}), json!({"retry_after": integer()}))
}

pub(super) fn throw_takes() -> Value {
    object(json!({}), json!({"error": text(), "escalation": text()}))
}

pub(super) fn schema() -> Value {
    object(json!({"outcome": {"type": "string", "enum": ["done", "known", "late"]}}), json!({}))
}
