//! What an indicator says about a subject: four outcomes, never two.
//!
//! A subject that could not be judged is not a subject that was found clean; so the two are
//! different outcomes, and the sum of the four equals subjects × indicators on every run.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use crate::stats::round9;
use crate::subject::SubjectKey;
use crate::text::{Lang, Text};

/// A figure in an outcome.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Number {
    /// A whole number: bids, days, documents.
    Count(i64),
    /// An exact amount of money in the currency of the subject.
    Amount(Decimal),
    /// A ratio or statistic, rounded to nine decimals before any comparison.
    Real(f64),
}

impl Number {
    /// A statistic, rounded to nine decimals so that every machine agrees.
    pub fn real(value: f64) -> Self {
        Self::Real(round9(value))
    }

    /// The figure as a float, for display and for fences.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Amount(amount) => amount.to_f64().unwrap_or(f64::NAN),
            Self::Real(real) => real,
        }
    }
}

impl fmt::Display for Number {
    /// Plain decimal notation without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Amount(amount) => write!(f, "{}", amount.normalize()),
            Self::Real(real) if real.is_finite() => {
                let text = format!("{real:.6}");
                f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
            }
            Self::Real(real) => write!(f, "{real}"),
        }
    }
}

/// The OCDS path whose absence keeps an indicator from judging, for example `bids/details/relatedLots`,
/// or the name of a register (`registry`) or of the reference snapshot (`reference`).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MissingPath(pub Cow<'static, str>);

impl MissingPath {
    /// A path known when the program was written; costs no allocation.
    pub const fn new(path: &'static str) -> Self {
        Self(Cow::Borrowed(path))
    }
}

impl fmt::Display for MissingPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an indicator does not apply to a subject.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The process was cancelled.
    Cancelled,
    /// The procurement method is outside the indicator's scope.
    Method,
    /// The process has not come that far yet.
    Stage,
    /// An award is still pending, so that the set of bids is not closed.
    NotFinal,
    /// Bids are not compared by price alone.
    Criteria,
    /// Too few bids, units or organisations for the formula.
    TooFew,
    /// A lawful exemption or a listed exception.
    Exempt,
    /// No legal threshold is configured for jurisdiction, category, method, currency and date.
    NoThreshold,
    /// The reference has no spread, or its fence is not positive.
    Degenerate,
    /// The price is set by the buyer, so that equal or close prices mean nothing.
    PricedByBuyer,
    /// An auction in which bidders see prices or ranks, or a fixed step is prescribed.
    Auction,
    /// There is nothing of the kind the indicator looks at, such as no disqualified bid.
    Nothing,
    /// Items of several categories cannot be compared with one category's norm.
    MixedCategory,
}

impl Reason {
    /// Every reason, for tables and pages.
    pub const ALL: [Self; 13] = [
        Self::Cancelled,
        Self::Method,
        Self::Stage,
        Self::NotFinal,
        Self::Criteria,
        Self::TooFew,
        Self::Exempt,
        Self::NoThreshold,
        Self::Degenerate,
        Self::PricedByBuyer,
        Self::Auction,
        Self::Nothing,
        Self::MixedCategory,
    ];

    /// The stable code, for example `too_few`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Method => "method",
            Self::Stage => "stage",
            Self::NotFinal => "not_final",
            Self::Criteria => "criteria",
            Self::TooFew => "too_few",
            Self::Exempt => "exempt",
            Self::NoThreshold => "no_threshold",
            Self::Degenerate => "degenerate",
            Self::PricedByBuyer => "priced_by_buyer",
            Self::Auction => "auction",
            Self::Nothing => "nothing",
            Self::MixedCategory => "mixed_category",
        }
    }

    /// What a person reads.
    pub const fn text(self) -> Text {
        match self {
            Self::Cancelled => Text::new("采购已取消", "the process was cancelled"),
            Self::Method => Text::new("采购方式不在本指标范围内", "the procurement method is outside the scope"),
            Self::Stage => Text::new("尚未进行到该环节", "the process has not come that far"),
            Self::NotFinal => Text::new("授标尚未全部确定", "an award is still pending"),
            Self::Criteria => Text::new("不是只按价格评审", "bids are not compared by price alone"),
            Self::TooFew => Text::new("样本过少", "too few cases for the formula"),
            Self::Exempt => Text::new("属于依法豁免或列明的例外", "a lawful exemption or listed exception"),
            Self::NoThreshold => Text::new("未配置适用的法定限额", "no legal threshold is configured for it"),
            Self::Degenerate => Text::new("参照分布没有离散度", "the reference distribution has no spread"),
            Self::PricedByBuyer => Text::new("价格由采购人规定", "the price is set by the buyer"),
            Self::Auction => Text::new(
                "竞价中可见报价或名次，或规定了固定加价幅度",
                "an auction with visible prices or ranks, or a fixed step",
            ),
            Self::Nothing => Text::new("没有本指标所针对的事项", "there is nothing of the kind this looks at"),
            Self::MixedCategory => Text::new(
                "标的跨多个品类，无法与单一品类比较",
                "items of several categories cannot be compared with one norm",
            ),
        }
    }
}

/// One fact behind a raised outcome.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Evidence {
    /// JSON pointer (RFC 6901) into the compiled release, for example `/bids/details/3/value/amount`.
    pub pointer: String,
    /// The value found there, as text.
    pub value: String,
    /// The act in our own ledger that established the fact, where the tender ran on this platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
}

impl Evidence {
    /// A fact of the imported release.
    pub fn new(pointer: impl Into<String>, value: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), value: value.into(), act: None }
    }
}

/// What an indicator says about one subject.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A reason for a person to look; never a finding.
    Raised {
        /// The figure found.
        value: Number,
        /// What it was compared with.
        threshold: Number,
        /// The facts that made it.
        evidence: Vec<Evidence>,
        /// Others concerned: the bidders of a likeness, the winner of a pair.
        also: Vec<SubjectKey>,
    },
    /// Judged, and nothing found. The figure is kept where there is one: screens are measures.
    NotRaised {
        /// The figure found, if the formula yields one.
        value: Option<Number>,
        /// What it was compared with.
        threshold: Option<Number>,
    },
    /// Could not be judged: the first requirement that was absent, in the order of the indicator's needs.
    InsufficientData {
        /// The first missing path.
        missing: MissingPath,
    },
    /// Outside the indicator's scope.
    NotApplicable {
        /// Why.
        reason: Reason,
    },
}

impl Outcome {
    /// Not raised, without a figure.
    pub const CLEAR: Self = Self::NotRaised { value: None, threshold: None };

    /// Insufficient data for want of `path`.
    pub const fn missing(path: &'static str) -> Self {
        Self::InsufficientData { missing: MissingPath::new(path) }
    }

    /// Not applicable for `reason`.
    pub const fn not_applicable(reason: Reason) -> Self {
        Self::NotApplicable { reason }
    }

    /// Raised with its figures and facts, nobody else being concerned.
    pub fn raised(value: Number, threshold: Number, evidence: Vec<Evidence>) -> Self {
        Self::Raised { value, threshold, evidence, also: Vec::new() }
    }

    /// Not raised, with the figures compared.
    pub const fn not_raised(value: Number, threshold: Number) -> Self {
        Self::NotRaised { value: Some(value), threshold: Some(threshold) }
    }

    /// Which of the four it is.
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Self::Raised { .. } => OutcomeKind::Raised,
            Self::NotRaised { .. } => OutcomeKind::NotRaised,
            Self::InsufficientData { .. } => OutcomeKind::InsufficientData,
            Self::NotApplicable { .. } => OutcomeKind::NotApplicable,
        }
    }

    /// Whether it is raised.
    pub const fn is_raised(&self) -> bool {
        matches!(self, Self::Raised { .. })
    }
}

/// The four kinds of outcome, for counting.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// [`Outcome::Raised`].
    Raised,
    /// [`Outcome::NotRaised`].
    NotRaised,
    /// [`Outcome::InsufficientData`].
    InsufficientData,
    /// [`Outcome::NotApplicable`].
    NotApplicable,
}

impl OutcomeKind {
    /// The stable code, for example `insufficient_data`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::NotRaised => "not_raised",
            Self::InsufficientData => "insufficient_data",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// What a person reads.
    pub const fn text(self) -> Text {
        match self {
            Self::Raised => Text::new("触发", "raised"),
            Self::NotRaised => Text::new("未触发", "not raised"),
            Self::InsufficientData => Text::new("数据不足", "insufficient data"),
            Self::NotApplicable => Text::new("不适用", "not applicable"),
        }
    }

    /// What a person reads, in `lang`.
    pub const fn label(self, lang: Lang) -> &'static str {
        self.text().get(lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_plainly() {
        let cases = [
            (Number::Count(-3), "-3"),
            (Number::Amount(Decimal::new(12_500, 2)), "125"),
            (Number::real(0.1 + 0.2), "0.3"),
            (Number::real(2.0), "2"),
            (Number::real(f64::INFINITY), "inf"),
        ];
        for (number, expected) in cases {
            assert_eq!(number.to_string(), expected);
        }
    }

    #[test]
    fn outcomes_survive_json() {
        let all = [
            Outcome::raised(Number::real(0.5), Number::Count(1), vec![Evidence::new("/tender", "x")]),
            Outcome::CLEAR,
            Outcome::missing("bids/details"),
            Outcome::not_applicable(Reason::TooFew),
        ];
        for outcome in all {
            let text = serde_json::to_string(&outcome).unwrap();
            assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
        }
    }
}
