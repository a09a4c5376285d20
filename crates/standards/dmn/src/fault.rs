//! Why an expression cannot be read or evaluated.

use std::fmt;

/// The closed list of faults of expressions and values. The code never changes; its sentence and mend are texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// The text is longer than [`crate::limits::TEXT_BYTES`].
    TextTooLong,
    /// Brackets, keywords or chains of operators nest deeper than the limits.
    TooDeep,
    /// The text is not FEEL.
    Syntax,
    /// A name that is neither given, nor bound in the text, nor built in.
    UnknownName,
    /// `now()` or `today()`: who asks the time gets it as an argument.
    Clock,
    /// A function defined as external.
    External,
    /// A built-in function whose cost is checked by its arguments is used as a value.
    FunctionAsValue,
    /// A value is larger than [`crate::limits::VALUE_BYTES`] or deeper than [`crate::limits::VALUE_DEPTH`].
    ValueTooLarge,
    /// The evaluation used up [`crate::limits::WORK`] or a loop spans more than [`crate::limits::PASSES`].
    TooMuchWork,
    /// Functions call one another deeper than [`crate::limits::CALL_LEVELS`].
    CallsTooDeep,
    /// The result is a function or another thing that is no data.
    NotData,
    /// Text that is not the canonical form of a value.
    NotCanonical,
    /// The evaluator failed; a defect of ours or of the dependency.
    Evaluator,
    /// No decision or service of that name in that namespace.
    NoSuchDecision,
}

impl Code {
    /// All codes, in the order in which they are declared.
    pub const ALL: [Self; 14] = [
        Self::TextTooLong,
        Self::TooDeep,
        Self::Syntax,
        Self::UnknownName,
        Self::Clock,
        Self::External,
        Self::FunctionAsValue,
        Self::ValueTooLarge,
        Self::TooMuchWork,
        Self::CallsTooDeep,
        Self::NotData,
        Self::NotCanonical,
        Self::Evaluator,
        Self::NoSuchDecision,
    ];

    /// The stable code, which is also the key of its texts after `dmn-`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TextTooLong => "text-too-long",
            Self::TooDeep => "too-deep",
            Self::Syntax => "syntax",
            Self::UnknownName => "unknown-name",
            Self::Clock => "clock",
            Self::External => "external-function",
            Self::FunctionAsValue => "function-as-value",
            Self::ValueTooLarge => "value-too-large",
            Self::TooMuchWork => "too-much-work",
            Self::CallsTooDeep => "calls-too-deep",
            Self::NotData => "not-data",
            Self::NotCanonical => "not-canonical",
            Self::Evaluator => "evaluator",
            Self::NoSuchDecision => "no-such-decision",
        }
    }
}

/// A fault of an expression or value.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct Fault {
    /// Which.
    pub code: Code,
    /// Byte offset in the text, where it is known. The parser of the dependency does not say where a syntax error is.
    pub at: Option<usize>,
    /// What it is about: the name, the function, the parser's words. Goes into the sentence as `what`.
    pub what: String,
}

impl Fault {
    pub(crate) fn new(code: Code, what: impl Into<String>) -> Self {
        Self { code, at: None, what: what.into() }
    }

    pub(crate) fn at(mut self, at: Option<usize>) -> Self {
        self.at = at;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.code.code())?;
        if let Some(at) = self.at {
            write!(out, " at byte {at}")?;
        }
        if self.what.is_empty() { Ok(()) } else { write!(out, ": {}", self.what) }
    }
}
