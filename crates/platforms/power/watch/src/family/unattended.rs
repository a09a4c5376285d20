//! Unattended 异常无人处理: something of a case stood still for more working days than the figure says before anybody dealt with it.
//!
//! No law gives the days (ES-07), hence off. Judged by acts of the case alone: when the incident is closed, and at any other act of the
//! case while it is open. A case on which nothing happens at all is found by the rungs of its clocks, which are acts.

use flow::Event;
use flow::state::Number;
use kernel::Text;

use super::{Ask, LIGHT, Unit, ask};
use crate::facts::Open;
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT, ask("most", Unit::WorkingDays, 0, 60)];

pub(super) const PLACES: &[&str] = &["element", "days", "most"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    seen.before.incidents.iter().map(|(number, open)| one(rule, seen, (*number, open))).collect()
}

fn one(rule: &Rule, seen: Seen<'_>, (number, open): (Number, &Open)) -> Outcome {
    let most = rule.figure("most");
    let (since, today) = (open.since.day(seen.zone), seen.deed.at.day(seen.zone));
    let days = seen.calendar.working_days_between(since, today);
    let before = seen.calendar.working_days_between(since, seen.before.last.day(seen.zone));
    let (Ok(days), Ok(before)) = (days, before) else { return Outcome::Insufficient("calendar") };
    // An earlier act of the case said so already.
    Outcome::raised_if(days > most && before <= most, || {
        let light = light(rule.figure("light")).unwrap_or(supervise::Light::Yellow);
        let element = open.of.element.as_ref().unwrap_or(&seen.before.process);
        let closed = |event: &Event| matches!(event, Event::IncidentClosed { incident } if *incident == number);
        let what = if seen.deed.events().iter().any(closed) { "closed" } else { "open" };
        let figure = |figure: i64| Text::same(figure.to_string());
        let found = Found::of_case(format!("incident-{number}"), light, what).measured(days, most);
        found
            .says("element", Text::same(seen.model.name(element)))
            .says("days", figure(days))
            .says("most", figure(most))
    })
}
