//! What goes wrong waits where it went wrong, for somebody; the rest of the instance goes on. Source: flow.md §9.

use super::Stepper;
use crate::command::Refusal;
use crate::event::Event;
use crate::graph::At;
use crate::state::{Incident, IncidentKind, Number, Phase, Position};

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
        if let Some(run) = found.run.filter(|run| self.state.runs.contains_key(run)) {
            match found.kind {
                IncidentKind::JobFailed => self.offer_again(run),
                _ => self.work_on(run),
            }
        }
        Ok(())
    }

    /// A job that had no attempt left gets one more.
    fn offer_again(&mut self, run: Number) {
        for job in super::scope::numbers(&self.state.jobs, |job| job.run == run) {
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
