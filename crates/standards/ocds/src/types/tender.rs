//! What was asked for: tender, lots, enquiries, fees, opening, criteria, complaints.

use rust_decimal::Decimal;

use super::lenient::{Text, record};
use super::party::{Address, OrgRef};
use super::shared::{Amendment, Classification, Document, Guarantee, Item, Milestone, Period, Value};
use super::when::When;
use crate::json::{Input, Step};

record! {
    /// The tender.
    pub struct Tender {
        /// Identifies the tender.
        id: Option<Text<'a>> = "id",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Code of `tenderStatus`, as published.
        status: Option<Text<'a>> = "status",
        /// The source's own words for the status.
        status_details: Option<Text<'a>> = "statusDetails",
        /// Who runs the procedure.
        procuring_entity: Option<OrgRef<'a>> = "procuringEntity",
        /// Lines asked for.
        items: Vec<Item<'a>> = "items",
        /// Estimate.
        value: Option<Value<'a>> = "value",
        /// Lowest estimate.
        min_value: Option<Value<'a>> = "minValue",
        /// Code of `method`: open, selective, limited, direct.
        procurement_method: Option<Text<'a>> = "procurementMethod",
        /// The method by local law.
        procurement_method_details: Option<Text<'a>> = "procurementMethodDetails",
        /// Why this method.
        procurement_method_rationale: Option<Text<'a>> = "procurementMethodRationale",
        /// goods, works or services.
        main_procurement_category: Option<Text<'a>> = "mainProcurementCategory",
        /// Further categories.
        additional_procurement_categories: Vec<Text<'a>> = "additionalProcurementCategories",
        /// Code of `awardCriteria`, e.g. `priceOnly`.
        award_criteria: Option<AwardCriteria<'a>> = "awardCriteria",
        /// The source's own words for the criteria.
        award_criteria_details: Option<Text<'a>> = "awardCriteriaDetails",
        /// Codes of `submissionMethod`.
        submission_method: Vec<Text<'a>> = "submissionMethod",
        /// The source's own words for it.
        submission_method_details: Option<Text<'a>> = "submissionMethodDetails",
        /// When bids may be handed in.
        tender_period: Option<Period<'a>> = "tenderPeriod",
        /// When questions may be put.
        enquiry_period: Option<Period<'a>> = "enquiryPeriod",
        /// Whether questions were put.
        has_enquiries: Option<bool> = "hasEnquiries",
        /// Who may take part.
        eligibility_criteria: Option<Text<'a>> = "eligibilityCriteria",
        /// When it is decided.
        award_period: Option<Period<'a>> = "awardPeriod",
        /// When the contract is to run.
        contract_period: Option<Period<'a>> = "contractPeriod",
        /// Number of bidders, where only that is published.
        number_of_tenderers: Option<u32> = "numberOfTenderers",
        /// Bidders.
        tenderers: Vec<OrgRef<'a>> = "tenderers",
        /// Notices and tender documents.
        documents: Vec<Document<'a>> = "documents",
        /// Events.
        milestones: Vec<Milestone<'a>> = "milestones",
        /// Changes.
        amendments: Vec<Amendment<'a>> = "amendments" | "amendment",
        /// Lots (extension `lots`).
        lots: Vec<Lot<'a>> = "lots",
        /// Questions and answers (extension `enquiries`).
        enquiries: Vec<Enquiry<'a>> = "enquiries",
        /// Fees to take part (extension `participationFee`).
        participation_fees: Vec<ParticipationFee<'a>> = "participationFees" | "participationFee",
        /// Opening of bids (extension `bidOpening`).
        bid_opening: Option<BidOpening<'a>> = "bidOpening",
        /// Requirements (extension `requirements`).
        criteria: Vec<Criterion<'a>> = "criteria",
        /// Selection criteria (extension `selectionCriteria`).
        selection_criteria: Option<SelectionCriteria<'a>> = "selectionCriteria",
        /// Bid bonds (extension `guarantees`).
        guarantees: Vec<Guarantee<'a>> = "guarantees",
        /// Framework agreements and auctions (extension `techniques`).
        techniques: Option<Techniques<'a>> = "techniques",
        /// Complaints published inside the tender, until they join the release's.
        complaints: Vec<Complaint<'a>> = "complaints",
    }
}

record! {
    /// Award criteria: a code in the standard, an object in the extension `awardCriteria`.
    pub struct AwardCriteria {
        /// Code of `awardCriteria`, e.g. `priceOnly`.
        code: Option<Text<'a>> = "code",
        /// In words.
        description: Option<Text<'a>> = "description",
        /// One by one, where published.
        criteria: Vec<AwardCriterion<'a>> = "criteria",
    }
    scalar: |code| Some(AwardCriteria { code: Some(code), ..AwardCriteria::default() });
}

record! {
    /// One award criterion.
    pub struct AwardCriterion {
        /// price, cost or quality.
        kind: Option<Text<'a>> = "type",
        /// Name.
        name: Option<Text<'a>> = "name",
        /// In words.
        description: Option<Text<'a>> = "description",
        /// Weights and other figures.
        numbers: Vec<CriterionNumber<'a>> = "numbers",
    }
}

record! {
    /// A figure of an award or selection criterion.
    pub struct CriterionNumber {
        /// The figure.
        number: Option<Decimal> = "number",
        /// What it is: e.g. `percentageExact`, `pointsExact`, for a weight.
        weight: Option<Text<'a>> = "weight",
        /// `minimumScore` or `maximumBids`, for a limit.
        threshold: Option<Text<'a>> = "threshold",
    }
}

record! {
    /// A lot (extension `lots`). A bare text or number in its place is its id.
    pub struct Lot {
        /// Identifies the lot.
        id: Option<Text<'a>> = "id",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Code of `tenderStatus`, as published.
        status: Option<Text<'a>> = "status",
        /// The source's own words for the status.
        status_details: Option<Text<'a>> = "statusDetails",
        /// Estimate.
        value: Option<Value<'a>> = "value",
        /// Lowest estimate.
        min_value: Option<Value<'a>> = "minValue",
        /// When bids for it may be handed in, where it differs.
        tender_period: Option<Period<'a>> = "tenderPeriod",
        /// When its contract is to run.
        contract_period: Option<Period<'a>> = "contractPeriod",
        /// Its award criteria.
        award_criteria: Option<AwardCriteria<'a>> = "awardCriteria",
    }
    scalar: |id| Some(Lot { id: Some(id), ..Lot::default() });
}

record! {
    /// A question and its answer (extension `enquiries`).
    pub struct Enquiry {
        /// Identifies the question.
        id: Option<Text<'a>> = "id",
        /// When it was put.
        date: Option<When<'a>> = "date",
        /// Who put it.
        author: Option<OrgRef<'a>> = "author",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// The question.
        description: Option<Text<'a>> = "description",
        /// The answer.
        answer: Option<Text<'a>> = "answer",
        /// When it was answered.
        date_answered: Option<When<'a>> = "dateAnswered",
        /// Lots it is about.
        related_lots: Vec<Text<'a>> = "relatedLot" | "relatedLots",
    }
}

record! {
    /// A fee to take part (extension `participationFee`).
    pub struct ParticipationFee {
        /// Identifies the fee.
        id: Option<Text<'a>> = "id",
        /// Codes of `participationFeeType`.
        kind: Vec<Text<'a>> = "type",
        /// Its sum.
        value: Option<Value<'a>> = "value",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Lots it is for.
        related_lots: Vec<Text<'a>> = "relatedLots" | "relatedLot",
    }
}

record! {
    /// The opening of bids (extension `bidOpening`).
    pub struct BidOpening {
        /// When.
        date: Option<When<'a>> = "date",
        /// Where.
        address: Option<Address<'a>> = "address",
        /// In words.
        description: Option<Text<'a>> = "description",
    }
}

record! {
    /// A criterion with its requirements (extension `requirements`).
    pub struct Criterion {
        /// Identifies the criterion.
        id: Option<Text<'a>> = "id",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Who answers: tenderer, buyer …
        source: Option<Text<'a>> = "source",
        /// What it judges: tenderer, item, lot …
        relates_to: Option<Text<'a>> = "relatesTo",
        /// The item or lot judged.
        related_item: Option<Text<'a>> = "relatedItem",
        /// Alternatives, any of which suffices.
        requirement_groups: Vec<RequirementGroup<'a>> = "requirementGroups",
    }
}

record! {
    /// Requirements that are met together.
    pub struct RequirementGroup {
        /// Identifies the group.
        id: Option<Text<'a>> = "id",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Its requirements.
        requirements: Vec<Requirement<'a>> = "requirements",
    }
}

record! {
    /// One requirement.
    pub struct Requirement {
        /// Identifies the requirement.
        id: Option<Text<'a>> = "id",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// string, number, integer, boolean, date.
        data_type: Option<Text<'a>> = "dataType",
        /// The exact answer asked for, as text.
        expected_value: Option<Scalar<'a>> = "expectedValue",
        /// The least answer.
        min_value: Option<Decimal> = "minValue",
        /// The greatest answer.
        max_value: Option<Decimal> = "maxValue",
    }
}

/// A text, number or boolean as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar<'a>(pub Text<'a>);

impl<'a> super::lenient::Read<'a> for Scalar<'a> {
    fn read(input: &mut Input<'a>) -> Step<Option<Scalar<'a>>> {
        Ok(match input.peek()? {
            b't' => Some(Scalar(input.word("true").map(|()| "true".into())?)),
            b'f' => Some(Scalar(input.word("false").map(|()| "false".into())?)),
            _ => Text::read(input)?.map(Scalar),
        })
    }
}

record! {
    /// Conditions to be selected (extension `selectionCriteria`).
    pub struct SelectionCriteria {
        /// In words.
        description: Option<Text<'a>> = "description",
        /// One by one.
        criteria: Vec<SelectionCriterion<'a>> = "criteria",
    }
    scalar: |text| Some(SelectionCriteria { description: Some(text), ..SelectionCriteria::default() });
}

record! {
    /// One condition to be selected.
    pub struct SelectionCriterion {
        /// suitability, economic, technical …
        kind: Option<Text<'a>> = "type",
        /// In words.
        description: Option<Text<'a>> = "description",
        /// The least level asked for, in words.
        minimum: Option<Text<'a>> = "minimum",
        /// Figures.
        numbers: Vec<CriterionNumber<'a>> = "numbers",
    }
}

record! {
    /// Techniques used (extension `techniques`).
    pub struct Techniques {
        /// Whether a framework agreement is concluded.
        has_framework_agreement: Option<bool> = "hasFrameworkAgreement",
        /// That agreement.
        framework_agreement: Option<FrameworkAgreement<'a>> = "frameworkAgreement",
        /// Whether an electronic auction is held.
        has_electronic_auction: Option<bool> = "hasElectronicAuction",
        /// Whether a dynamic purchasing system is set up.
        has_dynamic_purchasing_system: Option<bool> = "hasDynamicPurchasingSystem",
    }
}

record! {
    /// A framework agreement (extension `techniques`).
    pub struct FrameworkAgreement {
        /// How call-offs are awarded: withReopeningCompetition, withoutReopeningCompetition …
        method: Option<Text<'a>> = "method",
        /// The most suppliers it is concluded with.
        maximum_participants: Option<u32> = "maximumParticipants",
    }
}

record! {
    /// A complaint (extension). Sources differ in the names of what was decided; the common ones are read.
    pub struct Complaint {
        /// Identifies the complaint.
        id: Option<Text<'a>> = "id",
        /// When it was made.
        date: Option<When<'a>> = "date" | "dateSubmitted",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Kind, e.g. `claim`, `complaint`.
        kind: Option<Text<'a>> = "type",
        /// Status or outcome code, e.g. `satisfied`, `resolved`, `declined`.
        status: Option<Text<'a>> = "status" | "outcome",
        /// Who complains.
        author: Option<OrgRef<'a>> = "author" | "complainant",
        /// The decision in words.
        decision: Option<Text<'a>> = "decision" | "resolution",
        /// When it was decided.
        date_decision: Option<When<'a>> = "dateDecision" | "dateAnswered",
        /// When the decision was carried out.
        date_executed: Option<When<'a>> = "dateExecuted",
        /// Lots it is about.
        related_lots: Vec<Text<'a>> = "relatedLots" | "relatedLot",
        /// Award it is about; set where it was published inside an award.
        related_award: Option<Text<'a>> = "relatedAward" | "awardID",
        /// Class of the matter, where published.
        classification: Option<Classification<'a>> = "classification",
    }
}
