//! Tails of the binomial, hypergeometric and Poisson distributions, and Wilson's interval.

use super::elementary::{exp, ln};

/// ln n!. Exact factorials up to 20, Stirling's series beyond (relative error below 1e-15).
pub fn ln_factorial(n: u64) -> f64 {
    if n <= 20 {
        return ln((2..=n).product::<u64>() as f64);
    }
    let x = n as f64;
    let x2 = x * x;
    let correction = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * x2)) / x2) / x2) / x;
    x * ln(x) - x + 0.5 * ln(2.0 * std::f64::consts::PI * x) + correction
}

/// ln of the binomial coefficient; −∞ where `k` > `n`.
pub fn ln_choose(n: u64, k: u64) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// P(X ≥ k) for X binomial with `n` trials of probability `p` in 0..=1.
pub fn binomial_tail(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let (lp, lq) = (ln(p), ln(1.0 - p));
    let point = |i: u64| exp(ln_choose(n, i) + i as f64 * lp + (n - i) as f64 * lq);
    if (k as f64) > n as f64 * p {
        upward(k, n, point(k), |i| (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p))
    } else {
        1.0 - downward(k - 1, 0, point(k - 1), |i| i as f64 / (n - i + 1) as f64 * (1.0 - p) / p)
    }
}

/// P(X ≥ k) for X the marked among `drawn` drawn without return from `population`, `marked` of which are marked.
pub fn hypergeometric_tail(k: u64, population: u64, marked: u64, drawn: u64) -> f64 {
    if marked > population || drawn > population {
        return f64::NAN;
    }
    let least = (marked + drawn).saturating_sub(population);
    let most = marked.min(drawn);
    if k <= least {
        return 1.0;
    }
    if k > most {
        return 0.0;
    }
    let unmarked = population - marked;
    let all = ln_choose(population, drawn);
    let point = |i: u64| exp(ln_choose(marked, i) + ln_choose(unmarked, drawn - i) - all);
    // P(i + 1) ÷ P(i); the last factor is positive because i ≥ least.
    let ratio =
        |i: u64| (marked - i) as f64 * (drawn - i) as f64 / ((i + 1) as f64 * (unmarked + i + 1 - drawn) as f64);
    if k as f64 > marked as f64 * drawn as f64 / population as f64 {
        upward(k, most, point(k), ratio)
    } else {
        1.0 - downward(k - 1, least, point(k - 1), |i| 1.0 / ratio(i - 1))
    }
}

/// P(X ≥ k) for X Poisson with the given mean ≥ 0.
pub fn poisson_tail(k: u64, mean: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    if (k as f64) > mean {
        // Beyond k + 60 + 20·√mean the rest is below the last bit.
        let last = k + 60 + (20.0 * mean.sqrt()) as u64;
        upward(k, last, poisson_point(k, mean), |i| mean / (i + 1) as f64)
    } else {
        1.0 - poisson_lower_tail(k - 1, mean)
    }
}

/// P(X ≤ k) for X Poisson with the given mean ≥ 0.
pub fn poisson_lower_tail(k: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    if (k as f64) < mean {
        downward(k, 0, poisson_point(k, mean), |i| i as f64 / mean)
    } else {
        1.0 - poisson_tail(k + 1, mean)
    }
}

/// Wilson's 95 % interval for a share of `hits` in `n`; `None` where n = 0 or hits > n.
///
/// Source: redflags.md §9.4; Wilson (1927), z = 1.959963984540054.
pub fn wilson_interval(hits: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 || hits > n {
        return None;
    }
    const Z: f64 = 1.959_963_984_540_054;
    let (hits, n) = (hits as f64, n as f64);
    let share = hits / n;
    let z2 = Z * Z;
    let centre = share + z2 / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    Some((((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0)))
}

fn poisson_point(k: u64, mean: f64) -> f64 {
    exp(k as f64 * ln(mean) - mean - ln_factorial(k))
}

/// Sums points from `from` to `to`, each from the one before; `ratio(i)` is P(i + 1) ÷ P(i).
fn upward(from: u64, to: u64, first: f64, ratio: impl Fn(u64) -> f64) -> f64 {
    let (mut point, mut total) = (first, first);
    for i in from..to {
        point *= ratio(i);
        total += point;
        if point < total * 1e-18 {
            break;
        }
    }
    total.min(1.0)
}

/// Sums points from `from` down to `to`; `ratio(i)` is P(i − 1) ÷ P(i).
fn downward(from: u64, to: u64, first: f64, ratio: impl Fn(u64) -> f64) -> f64 {
    let (mut point, mut total) = (first, first);
    for i in (to + 1..=from).rev() {
        point *= ratio(i);
        total += point;
        if point < total * 1e-18 {
            break;
        }
    }
    total.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Binomial coefficient in exact integers.
    fn choose(n: u128, k: u128) -> u128 {
        if k > n {
            return 0;
        }
        (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
    }

    #[test]
    fn against_exact_fractions() {
        let cases = [
            // P(X ≥ 10 of 10 at ½) = 1/1024.
            ("all heads of ten", binomial_tail(10, 10, 0.5), 1.0 / 1024.0),
            // C(10,9) + C(10,10) = 11.
            ("nine of ten", binomial_tail(9, 10, 0.5), 11.0 / 1024.0),
            ("at least none", binomial_tail(0, 10, 0.5), 1.0),
            ("more than all", binomial_tail(11, 10, 0.5), 0.0),
            // 1 − (3/4)^3 = 37/64.
            ("one of three at a quarter", binomial_tail(1, 3, 0.25), 37.0 / 64.0),
            ("sure", binomial_tail(3, 3, 1.0), 1.0),
            ("never", binomial_tail(1, 3, 0.0), 0.0),
            // Five marked of ten, five drawn, all marked: 1/C(10,5) = 1/252.
            ("all five marked", hypergeometric_tail(5, 10, 5, 5), 1.0 / 252.0),
            // (C(5,4)·C(5,1) + 1)/252 = 26/252.
            ("four of five marked", hypergeometric_tail(4, 10, 5, 5), 26.0 / 252.0),
            ("at least one marked", hypergeometric_tail(1, 10, 5, 5), 251.0 / 252.0),
            ("must be marked", hypergeometric_tail(2, 5, 4, 3), 1.0),
            ("cannot be", hypergeometric_tail(4, 5, 4, 3), 0.0),
            // P(X ≤ 2 | mean 2) = 5·e⁻².
            ("Poisson, up to its mean", poisson_lower_tail(2, 2.0), 5.0 * 0.135_335_283_236_612_7),
            // P(X ≤ 0 | 10) = e⁻¹⁰.
            ("Poisson, none", poisson_lower_tail(0, 10.0), 4.539_992_976_248_485e-5),
            ("Poisson, at least one", poisson_tail(1, 2.0), 1.0 - 0.135_335_283_236_612_7),
            ("Poisson, mean nothing", poisson_tail(1, 0.0), 0.0),
            ("Poisson, at least none", poisson_tail(0, 3.0), 1.0),
            // ln 25! with 25! = 15511210043330985984000000.
            ("ln 25!", ln_factorial(25), ln(15_511_210_043_330_985_984_000_000.0)),
            ("ln 20!", ln_factorial(20), ln(2_432_902_008_176_640_000.0)),
            ("ln 0!", ln_factorial(0), 0.0),
        ];
        for (case, got, want) in cases {
            assert!((got - want).abs() <= 1e-13 * want.abs().max(1e-3), "{case}: {got} for {want}");
        }
        assert!(hypergeometric_tail(1, 5, 6, 2).is_nan());
    }

    #[test]
    fn wilson_by_hand() {
        // hits = 0: lower 0, upper z²/(n + z²); n = 10: 3.841458820694124/13.841458820694124.
        let (low, high) = wilson_interval(0, 10).expect("ten");
        assert!(low.abs() < 1e-15 && (high - 0.277_532_799_862_888_9).abs() < 1e-12);
        // Half of 100: centre exactly ½, half width z·√(¼/100 + z²/40000)/(1 + z²/100).
        let (low, high) = wilson_interval(50, 100).expect("hundred");
        assert!((low + high - 1.0).abs() < 1e-12 && (low - 0.403_831_530_365_995_6).abs() < 1e-9);
        assert_eq!(wilson_interval(1, 0), None);
        assert_eq!(wilson_interval(3, 2), None);
    }

    proptest! {
        /// Exact sums of integer coefficients for p = a/8: all of it fits 128 bits up to n = 30.
        #[test]
        fn binomial_equals_the_exact_sum(n in 1u64..30, k in 0u64..31, eighths in 1u128..8) {
            let exact: u128 = (u128::from(k)..=u128::from(n))
                .map(|i| choose(n.into(), i) * eighths.pow(i as u32) * (8 - eighths).pow((u128::from(n) - i) as u32))
                .sum();
            let want = exact as f64 / 8f64.powi(n as i32);
            prop_assert!((binomial_tail(k, n, eighths as f64 / 8.0) - want).abs() < 1e-12 * want.max(1e-3));
        }

        #[test]
        fn hypergeometric_equals_the_exact_sum(population in 1u64..60, marked in 0u64..60, drawn in 0u64..60, k in 0u64..60) {
            let (marked, drawn) = (marked.min(population), drawn.min(population));
            let (n, m, d) = (u128::from(population), u128::from(marked), u128::from(drawn));
            let exact: u128 = (u128::from(k)..=d).map(|i| choose(m, i) * choose(n - m, d - i)).sum();
            let want = exact as f64 / choose(n, d) as f64;
            let got = hypergeometric_tail(k, population, marked, drawn);
            prop_assert!((got - want).abs() < 1e-11 * want.max(1e-3), "{} for {}", got, want);
        }

        #[test]
        fn poisson_tails_complete_each_other(k in 0u64..80, mean in 0.01_f64..60.0) {
            prop_assert!((poisson_tail(k + 1, mean) + poisson_lower_tail(k, mean) - 1.0).abs() < 1e-12);
        }

        #[test]
        fn wilson_holds_the_share(hits in 0u64..200, more in 0u64..200) {
            let n = hits + more;
            if let Some((low, high)) = wilson_interval(hits, n) {
                let share = hits as f64 / n as f64;
                prop_assert!(low <= share + 1e-12 && share <= high + 1e-12 && (0.0..=1.0).contains(&low) && high <= 1.0);
            }
        }
    }
}
