//! The legal limit that a process is compared with.

use rust_decimal::Decimal;

use super::log::ProcessRow;
use super::seen::{Day, Kind};
use crate::moment::{DAY, Moment};
use crate::settings::{LimitKind, Regime, Settings};

/// T: the amount from which competition is required, for what a process buys, on a day, in a currency.
pub(super) fn limit(settings: &Settings, row: &ProcessRow, day: Day, currency: &str) -> Option<Decimal> {
    let category = row.kind.map(|kind| match kind {
        Kind::Goods => "goods",
        Kind::Works => "works",
        Kind::Services => "services",
    });
    let regime = row.tendering.map(|tendering| if tendering { Regime::Tendering } else { Regime::Procurement });
    // Noon in UTC lies within that date in every zone from −12 to +12 hours.
    let at = Moment(i64::from(day) * DAY + DAY / 2);
    settings.limit(LimitKind::Competition, regime, category, currency, Some(at)).map(|limit| limit.amount)
}
