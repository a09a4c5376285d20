//! The same as JSON. What a reader may not see is absent.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use serde_json::{Value, json};
use web::http::schema::{boolean, both, integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, PageError};

use crate::http::queue::Asked;
use crate::http::{ReadCockpit, ReadQueue, ReadWarnings, Supervision, cockpit, path, queue, say};
use crate::store::{self, Listed, Reach};

fn listed(warning: &Listed) -> Value {
    json!({
        "id": warning.id, "number": say::number(warning.number), "version": warning.version,
        "light": warning.light.code(), "stage": warning.stage, "unit": warning.unit, "inspector": warning.inspector,
        "organ": warning.organ, "organ_name": warning.organ_name, "subject": warning.subject,
        "score_tenths": warning.score, "sum": warning.sum, "due": warning.due, "raised_at": warning.raised_at,
        "closed_at": warning.closed_at, "outcome": warning.outcome, "passed_up": warning.passed_up,
        "class": warning.class.code(), "named_only": warning.compartment,
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
    let store = page.app.store();
    let Asked { reach, query, filter, now, .. } = queue::asked(&by, "/api/warnings", raw.as_deref()).await?;
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
    let reach = Reach::of(&by.may, &page.register, page.today());
    let (warning, acts) = store::load(page.app.store(), &reach, id).await?.ok_or(PageError::NotFound)?;
    secrecy::view::on_record(page, &by.may, (warning.id, &warning.secrecy)).await?;
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
        "class": warning.secrecy.class.code(), "named": warning.secrecy.named,
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

fn item() -> Value {
    let reason = object(json!({"rule": text(), "name": both(), "verdict": maybe_text()}), json!({}));
    let sum = object(json!({"minor": integer(), "currency": text()}), json!({}));
    let subject = object(json!({"kind": text(), "key": text(), "label": text(), "page": text()}), json!({}));
    object(
        json!({
            "id": {"type": "string", "format": "uuid"}, "number": text(), "version": integer(),
            "light": {"enum": ["notice", "yellow", "red"]}, "stage": {"enum": crate::types::Stage::CODES},
            "unit": text(), "inspector": maybe_text(), "organ": maybe_text(), "organ_name": text(),
            "subject": subject, "score_tenths": integer(), "sum": or_null(sum), "due": or_null(moment()),
            "raised_at": moment(), "closed_at": or_null(moment()), "outcome": maybe_text(), "passed_up": integer(),
            "class": text(), "named_only": boolean(), "reasons": list_of(reason), "page": text(),
        }),
        json!({}),
    )
}

/// The schema of a list.
pub(super) fn list_schema() -> Value {
    object(
        json!({
            "as_of": integer(), "total": integer(), "page": integer(), "size": integer(),
            "warnings": list_of(item()),
        }),
        json!({}),
    )
}

/// The schema of one warning.
pub(super) fn warning_schema() -> Value {
    let act = object(
        json!({"index": integer(), "kind": text(), "version": integer(), "at": moment(), "event": {"type": "object"}}),
        json!({}),
    );
    object(
        json!({
            "id": {"type": "string", "format": "uuid"}, "number": text(), "version": integer(),
            "light": {"enum": ["notice", "yellow", "red"]}, "stage": {"enum": crate::types::Stage::CODES},
            "unit": text(), "inspector": maybe_text(), "finding": {"type": "object"},
            "verdicts": list_of(maybe_text()), "due": or_null(moment()), "passed_up": integer(), "class": text(), "named": or_null(list_of(text())),
            "acts": list_of(act),
        }),
        json!({}),
    )
}

/// The schema of the cockpit's figures; what waits is there for readers who may see warnings.
pub(super) fn cockpit_schema() -> Value {
    let waiting =
        object(json!({"all": integer(), "late": integer(), "today": integer(), "first": list_of(item())}), json!({}));
    let raised = object(json!({"notice": integer(), "yellow": integer(), "red": integer()}), json!({}));
    let month = object(json!({"month": text(), "closed": integer(), "raised": raised}), json!({}));
    object(
        json!({"as_of": integer(), "recorded": integer(), "supervised": integer()}),
        json!({"waiting": waiting, "months": list_of(month)}),
    )
}
