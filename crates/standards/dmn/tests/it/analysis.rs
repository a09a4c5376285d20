//! Tables: gaps, overlaps, reach; discretion standards.

use crate::{escaped, model};
use dmn::analysis::{self, Bounds, Discretion, Output, Report, Scale, Verdict, check_discretion};
use dmn::feel::{Context, Value};
use dmn::{Decisions, Rule};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A table: hit policy, inputs (name, type, attributes and children of the clause), rules (cells, outputs).
fn table(policy: &str, inputs: &[(&str, &str, &str)], outputs: &[&str], rules: &[(&[&str], &[&str])]) -> String {
    let mut text = String::new();
    for (name, kind, _) in inputs {
        text.push_str(&format!(
            "<inputData id=\"_{name}\" name=\"{name}\"><variable name=\"{name}\" typeRef=\"{kind}\"/></inputData>\n"
        ));
    }
    text.push_str("<decision id=\"_d\" name=\"d\"><variable name=\"d\"/>\n");
    for (name, ..) in inputs {
        text.push_str(&format!(
            "<informationRequirement><requiredInput href=\"#_{name}\"/></informationRequirement>\n"
        ));
    }
    text.push_str(&format!("<decisionTable id=\"_t\" hitPolicy=\"{policy}\">\n"));
    for (name, kind, more) in inputs {
        let (attributes, children) = if more.starts_with('<') { ("", *more) } else { (*more, "") };
        text.push_str(&format!(
            "<input {attributes}><inputExpression typeRef=\"{kind}\"><text>{name}</text></inputExpression>{children}</input>\n"
        ));
    }
    outputs.iter().for_each(|name| text.push_str(&format!("<output name=\"{name}\"/>\n")));
    for (cells, results) in rules {
        text.push_str("<rule>");
        cells
            .iter()
            .for_each(|cell| text.push_str(&format!("<inputEntry><text>{}</text></inputEntry>", escaped(cell))));
        results
            .iter()
            .for_each(|one| text.push_str(&format!("<outputEntry><text>{}</text></outputEntry>", escaped(one))));
        text.push_str("</rule>\n");
    }
    text.push_str("</decisionTable></decision>");
    model(&text)
}

fn report(text: &str) -> Report {
    let decisions = Decisions::read(&[("t.dmn", text.as_bytes())]).expect("a model");
    let mut reports = analysis::analyse(&decisions);
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

fn rules_of(report: &Report) -> Vec<&'static str> {
    report.findings().iter().map(|finding| finding.rule.code()).collect()
}

#[test]
fn gaps_and_overlaps_have_a_witness() {
    let age = ("age", "number", "");
    let one = |cells: &[&str], policy: &str, input: (&str, &str, &str)| {
        let cells: Vec<[&str; 1]> = cells.iter().map(|cell| [*cell]).collect();
        let rules: Vec<(&[&str], &[&str])> = cells.iter().map(|cell| (&cell[..], &["1"][..])).collect();
        report(&table(policy, &[input], &["o"], &rules))
    };
    let complete = one(&["< 18", "[18..60)", ">= 60"], "UNIQUE", age);
    assert_eq!((complete.verdict(), rules_of(&complete)), (Verdict::Proved, vec![]));

    let gap = one(&["< 18", "(18..60)", ">= 60"], "UNIQUE", age);
    assert_eq!(gap.gaps.iter().map(|gap| gap.witness.clone()).collect::<Vec<_>>(), [[Value::whole(18)]]);
    assert_eq!(gap.findings()[0].arguments["witness"], "age = 18");

    let overlap = one(&["<= 18", "[18..60)", ">= 60"], "UNIQUE", age);
    assert_eq!((overlap.overlaps[0].rules, &overlap.overlaps[0].witness), ((1, 2), &vec![Value::whole(18)]));
    assert_eq!((overlap.verdict(), rules_of(&overlap)), (Verdict::Wrong, vec!["overlap"]));

    // The same outputs are no conflict for A; R, O and C mean to overlap; F comes to the later rule only beyond the first.
    assert_eq!(one(&["<= 18", "[18..60)", ">= 60"], "ANY", age).verdict(), Verdict::Proved);
    assert_eq!(one(&["<= 18", "[18..60)", ">= 60"], "COLLECT", age).verdict(), Verdict::Proved);
    let hidden = one(&["< 30", ">= 30", "[18..60)"], "FIRST", age);
    assert_eq!((hidden.unreachable.clone(), rules_of(&hidden)), (vec![3], vec!["unreachable"]));
    assert_eq!(one(&["< 30", "[18..60)", "-"], "FIRST", age).verdict(), Verdict::Proved);

    let domain = ("age", "number", "qy:domain=\"[0..120]\"");
    assert_eq!(one(&["[0..18)", "[18..120]"], "UNIQUE", domain).verdict(), Verdict::Proved);
    let never = one(&["[0..18)", "[18..120]", "> 120"], "UNIQUE", domain);
    assert_eq!((never.never_matching.clone(), rules_of(&never)), (vec![3], vec!["never-matches"]));
    let values = ("kind", "string", "<inputValues><text>\"a\",\"b\"</text></inputValues>");
    assert_eq!(one(&["\"a\"", "\"b\""], "UNIQUE", values).verdict(), Verdict::Proved);
    assert_eq!(one(&["\"a\"", "not(\"a\")"], "UNIQUE", ("kind", "string", "")).verdict(), Verdict::Proved);
    let open = one(&["\"a\"", "\"b\""], "UNIQUE", ("kind", "string", ""));
    assert_eq!(open.gaps[0].witness, [Value::text("other")]);
    assert_eq!(one(&["true", "false"], "UNIQUE", ("yes", "boolean", "")).verdict(), Verdict::Proved);
    assert_eq!(one(&["true"], "UNIQUE", ("yes", "boolean", "")).gaps[0].witness, [Value::Boolean(false)]);

    // Between two days there is no other.
    let days = ("day", "date", "");
    assert_eq!(one(&["<= @\"2025-12-31\"", ">= date(\"2026-01-01\")"], "UNIQUE", days).verdict(), Verdict::Proved);
    let day = one(&["< @\"2025-12-31\"", ">= @\"2026-01-01\""], "UNIQUE", days);
    assert_eq!(day.gaps[0].witness, [Value::date("2025-12-31").expect("a date")]);
    // Between two numbers there is.
    let between = one(&["<= 1", ">= 2"], "UNIQUE", age);
    assert_eq!(between.gaps[0].witness, [Value::Number("1.5".parse().expect("a number"))]);
    let months = one(&["<= @\"P1Y\"", ">= @\"P13M\""], "UNIQUE", ("term", "yearMonthDuration", ""));
    assert_eq!(months.verdict(), Verdict::Proved);
    let condition = one(&["? < 18 or ? >= 60", "? between 18 and 59", "? > 59 and ? < 60"], "UNIQUE", age);
    assert_eq!(condition.verdict(), Verdict::Proved);
    let repeated = one(&["age < 18", "age >= 18"], "UNIQUE", age);
    assert_eq!(repeated.verdict(), Verdict::Proved);
}

#[test]
fn a_cell_that_is_no_test_is_named_and_nothing_is_proved() {
    let cases = ["age + 1", "> age", "string length(?) > 2", "\"text\"", "null", "> \"a\""];
    for cell in cases {
        let text = table("UNIQUE", &[("age", "number", "")], &["o"], &[(&["< 18"], &["1"]), (&[cell], &["2"])]);
        let report = report(&text);
        assert_eq!(report.not_analysable.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>(), [cell]);
        assert_eq!((report.not_analysable[0].rule, report.not_analysable[0].input), (2, 1), "{cell}");
        // What it may decide is no certain gap.
        assert_eq!((report.verdict(), report.gaps.len()), (Verdict::NotProved, 0), "{cell}");
    }
}

#[test]
fn item_definitions_declare_domains() {
    let text = table("UNIQUE", &[("grade", "tGrade", "")], &["o"], &[(&["\"A\""], &["1"]), (&["\"B\""], &["2"])]);
    let declared = |types: &str| text.replacen("<inputData", &format!("{types}<inputData"), 1);
    let allowed = declared(
        "<itemDefinition name=\"tGrade\"><typeRef>string</typeRef><allowedValues><text>\"A\",\"B\"</text></allowedValues></itemDefinition>",
    );
    assert_eq!(report(&allowed).verdict(), Verdict::Proved);
    let wider = declared(
        "<itemDefinition name=\"tGrade\" qy:domain='\"A\",\"B\",\"C\"'><typeRef>string</typeRef></itemDefinition>",
    );
    assert_eq!(report(&wider).gaps[0].witness, [Value::text("C")]);
}

#[test]
fn a_default_answers_for_gaps() {
    let text = table("UNIQUE", &[("age", "number", "")], &["o"], &[(&["< 18"], &["1"])]);
    let text = text.replace(
        "<output name=\"o\"/>",
        "<output name=\"o\"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>",
    );
    let report = report(&text);
    assert_eq!((report.gaps.len(), report.verdict()), (1, Verdict::Proved));
}

#[test]
fn beyond_a_million_cells_it_is_sampled_and_says_so() {
    let cells: Vec<String> = (0..30).map(|at| format!("[{at}..{})", at + 1)).collect();
    let inputs: Vec<String> = (0..4).map(|at| format!("x{at}")).collect();
    let inputs: Vec<(&str, &str, &str)> =
        inputs.iter().map(|name| (name.as_str(), "number", "qy:domain=\"[0..30)\"")).collect();
    let rows: Vec<[&str; 4]> = cells.iter().map(|cell| [cell.as_str(), "-", "-", "-"]).collect();
    let mut rules: Vec<(&[&str], &[&str])> = rows.iter().map(|row| (&row[..], &["1"][..])).collect();
    let second: Vec<[&str; 4]> = cells.iter().map(|cell| [cells[0].as_str(), cell, cell, cell]).collect();
    rules.extend(second.iter().map(|row| (&row[..], &["1"][..])));
    let full = report(&table("COLLECT", &inputs, &["o"], &rules));
    assert!(full.cells > analysis::CELLS && full.sampled, "{}", full.cells);
    assert_eq!((full.verdict(), rules_of(&full)), (Verdict::NotProved, vec!["sampled"]));
    let gap = report(&table("COLLECT", &inputs, &["o"], &rules[1..]));
    assert!(gap.sampled && !gap.gaps.is_empty());
    let again = report(&table("COLLECT", &inputs, &["o"], &rules[1..]));
    assert_eq!(gap.gaps, again.gaps, "the seed is fixed");
}

fn fines(rules: &[(&[&str], &[&str])], policy: &str) -> Report {
    let inputs = [
        ("grade", "string", "<inputValues><text>\"轻微\",\"一般\",\"严重\"</text></inputValues>"),
        ("repeat", "boolean", ""),
    ];
    report(&table(policy, &inputs, &["fine"], rules))
}

fn standard() -> Discretion {
    let number = |text: &str| text.parse().expect("a number");
    Discretion {
        bounds: Bounds { min: number("2000"), max: number("20000") },
        output: Output::Range("fine".to_owned()),
        scales: vec![Scale { input: 1, order: ["轻微", "一般", "严重"].map(Value::text).to_vec() }],
    }
}

#[test]
fn a_discretion_standard_is_checked() {
    let good: &[(&[&str], &[&str])] = &[
        (&["\"轻微\"", "-"], &["[2000..5000)"]),
        (&["\"一般\"", "false"], &["[5000..10000)"]),
        (&["\"一般\"", "true"], &["[8000..12000)"]),
        (&["\"严重\"", "-"], &["[12000..20000]"]),
    ];
    assert_eq!(check_discretion(&fines(good, "UNIQUE"), &standard()), []);
    let codes = |rules: &[(&[&str], &[&str])], policy: &str| -> Vec<(Rule, String)> {
        let findings = check_discretion(&fines(rules, policy), &standard());
        findings.into_iter().map(|finding| (finding.rule, finding.arguments["rules"].clone())).collect()
    };
    let with = |at: usize, cells: &'static [&'static str], output: &'static [&'static str]| {
        let mut rules = good.to_vec();
        rules[at] = (cells, output);
        rules
    };
    let found = |rule: Rule, rules: &str| vec![(rule, rules.to_owned())];
    assert_eq!(codes(good, "FIRST"), found(Rule::DiscretionPolicy, ""));
    assert_eq!(codes(&good[..3], "UNIQUE"), found(Rule::DiscretionIncomplete, ""));
    assert_eq!(codes(&with(3, &["\"严重\"", "-"], &["grade"]), "UNIQUE"), found(Rule::DiscretionRange, "4"));
    assert_eq!(codes(&with(3, &["\"严重\"", "-"], &["[12000..20001]"]), "UNIQUE"), found(Rule::DiscretionBounds, "4"));
    assert_eq!(codes(&with(3, &["\"严重\"", "-"], &["(12000..20000]"]), "UNIQUE"), found(Rule::DiscretionHole, "3, 4"));
    assert_eq!(codes(&with(3, &["\"严重\"", "-"], &["[13000..20000]"]), "UNIQUE"), found(Rule::DiscretionHole, "3, 4"));
    assert_eq!(
        codes(&with(0, &["\"轻微\"", "-"], &["[2000..11000)"]), "UNIQUE"),
        found(Rule::DiscretionOrder, "1, 2"),
        "the general case without repetition is treated more lightly than the slight one"
    );
}

#[test]
fn a_standard_may_have_its_ends_in_two_outputs() {
    let rules: &[(&[&str], &[&str])] =
        &[(&["< 100"], &["1000", "3000"]), (&["[100..500)"], &["3000", "6000"]), (&[">= 500"], &["2000", "9000"])];
    let report = report(&table("UNIQUE", &[("amount", "number", "")], &["least", "most"], rules));
    let discretion = Discretion {
        bounds: Bounds { min: 1_000.into(), max: 9_000.into() },
        output: Output::Ends { min: "least".to_owned(), max: "most".to_owned() },
        scales: vec![Scale { input: 1, order: Vec::new() }],
    };
    let found: Vec<_> = check_discretion(&report, &discretion);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].rule, found[0].arguments["rules"].as_str()), (Rule::DiscretionOrder, "2, 3"));
    assert_eq!(found[0].arguments["witness"], "amount = 501");
}

/// Places that stand for all regions that the generated cells can make.
fn places() -> Vec<(Value, Value, Value)> {
    let numbers = ["0", "1", "1.5", "2", "2.5", "3", "4"].map(|text| Value::Number(text.parse().expect("a number")));
    let texts = ["a", "b", "zz"].map(Value::text);
    let mut places = Vec::new();
    for number in &numbers {
        for text in &texts {
            for truth in [true, false] {
                places.push((number.clone(), text.clone(), Value::Boolean(truth)));
            }
        }
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The analysis says what the evaluator does at every place: what is a gap, which rules overlap, which are never first.
    #[test]
    fn the_analysis_agrees_with_brute_force(rows in prop::collection::vec((
        prop::sample::select(vec!["-", "< 2", "<= 1", "> 2", ">= 3", "[1..3]", "(1..3)", "[1..2)", "1, 3", "not(2)", "not(< 2)", "? > 1 and ? < 3"]),
        prop::sample::select(vec!["-", "\"a\"", "\"b\"", "not(\"a\")", "\"a\", \"b\"", "not(\"a\", \"b\")"]),
        prop::sample::select(vec!["-", "true", "false", "not(true)"]),
    ), 1..7)) {
        let cells: Vec<[&str; 3]> = rows.iter().map(|(number, text, truth)| [*number, *text, *truth]).collect();
        let rules: Vec<(&[&str], &[&str])> = cells.iter().map(|row| (&row[..], &["1"][..])).collect();
        let inputs = [("n", "number", ""), ("s", "string", ""), ("b", "boolean", "")];
        let text = table("COLLECT", &inputs, &["o"], &rules);
        let decisions = Decisions::read(&[("t.dmn", text.as_bytes())]).expect("a model");
        let hits = |n: &Value, s: &Value, b: &Value| -> Vec<u32> {
            let given = Context::from([("n".to_owned(), n.clone()), ("s".to_owned(), s.clone()), ("b".to_owned(), b.clone())]);
            let answer = decisions.evaluate("urn:test", "d", &given).expect("an answer");
            answer.hits[0].rules.iter().map(|(number, _)| *number).collect()
        };
        let at_places: Vec<Vec<u32>> = places().iter().map(|(n, s, b)| hits(n, s, b)).collect();
        let report = report(&text);
        prop_assert_eq!(report.not_analysable.len(), 0);

        prop_assert_eq!(!report.gaps.is_empty(), at_places.iter().any(Vec::is_empty), "{:?}", report.gaps);
        for gap in &report.gaps {
            prop_assert_eq!(hits(&gap.witness[0], &gap.witness[1], &gap.witness[2]), Vec::<u32>::new());
        }
        let mut pairs = BTreeSet::new();
        for rules in &at_places {
            for (at, first) in rules.iter().enumerate() {
                pairs.extend(rules[at + 1..].iter().map(|second| (*first, *second)));
            }
        }
        let found: BTreeSet<(u32, u32)> = report.overlaps.iter().map(|overlap| overlap.rules).collect();
        prop_assert_eq!(&found, &pairs);
        for overlap in &report.overlaps {
            let at = hits(&overlap.witness[0], &overlap.witness[1], &overlap.witness[2]);
            prop_assert!(at.contains(&overlap.rules.0) && at.contains(&overlap.rules.1));
        }
        let first = self::report(&text.replace("COLLECT", "FIRST"));
        let matched: BTreeSet<u32> = at_places.iter().flatten().copied().collect();
        let leading: BTreeSet<u32> = at_places.iter().filter_map(|rules| rules.first().copied()).collect();
        let shadowed: Vec<u32> = matched.difference(&leading).copied().collect();
        prop_assert_eq!(first.unreachable, shadowed);
        let all: BTreeSet<u32> = (1..=rows.len() as u32).collect();
        prop_assert_eq!(first.never_matching, all.difference(&matched).copied().collect::<Vec<_>>());
    }
}
