//! Drafts: a form half filled, kept for the officer who fills it until it is sent. An operational row, outside the ledger and
//! outside backups: it holds what nobody has said yet, personal data among it.
//!
//! Its content is sealed under the node's own key, so that the rows alone say nothing; files lie among the blobs, each under a
//! key that stands in the draft. A draft goes with the act that it led to; what is left over, because the task is done
//! otherwise or in another hand, or because nobody came back for [`KEPT_DAYS`], [`sweep`] takes away with its files.

use std::collections::BTreeMap;

use access::seal::SealKey;
use kernel::{Instant, MatterId, NodeId, OfficerId};
use serde::{Deserialize, Serialize};
use store::{BlobId, Operation, Store, StoreFault};

use crate::attachment::Attachment;

/// For how many days a draft is kept after it was last saved.
pub const KEPT_DAYS: i64 = 14;
/// Attempts to save; each sees what was saved meanwhile.
const ATTEMPTS: u32 = 4;
/// Drafts looked at in one sweep.
const BATCH: i64 = 500;

/// What a form is of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Of {
    /// A task of a case.
    Task(MatterId, u64),
    /// The opening of a case of a process.
    Opening(String),
    /// A change of a model's file.
    Change(MatterId, String),
}

impl Of {
    /// How its row names it.
    fn name(&self) -> String {
        match self {
            Of::Task(case, task) => format!("case.task/{case}/{task}"),
            Of::Opening(process) => format!("case.opening/{process}"),
            Of::Change(model, file) => format!("model.change/{model}/{file}"),
        }
    }

    fn of_name(name: &str) -> Option<Of> {
        match name.split_once('/')? {
            ("case.task", rest) => {
                let (case, task) = rest.split_once('/')?;
                Some(Of::Task(case.parse().ok()?, task.parse().ok()?))
            }
            ("case.opening", process) => Some(Of::Opening(process.to_owned())),
            ("model.change", rest) => {
                let (model, file) = rest.split_once('/')?;
                Some(Of::Change(model.parse().ok()?, file.to_owned()))
            }
            _ => None,
        }
    }
}

/// Whose draft, of which form.
#[derive(Clone, Debug)]
pub struct Key {
    node: NodeId,
    officer: OfficerId,
    name: String,
}

impl Key {
    /// An officer's draft of a form.
    pub fn new(node: NodeId, officer: OfficerId, of: &Of) -> Key {
        Key { node, officer, name: of.name() }
    }

    /// What its content is sealed under: moved to another officer's row it does not open.
    fn context(&self) -> String {
        format!("qingyuan draft 1 {} {} {}", self.node.number(), self.officer, self.name)
    }

    fn values(&self) -> Vec<store::Value> {
        vec![self.node.number().into(), self.officer.value().into(), self.name.as_str().into()]
    }

    /// What takes the draft away, together with the act that it led to.
    pub fn dropped(&self) -> Operation {
        Operation::new("delete from draft where node = $1 and officer = $2 and form = $3", self.values())
    }
}

/// A form half filled.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Draft {
    /// What was typed, by the names of the page's fields.
    pub fields: BTreeMap<String, String>,
    /// What was chosen to be attached.
    pub files: Vec<Attachment>,
    /// When it was saved.
    #[serde(skip)]
    pub saved: Option<Instant>,
}

/// A row as it lies in the store: blobs by name, since they tell nothing, and the rest sealed.
#[derive(Serialize, Deserialize)]
struct Row {
    blobs: Vec<String>,
    sealed: String,
}

impl Draft {
    /// The blobs of each field.
    pub fn blobs_of(&self) -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in &self.files {
            all.entry(file.field.clone()).or_default().push(file.blob.clone());
        }
        all
    }

    fn row(&self, key: &Key, seal: &SealKey) -> Result<String, StoreFault> {
        let nonsense = |why: String| StoreFault::Nonsense(format!("a draft: {why}"));
        let plain = serde_json::to_vec(self).map_err(|error| nonsense(error.to_string()))?;
        let sealed = seal.seal(&key.context(), &plain).map_err(|error| nonsense(error.to_string()))?;
        let blobs = self.files.iter().map(|file| file.blob.clone()).collect();
        serde_json::to_string(&Row { blobs, sealed }).map_err(|error| nonsense(error.to_string()))
    }
}

/// The draft of a key; nothing where there is none, where it is too old, or where this node's key does not open it.
///
/// # Errors
/// If the store cannot be read.
pub async fn load(store: &Store, key: &Key, seal: &SealKey, now: Instant) -> Result<Option<Draft>, StoreFault> {
    let sql = "select content, saved from draft where node = $1 and officer = $2 and form = $3";
    let rows = store.read(sql, &key.values()).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (content, saved) = (row.text(0)?, Instant::from_ms(row.int(1)?));
    if saved.ms() < oldest(now) {
        return Ok(None);
    }
    let plain = serde_json::from_str::<Row>(&content).ok().and_then(|row| seal.open(&key.context(), &row.sealed));
    let draft = plain.and_then(|plain| serde_json::from_slice::<Draft>(&plain).ok());
    Ok(draft.map(|draft| Draft { saved: Some(saved), ..draft }))
}

fn oldest(now: Instant) -> i64 {
    now.plus_ms(-KEPT_DAYS * 24 * 3_600_000).ms()
}

/// Saves what `change` makes of the draft as it stands; answers it. Two pages that save at once lose nothing of each other's
/// files.
///
/// # Errors
/// If the store fails, or others save again and again.
pub async fn save(
    store: &Store,
    key: &Key,
    seal: &SealKey,
    now: Instant,
    change: impl Fn(Draft) -> Draft,
) -> Result<Draft, StoreFault> {
    for _ in 0..ATTEMPTS {
        let sql = "select saved from draft where node = $1 and officer = $2 and form = $3";
        let before = store.read(sql, &key.values()).await?.first().map(|row| row.int(0)).transpose()?;
        let draft = change(load(store, key, seal, now).await?.unwrap_or_default());
        // Each saving has a moment of its own: by it the next one knows what it read.
        let at = before.map_or(now.ms(), |before| now.ms().max(before.saturating_add(1)));
        let content = draft.row(key, seal)?;
        let mut values = key.values();
        values.extend([content.into(), at.into()]);
        let operation = match before {
            None => {
                let sql = "insert into draft (node, officer, form, content, saved) values ($1, $2, $3, $4, $5) \
                           on conflict (node, officer, form) do nothing";
                Operation::new(sql, values)
            }
            Some(before) => {
                values.push(before.into());
                let sql = "update draft set content = $4, saved = $5 \
                           where node = $1 and officer = $2 and form = $3 and saved = $6";
                Operation::new(sql, values)
            }
        };
        if store.operate(&[operation.expecting(1)]).await? {
            return Ok(Draft { saved: Some(Instant::from_ms(at)), ..draft });
        }
    }
    Err(StoreFault::Nonsense("a draft was saved by others again and again".to_owned()))
}

/// Takes blobs away that no act names: files that were left out of a draft again.
///
/// # Errors
/// If one cannot be removed.
pub async fn forget(store: &Store, blobs: Vec<String>) -> Result<(), StoreFault> {
    let folder = store.blobs().clone();
    let removed =
        tokio::task::spawn_blocking(move || blobs.iter().try_for_each(|blob| folder.remove(blob.parse::<BlobId>()?)));
    removed.await.map_err(|error| StoreFault::Nonsense(error.to_string()))?
}

/// Takes away drafts that serve nobody any more, and their files; answers how many.
///
/// # Errors
/// If the store fails.
pub async fn sweep(store: &Store, node: NodeId, now: Instant) -> Result<u64, StoreFault> {
    let sql = "select officer, form, content, saved from draft where node = $1 order by saved limit $2";
    let mut gone = 0;
    for row in store.read(sql, &[node.number().into(), BATCH.into()]).await? {
        let (officer, name, saved) = (OfficerId::new(row.id(0)?), row.text(1)?, row.int(3)?);
        let Some(of) = Of::of_name(&name) else { continue };
        if saved >= oldest(now) && is_theirs(store, node, officer, &of).await? {
            continue;
        }
        let sql = "delete from draft where node = $1 and officer = $2 and form = $3 and saved = $4";
        let values = vec![node.number().into(), officer.value().into(), name.into(), saved.into()];
        // What was sent or saved again meanwhile stays: its blobs are named elsewhere.
        if store.operate(&[Operation::new(sql, values).expecting(1)]).await? {
            let blobs = serde_json::from_str::<Row>(&row.text(2)?).map(|row| row.blobs).unwrap_or_default();
            forget(store, blobs).await?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Whether somebody may still send a form: its task is open, and in their hand or in nobody's.
async fn is_theirs(store: &Store, node: NodeId, officer: OfficerId, of: &Of) -> Result<bool, StoreFault> {
    let Of::Task(case, task) = of else { return Ok(true) };
    let open = crate::case::list::open_task(store, node, *case, *task).await?;
    Ok(open.is_some_and(|open| open.holder.is_none_or(|holder| holder == officer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_known_again_by_its_name() {
        let change = Of::Change(MatterId::new(7), "a/b.bpmn".to_owned());
        for of in [Of::Task(MatterId::new(7), 3), Of::Opening("licence".to_owned()), change] {
            assert_eq!(Of::of_name(&of.name()), Some(of));
        }
        for name in ["", "other/1", "case.task/x/1", "case.task/1", "case.task/", "model.change/x/a"] {
            assert_eq!(Of::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_row_says_nothing_and_opens_in_its_own_place_only() {
        let node = NodeId::new(1).unwrap();
        let key = |officer: u128, task| Key::new(node, OfficerId::new(officer), &Of::Task(MatterId::new(7), task));
        let seal = SealKey::new([7; 32]);
        let fields = [("f-opinion".to_owned(), "张三".to_owned())].into();
        let row = Draft { fields, ..Draft::default() }.row(&key(1, 1), &seal).unwrap();
        assert!(!row.contains("opinion") && !row.contains("张三"));
        let row: Row = serde_json::from_str(&row).unwrap();
        assert!(seal.open(&key(1, 1).context(), &row.sealed).is_some());
        for other in [key(2, 1), key(1, 2)] {
            assert_eq!(seal.open(&other.context(), &row.sealed), None);
        }
    }
}
