//! The watch: follows the feed of one node and passes each act to the rules.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use kernel::{ActId, MatterId, NodeId, Secrecy};
use store::{Changes, Draft, Operation, RecordError, Recorded, Store, StoreFault, Unit, move_cursor};

use crate::finding::{Finding, Judged, RuleRef, warning_id};

/// What an asynchronous method of a boxed trait returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'a>>;

/// A rule over recorded acts. It reads; it never writes.
pub trait Rule: Send + Sync {
    /// Code and version now in force.
    fn reference(&self) -> RuleRef;

    /// Whether acts of this kind are within its scope; the others do not count as judged.
    fn follows(&self, kind: &str) -> bool;

    /// Judges one act; one judgement per subject it concerns.
    fn judge<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>>;
}

/// The platform that keeps warnings. It answers how findings are entered, leaving out those with nothing to enter: the
/// same subject is open for the same reasons, or was explained and its facts are unchanged.
pub trait WarningBook: Send + Sync {
    /// The acts that enter the findings of one act, each as the warning of its id; subjects are distinct. They are
    /// recorded in this order, so that they may number themselves consecutively.
    fn enter<'a>(&'a self, node: NodeId, findings: &'a [(MatterId, Finding)]) -> Answer<'a, Vec<(Draft, Changes)>>;

    /// The acts by which warnings, closed ones as well, follow how secret that is from which they quote: the matter whose acts
    /// led to them is as secret as this from now on, as the act `cause` says. A warning that says so already has none.
    fn classify<'a>(
        &'a self,
        node: NodeId,
        found_in: MatterId,
        secrecy: &'a Secrecy,
        cause: ActId,
    ) -> Answer<'a, Vec<(Draft, Changes)>>;
}

/// How often a rule came to each outcome.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Found something.
    pub raised: u64,
    /// Found nothing.
    pub not_raised: u64,
    /// Lacked a field.
    pub insufficient: u64,
    /// Out of scope.
    pub not_applicable: u64,
}

impl Tally {
    /// All judgements: what the four add up to.
    pub fn sum(&self) -> u64 {
        self.raised + self.not_raised + self.insufficient + self.not_applicable
    }
}

/// What each rule came to so far, by code and version.
///
/// # Errors
/// If the store cannot be read.
pub async fn tallies(store: &Store, node: NodeId) -> Result<BTreeMap<RuleRef, Tally>, StoreFault> {
    let sql = "select rule, version, outcome, count from tally where node = $1";
    let mut all: BTreeMap<RuleRef, Tally> = BTreeMap::new();
    for row in store.read(sql, &[node.number().into()]).await? {
        let tally = all.entry(RuleRef { code: row.text(0)?, version: row.text(1)? }).or_default();
        let count = row.int(3)?.unsigned_abs();
        match row.text(2)?.as_str() {
            "raised" => tally.raised += count,
            "not_raised" => tally.not_raised += count,
            "insufficient" => tally.insufficient += count,
            _ => tally.not_applicable += count,
        }
    }
    Ok(all)
}

/// The subscriber's name in the feed's cursors.
pub const SUBSCRIBER: &str = "supervise";

/// Acts read at once.
const BATCH: u64 = 64;
/// Warnings entered in one unit; a run of thousands is several units, the cursor moving with the last.
const UNIT: usize = 100;

/// Follows one node.
pub struct Watch {
    store: Store,
    node: NodeId,
    rules: Vec<Arc<dyn Rule>>,
    book: Arc<dyn WarningBook>,
}

impl Watch {
    /// A watch over a node's feed with these rules.
    pub fn new(store: Store, node: NodeId, rules: Vec<Arc<dyn Rule>>, book: Arc<dyn WarningBook>) -> Watch {
        Watch { store, node, rules, book }
    }

    /// Judges everything recorded so far; answers how many acts it covered. Acts it records itself are covered by the
    /// same call, so that on return cursor and log agree unless others went on recording.
    pub async fn catch_up(&self) -> Result<u64, StoreFault> {
        let mut covered = 0;
        loop {
            let from = self.store.cursor(self.node.number(), SUBSCRIBER).await?;
            let acts = self.store.feed(self.node.number(), from, BATCH).await?;
            if acts.is_empty() {
                return Ok(covered);
            }
            self.judge(from, &acts).await?;
            covered += self.store.cursor(self.node.number(), SUBSCRIBER).await?.saturating_sub(from);
        }
    }

    /// Follows the feed for ever; a fault is logged and tried again, for supervision may be late but never skips.
    pub async fn run(self) {
        let mut grown = self.store.grown();
        loop {
            if let Err(fault) = self.catch_up().await {
                tracing::error!(%fault, "supervision halted; it tries again");
                tokio::time::sleep(std::time::Duration::from_secs(2)).await;
                continue;
            }
            // Another process may record as well: look once a second even without news.
            let news = tokio::time::timeout(std::time::Duration::from_secs(1), grown.changed()).await;
            if matches!(news, Ok(Err(_))) {
                return;
            }
        }
    }

    /// Judges acts from `from` on, up to and including the first that raises something: what it enters must be stored
    /// before the next act is judged, since that one may concern the same warnings.
    async fn judge(&self, from: u64, acts: &[Recorded]) -> Result<(), StoreFault> {
        let mut tallies: BTreeMap<RuleRef, Tally> = BTreeMap::new();
        let mut findings = Vec::new();
        let mut classified = None;
        let mut to = from;
        for act in acts {
            to += 1;
            for rule in self.rules.iter().filter(|rule| rule.follows(&act.act.kind)) {
                let reference = rule.reference();
                let tally = tallies.entry(reference.clone()).or_default();
                for judged in rule.judge(self.node, act).await? {
                    match judged {
                        Judged::Raised(finding) => {
                            tally.raised += 1;
                            findings.push((warning_id(&reference, &finding.subject, finding.cause), *finding));
                        }
                        Judged::NotRaised => tally.not_raised += 1,
                        Judged::InsufficientData(_) => tally.insufficient += 1,
                        Judged::NotApplicable(_) => tally.not_applicable += 1,
                        Judged::Classified { found_in, secrecy } => {
                            classified = Some((found_in, secrecy, ActId::new(act.act.id)));
                        }
                    }
                }
            }
            if !findings.is_empty() || classified.is_some() {
                break;
            }
        }
        let mut last = move_cursor(self.node.number(), SUBSCRIBER, from, to);
        last.extend(tallies.iter().flat_map(|(rule, tally)| self.count(rule, tally)));
        let found = self.book.enter(self.node, &findings).await?;
        let Some((found_in, secrecy, cause)) = classified else { return self.enter(found, last).await.map(drop) };
        // What the same act led to is stored first, for it is classified as well; judged again, it is there already.
        if !found.is_empty() && !self.enter(found, Vec::new()).await? {
            return Ok(());
        }
        let followed = self.book.classify(self.node, found_in, &secrecy, cause).await?;
        self.enter(followed, last).await.map(drop)
    }

    /// Records acts in units; the cursor moves with the last. Answers whether all is stored.
    async fn enter(&self, entries: Vec<(Draft, Changes)>, mut last: Vec<Operation>) -> Result<bool, StoreFault> {
        let mut entries = entries.into_iter().peekable();
        loop {
            let acts: Vec<_> = entries.by_ref().take(UNIT).collect();
            let is_last = entries.peek().is_none();
            let operations = if is_last { std::mem::take(&mut last) } else { Vec::new() };
            match self.store.record_unit(Unit { acts, operations }).await {
                Ok(_) if is_last => return Ok(true),
                Ok(_) => {}
                // Another process was faster, or a warning moved meanwhile: the next round sees it as it is now.
                Err(RecordError::Conflict { .. } | RecordError::Taken { .. }) => return Ok(false),
                Err(RecordError::Fault(fault)) => return Err(fault),
                Err(other) => return Err(StoreFault::Nonsense(format!("supervision: {other}"))),
            }
        }
    }

    fn count(&self, rule: &RuleRef, tally: &Tally) -> Vec<Operation> {
        [
            ("raised", tally.raised),
            ("not_raised", tally.not_raised),
            ("insufficient", tally.insufficient),
            ("not_applicable", tally.not_applicable),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| {
            Operation::new(
                "insert into tally (node, rule, version, outcome, count) values ($1, $2, $3, $4, $5) \
                 on conflict (node, rule, version, outcome) do update set count = tally.count + excluded.count",
                vec![
                    self.node.number().into(),
                    rule.code.as_str().into(),
                    rule.version.as_str().into(),
                    outcome.into(),
                    (count as i64).into(),
                ],
            )
        })
        .collect()
    }
}
