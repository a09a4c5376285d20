//! Pure: what an applicant sees of a case: where it stands, what is asked of them and until when, what it came to. Of the steps
//! inside the organ, who does them and what they say to one another, nothing.

use casework::case::Case;
use flow::state::{Ending, Number, Status, What};
use kernel::calendar::WorkingCalendar;
use kernel::clock::Deadline;
use kernel::{Day, Erasable, Instant};

/// The message by which an applicant brings what was missing; every other one is somebody else's to send: a payment, the other
/// side's answer.
const OWN: &str = "materials";

/// Where a case stands, as an applicant sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// 已收件: nothing was done yet.
    Received,
    /// 办理中.
    Working,
    /// 等您补正.
    YourTurn,
    /// 已中止.
    Stopped,
    /// 已办结.
    Ended,
    /// 已撤回.
    Withdrawn,
}

impl Stage {
    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Received => "received",
            Stage::Working => "working",
            Stage::YourTurn => "your_turn",
            Stage::Stopped => "stopped",
            Stage::Ended => "ended",
            Stage::Withdrawn => "withdrawn",
        }
    }

    /// Whether it goes on.
    pub fn goes_on(self) -> bool {
        !matches!(self, Stage::Ended | Stage::Withdrawn)
    }
}

/// What is asked of an applicant.
#[derive(Clone, PartialEq, Debug)]
pub enum Ask {
    /// A notice to complete the papers 补正.
    Supplement {
        /// Its number in the case.
        number: Number,
        /// What is missing.
        items: Erasable<String>,
        /// The number of the written notice.
        notice: String,
        /// The first moment at which an answer is too late.
        until: Instant,
    },
    /// The process waits for what was missing.
    Message {
        /// Its number in the case.
        number: Number,
        /// The element that waits.
        element: String,
    },
}

impl Ask {
    /// Its number in the case.
    pub fn number(&self) -> Number {
        match self {
            Ask::Supplement { number, .. } | Ask::Message { number, .. } => *number,
        }
    }
}

/// How a case stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Progress {
    /// Where.
    pub stage: Stage,
    /// What is asked of the applicant.
    pub asks: Vec<Ask>,
    /// The last day of the promised limit, else of the law's; none where it has none, stands still, or is over.
    pub due: Option<Day>,
}

/// How a case stands, as its applicant sees it.
pub fn progress(case: &Case, calendar: &WorkingCalendar) -> Progress {
    let state = &case.state;
    let mut asks: Vec<Ask> = state
        .supplements
        .iter()
        .map(|(number, notice)| Ask::Supplement {
            number: *number,
            items: notice.items.clone(),
            notice: notice.notice.clone(),
            until: notice.until,
        })
        .collect();
    asks.extend(state.waits.iter().filter_map(|(number, wait)| match &wait.what {
        What::Message { name, .. } if name == OWN => {
            Some(Ask::Message { number: *number, element: wait.element.to_string() })
        }
        _ => None,
    }));
    let stage = match &state.status {
        Status::Ended(Ending::Withdrawn) => Stage::Withdrawn,
        Status::Ended(_) => Stage::Ended,
        Status::Suspended => Stage::Stopped,
        _ if !asks.is_empty() => Stage::YourTurn,
        _ if untouched(case) => Stage::Received,
        _ => Stage::Working,
    };
    let due = if stage.goes_on() { due(case, calendar) } else { None };
    Progress { stage, asks: if stage.goes_on() { asks } else { Vec::new() }, due }
}

/// Whether nobody did anything of it yet: all its tasks are on offer still, and none was done.
fn untouched(case: &Case) -> bool {
    let state = &case.state;
    state.hands.is_empty() && state.tasks.values().all(|task| task.holder.is_none())
}

/// The last day of the nearest limit of the whole case.
fn due(case: &Case, calendar: &WorkingCalendar) -> Option<Day> {
    let clock = case.state.clocks.values().find(|clock| clock.element.is_none())?;
    let due = clock.of.due(calendar).ok()?;
    let day = |deadline: Deadline| match deadline {
        Deadline::At { last_day, .. } => Some(last_day),
        Deadline::Waiting { .. } => None,
    };
    match due.promised {
        Some(promised) => day(promised),
        None => day(due.statutory),
    }
}
