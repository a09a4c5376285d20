//! What the XML schema of BPMN says (BPMN 2.0.2 chapter 15), so far as people get it wrong.

use std::collections::HashMap;

use super::Report;
use super::form::is_uri;
use super::scene::{
    ACTIVITIES, CHOREOGRAPHY_ACTIVITIES, EVENT_DEFINITIONS, EVENTS, GATEWAYS, GLOBAL_TASKS, SUB_PROCESSES, Scene,
};
use crate::tree::{IN_BPMNDI, IN_DC, IN_DI, Node};

/// Attributes that the schema requires.
const REQUIRED: &[(&str, &[&str])] = &[
    ("definitions", &["targetNamespace"]),
    ("import", &["namespace", "location", "importType"]),
    ("sequenceFlow", &["sourceRef", "targetRef"]),
    ("messageFlow", &["sourceRef", "targetRef"]),
    ("association", &["sourceRef", "targetRef"]),
    ("boundaryEvent", &["attachedToRef"]),
    ("operation", &["name"]),
    ("interface", &["name"]),
    ("linkEventDefinition", &["name"]),
    ("ioBinding", &["operationRef", "inputDataRef", "outputDataRef"]),
    ("correlationSubscription", &["correlationKeyRef"]),
    ("correlationPropertyBinding", &["correlationPropertyRef"]),
    ("correlationPropertyRetrievalExpression", &["messageRef"]),
    ("conversationLink", &["sourceRef", "targetRef"]),
    ("choreographyTask", &["initiatingParticipantRef"]),
    ("callChoreography", &["initiatingParticipantRef"]),
    ("subChoreography", &["initiatingParticipantRef"]),
];

/// Attributes with a closed list of values, whatever element carries them.
const LISTED: &[(&str, &[&str])] = &[
    ("gatewayDirection", &["Unspecified", "Converging", "Diverging", "Mixed"]),
    ("eventGatewayType", &["Exclusive", "Parallel"]),
    ("processType", &["None", "Public", "Private"]),
    ("associationDirection", &["None", "One", "Both"]),
    ("behavior", &["None", "One", "All", "Complex"]),
    ("ordering", &["Parallel", "Sequential"]),
    ("itemKind", &["Information", "Physical"]),
    ("loopType", &["None", "Standard", "MultiInstanceSequential", "MultiInstanceParallel"]),
];

/// Attributes that are true or false.
const FLAGS: &[&str] = &[
    "isExecutable",
    "isClosed",
    "isCollection",
    "isForCompensation",
    "isInterrupting",
    "parallelMultiple",
    "cancelActivity",
    "isImmediate",
    "instantiate",
    "isSequential",
    "testBefore",
    "triggeredByEvent",
    "cancelRemainingInstances",
    "waitForCompletion",
    "isUnlimited",
    "mustUnderstand",
];

/// Attributes that are whole numbers.
const NUMBERS: &[&str] = &["startQuantity", "completionQuantity", "loopMaximum", "minimum", "maximum", "capacity"];

/// Attributes that are URIs. Those of single expressions and transactions have rules of their own.
const URIS: &[(&str, &[&str])] = &[
    ("definitions", &["targetNamespace", "expressionLanguage", "typeLanguage"]),
    ("import", &["namespace", "importType"]),
];

/// Elements that stand at the root alone. Event definitions stand in events, too.
const AT_ROOT: &[&str] = &[
    "process",
    "collaboration",
    "globalConversation",
    "choreography",
    "globalChoreographyTask",
    "itemDefinition",
    "message",
    "signal",
    "error",
    "escalation",
    "interface",
    "resource",
    "category",
    "dataStore",
    "correlationProperty",
    "partnerEntity",
    "partnerRole",
    "endPoint",
    "import",
];

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    ids(scene, report);
    for (name, elements) in scene.names() {
        for &element in elements {
            attributes(element, report);
            place(element, report);
        }
        if !is_known(name) {
            for &element in elements {
                report.say("XSD4", element, &[name]);
            }
        }
    }
    for (name, attributes) in REQUIRED {
        for element in scene.all(name) {
            for attribute in attributes.iter().filter(|attribute| element.attribute(attribute).is_none()) {
                report.say("XSD2", element, &[attribute]);
            }
        }
    }
    for (name, attributes) in URIS {
        for element in scene.all(name) {
            for attribute in *attributes {
                if let Some(value) = element.attribute(attribute).filter(|value| !is_uri(value)) {
                    report.say("XSD5", element, &[attribute, &value]);
                }
            }
        }
    }
}

/// EXT002 (§8.3.1, `xsd:ID`): each id is there once. An id is a name without colon.
fn ids(scene: &Scene<'_>, report: &mut Report) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for node in scene.document.nodes() {
        let counted = node.is(node.local())
            || node.in_namespace(IN_BPMNDI)
            || node.in_namespace(IN_DC)
            || node.in_namespace(IN_DI);
        let Some(id) = counted.then(|| node.attribute("id")).flatten() else { continue };
        let id = id.trim();
        if let Some(first) = seen.get(id) {
            report.say("EXT002", node, &[id, &first.to_string()]);
            continue;
        }
        seen.insert(id.to_owned(), node.line());
        if !crate::tree::escape::is_name(id) {
            report.say("XSD3", node, &["id", id]);
        }
    }
}

/// XSD3: values of attributes are of their types.
fn attributes(element: Node<'_>, report: &mut Report) {
    for attribute in element.attributes().filter(|attribute| attribute.namespace().is_empty()) {
        let name = attribute.local();
        let value = attribute.value();
        let value = value.trim();
        let listed = LISTED.iter().find(|(listed, _)| *listed == name);
        let fits = if let Some((_, allowed)) = listed {
            allowed.contains(&value)
        } else if FLAGS.contains(&name) {
            matches!(value, "true" | "false" | "1" | "0")
        } else if NUMBERS.contains(&name) {
            let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        } else {
            true
        };
        if !fits {
            report.say("XSD3", element, &[name, value]);
        }
    }
}

/// XSD4: an element stands where the schema has it.
fn place(element: Node<'_>, report: &mut Report) {
    let Some(parent) = element.parent() else { return };
    let within_flow = || {
        parent.is("process")
            || parent.is_any(SUB_PROCESSES)
            || parent.is_any(&["choreography", "globalChoreographyTask", "subChoreography"])
    };
    let fits = if element.is_any(AT_ROOT) || element.is_any(GLOBAL_TASKS) {
        parent.is("definitions")
    } else if element.is_any(EVENT_DEFINITIONS) {
        parent.is("definitions") || parent.is_any(EVENTS) || parent.is_any(&["event", "implicitThrowEvent"])
    } else if element.is_any(&["sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference"])
        || element.is_any(ACTIVITIES)
        || element.is_any(GATEWAYS)
        || element.is_any(EVENTS)
        || element.is_any(CHOREOGRAPHY_ACTIVITIES)
    {
        within_flow()
    } else if element.is("definitions") {
        !parent.is_element()
    } else {
        true
    };
    if !fits {
        report.say("XSD4", element, &[element.local()]);
    }
}

/// Names of all elements of the schema that the lists above do not hold.
const OTHERS: &[&str] = &[
    "activationCondition",
    "artifact",
    "assignment",
    "association",
    "auditing",
    "baseElement",
    "baseElementWithMixedContent",
    "categoryValue",
    "categoryValueRef",
    "childLaneSet",
    "choreographyRef",
    "completionCondition",
    "complexBehaviorDefinition",
    "condition",
    "conditionExpression",
    "conversation",
    "conversationAssociation",
    "conversationLink",
    "callConversation",
    "correlationKey",
    "correlationPropertyBinding",
    "correlationPropertyRef",
    "correlationPropertyRetrievalExpression",
    "correlationSubscription",
    "dataInput",
    "dataInputAssociation",
    "dataInputRefs",
    "dataOutput",
    "dataOutputAssociation",
    "dataOutputRefs",
    "dataPath",
    "dataState",
    "definitions",
    "documentation",
    "endPointRef",
    "errorRef",
    "event",
    "eventDefinition",
    "eventDefinitionRef",
    "expression",
    "extension",
    "extensionElements",
    "flowElement",
    "flowNode",
    "flowNodeRef",
    "formalExpression",
    "from",
    "group",
    "humanPerformer",
    "implicitThrowEvent",
    "inMessageRef",
    "incoming",
    "innerParticipantRef",
    "inputDataItem",
    "inputSet",
    "inputSetRefs",
    "interfaceRef",
    "ioBinding",
    "ioSpecification",
    "lane",
    "laneSet",
    "loopCardinality",
    "loopCharacteristics",
    "loopCondition",
    "loopDataInputRef",
    "loopDataOutputRef",
    "messageFlow",
    "messageFlowAssociation",
    "messageFlowRef",
    "messagePath",
    "monitoring",
    "multiInstanceLoopCharacteristics",
    "operation",
    "operationRef",
    "optionalInputRefs",
    "optionalOutputRefs",
    "outMessageRef",
    "outerParticipantRef",
    "outgoing",
    "outputDataItem",
    "outputSet",
    "outputSetRefs",
    "participant",
    "participantAssociation",
    "participantMultiplicity",
    "participantRef",
    "partitionElement",
    "performer",
    "potentialOwner",
    "property",
    "relationship",
    "rendering",
    "resourceAssignmentExpression",
    "resourceParameter",
    "resourceParameterBinding",
    "resourceRef",
    "resourceRole",
    "rootElement",
    "script",
    "sequenceFlow",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "source",
    "sourceRef",
    "standardLoopCharacteristics",
    "subConversation",
    "supportedInterfaceRef",
    "supports",
    "target",
    "targetRef",
    "text",
    "textAnnotation",
    "timeCycle",
    "timeDate",
    "timeDuration",
    "to",
    "transformation",
    "whileExecutingInputRefs",
    "whileExecutingOutputRefs",
];

fn is_known(name: &str) -> bool {
    [AT_ROOT, GLOBAL_TASKS, EVENT_DEFINITIONS, ACTIVITIES, GATEWAYS, EVENTS, CHOREOGRAPHY_ACTIVITIES, OTHERS]
        .iter()
        .any(|names| names.contains(&name))
}
