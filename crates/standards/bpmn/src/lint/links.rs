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

/// The links of a document, by name.
type ByName<'d> = HashMap<String, Vec<Link<'d>>>;

pub(super) fn check(scene: &Scene<'_>, report: &mut Report) {
    let throws = links(scene, "intermediateThrowEvent");
    let catches = links(scene, "intermediateCatchEvent");
    let thrown = index(&throws);
    let caught = index(&catches);
    let mut claimed: HashMap<NodeId, Vec<Node<'_>>> = HashMap::new();
    for &catch in &catches {
        for source in written(scene, catch, "source") {
            claimed.entry(source.id()).or_default().push(catch.definition);
        }
    }
    for &throw in &throws {
        sides(scene, throw, false, report);
        let claimed = claimed.get(&throw.definition.id()).map_or(&[][..], Vec::as_slice);
        target(scene, throw, claimed, &caught, report);
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

fn index<'d>(links: &[Link<'d>]) -> ByName<'d> {
    let mut index = ByName::new();
    for &link in links {
        let name = link.name();
        if !name.is_empty() {
            index.entry(name).or_default().push(link);
        }
    }
    index
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
fn target<'d>(scene: &Scene<'d>, throw: Link<'d>, claimed: &[Node<'d>], caught: &ByName<'d>, report: &mut Report) {
    let name = throw.name();
    let count = throw.definition.all("target").count();
    let link = |definition: Node<'d>| Some(Link { definition, event: definition.parent()? });
    let mut catches: Vec<_> = written(scene, throw, "target").into_iter().filter_map(link).collect();
    catches.retain(|catch| catch.event.is("intermediateCatchEvent"));
    catches.extend(claimed.iter().copied().filter_map(link));
    let by_name = catches.is_empty() && count == 0;
    if by_name {
        let named = caught.get(&name).map_or(&[][..], Vec::as_slice);
        let unclaimed = named.iter().filter(|catch| catch.definition.first("source").is_none());
        // A link does not leave its level: the same name may mean another pair elsewhere.
        let (here, elsewhere): (Vec<Link<'d>>, Vec<Link<'d>>) =
            unclaimed.copied().partition(|catch| catch.level() == throw.level());
        catches.extend(if here.is_empty() { elsewhere } else { here });
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

/// EXT124: a catch has a source.
fn sources<'d>(scene: &Scene<'d>, catch: Link<'d>, thrown: &ByName<'d>, report: &mut Report) {
    let name = catch.name();
    let missing = if catch.definition.first("source").is_some() {
        written(scene, catch, "source").is_empty()
    } else {
        let named = thrown.get(&name).map_or(&[][..], Vec::as_slice);
        // Named by throws that write no target either, it is paired by name.
        named.is_empty() || named.iter().any(|throw| throw.definition.first("target").is_some())
    };
    if missing {
        report.say("EXT124", catch.event, &[&name]);
    }
}
