//! Amendments 规则调整: another figure for an indicator, or the indicator switched on or off. One officer proposes, after
//! trying it on the past; another approves; from then on runs judge by it. The pack stays as it is: what is in force is
//! the pack with the approved amendments over it, in the order of their approval.
//!
//! Pure: [`propose`] and [`decide`] answer with events or refusals; [`Amendments`] is what the events come to.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kernel::{Erasable, MatterId, Param, Refuse};
use redflags_rules::parameters::PARAMETERS;
use redflags_rules::registry::{By, Indicator};
use redflags_rules::settings::{PackError, Settings};
use serde::{Deserialize, Serialize};

use crate::events::RedflagEvent;

/// A reason's length at most, in characters.
pub const LONGEST: usize = 2_000;

/// What is to hold for one indicator: figures by name, as written; `off` is no bound.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Content {
    /// Changed figures only.
    pub figures: BTreeMap<String, String>,
    /// Whether runs judge it; absent leaves that as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// What the trial that an amendment rests on came to: who decides sees what the proposer saw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tried {
    /// The run it was compared with.
    pub run: i64,
    /// Processes read.
    pub processes: i64,
    /// Subjects that the run raised.
    pub raised_before: i64,
    /// Subjects that the trial would have raised.
    pub raised_after: i64,
    /// Verdicts "confirmed" on what the run raised, and how many of them the trial would have raised too.
    pub confirmed: i64,
    /// See `confirmed`.
    pub confirmed_kept: i64,
    /// Verdicts "refuted", the same.
    pub refuted: i64,
    /// See `refuted`.
    pub refuted_kept: i64,
}

/// One amendment of an indicator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Amendment {
    /// Its number within the indicator: the version of the matter that proposed it.
    pub number: u64,
    /// What is to hold.
    pub content: Content,
    /// What trying it on the past came to.
    pub tried: Tried,
    /// Why.
    pub reason: Erasable<String>,
    /// The officer who proposed it.
    pub proposer: String,
    /// How it was decided; nothing while it waits.
    pub decision: Option<Decision>,
}

/// A decision on an amendment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Whether it is in force from then on.
    pub approved: bool,
    /// The officer who decided.
    pub decider: String,
    /// Why.
    pub grounds: Erasable<String>,
}

/// Expected refusals.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The indicator is computed from a platform's own acts, not by runs.
    #[error("this indicator has no figures to amend")]
    NoFigures,
    /// A figure is no number, or not one that may stand there.
    #[error("{name} is no figure that may stand there")]
    BadFigure {
        /// The figure's name.
        name: String,
    },
    /// Nothing would change.
    #[error("nothing would change")]
    Unchanged,
    /// The trial read nothing, so that it says nothing of what would change.
    #[error("the trial read no process")]
    Untried,
    /// Another amendment of the same indicator waits.
    #[error("another amendment of the same indicator waits for its decision")]
    Waits,
    /// No such amendment waits.
    #[error("no such amendment waits for a decision")]
    NothingWaits,
    /// The proposer decides nothing of their own.
    #[error("who proposed it does not decide it")]
    OwnProposal,
    /// A reason is missing.
    #[error("a reason is missing")]
    NoReason,
    /// A reason is too long.
    #[error("the reason is longer than {limit} characters")]
    LongReason {
        /// The limit.
        limit: usize,
    },
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoFigures => "amendment.no_figures",
            Refusal::BadFigure { .. } => "amendment.bad_figure",
            Refusal::Unchanged => "amendment.unchanged",
            Refusal::Untried => "amendment.untried",
            Refusal::Waits => "amendment.waits",
            Refusal::NothingWaits => "amendment.nothing_waits",
            Refusal::OwnProposal => "amendment.own_proposal",
            Refusal::NoReason => "amendment.no_reason",
            Refusal::LongReason { .. } => "amendment.long_reason",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::BadFigure { name } => vec![("name", Param::Text(name.clone()))],
            Refusal::LongReason { limit } => vec![("limit", Param::Count(*limit as i64))],
            _ => Vec::new(),
        }
    }
}

/// Codes of all refusals.
pub const REFUSALS: &[&str] = &[
    "amendment.no_figures",
    "amendment.bad_figure",
    "amendment.unchanged",
    "amendment.untried",
    "amendment.waits",
    "amendment.nothing_waits",
    "amendment.own_proposal",
    "amendment.no_reason",
    "amendment.long_reason",
];

/// The matter of an indicator's amendments.
pub fn matter_of(code: &str) -> MatterId {
    crate::import::derived("qingyuan.redflags.indicator", code)
}

/// All amendments of one indicator, oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Amendments(pub Vec<Amendment>);

impl Amendments {
    /// What the events of the matter come to.
    pub fn replay<'a>(events: impl IntoIterator<Item = &'a RedflagEvent>) -> Amendments {
        let mut all = Amendments::default();
        for event in events {
            match event {
                RedflagEvent::AmendmentProposed { number, content, tried, reason, proposer, .. } => {
                    all.0.push(Amendment {
                        number: number.unsigned_abs(),
                        content: content.clone(),
                        tried: *tried,
                        reason: reason.clone(),
                        proposer: proposer.clone(),
                        decision: None,
                    })
                }
                RedflagEvent::AmendmentDecided { approved, grounds, decider, .. } => {
                    if let Some(last) = all.0.last_mut().filter(|last| last.decision.is_none()) {
                        last.decision =
                            Some(Decision { approved: *approved, decider: decider.clone(), grounds: grounds.clone() });
                    }
                }
                _ => {}
            }
        }
        all
    }

    /// The one that waits.
    pub fn waiting(&self) -> Option<&Amendment> {
        self.0.last().filter(|last| last.decision.is_none())
    }
}

/// The TOML that lays a content over settings.
///
/// # Errors
/// [`Refusal::BadFigure`] names the first figure that is none.
pub fn overlay(indicator: &Indicator, content: &Content) -> Result<String, Refusal> {
    let mut overlay = format!("[indicator.{}]\n", indicator.code);
    if let Some(enabled) = content.enabled {
        let _ = writeln!(overlay, "enabled = {enabled}");
    }
    for (name, text) in &content.figures {
        let bad = || Refusal::BadFigure { name: name.clone() };
        if !PARAMETERS.iter().any(|parameter| parameter.section == indicator.code && parameter.name == name) {
            return Err(bad());
        }
        if text == "off" {
            let _ = writeln!(overlay, "{name} = \"off\"");
            continue;
        }
        let figure: f64 =
            text.replace(',', "").parse().ok().filter(|it: &f64| it.is_finite() && *it >= 0.0).ok_or_else(bad)?;
        let _ = writeln!(overlay, "{name} = {figure:?}");
    }
    Ok(overlay)
}

/// Settings with a content over them.
///
/// # Errors
/// If a figure may not stand there.
pub fn over(settings: &Settings, indicator: &Indicator, content: &Content) -> Result<Settings, Refusal> {
    let overlay = overlay(indicator, content)?;
    settings.clone().with(&overlay).map_err(|PackError { key, .. }| Refusal::BadFigure { name: key })
}

/// Proposes an amendment.
///
/// - `number`: the version of the matter that this makes; `settings`: those in force; `given`: the figures wished for, by
///   name, and whether the indicator is to be on; `tried`: what the trial of just that came to.
///
/// # Errors
/// See [`Refusal`].
pub fn propose(
    all: &Amendments,
    number: u64,
    settings: &Settings,
    indicator: &Indicator,
    (given, tried): (&Content, Tried),
    reason: &str,
    proposer: &str,
) -> Result<RedflagEvent, Refusal> {
    if indicator.by == By::Native {
        return Err(Refusal::NoFigures);
    }
    if all.waiting().is_some() {
        return Err(Refusal::Waits);
    }
    if tried.processes == 0 {
        return Err(Refusal::Untried);
    }
    let reason = checked(reason)?;
    let after = over(settings, indicator, given)?;
    let written = |settings: &Settings, name: &str| settings.figure_named(indicator.code, name).map(written);
    let figures: BTreeMap<String, String> = given
        .figures
        .keys()
        .filter_map(|name| {
            let (before, after) = (written(settings, name)?, written(&after, name)?);
            (before != after).then(|| (name.clone(), after))
        })
        .collect();
    let enabled = given.enabled.filter(|enabled| *enabled != settings.setting(indicator).enabled);
    if figures.is_empty() && enabled.is_none() {
        return Err(Refusal::Unchanged);
    }
    Ok(RedflagEvent::AmendmentProposed {
        indicator: indicator.code.to_owned(),
        number: i64::try_from(number).unwrap_or(i64::MAX),
        content: Content { figures, enabled },
        tried,
        reason: reason.into(),
        proposer: proposer.to_owned(),
    })
}

/// Decides the amendment that waits.
///
/// # Errors
/// See [`Refusal`]; whoever proposed it, under whatever post, does not decide it.
pub fn decide(
    all: &Amendments,
    indicator: &Indicator,
    number: u64,
    approved: bool,
    grounds: &str,
    decider: &str,
) -> Result<RedflagEvent, Refusal> {
    let waiting = all.waiting().filter(|waiting| waiting.number == number).ok_or(Refusal::NothingWaits)?;
    if waiting.proposer == decider {
        return Err(Refusal::OwnProposal);
    }
    let grounds = checked(grounds)?;
    Ok(RedflagEvent::AmendmentDecided {
        indicator: indicator.code.to_owned(),
        number: i64::try_from(number).unwrap_or(i64::MAX),
        content: waiting.content.clone(),
        approved,
        grounds: grounds.into(),
        decider: decider.to_owned(),
    })
}

/// A figure as people write it; `off` where there is no bound.
pub fn written(figure: f64) -> String {
    if figure.is_nan() { "off".to_owned() } else { figure.to_string() }
}

fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Refusal::NoReason),
        n if n > LONGEST => Err(Refusal::LongReason { limit: LONGEST }),
        _ => Ok(reason.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use redflags_rules::registry::indicator;

    use super::*;

    const TRIED: Tried = Tried {
        run: 3,
        processes: 100,
        raised_before: 9,
        raised_after: 5,
        confirmed: 2,
        confirmed_kept: 2,
        refuted: 4,
        refuted_kept: 1,
    };

    fn content(figures: &[(&str, &str)], enabled: Option<bool>) -> Content {
        let figures = figures.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Content { figures, enabled }
    }

    /// The first indicator with a figure, and that figure's name.
    fn some() -> (&'static Indicator, &'static str) {
        let parameter = PARAMETERS.iter().find(|parameter| parameter.section == "PS-01").unwrap();
        (indicator("PS-01").unwrap(), parameter.name)
    }

    #[test]
    fn one_proposes_another_decides_and_the_figure_holds() {
        let (indicator, name) = some();
        let settings = Settings::cn().unwrap();
        let none = Amendments::default();
        let proposed =
            propose(&none, 1, &settings, indicator, (&content(&[(name, "0.031")], None), TRIED), " 误报偏多 ", "a")
                .unwrap();
        let waiting = Amendments::replay([&proposed]);
        assert_eq!(waiting.waiting().unwrap().content, content(&[(name, "0.031")], None));
        let decided = decide(&waiting, indicator, 1, true, "同意", "b").unwrap();
        let all = Amendments::replay([&proposed, &decided]);
        assert!(all.waiting().is_none());
        let after = over(&settings, indicator, &all.0[0].content).unwrap();
        assert_eq!(after.figure_named("PS-01", name), Some(0.031));
        assert_ne!(after.digest(), settings.digest());
    }

    #[test]
    fn what_is_refused() {
        let (indicator, name) = some();
        let settings = Settings::cn().unwrap();
        let now = written(settings.figure_named("PS-01", name).unwrap());
        let none = Amendments::default();
        let ask = |given: &Content, reason: &str| {
            propose(&none, 1, &settings, indicator, (given, TRIED), reason, "a").unwrap_err()
        };
        let fine = content(&[(name, "0.031")], None);
        let cases = [
            ("a word for a figure", content(&[(name, "many")], None), "r", "amendment.bad_figure"),
            ("less than nothing", content(&[(name, "-1")], None), "r", "amendment.bad_figure"),
            ("infinity", content(&[(name, "inf")], None), "r", "amendment.bad_figure"),
            ("another's figure", content(&[("no_such_figure", "1")], None), "r", "amendment.bad_figure"),
            ("the same figure", content(&[(name, now.as_str())], None), "r", "amendment.unchanged"),
            ("on as it is", content(&[], Some(true)), "r", "amendment.unchanged"),
            ("no reason", fine.clone(), "  ", "amendment.no_reason"),
        ];
        for (case, given, reason, code) in cases {
            assert_eq!(ask(&given, reason).code(), code, "{case}");
        }
        assert_eq!(ask(&fine, &"长".repeat(LONGEST + 1)).code(), "amendment.long_reason");
        let empty = Tried { processes: 0, ..TRIED };
        assert_eq!(propose(&none, 1, &settings, indicator, (&fine, empty), "r", "a").unwrap_err(), Refusal::Untried);
        let proposed = propose(&none, 1, &settings, indicator, (&fine, TRIED), "r", "a").unwrap();
        let waiting = Amendments::replay([&proposed]);
        let again = propose(&waiting, 2, &settings, indicator, (&fine, TRIED), "r", "b").unwrap_err();
        assert_eq!(again, Refusal::Waits);
        assert_eq!(decide(&waiting, indicator, 1, true, "x", "a").unwrap_err(), Refusal::OwnProposal);
        assert_eq!(decide(&waiting, indicator, 2, true, "x", "b").unwrap_err(), Refusal::NothingWaits);
        assert_eq!(decide(&waiting, indicator, 1, false, "", "b").unwrap_err(), Refusal::NoReason);
        let refused = decide(&waiting, indicator, 1, false, "不同意", "b").unwrap();
        let after = Amendments::replay([&proposed, &refused]);
        assert_eq!(decide(&after, indicator, 1, true, "x", "b").unwrap_err(), Refusal::NothingWaits);
        assert!(
            propose(&after, 3, &settings, indicator, (&fine, TRIED), "r", "a").is_ok(),
            "after a refusal one may ask again"
        );
    }
}
