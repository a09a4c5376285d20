//! Who bids, at what price and when; and who wins.
//!
//! Honest prices are a common cost, the firm's own and a margin that falls with the number of rivals: log-normal around
//! nine tenths of the estimate.

use super::behaviour::{Behaviour, Limit};
use super::category::Sort;
use super::json::Fen;
use super::moment::Moment;
use super::process::{Bid, BidState, Criteria, Process};
use super::random::Random;
use super::schedule::{Method, Plot};
use super::schemes::Ring;

const REASONS: [&str; 5] = [
    "投标文件未按招标文件要求加盖单位公章，依据招标文件第二章第十一条否决投标",
    "资格证明文件不符合招标文件要求，业绩证明材料缺失，评标报告第六页",
    "未实质性响应招标文件的技术要求，主要技术参数负偏离超过允许项数",
    "投标保证金未在截止时间前到达指定账户，依据招标文件第二章第九条否决投标",
    "投标函未经法定代表人或者其委托代理人签字，依据招标文件第三章第二条否决投标",
];
const ABOVE_CEILING: &str = "投标报价高于招标文件设定的最高投标限价，依据招标文件第三章第四条否决投标";
const TOO_LATE: &str = "投标文件在截止时间之后送达，招标人依法拒收，未进入评审";

/// Fills in the bids of every lot.
pub(super) fn compete(process: &mut Process<'_>, rings: &[Ring], random: &mut Random) {
    for lot in 0..process.lots.len() {
        let market = Market::of(process, lot, random);
        let ring = process.entry.plots.iter().find_map(|plot| Some((plot, &rings[plot.ring?])));
        let bids = match (ring, process.entry.favoured()) {
            (Some((plot, ring)), _) => agreed(process, &market, plot, ring, random),
            (None, Some(favoured)) => favouring(process, &market, favoured, random),
            (None, None) => honest(process, &market, random),
        };
        process.bids.extend(bids);
    }
}

/// The competition for one lot.
struct Market {
    lot: usize,
    estimate: Fen,
    /// The cost of this job as a share of the estimate, the same for all.
    common: f64,
    spread: f64,
    /// Steps in which prices are written, in fen.
    step: Fen,
}

impl Market {
    fn of(process: &Process<'_>, lot: usize, random: &mut Random) -> Market {
        let entry = process.entry;
        // Near misses need sums of which a tenth is exact.
        let exact = entry.plots.iter().any(|plot| plot.behaviour.limit().is_some());
        let step = match process.category.sort {
            _ if exact => 1_000,
            Sort::Works => random.pick(&[1, 1, 100]),
            // Round prices are for great sums: on small ones two firms would often name the same.
            _ if process.lots[lot].value > 100_000_000 => random.pick(&[100, 1_000, 10_000]),
            _ => random.pick(&[1, 100, 1_000]),
        };
        let estimate = process.lots[lot].value;
        Market { lot, estimate, common: 0.85 * random.factor(0.045), spread: 2.0 * process.category.spread, step }
    }

    /// A share of the estimate as a price.
    fn price(&self, share: f64) -> Fen {
        ((self.estimate as f64 * share / self.step as f64).round() as Fen).max(1) * self.step
    }

    /// What an honest firm asks among `rivals` bidders.
    fn ask(&self, cost: f64, rivals: usize, random: &mut Random) -> Fen {
        let margin = 1.05 + 0.12 / rivals as f64;
        let share = self.common * cost * random.factor(self.spread) * margin;
        // Whoever reads the ceiling price stays below it; a few do not read.
        let share = if share >= 1.0 && random.chance(0.8) { random.between(0.965, 0.999) } else { share };
        self.price(share)
    }
}

/// Firms of the pool that come, by appetite, without those given.
fn comers(process: &Process<'_>, count: usize, without: &[usize], random: &mut Random) -> Vec<usize> {
    let entry = process.entry;
    let pool = &process.world.pools[process.world.pool_of(entry.buyer, entry.category)];
    let mut left: Vec<usize> = pool.iter().copied().filter(|firm| !without.contains(firm)).collect();
    let mut found = Vec::new();
    while found.len() < count && !left.is_empty() {
        let at = random.weighted(left.iter().map(|firm| process.world.suppliers[*firm].appetite));
        found.push(left.swap_remove(at));
    }
    found
}

fn bid(process: &Process<'_>, market: &Market, firm: usize, amount: Fen, random: &mut Random) -> Bid {
    Bid { lot: market.lot, bidders: vec![firm], amount, at: arrival(process, random), state: BidState::Valid }
}

/// Half of the bids come in the last two hours, the others in the office hours of the days before.
fn arrival(process: &Process<'_>, random: &mut Random) -> Moment {
    let end = process.end;
    let room = end.day() - process.start.day();
    if room < 2 || random.chance(0.5) {
        return end + -random.range(300, 7_200);
    }
    let days = random.range(1, (room - 1).clamp(1, 4));
    Moment::at(end.day() - days, 9, 0) + random.range(60, 32_000)
}

fn honest(process: &Process<'_>, market: &Market, random: &mut Random) -> Vec<Bid> {
    let entry = process.entry;
    let near = |limit| entry.near(limit);
    let spoiled = entry.plots.is_empty();
    let count = match entry.method {
        Method::Single => 1,
        _ if near(Limit::ThreeBidders) => 3,
        _ if !spoiled => random.range(4, 6) as usize,
        // Some tenders fail for want of bids, that is no one's plot.
        Method::Open => {
            [2, 3, 4, 5, 6, 7, 8, 9][random.weighted([5.0, 17.0, 24.0, 22.0, 15.0, 9.0, 5.0, 3.0].into_iter())]
        }
        Method::Selective | Method::Quotation => random.range(3, 5) as usize,
        Method::Consultation | Method::Negotiation => {
            [2, 3, 4, 5][random.weighted([4.0, 58.0, 26.0, 12.0].into_iter())]
        }
    };
    let firms = comers(process, count, &[], random);
    let mut bids: Vec<Bid> = firms
        .iter()
        .map(|firm| {
            let cost = process.world.suppliers[*firm].cost;
            let amount = if entry.method == Method::Single {
                market.price(random.between(0.955, 1.0))
            } else {
                market.ask(cost, firms.len(), random)
            };
            bid(process, market, *firm, amount, random)
        })
        .collect();
    if spoiled && entry.method.competes() {
        consortium(process, &mut bids, random);
        spoil(process, market, &mut bids, random);
    } else {
        below_ceiling(market, &mut bids, random);
    }
    if near(Limit::Deadline) {
        bids[0].at = process.end;
    }
    if near(Limit::Ceiling)
        && let Some(last) = bids.iter_mut().max_by_key(|bid| bid.amount)
    {
        last.amount = market.estimate;
    }
    bids
}

/// Two firms bid as one 联合体: works, and seldom.
fn consortium(process: &Process<'_>, bids: &mut [Bid], random: &mut Random) {
    if process.category.sort == Sort::Works && random.chance(0.03) {
        let others: Vec<usize> = bids.iter().map(|bid| bid.bidders[0]).collect();
        let partner = comers(process, 1, &others, random);
        let at = random.below(bids.len());
        if let Some(bid) = bids.get_mut(at) {
            bid.bidders.extend(partner);
        }
    }
}

/// What goes wrong among honest people: prices above the ceiling, late arrivals, faults of form, second thoughts.
fn spoil(process: &Process<'_>, market: &Market, bids: &mut [Bid], random: &mut Random) {
    let careless = random.chance(0.15);
    for at in 0..bids.len() {
        let valid = bids.iter().filter(|bid| bid.state == BidState::Valid).count();
        let bid = &mut bids[at];
        if bid.amount > market.estimate {
            bid.state = BidState::Rejected(Some(ABOVE_CEILING));
        } else if random.chance(0.006) {
            bid.at = process.end + 60 * random.range(2, 50);
            bid.state = BidState::Rejected(Some(TOO_LATE));
        } else if random.chance(0.012) {
            bid.state = BidState::Withdrawn;
        } else if random.chance(0.06) && (valid > 3 || careless) {
            bid.state = BidState::Rejected(Some(random.pick(&REASONS)));
        }
    }
}

/// Bids of a ring: the chosen one a little below the ceiling, the others above it; some honest outsider may come and
/// spoil it.
fn agreed(process: &Process<'_>, market: &Market, plot: &Plot, ring: &Ring, random: &mut Random) -> Vec<Bid> {
    let weakness = 1.0 - f64::from(plot.strength) / 100.0;
    let winner = plot.favoured.unwrap_or(ring.members[0]);
    let mut covers: Vec<usize> = ring.members.iter().copied().filter(|member| *member != winner).collect();
    let most = covers.len();
    let stay = match plot.behaviour {
        // Who has no share in this buyer stays away, but three have to bid.
        Behaviour::MarketSharing => 2,
        _ => most - usize::from(random.chance(0.15)),
    };
    let covers = random.draw(&mut covers, stay).to_vec();
    // The dearest cover stays below the ceiling price.
    let top = match plot.behaviour {
        Behaviour::CoverBidding => ring.margin * covers.len() as f64 + 0.008 * weakness,
        Behaviour::Rotation => (0.025 + 0.03 * weakness) * (0.6 + 0.4 * covers.len() as f64),
        _ => 0.09,
    };
    let chosen = market.price(random.between(0.96, 0.995) / (1.0 + top));
    let mut bids = vec![bid(process, market, winner, chosen, random)];
    let exact = random.chance(f64::from(plot.strength) / 125.0);
    for (at, member) in covers.iter().enumerate() {
        let above = match plot.behaviour {
            Behaviour::CoverBidding if exact => ring.margin * (at + 1) as f64,
            Behaviour::CoverBidding => ring.margin * (at + 1) as f64 + weakness * random.between(-0.004, 0.008),
            Behaviour::Rotation => random.between(0.008, 0.025 + 0.03 * weakness) * (1.0 + at as f64 * 0.4),
            _ => random.between(0.03, 0.09),
        };
        let amount = chosen as f64 * (1.0 + above.max(0.002));
        let share = amount / market.estimate as f64;
        let price = if plot.behaviour == Behaviour::CoverBidding && exact {
            // A step to the fen: nobody took the trouble to hide it.
            chosen + (chosen as f64 * ring.margin) as Fen / market.step * market.step * (at as Fen + 1)
        } else {
            market.price(share)
        };
        bids.push(bid(process, market, *member, price, random));
    }
    if random.chance(f64::from(plot.strength) / 140.0) {
        // One courier carries all: minutes apart, the winner's first.
        let first = bids[0].at;
        bids.iter_mut().enumerate().for_each(|(at, bid)| bid.at = first.min(process.end + -1_200) + 150 * at as i64);
    }
    let strangers = (0..3).filter(|_| random.chance(0.05 + 0.35 * weakness)).count();
    for firm in comers(process, strangers, &ring.members, random) {
        let amount = market.ask(process.world.suppliers[firm].cost, bids.len() + 1, random);
        bids.push(bid(process, market, firm, amount, random));
    }
    below_ceiling(market, &mut bids, random);
    bids
}

/// Bids where somebody at the buyer helps one supplier.
fn favouring(process: &Process<'_>, market: &Market, favoured: usize, random: &mut Random) -> Vec<Bid> {
    let entry = process.entry;
    let has = |behaviour| entry.plot(behaviour).is_some();
    let strength = entry.plots.first().map_or(0.0, |plot| f64::from(plot.strength) / 100.0);
    let alone = has(Behaviour::SingleBid) || has(Behaviour::DirectAwards) || !entry.method.competes();
    let rivals = match () {
        () if alone => 0,
        () if has(Behaviour::TailoredConditions) => random.range(0, 2) as usize,
        () if has(Behaviour::RivalsDisqualified) => random.range(2, 4) as usize,
        () => random.range(2, 4) as usize,
    };
    let firms = comers(process, rivals, &[favoured], random);
    let mut bids = vec![bid(process, market, favoured, 0, random)];
    for firm in &firms {
        let amount = market.ask(process.world.suppliers[*firm].cost, firms.len() + 1, random);
        bids.push(bid(process, market, *firm, amount, random));
    }
    below_ceiling(market, &mut bids, random);
    let low = bids[1..].iter().map(|bid| bid.amount).min().unwrap_or(market.estimate);
    let high = random.between(0.955, 0.992);
    let under = |by: f64| market.price(low as f64 * (1.0 - by) / market.estimate as f64).min(low - market.step);
    bids[0].amount = if has(Behaviour::Leak) {
        let told = 1.0 - random.between(0.0, 0.0025 + 0.012 * (1.0 - strength));
        if process.criteria == Criteria::PriceOnly && random.chance(0.5) {
            under(random.between(0.0006, 0.004))
        } else {
            // Where only the price counts, somebody has to be dearer and still below the ceiling.
            let room = if process.criteria == Criteria::PriceOnly { 40 * market.step } else { 0 };
            market.price(told).min(market.estimate - room)
        }
    } else if has(Behaviour::LateBid) {
        bids[0].at = process.end + 60 * random.range(4, 150);
        under(random.between(0.0008, 0.006))
    } else if has(Behaviour::Splitting) {
        market.price(random.between(0.96, 0.995))
    } else {
        market.price(high)
    };
    let own = bids[0].amount;
    if has(Behaviour::RivalsDisqualified) {
        for rival in &mut bids[1..] {
            let told = !random.chance(0.4 + strength / 2.0);
            rival.state = BidState::Rejected(told.then(|| random.pick(&["不符合要求", "资格不符", REASONS[1]])));
        }
    } else if process.criteria == Criteria::PriceOnly {
        // The others were told, or are there for show: none asks less.
        for rival in bids[1..].iter_mut().filter(|rival| rival.amount <= own) {
            let room = (market.estimate - own).max(2 * market.step);
            rival.amount = own + ((room as f64 * random.unit()) as Fen / market.step).max(1) * market.step;
        }
    }
    bids
}

/// Lowers what lies above the ceiling price: nobody is careless where a plot or a near miss needs valid bids.
fn below_ceiling(market: &Market, bids: &mut [Bid], random: &mut Random) {
    for bid in bids.iter_mut().filter(|bid| bid.amount > market.estimate) {
        bid.amount = market.price(random.between(0.96, 0.999)).min(market.estimate);
    }
}

/// The winning bid of a lot, if any is valid: who is meant to win, else the lowest price, else the most points.
pub(super) fn winner(process: &Process<'_>, lot: usize, random: &mut Random) -> Option<usize> {
    let entry = process.entry;
    let valid: Vec<usize> = (0..process.bids.len())
        .filter(|at| process.bids[*at].lot == lot && process.bids[*at].state == BidState::Valid)
        .collect();
    let lowest = *valid.iter().min_by_key(|at| process.bids[**at].amount)?;
    let in_ring = entry.plots.iter().any(|plot| plot.ring.is_some());
    let meant = valid.iter().copied().find(|at| Some(process.bids[*at].bidders[0]) == entry.favoured());
    match process.criteria {
        // No plot survives an honest lower price where only the price counts.
        Criteria::PriceOnly => Some(lowest),
        Criteria::Rated(_) if meant.is_some() && !(in_ring && random.chance(0.1)) => meant,
        Criteria::Rated(weight) => {
            let low = process.bids[lowest].amount as f64;
            let mut best = (f64::MIN, lowest);
            for at in valid {
                let quality = (0.8 + 0.08 * random.normal()).clamp(0.3, 1.0);
                let points = weight as f64 * low / process.bids[at].amount as f64 + (100 - weight) as f64 * quality;
                let barred = entry.near(Limit::Ceiling) && process.bids[at].amount == process.lots[lot].value;
                if points > best.0 && !barred {
                    best = (points, at);
                }
            }
            Some(best.1)
        }
    }
}
