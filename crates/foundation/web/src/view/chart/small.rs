//! Small figures that stand in a row or a line: a course, a range, a share, a place among bids.

use askama::Template;

use super::per_cent;
use crate::component;
use crate::locale::Words;
use crate::view::format;

/// A course over time without axes, 80 × 20; the last point is marked. Gaps stay gaps.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/spark.html")]
pub struct Spark {
    spoken: String,
    lines: Vec<String>,
    last: Option<(String, String)>,
}

impl Spark {
    /// - `spoken`: the course in words, for who cannot see it. `values`: oldest first, `None` where there is no data.
    pub fn new(spoken: impl Into<String>, values: &[Option<f64>]) -> Spark {
        let known = || values.iter().flatten().copied().filter(|value| value.is_finite());
        let (low, high) =
            known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let step = 74.0 / values.len().saturating_sub(1).max(1) as f64;
        let point = |i: usize, value: f64| {
            let share = if high > low { (value - low) / (high - low) } else { 0.5 };
            (format!("{:.1}", 3.0 + i as f64 * step), format!("{:.1}", 16.0 - share * 12.0))
        };
        let mut lines = vec![String::new()];
        let mut last = None;
        for (i, value) in values.iter().enumerate() {
            match value.filter(|value| value.is_finite()) {
                Some(value) => {
                    let (x, y) = point(i, value);
                    if let Some(line) = lines.last_mut() {
                        if !line.is_empty() {
                            line.push(' ');
                        }
                        line.push_str(&format!("{x},{y}"));
                    }
                    last = Some((x, y));
                }
                None => lines.push(String::new()),
            }
        }
        lines.retain(|line| line.contains(' '));
        Spark { spoken: spoken.into(), lines, last }
    }

    /// A rising course, one with a gap, one that is flat.
    pub fn samples(words: Words) -> Vec<(&'static str, Spark)> {
        let spoken = words.either("七个月：升至 9.0", "seven months: up to 9.0");
        let some = |values: [f64; 7]| values.map(Some);
        let mut gap = some([5.0, 5.2, 5.1, 6.0, 6.1, 5.9, 6.8]);
        gap[2] = None;
        vec![
            ("rising", Spark::new(spoken, &some([6.0, 6.4, 6.1, 7.2, 8.1, 8.0, 9.0]))),
            ("gap", Spark::new(spoken, &gap)),
            ("flat", Spark::new(spoken, &some([4.0; 7]))),
        ]
    }
}

/// A share of confirmed verdicts with its 95 % range, on an axis from 0 to 100 %.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/interval.html")]
pub struct Interval {
    at: String,
    low: String,
    width: String,
    spoken: String,
}

impl Interval {
    /// Shares in `0.0..=1.0`; values outside are drawn at the end they are beyond.
    pub fn new(low: f64, at: f64, high: f64) -> Interval {
        let place = |share: f64| 1.0 + share.clamp(0.0, 1.0) * 98.0;
        Interval {
            at: per_cent(place(at)),
            low: per_cent(place(low)),
            width: per_cent((place(high) - place(low)).max(0.0)),
            spoken: format!("{} ({}–{})", format::percent(at, 0), format::percent(low, 0), format::percent(high, 0)),
        }
    }

    /// A narrow and a wide range.
    pub fn samples(_: Words) -> Vec<(&'static str, Interval)> {
        vec![("narrow", Interval::new(0.49, 0.61, 0.71)), ("wide", Interval::new(0.28, 0.48, 0.69))]
    }
}

/// A part of a whole as a bar: quota used, powers connected. Its numbers always stand beside it as text.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/share.html")]
pub struct Share {
    width: String,
    short: bool,
}

impl Share {
    /// `part` of `whole`; a whole of nothing is an empty bar.
    pub fn new(part: u64, whole: u64) -> Share {
        let share = if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 100.0).min(100.0) };
        Share { width: per_cent(share), short: false }
    }

    /// 110 px wide, for lines of text.
    pub fn short(mut self) -> Share {
        self.short = true;
        self
    }

    /// A long and a short bar.
    pub fn samples(_: Words) -> Vec<(&'static str, Share)> {
        vec![("coverage", Share::new(412, 438)), ("quota", Share::new(18, 25).short())]
    }
}

/// Where one value lies between two ends, as bids in a row: a dot, and a dashed mark for the estimate.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/strip.html")]
pub struct Strip {
    at: String,
    mark: Option<String>,
    class: &'static str,
}

impl Strip {
    /// `value` between `low` and `high`; outside, or an empty range, it is drawn at the end.
    pub fn new(low: f64, value: f64, high: f64) -> Strip {
        Strip { at: place(low, value, high), mark: None, class: "other" }
    }

    /// The dashed mark.
    pub fn mark(mut self, low: f64, value: f64, high: f64) -> Strip {
        self.mark = Some(place(low, value, high));
        self
    }

    /// The winner.
    pub fn won(mut self) -> Strip {
        self.class = "won";
        self
    }

    /// Rejected: an open ring.
    pub fn rejected(mut self) -> Strip {
        self.class = "rejected";
        self
    }

    /// The winner, another, a rejected one.
    pub fn samples(_: Words) -> Vec<(&'static str, Strip)> {
        let strip = |value| Strip::new(730.0, value, 805.0).mark(730.0, 800.0, 805.0);
        vec![("won", strip(776.2).won()), ("other", strip(778.1)), ("rejected", strip(742.0).rejected())]
    }
}

fn place(low: f64, value: f64, high: f64) -> String {
    let share = if high > low && value.is_finite() { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
    per_cent(3.0 + share * 94.0)
}

component!(Spark, Interval, Share, Strip);
