//! From text to nodes.
//!
//! quick-xml finds where tags, comments and sections begin and end; names, attributes, references and the rules
//! of well-formedness that it leaves open are checked here.

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::encoding::Spelling;
use super::escape;
use super::fault::{Fault, FaultKind};
use super::namespace::{
    IN_BPMN, IN_BPMNDI, IN_DC, IN_DI, IN_NONE, IN_XMLNS, LONGEST_NAME, MOST_BINDINGS, NamespaceId, Namespaces, Scope,
};
use super::node::{AttributeEntry, Entry, Kind, NOBODY};
use super::{Document, Limits, NodeId};

/// How many attributes one element may have: looking one up walks them all.
const MOST_ATTRIBUTES: usize = 1024;

/// How many bytes a value of an attribute of BPMN may have.
const LONGEST_VALUE: u32 = 1 << 16;

type Refused = (usize, FaultKind);

pub(super) fn parse(source: String, spelling: Spelling, limits: Limits) -> Result<Document, Fault> {
    match build(&source, &limits) {
        Ok(built) => {
            let Builder { nodes, attributes, namespaces, root, ids, .. } = built;
            let Some(root) = root else {
                return Err(place(&source, source.len(), FaultKind::malformed("no element")));
            };
            Ok(Document { source, spelling, limits, nodes, attributes, namespaces, root: NodeId(root), ids })
        }
        Err((at, kind)) => Err(place(&source, at, kind)),
    }
}

/// The fault with line and column of a byte position.
fn place(source: &str, at: usize, kind: FaultKind) -> Fault {
    let mut cursor = Cursor::default();
    cursor.advance(source.as_bytes(), at.min(source.len()));
    Fault { kind, line: cursor.line + 1, column: cursor.column + 1 }
}

/// Walks through the text once, counting lines and columns.
#[derive(Default)]
struct Cursor {
    at: usize,
    line: u32,
    column: u32,
}

impl Cursor {
    fn advance(&mut self, source: &[u8], to: usize) {
        for at in self.at..to {
            match source[at] {
                b'\r' if source.get(at + 1) == Some(&b'\n') => {}
                b'\n' | b'\r' => {
                    self.line += 1;
                    self.column = 0;
                }
                // The bytes after the first of a character do not begin another.
                0x80..=0xBF => {}
                _ => self.column += 1,
            }
        }
        self.at = self.at.max(to);
    }
}

struct Builder<'s> {
    source: &'s str,
    limits: &'s Limits,
    cursor: Cursor,
    nodes: Vec<Entry>,
    attributes: Vec<AttributeEntry>,
    namespaces: Namespaces,
    open: Vec<u32>,
    root: Option<u32>,
    ids: HashMap<String, NodeId>,
}

fn build<'s>(source: &'s str, limits: &'s Limits) -> Result<Builder<'s>, Refused> {
    check_characters(source)?;
    let mut builder = Builder {
        source,
        limits,
        cursor: Cursor::default(),
        nodes: Vec::new(),
        attributes: Vec::new(),
        namespaces: Namespaces::new(),
        open: Vec::new(),
        root: None,
        ids: HashMap::new(),
    };
    builder.push(Kind::Document, 0, source.len())?;
    builder.open.push(0);
    let mut reader = Reader::from_str(source);
    reader.config_mut().check_comments = true;
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader
            .read_event()
            .map_err(|error| (reader.error_position() as usize, FaultKind::malformed(error.to_string())))?;
        let end = reader.buffer_position() as usize;
        match event {
            Event::Eof => break,
            Event::Start(_) => {
                let element = builder.element(start, end, 1)?;
                builder.open.push(element);
                // The document itself is the first open node.
                if builder.open.len() - 1 > limits.depth {
                    return Err((start, FaultKind::TooDeep { limit: limits.depth }));
                }
            }
            Event::Empty(_) => {
                builder.element(start, end, 2)?;
            }
            Event::End(_) => builder.close(start, end)?,
            Event::Text(_) | Event::GeneralRef(_) => builder.text(start, end)?,
            Event::CData(_) => {
                if builder.open.len() < 2 {
                    return Err((start, FaultKind::malformed("text outside the document element")));
                }
                builder.push(Kind::CData, start, end)?;
            }
            Event::Comment(_) => {
                builder.push(Kind::Comment, start, end)?;
            }
            Event::PI(_) => builder.instruction(start, end)?,
            Event::Decl(_) => {
                if start != 0 {
                    return Err((start, FaultKind::malformed("an XML declaration that is not at the start")));
                }
                if !source[start..end].starts_with("<?xml") || !source[start..end].contains("version") {
                    return Err((start, FaultKind::malformed("an XML declaration without a version")));
                }
                builder.push(Kind::Declaration, start, end)?;
            }
            Event::DocType(_) => return Err((start, FaultKind::Doctype)),
        }
    }
    if builder.open.len() > 1 {
        let name = builder.open.last().map_or(0, |&open| builder.nodes[open as usize].start as usize);
        return Err((name, FaultKind::malformed("an element is not closed")));
    }
    Ok(builder)
}

/// Refuses characters that XML 1.0 does not allow anywhere.
fn check_characters(source: &str) -> Result<(), Refused> {
    let bytes = source.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let control = byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
        // U+FFFE and U+FFFF.
        let noncharacter = byte == 0xEF && bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE;
        if control || noncharacter {
            return Err((at, FaultKind::malformed("a character that XML does not allow")));
        }
    }
    Ok(())
}

impl Builder<'_> {
    /// Adds a node as the last child of the innermost open element.
    fn push(&mut self, kind: Kind, start: usize, end: usize) -> Result<u32, Refused> {
        // The document itself is not counted.
        if self.nodes.len() > self.limits.nodes {
            return Err((start, FaultKind::TooMany { what: "nodes", limit: self.limits.nodes }));
        }
        self.cursor.advance(self.source.as_bytes(), start);
        let id = self.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(NOBODY);
        let attributes = self.attributes.len() as u32;
        self.nodes.push(Entry {
            kind,
            parent,
            first_child: NOBODY,
            last_child: NOBODY,
            next: NOBODY,
            start: start as u32,
            end: end as u32,
            inner: end as u32,
            close: end as u32,
            name: 0,
            prefix: 0,
            namespace: IN_NONE,
            scope: Scope::EMPTY,
            attributes: attributes..attributes,
            line: self.cursor.line + 1,
            column: self.cursor.column + 1,
        });
        if let Some(parent) = self.nodes.get(parent as usize).map(|_| parent as usize) {
            let last = std::mem::replace(&mut self.nodes[parent].last_child, id);
            match last {
                NOBODY => self.nodes[parent].first_child = id,
                last => self.nodes[last as usize].next = id,
            }
        }
        Ok(id)
    }

    /// Adds character data, to the text before it if there is one: a reference does not end a text.
    fn text(&mut self, start: usize, end: usize) -> Result<(), Refused> {
        let raw = &self.source[start..end];
        if let Some(reference) = raw.strip_prefix('&') {
            escape::resolve(reference.strip_suffix(';').unwrap_or(reference)).map_err(|kind| (start, kind))?;
        } else if let Some(at) = raw.find("]]>") {
            return Err((start + at, FaultKind::malformed("]]> in text")));
        }
        if self.open.len() < 2 && !raw.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return Err((start, FaultKind::malformed("text outside the document element")));
        }
        let last = self.open.last().map_or(NOBODY, |&open| self.nodes[open as usize].last_child);
        match self.nodes.get_mut(last as usize) {
            Some(before) if before.kind == Kind::Text => {
                (before.end, before.inner, before.close) = (end as u32, end as u32, end as u32);
            }
            _ => {
                self.push(Kind::Text, start, end)?;
            }
        }
        Ok(())
    }

    fn instruction(&mut self, start: usize, end: usize) -> Result<(), Refused> {
        let content = self.source.get(start + 2..end.saturating_sub(2)).unwrap_or("");
        let target = content.split(|character: char| character.is_ascii_whitespace()).next().unwrap_or("");
        if !escape::is_name(target) || target.eq_ignore_ascii_case("xml") {
            return Err((start, FaultKind::malformed("the target of a processing instruction")));
        }
        self.push(Kind::Instruction, start, end)?;
        Ok(())
    }

    fn close(&mut self, start: usize, end: usize) -> Result<(), Refused> {
        // quick-xml has compared the names.
        let Some(open) = self.open.pop().filter(|_| !self.open.is_empty()) else {
            return Err((start, FaultKind::malformed("an end tag without a start tag")));
        };
        let entry = &mut self.nodes[open as usize];
        (entry.close, entry.end) = (start as u32, end as u32);
        Ok(())
    }

    /// Adds the element whose start tag covers `start..end` and ends with `closing` bytes (`>` or `/>`).
    fn element(&mut self, start: usize, end: usize, closing: usize) -> Result<u32, Refused> {
        if self.open.len() == 1 && self.root.is_some() {
            return Err((start, FaultKind::malformed("a second document element")));
        }
        let outer = self.open.last().map_or(Scope::EMPTY, |&open| self.nodes[open as usize].scope);
        let id = self.push(Kind::Element, start, end)?;
        if self.open.len() == 1 {
            self.root = Some(id);
        }
        let content = end - closing;
        let rest = &self.source[start + 1..content];
        let name = rest.find(|character: char| character.is_ascii_whitespace()).map_or(rest, |at| &rest[..at]);
        if !escape::is_qualified_name(name) {
            return Err((start, FaultKind::malformed(format!("{name} is no name of an element"))));
        }
        let first = self.attributes.len();
        self.scan_attributes(start + 1 + name.len(), content)?;
        let scope = self.declare(outer, first)?;
        let prefix = name.find(':').unwrap_or(0);
        let namespace = self.namespaces.resolve(scope, &name[..prefix]).ok_or_else(|| unbound(start, name))?;
        self.resolve_attributes(scope, first)?;
        self.check_lengths(namespace, first)?;
        if namespace == IN_BPMN || namespace == IN_BPMNDI || namespace == IN_DC || namespace == IN_DI {
            self.remember_id(id, first);
        }
        let last = self.attributes.len() as u32;
        let entry = &mut self.nodes[id as usize];
        entry.name = name.len() as u32;
        entry.prefix = if prefix > 0 { prefix as u32 + 1 } else { 0 };
        entry.namespace = namespace;
        entry.scope = scope;
        entry.attributes = first as u32..last;
        Ok(id)
    }

    /// Reads `name = "value"` up to `end`. Source: XML 1.0 §3.1, productions 40 and 41.
    fn scan_attributes(&mut self, mut at: usize, end: usize) -> Result<(), Refused> {
        let bytes = self.source.as_bytes();
        let first = self.attributes.len();
        let blank = |at: usize| at < end && bytes[at].is_ascii_whitespace();
        loop {
            let start = at;
            while blank(at) {
                at += 1;
            }
            if at >= end {
                return Ok(());
            }
            if at == start {
                return Err((at, FaultKind::malformed("no space before an attribute")));
            }
            let most = self.limits.attributes.min(first + MOST_ATTRIBUTES);
            if self.attributes.len() >= most {
                return Err((at, FaultKind::TooMany { what: "attributes", limit: most - first.min(most) }));
            }
            let name = at;
            while at < end && bytes[at] != b'=' && !blank(at) {
                at += 1;
            }
            let name = name..at;
            while blank(at) {
                at += 1;
            }
            if at >= end || bytes[at] != b'=' || !escape::is_qualified_name(&self.source[name.clone()]) {
                return Err((name.start, FaultKind::malformed("an attribute without a value, or no name of one")));
            }
            at += 1;
            while blank(at) {
                at += 1;
            }
            let quote = if at < end { bytes[at] } else { b' ' };
            let value = at + 1;
            let close = matches!(quote, b'"' | b'\'')
                .then(|| self.source.get(value..end)?.find(quote as char))
                .flatten()
                .ok_or_else(|| (at.min(end), FaultKind::malformed("the value of an attribute is not quoted")))?;
            at = value + close;
            escape::check_value(&self.source[value..at]).map_err(|(inside, kind)| (value + inside, kind))?;
            let prefix = self.source[name.clone()].find(':').map_or(0, |colon| colon as u32 + 1);
            self.attributes.push(AttributeEntry {
                start: start as u32,
                name: name.start as u32..name.end as u32,
                prefix,
                value: value as u32..at as u32,
                namespace: IN_NONE,
            });
            at += 1;
        }
    }

    fn name_of(&self, attribute: &AttributeEntry) -> &str {
        &self.source[attribute.name.start as usize..attribute.name.end as usize]
    }

    /// Binds what the element's `xmlns` attributes declare.
    fn declare(&mut self, outer: Scope, first: usize) -> Result<Scope, Refused> {
        let mut scope = outer;
        for number in first..self.attributes.len() {
            let attribute = &self.attributes[number];
            let name = self.name_of(attribute);
            let Some(prefix) = (if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") }) else {
                continue;
            };
            let source = self.source;
            let value = escape::value(&source[attribute.value.start as usize..attribute.value.end as usize]);
            let at = attribute.name.start as usize;
            if matches!(prefix, "xml" | "xmlns") || (!prefix.is_empty() && value.is_empty()) {
                if prefix == "xml" && value == super::XML {
                    self.attributes[number].namespace = IN_XMLNS;
                    continue;
                }
                return Err((at, FaultKind::malformed(format!("{name} cannot be declared so"))));
            }
            if value.len() > LONGEST_NAME {
                return Err((at, FaultKind::TooMany { what: "bytes in the name of a namespace", limit: LONGEST_NAME }));
            }
            let prefix = prefix.to_owned();
            scope = self
                .namespaces
                .bind(scope, &prefix, &value)
                .ok_or((at, FaultKind::TooMany { what: "namespaces", limit: MOST_BINDINGS }))?;
            self.attributes[number].namespace = IN_XMLNS;
        }
        Ok(scope)
    }

    /// Gives each attribute its namespace and refuses two of one name.
    fn resolve_attributes(&mut self, scope: Scope, first: usize) -> Result<(), Refused> {
        let mut seen = HashSet::new();
        for number in first..self.attributes.len() {
            let attribute = &self.attributes[number];
            let at = attribute.name.start as usize;
            let source = self.source;
            let name = &source[at..attribute.name.end as usize];
            let mut namespace = attribute.namespace;
            if namespace == IN_NONE && attribute.prefix > 0 {
                let prefix = &name[..attribute.prefix as usize - 1];
                namespace = self.namespaces.resolve(scope, prefix).ok_or_else(|| unbound(at, name))?;
            }
            let local = &name[attribute.prefix as usize..];
            self.attributes[number].namespace = namespace;
            if !seen.insert((namespace, local)) {
                return Err((at, FaultKind::malformed(format!("the attribute {name} stands twice"))));
            }
        }
        Ok(())
    }

    /// Refuses values of BPMN's own attributes that are longer than anybody would write: they are looked at again
    /// for each reference to their element. Foreign attributes may be as long as they like.
    fn check_lengths(&self, namespace: NamespaceId, first: usize) -> Result<(), Refused> {
        let too_long = |attribute: &&AttributeEntry| {
            attribute.namespace == IN_NONE && attribute.value.end - attribute.value.start > LONGEST_VALUE
        };
        match self.attributes[first..].iter().find(too_long) {
            Some(attribute) if namespace == IN_BPMN => Err((
                attribute.name.start as usize,
                FaultKind::TooMany { what: "bytes in a value", limit: LONGEST_VALUE as usize },
            )),
            _ => Ok(()),
        }
    }

    fn remember_id(&mut self, element: u32, first: usize) {
        let found = self.attributes[first..].iter().find(|attribute| {
            attribute.namespace == IN_NONE && attribute.prefix == 0 && self.name_of(attribute) == "id"
        });
        if let Some(attribute) = found {
            let raw = &self.source[attribute.value.start as usize..attribute.value.end as usize];
            let id = escape::value(raw).trim().to_owned();
            self.ids.entry(id).or_insert(NodeId(element));
        }
    }
}

fn unbound(at: usize, name: &str) -> Refused {
    (at, FaultKind::malformed(format!("the prefix of {name} is not bound")))
}
