//! The clockwork: says of each duty, when its day is over, whether it was met, and arms the one that follows.

use std::time::Duration;

use kernel::{Day, Instant, MatterId, OrganId};
use store::{StoreFault, Timer};

use crate::desk::Desk;
use crate::duty::{self, Period};
use crate::events::DisclosureEvent;
use crate::lists;
use crate::rows::{DUE, TIMER_KIND, matter_of, named};

/// Timers read at once.
const BATCH: i64 = 200;
/// How often it looks.
const EVERY: Duration = Duration::from_secs(30);

/// Watches the duties of one node's organs.
pub struct Clockwork {
    desk: Desk,
}

impl Clockwork {
    /// Of the desk's node.
    pub fn new(desk: Desk) -> Clockwork {
        Clockwork { desk }
    }

    /// Settles every duty whose day is over, and arms what can be counted now; answers how many acts that took. Idempotent: each
    /// is an act of the next version of its matter, and takes its timer along.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn tick(&self) -> Result<u64, StoreFault> {
        let directory = self.desk.directory();
        let mut done = self.adopt().await?;
        loop {
            let now = directory.clock().now().ms();
            let due = directory.store().due(directory.node().number(), TIMER_KIND, now, BATCH).await?;
            let mut settled = 0;
            for timer in &due {
                settled += u64::from(self.settle(timer).await?);
            }
            done += settled;
            // What follows a duty that was long over may be over, too.
            if settled == 0 {
                return Ok(done);
            }
        }
    }

    async fn settle(&self, timer: &Timer) -> Result<bool, StoreFault> {
        match named(&timer.name) {
            Some((entry, period)) => self.settle_duty(timer, entry, period).await,
            None if timer.name == DUE => self.settle_change(MatterId::new(timer.matter)).await,
            None => Ok(false),
        }
    }

    /// Something came by change, and its day is over.
    async fn settle_change(&self, id: MatterId) -> Result<bool, StoreFault> {
        let directory = self.desk.directory();
        let found = lists::load(directory.store(), directory.node().number(), id).await?;
        let Some((disclosure, _)) = found else { return Ok(false) };
        let Some(due) = disclosure.due.filter(|_| disclosure.published.is_empty()) else { return Ok(false) };
        let event = DisclosureEvent::Lapsed {
            organ: disclosure.organ,
            entry: disclosure.entry.clone(),
            period: None,
            due,
            drafted: true,
            next: None,
        };
        self.desk.record_alone((id, disclosure.version + 1), &event).await
    }

    /// A duty by the calendar is over.
    async fn settle_duty(&self, timer: &Timer, entry: &str, period: &str) -> Result<bool, StoreFault> {
        let directory = self.desk.directory();
        let (store, node, zone) = (directory.store(), directory.node().number(), directory.clock().zone());
        let nonsense = || StoreFault::Nonsense(format!("timer {} is no duty", timer.name));
        let sql =
            "select organ, due from disclosure_duty where node = $1 and matter = $2 and entry = $3 and period = $4";
        let values = [node.into(), timer.matter.into(), entry.into(), period.into()];
        let rows = store.read(sql, &values).await?;
        let row = rows.first().ok_or_else(nonsense)?;
        let organ = OrganId::new(row.id(0)?);
        let due = row.opt_int(1)?.and_then(Day::from_number).ok_or_else(nonsense)?;
        let Some((opened, version)) = lists::opened(store, node, organ).await? else { return Err(nonsense()) };
        let register = directory.register().await?;
        let is_there = register.is_some_and(|register| register.organ_on(organ, due).is_some());
        let (entry, period) = (entry.to_owned(), period.to_owned());
        let next = self
            .desk
            .catalogue()
            .entry(&entry)
            .zip(Period::parse(&period))
            .and_then(|(entry, period)| duty::next(entry, period, opened.since, self.desk.counting()));
        let found = lists::of_period(store, node, organ, (&entry, &period)).await?;
        let in_time = |at: Instant| at < zone.end_of(due);
        let event = match &found {
            _ if !is_there => DisclosureEvent::Void { organ, entry, period },
            Some(listed) if listed.first_at.is_some_and(in_time) => {
                DisclosureEvent::Met { organ, entry, period, disclosure: listed.id, next }
            }
            _ => DisclosureEvent::Lapsed { organ, entry, period: Some(period), due, drafted: found.is_some(), next },
        };
        self.desk.record_alone((MatterId::new(timer.matter), version + 1), &event).await
    }

    /// Arms duties that a newer catalogue brought, and those that could not be counted and now can.
    async fn adopt(&self) -> Result<u64, StoreFault> {
        let directory = self.desk.directory();
        let (store, node) = (directory.store(), directory.node().number());
        let Some(register) = directory.register().await? else { return Ok(0) };
        let today = directory.clock().today();
        let unmeasured = lists::unmeasured(store, node).await?;
        let mut acts = 0;
        for discloser in lists::disclosers(store, node).await? {
            let Some(organ) = register.organ_on(discloser.organ, today) else { continue };
            let known = lists::duties_of(store, node, organ.id).await?;
            let since = discloser.opened.since;
            let new = self
                .desk
                .catalogue()
                .of(organ)
                .filter(|entry| !discloser.opened.except.contains(&entry.code) && !known.contains(&entry.code))
                .filter_map(|entry| duty::first(entry, since, self.desk.counting()));
            let waiting = unmeasured.iter().filter(|(of, _, _)| *of == organ.id);
            let again = waiting.filter_map(|(_, entry, period)| {
                let entry = self.desk.catalogue().entry(entry)?;
                let armed = duty::arm(entry, Period::parse(period)?, since, self.desk.counting());
                armed.due.is_some().then_some(armed)
            });
            let duties: Vec<duty::Armed> = new.chain(again).collect();
            if duties.is_empty() {
                continue;
            }
            let matter = matter_of(organ.id);
            let version = store.version(node, matter.value()).await? + 1;
            let event = DisclosureEvent::Armed { organ: organ.id, duties };
            acts += u64::from(self.desk.record_alone((matter, version), &event).await?);
        }
        Ok(acts)
    }

    /// Looks every half minute, for ever.
    pub async fn run(self) {
        loop {
            if let Err(fault) = self.tick().await {
                tracing::error!(%fault, "the duties to disclose were not looked at; it tries again");
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}
