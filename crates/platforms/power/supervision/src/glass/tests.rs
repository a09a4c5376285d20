use proptest::prelude::*;
use supervise::{Finding, Light, RuleRef, Subject};

use super::*;
use crate::types::{Stage as WarningStage, Warning};

const UNIT: OrganId = OrganId::new(1);
const OTHER: OrganId = OrganId::new(2);
const ANA: OfficerId = OfficerId::new(11);
const CHIEF: OfficerId = OfficerId::new(12);
const BORIS: OfficerId = OfficerId::new(13);
const NOW: Instant = Instant::from_ms(1_000_000);

fn warning() -> Warning {
    Warning {
        id: MatterId::new(5),
        version: 1,
        number: 7,
        finding: Finding {
            rule: RuleRef { code: "redflags".into(), version: "1".into() },
            subject: Subject { kind: "process".into(), key: "k".into(), label: "l".into(), page: "/p".into() },
            organ: None,
            organ_name: String::new(),
            light: Light::Yellow,
            score: 0,
            sum: None,
            reasons: Vec::new(),
            cause: kernel::ActId::new(1),
            as_of: 0,
            secrecy: kernel::Secrecy::default(),
            once: false,
        },
        light: Light::Yellow,
        unit: UNIT,
        stage: WarningStage::Dispatched,
        clock: None,
        verdicts: Vec::new(),
        passed_up: 0,
        at_top: false,
        recused: Default::default(),
        secrecy: kernel::Secrecy::default(),
        concluded_by: None,
    }
}

fn hand(officer: OfficerId, organ: OrganId) -> Hand {
    Hand { officer, organ, on_behalf_of: None }
}

fn asked() -> Access {
    let event = ask(&warning(), hand(ANA, OTHER), (false, false), "a tip", 24).unwrap();
    Access::opened(MatterId::new(9), &event).unwrap()
}

#[test]
fn one_asks_with_grounds_for_some_hours() {
    let mut recused = warning();
    recused.recused.insert(ANA);
    let long = "字".repeat(MAX_TEXT + 1);
    let ana = hand(ANA, OTHER);
    let cases = [
        ("as it should be", ask(&warning(), ana, (false, false), "a tip", 24), Ok(())),
        ("the most", ask(&warning(), ana, (false, false), "a tip", MOST_HOURS), Ok(())),
        ("within reach", ask(&warning(), ana, (true, false), "a tip", 24), Err("glass.within_reach")),
        ("again", ask(&warning(), ana, (false, true), "a tip", 24), Err("glass.twice")),
        ("recused", ask(&recused, ana, (false, false), "a tip", 24), Err("separation.recused")),
        ("no hour", ask(&warning(), ana, (false, false), "a tip", 0), Err("glass.hours")),
        ("too long", ask(&warning(), ana, (false, false), "a tip", MOST_HOURS + 1), Err("glass.hours")),
        ("no grounds", ask(&warning(), ana, (false, false), " ", 24), Err("glass.grounds")),
        ("a novel", ask(&warning(), ana, (false, false), &long, 24), Err("glass.grounds")),
    ];
    for (case, answer, expected) in cases {
        assert_eq!(answer.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
}

#[test]
fn another_answers_and_never_who_asked() {
    let chief = hand(CHIEF, UNIT);
    let mut recused = warning();
    recused.recused.insert(CHIEF);
    let instead = |officer, holder| Hand { officer, organ: UNIT, on_behalf_of: Some(holder) };
    let cases = [
        ("the head of the unit", answer(&asked(), &warning(), chief, true, "yes", NOW), Ok(())),
        ("refused by the head", answer(&asked(), &warning(), chief, false, "no", NOW), Ok(())),
        ("the head's substitute", answer(&asked(), &warning(), instead(BORIS, CHIEF), true, "yes", NOW), Ok(())),
        ("who asked", answer(&asked(), &warning(), hand(ANA, UNIT), true, "yes", NOW), Err("separation.same_officer")),
        (
            "who asked, for the head",
            answer(&asked(), &warning(), instead(ANA, CHIEF), true, "yes", NOW),
            Err("separation.same_officer"),
        ),
        (
            "for who asked",
            answer(&asked(), &warning(), instead(BORIS, ANA), true, "yes", NOW),
            Err("separation.same_officer"),
        ),
        (
            "another unit",
            answer(&asked(), &warning(), hand(CHIEF, OTHER), true, "yes", NOW),
            Err("glass.not_your_unit"),
        ),
        ("recused", answer(&asked(), &recused, chief, true, "yes", NOW), Err("separation.recused")),
        ("without grounds", answer(&asked(), &warning(), chief, true, "", NOW), Err("glass.grounds")),
    ];
    for (case, said, expected) in cases {
        assert_eq!(said.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
    let event = answer(&asked(), &warning(), chief, false, "no", NOW).unwrap();
    let no = answer(&asked().after(&event), &warning(), chief, true, "yes", NOW);
    assert_eq!(no.map_err(|no| no.code()), Err("glass.decided"));
}

#[test]
fn it_opens_to_who_asked_until_it_ends() {
    let event = answer(&asked(), &warning(), hand(CHIEF, UNIT), true, "yes", NOW).unwrap();
    let access = asked().after(&event);
    let end = NOW.plus_ms(24 * 3_600_000);
    let mut recused = warning();
    recused.recused.insert(ANA);
    let mut other = warning();
    other.id = MatterId::new(6);
    let cases = [
        ("at once", read(&access, &warning(), ANA, NOW), true),
        ("the last moment", read(&access, &warning(), ANA, end.plus_ms(-1)), true),
        ("its end", read(&access, &warning(), ANA, end), false),
        ("another officer", read(&access, &warning(), BORIS, NOW), false),
        ("another warning", read(&access, &other, ANA, NOW), false),
        ("recused meanwhile", read(&access, &recused, ANA, NOW), false),
        ("before it is answered", read(&asked(), &warning(), ANA, NOW), false),
    ];
    for (case, event, opens) in cases {
        assert_eq!(event.is_some(), opens, "{case}");
    }
}

proptest! {
    /// Whatever is attempted by whom and when: nothing is read but by who asked, by another's word, before its end; and the
    /// stored events tell the same.
    #[test]
    fn nothing_is_read_by_one_persons_word(attempts in proptest::collection::vec((0_u8..3, 0_usize..3, 0_i64..40), 0..20)) {
        let mut seen = asked();
        let (mut now, mut approved) = (NOW, None);
        let mut history = Vec::new();
        for (what, who, hours) in attempts {
            now = now.plus_ms(hours * 3_600_000);
            let officer = [ANA, CHIEF, BORIS][who];
            let event = match what {
                0 => answer(&seen, &warning(), hand(officer, UNIT), true, "yes", now).ok(),
                1 => answer(&seen, &warning(), hand(officer, UNIT), false, "no", now).ok(),
                _ => read(&seen, &warning(), officer, now),
            };
            let Some(event) = event else { continue };
            match &event {
                GlassEvent::Approved { .. } => {
                    prop_assert!(officer != ANA);
                    approved = Some(now);
                }
                GlassEvent::Read { .. } => {
                    prop_assert!(officer == ANA && approved.is_some_and(|at: Instant| at.ms_until(now) < 24 * 3_600_000));
                }
                _ => {}
            }
            history.push(serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap());
            seen = seen.after(&event);
        }
        prop_assert_eq!(history.iter().fold(asked(), |access, event: &GlassEvent| access.after(event)), seen);
    }
}
