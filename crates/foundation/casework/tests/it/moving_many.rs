//! Many cases moved at once: each by its own verdict, stopped, resumed, taken back.

use std::sync::Arc;
use std::time::Duration;

use casework::migration::plans::{Said, State};
use casework::migration::rows::{Outcome, counts, outcomes};
use casework::migration::{Asked, Going, Stage};
use dmn::Value;
use flow::migrate::ClockPolicy;
use kernel::MatterId;
use testkit::office::node;

use crate::moving::{accepted, pairs, renamed, replays_alike};
use crate::support::{Office, both, by, licence, mover, officer};

fn asked(model: MatterId, mapping: &[(&str, &str)]) -> Asked {
    Asked {
        process: "licence".into(),
        to: model,
        from: vec![1],
        organ: None,
        mapping: pairs(mapping),
        policy: ClockPolicy::Rederive,
    }
}

/// Until the mover is at nothing of it.
async fn over(office: &Office, id: MatterId) -> Stage {
    let mut changed = office.mover.changed();
    while office.mover.progress(id).is_some() {
        let _ = tokio::time::timeout(Duration::from_secs(30), changed.changed()).await.expect("it comes to an end");
    }
    office.mover.load(id).await.unwrap().unwrap().stage
}

async fn tried(office: &Office, asked: Asked) -> casework::migration::plans::DryRun {
    let id = office.mover.try_out(&mover("head"), asked).await.unwrap();
    let mut changed = office.mover.plans.changed();
    loop {
        let run = office.mover.dry_run(id, officer("head")).unwrap();
        if run.state != State::Running {
            return run;
        }
        let _ = tokio::time::timeout(Duration::from_secs(30), changed.changed()).await.expect("it comes to an end");
    }
}

/// Two wait for their check, one for papers, one is not accepted yet; and the new version.
async fn four(office: &Office) -> (Vec<MatterId>, MatterId) {
    office.deploy("行政许可", licence()).await;
    let mut all = vec![accepted(office, "1").await, accepted(office, "2").await];
    let fresh =
        async |file: &str| office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(1))]).await;
    let waits = fresh("3").await;
    office.complete("clara", waits, "accept", &[("complete", Value::Boolean(false))]).await;
    all.extend([waits, fresh("4").await]);
    office.settle().await;
    let model = office.deploy("行政许可", renamed()).await;
    (all, model)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dry_run_is_what_then_happens_and_all_of_it_is_taken_back() {
    for office in both().await {
        let (all, model) = four(&office).await;
        let without = tried(&office, asked(model, &[])).await;
        assert_eq!((without.state, without.total), (State::Done, 4), "{}", office.name);
        assert_eq!(without.counts, [("fits", 2), ("needs-mapping", 2)].into(), "{}", office.name);
        assert!(without.unmapped.iter().any(|element| element.as_str() == "check"), "{:?}", without.unmapped);
        assert!(office.mover.dry_run(without.id, officer("clara")).is_none(), "it is another's");
        let size = office.store.log_size(node().number()).await.unwrap();
        let id = office.mover.begin(&mover("head"), &asked(model, &[]), "办法已修订").await.unwrap();
        assert_eq!(over(&office, id).await, Stage::Over(Going::Moving), "{}", office.name);
        let reach = mover("head").reach;
        let found = outcomes(&office.store, &reach, id, (0, 30)).await.unwrap();
        assert_eq!(found.len(), 4, "{}", office.name);
        for (case, outcome) in &found {
            let planned = without.cases.iter().find(|planned| planned.case.id == case.id).unwrap();
            match (&planned.said, outcome) {
                (Said::Fits(_), Outcome::Moved { from: 1, reverted_at: None, .. }) => assert_eq!(case.version, 2),
                (Said::Stays(before), Outcome::Left(why)) => assert_eq!((before, case.version), (why, 1)),
                other => panic!("{}: {other:?}", office.name),
            }
        }
        // Begun, two moved, those left, ended.
        assert_eq!(office.store.log_size(node().number()).await.unwrap() - size, 5, "{}", office.name);
        replays_alike(&office).await;
        let second = office.mover.begin(&mover("head"), &asked(model, &[("check", "review")]), "补充").await.unwrap();
        over(&office, second).await;
        for id in &all {
            assert_eq!(office.case(*id).await.of, 2, "{}", office.name);
        }
        // One goes on; the others are taken back.
        office
            .complete("head", all[0], "review", &[("agreed", Value::Boolean(true)), ("grounds", Value::text("可"))])
            .await;
        let back = casework::migration::mover::Steer::Revert("不妥");
        office.mover.steer(&mover("head"), second, back).await.unwrap();
        assert_eq!(over(&office, second).await, Stage::Over(Going::Reverting), "{}", office.name);
        let found = counts(&office.store, &reach, second).await.unwrap();
        assert_eq!((found.moved, found.reverted, found.left), (1, 1, 1), "{}", office.name);
        let found = outcomes(&office.store, &reach, second, (0, 30)).await.unwrap();
        let Outcome::Left(why) = &found[0].1 else { panic!("{found:?}") };
        assert_eq!((found[0].0.id, why.code.as_str()), (all[0], "case.since"), "{}", office.name);
        assert!(why.params.iter().any(|(name, value)| name == "acts" && !value.is_empty()), "{why:?}");
        assert_eq!(office.case(all[1]).await.of, 1, "{}", office.name);
        replays_alike(&office).await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_stopped_or_cut_off_goes_on_where_it_was() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let mut all = Vec::new();
        for n in 0..70 {
            let file = format!("{n}");
            all.push(office.open("licence", &[("file", Value::text(&file)), ("area", Value::whole(1))]).await);
        }
        let model = office.deploy("行政许可", renamed()).await;
        let id = office.mover.begin(&mover("head"), &asked(model, &[]), "办法已修订").await.unwrap();
        // It looks whether it is to stop after each fifty.
        office.mover.steer(&mover("head"), id, casework::migration::mover::Steer::Stop).await.unwrap();
        assert_eq!(over(&office, id).await, Stage::Stopped(Going::Moving), "{}", office.name);
        let moved = counts(&office.store, &mover("head").reach, id).await.unwrap().moved;
        assert!(moved < 70, "{}: it was stopped before its end: {moved}", office.name);
        // Another process of the node goes on with it.
        let other = casework::migration::mover::Mover::new(office.desk.clone());
        other.steer(&mover("head"), id, casework::migration::mover::Steer::Resume).await.unwrap();
        let mut changed = other.changed();
        while other.progress(id).is_some() {
            let _ = tokio::time::timeout(Duration::from_secs(30), changed.changed()).await.expect("it ends");
        }
        assert_eq!(office.mover.load(id).await.unwrap().unwrap().stage, Stage::Over(Going::Moving), "{}", office.name);
        let found = counts(&office.store, &mover("head").reach, id).await.unwrap();
        assert_eq!((found.moved, found.left), (70, 0), "{}", office.name);
        replays_alike(&office).await;
        office.store.close().await;
    }
}

/// A process that ended, or another that is still at it, is no difference to whoever lets a move go on: each case moves once.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_at_one_move_move_each_case_once() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        for n in 0..70 {
            let file = format!("{n}");
            office.open("licence", &[("file", Value::text(&file)), ("area", Value::whole(1))]).await;
        }
        let model = office.deploy("行政许可", renamed()).await;
        let size = office.store.log_size(node().number()).await.unwrap();
        let id = office.mover.begin(&mover("head"), &asked(model, &[]), "办法已修订").await.unwrap();
        // Another process, which knows the cases as they were.
        let library = casework::Library::new(office.store.clone(), node().number());
        let calendar = Arc::new(office.desk.calendar().clone());
        let desk = casework::Desk::new(office.desk.directory().clone(), library, calendar);
        let other = casework::migration::mover::Mover::new(desk);
        other.steer(&mover("head"), id, casework::migration::mover::Steer::Resume).await.unwrap();
        let mut changed = other.changed();
        while other.progress(id).is_some() {
            let _ = tokio::time::timeout(Duration::from_secs(30), changed.changed()).await.expect("it ends");
        }
        assert_eq!(over(&office, id).await, Stage::Over(Going::Moving), "{}", office.name);
        let found = counts(&office.store, &mover("head").reach, id).await.unwrap();
        assert_eq!((found.moved, found.left), (70, 0), "{}", office.name);
        // Begun, resumed, seventy moved, ended.
        assert_eq!(office.store.log_size(node().number()).await.unwrap() - size, 73, "{}", office.name);
        replays_alike(&office).await;
        office.store.close().await;
    }
}

/// What is called moves with its caller, by its own verdict; of what the model has no other version goes on.
#[tokio::test(flavor = "multi_thread")]
async fn called_cases_move_by_their_own_verdict() {
    for office in both().await {
        let model = |waits: &str, wait: &str| {
            format!(
                r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
                xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">
                <process id="outer" isExecutable="true"><startEvent id="s"><outgoing>a</outgoing></startEvent>
                <callActivity id="c" calledElement="inner"><incoming>a</incoming><outgoing>b</outgoing></callActivity>
                <endEvent id="e"><incoming>b</incoming></endEvent>
                <sequenceFlow id="a" sourceRef="s" targetRef="c"/><sequenceFlow id="b" sourceRef="c" targetRef="e"/></process>
                <process id="inner" isExecutable="true"><startEvent id="s2"><outgoing>a2</outgoing></startEvent>
                <userTask id="{wait}" name="{waits}" qy:candidates="organ-handler"><incoming>a2</incoming><outgoing>b2</outgoing></userTask>
                <endEvent id="e2"><incoming>b2</incoming></endEvent>
                <sequenceFlow id="a2" sourceRef="s2" targetRef="{wait}"/><sequenceFlow id="b2" sourceRef="{wait}" targetRef="e2"/>
                </process></definitions>"#
            )
        };
        office.deploy_bpmn(&model("甲", "w")).await;
        let outer = office.open("outer", &[]).await;
        office.settle().await;
        let sql = "select matter from flow_case where node = $1 and caller = $2";
        let rows = office.store.read(sql, &[node().number().into(), outer.value().into()]).await.unwrap();
        let inner = MatterId::new(rows[0].id(0).unwrap());
        let wanted = |model, mapping| Asked { process: "outer".into(), ..asked(model, mapping) };
        // The name alone: both go along.
        let second = office.deploy_bpmn(&model("乙", "w")).await;
        let planned = tried(&office, wanted(second, &[])).await;
        assert_eq!(planned.counts, [("fits", 2)].into(), "{}", office.name);
        assert!(planned.cases.iter().any(|planned| planned.called && planned.case.id == inner), "{}", office.name);
        let run = office.mover.move_all(&mover("head"), &wanted(second, &[]), "改名").await.unwrap();
        assert_eq!((office.case(outer).await.of, office.case(inner).await.of), (2, 2), "{}", office.name);
        // The called one needs a pair: it stays, and its caller goes.
        let third = office.deploy_bpmn(&model("丙", "other")).await;
        let asked = Asked { from: vec![2], ..wanted(third, &[]) };
        let run_of_third = office.mover.move_all(&mover("head"), &asked, "改名").await.unwrap();
        assert_eq!((office.case(outer).await.of, office.case(inner).await.of), (3, 2), "{}", office.name);
        let found = outcomes(&office.store, &mover("head").reach, run_of_third, (0, 30)).await.unwrap();
        assert!(
            found.iter().any(|(case, outcome)| case.id == inner && matches!(outcome, Outcome::Left(_))),
            "{found:?}"
        );
        // A move that another followed is not taken back over it.
        let back = casework::migration::mover::Steer::Revert("不妥");
        office.mover.steer(&mover("head"), run, back).await.unwrap();
        over(&office, run).await;
        assert_eq!((office.case(outer).await.of, office.case(inner).await.of), (3, 1), "{}", office.name);
        // The caller is told what the called one comes to, whichever version each follows.
        let task = *office.case(inner).await.state.tasks.keys().next().unwrap();
        let claim = flow::Command::Claim { task, by: (officer("clara"), crate::support::post("clara")) };
        let done = flow::Command::CompleteTask { task, by: officer("clara"), outputs: Default::default() };
        office.desk.act(by("clara"), inner, &[claim.into(), done.into()]).await.unwrap();
        office.settle().await;
        let status = office.case(outer).await.state.status.clone();
        assert_eq!(status, flow::state::Status::Ended(flow::state::Ending::Completed), "{}", office.name);
        replays_alike(&office).await;
        office.store.close().await;
    }
}
