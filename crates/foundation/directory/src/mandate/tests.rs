use kernel::dated::Period;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, DivisionCode, OfficerId, PostId, Text};

use super::*;
use crate::events::Founded;

const TODAY: Day = Day::constant(2026, 6, 1);
const UNIT: OrganId = OrganId::new(1);
const BELOW: OrganId = OrganId::new(2);
const OTHER: OrganId = OrganId::new(3);
const CHIEF: OfficerId = OfficerId::new(1);
const ANA: OfficerId = OfficerId::new(2);
const CLERK: OfficerId = OfficerId::new(3);
const SECURITY: OfficerId = OfficerId::new(4);
const AUDIT: OfficerId = OfficerId::new(5);
const NOBODY: OfficerId = OfficerId::new(6);

fn register() -> Register {
    let organ = |id: OrganId, parent| Organ {
        id,
        number: id.value() as u32,
        name: Text::same("organ"),
        short: Text::same("organ"),
        kind: OrganKind::Supervision,
        division: DivisionCode::parse("3205").unwrap(),
        parent,
        period: Period::since(TODAY.plus(-100)),
        uscc: None,
    };
    let post = |id, organ, duties: &[&str]| Post {
        id: PostId::new(id),
        organ,
        name: Text::same("post"),
        duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
        ceiling: Class::WorkSecret,
        valid_from: TODAY.plus(-100),
        valid_to: None,
    };
    let officer = |id: OfficerId| Officer { id, login: format!("o{}", id.value()), name: Text::same("officer") };
    let served = |officer, post| Appointment { officer, post: PostId::new(post), from: TODAY.plus(-50), to: None };
    let founded =
        Founded { name: Text::same("city"), domain: "a.invalid".to_owned(), synthetic: true, supervisor: Some(UNIT) };
    Register::of(
        founded,
        vec![organ(UNIT, None), organ(BELOW, Some(UNIT)), organ(OTHER, None)],
        vec![
            post(1, UNIT, &["supervision-chief", "rule-approver"]),
            post(2, BELOW, &["inspector"]),
            post(3, OTHER, &["organ-handler"]),
            post(4, UNIT, &["security-administrator"]),
            post(5, UNIT, &["audit-administrator"]),
        ],
        [CHIEF, ANA, CLERK, SECURITY, AUDIT, NOBODY].map(officer).to_vec(),
        vec![served(CHIEF, 1), served(ANA, 2), served(CLERK, 3), served(SECURITY, 4), served(AUDIT, 5)],
    )
    .unwrap()
}

fn delegated() -> Mandate {
    Mandate {
        kind: MandateKind::Delegation,
        holder: CHIEF,
        post: PostId::new(1),
        agent: ANA,
        duties: vec!["rule-approver".to_owned()],
        from: TODAY,
        to: TODAY.plus(10),
    }
}

fn leave() -> Mandate {
    Mandate { kind: MandateKind::Leave, duties: Vec::new(), ..delegated() }
}

#[test]
fn who_may_act_for_whom() {
    use MandateRefusal as No;
    let duties = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let cases = [
        ("a delegation below", delegated(), Ok(())),
        ("a leave", leave(), Ok(())),
        ("a leave, by somebody of another organ", Mandate { agent: CLERK, ..leave() }, Ok(())),
        ("oneself", Mandate { agent: CHIEF, ..leave() }, Err(No::Oneself)),
        ("another's post", Mandate { holder: CLERK, ..leave() }, Err(No::NotHeld)),
        ("a post that never was", Mandate { post: PostId::new(99), ..leave() }, Err(No::NotHeld)),
        ("from yesterday", Mandate { from: TODAY.plus(-1), ..leave() }, Err(No::Past)),
        ("no day long", Mandate { to: TODAY, ..leave() }, Err(No::Empty)),
        ("for years", Mandate { to: TODAY.plus(MOST_DAYS + 1), ..leave() }, Err(No::TooLong)),
        ("no duty", Mandate { duties: duties(&[]), ..delegated() }, Err(No::NoDuty)),
        ("another post's duty", Mandate { duties: duties(&["inspector"]), ..delegated() }, Err(No::NoDuty)),
        ("a leave of some duties", Mandate { duties: duties(&["rule-approver"]), ..leave() }, Err(No::NoDuty)),
        ("to another organ", Mandate { agent: CLERK, ..delegated() }, Err(No::OtherOrgan)),
        ("to nobody in office", Mandate { agent: NOBODY, ..leave() }, Err(No::NotInOffice)),
        ("business to an administrator", Mandate { agent: AUDIT, ..leave() }, Err(No::Administrator)),
        (
            "an administrator to an administrator",
            Mandate { holder: SECURITY, post: PostId::new(4), agent: AUDIT, ..leave() },
            Err(No::Administrator),
        ),
        (
            "an administrator to who does business",
            Mandate { holder: SECURITY, post: PostId::new(4), agent: ANA, ..leave() },
            Err(No::Administrator),
        ),
        (
            "an administrator's duty delegated",
            Mandate {
                holder: SECURITY,
                post: PostId::new(4),
                agent: AUDIT,
                duties: duties(&["security-administrator"]),
                ..delegated()
            },
            Err(No::AdministratorsDuty),
        ),
    ];
    for (case, mandate, expected) in cases {
        assert_eq!(admit(&mandate, &register(), TODAY), expected, "{case}");
    }
}

#[test]
fn a_mandate_is_entered_once_and_ends_when_revoked() {
    let register = register().with_mandates(vec![leave()]);
    assert_eq!(admit(&leave(), &register, TODAY), Err(MandateRefusal::Twice));
    let over = Mandate { from: TODAY.plus(5), to: TODAY.plus(20), ..leave() };
    assert_eq!(admit(&over, &register, TODAY), Err(MandateRefusal::Twice), "it overlaps");
    let after = Mandate { from: TODAY.plus(10), to: TODAY.plus(20), ..leave() };
    assert_eq!(admit(&after, &register, TODAY), Ok(()));
    assert_eq!(register.acting(ANA, TODAY).len(), 2);
    let handed_on = Mandate { holder: ANA, agent: CLERK, ..leave() };
    assert_eq!(
        admit(&handed_on, &register, TODAY),
        Err(MandateRefusal::NotHeld),
        "what was delegated is not delegated"
    );
    let revoked = revoke(&leave(), TODAY.plus(3)).unwrap();
    let register = self::register().with_mandates(vec![revoked.clone()]);
    assert_eq!(register.acting(ANA, TODAY.plus(2)).len(), 2);
    assert_eq!(register.acting(ANA, TODAY.plus(3)).len(), 1);
    assert_eq!(revoke(&revoked, TODAY.plus(3)), Err(MandateRefusal::Over));
    assert_eq!(revoke(&after, TODAY).unwrap().to, after.from, "one that has not begun never does");
}
