//! From a release to facts.

use ocds::Release;
use ocds::types as raw;

use super::price::money;
use super::{Award, AwardStatus, Bid, BidStatus, Category, Contract, Facts, ItemPlace, Method, PricedItem, unit};
use crate::moment::Moment;
use crate::settings::Settings;

pub(super) fn facts<'r>(release: &'r Release<'r>, settings: &'r Settings) -> Facts<'r> {
    let zone = &settings.zone;
    let tender = release.tender.as_ref();
    let moment = |when: Option<&ocds::When<'r>>| when.map(|when| Moment::of(when, zone));
    let period = tender.and_then(|tender| tender.tender_period.as_ref());
    let details = tender.and_then(|tender| tender.procurement_method_details.as_deref()).map(str::trim);
    let rule = details.and_then(|details| settings.method_rule(details));
    let method = rule
        .and_then(|rule| rule.method)
        .or_else(|| tender.and_then(|tender| tender.procurement_method.as_deref()).and_then(Method::parse));
    let competitive = rule
        .and_then(|rule| rule.competitive)
        .or_else(|| method.map(|method| matches!(method, Method::Open | Method::Selective)));
    let status = tender.and_then(|tender| tender.status.as_deref()).map(str::trim);
    let mut bidders = Vec::new();
    let bids = bids(release, &mut bidders, settings);
    let awards: Vec<Award<'r>> = release.awards.iter().map(|award| read_award(award, settings)).collect();
    let contracts: Vec<Contract<'r>> =
        release.contracts.iter().map(|contract| read_contract(contract, &awards, settings)).collect();
    let start = moment(period.and_then(|period| period.start_date.as_ref()));
    let date = start
        .or_else(|| awards.iter().filter_map(|award| award.date).min())
        .or_else(|| contracts.iter().filter_map(|contract| contract.signed).min())
        .or_else(|| moment(release.date.as_ref()));
    let buyer = release
        .buyer
        .as_ref()
        .and_then(|buyer| buyer.id.as_deref())
        .or_else(|| release.parties_with_role("buyer").find_map(|party| party.id.as_deref()));
    let mut facts = Facts {
        release,
        ocid: release.ocid.as_deref().unwrap_or_default(),
        status,
        cancelled: status.is_some_and(|status| status.eq_ignore_ascii_case("cancelled")),
        method,
        rule,
        details,
        competitive,
        buyer,
        entity: tender.and_then(|tender| tender.procuring_entity.as_ref()).and_then(|entity| entity.id.as_deref()),
        region: region(release, buyer),
        main_category: tender.and_then(|tender| tender.main_procurement_category.as_deref()),
        category: None,
        value: money(tender.and_then(|tender| tender.value.as_ref())),
        start,
        end: moment(period.and_then(|period| period.end_date.as_ref())),
        opening: moment(
            tender.and_then(|tender| tender.bid_opening.as_ref()).and_then(|opening| opening.date.as_ref()),
        ),
        date,
        bids,
        bidders,
        awards,
        contracts,
        units: Vec::new(),
        priced_items: priced_items(release),
        contacts: std::cell::OnceCell::new(),
        party_ids: std::cell::OnceCell::new(),
    };
    facts.category = category(&mut all_items(release), settings);
    facts.units = unit::units(&facts, settings);
    facts
}

fn bids<'r>(release: &'r Release<'r>, bidders: &mut Vec<Vec<&'r str>>, settings: &Settings) -> Vec<Bid<'r>> {
    release
        .bid_details()
        .iter()
        .map(|bid| {
            let members = sorted_ids(&bid.tenderers);
            let bidder = (!members.is_empty()).then(|| match bidders.iter().position(|known| *known == members) {
                Some(known) => known,
                None => {
                    bidders.push(members);
                    bidders.len() - 1
                }
            });
            Bid {
                raw: bid,
                id: bid.id.as_deref().unwrap_or_default(),
                status: bid_status(bid.status.as_deref()),
                bidder,
                money: money(bid.value.as_ref()),
                date: bid.date.as_ref().map(|date| Moment::of(date, &settings.zone)),
            }
        })
        .collect()
}

fn bid_status(code: Option<&str>) -> BidStatus {
    let Some(code) = code else {
        return BidStatus::Absent;
    };
    let known = [
        ("valid", BidStatus::Valid),
        ("disqualified", BidStatus::Disqualified),
        ("pending", BidStatus::Pending),
        ("withdrawn", BidStatus::Withdrawn),
        ("invited", BidStatus::Invited),
    ];
    let code = code.trim();
    known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(code)).map_or(BidStatus::Other, |(_, status)| status)
}

fn read_award<'r>(award: &'r raw::Award<'r>, settings: &Settings) -> Award<'r> {
    let status = match award.status.as_deref().map(str::trim) {
        None => AwardStatus::Absent,
        Some(code) if code.eq_ignore_ascii_case("active") => AwardStatus::Active,
        Some(code) if code.eq_ignore_ascii_case("cancelled") => AwardStatus::Cancelled,
        Some(code) if code.eq_ignore_ascii_case("unsuccessful") => AwardStatus::Unsuccessful,
        Some(code) if code.eq_ignore_ascii_case("pending") => AwardStatus::Pending,
        Some(_) => AwardStatus::Other,
    };
    Award {
        raw: award,
        id: award.id.as_deref().unwrap_or_default(),
        status,
        date: award.date.as_ref().map(|date| Moment::of(date, &settings.zone)),
        money: money(award.value.as_ref()),
        suppliers: sorted_ids(&award.suppliers),
    }
}

fn read_contract<'r>(contract: &'r raw::Contract<'r>, awards: &[Award<'r>], settings: &Settings) -> Contract<'r> {
    let named = contract.award_id.iter().chain(&contract.award_ids);
    let mut of: Vec<usize> = named.filter_map(|id| awards.iter().position(|award| award.id == id.as_ref())).collect();
    of.sort_unstable();
    of.dedup();
    Contract {
        raw: contract,
        id: contract.id.as_deref().unwrap_or_default(),
        awards: of,
        cancelled: contract.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("cancelled")),
        signed: contract.date_signed.as_ref().map(|date| Moment::of(date, &settings.zone)),
        money: money(contract.value.as_ref()),
    }
}

/// Sorted distinct ids of organisations.
pub(super) fn sorted_ids<'r>(organisations: &'r [raw::OrgRef<'r>]) -> Vec<&'r str> {
    let mut ids: Vec<&str> = organisations.iter().filter_map(|organisation| organisation.id.as_deref()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn region<'r>(release: &'r Release<'r>, buyer: Option<&str>) -> &'r str {
    let delivery = release
        .tender
        .iter()
        .flat_map(|tender| &tender.items)
        .find_map(|item| item.delivery_address.as_ref().and_then(|address| address.region.as_deref()));
    let of_buyer = || {
        let party = release.party(buyer?)?;
        let address = party.address.as_ref()?;
        address.region.as_deref().or(address.locality.as_deref())
    };
    delivery.or_else(of_buyer).map_or("*", str::trim)
}

fn all_items<'r>(release: &'r Release<'r>) -> Box<dyn Iterator<Item = &'r raw::Item<'r>> + 'r> {
    // The first list that is filled says what is bought; adding them would count each thing thrice.
    if let Some(tender) = release.tender.as_ref().filter(|tender| !tender.items.is_empty()) {
        return Box::new(tender.items.iter());
    }
    if release.awards.iter().any(|award| !award.items.is_empty()) {
        return Box::new(release.awards.iter().flat_map(|award| &award.items));
    }
    Box::new(release.contracts.iter().flat_map(|contract| &contract.items))
}

/// The category of most value, else of most items, ties alphabetically.
pub(super) fn category<'r>(
    items: &mut dyn Iterator<Item = &'r raw::Item<'r>>,
    settings: &Settings,
) -> Option<Category<'r>> {
    // Almost always one or two categories: a small list beats a map.
    let mut found: Vec<(Category<'r>, f64, u32)> = Vec::new();
    for item in items {
        let Some(classification) = &item.classification else {
            continue;
        };
        let (Some(scheme), Some(id)) = (classification.scheme.as_deref(), classification.id.as_deref()) else {
            continue;
        };
        let category = Category { scheme, class: settings.class_prefix(scheme, id) };
        let price = item.unit.as_ref().and_then(|unit| money(unit.value.as_ref()));
        let value = match (price, item.quantity) {
            (Some(price), Some(quantity)) => super::to_f64(price.amount) * super::to_f64(quantity),
            _ => 0.0,
        };
        match found.iter_mut().find(|(known, ..)| *known == category) {
            Some((_, sum, count)) => {
                *sum += value;
                *count += 1;
            }
            None => found.push((category, value, 1)),
        }
    }
    found
        .into_iter()
        .max_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)).then(b.0.cmp(&a.0)))
        .map(|(category, ..)| category)
}

/// Items of the first list in which one has a unit price; where none has, the first list that is filled.
fn priced_items<'r>(release: &'r Release<'r>) -> Vec<PricedItem<'r>> {
    type List<'r> = (ItemPlace, &'r [raw::Item<'r>]);
    let tender = release.tender.as_ref().map_or(&[][..], |tender| tender.items.as_slice());
    let mut lists: Vec<List<'r>> = Vec::with_capacity(1 + release.awards.len());
    let sections: [Box<dyn Iterator<Item = List<'r>> + 'r>; 4] = [
        Box::new(std::iter::once((ItemPlace::Tender, tender))),
        Box::new(
            release.bid_details().iter().enumerate().map(|(index, bid)| (ItemPlace::Bid(index), bid.items.as_slice())),
        ),
        Box::new(
            release.awards.iter().enumerate().map(|(index, award)| (ItemPlace::Award(index), award.items.as_slice())),
        ),
        Box::new(
            release
                .contracts
                .iter()
                .enumerate()
                .map(|(index, contract)| (ItemPlace::Contract(index), contract.items.as_slice())),
        ),
    ];
    let priced = |item: &raw::Item<'_>| item.unit.as_ref().is_some_and(|unit| unit.value.is_some());
    for section in sections {
        let section: Vec<List<'r>> = section.filter(|(_, items)| !items.is_empty()).collect();
        if section.iter().any(|(_, items)| items.iter().any(priced)) {
            lists = section;
            break;
        }
        if lists.is_empty() {
            lists = section;
        }
    }
    lists
        .into_iter()
        .flat_map(|(place, items)| {
            items.iter().enumerate().map(move |(index, item)| PricedItem {
                raw: item,
                place,
                index,
                currency: item
                    .unit
                    .as_ref()
                    .and_then(|unit| unit.value.as_ref())
                    .and_then(|value| value.currency.as_deref())
                    .unwrap_or_default(),
            })
        })
        .collect()
}
