//! Sign-in throttling: a few free tries, then waits that double. Pure: the row and the time go in, the row comes out.
//!
//! Counted per sign-in name and per network address. The name's counter protects one account, the address's many; a
//! right password clears the name's counter only, or an attacker could clear the address's with an account of their own.

use kernel::{Instant, Param, Refuse};
use serde::{Deserialize, Serialize};

/// How patient a throttle is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// Failures before the first wait.
    pub free_tries: u32,
    /// The first wait, in ms; each further failure doubles it.
    pub first_wait_ms: i64,
    /// The longest wait, in ms.
    pub longest_wait_ms: i64,
    /// Failures are forgotten after that time without one, in ms.
    pub forget_after_ms: i64,
}

impl Patience {
    /// For one sign-in name: five tries, then half a minute, doubling up to an hour. Never for good: locking an account
    /// is what an attacker would use against its owner.
    pub const NAME: Patience =
        Patience { free_tries: 5, first_wait_ms: 30_000, longest_wait_ms: 3_600_000, forget_after_ms: 86_400_000 };

    /// For one address, behind which a whole office may sit: fifty tries.
    pub const ADDRESS: Patience =
        Patience { free_tries: 50, first_wait_ms: 30_000, longest_wait_ms: 900_000, forget_after_ms: 3_600_000 };
}

/// The row of one name or address; an absent row is [`Throttle::default`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Throttle {
    /// Failures that are remembered.
    pub failures: u32,
    /// When the last one was.
    pub last_failure: Instant,
}

/// What a failure leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// So many tries are left before a wait.
    TriesLeft(u32),
    /// The next try is possible from then on.
    WaitUntil(Instant),
}

/// Somebody has to wait before trying again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many failed attempts: try again after {until}")]
pub struct TooManyAttempts {
    /// From when on.
    pub until: Instant,
    /// That is in so many seconds, rounded up.
    pub seconds: i64,
}

impl Refuse for TooManyAttempts {
    fn code(&self) -> &'static str {
        "sign_in.too_many_attempts"
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        vec![("until", self.until.into()), ("seconds", self.seconds.into())]
    }
}

impl Throttle {
    /// Refuses a try before its time; asked before the password is even looked at.
    pub fn admits(&self, patience: &Patience, now: Instant) -> Result<(), TooManyAttempts> {
        match self.waits_until(patience, now) {
            Some(until) if now < until => {
                Err(TooManyAttempts { until, seconds: now.ms_until(until).saturating_add(999) / 1000 })
            }
            _ => Ok(()),
        }
    }

    /// The row after a wrong password, and what to tell.
    #[must_use]
    pub fn failed(&self, patience: &Patience, now: Instant) -> (Throttle, After) {
        let failures = self.remembered(patience, now).saturating_add(1);
        let after = Throttle { failures, last_failure: now };
        let told = match after.waits_until(patience, now) {
            Some(until) => After::WaitUntil(until),
            None => After::TriesLeft(patience.free_tries - failures),
        };
        (after, told)
    }

    /// The name's row after the right password.
    #[must_use]
    pub fn succeeded() -> Throttle {
        Throttle::default()
    }

    /// Whether the row says nothing any more and can be deleted.
    pub fn is_forgotten(&self, patience: &Patience, now: Instant) -> bool {
        self.remembered(patience, now) == 0
    }

    fn remembered(&self, patience: &Patience, now: Instant) -> u32 {
        if self.last_failure.ms_until(now) >= patience.forget_after_ms { 0 } else { self.failures }
    }

    fn waits_until(&self, patience: &Patience, now: Instant) -> Option<Instant> {
        let beyond = self.remembered(patience, now).checked_sub(patience.free_tries)?;
        // 2^20 waits of a millisecond are longer than any longest wait that makes sense.
        let wait = patience.first_wait_ms.saturating_mul(1 << beyond.min(20));
        Some(self.last_failure.plus_ms(wait.min(patience.longest_wait_ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1000;

    #[test]
    fn waits_double_and_are_forgotten() {
        let patience = Patience::NAME;
        let mut now = Instant::from_ms(1_000_000_000);
        let mut row = Throttle::default();
        for left in [4, 3, 2, 1] {
            let (next, told) = row.failed(&patience, now);
            assert_eq!(told, After::TriesLeft(left));
            assert_eq!(next.admits(&patience, now), Ok(()));
            row = next;
        }
        for seconds in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600] {
            let (next, told) = row.failed(&patience, now);
            let until = now.plus_ms(seconds * SECOND);
            assert_eq!(told, After::WaitUntil(until));
            assert_eq!(next.admits(&patience, now), Err(TooManyAttempts { until, seconds }));
            assert_eq!(next.admits(&patience, until.plus_ms(-1)), Err(TooManyAttempts { until, seconds: 1 }));
            assert_eq!(next.admits(&patience, until), Ok(()));
            (row, now) = (next, until);
        }
        let next_day = now.plus_ms(patience.forget_after_ms);
        assert!(row.is_forgotten(&patience, next_day));
        assert_eq!(row.failed(&patience, next_day).1, After::TriesLeft(4));
        assert_eq!(Throttle::succeeded().failed(&patience, now).1, After::TriesLeft(4));
    }

    proptest! {
        /// However an attacker times the tries, a day has room for few.
        #[test]
        fn few_tries_fit_into_a_day(pauses in proptest::collection::vec(0i64..7_200_000, 400)) {
            let patience = Patience::NAME;
            let (mut row, mut now, mut tried) = (Throttle::default(), Instant::from_ms(0), 0);
            for pause in pauses {
                now = now.plus_ms(pause);
                if now.ms() > 86_000_000 {
                    break;
                }
                if row.admits(&patience, now).is_ok() {
                    row = row.failed(&patience, now).0;
                    tried += 1;
                }
            }
            prop_assert!(tried <= 5 + 8 + 24, "{tried} tries");
        }

        #[test]
        fn no_row_panics(failures: u32, last: i64, now: i64) {
            let row = Throttle { failures, last_failure: Instant::from_ms(last) };
            let _ = row.admits(&Patience::ADDRESS, Instant::from_ms(now));
            let _ = row.failed(&Patience::ADDRESS, Instant::from_ms(now));
        }
    }
}
