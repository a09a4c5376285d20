//! A model tried before it is deployed: by forms alone, recorded nowhere, within bounds.

use std::sync::Arc;

use axum::http::StatusCode;
use casework::library::{Library, Readied};
use casework::modeller::Proposal;
use casework::trial::{MOST_STEPS, Refusal, read, replay};
use flow::script::Written;
use kernel::MatterId;
use kernel::calendar::WorkingCalendar;
use testkit::office::node;

use crate::http::door_of;
use crate::support::{Office, both, hand, licence};

async fn proposed(office: &Office) -> MatterId {
    let proposal = Proposal {
        name: "行政许可".to_owned(),
        files: licence(),
        valid_from: office.today(),
        reason: "试行".to_owned(),
        based_on: None,
    };
    office.modeller.propose(hand("steward"), proposal).await.unwrap()
}

/// What the page carries along.
fn script(text: &str) -> String {
    let carried = text.split("name=\"script\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    carried
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#60;", "<")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposed_model_is_walked_through_and_nothing_is_recorded() {
    for office in both().await {
        let model = proposed(&office).await;
        let door = door_of(&office).await;
        let steward = door.enter("steward").await;
        let path = format!("/models/{model}/try");
        let before = office.store.log_size(node().number()).await.unwrap();
        let first = door.get(&steward, &path).await;
        assert!(first.status == StatusCode::OK && first.text.contains("Floor area"), "{}", first.text);
        let wrong = [("act", "start"), ("process", "licence"), ("f0-file", "1"), ("f0-area", "many")];
        let got = door.post(&steward, &path, &wrong).await;
        assert!(got.status == StatusCode::UNPROCESSABLE_ENTITY && got.text.contains("Write a number"), "{}", got.text);
        let right = [("act", "start"), ("process", "licence"), ("f0-file", "1"), ("f0-area", "250")];
        let begun = door.post(&steward, &path, &right).await;
        assert!(begun.status == StatusCode::OK && begun.text.contains("is-here"), "{}", begun.text);
        let step = async |script: &str, fields: &[(&str, &str)]| {
            let all: Vec<(&str, &str)> = [("script", script)].into_iter().chain(fields.iter().copied()).collect();
            door.post(&steward, &path, &all).await
        };
        let accept = [
            ("act", "complete"),
            ("element", "accept"),
            ("place", "1"),
            ("by-1", "A"),
            ("f1-complete", "on"),
            ("f1-opinion", "ok"),
        ];
        let accepted = step(&script(&begun.text), &accept).await;
        assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text);
        assert!(accepted.text.contains("hit rule 2 of"), "the decision says which rule: {}", accepted.text);
        let carried = script(&accepted.text);
        // Four eyes hold here as well: the same made-up officer may not check.
        let check = |by: &'static str| {
            [
                ("act", "complete"),
                ("element", "check"),
                ("place", "1"),
                ("by-1", by),
                ("f1-agreed", "on"),
                ("f1-grounds", "fine"),
            ]
        };
        let same = step(&carried, &check("A")).await;
        assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", same.text);
        assert_eq!(script(&same.text), carried, "a refused step is none");
        let late = step(&carried, &[("act", "advance"), ("days", "5"), ("kind", "calendar")]).await;
        assert!(late.status == StatusCode::OK && late.text.contains("Past the promised limit"), "{}", late.text);
        let undone = step(&script(&late.text), &[("act", "undo")]).await;
        assert_eq!(script(&undone.text), carried, "{}", office.name);
        let next = step(&carried, &[("act", "next")]).await;
        assert_eq!(next.status, StatusCode::OK);
        let returned = step(
            &carried,
            &[("act", "return"), ("element", "check"), ("place", "1"), ("by-1", "B"), ("to-1", "accept")],
        )
        .await;
        assert!(returned.status == StatusCode::OK && returned.text.contains("Sent back"), "{}", returned.text);
        let checked = step(&carried, &check("B")).await;
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.text);
        let file = step(&script(&checked.text), &[("act", "download")]).await;
        let written = Written::read(&file.text).unwrap();
        assert_eq!((written.process.as_deref(), written.steps.len()), (Some("licence"), 2));
        let again = [("act", "start"), ("process", "licence"), ("from-script", file.text.as_str())];
        assert_eq!(
            script(&door.post(&steward, &path, &again).await.text),
            script(&checked.text),
            "it goes on from the file"
        );
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        for table in ["flow_case", "flow_task", "flow_run"] {
            assert_eq!(office.rows(table).await, 0, "{}: {table}", office.name);
        }
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_is_tried_before_it_is_proposed() {
    for office in both().await {
        let model = office.deploy("行政许可", licence()).await;
        let door = door_of(&office).await;
        let (steward, approver) = (door.enter("steward").await, door.enter("approver").await);
        let path = format!("/models/{model}/try");
        let edit = door.get(&steward, &format!("/models/{model}/edit")).await;
        assert!(edit.text.contains(&format!("formaction=\"{path}\"")), "the editor leads here");
        assert!(door.get(&approver, &format!("/models/{model}")).await.text.contains(&path), "and so does the model");
        let text = String::from_utf8(licence()[0].1.clone()).unwrap();
        let changed = text.replace("复核\"", "再看一遍\"");
        let begin = [
            ("act", "start"),
            ("process", "licence"),
            ("file", "licence.bpmn"),
            ("content", &changed),
            ("f0-file", "1"),
            ("f0-area", "9"),
        ];
        let got = door.post(&approver, &path, &begin).await;
        assert!(
            got.status == StatusCode::OK && got.text.contains("再看一遍") && got.text.contains("name=\"content\""),
            "{}",
            got.text
        );
        let broken = text.replace("</process>", "");
        let got = door.post(&steward, &path, &[("file", "licence.bpmn"), ("content", &broken)]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        let long = "x".repeat((512 << 10) + 1);
        let got = door.post(&steward, &path, &[("file", "licence.bpmn"), ("content", &long)]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", got.text);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_and_bad_input_costs_itself_only() {
    for office in both().await {
        let model = proposed(&office).await;
        let door = door_of(&office).await;
        let (steward, clara) = (door.enter("steward").await, door.enter("clara").await);
        let path = format!("/models/{model}/try");
        assert_eq!(door.get(&clara, &path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(door.post(&clara, &path, &[("act", "anew")]).await.status, StatusCode::FORBIDDEN);
        let begun =
            r#"{"process":"licence","now":"2026-11-16T01:00:00Z","variables":{"file":"1","area":9},"steps":[]}"#;
        let long = format!("{{\"steps\":[{}]}}", vec!["{\"advance\":\"P1D\"}"; MOST_STEPS + 1].join(","));
        let large = format!("{{\"process\":\"{}\"}}", "x".repeat(70_000));
        let unknown = r#"{"process":"nothing","steps":[]}"#;
        let stuck = r#"{"process":"licence","steps":[{"complete":"nowhere"}]}"#;
        for (script, act, fields, status) in [
            ("{", "undo", &[][..], StatusCode::UNPROCESSABLE_ENTITY),
            ("", "undo", &[], StatusCode::UNPROCESSABLE_ENTITY),
            (&long, "undo", &[], StatusCode::UNPROCESSABLE_ENTITY),
            (&large, "undo", &[], StatusCode::UNPROCESSABLE_ENTITY),
            (unknown, "next", &[], StatusCode::UNPROCESSABLE_ENTITY),
            (stuck, "next", &[], StatusCode::UNPROCESSABLE_ENTITY),
            (begun, "dance", &[], StatusCode::BAD_REQUEST),
            (begun, "job", &[("element", "urge"), ("place", "1"), ("answer-1", "sing")], StatusCode::BAD_REQUEST),
            (
                begun,
                "job",
                &[("element", "urge"), ("place", "1"), ("answer-1", "done")],
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            (begun, "message", &[("name", "materials"), ("values-0", "[1]")], StatusCode::UNPROCESSABLE_ENTITY),
            (begun, "message", &[("name", "materials"), ("key", "{")], StatusCode::BAD_REQUEST),
            (begun, "advance", &[("days", "99999999999")], StatusCode::UNPROCESSABLE_ENTITY),
            (begun, "advance", &[("days", "3000"), ("kind", "working")], StatusCode::UNPROCESSABLE_ENTITY),
            (begun, "complete", &[("element", "accept"), ("place", "1")], StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let all: Vec<(&str, &str)> =
                [("script", script), ("act", act)].into_iter().chain(fields.iter().copied()).collect();
            let got = door.post(&steward, &path, &all).await;
            assert_eq!(got.status, status, "{} {act} {fields:?}: {}", office.name, got.text);
        }
        office.store.close().await;
    }
}

const FOREVER: &str = r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qy="urn:qingyuan:bpmn:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:t">
  <process id="p" isExecutable="true">
    <startEvent id="s"><outgoing>a</outgoing></startEvent>
    <userTask id="u" qy:candidates="organ-handler"><incoming>a</incoming><outgoing>b</outgoing></userTask>
    <boundaryEvent id="t" attachedToRef="u" cancelActivity="false"><outgoing>c</outgoing>
      <timerEventDefinition id="td"><timeCycle xsi:type="tFormalExpression">R/PT1S</timeCycle></timerEventDefinition></boundaryEvent>
    <endEvent id="e"><incoming>b</incoming></endEvent><endEvent id="f"><incoming>c</incoming></endEvent>
    <sequenceFlow id="a" sourceRef="s" targetRef="u"/><sequenceFlow id="b" sourceRef="u" targetRef="e"/>
    <sequenceFlow id="c" sourceRef="t" targetRef="f"/>
  </process></definitions>"#;

#[tokio::test]
async fn a_timer_that_fires_each_second_for_ten_years_stops_the_trial_and_nothing_else() {
    let readied = Readied::of(&[("a.bpmn".to_owned(), FOREVER.as_bytes().to_vec())]);
    assert!(readied.findings.iter().all(|found| !found.is_error), "{:?}", readied.findings);
    let definitions = flow::Definitions { graphs: readied.graphs, decisions: Arc::new(flow::step::NoDecisions) };
    let written = read(r#"{"process":"p","steps":[{"advance":"P3650D"}]}"#).unwrap();
    let began = std::time::Instant::now();
    let refused = replay(&written, definitions, Arc::new(WorkingCalendar::default())).unwrap_err();
    assert_eq!(refused, (Refusal::Exhausted, Some(0)));
    println!("stopped after {} ms", began.elapsed().as_millis());
}

/// A trial asks what is not yet in force as if it were: its own decision, not an older one.
#[tokio::test(flavor = "multi_thread")]
async fn a_trial_finds_its_own_decisions_first() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let mut files = licence();
        for (name, bytes) in &mut files {
            let mut text = String::from_utf8(bytes.clone()).unwrap();
            text = text
                .replace("<text>200</text>", "<text>777</text>")
                .replace("qy:binding=\"deployment\"", "qy:binding=\"latest\"");
            if name.ends_with(".dmn") || name.ends_with(".bpmn") {
                *bytes = text.into_bytes();
            }
        }
        let readied = Readied::of(&files);
        let own =
            Arc::new(casework::library::Deployed { id: MatterId::new(9), valid_from: office.today(), files, readied });
        let library = Library::new(office.store.clone(), node().number());
        let definitions = library.trial(own, office.today()).await.unwrap();
        let script = r#"{"process":"licence","now":"2026-11-16T01:00:00Z","variables":{"file":"1","area":250},
            "steps":[{"complete":"accept","by":"A","outputs":{"complete":true}}]}"#;
        let calendar = WorkingCalendar::from_packs(&kernel::packs::Packs::embedded()).unwrap();
        let standing = replay(&read(script).unwrap(), definitions, Arc::new(calendar)).unwrap();
        let state = &standing.instances[0].state;
        assert_eq!(state.scopes[&state.root().unwrap()].variables["fee"], dmn::Value::whole(777), "{}", office.name);
        office.store.close().await;
    }
}

/// A change that is tried and not proposed is there again when somebody goes back, for who typed it and for nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_tried_is_not_lost() {
    for office in both().await {
        let model = proposed(&office).await;
        let door = door_of(&office).await;
        let (steward, approver) = (door.enter("steward").await, door.enter("approver").await);
        let xml = String::from_utf8(licence().remove(0).1).unwrap();
        let changed = xml.replace(r#"promised="3""#, r#"promised="4""#);
        assert_ne!(xml, changed);
        let (edit, attempt) = (format!("/models/{model}/edit?file=0"), format!("/models/{model}/try"));
        let fields = |content: &'static str, text: &str| {
            vec![
                ("file", "licence.bpmn".to_owned()),
                ("content", if content.is_empty() { text.to_owned() } else { content.to_owned() }),
                ("name", "许可".to_owned()),
                ("valid_from", office.today().to_string()),
                ("reason", "typed <before>".to_owned()),
            ]
        };
        let sent = async |cookie: &str, path: &str, fields: Vec<(&'static str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            door.post(cookie, path, &fields).await
        };
        let shows = async |cookie: &str| {
            let page = door.get(cookie, &edit).await.text;
            (
                page.contains("promised=&#34;4&#34;"),
                page.contains("typed &#60;before&#62;"),
                page.contains("as you tried it"),
            )
        };
        let same = sent(&steward, &attempt, fields("", &xml)).await;
        assert_eq!(same.status, StatusCode::OK, "{}: {}", office.name, same.text);
        assert_eq!(shows(&steward).await, (false, false, false), "{}: nothing was changed", office.name);
        let before = office.store.log_size(node().number()).await.unwrap();
        let tried = sent(&steward, &attempt, fields("", &changed)).await;
        assert!(tried.text.contains("Go on changing it") && tried.text.contains("edit?file=0"), "{}", tried.text);
        assert_eq!(shows(&steward).await, (true, true, true), "{}", office.name);
        assert_eq!(sent(&approver, &attempt, fields("", &changed)).await.status, StatusCode::OK);
        assert_eq!(office.rows("draft").await, 1, "{}: who may not propose keeps nothing", office.name);
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}: no act", office.name);
        let change = format!("/models/{model}/change");
        let drop = [fields("", &changed), vec![("act", "undraft".to_owned())]].concat();
        let dropped = sent(&steward, &change, drop).await;
        assert!(dropped.status == StatusCode::SEE_OTHER && dropped.location == edit, "{}", dropped.text);
        assert_eq!(shows(&steward).await, (false, false, false), "{}", office.name);
        sent(&steward, &attempt, fields("", &changed)).await;
        let broken = sent(&steward, &change, fields("<broken", "")).await;
        assert_eq!(
            (broken.status, office.rows("draft").await),
            (StatusCode::UNPROCESSABLE_ENTITY, 1),
            "{}",
            office.name
        );
        assert_eq!(sent(&steward, &change, fields("", &changed)).await.status, StatusCode::SEE_OTHER);
        assert_eq!(office.rows("draft").await, 0, "{}: what is proposed is no draft", office.name);
        office.store.close().await;
    }
}
