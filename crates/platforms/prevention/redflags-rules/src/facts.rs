//! A release as the indicators see it: units, bids, bidders, winner, money, dates.
//!
//! Built once per process, borrowing from the release; every word of the formulas (S, V, D, bidder, winner, final, money, days)
//! is decided here and nowhere else.

mod build;
mod party;
mod price;
mod subjects;
mod unit;

use std::cell::OnceCell;

use ocds::Release;
use ocds::types as raw;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use self::party::{Contacts, identifier_key, normal_domain, normal_email, normal_phone, normal_text};
pub use self::price::to_f64;
use crate::moment::Moment;
use crate::settings::{MethodRule, Settings};

/// How a procurement is carried out, code list `method`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Everybody may bid 公开.
    Open,
    /// Those who qualified may bid 邀请.
    Selective,
    /// A few are asked 竞争性谈判、询价等.
    Limited,
    /// One is asked 单一来源.
    Direct,
}

impl Method {
    /// The code of the code list.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Selective => "selective",
            Self::Limited => "limited",
            Self::Direct => "direct",
        }
    }

    /// Reads the code list, in any case.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Open, Self::Selective, Self::Limited, Self::Direct]
            .into_iter()
            .find(|method| method.code().eq_ignore_ascii_case(code.trim()))
    }
}

/// A sum of money: exact, above zero, in one currency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Money<'r> {
    /// Exact amount, above zero.
    pub amount: Decimal,
    /// Currency code as published; empty where none is.
    pub currency: &'r str,
}

/// Scheme and prefix of a class, for example `CPV` and `452`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Category<'r> {
    /// Scheme.
    pub scheme: &'r str,
    /// Prefix of the class.
    pub class: &'r str,
}

/// What became of a bid, code list `bidStatus`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BidStatus {
    /// Asked, but has not bid.
    Invited,
    /// Handed in, not examined: in S only.
    Pending,
    /// In V.
    Valid,
    /// In D.
    Disqualified,
    /// Taken back.
    Withdrawn,
    /// Handed in, with a code that the list does not know.
    Other,
    /// No status published: in none of the sets.
    Absent,
}

impl BidStatus {
    /// In S: handed in.
    pub const fn submitted(self) -> bool {
        matches!(self, Self::Pending | Self::Valid | Self::Disqualified | Self::Other)
    }
}

/// One bid of the process.
#[derive(Clone, Debug)]
pub struct Bid<'r> {
    /// As published; its place there is its index in [`Facts::bids`].
    pub raw: &'r raw::Bid<'r>,
    /// Id, empty where none is published.
    pub id: &'r str,
    /// What became of it.
    pub status: BidStatus,
    /// Index into [`Facts::bidders`]; `None` where no tenderer is named.
    pub bidder: Option<usize>,
    /// Price over all lots.
    pub money: Option<Money<'r>>,
    /// When it was handed in.
    pub date: Option<Moment>,
}

/// What became of an award.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AwardStatus {
    /// Not decided.
    Pending,
    /// In force.
    Active,
    /// Taken back.
    Cancelled,
    /// Nobody won.
    Unsuccessful,
    /// A code the list does not know; blocks like pending.
    Other,
    /// None published.
    Absent,
}

/// One award.
#[derive(Clone, Debug)]
pub struct Award<'r> {
    /// As published; its place there is its index in [`Facts::awards`].
    pub raw: &'r raw::Award<'r>,
    /// Id, empty where none is published.
    pub id: &'r str,
    /// What became of it.
    pub status: AwardStatus,
    /// When it was decided.
    pub date: Option<Moment>,
    /// Its sum.
    pub money: Option<Money<'r>>,
    /// Sorted distinct supplier ids.
    pub suppliers: Vec<&'r str>,
}

/// One contract.
#[derive(Clone, Debug)]
pub struct Contract<'r> {
    /// As published; its place there is its index in [`Facts::contracts`].
    pub raw: &'r raw::Contract<'r>,
    /// Id, empty where none is published.
    pub id: &'r str,
    /// Indices of the awards it carries out.
    pub awards: Vec<usize>,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// When it was signed.
    pub signed: Option<Moment>,
    /// Its sum, as last published.
    pub money: Option<Money<'r>>,
}

/// How far a unit has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Finality {
    /// Each award active, cancelled or unsuccessful, one at least active.
    Final,
    /// Decided without a winner: all awards cancelled or unsuccessful, or the tender over without any.
    Closed,
    /// An award is pending or of unknown status.
    NotFinal,
    /// No award, and the tender not over.
    Stage,
    /// No award, and the tender's status is not published.
    Unknown,
}

/// One valid bid with its price for the unit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Priced {
    /// Exact price.
    pub price: Decimal,
    /// The price as a float, for statistics.
    pub float: f64,
    /// Index into [`Facts::bids`].
    pub bid: usize,
    /// Index into [`Facts::bidders`].
    pub bidder: usize,
}

/// Why a bid of the unit has no usable price.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PriceGap {
    /// No amount, or zero.
    Amount,
    /// No currency.
    NoCurrency,
    /// Another currency than the unit's.
    Foreign,
    /// A bid for several lots without unit prices.
    UnitValue,
}

/// A bid as an offer for one unit.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Offer<'r> {
    /// Index into [`Facts::bids`].
    pub bid: usize,
    /// What became of it.
    pub status: BidStatus,
    /// Index into [`Facts::bidders`].
    pub bidder: Option<usize>,
    /// Its price for this unit, in any currency.
    pub price: Result<Money<'r>, PriceGap>,
}

/// A lot, or the whole process where there are none: the field of competition.
#[derive(Clone, Debug)]
pub struct Unit<'r> {
    /// Index into `tender/lots`; `None` where the process is its own only unit.
    pub lot: Option<usize>,
    /// Lot id; empty where the process is the unit.
    pub lot_id: &'r str,
    /// The category of most value.
    pub category: Option<Category<'r>>,
    /// Estimate or ceiling.
    pub estimate: Option<Money<'r>>,
    /// Currency of the unit: of the estimate, else of most bids, ties alphabetically.
    pub currency: Option<&'r str>,
    /// Opening of submission.
    pub start: Option<Moment>,
    /// Deadline.
    pub end: Option<Moment>,
    /// All bids for it, in published order, withdrawn and invited ones included.
    pub offers: Vec<Offer<'r>>,
    /// Path that is missing where bids could not be assigned to lots.
    pub unassigned: Option<&'static str>,
    /// Valid prices ascending, one per bidder (the lowest), in the unit's currency.
    pub valid: Vec<Priced>,
    /// The same prices as floats, for statistics.
    pub floats: Vec<f64>,
    /// Number of distinct bidders in S, or the published figure.
    pub bidder_count: Result<u32, &'static str>,
    /// Sorted distinct indices into [`Facts::bidders`] of S.
    pub bidders: Vec<usize>,
    /// Sorted distinct organisation ids of bidders in S and of active awards' suppliers.
    pub suppliers: Vec<&'r str>,
    /// Indices of the awards of the unit.
    pub awards: Vec<usize>,
    /// How far it has come.
    pub finality: Finality,
    /// Winning bid, index into [`Facts::bids`]; or what is missing to tell.
    pub winner: Result<usize, &'static str>,
    /// Sorted distinct supplier ids of active awards.
    pub winners: Vec<&'r str>,
    /// Whether bids are compared by price alone; `None` where the criteria are not published.
    pub price_only: Option<bool>,
}

/// An item with a unit price somewhere, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct PricedItem<'r> {
    /// The item.
    pub raw: &'r raw::Item<'r>,
    /// In which list it stands.
    pub place: ItemPlace,
    /// Index of the item in that list.
    pub index: usize,
    /// Currency that its unit price is in.
    pub currency: &'r str,
}

/// A list of items.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemPlace {
    /// `tender/items`.
    Tender,
    /// `bids/details[i]/items`.
    Bid(usize),
    /// `awards[i]/items`.
    Award(usize),
    /// `contracts[i]/items`.
    Contract(usize),
}

/// One contracting process.
#[derive(Clone, Debug)]
pub struct Facts<'r> {
    /// As published.
    pub release: &'r Release<'r>,
    /// Open Contracting id.
    pub ocid: &'r str,
    /// `tender/status` as published.
    pub status: Option<&'r str>,
    /// Whether the process was cancelled.
    pub cancelled: bool,
    /// Procurement method, by the pack's table of `procurementMethodDetails`, else by the code.
    pub method: Option<Method>,
    /// What the pack says about this `procurementMethodDetails`.
    pub rule: Option<&'r MethodRule>,
    /// `procurementMethodDetails` as published.
    pub details: Option<&'r str>,
    /// COMP or NC: `Some(true)` for competitive methods.
    pub competitive: Option<bool>,
    /// `buyer/id`, else the party in the role of buyer.
    pub buyer: Option<&'r str>,
    /// `tender/procuringEntity/id`.
    pub entity: Option<&'r str>,
    /// Region of delivery or of the buyer; `*` where unknown.
    pub region: &'r str,
    /// `goods`, `works` or `services`.
    pub main_category: Option<&'r str>,
    /// The category of most value over the whole process.
    pub category: Option<Category<'r>>,
    /// `tender/value`.
    pub value: Option<Money<'r>>,
    /// Opening of submission.
    pub start: Option<Moment>,
    /// Deadline.
    pub end: Option<Moment>,
    /// Opening of bids.
    pub opening: Option<Moment>,
    /// Reference date: start of submission, else first award, else first contract, else the release.
    pub date: Option<Moment>,
    /// The bids, in published order.
    pub bids: Vec<Bid<'r>>,
    /// Distinct bidders, each the sorted set of its members' ids; in order of first appearance.
    pub bidders: Vec<Vec<&'r str>>,
    /// The awards, in published order.
    pub awards: Vec<Award<'r>>,
    /// The contracts, in published order.
    pub contracts: Vec<Contract<'r>>,
    /// The fields of competition.
    pub units: Vec<Unit<'r>>,
    /// Items of the first list with unit prices; else those of the tender or the awards, without.
    pub priced_items: Vec<PricedItem<'r>>,
    contacts: OnceCell<Vec<Contacts>>,
    /// Hash of each party's id.
    party_ids: OnceCell<Vec<u64>>,
}

impl<'r> Facts<'r> {
    /// The organisation that buys: the buyer, else the procuring entity.
    pub fn buying(&self) -> Option<&'r str> {
        self.buyer.or(self.entity)
    }

    /// Whether the price is set by the buyer (fixed price, lottery), by the pack's table of methods.
    pub fn priced_by_buyer(&self) -> bool {
        self.rule.is_some_and(|rule| rule.priced_by_buyer)
    }

    /// Whether bidders see prices or ranks while they bid.
    pub fn auction(&self) -> bool {
        self.rule.is_some_and(|rule| rule.auction)
            || self
                .release
                .tender
                .as_ref()
                .and_then(|tender| tender.techniques.as_ref())
                .and_then(|techniques| techniques.has_electronic_auction)
                .unwrap_or(false)
    }

    /// Whether it calls off from a framework agreement.
    pub fn call_off(&self) -> bool {
        self.rule.is_some_and(|rule| rule.framework)
            || self
                .release
                .related_processes
                .iter()
                .any(|link| link.relationship.iter().any(|code| code == "framework"))
    }

    /// The organisation with this id, if its details are published.
    pub fn party(&self, id: &str) -> Option<&'r raw::Organization<'r>> {
        Some(&self.release.parties[self.party_index(id)?])
    }

    /// Where this organisation stands among the parties.
    pub fn party_index(&self, id: &str) -> Option<usize> {
        let hash = |id: &str| crate::quick::hash(id.as_bytes());
        let parties = &self.release.parties;
        // Ids of one register begin alike: numbers tell them apart sooner than letters.
        let ids =
            self.party_ids.get_or_init(|| parties.iter().map(|party| party.id.as_deref().map_or(0, hash)).collect());
        let wanted = hash(id);
        let mut alike = ids.iter().enumerate().filter(|(_, hash)| **hash == wanted).map(|(index, _)| index);
        alike.find(|index| parties[*index].id.as_deref() == Some(id))
    }

    /// Contacts of `release.parties[index]` in normal form; worked out once per process, and only where asked for.
    pub fn contacts(&self, index: usize) -> &Contacts {
        let all = self.contacts.get_or_init(|| self.release.parties.iter().map(Contacts::of).collect());
        &all[index]
    }

    /// Whether two bidders differ: neither set of members contains the other.
    pub fn differ(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.bidders[a], &self.bidders[b]);
        let within = |x: &[&str], y: &[&str]| x.iter().all(|id| y.contains(id));
        !within(a, b) && !within(b, a)
    }

    /// A bidder's key: its sorted member ids joined by `+`.
    pub fn bidder_key(&self, bidder: usize) -> String {
        self.bidders[bidder].join("+")
    }

    /// Value of the process for materiality and limits: contracts, else active awards, else the estimate; one currency.
    pub fn amount(&self) -> Option<Money<'r>> {
        let total = |sums: &mut dyn Iterator<Item = Money<'r>>| {
            let first = sums.next()?;
            let mut amount = first.amount;
            for next in sums {
                if next.currency != first.currency {
                    return None;
                }
                amount = amount.checked_add(next.amount)?;
            }
            Some(Money { amount, currency: first.currency })
        };
        total(&mut self.contracts.iter().filter(|contract| !contract.cancelled).filter_map(|contract| contract.money))
            .or_else(|| {
                let active = self.awards.iter().filter(|award| award.status == AwardStatus::Active);
                total(&mut active.filter_map(|award| award.money))
            })
            .or(self.value)
    }
}

impl<'r> Facts<'r> {
    /// Reads a release. Pure; the settings say the source's zone, its methods and how far a class is cut.
    pub fn of(release: &'r Release<'r>, settings: &'r Settings) -> Self {
        build::facts(release, settings)
    }
}
