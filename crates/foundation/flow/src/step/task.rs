//! Tasks of people: taken, given, sent back; and four eyes 四眼, whoever gave what to whom. Source: flow.md §8.

use kernel::{Erasable, OfficerId, PostId};

use super::Stepper;
use crate::command::Refusal;
use crate::event::Event;
use crate::graph::{ElementId, Graph, Repeat, Work};
use crate::state::{Number, Owner, Position, Run, State, Task};

/// Whether an officer may be given an open task, or take it: after what was done before 四眼, and once for each consent 会签. Whose
/// post it is offered to is looked at elsewhere.
///
/// # Errors
/// [`Refusal::Separate`], [`Refusal::Same`] or [`Refusal::Signed`]; [`Refusal::Gone`] where the task is not open.
pub fn admits(graph: &Graph, state: &State, task: Number, officer: OfficerId) -> Result<(), Refusal> {
    let run = state.tasks.get(&task).ok_or(Refusal::Gone { what: "task", number: task })?.run;
    four_eyes(graph, state, run, officer)?;
    one_opinion(graph, state, (task, run), officer)
}

/// The activity that repeats as opinions, if a run is one of its rounds.
fn consent_of<'g>(graph: &'g Graph, state: &State, run: Number) -> Option<(&'g ElementId, Number)> {
    let found = state.runs.get(&run)?;
    let Owner::Round(whole, _) = found.owner else { return None };
    let at = graph.at(&found.element)?;
    match &graph.activity(at)?.repeat {
        Repeat::Multi(multi) if multi.consent.is_some() => Some((&graph.element(at).id, whole)),
        _ => None,
    }
}

fn four_eyes(graph: &Graph, state: &State, run: Number, officer: OfficerId) -> Result<(), Refusal> {
    let at = state.runs.get(&run).and_then(|run| graph.at(&run.element));
    let Some((at, activity)) = at.and_then(|at| Some((at, graph.activity(at)?))) else { return Ok(()) };
    let Work::User(human) = &activity.work else { return Ok(()) };
    let own = &graph.element(at).id;
    let did = |element: &ElementId| state.hands.get(element).is_some_and(|hands| hands.contains(&officer));
    let other = |element: &ElementId| match &graph.activity(graph.at(element)?)?.work {
        Work::User(other) => Some(other),
        _ => None,
    };
    for (element, hands) in &state.hands {
        let named = human.separate.contains(element) || other(element).is_some_and(|it| it.separate.contains(own));
        if named && hands.contains(&officer) {
            return Err(Refusal::Separate(element.clone()));
        }
    }
    // Whichever of the two is done first.
    let says = |element: &ElementId| other(element).is_some_and(|it| it.same.contains(own));
    let mut done = state.hands.keys().filter(|element| human.same.contains(element) || says(element));
    if let Some(element) = done.find(|element| !did(element)) {
        return Err(Refusal::Same(element.clone()));
    }
    // Signed twice by one person is no second opinion.
    let Some((element, whole)) = consent_of(graph, state, run) else { return Ok(()) };
    let rounds = state.runs.get(&whole).and_then(|run| run.rounds.as_ref());
    match rounds.is_some_and(|rounds| rounds.signed.contains(&officer)) {
        true => Err(Refusal::Signed(element.clone())),
        false => Ok(()),
    }
}

/// Whoever has one opinion in hand takes no second one of the same consent: it could not be signed.
fn one_opinion(graph: &Graph, state: &State, (task, run): (Number, Number), officer: OfficerId) -> Result<(), Refusal> {
    let Some((element, whole)) = consent_of(graph, state, run) else { return Ok(()) };
    let beside = |other: &Task| matches!(state.runs.get(&other.run), Some(Run { owner: Owner::Round(of, _), .. }) if *of == whole);
    let holds = |other: &Task| other.holder.is_some_and(|(holder, _)| holder == officer);
    match state.tasks.iter().any(|(number, other)| *number != task && holds(other) && beside(other)) {
        true => Err(Refusal::Signed(element.clone())),
        false => Ok(()),
    }
}

impl Stepper<'_> {
    pub(super) fn task(&self, task: Number) -> Result<Task, Refusal> {
        self.state.tasks.get(&task).cloned().ok_or(Refusal::Gone { what: "task", number: task })
    }

    pub(super) fn claim(&mut self, task: Number, by: (kernel::OfficerId, kernel::PostId)) -> Result<(), Refusal> {
        let found = self.task(task)?;
        if found.holder.is_some_and(|(holder, _)| holder != by.0) {
            return Err(Refusal::Held);
        }
        self.may_have(task, found.run, by.0)?;
        if found.holder != Some(by) {
            self.emit(Event::TaskHeld { task, holder: Some(by) });
        }
        Ok(())
    }

    /// Whether an officer may do a task after what was done before 四眼: looked at when it is taken, and when it is done.
    pub(super) fn four_eyes(&self, run: Number, officer: OfficerId) -> Result<(), Refusal> {
        four_eyes(self.graph, &self.state, run, officer)
    }

    /// Whether an officer may have a task in hand: beside four eyes, nobody has two opinions of one consent in hand.
    fn may_have(&self, task: Number, run: Number, officer: OfficerId) -> Result<(), Refusal> {
        four_eyes(self.graph, &self.state, run, officer)?;
        one_opinion(self.graph, &self.state, (task, run), officer)
    }

    /// Gives a task to another officer, who may not have done what is separate from it.
    pub(super) fn assign(
        &mut self,
        task: Number,
        by: OfficerId,
        to: (OfficerId, PostId),
        reason: &Erasable<String>,
    ) -> Result<(), Refusal> {
        let found = self.task(task)?;
        self.may_have(task, found.run, to.0)?;
        if found.holder == Some(to) {
            return Ok(());
        }
        self.emit(Event::TaskAssigned { task, by, reason: reason.clone() });
        self.emit(Event::TaskHeld { task, holder: Some(to) });
        Ok(())
    }

    /// Sends the matter back to an earlier step: everything in the scope of that step ends, siblings of an open split as well, and
    /// a token stands there again. What was done before stays on record, and may be compensated.
    pub(super) fn send_back(
        &mut self,
        task: Number,
        by: OfficerId,
        to: &ElementId,
        reason: &Erasable<String>,
    ) -> Result<(), Refusal> {
        let found = self.task(task)?;
        if found.holder.is_none_or(|(holder, _)| holder != by) {
            return Err(Refusal::NotHeld);
        }
        let no = || Refusal::NoReturn(to.clone());
        let (at, activity) = self.activity_of(found.run).ok_or_else(no)?;
        let Work::User(human) = &activity.work else { return Err(no()) };
        let target = self.at(to).filter(|_| human.return_to.contains(to)).ok_or_else(no)?;
        let level = self.element(target).level;
        let mut scope = self.state.runs.get(&found.run).map(|run| run.scope);
        while scope.and_then(|scope| self.level_of(scope)) != Some(level) {
            let here = scope.ok_or_else(no)?;
            scope = self.state.scopes.get(&here).and_then(|scope| scope.parent);
        }
        let scope = scope.ok_or_else(no)?;
        let from = self.element(at).id.clone();
        self.emit(Event::Returned { from, to: to.clone(), by, reason: reason.clone() });
        self.clear_work(scope);
        self.place(scope, Position::Into(to.clone()));
        Ok(())
    }
}
