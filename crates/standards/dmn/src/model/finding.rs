//! What is wrong in a model, with its place.

use crate::fault::Code;
use std::collections::BTreeMap;

/// How grave a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The model must not be deployed.
    Error,
    /// It may, but somebody should look.
    Warning,
}

/// The closed list of rules about models. Codes never change; sentence and mend are texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    /// More files than [`crate::limits::FILES`], or one larger than [`crate::limits::FILE_BYTES`].
    FileTooLarge,
    /// Bytes that are not UTF-8.
    Encoding,
    /// A document type declaration or an entity of its own.
    Doctype,
    /// Not well-formed XML.
    Xml,
    /// Elements deeper or more than the limits.
    XmlTooDeep,
    /// The root is not `definitions` of DMN 1.2 to 1.5.
    NotDmn,
    /// Two files with the same namespace.
    DuplicateNamespace,
    /// Two elements of a file with the same id.
    DuplicateId,
    /// An import of a namespace that no file has.
    ImportUnresolved,
    /// A requirement or service that refers to no element.
    ReferenceUnresolved,
    /// Decisions or knowledge that require themselves.
    RequirementCycle,
    /// A function in Java or PMML.
    External,
    /// A type that is neither built in nor defined.
    TypeUnresolved,
    /// A decision table with rules that have too many or too few entries.
    RuleShape,
    /// A hit policy or aggregation that does not exist.
    HitPolicy,
    /// An expression in another language than FEEL.
    Language,
    /// Inputs of a table's domain that no rule decides.
    Gap,
    /// Inputs that several rules of a unique table decide.
    Overlap,
    /// Inputs that several rules of an any table decide differently.
    Conflict,
    /// A rule of a first or priority table that others always come before.
    Unreachable,
    /// A rule that no input of the domain meets.
    NeverMatches,
    /// A cell that is no test on intervals or sets of values: the table is not proved.
    NotAnalysable,
    /// A table with more than a million cells, whose gaps were looked for by samples.
    Sampled,
    /// A discretion standard that is neither unique nor any.
    DiscretionPolicy,
    /// A discretion standard that leaves inputs undecided.
    DiscretionIncomplete,
    /// A discretion standard whose output is no range of numbers.
    DiscretionRange,
    /// A range beyond the bounds of the law.
    DiscretionBounds,
    /// Ranges that leave a hole between them.
    DiscretionHole,
    /// A graver value that gives a lighter range.
    DiscretionOrder,
    /// An expression that cannot be read, with the reason's code.
    Expression(Code),
}

impl Rule {
    /// All rules that are not about expressions.
    pub const ALL: [Self; 29] = [
        Self::FileTooLarge,
        Self::Encoding,
        Self::Doctype,
        Self::Xml,
        Self::XmlTooDeep,
        Self::NotDmn,
        Self::DuplicateNamespace,
        Self::DuplicateId,
        Self::ImportUnresolved,
        Self::ReferenceUnresolved,
        Self::RequirementCycle,
        Self::External,
        Self::TypeUnresolved,
        Self::RuleShape,
        Self::HitPolicy,
        Self::Language,
        Self::Gap,
        Self::Overlap,
        Self::Conflict,
        Self::Unreachable,
        Self::NeverMatches,
        Self::NotAnalysable,
        Self::Sampled,
        Self::DiscretionPolicy,
        Self::DiscretionIncomplete,
        Self::DiscretionRange,
        Self::DiscretionBounds,
        Self::DiscretionHole,
        Self::DiscretionOrder,
    ];

    /// The stable code; `dmn-<code>` and `dmn-<code>-mend` are its texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::FileTooLarge => "file-too-large",
            Self::Encoding => "encoding",
            Self::Doctype => "doctype",
            Self::Xml => "xml",
            Self::XmlTooDeep => "xml-too-deep",
            Self::NotDmn => "not-dmn",
            Self::DuplicateNamespace => "duplicate-namespace",
            Self::DuplicateId => "duplicate-id",
            Self::ImportUnresolved => "import-unresolved",
            Self::ReferenceUnresolved => "reference-unresolved",
            Self::RequirementCycle => "requirement-cycle",
            Self::External => "external-function",
            Self::TypeUnresolved => "type-unresolved",
            Self::RuleShape => "rule-shape",
            Self::HitPolicy => "hit-policy",
            Self::Language => "language",
            Self::Gap => "gap",
            Self::Overlap => "overlap",
            Self::Conflict => "conflict",
            Self::Unreachable => "unreachable",
            Self::NeverMatches => "never-matches",
            Self::NotAnalysable => "not-analysable",
            Self::Sampled => "sampled",
            Self::DiscretionPolicy => "discretion-policy",
            Self::DiscretionIncomplete => "discretion-incomplete",
            Self::DiscretionRange => "discretion-range",
            Self::DiscretionBounds => "discretion-bounds",
            Self::DiscretionHole => "discretion-hole",
            Self::DiscretionOrder => "discretion-order",
            Self::Expression(code) => code.code(),
        }
    }

    /// Whether the model can be read in spite of it, so that other decisions still evaluate.
    pub(crate) fn is_local(self) -> bool {
        match self {
            Self::Expression(code) => code != Code::External,
            Self::TypeUnresolved | Self::RuleShape | Self::HitPolicy | Self::Language => true,
            _ => false,
        }
    }

    /// Its severity.
    pub fn severity(self) -> Severity {
        match self {
            Self::TypeUnresolved
            | Self::Gap
            | Self::Unreachable
            | Self::NeverMatches
            | Self::NotAnalysable
            | Self::Sampled => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// One thing found in a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How grave.
    pub severity: Severity,
    /// Name of the file.
    pub file: String,
    /// Line of the element, from 1.
    pub line: u32,
    /// Column of the element in characters, from 1.
    pub column: u32,
    /// Id of the element or of the nearest one around it that has an id.
    pub element: Option<String>,
    /// What the sentence names: `what`; for tables also `rules` (numbers) and `witness` (the inputs as FEEL).
    pub arguments: BTreeMap<&'static str, String>,
}

/// Sorts by place.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (&a.file, a.line, a.column, a.rule, &a.element).cmp(&(&b.file, b.line, b.column, b.rule, &b.element))
    });
}
