//! Sub-processes of all kinds (BPMN 2.0.2 §10.3.5).

use super::form::is_uri;
use super::scene::{ACTIVITIES, CHOREOGRAPHY_ACTIVITIES, SUB_PROCESSES, Scene, is_event_sub_process};
use super::{Report, called};
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for process in scene.all("process") {
        // EXT036 (§10.2, 11): choreography activities belong to choreographies.
        without(process, CHOREOGRAPHY_ACTIVITIES, "EXT036", report);
        // EXT035 (§10.2): a public process shows how partners meet, and is not run.
        if process.attribute("processType").as_deref() == Some("Public") && scene.is_executable(process) {
            report.say("EXT035", process, &[]);
        }
    }
    for level in scene.all_of(SUB_PROCESSES) {
        // EXT056 (§10.3.5): the same within sub-processes.
        without(level, CHOREOGRAPHY_ACTIVITIES, "EXT056", report);
        // EXT079 (§10.4.1): data goes in and out of activities, but not of sub-processes, which see what is around them.
        if level.first("ioSpecification").is_some() {
            report.say("EXT079", level, &[]);
        }
        if is_event_sub_process(level) {
            event_sub_process(scene, level, report);
        }
    }
    for transaction in scene.all("transaction") {
        // EXT060 (§10.3.5): the method is a URI.
        if let Some(method) = transaction.attribute("method").filter(|method| !is_uri(method)) {
            report.say("EXT060", transaction, &[&method]);
        }
    }
    for level in scene.all("adHocSubProcess") {
        ad_hoc(level, report);
    }
}

/// Says `rule` of a level for the first element that it must not hold.
fn without(level: Node<'_>, names: &[&str], rule: &'static str, report: &mut Report) {
    if let Some(found) = level.elements().find(|child| child.is_any(names)) {
        report.say(rule, level, &[&called(found)]);
    }
}

/// EXT057: no sequence flow touches an event sub-process. EXT058: it has exactly one start event.
fn event_sub_process(scene: &Scene<'_>, level: Node<'_>, report: &mut Report) {
    let listed = scene.count_in(level) + scene.count_out(level);
    let joined = scene.incoming(level).len() + scene.outgoing(level).len();
    if listed + joined > 0 {
        report.say("EXT057", level, &[]);
    }
    let starts = level.all("startEvent").count();
    if starts != 1 {
        report.say("EXT058", level, &[&starts.to_string()]);
    }
}

/// EXT061: an ad-hoc sub-process holds an activity. EXT062: and no start, end, conversation or choreography.
fn ad_hoc(level: Node<'_>, report: &mut Report) {
    const FOREIGN: &[&str] = &[
        "startEvent",
        "endEvent",
        "conversation",
        "subConversation",
        "callConversation",
        "conversationLink",
        "choreographyTask",
        "callChoreography",
        "subChoreography",
    ];
    if !level.elements().any(|child| child.is_any(ACTIVITIES)) {
        report.say("EXT061", level, &[]);
    }
    without(level, FOREIGN, "EXT062", report);
}
