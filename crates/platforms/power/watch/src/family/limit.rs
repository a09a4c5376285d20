//! Limits 时限: a clock of a case is about to end, is over by the promised limit, by the law's, or long over by it.
//!
//! Law: 行政许可法 art. 42 and whatever article the clock of the process names; the promised limit lies within the law's
//! (优化营商环境条例 art. 36; AL-14). That lights climb is custom (ES-01 to ES-04): which light is a parameter each, and a reminder
//! is off until an office wants it. Exact: what is due when stands in the acts of the case, counted by the engine with calendar and
//! suspensions.
//!
//! A rung is found where its own act says so, and where what it measures was done too late before anybody said so.

use flow::Event;
use flow::state::{Clock, Number, Rung};
use kernel::limit::{Budget, Unit as LimitUnit};
use kernel::{Instant, Text};

use super::{Ask, Unit, ask};
use crate::facts::change_clocks;
use crate::judge::{Found, Outcome, Seen, light, moment};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[
    ask("remind", Unit::Light, 0, 3),
    ask("promised", Unit::Light, 0, 3),
    ask("statutory", Unit::Light, 0, 3),
    ask("long_over", Unit::Light, 0, 3),
];

pub(super) const PLACES: &[&str] = &["clock", "limit", "budget", "article", "state", "measured", "last"];

/// What an act says of a limit.
struct Reached<'c> {
    number: Number,
    clock: &'c Clock,
    rung: Rung,
    due: Instant,
    done: bool,
}

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let concerns = |event: &Event| matches!(event, Event::RungReached { .. } | Event::ClockFinished { .. });
    if !seen.deed.events().iter().any(concerns) {
        return Vec::new();
    }
    let mut outcomes = Vec::new();
    let mut clocks = seen.before.clocks.clone();
    for event in seen.deed.events() {
        match event {
            Event::RungReached { clock: number, rung, due } => {
                outcomes.push(match clocks.get(number) {
                    Some(clock) => {
                        said(rule, seen, &Reached { number: *number, clock, rung: *rung, due: *due, done: false })
                    }
                    None => Outcome::Insufficient("clock"),
                });
            }
            Event::ClockFinished { clock: number, .. } => {
                let Some(clock) = clocks.get(number) else {
                    outcomes.push(Outcome::Insufficient("clock"));
                    continue;
                };
                // What was said of it already was judged by the act that said so.
                let passed: Vec<_> = clock.rungs.iter().filter(|(_, due)| *due <= seen.deed.at).collect();
                let late: Vec<_> = passed.iter().filter(|(rung, _)| *rung != Rung::Remind).collect();
                if late.is_empty() {
                    outcomes.push(Outcome::NotRaised);
                }
                for (rung, due) in late {
                    outcomes.push(said(
                        rule,
                        seen,
                        &Reached { number: *number, clock, rung: *rung, due: *due, done: true },
                    ));
                }
            }
            _ => {}
        }
        change_clocks(&mut clocks, event);
    }
    outcomes
}

/// Which figure says what light a rung has. What is only promised is never graver than a promise, however long it is over.
fn figure(rung: Rung, by_promise: bool) -> &'static str {
    match rung {
        Rung::Remind => "remind",
        Rung::LongOverdue if by_promise => "promised",
        Rung::Promised => "promised",
        Rung::Statutory => "statutory",
        Rung::LongOverdue => "long_over",
    }
}

/// The stable word of a rung: what tells one reason of a warning from another.
fn code(rung: Rung) -> &'static str {
    match rung {
        Rung::Remind => "remind",
        Rung::Promised => "promised",
        Rung::Statutory => "statutory",
        Rung::LongOverdue => "long_over",
    }
}

fn said(rule: &Rule, seen: Seen<'_>, of: &Reached<'_>) -> Outcome {
    let Reached { clock, rung, due, .. } = of;
    let Some(light) = light(rule.figure(figure(*rung, clock.by_promise))) else { return Outcome::NotRaised };
    let nearest = clock.of.promised.as_ref().unwrap_or(&clock.of.statutory);
    let limit = match rung {
        Rung::Remind => nearest,
        Rung::Promised => clock.of.promised.as_ref().unwrap_or(&clock.of.statutory),
        Rung::Statutory | Rung::LongOverdue => &clock.of.statutory,
    };
    let hours = limit.budget.unit == LimitUnit::Hours;
    let ends = |of: Rung| clock.rungs.iter().find(|(other, _)| *other == of).map(|(_, at)| *at);
    // A reminder is measured by the limit that it reminds of.
    let by = match rung {
        Rung::Remind => ends(Rung::Promised).or_else(|| ends(Rung::Statutory)).unwrap_or(*due),
        _ => *due,
    };
    let last = moment(if hours { by } else { by.plus_ms(-1) }, seen.zone, hours);
    let measured = moment(seen.deed.at, seen.zone, hours);
    let state = match (rung, of.done) {
        (Rung::Remind, _) => Text::new("尚未办结，临近", "not done yet, close to"),
        (_, true) => Text::new("才办结，晚于", "done only then, after"),
        (_, false) => Text::new("仍未办结，晚于", "still not done, after"),
    };
    let name = match rung {
        Rung::Promised => Text::new("承诺时限", "the promised limit"),
        Rung::Statutory => Text::new("法定时限", "the limit of the law"),
        Rung::LongOverdue if clock.by_promise => Text::new("承诺时限的两倍", "twice the promised limit"),
        Rung::LongOverdue => Text::new("法定时限的两倍", "twice the limit of the law"),
        Rung::Remind if clock.by_promise || clock.of.promised.is_some() => Text::new("承诺时限", "the promised limit"),
        Rung::Remind => Text::new("法定时限", "the limit of the law"),
    };
    let of_what = match &clock.element {
        Some(element) => {
            let name = seen.model.name(element);
            Text::new(format!("「{name}」一步"), format!("step “{name}”"))
        }
        None => Text::new("全程", "the whole matter"),
    };
    let article = if clock.by_promise && limit.article.is_empty() {
        Text::new("本机关承诺", "the organ's own promise")
    } else {
        Text::same(limit.article.as_str())
    };
    let found = Found::of_case(of.number.to_string(), light, code(*rung)).measured(&measured, &last);
    Outcome::Raised(Box::new(
        found
            .says("clock", of_what)
            .says("limit", name)
            .says("budget", budget(limit.budget))
            .says("article", article)
            .says("state", state)
            .says("measured", Text::same(measured))
            .says("last", Text::same(last)),
    ))
}

/// A budget in words.
fn budget(of: Budget) -> Text {
    let Budget { value, unit } = of;
    let plural = if value == 1 { "" } else { "s" };
    match unit {
        LimitUnit::WorkingDays => Text::new(format!("{value} 个工作日"), format!("{value} working day{plural}")),
        LimitUnit::CalendarDays => Text::new(format!("{value} 日"), format!("{value} day{plural}")),
        LimitUnit::Hours => Text::new(format!("{value} 小时"), format!("{value} hour{plural}")),
    }
}
