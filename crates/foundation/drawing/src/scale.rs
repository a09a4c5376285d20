//! The scale of a heat map: five steps of equal width, and what they stand for.

use askama::Template;
use web::view::{Html, IntoHtml};

use crate::mark::Heat;

/// Cases below which a figure is written but not put on a step: so few say little about anybody.
pub const FEW: u64 = 10;

/// Five steps of equal width from nothing to the greatest value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scale {
    most: i64,
}

impl Scale {
    /// The scale of these values; what is below nothing counts as nothing. Without values, or where all are nothing, the first step
    /// is all there is.
    pub fn of(values: impl IntoIterator<Item = i64>) -> Scale {
        Scale { most: values.into_iter().max().unwrap_or(0).max(0) }
    }

    /// The step of a value, 1 to 5.
    pub fn step(&self, value: i64) -> u8 {
        if self.most == 0 {
            return 1;
        }
        let part = (i128::from(value.max(0)) * 5 + i128::from(self.most) - 1) / i128::from(self.most);
        u8::try_from(part.clamp(1, 5)).unwrap_or(5)
    }

    /// The greatest value of each step, in order.
    pub fn limits(&self) -> [i64; 5] {
        [1i128, 2, 3, 4, 5].map(|part| i64::try_from(i128::from(self.most) * part / 5).unwrap_or(i64::MAX))
    }

    /// A figure on its step; one of fewer than [`FEW`] cases on none.
    ///
    /// - `n`: how many cases it is of; nothing for a plain count.
    pub fn heat(&self, value: i64, figure: impl Into<String>, n: Option<u64>) -> Heat {
        match n {
            Some(n) if n < FEW => Heat::few(figure),
            _ => Heat::new(self.step(value), figure),
        }
    }
}

/// What the colours of a heat map stand for: for [`crate::Drawing::key`].
#[derive(Clone, Debug, Template)]
#[template(path = "heat_key.html")]
pub struct HeatKey {
    title: String,
    steps: Vec<(u8, String)>,
    few: Option<String>,
}

impl HeatKey {
    /// Steps that no value can lie on, as where all are small counts, are left out: the key says each limit once.
    ///
    /// - `title`: which figure, of which period.
    /// - `said`: a value in words.
    pub fn new(title: impl Into<String>, scale: &Scale, said: impl Fn(i64) -> String) -> HeatKey {
        let mut steps: Vec<(u8, String)> = Vec::new();
        let mut before = None;
        for (step, limit) in (1..).zip(scale.limits()) {
            if before != Some(limit) {
                steps.push((step, format!("≤ {}", said(limit))));
            }
            before = Some(limit);
        }
        HeatKey { title: title.into(), steps, few: None }
    }

    /// Says that some are hatched, and why.
    pub fn few(mut self, said: impl Into<String>) -> HeatKey {
        self.few = Some(said.into());
        self
    }
}

impl IntoHtml for HeatKey {
    fn into_html(self) -> Html {
        Html::of(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_of_equal_width_and_end_where_the_key_says() {
        let scale = Scale::of([7, 100, 3]);
        assert_eq!(scale.limits(), [20, 40, 60, 80, 100]);
        for (value, step) in [(-5, 1), (0, 1), (20, 1), (21, 2), (40, 2), (60, 3), (80, 4), (81, 5), (100, 5), (900, 5)]
        {
            assert_eq!(scale.step(value), step, "{value}");
        }
        assert_eq!(Scale::of([]).step(9), 1);
        assert_eq!(Scale::of([0, 0]).step(0), 1);
        assert_eq!(Scale::of([i64::MAX]).step(i64::MAX), 5);
    }

    #[test]
    fn a_key_says_each_limit_once_and_every_step_that_is_used() {
        let key = |values: &[i64]| {
            let scale = Scale::of(values.iter().copied());
            let key = HeatKey::new("", &scale, |limit| limit.to_string());
            for value in values {
                assert!(key.steps.iter().any(|(step, _)| *step == scale.step(*value)), "{values:?}: {value}");
            }
            key.steps.into_iter().map(|(step, said)| format!("{step} {said}")).collect::<Vec<_>>()
        };
        assert_eq!(key(&[0, 1, 2]), ["1 ≤ 0", "3 ≤ 1", "5 ≤ 2"]);
        assert_eq!(key(&[0]), ["1 ≤ 0"]);
        assert_eq!(key(&[3, 100]).len(), 5);
        for most in 0..40 {
            key(&(0..=most).collect::<Vec<_>>());
        }
    }

    #[test]
    fn few_cases_are_on_no_step() {
        let scale = Scale::of([10]);
        assert_eq!(scale.heat(10, "10", Some(FEW - 1)), Heat::few("10"));
        assert_eq!(scale.heat(10, "10", Some(FEW)), Heat::new(5, "10"));
        assert_eq!(scale.heat(2, "2", None), Heat::new(1, "2"), "a count is what it is");
    }
}
