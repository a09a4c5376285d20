//! A model tried in memory: instances, a clock that is moved by hand, workers that are told what to answer, messages and
//! signals carried from one instance to another. What a node does durably happens here at once, by the same rules.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dmn::Context;
use kernel::calendar::WorkingCalendar;
use kernel::{Erasable, Instant, OfficerId, PostId, Zone};

use crate::exchange::{Message, Routed, Waiting, route};
use crate::graph::{Cycle, ElementId, Graph, TimerOf, Trigger};
use crate::migrate::{ClockPolicy, Mapping};
use crate::state::{Ending, Number, State, Status, What};
use crate::step::{Definitions, Moment, step};
use crate::{Command, Event, Refusal, event};

/// What a job comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is done with these outputs.
    Done(Context),
    /// It is done so many milliseconds later.
    Later(i64, Context),
    /// It throws an error of this code.
    Error(String),
    /// It fails, for this reason.
    Failed(String),
    /// Nobody does it.
    Nobody,
}

/// Who does the jobs: type, element and inputs to an answer.
pub type Worker<'w> = Box<dyn FnMut(&str, &ElementId, &Context) -> Answer + 'w>;

/// One instance of a trial.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Where it stands.
    pub state: State,
    /// The instance and call that it was called by.
    pub caller: Option<(usize, Number)>,
}

/// A trial.
pub struct Trial<'w> {
    definitions: Definitions,
    worker: Worker<'w>,
    /// Its instances, in the order of their beginning.
    pub instances: Vec<Tried>,
    /// Its time.
    pub now: Instant,
    /// What happened: instance, when, what.
    pub history: Vec<(usize, Instant, Event)>,
    /// Whether it was stopped because its instances went on and on among themselves.
    pub exhausted: bool,
    queue: VecDeque<Todo>,
    later: Vec<(Instant, usize, Number, Context)>,
    starters: Vec<Starter>,
    calendar: Arc<WorkingCalendar>,
    /// Commands and events that may still be, where they are bounded.
    left: Option<u64>,
}

/// What follows from what happened.
enum Todo {
    Obey(usize, Command),
    Begin { process: ElementId, by: Option<(ElementId, usize)>, variables: Context, caller: Option<(usize, Number)> },
}

/// Commands that may follow from one, and instances that a trial may have.
const MOST: usize = 10_000;

/// A timer that begins instances.
struct Starter {
    due: Instant,
    process: ElementId,
    by: (ElementId, usize),
    cycle: Cycle,
    /// How often still, the next time included; none: without end.
    left: Option<u64>,
}

/// The civil time of trials.
const ZONE: Zone = Zone::CHINA;

impl<'w> Trial<'w> {
    /// A trial of processes at a moment, without instances.
    pub fn new(
        graphs: Vec<Graph>,
        decisions: Arc<dyn crate::step::Decider>,
        now: Instant,
        worker: Worker<'w>,
    ) -> Trial<'w> {
        let graphs = graphs.into_iter().map(|graph| (graph.id.clone(), Arc::new(graph))).collect();
        Trial::of(Definitions { graphs, decisions }, now, worker)
    }

    /// The same of definitions that are ready.
    pub fn of(definitions: Definitions, now: Instant, worker: Worker<'w>) -> Trial<'w> {
        Trial {
            definitions,
            worker,
            instances: Vec::new(),
            now,
            history: Vec::new(),
            exhausted: false,
            queue: VecDeque::new(),
            later: Vec::new(),
            starters: Vec::new(),
            calendar: Arc::default(),
            left: None,
        }
    }

    /// The same, stopped as exhausted once so many commands were obeyed and events have happened together.
    #[must_use]
    pub fn at_most(self, commands_and_events: u64) -> Trial<'w> {
        Trial { left: Some(commands_and_events), ..self }
    }

    /// The same by a calendar; without one no clock that looks at working days can be armed.
    #[must_use]
    pub fn by(self, calendar: Arc<WorkingCalendar>) -> Trial<'w> {
        Trial { calendar, ..self }
    }

    /// The processes.
    pub fn graphs(&self) -> &BTreeMap<ElementId, Arc<Graph>> {
        &self.definitions.graphs
    }

    /// Begins to count the time for processes that a timer starts.
    pub fn arm_starters(&mut self) {
        for (process, graph) in self.definitions.graphs.clone() {
            for at in graph.starters() {
                for (trigger, of) in graph.triggers(at).iter().enumerate() {
                    if let Trigger::Timer(TimerOf::Literal(cycle)) = of {
                        let (due, left) = cycle.first(self.now, ZONE);
                        let by = (graph.element(at).id.clone(), trigger);
                        self.starters.push(Starter { due, process: process.clone(), by, cycle: *cycle, left });
                    }
                }
            }
        }
    }

    /// Starts an instance by its none start event, or where it has none by its first event from outside.
    ///
    /// # Errors
    /// If there is no such process, or nothing begins it.
    pub fn start(&mut self, process: &str, variables: Context) -> Result<usize, Refusal> {
        let process = ElementId::from(process);
        let graph = self.definitions.graphs.get(&process).cloned();
        let graph = graph.ok_or_else(|| Refusal::NoProcess(process.to_string()))?;
        let by = match graph.level(crate::graph::Level::TOP).starts.is_empty() {
            true => graph.starters().first().map(|at| (graph.element(*at).id.clone(), 0)),
            false => None,
        };
        let number = self.begin(process, by, variables, None)?;
        self.settle();
        Ok(number)
    }

    fn begin(
        &mut self,
        process: ElementId,
        by: Option<(ElementId, usize)>,
        variables: Context,
        caller: Option<(usize, Number)>,
    ) -> Result<usize, Refusal> {
        let number = self.instances.len();
        self.instances.push(Tried { state: State::default(), caller });
        let called = caller.is_some();
        self.obey(number, &Command::Start { process, by, variables, called })?;
        Ok(number)
    }

    /// Gives an instance a command, and lets everything settle that follows.
    ///
    /// # Errors
    /// The instance's refusal.
    pub fn command(&mut self, number: usize, command: &Command) -> Result<(), Refusal> {
        self.obey(number, command)?;
        self.settle();
        Ok(())
    }

    fn obey(&mut self, number: usize, command: &Command) -> Result<(), Refusal> {
        let Some(instance) = self.instances.get(number) else { return Err(Refusal::NotActive) };
        let moment = Moment { now: self.now, zone: ZONE, calendar: &self.calendar };
        let events = step(&instance.state, command, moment, &self.definitions);
        // A refusal costs as well: what is asked again and again for nothing is to end, too.
        self.spend(
            events.as_ref().map_or(1, |events| u64::try_from(events.len()).unwrap_or(u64::MAX).saturating_add(1)),
        );
        self.take(number, events?);
        Ok(())
    }

    /// Counts what happens, where it is bounded; once there is too much of it nothing follows any more.
    fn spend(&mut self, amount: u64) {
        if let Some(left) = &mut self.left {
            self.exhausted |= amount > *left;
            *left = left.saturating_sub(amount);
        }
    }

    /// What happened to an instance, and what follows from it.
    fn take(&mut self, number: usize, events: Vec<Event>) {
        let mut state = std::mem::take(&mut self.instances[number].state);
        for event in &events {
            event::change(&mut state, event);
        }
        self.instances[number].state = state;
        for event in events {
            self.follow(number, &event);
            self.history.push((number, self.now, event));
        }
    }

    /// Moves an instance to another version of its process, which from then on is the one that begins.
    ///
    /// # Errors
    /// See [`migrate`](crate::migrate::migrate). Other instances of the process are to be moved as well before they go on.
    pub fn migrate(
        &mut self,
        number: usize,
        to: &Arc<Graph>,
        mapping: &Mapping,
        policy: ClockPolicy,
    ) -> Result<(), Refusal> {
        let Some(instance) = self.instances.get(number) else { return Err(Refusal::NotActive) };
        let from = self.definitions.graphs.get(&to.id).cloned();
        let from = from.ok_or_else(|| Refusal::NoProcess(to.id.to_string()))?;
        let mut definitions = self.definitions.clone();
        definitions.graphs.insert(to.id.clone(), Arc::clone(to));
        let moment = Moment { now: self.now, zone: ZONE, calendar: &self.calendar };
        let events = crate::migrate::migrate(&instance.state, &from, &definitions, mapping, policy, moment)?;
        self.definitions = definitions;
        self.take(number, events);
        self.settle();
        Ok(())
    }

    /// Takes the last move of an instance to another version back.
    ///
    /// - `to`: the version before the move.
    ///
    /// # Errors
    /// See [`revert`](crate::migrate::revert).
    pub fn revert(&mut self, number: usize, to: &Arc<Graph>) -> Result<(), Refusal> {
        let Some(instance) = self.instances.get(number) else { return Err(Refusal::NotActive) };
        let mut definitions = self.definitions.clone();
        definitions.graphs.insert(to.id.clone(), Arc::clone(to));
        let moment = Moment { now: self.now, zone: ZONE, calendar: &self.calendar };
        let events = crate::migrate::revert(&instance.state, &definitions, moment)?;
        self.definitions = definitions;
        self.take(number, events);
        self.settle();
        Ok(())
    }

    /// Carries on until nothing waits to be carried on. What has gone meanwhile needs no command any more.
    fn settle(&mut self) {
        let mut done = 0;
        while let Some(todo) = self.queue.pop_front() {
            done += 1;
            if self.exhausted || done > MOST || self.instances.len() > MOST {
                self.exhausted = true;
                self.queue.clear();
                return;
            }
            match todo {
                Todo::Obey(number, command) => {
                    let _ = self.obey(number, &command);
                }
                Todo::Begin { process, by, variables, caller } => {
                    if let (Err(_), Some((number, call))) = (self.begin(process, by, variables, caller), caller) {
                        let variables = Context::new();
                        self.then(number, Command::ChildEnded { call, how: Ending::Cancelled, variables });
                    }
                }
            }
        }
    }

    fn then(&mut self, number: usize, command: Command) {
        self.queue.push_back(Todo::Obey(number, command));
    }

    fn follow(&mut self, number: usize, event: &Event) {
        match event {
            Event::JobOffered { job, of, inputs } => match (self.worker)(&of.job_type, &of.element, inputs) {
                Answer::Later(ms, outputs) => self.later.push((self.now.plus_ms(ms), number, *job, outputs)),
                answer => {
                    if let Some(command) = answered(*job, &answer) {
                        self.then(number, command);
                    }
                }
            },
            Event::MessageSent { from, name, key, values, .. } => {
                let Some(process) = self.instances[number].state.process.clone() else { return };
                let message = Message { process: &process, from, name, key: key.as_ref() };
                self.deliver(&message, values);
            }
            Event::SignalSent { name } => self.signal_others(number, name),
            Event::Called { call, of, variables } => {
                let (process, variables, caller) = (of.process.clone(), variables.clone(), Some((number, *call)));
                self.queue.push_back(Todo::Begin { process, by: None, variables, caller });
            }
            Event::Escalated { code, caught: None } => {
                if let Some((caller, call)) = self.instances[number].caller {
                    self.then(caller, Command::ChildEscalated { call, code: code.clone() });
                }
            }
            Event::CallClosed { call, ended: false } => {
                let called = self.instances.iter().position(|it| it.caller == Some((number, *call)));
                self.queue.extend(called.map(|called| Todo::Obey(called, Command::Cancel)));
            }
            Event::Ended { how, variables } => {
                if let (Some((caller, call)), true) = (self.instances[number].caller, *how != Ending::Cancelled) {
                    let variables = variables.clone();
                    self.then(caller, Command::ChildEnded { call, how: how.clone(), variables });
                }
            }
            _ => {}
        }
    }

    fn signal_others(&mut self, sender: usize, name: &str) {
        for other in (0..self.instances.len()).filter(|other| *other != sender) {
            self.then(other, Command::Signal { name: name.to_owned() });
        }
        let starts = |trigger: &Trigger| matches!(trigger, Trigger::Signal(own) if own == name);
        let mut begun = Vec::new();
        for (process, graph) in &self.definitions.graphs {
            let all = graph.starters().into_iter();
            begun.extend(all.filter_map(|at| {
                let trigger = graph.triggers(at).iter().position(starts)?;
                Some((process.clone(), (graph.element(at).id.clone(), trigger)))
            }));
        }
        for (process, by) in begun {
            self.queue.push_back(Todo::Begin { process, by: Some(by), variables: Context::new(), caller: None });
        }
    }

    fn deliver(&mut self, message: &Message<'_>, values: &Context) -> usize {
        let waiting: Vec<Waiting<'_, usize>> = self
            .instances
            .iter()
            .enumerate()
            .filter_map(|(number, it)| Some((number, it.state.process.as_ref()?, &it.state)))
            .flat_map(|(instance, process, state)| {
                state.waits.iter().filter_map(move |(wait, of)| match &of.what {
                    What::Message { name, key } => {
                        Some(Waiting { instance, process, wait: *wait, name, key: key.as_ref() })
                    }
                    _ => None,
                })
            })
            .collect();
        let routed = route(message, &waiting, &self.definitions.graphs);
        let count = routed.len();
        for one in routed {
            match one {
                Routed::Deliver(number, wait) => {
                    self.then(number, Command::Deliver { wait, values: values.clone() });
                }
                Routed::Start(process, by) => {
                    let variables = values.clone();
                    self.queue.push_back(Todo::Begin { process, by: Some(by), variables, caller: None });
                }
                Routed::Ambiguous(..) => {}
            }
        }
        count
    }

    /// A message from outside, as if from a partner whose inside is not ours; says how many got it.
    pub fn message(&mut self, name: &str, key: Option<&dmn::Value>, values: &Context) -> usize {
        let nobody = ElementId::from("");
        let message = Message { process: &nobody, from: &nobody, name, key };
        let count = self.deliver(&message, values);
        self.settle();
        count
    }

    /// A signal from outside.
    pub fn signal(&mut self, name: &str) {
        self.signal_others(usize::MAX, name);
        self.settle();
    }

    /// Completes the open task of an element, of whichever instance has one; says whether there was one.
    ///
    /// # Errors
    /// The instance's refusal, where the officer may not do it.
    pub fn complete_task(
        &mut self,
        element: &ElementId,
        by: (OfficerId, PostId),
        outputs: &Context,
    ) -> Result<bool, Refusal> {
        let Some((number, task)) = self.open_task(element) else { return Ok(false) };
        self.command(number, &Command::Claim { task, by })?;
        self.command(number, &Command::CompleteTask { task, by: by.0, outputs: outputs.clone() })?;
        Ok(true)
    }

    /// Sends the matter back from the open task of an element; says whether there was one.
    ///
    /// # Errors
    /// The instance's refusal, where the officer may not do it, or it does not go back there.
    pub fn return_task(
        &mut self,
        element: &ElementId,
        by: (OfficerId, PostId),
        to: &ElementId,
    ) -> Result<bool, Refusal> {
        let Some((number, task)) = self.open_task(element) else { return Ok(false) };
        self.command(number, &Command::Claim { task, by })?;
        let reason = Erasable::erased();
        self.command(number, &Command::Return { task, by: by.0, to: to.clone(), reason })?;
        Ok(true)
    }

    /// Answers the open job of an element, of whichever instance has one; says whether there was one.
    ///
    /// # Errors
    /// The instance's refusal.
    pub fn answer_job(&mut self, element: &ElementId, answer: &Answer) -> Result<bool, Refusal> {
        let found = self.instances.iter().enumerate().find_map(|(number, it)| {
            let open = it.state.jobs.iter().find(|(_, job)| job.element == *element && job.attempts > 0);
            open.map(|(job, _)| (number, *job))
        });
        let Some((number, job)) = found else { return Ok(false) };
        match answer {
            Answer::Later(ms, outputs) => self.later.push((self.now.plus_ms(*ms), number, job, outputs.clone())),
            other => {
                if let Some(command) = answered(job, other) {
                    self.command(number, &command)?;
                }
            }
        }
        Ok(true)
    }

    fn open_task(&self, element: &ElementId) -> Option<(usize, Number)> {
        self.instances.iter().enumerate().find_map(|(number, it)| {
            let of =
                |task: &crate::state::Task| it.state.runs.get(&task.run).is_some_and(|run| run.element == *element);
            it.state.tasks.iter().find(|(_, task)| of(task)).map(|(task, _)| (number, *task))
        })
    }

    /// What is due next of statutory clocks and notices, also of instances that are stopped: whose, and the command that says so.
    fn next_limit(&self) -> Option<(Instant, usize, Command)> {
        let going_on = self.instances.iter().enumerate().filter(|(_, it)| !matches!(it.state.status, Status::Ended(_)));
        let all = going_on.flat_map(|(number, it)| {
            let rungs = it.state.clocks.iter().filter_map(move |(clock, of)| {
                let (rung, due) = *of.rungs.first()?;
                Some((due, number, Command::RungDue { clock: *clock, rung }))
            });
            let lapses = it
                .state
                .supplements
                .iter()
                .map(move |(supplement, of)| (of.until, number, Command::LapseDue { supplement: *supplement }));
            rungs.chain(lapses)
        });
        all.min_by_key(|(due, number, _)| (*due, *number))
    }

    /// What is due next, and when; of several at one moment what was answered before, then timers, then limits.
    fn coming(&self) -> Option<(Instant, Coming)> {
        let timers = self.instances.iter().enumerate().filter(|(_, it)| it.state.status == Status::Active);
        let timers = timers.flat_map(|(number, it)| {
            it.state.waits.iter().filter_map(move |(wait, of)| match of.what {
                What::Timer { due, .. } => Some((due, number, *wait)),
                _ => None,
            })
        });
        let later = self.later.iter().enumerate().map(|(at, it)| (it.0, at)).min();
        let starter = self.starters.iter().enumerate().map(|(at, it)| (it.due, at)).min();
        let all = [
            later.map(|(due, at)| (due, Coming::Later(at))),
            timers.min().map(|(due, number, wait)| (due, Coming::Obey(number, Command::TimerDue { wait }))),
            self.next_limit().map(|(due, number, command)| (due, Coming::Obey(number, command))),
            starter.map(|(due, at)| (due, Coming::Start(at))),
        ];
        // The first of those that are equal.
        all.into_iter().flatten().min_by_key(|(due, _)| *due)
    }

    /// When something is due next, of itself; nothing where time brings nothing.
    pub fn next_due(&self) -> Option<Instant> {
        self.coming().map(|(due, _)| due)
    }

    /// Moves the clock; what is due on the way happens in its order.
    pub fn advance(&mut self, ms: i64) {
        let end = self.now.plus_ms(ms);
        while let Some((due, coming)) = self.coming().filter(|(due, _)| *due <= end && !self.exhausted) {
            self.now = self.now.max(due);
            match coming {
                Coming::Later(at) => {
                    let (_, number, job, outputs) = self.later.remove(at);
                    self.then(number, Command::CompleteJob { job, outputs });
                }
                Coming::Obey(number, command) => self.then(number, command),
                Coming::Start(at) => {
                    let Starter { due, process, by, cycle, left } = self.starters.remove(at);
                    let left = left.map(|left| left.saturating_sub(1));
                    if left != Some(0) {
                        let (due, process, by) = (cycle.next(due, ZONE), process.clone(), by.clone());
                        self.starters.push(Starter { due, process, by, cycle, left });
                    }
                    let variables = Context::new();
                    self.queue.push_back(Todo::Begin { process, by: Some(by), variables, caller: None });
                }
            }
            self.settle();
        }
        self.now = end;
    }
}

/// What time brings next.
enum Coming {
    /// An answer that was given before.
    Later(usize),
    /// A command to an instance.
    Obey(usize, Command),
    /// An instance that a timer begins.
    Start(usize),
}

/// The command that an answer is, where somebody gives it at once.
fn answered(job: Number, answer: &Answer) -> Option<Command> {
    match answer {
        Answer::Done(outputs) => Some(Command::CompleteJob { job, outputs: outputs.clone() }),
        Answer::Error(code) => Some(Command::ThrowFromJob { job, code: code.clone(), escalation: false }),
        Answer::Failed(why) => Some(Command::FailJob { job, why: why.clone(), after: None }),
        Answer::Later(..) | Answer::Nobody => None,
    }
}
