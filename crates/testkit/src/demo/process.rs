//! One process: what was planned, asked, offered, decided, signed and paid, as far as it had happened by the last day.

use super::behaviour::{Behaviour, Limit, Planted};
use super::bidding;
use super::category::{CATEGORIES, Category, Sort};
use super::codes::numeral;
use super::contract::{self, Contract};
use super::gaps::{Omitted, Part};
use super::json::Fen;
use super::market::World;
use super::moment::{DAY, Moment, plus_working, working};
use super::random::Random;
use super::schedule::{Entry, Method};
use super::schemes::Ring;

/// How the procedure stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// Not yet decided by the last day.
    Running,
    /// Stopped by the buyer, with its reason.
    Cancelled(&'static str),
    /// Too few bids.
    Unsuccessful(&'static str),
    Complete,
}

/// What has become of a bid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BidState {
    Pending,
    Valid,
    Rejected(Option<&'static str>),
    Withdrawn,
}

pub(super) struct Lot {
    pub(super) value: Fen,
    pub(super) quantity: i64,
}

pub(super) struct Bid {
    pub(super) lot: usize,
    pub(super) bidders: Vec<usize>,
    pub(super) amount: Fen,
    pub(super) at: Moment,
    pub(super) state: BidState,
}

pub(super) struct Award {
    pub(super) lot: usize,
    /// Index of the winning bid; none for a direct award.
    pub(super) bid: Option<usize>,
    pub(super) suppliers: Vec<usize>,
    pub(super) amount: Fen,
    pub(super) candidates: Option<Moment>,
    pub(super) date: Moment,
    /// Share of the work to be subcontracted, in percent, and to whom.
    pub(super) subcontract: Option<(i64, Option<usize>)>,
}

pub(super) struct Enquiry {
    pub(super) asked: Moment,
    pub(super) answered: Option<Moment>,
}

pub(super) struct Complaint {
    pub(super) by: usize,
    pub(super) at: Moment,
    pub(super) decided: Option<(Moment, bool)>,
}

/// How bids are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Criteria {
    PriceOnly,
    /// Points of a hundred for the price.
    Rated(i64),
}

/// A whole process.
pub(super) struct Process<'w> {
    pub(super) world: &'w World,
    pub(super) entry: &'w Entry,
    pub(super) category: &'static Category,
    pub(super) number: u32,
    pub(super) title: String,
    pub(super) omitted: Omitted,
    pub(super) criteria: Criteria,
    pub(super) rationale: Option<&'static str>,
    pub(super) eligibility: &'static str,
    pub(super) intention: Option<Moment>,
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) documents: Moment,
    pub(super) clarification: Option<Moment>,
    pub(super) opening: Moment,
    pub(super) lots: Vec<Lot>,
    pub(super) enquiries: Vec<Enquiry>,
    pub(super) bids: Vec<Bid>,
    pub(super) awards: Vec<Award>,
    pub(super) contracts: Vec<Contract>,
    pub(super) complaint: Option<Complaint>,
    pub(super) bid_bond: Option<Fen>,
    pub(super) fee: Option<Fen>,
    pub(super) standing: Standing,
    /// First moment of which nothing is known.
    pub(super) horizon: Moment,
}

/// Lets a process happen.
pub(super) fn happen<'w>(world: &'w World, rings: &[Ring], entry: &'w Entry, number: u32) -> Process<'w> {
    let mut random = Random::keyed(world.plan.seed, "process", u64::from(number));
    let mut process = begin(world, entry, number, &mut random);
    if entry.plots.is_empty() && random.chance(0.012) {
        // Stopped before anybody had bid.
        process.standing = Standing::Cancelled("采购计划调整，采购任务取消");
    } else if process.end < process.horizon {
        bidding::compete(&mut process, rings, &mut random);
        decide(&mut process, &mut random);
        contract::sign(&mut process, &mut random);
    }
    process
}

impl Process<'_> {
    /// What lies behind it. All of it can be seen by the last day: schemes take no later processes.
    pub(super) fn planted(&self) -> Vec<Planted> {
        let label = |plot: &super::schedule::Plot| Planted { behaviour: plot.behaviour, strength: plot.strength };
        self.entry.plots.iter().map(label).collect()
    }

    /// The estimate of all lots.
    pub(super) fn value(&self) -> Fen {
        self.lots.iter().map(|lot| lot.value).sum()
    }

    /// Whether a part is published.
    pub(super) fn shows(&self, part: Part) -> bool {
        self.omitted.shows(part)
    }
}

fn begin<'w>(world: &'w World, entry: &'w Entry, number: u32, random: &mut Random) -> Process<'w> {
    let buyer = &world.buyers[entry.buyer];
    let category = &CATEGORIES[entry.category];
    let near = entry.plots.iter().any(|plot| plot.behaviour.limit().is_some());
    // What keeps a limit exactly is published whole: otherwise nobody could tell.
    let omitted = if near { Omitted::default() } else { buyer.care.omit(random) };
    let start = Moment::at(entry.day, 9, 0);
    let end = deadline(entry, random);
    let hurried = entry.plot(Behaviour::Hurry).is_some();
    Process {
        world,
        entry,
        category,
        number,
        title: title(&buyer.place, category, random),
        omitted,
        criteria: criteria(entry, random),
        rationale: rationale(entry, random),
        eligibility: eligibility(entry, random),
        intention: intention(entry, start, hurried, random),
        start,
        end,
        documents: if hurried && random.chance(0.5) { start.plus_days(random.range(2, 4)) } else { start },
        clarification: clarification(entry, end, random),
        opening: if random.chance(0.8) { end } else { end + 60 * random.range(5, 60) },
        lots: lots(entry, category, random),
        enquiries: enquiries(entry, start, end, random),
        bids: Vec::new(),
        awards: Vec::new(),
        contracts: Vec::new(),
        complaint: None,
        bid_bond: bid_bond(entry, random),
        fee: (entry.value > 100_000_000 && random.chance(0.5) && entry.method.competes())
            .then(|| 10_000 * random.range(1, 6)),
        standing: Standing::Running,
        horizon: Moment::at(world.plan.until.number() + 1, 0, 0),
    }
}

fn title(place: &str, category: &Category, random: &mut Random) -> String {
    let what = random.pick(category.titles);
    match (category.sort, random.below(4)) {
        (Sort::Works, 0) => format!("{place}{what}（{}期）", ["一", "二", "三"][random.below(3)]),
        (Sort::Works, 1) => format!("{place}{what}工程第{}标段", random.range(1, 4)),
        (Sort::Works, _) => format!("{place}{what}工程"),
        (_, 0) => format!("{place}{what}第 {} 批", random.range(1, 6)),
        (_, 1) => format!("{place}{what}项目（{}）", numeral(random.below(200) + 1)),
        _ => format!("{place}{what}"),
    }
}

/// The last moment to bid.
///
/// Minimum times: open and invited tenders 20 calendar days (招标投标法 art. 24; 政府采购法 art. 35), consultation 10
/// (财库〔2014〕214号 art. 10), negotiation and quotation 3 working days (财政部令第74号 art. 29, 45), notice of a single
/// source 5 working days (政府采购法实施条例 art. 38).
fn deadline(entry: &Entry, random: &mut Random) -> Moment {
    let day = entry.day;
    let exactly = [Limit::OpenPeriod, Limit::ConsultationPeriod, Limit::QuotationPeriod, Limit::SingleSourceNotice];
    if exactly.into_iter().any(|limit| entry.near(limit)) {
        let last = match entry.method {
            Method::Open | Method::Selective => day + 20,
            Method::Consultation => day + 10,
            Method::Negotiation | Method::Quotation => plus_working(day, 3),
            Method::Single => plus_working(day, 5),
        };
        return Moment::at(last, 9, 0);
    }
    let short = if entry.plot(Behaviour::Hurry).is_some() {
        Some(random.between(0.25, 0.7))
    } else if entry.plot(Behaviour::TailoredConditions).is_some() {
        Some(random.between(0.4, 0.85))
    } else if entry.plots.is_empty() && random.chance(0.012) {
        // Honest offices miscount now and then.
        Some(random.between(0.8, 0.97))
    } else {
        None
    };
    if let Some(share) = short {
        let least = match entry.method {
            Method::Open | Method::Selective => 20.0,
            Method::Consultation => 10.0,
            _ => 3.0,
        };
        return Moment::at(day + ((least * share) as i64).max(1), 9, 30);
    }
    let last = match entry.method {
        Method::Open => working(day + 20 + random.range(0, 12)),
        Method::Selective => working(day + 20 + random.range(0, 6)),
        Method::Consultation => working(day + 10 + random.range(0, 6)),
        Method::Negotiation | Method::Quotation => plus_working(day, random.range(4, 8)),
        Method::Single => plus_working(day, random.range(6, 8)),
    };
    Moment::at(last, 9, 30)
}

/// When the intention to buy was published: 30 calendar days before at least (财库〔2020〕10号); small purchases need none.
fn intention(entry: &Entry, start: Moment, hurried: bool, random: &mut Random) -> Option<Moment> {
    if entry.near(Limit::IntentionNotice) {
        return Some(start.plus_days(-30));
    }
    if hurried && random.chance(0.6) {
        return random.chance(0.5).then(|| start.plus_days(-random.range(3, 20)));
    }
    let small = entry.value < entry.sort().limit() / 4;
    let forgotten = entry.plots.is_empty() && random.chance(if small { 0.08 } else { 0.02 });
    (!forgotten).then(|| start.plus_days(-random.range(31, 80)))
}

/// A change that may affect bids: 15 calendar days before the deadline at least, else it moves (招标投标法 art. 23).
fn clarification(entry: &Entry, end: Moment, random: &mut Random) -> Option<Moment> {
    if entry.near(Limit::Clarification) {
        return Some(end.plus_days(-15));
    }
    let tailored = entry.plot(Behaviour::TailoredConditions).is_some() && random.chance(0.3);
    if tailored {
        return Some(end.plus_days(-random.range(3, 7)));
    }
    let room = end.day() - entry.day;
    (entry.method == Method::Open && room > 18 && entry.plots.is_empty() && random.chance(0.06))
        .then(|| end.plus_days(-random.range(16, room - 1)))
}

/// Questions; an answer is due within three days (招标投标法实施条例 art. 22).
fn enquiries(entry: &Entry, start: Moment, end: Moment, random: &mut Random) -> Vec<Enquiry> {
    let on_third = entry.near(Limit::Answer);
    let room = end.day() - start.day();
    if room < 8 || !(on_third || random.chance(0.15)) {
        return Vec::new();
    }
    let count = if on_third { 1 } else { random.range(1, 2) };
    (0..count)
        .map(|_| {
            let asked = start.plus_days(random.range(1, room - 6)) + 60 * random.range(0, 400);
            let hours = random.range(3, 68);
            let late = !on_third && random.chance(0.06);
            let answered = match (on_third, late) {
                (true, _) => Some(asked.plus_days(3)),
                (_, true) => random.chance(0.5).then(|| asked.plus_days(random.range(4, 5))),
                _ => Some(asked + 3600 * hours),
            };
            Enquiry { asked, answered }
        })
        .collect()
}

/// Ways to compare: prices where the thing is uniform, points where it is not. Price weights of 30 points at least for
/// goods, 10 for services (财政部令第87号 art. 55).
fn criteria(entry: &Entry, random: &mut Random) -> Criteria {
    let sort = entry.sort();
    if entry.near(Limit::PriceWeight) {
        return Criteria::Rated(if sort == Sort::Goods { 30 } else { 10 });
    }
    let price_only = match entry.method {
        Method::Negotiation | Method::Quotation | Method::Single => true,
        Method::Consultation => false,
        Method::Open | Method::Selective => random.chance(if sort == Sort::Services { 0.15 } else { 0.5 }),
    };
    let weight = match sort {
        Sort::Works => random.range(10, 14) * 5,
        Sort::Goods => random.range(7, 12) * 5,
        Sort::Services => random.range(3, 8) * 5,
    };
    if price_only { Criteria::PriceOnly } else { Criteria::Rated(weight) }
}

/// Why no open tender was held. Source: the grounds of 政府采购法 art. 29 to 32.
fn rationale(entry: &Entry, random: &mut Random) -> Option<&'static str> {
    if entry.plot(Behaviour::DirectAwards).is_some() && random.chance(0.6) {
        return None;
    }
    if random.chance(0.03) && entry.plots.is_empty() {
        return None;
    }
    match entry.method {
        Method::Open => None,
        Method::Selective => Some("具有特殊性，只能从有限范围的供应商处采购"),
        Method::Consultation => Some("技术复杂或者性质特殊，不能确定详细规格或者具体要求"),
        Method::Negotiation => Some("不能事先计算出价格总额"),
        Method::Quotation => Some("规格、标准统一，现货货源充足且价格变化幅度小"),
        Method::Single => Some(random.pick(&[
            "只能从唯一供应商处采购",
            "必须保证原有采购项目一致性，添购金额不超过原合同采购金额百分之十",
            "发生了不可预见的紧急情况不能从其他供应商处采购",
        ])),
    }
}

fn eligibility(entry: &Entry, random: &mut Random) -> &'static str {
    if entry.plot(Behaviour::TailoredConditions).is_some() {
        return random.pick(&[
            "注册资本不低于 5000 万元；须为本市注册企业；近三年同类业绩不少于五项。",
            "须为本地企业且在本市设有分支机构不少于三年；须提供指定型号产品的原厂授权。",
            "注册资金不少于合同估算价的两倍；须取得本市行业协会推荐证书。",
        ]);
    }
    match entry.sort() {
        Sort::Works => "具有相应施工资质和有效的安全生产许可证；项目经理具有注册建造师资格。",
        Sort::Goods => "具有独立承担民事责任的能力；具有良好的商业信誉和健全的财务会计制度。",
        Sort::Services => "具有履行合同所必需的设备和专业技术能力；近三年无重大违法记录。",
    }
}

/// Bid bonds: 2 % of the estimate at most (招标投标法实施条例 art. 26; 政府采购法实施条例 art. 33).
fn bid_bond(entry: &Entry, random: &mut Random) -> Option<Fen> {
    if entry.near(Limit::BidBond) {
        return Some(entry.value / 50);
    }
    let asked = entry.method.competes() && random.chance(0.6);
    asked.then(|| entry.value / 1000 * random.range(5, 19))
}

/// Lots. What is planted has one, so that a label means one competition.
fn lots(entry: &Entry, category: &Category, random: &mut Random) -> Vec<Lot> {
    let several = entry.plots.is_empty()
        && matches!(entry.method, Method::Open | Method::Consultation)
        && entry.value > 60_000_000
        && random.chance(0.12);
    let count = if several { random.range(2, 4) } else { 1 };
    let mut left = entry.value;
    (0..count)
        .map(|at| {
            let rest = count - at;
            let share = if rest == 1 { left } else { left / rest / 100_000 * 100_000 };
            left -= share;
            let price = category.price * 100.0 * random.factor(0.12);
            let quantity = ((share as f64 / price).round() as i64).max(1);
            Lot { value: share, quantity }
        })
        .collect()
}

/// Who wins and when it is decided.
fn decide(process: &mut Process<'_>, random: &mut Random) {
    let entry = process.entry;
    if let Some(standing) = fail(process, random) {
        process.standing = standing;
        return;
    }
    let (candidates, date) = decision(process, random);
    if date >= process.horizon {
        // Nothing has been judged yet, but what came late was turned away at the door.
        let end = process.end;
        let open = |bid: &&mut Bid| bid.state != BidState::Withdrawn && bid.at <= end;
        process.bids.iter_mut().filter(open).for_each(|bid| bid.state = BidState::Pending);
        return;
    }
    for lot in 0..process.lots.len() {
        let Some(bid) = bidding::winner(process, lot, random) else { continue };
        let suppliers = process.bids[bid].bidders.clone();
        let subcontract = subcontract(process, lot, bid, random);
        let amount = process.bids[bid].amount;
        process.awards.push(Award { lot, bid: Some(bid), suppliers, amount, candidates, date, subcontract });
    }
    if entry.method == Method::Single {
        process.awards.iter_mut().for_each(|award| award.candidates = None);
    }
    process.standing = if process.awards.is_empty() {
        Standing::Unsuccessful("有效投标不足三家，依法重新采购")
    } else {
        Standing::Complete
    };
    complain(process, date, random);
}

/// Why a procedure ends without a decision, if it does.
fn fail(process: &Process<'_>, random: &mut Random) -> Option<Standing> {
    let planted = !process.entry.plots.is_empty();
    if !planted && random.chance(0.008) {
        return Some(Standing::Cancelled(random.pick(&[
            "因重大变故，采购任务取消",
            "供应商的报价均超过了采购预算，采购人不能支付",
            "采购计划调整",
        ])));
    }
    let valid = |lot: usize| process.bids.iter().filter(|bid| bid.lot == lot && bid.state == BidState::Valid).count();
    let enough = (0..process.lots.len()).any(|lot| valid(lot) >= 3);
    // Below three bids tenders are repeated (招标投标法 art. 28; 政府采购法 art. 36); few go on with two.
    let tolerated = planted || !process.entry.method.competes() || random.chance(0.12);
    (!enough && !tolerated || (0..process.lots.len()).all(|lot| valid(lot) == 0))
        .then_some(Standing::Unsuccessful("实质性响应的供应商不足三家，依法重新采购"))
}

/// When candidates are shown and when it is decided. For works candidates are shown for three days at least
/// (招标投标法实施条例 art. 54).
fn decision(process: &Process<'_>, random: &mut Random) -> (Option<Moment>, Moment) {
    let entry = process.entry;
    let day = process.opening.day();
    if entry.plot(Behaviour::Hurry).is_some() {
        let date = Moment::at(working(day + random.range(0, 1)), 17, 0);
        return (None, date.max(process.opening + 3600));
    }
    let tendering = entry.sort() == Sort::Works && matches!(entry.method, Method::Open | Method::Selective);
    if tendering {
        let shown = Moment::at(working(day + random.range(1, 4)), 15, 0);
        if entry.near(Limit::CandidateNotice) {
            return (Some(shown), shown.plus_days(3));
        }
        let date = Moment::at(working(shown.day() + random.range(4, 7)), 16, 0);
        return (Some(shown), date);
    }
    let days = match entry.method {
        Method::Open | Method::Selective => random.range(4, 12),
        Method::Consultation => random.range(3, 8),
        Method::Negotiation | Method::Quotation => random.range(3, 6),
        Method::Single => random.range(1, 5),
    };
    (None, Moment::at(working(day + days), 16, 0))
}

fn subcontract(process: &Process<'_>, lot: usize, bid: usize, random: &mut Random) -> Option<(i64, Option<usize>)> {
    let entry = process.entry;
    let winner = process.bids[bid].bidders[0];
    let losers = || process.bids.iter().filter(move |other| other.lot == lot && !other.bidders.contains(&winner));
    // A ring pays its losers with work.
    let ring = entry.plots.iter().find(|plot| plot.ring.is_some());
    if let Some(ring) = ring
        && random.chance(f64::from(ring.strength) / 500.0)
    {
        return Some((random.range(20, 45), losers().map(|bid| bid.bidders[0]).next()));
    }
    (entry.sort() == Sort::Works && random.chance(0.12)).then(|| {
        let pool = &process.world.pools[process.world.pool_of(entry.buyer, entry.category)];
        let other = random.pick(pool);
        let stranger = other != winner && losers().all(|bid| !bid.bidders.contains(&other));
        (random.range(5, 30), stranger.then_some(other))
    })
}

/// Losers complain now and then, more often where they were pushed aside.
fn complain(process: &mut Process<'_>, date: Moment, random: &mut Random) {
    let wronged = process.entry.plot(Behaviour::RivalsDisqualified).is_some()
        || process.entry.plot(Behaviour::TailoredConditions).is_some();
    if process.entry.plots.iter().any(|plot| plot.behaviour.limit().is_some())
        || !random.chance(if wronged { 0.25 } else { 0.015 })
    {
        return;
    }
    let winners: Vec<usize> = process.awards.iter().flat_map(|award| award.suppliers.clone()).collect();
    let loser = process.bids.iter().find(|bid| !winners.contains(&bid.bidders[0])).map(|bid| bid.bidders[0]);
    if let Some(by) = loser {
        let at = date.plus_days(random.range(1, 7)) + DAY / 16;
        let upheld = random.chance(if wronged { 0.4 } else { 0.15 });
        let decided = at.plus_days(if wronged { random.range(10, 35) } else { random.range(3, 9) });
        if at < process.horizon {
            process.complaint =
                Some(Complaint { by, at, decided: (decided < process.horizon).then_some((decided, upheld)) });
        }
    }
}
