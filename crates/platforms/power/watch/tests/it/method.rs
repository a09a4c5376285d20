//! The page about the rules says what their files say: what is generated of it is compared with the files.

use std::fmt::Write as _;

use watch_rules::pack::{Rule, Value};

use crate::support::shipped;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../docs/method/supervision-rules.md");
const BEGINS: &str = "<!-- what follows is made from packs/cn/watch -->\n";

fn section(rule: &Rule) -> String {
    let mut out = String::new();
    let state = if rule.enabled { "生效 on" } else { "默认关闭 off" };
    let _ = writeln!(out, "\n### {} {} · {}\n", rule.code, rule.name.zh, rule.name.en);
    let _ = writeln!(out, "{}\n\n{}\n", rule.tells.zh, rule.tells.en);
    let facts = rule.law.facts.join(", ");
    let _ = writeln!(
        out,
        "- 依据 Law: {}，{} · {}, {} ({facts})",
        rule.law.text.zh, rule.law.article.zh, rule.law.text.en, rule.law.article.en
    );
    let (confidence, version) = (rule.confidence.code(), &rule.version);
    let _ = writeln!(
        out,
        "- {state}; confidence `{confidence}`; family `{}`; version {version} from {}",
        rule.family.code(),
        rule.valid_from
    );
    let _ = writeln!(out, "- 句子 Sentence: {} · {}", rule.sentence.zh, rule.sentence.en);
    for (name, parameter) in &rule.parameters {
        let value = match &parameter.value {
            Value::Figure(figure) => figure.to_string(),
            Value::Steps(steps) => steps.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" → "),
        };
        let _ = writeln!(out, "- `{name}` = {value} ({}): {} · {}", parameter.unit.code(), parameter.zh, parameter.en);
    }
    if !rule.scope.processes.is_empty() {
        let processes: Vec<String> = rule.scope.processes.iter().map(|it| format!("`{}`", it.as_str())).collect();
        let _ = writeln!(out, "- 适用流程 Processes: {}", processes.join(", "));
    }
    out
}

/// `UPDATE_METHOD=1` writes it; whoever commits it has read the difference.
#[test]
fn the_method_page_is_what_the_files_say() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (own, generated) = page.split_once(BEGINS).expect("the page says where the generated part begins");
    let wanted: String = shipped().all().iter().map(section).collect();
    if std::env::var_os("UPDATE_METHOD").is_some() {
        std::fs::write(PAGE, format!("{own}{BEGINS}{wanted}")).unwrap();
        return;
    }
    assert!(
        generated == wanted,
        "docs/method/supervision-rules.md is not what the files say: read the difference, then UPDATE_METHOD=1"
    );
}
