//! Whether what requires something finds it, and not itself (DMN 1.5, 6.2.2).

use super::finding::{Finding, Rule};
use super::resolve::{Key, Models, finding};
use super::tree::{Place, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// References that mean nothing, and requirements that come back to where they began.
pub(crate) fn check_requirements(models: &Models, findings: &mut Vec<Finding>) {
    let mut graph: BTreeMap<Key, Vec<Key>> = BTreeMap::new();
    for (at, model) in models.list.iter().enumerate() {
        let mut check = |references: &[&Vec<Reference>], place: &Place, exists: &dyn Fn(&Key) -> bool| {
            let mut keys = Vec::new();
            for reference in references.iter().flat_map(|list| list.iter()) {
                match models.key(at, reference).filter(|key| exists(key)) {
                    Some(key) => keys.push(key),
                    None => {
                        let what = format!("{}#{}", reference.namespace, reference.id);
                        findings.push(finding(Rule::ReferenceUnresolved, model, place, what));
                    }
                }
            }
            keys
        };
        let is_decision = |key: &Key| models.at(key.0).decisions.iter().any(|decision| decision.id == key.1);
        let is_input = |key: &Key| models.at(key.0).inputs.iter().any(|input| input.id == key.1);
        let is_function = |key: &Key| {
            models.at(key.0).knowledge.iter().any(|knowledge| knowledge.id == key.1)
                || models.at(key.0).services.iter().any(|service| service.id == key.1)
        };
        for decision in &model.decisions {
            let mut keys = check(&[&decision.decisions], &decision.place, &is_decision);
            check(&[&decision.inputs], &decision.place, &is_input);
            keys.extend(check(&[&decision.knowledge], &decision.place, &is_function));
            graph.insert((at, decision.id.clone()), keys);
        }
        for knowledge in &model.knowledge {
            let keys = check(&[&knowledge.knowledge], &knowledge.place, &is_function);
            graph.insert((at, knowledge.id.clone()), keys);
        }
        for service in &model.services {
            let decisions = [&service.outputs, &service.encapsulated, &service.given];
            let keys = check(&decisions, &service.place, &is_decision);
            check(&[&service.inputs], &service.place, &is_input);
            graph.insert((at, service.id.clone()), keys);
        }
    }
    for key in cyclic(&graph) {
        let model = models.at(key.0);
        let decisions = model.decisions.iter().map(|decision| (&decision.id, &decision.place));
        let knowledge = model.knowledge.iter().map(|knowledge| (&knowledge.id, &knowledge.place));
        let services = model.services.iter().map(|service| (&service.id, &service.place));
        let place = decisions.chain(knowledge).chain(services).find(|(id, _)| **id == key.1);
        let place = place.map(|(_, place)| place.clone()).unwrap_or_default();
        findings.push(finding(Rule::RequirementCycle, model, &place, key.1.clone()));
    }
}

/// The elements that require themselves: what is left when all that requires nothing open is taken away, again and again,
/// from both ends.
fn cyclic(graph: &BTreeMap<Key, Vec<Key>>) -> BTreeSet<Key> {
    let mut left: BTreeSet<Key> = graph.keys().cloned().collect();
    loop {
        let needs = |key: &Key| graph.get(key).is_some_and(|needed| needed.iter().any(|other| left.contains(other)));
        let needed: BTreeSet<&Key> = left.iter().filter_map(|key| graph.get(key)).flatten().collect();
        let next: BTreeSet<Key> = left.iter().filter(|key| needs(key) && needed.contains(key)).cloned().collect();
        if next.len() == left.len() {
            return left;
        }
        left = next;
    }
}
