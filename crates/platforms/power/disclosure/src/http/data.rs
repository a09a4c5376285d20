//! Open data: lists as CSV and JSON, the text of a version, and the receipt of its publication.

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use ledger::{Place, Step, Tag};
use serde_json::{Value, json};
use web::http::schema::{both, integer, list as list_of, maybe_text, moment, object, or_null, text as text_of_schema};
use web::http::{PageError, Visitor, attachment};
use web::view::table::{Sheet, SheetColumn, Value as Field};

use super::public::{SIZE, Which, asked};
use super::shown::{Names, read, text_of};
use super::{Disclosures, t};
use crate::lists;

/// Rows of a page of CSV.
const ROWS: u32 = 1_000;

/// GET /disclosure/list.csv
pub(super) async fn csv(
    State(state): State<Disclosures>,
    visitor: Visitor,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let query = asked("/disclosure/list.csv", ROWS, raw.as_deref());
    let wanted = state.wanted(|key| query.filter(key).map(str::to_owned));
    let page = (query.offset(), u64::from(ROWS));
    let (listed, _) = lists::public(state.app.store(), state.node(), &wanted, page).await?;
    let column = |key: &str, width| SheetColumn { head: t(words, key), width };
    let columns = vec![
        column("id", 36),
        column("organ", 24),
        column("entry", 20),
        column("period", 10),
        column("title", 40),
        column("came", 12),
        column("published-on", 18),
        column("version", 8),
        column("digest", 64),
        column("address", 60),
    ];
    let mut sheet = Sheet::new(t(words, "public"), String::new(), columns);
    let names = state.names().await?;
    if names.synthetic() {
        sheet = sheet.synthetic(words);
    }
    let zone = state.app.clock().zone();
    for it in &listed {
        let title = state.title_of(it).await?;
        sheet.row(vec![
            Field::from(it.id.to_string()),
            Field::from(words.said(&names.organ(it.organ))),
            Field::from(words.said(&state.entry_name(&it.entry))),
            Field::from(it.period.as_str()),
            title.map_or(Field::Unknown, Field::from),
            Field::from(it.came),
            it.published_at.map_or(Field::Unknown, |at| Field::Moment(at, zone)),
            Field::from(it.number),
            it.digest.clone().map_or(Field::Unknown, Field::from),
            Field::from(format!("{}/disclosure/{}", state.base, it.id)),
        ]);
    }
    let csv = sheet.csv().map_err(|error| PageError::broken(&error))?;
    Ok(attachment("disclosure.csv", "text/csv; charset=utf-8", csv))
}

/// One disclosure of a list as JSON.
async fn listed_json(state: &Disclosures, names: &Names, it: &lists::Listed) -> Result<Value, PageError> {
    let entry = state.desk.catalogue().entry(&it.entry);
    Ok(json!({
        "id": it.id, "organ": it.organ, "organ_name": names.organ(it.organ), "entry": it.entry,
        "entry_name": state.entry_name(&it.entry), "family": entry.map(|entry| entry.family.clone()),
        "period": Some(&it.period).filter(|period| !period.is_empty()), "came": it.came, "title": state.title_of(it).await?,
        "version": it.number, "first_published_at": it.first_at, "published_at": it.published_at, "until": it.until,
        "sha256": it.digest, "page": format!("{}/disclosure/{}", state.base, it.id),
    }))
}

fn listed_schema() -> Value {
    object(
        json!({
            "id": text_of_schema(), "organ": text_of_schema(), "organ_name": both(), "entry": text_of_schema(), "entry_name": both(),
            "family": maybe_text(), "period": maybe_text(), "came": text_of_schema(), "title": maybe_text(), "version": integer(),
            "first_published_at": or_null(moment()), "published_at": or_null(moment()), "until": maybe_text(), "sha256": maybe_text(),
            "page": text_of_schema(),
        }),
        json!({}),
    )
}

/// GET /api/disclosure
pub(super) async fn list(State(state): State<Disclosures>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let query = asked("/api/disclosure", SIZE, raw.as_deref());
    let wanted = state.wanted(|key| query.filter(key).map(str::to_owned));
    let page = (query.offset(), u64::from(SIZE));
    let (listed, all) = lists::public(state.app.store(), state.node(), &wanted, page).await?;
    let mut disclosures = Vec::new();
    let names = state.names().await?;
    for it in &listed {
        disclosures.push(listed_json(&state, &names, it).await?);
    }
    Ok(Json(json!({"total": all, "page": query.page(), "size": SIZE, "disclosures": disclosures})))
}

pub(super) fn list_schema() -> Value {
    object(
        json!({"total": integer(), "page": integer(), "size": integer(), "disclosures": list_of(listed_schema())}),
        json!({}),
    )
}

/// GET /api/disclosure/{id}
pub(super) async fn one(State(state): State<Disclosures>, Path(id): Path<String>) -> Result<Json<Value>, PageError> {
    let it = state.published(&id).await?;
    let names = state.names().await?;
    let withdrawn = it.withdrawn.as_ref();
    let version = |publication: &crate::state::Publication| {
        // What was withdrawn is told of, and not shown.
        let text = text_of(publication).filter(|_| withdrawn.is_none());
        json!({
            "number": publication.number, "act": publication.idx, "published_at": publication.at, "title": text.map(|it| &it.name),
            "paragraphs": text.map(|it| &it.paragraphs), "sha256": text.map(|it| &it.sha256), "withheld": publication.withheld,
            "ground": publication.ground.map(|ground| ground.code()), "until": publication.until,
            "correction": publication.correction.as_ref().and_then(read),
        })
    };
    let taken = withdrawn
        .map(|it| json!({"because": it.because.code(), "reason": read(&it.reason), "at": it.at, "act": it.idx}));
    Ok(Json(json!({
        "id": it.id, "organ": it.organ, "organ_name": names.organ(it.organ), "entry": it.entry,
        "entry_name": state.entry_name(&it.entry), "period": it.period, "came": it.came,
        "versions": it.published.iter().map(version).collect::<Vec<_>>(), "withdrawn": taken,
        "page": format!("{}/disclosure/{}", state.base, it.id),
    })))
}

pub(super) fn one_schema() -> Value {
    let version = object(
        json!({
            "number": integer(), "act": integer(), "published_at": moment(), "title": maybe_text(),
            "paragraphs": or_null(list_of(text_of_schema())), "sha256": maybe_text(), "withheld": list_of(integer()), "ground": maybe_text(),
            "until": maybe_text(), "correction": maybe_text(),
        }),
        json!({}),
    );
    let withdrawn = object(
        json!({"because": text_of_schema(), "reason": maybe_text(), "at": moment(), "act": integer()}),
        json!({}),
    );
    object(
        json!({
            "id": text_of_schema(), "organ": text_of_schema(), "organ_name": both(), "entry": text_of_schema(), "entry_name": both(),
            "period": maybe_text(), "came": text_of_schema(), "versions": list_of(version), "withdrawn": or_null(withdrawn), "page": text_of_schema(),
        }),
        json!({}),
    )
}

/// GET /disclosure/{id}/text
pub(super) async fn text(
    State(state): State<Disclosures>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let disclosure = state.published(&id).await?;
    let publication = state.version(&disclosure, which.number()?)?;
    let text = text_of(publication).ok_or(PageError::NotFound)?;
    let name = format!("attachment; filename=\"{id}-v{}.txt\"", publication.number);
    let heads = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        // It may be erased by law, and is gone from everywhere then.
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((heads, text.file()).into_response())
}

/// GET /disclosure/{id}/receipt
pub(super) async fn receipt(
    State(state): State<Disclosures>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let disclosure = state.published(&id).await?;
    let publication = state.version(&disclosure, which.number()?)?;
    let receipt = state.app.store().receipt(state.node(), publication.idx, shows).await?.ok_or(PageError::NotFound)?;
    let name = format!("{id}-v{}.tlog-proof", publication.number);
    Ok(attachment(&name, "text/plain; charset=utf-8", receipt))
}

/// What a receipt for everybody opens: which act of which kind, when, of which organ; and of its body what was published. Who
/// published, in which post and for whom, stays withheld.
fn shows(tag: Tag, place: &Place) -> bool {
    /// Places of the header: id, at, day, class, kind, matter, version, organ, basis, rules.
    const HEADER: [u64; 10] = [0, 1, 2, 3, 4, 5, 6, 10, 12, 13];
    const BODY: [&str; 11] = [
        "event",
        "organ",
        "entry",
        "period",
        "number",
        "content",
        "withheld",
        "ground",
        "correction",
        "until",
        "characters",
    ];
    let Place::Field(path) = place else { return false };
    match (tag, path.0.first()) {
        (Tag::Header, Some(Step::Index(at))) => HEADER.contains(at),
        (Tag::Body, Some(Step::Name(name))) => BODY.contains(&&**name),
        _ => false,
    }
}
