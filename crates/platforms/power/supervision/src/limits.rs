//! The limits of a warning's life: parameters with their source, from `packs/cn/supervision.toml`.

use kernel::calendar::WorkingCalendar;
use kernel::clock::{Deadline, NotArmed, StatutoryClock};
use kernel::limit::{Budget, Law, Limit};
use kernel::{Instant, day::Zone};
use serde::Deserialize;

use crate::types::Running;

/// One limit in working days, and where the figure comes from.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// Working days.
    pub working_days: u32,
    /// Rule, article or custom.
    pub source: String,
    /// `high`, `medium` or `low`, as the rule list grades it.
    pub confidence: String,
}

/// All limits of a warning.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Version of these figures; every act states it.
    pub version: String,
    /// Until somebody takes it.
    pub take: Days,
    /// Until the inspector concludes.
    pub conclude: Days,
    /// Until the organ explains.
    pub explain: Days,
    /// Until the organ has corrected, or appeals.
    pub correct: Days,
    /// Until the inspector has looked at a correction.
    pub accept: Days,
    /// Until an appeal is decided.
    pub decide_appeal: Days,
    /// Warnings an inspector holds at most; more wait in the unit.
    pub quota_per_inspector: u32,
}

/// Why the pack cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("packs/cn/supervision.toml: {0}")]
pub struct BadLimits(String);

impl Limits {
    /// Reads the pack.
    ///
    /// # Errors
    /// Names line and key of what does not fit.
    pub fn parse(text: &str) -> Result<Limits, BadLimits> {
        toml::from_str(text).map_err(|error| BadLimits(error.to_string()))
    }
}

impl Default for Limits {
    /// The pack this binary was built with.
    fn default() -> Limits {
        Limits::parse(include_str!("../../../../../packs/cn/supervision.toml"))
            .unwrap_or_else(|error| panic!("the embedded pack is read by a test: {error}"))
    }
}

/// What arms clocks: the present moment, the jurisdiction's civil time and its calendar.
#[derive(Clone, Copy)]
pub struct Timing<'a> {
    /// Now.
    pub now: Instant,
    /// Whose days.
    pub zone: Zone,
    /// Which of them are working days.
    pub calendar: &'a WorkingCalendar,
}

impl Timing<'_> {
    /// A clock of so many working days from now.
    ///
    /// # Errors
    /// If the calendar has no data for a year it needs: the step stops, for nothing runs unmeasured.
    pub fn arm(&self, days: &Days) -> Result<Running, NotArmed> {
        let limit = Limit::new(Law::General, Budget::working_days(days.working_days), days.source.as_str());
        let clock = StatutoryClock::start(self.now, self.zone, limit);
        match clock.due(self.calendar)?.statutory {
            Deadline::At { ends, .. } => Ok(Running { clock, ends }),
            // A clock that has just started has no open suspension.
            Deadline::Waiting { .. } => Err(NotArmed::Disordered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_pack_reads() {
        assert_eq!(Limits::default().explain.working_days, 5);
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = Limits::parse("version = \"1\"\nspeed = 3\n").unwrap_err().to_string();
        assert!(error.contains("speed"), "{error}");
    }
}
