//! The process of `steps` and `matters`: ten steps from start to end, with three tasks of people, a decision, a timer, three
//! scripts, a gateway and an end, in words that SpiffWorkflow reads as well.

/// The namespace of DMN that we are given, and that of DMN 1.3, which the peer reads.
pub(crate) const OURS: &str = "https://www.omg.org/spec/DMN/20230324/MODEL/";
pub(crate) const PEERS: &str = "https://www.omg.org/spec/DMN/20191111/MODEL/";

const FLOWS: [(&str, &str); 11] = [
    ("s", "a1"),
    ("a1", "j1"),
    ("j1", "d"),
    ("d", "g"),
    ("g", "a2"),
    ("a2", "j2"),
    ("j2", "t"),
    ("t", "j3"),
    ("j3", "a3"),
    ("a3", "e"),
    ("g", "e"),
];

/// The elements in the order in which they are done; only a small fee leads past the rest of them.
pub(crate) fn elements() -> Vec<&'static str> {
    std::iter::once("s").chain(FLOWS.iter().take(10).map(|(_, to)| *to)).collect()
}

/// The process.
pub(crate) fn process() -> String {
    let lists = |id: &str| {
        let into = FLOWS.iter().filter(|(_, to)| *to == id).map(|(a, b)| format!("<incoming>{a}-{b}</incoming>"));
        let out = FLOWS.iter().filter(|(from, _)| *from == id).map(|(a, b)| format!("<outgoing>{a}-{b}</outgoing>"));
        into.chain(out).collect::<String>()
    };
    let element = |id: &str| {
        let (kind, more, inside) = match id.as_bytes().first() {
            Some(b's') => ("startEvent", "", ""),
            Some(b'a') => ("userTask", " qy:candidates=\"clerk\"", ""),
            Some(b'j') => ("scriptTask", " scriptFormat=\"text/feel\" qy:result=\"seen\"", "<script>1 + 1</script>"),
            Some(b'd') => {
                ("businessRuleTask", " camunda:decisionRef=\"fee\" qy:decision=\"Fee\" qy:result=\"fee\"", "")
            }
            Some(b'g') => ("exclusiveGateway", " default=\"g-e\"", ""),
            Some(b't') => (
                "intermediateCatchEvent",
                "",
                "<timerEventDefinition id=\"w\"><timeDuration xsi:type=\"tFormalExpression\">\"PT0S\"</timeDuration>\
                 </timerEventDefinition>",
            ),
            _ => ("endEvent", "", ""),
        };
        format!("<{kind} id=\"{id}\" name=\"{id}\"{more}>{}{inside}</{kind}>", lists(id))
    };
    let all: String = elements().into_iter().map(element).collect();
    let flows = FLOWS.iter().map(|(from, to)| {
        let when = match (*from, *to) {
            ("g", "a2") => "<conditionExpression xsi:type=\"tFormalExpression\">fee &gt;= 100</conditionExpression>",
            _ => "",
        };
        format!("<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\">{when}</sequenceFlow>")
    });
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:qy=\"urn:qingyuan:bpmn:1\" \
         xmlns:camunda=\"http://camunda.org/schema/1.0/bpmn\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         id=\"x\" targetNamespace=\"urn:bench\"><process id=\"p\" name=\"p\" isExecutable=\"true\">{all}{}</process>\
         </definitions>",
        flows.collect::<String>()
    )
}

/// Its decision: a fee by area.
pub(crate) fn decision(namespace: &str) -> String {
    let rule = |id: &str, when: &str, fee: u32| {
        format!(
            "<rule id=\"{id}\"><inputEntry id=\"i{id}\"><text>{when}</text></inputEntry><outputEntry id=\"o{id}\">\
             <text>{fee}</text></outputEntry></rule>"
        )
    };
    format!(
        "<definitions xmlns=\"{namespace}\" namespace=\"urn:fee\" name=\"fee\" id=\"f\"><inputData id=\"in\" name=\"area\">\
         <variable id=\"v\" name=\"area\" typeRef=\"number\"/></inputData><decision id=\"fee\" name=\"Fee\">\
         <variable id=\"fv\" name=\"Fee\" typeRef=\"number\"/><informationRequirement id=\"r\"><requiredInput href=\"#in\"/>\
         </informationRequirement><decisionTable id=\"t\" hitPolicy=\"UNIQUE\"><input id=\"c\">\
         <inputExpression id=\"ce\" typeRef=\"number\"><text>area</text></inputExpression></input>\
         <output id=\"o\" name=\"fee\" typeRef=\"number\"/>{}{}</decisionTable></decision></definitions>",
        rule("small", "&lt; 100", 0),
        rule("large", "&gt;= 100", 200)
    )
}
