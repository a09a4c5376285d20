//! The nouns of a mapping file, after it has been checked. docs/method/mapping.md describes each key.

use std::collections::BTreeMap;

use regex::Regex;
use rust_decimal::Decimal;

use crate::date::Dates;
use crate::files::fits;
use crate::number::Marks;
use crate::schema::Kind;
use crate::sheet::Sheet;
use crate::value::View;

/// A checked mapping file: how a register's files become OCDS compiled releases, or relations.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub(crate) source: Source,
    pub(crate) release: ReleaseRule,
    /// The main file first.
    pub(crate) files: Vec<FileRule>,
    pub(crate) fields: Vec<FieldRule>,
    pub(crate) organisations: Vec<OrganisationRule>,
    /// Arrays of the release first, then those inside their elements.
    pub(crate) arrays: Vec<ArrayRule>,
    pub(crate) labels: Vec<LabelRule>,
    pub(crate) relations: Vec<RelationRule>,
}

/// What a mapping says about the register it is for.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Source {
    /// Short name: the identity of the source in the platform, and the prefix of ids made from names.
    pub name: String,
    /// Version of the mapping; raised when its releases change.
    pub version: usize,
    /// Chinese title.
    pub zh: String,
    /// English title.
    pub en: String,
    /// Who publishes the register.
    pub publisher: Option<String>,
    /// Licence as far as known.
    pub licence: Option<String>,
    /// Patterns for the name of the folder that the files lie in.
    #[serde(rename = "match")]
    pub matches: Vec<String>,
}

/// What a mapping yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yields {
    /// Compiled releases, by [`Mapping::apply`].
    Releases,
    /// Totals of buyer and supplier, by [`Mapping::relations`]: the register has no processes.
    Relations,
}

impl Mapping {
    /// What the mapping says about its register.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Whether to call [`Mapping::apply`] or [`Mapping::relations`].
    pub fn yields(&self) -> Yields {
        if self.relations.is_empty() { Yields::Releases } else { Yields::Relations }
    }

    /// Whether the mapping is meant for files of these names in a folder of this name: the folder fits `source.match` and
    /// every file that is not optional is there.
    pub fn fits(&self, folder: &str, names: &[String]) -> bool {
        let folder_fits = self.source.matches.iter().any(|pattern| fits(pattern, folder));
        folder_fits && self.files.iter().all(|file| file.optional || !file.chosen(names).is_empty())
    }

    /// Of these names, those that the mapping reads.
    pub fn reads(&self, names: &[String]) -> Vec<String> {
        let mut read: Vec<String> = self.files.iter().flat_map(|file| file.chosen(names)).collect();
        read.sort();
        read.dedup();
        read
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ReleaseRule {
    pub prefix: String,
    /// The key is the ocid as it stands.
    pub key_is_ocid: bool,
    pub currency: Option<String>,
    pub language: Option<String>,
    /// RFC 3339 date of releases that no column dates.
    pub snapshot: String,
}

/// What the rows of a file are to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Its rows make the processes.
    Main,
    /// Rows that belong to a process by key.
    Rows,
    /// A register looked up from the rows of another file (its index).
    Lookup { of: usize },
}

#[derive(Clone, Debug)]
pub(crate) struct FileRule {
    pub line: usize,
    pub name: String,
    pub role: Role,
    pub patterns: Vec<String>,
    pub optional: bool,
    pub encoding: &'static str,
    pub delimiter: u8,
    pub quote: Option<u8>,
    /// Number of the record that holds the header; 0: there is none and columns go by position.
    pub header: usize,
    pub sheet: Sheet,
    pub columns: Vec<ColumnRule>,
    /// Values that name the process (main, rows) or the entry (lookup).
    pub key: Vec<ValueRule>,
    /// For a lookup: the values, in rows of the file it belongs to, that its key must equal.
    pub on: Vec<ValueRule>,
    pub when: Vec<Condition>,
    pub drop_duplicates: bool,
    pub pad_ragged: bool,
    pub grouped: bool,
    /// Rows without a main row make a process of their own.
    pub orphans_make_process: bool,
    pub blank: Vec<String>,
    pub marks: Marks,
    pub dates: Dates,
}

impl FileRule {
    /// The names that fit, sorted.
    pub(crate) fn chosen(&self, names: &[String]) -> Vec<String> {
        let fitting = names.iter().filter(|name| self.patterns.iter().any(|pattern| fits(pattern, name)));
        let mut chosen: Vec<String> = fitting.cloned().collect();
        chosen.sort();
        chosen
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ColumnRule {
    pub line: usize,
    pub name: String,
    pub find: Find,
    pub optional: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Find {
    Header(String),
    /// 1-based.
    At(usize),
}

/// Which row a column is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Own,
    /// First main row of the process.
    Main,
    /// Entry of a lookup file (its index).
    Joined(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct ColumnRef {
    pub slot: Slot,
    pub index: usize,
    pub name: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Take {
    Constant(String),
    /// The first that is not blank.
    Columns(Vec<ColumnRef>),
    /// Absent when one of its columns is blank.
    Template(Vec<Part>),
}

#[derive(Clone, Debug)]
pub(crate) enum Part {
    Text(String),
    Column(ColumnRef),
    /// `{#}`: the line of the row itself.
    Line,
}

/// What happens to a value that a step does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    Fault,
    Keep,
    Absent,
}

/// A value: where it is taken from, then the steps in this order.
#[derive(Clone, Debug)]
pub(crate) struct ValueRule {
    pub take: Take,
    pub collapse: bool,
    pub blank: Vec<String>,
    pub capture: Option<Regex>,
    pub uncaptured: Otherwise,
    pub split: Option<String>,
    pub map: Option<BTreeMap<String, String>>,
    pub unmapped: Otherwise,
    pub marks: Marks,
    pub min: Option<Decimal>,
    pub dates: Dates,
    pub required: bool,
    pub kind: Kind,
}

impl ValueRule {
    /// The column that a fault about this value is laid to.
    pub(crate) fn column(&self) -> Option<&str> {
        self.columns().next().map(|column| column.name.as_str())
    }

    /// The columns the value is taken from.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &ColumnRef> {
        let (columns, parts): (&[ColumnRef], &[Part]) = match &self.take {
            Take::Constant(_) => (&[], &[]),
            Take::Columns(columns) => (columns, &[]),
            Take::Template(parts) => (&[], parts),
        };
        let in_parts = parts.iter().filter_map(|part| match part {
            Part::Column(column) => Some(column),
            Part::Text(_) | Part::Line => None,
        });
        columns.iter().chain(in_parts)
    }

    /// The column that gave the value: the first that is not blank.
    pub(crate) fn source(&self, view: View<'_>) -> Option<&ColumnRef> {
        self.columns().find(|column| !view.is_blank(column)).or(self.columns().next())
    }

    /// Whether the value depends on the row's line.
    pub(crate) fn is_of_the_line(&self) -> bool {
        matches!(&self.take, Take::Template(parts) if parts.iter().any(|part| matches!(part, Part::Line)))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub column: ColumnRef,
    pub blank: Vec<String>,
    pub test: Test,
}

#[derive(Clone, Debug)]
pub(crate) enum Test {
    Is(Vec<String>),
    IsNot(Vec<String>),
    Present(bool),
    Matches(Regex),
}

#[derive(Clone, Debug)]
pub(crate) struct FieldRule {
    /// `None`: a constant of every release.
    pub file: Option<usize>,
    pub path: String,
    pub value: ValueRule,
}

#[derive(Clone, Debug)]
pub(crate) struct OrganisationRule {
    pub file: usize,
    pub at: Vec<OrganisationPath>,
    pub roles: Vec<String>,
    pub scheme: Option<String>,
    pub id: Option<ValueRule>,
    pub name: Option<ValueRule>,
    pub fields: Vec<FieldRule>,
    pub when: Vec<Condition>,
}

#[derive(Clone, Debug)]
pub(crate) struct OrganisationPath {
    pub path: String,
    pub many: bool,
}

/// What happens when an element's id is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SameId {
    Fault,
    Merge,
    Number,
}

#[derive(Clone, Debug)]
pub(crate) struct ArrayRule {
    pub file: usize,
    /// Path of the array that holds the parents, for arrays inside elements.
    pub parents: Option<String>,
    /// Path of the array, from the release or from the parent.
    pub path: String,
    pub parent: Option<ValueRule>,
    pub id: Option<ValueRule>,
    pub same_id: SameId,
    pub when: Vec<Condition>,
    pub fields: Vec<FieldRule>,
    pub organisations: Vec<OrganisationRule>,
    pub labels: Vec<LabelRule>,
}

#[derive(Clone, Debug)]
pub(crate) struct LabelRule {
    pub file: usize,
    pub name: String,
    pub value: ValueRule,
    pub when: Vec<Condition>,
}

#[derive(Clone, Debug)]
pub(crate) struct RelationRule {
    pub file: usize,
    pub buyer: OrganisationRule,
    pub supplier: OrganisationRule,
    pub contracts: Option<ValueRule>,
    pub amount: Option<ValueRule>,
    pub currency: Option<ValueRule>,
    pub when: Vec<Condition>,
}
