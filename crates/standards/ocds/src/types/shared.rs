//! Building blocks that many parts of a release use.

use rust_decimal::Decimal;

use super::lenient::{Text, decimal, record};
use super::party::Address;
use super::when::When;

record! {
    /// A sum of money. A bare number in its place is read as an amount without currency.
    pub struct Value {
        /// Exact; never went through a float.
        amount: Option<Decimal> = "amount",
        /// Code of ISO 4217 as published.
        currency: Option<Text<'a>> = "currency",
        /// Whether tax is included, where the source says (`valueAddedTaxIncluded`).
        tax_included: Option<bool> = "valueAddedTaxIncluded" | "taxIncluded",
    }
    scalar: |text: Text<'a>| Some(Value { amount: Some(decimal(&text)?), ..Value::default() });
}

record! {
    /// A span of time.
    pub struct Period {
        /// Its beginning.
        start_date: Option<When<'a>> = "startDate",
        /// Its end.
        end_date: Option<When<'a>> = "endDate",
        /// The furthest it may be extended to.
        max_extent_date: Option<When<'a>> = "maxExtentDate",
        /// Its length in days, where no dates are given.
        duration_in_days: Option<Decimal> = "durationInDays",
    }
}

record! {
    /// A class in a scheme, e.g. CPV 45000000.
    pub struct Classification {
        /// Code of `itemClassificationScheme` or another list.
        scheme: Option<Text<'a>> = "scheme",
        /// The class.
        id: Option<Text<'a>> = "id",
        /// Its words.
        description: Option<Text<'a>> = "description",
    }
}

record! {
    /// What is counted, and the price of one.
    pub struct Unit {
        /// List of units, e.g. UNCEFACT.
        scheme: Option<Text<'a>> = "scheme",
        /// Code in that list.
        id: Option<Text<'a>> = "id",
        /// Name of the unit.
        name: Option<Text<'a>> = "name",
        /// Price of one unit.
        value: Option<Value<'a>> = "value",
    }
}

record! {
    /// A line of goods, works or services.
    pub struct Item {
        /// Identifies the line within its list.
        id: Option<Text<'a>> = "id",
        /// What it is.
        description: Option<Text<'a>> = "description",
        /// Its main class.
        classification: Option<Classification<'a>> = "classification",
        /// Its other classes.
        additional_classifications: Vec<Classification<'a>> = "additionalClassifications",
        /// How many units.
        quantity: Option<Decimal> = "quantity",
        /// Unit and unit price.
        unit: Option<Unit<'a>> = "unit",
        /// Lots it belongs to (extension `lots`); one as a rule.
        related_lots: Vec<Text<'a>> = "relatedLot" | "relatedLots",
        /// Where it is delivered (extension `location`).
        delivery_address: Option<Address<'a>> = "deliveryAddress" | "deliveryAddresses",
    }
}

record! {
    /// A published document.
    pub struct Document {
        /// Identifies the document.
        id: Option<Text<'a>> = "id",
        /// Code of `documentType`.
        document_type: Option<Text<'a>> = "documentType",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Where it can be read.
        url: Option<Text<'a>> = "url",
        /// When it was first published.
        date_published: Option<When<'a>> = "datePublished",
        /// When it was last changed.
        date_modified: Option<When<'a>> = "dateModified",
        /// Media type.
        format: Option<Text<'a>> = "format",
        /// Language.
        language: Option<Text<'a>> = "language",
        /// Lots it is about.
        related_lots: Vec<Text<'a>> = "relatedLots" | "relatedLot",
    }
}

record! {
    /// An event that was planned, and whether it came.
    pub struct Milestone {
        /// Identifies the milestone.
        id: Option<Text<'a>> = "id",
        /// Title.
        title: Option<Text<'a>> = "title",
        /// Code of `milestoneType`, e.g. `delivery`.
        kind: Option<Text<'a>> = "type",
        /// Code of the source.
        code: Option<Text<'a>> = "code",
        /// Description.
        description: Option<Text<'a>> = "description",
        /// Day it is due.
        due_date: Option<When<'a>> = "dueDate",
        /// Day it was met.
        date_met: Option<When<'a>> = "dateMet",
        /// Day it was last reviewed.
        date_modified: Option<When<'a>> = "dateModified",
        /// Code of `milestoneStatus`.
        status: Option<Text<'a>> = "status",
        /// Sum that falls due with it.
        value: Option<Value<'a>> = "value",
    }
}

record! {
    /// A change to a tender, award or contract.
    pub struct Amendment {
        /// Identifies the amendment.
        id: Option<Text<'a>> = "id",
        /// When it was made.
        date: Option<When<'a>> = "date",
        /// Why.
        rationale: Option<Text<'a>> = "rationale",
        /// What.
        description: Option<Text<'a>> = "description",
        /// Release that holds the values before.
        amends_release_id: Option<Text<'a>> = "amendsReleaseID",
        /// Release that holds the values after.
        release_id: Option<Text<'a>> = "releaseID",
        /// Changed values, where the source lists them (OCDS 1.0).
        changes: Vec<Change<'a>> = "changes",
    }
}

record! {
    /// One changed value of an [`Amendment`].
    pub struct Change {
        /// Name or path of the property.
        property: Option<Text<'a>> = "property",
        /// What it was, where that is text or a number.
        former_value: Option<Text<'a>> = "former_value" | "formerValue",
    }
}

record! {
    /// A link to another process.
    pub struct RelatedProcess {
        /// Identifies the link.
        id: Option<Text<'a>> = "id",
        /// Codes of `relatedProcess`, e.g. `planning`, `unsuccessfulProcess`, `subContract`.
        relationship: Vec<Text<'a>> = "relationship",
        /// Title of the other process.
        title: Option<Text<'a>> = "title",
        /// Scheme of the identifier, e.g. `ocid`.
        scheme: Option<Text<'a>> = "scheme",
        /// The other process.
        identifier: Option<Text<'a>> = "identifier",
        /// Where it can be read.
        uri: Option<Text<'a>> = "uri",
    }
}

record! {
    /// A bond (extension `guarantees`).
    pub struct Guarantee {
        /// Identifies the bond.
        id: Option<Text<'a>> = "id",
        /// Kind, e.g. `cash`, `bankGuarantee`.
        kind: Option<Text<'a>> = "type",
        /// What it secures, codes.
        obligations: Vec<Text<'a>> = "obligations" | "obligation",
        /// Its sum.
        value: Option<Value<'a>> = "value",
        /// Its term.
        period: Option<Period<'a>> = "period",
    }
}
