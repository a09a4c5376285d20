//! What happened to a row that does not lead to its leaf: where else it fits, and what else fits here.

use super::{NodeLog, RowState, Tampering, body_root};
use crate::commit::Committed;

/// Tells how the first wrong row, at place `at`, came to be wrong.
///
/// Commitments do not depend on the index, so a moved row is known by the leaf it would make elsewhere. This
/// looks at all rows once; it runs for one row only, the first that is wrong.
pub(super) fn wrong_row(log: &NodeLog<'_>, states: &[RowState], at: usize) -> Tampering {
    let roots = |place: usize| match states.get(place) {
        Some(RowState::Whole { committed, .. }) => Some(*committed),
        _ => None,
    };
    let published = |place: usize| {
        log.published
            .get(place)
            .or_else(|| log.rows.get(place).map(|row| &row.leaf))
    };
    let fits = |committed: Committed, place: usize| {
        published(place).is_some_and(|leaf| committed.leaf_data(log.node, place as u64) == *leaf)
    };
    let others = || (0..log.rows.len()).filter(|place| *place != at);
    let last = log.rows.len().max(log.published.len());

    let fits_here = others().any(|other| roots(other).is_some_and(|committed| fits(committed, at)));
    let own = roots(at);
    let fits_elsewhere =
        own.is_some_and(|own| (0..last).any(|place| place != at && fits(own, place)));
    match (fits_elsewhere, fits_here) {
        (true, true) => return Tampering::Reordered,
        // The rows after it moved down by one; where they did not, it is a copy of another row.
        (true, false) if !roots(at + 1).is_some_and(|next| fits(next, at + 1)) => {
            return Tampering::Deleted;
        }
        (true, false) => return Tampering::Changed,
        (false, true) => return Tampering::Inserted,
        (false, false) => {}
    }
    let Some(own) = own else {
        return Tampering::Changed;
    };
    let swapped = others().any(|other| {
        // The other's payload lies here, so ours may lie there: under its seed or, moved alone, under ours.
        let with = |body_root| fits(Committed { body_root, ..own }, at);
        let moved_alone = body_root(log.rows[other].body, log.rows[at].body_seed);
        roots(other).is_some_and(|other| {
            with(other.body_root)
                || fits(
                    Committed {
                        header_root: other.header_root,
                        ..own
                    },
                    at,
                )
                || fits(
                    Committed {
                        routes_root: other.routes_root,
                        ..own
                    },
                    at,
                )
        }) || moved_alone.is_some_and(with)
    });
    if swapped {
        Tampering::SwappedPayload
    } else {
        Tampering::Changed
    }
}
