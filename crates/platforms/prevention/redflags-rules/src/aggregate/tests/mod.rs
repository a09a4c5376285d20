//! Tables per indicator, at least one case per outcome, on small worlds of processes built row by row.

mod buyers;
mod groups;
mod markets;
mod merging;
mod pairs;
mod scale;
mod suppliers;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Aggregates;
use super::intern::Symbol;
use super::seen::{AwardSeen, AwardState, BidSeen, BidState, Day, Kind, Seen, Sum, UnitSeen};
use crate::context::{Context, Registers};
use crate::facts::Method;
use crate::moment::{DAY, Moment};
use crate::outcome::Outcome;
use crate::parameters::Key;
use crate::settings::{Limit, LimitKind, Settings};

/// A bid in words: bidder (`a+b` for a consortium), price, state by its letter (`v`, `d`, `w`, `p`, `i`, `-` none).
type Bid<'t> = (&'t str, i64, char);

/// One process with one unit, in words; the defaults are an open purchase that says everything.
#[derive(Clone, Copy)]
struct Buy<'t> {
    ocid: Option<&'t str>,
    lot: &'t str,
    buyer: Option<&'t str>,
    entity: Option<&'t str>,
    region: Option<&'t str>,
    category: Option<&'t str>,
    way: Option<Method>,
    kind: Option<Kind>,
    by_price: Option<bool>,
    day: Option<Day>,
    value: Option<i64>,
    currency: &'t str,
    budget: Option<&'t str>,
    bidders: Option<u32>,
    bids: &'t [Bid<'t>],
    /// Hours of the day at which the bids came, in their order.
    hours: &'t [f64],
    winner: Option<usize>,
    /// Suppliers of the award (`a+b`), its value.
    award: Option<(&'t str, i64)>,
    award_day: Option<Day>,
    classes: &'t [&'t str],
    subcontracted: Option<bool>,
    subcontractors: &'t [&'t str],
    paid: Option<i64>,
    contacts: &'t [(&'t str, u64)],
    unscreened: bool,
}

const BUY: Buy<'static> = Buy {
    ocid: None,
    lot: "",
    buyer: Some("B"),
    entity: None,
    region: Some("R"),
    category: Some("CPV:452"),
    way: Some(Method::Open),
    kind: None,
    by_price: Some(true),
    day: Some(100),
    value: Some(1000),
    currency: "CNY",
    budget: None,
    bidders: None,
    bids: &[],
    hours: &[],
    winner: None,
    award: None,
    award_day: None,
    classes: &[],
    subcontracted: None,
    subcontractors: &[],
    paid: None,
    contacts: &[],
    unscreened: false,
};

/// Processes, settings, and the day of judgement.
struct World {
    all: Aggregates,
    settings: Settings,
    as_of: Day,
}

impl World {
    fn new() -> World {
        let mut settings = Settings::cn().expect("the pack of the house parses");
        settings.set(Key::GeneralReferenceMinN, 4.0);
        settings.limits = vec![Limit {
            kind: LimitKind::Competition,
            category: String::new(),
            currency: "CNY".to_owned(),
            amount: Decimal::from(100_000),
            from: None,
            until: None,
            regime: None,
            law: None,
        }];
        World { all: Aggregates::default(), settings, as_of: 20_000 }
    }

    fn text(&mut self, text: &str) -> Symbol {
        self.all.log.texts.symbol(text)
    }

    fn sum(&mut self, amount: i64, currency: &str) -> Sum {
        Sum { amount: Decimal::from(amount), currency: self.text(currency) }
    }

    fn set(&mut self, names: &str) -> Vec<Symbol> {
        let mut set: Vec<Symbol> =
            names.split('+').filter(|name| !name.is_empty()).map(|name| self.text(name)).collect();
        set.sort_unstable();
        set
    }

    /// Adds one process.
    fn buy(&mut self, buy: Buy<'_>) {
        let seen = self.seen(buy);
        self.all.log.push(&seen);
    }

    fn seen(&mut self, buy: Buy<'_>) -> Seen {
        let number = self.all.log.processes.len();
        let some = |world: &mut World, text: Option<&str>| text.map(|text| world.text(text));
        let bids = buy
            .bids
            .iter()
            .enumerate()
            .map(|(i, (who, price, state))| BidSeen {
                by: self.set(who),
                state: match state {
                    'v' => Some(BidState::Valid),
                    'd' => Some(BidState::Disqualified),
                    'w' => Some(BidState::Withdrawn),
                    'p' => Some(BidState::Pending),
                    'i' => Some(BidState::Invited),
                    _ => None,
                },
                price: (*price > 0).then(|| self.sum(*price, buy.currency)),
                at: buy.hours.get(i).map(|hour| (buy.day.unwrap_or(0) as f64 * DAY as f64 + hour * 3600.0) as u32),
            })
            .collect::<Vec<_>>();
        let counted = bids.iter().filter(|bid| bid.state.is_some() && bid.state != Some(BidState::Withdrawn)).count();
        let winner = buy.winner.map(|winner| winner as u16);
        let won = buy.winner.map(|winner| (buy.bids[winner].0, buy.bids[winner].1));
        let awards = buy
            .award
            .or(won)
            .map(|(to, value)| AwardSeen {
                unit: Some(0),
                to: self.set(to),
                state: Some(AwardState::Active),
                day: buy.award_day.or(buy.day.map(|day| day + 30)),
                value: (value > 0).then(|| self.sum(value, buy.currency)),
                classes: {
                    let mut classes: Vec<Symbol> = buy.classes.iter().map(|class| self.text(class)).collect();
                    classes.sort_unstable();
                    classes
                },
                subcontracted: buy.subcontracted,
                subcontractors: self.set(&buy.subcontractors.join("+")),
                paid: buy.paid.map(Decimal::from),
            })
            .into_iter()
            .collect();
        Seen {
            ocid: buy.ocid.map_or_else(|| format!("ocds-test-{number:05}"), str::to_owned),
            buyer: some(self, buy.buyer),
            entity: some(self, buy.entity),
            region: some(self, buy.region),
            category: some(self, buy.category),
            trade: buy.kind.filter(|_| buy.category.is_none()).map(|kind| {
                self.text(match kind {
                    Kind::Goods => "goods",
                    Kind::Works => "works",
                    Kind::Services => "services",
                })
            }),
            way: buy.way,
            kind: buy.kind,
            tendering: None,
            by_price: buy.by_price,
            start: buy.day,
            value: buy.value.map(|value| self.sum(value, buy.currency)),
            budget: some(self, buy.budget),
            units: vec![UnitSeen {
                lot: buy.lot.to_owned(),
                category: some(self, buy.category),
                estimate: buy.value.map(|value| self.sum(value, buy.currency)),
                bidders: buy.bidders.or((counted > 0).then_some(counted as u32)),
                currency: Some(self.text(buy.currency)),
                unscreened: buy.unscreened,
                is_final: winner.is_some(),
                winner,
                bids,
            }],
            awards,
            contacts: buy.contacts.iter().map(|(who, digest)| (self.text(who), *digest)).collect(),
        }
    }

    /// All outcomes of an indicator, by subject.
    fn outcomes(&self, code: &str) -> BTreeMap<String, Outcome> {
        self.judged(code).into_iter().map(|judged| (judged.subject.to_string(), judged.outcome)).collect()
    }

    fn judged(&self, code: &str) -> Vec<crate::fold::Judged> {
        let registers = Registers::default();
        let cx = Context {
            settings: &self.settings,
            reference: None,
            coverage: None,
            registers: &registers,
            as_of: Moment(i64::from(self.as_of) * DAY),
        };
        let mut found = Vec::new();
        self.all.run(&cx, &|indicator| indicator.code == code, &mut |judged| found.push(judged));
        found
    }

    /// The outcome for one subject in a few words.
    fn says(&self, code: &str, subject: &str) -> String {
        let outcomes = self.outcomes(code);
        match outcomes.get(subject) {
            None => format!("no subject; there are {:?}", outcomes.keys().collect::<Vec<_>>()),
            Some(Outcome::Raised { value, .. }) => format!("raised {value}"),
            Some(Outcome::NotRaised { value: Some(value), .. }) => format!("clear {value}"),
            Some(Outcome::NotRaised { value: None, .. }) => "clear".to_owned(),
            Some(Outcome::InsufficientData { missing }) => format!("missing {missing}"),
            Some(Outcome::NotApplicable { reason }) => format!("n/a {}", reason.code()),
        }
    }

    /// The outcome of the only subject of an indicator, whose key may be a digest.
    fn only(&self, code: &str) -> String {
        let subjects: Vec<String> = self.outcomes(code).into_keys().collect();
        match subjects.as_slice() {
            [one] => self.says(code, one),
            other => format!("{} subjects: {other:?}", other.len()),
        }
    }
}

/// A named case: the world, the subject, and what is said of it.
type Case<'t> = (&'t str, World, &'t str, &'t str);

fn check(code: &str, cases: Vec<Case<'_>>) {
    for (name, world, subject, expected) in cases {
        let said = if subject.is_empty() { world.only(code) } else { world.says(code, subject) };
        assert_eq!(said, expected, "{code}: {name}");
    }
}

/// A world from a function that fills it.
fn world(fill: impl FnOnce(&mut World)) -> World {
    let mut world = World::new();
    fill(&mut world);
    world
}

#[test]
fn every_aggregate_of_the_registry_has_a_rule_and_no_other() {
    use crate::registry::{By, indicators};
    let mut ours: Vec<&str> = super::RULES.iter().map(|(code, _)| *code).collect();
    let mut theirs: Vec<&str> =
        indicators().iter().filter(|one| one.by == By::Aggregates).map(|one| one.code).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
}

#[test]
fn outcomes_come_in_the_order_of_their_keys() {
    let world = merging::busy();
    for (code, _) in &super::RULES {
        let keys: Vec<_> = world.judged(code).into_iter().map(|judged| judged.subject).collect();
        let mut sorted = keys.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(keys.len(), sorted.len(), "{code}: a subject twice");
    }
}
