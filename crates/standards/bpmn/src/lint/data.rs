//! Data: collections, sets, associations, properties (BPMN 2.0.2 §10.4).

use std::collections::{HashMap, HashSet};

use super::items;
use super::scene::{ACTIVITIES, EVENTS, GLOBAL_TASKS, Scene, flag};
use super::{Report, called};
use crate::tree::{Node, NodeId};

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    collections(scene, report);
    for reference in scene.all("dataObjectReference") {
        state_in_name(scene, reference, report);
    }
    for property in scene.all("property") {
        owner(property, report);
    }
    for specification in scene.all("ioSpecification") {
        membership(scene, specification, report);
    }
    for event in scene.all_of(EVENTS) {
        membership(scene, event, report);
    }
    for (name, sides) in [("inputSet", &INPUT), ("outputSet", &OUTPUT)] {
        let sets: Vec<_> = scene.all(name).collect();
        let members: HashMap<_, _> = sets.iter().map(|set| (set.id(), referred(scene, *set, sides.all))).collect();
        for set in sets {
            subsets(scene, set, sides, &members, report);
        }
    }
    set_pairs(scene, report);
    for name in ["dataInputAssociation", "dataOutputAssociation"] {
        for association in scene.all(name) {
            association_ends(scene, association, report);
            process_data(scene, association, report);
        }
    }
}

/// EXT020 (§8.4.10): `isCollection` agrees with the item definition. EXT077, EXT081, EXT083 (§10.4.1,
/// 10.60) say so of data objects, inputs and outputs.
fn collections(scene: &Scene<'_>, report: &mut Report) {
    for (name, own) in [
        ("dataObject", "EXT077"),
        ("dataInput", "EXT081"),
        ("dataOutput", "EXT083"),
        ("inputDataItem", "EXT081"),
        ("outputDataItem", "EXT083"),
    ] {
        for data in scene.all(name) {
            let Some(item) = scene.referred(data, "itemSubjectRef").filter(|item| item.is("itemDefinition")) else {
                continue;
            };
            if flag(data, "isCollection", false) != flag(item, "isCollection", false) {
                report.say("EXT020", data, &[&called(item)]);
                report.say(own, data, &[&called(item)]);
            }
        }
    }
}

/// EXT076 (§10.4.1, a recommendation): a reference in a state is called "name \[state\]".
fn state_in_name(scene: &Scene<'_>, reference: Node<'_>, report: &mut Report) {
    let state = reference.first("dataState").and_then(|state| state.attribute("name"));
    let object = scene.referred(reference, "dataObjectRef").and_then(|object| object.attribute("name"));
    let (Some(name), Some(state), Some(object)) = (reference.attribute("name"), state, object) else { return };
    if object.len() > 1000 {
        return;
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = format!("{} [{}]", words(&object), words(&state));
    if words(&name) != wanted {
        report.say("EXT076", reference, &[&wanted]);
    }
}

/// EXT078 (§10.4.1): properties belong to processes, activities and events.
fn owner(property: Node<'_>, report: &mut Report) {
    let fits =
        property.parent().is_some_and(|owner| owner.is("process") || owner.is_any(ACTIVITIES) || owner.is_any(EVENTS));
    if !fits {
        report.say("EXT078", property, &[]);
    }
}

/// The names of one side of an input-output specification.
struct Side {
    data: &'static str,
    set: &'static str,
    all: &'static str,
    optional: &'static str,
    executing: &'static str,
    /// No set holds it; optional but not listed; while executing but not listed.
    rules: [&'static str; 3],
}

/// EXT084, EXT085, EXT086 (§10.4.1).
const INPUT: Side = Side {
    data: "dataInput",
    set: "inputSet",
    all: "dataInputRefs",
    optional: "optionalInputRefs",
    executing: "whileExecutingInputRefs",
    rules: ["EXT084", "EXT085", "EXT086"],
};
/// EXT088, EXT089, EXT090 (§10.4.1).
const OUTPUT: Side = Side {
    data: "dataOutput",
    set: "outputSet",
    all: "dataOutputRefs",
    optional: "optionalOutputRefs",
    executing: "whileExecutingOutputRefs",
    rules: ["EXT088", "EXT089", "EXT090"],
};

fn referred(scene: &Scene<'_>, node: Node<'_>, child: &'static str) -> HashSet<NodeId> {
    node.all(child).filter_map(|name| scene.named(name, &name.text())).map(Node::id).collect()
}

/// EXT084, EXT088: each input and output is in a set.
fn membership(scene: &Scene<'_>, holder: Node<'_>, report: &mut Report) {
    for side in [&INPUT, &OUTPUT] {
        if holder.first(side.data).is_none() {
            continue;
        }
        let held: HashSet<_> = holder.all(side.set).flat_map(|set| referred(scene, set, side.all)).collect();
        for data in holder.all(side.data).filter(|data| !held.contains(&data.id())) {
            report.say(side.rules[0], data, &[]);
        }
    }
}

/// EXT085, EXT086, EXT089, EXT090: what a set calls optional or while executing it lists, too.
fn subsets(
    scene: &Scene<'_>,
    set: Node<'_>,
    side: &Side,
    members: &HashMap<NodeId, HashSet<NodeId>>,
    report: &mut Report,
) {
    for (child, rule) in [(side.optional, side.rules[1]), (side.executing, side.rules[2])] {
        for name in set.all(child) {
            let Some(data) = scene.named(name, &name.text()) else { continue };
            if !members.get(&set.id()).is_some_and(|members| members.contains(&data.id())) {
                report.say(rule, set, &[&called(data)]);
            }
        }
    }
}

/// EXT087 (§10.4.1): input and output sets name each other in both directions.
fn set_pairs(scene: &Scene<'_>, report: &mut Report) {
    let pairs = |name: &str, child: &'static str| -> Vec<(Node<'_>, Node<'_>)> {
        let mut pairs = Vec::new();
        for set in scene.all(name) {
            pairs.extend(set.all(child).filter_map(|other| Some((set, scene.named(other, &other.text())?))));
        }
        pairs
    };
    let forth = pairs("inputSet", "outputSetRefs");
    let back = pairs("outputSet", "inputSetRefs");
    let index = |pairs: &[(Node<'_>, Node<'_>)]| -> HashSet<(NodeId, NodeId)> {
        pairs.iter().map(|(one, other)| (one.id(), other.id())).collect()
    };
    let (there, here) = (index(&forth), index(&back));
    for (pairs, others) in [(&forth, &here), (&back, &there)] {
        for (set, other) in pairs {
            if !others.contains(&(other.id(), set.id())) {
                report.say("EXT087", *set, &[&called(*other)]);
            }
        }
    }
}

/// EXT091, EXT092 (§10.4.1): without a transformation there is one source, of the target's item. Where one of them
/// names no item there is nothing to compare.
fn association_ends(scene: &Scene<'_>, association: Node<'_>, report: &mut Report) {
    if association.first("transformation").is_some() {
        return;
    }
    let sources = association.all("sourceRef").count();
    if sources > 1 {
        report.say("EXT092", association, &[&sources.to_string()]);
        return;
    }
    let ends = (scene.referred_by_child(association, "sourceRef"), scene.referred_by_child(association, "targetRef"));
    let (Some(source), Some(target)) = ends else { return };
    if let (Some(from), Some(to)) = (items::of_data(scene, source), items::of_data(scene, target))
        && from != to
    {
        report.say("EXT091", association, &[&called(source), &called(target)]);
    }
}

/// EXT080 (§10.4.1): nothing inside writes an input of the process. EXT082 (§10.4.1): nothing inside reads its
/// output.
fn process_data(scene: &Scene<'_>, association: Node<'_>, report: &mut Report) {
    let of_callable = |data: &Node<'_>| {
        let owner = data.parent().filter(|parent| parent.is("ioSpecification")).and_then(Node::parent);
        owner.is_some_and(|owner| owner.is("process") || owner.is_any(GLOBAL_TASKS))
    };
    if association.is("dataOutputAssociation") {
        let target = scene.referred_by_child(association, "targetRef");
        if let Some(data) = target.filter(|data| data.is("dataInput") && of_callable(data)) {
            report.say("EXT080", association, &[&called(data)]);
        }
    } else {
        for source in association.all("sourceRef") {
            let data = scene.named(source, &source.text());
            if let Some(data) = data.filter(|data| data.is("dataOutput") && of_callable(data)) {
                report.say("EXT082", association, &[&called(data)]);
            }
        }
    }
}
