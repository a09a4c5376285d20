//! The four outcomes of a run or a rule, as one bar in a fixed order, with their sum checked on the page.

use askama::Template;

use super::per_cent;
use crate::component;
use crate::locale::Words;
use crate::view::{Html, IntoHtml, State, format};

/// How the numbers stand beside the bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Legend {
    /// A line per outcome.
    List,
    /// A line per outcome, with shares of the sum.
    Shares,
    /// All in one line.
    Line,
}

/// Subjects × rules = the sum of four.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/outcomes.html")]
pub struct Outcomes {
    words: Words,
    counts: [u64; 4],
    details: [Html; 4],
    legend: Legend,
    expected: Option<(String, u64)>,
}

struct Slice {
    name: &'static str,
    x: String,
    width: String,
}

impl Outcomes {
    const NAMES: [&str; 4] = ["raised", "not-raised", "insufficient", "not-applicable"];

    /// Counts in the fixed order.
    pub fn new(words: Words, raised: u64, not_raised: u64, insufficient: u64, not_applicable: u64) -> Outcomes {
        Outcomes {
            words,
            counts: [raised, not_raised, insufficient, not_applicable],
            details: Default::default(),
            legend: Legend::List,
            expected: None,
        }
    }

    /// How many there must be, and of what: 20,000 个过程 × 127 条规则. Where the sum differs, the page shows the incident instead.
    pub fn must_be(mut self, label: impl Into<String>, expected: u64) -> Outcomes {
        self.expected = Some((label.into(), expected));
        self
    }

    /// The arrangement of the numbers.
    pub fn legend(mut self, legend: Legend) -> Outcomes {
        self.legend = legend;
        self
    }

    /// Why data was insufficient: missing fields.
    pub fn insufficient_because(mut self, why: impl IntoHtml) -> Outcomes {
        self.details[2] = why.into_html();
        self
    }

    /// Why it did not apply.
    pub fn not_applicable_because(mut self, why: impl IntoHtml) -> Outcomes {
        self.details[3] = why.into_html();
        self
    }

    fn sum(&self) -> u64 {
        self.counts.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// The incident that replaces figures which do not add up.
    fn incident(&self) -> Option<State> {
        let (_, expected) = self.expected.as_ref()?;
        let sum = self.sum();
        (sum != *expected).then(|| {
            State::refused(
                self.words.t("outcomes-incident"),
                self.words.with("outcomes-incident-why", &[("sum", sum.into()), ("expected", (*expected).into())]),
                self.words.t("outcomes-incident-next"),
                "run.does_not_add_up",
            )
        })
    }

    fn rows(&self) -> Vec<(&'static str, String, String, String, &Html)> {
        let sum = self.sum();
        (0..4)
            .map(|i| {
                let share =
                    if sum == 0 { "–".to_owned() } else { format::percent(self.counts[i] as f64 / sum as f64, 1) };
                let name = Outcomes::NAMES[i];
                (
                    name,
                    self.words.t(&format!("outcome-{name}")),
                    format::number(self.counts[i]),
                    share,
                    &self.details[i],
                )
            })
            .collect()
    }

    /// Slices, the wide ones first, so that narrow ones are drawn over them at their least width of 3 px.
    fn slices(&self) -> Vec<Slice> {
        let sum = self.sum();
        let mut slices = Vec::new();
        let mut at = 0.0f64;
        for (name, count) in Outcomes::NAMES.into_iter().zip(self.counts) {
            if count > 0 {
                let width = count as f64 / sum as f64 * 100.0;
                slices.push((count, Slice { name, x: per_cent(at.min(99.2)), width: per_cent(width) }));
                at += width;
            }
        }
        slices.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        slices.into_iter().map(|(_, slice)| slice).collect()
    }

    fn hatched(&self, name: &str) -> bool {
        name == "insufficient"
    }

    fn total(&self) -> String {
        format::number(self.sum())
    }

    fn label(&self) -> String {
        match &self.expected {
            Some((label, _)) => label.clone(),
            None => self.words.t("outcomes-sum"),
        }
    }

    fn checked(&self) -> bool {
        self.expected.is_some()
    }

    fn shares(&self) -> bool {
        self.legend == Legend::Shares
    }

    fn line(&self) -> bool {
        self.legend == Legend::Line
    }

    fn spoken(&self) -> String {
        self.rows().into_iter().map(|(_, label, count, _, _)| format!("{label} {count}")).collect::<Vec<_>>().join(", ")
    }

    /// A run, a process, a rule with its reasons, nothing at all, and a run that does not add up.
    pub fn samples(words: Words) -> Vec<(&'static str, Outcomes)> {
        let w = |chinese, english| words.either(chinese, english);
        let run = w("20,000 个过程 × 127 条规则", "20,000 processes × 127 rules");
        vec![
            ("run", Outcomes::new(words, 6_214, 1_588_402, 512_906, 432_478).must_be(run, 2_540_000)),
            ("one line", Outcomes::new(words, 2, 72, 29, 24).legend(Legend::Line)),
            (
                "shares and causes",
                Outcomes::new(words, 412, 9_120, 7_206, 3_262)
                    .must_be(w("合计 = 标段数", "Sum = lots"), 20_000)
                    .legend(Legend::Shares)
                    .insufficient_because(Html::rich(w(
                        "缺 `bids/details/value` 6,880 · 其他 326",
                        "no `bids/details/value` 6,880 · other 326",
                    )))
                    .not_applicable_because(w("综合评分 2,904 · 取消 358", "scored 2,904 · cancelled 358")),
            ),
            ("nothing", Outcomes::new(words, 0, 0, 0, 0)),
            ("does not add up", Outcomes::new(words, 1, 2, 3, 4).must_be(run, 11)),
        ]
    }
}

component!(Outcomes);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn a_sum_that_is_wrong_is_an_incident() {
        let words = Words::own(Locale::En);
        assert!(Outcomes::new(words, 1, 2, 3, 4).must_be("x", 10).incident().is_none());
        assert!(Outcomes::new(words, 1, 2, 3, 4).must_be("x", 11).incident().is_some());
        let html = Html::of(&Outcomes::new(words, 1, 2, 3, 4).must_be("x", 11));
        assert!(!html.as_str().contains("<rect"), "figures that do not add up are not drawn");
    }
}
