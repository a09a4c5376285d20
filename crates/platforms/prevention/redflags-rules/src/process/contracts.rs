//! Contracts and their awards: R054, R059, R060, R063; what a contract is worth and what was paid.

use rust_decimal::Decimal;

use super::bids::suspended_days;
use super::planning::{is_of, published};
use super::scope::{Step, compared, exempt, missing, need, only_direct, settle};
use crate::context::Context;
use crate::facts::{AwardStatus, Contract, Facts, Money, to_f64};
use crate::moment::{DAY, Moment};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Ruling, Spot};
use crate::settings::LimitKind;
use crate::stats::round9;

pub(super) fn contract_of<'f, 'r>(spot: Spot, facts: &'f Facts<'r>) -> &'f Contract<'r> {
    &facts.contracts[spot.index()]
}

/// A contract in force: a cancelled one is out of scope.
pub(super) fn in_force<'f, 'r>(spot: Spot, facts: &'f Facts<'r>) -> Step<&'f Contract<'r>> {
    let contract = contract_of(spot, facts);
    if contract.cancelled { exempt(Reason::Cancelled) } else { Ok(contract) }
}

/// Σ of the active awards a contract carries out, in one currency.
fn awarded<'r>(contract: &Contract<'r>, facts: &Facts<'r>) -> Step<Money<'r>> {
    if contract.awards.is_empty() {
        return missing("contracts/awardID");
    }
    let mut total: Option<Money<'r>> = None;
    for &award in &contract.awards {
        let award = &facts.awards[award];
        match award.status {
            AwardStatus::Absent => return missing("awards/status"),
            AwardStatus::Active => {}
            _ => continue,
        }
        let money = need(award.money, "awards/value")?;
        total = Some(match total {
            None => money,
            Some(sum) if sum.currency == money.currency => {
                Money { amount: need(sum.amount.checked_add(money.amount), "awards/value")?, currency: sum.currency }
            }
            Some(_) => return missing("awards/value/currency"),
        });
    }
    need(total, "awards/value")
}

/// PAID: Σ of transactions in the currency of the contract with the last counted one, else the final value.
pub(super) fn paid<'r>(contract: &Contract<'r>) -> Option<(Money<'r>, String)> {
    let done = contract.raw.implementation.as_ref()?;
    let currency = contract.money.map(|money| money.currency);
    let mut sum = Decimal::ZERO;
    let (mut last, mut of) = (None, "");
    for (index, payment) in done.transactions.iter().enumerate() {
        let Some(value) = &payment.value else { continue };
        let (Some(amount), Some(code)) = (value.amount, value.currency.as_deref()) else { continue };
        // Refunds count with their sign; other currencies are not added.
        if currency.is_some_and(|currency| currency != code) || (!of.is_empty() && of != code) {
            continue;
        }
        of = code;
        sum = sum.checked_add(amount)?;
        last = Some(index);
    }
    if let Some(last) = last.filter(|_| sum.is_sign_positive() && !sum.is_zero()) {
        return Some((Money { amount: sum, currency: of }, format!("transactions/{last}/value")));
    }
    let value = done.final_value.as_ref()?;
    let amount = value.amount.filter(|amount| amount.is_sign_positive() && !amount.is_zero())?;
    Some((Money { amount, currency: value.currency.as_deref().or(currency)? }, "finalValue".into()))
}

pub(super) fn money_text(money: Money<'_>) -> String {
    format!("{} {}", money.amount.normalize(), money.currency)
}

/// R054: direct award below the limit, contract or payment at or above it.
pub(super) fn r054(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        only_direct(facts)?;
        let award = awarded(contract, facts)?;
        let mut latest = need(contract.money, "contracts/value")?;
        let mut pointer = format!("/contracts/{}/value", spot.index());
        if let Some((paid, at)) = paid(contract)
            && paid.currency == latest.currency
            && paid.amount > latest.amount
        {
            latest = paid;
            pointer = format!("/contracts/{}/implementation/{at}", spot.index());
        }
        let at = contract.awards.iter().find_map(|&award| facts.awards[award].date).or(contract.signed);
        let regime = facts.rule.and_then(|rule| rule.regime);
        let limit = cx.settings.limit(LimitKind::Competition, regime, facts.main_category, award.currency, at);
        let Some(limit) = limit else { return exempt(Reason::NoThreshold) };
        if latest.currency != award.currency {
            return missing("contracts/value/currency");
        }
        let raised = award.amount < limit.amount && latest.amount >= limit.amount;
        Ok(compared(raised, Number::Amount(latest.amount), Number::Amount(limit.amount), || {
            let mut evidence: Vec<Evidence> = contract
                .awards
                .iter()
                .map(|award| {
                    Evidence::new(
                        format!("/awards/{award}/value"),
                        money_text(facts.awards[*award].money.unwrap_or(latest)),
                    )
                })
                .collect();
            evidence.push(Evidence::new(pointer, money_text(latest)));
            evidence
        }))
    }
    settle(judge(spot, facts, cx))
}

/// Relative deviation of the contract from its awards, with both sums.
pub(super) fn deviation<'r>(spot: Spot, facts: &Facts<'r>) -> Step<(f64, Money<'r>, Money<'r>)> {
    let contract = in_force(spot, facts)?;
    let award = awarded(contract, facts)?;
    let value = need(contract.money, "contracts/value")?;
    if value.currency != award.currency {
        return missing("contracts/value/currency");
    }
    // Several contracts of one award share it: what counts is their sum.
    let mut sum = Decimal::ZERO;
    for other in facts.contracts.iter().filter(|other| !other.cancelled && other.awards == contract.awards) {
        let other = need(other.money, "contracts/value")?;
        if other.currency != award.currency {
            return missing("contracts/value/currency");
        }
        sum = need(sum.checked_add(other.amount), "contracts/value")?;
    }
    let difference = need(sum.checked_sub(award.amount), "contracts/value")?.abs();
    let ratio = need(difference.checked_div(award.amount), "awards/value")?;
    Ok((round9(to_f64(ratio)), Money { amount: sum, currency: value.currency }, award))
}

/// R059: the contract's value differs from the award's.
pub(super) fn r059(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        if facts.call_off() {
            return exempt(Reason::Exempt);
        }
        let (value, _, _) = deviation(spot, facts)?;
        let most = cx.settings.figure(Key::R059Tolerance);
        Ok(compared(value > most, Number::real(value), Number::real(most), || deviation_evidence(spot, facts)))
    }
    settle(judge(spot, facts, cx))
}

/// The sums behind [`deviation`].
pub(super) fn deviation_evidence(spot: Spot, facts: &Facts<'_>) -> Vec<Evidence> {
    let Ok((_, sum, award)) = deviation(spot, facts) else { return Vec::new() };
    let mut evidence = vec![Evidence::new(format!("/contracts/{}/value", spot.index()), money_text(sum))];
    let awards = &contract_of(spot, facts).awards;
    evidence.extend(awards.first().map(|index| Evidence::new(format!("/awards/{index}/value"), money_text(award))));
    evidence
}

/// Days from the last award a contract carries out to its signature, suspensions removed.
pub(super) fn signing_days(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<(i64, usize, Moment, Moment)> {
    let contract = in_force(spot, facts)?;
    if facts.call_off() {
        return exempt(Reason::Exempt);
    }
    if contract.awards.is_empty() && facts.awards.len() != 1 {
        return missing("contracts/awardID");
    }
    let awards: &[usize] = if contract.awards.is_empty() { &[0] } else { &contract.awards };
    let last = awards.iter().filter_map(|&award| Some((facts.awards[award].date?, award))).max();
    let (date, award) = need(last, "awards/date")?;
    let signed = need(contract.signed, "contracts/dateSigned")?;
    let days = signed.days_since(date) - suspended_days(facts, cx, date, signed);
    Ok((days, award, date, signed))
}

/// The dates behind [`signing_days`].
pub(super) fn signing_evidence(spot: Spot, award: usize, date: Moment, signed: Moment) -> Vec<Evidence> {
    vec![
        Evidence::new(format!("/awards/{award}/date"), date.text()),
        Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()),
    ]
}

/// R060: signed too long after the award.
pub(super) fn r060(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let (days, award, date, signed) = signing_days(spot, facts, cx)?;
        let most = cx.settings.days(Key::R060MaxDays);
        Ok(compared(days > most, Number::Count(days), Number::Count(most), || {
            signing_evidence(spot, award, date, signed)
        }))
    }
    settle(judge(spot, facts, cx))
}

/// R063: no contract document by its due day.
pub(super) fn r063(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        const TYPES: [&str; 3] = ["contractSigned", "contractNotice", "contractSummary"];
        let contract = in_force(spot, facts)?;
        let signed = need(contract.signed, "contracts/dateSigned")?;
        let due = signed.plus_days(cx.settings.days(Key::R063DueDays));
        if due > cx.as_of {
            return exempt(Reason::Stage);
        }
        let (mut count, mut late) = (0, Vec::new());
        if let Some(day) = contract.raw.date_published.as_ref().map(|when| Moment::of(when, &cx.settings.zone)) {
            if day <= due {
                count += 1;
            } else {
                late.push(Evidence::new(format!("/contracts/{}/datePublished", spot.index()), late_text(day, due)));
            }
        }
        for (index, document) in
            contract.raw.documents.iter().enumerate().filter(|(_, document)| is_of(document, &TYPES))
        {
            match published(document, cx) {
                Some(day) if day > due => late.push(Evidence::new(
                    format!("/contracts/{}/documents/{index}/datePublished", spot.index()),
                    late_text(day, due),
                )),
                // Without a date it is there, and cannot be shown to be late.
                _ => count += 1,
            }
        }
        if count > 0 {
            return Ok(Outcome::not_raised(Number::Count(count), Number::Count(1)).into());
        }
        let positive = !late.is_empty();
        late.insert(0, Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()));
        let outcome = Outcome::raised(Number::Count(0), Number::Count(1), late);
        Ok(if positive { outcome.into() } else { Ruling::absent("contracts/documents/documentType", outcome) })
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

fn late_text(day: Moment, due: Moment) -> String {
    format!("{} (+{} d)", day.text(), (day.0 - due.0 + DAY - 1) / DAY)
}
