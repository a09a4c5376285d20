//! The log in an order that every split and every order of merging agrees on.
//!
//! Texts are numbered by their place in the sorted list of all texts ([`Id`]), processes are taken by ocid, and of two with the
//! same ocid the greater one by content is kept. Rows dated on or after `as_of` are not seen: a subject is judged by
//! what lies before.

use std::sync::OnceLock;

use super::intern::{NONE, Symbol};
use super::log::{AwardRow, BidRow, Log, ProcessRow, UnitRow};
use super::seen::{Day, Seen};

/// The place of a text among all texts of the log, in byte order.
pub(super) type Id = u32;

/// Category, region and currency; [`NONE`] where not published.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct MarketId {
    pub(super) category: Id,
    pub(super) region: Id,
    pub(super) currency: Id,
}

/// First and last day, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span {
    pub(super) from: Day,
    pub(super) to: Day,
}

impl Span {
    pub(super) fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", date_text(self.from), date_text(self.to))
    }
}

/// A day as `YYYY-MM-DD`; out of the calendar's range as a plain number.
pub(super) fn date_text(day: Day) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    jiff::Span::new()
        .try_days(day)
        .and_then(|span| epoch.checked_add(span))
        .map_or_else(|_| day.to_string(), |date| date.to_string())
}

/// A price in a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    /// The amount, exactly converted.
    pub(super) amount: f64,
    /// Symbol of the bidder's set of organisations.
    pub(super) by: Symbol,
}

/// Lists of one row after the other.
struct Lists<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Lists<T> {
    fn new(rows: usize) -> Lists<T> {
        Lists { ends: Vec::with_capacity(rows), items: Vec::new() }
    }

    fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
    }

    fn get(&self, row: u32) -> &[T] {
        let end = self.ends[row as usize] as usize;
        let start = if row == 0 { 0 } else { self.ends[row as usize - 1] as usize };
        &self.items[start..end]
    }
}

/// What nearly every rule asks of each unit, worked out once.
struct Units {
    days: Vec<Option<Day>>,
    bidders: Lists<Id>,
    winners: Lists<Id>,
    prices: Lists<Price>,
}

/// The canonical reading of a log.
pub(super) struct View<'a> {
    pub(super) log: &'a Log,
    rank: Vec<Id>,
    sorted: Vec<Symbol>,
    /// Processes in canonical order.
    pub(super) processes: Vec<u32>,
    /// Days from which on nothing is seen.
    as_of: Day,
    /// Processes left out because another with the same ocid was kept.
    pub(super) repeated: u64,
    units: OnceLock<Units>,
}

impl<'a> View<'a> {
    /// Reads `log` as of a day; what is dated on it or later is not seen.
    pub(super) fn new(log: &'a Log, as_of: Day) -> View<'a> {
        let (rank, sorted) = log.texts.ranks();
        let mut view = View { log, rank, sorted, processes: Vec::new(), as_of, repeated: 0, units: OnceLock::new() };
        view.processes = (0..log.processes.len() as u32).collect();
        let mut processes = std::mem::take(&mut view.processes);
        processes
            .sort_by(|a, b| log.ocid(*a).cmp(log.ocid(*b)).then_with(|| view.canonical(*b).cmp(&view.canonical(*a))));
        let before = processes.len();
        processes.dedup_by(|later, earlier| log.ocid(*later) == log.ocid(*earlier));
        view.repeated = (before - processes.len()) as u64;
        view.processes = processes;
        view
    }

    /// A process with canonical numbers in the place of symbols.
    pub(super) fn canonical(&self, process: u32) -> Seen {
        self.log.seen(process, &|symbol| self.id(symbol))
    }

    /// The canonical number of a symbol; [`NONE`] stays.
    pub(super) fn id(&self, symbol: Symbol) -> Id {
        self.rank.get(symbol as usize).copied().unwrap_or(NONE)
    }

    /// The text of a canonical number; empty for [`NONE`].
    pub(super) fn name(&self, id: Id) -> &'a str {
        self.sorted.get(id as usize).map_or("", |symbol| self.log.texts.text(*symbol))
    }

    /// All texts in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.sorted.iter().map(|symbol| self.log.texts.text(*symbol))
    }

    /// Organisations of a bidder or a set of suppliers, in no order that means anything.
    pub(super) fn members(&self, set: Symbol) -> impl Iterator<Item = Id> + '_ {
        self.log.sets.get(set).iter().map(|member| self.id(*member))
    }

    /// The key of a bidder: its organisations sorted, joined by `+`.
    pub(super) fn bidder_name(&self, set: Symbol) -> String {
        let mut ids: Vec<Id> = self.members(set).collect();
        ids.sort_unstable();
        ids.iter().map(|id| self.name(*id)).collect::<Vec<_>>().join("+")
    }

    /// The processes in order.
    pub(super) fn process_rows(&self) -> impl Iterator<Item = (u32, &'a ProcessRow)> + '_ {
        self.processes
            .iter()
            .map(|process| (*process, &self.log.processes[*process as usize]))
            .filter(|(_, row)| row.start().is_none_or(|day| day < self.as_of))
    }

    /// The units in order, those of processes that began before `as_of`.
    pub(super) fn unit_rows(&self) -> impl Iterator<Item = (u32, &'a UnitRow)> + '_ {
        self.process_rows()
            .flat_map(|(process, _)| self.log.units_of(process))
            .map(|unit| (unit as u32, &self.log.units[unit]))
    }

    /// The awards in order, those dated before `as_of`.
    pub(super) fn award_rows(&self) -> impl Iterator<Item = (u32, &'a AwardRow)> + '_ {
        self.process_rows()
            .flat_map(|(process, _)| self.log.awards_of(process))
            .map(|award| (award as u32, &self.log.awards[award]))
            .filter(|(_, row)| row.day().is_none_or(|day| day < self.as_of))
    }

    /// The process of a unit.
    pub(super) fn process_of(&self, unit: u32) -> &'a ProcessRow {
        &self.log.processes[self.log.units[unit as usize].process as usize]
    }

    /// Reference day of a unit: the start of its tender, else its first award.
    pub(super) fn unit_day(&self, unit: u32) -> Option<Day> {
        self.units().days[unit as usize]
    }

    fn units(&self) -> &Units {
        self.units.get_or_init(|| {
            let rows = self.log.units.len();
            let mut units = Units {
                days: Vec::with_capacity(rows),
                bidders: Lists::new(rows),
                winners: Lists::new(rows),
                prices: Lists::new(rows),
            };
            for unit in 0..rows as u32 {
                units.days.push(self.process_day(self.log.units[unit as usize].process));
                units.bidders.push(self.bidders_anew(unit));
                units.winners.push(self.winners_anew(unit));
                units.prices.push(self.prices_anew(unit));
            }
            units
        })
    }

    /// Reference day of a process: the start of its tender, else its first award.
    pub(super) fn process_day(&self, process: u32) -> Option<Day> {
        self.log.processes[process as usize].start().or_else(|| {
            let awards = self.log.awards_of(process);
            self.log.awards[awards].iter().filter_map(AwardRow::day).filter(|day| *day < self.as_of).min()
        })
    }

    /// The market of a unit. Its currency is that of the bids, else of the estimate.
    pub(super) fn market_of(&self, unit: u32) -> MarketId {
        let row = &self.log.units[unit as usize];
        let currency =
            if row.currency == NONE { row.estimate().map_or(NONE, |sum| sum.currency) } else { row.currency };
        MarketId {
            category: self.id(row.category),
            region: self.id(self.process_of(unit).region),
            currency: self.id(currency),
        }
    }

    /// The field in which price screens and groups compare a unit: its market, where no item is classified with goods, works or
    /// services for category. Shares and concentration do without that: a third of everything is no market.
    pub(super) fn field_of(&self, unit: u32) -> MarketId {
        let market = self.market_of(unit);
        if market.category == NONE {
            MarketId { category: self.id(self.process_of(unit).trade), ..market }
        } else {
            market
        }
    }

    /// The market of an award: the category of its unit, else of the process; its own currency.
    pub(super) fn market_of_award(&self, award: u32) -> MarketId {
        let row = &self.log.awards[award as usize];
        let process = &self.log.processes[row.process as usize];
        let category = self.log.unit_of(award).map_or(process.category, |unit| self.log.units[unit as usize].category);
        MarketId {
            category: self.id(category),
            region: self.id(process.region),
            currency: self.id(row.value().map_or(NONE, |sum| sum.currency)),
        }
    }

    /// The key of a market: `category|region|currency`, each `*` where unknown.
    pub(super) fn market_key(&self, market: MarketId) -> String {
        let part = |id: Id| if id == NONE { "*" } else { self.name(id) };
        format!("{}|{}|{}", part(market.category), part(market.region), part(market.currency))
    }

    /// Prices of the valid bids of a unit in its currency, ascending, one per bidder (its lowest).
    ///
    /// Empty where prices say nothing (set by the buyer, seen by rivals).
    pub(super) fn prices(&self, unit: u32) -> &[Price] {
        self.units().prices.get(unit)
    }

    /// Organisations that submitted a bid in a unit, sorted and unique.
    pub(super) fn bidders(&self, unit: u32) -> &[Id] {
        self.units().bidders.get(unit)
    }

    /// Organisations of the winner of a unit, sorted; empty while there is none.
    pub(super) fn winners(&self, unit: u32) -> &[Id] {
        self.units().winners.get(unit)
    }

    fn prices_anew(&self, unit: u32) -> Vec<Price> {
        let row = &self.log.units[unit as usize];
        if row.unscreened {
            return Vec::new();
        }
        let mut prices: Vec<(rust_decimal::Decimal, Symbol)> = self
            .log
            .bids_of(unit)
            .iter()
            .filter(|bid| bid.valid())
            .filter_map(|bid| bid.price().map(|price| (price, bid.by)))
            .filter(|(price, _)| price.currency == row.currency && price.amount > rust_decimal::Decimal::ZERO)
            .map(|(price, by)| (price.amount, by))
            .collect();
        prices.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| self.bidder_name(a.1).cmp(&self.bidder_name(b.1))));
        let mut seen: Vec<Symbol> = Vec::with_capacity(prices.len());
        prices.retain(|(_, by)| {
            let fresh = !seen.contains(by);
            seen.push(*by);
            fresh
        });
        prices.into_iter().map(|(amount, by)| Price { amount: number(amount), by }).collect()
    }

    fn bidders_anew(&self, unit: u32) -> Vec<Id> {
        let mut ids: Vec<Id> =
            self.log.bids_of(unit).iter().filter(|bid| bid.submitted()).flat_map(|bid| self.members(bid.by)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn winners_anew(&self, unit: u32) -> Vec<Id> {
        let mut ids: Vec<Id> = self.winning_bid(unit).map(|bid| self.members(bid.by).collect()).unwrap_or_default();
        ids.sort_unstable();
        ids
    }

    /// The winner's bid, once the unit is final.
    pub(super) fn winning_bid(&self, unit: u32) -> Option<&'a BidRow> {
        self.log.units[unit as usize].is_final.then(|| self.log.winner_of(unit)).flatten()
    }
}

/// A decimal as the nearest double.
pub(super) fn number(amount: rust_decimal::Decimal) -> f64 {
    use rust_decimal::prelude::ToPrimitive;
    amount.to_f64().unwrap_or(0.0)
}

/// Sum of amounts; at the end of what a decimal holds it stays there, since published figures can be absurd.
pub(super) fn add_up(amounts: impl Iterator<Item = rust_decimal::Decimal>) -> rust_decimal::Decimal {
    amounts.fold(rust_decimal::Decimal::ZERO, rust_decimal::Decimal::saturating_add)
}

/// Gives each key the rows of its window: those of the `days` days that end with its newest row.
///
/// - `rows`: key, day, row, in canonical order; a row without a day counts only where none of its key has one, and the
///   span is then absent.
/// - Keys are visited in ascending order, rows by day, those of one day in the order given.
pub(super) fn by_window<K: Ord + Copy>(
    mut rows: Vec<(K, Option<Day>, u32)>,
    days: Day,
    mut visit: impl FnMut(K, Option<Span>, &[u32]),
) {
    rows.sort_by_key(|(key, day, _)| (*key, *day));
    let mut start = 0;
    let mut inside = Vec::new();
    while start < rows.len() {
        let key = rows[start].0;
        let end = start + rows[start..].partition_point(|row| row.0 == key);
        let group = &rows[start..end];
        let span = group[group.len() - 1].1.map(|to| Span { from: to.saturating_sub(days - 1), to });
        inside.clear();
        inside.extend(
            group
                .iter()
                .filter(|(_, day, _)| span.is_none_or(|span| day.is_some_and(|day| span.contains(day))))
                .map(|row| row.2),
        );
        visit(key, span, &inside);
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_end_with_the_newest_row_of_each_key() {
        let rows =
            vec![(2, Some(10), 0), (1, None, 1), (2, Some(400), 2), (2, Some(36), 3), (2, None, 4), (2, Some(35), 5)];
        let mut seen = Vec::new();
        by_window(rows, 365, |key, span, rows| seen.push((key, span, rows.to_vec())));
        assert_eq!(seen, [(1, None, vec![1]), (2, Some(Span { from: 36, to: 400 }), vec![3, 2])]);
        assert_eq!(Span { from: 0, to: 364 }.to_string(), "1970-01-01/1970-12-31");
        assert_eq!(date_text(Day::MAX), Day::MAX.to_string());
    }
}
