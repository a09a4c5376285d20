//! Which process begins when, whose it is and what it is for. Small, and made at once: schemes reach over many of them.

use kernel::Day;

use super::behaviour::{Behaviour, Limit};
use super::category::{CATEGORIES, Sort};
use super::json::Fen;
use super::market::{World, appetite, by_level};
use super::moment::working;
use super::random::Random;

/// How is bought. Source: 政府采购法 art. 26; 财库〔2014〕214号 for consultation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Method {
    /// 公开招标
    Open,
    /// 邀请招标
    Selective,
    /// 竞争性磋商
    Consultation,
    /// 竞争性谈判
    Negotiation,
    /// 询价
    Quotation,
    /// 单一来源
    Single,
}

impl Method {
    /// Code of OCDS `procurementMethod`.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Method::Open => "open",
            Method::Selective => "selective",
            Method::Consultation | Method::Negotiation | Method::Quotation => "limited",
            Method::Single => "direct",
        }
    }

    /// `procurementMethodDetails`.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Method::Open => "公开招标",
            Method::Selective => "邀请招标",
            Method::Consultation => "竞争性磋商",
            Method::Negotiation => "竞争性谈判",
            Method::Quotation => "询价",
            Method::Single => "单一来源",
        }
    }

    /// Whether several bid.
    pub(super) const fn competes(self) -> bool {
        !matches!(self, Method::Single)
    }

    /// What an honest buyer takes for that value.
    fn usual(sort: Sort, value: Fen, random: &mut Random) -> Method {
        let share = value as f64 / sort.limit() as f64;
        // Open, selective, consultation, negotiation, quotation, single.
        let weights = if share >= 1.0 {
            [90.0, 5.0, 3.0, 0.5, 0.0, 1.5]
        } else if share >= 0.25 {
            [38.0, 4.0, 34.0, 9.0, 11.0, 4.0]
        } else {
            [12.0, 2.0, 34.0, 13.0, 33.0, 6.0]
        };
        use Method::{Consultation, Negotiation, Open, Quotation, Selective, Single};
        let method =
            [Open, Selective, Consultation, Negotiation, Quotation, Single][random.weighted(weights.into_iter())];
        // A quotation is for goods of uniform make (政府采购法 art. 32).
        if method == Quotation && sort != Sort::Goods { Consultation } else { method }
    }
}

/// What somebody means to do in a process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plot {
    pub(super) behaviour: Behaviour,
    pub(super) strength: u8,
    /// The supplier for whom it is done.
    pub(super) favoured: Option<usize>,
    /// The ring, where bidders agree.
    pub(super) ring: Option<usize>,
}

/// A process before anything has happened.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Day of the notice.
    pub(super) day: i64,
    pub(super) buyer: usize,
    pub(super) category: usize,
    pub(super) value: Fen,
    pub(super) method: Method,
    pub(super) plots: Vec<Plot>,
    /// The budget item, where several processes spend the same.
    pub(super) budget: Option<usize>,
}

impl Entry {
    /// The plot of that behaviour, if there is one.
    pub(super) fn plot(&self, behaviour: Behaviour) -> Option<&Plot> {
        self.plots.iter().find(|plot| plot.behaviour == behaviour)
    }

    /// Whether the process is to keep that limit exactly.
    pub(super) fn near(&self, limit: Limit) -> bool {
        self.plot(Behaviour::NearMiss(limit)).is_some()
    }

    /// The supplier who is to win, if one is.
    pub(super) fn favoured(&self) -> Option<usize> {
        self.plots.iter().find_map(|plot| plot.favoured)
    }

    /// Works, goods or services.
    pub(super) fn sort(&self) -> Sort {
        CATEGORIES[self.category].sort
    }
}

/// All processes, not yet in order, nothing planted.
pub(super) fn entries(world: &World) -> Vec<Entry> {
    let begin = world.plan.begin().number();
    let span = world.plan.until.number() - begin + 1;
    (0..u64::from(world.plan.processes))
        .map(|number| {
            let mut random = Random::keyed(world.plan.seed, "entry", number);
            let day = working(season(begin, span, &mut random));
            let buyer = buyer_on(world, day, &mut random);
            let category = category_for(world, buyer, &mut random);
            let value = value_of(world, buyer, category, &mut random);
            let method = Method::usual(CATEGORIES[category].sort, value, &mut random);
            Entry { day, buyer, category, value, method, plots: Vec::new(), budget: None }
        })
        .collect()
}

/// Purchases crowd at the end of the year and rest around the Spring Festival.
fn season(begin: i64, span: i64, random: &mut Random) -> i64 {
    for _ in 0..20 {
        let day = begin + random.range(0, span - 1);
        let month = Day::from_number(day).map_or(1, Day::month);
        let often = match month {
            11 | 12 => 1.0,
            1 | 2 => 0.4,
            _ => 0.7,
        };
        if random.chance(often) {
            return day;
        }
    }
    begin
}

/// A buyer that exists on that day, by how much it buys.
pub(super) fn buyer_on(world: &World, day: i64, random: &mut Random) -> usize {
    loop {
        let buyer = random.weighted(world.buyers.iter().map(|buyer| buyer.weight));
        if world.buyers[buyer].on(day).is_some() {
            return buyer;
        }
    }
}

fn category_for(world: &World, buyer: usize, random: &mut Random) -> usize {
    let duty = world.buyers[buyer].duty;
    random.weighted(CATEGORIES.iter().map(|category| appetite(category, duty)))
}

fn value_of(world: &World, buyer: usize, category: usize, random: &mut Random) -> Fen {
    let category = &CATEGORIES[category];
    let limit = category.sort.limit() as f64;
    let scale = by_level(world.buyers[buyer].level, [2.4, 1.5, 1.0, 0.4]);
    let value = category.median * 100.0 * scale * random.factor(category.sigma);
    // Budgets like round figures, and the limit is one: honest ones lie on both sides of it.
    let value = if random.chance(0.03) { limit * random.between(0.94, 1.07) } else { value };
    round(value.clamp(3_000_000.0, 30_000_000_000.0))
}

/// An estimate as people write it: 1,000 yuan below a million, 10,000 above.
pub(super) fn round(value: f64) -> Fen {
    let step = if value < 100_000_000.0 { 100_000 } else { 1_000_000 };
    ((value / step as f64).round() as Fen).max(1) * step
}
