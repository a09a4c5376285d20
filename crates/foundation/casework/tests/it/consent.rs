//! Opinions of several 会签, and steps that others are to do: who may sign, who is offered to whoever gives a task, and what is
//! said where nobody may.

use axum::http::StatusCode;
use casework::desk::{CaseError, Refusal, Wish};
use dmn::Value;
use flow::Command;
use flow::state::IncidentKind;
use kernel::MatterId;

use crate::carried::chains;
use crate::http::door_of;
use crate::support::{Office, both, by, hand, officer, post};

/// Someone drafts; then so many heads sign, none of whom may have drafted.
fn model(rounds: u32, drafts: &str) -> String {
    let drafts = format!("name=\"Drafting\" qy:candidates=\"{drafts}\"");
    let signs = r#"name="Consent" qy:candidates="organ-head" qy:separate="draft" qy:form="vote""#;
    let rounds = format!(
        "<multiInstanceLoopCharacteristics qy:consent=\"agreed\"><loopCardinality xsi:type=\"tFormalExpression\">{rounds}\
         </loopCardinality></multiInstanceLoopCharacteristics>"
    );
    let elements = [
        ("s", "startEvent", "", ""),
        ("draft", "userTask", drafts.as_str(), ""),
        ("sign", "userTask", signs, rounds.as_str()),
        ("e", "endEvent", "", ""),
    ];
    chains("", &[("p", &elements)])
}

const VOTE: &str =
    r#"{"type": "object", "title": "Vote", "properties": {"agreed": {"type": "boolean", "title": "Agreed"}}}"#;

pub async fn deploy(office: &Office, rounds: u32, drafts: &str) {
    let files = vec![
        ("a.bpmn".to_owned(), model(rounds, drafts).into_bytes()),
        ("vote.json".to_owned(), VOTE.as_bytes().to_vec()),
    ];
    office.deploy("会签", files).await;
}

async fn incidents(office: &Office, id: MatterId) -> Vec<IncidentKind> {
    office.case(id).await.state.incidents.values().map(|it| it.kind).collect()
}

pub fn yes() -> [(&'static str, Value); 1] {
    [("agreed", Value::Boolean(true))]
}

/// Whoever signed one round is refused the next, and nobody else is there: somebody is told, the form of giving it names nobody, and
/// it ends by itself once another one holds the post.
#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_nobody_may_sign_is_an_incident_until_somebody_may() {
    for office in both().await {
        deploy(&office, 3, "organ-handler").await;
        let id = office.open("p", &[]).await;
        office.complete("clara", id, "draft", &[]).await;
        office.settle().await;
        assert!(incidents(&office, id).await.is_empty(), "{}: two heads are there", office.name);
        office.complete("head", id, "sign", &yes()).await;
        office.settle().await;
        assert!(incidents(&office, id).await.is_empty(), "{}: another one may still sign", office.name);
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let open: Vec<u64> = office.case(id).await.state.tasks.keys().copied().collect();
        let task = format!("/cases/{id}/tasks/{}", open[0]);
        let page = door.get(&head, &task).await.text;
        assert!(page.contains("You signed “Consent” already") && !page.contains("value=\"complete\""), "{page}");
        let to = |login: &str| format!("{}:{}", officer(login), post(login));
        assert!(page.contains(&to("deputy")) && !page.contains(&to("head")), "{}: {page}", office.name);
        let again = Command::Claim { task: open[0], by: (officer("head"), post("head")) };
        let refused = office.desk.act(by("head"), id, &[Wish::from(again)]).await;
        let signed = Refusal::Engine(flow::Refusal::Signed("sign".into()));
        assert!(matches!(&refused, Err(CaseError::Refused(it)) if *it == signed), "{}: {refused:?}", office.name);
        let give = [("to", to("head")), ("reason", "x".to_owned())];
        let give: Vec<(&str, &str)> = give.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let got = door.post(&head, &format!("{task}/assign"), &give).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", office.name);

        office.complete("deputy", id, "sign", &yes()).await;
        office.settle().await;
        assert_eq!(incidents(&office, id).await, [IncidentKind::NoCandidate], "{}", office.name);
        let last = *office.case(id).await.state.tasks.keys().next().unwrap();
        let page = door.get(&head, &format!("/cases/{id}/tasks/{last}")).await.text;
        assert!(page.contains("Nobody else may do this task"), "{}: {page}", office.name);
        assert_eq!(office.clockwork.sweep().await.unwrap(), 0, "{}: still nobody", office.name);
        crate::support::appoint(&office, "organ-head").await;
        assert_eq!(office.clockwork.sweep().await.unwrap(), 1, "{}", office.name);
        assert!(incidents(&office, id).await.is_empty(), "{}", office.name);
        office.store.close().await;
    }
}

/// Four eyes and keeping out leave a task to nobody as well as an empty post does.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_whose_officers_all_did_what_is_separate_or_keep_out_is_an_incident() {
    for office in both().await {
        deploy(&office, 1, "organ-head").await;
        let id = office.open("p", &[]).await;
        office.complete("head", id, "draft", &[]).await;
        office.settle().await;
        assert!(incidents(&office, id).await.is_empty(), "{}: the deputy may", office.name);
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let task = crate::http::task_of(&office, id).await;
        let page = door.get(&head, &format!("/cases/{id}/tasks/{task}")).await.text;
        assert!(page.contains("You did “Drafting”; somebody else is to do this step."), "{}: {page}", office.name);
        office.desk.recuse(hand("deputy"), id, officer("deputy"), "kin").await.unwrap();
        office.settle().await;
        assert_eq!(incidents(&office, id).await, [IncidentKind::NoCandidate], "{}", office.name);
        let deputy = door.enter("deputy").await;
        let page = door.get(&deputy, &format!("/cases/{id}/tasks/{task}")).await.text;
        assert!(page.contains("You keep out of this case") && !page.contains("name=\"to\""), "{}: {page}", office.name);
        office.desk.lift(hand("head"), id, officer("deputy"), "no kin").await.unwrap();
        assert_eq!(office.clockwork.sweep().await.unwrap(), 1, "{}: the deputy may again", office.name);
        assert!(incidents(&office, id).await.is_empty(), "{}", office.name);
        office.store.close().await;
    }
}

/// While a case is stopped, no form stands there that would be refused, and one line says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_case_offers_no_form_that_would_be_refused() {
    for office in both().await {
        deploy(&office, 1, "organ-handler").await;
        let id = office.open("p", &[]).await;
        let door = door_of(&office).await;
        let (head, clara) = (door.enter("head").await, door.enter("clara").await);
        let (matter, task) = (format!("/cases/{id}"), crate::http::task_of(&office, id).await);
        let working = door.get(&clara, &format!("{matter}/tasks/{task}")).await.text;
        assert!(working.contains("value=\"complete\""), "{working}");
        assert!(door.get(&head, &matter).await.text.contains("value=\"withdraw\""), "{}", office.name);
        let stop = [("act", "suspend"), ("reason", "x"), ("voucher", "V-1")];
        assert_eq!(door.post(&head, &format!("{matter}/steer"), &stop).await.status, StatusCode::SEE_OTHER);
        let stopped = door.get(&clara, &format!("{matter}/tasks/{task}")).await.text;
        assert!(stopped.contains("This case is stopped") && !stopped.contains("value=\"complete\""), "{stopped}");
        let page = door.get(&head, &matter).await.text;
        assert!(!page.contains("value=\"withdraw\"") && page.contains("value=\"resume\""), "{}", office.name);
        office.store.close().await;
    }
}
