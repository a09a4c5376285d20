//! What an engine demands beyond the standard: expressions that read, work that somebody does, targets that are there.
//!
//! The standard's own rules are [`bpmn::lint`]'s. Source: flow.md §4, "executable" and "soundness".

use bpmn::model::Base;

pub use bpmn::Severity;

/// The rules of this layer. Codes never change; sentence and mend are texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// An expression in another language than FEEL.
    Language,
    /// An expression that does not read, or uses a name that nothing declares.
    Expression,
    /// A script that is not FEEL.
    Script,
    /// A service without a type of worker.
    ServiceType,
    /// A task of people without anybody who could do it.
    Candidates,
    /// A decision task without a decision.
    Decision,
    /// A call activity that calls nothing of the deployment or of what is deployed.
    Call,
    /// An element that the engine does not run.
    Unsupported,
    /// A timer that is no time.
    Timer,
    /// A message, signal or link event without a name to match by.
    Name,
    /// An element that nothing leads to.
    Unreachable,
    /// A way round without anything that waits: it would run for ever.
    EndlessCycle,
    /// A number that is none, or that no run could have.
    Number,
    /// A task that names another one that is not there.
    Reference,
    /// A decision that no file of the deployment has.
    UnknownDecision,
    /// A clock that does not read, or stands where it would measure nothing.
    Clock,
    /// A promised limit that is longer than the law's.
    PromiseBeyondLaw,
    /// Steps that may take longer together than the matter.
    StepsBeyondMatter,
    /// A limit that gives no time.
    NoTime,
    /// A clock that is to stand still for what its law does not stop it for.
    UnlawfulStop,
    /// What is to deal with something that it cannot deal with.
    On,
    /// A task that is to be returned to what cannot be begun again from there.
    Return,
    /// A process that another file of the deployment has as well.
    SameProcess,
    /// An element from which no way leads to an end.
    NoEnd,
    /// A join that waits for tokens that nothing can bring.
    Deadlock,
    /// Several tokens by one flow, so that what follows is done several times.
    SeveralTokens,
    /// A task that is returned to where nothing leads back to it, or to where a join then waits in vain.
    ReturnOutside,
    /// A mapping of values where none come or go.
    Mapping,
    /// A form that several fill one over the other, so that each overwrites what the one before said.
    Overwritten,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 29] = [
        Rule::Language,
        Rule::Expression,
        Rule::Script,
        Rule::ServiceType,
        Rule::Candidates,
        Rule::Decision,
        Rule::Call,
        Rule::Unsupported,
        Rule::Timer,
        Rule::Name,
        Rule::Unreachable,
        Rule::EndlessCycle,
        Rule::Number,
        Rule::Reference,
        Rule::UnknownDecision,
        Rule::Clock,
        Rule::PromiseBeyondLaw,
        Rule::StepsBeyondMatter,
        Rule::NoTime,
        Rule::UnlawfulStop,
        Rule::On,
        Rule::Return,
        Rule::SameProcess,
        Rule::NoEnd,
        Rule::Deadlock,
        Rule::SeveralTokens,
        Rule::ReturnOutside,
        Rule::Mapping,
        Rule::Overwritten,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Rule::Language => "FLOW01",
            Rule::Expression => "FLOW02",
            Rule::Script => "FLOW03",
            Rule::ServiceType => "FLOW04",
            Rule::Candidates => "FLOW05",
            Rule::Decision => "FLOW06",
            Rule::Call => "FLOW07",
            Rule::Unsupported => "FLOW08",
            Rule::Timer => "FLOW09",
            Rule::Name => "FLOW10",
            Rule::Unreachable => "FLOW11",
            Rule::EndlessCycle => "FLOW12",
            Rule::Number => "FLOW13",
            Rule::Reference => "FLOW14",
            Rule::UnknownDecision => "FLOW15",
            Rule::Clock => "FLOW16",
            Rule::PromiseBeyondLaw => "FLOW17",
            Rule::StepsBeyondMatter => "FLOW18",
            Rule::NoTime => "FLOW19",
            Rule::UnlawfulStop => "FLOW20",
            Rule::On => "FLOW21",
            Rule::Return => "FLOW22",
            Rule::SameProcess => "FLOW23",
            Rule::NoEnd => "FLOW24",
            Rule::Deadlock => "FLOW25",
            Rule::SeveralTokens => "FLOW26",
            Rule::ReturnOutside => "FLOW27",
            Rule::Mapping => "FLOW28",
            Rule::Overwritten => "FLOW29",
        }
    }

    /// Whether a model that breaks it is deployed.
    pub fn severity(self) -> Severity {
        match self {
            Rule::Unreachable | Rule::UnknownDecision | Rule::StepsBeyondMatter => Severity::Warning,
            Rule::NoEnd | Rule::Deadlock | Rule::SeveralTokens | Rule::ReturnOutside => Severity::Warning,
            Rule::Overwritten | Rule::Mapping => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// Something in a model that stands in the way of running it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Line in the file, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The element.
    pub element: Option<String>,
    /// What it is about: the expression, the name.
    pub about: String,
    /// Why, as a code that the sentence chooses its words by; or what else it names.
    pub why: String,
    /// The name that an expression must not use, where one is at fault; or a way through the process in words.
    pub what: String,
    /// The elements of a way that shows it, in order.
    pub path: Vec<String>,
}

impl Finding {
    pub(crate) fn at(rule: Rule, base: &Base, about: impl Into<String>, why: impl Into<String>) -> Finding {
        let (about, why) = (about.into(), why.into());
        Finding {
            rule,
            line: base.line,
            column: base.column,
            element: base.id.clone(),
            about,
            why,
            what: String::new(),
            path: Vec::new(),
        }
    }

    /// Whether it keeps the model from being deployed.
    pub fn is_error(&self) -> bool {
        self.rule.severity() == Severity::Error
    }
}
