//! Items that must agree: of messages, data, calls, loops (BPMN 2.0.2 §10.3.3, 10.3.6, 10.3.8, 10.4).

use std::collections::HashMap;

use super::scene::{EVENTS, GLOBAL_TASKS, Scene, TASKS, flag};
use super::{Report, called};
use crate::tree::{Node, NodeId};

/// What an item is, so far as a file can tell: two are equal when their structure is, or when they are one definition
/// without structure.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Item {
    /// No item is named.
    Nothing,
    /// A structure of the type language, by its number in the scene.
    Structure(usize),
    /// A definition that names no structure.
    Definition(NodeId),
    /// A definition that lies elsewhere, or is missing.
    Named(String),
}

/// The item that an attribute of an element names.
fn item(scene: &Scene<'_>, element: Node<'_>, attribute: &str) -> Item {
    let Some(name) = element.attribute(attribute) else { return Item::Nothing };
    match scene.named(element, &name) {
        Some(definition) => scene.structure(definition).map_or(Item::Definition(definition.id()), Item::Structure),
        None => Item::Named(name.trim().to_owned()),
    }
}

/// The item of a piece of data, for comparing; that of a reference is its data's own, where it names none. `None` where
/// nothing is named.
pub(super) fn of_data(scene: &Scene<'_>, data: Node<'_>) -> Option<impl PartialEq + use<>> {
    let own = Some(item(scene, data, "itemSubjectRef")).filter(|own| *own != Item::Nothing);
    let behind = || match data.local() {
        "dataObjectReference" => scene.referred(data, "dataObjectRef"),
        "dataStoreReference" => scene.referred(data, "dataStoreRef"),
        _ => None,
    };
    own.or_else(|| behind().map(|behind| item(scene, behind, "itemSubjectRef")).filter(|own| *own != Item::Nothing))
}

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for task in scene.all("serviceTask") {
        service(scene, task, report);
    }
    for task in scene.all("sendTask") {
        exchange(scene, task, &SEND, report);
    }
    for task in scene.all("receiveTask") {
        exchange(scene, task, &RECEIVE, report);
    }
    for event in scene.all_of(EVENTS) {
        event_data(scene, event, report);
    }
    calls(scene, report);
    for callable in scene.all("process").chain(scene.all_of(GLOBAL_TASKS)) {
        offered(scene, callable, report);
    }
    for repetition in scene.all("multiInstanceLoopCharacteristics") {
        loops(scene, repetition, report);
    }
}

/// EXT042, EXT043, EXT044, EXT045 (§10.3.3): the data of a service task fit its operation.
fn service(scene: &Scene<'_>, task: Node<'_>, report: &mut Report) {
    if task.attribute("operationRef").is_none() {
        return;
    }
    let data = task.first("ioSpecification");
    let sets = data.map_or(0, |data| data.all("inputSet").count());
    if sets != 1 {
        report.say("EXT042", task, &[&sets.to_string()]);
    }
    let Some(data) = data else { return };
    let sets = data.all("outputSet").count();
    if sets > 1 {
        report.say("EXT043", task, &[&sets.to_string()]);
    }
    let Some(operation) = scene.referred(task, "operationRef").filter(|found| found.is("operation")) else { return };
    for (child, message, rule) in [("dataInput", "inMessageRef", "EXT044"), ("dataOutput", "outMessageRef", "EXT045")] {
        let wanted = match scene.referred_by_child(operation, message) {
            Some(found) if found.is("message") => item(scene, found, "itemRef"),
            // One that leads nowhere or elsewhere is no message to compare with.
            _ if data.first(child).is_some() && operation.first(message).is_some() => continue,
            _ => Item::Nothing,
        };
        for data in data.all(child).filter(|data| item(scene, *data, "itemSubjectRef") != wanted) {
            report.say(rule, task, &[&called(data)]);
        }
    }
}

/// How a task that sends or receives meets its message.
struct Exchange {
    set: &'static str,
    data: &'static str,
    sets_rule: &'static str,
    data_rule: &'static str,
    item_rule: &'static str,
}

/// EXT046, EXT047, EXT048 (§10.3.3).
const SEND: Exchange =
    Exchange { set: "inputSet", data: "dataInput", sets_rule: "EXT046", data_rule: "EXT047", item_rule: "EXT048" };
/// EXT050, EXT051, EXT052 (§10.3.3).
const RECEIVE: Exchange =
    Exchange { set: "outputSet", data: "dataOutput", sets_rule: "EXT050", data_rule: "EXT051", item_rule: "EXT052" };

fn exchange(scene: &Scene<'_>, task: Node<'_>, rules: &Exchange, report: &mut Report) {
    let (Some(_), Some(data)) = (task.attribute("messageRef"), task.first("ioSpecification")) else { return };
    let sets = data.all(rules.set).count();
    if sets > 1 {
        report.say(rules.sets_rule, task, &[&sets.to_string()]);
    }
    let count = data.all(rules.data).count();
    if count > 1 {
        report.say(rules.data_rule, task, &[&count.to_string()]);
    }
    let Some(message) = scene.referred(task, "messageRef").filter(|found| found.is("message")) else { return };
    let wanted = item(scene, message, "itemRef");
    for data in data.all(rules.data).filter(|data| item(scene, *data, "itemSubjectRef") != wanted) {
        report.say(rules.item_rule, task, &[&called(data)]);
    }
}

/// EXT093, EXT094 (§10.5.1): an event with data has one piece per definition, of the same item.
fn event_data(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    let throws = event.is_any(&["endEvent", "intermediateThrowEvent"]);
    let data: Vec<_> = event.all(if throws { "dataInput" } else { "dataOutput" }).collect();
    let definitions = scene.triggers(event).count();
    if data.is_empty() || definitions == 0 {
        return;
    }
    if data.len() != definitions {
        report.say("EXT093", event, &[&data.len().to_string(), &definitions.to_string()]);
        return;
    }
    for (definition, data) in scene.definitions(event).zip(data) {
        let (reference, attribute) = match definition.local() {
            "messageEventDefinition" => ("messageRef", "itemRef"),
            "signalEventDefinition" => ("signalRef", "structureRef"),
            "errorEventDefinition" => ("errorRef", "structureRef"),
            "escalationEventDefinition" => ("escalationRef", "structureRef"),
            _ => continue,
        };
        let Some(carrier) = scene.referred(definition, reference) else { continue };
        if item(scene, carrier, attribute) != item(scene, data, "itemSubjectRef") {
            report.say("EXT094", event, &[&called(data), &called(carrier)]);
        }
    }
}

/// How many pieces of data of each item a callable element takes or gives.
type Counts = HashMap<Item, usize>;

fn counts(scene: &Scene<'_>, element: Node<'_>, data: &'static str) -> Counts {
    let mut counts = Counts::new();
    let specification = element.first("ioSpecification");
    for data in specification.into_iter().flat_map(|specification| specification.all(data)) {
        *counts.entry(item(scene, data, "itemSubjectRef")).or_default() += 1;
    }
    counts
}

/// EXT063 (§10.3.6): what goes into and out of a call matches what it calls.
fn calls(scene: &Scene<'_>, report: &mut Report) {
    // What is called often is looked at once.
    let mut known: HashMap<(NodeId, &str), (usize, Counts)> = HashMap::new();
    for call in scene.all("callActivity") {
        let Some(callee) = scene.referred(call, "calledElement") else { continue };
        if !callee.is("process") && !callee.is_any(GLOBAL_TASKS) {
            continue;
        }
        for kind in ["dataInput", "dataOutput"] {
            let (total, wanted) = known.entry((callee.id(), kind)).or_insert_with(|| {
                let counts = counts(scene, callee, kind);
                (counts.values().sum(), counts)
            });
            let own = call.first("ioSpecification");
            let own: Vec<_> = own.into_iter().flat_map(|specification| specification.all(kind)).collect();
            if own.len() != *total {
                report.say("EXT063", call, &[&called(callee)]);
                continue;
            }
            let mut used = Counts::new();
            for data in own {
                let item = item(scene, data, "itemSubjectRef");
                let used = used.entry(item.clone()).or_default();
                *used += 1;
                if *used > wanted.get(&item).copied().unwrap_or(0) {
                    report.say("EXT063", data, &[&called(callee)]);
                }
            }
        }
    }
}

/// EXT064, EXT065 (§10.3.6): what is offered as a service ties its data to operations, item by item.
fn offered(scene: &Scene<'_>, callable: Node<'_>, report: &mut Report) {
    if callable.first("supportedInterfaceRef").is_some() && callable.first("ioBinding").is_none() {
        report.say("EXT064", callable, &[]);
    }
    let interfaces: Vec<_> = callable
        .all("supportedInterfaceRef")
        .filter_map(|name| scene.named(name, &name.text()))
        .map(Node::id)
        .collect();
    if callable.all("ioBinding").any(|binding| !fits(scene, callable, binding, &interfaces)) {
        report.say("EXT065", callable, &[]);
    }
}

/// Whether a binding ties data of its callable element to an operation of a supported interface, item by item. What
/// lies in another file cannot be looked at, and fits.
fn fits(scene: &Scene<'_>, callable: Node<'_>, binding: Node<'_>, interfaces: &[NodeId]) -> bool {
    let elsewhere =
        |attribute: &str| binding.attribute(attribute).is_some_and(|name| scene.local_id(binding, &name).is_none());
    if elsewhere("operationRef") {
        return true;
    }
    let Some(operation) = scene.referred(binding, "operationRef").filter(|found| found.is("operation")) else {
        return false;
    };
    let offered = operation.parent().is_some_and(|interface| interfaces.contains(&interface.id()));
    let sides = [("inputDataRef", "inMessageRef", "dataInput"), ("outputDataRef", "outMessageRef", "dataOutput")];
    let matches = sides.into_iter().all(|(reference, message, kind)| {
        if elsewhere(reference) {
            return true;
        }
        let Some(data) = scene.referred(binding, reference).and_then(|found| bound(scene, found, kind)) else {
            return false;
        };
        let wanted = match scene.referred_by_child(operation, message) {
            Some(message) => item(scene, message, "itemRef"),
            None => Item::Nothing,
        };
        data.ancestors().any(|node| node == callable) && item(scene, data, "itemSubjectRef") == wanted
    });
    (offered || interfaces.is_empty()) && matches
}

/// The data that one side of a binding means: itself, or the first of a set.
fn bound<'d>(scene: &Scene<'d>, found: Node<'d>, kind: &str) -> Option<Node<'d>> {
    if found.is(kind) {
        return Some(found);
    }
    let child = if kind == "dataInput" { "dataInputRefs" } else { "dataOutputRefs" };
    scene.referred_by_child(found, child).filter(|data| data.is(kind))
}

/// Multi-instance loops (§10.3.8).
fn loops(scene: &Scene<'_>, repetition: Node<'_>, report: &mut Report) {
    let Some(activity) = repetition.parent() else { return };
    // EXT067: a number of runs or a collection.
    let counted = repetition.first("loopCardinality").is_some() || repetition.first("loopDataInputRef").is_some();
    if !counted && scene.is_executable(activity) {
        report.say("EXT067", activity, &[]);
    }
    let input = scene.referred_by_child(repetition, "loopDataInputRef");
    let output = scene.referred_by_child(repetition, "loopDataOutputRef");
    // EXT068: the collection is an input of the task; a sub-process, which has none, uses data around it.
    if let Some(input) = input {
        let own = input.is("dataInput") && input.ancestors().any(|node| node == activity);
        if activity.is_any(TASKS) && !own {
            report.say("EXT068", activity, &[&called(input)]);
        }
    } else if activity.is_any(TASKS) && missing(scene, repetition) {
        report.say(
            "EXT068",
            activity,
            &[&repetition.first("loopDataInputRef").map(|name| name.text()).unwrap_or_default()],
        );
    }
    // EXT070, EXT069: the item of one run is one of the collection.
    if let (Some(all), Some(one)) = (input, repetition.first("inputDataItem"))
        && !is_scalar_of(scene, one, all)
    {
        report.say("EXT070", activity, &[&called(one), &called(all)]);
    }
    if let (Some(all), Some(one)) = (output, repetition.first("outputDataItem"))
        && !is_scalar_of(scene, one, all)
    {
        report.say("EXT069", activity, &[&called(one), &called(all)]);
    }
}

/// Whether `loopDataInputRef` names something of this file that is not there.
fn missing(scene: &Scene<'_>, repetition: Node<'_>) -> bool {
    repetition.first("loopDataInputRef").is_some_and(|name| scene.local_id(name, &name.text()).is_some())
}

/// Whether a piece of data is one of a collection: of the same structure, and no collection itself. Where one of them
/// names no item there is nothing to compare.
fn is_scalar_of(scene: &Scene<'_>, one: Node<'_>, all: Node<'_>) -> bool {
    let (single, whole) = (item(scene, one, "itemSubjectRef"), item(scene, all, "itemSubjectRef"));
    let definition = scene.referred(one, "itemSubjectRef");
    let collection =
        flag(one, "isCollection", false) || definition.is_some_and(|found| flag(found, "isCollection", false));
    if collection {
        return false;
    }
    match (&single, &whole) {
        (Item::Structure(one), Item::Structure(all)) => one == all,
        // The scalar and the collection are two definitions; without structures nothing says they differ.
        _ => true,
    }
}
