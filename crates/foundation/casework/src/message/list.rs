//! Messages from outside as a list, and what became of each.

use std::collections::BTreeSet;

use flow::ElementId;
use kernel::{Instant, MatterId, OfficerId};
use store::{Actor, Store, StoreFault, Value, places};

use super::MessageEvent;
use crate::carrier::{SUBSCRIBER, TAKEN, claim_key};
use crate::case::rows::OUTSIDE;

/// How the kind of the act begins by which a message comes.
const RECEIVED: &str = "message.received@";
/// Messages looked at, and shown, at most: the list is for whoever sends, and no register.
const LOOKED_AT: u64 = 500;
const SHOWN: usize = 50;

/// What became of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Became {
    /// These have it: each process at most once.
    Taken(Vec<MatterId>),
    /// It is kept for whoever waits for it.
    Waiting(Instant),
    /// Nobody had it in its time.
    Over,
    /// It was not carried yet.
    OnItsWay,
}

impl Became {
    /// The word, as answers and texts have it.
    pub fn code(&self) -> &'static str {
        match self {
            Became::Taken(_) => "taken",
            Became::Waiting(_) => "waiting",
            Became::Over => "over",
            Became::OnItsWay => "on-its-way",
        }
    }
}

/// A message in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its matter.
    pub id: MatterId,
    /// Its name.
    pub name: String,
    /// Its key, in canonical writing.
    pub key: Option<String>,
    /// When it came.
    pub at: Instant,
    /// Who sent it.
    pub by: Option<OfficerId>,
    /// What became of it.
    pub became: Became,
}

/// The newest messages from outside that one of some organs took in.
///
/// - `within`: whether an organ, by its id, is one of them.
/// - `processes`: those that there are, in any version.
///
/// # Errors
/// If the store cannot be read.
pub async fn newest(
    store: &Store,
    node: i64,
    now: Instant,
    within: impl Fn(&str) -> bool,
    processes: &BTreeSet<String>,
) -> Result<Vec<Listed>, StoreFault> {
    let carried = store.cursor(node, SUBSCRIBER).await?;
    let acts = store.newest_acts(node, RECEIVED, 0, LOOKED_AT).await?;
    let mut all = Vec::new();
    for act in acts.iter().filter(|act| !act.shredded && act.act.organ.as_deref().is_some_and(&within)) {
        let MessageEvent::Received { name, key, until, .. } = act.event()? else { continue };
        let (id, until) = (MatterId::new(act.act.matter), Instant::from_ms(until));
        let taken = taken(store, node, id, processes).await?;
        let became = match taken.is_empty() {
            false => Became::Taken(taken),
            true if act.idx >= carried => Became::OnItsWay,
            true if now < until => Became::Waiting(until),
            true => Became::Over,
        };
        let by = match &act.act.actor {
            Actor::Officer { pseudonym } => pseudonym.parse().ok(),
            _ => None,
        };
        let at = Instant::from_ms(act.act.at_ms);
        all.push(Listed { id, name, key, at, by, became });
        if all.len() >= SHOWN {
            break;
        }
    }
    Ok(all)
}

/// The cases that have a message.
async fn taken(
    store: &Store,
    node: i64,
    id: MatterId,
    processes: &BTreeSet<String>,
) -> Result<Vec<MatterId>, StoreFault> {
    if processes.is_empty() {
        return Ok(Vec::new());
    }
    let mut values: Vec<Value> = vec![node.into(), TAKEN.into()];
    let keys = processes.iter().map(|process| claim_key((id, OUTSIDE), &ElementId::from(process.as_str())));
    let keys = places(keys, &mut values);
    let sql = format!("select matter from claim where node = $1 and space = $2 and key in ({keys}) order by key");
    store.read(&sql, &values).await?.iter().map(|row| Ok(MatterId::new(row.id(0)?))).collect()
}
