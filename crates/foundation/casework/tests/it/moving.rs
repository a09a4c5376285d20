//! A case moved to another version of its process, and back: what it follows, its rows, its clocks, and what is refused.

use casework::desk::{CaseError, Move, Refusal, reason};
use dmn::Value;
use flow::migrate::{ClockPolicy, Mapping, Verdict};
use flow::state::Status;
use flow::{Command, ElementId};
use kernel::MatterId;
use testkit::office::node;

use crate::support::{Office, both, by, licence, officer, post};

/// The example with its file changed.
pub fn changed(change: impl Fn(String) -> String) -> Vec<(String, Vec<u8>)> {
    let mut files = licence();
    let text = String::from_utf8(files[0].1.clone()).unwrap();
    let new = change(text.clone());
    assert_ne!(text, new, "something is changed");
    files[0].1 = new.into_bytes();
    files
}

/// The check is called otherwise and is promised within two working days; completed papers are waited for elsewhere.
pub fn renamed() -> Vec<(String, Vec<u8>)> {
    changed(|text| {
        let text = text.replace(r#"promised="3""#, r#"promised="2""#);
        let text = text.replace(r#"id="check""#, r#"id="review""#).replace(r#""check""#, r#""review""#);
        text.replace(r#"qy:form="review""#, r#"qy:form="check""#)
    })
}

pub fn pairs(all: &[(&str, &str)]) -> Mapping {
    all.iter().map(|(old, new)| (ElementId::from(*old), ElementId::from(*new))).collect()
}

pub fn to(model: MatterId, mapping: &[(&str, &str)], policy: ClockPolicy) -> Move {
    Move { to: model, mapping: pairs(mapping), policy, words: reason("办法已修订").unwrap(), run: None }
}

/// An application that waits for its check.
pub async fn accepted(office: &Office, file: &str) -> MatterId {
    let id = office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(250))]).await;
    office.complete("clara", id, "accept", &[("complete", Value::Boolean(true)), ("opinion", Value::text("齐"))]).await;
    id
}

/// Every row and timer of the node, as it stands, but that of when it was offered: what is offered again is offered later.
async fn rows(office: &Office) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "select 'case', process, version, status from flow_case where node = $1 order by matter",
        "select 'task', element, task, duties from flow_task where node = $1 order by matter, task",
        "select 'candidate', duty, task, 'x' from flow_candidate where node = $1 order by matter, task, duty",
        "select 'wait', name, wait, kind from flow_wait where node = $1 order by matter, wait",
        "select 'job', type, job, 'x' from flow_job where node = $1 order by matter, job",
        "select 'timer', name, due, kind from timer where node = $1 order by matter, name",
    ] {
        for row in office.store.read(sql, &[node().number().into()]).await.unwrap() {
            let (what, name) = (row.text(0).unwrap(), row.text(1).unwrap());
            all.push(format!("{what} {name} {} {}", row.int(2).unwrap(), row.text(3).unwrap()));
        }
    }
    all
}

fn projectors() -> Vec<&'static dyn store::Projector> {
    let all: [Box<dyn store::Projector>; 2] = [Box::new(directory::projector()), Box::new(casework::projector())];
    all.into_iter().map(|one| &*Box::leak(one)).collect()
}

pub async fn replays_alike(office: &Office) {
    let report = office.store.rebuild(node().number(), &projectors(), false, |_| {}).await.unwrap();
    assert_eq!(report.differences, [], "{}", office.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_moved_and_its_rows_follow_and_taken_back_and_they_are_as_before() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = accepted(&office, "1").await;
        office.settle().await;
        let before = rows(&office).await;
        let model = office.deploy("行政许可", renamed()).await;
        let case = office.case(id).await;
        let wish = to(model, &[("check", "review")], ClockPolicy::Rederive);
        let Verdict::Fits(plan) = office.desk.verdict(&case, &wish).await.unwrap() else { panic!("it fits") };
        let moved = office.desk.migrate(by("head"), id, &wish).await.unwrap();
        assert_eq!((moved.of, moved.model, &moved.state.status), (2, model, &Status::Active), "{}", office.name);
        let now = rows(&office).await;
        assert!(now.iter().any(|row| row.starts_with("task review")), "{}: {now:?}", office.name);
        assert!(!now.iter().any(|row| row.starts_with("task check")), "{}", office.name);
        assert!(plan.due.iter().any(|due| due.element.as_ref().is_some_and(|it| it.as_str() == "review")), "{plan:?}");
        let timers =
            |rows: &[String]| rows.iter().filter(|row| row.starts_with("timer clock")).cloned().collect::<Vec<_>>();
        assert_ne!(timers(&now), timers(&before), "{}: limits are others", office.name);
        assert_eq!(timers(&now).len(), timers(&before).len(), "{}: none is stale", office.name);
        // The act keeps what the dry run said.
        let acts = office.store.acts_of(node().number(), id.value()).await.unwrap();
        let casework::case::CaseEvent::Migrated(said) = acts.last().unwrap().event().unwrap() else { panic!() };
        assert_eq!((said.plan, said.from, said.version), (plan, 1, 2), "{}", office.name);
        replays_alike(&office).await;
        assert_eq!(office.case(id).await.state, moved.state, "{}: what is kept is what is recorded", office.name);
        let back = office.desk.revert(by("head"), id, &reason("不妥").unwrap()).await.unwrap();
        assert_eq!((back.of, back.state.migrated.is_none()), (1, true), "{}", office.name);
        assert_eq!(rows(&office).await, before, "{}", office.name);
        assert_eq!(office.case(id).await.state.tasks, case.state.tasks, "{}", office.name);
        replays_alike(&office).await;
        let again = office.desk.revert(by("head"), id, &reason("不妥").unwrap()).await.unwrap_err();
        assert!(matches!(again, CaseError::Refused(Refusal::Engine(flow::Refusal::NotMigrated))), "{again:?}");
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_since_keeps_a_move_from_being_taken_back_and_is_named() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = accepted(&office, "1").await;
        let model = office.deploy("行政许可", renamed()).await;
        let wish = to(model, &[("check", "review")], ClockPolicy::Keep);
        office.desk.migrate(by("head"), id, &wish).await.unwrap();
        // Four eyes go along: whoever accepted does not check, under whichever name.
        let task = *office.case(id).await.state.tasks.keys().next().unwrap();
        let claim = |login: &str| Command::Claim { task, by: (officer(login), post(login)) };
        let refused = office.desk.act(by("clara"), id, &[claim("clara").into()]).await.unwrap_err();
        assert!(matches!(refused, CaseError::Refused(Refusal::Engine(flow::Refusal::Separate(_)))), "{refused:?}");
        assert!(office.desk.since(&office.case(id).await.clone()).await.unwrap().is_empty(), "{}", office.name);
        office.desk.act(by("head"), id, &[claim("head").into()]).await.unwrap();
        let last = office.store.acts_of(node().number(), id.value()).await.unwrap().last().unwrap().idx;
        let refused = office.desk.revert(by("head"), id, &reason("不妥").unwrap()).await.unwrap_err();
        let CaseError::Refused(Refusal::Since { acts, elements }) = refused else { panic!("{refused:?}") };
        assert_eq!((acts, elements.as_str()), (last.to_string(), "review"), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_and_nothing_is_recorded() {
    for office in both().await {
        let own = office.deploy("行政许可", licence()).await;
        let id = accepted(&office, "1").await;
        let model = office.deploy("行政许可", renamed()).await;
        let other = office.deploy_bpmn(
            r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
            <process id="other" isExecutable="true"><startEvent id="s"><outgoing>f</outgoing></startEvent>
            <sequenceFlow id="f" sourceRef="s" targetRef="e"/><endEvent id="e"><incoming>f</incoming></endEvent>
            </process></definitions>"#,
        );
        let other = other.await;
        let before = office.store.log_size(node().number()).await.unwrap();
        let keep = ClockPolicy::Keep;
        for (wish, code) in [
            (to(model, &[], keep), "flow.unmapped"),
            (to(model, &[("check", "nowhere")], keep), "flow.blocked"),
            (to(model, &[("check", "granted")], keep), "flow.blocked"),
            (to(own, &[], keep), "case.same_version"),
            (to(other, &[], keep), "case.no_version"),
            (to(MatterId::new(5), &[], keep), "case.no_version"),
        ] {
            let refused = office.desk.migrate(by("head"), id, &wish).await.unwrap_err();
            let CaseError::Refused(refusal) = &refused else { panic!("{code}: {refused:?}") };
            assert_eq!(kernel::Refuse::code(refusal), code, "{}", office.name);
        }
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        assert!(matches!(
            office.desk.migrate(by("head"), MatterId::new(77), &to(model, &[], keep)).await,
            Err(CaseError::NoCase)
        ));
        let ended = office.open("licence", &[("file", Value::text("2")), ("area", Value::whole(1))]).await;
        office.desk.act(by("head"), ended, &[Command::Cancel.into()]).await.unwrap();
        let over = office.desk.migrate(by("head"), ended, &to(own, &[], keep)).await.unwrap_err();
        assert!(matches!(over, CaseError::Refused(Refusal::Engine(flow::Refusal::NotActive))), "{over:?}");
        office.store.close().await;
    }
}

/// Waits, jobs and timers of what is new are there, and those of what is gone are not.
#[tokio::test(flavor = "multi_thread")]
async fn waits_and_timers_of_the_new_version_replace_those_of_the_old_one() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let checked = accepted(&office, "1").await;
        let waiting = office.open("licence", &[("file", Value::text("2")), ("area", Value::whole(1))]).await;
        office.complete("clara", waiting, "accept", &[("complete", Value::Boolean(false))]).await;
        office.settle().await;
        assert_eq!((office.rows("flow_wait").await, office.timers().await), (1, 1), "{}", office.name);
        // The border event is gone, and papers come under another name.
        let files = changed(|text| {
            let a = text.find(r#"<boundaryEvent id="late""#).unwrap();
            let b = text.find(r#"<exclusiveGateway id="agreed""#).unwrap();
            let text = format!("{}{}", &text[..a], &text[b..]);
            let gone = [
                r#"<sequenceFlow id="to-urge" sourceRef="late" targetRef="urge"/>"#,
                r#"<sequenceFlow id="to-urged" sourceRef="urge" targetRef="urged"/>"#,
            ];
            let text = gone.iter().fold(text, |text, flow| text.replace(flow, ""));
            let text = text.replace(r#"name="materials""#, r#"name="papers""#);
            let plane = text.find("<bpmndi:BPMNDiagram").unwrap();
            format!("{}</definitions>", &text[..plane])
        });
        let model = office.deploy("行政许可", files).await;
        for id in [checked, waiting] {
            office.desk.migrate(by("head"), id, &to(model, &[], ClockPolicy::Keep)).await.unwrap();
        }
        assert_eq!((office.rows("flow_wait").await, office.timers().await), (1, 0), "{}", office.name);
        let now = rows(&office).await;
        assert!(now.iter().any(|row| row.starts_with("wait papers")), "{}: {now:?}", office.name);
        replays_alike(&office).await;
        for id in [checked, waiting] {
            office.desk.revert(by("head"), id, &reason("不妥").unwrap()).await.unwrap();
        }
        assert_eq!((office.rows("flow_wait").await, office.timers().await), (1, 1), "{}", office.name);
        replays_alike(&office).await;
        office.clock.advance_ms(4 * 24 * 3_600_000);
        office.settle().await;
        assert_eq!(office.timers().await, 0, "{}: it fires where it lies again", office.name);
        office.store.close().await;
    }
}
