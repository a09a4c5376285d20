//! Sequence flows (BPMN 2.0.2 §8.4.13, 7.6.1) and levels of flow.

use super::Report;
use super::called;
use super::scene::{
    ACTIVITIES, ARTIFACTS, EVENTS, GATEWAYS, SUB_PROCESSES, Scene, flag, is_event_sub_process, is_flow_node, process_of,
};
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for flow in scene.all("sequenceFlow") {
        ends(scene, flow, report);
        borders(scene, flow, report);
        immediate(scene, flow, report);
    }
    for name in [ACTIVITIES, EVENTS, GATEWAYS] {
        for node in scene.all_of(name) {
            listings(scene, node, report);
            single_conditional(scene, node, report);
            default_flow(scene, node, report);
        }
    }
    for level in scene.all("process").chain(scene.all_of(SUB_PROCESSES)) {
        start_and_end(level, report);
        connected(scene, level, report);
    }
}

/// EXT006, EXT007 (§7.6.1): no artifact is an end of a sequence flow. EXT021, EXT022 (§8.4.13): its ends are activities,
/// events and gateways; event sub-processes (§10.3.5) are none of its ends. EXT023 (§8.4.13): both ends list it.
fn ends(scene: &Scene<'_>, flow: Node<'_>, report: &mut Report) {
    for (attribute, artifact, wrong, into) in
        [("targetRef", "EXT006", "EXT022", true), ("sourceRef", "EXT007", "EXT021", false)]
    {
        let Some(end) = scene.referred(flow, attribute) else { continue };
        if end.is_any(ARTIFACTS) {
            report.say(artifact, flow, &[&called(end)]);
        } else if !is_flow_node(end) || is_event_sub_process(end) {
            report.say(wrong, flow, &[&called(end)]);
        }
        if is_flow_node(end) && !scene.lists(end, flow, into) {
            report.say("EXT023", flow, &[&called(end)]);
        }
    }
}

/// EXT023 (§8.4.13), seen from the node: what it lists begins or ends there.
fn listings(scene: &Scene<'_>, node: Node<'_>, report: &mut Report) {
    for (list, attribute) in [("incoming", "targetRef"), ("outgoing", "sourceRef")] {
        for entry in node.all(list) {
            let text = entry.text();
            if scene.local_id(entry, &text).is_none() {
                continue;
            }
            let joined = scene
                .named(entry, &text)
                .filter(|flow| flow.is("sequenceFlow"))
                .and_then(|flow| scene.referred(flow, attribute))
                .is_some_and(|end| end == node);
            if !joined {
                report.say("EXT023", node, &[text.trim()]);
            }
        }
    }
}

/// EXT028 (§9.3, 7.6.1): not over the border of a pool. EXT152 (§10.3.5): not over the border of a sub-process.
fn borders(scene: &Scene<'_>, flow: Node<'_>, report: &mut Report) {
    let (Some(source), Some(target)) = (scene.referred(flow, "sourceRef"), scene.referred(flow, "targetRef")) else {
        return;
    };
    if !is_flow_node(source) || !is_flow_node(target) {
        return;
    }
    if process_of(source) != process_of(target) {
        report.say("EXT028", flow, &[&called(source), &called(target)]);
    } else if source.parent() != target.parent() {
        report.say("EXT152", flow, &[&called(source), &called(target)]);
    }
}

/// EXT024 (§8.4.13): `isImmediate` is not false in an executable process.
fn immediate(scene: &Scene<'_>, flow: Node<'_>, report: &mut Report) {
    if !flag(flow, "isImmediate", true) && scene.is_executable(flow) {
        report.say("EXT024", flow, &[]);
    }
}

/// EXT025 (§10.3, sequence flow connections): a conditional flow out of an activity has a sibling.
fn single_conditional(scene: &Scene<'_>, node: Node<'_>, report: &mut Report) {
    if let [only] = scene.outgoing(node)
        && node.is_any(ACTIVITIES)
        && only.first("conditionExpression").is_some()
    {
        report.say("EXT025", node, &[&called(*only)]);
    }
}

/// EXT026 (§10.3, 10.6): the default flow starts at the element that names it.
fn default_flow(scene: &Scene<'_>, node: Node<'_>, report: &mut Report) {
    let Some(flow) = scene.referred(node, "default").filter(|flow| flow.is("sequenceFlow")) else { return };
    if scene.referred(flow, "sourceRef") != Some(node) {
        report.say("EXT026", node, &[&called(flow)]);
    }
}

/// Whether a node starts instances by itself.
fn instantiates(node: Node<'_>) -> bool {
    node.is_any(&["receiveTask", "eventBasedGateway"]) && flag(node, "instantiate", false)
}

/// EXT097 (§10.5.2): an end event needs a start. EXT105 (§10.5.3): a start event needs an end.
fn start_and_end(level: Node<'_>, report: &mut Report) {
    // An ad-hoc sub-process has neither: EXT062.
    if level.is("adHocSubProcess") {
        return;
    }
    let has_start = level.first("startEvent").is_some();
    let has_end = level.first("endEvent").is_some();
    // An instantiating gateway starts instances as an instantiating receive task does (§10.5.2).
    if has_end && !has_start && !level.elements().any(instantiates) {
        report.say("EXT097", level, &[]);
    }
    if has_start && !has_end {
        report.say("EXT105", level, &[]);
    }
}

/// EXT150 (§10.5.2): with a start event, each node has an incoming flow. EXT151 (§10.5.3): with an end event, each
/// node has an outgoing one. What is entered or left in other ways is excepted.
fn connected(scene: &Scene<'_>, level: Node<'_>, report: &mut Report) {
    if level.is("adHocSubProcess") {
        return;
    }
    let has_start = level.first("startEvent").is_some();
    let has_end = level.first("endEvent").is_some();
    for node in level.elements().filter(|node| is_flow_node(*node)) {
        let apart = is_event_sub_process(node) || flag(node, "isForCompensation", false);
        let triggers = scene.triggers(node);
        let entered = node.is_any(&["startEvent", "boundaryEvent"])
            || instantiates(node)
            || (node.is("intermediateCatchEvent") && triggers.has("link"));
        if has_start && !apart && !entered && scene.count_in(node) == 0 {
            report.say("EXT150", node, &[]);
        }
        let left = node.is("endEvent")
            || (node.is("boundaryEvent") && triggers.has("compensate"))
            || (node.is("intermediateThrowEvent") && triggers.has("link"));
        if has_end && !apart && !left && scene.count_out(node) == 0 {
            report.say("EXT151", node, &[]);
        }
    }
}
