//! How often one address may ask: a bucket of tokens each, filled at a steady pace. Time is handed in.

use std::collections::HashMap;
use std::net::IpAddr;

/// A pace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    per_second: u32,
    burst: u32,
}

impl Rate {
    /// `per_second` requests on and on, `burst` at once. No pace at all is no limit.
    pub fn new(per_second: u32, burst: u32) -> Option<Rate> {
        (per_second > 0).then_some(Rate { per_second, burst: burst.max(1) })
    }
}

/// Addresses remembered at most. Beyond it those that are full again are forgotten: nothing is lost with them.
const REMEMBERED: usize = 65_536;

/// A request costs so many parts; a bucket gains `per_second` parts in a millisecond.
const REQUEST: u64 = 1_000;

/// What an address has left, and as of when.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    parts: u64,
    at_ms: u64,
}

/// The buckets of all addresses.
#[derive(Debug)]
pub struct Buckets {
    rate: Rate,
    buckets: HashMap<IpAddr, Bucket>,
    swept_ms: u64,
}

impl Buckets {
    /// Nobody has asked yet.
    pub fn new(rate: Rate) -> Buckets {
        Buckets { rate, buckets: HashMap::new(), swept_ms: 0 }
    }

    /// Takes a token of this address. `now_ms`: milliseconds of any clock that does not go back.
    ///
    /// # Errors
    /// With the whole seconds until there is one again, at least 1.
    pub fn take(&mut self, address: IpAddr, now_ms: u64) -> Result<(), u32> {
        let full = u64::from(self.rate.burst) * REQUEST;
        // Looking through all of them is itself work that a flood could ask for: once a second at most.
        if self.buckets.len() >= REMEMBERED && now_ms >= self.swept_ms + 1_000 {
            self.swept_ms = now_ms;
            let rate = self.rate;
            self.buckets.retain(|_, bucket| refilled(rate, bucket, now_ms) < full);
        }
        let known = self.buckets.len() < REMEMBERED;
        let key = subscriber(address);
        let parts = self.buckets.get(&key).map_or(full, |bucket| refilled(self.rate, bucket, now_ms));
        let (left, answer) = match parts.checked_sub(REQUEST) {
            Some(left) => (left, Ok(())),
            None => {
                let ms = (REQUEST - parts).div_ceil(u64::from(self.rate.per_second));
                (parts, Err(u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX).max(1)))
            }
        };
        // Where as many addresses ask as can be remembered, a new one is let through: refusing it would be the flood's work.
        if known || self.buckets.contains_key(&key) {
            self.buckets.insert(key, Bucket { parts: left, at_ms: now_ms });
        }
        answer
    }
}

fn refilled(rate: Rate, bucket: &Bucket, now_ms: u64) -> u64 {
    let gained = now_ms.saturating_sub(bucket.at_ms).saturating_mul(u64::from(rate.per_second));
    bucket.parts.saturating_add(gained).min(u64::from(rate.burst) * REQUEST)
}

/// Who is one and the same: an IPv4 address, or the /64 that one subscriber of IPv6 is given.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_burst_goes_through_and_then_the_pace_holds() {
        let mut buckets = Buckets::new(Rate::new(2, 3).unwrap());
        let (one, other) = (address("198.51.100.1"), address("198.51.100.2"));
        // Millisecond, address, what comes.
        let cases = [
            (0, one, Ok(())),
            (0, one, Ok(())),
            (0, one, Ok(())),
            (0, one, Err(1)),
            (0, other, Ok(())),
            (499, one, Err(1)),
            (500, one, Ok(())),
            (501, one, Err(1)),
            (400, one, Err(1)),
            (60_000, one, Ok(())),
            (60_000, one, Ok(())),
            (60_000, one, Ok(())),
            (60_000, one, Err(1)),
        ];
        for (step, (at, who, expected)) in cases.into_iter().enumerate() {
            assert_eq!(buckets.take(who, at), expected, "step {step}");
        }
    }

    #[test]
    fn subscribers_of_ipv6_count_as_one() {
        let mut buckets = Buckets::new(Rate::new(1, 1).unwrap());
        assert_eq!(buckets.take(address("2001:db8:0:1::1"), 0), Ok(()));
        assert_eq!(buckets.take(address("2001:db8:0:1:ffff::9"), 0), Err(1), "the same /64");
        assert_eq!(buckets.take(address("2001:db8:0:2::1"), 0), Ok(()), "another");
        assert_eq!(buckets.take(address("198.51.100.7"), 0), Ok(()));
        assert_eq!(buckets.take(address("::ffff:198.51.100.7"), 0), Err(1), "the same address");
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let mut buckets = Buckets::new(Rate::new(1, 2).unwrap());
        for at in 0..(REMEMBERED as u32 + 5_000) {
            assert_eq!(buckets.take(IpAddr::V4(at.into()), 0), Ok(()));
        }
        assert_eq!(buckets.buckets.len(), REMEMBERED);
        // A minute later all are full again, and forgotten.
        assert_eq!(buckets.take(address("203.0.113.1"), 60_000), Ok(()));
        assert_eq!(buckets.buckets.len(), 1);
    }

    #[test]
    fn no_pace_is_no_limit() {
        assert_eq!(Rate::new(0, 9), None);
    }

    proptest! {
        /// Whatever the moments, no more goes through than the burst and what has been gained since.
        #[test]
        fn no_more_than_burst_and_pace(per_second in 1u32..50, burst in 1u32..50, waits in prop::collection::vec(0u64..400, 1..300)) {
            let mut buckets = Buckets::new(Rate::new(per_second, burst).unwrap());
            let (mut now, mut passed) = (0, 0u64);
            for wait in waits {
                now += wait;
                passed += u64::from(buckets.take(address("198.51.100.1"), now).is_ok());
                prop_assert!(passed * 1_000 <= u64::from(burst) * 1_000 + now * u64::from(per_second));
            }
        }
    }
}
