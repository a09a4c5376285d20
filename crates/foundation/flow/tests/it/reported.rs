//! What goes wrong outside an instance is said within it, once, moves nothing, and ends with what it is about.

use std::sync::Arc;

use dmn::Context;
use flow::command::About;
use flow::state::{Ending, IncidentKind, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, Refusal, check};
use kernel::{Erasable, OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays};
use crate::models::line;

/// In parallel: a task, a message that is waited for, a call with an event on its border.
const PROCESS: &str = "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"g\"/><parallelGateway id=\"g\"/>\
    <sequenceFlow id=\"f1\" sourceRef=\"g\" targetRef=\"t\"/><userTask id=\"t\" qy:candidates=\"clerk\"/>\
    <sequenceFlow id=\"f2\" sourceRef=\"g\" targetRef=\"w\"/>\
    <intermediateCatchEvent id=\"w\"><messageEventDefinition id=\"md\" messageRef=\"m\"/></intermediateCatchEvent>\
    <sequenceFlow id=\"f3\" sourceRef=\"g\" targetRef=\"r\"/><receiveTask id=\"r\" messageRef=\"o\"/>\
    <boundaryEvent id=\"b\" attachedToRef=\"t\" cancelActivity=\"false\"><messageEventDefinition id=\"md2\" messageRef=\"n\"/></boundaryEvent>\
    <sequenceFlow id=\"f4\" sourceRef=\"b\" targetRef=\"e2\"/><endEvent id=\"e2\"/>\
    <sequenceFlow id=\"g1\" sourceRef=\"t\" targetRef=\"e\"/><sequenceFlow id=\"g2\" sourceRef=\"w\" targetRef=\"e\"/>\
    <sequenceFlow id=\"g3\" sourceRef=\"r\" targetRef=\"e\"/><endEvent id=\"e\"/>";

fn started() -> Trial<'static> {
    let messages = "<message id=\"m\" name=\"m\"/><message id=\"n\" name=\"n\"/><message id=\"o\" name=\"o\"/><process";
    let text = line(PROCESS).replacen("<process", messages, 1);
    let deployment = check(&[("p.bpmn", text.as_bytes())], &[]);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(|_, _, _| Answer::Nobody));
    trial.start("p", Context::new()).unwrap();
    trial
}

fn report(about: About) -> Command {
    Command::Report { about, kind: IncidentKind::Ambiguous, detail: "more".to_owned() }
}

#[test]
fn what_is_reported_is_said_once_moves_nothing_and_ends_with_what_it_is_about() {
    let mut trial = started();
    let state = |trial: &Trial<'_>| trial.instances[0].state.clone();
    let before = state(&trial);
    let task = *before.tasks.keys().next().unwrap();
    let wait = |id: &str| *before.waits.iter().find(|(_, wait)| wait.element.as_str() == id).unwrap().0;
    let abouts = [
        About::Task(task),
        About::Wait(wait("w")),
        About::Wait(wait("r")),
        About::Wait(wait("b")),
        About::Element(None),
    ];
    for about in &abouts {
        for _ in 0..2 {
            trial.command(0, &report(about.clone())).unwrap();
        }
    }
    let after = state(&trial);
    assert_eq!(after.incidents.len(), abouts.len(), "once each: {:?}", after.incidents);
    assert_eq!((&after.tokens, &after.waits, &after.tasks), (&before.tokens, &before.waits, &before.tasks));
    // Trying again ends what was said and nothing else: what waits is not waited for twice.
    let at_border = after.incidents.iter().find(|(_, it)| it.element.as_ref().is_some_and(|it| it.as_str() == "b"));
    trial.command(0, &Command::Retry { incident: *at_border.unwrap().0 }).unwrap();
    assert_eq!((state(&trial).waits, state(&trial).incidents.len()), (before.waits.clone(), abouts.len() - 1));
    for (id, left) in [("w", 3), ("r", 2)] {
        trial.command(0, &Command::Deliver { wait: wait(id), values: Context::new() }).unwrap();
        assert_eq!(state(&trial).incidents.len(), left, "{id} came");
    }
    let by = (OfficerId::new(1), PostId::new(11));
    assert!(trial.complete_task(&"t".into(), by, &Context::new()).unwrap());
    assert_eq!(state(&trial).status, Status::Ended(Ending::Completed));
    assert!(state(&trial).incidents.is_empty(), "the end of an instance leaves nothing open");
    assert_eq!(trial.command(0, &report(About::Element(None))), Err(Refusal::NotActive));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn what_is_moved_away_waits_no_more_for_what_it_waited_for() {
    let mut trial = started();
    let wait = *trial.instances[0].state.waits.iter().find(|(_, wait)| wait.element.as_str() == "w").unwrap().0;
    trial.command(0, &report(About::Wait(wait))).unwrap();
    let incident = *trial.instances[0].state.incidents.keys().next().unwrap();
    let (by, approved_by) = (OfficerId::new(1), OfficerId::new(2));
    trial.command(0, &Command::Move { incident, to: "r".into(), by, approved_by }).unwrap();
    let state = trial.instances[0].state.clone();
    assert!(state.incidents.is_empty());
    assert_eq!(state.waits.values().filter(|wait| wait.element.as_str() == "r").count(), 2, "{:?}", state.waits);
    let late = trial.command(0, &Command::Deliver { wait, values: Context::new() });
    assert!(matches!(late, Err(Refusal::Gone { .. })), "{late:?}");
    for wait in state.waits.iter().filter(|(_, wait)| wait.element.as_str() == "r").map(|(wait, _)| *wait) {
        trial.command(0, &Command::Deliver { wait, values: Context::new() }).unwrap();
    }
    trial.complete_task(&"t".into(), (by, PostId::new(11)), &Context::new()).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn what_is_gone_is_reported_to_nobody_and_what_stands_still_is_told() {
    let mut trial = started();
    for about in [About::Task(999), About::Wait(999), About::Call(999)] {
        assert!(matches!(trial.command(0, &report(about)), Err(Refusal::Gone { number: 999, .. })));
    }
    let (cause, voucher) = (Erasable::erased(), "V-1".to_owned());
    trial.command(0, &Command::Suspend { by: None, cause, voucher }).unwrap();
    trial.command(0, &report(About::Element(None))).unwrap();
    assert_eq!(trial.instances[0].state.incidents.len(), 1);
}
