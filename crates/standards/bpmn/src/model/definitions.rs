//! The root of a file (BPMN 2.0.2 §8.2.1).

use std::borrow::Cow;

use super::base::Base;
use super::collaboration::{Choreography, Collaboration};
use super::data::DataStore;
use super::event::{self, EventDefinition};
use super::interchange::Diagram;
use super::process::{GlobalTask, Process};
use super::read::Reader;
use super::root::{
    Category, CorrelationProperty, Error, Escalation, Interface, ItemDefinition, Message, Resource, Signal,
};
use crate::tree::{IN_BPMNDI, Node};

/// Everything a file defines, each kind in the order of the text.
#[derive(Clone, PartialEq, Debug)]
pub struct Definitions {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// The namespace that the file's elements are known under; empty when missing.
    pub target_namespace: String,
    /// The language of expressions that name none. Default: XPath 1.0.
    pub expression_language: String,
    /// The language of types. Default: XML Schema.
    pub type_language: String,
    /// The tool that wrote the file.
    pub exporter: Option<String>,
    /// That tool's version.
    pub exporter_version: Option<String>,
    /// What other files are drawn upon. Whether they are there is the caller's to find out.
    pub imports: Vec<Import>,
    /// Types of data.
    pub item_definitions: Vec<ItemDefinition>,
    /// Messages.
    pub messages: Vec<Message>,
    /// Signals.
    pub signals: Vec<Signal>,
    /// Errors.
    pub errors: Vec<Error>,
    /// Escalations.
    pub escalations: Vec<Escalation>,
    /// Interfaces with their operations.
    pub interfaces: Vec<Interface>,
    /// Correlation properties.
    pub correlation_properties: Vec<CorrelationProperty>,
    /// Data stores.
    pub data_stores: Vec<DataStore>,
    /// Resources.
    pub resources: Vec<Resource>,
    /// Categories, which groups name values of.
    pub categories: Vec<Category>,
    /// Event definitions that stand at the root, to be referred to.
    pub event_definitions: Vec<EventDefinition>,
    /// Processes.
    pub processes: Vec<Process>,
    /// Global tasks.
    pub global_tasks: Vec<GlobalTask>,
    /// Collaborations, global conversations among them.
    pub collaborations: Vec<Collaboration>,
    /// Choreographies: only that they are there.
    pub choreographies: Vec<Choreography>,
    /// Diagrams.
    pub diagrams: Vec<Diagram>,
}

/// Another file that is drawn upon.
#[derive(Clone, PartialEq, Debug)]
pub struct Import {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The namespace that says what kind of file it is.
    pub import_type: Option<String>,
    /// Where it lies.
    pub location: Option<String>,
    /// The namespace of its elements.
    pub namespace: Option<String>,
}

impl Definitions {
    pub(super) fn of(root: Node<'_>) -> Definitions {
        let target = root.attribute("targetNamespace").map_or_else(String::new, |name| name.trim().to_owned());
        let reader = Reader { target: &target };
        let or = |attribute: &str, default: &str| {
            root.attribute(attribute).map_or_else(|| default.to_owned(), Cow::into_owned)
        };
        let mut definitions = Definitions {
            base: Base::of(root),
            name: reader.text(root, "name"),
            expression_language: or("expressionLanguage", "http://www.w3.org/1999/XPath"),
            type_language: or("typeLanguage", "http://www.w3.org/2001/XMLSchema"),
            exporter: reader.text(root, "exporter"),
            exporter_version: reader.text(root, "exporterVersion"),
            target_namespace: String::new(),
            imports: Vec::new(),
            item_definitions: Vec::new(),
            messages: Vec::new(),
            signals: Vec::new(),
            errors: Vec::new(),
            escalations: Vec::new(),
            interfaces: Vec::new(),
            correlation_properties: Vec::new(),
            data_stores: Vec::new(),
            resources: Vec::new(),
            categories: Vec::new(),
            event_definitions: Vec::new(),
            processes: Vec::new(),
            global_tasks: Vec::new(),
            collaborations: Vec::new(),
            choreographies: Vec::new(),
            diagrams: Vec::new(),
        };
        if root.is("definitions") {
            for child in root.elements() {
                definitions.take(child, reader);
            }
        }
        definitions.target_namespace = target;
        definitions
    }

    fn take(&mut self, node: Node<'_>, reader: Reader<'_>) {
        if node.in_namespace(IN_BPMNDI) && node.local() == "BPMNDiagram" {
            self.diagrams.push(Diagram::of(node, reader));
        }
        if !node.is(node.local()) {
            return;
        }
        match node.local() {
            "import" => self.imports.push(Import {
                base: Base::of(node),
                import_type: reader.text(node, "importType"),
                location: reader.text(node, "location"),
                namespace: reader.text(node, "namespace"),
            }),
            "itemDefinition" => self.item_definitions.push(ItemDefinition::of(node, reader)),
            "message" => self.messages.push(Message::of(node, reader)),
            "signal" => self.signals.push(Signal::of(node, reader)),
            "error" => self.errors.push(Error::of(node, reader)),
            "escalation" => self.escalations.push(Escalation::of(node, reader)),
            "interface" => self.interfaces.push(Interface::of(node, reader)),
            "correlationProperty" => self.correlation_properties.push(CorrelationProperty::of(node, reader)),
            "dataStore" => self.data_stores.push(DataStore::of(node, reader)),
            "resource" => self.resources.push(Resource::of(node, reader)),
            "category" => self.categories.push(Category::of(node, reader)),
            "process" => self.processes.push(Process::of(node, reader)),
            "collaboration" | "globalConversation" => self.collaborations.push(Collaboration::of(node, reader)),
            "choreography" | "globalChoreographyTask" => self.choreographies.push(Choreography::of(node, reader)),
            local if local.starts_with("global") => self.global_tasks.extend(GlobalTask::of(node, reader)),
            _ => self.event_definitions.extend(event::definition(node, reader)),
        }
    }
}
