//! The typed model, by small files.

use bpmn::Model;
use bpmn::model::{
    ActivityKind, AssociationSide, EventDefinitionKind, EventPlace, FlowCondition, FlowElement, GatewayKind, Loop,
    Ordering, Reference, SubProcessKind, Trigger,
};

use crate::rules::file;

fn model(content: &str) -> Model {
    Model::read(file(content).as_bytes()).expect("a model")
}

fn elements(content: &str) -> (Model, Vec<FlowElement>) {
    let model = model(&format!(r#"<process id="P">{content}</process>"#));
    let elements = model.definitions.processes[0].content.elements.clone();
    (model, elements)
}

/// Says whether an activity was read as it should be.
type Check = fn(&ActivityKind) -> bool;

fn local(id: &str) -> Option<Reference> {
    Some(Reference::Local(id.to_owned()))
}

#[test]
fn activities_of_every_kind_are_read() {
    let cases: &[(&str, Check)] = &[
        ("<task/>", |kind| *kind == ActivityKind::Task),
        ("<manualTask/>", |kind| *kind == ActivityKind::Manual),
        (
            r#"<serviceTask operationRef="O"/>"#,
            |kind| matches!(kind, ActivityKind::Service { operation, .. } if *operation == local("O")),
        ),
        (
            r#"<sendTask messageRef="M"/>"#,
            |kind| matches!(kind, ActivityKind::Send { message, .. } if *message == local("M")),
        ),
        (r#"<receiveTask instantiate="true"/>"#, |kind| {
            matches!(kind, ActivityKind::Receive { instantiate: true, message: None, .. })
        }),
        (
            "<userTask><rendering/></userTask>",
            |kind| matches!(kind, ActivityKind::User { renderings, .. } if renderings.len() == 1),
        ),
        (r###"<businessRuleTask implementation="##WebService"/>"###, |kind| {
            matches!(kind, ActivityKind::BusinessRule { implementation: Some(_) })
        }),
        (r#"<scriptTask scriptFormat="text/feel"><script>1 &lt; 2</script></scriptTask>"#, |kind| {
            matches!(kind, ActivityKind::Script { format: Some(format), script: Some(script) }
                if format == "text/feel" && script == "1 < 2")
        }),
        (
            r#"<callActivity calledElement="Q"/>"#,
            |kind| matches!(kind, ActivityKind::Call { called_element } if *called_element == local("Q")),
        ),
        (r#"<subProcess triggeredByEvent="1"><task/></subProcess>"#, |kind| {
            matches!(kind, ActivityKind::SubProcess(inner)
                if inner.triggered_by_event && inner.kind == SubProcessKind::Embedded && inner.content.elements.len() == 1)
        }),
        (r#"<transaction method="urn:m"/>"#, |kind| {
            matches!(kind, ActivityKind::SubProcess(inner)
                if matches!(&inner.kind, SubProcessKind::Transaction { method: Some(_) }))
        }),
        (
            r#"<adHocSubProcess ordering="Sequential" cancelRemainingInstances="false"><completionCondition>x</completionCondition></adHocSubProcess>"#,
            |kind| {
                matches!(kind, ActivityKind::SubProcess(inner) if matches!(&inner.kind, SubProcessKind::AdHoc {
                    ordering: Ordering::Sequential, completion_condition: Some(_), cancel_remaining: false }))
            },
        ),
    ];
    for (text, fits) in cases {
        let (_, elements) = elements(text);
        let [FlowElement::Activity(activity)] = &elements[..] else { panic!("{text}: {elements:?}") };
        assert!(fits(&activity.kind), "{text}: {:?}", activity.kind);
    }
}

#[test]
fn loops_are_read_with_every_child() {
    let (_, elements) = elements(
        r#"<task><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>c</loopCondition>
</standardLoopCharacteristics></task><task><multiInstanceLoopCharacteristics isSequential="true" behavior="Complex"
oneBehaviorEventRef="o" noneBehaviorEventRef="n"><loopCardinality>3</loopCardinality><loopDataInputRef>i</loopDataInputRef>
<loopDataOutputRef>u</loopDataOutputRef><inputDataItem id="ii"/><outputDataItem id="oi"/><complexBehaviorDefinition>
<condition>c</condition><event><signalEventDefinition signalRef="S"/></event></complexBehaviorDefinition>
<completionCondition>d</completionCondition></multiInstanceLoopCharacteristics></task>"#,
    );
    let [FlowElement::Activity(first), FlowElement::Activity(second)] = &elements[..] else { panic!("two tasks") };
    let Some(Loop::Standard(standard)) = &first.repetition else { panic!("a loop") };
    assert!(standard.test_before && standard.maximum == Some(3) && standard.condition.is_some());
    let Some(Loop::MultiInstance(many)) = &second.repetition else { panic!("a loop") };
    assert!(many.is_sequential && many.behavior == FlowCondition::Complex && many.cardinality.is_some());
    assert_eq!((&many.data_input, &many.data_output), (&local("i"), &local("u")));
    assert_eq!((&many.one_behavior_event, &many.none_behavior_event), (&local("o"), &local("n")));
    assert!(many.input_item.is_some() && many.output_item.is_some() && many.completion_condition.is_some());
    let event = many.complex_behaviors[0].event.as_ref().expect("an event");
    assert!(event.place == EventPlace::Implicit && event.triggers.len() == 1);
    assert!(many.complex_behaviors[0].condition.as_ref().is_some_and(|condition| condition.formal));
}

#[test]
fn events_are_read_with_their_definitions() {
    let model = model(
        r#"<timerEventDefinition id="T"><timeCycle xsi:type="tFormalExpression">R/P1D</timeCycle></timerEventDefinition>
<process id="P"><startEvent id="s" isInterrupting="false" parallelMultiple="true"><messageEventDefinition messageRef="M">
<operationRef>O</operationRef></messageEventDefinition><eventDefinitionRef>T</eventDefinitionRef></startEvent>
<boundaryEvent id="b" attachedToRef="t" cancelActivity="false"><compensateEventDefinition waitForCompletion="false"
activityRef="t"/></boundaryEvent><intermediateThrowEvent id="l"><linkEventDefinition name="n"><source>x</source>
<target>y</target></linkEventDefinition></intermediateThrowEvent></process>"#,
    );
    let process = &model.definitions.processes[0];
    let events: Vec<_> = process
        .content
        .elements
        .iter()
        .filter_map(|element| match element {
            FlowElement::Event(event) => Some(event),
            _ => None,
        })
        .collect();
    assert_eq!(events[0].place, EventPlace::Start { is_interrupting: false });
    assert!(events[0].parallel_multiple);
    assert!(matches!(events[0].triggers[1], Trigger::Reference(_)));
    let kinds: Vec<_> = model.triggers(events[0]).into_iter().map(|definition| &definition.kind).collect();
    assert!(matches!(kinds[0], EventDefinitionKind::Message { message, operation }
        if *message == local("M") && *operation == local("O")));
    assert!(matches!(kinds[1], EventDefinitionKind::Timer { cycle: Some(cycle), date: None, duration: None }
        if cycle.body == "R/P1D" && cycle.formal));
    assert_eq!(events[1].place, EventPlace::Boundary { attached_to: local("t"), cancel_activity: false });
    assert!(matches!(
        model.triggers(events[1])[0].kind,
        EventDefinitionKind::Compensate { wait_for_completion: false, .. }
    ));
    assert!(matches!(&model.triggers(events[2])[0].kind, EventDefinitionKind::Link { name: Some(_), sources, target }
        if sources.len() == 1 && *target == local("y")));
}

#[test]
fn references_are_local_or_foreign() {
    let text = r#"<d:definitions xmlns:d="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:own="urn:own" xmlns:far="urn:far"
targetNamespace="urn:own"><d:process id="P"><d:callActivity calledElement="own:Q"/><d:callActivity calledElement="far:Q"/>
<d:callActivity calledElement="Q"/><d:callActivity calledElement="odd:Q"/></d:process></d:definitions>"#;
    let model = Model::read(text.as_bytes()).expect("a model");
    let called: Vec<_> = model.definitions.processes[0]
        .content
        .elements
        .iter()
        .filter_map(|element| match element {
            FlowElement::Activity(activity) => match &activity.kind {
                ActivityKind::Call { called_element } => called_element.clone(),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let foreign = Reference::Foreign { namespace: "urn:far".to_owned(), name: "Q".to_owned() };
    let here = |id: &str| Reference::Local(id.to_owned());
    assert_eq!(called, [here("Q"), foreign, here("Q"), here("odd:Q")]);
}

#[test]
fn gateways_flows_and_data_are_read() {
    let (model, elements) = elements(
        r#"<documentation textFormat="text/html">d</documentation><extensionElements><qy:basis/></extensionElements>
<complexGateway id="g" default="f"><activationCondition>x</activationCondition></complexGateway>
<eventBasedGateway id="h" instantiate="true" eventGatewayType="Parallel"/>
<sequenceFlow id="f" sourceRef="g" targetRef="h" isImmediate="true"><conditionExpression language="urn:l">c
</conditionExpression></sequenceFlow><dataObject id="o" isCollection="true" itemSubjectRef="I"/>
<dataObjectReference id="r" dataObjectRef="o"><dataState name="new"/></dataObjectReference>
<task id="t"><ioSpecification><dataInput id="i"/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/>
</ioSpecification><dataInputAssociation><sourceRef>o</sourceRef><targetRef>i</targetRef><assignment><from>1</from><to>2</to>
</assignment></dataInputAssociation></task><foreign/><association id="k" sourceRef="t" targetRef="g" associationDirection="Both"/>"#,
    );
    let process = &model.definitions.processes[0];
    assert_eq!(process.base.documentation[0].format, "text/html");
    assert_eq!(model.document.node(process.base.extensions[0]).local(), "basis");
    assert_eq!(elements.len(), 6);
    assert!(matches!(&elements[0], FlowElement::Gateway(gateway)
        if matches!(&gateway.kind, GatewayKind::Complex { default, activation_condition: Some(_) } if *default == local("f"))));
    let FlowElement::SequenceFlow(flow) = &elements[2] else { panic!("a flow") };
    let condition = flow.condition.as_ref().expect("a condition");
    assert!(!condition.formal && condition.language.as_deref() == Some("urn:l") && condition.body == "c\n");
    let FlowElement::Activity(task) = &elements[5] else { panic!("a task") };
    let association = &task.data_associations[0];
    assert!(association.side == AssociationSide::Input && association.assignments.len() == 1);
    assert_eq!(task.base.line, model.node(&task.base).line());
    assert_eq!(process.content.artifacts.len(), 1);
}

#[test]
fn what_is_no_bpmn_says_nothing() {
    let model = Model::read(b"<html><process id='P'/></html>").expect("a model");
    assert!(model.definitions.processes.is_empty());
}
