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

/// Names of built-in functions, with which any number of arguments of any kind are called.
const FUNCTIONS: &[&str] = &[
    "abs",
    "after",
    "all",
    "any",
    "append",
    "before",
    "ceiling",
    "coincides",
    "concatenate",
    "contains",
    "context",
    "context merge",
    "context put",
    "count",
    "date",
    "date and time",
    "day of week",
    "day of year",
    "decimal",
    "distinct values",
    "duration",
    "during",
    "ends with",
    "even",
    "exp",
    "finished by",
    "finishes",
    "flatten",
    "floor",
    "get entries",
    "get value",
    "includes",
    "index of",
    "insert before",
    "is",
    "list contains",
    "list replace",
    "log",
    "lower case",
    "matches",
    "max",
    "mean",
    "median",
    "meets",
    "met by",
    "min",
    "mode",
    "modulo",
    "month of year",
    "not",
    "number",
    "odd",
    "overlaps",
    "overlaps after",
    "overlaps before",
    "product",
    "range",
    "remove",
    "replace",
    "reverse",
    "round down",
    "round half down",
    "round half up",
    "round up",
    "sort",
    "split",
    "sqrt",
    "started by",
    "starts",
    "starts with",
    "stddev",
    "string",
    "string join",
    "string length",
    "sublist",
    "substring",
    "substring after",
    "substring before",
    "sum",
    "time",
    "union",
    "upper case",
    "week of year",
    "years and months duration",
];

/// Well-formed expressions of all kinds, with values at the edges.
fn grown() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "0",
        "1",
        "-1",
        "2.5",
        "9223372036854775807",
        "-9223372036854775808",
        "1e6000",
        "99999",
        "0.1",
        "null",
        "true",
        "false",
        "x",
        "xs",
        "\"\"",
        "\"abc\"",
        "\"2026-02-28\"",
        "\"[1..3]\"",
        "\"(a+)+$\"",
        "\"a{1000}{1000}\"",
        "[]",
        "[1..1000000000]",
        "@\"-9999-01-01\"",
        "@\"9999-12-31\"",
        "@\"2026-02-28T23:59:59.999999999@Asia/Shanghai\"",
        "@\"00:00:00Z\"",
        "@\"P99999999D\"",
        "@\"-P999999999Y\"",
        "{}",
        "{a: 1}",
        "function(a) a",
        "function(a, b) a < b",
        "date(262143, 12, 31)",
        "duration(\"P106751DT23H47M16.854775807S\")",
        "-duration(\"P106751DT23H47M16.854775807S\")",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 4, |inner| {
        let operator = prop::sample::select(vec!["+", "-", "*", "/", "**", "=", "<", ">=", "and", "or", "in"]);
        let function = prop::sample::select(FUNCTIONS.to_vec());
        let member = prop::sample::select(vec!["year", "days", "time offset", "start", "a", "weekday", "value"]);
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, operator, b)| format!("({a}) {operator} ({b})")),
            (function, prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(function, arguments)| format!("{function}({})", arguments.join(", "))),
            (inner.clone(), inner.clone()).prop_map(|(list, condition)| format!("({list})[{condition}]")),
            (inner.clone(), member).prop_map(|(value, member)| format!("({value}).{member}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("for i in ({a})..({b}) return [i, partial]")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("for i in {a}, j in {b}, k in i return [i, j, k]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("some i in {a} satisfies i = ({b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("if ({a}) then ({b}) else ({c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{a: {a}, b: ({b}), c: [a, b, a]}}")),
            inner.clone().prop_map(|a| format!("{{f: function(n) [n, ({a}), f(n)], r: f(1)}}.r")),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) between ({b}) and ({a})")),
        ]
    })
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

    /// Whatever well-formed text does, it ends, and no panic of the evaluator comes through.
    #[test]
    fn what_is_well_formed_ends(text in grown()) {
        let begun = std::time::Instant::now();
        let _ = attempt(&text);
        prop_assert!(begun.elapsed().as_secs() < 20, "took {:?}", begun.elapsed());
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
