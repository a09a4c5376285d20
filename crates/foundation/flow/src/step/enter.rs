//! A token enters an element, and leaves it.

use super::Stepper;
use super::scope::numbers;
use crate::event::Event;
use crate::graph::{At, Kind, Throw, Trigger, Via};
use crate::state::{Holder, IncidentKind, Number, Phase, Position, Token};

impl Stepper<'_> {
    /// A token enters an element, by a flow or by none.
    pub(super) fn enter(&mut self, token: Number, at: At, via: Option<Via>) {
        let element = self.element(at);
        match &element.kind {
            Kind::Start { .. } | Kind::Boundary { .. } => self.leave(token, at),
            Kind::Catch { triggers, .. } => {
                // Whoever jumps to a link has arrived; an event that waits for nothing is passed.
                if triggers.iter().all(|trigger| matches!(trigger, Trigger::Link(_))) {
                    return self.leave(token, at);
                }
                self.emit(Event::TokenMoved { token, position: Position::Waiting(element.id.clone()) });
                let scope = self.scope_of(token);
                self.open_waits(Holder::Token(token), at, scope);
            }
            Kind::Throw { throws, .. } => match throws[..] {
                [] => self.threw(token, at),
                [Throw::Link(target)] => {
                    let position = Position::Into(self.element(target).id.clone());
                    self.emit(Event::TokenMoved { token, position });
                }
                _ => self.emit(Event::TokenMoved { token, position: Position::Throwing(element.id.clone()) }),
            },
            Kind::Exclusive => self.choose_one(token, at),
            Kind::Parallel => self.join_all(token, at, via),
            Kind::Inclusive | Kind::Complex { .. } => {
                if element.incoming.len() > 1 {
                    self.arrive(token, at, via);
                } else {
                    self.choose_some(token, at, Phase::Enter);
                }
            }
            Kind::EventBased { .. } => {
                self.emit(Event::TokenMoved { token, position: Position::Waiting(element.id.clone()) });
                let scope = self.scope_of(token);
                for via in &element.outgoing {
                    let target = self.graph.flow(*via).target;
                    self.open_waits(Holder::Token(token), target, scope);
                }
                self.changed = true;
            }
            Kind::Activity(activity) => {
                if activity.start_quantity > 1 {
                    self.gather(token, at, via, activity.start_quantity);
                } else {
                    self.begin(token, at);
                }
            }
        }
    }

    /// A token stands at a join.
    pub(super) fn arrive(&mut self, token: Number, at: At, via: Option<Via>) {
        let via = via.map(|via| self.graph.flow(via).id.clone());
        let position = Position::Arrived(self.element(at).id.clone(), via);
        self.emit(Event::TokenMoved { token, position });
    }

    /// An activity that waits for several tokens begins when they are there, by whichever flow they came (BPMN 2.0.2 §10.3).
    fn gather(&mut self, token: Number, at: At, via: Option<Via>, quantity: u32) {
        self.arrive(token, at, via);
        let (id, scope) = (&self.element(at).id, self.scope_of(token));
        let here = |other: &Token| {
            other.scope == scope && matches!(&other.position, Position::Arrived(place, _) if place == id)
        };
        let all = numbers(&self.state.tokens, here);
        if all.len() < quantity as usize {
            return;
        }
        let mut all = all.into_iter().take(quantity as usize);
        if let Some(first) = all.next() {
            for rest in all {
                self.emit(Event::TokenEnded { token: rest });
            }
            self.begin(first, at);
        }
    }

    pub(super) fn scope_of(&self, token: Number) -> Number {
        self.state.tokens.get(&token).map_or(0, |token| token.scope)
    }

    /// A token leaves an activity or event: by all flows without a condition and by those whose condition holds; by the
    /// default one where there is no such condition (BPMN 2.0.2 §13.3). Gateways have rules of their own.
    pub(super) fn leave(&mut self, token: Number, at: At) {
        self.leave_times(token, at, 1);
    }

    /// The same with several tokens on each flow.
    pub(super) fn leave_times(&mut self, token: Number, at: At, times: u32) {
        let element = self.element(at);
        if element.outgoing.is_empty() {
            return self.end_token(token);
        }
        let scope = self.scope_of(token);
        let (mut ways, mut met) = (Vec::new(), false);
        for via in &element.outgoing {
            if Some(*via) == element.default {
                continue;
            }
            match self.leads(*via, scope) {
                Ok(true) => {
                    ways.push(*via);
                    met |= self.graph.flow(*via).condition.is_some();
                }
                Ok(false) => {}
                Err(why) => return self.fail(token, at, Phase::Leave, IncidentKind::BadExpression, &why),
            }
        }
        if let (false, Some(default)) = (met, element.default) {
            ways.push(default);
        }
        if ways.is_empty() {
            return self.fail(token, at, Phase::Leave, IncidentKind::NoPath, "");
        }
        let ways: Vec<Via> = ways.into_iter().flat_map(|via| std::iter::repeat_n(via, times as usize)).collect();
        self.send(token, &ways);
    }

    /// A token goes on by the first way, others are made for the rest.
    pub(super) fn send(&mut self, token: Number, ways: &[Via]) {
        let scope = self.scope_of(token);
        let [first, rest @ ..] = ways else { return self.end_token(token) };
        let on = |via: &Via| Position::Flow(self.graph.flow(*via).id.clone());
        let (first, rest): (Position, Vec<Position>) = (on(first), rest.iter().map(on).collect());
        self.emit(Event::TokenMoved { token, position: first });
        for position in rest {
            self.place(scope, position);
        }
    }
}
