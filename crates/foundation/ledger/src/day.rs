//! Days and instants as the ledger writes them: `2026-01-31` and `2026-01-31T08:00:00.000Z`.

use crate::value::ValueError;

/// Milliseconds of a day; the ledger's instants are UTC without leap seconds.
const DAY_MS: i64 = 86_400_000;
/// 0000-01-01 and 9999-12-31 as days since 1970-01-01.
const FIRST: i32 = -719_528;
const LAST: i32 = 2_932_896;

/// A calendar day (proleptic Gregorian, years 0000–9999), without a time zone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(i32);

impl Day {
    /// From the number of days since 1970-01-01; `None` outside the years 0000–9999.
    pub fn from_epoch_days(days: i32) -> Option<Self> {
        (FIRST..=LAST).contains(&days).then_some(Self(days))
    }

    /// From year, month (1–12) and day (1–31); `None` where the calendar has no such day.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u32::from(leap),
            _ => return None,
        };
        if !(0..=9999).contains(&year) || day == 0 || day > length {
            return None;
        }
        // Years begin in March here, so that the day a leap year adds is the last one of its year.
        let shifted = if month <= 2 { year - 1 } else { year };
        let (era, month_from_march) = (shifted.div_euclid(400), (month + 9) % 12);
        let year_of_era = shifted.rem_euclid(400);
        let day_of_year = i32::try_from((153 * month_from_march + 2) / 5 + day - 1).ok()?;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self::from_epoch_days(era * 146_097 + day_of_era - 719_468)
    }

    /// Days since 1970-01-01.
    pub fn epoch_days(self) -> i32 {
        self.0
    }

    /// Year, month (1–12) and day (1–31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let days = self.0 + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month.unsigned_abs(), day.unsigned_abs())
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = ValueError;

    /// Only `2026-01-31`: ten characters, a day the calendar has.
    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| ValueError::DayForm)?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(ValueError::DayForm);
        }
        let number = |from, to| digits(&bytes[from..to]).ok_or(ValueError::DayForm);
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        Self::from_ymd(year.cast_signed(), month, day).ok_or(ValueError::DayForm)
    }
}

/// An instant as text, always with three decimals and `Z`; `None` outside the years 0000–9999.
pub fn instant_text(ms: i64) -> Option<String> {
    let day = Day::from_epoch_days(i32::try_from(ms.div_euclid(DAY_MS)).ok()?)?;
    let ms = ms.rem_euclid(DAY_MS);
    let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
    Some(format!("{day}T{hours:02}:{minutes:02}:{:02}.{:03}Z", ms / 1000 % 60, ms % 1000))
}

/// Reads an instant in exactly the form that [`instant_text`] writes; milliseconds since 1970-01-01T00:00Z.
pub fn parse_instant(text: &str) -> Result<i64, ValueError> {
    let bytes: &[u8; 24] = text.as_bytes().try_into().map_err(|_| ValueError::InstantForm)?;
    let marks = [(10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (23, b'Z')];
    if marks.iter().any(|(at, mark)| bytes[*at] != *mark) {
        return Err(ValueError::InstantForm);
    }
    let number = |from, to| digits(&bytes[from..to]).ok_or(ValueError::InstantForm);
    let (hours, minutes, seconds, ms) = (number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 23)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return Err(ValueError::InstantForm);
    }
    let day: Day = text.get(..10).and_then(|day| day.parse().ok()).ok_or(ValueError::InstantForm)?;
    let of_day = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
    Ok(i64::from(day.epoch_days()) * DAY_MS + i64::from(of_day))
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_one_text() {
        let mut previous = None;
        for days in FIRST..=LAST {
            let day = Day::from_epoch_days(days).unwrap();
            let (year, month, of_month) = day.ymd();
            assert_eq!(Day::from_ymd(year, month, of_month), Some(day));
            assert!(previous < Some((year, month, of_month)));
            previous = Some((year, month, of_month));
        }
        assert_eq!(Day::from_epoch_days(FIRST).unwrap().to_string(), "0000-01-01");
        assert_eq!(Day::from_epoch_days(LAST).unwrap().to_string(), "9999-12-31");
        assert_eq!(Day::from_epoch_days(0).unwrap().to_string(), "1970-01-01");
    }

    #[test]
    fn instants_have_one_form() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_769_846_400_123, "2026-01-31T08:00:00.123Z"),
        ] {
            assert_eq!(instant_text(ms).as_deref(), Some(text));
            assert_eq!(parse_instant(text), Ok(ms));
        }
        for bad in
            ["2026-01-31T08:00:00Z", "2026-01-31T08:00:60.000Z", "2026-02-29T08:00:00.000Z", "2026-01-31t08:00:00.000Z"]
        {
            assert_eq!(parse_instant(bad), Err(ValueError::InstantForm), "{bad}");
        }
        assert_eq!(instant_text(i64::MAX), None);
    }
}
