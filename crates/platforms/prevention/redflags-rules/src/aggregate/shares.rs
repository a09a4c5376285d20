//! Who gets how much of what: R040 and X-03 by buyer and supplier, R050 by supplier and market, R026 and R051 by market.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::bench::{Bench, Desk, Grounds, Measured, against, everybody, figure, first_missing, judgement, of, too_few};
use super::intern::NONE;
use super::seen::{Day, competitive};
use super::splitting::relations;
use super::view::{Id, MarketId, Span, by_window, number};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{herfindahl, round9};
use crate::subject::SubjectKey;

const CLASS: &str = "tender/items/classification";

/// What each supplier got within a window, in one currency.
struct Portions {
    /// Supplier → value and awards.
    got: BTreeMap<Id, (Decimal, Vec<u32>)>,
    /// Value of all awards, each counted once.
    total: Decimal,
    awards: usize,
}

impl Portions {
    fn share(&self, supplier: Id) -> f64 {
        let got = self.got.get(&supplier).map_or(Decimal::ZERO, |(value, _)| *value);
        round9(got.checked_div(self.total).map_or(0.0, number))
    }
}

/// Divides awards among suppliers, in the currency most of them have; `Err` names what is missing.
fn portions(desk: Desk<'_>, span: Option<Span>, awards: &[u32]) -> Result<Portions, Outcome> {
    let row = |award: &u32| &desk.view.log.awards[*award as usize];
    if let Some(missing) = first_missing(&[
        ("awards/date", span.is_some()),
        ("awards/suppliers/id", awards.iter().any(|a| desk.view.members(row(a).to).next().is_some())),
        ("awards/value", awards.iter().any(|a| row(a).value().is_some())),
    ]) {
        return Err(missing);
    }
    let currency = desk.main_currency(awards.iter().filter_map(|a| row(a).value()).map(|sum| sum.currency));
    let mut found = Portions { got: BTreeMap::new(), total: Decimal::ZERO, awards: 0 };
    for award in awards {
        let Some(sum) = row(award).value().filter(|sum| Some(sum.currency) == currency) else { continue };
        found.awards += 1;
        found.total = found.total.saturating_add(sum.amount);
        for supplier in desk.credited(row(award).to) {
            let entry = found.got.entry(supplier).or_default();
            entry.0 = entry.0.saturating_add(sum.amount);
            entry.1.push(*award);
        }
    }
    Ok(found)
}

/// Active awards by buyer.
fn awards_by_buyer(desk: Desk<'_>) -> Vec<(Id, Option<Day>, u32)> {
    let view = desk.view;
    view.award_rows()
        .filter(|(_, row)| row.active())
        .filter_map(|(award, row)| {
            let buyer = view.log.processes[row.process as usize].buyer_or_entity();
            (buyer != NONE).then(|| (view.id(buyer), row.day(), award))
        })
        .collect()
}

/// Active awards by market.
fn awards_by_market(desk: Desk<'_>) -> Vec<(MarketId, Option<Day>, u32)> {
    let view = desk.view;
    view.award_rows()
        .filter(|(_, row)| row.active())
        .map(|(award, row)| (view.market_of_award(award), row.day().or(view.process_day(row.process)), award))
        .collect()
}

/// What a buyer awards, as far as its relations share it.
struct Buying {
    buyer: Id,
    span: Option<Span>,
    awards: usize,
    suppliers: usize,
    /// The outcome of all its relations where none can be measured.
    settled: Option<Outcome>,
}

/// One supplier's part in it. Nearly every award may make a relation of its own, so a row is small: names and evidence come last.
struct Relation {
    supplier: Id,
    /// Place among the buyers.
    of: u32,
    share: f64,
    /// Its awards, in the list of those of all relations.
    own: std::ops::Range<u32>,
}

/// R040 采购人依赖单一供应商: one supplier's share of what a buyer awards.
///
/// Both must hold: the share itself, and the upper fence of all buyers' relations, where that is usable.
pub(super) fn r040(bench: &mut Bench<'_>) {
    let indicator = of("R040");
    let desk = bench.desk;
    let (mut buyers, mut relations, mut of_all) = (Vec::new(), Vec::new(), Vec::new());
    by_window(awards_by_buyer(desk), desk.window(), |buyer, span, awards| {
        let portions = portions(desk, span, awards);
        let mut suppliers: BTreeSet<Id> = BTreeSet::new();
        for award in awards {
            suppliers.extend(desk.credited(desk.view.log.awards[*award as usize].to));
        }
        let mut buying = Buying { buyer, span, awards: 0, suppliers: 0, settled: None };
        match &portions {
            Err(outcome) => buying.settled = Some(outcome.clone()),
            Ok(portions) => {
                (buying.awards, buying.suppliers) = (portions.awards, portions.got.len());
                let few = (portions.awards as u64) < desk.count(Key::R040MinAwards)
                    || (portions.got.len() as u64) < desk.count(Key::R040MinSuppliers);
                buying.settled = few.then(|| Outcome::not_applicable(Reason::TooFew));
            }
        }
        let measured = portions.as_ref().ok().filter(|_| buying.settled.is_none());
        let of = buyers.len() as u32;
        buyers.push(buying);
        for supplier in suppliers {
            let from = of_all.len() as u32;
            let share = measured.map_or(0.0, |portions| portions.share(supplier));
            of_all.extend(measured.and_then(|portions| portions.got.get(&supplier)).into_iter().flat_map(|got| &got.1));
            relations.push(Relation { supplier, of, share, own: from..of_all.len() as u32 });
        }
    });
    let least = desk.real(Key::R040Share);
    let measured = relations.iter().filter(|relation| buyers[relation.of as usize].settled.is_none());
    let peers = measured.map(|relation| relation.share).collect();
    let fences = bench.fences(indicator, peers, everybody());
    for relation in relations {
        let buying = &buyers[relation.of as usize];
        let own = &of_all[relation.own.start as usize..relation.own.end as usize];
        let explain = || Grounds {
            evidence: vec![
                desk.window_figure(buying.span),
                figure("share_by_count", Number::real(own.len() as f64 / buying.awards.max(1) as f64)),
                figure("awards", buying.awards),
                figure("suppliers", buying.suppliers),
                figure("least_share", Number::real(least)),
            ],
            also: Vec::new(),
            processes: own.iter().map(|award: &u32| desk.view.log.awards[*award as usize].process).collect(),
        };
        let judged = match &buying.settled {
            Some(outcome) => outcome.clone().into(),
            None => against(relation.share, fences, None, || relation.share >= least, explain),
        };
        bench.give(indicator, desk.relation(buying.buyer, relation.supplier), judged);
    }
}

/// X-03 专供供应商: a supplier that wins from one buyer only, though others buy the same.
pub(super) fn x03(bench: &mut Bench<'_>) {
    let indicator = of("X-03");
    let desk = bench.desk;
    let view = desk.view;
    // Who buys each category, and what each supplier won from whom, with days.
    let mut buyers: BTreeMap<Id, BTreeMap<Id, Vec<Day>>> = BTreeMap::new();
    let mut won: BTreeMap<Id, Vec<(Id, Day)>> = BTreeMap::new();
    for (_, row) in view.award_rows().filter(|(_, row)| row.active()) {
        let process = &view.log.processes[row.process as usize];
        let (Some(day), buyer) = (row.day(), process.buyer_or_entity()) else { continue };
        if buyer == NONE {
            continue;
        }
        if process.category != NONE {
            buyers.entry(view.id(process.category)).or_default().entry(view.id(buyer)).or_default().push(day);
        }
        for supplier in desk.credited(row.to) {
            won.entry(supplier).or_default().push((view.id(buyer), day));
        }
    }
    for days in buyers.values_mut().flat_map(BTreeMap::values_mut) {
        days.sort_unstable();
    }
    let days = desk.days(Key::X03Days);
    by_window(relations(desk), days, |(buyer, supplier), span, awards| {
        let process = |award: &u32| &view.log.processes[view.log.awards[*award as usize].process as usize];
        let judged = if span.is_none() {
            Outcome::missing("awards/date").into()
        } else if awards.iter().all(|a| process(a).category == NONE) {
            Outcome::missing(CLASS).into()
        } else {
            let span = span.unwrap_or(Span { from: 0, to: 0 });
            let competed: Vec<u32> =
                awards.iter().copied().filter(|a| process(a).way.is_some_and(competitive)).collect();
            let elsewhere = won
                .get(&supplier)
                .is_some_and(|won| won.iter().any(|(other, day)| *other != buyer && span.contains(*day)));
            let categories: BTreeSet<Id> = competed.iter().map(|award| view.id(process(award).category)).collect();
            // Counting stops once there are enough of them: in a large category there are thousands.
            let enough = desk.count(Key::X03MinBuyers);
            let mut others: BTreeSet<Id> = BTreeSet::new();
            for (other, days) in categories.iter().filter_map(|category| buyers.get(category)).flatten() {
                if others.len() as u64 >= enough {
                    break;
                }
                let first = days.partition_point(|day| *day < span.from);
                if *other != buyer && days.get(first).is_some_and(|day| span.contains(*day)) {
                    others.insert(*other);
                }
            }
            let least = desk.count(Key::X03MinAwards);
            if (others.len() as u64) < enough {
                too_few()
            } else {
                let raised = competed.len() as u64 >= least && !elsewhere;
                judgement(raised, Number::Count(competed.len() as i64), Number::Count(least as i64), || Grounds {
                    evidence: vec![desk.window_figure(Some(span)), figure("other_buyers_at_least", others.len())],
                    also: vec![desk.supplier(supplier)],
                    processes: competed.iter().map(|a| view.log.awards[*a as usize].process).collect(),
                })
            }
        };
        bench.give(indicator, desk.relation(buyer, supplier), judged);
    });
}

/// R050 市场份额过高: one supplier's share of a market.
pub(super) fn r050(bench: &mut Bench<'_>) {
    let indicator = of("R050");
    let desk = bench.desk;
    let view = desk.view;
    let mut found = Vec::new();
    by_window(awards_by_market(desk), desk.window(), |market, span, awards| {
        let buyers: BTreeSet<Id> = awards
            .iter()
            .map(|a| view.log.processes[view.log.awards[*a as usize].process as usize].buyer_or_entity())
            .filter(|buyer| *buyer != NONE)
            .map(|buyer| view.id(buyer))
            .collect();
        let portions = class_known(market).and_then(|()| portions(desk, span, awards));
        let mut suppliers: BTreeSet<Id> = BTreeSet::new();
        for award in awards {
            suppliers.extend(desk.credited(view.log.awards[*award as usize].to));
        }
        for supplier in suppliers {
            let least = desk.real(Key::R050Share);
            let judged = match &portions {
                Err(outcome) => outcome.clone().into(),
                Ok(_) if buyers.is_empty() => Outcome::missing("buyer/id").into(),
                Ok(portions)
                    if (portions.awards as u64) < desk.count(Key::R050MinAwards)
                        || (buyers.len() as u64) < desk.count(Key::R050MinBuyers) =>
                {
                    too_few()
                }
                Ok(portions) => {
                    let share = portions.share(supplier);
                    judgement(share >= least, Number::real(share), Number::real(least), || Grounds {
                        evidence: vec![
                            desk.window_figure(span),
                            figure("awards", portions.awards),
                            figure("suppliers", portions.got.len()),
                            figure("buyers", buyers.len()),
                        ],
                        also: vec![desk.supplier(supplier)],
                        processes: portions.got.get(&supplier).map_or(Vec::new(), |(_, awards)| {
                            awards.iter().map(|a| view.log.awards[*a as usize].process).collect()
                        }),
                    })
                }
            };
            let subject = SubjectKey::SupplierMarket {
                supplier: view.name(supplier).to_owned(),
                market: view.market_key(market),
            };
            found.push(((supplier, market), subject, judged));
        }
    });
    found.sort_by_key(|(key, ..)| *key);
    for (_, subject, judged) in found {
        bench.give(indicator, subject, judged);
    }
}

/// R051 市场集中: Herfindahl–Hirschman index of a market.
pub(super) fn r051(bench: &mut Bench<'_>) {
    let indicator = of("R051");
    let desk = bench.desk;
    let view = desk.view;
    by_window(awards_by_market(desk), desk.window(), |market, span, awards| {
        let judged = match class_known(market).and_then(|()| portions(desk, span, awards)) {
            Err(outcome) => outcome.into(),
            Ok(portions) if (portions.awards as u64) < desk.count(Key::R051MinAwards) => too_few(),
            Ok(portions) => {
                let values: Vec<f64> = portions.got.values().map(|(value, _)| number(*value)).collect();
                let (hhi, least) = (round9(herfindahl(&values).unwrap_or_default()), desk.real(Key::R051Hhi));
                judgement(hhi >= least, Number::real(hhi), Number::real(least), || {
                    let mut leaders: Vec<(Id, f64)> = portions.got.keys().map(|s| (*s, portions.share(*s))).collect();
                    leaders.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                    leaders.truncate(3);
                    let mut evidence = vec![
                        desk.window_figure(span),
                        figure("awards", portions.awards),
                        figure("suppliers", portions.got.len()),
                    ];
                    evidence.extend(
                        leaders
                            .iter()
                            .map(|(s, share)| figure("leader", format!("{} {}", view.name(*s), Number::real(*share)))),
                    );
                    Grounds {
                        evidence,
                        also: leaders.iter().map(|(supplier, _)| desk.supplier(*supplier)).collect(),
                        processes: awards.iter().map(|a| view.log.awards[*a as usize].process).collect(),
                    }
                })
            }
        };
        bench.give(indicator, desk.market(market), judged);
    });
}

/// R026 联合体盛行: the share of a market's awards that go to consortia, against all markets.
pub(super) fn r026(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let mut measured = Vec::new();
    by_window(awards_by_market(desk), desk.window(), |market, span, awards| {
        let row = |award: &u32| &view.log.awards[*award as usize];
        let named: Vec<u32> = awards.iter().copied().filter(|a| view.members(row(a).to).next().is_some()).collect();
        let joint: Vec<u32> = named.iter().copied().filter(|a| view.members(row(a).to).count() > 1).collect();
        let value = if named.is_empty() {
            Err(Outcome::missing("awards/suppliers/id"))
        } else if span.is_none() {
            Err(Outcome::missing("awards/date"))
        } else if market.category == NONE {
            Err(Outcome::missing(CLASS))
        } else if (named.len() as u64) < desk.count(Key::R026MinN) {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(joint.len() as f64 / named.len() as f64)
        };
        let processes: Vec<u32> = joint.iter().map(|a| row(a).process).collect();
        measured.push(Measured { subject: desk.market(market), value, data: (span, named.len(), processes) });
    });
    bench.compare(
        of("R026"),
        everybody(),
        measured,
        |_, _| None,
        |_, _| true,
        |(span, awards, processes)| Grounds {
            evidence: vec![desk.window_figure(*span), figure("awards", awards), figure("consortia", processes.len())],
            also: Vec::new(),
            processes: processes.clone(),
        },
    );
}

/// A market without a category is no market.
pub(super) fn class_known(market: MarketId) -> Result<(), Outcome> {
    if market.category == NONE { Err(Outcome::missing(CLASS)) } else { Ok(()) }
}
