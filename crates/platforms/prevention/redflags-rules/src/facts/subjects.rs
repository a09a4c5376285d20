//! The subjects of a process by grain, and their keys.

use super::{Facts, ItemPlace};
use crate::outcome::Evidence;
use crate::ruling::Spot;
use crate::subject::{Grain, SubjectKey};

impl Facts<'_> {
    /// Calls `visit` with every subject of `grain` within this process, in the order of publication.
    pub fn each(&self, grain: Grain, visit: &mut dyn FnMut(Spot)) {
        match grain {
            Grain::Process => visit(Spot::Process),
            Grain::Lot => (0..self.units.len()).for_each(|unit| visit(Spot::Lot { unit })),
            Grain::Bid => (0..self.bids.len()).for_each(|bid| visit(Spot::Bid { bid })),
            Grain::Award => (0..self.awards.len()).for_each(|award| visit(Spot::Award { award })),
            Grain::Contract => (0..self.contracts.len()).for_each(|contract| visit(Spot::Contract { contract })),
            Grain::Item => (0..self.priced_items.len()).for_each(|item| visit(Spot::Item { item })),
            Grain::LotSupplier => {
                for (unit, facts) in self.units.iter().enumerate() {
                    (0..facts.suppliers.len()).for_each(|supplier| visit(Spot::Supplier { unit, supplier }));
                }
            }
            Grain::LotPair => {
                for (unit, facts) in self.units.iter().enumerate() {
                    for a in 0..facts.bidders.len() {
                        ((a + 1)..facts.bidders.len()).for_each(|b| visit(Spot::Pair { unit, a, b }));
                    }
                }
            }
            _ => {}
        }
    }

    /// The stable key of a subject.
    pub fn key(&self, spot: Spot) -> SubjectKey {
        let ocid = self.ocid.to_owned();
        match spot {
            Spot::Process => SubjectKey::Process { ocid },
            Spot::Lot { unit } => SubjectKey::Lot { ocid, lot: self.units[unit].lot_id.to_owned() },
            Spot::Bid { bid } => SubjectKey::Bid { ocid, bid: or_index(self.bids[bid].id, bid) },
            Spot::Award { award } => SubjectKey::Award { ocid, award: or_index(self.awards[award].id, award) },
            Spot::Contract { contract } => {
                SubjectKey::Contract { ocid, contract: or_index(self.contracts[contract].id, contract) }
            }
            Spot::Item { item } => SubjectKey::Item { ocid, item: self.item_pointer(item) },
            Spot::Supplier { unit, supplier } => SubjectKey::LotSupplier {
                ocid,
                lot: self.units[unit].lot_id.to_owned(),
                supplier: self.units[unit].suppliers[supplier].to_owned(),
            },
            Spot::Pair { unit, a, b } => {
                let facts = &self.units[unit];
                let (a, b) = (self.bidder_key(facts.bidders[a]), self.bidder_key(facts.bidders[b]));
                let (a, b) = if a <= b { (a, b) } else { (b, a) };
                SubjectKey::LotPair { ocid, lot: facts.lot_id.to_owned(), a, b }
            }
        }
    }

    /// Key of a bidder as somebody concerned: a supplier, or each member of a consortium.
    pub fn concerned(&self, bidder: usize) -> impl Iterator<Item = SubjectKey> + '_ {
        self.bidders[bidder].iter().map(|id| SubjectKey::Supplier { supplier: (*id).to_owned() })
    }

    /// JSON pointer of a priced item.
    pub fn item_pointer(&self, item: usize) -> String {
        let item = &self.priced_items[item];
        match item.place {
            ItemPlace::Tender => format!("/tender/items/{}", item.index),
            ItemPlace::Bid(bid) => format!("/bids/details/{bid}/items/{}", item.index),
            ItemPlace::Award(award) => format!("/awards/{award}/items/{}", item.index),
            ItemPlace::Contract(contract) => format!("/contracts/{contract}/items/{}", item.index),
        }
    }

    /// JSON pointer of a subject's object.
    pub fn pointer(&self, spot: Spot) -> String {
        match spot {
            Spot::Process => String::new(),
            Spot::Lot { unit } | Spot::Supplier { unit, .. } | Spot::Pair { unit, .. } => match self.units[unit].lot {
                Some(lot) => format!("/tender/lots/{lot}"),
                None => "/tender".into(),
            },
            Spot::Bid { bid } => format!("/bids/details/{bid}"),
            Spot::Award { award } => format!("/awards/{award}"),
            Spot::Contract { contract } => format!("/contracts/{contract}"),
            Spot::Item { item } => self.item_pointer(item),
        }
    }

    /// The price of a bid as evidence.
    pub fn price_evidence(&self, bid: usize) -> Evidence {
        let value = match self.bids[bid].money {
            Some(money) => format!("{} {}", money.amount.normalize(), money.currency),
            None => String::new(),
        };
        Evidence::new(format!("/bids/details/{bid}/value"), value)
    }
}

/// An id, or the place in the list where none is published, so that keys stay apart.
fn or_index(id: &str, index: usize) -> String {
    if id.is_empty() { format!("#{index}") } else { id.to_owned() }
}
