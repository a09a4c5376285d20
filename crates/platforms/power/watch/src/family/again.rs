//! Done again behind a return 退回重办: a matter was sent back to a step, its clock began anew, and the step was done again, so that it
//! looks as if it had been in time.
//!
//! Law: a limit begins anew only when papers that were missing are complete (行政许可法 art. 32); that a return comes first is in no
//! law (ES-09), hence off. It measures what can be gamed.

use kernel::Text;

use super::{Ask, LIGHT};
use crate::judge::{Found, Outcome, Seen, light, moment};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT];

pub(super) const PLACES: &[&str] = &["step", "back", "measured"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Some((step, _)) = seen.deed.done() else { return Vec::new() };
    let Some(back) = seen.before.back.get(step) else { return Vec::new() };
    vec![Outcome::raised_if(back.anew, || {
        let light = light(rule.figure("light")).unwrap_or(supervise::Light::Notice);
        let (then, now) = (moment(back.at, seen.zone, true), moment(seen.deed.at, seen.zone, true));
        let found = Found::of_case(format!("again-{step}"), light, &*then).measured(&now, &then);
        let found = found.says("step", Text::same(seen.model.name(step))).says("back", Text::same(then));
        found.says("measured", Text::same(now))
    })]
}
