//! The follower: reads the feed and enters what platforms ask to be told. Notices and cursor move together; ids derive from
//! act, officer and channel, so that doing it twice is doing it once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use directory::{Directory, Register};
use kernel::{Day, OfficerId};
use store::{Actor, Operation, Recorded, StoreFault, move_cursor};
use tell::{Teller, To, Told};

use crate::decide::{FRESH_MS, KEEP_MS, goes_at};
use crate::recipients::recipients;
use crate::rows::{self, Entry, Line, id_of};
use crate::types::{Choice, Way};

/// The subscriber's name in the feed's cursors.
pub(crate) const SUBSCRIBER: &str = "notices";
/// Acts read at once.
const BATCH: u64 = 64;

/// Follows one node.
pub struct Follower {
    directory: Directory,
    tellers: Vec<Arc<dyn Teller>>,
}

/// Whether an officer may know of the matter: named, or acting for somebody who is, and cleared for its class in some post.
fn may_know(register: &Register, today: Day, told: &Told, officer: OfficerId) -> bool {
    let posts = register.acting(officer, today);
    let named = |only: &BTreeSet<OfficerId>| {
        only.contains(&officer) || posts.iter().any(|it| it.on_behalf_of.is_some_and(|holder| only.contains(&holder)))
    };
    told.only.as_ref().is_none_or(named) && posts.iter().any(|it| it.post.ceiling >= told.class)
}

impl Follower {
    /// Over the directory's node, asking these.
    pub fn new(directory: Directory, tellers: Vec<Arc<dyn Teller>>) -> Follower {
        Follower { directory, tellers }
    }

    /// Enters what everything recorded so far asks to be told; answers how many acts it covered.
    ///
    /// # Errors
    /// If the store fails, or an act makes no sense; nothing is skipped.
    pub async fn catch_up(&self) -> Result<u64, StoreFault> {
        let (store, node) = (self.directory.store(), self.directory.node().number());
        let mut covered = 0;
        loop {
            let from = store.cursor(node, SUBSCRIBER).await?;
            let acts = store.feed(node, from, BATCH).await?;
            if acts.is_empty() {
                return Ok(covered);
            }
            let mut unit = move_cursor(node, SUBSCRIBER, from, from + acts.len() as u64);
            unit.extend(self.entries(&acts).await?);
            // Another process was faster: the next round begins where it ended.
            if store.operate(&unit).await? {
                covered += acts.len() as u64;
            }
        }
    }

    /// Follows the feed for ever; a fault is logged and tried again.
    pub async fn run(self) {
        let mut grown = self.directory.store().grown();
        loop {
            if let Err(fault) = self.catch_up().await {
                tracing::error!(%fault, "notices halted; it tries again");
                tokio::time::sleep(Duration::from_secs(2)).await;
                continue;
            }
            // Another process may record as well: look once a second even without news.
            let news = tokio::time::timeout(Duration::from_secs(1), grown.changed()).await;
            if matches!(news, Ok(Err(_))) {
                return;
            }
        }
    }

    async fn entries(&self, acts: &[Recorded]) -> Result<Vec<Operation>, StoreFault> {
        let mut unit = Vec::new();
        let Some(register) = self.directory.register().await? else { return Ok(unit) };
        let clock = self.directory.clock();
        let (now, today) = (clock.now().ms(), clock.today());
        let choices = rows::choices(self.directory.store(), self.directory.node()).await?;
        for act in acts.iter().filter(|act| now - act.act.at_ms < KEEP_MS) {
            for teller in self.tellers.iter().filter(|teller| teller.follows(&act.act.kind)) {
                let told = teller.told(self.directory.node(), act).await?;
                unit.extend(self.told(act, &told, (&register, today), &choices, now).await?);
            }
        }
        Ok(unit)
    }

    async fn told(
        &self,
        act: &Recorded,
        told: &Told,
        (register, today): (&Register, Day),
        choices: &[Choice],
        now: i64,
    ) -> Result<Vec<Operation>, StoreFault> {
        let node = self.directory.node();
        let mut unit = Vec::new();
        if told.settles {
            unit.push(rows::settle(node.number(), act.act.matter, act.idx, act.act.at_ms));
        }
        for telling in &told.tellings {
            let mut officers: BTreeSet<OfficerId> = recipients(register, today, telling.to);
            // Of what concerns their own account a person is told even where they did it: it may have been somebody else.
            let personal = matches!(telling.to, To::Person(_));
            officers.retain(|officer| !told.except.contains(officer) && (personal || !did(act, *officer)));
            officers.retain(|officer| personal || may_know(register, today, told, *officer));
            for officer in officers {
                let id = id_of(
                    "notice",
                    &[&act.act.id.to_be_bytes(), &officer.value().to_be_bytes(), telling.text.as_bytes()],
                );
                let entry = Entry {
                    officer,
                    matter: act.act.matter,
                    idx: act.idx,
                    text: telling.text,
                    number: telling.number.as_str(),
                    page: telling.page.as_str(),
                    at: act.act.at_ms,
                };
                unit.push(rows::enter(node.number(), id, &entry));
                if now - act.act.at_ms >= FRESH_MS {
                    continue;
                }
                for choice in choices.iter().filter(|it| it.officer == officer && it.leads(Way::AtOnce).is_some()) {
                    let channel = choice.channel;
                    let last = rows::last_sent(self.directory.store(), node, officer, channel).await?;
                    let line = Line {
                        id: id_of("line", &[&id.to_be_bytes(), channel.code().as_bytes()]),
                        officer,
                        channel,
                        digest: false,
                        notice: Some(id),
                        attempts: 0,
                    };
                    unit.push(rows::send_later(node.number(), &line, now, goes_at(now, last)));
                }
            }
        }
        Ok(unit)
    }
}

/// Whether an officer did it: nobody is told of their own work.
fn did(act: &Recorded, officer: OfficerId) -> bool {
    matches!(&act.act.actor, Actor::Officer { pseudonym } if *pseudonym == officer.to_string())
}
