//! A matter as a whole, in tables: withdrawn, stopped, merged, split; and a token that two officers move. Source: flow.md §8, §9.

use std::sync::Arc;

use dmn::Context;
use flow::state::{Ending, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Event, Refusal, check};
use kernel::{OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays};
use crate::models::line;

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));
const BORIS: (OfficerId, PostId) = (OfficerId::new(2), PostId::new(12));

fn started(text: &str) -> Trial<'static> {
    let deployment = check(&[("p.bpmn", text.as_bytes())], &["amount"]);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(|_, _, _| Answer::Nobody));
    trial.start("p", Context::new()).unwrap();
    trial
}

/// A task of people, and beside it an event sub-process for withdrawals.
fn with_withdrawal(on: &str, interrupting: bool) -> String {
    line(&format!(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><userTask id=\"t\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>\
         <subProcess id=\"h\" triggeredByEvent=\"true\" {on}><startEvent id=\"hs\" isInterrupting=\"{interrupting}\">\
         <signalEventDefinition id=\"hd\" signalRef=\"signal\"/></startEvent>\
         <sequenceFlow id=\"hf\" sourceRef=\"hs\" targetRef=\"ht\"/><userTask id=\"ht\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"hg\" sourceRef=\"ht\" targetRef=\"he\"/><endEvent id=\"he\"/></subProcess>"
    ))
    .replacen("<process", "<signal id=\"signal\" name=\"withdrawn\"/><process", 1)
}

fn open(trial: &Trial<'_>) -> Vec<String> {
    trial.instances[0].state.tasks.values().map(|task| task.element.to_string()).collect()
}

const WITHDRAW: &str = "qy:on=\"withdraw\"";

#[test]
fn a_withdrawal_is_dealt_with_or_ends_the_matter() {
    let withdraw = Command::Withdraw { reason: "不再需要".into() };
    let cases = [
        ("what the process has for it", with_withdrawal(WITHDRAW, true), vec!["ht"]),
        ("beside the rest", with_withdrawal(WITHDRAW, false), vec!["t", "ht"]),
        ("nothing for it", with_withdrawal("", true), vec![]),
    ];
    for (case, text, tasks) in cases {
        let mut trial = started(&text);
        trial.command(0, &withdraw).unwrap();
        assert_eq!(open(&trial), tasks, "{case}");
        assert_conserved(&trial);
        if tasks.is_empty() {
            assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Withdrawn), "{case}");
        } else {
            assert_eq!(trial.command(0, &withdraw), Err(Refusal::Withdrawing), "{case}");
            for task in tasks {
                assert!(trial.complete_task(&ElementId::from(task), ANA, &Context::new()).unwrap(), "{case}");
            }
            assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed), "{case}");
        }
        let handled = trial.history.iter().any(|(_, _, event)| matches!(event, Event::Withdrawn { .. }));
        assert!(handled, "{case}: it is on record");
        assert_eq!(trial.command(0, &withdraw), Err(Refusal::NotActive), "{case}");
        assert_conserved(&trial);
        assert_replays(&trial);
    }
    for (case, text) in [
        ("another word", with_withdrawal("qy:on=\"regret\"", true)),
        ("no event sub-process", with_withdrawal(WITHDRAW, true).replace("triggeredByEvent=\"true\" ", "")),
    ] {
        let findings = check(&[("p.bpmn", text.as_bytes())], &[]).findings;
        assert!(findings.iter().any(|found| found.rule == "FLOW21"), "{case}: {findings:?}");
    }
}

#[test]
fn a_merged_matter_stands_still_and_is_split_off_as_it_was() {
    let text = with_withdrawal("", true);
    let merge = Command::Merge { into: "A-1".to_owned(), by: ANA.0 };
    let split = Command::Split { by: ANA.0 };
    let suspend = Command::Suspend { by: None, cause: "等待".into(), voucher: "停字1号".to_owned() };
    for stopped in [false, true] {
        let mut trial = started(&text);
        assert_eq!(trial.command(0, &split), Err(Refusal::NotMerged));
        if stopped {
            trial.command(0, &suspend).unwrap();
        }
        let before = trial.instances[0].state.clone();
        trial.command(0, &merge).unwrap();
        assert_eq!(trial.command(0, &merge), Err(Refusal::NotActive), "once");
        let task = *before.tasks.keys().next().unwrap();
        assert_eq!(trial.command(0, &Command::Claim { task, by: ANA }), Err(Refusal::NotActive), "nobody works on it");
        trial.command(0, &split).unwrap();
        assert_eq!(trial.instances[0].state, before, "stopped: {stopped}");
        trial.command(0, &merge).unwrap();
        trial.command(0, &Command::Cancel).unwrap();
        assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Merged("A-1".to_owned())));
        assert_conserved(&trial);
        assert_replays(&trial);
    }
}

#[test]
fn a_stop_that_was_recorded_without_a_cause_is_still_read() {
    for (text, status) in
        [("{\"event\":\"suspended\"}", Status::Suspended), ("{\"event\":\"resumed\"}", Status::Active)]
    {
        let event: Event = serde_json::from_str(text).unwrap();
        assert_eq!(flow::apply(flow::State::default(), &event).status, status);
    }
}

/// A gateway that leads nowhere as long as nobody says an amount; behind it a task.
const STRANDED: &str = "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/><exclusiveGateway id=\"x\"/>\
    <sequenceFlow id=\"g\" sourceRef=\"x\" targetRef=\"t\"><conditionExpression xsi:type=\"tFormalExpression\">amount &gt; 5\
    </conditionExpression></sequenceFlow>\
    <sequenceFlow id=\"n\" sourceRef=\"x\" targetRef=\"e\"><conditionExpression xsi:type=\"tFormalExpression\">amount &lt; 0\
    </conditionExpression></sequenceFlow><userTask id=\"t\" qy:candidates=\"=posts\"/>\
    <sequenceFlow id=\"h\" sourceRef=\"t\" targetRef=\"u\"/>\
    <subProcess id=\"u\"><startEvent id=\"us\"/><sequenceFlow id=\"uf\" sourceRef=\"us\" targetRef=\"ut\"/><manualTask id=\"ut\"/>\
    <sequenceFlow id=\"ug\" sourceRef=\"ut\" targetRef=\"ue\"/><endEvent id=\"ue\"/></subProcess>\
    <sequenceFlow id=\"i\" sourceRef=\"u\" targetRef=\"e\"/><endEvent id=\"e\"/>\
    <dataObject id=\"data\" name=\"posts\"/>";

#[test]
fn two_officers_move_what_is_stranded() {
    let mut trial = started(&line(STRANDED));
    let incident = |trial: &Trial<'_>| *trial.instances[0].state.incidents.keys().next().unwrap();
    let to = |incident, to: &str, approved_by| {
        let (by, to) = (ANA.0, ElementId::from(to));
        Command::Move { incident, to, by, approved_by }
    };
    let first = incident(&trial);
    assert_eq!(trial.command(0, &to(first, "t", ANA.0)), Err(Refusal::OneOfficer));
    for place in ["s", "ut", "nowhere"] {
        let no = Err(Refusal::NoMove(ElementId::from(place)));
        assert_eq!(trial.command(0, &to(first, place, BORIS.0)), no, "{place}");
    }
    trial.command(0, &to(first, "t", BORIS.0)).unwrap();
    assert_conserved(&trial);
    // Nobody may do the task: its run waits, and its token is moved as well.
    let second = incident(&trial);
    assert_eq!(trial.instances[0].state.incidents[&second].element, Some(ElementId::from("t")));
    trial.command(0, &to(second, "u", BORIS.0)).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    let gone = Err(Refusal::NotActive);
    assert_eq!(trial.command(0, &to(second, "u", BORIS.0)), gone);
    assert_conserved(&trial);
    assert_replays(&trial);
}

/// One task after another, of different officers; behind the second a service.
const THREE: &str = "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"a\"/><userTask id=\"a\" qy:candidates=\"clerk\"/>\
    <sequenceFlow id=\"g\" sourceRef=\"a\" targetRef=\"b\"/><userTask id=\"b\" qy:candidates=\"head\" qy:separate=\"a\"/>\
    <sequenceFlow id=\"h\" sourceRef=\"b\" targetRef=\"c\"/><serviceTask id=\"c\" qy:type=\"work\"/>\
    <sequenceFlow id=\"i\" sourceRef=\"c\" targetRef=\"e\"/><endEvent id=\"e\"/>";

#[test]
fn a_completion_is_taken_back_until_the_next_step_is_held() {
    let mut trial = started(&line(THREE));
    let task = |trial: &Trial<'_>| *trial.instances[0].state.tasks.keys().next().unwrap();
    let back = |task, by: (OfficerId, PostId)| Command::Takeback { task, by: by.0 };
    let no = Err(Refusal::NoTakeback);
    let first = task(&trial);
    assert_eq!(trial.command(0, &back(first, ANA)), no, "not done yet");
    assert!(trial.complete_task(&ElementId::from("a"), ANA, &Context::new()).unwrap());
    assert_eq!(trial.command(0, &back(first, BORIS)), no, "not theirs");
    trial.command(0, &back(first, ANA)).unwrap();
    assert_eq!(open(&trial), ["a"]);
    assert_eq!(trial.command(0, &back(first, ANA)), no, "once");
    assert_conserved(&trial);
    let again = task(&trial);
    assert!(trial.complete_task(&ElementId::from("a"), ANA, &Context::new()).unwrap());
    let second = task(&trial);
    assert_eq!(trial.command(0, &Command::Claim { task: second, by: ANA }), Err(Refusal::Separate("a".into())));
    trial.command(0, &Command::Claim { task: second, by: BORIS }).unwrap();
    trial.command(0, &Command::Release { task: second, by: BORIS.0 }).unwrap();
    assert_eq!(trial.command(0, &back(again, ANA)), no, "it was held");
    assert!(trial.complete_task(&ElementId::from("b"), BORIS, &Context::new()).unwrap());
    assert_eq!(trial.command(0, &back(second, BORIS)), no, "a worker is asked");
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn who_takes_back_a_completion_has_done_it_all_the_same() {
    let mut trial = started(&line(THREE));
    let first = *trial.instances[0].state.tasks.keys().next().unwrap();
    assert!(trial.complete_task(&ElementId::from("a"), ANA, &Context::new()).unwrap());
    trial.command(0, &Command::Takeback { task: first, by: ANA.0 }).unwrap();
    assert!(trial.complete_task(&ElementId::from("a"), BORIS, &Context::new()).unwrap());
    let second = *trial.instances[0].state.tasks.keys().next().unwrap();
    for by in [ANA, BORIS] {
        assert_eq!(trial.command(0, &Command::Claim { task: second, by }), Err(Refusal::Separate("a".into())));
    }
}
