//! R029 违背本福特定律: leading digits of amounts, by buyer, by supplier and by market.

use rust_decimal::Decimal;

use super::bench::{Bench, Desk, Grounds, Judgement, figure, judgement, of, too_few};
use super::intern::{NONE, Symbol};
use super::seen::{Day, Sum};
use super::shares::class_known;
use super::view::{Span, by_window, number};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{Benford, first_digit, round9, second_digit};

/// An amount and the process it stands in.
struct Amount {
    sum: Sum,
    process: u32,
}

/// A buyer's estimates (else awards), a supplier's bids (else awards), a market's bids (else estimates).
pub(super) fn r029(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let indicator = of("R029");

    let mut amounts = Vec::new();
    let mut rows = Vec::new();
    for (process, row) in view.process_rows().filter(|(_, row)| row.buyer_or_entity() != NONE) {
        let awards = view.log.awards[view.log.awards_of(process)].iter().filter(|award| award.active());
        let sums: Vec<Sum> = match row.value() {
            Some(value) => vec![value],
            None => awards.filter_map(|award| award.value()).collect(),
        };
        for sum in sums {
            rows.push((view.id(row.buyer_or_entity()), view.process_day(process), amounts.len() as u32));
            amounts.push(Amount { sum, process });
        }
    }
    by_window(rows, desk.window(), |buyer, span, of| {
        bench.give(indicator, desk.buyer(buyer), judge(desk, span, of, &amounts));
    });

    let (mut amounts, mut rows) = (Vec::new(), Vec::new());
    for (unit, row) in view.unit_rows() {
        for bid in view.log.bids_of(unit).iter().filter(|bid| bid.submitted()) {
            let Some(sum) = bid.price() else { continue };
            rows.extend(desk.credited(bid.by).into_iter().map(|id| (id, view.unit_day(unit), amounts.len() as u32)));
            amounts.push(Amount { sum, process: row.process });
        }
    }
    if rows.is_empty() {
        for (_, row) in view.award_rows().filter(|(_, row)| row.active()) {
            let Some(sum) = row.value() else { continue };
            rows.extend(desk.credited(row.to).into_iter().map(|id| (id, row.day(), amounts.len() as u32)));
            amounts.push(Amount { sum, process: row.process });
        }
    }
    by_window(rows, desk.window(), |supplier, span, of| {
        bench.give(indicator, desk.supplier(supplier), judge(desk, span, of, &amounts));
    });

    let (mut amounts, mut rows): (Vec<Amount>, Vec<(_, Option<Day>, u32)>) = (Vec::new(), Vec::new());
    for (unit, row) in view.unit_rows() {
        let bids = view.log.bids_of(unit).iter().filter(|bid| bid.submitted() && !row.unscreened);
        let mut sums: Vec<Sum> =
            bids.filter_map(|bid| bid.price()).filter(|sum| sum.currency == row.currency).collect();
        if sums.is_empty() {
            sums.extend(row.estimate());
        }
        for sum in sums {
            rows.push((view.market_of(unit), view.unit_day(unit), amounts.len() as u32));
            amounts.push(Amount { sum, process: row.process });
        }
    }
    by_window(rows, desk.window(), |market, span, of| {
        let judged = class_known(market).map_or_else(Judgement::from, |()| judge(desk, span, of, &amounts));
        bench.give(indicator, desk.market(market), judged);
    });
}

fn judge(desk: Desk<'_>, span: Option<Span>, of: &[u32], amounts: &[Amount]) -> Judgement {
    let of: Vec<&Amount> = of.iter().map(|index| &amounts[*index as usize]).collect();
    let currency: Option<Symbol> = desk.main_currency(of.iter().map(|amount| amount.sum.currency));
    let of: Vec<&Amount> =
        of.into_iter().filter(|a| Some(a.sum.currency) == currency && a.sum.amount > Decimal::ZERO).collect();
    if (of.len() as u64) < desk.count(Key::R029MinN) {
        return too_few();
    }
    let least = of.iter().map(|amount| amount.sum.amount).min().unwrap_or_default();
    let most = of.iter().map(|amount| amount.sum.amount).max().unwrap_or_default();
    let width = most.checked_div(least).map_or(f64::INFINITY, number);
    if width < desk.real(Key::R029MinSpan) {
        return Outcome::not_applicable(Reason::Degenerate).into();
    }
    let (mut first, mut second) = ([0u64; 9], [0u64; 10]);
    for amount in &of {
        if let Some(digit) = first_digit(amount.sum.amount) {
            first[digit as usize - 1] += 1;
        }
        if let Some(digit) = second_digit(amount.sum.amount) {
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
        Grounds { evidence, also: Vec::new(), processes: of.iter().map(|amount| amount.process).collect() }
    })
}
