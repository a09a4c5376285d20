//! One act judged by one rule: whether the rule is for it, and what its family says.

use std::collections::{BTreeMap, BTreeSet};

use flow::ElementId;
use kernel::calendar::WorkingCalendar;
use kernel::day::Zone;
use kernel::{Instant, OfficerId, OrganId, Secrecy, Text};
use supervise::Light;

use crate::deed::Deed;
use crate::facts::Facts;
use crate::pack::{Holds, Rule};
use crate::windows::Windows;

/// What rules ask of the process that a case follows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Model {
    /// Steps that one officer may not do together 四眼, both ways.
    pub separate: BTreeMap<ElementId, BTreeSet<ElementId>>,
    /// What people call its steps.
    pub names: BTreeMap<ElementId, String>,
}

impl Model {
    /// What people call a step: its id where it has no name.
    pub fn name<'m>(&'m self, step: &'m ElementId) -> &'m str {
        self.names.get(step).map_or(step.as_str(), String::as_str)
    }
}

/// Everything that a rule may look at.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The act.
    pub deed: &'a Deed,
    /// Its case before it.
    pub before: &'a Facts,
    /// What was done lately around it.
    pub windows: &'a Windows,
    /// The process that it follows.
    pub model: &'a Model,
    /// Whose days.
    pub zone: Zone,
    /// Which of them are working days.
    pub calendar: &'a WorkingCalendar,
}

/// Whom a finding is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum About {
    /// The case, and what of it: distinct subjects are distinct warnings.
    Case(String),
    /// An officer, and what of theirs.
    Officer(OfficerId, String),
    /// An organ.
    Organ(OrganId),
}

/// What a rule found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// About whom.
    pub about: About,
    /// How grave.
    pub light: Light,
    /// What exactly was judged; with the value, what tells one reason of a warning from another.
    pub what: String,
    /// What was measured.
    pub value: String,
    /// What it was measured by.
    pub threshold: String,
    /// What fills the places of the sentence.
    pub says: Vec<(&'static str, Text)>,
    /// Places in the log that show it, beside the act itself.
    pub acts: Vec<u64>,
    /// How secret what else it quotes is.
    pub secrecy: Secrecy,
}

impl Found {
    /// A finding about the case of the act.
    pub(crate) fn of_case(of: impl Into<String>, light: Light, what: impl Into<String>) -> Found {
        Found {
            about: About::Case(of.into()),
            light,
            what: what.into(),
            value: String::new(),
            threshold: String::new(),
            says: Vec::new(),
            acts: Vec::new(),
            secrecy: Secrecy::default(),
        }
    }

    /// The same with what was measured, and by what.
    #[must_use]
    pub(crate) fn measured(self, value: impl ToString, threshold: impl ToString) -> Found {
        Found { value: value.to_string(), threshold: threshold.to_string(), ..self }
    }

    /// The same with what fills a place of the sentence.
    #[must_use]
    pub(crate) fn says(mut self, place: &'static str, text: Text) -> Found {
        self.says.push((place, text));
        self
    }
}

/// One of four.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Something for a person to look at.
    Raised(Box<Found>),
    /// It was measured, and is as it should be.
    NotRaised,
    /// It could not be measured for want of this.
    Insufficient(&'static str),
    /// The rule is not for this act, and why.
    NotApplicable(&'static str),
}

impl Outcome {
    pub(crate) fn raised_if(raised: bool, found: impl FnOnce() -> Found) -> Outcome {
        if raised { Outcome::Raised(Box::new(found())) } else { Outcome::NotRaised }
    }
}

/// What a rule says of an act: at least one outcome, and one for each thing that it measured.
pub fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Seen { deed, before, zone, .. } = seen;
    let day = match rule.holds {
        Holds::Opening => before.opened,
        Holds::Act => deed.at,
    };
    let not = |why| vec![Outcome::NotApplicable(why)];
    if !rule.enabled {
        return not("off");
    }
    if !rule.is_in_force(day.day(zone)) {
        return not("not in force");
    }
    if !rule.covers(&before.process, before.organ) {
        return not("out of scope");
    }
    let outcomes = rule.family.judge(rule, seen);
    if outcomes.is_empty() { not("nothing of the kind") } else { outcomes }
}

/// The light of a parameter: 0 none, 1 reminder, 2 yellow, 3 red.
pub(crate) fn light(figure: i64) -> Option<Light> {
    figure.checked_sub(1).and_then(Light::from_number)
}

/// A moment as people write its day, with the time of day where limits are in hours.
pub(crate) fn moment(at: Instant, zone: Zone, hours: bool) -> String {
    let day = at.day(zone);
    if !hours {
        return day.to_string();
    }
    let minutes = zone.start_of(day).ms_until(at) / 60_000;
    format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
}
