//! What the rules ask about a document again and again, found out once.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::model::Reference;
use crate::tree::{Document, Node, NodeId};

/// Names of activities.
pub(super) const ACTIVITIES: &[&str] = &[
    "task",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "userTask",
    "manualTask",
    "businessRuleTask",
    "scriptTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
];
/// Names of tasks.
pub(super) const TASKS: &[&str] =
    &["task", "serviceTask", "sendTask", "receiveTask", "userTask", "manualTask", "businessRuleTask", "scriptTask"];
/// Names of sub-processes.
pub(super) const SUB_PROCESSES: &[&str] = &["subProcess", "transaction", "adHocSubProcess"];
/// Names of events.
pub(super) const EVENTS: &[&str] =
    &["startEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "endEvent"];
/// Names of gateways.
pub(super) const GATEWAYS: &[&str] =
    &["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"];
/// Names of activities of a choreography.
pub(super) const CHOREOGRAPHY_ACTIVITIES: &[&str] = &["choreographyTask", "callChoreography", "subChoreography"];
/// Names of artifacts.
pub(super) const ARTIFACTS: &[&str] = &["association", "group", "textAnnotation"];
/// Names of global tasks.
pub(super) const GLOBAL_TASKS: &[&str] =
    &["globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"];

/// Kinds of event definitions, as bits of a [`Triggers`].
pub(super) const EVENT_DEFINITIONS: &[&str] = &[
    "messageEventDefinition",
    "timerEventDefinition",
    "signalEventDefinition",
    "conditionalEventDefinition",
    "errorEventDefinition",
    "escalationEventDefinition",
    "compensateEventDefinition",
    "cancelEventDefinition",
    "linkEventDefinition",
    "terminateEventDefinition",
];

/// Whether a node is one of the flow nodes.
pub(super) fn is_flow_node(node: Node<'_>) -> bool {
    node.is_any(ACTIVITIES) || node.is_any(EVENTS) || node.is_any(GATEWAYS) || node.is_any(CHOREOGRAPHY_ACTIVITIES)
}

/// A boolean attribute of XML schema; anything else counts as the default.
pub(super) fn flag(node: Node<'_>, attribute: &str, default: bool) -> bool {
    // Long values are none, and are not searched for their end again and again.
    match node.attribute(attribute).as_deref().filter(|value| value.len() < 64).map(str::trim) {
        Some("true" | "1") => true,
        Some("false" | "0") => false,
        _ => default,
    }
}

/// Whether it is an event sub-process.
pub(super) fn is_event_sub_process(node: Node<'_>) -> bool {
    node.is_any(SUB_PROCESSES) && flag(node, "triggeredByEvent", false)
}

/// What triggers an event or what it throws: how many definitions of which kinds.
#[derive(Clone, Copy, Default)]
pub(super) struct Triggers {
    count: usize,
    kinds: u16,
}

impl Triggers {
    fn add(&mut self, definition: Node<'_>) {
        self.count += 1;
        if let Some(kind) = EVENT_DEFINITIONS.iter().position(|&name| definition.is(name)) {
            self.kinds |= 1 << kind;
        }
    }

    /// How many definitions, those by reference included.
    pub(super) fn count(self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub(super) fn is_none(self) -> bool {
        self.count == 0
    }

    /// Whether a definition of this kind (such as `timer`) is among them.
    pub(super) fn has(self, kind: &str) -> bool {
        let position = EVENT_DEFINITIONS.iter().position(|name| name.strip_suffix("EventDefinition") == Some(kind));
        position.is_some_and(|kind| self.kinds & (1 << kind) != 0)
    }

    /// The kinds among them that are not allowed, in words of the schema.
    pub(super) fn beside(self, allowed: &[&str]) -> Vec<&'static str> {
        EVENT_DEFINITIONS
            .iter()
            .filter_map(|name| name.strip_suffix("EventDefinition"))
            .filter(|kind| self.has(kind) && !allowed.contains(kind))
            .collect()
    }
}

/// Where a flow node is joined to others.
#[derive(Clone, Default)]
struct Ports<'d> {
    listed_in: usize,
    listed_out: usize,
    incoming: Vec<Node<'d>>,
    outgoing: Vec<Node<'d>>,
}

/// A document with its indexes.
pub(super) struct Scene<'d> {
    pub(super) document: &'d Document,
    pub(super) target: String,
    by_name: HashMap<&'d str, Vec<Node<'d>>>,
    ports: HashMap<NodeId, Ports<'d>>,
    listed: HashSet<(NodeId, NodeId, bool)>,
    lists_flows: bool,
    triggers: HashMap<NodeId, Triggers>,
    boundary: HashMap<NodeId, Vec<Node<'d>>>,
    /// Item definitions by what they define, numbered: those of one structure have one number.
    structures: HashMap<NodeId, usize>,
    /// What children refer to, as far as it has been asked. Many elements may ask about one with many children.
    by_child: RefCell<HashMap<(NodeId, &'static str), Option<NodeId>>>,
}

impl<'d> Scene<'d> {
    pub(super) fn of(document: &'d Document) -> Self {
        let target = document.root().attribute("targetNamespace").unwrap_or_default().trim().to_owned();
        let mut scene = Scene {
            document,
            target,
            by_name: HashMap::new(),
            ports: HashMap::new(),
            listed: HashSet::new(),
            lists_flows: false,
            triggers: HashMap::new(),
            boundary: HashMap::new(),
            structures: HashMap::new(),
            by_child: RefCell::new(HashMap::new()),
        };
        scene.name();
        scene.number_structures();
        scene.join();
        scene.trigger();
        scene
    }

    /// Finds all BPMN elements by name. What stands within `extensionElements` is not the standard's business.
    fn name(&mut self) {
        let mut skip_until = 0;
        for node in self.document.nodes().filter(|node| node.is(node.local())) {
            if node.span().start < skip_until {
                continue;
            }
            if node.is("extensionElements") {
                skip_until = node.span().end;
                continue;
            }
            self.by_name.entry(node.local()).or_default().push(node);
        }
    }

    fn number_structures(&mut self) {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let definitions: Vec<_> = self.all("itemDefinition").collect();
        for definition in definitions {
            let structure = definition.attribute("structureRef").unwrap_or_default().trim().to_owned();
            if !structure.is_empty() {
                let fresh = numbers.len();
                let number = *numbers.entry(structure).or_insert(fresh);
                self.structures.insert(definition.id(), number);
            }
        }
    }

    fn join(&mut self) {
        let flows: Vec<_> = self.all("sequenceFlow").collect();
        for flow in flows {
            if let Some(source) = self.referred(flow, "sourceRef") {
                self.ports.entry(source.id()).or_default().outgoing.push(flow);
            }
            if let Some(target) = self.referred(flow, "targetRef") {
                self.ports.entry(target.id()).or_default().incoming.push(flow);
            }
        }
        for (name, into) in [("incoming", true), ("outgoing", false)] {
            let entries: Vec<_> = self.all(name).collect();
            for entry in entries {
                let Some(node) = entry.parent() else { continue };
                self.lists_flows = true;
                let flow = self.named(entry, &entry.text());
                let ports = self.ports.entry(node.id()).or_default();
                *(if into { &mut ports.listed_in } else { &mut ports.listed_out }) += 1;
                self.listed.extend(flow.map(|flow| (node.id(), flow.id(), into)));
            }
        }
        let events: Vec<_> = self.all("boundaryEvent").collect();
        for event in events {
            if let Some(activity) = self.referred(event, "attachedToRef") {
                self.boundary.entry(activity.id()).or_default().push(event);
            }
        }
    }

    fn trigger(&mut self) {
        for name in EVENTS {
            let events: Vec<_> = self.all(name).collect();
            for event in events {
                let mut triggers = Triggers::default();
                for definition in self.definitions(event) {
                    triggers.add(definition);
                }
                self.triggers.insert(event.id(), triggers);
            }
        }
    }

    /// All BPMN elements of a name, in the order of the text.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = Node<'d>> + use<'_, 'd> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    /// All BPMN elements of some names.
    pub(super) fn all_of(&self, names: &'static [&'static str]) -> impl Iterator<Item = Node<'d>> + use<'_, 'd> {
        names.iter().flat_map(|name| self.all(name))
    }

    /// All names of BPMN elements that occur, with their elements.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'d str, &[Node<'d>])> {
        self.by_name.iter().map(|(name, nodes)| (*name, nodes.as_slice()))
    }

    /// The id in this file that a name at a node means; `None` when it means something in another namespace.
    pub(super) fn local_id(&self, node: Node<'_>, name: &str) -> Option<String> {
        match Reference::of(node, name, &self.target) {
            Reference::Local(id) => Some(id),
            Reference::Foreign { .. } => None,
        }
    }

    /// The BPMN element that a name at a node means.
    pub(super) fn named(&self, node: Node<'_>, name: &str) -> Option<Node<'d>> {
        self.document.by_id(&self.local_id(node, name)?).filter(|found| found.is(found.local()))
    }

    /// The BPMN element that an attribute refers to.
    pub(super) fn referred(&self, node: Node<'_>, attribute: &str) -> Option<Node<'d>> {
        self.named(node, &node.attribute(attribute)?)
    }

    /// The BPMN element that a child element refers to.
    pub(super) fn referred_by_child(&self, node: Node<'_>, child: &'static str) -> Option<Node<'d>> {
        let key = (node.id(), child);
        if let Some(known) = self.by_child.borrow().get(&key) {
            return known.map(|id| self.document.node(id));
        }
        let found = node.first(child).and_then(|child| self.named(child, &child.text()));
        self.by_child.borrow_mut().insert(key, found.map(Node::id));
        found
    }

    /// The number of the structure that an item definition names; `None` when it names none.
    pub(super) fn structure(&self, definition: Node<'_>) -> Option<usize> {
        self.structures.get(&definition.id()).copied()
    }

    /// Sequence flows whose source is the node.
    pub(super) fn outgoing(&self, node: Node<'_>) -> &[Node<'d>] {
        self.ports.get(&node.id()).map_or(&[], |ports| &ports.outgoing)
    }

    /// Sequence flows whose target is the node.
    pub(super) fn incoming(&self, node: Node<'_>) -> &[Node<'d>] {
        self.ports.get(&node.id()).map_or(&[], |ports| &ports.incoming)
    }

    /// How many sequence flows come in: as the node lists them; in a file that lists none at all, as they are.
    pub(super) fn count_in(&self, node: Node<'_>) -> usize {
        let ports = self.ports.get(&node.id());
        ports.map_or(0, |ports| if self.lists_flows { ports.listed_in } else { ports.incoming.len() })
    }

    /// How many sequence flows go out; see [`Scene::count_in`].
    pub(super) fn count_out(&self, node: Node<'_>) -> usize {
        let ports = self.ports.get(&node.id());
        ports.map_or(0, |ports| if self.lists_flows { ports.listed_out } else { ports.outgoing.len() })
    }

    /// Whether the node lists the flow as incoming or outgoing.
    pub(super) fn lists(&self, node: Node<'_>, flow: Node<'_>, into: bool) -> bool {
        self.listed.contains(&(node.id(), flow.id(), into))
    }

    /// The definitions of an event, inline and by reference, in the order of the text.
    pub(super) fn definitions(&self, event: Node<'d>) -> impl Iterator<Item = Node<'d>> + use<'_, 'd> {
        event.elements().filter_map(|child| {
            if child.is("eventDefinitionRef") {
                self.named(child, &child.text()).filter(|found| found.is_any(EVENT_DEFINITIONS))
            } else {
                Some(child).filter(|child| child.is_any(EVENT_DEFINITIONS))
            }
        })
    }

    /// What triggers an event.
    pub(super) fn triggers(&self, event: Node<'_>) -> Triggers {
        self.triggers.get(&event.id()).copied().unwrap_or_default()
    }

    /// Boundary events on an activity.
    pub(super) fn boundary(&self, activity: Node<'_>) -> &[Node<'d>] {
        self.boundary.get(&activity.id()).map_or(&[], Vec::as_slice)
    }

    /// Whether a node lies in a process that is to be run, or is one.
    pub(super) fn is_executable(&self, node: Node<'_>) -> bool {
        std::iter::once(node)
            .chain(node.ancestors())
            .find(|node| node.is("process"))
            .is_some_and(|process| flag(process, "isExecutable", false))
    }
}

/// The process that a node lies in.
pub(super) fn process_of(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|node| node.is("process"))
}
