//! Why a case is not carried on: the rules say no, or nothing was recorded.

use kernel::Day;
use kernel::refusal::{Param, Refuse};
use kernel::secrecy::NotClassified;
use store::{RecordError, StoreFault};

use super::MOST_TEXT;

/// An expected "no", beside those of the engine.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The engine's.
    #[error(transparent)]
    Engine(#[from] flow::Refusal),
    /// No version of the process is in force.
    #[error("no version of {0} is in force")]
    NotInForce(String),
    /// No title, or too many words.
    #[error("the title is missing, or longer than {} characters", MOST_TEXT.0)]
    Title,
    /// No reason, or too many words.
    #[error("the reason is missing, or longer than {} characters", MOST_TEXT.1)]
    Words,
    /// What came of it is too much to be recorded.
    #[error("what came of it is too large to be recorded")]
    TooLarge,
    /// The next task is offered in an organ that is not there.
    #[error("the process offers its next task in {0}, which is no organ of the register")]
    NoOrgan(String),
    /// No number of days, or too many.
    #[error("the days are missing, or too many")]
    Days,
    /// The task is offered to other posts.
    #[error("the task is offered to other posts")]
    NotOffered,
    /// The model has no version of the process that the case follows.
    #[error("the model has no version of {0}")]
    NoVersion(String),
    /// The case follows that version already.
    #[error("the case follows that version already")]
    SameVersion,
    /// The version is not in force yet.
    #[error("the version is not in force before {0}")]
    NotYet(Day),
    /// Something happened since the case was moved: its acts by their places in the log, and the elements.
    #[error("the acts {acts} were done since, at {elements}")]
    Since {
        /// Places in the log.
        acts: String,
        /// Elements.
        elements: String,
    },
    /// The two cases cannot be handled together.
    #[error("the two cases cannot be handled together")]
    NotTogether,
    /// The wrong hand: whoever proposed it, or keeps out of the case.
    #[error(transparent)]
    Separate(access::separation::Separation),
    /// The officer keeps out of it already.
    #[error("the officer keeps out of the case already")]
    RecusedAlready,
    /// The officer does not keep out of it.
    #[error("the officer does not keep out of the case")]
    NotRecused,
    /// It cannot be classified so.
    #[error(transparent)]
    Class(NotClassified),
    /// Of several tasks none was chosen.
    #[error("no task was chosen")]
    NothingChosen,
    /// A message of that id came before, and said something else.
    #[error("a message of this id came before, and said something else")]
    OtherMessage,
    /// The job was done before, with another result.
    #[error("the job was done before, with another result")]
    OtherResult,
    /// Its process exercises a power that the inventory does not give to the organ.
    #[error("no item of the inventory gives {0} to the organ")]
    NotInInventory(String),
    /// Several items give it to the organ, and none was chosen.
    #[error("several items of the inventory fit, and none was chosen")]
    WhichPower,
    /// What was typed is no value of that variable.
    #[error("{0} takes no such value")]
    Value(String),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Engine(refusal) => refusal.code(),
            Refusal::NotInForce(_) => "case.not_in_force",
            Refusal::Title => "case.title",
            Refusal::Words => "case.words",
            Refusal::TooLarge => "case.too_large",
            Refusal::NoOrgan(_) => "case.no_organ",
            Refusal::Days => "case.days",
            Refusal::NotOffered => "case.not_offered",
            Refusal::NoVersion(_) => "case.no_version",
            Refusal::SameVersion => "case.same_version",
            Refusal::NotYet(_) => "case.not_yet",
            Refusal::Since { .. } => "case.since",
            Refusal::NotTogether => "case.not_together",
            Refusal::Separate(separation) => separation.code(),
            Refusal::RecusedAlready => "case.recused_already",
            Refusal::NotRecused => "case.not_recused",
            Refusal::Class(NotClassified::NoSuchClass) => "case.no_such_class",
            Refusal::Class(NotClassified::NothingChanges) => "case.same_class",
            Refusal::NothingChosen => "case.nothing_chosen",
            Refusal::OtherMessage => "message.other_content",
            Refusal::OtherResult => "job.other_result",
            Refusal::NotInInventory(_) => "case.not_in_inventory",
            Refusal::WhichPower => "case.which_power",
            Refusal::Value(_) => "case.value",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::Engine(refusal) => refusal.params(),
            Refusal::NotInForce(process) | Refusal::NotInInventory(process) => {
                vec![("process", process.as_str().into())]
            }
            Refusal::NoVersion(process) => vec![("process", process.as_str().into())],
            Refusal::NotYet(day) => vec![("day", Param::Day(*day))],
            Refusal::Since { acts, elements } => {
                vec![("acts", acts.as_str().into()), ("elements", elements.as_str().into())]
            }
            Refusal::Value(name) => vec![("name", name.as_str().into())],
            Refusal::NoOrgan(organ) => vec![("organ", organ.as_str().into())],
            _ => Vec::new(),
        }
    }
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// There is no such case.
    #[error("there is no such case")]
    NoCase,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The act was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl CaseError {
    /// Whether somebody acted on the case meanwhile: looked at anew, it may be done.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, CaseError::Record(RecordError::Conflict { .. }))
    }
}

impl From<flow::Refusal> for CaseError {
    fn from(refusal: flow::Refusal) -> CaseError {
        CaseError::Refused(refusal.into())
    }
}
