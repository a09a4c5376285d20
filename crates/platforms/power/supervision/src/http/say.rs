//! How this platform's things are called: stages, lights, sums, clocks.

use kernel::limit::Unit;
use kernel::{Currency, Instant, Locale, Money, OrganId};
use supervise::{Light, Sum};
use web::http::{App, Page};
use web::locale::Words;
use web::view::{self, Badge, Clock, Html, IntoHtml, format};

use crate::store::Listed;

/// `W-000123`.
pub(super) fn number(number: u64) -> String {
    format!("W-{number:06}")
}

/// The number that somebody typed: `W-000123`, `w123`, `123`.
pub(super) fn read_number(typed: &str) -> Option<u64> {
    let digits = typed.trim().trim_start_matches(['W', 'w']).trim_start_matches('-');
    digits.parse().ok()
}

/// The organ concerned in the reader's language; as the record has it where the register does not know it.
pub(super) fn organ(page: &Page, organ: Option<OrganId>, recorded: &str) -> String {
    organ.filter(|organ| page.register.organ(*organ).is_some()).map_or_else(|| recorded.to_owned(), |id| page.organ(id))
}

/// A light as the interface draws it.
pub(super) fn light(light: Light) -> view::Light {
    match light {
        Light::Notice => view::Light::Notice,
        Light::Yellow => view::Light::Yellow,
        Light::Red => view::Light::Red,
    }
}

/// The badge of a list row: the light, or what ended it.
pub(super) fn badge(words: Words, listed: &Listed) -> Badge {
    match &listed.outcome {
        Some(outcome) => Badge::saying(view::Light::Done, words.t(&format!("supervision-outcome-{outcome}"))),
        None => Badge::new(words, light(listed.light)),
    }
}

/// The stage's word.
pub(super) fn stage(words: Words, code: &str) -> String {
    words.t(&format!("supervision-stage-{code}"))
}

/// What whoever has the turn is to do at a stage.
pub(super) fn to_do(words: Words, code: &str) -> String {
    words.t(&format!("supervision-do-{code}"))
}

/// The sum as money; nothing where the currency is unknown or has no smallest unit.
pub(super) fn money(sum: &Sum) -> Option<Money> {
    Money::from_minor_units(sum.minor, sum.currency.parse::<Currency>().ok()?).ok()
}

/// The sum as lists write it.
pub(super) fn sum(locale: Locale, sum: &Sum) -> String {
    money(sum)
        .map_or_else(|| format!("{} {}", sum.currency, format::number(sum.minor)), |money| format::money(locale, money))
}

/// What a reader is to do: who judges takes what nobody has.
pub(super) fn my_do(page: &Page, code: &str) -> String {
    let turns = crate::store::Turns::of(&page.reader, &page.register, page.today());
    if code == "dispatched" && turns.judges && !turns.dispatches {
        page.words.t("supervision-do-take")
    } else {
        to_do(page.words, code)
    }
}

/// Working days of a clock: used, budget, and how many it is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Elapsed {
    pub(super) used: u32,
    pub(super) budget: u32,
    pub(super) over: u32,
}

/// How a clock of working days stands; nothing where the calendar lacks a year.
pub(super) fn elapsed(app: &App, from: Instant, ends: Instant, now: Instant) -> Option<Elapsed> {
    let zone = app.clock().zone();
    // A clock ends at 24:00: the last day is that of the moment before.
    let (start, last, today) = (from.day(zone), ends.plus_ms(-1).day(zone), now.day(zone));
    let days = |from, to| {
        app.calendar().working_days_between(from, to).ok().map(|days| u32::try_from(days.max(0)).unwrap_or(0))
    };
    let budget = days(start, last)?;
    if now >= ends {
        return Some(Elapsed { used: budget, budget, over: days(last, today)?.max(1) });
    }
    Some(Elapsed { used: days(start, today)?.min(budget), budget, over: 0 })
}

/// The clock of a list row.
pub(super) fn clock(page: &Page, listed: &Listed, now: Instant) -> Html {
    let words = page.words;
    let (Some(from), Some(due)) = (listed.clock_from, listed.due) else {
        let zone = page.app.clock().zone();
        let closed = listed.closed_at.map(|at| format::date(at.day(zone)));
        return Html::text(&closed.unwrap_or_default());
    };
    match elapsed(&page.app, from, due, now) {
        Some(Elapsed { over, .. }) if over > 0 => Clock::overdue(words, over, Unit::WorkingDays).into_html(),
        Some(Elapsed { used, budget, .. }) => Clock::running(words, used, budget, Unit::WorkingDays).into_html(),
        None => Html::text(&format::date(due.plus_ms(-1).day(page.app.clock().zone()))),
    }
}

/// Whether the reader's unit holds a warning, or took over the tasks of the one that does.
pub(super) fn is_own(page: &Page, listed: &Listed) -> bool {
    page.register.stands_for(page.reader.organ(), listed.unit, page.today())
}

/// Who has the turn: the inspector, the unit, or the organ.
pub(super) fn holder(page: &Page, listed: &Listed) -> String {
    match (listed.stage.as_str(), listed.inspector) {
        ("asked" | "correcting", _) => organ(page, listed.organ, &listed.organ_name),
        (_, Some(inspector)) => page.officer(inspector),
        ("dispatched", None) if is_own(page, listed) => page.words.t("supervision-nobody"),
        _ => page.organ(listed.unit),
    }
}

/// The reasons of a row in two lines: `R024 name`.
pub(super) fn reasons(words: Words, listed: &Listed) -> (String, String) {
    let line = |at: usize| {
        listed
            .reasons
            .get(at)
            .map(|reason| format!("{} {}", reason.rule, words.either(&reason.name.zh, &reason.name.en)))
            .unwrap_or_default()
    };
    let second = if listed.reasons.len() > 2 {
        words.with("supervision-reasons-more", &[("second", line(1).into()), ("n", (listed.reasons.len() - 2).into())])
    } else {
        line(1)
    };
    (line(0), second)
}

/// Where rules of electronic supervision are shown, by their codes, and the permission to read them; nothing for other rules.
pub(super) fn method(code: &str) -> Option<(&'static str, &'static str)> {
    code.starts_with("ES-").then_some(("/rules/", "rule.read"))
}

/// The page that says how a rule or an indicator judges.
pub(super) fn method_page(code: &str) -> String {
    let (folder, _) = method(code).unwrap_or(("/indicators/", ""));
    format!("{folder}{code}")
}
