//! What people do with a warning: load within reach, decide, record, go back to its page.

use ::store::RecordError;
use access::{Hand, May, Permission};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Class, MatterId, OfficerId, OrganId};
use web::http::{By, Page, PageError};

use crate::acts::{Desk, record_by};
use crate::decide::{self, Refusal};
use crate::events::WarningEvent;
use crate::http::fields::Fields;
use crate::http::{
    AnswerWarnings, AppealVerdicts, ClassifyWarnings, DecideAppeals, DispatchWarnings, RecordVerdicts,
    RecuseFromWarnings, Supervision, assign, classes, path, warning,
};
use crate::limits::{Limits, Timing};
use crate::store::{self, Reach};
use crate::types::{Verdict, Warning};

/// What a decision needs beside the warning.
struct Ground<'a> {
    hand: Hand,
    limits: &'a Limits,
    timing: Timing<'a>,
    /// How many warnings the inspector in question holds.
    held: u32,
    /// Whether somebody who answers for the organ may know of it.
    known: bool,
}

/// The hand of whoever holds a permission.
pub(super) fn hand<P>(may: &May<P>) -> Hand {
    Hand::of(may.reader())
}

/// The warning in the place of those whose tasks an organ took over.
pub(super) fn as_mine(page: &Page, organ: OrganId, warning: &Warning) -> Warning {
    warning.clone().seen_by(organ, |other| page.register.stands_for(organ, other, page.today()))
}

/// Whether a form was sent before: its name is among the matter's acts.
fn done_before(acts: &[::store::Recorded], officer: OfficerId, command: &str) -> bool {
    let principal = officer.to_string();
    let digest = ledger::commit::command_digest(principal.as_bytes(), command.as_bytes());
    digest.is_some() && acts.iter().any(|act| act.act.command == digest)
}

async fn perform<P: Permission>(
    state: &Supervision,
    by: By<P>,
    id: MatterId,
    fields: Fields,
    decision: impl Fn(&Warning, &Ground<'_>, &Fields) -> Result<WarningEvent, Refusal>,
) -> Result<Response, PageError> {
    let By { may, page, .. } = &by;
    let command = fields.command()?.to_owned();
    let reach = Reach::of(may, &page.register, page.today());
    let (found, acts) = store::load(page.app.store(), &reach, id).await?.ok_or(PageError::NotFound)?;
    if done_before(&acts, may.officer(), &command) {
        return Ok(back(id));
    }
    // What the person read must be what stands: new reasons or another's act would change what they meant.
    if fields.get("version") != found.version.to_string() {
        return Err(PageError::Conflict);
    }
    let hand = hand(may);
    let held = store::held(page.app.store(), page.app.node(), hand.principal()).await?;
    let known = found.finding.organ.is_some_and(|organ| classes::is_known_to(page, organ, &found));
    let ground = Ground { hand, limits: &state.limits, timing: state.timing(&page.app), held, known };
    let seen = as_mine(page, may.organ(), &found);
    match decision(&seen, &ground, &fields) {
        Ok(event) => record(state, page, may, &found, &event, command).await,
        Err(refusal) => refused(state, page, id, fields, refusal).await,
    }
}

/// Records an event and leads back to the warning. A form sent twice at once was recorded once.
pub(super) async fn record<P>(
    state: &Supervision,
    page: &Page,
    may: &May<P>,
    found: &Warning,
    event: &WarningEvent,
    command: String,
) -> Result<Response, PageError> {
    let desk = Desk { node: page.app.node(), clock: page.app.clock(), limits: &state.limits };
    let after = found.clone().after(event);
    match record_by(page.app.store(), desk, hand(may), may.post(), &after, event, command).await {
        Ok(_) | Err(RecordError::CommandReused) => Ok(back(found.id)),
        Err(error) => Err(error.into()),
    }
}

fn back(id: MatterId) -> Response {
    Redirect::to(&path(id)).into_response()
}

/// The warning's page again, with what was typed and why it was refused; for who may act and not read, the refusal alone.
async fn refused(
    state: &Supervision,
    page: &Page,
    id: MatterId,
    fields: Fields,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let again = warning::again(state, page, id, &fields, &refusal).await?;
    let Some(mut response) = again else { return Err(PageError::refused(refusal)) };
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn id_of(text: &str) -> Result<MatterId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// POST /warnings/{id}/take
pub(super) async fn take(
    State(state): State<Supervision>,
    by: By<RecordVerdicts>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, _| {
        decide::take(warning, ground.hand, ground.held, ground.limits, ground.timing)
    })
    .await
}

/// POST /warnings/{id}/assign
pub(super) async fn assign(
    State(state): State<Supervision>,
    by: By<DispatchWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let inspector = inspector_of(&by.page, &by.may, fields.get("inspector"))?;
    let inspector = assign::loaded(&by.page, by.may.organ(), inspector).await?;
    perform(&state, by, id_of(&id)?, fields, |warning, ground, _| {
        decide::assign(warning, ground.hand, inspector, ground.limits, ground.timing)
    })
    .await
}

/// The inspector that a form names: one of the hand's own unit.
pub(super) fn inspector_of<P>(page: &Page, may: &May<P>, text: &str) -> Result<OfficerId, PageError> {
    let inspector: OfficerId = text.parse().map_err(|_| PageError::Malformed("inspector"))?;
    let holders = page.register.holders(may.organ(), "inspector", page.today());
    holders
        .iter()
        .find(|officer| officer.id == inspector)
        .map(|officer| officer.id)
        .ok_or(PageError::Malformed("inspector"))
}

/// POST /warnings/{id}/recuse: by one's own word.
pub(super) async fn recuse(
    State(state): State<Supervision>,
    by: By<RecuseFromWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::recuse(warning, ground.hand, ground.hand.officer, fields.get("reason"))
    })
    .await
}

/// POST /warnings/{id}/recuse-officer: the chief's word.
pub(super) async fn recuse_officer(
    State(state): State<Supervision>,
    by: By<DispatchWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let officer = officer_of(&by.page, fields.get("officer"))?;
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::recuse(warning, ground.hand, officer, fields.get("reason"))
    })
    .await
}

/// POST /warnings/{id}/classify
pub(super) async fn classify(
    State(state): State<Supervision>,
    by: By<ClassifyWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let _: Class = fields.get("class").parse().map_err(|_| PageError::Malformed("class"))?;
    let (page, ceiling) = (by.page.clone(), by.may.ceiling());
    perform(&state, by, id_of(&id)?, fields, move |warning, ground, fields| {
        let candidates = classes::candidates(&page, warning);
        let to = secrecy::view::asked(&candidates, |name| fields.get(name).to_owned());
        let to = to.map_err(|_| Refusal::NoSuchClass)?;
        decide::classify(warning, ground.hand, ceiling, to, fields.get("class-grounds"))
    })
    .await
}

/// POST /warnings/{id}/lift
pub(super) async fn lift(
    State(state): State<Supervision>,
    by: By<DispatchWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let officer = officer_of(&by.page, fields.get("lifted"))?;
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::lift(warning, ground.hand, officer, fields.get("lift-grounds"))
    })
    .await
}

/// An officer of the register that a form names.
fn officer_of(page: &Page, text: &str) -> Result<OfficerId, PageError> {
    let officer: OfficerId = text.parse().map_err(|_| PageError::Malformed("officer"))?;
    page.register.officer(officer).map(|officer| officer.id).ok_or(PageError::Malformed("officer"))
}

/// POST /warnings/{id}/ask
pub(super) async fn ask(
    State(state): State<Supervision>,
    by: By<RecordVerdicts>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::ask(warning, ground.hand, ground.known, fields.get("question"), ground.limits, ground.timing)
    })
    .await
}

/// POST /warnings/{id}/explain
pub(super) async fn explain(
    State(state): State<Supervision>,
    by: By<AnswerWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::explain(warning, ground.hand, fields.get("explanation"), ground.limits, ground.timing)
    })
    .await
}

/// The verdicts of a form, one per reason: `verdict-0`, `verdict-1` ….
pub(super) fn verdicts(warning: &Warning, fields: &Fields) -> Vec<Option<Verdict>> {
    (0..warning.finding.reasons.len()).map(|at| fields.get(&format!("verdict-{at}")).parse().ok()).collect()
}

/// POST /warnings/{id}/conclude
pub(super) async fn conclude(
    State(state): State<Supervision>,
    by: By<RecordVerdicts>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        let verdicts = verdicts(warning, fields);
        decide::conclude(warning, ground.hand, &verdicts, fields.get("grounds"), ground.limits, ground.timing)
    })
    .await
}

/// POST /warnings/{id}/correct
pub(super) async fn correct(
    State(state): State<Supervision>,
    by: By<AnswerWarnings>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::correct(warning, ground.hand, fields.get("measures"), ground.limits, ground.timing)
    })
    .await
}

/// POST /warnings/{id}/appeal
pub(super) async fn appeal(
    State(state): State<Supervision>,
    by: By<AppealVerdicts>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::appeal(warning, ground.hand, fields.get("grounds"), ground.limits, ground.timing)
    })
    .await
}

/// POST /warnings/{id}/accept
pub(super) async fn accept(
    State(state): State<Supervision>,
    by: By<RecordVerdicts>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::accept(warning, ground.hand, fields.get("note"))
    })
    .await
}

/// POST /warnings/{id}/return
pub(super) async fn give_back(
    State(state): State<Supervision>,
    by: By<RecordVerdicts>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::give_back(warning, ground.hand, fields.get("why"), ground.limits, ground.timing)
    })
    .await
}

/// POST /warnings/{id}/decide
pub(super) async fn decide_appeal(
    State(state): State<Supervision>,
    by: By<DecideAppeals>,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let upheld = match fields.get("decision") {
        "uphold" => false,
        "revoke" => true,
        _ => return Err(PageError::Malformed("decision")),
    };
    perform(&state, by, id_of(&id)?, fields, |warning, ground, fields| {
        decide::decide_appeal(warning, ground.hand, upheld, fields.get("grounds"), ground.limits, ground.timing)
    })
    .await
}
