//! The same text 雷同答复: one officer gave the same text in more matters than the figure says, within so many days.
//!
//! No law; it measures what can be gamed (ES-07), hence off. Texts are compared without their blanks and by digest, the longest one
//! that was given with a step; short ones are left out. Fields that may be erased by law are not read.

use std::collections::BTreeSet;

use kernel::{MatterId, Text};

use super::burst::quoted;
use super::{Ask, LIGHT, Unit, ask};
use crate::judge::{About, Found, Outcome, Seen, light};
use crate::pack::Rule;
use crate::windows::{Entry, MOST, Reply, reply};

pub(super) const ASKS: &[Ask] = &[
    LIGHT,
    ask("most", Unit::Cases, 1, 200),
    ask("characters", Unit::Characters, 1, 10_000),
    ask("days", Unit::Days, 1, 366),
];

pub(super) const PLACES: &[&str] = &["cases", "most", "days", "characters"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Some((_, officer)) = seen.deed.done() else { return Vec::new() };
    let Some(reply) = reply(seen.deed) else { return Vec::new() };
    let (most, days) = (rule.figure("most"), rule.figure("days"));
    if reply.characters < rule.figure("characters") {
        return Vec::new();
    }
    let span = days.saturating_mul(86_400_000);
    let alike: Vec<&Entry<Reply>> = seen
        .windows
        .replies(officer, seen.deed.idx)
        .take(MOST.2)
        .filter(|entry| entry.of == reply && (0..span).contains(&entry.at.ms_until(seen.deed.at)))
        .collect();
    let mut cases: BTreeSet<MatterId> = alike.iter().map(|entry| entry.case).collect();
    let fresh = cases.insert(seen.deed.case);
    let count = i64::try_from(cases.len()).unwrap_or(i64::MAX);
    // Further ones were said with the first that was too many.
    vec![Outcome::raised_if(fresh && count == most + 1, || {
        let light = light(rule.figure("light")).unwrap_or(supervise::Light::Notice);
        let number = |figure: i64| Text::same(figure.to_string());
        Found {
            about: About::Officer(officer, format!("text-{:016x}", reply.digest)),
            acts: alike.iter().rev().take(8).map(|entry| entry.idx).collect(),
            secrecy: quoted(alike.iter().map(|entry| entry.secrecy.as_deref())),
            ..Found::of_case(String::new(), light, "same-text").measured(count, most)
        }
        .says("cases", number(count))
        .says("most", number(most))
        .says("days", number(days))
        .says("characters", number(reply.characters))
    })]
}
