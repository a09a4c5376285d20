//! Dates as registers write them, to RFC 3339 date-times.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};

/// How dates are written in a file or column: strptime formats tried in order, and the zone of those without an offset.
#[derive(Clone, Debug)]
pub(crate) struct Dates {
    pub formats: Vec<String>,
    pub zone: TimeZone,
}

impl Default for Dates {
    fn default() -> Self {
        Self { formats: Vec::new(), zone: TimeZone::UTC }
    }
}

/// A zone by IANA name, `UTC`, or a fixed offset such as `+09:00`.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    if name == "UTC" || name == "Z" {
        return Some(TimeZone::UTC);
    }
    let Some((sign, rest)) =
        name.strip_prefix('+').map(|rest| (1, rest)).or_else(|| name.strip_prefix('-').map(|rest| (-1, rest)))
    else {
        return TimeZone::get(name).ok();
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str| (text.len() == 2).then(|| text.parse::<i32>().ok()).flatten();
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok().map(TimeZone::fixed)
}

/// Whether a format can be parsed at all; asked when the mapping is read, so that a slip is not found row by row.
pub(crate) fn format_is_known(format: &str) -> bool {
    let sample = Date::constant(2024, 7, 14).to_datetime(Time::constant(9, 8, 7, 0));
    let Ok(sample) = TimeZone::UTC.to_ambiguous_zoned_datetime(sample).compatible() else { return false };
    let Ok(text) = jiff::fmt::strtime::format(format, &sample) else { return false };
    BrokenDownTime::parse(format, &text).is_ok_and(|parsed| parsed.to_date().is_ok())
}

/// Reads a date or date-time and writes it as RFC 3339 with an offset. A bare date is midnight in the zone. The ISO form
/// is always understood. `None` when no format fits or the day does not exist.
pub(crate) fn date(text: &str, dates: &Dates) -> Option<String> {
    dates.formats.iter().find_map(|format| formatted(text, format, dates)).or_else(|| iso(text, dates))
}

fn formatted(text: &str, format: &str, dates: &Dates) -> Option<String> {
    let parsed = BrokenDownTime::parse(format, text).ok()?;
    let date = parsed.to_date().ok()?;
    let time = parsed.to_time().unwrap_or(Time::midnight());
    written(date.to_datetime(time), parsed.offset(), dates)
}

fn iso(text: &str, dates: &Dates) -> Option<String> {
    let pieces = Pieces::parse(text).ok()?;
    let time = pieces.time().unwrap_or(Time::midnight());
    written(pieces.date().to_datetime(time), pieces.to_numeric_offset(), dates)
}

fn written(civil: DateTime, offset: Option<Offset>, dates: &Dates) -> Option<String> {
    if !(1900..=2200).contains(&civil.year()) {
        return None;
    }
    // A wall time that a clock change skips or repeats is read as the zone's rule for it says, always the same way.
    let offset = match offset {
        Some(offset) => offset,
        None => dates.zone.to_ambiguous_zoned_datetime(civil).compatible().ok()?.offset(),
    };
    let civil = civil.with().subsec_nanosecond(0).build().ok()?;
    if offset == Offset::UTC {
        return Some(format!("{civil}Z"));
    }
    let seconds = offset.seconds();
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    Some(format!("{civil}{sign}{:02}:{:02}", minutes / 60, minutes % 60))
}

#[cfg(test)]
mod tests {
    use super::{Dates, date, format_is_known, zone};

    #[test]
    fn dates() {
        let read = |formats: &[&str], zone_name: &str, text: &str| {
            let formats = formats.iter().map(|format| (*format).to_owned()).collect();
            date(text, &Dates { formats, zone: zone(zone_name).expect("a zone") })
        };
        let cases: [(&[&str], &str, &str, Option<&str>); 14] = [
            (&["%d.%m.%Y"], "+01:00", "29.05.2015", Some("2015-05-29T00:00:00+01:00")),
            (&["%d.%m.%Y"], "+01:00", "9.5.2015", Some("2015-05-09T00:00:00+01:00")),
            (&["%d-%b-%y"], "UTC", "2-Dec-13", Some("2013-12-02T00:00:00Z")),
            (&["%Y%m%d"], "+09:00", "20100119", Some("2010-01-19T00:00:00+09:00")),
            (&["%Y-%m-%d %H:%M"], "-06:00", "2013-11-20 14:32", Some("2013-11-20T14:32:00-06:00")),
            (&["%Y-%m-%d 00:00:00 GMT"], "-06:00", "2013-11-20 00:00:00 GMT", Some("2013-11-20T00:00:00-06:00")),
            (&["%Y年%m月%d日"], "+08:00", "2024年07月01日", Some("2024-07-01T00:00:00+08:00")),
            (&[], "UTC", "2020-03-11T00:00:00-05:00", Some("2020-03-11T00:00:00-05:00")),
            (&[], "+02:00", "2015-12-21T10:00:00.000Z", Some("2015-12-21T10:00:00Z")),
            (&["%d.%m.%Y"], "UTC", "31.02.2015", None),
            (&["%d.%m.%Y"], "UTC", "30.111.2015", None),
            (&["%d.%m.%Y"], "UTC", "01.01.0015", None),
            (&["%d.%m.%Y"], "UTC", "tri vite", None),
            (&[], "UTC", "", None),
        ];
        for (formats, zone_name, text, expected) in cases {
            assert_eq!(read(formats, zone_name, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn zones_and_formats_are_checked_beforehand() {
        let zones = [
            ("+09:00", true),
            ("-05:30", true),
            ("UTC", true),
            ("+9", false),
            ("+25:99", false),
            ("Mars/Olympus", false),
        ];
        for (name, expected) in zones {
            assert_eq!(zone(name).is_some(), expected, "{name}");
        }
        let formats =
            [("%d.%m.%Y", true), ("%Y-%m-%d %H:%M", true), ("%H:%M", false), ("%Q%Q%5", false), ("day", false)];
        for (format, expected) in formats {
            assert_eq!(format_is_known(format), expected, "{format}");
        }
    }
}
