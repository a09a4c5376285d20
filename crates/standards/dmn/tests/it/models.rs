//! Models: what is found, what is evaluated, what is recorded.

use crate::{escaped, model};
use dmn::feel::{Context, Value};
use dmn::model::{Hit, Kind};
use dmn::{Decisions, Rule};
use sha2::{Digest, Sha256};

const TABLE: &str = r##"<inputData id="_age" name="Age"><variable name="Age" typeRef="number"/></inputData>
<decision id="_d" name="Group of age"><variable name="Group of age" typeRef="string"/>
<informationRequirement><requiredInput href="#_age"/></informationRequirement>
<decisionTable id="_t" hitPolicy="UNIQUE"><input><inputExpression typeRef="number"><text>Age</text></inputExpression></input>
<output/>
<rule id="_r1"><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>"minor"</text></outputEntry></rule>
<rule><inputEntry><text>[18..60)</text></inputEntry><outputEntry><text>"adult"</text></outputEntry></rule>
<rule id="_r3"><inputEntry><text>&gt;= 60</text></inputEntry><outputEntry><text>"elder"</text></outputEntry></rule>
</decisionTable></decision>
<decision id="_e" name="Fee"><variable name="Fee"/>
<informationRequirement><requiredDecision href="#_d"/></informationRequirement>
<decisionTable id="_u" hitPolicy="COLLECT" aggregation="SUM"><input><inputExpression><text>Group of age</text></inputExpression></input>
<output/>
<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
<rule><inputEntry><text>"adult"</text></inputEntry><outputEntry><text>5.5</text></outputEntry></rule>
</decisionTable></decision>
<decisionService id="_s" name="Service"><variable name="Service"/><outputDecision href="#_e"/><encapsulatedDecision href="#_d"/><inputData href="#_age"/></decisionService>"##;

fn read(elements: &str) -> Decisions {
    let text = model(elements);
    Decisions::read(&[("m.dmn", text.as_bytes())]).expect("a model")
}

fn inputs(name: &str, value: Value) -> Context {
    Context::from([(name.to_owned(), value)])
}

fn hit(decision: &str, table: &str, rules: &[(u32, Option<&str>)]) -> Hit {
    let rules = rules.iter().map(|(number, id)| (*number, id.map(str::to_owned))).collect();
    Hit { decision: decision.to_owned(), table: Some(table.to_owned()), rules }
}

#[test]
fn an_answer_says_which_rules_matched_and_of_which_version() {
    let decisions = read(TABLE);
    assert_eq!(decisions.findings(), []);
    let digest: [u8; 32] = Sha256::digest(model(TABLE).as_bytes()).into();
    for name in ["Fee", "Service"] {
        let answer = decisions.evaluate("urn:test", name, &inputs("Age", Value::whole(20))).expect("an answer");
        assert_eq!(answer.value, Value::Number("15.5".parse().expect("a number")), "{name}");
        assert_eq!(answer.hits, [hit("_d", "_t", &[(2, None)]), hit("_e", "_u", &[(1, None), (2, None)])], "{name}");
        assert_eq!(answer.digest, digest);
    }
    let answer = decisions.evaluate("urn:test", "Group of age", &inputs("Age", Value::whole(5))).expect("an answer");
    assert_eq!((answer.value, answer.hits), (Value::text("minor"), vec![hit("_d", "_t", &[(1, Some("_r1"))])]));
    let answer = decisions.evaluate("urn:test", "Group of age", &Context::new()).expect("an answer");
    assert_eq!((answer.value, answer.hits), (Value::Null, vec![hit("_d", "_t", &[])]));
    let fault = decisions.evaluate("urn:test", "Nothing", &Context::new()).expect_err("no such decision");
    assert_eq!(fault.code.code(), "no-such-decision");
}

#[test]
fn what_can_be_asked_is_listed() {
    let decisions = read(TABLE);
    let listed: Vec<_> =
        decisions.invocables().into_iter().map(|one| (one.name, one.id, one.kind, one.result)).collect();
    let expected = [
        ("Fee", "_e", Kind::Decision, "Any"),
        ("Group of age", "_d", Kind::Decision, "string"),
        ("Service", "_s", Kind::Service, "Any"),
    ];
    let expected = expected.map(|(name, id, kind, result)| (name.to_owned(), id.to_owned(), kind, result.to_owned()));
    assert_eq!(listed, expected);
    let inputs: Vec<_> = decisions.inputs().into_iter().map(|input| (input.name, input.feel_type)).collect();
    assert_eq!(inputs, [("Age".to_owned(), "number".to_owned())]);
}

#[test]
fn every_hit_policy_gives_its_answer() {
    let table = |policy: &str, output: &str| {
        model(&format!(
            r##"<inputData id="_x" name="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="_d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#_x"/></informationRequirement>
            <decisionTable id="_t" {policy}><input><inputExpression><text>x</text></inputExpression></input>
            <output>{output}</output>
            <rule><inputEntry><text>&gt; 0</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
            <rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>3</text></outputEntry></rule>
            <rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
            </decisionTable></decision>"##
        ))
    };
    let order = "<outputValues><text>3, 2, 1</text></outputValues>";
    let list = |values: &[i64]| Value::List(values.iter().copied().map(Value::whole).collect());
    let cases = [
        (r#"hitPolicy="UNIQUE""#, "", 1, Value::whole(1), vec![1]),
        (r#"hitPolicy="UNIQUE""#, "", 2, Value::Null, vec![1, 2, 3]),
        (r#"hitPolicy="ANY""#, "", 2, Value::Null, vec![1, 2, 3]),
        (r#"hitPolicy="FIRST""#, "", 2, Value::whole(1), vec![1]),
        (r#"hitPolicy="PRIORITY""#, order, 2, Value::whole(3), vec![2]),
        (r#"hitPolicy="RULE ORDER""#, "", 2, list(&[1, 3, 2]), vec![1, 2, 3]),
        (r#"hitPolicy="OUTPUT ORDER""#, order, 2, list(&[3, 2, 1]), vec![2, 3, 1]),
        (r#"hitPolicy="COLLECT""#, "", 2, list(&[1, 3, 2]), vec![1, 2, 3]),
        (r#"hitPolicy="COLLECT" aggregation="SUM""#, "", 2, Value::whole(6), vec![1, 2, 3]),
        (r#"hitPolicy="COLLECT" aggregation="MIN""#, "", 2, Value::whole(1), vec![1, 2, 3]),
        (r#"hitPolicy="COLLECT" aggregation="MAX""#, "", 2, Value::whole(3), vec![1, 2, 3]),
        (r#"hitPolicy="COLLECT" aggregation="COUNT""#, "", 2, Value::whole(3), vec![1, 2, 3]),
        (
            r#"hitPolicy="FIRST""#,
            "<defaultOutputEntry><text>0</text></defaultOutputEntry>",
            -1,
            Value::whole(0),
            vec![],
        ),
        (r#"hitPolicy="FIRST""#, "", -1, Value::Null, vec![]),
    ];
    for (policy, output, x, expected, rules) in cases {
        let text = table(policy, output);
        let decisions = Decisions::read(&[("m.dmn", text.as_bytes())]).expect("a table");
        let answer = decisions.evaluate("urn:test", "d", &inputs("x", Value::whole(x))).expect("an answer");
        let hit: Vec<u32> = answer.hits[0].rules.iter().map(|(number, _)| *number).collect();
        assert_eq!((answer.value, hit), (expected, rules), "{policy} of {x}");
    }
}

#[test]
fn what_is_wrong_is_found_with_its_place() {
    let decision =
        |logic: &str| model(&format!("<decision id=\"_d\" name=\"d\"><variable name=\"d\"/>\n  {logic}</decision>"));
    let refused = [
        ("not XML", "<definitions".to_owned(), Rule::Xml, 1),
        ("another file", "<html/>".to_owned(), Rule::NotDmn, 1),
        (
            "an older version",
            "<definitions xmlns=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\"/>".to_owned(),
            Rule::NotDmn,
            1,
        ),
        ("a document type", format!("<!DOCTYPE d [<!ENTITY a \"b\">]>\n{}", model("")), Rule::Doctype, 1),
        ("an entity", decision("<literalExpression><text>&a;</text></literalExpression>"), Rule::Doctype, 4),
        (
            "two ids",
            model("<inputData id=\"_a\" name=\"a\"/>\n<inputData id=\"_a\" name=\"b\"/>"),
            Rule::DuplicateId,
            4,
        ),
        (
            "a missing import",
            model(
                "<import namespace=\"urn:other\" name=\"o\" importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>",
            ),
            Rule::ImportUnresolved,
            3,
        ),
        (
            "a missing input",
            decision("<informationRequirement><requiredInput href=\"#_x\"/></informationRequirement>"),
            Rule::ReferenceUnresolved,
            3,
        ),
        (
            "a circle",
            decision("<informationRequirement><requiredDecision href=\"#_d\"/></informationRequirement>"),
            Rule::RequirementCycle,
            3,
        ),
        ("deep", decision(&"<list>".repeat(120)), Rule::XmlTooDeep, 4),
    ];
    for (case, text, rule, line) in refused {
        let findings = Decisions::read(&[("m.dmn", text.as_bytes())]).expect_err(case);
        assert!(findings.iter().any(|finding| (finding.rule, finding.line) == (rule, line)), "{case}: {findings:?}");
    }
    let bytes = [0xff, 0xfe, 0x3c, 0x00];
    let findings = Decisions::read(&[("m.dmn", &bytes)]).expect_err("UTF-16");
    assert_eq!(findings[0].rule, Rule::Encoding);

    let kept = [
        ("a syntax error", "<literalExpression id=\"_l\"><text>1 +</text></literalExpression>", "syntax", "_l"),
        (
            "an unknown name",
            "<literalExpression id=\"_l\"><text>foo + 1</text></literalExpression>",
            "unknown-name",
            "_l",
        ),
        ("the clock", "<literalExpression id=\"_l\"><text>now()</text></literalExpression>", "clock", "_l"),
        (
            "another language",
            "<literalExpression id=\"_l\" expressionLanguage=\"python\"><text>1</text></literalExpression>",
            "language",
            "_l",
        ),
        (
            "a type",
            "<literalExpression id=\"_l\" typeRef=\"tNone\"><text>1</text></literalExpression>",
            "type-unresolved",
            "_l",
        ),
        ("a hit policy", "<decisionTable id=\"_t\" hitPolicy=\"LAST\"><output/></decisionTable>", "hit-policy", "_t"),
    ];
    for (case, logic, rule, element) in kept {
        let text = decision(logic);
        let decisions = Decisions::read(&[("m.dmn", text.as_bytes())]).expect(case);
        let findings = decisions.findings();
        let found: Vec<_> = findings
            .iter()
            .map(|finding| {
                (finding.rule.code(), finding.file.as_str(), finding.line, finding.column, finding.element.as_deref())
            })
            .collect();
        assert_eq!(found, [(rule, "m.dmn", 4, 3, Some(element))], "{case}");
        assert!(decisions.evaluate("urn:test", "d", &Context::new()).is_ok(), "{case}");
    }
}

#[test]
fn models_import_one_another() {
    let library = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="urn:lib" name="lib">
        <itemDefinition name="tSmall"><typeRef>number</typeRef><allowedValues><text>&lt; 10</text></allowedValues></itemDefinition>
        <inputData id="_i" name="i"><variable name="i" typeRef="tSmall"/></inputData>
        <decision id="_d" name="twice"><variable name="twice"/><informationRequirement><requiredInput href="#_i"/></informationRequirement>
        <literalExpression><text>i * 2</text></literalExpression></decision></definitions>"##;
    let user = model(
        r##"<import name="lib" namespace="urn:lib" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>
        <decision id="_e" name="more"><variable name="more"/><informationRequirement><requiredDecision href="urn:lib#_d"/></informationRequirement>
        <literalExpression><text>lib.twice + 1</text></literalExpression></decision>"##,
    );
    let files = [("b.dmn", user.as_bytes()), ("a.dmn", library.as_bytes())];
    let decisions = Decisions::read(&files).expect("two models");
    let direct = inputs("i", Value::whole(4));
    let nested = inputs("lib", Value::Context(direct.clone()));
    for given in [&direct, &nested] {
        assert_eq!(decisions.evaluate("urn:test", "more", given).expect("an answer").value, Value::whole(9));
    }
    let too_large = decisions.evaluate("urn:test", "more", &inputs("i", Value::whole(10))).expect("an answer");
    assert_eq!(too_large.value, Value::Null);
    let mut digest = Sha256::new();
    digest.update(library.as_bytes());
    digest.update(user.as_bytes());
    assert_eq!(decisions.digest(), <[u8; 32]>::from(digest.finalize()));
    let alone = Decisions::read(&[("b.dmn", user.as_bytes())]).expect_err("the import is missing");
    assert!(alone.iter().any(|finding| finding.rule == Rule::ImportUnresolved));
}

#[test]
fn the_tested_value_can_be_said_in_a_cell() {
    let entry = escaped("? > 5 and ? < 7");
    let decisions = read(&TABLE.replace("[18..60)", &entry));
    let answer = decisions.evaluate("urn:test", "Group of age", &inputs("Age", Value::whole(6))).expect("an answer");
    // Both the first rule and the changed one match, which a unique table may not.
    assert_eq!((answer.value, answer.hits[0].rules.len()), (Value::Null, 2));
}
