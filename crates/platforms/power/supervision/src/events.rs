//! What can have happened to a warning. Variants are only added: the ledger will be read long after this code is gone.

use kernel::{Class, Erasable, OfficerId, OrganId, Secrecy};
use serde::{Deserialize, Serialize};
use store::{TOMBSTONE, Tombstone};
use supervise::{Finding, Light};

use crate::types::{Outcome, Running, Verdict};

/// One event; each is the body of an act of the kind [`WarningEvent::kind`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WarningEvent {
    /// A rule found something; the warning is dispatched to the unit responsible in the same act.
    Raised {
        /// Gap-free within the node.
        number: u64,
        /// What was found.
        finding: Finding,
        /// The supervisory unit responsible.
        unit: OrganId,
        /// Until when somebody is to take it.
        clock: Running,
    },
    /// A later run found more about the same subject; earlier verdicts no longer stand for the new whole.
    ReasonsAdded {
        /// All reasons, old and new.
        finding: Finding,
    },
    /// An inspector took it, or was given it.
    Assigned {
        /// Who.
        inspector: OfficerId,
        /// Until when it is to be concluded.
        clock: Running,
    },
    /// The organ was asked to explain.
    Asked {
        /// What it is asked.
        question: Erasable<String>,
        /// Until when it is to answer.
        clock: Running,
    },
    /// The organ explained.
    Explained {
        /// Its words, shown beside the reasons for ever.
        explanation: Erasable<String>,
        /// The inspector's clock again.
        clock: Running,
    },
    /// The inspector concluded, reason by reason.
    Concluded {
        /// One verdict per reason, in their order.
        verdicts: Vec<Verdict>,
        /// Grounds.
        grounds: Erasable<String>,
        /// How it ended, if nothing was confirmed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closed: Option<Outcome>,
        /// Until when the organ is to correct, if something was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<Running>,
        /// Who concluded, where that was not the inspector but somebody in the inspector's stead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<OfficerId>,
    },
    /// The organ says what it corrected.
    Corrected {
        /// What was done.
        measures: Erasable<String>,
        /// Until when the inspector is to look.
        clock: Running,
    },
    /// A correction was hollow and goes back.
    Returned {
        /// What is missing.
        why: Erasable<String>,
        /// The organ's new limit.
        clock: Running,
    },
    /// The correction was accepted.
    Accepted {
        /// What convinced.
        note: Erasable<String>,
    },
    /// The organ contests the conclusion.
    Appealed {
        /// Why.
        grounds: Erasable<String>,
        /// Until when it is to be decided.
        clock: Running,
    },
    /// Somebody other than the inspector decided the appeal.
    AppealDecided {
        /// Whether the organ is right.
        upheld: bool,
        /// Why.
        grounds: Erasable<String>,
        /// The organ's limit to correct, if it is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<Running>,
    },
    /// Its clock ran out: the superior unit has it now.
    PassedUp {
        /// The unit that now holds it; the same one at the top of the tree.
        unit: OrganId,
        /// The light, one grade graver.
        light: Light,
        /// The stage whose clock ran out.
        stage: String,
        /// The new clock.
        clock: Running,
    },
    /// Its clock ran out where nobody is above: it stays, red, and the head of the unit answers for it.
    OverdueAtTop {
        /// The light it has now.
        light: Light,
        /// The stage whose clock ran out.
        stage: String,
    },
    /// An officer keeps out of it from now on 回避, by their own word or by their chief's.
    Recused {
        /// Who.
        officer: OfficerId,
        /// Why.
        reason: Erasable<String>,
    },
    /// The chief lifted a recusal.
    RecusalLifted {
        /// Whose.
        officer: OfficerId,
        /// Why.
        grounds: Erasable<String>,
    },
    /// Another inspector has it from now on, at the stage where it stands: the one before keeps out of it.
    HandedOver {
        /// Who.
        inspector: OfficerId,
    },
    /// The chief said how secret it is, and who may know of it 定密.
    Classified {
        /// How secret.
        class: Class,
        /// Who may know of it, beside whoever heads the unit that holds it; none: everybody within reach.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        named: Option<Vec<OfficerId>>,
        /// Why.
        grounds: Erasable<String>,
    },
    /// What it quotes from was classified anew; a system's act.
    SourceClassified {
        /// How secret that is now: the warning is never more open.
        source: Secrecy,
        /// How secret the warning is with it.
        to: Secrecy,
    },
    /// What officers wrote in an earlier act was erased by law.
    Erased(Tombstone),
}

/// The fields of acts that hold what somebody wrote in their own words, and may be erased by law.
pub(crate) const WORDS: &[&str] = &["question", "explanation", "grounds", "measures", "why", "note", "reason"];

impl WarningEvent {
    /// How secret the warning is by an act that classifies it.
    pub(crate) fn classifies(&self) -> Option<Secrecy> {
        match self {
            WarningEvent::Classified { class, named, .. } => {
                Some(Secrecy { class: *class, named: named.as_ref().map(|named| named.iter().copied().collect()) })
            }
            WarningEvent::SourceClassified { to, .. } => Some(to.clone()),
            _ => None,
        }
    }

    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            WarningEvent::Raised { .. } => "supervision.warning_raised@1.0",
            WarningEvent::ReasonsAdded { .. } => "supervision.reasons_added@1.0",
            WarningEvent::Assigned { .. } => "supervision.assigned@1.0",
            WarningEvent::Asked { .. } => "supervision.asked@1.0",
            WarningEvent::Explained { .. } => "supervision.explained@1.0",
            WarningEvent::Concluded { .. } => "supervision.concluded@1.0",
            WarningEvent::Corrected { .. } => "supervision.corrected@1.0",
            WarningEvent::Returned { .. } => "supervision.returned@1.0",
            WarningEvent::Accepted { .. } => "supervision.accepted@1.0",
            WarningEvent::Appealed { .. } => "supervision.appealed@1.0",
            WarningEvent::AppealDecided { .. } => "supervision.appeal_decided@1.0",
            WarningEvent::PassedUp { .. } => "supervision.passed_up@1.0",
            WarningEvent::OverdueAtTop { .. } => "supervision.overdue_at_top@1.0",
            WarningEvent::Recused { .. } => "supervision.recused@1.0",
            WarningEvent::RecusalLifted { .. } => "supervision.recusal_lifted@1.0",
            WarningEvent::HandedOver { .. } => "supervision.handed_over@1.0",
            WarningEvent::Classified { .. } => "supervision.classified@1.0",
            WarningEvent::SourceClassified { .. } => "supervision.source_classified@1.0",
            WarningEvent::Erased(_) => TOMBSTONE,
        }
    }
}
