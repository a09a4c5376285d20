//! What events throw: delivered wholly before the thrower goes on.

use dmn::Context;

use super::Stepper;
use crate::event::Event;
use crate::graph::{At, ElementId, Kind, MessageOf, SubKind, Throw, Trigger, Work};
use crate::state::{Ending, IncidentKind, Number, Owner, Phase, Position, ScopeKind, Then};

/// What climbs from scope to scope until something catches it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Climbing {
    Error(Option<String>),
    Escalation(Option<String>),
}

impl Climbing {
    /// How well a trigger catches it: by its code, by any, or not.
    fn fits(&self, trigger: &Trigger) -> Option<bool> {
        let (code, wanted) = match (self, trigger) {
            (Climbing::Error(code), Trigger::Error(wanted)) => (code, wanted),
            (Climbing::Escalation(code), Trigger::Escalation(wanted)) => (code, wanted),
            _ => return None,
        };
        match wanted {
            None => Some(false),
            Some(wanted) => (code.as_ref() == Some(wanted)).then_some(true),
        }
    }
}

impl<'d> Stepper<'d> {
    /// A token throws what its event throws, in order, and goes on if it is still there.
    pub(super) fn throw(&mut self, token: Number, at: At) {
        let element = self.element(at);
        let Kind::Throw { throws, .. } = &element.kind else { return };
        // It stands at its event while it throws, so that nothing makes it throw again.
        self.emit(Event::TokenMoved { token, position: Position::Waiting(element.id.clone()) });
        let scope = self.scope_of(token);
        let mut waits = false;
        for throw in throws {
            if !self.state.tokens.contains_key(&token) || !self.state.is_active() {
                return;
            }
            match throw {
                Throw::Message(message) => {
                    if let Err(why) = self.send_message(at, message, scope) {
                        return self.fail(token, at, Phase::Enter, IncidentKind::BadExpression, &why);
                    }
                }
                Throw::Signal(name) => self.send_signal(name, None),
                Throw::Escalation(code) => {
                    self.climb(scope, None, Climbing::Escalation(code.clone()), None);
                }
                Throw::Error(code) => {
                    // The error takes the token along, whoever catches it.
                    self.end_token(token);
                    return self.error(scope, None, code.clone());
                }
                Throw::Compensation { activity, wait } => {
                    let then = if *wait { Then::Token(token) } else { Then::Nothing };
                    waits |= self.compensate(scope, *activity, then) && *wait;
                }
                Throw::Cancel => {
                    self.end_token(token);
                    return self.cancel(scope);
                }
                Throw::Terminate => {
                    self.end_token(token);
                    return self.terminate(scope);
                }
                Throw::Link(_) => {}
            }
        }
        if !waits {
            self.threw(token, at);
        }
    }

    /// A token behind its throw: it ends, or goes on.
    pub(super) fn threw(&mut self, token: Number, at: At) {
        if !self.state.tokens.contains_key(&token) {
            return;
        }
        match &self.element(at).kind {
            Kind::Throw { end: true, .. } => self.end_token(token),
            _ => self.leave(token, at),
        }
    }

    /// What a multi-instance activity throws: whatever catches it, the activity goes on.
    pub(super) fn throw_beside(&mut self, run: Number, throws: &'d [Throw], scope: Number) {
        let spares = Some(self.state.outermost(run));
        for throw in throws {
            match throw {
                Throw::Message(message) => {
                    let Some((at, _)) = self.activity_of(run) else { return };
                    if let Err(why) = self.send_message(at, message, scope) {
                        return self.fail_run(run, IncidentKind::BadExpression, &why);
                    }
                }
                Throw::Signal(name) => self.send_signal(name, spares),
                Throw::Escalation(code) => {
                    self.climb(scope, spares, Climbing::Escalation(code.clone()), spares);
                }
                Throw::Error(code) => {
                    self.climb(scope, spares, Climbing::Error(code.clone()), spares);
                }
                Throw::Compensation { activity, .. } => {
                    self.compensate(scope, *activity, Then::Nothing);
                }
                Throw::Cancel | Throw::Terminate | Throw::Link(_) => {}
            }
        }
    }

    fn send_signal(&mut self, name: &str, spares: Option<Number>) {
        self.emit(Event::SignalSent { name: name.to_owned() });
        self.signal(name, spares);
    }

    pub(super) fn send_message(&mut self, at: At, message: &MessageOf, scope: Number) -> Result<(), String> {
        let key = match &message.key {
            Some(key) => Some(self.value(key, scope, Context::new())?),
            None => None,
        };
        let values = self.mapped(&message.values, scope, &Context::new())?;
        let keep_until = message.keep.map(|keep| keep.after(self.moment.now, self.moment.zone));
        let from = self.element(at).id.clone();
        self.emit(Event::MessageSent { from, name: message.name.clone(), key, values, keep_until });
        Ok(())
    }

    /// An error out of the work of a run.
    pub(super) fn error_from_run(&mut self, run: Number, code: Option<String>) {
        let whole = self.state.outermost(run);
        let Some(scope) = self.state.runs.get(&whole).map(|run| run.scope) else { return };
        self.error(scope, Some(whole), code);
    }

    /// An escalation out of the work of a run, which goes on.
    pub(super) fn escalate_from_run(&mut self, run: Number, code: Option<String>) {
        let whole = self.state.outermost(run);
        let Some(scope) = self.state.runs.get(&whole).map(|run| run.scope) else { return };
        self.climb(scope, Some(whole), Climbing::Escalation(code), None);
    }

    /// An error that nothing catches ends the instance, and somebody is to look at it.
    fn error(&mut self, scope: Number, run: Option<Number>, code: Option<String>) {
        if self.climb(scope, run, Climbing::Error(code.clone()), None) {
            return;
        }
        self.end(Ending::ByError(code.clone()));
        // What a called one does not catch comes out where it was called.
        if self.state.called {
            return;
        }
        self.open_incident(IncidentKind::UncaughtError, None, code.as_deref().unwrap_or(""), (None, None));
    }

    /// Climbs from a run or scope outwards: at each level first its event sub-processes, then the events on the border of its
    /// activity; an exact code before any. Says whether something caught it.
    fn climb(&mut self, scope: Number, run: Option<Number>, what: Climbing, spares: Option<Number>) -> bool {
        let mut border = run;
        let mut at_scope = Some(scope);
        // What it was thrown within does not catch it again.
        let mut within: Option<ElementId> = None;
        loop {
            if let Some(run) = border.take()
                && let Some(event) = self.border_for(run, &what)
            {
                let interrupting = matches!(self.element(event).kind, Kind::Boundary { interrupting: true, .. });
                self.caught(&what, event);
                self.at_border(run, event, interrupting && spares != Some(run));
                return true;
            }
            let Some(scope) = at_scope else {
                if let Climbing::Escalation(code) = what {
                    self.emit(Event::Escalated { code, caught: None });
                }
                return false;
            };
            let Some(found) = self.state.scopes.get(&scope).cloned() else { return false };
            if let Some(start) = self.handler_for(scope, &what, within.as_ref()) {
                self.caught(&what, start);
                self.handle(scope, start, Context::new());
                return true;
            }
            within = match &found.kind {
                ScopeKind::Handler(element, _) => Some(element.clone()),
                _ => None,
            };
            if let ScopeKind::Sub(run) | ScopeKind::Local(run) = found.kind {
                let whole = self.state.outermost(run);
                // Each border is looked at once, however many scopes its activity has.
                border = Some(whole).filter(|_| matches!(found.kind, ScopeKind::Sub(_)));
            }
            at_scope = found.parent;
        }
    }

    fn caught(&mut self, what: &Climbing, by: At) {
        if let Climbing::Escalation(code) = what {
            let caught = Some(self.element(by).id.clone());
            self.emit(Event::Escalated { code: code.clone(), caught });
        }
    }

    /// The event on the border of an activity that catches it.
    fn border_for(&self, run: Number, what: &Climbing) -> Option<At> {
        let (_, activity) = self.activity_of(run)?;
        self.best(activity.boundary.iter().copied(), what)
    }

    /// The start event of an event sub-process of a scope that catches it.
    fn handler_for(&self, scope: Number, what: &Climbing, within: Option<&ElementId>) -> Option<At> {
        let level = self.level_of(scope)?;
        let handlers = self.graph.level(level).handlers.iter();
        let others = handlers.filter(|handler| Some(&self.element(**handler).id) != within);
        let starts: Vec<At> = others.flat_map(|handler| self.starts_of(*handler)).collect();
        self.best(starts.into_iter(), what)
    }

    /// Of events the first that catches it by its code, else the first that catches any.
    fn best(&self, events: impl Iterator<Item = At>, what: &Climbing) -> Option<At> {
        let mut any = None;
        for event in events {
            match self.graph.triggers(event).iter().filter_map(|trigger| what.fits(trigger)).max() {
                Some(true) => return Some(event),
                Some(false) => any = any.or(Some(event)),
                None => {}
            }
        }
        any
    }

    /// Ends a scope at once, without handlers; a sub-process then leaves by its normal flow.
    fn terminate(&mut self, scope: Number) {
        match self.state.scopes.get(&scope).map(|scope| scope.kind.clone()) {
            Some(ScopeKind::Process) => self.end(Ending::Terminated),
            // What is empty is closed at rest, and its run goes on.
            Some(_) => self.clear(scope),
            None => {}
        }
    }

    /// Cancels the transaction that a scope lies in: what is going on ends, what is done is compensated, then it is left by its
    /// cancel event.
    fn cancel(&mut self, scope: Number) {
        let mut at = Some(scope);
        while let Some(number) = at {
            let Some(found) = self.state.scopes.get(&number).cloned() else { return };
            if let ScopeKind::Sub(run) = found.kind
                && let Some((_, activity)) = self.activity_of(run)
                && matches!(activity.work, Work::Sub { kind: SubKind::Transaction, .. })
            {
                self.clear(number);
                if !self.compensate(number, None, Then::Cancelled(run)) {
                    self.leave_cancelled(run);
                }
                return;
            }
            at = found.parent;
        }
    }

    /// A transaction that was compensated is left by the cancel event on its border; without one its token ends.
    pub(super) fn leave_cancelled(&mut self, run: Number) {
        let whole = self.state.outermost(run);
        let Some((_, activity)) = self.activity_of(whole) else { return };
        let mut events = activity.boundary.iter().copied();
        let event = events.find(|event| self.has_trigger(*event, |trigger| matches!(trigger, Trigger::Cancel)));
        match event {
            Some(event) => self.at_border(whole, event, true),
            None => {
                let owner = self.state.runs.get(&whole).map(|run| run.owner);
                self.end_run(whole, crate::event::RunEnd::Terminated);
                if let Some(Owner::Token(token)) = owner {
                    self.end_token(token);
                }
            }
        }
    }
}
