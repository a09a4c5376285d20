//! R052: a small first award, then one many times as large to the same supplier.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::texts::{NONE, Texts};
use super::{Found, Named, Symbol, within};
use crate::context::Context;
use crate::facts::{AwardStatus, Facts, to_f64};
use crate::fold::Judged;
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome};
use crate::parameters::Key;
use crate::registry::Indicator;
use crate::settings::{LimitKind, Settings};
use crate::stats::round9;
use crate::subject::SubjectKey;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Row {
    buyer: Symbol,
    supplier: Symbol,
    ocid: Symbol,
    currency: Symbol,
    at: Option<Moment>,
    amount: Option<Decimal>,
    /// Non-competitive, or below the limit: a foot in the door. `None`: the method is not published.
    small: Option<bool>,
}

/// Active awards seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Awards {
    rows: Vec<Row>,
}

impl Awards {
    pub fn observe(&mut self, facts: &Facts<'_>, named: Named, settings: &Settings, texts: &mut Texts) {
        if facts.cancelled || named.buyer == NONE {
            return;
        }
        let regime = facts.rule.and_then(|rule| rule.regime);
        for award in facts.awards.iter().filter(|award| award.status == AwardStatus::Active) {
            if award.suppliers.is_empty() {
                continue;
            }
            let below = award.money.and_then(|money| {
                let limit =
                    settings.limit(LimitKind::Competition, regime, facts.main_category, money.currency, award.date)?;
                Some(money.amount < limit.amount)
            });
            let small = match (facts.competitive, below) {
                (Some(false), _) | (_, Some(true)) => Some(true),
                (Some(true), _) => Some(false),
                (None, _) => None,
            };
            let Named { ocid, buyer, .. } = named;
            let currency = texts.optional(award.money.map(|money| money.currency));
            for &supplier in &award.suppliers {
                let supplier = texts.symbol(supplier);
                let amount = award.money.map(|money| money.amount);
                self.rows.push(Row { buyer, supplier, ocid, currency, at: award.date.or(facts.date), amount, small });
            }
        }
    }

    pub fn merge(&mut self, other: Self, rename: &dyn Fn(Symbol) -> Symbol) {
        self.rows.extend(other.rows.into_iter().map(|row| Row {
            buyer: rename(row.buyer),
            supplier: rename(row.supplier),
            ocid: rename(row.ocid),
            currency: rename(row.currency),
            ..row
        }));
    }

    pub fn judge(&self, cx: &Context<'_>, texts: &Texts, indicator: &'static Indicator, found: &mut Found<'_>) {
        let mut pairs: BTreeMap<(Symbol, Symbol), Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            pairs.entry((row.buyer, row.supplier)).or_default().push(row);
        }
        for ((buyer, supplier), mut rows) in pairs {
            // Ties of one day are told apart by ocid, which every split of the data agrees on.
            rows.sort_by(|a, b| (a.at, texts.text(a.ocid), a.amount).cmp(&(b.at, texts.text(b.ocid), b.amount)));
            let subject = SubjectKey::BuyerSupplier {
                buyer: texts.text(buyer).to_owned(),
                supplier: texts.text(supplier).to_owned(),
            };
            let (outcome, processes) = judge_pair(&rows, cx, texts);
            let mut judged = Judged::new(indicator, subject, outcome);
            judged.processes = processes;
            found.push(judged);
        }
    }
}

fn judge_pair(rows: &[&Row], cx: &Context<'_>, texts: &Texts) -> (Outcome, Vec<String>) {
    let least = cx.settings.figure(Key::R052Factor);
    let bare = |outcome: Outcome| (outcome, Vec::new());
    let Some(first) = rows.iter().find(|row| row.at.is_some()) else { return bare(Outcome::missing("awards/date")) };
    let small = match first.small {
        None => return bare(Outcome::missing("tender/procurementMethod")),
        Some(small) => small,
    };
    let Some(base) = first.amount else { return bare(Outcome::missing("awards/value")) };
    if !small {
        return bare(Outcome::NotRaised { value: None, threshold: Some(Number::real(least)) });
    }
    let at = first.at.unwrap_or(Moment(0));
    let later = rows.iter().filter(|row| {
        row.currency == first.currency && row.at.is_some_and(|then| within(at, then, cx.settings.days(Key::R052Days)))
    });
    let greatest = later
        .filter_map(|row| Some((row.amount?, *row)))
        .max_by_key(|(amount, row)| (*amount, std::cmp::Reverse(row.at)));
    let Some((amount, row)) = greatest else {
        return bare(Outcome::NotRaised { value: None, threshold: Some(Number::real(least)) });
    };
    let Some(ratio) = amount.checked_div(base).map(|ratio| round9(to_f64(ratio))) else {
        return bare(Outcome::missing("awards/value"));
    };
    if ratio < least {
        return bare(Outcome::not_raised(Number::real(ratio), Number::real(least)));
    }
    let fact = |row: &Row, amount: Decimal| {
        let value = format!("{} {} {}", texts.text(row.ocid), amount.normalize(), texts.text(row.currency));
        Evidence::new("/awards/value", value)
    };
    let evidence = vec![fact(first, base), fact(row, amount)];
    let mut processes = vec![texts.text(first.ocid).to_owned(), texts.text(row.ocid).to_owned()];
    processes.sort_unstable();
    processes.dedup();
    (Outcome::raised(Number::real(ratio), Number::real(least), evidence), processes)
}
