//! What was planned.

use super::lenient::{Text, record};
use super::shared::{Document, Milestone, Value};

record! {
    /// The plan behind a process.
    pub struct Planning {
        /// Why it is needed.
        rationale: Option<Text<'a>> = "rationale",
        /// What pays for it.
        budget: Option<Budget<'a>> = "budget",
        /// Plans and studies.
        documents: Vec<Document<'a>> = "documents",
        /// Planned events.
        milestones: Vec<Milestone<'a>> = "milestones",
    }
}

record! {
    /// The budget line that pays.
    pub struct Budget {
        /// Identifies the line.
        id: Option<Text<'a>> = "id",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Sum reserved.
        amount: Option<Value<'a>> = "amount",
        /// Name of the project.
        project: Option<Text<'a>> = "project",
        /// Number of the project.
        project_id: Option<Text<'a>> = "projectID",
    }
}
