//! What is wrong with a configuration: where, and how to mend it, in both languages. A value that may be secret is in none.

use crate::say::both;

/// Where a value stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Place {
    /// Line and column of the file, both from 1.
    File(usize, usize),
    /// A variable of the environment.
    Variable(String),
}

/// One fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) place: Place,
    /// The key, as people say it: `serve.listen`.
    pub(crate) key: String,
    /// What is wrong and what to write instead.
    pub(crate) zh: String,
    /// The same in English.
    pub(crate) en: String,
}

impl Fault {
    pub(crate) fn new(place: Place, key: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault { place, key: key.into(), zh: zh.into(), en: en.into() }
    }

    /// One line for the terminal; `file` is the file's path.
    pub(crate) fn say(&self, file: &str) -> String {
        let at = match &self.place {
            Place::File(line, column) => format!("{file}:{line}:{column}"),
            Place::Variable(name) => name.clone(),
        };
        let key = if self.key.is_empty() { String::new() } else { format!(" {}", self.key) };
        format!("{at}{key}: {}", both(&self.zh, &self.en))
    }
}
