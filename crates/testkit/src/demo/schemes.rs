//! Schemes: who plots what, over which processes. Each takes processes that are free, so that what is planted lies in
//! the same markets as what is not.

use kernel::Day;

use super::behaviour::{Behaviour, Limit};
use super::category::{CATEGORIES, Sort};
use super::json::Fen;
use super::market::World;
use super::moment::{plain_monday, working};
use super::random::Random;
use super::schedule::{Entry, Method, Plot, round};

/// Bidders who have agreed.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    pub(super) members: Vec<usize>,
    /// How far each cover bid lies above the one before, as a share of the winner's price.
    pub(super) margin: f64,
}

/// How many schemes of each kind there are among `processes`.
struct Counts {
    rings: usize,
    leaks: usize,
    splits: usize,
    favours: usize,
    hurries: usize,
    near: usize,
}

impl Counts {
    fn among(processes: usize) -> Counts {
        Counts {
            rings: (processes / 900).max(3),
            leaks: (processes / 500).max(2),
            splits: (processes / 400).max(1),
            favours: (processes / 220).max(4),
            hurries: (processes / 600).max(1),
            near: (processes / 1_200).max(1),
        }
    }
}

/// Plants all schemes into the processes and returns the rings. Links some members of rings to one another.
pub(super) fn plant(world: &mut World, entries: &mut [Entry]) -> Vec<Ring> {
    let counts = Counts::among(entries.len());
    let mut planter = Planter {
        random: Random::keyed(world.plan.seed, "schemes", 0),
        until: world.plan.until.number(),
        world,
        entries,
        rings: Vec::new(),
    };
    // Near misses first: they need one process each, and every limit must have some however few processes there are.
    for limit in Limit::ALL {
        (0..counts.near).for_each(|_| planter.near_miss(limit));
    }
    (0..counts.rings).for_each(|number| planter.ring(number));
    (0..counts.favours).for_each(|number| planter.favour(number));
    (0..counts.leaks).for_each(|_| planter.leak());
    (0..counts.splits).for_each(|_| planter.split());
    (0..counts.hurries).for_each(|_| planter.hurry());
    planter.rings
}

struct Planter<'a> {
    random: Random,
    until: i64,
    world: &'a mut World,
    entries: &'a mut [Entry],
    rings: Vec<Ring>,
}

/// Days before the end of the two years after which a scheme could not be seen yet.
const SEEN: i64 = 70;
const SEEN_WITH_CONTRACT: i64 = 200;

impl Planter<'_> {
    fn strength(&mut self) -> u8 {
        self.random.pick(&[35, 50, 65, 80, 95])
    }

    /// Free processes that began long enough ago and that `fits` takes, in random order.
    fn free(&mut self, age: i64, fits: impl Fn(&World, &Entry) -> bool) -> Vec<usize> {
        let last = self.until - age;
        let mut found: Vec<usize> = (0..self.entries.len())
            .filter(|at| {
                let entry = &self.entries[*at];
                entry.plots.is_empty() && entry.day <= last && fits(self.world, entry)
            })
            .collect();
        let all = found.len();
        self.random.draw(&mut found, all);
        found
    }

    fn plot(&mut self, at: usize, behaviour: Behaviour, strength: u8, favoured: Option<usize>, ring: Option<usize>) {
        self.entries[at].plots.push(Plot { behaviour, strength, favoured, ring });
    }

    /// A buyer by how much it buys, those of the demonstration's city more often.
    fn schemer(&mut self) -> usize {
        let weight = |buyer: &super::market::Customer| buyer.weight * if buyer.city == 0 { 2.0 } else { 1.0 };
        let rows: Vec<f64> = self.world.buyers.iter().map(weight).collect();
        self.random.weighted(rows.into_iter())
    }

    // --- agreement ---

    fn ring(&mut self, number: usize) {
        let kind = [Behaviour::CoverBidding, Behaviour::Rotation, Behaviour::MarketSharing][number % 3];
        let Some(pool) = self.pool_for_ring(number) else { return };
        let strength = if number == 0 { 95 } else { self.strength() };
        let mut members = self.world.pools[pool].clone();
        let size = self.random.range(4, 5) as usize;
        let members = self.random.draw(&mut members, size).to_vec();
        let ring = self.rings.len();
        let margin = self.random.between(0.008, 0.022);
        self.link(&members, strength);
        self.rings.push(Ring { members: members.clone(), margin });

        let begin = self.world.plan.begin().number();
        let from = begin + self.random.range(0, 150);
        let to = from + self.random.range(420, 580);
        let fits = move |world: &World, entry: &Entry| {
            world.pool_of(entry.buyer, entry.category) == pool
                && entry.method.competes()
                && (from..to).contains(&entry.day)
        };
        let mut chosen = self.free(SEEN, fits);
        chosen.truncate((self.entries.len() / 200).max(4));
        chosen.sort_by_key(|at| (self.entries[*at].day, *at));
        let mut turn = 0;
        for at in chosen {
            // A weak ring does not meet every time.
            if !self.random.chance(0.25 + f64::from(strength) / 130.0) {
                continue;
            }
            let winner = match kind {
                Behaviour::MarketSharing => members[self.entries[at].buyer % members.len()],
                Behaviour::CoverBidding if self.random.chance(0.6) => members[0],
                _ => members[turn % members.len()],
            };
            turn += 1;
            self.plot(at, kind, strength, Some(winner), Some(ring));
        }
    }

    /// A pool with no ring yet and enough processes. The first ring works where the demonstration's department buys most.
    fn pool_for_ring(&mut self, number: usize) -> Option<usize> {
        if number == 0 {
            return CATEGORIES.iter().position(|category| category.code == "B0211");
        }
        let mut free = vec![0u32; self.world.pools.len()];
        for entry in self.entries.iter().filter(|entry| entry.plots.is_empty() && entry.method.competes()) {
            free[self.world.pool_of(entry.buyer, entry.category)] += 1;
        }
        let taken = |pool: usize| {
            let of_pool = |ring: &Ring| ring.members.iter().all(|member| self.world.pools[pool].contains(member));
            self.rings.iter().any(of_pool)
        };
        let weights: Vec<f64> = (0..free.len())
            .map(|pool| {
                // Rings live in works and in the demonstration's city more than elsewhere.
                let works = if CATEGORIES[pool % CATEGORIES.len()].sort == Sort::Works { 2.0 } else { 1.0 };
                let home = if pool < CATEGORIES.len() { 2.0 } else { 1.0 };
                if taken(pool) { 0.0 } else { f64::from(free[pool]) * works * home }
            })
            .collect();
        (weights.iter().sum::<f64>() > 0.0).then(|| self.random.weighted(weights.into_iter()))
    }

    /// Two members of a ring may share a telephone or an owner; a strong ring is careless more often.
    fn link(&mut self, members: &[usize], strength: u8) {
        let &[first, second, ..] = members else { return };
        if self.random.chance(f64::from(strength) / 250.0) {
            self.world.suppliers[second].telephone = self.world.suppliers[first].telephone;
        }
        if self.random.chance(f64::from(strength) / 300.0) {
            self.world.suppliers[second].owner = self.world.suppliers[first].owner;
        }
    }

    // --- leak ---

    fn leak(&mut self) {
        let buyer = self.schemer();
        let Some((favoured, chosen)) = self.preferred(buyer, SEEN, 14) else { return };
        let strength = self.strength();
        for at in chosen {
            if self.random.chance(0.3 + f64::from(strength) / 140.0) {
                let behaviour = if self.random.chance(0.3) { Behaviour::LateBid } else { Behaviour::Leak };
                self.compete(at);
                self.plot(at, behaviour, strength, Some(favoured), None);
            }
        }
    }

    /// A category that the buyer buys often, a supplier of it, and up to `most` of its processes.
    fn preferred(&mut self, buyer: usize, age: i64, most: usize) -> Option<(usize, Vec<usize>)> {
        let mut all = self.free(age, |_, entry| entry.buyer == buyer);
        if all.is_empty() {
            all = self.free(age, |world, entry| world.buyers[entry.buyer].city == world.buyers[buyer].city);
        }
        let category = self.entries[*all.first()?].category;
        let same_pool = self.world.pool_of(self.entries[*all.first()?].buyer, category);
        let mut chosen: Vec<usize> =
            all.into_iter().filter(|at| self.entries[*at].category == category).take(most).collect();
        chosen.sort_by_key(|at| (self.entries[*at].day, *at));
        let favoured = self.random.pick(&self.world.pools[same_pool]);
        Some((favoured, chosen))
    }

    /// Makes sure that several may bid.
    fn compete(&mut self, at: usize) {
        if !self.entries[at].method.competes() {
            self.entries[at].method = Method::Consultation;
        }
    }

    // --- splitting ---

    fn split(&mut self) {
        let buyer = self.schemer();
        let pieces = self.random.range(3, 6) as usize;
        let mut chosen = self.free(SEEN, |_, entry| entry.buyer == buyer);
        if chosen.is_empty() {
            chosen = self.free(SEEN, |_, _| true);
        }
        chosen.truncate(pieces);
        let Some(&first) = chosen.first() else { return };
        let strength = self.strength();
        let (buyer, category) = (self.entries[first].buyer, self.entries[first].category);
        let limit = CATEGORIES[category].sort.limit() as f64;
        let pool = self.world.pool_of(buyer, category);
        let favoured = (strength >= 50).then(|| self.random.pick(&self.world.pools[pool]));
        let start = self.entries[first].day;
        let direct = self.random.chance(0.4);
        for at in chosen {
            // The stronger, the nearer to the limit and to one another.
            let low = 0.55 + 0.004 * f64::from(strength);
            let value = round(limit * self.random.between(low, 0.995)).min(limit as Fen - 100_000);
            let spread = 45 - i64::from(strength) / 4;
            let day = working((start + self.random.range(0, spread)).min(self.until - SEEN));
            let stands = self.world.buyers[buyer].on(day).is_some();
            let method =
                if direct { Method::Single } else { self.random.pick(&[Method::Consultation, Method::Negotiation]) };
            let entry = &mut self.entries[at];
            (entry.category, entry.value, entry.method) = (category, value, method);
            entry.budget = Some(first);
            if stands {
                (entry.buyer, entry.day) = (buyer, day);
            }
            self.plot(at, Behaviour::Splitting, strength, favoured, None);
        }
    }

    // --- favour ---

    fn favour(&mut self, number: usize) {
        let buyer = if number == 0 { self.world.demo_buyer } else { self.schemer() };
        // With few processes every kind of favour comes once; with many they mix.
        let leading = [
            Behaviour::TailoredConditions,
            Behaviour::RivalsDisqualified,
            Behaviour::SingleBid,
            Behaviour::DirectAwards,
        ][number % 4];
        let Some((favoured, chosen)) = self.preferred(buyer, SEEN_WITH_CONTRACT, 16) else { return };
        let strength = self.strength();
        for (at, first) in chosen.into_iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            if !first && !self.random.chance(0.25 + f64::from(strength) / 130.0) {
                continue;
            }
            let mixed = [
                leading,
                Behaviour::TailoredConditions,
                Behaviour::RivalsDisqualified,
                Behaviour::SingleBid,
                Behaviour::DirectAwards,
            ];
            let behaviour = if first { leading } else { self.random.pick(&mixed) };
            self.suit(at, behaviour);
            self.plot(at, behaviour, strength, Some(favoured), None);
            if first || self.random.chance(0.4) {
                self.plot(at, Behaviour::AmendedAfterAward, strength, Some(favoured), None);
            }
        }
    }

    /// Gives a process the method and value that a favour of that kind needs.
    fn suit(&mut self, at: usize, behaviour: Behaviour) {
        let limit = self.entries[at].sort().limit();
        if behaviour == Behaviour::DirectAwards {
            self.entries[at].method = Method::Single;
            let share = self.random.between(0.35, 0.98);
            self.entries[at].value = self.entries[at].value.min(round(limit as f64 * share)).min(limit - 100_000);
        } else if behaviour == Behaviour::TailoredConditions || self.entries[at].method != Method::Selective {
            self.entries[at].method = Method::Open;
        }
    }

    // --- hurry ---

    fn hurry(&mut self) {
        let buyer = self.schemer();
        let strength = self.strength();
        // Money that lapses with the year is why people hurry.
        let late = |entry: &Entry| Day::from_number(entry.day).is_some_and(|day| day.month() >= 11);
        let mut chosen = self.free(SEEN, |_, entry| entry.buyer == buyer && late(entry));
        if chosen.is_empty() {
            chosen = self.free(SEEN, |_, entry| late(entry));
        }
        chosen.truncate(14);
        for at in chosen {
            if self.random.chance(0.3 + f64::from(strength) / 140.0) {
                self.compete(at);
                self.plot(at, Behaviour::Hurry, strength, None, None);
            }
        }
    }

    // --- near misses ---

    fn near_miss(&mut self, limit: Limit) {
        let fits = |world: &World, entry: &Entry| match limit {
            // Their day moves to a plain week, and the organ has to exist then.
            Limit::QuotationPeriod | Limit::SingleSourceNotice | Limit::ContractPublication => {
                world.buyers[entry.buyer].lasts(&world.plan)
            }
            Limit::CandidateNotice => entry.sort() == Sort::Works,
            Limit::PriceWeight => entry.sort() != Sort::Works,
            Limit::Ceiling | Limit::ThreeBidders => entry.value >= 20_000_000,
            _ => true,
        };
        let mut chosen = self.free(SEEN_WITH_CONTRACT, fits);
        if chosen.is_empty() {
            chosen = self.free(SEEN_WITH_CONTRACT, |_, _| true);
        }
        let Some(&at) = chosen.first() else { return };
        let sort = self.entries[at].sort();
        let entry = &mut self.entries[at];
        entry.method = match limit {
            Limit::ConsultationPeriod => Method::Consultation,
            Limit::QuotationPeriod if sort == Sort::Goods => Method::Quotation,
            Limit::QuotationPeriod => Method::Negotiation,
            Limit::SingleSourceNotice => Method::Single,
            _ => Method::Open,
        };
        match limit {
            // 1.0001 × the limit, to the fen: just above it, and tendered openly as it must be.
            Limit::OpenTenderValue => entry.value = sort.limit() + sort.limit() / 10_000,
            // The notice is due where an open tender would have been.
            Limit::SingleSourceNotice => entry.value = entry.value.max(sort.limit()),
            Limit::ConsultationPeriod | Limit::QuotationPeriod => entry.value = entry.value.min(sort.limit() - 100_000),
            Limit::PriceWeight if sort == Sort::Works => entry.category = CATEGORIES.len() - 1,
            Limit::CandidateNotice if sort != Sort::Works => entry.category = 0,
            _ => {}
        }
        match limit {
            Limit::QuotationPeriod | Limit::SingleSourceNotice => entry.day = plain_monday(entry.day),
            // Decided in July or August, where plain weeks follow one another: the contract is not late besides.
            Limit::ContractPublication => {
                let begin = self.world.plan.begin();
                let of_year = |year| Day::new(year, 6, 1).ok().filter(|day| *day >= begin);
                let june = of_year(begin.year()).or(of_year(begin.year() + 1)).unwrap_or(begin);
                entry.day = working(june.number() + self.random.range(0, 24));
            }
            _ => {}
        }
        self.plot(at, Behaviour::NearMiss(limit), 0, None, None);
    }
}
