//! The clocks of a case: both limits, what stopped them and why, and what cannot be measured.

use flow::state::Clock;
use kernel::clock::{Deadline, Standing};
use kernel::limit::Budget;
use web::http::Page;
use web::view::{Clock as Bar, Facts, Html, IntoHtml as _, Notice, Panel, format, format::term};

use super::t;
use crate::case::Case;
use crate::case::finished::Finished;
use crate::desk::Desk;

/// The clocks of a case; nothing where it has none.
///
/// - `name`: what people call an element.
pub(super) fn panel(page: &Page, desk: &Desk, case: &Case, name: impl Fn(&str) -> String) -> Option<Panel> {
    if case.state.clocks.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    for clock in case.state.clocks.values() {
        let title = match &clock.element {
            Some(element) => name(element.as_str()),
            None => t(page, "clock-whole"),
        };
        all.push(one(page, desk, clock, &title));
    }
    Some(Panel::new(t(page, "clocks"), Html::join(all)))
}

/// The clocks of a case that is over, as they stood when what each measured was over; nothing where it had none.
///
/// - `name`: what people call an element.
pub(super) fn over(page: &Page, desk: &Desk, all: &[Finished], name: impl Fn(&str) -> String) -> Option<Panel> {
    let one = |over: &Finished| {
        let title = match &over.clock.element {
            Some(element) => name(element.as_str()),
            None => t(page, "clock-whole"),
        };
        ended(page, desk, over, &title)
    };
    let shown: Vec<Html> = all.iter().map(one).collect();
    (!shown.is_empty()).then(|| Panel::new(t(page, "clocks"), Html::join(shown)))
}

/// What a clock that is over used of its limits, and whether it kept them.
fn ended(page: &Page, desk: &Desk, over: &Finished, title: &str) -> Html {
    let words = page.words;
    // One that stood still when it was ended used no more than until then.
    let of = over.clock.of.resume(over.at).unwrap_or_else(|_| over.clock.of.clone());
    let of = of.finish(over.at).unwrap_or(of);
    let (state, used) = match (of.state(desk.calendar(), over.at), of.used(desk.calendar(), over.at)) {
        (Ok(state), Ok(used)) => (state, used),
        (Err(why), _) | (_, Err(why)) => {
            return Facts::new().fact(title, Html::data(&words.refusal(&why.into()))).into_html();
        }
    };
    let said = |standing: Standing, budget: Budget| {
        let late = match standing {
            Standing::Finished { late_by } | Standing::Overdue { by: late_by } => late_by,
            _ => 0,
        };
        let used = term(words.locale(), used, of.statutory.budget.unit);
        let (budget, late_by) =
            (term(words.locale(), budget.value, budget.unit), term(words.locale(), late, budget.unit));
        match late {
            0 => words.with("casework-clock-kept", &[("used", used.into()), ("budget", budget.into())]),
            _ => {
                let parts = [("used", used.into()), ("budget", budget.into()), ("late", late_by.into())];
                words.with("casework-clock-overrun", &parts)
            }
        }
    };
    let mut facts = Facts::new().fact(title, Html::data(&of.statutory.article));
    let key = if over.clock.by_promise { "clock-promised" } else { "clock-statutory" };
    facts = facts.fact(t(page, key), Html::data(&said(state.statutory, of.statutory.budget)));
    if let (Some(standing), Some(promised)) = (state.promised, &of.promised) {
        facts = facts.fact(t(page, "clock-promised"), Html::data(&said(standing, promised.budget)));
    }
    stops(page, &of, facts).into_html()
}

/// When and why a clock stood still.
fn stops(page: &Page, of: &kernel::clock::StatutoryClock, facts: Facts) -> Facts {
    of.suspensions.iter().fold(facts, |facts, stop| {
        let to = stop.to.map_or_else(|| t(page, "clock-still"), |to| page.moment(to));
        let text = page.words.with(
            "casework-clock-stopped",
            &[("from", page.moment(stop.from).into()), ("to", to.into()), ("voucher", stop.voucher.clone().into())],
        );
        facts.fact(t(page, &format!("cause-{}", cause_code(stop.cause))), Html::data(&text))
    })
}

fn one(page: &Page, desk: &Desk, clock: &Clock, title: &str) -> Html {
    let words = page.words;
    let now = page.app.clock().now();
    let of = &clock.of;
    let (state, due) = match (of.state(desk.calendar(), now), of.due(desk.calendar())) {
        (Ok(state), Ok(due)) => (state, due),
        (Err(why), _) | (_, Err(why)) => {
            let fact = Facts::new().fact(title, Html::data(&words.refusal(&why.into())));
            return fact.into_html();
        }
    };
    let mut facts = Facts::new().fact(title, Html::data(&of.statutory.article));
    let last_day = |deadline: Deadline| match deadline {
        Deadline::At { last_day, .. } => {
            words.with("casework-clock-last-day", &[("day", format::date(last_day).into())])
        }
        Deadline::Waiting { left, .. } => words.with("casework-clock-left", &[("left", left.into())]),
    };
    let key = if clock.by_promise { "clock-promised" } else { "clock-statutory" };
    let bar = Bar::standing(words, state.statutory, of.statutory.budget);
    facts = facts.fact(t(page, key), bar.into_html().then(Html::data(&last_day(due.statutory))));
    if let (Some(standing), Some(promised), Some(due)) = (state.promised, &of.promised, due.promised) {
        let bar = Bar::standing(words, standing, promised.budget);
        facts = facts.fact(t(page, "clock-promised"), bar.into_html().then(Html::data(&last_day(due))));
    }
    let facts = stops(page, of, facts);
    let html = facts.into_html();
    if clock.held { html.then(Notice::note(t(page, "clock-held"))) } else { html }
}

/// The word of a cause, as it is stored.
pub(super) fn cause_code(cause: kernel::limit::Cause) -> String {
    serde_json::to_value(cause).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
