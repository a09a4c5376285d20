//! What differs between two versions of a file, element by element.
//!
//! Elements are the same by their `id`. What stands within one and is no element of the flow by itself (conditions, event
//! definitions, loops, extensions) are its parts, told by their path. What only the drawing says is kept apart: an
//! element that merely lies elsewhere is [`What::Moved`].

use std::borrow::Cow;
use std::collections::HashMap;

use crate::tree::{BPMN, Document, IN_BPMNDI, IN_DC, IN_DI, Node, OURS, XSI};

/// What happened to one element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// What it is, as BPMN names it: `userTask`; in the old version where it is gone.
    pub element: String,
    /// Its name, in the old version where it is gone.
    pub name: Option<String>,
    /// What happened.
    pub what: What,
}

/// The kinds of changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Only the new version has it.
    Added,
    /// Only the old version had it.
    Removed,
    /// Both have it, and it says something else; at least one difference.
    Changed(Vec<Difference>),
    /// It says the same and lies elsewhere in the drawing.
    Moved,
}

/// One thing that an element says differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Which part: names of elements, then perhaps an attribute. BPMN's own names stand bare, ours begin with `qy:`,
    /// others with their namespace in braces: `@name`, `conditionExpression`, `extensionElements/qy:clock/@promised`.
    /// Not from the text are [`Difference::KIND`], [`Difference::SCOPE`] and [`Difference::LANE`].
    pub path: String,
    /// What the old version said; `None` where it had no such part.
    pub old: Option<String>,
    /// What the new version says; `None` where it has no such part.
    pub new: Option<String>,
}

impl Difference {
    /// The path of what an element is: a task that became a user task.
    pub const KIND: &'static str = "element()";
    /// The path of what holds an element: its process or sub-process, by id.
    pub const SCOPE: &'static str = "parent()";
    /// The path of the lane an element lies in, by id.
    pub const LANE: &'static str = "lane()";

    /// Whether a flow begins or ends elsewhere; then both values are ids.
    pub fn is_route(&self) -> bool {
        matches!(self.path.as_str(), "@sourceRef" | "@targetRef" | "@attachedToRef")
    }
}

/// What differs from `old` to `new`: first all of the new version in the order of its text, then what is gone, in the
/// order of the old text.
pub fn compare(old: &Document, new: &Document) -> Vec<Change> {
    let (before, after) = (Side::of(old), Side::of(new));
    let here = after.subjects.iter().filter_map(|(id, node)| {
        let what = match before.node(id) {
            None => What::Added,
            Some(was) => differs((&before, was), (&after, *node), id)?,
        };
        Some(change(id, *node, what))
    });
    let gone = before.subjects.iter().filter(|(id, _)| after.node(id).is_none());
    here.chain(gone.map(|(id, node)| change(id, *node, What::Removed))).collect()
}

/// Elements that stand for themselves wherever they are; children of the root do so, too.
const SUBJECTS: [&str; 34] = [
    "process",
    "participant",
    "lane",
    "messageFlow",
    "conversation",
    "subConversation",
    "callConversation",
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "scriptTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
    "endEvent",
    "exclusiveGateway",
    "inclusiveGateway",
    "parallelGateway",
    "complexGateway",
    "eventBasedGateway",
    "sequenceFlow",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "association",
];

/// The rest of them: remarks, frames, choreographies.
const MORE_SUBJECTS: [&str; 5] = ["textAnnotation", "group", "choreographyTask", "callChoreography", "subChoreography"];

/// What says again what flows and lanes say, or what tool wrote the file.
const REPEATED: [&str; 3] = ["incoming", "outgoing", "flowNodeRef"];
const OF_TOOLS: [&str; 3] = ["id", "exporter", "exporterVersion"];

/// One version, with what is looked up in it.
struct Side<'d> {
    subjects: Vec<(String, Node<'d>)>,
    places: HashMap<String, usize>,
    lanes: HashMap<String, String>,
    drawn: HashMap<String, String>,
}

impl<'d> Side<'d> {
    fn of(document: &'d Document) -> Side<'d> {
        let mut side =
            Side { subjects: Vec::new(), places: HashMap::new(), lanes: HashMap::new(), drawn: HashMap::new() };
        for node in document.nodes() {
            if let Some(id) = subject(node)
                && !side.places.contains_key(&id)
            {
                side.places.insert(id.clone(), side.subjects.len());
                side.subjects.push((id, node));
            }
            if node.is("flowNodeRef")
                && let Some(lane) = node.parent().and_then(|lane| lane.attribute("id"))
            {
                // The innermost lane comes last in the text, as lanes hold their children after their references.
                side.lanes.insert(node.text().trim().to_owned(), lane.into_owned());
            }
            side.note_drawing(node);
        }
        side
    }

    fn node(&self, id: &str) -> Option<Node<'d>> {
        self.places.get(id).map(|at| self.subjects[*at].1)
    }

    /// Keeps where the drawing has an element.
    fn note_drawing(&mut self, node: Node<'d>) {
        if node.in_namespace(IN_BPMNDI)
            && matches!(node.local(), "BPMNShape" | "BPMNEdge")
            && let Some(element) = node.attribute("bpmnElement")
        {
            let local = element.rsplit(':').next().unwrap_or_default().trim().to_owned();
            self.drawn.entry(local).or_default().push_str(&drawing(node));
        }
    }
}

/// The id under which a node is compared, if it is by itself.
fn subject(node: Node<'_>) -> Option<String> {
    if node.namespace() != BPMN || !node.is_element() {
        return None;
    }
    let local = node.local();
    if local == "definitions" {
        return node.parent().is_some_and(|parent| parent.parent().is_none()).then(|| "definitions".to_owned());
    }
    let of_root = node.parent().is_some_and(|parent| parent.is("definitions"));
    let listed = SUBJECTS.contains(&local) || MORE_SUBJECTS.contains(&local);
    if !listed && !of_root {
        return None;
    }
    node.attribute("id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty())
}

fn change(id: &str, node: Node<'_>, what: What) -> Change {
    let name = node.attribute("name").or_else(|| node.first("text").map(|text| text.text()));
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    Change { id: id.to_owned(), element: node.local().to_owned(), name, what }
}

/// What two versions of one element say differently; `None` when nothing.
fn differs(old: (&Side<'_>, Node<'_>), new: (&Side<'_>, Node<'_>), id: &str) -> Option<What> {
    let mut found = Vec::new();
    note(&mut found, Difference::KIND, Some(old.1.local().to_owned()), Some(new.1.local().to_owned()));
    note(&mut found, Difference::SCOPE, scope(old.1), scope(new.1));
    note(&mut found, Difference::LANE, old.0.lanes.get(id).cloned(), new.0.lanes.get(id).cloned());
    parts(old.1, new.1, "", &mut found);
    if !found.is_empty() {
        return Some(What::Changed(found));
    }
    // One that is drawn in one version only is no news of the process, nor can it have moved.
    let (was, is) = (old.0.drawn.get(id)?, new.0.drawn.get(id)?);
    (was != is).then_some(What::Moved)
}

/// The id of the subject that holds a node. The root holds nothing by name, and lanes and such are passed over.
fn scope(node: Node<'_>) -> Option<String> {
    node.ancestors().filter(|holder| !holder.is("definitions")).find_map(subject)
}

/// Compares attributes, text and parts of two nodes.
fn parts(old: Node<'_>, new: Node<'_>, path: &str, found: &mut Vec<Difference>) {
    let (was, is) = (attributes(old), attributes(new));
    let before: HashMap<&str, &String> = was.iter().map(|(name, value)| (name.as_str(), value)).collect();
    let after: HashMap<&str, &String> = is.iter().map(|(name, value)| (name.as_str(), value)).collect();
    for (name, value) in &is {
        let old = before.get(name.as_str()).map(|value| (*value).clone());
        note(found, &join(path, &format!("@{name}")), old, Some(value.clone()));
    }
    for (name, value) in was.iter().filter(|(name, _)| !after.contains_key(name.as_str())) {
        note(found, &join(path, &format!("@{name}")), Some(value.clone()), None);
    }
    if !path.is_empty() {
        note(found, path, text(old), text(new));
    }
    children(old, new, path, found);
}

/// Compares the parts that two nodes hold.
fn children(old: Node<'_>, new: Node<'_>, path: &str, found: &mut Vec<Difference>) {
    let (was, is) = (keyed(old), keyed(new));
    let before: HashMap<&str, Node<'_>> = was.iter().map(|(key, node)| (key.as_str(), *node)).collect();
    let after: HashMap<&str, Node<'_>> = is.iter().map(|(key, node)| (key.as_str(), *node)).collect();
    for (key, node) in &is {
        let path = join(path, key);
        match before.get(key.as_str()) {
            Some(other) => parts(*other, *node, &path, found),
            None => note(found, &path, None, Some(summary(*node))),
        }
    }
    for (key, node) in was.iter().filter(|(key, _)| !after.contains_key(key.as_str())) {
        note(found, &join(path, key), Some(summary(*node)), None);
    }
}

fn note(found: &mut Vec<Difference>, path: &str, old: Option<String>, new: Option<String>) {
    if old != new {
        found.push(Difference { path: path.to_owned(), old, new });
    }
}

fn join(path: &str, step: &str) -> String {
    if path.is_empty() { step.to_owned() } else { format!("{path}/{step}") }
}

/// The parts within a node under the keys by which they are matched: the name; of several of one name also what tells
/// them apart.
fn keyed(node: Node<'_>) -> Vec<(String, Node<'_>)> {
    let held: Vec<Node<'_>> = node
        .elements()
        .filter(|child| subject(*child).is_none() && !(child.namespace() == BPMN && is_repeated(child.local())))
        // Lane sets only hold lanes, which stand for themselves; the drawing is compared by itself.
        .filter(|child| !child.in_namespace(IN_BPMNDI))
        .filter(|child| !child.is_any(&["laneSet", "childLaneSet"]))
        .collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for child in &held {
        *counts.entry(step(*child)).or_default() += 1;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut keyed = Vec::with_capacity(held.len());
    for child in held {
        let plain = step(child);
        let alone = counts.get(&plain) == Some(&1);
        // What extensions name stays itself when its fellows come and go; the rest needs telling apart among several only.
        let names: &[&str] = match (alone, child.namespace()) {
            (true, BPMN) => &[],
            (true, _) => &["name"],
            (false, _) => &["name", "ref", "key"],
        };
        let told = match names.iter().find_map(|name| child.attribute(name)) {
            Some(value) => format!("{plain}[{value}]"),
            None => plain,
        };
        let at = seen.entry(told.clone()).or_default();
        *at += 1;
        let key = if *at == 1 { told } else { format!("{told}[{at}]") };
        keyed.push((key, child));
    }
    keyed
}

fn is_repeated(local: &str) -> bool {
    REPEATED.contains(&local)
}

fn step(node: Node<'_>) -> String {
    qualified(node.namespace(), node.local())
}

fn qualified(namespace: &str, local: &str) -> String {
    match namespace {
        BPMN | "" => local.to_owned(),
        OURS => format!("qy:{local}"),
        other => format!("{{{other}}}{local}"),
    }
}

/// What a node's attributes say, without what only binds names or only identifies.
fn attributes(node: Node<'_>) -> Vec<(String, String)> {
    node.attributes()
        .filter(|attribute| !attribute.is_declaration() && attribute.namespace() != XSI)
        .filter(|attribute| !attribute.namespace().is_empty() || !OF_TOOLS.contains(&attribute.local()))
        .map(|attribute| (qualified(attribute.namespace(), attribute.local()), attribute.value().trim().to_owned()))
        .collect()
}

fn text(node: Node<'_>) -> Option<String> {
    let text: Cow<'_, str> = node.text();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A part as one text: its own, else its attributes, else what it holds.
fn summary(node: Node<'_>) -> String {
    const LONGEST: usize = 400;
    let mut said: Vec<String> = attributes(node).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    said.extend(text(node));
    let mut length = said.iter().map(String::len).sum::<usize>();
    for part in node.descendants().filter(|part| part.is_element()) {
        if length > LONGEST {
            break;
        }
        let attributes = attributes(part).into_iter().map(|(name, value)| format!("{name}={value}"));
        let more: Vec<String> = attributes.chain(text(part)).collect();
        length += more.iter().map(String::len).sum::<usize>();
        said.extend(more);
    }
    said.join(", ")
}

/// Where a shape or line lies, as a text to compare: numbers as numbers, so that `10` and `10.0` are the same.
fn drawing(node: Node<'_>) -> String {
    let mut said = String::new();
    for part in std::iter::once(node).chain(node.descendants()).filter(|part| part.is_element()) {
        if ![IN_BPMNDI, IN_DC, IN_DI].iter().any(|known| part.in_namespace(*known)) {
            continue;
        }
        said.push_str(part.local());
        for name in ["x", "y", "width", "height", "isHorizontal", "isExpanded", "isMarkerVisible"] {
            if let Some(value) = part.attribute(name) {
                let number = value.trim().parse::<f64>().map(|number| number.to_string());
                said.push_str(&format!(" {name}={}", number.unwrap_or_else(|_| value.trim().to_owned())));
            }
        }
        said.push(';');
    }
    said
}
