//! R029 违背本福特定律: leading digits of amounts, by buyer, by supplier and by market.

use rust_decimal::Decimal;

use super::bench::{Bench, Desk, Grounds, Judgement, figure, judgement, of, too_few};
use super::intern::{NONE, Symbol};
use super::log::Log;
use super::seen::Sum;
use super::shares::class_known;
use super::view::{Span, by_window, number};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{Benford, first_digit, round9, second_digit};

/// A row of the log that carries an amount.
#[derive(Clone, Copy)]
enum Place {
    Process(u32),
    Award(u32),
    Unit(u32),
    Bid(u32),
}

/// Rows with amounts by one number each: a window holds numbers, for amounts copied would take as much again as the bids.
#[derive(Clone, Copy)]
struct Amounts<'a> {
    log: &'a Log,
    awards: u32,
    units: u32,
    bids: u32,
}

impl<'a> Amounts<'a> {
    fn of(log: &'a Log) -> Amounts<'a> {
        let awards = log.processes.len() as u32;
        let units = awards + log.awards.len() as u32;
        Amounts { log, awards, units, bids: units + log.units.len() as u32 }
    }

    fn number(self, place: Place) -> u32 {
        match place {
            Place::Process(row) => row,
            Place::Award(row) => self.awards + row,
            Place::Unit(row) => self.units + row,
            Place::Bid(row) => self.bids + row,
        }
    }

    fn place(self, number: u32) -> Place {
        if number >= self.bids {
            Place::Bid(number - self.bids)
        } else if number >= self.units {
            Place::Unit(number - self.units)
        } else if number >= self.awards {
            Place::Award(number - self.awards)
        } else {
            Place::Process(number)
        }
    }

    fn sum(self, place: Place) -> Option<Sum> {
        match place {
            Place::Process(row) => self.log.processes[row as usize].value(),
            Place::Award(row) => self.log.awards[row as usize].value(),
            Place::Unit(row) => self.log.units[row as usize].estimate(),
            Place::Bid(row) => self.log.bids[row as usize].price(),
        }
    }

    fn process(self, number: u32) -> u32 {
        match self.place(number) {
            Place::Process(row) => row,
            Place::Award(row) => self.log.awards[row as usize].process,
            Place::Unit(row) => self.log.units[row as usize].process,
            Place::Bid(row) => self.log.units[self.log.unit_of_bid(row) as usize].process,
        }
    }

    /// The bids of a unit that a market looks at, else its estimate.
    fn in_market(self, unit: u32) -> impl Iterator<Item = Place> {
        let row = &self.log.units[unit as usize];
        let bids = self.log.bid_rows_of(unit).filter(move |bid| {
            let bid = &self.log.bids[*bid];
            bid.submitted() && !row.unscreened && bid.price().is_some_and(|sum| sum.currency == row.currency)
        });
        let mut bids = bids.map(|bid| Place::Bid(bid as u32)).peekable();
        let estimate = (bids.peek().is_none() && row.estimate().is_some()).then_some(Place::Unit(unit));
        bids.chain(estimate)
    }
}

/// A buyer's estimates (else awards), a supplier's bids (else awards), a market's bids (else estimates).
pub(super) fn r029(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let indicator = of("R029");
    let amounts = Amounts::of(view.log);

    let mut rows = Vec::new();
    for (process, row) in view.process_rows().filter(|(_, row)| row.buyer_or_entity() != NONE) {
        let (buyer, day) = (view.id(row.buyer_or_entity()), view.process_day(process));
        if row.value().is_some() {
            rows.push((buyer, day, amounts.number(Place::Process(process))));
        } else {
            let awards = view.log.awards_of(process).filter(|award| {
                let award = &view.log.awards[*award];
                award.active() && award.value().is_some()
            });
            rows.extend(awards.map(|award| (buyer, day, amounts.number(Place::Award(award as u32)))));
        }
    }
    by_window(rows, desk.window(), |buyer, span, of| {
        bench.give(indicator, desk.buyer(buyer), judge(desk, span, of, amounts));
    });

    let mut rows = Vec::new();
    for (unit, _) in view.unit_rows() {
        for bid in view.log.bid_rows_of(unit) {
            let row = &view.log.bids[bid];
            if row.submitted() && row.price().is_some() {
                let number = amounts.number(Place::Bid(bid as u32));
                rows.extend(desk.credited(row.by).into_iter().map(|id| (id, view.unit_day(unit), number)));
            }
        }
    }
    if rows.is_empty() {
        for (award, row) in view.award_rows().filter(|(_, row)| row.active() && row.value().is_some()) {
            let number = amounts.number(Place::Award(award));
            rows.extend(desk.credited(row.to).into_iter().map(|id| (id, row.day(), number)));
        }
    }
    by_window(rows, desk.window(), |supplier, span, of| {
        bench.give(indicator, desk.supplier(supplier), judge(desk, span, of, amounts));
    });

    let units = view.unit_rows().filter(|(unit, _)| amounts.in_market(*unit).next().is_some());
    let rows = units.map(|(unit, _)| (view.market_of(unit), view.unit_day(unit), unit)).collect();
    let mut of = Vec::new();
    by_window(rows, desk.window(), |market, span, units| {
        of.clear();
        of.extend(units.iter().flat_map(|unit| amounts.in_market(*unit)).map(|place| amounts.number(place)));
        let judged = class_known(market).map_or_else(Judgement::from, |()| judge(desk, span, &of, amounts));
        bench.give(indicator, desk.market(market), judged);
    });
}

fn judge(desk: Desk<'_>, span: Option<Span>, of: &[u32], amounts: Amounts<'_>) -> Judgement {
    let sums = || of.iter().filter_map(|number| Some((*number, amounts.sum(amounts.place(*number))?)));
    let currency: Option<Symbol> = desk.main_currency(sums().map(|(_, sum)| sum.currency));
    let counted = || sums().filter(|(_, sum)| Some(sum.currency) == currency && sum.amount > Decimal::ZERO);
    if (counted().count() as u64) < desk.count(Key::R029MinN) {
        return too_few();
    }
    let least = counted().map(|(_, sum)| sum.amount).min().unwrap_or_default();
    let most = counted().map(|(_, sum)| sum.amount).max().unwrap_or_default();
    let width = most.checked_div(least).map_or(f64::INFINITY, number);
    if width < desk.real(Key::R029MinSpan) {
        return Outcome::not_applicable(Reason::Degenerate).into();
    }
    let (mut first, mut second) = ([0u64; 9], [0u64; 10]);
    for (_, sum) in counted() {
        if let Some(digit) = first_digit(sum.amount) {
            first[digit as usize - 1] += 1;
        }
        if let Some(digit) = second_digit(sum.amount) {
            second[digit as usize] += 1;
        }
    }
    let Some(found) = Benford::of(&first, &second) else {
        return too_few();
    };
    let (mad, limit) = (round9(found.first_mad), desk.real(Key::R029Mad));
    judgement(mad > limit, Number::real(mad), Number::real(limit), || {
        let mut evidence = vec![
            desk.window_figure(span),
            figure("amounts", found.n),
            figure("chi_square", Number::real(found.first_chi2)),
            figure("first_digits", first.map(|n| n.to_string()).join(" ")),
        ];
        evidence.extend(found.second_mad.map(|mad| figure("second_digit_mad", Number::real(mad))));
        Grounds { evidence, also: Vec::new(), processes: counted().map(|(at, _)| amounts.process(at)).collect() }
    })
}
