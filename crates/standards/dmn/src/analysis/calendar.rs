//! Days and moments as whole numbers, so that dates and times can be ordered and cut.

use crate::feel::Value;

/// Nanoseconds of a day.
pub(super) const DAY: i128 = 86_400_000_000_000;

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
pub(super) fn days(year: i32, month: u8, day: u8) -> i128 {
    // Years begin in March, so that the leap day is the last: eras of 400 years have 146,097 days.
    let (year, month, day) = (i128::from(year), i128::from(month), i128::from(day));
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of such a day.
pub(super) fn date(days: i128) -> Option<Value> {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    Some(Value::Date {
        year: i32::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
    })
}

/// Nanoseconds of a time of day and its zone: `None` without one, else the offset in seconds. Named zones have no fixed
/// offset and cannot be ordered here.
pub(super) fn time(text: &str) -> Option<(i128, Option<i128>)> {
    let clock = text.get(..8)?;
    let mut parts = clock.split(':').map(|part| part.parse::<i128>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let rest = text.get(8..)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(rest.len())),
        None => ("", rest),
    };
    let fraction = format!("{fraction:0<9}").get(..9)?.parse::<i128>().ok()?;
    let nanos = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + fraction;
    let zone = match zone {
        "" => None,
        "Z" | "z" => Some(0),
        _ if zone.starts_with('@') => return None,
        _ => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            let mut parts = zone.get(1..)?.split(':').map(|part| part.parse::<i128>().ok());
            let (hours, minutes) = (parts.next()??, parts.next()??);
            let seconds = parts.next().unwrap_or(Some(0))?;
            Some(sign * (hours * 3_600 + minutes * 60 + seconds))
        }
    };
    Some((nanos, zone))
}

/// A time of day from nanoseconds, in this zone.
pub(super) fn time_text(nanos: i128, zoned: bool) -> String {
    let nanos = nanos.rem_euclid(DAY);
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let mut text = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if fraction > 0 {
        text.push_str(&format!(".{}", format!("{fraction:09}").trim_end_matches('0')));
    }
    if zoned {
        text.push('Z');
    }
    text
}
