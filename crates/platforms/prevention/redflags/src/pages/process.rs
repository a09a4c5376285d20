//! The page of a process: facts first, then peers and reasons, then money, parties and the raw data.

use std::collections::{BTreeMap, BTreeSet};

use ocds::Release;
use redflags_rules::context::Context;
use redflags_rules::facts::Facts;
use redflags_rules::{Judged, Outcome};
use web::locale::Words;
use web::view::{
    Cell, Column, Evidence, Facts as FactList, Grid, Html, IntoHtml, Legend, Link, Outcomes, Panel, Row, State, Table,
};

use super::{indicator_name, missing, money, n, reason, t};
use crate::rule::percent;
use crate::store::{Stored, StoredFlag};

/// Rows shown of the parties.
const PARTIES: usize = 60;
/// Facts shown behind a reason.
const EVIDENCE: usize = 8;

/// Everything the page shows.
pub struct Shown<'a> {
    /// Texts.
    pub words: Words,
    /// The process as lists show it.
    pub stored: &'a Stored,
    /// Its release.
    pub release: &'a Release<'a>,
    /// Its facts.
    pub facts: &'a Facts<'a>,
    /// Settings, reference, moment.
    pub cx: &'a Context<'a>,
    /// What the newest run raised, for those who may see it.
    pub flags: Option<&'a [StoredFlag]>,
    /// All outcomes of indicators judged within the process, for those who may see them.
    pub judged: Option<&'a [Judged]>,
    /// The newest run; 0 where there is none.
    pub run: i64,
    /// May the reader open buyers, suppliers.
    pub opens: (bool, bool),
}

/// The body of the page.
pub fn body(shown: &Shown<'_>) -> Html {
    let words = shown.words;
    let flags = shown.flags.unwrap_or_default();
    let names = crate::rows::names_of(shown.release);
    let line = match super::timeline::line(words, shown.release, flags) {
        Some(line) => Panel::new(t(words, "timeline"), line).note(t(words, "timeline-note")),
        None => {
            Panel::new(t(words, "timeline"), State::empty(t(words, "timeline-none"), t(words, "timeline-none-next")))
        }
    };
    let mut left = vec![super::bids::panel(words, shown.facts, &names).into_html()];
    if shown.flags.is_some() {
        let peers = super::peers::panel(words, shown.facts, shown.cx, flags, true).unwrap_or_else(|| {
            Panel::new(t(words, "peers"), State::empty(t(words, "peers-none"), t(words, "peers-none-next")))
        });
        left.push(peers.into_html());
    }
    left.push(parties(shown, &names).into_html());
    let mut right = Vec::new();
    if let Some(flags) = shown.flags {
        right.push(reasons(shown, flags).into_html());
    }
    right.push(sums(shown).into_html());
    if let Some(judged) = shown.judged {
        right.push(not_judged(words, judged).into_html());
    }
    Grid::new().cell(12, line).cell(7, left).cell(5, right).into_html()
}

/// One reason with its evidence.
pub fn evidence(words: Words, flag: &StoredFlag) -> Evidence {
    let sentence = words.either(&flag.zh, &flag.en);
    let rule = format!("{} v{}", flag.indicator, flag.version);
    let facts: Vec<String> = flag
        .content
        .evidence
        .iter()
        .filter(|fact| !fact.pointer.is_empty() || !fact.value.is_empty())
        .take(EVIDENCE)
        .map(|fact| {
            let value: String = fact.value.chars().take(80).collect();
            if value.is_empty() { fact.pointer.clone() } else { format!("{} = {value}", fact.pointer) }
        })
        .collect();
    let mut basis = web::view::severity(words, flag.severity);
    if !facts.is_empty() {
        basis = words.with("redflags-evidence-at", &[("severity", basis.into()), ("facts", facts.join("; ").into())]);
    }
    let mut evidence = Evidence::new(indicator_name(words, &flag.indicator), rule, sentence)
        .basis(basis)
        .link(Link::new(format!("/indicators/{}", flag.indicator), t(words, "method-link")));
    if let Some(ocid) = &flag.ocid {
        evidence =
            evidence.link(Link::new(format!("/processes/{}/release.json", percent(ocid)), t(words, "source-link")));
    }
    evidence
}

fn reasons(shown: &Shown<'_>, flags: &[StoredFlag]) -> Panel {
    let words = shown.words;
    let mut parts: Vec<Html> = Vec::new();
    if shown.run == 0 {
        parts.push(State::empty(t(words, "reasons-no-run"), t(words, "reasons-no-run-next")).into_html());
    } else if flags.is_empty() {
        parts.push(State::empty(t(words, "reasons-none"), t(words, "reasons-none-next")).into_html());
    }
    parts.extend(flags.iter().take(30).map(|flag| evidence(words, flag).into_html()));
    if let Some(judged) = shown.judged {
        let counts = counted(judged);
        let bar = Outcomes::new(words, counts[0], counts[1], counts[2], counts[3])
            .must_be(t(words, "outcomes-of-process"), judged.len() as u64)
            .legend(Legend::Line);
        parts.push(bar.into_html());
    }
    let panel = Panel::new(t(words, "reasons"), parts).foot(t(words, "reasons-foot"));
    match shown.run {
        0 => panel,
        run => panel.note(words.with("redflags-reasons-run", &[("run", run.into())])),
    }
}

/// How many outcomes of each of the four kinds, in their fixed order.
pub fn counted(judged: &[Judged]) -> [u64; 4] {
    judged.iter().fold([0; 4], |mut counts, it| {
        let place = match it.outcome {
            Outcome::Raised { .. } => 0,
            Outcome::NotRaised { .. } => 1,
            Outcome::InsufficientData { .. } => 2,
            Outcome::NotApplicable { .. } => 3,
        };
        counts[place] += 1;
        counts
    })
}

/// Which indicators could not judge for want of what, and which did not apply and why: by cause, so that it reads.
fn not_judged(words: Words, judged: &[Judged]) -> Panel {
    let mut lacking: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut outside: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for it in judged {
        match &it.outcome {
            Outcome::InsufficientData { missing } => {
                lacking.entry(missing.0.to_string()).or_default().insert(it.indicator.code);
            }
            Outcome::NotApplicable { reason } => {
                outside.entry(reason.code()).or_default().insert(it.indicator.code);
            }
            _ => {}
        }
    }
    let joined = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join(" ");
    let columns = || {
        vec![
            Column::new(t(words, "column-why")),
            Column::new(t(words, "column-number")).figure(),
            Column::new(t(words, "column-indicators")),
        ]
    };
    let lacking_rows = lacking.iter().map(|(path, codes)| {
        let sentence = missing(words, path);
        let cell = if sentence == *path { Cell::code(path) } else { Cell::new(sentence).under(path.as_str()) };
        Row::new(vec![cell, Cell::number(codes.len() as i128), Cell::new(joined(codes))])
    });
    let outside_rows = outside.iter().map(|(code, codes)| {
        Row::new(vec![Cell::new(reason(words, code)), Cell::number(codes.len() as i128), Cell::new(joined(codes))])
    });
    let lacking = Table::new(words, "insufficient", t(words, "insufficient-caption"), columns())
        .rows(lacking_rows)
        .note(t(words, "insufficient-note"))
        .empty(State::empty(t(words, "insufficient-none"), ""));
    let outside = Table::new(words, "not-applicable", t(words, "not-applicable-caption"), columns())
        .rows(outside_rows)
        .note(t(words, "not-applicable-note"))
        .empty(State::empty(t(words, "not-applicable-none"), ""));
    Panel::new(t(words, "not-judged"), (lacking, outside)).flush()
}

fn sums(shown: &Shown<'_>) -> Panel {
    let words = shown.words;
    let facts = shown.facts;
    let unknown = || t(words, "unknown");
    let mut list = FactList::new();
    if let Some(budget) = shown.release.planning.as_ref().and_then(|planning| planning.budget.as_ref()) {
        let sum = budget
            .amount
            .as_ref()
            .and_then(|value| Some(money(words, value.amount?, value.currency.as_deref().unwrap_or_default())));
        let project = budget.project.as_deref().or(budget.description.as_deref()).unwrap_or_default();
        let text = format!("{} {project}", sum.unwrap_or_else(unknown));
        list = list.fact(t(words, "money-budget"), text.trim_end());
    }
    let estimate = facts.value.map_or_else(unknown, |sum| money(words, sum.amount, sum.currency));
    list = list.fact(t(words, "money-estimate"), estimate);
    let total = |sums: Vec<redflags_rules::facts::Money<'_>>| -> Option<String> {
        let mut by_currency: BTreeMap<&str, rust_decimal::Decimal> = BTreeMap::new();
        for sum in sums {
            let entry = by_currency.entry(sum.currency).or_default();
            *entry = entry.checked_add(sum.amount)?;
        }
        let parts: Vec<String> =
            by_currency.into_iter().map(|(currency, amount)| money(words, amount, currency)).collect();
        (!parts.is_empty()).then(|| parts.join(" + "))
    };
    let awarded = total(facts.awards.iter().filter_map(|award| award.money).collect());
    list = list.fact(t(words, "money-awarded"), awarded.unwrap_or_else(unknown));
    let contracted = facts.contracts.iter().filter(|contract| !contract.cancelled);
    let contracted = total(contracted.filter_map(|contract| contract.money).collect());
    list = list.fact(t(words, "money-contracted"), contracted.unwrap_or_else(unknown));
    let paid = shown
        .release
        .contracts
        .iter()
        .filter_map(|contract| contract.implementation.as_ref())
        .flat_map(|implementation| implementation.transactions.iter())
        .filter_map(|transaction| transaction.value.as_ref())
        .filter_map(|value| {
            let currency = value.currency.as_deref().unwrap_or_default();
            Some(redflags_rules::facts::Money { amount: value.amount?, currency })
        })
        .collect();
    list = list.fact(t(words, "money-paid"), total(paid).unwrap_or_else(unknown));
    Panel::new(t(words, "money"), list)
}

fn parties(shown: &Shown<'_>, names: &BTreeMap<&str, &str>) -> Panel {
    let words = shown.words;
    let (buyers, suppliers) = shown.opens;
    let mut roles: Vec<(&str, String, Option<String>)> = Vec::new();
    let named = |id: &str, role: &str, page: Option<&str>| -> (String, Option<String>) {
        (t(words, &format!("role-{role}")), page.map(|page| format!("/{page}/{}", percent(id))))
    };
    if let Some(buyer) = shown.facts.buying() {
        let (role, page) = named(buyer, "buyer", buyers.then_some("buyers"));
        roles.push((buyer, role, page));
    }
    let winners: BTreeSet<&str> = shown.facts.awards.iter().flat_map(|award| award.suppliers.iter().copied()).collect();
    for id in &winners {
        let (role, page) = named(id, "supplier", suppliers.then_some("suppliers"));
        roles.push((id, role, page));
    }
    let bidders: BTreeSet<&str> = shown.facts.bidders.iter().flatten().copied().collect();
    for id in bidders.difference(&winners) {
        let (role, page) = named(id, "tenderer", suppliers.then_some("suppliers"));
        roles.push((id, role, page));
    }
    for party in &shown.release.parties {
        let Some(id) = party.id.as_deref() else { continue };
        if roles.iter().all(|(known, _, _)| *known != id) {
            let codes: Vec<String> = party
                .roles
                .iter()
                .map(|role| {
                    words.find(&format!("redflags-role-{}", role.to_lowercase())).unwrap_or_else(|| role.to_string())
                })
                .collect();
            roles.push((id, codes.join(", "), None));
        }
    }
    let columns = vec![
        Column::new(t(words, "column-role")).narrow(),
        Column::new(t(words, "column-organisation")),
        Column::new(t(words, "column-id")),
    ];
    let rows = roles.iter().take(PARTIES).map(|(id, role, page)| {
        let name = names.get(id).copied().unwrap_or(*id);
        let subject = match page {
            Some(page) => Cell::subject(page, name),
            None => Cell::new(Html::data(name)),
        };
        Row::new(vec![Cell::new(role.as_str()), subject, Cell::code(id)])
    });
    let mut table = Table::new(words, "parties", t(words, "parties"), columns)
        .rows(rows)
        .empty(State::empty(t(words, "parties-none"), ""));
    if roles.len() > PARTIES {
        table = table.note(n(words, "parties-more", (roles.len() - PARTIES) as u64));
    }
    Panel::new(t(words, "parties"), table).flush()
}

/// What the heading says under the title: buyer, method, category, estimate, source.
pub fn lead(shown: &Shown<'_>, source: &str) -> Vec<Html> {
    let words = shown.words;
    let line = &shown.stored.line;
    let mut facts = Vec::new();
    if let Some((_, name)) = &line.buyer {
        facts.push(Html::data(name));
    }
    let method = line.method.as_deref().map(|code| super::method(words, code));
    match (method, &line.details) {
        (Some(method), Some(details)) if *details != method => {
            facts.push(Html::text(&format!("{method} (")).then(Html::data(details)).then(Html::text(")")))
        }
        (Some(method), _) => facts.push(Html::text(&method)),
        (None, Some(details)) => facts.push(Html::data(details)),
        (None, None) => {}
    }
    if let Some(category) = &line.category {
        facts.push(Html::text(category));
    }
    if let Some(value) = shown.facts.value {
        let estimate = money(words, value.amount, value.currency);
        facts.push(Html::text(&words.with("redflags-lead-estimate", &[("sum", estimate.into())])));
    }
    if let Some(status) = &line.status {
        // OCDS's own list; a code outside it is shown as it was published.
        let said = words.find(&format!("redflags-status-{status}")).unwrap_or_else(|| status.clone());
        facts.push(Html::text(&words.with("redflags-lead-status", &[("status", said.into())])));
    }
    facts.push(Html::data(&words.with("redflags-lead-source", &[("source", source.into())])));
    facts
}
