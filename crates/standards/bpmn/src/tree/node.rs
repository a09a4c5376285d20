//! Looking at nodes.

use std::borrow::Cow;
use std::ops::Range;

use super::namespace::{IN_BPMN, IN_NONE, IN_OURS, IN_XMLNS, NamespaceId, Scope};
use super::{Document, NodeId, escape};

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The document itself, parent of the document element and of what stands beside it.
    Document,
    /// An element.
    Element,
    /// Character data with its references, white space included.
    Text,
    /// A CDATA section.
    CData,
    /// A comment.
    Comment,
    /// A processing instruction.
    Instruction,
    /// The XML declaration.
    Declaration,
}

/// No node: no parent, child or sibling.
pub(crate) const NOBODY: u32 = u32::MAX;

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) parent: u32,
    pub(crate) first_child: u32,
    pub(crate) last_child: u32,
    pub(crate) next: u32,
    /// The whole node in the source, children and end tag included.
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Where an element's start tag ends, and where its end tag begins (equal to `end` when it has none).
    pub(crate) inner: u32,
    pub(crate) close: u32,
    /// Length of an element's qualified name, which stands after `<`, and of its prefix with the colon.
    pub(crate) name: u32,
    pub(crate) prefix: u32,
    pub(crate) namespace: NamespaceId,
    pub(crate) scope: Scope,
    pub(crate) attributes: Range<u32>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct AttributeEntry {
    /// Where the white space before the name begins.
    pub(crate) start: u32,
    pub(crate) name: Range<u32>,
    pub(crate) prefix: u32,
    /// The raw value between its quotes.
    pub(crate) value: Range<u32>,
    pub(crate) namespace: NamespaceId,
}

/// A node of a document, to look at.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    pub(crate) document: &'d Document,
    pub(crate) id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.document, other.document)
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?} {} at {}:{}", self.kind(), self.name(), self.line(), self.column())
    }
}

/// An attribute of an element, namespace declarations included.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document,
    entry: &'d AttributeEntry,
}

impl<'d> Node<'d> {
    pub(crate) fn entry(self) -> &'d Entry {
        &self.document.nodes[self.id.0 as usize]
    }

    fn other(self, id: u32) -> Option<Node<'d>> {
        (id != NOBODY).then_some(Node { document: self.document, id: NodeId(id) })
    }

    /// Its document.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// Its id within the document.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.entry().kind
    }

    /// Whether it is an element.
    pub fn is_element(self) -> bool {
        self.kind() == Kind::Element
    }

    /// Its line in the original text, from 1.
    pub fn line(self) -> u32 {
        self.entry().line
    }

    /// Its column in characters, from 1.
    pub fn column(self) -> u32 {
        self.entry().column
    }

    /// The bytes of the source that it covers.
    pub fn span(self) -> Range<usize> {
        self.entry().start as usize..self.entry().end as usize
    }

    /// The source text that it covers.
    pub fn raw(self) -> &'d str {
        &self.document.source[self.span()]
    }

    /// An element's name as written, with its prefix; empty for other nodes.
    pub fn name(self) -> &'d str {
        let entry = self.entry();
        if entry.name == 0 {
            return "";
        }
        let start = entry.start as usize + 1;
        &self.document.source[start..start + entry.name as usize]
    }

    /// An element's name without its prefix.
    pub fn local(self) -> &'d str {
        &self.name()[self.entry().prefix as usize..]
    }

    /// The namespace of an element; empty for none.
    pub fn namespace(self) -> &'d str {
        self.document.namespaces.name(self.entry().namespace)
    }

    pub(crate) fn in_namespace(self, namespace: NamespaceId) -> bool {
        self.entry().namespace == namespace && self.is_element()
    }

    /// Whether it is the BPMN element of this name.
    pub fn is(self, local: &str) -> bool {
        self.in_namespace(IN_BPMN) && self.local() == local
    }

    /// Whether it is a BPMN element of one of these names.
    pub fn is_any(self, locals: &[&str]) -> bool {
        self.in_namespace(IN_BPMN) && locals.contains(&self.local())
    }

    /// The node that holds it.
    pub fn parent(self) -> Option<Node<'d>> {
        self.other(self.entry().parent)
    }

    /// The nodes that hold it, innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// All nodes it holds directly.
    pub fn children(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(self.other(self.entry().first_child), |node| node.other(node.entry().next))
    }

    /// All elements it holds directly.
    pub fn elements(self) -> impl Iterator<Item = Node<'d>> {
        self.children().filter(|node| node.is_element())
    }

    /// The BPMN elements of this name that it holds directly.
    pub fn all(self, local: &'static str) -> impl Iterator<Item = Node<'d>> {
        self.children().filter(move |node| node.is(local))
    }

    /// The first BPMN element of this name that it holds directly.
    pub fn first(self, local: &'static str) -> Option<Node<'d>> {
        self.all(local).next()
    }

    /// Every node below it, in document order.
    pub fn descendants(self) -> impl Iterator<Item = Node<'d>> {
        let end = self.entry().end;
        let document = self.document;
        (self.id.0 + 1..document.nodes.len() as u32)
            .map(move |id| Node { document, id: NodeId(id) })
            .take_while(move |node| node.entry().start < end)
    }

    /// The first child in our own namespace of this name.
    pub fn our_child(self, local: &str) -> Option<Node<'d>> {
        self.elements().find(|node| node.in_namespace(IN_OURS) && node.local() == local)
    }

    /// The value of our own attribute of this name.
    pub fn our_attribute(self, local: &str) -> Option<Cow<'d, str>> {
        self.attribute_of(IN_OURS, local)
    }

    /// All attributes in the order of the text.
    pub fn attributes(self) -> impl Iterator<Item = Attribute<'d>> {
        let document = self.document;
        let range = self.entry().attributes.clone();
        document.attributes[range.start as usize..range.end as usize]
            .iter()
            .map(move |entry| Attribute { document, entry })
    }

    /// The value of the attribute of this name that has no namespace, as all of BPMN's have none.
    pub fn attribute(self, local: &str) -> Option<Cow<'d, str>> {
        self.attribute_of(IN_NONE, local)
    }

    pub(crate) fn attribute_of(self, namespace: NamespaceId, local: &str) -> Option<Cow<'d, str>> {
        self.attributes()
            .find(|attribute| attribute.entry.namespace == namespace && attribute.local() == local)
            .map(Attribute::value)
    }

    /// The text it holds directly: character data and CDATA sections one after another.
    pub fn text(self) -> Cow<'d, str> {
        let mut parts = self.children().filter_map(|node| match node.kind() {
            Kind::Text => Some(escape::text(node.raw())),
            Kind::CData => Some(line_ends(&node.raw()["<![CDATA[".len()..node.raw().len() - "]]>".len()])),
            _ => None,
        });
        let Some(first) = parts.next() else { return Cow::Borrowed("") };
        parts.fold(first, |mut whole, part| {
            whole.to_mut().push_str(&part);
            whole
        })
    }

    /// Splits a qualified name that stands in a value here: the namespace of its prefix, and the rest. Without a
    /// prefix the namespace is the default one. `None` when the prefix is not bound.
    pub fn resolve_name<'n>(self, name: &'n str) -> Option<(&'d str, &'n str)> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let namespace = self.document.namespaces.resolve(self.entry().scope, prefix)?;
        Some((self.document.namespaces.name(namespace), local))
    }
}

/// Line ends as XML 1.0 §2.11 reports them.
fn line_ends(raw: &str) -> Cow<'_, str> {
    if raw.contains('\r') { Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n")) } else { Cow::Borrowed(raw) }
}

impl<'d> Attribute<'d> {
    /// Its name as written, with its prefix.
    pub fn name(self) -> &'d str {
        &self.document.source[self.entry.name.start as usize..self.entry.name.end as usize]
    }

    /// Its name without prefix.
    pub fn local(self) -> &'d str {
        &self.name()[self.entry.prefix as usize..]
    }

    /// Its namespace; empty for none.
    pub fn namespace(self) -> &'d str {
        self.document.namespaces.name(self.entry.namespace)
    }

    /// Whether it binds a prefix or the default namespace.
    pub fn is_declaration(self) -> bool {
        self.entry.namespace == IN_XMLNS
    }

    pub(crate) fn entry(self) -> &'d AttributeEntry {
        self.entry
    }

    /// Its value as written, references unresolved.
    pub fn raw(self) -> &'d str {
        &self.document.source[self.entry.value.start as usize..self.entry.value.end as usize]
    }

    /// Its value.
    pub fn value(self) -> Cow<'d, str> {
        escape::value(self.raw())
    }
}
