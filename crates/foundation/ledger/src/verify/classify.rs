//! What happened to a row that does not lead to its leaf: where else it fits, and what else fits here.

use super::{StoredRow, Tampering, Window};
use crate::commit::Committed;
use crate::envelope::SealedBody;
use crate::hash::{Hash, Seed, Tag};
use crate::sheet::Sheet;

/// Tells how the first wrong row, at place `at`, came to be wrong.
///
/// Commitments do not depend on the index, so a moved row is known by the leaf it would make elsewhere. This
/// looks at all rows of the window once more, and is meant for the first that is wrong.
pub(super) fn wrong_row(window: &Window<'_>, at: usize) -> Tampering {
    let rows: Vec<_> = window.rows.iter().map(roots).collect();
    let published = |place: usize| window.published.get(place).or_else(|| window.rows.get(place).map(|row| &row.leaf));
    let fits = |committed: Committed, place: usize| {
        published(place).is_some_and(|leaf| committed.leaf_data(window.node, window.first + place as u64) == *leaf)
    };
    let fits_at =
        |row: usize, place: usize| rows.get(row).copied().flatten().is_some_and(|committed| fits(committed, place));
    let others = || (0..rows.len()).filter(|other| *other != at);
    let places = rows.len().max(window.published.len());

    let fits_here = others().any(|other| fits_at(other, at));
    let fits_elsewhere = (0..places).any(|place| place != at && fits_at(at, place));
    match (fits_elsewhere, fits_here) {
        (true, true) => return Tampering::Reordered,
        // The rows after a deleted one moved down; where they did not, this is a copy of another row.
        (true, false) if fits_at(at + 1, at + 1) => return Tampering::Changed,
        (true, false) => return Tampering::Deleted,
        (false, true) => return Tampering::Inserted,
        (false, false) => {}
    }
    let Some(own) = rows[at] else { return Tampering::Changed };
    let swapped = others().any(|other| {
        // Another's payload lies here, so ours may lie there: with its own seed or, moved alone, under ours.
        let moved_alone = root(window.rows[other].body, Tag::Body, window.rows[at].body_seed);
        let with_body = |body_root| fits(Committed { body_root, ..own }, at);
        moved_alone.is_some_and(with_body)
            || rows[other].is_some_and(|other| {
                with_body(other.body_root)
                    || fits(Committed { header_root: other.header_root, ..own }, at)
                    || fits(Committed { routes_root: other.routes_root, ..own }, at)
            })
    });
    if swapped { Tampering::SwappedPayload } else { Tampering::Changed }
}

/// The roots a row's sheets come to, whether or not an honest tree could hold what is in them.
fn roots(row: &StoredRow<'_>) -> Option<Committed> {
    Some(Committed {
        header_root: root(row.header, Tag::Header, row.header_seed)?,
        body_root: match SealedBody::decode(row.body) {
            Some(sealed) => sealed.root,
            None => root(row.body, Tag::Body, row.body_seed)?,
        },
        routes_root: root(row.routes, Tag::Routes, row.header_seed)?,
    })
}

fn root(sheet: &[u8], tag: Tag, seed: Option<&Seed>) -> Option<Hash> {
    Sheet::decode(sheet).ok()?.fold(tag, seed).ok().map(|folded| folded.root)
}
