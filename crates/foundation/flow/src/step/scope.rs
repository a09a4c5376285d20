//! Scopes: opened with their variables and handlers, ended with everything in them.

use dmn::{Context, Value};

use super::Stepper;
use crate::event::{Event, RunEnd};
use crate::graph::{At, Level, SubKind, Work};
use crate::state::{Ending, Holder, IncidentKind, Number, Owner, Position, ScopeKind, Status, Then};

impl Stepper<'_> {
    /// Opens a scope of a level: its declared names are there, empty; then its event sub-processes wait.
    pub(super) fn open_scope(
        &mut self,
        parent: Option<Number>,
        kind: ScopeKind,
        level: Level,
        given: Context,
    ) -> Number {
        let scope = self.number();
        let found = self.graph.level(level);
        let mut variables: Context = found.names.iter().map(|name| (name.clone(), Value::Null)).collect();
        variables.extend(given);
        self.emit(Event::ScopeOpened { scope, parent, kind, variables, queue: Vec::new() });
        for handler in &found.handlers {
            for start in self.starts_of(*handler) {
                self.open_waits(Holder::Scope(scope), start, scope);
            }
        }
        scope
    }

    /// A scope for variables alone.
    pub(super) fn open_local(&mut self, parent: Number, run: Number, variables: Context) -> Number {
        let scope = self.number();
        let kind = ScopeKind::Local(run);
        self.emit(Event::ScopeOpened { scope, parent: Some(parent), kind, variables, queue: Vec::new() });
        self.emit(Event::RunLocal { run, local: scope });
        scope
    }

    /// The start events within a sub-process.
    pub(super) fn starts_of(&self, sub: At) -> Vec<At> {
        let Some(Work::Sub { level, .. }) = self.graph.activity(sub).map(|activity| &activity.work) else {
            return Vec::new();
        };
        let starts = |at: &At| matches!(self.element(*at).kind, crate::graph::Kind::Start { .. });
        self.graph.level(*level).elements.iter().copied().filter(starts).collect()
    }

    pub(super) fn place(&mut self, scope: Number, position: Position) -> Number {
        let token = self.number();
        self.emit(Event::TokenPlaced { token, scope, position });
        token
    }

    pub(super) fn place_all(&mut self, scope: Number, at: &[At]) {
        for at in at {
            self.place(scope, Position::Into(self.element(*at).id.clone()));
        }
    }

    /// The level that a scope is the inside of; none for variables alone.
    pub(super) fn level_of(&self, scope: Number) -> Option<Level> {
        let element = match &self.state.scopes.get(&scope)?.kind {
            ScopeKind::Process => return Some(Level(0)),
            ScopeKind::Local(_) => return None,
            ScopeKind::Sub(run) => &self.state.runs.get(run)?.element,
            ScopeKind::Handler(element, _) => element,
        };
        match &self.graph.activity(self.at(element)?)?.work {
            Work::Sub { level, .. } => Some(*level),
            _ => None,
        }
    }

    /// Ends everything in a scope, but not the scope. What is done stays remembered: it may have to be compensated.
    pub(super) fn clear(&mut self, scope: Number) {
        self.clear_work(scope);
        for wait in numbers(&self.state.waits, |wait| wait.holder == Holder::Scope(scope)) {
            self.emit(Event::WaitClosed { wait, came: false });
        }
    }

    /// Ends what goes on in a scope; its event sub-processes wait on.
    pub(super) fn clear_work(&mut self, scope: Number) {
        for number in numbers(&self.state.undoings, |undoing| undoing.scope == scope) {
            self.emit(Event::Undone { number });
        }
        let fired: Vec<_> = self.state.fired.keys().filter(|(of, _)| *of == scope).cloned().collect();
        for (scope, element) in fired {
            self.emit(Event::GatewayReset { scope, element });
        }
        for run in numbers(&self.state.runs, |run| run.scope == scope) {
            self.end_run(run, RunEnd::Terminated);
        }
        for inner in numbers(&self.state.scopes, |other| other.parent == Some(scope)) {
            self.close(inner);
        }
        for token in numbers(&self.state.tokens, |token| token.scope == scope) {
            self.end_token(token);
        }
    }

    /// Ends a scope with everything in it.
    pub(super) fn close(&mut self, scope: Number) {
        if !self.state.scopes.contains_key(&scope) {
            return;
        }
        self.clear(scope);
        self.emit(Event::ScopeClosed { scope });
    }

    /// A token ends with what it waits for.
    pub(super) fn end_token(&mut self, token: Number) {
        let waits: Vec<Number> = numbers(&self.state.waits, |wait| wait.holder == Holder::Token(token));
        for wait in waits {
            self.emit(Event::WaitClosed { wait, came: false });
        }
        let incidents: Vec<Number> = numbers(&self.state.incidents, |incident| incident.token == Some(token));
        for incident in incidents {
            self.emit(Event::IncidentClosed { incident });
        }
        self.emit(Event::TokenEnded { token });
    }

    /// A run ends with everything that it holds: its rounds, its inside, its work, the events on its border.
    pub(super) fn end_run(&mut self, run: Number, how: RunEnd) {
        if !self.state.runs.contains_key(&run) {
            return;
        }
        let rounds: Vec<Number> =
            numbers(&self.state.runs, |other| matches!(other.owner, Owner::Round(of, _) if of == run));
        for round in rounds {
            self.end_run(round, RunEnd::Terminated);
        }
        let inside = |kind: &ScopeKind| matches!(kind, ScopeKind::Sub(of) | ScopeKind::Local(of) if *of == run);
        let scopes: Vec<Number> = numbers(&self.state.scopes, |scope| inside(&scope.kind));
        for scope in scopes {
            self.close(scope);
        }
        for wait in numbers(&self.state.waits, |wait| wait.holder == Holder::Run(run)) {
            self.emit(Event::WaitClosed { wait, came: false });
        }
        for job in numbers(&self.state.jobs, |job| job.run == run) {
            self.emit(Event::JobClosed { job, done: false });
        }
        self.finish_clock(Some(run), how == RunEnd::Completed);
        for task in numbers(&self.state.tasks, |task| task.run == run) {
            self.emit(Event::TaskClosed { task, by: None });
            self.drop_supplements(task);
        }
        for call in numbers(&self.state.calls, |call| call.run == run) {
            self.emit(Event::CallClosed { call, ended: false });
        }
        for incident in numbers(&self.state.incidents, |incident| incident.run == Some(run)) {
            self.emit(Event::IncidentClosed { incident });
        }
        self.emit(Event::RunEnded { run, how });
    }

    /// The instance is over: nothing of it stays open.
    pub(super) fn end(&mut self, how: Ending) {
        if let Some(root) = self.state.root() {
            self.close(root);
        }
        let left: Vec<Number> = self.state.incidents.keys().copied().collect();
        for incident in left {
            self.emit(Event::IncidentClosed { incident });
        }
        let done: Vec<Number> = self.state.done.keys().copied().collect();
        for number in done {
            self.emit(Event::Forgotten { number });
        }
        self.finish_clock(None, matches!(how, Ending::Completed | Ending::Terminated));
        let variables = if self.state.called { self.state.left.clone() } else { Context::new() };
        self.emit(Event::Ended { how, variables });
    }

    /// Closes one scope in which nothing is left, the innermost first; says whether there was one.
    pub(super) fn close_a_scope(&mut self) -> bool {
        let all: Vec<Number> = self.state.scopes.keys().copied().rev().collect();
        for scope in all {
            let Some(found) = self.state.scopes.get(&scope) else { continue };
            if !self.state.is_empty_scope(scope) || self.chooses(scope) {
                continue;
            }
            // One that cannot put out what it came to waits for somebody; that nobody can say when it is due stops nothing.
            if let ScopeKind::Sub(run) = found.kind
                && let element = self.state.runs.get(&run).map(|run| &run.element)
                && self.state.incidents.values().any(|it| {
                    it.run == Some(run) && it.element.as_ref() == element && it.kind != IncidentKind::ClockUnarmed
                })
            {
                continue;
            }
            match found.kind.clone() {
                // Its run closes it.
                ScopeKind::Local(_) => continue,
                ScopeKind::Process => {
                    // A process that is stopped while its last token ends goes on being stopped.
                    if self.state.status == Status::Active {
                        self.end(Ending::Completed);
                    }
                }
                // One after the other: the next, where what began last led to nothing more.
                ScopeKind::Sub(_) if !found.queue.is_empty() => self.progress(scope),
                ScopeKind::Sub(run) => self.complete(run, Context::new()),
                ScopeKind::Handler(_, undoing) => {
                    self.close(scope);
                    if let Some(undoing) = undoing {
                        self.undo_next(undoing);
                    }
                }
            }
            return true;
        }
        false
    }

    /// Whether it is an ad-hoc sub-process in which a person still chooses.
    pub(super) fn chooses(&self, scope: Number) -> bool {
        let Some(found) = self.state.scopes.get(&scope) else { return false };
        let ScopeKind::Sub(run) = found.kind else { return false };
        let activity =
            self.state.runs.get(&run).and_then(|run| self.at(&run.element)).and_then(|at| self.graph.activity(at));
        match activity.map(|activity| &activity.work) {
            Some(Work::Sub { kind: SubKind::AdHoc { chosen: true, .. }, .. }) => !found.queue.is_empty(),
            _ => false,
        }
    }

    /// What comes after a compensation.
    pub(super) fn after_undoing(&mut self, then: Then) {
        match then {
            Then::Nothing => {}
            Then::Token(token) => {
                // One that threw several waits for all of them, and goes on once.
                if self.state.undoings.values().any(|other| other.then == Then::Token(token)) {
                    return;
                }
                let at = match self.state.tokens.get(&token).map(|token| &token.position) {
                    Some(Position::Waiting(id)) => self.at(id),
                    _ => None,
                };
                if let Some(at) = at {
                    self.threw(token, at);
                }
            }
            Then::Cancelled(run) => self.leave_cancelled(run),
        }
    }
}

/// Numbers of what fits, lowest first.
pub(super) fn numbers<T>(all: &std::collections::BTreeMap<Number, T>, fits: impl Fn(&T) -> bool) -> Vec<Number> {
    all.iter().filter(|(_, it)| fits(it)).map(|(number, _)| *number).collect()
}
