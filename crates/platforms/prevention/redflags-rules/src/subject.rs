//! Whom or what an indicator judges.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{Lang, Text};

/// The kind of subject an indicator judges.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// One contracting process.
    Process,
    /// One lot, or the process where there are no lots: the field of competition.
    Lot,
    /// One bid.
    Bid,
    /// One award.
    Award,
    /// One contract.
    Contract,
    /// One item of a lot.
    Item,
    /// One bidder of a lot.
    LotSupplier,
    /// Two bidders of one lot, unordered.
    LotPair,
    /// One buying organisation; a procuring entity is its own subject with its own counts.
    Buyer,
    /// One buying organisation in one category and, where the rule says so, one year.
    BuyerCategory,
    /// One supplying organisation.
    Supplier,
    /// Buyer and supplier.
    BuyerSupplier,
    /// Two suppliers, unordered, or loser and winner where the indicator says so.
    SupplierPair,
    /// One supplier in one market.
    SupplierMarket,
    /// Category, region and currency.
    Market,
    /// A community of suppliers.
    Group,
    /// One supplier within a group.
    GroupMember,
    /// One investment project.
    Project,
    /// One expert's score.
    ExpertScore,
    /// One expert and one supplier.
    ExpertSupplier,
}

impl Grain {
    /// Whether a subject of this grain lives inside one contracting process.
    pub const fn within_process(self) -> bool {
        matches!(
            self,
            Self::Process
                | Self::Lot
                | Self::Bid
                | Self::Award
                | Self::Contract
                | Self::Item
                | Self::LotSupplier
                | Self::LotPair
        )
    }

    /// What a person reads.
    pub const fn text(self) -> Text {
        match self {
            Self::Process => Text::new("采购项目", "process"),
            Self::Lot => Text::new("标段", "lot"),
            Self::Bid => Text::new("投标", "bid"),
            Self::Award => Text::new("中标结果", "award"),
            Self::Contract => Text::new("合同", "contract"),
            Self::Item => Text::new("标的", "item"),
            Self::LotSupplier => Text::new("标段内的供应商", "supplier in a lot"),
            Self::LotPair => Text::new("同标段两家投标人", "two bidders of a lot"),
            Self::Buyer => Text::new("采购人", "buyer"),
            Self::BuyerCategory => Text::new("采购人的一个品类", "buyer in a category"),
            Self::Supplier => Text::new("供应商", "supplier"),
            Self::BuyerSupplier => Text::new("采购人与供应商", "buyer and supplier"),
            Self::SupplierPair => Text::new("两家供应商", "two suppliers"),
            Self::SupplierMarket => Text::new("供应商在一个市场", "supplier in a market"),
            Self::Market => Text::new("市场", "market"),
            Self::Group => Text::new("供应商群体", "group of suppliers"),
            Self::GroupMember => Text::new("群体成员", "member of a group"),
            Self::Project => Text::new("投资项目", "project"),
            Self::ExpertScore => Text::new("评委打分", "expert score"),
            Self::ExpertSupplier => Text::new("评委与供应商", "expert and supplier"),
        }
    }
}

/// The stable key of a subject; equal keys are the same subject on every node.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKey {
    /// A process.
    Process {
        /// Open Contracting id.
        ocid: String,
    },
    /// A lot; `lot` is empty where the process is its own only unit.
    Lot {
        /// Open Contracting id.
        ocid: String,
        /// Lot id, or nothing.
        lot: String,
    },
    /// A bid.
    Bid {
        /// Open Contracting id.
        ocid: String,
        /// Bid id.
        bid: String,
    },
    /// An award.
    Award {
        /// Open Contracting id.
        ocid: String,
        /// Award id.
        award: String,
    },
    /// A contract.
    Contract {
        /// Open Contracting id.
        ocid: String,
        /// Contract id.
        contract: String,
    },
    /// An item.
    Item {
        /// Open Contracting id.
        ocid: String,
        /// Pointer of the item, which tells tender, bid, award and contract items apart.
        item: String,
    },
    /// A bidder of a lot.
    LotSupplier {
        /// Open Contracting id.
        ocid: String,
        /// Lot id, or nothing.
        lot: String,
        /// Organisation id.
        supplier: String,
    },
    /// Two bidders of a lot, the smaller key first; a consortium is its sorted member ids joined by `+`.
    LotPair {
        /// Open Contracting id.
        ocid: String,
        /// Lot id, or nothing.
        lot: String,
        /// The one.
        a: String,
        /// The other.
        b: String,
    },
    /// A buyer.
    Buyer {
        /// Organisation id.
        buyer: String,
    },
    /// A procuring entity, which has counts of its own beside those of the buyer.
    Entity {
        /// Organisation id.
        entity: String,
    },
    /// A buyer in a category, and in a year where the rule counts by year.
    BuyerCategory {
        /// Organisation id.
        buyer: String,
        /// Scheme and prefix, for example `CPV:452`.
        category: String,
        /// Fiscal year, or nothing.
        year: String,
    },
    /// A supplier; tenderers and suppliers alike.
    Supplier {
        /// Organisation id.
        supplier: String,
    },
    /// Buyer and supplier.
    BuyerSupplier {
        /// Organisation id of the buyer.
        buyer: String,
        /// Organisation id of the supplier.
        supplier: String,
    },
    /// Two suppliers: sorted where the pair is unordered; loser first, then winner, where it is ordered.
    SupplierPair {
        /// The one.
        a: String,
        /// The other.
        b: String,
    },
    /// A supplier in a market.
    SupplierMarket {
        /// Organisation id.
        supplier: String,
        /// Market key.
        market: String,
    },
    /// A market: `category|region|currency`, region `*` where unknown.
    Market {
        /// Market key.
        market: String,
    },
    /// A group: digest of the sorted member ids and the window.
    Group {
        /// Digest in hexadecimal.
        group: String,
        /// Sorted member ids.
        members: Vec<String>,
    },
    /// A member of a group.
    GroupMember {
        /// Digest in hexadecimal.
        group: String,
        /// Organisation id.
        supplier: String,
    },
}

impl SubjectKey {
    /// The grain it belongs to. A procuring entity counts as a buyer.
    pub const fn grain(&self) -> Grain {
        match self {
            Self::Process { .. } => Grain::Process,
            Self::Lot { .. } => Grain::Lot,
            Self::Bid { .. } => Grain::Bid,
            Self::Award { .. } => Grain::Award,
            Self::Contract { .. } => Grain::Contract,
            Self::Item { .. } => Grain::Item,
            Self::LotSupplier { .. } => Grain::LotSupplier,
            Self::LotPair { .. } => Grain::LotPair,
            Self::Buyer { .. } | Self::Entity { .. } => Grain::Buyer,
            Self::BuyerCategory { .. } => Grain::BuyerCategory,
            Self::Supplier { .. } => Grain::Supplier,
            Self::BuyerSupplier { .. } => Grain::BuyerSupplier,
            Self::SupplierPair { .. } => Grain::SupplierPair,
            Self::SupplierMarket { .. } => Grain::SupplierMarket,
            Self::Market { .. } => Grain::Market,
            Self::Group { .. } => Grain::Group,
            Self::GroupMember { .. } => Grain::GroupMember,
        }
    }

    /// The process it lives in, if it lives in one.
    pub fn ocid(&self) -> Option<&str> {
        match self {
            Self::Process { ocid }
            | Self::Lot { ocid, .. }
            | Self::Bid { ocid, .. }
            | Self::Award { ocid, .. }
            | Self::Contract { ocid, .. }
            | Self::Item { ocid, .. }
            | Self::LotSupplier { ocid, .. }
            | Self::LotPair { ocid, .. } => Some(ocid),
            _ => None,
        }
    }

    /// The key within its process or on its own, without the ocid: `lot 2`, `bid 7`.
    pub fn label(&self, lang: Lang) -> String {
        let noun = match self {
            Self::Entity { .. } => Text::new("采购实体", "procuring entity").get(lang),
            other => other.grain().text().get(lang),
        };
        let rest = match self {
            Self::Process { ocid } => ocid.clone(),
            Self::Lot { ocid, lot } if lot.is_empty() => ocid.clone(),
            Self::Lot { lot, .. } => lot.clone(),
            Self::Bid { bid, .. } => bid.clone(),
            Self::Award { award, .. } => award.clone(),
            Self::Contract { contract, .. } => contract.clone(),
            Self::Item { item, .. } => item.clone(),
            Self::LotSupplier { supplier, .. } | Self::Supplier { supplier } => supplier.clone(),
            Self::LotPair { a, b, .. } | Self::SupplierPair { a, b } => format!("{a} · {b}"),
            Self::Buyer { buyer } => buyer.clone(),
            Self::Entity { entity } => entity.clone(),
            Self::BuyerCategory { buyer, category, year } if year.is_empty() => format!("{buyer} · {category}"),
            Self::BuyerCategory { buyer, category, year } => format!("{buyer} · {category} · {year}"),
            Self::BuyerSupplier { buyer, supplier } => format!("{buyer} → {supplier}"),
            Self::SupplierMarket { supplier, market } => format!("{supplier} · {market}"),
            Self::Market { market } => market.clone(),
            Self::Group { group, members } => format!("{group} ({})", members.len()),
            Self::GroupMember { group, supplier } => format!("{supplier} · {group}"),
        };
        format!("{noun} {rest}")
    }
}

impl fmt::Display for SubjectKey {
    /// One line that is unique over all subjects, for sorting, digests and CSV.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process { ocid } => write!(f, "process|{ocid}"),
            Self::Lot { ocid, lot } => {
                write!(f, "lot|{ocid}|{}", if lot.is_empty() { "-" } else { lot })
            }
            Self::Bid { ocid, bid } => write!(f, "bid|{ocid}|{bid}"),
            Self::Award { ocid, award } => write!(f, "award|{ocid}|{award}"),
            Self::Contract { ocid, contract } => write!(f, "contract|{ocid}|{contract}"),
            Self::Item { ocid, item } => write!(f, "item|{ocid}|{item}"),
            Self::LotSupplier { ocid, lot, supplier } => write!(f, "lot-supplier|{ocid}|{lot}|{supplier}"),
            Self::LotPair { ocid, lot, a, b } => write!(f, "lot-pair|{ocid}|{lot}|{a}|{b}"),
            Self::Buyer { buyer } => write!(f, "buyer|{buyer}"),
            Self::Entity { entity } => write!(f, "entity|{entity}"),
            Self::BuyerCategory { buyer, category, year } => write!(f, "buyer-category|{buyer}|{category}|{year}"),
            Self::Supplier { supplier } => write!(f, "supplier|{supplier}"),
            Self::BuyerSupplier { buyer, supplier } => {
                write!(f, "buyer-supplier|{buyer}|{supplier}")
            }
            Self::SupplierPair { a, b } => write!(f, "supplier-pair|{a}|{b}"),
            Self::SupplierMarket { supplier, market } => {
                write!(f, "supplier-market|{supplier}|{market}")
            }
            Self::Market { market } => write!(f, "market|{market}"),
            Self::Group { group, .. } => write!(f, "group|{group}"),
            Self::GroupMember { group, supplier } => write!(f, "group-member|{group}|{supplier}"),
        }
    }
}
