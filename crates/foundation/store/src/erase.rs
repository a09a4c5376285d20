//! Erasing fields of a recorded act by law: what stays is an opening that proves the same leaf, the body's seed goes, and a
//! tombstone act (抹除记录) of the same matter says what went, why, and by whose word. Source: ledger.md §1 "Secrecy and
//! erasure"; 个人信息保护法 art. 47.
//!
//! The tombstone names the erased act's matter as its own, so that the matter's history shows it, and so that no other act
//! of that matter runs beside it. In the database nothing is left by which an erased value could be guessed: its salt came
//! from the seed.

use std::collections::BTreeMap;

use kernel::MatterId;
use ledger::{Path, Place, PlainBody, Sheet, SheetError, Tag};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::fault::StoreFault;
use crate::feed::Recorded;
use crate::keyed::{self, SHREDDED, Shredding};
use crate::part::Part;
use crate::table::Change;

/// The kind of a tombstone act.
pub const TOMBSTONE: &str = "ledger.erased@1.0";

/// For how many days copies of seeds and keys are kept at most; after them "erased" holds in every copy. Source: ledger.md §1.
pub const COPIES_DAYS: i64 = 35;

/// What a tombstone act says. It is an event of the matter it erases from: a platform whose kinds may be erased has a variant
/// for it, tagged `erased`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tombstone {
    /// The matter in which the erasure was proposed and decided.
    pub erasure: MatterId,
    /// The index of the act that fields went from.
    pub idx: i64,
    /// Its kind.
    pub of: String,
    /// The fields, each with all below it.
    pub fields: Vec<String>,
    /// Why, as who proposed it wrote.
    pub reason: String,
    /// Who was given what is erased, and keeps it: nobody can take it back.
    pub told: Vec<String>,
}

/// What erasing changes in the ledger's own rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Erased {
    node: i64,
    matter: u128,
    idx: u64,
    /// The body's sheet without them.
    body: Vec<u8>,
}

/// Why fields are not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The log has no such act.
    #[error("there is no act {0}")]
    NoAct(u64),
    /// The act has no such field, or it is gone already.
    #[error("act {idx} has no field {field} any more")]
    NoField {
        /// The act.
        idx: u64,
        /// The field.
        field: String,
    },
    /// The stored sheet does not fold: the log is to be verified first.
    #[error("act {idx} cannot be opened: {}", source.code())]
    Sheet {
        /// The act.
        idx: u64,
        /// What is wrong.
        source: SheetError,
    },
    /// Nothing of the matter lies under a key, or it was destroyed already.
    #[error("nothing of the matter lies under a key")]
    NoKey,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Erased {
    pub(crate) fn matter(&self) -> u128 {
        self.matter
    }

    pub(crate) fn weight(&self) -> usize {
        self.body.len() + 64
    }

    /// The statements.
    pub(crate) fn parts(&self) -> [Part; 2] {
        let at = || [self.node.into(), (self.idx as i64).into()];
        let body = [vec![self.body.clone().into()], at().to_vec(), vec![self.matter.into()]].concat();
        [
            Part::new("update act set body = ? where node = ? and idx = ? and matter = ?", body),
            Part::new("update seed set seed_b = null where node = ? and idx = ?", at().to_vec()),
        ]
    }
}

/// The paths that a tombstone says are gone.
pub(crate) fn paths(tombstone: &Tombstone) -> impl Iterator<Item = Path> + '_ {
    tombstone.fields.iter().map(|field| Path::new([field.as_str()]))
}

/// The body's sheet without the fields.
fn without(sheet: &Sheet, seed: Option<&[u8; 32]>, fields: &[String]) -> Result<Sheet, SheetError> {
    let goes = |place: &Place| match place {
        Place::Field(path) => fields.iter().any(|field| Path::new([field.as_str()]).begins(path)),
        Place::Blank(_) => false,
    };
    sheet.open(Tag::Body, seed, |place| !goes(place))
}

impl Store {
    /// What erasing the fields of an act changes in the ledger: to be recorded with the tombstone, an act of `act`'s matter.
    ///
    /// # Errors
    /// See [`EraseError`].
    pub async fn erasing(&self, act: &Recorded, fields: &[String]) -> Result<Change, EraseError> {
        let (node, idx) = (act.act.node, act.idx);
        for field in fields {
            let path = Path::new([field.as_str()]);
            if !act.act.body.fields().any(|(there, _)| path.begins(there)) {
                return Err(EraseError::NoField { idx, field: field.clone() });
            }
        }
        let stored = self.stored_body(node, idx).await?.ok_or(EraseError::NoAct(idx))?;
        let broken = |source| EraseError::Sheet { idx, source };
        let left = Sheet::decode(&stored.sheet).and_then(|sheet| without(&sheet, stored.seed.as_ref(), fields));
        let left = left.map_err(broken)?;
        let sheet = left.encode().map_err(broken)?;
        let body = match &stored.key {
            None => sheet,
            Some((key, whose)) => {
                let root = left.fold(Tag::Body, None).map_err(broken)?.root;
                keyed::seal(key, *whose, root, &PlainBody { sheet, seed: None })?
            }
        };
        Ok(Change::Erase(Erased { node, matter: act.act.matter, idx, body }))
    }

    /// What acts say is gone, by the index of the erased act. An act speaks for its own matter only, and of what came before it.
    pub(crate) async fn tombstones(&self, node: i64, until: u64) -> Result<BTreeMap<u64, Vec<Path>>, StoreFault> {
        let mut told: Vec<(u128, u64, Option<Tombstone>)> = Vec::new();
        for act in self.acts_of_kind(node, TOMBSTONE, until).await? {
            let Ok(tombstone) = act.event::<Tombstone>() else { continue };
            let idx = u64::try_from(tombstone.idx).ok().filter(|idx| *idx < act.idx);
            told.extend(idx.map(|idx| (act.act.matter, idx, Some(tombstone))));
        }
        for act in self.acts_of_kind(node, SHREDDED, until).await? {
            let Ok(shredding) = act.event::<Shredding>() else { continue };
            let acts = shredding.acts.iter().filter_map(|idx| u64::try_from(*idx).ok()).filter(|idx| *idx < act.idx);
            told.extend(acts.map(|idx| (act.act.matter, idx, None)));
        }
        let mut gone: BTreeMap<u64, Vec<Path>> = BTreeMap::new();
        for (matter, idx, tombstone) in told {
            // A row that does not read is found by its leaf.
            let Ok(Some(erased)) = self.act_at(node, idx).await else { continue };
            let fits = tombstone.as_ref().is_none_or(|tombstone| tombstone.of == erased.act.kind);
            if erased.act.matter == matter && fits {
                let paths = gone.entry(idx).or_default();
                match tombstone {
                    Some(tombstone) => paths.extend(self::paths(&tombstone)),
                    None => paths.push(Path::default()),
                }
            }
        }
        Ok(gone)
    }
}
