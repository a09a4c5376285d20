//! What follows from events: timers, services, messages, signals, called cases.

use casework::message::{MessageEvent, receive};
use dmn::Value;
use flow::state::{Ending, Status};
use testkit::office::node;

use crate::support::{Office, both, hand, licence};

const DAY_MS: i64 = 24 * 3_600_000;

/// An element of a chain: id, tag, attributes, content.
pub type Part<'p> = (&'p str, &'p str, &'p str, &'p str);

/// A model of processes, each a chain of elements.
pub fn chains(before: &str, processes: &[(&str, &[Part<'_>])]) -> String {
    let process = |(id, elements): &(&str, &[Part<'_>])| {
        let each = elements.iter().enumerate().map(|(at, (own, tag, attributes, content))| {
            let incoming = if at > 0 { format!("<incoming>{id}-{at}</incoming>") } else { String::new() };
            let next = at + 1;
            let last = next == elements.len();
            let outgoing = if last { String::new() } else { format!("<outgoing>{id}-{next}</outgoing>") };
            let flow = match elements.get(next) {
                Some((target, ..)) => {
                    format!(r#"<sequenceFlow id="{id}-{next}" sourceRef="{own}" targetRef="{target}"/>"#)
                }
                None => String::new(),
            };
            format!(r#"<{tag} id="{own}" {attributes}>{incoming}{outgoing}{content}</{tag}>{flow}"#)
        });
        format!(r#"<process id="{id}" isExecutable="true">{}</process>"#, each.collect::<String>())
    };
    let content = processes.iter().map(process).collect::<String>();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">{before}{content}</definitions>"#
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_fires_once_when_it_is_due_and_a_service_does_its_job() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = office.open("licence", &[("file", Value::text("1")), ("area", Value::whole(1))]).await;
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(true))]).await;
        office.settle().await;
        assert_eq!(office.timers().await, 1, "{}", office.name);
        office.clock.advance_ms(3 * DAY_MS - 1);
        office.settle().await;
        assert_eq!(office.timers().await, 1, "{}: a moment before", office.name);
        office.clock.advance_ms(1);
        office.settle().await;
        let did: Vec<String> = acts(&office, id).await;
        assert_eq!(did, ["opened", "claim", "complete", "timer", "job_done"], "{}", office.name);
        office.clock.advance_ms(30 * DAY_MS);
        office.settle().await;
        assert_eq!(acts(&office, id).await.len(), 5, "{}: once", office.name);
        assert_eq!(office.case(id).await.state.status, Status::Active);
        office.store.close().await;
    }
}

pub async fn acts(office: &Office, id: kernel::MatterId) -> Vec<String> {
    let acts = office.store.acts_of(node().number(), id.value()).await.unwrap();
    let word = |event: casework::case::CaseEvent| match event {
        casework::case::CaseEvent::Opened { .. } => "opened".to_owned(),
        casework::case::CaseEvent::Stepped { did, .. } => did,
        other => other.kind().to_owned(),
    };
    // What a clock said by the way is a test of its own.
    acts.iter().map(|act| word(act.event().unwrap())).filter(|did| did != "rung").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_from_outside_finds_its_case_by_its_key_once() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let mut ids = Vec::new();
        for file in ["a", "b"] {
            let id = office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(1))]).await;
            office.complete("clara", id, "accept", &[("complete", Value::Boolean(false))]).await;
            ids.push(id);
        }
        let event = MessageEvent::Received {
            name: "materials".to_owned(),
            key: Some(Value::text("b").to_json().unwrap()),
            content: "{}".to_owned(),
            until: 0,
        };
        for _ in 0..2 {
            receive(&office.desk, hand("clara"), &event, Some("post-1")).await.unwrap();
            office.settle().await;
        }
        assert_eq!(acts(&office, ids[0]).await, ["opened", "claim", "complete"], "{}", office.name);
        assert_eq!(acts(&office, ids[1]).await, ["opened", "claim", "complete", "message"], "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_kept_for_who_comes_later_and_taken_once() {
    for office in both().await {
        let key = "messageRef=\"m\" qy:key='\"k\"'";
        let sends = format!("{key} qy:keep=\"P1D\"");
        let xml = chains(
            r#"<message id="m" name="m"/>"#,
            &[
                ("sends", &[("s", "startEvent", "", ""), ("t", "sendTask", &sends, ""), ("e", "endEvent", "", "")]),
                ("waits", &[("s2", "startEvent", "", ""), ("r", "receiveTask", key, ""), ("e2", "endEvent", "", "")]),
            ],
        );
        office.deploy_bpmn(&xml).await;
        office.open("sends", &[]).await;
        office.settle().await;
        let (first, second) = (office.open("waits", &[]).await, office.open("waits", &[]).await);
        office.settle().await;
        let ended = async |id| office.case(id).await.state.status != Status::Active;
        assert_eq!(
            (ended(first).await, ended(second).await),
            (true, false),
            "{}: the one that came first",
            office.name
        );
        office.open("sends", &[]).await;
        office.settle().await;
        assert_eq!(office.case(second).await.state.status, Status::Ended(Ending::Completed), "{}", office.name);
        office.open("sends", &[]).await;
        office.settle().await;
        office.clock.advance_ms(DAY_MS);
        let late = office.open("waits", &[]).await;
        office.settle().await;
        assert_eq!(office.case(late).await.state.status, Status::Active, "{}: it has expired", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_called_case_gives_back_what_it_came_to_and_a_signal_reaches_whoever_waits() {
    for office in both().await {
        let caught = r#"<signalEventDefinition id="d" signalRef="g"/>"#;
        let thrown = r#"<signalEventDefinition id="d2" signalRef="g"/>"#;
        let script = (r#"scriptFormat="text/feel" qy:result="answer""#, "<script>6 * 7</script>");
        let xml = chains(
            r#"<signal id="g" name="go"/>"#,
            &[
                (
                    "outer",
                    &[
                        ("s", "startEvent", "", ""),
                        ("c", "callActivity", r#"calledElement="inner""#, ""),
                        ("e", "endEvent", "", ""),
                    ],
                ),
                (
                    "inner",
                    &[
                        ("s2", "startEvent", "", ""),
                        ("w", "intermediateCatchEvent", "", caught),
                        ("x", "scriptTask", script.0, script.1),
                        ("e2", "endEvent", "", ""),
                    ],
                ),
                ("gives", &[("s3", "startEvent", "", ""), ("e3", "endEvent", "", thrown)]),
            ],
        );
        office.deploy_bpmn(&xml).await;
        let outer = office.open("outer", &[]).await;
        office.settle().await;
        assert_eq!(office.rows("flow_case").await, 2, "{}", office.name);
        office.open("gives", &[]).await;
        office.settle().await;
        let case = office.case(outer).await;
        assert_eq!(case.state.status, Status::Ended(Ending::Completed), "{}", office.name);
        let acts = office.store.acts_of(node().number(), outer.value()).await.unwrap();
        assert!(acts.iter().any(|act| format!("{:?}", act.act.body).contains("answer")), "{}", office.name);
        let cancelled = office.open("outer", &[]).await;
        office.settle().await;
        let cancel = casework::desk::Wish::from(flow::Command::Cancel);
        office.desk.act(crate::support::by("head"), cancelled, &[cancel]).await.unwrap();
        office.settle().await;
        let sql = "select status from flow_case where node = $1 and caller = $2";
        let rows = office.store.read(sql, &[node().number().into(), cancelled.value().into()]).await.unwrap();
        assert_eq!(rows[0].text(0).unwrap(), "cancelled", "{}: what was called ends with its caller", office.name);
        office.store.close().await;
    }
}

/// Two messages of one step that begin the same process begin two cases, and nothing stops.
#[tokio::test(flavor = "multi_thread")]
async fn each_message_of_a_step_begins_its_own_case() {
    for office in both().await {
        let begins = r#"<messageEventDefinition id="d" messageRef="m"/>"#;
        let named = r#"messageRef="m""#;
        let xml = chains(
            r#"<message id="m" name="m"/>"#,
            &[
                (
                    "sends",
                    &[
                        ("s", "startEvent", "", ""),
                        ("t", "sendTask", named, ""),
                        ("t2", "sendTask", named, ""),
                        ("e", "endEvent", "", ""),
                    ],
                ),
                ("begun", &[("s2", "startEvent", "", begins), ("e2", "endEvent", "", "")]),
            ],
        );
        office.deploy_bpmn(&xml).await;
        office.open("sends", &[]).await;
        office.settle().await;
        assert_eq!(office.rows("flow_case").await, 3, "{}", office.name);
        office.store.close().await;
    }
}

/// A process that sends a message, kept for a day, and one that waits for it.
fn sends_and_waits() -> String {
    let named = r#"messageRef="m""#;
    let sends = r#"messageRef="m" qy:keep="P1D""#;
    chains(
        r#"<message id="m" name="m"/>"#,
        &[
            ("sends", &[("s", "startEvent", "", ""), ("t", "sendTask", sends, ""), ("e", "endEvent", "", "")]),
            ("waits", &[("s2", "startEvent", "", ""), ("r", "receiveTask", named, ""), ("e2", "endEvent", "", "")]),
        ],
    )
}

/// A kept message is given once, to whoever waited first when it came; two waits of one step do not share it.
#[tokio::test(flavor = "multi_thread")]
async fn a_kept_message_is_given_once_whoever_waits() {
    for office in both().await {
        office.deploy_bpmn(&sends_and_waits()).await;
        // Everything is in the log before the carrier looks.
        let first = office.open("waits", &[]).await;
        office.open("sends", &[]).await;
        office.clock.advance_ms(1);
        let late = office.open("waits", &[]).await;
        office.settle().await;
        assert_eq!(office.case(first).await.state.status, Status::Ended(Ending::Completed), "{}", office.name);
        assert_eq!(office.case(late).await.state.status, Status::Active, "{}", office.name);
        office.store.close().await;
    }
}

/// What stands still takes no message, and finds it when it goes on; its limits run meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_there_when_a_case_goes_on() {
    for office in both().await {
        office.deploy_bpmn(&sends_and_waits()).await;
        let id = office.open("waits", &[]).await;
        let (by, voucher) = (Some(crate::support::officer("head")), "V-1".to_owned());
        let cause = kernel::Erasable::erased;
        let suspend = flow::Command::Suspend { by, cause: cause(), voucher: voucher.clone() };
        office.desk.act(crate::support::by("head"), id, &[suspend.into()]).await.unwrap();
        office.open("sends", &[]).await;
        office.settle().await;
        assert_eq!(office.case(id).await.state.status, Status::Suspended, "{}", office.name);
        let resume = flow::Command::Resume { by, cause: cause(), voucher };
        office.desk.act(crate::support::by("head"), id, &[resume.into()]).await.unwrap();
        office.settle().await;
        assert_eq!(office.case(id).await.state.status, Status::Ended(Ending::Completed), "{}", office.name);
        office.store.close().await;
    }
}
