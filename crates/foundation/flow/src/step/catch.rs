//! What is waited for: opened, met, fired.

use dmn::Context;

use super::Stepper;
use super::scope::numbers;
use crate::command::Refusal;
use crate::event::{Event, RunEnd};
use crate::graph::{At, Cycle, Kind, Level, SubKind, TimerOf, Trigger, Work};
use crate::state::{Holder, IncidentKind, Number, Owner, Phase, Position, ScopeKind, Wait, What};

impl Stepper<'_> {
    pub(super) fn wait(&self, wait: Number) -> Result<Wait, Refusal> {
        self.state.waits.get(&wait).cloned().ok_or(Refusal::Gone { what: "wait", number: wait })
    }

    /// Opens what an event or receive task waits for: messages, signals, times, conditions. Errors and the like climb by
    /// themselves.
    pub(super) fn open_waits(&mut self, holder: Holder, at: At, scope: Number) {
        self.open_but(holder, at, scope, None);
    }

    /// The waits of an event all of whose triggers must come, but for the one that has.
    pub(super) fn open_others(&mut self, token: Number, at: At, came: usize) {
        let scope = self.scope_of(token);
        self.open_but(Holder::Token(token), at, scope, Some(came));
    }

    fn open_but(&mut self, holder: Holder, at: At, scope: Number, came: Option<usize>) {
        if let Some(Work::Receive { message, .. }) = self.graph.activity(at).map(|activity| &activity.work) {
            return self.open_wait(holder, at, 0, self.message_of(message, scope));
        }
        for (trigger, of) in self.graph.triggers(at).iter().enumerate().filter(|(trigger, _)| Some(*trigger) != came) {
            let what = match of {
                Trigger::Message(message) => self.message_of(message, scope),
                Trigger::Signal(name) => Ok(What::Signal(name.clone())),
                Trigger::Timer(timer) => {
                    self.due(timer, scope).map(|(due, left, cycle)| What::Timer { due, left, cycle })
                }
                Trigger::Condition(_) => Ok(What::Condition(false)),
                _ => continue,
            };
            self.open_wait(holder, at, trigger, what);
        }
    }

    fn open_wait(&mut self, holder: Holder, at: At, trigger: usize, what: Result<What, String>) {
        match what {
            Ok(what) => {
                // A condition that holds already is met before anything else moves.
                self.changed |= matches!(what, What::Condition(_));
                let wait = self.number();
                let of = Wait { element: self.element(at).id.clone(), trigger, holder, what };
                self.emit(Event::WaitOpened { wait, of });
            }
            Err(why) => match holder {
                Holder::Token(token) => self.fail(token, at, Phase::Enter, IncidentKind::BadExpression, &why),
                Holder::Run(run) => self.open_incident(IncidentKind::BadExpression, Some(at), &why, (None, Some(run))),
                Holder::Scope(_) => self.open_incident(IncidentKind::BadExpression, Some(at), &why, (None, None)),
            },
        }
    }

    fn message_of(&self, message: &crate::graph::MessageOf, scope: Number) -> Result<What, String> {
        let key = match &message.key {
            Some(key) => Some(self.value(key, scope, Context::new())?),
            None => None,
        };
        Ok(What::Message { name: message.name.clone(), key })
    }

    /// The scope from which the holder of a wait reads.
    fn scope_of_holder(&self, holder: Holder) -> Option<Number> {
        match holder {
            Holder::Token(token) => self.state.tokens.get(&token).map(|token| token.scope),
            Holder::Run(run) => self.state.runs.get(&run).map(|run| run.scope),
            Holder::Scope(scope) => Some(scope),
        }
    }

    /// Looks at every open condition once; says whether one was met.
    pub(super) fn meet_conditions(&mut self) -> bool {
        let open: Vec<Number> = numbers(&self.state.waits, |wait| matches!(wait.what, What::Condition(_)));
        let mut any = false;
        for number in open {
            let Some(wait) = self.state.waits.get(&number).cloned() else { continue };
            let What::Condition(was) = wait.what else { continue };
            let Some(at) = self.at(&wait.element) else { continue };
            let Some(Trigger::Condition(condition)) = self.graph.triggers(at).get(wait.trigger) else { continue };
            let Some(scope) = self.scope_of_holder(wait.holder) else { continue };
            // What is neither true nor false is not yet true.
            let holds = self.holds(condition, scope, Context::new()).unwrap_or(false);
            if holds != was {
                self.emit(Event::WaitAgain { wait: number, what: What::Condition(holds) });
            }
            if holds && !was {
                self.came(number, Context::new(), None);
                any = true;
            }
        }
        any
    }

    /// A signal reaches everything that waits for it; says nothing of who did.
    ///
    /// - `spares`: a run that goes on even where an event on its border would end it.
    pub(super) fn signal(&mut self, name: &str, spares: Option<Number>) {
        let waiting = numbers(&self.state.waits, |wait| matches!(&wait.what, What::Signal(other) if other == name));
        for wait in waiting {
            // An earlier one may have ended it.
            if self.state.waits.contains_key(&wait) {
                self.came(wait, Context::new(), spares);
            }
        }
    }

    /// What was waited for has come.
    pub(super) fn came(&mut self, number: Number, values: Context, spares: Option<Number>) {
        let Some(wait) = self.state.waits.get(&number).cloned() else { return };
        let Some(at) = self.at(&wait.element) else { return };
        let scope = self.scope_of_holder(wait.holder);
        let values = match self.taken(at, wait.trigger, scope.unwrap_or_default(), values) {
            Ok(values) => values,
            Err(why) => return self.cannot_take(number, &wait, at, &why),
        };
        if self.waits_for_more(at, number, &wait) {
            if let Some(scope) = self.scope_of_holder(wait.holder) {
                self.write(scope, values);
            }
            return;
        }
        if let Holder::Token(token) = wait.holder {
            self.settle_token(token);
        }
        match wait.holder {
            // Behind an event-based gateway the first time wins, and the rest of it is over with the others.
            Holder::Token(token) if self.repeats(&wait) && self.stands_at(token, &wait.element) => {
                // A cycle on an event in the flow sends a token each time.
                self.again_or_closed(number, &wait, false);
                let scope = self.scope_of(token);
                let copy = self.place(scope, Position::Waiting(wait.element.clone()));
                self.leave(copy, at);
            }
            Holder::Token(token) => {
                // The first of several wins.
                self.close_waits(Holder::Token(token), None, Some(number));
                let scope = self.scope_of(token);
                self.write(scope, values);
                let position = Position::Waiting(wait.element.clone());
                self.emit(Event::TokenMoved { token, position });
                self.leave(token, at);
            }
            Holder::Run(run) => match &self.element(at).kind {
                Kind::Boundary { interrupting, .. } => {
                    let ends = *interrupting && spares != Some(run);
                    self.again_or_closed(number, &wait, ends);
                    if let Some(scope) = self.state.runs.get(&run).map(|run| run.scope) {
                        self.write(scope, values);
                    }
                    self.at_border(run, at, ends);
                }
                _ => {
                    self.emit(Event::WaitClosed { wait: number, came: true });
                    self.complete(run, values);
                }
            },
            Holder::Scope(scope) => {
                let ends = matches!(self.element(at).kind, Kind::Start { interrupting: true, .. });
                self.again_or_closed(number, &wait, ends);
                self.handle(scope, at, values);
            }
        }
    }

    /// What an event gives on of what came with it: by its mappings, where it has any.
    pub(super) fn taken(&self, at: At, trigger: usize, scope: Number, values: Context) -> Result<Context, String> {
        match self.graph.triggers(at).get(trigger) {
            Some(Trigger::Message(message)) => match &message.takes {
                Some(takes) => self.mapped(takes, scope, &values),
                None => Ok(values),
            },
            _ => Ok(values),
        }
    }

    /// What came cannot be given on: somebody is to look at it, and trying again waits for it again.
    fn cannot_take(&mut self, number: Number, wait: &Wait, at: At, why: &str) {
        let kind = IncidentKind::BadExpression;
        match wait.holder {
            Holder::Token(token) => {
                let stands = self.state.tokens.get(&token).and_then(|token| self.at(token.position.element()?));
                self.close_waits(Holder::Token(token), None, Some(number));
                self.fail(token, stands.unwrap_or(at), Phase::Enter, kind, why);
            }
            Holder::Run(run) => {
                // Tried again, all triggers of the event are waited for anew.
                self.close_waits(wait.holder, Some(&wait.element), Some(number));
                self.open_incident(kind, Some(at), why, (None, Some(run)));
            }
            // Its event sub-process waits on for the next one.
            Holder::Scope(_) => self.open_incident(kind, Some(at), why, (None, None)),
        }
    }

    fn stands_at(&self, token: Number, id: &crate::graph::ElementId) -> bool {
        self.state.tokens.get(&token).is_some_and(|token| token.position.element() == Some(id))
    }

    /// Whether a timer is to fire again after this time.
    fn repeats(&self, wait: &Wait) -> bool {
        matches!(wait.what, What::Timer { left, .. } if left.is_none_or(|left| left > 1))
    }

    /// Where all triggers of an event must come: closes this one, and says whether others are still open.
    fn waits_for_more(&mut self, at: At, number: Number, wait: &Wait) -> bool {
        let all = matches!(
            &self.element(at).kind,
            Kind::Start { parallel: true, .. }
                | Kind::Catch { parallel: true, .. }
                | Kind::Boundary { parallel: true, .. }
        );
        if !all {
            return false;
        }
        let others = numbers(&self.state.waits, |other| other.holder == wait.holder && other.element == wait.element);
        if others.iter().all(|other| *other == number) {
            return false;
        }
        self.emit(Event::WaitClosed { wait: number, came: true });
        true
    }

    /// After an event has come: a repeating timer runs on, a condition may be met again; what ends its host is closed with it,
    /// and so are the other triggers of an event that needs only one.
    fn again_or_closed(&mut self, number: Number, wait: &Wait, ends: bool) {
        let again = match (&wait.what, ends) {
            (_, true) => None,
            (What::Timer { due, left, cycle }, false) => {
                let left = left.map(|left| left.saturating_sub(1));
                let cycle_of = self.cycle_of(wait, cycle.as_deref());
                match (left, cycle_of) {
                    (Some(0), _) | (_, None) => None,
                    (left, Some(of)) => {
                        let due = of.next(*due, self.moment.zone);
                        Some(What::Timer { due, left, cycle: cycle.clone() })
                    }
                }
            }
            (What::Condition(_), false) => return,
            (other, false) => Some(other.clone()),
        };
        match again {
            Some(what) => self.emit(Event::WaitAgain { wait: number, what }),
            None => self.close_waits(wait.holder, ends.then_some(&wait.element), Some(number)),
        }
    }

    /// The repetition of a timer, from the graph or as it was read when it was armed.
    fn cycle_of(&self, wait: &Wait, text: Option<&str>) -> Option<Cycle> {
        if let Some(text) = text {
            return Cycle::read(text, self.moment.zone).ok();
        }
        let at = self.at(&wait.element)?;
        match self.graph.triggers(at).get(wait.trigger)? {
            Trigger::Timer(TimerOf::Literal(cycle)) => Some(*cycle),
            _ => None,
        }
    }

    /// Closes a wait that came, and with it others of its holder: those of one element, or for a token all.
    pub(super) fn close_waits(
        &mut self,
        holder: Holder,
        element: Option<&crate::graph::ElementId>,
        came: Option<Number>,
    ) {
        let of_token = matches!(holder, Holder::Token(_));
        let all = numbers(&self.state.waits, |wait| {
            wait.holder == holder && (of_token || element.is_some_and(|element| wait.element == *element))
        });
        if let Some(came) = came.filter(|came| !all.contains(came)) {
            self.emit(Event::WaitClosed { wait: came, came: true });
        }
        for wait in all {
            self.emit(Event::WaitClosed { wait, came: Some(wait) == came });
        }
    }

    /// An event on the border of an activity has come.
    pub(super) fn at_border(&mut self, run: Number, at: At, ends: bool) {
        let Some(found) = self.state.runs.get(&run).cloned() else { return };
        let position = Position::Into(self.element(at).id.clone());
        if !ends {
            self.place(found.scope, position);
            return;
        }
        self.end_run(run, RunEnd::Terminated);
        match found.owner {
            Owner::Token(token) => self.emit(Event::TokenMoved { token, position }),
            // Events lie on the border of what a token waits for, and of what compensates.
            Owner::Round(..) => {}
            Owner::Undoing(undoing) => {
                self.place(found.scope, position);
                self.undo_next(undoing);
            }
        }
    }

    /// The start of an event sub-process has come.
    pub(super) fn handle(&mut self, scope: Number, start: At, values: Context) {
        let Kind::Start { interrupting, .. } = &self.element(start).kind else { return };
        let Some(owner) = self.graph.level(self.element(start).level).owner else { return };
        let Some(Work::Sub { level, kind: SubKind::Event }) = self.graph.activity(owner).map(|activity| &activity.work)
        else {
            return;
        };
        if *interrupting {
            self.clear(scope);
        }
        let kind = ScopeKind::Handler(self.element(owner).id.clone(), None);
        let inner = self.open_scope(Some(scope), kind, Level(level.0), Context::new());
        self.write(inner, values);
        self.place(inner, Position::Into(self.element(start).id.clone()));
    }
}
