//! The tables behind `schema`: names as the OCDS 1.1 release schema and its extensions spell them.

use crate::schema::Fields;
use crate::schema::Kind::{
    Array, Boolean, Code, Currency, Date, Integer, Number, Object, Organisation, Organisations, Text, Texts,
};

const TENDER_STATUS: &[&str] = &["planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn"];
const METHOD: &[&str] = &["open", "selective", "limited", "direct"];
const CATEGORY: &[&str] = &["goods", "works", "services"];
const BID_STATUS: &[&str] = &["invited", "pending", "valid", "disqualified", "withdrawn"];
const AWARD_STATUS: &[&str] = &["pending", "active", "cancelled", "unsuccessful"];
const CONTRACT_STATUS: &[&str] = &["pending", "active", "cancelled", "terminated"];
const MILESTONE_STATUS: &[&str] = &["scheduled", "met", "notMet", "partiallyMet"];

const VALUE: Fields = &[("amount", Number), ("currency", Currency)];
const PERIOD: Fields = &[("startDate", Date), ("endDate", Date), ("maxExtentDate", Date), ("durationInDays", Integer)];
const CLASSIFICATION: Fields = &[("scheme", Text), ("id", Text), ("description", Text), ("uri", Text)];
const IDENTIFIER: Fields = &[("scheme", Text), ("id", Text), ("legalName", Text), ("uri", Text)];
const ADDRESS: Fields =
    &[("streetAddress", Text), ("locality", Text), ("region", Text), ("postalCode", Text), ("countryName", Text), ("country", Text)];
const CONTACT: Fields = &[("name", Text), ("email", Text), ("telephone", Text), ("faxNumber", Text), ("url", Text)];
const DOCUMENT: Fields = &[
    ("id", Text), ("documentType", Text), ("title", Text), ("description", Text), ("url", Text), ("datePublished", Date),
    ("dateModified", Date), ("format", Text), ("language", Text),
];
const MILESTONE: Fields = &[
    ("id", Text), ("title", Text), ("type", Text), ("description", Text), ("code", Text), ("dueDate", Date), ("dateMet", Date),
    ("dateModified", Date), ("status", Code(MILESTONE_STATUS)),
];
const AMENDMENT: Fields = &[("id", Text), ("date", Date), ("rationale", Text), ("description", Text), ("amendsReleaseID", Text), ("releaseID", Text)];
const UNIT: Fields = &[("scheme", Text), ("id", Text), ("name", Text), ("value", Object(VALUE)), ("uri", Text)];
const ITEM: Fields = &[
    ("id", Text), ("description", Text), ("classification", Object(CLASSIFICATION)), ("quantity", Number), ("unit", Object(UNIT)),
    ("relatedLot", Text), ("deliveryAddress", Object(ADDRESS)),
];
const RELATED: Fields = &[("id", Text), ("relationship", Texts), ("title", Text), ("scheme", Text), ("identifier", Text), ("uri", Text)];
const LOT: Fields = &[
    ("id", Text), ("title", Text), ("description", Text), ("status", Code(TENDER_STATUS)), ("value", Object(VALUE)), ("minValue", Object(VALUE)),
    ("contractPeriod", Object(PERIOD)),
];
const ENQUIRY: Fields = &[("id", Text), ("date", Date), ("title", Text), ("description", Text), ("answer", Text), ("dateAnswered", Date)];
const FEE: Fields = &[("id", Text), ("type", Texts), ("description", Text), ("value", Object(VALUE))];
const OPENING: Fields = &[("date", Date), ("description", Text), ("address", Object(ADDRESS))];
const TENDER: Fields = &[
    ("id", Text), ("title", Text), ("description", Text), ("status", Code(TENDER_STATUS)), ("procuringEntity", Organisation),
    ("items", Array(ITEM)), ("value", Object(VALUE)), ("minValue", Object(VALUE)), ("procurementMethod", Code(METHOD)),
    ("procurementMethodDetails", Text), ("procurementMethodRationale", Text), ("mainProcurementCategory", Code(CATEGORY)),
    ("additionalProcurementCategories", Texts), ("awardCriteria", Text), ("awardCriteriaDetails", Text), ("submissionMethod", Texts),
    ("submissionMethodDetails", Text), ("tenderPeriod", Object(PERIOD)), ("enquiryPeriod", Object(PERIOD)), ("hasEnquiries", Boolean),
    ("eligibilityCriteria", Text), ("awardPeriod", Object(PERIOD)), ("contractPeriod", Object(PERIOD)), ("numberOfTenderers", Integer),
    ("tenderers", Organisations), ("documents", Array(DOCUMENT)), ("milestones", Array(MILESTONE)), ("amendments", Array(AMENDMENT)),
    ("lots", Array(LOT)), ("enquiries", Array(ENQUIRY)), ("participationFees", Array(FEE)), ("bidOpening", Object(OPENING)),
];
const BID: Fields = &[
    ("id", Text), ("date", Date), ("status", Code(BID_STATUS)), ("statusDetails", Text), ("tenderers", Organisations), ("value", Object(VALUE)),
    ("documents", Array(DOCUMENT)), ("relatedLots", Texts), ("items", Array(ITEM)),
];
const STATISTIC: Fields =
    &[("id", Text), ("measure", Text), ("date", Date), ("value", Number), ("currency", Currency), ("notes", Text), ("relatedLot", Text)];
const BIDS: Fields = &[("details", Array(BID)), ("statistics", Array(STATISTIC))];
const SUBCONTRACTING: Fields = &[("minimumPercentage", Number), ("maximumPercentage", Number), ("description", Text)];
const AWARD: Fields = &[
    ("id", Text), ("title", Text), ("description", Text), ("status", Code(AWARD_STATUS)), ("statusDetails", Text), ("date", Date),
    ("value", Object(VALUE)), ("suppliers", Organisations), ("items", Array(ITEM)), ("contractPeriod", Object(PERIOD)),
    ("documents", Array(DOCUMENT)), ("amendments", Array(AMENDMENT)), ("relatedLots", Texts), ("relatedBid", Text),
    ("hasSubcontracting", Boolean), ("subcontracting", Object(SUBCONTRACTING)),
];
const TRANSACTION: Fields = &[
    ("id", Text), ("source", Text), ("date", Date), ("value", Object(VALUE)), ("payer", Organisation), ("payee", Organisation), ("uri", Text),
];
const IMPLEMENTATION: Fields = &[
    ("transactions", Array(TRANSACTION)), ("milestones", Array(MILESTONE)), ("documents", Array(DOCUMENT)), ("finalValue", Object(VALUE)),
    ("finalValueDetails", Text), ("endDate", Date),
];
const CONTRACT: Fields = &[
    ("id", Text), ("awardID", Text), ("title", Text), ("description", Text), ("status", Code(CONTRACT_STATUS)), ("statusDetails", Text),
    ("period", Object(PERIOD)), ("value", Object(VALUE)), ("items", Array(ITEM)), ("dateSigned", Date), ("documents", Array(DOCUMENT)),
    ("implementation", Object(IMPLEMENTATION)), ("relatedProcesses", Array(RELATED)), ("milestones", Array(MILESTONE)),
    ("amendments", Array(AMENDMENT)), ("relatedLots", Texts),
];
const BUDGET: Fields = &[
    ("id", Text), ("description", Text), ("amount", Object(VALUE)), ("project", Text), ("projectID", Text), ("uri", Text),
];
const PLANNING: Fields =
    &[("rationale", Text), ("budget", Object(BUDGET)), ("documents", Array(DOCUMENT)), ("milestones", Array(MILESTONE))];
const COMPLAINT: Fields = &[("id", Text), ("date", Date), ("title", Text), ("description", Text), ("status", Text)];

/// The release, without the members the engine itself writes (`id`, `tag`, `initiationType`, `parties`).
pub(crate) const RELEASE: Fields = &[
    ("ocid", Text), ("date", Date), ("language", Text), ("description", Text), ("buyer", Organisation), ("planning", Object(PLANNING)),
    ("tender", Object(TENDER)), ("bids", Object(BIDS)), ("awards", Array(AWARD)), ("contracts", Array(CONTRACT)),
    ("relatedProcesses", Array(RELATED)), ("complaints", Array(COMPLAINT)),
];

const PERSON: Fields = &[("id", Text), ("name", Text)];
const HOLDING: Fields = &[("id", Text), ("name", Text), ("shareholding", Number)];
const DETAILS: Fields = &[("scale", Text), ("classifications", Array(CLASSIFICATION))];

/// What an organisation may carry besides its id, name and roles.
pub(crate) const PARTY: Fields = &[
    ("address", Object(ADDRESS)), ("contactPoint", Object(CONTACT)), ("identifier", Object(IDENTIFIER)), ("details", Object(DETAILS)),
    ("beneficialOwners", Array(PERSON)), ("shareholders", Array(HOLDING)),
];
