//! Gateways (BPMN 2.0.2 §10.6).

use super::scene::{GATEWAYS, Scene, flag};
use super::{Report, called};
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for gateway in scene.all_of(GATEWAYS) {
        direction(scene, gateway, report);
        degree(scene, gateway, report);
    }
    for gateway in scene.all("eventBasedGateway") {
        event_based(scene, gateway, report);
    }
}

/// EXT017, EXT018, EXT019 (§10.6.1): what the declared direction allows.
fn direction(scene: &Scene<'_>, gateway: Node<'_>, report: &mut Report) {
    let (incoming, outgoing) = (scene.count_in(gateway), scene.count_out(gateway));
    match gateway.attribute("gatewayDirection").as_deref() {
        Some("Converging") if outgoing > 1 => report.say("EXT017", gateway, &[&outgoing.to_string()]),
        Some("Diverging") if incoming > 1 => report.say("EXT018", gateway, &[&incoming.to_string()]),
        Some("Mixed") if incoming < 2 || outgoing < 2 => {
            report.say("EXT019", gateway, &[&incoming.to_string(), &outgoing.to_string()]);
        }
        _ => {}
    }
}

/// EXT135 (§10.6.1): several incoming or several outgoing flows.
fn degree(scene: &Scene<'_>, gateway: Node<'_>, report: &mut Report) {
    if scene.count_in(gateway) < 2 && scene.count_out(gateway) < 2 {
        report.say("EXT135", gateway, &[]);
    }
}

/// The rules of event-based gateways (§10.6.6).
fn event_based(scene: &Scene<'_>, gateway: Node<'_>, report: &mut Report) {
    // EXT136: two or more outgoing flows.
    let outgoing = scene.count_out(gateway);
    if outgoing < 2 {
        report.say("EXT136", gateway, &[&outgoing.to_string()]);
    }
    // EXT142: one that starts instances has no incoming flow.
    if flag(gateway, "instantiate", false) && scene.count_in(gateway) > 0 {
        report.say("EXT142", gateway, &[]);
    }
    let (mut message, mut receive) = (false, false);
    for &flow in scene.outgoing(gateway) {
        // EXT137: no conditions.
        if flow.first("conditionExpression").is_some() {
            report.say("EXT137", flow, &[&called(gateway)]);
        }
        let Some(target) = scene.referred(flow, "targetRef") else { continue };
        let triggers = scene.triggers(target);
        receive |= target.is("receiveTask");
        message |= target.is("intermediateCatchEvent") && triggers.has("message");
        // EXT138: only receive tasks and certain catch events follow.
        let waits = target.is("intermediateCatchEvent")
            && !triggers.is_none()
            && triggers.beside(&["message", "timer", "signal", "conditional"]).is_empty();
        if !waits && !target.is("receiveTask") {
            report.say("EXT138", flow, &[&called(target)]);
        }
        // EXT140: receive tasks there have no boundary events.
        if target.is("receiveTask") && !scene.boundary(target).is_empty() {
            report.say("EXT140", target, &[&called(gateway)]);
        }
        // EXT141: no other flow leads there.
        if scene.incoming(target).len() > 1 {
            report.say("EXT141", target, &[&called(gateway)]);
        }
    }
    // EXT139: message events and receive tasks are not mixed.
    if message && receive {
        report.say("EXT139", gateway, &[]);
    }
}
