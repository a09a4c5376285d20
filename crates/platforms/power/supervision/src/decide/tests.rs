use kernel::calendar::WorkingCalendar;
use kernel::day::Zone;
use kernel::packs::Packs;
use kernel::{ActId, Day, Instant, MatterId, Text};
use proptest::prelude::*;
use supervise::{Reason, RuleRef, Subject};

use super::*;

const UNIT: OrganId = OrganId::new(1);
const ABOVE: OrganId = OrganId::new(2);
const ORGAN: OrganId = OrganId::new(3);
const ANA: OfficerId = OfficerId::new(11);
const BORIS: OfficerId = OfficerId::new(12);
const CLERK: OfficerId = OfficerId::new(13);

fn calendar() -> WorkingCalendar {
    WorkingCalendar::from_packs(&Packs::embedded()).unwrap()
}

fn noon(year: i16, month: i8, day: i8) -> Instant {
    Instant::from_ms(Zone::CHINA.start_of(Day::new(year, month, day).unwrap()).ms() + 12 * 3_600_000)
}

fn timing(calendar: &WorkingCalendar, now: Instant) -> Timing<'_> {
    Timing { now, zone: Zone::CHINA, calendar }
}

fn reason(code: &str, value: &str) -> Reason {
    Reason {
        rule: RuleRef { code: code.into(), version: "1".into() },
        name: Text::same(code),
        sentence: Text::same("a sentence"),
        subject: "ocds-1".into(),
        value: Some(value.into()),
        threshold: None,
        severity: 2,
        evidence: Vec::new(),
    }
}

fn finding(reasons: &[(&str, &str)]) -> Finding {
    Finding {
        rule: RuleRef { code: "redflags".into(), version: "1".into() },
        subject: Subject { kind: "process".into(), key: "ocds-1".into(), label: "演示".into(), page: "/p".into() },
        organ: Some(ORGAN),
        organ_name: "演示区住建局".into(),
        light: Light::Yellow,
        score: 420,
        sum: None,
        reasons: reasons.iter().map(|(code, value)| reason(code, value)).collect(),
        cause: ActId::new(9),
        as_of: 4,
    }
}

fn hand(officer: OfficerId, organ: OrganId) -> Hand {
    Hand { officer, organ }
}

/// A warning at each stage, as its own acts lead there.
fn at(stage: &str, calendar: &WorkingCalendar) -> Warning {
    let limits = Limits::default();
    let time = timing(calendar, noon(2026, 11, 2));
    let raised = raise(finding(&[("R024", "0.003"), ("CN-04", "0")]), 1, UNIT, &limits, time).unwrap();
    let mut warning = Warning::opened(MatterId::new(5), &raised).unwrap();
    let ana = hand(ANA, UNIT);
    let clerk = hand(CLERK, ORGAN);
    let confirmed = [Some(Verdict::Confirmed), Some(Verdict::Explained)];
    type Step<'a> = Box<dyn Fn(&Warning) -> WarningEvent + 'a>;
    let steps: Vec<(&str, Step<'_>)> = vec![
        ("dispatched", Box::new(|w| assign(w, ana, ANA, 0, &limits, time).unwrap())),
        ("checking", Box::new(|w| ask(w, ana, "why?", &limits, time).unwrap())),
        ("asked", Box::new(|w| explain(w, clerk, "because", &limits, time).unwrap())),
        ("explained", Box::new(|w| conclude(w, ana, &confirmed, "grounds", &limits, time).unwrap())),
        ("correcting", Box::new(|w| correct(w, clerk, "mended", &limits, time).unwrap())),
        ("corrected", Box::new(|w| accept(w, ana, "seen").unwrap())),
    ];
    if stage == "appealed" {
        let owing = at("correcting", calendar);
        let event = appeal(&owing, clerk, "it is wrong", &limits, time).unwrap();
        return owing.after(&event);
    }
    for (name, step) in steps {
        if name == stage {
            return warning;
        }
        let event = step(&warning);
        warning = warning.after(&event);
    }
    warning
}

#[test]
fn every_stage_lets_its_own_acts_through_and_no_others() {
    let calendar = calendar();
    let limits = Limits::default();
    let time = timing(&calendar, noon(2026, 11, 3));
    let both = [Some(Verdict::Refuted), Some(Verdict::Refuted)];
    type Attempt<'a> = Box<dyn Fn(&Warning, Hand) -> Result<WarningEvent, Refusal> + 'a>;
    let attempts: Vec<(&str, Hand, Attempt<'_>)> = vec![
        ("assign", hand(BORIS, UNIT), Box::new(|w, by| assign(w, by, BORIS, 3, &limits, time))),
        ("ask", hand(ANA, UNIT), Box::new(|w, by| ask(w, by, "why?", &limits, time))),
        ("explain", hand(CLERK, ORGAN), Box::new(|w, by| explain(w, by, "so", &limits, time))),
        ("conclude", hand(ANA, UNIT), Box::new(|w, by| conclude(w, by, &both, "no", &limits, time))),
        ("correct", hand(CLERK, ORGAN), Box::new(|w, by| correct(w, by, "done", &limits, time))),
        ("appeal", hand(CLERK, ORGAN), Box::new(|w, by| appeal(w, by, "wrong", &limits, time))),
        ("accept", hand(ANA, UNIT), Box::new(|w, by| accept(w, by, "good"))),
        ("give back", hand(ANA, UNIT), Box::new(|w, by| give_back(w, by, "hollow", &limits, time))),
        ("decide", hand(BORIS, UNIT), Box::new(|w, by| decide_appeal(w, by, true, "yes", &limits, time))),
    ];
    let cases: [(&str, &[&str]); 7] = [
        ("dispatched", &["assign"]),
        ("checking", &["assign", "ask", "conclude"]),
        ("asked", &["explain"]),
        ("correcting", &["correct", "appeal"]),
        ("corrected", &["accept", "give back"]),
        ("appealed", &["decide"]),
        ("closed", &[]),
    ];
    for (stage, allowed) in cases {
        let warning = at(stage, &calendar);
        assert_eq!(warning.stage.code(), stage);
        for (name, by, attempt) in &attempts {
            let answer = attempt(&warning, *by);
            if allowed.contains(name) {
                assert!(answer.is_ok(), "{stage}: {name}: {answer:?}");
            } else {
                let code = answer.unwrap_err().code();
                assert!(
                    ["supervision.wrong_stage", "supervision.closed"].contains(&code),
                    "{stage}: {name} is refused for its stage, not for {code}"
                );
            }
        }
    }
}

#[test]
fn the_wrong_hand_is_refused() {
    let calendar = calendar();
    let limits = Limits::default();
    let time = timing(&calendar, noon(2026, 11, 3));
    let cases: Vec<(&str, Result<WarningEvent, Refusal>, &str)> = vec![
        (
            "another unit takes it",
            assign(&at("dispatched", &calendar), hand(ANA, ABOVE), ANA, 0, &limits, time),
            "supervision.not_your_unit",
        ),
        (
            "another inspector asks",
            ask(&at("checking", &calendar), hand(BORIS, UNIT), "?", &limits, time),
            "supervision.not_the_inspector",
        ),
        (
            "another organ explains",
            explain(&at("asked", &calendar), hand(CLERK, ABOVE), "x", &limits, time),
            "supervision.not_your_organ",
        ),
        (
            "the inspector decides the appeal against their own conclusion",
            decide_appeal(&at("appealed", &calendar), hand(ANA, UNIT), false, "no", &limits, time),
            "supervision.own_conclusion",
        ),
        (
            "the quota is full",
            assign(&at("dispatched", &calendar), hand(ANA, UNIT), ANA, 25, &limits, time),
            "supervision.quota_reached",
        ),
        ("no words", ask(&at("checking", &calendar), hand(ANA, UNIT), "  ", &limits, time), "supervision.text_missing"),
        (
            "too many words",
            ask(&at("checking", &calendar), hand(ANA, UNIT), &"字".repeat(4_001), &limits, time),
            "supervision.text_too_long",
        ),
        (
            "a verdict is missing",
            conclude(
                &at("checking", &calendar),
                hand(ANA, UNIT),
                &[Some(Verdict::Confirmed), None],
                "x",
                &limits,
                time,
            ),
            "supervision.verdicts_missing",
        ),
        (
            "a year without calendar",
            assign(&at("dispatched", &calendar), hand(ANA, UNIT), ANA, 0, &limits, timing(&calendar, noon(2031, 3, 3))),
            "clock.no_calendar",
        ),
    ];
    for (case, answer, code) in cases {
        assert_eq!(answer.unwrap_err().code(), code, "{case}");
    }
}

#[test]
fn conclusions_end_or_go_on() {
    use Verdict::{Confirmed, Explained, Refuted};
    let calendar = calendar();
    let limits = Limits::default();
    let time = timing(&calendar, noon(2026, 11, 3));
    let cases = [
        ("one confirmed", [Confirmed, Refuted], "correcting"),
        ("explained", [Explained, Refuted], "closed"),
        ("both refuted", [Refuted, Refuted], "closed"),
    ];
    for (case, verdicts, stage) in cases {
        let warning = at("checking", &calendar);
        let event = conclude(&warning, hand(ANA, UNIT), &verdicts.map(Some), "grounds", &limits, time).unwrap();
        let after = warning.after(&event);
        assert_eq!(after.stage.code(), stage, "{case}");
        assert_eq!(
            after.clock.is_some(),
            stage == "correcting",
            "{case}: an open stage has a clock, a closed one none"
        );
    }
}

#[test]
fn what_runs_out_is_passed_up() {
    let calendar = calendar();
    let limits = Limits::default();
    let warning = at("dispatched", &calendar);
    // Raised on Monday 2 November, two working days: the end of Wednesday 4.
    let cases = [
        ("the last evening", noon(2026, 11, 4), Err("supervision.not_overdue")),
        ("the next day", noon(2026, 11, 5), Ok((ABOVE, Light::Red))),
    ];
    for (case, now, expected) in cases {
        let answer = pass_up(&warning, Some(ABOVE), &limits, timing(&calendar, now));
        let seen = answer.map_err(|no| no.code()).map(|event| {
            let after = warning.clone().after(&event);
            (after.unit, after.light)
        });
        assert_eq!(seen, expected, "{case}");
    }
    let top = pass_up(&warning, None, &limits, timing(&calendar, noon(2026, 11, 5))).unwrap();
    assert_eq!(warning.after(&top).unit, UNIT, "at the top of the tree it stays");
}

#[test]
fn the_same_reasons_add_nothing() {
    let calendar = calendar();
    let warning = at("checking", &calendar);
    assert_eq!(add_reasons(&warning, &finding(&[("R024", "0.003")])), None);
    let more = add_reasons(&warning, &finding(&[("R018", "1")])).unwrap();
    assert_eq!(warning.after(&more).finding.reasons.len(), 3);
    assert_eq!(add_reasons(&at("closed", &calendar), &finding(&[("R018", "1")])), None);
    assert_eq!(add_reasons(&at("appealed", &calendar), &finding(&[("R018", "1")])), None);
}

#[test]
fn an_upheld_appeal_takes_the_confirmation_back() {
    let calendar = calendar();
    let warning = at("appealed", &calendar);
    let time = timing(&calendar, noon(2026, 11, 3));
    let event = decide_appeal(&warning, hand(BORIS, UNIT), true, "right", &Limits::default(), time).unwrap();
    let after = warning.after(&event);
    assert!(after.is_closed());
    assert!(!after.verdicts.contains(&Some(Verdict::Confirmed)));
}

proptest! {
    /// A closed warning stays closed, every open one has a clock, and the events alone tell the same story.
    #[test]
    fn the_history_explains_the_state(attempts in proptest::collection::vec((0_u8..11, 0_u8..4, 0_i64..3), 0..40)) {
        let calendar = calendar();
        let limits = Limits::default();
        let mut now = noon(2026, 3, 2);
        let raised = raise(finding(&[("R024", "0.003"), ("CN-04", "0")]), 1, UNIT, &limits, timing(&calendar, now)).unwrap();
        let mut seen = Warning::opened(MatterId::new(5), &raised).unwrap();
        let mut history = vec![raised];
        for (what, who, days) in attempts {
            now = Instant::from_ms(now.ms() + days * 86_400_000);
            let time = timing(&calendar, now);
            let by = match who {
                0 => hand(ANA, seen.unit),
                1 => hand(BORIS, seen.unit),
                2 => hand(CLERK, ORGAN),
                _ => hand(CLERK, ABOVE),
            };
            let verdict = |confirmed| if confirmed { Verdict::Confirmed } else { Verdict::Explained };
            let answer = match what {
                0 => assign(&seen, by, by.officer, 0, &limits, time),
                1 => ask(&seen, by, "why?", &limits, time),
                2 => explain(&seen, by, "so", &limits, time),
                3 | 4 => {
                    let verdicts = vec![Some(verdict(what == 3)); seen.finding.reasons.len()];
                    conclude(&seen, by, &verdicts, "grounds", &limits, time)
                }
                5 => correct(&seen, by, "mended", &limits, time),
                6 => appeal(&seen, by, "wrong", &limits, time),
                7 => accept(&seen, by, "good"),
                8 => give_back(&seen, by, "hollow", &limits, time),
                9 => decide_appeal(&seen, by, who == 1, "decided", &limits, time),
                _ => pass_up(&seen, Some(ABOVE), &limits, time),
            };
            if let Ok(event) = answer {
                prop_assert!(!seen.is_closed(), "{event:?} after closing");
                seen = seen.after(&event);
                prop_assert_eq!(seen.clock.is_some(), !seen.is_closed());
                // Stored and loaded, so that the encoding is tested as well.
                let stored = serde_json::to_string(&event).unwrap();
                history.push(serde_json::from_str(&stored).unwrap());
            }
        }
        prop_assert_eq!(Warning::replay(seen.id, history.iter()).unwrap(), seen);
    }
}
