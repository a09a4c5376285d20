//! What is known along the acts, and what all rules say of them: as the node's eye does it, without a store behind it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use flow::ElementId;
use kernel::MatterId;
use kernel::calendar::WorkingCalendar;
use watch_rules::Rules;
use watch_rules::deed::Deed;
use watch_rules::facts::Facts;
use watch_rules::judge::{Model, Outcome as Said, Seen, judge};
use watch_rules::pack::Rule;
use watch_rules::windows::Windows;

use crate::Outcome;
use crate::office::ZONE;

/// Cases that are going on, and windows.
pub struct Watched<'c> {
    rules: Vec<Rule>,
    calendar: &'c WorkingCalendar,
    model: Model,
    cases: HashMap<MatterId, Facts>,
    windows: Windows,
}

impl<'c> Watched<'c> {
    /// All shipped rules, those that ship off as well.
    pub fn new(calendar: &'c WorkingCalendar) -> Outcome<Watched<'c>> {
        let rules = Rules::with(&BTreeMap::new())?;
        let rules = rules.all().iter().cloned().map(|rule| Rule { enabled: true, ..rule }).collect();
        let (accept, check) = (ElementId::from("accept"), ElementId::from("check"));
        let apart = |one: &ElementId, other: &ElementId| (one.clone(), BTreeSet::from([other.clone()]));
        let separate = [apart(&accept, &check), apart(&check, &accept)].into();
        let model = Model { separate, names: BTreeMap::new() };
        Ok(Watched { rules, calendar, model, cases: HashMap::new(), windows: Windows::default() })
    }

    /// How many rules judge.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }

    /// Entries of the windows.
    pub fn kept(&self) -> usize {
        self.windows.kept()
    }

    /// One act by all rules: how many found something.
    pub fn act(&mut self, deed: Deed) -> u64 {
        let Some(mut before) = self.cases.remove(&deed.case).or_else(|| Facts::before(&deed)) else { return 0 };
        let seen = Seen {
            deed: &deed,
            before: &before,
            windows: &self.windows,
            model: &self.model,
            zone: ZONE,
            calendar: self.calendar,
        };
        let said = self.rules.iter().flat_map(|rule| judge(rule, seen));
        let raised = said.filter(|outcome| matches!(outcome, Said::Raised(_))).count();
        self.windows.take(&deed, &before, ZONE);
        before.take(&deed);
        if before.ended.is_none() {
            self.cases.insert(deed.case, before);
        }
        raised as u64
    }
}
