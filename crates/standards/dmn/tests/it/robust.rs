//! No bytes and no text make it panic or hang.

use crate::{escaped, model};
use dmn::feel::{Context, Expression, Names, Value};
use dmn::{Code, Decisions};
use proptest::prelude::*;

/// Text of FEEL's own pieces, which comes further than random characters.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "1",
        "2.5",
        "\"a\"",
        "x",
        "xs",
        "null",
        "true",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "+",
        "-",
        "*",
        "/",
        "**",
        "<",
        ">",
        "=",
        "!=",
        "<=",
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance of",
        "number",
        "function",
        "external",
        "@\"P1D\"",
        "@\"2026-02-28\"",
        "date",
        "duration",
        "sum",
        "count",
        "sort",
        "string",
        "today()",
        "?",
        "item",
        "list<",
        "range<",
        "context<",
        "substring",
        "split",
        "matches",
        "99999999999999999999",
        "1e300",
        "date and time",
        "\\",
        "\"",
        "//",
        "/*",
    ]);
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.join(" "))
}

fn given() -> Context {
    Context::from([
        ("x".to_owned(), Value::whole(3)),
        ("xs".to_owned(), Value::List(vec![Value::whole(1), Value::text("a"), Value::Null])),
    ])
}

fn attempt(text: &str) -> Result<(), Code> {
    let names = Names::in_context(&given());
    for expression in [Expression::parse(text, &names), Expression::parse_test(text, &names)].into_iter().flatten() {
        expression
            .evaluate(&given())
            .and_then(|_| expression.test(&Value::whole(1), &given()))
            .map_err(|fault| fault.code)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_an_answer_or_a_fault(text in "\\PC{0,60}") {
        let _ = attempt(&text);
    }

    #[test]
    fn any_pieces_are_an_answer_or_a_fault(text in pieces()) {
        let _ = attempt(&text);
    }

    #[test]
    fn any_bytes_are_a_model_or_findings(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Decisions::read(&[("any.dmn", &bytes)]).is_err());
    }

    /// A model with one byte changed, or cut short, is read or refused; what is read can be evaluated.
    #[test]
    fn a_damaged_model_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(), text in pieces()) {
        let elements = format!(
            r##"<inputData id="_i" name="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="_d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#_i"/></informationRequirement>
            <decisionTable id="_t"><input><inputExpression><text>x</text></inputExpression></input><output name="o"/>
            <rule><inputEntry><text>{0}</text></inputEntry><outputEntry><text>{0}</text></outputEntry></rule></decisionTable></decision>"##,
            escaped(&text)
        );
        let mut bytes = model(&elements).into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(decisions) = Decisions::read(&[("m.dmn", &bytes)]) {
            let _ = decisions.evaluate("urn:test", "d", &given());
            for report in dmn::analysis::analyse(&decisions) {
                let _ = report.verdict();
            }
        }
    }
}
