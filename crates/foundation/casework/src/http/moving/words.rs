//! What is said of a case that is moved or stays: verdicts, reasons, what mends them, what changes.

use std::sync::Arc;

use flow::graph::Graph;
use flow::migrate::{DueAt, DueChange, Plan};
use web::http::Page;
use web::locale::{Arg, Words};
use web::view::{Badge, Cell, Html, IntoHtml as _, Light, format};

use super::super::t;
use super::named;
use crate::migration::plans::Said;
use crate::migration::rows::Outcome;
use crate::migration::{FAULT, Stage, Why};

/// The two versions between which something is moved, for the names of their elements.
#[derive(Clone, Copy)]
pub(super) struct Between<'g> {
    pub(super) words: Words,
    pub(super) from: Option<&'g Arc<Graph>>,
    pub(super) to: Option<&'g Arc<Graph>>,
}

impl Between<'_> {
    fn old(self, element: &str) -> String {
        named(self.words, self.from, element)
    }

    fn new_or_old(self, element: &str) -> String {
        let id = flow::ElementId::from(element);
        let has = |graph: &&&Arc<Graph>| graph.at(&id).is_some() || graph.via(&id).is_some();
        let graph = self.to.as_ref().filter(has).or(self.from.as_ref().filter(has));
        named(self.words, graph.copied(), element)
    }
}

/// Why a case stays, and what mends it, each a sentence.
pub(super) fn why(page: &Page, between: Between<'_>, why: &Why) -> Vec<(String, String)> {
    let words = page.words;
    if why.code == FAULT {
        return vec![(t(page, "move-fault"), t(page, "move-fault-mend"))];
    }
    if !why.blocked.is_empty() {
        let each = why.blocked.iter().map(|(element, reason, about)| {
            let arguments =
                [("element", Arg::from(between.new_or_old(element.as_str()))), ("about", Arg::from(about.clone()))];
            let key = format!("flow-migration-blocked-{reason}");
            (words.with(&key, &arguments), words.with(&format!("{key}-mend"), &arguments))
        });
        return each.collect();
    }
    let mut arguments: Vec<(&str, Arg<'_>)> = vec![];
    if !why.elements.is_empty() {
        let names: Vec<String> = why.elements.iter().map(|element| between.old(element.as_str())).collect();
        arguments.push(("elements", names.join(words.either("、", ", ")).into()));
    }
    for (name, value) in &why.params {
        let value = match name.as_str() {
            "elements" => {
                let names = value.split(", ").map(|element| between.new_or_old(element));
                names.collect::<Vec<_>>().join(words.either("、", ", "))
            }
            _ => value.clone(),
        };
        arguments.push((name.as_str(), value.into()));
    }
    let key = format!("refusal-{}", why.code.replace(['.', '_'], "-"));
    let next = format!("{key}-next");
    let said = if words.has(&key) { words.with(&key, &arguments) } else { t(page, "move-fault") };
    vec![(said, words.find(&next).unwrap_or_default())]
}

fn last_day(page: &Page, at: Option<DueAt>) -> String {
    let zone = page.app.clock().zone();
    let day = |at: kernel::Instant| format::date(at.plus_ms(-1).day(zone));
    match at {
        None => t(page, "move-due-none"),
        Some(DueAt { statutory, promised }) => {
            let all: Vec<String> = [promised, statutory].into_iter().flatten().map(day).collect();
            if all.is_empty() { t(page, "move-due-open") } else { all.join(" / ") }
        }
    }
}

fn due(page: &Page, between: Between<'_>, change: &DueChange) -> String {
    let of = match &change.element {
        Some(element) => between.new_or_old(element.as_str()),
        None => t(page, "clock-whole"),
    };
    let (before, after) = (last_day(page, change.before), last_day(page, change.after));
    page.words.with("casework-move-due", &[("of", of.into()), ("before", before.into()), ("after", after.into())])
}

/// What a move changes, a line each.
pub(super) fn changes(page: &Page, between: Between<'_>, plan: &Plan) -> Vec<String> {
    let lists =
        [("opened", &plan.opened), ("armed", &plan.armed), ("dropped", &plan.dropped), ("reoffered", &plan.reoffered)];
    let lists = lists.into_iter().filter(|(_, all)| !all.is_empty()).map(|(key, all)| {
        let names: Vec<String> = all.iter().map(|element| between.new_or_old(element.as_str())).collect();
        let names = names.join(page.words.either("、", ", "));
        page.words.with(&format!("casework-move-{key}"), &[("elements", names.into())])
    });
    lists.chain(plan.due.iter().map(|change| due(page, between, change))).collect()
}

fn lines(all: impl IntoIterator<Item = String>) -> Html {
    let all: Vec<String> = all.into_iter().collect();
    web::view::Said::new(&all.join("\n")).into_html()
}

/// The light of a verdict.
fn light(code: &str) -> Light {
    match code {
        "fits" => Light::Done,
        "needs-mapping" => Light::Waiting,
        _ => Light::Refused,
    }
}

/// A verdict in two cells: which, and why or what changes.
pub(super) fn said(page: &Page, between: Between<'_>, said: &Said) -> [Cell; 2] {
    let code = said.code();
    let badge = Cell::new(Badge::saying(light(code), t(page, &format!("move-{code}"))));
    let detail = match said {
        Said::Fits(plan) => {
            let changes = changes(page, between, plan);
            if changes.is_empty() { Cell::new(t(page, "move-no-change")) } else { Cell::new(lines(changes)) }
        }
        Said::Stays(reason) => stays(page, between, reason),
    };
    [badge, detail]
}

fn stays(page: &Page, between: Between<'_>, reason: &Why) -> Cell {
    let all = why(page, between, reason);
    let (what, mend): (Vec<String>, Vec<String>) = all.into_iter().unzip();
    let mend: Vec<String> = mend.into_iter().filter(|mend| !mend.is_empty()).collect();
    let cell = Cell::new(lines(what));
    if mend.is_empty() { cell } else { cell.under(lines(mend)) }
}

/// What became of a case in two cells.
pub(super) fn outcome(page: &Page, between: Between<'_>, outcome: &Outcome) -> [Cell; 2] {
    let badge = |light, key: &str| Cell::new(Badge::saying(light, t(page, key)));
    match outcome {
        Outcome::Moved { from, at, reverted_at: None } => {
            let text =
                page.words.with("casework-move-moved-at", &[("from", (*from).into()), ("at", page.moment(*at).into())]);
            [badge(Light::Done, "move-outcome-moved"), Cell::new(Html::data(&text))]
        }
        Outcome::Moved { from, reverted_at: Some(at), .. } => {
            let text = page
                .words
                .with("casework-move-reverted-at", &[("from", (*from).into()), ("at", page.moment(*at).into())]);
            [badge(Light::Notice, "move-outcome-reverted"), Cell::new(Html::data(&text))]
        }
        Outcome::Left(reason) => [badge(Light::Refused, "move-outcome-left"), stays(page, between, reason)],
    }
}

/// Where a move of many stands.
///
/// - `cut_off`: whether it is at nothing though it was not stopped.
pub(super) fn stage(page: &Page, stage: Stage, cut_off: bool) -> Badge {
    let light = match stage {
        Stage::Going(_) if cut_off => Light::Unverified,
        Stage::Going(_) => Light::Waiting,
        Stage::Stopped(_) => Light::Unverified,
        Stage::Over(_) => Light::Done,
    };
    let key = if cut_off && matches!(stage, Stage::Going(_)) { "cut-off" } else { stage.code() };
    Badge::saying(light, t(page, &format!("move-stage-{key}")))
}
