//! Bursts 突击办理: one officer did more steps within some seconds than anybody reads in them.
//!
//! No law; custom at most (ES-07), hence off. Said once per burst: when the count first goes beyond the figure.

use kernel::{Instant, Secrecy, Text};

use super::{Ask, LIGHT, Unit, ask};
use crate::judge::{About, Found, Outcome, Seen, light};
use crate::pack::Rule;
use crate::windows::Entry;

pub(super) const ASKS: &[Ask] = &[LIGHT, ask("most", Unit::Times, 1, 150), ask("seconds", Unit::Seconds, 1, 3_600)];

pub(super) const PLACES: &[&str] = &["times", "seconds", "most"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Some((_, officer)) = seen.deed.done() else { return Vec::new() };
    let (most, seconds) = (rule.figure("most"), rule.figure("seconds"));
    let earlier: Vec<&Entry<()>> = seen.windows.steps(officer, seen.deed.idx).collect();
    // Those within the seconds up to a moment; a clock that was set back counts none that lie ahead of it.
    let within = |until: Instant, entry: &Entry<()>| {
        let ms = entry.at.ms_until(until);
        (0..seconds.saturating_mul(1_000)).contains(&ms)
    };
    let now: Vec<&&Entry<()>> = earlier.iter().filter(|entry| within(seen.deed.at, entry)).collect();
    let count = i64::try_from(now.len()).unwrap_or(i64::MAX) + 1;
    let before = earlier.first().map_or(0, |last| {
        i64::try_from(earlier.iter().filter(|entry| within(last.at, entry)).count()).unwrap_or(i64::MAX)
    });
    // A burst that goes on was said already.
    vec![Outcome::raised_if(count > most && before <= most, || {
        let light = light(rule.figure("light")).unwrap_or(supervise::Light::Notice);
        let first = now.last().map_or(seen.deed.idx, |entry| entry.idx);
        let number = |figure: i64| Text::same(figure.to_string());
        Found {
            about: About::Officer(officer, format!("burst-{first}")),
            acts: now.iter().rev().take(8).map(|entry| entry.idx).collect(),
            secrecy: quoted(now.iter().map(|entry| entry.secrecy.as_deref())),
            ..Found::of_case(String::new(), light, "burst").measured(count, most)
        }
        .says("times", number(count))
        .says("seconds", number(seconds))
        .says("most", number(most))
    })]
}

/// How secret all together is.
pub(super) fn quoted<'a>(all: impl Iterator<Item = Option<&'a Secrecy>>) -> Secrecy {
    all.flatten().fold(Secrecy::default(), |all, one| all.with(one))
}
