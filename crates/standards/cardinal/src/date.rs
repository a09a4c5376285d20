//! Instants written as RFC 3339 says, and nothing else.

/// Nanoseconds since 1970-01-01T00:00:00Z, or `None` if `text` is not an RFC 3339 date and time with an offset.
///
/// `T` may be a `t` or a space; a leap second counts as the second after :59.
pub fn instant(text: &str) -> Option<i128> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| {
        let part = bytes.get(from..to)?;
        part.iter().try_fold(0i64, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let mark = |at: usize, of: &[u8]| bytes.get(at).is_some_and(|byte| of.contains(byte)).then_some(());
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    mark(4, b"-")?;
    mark(7, b"-")?;
    mark(10, b"Tt ")?;
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    mark(13, b":")?;
    mark(16, b":")?;
    if !(1..=12).contains(&month) || day < 1 || day > month_days(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut at = 19;
    let mut nanoseconds = 0;
    if mark(at, b".").is_some() {
        let start = at + 1;
        at = start;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        if at == start {
            return None;
        }
        // Digits past the ninth are cut off.
        let kept = (at - start).min(9);
        nanoseconds = digits(start, start + kept)? * 10i64.pow(9 - kept as u32);
    }
    let offset = match bytes.get(at)? {
        b'Z' | b'z' if at + 1 == bytes.len() => 0,
        sign @ (b'+' | b'-') if at + 6 == bytes.len() => {
            mark(at + 3, b":")?;
            let (hours, minutes) = (digits(at + 1, at + 3)?, digits(at + 4, at + 6)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
        _ => return None,
    };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))
}

/// Whole days from `start` to `end`, cut towards zero.
pub fn whole_days(start: i128, end: i128) -> i64 {
    // Four-digit years keep the quotient far inside an i64.
    ((end - start) / 86_400_000_000_000) as i64
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let whole_years = before * 365 + before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
    whole_years + (1..month).map(|month| month_days(year, month)).sum::<i64>() + day - 1 - 719_162
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        let seconds = |text| instant(text).map(|nanoseconds| nanoseconds / 1_000_000_000);
        let cases = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-03-01T00:00:00Z", Some(951_868_800)),
            ("2000-03-01t00:00:00.25z", Some(951_868_800)),
            ("2000-03-01 01:00:00+01:00", Some(951_868_800)),
            ("2000-02-28T23:00:00-01:00", Some(951_782_400)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_800)),
            ("1900-02-29T00:00:00Z", None),
            ("2000-01-01", None),
            ("2000-01-01T00:00:00", None),
            ("2000-01-01T00:00Z", None),
            ("2000-13-01T00:00:00Z", None),
            ("2000-01-01T00:00:00.Z", None),
            ("2000-01-01T00:00:00+0100", None),
            ("2000-01-01T00:00:00Z ", None),
            ("2000-01-01T24:00:00Z", None),
            ("二〇〇〇-01-01T00:00:00Z", None),
        ];
        for (text, expected) in cases {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn days_are_cut_towards_zero() {
        let day = 86_400_000_000_000;
        let cases = [(0, day * 15 - 1, 14), (0, day * 15, 15), (day, 1, 0), (day * 2, 0, -2)];
        for (start, end, expected) in cases {
            assert_eq!(whole_days(start, end), expected);
        }
    }
}
