//! Expressions and documentation (BPMN 2.0.2 §8.4.6, 8.3.2).

use super::Report;
use super::form::{is_mime_type, is_uri};
use super::moment::{is_date_time, is_duration};
use super::scene::Scene;
use crate::model::is_formal;
use crate::tree::Node;

/// Elements that are expressions.
pub(super) const EXPRESSIONS: &[&str] = &[
    "conditionExpression",
    "condition",
    "activationCondition",
    "completionCondition",
    "loopCondition",
    "loopCardinality",
    "timeDate",
    "timeCycle",
    "timeDuration",
    "from",
    "to",
    "transformation",
    "messagePath",
    "dataPath",
    "formalExpression",
    "expression",
];

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for expression in scene.all_of(EXPRESSIONS) {
        formal(scene, expression, report);
        language(expression, report);
    }
    for repetition in scene.all("multiInstanceLoopCharacteristics") {
        // EXT071 (§10.3.8): yes or no.
        for condition in repetition.all("completionCondition").filter(|condition| is_no_boolean(*condition)) {
            report.say("EXT071", condition, &[condition.text().trim()]);
        }
    }
    for behavior in scene.all("complexBehaviorDefinition") {
        // EXT072 (§10.3.8): yes or no.
        for condition in behavior.all("condition").filter(|condition| is_no_boolean(*condition)) {
            report.say("EXT072", condition, &[condition.text().trim()]);
        }
    }
    for (name, rule) in [("documentation", "EXT004"), ("textAnnotation", "EXT010")] {
        // EXT004 (§8.3.2), EXT010 (§8.4.1): the format is a MIME type.
        for element in scene.all(name) {
            if let Some(format) = element.attribute("textFormat").filter(|format| !is_mime_type(format)) {
                report.say(rule, element, &[&format]);
            }
        }
    }
}

/// EXT012 (§8.4.6): in an executable process expressions are formal. EXT013: a formal one says something.
fn formal(scene: &Scene<'_>, expression: Node<'_>, report: &mut Report) {
    let Some(owner) = expression.parent() else { return };
    if is_formal(expression) {
        if expression.text().trim().is_empty() {
            report.say("EXT013", expression, &[]);
        }
    } else if scene.is_executable(expression) {
        report.say("EXT012", owner, &[expression.local()]);
    }
}

/// EXT014 (§8.4.6): the language is a URI.
fn language(expression: Node<'_>, report: &mut Report) {
    if let Some(language) = expression.attribute("language").filter(|language| !is_uri(language)) {
        report.say("EXT014", expression, &[&language]);
    }
}

/// Whether an expression is a literal of another type than yes or no, whatever the language: a number, a quoted text,
/// a date, a duration.
fn is_no_boolean(expression: Node<'_>) -> bool {
    let text = expression.text();
    let text = text.trim();
    let quoted = |mark: char| {
        text.len() > 1
            && text.starts_with(mark)
            && text.find(mark) != text.rfind(mark)
            && text[1..].find(mark) == Some(text.len() - 2)
    };
    let number = text.parse::<f64>().is_ok_and(f64::is_finite);
    number || quoted('"') || quoted('\'') || is_date_time(text) || is_duration(text)
}
