//! Names of variables: what a model declares, and where.

use std::collections::{BTreeMap, BTreeSet};

use bpmn::Model;
use bpmn::model::{
    Activity, ActivityKind, Base, Content, DataItem, EventPlace, FlowElement, InputOutputSpecification, LaneSet, Loop,
    Process, Property, Reference,
};

use crate::graph::ElementId;

/// Names that the engine itself gives to expressions.
const OURS: [&str; 10] = [
    "loopCounter",
    "numberOfInstances",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfTerminatedInstances",
    "numberOfConsents",
    "numberOfRefusals",
    "activationCount",
    "today",
    "now",
];

/// The name of something that has an id at least.
fn named(name: Option<&String>, base: &Base) -> Option<String> {
    let name = name.map(|name| name.trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    name.or_else(|| base.id.clone())
}

/// The variable of a property.
pub(super) fn of_property(property: &Property) -> Option<String> {
    named(property.name.as_ref(), &property.base)
}

/// The variable of an input, output or item.
pub(super) fn of_item(item: &DataItem) -> Option<String> {
    named(item.name.as_ref(), &item.base)
}

/// Variables that a level declares: its data objects.
pub(super) fn of_content(content: &Content) -> Vec<String> {
    let objects = content.elements.iter().filter_map(|element| match element {
        FlowElement::DataObject(object) => named(object.name.as_ref(), &object.base),
        _ => None,
    });
    objects.collect()
}

/// Names that `qy:local` declares at an element.
pub(super) fn locals(model: &Model, base: &Base) -> Vec<String> {
    let all = ours(model, base, "local");
    all.filter_map(|node| node.attribute("name").map(|name| name.trim().to_owned())).collect()
}

/// Elements of ours within an element's extensions.
pub(super) fn ours<'m>(model: &'m Model, base: &'m Base, local: &'m str) -> impl Iterator<Item = bpmn::tree::Node<'m>> {
    let all = base.extensions.iter().map(|id| model.document.node(*id));
    all.filter(move |node| node.namespace() == bpmn::tree::OURS && node.local() == local)
}

/// An attribute of ours at an element.
pub(super) fn our(model: &Model, base: &Base, name: &str) -> Option<String> {
    let value = model.node(base).our_attribute(name)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The variable that each element with data stands for, by its id: an object by its own name, a reference to an object by the
/// object's; properties, inputs and outputs by theirs.
pub(super) fn data(model: &Model) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut enter = |base: &Base, name: Option<String>| {
        if let (Some(id), Some(name)) = (&base.id, name) {
            all.insert(id.clone(), name);
        }
    };
    let mut references = Vec::new();
    for process in &model.definitions.processes {
        let elements = process.content.all();
        for element in &elements {
            match element {
                FlowElement::DataObject(it) => enter(&it.base, named(it.name.as_ref(), &it.base)),
                FlowElement::DataStoreReference(it) => enter(&it.base, named(it.name.as_ref(), &it.base)),
                FlowElement::DataObjectReference(it) => references.push(it),
                FlowElement::Activity(it) => {
                    let items = it.io_specification.iter().flat_map(InputOutput::items);
                    items.for_each(|item| enter(&item.base, of_item(item)));
                }
                FlowElement::Event(it) => {
                    it.data_inputs.iter().chain(&it.data_outputs).for_each(|item| enter(&item.base, of_item(item)));
                }
                _ => {}
            }
        }
        let items = process.io_specification.iter().flat_map(InputOutput::items);
        items.for_each(|item| enter(&item.base, of_item(item)));
        let properties = process.properties.iter().chain(elements.into_iter().flat_map(properties));
        properties.for_each(|property| enter(&property.base, of_property(property)));
    }
    for reference in references {
        let object = reference.data_object.as_ref().and_then(Reference::local);
        let name = object.and_then(|object| all.get(object).cloned());
        if let (Some(id), Some(name)) =
            (&reference.base.id, name.or_else(|| named(reference.name.as_ref(), &reference.base)))
        {
            all.insert(id.clone(), name);
        }
    }
    all
}

/// The events on the border of each activity, by its id.
pub(super) fn boundary(model: &Model) -> BTreeMap<String, Vec<ElementId>> {
    let mut all: BTreeMap<String, Vec<ElementId>> = BTreeMap::new();
    for process in &model.definitions.processes {
        for element in process.content.all() {
            let FlowElement::Event(event) = element else { continue };
            let EventPlace::Boundary { attached_to: Some(host), .. } = &event.place else { continue };
            if let Some(host) = host.local() {
                all.entry(host.to_owned()).or_default().push(super::id_of(&event.base));
            }
        }
    }
    all
}

fn properties(element: &FlowElement) -> &[Property] {
    match element {
        FlowElement::Activity(activity) => &activity.properties,
        FlowElement::Event(event) => &event.properties,
        _ => &[],
    }
}

/// Inputs and outputs of a specification.
pub(super) trait InputOutput {
    /// All of them.
    fn items(&self) -> impl Iterator<Item = &DataItem>;
}

impl InputOutput for InputOutputSpecification {
    fn items(&self) -> impl Iterator<Item = &DataItem> {
        self.inputs.iter().chain(&self.outputs)
    }
}

/// All names that a model declares anywhere: an expression may use those and no other.
pub(super) fn declared(model: &Model) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = OURS.iter().map(|name| (*name).to_owned()).collect();
    for process in &model.definitions.processes {
        all.extend(process.properties.iter().filter_map(of_property));
        all.extend(process.io_specification.iter().flat_map(InputOutput::items).filter_map(of_item));
        all.extend(extended(model, &process.base));
        all.extend(of_content(&process.content));
        for element in process.content.all() {
            all.extend(extended(model, element.base()));
            all.extend(properties(element).iter().filter_map(of_property));
            if let FlowElement::Activity(activity) = element {
                of_activity(activity, &mut all);
            }
            if let FlowElement::Event(event) = element {
                all.extend(event.data_inputs.iter().chain(&event.data_outputs).filter_map(of_item));
            }
        }
    }
    all
}

fn of_activity(activity: &Activity, all: &mut BTreeSet<String>) {
    all.extend(activity.io_specification.iter().flat_map(InputOutput::items).filter_map(of_item));
    if let ActivityKind::SubProcess(sub) = &activity.kind {
        all.extend(of_content(&sub.content));
    }
    if let Some(Loop::MultiInstance(multi)) = &activity.repetition {
        all.extend(multi.input_item.iter().chain(&multi.output_item).filter_map(of_item));
    }
}

/// Names that our extensions declare or fill at an element.
fn extended(model: &Model, base: &Base) -> Vec<String> {
    let mut all = Vec::new();
    for local in ["local", "in", "out"] {
        all.extend(ours(model, base, local).filter_map(|node| node.attribute("name").map(|it| it.trim().to_owned())));
    }
    all.extend(our(model, base, "result"));
    all
}

/// The post that each node's lane carries (`qy:post`); an inner lane counts before an outer one.
pub(super) fn lane_posts(model: &Model, process: &Process) -> BTreeMap<String, String> {
    fn of(model: &Model, set: &LaneSet, outer: Option<&str>, all: &mut BTreeMap<String, String>) {
        for lane in &set.lanes {
            let own = our(model, &lane.base, "post");
            let post = own.as_deref().or(outer);
            if let Some(post) = post {
                for node in lane.flow_nodes.iter().filter_map(Reference::local) {
                    all.insert(node.to_owned(), post.to_owned());
                }
            }
            if let Some(children) = &lane.children {
                of(model, children, post, all);
            }
        }
    }
    let mut all = BTreeMap::new();
    for set in &process.content.lane_sets {
        of(model, set, None, &mut all);
    }
    all
}
