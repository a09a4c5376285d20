//! Bodies under the key of their matter, and destroying it by law (销毁密钥). Source: ledger.md §1 "Secrecy and erasure".
//!
//! Acts above the internal class, and those of a compartment, are stored so: whoever has the rows has nothing of what they
//! say. Keys lie in a table of their own, kept and deleted with the seeds. Destroying a matter's key takes all such acts of
//! it at once, in every copy of the rows; when, by whom and of what kind they were remains, and so does the log.

use kernel::MatterId;
use ledger::envelope::Key;
use ledger::hash::Seed;
use ledger::{Hash, Level, PlainBody, SealedBody, Whose};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::erase::{EraseError, TOMBSTONE};
use crate::fault::{RecordError, StoreFault};
use crate::part::Part;
use crate::record::{Class, Draft};
use crate::table::Change;

/// The kind of the act that says that a matter's key was destroyed.
pub const SHREDDED: &str = "ledger.shredded@1.0";

/// What the act says by which a matter's key is destroyed; an event of the matter, whose platform says what stays of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shredding {
    /// The matter in which it was proposed and decided.
    pub erasure: MatterId,
    /// The acts whose bodies are gone, by their indices.
    pub acts: Vec<i64>,
    /// Why, as who proposed it wrote.
    pub reason: String,
    /// Who was given what is gone, and keeps it.
    pub told: Vec<String>,
}

/// What destroying a key changes in the ledger's own rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shredded {
    node: i64,
    matter: u128,
}

impl Shredded {
    pub(crate) fn matter(&self) -> u128 {
        self.matter
    }

    pub(crate) fn part(&self) -> Part {
        let values = vec![self.node.into(), self.matter.into()];
        Part::new("update matter_key set key = null where node = ? and matter = ?", values)
    }
}

/// The key of a matter while an act is made.
#[derive(Clone, Copy)]
pub(crate) struct MatterKey {
    pub(crate) key: Key,
    /// Made for this act, and to be stored with it.
    pub(crate) is_new: bool,
}

/// Whether an act's body lies under its matter's key. What says that something is gone must be read by whoever verifies.
pub(crate) fn is_confidential(kind: &str, class: &Class) -> bool {
    (class.level > Level::Internal || class.compartment.is_some()) && ![TOMBSTONE, SHREDDED].contains(&kind)
}

/// A stored body, whether it lies in clear or under a key.
pub(crate) struct Stored {
    /// The sheet; of a body whose key is gone that which tells nothing.
    pub(crate) sheet: Vec<u8>,
    pub(crate) seed: Option<Seed>,
    /// The key it lies under, and whose body it is.
    pub(crate) key: Option<(Key, Whose)>,
    /// Its key was destroyed.
    pub(crate) shredded: bool,
}

/// Reads a body as it is stored.
///
/// - `seed`: beside it, of a body in clear.
/// - `key`: of its matter.
pub(crate) fn read(
    whose: Whose,
    body: Vec<u8>,
    seed: Option<Vec<u8>>,
    key: Option<Vec<u8>>,
) -> Result<Stored, StoreFault> {
    let array = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).ok();
    let Some(sealed) = SealedBody::decode(&body) else {
        return Ok(Stored { sheet: body, seed: seed.and_then(array), key: None, shredded: false });
    };
    let nonsense = |why: &str| StoreFault::Nonsense(format!("act {:032x} of node {}: {why}", whose.act, whose.node));
    match key.and_then(array) {
        Some(key) => {
            let plain = sealed.open(&key, whose).ok_or_else(|| nonsense("its matter's key does not open it"))?;
            Ok(Stored { sheet: plain.sheet, seed: plain.seed, key: Some((key, whose)), shredded: false })
        }
        None => {
            let sheet = sealed.withheld().map_err(|error| nonsense(error.code()))?;
            Ok(Stored { sheet, seed: None, key: None, shredded: true })
        }
    }
}

/// Puts a body under a key.
pub(crate) fn seal(key: &Key, whose: Whose, root: Hash, body: &PlainBody) -> Result<Vec<u8>, StoreFault> {
    let nonce = crate::seal::random().map_err(StoreFault::Nonsense)?;
    Ok(SealedBody::seal(key, nonce, whose, root, body).encode())
}

impl Store {
    /// The body of the act at an index, as it lies in the store; nothing where there is no such act.
    pub(crate) async fn stored_body(&self, node: i64, idx: u64) -> Result<Option<Stored>, StoreFault> {
        let sql = "select act.id, act.body, seed.seed_b, matter_key.key from act \
                   left join seed on seed.node = act.node and seed.idx = act.idx \
                   left join matter_key on matter_key.node = act.node and matter_key.matter = act.matter \
                   where act.node = $1 and act.idx = $2";
        let rows = self.read(sql, &[node.into(), (idx as i64).into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let whose = Whose { node, act: row.id(0)? };
        read(whose, row.bytes(1)?, row.opt_bytes(2)?, row.opt_bytes(3)?).map(Some)
    }

    /// The key for an act to be recorded: nothing where it needs none, a new one where its matter has none yet.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] where the matter's key was destroyed.
    pub(crate) async fn key_for(&self, draft: &Draft) -> Result<Option<MatterKey>, RecordError> {
        if !is_confidential(draft.kind, &draft.class) {
            return Ok(None);
        }
        let sql = "select key from matter_key where node = $1 and matter = $2";
        let rows = self.read(sql, &[draft.node.into(), draft.matter.into()]).await?;
        let Some(row) = rows.first() else {
            return Ok(Some(MatterKey { key: crate::seal::random().map_err(RecordError::Malformed)?, is_new: true }));
        };
        let key = row.opt_bytes(0)?.and_then(|key| Key::try_from(key).ok());
        let key = key.ok_or_else(|| RecordError::Malformed("the matter's key was destroyed".to_owned()))?;
        Ok(Some(MatterKey { key, is_new: false }))
    }

    /// What destroying a matter's key changes, and the acts whose bodies go with it: to be recorded with an act of that
    /// matter of kind [`SHREDDED`], which names them, and with the platform's changes to its rows.
    ///
    /// # Errors
    /// [`EraseError::NoKey`] where nothing of the matter lies under a key.
    pub async fn shredding(&self, node: i64, matter: u128) -> Result<(Vec<i64>, Change), EraseError> {
        let sql = "select act.idx, act.body, matter_key.key from act join matter_key on matter_key.node = act.node \
                   and matter_key.matter = act.matter where act.node = $1 and act.matter = $2 order by act.idx";
        let mut acts = Vec::new();
        for row in self.read(sql, &[node.into(), matter.into()]).await? {
            if row.opt_bytes(2)?.is_some() && SealedBody::decode(&row.bytes(1)?).is_some() {
                acts.push(row.int(0)?);
            }
        }
        if acts.is_empty() {
            return Err(EraseError::NoKey);
        }
        Ok((acts, Change::Shred(Shredded { node, matter })))
    }
}
