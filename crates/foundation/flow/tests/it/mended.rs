//! What waits for somebody goes on from where it was: joins without a way out. What comes with a message becomes what the model
//! says; a time that repeats wins once; what is done one by one is all done.

use std::sync::Arc;

use dmn::{Context, Value};
use flow::state::{Ending, IncidentKind, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, check};

use crate::held::{assert_conserved, assert_replays, done, incidents};
use crate::models::line;

fn started(text: &str, given: Context) -> Trial<'static> {
    let extra: Vec<&str> = given.keys().map(String::as_str).collect();
    let deployment = check(&[("p.bpmn", text.as_bytes())], &extra);
    assert!(deployment.is_accepted(), "{:?}\n{text}", deployment.findings);
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let worker = |_: &str, _: &flow::ElementId, _: &Context| Answer::Done(Context::new());
    let mut trial = Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(worker));
    trial.start("p", given).unwrap();
    trial
}

fn flow(from: &str, to: &str) -> String {
    format!("<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>")
}

fn when(from: &str, to: &str, condition: &str) -> String {
    format!(
        "<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\">\
         <conditionExpression xsi:type=\"tFormalExpression\">{condition}</conditionExpression></sequenceFlow>"
    )
}

fn job(id: &str) -> String {
    format!("<serviceTask id=\"{id}\" qy:type=\"{id}\"/>")
}

fn set(trial: &mut Trial<'_>, name: &str, value: Value) {
    let values = [(name.to_owned(), value)].into();
    trial.command(0, &Command::SetVariables { scope: None, values }).unwrap();
}

fn retry(trial: &mut Trial<'_>) {
    let incident = *trial.instances[0].state.incidents.keys().next().expect("something waits for somebody");
    trial.command(0, &Command::Retry { incident }).unwrap();
}

fn ends_whole(trial: &Trial<'_>) {
    let state = &trial.instances[0].state;
    assert_eq!(state.status, Status::Ended(Ending::Completed), "{state:?}");
    assert_conserved(trial);
    assert_replays(trial);
}

#[test]
fn a_join_without_a_way_out_goes_on_where_it_had_come_to() {
    let inclusive = "<inclusiveGateway id=\"j\"/>";
    let complex = "<complexGateway id=\"j\"><activationCondition xsi:type=\"tFormalExpression\">activationCount &gt;= 2\
                   </activationCondition></complexGateway>";
    for join in [inclusive, complex] {
        let elements = [
            "<startEvent id=\"s\"/><parallelGateway id=\"g\"/><endEvent id=\"e\"/><endEvent id=\"f\"/>".to_owned(),
            join.to_owned(),
            ["a", "b", "c"].map(job).concat(),
            [flow("s", "g"), flow("g", "a"), flow("g", "b"), flow("a", "j"), flow("b", "j")].concat(),
            [when("j", "c", "go"), when("j", "f", "stop"), flow("c", "e")].concat(),
        ];
        let given: Context = ["go", "stop"].map(|name| (name.to_owned(), Value::Boolean(false))).into();
        let mut trial = started(&line(&elements.concat()), given);
        assert_eq!(incidents(&trial, IncidentKind::NoPath), 1);
        retry(&mut trial);
        assert_eq!(incidents(&trial, IncidentKind::NoPath), 2, "nothing has changed");
        set(&mut trial, "go", Value::text("yes"));
        retry(&mut trial);
        assert_eq!(incidents(&trial, IncidentKind::BadExpression), 1);
        set(&mut trial, "go", Value::Boolean(true));
        retry(&mut trial);
        assert_eq!(done(&trial), ["a", "b", "c"]);
        assert_eq!(incidents(&trial, IncidentKind::Stuck), 0);
        ends_whole(&trial);
    }
}

#[test]
fn a_complex_join_that_is_reset_sends_by_its_conditions_only_when_tried_again_too() {
    let elements = [
        "<startEvent id=\"s\"/><parallelGateway id=\"g\"/><endEvent id=\"e\"/><endEvent id=\"f\"/><userTask id=\"b\" qy:candidates=\"x\"/>"
            .to_owned(),
        "<complexGateway id=\"j\"><activationCondition xsi:type=\"tFormalExpression\">activationCount &gt;= 1</activationCondition></complexGateway>".to_owned(),
        ["a", "c", "k"].map(job).concat(),
        [flow("s", "g"), flow("g", "a"), flow("g", "b"), flow("a", "j"), flow("b", "j")].concat(),
        [when("j", "c", "late"), flow("j", "k"), flow("c", "e"), flow("k", "f")].concat(),
    ];
    let mut trial = started(&line(&elements.concat()), [("late".to_owned(), Value::Boolean(false))].into());
    assert_eq!(done(&trial), ["a", "k"]);
    set(&mut trial, "late", Value::text("yes"));
    let ana = (kernel::OfficerId::new(1), kernel::PostId::new(11));
    trial.complete_task(&"b".into(), ana, &Context::new()).unwrap();
    assert_eq!(incidents(&trial, IncidentKind::BadExpression), 1);
    set(&mut trial, "late", Value::Boolean(true));
    retry(&mut trial);
    assert_eq!(done(&trial), ["a", "k", "b", "c"], "the way without a condition was for the first time only");
    ends_whole(&trial);
}

#[test]
fn an_activity_that_sends_several_tokens_sends_them_all_when_tried_again() {
    let elements = [
        "<startEvent id=\"s\"/><endEvent id=\"e\"/><endEvent id=\"f\"/><manualTask id=\"t\" completionQuantity=\"3\"/>"
            .to_owned(),
        job("c"),
        [flow("s", "t"), when("t", "c", "go"), when("t", "f", "not(go)"), flow("c", "e")].concat(),
    ];
    let mut trial = started(&line(&elements.concat()), [("go".to_owned(), Value::text("yes"))].into());
    set(&mut trial, "go", Value::Boolean(true));
    retry(&mut trial);
    assert_eq!(done(&trial), ["t", "c", "c", "c"]);
    ends_whole(&trial);
}

#[test]
fn a_time_that_repeats_behind_a_choice_of_events_comes_once() {
    let catch = |id: &str, inner: &str| format!("<intermediateCatchEvent id=\"{id}\">{inner}</intermediateCatchEvent>");
    let timer = "<timerEventDefinition id=\"td\"><timeCycle xsi:type=\"tFormalExpression\">R3/PT10M</timeCycle></timerEventDefinition>";
    let message = "<messageEventDefinition id=\"md\" messageRef=\"note\"/>";
    let elements = [
        "<startEvent id=\"s\"/><eventBasedGateway id=\"g\"/><endEvent id=\"e\"/><endEvent id=\"f\"/>".to_owned(),
        [catch("time", timer), catch("note-came", message)].concat(),
        ["a", "b"].map(job).concat(),
        [flow("s", "g"), flow("g", "time"), flow("g", "note-came")].concat(),
        [flow("time", "a"), flow("note-came", "b"), flow("a", "e"), flow("b", "f")].concat(),
    ];
    let text = line(&elements.concat()).replacen("<process", "<message id=\"note\" name=\"note\"/><process", 1);
    let mut trial = started(&text, Context::new());
    trial.advance(600_000);
    assert_eq!(done(&trial), ["a"]);
    assert_eq!(trial.message("note", None, &Context::new()), 0, "the others are over with it");
    ends_whole(&trial);
    let events = trial.history.len();
    trial.advance(3_600_000);
    assert_eq!(trial.history.len(), events);
    // Alone in the flow it comes each time, and that is warned of.
    let alone = [
        "<startEvent id=\"s\"/><endEvent id=\"e\"/>".to_owned(),
        [catch("time", timer), job("a")].concat(),
        [flow("s", "time"), flow("time", "a"), flow("a", "e")].concat(),
    ];
    let alone = line(&alone.concat());
    let warned = |text: &str| check(&[("p.bpmn", text.as_bytes())], &[]).findings.iter().any(|it| it.rule == "FLOW26");
    assert!(warned(&alone) && !warned(&text));
    let mut trial = started(&alone, Context::new());
    trial.advance(3_600_000);
    assert_eq!(done(&trial), ["a", "a", "a"]);
    ends_whole(&trial);
}

/// What the message `note` becomes at the event `m`: a map of all that leaves.
const TAKES: &str = "<extensionElements><qy:out name=\"sum\" value=\"amount * 2\"/></extensionElements>";

fn with_message(inside: &str) -> String {
    line(&format!("{inside}<dataObject id=\"o1\" name=\"sum\"/><dataObject id=\"o2\" name=\"amount\"/>")).replacen(
        "<process",
        "<message id=\"note\" name=\"note\"/><process",
        1,
    )
}

#[test]
fn what_comes_with_a_message_becomes_what_the_event_says() {
    let definition = "<messageEventDefinition id=\"md\" messageRef=\"note\"/>";
    let hold = format!("<userTask id=\"t\" qy:candidates=\"x\"/><endEvent id=\"e\"/>{}", flow("t", "e"));
    let none = "<startEvent id=\"s\"/>";
    let cases = [
        (
            "in the flow",
            format!(
                "{none}<intermediateCatchEvent id=\"m\">{TAKES}{definition}</intermediateCatchEvent>{hold}{}",
                [flow("s", "m"), flow("m", "t")].concat()
            ),
        ),
        (
            "on a border",
            format!(
                "{none}<userTask id=\"w\" qy:candidates=\"x\"/><boundaryEvent id=\"m\" attachedToRef=\"w\">{TAKES}{definition}</boundaryEvent>{hold}{}",
                [flow("s", "w"), flow("w", "t"), flow("m", "t")].concat()
            ),
        ),
        (
            "behind a choice of events",
            format!(
                "{none}<eventBasedGateway id=\"g\"/><intermediateCatchEvent id=\"m\">{TAKES}{definition}</intermediateCatchEvent>\
                 <intermediateCatchEvent id=\"c\"><timerEventDefinition id=\"td\"><timeDuration xsi:type=\"tFormalExpression\">PT1H</timeDuration>\
                 </timerEventDefinition></intermediateCatchEvent>{hold}{}",
                [flow("s", "g"), flow("g", "m"), flow("g", "c"), flow("m", "t"), flow("c", "t")].concat()
            ),
        ),
        (
            "beside the rest",
            format!(
                "{none}{hold}{}<subProcess id=\"h\" triggeredByEvent=\"true\"><startEvent id=\"m\" isInterrupting=\"false\">{TAKES}{definition}</startEvent>\
                 <userTask id=\"u\" qy:candidates=\"x\"/><endEvent id=\"he\"/>{}</subProcess>",
                flow("s", "t"),
                [flow("m", "u"), flow("u", "he")].concat()
            ),
        ),
    ];
    for (case, inside) in cases {
        let values = |amount: Value| [("amount".to_owned(), amount), ("secret".to_owned(), Value::text("x"))].into();
        let mut trial = started(&with_message(&inside), Context::new());
        assert_eq!(trial.message("note", None, &values(Value::Null)), 1, "{case}");
        // Null times two is null: that is a value. What cannot be evaluated is an incident.
        let state = &trial.instances[0].state;
        let seen = state.visible(state.root().unwrap());
        assert_eq!((seen.get("sum"), seen.get("secret")), (Some(&Value::Null), None), "{case}");
        let mut trial = started(&with_message(&inside), Context::new());
        trial.message("note", None, &values(Value::whole(21)));
        let state = &trial.instances[0].state;
        let seen = state.visible(state.root().unwrap());
        assert_eq!(seen.get("sum"), Some(&Value::whole(42)), "{case}");
        assert_eq!((seen.get("secret"), seen.get("amount")), (None, Some(&Value::Null)), "{case}: nothing else leaves");
        assert_conserved(&trial);
        assert_replays(&trial);
    }
    let begun = with_message(&format!("<startEvent id=\"m\">{TAKES}{definition}</startEvent>{hold}{}", flow("m", "t")));
    let deployment = check(&[("p.bpmn", begun.as_bytes())], &[]);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(|_, _, _| Answer::Nobody));
    trial.message("note", None, &[("amount".to_owned(), Value::whole(21))].into());
    let state = &trial.instances[0].state;
    assert_eq!(state.visible(state.root().unwrap()).get("sum"), Some(&Value::whole(42)));
}

#[test]
fn what_cannot_be_taken_of_a_message_waits_for_somebody_and_then_for_another_message() {
    let definition = "<messageEventDefinition id=\"md\" messageRef=\"note\"/>";
    // Evaluations have bounds, and this is beyond them.
    let takes = TAKES.replace("amount * 2", "count(for i in 1..100000, j in 1..100000 return amount)");
    let text = with_message(&format!(
        "<startEvent id=\"s\"/><intermediateCatchEvent id=\"m\">{takes}{definition}</intermediateCatchEvent><endEvent id=\"e\"/>{}",
        [flow("s", "m"), flow("m", "e")].concat()
    ));
    let mut trial = started(&text, Context::new());
    let values: Context = [("amount".to_owned(), Value::whole(1))].into();
    assert_eq!(trial.message("note", None, &values), 1);
    assert_eq!(incidents(&trial, IncidentKind::BadExpression), 1, "{:?}", trial.instances[0].state);
    assert!(trial.instances[0].state.waits.is_empty());
    retry(&mut trial);
    assert_eq!(trial.instances[0].state.waits.len(), 1, "it waits for the message again");
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_mapping_where_no_values_come_or_go_is_warned_of() {
    let signal = "<signalEventDefinition id=\"sd\" signalRef=\"sig\"/>";
    let message = "<messageEventDefinition id=\"md\" messageRef=\"note\"/>";
    let reads = "<extensionElements><qy:in name=\"sum\" value=\"1\"/></extensionElements>";
    let cases = [
        ("out of a signal", "intermediateCatchEvent", TAKES, signal, true),
        ("into a signal", "intermediateThrowEvent", reads, signal, true),
        ("into what is waited for", "intermediateCatchEvent", reads, message, true),
        ("out of what is sent", "intermediateThrowEvent", TAKES, message, true),
        ("out of a message", "intermediateCatchEvent", TAKES, message, false),
        ("into a message", "intermediateThrowEvent", reads, message, false),
    ];
    for (case, element, mapping, definition, warned) in cases {
        let text = with_message(&format!(
            "<startEvent id=\"s\"/><{element} id=\"m\">{mapping}{definition}</{element}><endEvent id=\"e\"/>{}",
            [flow("s", "m"), flow("m", "e")].concat()
        ))
        .replacen("<process", "<signal id=\"sig\" name=\"sig\"/><process", 1);
        let deployment = check(&[("p.bpmn", text.as_bytes())], &[]);
        let found = deployment.findings.iter().any(|found| found.rule == "FLOW28" && !found.is_error);
        assert_eq!((found, deployment.is_accepted()), (warned, true), "{case}: {:?}", deployment.findings);
    }
    let gateway = with_message(&format!(
        "<startEvent id=\"s\"/><exclusiveGateway id=\"m\">{reads}</exclusiveGateway><endEvent id=\"e\"/><endEvent id=\"f\"/>{}",
        [flow("s", "m"), when("m", "e", "true"), when("m", "f", "false")].concat()
    ));
    assert!(check(&[("p.bpmn", gateway.as_bytes())], &[]).findings.iter().any(|found| found.rule == "FLOW28"));
}

#[test]
fn one_by_one_all_is_done_whatever_comes_behind_each() {
    let sub = |inside: &str, condition: &str| {
        line(&format!(
            "<startEvent id=\"s\"/><adHocSubProcess id=\"u\" ordering=\"Sequential\">{inside}{condition}</adHocSubProcess><endEvent id=\"e\"/>{}",
            [flow("s", "u"), flow("u", "e")].concat()
        ))
    };
    // Two tasks that lead to a gateway and no further, two tasks one behind the other, a task.
    let gateway = "<exclusiveGateway id=\"x\"/>".to_owned();
    let flows = [flow("a", "x"), flow("b", "x"), flow("c", "k")].concat();
    let inside = [job("a"), job("b"), gateway, job("c"), job("k"), job("l"), flows].concat();
    let trial = started(&sub(&inside, ""), Context::new());
    assert_eq!(done(&trial), ["a", "b", "c", "k", "l", "u"]);
    ends_whole(&trial);
    let enough = "<completionCondition xsi:type=\"tFormalExpression\">enough</completionCondition>";
    let mut trial = started(&sub(&inside, enough), [("enough".to_owned(), Value::text("no"))].into());
    assert_eq!(done(&trial), ["a"]);
    set(&mut trial, "enough", Value::Boolean(false));
    while !trial.instances[0].state.incidents.is_empty() {
        retry(&mut trial);
    }
    assert_eq!(done(&trial), ["a", "b", "c", "k", "l", "u"]);
    ends_whole(&trial);
    let trial = started(&sub(&inside, enough), [("enough".to_owned(), Value::Boolean(true))].into());
    assert_eq!(done(&trial), ["a", "u"]);
    ends_whole(&trial);
}
