//! Ties: R032, R033, R043, R044, R045, R046, X-01.

use kernel::uscc::Uscc;
use ocds::types::Organization;

use super::scope::{Step, award_date, compared, exempt, missing, need, settle, unit_of};
use crate::context::Context;
use crate::facts::{Contacts, Facts, Unit, identifier_key};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::Spot;

/// At least two bidders with published identity, or the outcome.
fn rivals<'u>(unit: &'u Unit<'_>, facts: &Facts<'_>) -> Step<&'u [usize]> {
    if facts.release.parties.is_empty() {
        return missing("parties/id");
    }
    if let Some(path) = unit.unassigned {
        return missing(path);
    }
    if unit.bidders.len() < 2 {
        // Bidders that are only counted cannot be compared.
        return match unit.bidder_count {
            Ok(count) if count >= 2 => missing("bids/details/tenderers/id"),
            Ok(_) => exempt(Reason::TooFew),
            Err(path) => missing(path),
        };
    }
    Ok(&unit.bidders)
}

/// Owners or holders of a bidder: key, pointer.
type Holder = (String, String);

fn shared(
    spot: Spot,
    facts: &Facts<'_>,
    path: &'static str,
    published: fn(&Organization<'_>) -> bool,
    of: &dyn Fn(&str) -> Vec<Holder>,
) -> Step<Outcome> {
    let unit = unit_of(spot, facts);
    let bidders = rivals(unit, facts)?;
    // Few sources publish owners: the common case costs no allocation.
    if facts.release.parties.iter().filter(|party| published(party)).count() < 2 {
        return missing(path);
    }
    let mut known = 0;
    let holders: Vec<(usize, Vec<Holder>)> = bidders
        .iter()
        .map(|&bidder| {
            let held: Vec<Holder> = facts.bidders[bidder].iter().flat_map(|id| of(id)).collect();
            known += usize::from(!held.is_empty());
            (bidder, held)
        })
        .collect();
    let (mut found, mut evidence, mut also) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (a, of_a)) in holders.iter().enumerate() {
        for (b, of_b) in &holders[at + 1..] {
            if !facts.differ(*a, *b) {
                continue;
            }
            for (key, pointer) in of_a {
                let Some((_, other)) = of_b.iter().find(|(theirs, _)| theirs == key) else { continue };
                if !found.contains(key) {
                    found.push(key.clone());
                }
                evidence.push(Evidence::new(pointer.clone(), key.clone()));
                evidence.push(Evidence::new(other.clone(), key.clone()));
                also.extend(facts.concerned(*a).chain(facts.concerned(*b)));
            }
        }
    }
    if found.is_empty() {
        // One bidder's owners alone can be shared with nobody.
        return if known < 2 { missing(path) } else { Ok(Outcome::not_raised(Number::Count(0), Number::Count(1))) };
    }
    also.sort();
    also.dedup();
    let value = Number::Count(i64::try_from(found.len()).unwrap_or(i64::MAX));
    Ok(Outcome::Raised { value, threshold: Number::Count(1), evidence, also })
}

/// R032: two different bidders of a lot share a beneficial owner.
pub(super) fn r032(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    let owners = |id: &str| {
        let Some(index) = facts.party_index(id) else { return Vec::new() };
        let owners = facts.release.parties[index].beneficial_owners.iter().enumerate();
        owners
            .filter_map(|(at, owner)| {
                let registered = owner.identifier.as_ref().and_then(identifier_key);
                let key = registered.or_else(|| owner.id.as_deref().map(str::to_owned))?;
                Some((key, format!("/parties/{index}/beneficialOwners/{at}")))
            })
            .collect()
    };
    let published = |party: &Organization<'_>| !party.beneficial_owners.is_empty();
    settle(shared(spot, facts, "parties/beneficialOwners/id", published, &owners))
}

/// R033: two different bidders of a lot share a major shareholder. State asset bodies are left out.
pub(super) fn r033(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    let least = cx.settings.figure(Key::R033MinHolding);
    let holders = |id: &str| {
        let Some(index) = facts.party_index(id) else { return Vec::new() };
        let holdings = facts.release.parties[index].shareholders.iter().enumerate();
        holdings
            .filter_map(|(at, holding)| {
                let key = holding.shareholder.as_ref()?.id.as_deref()?.to_owned();
                let share = crate::facts::to_f64(holding.shareholding?);
                let counted = share >= least && !cx.settings.lists.state_holders.contains(&key);
                counted.then(|| (key, format!("/parties/{index}/shareholders/{at}")))
            })
            .collect()
    };
    let published = facts.release.parties.iter().filter(|party| !party.shareholders.is_empty()).count();
    let outcome = settle(shared(
        spot,
        facts,
        "parties/shareholders/shareholder/id",
        |party| !party.shareholders.is_empty(),
        &holders,
    ));
    match outcome {
        // Holders are published, but all below the threshold: judged, and nothing found.
        Outcome::InsufficientData { ref missing }
            if missing.0 == "parties/shareholders/shareholder/id" && published >= 2 =>
        {
            Outcome::not_raised(Number::Count(0), Number::Count(1))
        }
        other => other,
    }
}

/// Where a shared contact stands, and the contact.
type Point = (&'static str, String);

/// Strong and weak points that two organisations share, each with the place where it stands.
fn points(a: &Contacts, b: &Contacts, listed: &[String]) -> (Vec<Point>, Vec<Point>) {
    let same = |name: &'static str, a: &Option<String>, b: &Option<String>| match (a, b) {
        // What a pack lists as a shared front desk or switchboard tells nothing.
        (Some(a), Some(b)) if a == b && !listed.contains(a) => Some((name, a.clone())),
        _ => None,
    };
    let strong: Vec<_> = [
        same("contactPoint/telephone", &a.phone, &b.phone),
        same("contactPoint/email", &a.email, &b.email),
        same("address/streetAddress", &a.street, &b.street),
        same("contactPoint/url", &a.site, &b.site),
    ]
    .into_iter()
    .flatten()
    .collect();
    let weak: Vec<_> =
        [same("address/postalCode", &a.postcode, &b.postcode), same("contactPoint/email", &a.domain, &b.domain)]
            .into_iter()
            .flatten()
            .collect();
    (strong, weak)
}

/// R043: a bidder's telephone, e-mail or address is that of the buyer, procuring entity or agency.
pub(super) fn r043(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        const CONTACT: &str = "parties/contactPoint/telephone";
        let unit = unit_of(spot, facts);
        if facts.release.parties.is_empty() {
            return missing("parties/id");
        }
        if unit.suppliers.is_empty() {
            return match unit.bidder_count {
                Ok(0) => exempt(Reason::TooFew),
                Ok(_) => missing("bids/details/tenderers/id"),
                Err(path) => missing(path),
            };
        }
        let listed = &cx.settings.lists.shared_contacts;
        let official = |party: &Organization<'_>| {
            let roles = ["buyer", "procuringEntity", "procurementAgency", "agency"];
            let id = party.id.as_deref();
            id.is_some() && (id == facts.buyer || id == facts.entity)
                || party.roles.iter().any(|role| roles.contains(&role.as_ref()))
        };
        let officials: Vec<(&str, &Contacts)> = facts
            .release
            .parties
            .iter()
            .enumerate()
            .filter(|(_, party)| official(party))
            .map(|(index, party)| (party.id.as_deref().unwrap_or_default(), facts.contacts(index)))
            .filter(|(_, contacts)| !contacts.is_empty())
            .collect();
        if officials.is_empty() {
            return missing(CONTACT);
        }
        let (mut evidence, mut also, mut any) = (Vec::new(), Vec::new(), false);
        for &id in &unit.suppliers {
            // Who buys from itself is no insider of itself.
            let Some(index) = facts.party_index(id).filter(|_| officials.iter().all(|(official, _)| *official != id))
            else {
                continue;
            };
            let contacts = facts.contacts(index);
            any |= !contacts.is_empty();
            for (_, of_buyer) in &officials {
                let (mut strong, _) = points(contacts, of_buyer, listed);
                // A shared web site is no telephone, e-mail or address.
                strong.retain(|(name, _)| *name != "contactPoint/url");
                for (name, value) in strong {
                    evidence.push(Evidence::new(format!("/parties/{index}/{name}"), value));
                    also.push(crate::subject::SubjectKey::Supplier { supplier: id.to_owned() });
                }
            }
        }
        if evidence.is_empty() && !any {
            return missing(CONTACT);
        }
        also.dedup();
        let count = i64::try_from(evidence.len()).unwrap_or(i64::MAX);
        let mut outcome = compared(count > 0, Number::Count(count), Number::Count(1), || evidence);
        if let Outcome::Raised { also: concerned, .. } = &mut outcome {
            *concerned = also;
        }
        Ok(outcome)
    }
    settle(judge(spot, facts, cx))
}

/// R044: two different bidders of a lot share contacts: one strong point, or two weak ones.
pub(super) fn r044(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    let Spot::Pair { unit, a, b } = spot else { return Outcome::not_applicable(Reason::TooFew) };
    let bidders = &facts.units[unit].bidders;
    settle(pair_likeness(facts, cx, bidders[a], bidders[b]))
}

/// R044 for any two bidders.
pub(super) fn pair_likeness(facts: &Facts<'_>, cx: &Context<'_>, a: usize, b: usize) -> Step<Outcome> {
    if !facts.differ(a, b) {
        return exempt(Reason::Exempt);
    }
    if facts.release.parties.is_empty() {
        return missing("parties/id");
    }
    let listed = &cx.settings.lists.shared_contacts;
    let contacts = |bidder: usize| {
        facts.bidders[bidder]
            .iter()
            .filter_map(|id| facts.party_index(id))
            .map(|index| (index, facts.contacts(index)))
            .filter(|(_, contacts)| !contacts.is_empty())
    };
    if contacts(a).next().is_none() || contacts(b).next().is_none() {
        return missing("parties/contactPoint/telephone");
    }
    let (mut evidence, mut strong_points, mut weak_points) = (Vec::new(), 0, 0);
    for (ia, ca) in contacts(a) {
        for (ib, cb) in contacts(b) {
            let (strong, weak) = points(ca, cb, listed);
            strong_points += strong.len();
            weak_points += weak.len();
            for (name, value) in strong.into_iter().chain(weak) {
                evidence.push(Evidence::new(format!("/parties/{ia}/{name}"), value.clone()));
                evidence.push(Evidence::new(format!("/parties/{ib}/{name}"), value));
            }
        }
    }
    let least = cx.settings.count(Key::R044Strong).max(1);
    let raised = strong_points >= least || weak_points >= cx.settings.count(Key::R044Weak).max(1);
    let count = i64::try_from(strong_points + weak_points).unwrap_or(i64::MAX);
    let threshold = if strong_points >= least { Key::R044Strong } else { Key::R044Weak };
    let mut outcome = compared(raised, Number::Count(count), super::scope::count_of(cx, threshold), || evidence);
    if let Outcome::Raised { also, .. } = &mut outcome {
        also.extend(facts.concerned(a).chain(facts.concerned(b)));
    }
    Ok(outcome)
}

/// The organisation of a supplier spot, with its place among the parties.
fn supplier<'f, 'r>(spot: Spot, facts: &'f Facts<'r>) -> Step<(usize, &'f Organization<'r>)> {
    let Spot::Supplier { unit, supplier } = spot else { return exempt(Reason::Nothing) };
    let id = facts.units[unit].suppliers[supplier];
    let index = need(facts.party_index(id), "parties/id")?;
    Ok((index, &facts.release.parties[index]))
}

/// When a supplier's standing is asked: at the award, else at the deadline.
fn standing_date(spot: Spot, facts: &Facts<'_>) -> Option<crate::moment::Moment> {
    let unit = unit_of(spot, facts);
    award_date(unit, facts).ok().map(|(_, date)| date).or(unit.end).or(facts.date)
}

/// R045: the identifier's check character is wrong, or the registry does not know it or struck it off.
pub(super) fn r045(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let (index, party) = supplier(spot, facts)?;
        let identifier = need(party.identifier.as_ref(), "parties/identifier")?;
        let id = need(identifier.id.as_deref(), "parties/identifier/id")?.trim();
        let scheme = need(identifier.scheme.as_deref(), "parties/identifier/scheme")?.trim();
        let pointer = format!("/parties/{index}/identifier/id");
        let one = Number::Count(1);
        let raised = |why: String| Outcome::raised(one, one, vec![Evidence::new(pointer.clone(), why)]);
        let chinese = ["CN-USCC", "CN-SAIC", "CN-SAMR", "USCC"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
        if chinese && Uscc::parse(id).is_err() {
            return Ok(raised(id.to_owned()));
        }
        let snapshot = need(cx.registers.companies.get(scheme), "registry")?;
        let at = standing_date(spot, facts);
        if let Some(since) = snapshot.struck_off.get(id) {
            let gone = at.is_none_or(|at| *since <= at);
            if gone {
                return Ok(raised(format!("{id} ✗ {}", since.text())));
            }
        } else if !snapshot.active.contains(id) {
            return Ok(raised(format!("{id} ∉ {scheme}")));
        }
        Ok(Outcome::not_raised(Number::Count(0), one))
    }
    settle(judge(spot, facts, cx))
}

/// R046: an exclusion in force at the deadline or at the award.
pub(super) fn r046(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let (index, party) = supplier(spot, facts)?;
        let lists = need(cx.registers.debarments.as_ref(), "debarment list")?;
        let unit = unit_of(spot, facts);
        let moments = [unit.end, award_date(unit, facts).ok().map(|(_, date)| date)];
        if moments.iter().all(Option::is_none) {
            return missing("tender/tenderPeriod/endDate");
        }
        let keys = [party.id.as_deref().map(str::to_owned), party.identifier.as_ref().and_then(identifier_key)];
        let category = unit.category.map(|category| format!("{}:{}", category.scheme, category.class));
        let mut evidence = Vec::new();
        for entry in keys.iter().flatten().filter_map(|key| lists.get(key)).flatten() {
            let covers = entry.categories.is_empty()
                || category
                    .as_ref()
                    .is_some_and(|category| entry.categories.iter().any(|listed| category.starts_with(listed)));
            let in_force =
                moments.iter().flatten().any(|at| entry.from <= *at && entry.until.is_none_or(|until| *at < until));
            if covers && in_force {
                let until = entry.until.map(crate::moment::Moment::text).unwrap_or_default();
                let value = format!("{} {}/{until}", entry.list, entry.from.text());
                evidence.push(Evidence::new(format!("/parties/{index}/id"), value));
            }
        }
        evidence.dedup();
        let count = i64::try_from(evidence.len()).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence))
    }
    settle(judge(spot, facts, cx))
}

/// the supplier is registered in a listed territory.
pub(super) fn x01(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let (index, party) = supplier(spot, facts)?;
        let havens = &cx.settings.lists.tax_havens;
        let country = party.address.as_ref().and_then(|address| address.country.as_deref());
        let scheme = party.identifier.as_ref().and_then(|identifier| identifier.scheme.as_deref());
        let (code, pointer) = match (country, scheme.and_then(|scheme| scheme.get(..2))) {
            (Some(country), _) => (country.trim(), "address/country"),
            // Schemes of org-id.guide begin with the country.
            (None, Some(prefix)) if scheme.is_some_and(|scheme| scheme.as_bytes().get(2) == Some(&b'-')) => {
                (prefix, "identifier/scheme")
            }
            _ => return missing("parties/address/country"),
        };
        if havens.is_empty() {
            return missing("tax haven list");
        }
        if code.eq_ignore_ascii_case(&cx.settings.pack.jurisdiction) {
            return exempt(Reason::Exempt);
        }
        let listed = havens.iter().any(|haven| haven.eq_ignore_ascii_case(code));
        Ok(compared(listed, Number::Count(i64::from(listed)), Number::Count(1), || {
            vec![Evidence::new(format!("/parties/{index}/{pointer}"), code)]
        }))
    }
    settle(judge(spot, facts, cx))
}
