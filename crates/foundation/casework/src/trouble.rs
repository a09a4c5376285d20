//! What goes wrong on the way to a case: of which kind it is, and what of the case it is about.
//! Source: flow.md §9.

use flow::Command;
use flow::command::About;
use flow::state::IncidentKind;

use crate::desk::{CaseError, Refusal};

/// Characters of what is said of a refusal.
const MOST_DETAIL: usize = 500;

/// The kind of incident that a refusal is, and more about it.
///
/// - `else_of`: of what has no kind of its own.
pub(crate) fn of(error: &CaseError, else_of: IncidentKind) -> (IncidentKind, String) {
    use flow::Refusal::{Clock, NoProcess, NoStart, Unarmed};
    let kind = match error {
        CaseError::Refused(Refusal::Engine(Unarmed(_) | Clock(_))) => IncidentKind::ClockUnarmed,
        CaseError::Refused(
            Refusal::Engine(NoProcess(_) | NoStart) | Refusal::NotInForce(_) | Refusal::NoVersion(_),
        ) => IncidentKind::MissingDefinition,
        CaseError::Refused(Refusal::NoOrgan(_)) => IncidentKind::NoCandidate,
        CaseError::Refused(Refusal::TooLarge) => IncidentKind::Runaway,
        _ => else_of,
    };
    (kind, error.to_string().chars().take(MOST_DETAIL).collect())
}

/// What of a case a command from outside is about.
pub(crate) fn about(command: &Command) -> About {
    match command {
        Command::Deliver { wait, .. } | Command::TimerDue { wait } => About::Wait(*wait),
        Command::ChildEnded { call, .. } | Command::ChildEscalated { call, .. } => About::Call(*call),
        _ => About::Element(None),
    }
}

/// Whether a refusal says that what was to be done is there no more.
pub(crate) fn is_gone(error: &CaseError) -> bool {
    use flow::Refusal::{Gone, NotActive, Started};
    match error {
        CaseError::NoCase => true,
        CaseError::Refused(Refusal::Engine(refusal)) => matches!(refusal, Gone { .. } | NotActive | Started),
        _ => false,
    }
}
