//! Each family by a table: what is just beyond its line, and what is just within.

use casework::case::CaseEvent;
use flow::state::{Ending, Rung};
use flow::{ElementId, Event};
use kernel::calendar::WorkingCalendar;
use kernel::limit::Cause;
use kernel::{Day, Erasable, Instant, MatterId, OfficerId};
use supervise::Light;
use watch_rules::judge::Outcome;
use watch_rules::pack::{Rule, Value};

use crate::story::*;

const OPENED: Day = Day::constant(2026, 3, 2);
const CASE: MatterId = MatterId::new(7);

fn plan(at: Instant, by: (Option<OfficerId>, Option<OfficerId>), event: CaseEvent) -> Planned {
    Planned { at, case: CASE, by, event }
}

/// What happens, the words that come of it, and the gravest light.
type Case<'w> = (&'w str, Vec<Planned>, &'w [&'w str], Option<Light>);

/// What a rule says of the last of these acts.
fn last(code: &str, calendar: &WorkingCalendar, acts: &[Planned]) -> Vec<Said> {
    let rules = all_on().into_iter().filter(|rule| rule.code == code).collect();
    let mut story = Story::new(rules, calendar);
    acts.iter().map(|act| story.act(act)).last().unwrap_or_default()
}

fn begins(calendar: &WorkingCalendar) -> (flow::state::Clock, Planned) {
    let from = at(OPENED, 10, 0);
    let clock = clock(from, calendar);
    let opening = plan(from, by(1), opened(1, vec![armed(&clock)]));
    (clock, opening)
}

fn words(said: &[Said]) -> Vec<&'static str> {
    said.iter().map(Said::word).collect()
}

#[test]
fn a_limit_climbs_by_its_rungs_and_what_was_done_in_time_is_not_raised() {
    let calendar = calendar();
    let (clock, opening) = begins(&calendar);
    let finished = |at: Instant| plan(at, by(1), done("serve", 1, "x", ended()));
    let rung_of = |of: Rung| plan(due(&clock, of), NODE, rung(&clock, of));
    let (promised, statutory) = (due(&clock, Rung::Promised), due(&clock, Rung::Statutory));
    let cases: [Case<'_>; 9] = [
        ("a reminder is off", vec![rung_of(Rung::Remind)], &["not raised"], None),
        ("the promised limit is over", vec![rung_of(Rung::Promised)], &["raised"], Some(Light::Yellow)),
        ("the law's", vec![rung_of(Rung::Promised), rung_of(Rung::Statutory)], &["raised"], Some(Light::Red)),
        ("long over", vec![rung_of(Rung::LongOverdue)], &["raised"], Some(Light::Red)),
        ("done a millisecond before the end", vec![finished(promised.plus_ms(-1))], &["not raised"], None),
        ("done at the end, before anybody said so", vec![finished(promised)], &["raised"], Some(Light::Yellow)),
        ("done late, which was said", vec![rung_of(Rung::Promised), finished(promised)], &["not raised"], None),
        ("done behind both", vec![finished(statutory)], &["raised", "raised"], Some(Light::Red)),
        (
            "a step without a clock",
            vec![plan(promised, by(1), done("accept", 1, "x", vec![]))],
            &["not applicable"],
            None,
        ),
    ];
    for (case, acts, expected, light) in cases {
        let acts: Vec<Planned> = std::iter::once(opening.clone()).chain(acts).collect();
        let said = last("ES-11", &calendar, &acts);
        assert_eq!(words(&said), expected, "{case}: {said:?}");
        let lights = said.iter().filter_map(|it| match &it.outcome {
            Outcome::Raised(found) => Some(found.light),
            _ => None,
        });
        assert_eq!(lights.max(), light, "{case}");
    }
}

#[test]
fn what_is_only_promised_is_yellow_however_long_it_is_over() {
    let calendar = calendar();
    let (mut clock, opening) = begins(&calendar);
    clock.of.promised = None;
    clock.by_promise = true;
    let arm = plan(opening.at, NODE, stepped("x", None, vec![armed(&clock)]));
    let long = plan(due(&clock, Rung::LongOverdue), NODE, rung(&clock, Rung::LongOverdue));
    let said = last("ES-11", &calendar, &[opening, arm, long]);
    let [Said { outcome: Outcome::Raised(found), .. }] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((found.light, found.what.as_str()), (Light::Yellow, "long_over"));
    let limit = found.says.iter().find(|(place, _)| *place == "limit").map(|(_, text)| text.en.as_str());
    assert_eq!(limit, Some("twice the promised limit"));
}

#[test]
fn a_case_keeps_the_version_of_limits_that_it_began_under() {
    let calendar = calendar();
    let (clock, opening) = begins(&calendar);
    let limit = all_on().into_iter().find(|rule| rule.code == "ES-11").unwrap();
    let promised = due(&clock, Rung::Promised);
    let ends = promised.plus_ms(-1).day(ZONE);
    let older = Rule { valid_to: Some(OPENED), ..limit.clone() };
    let newer = Rule { version: "2".to_owned(), valid_from: OPENED.plus(1), ..limit.clone() };
    let by_act = Rule { holds: watch_rules::pack::Holds::Act, ..newer.clone() };
    let off = Rule { enabled: false, ..limit.clone() };
    let elsewhere = {
        let mut rule = limit.clone();
        rule.scope.processes.insert(ElementId::from("penalty"));
        rule
    };
    for (case, rule, expected) in [
        ("the one it began under", older, "raised"),
        ("a later one", newer, "not applicable"),
        ("a later one that holds by the day of the act", by_act, "raised"),
        ("off", off, "not applicable"),
        ("for another process", elsewhere, "not applicable"),
    ] {
        let mut story = Story::new(vec![rule], &calendar);
        story.act(&opening);
        let said = story.act(&plan(promised, NODE, rung(&clock, Rung::Promised)));
        assert_eq!(words(&said), [expected], "{case} ({ends})");
    }
}

#[test]
fn suspensions_need_a_voucher_and_a_cause_that_the_law_knows() {
    let calendar = calendar();
    let (clock, opening) = begins(&calendar);
    let now = at(OPENED.plus(1), 10, 0);
    let cases = [
        ("a matter without voucher", suspended(" ", 1), "raised"),
        ("a matter with one", suspended("停1", 1), "not raised"),
        ("a clock for a hearing", stopped(&clock, now, Cause::Hearing, "听1", 1), "not raised"),
        ("without voucher", stopped(&clock, now, Cause::Hearing, "", 1), "raised"),
        ("for what this law does not know", stopped(&clock, now, Cause::Opinion, "征1", 1), "raised"),
        ("nothing stands still", done("accept", 1, "x", vec![]), "not applicable"),
    ];
    for (case, event, expected) in cases {
        let said = last("ES-12", &calendar, &[opening.clone(), plan(now, by(1), event)]);
        assert_eq!(words(&said), [expected], "{case}");
    }
}

#[test]
fn a_second_notice_is_found_and_so_is_a_return_too_many() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    let now = at(OPENED.plus(1), 10, 0);
    let notice = |ordinal| plan(now, by(1), asked(ordinal, now.plus_ms(1)));
    let back = || plan(now, by(2), returned("check", "accept", 2));
    let cases = [
        ("ES-13", "one notice", vec![notice(1)], "not raised"),
        ("ES-13", "a second one", vec![notice(1), notice(2)], "raised"),
        ("ES-13", "a return is no notice", vec![back()], "not applicable"),
        ("ES-14", "twice sent back", vec![back(), back()], "not raised"),
        ("ES-14", "three times", vec![back(), back(), back()], "raised"),
        (
            "ES-14",
            "from another step",
            vec![back(), back(), plan(now, by(2), returned("serve", "accept", 2))],
            "not raised",
        ),
        ("ES-14", "a notice is no return", vec![notice(2)], "not applicable"),
    ];
    for (code, case, acts, expected) in cases {
        let acts: Vec<Planned> = std::iter::once(opening.clone()).chain(acts).collect();
        assert_eq!(words(&last(code, &calendar, &acts)), [expected], "{case}");
    }
}

#[test]
fn what_was_moved_and_what_lacks_a_step_is_found() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    let now = at(OPENED.plus(1), 10, 0);
    let step = |element: &str, more: Vec<Event>| plan(now, by(1), done(element, 1, "x", more));
    let how =
        |how: Ending| plan(now, NODE, stepped("x", None, vec![Event::Ended { how, variables: dmn::Context::new() }]));
    let back = Event::TakenBack { task: 2, element: ElementId::from("check"), by: OfficerId::new(1) };
    let taken_back = plan(now, by(1), stepped("takeback", Some("check"), vec![back]));
    let cases = [
        ("ES-15", "mended", vec![plan(now, NODE, broken()), plan(now, by(1), mended())], "not applicable"),
        ("ES-15", "moved", vec![plan(now, NODE, broken()), plan(now, by(1), moved(1, 2))], "raised"),
        ("ES-16", "both in order", vec![step("accept", vec![]), step("check", ended())], "not raised"),
        ("ES-16", "the other way round", vec![step("check", vec![]), step("accept", ended())], "raised"),
        ("ES-16", "no check", vec![step("accept", ended())], "raised"),
        (
            "ES-16",
            "a check that was taken back",
            vec![step("accept", vec![]), step("check", vec![]), taken_back, step("serve", ended())],
            "raised",
        ),
        (
            "ES-16",
            "done again behind a return",
            vec![step("accept", vec![]), step("check", vec![]), step("accept", ended())],
            "not raised",
        ),
        ("ES-16", "withdrawn", vec![how(Ending::Withdrawn)], "not applicable"),
        ("ES-16", "cancelled", vec![how(Ending::Cancelled)], "not applicable"),
        ("ES-16", "not over", vec![step("accept", vec![])], "not applicable"),
    ];
    for (code, case, acts, expected) in cases {
        let acts: Vec<Planned> = std::iter::once(opening.clone()).chain(acts).collect();
        assert_eq!(words(&last(code, &calendar, &acts)), [expected], "{case}");
    }
}

#[test]
fn four_eyes_are_two_persons_whoever_acts_for_whom() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    let now = at(OPENED.plus(1), 10, 0);
    let step = |hands: (Option<OfficerId>, Option<OfficerId>), element: &str| {
        let officer = hands.0.map_or(0, |officer| officer.value());
        plan(now, hands, done(element, officer, "x", vec![]))
    };
    let cases = [
        ("two persons", by(1), by(2), "not raised"),
        ("one person", by(1), by(1), "raised"),
        ("for whom it was done before", for_whom(1, 3), by(3), "raised"),
        ("for whoever did it before", by(1), for_whom(2, 1), "raised"),
        ("both for one", for_whom(1, 3), for_whom(2, 3), "raised"),
        ("one for two", for_whom(1, 3), for_whom(1, 4), "raised"),
        ("two for two", for_whom(1, 3), for_whom(2, 4), "not raised"),
    ];
    for (case, first, second, expected) in cases {
        let acts = [opening.clone(), step(first, "accept"), step(second, "check")];
        assert_eq!(words(&last("ES-17", &calendar, &acts)), [expected], "{case}");
    }
    let acts = [opening.clone(), step(by(1), "accept"), step(by(1), "serve")];
    assert_eq!(words(&last("ES-17", &calendar, &acts)), ["not applicable"], "steps that are not apart");
}

#[test]
fn who_keeps_out_does_nothing_until_another_lifts_it() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    let now = at(OPENED.plus(1), 10, 0);
    let officer = OfficerId::new(1);
    let recused = plan(now, by(1), CaseEvent::Recused { officer, words: Erasable::erased() });
    let lifted = plan(now, by(2), CaseEvent::RecusalLifted { officer, words: Erasable::erased() });
    let step = |hands| plan(now, hands, done("accept", 1, "x", vec![]));
    let cases = [
        ("acts", vec![recused.clone(), step(by(1))], "raised"),
        ("somebody acts in their stead", vec![recused.clone(), step(for_whom(2, 1))], "raised"),
        ("another acts", vec![recused.clone(), step(by(2))], "not raised"),
        ("the node acts", vec![recused.clone(), plan(now, NODE, mended())], "not applicable"),
        ("it was lifted", vec![recused.clone(), lifted, step(by(1))], "not applicable"),
        ("says so", vec![recused], "not applicable"),
    ];
    for (case, acts, expected) in cases {
        let acts: Vec<Planned> = std::iter::once(opening.clone()).chain(acts).collect();
        assert_eq!(words(&last("ES-18", &calendar, &acts)), [expected], "{case}");
    }
}

#[test]
fn odd_hours_are_those_outside_a_working_day() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    // The Saturday before the National Day of 2026 is made up for: people work.
    let made_up = (20..31)
        .map(|day| Day::constant(2026, 9, day.min(30)))
        .find(|day| day.is_weekend() && calendar.is_working(*day).unwrap_or(false));
    let monday = Day::constant(2026, 3, 9);
    let mut cases = vec![
        ("before work", at(monday, 6, 59), "raised"),
        ("when work begins", at(monday, 7, 0), "not raised"),
        ("before it ends", at(monday, 19, 59), "not raised"),
        ("when it has ended", at(monday, 20, 0), "raised"),
        ("on a Sunday", at(monday.plus(-1), 10, 0), "raised"),
        ("in a year without a calendar", at(Day::constant(2031, 3, 3), 10, 0), "insufficient"),
    ];
    cases.extend(made_up.map(|day| ("on a day that is made up for", at(day, 10, 0), "not raised")));
    for (case, now, expected) in cases {
        let acts = [opening.clone(), plan(now, by(1), done("accept", 1, "x", vec![]))];
        assert_eq!(words(&last("ES-19", &calendar, &acts)), [expected], "{case}");
    }
}

/// A rule with other figures.
fn with(code: &str, figures: &[(&str, i64)]) -> Rule {
    let mut rule = all_on().into_iter().find(|rule| rule.code == code).unwrap();
    for (name, figure) in figures {
        rule.parameters.get_mut(*name).unwrap().value = Value::Figure(*figure);
    }
    rule
}

/// Cases of one organ, each opened and then done with one act at a moment.
fn one_each(rule: Rule, acts: &[(Instant, Vec<Event>, &str)]) -> Vec<&'static str> {
    let calendar = calendar();
    let mut story = Story::new(vec![rule], &calendar);
    let mut all = Vec::new();
    for (n, (now, more, text)) in acts.iter().enumerate() {
        let case = MatterId::new(100 + n as u128);
        let from = now.plus_ms(-60_000);
        let opening = Planned { at: from, case, by: by(1), event: opened(1, vec![armed(&clock(from, &calendar))]) };
        story.act(&opening);
        let event = done("accept", 1, text, more.clone());
        all.extend(story.act(&Planned { at: *now, case, by: by(1), event }).iter().map(Said::word));
    }
    all
}

#[test]
fn a_burst_is_said_once() {
    let from = at(OPENED, 10, 0);
    let second = |n: i64| (from.plus_ms(n * 1_000), vec![], "x");
    let rule = || with("ES-20", &[("most", 3), ("seconds", 60)]);
    assert_eq!(one_each(rule(), &[0, 20, 40, 60].map(second)), ["not raised"; 4], "four in a minute and no less");
    assert_eq!(
        one_each(rule(), &[0, 20, 40, 59, 61, 130, 131, 132, 133].map(second)),
        [
            "not raised",
            "not raised",
            "not raised",
            "raised",
            "not raised",
            "not raised",
            "not raised",
            "not raised",
            "raised"
        ],
        "a burst goes on and is over, and another begins"
    );
}

#[test]
fn the_same_text_is_counted_in_distinct_cases() {
    let from = at(OPENED, 10, 0);
    let day = |n: i64, text| (from.plus_ms(n * 86_400_000), vec![], text);
    let rule = || with("ES-23", &[("most", 2), ("characters", 4), ("days", 30)]);
    let text = "符合条件 ，同意";
    assert_eq!(
        one_each(
            rule(),
            &[day(0, text), day(1, "符合条件，同意"), day(2, "符合条件，同意。"), day(3, text), day(4, text)]
        ),
        ["not raised", "not raised", "not raised", "raised", "not raised"]
    );
    assert_eq!(
        one_each(rule(), &[day(0, text), day(1, text), day(30, text)]),
        ["not raised"; 3],
        "the first is too long ago"
    );
    assert_eq!(one_each(rule(), &[0, 1, 2].map(|n| day(n, "同意。"))), ["not applicable"; 3], "too short to tell");
}

#[test]
fn the_share_of_the_last_day_is_said_when_it_is_reached() {
    let calendar = calendar();
    let rule = || with("ES-21", &[("percent", 50), ("least", 4), ("days", 90)]);
    let played = |lasts: &[bool]| {
        let mut story = Story::new(vec![rule()], &calendar);
        let mut all = Vec::new();
        for (n, last) in lasts.iter().enumerate() {
            let case = MatterId::new(100 + n as u128);
            let from = at(OPENED, 9, n as i64);
            let clock = clock(from, &calendar);
            story.act(&Planned { at: from, case, by: by(1), event: opened(1, vec![armed(&clock)]) });
            let ends = due(&clock, Rung::Promised).plus_ms(-3_600_000);
            let now = if *last { ends.plus_ms(n as i64) } else { ends.plus_ms(n as i64 - 86_400_000) };
            let event = done("serve", 1, "x", ended());
            all.push((now, Planned { at: now, case, by: by(1), event }));
        }
        let mut said: Vec<(Instant, &'static str)> = Vec::new();
        all.sort_by_key(|(now, _)| *now);
        for (now, act) in all {
            said.extend(story.act(&act).iter().map(|it| (now, it.word())));
        }
        said.into_iter().map(|(_, word)| word).collect::<Vec<_>>()
    };
    assert_eq!(played(&[true, true, true]), ["not raised"; 3], "too few to say");
    assert_eq!(played(&[false, false, false, true, true]), ["not raised"; 5], "two of five");
    let words = played(&[false, false, true, true, true]);
    assert_eq!(words, ["not raised", "not raised", "not raised", "raised", "not raised"], "reached once");
}

#[test]
fn a_clock_that_is_stopped_at_the_last_moment_is_found() {
    let calendar = calendar();
    let (clock, opening) = begins(&calendar);
    let last = due(&clock, Rung::Promised).plus_ms(-1).day(ZONE);
    let before = |days: i64| {
        (1..30).map(|n| last.plus(-n)).find(|day| calendar.working_days_between(*day, last) == Ok(days)).unwrap()
    };
    for (case, day, expected) in [
        ("on the last day", last, "raised"),
        ("the day before", before(1), "raised"),
        ("two days before", before(2), "not raised"),
    ] {
        let now = at(day, 16, 0);
        let acts = [opening.clone(), plan(now, by(1), stopped(&clock, now, Cause::Hearing, "听1", 1))];
        assert_eq!(words(&self::last("ES-22", &calendar, &acts)), [expected], "{case}");
    }
}

#[test]
fn what_stands_still_is_found_at_the_next_act_of_its_case_and_once() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    let day = |n: u32| at(calendar.add_working_days(OPENED, n).unwrap(), 11, 0);
    let breaks = plan(at(OPENED, 11, 0), NODE, broken());
    let other = |n: u32| plan(day(n), by(1), returned("check", "accept", 1));
    let cases = [
        ("dealt with in time", vec![plan(day(3), by(1), mended())], "not raised"),
        ("dealt with too late", vec![plan(day(4), by(1), mended())], "raised"),
        ("still open", vec![other(4)], "raised"),
        ("said already", vec![other(4), plan(day(5), by(1), mended())], "not raised"),
    ];
    for (case, acts, expected) in cases {
        let acts: Vec<Planned> = [opening.clone(), breaks.clone()].into_iter().chain(acts).collect();
        assert_eq!(words(&last("ES-24", &calendar, &acts)), [expected], "{case}");
    }
    assert_eq!(words(&last("ES-24", &calendar, &[opening, breaks])), ["not applicable"], "nothing was open before");
}

#[test]
fn done_again_counts_where_the_clock_began_anew() {
    let calendar = calendar();
    let (_, opening) = begins(&calendar);
    let now = at(OPENED.plus(1), 10, 0);
    let step = || plan(now, by(1), done("accept", 1, "x", vec![]));
    let back = || plan(now, by(2), returned("check", "accept", 2));
    let anew = || plan(now, NODE, answered(Some(&clock(now, &calendar))));
    let cases = [
        ("for the first time", vec![step()], "not applicable"),
        ("behind a return", vec![step(), back(), step()], "not raised"),
        ("with a new clock", vec![step(), back(), anew(), step()], "raised"),
        ("with a new clock before the return", vec![step(), anew(), back(), step()], "not raised"),
        ("only once", vec![step(), back(), anew(), step(), step()], "not applicable"),
    ];
    for (case, acts, expected) in cases {
        let acts: Vec<Planned> = std::iter::once(opening.clone()).chain(acts).collect();
        assert_eq!(words(&last("ES-25", &calendar, &acts)), [expected], "{case}");
    }
}
