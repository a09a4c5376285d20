//! What each indicator is: code, name, formula, needs and source, as data that pages, runs and documents share.

mod award;
mod contract;
mod further;
mod planning;
mod screens;
mod statutory;
mod tender;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

use crate::subject::Grain;
use crate::text::Text;

/// One red-flag indicator. A changed formula is a new `version` of the same code; codes are never reused.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Indicator {
    /// `R001`–`R073` of the Open Contracting Partnership's guide, `CN-`, `PS-`, `NW-`, `X-`.
    pub code: &'static str,
    /// Counts changes of the formula, from 1.
    pub version: u16,
    /// What it judges.
    pub grain: Grain,
    /// What later facts can do to a raised outcome.
    pub stability: Stability,
    /// Kindred indicators count once in the queue score.
    pub family: Family,
    /// How heavy it is unless a pack says otherwise.
    pub severity: Severity,
    /// Its name.
    pub name: Text,
    /// What it may tell.
    pub tells: Text,
    /// When it is raised.
    pub formula: Text,
    /// What its value is.
    pub quantity: Text,
    /// The unit of the value.
    pub unit: Quantity,
    /// How the value stands to the threshold when it is raised.
    pub compare: Compare,
    /// OCDS paths in the order in which they are named as missing; ` ∨ ` parts alternatives, the first present wins.
    pub needs: &'static [&'static str],
    /// When it does not apply, beyond cancellation.
    pub exempt: Text,
    /// Where it comes from.
    pub source: Text,
    /// Whether imported OCDS data allow it.
    pub importable: Importable,
    /// Where it is computed.
    pub by: By,
}

impl Indicator {
    /// Its place in [`indicators`].
    pub fn index(&self) -> usize {
        INDEX.get(self.code).copied().unwrap_or_default()
    }
}

/// What later facts, other than corrections, can do to a raised outcome.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stability {
    /// Raised stays raised.
    Monotone,
    /// Not applicable until the unit is final, then monotone.
    Final,
    /// Rests on an absence: judged once at its due moment, not lowered by late publication.
    Absence,
    /// Fixed per subject, window and snapshot.
    Aggregate,
}

/// Families keep kindred flags from counting twice.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Prices that are too alike, or too regular.
    PriceLikeness,
    /// Bidders removed.
    Exclusion,
    /// Limits avoided.
    Threshold,
    /// Bidders or officials linked.
    Linkage,
    /// Too fast or too slow.
    Time,
    /// The wrong method.
    Method,
    /// Contracts changed.
    Change,
    /// Kindred to none: a family of its own.
    Own,
}

/// How heavy a flag is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// 1: indicative.
    Indicative,
    /// 2: strong.
    Strong,
    /// 3: statutory.
    Statutory,
}

impl Severity {
    /// What a person reads.
    pub const fn text(self) -> Text {
        match self {
            Self::Indicative => Text::new("提示", "indicative"),
            Self::Strong => Text::new("较强", "strong"),
            Self::Statutory => Text::new("法定", "statutory"),
        }
    }

    /// 1, 2 or 3.
    pub const fn level(self) -> u8 {
        match self {
            Self::Indicative => 1,
            Self::Strong => 2,
            Self::Statutory => 3,
        }
    }
}

/// The unit of a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Whole days.
    Days,
    /// A number of things.
    Count,
    /// A ratio, shown in per cent.
    Ratio,
    /// Money in the subject's currency.
    Money,
    /// A statistic without unit.
    Real,
}

/// How value and threshold stand to one another when raised.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// value < threshold.
    Less,
    /// value ≤ threshold.
    AtMost,
    /// value = threshold.
    Equal,
    /// value ≥ threshold.
    AtLeast,
    /// value > threshold.
    More,
    /// value ≤ a lower or ≥ an upper fence; the threshold is the one met.
    Outside,
}

/// Whether imported OCDS data allow an indicator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Importable {
    /// Wholly.
    Yes,
    /// In part, and why only so.
    Part(Text),
    /// Not at all, and why.
    No(Text),
}

/// Where an indicator is computed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Within one process: [`crate::process`].
    Judge,
    /// Over many processes: [`crate::aggregate`].
    Aggregates,
    /// One process against earlier ones: [`crate::history`].
    History,
    /// Only on our own trading platform, from its own acts, or by an inspector's answer.
    Native,
}

static ALL: LazyLock<Vec<Indicator>> = LazyLock::new(|| {
    let mut all = Vec::with_capacity(148);
    all.extend_from_slice(&planning::ALL);
    all.extend_from_slice(&tender::ALL);
    award::PARTS.iter().for_each(|part| all.extend_from_slice(part));
    all.extend_from_slice(&contract::ALL);
    all.extend_from_slice(&statutory::ALL);
    all.extend_from_slice(&further::ALL);
    all.extend_from_slice(&screens::ALL);
    all
});

static INDEX: LazyLock<HashMap<&'static str, usize>> =
    LazyLock::new(|| ALL.iter().enumerate().map(|(index, indicator)| (indicator.code, index)).collect());

/// Every indicator, in the order of the design's chapters: planning, tender, award, contract, statutory, further, screens.
pub fn indicators() -> &'static [Indicator] {
    &ALL
}

/// The indicator with this code.
pub fn indicator(code: &str) -> Option<&'static Indicator> {
    INDEX.get(code).map(|&index| &ALL[index])
}

/// Those that imported OCDS data allow wholly or partly; a run judges these.
pub fn importable() -> impl Iterator<Item = &'static Indicator> {
    ALL.iter().filter(|indicator| indicator.by != By::Native)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{Key, PARAMETERS};

    #[test]
    fn there_are_148_of_which_127_are_importable() {
        assert_eq!(indicators().len(), 148);
        assert_eq!(INDEX.len(), 148, "codes are unique");
        assert_eq!(importable().count(), 127);
        for indicator in indicators() {
            let native = matches!(indicator.importable, Importable::No(_));
            assert_eq!(native, indicator.by == By::Native, "{}", indicator.code);
            assert_eq!(super::indicator(indicator.code), Some(indicator));
        }
    }

    #[test]
    fn every_text_is_there_in_both_languages() {
        for indicator in indicators() {
            for text in [indicator.name, indicator.tells, indicator.formula, indicator.quantity, indicator.source] {
                assert!(!text.zh.is_empty() && !text.en.is_empty(), "{}", indicator.code);
            }
            assert_eq!(indicator.exempt.zh.is_empty(), indicator.exempt.en.is_empty(), "{}", indicator.code);
        }
    }

    #[test]
    fn parameters_belong_to_indicators() {
        assert_eq!(Key::Nw09MinLosses as usize + 1, PARAMETERS.len());
        for parameter in &PARAMETERS {
            assert!(parameter.section == "general" || indicator(parameter.section).is_some(), "{}", parameter.section);
        }
    }
}
