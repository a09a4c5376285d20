//! Charts, drawn on the server as SVG: they need no script, print, and take their colours from the tokens.
//!
//! Horizontal positions are in per cent and vertical ones in pixels, so a chart fills its column while its text keeps its size.
//! Every chart says its unit, n and source in words and comes with its numbers as a table.

mod columns;
mod outcomes;
mod peers;
mod small;

pub use columns::{Columns, Series, Tone};
pub use outcomes::{Legend, Outcomes};
pub use peers::PeerPlot;
pub use small::{Interval, Share, Spark, Strip};

/// A position or width in per cent, as SVG attributes want it.
fn per_cent(share: f64) -> String {
    format!("{share:.2}%")
}

/// Round steps for an axis from zero: at most five, the last at or above `highest`.
fn ticks(highest: u64) -> Vec<u64> {
    if highest == 0 {
        return vec![0, 1];
    }
    let steps = std::iter::successors(Some(1u64), |power| power.checked_mul(10))
        .flat_map(|power| [1, 2, 5].map(|factor| power.saturating_mul(factor)));
    let step = steps.into_iter().find(|step| step.saturating_mul(4) >= highest).unwrap_or(u64::MAX);
    (0..=4).map(|i| step.saturating_mul(i)).take_while(|tick| *tick < highest.saturating_add(step)).collect()
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn axes_have_round_steps() {
        let cases: [(u64, &[u64]); 6] = [
            (0, &[0, 1]),
            (1, &[0, 1]),
            (4, &[0, 1, 2, 3, 4]),
            (53, &[0, 20, 40, 60]),
            (1_791, &[0, 500, 1_000, 1_500, 2_000]),
            (41, &[0, 20, 40, 60]),
        ];
        for (highest, expected) in cases {
            assert_eq!(ticks(highest), expected, "{highest}");
        }
    }
}
