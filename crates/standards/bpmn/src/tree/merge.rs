//! Putting an edited tree back onto the text that it came from: what an editor did not change keeps its bytes.
//!
//! Editors that read a file into objects and write these again lose comments, line breaks, prefixes and the order of what has no
//! order. Here elements are paired by id, or where they have none by name and number; a pair that says the same stays as it was
//! written, and of one that does not only what differs is written anew. Source: flow.md §13.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::escape::{escape_text, escape_value};
use super::namespace::XSI;
use super::node::{Kind, Node};
use super::{Document, read};

impl Document {
    /// This document changed to say what `edited` says. None where that cannot be written into this text, such as where another
    /// element is at its root: then `edited` is what there is.
    pub fn merged(&self, edited: &Document) -> Option<Document> {
        let (old, new) = (self.root(), edited.root());
        let mut text = self.source[..old.span().start].to_owned();
        if same_name(old, new) {
            put_onto(old, new, &mut text)?;
        }
        text.push_str(&self.source[old.span().end..]);
        let merged = read::parse(text, self.spelling, self.limits.clone()).ok()?;
        // Whatever happened on the way: it says what was edited, or it is not taken.
        says_the_same(merged.root(), new).then_some(merged)
    }
}

fn same_name(one: Node<'_>, other: Node<'_>) -> bool {
    one.namespace() == other.namespace() && one.local() == other.local()
}

/// A value: of a type its namespace and name, of all else nothing and the value.
type Value<'d> = (Cow<'d, str>, Cow<'d, str>);

/// Attributes but declarations, by namespace and name; values that name a type by what they name.
fn said<'d>(node: Node<'d>) -> BTreeMap<(&'d str, &'d str), Value<'d>> {
    let own = node.attributes().filter(|attribute| !attribute.is_declaration());
    own.map(|attribute| {
        let value = attribute.value();
        let key = (attribute.namespace(), attribute.local());
        match is_type(key) {
            true => {
                let resolved = node.resolve_name(&value).map(|(space, local)| (space.to_owned(), local.to_owned()));
                let (space, local) = resolved.unwrap_or_else(|| (String::new(), value.into_owned()));
                (key, (Cow::Owned(space), Cow::Owned(local)))
            }
            false => (key, (Cow::Borrowed(""), value)),
        }
    })
    .collect()
}

fn is_type(key: (&str, &str)) -> bool {
    key == (XSI, "type")
}

/// Text of an element that holds nothing else.
fn own_text<'d>(node: Node<'d>) -> Option<Cow<'d, str>> {
    node.elements().next().is_none().then(|| node.text())
}

/// Text that stands beside the elements of an element, white space aside. In elements of the standard it says nothing, and who reads
/// them into objects loses it.
fn beside(node: Node<'_>) -> String {
    if [super::BPMN, super::BPMNDI, super::DC, super::DI].contains(&node.namespace()) {
        return String::new();
    }
    let texts = node.children().filter(|child| matches!(child.kind(), Kind::Text | Kind::CData));
    texts.map(|child| child.raw().trim().to_owned()).collect()
}

/// Its elements, those of one name together: which name comes first says nothing.
fn by_name(node: Node<'_>) -> Vec<Node<'_>> {
    let mut all: Vec<Node<'_>> = node.elements().collect();
    all.sort_by(|a, b| (a.namespace(), a.local()).cmp(&(b.namespace(), b.local())));
    all
}

/// Whether two elements say the same: comments, prefixes, white space between elements and the order of names aside.
fn says_the_same(one: Node<'_>, other: Node<'_>) -> bool {
    if !same_name(one, other) || said(one) != said(other) {
        return false;
    }
    match (own_text(one), own_text(other)) {
        (Some(a), Some(b)) => a.trim() == b.trim(),
        (None, None) => {
            let (a, b) = (by_name(one), by_name(other));
            beside(one) == beside(other) && a.len() == b.len() && a.into_iter().zip(b).all(|(a, b)| says_the_same(a, b))
        }
        _ => false,
    }
}

/// Writes an element that was paired with its edited one.
fn put_onto(old: Node<'_>, new: Node<'_>, text: &mut String) -> Option<()> {
    if says_the_same(old, new) {
        text.push_str(old.raw());
        return Some(());
    }
    let (raw, entry) = (old.raw(), old.entry());
    let (mut tag, is_empty) = start_tag(old, new)?;
    let inner = match is_empty {
        true => "",
        false => &raw[(entry.inner - entry.start) as usize..(entry.close - entry.start) as usize],
    };
    let mut content = String::new();
    match (own_text(old), own_text(new)) {
        (Some(before), Some(after)) if before.trim() == after.trim() => content.push_str(inner),
        (_, Some(after)) => content.push_str(&escape_text(&after)),
        (_, None) => children(old, new, &mut content)?,
    }
    if is_empty && content.is_empty() {
        text.push_str(&tag);
        return Some(());
    }
    if is_empty {
        let end = tag.rfind('/')?;
        tag.truncate(end);
        tag.push('>');
    }
    text.push_str(&tag);
    text.push_str(&content);
    text.push_str("</");
    text.push_str(old.name());
    text.push('>');
    Some(())
}

/// The start tag with what the edited one says; whether it is one that is empty.
fn start_tag(old: Node<'_>, new: Node<'_>) -> Option<(String, bool)> {
    let (source, entry) = (&old.document().source, old.entry());
    let (before, after) = (said(old), said(new));
    let is_empty = entry.inner == entry.end;
    let mut at = entry.start as usize + 1 + entry.name as usize;
    let mut tag = source[entry.start as usize..at].to_owned();
    for attribute in old.attributes() {
        let (start, value) = (attribute.entry().start as usize, attribute.entry().value.clone());
        let end = value.end as usize + 1;
        at = end;
        let key = (attribute.namespace(), attribute.local());
        match after.get(&key) {
            _ if attribute.is_declaration() => tag.push_str(&source[start..end]),
            Some(value) if Some(value) == before.get(&key) => tag.push_str(&source[start..end]),
            Some(changed) => {
                tag.push_str(&source[start..value.start as usize]);
                let quote = if source[..value.start as usize].ends_with('\'') { '\'' } else { '"' };
                tag.push_str(&escape_value(&named(old, key, changed)?, quote));
                tag.push(quote);
            }
            None => {}
        }
    }
    for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        let prefix = match key.0 {
            "" => String::new(),
            space => format!("{}:", prefix_of(old, space, false)?),
        };
        tag.push_str(&format!(" {prefix}{}=\"{}\"", key.1, escape_value(&named(old, *key, value)?, '"')));
    }
    tag.push_str(&source[at..entry.inner as usize]);
    Some((tag, is_empty))
}

/// A value as it is written at a place: a type with the prefix that holds there.
fn named<'v>(place: Node<'_>, key: (&str, &str), value: &'v Value<'_>) -> Option<Cow<'v, str>> {
    let (space, local) = value;
    if !is_type(key) || space.is_empty() {
        return Some(Cow::Borrowed(local));
    }
    let prefix = prefix_of(place, space, true)?;
    Some(Cow::Owned(if prefix.is_empty() { local.to_string() } else { format!("{prefix}:{local}") }))
}

/// The prefix that a namespace has at a place; empty for the default one, where that is enough.
fn prefix_of<'d>(place: Node<'d>, space: &str, or_default: bool) -> Option<&'d str> {
    let mut hidden = BTreeSet::new();
    for node in std::iter::once(place).chain(place.ancestors()) {
        for attribute in node.attributes().filter(|attribute| attribute.is_declaration()) {
            let prefix = attribute.name().strip_prefix("xmlns:").unwrap_or("");
            let fits = attribute.value() == space && (or_default || !prefix.is_empty());
            if hidden.insert(prefix) && fits {
                return Some(prefix);
            }
        }
    }
    None
}

/// What an element is paired by: its id (and number, where a file has it twice), or its name and number among those of the name that have none.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Id(String, usize),
    Number(String, String, usize),
}

fn keys(node: Node<'_>) -> Vec<(Key, Node<'_>)> {
    let mut numbers: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let all = node.elements().map(|child| {
        let key = match child.attribute("id") {
            Some(id) => {
                let number = ids.entry(id.clone().into_owned()).or_default();
                *number += 1;
                Key::Id(id.into_owned(), *number)
            }
            None => {
                let number = numbers.entry((child.namespace(), child.local())).or_default();
                *number += 1;
                Key::Number(child.namespace().to_owned(), child.local().to_owned(), *number)
            }
        };
        (key, child)
    });
    all.collect()
}

/// The children of an element with what the edited one has: those that are left in their old places, what is new behind what it
/// stands behind there.
fn children(old: Node<'_>, new: Node<'_>, text: &mut String) -> Option<()> {
    // What another namespace says between elements is not put together anew.
    if beside(old) != beside(new) {
        return None;
    }
    let olds: BTreeMap<Key, Node<'_>> = keys(old).into_iter().collect();
    let mut paired: BTreeSet<super::NodeId> = BTreeSet::new();
    let mut added: BTreeMap<Option<super::NodeId>, Vec<Node<'_>>> = BTreeMap::new();
    // Where those of one name changed places, each place of the name gets the one that comes there.
    let mut order: BTreeMap<(&str, &str), Vec<(Node<'_>, Node<'_>)>> = BTreeMap::new();
    let mut behind = None;
    for (key, child) in keys(new) {
        match olds.get(&key).filter(|before| same_name(**before, child) && !paired.contains(&before.id())) {
            Some(before) => {
                paired.insert(before.id());
                order.entry((child.namespace(), child.local())).or_default().push((*before, child));
                behind = Some(before.id());
            }
            None => added.entry(behind).or_default().push(child),
        }
    }
    let mut next: BTreeMap<(&str, &str), std::vec::IntoIter<(Node<'_>, Node<'_>)>> =
        order.into_iter().map(|(name, all)| (name, all.into_iter())).collect();
    let indent = indent(old);
    let put_added = |behind: Option<super::NodeId>, text: &mut String| -> Option<()> {
        for child in added.get(&behind).into_iter().flatten() {
            text.push_str(&indent);
            write_new(old, *child, text)?;
        }
        Some(())
    };
    put_added(None, text)?;
    // White space goes with what follows it.
    let mut space = "";
    for node in old.children() {
        match node.kind() {
            Kind::Text if node.raw().trim().is_empty() => {
                text.push_str(std::mem::replace(&mut space, node.raw()));
            }
            Kind::Element if !paired.contains(&node.id()) => space = "",
            Kind::Element => {
                text.push_str(std::mem::take(&mut space));
                let (before, child) = next.get_mut(&(node.namespace(), node.local()))?.next()?;
                put_onto(before, child, text)?;
                put_added(Some(before.id()), text)?;
            }
            // Text beside elements says nothing here.
            _ => {
                text.push_str(std::mem::take(&mut space));
                text.push_str(node.raw());
            }
        }
    }
    let closing = if space.is_empty() { indent.get(..indent.len().saturating_sub(2)).unwrap_or("") } else { space };
    text.push_str(closing);
    Some(())
}

/// The line break and white space before the children of an element.
fn indent(node: Node<'_>) -> String {
    let first = node.children().next().filter(|child| child.kind() == Kind::Text && child.raw().trim().is_empty());
    if let Some(first) = first {
        let raw = first.raw();
        return raw[raw.rfind('\n').unwrap_or(0)..].to_owned();
    }
    let source = &node.document().source[..node.span().start];
    let line = &source[source.rfind('\n').map_or(0, |at| at + 1)..];
    let white = line.len() - line.trim_start().len();
    format!("\n{}  ", &line[..white])
}

/// Writes an element that is new, under the prefixes of the place that it comes to.
fn write_new(place: Node<'_>, new: Node<'_>, text: &mut String) -> Option<()> {
    let mut spaces: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for node in std::iter::once(new).chain(new.descendants().filter(|node| node.is_element())) {
        spaces.entry(node.namespace().to_owned()).or_default().0 = true;
        for (key, value) in said(node) {
            spaces.entry(key.0.to_owned()).or_default().1 = true;
            if is_type(key) {
                spaces.entry(value.0.into_owned()).or_default().0 = true;
            }
        }
    }
    let mut prefixes = Prefixes::default();
    let mut declared = String::new();
    for (number, (space, (element, attribute))) in spaces.iter().enumerate().filter(|(_, (space, _))| !space.is_empty())
    {
        let (for_element, for_attribute) = (prefix_of(place, space, true), prefix_of(place, space, false));
        if element & for_element.is_none() || attribute & for_attribute.is_none() {
            let prefix = format!("n{number}");
            declared.push_str(&format!(" xmlns:{prefix}=\"{}\"", escape_value(space, '"')));
            prefixes.attributes.insert(space.clone(), prefix.clone());
            prefixes.elements.insert(space.clone(), for_element.map_or(prefix, str::to_owned));
            continue;
        }
        prefixes.elements.extend(for_element.map(|prefix| (space.clone(), prefix.to_owned())));
        prefixes.attributes.extend(for_attribute.map(|prefix| (space.clone(), prefix.to_owned())));
    }
    write_with(&prefixes, &declared, new, text)
}

/// Prefixes by namespace: of elements and types, for which the default one is enough, and of attributes.
#[derive(Default)]
struct Prefixes {
    elements: BTreeMap<String, String>,
    attributes: BTreeMap<String, String>,
}

fn write_with(prefixes: &Prefixes, declared: &str, node: Node<'_>, text: &mut String) -> Option<()> {
    let qualified = |all: &BTreeMap<String, String>, space: &str, local: &str| match space {
        "" => Some(local.to_owned()),
        space => match all.get(space)?.as_str() {
            "" => Some(local.to_owned()),
            prefix => Some(format!("{prefix}:{local}")),
        },
    };
    let name = qualified(&prefixes.elements, node.namespace(), node.local())?;
    text.push_str(&format!("<{name}{declared}"));
    for attribute in node.attributes().filter(|attribute| !attribute.is_declaration()) {
        let key = (attribute.namespace(), attribute.local());
        let value = attribute.value();
        let value = match node.resolve_name(&value).filter(|_| is_type(key)) {
            Some((space, local)) => Cow::Owned(qualified(&prefixes.elements, space, local)?),
            None => value,
        };
        let name = qualified(&prefixes.attributes, key.0, key.1)?;
        text.push_str(&format!(" {name}=\"{}\"", escape_value(&value, '"')));
    }
    if node.children().next().is_none() {
        text.push_str("/>");
        return Some(());
    }
    text.push('>');
    for child in node.children() {
        match child.is_element() {
            true => write_with(prefixes, "", child, text)?,
            false => text.push_str(child.raw()),
        }
    }
    text.push_str(&format!("</{name}>"));
    Some(())
}
