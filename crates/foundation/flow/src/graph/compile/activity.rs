//! Activities: what is done, how often, with which data.

use bpmn::Model;
use bpmn::model::{
    Activity as Written, ActivityKind, AssociationSide, Base, DataAssociation, FlowCondition, Loop, MultiInstance,
    Ordering, Reference, SubProcess, SubProcessKind,
};
use dmn::Expression;

use super::clock::Of;
use super::names::{self, our, ours};
use super::{Maker, is_feel};
use crate::graph::lint::Rule;
use crate::graph::{
    Activity, At, Behaviour, Binding, Candidates, Consent, DecisionOf, ElementId, HumanTask, Kind, Level, MessageOf,
    Multi, Repeat, SubKind, Throw, Work,
};

/// Tokens that an activity waits for, or sends on each flow, at most.
const MOST_TOKENS: u32 = 1_000;

impl Maker<'_> {
    pub(super) fn activity(&mut self, at: At, written: &Written) -> Option<Kind> {
        self.graph.elements[at.0].default = self.default_of(written.default.as_ref());
        let work = self.work(at, written);
        let repeat = self.repeat(written);
        let (inputs, outputs) = self.data(written);
        let boundary = self.boundary(at);
        let handler = self.handler(&boundary);
        let clock = self.clock(&written.base, Of::Step);
        if clock.is_some() && matches!(work, Some(Work::Sub { kind: SubKind::Event, .. })) {
            // It begins and ends by events, and is no step that anybody has to do in time.
            self.say(Rule::Clock, &written.base, "qy:clock", "");
        }
        if let (Some(Work::User(HumanTask { form: Some(form), .. })), Some(Repeat::Multi(multi)), Some(None)) =
            (&work, &repeat, &outputs)
            && multi.consent.is_none()
            && multi.result.is_none()
        {
            self.say(Rule::Overwritten, &written.base, form.clone(), "");
        }
        let quantity = |maker: &mut Self, number: i64| {
            let quantity = u32::try_from(number).ok().filter(|number| (1..=MOST_TOKENS).contains(number));
            if quantity.is_none() {
                maker.say(Rule::Number, &written.base, number.to_string(), "");
            }
            quantity
        };
        let start_quantity = quantity(self, written.start_quantity)?;
        let completion_quantity = quantity(self, written.completion_quantity)?;
        Some(Kind::Activity(Box::new(Activity {
            work: work?,
            repeat: repeat?,
            start_quantity,
            completion_quantity,
            is_handler: written.is_for_compensation,
            handler,
            boundary,
            inputs: inputs?,
            outputs: outputs?,
            clock,
        })))
    }

    /// The events on its border: they stand beside it, anywhere in the text.
    fn boundary(&self, at: At) -> Vec<At> {
        let events = self.shared.boundary.get(self.graph.element(at).id.as_str());
        events.into_iter().flatten().filter_map(|event| self.graph.at(event)).collect()
    }

    /// The compensation handler that an association ties to a compensation event on the border.
    fn handler(&self, boundary: &[At]) -> Option<At> {
        let tied = |event: &At| self.graph.at(self.shared.handlers.get(&self.graph.element(*event).id)?);
        boundary.iter().find_map(tied)
    }

    fn work(&mut self, at: At, written: &Written) -> Option<Work> {
        let model = self.shared.model;
        let base = &written.base;
        Some(match &written.kind {
            ActivityKind::Task | ActivityKind::Manual => match self.candidates(written) {
                Some(candidates) => self.human(&[base], candidates?)?,
                None => Work::Pass,
            },
            ActivityKind::User { .. } => match self.candidates(written) {
                Some(candidates) => self.human(&[base], candidates?)?,
                None => {
                    self.say(Rule::Candidates, base, self.graph.element(at).name.clone(), "");
                    return None;
                }
            },
            ActivityKind::Service { .. } => Work::Job { job_type: self.job_type(at, base)? },
            ActivityKind::Send { message, .. } => match (our(model, base, "type"), message) {
                (Some(job_type), _) => Work::Job { job_type },
                (None, message) => Work::Send(self.message(base, message.as_ref())?),
            },
            ActivityKind::Receive { message, instantiate, .. } => {
                let message: MessageOf = self.message(base, message.as_ref())?;
                Work::Receive { message, instantiate: *instantiate && self.graph.element(at).incoming.is_empty() }
            }
            ActivityKind::Script { format, script } => {
                if !format.as_deref().is_some_and(is_feel) {
                    self.say(Rule::Script, base, format.clone().unwrap_or_default(), "");
                    return None;
                }
                let script = self.text(base, script.as_deref().unwrap_or_default())?;
                Work::Script { script, result: our(model, base, "result") }
            }
            ActivityKind::BusinessRule { .. } => {
                Work::Decision(self.decision(&self.graph.element(at).name.clone(), &[base])?)
            }
            ActivityKind::Call { called_element } => {
                let Some(process) = called_element.as_ref().and_then(Reference::local) else {
                    self.say(Rule::Call, base, self.graph.element(at).name.clone(), "");
                    return None;
                };
                self.called(base, process)?
            }
            ActivityKind::SubProcess(sub) => self.sub(at, written, sub)?,
        })
    }

    fn job_type(&mut self, at: At, base: &Base) -> Option<String> {
        let job_type = our(self.shared.model, base, "type");
        if job_type.is_none() {
            self.say(Rule::ServiceType, base, self.graph.element(at).name.clone(), "");
        }
        job_type
    }

    /// A process of this model or of another deployment; a global task of this model is done in its place.
    fn called(&mut self, base: &Base, id: &str) -> Option<Work> {
        use bpmn::model::GlobalTaskKind;
        let model = self.shared.model;
        let Some(task) = model.definitions.global_tasks.iter().find(|task| task.base.id.as_deref() == Some(id)) else {
            return Some(Work::Call { process: ElementId::from(id) });
        };
        // A step is measured where it is called, by the limit that it has there.
        if ours(model, &task.base, "clock").next().is_some() {
            self.say(Rule::Clock, &task.base, "qy:clock", "");
        }
        // Whatever its kind, one that names a type of worker is a job.
        if let Some(job_type) = our(model, &task.base, "type") {
            return Some(Work::Job { job_type });
        }
        // What the call says itself counts before what the task says.
        let bases = [base, &task.base];
        Some(match &task.kind {
            GlobalTaskKind::Abstract | GlobalTaskKind::Manual => Work::Pass,
            GlobalTaskKind::User { .. } => {
                let Some((base, posts)) = first_of(model, &bases, "candidates") else {
                    self.say(Rule::Candidates, &task.base, id, "");
                    return None;
                };
                let candidates = self.posts(base, &posts)?;
                self.human(&bases, candidates)?
            }
            GlobalTaskKind::Script { format, script } => {
                if !format.as_deref().is_some_and(is_feel) {
                    self.say(Rule::Script, &task.base, format.clone().unwrap_or_default(), "");
                    return None;
                }
                let script = self.text(&task.base, script.as_deref().unwrap_or_default())?;
                Work::Script { script, result: our(model, base, "result") }
            }
            GlobalTaskKind::BusinessRule { .. } => Work::Decision(self.decision(id, &bases)?),
        })
    }

    /// Who may do it, if anybody is named: by the task itself, or by its lane. An expression that does not read is named, and
    /// none.
    fn candidates(&mut self, written: &Written) -> Option<Option<Candidates>> {
        let own = our(self.shared.model, &written.base, "candidates");
        let is_user = matches!(written.kind, ActivityKind::User { .. });
        let lane = written.base.id.as_ref().filter(|_| is_user).and_then(|id| self.lane_posts.get(id));
        let posts = own.or_else(|| lane.cloned())?;
        Some(self.posts(&written.base, &posts))
    }

    /// Codes of posts, or after `=` an expression that gives them.
    fn posts(&mut self, base: &Base, posts: &str) -> Option<Candidates> {
        match posts.strip_prefix('=') {
            Some(expression) => self.text(base, expression).map(Candidates::Expression),
            None => Some(Candidates::Posts(words(posts))),
        }
    }

    /// A task of people, as the first of several elements says that says it.
    fn human(&mut self, bases: &[&Base], candidates: Candidates) -> Option<Work> {
        let model = self.shared.model;
        let organ = match first_of(model, bases, "organ") {
            Some((base, organ)) => Some(self.text(base, &organ)?),
            None => None,
        };
        let mut named = |attribute: &str| {
            let Some((base, all)) = first_of(model, bases, attribute) else { return Vec::new() };
            let all: Vec<ElementId> = words(&all).into_iter().map(ElementId::from).collect();
            for id in &all {
                if !self.shared.activities.contains(&(self.graph.id.clone(), id.clone())) {
                    self.say(Rule::Reference, base, id.as_str(), attribute);
                }
            }
            all
        };
        let (separate, same, return_to) = (named("separate"), named("same"), named("returnTo"));
        let form = first_of(model, bases, "form").map(|(_, form)| form);
        Some(Work::User(HumanTask { candidates, organ, separate, same, return_to, form }))
    }

    /// A decision, as the first of several elements says that says it.
    fn decision(&mut self, name: &str, bases: &[&Base]) -> Option<DecisionOf> {
        let model = self.shared.model;
        let of = |attribute| first_of(model, bases, attribute).map(|(_, value)| value);
        let Some(named) = of("decision") else {
            let last = bases.last()?;
            self.say(Rule::Decision, last, name, "");
            return None;
        };
        let binding = match of("binding").as_deref() {
            None | Some("valid") => Binding::Valid,
            Some("latest") => Binding::Latest,
            Some("deployment") => Binding::Deployment,
            Some(version) => Binding::Version(version.strip_prefix("version:").unwrap_or(version).to_owned()),
        };
        // A namespace in front of the name, as in an expanded name: {namespace}name.
        let (namespace, name) = match named.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
            None => (String::new(), named),
        };
        let must_decide = of("onEmpty").as_deref() != Some("null");
        // Where the value goes is the caller's affair.
        let result = our(model, bases.first()?, "result");
        Some(DecisionOf { namespace, name, binding, result, must_decide })
    }

    /// `qy:on`: the event sub-process of the process that deals with a withdrawal, one at most.
    fn on(&mut self, at: At, base: &Base, is_event: bool) {
        let Some(on) = our(self.shared.model, base, "on") else { return };
        let outermost = self.graph.element(at).level == Level::TOP;
        if on == "withdraw" && is_event && outermost && self.graph.withdraw.is_none() {
            self.graph.withdraw = Some(at);
        } else {
            self.say(Rule::On, base, on, "");
        }
    }

    fn sub(&mut self, at: At, written: &Written, sub: &SubProcess) -> Option<Work> {
        self.on(at, &written.base, sub.triggered_by_event);
        let mut declared = names::of_content(&sub.content);
        declared.extend(written.properties.iter().filter_map(names::of_property));
        declared.extend(names::locals(self.shared.model, &written.base));
        let level = self.level(Some(at), &sub.content, declared);
        let kind = match &sub.kind {
            _ if sub.triggered_by_event => SubKind::Event,
            SubProcessKind::Embedded => SubKind::Embedded,
            SubProcessKind::Transaction { .. } => SubKind::Transaction,
            SubProcessKind::AdHoc { ordering, completion_condition, cancel_remaining } => SubKind::AdHoc {
                sequential: *ordering == Ordering::Sequential,
                chosen: our(self.shared.model, &written.base, "choice").as_deref() == Some("manual"),
                completion: match completion_condition {
                    Some(condition) => Some(self.expression(condition)?),
                    None => None,
                },
                cancel_remaining: *cancel_remaining,
            },
        };
        Some(Work::Sub { level, kind })
    }

    fn repeat(&mut self, written: &Written) -> Option<Repeat> {
        Some(match &written.repetition {
            None => Repeat::Once,
            Some(Loop::Standard(it)) => Repeat::Loop {
                test_before: it.test_before,
                maximum: it.maximum.and_then(|maximum| u64::try_from(maximum).ok()),
                condition: match &it.condition {
                    Some(condition) => Some(self.expression(condition)?),
                    None => None,
                },
            },
            Some(Loop::MultiInstance(it)) => Repeat::Multi(Box::new(self.multi(written, it)?)),
        })
    }

    fn multi(&mut self, written: &Written, multi: &MultiInstance) -> Option<Multi> {
        let model = self.shared.model;
        let mut maybe = |expression: &Option<bpmn::model::Expression>| match expression {
            Some(expression) => self.expression(expression).map(Some),
            None => Some(None),
        };
        let (cardinality, completion) = (maybe(&multi.cardinality)?, maybe(&multi.completion_condition)?);
        let mut collection = match multi.data_input.as_ref() {
            Some(reference) => match self.source_of(written, reference) {
                Some(name) => Some(self.text(&multi.base, &name)?),
                None => None,
            },
            None => None,
        };
        if let Some(given) = our(model, &multi.base, "collection") {
            collection = Some(self.text(&multi.base, &given)?);
        }
        if cardinality.is_none() && collection.is_none() {
            self.say(Rule::Number, &multi.base, "loopCardinality", "");
            return None;
        }
        let item = multi.input_item.as_ref().and_then(names::of_item).or_else(|| our(model, &multi.base, "item"));
        let output = multi.data_output.as_ref().and_then(|reference| self.target_of(written, reference));
        let result = output.zip(multi.output_item.as_ref().and_then(names::of_item));
        let behaviour = self.behaviour(multi)?;
        let consent = match our(model, &multi.base, "consent") {
            Some(name) => Some(Consent { name, least: self.consents(multi)? }),
            None => {
                if our(model, &multi.base, "consents").is_some() {
                    self.say(Rule::Number, &multi.base, "consents", "");
                }
                None
            }
        };
        let sequential = multi.is_sequential;
        Some(Multi { sequential, cardinality, collection, item, result, completion, behaviour, consent })
    }

    /// How many must agree; nothing inside where all must, nothing at all where it is no number.
    fn consents(&mut self, multi: &MultiInstance) -> Option<Option<u64>> {
        let Some(text) = our(self.shared.model, &multi.base, "consents") else { return Some(None) };
        let least = text.parse().ok().filter(|least| *least > 0);
        if least.is_none() {
            self.say(Rule::Number, &multi.base, "consents", "");
        }
        least.map(Some)
    }

    fn behaviour(&mut self, multi: &MultiInstance) -> Option<Behaviour> {
        let model = self.shared.model;
        let mut of = |reference: Option<&Reference>| -> Option<Vec<Throw>> {
            let Some(id) = reference.and_then(Reference::local) else { return Some(Vec::new()) };
            let definitions = &model.definitions.event_definitions;
            let found = definitions.iter().find(|it| it.base.id.as_deref() == Some(id));
            let Some(found) = found else { return Some(Vec::new()) };
            let event = implicit(&found.base);
            self.throw(&event, found).map(|throw| vec![throw])
        };
        Some(match multi.behavior {
            FlowCondition::All => Behaviour::All,
            FlowCondition::None => Behaviour::Each(of(multi.none_behavior_event.as_ref())?),
            FlowCondition::One => Behaviour::First(of(multi.one_behavior_event.as_ref())?),
            FlowCondition::Complex => {
                let mut all = Vec::new();
                for behaviour in &multi.complex_behaviors {
                    let (Some(condition), Some(event)) = (&behaviour.condition, &behaviour.event) else { continue };
                    let condition = self.expression(condition)?;
                    let definitions = model.triggers(event);
                    let throws = definitions.iter().map(|it| self.throw(event, it)).collect::<Option<_>>()?;
                    all.push((condition, throws));
                }
                Behaviour::Conditions(all)
            }
        })
    }

    /// What an input of an activity is filled from: where a collection comes from.
    fn source_of(&self, written: &Written, input: &Reference) -> Option<String> {
        let id = input.local()?;
        let fills = written.data_associations.iter().find(|association| {
            association.side == AssociationSide::Input
                && association.target.as_ref().and_then(Reference::local) == Some(id)
        });
        let source = fills.and_then(|association| association.sources.first()).unwrap_or(input);
        self.shared.data.get(source.local()?).cloned()
    }

    /// Where an output of an activity goes.
    fn target_of(&self, written: &Written, output: &Reference) -> Option<String> {
        let id = output.local()?;
        let uses = written.data_associations.iter().find(|association| {
            association.side == AssociationSide::Output
                && association.sources.iter().any(|source| source.local() == Some(id))
        });
        let target = uses.and_then(|association| association.target.as_ref()).unwrap_or(output);
        self.shared.data.get(target.local()?).cloned()
    }

    /// Inputs and outputs: our mappings, and the standard's data associations.
    #[allow(clippy::type_complexity)]
    fn data(
        &mut self,
        written: &Written,
    ) -> (Option<Vec<(String, Expression)>>, Option<Option<Vec<(String, Expression)>>>) {
        let mut inputs = self.mapped(&written.base, "in");
        let mut outputs = self.mapped(&written.base, "out");
        // The collections of a multi-instance activity are its own affair.
        let collections: Vec<&str> = match &written.repetition {
            Some(Loop::MultiInstance(multi)) => {
                [&multi.data_input, &multi.data_output].into_iter().flatten().filter_map(Reference::local).collect()
            }
            _ => Vec::new(),
        };
        for association in &written.data_associations {
            let ends = association.sources.iter().chain(&association.target).filter_map(Reference::local);
            if ends.into_iter().any(|id| collections.contains(&id)) {
                continue;
            }
            let into = match association.side {
                AssociationSide::Input => &mut inputs,
                AssociationSide::Output => &mut outputs,
            };
            match (self.associated(association), into.as_mut()) {
                (Some(mut more), Some(all)) => all.append(&mut more),
                _ => *into = None,
            }
        }
        let outputs = outputs.map(|outputs| (!outputs.is_empty()).then_some(outputs));
        (inputs, outputs)
    }

    pub(super) fn mapped(&mut self, base: &Base, local: &'static str) -> Option<Vec<(String, Expression)>> {
        let model = self.shared.model;
        let written: Vec<(String, String)> = ours(model, base, local)
            .filter_map(|node| {
                let name = node.attribute("name")?.trim().to_owned();
                let value =
                    node.attribute("value").map_or_else(|| node.text().into_owned(), |value| value.into_owned());
                Some((name, value))
            })
            .collect();
        written.into_iter().map(|(name, value)| Some((name, self.text(base, &value)?))).collect()
    }

    /// What one association fills, from what.
    pub(super) fn associated(&mut self, association: &DataAssociation) -> Option<Vec<(String, Expression)>> {
        let data = &self.shared.data;
        let name = |reference: &Reference| data.get(reference.local()?).cloned();
        if !association.assignments.is_empty() {
            let mut all = Vec::new();
            for assignment in &association.assignments {
                let (Some(from), Some(to)) = (&assignment.from, &assignment.to) else { continue };
                all.push((to.body.trim().to_owned(), self.expression(from)?));
            }
            return Some(all);
        }
        let Some(target) = association.target.as_ref().and_then(name) else { return Some(Vec::new()) };
        if let Some(transformation) = &association.transformation {
            return Some(vec![(target, self.expression(transformation)?)]);
        }
        let Some(source) = association.sources.first().and_then(name) else { return Some(Vec::new()) };
        Some(vec![(target, self.text(&association.base, &source)?)])
    }
}

/// An attribute of ours at the first of several elements that has it, and which that is.
fn first_of<'b>(model: &Model, bases: &[&'b Base], name: &str) -> Option<(&'b Base, String)> {
    bases.iter().find_map(|base| Some((*base, our(model, base, name)?)))
}

/// Words between blanks or commas.
fn words(text: &str) -> Vec<String> {
    text.split([' ', ',', '\n', '\t', '，', '、'])
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// An event that no file has: what a multi-instance activity throws.
fn implicit(base: &Base) -> bpmn::model::Event {
    bpmn::model::Event {
        base: base.clone(),
        name: None,
        incoming: Vec::new(),
        outgoing: Vec::new(),
        place: bpmn::model::EventPlace::Implicit,
        parallel_multiple: false,
        triggers: Vec::new(),
        properties: Vec::new(),
        data_inputs: Vec::new(),
        data_outputs: Vec::new(),
        input_set: None,
        output_set: None,
        associations: Vec::new(),
    }
}
