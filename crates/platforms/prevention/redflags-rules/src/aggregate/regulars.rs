//! R027 应到未到: a regular of the market stays away from a lot with one or two bidders.

use std::collections::BTreeMap;

use super::bench::{Bench, Desk, Grounds, Judgement, figure, judgement, of, too_few};
use super::intern::NONE;
use super::seen::{Day, competitive};
use super::view::{Id, MarketId, number};
use crate::moment::{DAY, Moment};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::round9;
use crate::subject::SubjectKey;

/// At most so many comparable units, the newest, say who is a regular: who stays away from the last hundred is none.
const MOST_COMPARED: usize = 100;

/// A unit with what makes it comparable.
struct Field {
    market: MarketId,
    day: Day,
    unit: u32,
    /// Estimate in the market's currency, 0 where there is none.
    estimate: f64,
}

/// Competitive units of known category and day, by market and day.
fn fields(desk: Desk<'_>) -> Vec<Field> {
    let view = desk.view;
    let mut all = Vec::new();
    for (unit, row) in view.unit_rows() {
        let process = view.process_of(unit);
        let known = process.way.is_some_and(competitive) && row.category != NONE;
        if let (true, Some(day)) = (known, view.unit_day(unit)) {
            let estimate = row.estimate().or(process.value()).map_or(0.0, |sum| number(sum.amount).max(0.0));
            all.push(Field { market: view.market_of(unit), day, unit, estimate });
        }
    }
    all.sort_by_key(|field| (field.market, field.day));
    all
}

/// Each lot against the comparable ones before it: same market, within half an order of magnitude of value.
pub(super) fn r027(bench: &mut Bench<'_>) {
    let indicator = of("R027");
    let desk = bench.desk;
    let view = desk.view;
    let all = fields(desk);
    let mut places = vec![u32::MAX; view.log.units.len()];
    for (place, field) in all.iter().enumerate() {
        places[field.unit as usize] = place as u32;
    }
    for (unit, row) in view.unit_rows() {
        let judged: Judgement = match places[unit as usize] {
            u32::MAX => match view.process_of(unit).way {
                None => Outcome::missing("tender/procurementMethod"),
                Some(way) if !competitive(way) => Outcome::not_applicable(Reason::Method),
                Some(_) if row.category == NONE => Outcome::missing("tender/items/classification"),
                Some(_) => Outcome::missing("tender/tenderPeriod/startDate"),
            }
            .into(),
            place => judge(desk, &all, place as usize),
        };
        let subject =
            SubjectKey::Lot { ocid: view.log.ocid(row.process).to_owned(), lot: view.log.lot(unit).to_owned() };
        bench.give(indicator, subject, judged);
    }
}

fn judge(desk: Desk<'_>, all: &[Field], at: usize) -> Judgement {
    let view = desk.view;
    let field = &all[at];
    let Some(bidders) = view.log.units[field.unit as usize].bidders() else {
        return Outcome::missing("bids/details/tenderers/id").into();
    };
    if u64::from(bidders) > desk.count(Key::R027MaxBidders) {
        return Outcome::CLEAR.into();
    }
    let from = field.day.saturating_sub(desk.window());
    let half_order = 10f64.sqrt();
    let comparable = |other: &&Field| {
        let (own, theirs) = (field.estimate, other.estimate);
        // What has no estimate is like everything, but nothing that has one is like it.
        own == 0.0 || theirs > 0.0 && theirs <= own * half_order && own <= theirs * half_order
    };
    let compared: Vec<&Field> = all[..at]
        .iter()
        .rev()
        .take_while(|other| other.market == field.market && other.day >= from)
        .filter(|other| other.day < field.day && !view.bidders(other.unit).is_empty())
        .filter(comparable)
        .take(MOST_COMPARED)
        .collect();
    if (compared.len() as u64) < desk.count(Key::R027MinUnits) {
        return too_few();
    }
    let mut times: BTreeMap<Id, u64> = BTreeMap::new();
    for supplier in compared.iter().flat_map(|other| view.bidders(other.unit)) {
        *times.entry(*supplier).or_insert(0) += 1;
    }
    let rate = desk.real(Key::R027Rate);
    let absent: Vec<(Id, u64)> = times
        .into_iter()
        .filter(|(_, n)| round9(*n as f64 / compared.len() as f64) >= rate)
        .filter(|(supplier, _)| {
            view.bidders(field.unit).binary_search(supplier).is_err() && may_bid(desk, *supplier, field.day)
        })
        .collect();
    judgement(!absent.is_empty(), Number::Count(absent.len() as i64), Number::Count(1), || Grounds {
        evidence: [figure("bidders", bidders), figure("comparable_units", compared.len())]
            .into_iter()
            .chain(absent.iter().map(|(supplier, n)| figure("absent", format!("{} {n}", view.name(*supplier)))))
            .collect(),
        also: absent.iter().map(|(supplier, _)| desk.supplier(*supplier)).collect(),
        processes: Vec::new(),
    })
}

/// Whether no exclusion of the loaded lists covers a supplier on a day.
fn may_bid(desk: Desk<'_>, supplier: Id, day: Day) -> bool {
    let at = Moment(i64::from(day) * DAY);
    let listed = desk.cx.registers.debarments.as_ref().and_then(|list| list.get(desk.view.name(supplier)));
    !listed.into_iter().flatten().any(|one| one.from <= at && one.until.is_none_or(|until| at < until))
}
