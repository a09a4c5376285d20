//! What holds of any document and any bytes.

use bpmn::compare::{What, compare};
use bpmn::lint::lint;
use bpmn::tree::Change;
use bpmn::{Document, Model};
use proptest::prelude::*;

/// Some XML: elements with attributes, text, comments, sections, references and odd white space.
fn element(depth: u32) -> BoxedStrategy<String> {
    let name = prop_oneof![
        Just("process"),
        Just("task"),
        Just("subProcess"),
        Just("startEvent"),
        Just("boundaryEvent"),
        Just("linkEventDefinition"),
        Just("q:foreign"),
        Just("sequenceFlow"),
    ];
    let attribute = (
        prop_oneof![Just("id"), Just("name"), Just("sourceRef"), Just("targetRef"), Just("q:x"), Just("default")],
        "[a-c&&[^&]]{0,2}|审批|&lt;|&#x41;|\t",
        prop_oneof![Just("\""), Just("'")],
        "[ \n]{1,2}",
    );
    let attributes = proptest::collection::vec(attribute, 0..5).prop_map(|all| {
        let mut seen = std::collections::HashSet::new();
        all.into_iter()
            .filter(|(name, ..)| seen.insert(*name))
            .map(|(name, value, quote, space)| format!("{space}{name}={quote}{value}{quote}"))
            .collect::<String>()
    });
    let leaf = prop_oneof![
        "[a-z审批 \n]{0,6}",
        Just("&amp;".to_owned()),
        Just("<![CDATA[<&]]>".to_owned()),
        Just("<!-- a - b -->".to_owned()),
        Just("<?p q?>".to_owned()),
        Just("\r\n\t".to_owned()),
    ];
    let content: BoxedStrategy<Vec<String>> = if depth == 0 {
        proptest::collection::vec(leaf, 0..3).boxed()
    } else {
        proptest::collection::vec(prop_oneof![leaf, element(depth - 1)], 0..5).boxed()
    };
    (name, attributes, content, any::<bool>())
        .prop_map(|(name, attributes, content, short)| {
            let content = content.concat();
            if content.is_empty() && short {
                format!("<{name}{attributes}/>")
            } else {
                format!("<{name}{attributes} >{content}</{name}\n>")
            }
        })
        .boxed()
}

fn document() -> impl Strategy<Value = String> {
    (proptest::collection::vec(element(3), 0..5), any::<bool>(), any::<bool>()).prop_map(|(content, marked, declared)| {
        format!(
            "{}{}<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:q=\"urn:q\">{}</definitions>\n",
            if marked { "\u{FEFF}" } else { "" },
            if declared { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n" } else { "" },
            content.concat()
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn read_and_written_is_the_same(text in document()) {
        let document = Document::read(text.as_bytes()).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        prop_assert_eq!(document.write(), text.as_bytes());
        // The spans of what a node holds lie within it, one after another.
        for node in document.nodes() {
            let mut at = node.span().start;
            for child in node.children() {
                prop_assert!(child.span().start >= at && child.span().end <= node.span().end);
                at = child.span().end;
            }
        }
    }

    #[test]
    fn an_edit_changes_one_attribute_alone(text in document(), pick in any::<prop::sample::Index>(), value in "\\PC{0,8}") {
        let document = Document::read(text.as_bytes()).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let elements: Vec<_> = document.nodes().filter(|node| node.is_element()).collect();
        let chosen = elements[pick.index(elements.len())];
        let change = Change::SetAttribute { at: chosen.id().into(), name: "name".to_owned(), value: value.clone() };
        let (edited, undo) = document.edit(&[change]).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let pairs = document.nodes().zip(edited.nodes());
        prop_assert_eq!(document.nodes().count(), edited.nodes().count());
        for (old, new) in pairs {
            prop_assert_eq!(old.kind(), new.kind());
            if old.id() == chosen.id() {
                let set = new.attribute("name").unwrap_or_default().into_owned();
                prop_assert_eq!(&set, &value);
            }
            let others = |node: bpmn::tree::Node<'_>| -> Vec<(String, String)> {
                node.attributes()
                    .filter(|attribute| old.id() != chosen.id() || attribute.name() != "name")
                    .map(|attribute| (attribute.name().to_owned(), attribute.raw().to_owned()))
                    .collect()
            };
            prop_assert_eq!(others(old), others(new));
            if !old.is_element() && old.kind() != bpmn::tree::Kind::Document {
                prop_assert_eq!(old.raw(), new.raw());
            }
        }
        let back = edited.undo(&undo).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        prop_assert_eq!(back.write(), text.as_bytes());
    }

    #[test]
    fn any_document_is_read_and_judged(text in document()) {
        let findings = lint(text.as_bytes());
        let places: Vec<_> = findings.iter().map(|finding| (finding.line, finding.column)).collect();
        prop_assert!(places.is_sorted());
        prop_assert!(Model::read(text.as_bytes()).is_ok());
    }

    #[test]
    fn a_document_differs_not_from_itself_and_gains_what_another_loses(old in document(), new in document()) {
        let read = |text: &str| Document::read(text.as_bytes()).map_err(|fault| TestCaseError::fail(fault.to_string()));
        let (old, new) = (read(&old)?, read(&new)?);
        prop_assert_eq!(compare(&old, &old), []);
        let count = |changes: &[bpmn::compare::Change], what: &What| changes.iter().filter(|c| c.what == *what).count();
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(there.len(), back.len());
        prop_assert_eq!(count(&there, &What::Added), count(&back, &What::Removed));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let findings = lint(&bytes);
        prop_assert_eq!(Model::read(&bytes).is_err(), findings.iter().any(|finding| finding.rule.starts_with("XML")));
    }

    #[test]
    fn a_document_with_a_byte_changed_is_read_or_refused(
        text in document(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()
    ) {
        let mut bytes = text.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        lint(&bytes);
        if let Ok(document) = Document::read(&bytes) {
            prop_assert_eq!(document.write(), bytes);
        }
    }
}
