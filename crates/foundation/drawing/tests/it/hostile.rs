//! What no file may do to a page: end the program, write markup, take no end.

use bpmn::{Document, Model};
use proptest::prelude::*;

use crate::support::{drawn, elements, model, sound, svg};

/// A process of two tasks whose first has these bounds and whose flow these points.
fn placed(bounds: &str, points: &str) -> String {
    format!(
        r#"<process id="P"><task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/></process>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="P"><bpmndi:BPMNShape bpmnElement="a">{bounds}</bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="b"><dc:Bounds x="200" y="0" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNEdge bpmnElement="f">{points}</bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"#
    )
}

#[test]
fn places_that_make_no_sense_are_made_anew() {
    let bounds =
        |x: &str, y: &str, w: &str, h: &str| format!(r#"<dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>"#);
    let cases = [
        ("no bounds", String::new()),
        ("no number", bounds("NaN", "0", "100", "80")),
        ("infinite", bounds("0", "inf", "100", "80")),
        ("huge", bounds("1e308", "1e308", "1e308", "1e308")),
        ("huge and negative", bounds("-1e308", "0", "100", "80")),
        ("negative size", bounds("0", "0", "-100", "80")),
        ("no size", bounds("0", "0", "0", "0")),
        ("tiny", bounds("0", "0", "1e-300", "80")),
        ("words", bounds("left", "top", "wide", "high")),
    ];
    let points = |x: &str| format!(r#"<di:waypoint x="{x}" y="0"/><di:waypoint x="{x}" y="0"/>"#);
    let lines = [String::new(), points("1"), points("1e308"), points("NaN"), points("1").repeat(5_000)];
    for (case, bounds) in cases {
        for line in &lines {
            let markup = drawn(&model(&placed(&bounds, line)));
            let svg = svg(&markup);
            sound(&svg).unwrap_or_else(|why| panic!("{case}: {why}"));
            assert_eq!(elements(&svg).len(), 3, "{case}");
            assert!(markup.len() < 10_000, "{case}: {} bytes", markup.len());
        }
    }
}

#[test]
fn a_hundred_thousand_shapes_are_cut_and_counted() {
    let tasks: String = (0..100_000).map(|i| format!(r#"<task id="t{i}"/>"#)).collect();
    let shapes: String = (0..30_000)
        .map(|i| format!(r#"<bpmndi:BPMNShape bpmnElement="t{i}"><dc:Bounds x="{i}" y="0" width="9" height="9"/></bpmndi:BPMNShape>"#))
        .collect();
    let process = format!(r#"<process id="P">{tasks}</process>"#);
    let diagram = format!(
        r#"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="P">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"#
    );
    for (case, content) in [("laid out", process.clone()), ("placed", format!("{process}{diagram}"))] {
        let markup = drawn(&model(&content));
        assert_eq!(elements(&svg(&markup)).len(), 2_000, "{case}");
        assert!(markup.contains("The diagram is too large"), "{case}");
        assert!(markup.contains("99,000 more rows"), "{case}");
        assert!(markup.len() < 2_000_000, "{case}: {} bytes", markup.len());
    }
}

#[test]
fn long_chains_and_deep_nesting_are_drawn() {
    let flows: String = (0..1_900)
        .map(|i| {
            format!(r#"<task id="t{i}"/><sequenceFlow id="f{i}" sourceRef="t{i}" targetRef="t{}"/>"#, (i + 1) % 1_900)
        })
        .collect();
    let markup = drawn(&model(&format!(r#"<process id="P">{flows}</process>"#)));
    sound(&svg(&markup)).expect("sound");
    let open: String = (0..150).map(|i| format!(r#"<subProcess id="s{i}"><startEvent id="e{i}"/>"#)).collect();
    let nested = format!(r#"<process id="P">{open}{}</process>"#, "</subProcess>".repeat(150));
    sound(&svg(&drawn(&model(&nested)))).expect("sound");
}

#[test]
fn names_stay_text() {
    let name = "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x".repeat(800);
    let markup = drawn(&model(&format!(
        r#"<process id="P"><task id="t &quot;&gt;" name="{name}"/><textAnnotation id="n"><text>{name}</text></textAnnotation></process>"#
    )));
    assert!(!markup.contains("<script") && !markup.contains("\" onload"), "{markup}");
    assert!(markup.len() < 20_000, "{} bytes", markup.len());
    sound(&svg(&markup)).expect("sound");
}

/// Some BPMN that may be drawn, mostly badly.
fn content() -> impl Strategy<Value = String> {
    let id = || prop_oneof![Just("a"), Just("b"), Just("c"), Just("P"), Just(""), Just("a b"), Just("审批")];
    let number =
        || prop_oneof![Just("0"), Just("10"), Just("-40"), Just("1e308"), Just("NaN"), Just("300.25"), Just("99999")];
    let node = (
        prop_oneof![
            Just("task"),
            Just("userTask"),
            Just("subProcess"),
            Just("transaction"),
            Just("startEvent"),
            Just("boundaryEvent"),
            Just("endEvent"),
            Just("complexGateway"),
            Just("eventBasedGateway"),
            Just("dataObjectReference"),
            Just("textAnnotation"),
            Just("group"),
            Just("choreographyTask"),
        ],
        id(),
        "[a-c审批 &&[^&]]{0,8}|\t",
        id(),
        prop_oneof![
            Just(""),
            Just("<timerEventDefinition/>"),
            Just("<standardLoopCharacteristics/>"),
            Just("<task id='c'/>"),
            Just("<text>remark &amp; 注</text>"),
            Just("<dataOutputAssociation id='d'><targetRef>a</targetRef></dataOutputAssociation>"),
        ],
    );
    let node = node.prop_map(|(kind, id, name, other, inner)| {
        format!("<{kind} id='{id}' name='{name}' attachedToRef='{other}' triggeredByEvent='true'>{inner}</{kind}>")
    });
    let flow = (prop_oneof![Just("sequenceFlow"), Just("association")], id(), id(), id())
        .prop_map(|(kind, id, from, to)| format!("<{kind} id='{id}' name='x' sourceRef='{from}' targetRef='{to}'/>"));
    let shape = (id(), number(), number(), number(), number()).prop_map(|(id, x, y, w, h)| {
        format!(
            "<bpmndi:BPMNShape bpmnElement='{id}'><dc:Bounds x='{x}' y='{y}' width='{w}' height='{h}'/>\
             <bpmndi:BPMNLabel><dc:Bounds x='{y}' y='{x}' width='{h}' height='{w}'/></bpmndi:BPMNLabel></bpmndi:BPMNShape>"
        )
    });
    let edge = (id(), proptest::collection::vec((number(), number()), 0..4)).prop_map(|(id, points)| {
        let points: String = points.iter().map(|(x, y)| format!("<di:waypoint x='{x}' y='{y}'/>")).collect();
        format!("<bpmndi:BPMNEdge bpmnElement='{id}'>{points}</bpmndi:BPMNEdge>")
    });
    let many = |of: BoxedStrategy<String>| proptest::collection::vec(of, 0..8).prop_map(|all| all.concat());
    (many(prop_oneof![node, flow].boxed()), many(prop_oneof![shape, edge].boxed()), any::<bool>(), any::<bool>())
        .prop_map(|(elements, places, pool, placed)| {
            let pool = if pool { "<collaboration><participant id='pool' processRef='P'/></collaboration>" } else { "" };
            let places = format!(
                "<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement='P'>{places}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
            );
            format!("{pool}<process id='P'>{elements}</process>{}", if placed { places } else { String::new() })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_is_drawn(content in content()) {
        let markup = drawn(&model(&content));
        if let Err(why) = sound(&svg(&markup)) {
            return Err(TestCaseError::fail(why));
        }
    }

    #[test]
    fn any_bytes_that_are_read_are_drawn(content in content(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = model(&content).document.write();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(document) = Document::read(&bytes) {
            let markup = drawn(&Model::of(document));
            if let Err(why) = sound(&svg(&markup)) {
                return Err(TestCaseError::fail(why));
            }
        }
    }
}
