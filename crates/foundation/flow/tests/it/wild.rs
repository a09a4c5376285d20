//! Properties over nets that are drawn in any way (flow.md §14, items 4 and 11): what the check calls sound comes to no standstill,
//! whatever is chosen and in whatever order things are done; where it shows a way to a standstill that way leads there; inclusive
//! joins fire as a slow reference says that searches the graph in each state; names and order change nothing of what is done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dmn::{Context, Value};
use flow::graph::sound::{FaultKind, Fired, How, Verdict, examine};
use flow::graph::{At, Kind, Level, Throw, Trigger, Via};
use flow::state::{IncidentKind, Position, State, Status, What};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, ElementId, Event, Graph, apply, compile};
use kernel::{OfficerId, PostId};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::held::{assert_conserved, assert_replays, done, incidents};
use crate::soundness::{boundary, conditions, drawn};

const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(11));

/// Part of a net: what splits and what joins need not fit.
#[derive(Clone, Debug)]
enum Wild {
    Task,
    Row(Vec<Wild>),
    Fork(char, char, Vec<Wild>),
    /// Done again as often as somebody chooses.
    Again(Box<Wild>),
    /// A task that an event ends; what comes then leads to a join with what comes else.
    Watched(char, Box<Wild>),
}

/// A net, and flows from one task to a later one beside all else.
#[derive(Clone, Debug)]
struct Net {
    body: Wild,
    jumps: Vec<(u8, u8)>,
}

fn wild() -> impl Strategy<Value = Net> {
    let gateway = || prop_oneof![Just('x'), Just('p'), Just('o')];
    // What splits is often what joins.
    let pair = prop_oneof![
        2 => gateway().prop_map(|it| (it, it)),
        1 => Just(('x', 'o')),
        1 => Just(('p', 'o')),
        4 => (gateway(), gateway()),
    ];
    let fork = pair.clone();
    let inside = Just(Wild::Task).prop_recursive(2, 7, 3, move |inner| {
        let some = || proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            2 => some().prop_map(Wild::Row),
            4 => (pair.clone(), some()).prop_map(|((split, join), ways)| Wild::Fork(split, join, ways)),
            1 => inner.clone().prop_map(|it| Wild::Again(Box::new(it))),
            1 => (gateway(), inner.clone()).prop_map(|(join, it)| Wild::Watched(join, Box::new(it))),
        ]
    });
    let body =
        (fork, proptest::collection::vec(inside, 2..4)).prop_map(|((split, join), ways)| Wild::Fork(split, join, ways));
    let jumps = prop_oneof![4 => Just(Vec::new()), 1 => proptest::collection::vec(any::<(u8, u8)>(), 1..3)];
    (body, jumps).prop_map(|(body, jumps)| Net { body, jumps })
}

#[derive(Default)]
struct Writer {
    rows: Vec<String>,
    more: String,
    next: usize,
    tasks: Vec<String>,
}

impl Writer {
    fn id(&mut self, kind: char) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
    }

    fn task(&mut self) -> String {
        let id = self.id('t');
        self.tasks.push(id.clone());
        id
    }

    fn flow(&mut self, from: &str, to: &str) {
        let chosen = if from.starts_with(['x', 'o']) { "?" } else { "" };
        self.rows.push(format!("{from}{chosen} > {to}"));
    }

    /// First and last element; what splits stands behind a task, so that what is chosen can be said there.
    fn write(&mut self, net: &Wild) -> (String, String) {
        match net {
            Wild::Task => {
                let id = self.task();
                (id.clone(), id)
            }
            Wild::Row(all) => {
                let mut ends: Option<(String, String)> = None;
                for one in all {
                    let (first, last) = self.write(one);
                    ends = Some(match ends {
                        None => (first, last),
                        Some((begin, before)) => {
                            self.flow(&before, &first);
                            (begin, last)
                        }
                    });
                }
                ends.unwrap()
            }
            Wild::Fork(split, join, ways) => {
                let (before, split, join, after) = (self.task(), self.id(*split), self.id(*join), self.task());
                self.flow(&before, &split);
                for way in ways {
                    let (first, last) = self.write(way);
                    self.flow(&split, &first);
                    self.flow(&last, &join);
                }
                self.flow(&join, &after);
                (before, after)
            }
            Wild::Again(inner) => {
                let (begin, choose, back, after) = (self.id('x'), self.id('x'), self.task(), self.task());
                let (first, last) = self.write(inner);
                // The merge has one way out: it needs no condition.
                self.rows.push(format!("{begin} > {first}"));
                self.flow(&last, &choose);
                self.flow(&choose, &back);
                self.flow(&back, &begin);
                self.flow(&choose, &after);
                (begin, after)
            }
            Wild::Watched(join, other) => {
                let (host, event, join, after) = (self.task(), self.id('b'), self.id(*join), self.task());
                self.more += &boundary(&event, &host, true);
                let (first, last) = self.write(other);
                self.flow(&event, &first);
                self.flow(&last, &join);
                self.flow(&host, &join);
                self.flow(&join, &after);
                (host, after)
            }
        }
    }
}

/// The net as rows of a drawing, and what it has beside them.
fn rows(net: &Net) -> (Vec<String>, String) {
    let mut writer = Writer::default();
    let (first, last) = writer.write(&net.body);
    writer.flow("s0", &first);
    writer.flow(&last, "e0");
    for (from, to) in &net.jumps {
        let (from, to) = (usize::from(*from) % writer.tasks.len(), usize::from(*to) % writer.tasks.len());
        if from < to {
            let row = format!("{} > {}", writer.tasks[from], writer.tasks[to]);
            if !writer.rows.contains(&row) {
                writer.rows.push(row);
            }
        }
    }
    // A join has one way out: that needs no condition either.
    let ways_of = |id: &str, rows: &[String]| rows.iter().filter(|row| row.starts_with(&format!("{id}? "))).count();
    let plain: Vec<String> = writer
        .rows
        .iter()
        .map(|row| match row.split_once("? ") {
            Some((id, rest)) if ways_of(id, &writer.rows) == 1 => format!("{id} {rest}"),
            _ => row.clone(),
        })
        .collect();
    (plain, writer.more)
}

fn ready(text: &str) -> Arc<Graph> {
    let names = conditions(text);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let model = bpmn::Model::read(text.as_bytes()).expect("well-formed");
    let mut compiled = compile(&model, &names);
    assert_eq!(compiled.graphs.len(), 1, "{:?}\n{text}", compiled.findings);
    Arc::new(compiled.graphs.remove(0))
}

/// Numbers as they come, the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// For each condition of a graph whether it holds: for each gateway with conditions as somebody chooses among its flows.
fn said(graph: &Graph, mut choose: impl FnMut(At, &[Via]) -> BTreeSet<Via>) -> Context {
    let mut all = Context::new();
    for at in &graph.level(Level::TOP).elements {
        let ways: Vec<Via> =
            graph.element(*at).outgoing.iter().copied().filter(|via| graph.flow(*via).condition.is_some()).collect();
        if ways.is_empty() {
            continue;
        }
        let chosen = choose(*at, &ways);
        for via in ways {
            let name = graph.flow(via).condition.as_ref().unwrap().text().trim().to_owned();
            all.insert(name, Value::Boolean(chosen.contains(&via)));
        }
    }
    all
}

fn any_of(dice: &mut Dice, ways: &[Via]) -> BTreeSet<Via> {
    let mut chosen: BTreeSet<Via> = ways.iter().copied().filter(|_| dice.roll(2) == 0).collect();
    chosen.insert(ways[dice.roll(ways.len())]);
    chosen
}

fn begun(graph: &Arc<Graph>, variables: Context) -> Trial<'static> {
    let graphs = [(graph.id.clone(), Arc::clone(graph))].into();
    let definitions = flow::Definitions { graphs, decisions: Arc::new(NoDecisions) };
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::of(definitions, now, Box::new(|_, _, _| Answer::Nobody));
    trial.start("p", variables).expect("it starts");
    trial
}

fn state<'t>(trial: &'t Trial<'_>) -> &'t State {
    &trial.instances[0].state
}

/// Does a task.
fn complete(trial: &mut Trial<'_>, task: u64) {
    trial.command(0, &Command::Claim { task, by: ANA }).unwrap();
    trial.command(0, &Command::CompleteTask { task, by: ANA.0, outputs: Context::new() }).unwrap();
}

/// Lets the time of one wait come, and of no other.
fn come(trial: &mut Trial<'_>, wait: u64) {
    trial.now = trial.now.plus_ms(600_000);
    trial.command(0, &Command::TimerDue { wait }).unwrap();
}

fn say(trial: &mut Trial<'_>, values: Context) {
    trial.command(0, &Command::SetVariables { scope: None, values }).unwrap();
}

/// A run in which all is chosen by chance; at each rest the joins are looked at.
fn by_chance(graph: &Arc<Graph>, dice: &mut Dice) -> Trial<'static> {
    let first = said(graph, |_, ways| any_of(dice, ways));
    let mut trial = begun(graph, first);
    for _ in 0..60 {
        let open: Vec<u64> = state(&trial).tasks.keys().copied().collect();
        let waits: Vec<u64> = state(&trial).waits.keys().copied().collect();
        if open.is_empty() || state(&trial).status != Status::Active {
            break;
        }
        let values = said(graph, |_, ways| any_of(dice, ways));
        say(&mut trial, values);
        if !waits.is_empty() && dice.roll(4) == 0 {
            let wait = waits[dice.roll(waits.len())];
            assert!(matches!(state(&trial).waits[&wait].what, What::Timer { .. }));
            come(&mut trial, wait);
        } else {
            let task = open[dice.roll(open.len())];
            complete(&mut trial, task);
        }
        for at in inclusive(graph) {
            assert!(!may_fire(graph, state(&trial), at), "{} waits though it may fire", graph.element(at).id);
        }
    }
    trial
}

fn inclusive(graph: &Graph) -> impl Iterator<Item = At> {
    let all = graph.level(Level::TOP).elements.iter().copied();
    all.filter(|at| matches!(graph.element(*at).kind, Kind::Inclusive) && graph.element(*at).incoming.len() > 1)
}

/// Places next to one, searched in the graph as it is drawn.
fn next(graph: &Graph, at: At) -> Vec<At> {
    let element = graph.element(at);
    let mut all: Vec<At> = element.outgoing.iter().map(|via| graph.flow(*via).target).collect();
    match &element.kind {
        Kind::Activity(activity) => {
            all.extend(
                activity.boundary.iter().copied().filter(|event| {
                    !graph.triggers(*event).iter().any(|trigger| matches!(trigger, Trigger::Compensation))
                }),
            )
        }
        Kind::Throw { throws, .. } => all.extend(throws.iter().filter_map(|throw| match throw {
            Throw::Link(target) => Some(*target),
            _ => None,
        })),
        _ => {}
    }
    all
}

/// Whether one of these flows can be come to from a place without passing a join.
fn leads(graph: &Graph, from: At, join: At, flows: &BTreeSet<Via>) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        if at == join || !seen.insert(at) {
            continue;
        }
        if graph.element(at).outgoing.iter().any(|via| flows.contains(via)) {
            return true;
        }
        open.extend(next(graph, at));
    }
    false
}

/// The reference: BPMN 2.0.2 §13.4.3, searched anew.
fn may_fire(graph: &Graph, state: &State, at: At) -> bool {
    let id = &graph.element(at).id;
    let filled: BTreeSet<Via> = state
        .tokens
        .values()
        .filter_map(|token| match &token.position {
            Position::Arrived(here, Some(via)) if here == id => graph.via(via),
            _ => None,
        })
        .collect();
    let empty: BTreeSet<Via> = graph.element(at).incoming.iter().copied().filter(|via| !filled.contains(via)).collect();
    !filled.is_empty()
        && !state.tokens.values().any(|token| {
            let place = match &token.position {
                Position::Flow(via) => graph.via(via).map(|via| graph.flow(via).target),
                other => other.element().and_then(|id| graph.at(id)),
            };
            place.is_some_and(|place| {
                place != at && leads(graph, place, at, &empty) && !leads(graph, place, at, &filled)
            })
        })
}

/// Goes through the history event by event; says how often an inclusive join fired, each time rightly.
fn fired_rightly(graph: &Graph, trial: &Trial<'_>) -> usize {
    let joins: BTreeMap<ElementId, At> = inclusive(graph).map(|at| (graph.element(at).id.clone(), at)).collect();
    let (mut before, mut firing, mut times) = (State::default(), None, 0);
    for (_, _, event) in &trial.history {
        let (token, goes_on) = match event {
            Event::TokenMoved { token, .. } => (Some(*token), true),
            Event::TokenEnded { token } => (Some(*token), false),
            _ => (None, false),
        };
        let stood = token.and_then(|token| match &before.tokens.get(&token)?.position {
            Position::Arrived(id, _) => joins.get(id).copied(),
            _ => None,
        });
        if let Some(at) = stood {
            if firing != Some(at) {
                assert!(may_fire(graph, &before, at), "{} fired too early", graph.element(at).id);
                times += 1;
            }
            firing = (!goes_on).then_some(at);
        }
        before = apply(before, event);
    }
    times
}

/// What a shown run chooses at each gateway before its next task or event; nothing where it passes one twice and otherwise.
fn choices(graph: &Graph, run: &[Fired]) -> Option<(Context, usize)> {
    let mut chosen: BTreeMap<At, BTreeSet<Via>> = BTreeMap::new();
    let is_act = |fired: &Fired| {
        matches!(graph.element(fired.element).kind, Kind::Activity(_)) || matches!(fired.how, How::Border(_))
    };
    let until = run.iter().position(is_act).unwrap_or(run.len());
    for fired in &run[..until] {
        let ways: BTreeSet<Via> = fired.ways.iter().copied().collect();
        if chosen.insert(fired.element, ways.clone()).is_some_and(|before| before != ways) {
            return None;
        }
    }
    let values = said(graph, |at, ways| chosen.get(&at).cloned().unwrap_or_else(|| [ways[0]].into()));
    Some((values, until))
}

/// Follows a shown run; nothing where it cannot be followed by choices between tasks.
fn follow(graph: &Arc<Graph>, run: &[Fired]) -> Option<Trial<'static>> {
    let (first, mut at) = choices(graph, run)?;
    let mut trial = begun(graph, first);
    while at < run.len() {
        let fired = &run[at];
        let (values, until) = choices(graph, &run[at + 1..])?;
        say(&mut trial, values);
        match fired.how {
            How::Border(event) => {
                let id = &graph.element(event).id;
                let wait = *state(&trial).waits.iter().find(|(_, wait)| wait.element == *id).expect("it is armed").0;
                come(&mut trial, wait);
            }
            _ => {
                let id = &graph.element(fired.element).id;
                let open = state(&trial).tasks.iter().find(|(_, task)| task.element == *id);
                let task = *open.unwrap_or_else(|| panic!("{id} is not open")).0;
                complete(&mut trial, task);
            }
        }
        at += until + 1;
    }
    Some(trial)
}

/// So many nets, the same each time.
fn nets(count: usize) -> Vec<Net> {
    let config = Config::default();
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = wild();
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a net").current()).collect()
}

fn text_of(net: &Net) -> String {
    let (rows, more) = rows(net);
    drawn(&rows.join("; "), &more)
}

fn only(verdicts: &[Verdict]) -> &Verdict {
    assert_eq!(verdicts.len(), 1);
    &verdicts[0]
}

#[test]
fn what_is_called_sound_never_stands_still_and_what_is_shown_does() {
    let (mut sound, mut shown, mut not_followed, mut open, mut fired) = (0, 0, 0, 0, 0);
    let mut dice = Dice(20_260_302);
    for net in nets(300) {
        let text = text_of(&net);
        let graph = ready(&text);
        let verdicts = examine(&graph);
        let verdict = only(&verdicts);
        let in_vain: Vec<_> = verdict.faults.iter().filter(|fault| fault.kind == FaultKind::Deadlock).collect();
        for _ in 0..3 {
            let trial = by_chance(&graph, &mut dice);
            fired += fired_rightly(&graph, &trial);
            assert_conserved(&trial);
            if verdict.proved && verdict.faults.is_empty() {
                assert_eq!(incidents(&trial, IncidentKind::Stuck), 0, "{text}");
            }
        }
        match (verdict.proved, in_vain.is_empty()) {
            (true, true) if verdict.faults.is_empty() => sound += 1,
            (false, true) => open += 1,
            _ => {}
        }
        for fault in in_vain {
            let Some(trial) = follow(&graph, &fault.run) else {
                not_followed += 1;
                continue;
            };
            assert_replays(&trial);
            let id = &graph.element(fault.at).id;
            let stands =
                trial.instances[0].state.incidents.values().any(|it| {
                    it.kind == IncidentKind::Stuck && it.detail.split(", ").any(|place| place == id.as_str())
                });
            assert!(stands, "nothing stands still at {id}: {:?}\n{text}", fault.path);
            shown += 1;
        }
    }
    println!(
        "{sound} sound, {shown} standstills followed, {not_followed} not, {open} not proved, {fired} inclusive joins fired"
    );
    assert!(sound >= 80 && shown >= 80 && fired >= 300 && not_followed * 10 <= shown && open * 10 <= sound);
}

/// The same net under other names, in another order of the text.
fn relabelled(rows: &[String]) -> Vec<String> {
    let other = |id: &str| {
        let (kind, number) = id.split_at(1);
        format!("{kind}{}", 1_000 - number.parse::<usize>().unwrap())
    };
    let mut all: Vec<String> = rows
        .iter()
        .map(|row| {
            let (from, to) = row.split_once(" > ").unwrap();
            let chosen = if from.ends_with('?') { "?" } else { "" };
            format!("{}{chosen} > {}", other(from.trim_end_matches('?')), other(to))
        })
        .collect();
    all.reverse();
    all
}

/// What is done where each gateway chooses by its name whatever happens, in an order of chance; ids as they were before relabelling.
fn done_by(graph: &Arc<Graph>, is_relabelled: bool, choice: u64, dice: &mut Dice) -> (BTreeMap<String, usize>, bool) {
    let old = |id: &str| {
        let (kind, number) = id.split_at(1);
        match is_relabelled {
            true => format!("{kind}{}", 1_000 - number.parse::<usize>().unwrap()),
            false => id.to_owned(),
        }
    };
    let values = said(graph, |at, ways| {
        let name = |via: &Via| old(graph.element(graph.flow(*via).target).id.as_str());
        let mut named: Vec<(String, Via)> = ways.iter().map(|via| (name(via), *via)).collect();
        named.sort();
        let gateway = old(graph.element(at).id.as_str());
        let mut own = Dice(choice ^ gateway.bytes().fold(7, |sum, byte| sum * 31 + u64::from(byte)));
        own.roll(2);
        let always = own.roll(named.len());
        let exclusive = matches!(graph.element(at).kind, Kind::Exclusive);
        let chosen = named.iter().enumerate().filter(|(at, _)| *at == always || (!exclusive && own.roll(2) == 0));
        chosen.map(|(_, (_, via))| *via).collect()
    });
    let mut trial = begun(graph, values);
    for _ in 0..200 {
        let open: Vec<u64> = state(&trial).tasks.keys().copied().collect();
        if open.is_empty() {
            break;
        }
        let task = open[dice.roll(open.len())];
        complete(&mut trial, task);
    }
    let mut all = BTreeMap::new();
    for id in done(&trial) {
        *all.entry(old(&id)).or_default() += 1;
    }
    (all, matches!(state(&trial).status, Status::Ended(_)))
}

/// Whether no way leads back to where it came by, and nothing comes by time.
fn goes_forward(graph: &Graph) -> bool {
    let own = &graph.level(Level::TOP).elements;
    own.iter().all(|at| {
        let mut seen = BTreeSet::new();
        let mut open = next(graph, *at);
        while let Some(other) = open.pop() {
            if seen.insert(other) {
                open.extend(next(graph, other));
            }
        }
        !seen.contains(at) && !matches!(graph.element(*at).kind, Kind::Boundary { .. })
    })
}

#[test]
fn names_and_the_order_of_arrival_change_nothing_of_what_is_done() {
    let (mut compared, mut dice) = (0, Dice(7));
    for net in nets(300) {
        let (rows, more) = rows(&net);
        let graph = ready(&drawn(&rows.join("; "), &more));
        let verdicts = examine(&graph);
        let verdict = only(&verdicts);
        if !verdict.proved || !verdict.faults.is_empty() || !goes_forward(&graph) {
            continue;
        }
        compared += 1;
        let other = ready(&drawn(&relabelled(&rows).join("; "), ""));
        for choice in 0..3 {
            let first = done_by(&graph, false, choice, &mut dice);
            assert!(first.1, "it comes to its end: {rows:?}");
            for _ in 0..2 {
                assert_eq!(done_by(&graph, false, choice, &mut dice), first, "in another order: {rows:?}");
            }
            assert_eq!(done_by(&other, true, choice, &mut dice), first, "under other names: {rows:?}");
        }
    }
    println!("{compared} nets compared");
    assert!(compared >= 40);
}
