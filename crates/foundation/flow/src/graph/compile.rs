//! From a model to graphs. Everything that could go wrong with a model goes wrong here, with its place, and not at run time.

mod activity;
mod clock;
mod event;
mod names;
mod soundness;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};

use bpmn::Model;
use bpmn::model::{
    ArtifactKind, Base, Content, EventDefinitionKind, EventPlace, Expression as Written, FlowElement, GatewayKind,
    Process, Reference, SequenceFlow,
};
use dmn::{Code, Expression, Names};

use super::lint::{Finding, Rule};
use super::reach::Reach;
use super::{At, Element, ElementId, Flow, Graph, Kind, Level, LevelOf, Partner, Via, Work};

/// A model made ready: a graph for each of its processes, or what stands in the way.
#[derive(Debug)]
pub struct Compiled {
    /// The processes, in the order of the text.
    pub graphs: Vec<Graph>,
    /// What is wrong, sorted by place; with an error among them there are no graphs.
    pub findings: Vec<Finding>,
}

/// Makes a model ready.
///
/// - `extra`: names that expressions may use though the model declares them nowhere: what a start brings along.
pub fn compile(model: &Model, extra: &[&str]) -> Compiled {
    let mut names = names::declared(model);
    names.extend(extra.iter().map(|name| (*name).to_owned()));
    let shared = Shared {
        model,
        names: Names::of(names.iter().map(String::as_str)),
        without_moment: Names::of(names.iter().map(String::as_str).filter(|name| !["today", "now"].contains(name))),
        handlers: handlers(model),
        activities: activities(model),
        boundary: names::boundary(model),
        data: names::data(model),
    };
    let mut findings = Vec::new();
    for choreography in &model.definitions.choreographies {
        findings.push(Finding::at(Rule::Unsupported, &choreography.base, "choreography", ""));
    }
    let mut graphs = Vec::new();
    for process in &model.definitions.processes {
        let mut maker = Maker::new(&shared, process, &mut findings);
        maker.make(process);
        graphs.push(maker.finish());
    }
    let all = model.definitions.processes.iter().flat_map(|process| process.content.all());
    let places: soundness::Places<'_> = all.map(FlowElement::base).map(|base| (id_of(base), base)).collect();
    for (graph, process) in graphs.iter().zip(&model.definitions.processes) {
        soundness::look_at(&places, graph, &process.base, &mut findings);
    }
    // What cannot be run is not what it will be once it is mended.
    if !findings.iter().any(Finding::is_error) {
        for graph in &graphs {
            tokens::look_at(&places, graph, &mut findings);
        }
    }
    findings.sort_by_key(|finding| (finding.line, finding.column, finding.rule));
    if findings.iter().any(Finding::is_error) {
        graphs.clear();
    }
    Compiled { graphs, findings }
}

/// What all processes of a model share.
pub(super) struct Shared<'m> {
    pub(super) model: &'m Model,
    names: Names,
    without_moment: Names,
    /// Compensation event → the activity that it is tied to by an association.
    pub(super) handlers: BTreeMap<ElementId, ElementId>,
    /// The activities of each process.
    pub(super) activities: BTreeSet<(ElementId, ElementId)>,
    /// Activity → the events on its border.
    pub(super) boundary: BTreeMap<String, Vec<ElementId>>,
    /// Element with data → the variable that it stands for.
    pub(super) data: BTreeMap<String, String>,
}

/// Compensation events on borders, each with the activity that compensates and is tied to it by an association, whichever way
/// that is drawn. What else hangs on either, such as a note, ties nothing.
fn handlers(model: &Model) -> BTreeMap<ElementId, ElementId> {
    let (mut events, mut activities, mut lines) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut artifacts = Vec::new();
    for process in &model.definitions.processes {
        artifacts.extend(&process.content.artifacts);
        for element in process.content.all() {
            artifacts.extend(element.content().into_iter().flat_map(|within| &within.artifacts));
            match element {
                FlowElement::Activity(activity) if activity.is_for_compensation => {
                    activities.insert(id_of(&activity.base));
                }
                FlowElement::Event(event)
                    if matches!(event.place, EventPlace::Boundary { .. })
                        && model
                            .triggers(event)
                            .iter()
                            .any(|it| matches!(it.kind, EventDefinitionKind::Compensate { .. })) =>
                {
                    events.insert(id_of(&event.base));
                }
                _ => {}
            }
        }
    }
    // Some tools draw it at the level of the collaboration.
    artifacts.extend(model.definitions.collaborations.iter().flat_map(|collaboration| &collaboration.artifacts));
    for artifact in artifacts {
        if let ArtifactKind::Association { source: Some(from), target: Some(to), .. } = &artifact.kind
            && let (Some(from), Some(to)) = (from.local(), to.local())
        {
            lines.extend([(ElementId::from(from), ElementId::from(to)), (ElementId::from(to), ElementId::from(from))]);
        }
    }
    lines.retain(|(event, activity)| events.contains(event) && activities.contains(activity));
    lines.into_iter().collect()
}

/// The activities of each process: process and activity.
fn activities(model: &Model) -> BTreeSet<(ElementId, ElementId)> {
    let of = |process: &Process| {
        let id = id_of(&process.base);
        let all = process.content.all().into_iter().filter_map(|element| match element {
            FlowElement::Activity(activity) => Some(id_of(&activity.base)),
            _ => None,
        });
        all.map(|activity| (id.clone(), activity)).collect::<Vec<_>>()
    };
    model.definitions.processes.iter().flat_map(of).collect()
}

/// Makes the graph of one process.
pub(super) struct Maker<'m> {
    pub(super) shared: &'m Shared<'m>,
    pub(super) findings: &'m mut Vec<Finding>,
    pub(super) graph: Graph,
    /// The post of each node's lane, which its task inherits.
    pub(super) lane_posts: BTreeMap<String, String>,
}

/// The id of an element; one without gets a name from its place, which stays the same as long as the bytes do.
fn id_of(base: &Base) -> ElementId {
    base.id.as_deref().map_or_else(|| format!("_{}_{}", base.line, base.column).into(), ElementId::from)
}

impl<'m> Maker<'m> {
    fn new(shared: &'m Shared<'m>, process: &Process, findings: &'m mut Vec<Finding>) -> Maker<'m> {
        let graph = Graph {
            id: id_of(&process.base),
            elements: Vec::new(),
            flows: Vec::new(),
            levels: Vec::new(),
            clock: None,
            withdraw: None,
            by_id: BTreeMap::new(),
            flow_by_id: BTreeMap::new(),
            reach: BTreeMap::new(),
            partners: partners(shared.model),
        };
        Maker { shared, findings, graph, lane_posts: names::lane_posts(shared.model, process) }
    }

    fn make(&mut self, process: &Process) {
        let mut names = names::of_content(&process.content);
        names.extend(process.properties.iter().filter_map(names::of_property));
        names.extend(names::locals(self.shared.model, &process.base));
        // Before the steps, which stand in its law.
        self.graph.clock = self.clock(&process.base, clock::Of::Process);
        self.misplaced_clocks(process);
        self.level(None, &process.content, names);
    }

    /// Numbers everything of a level first, so that what refers to one another finds it; then says what each is.
    pub(super) fn level(&mut self, owner: Option<At>, content: &Content, names: Vec<String>) -> Level {
        let level = Level(self.graph.levels.len());
        self.graph.levels.push(LevelOf {
            owner,
            elements: Vec::new(),
            starts: Vec::new(),
            handlers: Vec::new(),
            names,
        });
        let mut nodes = Vec::new();
        for element in &content.elements {
            match element {
                FlowElement::Activity(_) | FlowElement::Event(_) | FlowElement::Gateway(_) => {
                    let at = self.number(level, element);
                    nodes.push((at, element));
                }
                FlowElement::Choreography(found) => {
                    self.say(Rule::Unsupported, &found.base, found.element.clone(), "");
                }
                FlowElement::SequenceFlow(_)
                | FlowElement::DataObject(_)
                | FlowElement::DataObjectReference(_)
                | FlowElement::DataStoreReference(_) => {}
            }
        }
        for element in &content.elements {
            if let FlowElement::SequenceFlow(flow) = element {
                self.flow(flow);
            }
        }
        for (at, element) in &nodes {
            let kind = match element {
                FlowElement::Activity(activity) => self.activity(*at, activity),
                FlowElement::Event(event) => self.event(event),
                FlowElement::Gateway(gateway) => self.gateway(*at, gateway),
                _ => None,
            };
            if let Some(kind) = kind {
                self.graph.elements[at.0].kind = kind;
            }
        }
        self.open(level);
        level
    }

    fn number(&mut self, level: Level, element: &FlowElement) -> At {
        let at = At(self.graph.elements.len());
        let base = element.base();
        let id = id_of(base);
        let name = element.name().map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        self.graph.elements.push(Element {
            id: id.clone(),
            name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_string()),
            level,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            default: None,
            kind: Kind::Exclusive,
        });
        self.graph.by_id.insert(id, at);
        self.graph.levels[level.0].elements.push(at);
        at
    }

    fn flow(&mut self, flow: &SequenceFlow) {
        let end = |reference: &Option<Reference>, graph: &Graph| {
            reference.as_ref().and_then(Reference::local).and_then(|id| graph.at(&ElementId::from(id)))
        };
        let (Some(source), Some(target)) = (end(&flow.source, &self.graph), end(&flow.target, &self.graph)) else {
            // The standard's own rules say that it leads nowhere.
            return;
        };
        let condition = flow.condition.as_ref().and_then(|condition| self.expression(condition));
        let via = Via(self.graph.flows.len());
        let id = id_of(&flow.base);
        self.graph.flow_by_id.insert(id.clone(), via);
        self.graph.flows.push(Flow { id, source, target, condition });
        self.graph.elements[source.0].outgoing.push(via);
        self.graph.elements[target.0].incoming.push(via);
    }

    fn gateway(&mut self, at: At, gateway: &bpmn::model::Gateway) -> Option<Kind> {
        let (kind, default) = match &gateway.kind {
            GatewayKind::Exclusive { default } => (Kind::Exclusive, default.as_ref()),
            GatewayKind::Inclusive { default } => (Kind::Inclusive, default.as_ref()),
            GatewayKind::Parallel => (Kind::Parallel, None),
            GatewayKind::Complex { default, activation_condition } => {
                let activation = match activation_condition {
                    Some(condition) => Some(self.expression(condition)?),
                    None => None,
                };
                (Kind::Complex { activation }, default.as_ref())
            }
            GatewayKind::EventBased { instantiate, gateway_type } => {
                let parallel = *gateway_type == bpmn::model::EventGatewayType::Parallel;
                (Kind::EventBased { instantiate: *instantiate, parallel }, None)
            }
        };
        for local in ["in", "out"] {
            if names::ours(self.shared.model, &gateway.base, local).next().is_some() {
                self.say(Rule::Mapping, &gateway.base, format!("qy:{local}"), "");
            }
        }
        self.graph.elements[at.0].default = self.default_of(default);
        Some(kind)
    }

    pub(super) fn default_of(&self, default: Option<&Reference>) -> Option<Via> {
        self.graph.via(&ElementId::from(default?.local()?))
    }

    /// Where tokens are put when a level opens.
    fn open(&mut self, level: Level) {
        let graph = &self.graph;
        let own = &graph.level(level).elements;
        let is_handler = |at: &At| graph.activity(*at).is_some_and(|activity| activity.is_handler);
        let event_sub = |at: &At| {
            graph.activity(*at).is_some_and(|it| matches!(&it.work, Work::Sub { kind: super::SubKind::Event, .. }))
        };
        let handlers: Vec<At> = own.iter().copied().filter(event_sub).collect();
        let none_start =
            |at: &At| matches!(&graph.element(*at).kind, Kind::Start { triggers, .. } if triggers.is_empty());
        let mut starts: Vec<At> = own.iter().copied().filter(none_start).collect();
        let has_start = own.iter().any(|at| matches!(graph.element(*at).kind, Kind::Start { .. }));
        if !has_start {
            // Without start events, everything without an incoming flow begins (§10.5.2).
            let begins = |at: &At| {
                let element = graph.element(*at);
                let waits_outside = match &element.kind {
                    Kind::Boundary { .. } => true,
                    Kind::Catch { triggers, .. } => {
                        triggers.iter().any(|trigger| matches!(trigger, super::Trigger::Link(_)))
                    }
                    Kind::EventBased { instantiate: true, .. } => true,
                    Kind::Activity(it) => matches!(it.work, Work::Receive { instantiate: true, .. }),
                    _ => false,
                };
                element.incoming.is_empty() && !waits_outside && !is_handler(at) && !event_sub(at)
            };
            starts = own.iter().copied().filter(begins).collect();
        }
        let found = &mut self.graph.levels[level.0];
        (found.starts, found.handlers) = (starts, handlers);
    }

    fn finish(mut self) -> Graph {
        let joins: Vec<At> = (0..self.graph.elements.len())
            .map(At)
            .filter(|at| {
                let element = self.graph.element(*at);
                element.incoming.len() > 1 && matches!(element.kind, Kind::Inclusive | Kind::Complex { .. })
            })
            .collect();
        let reach = joins.into_iter().map(|join| (join, Reach::of(&self.graph, join))).collect();
        self.graph.reach = reach;
        self.graph
    }

    pub(super) fn say(&mut self, rule: Rule, base: &Base, about: impl Into<String>, why: impl Into<String>) {
        self.findings.push(Finding::at(rule, base, about, why));
    }

    /// An expression that reads; else what is wrong with it was said.
    pub(super) fn expression(&mut self, written: &Written) -> Option<Expression> {
        if let Some(language) = &written.language
            && !is_feel(language)
        {
            self.say(Rule::Language, &written.base, language.clone(), "");
            return None;
        }
        self.text(&written.base, &written.body)
    }

    /// The same of text that stands in an attribute.
    pub(super) fn text(&mut self, base: &Base, body: &str) -> Option<Expression> {
        let body = body.trim();
        // The moment of the step is the variables `today` and `now`: beside them a reading of the clock would not be seen.
        let clock =
            Expression::parse(body, &self.shared.without_moment).err().filter(|fault| fault.code == Code::Clock);
        match clock.map_or_else(|| Expression::parse(body, &self.shared.names), Err) {
            Ok(expression) => Some(expression),
            Err(fault) => {
                let found = Finding::at(Rule::Expression, base, body, fault.code.code());
                self.findings.push(Finding { what: fault.what, ..found });
                None
            }
        }
    }
}

/// Whether a language is FEEL, by its URI, its media type or its name. Sources: DMN 1.5 table 1, flow.md §3.
pub(super) fn is_feel(language: &str) -> bool {
    let language = language.trim().to_ascii_lowercase();
    matches!(language.as_str(), "feel" | "text/feel" | "application/feel")
        || language.trim_end_matches('/').ends_with("/feel")
}

/// Whom messages go to, by the flows between pools.
fn partners(model: &Model) -> Vec<Partner> {
    let mut all = Vec::new();
    for collaboration in &model.definitions.collaborations {
        let process_of = |id: &str| {
            let pool = collaboration.participants.iter().find(|it| it.base.id.as_deref() == Some(id));
            if let Some(pool) = pool {
                return pool.process.as_ref().and_then(Reference::local).map(ElementId::from);
            }
            let inside = |content: &Content| content.all().iter().any(|it| it.base().id.as_deref() == Some(id));
            let process = model.definitions.processes.iter().find(|process| inside(&process.content));
            process.map(|process| id_of(&process.base))
        };
        for flow in &collaboration.message_flows {
            let end = |reference: &Option<Reference>| reference.as_ref().and_then(Reference::local).map(str::to_owned);
            if let (Some(from), Some(to)) = (end(&flow.source), end(&flow.target)) {
                // What leaves a pool as such is sent by its process.
                let pool = collaboration.participants.iter().any(|it| it.base.id.as_deref() == Some(&from));
                let from = if pool { process_of(&from) } else { Some(ElementId::from(from)) };
                all.extend(from.map(|from| Partner { from, process: process_of(&to) }));
            }
        }
    }
    all
}
