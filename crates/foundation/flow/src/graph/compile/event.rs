//! Events: what they wait for and what they throw.

use bpmn::model::{
    AssociationSide, Base, Event, EventDefinition, EventDefinitionKind, EventPlace, Expression as Written, Reference,
};
use dmn::Expression;
use kernel::Zone;

use super::{Maker, names};
use crate::graph::lint::Rule;
use crate::graph::{At, Cycle, ElementId, Kind, MessageOf, Throw, TimerOf, Trigger};

impl Maker<'_> {
    pub(super) fn event(&mut self, event: &Event) -> Option<Kind> {
        let model = self.shared.model;
        let definitions = model.triggers(event);
        self.misplaced_mappings(event, &definitions);
        match &event.place {
            EventPlace::IntermediateThrow | EventPlace::End | EventPlace::Implicit => {
                let throws =
                    definitions.iter().map(|definition| self.throw(event, definition)).collect::<Option<_>>()?;
                Some(Kind::Throw { throws, end: event.place == EventPlace::End })
            }
            place => {
                let triggers: Vec<Trigger> =
                    definitions.iter().map(|definition| self.trigger(event, definition)).collect::<Option<_>>()?;
                let parallel = event.parallel_multiple && triggers.len() > 1;
                Some(match place {
                    EventPlace::Start { is_interrupting } => {
                        Kind::Start { triggers, parallel, interrupting: *is_interrupting }
                    }
                    EventPlace::Boundary { attached_to, cancel_activity } => {
                        let host = attached_to.as_ref().and_then(Reference::local)?;
                        let host = self.graph.at(&ElementId::from(host))?;
                        Kind::Boundary { host, interrupting: *cancel_activity, triggers, parallel }
                    }
                    _ => Kind::Catch { triggers, parallel },
                })
            }
        }
    }

    /// What goes into or comes out of a message event: our mappings, and the standard's data associations.
    fn passed(
        &mut self,
        event: &Event,
        local: &'static str,
        side: AssociationSide,
    ) -> Option<Vec<(String, Expression)>> {
        let mut all = self.mapped(&event.base, local)?;
        for association in event.associations.iter().filter(|association| association.side == side) {
            all.append(&mut self.associated(association)?);
        }
        Some(all)
    }

    /// Values go with messages: a mapping at an event that sends or takes none would do nothing.
    fn misplaced_mappings(&mut self, event: &Event, definitions: &[&EventDefinition]) {
        let of_message = definitions.iter().any(|it| matches!(it.kind, EventDefinitionKind::Message { .. }));
        let throws = matches!(event.place, EventPlace::IntermediateThrow | EventPlace::End | EventPlace::Implicit);
        for (local, fits) in [("in", throws), ("out", !throws)] {
            if !(of_message && fits) && names::ours(self.shared.model, &event.base, local).next().is_some() {
                self.say(Rule::Mapping, &event.base, format!("qy:{local}"), "");
            }
        }
    }

    fn trigger(&mut self, event: &Event, definition: &EventDefinition) -> Option<Trigger> {
        Some(match &definition.kind {
            EventDefinitionKind::Message { message, .. } => {
                let message = self.message(&event.base, message.as_ref())?;
                let takes = self.passed(event, "out", AssociationSide::Output)?;
                Trigger::Message(Box::new(MessageOf { takes: (!takes.is_empty()).then_some(takes), ..message }))
            }
            EventDefinitionKind::Signal { signal } => Trigger::Signal(self.signal(&definition.base, signal.as_ref())?),
            EventDefinitionKind::Timer { date, cycle, duration } => {
                let written = [date, cycle, duration].into_iter().flatten().next();
                Trigger::Timer(self.timer(&definition.base, written.map(|it| &**it))?)
            }
            EventDefinitionKind::Conditional { condition } => match condition {
                Some(condition) => Trigger::Condition(self.expression(condition)?),
                None => {
                    self.say(Rule::Expression, &definition.base, "", "");
                    return None;
                }
            },
            EventDefinitionKind::Error { error } => Trigger::Error(self.error_code(error.as_ref())),
            EventDefinitionKind::Escalation { escalation } => {
                Trigger::Escalation(self.escalation_code(escalation.as_ref()))
            }
            EventDefinitionKind::Compensate { .. } => Trigger::Compensation,
            EventDefinitionKind::Cancel => Trigger::Cancel,
            EventDefinitionKind::Link { name, .. } => Trigger::Link(self.name(&definition.base, name.as_deref())?),
            EventDefinitionKind::Terminate => {
                self.say(Rule::Unsupported, &definition.base, "terminateEventDefinition", "");
                return None;
            }
        })
    }

    pub(super) fn throw(&mut self, event: &Event, definition: &EventDefinition) -> Option<Throw> {
        Some(match &definition.kind {
            EventDefinitionKind::Message { message, .. } => {
                let message = self.message(&event.base, message.as_ref())?;
                let values = self.passed(event, "in", AssociationSide::Input)?;
                Throw::Message(Box::new(MessageOf { values, ..message }))
            }
            EventDefinitionKind::Signal { signal } => Throw::Signal(self.signal(&definition.base, signal.as_ref())?),
            EventDefinitionKind::Error { error } => Throw::Error(self.error_code(error.as_ref())),
            EventDefinitionKind::Escalation { escalation } => {
                Throw::Escalation(self.escalation_code(escalation.as_ref()))
            }
            EventDefinitionKind::Compensate { activity, wait_for_completion } => {
                let activity = activity.as_ref().and_then(Reference::local).map(ElementId::from);
                let activity = activity.and_then(|id| self.graph.at(&id));
                Throw::Compensation { activity, wait: *wait_for_completion }
            }
            EventDefinitionKind::Cancel => Throw::Cancel,
            EventDefinitionKind::Terminate => Throw::Terminate,
            EventDefinitionKind::Link { name, .. } => {
                let name = self.name(&definition.base, name.as_deref())?;
                Throw::Link(self.link_target(event, &definition.base, &name)?)
            }
            EventDefinitionKind::Timer { .. } | EventDefinitionKind::Conditional { .. } => {
                self.say(Rule::Unsupported, &definition.base, "throw", "");
                return None;
            }
        })
    }

    /// The catch event of a link's name in the level of the throw event.
    fn link_target(&mut self, event: &Event, base: &Base, name: &str) -> Option<At> {
        let model = self.shared.model;
        let from = self.graph.at(&super::id_of(&event.base))?;
        let level = self.graph.element(from).level;
        let siblings = self.graph.level(level).elements.clone();
        for process in &model.definitions.processes {
            for element in process.content.all() {
                let bpmn::model::FlowElement::Event(other) = element else { continue };
                let catches = matches!(other.place, EventPlace::IntermediateCatch);
                let same = |definition: &&EventDefinition| matches!(&definition.kind, EventDefinitionKind::Link { name: Some(other), .. } if other.trim() == name);
                let at = self.graph.at(&super::id_of(&other.base));
                if catches
                    && model.triggers(other).iter().any(same)
                    && let Some(at) = at.filter(|at| siblings.contains(at))
                {
                    return Some(at);
                }
            }
        }
        self.say(Rule::Name, base, name, "");
        None
    }

    fn name(&mut self, base: &Base, name: Option<&str>) -> Option<String> {
        let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        if name.is_none() {
            self.say(Rule::Name, base, "", "");
        }
        name
    }

    /// A message as an element sends or waits for it; one that has no name is matched by its id.
    ///
    /// - `base`: of the element, which carries the key and how long it is kept.
    pub(super) fn message(&mut self, base: &Base, message: Option<&Reference>) -> Option<MessageOf> {
        let model = self.shared.model;
        let id = message.and_then(Reference::local);
        let found = id.and_then(|id| model.definitions.messages.iter().find(|it| it.base.id.as_deref() == Some(id)));
        let name = found.and_then(|found| found.name.clone()).filter(|name| !name.trim().is_empty());
        // Without a message the element's own id: it is matched by the flow between the pools.
        let name = name.or_else(|| id.map(str::to_owned)).unwrap_or_default();
        let key = match names::our(model, base, "key") {
            Some(key) => Some(self.text(base, &key)?),
            None => None,
        };
        let keep = match names::our(model, base, "keep") {
            Some(keep) => match keep.parse() {
                Ok(period) => Some(period),
                Err(_) => {
                    self.say(Rule::Timer, base, keep, "");
                    return None;
                }
            },
            None => None,
        };
        let values = self.mapped(base, "in")?;
        Some(MessageOf { name, key, keep, values, takes: None })
    }

    fn signal(&mut self, base: &Base, signal: Option<&Reference>) -> Option<String> {
        let id = signal.and_then(Reference::local);
        let signals = &self.shared.model.definitions.signals;
        let found = id.and_then(|id| signals.iter().find(|it| it.base.id.as_deref() == Some(id)));
        let name = found.and_then(|found| found.name.clone()).filter(|name| !name.trim().is_empty());
        let name = name.or_else(|| id.map(str::to_owned));
        self.name(base, name.as_deref())
    }

    /// The code of an error; without one it is told apart by its id.
    fn error_code(&self, error: Option<&Reference>) -> Option<String> {
        let id = error.and_then(Reference::local)?;
        let found = self.shared.model.definitions.errors.iter().find(|it| it.base.id.as_deref() == Some(id));
        found.and_then(|found| found.code.clone()).or_else(|| Some(id.to_owned()))
    }

    fn escalation_code(&self, escalation: Option<&Reference>) -> Option<String> {
        let id = escalation.and_then(Reference::local)?;
        let found = self.shared.model.definitions.escalations.iter().find(|it| it.base.id.as_deref() == Some(id));
        found.and_then(|found| found.code.clone()).or_else(|| Some(id.to_owned()))
    }

    fn timer(&mut self, base: &Base, written: Option<&Written>) -> Option<TimerOf> {
        let Some(written) = written else {
            self.say(Rule::Timer, base, "", "");
            return None;
        };
        let text = written.body.trim();
        // The zone does not matter for whether it reads; it is read again when it is armed.
        if let Ok(cycle) = Cycle::read(text, Zone::CHINA) {
            return Some(TimerOf::Literal(cycle));
        }
        let looks_literal = text.is_empty()
            || text.starts_with(['P', 'R'])
                && text[1..].starts_with(|c: char| c.is_ascii_digit() || c == '/' || c == 'T');
        if looks_literal {
            self.say(Rule::Timer, base, text, "");
            return None;
        }
        self.expression(written).map(TimerOf::Expression)
    }
}
