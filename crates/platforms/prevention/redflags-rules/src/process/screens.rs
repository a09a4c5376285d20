//! Price screens of one lot, as measures: PS-01 … PS-08. One lot proves nothing; markets and groups do the raising that is queued.

use super::prices::valid_evidence;
use super::scope::{
    SCREEN_LEVELS, Step, at_least_log, at_least_plain, at_least_signed, at_most_log, at_most_signed, exempt,
    free_prices, is_final, lot_stratum, prices, unit_of,
};
use crate::context::Context;
use crate::facts::Facts;
use crate::outcome::{Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Fenced, Measure, Ruling, Spot, Verdict};
use crate::stats::{cv, exp, kolmogorov_uniform, kurtosis, round9, skewness, standard_deviation};

/// Valid prices ascending of a final lot with free prices and no visible ranks.
fn screened<'f>(spot: Spot, facts: &'f Facts<'_>, least: usize) -> Step<&'f [f64]> {
    let unit = unit_of(spot, facts);
    free_prices(facts)?;
    if facts.auction() {
        return exempt(Reason::Auction);
    }
    is_final(unit)?;
    prices(unit, facts, least)?;
    Ok(&unit.floats)
}

/// A measure in the stratum of its lot; without a value (no spread) the formula is degenerate.
fn measured<'r>(spot: Spot, facts: &Facts<'r>, value: Option<f64>) -> Result<Measure<'r>, Ruling> {
    match value.map(round9).filter(|value| value.is_finite()) {
        Some(value) => Ok(Measure { value, stratum: lot_stratum(unit_of(spot, facts), facts) }),
        None => exempt(Reason::Degenerate).map_err(Ruling::from),
    }
}

/// A positive measure; a zero is left out of the reference and is not raised: equal prices are R028's matter.
fn positive<'r>(spot: Spot, facts: &Facts<'r>, value: f64) -> Result<Measure<'r>, Ruling> {
    if round9(value) <= 0.0 { Err(Outcome::CLEAR.into()) } else { measured(spot, facts, Some(value)) }
}

/// PS-01: coefficient of variation. Source: Abrantes-Metz et al. 2006; Imhof 2017.
pub(super) const PS01: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 3)?;
        positive(spot, facts, cv(prices).unwrap_or(0.0))
    },
    compare: |value, fences, settings| {
        let Some(like) = fences else { return Verdict::NoReference };
        // The published bound was read off markets that spread by a tenth; where prices lie close anyway it says nothing, so that it is
        // asked only of what is also well below its like.
        let most = round9(exp(like.median) * settings.figure(Key::Ps01OfMedian)).min(settings.figure(Key::Ps01MaxCv));
        if value <= most {
            return Verdict::Raised(most);
        }
        match at_most_log(value, fences) {
            raised @ Verdict::Raised(_) => raised,
            _ => Verdict::Clear(most),
        }
    },
    explain: valid_evidence,
    log: true,
    levels: SCREEN_LEVELS,
};

/// PS-02: sample excess kurtosis. Source: Imhof 2017.
pub(super) const PS02: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 4)?;
        measured(spot, facts, kurtosis(prices))
    },
    compare: |value, fences, _| at_least_signed(value, fences),
    explain: valid_evidence,
    log: false,
    levels: SCREEN_LEVELS,
};

/// PS-03: sample skewness. Source: Imhof 2017; Huber, Imhof 2019.
pub(super) const PS03: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 3)?;
        measured(spot, facts, skewness(prices))
    },
    compare: |value, fences, _| at_most_signed(value, fences),
    explain: valid_evidence,
    log: false,
    levels: SCREEN_LEVELS,
};

/// PS-04: (b₂ − b₁) ÷ b₁. Source: Huber, Imhof 2019.
pub(super) const PS04: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 2)?;
        positive(spot, facts, (prices[1] - prices[0]) / prices[0])
    },
    compare: |value, fences, _| at_least_log(value, fences),
    explain: valid_evidence,
    log: true,
    levels: SCREEN_LEVELS,
};

/// PS-05: (b₂ − b₁) ÷ σ(b₂ … bₙ). Source: Imhof, Karagök, Rutz 2018.
///
/// The rule raises above a fixed 1; no fence is needed.
pub(super) fn ps05(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    use crate::outcome::Number;
    let prices = match screened(spot, facts, 3) {
        Ok(prices) => prices,
        Err(outcome) => return outcome,
    };
    let most = cx.settings.figure(Key::Ps05Distance);
    let gap = prices[1] - prices[0];
    let spread = round9(standard_deviation(&prices[1..]).unwrap_or(0.0));
    // Losers at one price: infinitely far if the winner is below them, and no distance if it is not.
    let (value, raised) = if spread == 0.0 {
        (if gap > 0.0 { f64::INFINITY } else { 0.0 }, gap > 0.0)
    } else {
        let value = round9(gap / spread);
        (value, value > most)
    };
    // An infinite figure cannot be stored as JSON; the largest stands for it.
    let value = Number::Real(value.min(f64::MAX));
    super::scope::compared(raised, value, Number::real(most), || valid_evidence(spot, facts, cx).0)
}

/// PS-06: (b₂ − b₁)(n − 1) ÷ (bₙ − b₁); raised above 1 and at the fence. Source: Wallimann, Imhof, Huber 2023.
pub(super) const PS06: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 3)?;
        let (first, last) = (prices[0], prices[prices.len() - 1]);
        if last <= first {
            return exempt(Reason::Degenerate).map_err(Ruling::from);
        }
        positive(spot, facts, (prices[1] - first) * (prices.len() - 1) as f64 / (last - first))
    },
    compare: |value, fences, settings| {
        let least = settings.figure(Key::Ps06Distance);
        if value <= least {
            return Verdict::Clear(least);
        }
        at_least_log(value, fences)
    },
    explain: valid_evidence,
    log: true,
    levels: SCREEN_LEVELS,
};

/// PS-07: (bₙ − b₁) ÷ b₁. Source: Wallimann, Imhof, Huber 2023.
pub(super) const PS07: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 2)?;
        positive(spot, facts, (prices[prices.len() - 1] - prices[0]) / prices[0])
    },
    compare: |value, fences, _| at_most_log(value, fences),
    explain: valid_evidence,
    log: true,
    levels: SCREEN_LEVELS,
};

/// PS-08: largest distance from the uniform distribution. Source: Wallimann, Imhof, Huber 2023.
pub(super) const PS08: Fenced = Fenced {
    measure: |spot, facts, _| {
        let prices = screened(spot, facts, 5)?;
        measured(spot, facts, kolmogorov_uniform(prices))
    },
    compare: |value, fences, _| at_least_plain(value, fences),
    explain: valid_evidence,
    log: false,
    levels: SCREEN_LEVELS,
};
