//! What a model has that a diagram can show: every element with its kind, its name and what it belongs to.

use std::collections::HashMap;

use bpmn::Model;
use bpmn::model::{
    Activity, ActivityKind, Artifact, ArtifactKind, Base, Content, Conversation, DataAssociation, Event, EventPlace,
    FlowElement, Gateway, GatewayKind, Lane, LaneSet, Reference, SequenceFlow, SubProcessKind,
};

/// Names longer than this are cut, in characters: a drawing is no place for a text.
const LONGEST_NAME: usize = 300;

/// All elements of a model that diagrams show, each before what it holds.
pub(crate) struct Elements<'m> {
    pub(crate) list: Vec<Element<'m>>,
    by_id: HashMap<&'m str, usize>,
}

/// An element that a diagram can show.
pub(crate) struct Element<'m> {
    /// Its id; empty where the file gives it none.
    pub(crate) id: &'m str,
    /// Its name, or the text of a remark; cut where it is endless.
    pub(crate) name: String,
    /// The sub-process, process, pool or lane that holds it.
    pub(crate) holder: Option<usize>,
    /// What it is.
    pub(crate) what: What<'m>,
}

/// What an element is, as far as drawing goes.
#[derive(Clone, Copy)]
pub(crate) enum What<'m> {
    Process,
    Pool { many: bool, process: Option<&'m str> },
    Lane(&'m Lane),
    Activity(&'m Activity),
    Event(&'m Event),
    Gateway(&'m Gateway),
    Choreography,
    Data { collection: bool, side: Side },
    Store,
    Remark,
    Group,
    Conversation { called: bool, sub: bool },
    Flow(&'m SequenceFlow, Branch),
    MessageFlow { source: Option<&'m str>, target: Option<&'m str> },
    Association { source: Option<&'m str>, target: Option<&'m str>, heads: u8 },
    DataFlow { source: Option<&'m str>, target: Option<&'m str> },
}

/// Whether data goes into a process, out of it, or stays within.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Within,
    /// Data as declared; what is drawn are the references to it, unless a diagram has it otherwise.
    Declared,
    Input,
    Output,
}

/// How a sequence flow is chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Branch {
    Plain,
    /// Taken when no condition holds: a slash at its beginning.
    Default,
    /// Leaves an activity under a condition: a diamond at its beginning.
    Conditional,
}

impl<'m> Elements<'m> {
    /// Everything that the model has.
    pub(crate) fn of(model: &'m Model) -> Elements<'m> {
        let mut all = Elements { list: Vec::new(), by_id: HashMap::new() };
        let definitions = &model.definitions;
        for collaboration in &definitions.collaborations {
            for it in &collaboration.participants {
                let many = it.multiplicity.is_some_and(|many| many.maximum > 1 || many.minimum > 1);
                let process = it.process.as_ref().and_then(Reference::local);
                all.add(&it.base, it.name.as_deref(), None, What::Pool { many, process });
            }
            collaboration.conversations.iter().for_each(|it| all.conversation(it));
            collaboration.artifacts.iter().for_each(|it| all.artifact(model, it, None));
            for it in &collaboration.message_flows {
                let what = What::MessageFlow { source: local(&it.source), target: local(&it.target) };
                all.add(&it.base, it.name.as_deref(), None, what);
            }
        }
        for process in &definitions.processes {
            let at = all.add(&process.base, process.name.as_deref(), None, What::Process);
            if let Some(specification) = &process.io_specification {
                let sides = [(&specification.inputs, Side::Input), (&specification.outputs, Side::Output)];
                for (item, side) in sides.iter().flat_map(|(items, side)| items.iter().map(move |it| (it, *side))) {
                    let what = What::Data { collection: item.is_collection, side };
                    all.add(&item.base, item.name.as_deref(), Some(at), what);
                }
            }
            all.content(model, &process.content, at);
        }
        for it in &definitions.data_stores {
            all.add(&it.base, it.name.as_deref(), None, What::Store);
        }
        all.branch();
        all
    }

    /// The element of this id.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Where a line begins and ends, as far as the file says so and has it.
    pub(crate) fn ends(&self, line: usize) -> Option<(usize, usize)> {
        let (source, target) = match self.list[line].what {
            What::Flow(flow, _) => (local(&flow.source), local(&flow.target)),
            What::MessageFlow { source, target }
            | What::Association { source, target, .. }
            | What::DataFlow { source, target } => (source, target),
            _ => return None,
        };
        Some((self.find(source?)?, self.find(target?)?))
    }

    /// The activity on whose border an event lies.
    pub(crate) fn host(&self, event: usize) -> Option<usize> {
        match self.list[event].what {
            What::Event(it) => match &it.place {
                EventPlace::Boundary { attached_to, .. } => self.find(local(attached_to)?),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether `outer` holds the element at any depth.
    pub(crate) fn holds(&self, outer: usize, element: usize) -> bool {
        self.ancestors(element).any(|at| at == outer)
    }

    /// What holds an element, from the inside out.
    pub(crate) fn ancestors(&self, element: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.list[element].holder, |at| self.list[*at].holder)
    }

    /// Whether an element lies right within an event sub-process, whose start may leave the rest going on.
    pub(crate) fn in_event_sub_process(&self, at: usize) -> bool {
        let holder = self.list[at].holder.map(|holder| self.list[holder].what);
        matches!(holder, Some(What::Activity(it))
            if matches!(&it.kind, ActivityKind::SubProcess(inner) if inner.triggered_by_event))
    }

    fn add(&mut self, base: &'m Base, name: Option<&str>, holder: Option<usize>, what: What<'m>) -> usize {
        let at = self.list.len();
        let id = base.id.as_deref().unwrap_or_default();
        if !id.is_empty() {
            self.by_id.entry(id).or_insert(at);
        }
        self.list.push(Element { id, name: cut(name.unwrap_or_default()), holder, what });
        at
    }

    fn content(&mut self, model: &'m Model, content: &'m Content, holder: usize) {
        content.lane_sets.iter().for_each(|set| self.lanes(set, holder));
        for element in &content.elements {
            self.flow_element(model, element, holder);
        }
        content.artifacts.iter().for_each(|artifact| self.artifact(model, artifact, Some(holder)));
    }

    fn lanes(&mut self, set: &'m LaneSet, holder: usize) {
        for lane in &set.lanes {
            let at = self.add(&lane.base, lane.name.as_deref(), Some(holder), What::Lane(lane));
            if let Some(inner) = &lane.children {
                self.lanes(inner, at);
            }
        }
    }

    fn flow_element(&mut self, model: &'m Model, element: &'m FlowElement, holder: usize) {
        let what = match element {
            FlowElement::Activity(it) => What::Activity(it),
            FlowElement::Event(it) => What::Event(it),
            FlowElement::Gateway(it) => What::Gateway(it),
            FlowElement::SequenceFlow(it) => What::Flow(it, Branch::Plain),
            FlowElement::DataObject(it) => What::Data { collection: it.is_collection, side: Side::Declared },
            FlowElement::DataObjectReference(it) => What::Data { collection: is_many(model, it), side: Side::Within },
            FlowElement::DataStoreReference(_) => What::Store,
            FlowElement::Choreography(_) => What::Choreography,
        };
        let named = element.name().map(str::to_owned);
        let named = match element {
            FlowElement::DataObjectReference(it) => with_state(named, it.state.as_deref()),
            _ => named,
        };
        let at = self.add(element.base(), named.as_deref(), Some(holder), what);
        match element {
            FlowElement::Activity(it) => {
                self.data_flows(&it.data_associations, element.base().id.as_deref(), holder);
                if let ActivityKind::SubProcess(inner) = &it.kind {
                    self.content(model, &inner.content, at);
                }
            }
            FlowElement::Event(it) => self.data_flows(&it.associations, element.base().id.as_deref(), holder),
            _ => {}
        }
    }

    /// Data associations join data with the activity or event that holds them; the items at that end are not drawn.
    fn data_flows(&mut self, associations: &'m [DataAssociation], own: Option<&'m str>, holder: usize) {
        for it in associations {
            let (source, target) = match it.side {
                bpmn::model::AssociationSide::Input => (it.sources.first().and_then(Reference::local), own),
                bpmn::model::AssociationSide::Output => (own, local(&it.target)),
            };
            self.add(&it.base, None, Some(holder), What::DataFlow { source, target });
        }
    }

    fn artifact(&mut self, model: &'m Model, artifact: &'m Artifact, holder: Option<usize>) {
        let (name, what) = match &artifact.kind {
            ArtifactKind::TextAnnotation { text, .. } => (Some(text.trim()), What::Remark),
            ArtifactKind::Group { category_value } => (category(model, local(category_value)), What::Group),
            ArtifactKind::Association { source, target, direction } => {
                let heads = match direction {
                    bpmn::model::AssociationDirection::None => 0,
                    bpmn::model::AssociationDirection::One => 1,
                    bpmn::model::AssociationDirection::Both => 2,
                };
                (None, What::Association { source: local(source), target: local(target), heads })
            }
        };
        self.add(&artifact.base, name, holder, what);
    }

    fn conversation(&mut self, it: &'m Conversation) {
        use bpmn::model::ConversationKind;
        let what = What::Conversation {
            called: matches!(it.kind, ConversationKind::CallConversation { .. }),
            sub: matches!(it.kind, ConversationKind::SubConversation),
        };
        self.add(&it.base, it.name.as_deref(), None, what);
        it.children.iter().for_each(|child| self.conversation(child));
    }

    /// Says of each sequence flow how it is chosen, which depends on what it leaves.
    fn branch(&mut self) {
        for at in 0..self.list.len() {
            let What::Flow(flow, _) = self.list[at].what else { continue };
            let source = local(&flow.source).and_then(|id| self.find(id)).map(|at| self.list[at].what);
            let default = match source {
                Some(What::Activity(it)) => local(&it.default),
                Some(What::Gateway(it)) => match &it.kind {
                    GatewayKind::Exclusive { default }
                    | GatewayKind::Inclusive { default }
                    | GatewayKind::Complex { default, .. } => local(default),
                    GatewayKind::Parallel | GatewayKind::EventBased { .. } => None,
                },
                _ => None,
            };
            let branch = match source {
                _ if default.is_some() && default == flow.base.id.as_deref() => Branch::Default,
                Some(What::Activity(_)) if flow.condition.is_some() => Branch::Conditional,
                _ => Branch::Plain,
            };
            self.list[at].what = What::Flow(flow, branch);
        }
    }
}

impl What<'_> {
    /// Whether it is drawn as a line.
    pub(crate) fn is_line(&self) -> bool {
        matches!(self, What::Flow(..) | What::MessageFlow { .. } | What::Association { .. } | What::DataFlow { .. })
    }

    /// Whether the flow runs through it.
    pub(crate) fn is_step(&self) -> bool {
        matches!(self, What::Activity(_) | What::Event(_) | What::Gateway(_) | What::Choreography)
    }

    /// Whether a diagram that leaves it out lacks something.
    pub(crate) fn is_wanted(&self) -> bool {
        let data = matches!(self, What::Data { side: Side::Within, .. } | What::Store | What::Remark);
        self.is_step() || data || matches!(self, What::Pool { .. } | What::Conversation { .. })
    }

    /// Whether it is a sub-process whose content may be shown within it.
    pub(crate) fn is_sub_process(&self) -> bool {
        matches!(self, What::Activity(it) if matches!(it.kind, ActivityKind::SubProcess(_)))
    }

    /// The key of its kind in the texts, without their beginning.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            What::Process => "process",
            What::Pool { .. } => "pool",
            What::Lane(_) => "lane",
            What::Activity(it) => activity_kind(it),
            What::Event(it) => event_kind(it),
            What::Gateway(it) => match it.kind {
                GatewayKind::Exclusive { .. } => "exclusive-gateway",
                GatewayKind::Inclusive { .. } => "inclusive-gateway",
                GatewayKind::Parallel => "parallel-gateway",
                GatewayKind::Complex { .. } => "complex-gateway",
                GatewayKind::EventBased { .. } => "event-gateway",
            },
            What::Choreography => "choreography",
            What::Data { side: Side::Within | Side::Declared, .. } => "data",
            What::Data { side: Side::Input, .. } => "data-input",
            What::Data { side: Side::Output, .. } => "data-output",
            What::Store => "store",
            What::Remark => "remark",
            What::Group => "group",
            What::Conversation { .. } => "conversation",
            What::Flow(_, Branch::Default) => "default-flow",
            What::Flow(_, Branch::Conditional) => "conditional-flow",
            What::Flow(_, Branch::Plain) => "flow",
            What::MessageFlow { .. } => "message-flow",
            What::Association { .. } => "association",
            What::DataFlow { .. } => "data-flow",
        }
    }
}

fn activity_kind(activity: &Activity) -> &'static str {
    match &activity.kind {
        ActivityKind::Task => "task",
        ActivityKind::Service { .. } => "service-task",
        ActivityKind::Send { .. } => "send-task",
        ActivityKind::Receive { .. } => "receive-task",
        ActivityKind::User { .. } => "user-task",
        ActivityKind::Manual => "manual-task",
        ActivityKind::BusinessRule { .. } => "rule-task",
        ActivityKind::Script { .. } => "script-task",
        ActivityKind::Call { .. } => "call",
        ActivityKind::SubProcess(inner) if inner.triggered_by_event => "event-sub-process",
        ActivityKind::SubProcess(inner) => match inner.kind {
            SubProcessKind::Embedded => "sub-process",
            SubProcessKind::Transaction { .. } => "transaction",
            SubProcessKind::AdHoc { .. } => "ad-hoc",
        },
    }
}

fn event_kind(event: &Event) -> &'static str {
    match &event.place {
        EventPlace::Start { .. } => "start-event",
        EventPlace::IntermediateCatch => "catch-event",
        EventPlace::IntermediateThrow | EventPlace::Implicit => "throw-event",
        EventPlace::Boundary { cancel_activity: true, .. } => "boundary-event",
        EventPlace::Boundary { cancel_activity: false, .. } => "boundary-event-beside",
        EventPlace::End => "end-event",
    }
}

fn local(reference: &Option<Reference>) -> Option<&str> {
    reference.as_ref().and_then(Reference::local)
}

fn cut(name: &str) -> String {
    crate::text::cut(name, LONGEST_NAME)
}

fn is_many(model: &Model, reference: &bpmn::model::DataObjectReference) -> bool {
    let object = local(&reference.data_object).and_then(|id| model.document.by_id(id));
    object.is_some_and(|object| object.attribute("isCollection").is_some_and(|many| many.trim() == "true"))
}

fn with_state(name: Option<String>, state: Option<&str>) -> Option<String> {
    match state.map(str::trim).filter(|state| !state.is_empty()) {
        Some(state) => Some(format!("{} [{state}]", name.unwrap_or_default())),
        None => name,
    }
}

/// The words of a category's value.
fn category<'m>(model: &'m Model, value: Option<&str>) -> Option<&'m str> {
    let values = model.definitions.categories.iter().flat_map(|category| &category.values);
    values.into_iter().find(|(id, _)| id.is_some() && id.as_deref() == value).and_then(|(_, words)| words.as_deref())
}
