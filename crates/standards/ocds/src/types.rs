//! A compiled release, typed and borrowing from its JSON text.
//!
//! Only what indicators, filters and pages read is kept. Every field may be absent; a blank text, `null`, `""` and an
//! empty list all mean absent. Shapes that are wrong but clear are read as what they mean:
//!
//! - a number where text belongs (ids above all), a number in quotes, a lone object where a list belongs, a list
//!   inside a list, a list of one where an object belongs, an object with an id where an id belongs, `bids` as the list itself, an amount where a value object belongs, a lot given by its id;
//! - OCDS 1.0: organisations embedded in `buyer`, `procuringEntity`, `tenderers`, `suppliers` move to
//!   [`Release::parties`]; `amendment` joins `amendments`; `amount`, `providerOrganization` and
//!   `receiverOrganization` of a transaction become its value, payer and payee.
//!
//! Any other wrong value is left out and told as a [`Fault`]. A faulty element of a list is dropped, so that an index
//! into a `Vec` here is the published index unless a fault names an earlier element of that list.

mod award;
mod bid;
mod contract;
mod lenient;
mod party;
mod planning;
mod shared;
mod tender;
mod upgrade;
mod when;

use crate::fault::{Code, Fault};
use crate::json::{Broken, Input, line_of};
pub use award::{Award, Subcontracting};
pub use bid::{Bid, Bids, RequirementRef, RequirementResponse, Statistic};
pub use contract::{Contract, Implementation, MilestoneRef, Transaction};
pub use lenient::Text;
pub(crate) use lenient::decimal;
use lenient::record;
pub use party::{Address, ContactPoint, Identifier, OrgRef, Organization, Owner, PartyDetails, Shareholding};
pub use planning::{Budget, Planning};
pub use shared::{
    Amendment, Change, Classification, Document, Guarantee, Item, Milestone, Period, RelatedProcess, Unit, Value,
};
pub use tender::{
    AwardCriteria, AwardCriterion, BidOpening, Complaint, Criterion, CriterionNumber, Enquiry, FrameworkAgreement, Lot,
    ParticipationFee, Requirement, RequirementGroup, Scalar, SelectionCriteria, SelectionCriterion, Techniques, Tender,
};
pub(crate) use upgrade::fnv1a;
pub use when::{Moment, When};

record! {
    /// One contracting process as compiled: everything known about it. Source: OCDS 1.1 release schema.
    pub struct Release {
        /// Identifies the process; never `None` after [`parse`].
        ocid: Option<Text<'a>> = "ocid",
        /// Identifies the release within its process.
        id: Option<Text<'a>> = "id",
        /// When the release was made.
        date: Option<When<'a>> = "date",
        /// Codes of `releaseTag`; `compiled` on a compiled release.
        tag: Vec<Text<'a>> = "tag",
        /// Code of `initiationType`.
        initiation_type: Option<Text<'a>> = "initiationType",
        /// Default language of the texts, e.g. `en`.
        language: Option<Text<'a>> = "language",
        /// Title of the process (extension).
        title: Option<Text<'a>> = "title",
        /// Description of the process (extension).
        description: Option<Text<'a>> = "description",
        /// Every organisation with its details; embedded ones of OCDS 1.0 included.
        parties: Vec<Organization<'a>> = "parties",
        /// Whose budget pays.
        buyer: Option<OrgRef<'a>> = "buyer",
        /// What was planned.
        planning: Option<Planning<'a>> = "planning",
        /// What was asked for.
        tender: Option<Tender<'a>> = "tender",
        /// What was offered (extension `bids`).
        bids: Option<Bids<'a>> = "bids",
        /// What was decided.
        awards: Vec<Award<'a>> = "awards",
        /// What was signed and what came of it.
        contracts: Vec<Contract<'a>> = "contracts",
        /// Other processes that this one follows, splits or replaces.
        related_processes: Vec<RelatedProcess<'a>> = "relatedProcesses",
        /// Complaints about the process (extension), those published inside the tender or an award included.
        complaints: Vec<Complaint<'a>> = "complaints",
    }
}

/// A release and what was wrong with its values.
#[derive(Clone, PartialEq, Debug)]
pub struct Parsed<'a> {
    /// The release, without the values that the faults name.
    pub release: Release<'a>,
    /// Faults of severity [`Value`](crate::Severity::Value), in the order of the text.
    pub faults: Vec<Fault>,
}

/// Reads one compiled release.
///
/// - `raw`: exactly one JSON object in UTF-8; a byte order mark is let through.
/// - `Err`: a fault of severity [`Quarantine`](crate::Severity::Quarantine): broken syntax or encoding, nesting over
///   128 levels, not an object, or no `ocid`. Its line and byte count from the start of `raw`.
pub fn parse(raw: &[u8]) -> Result<Parsed<'_>, Fault> {
    let raw = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw);
    let text = std::str::from_utf8(raw).map_err(|error| {
        let at = error.valid_up_to();
        placed(Code::InvalidUtf8, raw, at)
    })?;
    let mut input = Input::new(text);
    let release = read_release(&mut input).map_err(|broken| placed(broken.code, raw, broken.at))?;
    let mut parsed = Parsed { release, faults: input.into_faults() };
    upgrade::embedded_organisations(&mut parsed.release);
    upgrade::nested_complaints(&mut parsed.release);
    if parsed.release.ocid.is_none() {
        return Err(Fault::new(Code::MissingOcid, "", raw));
    }
    Ok(parsed)
}

fn read_release<'a>(input: &mut Input<'a>) -> Result<Release<'a>, Broken> {
    if input.peek()? != b'{' {
        let at = input.position();
        // Broken syntax is the better explanation where both hold.
        input.skip()?;
        return Err(Broken { code: Code::NotOcds, at });
    }
    let release = lenient::read_record(input)?;
    if !input.at_end() {
        return input.broken(Code::NotJson);
    }
    Ok(release)
}

/// A fault at byte `at` of `raw`, showing what stands there.
fn placed(code: Code, raw: &[u8], at: usize) -> Fault {
    let line = match std::str::from_utf8(raw) {
        Ok(text) => line_of(text, at),
        Err(_) => 1 + raw.iter().take(at).filter(|byte| **byte == b'\n').count() as u64,
    };
    // A truncated text has nothing at its end; its last words say more.
    let from = if code == Code::Truncated { raw.len().saturating_sub(40) } else { at.min(raw.len()) };
    Fault { line, byte: at as u64, ..Fault::new(code, "", &raw[from..]) }
}

impl<'a> Release<'a> {
    /// The party with this id, if it is listed.
    pub fn party(&self, id: &str) -> Option<&Organization<'a>> {
        self.parties.iter().find(|party| party.id.as_deref() == Some(id))
    }

    /// The parties that hold a role, e.g. `tenderer`.
    pub fn parties_with_role<'s>(&'s self, role: &'s str) -> impl Iterator<Item = &'s Organization<'a>> {
        self.parties.iter().filter(move |party| party.roles.iter().any(|held| held == role))
    }

    /// The bids; empty where none are published.
    pub fn bid_details(&self) -> &[Bid<'a>] {
        self.bids.as_ref().map(|bids| bids.details.as_slice()).unwrap_or_default()
    }

    /// The lots; empty where none are published.
    pub fn lots(&self) -> &[Lot<'a>] {
        self.tender.as_ref().map(|tender| tender.lots.as_slice()).unwrap_or_default()
    }
}
