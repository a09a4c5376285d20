//! Who is told for which event, and that no word of the matter is in it.

use kernel::clock::StatutoryClock;
use kernel::limit::{Budget, Law, Limit};
use kernel::{ActId, Erasable, Instant, MatterId, OfficerId, OrganId, Text, Zone};
use supervise::{Evidence, Finding, Light, Reason, RuleRef, Subject};

use super::*;
use crate::types::{Outcome, Running, Verdict};

const UNIT: OrganId = OrganId::new(1);
const ORGAN: OrganId = OrganId::new(2);
const INSPECTOR: OfficerId = OfficerId::new(11);
const OTHER: OfficerId = OfficerId::new(12);
/// A word that is in every text of the matter.
const CANARY: &str = "CANARY-7f3a";

fn running() -> Running {
    let at = Instant::from_ms(0);
    let limit = Limit::new(Law::General, Budget::working_days(5), "test");
    Running { clock: StatutoryClock::start(at, Zone::CHINA, limit), ends: at }
}

fn finding(organ: Option<OrganId>) -> Finding {
    let canary = || CANARY.to_owned();
    let rule = || RuleRef { code: canary(), version: "1".to_owned() };
    Finding {
        rule: rule(),
        subject: Subject { kind: canary(), key: canary(), label: canary(), page: format!("/{CANARY}") },
        organ,
        organ_name: canary(),
        light: Light::Yellow,
        score: 400,
        sum: None,
        reasons: vec![Reason {
            rule: rule(),
            name: Text::same(CANARY),
            sentence: Text::same(CANARY),
            subject: canary(),
            value: Some(canary()),
            threshold: None,
            severity: 2,
            evidence: vec![Evidence { pointer: canary(), value: canary() }],
        }],
        cause: ActId::new(1),
        as_of: 0,
        secrecy: kernel::Secrecy::default(),
        once: false,
    }
}

#[test]
fn whose_turn_it_is_is_told_and_who_waited_for_it() {
    let clock = running;
    let raised = |organ| WarningEvent::Raised { number: 7, finding: finding(organ), unit: UNIT, clock: clock() };
    let assigned = WarningEvent::Assigned { inspector: INSPECTOR, clock: clock() };
    let text = || Erasable::from(CANARY);
    let concluded = |closed: Option<Outcome>| WarningEvent::Concluded {
        verdicts: vec![Verdict::Confirmed],
        grounds: text(),
        closed,
        clock: closed.is_none().then(clock),
        by: None,
    };
    let asked = WarningEvent::Asked { question: text(), clock: clock() };
    let explained = WarningEvent::Explained { explanation: text(), clock: clock() };
    let corrected = WarningEvent::Corrected { measures: text(), clock: clock() };
    let appealed = WarningEvent::Appealed { grounds: text(), clock: clock() };
    let decided = |upheld: bool| WarningEvent::AppealDecided { upheld, grounds: text(), clock: (!upheld).then(clock) };
    let passed =
        WarningEvent::PassedUp { unit: OTHER_UNIT, light: Light::Red, stage: CANARY.to_owned(), clock: clock() };
    let recused = |officer| WarningEvent::Recused { officer, reason: text() };
    let chiefs = |organ| To::Duty { duty: "supervision-chief", organ: Some(organ) };
    let organ = || ANSWERS.map(|duty| To::Duty { duty, organ: Some(ORGAN) }).to_vec();
    let hand = || vec![To::Hand(INSPECTOR)];
    let first = || vec![raised(Some(ORGAN)), assigned.clone()];
    let to_correct = || [first(), vec![concluded(None)]].concat();
    let of = |history: Vec<WarningEvent>, last: &WarningEvent| [history, vec![last.clone()]].concat();
    let cases: Vec<(&str, Vec<WarningEvent>, Vec<To>, &str)> = vec![
        ("raised", vec![raised(Some(ORGAN))], vec![chiefs(UNIT)], "dispatched"),
        ("assigned", first(), hand(), "assigned"),
        ("asked", of(first(), &asked), organ(), "asked"),
        ("asked, no organ of ours", vec![raised(None), assigned.clone(), asked.clone()], vec![], ""),
        ("explained", of(of(first(), &asked), &explained), hand(), "explained"),
        ("more reasons", of(first(), &WarningEvent::ReasonsAdded { finding: finding(Some(ORGAN)) }), hand(), "reasons"),
        ("to be corrected", to_correct(), organ(), "to-correct"),
        ("explained away", of(first(), &concluded(Some(Outcome::Explained))), organ(), "closed"),
        ("corrected", of(to_correct(), &corrected), hand(), "corrected"),
        ("appealed", of(to_correct(), &appealed), vec![chiefs(UNIT)], "appealed"),
        (
            "appeal refused",
            of(of(to_correct(), &appealed), &decided(false)),
            [organ(), hand()].concat(),
            "appeal-decided",
        ),
        ("appeal upheld", of(of(to_correct(), &appealed), &decided(true)), organ(), "appeal-decided"),
        ("passed up", of(first(), &passed), vec![chiefs(OTHER_UNIT)], "passed-up"),
        (
            "overdue at the top",
            of(first(), &WarningEvent::OverdueAtTop { light: Light::Red, stage: CANARY.to_owned() }),
            vec![chiefs(UNIT)],
            "overdue",
        ),
        ("its inspector keeps out", of(first(), &recused(INSPECTOR)), vec![chiefs(UNIT)], "dispatched"),
        ("somebody else keeps out", of(first(), &recused(OTHER)), vec![], ""),
    ];
    for (case, history, to, key) in cases {
        let after = Warning::replay(MatterId::new(9), history.iter()).unwrap();
        let told = told(&after, history.last().unwrap());
        assert_eq!(told.tellings.iter().map(|it| it.to).collect::<Vec<_>>(), to, "{case}");
        assert!(told.settles, "{case}");
        for telling in &told.tellings {
            assert_eq!(telling.text, format!("supervision-told-{key}"), "{case}");
            assert_eq!(telling.number.as_str(), "W-000007", "{case}");
            assert_eq!(telling.page.as_str(), crate::http::path(MatterId::new(9)), "{case}");
        }
        assert!(!format!("{told:?}").contains(CANARY), "{case}: {told:?}");
        assert_eq!(
            told.except,
            after.recused.iter().copied().chain((key == "appealed").then_some(INSPECTOR)).collect()
        );
    }
}

const OTHER_UNIT: OrganId = OrganId::new(3);

#[test]
fn who_asks_for_access_is_told_the_answer_and_the_unit_that_it_waits() {
    let id = MatterId::new(4);
    let grounds = || Erasable::from(CANARY);
    let asked = GlassEvent::Asked {
        warning: MatterId::new(9),
        number: 7,
        officer: OTHER,
        organ: ORGAN,
        grounds: grounds(),
        hours: 4,
    };
    let approved = GlassEvent::Approved { by: INSPECTOR, until: Instant::from_ms(1), grounds: grounds() };
    let refused = GlassEvent::Refused { by: INSPECTOR, grounds: grounds() };
    let read = GlassEvent::Read { warning: MatterId::new(9) };
    let chiefs = To::Duty { duty: "supervision-chief", organ: Some(UNIT) };
    for (event, to, settles) in [
        (asked, vec![chiefs], true),
        (approved, vec![To::Person(OTHER)], true),
        (refused, vec![To::Person(OTHER)], true),
        (read, vec![], false),
    ] {
        let told = told_of_access(id, 7, OTHER, Some(UNIT), &event);
        assert_eq!(told.tellings.iter().map(|it| it.to).collect::<Vec<_>>(), to, "{event:?}");
        assert_eq!(told.settles, settles, "{event:?}");
        assert!(!format!("{told:?}").contains(CANARY));
    }
}
