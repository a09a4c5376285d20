//! Several officers give their opinions on one form 会签: no opinion is lost, and they come to one result by a rule.

use std::sync::Arc;

use dmn::{Context, Value};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, Event, Refusal, check};
use kernel::{OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays, done};
use crate::models::line;

/// Three officers sign, each by yes or no and a reason; then it goes on or not.
fn model(attributes: &str, condition: &str) -> String {
    let condition = match condition {
        "" => String::new(),
        text => {
            let text = text.replace('<', "&lt;").replace('>', "&gt;");
            format!("<completionCondition xsi:type=\"tFormalExpression\">{text}</completionCondition>")
        }
    };
    let flow =
        |from: &str, to: &str| format!("<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>");
    let yes = "<sequenceFlow id=\"g-yes\" sourceRef=\"g\" targetRef=\"yes\"><conditionExpression \
               xsi:type=\"tFormalExpression\">agreed = true</conditionExpression></sequenceFlow>";
    line(&format!(
        "<startEvent id=\"s\"/><userTask id=\"sign\" qy:candidates=\"clerk\" qy:form=\"check\"><multiInstanceLoopCharacteristics{attributes}>\
         <loopCardinality xsi:type=\"tFormalExpression\">3</loopCardinality>{condition}</multiInstanceLoopCharacteristics></userTask>\
         <exclusiveGateway id=\"g\" default=\"g-no\"/><serviceTask id=\"yes\" qy:type=\"y\"/><serviceTask id=\"no\" qy:type=\"n\"/>\
         <endEvent id=\"e\"/>{}{}{yes}{}{}{}",
        flow("s", "sign"),
        flow("sign", "g"),
        flow("g", "no"),
        flow("yes", "e"),
        flow("no", "e")
    ))
}

fn started(text: &str) -> Trial<'static> {
    started_with(text, Context::new())
}

fn started_with(text: &str, variables: Context) -> Trial<'static> {
    let deployment = check(&[("p.bpmn", text.as_bytes())], &["agreed", "reason", "amount"]);
    assert!(deployment.is_accepted(), "{:?}\n{text}", deployment.findings);
    let worker = |_: &str, _: &flow::ElementId, _: &Context| Answer::Done(Context::new());
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(worker));
    trial.start("p", variables).unwrap();
    trial
}

fn said(agreed: bool, reason: &str) -> Context {
    [("agreed".to_owned(), Value::Boolean(agreed)), ("reason".to_owned(), Value::String(reason.to_owned()))].into()
}

fn officer(number: u128) -> (OfficerId, PostId) {
    (OfficerId::new(1 + number), PostId::new(1 + number))
}

const VETO: &str = "numberOfRefusals >= 1";
const TWO: &str = "numberOfConsents >= 2 or numberOfRefusals > numberOfInstances - 2";

/// What it shows; how many must agree, and when it ends; what each says in turn; where it goes, and whose reason goes on.
type Row = (&'static str, &'static str, &'static str, &'static [bool], &'static str, usize);

#[test]
fn opinions_come_to_one_result_and_none_is_lost() {
    let rows: [Row; 9] = [
        ("all", "", "", &[true, true, true], "yes", 2),
        ("all, the first refuses", "", "", &[false, true, true], "no", 0),
        ("all, the last refuses", "", "", &[true, true, false], "no", 2),
        ("veto, nobody", "", VETO, &[true, true, true], "yes", 2),
        ("veto ends it", "", VETO, &[true, false], "no", 1),
        ("two agree", " qy:consents=\"2\"", TWO, &[true, true], "yes", 1),
        ("two of three agree", " qy:consents=\"2\"", TWO, &[false, true, true], "yes", 2),
        ("two refuse", " qy:consents=\"2\"", TWO, &[false, false], "no", 0),
        ("two refuse late", " qy:consents=\"2\"", TWO, &[false, true, false], "no", 0),
    ];
    for sequential in ["", " isSequential=\"true\""] {
        for (what, consents, condition, answers, way, whose) in rows {
            let text = model(&format!("{sequential} qy:consent=\"agreed\"{consents}"), condition);
            let mut trial = started(&text);
            for (at, agreed) in answers.iter().enumerate() {
                trial.complete_task(&"sign".into(), officer(at as u128), &said(*agreed, &format!("r{at}"))).unwrap();
            }
            let variables = trial.history.iter().filter_map(|(_, _, event)| match event {
                Event::VariablesSet { values, .. } if values.get("reason").is_some() => Some(values.clone()),
                _ => None,
            });
            let all: Vec<Context> = variables.collect();
            assert_eq!(all.len(), answers.len() + 1, "{what}: each opinion is an event, and so is what they come to");
            let last = all.last().unwrap();
            assert_eq!(last["agreed"], Value::Boolean(way == "yes"), "{what}{sequential}");
            assert_eq!(last["reason"], Value::String(format!("r{whose}")), "{what}{sequential}");
            assert!(done(&trial).contains(&way.to_owned()), "{what}{sequential}: {:?}", done(&trial));
            let left = &trial.instances[0].state.left;
            assert_eq!(left.get("reason"), Some(&last["reason"]), "{what}: it is known when all is over");
            assert_replays(&trial);
            assert_conserved(&trial);
        }
    }
}

#[test]
fn what_a_round_is_given_is_no_part_of_what_it_says() {
    let given = "<extensionElements><qy:in name=\"amount\" value=\"amount * 2\"/></extensionElements>";
    let text =
        model(" qy:consent=\"agreed\"", "").replacen("qy:form=\"check\">", &format!("qy:form=\"check\">{given}"), 1);
    assert!(text.contains("amount"), "{text}");
    let amount = || Context::from([("amount".to_owned(), Value::whole(100))]);
    let mut trial = started_with(&text, amount());
    for at in 0..3 {
        trial.complete_task(&"sign".into(), officer(at), &said(true, "r")).unwrap();
    }
    let left = &trial.instances[0].state.left;
    assert_eq!((left.get("amount"), left.get("agreed")), (Some(&Value::whole(100)), Some(&Value::Boolean(true))));
    assert!(!left.contains_key("loopCounter"), "{left:?}");
}

#[test]
fn whoever_says_neither_yes_nor_no_does_not_agree() {
    let mut trial = started(&model(" qy:consent=\"agreed\"", VETO));
    trial.complete_task(&"sign".into(), officer(0), &Context::new()).unwrap();
    assert!(done(&trial).contains(&"no".to_owned()), "{:?}", done(&trial));
}

/// One person gives one opinion of a consent, under whatever post; elsewhere rounds are work like any other. Sent back and asked
/// again, everybody may sign again.
#[test]
fn the_same_person_signs_once() {
    for sequential in ["", " isSequential=\"true\""] {
        let mut trial = started(&model(&format!("{sequential} qy:consent=\"agreed\""), ""));
        let (ana, other) = (officer(0), (officer(0).0, PostId::new(77)));
        let signed = || Err(Refusal::Signed("sign".into()));
        let tasks = |trial: &Trial<'_>| trial.instances[0].state.tasks.keys().copied().collect::<Vec<_>>();
        let first = tasks(&trial)[0];
        trial.command(0, &Command::Claim { task: first, by: ana }).unwrap();
        if let Some(second) = tasks(&trial).get(1) {
            let give = Command::Assign { task: *second, by: officer(5).0, to: ana, reason: kernel::Erasable::erased() };
            assert_eq!(trial.command(0, &Command::Claim { task: *second, by: other }), signed(), "one is in hand");
            assert_eq!(trial.command(0, &give), signed(), "nor is it given");
        }
        let complete = Command::CompleteTask { task: first, by: ana.0, outputs: said(true, "r0") };
        trial.command(0, &complete).unwrap();
        let second = tasks(&trial)[0];
        assert_eq!(trial.command(0, &Command::Claim { task: second, by: ana }), signed(), "{sequential}");
        let instance = &trial.instances[0].state;
        let graph = trial.graphs()[&"p".into()].clone();
        assert_eq!(flow::step::admits(&graph, instance, second, other.0), signed());
        assert_eq!(flow::step::admits(&graph, instance, second, officer(1).0), Ok(()));
        let gone = Err(Refusal::Gone { what: "task", number: first });
        assert_eq!(flow::step::admits(&graph, instance, first, officer(1).0), gone);
        for at in 1..3 {
            trial.complete_task(&"sign".into(), officer(at), &said(true, "r")).unwrap();
        }
        assert!(done(&trial).contains(&"yes".to_owned()));
        assert_replays(&trial);
        // Without a consent, the rounds are no opinions.
        let mut trial = started(&model(sequential, ""));
        for _ in 0..3 {
            trial.complete_task(&"sign".into(), officer(0), &said(true, "r")).unwrap();
        }
        assert!(!done(&trial).is_empty());
    }
}

#[test]
fn a_form_that_several_fill_over_one_another_is_warned_of() {
    let warned = |text: &str| {
        let found = check(&[("p.bpmn", text.as_bytes())], &["agreed", "reason"]);
        assert!(found.is_accepted(), "{:?}", found.findings);
        found.findings.iter().any(|found| found.rule == "FLOW29")
    };
    assert!(warned(&model("", "")));
    assert!(!warned(&model(" qy:consent=\"agreed\"", "")));
    let wrong = ["0", "many", "-1"].map(|wrong| format!(" qy:consent=\"agreed\" qy:consents=\"{wrong}\""));
    for wrong in wrong.iter().map(String::as_str).chain([" qy:consents=\"2\""]) {
        let text = model(wrong, "");
        let found = check(&[("p.bpmn", text.as_bytes())], &["agreed", "reason"]);
        assert!(found.findings.iter().any(|found| found.rule == "FLOW13"), "{wrong}: {:?}", found.findings);
    }
}
