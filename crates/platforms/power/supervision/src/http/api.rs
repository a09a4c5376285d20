//! The same as JSON. What a reader may not see is absent.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};
use web::http::{By, PageError};

use crate::http::{ReadCockpit, ReadQueue, ReadWarnings, Supervision, cockpit, path, queue, say};
use crate::store::{self, Listed, Reach};

fn listed(warning: &Listed) -> Value {
    json!({
        "id": warning.id, "number": say::number(warning.number), "version": warning.version,
        "light": warning.light.code(), "stage": warning.stage, "unit": warning.unit, "inspector": warning.inspector,
        "organ": warning.organ, "organ_name": warning.organ_name, "subject": warning.subject,
        "score_tenths": warning.score, "sum": warning.sum, "due": warning.due, "raised_at": warning.raised_at,
        "closed_at": warning.closed_at, "outcome": warning.outcome, "passed_up": warning.passed_up,
        "reasons": warning.reasons.iter()
            .map(|reason| json!({"rule": reason.rule, "name": reason.name, "verdict": reason.verdict}))
            .collect::<Vec<_>>(),
        "page": path(warning.id),
    })
}

/// GET /api/warnings
pub(super) async fn list(
    State(_): State<Supervision>,
    by: By<ReadQueue>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, now) = (page.app.store(), page.app.clock().now());
    let reach = Reach::of(by.may.scope(), &page.register, page.today());
    let query = queue::spec("/api/warnings").read(raw.as_deref().unwrap_or_default());
    let currency = store::currency(store, &reach).await?;
    let filter = queue::filter(page, &query, &currency, now);
    let as_of = store.log_size(page.app.node().number()).await?;
    let counts = store::counts(store, &reach, &filter, now).await?;
    let limit = u64::from(queue::SIZE);
    let warnings = store::list(store, &reach, &filter, queue::order(&query), (query.offset(), limit)).await?;
    Ok(Json(json!({
        "as_of": as_of, "total": counts.of(filter.tab), "page": query.page(), "size": limit,
        "warnings": warnings.iter().map(listed).collect::<Vec<_>>(),
    })))
}

/// GET /api/warnings/{id}
pub(super) async fn one(
    State(_): State<Supervision>,
    by: By<ReadWarnings>,
    Path(id): Path<String>,
) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let reach = Reach::of(by.may.scope(), &page.register, page.today());
    let (warning, acts) = store::load(page.app.store(), &reach, id).await?.ok_or(PageError::NotFound)?;
    let acts = acts.iter().map(|act| {
        json!({
            "index": act.idx, "kind": act.act.kind, "version": act.act.version,
            "at": kernel::Instant::from_ms(act.act.at_ms), "event": ::store::payload::to_json(&act.act.body),
        })
    });
    Ok(Json(json!({
        "id": warning.id, "number": say::number(warning.number), "version": warning.version,
        "light": warning.light.code(), "stage": warning.stage.code(), "unit": warning.unit,
        "inspector": warning.stage.inspector(), "finding": warning.finding,
        "verdicts": warning.verdicts.iter().map(|verdict| verdict.map(|verdict| verdict.code())).collect::<Vec<_>>(),
        "due": warning.clock.as_ref().map(|running| running.ends), "passed_up": warning.passed_up,
        "acts": acts.collect::<Vec<_>>(),
    })))
}

/// GET /api/cockpit
pub(super) async fn cockpit(State(_): State<Supervision>, by: By<ReadCockpit>) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let coverage = cockpit::coverage(page).await?;
    let mut answer =
        json!({"as_of": coverage.recorded, "recorded": coverage.recorded, "supervised": coverage.supervised});
    if let Some(reach) = cockpit::reach(page) {
        let waiting = cockpit::waiting(page, 8).await?;
        let months = store::months(page.app.store(), &reach, cockpit::twelve(page.today())[0].0).await?;
        let months = months.iter().map(|(month, figures)| {
            json!({
                "month": format!("{}-{:02}", month / 100, month % 100), "closed": figures.closed,
                "raised": {"notice": figures.raised[0], "yellow": figures.raised[1], "red": figures.raised[2]},
            })
        });
        answer["waiting"] = json!({
            "all": waiting.all, "late": waiting.late, "today": waiting.today,
            "first": waiting.first.iter().map(listed).collect::<Vec<_>>(),
        });
        answer["months"] = months.collect();
    }
    Ok(Json(answer))
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

fn item() -> Value {
    object(json!({
        "id": {"type": "string", "format": "uuid"}, "number": {"type": "string"}, "version": {"type": "integer"},
        "light": {"enum": ["notice", "yellow", "red"]}, "stage": {"enum": crate::types::Stage::CODES},
        "unit": {"type": "string"}, "inspector": {"type": ["string", "null"]}, "organ": {"type": ["string", "null"]},
        "organ_name": {"type": "string"}, "subject": {"type": "object"}, "score_tenths": {"type": "integer"},
        "sum": {"type": ["object", "null"]}, "due": {"type": ["string", "null"], "format": "date-time"},
        "raised_at": {"type": "string", "format": "date-time"}, "reasons": {"type": "array", "items": {"type": "object"}},
        "outcome": {"type": ["string", "null"]}, "passed_up": {"type": "integer"}, "page": {"type": "string"},
    }))
}

/// The schema of a list.
pub(super) fn list_schema() -> Value {
    object(json!({
        "as_of": {"type": "integer"}, "total": {"type": "integer"}, "page": {"type": "integer"},
        "size": {"type": "integer"}, "warnings": {"type": "array", "items": item()},
    }))
}

/// The schema of one warning.
pub(super) fn warning_schema() -> Value {
    object(json!({
        "id": {"type": "string", "format": "uuid"}, "number": {"type": "string"}, "version": {"type": "integer"},
        "light": {"enum": ["notice", "yellow", "red"]}, "stage": {"enum": crate::types::Stage::CODES},
        "finding": {"type": "object"}, "verdicts": {"type": "array"}, "acts": {"type": "array"},
    }))
}

/// The schema of the cockpit's figures.
pub(super) fn cockpit_schema() -> Value {
    object(json!({
        "as_of": {"type": "integer"}, "recorded": {"type": "integer"}, "supervised": {"type": "integer"},
        "waiting": {"type": "object"}, "months": {"type": "array", "items": {"type": "object"}},
    }))
}
