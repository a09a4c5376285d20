//! What was offered (extension `bids`).

use rust_decimal::Decimal;

use super::award::Subcontracting;
use super::lenient::{Fill, Text, record};
use super::party::OrgRef;
use super::shared::{Document, Item, Value};
use super::tender::Scalar;
use super::when::When;
use crate::json::{Input, Step};

record! {
    /// Bids and figures about them. A list in its place is read as the bids.
    pub struct Bids {
        /// Figures, where bids are not published one by one.
        statistics: Vec<Statistic<'a>> = "statistics",
        /// The bids.
        details: Vec<Bid<'a>> = "details",
    }
    list: details_list;
}

fn details_list<'a>(input: &mut Input<'a>) -> Step<Option<Bids<'a>>> {
    let mut details = Vec::new();
    details.fill(input)?;
    Ok(Some(Bids { statistics: Vec::new(), details }))
}

record! {
    /// A figure about bids.
    pub struct Statistic {
        /// Identifies the figure.
        id: Option<Text<'a>> = "id",
        /// Code of `bidStatistics`, e.g. `bids`, `bidders`, `validBids`.
        measure: Option<Text<'a>> = "measure",
        /// When it was counted.
        date: Option<When<'a>> = "date",
        /// The figure.
        value: Option<Decimal> = "value",
        /// Currency, where the figure is a sum.
        currency: Option<Text<'a>> = "currency",
        /// Lots it is about.
        related_lots: Vec<Text<'a>> = "relatedLot" | "relatedLots",
    }
}

record! {
    /// A bid.
    pub struct Bid {
        /// Identifies the bid.
        id: Option<Text<'a>> = "id",
        /// When it was handed in.
        date: Option<When<'a>> = "date",
        /// Code of `bidStatus`: invited, pending, valid, disqualified, withdrawn.
        status: Option<Text<'a>> = "status",
        /// The source's own words, e.g. why it was disqualified.
        status_details: Option<Text<'a>> = "statusDetails",
        /// Who bids; several form one consortium.
        tenderers: Vec<OrgRef<'a>> = "tenderers",
        /// Its price.
        value: Option<Value<'a>> = "value",
        /// Priced lines.
        items: Vec<Item<'a>> = "items",
        /// Bid documents and reasons.
        documents: Vec<Document<'a>> = "documents",
        /// Lots it is for.
        related_lots: Vec<Text<'a>> = "relatedLots" | "relatedLot",
        /// Answers to requirements (extension `requirements`).
        requirement_responses: Vec<RequirementResponse<'a>> = "requirementResponses",
        /// Its rank, from 1.
        rank: Option<u32> = "rank",
        /// Subcontracting it offers (extension `subcontracting`).
        subcontracting: Option<Subcontracting<'a>> = "subcontracting",
    }
}

record! {
    /// An answer to a requirement.
    pub struct RequirementResponse {
        /// Identifies the answer.
        id: Option<Text<'a>> = "id",
        /// The answer as text.
        value: Option<Scalar<'a>> = "value",
        /// The requirement answered.
        requirement: Option<RequirementRef<'a>> = "requirement",
        /// The member of the bid that answers.
        related_tenderer: Option<OrgRef<'a>> = "relatedTenderer" | "responder",
    }
}

record! {
    /// A reference to a requirement.
    pub struct RequirementRef {
        /// Id of the requirement.
        id: Option<Text<'a>> = "id",
        /// Its title.
        title: Option<Text<'a>> = "title",
    }
    scalar: |id| Some(RequirementRef { id: Some(id), title: None });
}
