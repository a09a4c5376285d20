//! References: that they lead somewhere, and to an element of a kind that the standard permits.
//!
//! The table follows the class diagrams and the XML schema of BPMN 2.0.2 (chapters 8 to 11 and 15).

use super::Report;
use super::expressions::EXPRESSIONS;
use super::scene::{
    ACTIVITIES, ARTIFACTS, CHOREOGRAPHY_ACTIVITIES, EVENT_DEFINITIONS, EVENTS, GATEWAYS, GLOBAL_TASKS, Scene, TASKS,
};
use crate::tree::{IN_BPMNDI, Node};

/// What a reference may lead to, as groups of names of elements. An empty list: anything.
type Kinds = &'static [&'static [&'static str]];

const FLOW_NODE: Kinds = &[ACTIVITIES, EVENTS, GATEWAYS, CHOREOGRAPHY_ACTIVITIES];
const ACTIVITY: Kinds = &[ACTIVITIES];
const EVENT_DEFINITION: Kinds = &[EVENT_DEFINITIONS];
const CALLABLE: Kinds = &[&["process"], GLOBAL_TASKS];
const ITEM_AWARE: Kinds = &[&[
    "dataInput",
    "dataOutput",
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "property",
    "inputDataItem",
    "outputDataItem",
]];
const CONVERSATION_NODES: &[&str] = &["conversation", "subConversation", "callConversation"];
/// Who can meet in a message flow. Artifacts are found by EXT008 and EXT009.
const INTERACTION_NODE: Kinds = &[&["participant"], ACTIVITIES, EVENTS, CONVERSATION_NODES, ARTIFACTS];
/// Artifacts at the ends of a sequence flow are found by EXT006 and EXT007.
const FLOW_END: Kinds = &[ACTIVITIES, EVENTS, GATEWAYS, CHOREOGRAPHY_ACTIVITIES, ARTIFACTS];
const ANYTHING: Kinds = &[];
const COLLABORATIONS: Kinds = &[&["collaboration", "globalConversation", "choreography"]];

/// A reference by attribute: its owners, the attribute, what it may lead to.
type Row = (Kinds, &'static str, Kinds);

const BY_ATTRIBUTE: &[Row] = &[
    (&[&["sequenceFlow"]], "sourceRef", FLOW_END),
    (&[&["sequenceFlow"]], "targetRef", FLOW_END),
    (&[&["messageFlow", "conversationLink"]], "sourceRef", INTERACTION_NODE),
    (&[&["messageFlow", "conversationLink"]], "targetRef", INTERACTION_NODE),
    (&[&["messageFlow"]], "messageRef", &[&["message"]]),
    (&[&["association"]], "sourceRef", ANYTHING),
    (&[&["association"]], "targetRef", ANYTHING),
    (&[&["boundaryEvent"]], "attachedToRef", ACTIVITY),
    (&[ACTIVITIES, GATEWAYS], "default", &[&["sequenceFlow"]]),
    (&[&["callActivity"]], "calledElement", CALLABLE),
    (&[TASKS, &["ioBinding"]], "operationRef", &[&["operation"]]),
    (&[TASKS], "messageRef", &[&["message"]]),
    (&[&["messageEventDefinition", "correlationPropertyRetrievalExpression"]], "messageRef", &[&["message"]]),
    (&[&["message"]], "itemRef", &[&["itemDefinition"]]),
    (&[&["signal", "error", "escalation"]], "structureRef", &[&["itemDefinition"]]),
    (ITEM_AWARE, "itemSubjectRef", &[&["itemDefinition"]]),
    (&[&["dataObjectReference"]], "dataObjectRef", &[&["dataObject"]]),
    (&[&["dataStoreReference"]], "dataStoreRef", &[&["dataStore"]]),
    (&[&["signalEventDefinition"]], "signalRef", &[&["signal"]]),
    (&[&["errorEventDefinition"]], "errorRef", &[&["error"]]),
    (&[&["escalationEventDefinition"]], "escalationRef", &[&["escalation"]]),
    (&[&["compensateEventDefinition"]], "activityRef", ACTIVITY),
    (&[&["process"]], "definitionalCollaborationRef", COLLABORATIONS),
    (&[&["participant"]], "processRef", &[&["process"]]),
    (&[&["correlationSubscription"]], "correlationKeyRef", &[&["correlationKey"]]),
    (&[&["correlationPropertyBinding"]], "correlationPropertyRef", &[&["correlationProperty"]]),
    (&[&["group"]], "categoryValueRef", &[&["categoryValue"]]),
    (&[&["lane"]], "partitionElementRef", ANYTHING),
    (&[&["multiInstanceLoopCharacteristics"]], "oneBehaviorEventRef", EVENT_DEFINITION),
    (&[&["multiInstanceLoopCharacteristics"]], "noneBehaviorEventRef", EVENT_DEFINITION),
    (&[&["ioBinding"]], "inputDataRef", &[&["dataInput", "inputSet"]]),
    (&[&["ioBinding"]], "outputDataRef", &[&["dataOutput", "outputSet"]]),
    (&[&["resourceParameterBinding"]], "parameterRef", &[&["resourceParameter"]]),
    (&[&["callConversation"]], "calledCollaborationRef", COLLABORATIONS),
    (&[&["callChoreography"]], "calledChoreographyRef", &[&["choreography", "globalChoreographyTask"]]),
    (&[CHOREOGRAPHY_ACTIVITIES, &["globalChoreographyTask"]], "initiatingParticipantRef", &[&["participant"]]),
    (&[&["messageFlowAssociation"]], "innerMessageFlowRef", &[&["messageFlow"]]),
    (&[&["messageFlowAssociation"]], "outerMessageFlowRef", &[&["messageFlow"]]),
    (&[&["conversationAssociation"]], "innerConversationNodeRef", &[CONVERSATION_NODES]),
    (&[&["conversationAssociation"]], "outerConversationNodeRef", &[CONVERSATION_NODES]),
    (&[EXPRESSIONS], "evaluatesToTypeRef", &[&["itemDefinition"]]),
];

/// References that are the text of a child element: the child, its owners (none: any), what it may lead to.
const BY_CHILD: &[(&str, Kinds, Kinds)] = &[
    ("eventDefinitionRef", ANYTHING, EVENT_DEFINITION),
    ("operationRef", ANYTHING, &[&["operation"]]),
    ("source", &[&["linkEventDefinition"]], &[&["linkEventDefinition"]]),
    ("target", &[&["linkEventDefinition"]], &[&["linkEventDefinition"]]),
    ("incoming", FLOW_NODE, &[&["sequenceFlow"]]),
    ("outgoing", FLOW_NODE, &[&["sequenceFlow"]]),
    ("supports", ANYTHING, &[&["process"]]),
    ("supportedInterfaceRef", ANYTHING, &[&["interface"]]),
    ("interfaceRef", ANYTHING, &[&["interface"]]),
    ("endPointRef", ANYTHING, &[&["endPoint"]]),
    ("correlationPropertyRef", ANYTHING, &[&["correlationProperty"]]),
    ("inMessageRef", ANYTHING, &[&["message"]]),
    ("outMessageRef", ANYTHING, &[&["message"]]),
    ("errorRef", ANYTHING, &[&["error"]]),
    ("categoryValueRef", ANYTHING, &[&["categoryValue"]]),
    ("flowNodeRef", ANYTHING, FLOW_NODE),
    ("dataInputRefs", ANYTHING, &[&["dataInput"]]),
    ("optionalInputRefs", ANYTHING, &[&["dataInput"]]),
    ("whileExecutingInputRefs", ANYTHING, &[&["dataInput"]]),
    ("dataOutputRefs", ANYTHING, &[&["dataOutput"]]),
    ("optionalOutputRefs", ANYTHING, &[&["dataOutput"]]),
    ("whileExecutingOutputRefs", ANYTHING, &[&["dataOutput"]]),
    ("inputSetRefs", ANYTHING, &[&["inputSet"]]),
    ("outputSetRefs", ANYTHING, &[&["outputSet"]]),
    ("sourceRef", &[&["dataInputAssociation", "dataOutputAssociation"]], ITEM_AWARE),
    ("targetRef", &[&["dataInputAssociation", "dataOutputAssociation"]], ITEM_AWARE),
    ("loopDataInputRef", ANYTHING, ITEM_AWARE),
    ("loopDataOutputRef", ANYTHING, ITEM_AWARE),
    ("resourceRef", ANYTHING, &[&["resource"]]),
    ("participantRef", ANYTHING, &[&["participant"]]),
    ("innerParticipantRef", ANYTHING, &[&["participant"]]),
    ("outerParticipantRef", ANYTHING, &[&["participant"]]),
    ("messageFlowRef", ANYTHING, &[&["messageFlow"]]),
    ("choreographyRef", ANYTHING, &[&["choreography"]]),
];

/// Flows, whose ends every reader of a diagram expects to be there: EXT003.
const FLOWS: &[&str] = &["sequenceFlow", "messageFlow"];
/// References to types of data. Nothing stops when such a type is only named: UNTYPED.
const TYPES: &[&str] = &["itemRef", "structureRef", "itemSubjectRef", "evaluatesToTypeRef"];

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    for (owners, attribute, kinds) in BY_ATTRIBUTE {
        for owner in owners.iter().flat_map(|names| scene.all_of(names)) {
            if let Some(name) = owner.attribute(attribute) {
                lead(scene, owner, owner, (attribute, &name), kinds, report);
            }
        }
    }
    for (child, owners, kinds) in BY_CHILD {
        for node in scene.all(child) {
            let Some(owner) = node.parent() else { continue };
            if owners.is_empty() || owners.iter().any(|names| owner.is_any(names)) {
                lead(scene, node, owner, (child, &node.text()), kinds, report);
            }
        }
    }
    diagrams(scene, report);
}

/// REF: to the right kind. EXT003: flows to something. MISSING: all others, too, with less weight for types of data
/// (UNTYPED) and for what is called (CALLED), which may be deployed apart.
fn lead(
    scene: &Scene<'_>,
    at: Node<'_>,
    owner: Node<'_>,
    (reference, name): (&str, &str),
    kinds: Kinds,
    report: &mut Report,
) {
    let name = name.trim();
    // What an import must resolve is the caller's business.
    let Some(id) = scene.local_id(at, name) else { return };
    match scene.document.by_id(&id).filter(|found| found.is(found.local())) {
        // EXT023 says so of what nodes list.
        None if matches!(reference, "incoming" | "outgoing") => {}
        None => {
            let rule = match reference {
                _ if owner.is_any(FLOWS) && reference != "messageRef" => "EXT003",
                _ if TYPES.contains(&reference) => "UNTYPED",
                "calledElement" => "CALLED",
                _ => "MISSING",
            };
            report.say(rule, owner, &[reference, name]);
        }
        Some(found) if !kinds.is_empty() && !kinds.iter().any(|names| found.is_any(names)) => {
            report.say("REF", owner, &[reference, found.local()]);
        }
        Some(_) => {}
    }
}

/// DRAWN (§12): what a diagram shows is in the model.
fn diagrams(scene: &Scene<'_>, report: &mut Report) {
    for node in scene.document.nodes().filter(|node| node.in_namespace(IN_BPMNDI)) {
        let Some(name) = node.attribute("bpmnElement") else { continue };
        if let Some(id) = scene.local_id(node, &name)
            && scene.document.by_id(&id).is_none()
        {
            report.say("DRAWN", node, &[name.trim()]);
        }
    }
}
