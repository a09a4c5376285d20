//! Exact decimal numbers in the one form the ledger knows.

use crate::value::ValueError;

/// `mantissa × 10^exponent`, exact. One number has one form: the mantissa does not end in a zero digit, and
/// zero is 0 × 10⁰. Equality is therefore equality of numbers. No order is derived: it would not be numeric.
///
/// Source: CBOR tag 4 (RFC 8949 §3.4.4); the normal form and the ranges (i64, i8) are ours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decimal {
    mantissa: i64,
    exponent: i8,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { mantissa: 0, exponent: 0 };

    /// `mantissa × 10^exponent`, brought to its normal form; refused if the exponent does not fit then.
    pub fn new(mantissa: i64, exponent: i32) -> Result<Self, ValueError> {
        if mantissa == 0 {
            return Ok(Self::ZERO);
        }
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.checked_add(1).ok_or(ValueError::DecimalRange)?;
        }
        let exponent = i8::try_from(exponent).map_err(|_| ValueError::DecimalRange)?;
        Ok(Self { mantissa, exponent })
    }

    /// The digits, with their sign; not divisible by ten.
    pub fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// The power of ten.
    pub fn exponent(self) -> i8 {
        self.exponent
    }

    /// Only the normal form, as it is read from bytes.
    pub(crate) fn strict(mantissa: i64, exponent: i64) -> Result<Self, ValueError> {
        let exponent = i8::try_from(exponent).map_err(|_| ValueError::DecimalRange)?;
        match (mantissa, exponent) {
            (0, 0) => Ok(Self::ZERO),
            (0, _) => Err(ValueError::DecimalZero),
            _ if mantissa % 10 == 0 => Err(ValueError::DecimalTen),
            _ => Ok(Self { mantissa, exponent }),
        }
    }
}

impl std::fmt::Display for Decimal {
    /// Plain digits, `-12.5` or `3000`; nothing is rounded.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if self.exponent >= 0 {
            return write!(f, "{sign}{digits}{}", "0".repeat(usize::from(self.exponent.unsigned_abs())));
        }
        let places = usize::from(self.exponent.unsigned_abs());
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        write!(f, "{sign}{whole}.{fraction}")
    }
}
