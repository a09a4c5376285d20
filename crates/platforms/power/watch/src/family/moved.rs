//! Moved by hand 移步: a token that stood still was put elsewhere, so that steps were left out or ended.
//!
//! Law: whoever decides follows the procedure of the law (行政许可法 art. 4 and 5; 行政处罚法 art. 5); putting a token elsewhere is
//! an act of two officers and lawful as such, and every one of them is looked at. Exact.

use flow::Event;
use kernel::Text;

use super::{Ask, LIGHT};
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT];

pub(super) const PLACES: &[&str] = &["from", "to"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Yellow);
    let moved = seen.deed.events().iter().filter_map(|event| match event {
        Event::Moved { incident, to, .. } => Some((incident, to)),
        _ => None,
    });
    let judged = moved.map(|(incident, to)| {
        let open = seen.before.incidents.get(incident);
        let from = open.and_then(|open| open.of.element.as_ref()).unwrap_or(&seen.before.process);
        let found = Found::of_case(format!("moved-{incident}"), light, incident.to_string()).measured(to, from);
        Outcome::Raised(Box::new(
            found.says("from", Text::same(seen.model.name(from))).says("to", Text::same(seen.model.name(to))),
        ))
    });
    judged.collect()
}
