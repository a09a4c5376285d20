//! Compensation: what is done is undone, the latest first, each once. Source: BPMN 2.0.2 §10.7, §13.5.5; flow.md §3.

use super::scope::numbers;
use super::{Next, Stepper};
use crate::event::Event;
use crate::graph::{At, Trigger, Work};
use crate::state::{Number, Owner, Position, ScopeKind, Then, Undoing};

impl Stepper<'_> {
    /// Whether a sub-process has an event sub-process of its own that compensates it.
    pub(super) fn undoes_itself(&self, at: At) -> bool {
        self.own_handler(at).is_some()
    }

    /// The compensation event sub-process within a sub-process, with its start event.
    fn own_handler(&self, at: At) -> Option<(At, At)> {
        let Work::Sub { level, .. } = &self.graph.activity(at)?.work else { return None };
        self.graph.level(*level).handlers.iter().find_map(|handler| {
            let mut starts = self.starts_of(*handler).into_iter();
            let start =
                starts.find(|start| self.has_trigger(*start, |trigger| matches!(trigger, Trigger::Compensation)))?;
            Some((*handler, start))
        })
    }

    /// Begins to compensate one activity, or everything that is done in a scope; says whether there is anything.
    pub(super) fn compensate(&mut self, scope: Number, activity: Option<At>, then: Then) -> bool {
        // Within a handler: what the scope did that it belongs to.
        let mut of = scope;
        while let Some(found) = self.state.scopes.get(&of)
            && matches!(found.kind, ScopeKind::Handler(..) | ScopeKind::Local(_))
            && let Some(parent) = found.parent
        {
            of = parent;
        }
        let of = match self.state.scopes.get(&scope).map(|found| &found.kind) {
            // The handler of a finished sub-process: its content.
            Some(ScopeKind::Handler(_, Some(undoing))) => self.inside_of(*undoing).unwrap_or(of),
            _ => of,
        };
        let wanted = activity.map(|at| self.element(at).id.clone());
        let mut queue =
            numbers(&self.state.done, |done| done.scope == of && wanted.as_ref().is_none_or(|it| *it == done.element));
        queue.reverse();
        if queue.is_empty() {
            return false;
        }
        let number = self.number();
        self.emit(Event::Undoing { number, of: Undoing { scope, current: None, queue, then } });
        self.undo_next(number);
        true
    }

    /// The scope that was the inside of what is being compensated.
    fn inside_of(&self, undoing: Number) -> Option<Number> {
        self.state.undoings.get(&undoing)?.current.as_ref()?.inside
    }

    /// Goes on with what is left to be compensated.
    pub(super) fn undo_next(&mut self, number: Number) {
        let Some(undoing) = self.state.undoings.get(&number).cloned() else { return };
        let mut queue = undoing.queue;
        if queue.is_empty() {
            self.emit(Event::Undone { number });
            return self.after_undoing(undoing.then);
        }
        let next = queue.remove(0);
        let Some(done) = self.state.done.get(&next).cloned() else {
            let (scope, then) = (undoing.scope, undoing.then);
            self.emit(Event::Undoing { number, of: Undoing { scope, current: None, queue, then } });
            return self.next.push_back(Next::Undo(number));
        };
        let Some(at) = self.at(&done.element) else { return };
        let handler = self.graph.activity(at).and_then(|activity| activity.handler);
        let own = self.own_handler(at).filter(|_| done.inside.is_some());
        if handler.is_none() && own.is_none() {
            // A sub-process without either compensates its content; anything else has nothing to undo.
            let mut content = match done.inside {
                Some(inside) => numbers(&self.state.done, |other| other.scope == inside),
                None => Vec::new(),
            };
            content.reverse();
            content.extend(queue);
            queue = content;
        }
        // Each once: it is forgotten before its handler begins.
        self.emit(Event::Forgotten { number: next });
        let (scope, then) = (undoing.scope, undoing.then);
        self.emit(Event::Undoing { number, of: Undoing { scope, current: Some(done.clone()), queue, then } });
        if let Some(handler) = handler {
            return self.run(handler, scope, Owner::Undoing(number), done.variables);
        }
        if let Some((owner, start)) = own
            && let Some(Work::Sub { level, .. }) = self.graph.activity(owner).map(|activity| &activity.work)
        {
            let kind = ScopeKind::Handler(self.element(owner).id.clone(), Some(number));
            let inner = self.open_scope(Some(scope), kind, *level, done.variables);
            self.place(inner, Position::Into(self.element(start).id.clone()));
            return;
        }
        self.next.push_back(Next::Undo(number));
    }
}
