//! Award: what each indicator is, as data, in the order of the design's chapter.

mod bidders;
mod bids;
mod winners;

use super::Indicator;

/// The chapter's parts, one after the other.
pub(super) static PARTS: [&[Indicator]; 3] = [&bids::ALL, &bidders::ALL, &winners::ALL];
