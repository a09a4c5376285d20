//! Activities: begun, repeated, done.

use dmn::{Context, Value};
use sha2::{Digest as _, Sha256};

use super::scope::numbers;
use super::{Next, Stepper};
use crate::command::Refusal;
use crate::event::{Event, RunEnd};
use crate::graph::{Activity, At, Behaviour, Candidates, Consent, Multi, Repeat, SubKind, Work};
use crate::state::{Call, Done, Ending, Holder, IncidentKind, Job, Number, Owner, Position, Rounds, ScopeKind, Task};

/// Attempts that a job has.
pub const ATTEMPTS: u32 = 3;

impl<'d> Stepper<'d> {
    pub(super) fn activity_of(&self, run: Number) -> Option<(At, &'d Activity)> {
        let at = self.at(&self.state.runs.get(&run)?.element)?;
        match &self.graph.element(at).kind {
            crate::graph::Kind::Activity(activity) => Some((at, activity)),
            _ => None,
        }
    }

    /// A token begins an activity and waits for it.
    pub(super) fn begin(&mut self, token: Number, at: At) {
        let id = self.element(at).id.clone();
        let scope = self.scope_of(token);
        self.emit(Event::TokenMoved { token, position: Position::Waiting(id) });
        self.run(at, scope, Owner::Token(token), Context::new());
    }

    /// Begins a run; its border is watched before anything within moves.
    ///
    /// - `given`: variables of its own, beside its inputs.
    pub(super) fn run(&mut self, at: At, scope: Number, owner: Owner, given: Context) {
        let run = self.number();
        let element = self.element(at).id.clone();
        self.emit(Event::RunBegan { run, element, scope, owner });
        let Some((_, activity)) = self.activity_of(run) else { return };
        if !given.is_empty() {
            self.open_local(scope, run, given);
        }
        if !matches!(owner, Owner::Round(..)) {
            for event in &activity.boundary {
                self.open_waits(Holder::Run(run), *event, scope);
            }
            if self.changed && self.meet_conditions() && !self.state.runs.contains_key(&run) {
                return;
            }
        }
        if self.arm_step(run) {
            self.work_on(run);
        }
    }

    /// Does what a run is for, or begins its rounds.
    pub(super) fn work_on(&mut self, run: Number) {
        let Some((at, activity)) = self.activity_of(run) else { return };
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let is_round = matches!(found.owner, Owner::Round(..));
        match &activity.repeat {
            _ if is_round => self.work(run, at, activity),
            Repeat::Once => self.work(run, at, activity),
            Repeat::Loop { .. } => {
                self.emit(Event::RoundsSet { run, total: None, items: Vec::new() });
                self.next_round(run);
            }
            Repeat::Multi(multi) => {
                let scope = found.local.unwrap_or(found.scope);
                match self.rounds(multi, scope) {
                    Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
                    Ok((total, items)) => {
                        self.emit(Event::RoundsSet { run, total: Some(total), items });
                        let first = if multi.sequential { total.min(1) } else { total };
                        for _ in 0..first {
                            // A round that is done at once may have been enough.
                            if self.state.runs.contains_key(&run) {
                                self.begin_round(run, multi);
                            }
                        }
                        if total == 0 {
                            self.complete_rounds(run, multi);
                        }
                    }
                }
            }
        }
    }

    fn begin_round(&mut self, run: Number, multi: &Multi) {
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let Some(rounds) = found.rounds else { return };
        let index = rounds.begun;
        let mut given: Context = [("loopCounter".to_owned(), Value::whole(index as i64 + 1))].into();
        if let Some(item) = &multi.item {
            let value = usize::try_from(index).ok().and_then(|index| rounds.items.get(index)).cloned();
            given.insert(item.clone(), value.unwrap_or(Value::Null));
        }
        if let Some((_, own)) = &multi.result {
            given.insert(own.clone(), Value::Null);
        }
        self.round(run, found.local.unwrap_or(found.scope), index, given);
    }

    fn round(&mut self, run: Number, scope: Number, index: u64, given: Context) {
        self.emit(Event::RoundBegan { run });
        let Some((at, _)) = self.activity_of(run) else { return };
        self.run(at, scope, Owner::Round(run, index), given);
    }

    /// The next round of an activity whose rounds follow each other, if there is to be one.
    pub(super) fn next_round(&mut self, run: Number) {
        let Some((_, activity)) = self.activity_of(run) else { return };
        let Repeat::Loop { test_before, maximum, condition } = &activity.repeat else {
            if let Repeat::Multi(multi) = &activity.repeat {
                self.begin_round(run, multi);
            }
            return;
        };
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let begun = found.rounds.as_ref().map_or(0, |rounds| rounds.begun);
        let scope = found.local.unwrap_or(found.scope);
        let tested = *test_before || begun > 0;
        let more = maximum.is_none_or(|maximum| begun < maximum);
        let goes_on = match condition {
            Some(condition) if tested && more => {
                let beside = [("loopCounter".to_owned(), Value::whole(begun as i64))].into();
                self.holds(condition, scope, beside)
            }
            // Without a condition it goes on as often as it may; without either it is done once.
            None if tested => Ok(maximum.is_some() && more),
            _ => Ok(more),
        };
        match goes_on {
            Ok(true) => {
                let given = [("loopCounter".to_owned(), Value::whole(begun as i64 + 1))].into();
                self.round(run, scope, begun, given);
            }
            Ok(false) => self.finish(run),
            Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
        }
    }

    fn work(&mut self, run: Number, at: At, activity: &'d Activity) {
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let mut scope = found.local.unwrap_or(found.scope);
        if !activity.inputs.is_empty() {
            match self.mapped(&activity.inputs, scope, &Context::new()) {
                Ok(inputs) => match found.local {
                    Some(local) => self.set(local, inputs),
                    None => scope = self.open_local(found.scope, run, inputs),
                },
                Err(why) => return self.fail_run(run, IncidentKind::BadExpression, &why),
            }
        }
        match &activity.work {
            Work::Pass => self.complete(run, Context::new()),
            Work::User(human) => match self.posts(&human.candidates, scope) {
                Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
                Ok(posts) if posts.is_empty() => self.fail_run(run, IncidentKind::NoCandidate, ""),
                Ok(posts) => {
                    let organ = human.organ.as_ref().map(|organ| self.value(organ, scope, Context::new())).transpose();
                    match organ {
                        Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
                        Ok(organ) => {
                            let task = self.number();
                            self.emit(Event::TaskOffered {
                                task,
                                of: Task { run, element: self.element(at).id.clone(), posts, organ, holder: None },
                            });
                        }
                    }
                }
            },
            Work::Job { job_type } => {
                let job = self.number();
                let key = self.job_key(run);
                let element = self.element(at).id.clone();
                let of =
                    Job { run, element, job_type: job_type.clone(), key, attempts: ATTEMPTS, after: None, lease: None };
                let inputs = match activity.inputs.is_empty() {
                    true => self.state.visible(scope),
                    false => self.state.scopes.get(&scope).map(|scope| scope.variables.clone()).unwrap_or_default(),
                };
                self.emit(Event::JobOffered { job, of, inputs });
            }
            Work::Send(message) => match self.send_message(at, message, scope) {
                Ok(()) => self.complete(run, Context::new()),
                Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
            },
            Work::Receive { .. } => self.open_waits(Holder::Run(run), at, scope),
            Work::Script { script, result } => match self.value(script, scope, Context::new()) {
                Ok(value) => self.complete(run, result.iter().map(|name| (name.clone(), value.clone())).collect()),
                Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
            },
            Work::Decision(decision) => self.decide(run, decision, scope),
            Work::Call { process } => {
                let call = self.number();
                let variables = match activity.inputs.is_empty() {
                    true => self.state.visible(scope),
                    false => self.state.scopes.get(&scope).map(|scope| scope.variables.clone()).unwrap_or_default(),
                };
                if !self.definitions.graphs.contains_key(process) {
                    return self.fail_run(run, IncidentKind::MissingDefinition, process.as_str());
                }
                self.emit(Event::Called { call, of: Call { run, process: process.clone() }, variables });
            }
            Work::Sub { level, kind } => {
                let inner = self.open_scope(Some(scope), ScopeKind::Sub(run), *level, Context::new());
                if self.changed && self.meet_conditions() && !self.state.scopes.contains_key(&inner) {
                    return;
                }
                self.begin_within(inner, *level, kind);
            }
        }
    }

    /// Puts tokens where a sub-process begins.
    fn begin_within(&mut self, scope: Number, level: crate::graph::Level, kind: &SubKind) {
        // An event on its border or within may have ended it before it began.
        if !self.state.scopes.contains_key(&scope) {
            return;
        }
        let starts = self.graph.level(level).starts.clone();
        match kind {
            SubKind::AdHoc { sequential, chosen, .. } if *sequential || *chosen => {
                let queue = starts.iter().map(|at| self.element(*at).id.clone()).collect();
                if let Some(found) = self.state.scopes.get(&scope).cloned() {
                    // The queue is part of how the scope opened: said again, with it.
                    let (parent, kind, variables) = (found.parent, found.kind, found.variables);
                    self.emit(Event::ScopeOpened { scope, parent, kind, variables, queue });
                }
                if !*chosen {
                    self.next_in_queue(scope);
                }
            }
            _ => self.place_all(scope, &starts),
        }
    }

    /// The next activity of an ad-hoc sub-process that does one at a time.
    fn next_in_queue(&mut self, scope: Number) {
        let next = self.state.scopes.get(&scope).and_then(|scope| scope.queue.first().cloned());
        if let Some(element) = next {
            self.emit(Event::Unqueued { scope, element: Some(element.clone()) });
            self.place(scope, Position::Into(element));
        }
    }

    /// The same over attempts, leases and restarts. Source: flow.md §6.
    fn job_key(&self, run: Number) -> String {
        let mut hash = Sha256::new();
        hash.update(b"qingyuan.flow.job");
        hash.update(run.to_be_bytes());
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn posts(&self, candidates: &Candidates, scope: Number) -> Result<Vec<String>, String> {
        match candidates {
            Candidates::Posts(posts) => Ok(posts.clone()),
            Candidates::Expression(expression) => match self.value(expression, scope, Context::new())? {
                Value::String(post) => Ok(vec![post]),
                Value::List(posts) => posts
                    .into_iter()
                    .map(|post| match post {
                        Value::String(post) => Ok(post),
                        other => Err(format!("{}: {}", expression.text(), super::data::shown(&other))),
                    })
                    .collect(),
                Value::Null => Ok(Vec::new()),
                other => Err(format!("{}: {}", expression.text(), super::data::shown(&other))),
            },
        }
    }

    /// The work of a run is done.
    ///
    /// - `outputs`: what it came to.
    pub(super) fn complete(&mut self, run: Number, outputs: Context) {
        let Some((_, activity)) = self.activity_of(run) else { return };
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        // What a sub-process has in its own variables can be put out.
        let inside = numbers(&self.state.scopes, |scope| scope.kind == ScopeKind::Sub(run)).first().copied();
        let from = inside.or(found.local).unwrap_or(found.scope);
        let leaving = match &activity.outputs {
            None => Ok(outputs),
            Some(mappings) => self.mapped(mappings, from, &outputs),
        };
        match leaving {
            Ok(leaving) if let Some(name) = self.opinion(&found, activity) => {
                // What one officer says is no answer to the matter: it stays with the round until all is said.
                let agrees = Value::Boolean(leaving.get(&name) == Some(&Value::Boolean(true)));
                let said: Context = [leaving, [(name, agrees)].into()].into_iter().flatten().collect();
                self.set(found.local.unwrap_or(found.scope), said.clone());
                self.finish_with(run, Some(Value::Context(said)));
            }
            Ok(leaving) => {
                // Variables of its own stay its own; what it puts out by a mapping goes beyond them.
                let to = if activity.outputs.is_some() { found.scope } else { found.local.unwrap_or(found.scope) };
                self.write(to, leaving);
                self.finish(run);
            }
            Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
        }
    }

    /// A run ends as done: remembered where it may be compensated, and whatever it ran for goes on.
    fn finish(&mut self, run: Number) {
        let Some((_, activity)) = self.activity_of(run) else { return };
        let Some(found) = self.state.runs.get(&run) else { return };
        let result = self.result_of(found, activity);
        self.finish_with(run, result);
    }

    /// - `result`: what it came to, where it is a round and results are collected.
    fn finish_with(&mut self, run: Number, result: Option<Value>) {
        let Some((at, activity)) = self.activity_of(run) else { return };
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        self.remember(run, at, activity);
        self.end_run(run, RunEnd::Completed);
        match found.owner {
            Owner::Token(token) => {
                self.leave_times(token, at, activity.completion_quantity);
                self.progress(found.scope);
            }
            Owner::Round(of, index) => self.round_done(of, index, result),
            Owner::Undoing(undoing) => self.next.push_back(Next::Undo(undoing)),
        }
    }

    /// By which variable a round says yes or no, where its rounds are opinions.
    fn opinion(&self, run: &crate::state::Run, activity: &Activity) -> Option<String> {
        let (Repeat::Multi(multi), Owner::Round(..)) = (&activity.repeat, run.owner) else { return None };
        multi.consent.as_ref().map(|consent| consent.name.clone())
    }

    /// What a round came to, where results are collected.
    fn result_of(&self, run: &crate::state::Run, activity: &Activity) -> Option<Value> {
        let (Repeat::Multi(multi), Owner::Round(..)) = (&activity.repeat, run.owner) else { return None };
        let (_, own) = multi.result.as_ref()?;
        let local = self.state.scopes.get(&run.local?)?;
        local.variables.get(own).cloned()
    }

    fn round_done(&mut self, run: Number, index: u64, result: Option<Value>) {
        let Some((_, activity)) = self.activity_of(run) else { return };
        self.emit(Event::RoundDone { run, index, result });
        let multi = match &activity.repeat {
            Repeat::Multi(multi) => multi,
            Repeat::Loop { .. } => return self.next.push_back(Next::Round(run)),
            Repeat::Once => return,
        };
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let Some(rounds) = found.rounds.clone() else { return };
        self.behave(run, multi, &rounds, found.local.unwrap_or(found.scope));
        self.settle_rounds(run, multi);
    }

    /// Whether the rounds that are done are enough; else the next, where they follow each other.
    pub(super) fn settle_rounds(&mut self, run: Number, multi: &Multi) {
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let Some(rounds) = found.rounds else { return };
        let scope = found.local.unwrap_or(found.scope);
        let total = rounds.total.unwrap_or(0);
        let enough = match &multi.completion {
            None => Ok(false),
            Some(condition) => self.holds(condition, scope, counts(&rounds, multi.consent.as_ref())),
        };
        match enough {
            Err(why) => self.fail_run(run, IncidentKind::BadExpression, &why),
            Ok(enough) if enough || rounds.completed >= total => self.complete_rounds(run, multi),
            Ok(_) if multi.sequential && rounds.begun < total => self.next.push_back(Next::Round(run)),
            Ok(_) => {}
        }
    }

    /// What a multi-instance activity throws after a round; it never ends the activity itself.
    fn behave(&mut self, run: Number, multi: &'d Multi, rounds: &Rounds, scope: Number) {
        match &multi.behaviour {
            Behaviour::All => {}
            Behaviour::Each(throws) => self.throw_beside(run, throws, scope),
            Behaviour::First(throws) if rounds.completed == 1 => self.throw_beside(run, throws, scope),
            Behaviour::First(_) => {}
            Behaviour::Conditions(all) => {
                for (condition, throws) in all {
                    match self.holds(condition, scope, counts(rounds, multi.consent.as_ref())) {
                        Ok(true) => self.throw_beside(run, throws, scope),
                        Ok(false) => {}
                        Err(why) => return self.fail_run(run, IncidentKind::BadExpression, &why),
                    }
                }
            }
        }
    }

    /// All rounds are done, or enough of them: results are put out by round, those that never ended as null.
    fn complete_rounds(&mut self, run: Number, multi: &Multi) {
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        if let (Some((collection, own)), Some(rounds)) = (&multi.result, &found.rounds) {
            let total = rounds.total.unwrap_or(0);
            let result = |index: u64| match (rounds.results.get(&index), &multi.consent) {
                (Some(Value::Context(said)), Some(_)) => said.get(own).cloned().unwrap_or(Value::Null),
                (result, _) => result.cloned().unwrap_or(Value::Null),
            };
            let results = (0..total).map(result).collect();
            self.write(found.scope, [(collection.clone(), Value::List(results))].into());
        }
        if let (Some(consent), Some(rounds)) = (&multi.consent, &found.rounds) {
            let outcome = outcome(consent, rounds);
            self.write(found.scope, outcome);
        }
        self.finish(run);
    }

    /// Whether what is done now ends the ad-hoc sub-process that it lies in, or lets the next activity begin.
    pub(super) fn progress(&mut self, scope: Number) {
        let Some(found) = self.state.scopes.get(&scope).cloned() else { return };
        let ScopeKind::Sub(run) = found.kind else { return };
        let Some((_, activity)) = self.activity_of(run) else { return };
        let Work::Sub { kind: SubKind::AdHoc { chosen, completion, cancel_remaining, .. }, .. } = &activity.work else {
            return;
        };
        if let Some(condition) = completion {
            match self.holds(condition, scope, Context::new()) {
                Err(why) => return self.fail_run(run, IncidentKind::BadExpression, &why),
                Ok(true) => {
                    self.emit(Event::Unqueued { scope, element: None });
                    if *cancel_remaining {
                        self.clear(scope);
                    }
                    return;
                }
                Ok(false) => {}
            }
        }
        let busy = self.state.tokens.values().any(|token| token.scope == scope);
        // One that follows another version may have begun one after the other, and has the rest still before it.
        if !*chosen && !busy {
            self.next_in_queue(scope);
        }
    }

    fn remember(&mut self, run: Number, at: At, activity: &Activity) {
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let is_whole = !matches!(activity.repeat, Repeat::Once) && !matches!(found.owner, Owner::Round(..));
        if activity.is_handler || is_whole || matches!(found.owner, Owner::Undoing(_)) {
            // Rounds count one by one.
            return;
        }
        let inside = match &activity.work {
            Work::Sub { kind: SubKind::Event, .. } => return,
            Work::Sub { .. } => numbers(&self.state.scopes, |scope| scope.kind == ScopeKind::Sub(run)).first().copied(),
            _ => None,
        };
        let has_content = inside.is_some_and(|inside| self.state.done.values().any(|done| done.scope == inside));
        if activity.handler.is_none() && !has_content && !self.undoes_itself(at) {
            return;
        }
        // A round lies where its whole lies.
        let scope = self.state.runs.get(&self.state.outermost(run)).map_or(found.scope, |whole| whole.scope);
        let variables = self.state.visible(inside.or(found.local).unwrap_or(found.scope));
        let element = self.element(at).id.clone();
        let number = self.number();
        self.emit(Event::Remembered { number, done: Done { scope, element, inside, variables } });
    }

    pub(super) fn job(&self, job: Number) -> Result<Number, Refusal> {
        self.state.jobs.get(&job).map(|job| job.run).ok_or(Refusal::Gone { what: "job", number: job })
    }

    /// A worker takes a job, or keeps it longer: while another one has it, it is not handed out twice.
    pub(super) fn lease(&mut self, job: Number, worker: &str, until: kernel::Instant) -> Result<(), Refusal> {
        let gone = Refusal::Gone { what: "job", number: job };
        let found = self.state.jobs.get(&job).ok_or(gone)?;
        if found.after.is_some_and(|after| self.moment.now < after) {
            return Err(Refusal::NotDue);
        }
        if found.lease.as_ref().is_some_and(|(holder, until)| holder != worker && self.moment.now < *until) {
            return Err(Refusal::Leased);
        }
        let lease = (worker.to_owned(), until);
        if found.lease.as_ref() != Some(&lease) {
            self.emit(Event::JobLeased { job, worker: lease.0, until });
        }
        Ok(())
    }

    pub(super) fn fail_job(&mut self, job: Number, why: &str, after: Option<kernel::Instant>) -> Result<(), Refusal> {
        let run = self.job(job)?;
        let attempts = self.state.jobs.get(&job).map_or(0, |job| job.attempts).saturating_sub(1);
        self.emit(Event::JobFailed { job, why: why.to_owned(), attempts, after });
        if attempts == 0 {
            self.fail_run(run, IncidentKind::JobFailed, why);
        }
        Ok(())
    }

    pub(super) fn child_ended(&mut self, call: Number, how: &Ending, variables: &Context) -> Result<(), Refusal> {
        let found = self.state.calls.get(&call).cloned().ok_or(Refusal::Gone { what: "call", number: call })?;
        self.emit(Event::CallClosed { call, ended: true });
        match how {
            Ending::Completed | Ending::Terminated => self.complete(found.run, variables.clone()),
            Ending::ByError(code) => self.error_from_run(found.run, code.clone()),
            Ending::Cancelled | Ending::Withdrawn | Ending::Merged(_) => self.error_from_run(found.run, None),
        }
        Ok(())
    }
}

/// How many opinions said yes, and how many no.
fn opinions(consent: &Consent, rounds: &Rounds) -> (u64, u64) {
    let (mut consents, mut refusals) = (0, 0);
    for result in rounds.results.values() {
        *if agrees(consent, result) { &mut consents } else { &mut refusals } += 1;
    }
    (consents, refusals)
}

fn agrees(consent: &Consent, result: &Value) -> bool {
    matches!(result, Value::Context(said) if said.get(&consent.name) == Some(&Value::Boolean(true)))
}

/// What opinions come to: what the one says that decides, with the result in the place of its own yes or no.
fn outcome(consent: &Consent, rounds: &Rounds) -> Context {
    let (consents, refusals) = opinions(consent, rounds);
    let agreed = consent.least.map_or(refusals == 0 && consents > 0, |least| consents >= least);
    let deciding = match agreed {
        true => rounds.results.values().rfind(|result| agrees(consent, result)),
        false => rounds.results.values().find(|result| !agrees(consent, result)),
    };
    let mut said = match deciding {
        Some(Value::Context(said)) => said.clone(),
        _ => Context::new(),
    };
    said.insert(consent.name.clone(), Value::Boolean(agreed));
    said
}

/// What a multi-instance activity's conditions may ask. Source: BPMN 2.0.2 table 10.30; consents and refusals are ours.
fn counts(rounds: &Rounds, consent: Option<&Consent>) -> Context {
    let (consents, refusals) = consent.map_or((0, 0), |consent| opinions(consent, rounds));
    let of = |number: u64| Value::whole(i64::try_from(number).unwrap_or(i64::MAX));
    [
        ("numberOfInstances".to_owned(), of(rounds.total.unwrap_or(0))),
        ("numberOfActiveInstances".to_owned(), of(rounds.begun.saturating_sub(rounds.completed))),
        ("numberOfCompletedInstances".to_owned(), of(rounds.completed)),
        ("numberOfTerminatedInstances".to_owned(), of(0)),
        ("numberOfConsents".to_owned(), of(consents)),
        ("numberOfRefusals".to_owned(), of(refusals)),
    ]
    .into()
}
