//! What goes wrong waits where it went wrong, for somebody; the rest of the instance goes on. Source: flow.md §9.

use std::collections::BTreeSet;

use dmn::Context;
use kernel::OfficerId;

use super::Stepper;
use super::scope::numbers;
use crate::command::{About, Refusal};
use crate::event::{Event, RunEnd};
use crate::graph::{At, ElementId, Kind, Repeat, SubKind, Work};
use crate::state::{Holder, Incident, IncidentKind, Number, Owner, Phase, Position, ScopeKind};

impl Stepper<'_> {
    pub(super) fn open_incident(
        &mut self,
        kind: IncidentKind,
        at: Option<At>,
        detail: &str,
        (token, run): (Option<Number>, Option<Number>),
    ) {
        let incident = self.number();
        let element = at.map(|at| self.element(at).id.clone());
        let of = Incident { kind, element, detail: detail.to_owned(), token, run };
        self.emit(Event::IncidentOpened { incident, of });
    }

    /// A token waits where it failed.
    pub(super) fn fail(&mut self, token: Number, at: At, phase: Phase, kind: IncidentKind, detail: &str) {
        // A join has to know by which flow it is entered again.
        let by = match self.state.tokens.get(&token).map(|token| &token.position) {
            Some(Position::Flow(flow) | Position::Arrived(_, Some(flow))) => Some(flow.clone()),
            _ => None,
        };
        let phase = match (phase, by) {
            (Phase::Enter, Some(flow)) => Phase::By(flow),
            (phase, _) => phase,
        };
        let position = Position::Failed(self.element(at).id.clone(), phase);
        self.emit(Event::TokenMoved { token, position });
        self.open_incident(kind, Some(at), detail, (Some(token), None));
    }

    /// A run waits where it failed.
    pub(super) fn fail_run(&mut self, run: Number, kind: IncidentKind, detail: &str) {
        let at = self.activity_of(run).map(|(at, _)| at);
        self.open_incident(kind, at, detail, (None, Some(run)));
    }

    /// Something outside went wrong that concerns the instance; it is said once as long as nobody has dealt with it.
    pub(super) fn report(&mut self, about: &About, kind: IncidentKind, detail: &str) -> Result<(), Refusal> {
        let gone = |what: &'static str, number: Number| Refusal::Gone { what, number };
        let (element, token, run) = match about {
            About::Task(task) => {
                let found = self.state.tasks.get(task).ok_or(gone("task", *task))?;
                (Some(found.element.clone()), None, Some(found.run))
            }
            About::Call(call) => {
                let run = self.state.calls.get(call).ok_or(gone("call", *call))?.run;
                (self.state.runs.get(&run).map(|run| run.element.clone()), None, Some(run))
            }
            About::Wait(wait) => {
                let found = self.wait(*wait)?;
                match found.holder {
                    Holder::Token(token) => (Some(found.element), Some(token), None),
                    // An event on a border is no part of the run whose end would close it.
                    Holder::Run(run) => {
                        let own = self.state.runs.get(&run).is_some_and(|it| it.element == found.element);
                        (Some(found.element), None, own.then_some(run))
                    }
                    Holder::Scope(_) => (Some(found.element), None, None),
                }
            }
            About::Element(element) => (element.clone(), None, None),
        };
        let of = Incident { kind, element, detail: detail.to_owned(), token, run };
        let same = |it: &Incident| (it.kind, &it.element, it.token, it.run) == (kind, &of.element, token, run);
        if !self.state.incidents.values().any(same) {
            let incident = self.number();
            self.emit(Event::IncidentOpened { incident, of });
        }
        Ok(())
    }

    /// What somebody was told of a token that waited is over once what it waited for has come.
    pub(super) fn settle_token(&mut self, token: Number) {
        for incident in numbers(&self.state.incidents, |it| it.token == Some(token)) {
            self.emit(Event::IncidentClosed { incident });
        }
    }

    /// Tries again what an incident is about.
    pub(super) fn retry(&mut self, incident: Number) -> Result<(), Refusal> {
        let gone = Refusal::Gone { what: "incident", number: incident };
        let found = self.state.incidents.get(&incident).cloned().ok_or(gone)?;
        self.emit(Event::IncidentClosed { incident });
        let position = found.token.and_then(|token| Some((token, self.state.tokens.get(&token)?.position.clone())));
        if let Some((token, Position::Failed(id, phase))) = position
            && let Some(at) = self.at(&id)
        {
            match phase {
                Phase::Enter => self.emit(Event::TokenMoved { token, position: Position::Into(id) }),
                Phase::By(flow) => self.emit(Event::TokenMoved { token, position: Position::Flow(flow) }),
                Phase::Leave => {
                    let times = self.graph.activity(at).map_or(1, |activity| activity.completion_quantity);
                    self.leave_times(token, at, times);
                }
                Phase::Split => self.choose_some(token, at, Phase::Split),
                Phase::Reset => self.choose_at_reset(token, at),
            }
        }
        if found.kind == IncidentKind::ClockUnarmed {
            self.reproject_clocks();
        }
        if let Some(run) = found.run.filter(|run| self.state.runs.contains_key(run)) {
            let measured = found.kind != IncidentKind::ClockUnarmed || self.arm_step(run);
            match found.kind {
                IncidentKind::JobFailed => self.offer_again(run),
                _ if measured => self.go_on(run, found.element.and_then(|id| self.at(&id))),
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts the token of an incident at another element of its scope; the run that waits there ends, its results stay.
    pub(super) fn move_on(
        &mut self,
        incident: Number,
        to: &ElementId,
        by: OfficerId,
        approved_by: OfficerId,
    ) -> Result<(), Refusal> {
        let gone = Refusal::Gone { what: "incident", number: incident };
        let found = self.state.incidents.get(&incident).cloned().ok_or(gone)?;
        if by == approved_by {
            return Err(Refusal::OneOfficer);
        }
        let no = || Refusal::NoMove(to.clone());
        let run = found.run.map(|run| self.state.outermost(run));
        let token = match run.and_then(|run| self.state.runs.get(&run)).map(|run| run.owner) {
            Some(Owner::Token(token)) => token,
            Some(_) => return Err(no()),
            None => found.token.ok_or_else(no)?,
        };
        let level = self.state.tokens.get(&token).and_then(|token| self.level_of(token.scope));
        let target = self.at(to).filter(|at| self.can_be_entered(*at)).ok_or_else(no)?;
        if level != Some(self.element(target).level) {
            return Err(no());
        }
        self.emit(Event::Moved { incident, to: to.clone(), by, approved_by });
        match run {
            Some(run) => self.end_run(run, RunEnd::Terminated),
            None => {
                // What it waited for where it stood is nothing to it elsewhere.
                self.close_waits(Holder::Token(token), None, None);
                self.emit(Event::IncidentClosed { incident });
            }
        }
        self.emit(Event::TokenMoved { token, position: Position::Into(to.clone()) });
        Ok(())
    }

    /// Whether a token may be put before an element: what begins by an event, hangs on a border or compensates begins otherwise.
    fn can_be_entered(&self, at: At) -> bool {
        match &self.element(at).kind {
            Kind::Start { .. } | Kind::Boundary { .. } => false,
            Kind::Activity(activity) => {
                !activity.is_handler && !matches!(activity.work, Work::Sub { kind: SubKind::Event, .. })
            }
            _ => true,
        }
    }

    /// A run goes on from what it had come to: nothing that is open begins a second time.
    ///
    /// - `place`: where it failed; an event on the border is armed, and nothing else.
    fn go_on(&mut self, run: Number, place: Option<At>) {
        let Some((_, activity)) = self.activity_of(run) else { return };
        if let Some(event) = place.filter(|place| activity.boundary.contains(place)) {
            if let Some(scope) = self.state.runs.get(&run).map(|run| run.scope) {
                self.open_waits(Holder::Run(run), event, scope);
            }
            return;
        }
        let rounds = self.state.runs.get(&run).and_then(|run| run.rounds.as_ref());
        let within = numbers(&self.state.runs, |round| matches!(round.owner, Owner::Round(of, _) if of == run));
        let inside = numbers(&self.state.scopes, |scope| scope.kind == ScopeKind::Sub(run)).first().copied();
        match (&activity.repeat, rounds, inside) {
            (Repeat::Multi(multi), Some(_), _) => self.settle_rounds(run, multi),
            (_, Some(_), _) if within.is_empty() => self.next_round(run),
            (_, Some(_), _) => {}
            (_, _, Some(inside)) if self.state.is_empty_scope(inside) && self.has_begun_all(inside) => {
                self.complete(run, Context::new());
            }
            (_, _, Some(inside)) => self.progress(inside),
            _ if self.state.is_at_work(run) => {}
            _ => self.work_on(run),
        }
    }

    /// Whether nothing of a sub-process waits for its turn.
    fn has_begun_all(&self, scope: Number) -> bool {
        self.state.scopes.get(&scope).is_none_or(|scope| scope.queue.is_empty())
    }

    /// A job that had no attempt left gets one more.
    fn offer_again(&mut self, run: Number) {
        for job in numbers(&self.state.jobs, |job| job.run == run) {
            self.emit(Event::JobFailed { job, why: String::new(), attempts: 1, after: None });
        }
    }

    /// Scopes whose tokens wait for others that nothing will bring: said once for each, and taken back where one comes after all.
    pub(super) fn look_for_stuck(&mut self) {
        if !self.state.is_active() || self.state.tokens.is_empty() {
            return;
        }
        let scopes: BTreeSet<Number> = self.state.tokens.values().map(|token| token.scope).collect();
        let stuck: BTreeSet<Number> = scopes.into_iter().filter(|scope| self.is_stuck(*scope)).collect();
        let mut known = BTreeSet::new();
        for incident in numbers(&self.state.incidents, |it| it.kind == IncidentKind::Stuck && it.token.is_some()) {
            let token = self.state.incidents.get(&incident).and_then(|it| it.token);
            let scope = token.and_then(|token| self.state.tokens.get(&token)).map(|token| token.scope);
            match scope.filter(|scope| stuck.contains(scope)) {
                Some(scope) => drop(known.insert(scope)),
                None => self.emit(Event::IncidentClosed { incident }),
            }
        }
        for scope in stuck.difference(&known) {
            let there = numbers(&self.state.tokens, |token| token.scope == *scope);
            self.say_stuck(&there, there.first().copied());
        }
        if !self.state.has_something_open() {
            let all = numbers(&self.state.tokens, |_| true);
            self.say_stuck(&all, None);
        }
    }

    /// Whether all tokens of a scope wait for others of it, while nothing goes on there that could send one.
    fn is_stuck(&self, scope: Number) -> bool {
        let mut there = self.state.tokens.values().filter(|token| token.scope == scope);
        there.all(|token| matches!(token.position, Position::Arrived(..)))
            && !self.state.runs.values().any(|run| run.scope == scope)
            && !self.state.undoings.values().any(|undoing| undoing.scope == scope)
            && !self.chooses(scope)
    }

    fn say_stuck(&mut self, tokens: &[Number], token: Option<Number>) {
        let places = tokens.iter().filter_map(|token| self.state.tokens.get(token)?.position.element());
        let all: Vec<String> = places.map(ToString::to_string).collect();
        self.open_incident(IncidentKind::Stuck, None, &all.join(", "), (token, None));
    }
}
