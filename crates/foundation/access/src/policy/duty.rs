//! Duties 职责: named bundles of permissions that a post is charged with.

use kernel::Text;
use serde::Deserialize;

/// One duty, as `duties.toml` names it; what it allows stands in the policies.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its code, such as `inspector`. Never changes: posts and policies name it.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Who grants it.
    pub granted_by: Text,
    /// Whether whoever holds it shows a second factor at sign-in.
    #[serde(default)]
    pub second_factor: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyFile {
    pub(super) duty: Vec<Duty>,
}
