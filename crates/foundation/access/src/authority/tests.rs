use std::time::Instant as Stopwatch;

use kernel::dated::Period;
use kernel::officer::{Appointment, Post};
use kernel::organ::{Organ, OrganKind, OrganTree};
use kernel::{Class, Day, DivisionCode, NodeId, OrganId, Refuse};
use proptest::prelude::*;

use super::*;
use crate::reader::Facts;

struct ReadQueue;
impl Permission for ReadQueue {
    const CODE: &'static str = "queue.read";
}

struct AnswerWarnings;
impl Permission for AnswerWarnings {
    const CODE: &'static str = "warning.answer";
}

struct Nonsense;
impl Permission for Nonsense {
    const CODE: &'static str = "nonsense.do";
}

const TODAY: Day = Day::constant(2026, 7, 1);

fn division(text: &str) -> DivisionCode {
    DivisionCode::parse(text).unwrap()
}

fn node() -> NodeId {
    NodeId::of(division("3205"), 0).unwrap()
}

/// City 1 with its office 2; county 3 with its bureau 4; another county 5.
fn organs() -> OrganTree {
    let organ = |id: u128, parent: Option<u128>, code: &str| Organ {
        id: OrganId::new(id),
        number: u32::try_from(id).unwrap(),
        name: Text::default(),
        short: Text::default(),
        kind: OrganKind::Department,
        division: division(code),
        parent: parent.map(OrganId::new),
        period: Period::since(TODAY),
        uscc: None,
    };
    let rows = [
        organ(1, None, "3205"),
        organ(2, Some(1), "3205"),
        organ(3, Some(1), "320583"),
        organ(4, Some(3), "320583"),
        organ(5, Some(1), "320585"),
    ];
    OrganTree::new(rows, []).unwrap()
}

/// An officer with one post for each list of duties, all in one organ, acting under the first.
fn reader_in(organ: u128, posts: &[&[&str]]) -> Result<Arc<Reader>, Denied> {
    let posts: Vec<Post> = posts
        .iter()
        .zip(1..)
        .map(|(duties, id)| Post {
            id: PostId::new(id),
            organ: OrganId::new(organ),
            name: Text::default(),
            duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
            ceiling: Class::WorkSecret,
            valid_from: TODAY,
            valid_to: None,
        })
        .collect();
    let officer = OfficerId::new(9);
    let appointments: Vec<Appointment> =
        posts.iter().map(|post| Appointment { officer, post: post.id, from: TODAY, to: None }).collect();
    let tree = organs();
    let facts = Facts {
        node: node(),
        officer,
        post: PostId::new(1),
        posts: &posts,
        appointments: &appointments,
        mandates: &[],
        organs: &tree.as_of(TODAY, TODAY),
        today: TODAY,
    };
    Reader::new(&facts).map(Arc::new)
}

fn reader(posts: &[&[&str]]) -> Arc<Reader> {
    reader_in(1, posts).unwrap()
}

#[test]
fn a_duty_gives_its_permissions_and_no_others() {
    let authority = Authority::embedded().unwrap();
    let inspector = reader(&[&["inspector"]]);
    let may = authority.may::<ReadQueue>(&inspector).unwrap();
    assert_eq!((may.officer(), may.post(), may.organ()), (OfficerId::new(9), PostId::new(1), OrganId::new(1)));
    assert_eq!(may.scope().division_ranges(), [(320_500_000_000, 320_599_999_999)]);

    let denied = authority.may::<AnswerWarnings>(&inspector).unwrap_err();
    assert_eq!(denied.code(), "access.no_duty");
    assert_eq!(
        denied.to_string(),
        "to Answer warnings, one of these duties is needed: Handler of an organ, Head of an organ; granted by the security administrator"
    );
    assert_eq!(authority.may::<Nonsense>(&inspector).unwrap_err().code(), "access.unknown_permission");
    assert!(authority.policies().require("nonsense.do").is_err());
    assert!(authority.policies().require("queue.read").is_ok());
}

#[test]
fn what_one_person_may_not_hold_together_is_forbidden_under_either_post() {
    let authority = Authority::embedded().unwrap();
    type Case<'a> = (&'a [&'a [&'a str]], &'a str, Result<(), &'a str>);
    let cases: [Case<'_>; 12] = [
        (&[&["system-administrator"]], "admin.system", Ok(())),
        (&[&["security-administrator"]], "admin.posts", Ok(())),
        (&[&["audit-administrator"]], "audit.read", Ok(())),
        (&[&["system-administrator"]], "admin.posts", Err("access.no_duty")),
        (&[&["security-administrator"]], "audit.read", Err("access.no_duty")),
        (&[&["system-administrator"], &["audit-administrator"]], "admin.system", Err("two-administrators")),
        (&[&["system-administrator", "security-administrator"]], "admin.posts", Err("two-administrators")),
        (&[&["inspector"], &["system-administrator"]], "queue.read", Err("administrators-do-no-business")),
        (&[&["rule-steward"], &["rule-approver"]], "indicator.propose", Err("propose-and-approve")),
        (&[&["rule-approver"], &["rule-steward"]], "indicator.approve", Err("propose-and-approve")),
        (&[&["inspector"], &["supervision-chief"]], "warning.verdict", Err("verdict-and-appeal")),
        (&[&["inspector"], &["organ-handler"]], "warning.verdict", Err("judge-in-own-cause")),
    ];
    for (posts, code, expected) in cases {
        let answer = authority.allows(&reader(posts), code).map(drop).map_err(|denied| match denied {
            Denied::Forbidden(forbidding) => forbidding.rule.clone(),
            other => other.code().to_owned(),
        });
        assert_eq!(answer, expected.map_err(str::to_owned), "{posts:?} {code}");
    }
}

#[test]
fn only_an_appointment_of_today_makes_a_reader() {
    let tree = organs();
    let post = Post {
        id: PostId::new(1),
        organ: OrganId::new(1),
        name: Text::default(),
        duties: vec!["inspector".into()],
        ceiling: Class::Internal,
        valid_from: TODAY,
        valid_to: Some(TODAY.plus(30)),
    };
    let officer = OfficerId::new(9);
    let appointment = Appointment { officer, post: post.id, from: TODAY.plus(5), to: Some(TODAY.plus(60)) };
    let (posts, appointments) = ([post.clone()], [appointment]);
    let on = |day: Day, post: u128, posts: &[Post], organs_on: Day| {
        let view = tree.as_of(organs_on, organs_on);
        let post = PostId::new(post);
        let facts = Facts {
            node: node(),
            officer,
            post,
            posts,
            appointments: &appointments,
            mandates: &[],
            organs: &view,
            today: day,
        };
        Reader::new(&facts).map(drop).map_err(|denied| denied.code())
    };
    let cases = [
        ("while it lasts", on(TODAY.plus(5), 1, &posts, TODAY), Ok(())),
        ("before it begins", on(TODAY.plus(4), 1, &posts, TODAY), Err("access.not_serving")),
        ("after it ended", on(TODAY.plus(60), 1, &posts, TODAY), Err("access.not_serving")),
        ("after the post was abolished", on(TODAY.plus(30), 1, &posts, TODAY), Err("access.not_serving")),
        ("another's post", on(TODAY.plus(5), 2, &posts, TODAY), Err("access.not_serving")),
        ("before the organ existed", on(TODAY.plus(5), 1, &posts, TODAY.plus(-1)), Err("access.not_serving")),
        ("without knowing the post", on(TODAY.plus(5), 1, &[], TODAY), Err("access.fault")),
    ];
    for (case, answer, expected) in cases {
        assert_eq!(answer, expected, "{case}");
    }
}

#[test]
fn changed_facts_are_asked_about_anew() {
    let authority = Authority::embedded().unwrap();
    assert!(authority.allows(&reader(&[&["inspector"]]), "queue.read").is_ok());
    assert!(authority.allows(&reader(&[&["data-officer"]]), "queue.read").is_err());
    assert!(authority.allows(&reader(&[&["inspector"]]), "queue.read").is_ok());
}

#[test]
fn faulty_policies_stop_the_start() {
    let permit = "@id(\"x\") @scope(\"node\") permit (principal in Duty::\"inspector\", action, resource);";
    let cases = [
        ("fine", "x.cedar", permit.to_owned(), Ok(())),
        ("no syntax", "x.cedar", "permit (".to_owned(), Err("Syntax")),
        ("no id", "x.cedar", permit.replace("@id(\"x\")", ""), Err("Annotation")),
        ("no scope", "x.cedar", permit.replace("@scope(\"node\")", ""), Err("Annotation")),
        ("another scope", "x.cedar", permit.replace("\"node\"", "\"world\""), Err("Annotation")),
        (
            "a forbid without reason",
            "x.cedar",
            "@id(\"x\") forbid (principal, action, resource);".into(),
            Err("Annotation"),
        ),
        ("an unknown duty", "x.cedar", permit.replace("inspector", "inspecter"), Err("UnknownDuty")),
        ("a name twice", "x.cedar", permit.replace("\"x\"", "\"inspector\""), Err("Twice")),
        (
            "an unknown action",
            "x.cedar",
            permit.replace("action,", "action == Action::\"queue.raed\","),
            Err("Invalid"),
        ),
        ("an unknown attribute", "x.cedar", permit.replace(';', " when { resource.secret };"), Err("Invalid")),
        (
            "a template",
            "x.cedar",
            permit.replace("principal in Duty::\"inspector\"", "principal == ?principal"),
            Err("Annotation"),
        ),
        ("no schema", "schema.cedarschema", "entity".into(), Err("Syntax")),
        (
            "no names",
            "schema.cedarschema",
            "entity A; action \"a\" appliesTo { principal: [A], resource: [A] };".into(),
            Err("Syntax"),
        ),
        ("no duties", "duties.toml", "duty = 1".into(), Err("Syntax")),
    ];
    for (case, file, text, expected) in cases {
        let packs = Packs::empty().with(format!("cn/policies/{file}"), text);
        let answer = Authority::load(&packs).map(drop);
        match (answer, expected) {
            (Ok(()), Ok(())) => {}
            (Err(fault), Err(kind)) => assert!(format!("{fault:?}").starts_with(kind), "{case}: {fault:?}"),
            (answer, expected) => panic!("{case}: {answer:?}, not {expected:?}"),
        }
    }
}

/// `UPDATE_MATRIX=1 cargo test -p access` writes it; whoever commits it has read the difference.
#[test]
fn the_matrix_is_the_reviewed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix.txt");
    let matrix = Authority::embedded().unwrap().matrix();
    if std::env::var_os("UPDATE_MATRIX").is_some() {
        std::fs::write(path, &matrix).unwrap();
    }
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(matrix == reviewed, "the permission matrix changed; read it, then UPDATE_MATRIX=1:\n{matrix}");
}

/// Remembered answers take well under the 50 µs that a request may spend on them; the bound is wide, since tests run beside
/// builds.
#[test]
fn remembered_answers_are_fast() {
    let authority = Authority::embedded().unwrap();
    let inspector = reader(&[&["inspector"]]);
    let first = Stopwatch::now();
    authority.may::<ReadQueue>(&inspector).unwrap();
    let first = first.elapsed();
    let rest = Stopwatch::now();
    for _ in 0..1000 {
        authority.may::<ReadQueue>(&inspector).unwrap();
    }
    let each = rest.elapsed() / 1000;
    println!("an answer: {first:?} when asked first, {each:?} when remembered");
    assert!(each.as_micros() < 50, "{each:?}");
}

prop_compose! {
    fn any_subject()(
        organ in proptest::option::of(1u128..8),
        code in prop::sample::select(vec!["32", "3205", "320583", "320583001", "320585", "3206", "33"]),
        class in prop::sample::select(Class::ALL.to_vec()),
        elsewhere in prop::bool::weighted(0.2),
    ) -> Subject {
        let node = if elsewhere { NodeId::CLUSTER } else { node() };
        Subject { node, organ: organ.map(OrganId::new), division: division(code), class }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Queries filter by the scope, policies judge by their conditions: for every duty, permission and record both say
    /// the same.
    #[test]
    fn scopes_say_what_policies_say(
        organ in 1u128..6,
        duties in prop::collection::btree_set(0usize..10, 1..3),
        subject in any_subject(),
    ) {
        static AUTHORITY: std::sync::LazyLock<Authority> = std::sync::LazyLock::new(|| Authority::embedded().unwrap());
        let all = AUTHORITY.policies().duties();
        let codes: Vec<&str> = duties.iter().map(|duty| all[*duty].code.as_str()).collect();
        let reader = reader_in(organ, &[&codes]).unwrap();
        for permission in AUTHORITY.policies().permissions() {
            let by_scope = AUTHORITY.allows(&reader, &permission.code).is_ok_and(|scope| scope.covers(&subject));
            let by_policy = AUTHORITY.permits(&reader, &permission.code, &subject).unwrap();
            prop_assert_eq!(by_scope, by_policy, "{} of {:?}", permission.code, codes);
        }
    }
}
