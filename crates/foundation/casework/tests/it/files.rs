//! Attachments and drafts over HTTP: what is taken and what is not, who sees it, and what becomes of it.

use axum::http::{StatusCode, header};
use kernel::{Eyes, MatterId};
use testkit::door::Got;
use testkit::office::node;

use crate::http::{door_of, task_of};
use crate::support::{Office, both};

struct Test;
impl Eyes for Test {}

const DAY_MS: i64 = 24 * 3_600_000;
const PDF: &[u8] = b"%PDF-1.7\n\x00\x01\xff of somebody";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n picture";

/// A process of one task whose form asks for a plan, and a sentence.
async fn deployed(office: &Office) {
    let form = r#"{"type":"object","title":"材料","properties":{
      "plan":{"type":"array","x-file":true,"title":"平面图","x-title-en":"Plan","x-types":["pdf","png"],"maxItems":2,"x-max-bytes":100},
      "said":{"type":"string","title":"说明","x-title-en":"Said"}},"required":["plan","said"]}"#;
    let bpmn = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">
 <process id="p" isExecutable="true" qy:form="open"><startEvent id="s"><outgoing>f1</outgoing></startEvent>
  <userTask id="t" name="Hand in" qy:candidates="organ-handler" qy:form="plan"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
  <endEvent id="e"><incoming>f2</incoming></endEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process></definitions>"#;
    let open = r#"{"type":"object","properties":{"letter":{"type":"array","x-file":true,"x-title-en":"Letter"}}}"#;
    let file = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    office.deploy("材料", vec![file("p.bpmn", bpmn), file("plan.json", form), file("open.json", open)]).await;
}

async fn at_its_task(office: &Office) -> (MatterId, String) {
    deployed(office).await;
    let id = office.open("p", &[]).await;
    (id, format!("/cases/{id}/tasks/{}", task_of(office, id).await))
}

/// Blobs that lie in the folder.
fn blobs(office: &Office, names: &[String]) -> usize {
    names.iter().filter(|name| office.store.blobs().has(name.parse().unwrap())).count()
}

/// The blobs that a page offers to leave out.
fn attached(page: &str) -> Vec<String> {
    page.split("name=\"leave-").skip(1).map(|rest| rest[..64].to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attached_is_on_record_and_comes_back_byte_for_byte() {
    for office in both().await {
        let (id, task) = at_its_task(&office).await;
        let door = door_of(&office).await;
        let (clara, steward) = (door.enter("clara").await, door.enter("steward").await);
        let files = [("f-plan", "..\\平面图.pdf", PDF), ("f-plan", "b.png", PNG)];
        let got = door.upload(&clara, &format!("{task}/files"), &[("act", "complete"), ("f-said", "ok")], &files).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}: {}", office.name, got.text);
        let case = office.case(id).await;
        assert_eq!(case.files.len(), 2, "{}", office.name);
        let page = door.get(&clara, &format!("/cases/{id}")).await.text;
        assert!(page.contains("平面图.pdf") && page.contains("b.png") && !page.contains(".."), "{page}");
        for ((_, file), (_, _, content)) in case.files.iter().zip(files) {
            let about = file.file.show(&Test).unwrap();
            assert_eq!((about.size, file.field.as_str()), (content.len() as u64, "plan"));
            let path = format!("/cases/{id}/files/{}", file.blob);
            let Got { status, headers, bytes: got, .. } = door.get(&clara, &path).await;
            assert_eq!((status, got.as_slice()), (StatusCode::OK, content), "{}", office.name);
            let said = |name: header::HeaderName| headers[name].to_str().unwrap().to_owned();
            assert!(said(header::CONTENT_DISPOSITION).starts_with("attachment; "));
            assert_eq!(said(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(said(header::CACHE_CONTROL), "no-store");
            assert_eq!(said(header::CONTENT_TYPE), about.kind.media(), "what it is, not what the browser called it");
            assert_eq!(door.get(&steward, &path).await.status, StatusCode::FORBIDDEN, "{}", office.name);
            assert_eq!(door.get("", &path).await.status, StatusCode::SEE_OTHER, "{}", office.name);
            let lies = office.store.blobs().get(file.blob.parse().unwrap()).unwrap();
            assert!(!lies.windows(8).any(|part| content.windows(8).any(|own| own == part)), "it lies sealed");
        }
        for blob in ["0".repeat(64), "nonsense".to_owned(), case.files[0].1.blob.to_uppercase()] {
            let status = door.get(&clara, &format!("/cases/{id}/files/{blob}")).await.status;
            assert_eq!(status, StatusCode::NOT_FOUND, "{blob}");
        }
        let other = office.open("p", &[]).await;
        let elsewhere = format!("/cases/{other}/files/{}", case.files[0].1.blob);
        assert_eq!(door.get(&clara, &elsewhere).await.status, StatusCode::NOT_FOUND, "of this case only");
        let api: serde_json::Value =
            serde_json::from_str(&door.get(&clara, &format!("/api/cases/{id}")).await.text).unwrap();
        assert_eq!(api["files"][0]["name"], "平面图.pdf");
        assert!(api["files"][0].get("key").is_none());
        let projector = casework::projector();
        let rebuilt = office.store.rebuild(node().number(), &[&projector], false, |_| {}).await.unwrap();
        assert!(rebuilt.differences.iter().all(|it| !it.table.starts_with("flow_")), "{:?}", rebuilt.differences);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_too_many_empty_or_something_else_is_not_attached_and_the_rest_is_kept() {
    for office in both().await {
        let (id, task) = at_its_task(&office).await;
        let door = door_of(&office).await;
        let clara = door.enter("clara").await;
        let files_path = format!("{task}/files");
        let done = [("act", "complete"), ("f-said", "a sentence to be kept")];
        let large = [PDF, &[b' '; 100]].concat();
        for (name, files, said) in [
            ("none", vec![], "Fill this in."),
            ("empty", vec![("f-plan", "a.pdf", &b""[..])], "nothing in it"),
            ("too large", vec![("f-plan", "a.pdf", large.as_slice())], "larger than 100"),
            ("called so only", vec![("f-plan", "a.pdf", &b"<!doctype html><script>"[..])], "no kind that is taken"),
            ("a program", vec![("f-plan", "a.pdf", &b"MZ\x90\x00"[..])], "no kind that is taken"),
        ] {
            let got = door.upload(&clara, &files_path, &done, &files).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {name}: {}", office.name, got.text);
            assert!(got.text.contains(said) && got.text.contains("a sentence to be kept"), "{name}: {}", got.text);
            assert!(got.text.contains("role=\"alert\"") || got.text.contains("href=\"#f-f-plan\""), "{name}");
        }
        let three = [("f-plan", "1.pdf", PDF), ("f-plan", "2.pdf", PDF), ("f-plan", "3.pdf", PDF)];
        let got = door.upload(&clara, &files_path, &done, &three).await;
        assert!(got.text.contains("2 at most"), "{}", got.text);
        let kept = attached(&got.text);
        assert_eq!((kept.len(), blobs(&office, &kept)), (2, 2), "{}: those that fit stay", office.name);
        assert_eq!(office.case(id).await.version, 1, "{}: nothing is recorded", office.name);
        // One is left out again; the other is there already, so nothing needs to be sent twice.
        let leave = format!("leave-{}", kept[0]);
        let left = [("act", "complete"), ("f-said", "ok"), (leave.as_str(), "on")];
        let got = door.upload(&clara, &files_path, &left, &[]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let case = office.case(id).await;
        let names: Vec<&str> = case.files.iter().map(|(_, file)| file.blob.as_str()).collect();
        assert_eq!(names, [kept[1].as_str()], "{}", office.name);
        let unknown = [("f-other", "1.pdf", PDF)];
        let second = office.open("p", &[]).await;
        let task = format!("/cases/{second}/tasks/{}/files", task_of(&office, second).await);
        assert_eq!(door.upload(&clara, &task, &done, &unknown).await.status, StatusCode::BAD_REQUEST);
        let head = door.enter("head").await;
        let mine = [("f-plan", "1.pdf", PDF)];
        let got = door.upload(&head, &task, &done, &mine).await;
        assert_ne!(got.status, StatusCode::SEE_OTHER, "{}: of another post", office.name);
        assert_eq!(office.case(second).await.version, 1);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_its_officers_alone_and_goes_when_it_is_sent() {
    for office in both().await {
        let (id, task) = at_its_task(&office).await;
        let door = door_of(&office).await;
        let (clara, carl) = (door.enter("clara").await, door.enter("carl").await);
        let said = "half a sentence";
        let got = door
            .upload(
                &clara,
                &format!("{task}/files"),
                &[("act", "draft"), ("f-said", said)],
                &[("f-plan", "a.pdf", PDF)],
            )
            .await;
        assert_eq!((got.status, got.location), (StatusCode::SEE_OTHER, task.clone()), "{}", office.name);
        let page = door.get(&clara, &task).await.text;
        assert!(page.contains(said) && page.contains("a.pdf") && page.contains("This is your draft"), "{page}");
        let other = door.get(&carl, &task).await;
        assert!(other.status == StatusCode::OK && !other.text.contains(said) && !other.text.contains("a.pdf"));
        // A script keeps what is typed, and no file is lost by it.
        let quiet = [("act", "draft"), ("quiet", "on"), ("f-said", "a whole sentence")];
        assert_eq!(door.post(&clara, &task, &quiet).await.status, StatusCode::NO_CONTENT);
        let page = door.get(&clara, &task).await.text;
        assert!(page.contains("a whole sentence") && page.contains("a.pdf"), "{}", office.name);
        let rows = office.store.read("select form, content from draft", &[]).await.unwrap();
        assert_eq!(rows.len(), 1);
        let content = rows[0].text(1).unwrap();
        assert!(!content.contains("sentence") && !content.contains("a.pdf"), "it lies sealed: {content}");
        assert_eq!(office.case(id).await.version, 1, "{}: no act", office.name);
        let got = door.post(&clara, &task, &[("act", "complete"), ("f-said", "done")]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        assert_eq!(office.case(id).await.files.len(), 1, "{}", office.name);
        assert!(office.store.read("select 1 from draft", &[]).await.unwrap().is_empty(), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_serves_nobody_any_more_is_swept_away_with_its_files() {
    for office in both().await {
        let (id, task) = at_its_task(&office).await;
        let door = door_of(&office).await;
        let (clara, carl) = (door.enter("clara").await, door.enter("carl").await);
        let kept = [("act", "draft"), ("f-said", "x")];
        let file = [("f-plan", "a.pdf", PDF)];
        let sweep = async || {
            let now = kernel::Clock::now(&office.clock);
            casework::draft::sweep(&office.store, node(), now).await.unwrap()
        };
        door.upload(&clara, &format!("{task}/files"), &kept, &file).await;
        let of_clara = attached(&door.get(&clara, &task).await.text);
        assert_eq!((sweep().await, blobs(&office, &of_clara)), (0, 1), "{}: it may be sent yet", office.name);
        // Somebody else takes the task and does it.
        let got = door.upload(&carl, &format!("{task}/files"), &[("act", "claim"), ("f-said", "")], &[]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        assert_eq!((sweep().await, blobs(&office, &of_clara)), (1, 0), "{}: it is carl's now", office.name);
        door.upload(&carl, &format!("{task}/files"), &kept, &file).await;
        let of_carl = attached(&door.get(&carl, &task).await.text);
        let dropped = door.post(&carl, &task, &[("act", "undraft")]).await;
        assert_eq!((dropped.status, blobs(&office, &of_carl)), (StatusCode::SEE_OTHER, 0), "{}", office.name);
        door.upload(&carl, &format!("{task}/files"), &kept, &file).await;
        let got = door.upload(&carl, &format!("{task}/files"), &[("act", "complete"), ("f-said", "x")], &[]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        sweep().await;
        let recorded = office.case(id).await.files[0].1.blob.clone();
        assert_eq!(blobs(&office, &[recorded]), 1, "{}: what is recorded stays", office.name);
        // An opening form, and nobody comes back.
        let typed = [("act", "draft"), ("process", "p"), ("title", "something begun")];
        let got = door.upload(&carl, "/cases/files", &typed, &[("f-letter", "a.pdf", PDF)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let page = door.get(&carl, &got.location).await.text;
        assert!(page.contains("something begun") && page.contains("a.pdf"), "{page}");
        let letter = attached(&page);
        office.clock.advance_ms(13 * DAY_MS);
        assert_eq!(sweep().await, 0, "{}", office.name);
        office.clock.advance_ms(2 * DAY_MS);
        let carl = door.enter("carl").await;
        assert!(!door.get(&carl, &got.location).await.text.contains("something begun"), "{}: too old", office.name);
        assert_eq!((sweep().await, blobs(&office, &letter)), (1, 0), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_opened_once_with_what_was_attached_to_its_form() {
    for office in both().await {
        deployed(&office).await;
        let door = door_of(&office).await;
        let clara = door.enter("clara").await;
        let page = door.get(&clara, "/cases/new?process=p").await.text;
        let name = page.split("name=\"name\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let typed = [("process", "p"), ("title", "一件"), ("name", name.as_str())];
        let letter = [("f-letter", "a.png", PNG)];
        let wrong = [("process", "p"), ("title", ""), ("name", name.as_str())];
        let got = door.upload(&clara, "/cases/files", &wrong, &letter).await;
        assert!(got.status == StatusCode::UNPROCESSABLE_ENTITY && got.text.contains("a.png"), "{}", got.text);
        let first = door.upload(&clara, "/cases/files", &typed, &[]).await;
        let again = door.upload(&clara, "/cases/files", &typed, &[]).await;
        assert_eq!((first.status, &first.location), (StatusCode::SEE_OTHER, &again.location), "{}", office.name);
        let id: MatterId = first.location.rsplit('/').next().unwrap().parse().unwrap();
        let case = office.case(id).await;
        let blobs: Vec<String> = case.files.iter().map(|(_, file)| file.blob.clone()).collect();
        assert_eq!(blobs.len(), 1, "{}", office.name);
        let root = case.state.root().unwrap();
        let value = dmn::Value::List(vec![dmn::Value::text(blobs[0].as_str())]);
        assert_eq!(case.state.visible(root)["letter"], value, "the process sees which");
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_that_is_erased_is_gone_and_the_case_stands() {
    for office in both().await {
        let (id, task) = at_its_task(&office).await;
        let door = door_of(&office).await;
        let clara = door.enter("clara").await;
        let files = [("f-plan", "a-name.pdf", PDF)];
        let got = door.upload(&clara, &format!("{task}/files"), &[("act", "complete"), ("f-said", "ok")], &files).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let blob = office.case(id).await.files[0].1.blob.clone();
        let acts = office.store.acts_of(node().number(), id.value()).await.unwrap();
        let filed = acts.iter().find(|act| act.act.kind == "case.filed@1.0").unwrap();
        let projector = casework::projector();
        let may_go = store::Projector::erasable(&projector, &filed.act.kind);
        let fields: Vec<String> = may_go.iter().map(|field| (*field).to_owned()).collect();
        let tombstone = store::Tombstone {
            erasure: MatterId::new(9),
            idx: filed.idx.cast_signed(),
            of: filed.act.kind.clone(),
            fields: fields.clone(),
            reason: "by law".to_owned(),
            told: Vec::new(),
        };
        #[derive(serde::Serialize)]
        #[serde(tag = "event", rename_all = "snake_case")]
        enum Buried {
            Erased(store::Tombstone),
        }
        let version = office.case(id).await.version + 1;
        let change = office.store.erasing(filed, &fields).await.unwrap();
        let blank = store::Projector::blank(&projector, node().number(), (id.value(), version), &tombstone);
        let (hand, post) = crate::support::hand("head");
        let clock: &dyn kernel::Clock = &office.clock;
        let event = Buried::Erased(tombstone);
        let draft = directory::draft((node(), clock), (hand, post), (id.value(), version), store::TOMBSTONE, &event);
        office.store.record(draft.unwrap(), [vec![change], blank].concat()).await.unwrap();
        let page = door.get(&clara, &format!("/cases/{id}")).await;
        assert!(page.status == StatusCode::OK && !page.text.contains("a-name.pdf"), "{}", page.text);
        let status = door.get(&clara, &format!("/cases/{id}/files/{blob}")).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "{}: nothing opens the blob any more", office.name);
        let case = office.case(id).await;
        assert!(case.files[0].1.file.show(&Test).is_none() && case.version == version, "{}", office.name);
        let rebuilt = office.store.rebuild(node().number(), &[&projector], false, |_| {}).await.unwrap();
        assert!(rebuilt.differences.iter().all(|it| !it.table.starts_with("flow_")), "{:?}", rebuilt.differences);
        office.store.close().await;
    }
}
