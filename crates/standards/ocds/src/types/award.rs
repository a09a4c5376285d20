//! What was decided.

use rust_decimal::Decimal;

use super::bid::RequirementResponse;
use super::lenient::{Text, record};
use super::party::OrgRef;
use super::shared::{Amendment, Document, Item, Period, Value};
use super::tender::Complaint;
use super::when::When;

record! {
    /// An award.
    pub struct Award {
        /// Identifies the award.
        id: Option<Text<'a>> = "id",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Code of `awardStatus`: pending, active, cancelled, unsuccessful.
        status: Option<Text<'a>> = "status",
        /// The source's own words for the status.
        status_details: Option<Text<'a>> = "statusDetails",
        /// When it was decided.
        date: Option<When<'a>> = "date",
        /// Its sum.
        value: Option<Value<'a>> = "value",
        /// Who won; several form one consortium.
        suppliers: Vec<OrgRef<'a>> = "suppliers" | "supplier",
        /// Lines awarded.
        items: Vec<Item<'a>> = "items",
        /// When its contract is to run.
        contract_period: Option<Period<'a>> = "contractPeriod",
        /// Notices and reports.
        documents: Vec<Document<'a>> = "documents",
        /// Changes.
        amendments: Vec<Amendment<'a>> = "amendments" | "amendment",
        /// The winning bid (extension `bids`).
        related_bid: Option<Text<'a>> = "relatedBid",
        /// The winning bids, where several are listed.
        related_bids: Vec<Text<'a>> = "relatedBids",
        /// Lots it decides.
        related_lots: Vec<Text<'a>> = "relatedLots" | "relatedLot",
        /// Whether work is to be subcontracted (extension `subcontracting`).
        has_subcontracting: Option<bool> = "hasSubcontracting",
        /// What is to be subcontracted.
        subcontracting: Option<Subcontracting<'a>> = "subcontracting",
        /// When the contract must not be signed yet.
        standstill_period: Option<Period<'a>> = "standstillPeriod",
        /// Answers to requirements (extension `requirements`).
        requirement_responses: Vec<RequirementResponse<'a>> = "requirementResponses",
        /// Complaints published inside the award, until they join the release's.
        complaints: Vec<Complaint<'a>> = "complaints",
    }
}

record! {
    /// Work passed on to others (extension `subcontracting`).
    pub struct Subcontracting {
        /// In words.
        description: Option<Text<'a>> = "description",
        /// Sum passed on.
        value: Option<Value<'a>> = "value",
        /// Least share passed on, `0..=1`.
        minimum_percentage: Option<Decimal> = "minimumPercentage",
        /// Greatest share passed on, `0..=1`.
        maximum_percentage: Option<Decimal> = "maximumPercentage",
        /// Those it is passed on to, where named.
        subcontractors: Vec<OrgRef<'a>> = "subcontractors" | "subcontractor",
    }
}
