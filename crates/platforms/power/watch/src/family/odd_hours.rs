//! Odd hours 非工作时间办理: a step was done at night, or on a day on which people rest.
//!
//! No law; custom at most (ES-07), hence off. A reason to ask, never a breach: who works on the Sunday before a holiday does well.

use kernel::Text;

use super::{Ask, LIGHT, Unit, ask};
use crate::judge::{Found, Outcome, Seen, light, moment};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT, ask("from_hour", Unit::Hour, 0, 24), ask("to_hour", Unit::Hour, 0, 24)];

pub(super) const PLACES: &[&str] = &["step", "measured", "hours"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Some((step, by)) = seen.deed.done() else { return Vec::new() };
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Notice);
    let (from, to) = (rule.figure("from_hour"), rule.figure("to_hour"));
    let day = seen.deed.at.day(seen.zone);
    let Ok(works) = seen.calendar.is_working(day) else { return vec![Outcome::Insufficient("calendar")] };
    let hour = seen.zone.start_of(day).ms_until(seen.deed.at) / 3_600_000;
    let in_time = works && (from..to).contains(&hour);
    let measured = moment(seen.deed.at, seen.zone, true);
    let hours = format!("{from:02}:00–{to:02}:00");
    vec![Outcome::raised_if(!in_time, || {
        let found = Found::of_case(format!("hours-{by}"), light, step.as_str()).measured(&measured, &hours);
        let found = found.says("step", Text::same(seen.model.name(step))).says("measured", Text::same(measured));
        found.says("hours", Text::same(hours))
    })]
}
