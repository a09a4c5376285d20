//! Why bytes are refused as an XML document.

/// A refusal of the reader: what is wrong and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{line}:{column}: {kind}")]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Line in the original text, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

/// What the reader refuses. Variants are only added.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FaultKind {
    /// More bytes than the limit allows.
    #[error("{bytes} bytes are more than the {limit} allowed")]
    TooLarge {
        /// Bytes of the input.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The declared encoding is none that we know, or the bytes are not written in it.
    #[error("the text is not written in {label}")]
    Encoding {
        /// The encoding as declared, or as found by its byte order mark.
        label: String,
    },
    /// A document type declaration, which could define entities.
    #[error("a DOCTYPE is not accepted")]
    Doctype,
    /// A reference to an entity beyond the five predefined ones.
    #[error("the entity &{name}; is not accepted")]
    Entity {
        /// Its name.
        name: String,
    },
    /// Not well-formed XML 1.0, or not by Namespaces in XML 1.0.
    #[error("not well-formed: {detail}")]
    NotWellFormed {
        /// What the parser found.
        detail: String,
    },
    /// Elements nested deeper than the limit allows.
    #[error("elements are nested deeper than {limit}")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// More nodes or attributes than the limit allows.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of: nodes, attributes, namespaces, or bytes of one value.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
}

impl FaultKind {
    /// A detail of well-formedness, in words.
    pub(crate) fn malformed(detail: impl Into<String>) -> FaultKind {
        FaultKind::NotWellFormed { detail: detail.into() }
    }
}
