//! What is bought, by whom and from whom: categories, buyers, suppliers and the pools in which they meet.

use kernel::division::Level;
use kernel::organ::Organ;
use kernel::{Day, DivisionCode};

use super::category::{CATEGORIES, Category};
use super::codes;
use super::gaps::Care;
use super::organs::{self, Duty};
use super::random::Random;
use super::{DEMO_BUYER, Jurisdiction, Plan};

/// Organs, suppliers and markets of the two years.
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) buyers: Vec<Customer>,
    pub(super) suppliers: Vec<Supplier>,
    /// A pool for each city and category: city × number of categories + category.
    pub(super) pools: Vec<Vec<usize>>,
    /// Where the department whose officers sign in stands among the buyers.
    pub(super) demo_buyer: usize,
}

/// An organ that buys.
pub(super) struct Customer {
    /// Its periods, as written.
    pub(super) rows: Vec<Organ>,
    /// Name of its division.
    pub(super) place: String,
    pub(super) duty: Duty,
    pub(super) level: Level,
    /// Which city's suppliers it meets.
    pub(super) city: usize,
    /// How much it buys.
    pub(super) weight: f64,
    /// How completely it publishes.
    pub(super) care: Care,
}

impl Customer {
    /// The organ as it was on that day, if it was.
    pub(super) fn on(&self, day: i64) -> Option<&Organ> {
        let day = Day::from_number(day)?;
        self.rows.iter().filter(|row| row.period.holds(day)).max_by_key(|row| row.period.valid_from)
    }

    /// Whether it was there on both ends of the two years.
    pub(super) fn lasts(&self, plan: &Plan) -> bool {
        let (begin, until) = (plan.begin().number(), plan.until.number());
        self.on(begin).is_some() && self.on(until).is_some()
    }
}

/// A firm that sells.
pub(super) struct Supplier {
    /// Id in the release's parties: scheme and unified social credit code.
    pub(super) id: String,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) region: DivisionCode,
    pub(super) place: String,
    pub(super) number: usize,
    /// Factor on the common cost.
    pub(super) cost: f64,
    /// How often it bids.
    pub(super) appetite: f64,
    /// Its beneficial owner and the number of its telephone: its own, unless firms are linked.
    pub(super) owner: usize,
    pub(super) telephone: usize,
    pub(super) small: bool,
}

impl World {
    /// The world of a plan.
    pub(super) fn new(plan: Plan, jurisdiction: &Jurisdiction) -> World {
        let mut world = World { plan, buyers: Vec::new(), suppliers: Vec::new(), pools: Vec::new(), demo_buyer: 0 };
        world.find_buyers(jurisdiction);
        world.found_suppliers(jurisdiction);
        world
    }

    /// The pool that serves a buyer in a category.
    pub(super) fn pool_of(&self, buyer: usize, category: usize) -> usize {
        self.buyers[buyer].city * CATEGORIES.len() + category
    }

    fn find_buyers(&mut self, jurisdiction: &Jurisdiction) {
        let mut random = Random::keyed(self.plan.seed, "buyers", 0);
        let made = organs::organs(self.plan.seed, self.plan.begin());
        for buyer in made.buyers {
            let id = made.rows[buyer.row].id;
            let rows: Vec<Organ> = jurisdiction.organs.iter().filter(|row| row.id == id).cloned().collect();
            let Some(first) = rows.first() else { continue };
            let city = city_of(first.division);
            let is_demo = first.name.zh == DEMO_BUYER;
            if is_demo {
                self.demo_buyer = self.buyers.len();
            }
            let of_duty = match buyer.duty {
                Duty::Housing => 3.0,
                Duty::Health => 2.2,
                Duty::Education | Duty::Transport => 2.0,
                Duty::Water | Duty::Urban => 1.6,
                Duty::Police => 1.2,
                Duty::Data | Duty::General => 1.0,
                _ => 0.6,
            };
            let home = if city == 0 { 1.5 } else { 1.0 };
            let weight = of_duty * by_level(buyer.level, [2.0, 1.6, 1.0, 0.35]) * home * random.factor(0.3);
            let place = jurisdiction.divisions.iter().find(|place| place.code == first.division);
            let place = place.map_or_else(String::new, |place| place.name.zh.clone());
            let weight = if is_demo { 14.0 } else { weight };
            let care = if is_demo { Care::careful(&mut random) } else { Care::of_organ(&mut random) };
            let (duty, level) = (buyer.duty, buyer.level);
            self.buyers.push(Customer { rows, place, duty, level, city, weight, care });
        }
    }

    fn found_suppliers(&mut self, jurisdiction: &Jurisdiction) {
        let mut random = Random::keyed(self.plan.seed, "suppliers", 0);
        let mut of_word = std::collections::BTreeMap::new();
        for city in 0..3 {
            let counties: Vec<_> = jurisdiction
                .divisions
                .iter()
                .filter(|place| place.code.level() == Level::County && city_of(place.code) == city)
                .collect();
            for category in &CATEGORIES {
                let mut pool = Vec::new();
                for _ in 0..random.range(10, 16) {
                    let home = random.pick(&counties);
                    let word = of_word.entry(category.word).or_insert(0usize);
                    *word += 1;
                    pool.push(self.suppliers.len());
                    let name = format!("演示{}{}号", category.word, codes::numeral(*word));
                    let supplier = self.supplier(name, home.code, home.name.zh.clone(), &mut random);
                    self.suppliers.push(supplier);
                }
                self.pools.push(pool);
            }
        }
        // Some firms also work in the next city, some in a kindred category of their own.
        let homes: Vec<usize> =
            self.pools.iter().enumerate().flat_map(|(at, pool)| pool.iter().map(move |_| at)).collect();
        for (supplier, home) in homes.into_iter().enumerate() {
            if !random.chance(0.25) {
                continue;
            }
            let (city, category) = (home / CATEGORIES.len(), home % CATEGORIES.len());
            let pool = if random.chance(0.8) {
                (home + CATEGORIES.len()) % self.pools.len()
            } else {
                let kindred = |other: &usize| CATEGORIES[*other].sort == CATEGORIES[category].sort;
                let others: Vec<usize> = (0..CATEGORIES.len()).filter(kindred).collect();
                city * CATEGORIES.len() + random.pick(&others)
            };
            if pool != home {
                self.pools[pool].push(supplier);
            }
        }
    }

    fn supplier(&self, name: String, region: DivisionCode, place: String, random: &mut Random) -> Supplier {
        let number = self.suppliers.len() + 1;
        let code = codes::uscc("91", region, &format!("DEM{number:05}")).as_str().to_owned();
        Supplier {
            id: format!("CN-USCC-{code}"),
            code,
            name,
            region,
            place,
            number,
            cost: random.factor(0.05),
            appetite: random.factor(0.6),
            owner: number,
            telephone: number,
            small: random.chance(0.7),
        }
    }
}

/// Which city's market a division belongs to: the province's own organs buy in the first.
fn city_of(division: DivisionCode) -> usize {
    let digits = division.six_digits();
    usize::from(digits.as_bytes()[3].saturating_sub(b'1')).min(2)
}

/// One of four figures, from province to township.
pub(super) fn by_level(level: Level, figures: [f64; 4]) -> f64 {
    match level {
        Level::Country | Level::Province => figures[0],
        Level::Prefecture => figures[1],
        Level::County => figures[2],
        Level::Township | Level::Village => figures[3],
    }
}

/// What a buyer of that duty buys, by weight.
pub(super) fn appetite(category: &Category, duty: Duty) -> f64 {
    category.duties.iter().find(|(known, _)| *known == duty).map_or(category.everybody, |(_, weight)| *weight)
}
