//! What can have happened to the register. Variants are only added.

use kernel::dated::Succession;
use kernel::officer::{Appointment, Mandate, Officer, Post};
use kernel::organ::Organ;
use kernel::{OfficerId, OrganId, Text};
use serde::{Deserialize, Serialize};

/// The birth of a node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Founded {
    /// Name of the jurisdiction.
    pub name: Text,
    /// Domain of the installation: the first part of the log's origin, fixed for ever.
    pub domain: String,
    /// Whether everything in it is synthetic; labelled so on every page.
    pub synthetic: bool,
    /// The unit that supervises where nobody nearer does.
    pub supervisor: Option<OrganId>,
}

/// One event of the register; each is the body of an act. Long lists are several acts: a body has 4,095 fields at most.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RegisterEvent {
    /// The node is founded; opens the register.
    Founded(Founded),
    /// Organs, or further periods of organs.
    OrgansEntered {
        /// The rows.
        organs: Vec<Organ>,
    },
    /// Organs that follow others: mergers, splits, renames.
    SuccessionsEntered {
        /// Running number of the first row within the register.
        first: i64,
        /// The rows.
        successions: Vec<Succession<OrganId>>,
    },
    /// Posts.
    PostsEntered {
        /// The rows.
        posts: Vec<Post>,
    },
    /// Officers.
    OfficersEntered {
        /// The rows.
        officers: Vec<Officer>,
    },
    /// Appointments, or the ends of appointments.
    Appointed {
        /// The rows; one with an end replaces the one without.
        appointments: Vec<Appointment>,
    },
    /// Officers act for others 请假代理、委托, or no longer from a day on.
    Mandated {
        /// The rows; of two of the same mandate the later one counts.
        mandates: Vec<Mandate>,
    },
    /// An officer was given a means of signing in. Its secret is in no act.
    CredentialGranted {
        /// Who.
        officer: OfficerId,
        /// `password`, `one-time code`, `totp`, `recovery codes` or `passkey`.
        means: String,
    },
    /// A means of signing in was taken away.
    CredentialRevoked {
        /// Whose.
        officer: OfficerId,
        /// Which.
        means: String,
    },
    /// An officer was tied to an identity at another system 绑定统一身份: from then on a sign-in there is theirs.
    IdentityBound {
        /// Whose.
        officer: OfficerId,
        /// The other system's issuer identifier.
        issuer: String,
        /// A digest of the person's name there, under the node's own key: it names the identity and tells nobody who it is.
        identity: String,
    },
    /// The tie was undone.
    IdentityUnbound {
        /// Whose.
        officer: OfficerId,
        /// The other system's issuer identifier.
        issuer: String,
        /// The same digest.
        identity: String,
    },
    /// An administrator ended sessions of an officer.
    SessionsEnded {
        /// Whose.
        officer: OfficerId,
        /// How many.
        sessions: u64,
    },
}

impl RegisterEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            RegisterEvent::Founded(_) => "directory.founded@1.0",
            RegisterEvent::OrgansEntered { .. } => "directory.organs_entered@1.0",
            RegisterEvent::SuccessionsEntered { .. } => "directory.successions_entered@1.0",
            RegisterEvent::PostsEntered { .. } => "directory.posts_entered@1.0",
            RegisterEvent::OfficersEntered { .. } => "directory.officers_entered@1.0",
            RegisterEvent::Appointed { .. } => "directory.appointed@1.0",
            RegisterEvent::Mandated { .. } => "directory.mandated@1.0",
            RegisterEvent::CredentialGranted { .. } => "directory.credential_granted@1.0",
            RegisterEvent::CredentialRevoked { .. } => "directory.credential_revoked@1.0",
            RegisterEvent::IdentityBound { .. } => "directory.identity_bound@1.0",
            RegisterEvent::IdentityUnbound { .. } => "directory.identity_unbound@1.0",
            RegisterEvent::SessionsEnded { .. } => "directory.sessions_ended@1.0",
        }
    }
}
