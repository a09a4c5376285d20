//! The tree that releases are merged into.

use std::collections::HashMap;

use crate::tree::{Json, write_list, write_object};
use crate::types::Text;

use super::Dated;
use super::rules::{Rule, Rules, Strategy};

/// A place in a merged release. It may have held a plain value, an object and a list in different releases; what it
/// has inside is what is written, as in the publishers' tool.
#[derive(Debug)]
pub(super) struct Node<'a, L> {
    leaf: Option<L>,
    members: Ordered<'a, Node<'a, L>>,
    elements: Ordered<'a, Element<'a, L>>,
}

/// An element of a list.
#[derive(Debug)]
struct Element<'a, L> {
    id: Option<Json<'a>>,
    node: Node<'a, L>,
}

impl<L> Default for Node<'_, L> {
    fn default() -> Self {
        Node { leaf: None, members: Ordered::default(), elements: Ordered::default() }
    }
}

/// A plain value as merged so far.
pub(super) trait Leaf<'a>: Sized {
    /// What each release brings beside the value.
    type Source;
    fn set(held: Option<Self>, value: &Json<'a>, source: &Self::Source) -> Self;
    /// Whether there is anything to write.
    fn is_written(&self) -> bool;
    fn write(&self, out: &mut Vec<u8>);
}

/// The last value; null is not written.
impl<'a> Leaf<'a> for Option<Json<'a>> {
    type Source = ();

    fn set(_held: Option<Self>, value: &Json<'a>, _source: &()) -> Self {
        match value {
            Json::Null => None,
            value => Some(value.clone()),
        }
    }

    fn is_written(&self) -> bool {
        self.is_some()
    }

    fn write(&self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.write(out);
        }
    }
}

/// Every value with the id, date and tag of the release that set it.
#[derive(Debug, Default)]
pub(super) struct History<'a> {
    values: Vec<[(&'static str, Json<'a>); 4]>,
}

impl<'a> Leaf<'a> for History<'a> {
    type Source = SourceOf<'a>;

    fn set(held: Option<Self>, value: &Json<'a>, source: &Self::Source) -> Self {
        let mut history = held.unwrap_or_default();
        if history.values.last().is_some_and(|[.., (_, last)]| last == value) {
            return history;
        }
        let SourceOf { id, date, tag } = source.clone();
        history.values.push([("releaseID", id), ("releaseDate", date), ("releaseTag", tag), ("value", value.clone())]);
        history
    }

    fn is_written(&self) -> bool {
        true
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_list(&self.values, out, |value, out| {
            write_object(value.iter().map(|(name, value)| (*name, value)), out, Json::write);
        });
    }
}

/// The release that set a value.
#[derive(Clone, Debug)]
pub(super) struct SourceOf<'a> {
    id: Json<'a>,
    date: Json<'a>,
    tag: Json<'a>,
}

impl<'a> From<&Dated<'a>> for SourceOf<'a> {
    fn from(release: &Dated<'a>) -> SourceOf<'a> {
        let member = |name| release.json.member(name).cloned().unwrap_or(Json::Null);
        SourceOf { id: member("id"), date: member("date"), tag: member("tag") }
    }
}

/// One release on its way into the tree.
struct Merge<'r, S> {
    rules: &'r Rules,
    source: &'r S,
    /// Path from the root without positions.
    path: String,
}

impl<'a, L: Leaf<'a>> Node<'a, L> {
    /// Merges a release (an object) in. `ocid`, `id`, `date` and `tag` of the root are left to the caller.
    pub fn take_in(&mut self, release: &Json<'a>, rules: &Rules, source: &L::Source) {
        let mut merge = Merge { rules, source, path: String::new() };
        if let Json::Object(members) = release {
            let ours = |name: &str| matches!(name, "ocid" | "id" | "date" | "tag");
            merge.object(self, members.iter().filter(|(name, _)| !ours(name)));
        }
    }

    /// The whole release as JSON, `head` first.
    pub fn write_root(&self, head: Vec<(&str, Json<'a>)>) -> Vec<u8> {
        let mut out = Vec::new();
        let head: Vec<_> = head.iter().map(|(name, value)| (*name, value)).collect();
        write_members(&head, &self.members, &mut out);
        out
    }

    fn is_written(&self) -> bool {
        !self.members.is_empty() || !self.elements.is_empty() || self.leaf.as_ref().is_some_and(L::is_written)
    }

    fn write(&self, out: &mut Vec<u8>) {
        if !self.members.is_empty() {
            write_members(&[], &self.members, out);
        } else if !self.elements.is_empty() {
            write_list(&self.elements.entries, out, |(_, element), out| {
                // The id of an element is never versioned, and is as its first release wrote it.
                let id = element.id.as_ref().map(|id| ("id", id));
                write_members(id.as_slice(), &element.node.members, out);
            });
        } else if let Some(leaf) = &self.leaf {
            leaf.write(out);
        }
    }
}

/// What a member is written from.
enum Part<'n, 'a, L> {
    Value(&'n Json<'a>),
    Node(&'n Node<'a, L>),
}

/// Writes an object: `head`, then the members whose names are not in it.
fn write_members<'a, L: Leaf<'a>>(head: &[(&str, &Json<'a>)], members: &Ordered<'a, Node<'a, L>>, out: &mut Vec<u8>) {
    let in_head = |name: &str| head.iter().any(|(held, _)| *held == name);
    let rest = members.entries.iter().filter(|(name, node)| node.is_written() && !in_head(name));
    let rest = rest.map(|(name, node)| (name.as_ref(), Part::Node(node)));
    let head = head.iter().map(|(name, value)| (*name, Part::Value(value)));
    write_object(head.chain(rest), out, |part, out| match part {
        Part::Value(value) => value.write(out),
        Part::Node(node) => node.write(out),
    });
}

impl<S> Merge<'_, S> {
    fn object<'a: 'm, 'm, L: Leaf<'a, Source = S>>(
        &mut self,
        node: &mut Node<'a, L>,
        members: impl Iterator<Item = &'m (Text<'a>, Json<'a>)>,
    ) {
        for (name, value) in members {
            let length = self.path.len();
            self.path.push('/');
            self.path.push_str(name);
            let rule = self.rules.at(&self.path);
            if rule != Some(Rule::Omit) && self.says_something(value, rule) {
                let child = node.members.entry(name.clone(), Node::default);
                self.value(child, value, rule);
            }
            self.path.truncate(length);
        }
    }

    fn value<'a, L: Leaf<'a, Source = S>>(&mut self, node: &mut Node<'a, L>, value: &Json<'a>, rule: Option<Rule>) {
        match value {
            Json::Object(members) if rule != Some(Rule::Whole) => self.object(node, members.iter()),
            Json::List(values) if !is_whole(values, rule) => self.list(node, values),
            value => node.leaf = Some(L::set(node.leaf.take(), value, self.source)),
        }
    }

    fn list<'a, L: Leaf<'a, Source = S>>(&mut self, node: &mut Node<'a, L>, values: &[Json<'a>]) {
        let strategy = self.rules.strategy(&self.path);
        for (position, value) in values.iter().enumerate() {
            let Json::Object(members) = value else { continue };
            if !self.object_says_something(members) {
                continue;
            }
            let id = value.member("id").filter(|id| !matches!(id, Json::Null)).cloned();
            let key = match (strategy, &id) {
                (Strategy::ByPosition, _) => Some(position.to_string().into()),
                (Strategy::ById, Some(Json::Text(id))) => Some(id.clone()),
                (Strategy::ById, Some(Json::Number(id))) => Some((*id).into()),
                // Like no other.
                _ => None,
            };
            let new = || Element { id, node: Node::default() };
            let element = match key {
                Some(key) => node.elements.entry(key, new),
                None => node.elements.push("".into(), new()),
            };
            self.object(&mut element.node, members.iter());
        }
    }

    /// Whether merging the value would leave a trace: empty objects and lists, and what holds only those, do not.
    fn says_something(&mut self, value: &Json<'_>, rule: Option<Rule>) -> bool {
        match value {
            Json::Object(members) => rule == Some(Rule::Whole) || self.object_says_something(members),
            Json::List(values) => {
                is_whole(values, rule)
                    || values
                        .iter()
                        .any(|value| matches!(value, Json::Object(members) if self.object_says_something(members)))
            }
            _ => true,
        }
    }

    fn object_says_something(&mut self, members: &[(Text<'_>, Json<'_>)]) -> bool {
        members.iter().any(|(name, value)| {
            let length = self.path.len();
            self.path.push('/');
            self.path.push_str(name);
            let rule = self.rules.at(&self.path);
            let says = rule != Some(Rule::Omit) && self.says_something(value, rule);
            self.path.truncate(length);
            says
        })
    }
}

/// Whether a list is replaced as a whole: by rule, or because it holds something else than objects.
fn is_whole(values: &[Json<'_>], rule: Option<Rule>) -> bool {
    match rule {
        Some(Rule::Whole) => true,
        Some(Rule::WholeWithoutIds) if !values.is_empty() => {
            values.iter().all(|value| value.member("id").is_none_or(|id| matches!(id, Json::Null)))
        }
        _ => values.iter().any(|value| !matches!(value, Json::Object(_))),
    }
}

/// A list of named entries in order of first appearance. Small ones are searched, large ones have an index, so that a
/// hostile file of a million ids costs no more than its size.
#[derive(Debug)]
struct Ordered<'a, T> {
    entries: Vec<(Text<'a>, T)>,
    index: HashMap<Text<'a>, usize>,
}

const SEARCHED: usize = 16;

impl<T> Default for Ordered<'_, T> {
    fn default() -> Self {
        Ordered { entries: Vec::new(), index: HashMap::new() }
    }
}

impl<'a, T> Ordered<'a, T> {
    fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry that nobody will look up.
    fn push(&mut self, name: Text<'a>, value: T) -> &mut T {
        let at = self.entries.len();
        self.entries.push((name, value));
        &mut self.entries[at].1
    }

    fn entry(&mut self, name: Text<'a>, new: impl FnOnce() -> T) -> &mut T {
        let known = if self.index.is_empty() && self.entries.len() <= SEARCHED {
            self.entries.iter().position(|(held, _)| *held == name)
        } else {
            if self.index.is_empty() {
                self.index = self.entries.iter().enumerate().map(|(at, (held, _))| (held.clone(), at)).collect();
            }
            self.index.get(&name).copied()
        };
        let at = known.unwrap_or_else(|| {
            if !self.index.is_empty() {
                self.index.insert(name.clone(), self.entries.len());
            }
            self.entries.push((name, new()));
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }
}
