//! FEEL numbers: decimals of 34 digits (DMN 1.5, 10.3.2.3.1; IEEE 754-2008 decimal128).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Digits of a number, at most.
const DIGITS: usize = 34;
/// The largest and smallest power of ten beside the digits.
const POWERS: std::ops::RangeInclusive<i32> = -6176..=6144;
/// Zeros that the plain notation may add; beyond that a number is written with an exponent.
const PLAIN_ZEROS: i32 = 40;

/// A decimal number, kept without trailing zeros: `1.0` and `1` are the same number, equality is by value and total.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Number {
    /// All digits as one whole number, with its sign; 0 for zero.
    digits: i128,
    /// The power of ten that multiplies them; 0 for zero.
    power: i32,
}

/// Text that is no number, or one with more than 34 digits or beyond the exponents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a decimal number of at most 34 digits")]
pub struct NotANumber;

impl Number {
    /// Zero.
    pub const ZERO: Self = Self { digits: 0, power: 0 };

    /// `digits · 10^power`; `None` beyond 34 digits or the exponents of decimal128.
    pub fn new(digits: i128, power: i32) -> Option<Self> {
        if digits == 0 {
            return Some(Self::ZERO);
        }
        let (mut digits, mut power) = (digits, i64::from(power));
        while digits % 10 == 0 {
            digits /= 10;
            power += 1;
        }
        let power = i32::try_from(power).ok().filter(|power| POWERS.contains(power))?;
        (digits.unsigned_abs() < 10_u128.pow(DIGITS as u32)).then_some(Self { digits, power })
    }

    /// Digits as one whole number, and the power of ten that multiplies them.
    pub fn parts(self) -> (i128, i32) {
        (self.digits, self.power)
    }

    /// Whether it has no fraction.
    pub fn is_whole(self) -> bool {
        self.power >= 0
    }

    /// The number as `i64`, if it is whole and fits.
    pub fn to_i64(self) -> Option<i64> {
        if self.digits == 0 {
            return Some(0);
        }
        let power = u32::try_from(self.power).ok().filter(|power| *power < 19)?;
        i64::try_from(self.digits.checked_mul(10_i128.pow(power))?).ok()
    }

    /// Half of the sum of two numbers, if it fits 34 digits.
    pub(crate) fn between(self, other: Self) -> Option<Self> {
        let power = self.power.min(other.power);
        let scaled = |number: Self| {
            let by = u32::try_from(number.power - power).ok().filter(|by| *by < 36)?;
            number.digits.checked_mul(10_i128.checked_pow(by)?)
        };
        let sum = scaled(self)?.checked_add(scaled(other)?)?;
        Self::new(sum.checked_mul(5)?, power - 1)
    }

    /// The sum of two numbers, if it fits 34 digits.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let power = self.power.min(other.power);
        let scaled = |number: Self| {
            let by = u32::try_from(number.power - power).ok().filter(|by| *by < 36)?;
            number.digits.checked_mul(10_i128.checked_pow(by)?)
        };
        Self::new(scaled(self)?.checked_add(scaled(other)?)?, power)
    }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        // Nineteen digits always fit.
        Self::new(i128::from(whole), 0).unwrap_or(Self::ZERO)
    }
}

impl FromStr for Number {
    type Err = NotANumber;

    /// `-12.50`, `.5`, `1e3`, `1.5E-7`; as XML Schema's decimal and double, without `INF` and `NaN`.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (negative, text) = match text.as_bytes().first().ok_or(NotANumber)? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().map_err(|_| NotANumber)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(NotANumber);
        }
        if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(NotANumber);
        }
        // Zeros are counted until a digit follows, so that those at the end need no room.
        let (mut digits, mut zeros) = (0_i128, 0_u32);
        for byte in whole.bytes().chain(fraction.bytes()) {
            if byte == b'0' {
                zeros += u32::from(digits != 0);
                continue;
            }
            let by = 10_i128.checked_pow(zeros + 1).ok_or(NotANumber)?;
            digits = digits.checked_mul(by).and_then(|n| n.checked_add(i128::from(byte - b'0'))).ok_or(NotANumber)?;
            zeros = 0;
        }
        let zeros = i32::try_from(zeros).map_err(|_| NotANumber)?;
        let places = i32::try_from(fraction.len()).map_err(|_| NotANumber)?;
        let power = exponent.checked_sub(places).and_then(|power| power.checked_add(zeros)).ok_or(NotANumber)?;
        Self::new(if negative { -digits } else { digits }, power).ok_or(NotANumber)
    }
}

impl fmt::Display for Number {
    /// Plain notation; with an exponent where that would add more than forty zeros. Reads back as the same number.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.digits < 0 {
            out.write_str("-")?;
        }
        let digits = self.digits.unsigned_abs().to_string();
        if self.power > PLAIN_ZEROS || self.power < -(PLAIN_ZEROS + DIGITS as i32) {
            return write!(out, "{digits}e{}", self.power);
        }
        if self.power >= 0 {
            return write!(out, "{digits}{}", "0".repeat(self.power.unsigned_abs() as usize));
        }
        let places = self.power.unsigned_abs() as usize;
        if digits.len() > places {
            let (whole, fraction) = digits.split_at(digits.len() - places);
            return write!(out, "{whole}.{fraction}");
        }
        write!(out, "0.{}{digits}", "0".repeat(places - digits.len()))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.digits.signum().cmp(&other.digits.signum());
        if sign != Ordering::Equal || self.digits == 0 {
            return sign;
        }
        let magnitude = |number: &Self| i64::from(number.power) + number.digits.unsigned_abs().ilog10() as i64;
        let by_size = magnitude(self).cmp(&magnitude(other)).then_with(|| {
            // Same magnitude: bring both to the same power; at most 34 digits apart, which may pass i128 on one side only
            // when the other has fewer digits, so pad with zeros as text.
            let pad = |number: &Self| format!("{:0<width$}", number.digits.unsigned_abs(), width = DIGITS + 5);
            pad(self).cmp(&pad(other))
        });
        if self.digits > 0 { by_size } else { by_size.reverse() }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
