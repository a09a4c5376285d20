//! Link events (BPMN 2.0.2 §10.5.5, link event definition).

use std::collections::HashMap;

use super::Report;
use super::scene::Scene;
use crate::tree::{Node, NodeId};

/// A link definition with the event that it belongs to.
#[derive(Clone, Copy)]
struct Link<'d> {
    definition: Node<'d>,
    event: Node<'d>,
}

impl<'d> Link<'d> {
    fn name(self) -> String {
        self.definition.attribute("name").unwrap_or_default().trim().to_owned()
    }

    /// The level of flow it lies on.
    fn level(self) -> Option<Node<'d>> {
        self.event.parent()
    }
}

/// Catches that name no source, so that only their name can pair them: two of each place at most, since more than one
/// is as wrong as many.
#[derive(Default)]
struct Unclaimed<'d> {
    on_level: HashMap<(String, Option<NodeId>), Vec<Link<'d>>>,
    anywhere: HashMap<String, Vec<Link<'d>>>,
}

impl<'d> Unclaimed<'d> {
    fn of(catches: &[Link<'d>]) -> Self {
        let mut unclaimed = Unclaimed::default();
        for &catch in catches.iter().filter(|catch| catch.definition.first("source").is_none()) {
            let (name, level) = (catch.name(), catch.level().map(Node::id));
            if !name.is_empty() {
                keep(unclaimed.anywhere.entry(name.clone()).or_default(), catch);
                keep(unclaimed.on_level.entry((name, level)).or_default(), catch);
            }
        }
        unclaimed
    }

    /// The catches that a throw's name means. A link does not leave its level: the same name may mean another pair
    /// elsewhere.
    fn meant(&self, throw: Link<'d>) -> &[Link<'d>] {
        let here = self.on_level.get(&(throw.name(), throw.level().map(Node::id)));
        here.or_else(|| self.anywhere.get(&throw.name())).map_or(&[], Vec::as_slice)
    }
}

fn keep<'d>(some: &mut Vec<Link<'d>>, link: Link<'d>) {
    if some.len() < 2 {
        some.push(link);
    }
}

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    let throws = links(scene, "intermediateThrowEvent");
    let catches = links(scene, "intermediateCatchEvent");
    let unclaimed = Unclaimed::of(&catches);
    // Whether throws of a name write their targets.
    let mut thrown: HashMap<String, bool> = HashMap::new();
    for throw in throws.iter().filter(|throw| !throw.name().is_empty()) {
        *thrown.entry(throw.name()).or_default() |= throw.definition.first("target").is_some();
    }
    let mut claimed: HashMap<NodeId, Vec<Node<'_>>> = HashMap::new();
    for &catch in &catches {
        for source in written(scene, catch, "source") {
            claimed.entry(source.id()).or_default().push(catch.definition);
        }
    }
    for &throw in &throws {
        sides(scene, throw, false, report);
        let claimed = claimed.get(&throw.definition.id()).map_or(&[][..], Vec::as_slice);
        target(scene, throw, claimed, &unclaimed, report);
    }
    for &catch in &catches {
        sides(scene, catch, true, report);
        sources(scene, catch, &thrown, report);
    }
}

fn links<'d>(scene: &Scene<'d>, events: &str) -> Vec<Link<'d>> {
    let mut links = Vec::new();
    for event in scene.all(events) {
        links.extend(event.all("linkEventDefinition").map(|definition| Link { definition, event }));
    }
    links
}

/// EXT117: a catch has no incoming, a throw no outgoing flow.
fn sides(scene: &Scene<'_>, link: Link<'_>, catches: bool, report: &mut Report) {
    let wrong = if catches { scene.count_in(link.event) } else { scene.count_out(link.event) };
    if wrong > 0 {
        report.say("EXT117", link.event, &[]);
    }
}

/// The links that a throw leads to, or a catch comes from: as its `source` or `target` children say.
fn written<'d>(scene: &Scene<'d>, link: Link<'d>, child: &'static str) -> Vec<Node<'d>> {
    let written = link.definition.all(child);
    written.filter_map(|name| scene.named(name, &name.text())).filter(|end| end.is("linkEventDefinition")).collect()
}

/// EXT118: a throw has one catch. EXT125: it names exactly one target. EXT126: on the same level.
///
/// The schema lets `target` and `source` be left out, and most editors do: then the name alone pairs them. Where one
/// side is written, the other must be, too. `claimed` are the catches that name this throw as their source.
fn target<'d>(
    scene: &Scene<'d>,
    throw: Link<'d>,
    claimed: &[Node<'d>],
    unclaimed: &Unclaimed<'d>,
    report: &mut Report,
) {
    let name = throw.name();
    let count = throw.definition.all("target").count();
    let link = |definition: Node<'d>| Some(Link { definition, event: definition.parent()? });
    let mut catches: Vec<_> = written(scene, throw, "target").into_iter().filter_map(link).collect();
    catches.retain(|catch| catch.event.is("intermediateCatchEvent"));
    catches.extend(claimed.iter().copied().filter_map(link));
    let by_name = catches.is_empty() && count == 0;
    if by_name {
        catches.extend(unclaimed.meant(throw));
    }
    if count > 1 || (count == 0 && (!by_name || catches.is_empty())) {
        report.say("EXT125", throw.event, &[&name]);
    }
    let first = catches.first().map(|catch| catch.definition);
    if first.is_none() || catches.iter().any(|catch| Some(catch.definition) != first) {
        report.say("EXT118", throw.event, &[&name]);
    }
    if catches.iter().any(|catch| catch.level() != throw.level()) {
        report.say("EXT126", throw.event, &[&name]);
    }
}

/// EXT124: a catch has a source. `thrown` are the names of throws, and whether these write their targets.
fn sources(scene: &Scene<'_>, catch: Link<'_>, thrown: &HashMap<String, bool>, report: &mut Report) {
    let name = catch.name();
    let missing = if catch.definition.first("source").is_some() {
        written(scene, catch, "source").is_empty()
    } else {
        // Named by throws that write no target either, it is paired by name.
        thrown.get(&name).copied().unwrap_or(true)
    };
    if missing {
        report.say("EXT124", catch.event, &[&name]);
    }
}
