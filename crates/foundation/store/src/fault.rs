//! What can go wrong: faults of the store, and the few expected refusals of `record`.

/// Something unexpected in the store. Logged once where it becomes a page; never shown to a person.
#[derive(Debug, thiserror::Error)]
pub enum StoreFault {
    /// A statement failed.
    #[error("store: {doing}")]
    Sql {
        /// What was attempted.
        doing: String,
        /// The driver's error.
        #[source]
        cause: sqlx::Error,
    },
    /// A file of the node failed.
    #[error("store: {doing}")]
    File {
        /// What was attempted, with the path.
        doing: String,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// A stored thing makes no sense: table, column and key are in the text.
    #[error("store: {0}")]
    Nonsense(String),
    /// The data folder was written by a newer version.
    #[error("this node was written by a newer version of qingyuan (migration {found} is unknown here)")]
    Newer {
        /// The migration this binary does not know.
        found: String,
    },
    /// The writer has stopped: the process is shutting down or has met a fault it cannot pass.
    #[error("store: the writer has stopped")]
    Stopped,
}

impl StoreFault {
    pub(crate) fn sql(doing: impl Into<String>) -> impl FnOnce(sqlx::Error) -> StoreFault {
        let doing = doing.into();
        move |cause| StoreFault::Sql { doing, cause }
    }

    pub(crate) fn file(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> StoreFault {
        let doing = doing.into();
        move |cause| StoreFault::File { doing, cause }
    }

    pub(crate) fn column(at: usize, cause: sqlx::Error) -> StoreFault {
        StoreFault::Sql { doing: format!("read column {at}"), cause }
    }

    /// Whether the cause is a lock held by another process for too long.
    pub fn is_busy(&self) -> bool {
        match self {
            StoreFault::Sql { cause: sqlx::Error::Database(error), .. } => {
                error.code().is_some_and(|code| matches!(&*code, "5" | "517" | "40001" | "40P01" | "55P03"))
            }
            _ => false,
        }
    }
}

/// Why an act was not recorded. All but `Fault` are expected answers that concern this act alone, not its group.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The matter has moved on since it was loaded.
    #[error("the matter has changed meanwhile: expected version {expected}, found {found}")]
    Conflict {
        /// The head that moved.
        matter: u128,
        /// The version the act meant to follow.
        expected: u64,
        /// The version that stands.
        found: u64,
    },
    /// A claim on (space, key) belongs to another matter.
    #[error("already taken: {key} in {space}")]
    Taken {
        /// The space of the claim.
        space: String,
        /// What is taken.
        key: String,
        /// The matter that holds it.
        holder: u128,
    },
    /// The command id was used before for something else.
    #[error("this command was used before for something else")]
    CommandReused,
    /// The act breaks the contract of the ledger: a bug of the caller.
    #[error("the act cannot be recorded: {0}")]
    Malformed(String),
    /// The store failed; whether anything was written is told by a retry with the same command.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl RecordError {
    /// The stable code that translations and clients rely on.
    pub fn code(&self) -> &'static str {
        match self {
            RecordError::Conflict { .. } => "record.conflict",
            RecordError::Taken { .. } => "record.taken",
            RecordError::CommandReused => "record.command_reused",
            RecordError::Malformed(_) => "record.malformed",
            RecordError::Fault(_) => "record.fault",
        }
    }
}

/// An error and its causes on one line: for a log, or a terminal.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
