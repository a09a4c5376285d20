//! `coverage`: how often each field is not empty.
//!
//! Paths live in a tree of nodes, so that counting one costs a look at the member expected next, and no text is built
//! until the end. A line counts as a whole: what it adds is kept aside until the line has proved to be JSON.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Read;

use crate::intern::Interner;
use crate::lines::{self, Place, Work};
use crate::log::{Level, Log, Notes};
use crate::scan::{Kind, Scan, Scanner, Text};
use crate::value::Json;

/// How many values at each path are not empty, in the order in which one thread finds them.
///
/// - Empty are null, `""`, `[]`, `{}` and what holds only these.
/// - Paths: `""` a line, `…/` the inside of an object, `…[]` an element, `…/name` a member. Names may make paths of
///   different kinds alike; those are counted together.
/// - `log` gets the lines that are not JSON.
pub fn coverage(reader: &mut (dyn Read + Send), threads: usize, log: &mut Log<'_>) -> Vec<(String, u32)> {
    let ran = lines::work(reader, threads, &Covering { level: log.level() }, |notes| log.tell_all(notes));
    log.tell_failure(ran.failure);
    paths(&ran.threads)
}

/// Prints paths as Rust shows a map.
pub fn shown(paths: &[(String, u32)]) -> String {
    let pairs: Vec<String> = paths.iter().map(|(path, count)| format!("{path:?}: {count}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

struct Covering {
    level: Option<Level>,
}

impl Work for Covering {
    type Thread = Tree;
    type Output = Notes;

    fn start(&self) -> Tree {
        Tree::new()
    }

    fn piece(&self, tree: &mut Tree, place: Place, bytes: &[u8]) -> Notes {
        let mut notes = Notes::new(self.level);
        let (text, bad) = lines::text(bytes, place.line);
        lines::each_line(&text, place.line, |start, number| {
            let mut scanner = Scanner::new(&text, start);
            if tree.line(&mut scanner, &text, start, place.offset + start as u64).is_err() {
                notes.not_json(number, lines::line_at(&text, start));
            }
            scanner.position()
        });
        notes.not_utf8(&bad);
        notes
    }
}

/// Where something was first counted: the line's place in the file, and the count's place among those of the line.
type First = (u64, u32);

/// How often, and where first.
#[derive(Clone, Copy)]
struct Count {
    times: u32,
    first: First,
}

const NEVER: Count = Count { times: 0, first: (u64::MAX, u32::MAX) };

/// A path: of a value, and of the inside of the objects found there.
struct Node {
    parent: u32,
    /// The number of the member's name; `None` for the line itself and for an element.
    name: Option<u32>,
    /// The node of its elements; 0 if there are none yet.
    element: u32,
    /// The member that came first in the last object here; 0 if none.
    leading: u32,
    /// The member that came after this one last time; 0 if none.
    following: u32,
    /// The last object in which this member was seen.
    seen_in: u64,
}

/// All paths that one thread has met.
struct Tree {
    nodes: Vec<Node>,
    /// Twice as many: of the value at a node, and of the inside of objects there.
    counts: Vec<Count>,
    names: Interner,
    members: HashMap<u64, u32, BuildHasherDefault<Mixed>>,
    /// What the current line adds, as indexes of counts.
    adds: Vec<u32>,
    objects: u64,
    repeated: bool,
}

/// Spreads keys that are already numbers of ours.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u64(&mut self, key: u64) {
        let mixed = (self.0 ^ key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}

/// How many members may have been left out before the expected one is looked up instead.
const PATIENCE: usize = 4;

impl Tree {
    fn new() -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            counts: Vec::new(),
            names: Interner::default(),
            members: HashMap::default(),
            adds: Vec::new(),
            objects: 0,
            repeated: false,
        };
        tree.node(0, None);
        tree
    }

    fn node(&mut self, parent: u32, name: Option<u32>) -> u32 {
        // Each node costs more than 40 bytes, so 2³¹ of them do not fit a machine's memory.
        let number = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX >> 1);
        self.nodes.push(Node { parent, name, element: 0, leading: 0, following: 0, seen_in: 0 });
        self.counts.extend([NEVER; 2]);
        number
    }

    /// Counts one line.
    fn line(&mut self, scanner: &mut Scanner<'_>, text: &str, start: usize, place: u64) -> Scan<()> {
        self.adds.clear();
        self.repeated = false;
        let filled = self.value(scanner, 0)?;
        scanner.end()?;
        if self.repeated {
            // The last of equal names is the one that counts; only a whole tree knows it.
            let json = Json::read(&mut Scanner::new(text, start))?;
            self.adds.clear();
            if self.json(&json, 0) {
                self.adds.push(0);
            }
        } else if filled {
            self.adds.push(0);
        }
        for (order, &index) in (0..).zip(&self.adds) {
            let count = &mut self.counts[index as usize];
            if count.times == 0 {
                count.first = (place, order);
            }
            count.times = count.times.saturating_add(1);
        }
        Ok(())
    }

    /// Walks the value at a node; answers whether it is not empty.
    fn value(&mut self, scanner: &mut Scanner<'_>, node: u32) -> Scan<bool> {
        match scanner.kind()? {
            Kind::String => Ok(!scanner.string()?.is_empty()),
            Kind::Number => {
                scanner.number()?;
                Ok(true)
            }
            Kind::Bool => {
                scanner.boolean()?;
                Ok(true)
            }
            Kind::Null => {
                scanner.null()?;
                Ok(false)
            }
            Kind::Array => {
                let mut filled = false;
                let mut element = 0;
                scanner.array(|scanner| {
                    if element == 0 {
                        element = self.element(node);
                    }
                    if self.value(scanner, element)? {
                        self.adds.push(element * 2);
                        filled = true;
                    }
                    Ok(())
                })?;
                Ok(filled)
            }
            Kind::Object => {
                self.objects += 1;
                let this = self.objects;
                let mut filled = false;
                let mut before = 0;
                scanner.object(|scanner, name| {
                    let member = self.expected(node, before, name);
                    before = member;
                    let last_seen = &mut self.nodes[member as usize].seen_in;
                    self.repeated |= *last_seen == this;
                    *last_seen = this;
                    if self.value(scanner, member)? {
                        self.adds.push(member * 2);
                        filled = true;
                    }
                    Ok(())
                })?;
                if filled {
                    self.adds.push(node * 2 + 1);
                }
                Ok(filled)
            }
        }
    }

    /// The same for a value that was read as a tree.
    fn json(&mut self, json: &Json, node: u32) -> bool {
        let mut filled = false;
        match json {
            Json::Null => {}
            Json::Bool(_) | Json::Number(_) => filled = true,
            Json::String(text) => filled = !text.is_empty(),
            Json::Array(elements) => {
                for value in elements {
                    let element = self.element(node);
                    if self.json(value, element) {
                        self.adds.push(element * 2);
                        filled = true;
                    }
                }
            }
            Json::Object(members) => {
                for (name, value) in members.iter() {
                    let member = self.member(node, name);
                    if self.json(value, member) {
                        self.adds.push(member * 2);
                        filled = true;
                    }
                }
                if filled {
                    self.adds.push(node * 2 + 1);
                }
            }
        }
        filled
    }

    fn element(&mut self, node: u32) -> u32 {
        if self.nodes[node as usize].element == 0 {
            self.nodes[node as usize].element = self.node(node, None);
        }
        self.nodes[node as usize].element
    }

    /// The node of a member, guessed from what came after the member `before` (0: at the start) last time.
    #[inline]
    fn expected(&mut self, node: u32, before: u32, name: Text<'_>) -> u32 {
        let name = name.decode();
        let from = |tree: &Self| {
            if before == 0 { tree.nodes[node as usize].leading } else { tree.nodes[before as usize].following }
        };
        let mut guess = from(self);
        for _ in 0..PATIENCE {
            if guess == 0 {
                break;
            }
            let member = &self.nodes[guess as usize];
            if member.name.is_some_and(|number| self.names.get(number) == &*name) {
                return guess;
            }
            guess = member.following;
        }
        let member = self.member(node, &name);
        let link = if before == 0 {
            &mut self.nodes[node as usize].leading
        } else {
            &mut self.nodes[before as usize].following
        };
        *link = member;
        member
    }

    fn member(&mut self, node: u32, name: &str) -> u32 {
        let name = self.names.number(name, 0);
        let key = u64::from(node) << 32 | u64::from(name);
        if let Some(&member) = self.members.get(&key) {
            return member;
        }
        let member = self.node(node, Some(name));
        self.members.insert(key, member);
        member
    }

    /// The path of the value at each node. A node comes after its parent.
    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let path = match (index, node.name) {
                (0, _) => String::new(),
                (_, None) => format!("{}[]", paths[node.parent as usize]),
                (_, Some(name)) => format!("{}/{}", paths[node.parent as usize], self.names.get(name)),
            };
            paths.push(path);
        }
        paths
    }
}

/// Adds up the trees of all threads.
fn paths(trees: &[Tree]) -> Vec<(String, u32)> {
    let mut sums: HashMap<String, Count> = HashMap::new();
    for tree in trees {
        for (path, counts) in tree.paths().into_iter().zip(tree.counts.chunks_exact(2)) {
            let inside = format!("{path}/");
            for (path, count) in [(path, counts[0]), (inside, counts[1])] {
                if count.times > 0 {
                    let sum = sums.entry(path).or_insert(NEVER);
                    sum.times = sum.times.saturating_add(count.times);
                    sum.first = sum.first.min(count.first);
                }
            }
        }
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_unstable_by_key(|(_, count)| count.first);
    sums.into_iter().map(|(path, count)| (path, count.times)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, threads: usize, size: usize) -> String {
        let ran = lines::run(&mut text.as_bytes(), threads, size, &Covering { level: None }, drop);
        shown(&paths(&ran.threads))
    }

    #[test]
    fn what_is_counted_and_in_which_order() {
        let cases = [
            (
                r#"{"phoneNumbers": [{"type": "home", "number": "1"}, {"type": "office", "number": "2"}]}"#,
                r#"{"/phoneNumbers[]/type": 2, "/phoneNumbers[]/number": 2, "/phoneNumbers[]/": 2, "/phoneNumbers[]": 2, "/phoneNumbers": 1, "/": 1, "": 1}"#,
            ),
            (r#"{"a":0,"a":null}"#, "{}"),
            (r#"{"b":{"x":1},"a":1,"b":{"y":1}}"#, r#"{"/b/y": 1, "/b/": 1, "/b": 1, "/a": 1, "/": 1, "": 1}"#),
            (r#"{"":0}"#, r#"{"/": 2, "": 1}"#),
            (r#"{"a[]":0,"a":[0]}"#, r#"{"/a[]": 2, "/a": 1, "/": 1, "": 1}"#),
            ("{\"a\\u0022\\n\u{200b}\":1}", r#"{"/a\"\n\u{200b}": 1, "/": 1, "": 1}"#),
            ("\n1\n[\n \n0", r#"{"": 2}"#),
            (r#"[{"a":0},{""a":0}]"#, "{}"),
        ];
        for (text, expected) in cases {
            assert_eq!(of(text, 1, 1 << 20), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_pieces_and_threads_give_equal_output(
            lines in prop::collection::vec(prop::sample::select(vec![
                r#"{"a":1,"b":[1,"",{"c":null,"d":2}]}"#, r#"{"b":{"x":1},"a":{"b":2}}"#, "", "[", "[[0],[[]]]",
                r#"{"a":"","a":{"e":[1]}}"#, r#"{"":{"":0}}"#, r#"{"c":1,"b":[{"d":1,"c":3}],"a":0}"#, "3",
            ]), 0..20),
            size in 1usize..40,
            threads in 1usize..4,
        ) {
            let text = lines.join("\n");
            prop_assert_eq!(of(&text, threads, size), of(&text, 1, 1 << 20));
        }
    }
}
