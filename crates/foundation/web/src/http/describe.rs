//! The API description, made from the table of routes: OpenAPI 3.1.

use serde_json::{Map, Value, json};

use crate::http::route::{Face, Method, RouteInfo};
use crate::locale::Locale;

/// The description of those routes that answer JSON. The public face describes only its own.
///
/// - `inner`: whether the inner operations are described too.
pub fn openapi(table: &[RouteInfo], locale: Locale, inner: bool) -> Value {
    let pick = |both: (&'static str, &'static str)| match locale {
        Locale::ZhCn => both.0,
        Locale::En => both.1,
    };
    let mut paths: Map<String, Value> = Map::new();
    let described = table.iter().filter(|info| info.face.is_api() && (inner || info.face == Face::PublicApi));
    for info in described {
        let mut parameters: Vec<Value> = info
            .in_path()
            .into_iter()
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        parameters.extend(info.parameters.iter().map(|parameter| {
            json!({
                "name": parameter.name, "in": "query", "required": false,
                "description": pick(parameter.meaning), "schema": {"type": parameter.kind},
            })
        }));
        let schema = info.answer.map_or_else(|| json!({}), |schema| schema());
        let mut responses = json!({
            "200": {"description": "OK", "content": {"application/json": {"schema": schema}}},
            "400": {"$ref": "#/components/responses/Problem"},
            "404": {"$ref": "#/components/responses/Problem"},
            "429": {"$ref": "#/components/responses/Problem"},
            "503": {"$ref": "#/components/responses/Problem"},
            "500": {"$ref": "#/components/responses/Problem"},
        });
        // An empty list says: no sign-in needed. Everything else names the session.
        let mut security = json!([]);
        if let Some(permission) = info.permission {
            security = json!([{"session": []}]);
            responses["401"] = json!({"$ref": "#/components/responses/Problem"});
            responses["403"] = json!({
                "description": format!("{} ({permission})", pick(("需要相应职责", "needs the duty"))),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            });
        }
        if info.method == Method::Post {
            responses["403"] = json!({"$ref": "#/components/responses/Problem"});
            responses["409"] = json!({"$ref": "#/components/responses/Problem"});
            responses["413"] = json!({"$ref": "#/components/responses/Problem"});
        }
        if !info.refusals.is_empty() {
            responses["422"] = json!({"description": info.refusals.join(", "),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
        }
        let mut operation = json!({
            "operationId": operation_id(info),
            "summary": pick(info.summary),
            "parameters": parameters,
            "security": security,
            "responses": responses,
        });
        if let Some(takes) = info.takes {
            operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": takes()}}});
        }
        let path = paths.entry(info.path.to_owned()).or_insert_with(|| json!({}));
        path[info.method.name().to_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": pick(("清源接口", "Qingyuan API")),
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": crate::http::cookie::SESSION}},
            "schemas": {"Problem": {
                "type": "object",
                "required": ["status", "code", "detail"],
                "properties": {
                    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                    "code": {"type": "string"}, "detail": {"type": "string"}, "reference": {"type": "string"},
                },
            }},
            "responses": {"Problem": {
                "description": "RFC 9457",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }},
        },
    })
}

fn operation_id(info: &RouteInfo) -> String {
    let verb = match info.method {
        Method::Get => "get",
        Method::Post => "post",
    };
    let words = info.path.split(['/', '{', '}', '.', '-']).filter(|word| !word.is_empty() && *word != "api");
    words.fold(verb.to_owned(), |id, word| format!("{id}_{word}"))
}
