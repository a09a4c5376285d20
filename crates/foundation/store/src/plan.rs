//! What a group assumes: where heads stand and which claims are free, as far as its acts say so themselves. Pure.

use std::collections::{BTreeMap, HashMap};

use crate::fault::RecordError;
use crate::fold::Folded;
use crate::part::Part;
use crate::table::Change;
use crate::trip::Trip;
use crate::value::Value;
use crate::writer::{COMMANDS, Pending};

/// Claims by space and key: the unit, who holds it then, and the act.
pub(crate) type Claims = BTreeMap<(String, String), (usize, u128, u128)>;

/// The claims that the units ask for, in the order of their keys; units that ask for what an earlier one does lose.
pub(crate) fn claims(units: &[Pending]) -> (Claims, HashMap<usize, RecordError>) {
    let (mut wanted, mut losers) = (Claims::new(), HashMap::new());
    for (place, unit) in units.iter().enumerate() {
        for (act, changes) in &unit.acts {
            let command = act.command.iter().map(|command| (COMMANDS.to_owned(), command.clone()));
            let named = changes.iter().filter_map(|change| match change {
                Change::Claim(space, key) => Some(((*space).to_owned(), key.clone())),
                _ => None,
            });
            for claim in command.chain(named) {
                let holder = if claim.0 == COMMANDS { act.id } else { act.matter };
                match wanted.get(&claim) {
                    Some((other, first, _)) if *other != place || *first != holder => {
                        let error = RecordError::Taken { space: claim.0.clone(), key: claim.1.clone(), holder: *first };
                        losers.insert(place, error);
                    }
                    _ => {
                        wanted.insert(claim, (place, holder, act.id));
                    }
                }
            }
        }
    }
    (wanted, losers)
}

/// Rows of claims, as they are inserted.
pub(crate) fn claim_rows(node: i64, wanted: &Claims) -> Vec<Vec<Value>> {
    wanted
        .iter()
        .map(|((space, key), (_, matter, act))| {
            vec![node.into(), space.as_str().into(), key.as_str().into(), (*matter).into(), (*act).into()]
        })
        .collect()
}

/// The group as one trip, its places in the log given; nothing where its acts contradict one another or need a look first.
///
/// - `postgres`: one statement, whose parts do not see one another, so that no row may be touched by two.
pub(crate) fn trip(postgres: bool, units: &[Pending], log: Part, ledger: Vec<Part>) -> Option<Trip> {
    let node = units.first()?.node;
    let mut heads: BTreeMap<u128, (u64, u64)> = BTreeMap::new();
    for (head, makes) in units.iter().flat_map(|unit| unit.acts.iter().flat_map(|(act, _)| act.heads())) {
        let (_, stands) = heads.entry(head).or_insert((makes.checked_sub(1)?, makes.checked_sub(1)?));
        if *stands + 1 != makes {
            return None;
        }
        *stands = makes;
    }
    let opened = heads.iter().filter(|(_, (found, _))| *found == 0);
    let opened = rows(opened.map(|(head, (_, stands))| vec![node.into(), (*head).into(), (*stands as i64).into()]));
    let moved = heads.iter().filter(|(_, (found, _))| *found > 0);
    let moved = rows(
        moved.map(|(head, (found, stands))| vec![(*head).into(), (*stands as i64).into(), (*found as i64).into()]),
    );
    let (wanted, losers) = claims(units);
    if !losers.is_empty() {
        return None;
    }
    let mut checked = Vec::new();
    let mut check = |before: &str, rows: &[Vec<Value>], after: &str, more: &[Value]| {
        let rows: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
        let mut parts = Part::of_rows(before, &rows, after, more);
        let one = parts.next().map(|part| (part, rows.len()));
        let alone = parts.next().is_none();
        checked.extend(one);
        alone
    };
    let fits = check(
        "insert into head (node, matter, version) values ",
        &opened,
        " on conflict (node, matter) do nothing returning matter",
        &[],
    ) && check(
        "update head set version = v.column2 from (values ",
        &moved,
        ") as v where node = ? and matter = v.column1 and version = v.column3 returning matter",
        &[node.into()],
    ) && check(
        "insert into claim (node, space, key, matter, act) values ",
        &claim_rows(node, &wanted),
        " on conflict (node, space, key) do nothing returning key",
        &[],
    );
    let changes = units.iter().flat_map(|unit| &unit.acts).flat_map(|(_, changes)| changes);
    let folded = Folded::of(changes);
    let frees_a_claim = wanted.keys().any(|(space, key)| folded.releases(space, key));
    let rest = ledger.into_iter().chain(folded.parts(node)).collect();
    let trip = Trip { checked, log, rest };
    (fits && !(postgres && (frees_a_claim || !folded.is_apart())) && trip.fits()).then_some(trip)
}

fn rows(rows: impl Iterator<Item = Vec<Value>>) -> Vec<Vec<Value>> {
    rows.collect()
}
