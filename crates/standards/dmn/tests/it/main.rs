//! Tests of `dmn`.

mod analysis;
mod bounds;
mod compare;
mod feel;
mod models;
mod robust;
mod sockets;
mod texts;

/// A model with these elements, in the namespace `urn:test`.
fn model(elements: &str) -> String {
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:qy="urn:qingyuan:bpmn:1"
    namespace="urn:test" name="test" id="_test">
{elements}
</definitions>"#
    )
}

/// The text, so that it can stand in XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
