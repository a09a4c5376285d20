//! A small world around instances: a clock that tests move, workers that do scripts at once or in ten seconds, messages and
//! signals carried from one to another. What a node does durably, this does in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dmn::Context;
use flow::graph::{Level, Trigger};
use flow::state::{Ending, IncidentKind, Number, State, Status, What};
use flow::{Command, Definitions, ElementId, Event, Graph, Moment, Refusal, step};
use kernel::{Instant, Zone};

/// Tells what a job comes to.
pub enum Work {
    /// It is done with these outputs.
    Done(Context),
    /// It is done so many milliseconds later.
    Later(i64, Context),
    /// It throws an error of this code.
    Error(String),
}

/// Who does the jobs, by type and element.
pub type Worker = Box<dyn FnMut(&str, &ElementId, &Context) -> Work>;

/// One instance in the world.
pub struct Instance {
    pub state: State,
    /// The instance and call that it was called by.
    caller: Option<(usize, Number)>,
}

/// The world.
pub struct World {
    pub definitions: Definitions,
    pub instances: Vec<Instance>,
    pub now: Instant,
    pub worker: Worker,
    /// What happened, with the instance.
    pub history: Vec<(usize, Event)>,
    queue: VecDeque<(usize, Command)>,
    later: Vec<(Instant, usize, Number, Context)>,
    /// Timers that start instances: when, which process, by which event, how often still.
    starters: Vec<(Instant, ElementId, ElementId, Option<u64>)>,
    /// Every step is folded again and must come to the same.
    replays: bool,
}

impl World {
    pub fn new(graphs: Vec<Graph>, worker: Worker) -> World {
        let graphs: BTreeMap<ElementId, Arc<Graph>> =
            graphs.into_iter().map(|graph| (graph.id.clone(), Arc::new(graph))).collect();
        World {
            definitions: Definitions { graphs, decisions: Arc::new(flow::step::NoDecisions) },
            instances: Vec::new(),
            now: "2026-03-02T00:00:00Z".parse().unwrap(),
            worker,
            history: Vec::new(),
            queue: VecDeque::new(),
            later: Vec::new(),
            starters: Vec::new(),
            replays: true,
        }
    }

    /// Starts an instance by its none start event, or where it has none by its first event from outside.
    pub fn start(&mut self, process: &str, variables: Context) -> Result<usize, Refusal> {
        let process = ElementId::from(process);
        let graph = self.definitions.graphs.get(&process).cloned().expect("a process");
        let by = match graph.level(Level::TOP).starts.is_empty() {
            true => graph.starters().first().map(|at| graph.element(*at).id.clone()),
            false => None,
        };
        self.begin(process, by, variables, None)
    }

    fn begin(
        &mut self,
        process: ElementId,
        by: Option<ElementId>,
        variables: Context,
        caller: Option<(usize, Number)>,
    ) -> Result<usize, Refusal> {
        let number = self.instances.len();
        self.instances.push(Instance { state: State::default(), caller });
        self.obey(number, &Command::Start { process, by, variables })?;
        self.settle();
        Ok(number)
    }

    /// One command, and what follows from its events.
    pub fn obey(&mut self, number: usize, command: &Command) -> Result<(), Refusal> {
        let before = self.instances[number].state.clone();
        let moment = Moment { now: self.now, zone: Zone::CHINA };
        let events = step(&before, command, moment, &self.definitions)?;
        let after = events.iter().fold(before.clone(), flow::apply);
        if self.replays {
            let again = step(&before, command, moment, &self.definitions);
            assert_eq!(again.as_deref(), Ok(&events[..]), "the same command in the same state comes to the same");
            let text = serde_json::to_string(&events).unwrap();
            let read: Vec<Event> = serde_json::from_str(&text).unwrap();
            assert_eq!(read, events, "events are written and read without loss");
        }
        self.instances[number].state = after;
        for event in events {
            self.follow(number, &event);
            self.history.push((number, event));
        }
        Ok(())
    }

    /// Until nothing waits to be carried on.
    pub fn settle(&mut self) {
        while let Some((number, command)) = self.queue.pop_front() {
            match self.obey(number, &command) {
                Ok(()) | Err(Refusal::Gone { .. } | Refusal::NotActive) => {}
                Err(other) => panic!("{command:?}: {other}"),
            }
        }
    }

    fn follow(&mut self, number: usize, event: &Event) {
        match event {
            Event::JobOffered { job, of, inputs } => {
                let element = self.instances[number].state.runs.get(&of.run).map(|run| run.element.clone());
                let element = element.unwrap_or_else(|| ElementId::from(""));
                match (self.worker)(&of.job_type, &element, inputs) {
                    Work::Done(outputs) => self.queue.push_back((number, Command::CompleteJob { job: *job, outputs })),
                    Work::Later(ms, outputs) => self.later.push((self.now.plus_ms(ms), number, *job, outputs)),
                    Work::Error(code) => {
                        let command = Command::ThrowFromJob { job: *job, code, escalation: false };
                        self.queue.push_back((number, command));
                    }
                }
            }
            Event::MessageSent { from, name, values, .. } => self.carry(number, from, name, values),
            Event::SignalSent { name } => {
                for other in (0..self.instances.len()).filter(|other| *other != number) {
                    self.queue.push_back((other, Command::Signal { name: name.clone() }));
                }
                for (process, by) in self.starting(|trigger| matches!(trigger, Trigger::Signal(own) if own == name)) {
                    let _ = self.begin(process, Some(by), Context::new(), None);
                }
            }
            Event::Called { call, of, variables } => {
                let caller = Some((number, *call));
                let _ = self.begin(of.process.clone(), None, variables.clone(), caller);
            }
            Event::Escalated { code, caught: None } => {
                if let Some((caller, call)) = self.instances[number].caller {
                    self.queue.push_back((caller, Command::ChildEscalated { call, code: code.clone() }));
                }
            }
            Event::CallClosed { call, ended: false } => {
                let called = self.instances.iter().position(|it| it.caller == Some((number, *call)));
                if let Some(called) = called {
                    self.queue.push_back((called, Command::Cancel));
                }
            }
            Event::Ended { how } => {
                if let Some((caller, call)) = self.instances[number].caller
                    && *how != Ending::Cancelled
                {
                    let variables = Context::new();
                    self.queue.push_back((caller, Command::ChildEnded { call, how: how.clone(), variables }));
                }
            }
            _ => {}
        }
    }

    /// Start events of processes that wait for something.
    fn starting(&self, wanted: impl Fn(&Trigger) -> bool) -> Vec<(ElementId, ElementId)> {
        let mut all = Vec::new();
        for (process, graph) in &self.definitions.graphs {
            for at in graph.starters() {
                if graph.triggers(at).iter().any(&wanted) {
                    all.push((process.clone(), graph.element(at).id.clone()));
                }
            }
        }
        all
    }

    /// A message goes to one that waits in another process, waiting before starting.
    fn carry(&mut self, sender: usize, from: &ElementId, name: &str, values: &Context) {
        let process = self.instances[sender].state.process.clone().unwrap();
        let partners: BTreeSet<ElementId> = self.definitions.graphs[&process].partners_of(from).cloned().collect();
        let allowed = |other: &ElementId| partners.is_empty() || partners.contains(other);
        for number in 0..self.instances.len() {
            let state = &self.instances[number].state;
            let Some(other) = &state.process else { continue };
            if !allowed(other) || *other == process && !partners.contains(other) && number != sender {
                continue;
            }
            let fits =
                |what: &What| matches!(what, What::Message { name: waited, .. } if waited == name || name.is_empty());
            if let Some((wait, _)) = state.waits.iter().find(|(_, wait)| fits(&wait.what)) {
                let command = Command::Deliver { wait: *wait, values: values.clone() };
                self.queue.push_back((number, command));
                return;
            }
        }
        let starts = self.starting(
            |trigger| matches!(trigger, Trigger::Message(message) if message.name == name || name.is_empty()),
        );
        if let Some((process, by)) = starts.into_iter().find(|(other, _)| allowed(other)) {
            let _ = self.begin(process, Some(by), values.clone(), None);
        }
    }

    /// Moves the clock; what is due on the way happens in its order.
    pub fn advance(&mut self, ms: i64) {
        let end = self.now.plus_ms(ms);
        loop {
            let timer = self.instances.iter().enumerate().flat_map(|(number, instance)| {
                let active = instance.state.status == Status::Active;
                instance.state.waits.iter().filter(move |_| active).filter_map(move |(wait, of)| match of.what {
                    What::Timer { due, .. } => Some((due, number, *wait)),
                    _ => None,
                })
            });
            let timer = timer.min();
            let later = self.later.iter().enumerate().map(|(at, it)| (it.0, at)).min();
            let starter = self.starters.iter().enumerate().map(|(at, it)| (it.0, at)).min();
            let next = [timer.map(|it| it.0), later.map(|it| it.0), starter.map(|it| it.0)];
            let Some(due) = next.into_iter().flatten().min().filter(|due| *due <= end) else { break };
            self.now = self.now.max(due);
            if let Some((_, at)) = later.filter(|it| it.0 == due) {
                let (_, number, job, outputs) = self.later.remove(at);
                self.queue.push_back((number, Command::CompleteJob { job, outputs }));
            } else if let Some((_, number, wait)) = timer.filter(|it| it.0 == due) {
                self.queue.push_back((number, Command::TimerDue { wait }));
            } else if let Some((_, at)) = starter {
                let (_, process, by, _) = self.starters.remove(at);
                let _ = self.begin(process, Some(by), Context::new(), None);
            }
            self.settle();
        }
        self.now = end;
    }

    /// Incidents that ever opened, by kind.
    pub fn incidents(&self, kind: IncidentKind) -> usize {
        let opened = self.history.iter().filter(|(_, event)| match event {
            Event::IncidentOpened { of, .. } => of.kind == kind,
            _ => false,
        });
        opened.count()
    }

    /// Conservation: whatever was opened and is not closed lies in the state, and nothing is left of what ended.
    pub fn assert_conserved(&self) {
        for (number, instance) in self.instances.iter().enumerate() {
            let state = &instance.state;
            let own = || self.history.iter().filter(move |(of, _)| *of == number).map(|(_, event)| event);
            let made: BTreeSet<Number> = own()
                .filter_map(|event| if let Event::TokenPlaced { token, .. } = event { Some(*token) } else { None })
                .collect();
            let mut ended = BTreeSet::new();
            for event in own() {
                if let Event::TokenEnded { token } = event {
                    assert!(made.contains(token), "token {token} ended and was never made");
                    assert!(ended.insert(*token), "token {token} ended twice");
                }
            }
            let open: BTreeSet<Number> = made.difference(&ended).copied().collect();
            assert_eq!(open, state.tokens.keys().copied().collect(), "tokens of instance {number}");
            if matches!(state.status, Status::Ended(_)) {
                assert!(state.tokens.is_empty() && state.runs.is_empty() && state.scopes.is_empty(), "{state:?}");
                assert!(state.waits.is_empty() && state.jobs.is_empty() && state.tasks.is_empty(), "{state:?}");
                assert!(state.calls.is_empty() && state.undoings.is_empty() && state.done.is_empty(), "{state:?}");
            }
            // None lost: what stands somewhere stands for something open.
            for (token, of) in &state.tokens {
                let Some(place) = of.position.element() else { panic!("token {token} is on its way at rest: {of:?}") };
                let _ = place;
            }
        }
    }
}
