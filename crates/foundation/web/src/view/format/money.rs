//! Sums of money.

use kernel::{Currency, Locale, Money};
use rust_decimal::Decimal;

use super::{NBSP, decimal};

/// What a list counts sums in: 1 万 (ten thousand) in Chinese, one million in English.
fn divisor(locale: Locale) -> Decimal {
    match locale {
        Locale::ZhCn => Decimal::from(10_000),
        Locale::En => Decimal::from(1_000_000),
    }
}

/// The unit of sums in a list, for a column's head: `万元`, `CNY million`; a foreign currency by its ISO 4217 code.
pub fn money_unit(locale: Locale, currency: Currency) -> String {
    match locale {
        Locale::ZhCn if currency == Currency::CNY => "万元".to_owned(),
        Locale::ZhCn => format!("万{NBSP}{}", currency.code()),
        Locale::En => format!("{}{NBSP}million", currency.code()),
    }
}

/// A sum in a list whose head names the unit: `1,280.00` or `12.80`. `amount` is in the currency's main unit (yuan, not fen).
pub fn money_without_unit(locale: Locale, amount: Decimal) -> String {
    decimal(amount / divisor(locale), 2)
}

/// A sum in a sentence or list: `1,280.00 万元`, `CNY 12.80 million`.
pub fn money(locale: Locale, sum: Money) -> String {
    let figure = money_without_unit(locale, sum.amount);
    match locale {
        Locale::ZhCn => format!("{figure}{NBSP}{}", money_unit(locale, sum.currency)),
        Locale::En => format!("{}{NBSP}{figure}{NBSP}million", sum.currency.code()),
    }
}

/// A sum in a document, to the currency's smallest unit: `12,800,000.00 元`, `CNY 12,800,000.00`.
pub fn money_full(locale: Locale, sum: Money) -> String {
    let figure = decimal(sum.amount, sum.currency.exponent().unwrap_or(2));
    match locale {
        Locale::ZhCn if sum.currency == Currency::CNY => format!("{figure}{NBSP}元"),
        Locale::ZhCn => format!("{figure}{NBSP}{}", sum.currency.code()),
        Locale::En => format!("{}{NBSP}{figure}", sum.currency.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_written_per_language() {
        let cases = [
            ("12800000", Currency::CNY, "1,280.00 万元", "CNY 12.80 million", "12,800,000.00 元", "CNY 12,800,000.00"),
            ("123", Currency::CNY, "0.01 万元", "CNY 0.00 million", "123.00 元", "CNY 123.00"),
            ("-5000", Currency::EUR, "−0.50 万 EUR", "EUR −0.01 million", "−5,000.00 EUR", "EUR −5,000.00"),
        ];
        for (amount, currency, chinese, english, chinese_full, english_full) in cases {
            let sum = Money::new(amount.parse().unwrap(), currency);
            let plain = |text: String| text.replace(NBSP, " ");
            assert_eq!(plain(money(Locale::ZhCn, sum)), chinese);
            assert_eq!(plain(money(Locale::En, sum)), english);
            assert_eq!(plain(money_full(Locale::ZhCn, sum)), chinese_full);
            assert_eq!(plain(money_full(Locale::En, sum)), english_full);
        }
    }
}
