//! The last day 压线办结: most matters of an organ are closed on the last day of their limit, so that its limits say nothing about its pace.
//!
//! No law; it measures what can be gamed (ES-07), hence off. Counted over the last days and at most 1,000 matters, once at least so
//! many were closed; said when the share first reaches the figure.

use kernel::{Instant, Text};

use super::burst::quoted;
use super::{Ask, LIGHT, Unit, ask};
use crate::judge::{About, Found, Outcome, Seen, light};
use crate::pack::Rule;
use crate::windows::{Entry, MOST, closing};

pub(super) const ASKS: &[Ask] = &[
    LIGHT,
    ask("percent", Unit::Percent, 1, 100),
    ask("least", Unit::Cases, 1, 1_000),
    ask("days", Unit::Days, 1, 366),
];

pub(super) const PLACES: &[&str] = &["share", "last", "closed", "days", "percent"];

/// How many were closed, and how many of these on the last day.
type Share = (i64, i64);

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Some(last) = closing(seen.deed, seen.before, seen.zone) else { return Vec::new() };
    let (percent, least, days) = (rule.figure("percent"), rule.figure("least"), rule.figure("days"));
    let organ = seen.before.organ;
    let earlier: Vec<&Entry<bool>> = seen.windows.closings(organ, seen.deed.idx).take(MOST.1).collect();
    let span = days.saturating_mul(86_400_000);
    let share = |until: Instant, of: &mut dyn Iterator<Item = (Instant, bool)>| -> Share {
        let within = of.filter(|(at, _)| (0..span).contains(&at.ms_until(until)));
        within.fold((0, 0), |(closed, on), (_, last)| (closed + 1, on + i64::from(last)))
    };
    let of = |entry: &&Entry<bool>| (entry.at, entry.of);
    let own = std::iter::once((seen.deed.at, last));
    let now = share(seen.deed.at, &mut own.chain(earlier.iter().map(of)).take(MOST.1));
    let before = earlier.first().map_or((0, 0), |it| share(it.at, &mut earlier.iter().map(of)));
    let reaches = |(closed, on): Share| closed >= least && on * 100 >= percent * closed;
    vec![Outcome::raised_if(reaches(now) && !reaches(before), || {
        let light = light(rule.figure("light")).unwrap_or(supervise::Light::Notice);
        let (closed, on) = now;
        let share = on * 100 / closed.max(1);
        let number = |figure: i64| Text::same(figure.to_string());
        Found {
            about: About::Organ(organ),
            acts: earlier.iter().filter(|entry| entry.of).take(8).map(|entry| entry.idx).collect(),
            secrecy: quoted(earlier.iter().map(|entry| entry.secrecy.as_deref())),
            ..Found::of_case(String::new(), light, "last-day").measured(share, percent)
        }
        .says("share", number(share))
        .says("last", number(on))
        .says("closed", number(closed))
        .says("days", number(days))
        .says("percent", number(percent))
    })]
}
