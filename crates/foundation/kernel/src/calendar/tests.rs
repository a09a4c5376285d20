use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static CHINA: LazyLock<WorkingCalendar> = LazyLock::new(|| WorkingCalendar::from_packs(&Packs::embedded()).unwrap());

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn notices_are_followed() {
    let cases = [
        ("2012-10-05", false, "a Friday of the National Day week"),
        ("2012-09-29", true, "a Saturday that makes up for it"),
        ("2012-10-08", true, "the Monday after"),
        ("2011-12-31", true, "a Saturday made up by the next year's notice"),
        ("2007-12-31", false, "a Monday of rest by the next year's notice"),
        ("2015-09-03", false, "a Thursday, by an amendment within the year"),
        ("2020-01-31", false, "a Friday, when the holiday was prolonged"),
        ("2019-05-02", false, "a Thursday, by an amendment within the year"),
        ("2026-01-04", true, "a Sunday that makes up"),
        ("2026-07-04", false, "a plain Saturday"),
        ("2026-07-06", true, "a plain Monday"),
    ];
    for (date, works, why) in cases {
        assert_eq!(CHINA.is_working(day(date)), Ok(works), "{date}: {why}");
    }
}

#[test]
fn a_year_without_notice_is_no_calendar() {
    assert_eq!(CHINA.is_working(day("2006-12-29")), Err(NoCalendar { year: 2006 }));
    assert_eq!(CHINA.is_working(day("2006-12-30")), Err(NoCalendar { year: 2006 }), "though 2007's notice names it");
    let last = CHINA.years().last().unwrap();
    let eve = Day::new(last, 12, 31).unwrap();
    assert_eq!(CHINA.add_working_days(eve, 1), Err(NoCalendar { year: last + 1 }));
    assert_eq!(CHINA.add_working_days(eve, 0), Ok(eve));
    assert_eq!(CHINA.working_days_between(eve, eve.plus(9)), Err(NoCalendar { year: last + 1 }));
    assert_eq!(WorkingCalendar::default().next_working(eve), Err(NoCalendar { year: last }));
    let refused: crate::Refused = NoCalendar { year: 2030 }.into();
    assert_eq!(refused.code, "calendar.none");
}

#[test]
fn working_days_are_counted_from_the_next_day() {
    let cases = [
        ("2026-07-03", 1, "2026-07-06"),
        ("2026-07-03", 5, "2026-07-10"),
        ("2012-09-28", 1, "2012-09-29"),
        ("2012-09-29", 1, "2012-10-08"),
        ("2026-07-04", 0, "2026-07-04"),
    ];
    for (from, count, expected) in cases {
        assert_eq!(CHINA.add_working_days(day(from), count), Ok(day(expected)), "{from} + {count}");
    }
}

#[test]
fn faulty_packs_are_refused() {
    let pack = |year: &str, rest: &str, work: &str| {
        format!(
            "year = {year}\nnotices = []\n[[holiday]]\nzh = \"元旦\"\nen = \"New Year\"\nrest = [{rest}]\nwork = [{work}]\n"
        )
    };
    let cases = [
        (pack("2026", r#""2026-01-01""#, r#""2026-01-04""#), ""),
        (pack("2026", r#""2027-01-01""#, ""), "2027-01-01 is not in the calendar of 2026"),
        (pack("2026", r#""2025-11-30""#, ""), "2025-11-30 is not in the calendar of 2026"),
        (pack("2026", r#""2026-01-01", "2026-01-01""#, ""), "2026-01-01 is named twice"),
        (pack("2026", r#""2026-01-01""#, r#""2026-01-05""#), "2026-01-05 is a make-up working day but no weekend"),
        (pack("2026", "", ""), "the calendar of 2026 names no day of rest"),
        (pack("2026", r#""2026-02-30""#, ""), "not a calendar"),
        (pack("2026", "2026", ""), "not a calendar"),
        ("year = 2026".into(), "not a calendar"),
        ("\u{0}".into(), "not a calendar"),
    ];
    for (text, expected) in cases {
        let answer = WorkingCalendar::from_pack(&text).map(drop).map_err(|fault| fault.to_string());
        match answer {
            Ok(()) => assert_eq!(expected, "", "{text}"),
            Err(fault) => assert!(!expected.is_empty() && fault.contains(expected), "{text}: {fault}"),
        }
    }
    let faulty = Packs::embedded().with("cn/calendars/2026.toml", "year = 1");
    assert!(WorkingCalendar::from_packs(&faulty).unwrap_err().to_string().starts_with("cn/calendars/2026.toml: "));
}

/// Holidays of a year before the amendment of 2024 are 11 days by law, and rest days at weekends are made up: so every
/// complete year has between 247 and 253 working days.
#[test]
fn every_year_has_a_plausible_number_of_working_days() {
    for year in CHINA.years() {
        let (first, last) = (Day::new(year, 1, 1).unwrap(), Day::new(year, 12, 31).unwrap());
        let days = CHINA.working_days_between(first, last).unwrap();
        assert!((245..=253).contains(&days), "{year} has {days}");
    }
}

proptest! {
    #[test]
    fn adding_and_counting_are_inverse(start in 0i64..6_500, count in 0u32..300) {
        let from = Day::constant(2007, 1, 1).plus(start);
        let to = CHINA.add_working_days(from, count).unwrap();
        prop_assert_eq!(CHINA.working_days_between(from, to), Ok(count.into()));
        prop_assert_eq!(CHINA.working_days_between(to, from), Ok(-i64::from(count)));
        prop_assert!(count == 0 || CHINA.is_working(to).unwrap());
    }

    #[test]
    fn counts_add_up(a in 0i64..7_000, b in 0i64..7_000, c in 0i64..7_000) {
        let mut days = [a, b, c].map(|n| Day::constant(2007, 1, 1).plus(n));
        days.sort();
        let between = |x: usize, y: usize| CHINA.working_days_between(days[x], days[y]).unwrap();
        prop_assert_eq!(between(0, 1) + between(1, 2), between(0, 2));
        let slow = (1..=days[0].days_until(days[1])).filter(|n| CHINA.is_working(days[0].plus(*n)).unwrap()).count();
        prop_assert_eq!(between(0, 1), i64::try_from(slow).unwrap());
    }
}
