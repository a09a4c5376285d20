//! Pools, message flows, conversations, choreographies (BPMN 2.0.2 chapters 9 and 11).

use super::scene::{ARTIFACTS, Scene, flag, process_of};
use super::{Report, called};
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for flow in scene.all("messageFlow") {
        message_flow(scene, flow, report);
    }
    for multiplicity in scene.all("participantMultiplicity") {
        bounds(multiplicity, report);
    }
    for name in ["choreography", "globalConversation"] {
        // EXT027 (§9.2): only a collaboration refers to choreographies.
        for element in scene.all(name).filter(|element| element.first("choreographyRef").is_some()) {
            report.say("EXT027", element, &[]);
        }
    }
    for conversation in scene.all("globalConversation") {
        // EXT032 (§9.5): it holds participants and message flows alone.
        let foreign = conversation.elements().find(|child| {
            child.is_any(ARTIFACTS)
                || child.is_any(&[
                    "conversation",
                    "subConversation",
                    "callConversation",
                    "conversationAssociation",
                    "conversationLink",
                ])
        });
        if let Some(child) = foreign {
            report.say("EXT032", conversation, &[&called(child)]);
        }
    }
    for collaboration in scene.all("collaboration") {
        // EXT033 (§9.2): both are closed, or both open.
        for name in collaboration.all("choreographyRef") {
            let Some(other) = scene.named(name, &name.text()).filter(|other| other.is("choreography")) else {
                continue;
            };
            if flag(collaboration, "isClosed", false) != flag(other, "isClosed", false) {
                report.say("EXT033", collaboration, &[&called(other)]);
            }
        }
    }
}

/// The rules of message flows (§9.4, 7.6.2).
fn message_flow(scene: &Scene<'_>, flow: Node<'_>, report: &mut Report) {
    let source = scene.referred(flow, "sourceRef");
    let target = scene.referred(flow, "targetRef");
    // EXT008, EXT009 (§7.6.2): no artifact is one of its ends.
    if let Some(end) = target.filter(|end| end.is_any(ARTIFACTS)) {
        report.say("EXT008", flow, &[&called(end)]);
    }
    if let Some(end) = source.filter(|end| end.is_any(ARTIFACTS)) {
        report.say("EXT009", flow, &[&called(end)]);
    }
    // EXT031 (§9.4): between two pools.
    if let (Some(source), Some(target)) = (source, target) {
        let same = source == target || pool(scene, source).is_some_and(|pool_| Some(pool_) == pool(scene, target));
        if same {
            report.say("EXT031", flow, &[&called(source), &called(target)]);
        }
    }
    if let Some(source) = source {
        match source.local() {
            // EXT102 (§10.5.2): a start event sends nothing.
            "startEvent" => report.say("EXT102", flow, &[&called(source)]),
            // EXT109 (§10.5.3): an end event that sends has a message result.
            "endEvent" if !scene.triggers(source).has("message") => at_both("EXT109", flow, source, report),
            // EXT119 (§10.5.4): a catch event sends nothing.
            "intermediateCatchEvent" | "boundaryEvent" => report.say("EXT119", source, &[&called(flow)]),
            _ => {}
        }
    }
    if let Some(target) = target {
        match target.local() {
            // EXT103 (§10.5.2): a start event that receives has a message trigger.
            "startEvent" if !scene.triggers(target).has("message") => at_both("EXT103", flow, target, report),
            // EXT108 (§10.5.3): an end event receives nothing.
            "endEvent" => report.say("EXT108", flow, &[&called(target)]),
            // EXT119 (§10.5.4): a throw event receives nothing.
            "intermediateThrowEvent" => report.say("EXT119", target, &[&called(flow)]),
            _ => {}
        }
    }
}

/// Says `rule` of a message flow and of the event at its end: either may be the one that was drawn wrongly.
fn at_both(rule: &'static str, flow: Node<'_>, event: Node<'_>, report: &mut Report) {
    report.say(rule, flow, &[&called(event)]);
    report.say(rule, event, &[&called(flow)]);
}

/// The process that an end of a message flow belongs to: its own, or that of its pool.
fn pool<'d>(scene: &Scene<'d>, end: Node<'d>) -> Option<Node<'d>> {
    if end.is("participant") { scene.referred(end, "processRef") } else { process_of(end) }
}

/// EXT029, EXT030 (§9.3): at least none, at most one or more, and no less than at least.
fn bounds(multiplicity: Node<'_>, report: &mut Report) {
    let number = |attribute: &str, default: i64| match multiplicity.attribute(attribute) {
        None => Some(default),
        Some(value) => value.trim().parse().ok(),
    };
    let (minimum, maximum) = (number("minimum", 0), number("maximum", 1));
    if let Some(minimum) = minimum.filter(|minimum| *minimum < 0) {
        report.say("EXT029", multiplicity, &[&minimum.to_string()]);
    }
    if let Some(maximum) = maximum.filter(|maximum| *maximum < 1 || minimum.is_some_and(|least| *maximum < least)) {
        report.say("EXT030", multiplicity, &[&maximum.to_string()]);
    }
}
