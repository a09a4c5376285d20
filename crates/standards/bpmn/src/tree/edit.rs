//! Editing a document: spans are replaced, all else stays byte for byte.

use std::collections::BTreeMap;
use std::ops::Range;

use super::escape::{escape_text, escape_value, is_qualified_name};
use super::fault::Fault;
use super::{Document, Node, NodeId, read};

/// The element an edit is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The BPMN or diagram element with this `id`.
    Id(String),
    /// A node of this document.
    Node(NodeId),
}

impl From<&str> for Place {
    fn from(id: &str) -> Self {
        Place::Id(id.to_owned())
    }
}

impl From<NodeId> for Place {
    fn from(id: NodeId) -> Self {
        Place::Node(id)
    }
}

/// One change to a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Gives an attribute a value; one that was not there is added as the last.
    SetAttribute {
        /// The element.
        at: Place,
        /// The attribute's name as it is to be written, with its prefix.
        name: String,
        /// Its value, unescaped.
        value: String,
    },
    /// Takes an attribute away, with the white space before it. Nothing happens when it is not there.
    RemoveAttribute {
        /// The element.
        at: Place,
        /// The attribute's name as written.
        name: String,
    },
    /// Puts text in place of all that an element holds.
    SetText {
        /// The element.
        at: Place,
        /// The text, unescaped.
        text: String,
    },
    /// Puts XML into an element, before one of its children or behind the last.
    Insert {
        /// The element.
        at: Place,
        /// The child to stand before; `None`: the end.
        before: Option<NodeId>,
        /// Well-formed content, whose prefixes are bound here.
        xml: String,
    },
    /// Takes a node away with all it holds.
    Remove {
        /// The node.
        at: Place,
    },
}

/// Why an edit is refused. The document stays as it was.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditFault {
    /// There is no such element.
    #[error("no element {0}")]
    NoElement(String),
    /// This is no name of an attribute.
    #[error("{0} is no name of an attribute")]
    NoName(String),
    /// The node named by `before` is no child of the element.
    #[error("the node to stand before is no child of that element")]
    NoChild,
    /// Two changes touch the same text.
    #[error("two changes touch the same text")]
    Overlap,
    /// The document would not be well-formed, or too large.
    #[error(transparent)]
    Unreadable(#[from] Fault),
}

/// What takes an edit back, byte for byte. See [`Document::undo`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undo(Vec<Splice>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Splice {
    range: Range<usize>,
    text: String,
}

impl Document {
    /// The document with all changes made, and what takes them back. Node ids of this document do not hold for the
    /// new one; ids in the text do.
    pub fn edit(&self, changes: &[Change]) -> Result<(Document, Undo), EditFault> {
        let mut splices = Vec::new();
        // An empty element is opened once, however much is put into it.
        let mut opened: BTreeMap<NodeId, String> = BTreeMap::new();
        for change in changes {
            match change {
                Change::SetAttribute { at, name, value } => splices.push(set_attribute(self.find(at)?, name, value)?),
                Change::RemoveAttribute { at, name } => splices.extend(remove_attribute(self.find(at)?, name)),
                Change::SetText { at, text } => splices.push(set_content(self.find(at)?, &escape_text(text))),
                Change::Remove { at } => {
                    let node = match at {
                        Place::Id(_) => self.find(at)?,
                        Place::Node(id) => self.node(*id),
                    };
                    splices.push(Splice { range: node.span(), text: String::new() });
                }
                Change::Insert { at, before, xml } => {
                    let node = self.find(at)?;
                    match insert(node, *before, xml)? {
                        Some(splice) => splices.push(splice),
                        None => opened.entry(node.id()).or_default().push_str(xml),
                    }
                }
            }
        }
        splices.extend(opened.iter().map(|(id, xml)| set_content(self.node(*id), xml)));
        self.splice(splices)
    }

    /// The document before an edit. `undo` must come from the edit that led to this document.
    pub fn undo(&self, undo: &Undo) -> Result<Document, EditFault> {
        self.splice(undo.0.clone()).map(|(document, _)| document)
    }

    fn find(&self, place: &Place) -> Result<Node<'_>, EditFault> {
        match place {
            Place::Id(id) => self.by_id(id).ok_or_else(|| EditFault::NoElement(id.clone())),
            Place::Node(id) => {
                Some(self.node(*id)).filter(|node| node.is_element()).ok_or(EditFault::NoElement(String::new()))
            }
        }
    }

    fn splice(&self, mut splices: Vec<Splice>) -> Result<(Document, Undo), EditFault> {
        // Stable: what is put at one place stays in the order it was asked for.
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        let mut text = String::with_capacity(self.source.len() + 64);
        let mut back = Vec::with_capacity(splices.len());
        let mut at = 0;
        for splice in splices {
            let kept = self.source.get(at..splice.range.start).ok_or(EditFault::Overlap)?;
            let old = self.source.get(splice.range.clone()).ok_or(EditFault::Overlap)?;
            text.push_str(kept);
            back.push(Splice { range: text.len()..text.len() + splice.text.len(), text: old.to_owned() });
            text.push_str(&splice.text);
            at = splice.range.end;
        }
        text.push_str(self.source.get(at..).ok_or(EditFault::Overlap)?);
        let document = read::parse(text, self.spelling, self.limits.clone())?;
        Ok((document, Undo(back)))
    }
}

fn set_attribute(node: Node<'_>, name: &str, value: &str) -> Result<Splice, EditFault> {
    if !is_qualified_name(name) {
        return Err(EditFault::NoName(name.to_owned()));
    }
    if let Some(attribute) = node.attributes().find(|attribute| attribute.name() == name) {
        let range = attribute.entry().value.start as usize..attribute.entry().value.end as usize;
        let quote = if node.document.source[..range.start].ends_with('\'') { '\'' } else { '"' };
        return Ok(Splice { range, text: escape_value(value, quote) });
    }
    let entry = node.entry();
    let end = match node.attributes().last() {
        Some(last) => last.entry().value.end as usize + 1,
        None => entry.start as usize + 1 + entry.name as usize,
    };
    Ok(Splice { range: end..end, text: format!(" {name}=\"{}\"", escape_value(value, '"')) })
}

fn remove_attribute(node: Node<'_>, name: &str) -> Option<Splice> {
    let attribute = node.attributes().find(|attribute| attribute.name() == name)?;
    let entry = attribute.entry();
    Some(Splice { range: entry.start as usize..entry.value.end as usize + 1, text: String::new() })
}

fn is_empty_tag(node: Node<'_>) -> bool {
    node.entry().inner == node.entry().end
}

/// Puts raw content in place of all that an element holds.
fn set_content(node: Node<'_>, raw: &str) -> Splice {
    let entry = node.entry();
    if is_empty_tag(node) {
        let text = if raw.is_empty() { "/>".to_owned() } else { format!(">{raw}</{}>", node.name()) };
        return Splice { range: entry.end as usize - 2..entry.end as usize, text };
    }
    Splice { range: entry.inner as usize..entry.close as usize, text: raw.to_owned() }
}

/// The splice that puts `xml` into an element; `None` when it must first be opened.
fn insert(node: Node<'_>, before: Option<NodeId>, xml: &str) -> Result<Option<Splice>, EditFault> {
    let at = match before {
        Some(before) => {
            let child = node.children().find(|child| child.id() == before).ok_or(EditFault::NoChild)?;
            child.span().start
        }
        None if is_empty_tag(node) => return Ok(None),
        None => node.entry().close as usize,
    };
    Ok(Some(Splice { range: at..at, text: xml.to_owned() }))
}
