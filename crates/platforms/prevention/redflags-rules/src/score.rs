//! The queue score: absolute, not by rank, so that no case moves when another does; and the precision behind it.

use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::registry::{Family, Indicator, Severity};
use crate::settings::Settings;
use crate::stats::{log10, round9, wilson_interval};

/// A raised flag as the score sees it.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The indicator.
    pub indicator: &'static Indicator,
    /// Whether it reaches the subject from elsewhere: a supplier, buyer, pair, group or market that the subject belongs to.
    pub inherited: bool,
}

/// One factor of a score, for the score page.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Factor {
    /// Indicator code.
    pub code: &'static str,
    /// Its family; an indicator without kin is its own.
    pub family: Family,
    /// Weight by severity: 0.9, 0.5, 0.2.
    pub weight: f64,
    /// Precision π of the parameter version.
    pub precision: f64,
    /// 1 on the subject itself, 0.5 when inherited.
    pub reach: f64,
    /// Whether it is the greatest of its family, the one that counts.
    pub counts: bool,
}

/// Colour of the queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Below 30.
    Blue,
    /// From 30.
    Yellow,
    /// From 60.
    Red,
}

/// A score with everything it is made of.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Score {
    /// 100 · risk · materiality, rounded to 0.1.
    pub score: f64,
    /// 1 − Π over families (1 − the greatest w·π·g of the family).
    pub risk: f64,
    /// 0.05 to 1; 0.5 where the value is not known.
    pub materiality: f64,
    /// Whether the value was not known in a currency of the table.
    pub value_unknown: bool,
    /// The colour.
    pub band: Band,
    /// The flags, those of most effect first.
    pub factors: Vec<Factor>,
}

/// The weight of a severity. Source: our parameters, §9.3.
pub const fn weight(severity: Severity) -> f64 {
    match severity {
        Severity::Statutory => 0.9,
        Severity::Strong => 0.5,
        Severity::Indicative => 0.2,
    }
}

/// π before there are verdicts enough, by severity.
pub const fn prior(severity: Severity) -> f64 {
    match severity {
        Severity::Statutory => 0.9,
        Severity::Strong => 0.5,
        Severity::Indicative => 0.3,
    }
}

/// π of an indicator: of the last signed parameter version, else the prior; never below 0.05.
pub fn precision_of(indicator: &Indicator, settings: &Settings) -> f64 {
    let signed = settings.precision.get(indicator.code).copied();
    signed.unwrap_or_else(|| prior(settings.setting(indicator).severity)).clamp(PRECISION_FLOOR, 1.0)
}

/// The least precision a flag is weighed with: an indicator below it is proposed for switching off, not silenced.
pub const PRECISION_FLOOR: f64 = 0.05;

/// Scores a subject.
///
/// - `flags`: raised ones that concern it, in any order, each indicator at its strongest reach.
/// - `value`: amount and currency: contract, else award, else estimate.
///
/// The same inputs and parameter version give the same score on any node.
pub fn score(flags: &[Flag], value: Option<(f64, &str)>, settings: &Settings) -> Score {
    let mut factors: Vec<Factor> = Vec::with_capacity(flags.len());
    for flag in flags {
        let severity = settings.setting(flag.indicator).severity;
        let factor = Factor {
            code: flag.indicator.code,
            family: flag.indicator.family,
            weight: weight(severity),
            precision: precision_of(flag.indicator, settings),
            reach: if flag.inherited { 0.5 } else { 1.0 },
            counts: false,
        };
        // One indicator raised for many parts of a subject counts once, at its strongest.
        match factors.iter_mut().find(|known| known.code == factor.code) {
            Some(known) if effect(&factor) > effect(known) => *known = factor,
            Some(_) => {}
            None => factors.push(factor),
        }
    }
    factors.sort_by(|a, b| effect(b).total_cmp(&effect(a)).then(a.code.cmp(b.code)));
    let mut unharmed = 1.0;
    let mut families: Vec<Family> = Vec::new();
    for factor in &mut factors {
        factor.counts = factor.family == Family::Own || !families.contains(&factor.family);
        if factor.counts {
            families.push(factor.family);
            unharmed *= 1.0 - effect(factor);
        }
    }
    let risk = round9(1.0 - unharmed);
    let known = value.and_then(|(amount, currency)| {
        let bounds = settings.materiality.get(currency)?;
        (amount > 0.0).then(|| log10(amount / bounds.least) / log10(bounds.full / bounds.least))
    });
    let materiality = round9(known.map_or(0.5, |position| position.clamp(0.05, 1.0)));
    let score = (1000.0 * risk * materiality).round() / 10.0;
    let band = if score >= 60.0 {
        Band::Red
    } else if score >= 30.0 {
        Band::Yellow
    } else {
        Band::Blue
    };
    Score { score, risk, materiality, value_unknown: known.is_none(), band, factors }
}

fn effect(factor: &Factor) -> f64 {
    factor.weight * factor.precision * factor.reach
}

/// The value of a process for the score.
pub fn value_of<'r>(facts: &Facts<'r>) -> Option<(f64, &'r str)> {
    facts.amount().map(|money| (crate::facts::to_f64(money.amount), money.currency))
}

/// What inspectors concluded about raised flags of one indicator, version and stratum.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Verdicts {
    /// The suspicion held.
    pub confirmed: u64,
    /// The fact was right, with a lawful reason.
    pub explained: u64,
    /// The fact was wrong.
    pub refuted: u64,
    /// Not concluded; in no ratio.
    pub open: u64,
}

/// A ratio with its Wilson 95 % interval.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Precision {
    /// Verdicts it rests on.
    pub n: u64,
    /// The ratio.
    pub ratio: f64,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
}

impl Verdicts {
    /// Verdicts below which a precision is shown as "too few", and the prior stands.
    pub const LEAST: u64 = 30;

    /// Concluded verdicts.
    pub const fn concluded(&self) -> u64 {
        self.confirmed + self.explained + self.refuted
    }

    /// confirmed ÷ concluded; `None` without verdicts.
    pub fn precision(&self) -> Option<Precision> {
        share(self.confirmed, self.concluded())
    }

    /// (confirmed + explained) ÷ concluded: whether the facts were right. `None` without verdicts.
    pub fn data_precision(&self) -> Option<Precision> {
        share(self.confirmed + self.explained, self.concluded())
    }

    /// π for the next parameter version: the lower bound from [`Verdicts::LEAST`] on, else the prior; never below the floor.
    pub fn pi(&self, severity: Severity) -> f64 {
        match self.precision().filter(|precision| precision.n >= Self::LEAST) {
            Some(precision) => precision.lower.max(PRECISION_FLOOR),
            None => prior(severity),
        }
    }

    /// Whether switching off or another threshold is to be proposed: upper bound below 0.1 over 50 verdicts or more.
    pub fn failing(&self) -> bool {
        self.precision().is_some_and(|precision| precision.n >= 50 && precision.upper < 0.1)
    }
}

fn share(part: u64, whole: u64) -> Option<Precision> {
    let (lower, upper) = wilson_interval(part, whole)?;
    Some(Precision { n: whole, ratio: round9(part as f64 / whole as f64), lower: round9(lower), upper: round9(upper) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::indicator;

    fn flags(codes: &[(&str, bool)]) -> Vec<Flag> {
        codes
            .iter()
            .map(|(code, inherited)| Flag { indicator: indicator(code).unwrap(), inherited: *inherited })
            .collect()
    }

    #[test]
    fn kindred_flags_count_once_and_others_add_up() {
        let settings = Settings::default();
        let of = |codes: &[(&str, bool)]| score(&flags(codes), Some((1e8, "CNY")), &settings);
        let alone = of(&[("R028", false)]);
        assert_eq!(alone.score, 25.0, "0.5 · 0.5 at full materiality");
        assert_eq!(alone.band, Band::Blue);
        assert_eq!(of(&[("R028", false), ("R024", false)]).score, 25.0, "one family");
        assert_eq!(of(&[("R028", false), ("R035", false)]).score, 43.8, "1 − 0.75²");
        assert_eq!(of(&[("R028", true)]).score, 12.5, "inherited");
        assert_eq!(of(&[("R028", true), ("R028", false)]).score, 25.0, "the same at its strongest");
        assert_eq!(of(&[("CN-04", false)]).band, Band::Red, "statutory: 0.9 · 0.9");
        assert_eq!(of(&[]).score, 0.0);
    }

    #[test]
    fn materiality_is_logarithmic_between_its_bounds() {
        let settings = Settings::default();
        let of = |value| score(&flags(&[("CN-04", false)]), value, &settings).materiality;
        let cases = [
            (Some((1e8, "CNY")), 1.0),
            (Some((1e9, "CNY")), 1.0),
            (Some((1e6, "CNY")), 0.5),
            (Some((1e4, "CNY")), 0.05),
            (Some((1e8, "XYZ")), 0.5),
            (None, 0.5),
        ];
        for (value, expected) in cases {
            assert_eq!(of(value), expected, "{value:?}");
        }
    }

    #[test]
    fn precision_needs_verdicts() {
        let few = Verdicts { confirmed: 9, explained: 1, refuted: 0, open: 5 };
        assert_eq!(few.concluded(), 10);
        assert_eq!(few.pi(Severity::Strong), 0.5, "the prior stands below thirty");
        let many = Verdicts { confirmed: 80, explained: 15, refuted: 5, open: 0 };
        let precision = many.precision().unwrap();
        assert!(precision.lower < 0.8 && 0.8 < precision.upper);
        assert_eq!(many.pi(Severity::Strong), precision.lower);
        assert_eq!(many.data_precision().unwrap().ratio, 0.95);
        assert!(Verdicts { refuted: 60, ..Verdicts::default() }.failing());
        assert_eq!(Verdicts::default().precision(), None);
    }
}
