//! Moves to another version, in tables and properties. Source: flow.md §10, §14 item 8.

use std::collections::BTreeSet;
use std::sync::Arc;

use dmn::Context;
use flow::migrate::{Blocked, ClockPolicy, Mapping, Plan, Reason, Verdict, plan};
use flow::state::{Ending, Position, Rung, State, Status};
use flow::step::{Moment, NoDecisions};
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Event, Graph, Refusal, apply, check};
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use kernel::{OfficerId, PostId, Zone};
use proptest::prelude::*;

use crate::held::{assert_conserved, assert_replays};
use crate::models::line;
use crate::nets::{Block, block, changing, other_version, process};

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));
const DAY: i64 = 86_400_000;
/// 2 March 2026 is a Monday; it is 08:00 in Beijing.
const MONDAY: &str = "2026-03-02T00:00:00Z";

fn graph(text: &str) -> Arc<Graph> {
    let deployment = check(&[("p.bpmn", text.as_bytes())], &["go", "n"]);
    assert!(deployment.is_accepted(), "{:?}", deployment.findings);
    Arc::new(deployment.graphs.into_iter().next().unwrap())
}

fn graphs(text: &str) -> Vec<Graph> {
    check(&[("p.bpmn", text.as_bytes())], &["go", "n"]).graphs
}

fn calendar() -> Arc<WorkingCalendar> {
    Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap())
}

fn begun(text: &str) -> Trial<'static> {
    let nobody = Box::new(|_: &str, _: &ElementId, _: &Context| Answer::Nobody);
    let mut trial = Trial::new(graphs(text), Arc::new(NoDecisions), MONDAY.parse().unwrap(), nobody).by(calendar());
    trial.start("p", [("go".to_owned(), dmn::Value::Boolean(false))].into()).unwrap();
    trial
}

fn mapping(pairs: &[(&str, &str)]) -> Mapping {
    pairs.iter().map(|(from, to)| (ElementId::from(*from), ElementId::from(*to))).collect()
}

fn verdict(trial: &Trial<'_>, from: &Graph, to: &Graph, mapping: &Mapping, policy: ClockPolicy) -> Verdict {
    let calendar = calendar();
    let moment = Moment { now: trial.now, zone: Zone::CHINA, calendar: &calendar };
    plan(&trial.instances[0].state, from, to, mapping, policy, moment)
}

/// Where tokens stand, in words.
fn places(state: &State) -> Vec<String> {
    state.tokens.values().map(|token| token.position.place().to_string()).collect()
}

/// Flows in a line through these elements, from `s` to `e`.
fn flows(ids: &[&str]) -> String {
    let all: Vec<&str> = [&["s"], ids, &["e"]].concat();
    all.windows(2)
        .map(|pair| format!("<sequenceFlow id=\"{0}-{1}\" sourceRef=\"{0}\" targetRef=\"{1}\"/>", pair[0], pair[1]))
        .collect()
}

/// A process with a start, an end and these elements in a line.
fn row(elements: &str, ids: &[&str]) -> String {
    line(&format!("<startEvent id=\"s\"/><endEvent id=\"e\"/>{elements}{}", flows(ids)))
}

const USER: &str = "<userTask id=\"t\" qy:candidates=\"clerk\"/>";
const FORK: &str = "<startEvent id=\"s\"/><endEvent id=\"e\"/><parallelGateway id=\"g\"/><parallelGateway id=\"j\"/>\
    <userTask id=\"a\" qy:candidates=\"x\"/><userTask id=\"b\" qy:candidates=\"x\"/><sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"g\"/>\
    <sequenceFlow id=\"f2\" sourceRef=\"g\" targetRef=\"a\"/><sequenceFlow id=\"f3\" sourceRef=\"g\" targetRef=\"b\"/>\
    <sequenceFlow id=\"f4\" sourceRef=\"a\" targetRef=\"j\"/><sequenceFlow id=\"f5\" sourceRef=\"b\" targetRef=\"j\"/>\
    <sequenceFlow id=\"f6\" sourceRef=\"j\" targetRef=\"e\"/>";

fn many(order: &str) -> String {
    let many = format!(
        "<userTask id=\"t\" qy:candidates=\"x\"><multiInstanceLoopCharacteristics isSequential=\"{order}\"><loopCardinality xsi:type=\"tFormalExpression\">3\
         </loopCardinality></multiInstanceLoopCharacteristics></userTask>"
    );
    // The loop is told after the flows.
    row(USER, &["t"]).replace("</userTask>", many.split_once("\"x\">").map_or("", |(_, rest)| rest))
}

fn within(id: &str, inside: &str, more: &str) -> String {
    row(
        &format!(
            "<subProcess id=\"{id}\"><startEvent id=\"s2\"/><sequenceFlow id=\"i1\" sourceRef=\"s2\" targetRef=\"t\"/>{inside}\
             <sequenceFlow id=\"i2\" sourceRef=\"t\" targetRef=\"e2\"/><endEvent id=\"e2\"/>{more}</subProcess>"
        ),
        &[id],
    )
}

fn with_timer(host: &str) -> String {
    row(
        &format!(
            "{USER}<boundaryEvent id=\"late\" attachedToRef=\"{host}\" cancelActivity=\"false\"><timerEventDefinition><timeDuration xsi:type=\"tFormalExpression\">P3D\
             </timeDuration></timerEventDefinition></boundaryEvent><sequenceFlow id=\"l\" sourceRef=\"late\" targetRef=\"e3\"/>\
             <endEvent id=\"e3\"/>"
        ),
        &["t"],
    )
}

#[test]
fn what_may_change_is_moved_and_can_be_taken_back() {
    let plain = row(USER, &["t"]);
    let ids = |all: &[&str]| all.iter().map(|id| ElementId::from(*id)).collect::<Vec<_>>();
    let none = Plan::default();
    let cases = [
        ("nothing", plain.clone(), plain.clone(), vec![], none.clone(), vec!["t"]),
        (
            "a name and a form",
            plain.clone(),
            plain.replace("id=\"t\"", "id=\"t\" name=\"x\" qy:form=\"f\""),
            vec![],
            none.clone(),
            vec!["t"],
        ),
        (
            "another id, paired",
            plain.clone(),
            row(&USER.replace("\"t\"", "\"u\""), &["u"]),
            vec![("t", "u")],
            none.clone(),
            vec!["u"],
        ),
        (
            "a step behind",
            plain.clone(),
            row(&format!("{USER}<userTask id=\"n\" qy:candidates=\"x\"/>"), &["t", "n"]),
            vec![],
            none.clone(),
            vec!["t"],
        ),
        (
            "candidates",
            plain.clone(),
            plain.replace("\"clerk\"", "\"head\""),
            vec![],
            Plan { reoffered: ids(&["t"]), ..none.clone() },
            vec!["t"],
        ),
        (
            "a worker instead of a person",
            plain.clone(),
            row("<serviceTask id=\"t\" qy:type=\"w\"/>", &["t"]),
            vec![("t", "t")],
            Plan { reoffered: ids(&["t"]), ..none.clone() },
            vec!["t"],
        ),
        (
            "a timer on its border",
            plain.clone(),
            with_timer("t"),
            vec![],
            Plan { armed: ids(&["late"]), ..none.clone() },
            vec!["t"],
        ),
        (
            "no timer on its border any more",
            with_timer("t"),
            plain.clone(),
            vec![],
            Plan { dropped: ids(&["late"]), ..none.clone() },
            vec!["t"],
        ),
        (
            "a sub-process around it",
            plain.clone(),
            within("sub", USER, ""),
            vec![],
            Plan { opened: ids(&["sub"]), ..none.clone() },
            vec!["t", "sub"],
        ),
        (
            "two in parallel, one moved on",
            line(FORK),
            line(&FORK.replace("\"b\"", "\"c\"")),
            vec![("b", "c")],
            none.clone(),
            vec!["a", "c"],
        ),
    ];
    for (case, old, new, pairs, wanted, stands) in cases {
        let (from, to) = (graph(&old), graph(&new));
        let mut trial = begun(&old);
        let before = trial.instances[0].state.clone();
        let pairs = mapping(&pairs);
        let said = verdict(&trial, &from, &to, &pairs, ClockPolicy::Keep);
        assert_eq!(said, Verdict::Fits(wanted), "{case}");
        trial.migrate(0, &to, &pairs, ClockPolicy::Keep).unwrap_or_else(|no| panic!("{case}: {no}"));
        assert_eq!(places(&trial.instances[0].state), stands, "{case}");
        assert_conserved(&trial);
        assert_replays(&trial);
        trial.revert(0, &from).unwrap_or_else(|no| panic!("{case}: {no}"));
        assert_eq!(unnumbered(&trial.instances[0].state), unnumbered(&before), "{case}");
        assert_eq!(trial.revert(0, &from), Err(Refusal::NotMigrated), "{case}");
        assert_conserved(&trial);
        assert_replays(&trial);
    }
}

/// A state without the last number given and without its last move.
fn unnumbered(state: &State) -> State {
    State { counter: 0, migrated: None, ..state.clone() }
}

#[test]
fn what_cannot_lie_in_the_other_version_is_named() {
    let plain = row(USER, &["t"]);
    let call = "<callActivity id=\"t\" calledElement=\"p\"/>";
    let two = "<userTask id=\"a\" qy:candidates=\"x\"/>";
    let needs = |ids: &[&str]| Verdict::NeedsMapping(ids.iter().map(|id| ElementId::from(*id)).collect());
    let blocked = |all: Vec<(&str, Reason)>| {
        Verdict::Blocked(all.into_iter().map(|(id, reason)| Blocked { element: id.into(), reason }).collect())
    };
    let other = row(&two.replace("\"a\"", "\"u\""), &["u"]);
    let twice = within("sub", USER, "").replace(
        "</subProcess>",
        "<multiInstanceLoopCharacteristics><loopCardinality xsi:type=\"tFormalExpression\">2</loopCardinality></multiInstanceLoopCharacteristics></subProcess>",
    );
    let opinions =
        |field: &str| many("false").replacen(" isSequential=", &format!(" qy:consent=\"{field}\" isSequential="), 1);
    assert!(opinions("agreed").contains("qy:consent"));
    let cases = [
        ("nothing of its name", plain.clone(), other.clone(), vec![], needs(&["t"])),
        ("its name is another kind", plain.clone(), row(call, &["t"]), vec![], needs(&["t"])),
        ("two of them", line(FORK), other.clone(), vec![], needs(&["a", "b"])),
        (
            "paired with nothing",
            plain.clone(),
            other.clone(),
            vec![("t", "v")],
            blocked(vec![("t", Reason::NoTarget("v".into()))]),
        ),
        (
            "a task that would be a call",
            plain.clone(),
            row(call, &["t"]),
            vec![("t", "t")],
            blocked(vec![("t", Reason::Kind)]),
        ),
        ("one by one, then all at once", many("true"), many("false"), vec![], blocked(vec![("t", Reason::Rounds)])),
        ("all at once, then once", many("false"), plain.clone(), vec![], blocked(vec![("t", Reason::Rounds)])),
        (
            "opinions that would be told by another field",
            opinions("agreed"),
            opinions("granted"),
            vec![],
            blocked(vec![("t", Reason::Rounds)]),
        ),
        (
            "signatures that would be opinions",
            many("false"),
            opinions("agreed"),
            vec![],
            blocked(vec![("t", Reason::Rounds)]),
        ),
        ("in something done twice", plain.clone(), twice, vec![], blocked(vec![("t", Reason::Nesting)])),
        (
            "two to one",
            line(FORK),
            other,
            vec![("a", "u"), ("b", "u")],
            blocked(vec![("a", Reason::Crowded), ("b", Reason::Crowded)]),
        ),
        ("into one branch of a split", row(two, &["a"]), line(FORK), vec![], blocked(vec![("j", Reason::Join)])),
    ];
    for (case, old, new, pairs, wanted) in cases {
        let (from, to) = (graph(&old), graph(&new));
        let mut trial = begun(&old);
        let pairs = mapping(&pairs);
        let said = verdict(&trial, &from, &to, &pairs, ClockPolicy::Keep);
        assert_eq!(said, wanted, "{case}");
        let events = trial.history.len();
        let no = trial.migrate(0, &to, &pairs, ClockPolicy::Keep).unwrap_err();
        match said {
            Verdict::NeedsMapping(all) => assert_eq!(no, Refusal::Unmapped(all), "{case}"),
            Verdict::Blocked(all) => assert_eq!(no, Refusal::Blocked(all), "{case}"),
            Verdict::Fits(_) => unreachable!(),
        }
        assert_eq!(trial.history.len(), events, "{case}: a refusal changes nothing");
    }
}

#[test]
fn what_happened_since_keeps_a_move_from_being_taken_back() {
    let (old, new) = (row(USER, &["t"]), row(&format!("{USER}<userTask id=\"n\" qy:candidates=\"x\"/>"), &["t", "n"]));
    let (from, to) = (graph(&old), graph(&new));
    let mut trial = begun(&old);
    assert_eq!(trial.revert(0, &from), Err(Refusal::NotMigrated));
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep).unwrap();
    let task = *trial.instances[0].state.tasks.keys().next().unwrap();
    trial.command(0, &Command::Claim { task, by: ANA }).unwrap();
    assert_eq!(trial.revert(0, &from), Err(Refusal::Touched(vec!["t".into()])));
    trial.command(0, &Command::CompleteTask { task, by: ANA.0, outputs: Context::new() }).unwrap();
    let Err(Refusal::Touched(named)) = trial.revert(0, &from) else { panic!("it is too late") };
    assert!(named.contains(&ElementId::from("t")), "{named:?}");
    assert_eq!(places(&trial.instances[0].state), ["n"], "it goes on by the new version");
    assert_replays(&trial);
}

#[test]
fn a_timer_that_has_fired_does_not_fire_again() {
    let (old, new) = (with_timer("t"), with_timer("t").replace("P3D", "P1D"));
    let (from, to) = (graph(&old), graph(&new));
    let mut trial = begun(&old);
    let due = trial.instances[0].state.waits.values().next().cloned();
    trial.advance(DAY);
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Rederive).unwrap();
    assert_eq!(trial.instances[0].state.waits.values().next().cloned(), due, "a time is fixed when it is armed");
    trial.revert(0, &from).unwrap();
    trial.advance(3 * DAY);
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Rederive).unwrap();
    assert!(trial.instances[0].state.waits.is_empty(), "it has fired");
    trial.advance(30 * DAY);
    let fired = |(_, _, event): &&(usize, _, Event)| matches!(event, Event::WaitClosed { came: true, .. });
    assert_eq!(trial.history.iter().filter(fired).count(), 1);
}

#[test]
fn tokens_that_have_come_to_a_join_go_on_where_it_waits_for_fewer() {
    let third = "<userTask id=\"c\" qy:candidates=\"x\"/><sequenceFlow id=\"f7\" sourceRef=\"g\" targetRef=\"c\"/>\
                 <sequenceFlow id=\"f8\" sourceRef=\"c\" targetRef=\"j\"/>";
    let old = format!("{FORK}{third}");
    let to_join = "<sequenceFlow id=\"f5\" sourceRef=\"b\" targetRef=\"j\"/>";
    let to_end = "<endEvent id=\"e4\"/><sequenceFlow id=\"f5\" sourceRef=\"b\" targetRef=\"e4\"/>";
    let (from, to) = (graph(&line(&old)), graph(&line(&old.replace(to_join, to_end))));
    let mut trial = begun(&line(&old));
    trial.complete_task(&"a".into(), ANA, &Context::new()).unwrap();
    trial.complete_task(&"c".into(), ANA, &Context::new()).unwrap();
    assert_eq!(places(&trial.instances[0].state), ["j", "b", "j"]);
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep).unwrap();
    assert_eq!(places(&trial.instances[0].state), ["b"], "the join is passed");
    let Err(Refusal::Touched(named)) = trial.revert(0, &from) else { panic!("it went on") };
    assert!(named.contains(&ElementId::from("j")), "{named:?}");
    trial.complete_task(&"b".into(), ANA, &Context::new()).unwrap();
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed));
    assert_conserved(&trial);
    assert_replays(&trial);
}

#[test]
fn what_a_sub_process_and_a_process_listen_to_is_armed_where_they_are_opened() {
    let signal = |id: &str| format!("<signalEventDefinition id=\"d-{id}\" signalRef=\"sig\"/>");
    let listens = format!(
        "<subProcess id=\"h\" triggeredByEvent=\"true\"><startEvent id=\"hs\" isInterrupting=\"false\">{}</startEvent>\
         <sequenceFlow id=\"h1\" sourceRef=\"hs\" targetRef=\"he\"/><endEvent id=\"he\"/></subProcess>",
        signal("hs")
    );
    let border = format!(
        "<boundaryEvent id=\"b\" attachedToRef=\"sub\">{}</boundaryEvent><sequenceFlow id=\"l\" sourceRef=\"b\" targetRef=\"e3\"/>\
         <endEvent id=\"e3\"/>",
        signal("b")
    );
    let named = |text: String| text.replace("<process ", "<signal id=\"sig\" name=\"stop\"/><process ");
    let old = named(row(USER, &["t"]));
    let inside = "<startEvent id=\"s2\"/><sequenceFlow id=\"i1\" sourceRef=\"s2\" targetRef=\"t\"/>\
                  <sequenceFlow id=\"i2\" sourceRef=\"t\" targetRef=\"e2\"/><endEvent id=\"e2\"/>";
    let new = row(&format!("<subProcess id=\"sub\">{inside}{USER}{listens}</subProcess>{border}"), &["sub"]);
    let new = named(new);
    let (from, to) = (graph(&old), graph(&new));
    let mut trial = begun(&old);
    let Verdict::Fits(said) = verdict(&trial, &from, &to, &Mapping::new(), ClockPolicy::Keep) else {
        panic!("it fits")
    };
    let armed: BTreeSet<&str> = said.armed.iter().map(ElementId::as_str).collect();
    assert_eq!((armed, said.opened), (["b", "hs"].into(), vec!["sub".into()]));
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep).unwrap();
    assert_replays(&trial);
    trial.signal("stop");
    assert_eq!(trial.instances[0].state.status, Status::Ended(Ending::Completed), "the border ended what lies within");
    assert_conserved(&trial);
    assert_replays(&trial);
}

fn clocked(days: u32) -> String {
    let clock = format!("law=\"licensing\" statutory=\"{days}\" unit=\"working-days\" article=\"行政许可法第42条\"");
    row(USER, &["t"]).replace(
        "isExecutable=\"true\">",
        &format!("isExecutable=\"true\"><extensionElements><qy:clock {clock}/></extensionElements>"),
    )
}

#[test]
fn clocks_are_kept_or_derived_again_from_their_beginning() {
    let (old, new) = (clocked(20), clocked(10));
    let (from, to) = (graph(&old), graph(&new));
    let mut trial = begun(&old);
    trial.advance(7 * DAY);
    let before = trial.instances[0].state.clocks.values().next().cloned().unwrap();
    assert_eq!(verdict(&trial, &from, &to, &Mapping::new(), ClockPolicy::Keep), Verdict::Fits(Plan::default()));
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep).unwrap();
    assert_eq!(trial.instances[0].state.clocks.values().next(), Some(&before));
    trial.revert(0, &from).unwrap();
    let Verdict::Fits(said) = verdict(&trial, &from, &to, &Mapping::new(), ClockPolicy::Rederive) else {
        panic!("fits")
    };
    let [change] = &said.due[..] else { panic!("{said:?}") };
    let at = |due: Option<flow::migrate::DueAt>| due.and_then(|due| due.statutory).unwrap().to_string();
    assert_eq!(
        (at(change.before), at(change.after)),
        ("2026-03-30T16:00:00.000Z".to_owned(), "2026-03-16T16:00:00.000Z".to_owned())
    );
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Rederive).unwrap();
    let clock = trial.instances[0].state.clocks.values().next().cloned().unwrap();
    assert_eq!(clock.of.started, before.of.started);
    // What is reached under the new limits is told once; going back does not tell it a second time.
    trial.advance(8 * DAY);
    let clock = trial.instances[0].state.clocks.values().next().cloned().unwrap();
    assert_eq!(clock.reached, [Rung::Remind, Rung::Statutory].into());
    trial.revert(0, &from).unwrap();
    let clock = trial.instances[0].state.clocks.values().next().cloned().unwrap();
    assert_eq!((clock.of, clock.reached.len()), (before.of, 2));
    let plain = graph(&row(USER, &["t"]));
    let Verdict::Fits(said) = verdict(&trial, &from, &plain, &Mapping::new(), ClockPolicy::Rederive) else {
        panic!("fits")
    };
    assert!(said.due[0].after.is_none(), "no limit any more");
    trial.migrate(0, &plain, &Mapping::new(), ClockPolicy::Rederive).unwrap();
    assert!(trial.instances[0].state.clocks.is_empty());
    let Verdict::Fits(said) = verdict(&trial, &plain, &from, &Mapping::new(), ClockPolicy::Keep) else {
        panic!("fits")
    };
    assert!(said.due[0].before.is_none() && said.due[0].after.is_some(), "a limit where there was none");
}

#[test]
fn who_did_what_is_known_in_the_other_version_too() {
    let separate = "<userTask id=\"a\" qy:candidates=\"x\"/><userTask id=\"b\" qy:candidates=\"x\" qy:separate=\"a\"/>";
    let old = row(separate, &["a", "b"]);
    let new = old
        .replace("\"a\"", "\"c\"")
        .replace("-a\"", "-c\"")
        .replace("\"a-", "\"c-")
        .replace(">s-a<", ">s-c<")
        .replace(">a-b<", ">c-b<");
    let to = graph(&new);
    let mut trial = begun(&old);
    trial.complete_task(&"a".into(), ANA, &Context::new()).unwrap();
    trial.migrate(0, &to, &mapping(&[("a", "c")]), ClockPolicy::Keep).unwrap();
    assert_eq!(trial.complete_task(&"b".into(), ANA, &Context::new()), Err(Refusal::Separate("c".into())));
}

/// The same process under other ids, and the pairs.
fn relabelled(text: &str, ids: &BTreeSet<String>) -> (String, Mapping) {
    let mut text = text.to_owned();
    for id in ids {
        text = text.replace(&format!("\"{id}\""), &format!("\"n-{id}\""));
    }
    // What workers are asked for keeps its name.
    for id in ids {
        text = text.replace(&format!("qy:type=\"n-{id}\""), &format!("qy:type=\"{id}\""));
    }
    (text, ids.iter().map(|id| (ElementId::from(id.as_str()), ElementId::from(format!("n-{id}")))).collect())
}

/// A trial of a net whose work takes its time.
fn slow(text: &str) -> Trial<'static> {
    let mut turn = 7_u64;
    let worker = move |_: &str, _: &ElementId, _: &Context| {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Answer::Later((turn >> 60) as i64 * 500, Context::new())
    };
    let now = MONDAY.parse().unwrap();
    let model = bpmn::Model::read(text.as_bytes()).expect("well-formed");
    let mut trial = Trial::new(flow::compile(&model, &[]).graphs, Arc::new(NoDecisions), now, Box::new(worker));
    trial.start("p", Context::new()).expect("it starts");
    trial
}

fn compiled(text: &str) -> Arc<Graph> {
    let model = bpmn::Model::read(text.as_bytes()).expect("well-formed");
    Arc::new(flow::compile(&model, &[]).graphs.remove(0))
}

fn net(block: &Block) -> (String, BTreeSet<String>) {
    let (text, _) = process(block);
    let ids = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let ids = ids.filter(|id| id != "p").collect();
    (text, ids)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn to_an_identical_version_nothing_changes(block in block(), after in 0..60_i64) {
        let (text, _) = net(&block);
        let mut trial = slow(&text);
        trial.advance(after * 500);
        prop_assume!(trial.instances[0].state.status == Status::Active);
        let before = trial.instances[0].state.clone();
        let events = trial.history.len();
        trial.migrate(0, &compiled(&text), &Mapping::new(), ClockPolicy::Rederive).expect("it fits");
        prop_assert_eq!(trial.history.len(), events + 2, "that it moved is all there is");
        prop_assert_eq!(&State { migrated: None, ..trial.instances[0].state.clone() }, &before);
    }

    /// Under other ids, at whatever moment: what was said happens, going back is as if nothing had been, and it ends whole.
    #[test]
    fn a_move_does_what_was_said_and_the_net_ends_whole(block in block(), after in 0..60_i64) {
        let (text, ids) = net(&block);
        let (new, pairs) = relabelled(&text, &ids);
        let (from, to) = (compiled(&text), compiled(&new));
        let mut trial = slow(&text);
        trial.advance(after * 500);
        prop_assume!(trial.instances[0].state.status == Status::Active);
        let before = trial.instances[0].state.clone();
        let calendar = WorkingCalendar::default();
        let moment = Moment { now: trial.now, zone: Zone::CHINA, calendar: &calendar };
        let said = plan(&before, &from, &to, &pairs, ClockPolicy::Keep, moment);
        let events = trial.history.len();
        trial.migrate(0, &to, &pairs, ClockPolicy::Keep).expect("it fits");
        let made: Vec<Event> = trial.history[events..].iter().map(|(_, _, event)| event.clone()).collect();
        prop_assert_eq!(said, Verdict::Fits(Plan::of(&before, &made, moment)));
        prop_assert!(trial.instances[0].state.tokens.values().all(|it| it.position.place().as_str().starts_with("n-")));
        trial.revert(0, &from).expect("nothing happened");
        prop_assert_eq!(unnumbered(&trial.instances[0].state), unnumbered(&before));
        trial.migrate(0, &to, &pairs, ClockPolicy::Keep).expect("it fits still");
        trial.advance(3_600_000);
        assert_conserved(&trial);
        assert_replays(&trial);
        prop_assert_eq!(&trial.instances[0].state.status, &Status::Ended(Ending::Completed), "{}", text);
    }

    /// To a version that has some of it otherwise: what fits is moved as was said, goes back as if nothing had been, and goes on to its end.
    #[test]
    fn what_fits_another_version_ends_whole(net in changing(), after in 0..20_i64) {
        let (old, new) = (process(&net).0, other_version(&net));
        let (from, to) = (compiled(&old), compiled(&new));
        let mut trial = slow(&old);
        trial.advance(after * 500);
        prop_assume!(trial.instances[0].state.status == Status::Active);
        let before = trial.instances[0].state.clone();
        let calendar = WorkingCalendar::default();
        let moment = Moment { now: trial.now, zone: Zone::CHINA, calendar: &calendar };
        let said = plan(&before, &from, &to, &Mapping::new(), ClockPolicy::Keep, moment);
        let events = trial.history.len();
        let done = trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep);
        match said {
            Verdict::Fits(said) => {
                prop_assert!(done.is_ok());
                let made: Vec<Event> = trial.history[events..].iter().map(|(_, _, event)| event.clone()).collect();
                prop_assert_eq!(&said, &Plan::of(&before, &made, moment));
                if trial.instances[0].state.migrated.as_ref().is_some_and(|it| it.touched.is_empty()) {
                    trial.revert(0, &from).expect("nothing happened");
                    prop_assert_eq!(unnumbered(&trial.instances[0].state), unnumbered(&before));
                    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep).expect("it fits still");
                }
                trial.advance(3_600_000);
                prop_assert!(
                    matches!(trial.instances[0].state.status, Status::Ended(Ending::Completed)),
                    "{}\n{}\n{:?}", old, new, trial.instances[0].state
                );
            }
            _ => {
                prop_assert!(done.is_err());
                prop_assert_eq!(&trial.instances[0].state, &before);
            }
        }
        assert_conserved(&trial);
        assert_replays(&trial);
    }
}

#[test]
fn tokens_on_their_way_in_a_stopped_instance_move_along() {
    let work = row(&format!("<serviceTask id=\"t\" qy:type=\"w\"/>{}", USER.replace("\"t\"", "\"n\"")), &["t", "n"]);
    let new = work.replace("\"n\"", "\"m\"").replace("t-n", "t-m").replace("n-e", "m-e");
    let to = graph(&new);
    let mut trial = begun(&work);
    let job = *trial.instances[0].state.jobs.keys().next().unwrap();
    let cause = || "c".into();
    trial.command(0, &Command::Suspend { by: None, cause: cause(), voucher: "1".to_owned() }).unwrap();
    trial.command(0, &Command::CompleteJob { job, outputs: Context::new() }).unwrap();
    assert!(matches!(trial.instances[0].state.tokens.values().next().unwrap().position, Position::Flow(_)));
    let no = trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep);
    assert_eq!(no, Err(Refusal::Unmapped(vec!["t-n".into()])));
    trial.migrate(0, &to, &mapping(&[("n", "m")]), ClockPolicy::Keep).unwrap();
    trial.command(0, &Command::Resume { by: None, cause: cause(), voucher: "1".to_owned() }).unwrap();
    assert_eq!(places(&trial.instances[0].state), ["m"]);
}

#[test]
fn a_state_is_read_from_its_events_between_a_move_and_its_end() {
    let old = many("true");
    let to = graph(&many("true").replace("\"clerk\"", "\"head\""));
    let mut trial = begun(&old);
    trial.complete_task(&"t".into(), ANA, &Context::new()).unwrap();
    trial.migrate(0, &to, &Mapping::new(), ClockPolicy::Keep).unwrap();
    let events: Vec<Event> = trial.history.iter().map(|(_, _, event)| event.clone()).collect();
    let read: Vec<Event> = serde_json::from_str(&serde_json::to_string(&events).unwrap()).unwrap();
    assert_eq!(read, events);
    assert_eq!(read.iter().fold(State::default(), apply), trial.instances[0].state);
}
