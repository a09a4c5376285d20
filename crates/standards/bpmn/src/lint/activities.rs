//! Tasks, resources and loops (BPMN 2.0.2 §10.3).

use super::Report;
use super::form::is_mime_type;
use super::scene::{ACTIVITIES, SUB_PROCESSES, Scene, flag};
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for activity in scene.all_of(ACTIVITIES) {
        quantities(activity, report);
        loop_markers(activity, report);
    }
    for role in scene.all_of(&["resourceRole", "performer", "humanPerformer", "potentialOwner"]) {
        resources(role, report);
    }
    for task in scene.all("scriptTask") {
        script(task, "scriptFormat", report);
    }
    for task in scene.all("globalScriptTask") {
        script(task, "scriptLanguage", report);
    }
    for task in scene.all("receiveTask") {
        // EXT049 (§10.3.3): one that starts instances has no incoming flow.
        if flag(task, "instantiate", false) && scene.count_in(task) > 0 {
            report.say("EXT049", task, &[]);
        }
    }
}

/// EXT037, EXT038 (§10.3): quantities are one or more.
fn quantities(activity: Node<'_>, report: &mut Report) {
    for (attribute, rule) in [("startQuantity", "EXT037"), ("completionQuantity", "EXT038")] {
        let Some(value) = activity.attribute(attribute) else { continue };
        // What is no number at all is the schema's business.
        let digits = value.trim().trim_start_matches(['+', '-']);
        let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let too_small = value.trim().starts_with('-') || digits.bytes().all(|byte| byte == b'0');
        if number && too_small {
            report.say(rule, activity, &[value.trim()]);
        }
    }
}

/// EXT041 (§10.3.8): one loop marker. EXT054, EXT055 (§10.3.5) say so of sub-processes and of ad-hoc ones.
fn loop_markers(activity: Node<'_>, report: &mut Report) {
    let is_marker = |node: &Node<'_>| node.is_any(&["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"]);
    if activity.elements().filter(is_marker).count() < 2 {
        return;
    }
    report.say("EXT041", activity, &[]);
    if activity.is_any(SUB_PROCESSES) {
        report.say("EXT054", activity, &[]);
    }
    if activity.is("adHocSubProcess") {
        report.say("EXT055", activity, &[]);
    }
}

/// EXT039, EXT040 (§10.3.1): a role names a resource or has an expression; parameters need a resource.
fn resources(role: Node<'_>, report: &mut Report) {
    let resource = role.first("resourceRef").is_some();
    if resource && role.first("resourceAssignmentExpression").is_some() {
        report.say("EXT039", role, &[]);
    }
    if !resource && role.first("resourceParameterBinding").is_some() {
        report.say("EXT040", role, &[]);
    }
}

/// EXT053 (§10.3.3): a script names its format. EXT145: that is a MIME type.
///
/// Engines' manuals tell people to write the bare name of a language (`javascript`, `groovy`, `feel`), always in
/// lower case at the front. Such a name is understood and only deserves our own warning `FORMAT`.
fn script(task: Node<'_>, attribute: &str, report: &mut Report) {
    match task.attribute(attribute).filter(|format| !format.trim().is_empty()) {
        None if task.first("script").is_some_and(|script| !script.text().trim().is_empty()) => {
            report.say("EXT053", task, &[]);
        }
        Some(format) if !is_mime_type(&format) => {
            let bare = format.starts_with(|first: char| first.is_ascii_lowercase())
                && format.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
            report.say(if bare { "FORMAT" } else { "EXT145" }, task, &[&format]);
        }
        _ => {}
    }
}
