//! From the facts of a process to the rows of the log.

use jiff::tz::TimeZone;
use ocds::types as raw;
use rust_decimal::Decimal;

use super::intern::Symbol;
use super::log::Log;
use super::seen::{AwardSeen, AwardState, BidSeen, BidState, Day, Kind, Seen, Sum, UnitSeen};
use crate::facts::{Award, AwardStatus, BidStatus, Category, Contacts, Facts, Finality, Money, Unit};
use crate::moment::Moment;
use crate::parameters::Key;
use crate::settings::{Regime, Settings};
use crate::stratum::Fnv;

/// The date of a moment in a zone, as a count of days from 1970-01-01.
pub(super) fn day_of(moment: Moment, zone: &TimeZone) -> Day {
    // Beyond a date's range there is nothing to count; the clamp keeps arithmetic on days safe.
    moment.day_in(zone).clamp(-1_000_000, 10_000_000) as Day
}

/// Reads a process into the log. Cancelled ones are no subjects of any aggregate and leave no row.
pub(super) fn observe(log: &mut Log, facts: &Facts<'_>, settings: &Settings) {
    if facts.cancelled || facts.ocid.is_empty() {
        return;
    }
    let seen = Reading { log, facts, settings }.process();
    log.push(&seen);
}

struct Reading<'l, 'f, 'r> {
    log: &'l mut Log,
    facts: &'f Facts<'r>,
    settings: &'f Settings,
}

impl Reading<'_, '_, '_> {
    fn text(&mut self, text: &str) -> Symbol {
        self.log.texts.symbol(text)
    }

    fn category(&mut self, category: Option<Category<'_>>) -> Option<Symbol> {
        category.map(|category| self.text(&format!("{}:{}", category.scheme, category.class)))
    }

    /// An amount without a currency cannot be compared with anything.
    fn sum(&mut self, money: Option<Money<'_>>) -> Option<Sum> {
        let money = money.filter(|money| !money.currency.is_empty())?;
        Some(Sum { amount: money.amount, currency: self.text(money.currency) })
    }

    fn set<'t>(&mut self, ids: impl IntoIterator<Item = &'t str>) -> Vec<Symbol> {
        let mut set: Vec<Symbol> = ids.into_iter().filter(|id| !id.is_empty()).map(|id| self.text(id)).collect();
        // By symbol, not by text: equal sets then have equal symbols, which is all that is asked here.
        set.sort_unstable();
        set.dedup();
        set
    }

    /// The part of a region that makes a market. Firms of a city's districts and counties bid in all of them: where the pack says
    /// so, a division code (six digits or more) is cut to that of the city.
    fn place<'t>(&self, region: &'t str) -> &'t str {
        let digits = self.settings.count(Key::GeneralRegionDigits);
        let is_code = region.len() >= 6 && region.bytes().all(|byte| byte.is_ascii_digit());
        if is_code && digits > 0 { region.get(..digits).unwrap_or(region) } else { region }
    }

    fn process(&mut self) -> Seen {
        let facts = self.facts;
        let zone = &self.settings.zone;
        let region = (facts.region != "*" && !facts.region.is_empty()).then(|| self.place(facts.region));
        let budget =
            facts.release.planning.as_ref().and_then(|plan| plan.budget.as_ref()).and_then(|b| b.id.as_deref());
        let criteria = facts.release.tender.as_ref().and_then(|tender| tender.award_criteria.as_ref());
        let criteria = criteria.and_then(|criteria| criteria.code.as_deref());
        Seen {
            ocid: facts.ocid.to_owned(),
            buyer: facts.buyer.map(|id| self.text(id)),
            entity: facts.entity.map(|id| self.text(id)),
            region: region.map(|region| self.text(region)),
            category: self.category(facts.category),
            trade: match facts.category {
                None => facts.main_category.map(|kind| self.text(kind)),
                Some(_) => None,
            },
            way: facts.method,
            kind: facts.main_category.and_then(|kind| match kind {
                "goods" => Some(Kind::Goods),
                "works" => Some(Kind::Works),
                "services" => Some(Kind::Services),
                _ => None,
            }),
            tendering: facts.rule.and_then(|rule| rule.regime).map(|regime| regime == Regime::Tendering),
            // `lowestCost` is what OCDS 1.0 called priceOnly.
            by_price: criteria
                .map(str::trim)
                .filter(|code| !code.is_empty())
                .map(|code| ["priceOnly", "costOnly", "lowestCost"].iter().any(|only| only.eq_ignore_ascii_case(code))),
            start: facts.start.map(|moment| day_of(moment, zone)),
            value: self.sum(facts.value),
            budget: budget.map(str::trim).filter(|id| !id.is_empty()).map(|id| self.text(id)),
            units: facts.units.iter().map(|unit| self.unit(unit)).collect(),
            awards: (0..facts.awards.len()).map(|award| self.award(award)).collect(),
            contacts: self.contacts(),
        }
    }

    fn unit(&mut self, unit: &Unit<'_>) -> UnitSeen {
        let facts = self.facts;
        let winner = unit.winner.ok().and_then(|winner| unit.offers.iter().position(|offer| offer.bid == winner));
        let mut bids = Vec::with_capacity(unit.offers.len());
        for offer in &unit.offers {
            let by = offer.bidder.map(|bidder| facts.bidders[bidder].as_slice()).unwrap_or_default();
            let bid = facts.bids.get(offer.bid);
            let clock = bid.and_then(|bid| bid.raw.date.as_ref()).is_some_and(|date| has_clock(date.raw()));
            let at = bid.and_then(|bid| bid.date).filter(|_| clock);
            bids.push(BidSeen {
                by: self.set(by.iter().copied()),
                state: match offer.status {
                    BidStatus::Invited => Some(BidState::Invited),
                    // A code outside the list was handed in, and no more is known of it.
                    BidStatus::Pending | BidStatus::Other => Some(BidState::Pending),
                    BidStatus::Valid => Some(BidState::Valid),
                    BidStatus::Disqualified => Some(BidState::Disqualified),
                    BidStatus::Withdrawn => Some(BidState::Withdrawn),
                    BidStatus::Absent => None,
                },
                price: self.sum(offer.price.ok()),
                at: at.and_then(|moment| u32::try_from(moment.0).ok()).filter(|at| *at != u32::MAX),
            });
        }
        UnitSeen {
            lot: unit.lot_id.to_owned(),
            category: self.category(unit.category),
            estimate: self.sum(unit.estimate),
            bidders: unit.bidder_count.ok(),
            currency: unit.currency.filter(|code| !code.is_empty()).map(|code| self.text(code)),
            unscreened: facts.priced_by_buyer() || facts.auction(),
            is_final: unit.finality == Finality::Final,
            winner: winner.and_then(|winner| u16::try_from(winner).ok()).filter(|winner| *winner != u16::MAX),
            bids,
        }
    }

    fn award(&mut self, index: usize) -> AwardSeen {
        let facts = self.facts;
        let award = &facts.awards[index];
        let mut units = facts.units.iter().enumerate().filter(|(_, unit)| unit.awards.contains(&index));
        let unit = match (units.next(), units.next()) {
            (Some((unit, _)), None) => u16::try_from(unit).ok().filter(|unit| *unit != u16::MAX),
            _ => None,
        };
        // A contract speaks for an award only where it carries out that one alone.
        let contract = facts.contracts.iter().find(|contract| !contract.cancelled && contract.awards == [index]);
        let date = award.date.or(contract.and_then(|contract| contract.signed));
        let value = award.money.or(contract.and_then(|contract| contract.money));
        let passed_on = award.raw.subcontracting.as_ref();
        AwardSeen {
            unit,
            to: self.set(award.suppliers.iter().copied()),
            state: match award.status {
                AwardStatus::Pending | AwardStatus::Other => Some(AwardState::Pending),
                AwardStatus::Active => Some(AwardState::Active),
                AwardStatus::Cancelled => Some(AwardState::Cancelled),
                AwardStatus::Unsuccessful => Some(AwardState::Unsuccessful),
                AwardStatus::Absent => None,
            },
            day: date.map(|moment| day_of(moment, &self.settings.zone)),
            value: self.sum(value),
            classes: self.classes(award),
            subcontracted: award.raw.has_subcontracting.or(passed_on.map(|_| true)),
            subcontractors: self.set(
                passed_on
                    .into_iter()
                    .flat_map(|passed_on| &passed_on.subcontractors)
                    .filter_map(|who| who.id.as_deref()),
            ),
            paid: contract.and_then(|contract| paid(contract.raw, value)),
        }
    }

    /// First-level classes of an award's items; of the tender's where the award lists none and there is one unit only.
    fn classes(&mut self, award: &Award<'_>) -> Vec<Symbol> {
        let facts = self.facts;
        let tender = facts.release.tender.as_ref().filter(|_| facts.units.len() == 1);
        let items = match (award.raw.items.is_empty(), tender) {
            (true, Some(tender)) => &tender.items,
            _ => &award.raw.items,
        };
        let digits = self.settings.count(Key::R048Digits).max(1);
        let classes: Vec<String> = items
            .iter()
            .filter_map(|item| item.classification.as_ref())
            .filter_map(|class| {
                let id = class.id.as_deref().map(str::trim).filter(|id| !id.is_empty())?;
                let prefix: String = id.chars().take(digits).collect();
                Some(format!("{}:{prefix}", class.scheme.as_deref().unwrap_or_default().trim()))
            })
            .collect();
        self.set(classes.iter().map(String::as_str))
    }

    /// Strong points of contact of the organisations that bid or won.
    fn contacts(&mut self) -> Vec<(Symbol, u64)> {
        let facts = self.facts;
        let lists = &self.settings.lists;
        let mut found = Vec::new();
        for (index, party) in facts.release.parties.iter().enumerate() {
            let Some(id) = party.id.as_deref() else { continue };
            if !facts.units.iter().any(|unit| unit.suppliers.binary_search(&id).is_ok()) {
                continue;
            }
            // The strong points of R044, in the same form.
            let Contacts { phone, email, street, .. } = facts.contacts(index);
            for (kind, point) in [(b't', phone), (b'e', email), (b's', street)] {
                let Some(point) = point else { continue };
                if lists.shared_contacts.iter().chain(&lists.virtual_offices).any(|listed| listed == point) {
                    continue;
                }
                let mut digest = Fnv::new();
                digest.byte(kind);
                digest.text(point);
                found.push((self.text(id), digest.0));
            }
        }
        found
    }
}

/// Whether a published date says more than the day: sources without times of day write none, or midnight.
fn has_clock(raw: &str) -> bool {
    let time = raw.split_once(['T', 't', ' ']).map_or("", |(_, time)| time.trim());
    let digits = time.split(['+', '-', 'Z', 'z', '.']).next().unwrap_or_default();
    digits.chars().any(|c| ('1'..='9').contains(&c))
}

/// What was paid in the end, in the currency of the award: the final value, else the sum of the payments.
fn paid(contract: &raw::Contract<'_>, value: Option<Money<'_>>) -> Option<Decimal> {
    let implementation = contract.implementation.as_ref()?;
    let currency = value?.currency;
    let amount = |value: &raw::Value<'_>| {
        let same = value.currency.as_deref().is_none_or(|code| code.trim() == currency);
        value.amount.filter(|amount| same && *amount > Decimal::ZERO)
    };
    if let Some(last) = implementation.final_value.as_ref().and_then(amount) {
        return Some(last);
    }
    let payments: Vec<Decimal> =
        implementation.transactions.iter().filter_map(|payment| payment.value.as_ref()).filter_map(amount).collect();
    (!payments.is_empty()).then(|| super::view::add_up(payments.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_is_no_time_of_day() {
        let cases = [
            ("2025-01-01", false),
            ("2025-01-01T00:00:00+08:00", false),
            ("2025-01-01T00:00:00Z", false),
            ("2025-01-01T09:00:00+08:00", true),
            ("2025-01-01 00:00:01", true),
            ("", false),
        ];
        for (raw, expected) in cases {
            assert_eq!(has_clock(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let shanghai = TimeZone::fixed(jiff::tz::offset(8));
        let cases = [(0, 0), (16 * 3600 - 1, 0), (16 * 3600, 1), (-8 * 3600 - 1, -1), (i64::MAX, 10_000_000)];
        for (seconds, day) in cases {
            assert_eq!(day_of(Moment(seconds), &shanghai), day, "{seconds}");
        }
    }
}
