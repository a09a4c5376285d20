//! What is not published: each organ leaves fields out at its own rate, so that "insufficient data" is seen.

use super::random::Random;

/// A part of a release that may be missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Bids; only the number of bidders is told.
    Bids,
    BidDates,
    RejectionReasons,
    Planning,
    TenderDocuments,
    DocumentDates,
    Criteria,
    RelatedBid,
    ContractDocuments,
    Payments,
    Milestones,
    Answers,
    Owners,
    Contacts,
    Fees,
    Bonds,
    Opening,
    Estimate,
}

const PARTS: usize = Part::Estimate as usize + 1;

/// How often an organ leaves each part out.
#[derive(Clone, Debug)]
pub(super) struct Care([f64; PARTS]);

impl Care {
    /// An organ that publishes nearly everything.
    pub(super) fn careful(random: &mut Random) -> Care {
        Care(std::array::from_fn(|part| random.between(0.0, 0.02) + ordinarily(part)))
    }

    /// Half of the organs are careful, a third less so, the others leave whole parts out.
    pub(super) fn of_organ(random: &mut Random) -> Care {
        match random.below(20) {
            0..10 => Care::careful(random),
            10..17 => Care(std::array::from_fn(|part| random.between(0.01, 0.15) + ordinarily(part))),
            _ => Care(std::array::from_fn(|part| {
                let often = if random.chance(0.35) { random.between(0.5, 1.0) } else { random.between(0.02, 0.3) };
                often + ordinarily(part)
            })),
        }
    }

    /// What is left out of one process.
    pub(super) fn omit(&self, random: &mut Random) -> Omitted {
        let mut omitted = 0;
        for (part, often) in self.0.iter().enumerate() {
            if random.chance(*often) {
                omitted |= 1 << part;
            }
        }
        Omitted(omitted)
    }
}

/// Some parts are published by few anywhere.
fn ordinarily(part: usize) -> f64 {
    let rare = [(Part::Owners, 0.7), (Part::Fees, 0.4), (Part::Bonds, 0.3), (Part::Payments, 0.1)];
    rare.iter().find(|(known, _)| *known as usize == part).map_or(0.0, |(_, often)| *often)
}

/// The parts that one process leaves out.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Omitted(u32);

impl Omitted {
    /// Whether that part is published.
    pub(super) fn shows(self, part: Part) -> bool {
        self.0 & (1 << part as u32) == 0
    }
}
