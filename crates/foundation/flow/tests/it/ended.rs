//! What is interrupted is over, what is done is undone in reverse, and inclusive joins fire once for each time that their split did
//! (flow.md §14, items 4, 5 and 6), over generated nets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use bpmn::Model;
use dmn::Context;
use flow::state::{Ending, Holder, Owner, Position, State, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{ElementId, Event, apply, compile};
use proptest::prelude::*;

use crate::held::{assert_conserved, assert_replays, done};
use crate::nets::{Block, block, process};

/// A trial whose work takes its time, in an order that a number says.
fn slow(text: &str, order: u64) -> Trial<'static> {
    let model = Model::read(text.as_bytes()).expect("well-formed");
    let compiled = compile(&model, &[]);
    assert!(!compiled.graphs.is_empty(), "{:?}\n{text}", compiled.findings);
    let mut turn = order;
    let worker = move |_: &str, _: &ElementId, _: &Context| {
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Answer::Later((turn >> 60) as i64 * 500, Context::new())
    };
    let now = "2026-03-02T00:00:00Z".parse().unwrap();
    let mut trial = Trial::new(compiled.graphs, Arc::new(NoDecisions), now, Box::new(worker));
    trial.start("p", Context::new()).expect("it starts");
    trial
}

/// The elements of a net alone, as the inside of something else.
fn inside(block: &Block) -> String {
    let (text, _) = process(block);
    let begin = text.find("<startEvent").unwrap();
    text[begin..text.rfind("</process>").unwrap()].to_owned()
}

fn file(elements: &str) -> String {
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:qy=\"urn:qingyuan:bpmn:1\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" id=\"d\" targetNamespace=\"urn:test\">\
         <signal id=\"sig\" name=\"stop\"/><process id=\"p\" isExecutable=\"true\">{elements}</process></definitions>"
    )
}

fn flow(from: &str, to: &str) -> String {
    format!("<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>")
}

/// What has ended so far: scopes, and what lay in them.
#[derive(Default)]
struct Over {
    scopes: BTreeSet<u64>,
    tokens: BTreeSet<u64>,
    runs: BTreeSet<u64>,
    waits: BTreeSet<u64>,
}

impl Over {
    /// Whatever an event is about must not be over; what it ends is, from then on.
    fn sees(&mut self, before: &State, event: &Event) -> Result<(), String> {
        let scope_of = |holder: &Holder| match holder {
            Holder::Token(token) => before.tokens.get(token).map(|it| it.scope),
            Holder::Run(run) => before.runs.get(run).map(|it| it.scope),
            Holder::Scope(scope) => Some(*scope),
        };
        let gone = match event {
            Event::TokenPlaced { scope, .. } | Event::VariablesSet { scope, .. } => self.scopes.contains(scope),
            Event::ScopeOpened { parent: Some(parent), .. } => self.scopes.contains(parent),
            Event::TokenMoved { token, .. } => self.tokens.contains(token),
            Event::RunBegan { scope, owner, .. } => {
                self.scopes.contains(scope) || matches!(owner, Owner::Token(token) if self.tokens.contains(token))
            }
            Event::RunEnded { run, .. } => !self.runs.insert(*run),
            Event::WaitOpened { of, .. } => scope_of(&of.holder).is_none_or(|scope| self.scopes.contains(&scope)),
            Event::WaitAgain { wait, .. } => self.waits.contains(wait),
            Event::WaitClosed { wait, .. } => !self.waits.insert(*wait),
            Event::JobOffered { of, .. } => self.runs.contains(&of.run),
            Event::TokenEnded { token } => !self.tokens.insert(*token),
            Event::ScopeClosed { scope } => !self.scopes.insert(*scope),
            _ => false,
        };
        match gone {
            true => Err(format!("{event:?} after its end")),
            false => Ok(()),
        }
    }
}

/// No event of what has ended follows its end.
fn nothing_follows_its_end(trial: &Trial<'_>) -> Result<(), TestCaseError> {
    let (mut over, mut before) = (Over::default(), State::default());
    for (_, _, event) in &trial.history {
        let seen = over.sees(&before, event);
        prop_assert!(seen.is_ok(), "{:?}", seen);
        before = apply(before, event);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// A net within a sub-process, ended at any moment: by an event on its border, or by an event sub-process within it. What comes
    /// instead happens once, nothing of what was ended follows, and timers an hour later fire nothing.
    #[test]
    fn what_an_event_interrupts_is_over(block in block(), after in 0..40_i64, order in any::<u64>(), at_border: bool) {
        let handler = match at_border {
            true => String::new(),
            false => format!(
                "<subProcess id=\"h\" triggeredByEvent=\"true\"><startEvent id=\"hs\" isInterrupting=\"true\">\
                 <signalEventDefinition id=\"hd\" signalRef=\"sig\"/></startEvent>{}<serviceTask id=\"instead\" qy:type=\"instead\"/>{}\
                 <endEvent id=\"he\"/></subProcess>",
                flow("hs", "instead"), flow("instead", "he")
            ),
        };
        let border = match at_border {
            true => format!(
                "<boundaryEvent id=\"b\" attachedToRef=\"whole\" cancelActivity=\"true\"><signalEventDefinition id=\"bd\" signalRef=\"sig\"/>\
                 </boundaryEvent>{}<serviceTask id=\"instead\" qy:type=\"instead\"/>{}<endEvent id=\"b-end\"/>",
                flow("b", "instead"), flow("instead", "b-end")
            ),
            false => String::new(),
        };
        let text = file(&format!(
            "<startEvent id=\"ps\"/>{}<subProcess id=\"whole\">{}{handler}</subProcess>{border}{}<endEvent id=\"pe\"/>",
            flow("ps", "whole"), inside(&block), flow("whole", "pe"),
        ));
        let mut trial = slow(&text, order);
        trial.advance(after * 500);
        let active = trial.instances[0].state.status == Status::Active;
        trial.signal("stop");
        trial.advance(3_600_000);
        prop_assert_eq!(&trial.instances[0].state.status, &Status::Ended(Ending::Completed), "{}", text);
        let instead = done(&trial).iter().filter(|id| *id == "instead").count();
        prop_assert_eq!(instead, usize::from(active));
        nothing_follows_its_end(&trial)?;
        let events = trial.history.len();
        trial.signal("stop");
        trial.advance(3_600_000);
        prop_assert_eq!(trial.history.len(), events);
        assert_conserved(&trial);
        assert_replays(&trial);
    }

    /// Each split of an inclusive gateway is joined once, however many ways it took and in whatever order they come.
    #[test]
    fn an_inclusive_join_fires_once_for_each_split(block in block(), order in any::<u64>()) {
        let (text, _) = process(&block);
        let mut trial = slow(&text, order);
        trial.advance(3_600_000);
        prop_assert_eq!(&trial.instances[0].state.status, &Status::Ended(Ending::Completed), "{}", text);
        // Written in pairs: what splits, then what joins.
        let gateways: Vec<&str> = text
            .split("<inclusiveGateway id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let (mut passed, mut at) = (BTreeMap::<String, usize>::new(), BTreeMap::new());
        for (_, _, event) in &trial.history {
            let (Event::TokenMoved { token, position } | Event::TokenPlaced { token, position, .. }) = event else { continue };
            let place = match position {
                Position::Flow(flow) => flow.as_str().split('-').next().unwrap_or_default().to_owned(),
                _ => String::new(),
            };
            let before = at.insert(*token, place.clone());
            if matches!(event, Event::TokenMoved { .. }) && before.as_ref() != Some(&place) {
                *passed.entry(place).or_default() += 1;
            }
        }
        for pair in gateways.chunks(2) {
            let times = |id: &str| passed.get(id).copied().unwrap_or(0);
            prop_assert_eq!(times(pair[0]), times(pair[1]), "{:?}\n{}", pair, text);
        }
    }

    /// Work in rows side by side, each with what undoes it; undone after so long: whatever was done, the last first, each once.
    #[test]
    fn what_is_done_is_undone_in_reverse_and_once(
        rows in proptest::collection::vec(1..4_usize, 1..4),
        order in any::<u64>(),
        after in 0..30_i64,
        twice: bool,
    ) {
        let mut body = format!("<startEvent id=\"us\"/><parallelGateway id=\"up\"/>{}<parallelGateway id=\"uq\"/><endEvent id=\"ue\"/>{}", flow("us", "up"), flow("uq", "ue"));
        for (row, length) in rows.iter().enumerate() {
            let mut before = "up".to_owned();
            for number in 0..*length {
                let id = format!("w{row}x{number}");
                let _ = write!(
                    body,
                    "{}<serviceTask id=\"{id}\" qy:type=\"{id}\"/><boundaryEvent id=\"c{id}\" attachedToRef=\"{id}\">\
                     <compensateEventDefinition id=\"d{id}\"/></boundaryEvent>\
                     <serviceTask id=\"undo-{id}\" qy:type=\"undo\" isForCompensation=\"true\"/>\
                     <association id=\"a{id}\" sourceRef=\"c{id}\" targetRef=\"undo-{id}\" associationDirection=\"One\"/>",
                    flow(&before, &id)
                );
                before = id;
            }
            body += &flow(&before, "uq");
        }
        // Beside it waits what undoes all that is done by then, once or twice.
        let throw = |id: &str| format!("<intermediateThrowEvent id=\"{id}\"><compensateEventDefinition id=\"d{id}\"/></intermediateThrowEvent>");
        let again = match twice {
            true => format!("{}{}{}", flow("t", "t2"), throw("t2"), flow("t2", "end")),
            false => flow("t", "end"),
        };
        let text = file(&format!(
            "<startEvent id=\"s\"/>{}<parallelGateway id=\"both\"/>{}{}\
             <intermediateCatchEvent id=\"then\"><signalEventDefinition id=\"td\" signalRef=\"sig\"/></intermediateCatchEvent>{}{}{again}<endEvent id=\"end\"/>\
             {}",
            flow("s", "both"), flow("both", "us2"), flow("both", "then"), flow("then", "t"), throw("t"),
            body.replace("<startEvent id=\"us\"/>", "<manualTask id=\"us2\"/>").replace("us-up", "us2-up").replace("sourceRef=\"us\"", "sourceRef=\"us2\""),
        ));
        let mut trial = slow(&text, order);
        trial.advance(after * 500);
        let done_by_then: Vec<String> = done(&trial).into_iter().filter(|id| id.starts_with('w')).collect();
        let events = trial.history.len();
        trial.signal("stop");
        trial.advance(3_600_000);
        let begun: Vec<String> = trial.history[events..]
            .iter()
            .filter_map(|(_, _, event)| match event {
                Event::RunBegan { element, .. } => element.as_str().strip_prefix("undo-").map(str::to_owned),
                _ => None,
            })
            .collect();
        prop_assert!(begun.iter().collect::<BTreeSet<_>>().len() == begun.len(), "each once: {:?}", begun);
        let of_then: Vec<&String> = begun.iter().filter(|id| done_by_then.contains(id)).collect();
        let wanted: Vec<&String> = done_by_then.iter().rev().collect();
        prop_assert_eq!(of_then, wanted);
        if !twice {
            prop_assert_eq!(begun.len(), done_by_then.len(), "what is done later is not undone");
        }
        prop_assert_eq!(&trial.instances[0].state.status, &Status::Ended(Ending::Completed), "{}", text);
        assert_conserved(&trial);
        assert_replays(&trial);
    }
}
