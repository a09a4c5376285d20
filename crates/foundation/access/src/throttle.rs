//! Sign-in throttling: a few free tries, then waits that double. Pure: the row and the time go in, the row comes out.
//!
//! Counted so that nobody shuts others out by guessing at their names. A device on which the officer has signed in before
//! ([`KnownDevice`](crate::device::KnownDevice)) has a counter of its own for that name, which nobody else can touch.
//! Attempts from anywhere else share the name's counter, and each address has one: the name's protects one account, the
//! address's many. Source: "Slow Down Online Guessing Attacks with Device Cookies", OWASP.
//!
//! A right password clears the device's own counter. The two others are only forgotten with time: their officer's
//! sign-in on another device would otherwise give an attacker fresh tries, and an attacker's own account a fresh address.

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

/// What is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tried {
    /// A password.
    Password,
    /// A second factor's code; who tries has given the right password.
    SecondFactor,
}

/// Where an attempt comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From<'a> {
    /// A device on which this officer has signed in: its name.
    Known(&'a str),
    /// Anywhere else: the network address.
    Elsewhere(&'a str),
}

/// One counter that an attempt asks before, and fills when it fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counter {
    /// Key of its row.
    pub subject: String,
    /// How patient it is.
    pub patience: Patience,
    /// Whether a right attempt clears it.
    pub cleared: bool,
}

/// Characters of a name or address that count: no sign-in name is longer, and nobody fills a table with longer ones.
const LONGEST: usize = 64;

/// The counter of an address, behind which a whole office may sit.
///
/// A one-time code has this one alone, and only wrong ones ask it: 100 random bits are guessed by nobody, and whoever holds
/// the right one is let in whatever others did.
pub fn of_address(address: &str) -> Counter {
    Counter { subject: format!("address:{}", short(address)), patience: Patience::ADDRESS, cleared: false }
}

/// The counter of an officer who is signed in and asked for a secret of their own again: nobody else fills it.
pub fn of_oneself(officer: kernel::OfficerId) -> Counter {
    Counter { subject: format!("own:{officer}"), patience: Patience::NAME, cleared: true }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The counters of an attempt at a name.
pub fn counters(tried: Tried, name: &str, from: From<'_>) -> Vec<Counter> {
    let what = match tried {
        Tried::Password => "name",
        Tried::SecondFactor => "second",
    };
    let name = short(name);
    match from {
        From::Known(device) => vec![Counter {
            subject: format!("device:{}:{what}:{name}", short(device)),
            patience: Patience::NAME,
            cleared: true,
        }],
        From::Elsewhere(address) => vec![
            of_address(address),
            Counter { subject: format!("{what}:{name}"), patience: Patience::NAME, cleared: false },
        ],
    }
}

/// The row of one counter; an absent row is [`Throttle::default`].
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

impl After {
    /// The graver of two: a wait before tries, the longer wait, the fewer tries.
    #[must_use]
    pub fn or_graver(self, other: After) -> After {
        match (self, other) {
            (After::WaitUntil(one), After::WaitUntil(two)) => After::WaitUntil(one.max(two)),
            (After::WaitUntil(until), _) | (_, After::WaitUntil(until)) => After::WaitUntil(until),
            (After::TriesLeft(one), After::TriesLeft(two)) => After::TriesLeft(one.min(two)),
        }
    }
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
        assert_eq!(Throttle::default().failed(&patience, now).1, After::TriesLeft(4));
    }

    #[test]
    fn the_graver_is_told() {
        let wait = |ms| After::WaitUntil(Instant::from_ms(ms));
        assert_eq!(wait(1).or_graver(wait(2)), wait(2));
        assert_eq!(After::TriesLeft(3).or_graver(wait(2)), wait(2));
        assert_eq!(After::TriesLeft(3).or_graver(After::TriesLeft(2)), After::TriesLeft(2));
    }

    #[test]
    fn a_known_device_shares_no_counter_with_anybody() {
        let subjects = |tried, name, from| {
            counters(tried, name, from).into_iter().map(|counter| counter.subject).collect::<Vec<_>>()
        };
        let known = subjects(Tried::Password, "zhang.wei", From::Known("d1"));
        let others = [
            subjects(Tried::Password, "zhang.wei", From::Elsewhere("10.0.0.1")),
            subjects(Tried::Password, "zhang.wei", From::Known("d2")),
            subjects(Tried::Password, "li.na", From::Known("d1")),
            subjects(Tried::SecondFactor, "zhang.wei", From::Known("d1")),
            // A name that would like to be the counter of a device.
            subjects(Tried::Password, "device:d1:name:zhang.wei", From::Elsewhere("device:d1:name:zhang.wei")),
        ];
        assert_eq!(known, ["device:d1:name:zhang.wei"]);
        for (at, other) in others.iter().enumerate() {
            assert!(other.iter().all(|subject| !known.contains(subject)), "{at}: {other:?}");
        }
        let long = "x".repeat(100_000);
        assert!(subjects(Tried::Password, &long, From::Elsewhere(&long)).iter().all(|subject| subject.len() < 80));
    }

    /// The counters of a node, as its store keeps them.
    #[derive(Default)]
    struct Counters(std::collections::HashMap<String, Throttle>);

    impl Counters {
        /// Whether the attempt is let through to the password; a wrong one is counted.
        fn attempt(&mut self, tried: Tried, name: &str, from: From<'_>, right: bool, now: Instant) -> bool {
            let counters = counters(tried, name, from);
            let row = |subject: &String, all: &Counters| all.0.get(subject).copied().unwrap_or_default();
            if counters.iter().any(|one| row(&one.subject, self).admits(&one.patience, now).is_err()) {
                return false;
            }
            for counter in counters {
                let (before, patience) = (row(&counter.subject, self), counter.patience);
                match (right, counter.cleared) {
                    (true, true) => drop(self.0.remove(&counter.subject)),
                    (true, false) => {}
                    (false, _) => drop(self.0.insert(counter.subject, before.failed(&patience, now).0)),
                }
            }
            true
        }
    }

    /// An attacker's attempt: what, at whose name, from which of their addresses, after which pause, and with luck or not.
    fn attack() -> impl Strategy<Value = (Tried, usize, u8, i64)> {
        let tried = prop_oneof![Just(Tried::Password), Just(Tried::SecondFactor)];
        (tried, 0usize..3, 0u8..4, 0i64..600_000)
    }

    /// The owner's own sign-in name, one that is not theirs, and one that wants to be taken for their device.
    const NAMES: [&str; 3] = ["zhang.wei", "li.na", "device:d1:name:zhang.wei"];

    proptest! {
        /// However an attacker without the device's cookie tries, the owner's device never waits, but for its own mistakes.
        #[test]
        fn nobody_elsewhere_makes_a_known_device_wait(
            attacks in proptest::collection::vec(attack(), 1..300),
            mistakes in proptest::collection::vec(0usize..300, 0..4),
        ) {
            let (mut node, mut now) = (Counters::default(), Instant::from_ms(1_000_000_000));
            for (at, (tried, name, address, pause)) in attacks.into_iter().enumerate() {
                now = now.plus_ms(pause);
                node.attempt(tried, NAMES[name], From::Elsewhere(&format!("10.0.0.{address}")), false, now);
                for tried in [Tried::Password, Tried::SecondFactor] {
                    // Four mistakes in a row at most, less than the free tries.
                    let right = !mistakes.contains(&at);
                    prop_assert!(node.attempt(tried, "zhang.wei", From::Known("d1"), right, now));
                }
            }
        }

        /// From all addresses together few guesses at one name fit into an hour, whenever its officer signs in meanwhile.
        #[test]
        fn few_guesses_fit_into_an_hour(
            attacks in proptest::collection::vec((0u8..200, 0i64..120_000, proptest::bool::ANY), 400),
        ) {
            let (mut node, mut now) = (Counters::default(), Instant::from_ms(1_000_000_000));
            let mut guesses: Vec<Instant> = Vec::new();
            for (address, pause, owner) in attacks {
                now = now.plus_ms(pause);
                let address = format!("10.0.0.{address}");
                if node.attempt(Tried::Password, "zhang.wei", From::Elsewhere(&address), false, now) {
                    guesses.push(now);
                }
                if owner {
                    node.attempt(Tried::Password, "zhang.wei", From::Known("d1"), true, now);
                    node.attempt(Tried::Password, "zhang.wei", From::Elsewhere("10.1.0.1"), true, now);
                }
            }
            // Five free ones, then after 30, 60, 120, 240, 480 and 960 s: the next is more than an hour after the first.
            for window in guesses.windows(12) {
                prop_assert!(window[0].ms_until(window[11]) > 3_600_000);
            }
        }

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
