//! Contracts and what came of them: R054, R059, R060, R063–R071, X-08 ….

use ocds::types::Amendment;
use rust_decimal::Decimal;

use super::bids::suspended_days;
use super::planning::{is_of, published};
use super::scope::{Step, compared, count_of, exempt, figure_of, missing, need, only_direct, settle};
use crate::context::Context;
use crate::facts::{AwardStatus, Contract, Facts, Money, to_f64};
use crate::moment::{DAY, Moment};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Ruling, Spot};
use crate::settings::LimitKind;
use crate::stats::round9;
use crate::subject::SubjectKey;

fn contract_of<'f, 'r>(spot: Spot, facts: &'f Facts<'r>) -> &'f Contract<'r> {
    &facts.contracts[spot.index()]
}

/// A contract in force: a cancelled one is out of scope.
fn in_force<'f, 'r>(spot: Spot, facts: &'f Facts<'r>) -> Step<&'f Contract<'r>> {
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
fn paid<'r>(contract: &Contract<'r>) -> Option<(Money<'r>, String)> {
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

fn money_text(money: Money<'_>) -> String {
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

fn amendment_evidence(spot: Spot, amendments: &[Amendment<'_>]) -> Vec<Evidence> {
    amendments
        .iter()
        .enumerate()
        .map(|(index, amendment)| {
            let text = amendment.description.as_deref().or(amendment.rationale.as_deref()).unwrap_or_default();
            Evidence::new(format!("/contracts/{}/amendments/{index}", spot.index()), text)
        })
        .collect()
}

fn many_amendments(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>, least: Key) -> Ruling {
    let contract = match in_force(spot, facts) {
        Ok(contract) => contract,
        Err(outcome) => return outcome.into(),
    };
    let amendments = &contract.raw.amendments;
    let threshold = count_of(cx, least);
    if amendments.is_empty() {
        return Ruling::absent("contracts/amendments", Outcome::not_raised(Number::Count(0), threshold));
    }
    let count = i64::try_from(amendments.len()).unwrap_or(i64::MAX);
    compared(count >= cx.settings.days(least), Number::Count(count), threshold, || amendment_evidence(spot, amendments))
        .into()
}

/// R064: the contract was modified.
pub(super) fn r064(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    many_amendments(spot, facts, cx, Key::R064Min)
}

/// the contract was modified often.
pub(super) fn x09(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    many_amendments(spot, facts, cx, Key::X09Min)
}

/// first modified within days of its signature.
pub(super) fn x10(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let contract = in_force(spot, facts)?;
        if contract.raw.amendments.is_empty() {
            return Ok(Ruling::absent("contracts/amendments", Outcome::CLEAR));
        }
        let signed = need(contract.signed, "contracts/dateSigned")?;
        let dated =
            contract.raw.amendments.iter().enumerate().filter_map(|(index, amendment)| {
                Some((Moment::of(amendment.date.as_ref()?, &cx.settings.zone), index))
            });
        // An amendment dated before the signature belongs to the tender.
        let (date, index) = need(dated.filter(|(date, _)| *date >= signed).min(), "contracts/amendments/date")?;
        let days = date.days_since(signed);
        let most = cx.settings.days(Key::X10Days);
        let outcome = compared(days <= most, Number::Count(days), Number::Count(most), || {
            vec![
                Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()),
                Evidence::new(format!("/contracts/{}/amendments/{index}/date", spot.index()), date.text()),
            ]
        });
        Ok(outcome.into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// A former value that an amendment states, in order of the amendments.
struct Former {
    amount: Decimal,
    at: Option<Moment>,
    pointer: String,
}

/// Former values of properties whose name ends in one of `names`.
fn former(spot: Spot, contract: &Contract<'_>, names: &[&str], cx: &Context<'_>) -> Vec<Former> {
    let mut all = Vec::new();
    for (index, amendment) in contract.raw.amendments.iter().enumerate() {
        for (at, change) in amendment.changes.iter().enumerate() {
            let Some(property) = change.property.as_deref() else { continue };
            let last = property.rsplit(['/', '.']).next().unwrap_or_default();
            let first = property.trim_start_matches('/').split(['/', '.']).next().unwrap_or_default();
            // Of `items/1/unit/value/amount` only the last part says amount: it is the item's, not the contract's.
            if !names.contains(&last) || (first == "items") != names.contains(&"quantity") {
                continue;
            }
            let Some(amount) = change.former_value.as_deref().and_then(|text| text.trim().parse::<Decimal>().ok())
            else {
                continue;
            };
            all.push(Former {
                amount,
                at: amendment.date.as_ref().map(|date| Moment::of(date, &cx.settings.zone)),
                pointer: format!("/contracts/{}/amendments/{index}/changes/{at}/former_value", spot.index()),
            });
        }
    }
    all
}

/// How much the contract's value rose over the first one an amendment states; with the evidence.
pub(super) fn price_rise(
    spot: Spot,
    facts: &Facts<'_>,
    cx: &Context<'_>,
) -> Result<Result<(f64, Vec<Evidence>), Ruling>, Outcome> {
    let contract = in_force(spot, facts)?;
    if contract.raw.amendments.is_empty() {
        return Ok(Err(Ruling::absent("contracts/amendments", Outcome::CLEAR)));
    }
    let value = need(contract.money, "contracts/value")?;
    let before = former(spot, contract, &["amount", "value"], cx);
    let first = need(before.first(), "contracts/amendments/changes")?;
    if first.amount.is_zero() || first.amount.is_sign_negative() {
        return missing("contracts/amendments/changes");
    }
    let ratio = need(value.amount.checked_div(first.amount), "contracts/value")?;
    let evidence = vec![
        Evidence::new(first.pointer.clone(), first.amount.normalize().to_string()),
        Evidence::new(format!("/contracts/{}/value", spot.index()), money_text(value)),
    ];
    Ok(Ok((round9(to_f64(ratio) - 1.0), evidence)))
}

/// R069: the price rose, and quantities did not rise in proportion.
pub(super) fn r069(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let (rise, evidence) = match price_rise(spot, facts, cx)? {
            Ok(found) => found,
            Err(ruling) => return Ok(ruling),
        };
        let contract = contract_of(spot, facts);
        let grown = quantity_change(spot, contract, cx).map_or(0.0, |(change, _)| change.max(0.0));
        let tolerance = cx.settings.figure(Key::R069Tolerance);
        Ok(compared(round9(rise - grown) > tolerance, Number::real(rise), Number::real(tolerance), || evidence).into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// Relative change of the quantity of the one item of a contract, from the first former quantity stated.
fn quantity_change(spot: Spot, contract: &Contract<'_>, cx: &Context<'_>) -> Option<(f64, Vec<Evidence>)> {
    // With several items a former quantity names none of them for certain.
    let [item] = contract.raw.items.as_slice() else { return None };
    let now = item.quantity?;
    let before = former(spot, contract, &["quantity"], cx);
    let first = before.first()?;
    if first.amount.is_zero() || first.amount.is_sign_negative() {
        return None;
    }
    let ratio = now.checked_div(first.amount)?;
    let evidence = vec![
        Evidence::new(first.pointer.clone(), first.amount.normalize().to_string()),
        Evidence::new(format!("/contracts/{}/items/0/quantity", spot.index()), now.normalize().to_string()),
    ];
    Some((round9(to_f64(ratio) - 1.0), evidence))
}

fn quantities(
    spot: Spot,
    facts: &Facts<'_>,
    cx: &Context<'_>,
) -> Result<Result<(f64, Vec<Evidence>), Ruling>, Outcome> {
    let contract = in_force(spot, facts)?;
    if contract.raw.amendments.is_empty() {
        return Ok(Err(Ruling::absent("contracts/amendments", Outcome::CLEAR)));
    }
    Ok(Ok(need(quantity_change(spot, contract, cx), "contracts/items across releases")?))
}

/// R065: less work, and the price fell by less.
pub(super) fn r065(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let (change, mut evidence) = match quantities(spot, facts, cx)? {
            Ok(found) => found,
            Err(ruling) => return Ok(ruling),
        };
        if change >= 0.0 {
            return Ok(Outcome::not_raised(Number::Count(0), Number::Count(1)).into());
        }
        // Without a former value the price did not change.
        let rise = match price_rise(spot, facts, cx) {
            Ok(Ok((rise, more))) => {
                evidence.extend(more);
                rise
            }
            Ok(Err(ruling)) => return Ok(ruling),
            Err(_) => 0.0,
        };
        let raised = rise > change;
        Ok(compared(raised, Number::Count(i64::from(raised)), Number::Count(1), || evidence).into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// R066: more work without competition.
pub(super) fn r066(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let (change, evidence) = match quantities(spot, facts, cx)? {
            Ok(found) => found,
            Err(ruling) => return Ok(ruling),
        };
        let tolerance = cx.settings.figure(Key::R066Tolerance);
        Ok(compared(change > tolerance, Number::real(change.max(0.0)), Number::real(tolerance), || evidence).into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// prices rose again and again within the period.
pub(super) fn x08(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let contract = in_force(spot, facts)?;
        if contract.raw.amendments.is_empty() {
            return Ok(Ruling::absent("contracts/amendments", Outcome::CLEAR));
        }
        let value = need(contract.money, "contracts/value")?;
        let steps = former(spot, contract, &["amount", "value"], cx);
        if steps.is_empty() {
            return missing("contracts/amendments/changes");
        }
        let mut rises = Vec::new();
        for (index, step) in steps.iter().enumerate() {
            let next = steps.get(index + 1).map_or(value.amount, |next| next.amount);
            if next > step.amount {
                rises.push((need(step.at, "contracts/amendments/date")?, index));
            }
        }
        rises.sort_unstable();
        let days = cx.settings.days(Key::X08Days);
        let best = rises
            .iter()
            .map(|(from, _)| rises.iter().filter(|(at, _)| at >= from && at.days_since(*from) <= days).count())
            .max()
            .unwrap_or(0);
        let count = i64::try_from(best).unwrap_or(i64::MAX);
        let least = cx.settings.days(Key::X08MinRises);
        let outcome = compared(count >= least, Number::Count(count), Number::Count(least), || {
            rises.iter().map(|(at, index)| Evidence::new(steps[*index].pointer.clone(), at.text())).collect()
        });
        Ok(outcome.into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// R067: deliveries late or not made.
pub(super) fn r067(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        let done = contract.raw.implementation.as_ref().map_or(&[][..], |done| done.milestones.as_slice());
        let lists = [("implementation/milestones", done), ("milestones", contract.raw.milestones.as_slice())];
        let grace = cx.settings.days(Key::R067GraceDays);
        let (mut evidence, mut any) = (Vec::new(), false);
        for (list, milestones) in lists {
            for (index, milestone) in milestones.iter().enumerate() {
                if !milestone.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("delivery")) {
                    continue;
                }
                let Some(due) = milestone.due_date.as_ref().map(|due| Moment::of(due, &cx.settings.zone)) else {
                    continue;
                };
                any = true;
                let due = due.plus_days(grace);
                let met = milestone.date_met.as_ref().map(|met| Moment::of(met, &cx.settings.zone));
                // Source without the date, but with the status: met is met.
                let status_met = milestone.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("met"));
                // A day without time lasts until its end.
                let end_of_due = due.plus_days(1);
                let failed = met.map_or(end_of_due <= cx.as_of && !status_met, |met| met >= end_of_due);
                if failed {
                    let pointer = format!("/contracts/{}/{list}/{index}", spot.index());
                    evidence.push(Evidence::new(format!("{pointer}/dueDate"), due.text()));
                    if let Some(met) = met {
                        evidence.push(Evidence::new(format!("{pointer}/dateMet"), met.text()));
                    }
                }
            }
        }
        if !any {
            return missing("contracts/implementation/milestones/dueDate");
        }
        let late = evidence.iter().filter(|entry| entry.pointer.ends_with("dueDate")).count();
        let count = i64::try_from(late).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence))
    }
    settle(judge(spot, facts, cx))
}

/// R068: paid more than the contract's value.
pub(super) fn r068(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        let value = need(contract.money, "contracts/value")?;
        let (paid, at) = need(paid(contract), "contracts/implementation/transactions/value")?;
        if paid.currency != value.currency {
            return missing("contracts/implementation/transactions/value/currency");
        }
        let tolerance = Decimal::try_from(cx.settings.figure(Key::R068Tolerance)).unwrap_or_default();
        let most = need(value.amount.checked_mul(Decimal::ONE + tolerance), "contracts/value")?;
        Ok(compared(paid.amount > most, Number::Amount(paid.amount), Number::Amount(most), || {
            vec![
                Evidence::new(format!("/contracts/{}/value", spot.index()), money_text(value)),
                Evidence::new(format!("/contracts/{}/implementation/{at}", spot.index()), money_text(paid)),
            ]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// Subcontractors named for a contract: with the pointer of the list they stand in.
fn subcontractors<'r>(contract: &Contract<'r>, facts: &Facts<'r>, spot: Spot) -> Vec<(&'r str, String)> {
    let mut all = Vec::new();
    let mut add = |subcontracting: Option<&'r ocds::types::Subcontracting<'r>>, pointer: String| {
        for (index, named) in subcontracting.iter().flat_map(|found| found.subcontractors.iter().enumerate()) {
            if let Some(id) = named.id.as_deref() {
                all.push((id, format!("{pointer}/subcontracting/subcontractors/{index}")));
            }
        }
    };
    add(contract.raw.subcontracting.as_ref(), format!("/contracts/{}", spot.index()));
    for &award in &contract.awards {
        add(facts.awards[award].raw.subcontracting.as_ref(), format!("/awards/{award}"));
    }
    for unit in facts.units.iter().filter(|unit| unit.awards.iter().any(|award| contract.awards.contains(award))) {
        if let Ok(bid) = unit.winner {
            add(facts.bids[bid].raw.subcontracting.as_ref(), format!("/bids/details/{bid}"));
        }
    }
    all
}

fn subcontracted(spot: Spot, facts: &Facts<'_>, withdrawn: bool) -> Step<Outcome> {
    let contract = in_force(spot, facts)?;
    let named = subcontractors(contract, facts, spot);
    if named.is_empty() {
        return missing("awards/subcontracting/subcontractors");
    }
    if facts.bids.is_empty() {
        return missing("bids/details/tenderers/id");
    }
    if contract.awards.is_empty() {
        return missing("contracts/awardID");
    }
    let mut found: Vec<(&str, String)> = Vec::new();
    for unit in facts.units.iter().filter(|unit| unit.awards.iter().any(|award| contract.awards.contains(award))) {
        for offer in &unit.offers {
            let Some(bidder) = offer.bidder else { continue };
            let members = &facts.bidders[bidder];
            let won = members.iter().any(|id| unit.winners.contains(id));
            let left =
                offer.status == crate::facts::BidStatus::Withdrawn || facts.bids[offer.bid].raw.rank == Some(1) && !won;
            let looked_for = if withdrawn { left } else { offer.status.submitted() };
            if won || !looked_for {
                continue;
            }
            for (id, pointer) in named.iter().filter(|(id, _)| members.contains(id)) {
                if !found.iter().any(|(known, _)| known == id) {
                    found.push((id, pointer.clone()));
                }
            }
        }
    }
    let count = Number::Count(i64::try_from(found.len()).unwrap_or(i64::MAX));
    let mut outcome = compared(!found.is_empty(), count, Number::Count(1), || {
        found.iter().map(|(id, pointer)| Evidence::new(pointer.clone(), *id)).collect()
    });
    if let Outcome::Raised { also, .. } = &mut outcome {
        also.extend(found.iter().map(|(id, _)| SubjectKey::Supplier { supplier: (*id).to_owned() }));
    }
    Ok(outcome)
}

/// R070: losing bidders of the same lot are subcontractors.
pub(super) fn r070(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    settle(subcontracted(spot, facts, false))
}

/// who withdrew, or was ranked first and gave way, is a subcontractor of the winner.
pub(super) fn x17(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    settle(subcontracted(spot, facts, true))
}

/// R071: all or most of the work is passed on.
pub(super) fn r071(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        let of_award = contract.awards.first().map(|&award| (facts.awards[award].raw, award));
        let has = contract.raw.has_subcontracting.or(of_award.and_then(|(award, _)| award.has_subcontracting));
        let (part, pointer) = match (&contract.raw.subcontracting, of_award) {
            (Some(part), _) => (Some(part), format!("/contracts/{}/subcontracting", spot.index())),
            (None, Some((award, index))) => (award.subcontracting.as_ref(), format!("/awards/{index}/subcontracting")),
            (None, None) => (None, String::new()),
        };
        let most = figure_of(cx, Key::R071MaxShare);
        if has == Some(false) {
            return Ok(Outcome::not_raised(Number::Real(0.0), most));
        }
        let Some(part) = part else {
            return missing(if has.is_none() {
                "awards/hasSubcontracting"
            } else {
                "awards/subcontracting/minimumPercentage"
            });
        };
        let by_value = || {
            let value = part.value.as_ref()?;
            let whole = contract.money.or(of_award.and_then(|(_, index)| facts.awards[index].money))?;
            if value.currency.as_deref() != Some(whole.currency) {
                return None;
            }
            value.amount?.checked_div(whole.amount).map(to_f64)
        };
        let share = part.minimum_percentage.map(to_f64).or_else(by_value);
        let share = round9(need(share, "awards/subcontracting/minimumPercentage")?);
        // Some sources write per cent where the standard asks for a ratio.
        let share = if share > 1.0 && share <= 100.0 { round9(share / 100.0) } else { share };
        Ok(compared(share >= most.as_f64(), Number::real(share), most, || {
            vec![Evidence::new(pointer, share.to_string())]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// works were completed implausibly fast.
pub(super) fn x11(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        if need(facts.main_category, "tender/mainProcurementCategory")? != "works" {
            return exempt(Reason::Exempt);
        }
        let signed = need(contract.signed, "contracts/dateSigned")?;
        let zone = &cx.settings.zone;
        let milestones = contract
            .raw
            .implementation
            .iter()
            .flat_map(|done| &done.milestones)
            .filter(|milestone| milestone.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("delivery")))
            .filter_map(|milestone| milestone.date_met.as_ref())
            .map(|met| Moment::of(met, zone))
            .max();
        let stated = contract.raw.date_completed.as_ref().map(|date| Moment::of(date, zone));
        let completed = need(stated.or(milestones), "contracts/implementation/milestones/dateMet")?;
        let from = facts.start.unwrap_or(signed);
        let days = super::scope::whole_days(from, completed, "contracts/implementation/milestones/dateMet")?;
        let least = cx.settings.days(Key::X11Days);
        let planned = contract.raw.period.as_ref().and_then(|period| {
            Some((Moment::of(period.start_date.as_ref()?, zone), Moment::of(period.end_date.as_ref()?, zone)))
        });
        let short = planned.is_some_and(|(start, end)| {
            let whole = end.0 - start.0;
            whole > 0 && ((completed.0 - start.0) as f64) < cx.settings.figure(Key::X11Share) * whole as f64
        });
        Ok(compared(days < least || short, Number::Count(days), Number::Count(least), || {
            vec![
                Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()),
                Evidence::new(format!("/contracts/{}/implementation/milestones", spot.index()), completed.text()),
            ]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// signed before the standstill ended.
pub(super) fn x15(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        if contract.awards.is_empty() {
            return missing("contracts/awardID");
        }
        let signed = need(contract.signed, "contracts/dateSigned")?;
        let zone = &cx.settings.zone;
        let mut latest: Option<(Moment, String)> = None;
        for &index in &contract.awards {
            let award = &facts.awards[index];
            let stated = award.raw.standstill_period.as_ref().and_then(|period| period.end_date.as_ref());
            let end = match (stated, cx.settings.optional(Key::X15StandstillDays)) {
                (Some(end), _) => Some((Moment::of(end, zone), format!("/awards/{index}/standstillPeriod/endDate"))),
                (None, Some(days)) => {
                    let date = need(award.date, "awards/date")?;
                    Some((date.plus_days(days as i64), format!("/awards/{index}/date")))
                }
                (None, None) => None,
            };
            if let Some(end) = end
                && latest.as_ref().is_none_or(|(known, _)| end.0 > *known)
            {
                latest = Some(end);
            }
        }
        let (end, pointer) = need(latest, "awards/standstillPeriod")?;
        let left = (end.0 - signed.0).max(0);
        let days = (left + DAY - 1) / DAY;
        Ok(compared(left > 0, Number::Count(days), Number::Count(0), || {
            vec![
                Evidence::new(pointer, end.text()),
                Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()),
            ]
        }))
    }
    settle(judge(spot, facts, cx))
}
