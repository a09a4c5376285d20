//! What is told on standard error beside the result.

use std::io::Write;

/// How much a message matters; a log shows those up to its own level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Shown always.
    Warn,
    /// From `-vv`.
    Info,
    /// From `-vvv`.
    Debug,
    /// From `-vvvv`.
    Trace,
}

impl Level {
    /// The level that `-v` given `count` times asks for.
    pub fn asked(count: usize) -> Self {
        match count {
            0 | 1 => Self::Warn,
            2 => Self::Info,
            3 => Self::Debug,
            _ => Self::Trace,
        }
    }

    /// Five letters, so that messages stand in one column.
    fn name(self) -> &'static str {
        match self {
            Self::Warn => "WARN ",
            Self::Info => "INFO ",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
        }
    }
}

/// Where messages go, and which of them.
pub struct Log<'a> {
    out: Option<&'a mut dyn Write>,
    level: Level,
}

impl<'a> Log<'a> {
    /// Messages up to `level` go to `out`.
    pub fn new(out: &'a mut dyn Write, level: Level) -> Self {
        Self { out: Some(out), level }
    }

    /// Messages go nowhere.
    pub fn silent() -> Log<'static> {
        Log { out: None, level: Level::Warn }
    }

    /// The most detailed level worth making messages for; `None` when nobody listens.
    pub fn level(&self) -> Option<Level> {
        self.out.as_ref().map(|_| self.level)
    }

    /// Tells one message, if it is of interest. A standard error that is gone is no reason to stop the work.
    pub fn tell(&mut self, level: Level, message: &str) {
        if let Some(out) = self.out.as_mut().filter(|_| level <= self.level) {
            drop(writeln!(out, " {} ocdscardinal > {message}", level.name()));
        }
    }

    /// Tells the notes of a piece.
    pub(crate) fn tell_all(&mut self, notes: Notes) {
        for note in notes.list {
            self.tell(note.level, &note.message);
        }
    }

    /// Tells that reading stopped at a line.
    pub(crate) fn tell_failure(&mut self, failure: Option<(u64, std::io::Error)>) {
        if let Some((line, error)) = failure {
            self.tell(Level::Warn, &io_message(line, &error));
        }
    }
}

fn io_message(line: u64, error: &dyn std::fmt::Display) -> String {
    format!("Line {line} caused an I/O error, skipping. [{error}]")
}

/// Messages of one piece of a file, to be told once those of the pieces before it are.
pub(crate) struct Notes {
    level: Option<Level>,
    list: Vec<Note>,
}

struct Note {
    line: u64,
    level: Level,
    message: String,
}

impl Notes {
    /// Keeps what a log of this level would show.
    pub fn new(level: Option<Level>) -> Self {
        Self { level, list: Vec::new() }
    }

    /// Notes a message, made only if somebody will read it.
    pub fn note(&mut self, line: u64, level: Level, message: impl FnOnce() -> String) {
        if self.level.is_some_and(|most| level <= most) {
            self.list.push(Note { line, level, message: message() });
        }
    }

    /// Notes that lines are not text, as reading them as strings would have found.
    pub fn not_utf8(&mut self, lines: &[u64]) {
        for &line in lines {
            self.note(line, Level::Warn, || io_message(line, &"stream did not contain valid UTF-8"));
        }
        // They were found before the other lines were looked at.
        self.list.sort_by_key(|note| note.line);
    }

    /// Notes that a line is not JSON, and why, in the words of `serde_json`; blank lines are passed over in silence.
    pub fn not_json(&mut self, line: u64, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.note(line, Level::Warn, || {
            let error = serde_json::from_str::<serde_json::Value>(text)
                .map_or_else(|error| error.to_string(), |_| "not accepted".to_owned());
            format!("Line {line} is invalid JSON, skipping. [{error}]")
        });
    }
}
