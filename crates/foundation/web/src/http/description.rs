//! The API described to whoever asks: as OpenAPI, and as a page to browse.
//!
//! Without sign-in only the public operations are described; an officer sees all of them, whatever their post may do.

use axum::Json;
use axum::response::Response;
use serde_json::{Value, json};

use crate::http::app::App;
use crate::http::describe::openapi;
use crate::http::door::Visitor;
use crate::http::error::PageError;
use crate::http::page::{Page, public_frame, respond};
use crate::http::route::{Face, Method, RouteInfo};
use crate::locale::Words;
use crate::view::{Cell, Column, Facts, Heading, Html, IntoHtml, Link, Panel, Row, Table};

/// The page's line in the table of routes.
pub(crate) fn page_info() -> RouteInfo {
    RouteInfo::public(Method::Get, "/api", ("接口说明", "The API, to browse"))
}

/// The description's own line.
pub(crate) fn api_info() -> RouteInfo {
    RouteInfo::public_api("/api/openapi.json", ("接口说明，OpenAPI 3.1", "The API's description, OpenAPI 3.1")).answers(
        || crate::http::schema::object(json!({"openapi": {"type": "string"}, "paths": {"type": "object"}}), json!({})),
    )
}

fn table(app: &App) -> &[RouteInfo] {
    app.inner.table.get().map_or(&[], Vec::as_slice)
}

pub(crate) async fn json(axum::Extension(app): axum::Extension<App>, visitor: Visitor) -> Json<Value> {
    Json(openapi(table(&app), visitor.words.locale(), visitor.signed_in.is_some()))
}

pub(crate) async fn show(
    axum::Extension(app): axum::Extension<App>,
    visitor: Visitor,
    page: Option<axum::Extension<Page>>,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let inner = page.is_some();
    let described: Vec<&RouteInfo> =
        table(&app).iter().filter(|info| info.face == Face::PublicApi || (inner && info.face == Face::Api)).collect();
    let heading = Heading::new(words, words.t("http-api"))
        .lead(words.t(if inner { "http-api-lead-inner" } else { "http-api-lead" }))
        .action(crate::view::Action::go(
            words.t("http-api-json"),
            format!("/api/openapi.json?lang={}", words.locale().tag()),
        ));
    let body = contents(words, &described).then(Html::join(described.iter().map(|info| operation(&app, words, info))));
    match page {
        Some(axum::Extension(page)) => Ok(page.with_rail().await?.html(heading, body)),
        None => {
            let frame = public_frame(&app, words, visitor.theme, &visitor.here).await?;
            Ok(respond(axum::http::StatusCode::OK, frame.page(heading, body)))
        }
    }
}

fn both(words: Words, text: (&'static str, &'static str)) -> &'static str {
    words.either(text.0, text.1)
}

/// The name of an operation's place on the page.
fn anchor(info: &RouteInfo) -> String {
    let path: String =
        info.path.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("{}{path}", info.method.name().to_lowercase())
}

fn contents(words: Words, described: &[&RouteInfo]) -> Html {
    let columns = ["http-api-operation", "http-api-summary", "http-api-needs"].map(|key| Column::new(words.t(key)));
    let rows = described.iter().map(|info| {
        Row::new(vec![
            Cell::subject(&format!("#{}", anchor(info)), &format!("{} {}", info.method.name(), info.path)),
            Cell::new(both(words, info.summary)),
            match info.permission {
                Some(code) => Cell::code(code),
                None => Cell::new(words.t("http-api-open")),
            },
        ])
    });
    let table = Table::new(words, "operations", words.t("http-api-operations"), columns.to_vec()).rows(rows);
    Panel::new("", table).flush().into_html()
}

fn operation(app: &App, words: Words, info: &RouteInfo) -> Html {
    let mut facts = Facts::new();
    facts = match info.permission {
        Some(code) => facts.fact(words.t("http-api-needs"), permission(app, words, code)),
        None => facts.fact(words.t("http-api-needs"), words.t("http-api-open")),
    };
    if !info.refusals.is_empty() {
        facts = facts.fact(words.t("http-api-refusals"), info.refusals.join(", "));
    }
    let mut body = facts.into_html();
    let in_path = info.in_path();
    if !in_path.is_empty() || !info.parameters.is_empty() {
        let columns = ["http-api-parameter", "http-api-in", "http-api-kind", "http-api-meaning"]
            .map(|key| Column::new(words.t(key)));
        let rows =
            in_path
                .iter()
                .map(|name| (*name, "path", "string", words.t("http-api-required")))
                .chain(info.parameters.iter().map(|parameter| {
                    (parameter.name, "query", parameter.kind, both(words, parameter.meaning).to_owned())
                }))
                .map(|(name, place, kind, meaning)| {
                    Row::new(vec![Cell::code(name), Cell::code(place), Cell::code(kind), Cell::new(meaning)])
                });
        let id = format!("{}-parameters", anchor(info));
        body = body.then(Table::new(words, id, words.t("http-api-parameters"), columns.to_vec()).rows(rows).plain());
    }
    if let Some(schema) = info.answer {
        let columns = ["http-api-field", "http-api-kind", "http-api-presence"].map(|key| Column::new(words.t(key)));
        let mut fields = Vec::new();
        flatten(&schema(), "", &mut fields);
        let rows = fields.into_iter().map(|(path, kind, always)| {
            let presence = words.t(if always { "http-api-always" } else { "http-api-sometimes" });
            Row::new(vec![Cell::code(&path), Cell::code(&kind), Cell::new(presence)])
        });
        let id = format!("{}-answer", anchor(info));
        body = body.then(Table::new(words, id, words.t("http-api-answer"), columns.to_vec()).rows(rows).plain());
    }
    let mut panel = Panel::new(format!("{} {}", info.method.name(), info.path), body)
        .note(both(words, info.summary))
        .id(anchor(info));
    if info.method == Method::Get && in_path.is_empty() && (info.permission.is_none()) {
        panel = panel.aside(Link::new(info.path, words.t("http-api-open-it")));
    }
    panel.into_html()
}

/// A permission with the duties that carry it.
fn permission(app: &App, words: Words, code: &str) -> Html {
    let duties: Vec<&str> =
        app.authority().duties_with(code).into_iter().map(|duty| words.either(&duty.name.zh, &duty.name.en)).collect();
    Html::rich(&format!("`{code}`")).then(Html::text(&format!(" {}", duties.join(words.either("、", ", ")))))
}

/// A schema as lines: path of the field, kind, whether it is always there.
fn flatten(schema: &Value, path: &str, lines: &mut Vec<(String, String, bool)>) {
    if let Some(items) = schema.get("items") {
        flatten(items, &format!("{path}[]"), lines);
        return;
    }
    if let Some(inner) = schema.get("anyOf").and_then(Value::as_array).and_then(|options| options.first()) {
        flatten(inner, path, lines);
        return;
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in properties {
        let here = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        lines.push((here.clone(), kind(field), required.contains(&name.as_str())));
        flatten(field, &here, lines);
    }
}

fn kind(schema: &Value) -> String {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
        return options.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    match schema.get("type") {
        Some(Value::String(kind)) => match schema.get("format").and_then(Value::as_str) {
            Some(format) => format!("{kind} ({format})"),
            None => kind.clone(),
        },
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => "any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::schema::{list, object, or_null, text};

    #[test]
    fn a_schema_becomes_lines() {
        let inner = object(json!({"name": text()}), json!({}));
        let schema = object(json!({"rows": list(inner.clone())}), json!({"last": or_null(inner)}));
        let mut lines = Vec::new();
        flatten(&schema, "", &mut lines);
        let shown: Vec<String> =
            lines.into_iter().map(|(path, kind, always)| format!("{path} {kind} {always}")).collect();
        assert_eq!(
            shown,
            ["rows array true", "rows[].name string true", "last object | null false", "last.name string true"]
        );
    }
}
