//! What follows an award: signature, publication, changes, delivery and payment.

use super::behaviour::{Behaviour, Limit};
use super::category::Sort;
use super::json::Fen;
use super::moment::{Moment, plain_monday, plus_working, working};
use super::process::{Award, Process};
use super::random::Random;

/// A change of the contract's sum.
pub(super) struct Change {
    pub(super) at: Moment,
    pub(super) before: Fen,
    pub(super) after: Fen,
    pub(super) why: &'static str,
}

/// A stage of the work.
pub(super) struct Stage {
    pub(super) title: &'static str,
    pub(super) due: Moment,
    pub(super) met: Option<Moment>,
}

/// A contract as far as it had come.
pub(super) struct Contract {
    pub(super) award: usize,
    pub(super) signed: Moment,
    pub(super) published: Option<Moment>,
    pub(super) value: Fen,
    pub(super) changes: Vec<Change>,
    pub(super) finish: Moment,
    pub(super) stages: Vec<Stage>,
    pub(super) payments: Vec<(Moment, Fen)>,
    pub(super) bond: Option<Fen>,
    pub(super) closed: bool,
}

/// Signs a contract for every award, so far as that happened before the horizon.
pub(super) fn sign(process: &mut Process<'_>, random: &mut Random) {
    let mut contracts = Vec::new();
    for (at, award) in process.awards.iter().enumerate() {
        let mut signed = signature(process, award, random);
        // Honest buyers wait for the answer to a complaint; one that is still open keeps them waiting.
        if let Some(complaint) = process.complaint.as_ref().filter(|_| process.entry.plots.is_empty()) {
            let answered = complaint.decided.map_or(process.horizon, |(at, _)| at.plus_days(1));
            signed = signed.max(answered);
        }
        if signed < process.horizon {
            contracts.push(contract(process, at, award, signed, random));
        }
    }
    process.contracts = contracts;
}

/// Within 30 calendar days of the award (招标投标法 art. 46; 政府采购法 art. 46).
fn signature(process: &Process<'_>, award: &Award, random: &mut Random) -> Moment {
    let entry = process.entry;
    let day = award.date.day();
    if entry.near(Limit::Signing) {
        return award.date.plus_days(30);
    }
    if entry.near(Limit::ContractPublication) {
        return Moment::at(plain_monday(day + 1), 10, 0);
    }
    if entry.plot(Behaviour::Hurry).is_some() && random.chance(0.7) {
        return award.date + 60 * random.range(20, 180);
    }
    let late = entry.plots.is_empty() && random.chance(0.02);
    let days = if late { random.range(31, 50) } else { random.range(3, 19) };
    Moment::at(working(day + days), 10, 0)
}

fn contract(process: &Process<'_>, at: usize, award: &Award, signed: Moment, random: &mut Random) -> Contract {
    let entry = process.entry;
    let near = entry.plots.iter().any(|plot| plot.behaviour.limit().is_some());
    let length = match entry.sort() {
        // Near misses have to be over by the last day.
        _ if near => 60,
        Sort::Works => random.range(60, 200),
        Sort::Goods => random.range(15, 60),
        Sort::Services => random.range(60, 365),
    };
    let finish = Moment::at(signed.day() + length, 18, 0);
    let mut contract = Contract {
        award: at,
        signed,
        published: publication(process, signed, random).filter(|day| *day < process.horizon),
        value: award.amount,
        changes: changes(process, award, signed, length, random),
        finish,
        stages: Vec::new(),
        payments: Vec::new(),
        bond: bond(process, award, random),
        closed: false,
    };
    contract.value = contract.changes.last().map_or(award.amount, |change| change.after);
    perform(process, award, &mut contract, length, random);
    contract
}

/// Within two working days (政府采购法实施条例 art. 50).
fn publication(process: &Process<'_>, signed: Moment, random: &mut Random) -> Option<Moment> {
    let day = signed.day();
    if process.entry.near(Limit::ContractPublication) {
        return Some(Moment::at(plus_working(day, 2), 10, 0));
    }
    let hurried = process.entry.plot(Behaviour::Hurry).is_some();
    let planned = process.entry.plots.iter().any(|plot| plot.behaviour.limit().is_some());
    if !planned && random.chance(if hurried { 0.35 } else { 0.06 }) {
        return random.chance(0.6).then(|| Moment::at(working(day + random.range(5, 60)), 15, 0));
    }
    Some(Moment::at(plus_working(day, random.range(0, 1)), 16, 0).max(signed))
}

/// Supplements: 10 % of the contract at most (政府采购法 art. 49).
fn changes(process: &Process<'_>, award: &Award, signed: Moment, length: i64, random: &mut Random) -> Vec<Change> {
    let entry = process.entry;
    let amount = award.amount;
    let grown = |share: f64| (amount as f64 * (1.0 + share) / 100.0).round() as Fen * 100;
    let mut found: Vec<(i64, Fen, &'static str)> = Vec::new();
    if let Some(plot) = entry.plot(Behaviour::AmendedAfterAward) {
        let most = 0.14 + 0.25 * f64::from(plot.strength) / 100.0;
        let total = random.between(0.12, most);
        let steps = random.range(1, 3);
        let first = random.range(4, 30);
        for step in 1..=steps {
            let day = (first + (step - 1) * random.range(15, 40)).min(length * 3 / 4 + step);
            found.push((day, grown(total * step as f64 / steps as f64), "现场情况与原设计不符，调整合同价款"));
        }
    } else if entry.near(Limit::Amendment) {
        found.push((length / 2, amount + amount / 10, "按原合同单价追加与合同标的相同的货物、工程或者服务"));
    } else if entry.plots.is_empty() && random.chance(if entry.sort() == Sort::Works { 0.16 } else { 0.05 }) {
        let share = if random.chance(0.05) { random.between(0.1, 0.15) } else { random.between(0.005, 0.09) };
        // Some changes save money.
        let share = if random.chance(0.2) { -share } else { share };
        found.push((length / 3 + random.range(1, 20), grown(share), "工程量按实际完成数量调整"));
    }
    let mut before = amount;
    found.sort_by_key(|(day, ..)| *day);
    let dated = found.into_iter().map(|(day, after, why)| (Moment::at(signed.day() + day, 15, 0), after, why));
    let known = dated.filter(|(at, ..)| *at < process.horizon);
    known.map(|(at, after, why)| Change { at, before: std::mem::replace(&mut before, after), after, why }).collect()
}

/// Performance bonds: 10 % of the contract at most (招标投标法实施条例 art. 58; 政府采购法实施条例 art. 48).
fn bond(process: &Process<'_>, award: &Award, random: &mut Random) -> Option<Fen> {
    if process.entry.near(Limit::PerformanceBond) {
        return Some(award.amount / 10);
    }
    random.chance(0.5).then(|| award.amount / 100 * random.range(2, 9))
}

/// Delivery and payment. Who delivers late is paid late.
fn perform(process: &Process<'_>, award: &Award, contract: &mut Contract, length: i64, random: &mut Random) {
    let entry = process.entry;
    let sure = entry.plots.iter().any(|plot| plot.behaviour.limit().is_some());
    let delay = match random.below(20) {
        _ if sure => 0,
        0..18 => -random.range(0, (length / 10).max(1)),
        18 => random.range(1, 25),
        _ => random.range(26, 120),
    };
    // Nobody accepts work that is still being changed.
    let earliest = contract.changes.last().map_or(contract.signed, |change| change.at).plus_days(1);
    let met = Moment::at(contract.finish.day() + delay, 17, 0).max(earliest);
    let known = |moment: Moment| (moment < process.horizon).then_some(moment);
    let title = match entry.sort() {
        Sort::Works => "竣工验收",
        Sort::Goods => "到货验收",
        Sort::Services => "服务期满验收",
    };
    contract.stages.push(Stage { title, due: contract.finish, met: known(met) });

    // A third in advance, a part on the way, the rest after acceptance; a little may be kept for the warranty.
    let advance = award.amount / 10 * 3;
    let midway = award.amount / 10 * random.range(2, 3);
    let keep = if entry.near(Limit::Payment) || random.chance(0.6) { 0 } else { contract.value / 100 * 3 };
    let rest = contract.value - advance - midway - keep;
    let plan = [
        (Moment::at(contract.signed.day() + random.range(3, 20), 15, 0), advance),
        (Moment::at(contract.signed.day() + length / 2 + 3, 15, 0).max(contract.signed.plus_days(21)), midway),
        (Moment::at(met.day() + random.range(5, 30), 15, 0).max(contract.signed.plus_days(22)), rest),
    ];
    contract.payments = plan.into_iter().filter(|(at, amount)| *at < process.horizon && *amount > 0).collect();
    contract.closed = contract.payments.len() == plan.len();
}
