//! Order of steps 缺步、逆序: a matter ended by itself without a step that belongs to it, or with its steps in another order.
//!
//! Law: the article that the rule names for its process. Exact for the steps that the rule lists. Judged once, when the matter ends;
//! one that was withdrawn, cancelled or decided within another is out of it. A step that was taken back was not done.

use flow::state::Ending;
use flow::{ElementId, Event};
use kernel::Text;

use super::{Ask, LIGHT, Unit, ask};
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT, ask("steps", Unit::Steps, 0, 0)];

pub(super) const PLACES: &[&str] = &["fault", "steps"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let ends = |event: &Event| matches!(event, Event::Ended { how: Ending::Completed | Ending::Terminated, .. });
    if !seen.deed.events().iter().any(ends) {
        return Vec::new();
    }
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Red);
    let steps = rule.steps("steps");
    let listed = |steps: &[ElementId]| steps.iter().map(|step| seen.model.name(step)).collect::<Vec<_>>().join(" → ");
    let found = |what: &str, fault: Text| {
        let found = Found::of_case("order", light, what).measured(what, listed(steps));
        vec![Outcome::Raised(Box::new(found.says("fault", fault).says("steps", Text::same(listed(steps)))))]
    };
    let last = seen.deed.done().map(|(element, _)| element);
    let place = |step: &ElementId| match seen.before.done.get(step) {
        Some(place) => Some(*place),
        None => (last == Some(step)).then_some(u64::MAX),
    };
    let mut before = None;
    for step in steps {
        let Some(place) = place(step) else {
            let name = seen.model.name(step);
            return found(step.as_str(), Text::new(format!("没有「{name}」"), format!("“{name}” was never done")));
        };
        if before.is_some_and(|before| place < before) {
            let name = seen.model.name(step);
            let fault =
                Text::new(format!("「{name}」做在了前面"), format!("“{name}” was done before what comes first"));
            return found(step.as_str(), fault);
        }
        before = Some(place);
    }
    vec![Outcome::NotRaised]
}
