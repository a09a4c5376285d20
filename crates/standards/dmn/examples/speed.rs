//! Decisions a second for a unique table of 20 rules on one core, parsed beforehand.
//!
//! `cargo run --release -p dmn --example speed`

use dmn::feel::{Context, Value};
use dmn::model::Decisions;
use std::time::{Duration, Instant};

fn table() -> String {
    let rules: String = (0..20)
        .map(|at| {
            let kind = if at % 2 == 0 { "A" } else { "B" };
            let from = at / 2 * 100;
            format!(
                "<rule><inputEntry><text>[{from}..{})</text></inputEntry><inputEntry><text>\"{kind}\"</text></inputEntry>\
                 <outputEntry><text>{at}</text></outputEntry></rule>",
                from + 100
            )
        })
        .collect();
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:speed" name="speed">
        <inputData id="_a" name="amount"><variable name="amount" typeRef="number"/></inputData>
        <inputData id="_k" name="kind"><variable name="kind" typeRef="string"/></inputData>
        <decision id="_d" name="class"><variable name="class" typeRef="number"/>
        <informationRequirement><requiredInput href="#_a"/></informationRequirement>
        <informationRequirement><requiredInput href="#_k"/></informationRequirement>
        <decisionTable id="_t" hitPolicy="UNIQUE">
        <input><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
        <input><inputExpression typeRef="string"><text>kind</text></inputExpression></input><output/>{rules}
        </decisionTable></decision></definitions>"##
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = table();
    let decisions = Decisions::read(&[("speed.dmn", text.as_bytes())]).map_err(|findings| format!("{findings:?}"))?;
    let cases: Vec<(Context, Value)> = (0..20)
        .map(|at| {
            let kind = if at % 2 == 0 { "A" } else { "B" };
            let amount = Value::whole(at / 2 * 100 + 50);
            let given = Context::from([("amount".to_owned(), amount), ("kind".to_owned(), Value::text(kind))]);
            (given, Value::whole(at))
        })
        .collect();
    let begun = Instant::now();
    let mut count = 0_u64;
    while begun.elapsed() < Duration::from_secs(3) {
        for (given, expected) in &cases {
            let answer = decisions.evaluate("urn:speed", "class", given)?;
            if answer.value != *expected || answer.hits[0].rules.len() != 1 {
                return Err(format!("{given:?}: {answer:?}").into());
            }
            count += 1;
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{:.0} decisions/s ({count} in {seconds:.2} s, 20 rules, 2 inputs, one core)", count as f64 / seconds);
    Ok(())
}
