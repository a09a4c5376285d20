//! The interchange models of the BPMN Model Interchange Working Group: the models themselves are the expectation.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use bpmn::model::{
    ActivityKind, ArtifactKind, Bounds, Content, Definitions, FlowElement, LaneSet, Plane, Point, Reference,
};
use bpmn::tree::{BPMN, BPMNDI, Change, DC, DI, Kind};
use bpmn::{Document, Model};
use quick_xml::events::Event;

use outside_data::{ends, files, folder};

use crate::report::Report;

/// Each model is read whole, written byte for byte, and says in the model what stands in the tree; what is drawn lies
/// where it belongs; an edit changes what it names, and undone leaves no trace.
pub fn every_model_is_read_and_written_without_loss(suite: &Path) -> Report {
    let mut report = Report::default();
    for path in files(suite, |path| ends(path, "bpmn")) {
        report.ran += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("a model");
        let faults = match Model::read(&bytes) {
            Err(fault) => vec![fault.to_string()],
            Ok(model) => {
                let mut faults = round_trip(&bytes, &model);
                faults.extend(parsed_alike(&bytes, &model.document));
                faults.extend(counts(&model));
                faults.extend(drawing(&model));
                faults.extend(edits(&bytes, &model));
                faults
            }
        };
        if !faults.is_empty() {
            report.failed.push(format!("{name}: {}", faults.join("; ")));
        }
    }
    report
}

fn round_trip(bytes: &[u8], model: &Model) -> Vec<String> {
    let written = model.document.write();
    if written != bytes {
        return vec!["the bytes differ".to_owned()];
    }
    match Model::read(&written) {
        Ok(again) if again.definitions == model.definitions => Vec::new(),
        _ => vec!["read again it says something else".to_owned()],
    }
}

/// Elements and attributes of the tree, counted by name, against quick-xml's own reading.
fn parsed_alike(bytes: &[u8], document: &Document) -> Vec<String> {
    let mut parsed: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let text = String::from_utf8_lossy(bytes);
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let row = parsed.entry(tag.name().as_ref().to_owned()).or_default();
                row.0 += 1;
                row.1 += tag.attributes().count();
            }
            Ok(Event::Eof) | Err(_) => break,
            _ => {}
        }
    }
    let mut tree: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for node in document.nodes().filter(|node| node.is_element()) {
        let row = tree.entry(node.name().to_owned()).or_default();
        row.0 += 1;
        row.1 += node.attributes().count();
    }
    if parsed == tree { Vec::new() } else { vec![format!("elements or attributes differ: {parsed:?} {tree:?}")] }
}

/// What the model has of each kind, against elements and attributes of the tree.
fn counts(model: &Model) -> Vec<String> {
    let counted = counted(&model.definitions);
    let mut faults = Vec::new();
    let standing = |namespace: &str, names: &[&str], attribute: Option<&str>| {
        let nodes = model.document.nodes().filter(|node| {
            node.is_element()
                && node.namespace() == namespace
                && names.contains(&node.local())
                && !node.ancestors().any(|above| above.is("extensionElements"))
        });
        nodes.filter(|node| attribute.is_none_or(|attribute| node.attribute(attribute).is_some())).count()
    };
    let activities = [
        "task",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "userTask",
        "manualTask",
        "businessRuleTask",
        "scriptTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    ];
    let events = ["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"];
    let gateways = ["exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"];
    let definitions = [
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "conditionalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "linkEventDefinition",
        "terminateEventDefinition",
    ];
    let rows: &[(&str, &str, &[&str], Option<&str>)] = &[
        ("process", BPMN, &["process"], None),
        ("activity", BPMN, &activities, None),
        ("activity name", BPMN, &activities, Some("name")),
        ("event", BPMN, &events, None),
        ("event name", BPMN, &events, Some("name")),
        ("event definition", BPMN, &definitions, None),
        ("gateway", BPMN, &gateways, None),
        ("gateway name", BPMN, &gateways, Some("name")),
        ("sequence flow", BPMN, &["sequenceFlow"], None),
        ("sequence flow name", BPMN, &["sequenceFlow"], Some("name")),
        ("source", BPMN, &["sequenceFlow"], Some("sourceRef")),
        ("condition", BPMN, &["conditionExpression"], None),
        ("data object", BPMN, &["dataObject"], None),
        ("data object reference", BPMN, &["dataObjectReference"], None),
        ("data store reference", BPMN, &["dataStoreReference"], None),
        ("input", BPMN, &["dataInput"], None),
        ("output", BPMN, &["dataOutput"], None),
        ("data association", BPMN, &["dataInputAssociation", "dataOutputAssociation"], None),
        ("loop", BPMN, &["standardLoopCharacteristics", "multiInstanceLoopCharacteristics"], None),
        ("role", BPMN, &["performer", "humanPerformer", "potentialOwner", "resourceRole"], None),
        ("lane", BPMN, &["lane"], None),
        ("flow node of a lane", BPMN, &["flowNodeRef"], None),
        ("participant", BPMN, &["participant"], None),
        ("message flow", BPMN, &["messageFlow"], None),
        ("message", BPMN, &["message"], None),
        ("item definition", BPMN, &["itemDefinition"], None),
        ("import", BPMN, &["import"], None),
        ("association", BPMN, &["association"], None),
        ("group", BPMN, &["group"], None),
        ("annotation", BPMN, &["textAnnotation"], None),
        ("shape", BPMNDI, &["BPMNShape"], None),
        ("edge", BPMNDI, &["BPMNEdge"], None),
        ("label", BPMNDI, &["BPMNLabel"], None),
        ("point", DI, &["waypoint"], None),
        ("bounds", DC, &["Bounds"], None),
    ];
    for (what, namespace, names, attribute) in rows {
        let (tree, typed) = (standing(namespace, names, *attribute), counted.get(what).copied().unwrap_or_default());
        if tree != typed {
            faults.push(format!("{what}: {tree} in the tree, {typed} in the model"));
        }
    }
    faults
}

fn counted(definitions: &Definitions) -> HashMap<&'static str, usize> {
    let mut counts: HashMap<&'static str, usize> = HashMap::new();
    let mut add = |what: &'static str, number: usize| *counts.entry(what).or_default() += number;
    add("process", definitions.processes.len());
    add("message", definitions.messages.len());
    add("item definition", definitions.item_definitions.len());
    add("import", definitions.imports.len());
    add("event definition", definitions.event_definitions.len());
    let mut artifacts = Vec::new();
    for collaboration in &definitions.collaborations {
        add("participant", collaboration.participants.len());
        add("message flow", collaboration.message_flows.len());
        artifacts.extend(&collaboration.artifacts);
    }
    for process in &definitions.processes {
        add("role", process.resource_roles.len());
        if let Some(data) = &process.io_specification {
            add("input", data.inputs.len());
            add("output", data.outputs.len());
        }
        let mut contents = vec![&process.content];
        while let Some(content) = contents.pop() {
            artifacts.extend(&content.artifacts);
            lanes(&content.lane_sets.iter().collect::<Vec<_>>(), &mut add);
            contents.extend(content.elements.iter().filter_map(FlowElement::content));
            for element in &content.elements {
                of_element(element, &mut add);
            }
        }
    }
    for artifact in artifacts {
        add(
            match artifact.kind {
                ArtifactKind::Association { .. } => "association",
                ArtifactKind::Group { .. } => "group",
                ArtifactKind::TextAnnotation { .. } => "annotation",
            },
            1,
        );
    }
    for plane in definitions.diagrams.iter().filter_map(|diagram| diagram.plane.as_ref()) {
        add("shape", plane.shapes.len());
        add("edge", plane.edges.len());
        let labels = plane.shapes.iter().map(|shape| &shape.label).chain(plane.edges.iter().map(|edge| &edge.label));
        for label in labels.flatten() {
            add("label", 1);
            add("bounds", usize::from(label.bounds.is_some()));
        }
        add("point", plane.edges.iter().map(|edge| edge.waypoints.len()).sum());
        add("bounds", plane.shapes.iter().filter(|shape| shape.bounds.is_some()).count());
    }
    counts
}

fn lanes(sets: &[&LaneSet], add: &mut impl FnMut(&'static str, usize)) {
    for lane in sets.iter().flat_map(|set| &set.lanes) {
        add("lane", 1);
        add("flow node of a lane", lane.flow_nodes.len());
        lanes(&lane.children.iter().collect::<Vec<_>>(), add);
    }
}

fn of_element(element: &FlowElement, add: &mut impl FnMut(&'static str, usize)) {
    let named = usize::from(element.name().is_some());
    match element {
        FlowElement::Activity(activity) => {
            add("activity", 1);
            add("activity name", named);
            add("loop", usize::from(activity.repetition.is_some()));
            add("role", activity.resource_roles.len());
            add("data association", activity.data_associations.len());
            if let Some(data) = &activity.io_specification {
                add("input", data.inputs.len());
                add("output", data.outputs.len());
            }
        }
        FlowElement::Event(event) => {
            add("event", 1);
            add("event name", named);
            add("data association", event.associations.len());
            add("input", event.data_inputs.len());
            add("output", event.data_outputs.len());
            let inline = event.triggers.iter().filter(|trigger| matches!(trigger, bpmn::model::Trigger::Inline(_)));
            add("event definition", inline.count());
        }
        FlowElement::Gateway(_) => {
            add("gateway", 1);
            add("gateway name", named);
        }
        FlowElement::SequenceFlow(flow) => {
            add("sequence flow", 1);
            add("sequence flow name", named);
            add("source", usize::from(flow.source.is_some()));
            add("condition", usize::from(flow.condition.is_some()));
        }
        FlowElement::DataObject(_) => add("data object", 1),
        FlowElement::DataObjectReference(_) => add("data object reference", 1),
        FlowElement::DataStoreReference(_) => add("data store reference", 1),
        FlowElement::Choreography(_) => {}
    }
}

/// The shapes and edges of one plane by the id of their element.
struct Drawn {
    shapes: HashMap<String, Vec<Bounds>>,
    edges: HashMap<String, Vec<Vec<Point>>>,
}

fn drawn(plane: &Plane) -> Drawn {
    let mut drawn = Drawn { shapes: HashMap::new(), edges: HashMap::new() };
    let id = |reference: &Option<Reference>| reference.as_ref()?.local().map(str::to_owned);
    for shape in &plane.shapes {
        if let (Some(id), Some(bounds)) = (id(&shape.element), shape.bounds) {
            drawn.shapes.entry(id).or_default().push(bounds);
        }
    }
    for edge in &plane.edges {
        if let Some(id) = id(&edge.element) {
            drawn.edges.entry(id).or_default().push(edge.waypoints.clone());
        }
    }
    drawn
}

/// Every flow element of a process that is drawn at all has one shape or edge, within what holds it.
fn drawing(model: &Model) -> Vec<String> {
    let mut faults = Vec::new();
    let planes: Vec<_> =
        model.definitions.diagrams.iter().filter_map(|diagram| diagram.plane.as_ref()).map(drawn).collect();
    let pools: HashMap<&str, &str> = model
        .definitions
        .collaborations
        .iter()
        .flat_map(|collaboration| &collaboration.participants)
        .filter_map(|pool| Some((pool.process.as_ref()?.local()?, pool.base.id.as_deref()?)))
        .collect();
    for process in &model.definitions.processes {
        let shown: HashSet<&str> =
            planes.iter().flat_map(|plane| plane.shapes.keys().chain(plane.edges.keys())).map(String::as_str).collect();
        let any = |element: &&FlowElement| element.base().id.as_deref().is_some_and(|id| shown.contains(id));
        if !process.content.all().iter().any(any) {
            continue;
        }
        let pool = process.base.id.as_deref().and_then(|id| pools.get(id).copied());
        within(&process.content, pool, &planes, &mut faults);
    }
    faults
}

fn within(content: &Content, holder: Option<&str>, planes: &[Drawn], faults: &mut Vec<String>) {
    for element in &content.elements {
        let Some(id) = element.base().id.as_deref() else { continue };
        let is_edge = matches!(element, FlowElement::SequenceFlow(_));
        // A data object is shown by its references.
        if matches!(element, FlowElement::DataObject(_)) {
            continue;
        }
        let times: usize = planes
            .iter()
            .map(|plane| {
                if is_edge { plane.edges.get(id).map_or(0, Vec::len) } else { plane.shapes.get(id).map_or(0, Vec::len) }
            })
            .sum();
        if times != 1 {
            faults.push(format!("{id} is drawn {times} times"));
        }
        for plane in planes {
            // On a plane that shows the inside alone there is no frame to lie in.
            let Some(frame) = holder.and_then(|holder| plane.shapes.get(holder)).and_then(|found| found.first()) else {
                continue;
            };
            for bounds in plane.shapes.get(id).into_iter().flatten() {
                let corners = [
                    Point { x: bounds.x, y: bounds.y },
                    Point { x: bounds.x + bounds.width, y: bounds.y + bounds.height },
                ];
                if !corners.iter().all(|corner| holds(frame, corner)) {
                    faults.push(format!("{id} lies outside its parent"));
                }
            }
            for points in plane.edges.get(id).into_iter().flatten() {
                if points.len() < 2 || !points.iter().all(|point| holds(frame, point)) {
                    faults.push(format!("{id} runs outside its parent"));
                }
            }
        }
        if let FlowElement::Activity(activity) = element
            && let ActivityKind::SubProcess(inner) = &activity.kind
        {
            within(&inner.content, Some(id), planes, faults);
        }
    }
}

fn holds(frame: &Bounds, point: &Point) -> bool {
    point.x >= frame.x && point.y >= frame.y && point.x <= frame.x + frame.width && point.y <= frame.y + frame.height
}

/// A name changed changes its bytes alone, and back again leaves no trace; so does an extension put in.
fn edits(bytes: &[u8], model: &Model) -> Vec<String> {
    let Some(named) = model.document.nodes().find(|node| node.namespace() == BPMN && node.attribute("id").is_some())
    else {
        return vec!["no element with an id".to_owned()];
    };
    let changes = [
        Change::SetAttribute { at: named.id().into(), name: "name".to_owned(), value: "甲 & \"乙\"".to_owned() },
        Change::SetAttribute {
            at: model.document.root().id().into(),
            name: "xmlns:qy".to_owned(),
            value: bpmn::tree::OURS.to_owned(),
        },
    ];
    let mut faults = Vec::new();
    match model.document.edit(&changes) {
        Err(fault) => faults.push(fault.to_string()),
        Ok((edited, undo)) => {
            if edited.nodes().filter(|node| node.kind() == Kind::Element).count()
                != model.document.nodes().filter(|node| node.kind() == Kind::Element).count()
            {
                faults.push("an edit changed the number of elements".to_owned());
            }
            let id = named.attribute("id").unwrap_or_default();
            let found = edited.by_id(id.trim()).and_then(|node| node.attribute("name"));
            if found.as_deref() != Some("甲 & \"乙\"") {
                faults.push(format!("the name became {found:?}"));
            }
            match edited.undo(&undo) {
                Ok(back) if back.write() == bytes => {}
                _ => faults.push("undone it is not as before".to_owned()),
            }
        }
    }
    faults
}

#[test]
fn miwg_every_model_is_read_and_written_without_loss() {
    let Some(suite) = folder("bpmn-miwg") else { return };
    every_model_is_read_and_written_without_loss(&suite).settle("miwg, interchange models");
}
