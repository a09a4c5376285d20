//! Stopped just before the limit 临界暂停: a clock was stopped when few working days were left of its nearest limit.
//!
//! Law: stopping is lawful for the causes of 行政许可法 art. 45; that it comes at the last moment is in no law (ES-09), hence off.
//! It measures what can be gamed.

use flow::Event;
use flow::event::Changed;
use flow::state::Rung;
use kernel::Text;

use super::{Ask, LIGHT, Unit, ask};
use crate::facts::change_clocks;
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT, ask("left", Unit::WorkingDays, 0, 60)];

pub(super) const PLACES: &[&str] = &["clock", "left", "most"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let stops = |event: &Event| matches!(event, Event::ClockChanged { why: Changed::Stopped { .. }, .. });
    if !seen.deed.events().iter().any(stops) {
        return Vec::new();
    }
    let most = rule.figure("left");
    let mut clocks = seen.before.clocks.clone();
    let mut outcomes = Vec::new();
    for event in seen.deed.events() {
        if let Event::ClockChanged { clock: number, why: Changed::Stopped { .. }, .. } = event {
            let ends = clocks.get(number).map(|clock| {
                let ends = clock.rungs.iter().filter(|(rung, _)| matches!(rung, Rung::Promised | Rung::Statutory));
                (clock, ends.map(|(_, ends)| *ends).min())
            });
            outcomes.push(match ends {
                None => Outcome::Insufficient("clock"),
                // Every limit is over already: nothing is to be gained any more.
                Some((_, None)) => Outcome::NotRaised,
                Some((clock, Some(ends))) => {
                    let (today, last) = (seen.deed.at.day(seen.zone), ends.plus_ms(-1).day(seen.zone));
                    match seen.calendar.working_days_between(today, last) {
                        Err(_) => Outcome::Insufficient("calendar"),
                        Ok(left) => Outcome::raised_if((0..=most).contains(&left), || {
                            let what = match &clock.element {
                                Some(element) => {
                                    let name = seen.model.name(element);
                                    Text::new(format!("「{name}」一步"), format!("step “{name}”"))
                                }
                                None => Text::new("全程", "the whole matter"),
                            };
                            let light = light(rule.figure("light")).unwrap_or(supervise::Light::Notice);
                            let found = Found::of_case(number.to_string(), light, today.to_string());
                            let number = |figure: i64| Text::same(figure.to_string());
                            let found = found.measured(left, most).says("clock", what);
                            found.says("left", number(left)).says("most", number(most))
                        }),
                    }
                }
            });
        }
        change_clocks(&mut clocks, event);
    }
    outcomes
}
