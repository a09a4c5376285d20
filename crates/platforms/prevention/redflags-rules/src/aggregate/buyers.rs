//! A buyer's habits: R002, R013, R019, R021, R038, R072.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::bench::{
    Bench, Desk, Grounds, Like, Measured, everybody, figure, first_missing, judgement, kind, not_competitive, of,
    too_few,
};
use super::intern::NONE;
use super::seen::{BidState, Day, Kind};
use super::view::{Id, Span, add_up, by_window};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{Counts, binomial_tail, mean, round9};
use crate::stratum::{Mask, Stratum};
use crate::subject::SubjectKey;

const START: &str = "tender/tenderPeriod/startDate";

/// Processes by buyer, else procuring entity.
fn by_buyer(desk: Desk<'_>) -> Vec<(Id, Option<Day>, u32)> {
    let view = desk.view;
    view.process_rows()
        .filter(|(_, row)| row.buyer_or_entity() != NONE)
        .map(|(process, row)| (view.id(row.buyer_or_entity()), view.process_day(process), process))
        .collect()
}

/// R002 限额下聚集: values crowd just under a legal limit.
///
/// Each tender is set against its own limit, so that tenders under several limits add up.
pub(super) fn r002(bench: &mut Bench<'_>) {
    let indicator = of("R002");
    let desk = bench.desk;
    let view = desk.view;
    by_window(by_buyer(desk), desk.window(), |buyer, span, rows| {
        let log = view.log;
        let valued = |process: &u32| log.processes[*process as usize].value();
        let judged = if let Some(missing) = first_missing(&[
            ("tender/value/amount", rows.iter().any(|p| valued(p).is_some())),
            ("tender/procurementMethod", rows.iter().any(|p| log.processes[*p as usize].way.is_some())),
            (START, span.is_some()),
        ]) {
            missing.into()
        } else {
            let mut limits = 0;
            let (mut below, mut band) = (Vec::new(), 0u64);
            for process in rows {
                let row = &log.processes[*process as usize];
                let Some(value) = row.value() else { continue };
                let Some(limit) = desk.limit(*process, view.process_day(*process), value.currency) else { continue };
                limits += 1;
                let key = if row.kind == Some(Kind::Works) { Key::R002BandWorks } else { Key::R002Band };
                let width = Decimal::try_from(desk.real(key)).unwrap_or_default();
                let (low, high) = (limit * (Decimal::ONE - width), limit * (Decimal::ONE + width));
                if low <= value.amount && value.amount <= high {
                    band += 1;
                    if value.amount < limit {
                        below.push((*process, value, limit));
                    }
                }
            }
            if limits == 0 {
                Outcome::not_applicable(Reason::NoThreshold).into()
            } else if band < desk.count(Key::R002MinN) {
                too_few()
            } else {
                let share = round9(below.len() as f64 / band as f64);
                let tail = binomial_tail(below.len() as u64, band, 0.5);
                let least = desk.real(Key::R002Share);
                let raised = share >= least && round9(tail) <= desk.real(Key::R002Tail);
                judgement(raised, Number::real(share), Number::real(least), || Grounds {
                    evidence: [
                        desk.window_figure(span),
                        figure("in_band", band),
                        figure("below_limit", below.len()),
                        figure("binomial_tail", format!("{tail:.3e}")),
                    ]
                    .into_iter()
                    .chain(below.iter().take(20).map(|(process, value, limit)| {
                        desk.fact(
                            *process,
                            "/tender/value/amount",
                            format!("{} < {}", desk.money(*value), limit.normalize()),
                        )
                    }))
                    .collect(),
                    also: Vec::new(),
                    processes: below.iter().map(|(process, ..)| *process).collect(),
                })
            }
        };
        bench.give(indicator, desk.buyer(buyer), judged);
    });
}

struct Habit {
    span: Option<Span>,
    of: u64,
    all: u64,
    by_value: Option<f64>,
    processes: Vec<u32>,
}

fn habit_grounds(desk: Desk<'_>, habit: &Habit, what: &str) -> Grounds {
    let mut evidence = vec![desk.window_figure(habit.span), figure("cases", habit.all), figure(what, habit.of)];
    evidence.extend(habit.by_value.map(|share| figure("share_by_value", Number::real(share))));
    Grounds { evidence, also: Vec::new(), processes: habit.processes.clone() }
}

/// R013 非竞争方式占比高: a buyer's share of non-competitive procedures.
pub(super) fn r013(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let least = desk.count(Key::R013MinN);
    let mut measured = Vec::new();
    by_window(by_buyer(desk), desk.window(), |buyer, span, rows| {
        let row = |process: &u32| &view.log.processes[*process as usize];
        let known: Vec<u32> = rows.iter().copied().filter(|p| row(p).way.is_some()).collect();
        let hits: Vec<u32> = known.iter().copied().filter(|p| not_competitive(row(p).way)).collect();
        // By value beside it: in the buyer's main currency.
        let currency = desk.main_currency(known.iter().filter_map(|p| row(p).value()).map(|sum| sum.currency));
        let total = |of: &[u32]| {
            add_up(of.iter().filter_map(|p| row(p).value()).filter(|s| Some(s.currency) == currency).map(|s| s.amount))
        };
        let (part, whole) = (total(&hits), total(&known));
        let value = if known.is_empty() {
            Err(Outcome::missing("tender/procurementMethod"))
        } else if (known.len() as u64) < least {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(hits.len() as f64 / known.len() as f64)
        };
        let habit = Habit {
            span,
            of: hits.len() as u64,
            all: known.len() as u64,
            by_value: part.checked_div(whole).map(super::view::number),
            processes: hits,
        };
        measured.push(Measured { subject: desk.buyer(buyer), value, data: habit });
    });
    let most = desk.real(Key::R013MaxShare);
    compare_habits(bench, "R013", everybody(), measured, most, "non_competitive");
}

/// R021 主观评审比重高: a buyer's share of processes decided by more than price.
pub(super) fn r021(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let least = desk.count(Key::R021MinN);
    let mut measured = Vec::new();
    by_window(by_buyer(desk), desk.window(), |buyer, span, rows| {
        let row = |process: &u32| &view.log.processes[*process as usize];
        let known = rows.iter().filter(|p| row(p).by_price.is_some()).count() as u64;
        let hits: Vec<u32> = rows.iter().copied().filter(|p| row(p).by_price == Some(false)).collect();
        let value = if known == 0 {
            Err(Outcome::missing("tender/awardCriteria"))
        } else if known < least {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(hits.len() as f64 / known as f64)
        };
        let habit = Habit { span, of: hits.len() as u64, all: known, by_value: None, processes: hits };
        measured.push(Measured { subject: desk.buyer(buyer), value, data: habit });
    });
    let most = desk.real(Key::R021MaxShare);
    compare_habits(bench, "R021", everybody(), measured, most, "not_by_price");
}

/// R072 分包盛行: a buyer's share of awards with subcontracting.
pub(super) fn r072(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let least = desk.count(Key::R072MinN);
    let rows: Vec<(Id, Option<Day>, u32)> = view
        .award_rows()
        .filter(|(_, row)| row.active())
        .filter_map(|(award, row)| {
            let buyer = view.log.processes[row.process as usize].buyer_or_entity();
            (buyer != NONE).then(|| (view.id(buyer), row.day().or(view.process_day(row.process)), award))
        })
        .collect();
    let mut measured = Vec::new();
    by_window(rows, desk.window(), |buyer, span, rows| {
        let row = |award: &u32| &view.log.awards[*award as usize];
        let known = rows.iter().filter(|a| row(a).subcontracted.is_some()).count() as u64;
        let hits: Vec<u32> =
            rows.iter().filter(|a| row(a).subcontracted == Some(true)).map(|a| row(a).process).collect();
        let value = if known == 0 {
            Err(Outcome::missing("awards/hasSubcontracting"))
        } else if known < least {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(hits.len() as f64 / known as f64)
        };
        let habit = Habit { span, of: hits.len() as u64, all: known, by_value: None, processes: hits };
        measured.push(Measured { subject: desk.buyer(buyer), value, data: habit });
    });
    compare_habits(bench, "R072", everybody(), measured, f64::NAN, "subcontracted");
}

/// A share against the upper fence of all buyers, or a set maximum.
fn compare_habits(
    bench: &mut Bench<'_>,
    code: &str,
    like: Like<'_>,
    measured: Vec<Measured<Habit>>,
    most: f64,
    what: &str,
) {
    let desk = bench.desk;
    bench.compare(
        of(code),
        like,
        measured,
        // `off` is NaN, which nothing reaches.
        |value, _| (value >= most).then_some(most),
        |_, _| true,
        |habit| habit_grounds(desk, habit, what),
    );
}

struct Turnout {
    buyer: Id,
    category: Id,
    span: Option<Span>,
    units: Vec<u32>,
    mean: f64,
}

/// R019 投标人少: a buyer draws fewer bidders than others do in the same category.
///
/// The fence is that of the buyers in the category; where it is degenerate, half the category's median.
pub(super) fn r019(bench: &mut Bench<'_>) {
    let indicator = of("R019");
    let desk = bench.desk;
    let view = desk.view;
    let least = desk.count(Key::R019MinUnits);
    let rows: Vec<((Id, Id), Option<Day>, u32)> = view
        .unit_rows()
        .filter_map(|(unit, row)| {
            let buyer = view.process_of(unit).buyer_or_entity();
            (buyer != NONE).then(|| ((view.id(buyer), view.id(row.category)), view.unit_day(unit), unit))
        })
        .collect();
    let mut subjects: Vec<(SubjectKey, Result<Turnout, Outcome>)> = Vec::new();
    by_window(rows, desk.window(), |(buyer, category), span, rows| {
        let subject = SubjectKey::BuyerCategory {
            buyer: view.name(buyer).to_owned(),
            category: view.name(category).to_owned(),
            year: String::new(),
        };
        let way = |unit: &u32| view.process_of(*unit).way;
        let known = |unit: &u32| view.log.units[*unit as usize].bidders();
        let competitive: Vec<u32> =
            rows.iter().copied().filter(|unit| way(unit).is_some_and(super::seen::competitive)).collect();
        let counted: Vec<u32> = competitive.iter().copied().filter(|unit| known(unit).is_some()).collect();
        let result = if rows.iter().all(|unit| way(unit).is_none()) {
            Err(Outcome::missing("tender/procurementMethod"))
        } else if competitive.is_empty() {
            Err(Outcome::not_applicable(Reason::Method))
        } else if category == NONE {
            Err(Outcome::missing("tender/items/classification"))
        } else if counted.is_empty() {
            Err(Outcome::missing("bids/details/tenderers/id"))
        } else if (counted.len() as u64) < least {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            let numbers: Vec<f64> = counted.iter().filter_map(known).map(f64::from).collect();
            let mean = round9(mean(&numbers).unwrap_or_default());
            Ok(Turnout { buyer, category, span, units: counted, mean })
        };
        subjects.push((subject, result));
    });
    let mut peers: BTreeMap<Id, Vec<f64>> = BTreeMap::new();
    for turnout in subjects.iter().filter_map(|(_, result)| result.as_ref().ok()) {
        peers.entry(turnout.category).or_default().push(turnout.mean);
    }
    let mut fences = BTreeMap::new();
    for (category, peers) in peers {
        let (scheme, class) = view.name(category).split_once(':').unwrap_or(("", view.name(category)));
        let like = (Mask::CATEGORY, Stratum { scheme, class, ..Stratum::default() });
        let peers: Counts = peers.into_iter().collect();
        fences.insert(category, bench.fences(indicator, peers, like));
    }
    for (subject, result) in subjects {
        let judged = match result {
            Err(outcome) => outcome.into(),
            Ok(turnout) => match fences.get(&turnout.category).copied().flatten() {
                None => Outcome::missing("reference").into(),
                Some(fences) => {
                    let threshold = round9(fences.guarded_lower().unwrap_or(fences.median / 2.0));
                    judgement(turnout.mean <= threshold, Number::real(turnout.mean), Number::real(threshold), || {
                        Grounds {
                            evidence: vec![
                                desk.window_figure(turnout.span),
                                figure("units", turnout.units.len()),
                                figure("peers", fences.n),
                                figure("median", Number::real(fences.median)),
                            ],
                            also: vec![desk.buyer(turnout.buyer)],
                            processes: turnout.units.iter().map(|u| view.log.units[*u as usize].process).collect(),
                        }
                    })
                }
            },
        };
        bench.give(indicator, subject, judged);
    }
}

/// R038 否决率过高: the share of bids disqualified, by buyer, by procuring entity and by supplier, each kind against its own
/// peers.
pub(super) fn r038(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let mut by_entity: [Vec<(Id, Option<Day>, u32)>; 2] = Default::default();
    let mut by_supplier = Vec::new();
    for (unit, row) in view.unit_rows() {
        let (process, day) = (&view.log.processes[row.process as usize], view.unit_day(unit));
        for (rows, symbol) in by_entity.iter_mut().zip([process.buyer, process.entity]) {
            if symbol != NONE {
                rows.push((view.id(symbol), day, unit));
            }
        }
        let mut parties: Vec<Id> = view.log.bids_of(unit).iter().flat_map(|bid| view.members(bid.by)).collect();
        parties.sort_unstable();
        parties.dedup();
        by_supplier.extend(parties.into_iter().map(|supplier| (supplier, day, unit)));
    }
    let [buyers, entities] = by_entity;
    exclusions(bench, "buyer", buyers, |name| SubjectKey::Buyer { buyer: name }, false);
    exclusions(bench, "entity", entities, |name| SubjectKey::Entity { entity: name }, false);
    exclusions(bench, "supplier", by_supplier, |name| SubjectKey::Supplier { supplier: name }, true);
}

fn exclusions(
    bench: &mut Bench<'_>,
    grain: &str,
    rows: Vec<(Id, Option<Day>, u32)>,
    subject: impl Fn(String) -> SubjectKey,
    own_bids_only: bool,
) {
    let desk = bench.desk;
    let view = desk.view;
    let (least_bids, least_processes) = (desk.count(Key::R038MinBids), desk.count(Key::R038MinProcesses));
    let mut measured = Vec::new();
    by_window(rows, desk.window(), |id, span, units| {
        let (mut submitted, mut disqualified, mut any) = (0u64, 0u64, false);
        let (mut processes, mut hit) = (Vec::new(), Vec::new());
        for unit in units {
            let process = view.log.units[*unit as usize].process;
            for bid in view.log.bids_of(*unit) {
                if own_bids_only && !view.members(bid.by).any(|member| member == id) {
                    continue;
                }
                any = true;
                if bid.submitted() {
                    submitted += 1;
                    processes.push(process);
                }
                if bid.state == Some(BidState::Disqualified) {
                    disqualified += 1;
                    hit.push(process);
                }
            }
        }
        processes.sort_unstable();
        processes.dedup();
        let value = if !any {
            Err(Outcome::missing("bids/details/id"))
        } else if submitted == 0 {
            Err(Outcome::missing("bids/details/status"))
        } else if submitted < least_bids || (processes.len() as u64) < least_processes {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(disqualified as f64 / submitted as f64)
        };
        let habit = Habit { span, of: disqualified, all: submitted, by_value: None, processes: hit };
        measured.push(Measured { subject: subject(view.name(id).to_owned()), value, data: habit });
    });
    compare_habits(bench, "R038", kind(grain), measured, f64::NAN, "disqualified");
}
