//! Models in which tokens come to no end are named, each with the way that leads there.

use flow::check;

use crate::models::line;

/// The rules of soundness.
pub const SOUNDNESS: [&str; 4] = ["FLOW24", "FLOW25", "FLOW26", "FLOW27"];

fn id_of(element: &str) -> String {
    element.split('"').next().unwrap_or_default().to_owned()
}

/// A process: `a > b > c` are flows, `?` behind the source makes the flow a conditional one; kinds by the first letter of the id:
/// `s` start, `e` end, `t` task of people, `x` exclusive, `p` parallel, `o` inclusive, `c` a wait of ten minutes.
pub fn drawn(rows: &str, more: &str) -> String {
    let mut ids: Vec<String> = Vec::new();
    let mut flows = String::new();
    let mut see = |id: &str| {
        if !ids.iter().any(|other| other == id) {
            ids.push(id.to_owned());
        }
    };
    for row in rows.split(';').map(str::trim).filter(|row| !row.is_empty()) {
        let steps: Vec<&str> = row.split('>').map(str::trim).collect();
        for pair in steps.windows(2) {
            let (from, to) = (pair[0].trim_end_matches('?'), pair[1].trim_end_matches('?'));
            see(from);
            see(to);
            let condition = match pair[0].ends_with('?') {
                true => {
                    format!("<conditionExpression xsi:type=\"tFormalExpression\">go_{from}_{to}</conditionExpression>")
                }
                false => String::new(),
            };
            flows += &format!(
                "<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\">{condition}</sequenceFlow>\n"
            );
        }
    }
    let given: Vec<String> = more.split(" id=\"").skip(1).map(id_of).collect();
    let mut elements = String::new();
    for id in ids.iter().filter(|id| !given.contains(id)) {
        elements += &match &id[..1] {
            "s" => format!("<startEvent id=\"{id}\"/>\n"),
            "e" => format!("<endEvent id=\"{id}\"/>\n"),
            "t" => format!("<userTask id=\"{id}\" qy:candidates=\"clerk\"/>\n"),
            "x" => format!("<exclusiveGateway id=\"{id}\"/>\n"),
            "p" => format!("<parallelGateway id=\"{id}\"/>\n"),
            "o" => format!("<inclusiveGateway id=\"{id}\"/>\n"),
            "c" => format!(
                "<intermediateCatchEvent id=\"{id}\"><timerEventDefinition id=\"d-{id}\"><timeDuration xsi:type=\"tFormalExpression\">PT10M</timeDuration></timerEventDefinition></intermediateCatchEvent>\n"
            ),
            // Events on borders are given.
            other => panic!("no kind {other}"),
        };
    }
    line(&format!("{elements}{more}{flows}"))
}

/// Names of conditions that a drawing has.
pub fn conditions(text: &str) -> Vec<String> {
    let all = text.split("go_").skip(1).map(|rest| format!("go_{}", rest.split('<').next().unwrap_or_default()));
    all.collect()
}

/// What the soundness rules find: rule, element, way.
fn found(text: &str) -> Vec<(String, String, String)> {
    let names = conditions(text);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let deployment = check(&[("p.bpmn", text.as_bytes())], &names);
    assert!(deployment.is_accepted(), "{:?}\n{text}", deployment.findings);
    let all = deployment.findings.into_iter().filter(|found| SOUNDNESS.contains(&found.rule.as_str()));
    all.map(|found| {
        assert!(found.line > 1 && found.column > 0, "{found:?}");
        (found.rule, found.element.unwrap_or_default(), found.path.join(" "))
    })
    .collect()
}

fn returning(id: &str, to: &str) -> String {
    format!("<userTask id=\"{id}\" qy:candidates=\"clerk\" qy:returnTo=\"{to}\"/>\n")
}

/// An event of time on the border of an element.
pub fn boundary(id: &str, host: &str, interrupting: bool) -> String {
    format!(
        "<boundaryEvent id=\"{id}\" attachedToRef=\"{host}\" cancelActivity=\"{interrupting}\"><timerEventDefinition id=\"d-{id}\">\
         <timeDuration xsi:type=\"tFormalExpression\">PT10M</timeDuration></timerEventDefinition></boundaryEvent>\n"
    )
}

/// Rule, element and way of each finding; a way that is empty may be any.
type Wanted = &'static [(&'static str, &'static str, &'static str)];

#[test]
fn what_tokens_come_to_is_named_with_the_way_that_leads_there() {
    let none: Wanted = &[];
    let cases: Vec<(&str, String, Wanted)> = vec![
        ("one after the other", drawn("s > t1 > e", ""), none),
        ("exclusive and exclusive", drawn("s > x1? > t1 > x2 > e; x1? > t2 > x2", ""), none),
        ("parallel and parallel", drawn("s > p1 > t1 > p2 > e; p1 > t2 > p2", ""), none),
        ("inclusive and inclusive", drawn("s > o1? > t1 > o2 > e; o1? > t2 > o2", ""), none),
        ("exclusive and inclusive", drawn("s > x1? > t1 > o2 > e; x1? > t2 > o2", ""), none),
        ("parallel and inclusive", drawn("s > p1 > t1 > o2 > e; p1 > t2 > o2", ""), none),
        ("ways that end by themselves", drawn("s > p1 > t1 > e1; p1 > t2 > e2", ""), none),
        ("both to one end", drawn("s > p1 > t1 > e; p1 > t2 > e", ""), none),
        ("back and forth", drawn("s > x1 > t1 > x2? > x1; x2? > e", ""), none),
        (
            "exclusive and parallel",
            drawn("s > x1? > t1 > p1 > e; x1? > t2 > p1", ""),
            &[("FLOW25", "p1", "s x1 t1 p1")],
        ),
        (
            "inclusive and parallel",
            drawn("s > o1? > t1 > p1 > e; o1? > t2 > p1", ""),
            &[("FLOW25", "p1", "s o1 t1 p1")],
        ),
        (
            "only the join at fault is named, and only what had a part in it",
            drawn("s > p1 > t1 > p2 > e; p1 > x1? > t2 > p3 > p2; x1? > t3 > p3", ""),
            &[("FLOW25", "p3", "s p1 x1 t2 p3")],
        ),
        (
            "parallel and exclusive",
            drawn("s > p1 > t1 > x1 > t3 > e; p1 > t2 > x1", ""),
            &[("FLOW26", "x1", "s p1 t1 x1 t2 x1")],
        ),
        ("parallel into a task", drawn("s > p1 > t1 > t3 > e; p1 > t2 > t3", ""), &[("FLOW26", "t3", "s p1 t1 t2 t3")]),
        (
            "a loop out of a parallel way",
            drawn("s > x0 > t0 > p1 > t1 > p2 > e; p1 > t2 > x1? > p2; x1? > x0", ""),
            &[("FLOW26", "x0", "s x0 t0 p1 t2 x1 x0"), ("FLOW25", "p2", "")],
        ),
        (
            "a way round that has no end",
            drawn("s > t1 > x1? > t2 > e; x1? > t3 > t4 > t3", ""),
            &[("FLOW24", "t3", "s t1 x1 t3")],
        ),
        (
            "an event that ends a task, into the parallel join",
            drawn("s > p1 > t1 > p2 > e; p1 > t2 > p2; b > e2", &boundary("b", "t1", true)),
            &[("FLOW25", "p2", "")],
        ),
        (
            "an event that ends nothing, back into the way",
            drawn("s > t1 > x1 > t2 > e; b > x1", &boundary("b", "t1", false)),
            &[("FLOW26", "x1", "")],
        ),
        (
            "an event that ends nothing, with an end of its own",
            drawn("s > t1 > t2 > e; b > t3 > e2", &boundary("b", "t1", false)),
            none,
        ),
        ("back to what comes before", drawn("s > t1 > t2 > e", &returning("t2", "t1")), none),
        ("back to what comes after", drawn("s > t1 > t2 > e", &returning("t1", "t2")), &[("FLOW27", "t1", "t1 t2")]),
        (
            "back into one of two ways",
            drawn("s > p1 > t1 > p2 > t3 > e; p1 > t2 > p2", &returning("t3", "t1")),
            &[("FLOW27", "t3", "")],
        ),
        (
            "back to before the ways part",
            drawn(
                "s > t0 > p1 > t1 > p2 > t3 > e; p1 > t2 > p2",
                &[returning("t3", "t0"), returning("t2", "t0")].concat(),
            ),
            none,
        ),
        (
            "back within one of two ways",
            drawn("s > p1 > t1 > t3 > p2 > e; p1 > t2 > p2", &returning("t3", "t1")),
            &[("FLOW27", "t3", "")],
        ),
        (
            "two inclusive joins that wait for each other",
            drawn("s > p1 > t1 > o1 > x1? > e; p1 > t2 > o2 > x2? > e2; x1? > o2; x2? > o1", ""),
            &[("FLOW25", "o1", "")],
        ),
    ];
    let mut wrong = Vec::new();
    for (case, text, wanted) in cases {
        let found = found(&text);
        let same = found.len() == wanted.len()
            && found
                .iter()
                .zip(wanted)
                .all(|((rule, element, path), (a, b, c))| rule == a && element == b && (c.is_empty() || path == c));
        if !same {
            wrong.push(format!("{case}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the suite means to have a token come several times, or to stand still: warned of, and rightly.
///
/// - `WCP05`, `WCP08`: several ways of an inclusive or parallel split come together in an exclusive merge, which passes each.
/// - `ParallelDiverging_ExclusiveConverging`, `Token_Cardinality_Split_Default`: the same, as their names say.
/// - `ExclusiveDiverging_ParallelConverging`, `Token_StartQuantity_Two`: the suite expects that they do not end.
/// - `Timer_IntermediateTimeCycleEvent`: a time that comes again and again, as its name says.
const MEANT: [(&str, &str); 7] = [
    ("WCP05_SimpleMerge", "FLOW26"),
    ("WCP08_MultiMerge", "FLOW26"),
    ("ParallelDiverging_ExclusiveConverging", "FLOW26"),
    ("Token_Cardinality_Split_Default", "FLOW26"),
    ("Timer_IntermediateTimeCycleEvent", "FLOW26"),
    ("ExclusiveDiverging_ParallelConverging", "FLOW25"),
    ("Token_StartQuantity_Two", "FLOW25"),
];

#[test]
fn betsy_models_that_run_to_their_trace_are_warned_of_only_where_that_is_meant() {
    let Some(folder) = outside_data::folder("bpmn-betsy") else { return };
    let text = std::fs::read_to_string(folder.join("expectations.json")).unwrap();
    let suite: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (mut looked_at, mut took, mut proved) = (0, std::time::Duration::ZERO, 0);
    let (mut wrong, mut warned) = (Vec::new(), std::collections::BTreeSet::new());
    for test in suite["tests"].as_array().unwrap() {
        let name = test["name"].as_str().unwrap();
        let model = std::fs::read_to_string(folder.join(test["model"].as_str().unwrap())).unwrap();
        let model = bpmn::Model::read(&crate::betsy::prepared(&model, test)).unwrap();
        let compiled = flow::compile(&model, &["test", "integerVariable", "testCaseNumber"]);
        for graph in &compiled.graphs {
            let begin = std::time::Instant::now();
            let verdicts = flow::graph::sound::examine(graph);
            took += begin.elapsed();
            looked_at += verdicts.len();
            proved += verdicts.iter().filter(|verdict| verdict.proved).count();
        }
        for found in compiled.findings.iter().filter(|found| SOUNDNESS.contains(&found.rule.code())) {
            warned.insert((name, found.rule.code()));
            if !MEANT.contains(&(name, found.rule.code())) {
                wrong.push(format!("{name}: {} {:?} {}", found.rule.code(), found.element, found.what));
            }
        }
    }
    println!(
        "betsy, soundness: {looked_at} levels looked at in {took:?}, {proved} of them wholly; {} models warned of",
        warned.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(warned, MEANT.into_iter().collect());
}

/// Many ways side by side, each in several steps: looked at within bounds, and a join in vain is found still.
#[test]
fn what_is_too_large_to_be_looked_at_wholly_is_bounded_and_joins_in_vain_are_found_still() {
    let wide = |ways: usize, join: &str, first: &str| {
        let rows: Vec<String> = (1..ways).map(|way| format!("p1 > t{way}a > t{way}b > {join}")).collect();
        drawn(&format!("s > p1; {}; {first}; {join} > e", rows.join("; ")), "")
    };
    let fault = "p1 > x1? > t0 > p2; x1? > t00 > p2";
    for (case, text, wanted) in [
        ("few", wide(4, "p2", "p1 > t0 > p2"), vec![]),
        ("sound", wide(30, "p2", "p1 > t0 > p2"), vec![]),
        ("very wide", wide(400, "p2", "p1 > t0 > p2"), vec![]),
        ("an inclusive join", wide(400, "o2", "p1 > t0 > o2"), vec![]),
        ("one way of thirty is not taken", wide(30, "p2", fault), vec!["FLOW25".to_owned()]),
    ] {
        let begin = std::time::Instant::now();
        let rules: Vec<String> = found(&text).into_iter().map(|(rule, _, _)| rule).collect();
        println!("{case}: {:?}", begin.elapsed());
        assert_eq!(rules, wanted, "{case}");
        assert!(begin.elapsed() < std::time::Duration::from_secs(30), "{case}: {:?}", begin.elapsed());
    }
}
