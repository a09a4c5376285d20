//! bought directly while a tender for it was in dispute. X-14: a failed tender, then a dearer negotiation.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::texts::{NONE, Texts};
use super::{Found, Named, Symbol, cancelled, process};
use crate::context::Context;
use crate::facts::{Facts, to_f64};
use crate::fold::Judged;
use crate::moment::{DAY, Moment};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::registry::Indicator;
use crate::stats::round9;

/// A non-competitive process.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Direct {
    ocid: Symbol,
    buyer: Symbol,
    category: Symbol,
    currency: Symbol,
    at: Option<Moment>,
    value: Option<Decimal>,
    exempt: bool,
    /// Failed tenders it follows.
    after: Vec<Symbol>,
}

/// A tender in dispute, or cancelled with bids.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Dispute {
    ocid: Symbol,
    buyer: Symbol,
    category: Symbol,
    at: Moment,
}

/// A tender that failed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Failed {
    ocid: Symbol,
    currency: Symbol,
    value: Option<Decimal>,
}

/// Direct purchases, disputes and failures seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Disputes {
    direct: Vec<Direct>,
    disputes: Vec<Dispute>,
    failed: Vec<Failed>,
    competitive: Vec<Symbol>,
    unknown: Vec<Symbol>,
    cancelled: Vec<Symbol>,
    complaints_seen: bool,
    links_seen: bool,
}

impl Disputes {
    pub fn observe(&mut self, facts: &Facts<'_>, named: Named, texts: &mut Texts) {
        let Named { ocid, buyer, category } = named;
        self.complaints_seen |= !facts.release.complaints.is_empty();
        self.links_seen |= !facts.release.related_processes.is_empty();
        let unsuccessful = facts.status.is_some_and(|status| status.eq_ignore_ascii_case("unsuccessful"));
        if facts.cancelled || unsuccessful {
            self.failed.push(Failed {
                ocid,
                currency: texts.optional(facts.value.map(|value| value.currency)),
                value: facts.value.map(|value| value.amount),
            });
        }
        let disputed = !facts.release.complaints.is_empty() || facts.cancelled && !facts.bids.is_empty();
        if let (true, Some(at), true) = (disputed, facts.date, facts.competitive != Some(false)) {
            self.disputes.push(Dispute { ocid, buyer, category, at });
        }
        if facts.cancelled {
            self.cancelled.push(ocid);
            return;
        }
        match facts.competitive {
            None => self.unknown.push(ocid),
            Some(true) => self.competitive.push(ocid),
            Some(false) => {
                let links = &facts.release.related_processes;
                let after = links
                    .iter()
                    .filter(|link| link.relationship.iter().any(|code| code == "unsuccessfulProcess"))
                    .filter_map(|link| link.identifier.as_deref())
                    .map(|id| texts.symbol(id))
                    .collect();
                let value = facts.value.or(facts.amount());
                self.direct.push(Direct {
                    ocid,
                    buyer,
                    category,
                    currency: texts.optional(value.map(|value| value.currency)),
                    at: facts.date,
                    value: value.map(|value| value.amount),
                    exempt: facts.rule.is_some_and(|rule| rule.emergency),
                    after,
                });
            }
        }
    }

    pub fn merge(&mut self, other: Self, rename: &dyn Fn(Symbol) -> Symbol) {
        self.direct.extend(other.direct.into_iter().map(|row| Direct {
            ocid: rename(row.ocid),
            buyer: rename(row.buyer),
            category: rename(row.category),
            currency: rename(row.currency),
            after: row.after.iter().map(|symbol| rename(*symbol)).collect(),
            ..row
        }));
        self.disputes.extend(other.disputes.into_iter().map(|row| Dispute {
            ocid: rename(row.ocid),
            buyer: rename(row.buyer),
            category: rename(row.category),
            ..row
        }));
        self.failed.extend(other.failed.into_iter().map(|row| Failed {
            ocid: rename(row.ocid),
            currency: rename(row.currency),
            ..row
        }));
        self.competitive.extend(other.competitive.into_iter().map(rename));
        self.unknown.extend(other.unknown.into_iter().map(rename));
        self.cancelled.extend(other.cancelled.into_iter().map(rename));
        self.complaints_seen |= other.complaints_seen;
        self.links_seen |= other.links_seen;
    }

    /// Outcomes of the processes that are out of scope of both.
    fn out_of_scope(&self, texts: &Texts, indicator: &'static Indicator, found: &mut Found<'_>) {
        let mut tell =
            |ocid: &Symbol, outcome: Outcome| found.push(Judged::new(indicator, process(texts, *ocid), outcome));
        self.competitive.iter().for_each(|ocid| tell(ocid, Outcome::not_applicable(Reason::Method)));
        self.unknown.iter().for_each(|ocid| tell(ocid, Outcome::missing("tender/procurementMethod")));
        self.cancelled.iter().for_each(|ocid| tell(ocid, cancelled()));
    }

    /// Source: ProZorro 24-3-11.
    pub fn judge_x07(&self, cx: &Context<'_>, texts: &Texts, indicator: &'static Indicator, found: &mut Found<'_>) {
        self.out_of_scope(texts, indicator, found);
        let mut by_need: BTreeMap<(Symbol, Symbol), Vec<&Dispute>> = BTreeMap::new();
        for dispute in self.disputes.iter().filter(|dispute| dispute.buyer != NONE && dispute.category != NONE) {
            by_need.entry((dispute.buyer, dispute.category)).or_default().push(dispute);
        }
        let days = cx.settings.days(Key::X07Days);
        for row in &self.direct {
            let outcome = (|| {
                if row.exempt {
                    return Outcome::not_applicable(Reason::Exempt);
                }
                if row.category == NONE {
                    return Outcome::missing("tender/items/classification");
                }
                if row.buyer == NONE {
                    return Outcome::missing("buyer/id");
                }
                let Some(at) = row.at else { return Outcome::missing("tender/tenderPeriod/startDate") };
                let disputes = by_need.get(&(row.buyer, row.category)).map_or(&[][..], Vec::as_slice);
                let mut near: Vec<&str> = disputes
                    .iter()
                    .filter(|dispute| dispute.ocid != row.ocid && (dispute.at.0 - at.0).abs() <= days * DAY)
                    .map(|dispute| texts.text(dispute.ocid))
                    .collect();
                near.sort_unstable();
                let count = Number::Count(i64::try_from(near.len()).unwrap_or(i64::MAX));
                if near.is_empty() {
                    return if self.complaints_seen {
                        Outcome::not_raised(count, Number::Count(1))
                    } else {
                        Outcome::missing("complaints/id")
                    };
                }
                let evidence = near.iter().map(|ocid| Evidence::new("/complaints", *ocid)).collect();
                Outcome::raised(count, Number::Count(1), evidence)
            })();
            found.push(Judged::new(indicator, process(texts, row.ocid), outcome));
        }
    }

    /// Source: SASU 2-1.
    pub fn judge_x14(&self, cx: &Context<'_>, texts: &Texts, indicator: &'static Indicator, found: &mut Found<'_>) {
        self.out_of_scope(texts, indicator, found);
        let failed: BTreeMap<Symbol, &Failed> = self.failed.iter().map(|row| (row.ocid, row)).collect();
        let least = cx.settings.figure(Key::X14Factor);
        for row in &self.direct {
            let outcome = (|| {
                if row.after.is_empty() {
                    return if self.links_seen {
                        Outcome::not_applicable(Reason::Nothing)
                    } else {
                        Outcome::missing("relatedProcesses")
                    };
                }
                let Some(value) = row.value else { return Outcome::missing("tender/value") };
                // The dearest of the failed tenders: the mildest comparison.
                let before = row
                    .after
                    .iter()
                    .filter_map(|ocid| failed.get(ocid))
                    .filter(|failed| failed.currency == row.currency)
                    .filter_map(|failed| Some((failed.value?, failed.ocid)))
                    .max_by_key(|(value, _)| *value);
                let Some((before, ocid)) = before else { return Outcome::missing("relatedProcesses/tender/value") };
                let Some(ratio) = value.checked_div(before).map(|ratio| round9(to_f64(ratio))) else {
                    return Outcome::missing("tender/value");
                };
                if ratio < least {
                    return Outcome::not_raised(Number::real(ratio), Number::real(least));
                }
                let currency = texts.text(row.currency);
                let evidence = vec![
                    Evidence::new("/tender/value", format!("{} {currency}", value.normalize())),
                    Evidence::new(
                        "/relatedProcesses",
                        format!("{} {} {currency}", texts.text(ocid), before.normalize()),
                    ),
                ];
                Outcome::raised(Number::real(ratio), Number::real(least), evidence)
            })();
            found.push(Judged::new(indicator, process(texts, row.ocid), outcome));
        }
    }
}
