//! The policy files: read, checked against the schema, and asked.

mod duty;
mod evaluate;
mod load;

pub use duty::Duty;
pub(crate) use evaluate::Answer;
pub use load::PolicyFault;

use std::collections::HashMap;

use cedar_policy::{Authorizer, EntityUid, PolicySet, Schema};
use kernel::Text;

/// How far a permit reaches, as its `@scope` says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reach {
    /// The post's organ and those below it.
    Organ,
    /// The post's division and those below it.
    Division,
    /// The whole node.
    Node,
}

/// One permission that the schema knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PermissionTitle {
    /// Its code, such as `queue.read`.
    pub code: String,
    /// Its name for people, a verb phrase.
    pub title: Text,
}

/// All policies of a node, checked.
pub struct Policies {
    schema: Schema,
    set: PolicySet,
    authorizer: Authorizer,
    actions: Vec<EntityUid>,
    permissions: Vec<PermissionTitle>,
    duties: Vec<Duty>,
    reaches: HashMap<String, Reach>,
    reasons: HashMap<String, Text>,
}

impl Policies {
    /// All permissions, by code.
    pub fn permissions(&self) -> &[PermissionTitle] {
        &self.permissions
    }

    /// All duties, in the order of their file.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// Whether any of these duties asks for a second factor at sign-in.
    pub fn asks_second_factor(&self, held: &std::collections::BTreeSet<String>) -> bool {
        self.duties.iter().any(|duty| duty.second_factor && held.contains(&duty.code))
    }

    /// The place of a permission in [`permissions`](Self::permissions).
    pub(crate) fn index(&self, code: &str) -> Option<usize> {
        self.permissions.binary_search_by(|permission| permission.code.as_str().cmp(code)).ok()
    }

    /// The reason that a forbidding policy gives.
    pub(crate) fn reason(&self, rule: &str) -> Text {
        self.reasons.get(rule).cloned().unwrap_or_default()
    }
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policies")
            .field("policies", &self.set.num_of_policies())
            .field("permissions", &self.permissions.len())
            .field("duties", &self.duties.len())
            .finish_non_exhaustive()
    }
}
