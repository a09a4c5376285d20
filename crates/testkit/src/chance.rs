//! Moments by chance that are the same on every machine, as far as its pace allows.

/// A fixed series of numbers.
#[derive(Clone, Debug)]
pub struct Series(u64);

impl Series {
    /// The series of a seed.
    pub fn of(seed: u64) -> Series {
        Series(seed)
    }

    /// The next number, below `below`; 0 where nothing is below it.
    pub fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).checked_rem(below).unwrap_or(0)
    }
}
