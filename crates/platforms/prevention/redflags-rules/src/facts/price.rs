//! Money as the formulas want it: above zero, exact, in one currency.

use ocds::types as raw;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::Money;

/// A published value as money; zero, negative and placeholder amounts are treated as absent.
pub(super) fn money<'r>(value: Option<&'r raw::Value<'r>>) -> Option<Money<'r>> {
    let value = value?;
    let amount = value.amount.filter(|amount| !amount.is_zero() && amount.is_sign_positive())?;
    Some(Money { amount, currency: value.currency.as_deref().map_or("", str::trim) })
}

/// A decimal as a float, for statistics only.
pub fn to_f64(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or(f64::NAN)
}

/// Σ quantity × unit price over items of one lot; `None` unless every item of the lot is priced in one currency.
pub(super) fn items_total<'r>(items: &'r [raw::Item<'r>], lot: &str) -> Option<Money<'r>> {
    let mut total: Option<Money<'r>> = None;
    for item in items.iter().filter(|item| item.related_lots.iter().any(|related| related == lot)) {
        let price = money(item.unit.as_ref()?.value.as_ref())?;
        let sum = item.quantity?.checked_mul(price.amount)?;
        total = Some(match total {
            None => Money { amount: sum, currency: price.currency },
            Some(so_far) if so_far.currency == price.currency => {
                Money { amount: so_far.amount.checked_add(sum)?, currency: price.currency }
            }
            Some(_) => return None,
        });
    }
    total.filter(|total| !total.amount.is_zero())
}
