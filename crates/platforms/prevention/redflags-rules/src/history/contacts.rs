//! R042: a supplier whose telephone fails its form, whose address is a virtual office, or whose contacts many unlinked suppliers share.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::texts::Texts;
use super::{Found, Symbol};
use crate::context::Context;
use crate::facts::Facts;
use crate::fold::Judged;
use crate::outcome::{Evidence, Number, Outcome};
use crate::parameters::Key;
use crate::registry::Indicator;
use crate::settings::Settings;
use crate::subject::SubjectKey;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
enum Point {
    Telephone,
    Street,
}

/// What is known of one supplier.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Known {
    /// Contacts by kind and digest; a supplier has few.
    points: BTreeSet<(Point, u64)>,
    /// Some contact was published.
    any: bool,
    bad_telephone: bool,
    virtual_office: bool,
}

/// Suppliers seen with their contacts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Contacts {
    suppliers: BTreeMap<Symbol, Known>,
}

fn digest(text: &str) -> u64 {
    let mut hash = crate::stratum::Fnv::new();
    hash.text(text);
    hash.0
}

impl Contacts {
    pub fn observe(&mut self, facts: &Facts<'_>, settings: &Settings, texts: &mut Texts) {
        if facts.cancelled {
            return;
        }
        let lists = &settings.lists;
        for &id in facts.units.iter().flat_map(|unit| &unit.suppliers) {
            let known = self.suppliers.entry(texts.symbol(id)).or_default();
            let Some(index) = facts.party_index(id) else { continue };
            let contacts = facts.contacts(index);
            let party = &facts.release.parties[index];
            let telephone = party.contact_point.as_ref().is_some_and(|contact| contact.telephone.is_some());
            known.any |= telephone;
            match &contacts.phone {
                None => known.bad_telephone |= telephone,
                Some(phone) if !lists.shared_contacts.contains(phone) => {
                    known.points.insert((Point::Telephone, digest(phone)));
                }
                Some(_) => {}
            }
            // A short address names a place, not a room; it is left out of the contacts.
            if let Some(street) = &contacts.street {
                known.any = true;
                known.virtual_office |= lists.virtual_offices.contains(street);
                if !lists.shared_contacts.contains(street) {
                    known.points.insert((Point::Street, digest(street)));
                }
            }
        }
    }

    pub fn merge(&mut self, other: Self, rename: &dyn Fn(Symbol) -> Symbol) {
        for (symbol, theirs) in other.suppliers {
            let mine = self.suppliers.entry(rename(symbol)).or_default();
            mine.points.extend(theirs.points);
            mine.any |= theirs.any;
            mine.bad_telephone |= theirs.bad_telephone;
            mine.virtual_office |= theirs.virtual_office;
        }
    }

    pub fn judge(&self, cx: &Context<'_>, texts: &Texts, indicator: &'static Indicator, found: &mut Found<'_>) {
        let mut sharing: BTreeMap<(Point, u64), Vec<Symbol>> = BTreeMap::new();
        for (symbol, known) in &self.suppliers {
            for point in &known.points {
                sharing.entry(*point).or_default().push(*symbol);
            }
        }
        let least = cx.settings.count(Key::R042MinShared).max(2);
        for (symbol, known) in &self.suppliers {
            let subject = SubjectKey::Supplier { supplier: texts.text(*symbol).to_owned() };
            if !known.any {
                found.push(Judged::new(indicator, subject, Outcome::missing("parties/contactPoint/telephone")));
                continue;
            }
            let (mut evidence, mut also, mut most) = (Vec::new(), BTreeSet::new(), 1);
            for point in &known.points {
                let with = sharing.get(point).map_or(&[][..], Vec::as_slice);
                most = most.max(with.len());
                if with.len() >= least {
                    let path = match point.0 {
                        Point::Telephone => "/parties/contactPoint/telephone",
                        Point::Street => "/parties/address/streetAddress",
                    };
                    evidence.push(Evidence::new(path, format!("× {}", with.len())));
                    also.extend(with.iter().filter(|other| *other != symbol).copied());
                }
            }
            if known.bad_telephone {
                evidence.push(Evidence::new("/parties/contactPoint/telephone", "✗"));
            }
            if known.virtual_office {
                evidence.push(Evidence::new("/parties/address/streetAddress", "virtual office"));
            }
            let value = Number::Count(i64::try_from(most).unwrap_or(i64::MAX));
            let threshold = Number::Count(i64::try_from(least).unwrap_or(i64::MAX));
            let outcome = if evidence.is_empty() {
                Outcome::not_raised(value, threshold)
            } else {
                let also =
                    also.into_iter().map(|other| SubjectKey::Supplier { supplier: texts.text(other).to_owned() });
                let mut also: Vec<SubjectKey> = also.collect();
                also.sort();
                Outcome::Raised { value, threshold, evidence, also }
            };
            found.push(Judged::new(indicator, subject, outcome));
        }
    }
}
