//! What the store counts of itself, and what its tables tell operators. Figures only: no matter, no person.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::Store;
use crate::fault::StoreFault;
use crate::value::Value;

/// Counts of values by upper bounds, and their sum: what Prometheus calls a histogram.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [f64],
    /// One more than bounds: the last holds what is above all of them.
    counts: Vec<AtomicU64>,
    /// In millionths, so that it stays a whole number.
    sum: AtomicU64,
}

impl Histogram {
    /// Nothing counted yet. `bounds` ascend.
    pub fn new(bounds: &'static [f64]) -> Histogram {
        Histogram { bounds, counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(), sum: AtomicU64::new(0) }
    }

    /// Counts a value, which is not below zero.
    pub fn observe(&self, value: f64) {
        let at = self.bounds.iter().position(|bound| value <= *bound).unwrap_or(self.bounds.len());
        self.counts[at].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add((value * 1e6) as u64, Ordering::Relaxed);
    }

    /// Upper bounds with how many values lie at or below each; the last bound is infinite.
    pub fn cumulative(&self) -> Vec<(f64, u64)> {
        let mut below = 0;
        let bounds = self.bounds.iter().copied().chain([f64::INFINITY]);
        bounds
            .zip(&self.counts)
            .map(|(bound, count)| {
                below += count.load(Ordering::Relaxed);
                (bound, below)
            })
            .collect()
    }

    /// The sum of all values.
    pub fn sum(&self) -> f64 {
        self.sum.load(Ordering::Relaxed) as f64 / 1e6
    }
}

/// Bounds of the size of a group, in acts.
const GROUP_ACTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// Bounds of a commit's time, in seconds.
const COMMIT_S: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What the writer has done since the start.
#[derive(Debug)]
pub struct Measures {
    /// Acts of each group that was committed.
    pub group_acts: Histogram,
    /// Seconds from the beginning of a group's transaction to its commit.
    pub commit_seconds: Histogram,
    /// Units refused because a head or a claim had moved on.
    pub conflicts: AtomicU64,
    /// Units that met a fault of the store.
    pub faults: AtomicU64,
}

impl Default for Measures {
    fn default() -> Measures {
        Measures {
            group_acts: Histogram::new(GROUP_ACTS),
            commit_seconds: Histogram::new(COMMIT_S),
            conflicts: AtomicU64::new(0),
            faults: AtomicU64::new(0),
        }
    }
}

impl Measures {
    pub(crate) fn committed(&self, acts: usize, took: Duration) {
        self.group_acts.observe(acts as f64);
        self.commit_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn lost(&self, units: usize) {
        self.conflicts.fetch_add(units as u64, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the tables of a node come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figures {
    /// Acts in the log.
    pub acts: u64,
    /// Acts that the newest checkpoint covers, and when it was signed (milliseconds since 1970).
    pub checkpoint: Option<(u64, i64)>,
    /// Followers of the feed with the next index each has not seen.
    pub cursors: Vec<(String, u64)>,
    /// Timers that wait, and those of them that should have fired.
    pub timers: (u64, u64),
    /// When the oldest timer that should have fired was due (milliseconds since 1970).
    pub oldest_late: Option<i64>,
    /// Jobs by kind and state.
    pub jobs: Vec<(String, String, u64)>,
    /// Sessions kept, ended ones that nobody has cleared away included.
    pub sessions: u64,
    /// Judgements of rules over the feed: rule, outcome, how often.
    pub outcomes: Vec<(String, String, u64)>,
    /// Lines of the outbox by channel and state.
    pub outbox: Vec<(String, String, u64)>,
    /// When the oldest line that waits for a channel was put into the outbox (milliseconds since 1970).
    pub outbox_oldest: Vec<(String, i64)>,
    /// Channels that notices left by so far, and since when each fails, if it does (milliseconds since 1970).
    pub channels: Vec<(String, Option<i64>)>,
}

impl Store {
    /// What the writer has done since this process opened the store.
    pub fn measures(&self) -> &Measures {
        &self.inner.measures
    }

    /// The figures of a node as of `now` (milliseconds since 1970).
    ///
    /// # Errors
    /// If the store does not answer.
    pub async fn figures(&self, node: i64, now: i64) -> Result<Figures, StoreFault> {
        let of_node = [Value::Int(node)];
        let cursors =
            self.read("select subscriber, idx from feed_cursor where node = $1 order by subscriber", &of_node);
        let cursors = cursors.await?;
        let late = self
            .read(
                "select count(*), min(due) from timer where node = $1 and due <= $2",
                &[Value::Int(node), Value::Int(now)],
            )
            .await?;
        let jobs = self.read(
            "select kind, state, count(*) from job where node = $1 group by kind, state order by kind, state",
            &of_node,
        );
        let outcomes = self.read(
            "select rule, outcome, cast(sum(count) as bigint) from tally where node = $1 \
             group by rule, outcome order by rule, outcome",
            &of_node,
        );
        let outbox = self.read(
            "select channel, state, count(*) from outbox where node = $1 group by channel, state order by channel, state",
            &of_node,
        );
        let oldest = self.read(
            "select channel, min(at) from outbox where node = $1 and state = 'waiting' group by channel order by channel",
            &of_node,
        );
        let channels =
            self.read("select channel, failing_since from notice_channel where node = $1 order by channel", &of_node);
        Ok(Figures {
            acts: self.log_size(node).await?,
            checkpoint: self.checkpoint(node).await?.map(|checkpoint| (checkpoint.size, checkpoint.at)),
            cursors: cursors
                .iter()
                .map(|row| Ok((row.text(0)?, row.int(1)? as u64)))
                .collect::<Result<_, StoreFault>>()?,
            timers: (
                self.count("select count(*) from timer where node = $1", &of_node).await?,
                late.first().map_or(Ok(0), |row| row.int(0))? as u64,
            ),
            oldest_late: late.first().map_or(Ok(None), |row| row.opt_int(1))?,
            jobs: triples(&jobs.await?)?,
            sessions: self.count("select count(*) from session where node = $1", &of_node).await?,
            outcomes: triples(&outcomes.await?)?,
            outbox: triples(&outbox.await?)?,
            outbox_oldest: oldest
                .await?
                .iter()
                .map(|row| Ok((row.text(0)?, row.int(1)?)))
                .collect::<Result<_, StoreFault>>()?,
            channels: channels
                .await?
                .iter()
                .map(|row| Ok((row.text(0)?, row.opt_int(1)?)))
                .collect::<Result<_, StoreFault>>()?,
        })
    }

    async fn count(&self, sql: &str, values: &[Value]) -> Result<u64, StoreFault> {
        self.read(sql, values).await?.first().map_or(Ok(0), |row| row.int(0).map(|count| count as u64))
    }
}

fn triples(rows: &[crate::Row]) -> Result<Vec<(String, String, u64)>, StoreFault> {
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.int(2)? as u64))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_at_its_bounds() {
        let histogram = Histogram::new(&[1.0, 2.0]);
        for value in [0.0, 1.0, 1.5, 2.0, 2.000_1, 99.0] {
            histogram.observe(value);
        }
        assert_eq!(histogram.cumulative(), [(1.0, 2), (2.0, 4), (f64::INFINITY, 6)]);
        assert!((histogram.sum() - 105.500_1).abs() < 1e-6);
    }
}
