//! From the shapes of OCDS 1.0 to those of 1.1.

use std::borrow::Cow;
use std::mem::take;

use super::party::{OrgRef, Organization};
use super::{Release, Subcontracting, Text};

/// Moves organisations that were published in place to the parties, and gives their references an id.
///
/// Source: OCDS 1.1 changelog, "organization references"; roles as in the code list `partyRole`. Roles of parties
/// that are only referred to are left as published.
pub(super) fn embedded_organisations(release: &mut Release<'_>) {
    let Release { parties, buyer, tender, bids, awards, contracts, complaints, .. } = release;
    let mut parties = Parties { list: parties };
    parties.settle(buyer, "buyer");
    if let Some(tender) = tender {
        parties.settle(&mut tender.procuring_entity, "procuringEntity");
        parties.settle(&mut tender.tenderers, "tenderer");
        for enquiry in &mut tender.enquiries {
            parties.settle(&mut enquiry.author, "enquirer");
        }
        for complaint in &mut tender.complaints {
            parties.settle(&mut complaint.author, "complainant");
        }
    }
    for bid in bids.iter_mut().flat_map(|bids| &mut bids.details) {
        parties.settle(&mut bid.tenderers, "tenderer");
        parties.subcontractors(&mut bid.subcontracting);
    }
    for award in awards {
        parties.settle(&mut award.suppliers, "supplier");
        parties.subcontractors(&mut award.subcontracting);
        for complaint in &mut award.complaints {
            parties.settle(&mut complaint.author, "complainant");
        }
    }
    for contract in contracts {
        parties.settle(&mut contract.suppliers, "supplier");
        parties.subcontractors(&mut contract.subcontracting);
        for payment in contract.implementation.iter_mut().flat_map(|done| &mut done.transactions) {
            parties.settle(&mut payment.payer, "payer");
            parties.settle(&mut payment.payee, "payee");
        }
    }
    for complaint in complaints {
        parties.settle(&mut complaint.author, "complainant");
    }
}

/// Joins complaints that were published inside the tender or an award to those of the release.
pub(super) fn nested_complaints(release: &mut Release<'_>) {
    if let Some(tender) = &mut release.tender {
        release.complaints.append(&mut tender.complaints);
    }
    for award in &mut release.awards {
        for mut complaint in take(&mut award.complaints) {
            complaint.related_award = complaint.related_award.or_else(|| award.id.clone());
            release.complaints.push(complaint);
        }
    }
}

struct Parties<'p, 'a> {
    list: &'p mut Vec<Organization<'a>>,
}

impl<'a> Parties<'_, 'a> {
    fn settle<'r>(&mut self, references: impl IntoIterator<Item = &'r mut OrgRef<'a>>, role: &'static str)
    where
        'a: 'r,
    {
        for reference in references {
            if let Some(details) = reference.embedded.take() {
                self.take_in(reference, *details, role);
            }
        }
    }

    fn subcontractors(&mut self, subcontracting: &mut Option<Subcontracting<'a>>) {
        self.settle(subcontracting.iter_mut().flat_map(|part| &mut part.subcontractors), "subcontractor");
    }

    fn take_in(&mut self, reference: &mut OrgRef<'a>, mut details: Organization<'a>, role: &'static str) {
        if let Some(identifier) = &mut details.identifier {
            // The local id of an identifier in an organisation's place was read as the reference's own.
            if identifier.id.is_none() && identifier.scheme.is_some() {
                identifier.id = reference.id.take();
            }
            reference.name = reference.name.take().or_else(|| identifier.legal_name.clone());
        }
        details.name = reference.name.clone();
        let id = reference.id.take().unwrap_or_else(|| made_id(&details));
        reference.id = Some(id.clone());
        details.id = Some(id);
        let index = match self.list.iter().position(|party| party.id == details.id) {
            Some(index) => {
                fill_gaps(&mut self.list[index], details);
                index
            }
            None => {
                self.list.push(details);
                self.list.len() - 1
            }
        };
        let roles = &mut self.list[index].roles;
        if !roles.iter().any(|held| held == role) {
            roles.push(Cow::Borrowed(role));
        }
    }
}

/// What the listed party lacks is taken from the details in place; what it has stays.
fn fill_gaps<'a>(party: &mut Organization<'a>, details: Organization<'a>) {
    party.name = party.name.take().or(details.name);
    party.identifier = party.identifier.take().or(details.identifier);
    party.address = party.address.take().or(details.address);
    party.contact_point = party.contact_point.take().or(details.contact_point);
    party.details = party.details.take().or(details.details);
    if party.additional_identifiers.is_empty() {
        party.additional_identifiers = details.additional_identifiers;
    }
}

/// `scheme-id` of the identifier; without one a digest of name, address and contact, so that the same organisation
/// written the same way has the same id, and nobody takes it for a registered one.
fn made_id<'a>(details: &Organization<'a>) -> Text<'a> {
    if let Some(identifier) = &details.identifier {
        match (&identifier.scheme, &identifier.id) {
            (Some(scheme), Some(id)) => return Cow::Owned(format!("{scheme}-{id}")),
            (None, Some(id)) => return id.clone(),
            _ => {}
        }
    }
    let described = format!("{:?} {:?} {:?}", details.name, details.address, details.contact_point);
    Cow::Owned(format!("unregistered-{:016x}", fnv1a(described.as_bytes())))
}

/// FNV-1a, 64 bits. Not for security: it only tells descriptions apart.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
