//! What tokens come to is said beside the editor and on the page of a model, with the way that leads there, and stands in nobody's
//! way.

use axum::http::StatusCode;

use crate::http::door_of;
use crate::support::{both, licence};

/// The acceptance waits for two applications where one comes.
fn that_waits() -> String {
    let xml = String::from_utf8(licence().remove(0).1).unwrap();
    let changed = xml.replace("<userTask id=\"accept\"", "<userTask id=\"accept\" startQuantity=\"2\"");
    assert_ne!(changed, xml);
    changed
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_ever_is_shown_with_its_way_in_the_editor_and_on_the_page() {
    for office in both().await {
        let base = office.deploy("行政许可", licence()).await;
        let door = door_of(&office).await;
        let (steward, handler) = (door.enter("steward").await, door.enter("clara").await);
        let path = format!("/models/{base}/check");
        let fields = [("file", "licence.bpmn"), ("content", &*that_waits())];
        assert_eq!(door.post(&handler, &path, &fields).await.status, StatusCode::FORBIDDEN, "{}", office.name);
        let checked = door.post(&steward, &path, &fields).await;
        let json: serde_json::Value = serde_json::from_str(&checked.text).unwrap();
        assert_eq!(json["accepted"], true, "{json}");
        let found = json["findings"].as_array().unwrap().iter().find(|found| found["rule"] == "FLOW25");
        let found = found.unwrap_or_else(|| panic!("{json}"));
        assert_eq!((&found["severity"], &found["element"]), (&"warning".into(), &"accept".into()));
        assert_eq!(found["path"], serde_json::json!(["start", "accept"]));
        let way = "收到申请 → 受理审查";
        assert!(found["what"].as_str().unwrap().contains(way), "{found}");
        let today = office.today().to_string();
        let whole = [("name", "许可"), ("valid_from", &*today), ("reason", "two at once")];
        let change = [&fields[..], &whole[..]].concat();
        let got = door.post(&steward, &format!("/models/{base}/change"), &change).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "a warning stands in nobody's way: {}", got.text);
        let page = door.get(&steward, &got.location).await;
        assert!(page.text.contains("FLOW25") && page.text.contains(way), "{}", page.text);
        let base = door.get(&steward, &format!("/models/{base}")).await;
        assert!(!base.text.contains("FLOW2"), "the model as it is is sound");
        office.store.close().await;
    }
}

/// As a drawing writes it: on one line, without comments.
fn as_drawn(xml: &str) -> String {
    xml.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_drawing_did_not_change_keeps_its_text() {
    for office in both().await {
        let base = office.deploy("行政许可", licence()).await;
        let door = door_of(&office).await;
        let steward = door.enter("steward").await;
        let xml = String::from_utf8(licence().remove(0).1).unwrap();
        let faster = xml.replace("promised=\"3\"", "promised=\"2\"");
        assert_ne!(faster, xml);
        let (drawn, today) = (as_drawn(&faster), office.today().to_string());
        for (by, wanted) in [("on", &faster), ("", &drawn)] {
            let fields = [
                ("file", "licence.bpmn"),
                ("content", &*drawn),
                ("drawn", by),
                ("name", "许可"),
                ("valid_from", &today),
                ("reason", "faster"),
            ];
            let got = door.post(&steward, &format!("/models/{base}/change"), &fields).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
            let kept = door.get(&steward, &format!("{}/files/0", got.location)).await;
            assert!(kept.text == *wanted, "{}, drawn: {by}: {}", office.name, kept.text);
        }
        // What does not read is refused as before, whoever wrote it.
        let fields = [
            ("file", "licence.bpmn"),
            ("content", "<a>"),
            ("drawn", "on"),
            ("name", "x"),
            ("valid_from", &today),
            ("reason", "x"),
        ];
        let got = door.post(&steward, &format!("/models/{base}/change"), &fields).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        office.store.close().await;
    }
}
