//! Which element of another version stands for which: same id and kind, or as somebody says. Source: flow.md §10.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::{Activity, At, ClockOf, ElementId, Graph, Kind, MessageOf, Repeat, SubKind, Trigger, Via, Work};
use crate::state::{Phase, Position, ScopeKind, State};

/// Two versions, and the pairs between them.
pub(crate) struct Pairs<'g> {
    pub(crate) from: &'g Graph,
    pub(crate) to: &'g Graph,
    given: &'g BTreeMap<ElementId, ElementId>,
}

/// Kinds that are paired by default only with their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    Start,
    Catch,
    Boundary,
    Throw,
    End,
    Exclusive,
    Parallel,
    Inclusive,
    Complex,
    EventBased,
    /// A task: what does it may differ, and it is offered again.
    Task(Worker),
    Call,
    Sub,
    Handler,
    Transaction,
    AdHoc,
}

/// Who or what does a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Worker {
    Nobody,
    User,
    Job,
    Send,
    Receive,
    Script,
    Decision,
}

/// The kind of an element.
pub(crate) fn sort(graph: &Graph, at: At) -> Sort {
    match &graph.element(at).kind {
        Kind::Start { .. } => Sort::Start,
        Kind::Catch { .. } => Sort::Catch,
        Kind::Boundary { .. } => Sort::Boundary,
        Kind::Throw { end: false, .. } => Sort::Throw,
        Kind::Throw { end: true, .. } => Sort::End,
        Kind::Exclusive => Sort::Exclusive,
        Kind::Parallel => Sort::Parallel,
        Kind::Inclusive => Sort::Inclusive,
        Kind::Complex { .. } => Sort::Complex,
        Kind::EventBased { .. } => Sort::EventBased,
        Kind::Activity(activity) => match &activity.work {
            Work::Pass => Sort::Task(Worker::Nobody),
            Work::User(_) => Sort::Task(Worker::User),
            Work::Job { .. } => Sort::Task(Worker::Job),
            Work::Send(_) => Sort::Task(Worker::Send),
            Work::Receive { .. } => Sort::Task(Worker::Receive),
            Work::Script { .. } => Sort::Task(Worker::Script),
            Work::Decision(_) => Sort::Task(Worker::Decision),
            Work::Call { .. } => Sort::Call,
            Work::Sub { kind: SubKind::Embedded, .. } => Sort::Sub,
            Work::Sub { kind: SubKind::Event, .. } => Sort::Handler,
            Work::Sub { kind: SubKind::Transaction, .. } => Sort::Transaction,
            Work::Sub { kind: SubKind::AdHoc { .. }, .. } => Sort::AdHoc,
        },
    }
}

impl<'g> Pairs<'g> {
    pub(crate) fn new(from: &'g Graph, to: &'g Graph, given: &'g BTreeMap<ElementId, ElementId>) -> Pairs<'g> {
        Pairs { from, to, given }
    }

    /// What was paired by hand.
    pub(crate) fn given(&self) -> &BTreeMap<ElementId, ElementId> {
        self.given
    }

    /// The clock that some element of the old version has for which this one of the new version stands.
    pub(crate) fn old_clock_of(&self, to: &ElementId) -> Option<&ClockOf> {
        let to = self.to.at(to)?;
        let stands = |at: &&crate::graph::Element| self.element(&at.id) == Some(to);
        let mut all = self.from.elements.iter().filter(stands).map(|element| &element.kind);
        all.find_map(|kind| match kind {
            Kind::Activity(activity) => activity.clock.as_ref(),
            _ => None,
        })
    }

    /// Pairs of which the new version has no such element or flow.
    pub(crate) fn without_target(&self) -> impl Iterator<Item = (&ElementId, &ElementId)> {
        self.given.iter().filter(|(_, to)| self.to.at(to).is_none() && self.to.via(to).is_none())
    }

    /// The element that stands for one, if there is one.
    pub(crate) fn element(&self, id: &ElementId) -> Option<At> {
        if let Some(to) = self.given.get(id) {
            return self.to.at(to);
        }
        let (from, to) = (self.from.at(id)?, self.to.at(id)?);
        (sort(self.from, from) == sort(self.to, to)).then_some(to)
    }

    /// Its id.
    pub(crate) fn id(&self, id: &ElementId) -> Option<ElementId> {
        self.element(id).map(|at| self.to.element(at).id.clone())
    }

    /// The flow that stands for one: as somebody says, of the same id, or the only one between the same two elements.
    pub(crate) fn flow(&self, id: &ElementId) -> Option<Via> {
        if let Some(to) = self.given.get(id) {
            return self.to.via(to);
        }
        let flow = self.from.flow(self.from.via(id)?);
        let target = self.element(&self.from.element(flow.target).id)?;
        if let Some(same) = self.to.via(id).filter(|same| self.to.flow(*same).target == target) {
            return Some(same);
        }
        let source = self.element(&self.from.element(flow.source).id)?;
        let mut between = self.to.element(target).incoming.iter().filter(|via| self.to.flow(**via).source == source);
        match (between.next(), between.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    }

    fn flow_id(&self, id: &ElementId) -> Option<ElementId> {
        self.flow(id).map(|via| self.to.flow(via).id.clone())
    }

    /// Whether tokens that wait at a place would wait for the same there: else they arrive again.
    fn waits_alike(&self, id: &ElementId) -> bool {
        let (Some(from), Some(to)) = (self.from.at(id), self.element(id)) else { return false };
        let mapped = |via: &Via| self.flow(&self.from.flow(*via).id);
        let before: Option<BTreeSet<Via>> = self.from.element(from).incoming.iter().map(mapped).collect();
        let after: BTreeSet<Via> = self.to.element(to).incoming.iter().copied().collect();
        let quantity = |graph: &Graph, at| graph.activity(at).map(|activity| activity.start_quantity);
        sort(self.from, from) == sort(self.to, to)
            && before == Some(after)
            && quantity(self.from, from) == quantity(self.to, to)
    }

    /// Where a token stands in the new version; the element or flow for which a pair is needed where that cannot be said.
    pub(crate) fn position(&self, position: &Position) -> Result<Position, ElementId> {
        let element = |id: &ElementId| self.id(id).ok_or_else(|| id.clone());
        let flow = |id: &ElementId| self.flow_id(id).ok_or_else(|| id.clone());
        Ok(match position {
            Position::Flow(id) => Position::Flow(flow(id)?),
            Position::Into(id) => Position::Into(element(id)?),
            Position::Throwing(id) => Position::Throwing(element(id)?),
            Position::Waiting(id) => Position::Waiting(element(id)?),
            Position::Failed(id, Phase::By(via)) => Position::Failed(element(id)?, Phase::By(flow(via)?)),
            Position::Failed(id, phase) => Position::Failed(element(id)?, phase.clone()),
            Position::Arrived(id, None) if self.waits_alike(id) => Position::Arrived(element(id)?, None),
            Position::Arrived(id, None) => Position::Into(element(id)?),
            Position::Arrived(id, Some(via)) => {
                let (to, by) = (element(id)?, self.flow(via).ok_or_else(|| via.clone())?);
                // A flow that leads elsewhere is no way to have come.
                if self.to.element(self.to.flow(by).target).id != to {
                    return Err(via.clone());
                }
                let by = self.to.flow(by).id.clone();
                if self.waits_alike(id) { Position::Arrived(to, Some(by)) } else { Position::Flow(by) }
            }
        })
    }

    /// Elements and flows at which something stands and that have no pair, in order.
    pub(crate) fn missing(&self, state: &State) -> Vec<ElementId> {
        let mut all: BTreeSet<ElementId> =
            state.tokens.values().filter_map(|token| self.position(&token.position).err()).collect();
        let runs = state.runs.values().map(|run| &run.element);
        let handlers = state.scopes.values().filter_map(|scope| match &scope.kind {
            ScopeKind::Handler(element, _) => Some(element),
            _ => None,
        });
        let undoing = state.undoings.values().filter_map(|undoing| undoing.current.as_ref());
        let done = state.done.values().chain(undoing).map(|done| &done.element);
        all.extend(runs.chain(handlers).chain(done).filter(|id| self.element(id).is_none()).cloned());
        all.into_iter().collect()
    }

    /// Whether what an element waits for is the same in both versions: a time is fixed when it is armed, and a condition is read
    /// from the version in which it is looked at.
    pub(crate) fn waits_for_the_same(&self, from: At, to: At) -> bool {
        if let (Some(a), Some(b)) = (self.from.receives(from), self.to.receives(to)) {
            return same_message(a, b);
        }
        let (a, b) = (self.from.triggers(from), self.to.triggers(to));
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_trigger(a, b))
    }

    /// Whether a condition that an element waits for reads otherwise.
    pub(crate) fn asks_otherwise(&self, from: At, to: At) -> bool {
        let mut both = self.from.triggers(from).iter().zip(self.to.triggers(to));
        both.any(|both| matches!(both, (Trigger::Condition(a), Trigger::Condition(b)) if a.text() != b.text()))
    }
}

fn same_message(a: &MessageOf, b: &MessageOf) -> bool {
    let key = |of: &MessageOf| of.key.as_ref().map(|key| key.text().to_owned());
    a.name == b.name && key(a) == key(b)
}

fn same_trigger(a: &Trigger, b: &Trigger) -> bool {
    match (a, b) {
        (Trigger::Message(a), Trigger::Message(b)) => same_message(a, b),
        (Trigger::Signal(a), Trigger::Signal(b)) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// How often an activity runs, as far as a change of it matters to one that goes on.
pub(crate) fn repeats(activity: &Activity) -> (bool, bool) {
    match &activity.repeat {
        Repeat::Once => (false, false),
        Repeat::Loop { .. } => (true, false),
        Repeat::Multi(multi) => (true, !multi.sequential),
    }
}

/// Whether the order of rounds is another one (a loop, one after the other, all at once), or their opinions are told by another
/// variable: what was said would be lost.
pub(crate) fn other_rounds(a: &Activity, b: &Activity) -> bool {
    let consent = |activity: &'_ Activity| match &activity.repeat {
        Repeat::Multi(multi) => multi.consent.as_ref().map(|consent| consent.name.clone()),
        _ => None,
    };
    std::mem::discriminant(&a.repeat) != std::mem::discriminant(&b.repeat)
        || repeats(a) != repeats(b)
        || consent(a) != consent(b)
}

/// Whether what is offered of an activity is offered in the same way by another one.
pub(crate) fn offers_alike(a: &Activity, b: &Activity) -> bool {
    match (&a.work, &b.work) {
        (Work::User(a), Work::User(b)) => {
            let organ = |of: &crate::graph::HumanTask| of.organ.as_ref().map(|organ| organ.text().to_owned());
            same_candidates(&a.candidates, &b.candidates) && organ(a) == organ(b)
        }
        (Work::Job { job_type: a }, Work::Job { job_type: b }) => a == b,
        (Work::Receive { message: a, .. }, Work::Receive { message: b, .. }) => same_message(a, b),
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

fn same_candidates(a: &crate::graph::Candidates, b: &crate::graph::Candidates) -> bool {
    use crate::graph::Candidates;
    match (a, b) {
        (Candidates::Posts(a), Candidates::Posts(b)) => a == b,
        (Candidates::Expression(a), Candidates::Expression(b)) => a.text() == b.text(),
        _ => false,
    }
}
