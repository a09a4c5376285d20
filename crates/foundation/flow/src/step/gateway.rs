//! Gateways: splits, and joins that wait. Source: BPMN 2.0.2 §13.4, flow.md §3.

use std::collections::{BTreeMap, BTreeSet};

use dmn::{Context, Value};

use super::Stepper;
use crate::event::Event;
use crate::graph::{At, ElementId, Kind, Via};
use crate::state::{IncidentKind, Number, Phase, Position};

impl Stepper<'_> {
    /// Exclusive: the first condition that holds, in the order of the text; else the default.
    pub(super) fn choose_one(&mut self, token: Number, at: At) {
        let element = self.element(at);
        let scope = self.scope_of(token);
        if element.outgoing.is_empty() {
            return self.end_token(token);
        }
        for via in element.outgoing.iter().filter(|via| Some(**via) != element.default) {
            match self.leads(*via, scope) {
                Ok(true) => return self.send(token, &[*via]),
                Ok(false) => {}
                Err(why) => return self.fail(token, at, Phase::Enter, IncidentKind::BadExpression, &why),
            }
        }
        match element.default {
            Some(default) => self.send(token, &[default]),
            None => self.fail(token, at, Phase::Enter, IncidentKind::NoPath, ""),
        }
    }

    /// Whether a flow may be taken: one without a condition always.
    pub(super) fn leads(&self, via: Via, scope: Number) -> Result<bool, String> {
        let condition = self.graph.flow(via).condition.as_ref();
        condition.map_or(Ok(true), |condition| self.holds(condition, scope, Context::new()))
    }

    /// Inclusive and complex splits: all whose conditions hold; else the default.
    ///
    /// - `phase`: what is tried again where none can be taken: the tokens that a join took are not there any more.
    pub(super) fn choose_some(&mut self, token: Number, at: At, phase: Phase) {
        let element = self.element(at);
        if element.outgoing.is_empty() {
            return self.end_token(token);
        }
        let scope = self.scope_of(token);
        let mut ways = Vec::new();
        for via in element.outgoing.iter().filter(|via| Some(**via) != element.default) {
            match self.leads(*via, scope) {
                Ok(true) => ways.push(*via),
                Ok(false) => {}
                Err(why) => return self.fail(token, at, phase, IncidentKind::BadExpression, &why),
            }
        }
        if ways.is_empty() {
            ways.extend(element.default);
        }
        match ways.is_empty() {
            true => self.fail(token, at, phase, IncidentKind::NoPath, ""),
            false => self.send(token, &ways),
        }
    }

    /// Parallel: one token of each flow goes on by all; what is beyond that waits for the next round.
    pub(super) fn join_all(&mut self, token: Number, at: At, via: Option<Via>) {
        let element = self.element(at);
        if element.incoming.len() > 1 {
            self.arrive(token, at, via);
            let scope = self.scope_of(token);
            let arrived = self.arrived(scope, at);
            let Some(mut taken) =
                element.incoming.iter().map(|via| first_of(&arrived, *via)).collect::<Option<Vec<_>>>()
            else {
                return;
            };
            taken.sort_unstable();
            let [first, rest @ ..] = &taken[..] else { return };
            for other in rest {
                self.emit(Event::TokenEnded { token: *other });
            }
            return self.split_all(*first, at);
        }
        self.split_all(token, at);
    }

    fn split_all(&mut self, token: Number, at: At) {
        let ways = self.element(at).outgoing.clone();
        self.send(token, &ways);
    }

    /// Tokens that stand at a join, by the flow they came on; one that came by none stands for the first flow.
    fn arrived(&self, scope: Number, at: At) -> BTreeMap<Via, Vec<Number>> {
        let id = &self.element(at).id;
        let mut all: BTreeMap<Via, Vec<Number>> = BTreeMap::new();
        for (number, token) in &self.state.tokens {
            let Position::Arrived(here, via) = &token.position else { continue };
            if token.scope != scope || here != id {
                continue;
            }
            let via = via.as_ref().and_then(|via| self.graph.via(via)).or(self.element(at).incoming.first().copied());
            if let Some(via) = via {
                all.entry(via).or_default().push(*number);
            }
        }
        all
    }

    /// Fires the lowest inclusive or complex join that may; says whether one did.
    pub(super) fn fire_a_join(&mut self) -> bool {
        let mut joins: BTreeSet<(Number, At)> = BTreeSet::new();
        for token in self.state.tokens.values() {
            if let Position::Arrived(id, _) = &token.position
                && let Some(at) = self.at(id)
                && matches!(self.element(at).kind, Kind::Inclusive | Kind::Complex { .. })
            {
                joins.insert((token.scope, at));
            }
        }
        joins.extend(self.state.fired.keys().filter_map(|(scope, id)| Some((*scope, self.at(id)?))));
        joins.into_iter().any(|(scope, at)| match &self.element(at).kind {
            Kind::Inclusive => self.fire_inclusive(scope, at),
            Kind::Complex { activation } => match self.state.fired.get(&(scope, self.element(at).id.clone())) {
                Some(filled) => self.reset(scope, at, filled.clone()),
                None => self.activate(scope, at, activation.as_ref()),
            },
            _ => false,
        })
    }

    /// Whether no token can come any more by `empty` that could not as well come by `filled`.
    fn none_can_come(&self, scope: Number, at: At, filled: &BTreeSet<Via>, empty: &BTreeSet<Via>) -> bool {
        let Some(reach) = self.graph.reach.get(&at) else { return true };
        !self.state.tokens.values().filter(|token| token.scope == scope).any(|token| {
            let place = token.position.element().and_then(|id| self.at(id));
            place.is_some_and(|place| place != at && reach.leads(place, empty) && !reach.leads(place, filled))
        })
    }

    fn fire_inclusive(&mut self, scope: Number, at: At) -> bool {
        let arrived = self.arrived(scope, at);
        let filled: BTreeSet<Via> = arrived.keys().copied().collect();
        let empty = self.element(at).incoming.iter().copied().filter(|via| !filled.contains(via)).collect();
        if filled.is_empty() || !self.none_can_come(scope, at, &filled, &empty) {
            return false;
        }
        let Some(token) = self.take_one_each(&arrived) else { return false };
        self.choose_some(token, at, Phase::Split);
        true
    }

    /// One token of each flow that has one becomes one token.
    fn take_one_each(&mut self, arrived: &BTreeMap<Via, Vec<Number>>) -> Option<Number> {
        let mut taken: Vec<Number> = arrived.values().filter_map(|tokens| tokens.first().copied()).collect();
        taken.sort_unstable();
        let (first, rest) = taken.split_first()?;
        for other in rest {
            self.emit(Event::TokenEnded { token: *other });
        }
        Some(*first)
    }

    /// A complex join fires when its condition over the tokens that have come is true; without one, at the first.
    fn activate(&mut self, scope: Number, at: At, activation: Option<&dmn::Expression>) -> bool {
        let arrived = self.arrived(scope, at);
        let count: usize = arrived.values().map(Vec::len).sum();
        if count == 0 {
            return false;
        }
        let mut beside: Context = [("activationCount".to_owned(), Value::whole(count as i64))].into_iter().collect();
        for via in &self.element(at).incoming {
            let of_flow = arrived.get(via).map_or(0, Vec::len);
            beside.insert(self.graph.flow(*via).id.to_string(), Value::whole(of_flow as i64));
        }
        let fires = match activation {
            None => Ok(true),
            Some(condition) => self.holds(condition, scope, beside),
        };
        match fires {
            Ok(false) => false,
            Ok(true) => {
                let filled: Vec<ElementId> = arrived.keys().map(|via| self.graph.flow(*via).id.clone()).collect();
                let Some(token) = self.take_one_each(&arrived) else { return false };
                let element = self.element(at).id.clone();
                self.emit(Event::GatewayFired { scope, element, filled });
                self.choose_some(token, at, Phase::Split);
                true
            }
            Err(why) => {
                let first = arrived.values().flatten().min().copied();
                if let Some(token) = first {
                    self.fail(token, at, Phase::Enter, IncidentKind::BadExpression, &why);
                }
                first.is_some()
            }
        }
    }

    /// After it fired a complex join waits until each flow that was empty then has a token or can get none, and takes these.
    /// Only flows with a condition of their own that is then true get a token.
    fn reset(&mut self, scope: Number, at: At, filled: BTreeSet<ElementId>) -> bool {
        let element = self.element(at);
        let arrived = self.arrived(scope, at);
        let was_empty: Vec<Via> =
            element.incoming.iter().copied().filter(|via| !filled.contains(&self.graph.flow(*via).id)).collect();
        let has: BTreeSet<Via> = was_empty.iter().copied().filter(|via| arrived.contains_key(via)).collect();
        let lacks: BTreeSet<Via> = was_empty.iter().copied().filter(|via| !has.contains(via)).collect();
        if !self.none_can_come(scope, at, &has, &lacks) {
            return false;
        }
        let taken = arrived.into_iter().filter(|(via, _)| has.contains(via)).collect();
        let token = self.take_one_each(&taken);
        self.emit(Event::GatewayReset { scope, element: element.id.clone() });
        if let Some(token) = token {
            self.choose_at_reset(token, at);
        }
        true
    }

    /// What a complex join sends when it is reset.
    pub(super) fn choose_at_reset(&mut self, token: Number, at: At) {
        let (element, scope) = (self.element(at), self.scope_of(token));
        let mut ways = Vec::new();
        for via in &element.outgoing {
            if self.graph.flow(*via).condition.is_none() {
                continue;
            }
            match self.leads(*via, scope) {
                Ok(true) => ways.push(*via),
                Ok(false) => {}
                Err(why) => return self.fail(token, at, Phase::Reset, IncidentKind::BadExpression, &why),
            }
        }
        self.send(token, &ways);
    }
}

fn first_of(arrived: &BTreeMap<Via, Vec<Number>>, via: Via) -> Option<Number> {
    arrived.get(&via).and_then(|tokens| tokens.first().copied())
}
