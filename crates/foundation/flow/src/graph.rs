//! A process made ready to run: its elements and flows by number, their conditions read, who can reach whom.
//!
//! A [`Graph`] is derived from the bytes of a model and from nothing else, so that it is never stored. Events and state name
//! elements by the ids of the file: they outlive the graph.

mod clock;
mod compile;
mod iso8601;
mod lint;
mod reach;
pub mod sound;

use std::collections::BTreeMap;
use std::sync::Arc;

use dmn::Expression;
use serde::{Deserialize, Serialize};

pub use clock::{ClockOf, OnSupplement};
pub use compile::{Compiled, compile};
pub use iso8601::{Cycle, Period};
pub use lint::{Finding, Rule, Severity};
pub use reach::Reach;

/// The id of an element or flow, as its file has it. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ElementId(Arc<str>);

impl ElementId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ElementId {
    fn from(id: String) -> ElementId {
        ElementId(id.into())
    }
}

impl From<&str> for ElementId {
    fn from(id: &str) -> ElementId {
        ElementId(id.into())
    }
}

impl From<ElementId> for String {
    fn from(id: ElementId) -> String {
        id.0.as_ref().to_owned()
    }
}

impl std::fmt::Display for ElementId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An element's number within its graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct At(pub(crate) usize);

/// A sequence flow's number within its graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Via(pub(crate) usize);

/// The number of a level: the process itself, or a sub-process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Level(pub(crate) usize);

impl Level {
    /// The process itself.
    pub const TOP: Level = Level(0);
}

/// One process, ready to run.
#[derive(Debug)]
pub struct Graph {
    /// The process.
    pub id: ElementId,
    /// Its elements.
    pub elements: Vec<Element>,
    /// Its sequence flows, in the order of the text.
    pub flows: Vec<Flow>,
    /// Its levels; the process is the first.
    pub levels: Vec<LevelOf>,
    /// The matter's clock.
    pub clock: Option<ClockOf>,
    /// The event sub-process that deals with a withdrawal.
    pub withdraw: Option<At>,
    pub(crate) by_id: BTreeMap<ElementId, At>,
    pub(crate) flow_by_id: BTreeMap<ElementId, Via>,
    pub(crate) reach: BTreeMap<At, Reach>,
    /// Names that an expression may use, for commands that bring expressions of their own.
    pub(crate) partners: Vec<Partner>,
}

/// A pool to which messages of an element go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Partner {
    /// What sends.
    pub from: ElementId,
    /// The process of the pool at the other end; none: a pool whose inside is not ours.
    pub process: Option<ElementId>,
}

/// A process or sub-process as a level: what lies in it.
#[derive(Debug)]
pub struct LevelOf {
    /// The sub-process that it is the inside of; none for the process.
    pub owner: Option<At>,
    /// What lies in it, in the order of the text.
    pub elements: Vec<At>,
    /// Where a token is put when it opens: none start events, or where there are none, everything without incoming flow.
    pub starts: Vec<At>,
    /// Its event sub-processes.
    pub handlers: Vec<At>,
    /// Names declared in it: data objects, properties, `qy:local`.
    pub names: Vec<String>,
}

/// A sequence flow.
#[derive(Debug)]
pub struct Flow {
    /// Its id.
    pub id: ElementId,
    /// Where it comes from.
    pub source: At,
    /// Where it leads.
    pub target: At,
    /// Its condition.
    pub condition: Option<Expression>,
}

/// An element of a process.
#[derive(Debug)]
pub struct Element {
    /// Its id.
    pub id: ElementId,
    /// What people call it.
    pub name: String,
    /// The level it lies in.
    pub level: Level,
    /// Flows into it, in the order of the text.
    pub incoming: Vec<Via>,
    /// Flows out of it, in the order of the text.
    pub outgoing: Vec<Via>,
    /// The flow taken where no condition holds.
    pub default: Option<Via>,
    /// What it is.
    pub kind: Kind,
}

/// What an element is.
#[derive(Debug)]
pub enum Kind {
    /// A start event; more than one trigger: any of them, or all where `parallel`.
    Start {
        /// What starts it; none: it starts with its level.
        triggers: Vec<Trigger>,
        /// Whether all must come.
        parallel: bool,
        /// In an event sub-process: whether the rest of the parent ends.
        interrupting: bool,
    },
    /// An intermediate event that waits.
    Catch {
        /// For what.
        triggers: Vec<Trigger>,
        /// Whether all must come.
        parallel: bool,
    },
    /// An event on the border of an activity.
    Boundary {
        /// The activity.
        host: At,
        /// Whether the activity ends.
        interrupting: bool,
        /// What it waits for.
        triggers: Vec<Trigger>,
        /// Whether all must come.
        parallel: bool,
    },
    /// An intermediate or end event: what it throws, in order; nothing for a none event.
    Throw {
        /// What it throws.
        throws: Vec<Throw>,
        /// Whether the token ends here.
        end: bool,
    },
    /// One way.
    Exclusive,
    /// All ways; waits for one token of each.
    Parallel,
    /// All ways whose conditions hold; waits while another token may come.
    Inclusive,
    /// By its own condition.
    Complex {
        /// When it fires.
        activation: Option<Expression>,
    },
    /// By what happens first.
    EventBased {
        /// Whether it starts instances.
        instantiate: bool,
        /// Whether all must come.
        parallel: bool,
    },
    /// Work, of whatever kind.
    Activity(Box<Activity>),
}

/// An activity.
#[derive(Debug)]
pub struct Activity {
    /// What is done.
    pub work: Work,
    /// How often.
    pub repeat: Repeat,
    /// Tokens on one flow that it waits for.
    pub start_quantity: u32,
    /// Tokens that it sends on each flow.
    pub completion_quantity: u32,
    /// Whether it runs only to compensate.
    pub is_handler: bool,
    /// What compensates it, by association of its compensation event.
    pub handler: Option<At>,
    /// The events on its border.
    pub boundary: Vec<At>,
    /// Variables of its own, filled at its beginning: name and expression. Empty: it reads those around it.
    pub inputs: Vec<(String, Expression)>,
    /// What leaves it. None: everything that it gives.
    pub outputs: Option<Vec<(String, Expression)>>,
    /// The step's own clock 环节时限.
    pub clock: Option<ClockOf>,
}

/// What an activity does.
#[derive(Debug)]
pub enum Work {
    /// Nothing that the engine could see: it is done as soon as it begins.
    Pass,
    /// A person does it.
    User(HumanTask),
    /// A worker does it.
    Job {
        /// What kind of worker.
        job_type: String,
    },
    /// A message is sent.
    Send(MessageOf),
    /// A message is waited for.
    Receive {
        /// Which.
        message: MessageOf,
        /// Whether it starts instances.
        instantiate: bool,
    },
    /// An expression is evaluated.
    Script {
        /// The expression.
        script: Expression,
        /// The variable that takes its value.
        result: Option<String>,
    },
    /// A decision is evaluated.
    Decision(DecisionOf),
    /// A process is called.
    Call {
        /// Which.
        process: ElementId,
    },
    /// What lies within is done.
    Sub {
        /// Its inside.
        level: Level,
        /// What kind.
        kind: SubKind,
    },
}

/// Kinds of sub-processes.
#[derive(Debug)]
pub enum SubKind {
    /// A plain one.
    Embedded,
    /// Started by an event.
    Event,
    /// One that can be cancelled as a whole.
    Transaction,
    /// One whose activities start in no fixed order.
    AdHoc {
        /// One at a time.
        sequential: bool,
        /// A person chooses what starts.
        chosen: bool,
        /// When it ends.
        completion: Option<Expression>,
        /// Whether what runs then is ended.
        cancel_remaining: bool,
    },
}

/// A task of people.
#[derive(Debug)]
pub struct HumanTask {
    /// Codes of posts, or an expression that gives them.
    pub candidates: Candidates,
    /// The organ, as an expression.
    pub organ: Option<Expression>,
    /// Tasks that one officer may not do together with this one in one matter 四眼.
    pub separate: Vec<ElementId>,
    /// Tasks that the officer who does this one must have done.
    pub same: Vec<ElementId>,
    /// Steps to which it may be returned 退回.
    pub return_to: Vec<ElementId>,
    /// The form, by its code.
    pub form: Option<String>,
}

/// Who may do a task.
#[derive(Debug)]
pub enum Candidates {
    /// Whoever holds a post with one of these codes.
    Posts(Vec<String>),
    /// What an expression says.
    Expression(Expression),
}

/// A decision as an activity asks for it.
#[derive(Debug)]
pub struct DecisionOf {
    /// The namespace of its model; empty: whichever model has the name.
    pub namespace: String,
    /// The decision's or decision service's name.
    pub name: String,
    /// Which version.
    pub binding: Binding,
    /// The variable that takes its value.
    pub result: Option<String>,
    /// Whether null is an incident.
    pub must_decide: bool,
}

/// Which version of a decision or called process counts. Source: flow.md §11.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    /// The newest.
    Latest,
    /// That number or tag.
    Version(String),
    /// The one deployed together.
    Deployment,
    /// The one in force on the matter's date.
    Valid,
}

/// How often an activity runs.
#[derive(Debug)]
pub enum Repeat {
    /// Once.
    Once,
    /// While a condition holds.
    Loop {
        /// Whether the condition is looked at before each run.
        test_before: bool,
        /// At most so often.
        maximum: Option<u64>,
        /// The condition to go on; none: it always does.
        condition: Option<Expression>,
    },
    /// A number of times.
    Multi(Box<Multi>),
}

/// How often a multi-instance activity runs, and when it is enough.
#[derive(Debug)]
pub struct Multi {
    /// One after the other.
    pub sequential: bool,
    /// The number of runs.
    pub cardinality: Option<Expression>,
    /// The collection with an item for each.
    pub collection: Option<Expression>,
    /// The variable of a run that holds its item.
    pub item: Option<String>,
    /// The collection of results and the variable of a run that holds its own.
    pub result: Option<(String, String)>,
    /// When the rest is ended.
    pub completion: Option<Expression>,
    /// What it throws at each completion, or at the first only.
    pub behaviour: Behaviour,
    /// Whether its rounds are opinions that come to one result 会签.
    pub consent: Option<Consent>,
}

/// How the opinions of several officers come to one result 会签: what each says stays its own. Where the result is no, what the
/// first round says that refuses goes on; else what the last says that agrees, in the order of the rounds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    /// The variable that each says yes or no by, and that says what it came to.
    pub name: String,
    /// How many must say yes; none: somebody must, and nobody may say no.
    pub least: Option<u64>,
}

/// What a multi-instance activity throws. Its throws never interrupt the activity itself.
#[derive(Debug)]
pub enum Behaviour {
    /// Nothing.
    All,
    /// At each completion.
    Each(Vec<Throw>),
    /// At the first.
    First(Vec<Throw>),
    /// Under conditions.
    Conditions(Vec<(Expression, Vec<Throw>)>),
}

/// What an event waits for.
#[derive(Debug)]
pub enum Trigger {
    /// A message.
    Message(Box<MessageOf>),
    /// A signal of that name.
    Signal(String),
    /// A time.
    Timer(TimerOf),
    /// A condition that becomes true.
    Condition(Expression),
    /// An error of that code; none: any.
    Error(Option<String>),
    /// An escalation of that code; none: any.
    Escalation(Option<String>),
    /// Compensation of the sub-process it lies in, or of the activity it is attached to.
    Compensation,
    /// Its transaction was cancelled.
    Cancel,
    /// A jump to this name in the same level.
    Link(String),
}

/// What an event throws.
#[derive(Debug)]
pub enum Throw {
    /// A message.
    Message(Box<MessageOf>),
    /// A signal of that name.
    Signal(String),
    /// An error of that code.
    Error(Option<String>),
    /// An escalation of that code.
    Escalation(Option<String>),
    /// Compensation of one activity, or of the scope.
    Compensation {
        /// Which activity.
        activity: Option<At>,
        /// Whether the thrower waits for it.
        wait: bool,
    },
    /// The transaction is cancelled.
    Cancel,
    /// A jump to this catch event.
    Link(At),
    /// The scope ends at once.
    Terminate,
}

/// A message as an element sends or waits for it.
#[derive(Debug)]
pub struct MessageOf {
    /// By which it is matched.
    pub name: String,
    /// Its key.
    pub key: Option<Expression>,
    /// How long it is kept where nobody waits for it.
    pub keep: Option<Period>,
    /// What it says: name and expression.
    pub values: Vec<(String, Expression)>,
    /// At an event that waits for it: what becomes of what it says. None: each value becomes the variable of its name.
    pub takes: Option<Vec<(String, Expression)>>,
}

/// When a timer fires.
#[derive(Debug)]
pub enum TimerOf {
    /// As the file has it.
    Literal(Cycle),
    /// As an expression says: a date, a date and time, a duration, or text of one of these.
    Expression(Expression),
}

impl Graph {
    /// Pools to which an element's messages go, by the flows between pools; none: nobody says to whom.
    pub fn partners_of<'g>(&'g self, from: &'g ElementId) -> impl Iterator<Item = &'g Partner> {
        self.partners.iter().filter(move |partner| partner.from == *from || partner.from == self.id)
    }

    /// Whether a level is another one, or lies within it.
    pub fn lies_within(&self, level: Level, outer: Level) -> bool {
        let mut at = Some(level);
        while let Some(here) = at {
            if here == outer {
                return true;
            }
            at = self.level(here).owner.map(|owner| self.element(owner).level);
        }
        false
    }

    /// An element by its number.
    pub fn element(&self, at: At) -> &Element {
        &self.elements[at.0]
    }

    /// All elements, on every level.
    pub fn all(&self) -> impl Iterator<Item = At> {
        (0..self.elements.len()).map(At)
    }

    /// A flow by its number.
    pub fn flow(&self, via: Via) -> &Flow {
        &self.flows[via.0]
    }

    /// Elements that a token may enter next from one, within its level: by its flows, a link's target, the events on its border
    /// but for compensation, which takes no token.
    pub(crate) fn next(&self, at: At) -> Vec<At> {
        let element = self.element(at);
        let mut all: Vec<At> = element.outgoing.iter().map(|via| self.flow(*via).target).collect();
        match &element.kind {
            Kind::Activity(activity) => {
                all.extend(activity.boundary.iter().filter(|event| !reach::compensates(self, **event)));
            }
            Kind::Throw { throws, .. } => all.extend(throws.iter().filter_map(|throw| match throw {
                Throw::Link(target) => Some(*target),
                _ => None,
            })),
            _ => {}
        }
        all
    }

    /// A level by its number.
    pub fn level(&self, level: Level) -> &LevelOf {
        &self.levels[level.0]
    }

    /// An element by its id.
    pub fn at(&self, id: &ElementId) -> Option<At> {
        self.by_id.get(id).copied()
    }

    /// A flow by its id.
    pub fn via(&self, id: &ElementId) -> Option<Via> {
        self.flow_by_id.get(id).copied()
    }

    /// The activity that an element is.
    pub fn activity(&self, at: At) -> Option<&Activity> {
        match &self.element(at).kind {
            Kind::Activity(activity) => Some(activity),
            _ => None,
        }
    }

    /// Events by which an instance can be started from outside, with what they wait for: start events of the process, what
    /// follows an event-based gateway that instantiates, receive tasks that do.
    pub fn starters(&self) -> Vec<At> {
        let top = self.level(Level(0));
        let mut all = Vec::new();
        for at in &top.elements {
            let element = self.element(*at);
            match &element.kind {
                Kind::Start { triggers, .. } if !triggers.is_empty() => all.push(*at),
                Kind::EventBased { instantiate: true, .. } => {
                    all.extend(element.outgoing.iter().map(|via| self.flow(*via).target));
                }
                Kind::Activity(activity) if matches!(activity.work, Work::Receive { instantiate: true, .. }) => {
                    all.push(*at);
                }
                _ => {}
            }
        }
        all
    }

    /// The message that a receive task waits for.
    pub fn receives(&self, at: At) -> Option<&MessageOf> {
        match self.activity(at).map(|activity| &activity.work) {
            Some(Work::Receive { message, .. }) => Some(message),
            _ => None,
        }
    }

    /// What an element waits for.
    pub fn triggers(&self, at: At) -> &[Trigger] {
        match &self.element(at).kind {
            Kind::Start { triggers, .. } | Kind::Catch { triggers, .. } | Kind::Boundary { triggers, .. } => triggers,
            _ => &[],
        }
    }
}
