//! Properties over generated nets (flow.md §14): block-structured processes of every gateway, with work that is done in any
//! order, end with every token accounted for; joins never wait in vain; the history tells the state.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use bpmn::Model;
use dmn::{Context, Value};
use flow::state::{Ending, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{Command, compile};
use proptest::prelude::*;

use crate::held::{assert_conserved, assert_replays};

/// A block with one way in and one way out.
#[derive(Clone, Debug)]
pub enum Block {
    Task,
    Timer(u32),
    Sequence(Vec<Block>),
    Exclusive(Vec<Block>),
    Parallel(Vec<Block>),
    /// Which branches are taken, as bits; at least one.
    Inclusive(Vec<Block>, u8),
    Sub(Box<Block>),
    Many(u8),
    Loop(Box<Block>, u8),
    /// One that another version has otherwise.
    Changed(Box<Block>, Change),
}

/// What another version of a net does to a block.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// A sub-process lies around it.
    Within,
    /// A task comes before it.
    After,
    /// A task comes behind it.
    Before,
    /// A task goes on beside it.
    Beside,
    /// It is one of two ways, and the one that is taken.
    Chosen,
    /// A task stands in its place.
    Replaced,
}

pub fn block() -> impl Strategy<Value = Block> {
    grown(false)
}

/// A net that another version has otherwise in some places.
pub fn changing() -> impl Strategy<Value = Block> {
    grown(true)
}

fn grown(changes: bool) -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![Just(Block::Task), (1..30_u32).prop_map(Block::Timer), (0..4_u8).prop_map(Block::Many)];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let some = proptest::collection::vec(inner.clone(), 1..4);
        let change = prop_oneof![
            3 => Just(Change::Within),
            2 => Just(Change::After),
            2 => Just(Change::Before),
            1 => Just(Change::Beside),
            2 => Just(Change::Chosen),
            1 => Just(Change::Replaced),
        ];
        let changed = (inner.clone(), change).prop_map(move |(block, change)| match changes {
            true => Block::Changed(Box::new(block), change),
            false => block,
        });
        prop_oneof![
            2 * u32::from(changes) + 1 => changed,
            1 => some.clone().prop_map(Block::Sequence),
            1 => some.clone().prop_map(Block::Exclusive),
            1 => some.clone().prop_map(Block::Parallel),
            1 => (some, 1..8_u8).prop_map(|(blocks, bits)| Block::Inclusive(blocks, bits)),
            1 => inner.clone().prop_map(|block| Block::Sub(Box::new(block))),
            1 => (inner, 1..4_u8).prop_map(|(block, times)| Block::Loop(Box::new(block), times)),
        ]
    })
}

/// Writes a block as elements of a process; says its first and last element.
struct Writer {
    xml: String,
    next: usize,
    /// Whether it writes the other version; its own things have ids of their own, and all else has the same in both.
    other: Option<usize>,
    /// How often each task is to be done.
    wanted: BTreeMap<String, usize>,
}

impl Writer {
    fn id(&mut self, what: &str) -> String {
        self.next += 1;
        format!("{what}{}", self.next)
    }

    /// The id of something that only the other version has.
    fn new_id(&mut self, what: &str) -> String {
        let number = self.other.map_or(0, |number| number + 1);
        self.other = Some(number);
        format!("new-{what}{number}")
    }

    fn new_task(&mut self) -> String {
        let id = self.new_id("t");
        let _ = writeln!(self.xml, "<serviceTask id=\"{id}\" qy:type=\"{id}\"/>");
        id
    }

    /// A sub-process of one block.
    fn sub(
        &mut self,
        id: &str,
        (start, end): (&str, &str),
        more: &str,
        inside: impl FnOnce(&mut Writer) -> (String, String),
    ) {
        let before = std::mem::take(&mut self.xml);
        let (first, last) = inside(self);
        self.flow(start, &first, None);
        self.flow(&last, end, None);
        let inside = std::mem::replace(&mut self.xml, before);
        let _ = writeln!(
            self.xml,
            "<subProcess id=\"{id}\"><startEvent id=\"{start}\"/>{inside}<endEvent id=\"{end}\"/>{more}</subProcess>"
        );
    }

    /// A block as the other version has it.
    fn change(&mut self, block: &Block, change: Change, times: usize) -> (String, String) {
        match change {
            Change::Within => {
                let (id, start, end) = (self.new_id("s"), self.new_id("e"), self.new_id("e"));
                self.sub(&id, (&start, &end), "", |writer| writer.write(block, times));
                (id.clone(), id)
            }
            Change::After | Change::Before => {
                let new = self.new_task();
                let (first, last) = self.write(block, times);
                if matches!(change, Change::After) {
                    self.flow(&new, &first, None);
                    return (new, last);
                }
                self.flow(&last, &new, None);
                (first, new)
            }
            Change::Beside | Change::Chosen => {
                let chosen = matches!(change, Change::Chosen);
                let gateway = if chosen { "exclusiveGateway" } else { "parallelGateway" };
                let (split, join, new) = (self.new_id("g"), self.new_id("g"), self.new_task());
                let _ = writeln!(self.xml, "<{gateway} id=\"{split}\"/><{gateway} id=\"{join}\"/>");
                let (first, last) = self.write(block, times);
                self.flow(&split, &new, chosen.then_some("false"));
                self.flow(&split, &first, chosen.then_some("true"));
                self.flow(&new, &join, None);
                self.flow(&last, &join, None);
                (split, join)
            }
            Change::Replaced => {
                let before = self.xml.clone();
                self.write(block, 0);
                self.xml = before;
                let new = self.new_task();
                (new.clone(), new)
            }
        }
    }

    fn flow(&mut self, from: &str, to: &str, condition: Option<&str>) -> String {
        let id = format!("{from}-{to}");
        let condition = condition.map_or_else(String::new, |it| {
            format!("<conditionExpression xsi:type=\"tFormalExpression\">{it}</conditionExpression>")
        });
        let _ = writeln!(
            self.xml,
            "<sequenceFlow id=\"{id}\" sourceRef=\"{from}\" targetRef=\"{to}\">{condition}</sequenceFlow>"
        );
        id
    }

    fn write(&mut self, block: &Block, times: usize) -> (String, String) {
        match block {
            Block::Task => {
                let id = self.id("t");
                let _ = writeln!(self.xml, "<serviceTask id=\"{id}\" qy:type=\"{id}\"/>");
                *self.wanted.entry(id.clone()).or_default() += times;
                (id.clone(), id)
            }
            Block::Timer(seconds) => {
                let id = self.id("c");
                let _ = writeln!(
                    self.xml,
                    "<intermediateCatchEvent id=\"{id}\"><timerEventDefinition><timeDuration>PT{seconds}S</timeDuration>\
                     </timerEventDefinition></intermediateCatchEvent>"
                );
                (id.clone(), id)
            }
            Block::Many(count) => {
                let id = self.id("m");
                let sequential = count % 2 == 0;
                let _ = writeln!(
                    self.xml,
                    "<serviceTask id=\"{id}\" qy:type=\"{id}\"><multiInstanceLoopCharacteristics isSequential=\"{sequential}\">\
                     <loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics></serviceTask>"
                );
                *self.wanted.entry(id.clone()).or_default() += times * usize::from(*count);
                (id.clone(), id)
            }
            Block::Sequence(blocks) => {
                let mut ends = None;
                for block in blocks {
                    let (first, last) = self.write(block, times);
                    ends = match ends {
                        None => Some((first, last)),
                        Some((begin, before)) => {
                            self.flow(&before, &first, None);
                            Some((begin, last))
                        }
                    };
                }
                ends.expect("at least one")
            }
            Block::Exclusive(blocks) => {
                let (split, join) = (self.id("x"), self.id("x"));
                let _ = writeln!(self.xml, "<exclusiveGateway id=\"{join}\"/>");
                for (at, block) in blocks.iter().enumerate() {
                    // The last branch is the one that is taken.
                    let taken = at + 1 == blocks.len();
                    let (first, last) = self.write(block, if taken { times } else { 0 });
                    self.flow(&split, &first, Some(if taken { "true" } else { "false" }));
                    self.flow(&last, &join, None);
                }
                let _ = writeln!(self.xml, "<exclusiveGateway id=\"{split}\"/>");
                (split, join)
            }
            Block::Parallel(blocks) => self.branches("parallelGateway", blocks, times, |_| None),
            Block::Inclusive(blocks, bits) => {
                let all = blocks.len();
                let bits = if (0..all).any(|at| bits & (1 << at) != 0) { *bits } else { 1 };
                let taken = move |at: usize| Some(bits & (1 << at) != 0);
                self.branches("inclusiveGateway", blocks, times, taken)
            }
            Block::Sub(block) => {
                let (id, start, end) = (self.id("s"), self.id("e"), self.id("e"));
                self.sub(&id, (&start, &end), "", |writer| writer.write(block, times));
                (id.clone(), id)
            }
            Block::Loop(block, rounds) => {
                let (id, start, end) = (self.id("l"), self.id("e"), self.id("e"));
                let more = format!("<standardLoopCharacteristics loopMaximum=\"{rounds}\"/>");
                self.sub(&id, (&start, &end), &more, |writer| writer.write(block, times * usize::from(*rounds)));
                (id.clone(), id)
            }
            Block::Changed(block, _) if self.other.is_none() => self.write(block, times),
            Block::Changed(block, change) => self.change(block, *change, times),
        }
    }

    fn branches(
        &mut self,
        gateway: &str,
        blocks: &[Block],
        times: usize,
        taken: impl Fn(usize) -> Option<bool>,
    ) -> (String, String) {
        let (split, join) = (self.id("g"), self.id("g"));
        let _ = writeln!(self.xml, "<{gateway} id=\"{split}\"/><{gateway} id=\"{join}\"/>");
        for (at, block) in blocks.iter().enumerate() {
            let taken = taken(at);
            let (first, last) = self.write(block, if taken == Some(false) { 0 } else { times });
            self.flow(&split, &first, taken.map(|taken| if taken { "true" } else { "false" }));
            self.flow(&last, &join, None);
        }
        (split, join)
    }
}

/// The task that was closed last.
fn closed_last(trial: &Trial<'_>) -> u64 {
    let closed = trial.history.iter().rev().find_map(|(_, _, event)| match event {
        flow::Event::TaskClosed { task, .. } => Some(*task),
        _ => None,
    });
    closed.unwrap_or_default()
}

/// A process of a block, and how often each of its tasks is to be done.
pub fn process(block: &Block) -> (String, BTreeMap<String, usize>) {
    written(block, None)
}

/// The other version of it.
pub fn other_version(block: &Block) -> String {
    written(block, Some(0)).0
}

fn written(block: &Block, other: Option<usize>) -> (String, BTreeMap<String, usize>) {
    let mut writer = Writer { xml: String::new(), next: 0, other, wanted: BTreeMap::new() };
    let (first, last) = writer.write(block, 1);
    writer.flow("start", &first, None);
    writer.flow(&last, "end", None);
    let text = format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:qy=\"urn:qingyuan:bpmn:1\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" targetNamespace=\"urn:test\">\
         <process id=\"p\" isExecutable=\"true\"><startEvent id=\"start\"/>{}<endEvent id=\"end\"/></process></definitions>",
        writer.xml
    );
    let wanted = writer.wanted.into_iter().filter(|(_, times)| *times > 0).collect();
    (text, wanted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn structured_nets_do_what_is_drawn_and_end_whole(block in block(), slow in any::<u64>()) {
        let (text, wanted) = process(&block);
        let model = Model::read(text.as_bytes()).expect("well-formed");
        let compiled = compile(&model, &[]);
        prop_assert!(!compiled.graphs.is_empty(), "{:?}\n{text}", compiled.findings);
        let done = Rc::new(RefCell::new(BTreeMap::<String, usize>::new()));
        let counts = Rc::clone(&done);
        let mut turn = slow;
        let worker = move |job: &str, _: &flow::ElementId, _: &Context| {
            *counts.borrow_mut().entry(job.to_owned()).or_default() += 1;
            // In any order: some at once, some after a while.
            turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match (turn >> 60) % 4 {
                0 | 1 => Answer::Done(Context::new()),
                later => Answer::Later(later as i64 * 700, [("x".to_owned(), Value::whole(1))].into()),
            }
        };
        let now = "2026-03-02T00:00:00Z".parse().unwrap();
        let mut trial = Trial::new(compiled.graphs, Arc::new(NoDecisions), now, Box::new(worker));
        trial.start("p", Context::new()).expect("it starts");
        for _ in 0..40 {
            assert_conserved(&trial);
            trial.advance(3_000);
        }
        trial.advance(3_600_000);
        assert_conserved(&trial);
        assert_replays(&trial);
        prop_assert_eq!(&trial.instances[0].state.status, &Status::Ended(Ending::Completed), "{}", text);
        prop_assert_eq!(&*done.borrow(), &wanted, "{}", text);
    }

    /// Whatever moment it is cancelled at, nothing stays open, and nothing moves any more.
    #[test]
    fn what_is_cancelled_is_over(block in block(), after in 0..60_i64) {
        let (text, _) = process(&block);
        let model = Model::read(text.as_bytes()).expect("well-formed");
        let now = "2026-03-02T00:00:00Z".parse().unwrap();
        let worker = |_: &str, _: &flow::ElementId, _: &Context| Answer::Later(2_000, Context::new());
        let mut trial = Trial::new(compile(&model, &[]).graphs, Arc::new(NoDecisions), now, Box::new(worker));
        trial.start("p", Context::new()).expect("it starts");
        trial.advance(after * 500);
        let was_over = matches!(trial.instances[0].state.status, Status::Ended(_));
        prop_assert_eq!(trial.command(0, &Command::Cancel).is_err(), was_over);
        let events = trial.history.len();
        trial.advance(3_600_000);
        prop_assert_eq!(trial.history.len(), events, "an hour later nothing has happened");
        assert_conserved(&trial);
        assert_replays(&trial);
    }

    /// No sequence of claims, gifts, returns, completions taken back, merges and splits lets one officer do two separated tasks.
    #[test]
    fn no_chain_of_hands_does_two_separated_tasks(moves in proptest::collection::vec((0..8_u8, 0..3_u128, 0..3_u128), 1..60)) {
        use flow::Event;
        use kernel::{OfficerId, PostId};
        let text = crate::models::line(
            "<startEvent id=\"s\"/><sequenceFlow id=\"f1\" sourceRef=\"s\" targetRef=\"a\"/>\
             <userTask id=\"a\" qy:candidates=\"x\"/><sequenceFlow id=\"f2\" sourceRef=\"a\" targetRef=\"b\"/>\
             <userTask id=\"b\" qy:candidates=\"x\" qy:separate=\"a\" qy:returnTo=\"a\"/>\
             <sequenceFlow id=\"f3\" sourceRef=\"b\" targetRef=\"c\"/><userTask id=\"c\" qy:candidates=\"x\" qy:returnTo=\"a b\"/>\
             <sequenceFlow id=\"f4\" sourceRef=\"c\" targetRef=\"e\"/><endEvent id=\"e\"/>",
        );
        let model = Model::read(text.as_bytes()).expect("well-formed");
        let now = "2026-03-02T00:00:00Z".parse().unwrap();
        let worker = |_: &str, _: &flow::ElementId, _: &Context| Answer::Nobody;
        let mut trial = Trial::new(compile(&model, &[]).graphs, Arc::new(NoDecisions), now, Box::new(worker));
        trial.start("p", Context::new()).expect("it starts");
        for (what, who, other) in moves {
            let Some(task) = trial.instances[0].state.tasks.keys().next().copied() else { break };
            let (by, to) = (OfficerId::new(who), (OfficerId::new(other), PostId::new(other)));
            let command = match what {
                0 => Command::Claim { task, by: (by, PostId::new(who)) },
                1 => Command::Assign { task, by, to, reason: "r".into() },
                2 => Command::Return { task, by, to: if who % 2 == 0 { "a" } else { "b" }.into(), reason: "r".into() },
                3 => Command::Release { task, by },
                // The last one that was closed, by whoever says so.
                4 => Command::Takeback { task: closed_last(&trial), by },
                5 => Command::Merge { into: "A".to_owned(), by },
                6 => Command::Split { by },
                _ => Command::CompleteTask { task, by, outputs: Context::new() },
            };
            let before = trial.history.len();
            if trial.command(0, &command).is_err() {
                prop_assert_eq!(trial.history.len(), before, "a refusal changes nothing");
            }
            assert_conserved(&trial);
        }
        assert_replays(&trial);
        let hands = &trial.instances[0].state.hands;
        let of = |id: &str| hands.get(&flow::ElementId::from(id)).cloned().unwrap_or_default();
        prop_assert!(of("a").is_disjoint(&of("b")), "{:?}", hands);
        let closed = trial.history.iter().filter(|(_, _, event)| matches!(event, Event::TaskClosed { by: Some(_), .. })).count();
        prop_assert!(closed >= of("a").len() + of("b").len());
    }
}
