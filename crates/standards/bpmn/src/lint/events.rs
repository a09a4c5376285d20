//! Events by their place (BPMN 2.0.2 §10.5.2 to 10.5.4).

use super::scene::{EVENTS, SUB_PROCESSES, Scene, flag, is_event_sub_process};
use super::{Report, called};
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for event in scene.all("startEvent") {
        start(scene, event, report);
    }
    for event in scene.all("endEvent") {
        end(scene, event, report);
    }
    for event in scene.all("boundaryEvent") {
        boundary(scene, event, report);
    }
    for event in scene.all("intermediateCatchEvent").chain(scene.all("intermediateThrowEvent")) {
        intermediate(scene, event, report);
    }
    for event in scene.all_of(EVENTS) {
        cancel(scene, event, report);
        messages(scene, event, report);
        escalations(scene, event, report);
        conditions(scene, event, report);
    }
    called_processes(scene, report);
    shared_definitions(scene, report);
}

/// Says `rule` of an event once for each kind of trigger that is wrong there.
fn wrong_kinds(rule: &'static str, event: Node<'_>, kinds: &[&str], report: &mut Report) {
    for kind in kinds {
        report.say(rule, event, &[kind]);
    }
}

/// Start events (§10.5.2).
fn start(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    // EXT096: nothing leads to it.
    if scene.count_in(event) > 0 {
        report.say("EXT096", event, &[]);
    }
    // EXT101: something leads on.
    if scene.count_out(event) == 0 {
        report.say("EXT101", event, &[]);
    }
    let triggers = scene.triggers(event);
    let Some(level) = event.parent() else { return };
    if level.is("process") {
        // EXT098 (§10.5.2): the triggers of a top-level process.
        let wrong = triggers.beside(&["message", "timer", "conditional", "signal"]);
        wrong_kinds("EXT098", event, &wrong, report);
        // EXT121: compensation is none of them.
        if triggers.has("compensate") {
            report.say("EXT121", event, &[]);
        }
    } else if is_event_sub_process(level) {
        // EXT129 (§10.3.5): it is triggered.
        if triggers.is_none() {
            report.say("EXT129", event, &[]);
        }
        // EXT059 (§10.5.2): by what, and what must interrupt.
        let mut wrong =
            triggers.beside(&["message", "timer", "error", "escalation", "compensate", "conditional", "signal"]);
        if !flag(event, "isInterrupting", true) {
            wrong.extend(["error", "compensate"].into_iter().filter(|kind| triggers.has(kind)));
        }
        if triggers.is_none() {
            wrong.push("none");
        }
        wrong_kinds("EXT059", event, &wrong, report);
    } else if level.is_any(SUB_PROCESSES) && !triggers.is_none() {
        // EXT100 (§10.5.2): an embedded sub-process is entered by flow alone.
        report.say("EXT100", event, &[]);
    }
}

/// End events (§10.5.3).
fn end(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    // EXT104: nothing leads on.
    if scene.count_out(event) > 0 {
        report.say("EXT104", event, &[]);
    }
    // EXT107: something leads to it.
    if scene.count_in(event) == 0 {
        report.say("EXT107", event, &[]);
    }
    // EXT146 (§10.5.3): the results of an end event.
    let results = ["message", "escalation", "error", "cancel", "compensate", "signal", "terminate"];
    let wrong = scene.triggers(event).beside(&results);
    wrong_kinds("EXT146", event, &wrong, report);
    // EXT106: cancel only within a transaction.
    if scene.triggers(event).has("cancel") && !in_transaction(event) {
        report.say("EXT106", event, &[]);
    }
}

fn in_transaction(event: Node<'_>) -> bool {
    event.ancestors().any(|node| node.is("transaction"))
}

/// Boundary events (§10.5.4).
fn boundary(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    let triggers = scene.triggers(event);
    let interrupting = flag(event, "cancelActivity", true);
    // EXT130: it is triggered. EXT110, EXT147: by what.
    let mut wrong =
        triggers.beside(&["message", "timer", "signal", "conditional", "escalation", "error", "cancel", "compensate"]);
    if !interrupting {
        wrong.extend(["error", "cancel", "compensate"].into_iter().filter(|kind| triggers.has(kind)));
    }
    if triggers.is_none() {
        report.say("EXT130", event, &[]);
        wrong.push("none");
    }
    wrong_kinds("EXT110", event, &wrong, report);
    wrong_kinds("EXT147", event, &wrong, report);
    // EXT111: cancel only on a transaction.
    if triggers.has("cancel") && !on_transaction(scene, event) {
        report.say("EXT111", event, &[]);
    }
    // EXT112: nothing leads to it.
    if scene.count_in(event) > 0 {
        report.say("EXT112", event, &[]);
    }
    // EXT113, EXT114: something leads on, but from compensation, which is tied by an association.
    let leads_on = scene.count_out(event) > 0;
    if triggers.has("compensate") && leads_on {
        report.say("EXT114", event, &[]);
    }
    if !triggers.has("compensate") && !leads_on {
        report.say("EXT113", event, &[]);
    }
}

fn on_transaction(scene: &Scene<'_>, event: Node<'_>) -> bool {
    scene.referred(event, "attachedToRef").is_some_and(|activity| activity.is("transaction"))
}

/// Intermediate events in normal flow (§10.5.4).
fn intermediate(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    let triggers = scene.triggers(event);
    let catches = event.is("intermediateCatchEvent");
    let link = triggers.has("link");
    // EXT115, EXT116: it stands in a flow, but for the outer sides of links.
    if scene.count_in(event) == 0 && (!catches || !link) {
        report.say("EXT115", event, &[]);
    }
    if scene.count_out(event) == 0 && (catches || !link) {
        report.say("EXT116", event, &[]);
    }
    if catches {
        // EXT148: what can be waited for. An event without trigger only throws.
        let mut wrong = triggers.beside(&["message", "timer", "conditional", "link", "signal"]);
        if triggers.is_none() {
            wrong.push("none");
        }
        wrong_kinds("EXT148", event, &wrong, report);
        // EXT122: compensation cannot.
        if triggers.has("compensate") {
            report.say("EXT122", event, &[]);
        }
    } else {
        // EXT149: what can be thrown.
        let wrong = triggers.beside(&["message", "escalation", "compensate", "link", "signal"]);
        wrong_kinds("EXT149", event, &wrong, report);
    }
}

/// EXT120 (§10.5.5): cancel appears on the border of transactions and at ends within them.
fn cancel(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    let fits = match event.local() {
        "boundaryEvent" => on_transaction(scene, event),
        "endEvent" => in_transaction(event),
        _ => false,
    };
    if scene.triggers(event).has("cancel") && !fits {
        report.say("EXT120", event, &[]);
    }
}

/// EXT127, EXT128 (§10.5.5): in an executable process a message event names message and operation.
fn messages(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    for definition in event.all("messageEventDefinition") {
        if !scene.is_executable(event) {
            return;
        }
        if definition.attribute("messageRef").is_none() {
            report.say("EXT127", event, &[]);
        }
        if definition.first("operationRef").is_none() {
            report.say("EXT128", event, &[]);
        }
    }
}

/// EXT011 (§8.4.4): in an executable process a thrown escalation has a code.
fn escalations(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    if !event.is_any(&["endEvent", "intermediateThrowEvent"]) || !scene.triggers(event).has("escalation") {
        return;
    }
    let coded = scene.definitions(event).filter(|found| found.is("escalationEventDefinition")).all(|definition| {
        let Some(name) = definition.attribute("escalationRef") else { return false };
        // An imported escalation cannot be looked at.
        scene.local_id(definition, &name).is_none()
            || scene
                .named(definition, &name)
                .and_then(|escalation| escalation.attribute("escalationCode"))
                .is_some_and(|code| !code.trim().is_empty())
    });
    if !coded && scene.is_executable(event) {
        report.say("EXT011", event, &[]);
    }
}

/// EXT123 (§10.5.5): in an executable process a conditional event has a formal condition that is not empty.
fn conditions(scene: &Scene<'_>, event: Node<'_>, report: &mut Report) {
    for definition in event.all("conditionalEventDefinition") {
        let formal = definition
            .first("condition")
            .is_some_and(|condition| crate::model::is_formal(condition) && !condition.text().trim().is_empty());
        if !formal && scene.is_executable(event) {
            report.say("EXT123", event, &[]);
        }
    }
}

/// EXT099 (§10.5.2): a process that is called has a start event without trigger.
fn called_processes(scene: &Scene<'_>, report: &mut Report) {
    let mut seen = std::collections::HashSet::new();
    for call in scene.all("callActivity") {
        let Some(process) = scene.referred(call, "calledElement").filter(|found| found.is("process")) else { continue };
        if seen.insert(process.id()) && !process.all("startEvent").any(|event| scene.triggers(event).is_none()) {
            report.say("EXT099", process, &[&called(call)]);
        }
    }
}

/// EXT095 (§10.5.1): a definition within an event is not referred to by others.
fn shared_definitions(scene: &Scene<'_>, report: &mut Report) {
    for reference in scene.all("eventDefinitionRef") {
        let Some(definition) = scene.named(reference, &reference.text()) else { continue };
        if let Some(owner) = definition.parent().filter(|owner| owner.is_any(EVENTS))
            && definition.is_any(super::scene::EVENT_DEFINITIONS)
        {
            report.say("EXT095", owner, &[&reference.parent().map(called).unwrap_or_default()]);
        }
    }
}
