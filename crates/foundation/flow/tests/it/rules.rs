//! Rules in tables: people's tasks, jobs, clocks, messages, errors of models; each with its refusals.

use std::sync::Arc;

use dmn::{Context, Value};
use flow::state::{Ending, IncidentKind, Status, What};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Refusal, check};
use kernel::{OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays, incidents};
use crate::models::line;

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));
const BORIS: (OfficerId, PostId) = (OfficerId::new(2), PostId::new(12));

fn trial<'w>(text: &str, extra: &[&str], worker: impl FnMut(&str, &ElementId, &Context) -> Answer + 'w) -> Trial<'w> {
    let deployment = check(&[("p.bpmn", text.as_bytes())], extra);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    Trial::new(deployment.graphs, Arc::new(NoDecisions), now, Box::new(worker))
}

fn nobody(_: &str, _: &ElementId, _: &Context) -> Answer {
    Answer::Nobody
}

const TWO_TASKS: &str = "<startEvent id=\"s\"/><sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"draft\"/>\
    <userTask id=\"draft\" name=\"Draft\" qy:candidates=\"clerk\"/>\
    <sequenceFlow id=\"f2\" sourceRef=\"draft\" targetRef=\"check\"/>\
    <userTask id=\"check\" name=\"Check\" qy:candidates=\"clerk, head\" qy:separate=\"draft\"/>\
    <sequenceFlow id=\"f3\" sourceRef=\"check\" targetRef=\"e\"/><endEvent id=\"e\"/>";

#[test]
fn a_task_has_one_holder_and_two_tasks_two_persons() {
    let mut trial = trial(&line(TWO_TASKS), &[], nobody);
    trial.start("p", Context::new()).unwrap();
    let task = |trial: &Trial<'_>| *trial.instances[0].state.tasks.keys().next().unwrap();
    let first = task(&trial);
    assert_eq!(trial.instances[0].state.tasks[&first].posts, ["clerk"]);
    let complete = |task, by| Command::CompleteTask { task, by, outputs: Context::new() };
    assert_eq!(trial.command(0, &complete(first, ANA.0)), Err(Refusal::NotHeld), "nobody has it");
    trial.command(0, &Command::Claim { task: first, by: ANA }).unwrap();
    assert_eq!(trial.command(0, &Command::Claim { task: first, by: BORIS }), Err(Refusal::Held));
    assert_eq!(trial.command(0, &Command::Release { task: first, by: BORIS.0 }), Err(Refusal::NotHeld));
    trial.command(0, &Command::Release { task: first, by: ANA.0 }).unwrap();
    trial.command(0, &Command::Claim { task: first, by: ANA }).unwrap();
    trial.command(0, &complete(first, ANA.0)).unwrap();
    assert_eq!(trial.command(0, &complete(first, ANA.0)), Err(Refusal::Gone { what: "task", number: first }));
    let second = task(&trial);
    let refused = trial.command(0, &Command::Claim { task: second, by: ANA });
    assert_eq!(refused, Err(Refusal::Separate(ElementId::from("draft"))), "under whatever post");
    trial.command(0, &Command::Claim { task: second, by: BORIS }).unwrap();
    trial.command(0, &complete(second, BORIS.0)).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_eq!(trial.command(0, &complete(second, BORIS.0)), Err(Refusal::NotActive));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_task_is_given_and_sent_back() {
    let text = line(&TWO_TASKS.replace("qy:separate=\"draft\"", "qy:separate=\"draft\" qy:returnTo=\"draft\""));
    let mut trial = trial(&text, &[], nobody);
    trial.start("p", Context::new()).unwrap();
    let task = |trial: &Trial<'_>| *trial.instances[0].state.tasks.keys().next().unwrap();
    let give = |task, to| Command::Assign { task, by: BORIS.0, to, reason: "leave".into() };
    let first = task(&trial);
    trial.command(0, &Command::Claim { task: first, by: BORIS }).unwrap();
    trial.command(0, &give(first, ANA)).unwrap();
    assert_eq!(trial.instances[0].state.tasks[&first].holder, Some(ANA));
    let back = |task, by, to: &str| Command::Return { task, by, to: ElementId::from(to), reason: "unclear".into() };
    let refused = trial.command(0, &back(first, ANA.0, "check"));
    assert_eq!(refused, Err(Refusal::NoReturn(ElementId::from("check"))), "only where the model says so");
    trial.command(0, &Command::CompleteTask { task: first, by: ANA.0, outputs: Context::new() }).unwrap();

    let second = task(&trial);
    assert_eq!(trial.command(0, &give(second, ANA)), Err(Refusal::Separate(ElementId::from("draft"))), "nor by a gift");
    assert_eq!(trial.command(0, &back(second, BORIS.0, "draft")), Err(Refusal::NotHeld));
    trial.command(0, &Command::Claim { task: second, by: BORIS }).unwrap();
    trial.command(0, &back(second, BORIS.0, "draft")).unwrap();
    let state = &trial.instances[0].state;
    assert_eq!((state.tasks.len(), state.returns[&ElementId::from("check")]), (1, 1));
    let again = task(&trial);
    assert_eq!(state.runs[&state.tasks[&again].run].element, ElementId::from("draft"));
    assert_conserved(&trial);
    for (id, by) in [("draft", ANA), ("check", BORIS)] {
        assert!(trial.complete_task(&ElementId::from(id), by, &Context::new()).unwrap());
    }
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn what_is_suspended_stands_still_until_it_is_resumed() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>\
         <serviceTask id=\"t\" qy:type=\"work\"/><sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let mut trial = trial(&text, &[], nobody);
    trial.start("p", Context::new()).unwrap();
    let resume = Command::Resume { by: Some(ANA.0), cause: "答复已到".into(), voucher: String::new() };
    assert_eq!(trial.command(0, &resume), Err(Refusal::NotSuspended));
    let suspend =
        |voucher: &str| Command::Suspend { by: Some(ANA.0), cause: "等待答复".into(), voucher: voucher.to_owned() };
    let refused = trial.command(0, &suspend(""));
    assert_eq!(refused, Err(Refusal::Clock(kernel::clock::ClockRefusal::NoVoucher)));
    trial.command(0, &suspend("停字1号")).unwrap();
    assert_eq!(trial.command(0, &Command::Signal { name: "x".to_owned() }), Err(Refusal::NotActive));
    // Work that is out already is reported, and parked.
    let job = *trial.instances[0].state.jobs.keys().next().unwrap();
    trial.command(0, &Command::CompleteJob { job, outputs: Context::new() }).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Suspended);
    trial.command(0, &resume).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_replays(&trial);
}

#[test]
fn a_job_is_tried_again_and_then_waits_for_somebody() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>\
         <serviceTask id=\"t\" qy:type=\"work\"/><sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let mut trial = trial(&text, &[], nobody);
    trial.start("p", Context::new()).unwrap();
    let (job, of) = trial.instances[0].state.jobs.iter().next().map(|(job, of)| (*job, of.clone())).unwrap();
    let fail = Command::FailJob { job, why: "away".to_owned(), after: None };
    for left in (0..of.attempts).rev() {
        trial.command(0, &fail).unwrap();
        let now = &trial.instances[0].state.jobs[&job];
        assert_eq!((now.attempts, &now.key), (left, &of.key), "the key is the same over attempts");
    }
    assert_eq!(incidents(&trial, IncidentKind::JobFailed), 1);
    let incident = *trial.instances[0].state.incidents.keys().next().unwrap();
    trial.command(0, &Command::Retry { incident }).unwrap();
    assert_eq!(trial.instances[0].state.jobs[&job].attempts, 1);
    trial.command(0, &Command::CompleteJob { job, outputs: Context::new() }).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
}

#[test]
fn a_condition_that_is_neither_true_nor_false_waits_for_somebody() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"x\"/><exclusiveGateway id=\"x\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"x\" targetRef=\"e\"><conditionExpression xsi:type=\"tFormalExpression\">amount &gt; 5\
         </conditionExpression></sequenceFlow><endEvent id=\"e\"/>\
         <sequenceFlow id=\"h\" sourceRef=\"x\" targetRef=\"n\"><conditionExpression xsi:type=\"tFormalExpression\">amount &lt; 0\
         </conditionExpression></sequenceFlow><endEvent id=\"n\"/>",
    );
    let mut trial = trial(&text, &["amount"], nobody);
    trial.start("p", [("amount".to_owned(), Value::text("many"))].into()).unwrap();
    assert_eq!(incidents(&trial, IncidentKind::BadExpression), 1, "never silently false");
    let incident = *trial.instances[0].state.incidents.keys().next().unwrap();
    let set =
        |amount| Command::SetVariables { scope: None, values: [("amount".to_owned(), Value::whole(amount))].into() };
    trial.command(0, &set(3)).unwrap();
    trial.command(0, &Command::Retry { incident }).unwrap();
    assert_eq!(incidents(&trial, IncidentKind::NoPath), 1);
    let incident = *trial.instances[0].state.incidents.keys().next().unwrap();
    trial.command(0, &set(6)).unwrap();
    trial.command(0, &Command::Retry { incident }).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_timer_fires_at_its_time_and_not_before() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>\
         <userTask id=\"t\" qy:candidates=\"clerk\"/><boundaryEvent id=\"b\" attachedToRef=\"t\" cancelActivity=\"false\">\
         <timerEventDefinition><timeCycle xsi:type=\"tFormalExpression\">R3/P1D</timeCycle></timerEventDefinition></boundaryEvent>\
         <sequenceFlow id=\"h\" sourceRef=\"b\" targetRef=\"r\"/><serviceTask id=\"r\" qy:type=\"remind\"/>\
         <sequenceFlow id=\"i\" sourceRef=\"r\" targetRef=\"o\"/><endEvent id=\"o\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let reminded = std::cell::Cell::new(0);
    let mut trial = trial(&text, &[], |_, _, _| {
        reminded.set(reminded.get() + 1);
        Answer::Done(Context::new())
    });
    trial.start("p", Context::new()).unwrap();
    let day = 86_400_000;
    let wait = *trial.instances[0].state.waits.keys().next().unwrap();
    assert_eq!(trial.command(0, &Command::TimerDue { wait }), Err(Refusal::NotDue));
    trial.advance(day - 1);
    assert_eq!(reminded.get(), 0);
    trial.advance(1);
    assert_eq!(reminded.get(), 1);
    trial.advance(10 * day);
    assert_eq!(reminded.get(), 3, "three times and no more");
    assert!(trial.instances[0].state.waits.values().all(|wait| !matches!(wait.what, What::Timer { .. })));
    assert_eq!(trial.instances[0].state.tasks.len(), 1, "a clock ends no task by itself");
    assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_time_may_be_an_expression_that_gives_one() {
    let with = |time: &str| {
        line(&format!(
            "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"c\"/><intermediateCatchEvent id=\"c\">\
             <timerEventDefinition id=\"w\"><timeDuration xsi:type=\"tFormalExpression\">{time}</timeDuration></timerEventDefinition>\
             </intermediateCatchEvent><sequenceFlow id=\"g\" sourceRef=\"c\" targetRef=\"e\"/><endEvent id=\"e\"/>"
        ))
    };
    for (time, due) in
        [("limit", true), ("duration(&quot;P2D&quot;)", true), ("P2D", true), ("P2X", false), ("other", false)]
    {
        let deployment = check(&[("p.bpmn", with(time).as_bytes())], &["limit"]);
        assert_eq!(deployment.is_accepted(), due, "{time}: {:?}", deployment.findings);
    }
    for (limit, over) in [(Value::text("P2D"), true), (Value::duration("P2D").unwrap(), true), (Value::whole(2), false)]
    {
        let mut trial = trial(&with("limit"), &["limit"], nobody);
        trial.start("p", [("limit".to_owned(), limit.clone())].into()).unwrap();
        trial.advance(2 * 86_400_000 - 1);
        assert_eq!(trial.instances[0].state.status, Status::Active, "{limit:?}");
        trial.advance(1);
        assert_eq!(trial.instances[0].state.status == Status::Ended(Ending::Completed), over, "{limit:?}");
        assert_eq!(
            incidents(&trial, IncidentKind::BadExpression),
            usize::from(!over),
            "what is no time waits for somebody"
        );
    }
}

#[test]
fn a_message_goes_to_the_one_whose_key_fits() {
    let text = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"r\"/>\
         <receiveTask id=\"r\" messageRef=\"m\" qy:key=\"number\"/><sequenceFlow id=\"g\" sourceRef=\"r\" targetRef=\"e\"/>\
         <endEvent id=\"e\"/>",
    )
    .replace("<process", "<message id=\"m\" name=\"answer\"/><process");
    let mut trial = trial(&text, &["number", "said"], nobody);
    for number in [1, 2, 2] {
        trial.start("p", [("number".to_owned(), Value::whole(number))].into()).unwrap();
    }
    let said = [("said".to_owned(), Value::text("yes"))].into();
    assert_eq!(trial.message("question", Some(&Value::whole(1)), &said), 0, "another name");
    assert_eq!(trial.message("answer", Some(&Value::whole(3)), &said), 0, "another key");
    assert_eq!(trial.message("answer", Some(&Value::whole(1)), &said), 1);
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    // Two wait for it: nobody gets it.
    trial.message("answer", Some(&Value::whole(2)), &said);
    assert!(trial.instances[1..].iter().all(|it| it.state.status == Status::Active));
    assert_conserved(&trial);
}

#[test]
fn every_fault_of_a_model_is_found_with_its_place_before_it_runs() {
    let flows = "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>";
    let cases = [
        ("a service without a type", format!("{flows}<serviceTask id=\"t\"/>"), "FLOW04"),
        ("a task for nobody", format!("{flows}<userTask id=\"t\"/>"), "FLOW05"),
        ("a decision that is none", format!("{flows}<businessRuleTask id=\"t\"/>"), "FLOW06"),
        ("a call of nothing", format!("{flows}<callActivity id=\"t\"/>"), "FLOW07"),
        (
            "a script in another language",
            format!("{flows}<scriptTask id=\"t\" scriptFormat=\"text/x-lua\"><script>1</script></scriptTask>"),
            "FLOW03",
        ),
        (
            "a script that does not read",
            format!("{flows}<scriptTask id=\"t\" scriptFormat=\"text/feel\"><script>1 +</script></scriptTask>"),
            "FLOW02",
        ),
        (
            "a name that nothing declares",
            format!("{flows}<scriptTask id=\"t\" scriptFormat=\"text/feel\"><script>nothing + 1</script></scriptTask>"),
            "FLOW02",
        ),
        (
            "a clock read by a script",
            format!("{flows}<scriptTask id=\"t\" scriptFormat=\"text/feel\"><script>today()</script></scriptTask>"),
            "FLOW02",
        ),
        (
            "a timer that is no time",
            format!(
                "{flows}<intermediateCatchEvent id=\"t\"><timerEventDefinition><timeDuration>PT</timeDuration></timerEventDefinition></intermediateCatchEvent>"
            ),
            "FLOW09",
        ),
        (
            "a way round without an end",
            format!(
                "{flows}<task id=\"t\"/><sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"u\"/><task id=\"u\"/><sequenceFlow id=\"h\" sourceRef=\"u\" targetRef=\"t\"/>"
            ),
            "FLOW12",
        ),
        ("tokens by none", format!("{flows}<task id=\"t\" startQuantity=\"0\"/>"), "FLOW13"),
        (
            "a task that is not there",
            format!("{flows}<userTask id=\"t\" qy:candidates=\"clerk\" qy:separate=\"nobody\"/>"),
            "FLOW14",
        ),
        (
            "a decision that is not deployed with it",
            format!("{flows}<businessRuleTask id=\"t\" qy:decision=\"Fine\" qy:binding=\"deployment\"/>"),
            "FLOW15",
        ),
        ("two elements of one id", format!("{flows}<task id=\"t\"/><task id=\"t\"/>"), "EXT002"),
    ];
    for (case, elements, rule) in cases {
        let text = line(&elements);
        let deployment = check(&[("p.bpmn", text.as_bytes())], &[]);
        let found = deployment.findings.iter().find(|found| found.rule == rule && found.is_error);
        let found = found.unwrap_or_else(|| panic!("{case}: {:?}", deployment.findings));
        assert!(found.line >= 2 && found.column > 1, "{case}: {found:?}");
        assert!(!deployment.is_accepted() && deployment.graphs.is_empty(), "{case}");
    }
    for (case, bytes) in [
        ("no model", &b"<definitions"[..]),
        ("an entity", b"<!DOCTYPE d [<!ENTITY a \"aaaa\">]><d>&a;</d>"),
        ("nothing", b""),
        ("no text", b"\xff\xfe\x00"),
    ] {
        let deployment = check(&[("p.bpmn", bytes)], &[]);
        assert!(!deployment.is_accepted(), "{case}");
    }
}

#[test]
fn a_decision_is_made_by_the_table_that_is_deployed_with_the_process() {
    let process = line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/>\
         <businessRuleTask id=\"t\" qy:decision=\"Fine\" qy:binding=\"deployment\" qy:result=\"fine\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"u\"/><userTask id=\"u\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"h\" sourceRef=\"u\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    );
    let table = "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:fines\" name=\"fines\" id=\"d\">\
        <inputData id=\"i\" name=\"amount\"><variable id=\"iv\" name=\"amount\" typeRef=\"number\"/></inputData>\
        <decision id=\"fine\" name=\"Fine\"><variable id=\"v\" name=\"Fine\" typeRef=\"number\"/>\
        <informationRequirement id=\"r\"><requiredInput href=\"#i\"/></informationRequirement>\
        <decisionTable id=\"t\" hitPolicy=\"UNIQUE\"><input id=\"c\"><inputExpression id=\"ce\" typeRef=\"number\"><text>amount</text>\
        </inputExpression></input><output id=\"o\" typeRef=\"number\"/>\
        <rule id=\"low\"><inputEntry id=\"a1\"><text>&lt; 100</text></inputEntry><outputEntry id=\"b1\"><text>1</text></outputEntry></rule>\
        <rule id=\"high\"><inputEntry id=\"a2\"><text>&gt;= 100</text></inputEntry><outputEntry id=\"b2\"><text>7</text></outputEntry></rule>\
        </decisionTable></decision></definitions>";
    let deployment = check(&[("p.bpmn", process.as_bytes()), ("fines.dmn", table.as_bytes())], &["amount"]);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let decider = Arc::new(flow::deployment::Decided(deployment.decisions.unwrap()));
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(deployment.graphs, decider, now, Box::new(nobody));
    trial.start("p", [("amount".to_owned(), Value::whole(250))].into()).unwrap();
    let state = &trial.instances[0].state;
    assert_eq!(state.visible(state.root().unwrap())["fine"], Value::whole(7));
    let decided = trial.history.iter().find_map(|(_, _, event)| match event {
        flow::Event::Decided { hits, version, .. } => Some((hits.clone(), version.clone())),
        _ => None,
    });
    let (hits, version) = decided.unwrap();
    assert_eq!(hits, [("fine".to_owned(), "high".to_owned())], "which rule matched is on record");
    assert_eq!(version.len(), 64);
}
