//! What goes wrong waits where it went wrong, for somebody; the rest of the instance goes on. Source: flow.md §9.

use dmn::Context;

use super::Stepper;
use super::scope::numbers;
use crate::command::Refusal;
use crate::event::Event;
use crate::graph::{At, Repeat};
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
        let position = Position::Failed(self.element(at).id.clone(), phase);
        self.emit(Event::TokenMoved { token, position });
        self.open_incident(kind, Some(at), detail, (Some(token), None));
    }

    /// A run waits where it failed.
    pub(super) fn fail_run(&mut self, run: Number, kind: IncidentKind, detail: &str) {
        let at = self.activity_of(run).map(|(at, _)| at);
        self.open_incident(kind, at, detail, (None, Some(run)));
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
                Phase::Leave => self.leave(token, at),
            }
        }
        if found.kind == IncidentKind::ClockUnarmed {
            self.reproject_clocks();
        }
        if let Some(run) = found.run.filter(|run| self.state.runs.contains_key(run)) {
            match found.kind {
                IncidentKind::ClockUnarmed if !self.arm_step(run) => {}
                IncidentKind::JobFailed => self.offer_again(run),
                _ => self.go_on(run, found.element.and_then(|id| self.at(&id))),
            }
        }
        Ok(())
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
            (_, _, Some(inside)) if self.state.is_empty_scope(inside) => self.complete(run, Context::new()),
            (_, _, Some(inside)) => self.progress(inside),
            _ if self.state.is_at_work(run) => {}
            _ => self.work_on(run),
        }
    }

    /// A job that had no attempt left gets one more.
    fn offer_again(&mut self, run: Number) {
        for job in numbers(&self.state.jobs, |job| job.run == run) {
            self.emit(Event::JobFailed { job, why: String::new(), attempts: 1, after: None });
        }
    }

    /// Tokens that wait with nothing open that could move them: said once.
    pub(super) fn look_for_stuck(&mut self) {
        if !self.state.is_active() || self.state.tokens.is_empty() || self.state.has_something_open() {
            return;
        }
        let all: Vec<String> =
            self.state.tokens.values().filter_map(|token| token.position.element()).map(ToString::to_string).collect();
        self.open_incident(IncidentKind::Stuck, None, &all.join(", "), (None, None));
    }
}
