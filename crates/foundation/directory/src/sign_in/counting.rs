//! Counters of wrong attempts: rows under the pure rules of [`access::throttle`].

use access::throttle::{self, After, Counter, From, Patience, Throttle, Tried};
use kernel::Instant;
use store::{Operation, StoreFault};

use super::refusal::Counted;
use super::{SignIn, Whence};

impl SignIn {
    /// The counters of an attempt at a name from there.
    pub(super) fn counters(&self, tried: Tried, login: &str, whence: &Whence) -> Vec<Counter> {
        let node = self.directory.node().number();
        let known = whence.device.as_ref().and_then(|device| device.known_for(&self.key, node, login));
        let from = known.as_deref().map_or(From::Elsewhere(&whence.address), From::Known);
        throttle::counters(tried, login, from)
    }

    /// The wait of an attempt before its time.
    pub(super) async fn too_early(&self, counters: &[Counter], now: Instant) -> Result<Option<Counted>, StoreFault> {
        for counter in counters {
            if let Err(wait) = self.throttle(&counter.subject).await?.admits(&counter.patience, now) {
                return Ok(Some(Counted::Wait { seconds: wait.seconds }));
            }
        }
        Ok(None)
    }

    /// Counts a wrong attempt, and says what it leaves.
    pub(super) async fn failed(&self, counters: &[Counter], now: Instant) -> Result<Counted, StoreFault> {
        // What is forgotten anyway goes now and then, so that names that nobody has do not stay for ever.
        let forgotten = now.plus_ms(-Patience::NAME.forget_after_ms.max(Patience::ADDRESS.forget_after_ms));
        let mut operations = vec![Operation::new(
            "delete from throttle where node = $1 and last_failure < $2",
            vec![self.node(), forgotten.ms().into()],
        )];
        let mut told = After::TriesLeft(u32::MAX);
        for counter in counters {
            let (row, after) = self.throttle(&counter.subject).await?.failed(&counter.patience, now);
            told = told.or_graver(after);
            operations.push(Operation::new(
                "insert into throttle (node, subject, failures, last_failure) values ($1, $2, $3, $4) \
                 on conflict (node, subject) do update set failures = excluded.failures, \
                 last_failure = excluded.last_failure",
                vec![
                    self.node(),
                    counter.subject.as_str().into(),
                    i64::from(row.failures).into(),
                    row.last_failure.ms().into(),
                ],
            ));
        }
        self.directory.store().operate(&operations).await?;
        Ok(match told {
            After::TriesLeft(tries_left) => Counted::Wrong { tries_left },
            After::WaitUntil(until) => Counted::Wait { seconds: (now.ms_until(until) + 999) / 1000 },
        })
    }

    /// What a right attempt clears.
    pub(super) fn cleared(&self, counters: &[Counter]) -> Vec<Operation> {
        let own = counters.iter().filter(|counter| counter.cleared);
        own.map(|counter| {
            Operation::new(
                "delete from throttle where node = $1 and subject = $2",
                vec![self.node(), counter.subject.as_str().into()],
            )
        })
        .collect()
    }

    async fn throttle(&self, subject: &str) -> Result<Throttle, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select failures, last_failure from throttle where node = $1 and subject = $2",
                &[self.node(), subject.into()],
            )
            .await?;
        rows.first().map_or(Ok(Throttle::default()), |row| {
            Ok(Throttle {
                failures: u32::try_from(row.int(0)?).unwrap_or(u32::MAX),
                last_failure: Instant::from_ms(row.int(1)?),
            })
        })
    }
}
