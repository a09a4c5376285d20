//! Statutory clocks and notices to complete the papers, in tables and properties. Sources: flow.md §7, §8, §14 item 9; the days
//! are those of the State Council's notice for 2026.

use std::sync::Arc;

use dmn::{Context, Value};
use flow::event::{Changed, Closed};
use flow::state::{Clock, Ending, IncidentKind, Number, Rung, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Event, Refusal, check};
use kernel::calendar::WorkingCalendar;
use kernel::clock::{ClockRefusal, NotArmed};
use kernel::limit::{Budget, Cause, Law, Limit};
use kernel::packs::Packs;
use kernel::{Instant, OfficerId, PostId};
use proptest::prelude::*;

use crate::held::{assert_conserved, assert_replays, incidents};
use crate::models::line;

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));
const BORIS: (OfficerId, PostId) = (OfficerId::new(2), PostId::new(12));
const DAY: i64 = 86_400_000;

/// 2 March 2026 is a Monday; it is 08:00 in Beijing.
const MONDAY: &str = "2026-03-02T00:00:00Z";

const MATTER: &str =
    "law=\"licensing\" statutory=\"20\" promised=\"10\" unit=\"working-days\" article=\"行政许可法第42条\"";

fn calendar() -> Arc<WorkingCalendar> {
    Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap())
}

/// A task of people between start and end, with a clock of the process and one of the task, each where it is not empty.
fn text(process: &str, step: &str) -> String {
    let clock = |clock: &str| match clock {
        "" => String::new(),
        clock => format!("<extensionElements><qy:clock {clock}/></extensionElements>"),
    };
    line(
        "<startEvent id=\"s\"/><sequenceFlow id=\"f\" sourceRef=\"s\" targetRef=\"t\"/><userTask id=\"t\" qy:candidates=\"clerk\"/>\
         <sequenceFlow id=\"g\" sourceRef=\"t\" targetRef=\"e\"/><endEvent id=\"e\"/>",
    )
    .replace("isExecutable=\"true\">", &format!("isExecutable=\"true\">{}", clock(process)))
    .replace("qy:candidates=\"clerk\">", &format!("qy:candidates=\"clerk\">{}", clock(step)))
}

fn trial(text: &str) -> Trial<'static> {
    let deployment = check(&[("p.bpmn", text.as_bytes())], &["papers"]);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    let nobody = Box::new(|_: &str, _: &ElementId, _: &Context| Answer::Nobody);
    Trial::new(deployment.graphs, Arc::new(NoDecisions), MONDAY.parse().unwrap(), nobody)
}

/// The same, begun, by the calendar of the house.
fn begun(text: &str) -> Trial<'static> {
    let mut trial = trial(text).by(calendar());
    trial.start("p", Context::new()).unwrap();
    trial
}

fn clock<'t>(trial: &'t Trial<'_>, of: Option<&str>) -> (Number, &'t Clock) {
    let of = of.map(ElementId::from);
    let all = &trial.instances[0].state.clocks;
    all.iter().find(|(_, clock)| clock.element == of).map(|(number, clock)| (*number, clock)).unwrap()
}

/// A moment without its thousandths.
fn seconds(at: Instant) -> String {
    at.to_string().replace(".000", "")
}

fn when(rungs: &[(Rung, Instant)]) -> Vec<(Rung, String)> {
    rungs.iter().map(|(rung, at)| (*rung, seconds(*at))).collect()
}

fn reached(trial: &Trial<'_>) -> Vec<Rung> {
    let rung = |event: &Event| match event {
        Event::RungReached { rung, .. } => Some(*rung),
        _ => None,
    };
    trial.history.iter().filter_map(|(_, _, event)| rung(event)).collect()
}

fn the_task(trial: &Trial<'_>) -> Number {
    *trial.instances[0].state.tasks.keys().next().unwrap()
}

#[test]
fn each_clock_has_its_rungs_on_their_days() {
    use Rung::{LongOverdue, Promised, Remind, Statutory};
    let law = "law=\"licensing\" article=\"行政许可法第42条\"";
    // A fifth before the nearest limit, rounded up; both limits; as long again as the law's. Midnight in Beijing is 16:00 UTC.
    let cases = [
        (
            "20 working days, 10 promised",
            Some(MATTER.to_owned()),
            vec![
                (Remind, "2026-03-12T16:00:00Z"),
                (Promised, "2026-03-16T16:00:00Z"),
                (Statutory, "2026-03-30T16:00:00Z"),
                (LongOverdue, "2026-04-28T16:00:00Z"),
            ],
        ),
        (
            "bare days are counted as their law says",
            Some(format!("{law} statutory=\"5\"")),
            vec![
                (Remind, "2026-03-06T16:00:00Z"),
                (Statutory, "2026-03-09T16:00:00Z"),
                (LongOverdue, "2026-03-16T16:00:00Z"),
            ],
        ),
        (
            "a day is reminded of at once",
            Some(format!("{law} statutory=\"1\"")),
            vec![
                (Remind, "2026-03-02T00:00:00Z"),
                (Statutory, "2026-03-03T16:00:00Z"),
                (LongOverdue, "2026-03-04T16:00:00Z"),
            ],
        ),
        (
            "calendar days roll off a day of rest",
            Some("law=\"general\" article=\"民法典第203条\" statutory=\"5\" unit=\"calendar-days\"".to_owned()),
            vec![
                (Remind, "2026-03-06T16:00:00Z"),
                (Statutory, "2026-03-09T16:00:00Z"),
                (LongOverdue, "2026-03-12T16:00:00Z"),
            ],
        ),
        (
            "hours",
            Some("law=\"general\" article=\"1\" statutory=\"48\" unit=\"hours\"".to_owned()),
            vec![
                (Remind, "2026-03-03T14:00:00Z"),
                (Statutory, "2026-03-04T00:00:00Z"),
                (LongOverdue, "2026-03-06T00:00:00Z"),
            ],
        ),
    ];
    for (case, of, rungs) in cases {
        let trial = begun(&text(&of.unwrap_or_default(), ""));
        let wanted: Vec<(Rung, String)> = rungs.into_iter().map(|(rung, at)| (rung, at.to_owned())).collect();
        assert_eq!(when(&clock(&trial, None).1.rungs), wanted, "{case}");
    }
}

#[test]
fn a_rung_is_reached_once_and_ends_nothing() {
    let mut trial = begun(&text(MATTER, ""));
    let (number, _) = clock(&trial, None);
    let due = |rung| Command::RungDue { clock: number, rung };
    assert_eq!(trial.command(0, &due(Rung::Remind)), Err(Refusal::NotDue));
    trial.advance(11 * DAY);
    assert_eq!(reached(&trial), [Rung::Remind]);
    assert_eq!(trial.command(0, &due(Rung::Remind)), Err(Refusal::Gone { what: "rung", number }));
    trial.advance(100 * DAY);
    assert_eq!(reached(&trial), [Rung::Remind, Rung::Promised, Rung::Statutory, Rung::LongOverdue]);
    let state = &trial.instances[0].state;
    assert_eq!((state.tasks.len(), &state.status), (1, &Status::Active), "what is overdue is still to be done");
    assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    let finished = |(_, _, event): &(usize, Instant, Event)| matches!(event, Event::ClockFinished { done: true, .. });
    assert_eq!(trial.history.iter().filter(|it| finished(it)).count(), 1);
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn nothing_runs_unmeasured() {
    let mut without = trial(&text(MATTER, ""));
    let none = kernel::calendar::NoCalendar { year: 2026 };
    assert_eq!(without.start("p", Context::new()), Err(Refusal::Unarmed(NotArmed::NoCalendar(none))));
    assert!(without.history.is_empty(), "the matter is not begun");

    let mut step = trial(&text("", "law=\"licensing\" statutory=\"3\" article=\"1\""));
    step.start("p", Context::new()).unwrap();
    let state = &step.instances[0].state;
    assert_eq!((state.tasks.len(), state.clocks.len(), state.incidents.len()), (0, 0, 1), "its work does not begin");
    assert_eq!(incidents(&step, IncidentKind::ClockUnarmed), 1);
    assert_conserved(&step);
    let incident = *state.incidents.keys().next().unwrap();
    step.command(0, &Command::Retry { incident }).unwrap();
    assert_eq!(incidents(&step, IncidentKind::ClockUnarmed), 2, "still no calendar");
    let mut step = step.by(calendar());
    let incident = *step.instances[0].state.incidents.keys().next().unwrap();
    step.command(0, &Command::Retry { incident }).unwrap();
    let state = &step.instances[0].state;
    assert_eq!((state.tasks.len(), state.clocks.len(), state.incidents.len()), (1, 1, 0));
    assert_replays(&step);
}

#[test]
fn a_step_has_a_clock_of_its_own_that_ends_with_it() {
    let mut trial = begun(&text(MATTER, "promised=\"3\""));
    let (_, step) = clock(&trial, Some("t"));
    assert!(step.by_promise, "no law gives it");
    assert_eq!(step.of.statutory.law, Law::Licensing, "it stands in the law of its matter");
    let rungs: Vec<Rung> = step.rungs.iter().map(|(rung, _)| *rung).collect();
    assert_eq!(rungs, [Rung::Remind, Rung::Promised, Rung::LongOverdue]);
    assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn a_clock_stands_still_for_a_lawful_cause_with_its_voucher() {
    let mut trial = begun(&text(MATTER, ""));
    let (number, _) = clock(&trial, None);
    let stop =
        |cause, voucher: &str| Command::SuspendClock { clock: number, cause, voucher: voucher.into(), by: ANA.0 };
    let go_on = Command::ResumeClock { clock: number, by: ANA.0 };
    let no = |refusal| Err(Refusal::Clock(refusal));
    assert_eq!(trial.command(0, &go_on), no(ClockRefusal::NotSuspended));
    assert_eq!(trial.command(0, &stop(Cause::Opinion, "1")), no(ClockRefusal::UnlawfulCause));
    assert_eq!(trial.command(0, &stop(Cause::Hearing, " ")), no(ClockRefusal::NoVoucher));
    trial.command(0, &stop(Cause::Hearing, "听字1号")).unwrap();
    assert_eq!(trial.command(0, &stop(Cause::Hearing, "听字2号")), no(ClockRefusal::AlreadySuspended));
    assert_eq!(clock(&trial, None).1.rungs, [], "nobody knows when");
    trial.advance(7 * DAY);
    trial.command(0, &go_on).unwrap();
    let rungs = when(&clock(&trial, None).1.rungs);
    // Monday to Monday does not count, the day on which it runs again does.
    assert_eq!(rungs[2], (Rung::Statutory, "2026-04-03T16:00:00Z".to_owned()));
    assert_replays(&trial);
}

#[test]
fn a_stopped_instance_is_still_measured() {
    let mut trial = begun(&text(MATTER, ""));
    let suspend = Command::Suspend { by: Some(ANA.0), cause: "等待答复".into(), voucher: "停字1号".to_owned() };
    trial.command(0, &suspend).unwrap();
    trial.advance(20 * DAY);
    assert_eq!(reached(&trial), [Rung::Remind, Rung::Promised], "a stop is no lawful cause");
}

#[test]
fn another_calendar_gives_other_days() {
    let mut trial = begun(&text(MATTER, ""));
    trial.command(0, &Command::ReprojectClocks).unwrap();
    let changed = |trial: &Trial<'_>| {
        let is = |event: &Event| matches!(event, Event::ClockChanged { why: Changed::Reprojected, .. });
        trial.history.iter().filter(|(_, _, event)| is(event)).count()
    };
    assert_eq!(changed(&trial), 0, "the same calendar says nothing new");
    // A holiday of three days that nobody knew of.
    let pack = Packs::embedded().get("cn/calendars/2026.toml").unwrap().to_owned();
    let more =
        "\n[[holiday]]\nzh = \"临时\"\nen = \"extra\"\nrest = [\"2026-03-10\", \"2026-03-11\", \"2026-03-12\"]\n";
    let read = WorkingCalendar::from_packs(&Packs::embedded().with("cn/calendars/2026.toml", format!("{pack}{more}")));
    let mut trial = trial.by(Arc::new(read.unwrap()));
    trial.command(0, &Command::ReprojectClocks).unwrap();
    assert_eq!(changed(&trial), 1);
    let rungs = when(&clock(&trial, None).1.rungs);
    assert_eq!(rungs[1], (Rung::Promised, "2026-03-19T16:00:00Z".to_owned()));
    assert_replays(&trial);
}

#[test]
fn every_fault_of_a_clock_is_found_before_it_runs() {
    let law = "law=\"licensing\" article=\"1\"";
    let cases = [
        ("no law", String::new() + "statutory=\"20\" article=\"1\"", String::new(), "FLOW16", true),
        ("no such law", "law=\"maritime\" statutory=\"20\" article=\"1\"".into(), String::new(), "FLOW16", true),
        ("no such unit", format!("{law} statutory=\"20\" unit=\"weeks\""), String::new(), "FLOW16", true),
        ("no number", format!("{law} statutory=\"many\""), String::new(), "FLOW16", true),
        ("no article", "law=\"licensing\" statutory=\"20\"".into(), String::new(), "FLOW16", true),
        ("a matter with a promise alone", format!("{law} promised=\"20\""), String::new(), "FLOW16", true),
        ("no such supplement", format!("{law} statutory=\"20\" supplement=\"stop\""), String::new(), "FLOW16", true),
        ("a step without a limit", String::new(), law.to_owned(), "FLOW16", true),
        ("a promise beyond the law", format!("{law} statutory=\"5\" promised=\"6\""), String::new(), "FLOW17", true),
        (
            "a step beyond its matter",
            format!("{law} statutory=\"20\" promised=\"5\""),
            "promised=\"6\"".into(),
            "FLOW18",
            false,
        ),
        ("no time", String::new(), format!("{law} promised=\"0\""), "FLOW19", true),
        (
            "a stop that the law does not know",
            format!("{law} statutory=\"20\" supplement=\"suspend\""),
            String::new(),
            "FLOW20",
            true,
        ),
    ];
    for (case, process, step, rule, is_error) in cases {
        let text = text(&process, &step);
        let deployment = check(&[("p.bpmn", text.as_bytes())], &[]);
        let found = deployment.findings.iter().find(|found| found.rule == rule);
        let found = found.unwrap_or_else(|| panic!("{case}: {:?}", deployment.findings));
        assert_eq!(found.is_error, is_error, "{case}");
        assert!(found.line >= 2 && found.column >= 1, "{case}: {found:?}");
        assert_eq!(deployment.is_accepted(), !is_error, "{case}: {:?}", deployment.findings);
    }
    let called = text("", "")
        .replace("<userTask id=\"t\" qy:candidates=\"clerk\">", "<callActivity id=\"t\" calledElement=\"sign\">")
        .replace("</userTask>", "</callActivity>")
        .replacen(
            "<process",
            "<globalUserTask id=\"sign\" name=\"sign\" qy:candidates=\"head\"><extensionElements><qy:clock promised=\"3\"/>\
             </extensionElements></globalUserTask><process",
            1,
        );
    let beside = text("", "").replace(
        "</process>",
        "<subProcess id=\"h\" triggeredByEvent=\"true\"><extensionElements><qy:clock promised=\"3\"/></extensionElements>\
         <startEvent id=\"hs\"><outgoing>hf</outgoing><timerEventDefinition id=\"hd\"><timeDuration xsi:type=\"tFormalExpression\">P1D</timeDuration></timerEventDefinition></startEvent>\
         <sequenceFlow id=\"hf\" sourceRef=\"hs\" targetRef=\"he\"/><endEvent id=\"he\"><incoming>hf</incoming></endEvent></subProcess></process>",
    );
    for (case, text) in [("at a global task", called), ("at an event sub-process", beside)] {
        let findings = check(&[("p.bpmn", text.as_bytes())], &[]).findings;
        let others: Vec<_> =
            findings.iter().map(|found| found.rule.as_str()).filter(|rule| *rule != "FLOW16").collect();
        assert_eq!((findings.len(), others), (1, Vec::new()), "{case}: {findings:?}");
    }
    let stray = text("", "")
        .replace("<startEvent id=\"s\">", "<startEvent id=\"s\"><extensionElements><qy:clock/></extensionElements>");
    let deployment = check(&[("p.bpmn", stray.as_bytes())], &[]);
    assert!(deployment.findings.iter().any(|found| found.rule == "FLOW16"), "{:?}", deployment.findings);
}

#[test]
fn a_step_that_is_taken_back_goes_on_with_its_clock() {
    let two = text("", "promised=\"3\" unit=\"working-days\"").replace("targetRef=\"e\"", "targetRef=\"u\"").replace(
        "<endEvent id=\"e\"><incoming>g</incoming>",
        "<userTask id=\"u\" qy:candidates=\"clerk\"><incoming>g</incoming><outgoing>h</outgoing></userTask>\
         <sequenceFlow id=\"h\" sourceRef=\"u\" targetRef=\"e\"/><endEvent id=\"e\"><incoming>h</incoming>",
    );
    let mut trial = begun(&two);
    let before = clock(&trial, Some("t")).1.clone();
    let task = the_task(&trial);
    trial.advance(2 * DAY);
    assert!(trial.complete_task(&ElementId::from("t"), ANA, &Context::new()).unwrap());
    assert!(trial.instances[0].state.clocks.is_empty());
    trial.command(0, &Command::Takeback { task, by: ANA.0 }).unwrap();
    let after = clock(&trial, Some("t")).1;
    assert_eq!((&after.of, &after.rungs), (&before.of, &before.rungs), "nobody gains time by it");
    assert_conserved(&trial);
    assert_replays(&trial);
}

/// A notice on the task, with ten working days to answer.
fn ask(trial: &Trial<'_>, by: OfficerId, notice: &str) -> Command {
    let until = Limit::new(Law::Licensing, Budget::working_days(10), "行政许可法第32条");
    Command::Supplement {
        task: the_task(trial), by, items: "身份证明、图纸".into(), until, notice: notice.to_owned()
    }
}

#[test]
fn the_holder_asks_once_and_waits() {
    let mut trial = begun(&text(MATTER, ""));
    let task = the_task(&trial);
    assert_eq!(trial.command(0, &ask(&trial, ANA.0, "补字1号")), Err(Refusal::NotHeld), "nobody has it");
    trial.command(0, &Command::Claim { task, by: ANA }).unwrap();
    assert_eq!(trial.command(0, &ask(&trial, BORIS.0, "补字1号")), Err(Refusal::NotHeld));
    assert_eq!(trial.command(0, &ask(&trial, ANA.0, "")), Err(Refusal::Clock(ClockRefusal::NoVoucher)));
    trial.command(0, &ask(&trial, ANA.0, "补字1号")).unwrap();
    let (supplement, of) = trial.instances[0].state.supplements.iter().next().map(|(n, of)| (*n, of.clone())).unwrap();
    assert_eq!((of.ordinal, seconds(of.until)), (1, "2026-03-16T16:00:00Z".to_owned()));
    assert_eq!(trial.command(0, &ask(&trial, ANA.0, "补字2号")), Err(Refusal::Supplement(supplement)), "all at once");
    let complete = Command::CompleteTask { task, by: ANA.0, outputs: Context::new() };
    assert_eq!(trial.command(0, &complete), Err(Refusal::Supplement(supplement)));
    assert_eq!(trial.command(0, &Command::LapseDue { supplement }), Err(Refusal::NotDue));
    let values: Context = [("papers".to_owned(), Value::text("complete"))].into();
    trial.command(0, &Command::Answered { supplement, values: values.clone() }).unwrap();
    let gone = Err(Refusal::Gone { what: "supplement", number: supplement });
    assert_eq!(trial.command(0, &Command::Answered { supplement, values }), gone);
    let state = &trial.instances[0].state;
    assert_eq!(state.visible(state.root().unwrap())["papers"], Value::text("complete"));
    trial.command(0, &ask(&trial, ANA.0, "补字2号")).unwrap();
    assert_eq!(trial.instances[0].state.supplements.values().next().unwrap().ordinal, 2, "a second one is seen");
    trial.advance(30 * DAY);
    let lapsed = |event: &Event| matches!(event, Event::SupplementClosed { how: Closed::Lapsed, .. });
    assert!(trial.history.iter().any(|(_, _, event)| lapsed(event)));
    trial.command(0, &complete).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn what_a_notice_does_to_the_clock_is_the_rules() {
    let complaint =
        "law=\"procurement-complaint\" statutory=\"30\" unit=\"working-days\" article=\"政府采购法实施条例第58条\"";
    // Asked on Tuesday the 3rd, answered on Tuesday the 10th: when the law's limit ends.
    let cases = [
        ("it stops where its law knows that cause", complaint.to_owned(), "2026-04-21T16:00:00Z"),
        ("it runs on where it does not", MATTER.to_owned(), "2026-03-30T16:00:00Z"),
        ("it begins anew", format!("{MATTER} supplement=\"anew\""), "2026-04-08T16:00:00Z"),
        ("it runs on where the rule says so", format!("{complaint} supplement=\"none\""), "2026-04-14T16:00:00Z"),
    ];
    for (case, of, ends) in cases {
        let mut trial = begun(&text(&of, ""));
        trial.advance(DAY);
        let task = the_task(&trial);
        trial.command(0, &Command::Claim { task, by: ANA }).unwrap();
        trial.command(0, &ask(&trial, ANA.0, "补字1号")).unwrap();
        let (number, _) = clock(&trial, None);
        let supplement = *trial.instances[0].state.supplements.keys().next().unwrap();
        let by_hand = trial.command(0, &Command::ResumeClock { clock: number, by: ANA.0 });
        assert!(by_hand.is_err(), "{case}: the answer starts it again, and nobody else");
        trial.advance(7 * DAY);
        assert_eq!(reached(&trial), [], "{case}");
        trial.command(0, &Command::Answered { supplement, values: Context::new() }).unwrap();
        let rungs = when(&clock(&trial, None).1.rungs);
        assert!(rungs.contains(&(Rung::Statutory, ends.to_owned())), "{case}: {rungs:?}");
        assert_replays(&trial);
    }
}

#[test]
fn no_notice_makes_young_again_what_is_late() {
    let mut trial = begun(&text(&format!("{MATTER} supplement=\"anew\""), ""));
    trial.advance(40 * DAY);
    let before = clock(&trial, None).1.clone();
    let task = the_task(&trial);
    trial.command(0, &Command::Claim { task, by: ANA }).unwrap();
    trial.command(0, &ask(&trial, ANA.0, "补字1号")).unwrap();
    let supplement = *trial.instances[0].state.supplements.keys().next().unwrap();
    trial.command(0, &Command::Answered { supplement, values: Context::new() }).unwrap();
    assert_eq!(clock(&trial, None).1, &before);
}

#[test]
fn a_notice_ends_with_its_task_as_if_nobody_had_asked() {
    let with_return = text(&format!("{MATTER} supplement=\"anew\""), "")
        .replace("qy:candidates=\"clerk\"", "qy:candidates=\"clerk\" qy:returnTo=\"t\"");
    let mut trial = begun(&with_return);
    let before = clock(&trial, None).1.clone();
    let task = the_task(&trial);
    trial.command(0, &Command::Claim { task, by: ANA }).unwrap();
    trial.command(0, &ask(&trial, ANA.0, "补字1号")).unwrap();
    trial.advance(DAY);
    let back = Command::Return { task, by: ANA.0, to: ElementId::from("t"), reason: "unclear".into() };
    trial.command(0, &back).unwrap();
    assert!(trial.instances[0].state.supplements.is_empty());
    assert_eq!(clock(&trial, None).1, &before, "nobody resets a clock by asking and taking it back");
    assert_conserved(&trial);
    assert_replays(&trial);
}

/// The rungs after the clock stood still over these stretches, in minutes from the beginning.
fn after(stretches: &[(i64, i64)]) -> Vec<(Rung, Instant)> {
    let mut trial = begun(&text(MATTER, ""));
    let (number, _) = clock(&trial, None);
    let begin: Instant = MONDAY.parse().unwrap();
    for (from, to) in stretches {
        let stop =
            Command::SuspendClock { clock: number, cause: Cause::Hearing, voucher: "听字1号".to_owned(), by: ANA.0 };
        trial.now = begin.plus_ms(from * 60_000);
        trial.command(0, &stop).unwrap();
        trial.now = begin.plus_ms(to * 60_000);
        trial.command(0, &Command::ResumeClock { clock: number, by: ANA.0 }).unwrap();
    }
    assert_replays(&trial);
    clock(&trial, None).1.rungs.clone()
}

/// What may be tried with a matter at any moment.
fn any_command(trial: &Trial<'_>, what: u8) -> Option<Command> {
    let state = &trial.instances[0].state;
    let clock = *state.clocks.keys().nth(usize::from(what) % 2)?;
    let task = *state.tasks.keys().next()?;
    let supplement = state.supplements.keys().next().copied().unwrap_or_default();
    Some(match what % 10 {
        0 => Command::SuspendClock { clock, cause: Cause::Testing, voucher: "检字1号".to_owned(), by: ANA.0 },
        1 => Command::ResumeClock { clock, by: ANA.0 },
        2 => ask(trial, ANA.0, "补字1号"),
        3 => Command::Answered { supplement, values: Context::new() },
        4 => Command::LapseDue { supplement },
        5 => Command::RungDue { clock, rung: Rung::Statutory },
        6 => Command::ReprojectClocks,
        7 => Command::Return { task, by: ANA.0, to: ElementId::from("t"), reason: "unclear".into() },
        8 => Command::Suspend { by: None, cause: "等待".into(), voucher: "停字1号".to_owned() },
        _ => Command::Resume { by: None, cause: "已到".into(), voucher: String::new() },
    })
}

/// Each rung of a clock at most once since the clock began, or began anew.
fn each_rung_once(trial: &Trial<'_>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    trial.history.iter().all(|(_, _, event)| match event {
        Event::ClockChanged { clock, why: Changed::Anew, .. } => {
            seen.retain(|(other, _)| other != clock);
            true
        }
        Event::RungReached { clock, rung, .. } => seen.insert((*clock, *rung)),
        _ => true,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is tried in whatever order: rungs come once, what is refused changes nothing, the history tells the state.
    #[test]
    fn any_acts_keep_the_clocks_in_order(acts in proptest::collection::vec((0_u8..20, 0_i64..12), 1..25), mode in 0_usize..3) {
        let law = "law=\"procurement-complaint\" statutory=\"30\" promised=\"20\" unit=\"working-days\" article=\"58\"";
        let mode = ["suspend", "anew", "none"][mode];
        let text = text(&format!("{law} supplement=\"{mode}\""), "promised=\"5\" unit=\"working-days\"")
            .replace("qy:candidates=\"clerk\"", "qy:candidates=\"clerk\" qy:returnTo=\"t\"");
        let mut trial = begun(&text);
        for (what, days) in acts {
            let task = the_task(&trial);
            let _ = trial.command(0, &Command::Claim { task, by: ANA });
            let before = trial.history.len();
            if let Some(command) = any_command(&trial, what)
                && trial.command(0, &command).is_err()
            {
                prop_assert_eq!(trial.history.len(), before, "a refusal changes nothing: {:?}", command);
            }
            trial.advance(days * DAY);
            assert_conserved(&trial);
            for clock in trial.instances[0].state.clocks.values() {
                prop_assert!(clock.rungs.iter().all(|(rung, at)| !clock.reached.contains(rung) && *at > trial.now));
                let still = clock.held || clock.of.open_suspension().is_some();
                prop_assert!(!clock.held || clock.rungs.is_empty());
                prop_assert!(still || !clock.rungs.is_empty() || clock.reached.contains(&Rung::LongOverdue));
            }
        }
        prop_assert!(each_rung_once(&trial));
        let _ = trial.command(0, &Command::Cancel);
        assert_conserved(&trial);
        assert_replays(&trial);
    }

    /// Splitting a suspension in two adjoining ones changes no due date; a longer one never brings it forward. Source: flow.md §14.
    #[test]
    fn a_suspension_is_as_long_as_its_parts(from in 0_i64..20_000, first in 0_i64..20_000, second in 0_i64..20_000) {
        let (middle, to) = (from + first, from + first + second);
        let whole = after(&[(from, to)]);
        prop_assert_eq!(&after(&[(from, middle), (middle, to)]), &whole);
        let shorter = after(&[(from, middle)]);
        for (rung, at) in shorter {
            let later = whole.iter().find(|(other, _)| *other == rung).map(|(_, at)| *at);
            prop_assert!(later.is_some_and(|later| later >= at), "{:?}: {:?} before {:?}", rung, later, at);
        }
    }
}
