//! Exact amounts of money that never mix currencies.

mod currency;

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::refusal::{Param, Refuse};

pub use currency::{Currency, UnknownCurrency};

/// An exact decimal amount; never a float. Settled sums are checked to the currency's exponent
/// ([`Money::minor_units`]); estimates and averages may be finer.
///
/// There is no `Ord`: amounts of two currencies have no order, see [`Money::compare`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// The amount, in major units (yuan, not fen).
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

/// Why a sum was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyRefusal {
    /// Two currencies met; nothing here converts, since a rate is a fact with a day and a source.
    #[error("{left} and {right} are different currencies")]
    MixedCurrencies {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
    /// The result has more digits than can be kept exactly.
    #[error("the amount has too many digits")]
    TooLarge,
    /// The amount is finer than the currency's smallest unit.
    #[error("{amount} is finer than the smallest unit of {currency}")]
    TooFine {
        /// The amount given.
        amount: Decimal,
        /// Its currency.
        currency: Currency,
    },
    /// The currency has no smallest unit (gold, testing codes).
    #[error("{currency} has no smallest unit")]
    NoMinorUnit {
        /// The currency.
        currency: Currency,
    },
}

impl Refuse for MoneyRefusal {
    fn code(&self) -> &'static str {
        match self {
            MoneyRefusal::MixedCurrencies { .. } => "money.mixed_currencies",
            MoneyRefusal::TooLarge => "money.too_large",
            MoneyRefusal::TooFine { .. } => "money.too_fine",
            MoneyRefusal::NoMinorUnit { .. } => "money.no_minor_unit",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        let code = |currency: &Currency| Param::Text(currency.to_string());
        match self {
            MoneyRefusal::MixedCurrencies { left, right } => {
                vec![("left", code(left)), ("right", code(right))]
            }
            MoneyRefusal::TooLarge => Vec::new(),
            MoneyRefusal::TooFine { amount, currency } => {
                vec![("amount", Param::Text(amount.to_string())), ("currency", code(currency))]
            }
            MoneyRefusal::NoMinorUnit { currency } => vec![("currency", code(currency))],
        }
    }
}

impl Money {
    /// An amount in major units.
    pub const fn new(amount: Decimal, currency: Currency) -> Money {
        Money { amount, currency }
    }

    /// An amount of whole yuan.
    pub fn yuan(amount: i64) -> Money {
        Money::new(Decimal::from(amount), Currency::CNY)
    }

    /// Nothing, in that currency.
    pub const fn zero(currency: Currency) -> Money {
        Money::new(Decimal::ZERO, currency)
    }

    /// The amount of that many smallest units (fen); a currency without one is refused.
    pub fn from_minor_units(units: i64, currency: Currency) -> Result<Money, MoneyRefusal> {
        let exponent = currency.exponent().ok_or(MoneyRefusal::NoMinorUnit { currency })?;
        Ok(Money::new(Decimal::new(units, exponent), currency))
    }

    /// The amount in smallest units (fen); refused if it is finer than these, or beyond 64 bits.
    pub fn minor_units(self) -> Result<i64, MoneyRefusal> {
        let Money { amount, currency } = self;
        let exponent = currency.exponent().ok_or(MoneyRefusal::NoMinorUnit { currency })?;
        let exact = amount.normalize();
        if exact.scale() > exponent {
            return Err(MoneyRefusal::TooFine { amount, currency });
        }
        let factor = 10i128.pow(exponent - exact.scale());
        let units = exact.mantissa().checked_mul(factor).ok_or(MoneyRefusal::TooLarge)?;
        i64::try_from(units).map_err(|_| MoneyRefusal::TooLarge)
    }

    /// The amount rounded to smallest units, halves away from zero 四舍五入; as it is where there is no smallest unit.
    #[must_use]
    pub fn rounded(self) -> Money {
        match self.currency.exponent() {
            Some(exponent) => Money {
                amount: self.amount.round_dp_with_strategy(exponent, RoundingStrategy::MidpointAwayFromZero),
                ..self
            },
            None => self,
        }
    }

    /// The sum; refused for two currencies.
    pub fn plus(self, other: Money) -> Result<Money, MoneyRefusal> {
        self.same_currency(other)?;
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyRefusal::TooLarge)?;
        Ok(Money { amount, ..self })
    }

    /// The difference; refused for two currencies.
    pub fn minus(self, other: Money) -> Result<Money, MoneyRefusal> {
        self.same_currency(other)?;
        let amount = self.amount.checked_sub(other.amount).ok_or(MoneyRefusal::TooLarge)?;
        Ok(Money { amount, ..self })
    }

    /// The amount times a plain number.
    pub fn times(self, factor: Decimal) -> Result<Money, MoneyRefusal> {
        let amount = self.amount.checked_mul(factor).ok_or(MoneyRefusal::TooLarge)?;
        Ok(Money { amount, ..self })
    }

    /// This amount divided by another, a plain number; `None` if that one is zero. Refused for two currencies.
    pub fn ratio(self, other: Money) -> Result<Option<Decimal>, MoneyRefusal> {
        self.same_currency(other)?;
        if other.amount.is_zero() {
            return Ok(None);
        }
        self.amount.checked_div(other.amount).map(Some).ok_or(MoneyRefusal::TooLarge)
    }

    /// Which of two amounts is greater; refused for two currencies.
    pub fn compare(self, other: Money) -> Result<std::cmp::Ordering, MoneyRefusal> {
        self.same_currency(other)?;
        Ok(self.amount.cmp(&other.amount))
    }

    /// The sum of all, `None` of none; refused as soon as two currencies meet.
    pub fn sum(all: impl IntoIterator<Item = Money>) -> Result<Option<Money>, MoneyRefusal> {
        let mut all = all.into_iter();
        let Some(first) = all.next() else {
            return Ok(None);
        };
        all.try_fold(first, Money::plus).map(Some)
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyRefusal> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyRefusal::MixedCurrencies { left: self.currency, right: other.currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(amount: &str, currency: &str) -> Money {
        Money::new(amount.parse().unwrap(), currency.parse().unwrap())
    }

    #[test]
    fn currencies_never_mix() {
        let (yuan, dollar) = (money("1", "CNY"), money("1", "USD"));
        let mixed = MoneyRefusal::MixedCurrencies { left: yuan.currency, right: dollar.currency };
        assert_eq!(yuan.plus(dollar), Err(mixed));
        assert_eq!(yuan.minus(dollar), Err(mixed));
        assert_eq!(yuan.ratio(dollar), Err(mixed));
        assert_eq!(yuan.compare(dollar), Err(mixed));
        assert_eq!(Money::sum([yuan, dollar]), Err(mixed));
        assert_eq!(mixed.code(), "money.mixed_currencies");
        assert_eq!(Money::sum([]), Ok(None));
    }

    #[test]
    fn smallest_units_follow_the_currency() {
        let cases = [
            ("12.34", "CNY", Ok(1234)),
            ("12.340", "CNY", Ok(1234)),
            ("12.345", "CNY", Err("money.too_fine")),
            ("1200", "JPY", Ok(1200)),
            ("1200.5", "JPY", Err("money.too_fine")),
            ("1.234", "KWD", Ok(1234)),
            ("-0.01", "USD", Ok(-1)),
            ("1", "XAU", Err("money.no_minor_unit")),
            ("99999999999999999999", "CNY", Err("money.too_large")),
        ];
        for (amount, currency, expected) in cases {
            let answer = money(amount, currency).minor_units().map_err(|no| no.code());
            assert_eq!(answer, expected, "{amount} {currency}");
        }
        assert_eq!(money("2.345", "CNY").rounded(), money("2.35", "CNY"));
        assert_eq!(money("-2.345", "CNY").rounded(), money("-2.35", "CNY"));
        let most = Money::new(Decimal::MAX, Currency::CNY);
        assert_eq!(most.plus(most), Err(MoneyRefusal::TooLarge));
    }

    proptest! {
        #[test]
        fn minor_units_read_back(units: i64) {
            for currency in ["CNY", "JPY", "BHD"] {
                let sum = Money::from_minor_units(units, currency.parse().unwrap()).unwrap();
                prop_assert_eq!(sum.minor_units(), Ok(units));
            }
        }

        #[test]
        fn what_was_added_can_be_taken_away(a: i32, b: i32) {
            let (a, b) = (Money::yuan(a.into()), Money::yuan(b.into()));
            prop_assert_eq!(a.plus(b).unwrap().minus(b).unwrap(), a);
        }
    }
}
