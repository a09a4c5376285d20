//! The keeper of a node's log: publishes checkpoints, asks witnesses, takes up and ends keys, and says when nobody
//! outside stands behind the log. Of several processes on one node one does it, by lease; the others stand by.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use directory::Directory;
use ledger::policy::Witness;
use ledger::witness::Request;
use ledger::{Keys, Policy, Quorum};
use store::{Actor, Draft, PublishError, Published, RecordError, Signer, Store, StoreFault};
use tokio::sync::watch;

use crate::ask::{Answered, Client};
use crate::decide::{self, Witnessing};
use crate::events::NotaryEvent;
use crate::tables::{self, LOG, changes, log_keys};

/// The role that is leased.
const PUBLISH: &str = "publish";
/// How often a checkpoint is signed at most. Source: ledger.md §3.
const EVERY: Duration = Duration::from_millis(200);
/// Ticks between renewals of the lease: a second, a third of its life.
const RENEWAL: u32 = 5;
/// Pause between two rounds of asking witnesses.
const ROUND: Duration = Duration::from_millis(500);
/// Pause after a round in which a witness did not answer.
const LATER: Duration = Duration::from_secs(5);

/// The keys that count, shared with the pages that check receipts; replaced when a key is rotated.
#[derive(Clone)]
pub struct SharedKeys(Arc<RwLock<Arc<Keys>>>);

impl SharedKeys {
    /// These keys, until others are set.
    pub fn new(keys: Keys) -> SharedKeys {
        SharedKeys(Arc::new(RwLock::new(Arc::new(keys))))
    }

    /// The keys as they stand.
    pub fn get(&self) -> Arc<Keys> {
        Arc::clone(&self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn set(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(keys);
    }
}

/// Keeps one node's log.
pub struct Keeper {
    directory: Directory,
    signer: Signer,
    policy: Arc<Policy>,
    keys: SharedKeys,
    holder: String,
    /// The version of the log's matter up to which keys were taken up.
    followed: u64,
}

impl Keeper {
    /// The keeper of the directory's node.
    ///
    /// - `policy`: which witnesses are asked, and how many make a quorum.
    /// - `holder`: a name for this process, drawn at its start.
    pub fn new(directory: Directory, signer: Signer, policy: Policy, holder: String) -> Keeper {
        let keys = SharedKeys::new(signer.keys().under(&policy));
        Keeper { directory, signer, policy: Arc::new(policy), keys, holder, followed: 0 }
    }

    /// The keys that count, as they stand from now on.
    pub fn keys(&self) -> SharedKeys {
        self.keys.clone()
    }

    fn store(&self) -> &Store {
        self.directory.store()
    }

    fn node(&self) -> i64 {
        self.directory.node().number()
    }

    fn now(&self) -> i64 {
        self.directory.clock().now().ms()
    }

    /// Publishes until it is told to stop, and once more then, so that what was answered is covered.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let (tell, told) = watch::channel(0);
        let asking = tokio::spawn(Asking::of(&self).run(told));
        let (mut leading, mut tick) = (false, 0_u32);
        loop {
            if tick.is_multiple_of(RENEWAL) {
                leading = self.lead().await;
            }
            tick = tick.wrapping_add(1);
            if leading && let Some(published) = self.publish().await {
                let _ = tell.send(published.size);
            }
            if tick.is_multiple_of(RENEWAL)
                && leading
                && let Err(fault) = self.look_after().await
            {
                tracing::error!(%fault, "the log's keys and witnesses were not looked after; it tries again");
            }
            if tokio::time::timeout(EVERY, stop.changed()).await.is_ok() {
                break;
            }
        }
        if leading {
            self.publish().await;
            let _ = self.store().release(self.node(), PUBLISH, &self.holder).await;
        }
        asking.abort();
    }

    async fn lead(&mut self) -> bool {
        match self.store().lease(self.node(), PUBLISH, &self.holder).await {
            Ok(leading) => leading,
            Err(fault) => {
                tracing::error!(%fault, "the lease to publish was not renewed");
                false
            }
        }
    }

    async fn publish(&mut self) -> Option<Published> {
        let (store, now) = (self.store().clone(), self.now());
        match self.signer.publish(&store, now).await {
            Ok(published) => published,
            Err(error) => {
                let fault: &dyn std::error::Error = &error;
                let cause = fault.source().map(ToString::to_string).unwrap_or_default();
                let forked = matches!(error, PublishError::Forked { .. });
                tracing::error!(%error, cause, forked, "no checkpoint was signed");
                None
            }
        }
    }

    /// Once a second: keys that acts brought, the end of an old one, and whether witnesses stand behind the log.
    ///
    /// # Errors
    /// If the store fails; it is tried again a second later.
    pub async fn look_after(&mut self) -> Result<(), StoreFault> {
        self.follow_keys().await?;
        if let Some(event) = self.ended_key().await? {
            self.record(&event).await?;
        }
        let standing = tables::standing(self.store(), self.node()).await?;
        let seen = self.witnessing().await?;
        if let Some(event) = decide::witnessing(standing, self.now(), seen) {
            self.record(&event).await?;
        }
        Ok(())
    }

    /// Takes up what the log's own matter says about keys.
    async fn follow_keys(&mut self) -> Result<(), StoreFault> {
        let version = self.store().version(self.node(), LOG.value()).await?;
        if version == self.followed {
            return Ok(());
        }
        for key in log_keys(self.store(), self.node()).await? {
            if !self.signer.keyring().take_up(&key.vkey, key.from_size)? {
                tracing::error!(vkey = %key.vkey, "a key of the log lies not in this folder; it is not signed with");
                continue;
            }
            if let Some(to) = key.to_size {
                self.signer.keyring().end(&key.vkey, to)?;
            }
        }
        self.keys.set(self.signer.keys().under(&self.policy));
        self.followed = version;
        Ok(())
    }

    async fn ended_key(&self) -> Result<Option<NotaryEvent>, StoreFault> {
        let keys = self.keys.get();
        let open: Vec<_> = keys.log.iter().filter(|key| key.to_size.is_none()).collect();
        let [old, .., new] = open.as_slice() else { return Ok(None) };
        // Until this process had taken the new key up it signed with the old one alone: such checkpoints do not count.
        let sql = "select size, note from checkpoint where node = $1 and size >= $2 order by size desc limit 2";
        let rows = self.store().read(sql, &[self.node().into(), (new.from_size as i64).into()]).await?;
        let mut sizes = Vec::new();
        for row in rows.iter().rev() {
            if keys.open(&row.text(1)?).is_ok_and(|signed| signed.keys.len() > 1) {
                sizes.push(row.int(0)? as u64);
            }
        }
        Ok(decide::end_of_key(&old.vkey.to_string(), &sizes))
    }

    async fn witnessing(&self) -> Result<Witnessing, StoreFault> {
        let witnessed = self.store().witnessed_checkpoint(self.node()).await?.map_or(0, |published| published.size);
        let sql = "select min(at) from checkpoint where node = $1 and size > $2";
        let rows = self.store().read(sql, &[self.node().into(), (witnessed as i64).into()]).await?;
        let waiting_since = rows.first().map(|row| row.opt_int(0)).transpose()?.flatten();
        Ok(Witnessing { wanted: self.policy.quorum != Quorum::None, witnessed, waiting_since })
    }

    async fn record(&self, event: &NotaryEvent) -> Result<(), StoreFault> {
        let actor = Actor::System { component: "notary".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        match record(&self.directory, event, actor, None).await {
            // Another process was faster; the next look finds it.
            Ok(()) | Err(RecordError::Conflict { .. }) => Ok(()),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(error) => Err(StoreFault::Nonsense(error.to_string())),
        }
    }
}

/// Records an event of the log's own matter.
pub(crate) async fn record(
    directory: &Directory,
    event: &NotaryEvent,
    actor: Actor,
    post: Option<(String, String)>,
) -> Result<(), RecordError> {
    let (store, node) = (directory.store(), directory.node());
    let version = store.version(node.number(), LOG.value()).await? + 1;
    let content = Draft::event_of(event).map_err(|error| RecordError::Malformed(error.to_string()))?;
    let stamp = directory::stamp(node, directory.clock().now(), directory.clock().today())?;
    let rows = changes(node.number(), stamp.at, event);
    let (post, organ) = post.unzip();
    let draft = Draft { post, organ, ..Draft::new(stamp, event.kind(), (LOG.value(), version), actor, content) };
    store.record(draft, rows).await.map(drop)
}

/// Asks the witnesses of a policy, round after round.
struct Asking {
    directory: Directory,
    policy: Arc<Policy>,
    keys: SharedKeys,
    client: Client,
    /// The size each witness has seen of this log, by place in the policy.
    seen: Vec<Option<u64>>,
}

impl Asking {
    fn of(keeper: &Keeper) -> Asking {
        Asking {
            directory: keeper.directory.clone(),
            policy: Arc::clone(&keeper.policy),
            keys: keeper.keys(),
            client: Client::new(),
            seen: vec![None; keeper.policy.witnesses.len()],
        }
    }

    async fn run(mut self, mut published: watch::Receiver<u64>) {
        if self.policy.witnesses.iter().all(|witness| witness.url.is_none()) {
            return;
        }
        loop {
            let pause = match self.round().await {
                Ok(true) => ROUND,
                Ok(false) => LATER,
                Err(fault) => {
                    tracing::error!(%fault, "witnesses were not asked; it tries again");
                    LATER
                }
            };
            tokio::time::sleep(pause).await;
            // Nothing new to sign: wait for it. What a witness still owes is asked for again after a while.
            let _ = tokio::time::timeout(LATER, published.changed()).await;
        }
    }

    /// Asks each witness about the newest checkpoint; tells whether all have signed.
    async fn round(&mut self) -> Result<bool, StoreFault> {
        let (store, node) = (self.directory.store().clone(), self.directory.node().number());
        let Some(newest) = store.checkpoint(node).await? else { return Ok(true) };
        let mut asked = Vec::new();
        for (place, witness) in self.policy.witnesses.clone().into_iter().enumerate() {
            let Some(url) = witness.url.clone() else { continue };
            let seen = match self.seen[place] {
                Some(seen) => seen,
                None => store.cosigned_by(node, witness.vkey.name()).await?,
            };
            if seen == newest.size {
                continue;
            }
            let request = request(&store, node, seen, &newest).await?;
            asked.push((place, tokio::spawn(ask(store.clone(), node, self.client.clone(), witness, url, request))));
        }
        let (mut signed, mut complete) = (Vec::new(), true);
        for (place, answer) in asked {
            match answer.await.map_err(|error| StoreFault::Nonsense(error.to_string()))?? {
                Answered::Signed(cosignature) => {
                    self.seen[place] = Some(newest.size);
                    signed.push(cosignature);
                }
                other => {
                    complete = false;
                    if let Answered::Seen(size) = other {
                        self.seen[place] = Some(size);
                    }
                    let witness = &self.policy.witnesses[place].name;
                    tracing::warn!(witness, answer = ?other, size = newest.size, "a witness has not signed");
                }
            }
        }
        if !signed.is_empty() {
            let lines: String = signed.iter().map(|cosignature| cosignature.line.as_str()).collect();
            let quorum = self.keys.get().open(&(newest.note + &lines)).is_ok_and(|opened| opened.quorum);
            let now = self.directory.clock().now().ms();
            store.keep_cosignatures(node, newest.size, &signed, quorum, now).await?;
        }
        Ok(complete)
    }
}

async fn request(store: &Store, node: i64, old: u64, newest: &Published) -> Result<Request, StoreFault> {
    let proof = if old == 0 || old >= newest.size {
        Vec::new()
    } else {
        store.consistency_proof(node, old, newest.size).await?
    };
    Ok(Request { old: old.min(newest.size), proof, checkpoint: newest.note.clone() })
}

/// Asks one witness, and once more where it has seen another size than was believed.
async fn ask(
    store: Store,
    node: i64,
    client: Client,
    witness: Witness,
    url: String,
    first: Request,
) -> Result<Answered, StoreFault> {
    let size = first.checkpoint.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
    let newest = Published { size, at: 0, note: first.checkpoint.clone(), quorum: false };
    let mut request = first;
    for again in [true, false] {
        let (client, witness, url, asked) = (client.clone(), witness.clone(), url.clone(), request.clone());
        let answer = tokio::task::spawn_blocking(move || client.ask(&witness, &url, &asked))
            .await
            .map_err(|error| StoreFault::Nonsense(error.to_string()))?;
        match answer {
            Answered::Seen(seen) if again && seen < size => {
                request = self::request(&store, node, seen, &newest).await?;
            }
            answer => return Ok(answer),
        }
    }
    Ok(Answered::Refused(409))
}
