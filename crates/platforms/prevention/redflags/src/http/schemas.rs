//! Schemas of this platform's answers, for the API's description. A test holds every answer against its schema.

use serde_json::{Value, json};
use web::http::schema::{boolean, both, integer, list, maybe_integer, maybe_text, moment, object, or_null, text};

fn outcomes() -> Value {
    object(
        json!({
            "raised": integer(), "not_raised": integer(), "insufficient_data": integer(), "not_applicable": integer(),
        }),
        json!({}),
    )
}

fn line_fields() -> Value {
    let buyer = object(json!({"id": text(), "name": maybe_text()}), json!({}));
    json!({
        "ocid": text(), "title": text(), "buyer": or_null(buyer), "procurementMethod": maybe_text(),
        "procurementMethodDetails": maybe_text(), "category": maybe_text(), "status": maybe_text(),
        "day": maybe_text(), "amount": maybe_text(), "currency": maybe_text(), "bidders": maybe_integer(),
    })
}

/// Seen by those who may see flags.
fn flag_fields() -> Value {
    json!({"flags": list(text()), "light": maybe_text()})
}

fn with(mut fields: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    fields
}

fn line() -> Value {
    object(line_fields(), flag_fields())
}

pub(super) fn processes() -> Value {
    object(json!({"page": integer(), "more": boolean(), "processes": list(line())}), json!({}))
}

pub(super) fn process() -> Value {
    let reason = object(
        json!({
            "indicator": text(), "version": integer(), "subject": text(), "severity": integer(),
            "value": maybe_text(), "threshold": maybe_text(), "sentence": both(), "evidence": list(json!({})),
        }),
        json!({}),
    );
    object(
        with(line_fields(), json!({"source": text(), "release": {"type": "object"}})),
        with(flag_fields(), json!({"reasons": list(reason), "run": integer(), "outcomes": outcomes()})),
    )
}

pub(super) fn organisation() -> Value {
    let volume = object(json!({"currency": text(), "n": integer(), "sum": maybe_text()}), json!({}));
    object(
        json!({
            "id": text(), "name": text(), "count": integer(), "won": maybe_integer(), "volumes": list(volume),
            "processes": list(line()),
        }),
        json!({}),
    )
}

fn indicator_fields() -> Value {
    let last = object(json!({"run": integer(), "subjects": integer(), "outcomes": outcomes()}), json!({}));
    json!({
        "code": text(), "version": integer(), "name": both(), "grain": text(), "severity": integer(),
        "enabled": boolean(), "importable": {}, "last_run": or_null(last),
    })
}

pub(super) fn indicators() -> Value {
    object(json!({"indicators": list(object(indicator_fields(), json!({})))}), json!({}))
}

pub(super) fn indicator() -> Value {
    let verdicts = object(
        json!({"confirmed": integer(), "explained": integer(), "refuted": integer(), "open": integer()}),
        json!({}),
    );
    let number = json!({"type": "number"});
    let precision = object(json!({"n": integer(), "ratio": number, "lower": number, "upper": number}), json!({}));
    object(
        with(
            indicator_fields(),
            json!({
                "tells": both(), "formula": both(), "quantity": both(), "exempt": both(), "source": both(),
                "needs": list(text()), "verdicts": verdicts, "precision": or_null(precision),
            }),
        ),
        json!({}),
    )
}

fn run_fields() -> Value {
    json!({
        "run": integer(), "source": maybe_text(), "as_of": moment(), "ended": moment(), "processes": integer(),
        "subjects": integer(), "outcomes": outcomes(), "adds_up": boolean(), "settings": text(),
        "reference": maybe_text(), "queued": integer(), "held_back": integer(), "millis": integer(),
    })
}

pub(super) fn runs() -> Value {
    object(json!({"runs": list(object(run_fields(), json!({})))}), json!({}))
}

pub(super) fn run() -> Value {
    let row = object(
        json!({
            "code": text(), "version": integer(), "subjects": integer(), "raised": integer(),
            "not_raised": integer(), "insufficient_data": integer(), "not_applicable": integer(),
            "missing": list(json!({"type": "array"})), "reasons": list(json!({"type": "array"})),
        }),
        json!({}),
    );
    object(with(run_fields(), json!({"indicators": list(row)})), json!({}))
}

pub(super) fn sources() -> Value {
    let source = object(
        json!({
            "code": text(), "name": text(), "mapping": maybe_text(), "last_import": or_null(moment()), "class": text(),
            "named_only": boolean(), "page": text(),
        }),
        json!({}),
    );
    object(json!({"sources": list(source)}), json!({}))
}

pub(super) fn imports() -> Value {
    let file = object(
        json!({
            "file": text(), "sha256": text(), "bytes": integer(), "source": maybe_text(), "rows": integer(),
            "loaded": integer(), "held": integer(), "set_aside": integer(), "finished": boolean(), "at": moment(),
        }),
        json!({}),
    );
    object(json!({"files": list(file)}), json!({}))
}

pub(super) fn quarantine() -> Value {
    let row = || {
        object(
            json!({
                "file": text(), "line": maybe_integer(), "path": maybe_text(), "code": text(), "severity": {},
                "value": maybe_text(), "ocid": maybe_text(),
            }),
            json!({}),
        )
    };
    let cause = object(
        json!({
            "code": text(), "whole": {}, "rows": integer(), "reason": text(), "mend": text(), "example": row(),
        }),
        json!({}),
    );
    object(json!({"causes": list(cause), "rows": list(row())}), json!({"source": text(), "page": integer()}))
}
