//! This one among its peers: a dot each up to 200, then a histogram; a dashed threshold, a diamond for this one.

use askama::Template;

use super::per_cent;
use crate::component;
use crate::locale::Words;
use crate::view::{Html, IntoHtml, format};

/// Up to this many peers are drawn one by one.
const MOST_DOTS: usize = 200;
/// Height of the drawing above its axis, in pixels.
const HEIGHT: f64 = 52.0;
/// Room on the left and right, in per cent, so that marks at the ends are whole.
const MARGIN: f64 = 1.5;

/// How a measured value is written.
pub type Writer = fn(f64) -> String;

/// The distribution of peers with a threshold and the subject's own value. Values beyond the axis are counted at an arrow, never cut
/// silently.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/peer_plot.html")]
pub struct PeerPlot {
    words: Words,
    label: String,
    values: Vec<f64>,
    this: f64,
    this_label: String,
    threshold: Option<(f64, String)>,
    low: f64,
    high: f64,
    write: Writer,
    caption: Html,
}

/// A label with its place and side.
struct Mark {
    x: String,
    anchor: &'static str,
    text: String,
}

impl PeerPlot {
    /// - `label`: what is measured, read out. `values`: the peers', those that are not numbers are left out and must be counted by the caller.
    /// - `this`: the subject's value; `this_label` names it: 本件 21.3%.
    /// - `write`: how a value is written on the axis.
    pub fn new(
        words: Words,
        label: impl Into<String>,
        values: Vec<f64>,
        this: f64,
        this_label: impl Into<String>,
        write: Writer,
    ) -> PeerPlot {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let low = values.first().copied().unwrap_or(0.0).min(0.0).min(this);
        let high = values.last().copied().unwrap_or(1.0).max(this).max(low + f64::EPSILON);
        PeerPlot {
            words,
            label: label.into(),
            values,
            this,
            this_label: this_label.into(),
            threshold: None,
            low,
            high,
            write,
            caption: Html::default(),
        }
    }

    /// The threshold, with its label: 阈值 10.0%.
    pub fn threshold(mut self, at: f64, label: impl Into<String>) -> PeerPlot {
        if at.is_finite() {
            self.low = self.low.min(at);
            self.high = self.high.max(at);
            self.threshold = Some((at, label.into()));
        }
        self
    }

    /// The ends of the axis; without it they follow the values. An empty or reversed range changes nothing.
    pub fn axis(mut self, low: f64, high: f64) -> PeerPlot {
        if low.is_finite() && high.is_finite() && low < high {
            (self.low, self.high) = (low, high);
        }
        self
    }

    /// Stratum, period, snapshot, and links to the list of peers and to the numbers.
    pub fn caption(mut self, caption: impl IntoHtml) -> PeerPlot {
        self.caption = caption.into_html();
        self
    }

    fn inside(&self) -> impl Iterator<Item = f64> {
        self.values.iter().copied().filter(|value| (self.low..=self.high).contains(value))
    }

    fn at(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        MARGIN + share * (100.0 - 2.0 * MARGIN)
    }

    fn one_by_one(&self) -> bool {
        self.values.len() <= MOST_DOTS
    }

    /// How many values fall into each of `bins` equal parts of the axis.
    fn bins(&self, bins: usize) -> Vec<u32> {
        let mut counts = vec![0u32; bins];
        for value in self.inside() {
            let share = (value - self.low) / (self.high - self.low);
            let bin = ((share * bins as f64) as usize).min(bins - 1);
            counts[bin] += 1;
        }
        counts
    }

    /// Centres of the dots: x in per cent, y in pixels. A stack that is too high is drawn closer together.
    fn dots(&self) -> Vec<(String, String)> {
        if !self.one_by_one() {
            return Vec::new();
        }
        let bins = self.bins(72);
        let highest = bins.iter().copied().max().unwrap_or(1).max(1);
        let step = (HEIGHT / f64::from(highest)).min(5.0);
        let width = (100.0 - 2.0 * MARGIN) / bins.len() as f64;
        let mut dots = Vec::with_capacity(self.values.len());
        for (i, count) in bins.iter().enumerate() {
            let x = MARGIN + (i as f64 + 0.5) * width;
            for level in 0..*count {
                dots.push((per_cent(x), format!("{:.1}", 83.0 - f64::from(level) * step)));
            }
        }
        dots
    }

    /// Bars of the histogram: x, width in per cent; y, height in pixels.
    fn bars(&self) -> Vec<(String, String, String, String)> {
        if self.one_by_one() {
            return Vec::new();
        }
        let bins = self.bins(48);
        let highest = f64::from(bins.iter().copied().max().unwrap_or(1).max(1));
        let width = (100.0 - 2.0 * MARGIN) / bins.len() as f64;
        bins.iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(i, count)| {
                let height = (f64::from(*count) / highest * HEIGHT).max(1.0);
                (
                    per_cent(MARGIN + i as f64 * width),
                    per_cent(width * 0.86),
                    format!("{:.1}", 86.0 - height),
                    format!("{height:.1}"),
                )
            })
            .collect()
    }

    fn mark(&self, value: f64, text: &str) -> Mark {
        let x = self.at(value);
        let anchor = if x > 78.0 {
            "end"
        } else if x < 12.0 {
            "start"
        } else {
            "middle"
        };
        Mark { x: per_cent(x), anchor, text: text.to_owned() }
    }

    fn this_mark(&self) -> Mark {
        let mut text = self.this_label.clone();
        if self.this > self.high {
            text.push_str(" →");
        } else if self.this < self.low {
            text.insert_str(0, "← ");
        }
        self.mark(self.this, &text)
    }

    fn threshold_mark(&self) -> Option<Mark> {
        let (at, label) = self.threshold.as_ref()?;
        let mut mark = self.mark(*at, label);
        mark.anchor = if self.at(*at) > 70.0 { "end" } else { "start" };
        Some(mark)
    }

    fn ends(&self) -> [Mark; 3] {
        let middle = (self.low + self.high) / 2.0;
        [self.low, middle, self.high].map(|value| self.mark(value, &(self.write)(value)))
    }

    fn beyond(&self) -> (u64, u64) {
        let count = |outside: fn(f64, &PeerPlot) -> bool| {
            self.values.iter().filter(|value| outside(**value, self)).count() as u64
        };
        (count(|value, plot| value < plot.low), count(|value, plot| value > plot.high))
    }

    /// n and median in words, then what the caller adds.
    fn summary(&self) -> String {
        let n = self.values.len() as u64;
        match median(&self.values) {
            Some(median) if n >= 10 => {
                self.words.with("peers-summary", &[("n", n.into()), ("median", (self.write)(median).into())])
            }
            _ => self.words.count("peers-few", n),
        }
    }

    /// Dots, a histogram with values beyond the axis, and too few peers.
    pub fn samples(words: Words) -> Vec<(&'static str, PeerPlot)> {
        let w = |chinese, english| words.either(chinese, english);
        let share: Writer = |value| format::percent(value, 1);
        // A fixed, uneven scatter; no random numbers, so that snapshots stay.
        let scatter = |n: u32, width: f64| {
            (0..n).map(|i| (f64::from(i * i % 97) / 97.0 * f64::from(i * 7 % 31) / 31.0) * width).collect::<Vec<_>>()
        };
        let caption = w(
            "每点一个合同，演示市排水工程，参照快照 2026-10。",
            "One dot per contract: drainage works, snapshot 2026-10.",
        );
        vec![
            (
                "dots",
                PeerPlot::new(
                    words,
                    w("合同变更幅度", "Growth of contracts"),
                    scatter(64, 0.11),
                    0.213,
                    w("本件 21.3%", "this one 21.3%"),
                    share,
                )
                .threshold(0.1, w("阈值 10.0%", "threshold 10.0%"))
                .axis(0.0, 0.25)
                .caption(caption),
            ),
            (
                "histogram",
                PeerPlot::new(
                    words,
                    w("相邻差额", "Distance of bids"),
                    scatter(1_200, 0.2),
                    0.004,
                    w("本件 0.4%", "this one 0.4%"),
                    share,
                )
                .threshold(0.01, w("阈值 1.0%", "threshold 1.0%"))
                .axis(0.0, 0.15),
            ),
            (
                "few",
                PeerPlot::new(
                    words,
                    w("价差", "Distance"),
                    scatter(4, 0.2),
                    0.1,
                    w("本件 10.0%", "this one 10.0%"),
                    share,
                ),
            ),
        ]
    }
}

/// The middle of sorted values.
fn median(values: &[f64]) -> Option<f64> {
    let middle = values.len() / 2;
    match values.len() % 2 {
        _ if values.is_empty() => None,
        0 => Some((values[middle - 1] + values[middle]) / 2.0),
        _ => Some(values[middle]),
    }
}

component!(PeerPlot);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_value_is_lost(values in proptest::collection::vec(-10.0f64..10.0, 0..400), low in -5.0f64..0.0, high in 0.1f64..5.0) {
            let n = values.len() as u64;
            let plot = PeerPlot::new(Words::own(Locale::En), "x", values, 0.0, "this", |v| v.to_string()).axis(low, high);
            let (below, above) = plot.beyond();
            let drawn: u64 = plot.bins(48).iter().map(|count| u64::from(*count)).sum();
            prop_assert_eq!(below + drawn + above, n);
        }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, 2.0, 9.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0]), Some(1.5));
    }
}
