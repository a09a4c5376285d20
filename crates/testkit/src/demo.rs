//! A synthetic jurisdiction, province to township, and its contracting processes of two years, all from one seed.
//!
//! Markets compete; in some of them people agree, leak, split, favour or hurry, and some stay just inside every limit.
//! What is planted is *behaviour*, with strength and noise, and every release carries its labels beside it (never in
//! it), so that indicators can be measured. This module imports no rule and no indicator. Nothing in it is real:
//! divisions are unassigned, names are numbers, and the data say that they are synthetic.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `places`, `organs`, `people` | the jurisdiction |
//! | `market`, `category` | what is bought, by whom, from whom |
//! | `schedule`, `schemes` | which process begins when, and who plots what in it |
//! | `process`, `bidding`, `contract` | one process from plan to payment |
//! | `release`, `json`, `gaps` | the process as one line of OCDS 1.1, with what is left out |
//! | `random`, `moment`, `codes` | draws, times and check characters that are alike on every machine |

use std::io::Write;

use kernel::dated::Succession;
use kernel::division::Division;
use kernel::id::{OfficerId, OrganId, PostId};
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::Organ;
use kernel::{Day, Text};

mod behaviour;
mod bidding;
mod category;
mod codes;
mod contract;
mod gaps;
mod json;
mod market;
mod moment;
mod organs;
mod people;
mod places;
mod process;
mod random;
mod release;
mod schedule;
mod schemes;
#[cfg(test)]
mod tests;

pub use behaviour::{Behaviour, Family, Limit, Planted};

/// What to generate. Equal plans give equal bytes on every machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The seed of everything.
    pub seed: u64,
    /// How many contracting processes.
    pub processes: u32,
    /// The last day of the two years; nothing is known of what happens later.
    pub until: Day,
}

impl Plan {
    /// The demonstration that `qingyuan demo` shows: 20,000 processes until 2026-11-18.
    pub const DEMO: Plan = Plan { seed: 20_261_118, processes: 20_000, until: Day::constant(2026, 11, 18) };

    /// The first day of the two years.
    pub fn begin(&self) -> Day {
        self.until.plus_months(-24).plus(1)
    }
}

/// A synthetic province with everything that holds posts in it.
#[derive(Clone, Debug)]
pub struct Jurisdiction {
    /// Its name.
    pub name: Text,
    /// Its divisions, each after the one above it.
    pub divisions: Vec<Division>,
    /// Its organs through time; a renamed one has two rows.
    pub organs: Vec<Organ>,
    /// A merger, a split, a new number and an absorption, all within the two years.
    pub successions: Vec<Succession<OrganId>>,
    /// Posts of all organs.
    pub posts: Vec<Post>,
    /// Officers, present and former.
    pub officers: Vec<Officer>,
    /// Who held which post when.
    pub appointments: Vec<Appointment>,
    /// One sign-in for each duty.
    pub roles: Vec<RoleSign>,
    /// The discipline inspection of the city where most is planted: the organ whose node this is.
    pub supervisor: OrganId,
}

/// A sign-in of the demonstration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleSign {
    /// Code of the duty, as in `packs/cn/policies/duties.toml`.
    pub duty: &'static str,
    /// Who signs in.
    pub officer: OfficerId,
    /// The name to sign in by.
    pub login: String,
    /// The officer's name.
    pub name: Text,
    /// The post held.
    pub post: PostId,
}

/// One contracting process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Release {
    /// Its ocid, with the prefix `ocds-demo00-`.
    pub ocid: String,
    /// The compiled release of OCDS 1.1, on one line.
    pub json: String,
    /// What is behind it; empty for most.
    pub planted: Vec<Planted>,
}

/// The jurisdiction of a plan. Does not depend on the number of processes.
pub fn jurisdiction(plan: &Plan) -> Jurisdiction {
    let organs = organs::organs(plan.seed, plan.begin());
    let demo_buyer = organs.rows.iter().find(|row| row.name.zh == DEMO_BUYER).map_or(organs.supervisor, |row| row.id);
    let people = people::people(plan.seed, plan.begin(), &organs.rows, organs.supervisor, demo_buyer);
    Jurisdiction {
        name: Text::new("演示省", "Demo Province"),
        divisions: places::divisions(plan.begin().plus_months(-60)),
        organs: organs.rows,
        successions: organs.successions,
        posts: people.posts,
        officers: people.officers,
        appointments: people.appointments,
        roles: people.roles,
        supervisor: organs.supervisor,
    }
}

/// The department whose handler and head sign in. It buys more than any other, and no group is stationed in it: the city
/// commission, where the demo's inspector and chief sit, supervises it itself.
const DEMO_BUYER: &str = "演示市数据局";

/// The processes of a plan in the order in which they began.
///
/// `jurisdiction` is the one of the same plan. Each release is made when it is asked for; what comes first is only the
/// schedule, some milliseconds for 20,000. The iterator owns what it needs.
pub fn releases(plan: &Plan, jurisdiction: &Jurisdiction) -> impl Iterator<Item = Release> + use<> {
    let mut world = market::World::new(*plan, jurisdiction);
    let mut entries = schedule::entries(&world);
    let rings = schemes::plant(&mut world, &mut entries);
    entries.sort_by_key(|entry| (entry.day, entry.buyer, entry.category, entry.value));
    entries.into_iter().zip(1..).map(move |(entry, number)| {
        let process = process::happen(&world, &rings, &entry, number);
        let ocid = release::ocid(&process);
        let json = release::write(&process, &ocid);
        Release { ocid, json, planted: process.planted() }
    })
}

/// Writes the processes as JSON Lines, one compiled release a line.
///
/// # Errors
/// Those of `w`.
pub fn corpus_jsonl(plan: &Plan, w: &mut dyn Write) -> std::io::Result<()> {
    let jurisdiction = jurisdiction(plan);
    for release in releases(plan, &jurisdiction) {
        w.write_all(release.json.as_bytes())?;
        w.write_all(b"\n")?;
    }
    Ok(())
}
