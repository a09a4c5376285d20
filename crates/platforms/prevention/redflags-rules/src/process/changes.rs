//! Contracts that change: R064, R065, R066, R069, X-08, X-09, X-10.

use ocds::types::Amendment;
use rust_decimal::Decimal;

use super::contracts::{contract_of, in_force, money_text};
use super::scope::{compared, count_of, missing, need};
use crate::context::Context;
use crate::facts::{Contract, Facts, to_f64};
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome};
use crate::parameters::Key;
use crate::ruling::{Ruling, Spot};
use crate::stats::round9;

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
            let of = |(at, index): &(Moment, usize)| {
                let step = &steps[*index];
                let amendment = step.pointer.split("/changes/").next().unwrap_or_default();
                [
                    Evidence::new(step.pointer.clone(), step.amount.normalize().to_string()),
                    Evidence::new(format!("{amendment}/date"), at.text()),
                ]
            };
            rises.iter().flat_map(of).collect()
        });
        Ok(outcome.into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}
