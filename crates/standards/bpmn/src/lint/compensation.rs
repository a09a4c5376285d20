//! Compensation (BPMN 2.0.2 §10.7).

use std::collections::HashMap;

use super::scene::{ACTIVITIES, SUB_PROCESSES, Scene, TASKS, flag};
use super::{Report, called};
use crate::tree::{Node, NodeId};

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    let mut handlers: HashMap<NodeId, Vec<Node<'_>>> = HashMap::new();
    for association in scene.all("association") {
        let ends = (scene.referred(association, "sourceRef"), scene.referred(association, "targetRef"));
        let (Some(source), Some(target)) = ends else { continue };
        // Some editors draw the line from the handler to the event.
        for (event, other) in [(source, target), (target, source)] {
            if event.is("boundaryEvent") && !other.is_any(&["textAnnotation", "group"]) {
                handlers.entry(event.id()).or_default().push(other);
            }
        }
    }
    for event in scene.all("boundaryEvent").filter(|event| scene.triggers(*event).has("compensate")) {
        let tied = handlers.get(&event.id()).map_or(&[][..], Vec::as_slice);
        // EXT143 (§10.7): an association ties it to its activity.
        if !tied.iter().any(|end| end.is_any(ACTIVITIES)) {
            report.say("EXT143", event, &[]);
        }
        // EXT144 (§10.7): that activity is a task or sub-process marked as compensation.
        for end in tied {
            let kind = end.is_any(TASKS) || end.is_any(SUB_PROCESSES);
            if !kind || !flag(*end, "isForCompensation", false) {
                report.say("EXT144", event, &[&called(*end)]);
            }
        }
    }
}
