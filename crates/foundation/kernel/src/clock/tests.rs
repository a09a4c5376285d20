use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::limit::{Budget, Law};
use crate::packs::Packs;

static CHINA: LazyLock<WorkingCalendar> = LazyLock::new(|| WorkingCalendar::from_packs(&Packs::embedded()).unwrap());

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Ten in the morning of that day.
fn at(text: &str) -> Instant {
    Zone::CHINA.start_of(day(text)).plus_ms(10 * 3_600_000)
}

fn clock(started: &str, limit: Limit) -> StatutoryClock {
    StatutoryClock::start(at(started), Zone::CHINA, limit)
}

fn last_day(clock: &StatutoryClock) -> Result<Day, &'static str> {
    match clock.due(&CHINA).map_err(|no| no.code())?.statutory {
        Deadline::At { last_day, .. } => Ok(last_day),
        Deadline::Waiting { .. } => Err("waiting"),
    }
}

#[test]
fn limits_end_where_the_law_says() {
    let cases = [
        // 行政许可法 art. 42 with art. 82: 20 working days over the National Day week of 2012 and its make-up Saturday.
        ("licence", Law::Licensing, 20, "2012-09-17", "2012-10-19"),
        // 行政处罚法 art. 85: 7 days are working days, 15 are calendar days.
        ("7 days of penalty law", Law::Penalty, 7, "2026-07-03", "2026-07-14"),
        ("15 days of penalty law", Law::Penalty, 15, "2026-07-01", "2026-07-16"),
        // 民法典 art. 203: the last day, a Saturday, moves to Monday; and out of the National Day week.
        ("a last day on Saturday", Law::Penalty, 15, "2026-07-03", "2026-07-20"),
        ("a last day in the holidays", Law::Petition, 15, "2012-09-18", "2012-10-08"),
        // A Saturday that makes up is a working day: the limit ends on it.
        ("a last day on a make-up Saturday", Law::Petition, 15, "2012-09-14", "2012-09-29"),
        ("30 days of compulsion law", Law::Compulsion, 30, "2026-06-01", "2026-07-01"),
        ("10 days of compulsion law", Law::Compulsion, 10, "2026-06-01", "2026-06-15"),
        ("60 days of reconsideration", Law::Reconsideration, 60, "2026-03-02", "2026-05-06"),
    ];
    for (case, law, days, started, expected) in cases {
        assert_eq!(last_day(&clock(started, Limit::of_days(law, days, case))), Ok(day(expected)), "{case}");
    }
    let fixed = Limit::of_days(Law::Petition, 15, "").without_roll_over();
    assert_eq!(last_day(&clock("2012-09-18", fixed)), Ok(day("2012-10-03")), "no roll-over");
    let hours = clock("2026-07-03", Limit::new(Law::General, Budget::hours(48), ""));
    let due = hours.due(&CHINA).unwrap().statutory;
    assert_eq!(due, Deadline::At { last_day: day("2026-07-05"), ends: at("2026-07-05") });
}

#[test]
fn what_was_used_leaves_out_the_first_day_rest_and_suspensions() {
    let working = Limit::of_days(Law::Licensing, 20, "");
    // Thursday to Wednesday, over a weekend: four working days after the first.
    let plain = clock("2026-06-04", working.clone());
    assert_eq!(plain.used(&CHINA, at("2026-06-04")), Ok(0));
    assert_eq!(plain.used(&CHINA, at("2026-06-10")), Ok(4));
    let stopped = plain.suspend(Cause::Hearing, at("2026-06-05"), "听证通知 1 号").unwrap();
    assert_eq!(stopped.used(&CHINA, at("2026-06-10")), Ok(0), "it stands still from the first counted day");
    let resumed = stopped.resume(at("2026-06-09")).unwrap();
    assert_eq!(resumed.used(&CHINA, at("2026-06-10")), Ok(2));
    let hours = clock("2026-06-05", Limit::new(Law::General, Budget::hours(48), ""));
    assert_eq!(hours.used(&CHINA, at("2026-06-06").plus_ms(1_800_000)), Ok(24), "whole hours");
}

#[test]
fn what_cannot_be_measured_is_not_armed() {
    let working = |days| Limit::new(Law::Disclosure, Budget::working_days(days), "政府信息公开条例 第33条");
    let last = CHINA.years().last().unwrap();
    let late = format!("{last}-12-25");
    let cases = [
        ("no calendar", clock(&late, working(20)), "clock.no_calendar"),
        ("no calendar for the roll-over", clock(&late, Limit::of_days(Law::Petition, 60, "")), "clock.no_calendar"),
        ("before the first calendar", clock("2006-06-01", working(5)), "clock.no_calendar"),
        ("nothing", clock("2026-07-01", working(0)), "clock.no_budget"),
        (
            "for ever",
            clock("2026-07-01", Limit::new(Law::General, Budget::calendar_days(u32::MAX), "").without_roll_over()),
            "clock.too_far",
        ),
        ("a promise beyond the law", clock("2026-07-01", working(5)).promising(working(6)), "clock.promise_beyond_law"),
    ];
    for (case, clock, code) in cases {
        assert_eq!(last_day(&clock), Err(code), "{case}");
    }
    let fixed = Limit::of_days(Law::Petition, 60, "").without_roll_over();
    assert!(last_day(&clock(&late, fixed)).is_ok(), "calendar days that stay need no calendar");
}

#[test]
fn time_of_a_lawful_cause_does_not_count() {
    let licence = clock("2026-07-01", Limit::of_days(Law::Licensing, 5, "行政许可法 第42条"));
    assert_eq!(last_day(&licence), Ok(day("2026-07-08")));

    let stopped = licence.suspend(Cause::Hearing, at("2026-07-03"), "苏听告〔2026〕1号").unwrap();
    assert_eq!(stopped.due(&CHINA).unwrap().statutory, Deadline::Waiting { since: at("2026-07-03"), left: 4 });
    let again = stopped.resume(at("2026-07-13")).unwrap();
    // Thursday 2; then Monday 13, 14, 15, 16.
    assert_eq!(last_day(&again), Ok(day("2026-07-16")));
    let same_day = stopped.resume(at("2026-07-03")).unwrap();
    assert_eq!(last_day(&same_day), Ok(day("2026-07-08")), "a stop within a day costs nothing");

    let refused = [
        ("another law's cause", licence.suspend(Cause::Opinion, at("2026-07-03"), "n"), "clock.unlawful_cause"),
        ("no voucher", licence.suspend(Cause::Hearing, at("2026-07-03"), " "), "clock.no_voucher"),
        ("before the start", licence.suspend(Cause::Hearing, at("2026-06-30"), "n"), "clock.too_early"),
        ("twice", stopped.suspend(Cause::Hearing, at("2026-07-04"), "n"), "clock.already_suspended"),
        ("resumed before it stopped", stopped.resume(at("2026-07-02")), "clock.too_early"),
        ("resumed though it runs", licence.resume(at("2026-07-02")), "clock.not_suspended"),
        ("finished while it stands", stopped.finish(at("2026-07-04")), "clock.still_suspended"),
        ("resumed after its end", again.finish(at("2026-07-14")).unwrap().resume(at("2026-07-15")), "clock.finished"),
    ];
    for (case, answer, code) in refused {
        assert_eq!(answer.unwrap_err().code(), code, "{case}");
    }
    let mut forged = again;
    forged.suspensions[0].cause = Cause::Opinion;
    assert_eq!(last_day(&forged), Err("clock.unfounded"));
    forged.suspensions[0].cause = Cause::Hearing;
    forged.suspensions[0].from = at("2026-06-01");
    assert_eq!(last_day(&forged), Err("clock.disordered"));
}

#[test]
fn hours_stop_at_the_moment() {
    let complaint = clock("2026-07-01", Limit::new(Law::TenderComplaint, Budget::hours(10), ""));
    let stopped = complaint.suspend(Cause::Testing, at("2026-07-01").plus_ms(3 * 3_600_000), "n").unwrap();
    assert_eq!(
        stopped.due(&CHINA).unwrap().statutory,
        Deadline::Waiting { since: at("2026-07-01").plus_ms(3 * 3_600_000), left: 7 }
    );
    let again = stopped.resume(at("2026-07-05")).unwrap();
    let ends = at("2026-07-05").plus_ms(7 * 3_600_000);
    assert_eq!(again.due(&CHINA).unwrap().statutory, Deadline::At { last_day: day("2026-07-05"), ends });
    let state = |now| again.state(&CHINA, now).unwrap().statutory;
    assert_eq!(state(at("2026-07-01")), Standing::Running { left: 10 });
    assert_eq!(
        state(at("2026-07-03")),
        Standing::Suspended { since: at("2026-07-01").plus_ms(3 * 3_600_000), cause: Cause::Testing, left: None }
    );
    assert_eq!(state(at("2026-07-05")), Standing::DueToday { hours: 7 });
    assert_eq!(state(ends), Standing::Overdue { by: 1 });
    assert_eq!(state(ends.plus_ms(3_600_001)), Standing::Overdue { by: 2 });
}

#[test]
fn a_clock_says_how_it_stands() {
    use Standing::{DueToday, Finished, Overdue, Running, Suspended};
    let licence = clock("2026-07-01", Limit::of_days(Law::Licensing, 5, "")).promising(Limit::new(
        Law::Licensing,
        Budget::working_days(3),
        "服务承诺",
    ));
    let stopped = licence.suspend(Cause::Hearing, at("2026-07-03"), "n").unwrap();
    let suspended = |left| Suspended { since: at("2026-07-03"), cause: Cause::Hearing, left: Some(left) };
    let cases = [
        ("the first day", &licence, "2026-07-01", Running { left: 5 }, Running { left: 3 }),
        ("the next", &licence, "2026-07-02", Running { left: 4 }, Running { left: 2 }),
        ("over the weekend", &licence, "2026-07-04", Running { left: 3 }, Running { left: 1 }),
        ("the promise is due", &licence, "2026-07-06", Running { left: 2 }, DueToday { hours: 14 }),
        ("the promise is broken", &licence, "2026-07-08", DueToday { hours: 14 }, Overdue { by: 2 }),
        ("the law is broken", &licence, "2026-07-09", Overdue { by: 1 }, Overdue { by: 3 }),
        ("on the Saturday after", &licence, "2026-07-11", Overdue { by: 2 }, Overdue { by: 4 }),
        ("before it stopped", &stopped, "2026-07-02", Running { left: 4 }, Running { left: 2 }),
        ("while it stands", &stopped, "2026-07-30", suspended(4), suspended(2)),
    ];
    for (case, clock, now, statutory, promised) in cases {
        let state = clock.state(&CHINA, at(now)).unwrap();
        assert_eq!(state, ClockState { statutory, promised: Some(promised) }, "{case}");
    }
    let done = licence.finish(at("2026-07-07")).unwrap();
    let state = done.state(&CHINA, at("2026-12-01")).unwrap();
    assert_eq!(state, ClockState { statutory: Finished { late_by: 0 }, promised: Some(Finished { late_by: 1 }) });
}

#[test]
fn clocks_are_stored_as_they_are() {
    let clock = clock("2026-07-01", Limit::of_days(Law::Licensing, 5, "第42条"))
        .suspend(Cause::Hearing, at("2026-07-03"), "n")
        .unwrap();
    let json = serde_json::to_string(&clock).unwrap();
    assert_eq!(serde_json::from_str::<StatutoryClock>(&json).unwrap(), clock);
}

prop_compose! {
    fn any_limit()(value in 1u32..60, unit in 0usize..3, rolls_over: bool) -> Limit {
        let unit = [crate::limit::Unit::CalendarDays, crate::limit::Unit::WorkingDays, crate::limit::Unit::Hours][unit];
        Limit { budget: Budget { value, unit }, law: Law::Licensing, article: String::new(), rolls_over }
    }
}

proptest! {
    /// A suspension never brings the end nearer, costs no more than it lasted and the roll-over after it, and what is
    /// left only shrinks as time goes on.
    #[test]
    fn suspensions_only_lengthen(limit in any_limit(), start in 0i64..5_000_000, runs in 1i64..500, stands in 0i64..2_000) {
        let hour = 3_600_000;
        let started = at("2010-01-01").plus_ms(start * 60_000);
        let plain = StatutoryClock::start(started, Zone::CHINA, limit);
        let stop = started.plus_ms(runs * hour);
        let again = stop.plus_ms(stands * hour);
        let stopped = plain.suspend(Cause::Hearing, stop, "n").unwrap().resume(again).unwrap();
        let end = |clock: &StatutoryClock| match clock.due(&CHINA).unwrap().statutory {
            Deadline::At { ends, .. } => ends,
            Deadline::Waiting { .. } => unreachable!("it was resumed"),
        };
        prop_assert!(end(&stopped) >= end(&plain));
        // A holiday lasts at most ten days, and a working-day limit may have to cross one for each weekend it moved.
        prop_assert!(end(&plain).ms_until(end(&stopped)) <= (stands + 24 * (12 + stands / 24)) * hour);

        let mut left = u32::MAX;
        for hours in 0..100 {
            let now = started.plus_ms(hours * 20 * hour);
            match stopped.state(&CHINA, now).unwrap().statutory {
                Standing::Running { left: now_left } => {
                    prop_assert!(now_left <= left);
                    left = now_left;
                }
                Standing::Overdue { .. } => prop_assert!(now >= end(&stopped)),
                Standing::DueToday { .. } | Standing::Suspended { .. } | Standing::Finished { .. } => prop_assert!(now < end(&stopped)),
            }
        }
    }
}
