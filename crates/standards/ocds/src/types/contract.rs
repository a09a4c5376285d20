//! What was signed, what was done and what was paid.

use super::award::Subcontracting;
use super::lenient::{Text, record};
use super::party::OrgRef;
use super::shared::{Amendment, Document, Guarantee, Item, Milestone, Period, RelatedProcess, Value};
use super::when::When;

record! {
    /// A contract.
    pub struct Contract {
        /// Identifies the contract.
        id: Option<Text<'a>> = "id",
        /// The award it carries out.
        award_id: Option<Text<'a>> = "awardID",
        /// The awards it carries out, where several are listed.
        award_ids: Vec<Text<'a>> = "awardIDs" | "relatedAwards",
        /// The contract it extends.
        extends_contract_id: Option<Text<'a>> = "extendsContractID",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Code of `contractStatus`: pending, active, cancelled, terminated.
        status: Option<Text<'a>> = "status",
        /// The source's own words for the status.
        status_details: Option<Text<'a>> = "statusDetails",
        /// When it runs.
        period: Option<Period<'a>> = "period",
        /// Its sum.
        value: Option<Value<'a>> = "value",
        /// Lines contracted.
        items: Vec<Item<'a>> = "items",
        /// When it was signed.
        date_signed: Option<When<'a>> = "dateSigned",
        /// When its notice was published, where the source says.
        date_published: Option<When<'a>> = "datePublished",
        /// When it was completed or ended, where the source says.
        date_completed: Option<When<'a>> = "dateCompleted" | "dateTerminated",
        /// The contract and its notices.
        documents: Vec<Document<'a>> = "documents",
        /// What came of it.
        implementation: Option<Implementation<'a>> = "implementation",
        /// Processes that follow from it.
        related_processes: Vec<RelatedProcess<'a>> = "relatedProcesses",
        /// Events.
        milestones: Vec<Milestone<'a>> = "milestones",
        /// Changes.
        amendments: Vec<Amendment<'a>> = "amendments" | "amendment",
        /// Who signed, where it differs from the award (extension `contractSuppliers`).
        suppliers: Vec<OrgRef<'a>> = "suppliers",
        /// Performance bonds (extension `guarantees`).
        guarantees: Vec<Guarantee<'a>> = "guarantees",
        /// Whether work is subcontracted.
        has_subcontracting: Option<bool> = "hasSubcontracting",
        /// What is subcontracted.
        subcontracting: Option<Subcontracting<'a>> = "subcontracting",
    }
}

record! {
    /// What was done and paid.
    pub struct Implementation {
        /// Payments.
        transactions: Vec<Transaction<'a>> = "transactions",
        /// Events.
        milestones: Vec<Milestone<'a>> = "milestones",
        /// Reports and certificates.
        documents: Vec<Document<'a>> = "documents",
        /// Sum in the end (extension `finalValue`).
        final_value: Option<Value<'a>> = "finalValue",
        /// Why it differs, in words.
        final_value_details: Option<Text<'a>> = "finalValueDetails",
    }
}

record! {
    /// A payment.
    pub struct Transaction {
        /// Identifies the payment.
        id: Option<Text<'a>> = "id",
        /// Where its figures come from.
        source: Option<Text<'a>> = "source",
        /// When it was paid.
        date: Option<When<'a>> = "date",
        /// Its sum.
        value: Option<Value<'a>> = "value" | "amount",
        /// Who paid.
        payer: Option<OrgRef<'a>> = "payer" | "providerOrganization",
        /// Who was paid.
        payee: Option<OrgRef<'a>> = "payee" | "receiverOrganization",
        /// The milestone it belongs to.
        related_milestone: Option<MilestoneRef<'a>> = "relatedImplementationMilestone" | "relatedContractMilestone",
    }
}

record! {
    /// A reference to a milestone.
    pub struct MilestoneRef {
        /// Id of the milestone.
        id: Option<Text<'a>> = "id",
        /// Its title.
        title: Option<Text<'a>> = "title",
    }
    scalar: |id| Some(MilestoneRef { id: Some(id), title: None });
}
