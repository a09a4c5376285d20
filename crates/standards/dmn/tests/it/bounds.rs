//! What would never end, or take all memory, ends with a fault.

use crate::{escaped, model};
use dmn::feel::{Context, Expression, Names, Value};
use dmn::{Code, Decisions, limits};
use std::time::Instant;

fn code(text: &str, context: &Context) -> Result<Value, Code> {
    let expression = Expression::parse(text, &Names::in_context(context)).map_err(|fault| fault.code)?;
    expression.evaluate(context).map_err(|fault| fault.code)
}

#[test]
fn every_evaluation_ends() {
    let big = Context::from([
        ("xs".to_owned(), Value::List((0..20_000).map(Value::whole).collect())),
        ("s".to_owned(), Value::text("x".repeat(300_000))),
    ]);
    let none = Context::new();
    let doubling: String = (0..60).map(|at| format!(", a{}: a{at} + a{at}", at + 1)).collect();
    let doubled = format!("{{a0: \"xxxxxxxx\"{doubling}}}.a60");
    let calls: String = (1..40).map(|at| format!(", f{at}: function() f{}() + f{}()", at - 1, at - 1)).collect();
    let calls = format!("{{f0: function() 1{calls}, r: f39()}}.r");
    let names = format!("[{}]", vec!["s"; 3_000].join(","));
    let cases = [
        ("a long range", "for i in 1..1000000000 return i", &none, Code::TooMuchWork),
        ("a long range downwards", "for i in 1000000000..1 return i", &none, Code::TooMuchWork),
        ("a long range in brackets", "for i in [1..1000000000] return 1", &none, Code::TooMuchWork),
        ("days", "for d in date(\"1000-01-01\")..date(\"9999-01-01\") return d", &none, Code::TooMuchWork),
        ("a product", "for a in 1..1000, b in 1..1000, c in 1..1000 return 1", &none, Code::TooMuchWork),
        (
            "a product that does nothing",
            "for a in 1..9999, b in 1..9999, c in 1..9999, d in [] return 1",
            &none,
            Code::TooMuchWork,
        ),
        ("a product of lists", "some a in xs, b in xs, c in xs satisfies false", &big, Code::TooMuchWork),
        ("elements of elements", "for x in [xs], y in x, z in x, w in [] return 1", &big, Code::TooMuchWork),
        ("ten thousand passes", "count(for i in 1..100000 return i)", &none, Code::TooMuchWork),
        ("filters in filters", "xs[count(xs[item > 1]) > 0]", &big, Code::TooMuchWork),
        ("a function that calls itself", "{f: function(n) f(n + 1), r: f(0)}.r", &none, Code::CallsTooDeep),
        ("one without a name", "(function(g) g(g))(function(g) g(g))", &none, Code::CallsTooDeep),
        (
            "a comparison that never ends",
            "sort([2, 1], function(a, b) (function(g) g(g))(function(g) g(g)))",
            &none,
            Code::CallsTooDeep,
        ),
        ("functions that call twice", &calls, &none, Code::TooMuchWork),
        ("doubling in a context", &doubled, &none, Code::ValueTooLarge),
        (
            "doubling in a loop",
            "for i in 1..100 return if i = 1 then \"xxxxxxxx\" else partial[-1] + partial[-1]",
            &none,
            Code::ValueTooLarge,
        ),
        ("lists of lists in a loop", "for i in 1..1000 return [partial]", &none, Code::ValueTooLarge),
        (
            "nesting in a loop",
            "for i in 1..1000 return if i = 1 then [] else [partial[-1]]",
            &none,
            Code::ValueTooLarge,
        ),
        ("a replacement that grows", "string length(replace(s, \"x\", s))", &big, Code::TooMuchWork),
        ("a join that grows", "string join(for x in xs return \"a\", s)", &big, Code::TooMuchWork),
        ("a join of a list", "string length(string join(xs, s))", &big, Code::TooMuchWork),
        ("all pairs", "count(distinct values(xs))", &big, Code::TooMuchWork),
        ("all pairs of two", "count(union(xs, xs))", &big, Code::TooMuchWork),
        ("a value many times", &names, &big, Code::TooMuchWork),
        ("many keys", "context put({}, for i in 1..500 return string(i), 1)", &none, Code::ValueTooLarge),
    ];
    for (case, text, context, expected) in cases {
        let begun = Instant::now();
        assert_eq!(code(text, context), Err(expected), "{case}");
        // Not a bound of time, but a sign that the count is of the right order: unbounded, each would take hours.
        assert!(begun.elapsed().as_secs() < 60, "{case} took {:?}", begun.elapsed());
    }
}

/// What counts is called by name, in a scope that texts and inputs fill as well.
#[test]
fn nothing_can_stand_in_the_place_of_what_counts() {
    for name in ["value", "pass", "enter", "leave", "span", "domain", "product", "keys"] {
        for space in ["", " "] {
            let key = format!("{space}\\u0001{name}");
            let entry = format!("{{\"{key}\": 1, x: for i in 1..1000000000 return i}}.x");
            let element = format!("[{{\"{key}\": 1}}][count(for i in 1..1000000000 return i) > 0]");
            let put = format!("[context put({{}}, \"{key}\", 1)][count(for i in 1..1000000000 return i) > 0]");
            let itself = format!("{{\"{key}\": function(n) n, f: function(n) f(n + 1), r: f(0)}}.r");
            let given = Context::from([(format!("{space}\u{1}{name}"), Value::whole(1))]);
            for (text, expected) in [
                (entry, Code::TooMuchWork),
                (element, Code::TooMuchWork),
                (put, Code::TooMuchWork),
                (itself, Code::CallsTooDeep),
                ("for i in 1..1000000000 return i".to_owned(), Code::TooMuchWork),
            ] {
                assert_eq!(code(&text, &given), Err(expected), "{name}: {text}");
            }
        }
    }
}

#[test]
fn what_is_usual_stays_within_the_bounds() {
    let none = Context::new();
    let cases = [
        ("five thousand passes", "count(for i in 1..5000 return i)", Value::whole(5_000)),
        ("recursion", "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(150)}.r", Value::whole(150)),
        ("a grid", "count(for a in 1..60, b in 1..60 return a * b)", Value::whole(3_600)),
    ];
    for (case, text, expected) in cases {
        assert_eq!(code(text, &none), Ok(expected), "{case}");
    }
}

#[test]
fn texts_are_bounded_before_they_are_parsed() {
    let none = Context::new();
    let chain = vec!["1"; 400].join(" + ");
    let long_chain = vec!["1"; 600].join("+");
    let choices = format!("{} 1", "if true then 1 else ".repeat(90));
    let too_many_choices = format!("{} 1", "if true then 1 else ".repeat(200));
    let cases = [
        ("too long", format!("\"{}\"", "x".repeat(limits::TEXT_BYTES)), Some(Code::TextTooLong)),
        ("brackets", format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000)), Some(Code::TooDeep)),
        ("brackets left open", "[".repeat(30_000), Some(Code::TooDeep)),
        ("signs", format!("{}1", "-".repeat(30_000)), Some(Code::TooDeep)),
        ("a long chain", long_chain, Some(Code::TooDeep)),
        ("too many choices", too_many_choices, Some(Code::TooDeep)),
        ("a list too long", format!("[{}]", vec!["1"; 5_000].join(",")), Some(Code::TooDeep)),
        ("words without end", "a ".repeat(20_000), Some(Code::TooDeep)),
        ("a hundred brackets", format!("{}1{}", "(".repeat(99), ")".repeat(99)), None),
        ("a chain of 200", vec!["1"; 190].join(" + "), None),
        ("a chain of 480", vec!["1"; 480].join(" + "), None),
        ("ninety choices", choices, None),
        ("brackets in a string", format!("\"{}\"", "(".repeat(5_000)), None),
    ];
    assert!(chain.len() > 100);
    for (case, text, expected) in cases {
        assert_eq!(code(&text, &none).err(), expected, "{case}");
    }
}

#[test]
fn models_are_bounded_as_expressions_are() {
    let knowledge = r##"<businessKnowledgeModel id="_f" name="f"><variable name="f"/>
        <encapsulatedLogic><formalParameter name="n" typeRef="number"/><literalExpression><text>f(n + 1)</text></literalExpression></encapsulatedLogic>
        </businessKnowledgeModel>
        <decision id="_d" name="d"><variable name="d"/><knowledgeRequirement><requiredKnowledge href="#_f"/></knowledgeRequirement>
        <literalExpression><text>f(0)</text></literalExpression></decision>"##;
    let boxed = r#"<decision id="_d" name="d"><variable name="d"/><for iteratorVariable="i">
        <in><literalExpression><text>[1..1000000000]</text></literalExpression></in>
        <return><literalExpression><text>i</text></literalExpression></return></for></decision>"#;
    let literal = format!(
        r#"<decision id="_d" name="d"><variable name="d"/><literalExpression><text>{}</text></literalExpression></decision>"#,
        escaped("for i in 1..1000000000 return i")
    );
    let many = format!(
        r##"<inputData id="_s" name="s"><variable name="s"/></inputData>
        <decision id="_d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#_s"/></informationRequirement>
        <decisionTable hitPolicy="COLLECT"><output/>{}</decisionTable></decision>"##,
        "<rule><outputEntry><text>s</text></outputEntry></rule>".repeat(3_000)
    );
    let given = Context::from([("s".to_owned(), Value::text("x".repeat(500_000)))]);
    let none = Context::new();
    let cases = [
        ("a large input in every rule", many.as_str(), Code::TooMuchWork),
        ("a recursion", knowledge, Code::CallsTooDeep),
        ("a box", boxed, Code::TooMuchWork),
        ("a text", &literal, Code::TooMuchWork),
    ];
    for (case, elements, expected) in cases {
        let text = model(elements);
        let decisions = Decisions::read(&[("m.dmn", text.as_bytes())]).expect(case);
        let given = if case.contains("large input") { &given } else { &none };
        let answer = decisions.evaluate("urn:test", "d", given);
        assert_eq!(answer.map_err(|fault| fault.code), Err(expected), "{case}");
    }
}
