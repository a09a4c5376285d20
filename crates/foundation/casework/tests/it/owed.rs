//! What goes wrong on the way to a case stands on it, and is mended there; one case for each live key; signals in slices; what is
//! kept goes in its time.

use casework::desk::Wish;
use dmn::Value;
use flow::Command;
use flow::state::{Ending, IncidentKind, Status};
use kernel::MatterId;
use testkit::office::node;

use crate::carried::{acts, chains};
use crate::support::{Office, both, by};

const MESSAGE: &str = r#"<message id="m" name="m"/>"#;
const DAY_MS: i64 = 24 * 3_600_000;

async fn incidents(office: &Office, id: MatterId) -> Vec<IncidentKind> {
    office.case(id).await.state.incidents.values().map(|it| it.kind).collect()
}

async fn retry(office: &Office, id: MatterId) {
    let incident = *office.case(id).await.state.incidents.keys().next().unwrap();
    office.desk.act(by("head"), id, &[Wish::from(Command::Retry { incident })]).await.unwrap();
    office.settle().await;
}

async fn ended(office: &Office, id: MatterId) -> bool {
    office.case(id).await.state.status == Status::Ended(Ending::Completed)
}

/// Nobody gets a message that fits two; each says so, and where somebody tries again, that one has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_fits_several_is_an_incident_of_each_and_whoever_tries_again_has_it() {
    for office in both().await {
        let sends = r#"messageRef="m" qy:keep="P1D""#;
        let xml = chains(
            MESSAGE,
            &[
                ("sends", &[("s", "startEvent", "", ""), ("t", "sendTask", sends, ""), ("e", "endEvent", "", "")]),
                (
                    "waits",
                    &[
                        ("s2", "startEvent", "", ""),
                        ("r", "receiveTask", r#"messageRef="m""#, ""),
                        ("e2", "endEvent", "", ""),
                    ],
                ),
            ],
        );
        office.deploy_bpmn(&xml).await;
        let (first, second) = (office.open("waits", &[]).await, office.open("waits", &[]).await);
        office.open("sends", &[]).await;
        office.settle().await;
        for id in [first, second] {
            assert_eq!(incidents(&office, id).await, [IncidentKind::Ambiguous], "{}", office.name);
            assert!(!ended(&office, id).await);
        }
        assert_eq!(office.rows("flow_message").await, 1);
        retry(&office, second).await;
        assert!(ended(&office, second).await && !ended(&office, first).await, "{}", office.name);
        assert_eq!(office.rows("flow_message").await, 0, "{}: nothing else could take it", office.name);
        retry(&office, first).await;
        assert!(incidents(&office, first).await.is_empty(), "{}: somebody has dealt with it", office.name);
        // What it waited for comes after all: that ends what was said of it.
        office.open("sends", &[]).await;
        office.settle().await;
        assert!(ended(&office, first).await, "{}", office.name);
        office.store.close().await;
    }
}

/// What is called and has no version in force waits for one: the call is open, somebody is told, and a retry opens it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_called_and_is_not_there_is_an_incident_and_is_opened_when_it_is() {
    for office in both().await {
        let xml = |calls: &str| {
            chains(
                "",
                &[
                    (
                        "outer",
                        &[("s", "startEvent", "", ""), ("c", "callActivity", calls, ""), ("e", "endEvent", "", "")],
                    ),
                    ("inner", &[("s2", "startEvent", "", ""), ("e2", "endEvent", "", "")]),
                ],
            )
        };
        // A process that can be called, and begins by a message alone in the version that is in force.
        let begins = r#"<messageEventDefinition id="d" messageRef="m"/>"#;
        let only = chains(MESSAGE, &[("inner", &[("s2", "startEvent", "", begins), ("e2", "endEvent", "", "")])]);
        office.deploy_bpmn(&only).await;
        let alone = chains(
            "",
            &[(
                "outer",
                &[
                    ("s", "startEvent", "", ""),
                    ("c", "callActivity", r#"calledElement="inner""#, ""),
                    ("e", "endEvent", "", ""),
                ],
            )],
        );
        let deployed = office.modeller.propose(crate::support::hand("steward"), proposal(&office, &alone)).await;
        if deployed.is_err() {
            // The check wants what is called beside its caller; then the caller's own model has it, and nothing can be missing.
            office.deploy_bpmn(&xml(r#"calledElement="inner""#)).await;
            let id = office.open("outer", &[]).await;
            office.settle().await;
            assert!(ended(&office, id).await, "{}", office.name);
            office.store.close().await;
            continue;
        }
        let (model, _) =
            casework::model::rows::load(&office.store, node().number(), deployed.unwrap()).await.unwrap().unwrap();
        office.modeller.approve(crate::support::hand("approver"), &model, None).await.unwrap();
        let id = office.open("outer", &[]).await;
        office.settle().await;
        assert_eq!(incidents(&office, id).await, [IncidentKind::MissingDefinition], "{}", office.name);
        assert_eq!(office.case(id).await.state.status, Status::Active);
        retry(&office, id).await;
        assert_eq!(incidents(&office, id).await, [IncidentKind::MissingDefinition], "{}: still", office.name);
        let plain = chains("", &[("inner", &[("s2", "startEvent", "", ""), ("e2", "endEvent", "", "")])]);
        office.deploy_bpmn(&plain).await;
        retry(&office, id).await;
        assert!(ended(&office, id).await, "{}", office.name);
        office.store.close().await;
    }
}

fn proposal(office: &Office, xml: &str) -> casework::modeller::Proposal {
    casework::modeller::Proposal {
        name: "试".to_owned(),
        files: vec![("a.bpmn".to_owned(), xml.as_bytes().to_vec())],
        valid_from: office.today(),
        reason: "试行".to_owned(),
        based_on: None,
    }
}

/// A task that nobody could do is offered all the same; the incident ends once somebody holds the post, or by hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_nobody_could_do_is_an_incident_until_somebody_holds_the_post() {
    for office in both().await {
        let task = r#"qy:candidates="privacy-officer""#;
        let xml = chains(
            "",
            &[("p", &[("s", "startEvent", "", ""), ("u", "userTask", task, ""), ("e", "endEvent", "", "")])],
        );
        office.deploy_bpmn(&xml).await;
        let id = office.open("p", &[]).await;
        office.settle().await;
        assert_eq!(incidents(&office, id).await, [IncidentKind::NoCandidate], "{}", office.name);
        assert_eq!(office.case(id).await.state.tasks.len(), 1, "{}: it stays offered", office.name);
        retry(&office, id).await;
        assert_eq!(incidents(&office, id).await, [IncidentKind::NoCandidate], "{}: still nobody", office.name);
        assert_eq!(office.clockwork.sweep().await.unwrap(), 0);
        crate::support::appoint(&office, "privacy-officer").await;
        assert_eq!(office.clockwork.sweep().await.unwrap(), 1, "{}", office.name);
        assert!(incidents(&office, id).await.is_empty(), "{}", office.name);
        assert_eq!(office.case(id).await.state.tasks.len(), 1);
        let other = office.open("p", &[]).await;
        office.settle().await;
        assert!(incidents(&office, other).await.is_empty(), "{}: somebody is there", office.name);
        office.store.close().await;
    }
}

/// While a case lives that a message began by a key, the same key begins no other one: it is kept, and begins the next one then.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_start_begins_one_case_for_each_live_key() {
    for office in both().await {
        let sends = |key: &str| format!(r#"messageRef="m" qy:key='"{key}"' qy:keep="P1D""#);
        let (a, b) = (sends("a"), sends("b"));
        let begins = r#"<messageEventDefinition id="d" messageRef="m"/>"#;
        let task = r#"qy:candidates="organ-handler""#;
        let process = |id: &'static str, key| -> (&'static str, [(&'static str, &'static str, &str, &str); 3]) {
            let (s, t, e) = match id {
                "sa" => ("s1", "t1", "e1"),
                _ => ("s2", "t2", "e2"),
            };
            (id, [(s, "startEvent", "", ""), (t, "sendTask", key, ""), (e, "endEvent", "", "")])
        };
        let (first, second) = (process("sa", &a), process("sb", &b));
        let xml = chains(
            MESSAGE,
            &[
                (first.0, &first.1[..]),
                (second.0, &second.1[..]),
                (
                    "begun",
                    &[
                        ("s3", "startEvent", r#"qy:key='"any"'"#, begins),
                        ("u", "userTask", task, ""),
                        ("e3", "endEvent", "", ""),
                    ],
                ),
            ],
        );
        office.deploy_bpmn(&xml).await;
        let begun = async || {
            let sql =
                "select matter, status from flow_case where node = $1 and process = 'begun' order by opened_at, matter";
            let rows = office.store.read(sql, &[node().number().into()]).await.unwrap();
            rows.iter().map(|row| (MatterId::new(row.id(0).unwrap()), row.text(1).unwrap())).collect::<Vec<_>>()
        };
        for _ in 0..3 {
            office.open("sa", &[]).await;
            office.settle().await;
        }
        assert_eq!(begun().await.len(), 1, "{}", office.name);
        assert_eq!(office.rows("flow_message").await, 2, "{}: what came meanwhile is kept", office.name);
        office.clock.advance_ms(1);
        office.open("sb", &[]).await;
        office.settle().await;
        assert_eq!(begun().await.len(), 2, "{}: another key is another case", office.name);
        // Its end lets the next one begin, one at a time.
        let (one, _) = begun().await[0];
        office.clock.advance_ms(1);
        office.complete("clara", one, "u", &[]).await;
        office.settle().await;
        let all = begun().await;
        assert_eq!(all.iter().filter(|(_, status)| status == "active").count(), 2, "{}: {all:?}", office.name);
        assert_eq!((all.len(), office.rows("flow_message").await), (3, 1), "{}", office.name);
        office.store.close().await;
    }
}

/// A signal with more waiting than one unit takes reaches each once, whatever lies between.
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_reaches_many_in_slices_and_each_once() {
    const WAIT: usize = 600;
    for office in both().await {
        let caught = r#"<signalEventDefinition id="d" signalRef="g"/>"#;
        let thrown = r#"<signalEventDefinition id="d2" signalRef="g"/>"#;
        let xml = chains(
            r#"<signal id="g" name="go"/>"#,
            &[
                (
                    "waits",
                    &[
                        ("s", "startEvent", "", ""),
                        ("w", "intermediateCatchEvent", "", caught),
                        ("e", "endEvent", "", ""),
                    ],
                ),
                ("gives", &[("s3", "startEvent", "", ""), ("e3", "endEvent", "", thrown)]),
            ],
        );
        office.deploy_bpmn(&xml).await;
        let mut waiting = Vec::new();
        for _ in 0..WAIT {
            waiting.push(office.open("waits", &[]).await);
        }
        office.settle().await;
        let sender = office.open("gives", &[]).await;
        // Another carrier begins in the middle, as after a restart.
        let other =
            casework::Carrier::new(crate::support::desk(&office.store, std::sync::Arc::new(office.clock.clone())));
        let (one, two) = tokio::join!(office.carrier.catch_up(), other.catch_up());
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        office.settle().await;
        let sql = "select count(*) from flow_case where node = $1 and process = 'waits' and status = 'completed'";
        let done = office.store.read(sql, &[node().number().into()]).await.unwrap()[0].int(0).unwrap();
        assert_eq!(usize::try_from(done).unwrap(), WAIT, "{}", office.name);
        for id in [waiting[0], waiting[WAIT / 2], waiting[WAIT - 1]] {
            assert_eq!(acts(&office, id).await, ["opened", "signal"], "{}", office.name);
        }
        let carried = acts(&office, sender).await;
        assert_eq!(carried, ["opened", "case.signal_carried@1.0", "case.signal_carried@1.0"], "{}", office.name);
        office.store.close().await;
    }
}

/// What time brings and a case refuses is said on it, rests, and keeps no other waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a_timer_that_is_refused_rests_and_is_an_incident_and_others_fire() {
    for office in both().await {
        let after = r#"<timerEventDefinition id="t"><timeDuration xsi:type="tFormalExpression">PT1H</timeDuration></timerEventDefinition>"#;
        let task = r#"qy:candidates="organ-handler" qy:organ="where""#;
        let xml = chains(
            "",
            &[(
                "p",
                &[
                    ("s", "startEvent", "", "<outgoing/>"),
                    ("w", "intermediateCatchEvent", "", after),
                    ("u", "userTask", task, ""),
                    ("e", "endEvent", "", ""),
                ],
            )],
        )
        .replace("<outgoing/>", "")
        .replace(
            r#"<process id="p" isExecutable="true">"#,
            r#"<process id="p" isExecutable="true"><property id="v" name="where"/>"#,
        );
        office.deploy_bpmn(&xml).await;
        let wrong = office.open("p", &[("where", Value::text("nowhere"))]).await;
        let right = office.open("p", &[("where", Value::text(testkit::office::ORGAN.to_string()))]).await;
        office.clock.advance_ms(3_600_000);
        office.settle().await;
        assert_eq!(incidents(&office, wrong).await, [IncidentKind::NoCandidate], "{}", office.name);
        assert_eq!(office.case(right).await.state.tasks.len(), 1, "{}: others fire", office.name);
        let before = acts(&office, wrong).await.len();
        office.settle().await;
        office.clock.advance_ms(60_000);
        office.settle().await;
        assert_eq!(acts(&office, wrong).await.len(), before, "{}: said once", office.name);
        // Once what stood in the way is mended, it fires when it has rested.
        let values = [("where".to_owned(), Value::text(testkit::office::ORGAN.to_string()))].into();
        let set = Command::SetVariables { scope: None, values };
        office.desk.act(by("head"), wrong, &[set.into()]).await.unwrap();
        office.clock.advance_ms(3_600_000);
        office.settle().await;
        assert_eq!(office.case(wrong).await.state.tasks.len(), 1, "{}", office.name);
        assert!(incidents(&office, wrong).await.is_empty(), "{}: what was said of it is over", office.name);
        office.store.close().await;
    }
}

/// What cases sent and nobody took goes in its time, by one act of each case; rows replayed are the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_goes_when_its_time_is_over_or_all_have_it() {
    for office in both().await {
        let sends = r#"messageRef="m" qy:keep="P1D""#;
        let xml = chains(
            MESSAGE,
            &[
                (
                    "sends",
                    &[
                        ("s", "startEvent", "", ""),
                        ("t", "sendTask", sends, ""),
                        ("t2", "sendTask", sends, ""),
                        ("e", "endEvent", "", ""),
                    ],
                ),
                (
                    "waits",
                    &[
                        ("s2", "startEvent", "", ""),
                        ("r", "receiveTask", r#"messageRef="m""#, ""),
                        ("e2", "endEvent", "", ""),
                    ],
                ),
            ],
        );
        office.deploy_bpmn(&xml).await;
        let sender = office.open("sends", &[]).await;
        office.settle().await;
        assert_eq!(office.rows("flow_message").await, 2, "{}", office.name);
        office.open("waits", &[]).await;
        office.settle().await;
        assert_eq!(office.rows("flow_message").await, 1, "{}: the one that all have is gone", office.name);
        assert_eq!(office.clockwork.sweep().await.unwrap(), 0, "{}", office.name);
        office.clock.advance_ms(DAY_MS);
        assert_eq!(office.clockwork.sweep().await.unwrap(), 1, "{}", office.name);
        assert_eq!(office.rows("flow_message").await, 0, "{}", office.name);
        let all = acts(&office, sender).await;
        assert_eq!(all, ["opened", "case.messages_settled@1.0", "case.messages_settled@1.0"], "{}", office.name);
        office.store.close().await;
    }
}
