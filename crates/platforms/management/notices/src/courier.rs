//! The courier: makes the day's digests and delivers what lies in the outbox. Of several processes on one node one does it,
//! by lease. A message may leave twice, where a process ends between sending and noting it; it then has the same name.

use std::collections::BTreeMap;
use std::time::Duration;

use directory::Directory;
use kernel::day::SystemClock;
use kernel::{Clock as _, NodeId, OfficerId, Zone};
use store::{Operation, Store, StoreFault};
use tokio::sync::watch;
use web::http::App;
use web::locale::Locale;

use crate::decide::{self, KEEP_MS, KEEP_SENT_MS, Seen, digest_due, pause_ms, rest_ms};
use crate::letter;
use crate::rows::{self, Line, Notice, id_of};
use crate::send::{Channels, SendFault};
use crate::standing;
use crate::types::{Channel, Choice, Way};

/// The role that is leased.
const DELIVER: &str = "deliver";
/// How often it looks.
const EVERY: Duration = Duration::from_secs(1);
/// Lines read at once.
const BATCH: i64 = 64;
/// Between two clearings of what is old.
const CLEARING_MS: i64 = 3_600_000;

/// How a node tells people elsewhere.
#[derive(Clone)]
pub struct Outward {
    /// The channels.
    pub channels: Channels,
    /// The node's address as people reach it, without a slash at the end: links begin with it.
    pub base: String,
    /// The hour of the digest.
    pub hour: u8,
    /// For how long a channel may fail before that is recorded and warned of, milliseconds.
    pub grace_ms: i64,
}

/// Delivers one node's outbox.
pub struct Courier {
    app: App,
    outward: Outward,
    holder: String,
    /// Channels that rest after a fault: faults in a row, and until when.
    resting: BTreeMap<Channel, (u32, i64)>,
    cleared: i64,
}

impl Courier {
    /// - `holder`: a name for this process, drawn at its start.
    pub fn new(app: App, outward: Outward, holder: String) -> Courier {
        Courier { app, outward, holder, resting: BTreeMap::new(), cleared: 0 }
    }

    fn directory(&self) -> &Directory {
        self.app.sign_in().directory()
    }

    fn store(&self) -> &Store {
        self.app.store()
    }

    fn node(&self) -> NodeId {
        self.app.node()
    }

    /// Delivers until it is told to stop.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            match self.store().lease(self.node().number(), DELIVER, &self.holder).await {
                Ok(true) => {
                    if let Err(fault) = self.tick().await {
                        tracing::error!(%fault, "the outbox was not delivered; it tries again");
                    }
                }
                Ok(false) => {}
                Err(fault) => tracing::error!(%fault, "the lease to deliver was not renewed"),
            }
            if tokio::time::timeout(EVERY, stop.changed()).await.is_ok() {
                break;
            }
        }
        let _ = self.store().release(self.node().number(), DELIVER, &self.holder).await;
    }

    /// One look: digests that are due, lines that are due, how the channels fare, what is old.
    ///
    /// # Errors
    /// If the store fails. What a channel refuses is noted, and is no error.
    pub async fn tick(&mut self) -> Result<(), StoreFault> {
        let now = self.app.clock().now().ms();
        self.make_digests().await?;
        for channel in Channel::ALL {
            if self.outward.channels.has(channel) {
                self.deliver(channel).await?;
                self.look_after(channel).await?;
            }
        }
        if now - self.cleared >= CLEARING_MS {
            self.store().operate(&rows::forget(self.node(), now - KEEP_MS, now - KEEP_SENT_MS)).await?;
            self.cleared = now;
        }
        Ok(())
    }

    async fn make_digests(&self) -> Result<(), StoreFault> {
        let (store, node, clock) = (self.store(), self.node(), self.app.clock());
        let working = self.app.calendar().is_working(clock.today()).ok();
        let Some(day) = digest_due(clock.now(), clock.zone(), self.outward.hour, working) else { return Ok(()) };
        let choices = rows::choices(store, node).await?;
        let wanted = |it: &&Choice| self.outward.channels.has(it.channel) && it.leads(Way::Daily).is_some();
        let mut unit = Vec::new();
        for choice in choices.iter().filter(wanted) {
            let (officer, channel) = (choice.officer, choice.channel);
            let parts = [&officer.value().to_be_bytes()[..], channel.code().as_bytes(), &day.number().to_be_bytes()];
            let id = id_of("digest", &parts);
            let (last, made) = rows::digests(store, node, officer, channel, id).await?;
            // One a day, and none where nothing has come since the last: the same things are not told again and again.
            let news =
                rows::newest_unread(store, node, officer).await?.is_some_and(|at| last.is_none_or(|last| at > last));
            if !made && news {
                let line = Line { id, officer, channel, digest: true, notice: None, attempts: 0 };
                let now = clock.now().ms();
                unit.push(rows::send_later(node.number(), &line, now, now));
            }
        }
        if unit.is_empty() { Ok(()) } else { store.operate(&unit).await.map(drop) }
    }

    async fn deliver(&mut self, channel: Channel) -> Result<(), StoreFault> {
        let (store, node) = (self.store().clone(), self.node());
        let now = self.app.clock().now().ms();
        if self.resting.get(&channel).is_some_and(|(_, until)| now < *until) {
            return Ok(());
        }
        let mut together: BTreeMap<(OfficerId, bool), Vec<Line>> = BTreeMap::new();
        for line in rows::due(&store, node, channel, now, BATCH).await? {
            together.entry((line.officer, line.digest)).or_default().push(line);
        }
        for ((officer, digest), mut lines) in together {
            if !digest {
                // What is not due yet goes with what is: one message.
                lines = rows::waiting_of(&store, node, officer, channel).await?;
            }
            let choice = rows::chosen(&store, node, officer, channel).await?;
            let way = if digest { Way::Daily } else { Way::AtOnce };
            let news = if digest {
                rows::list(&store, node, officer, true, (0, 500)).await?
            } else {
                rows::news(&store, node, officer, channel).await?
            };
            let moot = |line: &Line| rows::tried(node.number(), line, "moot", None, now, now);
            let (Some(to), false) = (choice.leads(way), news.is_empty()) else {
                store.operate(&lines.iter().map(moot).collect::<Vec<_>>()).await?;
                continue;
            };
            if !self.send(channel, &choice, to, &lines, &news, digest).await? {
                break;
            }
        }
        Ok(())
    }

    /// Sends one message for some lines and notes what came of it; `false` where the channel does not work.
    async fn send(
        &mut self,
        channel: Channel,
        choice: &Choice,
        to: &str,
        lines: &[Line],
        news: &[Notice],
        digest: bool,
    ) -> Result<bool, StoreFault> {
        let words = self.app.words(choice.locale.parse().unwrap_or(Locale::ZhCn));
        // The same lines make the same message; with one more it is another.
        let ids: Vec<[u8; 16]> = lines.iter().map(|line| line.id.to_be_bytes()).collect();
        let id = format!("{:032x}", id_of("message", &ids.iter().map(|id| &id[..]).collect::<Vec<_>>()));
        let message = letter::about(words, &self.outward.base, id, to, digest, news);
        let sent = self.outward.channels.send(channel, &message, machine_now()).await;
        let (now, node) = (self.app.clock().now().ms(), self.node().number());
        let is_news = |line: &&Line| line.digest || line.notice.is_some_and(|id| news.iter().any(|it| it.id == id));
        let (told, moot): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(is_news);
        let mut unit: Vec<Operation> =
            moot.into_iter().map(|line| rows::tried(node, line, "moot", None, now, now)).collect();
        unit.extend(told.into_iter().map(|line| match &sent {
            Ok(()) => rows::tried(node, line, "sent", None, now, now),
            Err(SendFault::Refused(words)) => rows::tried(node, line, "dead", Some(words), now, now),
            Err(SendFault::Channel(words)) => match pause_ms(line.attempts + 1) {
                Some(pause) => rows::tried(node, line, "waiting", Some(words), now, now + pause),
                None => rows::tried(node, line, "dead", Some(words), now, now),
            },
        }));
        unit.push(health(self.node(), channel, &sent, now));
        let works = !matches!(sent, Err(SendFault::Channel(_)));
        if works {
            self.resting.remove(&channel);
        } else {
            let faults = self.resting.get(&channel).map_or(0, |(faults, _)| *faults) + 1;
            self.resting.insert(channel, (faults, now + rest_ms(faults)));
        }
        if let Err(fault) = &sent {
            tracing::warn!(channel = channel.code(), fault = fault.words(), "a message was not taken");
        }
        self.store().operate(&unit).await?;
        Ok(works)
    }

    async fn look_after(&self, channel: Channel) -> Result<(), StoreFault> {
        let (store, node) = (self.store(), self.node());
        let failing_since = rows::health(store, node, channel).await?.failing_since;
        let recorded = standing::recorded(store, node.number(), channel).await?;
        if recorded == failing_since.is_some() {
            return Ok(());
        }
        let waiting = rows::lying(store, node, channel).await?.waiting;
        let seen = Seen { channel, failing_since, waiting };
        match decide::standing(recorded, self.app.clock().now().ms(), self.outward.grace_ms, seen) {
            Some(event) => standing::record(self.directory(), &event).await,
            None => Ok(()),
        }
    }
}

/// Notes how a channel fared; a message that was refused for good shows that it works.
pub(crate) fn health(node: NodeId, channel: Channel, sent: &Result<(), SendFault>, now: i64) -> Operation {
    match sent {
        Err(SendFault::Channel(words)) => rows::failed(node, channel, now, words),
        Ok(()) | Err(SendFault::Refused(_)) => rows::delivered(node, channel, now),
    }
}

/// The machine's own time: a demo's clock is nobody else's.
pub(crate) fn machine_now() -> i64 {
    SystemClock { zone: Zone::UTC }.now().ms()
}
