//! R009: the fee of a process against the median fee of its buyer and category in the days before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::texts::{NONE, Texts};
use super::{Found, Named, Symbol, cancelled, process, within};
use crate::context::Context;
use crate::facts::{Facts, to_f64};
use crate::fold::Judged;
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::registry::Indicator;
use crate::stats::{median, round9};

const FEES: &str = "tender/participationFees/value";

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Row {
    ocid: Symbol,
    buyer: Symbol,
    category: Symbol,
    currency: Symbol,
    at: Option<Moment>,
    fee: f64,
}

/// Buyer, category, currency.
type Need = (Symbol, Symbol, Symbol);
/// When, which process, how much.
type Past = (Moment, Symbol, f64);

/// Fees seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Fees {
    rows: Vec<Row>,
    /// Processes without a fee, and cancelled ones; by ocid, since each is a subject.
    without: Vec<Symbol>,
    cancelled: Vec<Symbol>,
}

impl Fees {
    pub fn observe(&mut self, facts: &Facts<'_>, named: Named, texts: &mut Texts) {
        let ocid = named.ocid;
        if facts.cancelled {
            self.cancelled.push(ocid);
            return;
        }
        let fees = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.participation_fees.as_slice());
        let mut total: Option<(f64, &str)> = None;
        for fee in fees {
            let Some(value) = &fee.value else { continue };
            let (Some(amount), Some(currency)) = (value.amount, value.currency.as_deref()) else { continue };
            match &mut total {
                None => total = Some((to_f64(amount), currency)),
                Some((sum, known)) if *known == currency => *sum += to_f64(amount),
                Some(_) => {}
            }
        }
        match total.filter(|(sum, _)| *sum > 0.0) {
            None => self.without.push(ocid),
            Some((fee, currency)) => self.rows.push(Row {
                ocid,
                buyer: named.buyer,
                category: named.category,
                currency: texts.symbol(currency),
                at: facts.date,
                fee,
            }),
        }
    }

    pub fn merge(&mut self, other: Self, rename: &dyn Fn(Symbol) -> Symbol) {
        self.rows.extend(other.rows.into_iter().map(|row| Row {
            ocid: rename(row.ocid),
            buyer: rename(row.buyer),
            category: rename(row.category),
            currency: rename(row.currency),
            ..row
        }));
        self.without.extend(other.without.into_iter().map(rename));
        self.cancelled.extend(other.cancelled.into_iter().map(rename));
    }

    pub fn judge(&self, cx: &Context<'_>, texts: &Texts, indicator: &'static Indicator, found: &mut Found<'_>) {
        let mut tell =
            |ocid: Symbol, outcome: Outcome| found.push(Judged::new(indicator, process(texts, ocid), outcome));
        self.cancelled.iter().for_each(|&ocid| tell(ocid, cancelled()));
        let published = !self.rows.is_empty();
        for &ocid in &self.without {
            // Where fees are published, none means none.
            tell(ocid, if published { Outcome::not_applicable(Reason::Nothing) } else { Outcome::missing(FEES) });
        }
        let mut like: BTreeMap<Need, Vec<Past>> = BTreeMap::new();
        for row in &self.rows {
            if let Some(at) = row.at {
                like.entry((row.buyer, row.category, row.currency)).or_default().push((at, row.ocid, row.fee));
            }
        }
        for row in &self.rows {
            let Some(at) = row.at else {
                tell(row.ocid, Outcome::missing("tender/tenderPeriod/startDate"));
                continue;
            };
            if row.buyer == NONE {
                tell(row.ocid, Outcome::missing("buyer/id"));
                continue;
            }
            let days = cx.settings.days(Key::GeneralWindowDays);
            let peers = like.get(&(row.buyer, row.category, row.currency)).map_or(&[][..], Vec::as_slice);
            let before: Vec<f64> = peers
                .iter()
                .filter(|(other, ocid, _)| *ocid != row.ocid && within(*other, at, days))
                .map(|(.., fee)| *fee)
                .collect();
            if before.len() < cx.settings.count(Key::R009MinN).max(1) {
                tell(row.ocid, Outcome::not_applicable(Reason::TooFew));
                continue;
            }
            let middle = median(&before).unwrap_or(f64::NAN);
            let ratio = round9(row.fee / middle);
            let least = cx.settings.figure(Key::R009Factor);
            let outcome = if ratio >= least {
                let evidence = vec![
                    Evidence::new("/tender/participationFees", row.fee.to_string()),
                    Evidence::new("", format!("median {middle} (n = {})", before.len())),
                ];
                Outcome::raised(Number::real(ratio), Number::real(least), evidence)
            } else {
                Outcome::not_raised(Number::real(ratio), Number::real(least))
            };
            tell(row.ocid, outcome);
        }
    }
}
