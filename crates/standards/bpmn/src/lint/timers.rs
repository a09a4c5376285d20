//! Timers (BPMN 2.0.2 §10.5.5, timer event definitions).

use super::Report;
use super::moment::{is_cycle, is_date_time, is_duration};
use super::scene::Scene;
use crate::tree::Node;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for timer in scene.all("timerEventDefinition") {
        one_kind(timer, report);
        for (child, rule, fits) in [
            ("timeDate", "EXT132", is_date_time as fn(&str) -> bool),
            ("timeCycle", "EXT133", is_cycle),
            ("timeDuration", "EXT134", is_duration),
        ] {
            for time in timer.all(child) {
                literal(time, rule, fits, report);
            }
        }
    }
}

/// EXT131 (§10.5.5): one of date, cycle and duration. A timer that says none of them may stand in a sketch, where
/// the standard lets it be filled in later: that is our own warning `TIMER`.
fn one_kind(timer: Node<'_>, report: &mut Report) {
    let times = timer.elements().filter(|child| child.is_any(&["timeDate", "timeCycle", "timeDuration"])).count();
    match times {
        0 => report.say("TIMER", timer, &[]),
        1 => {}
        several => report.say("EXT131", timer, &[&several.to_string()]),
    }
}

/// EXT132, EXT133, EXT134 (§10.5.5): the text is in the form of ISO 8601. What can only be an expression is left
/// to the engine, which knows its language.
fn literal(time: Node<'_>, rule: &'static str, fits: fn(&str) -> bool, report: &mut Report) {
    let text = time.text();
    let text = text.trim();
    let computed = text.contains(['(', '{', '[', '=', '$', '#', '"', '<', '>']);
    // An empty one is EXT013's business.
    if !text.is_empty() && !computed && !fits(text) {
        report.say(rule, time, &[text]);
    }
}
