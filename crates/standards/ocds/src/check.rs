//! What no type can see: negative amounts, unknown currencies, future dates, ids used twice.
//!
//! Nothing here refuses a release. A value that cannot be true is set aside, so that an indicator says which value it
//! lacks instead of judging on it.

mod currency;

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::Offset;

use crate::fault::{Code, Fault};
use crate::types::{
    Amendment, Award, Bid, Complaint, Contract, Document, Guarantee, Item, Lot, Milestone, Moment, OrgRef, Release,
    Tender, Value, When,
};
pub use currency::is_currency;

/// What [`set_aside`] would find, without changing the release.
pub fn faults_of(release: &Release<'_>, as_of: Date) -> Vec<Fault> {
    set_aside(&mut release.clone(), as_of)
}

/// Checks a release and takes out the values that cannot be true.
///
/// - An amount below zero, save in payments (a refund is one); the amount goes, the currency stays.
/// - A currency that ISO 4217 never listed; the currency goes. Small letters are put right without a word.
/// - What has happened (an award, a signature, a payment, a publication), dated after `as_of`; the date goes.
/// - Two elements of one list with one id: an exact copy goes; where they differ both stay.
///
/// Faults are in the order of the release and count their line and byte from the release as a whole.
pub fn set_aside(release: &mut Release<'_>, as_of: Date) -> Vec<Fault> {
    let mut check = Check { as_of, path: Vec::new(), faults: Vec::new() };
    check.release(release);
    check.faults
}

struct Check {
    as_of: Date,
    path: Vec<(&'static str, Option<usize>)>,
    faults: Vec<Fault>,
}

impl Check {
    fn release(&mut self, release: &mut Release<'_>) {
        self.happened("date", &mut release.date);
        if let Some(planning) = &mut release.planning {
            self.within("planning", |check| {
                if let Some(budget) = &mut planning.budget {
                    check.within("budget", |check| check.money("amount", &mut budget.amount));
                }
                check.documents("documents", &mut planning.documents);
                check.milestones("milestones", &mut planning.milestones);
            });
        }
        if let Some(tender) = &mut release.tender {
            self.within("tender", |check| check.tender(tender));
        }
        if let Some(bids) = &mut release.bids {
            self.within("bids", |check| check.each("details", &mut bids.details, |bid| bid.id.as_deref(), Check::bid));
        }
        self.each("awards", &mut release.awards, |award| award.id.as_deref(), Check::award);
        self.each("contracts", &mut release.contracts, |contract| contract.id.as_deref(), Check::contract);
        self.each("parties", &mut release.parties, |party| party.id.as_deref(), |_, _| {});
        self.each("relatedProcesses", &mut release.related_processes, |link| link.id.as_deref(), |_, _| {});
        self.each("complaints", &mut release.complaints, |complaint| complaint.id.as_deref(), Check::complaint);
    }

    fn tender(&mut self, tender: &mut Tender<'_>) {
        self.money("value", &mut tender.value);
        self.money("minValue", &mut tender.min_value);
        self.items(&mut tender.items);
        self.each("lots", &mut tender.lots, |lot| lot.id.as_deref(), Check::lot);
        self.references("tenderers", &mut tender.tenderers);
        self.documents("documents", &mut tender.documents);
        self.milestones("milestones", &mut tender.milestones);
        self.amendments(&mut tender.amendments);
        self.guarantees(&mut tender.guarantees);
        self.each(
            "enquiries",
            &mut tender.enquiries,
            |enquiry| enquiry.id.as_deref(),
            |check, enquiry| {
                check.happened("date", &mut enquiry.date);
                check.happened("dateAnswered", &mut enquiry.date_answered);
            },
        );
        self.each(
            "participationFees",
            &mut tender.participation_fees,
            |fee| fee.id.as_deref(),
            |check, fee| {
                check.money("value", &mut fee.value);
            },
        );
    }

    fn lot(&mut self, lot: &mut Lot<'_>) {
        self.money("value", &mut lot.value);
        self.money("minValue", &mut lot.min_value);
    }

    fn bid(&mut self, bid: &mut Bid<'_>) {
        self.happened("date", &mut bid.date);
        self.money("value", &mut bid.value);
        self.items(&mut bid.items);
        self.references("tenderers", &mut bid.tenderers);
        self.documents("documents", &mut bid.documents);
    }

    fn award(&mut self, award: &mut Award<'_>) {
        self.happened("date", &mut award.date);
        self.money("value", &mut award.value);
        self.items(&mut award.items);
        self.references("suppliers", &mut award.suppliers);
        self.documents("documents", &mut award.documents);
        self.amendments(&mut award.amendments);
    }

    fn contract(&mut self, contract: &mut Contract<'_>) {
        self.happened("dateSigned", &mut contract.date_signed);
        self.money("value", &mut contract.value);
        self.items(&mut contract.items);
        self.documents("documents", &mut contract.documents);
        self.milestones("milestones", &mut contract.milestones);
        self.amendments(&mut contract.amendments);
        self.guarantees(&mut contract.guarantees);
        if let Some(done) = &mut contract.implementation {
            self.within("implementation", |check| {
                check.money("finalValue", &mut done.final_value);
                check.documents("documents", &mut done.documents);
                check.milestones("milestones", &mut done.milestones);
                check.each(
                    "transactions",
                    &mut done.transactions,
                    |payment| payment.id.as_deref(),
                    |check, payment| {
                        check.happened("date", &mut payment.date);
                        check.currency("value", &mut payment.value);
                    },
                );
            });
        }
    }

    fn complaint(&mut self, complaint: &mut Complaint<'_>) {
        self.happened("date", &mut complaint.date);
        self.happened("dateDecision", &mut complaint.date_decision);
        self.happened("dateExecuted", &mut complaint.date_executed);
    }

    fn items(&mut self, items: &mut Vec<Item<'_>>) {
        self.each(
            "items",
            items,
            |item| item.id.as_deref(),
            |check, item| {
                if let Some(unit) = &mut item.unit {
                    check.within("unit", |check| check.money("value", &mut unit.value));
                }
            },
        );
    }

    fn documents(&mut self, name: &'static str, documents: &mut Vec<Document<'_>>) {
        self.each(
            name,
            documents,
            |document| document.id.as_deref(),
            |check, document| {
                check.happened("datePublished", &mut document.date_published);
                check.happened("dateModified", &mut document.date_modified);
            },
        );
    }

    fn milestones(&mut self, name: &'static str, milestones: &mut Vec<Milestone<'_>>) {
        self.each(
            name,
            milestones,
            |milestone| milestone.id.as_deref(),
            |check, milestone| {
                check.happened("dateMet", &mut milestone.date_met);
                check.money("value", &mut milestone.value);
            },
        );
    }

    fn amendments(&mut self, amendments: &mut Vec<Amendment<'_>>) {
        self.each(
            "amendments",
            amendments,
            |amendment| amendment.id.as_deref(),
            |check, amendment| {
                check.happened("date", &mut amendment.date);
            },
        );
    }

    fn guarantees(&mut self, guarantees: &mut Vec<Guarantee<'_>>) {
        self.each(
            "guarantees",
            guarantees,
            |guarantee| guarantee.id.as_deref(),
            |check, guarantee| {
                check.money("value", &mut guarantee.value);
            },
        );
    }

    fn references(&mut self, name: &'static str, references: &mut Vec<OrgRef<'_>>) {
        self.each(name, references, |reference| reference.id.as_deref(), |_, _| {});
    }

    fn money(&mut self, name: &'static str, value: &mut Option<Value<'_>>) {
        self.currency(name, value);
        let Some(value) = value else { return };
        if value.amount.is_some_and(|amount| amount.is_sign_negative() && !amount.is_zero()) {
            let amount = value.amount.take().unwrap_or_default();
            self.within(name, |check| check.fault(Code::NegativeAmount, "amount", &amount.to_string()));
        }
    }

    fn currency(&mut self, name: &'static str, value: &mut Option<Value<'_>>) {
        let Some(value) = value else { return };
        let Some(currency) = &value.currency else { return };
        if is_currency(currency) {
            return;
        }
        let plain = currency.trim().to_ascii_uppercase();
        if is_currency(&plain) {
            value.currency = Some(plain.into());
            return;
        }
        let currency = value.currency.take().unwrap_or_default();
        self.within(name, |check| check.fault(Code::UnknownCurrency, "currency", &currency));
    }

    /// A date that lies in the past by its nature. Of two readings of its day, as written and in UTC, the earlier
    /// counts: a zone ahead of the reader's is no mistake.
    fn happened(&mut self, name: &str, when: &mut Option<When<'_>>) {
        let Some(date) = when else { return };
        let day = match date.moment() {
            Moment::Instant(at, _) => date.day().min(Offset::UTC.to_datetime(at).date()),
            _ => date.day(),
        };
        if day > self.as_of {
            self.fault(Code::FutureDate, name, date.raw());
            *when = None;
        }
    }

    /// Checks every element of a list, then its ids.
    fn each<T: PartialEq>(
        &mut self,
        name: &'static str,
        list: &mut Vec<T>,
        id: impl for<'t> Fn(&'t T) -> Option<&'t str>,
        check: impl Fn(&mut Check, &mut T),
    ) {
        for (index, element) in list.iter_mut().enumerate() {
            self.path.push((name, Some(index)));
            check(self, element);
            self.path.pop();
        }
        let mut copies = vec![false; list.len()];
        for (index, first) in repeated(list, &id) {
            copies[index] = list[first] == list[index];
            let shown = id(&list[index]).unwrap_or_default();
            self.path.push((name, Some(index)));
            self.fault(Code::DuplicateId, "id", shown);
            self.path.pop();
        }
        let mut copies = copies.into_iter();
        list.retain(|_| !copies.next().unwrap_or_default());
    }

    fn within(&mut self, name: &'static str, check: impl FnOnce(&mut Check)) {
        self.path.push((name, None));
        check(self);
        self.path.pop();
    }

    fn fault(&mut self, code: Code, name: &str, value: &str) {
        let mut path = String::new();
        for (name, index) in &self.path {
            path.push('/');
            path.push_str(name);
            if let Some(index) = index {
                path.push_str(&format!("/{index}"));
            }
        }
        self.faults.push(Fault::new(code, format!("{path}/{name}"), value.as_bytes()));
    }
}

/// Of every element whose id an earlier one has: its index and that of the first with the id.
fn repeated<T>(list: &[T], id: impl for<'t> Fn(&'t T) -> Option<&'t str>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Most lists are short, and comparing a few ids is quicker than hashing them.
    if list.len() <= 8 {
        for index in 1..list.len() {
            let Some(this) = id(&list[index]) else { continue };
            found.extend((0..index).find(|first| id(&list[*first]) == Some(this)).map(|first| (index, first)));
        }
        return found;
    }
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(list.len());
    for (index, element) in list.iter().enumerate() {
        let Some(this) = id(element) else { continue };
        match seen.get(this) {
            Some(first) => found.push((index, *first)),
            None => drop(seen.insert(this, index)),
        }
    }
    found
}
