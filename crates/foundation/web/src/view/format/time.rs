//! Days, moments and durations.

use kernel::limit::Unit;
use kernel::{Day, Instant, Locale, Zone};

use super::{NBSP, number};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day in a table or form, the same in both languages: `2026-11-18`.
pub fn date(day: Day) -> String {
    day.to_string()
}

/// A day as lists show it: `11-18` in the year of `today`, with its year otherwise.
pub fn date_short(day: Day, today: Day) -> String {
    if day.year() == today.year() { format!("{:02}-{:02}", day.month(), day.day_of_month()) } else { date(day) }
}

/// A day in running text: `2026 年 11 月 18 日`, `18 November 2026`.
pub fn date_long(locale: Locale, day: Day) -> String {
    let (year, month, of_month) = (day.year(), day.month(), day.day_of_month());
    match locale {
        Locale::ZhCn => format!("{year}{NBSP}年{NBSP}{month}{NBSP}月{NBSP}{of_month}{NBSP}日"),
        Locale::En => format!("{of_month}{NBSP}{}{NBSP}{year}", month_name(month)),
    }
}

/// A moment to the minute in `zone`: `2026-11-18 14:32`.
pub fn date_time(at: Instant, zone: Zone) -> String {
    format!("{} {}", date(at.day(zone)), time(at, zone))
}

/// A moment to the minute as lists show it: `11-18 14:32` in the year of `today`, with its year otherwise.
pub fn date_time_short(at: Instant, zone: Zone, today: Day) -> String {
    format!("{} {}", date_short(at.day(zone), today), time(at, zone))
}

/// The time of day to the minute: `14:32`.
pub fn time(at: Instant, zone: Zone) -> String {
    let minutes = zone.start_of(at.day(zone)).ms_until(at) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The day of the week: `周三`, `Wednesday`.
pub fn weekday(locale: Locale, day: Day) -> &'static str {
    let (chinese, english) = match day.weekday() {
        1 => ("周一", "Monday"),
        2 => ("周二", "Tuesday"),
        3 => ("周三", "Wednesday"),
        4 => ("周四", "Thursday"),
        5 => ("周五", "Friday"),
        6 => ("周六", "Saturday"),
        _ => ("周日", "Sunday"),
    };
    match locale {
        Locale::ZhCn => chinese,
        Locale::En => english,
    }
}

/// The day in the top bar: `2026年11月18日 周三`, `Wednesday 18 November 2026`.
pub fn today(locale: Locale, day: Day) -> String {
    let weekday = weekday(locale, day);
    match locale {
        Locale::ZhCn => format!("{}年{}月{}日 {weekday}", day.year(), day.month(), day.day_of_month()),
        Locale::En => format!("{weekday} {}", date_long(locale, day)),
    }
}

/// A month on an axis: `11月`, `Nov`. Months outside 1–12 are a bug of the caller and show `?`.
pub fn month(locale: Locale, month: i8) -> String {
    match locale {
        Locale::ZhCn => format!("{month}月"),
        Locale::En => month_name(month).chars().take(3).collect(),
    }
}

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or("?")
}

/// A term with its unit: `3 个工作日`, `1 working day`, `20 日` (calendar), `20 days`, `48 小时`, `48 hours`.
pub fn term(locale: Locale, n: u32, unit: Unit) -> String {
    let figure = number(n);
    let s = if n == 1 { "" } else { "s" };
    match (locale, unit) {
        (Locale::ZhCn, Unit::WorkingDays) => format!("{figure}{NBSP}个工作日"),
        (Locale::ZhCn, Unit::CalendarDays) => format!("{figure}{NBSP}日"),
        (Locale::ZhCn, Unit::Hours) => format!("{figure}{NBSP}小时"),
        (Locale::En, Unit::WorkingDays) => format!("{figure}{NBSP}working{NBSP}day{s}"),
        (Locale::En, Unit::CalendarDays) => format!("{figure}{NBSP}day{s}"),
        (Locale::En, Unit::Hours) => format!("{figure}{NBSP}hour{s}"),
    }
}

/// A measured time: `850 ms`, `3.2 s`, `4 分 10 秒` or `4 min 10 s`.
pub fn milliseconds(locale: Locale, ms: u64) -> String {
    match (ms, locale) {
        (0..1_000, _) => format!("{ms}{NBSP}ms"),
        (1_000..60_000, Locale::ZhCn) => format!("{}.{}{NBSP}秒", ms / 1_000, ms % 1_000 / 100),
        (1_000..60_000, Locale::En) => format!("{}.{}{NBSP}s", ms / 1_000, ms % 1_000 / 100),
        (_, Locale::ZhCn) => format!("{}{NBSP}分{NBSP}{}{NBSP}秒", number(ms / 60_000), ms % 60_000 / 1_000),
        (_, Locale::En) => format!("{}{NBSP}min{NBSP}{}{NBSP}s", number(ms / 60_000), ms % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: impl Into<String>) -> String {
        text.into().replace(NBSP, " ")
    }

    #[test]
    fn days_are_written_per_language() {
        let day = Day::constant(2026, 11, 8);
        assert_eq!(date(day), "2026-11-08");
        let (same, next) = (Day::constant(2026, 1, 1), Day::constant(2027, 1, 1));
        assert_eq!((date_short(day, same), date_short(day, next)), ("11-08".into(), "2026-11-08".into()));
        assert_eq!(plain(date_long(Locale::ZhCn, day)), "2026 年 11 月 8 日");
        assert_eq!(plain(date_long(Locale::En, day)), "8 November 2026");
        assert_eq!(today(Locale::ZhCn, day), "2026年11月8日 周日");
        assert_eq!(plain(today(Locale::En, day)), "Sunday 8 November 2026");
        let at: Instant = "2026-11-08T01:05:59Z".parse().unwrap();
        assert_eq!(date_time(at, Zone::CHINA), "2026-11-08 09:05");
        assert_eq!(date_time_short(at, Zone::CHINA, same), "11-08 09:05");
        assert_eq!(date_time_short(at, Zone::CHINA, next), "2026-11-08 09:05");
        // The year is the zone's: eight hours before it ends in London it has begun in Beijing.
        let eve: Instant = "2026-12-31T16:00:00Z".parse().unwrap();
        assert_eq!(date_time_short(eve, Zone::CHINA, next), "01-01 00:00");
        assert_eq!(
            (month(Locale::ZhCn, 12), month(Locale::En, 12), month(Locale::En, 0)),
            ("12月".into(), "Dec".into(), "?".into())
        );
    }

    #[test]
    fn terms_name_their_unit() {
        let cases = [
            (Locale::ZhCn, 3, Unit::WorkingDays, "3 个工作日"),
            (Locale::ZhCn, 20, Unit::CalendarDays, "20 日"),
            (Locale::En, 1, Unit::WorkingDays, "1 working day"),
            (Locale::En, 20, Unit::CalendarDays, "20 days"),
        ];
        for (locale, n, kind, expected) in cases {
            assert_eq!(plain(term(locale, n, kind)), expected);
        }
        for (ms, chinese, english) in
            [(850, "850 ms", "850 ms"), (3_250, "3.2 秒", "3.2 s"), (250_000, "4 分 10 秒", "4 min 10 s")]
        {
            assert_eq!(plain(milliseconds(Locale::ZhCn, ms)), chinese);
            assert_eq!(plain(milliseconds(Locale::En, ms)), english);
        }
    }
}
