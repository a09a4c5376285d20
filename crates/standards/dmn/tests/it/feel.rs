//! Expressions, unary tests, values.

use dmn::feel::{Context, Expression, Names, Number, Range, Value};
use dmn::{Code, limits};
use proptest::prelude::*;

fn context() -> Context {
    let person = Context::from([("Date of birth".to_owned(), Value::date("1990-05-17").expect("a date"))]);
    Context::from([
        ("age".to_owned(), Value::whole(17)),
        ("Full name".to_owned(), Value::text("李 四")),
        ("张三".to_owned(), Value::whole(3)),
        ("person".to_owned(), Value::Context(person)),
        ("list".to_owned(), Value::List((1..=5).map(Value::whole).collect())),
    ])
}

fn evaluate(text: &str) -> Value {
    let expression = Expression::parse(text, &Names::in_context(&context())).expect(text);
    expression.evaluate(&context()).expect(text)
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().expect("a number"))
}

#[test]
fn expressions_have_their_values() {
    let cases = [
        ("a sum", "age + 1", Value::whole(18)),
        ("no digit is lost", "0.1 + 0.2", number("0.3")),
        ("34 digits", "1/3", number("0.3333333333333333333333333333333333")),
        ("a name with a space", "Full name", Value::text("李 四")),
        ("a Chinese name", "张三 * 2", Value::whole(6)),
        ("a member with spaces", "person.Date of birth.year", Value::whole(1990)),
        ("null, not a fault", "age + \"x\"", Value::Null),
        ("a loop", "for x in list return x * x", Value::List([1, 4, 9, 16, 25].map(Value::whole).to_vec())),
        ("partial", "for x in 1..4 return x + count(partial)", Value::List([1, 3, 5, 7].map(Value::whole).to_vec())),
        ("a filter", "list[item > 3]", Value::List([4, 5].map(Value::whole).to_vec())),
        ("an index", "list[-1]", Value::whole(5)),
        ("some", "some x in list satisfies x > 4", Value::Boolean(true)),
        ("every over two", "every x in list, y in list satisfies x + y < 11", Value::Boolean(true)),
        (
            "a function",
            "{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(20)}.r",
            number("2432902008176640000"),
        ),
        ("a date", "person.Date of birth + duration(\"P1M\")", Value::date("1990-06-17").expect("a date")),
        ("a duration", "@\"P1D\" + @\"PT12H\"", Value::DaysTime(129_600_000_000_000)),
        ("months", "@\"P1Y\" + @\"P2M\"", Value::YearsMonths(14)),
        ("a context", "{a: 1, b: a + 1}.b", Value::whole(2)),
        ("a replacement", "replace(\"abc\", \"b\", \"xx\")", Value::text("axxc")),
        ("a join", "string join([\"a\", \"b\"], \"-\")", Value::text("a-b")),
        ("distinct", "count(distinct values([1, 1, 2]))", Value::whole(2)),
        ("named arguments", "string join(list: [\"a\", \"b\"], delimiter: \"+\")", Value::text("a+b")),
        ("a union", "union([1, 2], [2, 3])", Value::List([1, 2, 3].map(Value::whole).to_vec())),
        ("context put", "context put({a: {b: 1}}, [\"a\", \"b\"], 2).a.b", Value::whole(2)),
        ("a sort", "sort(list, function(x, y) x > y)[1]", Value::whole(5)),
        (
            "a sort by a named function",
            "{f: function(x, y) x > y, r: sort(list: list, precedes: f)}.r[1]",
            Value::whole(5),
        ),
        ("a replacement by a test", "list replace(list, function(a, b) a = 3, 9)[3]", Value::whole(9)),
        ("a comment", "1 /* one */ + 1 // two", Value::whole(2)),
        ("loops within loops", "sum(for x in 1..3 return sum(for y in 1..x return y))", Value::whole(10)),
        (
            "elements of an element",
            "for x in [[1, 2], [3]], y in x return y",
            Value::List([1, 2, 3].map(Value::whole).to_vec()),
        ),
    ];
    for (case, text, expected) in cases {
        assert_eq!(evaluate(text), expected, "{case}: {text}");
    }
}

#[test]
fn what_cannot_be_read_is_a_fault_with_its_place() {
    let cases = [
        ("an operator too many", "1 + + * 2", Code::Syntax, None, ""),
        ("nothing", "", Code::Syntax, None, ""),
        ("an unknown name", "age + wage", Code::UnknownName, Some(6), "wage"),
        ("an unknown function", "foo(1)", Code::UnknownName, Some(0), "foo"),
        ("a name in a string is none", "\"wage\" + wage", Code::UnknownName, Some(9), "wage"),
        ("the clock", "now()", Code::Clock, Some(0), "now"),
        ("the day", "age + today()", Code::Clock, Some(6), "today"),
        ("the clock as a value", "{f: now}.f()", Code::Clock, Some(4), "now"),
        ("the clock in a filter", "list[today() = null]", Code::Clock, Some(5), "today"),
        (
            "an external function",
            "function(a) external {java: {class: \"X\", method signature: \"y()\"}}",
            Code::External,
            Some(12),
            "external",
        ),
        (
            "a costly function as a value",
            "{f: replace}.f(\"a\", \"b\", \"c\")",
            Code::FunctionAsValue,
            Some(4),
            "replace",
        ),
    ];
    for (case, text, code, at, what) in cases {
        let fault = Expression::parse(text, &Names::in_context(&context())).expect_err(case);
        assert_eq!((fault.code, fault.at, fault.what.as_str()), (code, at, what), "{case}: {fault}");
    }
}

#[test]
fn names_that_are_given_hide_the_clock() {
    let names = Names::of(["today"]);
    let expression = Expression::parse("today + duration(\"P1D\")", &names).expect("today is given");
    let given = Context::from([("today".to_owned(), Value::date("2026-02-28").expect("a date"))]);
    assert_eq!(expression.evaluate(&given), Ok(Value::date("2026-03-01").expect("a date")));
}

#[test]
fn a_null_says_why() {
    let cases =
        [("date(\"2026-02-30\")", true), ("log(-1)", true), ("null", false), ("all([1])", true), ("null.b", true)];
    for (text, has_reason) in cases {
        let expression = Expression::parse(text, &Names::default()).expect(text);
        let (value, reason) = expression.explain(&Context::new()).expect(text);
        assert_eq!((value, reason.is_some()), (Value::Null, has_reason), "{text}");
    }
}

#[test]
fn unary_tests_are_met_or_not() {
    let cases = [
        ("-", Value::whole(1), Some(true)),
        ("> 5", Value::whole(6), Some(true)),
        ("> 5", Value::whole(5), Some(false)),
        ("[1..5)", Value::whole(5), Some(false)),
        ("1, 3", Value::whole(3), Some(true)),
        ("not(1, 3)", Value::whole(3), Some(false)),
        ("not(1, 3)", Value::whole(2), Some(true)),
        ("\"a\", \"b\"", Value::text("b"), Some(true)),
        ("? > 5 and ? < 7", Value::whole(6), Some(true)),
        ("string length(?) = 2", Value::text("ab"), Some(true)),
        ("not(? > 5)", Value::whole(6), Some(false)),
        ("< age", Value::whole(16), Some(true)),
        ("true", Value::Boolean(true), Some(true)),
        ("> 5", Value::Null, None),
    ];
    for (text, value, expected) in cases {
        let test = Expression::parse_test(text, &Names::in_context(&context())).expect(text);
        let met = test.test(&value, &context()).expect(text);
        assert_eq!(met.unwrap_or(false), expected.unwrap_or(false), "{text} of {value:?}");
    }
    let fault = Expression::parse_test("> wage", &Names::default()).expect_err("an unknown name");
    assert_eq!(fault.code, Code::UnknownName);
}

#[test]
fn the_canonical_writing_is_what_it_was() {
    let range = Range { start: Some(Value::whole(1)), start_closed: true, end: None, end_closed: false };
    let cases = [
        (Value::Null, "null"),
        (number("12.50"), r#"{"number":"12.5"}"#),
        (number("-0.00"), r#"{"number":"0"}"#),
        (number("1e6000"), r#"{"number":"1e6000"}"#),
        (Value::date("2026-03-01").expect("a date"), r#"{"date":"2026-03-01"}"#),
        (Value::time("08:30:00+08:00").expect("a time"), r#"{"time":"08:30:00+08:00"}"#),
        (
            Value::date_time("2026-03-01T08:30:00@Asia/Shanghai").expect("a moment"),
            r#"{"dateTime":"2026-03-01T08:30:00@Asia/Shanghai"}"#,
        ),
        (Value::duration("-P1Y2M").expect("months"), r#"{"yearsMonths":"-P1Y2M"}"#),
        (Value::duration("P1DT36H0.5S").expect("nanoseconds"), r#"{"daysTime":"P2DT12H0.5S"}"#),
        (
            Value::Context(Context::from([("b".to_owned(), Value::Null), ("a".to_owned(), Value::Boolean(true))])),
            r#"{"context":{"a":true,"b":null}}"#,
        ),
        (Value::Range(Box::new(range)), r#"{"range":{"from":{"number":"1"},"fromIncluded":true}}"#),
        (Value::List(vec![Value::text("\"")]), r#"["\""]"#),
    ];
    for (value, text) in cases {
        assert_eq!(value.to_json().as_deref(), Ok(text));
        assert_eq!(Value::from_json(text), Ok(value));
    }
    let refused = [
        "1",
        "{}",
        r#"{"number":1}"#,
        r#"{"number":"x"}"#,
        r#"{"date":"2026-02-30"}"#,
        r#"{"date":"2026-01-01","x":1}"#,
        r#"{"context":{"a":null,"a":null}}"#,
        r#"{"yearsMonths":"P1D"}"#,
        r#"{"range":{"at":null}}"#,
        "[1",
        "nul",
    ];
    for text in refused {
        assert_eq!(Value::from_json(text).map_err(|fault| fault.code), Err(Code::NotCanonical), "{text}");
    }
}

#[test]
fn values_are_bounded() {
    let long = Value::text("x".repeat(limits::VALUE_BYTES));
    assert_eq!(long.to_json().map_err(|fault| fault.code), Err(Code::ValueTooLarge));
    let deep = (0..=limits::VALUE_DEPTH).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    assert_eq!(deep.to_json().map_err(|fault| fault.code), Err(Code::ValueTooLarge));
    let text = format!("{}null{}", "[".repeat(60), "]".repeat(60));
    assert_eq!(Value::from_json(&text).map_err(|fault| fault.code), Err(Code::ValueTooLarge));
    let echo = Expression::parse("x", &Names::of(["x"])).expect("a name");
    let given = Context::from([("x".to_owned(), long)]);
    assert_eq!(echo.evaluate(&given).map_err(|fault| fault.code), Err(Code::ValueTooLarge));
}

#[test]
fn numbers_are_ordered_by_value() {
    let ascending =
        ["-1e40", "-10", "-2", "-0.5", "0", "0.05", "0.5", "2", "2.000000000000000000000000000000001", "10", "1e40"];
    let numbers: Vec<Number> = ascending.iter().map(|text| text.parse().expect("a number")).collect();
    assert!(numbers.is_sorted());
    assert_eq!("1.0".parse::<Number>(), "1".parse());
    for text in ["", "-", ".", "1e", "1.2.3", "0x1", "1e99999", "99999999999999999999999999999999999", "１"] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
}

/// Any value within the limits.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let number = (any::<i64>(), -20_i32..20)
        .prop_map(|(digits, power)| Value::Number(Number::new(i128::from(digits), power).expect("nineteen digits")));
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        number,
        ".{0,12}".prop_map(Value::String),
        (1000_i32..9999, 1_u8..=12, 1_u8..=28).prop_map(|(year, month, day)| Value::Date { year, month, day }),
        (-100_000_i64..100_000).prop_map(Value::YearsMonths),
        any::<i64>().prop_map(Value::DaysTime),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::btree_map("[a-z ]{1,6}", inner, 0..5).prop_map(Value::Context),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is written reads back as the same value, and once more the same text.
    #[test]
    fn the_writing_round_trips(value in any_value()) {
        let text = value.to_json().expect("within the limits");
        prop_assert_eq!(&Value::from_json(&text).expect("canonical"), &value);
        prop_assert_eq!(Value::from_json(&text).expect("canonical").to_json().expect("again"), text);
    }

    /// A value that goes through the evaluator comes back the same.
    #[test]
    fn the_evaluator_changes_no_value(value in any_value()) {
        let echo = Expression::parse("x", &Names::of(["x"])).expect("a name");
        // Names lose spaces at their ends there, so only values without contexts are compared as a whole.
        prop_assume!(!format!("{value:?}").contains("Context"));
        let given = Context::from([("x".to_owned(), value.clone())]);
        prop_assert_eq!(echo.evaluate(&given).expect("an echo"), value);
    }

    /// Numbers are ordered as their difference says, and print as they read.
    #[test]
    fn numbers_compare_and_print(a in any::<i32>(), b in any::<i32>(), power in -30_i32..30, other in -30_i32..30) {
        let (a, b) = (Number::new(i128::from(a), power).expect("ten digits"), Number::new(i128::from(b), other).expect("ten digits"));
        prop_assert_eq!(a.to_string().parse::<Number>(), Ok(a));
        let expression = Expression::parse("if x < y then -1 else if x > y then 1 else 0", &Names::of(["x", "y"])).expect("FEEL");
        let given = Context::from([("x".to_owned(), Value::Number(a)), ("y".to_owned(), Value::Number(b))]);
        prop_assert_eq!(expression.evaluate(&given).expect("a number"), Value::whole(a.cmp(&b) as i64));
    }
}
