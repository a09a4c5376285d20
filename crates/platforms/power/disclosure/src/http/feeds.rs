//! What others' programs follow: an Atom feed (RFC 4287), and a catalogue of the data (DCAT, as DCAT-AP 3 asks for it).

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kernel::{Instant, Text};
use serde_json::{Value, json};
use web::http::{PageError, Visitor};
use web::view::Html;

use super::public::{SIZE, asked};
use super::{Disclosures, t};
use crate::lists::{self, Wanted};

/// Data sets of a page of the catalogue.
const SETS: usize = 100;

/// Text for XML.
fn xml(text: &str) -> String {
    Html::text(text).into_string()
}

/// GET /disclosure/feed.atom
pub(super) async fn atom(
    State(state): State<Disclosures>,
    visitor: Visitor,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let query = asked("/disclosure/feed.atom", SIZE, raw.as_deref());
    let wanted = state.wanted(|key| query.filter(key).map(str::to_owned));
    let page = (query.offset(), u64::from(SIZE));
    let (listed, all) = lists::public(state.app.store(), state.node(), &wanted, page).await?;
    let base = &*state.base;
    // A feed without entries has not changed since the node began.
    let updated = listed.iter().filter_map(|it| it.published_at).max().unwrap_or(Instant::from_ms(0));
    let names = state.names().await?;
    let place = names.place();
    let title = format!("{} {}", words.said(&place), t(words, "public"));
    let here = format!("{base}{}", query.url());
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n<link rel=\"self\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<author><name>{}</name></author>\n",
        words.locale().tag(),
        xml(&format!("{base}/disclosure")),
        xml(&title),
        xml(&here),
        xml(&format!("{base}/disclosure")),
        xml(words.said(&place)),
    );
    if query.offset() + u64::from(SIZE) < all {
        let next = format!("{base}{}", query.with_page(query.page() + 1).url());
        feed.push_str(&format!("<link rel=\"next\" href=\"{}\"/>\n", xml(&next)));
    }
    for it in &listed {
        let Some(at) = it.published_at else { continue };
        let title = state.title_of(it).await?.unwrap_or_else(|| words.t("http-erased"));
        let (organ, entry) = (names.organ(it.organ), state.entry_name(&it.entry));
        feed.push_str(&format!(
            "<entry>\n<id>urn:uuid:{}</id>\n<title>{}</title>\n<updated>{at}</updated>\n<published>{}</published>\n\
             <author><name>{}</name></author>\n<category term=\"{}\" label=\"{}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n</entry>\n",
            it.id,
            xml(&title),
            it.first_at.unwrap_or(at),
            xml(words.said(&organ)),
            xml(&it.entry),
            xml(words.said(&entry)),
            xml(&format!("{base}/disclosure/{}", it.id)),
        ));
    }
    feed.push_str("</feed>\n");
    let heads = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((heads, feed).into_response())
}

/// A text in both languages, as JSON-LD writes it.
fn in_both(text: &Text) -> Value {
    json!([{"@language": "zh", "@value": text.zh}, {"@language": "en", "@value": text.en}])
}

fn stamp(at: Instant) -> Value {
    json!({"@type": "xsd:dateTime", "@value": at.to_string()})
}

/// GET /disclosure/catalogue.jsonld
pub(super) async fn dcat(State(state): State<Disclosures>, RawQuery(raw): RawQuery) -> Result<Response, PageError> {
    let (store, node, base) = (state.app.store(), state.node(), &*state.base);
    let names = state.names().await?;
    let place = names.place();
    let number = raw.as_deref().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("page="));
    let number: usize = number.and_then(|number| number.parse().ok()).filter(|number| *number >= 1).unwrap_or(1);
    let all = lists::disclosers(store, node).await?;
    let mut sets = Vec::new();
    let mut newest = Instant::from_ms(0);
    for it in all.iter().skip((number - 1).saturating_mul(SETS)).take(SETS) {
        let organ = names.organ(it.organ);
        let wanted = Wanted { organ: Some(it.organ), ..Wanted::default() };
        let (last, _) = lists::public(store, node, &wanted, (0, 1)).await?;
        let zone = state.app.clock().zone();
        let modified = last.first().and_then(|it| it.published_at).unwrap_or(zone.start_of(it.opened.since));
        newest = newest.max(modified);
        let query = format!("organ={}", it.organ);
        let distribution = |what: &str, path: &str, media: &str| {
            let address = format!("{base}{path}?{query}");
            json!({
                "@id": format!("{address}#distribution"), "@type": "dcat:Distribution", "dct:title": what,
                "dcat:accessURL": {"@id": address}, "dcat:downloadURL": {"@id": address},
                "dcat:mediaType": {"@id": format!("https://www.iana.org/assignments/media-types/{media}")},
                "dct:modified": stamp(modified),
            })
        };
        let title = Text::new(format!("{}公开事项", organ.zh), format!("What {} disclosed", organ.en));
        let about = Text::new(
            format!("{}依公开目录公布的事项：标题、公布时间、版本和文本摘要。", organ.zh),
            format!("What {} disclosed by the catalogue: titles, times, versions and digests of the texts.", organ.en),
        );
        sets.push(json!({
            "@id": format!("{base}/disclosure?{query}"), "@type": "dcat:Dataset", "dct:identifier": it.organ.to_string(),
            "dct:title": in_both(&title), "dct:description": in_both(&about),
            "dct:publisher": {"@id": format!("{base}/disclosure?{query}#publisher"), "@type": "foaf:Agent", "foaf:name": in_both(&organ)},
            "dct:issued": {"@type": "xsd:date", "@value": it.opened.since.to_string()}, "dct:modified": stamp(modified),
            "dcat:landingPage": {"@id": format!("{base}/disclosure?{query}")},
            "dcat:distribution": [
                distribution("CSV", "/disclosure/list.csv", "text/csv"),
                distribution("JSON", "/api/disclosure", "application/json"),
                distribution("Atom", "/disclosure/feed.atom", "application/atom+xml"),
            ],
        }));
    }
    let name = Text::new(
        format!("{}信息公开数据目录", place.zh),
        format!("What {} disclosed: catalogue of the data", place.en),
    );
    let here = format!("{base}/disclosure/catalogue.jsonld");
    let mut catalogue = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#", "hydra": "http://www.w3.org/ns/hydra/core#",
        },
        "@id": here, "@type": "dcat:Catalog", "dct:title": in_both(&name), "dct:description": in_both(&name),
        "dct:publisher": {"@id": format!("{base}/disclosure#publisher"), "@type": "foaf:Agent", "foaf:name": in_both(&place)},
        "dct:modified": stamp(newest), "foaf:homepage": {"@id": format!("{base}/disclosure")},
        "dcat:dataset": sets,
    });
    if all.len() > number.saturating_mul(SETS) {
        catalogue["hydra:next"] = json!({"@id": format!("{here}?page={}", number + 1)});
    }
    let heads = [(header::CONTENT_TYPE, "application/ld+json"), (header::CACHE_CONTROL, "no-cache")];
    Ok((heads, Json(catalogue).0.to_string()).into_response())
}
