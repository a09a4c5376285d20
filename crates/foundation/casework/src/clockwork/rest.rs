//! What was refused rests, each time longer, so that it stands in nobody's way.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use kernel::MatterId;

/// The first pause and the longest, in milliseconds.
const PAUSE_MS: (i64, i64) = (10_000, 3_600_000);
/// So many are remembered at most: what is forgotten is tried again.
const MOST: usize = 100_000;

/// What rests, of this process: another one finds it out for itself.
#[derive(Default)]
pub(super) struct Rests(Mutex<BTreeMap<(MatterId, String), Rest>>);

struct Rest {
    until: i64,
    pause: i64,
}

impl Rests {
    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<(MatterId, String), Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something rests at a moment, in milliseconds since 1970.
    pub(super) fn rests(&self, matter: MatterId, name: &str, now: i64) -> bool {
        self.all().get(&(matter, name.to_owned())).is_some_and(|rest| now < rest.until)
    }

    /// It was refused: it rests, twice as long as the last time.
    pub(super) fn later(&self, matter: MatterId, name: &str, now: i64) {
        let mut all = self.all();
        if all.len() >= MOST {
            all.retain(|_, rest| now < rest.until);
        }
        let rest = all.entry((matter, name.to_owned())).or_insert(Rest { until: 0, pause: PAUSE_MS.0 / 2 });
        rest.pause = rest.pause.saturating_mul(2).min(PAUSE_MS.1);
        rest.until = now.saturating_add(rest.pause);
    }

    /// It was done.
    pub(super) fn done(&self, matter: MatterId, name: &str) {
        self.all().remove(&(matter, name.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_rests_longer_each_time_until_it_is_done() {
        let (rests, id) = (Rests::default(), MatterId::new(1));
        let mut now = 0;
        for pause in [10_000, 20_000, 40_000] {
            rests.later(id, "a", now);
            assert!(rests.rests(id, "a", now + pause - 1) && !rests.rests(id, "a", now + pause), "{pause}");
            now += pause;
        }
        for _ in 0..20 {
            rests.later(id, "a", now);
        }
        assert!(rests.rests(id, "a", now + 3_599_999) && !rests.rests(id, "a", now + 3_600_000));
        assert!(!rests.rests(id, "b", now) && !rests.rests(MatterId::new(2), "a", now));
        rests.done(id, "a");
        assert!(!rests.rests(id, "a", now));
    }
}
