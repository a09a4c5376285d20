//! This process among its like: the strongest measured reason with its reference distribution.

use redflags_rules::context::Context;
use redflags_rules::explain::figure;
use redflags_rules::facts::Facts;
use redflags_rules::parameters::Key;
use redflags_rules::process::judges;
use redflags_rules::registry::{Family, Indicator, Quantity};
use redflags_rules::ruling::{Fenced, Judge, Verdict};
use redflags_rules::text::Lang;
use redflags_rules::{Number, reference::Distribution};
use web::locale::Words;
use web::view::{Link, Panel, PeerPlot, format};

use super::{indicator_page, lang, said, t};
use crate::store::StoredFlag;

/// The most values drawn; a distribution of more is thinned evenly, which keeps its shape.
const MOST: u64 = 20_000;

struct Compared<'d> {
    indicator: &'static Indicator,
    value: f64,
    threshold: Option<f64>,
    distribution: &'d Distribution,
    log: bool,
    flagged: bool,
}

/// The panel with the plot; `None` where nothing measured has peers enough.
///
/// - `opens_indicators`: whether the reader may open the indicator's page.
pub fn panel(
    words: Words,
    facts: &Facts<'_>,
    cx: &Context<'_>,
    flags: &[StoredFlag],
    opens_indicators: bool,
) -> Option<Panel> {
    let compared = strongest(facts, cx, flags)?;
    let indicator = compared.indicator;
    let quantity = said(words, indicator.quantity);
    let written = |value: f64| figure(indicator.unit, Number::real(value), None, lang(words));
    let this = words.with("redflags-peers-this", &[("value", written(compared.value).into())]);
    let values = values(compared.distribution, compared.log);
    let mut ends = values.clone();
    ends.sort_by(f64::total_cmp);
    let at = |share: f64| ends.get(((ends.len() - 1) as f64 * share) as usize).copied();
    let axis = at(0.01).zip(at(0.99)).map(|(low, high)| {
        let marks = [Some(compared.value), compared.threshold, Some(0.0)];
        let reach = |end: f64, pick: fn(f64, f64) -> f64| marks.iter().flatten().copied().fold(end, pick);
        (reach(low, f64::min), reach(high, f64::max))
    });
    let mut plot = PeerPlot::new(words, quantity, values, compared.value, this, writer(indicator.unit, lang(words)));
    if let Some(threshold) = compared.threshold {
        plot =
            plot.threshold(threshold, words.with("redflags-peers-threshold", &[("value", written(threshold).into())]));
    }
    if let Some((low, high)) = axis {
        plot = plot.axis(low, high);
    }
    let stratum = compared.distribution.stratum.label();
    let stratum = if stratum == "*" { t(words, "peers-all") } else { stratum };
    let plot = plot.caption(words.with("redflags-peers-caption", &[("stratum", stratum.into())]));
    let name = said(words, indicator.name);
    let raised = if compared.flagged { "peers-raised" } else { "peers-not-raised" };
    let what = if name == quantity { name.to_owned() } else { format!("{name} · {quantity}") };
    let panel = Panel::new(t(words, "peers"), plot).note(what).foot(t(words, raised));
    Some(if opens_indicators {
        panel.aside(Link::new(indicator_page(indicator), indicator.code).quiet())
    } else {
        panel.aside(indicator.code)
    })
}

/// The gravest flag that rests on a measure with peers; without one, the first price measure that has them.
fn strongest<'d>(facts: &Facts<'_>, cx: &Context<'d>, flags: &[StoredFlag]) -> Option<Compared<'d>> {
    let fenced = |code: &str| {
        judges().iter().find_map(|(indicator, judge)| match judge {
            Judge::Fenced(fenced) if indicator.code == code => Some((*indicator, *fenced)),
            _ => None,
        })
    };
    let of_flag = |flag: &StoredFlag| {
        let (indicator, judge) = fenced(&flag.indicator)?;
        compare(indicator, judge, facts, cx, Some(&flag.content.subject), true)
    };
    flags.iter().find_map(of_flag).or_else(|| {
        judges()
            .iter()
            .filter(|(indicator, _)| matches!(indicator.family, Family::PriceLikeness))
            .filter(|(indicator, _)| cx.settings.setting(indicator).enabled)
            .find_map(|(indicator, judge)| match judge {
                Judge::Fenced(judge) => compare(indicator, *judge, facts, cx, None, false),
                _ => None,
            })
    })
}

fn compare<'d>(
    indicator: &'static Indicator,
    judge: Fenced,
    facts: &Facts<'_>,
    cx: &Context<'d>,
    subject: Option<&redflags_rules::SubjectKey>,
    flagged: bool,
) -> Option<Compared<'d>> {
    let reference = cx.reference?;
    let least = cx.settings.count(Key::GeneralReferenceMinN) as u64;
    let mut found = None;
    facts.each(indicator.grain, &mut |spot| {
        if found.is_some() || subject.is_some_and(|subject| *subject != facts.key(spot)) {
            return;
        }
        let Ok(measure) = (judge.measure)(spot, facts, cx) else { return };
        let Some(distribution) = reference.distribution(indicator, measure.stratum, judge.levels, least) else {
            return;
        };
        let fences = reference.fences(indicator, measure.stratum, judge.levels, least);
        let threshold = match (judge.compare)(measure.value, fences, cx.settings) {
            Verdict::Raised(threshold) | Verdict::Clear(threshold) => Some(threshold).filter(|it| it.is_finite()),
            Verdict::NoReference | Verdict::Degenerate => None,
        };
        found = Some(Compared { indicator, value: measure.value, threshold, distribution, log: judge.log, flagged });
    });
    found
}

fn values(distribution: &Distribution, log: bool) -> Vec<f64> {
    let step = (distribution.counts.n() / MOST).max(1);
    let mut seen = 0;
    let mut values = Vec::new();
    for (value, count) in distribution.counts.iter() {
        let value = if log { redflags_rules::stats::exp(value) } else { value };
        for _ in 0..count {
            if seen % step == 0 {
                values.push(value);
            }
            seen += 1;
        }
    }
    values
}

fn writer(unit: Quantity, lang: Lang) -> fn(f64) -> String {
    match (unit, lang) {
        (Quantity::Ratio, _) => |value| format::percent(value, 1),
        (Quantity::Days, Lang::Zh) => |value| format!("{value:.0} 日"),
        (Quantity::Days, Lang::En) => |value| format!("{value:.0} days"),
        (Quantity::Count, _) => |value| format!("{value:.0}"),
        (Quantity::Money | Quantity::Real, _) => |value| {
            if value.abs() >= 1_000.0 { format::number(value.round() as i128) } else { format!("{value:.3}") }
        },
    }
}
