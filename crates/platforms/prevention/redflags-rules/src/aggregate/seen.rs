//! A process as the log takes it and gives it back: what is remembered of it, with symbols for texts.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::intern::Symbol;
use crate::facts::Method;

/// A day as a count from 1970-01-01.
pub(super) type Day = i32;

/// COMP of the formulas: everybody, or all who qualify, may bid.
pub(super) fn competitive(way: Method) -> bool {
    matches!(way, Method::Open | Method::Selective)
}

/// Which kind of thing is bought, where limits differ by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    Goods,
    Works,
    Services,
}

/// What became of a bid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum BidState {
    Invited,
    Pending,
    Valid,
    Disqualified,
    Withdrawn,
}

/// What became of an award.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum AwardState {
    Pending,
    Active,
    Cancelled,
    Unsuccessful,
}

/// An amount in a currency, both as published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Sum {
    pub(super) amount: Decimal,
    pub(super) currency: Symbol,
}

/// One process as the log takes it and gives it back; symbols belong to the text table beside it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub(super) struct Seen {
    pub(super) ocid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) buyer: Option<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) entity: Option<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Symbol>,
    /// The tender's category: the one of most value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<Symbol>,
    /// Goods, works or services as a text, where no item is classified: a coarse category for price screens and groups only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trade: Option<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) way: Option<Method>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<Kind>,
    /// Whether the tendering law (true) or the procurement law (false) governs it; absent where the pack does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tendering: Option<bool>,
    /// Whether the award criteria are price or cost only; absent where not published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) by_price: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) start: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Sum>,
    /// The budget item, where the plan names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) budget: Option<Symbol>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) units: Vec<UnitSeen>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) awards: Vec<AwardSeen>,
    /// Organisation and digest of a strong point of contact (telephone, e-mail, street address, account).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) contacts: Vec<(Symbol, u64)>,
}

/// One field of competition.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub(super) struct UnitSeen {
    /// Lot id; empty where the process is its only unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) lot: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) estimate: Option<Sum>,
    /// NBID; absent where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bidders: Option<u32>,
    /// The currency in which bids are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) currency: Option<Symbol>,
    /// Whether prices are set by the buyer or seen by rivals, so that they say nothing about the bidders.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unscreened: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_final: bool,
    /// Index of the winner's bid within `bids`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) winner: Option<u16>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bids: Vec<BidSeen>,
}

/// One bid in a unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub(super) struct BidSeen {
    /// Sorted organisations; a consortium has several.
    pub(super) by: Vec<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<BidState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) price: Option<Sum>,
    /// Seconds since 1970 of the submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<u32>,
}

/// One award.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub(super) struct AwardSeen {
    /// Index of the unit; absent where the award names none of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<u16>,
    pub(super) to: Vec<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<AwardState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) day: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Sum>,
    /// First-level classes of its items, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) classes: Vec<Symbol>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subcontracted: Option<bool>,
    /// Named subcontractors, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) subcontractors: Vec<Symbol>,
    /// What was paid in the end, in the currency of `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) paid: Option<Decimal>,
}

impl Seen {
    /// Passes every symbol through `name`; sets are sorted anew.
    pub(super) fn rename(&mut self, name: &dyn Fn(Symbol) -> Symbol) {
        let one = |symbol: &mut Option<Symbol>| *symbol = symbol.map(name);
        let amount = |sum: &mut Option<Sum>| *sum = sum.map(|s| Sum { currency: name(s.currency), ..s });
        let set = |set: &mut Vec<Symbol>| {
            set.iter_mut().for_each(|symbol| *symbol = name(*symbol));
            set.sort_unstable();
        };
        for symbol in
            [&mut self.buyer, &mut self.entity, &mut self.region, &mut self.category, &mut self.trade, &mut self.budget]
        {
            one(symbol);
        }
        amount(&mut self.value);
        for unit in &mut self.units {
            one(&mut unit.category);
            one(&mut unit.currency);
            amount(&mut unit.estimate);
            for bid in &mut unit.bids {
                set(&mut bid.by);
                amount(&mut bid.price);
            }
        }
        for award in &mut self.awards {
            set(&mut award.to);
            set(&mut award.classes);
            set(&mut award.subcontractors);
            amount(&mut award.value);
        }
        for (who, _) in &mut self.contacts {
            *who = name(*who);
        }
    }
}
