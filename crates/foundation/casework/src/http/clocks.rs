//! The clocks of a case: both limits, what stopped them and why, and what cannot be measured.

use flow::state::Clock;
use kernel::clock::Deadline;
use web::http::Page;
use web::view::{Clock as Bar, Facts, Html, IntoHtml as _, Notice, Panel, format};

use super::t;
use crate::case::Case;
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
    for stop in &of.suspensions {
        let to = stop.to.map_or_else(|| t(page, "clock-still"), |to| page.moment(to));
        let text = words.with(
            "casework-clock-stopped",
            &[("from", page.moment(stop.from).into()), ("to", to.into()), ("voucher", stop.voucher.clone().into())],
        );
        facts = facts.fact(t(page, &format!("cause-{}", cause_code(stop.cause))), Html::data(&text));
    }
    let html = facts.into_html();
    if clock.held { html.then(Notice::note(t(page, "clock-held"))) } else { html }
}

/// The word of a cause, as it is stored.
pub(super) fn cause_code(cause: kernel::limit::Cause) -> String {
    serde_json::to_value(cause).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
