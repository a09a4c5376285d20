//! One need cut into pieces: R011 and CN-10 by buyer and category, R049 and R055 by buyer and supplier.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::bench::{Bench, Desk, Grounds, Judgement, figure, first_missing, judgement, not_competitive, of, too_few};
use super::intern::{NONE, Symbol};
use super::seen::{Day, Sum};
use super::view::{Id, Span, add_up, by_window};
use crate::facts::Method;
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::subject::SubjectKey;

const CLASS: &str = "tender/items/classification";

/// One procedure as a possible piece.
struct Piece {
    process: u32,
    sum: Sum,
    limit: Decimal,
    day: Day,
    way: Option<Method>,
}

/// The year of a day, in the proleptic Gregorian calendar: the fiscal year of China is the calendar year.
fn year(day: Day) -> i32 {
    super::view::date_text(day).get(..4).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Value of a process: the estimate, else the sum of its active awards of one currency.
fn worth(desk: Desk<'_>, process: u32) -> Option<Sum> {
    let log = desk.view.log;
    log.processes[process as usize].value().or_else(|| {
        let mut sums =
            log.awards[log.awards_of(process)].iter().filter(|award| award.active()).filter_map(|award| award.value());
        let first = sums.next()?;
        let rest: Vec<Sum> = sums.collect();
        rest.iter().all(|sum| sum.currency == first.currency).then(|| Sum {
            amount: add_up(std::iter::once(first.amount).chain(rest.iter().map(|sum| sum.amount))),
            currency: first.currency,
        })
    })
}

/// The pieces among the processes of one buyer, category and year, and whether any limit was found.
fn pieces(desk: Desk<'_>, rows: &[u32]) -> (Vec<Piece>, bool) {
    let mut any = false;
    let pieces = rows
        .iter()
        .filter_map(|process| {
            let (sum, day) = (worth(desk, *process)?, desk.view.process_day(*process)?);
            let limit = desk.limit(*process, Some(day), sum.currency)?;
            any = true;
            let way = desk.view.log.processes[*process as usize].way;
            Some(Piece { process: *process, sum, limit, day, way })
        })
        .filter(|piece| piece.sum.amount < piece.limit)
        .collect();
    (pieces, any)
}

/// The currency in which the pieces come nearest to their limit or furthest over it, ties by code; its pieces, their
/// sum and the highest of their limits.
fn heaviest(desk: Desk<'_>, pieces: &[Piece]) -> Option<(Vec<usize>, Decimal, Decimal)> {
    let mut by_currency: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        by_currency.entry(desk.view.id(piece.sum.currency)).or_default().push(index);
    }
    let mut best: Option<(Vec<usize>, Decimal, Decimal)> = None;
    for of in by_currency.into_values() {
        let total = add_up(of.iter().map(|index| pieces[*index].sum.amount));
        let limit = of.iter().map(|index| pieces[*index].limit).max().unwrap_or_default();
        let ratio = |total: Decimal, limit: Decimal| total.checked_div(limit).unwrap_or_default();
        if best.as_ref().is_none_or(|(_, t, l)| ratio(total, limit) > ratio(*t, *l)) {
            best = Some((of, total, limit));
        }
    }
    best
}

/// As [`heaviest`], over the pieces of each span of `days` days.
fn heaviest_within(desk: Desk<'_>, pieces: &[Piece], days: Day) -> Option<(Vec<usize>, Decimal, Decimal)> {
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_key(|index| pieces[*index].day);
    let mut best: Option<(Vec<usize>, Decimal, Decimal)> = None;
    let ratio = |total: Decimal, limit: Decimal| total.checked_div(limit).unwrap_or_default();
    let currencies: std::collections::BTreeSet<Id> =
        pieces.iter().map(|piece| desk.view.id(piece.sum.currency)).collect();
    for currency in currencies {
        let of: Vec<usize> =
            order.iter().copied().filter(|index| desk.view.id(pieces[*index].sum.currency) == currency).collect();
        for (at, first) in of.iter().enumerate() {
            let until = pieces[*first].day.saturating_add(days);
            let span = &of[at..];
            let span = &span[..span.partition_point(|index| pieces[*index].day < until)];
            let total = add_up(span.iter().map(|index| pieces[*index].sum.amount));
            let limit = span.iter().map(|index| pieces[*index].limit).max().unwrap_or_default();
            if best.as_ref().is_none_or(|(_, t, l)| ratio(total, limit) > ratio(*t, *l)) {
                best = Some((span.to_vec(), total, limit));
            }
        }
    }
    best
}

type YearKey = (Id, Id, i32);

/// Processes by buyer, category and fiscal year; the year 0 holds those without a date.
fn by_year(desk: Desk<'_>, keep: impl Fn(u32) -> bool) -> BTreeMap<YearKey, Vec<u32>> {
    let view = desk.view;
    let mut found: BTreeMap<YearKey, Vec<u32>> = BTreeMap::new();
    for (process, row) in view.process_rows() {
        if row.buyer_or_entity() != NONE && keep(process) {
            let year = view.process_day(process).map_or(0, year);
            found.entry((view.id(row.buyer_or_entity()), view.id(row.category), year)).or_default().push(process);
        }
    }
    found
}

fn year_subject(desk: Desk<'_>, (buyer, category, year): YearKey) -> SubjectKey {
    SubjectKey::BuyerCategory {
        buyer: desk.view.name(buyer).to_owned(),
        category: desk.view.name(category).to_owned(),
        year: if year == 0 { String::new() } else { year.to_string() },
    }
}

fn needs(desk: Desk<'_>, key: YearKey, rows: &[u32]) -> Option<Outcome> {
    first_missing(&[
        ("tender/procurementMethod", rows.iter().any(|p| desk.view.log.processes[*p as usize].way.is_some())),
        (CLASS, key.1 != NONE),
        ("tender/value", rows.iter().any(|p| worth(desk, *p).is_some())),
        ("tender/tenderPeriod/startDate", key.2 != 0),
    ])
}

/// R011 化整为零: several purchases of one category in one fiscal year and within `within_days`, each below the limit, together at or above it.
///
/// Open tenders are no pieces: who tenders openly avoids nothing (采条例 art. 28 speaks of purchases 采用公开招标以外的方式). Whoever buys a thing
/// all year round goes over a low limit in the end; one need that was cut shows in pieces that lie close together.
///
/// The pieces that went to one supplier within `near_days` are named in the evidence, and the supplier with them.
pub(super) fn r011(bench: &mut Bench<'_>) {
    let indicator = of("R011");
    let desk = bench.desk;
    for (key, rows) in by_year(desk, |_| true) {
        let judged = needs(desk, key, &rows).map_or_else(|| split(desk, &rows), Judgement::from);
        bench.give(indicator, year_subject(desk, key), judged);
    }
}

fn split(desk: Desk<'_>, rows: &[u32]) -> Judgement {
    let (mut pieces, any) = pieces(desk, rows);
    if !any {
        return Outcome::not_applicable(Reason::NoThreshold).into();
    }
    pieces.retain(|piece| piece.way != Some(Method::Open));
    let Some((of, total, limit)) = heaviest_within(desk, &pieces, desk.days(Key::R011WithinDays)) else {
        return Outcome::CLEAR.into();
    };
    let enough = of.len() as u64 >= desk.count(Key::R011MinCount);
    judgement(enough && total >= limit, Number::Amount(total), Number::Amount(limit), || {
        let of: Vec<&Piece> = of.iter().map(|index| &pieces[*index]).collect();
        let near = near(desk, &of);
        let mut evidence = vec![
            figure("pieces", of.len()),
            figure("non_competitive", of.iter().filter(|piece| not_competitive(piece.way)).count()),
        ];
        evidence.extend(of.iter().take(20).map(|p| desk.fact(p.process, "/tender/value/amount", desk.money(p.sum))));
        evidence
            .extend(near.iter().map(|(supplier, n)| figure("near", format!("{} × {n}", desk.view.name(*supplier)))));
        Grounds {
            evidence,
            also: near.iter().map(|(supplier, _)| desk.supplier(*supplier)).collect(),
            processes: of.iter().map(|piece| piece.process).collect(),
        }
    })
}

/// Suppliers that won two pieces or more within `near_days` of one another, with the number of such pieces.
fn near(desk: Desk<'_>, of: &[&Piece]) -> Vec<(Id, usize)> {
    let log = desk.view.log;
    let mut days: BTreeMap<Id, Vec<Day>> = BTreeMap::new();
    for piece in of {
        let mut suppliers: Vec<Id> = log.awards[log.awards_of(piece.process)]
            .iter()
            .filter(|award| award.active())
            .flat_map(|award| desk.view.members(award.to))
            .collect();
        suppliers.sort_unstable();
        suppliers.dedup();
        for supplier in suppliers {
            days.entry(supplier).or_default().push(piece.day);
        }
    }
    let within = desk.days(Key::R011NearDays);
    days.into_iter()
        .filter_map(|(supplier, mut days)| {
            days.sort_unstable();
            let close = |i: usize| {
                (i > 0 && days[i] - days[i - 1] <= within)
                    || days.get(i + 1).is_some_and(|next| next - days[i] <= within)
            };
            let n = (0..days.len()).filter(|i| close(*i)).count();
            (n > 0).then_some((supplier, n))
        })
        .collect()
}

/// CN-10 采购化整为零 (GP-18, GP-19): one budget item and category, two or more non-open procedures in one fiscal year that
/// together reach the open-tender limit.
pub(super) fn cn10(bench: &mut Bench<'_>) {
    let indicator = of("CN-10");
    let desk = bench.desk;
    for (key, rows) in by_year(desk, |_| true) {
        let judged = needs(desk, key, &rows).map_or_else(|| budget(desk, &rows), Judgement::from);
        bench.give(indicator, year_subject(desk, key), judged);
    }
}

fn budget(desk: Desk<'_>, rows: &[u32]) -> Judgement {
    let row = |process: u32| &desk.view.log.processes[process as usize];
    let closed: Vec<u32> =
        rows.iter().copied().filter(|p| row(*p).way.is_some_and(|way| way != Method::Open)).collect();
    if closed.is_empty() {
        return Outcome::not_applicable(Reason::Method).into();
    }
    if closed.iter().all(|p| row(*p).budget == NONE) {
        return Outcome::missing("planning/budget/id").into();
    }
    let mut items: BTreeMap<Id, Vec<u32>> = BTreeMap::new();
    for process in closed.iter().filter(|p| row(**p).budget != NONE) {
        items.entry(desk.view.id(row(*process).budget)).or_default().push(*process);
    }
    let mut best: Option<Judgement> = None;
    let mut without_limit = true;
    for of_item in items.into_values() {
        let priced: Vec<Piece> = of_item
            .iter()
            .filter_map(|process| {
                let (sum, day) = (worth(desk, *process)?, desk.view.process_day(*process)?);
                let limit = desk.limit(*process, Some(day), sum.currency)?;
                Some(Piece { process: *process, sum, limit, day, way: row(*process).way })
            })
            .collect();
        let Some((of, total, limit)) = heaviest(desk, &priced) else { continue };
        without_limit = false;
        let raised = of.len() >= 2 && total >= limit;
        if best.as_ref().is_some_and(|best| best.outcome.is_raised() || !raised) {
            continue;
        }
        best = Some(judgement(raised, Number::Amount(total), Number::Amount(limit), || Grounds {
            evidence: of
                .iter()
                .map(|index| &priced[*index])
                .map(|p| desk.fact(p.process, "/tender/value/amount", desk.money(p.sum)))
                .collect(),
            also: Vec::new(),
            processes: of.iter().map(|index| priced[*index].process).collect(),
        }));
    }
    match best {
        Some(judged) => judged,
        None if without_limit => Outcome::not_applicable(Reason::NoThreshold).into(),
        None => too_few(),
    }
}

/// R049 限额下反复直接授予: direct awards of one buyer to one supplier, each below the limit, together at or above it.
pub(super) fn r049(bench: &mut Bench<'_>) {
    directs(bench, "R049", |desk, directs| {
        let below: Vec<&Direct> = directs.iter().filter(|one| one.sum.amount < one.limit).collect();
        let total = add_up(below.iter().map(|one| one.sum.amount));
        let limit = directs.iter().map(|one| one.limit).max().unwrap_or_default();
        let raised = below.len() as u64 >= desk.count(Key::R049Count) && total >= limit;
        (raised, Number::Amount(total), Number::Amount(limit), below)
    });
}

/// R055 多笔临界直接授予: direct awards of one buyer to one supplier near the limit or above it.
pub(super) fn r055(bench: &mut Bench<'_>) {
    directs(bench, "R055", |desk, directs| {
        let least = Decimal::ONE - Decimal::try_from(desk.real(Key::R055Band)).unwrap_or_default();
        let near: Vec<&Direct> = directs.iter().filter(|one| one.sum.amount >= one.limit * least).collect();
        let count = desk.count(Key::R055Count);
        let raised = near.len() as u64 >= count;
        (raised, Number::Count(near.len() as i64), Number::Count(count as i64), near)
    });
}

struct Direct {
    process: u32,
    award: u32,
    sum: Sum,
    limit: Decimal,
}

type Weighing = for<'d> fn(Desk<'_>, &'d [Direct]) -> (bool, Number, Number, Vec<&'d Direct>);

/// Direct awards of a buyer to a supplier within the window, in the currency most of them have.
fn directs(bench: &mut Bench<'_>, code: &str, weigh: Weighing) {
    let indicator = of(code);
    let desk = bench.desk;
    by_window(relations(desk), desk.window(), |(buyer, supplier), span, awards| {
        let judged = direct(desk, span, awards, weigh);
        bench.give(indicator, desk.relation(buyer, supplier), judged);
    });
}

fn direct(desk: Desk<'_>, span: Option<Span>, awards: &[u32], weigh: Weighing) -> Judgement {
    let log = desk.view.log;
    let row = |award: u32| &log.awards[award as usize];
    let way = |award: u32| log.processes[row(award).process as usize].way;
    if let Some(missing) = first_missing(&[
        ("tender/procurementMethod", awards.iter().any(|a| way(*a).is_some())),
        ("awards/date", span.is_some()),
        ("awards/value", awards.iter().any(|a| row(*a).value().is_some())),
    ]) {
        return missing.into();
    }
    let direct: Vec<u32> = awards.iter().copied().filter(|a| way(*a) == Some(Method::Direct)).collect();
    if direct.is_empty() {
        return Outcome::not_applicable(Reason::Method).into();
    }
    let currency: Option<Symbol> =
        desk.main_currency(direct.iter().filter_map(|a| row(*a).value()).map(|s| s.currency));
    let found: Vec<Direct> = direct
        .iter()
        .filter_map(|award| {
            let sum = row(*award).value().filter(|sum| Some(sum.currency) == currency)?;
            let day = row(*award).day().or(desk.view.process_day(row(*award).process));
            let limit = desk.limit(row(*award).process, day, sum.currency)?;
            Some(Direct { process: row(*award).process, award: *award, sum, limit })
        })
        .collect();
    if found.is_empty() {
        return Outcome::not_applicable(Reason::NoThreshold).into();
    }
    let (raised, value, threshold, named) = weigh(desk, &found);
    judgement(raised, value, threshold, || Grounds {
        evidence: std::iter::once(desk.window_figure(span))
            .chain(named.iter().take(20).map(|one| {
                let place = one.award as usize - log.awards_of(one.process).start;
                let value = format!("{} / {}", desk.money(one.sum), one.limit.normalize());
                desk.fact(one.process, &format!("/awards/{place}/value/amount"), value)
            }))
            .collect(),
        also: Vec::new(),
        processes: named.iter().map(|one| one.process).collect(),
    })
}

/// Active awards by buyer and credited supplier.
pub(super) fn relations(desk: Desk<'_>) -> Vec<((Id, Id), Option<Day>, u32)> {
    let view = desk.view;
    let mut rows = Vec::new();
    for (award, row) in view.award_rows().filter(|(_, row)| row.active()) {
        let buyer = view.log.processes[row.process as usize].buyer_or_entity();
        if buyer != NONE {
            rows.extend(
                desk.credited(row.to).into_iter().map(|supplier| ((view.id(buyer), supplier), row.day(), award)),
            );
        }
    }
    rows
}
