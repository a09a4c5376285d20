use std::collections::BTreeSet;

use kernel::calendar::WorkingCalendar;
use kernel::day::Zone;
use kernel::packs::Packs;
use kernel::{ActId, Class, Day, Instant, MatterId, Secrecy, Text};
use proptest::prelude::*;
use supervise::{Reason, RuleRef, Subject};

use super::*;

const UNIT: OrganId = OrganId::new(1);
const ABOVE: OrganId = OrganId::new(2);
const ORGAN: OrganId = OrganId::new(3);
const ANA: OfficerId = OfficerId::new(11);
const BORIS: OfficerId = OfficerId::new(12);
const CLERK: OfficerId = OfficerId::new(13);
const CHIEF: OfficerId = OfficerId::new(14);

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
        secrecy: Secrecy::default(),
        once: false,
    }
}

fn hand(officer: OfficerId, organ: OrganId) -> Hand {
    Hand { officer, organ, on_behalf_of: None }
}

/// An inspector who holds so many, cleared for what is internal.
fn inspector(officer: OfficerId, held: u32) -> Inspector {
    Inspector { officer, held, ceiling: Class::Internal }
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
        ("dispatched", Box::new(|w| assign(w, ana, inspector(ANA, 0), &limits, time).unwrap())),
        ("checking", Box::new(|w| ask(w, ana, true, "why?", &limits, time).unwrap())),
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
        ("assign", hand(BORIS, UNIT), Box::new(|w, by| assign(w, by, inspector(BORIS, 3), &limits, time))),
        ("ask", hand(ANA, UNIT), Box::new(|w, by| ask(w, by, true, "why?", &limits, time))),
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
            assign(&at("dispatched", &calendar), hand(ANA, ABOVE), inspector(ANA, 0), &limits, time),
            "supervision.not_your_unit",
        ),
        (
            "another inspector asks",
            ask(&at("checking", &calendar), hand(BORIS, UNIT), true, "?", &limits, time),
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
            assign(&at("dispatched", &calendar), hand(ANA, UNIT), inspector(ANA, 25), &limits, time),
            "supervision.quota_reached",
        ),
        (
            "nobody to read it",
            ask(&at("checking", &calendar), hand(ANA, UNIT), false, "?", &limits, time),
            "supervision.nobody_knows",
        ),
        (
            "beyond their class",
            assign(
                &Warning { secrecy: Secrecy { class: Class::WorkSecret, named: None }, ..at("dispatched", &calendar) },
                hand(ANA, UNIT),
                inspector(ANA, 0),
                &limits,
                time,
            ),
            "supervision.not_cleared",
        ),
        (
            "no words",
            ask(&at("checking", &calendar), hand(ANA, UNIT), true, "  ", &limits, time),
            "supervision.text_missing",
        ),
        (
            "too many words",
            ask(&at("checking", &calendar), hand(ANA, UNIT), true, &"字".repeat(4_001), &limits, time),
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
            assign(
                &at("dispatched", &calendar),
                hand(ANA, UNIT),
                inspector(ANA, 0),
                &limits,
                timing(&calendar, noon(2031, 3, 3)),
            ),
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
    let late = timing(&calendar, noon(2026, 11, 5));
    for superior in [None, Some(UNIT)] {
        let taken = at("checking", &calendar);
        let much_later = timing(&calendar, noon(2026, 12, 5));
        let top = pass_up(&taken, superior, &limits, much_later).unwrap();
        let after = taken.clone().after(&top);
        assert_eq!(
            (after.unit, after.light, after.passed_up, after.at_top, &after.stage, &after.clock),
            (UNIT, Light::Red, 0, true, &taken.stage, &taken.clock),
            "nothing is passed up to oneself: it stays in its inspector's hands, red, and late"
        );
        let again = pass_up(&after, superior, &limits, much_later);
        assert_eq!(again.map_err(|no| no.code()), Err("supervision.not_overdue"), "it is said once");
        let event = assign(&after, hand(BORIS, UNIT), inspector(BORIS, 0), &limits, much_later).unwrap();
        assert!(!after.after(&event).at_top, "with a new clock it is late no more");
    }
    let up = pass_up(&warning, Some(ABOVE), &limits, late).unwrap();
    assert!(!warning.after(&up).at_top);
}

/// From the recusal on every act of that officer is refused, whoever's stead it is done in, until it is lifted.
#[test]
fn who_is_recused_does_nothing_until_it_is_lifted() {
    let calendar = calendar();
    let limits = Limits::default();
    let time = timing(&calendar, noon(2026, 11, 3));
    let chief = hand(CHIEF, UNIT);
    let verdicts = [Some(Verdict::Refuted), Some(Verdict::Refuted)];
    type Attempt<'a> = Box<dyn Fn(&Warning, Hand) -> Result<WarningEvent, Refusal> + 'a>;
    let attempts: Vec<(&str, &str, Hand, Attempt<'_>)> = vec![
        ("dispatched", "take", hand(ANA, UNIT), Box::new(|w, by| take(w, by, 0, &limits, time))),
        ("checking", "ask", hand(ANA, UNIT), Box::new(|w, by| ask(w, by, true, "why?", &limits, time))),
        ("checking", "conclude", hand(ANA, UNIT), Box::new(|w, by| conclude(w, by, &verdicts, "no", &limits, time))),
        ("asked", "explain", hand(CLERK, ORGAN), Box::new(|w, by| explain(w, by, "so", &limits, time))),
        ("correcting", "correct", hand(CLERK, ORGAN), Box::new(|w, by| correct(w, by, "done", &limits, time))),
        ("correcting", "appeal", hand(CLERK, ORGAN), Box::new(|w, by| appeal(w, by, "no", &limits, time))),
        ("corrected", "accept", hand(ANA, UNIT), Box::new(|w, by| accept(w, by, "good"))),
        ("corrected", "return", hand(ANA, UNIT), Box::new(|w, by| give_back(w, by, "hollow", &limits, time))),
        ("appealed", "decide", hand(CHIEF, UNIT), Box::new(|w, by| decide_appeal(w, by, true, "yes", &limits, time))),
        ("checking", "assign", hand(CHIEF, UNIT), Box::new(|w, by| assign(w, by, inspector(BORIS, 0), &limits, time))),
        ("checking", "recuse", hand(CHIEF, UNIT), Box::new(|w, by| recuse(w, by, BORIS, "kin"))),
    ];
    for (stage, act, by, attempt) in attempts {
        let before = at(stage, &calendar);
        assert!(attempt(&before, by).is_ok(), "{stage}: {act}");
        let recused = WarningEvent::Recused { officer: by.officer, reason: "kin".into() };
        let after = before.after(&recused);
        let instead = Hand { officer: by.officer, on_behalf_of: Some(BORIS), ..by };
        let substitute = Hand { officer: OfficerId::new(77), on_behalf_of: Some(by.officer), ..by };
        for hand in [by, instead, substitute] {
            let no = attempt(&after, hand).map_err(|no| no.code());
            assert_eq!(no, Err("separation.recused"), "{stage}: {act} by {hand:?}");
        }
        let lifted = lift(&after, hand(BORIS, UNIT), by.officer, "it was another of that name").unwrap();
        let stage_stays = after.stage.code() == stage;
        assert!(!stage_stays || attempt(&after.after(&lifted), by).is_ok(), "{stage}: {act} after lifting");
    }
    // The inspector keeps out of it: it waits for another, past checking with stage and clock as they are.
    let recused = recuse(&at("checking", &calendar), hand(ANA, UNIT), ANA, "kin").unwrap();
    let open = at("checking", &calendar).after(&recused);
    assert_eq!(open.stage.code(), "dispatched");
    assert_eq!(assign(&open, chief, inspector(ANA, 0), &limits, time).unwrap_err().code(), "separation.recused");
    for stage in ["asked", "correcting", "corrected"] {
        let before = at(stage, &calendar);
        assert_eq!(
            assign(&before, chief, inspector(BORIS, 0), &limits, time).unwrap_err().code(),
            "supervision.wrong_stage"
        );
        let recused = recuse(&before, chief, ANA, "kin").unwrap();
        let out = before.clone().after(&recused);
        assert_eq!(out.active_inspector(), None);
        let after = out.clone().after(&assign(&out, chief, inspector(BORIS, 0), &limits, time).unwrap());
        assert_eq!((after.stage.code(), after.active_inspector(), &after.clock), (stage, Some(BORIS), &before.clock));
    }
    let out = at("checking", &calendar).after(&WarningEvent::Recused { officer: CHIEF, reason: "kin".into() });
    let cases = [
        ("one's own", lift(&out, chief, CHIEF, "x"), "separation.same_officer"),
        ("none to lift", lift(&out, hand(BORIS, UNIT), ANA, "x"), "supervision.not_recused"),
        ("another unit's", lift(&out, hand(BORIS, ABOVE), CHIEF, "x"), "supervision.not_your_unit"),
        ("without grounds", lift(&out, hand(BORIS, UNIT), CHIEF, " "), "supervision.text_missing"),
        ("twice", recuse(&out, hand(BORIS, UNIT), CHIEF, "x"), "supervision.recused_already"),
        ("from another unit", recuse(&out, hand(BORIS, ABOVE), BORIS, "x"), "supervision.not_your_unit"),
        ("without reason", recuse(&out, hand(BORIS, UNIT), BORIS, ""), "supervision.text_missing"),
        ("when closed", recuse(&at("closed", &calendar), chief, ANA, "x"), "supervision.closed"),
    ];
    for (case, answer, code) in cases {
        assert_eq!(answer.unwrap_err().code(), code, "{case}");
    }
}

/// A substitute does the inspector's work under the inspector's name, and neither decides the appeal against it.
#[test]
fn a_substitute_acts_in_the_inspectors_stead() {
    let calendar = calendar();
    let limits = Limits::default();
    let time = timing(&calendar, noon(2026, 11, 3));
    let instead = Hand { officer: BORIS, organ: UNIT, on_behalf_of: Some(ANA) };
    let verdicts = [Some(Verdict::Confirmed), Some(Verdict::Explained)];
    let taken = take(&at("dispatched", &calendar), instead, 0, &limits, time).unwrap();
    assert!(matches!(taken, WarningEvent::Assigned { inspector: ANA, .. }), "what is taken is the inspector's");
    let warning = at("checking", &calendar);
    assert!(conclude(&warning, hand(BORIS, UNIT), &verdicts, "x", &limits, time).is_err(), "not in their own name");
    let concluded = conclude(&warning, instead, &verdicts, "grounds", &limits, time).unwrap();
    let owing = warning.after(&concluded);
    assert_eq!((owing.stage.inspector(), owing.concluded_by), (Some(ANA), Some(BORIS)));
    let contested = owing.clone().after(&appeal(&owing, hand(CLERK, ORGAN), "wrong", &limits, time).unwrap());
    let of_chief = |officer| Hand { officer, organ: UNIT, on_behalf_of: Some(CHIEF) };
    let cases = [
        ("the inspector", hand(ANA, UNIT), Err("supervision.own_conclusion")),
        ("who concluded", hand(BORIS, UNIT), Err("supervision.own_conclusion")),
        ("who concluded, for the chief", of_chief(BORIS), Err("supervision.own_conclusion")),
        ("the inspector, for the chief", of_chief(ANA), Err("supervision.own_conclusion")),
        ("the chief", hand(CHIEF, UNIT), Ok(())),
        ("somebody else for the chief", of_chief(OfficerId::new(77)), Ok(())),
    ];
    for (case, by, expected) in cases {
        let answer = decide_appeal(&contested, by, false, "grounds", &limits, time);
        assert_eq!(answer.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
}

#[test]
fn who_took_over_from_an_organ_answers_in_its_place() {
    let calendar = calendar();
    let limits = Limits::default();
    let time = timing(&calendar, noon(2026, 11, 3));
    let asked = at("asked", &calendar);
    let clerk_above = hand(CLERK, ABOVE);
    assert!(explain(&asked, clerk_above, "so", &limits, time).is_err());
    let seen = asked.clone().seen_by(ABOVE, |other| other == ORGAN);
    assert!(explain(&seen, clerk_above, "so", &limits, time).is_ok());
    let waiting = at("dispatched", &calendar).seen_by(ABOVE, |other| other == UNIT);
    assert!(assign(&waiting, hand(ANA, ABOVE), inspector(ANA, 0), &limits, time).is_ok());
    assert_eq!(asked.clone().seen_by(ABOVE, |_| false), asked);
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
    fn the_history_explains_the_state(attempts in proptest::collection::vec((0_u8..14, 0_u8..5, 0_i64..3), 0..40)) {
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
                3 => Hand { officer: BORIS, organ: seen.unit, on_behalf_of: Some(ANA) },
                _ => hand(CLERK, ABOVE),
            };
            let verdict = |confirmed| if confirmed { Verdict::Confirmed } else { Verdict::Explained };
            let answer = match what {
                0 => assign(&seen, by, inspector(by.officer, 0), &limits, time),
                1 => ask(&seen, by, true, "why?", &limits, time),
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
                10 => recuse(&seen, by, by.officer, "kin"),
                11 => lift(&seen, by, ANA, "no kin"),
                12 => pass_up(&seen, None, &limits, time),
                _ => pass_up(&seen, Some(ABOVE), &limits, time),
            };
            if let Ok(event) = answer {
                prop_assert!(!seen.is_closed(), "{event:?} after closing");
                let passes = matches!(event, WarningEvent::PassedUp { .. } | WarningEvent::OverdueAtTop { .. });
                prop_assert!(passes || !seen.recused.contains(&by.officer), "{event:?} by who is recused");
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

#[test]
fn the_chief_says_how_secret_it_is_and_who_may_know() {
    let named = |officers: &[OfficerId]| Some(officers.iter().copied().collect());
    let calendar = calendar();
    let raised = at("dispatched", &calendar);
    let dispatched = raised.clone();
    let clock = dispatched.clock.clone().unwrap();
    let checking = raised.clone().after(&WarningEvent::Assigned { inspector: ANA, clock: clock.clone() });
    let recused = raised.clone().after(&WarningEvent::Recused { officer: CHIEF, reason: "r".into() });
    let classified =
        WarningEvent::Classified { class: Class::WorkSecret, named: Some(vec![BORIS]), grounds: "g".into() };
    let secret = raised.clone().after(&classified);
    let source = Secrecy { class: Class::WorkSecret, named: named(&[BORIS]) };
    let quoting = raised.clone().after(&follow(&raised, source.clone()).unwrap());
    let quoted_by_ana = quoting.clone().after(&WarningEvent::Assigned { inspector: ANA, clock: clock.clone() });
    let (chief, above) = (hand(CHIEF, UNIT), hand(CHIEF, ABOVE));
    let (internal, work, top) = (Class::Internal, Class::WorkSecret, Class::TopSecret);
    type Case<'a> =
        (&'a str, &'a Warning, Hand, Class, Class, Option<BTreeSet<OfficerId>>, &'a str, Result<(), &'a str>);
    let cases: Vec<Case<'_>> = vec![
        ("a work secret", &dispatched, chief, work, work, None, "law", Ok(())),
        ("for named officers", &dispatched, chief, work, internal, named(&[BORIS]), "law", Ok(())),
        ("for whoever heads the unit alone", &dispatched, chief, work, internal, named(&[]), "law", Ok(())),
        ("open again", &secret, chief, work, internal, None, "law", Ok(())),
        ("of another unit", &dispatched, above, work, work, None, "law", Err("supervision.not_your_unit")),
        ("by who keeps out", &recused, chief, work, work, None, "law", Err("separation.recused")),
        ("above the post", &dispatched, chief, internal, work, None, "law", Err("supervision.no_such_class")),
        ("a state secret", &dispatched, chief, top, Class::Secret, None, "law", Err("supervision.no_such_class")),
        ("public", &dispatched, chief, work, Class::Public, None, "law", Err("supervision.no_such_class")),
        ("as it is", &dispatched, chief, work, internal, None, "law", Err("supervision.nothing_changes")),
        ("as it is, named", &secret, chief, work, work, named(&[BORIS]), "law", Err("supervision.nothing_changes")),
        ("without grounds", &dispatched, chief, work, work, None, " ", Err("supervision.text_missing")),
        (
            "less than its source",
            &quoting,
            chief,
            work,
            internal,
            named(&[BORIS]),
            "law",
            Err("supervision.opener_than_source"),
        ),
        ("open, its source to named", &quoting, chief, work, work, None, "law", Err("supervision.opener_than_source")),
        (
            "to others than its source",
            &quoting,
            chief,
            work,
            work,
            named(&[ANA]),
            "law",
            Err("supervision.opener_than_source"),
        ),
        ("to fewer than its source", &quoting, chief, work, work, named(&[]), "law", Ok(())),
        ("to its inspector, too", &quoted_by_ana, chief, work, work, named(&[]), "law", Ok(())),
    ];
    for (case, warning, hand, ceiling, class, named, grounds, outcome) in cases {
        let found = classify(warning, hand, ceiling, Secrecy { class, named }, grounds).map(drop);
        assert_eq!(found.map_err(|refusal| refusal.code()), outcome, "{case}");
    }
    // It follows its source, closed or not, and says so once; where the source is opened, it stays as it was.
    assert_eq!(quoting.secrecy, source);
    assert_eq!(follow(&quoting, source), None);
    let opened = quoting.clone().after(&follow(&quoting, Secrecy::default()).unwrap());
    assert_eq!((&opened.secrecy, &opened.finding.secrecy), (&quoting.secrecy, &Secrecy::default()));
    assert!(classify(&opened, chief, work, Secrecy::default(), "law").is_ok());
    // Whoever works on it may know of it: named with the rest, and when it is given to them later.
    let Ok(WarningEvent::Classified { named: Some(with), .. }) =
        classify(&checking, chief, work, Secrecy { class: work, named: named(&[BORIS]) }, "law")
    else {
        panic!("refused")
    };
    assert_eq!(with, [ANA, BORIS]);
    let given = secret.after(&WarningEvent::Assigned { inspector: ANA, clock });
    assert_eq!(given.secrecy.named, named(&[ANA, BORIS]));
}
