//! Where two rules meet: a stuck branch beside an open one, a join entered again, partners whose inside is not ours, what a call of a
//! global task says, names across files, a job that two workers want.

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::{Context, Value};
use flow::exchange::{Message, Waiting, route};
use flow::graph::{Binding, Work};
use flow::state::{Ending, IncidentKind, Position, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Graph, Refusal, check};
use kernel::{OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays, incidents};
use crate::models::line;

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));

fn deployed(text: &str, extra: &[&str]) -> Vec<Graph> {
    let deployment = check(&[("p.bpmn", text.as_bytes())], extra);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    deployment.graphs
}

fn started(text: &str, given: Context) -> Trial<'static> {
    let extra: Vec<&str> = given.keys().map(String::as_str).collect();
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let graphs = deployed(text, &extra);
    let mut trial = Trial::new(graphs, Arc::new(NoDecisions), now, Box::new(|_, _, _| Answer::Nobody));
    trial.start("p", given).unwrap();
    trial
}

fn rules(text: &str) -> Vec<String> {
    check(&[("p.bpmn", text.as_bytes())], &[]).findings.into_iter().map(|found| found.rule).collect()
}

/// A sub-process whose join waits for a branch that was not taken; beside it a task of people.
const STUCK_BESIDE: &str = "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"g\"/><parallelGateway id=\"g\"/>\
    <sequenceFlow id=\"f1\" sourceRef=\"g\" targetRef=\"t\"/><userTask id=\"t\" qy:candidates=\"clerk\"/>\
    <sequenceFlow id=\"f2\" sourceRef=\"g\" targetRef=\"u\"/>\
    <subProcess id=\"u\"><startEvent id=\"us\"/><sequenceFlow id=\"u0\" sourceRef=\"us\" targetRef=\"x\"/><exclusiveGateway id=\"x\" default=\"u2\"/>\
    <sequenceFlow id=\"u1\" sourceRef=\"x\" targetRef=\"j\"><conditionExpression xsi:type=\"tFormalExpression\">false</conditionExpression></sequenceFlow>\
    <sequenceFlow id=\"u2\" sourceRef=\"x\" targetRef=\"m\"/><manualTask id=\"m\"/><sequenceFlow id=\"u3\" sourceRef=\"m\" targetRef=\"j\"/>\
    <parallelGateway id=\"j\"/><sequenceFlow id=\"u4\" sourceRef=\"j\" targetRef=\"ue\"/><endEvent id=\"ue\"/></subProcess>\
    <sequenceFlow id=\"f3\" sourceRef=\"t\" targetRef=\"k\"/><sequenceFlow id=\"f4\" sourceRef=\"u\" targetRef=\"k\"/>\
    <parallelGateway id=\"k\"/><sequenceFlow id=\"f5\" sourceRef=\"k\" targetRef=\"e\"/><endEvent id=\"e\"/>";

#[test]
fn a_scope_is_stuck_whatever_goes_on_elsewhere() {
    let mut trial = started(&line(STUCK_BESIDE), Context::new());
    assert_eq!(incidents(&trial, IncidentKind::Stuck), 1, "{:?}", trial.instances[0].state.incidents);
    let (number, incident) = trial.instances[0].state.incidents.iter().next().map(|(n, it)| (*n, it.clone())).unwrap();
    assert_eq!(incident.detail, "j");
    assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    assert_eq!(
        incidents(&trial, IncidentKind::Stuck),
        1,
        "said once; what waits outside for the sub-process is not stuck"
    );
    let retry = Command::Retry { incident: number };
    trial.command(0, &retry).unwrap();
    assert_eq!(incidents(&trial, IncidentKind::Stuck), 2, "trying again brings nothing");
    let incident = *trial.instances[0].state.incidents.keys().next().unwrap();
    let to = |incident| Command::Move { incident, to: "ue".into(), by: ANA.0, approved_by: OfficerId::new(2) };
    trial.command(0, &to(incident)).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_token_that_failed_before_a_join_comes_again_by_its_flow() {
    // A complex join whose condition cannot be read; the first flow has no token, the second has one.
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"g\"/><parallelGateway id=\"g\"/>\
         <sequenceFlow id=\"f1\" sourceRef=\"g\" targetRef=\"a\"/><userTask id=\"a\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"f2\" sourceRef=\"g\" targetRef=\"b\"/><manualTask id=\"b\"/>\
         <sequenceFlow id=\"a2\" sourceRef=\"a\" targetRef=\"j\"/><sequenceFlow id=\"b2\" sourceRef=\"b\" targetRef=\"j\"/>\
         <complexGateway id=\"j\"><activationCondition xsi:type=\"tFormalExpression\">activationCount &gt;= enough</activationCondition></complexGateway>\
         <sequenceFlow id=\"h\" sourceRef=\"j\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let mut trial = started(&text, [("enough".to_owned(), Value::text("two"))].into());
    assert_eq!(incidents(&trial, IncidentKind::BadExpression), 1);
    let values = [("enough".to_owned(), Value::whole(2))].into();
    trial.command(0, &Command::SetVariables { scope: None, values }).unwrap();
    let incident = *trial.instances[0].state.incidents.keys().next().unwrap();
    trial.command(0, &Command::Retry { incident }).unwrap();
    let arrived = |position: &Position| match position {
        Position::Arrived(_, via) => via.clone(),
        _ => None,
    };
    let tokens = trial.instances[0].state.tokens.values();
    let arrived: Vec<ElementId> = tokens.filter_map(|token| arrived(&token.position)).collect();
    assert_eq!(arrived, [ElementId::from("b2")], "and not by the first flow of the join");
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_call_of_a_global_task_keeps_what_both_say() {
    let global = "<globalUserTask id=\"sign\" name=\"sign\" qy:candidates=\"head\" qy:organ=\"1\" qy:separate=\"t\"/>\
                  <globalBusinessRuleTask id=\"fine\" name=\"fine\" qy:decision=\"{urn:fines}Fine\" qy:binding=\"latest\" qy:onEmpty=\"null\"/><process";
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><userTask id=\"t\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"c\"/><callActivity id=\"c\" calledElement=\"sign\" qy:returnTo=\"t\" qy:same=\"t\"/>\
         <sequenceFlow id=\"h\" sourceRef=\"c\" targetRef=\"rule\"/><callActivity id=\"rule\" calledElement=\"fine\" qy:result=\"sum\"/>\
         <sequenceFlow id=\"i\" sourceRef=\"rule\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    )
    .replacen("<process", global, 1);
    let graphs = deployed(&text, &[]);
    let work = |id: &str| &graphs[0].activity(graphs[0].at(&id.into()).unwrap()).unwrap().work;
    let Work::User(human) = work("c") else { panic!("{:?}", work("c")) };
    assert!(human.organ.is_some());
    let there = [ElementId::from("t")];
    assert_eq!((&human.separate[..], &human.same[..], &human.return_to[..]), (&there[..], &there[..], &there[..]));
    let Work::Decision(decision) = work("rule") else { panic!("{:?}", work("rule")) };
    let of = (decision.namespace.as_str(), decision.name.as_str(), &decision.binding, decision.must_decide);
    assert_eq!((of, decision.result.as_deref()), (("urn:fines", "Fine", &Binding::Latest, false), Some("sum")));
}

#[test]
fn a_task_is_returned_only_to_what_can_be_begun_again_from_there() {
    let with = |of_t: &str, of_i: &str| {
        line(&format!(
            "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><userTask id=\"t\" qy:candidates=\"clerk\"{of_t}/>\
             <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"u\"/>\
             <subProcess id=\"u\"><startEvent id=\"us\"/><sequenceFlow id=\"uf\" sourceRef=\"us\" targetRef=\"i\"/>\
             <userTask id=\"i\" qy:candidates=\"clerk\"{of_i}/><sequenceFlow id=\"ug\" sourceRef=\"i\" targetRef=\"ue\"/><endEvent id=\"ue\"/></subProcess>\
             <sequenceFlow id=\"h\" sourceRef=\"u\" targetRef=\"e\"/><endEvent id=\"e\"/>"
        ))
    };
    let cases = [
        ("outwards", with("", " qy:returnTo=\"t\""), false),
        ("the same level", with(" qy:returnTo=\"u\"", ""), false),
        ("inwards", with(" qy:returnTo=\"i\"", ""), true),
    ];
    for (case, text, refused) in cases {
        assert_eq!(rules(&text).contains(&"FLOW22".to_owned()), refused, "{case}: {:?}", rules(&text));
    }
}

/// Two pools: ours sends from `m`; the other has a process that waits, or is a name only.
fn pools(black_box: bool, message: &str) -> String {
    let (other, process) = match black_box {
        true => ("<participant id=\"pool-q\" name=\"q\"/>", ""),
        false => (
            "<participant id=\"pool-q\" name=\"q\" processRef=\"q\"/>",
            "<process id=\"q\" isExecutable=\"true\"><startEvent id=\"qs\"><outgoing>q1</outgoing></startEvent>\
             <sequenceFlow id=\"q1\" sourceRef=\"qs\" targetRef=\"qr\"/><receiveTask id=\"qr\" messageRef=\"note\"><incoming>q1</incoming><outgoing>q2</outgoing></receiveTask>\
             <sequenceFlow id=\"q2\" sourceRef=\"qr\" targetRef=\"qe\"/><endEvent id=\"qe\"><incoming>q2</incoming></endEvent></process>",
        ),
    };
    line(&format!(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"m\"/><sendTask id=\"m\"{message}/>\
         <sequenceFlow id=\"g\" sourceRef=\"m\" targetRef=\"e\"/><endEvent id=\"e\"/>"
    ))
    .replacen("<process", "<message id=\"note\" name=\"note\"/><process", 1)
    .replace(
        "</definitions>",
        &format!(
            "{process}<collaboration id=\"c\"><participant id=\"pool-p\" name=\"p\" processRef=\"p\"/>{other}\
             <messageFlow id=\"mf\" sourceRef=\"m\" targetRef=\"pool-q\"/></collaboration></definitions>"
        ),
    )
}

#[test]
fn a_message_to_a_pool_whose_inside_is_not_ours_is_for_none_of_ours() {
    let waits = ElementId::from("q");
    for (black_box, named, got) in [(false, true, 1), (true, true, 0), (false, false, 1), (true, false, 0)] {
        let graphs: BTreeMap<ElementId, Arc<Graph>> = deployed(&pools(black_box, " messageRef=\"note\""), &[])
            .into_iter()
            .map(|graph| (graph.id.clone(), Arc::new(graph)))
            .collect();
        let (process, from) = (ElementId::from("p"), ElementId::from("m"));
        let name = if named { "note" } else { "" };
        let message = Message { process: &process, from: &from, name, key: None };
        let waiting = [Waiting { instance: 0, process: &waits, wait: 1, name: "note", key: None }];
        assert_eq!(route(&message, &waiting, &graphs).len(), got, "black box: {black_box}, named: {named}");
        // From where no flow leads anywhere, and without a name, it would fit everything.
        let elsewhere = ElementId::from("nowhere");
        let message = Message { process: &process, from: &elsewhere, name: "", key: None };
        assert_eq!(route(&message, &waiting, &graphs).len(), 0);
    }
}

#[test]
fn what_is_sent_to_nobody_by_no_name_is_refused() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"m\"/><sendTask id=\"m\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"m\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    assert!(rules(&text).contains(&"FLOW10".to_owned()), "{:?}", rules(&text));
    assert!(!rules(&pools(true, "")).contains(&"FLOW10".to_owned()), "a flow says to whom");
}

#[test]
fn a_process_is_in_one_file_of_a_deployment() {
    let text =
        line("<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"e\"/><endEvent id=\"e\"/>");
    let both = check(&[("a.bpmn", text.as_bytes()), ("b.bpmn", text.as_bytes())], &[]);
    let found = both.findings.iter().find(|found| found.rule == "FLOW23").unwrap();
    assert_eq!((found.file.as_str(), found.is_error, both.graphs.len()), ("b.bpmn", true, 0));
    assert!(found.arguments.contains(&("why", "a.bpmn".to_owned())));
}

#[test]
fn why_an_expression_cannot_be_used_is_a_code_that_its_sentence_knows() {
    for (script, why, what) in
        [("1 +", "syntax", None), ("nothing", "unknown-name", Some("nothing")), ("today()", "clock", Some("today"))]
    {
        let text = line(&format!(
            "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>\
             <scriptTask id=\"t\" scriptFormat=\"text/feel\"><script>{script}</script></scriptTask>"
        ));
        let deployment = check(&[("p.bpmn", text.as_bytes())], &[]);
        let found = deployment.findings.iter().find(|found| found.rule == "FLOW02").unwrap();
        let argument = |name| found.arguments.iter().find(|(other, _)| *other == name).unwrap().1.as_str();
        assert_eq!(argument("why"), why);
        assert!(what.is_none_or(|what| argument("what") == what), "{script}: {}", argument("what"));
        for (language, text) in flow::LOCALES {
            assert!(text.contains(&format!("    [{why}] ")), "{language}: {why}");
        }
    }
}

#[test]
fn a_job_is_not_handed_out_twice() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><serviceTask id=\"t\" qy:type=\"work\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let mut trial = started(&text, Context::new());
    let job = *trial.instances[0].state.jobs.keys().next().unwrap();
    let hour = trial.now.plus_ms(3_600_000);
    let lease = |worker: &str, until| Command::LeaseJob { job, worker: worker.to_owned(), until };
    trial.command(0, &lease("one", hour)).unwrap();
    assert_eq!(trial.command(0, &lease("two", hour)), Err(Refusal::Leased));
    trial.command(0, &lease("one", hour.plus_ms(1))).unwrap();
    trial.advance(3_600_001);
    trial.command(0, &lease("two", hour.plus_ms(3_600_000))).unwrap();
    let why = "away".to_owned();
    let after = Some(trial.now.plus_ms(60_000));
    trial.command(0, &Command::FailJob { job, why, after }).unwrap();
    assert_eq!(trial.command(0, &lease("one", hour.plus_ms(9_000_000))), Err(Refusal::NotDue));
    trial.advance(60_000);
    trial.command(0, &lease("one", hour.plus_ms(9_000_000))).unwrap();
    assert_replays(&trial);
}
