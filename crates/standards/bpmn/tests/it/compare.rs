//! What differs between two versions, by small files.

use bpmn::Document;
use bpmn::compare::{Change, What, compare};

use crate::rules::file;

/// One line per change: `+ element id`, `- element id`, `~ id` (moved), `id path: old > new`.
fn said(changes: &[Change]) -> Vec<String> {
    let mut lines = Vec::new();
    for change in changes {
        match &change.what {
            What::Added => lines.push(format!("+ {} {}", change.element, change.id)),
            What::Removed => lines.push(format!("- {} {}", change.element, change.id)),
            What::Moved => lines.push(format!("~ {}", change.id)),
            What::Changed(differences) => lines.extend(differences.iter().map(|difference| {
                let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
                format!("{} {}: {} > {}", change.id, difference.path, value(&difference.old), value(&difference.new))
            })),
        }
    }
    lines
}

fn between(old: &str, new: &str) -> Vec<String> {
    let process = |content: &str| Document::read(file(content).as_bytes()).expect("a document");
    said(&compare(&process(old), &process(new)))
}

/// Two contents of a process, and what is said of them.
type Case<'a> = (&'a str, &'a str, &'a str, &'a [&'a str]);

#[test]
fn what_a_process_says_differently_is_found() {
    let cases: &[Case<'_>] = &[
        ("nothing", r#"<task id="t" name="a"/>"#, "<task  name='a' id='t' ></task>", &[]),
        ("a name", r#"<task id="t" name="a"/>"#, r#"<task id="t" name="b"/>"#, &["t @name: a > b"]),
        ("a kind", r#"<task id="t"/>"#, r#"<userTask id="t"/>"#, &["t element(): task > userTask"]),
        (
            "our attribute, set and taken away",
            r#"<task id="t" qy:candidates="clerk"/><task id="u"/>"#,
            r#"<task id="t"/><task id="u" qy:candidates="head"/>"#,
            &["t @qy:candidates: clerk > none", "u @qy:candidates: none > head"],
        ),
        (
            "a limit",
            r#"<task id="t"><extensionElements><qy:clock law="X" promised="5" unit="working"/></extensionElements></task>"#,
            r#"<task id="t"><extensionElements><qy:clock law="X" promised="3" unit="working"/></extensionElements></task>"#,
            &["t extensionElements/qy:clock/@promised: 5 > 3"],
        ),
        (
            "one of several of a name",
            r#"<task id="t"><extensionElements><qy:local name="a"/><qy:local name="b"/></extensionElements></task>"#,
            r#"<task id="t"><extensionElements><qy:local name="b"/></extensionElements></task>"#,
            &["t extensionElements/qy:local[a]: name=a > none"],
        ),
        (
            "a condition",
            r#"<sequenceFlow id="f"><conditionExpression>x</conditionExpression></sequenceFlow>"#,
            r#"<sequenceFlow id="f"><conditionExpression xsi:type="tFormalExpression"> y </conditionExpression></sequenceFlow>"#,
            &["f conditionExpression: x > y"],
        ),
        (
            "a timer",
            r#"<startEvent id="s"><timerEventDefinition><timeDuration>P3D</timeDuration></timerEventDefinition></startEvent>"#,
            r#"<startEvent id="s"><timerEventDefinition id="T"><timeDuration>P5D</timeDuration></timerEventDefinition></startEvent>"#,
            &["s timerEventDefinition/timeDuration: P3D > P5D"],
        ),
        (
            "several runs",
            r#"<task id="t"/>"#,
            r#"<task id="t"><multiInstanceLoopCharacteristics isSequential="true"><completionCondition>c</completionCondition>
            </multiInstanceLoopCharacteristics></task>"#,
            &["t multiInstanceLoopCharacteristics: none > isSequential=true, c"],
        ),
        (
            "a flow that leads elsewhere, and what flows say anyway",
            r#"<task id="t"><outgoing>f</outgoing></task><task id="u"/><sequenceFlow id="f" sourceRef="t" targetRef="u"/>"#,
            r#"<task id="t"/><task id="u"><outgoing>f</outgoing></task><sequenceFlow id="f" sourceRef="t" targetRef="t"/>"#,
            &["f @targetRef: u > t"],
        ),
        (
            "added in the order of the new text, removed after",
            r#"<task id="a"/><task id="b"/><task id="c"/>"#,
            r#"<task id="d"/><task id="b"/><subProcess id="e"><task id="g"/></subProcess>"#,
            &["+ task d", "+ subProcess e", "+ task g", "- task a", "- task c"],
        ),
        (
            "into a sub-process",
            r#"<subProcess id="s"/><task id="t"/>"#,
            r#"<subProcess id="s"><task id="t"/></subProcess>"#,
            &["t parent(): P > s"],
        ),
        (
            "into another lane",
            r#"<laneSet><lane id="l"><flowNodeRef>t</flowNodeRef></lane><lane id="m"/></laneSet><task id="t"/>"#,
            r#"<laneSet><lane id="l"/><lane id="m"><flowNodeRef>t</flowNodeRef></lane></laneSet><task id="t"/>"#,
            &["t lane(): l > m"],
        ),
    ];
    for (case, old, new, expected) in cases {
        let process = |content: &str| format!(r#"<process id="P">{content}</process>"#);
        assert_eq!(between(&process(old), &process(new)), *expected, "{case}");
    }
}

#[test]
fn what_only_the_drawing_says_is_kept_apart() {
    let drawn = |name: &str, x: &str| {
        format!(
            r#"<process id="P"><task id="t" name="{name}"/></process>
<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane>
<di:BPMNShape bpmnElement="t"><dc:Bounds x="{x}" y="0" width="1" height="1"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>"#
        )
    };
    let undrawn = r#"<process id="P"><task id="t" name="a"/></process>"#;
    assert_eq!(between(&drawn("a", "10"), &drawn("a", "10.0")), [""; 0]);
    assert_eq!(between(&drawn("a", "10"), &drawn("a", "20")), ["~ t"]);
    assert_eq!(between(&drawn("a", "10"), &drawn("b", "20")), ["t @name: a > b"]);
    assert_eq!(between(undrawn, &drawn("a", "10")), [""; 0]);
}

#[test]
fn roots_are_compared_by_what_they_say() {
    let old = r#"<message id="m" name="a"/><error id="e" errorCode="1"/>"#;
    let new = r#"<message id="m" name="b"/><signal id="s"/>"#;
    assert_eq!(between(old, new), ["m @name: a > b", "+ signal s", "- error e"]);
}
