//! Tasks of people: taken, given, sent back; and four eyes 四眼, whoever gave what to whom. Source: flow.md §8.

use kernel::{Erasable, OfficerId, PostId};

use super::Stepper;
use crate::command::Refusal;
use crate::event::Event;
use crate::graph::{ElementId, Work};
use crate::state::{Number, Position, Task};

impl Stepper<'_> {
    pub(super) fn task(&self, task: Number) -> Result<Task, Refusal> {
        self.state.tasks.get(&task).cloned().ok_or(Refusal::Gone { what: "task", number: task })
    }

    pub(super) fn claim(&mut self, task: Number, by: (kernel::OfficerId, kernel::PostId)) -> Result<(), Refusal> {
        let found = self.task(task)?;
        if found.holder.is_some_and(|(holder, _)| holder != by.0) {
            return Err(Refusal::Held);
        }
        self.four_eyes(found.run, by.0)?;
        if found.holder != Some(by) {
            self.emit(Event::TaskHeld { task, holder: Some(by) });
        }
        Ok(())
    }

    /// Whether an officer may do a task after what was done before 四眼: looked at when it is taken, and when it is done.
    pub(super) fn four_eyes(&self, run: Number, officer: kernel::OfficerId) -> Result<(), Refusal> {
        let Some((at, activity)) = self.activity_of(run) else { return Ok(()) };
        let Work::User(human) = &activity.work else { return Ok(()) };
        let own = &self.element(at).id;
        let did = |element: &crate::graph::ElementId| {
            self.state.hands.get(element).is_some_and(|hands| hands.contains(&officer))
        };
        for (element, hands) in &self.state.hands {
            let named = human.separate.contains(element)
                || self
                    .at(element)
                    .and_then(|at| self.graph.activity(at))
                    .is_some_and(|other| matches!(&other.work, Work::User(other) if other.separate.contains(own)));
            if named && hands.contains(&officer) {
                return Err(Refusal::Separate(element.clone()));
            }
        }
        // Whichever of the two is done first.
        let says = |element: &crate::graph::ElementId| {
            let other = self.at(element).and_then(|at| self.graph.activity(at));
            other.is_some_and(|other| matches!(&other.work, Work::User(other) if other.same.contains(own)))
        };
        let mut done = self.state.hands.keys().filter(|element| human.same.contains(element) || says(element));
        match done.find(|element| !did(element)) {
            Some(element) => Err(Refusal::Same(element.clone())),
            None => Ok(()),
        }
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
        self.four_eyes(found.run, to.0)?;
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
