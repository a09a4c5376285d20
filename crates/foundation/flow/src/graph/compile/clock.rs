//! `qy:clock`: read wholly or named with what is wrong; a limit that is not understood is never left out.

use bpmn::model::{Base, FlowElement, Process};
use bpmn::tree::Node;
use kernel::limit::{Cause, Law, Limit, Unit};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

use super::Maker;
use super::names::ours;
use crate::graph::clock::{ClockOf, OnSupplement};
use crate::graph::lint::Rule;

/// Whose clock it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The matter's: it has a limit of the law.
    Process,
    /// A step's: it may have a promised limit alone.
    Step,
}

impl Maker<'_> {
    /// The clock of a process or activity; none where it has none, or where what is wrong with it was said.
    pub(super) fn clock(&mut self, base: &Base, of: Of) -> Option<ClockOf> {
        let model = self.shared.model;
        let mut all = ours(model, base, "clock");
        let node = all.next()?;
        if all.next().is_some() {
            self.say(Rule::Clock, base, "qy:clock × 2", "");
            return None;
        }
        match self.read_clock(node, of) {
            Ok(clock) => Some(clock),
            Err((rule, about)) => {
                self.say(rule, base, about, "");
                None
            }
        }
    }

    /// Clocks stand at processes and activities: one that stands elsewhere would measure nothing.
    pub(super) fn misplaced_clocks(&mut self, process: &Process) {
        let model = self.shared.model;
        for element in process.content.all() {
            let base = element.base();
            if !matches!(element, FlowElement::Activity(_)) && ours(model, base, "clock").next().is_some() {
                self.say(Rule::Clock, base, "qy:clock", "");
            }
        }
    }

    fn read_clock(&self, node: Node<'_>, of: Of) -> Result<ClockOf, (Rule, String)> {
        let written = |name: &str| node.attribute(name).map(|value| value.trim().to_owned());
        let unread = |name: &str| (Rule::Clock, format!("{name}=\"{}\"", written(name).unwrap_or_default()));
        let law = match written("law") {
            Some(law) => code::<Law>(&law).ok_or_else(|| unread("law"))?,
            // A step of a matter stands in the matter's law.
            None => match (of, &self.graph.clock) {
                (Of::Step, Some(matter)) => matter.statutory.law,
                (Of::Step, None) => Law::General,
                (Of::Process, _) => return Err(unread("law")),
            },
        };
        let unit = match written("unit") {
            Some(unit) => Some(code::<Unit>(&unit).ok_or_else(|| unread("unit"))?),
            None => None,
        };
        let article = written("article").unwrap_or_default();
        let limit = |name: &str| -> Result<Option<Limit>, (Rule, String)> {
            let Some(value) = written(name) else { return Ok(None) };
            let value: u32 = value.parse().map_err(|_| unread(name))?;
            if value == 0 {
                return Err((Rule::NoTime, format!("{name}=\"0\"")));
            }
            Ok(Some(match unit {
                Some(unit) => Limit::new(law, kernel::limit::Budget { value, unit }, article.as_str()),
                None => Limit::of_days(law, value, article.as_str()),
            }))
        };
        let supplement = self.on_supplement(written("supplement").as_deref(), law, of)?;
        match (limit("statutory")?, limit("promised")?) {
            (Some(_), _) if article.is_empty() => Err(unread("article")),
            (Some(statutory), promised) => {
                let longer = |promised: &Limit| {
                    promised.budget.unit == statutory.budget.unit && promised.budget.value > statutory.budget.value
                };
                if let Some(promised) = promised.as_ref().filter(|promised| longer(promised)) {
                    let about = format!("{} > {}", promised.budget.value, statutory.budget.value);
                    return Err((Rule::PromiseBeyondLaw, about));
                }
                Ok(ClockOf { statutory, promised, by_promise: false, supplement })
            }
            (None, Some(only)) if of == Of::Step => {
                Ok(ClockOf { statutory: only, promised: None, by_promise: true, supplement })
            }
            (None, _) => Err(unread("statutory")),
        }
    }

    /// What a notice to complete the papers does: as it is written; else as the matter's clock says; else it stops where the law
    /// stops it, and runs on where it does not.
    fn on_supplement(&self, written: Option<&str>, law: Law, of: Of) -> Result<OnSupplement, (Rule, String)> {
        let lawful = law.excludes(Cause::Completion);
        let matter = self.graph.clock.as_ref().filter(|_| of == Of::Step).map(|matter| matter.supplement);
        match written {
            Some("suspend") if !lawful => Err((Rule::UnlawfulStop, "supplement=\"suspend\"".to_owned())),
            Some("suspend") => Ok(OnSupplement::Suspend),
            Some("anew") => Ok(OnSupplement::Anew),
            Some("none") => Ok(OnSupplement::Nothing),
            Some(other) => Err((Rule::Clock, format!("supplement=\"{other}\""))),
            None => Ok(match matter {
                Some(OnSupplement::Suspend) | None if lawful => OnSupplement::Suspend,
                Some(OnSupplement::Suspend) | None => OnSupplement::Nothing,
                Some(other) => other,
            }),
        }
    }
}

/// A code of the kernel, as its acts write it.
fn code<'t, T: Deserialize<'t>>(text: &'t str) -> Option<T> {
    let code: StrDeserializer<'t, Error> = text.into_deserializer();
    T::deserialize(code).ok()
}
