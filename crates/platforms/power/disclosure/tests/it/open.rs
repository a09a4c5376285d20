//! The public face: lists, words, pages, feed and catalogue of the data.

use axum::http::{StatusCode, header};
use disclosure::decide::{Given, Verdict};
use disclosure::events::Outcome;
use serde_json::{Value, json};

use crate::support::{DEPARTMENT, Office, both, hand};

/// Publishes so many, each a minute after the one before it.
async fn filled(office: &Office, how_many: usize) {
    office.desk.open(hand("head"), DEPARTMENT, &[]).await.unwrap();
    for n in 0..how_many {
        office.clock.advance_ms(60_000);
        let given = Given {
            entry: if n % 2 == 0 { "GOV-01" } else { "GOV-12" }.to_owned(),
            period: String::new(),
            came: Some(kernel::Clock::today(&office.clock)),
            title: format!("第 {n} 号文件 100% <b> & \"引号\""),
            body: format!("内容 {n}，{}", "段".repeat(80)),
        };
        let id = office.desk.draft(hand("clara"), DEPARTMENT, &given).await.unwrap();
        let it = office.desk.load(id).await.unwrap();
        let passed = Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() };
        office.desk.review(hand("rose"), &it, &passed).await.unwrap();
        let it = office.desk.load(id).await.unwrap();
        office.desk.publish(hand("head"), &it).await.unwrap();
    }
}

#[tokio::test]
async fn everybody_finds_reads_and_takes_what_was_published() {
    for office in both().await {
        let door = office.door().await;
        let none = door.get("", "/disclosure").await;
        assert!(none.status == StatusCode::OK && none.text.contains("Nothing of this kind"), "{}", none.text);
        filled(&office, 32).await;
        let cases = [
            ("", 32),
            ("?entry=GOV-01", 16),
            ("?family=government", 32),
            ("?family=village", 0),
            ("?family=x", 0),
            ("?organ=x", 0),
            ("?organ=00000000-0000-0000-0000-000000000002", 32),
            ("?organ=00000000-0000-0000-0000-000000000003", 0),
            ("?q=31", 1),
            ("?q=31+%E5%8F%B7", 1),
            ("?q=%25", 32),
            ("?q=_", 0),
            ("?q=%3Cb%3E", 32),
            ("?q=zzz", 0),
        ];
        for (query, expected) in cases {
            let answer = door.get("", &format!("/api/disclosure{query}")).await.json();
            assert_eq!(answer["total"], expected, "{} {query}", office.name);
        }
        let first = door.get("", "/api/disclosure").await.json();
        let second = door.get("", "/api/disclosure?page=2").await.json();
        let titles = |answer: &Value| {
            let listed = answer["disclosures"].as_array().unwrap().clone();
            listed.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert!(titles(&first)[0].starts_with("第 31 号"), "the newest first");
        assert_eq!((titles(&first).len(), titles(&second).len()), (30, 2), "every list is paged");
        let page = door.get("", "/disclosure").await.text;
        assert!(page.contains("page=2") && !page.contains("<b> &"), "words are never markup");
        let beyond = door.get("", "/disclosure?page=9").await;
        assert_eq!(beyond.status, StatusCode::SEE_OTHER);
        let csv = door.get("", "/disclosure/list.csv?entry=GOV-01").await;
        assert!(csv.header(header::CONTENT_TYPE).starts_with("text/csv"));
        assert_eq!(csv.text.lines().count(), 17);
        let duties = door.get("", "/disclosure/duties").await.text;
        assert!(duties.contains("2026-03-30"), "{duties}");
        for light in ["light-yellow", "light-red", "badge"] {
            assert!(!duties.contains(&format!("class=\"{light}")), "no light about an organ");
        }
    }
}

#[tokio::test]
async fn the_feed_is_atom_and_leads_on() {
    for office in both().await {
        let door = office.door().await;
        filled(&office, 31).await;
        let feed = door.get("", "/disclosure/feed.atom").await;
        assert!(feed.header(header::CONTENT_TYPE).starts_with("application/atom+xml"));
        let xml = &feed.text;
        assert_eq!(xml.matches("<entry>").count(), 30, "{}", office.name);
        assert!(xml.contains("rel=\"next\"") && xml.contains("&lt;b&gt; &amp; &quot;"), "{xml}");
        for needed in ["<id>", "<title>", "<updated>2026-03-02T", "<author><name>", "rel=\"self\""] {
            assert!(xml.contains(needed), "a feed has {needed}");
        }
        // Every element that is opened is closed, in order.
        let mut open: Vec<&str> = Vec::new();
        for tag in xml.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            if tag.starts_with('?') || tag.ends_with('/') {
                continue;
            }
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None => open.push(tag.split_whitespace().next().unwrap()),
            }
        }
        assert_eq!(open, Vec::<&str>::new());
        let second = door.get("", "/disclosure/feed.atom?page=2").await.text;
        assert_eq!(second.matches("<entry>").count(), 1);
    }
}

/// The shape that DCAT-AP asks of a catalogue: what is mandatory and what we give beside it.
fn dcat() -> Value {
    let both = json!({
        "type": "array", "minItems": 1,
        "items": {"type": "object", "required": ["@language", "@value"], "properties": {"@value": {"type": "string", "minLength": 1}}},
    });
    let iri = json!({"type": "object", "required": ["@id"], "properties": {"@id": {"type": "string", "pattern": "^https://"}}});
    let agent = json!({
        "type": "object", "required": ["@id", "@type", "foaf:name"],
        "properties": {"@type": {"const": "foaf:Agent"}, "foaf:name": both},
    });
    let moment = json!({
        "type": "object", "required": ["@type", "@value"],
        "properties": {"@type": {"const": "xsd:dateTime"}, "@value": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT"}},
    });
    let distribution = json!({
        "type": "object", "required": ["@id", "@type", "dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:modified"],
        "properties": {
            "@type": {"const": "dcat:Distribution"}, "dcat:accessURL": iri, "dcat:downloadURL": iri, "dcat:mediaType": iri,
            "dct:modified": moment,
        },
    });
    let set = json!({
        "type": "object",
        "required": ["@id", "@type", "dct:identifier", "dct:title", "dct:description", "dct:publisher", "dct:modified", "dcat:distribution"],
        "properties": {
            "@type": {"const": "dcat:Dataset"}, "dct:title": both, "dct:description": both, "dct:publisher": agent,
            "dct:modified": moment, "dcat:distribution": {"type": "array", "minItems": 1, "items": distribution},
        },
    });
    json!({
        "type": "object",
        "required": ["@context", "@id", "@type", "dct:title", "dct:description", "dct:publisher", "dct:modified", "dcat:dataset"],
        "properties": {
            "@context": {"type": "object", "required": ["dcat", "dct", "foaf", "xsd"], "properties": {
                "dcat": {"const": "http://www.w3.org/ns/dcat#"}, "dct": {"const": "http://purl.org/dc/terms/"},
                "foaf": {"const": "http://xmlns.com/foaf/0.1/"}, "xsd": {"const": "http://www.w3.org/2001/XMLSchema#"},
            }},
            "@type": {"const": "dcat:Catalog"}, "dct:title": both, "dct:description": both, "dct:publisher": agent,
            "dct:modified": moment, "dcat:dataset": {"type": "array", "items": set},
        },
    })
}

#[tokio::test]
async fn the_catalogue_of_the_data_has_the_shape_that_dcat_asks_for() {
    for office in both().await {
        let door = office.door().await;
        filled(&office, 1).await;
        let got = door.get("", "/disclosure/catalogue.jsonld").await;
        assert_eq!(got.header(header::CONTENT_TYPE), "application/ld+json");
        let catalogue = got.json();
        let validator = jsonschema::validator_for(&dcat()).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&catalogue).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(faults, Vec::<String>::new(), "{}", office.name);
        let sets = catalogue["dcat:dataset"].as_array().unwrap();
        assert_eq!(sets.len(), 1);
        // What the catalogue leads to is there.
        for distribution in sets[0]["dcat:distribution"].as_array().unwrap() {
            let address = distribution["dcat:downloadURL"]["@id"].as_str().unwrap();
            let path = address.strip_prefix("https://test.invalid").unwrap();
            assert_eq!(door.get("", path).await.status, StatusCode::OK, "{path}");
        }
        let mut broken = catalogue.clone();
        broken["dcat:dataset"][0].as_object_mut().unwrap().remove("dct:publisher");
        assert!(!validator.is_valid(&broken), "the shape asks for something");
        assert_eq!(door.get("", "/disclosure/catalogue.jsonld?page=2").await.json()["dcat:dataset"], json!([]));
    }
}

#[tokio::test]
async fn what_was_erased_is_in_no_list_and_the_newest_title_is_still_read() {
    for office in both().await {
        let door = office.door().await;
        filled(&office, 1).await;
        let listed = door.get("", "/api/disclosure").await.json()["disclosures"][0].clone();
        let id: kernel::MatterId = listed["id"].as_str().unwrap().parse().unwrap();
        let it = office.desk.load(id).await.unwrap();
        office.desk.rewrite(hand("clara"), &it, ("更正后的标题", "更正后的内容"), "有误").await.unwrap();
        let it = office.desk.load(id).await.unwrap();
        let passed = Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() };
        office.desk.review(hand("rose"), &it, &passed).await.unwrap();
        let it = office.desk.load(id).await.unwrap();
        office.desk.publish(hand("head"), &it).await.unwrap();
        // The first version is erased by law; so is what was drafted for it.
        erase(&office, id, 0).await;
        erase(&office, id, 2).await;
        let public = format!("/disclosure/{id}");
        for address in [
            public.clone(),
            format!("{public}?version=1"),
            format!("/api{public}"),
            "/api/disclosure".to_owned(),
            "/disclosure".to_owned(),
            "/disclosure/feed.atom".to_owned(),
            "/disclosure/list.csv".to_owned(),
        ] {
            let got = door.get("", &address).await;
            assert_eq!(got.status, StatusCode::OK, "{address}");
            assert!(!got.text.contains("号文件"), "{} {address}", office.name);
        }
        assert_eq!(door.get("", &format!("{public}/text?version=1")).await.status, StatusCode::NOT_FOUND);
        let listed = door.get("", "/api/disclosure").await.json()["disclosures"][0].clone();
        assert_eq!(listed["title"], "更正后的标题", "read from the version that still has it");
        office.rebuilds().await;
    }
}

/// Erases the content of the act of a matter at a place, as the word of two persons does.
async fn erase(office: &Office, id: kernel::MatterId, place: usize) {
    use store::{Actor, Draft, Tombstone, Unit};
    let acts = office.store.acts_of(office.node(), id.value()).await.unwrap();
    let act = &acts[place];
    let tombstone = Tombstone {
        erasure: kernel::MatterId::new(77),
        idx: act.idx as i64,
        of: act.act.kind.clone(),
        fields: vec!["content".to_owned()],
        reason: "因".to_owned(),
        told: Vec::new(),
    };
    let event = disclosure::events::DisclosureEvent::Erased(tombstone.clone());
    let (now, today) = (kernel::Clock::now(&office.clock), kernel::Clock::today(&office.clock));
    let stamp = directory::stamp(testkit::office::node(), now, today).unwrap();
    let version = acts.len() as u64 + 1;
    let actor = Actor::System { component: "test".to_owned(), version: "0".to_owned() };
    let draft = Draft::new(stamp, store::TOMBSTONE, (id.value(), version), actor, Draft::event_of(&event).unwrap());
    let projector = disclosure::projector(kernel::Zone::CHINA);
    let mut rows = store::Projector::blank(&projector, office.node(), (id.value(), version), &tombstone);
    rows.push(office.store.erasing(act, &tombstone.fields).await.unwrap());
    office.store.record_unit(Unit { acts: vec![(draft, rows)], operations: Vec::new() }).await.unwrap();
}
