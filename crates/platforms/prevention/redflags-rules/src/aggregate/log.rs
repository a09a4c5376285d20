//! The observation log: what the aggregates remember of each process, in compact rows.
//!
//! No text of a process is kept but the keys by which flags name it; organisations, categories and currencies are numbers.
//! A process with one lot and one award takes about 220 bytes and each bid 32; the symbols a log gives depend on the
//! order of its input, so everything that leaves it goes through the canonical order of [`super::view::View`].

use rust_decimal::Decimal;

use super::intern::{NONE, Sets, Symbol, Texts};
use super::seen::{AwardSeen, AwardState, BidSeen, BidState, Day, Kind, Seen, Sum, UnitSeen};
use crate::facts::Method;

/// No day was published.
const NO_DAY: Day = Day::MIN;

/// A process as kept.
#[derive(Clone, Debug)]
pub(super) struct ProcessRow {
    key_end: u32,
    pub(super) buyer: Symbol,
    pub(super) entity: Symbol,
    pub(super) region: Symbol,
    pub(super) category: Symbol,
    pub(super) trade: Symbol,
    start: Day,
    amount: Decimal,
    currency: Symbol,
    pub(super) budget: Symbol,
    first_unit: u32,
    first_award: u32,
    pub(super) way: Option<Method>,
    pub(super) kind: Option<Kind>,
    pub(super) by_price: Option<bool>,
    pub(super) tendering: Option<bool>,
}

/// A unit as kept.
#[derive(Clone, Debug)]
pub(super) struct UnitRow {
    pub(super) process: u32,
    key_end: u32,
    pub(super) category: Symbol,
    amount: Decimal,
    estimate_currency: Symbol,
    pub(super) currency: Symbol,
    bidders: u32,
    first_bid: u32,
    winner: u16,
    pub(super) unscreened: bool,
    pub(super) is_final: bool,
}

/// A bid as kept.
#[derive(Clone, Debug)]
pub(super) struct BidRow {
    amount: Decimal,
    currency: Symbol,
    /// Symbol of the set of organisations.
    pub(super) by: Symbol,
    at: u32,
    pub(super) state: Option<BidState>,
}

/// An award as kept.
#[derive(Clone, Debug)]
pub(super) struct AwardRow {
    amount: Decimal,
    currency: Symbol,
    pub(super) process: u32,
    /// Symbol of the set of suppliers.
    pub(super) to: Symbol,
    /// Symbol of the set of classes.
    pub(super) classes: Symbol,
    day: Day,
    unit: u16,
    pub(super) state: Option<AwardState>,
    pub(super) subcontracted: Option<bool>,
}

/// What few awards have.
#[derive(Clone, Debug)]
struct Rare {
    award: u32,
    subcontractors: Symbol,
    paid: Option<Decimal>,
}

/// All rows of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) texts: Texts,
    pub(super) sets: Sets,
    /// Ocids and lot ids one after the other.
    keys: String,
    pub(super) processes: Vec<ProcessRow>,
    pub(super) units: Vec<UnitRow>,
    pub(super) bids: Vec<BidRow>,
    pub(super) awards: Vec<AwardRow>,
    rare: Vec<Rare>,
    /// Organisation, digest of a contact; sorted and unique only after [`Log::tidy_contacts`].
    contacts: Vec<(Symbol, u64)>,
    tidy: usize,
}

fn symbol(of: Option<Symbol>) -> Symbol {
    of.unwrap_or(NONE)
}

fn some(symbol: Symbol) -> Option<Symbol> {
    (symbol != NONE).then_some(symbol)
}

fn sum(amount: Decimal, currency: Symbol) -> Option<Sum> {
    some(currency).map(|currency| Sum { amount, currency })
}

fn parts(of: Option<Sum>) -> (Decimal, Symbol) {
    of.map_or((Decimal::ZERO, NONE), |sum| (sum.amount, sum.currency))
}

fn narrow<T: TryFrom<usize>>(n: usize, otherwise: T) -> T {
    T::try_from(n).unwrap_or(otherwise)
}

impl Log {
    /// Adds one process.
    pub(super) fn push(&mut self, seen: &Seen) {
        let process = self.processes.len() as u32;
        self.keys.push_str(&seen.ocid);
        let (amount, currency) = parts(seen.value);
        self.processes.push(ProcessRow {
            key_end: narrow(self.keys.len(), u32::MAX),
            buyer: symbol(seen.buyer),
            entity: symbol(seen.entity),
            region: symbol(seen.region),
            category: symbol(seen.category),
            trade: symbol(seen.trade),
            start: seen.start.unwrap_or(NO_DAY),
            amount,
            currency,
            budget: symbol(seen.budget),
            first_unit: self.units.len() as u32,
            first_award: self.awards.len() as u32,
            way: seen.way,
            kind: seen.kind,
            by_price: seen.by_price,
            tendering: seen.tendering,
        });
        for unit in &seen.units {
            self.push_unit(process, unit);
        }
        for award in &seen.awards {
            self.push_award(process, award);
        }
        self.contacts.extend_from_slice(&seen.contacts);
        // Repeated contacts are dropped whenever the list has doubled, so that it stays as long as organisations need.
        if self.contacts.len() > 2 * self.tidy + 1024 {
            self.tidy_contacts();
        }
    }

    fn push_unit(&mut self, process: u32, unit: &UnitSeen) {
        self.keys.push_str(&unit.lot);
        let (amount, estimate_currency) = parts(unit.estimate);
        self.units.push(UnitRow {
            process,
            key_end: narrow(self.keys.len(), u32::MAX),
            category: symbol(unit.category),
            amount,
            estimate_currency,
            currency: symbol(unit.currency),
            bidders: unit.bidders.unwrap_or(u32::MAX),
            first_bid: self.bids.len() as u32,
            winner: unit.winner.unwrap_or(u16::MAX),
            unscreened: unit.unscreened,
            is_final: unit.is_final,
        });
        for bid in &unit.bids {
            let (amount, currency) = parts(bid.price);
            let by = self.sets.intern(&bid.by);
            self.bids.push(BidRow { amount, currency, by, at: bid.at.unwrap_or(u32::MAX), state: bid.state });
        }
    }

    fn push_award(&mut self, process: u32, award: &AwardSeen) {
        let (amount, currency) = parts(award.value);
        if award.paid.is_some() || !award.subcontractors.is_empty() {
            let subcontractors =
                if award.subcontractors.is_empty() { NONE } else { self.sets.intern(&award.subcontractors) };
            self.rare.push(Rare { award: self.awards.len() as u32, subcontractors, paid: award.paid });
        }
        let (to, classes) = (self.sets.intern(&award.to), self.sets.intern(&award.classes));
        self.awards.push(AwardRow {
            amount,
            currency,
            process,
            to,
            classes,
            day: award.day.unwrap_or(NO_DAY),
            unit: award.unit.unwrap_or(u16::MAX),
            state: award.state,
            subcontracted: award.subcontracted,
        });
    }

    /// Adds contacts of organisations.
    pub(super) fn add_contacts(&mut self, contacts: impl Iterator<Item = (Symbol, u64)>) {
        self.contacts.extend(contacts);
        self.tidy_contacts();
    }

    /// Sorts contacts and drops repeats.
    fn tidy_contacts(&mut self) {
        self.contacts.sort_unstable();
        self.contacts.dedup();
        self.tidy = self.contacts.len();
    }

    /// Organisation and digest of each contact, with repeats, in no order.
    pub(super) fn contacts(&self) -> &[(Symbol, u64)] {
        &self.contacts
    }

    /// Open Contracting id of a process.
    pub(super) fn ocid(&self, process: u32) -> &str {
        let index = process as usize;
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => {
                let units = self.units_of(before as u32);
                if units.is_empty() { self.processes[before].key_end } else { self.units[units.end - 1].key_end }
            }
        };
        &self.keys[start as usize..self.processes[index].key_end as usize]
    }

    /// Lot id of a unit; empty where the process is its only unit.
    pub(super) fn lot(&self, unit: u32) -> &str {
        let row = &self.units[unit as usize];
        let process = &self.processes[row.process as usize];
        let start = if process.first_unit == unit { process.key_end } else { self.units[unit as usize - 1].key_end };
        &self.keys[start as usize..row.key_end as usize]
    }

    /// Rows of the units of a process.
    pub(super) fn units_of(&self, process: u32) -> std::ops::Range<usize> {
        let start = self.processes[process as usize].first_unit as usize;
        let end = self.processes.get(process as usize + 1).map_or(self.units.len(), |next| next.first_unit as usize);
        start..end
    }

    /// Rows of the awards of a process.
    pub(super) fn awards_of(&self, process: u32) -> std::ops::Range<usize> {
        let start = self.processes[process as usize].first_award as usize;
        let end = self.processes.get(process as usize + 1).map_or(self.awards.len(), |next| next.first_award as usize);
        start..end
    }

    /// Rows of the bids of a unit.
    pub(super) fn bid_rows_of(&self, unit: u32) -> std::ops::Range<usize> {
        let start = self.units[unit as usize].first_bid as usize;
        let end = self.units.get(unit as usize + 1).map_or(self.bids.len(), |next| next.first_bid as usize);
        start..end
    }

    /// Bids of a unit.
    pub(super) fn bids_of(&self, unit: u32) -> &[BidRow] {
        &self.bids[self.bid_rows_of(unit)]
    }

    /// The unit in which a bid stands.
    pub(super) fn unit_of_bid(&self, bid: u32) -> u32 {
        // Units without bids begin where the next one does: of several the last has the bid.
        self.units.partition_point(|unit| unit.first_bid <= bid).saturating_sub(1) as u32
    }

    /// The winner's bid of a unit.
    pub(super) fn winner_of(&self, unit: u32) -> Option<&BidRow> {
        self.bids_of(unit).get(usize::from(self.units[unit as usize].winner))
    }

    /// The unit an award belongs to, where it names one.
    pub(super) fn unit_of(&self, award: u32) -> Option<u32> {
        let row = &self.awards[award as usize];
        let units = self.units_of(row.process);
        let unit = units.start + usize::from(row.unit);
        (row.unit != u16::MAX && unit < units.end).then_some(unit as u32)
    }

    /// Named subcontractors of an award.
    pub(super) fn subcontractors_of(&self, award: u32) -> &[Symbol] {
        self.rare_of(award).map_or(&[], |rare| self.sets.get(rare.subcontractors))
    }

    /// What was paid for an award in the end.
    pub(super) fn paid_for(&self, award: u32) -> Option<Decimal> {
        self.rare_of(award).and_then(|rare| rare.paid)
    }

    fn rare_of(&self, award: u32) -> Option<&Rare> {
        self.rare.binary_search_by_key(&award, |rare| rare.award).ok().map(|index| &self.rare[index])
    }

    /// A process as it was given, its symbols passed through `rename`; contacts are kept apart.
    pub(super) fn seen(&self, process: u32, rename: &dyn Fn(Symbol) -> Symbol) -> Seen {
        let row = &self.processes[process as usize];
        let set = |symbol: Symbol| self.sets.get(symbol).to_vec();
        let bid = |row: &BidRow| BidSeen { by: set(row.by), state: row.state, price: row.price(), at: row.at() };
        let unit = |index: usize| {
            let row = &self.units[index];
            UnitSeen {
                lot: self.lot(index as u32).to_owned(),
                category: some(row.category),
                estimate: row.estimate(),
                bidders: row.bidders(),
                currency: some(row.currency),
                unscreened: row.unscreened,
                is_final: row.is_final,
                winner: (row.winner != u16::MAX).then_some(row.winner),
                bids: self.bids_of(index as u32).iter().map(bid).collect(),
            }
        };
        let award = |index: usize| {
            let row = &self.awards[index];
            let rare = self.rare_of(index as u32);
            AwardSeen {
                unit: (row.unit != u16::MAX).then_some(row.unit),
                to: set(row.to),
                state: row.state,
                day: row.day(),
                value: row.value(),
                classes: set(row.classes),
                subcontracted: row.subcontracted,
                subcontractors: rare.map_or(Vec::new(), |rare| set(rare.subcontractors)),
                paid: rare.and_then(|rare| rare.paid),
            }
        };
        let mut seen = Seen {
            ocid: self.ocid(process).to_owned(),
            buyer: some(row.buyer),
            entity: some(row.entity),
            region: some(row.region),
            category: some(row.category),
            trade: some(row.trade),
            way: row.way,
            kind: row.kind,
            tendering: row.tendering,
            by_price: row.by_price,
            start: row.start(),
            value: row.value(),
            budget: some(row.budget),
            units: self.units_of(process).map(unit).collect(),
            awards: self.awards_of(process).map(award).collect(),
            contacts: Vec::new(),
        };
        seen.rename(rename);
        seen
    }
}

impl ProcessRow {
    /// Day the tender period began.
    pub(super) fn start(&self) -> Option<Day> {
        (self.start != NO_DAY).then_some(self.start)
    }

    /// Estimated value of the tender.
    pub(super) fn value(&self) -> Option<Sum> {
        sum(self.amount, self.currency)
    }

    /// The buyer, else the procuring entity; [`NONE`] where neither is named.
    pub(super) fn buyer_or_entity(&self) -> Symbol {
        if self.buyer == NONE { self.entity } else { self.buyer }
    }
}

impl UnitRow {
    /// Estimated value of the unit.
    pub(super) fn estimate(&self) -> Option<Sum> {
        sum(self.amount, self.estimate_currency)
    }

    /// Number of distinct bidders.
    pub(super) fn bidders(&self) -> Option<u32> {
        (self.bidders != u32::MAX).then_some(self.bidders)
    }
}

impl BidRow {
    /// Price.
    pub(super) fn price(&self) -> Option<Sum> {
        sum(self.amount, self.currency)
    }

    /// Seconds since 1970 of the submission.
    pub(super) fn at(&self) -> Option<u32> {
        (self.at != u32::MAX).then_some(self.at)
    }

    /// Whether it belongs to S: a status is given and is neither invited nor withdrawn.
    pub(super) fn submitted(&self) -> bool {
        matches!(self.state, Some(BidState::Pending | BidState::Valid | BidState::Disqualified))
    }

    /// Whether it belongs to V.
    pub(super) fn valid(&self) -> bool {
        self.state == Some(BidState::Valid)
    }
}

impl AwardRow {
    /// Award value, or the contract's.
    pub(super) fn value(&self) -> Option<Sum> {
        sum(self.amount, self.currency)
    }

    /// Day of the award, or of the signature.
    pub(super) fn day(&self) -> Option<Day> {
        (self.day != NO_DAY).then_some(self.day)
    }

    /// Whether it stands.
    pub(super) fn active(&self) -> bool {
        self.state == Some(AwardState::Active)
    }
}
