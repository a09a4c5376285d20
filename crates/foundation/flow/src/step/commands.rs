//! What each command does before the instance runs to rest.

use dmn::Context;

use super::Stepper;
use super::clock::armed;
use super::supplement::Notice;
use crate::command::{Command, Refusal};
use crate::event::Event;
use crate::graph::{At, ElementId, Kind, Level, SubKind, Trigger, Work};
use crate::state::{Holder, IncidentKind, Number, Phase, Position, ScopeKind, Status, What};

impl Stepper<'_> {
    pub(super) fn obey(&mut self, command: &Command) -> Result<(), Refusal> {
        let going_on = matches!(self.state.status, Status::Active);
        let allowed = match command {
            Command::Start { .. } => true,
            Command::Resume { .. } => self.state.status == Status::Suspended,
            Command::Split { .. } => matches!(self.state.status, Status::Merged { .. }),
            Command::Merge { .. } => going_on || self.state.status == Status::Suspended,
            // Work that is out already may be reported while the instance is stopped; it is parked.
            Command::Cancel
            | Command::CompleteJob { .. }
            | Command::FailJob { .. }
            | Command::ThrowFromJob { .. }
            | Command::ChildEnded { .. }
            | Command::Answered { .. }
            | Command::LapseDue { .. }
            // A stop of the instance is no lawful cause to stop its clocks.
            | Command::RungDue { .. }
            | Command::SuspendClock { .. }
            | Command::ResumeClock { .. }
            | Command::ReprojectClocks
            | Command::Report { .. }
            | Command::SetVariables { .. } => going_on || self.state.is_still(),
            _ => going_on,
        };
        if !allowed {
            return Err(match command {
                Command::Resume { .. } => Refusal::NotSuspended,
                Command::Split { .. } => Refusal::NotMerged,
                _ => Refusal::NotActive,
            });
        }
        match command {
            Command::Start { by, variables, called, .. } => self.start(by.as_ref(), variables, *called),
            Command::TimerDue { wait } => self.timer_due(*wait),
            Command::Deliver { wait, values } => {
                // A time comes by the clock alone, and a condition by its truth.
                if matches!(self.wait(*wait)?.what, What::Timer { .. } | What::Condition(_)) {
                    return Err(Refusal::Gone { what: "wait", number: *wait });
                }
                self.came(*wait, values.clone(), None);
                Ok(())
            }
            Command::Signal { name } => {
                self.signal(name, None);
                Ok(())
            }
            Command::LeaseJob { job, worker, until } => self.lease(*job, worker, *until),
            Command::CompleteJob { job, outputs } => {
                let run = self.job(*job)?;
                self.emit(Event::JobClosed { job: *job, done: true });
                self.complete(run, outputs.clone());
                Ok(())
            }
            Command::FailJob { job, why, after } => self.fail_job(*job, why, *after),
            Command::ThrowFromJob { job, code, escalation } => {
                let run = self.job(*job)?;
                match escalation {
                    true => self.escalate_from_run(run, Some(code.clone())),
                    false => self.error_from_run(run, Some(code.clone())),
                }
                Ok(())
            }
            Command::Claim { task, by } => self.claim(*task, *by),
            Command::Release { task, by } => {
                let found = self.task(*task)?;
                if found.holder.is_none_or(|(holder, _)| holder != *by) {
                    return Err(Refusal::NotHeld);
                }
                self.emit(Event::TaskHeld { task: *task, holder: None });
                Ok(())
            }
            Command::Assign { task, by, to, reason } => self.assign(*task, *by, *to, reason),
            Command::Return { task, by, to, reason } => self.send_back(*task, *by, to, reason),
            Command::CompleteTask { task, by, outputs } => {
                let found = self.task(*task)?;
                if found.holder.is_none_or(|(holder, _)| holder != *by) {
                    return Err(Refusal::NotHeld);
                }
                self.four_eyes(found.run, *by)?;
                if let Some((open, _)) = self.state.supplements.iter().find(|(_, it)| it.task == *task) {
                    return Err(Refusal::Supplement(*open));
                }
                self.emit(Event::TaskClosed { task: *task, by: Some(*by) });
                self.complete(found.run, outputs.clone());
                Ok(())
            }
            Command::Takeback { task, by } => self.take_back(*task, *by),
            Command::ChildEnded { call, how, variables } => self.child_ended(*call, how, variables),
            Command::ChildEscalated { call, code } => {
                let gone = Refusal::Gone { what: "call", number: *call };
                let run = self.state.calls.get(call).map(|call| call.run).ok_or(gone)?;
                self.escalate_from_run(run, code.clone());
                Ok(())
            }
            Command::Choose { scope, element } => self.choose(*scope, element),
            Command::SetVariables { scope, values } => {
                let scope = scope.or_else(|| self.state.root()).unwrap_or_default();
                if !self.state.scopes.contains_key(&scope) {
                    return Err(Refusal::Gone { what: "scope", number: scope });
                }
                // What is as it is to be needs nobody to say so again.
                let known = self.state.scopes.get(&scope).map(|scope| &scope.variables);
                if known.is_none_or(|known| values.iter().any(|(name, value)| known.get(name) != Some(value))) {
                    self.set(scope, values.clone());
                }
                Ok(())
            }
            Command::Supplement { task, by, items, until, notice } => {
                self.ask(*task, &Notice { by: *by, items, until, number: notice })
            }
            Command::Answered { supplement, values } => self.answered(*supplement, values),
            Command::LapseDue { supplement } => self.lapse(*supplement),
            Command::RungDue { clock, rung } => self.rung_due(*clock, *rung),
            Command::SuspendClock { clock, cause, voucher, by } => self.suspend_clock(*clock, *cause, voucher, *by),
            Command::ResumeClock { clock, by } => self.resume_clock(*clock, *by),
            Command::ReprojectClocks => {
                self.reproject_clocks();
                Ok(())
            }
            Command::Report { about, kind, detail } => self.report(about, *kind, detail),
            Command::Retry { incident } => self.retry(*incident),
            Command::Move { incident, to, by, approved_by } => self.move_on(*incident, to, *by, *approved_by),
            Command::Withdraw { reason } => self.withdraw(reason),
            Command::Suspend { by, cause, voucher } => self.suspend(*by, cause, voucher),
            Command::Resume { by, cause, voucher } => {
                self.resume(*by, cause, voucher);
                Ok(())
            }
            Command::Merge { into, by } => {
                self.merge(into, *by);
                Ok(())
            }
            Command::TakeIn { clock } => {
                self.take_in(clock.as_deref());
                Ok(())
            }
            Command::LetGo { clock } => {
                self.let_go(*clock);
                Ok(())
            }
            Command::Split { by } => {
                self.split_off(*by);
                Ok(())
            }
            Command::Cancel => {
                self.cancel_all();
                Ok(())
            }
        }
    }

    fn start(&mut self, by: Option<&(ElementId, usize)>, variables: &Context, called: bool) -> Result<(), Refusal> {
        let top = self.graph.level(Level(0));
        let by = match by {
            None if top.starts.is_empty() => return Err(Refusal::NoStart),
            None => None,
            Some((id, trigger)) => {
                let at = self.at(id).filter(|at| self.graph.starters().contains(at));
                Some((at.ok_or(Refusal::NoStart)?, *trigger))
            }
        };
        let clock = self.graph.clock.as_ref().map(|of| armed(of, self.moment)).transpose().map_err(Refusal::Unarmed)?;
        self.emit(Event::Started { process: self.graph.id.clone(), called });
        let given = match by {
            Some((at, trigger)) => self.taken(at, trigger, 0, variables.clone()),
            None => Ok(variables.clone()),
        };
        let failed = given.as_ref().err().cloned();
        let scope = self.open_scope(None, ScopeKind::Process, Level(0), given.unwrap_or_else(|_| variables.clone()));
        if let Some(clock) = clock {
            self.arm(clock);
        }
        match by {
            None => self.place_all(scope, &top.starts),
            Some((at, trigger)) => match failed {
                None => self.begin_by(scope, at, trigger),
                // It has begun; with what came as it came somebody mends it and goes on.
                Some(why) => {
                    let token = self.place(scope, Position::Waiting(self.element(at).id.clone()));
                    self.fail(token, at, Phase::Leave, IncidentKind::BadExpression, &why);
                }
            },
        }
        Ok(())
    }

    /// An instance begins by an event: its token is behind that event. Where all of several must come, the others are waited
    /// for.
    fn begin_by(&mut self, scope: Number, at: At, trigger: usize) {
        let element = self.element(at);
        if let Kind::Start { parallel: true, triggers, .. } = &element.kind
            && triggers.len() > 1
        {
            let token = self.place(scope, Position::Waiting(element.id.clone()));
            self.open_others(token, at, trigger);
            return;
        }
        let gateway = element.incoming.first().map(|via| self.graph.flow(*via).source);
        let all_must_come = gateway.filter(|gateway| {
            matches!(self.element(*gateway).kind, Kind::EventBased { instantiate: true, parallel: true })
        });
        if let Some(gateway) = all_must_come {
            for via in &self.element(gateway).outgoing {
                let other = self.graph.flow(*via).target;
                if other != at {
                    let token = self.place(scope, Position::Waiting(self.element(other).id.clone()));
                    self.open_waits(Holder::Token(token), other, scope);
                }
            }
        }
        let token = self.place(scope, Position::Waiting(element.id.clone()));
        self.leave(token, at);
    }

    fn timer_due(&mut self, wait: Number) -> Result<(), Refusal> {
        let found = self.wait(wait)?;
        let What::Timer { due, .. } = found.what else { return Err(Refusal::Gone { what: "timer", number: wait }) };
        if self.moment.now < due {
            return Err(Refusal::NotDue);
        }
        // What the timer leads to happens at its time, however late it is looked at.
        self.moment.now = due;
        self.came(wait, Context::new(), None);
        Ok(())
    }

    fn choose(&mut self, scope: Number, id: &ElementId) -> Result<(), Refusal> {
        let not = || Refusal::NotChoosable(id.clone());
        let at = self.at(id).ok_or_else(not)?;
        let found = self.state.scopes.get(&scope).ok_or(Refusal::Gone { what: "scope", number: scope })?;
        let ScopeKind::Sub(run) = found.kind else { return Err(not()) };
        let owner = self.state.runs.get(&run).and_then(|run| self.at(&run.element)).ok_or_else(not)?;
        let Some(Work::Sub { level, kind: SubKind::AdHoc { sequential, .. } }) =
            self.graph.activity(owner).map(|activity| &activity.work)
        else {
            return Err(not());
        };
        let busy = self.state.tokens.values().any(|token| token.scope == scope);
        if !self.graph.level(*level).starts.contains(&at) || (*sequential && busy) {
            return Err(not());
        }
        self.emit(Event::Unqueued { scope, element: Some(id.clone()) });
        self.place(scope, Position::Into(id.clone()));
        Ok(())
    }

    /// Whether what starts an event sub-process or instance is of one kind of trigger.
    pub(super) fn has_trigger(&self, at: At, is: impl Fn(&Trigger) -> bool) -> bool {
        self.graph.triggers(at).iter().any(is)
    }
}
