//! Decisions a second, beside dmn-eval-js.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use dmn::{Context, Decisions, Value};
use serde_json::json;
use testkit::timing::median;

use crate::{Asked, Outcome};

const RULES: i64 = 20;

/// Our namespace of DMN 1.5, and that of DMN 1.1, which the peer reads.
const OURS: &str = "https://www.omg.org/spec/DMN/20230324/MODEL/";
const PEERS: &str = "http://www.omg.org/spec/DMN/20151101/dmn.xsd";

/// The same table in a version's words.
fn table(namespace: &str) -> String {
    let rules: String = (0..RULES)
        .map(|at| {
            let (kind, from) = (kind(at), at / 2 * 100);
            format!(
                "<rule id=\"r{at}\"><inputEntry id=\"a{at}\"><text>[{from}..{})</text></inputEntry><inputEntry id=\"k{at}\">\
                 <text>\"{kind}\"</text></inputEntry><outputEntry id=\"o{at}\"><text>{at}</text></outputEntry></rule>",
                from + 100
            )
        })
        .collect();
    format!(
        "<definitions xmlns=\"{namespace}\" namespace=\"urn:speed\" name=\"speed\" id=\"d\">\
         <inputData id=\"ia\" name=\"amount\"><variable name=\"amount\" typeRef=\"number\"/></inputData>\
         <inputData id=\"ik\" name=\"kind\"><variable name=\"kind\" typeRef=\"string\"/></inputData>\
         <decision id=\"class\" name=\"class\"><variable name=\"class\" typeRef=\"number\"/>\
         <informationRequirement id=\"ra\"><requiredInput href=\"#ia\"/></informationRequirement>\
         <informationRequirement id=\"rk\"><requiredInput href=\"#ik\"/></informationRequirement>\
         <decisionTable id=\"t\" hitPolicy=\"UNIQUE\">\
         <input id=\"ca\"><inputExpression id=\"ea\" typeRef=\"number\"><text>amount</text></inputExpression></input>\
         <input id=\"ck\"><inputExpression id=\"ek\" typeRef=\"string\"><text>kind</text></inputExpression></input>\
         <output id=\"o\" name=\"class\" typeRef=\"number\"/>{rules}</decisionTable></decision></definitions>"
    )
}

fn kind(at: i64) -> &'static str {
    if at % 2 == 0 { "A" } else { "B" }
}

fn amount(at: i64) -> i64 {
    at / 2 * 100 + 50
}

/// What the peer says.
struct Said {
    /// Outputs of the cases.
    outputs: Vec<i64>,
    /// Decisions a second.
    rate: f64,
}

/// Asks the peer; nothing where it is not there and cannot be got.
fn peer(seconds: f64) -> Outcome<Option<Said>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer");
    if !folder.join("node_modules").is_dir() {
        let installed = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
            .current_dir(&folder)
            .status();
        if !installed.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
    }
    let cases: Vec<_> = (0..RULES).map(|at| json!({"amount": amount(at), "kind": kind(at)})).collect();
    let asked = json!({"xml": table(PEERS), "decision": "class", "cases": cases, "seconds": seconds});
    let mut node = Command::new("node")
        .arg("decide.js")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    node.stdin.take().ok_or("no standard input")?.write_all(asked.to_string().as_bytes())?;
    let answer = node.wait_with_output()?;
    let answer: serde_json::Value = serde_json::from_slice(&answer.stdout)?;
    let outputs = answer["outputs"].as_array().ok_or("no outputs")?.iter();
    let outputs = outputs.map(|output| output.as_i64().ok_or_else(|| format!("{output} is no class")));
    let rate = answer["rate"].as_f64().ok_or("no rate")?;
    Ok(Some(Said { outputs: outputs.collect::<Result<_, _>>()?, rate }))
}

pub(crate) fn bench(asked: &Asked) -> Outcome {
    let text = table(OURS);
    let decisions = Decisions::read(&[("speed.dmn", text.as_bytes())]).map_err(|findings| format!("{findings:?}"))?;
    let cases: Vec<Context> = (0..RULES)
        .map(|at| {
            let amount = ("amount".to_owned(), Value::whole(amount(at)));
            Context::from([amount, ("kind".to_owned(), Value::text(kind(at)))])
        })
        .collect();
    for (at, given) in cases.iter().enumerate() {
        let answer = decisions.evaluate("urn:speed", "class", given)?;
        if answer.value != Value::whole(at as i64) || answer.hits.first().is_none_or(|hit| hit.rules.len() != 1) {
            return Err(format!("{given:?}: {answer:?}").into());
        }
    }
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for _ in 0..asked.runs {
        let (begun, mut count) = (Instant::now(), 0_u64);
        while begun.elapsed().as_secs_f64() < asked.seconds {
            for given in &cases {
                std::hint::black_box(decisions.evaluate("urn:speed", "class", given)?);
            }
            count += cases.len() as u64;
        }
        ours.push(count as f64 / begun.elapsed().as_secs_f64());
        if let Some(Said { outputs, rate }) = peer(asked.seconds)? {
            let wanted: Vec<i64> = (0..RULES).collect();
            if outputs != wanted {
                return Err(format!("dmn-eval-js decides otherwise: {outputs:?}").into());
            }
            peers.push(rate);
        }
    }
    let ours = median(&mut ours);
    println!("decisions, {RULES} rules, one core, with the rules that matched: {ours:.0}/s");
    if peers.is_empty() {
        println!("dmn-eval-js is not there: npm and node are needed");
    } else {
        let peers = median(&mut peers);
        println!("dmn-eval-js: {peers:.0}/s; ratio {:.1} (asked: 5)", ours / peers);
    }
    Ok(())
}
