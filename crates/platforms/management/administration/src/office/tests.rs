use access::Authority;
use directory::Founded;

use super::*;

const TODAY: Day = Day::constant(2026, 3, 2);

/// A register of one organ with its security administrator, who enters.
fn register() -> Register {
    let organ = Organ {
        id: OrganId::new(1),
        number: 1,
        name: Text::new("甲市", "City A"),
        short: Text::new("甲市", "City A"),
        kind: OrganKind::Supervision,
        division: DivisionCode::parse("320500000000").unwrap(),
        parent: None,
        period: Period::since(TODAY),
        uscc: None,
    };
    let post = Post {
        id: PostId::new(2),
        organ: OrganId::new(1),
        name: Text::new("安全管理员", "Security administrator"),
        duties: vec!["security-administrator".to_owned()],
        ceiling: Class::WorkSecret,
        valid_from: TODAY,
        valid_to: None,
    };
    let officer = Officer { id: OfficerId::new(3), login: "secadmin".to_owned(), name: Text::new("甲", "A") };
    let appointment = Appointment { officer: officer.id, post: post.id, from: TODAY, to: None };
    let founded = Founded {
        name: Text::new("甲市", "City A"),
        domain: "a.invalid".to_owned(),
        synthetic: true,
        supervisor: Some(organ.id),
    };
    Register::of(founded, vec![organ], vec![post], vec![officer], vec![appointment]).unwrap()
}

fn planned(rows: &[&str]) -> Plan {
    let heading = "机关,机关类别,上级机关,统一社会信用代码,岗位,职责,姓名,登录名,任职起始日";
    let text = std::iter::once(heading).chain(rows.iter().copied()).collect::<Vec<_>>().join("\n");
    let lines = tables::spreadsheet::read(text.as_bytes()).unwrap();
    let columns = columns(&lines[0]).unwrap();
    let (register, authority) = (register(), Authority::embedded().unwrap());
    let around = Around {
        register: &register,
        duties: authority.policies().duties(),
        division: DivisionCode::parse("320500000000").unwrap(),
        today: TODAY,
        by: Some(OfficerId::new(3)),
    };
    let mut next = 100;
    plan(&lines[1..], &columns, &around, || {
        next += 1;
        next
    })
}

fn counts(plan: &Plan) -> [usize; 5] {
    [plan.organs.len(), plan.posts.len(), plan.officers.len(), plan.appointments.len(), plan.faults.len()]
}

#[test]
fn rows_become_an_office() {
    let plan = planned(&[
        "乙局,,丙府,,承办岗,机关承办人,乙一,yi.yi,2026-01-05",
        "丙府,人民政府,甲市,,,,,,",
        "乙局,,,,承办岗,,乙二,yi.er,",
        "乙局,,,,负责人,机关负责人、机关承办人,乙一,yi.yi,",
        "甲市,,,,监督岗,inspector,甲二,jia.er,",
    ]);
    assert_eq!(counts(&plan), [2, 3, 3, 4, 0], "{:?}", plan.faults);
    let of = |name: &str| plan.organs.iter().find(|organ| organ.name.zh == name).unwrap();
    assert_eq!(of("乙局").parent, Some(of("丙府").id));
    assert_eq!(of("丙府").parent, Some(OrganId::new(1)), "the register's own is found by its name");
    assert_eq!(of("丙府").kind, OrganKind::Government);
    assert_ne!(of("乙局").number, of("丙府").number);
    assert_eq!(plan.appointments[0].from, Day::constant(2026, 1, 5));
    assert_eq!(plan.appointments[1].from, TODAY);
    assert_eq!(plan.posts[1].duties, ["organ-head", "organ-handler"]);
    assert_eq!(plan.events().len(), 4);
}

/// An organ that is gone keeps its number for ever: a new one must not take it.
#[test]
fn numbers_of_organs_that_are_gone_are_not_given_again() {
    let known = register();
    let gone = Organ {
        id: OrganId::new(9),
        number: 7,
        name: Text::new("旧局", "Old bureau"),
        period: Period { valid_from: TODAY.plus(-400), valid_to: Some(TODAY.plus(-30)), known_from: TODAY.plus(-400) },
        ..known.organs(TODAY).all().next().unwrap().clone()
    };
    let organs = known.organs(TODAY).all().cloned().chain([gone]).collect();
    let register = Register::of(known.profile.clone(), organs, Vec::new(), Vec::new(), Vec::new()).unwrap();
    assert_eq!(register.next_organ_number(), 8);
    let new = |number| Organ { id: OrganId::new(10), number, ..register.organs(TODAY).all().next().unwrap().clone() };
    assert!(register.admits(&[new(7)]).is_err(), "refused before it is recorded");
    assert!(register.admits(&[new(8)]).is_ok());
}

#[test]
fn a_row_with_a_fault_is_held_back_and_named() {
    let long = "长".repeat(LONGEST + 1);
    let cases: Vec<(&str, String, Field, Wrong)> = vec![
        ("no organ", ",,,,岗,机关承办人,乙,yi,".into(), Field::Organ, Wrong::Missing),
        ("a long name", format!("{long},,,,,,,,"), Field::Organ, Wrong::TooLong),
        ("a kind", "乙局,公司,,,,,,,".into(), Field::Kind, Wrong::UnknownKind),
        ("a code", "乙局,,,91320000MA0000000X,,,,,".into(), Field::Uscc, Wrong::BadUscc),
        ("a superior", "乙局,,无此机关,,,,,,".into(), Field::Parent, Wrong::UnknownParent),
        ("itself above", "乙局,,乙局,,,,,,".into(), Field::Parent, Wrong::Circle),
        ("an officer without a post", "乙局,,,,,,乙,yi,".into(), Field::Post, Wrong::Missing),
        ("a post without duties", "乙局,,,,岗,,乙,yi,".into(), Field::Duties, Wrong::Missing),
        ("a duty", "乙局,,,,岗,万能,乙,yi,".into(), Field::Duties, Wrong::UnknownDuty),
        ("no sign-in name", "乙局,,,,岗,机关承办人,乙,,".into(), Field::Login, Wrong::Missing),
        ("no name", "乙局,,,,岗,机关承办人,,yi,".into(), Field::Name, Wrong::Missing),
        ("capitals", "乙局,,,,岗,机关承办人,乙,Yi Yi,".into(), Field::Login, Wrong::BadLogin),
        ("a day", "乙局,,,,岗,机关承办人,乙,yi,2026-13-01".into(), Field::From, Wrong::BadDay),
        ("another's sign-in name", "乙局,,,,岗,机关承办人,乙,secadmin,".into(), Field::Login, Wrong::LoginTaken),
        ("oneself", "乙局,,,,岗,机关承办人,甲,secadmin,".into(), Field::Login, Wrong::OwnPost),
        (
            "two administrators in one post",
            "乙局,,,,岗,系统管理员、审计管理员,乙,yi,".into(),
            Field::Duties,
            Wrong::TwoAdministrators,
        ),
    ];
    for (case, row, field, wrong) in cases {
        let plan = planned(&[&row, "丁局,,,,,,,,"]);
        assert_eq!(plan.faults.len(), 1, "{case}: {:?}", plan.faults);
        assert_eq!((plan.faults[0].line, plan.faults[0].field, plan.faults[0].wrong), (2, field, wrong), "{case}");
        assert!(plan.officers.is_empty() && plan.appointments.is_empty(), "{case}: nothing of the row's people");
        assert!(plan.organs.iter().any(|organ| organ.name.zh == "丁局"), "{case}: the good row is entered");
    }
}

#[test]
fn what_stands_under_a_held_row_is_held_too() {
    let plan = planned(&["乙局,坏,甲市,,,,,,", "丙所,,乙局,,,,,,", "丁组,,丙所,,,,,,", "戊局,,甲市,,,,,,"]);
    let wrong: Vec<_> = plan.faults.iter().map(|fault| (fault.line, fault.wrong)).collect();
    assert_eq!(wrong, [(2, Wrong::UnknownKind), (3, Wrong::UnknownParent), (4, Wrong::UnknownParent)]);
    assert_eq!(plan.organs.len(), 1);
    let circle = planned(&["乙局,,丙所,,,,,,", "丙所,,乙局,,,,,,"]);
    assert!(circle.organs.is_empty() && circle.faults.len() == 2, "{:?}", circle.faults);
}

#[test]
fn one_person_is_not_two_administrators_over_several_rows() {
    let plan = planned(&[
        "甲市,,,,系统岗,系统管理员,乙,yi,",
        "甲市,,,,审计岗,审计管理员,乙,yi,",
        "甲市,,,,审计岗,审计管理员,丙,bing,",
    ]);
    assert_eq!(
        plan.faults.iter().map(|fault| (fault.line, fault.wrong)).collect::<Vec<_>>(),
        [(3, Wrong::TwoAdministrators)]
    );
    assert_eq!((plan.officers.len(), plan.appointments.len()), (2, 2));
}

proptest::proptest! {
    /// Whatever stands in a sheet, planning never panics, and what it plans replays into a tree without a circle.
    #[test]
    fn any_sheet_plans(rows in proptest::collection::vec(
        ("(甲市|乙局|丙府|丁组|)", "(人民政府|政府部门|坏|)", "(甲市|乙局|丙府|丁组|)", "(岗|)", "(inspector|坏|)", "(甲|乙|)", "(yi|secadmin|X|)"), 0..12,
    )) {
        let rows: Vec<String> = rows
            .into_iter()
            .map(|(organ, kind, parent, post, duty, name, login)| format!("{organ},{kind},{parent},,{post},{duty},{name},{login},"))
            .collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let plan = planned(&rows);
        let known = register();
        let organs = known.organs(TODAY).all().cloned().chain(plan.organs.iter().cloned()).collect::<Vec<_>>();
        proptest::prop_assert!(kernel::organ::OrganTree::new(organs, []).is_ok());
        proptest::prop_assert!(plan.appointments.iter().all(|appointment| appointment.officer != OfficerId::new(3)));
    }
}
