//! Organisations: one party each, whatever the number of rows that name it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::fault::Problem;
use crate::mapping::OrganisationRule;
use crate::object::set;
use crate::value::View;

/// An organisation as one row names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub id: String,
    pub name: Option<String>,
    /// Scheme and id of the register, where there is one.
    pub identifier: Option<(String, String)>,
}

/// Whom a row names: by id, or by name where the row has no id. Nobody when both are blank.
///
/// An organisation known only by name gets the id `SOURCE-name-` and 16 hexadecimal digits of the SHA-256 of its name in
/// capitals with single spaces, and no identifier: equal spelling is all that is claimed.
pub(crate) fn named(rule: &OrganisationRule, source: &str, view: View<'_>) -> Result<Vec<Named>, Problem> {
    let texts =
        |value: &Option<crate::mapping::ValueRule>| value.as_ref().map_or(Ok(Vec::new()), |value| value.texts(view));
    let (ids, names) = (texts(&rule.id)?, texts(&rule.name)?);
    if !ids.is_empty() && names.len() > 1 && ids.len() != names.len() {
        let text = names.join(" / ");
        return Err(Problem::new(
            "organisation.count",
            &text,
            "机构代码与名称数目不同",
            "has another number of names than of ids",
        ));
    }
    let count = ids.len().max(names.len());
    let found = (0..count).map(|at| {
        let name = names.get(at).or(names.first()).cloned();
        match (ids.get(at), &rule.scheme) {
            (Some(id), Some(scheme)) => {
                Named { id: format!("{scheme}-{id}"), name, identifier: Some((scheme.clone(), id.clone())) }
            }
            _ => Named { id: name_id(source, name.as_deref().unwrap_or_default()), name, identifier: None },
        }
    });
    Ok(found.collect())
}

/// The id of an organisation of which only the name is known.
fn name_id(source: &str, name: &str) -> String {
    let normal = name.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    let digest = Sha256::digest(normal.as_bytes());
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{source}-name-{hex}")
}

/// The parties of one release, in order of first mention.
#[derive(Default)]
pub(crate) struct Parties {
    order: Vec<Map<String, Value>>,
    places: BTreeMap<String, usize>,
}

impl Parties {
    /// Notes an organisation with its roles and what the row says of it; what was said first stands. Returns the reference.
    pub(crate) fn note(&mut self, named: &Named, roles: &[String], fields: Vec<(String, Value)>) -> Value {
        let place = *self.places.entry(named.id.clone()).or_insert_with(|| {
            self.order.push(Map::new());
            self.order.len() - 1
        });
        let party = &mut self.order[place];
        party.entry("id").or_insert_with(|| json!(named.id));
        if let Some(name) = &named.name {
            party.entry("name").or_insert_with(|| json!(name));
        }
        if let Some((scheme, id)) = &named.identifier {
            let identifier = json!({"scheme": scheme, "id": id, "legalName": named.name});
            party.entry("identifier").or_insert_with(|| without_nulls(identifier));
        }
        if let Value::Array(known) = party.entry("roles").or_insert_with(|| json!([])) {
            known.extend(roles.iter().map(|role| json!(role)));
            known.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            known.dedup();
        }
        for (path, value) in fields {
            if party_has(party, &path) {
                continue;
            }
            set(party, &path, value);
        }
        without_nulls(json!({"id": named.id, "name": named.name}))
    }

    pub(crate) fn into_value(self) -> Option<Value> {
        let parties: Vec<Value> = self.order.into_iter().map(Value::Object).collect();
        (!parties.is_empty()).then_some(Value::Array(parties))
    }
}

fn party_has(party: &Map<String, Value>, path: &str) -> bool {
    let mut segments = path.split('/');
    let first = segments.next().and_then(|segment| party.get(segment));
    segments.fold(first, |value, segment| value?.get(segment)).is_some()
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}
