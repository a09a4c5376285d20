//! The same as JSON.

use axum::Json;
use axum::extract::State;
use kernel::Text;
use serde_json::{Value, json};
use web::http::schema::{boolean, both, integer, list, maybe_text, object, text};
use web::http::{By, PageError};

use super::{Figures, ReadRules, Watched};
use crate::pack::{self, Rule};

pub(super) async fn rules(State(state): State<Watched>, by: By<ReadRules>) -> Result<Json<Value>, PageError> {
    let figures = state.figures().await?;
    let today = by.page.today();
    let all: Vec<Value> = state.rules.all().iter().map(|rule| value(rule, rule.is_in_force(today), &figures)).collect();
    Ok(Json(json!({"rules": all})))
}

fn said(text: &Text) -> Value {
    json!({"zh": text.zh, "en": text.en})
}

fn value(rule: &Rule, in_force: bool, figures: &Figures) -> Value {
    let (tally, came) = (figures.tally(rule), figures.came(rule));
    let parameters = rule.parameters.iter().map(|(name, parameter)| {
        json!({
            "name": name, "unit": parameter.unit.code(), "text": said(&parameter.text()),
            "value": match &parameter.value {
                pack::Value::Figure(figure) => figure.to_string(),
                pack::Value::Steps(steps) => steps.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(", "),
            },
        })
    });
    json!({
        "code": rule.code, "version": rule.version, "family": rule.family.code(), "name": said(&rule.name),
        "tells": said(&rule.tells), "sentence": said(&rule.sentence),
        "law": said(&rule.law.text), "article": said(&rule.law.article), "facts": rule.law.facts,
        "confidence": rule.confidence.code(), "severity": rule.severity, "enabled": rule.enabled, "in_force": in_force,
        "valid_from": rule.valid_from.to_string(), "valid_to": rule.valid_to.map(|day| day.to_string()),
        "processes": rule.scope.processes.iter().map(|process| process.as_str()).collect::<Vec<_>>(),
        "organs": rule.scope.organs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "parameters": parameters.collect::<Vec<_>>(),
        "outcomes": {
            "raised": tally.raised, "not_raised": tally.not_raised, "insufficient_data": tally.insufficient,
            "not_applicable": tally.not_applicable,
        },
        "warnings": {"open": came.open, "closed": came.closed},
        "verdicts": {"confirmed": came.confirmed, "explained": came.explained, "refuted": came.refuted},
    })
}

pub(super) fn described() -> Value {
    let parameter = object(json!({"name": text(), "unit": text(), "text": both(), "value": text()}), json!({}));
    let outcomes = json!({
        "raised": integer(), "not_raised": integer(), "insufficient_data": integer(), "not_applicable": integer(),
    });
    let verdicts = json!({"confirmed": integer(), "explained": integer(), "refuted": integer()});
    let rule = json!({
        "code": text(), "version": text(), "family": text(), "name": both(), "tells": both(), "sentence": both(),
        "law": both(), "article": both(), "facts": list(text()), "confidence": text(), "severity": integer(),
        "enabled": boolean(), "in_force": boolean(), "valid_from": text(), "valid_to": maybe_text(),
        "processes": list(text()), "organs": list(text()), "parameters": list(parameter),
        "outcomes": object(outcomes, json!({})),
        "warnings": object(json!({"open": integer(), "closed": integer()}), json!({})),
        "verdicts": object(verdicts, json!({})),
    });
    object(json!({"rules": list(object(rule, json!({})))}), json!({}))
}
