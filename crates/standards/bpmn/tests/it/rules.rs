//! Rules, each by a model that breaks it and its nearest neighbour that does not.

use std::collections::HashSet;

use bpmn::lint::lint;
use bpmn::{Finding, RULES};

use outside_data::folder;

/// A file of this content.
pub fn file(content: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="urn:test">{content}</definitions>"#
    )
}

/// An executable process of this content.
fn process(content: &str) -> String {
    format!(r#"<process id="P" isExecutable="true">{content}</process>"#)
}

/// A task `t` between start and end, with attributes and content of its own.
fn around(tag: &str, attributes: &str, content: &str) -> String {
    format!(
        r#"<startEvent id="s"><outgoing>a</outgoing></startEvent><sequenceFlow id="a" sourceRef="s" targetRef="t"/>
<{tag} id="t" {attributes}><incoming>a</incoming><outgoing>b</outgoing>{content}</{tag}>
<sequenceFlow id="b" sourceRef="t" targetRef="e"/><endEvent id="e"><incoming>b</incoming></endEvent>"#
    )
}

/// What a case expects: the rule, what breaks it, at which element it is found, and what does not break it.
struct Case {
    rule: &'static str,
    broken: String,
    at: &'static str,
    kept: String,
}

fn case(rule: &'static str, at: &'static str, broken: String, kept: String) -> Case {
    Case { rule, broken, at, kept }
}

/// The same file but for one spot: `{}` in `content` holds what breaks the rule, or what keeps it.
fn spot(rule: &'static str, at: &'static str, content: &str, broken: &str, kept: &str) -> Case {
    assert!(content.contains("{}"), "{rule}: nothing to fill in");
    case(rule, at, content.replace("{}", broken), content.replace("{}", kept))
}

const OPERATION: &str = r#"<itemDefinition id="I" structureRef="Text"/><message id="M" itemRef="I"/>
<interface id="F" name="f"><operation id="O" name="o"><inMessageRef>M</inMessageRef></operation></interface>"#;
const INPUT: &str = r#"<ioSpecification><dataInput id="d" itemSubjectRef="I"/><inputSet><dataInputRefs>d</dataInputRefs>
</inputSet>{}<outputSet/></ioSpecification>"#;

fn tasks() -> Vec<Case> {
    let script = |format: &str| process(&around("scriptTask", format, "<script>1</script>"));
    let boundary = |attributes: &str, content: &str, more: &str| {
        process(&format!(
            r#"{}<boundaryEvent id="x" attachedToRef="t" {attributes}>{content}</boundaryEvent>{more}"#,
            around("task", "", "")
        ))
    };
    let on = r#"<outgoing>c</outgoing>"#;
    let way =
        r#"<sequenceFlow id="c" sourceRef="x" targetRef="e2"/><endEvent id="e2"><incoming>c</incoming></endEvent>"#;
    let undo = "<compensateEventDefinition/>";
    let handler = r#"<task id="h" isForCompensation="true"/>"#;
    let tie = r#"<association id="k" sourceRef="x" targetRef="h"/>"#;
    vec![
        spot("EXT037", "t", &process(&around("task", "startQuantity=\"{}\"", "")), "0", "2"),
        spot("EXT038", "t", &process(&around("task", "completionQuantity=\"{}\"", "")), "-1", "1"),
        spot(
            "EXT040",
            "r",
            &process(&around(
                "task",
                "",
                r#"<performer id="r">{}<resourceParameterBinding parameterRef="p"/></performer>"#,
            )),
            "",
            "<resourceRef>R</resourceRef>",
        ),
        spot(
            "EXT042",
            "t",
            &format!("{OPERATION}{}", process(&around("serviceTask", r#"operationRef="O""#, INPUT))),
            "<inputSet/>",
            "",
        ),
        spot("EXT049", "t", &process(&around("receiveTask", "instantiate=\"{}\"", "")), "true", "false"),
        case("EXT053", "t", script(""), script(r#"scriptFormat="text/feel""#)),
        case("EXT145", "t", script(r#"scriptFormat="NO FORMAT""#), script(r#"scriptFormat="application/feel""#)),
        case("FORMAT", "t", script(r#"scriptFormat="groovy""#), script(r#"scriptFormat="text/groovy""#)),
        spot(
            "EXT068",
            "t",
            &process(&format!(
                r#"{}<dataObject id="o"/>"#,
                around(
                    "task",
                    "",
                    r#"<ioSpecification><dataInput id="d"/><inputSet><dataInputRefs>d</dataInputRefs></inputSet>
<outputSet/></ioSpecification><multiInstanceLoopCharacteristics><loopDataInputRef>{}</loopDataInputRef>
</multiInstanceLoopCharacteristics>"#
                )
            )),
            "o",
            "d",
        ),
        spot(
            "EXT071",
            "t",
            &process(&around(
                "task",
                "",
                r#"<multiInstanceLoopCharacteristics><loopCardinality xsi:type="tFormalExpression">3</loopCardinality>
<completionCondition xsi:type="tFormalExpression">{}</completionCondition></multiInstanceLoopCharacteristics>"#,
            )),
            "23",
            "numberOfCompletedInstances > 1",
        ),
        case(
            "EXT112",
            "x",
            boundary("", &format!("{}<incoming>q</incoming>{on}", timer()), way),
            boundary("", &format!("{}{on}", timer()), way),
        ),
        case("EXT113", "x", boundary("", &timer(), ""), boundary("", &format!("{}{on}", timer()), way)),
        case(
            "EXT114",
            "x",
            boundary("", &format!("{on}{undo}"), &format!("{handler}{tie}{way}")),
            boundary("", undo, &format!("{handler}{tie}")),
        ),
        case("EXT143", "x", boundary("", undo, handler), boundary("", undo, &format!("{handler}{tie}"))),
        case(
            "EXT144",
            "x",
            boundary("", undo, &format!(r#"<callActivity id="h" isForCompensation="true"/>{tie}"#)),
            boundary("", undo, &format!("{handler}{tie}")),
        ),
        case(
            "EXT111",
            "x",
            boundary("", &format!("{on}<cancelEventDefinition/>"), way),
            boundary("", &format!("{on}<errorEventDefinition/>"), way),
        ),
        case(
            "EXT110",
            "x",
            boundary(r#"cancelActivity="false""#, &format!("{on}<errorEventDefinition/>"), way),
            boundary(r#"cancelActivity="true""#, &format!("{on}<errorEventDefinition/>"), way),
        ),
    ]
}

fn timer() -> String {
    r#"<timerEventDefinition id="w"><timeDuration xsi:type="tFormalExpression">PT1M</timeDuration></timerEventDefinition>"#
        .to_owned()
}

fn flows() -> Vec<Case> {
    let straight = |flow: &str| {
        process(&format!(
            r#"<startEvent id="s"><outgoing>a</outgoing></startEvent>{flow}<endEvent id="e"><incoming>a</incoming></endEvent>"#
        ))
    };
    let event_sub = |start: &str| {
        process(&format!(
            r#"{}<subProcess id="v" triggeredByEvent="true">{start}<endEvent id="ve"><incoming>vf</incoming></endEvent>
<sequenceFlow id="vf" sourceRef="vs" targetRef="ve"/></subProcess>"#,
            around("task", "", "")
        ))
    };
    let signal_start = r#"<startEvent id="vs"><outgoing>vf</outgoing><signalEventDefinition/></startEvent>"#;
    vec![
        spot("EXT003", "a", &straight(r#"<sequenceFlow id="a" sourceRef="s" targetRef="{}"/>"#), "nobody", "e"),
        spot(
            "EXT022",
            "a",
            &process(
                r#"<startEvent id="s"><outgoing>a</outgoing></startEvent>
<sequenceFlow id="a" sourceRef="s" targetRef="v"/><subProcess id="v" triggeredByEvent="{}"><incoming>a</incoming>
</subProcess>"#,
            ),
            "true",
            "false",
        ),
        spot(
            "EXT024",
            "a",
            &straight(r#"<sequenceFlow id="a" sourceRef="s" targetRef="e" isImmediate="{}"/>"#),
            "false",
            "true",
        ),
        case(
            "EXT028",
            "a",
            format!(
                r#"{}<process id="Q"><endEvent id="e"><incoming>a</incoming></endEvent></process>"#,
                process(
                    r#"<startEvent id="s"><outgoing>a</outgoing></startEvent>
<sequenceFlow id="a" sourceRef="s" targetRef="e"/>"#
                )
            ),
            straight(r#"<sequenceFlow id="a" sourceRef="s" targetRef="e"/>"#),
        ),
        spot(
            "EXT096",
            "s",
            &process(
                r#"<startEvent id="s">{}<outgoing>a</outgoing></startEvent>
<sequenceFlow id="a" sourceRef="s" targetRef="s"/>"#,
            ),
            "<incoming>a</incoming>",
            "",
        ),
        case(
            "EXT058",
            "v",
            event_sub(&format!("{signal_start}{}", signal_start.replace("vs", "vs2"))),
            event_sub(signal_start),
        ),
        spot(
            "EXT121",
            "s",
            &process(r#"<startEvent id="s"><outgoing>a</outgoing>{}</startEvent>"#),
            "<compensateEventDefinition/>",
            "<signalEventDefinition/>",
        ),
        spot(
            "EXT106",
            "e",
            &process(r#"<{} id="v"><endEvent id="e"><cancelEventDefinition/></endEvent></{}>"#),
            "subProcess",
            "transaction",
        ),
        case(
            "EXT129",
            "vs",
            event_sub(r#"<startEvent id="vs"><outgoing>vf</outgoing></startEvent>"#),
            event_sub(signal_start),
        ),
        spot(
            "EXT152",
            "a",
            &process(
                r#"<subProcess id="v"><incoming>a</incoming><task id="inner"><incoming>a</incoming></task></subProcess>
<task id="t"><outgoing>a</outgoing></task><sequenceFlow id="a" sourceRef="t" targetRef="{}"/>"#,
            ),
            "inner",
            "v",
        ),
    ]
}

fn gateways() -> Vec<Case> {
    let choice = |flow: &str, task: &str, more: &str| {
        process(&format!(
            r#"<startEvent id="s"><outgoing>a</outgoing></startEvent><sequenceFlow id="a" sourceRef="s" targetRef="g"/>
<eventBasedGateway id="g"><incoming>a</incoming><outgoing>b</outgoing><outgoing>c</outgoing></eventBasedGateway>
<sequenceFlow id="b" sourceRef="g" targetRef="r">{flow}</sequenceFlow>
<sequenceFlow id="c" sourceRef="g" targetRef="w"/><receiveTask id="r"><incoming>b</incoming>{task}</receiveTask>
<intermediateCatchEvent id="w"><incoming>c</incoming><outgoing>d</outgoing>{}</intermediateCatchEvent>
<sequenceFlow id="d" sourceRef="w" targetRef="z"/><task id="z"><incoming>d</incoming></task>{more}"#,
            timer().replace(r#"id="w""#, r#"id="wd""#)
        ))
    };
    let boundary =
        format!(r#"<boundaryEvent id="x" attachedToRef="{{}}">{}</boundaryEvent>"#, timer().replace(r#"id="w""#, ""));
    vec![
        case(
            "EXT137",
            "b",
            choice(r#"<conditionExpression xsi:type="tFormalExpression">x</conditionExpression>"#, "", ""),
            choice("", "", ""),
        ),
        spot("EXT140", "r", &choice("", "", &boundary), "r", "z"),
    ]
}

fn links() -> Vec<Case> {
    let pair = |throw: &str, catch: &str| {
        process(&format!(
            r#"<startEvent id="s"><outgoing>a</outgoing></startEvent><sequenceFlow id="a" sourceRef="s" targetRef="x"/>
<intermediateThrowEvent id="x"><incoming>a</incoming>{throw}</intermediateThrowEvent>{catch}
<sequenceFlow id="b" sourceRef="y" targetRef="e"/><endEvent id="e"><incoming>b</incoming></endEvent>"#
        ))
    };
    let catch = |id: &str, definition: &str| {
        format!(r#"<intermediateCatchEvent id="{id}"><outgoing>b</outgoing>{definition}</intermediateCatchEvent>"#)
    };
    let throw = r#"<linkEventDefinition id="from" name="l"><target>to</target></linkEventDefinition>"#;
    let source = r#"<linkEventDefinition id="to" name="m"><source>from</source></linkEventDefinition>"#;
    let second = r#"<linkEventDefinition id="to2" name="m"><source>from</source></linkEventDefinition>"#;
    let plain = r#"<linkEventDefinition name="l"/>"#;
    vec![
        case(
            "EXT118",
            "x",
            pair(throw, &format!("{}{}", catch("y", source), catch("y2", second))),
            pair(throw, &catch("y", source)),
        ),
        case(
            "EXT125",
            "x",
            pair(r#"<linkEventDefinition id="from" name="l"/>"#, &catch("y", source)),
            pair(throw, &catch("y", source)),
        ),
        case(
            "EXT118",
            "x",
            pair(plain, &catch("y", r#"<linkEventDefinition name="other"/>"#)),
            pair(plain, &catch("y", plain)),
        ),
        case(
            "EXT125",
            "x",
            pair(plain, &catch("y", r#"<linkEventDefinition name="other"/>"#)),
            pair(plain, &catch("y", plain)),
        ),
        case("EXT124", "y", pair("<signalEventDefinition/>", &catch("y", plain)), pair(plain, &catch("y", plain))),
    ]
}

fn events() -> Vec<Case> {
    let catch = |definition: &str| process(&around("intermediateCatchEvent", "", definition));
    let timed = |kind: &str, value: &str| {
        catch(&format!(
            r#"<timerEventDefinition id="d"><{kind} xsi:type="tFormalExpression">{value}</{kind}></timerEventDefinition>"#
        ))
    };
    let met = |flow: &str, start: &str, end: &str| {
        format!(
            r#"<collaboration id="C"><participant id="A" processRef="P"/><participant id="B"/>{flow}</collaboration>{}"#,
            process(&format!(
                r#"<startEvent id="s"><outgoing>a</outgoing>{start}</startEvent><sequenceFlow id="a" sourceRef="s" targetRef="e"/>
<endEvent id="e"><incoming>a</incoming>{end}</endEvent>"#
            ))
        )
    };
    let arriving = r#"<messageFlow id="m" sourceRef="B" targetRef="s"/>"#;
    let leaving = r#"<messageFlow id="m" sourceRef="e" targetRef="B"/>"#;
    let message = "<messageEventDefinition/>";
    vec![
        case("EXT122", "t", catch("<compensateEventDefinition/>"), catch("<signalEventDefinition/>")),
        case("EXT103", "m", met(arriving, "", ""), met(arriving, message, "")),
        case("EXT109", "m", met(leaving, "", ""), met(leaving, "", message)),
        case(
            "EXT131",
            "d",
            timed("timeDate", "2026-03-01T09:00:00")
                .replace("</timeDate>", r#"</timeDate><timeCycle xsi:type="tFormalExpression">R/PT1M</timeCycle>"#),
            timed("timeDate", "2026-03-01T09:00:00"),
        ),
        case("EXT132", "d", timed("timeDate", "tomorrow"), timed("timeDate", "2026-03-01T09:00:00+08:00")),
        case("EXT133", "d", timed("timeCycle", "R3/often"), timed("timeCycle", "R3/2026-03-01T09:00:00Z/P1D")),
        case("EXT134", "d", timed("timeDuration", "two days"), timed("timeDuration", "duration(x)")),
        case("TIMER", "d", catch(r#"<timerEventDefinition id="d"/>"#), timed("timeDuration", "P2D")),
    ]
}

fn data() -> Vec<Case> {
    let collection = |data: &str| format!(r#"<itemDefinition id="I" isCollection="true"/>{}"#, process(data));
    let input = |flag: &str| {
        collection(&format!(
            r#"<ioSpecification><dataInput id="d" itemSubjectRef="I" {flag}/><inputSet><dataInputRefs>d</dataInputRefs>
</inputSet><outputSet/></ioSpecification>"#
        ))
    };
    let sets = |input: &str, output: &str| {
        process(&format!(
            r#"<ioSpecification><dataInput id="d"/><dataInput id="d2"/><dataOutput id="o"/><dataOutput id="o2"/>
<inputSet id="in"><dataInputRefs>d</dataInputRefs>{input}</inputSet><inputSet id="in2"><dataInputRefs>d2</dataInputRefs>
</inputSet><outputSet id="out"><dataOutputRefs>o</dataOutputRefs>{output}</outputSet></ioSpecification>"#
        ))
    };
    let both = "<dataOutputRefs>o2</dataOutputRefs>";
    let writes = |target: &str| {
        process(&format!(
            r#"<ioSpecification><dataInput id="d"/><inputSet><dataInputRefs>d</dataInputRefs></inputSet><outputSet/>
</ioSpecification><dataObject id="x"/>{}"#,
            around(
                "task",
                "",
                &format!(
                    r#"<ioSpecification><dataOutput id="o"/><inputSet/><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>
</ioSpecification><dataOutputAssociation id="w"><sourceRef>o</sourceRef><targetRef>{target}</targetRef>
</dataOutputAssociation>"#
                )
            )
        ))
    };
    vec![
        case("EXT078", "p", format!(r#"<property id="p"/>{}"#, process("")), process(r#"<property id="p"/>"#)),
        case("EXT080", "w", writes("d"), writes("x")),
        case("EXT081", "d", input(""), input(r#"isCollection="true""#)),
        case(
            "EXT085",
            "in",
            sets("<optionalInputRefs>d2</optionalInputRefs>", both),
            sets("<optionalInputRefs>d</optionalInputRefs>", both),
        ),
        case("EXT088", "o2", sets("", ""), sets("", both)),
        case(
            "EXT090",
            "out",
            sets("", "<whileExecutingOutputRefs>o2</whileExecutingOutputRefs>"),
            sets("", &format!("{both}<whileExecutingOutputRefs>o2</whileExecutingOutputRefs>")),
        ),
        spot(
            "EXT010",
            "n",
            &process(r#"<textAnnotation id="n" textFormat="{}"><text>x</text></textAnnotation>"#),
            "plain",
            "text/plain",
        ),
        spot(
            "EXT083",
            "o",
            &collection(
                r#"<ioSpecification><dataOutput id="o" itemSubjectRef="I" isCollection="{}"/></ioSpecification>"#,
            ),
            "0",
            "1",
        ),
        spot(
            "EXT055",
            "t",
            &process(&around("adHocSubProcess", "", "<standardLoopCharacteristics/>{}<task/>")),
            "<multiInstanceLoopCharacteristics/>",
            "",
        ),
        case(
            "EXT130",
            "b",
            process(r#"<task id="t"/><boundaryEvent id="b" attachedToRef="t"/>"#),
            process(
                r#"<task id="t"/><boundaryEvent id="b" attachedToRef="t"><signalEventDefinition/></boundaryEvent>"#,
            ),
        ),
        spot(
            "EXT020",
            "d",
            &collection(r#"<dataObject id="d" itemSubjectRef="I" isCollection="{}"/>"#),
            "false",
            "true",
        ),
    ]
}

fn meetings() -> Vec<Case> {
    vec![
        spot(
            "EXT032",
            "G",
            r#"<globalConversation id="G"><participant id="A"/>{}</globalConversation>"#,
            r#"<conversation id="c"/>"#,
            "",
        ),
        spot(
            "EXT033",
            "C",
            r#"<choreography id="H" isClosed="true"/>
<collaboration id="C" isClosed="{}"><choreographyRef>H</choreographyRef></collaboration>"#,
            "false",
            "true",
        ),
        spot(
            "REF",
            "A",
            r#"<message id="M"/><process id="P"/><collaboration id="C"><participant id="A" processRef="{}"/></collaboration>"#,
            "M",
            "P",
        ),
        spot("CALLED", "c", r#"<process id="P"><callActivity id="c" calledElement="{}"/></process>"#, "Q", "P"),
        spot("UNTYPED", "M", r#"<itemDefinition id="I"/><message id="M" itemRef="{}"/>"#, "Text", "I"),
        spot(
            "MISSING",
            "A",
            r#"<process id="P"/><collaboration id="C"><participant id="A" processRef="{}"/></collaboration>"#,
            "Q",
            "P",
        ),
    ]
}

fn schema() -> Vec<Case> {
    vec![
        spot("EXT002", "P", r#"<process id="P"/><message id="{}"/>"#, "P", "M"),
        spot("XSD2", "b", &process(r#"<task id="t"/><boundaryEvent id="b" {}/>"#), "", r#"attachedToRef="t""#),
        spot("XSD3", "P", r#"<process id="P" isClosed="{}"/>"#, "perhaps", "true"),
        spot("XSD4", "t", "{}", r#"<task id="t"/>"#, r#"<process id="P"><task id="t"/></process>"#),
        spot("XSD5", "i", r#"<import id="i" importType="{}" namespace="n" location="l"/>"#, "a%b", "urn:x"),
    ]
}

fn found(content: &str) -> Vec<Finding> {
    lint(file(content).as_bytes())
}

fn all() -> Vec<Case> {
    [tasks(), flows(), gateways(), links(), events(), data(), meetings(), schema()].into_iter().flatten().collect()
}

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_in_its_neighbour() {
    for case in all() {
        let findings = found(&case.broken);
        let own: Vec<_> = findings.iter().filter(|found| found.rule == case.rule).collect();
        assert!(
            own.iter().any(|found| found.element.as_deref() == Some(case.at)),
            "{}: {findings:?}\n{}",
            case.rule,
            case.broken
        );
        let findings = found(&case.kept);
        assert!(!findings.iter().any(|found| found.rule == case.rule), "{}: {findings:?}\n{}", case.rule, case.kept);
    }
}

#[test]
fn findings_carry_the_arguments_of_their_rule() {
    let mut seen = HashSet::new();
    for finding in all().iter().flat_map(|case| found(&case.broken)) {
        let rule = RULES.iter().find(|rule| rule.code == finding.rule).expect("a rule of the table");
        let names: Vec<_> = finding.arguments.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, rule.arguments, "{}", rule.code);
        assert_eq!(finding.severity, rule.severity, "{}", rule.code);
        seen.insert(rule.code);
    }
    assert!(seen.len() > 60, "only {} rules were broken", seen.len());
}

#[test]
fn findings_are_sorted_by_place() {
    for case in all() {
        let places: Vec<_> = found(&case.broken).iter().map(|found| (found.line, found.column)).collect();
        assert!(places.is_sorted(), "{}", case.rule);
    }
}

#[test]
fn what_is_repeated_is_said_at_the_same_place() {
    let mut repeated = HashSet::new();
    for case in all() {
        let findings = found(&case.broken);
        for finding in &findings {
            let rule = RULES.iter().find(|rule| rule.code == finding.rule).expect("a rule of the table");
            let Some(other) = rule.repeats else { continue };
            let place = |found: &Finding| (found.line, found.column);
            let there = findings.iter().any(|found| found.rule == other && place(found) == place(finding));
            assert!(there, "{} without {other}\n{}", rule.code, case.broken);
            repeated.insert(rule.code);
        }
    }
    let repeating: HashSet<_> = RULES.iter().filter(|rule| rule.repeats.is_some()).map(|rule| rule.code).collect();
    assert_eq!(repeated, repeating);
}

#[test]
fn rules_that_repeat_others_name_a_rule() {
    let mut codes = HashSet::new();
    for rule in RULES {
        assert!(codes.insert(rule.code), "{} stands twice", rule.code);
        if let Some(other) = rule.repeats {
            let other = RULES.iter().find(|found| found.code == other).expect("the rule repeated");
            assert!(other.repeats.is_none(), "{} repeats a repetition", rule.code);
        }
    }
    assert!(RULES.is_sorted_by_key(|rule| rule.code));
}

#[test]
fn every_rule_of_the_suite_is_in_the_table() {
    let Some(suite) = folder("bpmn-betsy") else { return };
    let list = std::fs::read_to_string(suite.join("constraints.json")).expect("the list of rules");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let rules = list["rules"].as_object().expect("rules");
    for code in rules.keys() {
        assert!(RULES.iter().any(|rule| rule.code == code), "{code} is not in the table");
    }
    println!("betsy, rules: {} ran, {} passed", rules.len(), rules.len());
}
