//! What differs between two versions of a table, by small files.

use dmn::compare::{Row, What, compare};

/// A file with one decision of this logic.
fn file(logic: &str) -> String {
    format!(
        r#"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="f" name="f" namespace="urn:f">
<decision id="fee" name="Fee"><variable name="Fee"/>{logic}</decision></definitions>"#
    )
}

/// A table over one input and one output; rules are id, input, output.
fn table(policy: &str, input: &str, rules: &[(&str, &str, &str)]) -> String {
    let rules: String = rules
        .iter()
        .map(|(id, input, output)| {
            format!(
                r#"<rule{}><inputEntry><text>{input}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"#,
                if id.is_empty() { String::new() } else { format!(r#" id="{id}""#) }
            )
        })
        .collect();
    file(&format!(
        r#"<decisionTable hitPolicy="{policy}"><input><inputExpression><text>{input}</text></inputExpression></input>
<output name="sum"/>{rules}</decisionTable>"#
    ))
}

/// One line per change.
fn between(old: &str, new: &str) -> Vec<String> {
    let row = |row: &Row| {
        let cells: Vec<String> = row.cells.iter().map(|(column, text)| format!("{column}={text}")).collect();
        format!("{} {}", row.number, cells.join(" "))
    };
    let changes = compare(old.as_bytes(), new.as_bytes()).expect("both are DMN");
    changes
        .iter()
        .map(|change| match &change.what {
            What::Added => format!("+ {}", change.name),
            What::Removed => format!("- {}", change.name),
            What::Policy { old, new } => format!("policy {old:?} > {new:?}"),
            What::Columns { old, new } => format!("columns {old:?} > {new:?}"),
            What::RuleAdded(it) => format!("rule + {}", row(it)),
            What::RuleRemoved(it) => format!("rule - {}", row(it)),
            What::RuleChanged { number, cells, .. } => {
                let cells = cells.iter().map(|cell| format!("{} {:?} > {:?}", cell.column, cell.old, cell.new));
                format!("rule {number}: {}", cells.collect::<Vec<_>>().join(", "))
            }
            What::Reordered => "order".to_owned(),
            What::Rewritten { old, new } => format!("{old:?} > {new:?}"),
        })
        .collect()
}

#[test]
fn tables_are_compared_rule_by_rule() {
    let base = table("UNIQUE", "area", &[("a", "&lt; 100", "0"), ("b", "&gt;= 100", "200")]);
    let cases: [(&str, String, &[&str]); 8] = [
        ("the same", base.clone(), &[]),
        (
            "a cell",
            table("UNIQUE", "area", &[("a", "&lt; 100", "50"), ("b", "&gt;= 100", "200")]),
            &[r#"rule 1: sum Some("0") > Some("50")"#],
        ),
        (
            "one added in between, one gone",
            table("UNIQUE", "area", &[("a", "&lt; 100", "0"), ("c", "[100..500)", "100")]),
            &["rule + 2 area=[100..500) sum=100", "rule - 2 area=>= 100 sum=200"],
        ),
        ("the policy", base.replace("UNIQUE", "FIRST"), &["policy Some(Unique) > Some(First)"]),
        ("the order", table("UNIQUE", "area", &[("b", "&gt;= 100", "200"), ("a", "&lt; 100", "0")]), &["order"]),
        (
            "a column",
            table("UNIQUE", "size", &[("a", "&lt; 100", "0")]),
            &[
                r#"columns ["area", "sum"] > ["size", "sum"]"#,
                r#"rule 1: size None > Some("< 100"), area Some("< 100") > None"#,
                "rule - 2 area=>= 100 sum=200",
            ],
        ),
        (
            "no table any more",
            file("<literalExpression><text>area * 2</text></literalExpression>"),
            &[r#"["area", "sum", "< 100", "0", ">= 100", "200"] > ["area * 2"]"#],
        ),
        ("another decision", base.replace("\"fee\"", "\"charge\""), &["+ Fee", "- Fee"]),
    ];
    for (case, new, expected) in cases {
        assert_eq!(between(&base, &new), expected, "{case}");
    }
}

#[test]
fn rules_without_ids_are_compared_by_place() {
    let old = table("UNIQUE", "area", &[("", "1", "a"), ("", "2", "b")]);
    let new = table("UNIQUE", "area", &[("", "1", "a"), ("", "2", "c"), ("", "3", "d")]);
    assert_eq!(between(&old, &new), [r#"rule 2: sum Some("b") > Some("c")"#, "rule + 3 area=3 sum=d"]);
}

#[test]
fn what_is_no_dmn_is_refused_with_its_findings() {
    let good = table("UNIQUE", "area", &[]);
    for bad in ["", "<a/>", "<!DOCTYPE a><a/>"] {
        assert!(compare(good.as_bytes(), bad.as_bytes()).is_err_and(|findings| !findings.is_empty()), "{bad}");
        assert!(compare(bad.as_bytes(), good.as_bytes()).is_err(), "{bad}");
    }
}
