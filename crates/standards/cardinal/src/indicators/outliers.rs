//! Quantiles and fences.

/// The quantile `tau` of ascending values, as Hyndman and Fan's type 8; NaN if there are none.
pub fn quantile(ascending: &[f64], tau: f64) -> f64 {
    let (Some(&least), Some(&most)) = (ascending.first(), ascending.last()) else {
        return f64::NAN;
    };
    let n = ascending.len() as f64;
    let h = (n + 1.0 / 3.0) * tau + 1.0 / 3.0;
    let below = h.floor();
    if below < 1.0 || tau == 0.0 {
        return least;
    }
    if below >= n || tau == 1.0 {
        return most;
    }
    let index = below as usize;
    let (a, b) = (ascending[index - 1], ascending[index]);
    a + (h - below) * (b - a)
}

/// Quartiles of a set of values.
#[derive(Clone, Copy, Debug)]
pub struct Quartiles {
    /// First quartile.
    pub q1: f64,
    /// Third quartile.
    pub q3: f64,
}

impl Quartiles {
    /// Of values in any order.
    pub fn of(values: &mut [f64]) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        Self { q1: quantile(values, 0.25), q3: quantile(values, 0.75) }
    }

    /// Tukey's lower fence.
    pub fn lower_fence(self) -> f64 {
        (self.q3 - self.q1).mul_add(-1.5, self.q1)
    }

    /// Tukey's upper fence.
    pub fn upper_fence(self) -> f64 {
        (self.q3 - self.q1).mul_add(1.5, self.q3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles() {
        let nine = [0.0, 0.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0];
        let cases: [(&[f64], f64, f64); 8] = [
            (&[5.0], 0.25, 5.0),
            (&[5.0], 0.75, 5.0),
            (&[1.0, 2.0], 0.25, 1.0),
            (&[1.0, 2.0], 0.5, 1.5),
            (&[1.0, 1.0, 1.0, 1.0, 2.0], 0.75, 4.0 / 3.0),
            (&nine, 0.25, 200.0 / 3.0),
            (&[1.0, 2.0, 3.0], 0.0, 1.0),
            (&[1.0, 2.0, 3.0], 1.0, 3.0),
        ];
        for (values, tau, expected) in cases {
            assert!((quantile(values, tau) - expected).abs() < 1e-9, "{values:?} {tau}");
        }
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn fences() {
        let quartiles = Quartiles::of(&mut [100.0, 0.0, 100.0, 0.0, 100.0, 100.0, 100.0, 100.0, 100.0]);
        assert!((quartiles.lower_fence() - 16.666_666_666).abs() < 1e-6);
        assert!((quartiles.upper_fence() - 150.0).abs() < 1e-6);
    }
}
