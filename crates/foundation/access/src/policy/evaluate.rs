//! Asking the policies.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{
    Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression,
};
use kernel::Class;

use super::{Policies, Reach};
use crate::permission::Denied;
use crate::reader::Reader;
use crate::scope::Subject;

/// What the policies say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// Yes, by permits that reach so far.
    Permitted(BTreeSet<Reach>),
    /// No, because these rules forbid it, by id; none if simply nothing permits it.
    Refused(Vec<String>),
}

impl Policies {
    /// Asks about one record.
    pub(crate) fn ask(&self, reader: &Reader, permission: usize, subject: &Subject) -> Result<Answer, Denied> {
        let action = self.actions.get(permission).ok_or(Denied::Fault)?.clone();
        let names = Names::new().ok_or(Denied::Fault)?;
        let post = names.post(&reader.post().to_string());
        let resource = names.resource();
        let entities = names.entities(reader, subject).ok_or(Denied::Fault)?;
        let request =
            Request::new(post, action, resource, Context::empty(), Some(&self.schema)).map_err(|_| Denied::Fault)?;
        let response = self.authorizer.is_authorized(&request, &self.set, &entities);
        // A policy that could not be evaluated is left out by Cedar, a forbidding one too: no answer is better than that.
        if response.diagnostics().errors().next().is_some() {
            return Err(Denied::Fault);
        }
        let rules = response.diagnostics().reason().map(AsRef::<str>::as_ref);
        Ok(match response.decision() {
            Decision::Allow => Answer::Permitted(rules.filter_map(|id| self.reaches.get(id)).copied().collect()),
            Decision::Deny => {
                let mut rules: Vec<String> = rules.map(str::to_owned).collect();
                rules.sort();
                Answer::Refused(rules)
            }
        })
    }

    /// Asks whether the door opens at all: about a record of the reader's own organ, division and node that is as
    /// secret as such records mostly are.
    pub(crate) fn ask_at_the_door(&self, reader: &Reader, permission: usize) -> Result<Answer, Denied> {
        let subject = Subject {
            node: reader.node(),
            organ: Some(reader.organ()),
            division: reader.division(),
            class: Class::Internal.min(reader.ceiling()),
        };
        self.ask(reader, permission, &subject)
    }
}

/// The schema's entity types, parsed.
struct Names {
    post: EntityTypeName,
    duty: EntityTypeName,
    organ: EntityTypeName,
    division: EntityTypeName,
    resource: EntityTypeName,
}

impl Names {
    fn new() -> Option<Names> {
        Some(Names {
            post: "Post".parse().ok()?,
            duty: "Duty".parse().ok()?,
            organ: "Organ".parse().ok()?,
            division: "Division".parse().ok()?,
            resource: "Resource".parse().ok()?,
        })
    }

    fn post(&self, id: &str) -> EntityUid {
        uid(&self.post, id)
    }

    fn resource(&self) -> EntityUid {
        uid(&self.resource, "it")
    }

    /// The reader and the record. The trees of organs and divisions are not laid out: only whether the record's place
    /// lies under the reader's matters, and that is one edge.
    fn entities(&self, reader: &Reader, subject: &Subject) -> Option<Entities> {
        let own_organ = uid(&self.organ, &reader.organ().to_string());
        let own_division = uid(&self.division, &reader.division().to_string());
        let organ = uid(&self.organ, &subject.organ.map_or_else(|| "none".to_owned(), |organ| organ.to_string()));
        let division = uid(&self.division, &subject.division.to_string());

        let mut all = Vec::with_capacity(4);
        let long = RestrictedExpression::new_long;
        let entity = RestrictedExpression::new_entity_uid;
        let duties = |codes: &BTreeSet<String>| codes.iter().map(|code| uid(&self.duty, code)).collect::<Vec<_>>();
        let post = HashMap::from([
            ("organ".to_owned(), entity(own_organ.clone())),
            ("division".to_owned(), entity(own_division.clone())),
            ("node".to_owned(), long(reader.node().number())),
            ("ceiling".to_owned(), long(reader.ceiling().number().into())),
            ("held".to_owned(), RestrictedExpression::new_set(duties(reader.held()).into_iter().map(entity))),
        ]);
        let parents: HashSet<EntityUid> = duties(reader.duties()).into_iter().collect();
        all.push(Entity::new(self.post(&reader.post().to_string()), post, parents).ok()?);
        let record = HashMap::from([
            ("organ".to_owned(), entity(organ.clone())),
            ("division".to_owned(), entity(division.clone())),
            ("node".to_owned(), long(subject.node.number())),
            ("class".to_owned(), long(subject.class.number().into())),
        ]);
        all.push(Entity::new(self.resource(), record, HashSet::new()).ok()?);
        if organ != own_organ && subject.organ.is_some_and(|organ| reader.organs().contains(&organ)) {
            all.push(Entity::new_no_attrs(organ, HashSet::from([own_organ])));
        }
        if division != own_division && reader.division().contains(subject.division) {
            all.push(Entity::new_no_attrs(division, HashSet::from([own_division])));
        }
        Entities::from_entities(all, None).ok()
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}
