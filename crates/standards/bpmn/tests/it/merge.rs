//! What an editor writes is put onto the text that it came from: what it did not change keeps its bytes.

use std::path::{Path, PathBuf};

use bpmn::Document;
use bpmn::tree::{BPMN, BPMNDI, DC, DI, Node, OURS, XSI};

/// A document as an editor writes it that reads it into objects: prefixes of its own, no comments, white space of its own, empty
/// elements and attributes in its own order.
fn rewritten(document: &Document) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    write(document.root(), 0, &mut text);
    text
}

fn prefix(space: &str) -> String {
    let known = [(BPMN, "bpmn"), (BPMNDI, "bpmndi"), (DC, "dc"), (DI, "di"), (OURS, "qy"), (XSI, "xsi")];
    let known = known.iter().find(|(other, _)| *other == space).map(|(_, prefix)| (*prefix).to_owned());
    known.unwrap_or_else(|| {
        format!("o{}", space.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte)))
    })
}

fn qualified(space: &str, local: &str) -> String {
    if space.is_empty() { local.to_owned() } else { format!("{}:{local}", prefix(space)) }
}

fn escaped(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\n', "&#10;")
        .replace('\t', "&#9;")
        .replace('\r', "&#13;")
}

fn write(node: Node<'_>, depth: usize, text: &mut String) {
    let name = qualified(node.namespace(), node.local());
    let space = format!("\n{}", "   ".repeat(depth));
    text.push_str(&format!("{space}<{name}"));
    if depth == 0 {
        let mut spaces: Vec<&str> =
            node.document().nodes().filter(|node| node.is_element()).map(Node::namespace).collect();
        spaces.extend(
            node.document()
                .nodes()
                .flat_map(|node| node.attributes().collect::<Vec<_>>())
                .filter(|it| !it.is_declaration())
                .map(|it| it.namespace()),
        );
        spaces.extend([BPMN, XSI]);
        spaces.sort_unstable();
        spaces.dedup();
        for space in spaces.into_iter().filter(|space| !space.is_empty() && !space.ends_with("/namespace")) {
            text.push_str(&format!(" xmlns:{}=\"{}\"", prefix(space), escaped(space)));
        }
    }
    let mut attributes: Vec<_> = node.attributes().filter(|it| !it.is_declaration()).collect();
    attributes.sort_by_key(|it| std::cmp::Reverse((it.namespace(), it.local())));
    for attribute in attributes {
        let value = attribute.value();
        let value = match node.resolve_name(&value) {
            Some((space, local)) if attribute.namespace() == XSI => qualified(space, local),
            _ => value.into_owned(),
        };
        let name = if attribute.namespace().ends_with("/namespace") {
            attribute.name().to_owned()
        } else {
            qualified(attribute.namespace(), attribute.local())
        };
        text.push_str(&format!(" {name}=\"{}\"", escaped(&value)));
    }
    let has_elements = node.elements().next().is_some();
    if !has_elements && node.text().is_empty() {
        text.push_str(" />");
        return;
    }
    text.push('>');
    match has_elements {
        true => {
            node.elements().for_each(|child| write(child, depth + 1, text));
            text.push_str(&space);
        }
        false => {
            text.push_str(&escaped(&node.text()).replace("&#10;", "\n").replace("&quot;", "\"").replace("&#9;", "\t"))
        }
    }
    text.push_str(&format!("</{name}>"));
}

fn models(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            models(&path, all);
        } else if path.extension().is_some_and(|it| it == "bpmn") {
            all.push(path);
        }
    }
}

/// Of every model of the suites: written otherwise and put back it is what it was, byte for byte; with one name changed that name
/// alone is another.
#[test]
fn what_says_the_same_keeps_its_bytes() {
    let mut all = Vec::new();
    for suite in ["bpmn-betsy", "bpmn-miwg"] {
        if let Some(folder) = outside_data::folder(suite) {
            models(&folder, &mut all);
        }
    }
    let mut ran = 0;
    for path in &all {
        let Ok(old) = Document::read(&std::fs::read(path).unwrap()) else { continue };
        let text = rewritten(&old);
        let edited =
            Document::read(text.as_bytes()).unwrap_or_else(|fault| panic!("{}: {fault}\n{text}", path.display()));
        let merged = old.merged(&edited).unwrap_or_else(|| panic!("{}: not merged", path.display()));
        assert!(merged.source() == old.source(), "{}", path.display());
        let named = old
            .nodes()
            .find(|node| node.is_element() && node.local() == "sequenceFlow" && node.attribute("id").is_some());
        if let Some(id) = named.and_then(|node| node.attribute("id")) {
            let change = bpmn::tree::Change::SetAttribute {
                at: (&*id).into(),
                name: "name".to_owned(),
                value: "Ä & <ö>".to_owned(),
            };
            let (edited, _) = edited.edit(std::slice::from_ref(&change)).unwrap();
            let (wanted, _) = old.edit(&[change]).unwrap();
            let merged = old.merged(&edited).unwrap_or_else(|| panic!("{}: not merged", path.display()));
            assert!(merged.source() == wanted.source(), "{}", path.display());
        }
        ran += 1;
    }
    println!("put back: {ran} models");
    assert!(ran > 0 || all.is_empty());
}

const KEPT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- Who drew it -->
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qy="urn:qingyuan:bpmn:1"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace='urn:t'>
    <process id="p" isExecutable="true">
        <!-- It begins -->
        <startEvent id="s"><outgoing>f</outgoing></startEvent>
        <sequenceFlow id="f" sourceRef="s" targetRef="t"/>
        <userTask id="t" name="Check"
                  qy:candidates="clerk"> <!-- who? -->
            <incoming>f</incoming>
            <outgoing>g</outgoing>
        </userTask>
        <sequenceFlow id="g" sourceRef="t" targetRef="e">
            <conditionExpression xsi:type="tFormalExpression">a &gt; 1 <!-- why --></conditionExpression>
        </sequenceFlow>
        <endEvent id="e"><incoming>g</incoming></endEvent>
    </process>
</definitions>
"#;

#[test]
fn what_is_edited_is_written_and_nothing_else() {
    let old = Document::read(KEPT.as_bytes()).unwrap();
    let text = rewritten(&old);
    // What is changed in the editor's text, and what comes of it in ours.
    let cases: [(&str, &str, &str, &str, &str); 8] = [
        ("an attribute", "name=\"Check\"", "name=\"Look\"", "name=\"Check\"", "name=\"Look\""),
        ("an attribute in single quotes", "\"urn:t\"", "\"urn:u's\"", "'urn:t'", "'urn:u&apos;s'"),
        ("an attribute that goes", " qy:candidates=\"clerk\"", "", "\n                  qy:candidates=\"clerk\"", ""),
        (
            "an attribute that comes",
            "name=\"Check\"",
            "name=\"Check\" qy:form=\"f\"",
            "qy:candidates=\"clerk\"",
            "qy:candidates=\"clerk\" qy:form=\"f\"",
        ),
        ("a text", "a > 1", "b < 2", "a &gt; 1 <!-- why -->", "b &lt; 2 "),
        (
            "an element that goes",
            "\n      <bpmn:endEvent id=\"e\">\n         <bpmn:incoming>g</bpmn:incoming>\n      </bpmn:endEvent>",
            "",
            "\n        <endEvent id=\"e\"><incoming>g</incoming></endEvent>",
            "",
        ),
        (
            "an element that comes",
            "</bpmn:userTask>",
            "</bpmn:userTask>\n      <bpmn:task id=\"u\" qy:form=\"x\"/>",
            "</userTask>",
            "</userTask>\n        <task id=\"u\" qy:form=\"x\"/>",
        ),
        (
            "a type",
            "xsi:type=\"bpmn:tFormalExpression\"",
            "xsi:type=\"bpmn:tExpression\"",
            "xsi:type=\"tFormalExpression\"",
            "xsi:type=\"tExpression\"",
        ),
    ];
    let mut wrong = Vec::new();
    for (case, from, to, old_text, new_text) in cases {
        assert!(text.contains(from), "{case}: {text}");
        let edited = Document::read(text.replacen(from, to, 1).replace("a &lt;", "a <").as_bytes());
        let edited = edited
            .unwrap_or_else(|_| Document::read(text.replacen(from, &to.replace('<', "&lt;"), 1).as_bytes()).unwrap());
        let Some(merged) = old.merged(&edited) else {
            wrong.push(format!("{case}: not merged"));
            continue;
        };
        let wanted = KEPT.replacen(old_text, new_text, 1);
        assert_ne!(wanted, KEPT, "{case}");
        if merged.source() != wanted {
            wrong.push(format!("{case}:\n{}", merged.source()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whatever_is_edited_is_said_by_what_comes_of_it() {
    let old = Document::read(KEPT.as_bytes()).unwrap();
    let text = rewritten(&old);
    let swapped =
        text.replace("id=\"f\"", "id=\"ff\"").replace("id=\"g\"", "id=\"f\"").replace("id=\"ff\"", "id=\"g\"");
    let foreign = text.replace("<bpmn:userTask ", "<bpmn:userTask xmlns:z=\"urn:z\" z:own=\"1\" ");
    let within = text.replace(
        "</bpmn:userTask>",
        "<bpmn:extensionElements><z:own xmlns:z=\"urn:z\" z:a=\"1\">x</z:own></bpmn:extensionElements></bpmn:userTask>",
    );
    let moved = text.replace(
        "<bpmn:incoming>f</bpmn:incoming>",
        "<bpmn:incoming>g</bpmn:incoming><bpmn:incoming>f</bpmn:incoming>",
    );
    let noted = |text: &str| {
        let note = format!("<z:own xmlns:z=\"urn:z\">{text}<z:part/></z:own>");
        KEPT.replacen("</userTask>", &format!("<extensionElements>{note}</extensionElements></userTask>"), 1)
    };
    let (before, after) = (noted("old"), noted("new"));
    let merge = |edited: &str| {
        let before = Document::read(before.as_bytes()).unwrap();
        before.merged(&Document::read(edited.as_bytes()).unwrap()).map(|merged| merged.source().to_owned())
    };
    assert_eq!(merge(&before).as_deref(), Some(&*before));
    assert_eq!(merge(&after), None, "text beside elements is not lost: the edited text is taken whole");
    for (case, edited, is_merged) in [
        ("ids that changed places", swapped, true),
        ("a namespace that the text does not know, at an attribute", foreign, false),
        ("the same within something new", within, true),
        ("lists that grew", moved, true),
        ("another root", "<other/>".to_owned(), false),
    ] {
        let edited = Document::read(edited.as_bytes()).unwrap();
        let merged = old.merged(&edited);
        assert_eq!(merged.is_some(), is_merged, "{case}");
        let Some(merged) = merged else { continue };
        assert!(
            merged.source().contains("<!-- Who drew it -->") && merged.source().contains("<!-- It begins -->"),
            "{case}"
        );
        // Written otherwise, both are the same.
        let again = Document::read(rewritten(&edited).as_bytes()).unwrap();
        assert_eq!(merged.merged(&again).expect(case).source(), merged.source(), "{case}");
        let back = merged.merged(&old).expect(case);
        assert_eq!(
            Document::read(rewritten(&back).as_bytes()).unwrap().nodes().count(),
            Document::read(text.as_bytes()).unwrap().nodes().count(),
            "{case}: and back"
        );
    }
}
