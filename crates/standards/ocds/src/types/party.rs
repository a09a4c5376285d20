//! Organisations: with their details in `parties`, as references elsewhere.

use rust_decimal::Decimal;

use super::lenient::{Record, Text, record};
use super::shared::Classification;
use crate::json::{Input, Step};

record! {
    /// An organisation with its details.
    pub struct Organization {
        /// Identifies it within the release. Where OCDS 1.0 gave none: `scheme-id` of its identifier, else a digest.
        id: Option<Text<'a>> = "id",
        /// Name.
        name: Option<Text<'a>> = "name",
        /// Entry in a register.
        identifier: Option<Identifier<'a>> = "identifier",
        /// Further registers.
        additional_identifiers: Vec<Identifier<'a>> = "additionalIdentifiers",
        /// Address.
        address: Option<Address<'a>> = "address",
        /// Whom to reach and how.
        contact_point: Option<ContactPoint<'a>> = "contactPoint",
        /// Codes of `partyRole`, e.g. `buyer`, `tenderer`, `supplier`.
        roles: Vec<Text<'a>> = "roles",
        /// Kind and size of organisation, where published.
        details: Option<PartyDetails<'a>> = "details",
        /// Those who own it in the end (extension `beneficialOwners`).
        beneficial_owners: Vec<Owner<'a>> = "beneficialOwners",
        /// Those who hold its shares (extension `shareholders`).
        shareholders: Vec<Shareholding<'a>> = "shareholders",
    }
}

record! {
    /// Further details of a party.
    pub struct PartyDetails {
        /// Codes of size, e.g. `sme`, `large`.
        scale: Option<Text<'a>> = "scale",
        /// Kinds of organisation, e.g. level of government.
        classifications: Vec<Classification<'a>> = "classifications",
    }
}

record! {
    /// An entry in a register.
    pub struct Identifier {
        /// Register, code of org-id.guide.
        scheme: Option<Text<'a>> = "scheme",
        /// Number in that register.
        id: Option<Text<'a>> = "id",
        /// Registered name.
        legal_name: Option<Text<'a>> = "legalName",
        /// Address of the entry on the web.
        uri: Option<Text<'a>> = "uri",
    }
    scalar: |text: Text<'a>| Some(Identifier { id: Some(text), ..Identifier::default() });
}

record! {
    /// A postal address.
    pub struct Address {
        /// Street and number.
        street_address: Option<Text<'a>> = "streetAddress",
        /// Town.
        locality: Option<Text<'a>> = "locality",
        /// Region.
        region: Option<Text<'a>> = "region",
        /// Postcode.
        postal_code: Option<Text<'a>> = "postalCode",
        /// Name of the country.
        country_name: Option<Text<'a>> = "countryName",
        /// Country, ISO 3166-1 alpha-2 (extension `countryCode`).
        country: Option<Text<'a>> = "country" | "countryCode",
    }
    list: first;
}

/// Of several delivery addresses the first: a region is all that is asked of it.
fn first<'a>(input: &mut Input<'a>) -> Step<Option<Address<'a>>> {
    let mut addresses: Vec<Address<'a>> = Vec::new();
    super::lenient::Fill::fill(&mut addresses, input)?;
    Ok(addresses.into_iter().next())
}

record! {
    /// Whom to reach and how.
    pub struct ContactPoint {
        /// Person or office.
        name: Option<Text<'a>> = "name",
        /// E-mail.
        email: Option<Text<'a>> = "email",
        /// Telephone.
        telephone: Option<Text<'a>> = "telephone",
        /// Fax.
        fax_number: Option<Text<'a>> = "faxNumber",
        /// Web site.
        url: Option<Text<'a>> = "url",
    }
}

record! {
    /// A beneficial owner (extension `beneficialOwners`).
    pub struct Owner {
        /// Identifies the person.
        id: Option<Text<'a>> = "id",
        /// Name.
        name: Option<Text<'a>> = "name",
        /// Entry in a register of persons.
        identifier: Option<Identifier<'a>> = "identifier",
        /// Nationalities, ISO 3166-1.
        nationalities: Vec<Text<'a>> = "nationalities",
    }
}

record! {
    /// A holding in an organisation (extension `shareholders`).
    pub struct Shareholding {
        /// Identifies the holding.
        id: Option<Text<'a>> = "id",
        /// Who holds.
        shareholder: Option<OrgRef<'a>> = "shareholder",
        /// Share of the capital, `0..=1`.
        shareholding: Option<Decimal> = "shareholding",
        /// What votes go with it.
        voting_rights: Option<Text<'a>> = "votingRights",
    }
}

/// A reference to an organisation: its id in `parties`, and its name.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct OrgRef<'a> {
    /// Id in [`Release::parties`](super::Release::parties).
    pub id: Option<Text<'a>>,
    /// Name.
    pub name: Option<Text<'a>>,
    /// Details published in place (OCDS 1.0), until they move to the parties. Boxed: most references have none.
    pub(super) embedded: Option<Box<Organization<'a>>>,
}

impl<'a> Record<'a> for OrgRef<'a> {
    fn member(&mut self, name: &str, input: &mut Input<'a>) -> Step<bool> {
        use super::lenient::Fill;
        match name {
            "id" => input.within("id", |input| self.id.fill(input))?,
            "name" => input.within("name", |input| self.name.fill(input))?,
            "legalName" | "scheme" => {
                // In OCDS 1.0 payer and payee of a transaction are identifiers, not organisations.
                let identifier = self.embedded.get_or_insert_default().identifier.get_or_insert_default();
                return identifier.member(name, input);
            }
            "identifier" | "additionalIdentifiers" | "address" | "contactPoint" | "details" => {
                return self.embedded.get_or_insert_default().member(name, input);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
