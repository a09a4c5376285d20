//! What a model cannot do to the node that runs it, and what trying again does not do twice.

use std::sync::Arc;

use dmn::{Context, Value};
use flow::state::{Ending, IncidentKind, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Refusal, check};
use kernel::{OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays, incidents};
use crate::models::line;

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));
const BORIS: (OfficerId, PostId) = (OfficerId::new(2), PostId::new(12));

/// A process that waits for its jobs, started with `given`.
fn started(text: &str, given: Context) -> Trial<'static> {
    let extra: Vec<&str> = given.keys().map(String::as_str).collect();
    let deployment = check(&[("p.bpmn", text.as_bytes())], &extra);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(|_, _, _| Answer::Nobody));
    trial.start("p", given).unwrap();
    trial
}

/// Start, one element `t`, end.
fn alone(element: &str) -> String {
    line(&format!(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>{element}\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>"
    ))
}

fn first_incident(trial: &Trial<'_>) -> u64 {
    *trial.instances[0].state.incidents.keys().next().unwrap()
}

#[test]
fn rounds_without_end_stop_and_wait_for_somebody() {
    let looped = "<manualTask id=\"t\"><standardLoopCharacteristics><loopCondition xsi:type=\"tFormalExpression\">true\
                  </loopCondition></standardLoopCharacteristics></manualTask>";
    let trial = started(&alone(looped), Context::new());
    assert_eq!(incidents(&trial, IncidentKind::Runaway), 1, "{:?}", trial.instances[0].state.incidents);
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn as_many_rounds_as_there_may_be_follow_each_other() {
    let rounds = |sequential: bool| {
        alone(&format!(
            "<manualTask id=\"t\"><multiInstanceLoopCharacteristics isSequential=\"{sequential}\">\
             <loopCardinality xsi:type=\"tFormalExpression\">n</loopCardinality></multiInstanceLoopCharacteristics>\
             </manualTask>"
        ))
    };
    for sequential in [true, false] {
        for (n, ends) in [(3_000, true), (1_000_000_000, false)] {
            let trial = started(&rounds(sequential), [("n".to_owned(), Value::whole(n))].into());
            let state = &trial.instances[0].state;
            let ended = state.status == Status::Ended(Ending::Completed);
            assert_eq!(ended, ends, "{n} rounds, sequential: {sequential}: {:?}", state.incidents);
            assert_eq!(incidents(&trial, IncidentKind::BadExpression), usize::from(!ends));
        }
    }
}

#[test]
fn numbers_beyond_reason_are_refused() {
    let quantity = alone("<manualTask id=\"t\" completionQuantity=\"4000000000\"/>");
    let found = check(&[("p.bpmn", quantity.as_bytes())], &[]);
    assert!(!found.is_accepted());
    assert!(format!("{:?}", found.findings).contains("FLOW13"), "{:?}", found.findings);

    let late = |date: &str| {
        alone(&format!(
            "<intermediateCatchEvent id=\"t\"><timerEventDefinition id=\"timer\"><timeDate xsi:type=\"tFormalExpression\">{date}\
             </timeDate></timerEventDefinition></intermediateCatchEvent>"
        ))
    };
    for date in ["2026-01-01T9223372036854775:00", "2026-01-01T10:9223372036854775807", "2026-01-01T25:00"] {
        let found = check(&[("p.bpmn", late(date).as_bytes())], &[]);
        // No time, and so taken as an expression, which it is not either.
        assert!(format!("{:?}", found.findings).contains("FLOW02"), "{date}: {:?}", found.findings);
    }
}

#[test]
fn trying_again_arms_what_failed_and_begins_nothing_twice() {
    let text = alone(
        "<userTask id=\"t\" qy:candidates=\"clerk\"/><boundaryEvent id=\"b\" attachedToRef=\"t\" cancelActivity=\"true\">\
         <timerEventDefinition id=\"timer\"><timeDuration xsi:type=\"tFormalExpression\">term</timeDuration>\
         </timerEventDefinition></boundaryEvent><sequenceFlow id=\"h\" sourceRef=\"b\" targetRef=\"late\"/><endEvent id=\"late\"/>",
    );
    let mut trial = started(&text, [("term".to_owned(), Value::text("soon"))].into());
    let state = &trial.instances[0].state;
    assert_eq!((state.tasks.len(), state.waits.len(), state.incidents.len()), (1, 0, 1), "{state:?}");
    assert_eq!(state.incidents.values().next().unwrap().element, Some(ElementId::from("b")));
    let root = *state.scopes.keys().next().unwrap();
    let values = [("term".to_owned(), Value::text("PT1H"))].into();
    trial.command(0, &Command::SetVariables { scope: Some(root), values }).unwrap();
    let incident = first_incident(&trial);
    trial.command(0, &Command::Retry { incident }).unwrap();
    let state = &trial.instances[0].state;
    assert_eq!((state.tasks.len(), state.waits.len(), state.incidents.len()), (1, 1, 0), "{state:?}");
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn rounds_go_on_after_their_condition_is_mended() {
    let text = alone(
        "<userTask id=\"t\" qy:candidates=\"clerk\"><multiInstanceLoopCharacteristics>\
         <loopCardinality xsi:type=\"tFormalExpression\">3</loopCardinality>\
         <completionCondition xsi:type=\"tFormalExpression\">enough</completionCondition>\
         </multiInstanceLoopCharacteristics></userTask>",
    );
    let mut trial = started(&text, [("enough".to_owned(), Value::text("perhaps"))].into());
    assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    assert_eq!(incidents(&trial, IncidentKind::BadExpression), 1);
    assert_eq!(trial.instances[0].state.tasks.len(), 2);
    let root = *trial.instances[0].state.scopes.keys().next().unwrap();
    let values = [("enough".to_owned(), Value::Boolean(false))].into();
    trial.command(0, &Command::SetVariables { scope: Some(root), values }).unwrap();
    let incident = first_incident(&trial);
    trial.command(0, &Command::Retry { incident }).unwrap();
    assert_eq!(trial.instances[0].state.tasks.len(), 2, "the others are still asked, nobody is asked anew");
    for _ in 0..2 {
        assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    }
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn what_is_for_the_same_hand_is_whichever_comes_first() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/><parallelGateway id=\"x\"/>\
         <sequenceFlow id=\"f1\" sourceRef=\"x\" targetRef=\"a\"/><sequenceFlow id=\"f2\" sourceRef=\"x\" targetRef=\"b\"/>\
         <userTask id=\"a\" qy:candidates=\"clerk\" qy:same=\"b\"/><userTask id=\"b\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"g1\" sourceRef=\"a\" targetRef=\"y\"/><sequenceFlow id=\"g2\" sourceRef=\"b\" targetRef=\"y\"/>\
         <parallelGateway id=\"y\"/><sequenceFlow id=\"h\" sourceRef=\"y\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let mut trial = started(&text, Context::new());
    assert!(trial.complete_task(&ElementId::from("a"), ANA, &Context::new()).unwrap());
    let refused = trial.complete_task(&ElementId::from("b"), BORIS, &Context::new());
    assert_eq!(refused, Err(Refusal::Same(ElementId::from("a"))));
    assert!(trial.complete_task(&ElementId::from("b"), ANA, &Context::new()).unwrap());
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
}

#[test]
fn a_rule_about_who_names_a_step_of_the_process() {
    for named in ["f", "e", "nobody"] {
        let text = alone(&format!("<userTask id=\"t\" qy:candidates=\"clerk\" qy:separate=\"{named}\"/>"));
        let found = check(&[("p.bpmn", text.as_bytes())], &[]);
        assert!(format!("{:?}", found.findings).contains("FLOW14"), "{named}: {:?}", found.findings);
    }
}

#[test]
fn a_note_beside_a_compensation_event_takes_its_handler_from_nobody() {
    for (from, to) in [("c", "undo"), ("undo", "c")] {
        let text = line(&format!(
            "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><manualTask id=\"t\"/>\
             <boundaryEvent id=\"c\" attachedToRef=\"t\"><compensateEventDefinition id=\"cd\"/></boundaryEvent>\
             <serviceTask id=\"undo\" qy:type=\"undo\" isForCompensation=\"true\"/>\
             <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/>\
             <endEvent id=\"e\"><compensateEventDefinition id=\"ed\"/></endEvent>\
             <association id=\"l1\" associationDirection=\"One\" sourceRef=\"{from}\" targetRef=\"{to}\"/>\
             <textAnnotation id=\"n\"><text>see the statute</text></textAnnotation>\
             <association id=\"l2\" sourceRef=\"c\" targetRef=\"n\"/>"
        ));
        let trial = started(&text, Context::new());
        let jobs: Vec<_> = trial.instances[0].state.jobs.values().collect();
        assert_eq!(jobs.len(), 1, "{from} to {to}: compensated");
    }
}

#[test]
fn a_process_that_calls_itself_ends_the_trial_and_not_the_program() {
    let text = alone("<callActivity id=\"t\" calledElement=\"p\"/>");
    let trial = started(&text, Context::new());
    assert!(trial.exhausted);
}

#[test]
fn what_a_called_process_comes_to_reaches_its_caller() {
    // `line` lists flows at the first child, where the standard wants extensions: they are moved before.
    let out = "<extensionElements><qy:out name=\"got\" value=\"sum\"/></extensionElements>";
    let caller = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><callActivity id=\"t\" calledElement=\"q\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"u\"/><userTask id=\"u\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"h\" sourceRef=\"u\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    )
    .replace("calledElement=\"q\">", &format!("calledElement=\"q\">{out}"));
    let called =
        alone("<scriptTask id=\"t\" scriptFormat=\"text/feel\" qy:result=\"sum\"><script>1 + 2</script></scriptTask>");
    let inside = called.find("<process").unwrap()..called.find("</definitions>").unwrap();
    let mut process = called.get(inside).unwrap().replace("id=\"p\"", "id=\"q\"");
    for id in ["s", "f", "t", "g", "e"] {
        for attribute in ["id", "sourceRef", "targetRef"] {
            process = process.replace(&format!("{attribute}=\"{id}\""), &format!("{attribute}=\"q{id}\""));
        }
        process = process.replace(&format!(">{id}</"), &format!(">q{id}</"));
    }
    let trial = started(&caller.replace("</definitions>", &format!("{process}</definitions>")), Context::new());
    let state = &trial.instances[0].state;
    let root = state.root().unwrap();
    assert_eq!(state.visible(root).get("got"), Some(&Value::whole(3)), "{state:?}");
}
