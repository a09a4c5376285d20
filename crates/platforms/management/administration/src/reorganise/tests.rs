use directory::Founded;
use kernel::officer::Officer;
use kernel::organ::OrganKind;
use kernel::{Class, DivisionCode};
use proptest::prelude::*;

use super::*;
use crate::history::{self, What};

const BEGAN: Day = Day::constant(2020, 1, 1);
const TODAY: Day = Day::constant(2026, 3, 2);
const UNIT: OrganId = OrganId::new(1);
const CITY: OrganId = OrganId::new(2);
const FINANCE: OrganId = OrganId::new(3);
const OFFICE: OrganId = OrganId::new(4);
const WATER: OrganId = OrganId::new(5);
const SECURITY: OfficerId = OfficerId::new(1);
const CLERK: OfficerId = OfficerId::new(2);

fn organ(id: OrganId, number: u32, name: &str, parent: Option<OrganId>) -> Organ {
    Organ {
        id,
        number,
        name: Text::same(name),
        short: Text::same(name),
        kind: OrganKind::Department,
        division: DivisionCode::parse("320500000000").unwrap(),
        parent,
        period: Period::since(BEGAN),
        uscc: None,
    }
}

fn post(id: u128, organ: OrganId) -> Post {
    Post {
        id: PostId::new(id),
        organ,
        name: Text::same("岗"),
        duties: vec!["organ-handler".to_owned()],
        ceiling: Class::WorkSecret,
        valid_from: BEGAN,
        valid_to: None,
    }
}

/// A city with a unit that supervises, a finance bureau with an office below, and a water bureau.
struct Office {
    organs: Vec<Organ>,
    successions: Vec<Succession<OrganId>>,
    posts: Vec<Post>,
    appointments: Vec<Appointment>,
}

impl Office {
    fn new() -> Office {
        let served = |officer, post| Appointment { officer, post: PostId::new(post), from: BEGAN, to: None };
        Office {
            organs: vec![
                organ(UNIT, 1, "监督机关", Some(CITY)),
                organ(CITY, 2, "市", None),
                organ(FINANCE, 3, "财政局", Some(CITY)),
                organ(OFFICE, 4, "采购处", Some(FINANCE)),
                organ(WATER, 5, "水务局", Some(CITY)),
            ],
            successions: Vec::new(),
            posts: vec![post(11, UNIT), post(13, FINANCE), post(15, WATER)],
            appointments: vec![served(SECURITY, 11), served(CLERK, 13)],
        }
    }

    fn register(&self) -> Register {
        let founded =
            Founded {
                name: Text::same("市"), domain: "a.invalid".to_owned(), synthetic: true, supervisor: Some(UNIT)
            };
        let officers = [SECURITY, CLERK]
            .map(|id| Officer { id, login: format!("o{}", id.value()), name: Text::same("甲") })
            .to_vec();
        Register::of(founded, self.organs.clone(), self.posts.clone(), officers, self.appointments.clone())
            .unwrap()
            .with_successions(self.successions.clone())
            .unwrap()
    }

    fn enter(&mut self, events: Vec<RegisterEvent>) {
        for event in events {
            match event {
                RegisterEvent::OrgansEntered { organs } => self.organs.extend(organs),
                RegisterEvent::SuccessionsEntered { first, successions } => {
                    assert_eq!(first as usize, self.successions.len());
                    self.successions.extend(successions);
                }
                RegisterEvent::PostsEntered { posts } => {
                    for post in posts {
                        self.posts.retain(|old| old.id != post.id);
                        self.posts.push(post);
                    }
                }
                RegisterEvent::Appointed { appointments } => {
                    for new in appointments {
                        self.appointments
                            .retain(|old| (old.officer, old.post, old.from) != (new.officer, new.post, new.from));
                        self.appointments.push(new);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn change(&mut self, organ: OrganId, change: &Change, on: Day) -> Result<(), Fault> {
        let mut next = 1_000 + self.organs.len() as u128 * 100;
        let register = self.register();
        let around = Around { register: &register, today: TODAY, by: SECURITY };
        let events = events(organ, change, on, &around, || {
            next += 1;
            next
        })?;
        self.enter(events);
        Ok(())
    }
}

fn renamed(name: &str) -> Change {
    Change::Rename { name: Text::same(name), short: Text::same(name) }
}

const JULY: Day = Day::constant(2026, 7, 1);

#[test]
fn a_change_holds_from_its_day_and_is_known_from_today() {
    let mut office = Office::new();
    office.change(FINANCE, &renamed("财政和国资局"), JULY).unwrap();
    office.change(OFFICE, &Change::Move { parent: Some(WATER) }, JULY).unwrap();
    let register = office.register();
    let name = |day, known: Day| register.organs_as_known(day, known).get(FINANCE).map(|organ| organ.name.zh.clone());
    assert_eq!(name(JULY.plus(-1), TODAY).as_deref(), Some("财政局"));
    assert_eq!(name(JULY, TODAY).as_deref(), Some("财政和国资局"));
    assert_eq!(name(JULY, TODAY.plus(-1)).as_deref(), Some("财政局"), "yesterday nobody knew");
    assert_eq!(register.organ_on(FINANCE, TODAY).unwrap().name.zh, "财政局", "today it has its old name");
    assert!(register.organs(JULY).contains(WATER, OFFICE) && !register.organs(JULY).contains(FINANCE, OFFICE));
    let told: Vec<What> = history::of(&register, FINANCE, TODAY).into_iter().map(|it| it.what).collect();
    assert_eq!(told, [What::SetUp(Text::same("财政局")), What::Renamed(Text::same("财政和国资局"))]);
    assert_eq!(history::of(&register, FINANCE, TODAY.plus(-1)).len(), 1);
    assert_eq!(history::of(&register, OFFICE, TODAY)[1].what, What::Moved(Some(WATER)));
}

#[test]
fn who_is_merged_ends_with_posts_and_its_tasks_go_on() {
    for people in [false, true] {
        let mut office = Office::new();
        office.change(FINANCE, &Change::Merge { into: WATER, people }, JULY).unwrap();
        let register = office.register();
        let view = register.organs(JULY);
        assert!(view.get(FINANCE).is_none() && register.organs(JULY.plus(-1)).get(FINANCE).is_some());
        assert!(view.contains(WATER, OFFICE), "what stood under it stands under who follows");
        assert!(register.stands_for(WATER, FINANCE, JULY) && !register.stands_for(WATER, FINANCE, JULY.plus(-1)));
        assert_eq!(register.tasks_of([WATER].into(), JULY), [FINANCE, WATER].into());
        let held = |day| register.posts_of(CLERK, day).iter().map(|post| post.organ).collect::<Vec<_>>();
        assert_eq!(held(JULY.plus(-1)), [FINANCE]);
        assert_eq!(held(JULY), if people { vec![WATER] } else { Vec::new() }, "people: {people}");
        let told = history::of(&register, FINANCE, TODAY);
        assert_eq!(told.last().unwrap().what, What::WentInto(SuccessionKind::Absorb, vec![WATER]));
        assert!(history::of(&register, WATER, TODAY).iter().any(|it| it.what == What::TookOver(vec![FINANCE])));
    }
}

#[test]
fn who_is_split_goes_on_in_its_parts() {
    let mut office = Office::new();
    let names = ["供水局".to_owned(), " 水务局 ".to_owned(), String::new()].to_vec();
    office.change(WATER, &Change::Split { names }, JULY).unwrap();
    let register = office.register();
    let view = register.organs(JULY);
    let parts: Vec<&Organ> =
        view.children(CITY).filter(|organ| ["供水局", "水务局"].contains(&&*organ.name.zh)).collect();
    assert_eq!(parts.len(), 2, "one may go on under the old name");
    assert!(parts.iter().all(|part| register.stands_for(part.id, WATER, JULY)));
    assert!(view.get(WATER).is_none());
}

#[test]
fn who_is_abolished_is_followed_by_nobody() {
    let mut office = Office::new();
    office.change(OFFICE, &Change::Abolish, JULY).unwrap();
    assert_eq!(history::of(&office.register(), OFFICE, TODAY).last().unwrap().what, What::Abolished);
    // The one that takes over stood below: it rises.
    let mut office = Office::new();
    office.change(FINANCE, &Change::Merge { into: OFFICE, people: true }, JULY).unwrap();
    assert_eq!(office.register().organs(JULY).get(OFFICE).unwrap().parent, Some(CITY));
}

#[test]
fn what_does_not_fit_is_named_at_its_field() {
    let long = "长".repeat(LONGEST + 1);
    let parts = |names: &[&str]| Change::Split { names: names.iter().map(|name| (*name).to_owned()).collect() };
    let merged = |into| Change::Merge { into, people: false };
    let cases: Vec<(&str, OrganId, Change, Day, Fault)> = vec![
        ("before it was", WATER, renamed("x"), BEGAN.plus(-1), (Field::On, Wrong::NotThen)),
        ("an organ that never was", OrganId::new(99), renamed("x"), JULY, (Field::On, Wrong::NotThen)),
        ("no name", WATER, renamed(" "), JULY, (Field::Name, Wrong::NameMissing)),
        ("a long name", WATER, renamed(&long), JULY, (Field::Name, Wrong::NameTooLong)),
        ("another's name", WATER, renamed("财政局"), JULY, (Field::Name, Wrong::NameTaken)),
        ("the same name", WATER, renamed("水务局"), JULY, (Field::Name, Wrong::Same)),
        ("the same superior", WATER, Change::Move { parent: Some(CITY) }, JULY, (Field::Parent, Wrong::Same)),
        ("under itself", FINANCE, Change::Move { parent: Some(OFFICE) }, JULY, (Field::Parent, Wrong::Circle)),
        (
            "under nobody known",
            WATER,
            Change::Move { parent: Some(OrganId::new(99)) },
            JULY,
            (Field::Parent, Wrong::OtherNotThen),
        ),
        ("into itself", WATER, merged(WATER), JULY, (Field::Into, Wrong::Itself)),
        ("into nobody known", WATER, merged(OrganId::new(99)), JULY, (Field::Into, Wrong::OtherNotThen)),
        ("on its first day", WATER, merged(FINANCE), BEGAN, (Field::On, Wrong::Empty)),
        ("the unit that supervises", UNIT, merged(FINANCE), JULY, (Field::On, Wrong::Supervisor)),
        ("one part", WATER, parts(&["甲"]), JULY, (Field::Names, Wrong::Parts)),
        ("two of one name", WATER, parts(&["甲", "甲"]), JULY, (Field::Names, Wrong::NameTaken)),
        ("a part with another's name", WATER, parts(&["甲", "财政局"]), JULY, (Field::Names, Wrong::NameTaken)),
        ("a split over organs below", FINANCE, parts(&["甲", "乙"]), JULY, (Field::On, Wrong::OrgansBelow)),
        ("an end over organs below", FINANCE, Change::Abolish, JULY, (Field::On, Wrong::OrgansBelow)),
    ];
    for (case, organ, change, on, fault) in cases {
        assert_eq!(Office::new().change(organ, &change, on), Err(fault), "{case}");
    }
    let mut office = Office::new();
    office.change(WATER, &renamed("水利局"), JULY).unwrap();
    let under = office.change(WATER, &renamed("水政局"), JULY.plus(-1));
    assert_eq!(under, Err((Field::On, Wrong::LaterChange)), "a change under one that is entered already");
    let mut office = Office::new();
    office.appointments[1].officer = SECURITY;
    assert_eq!(office.change(FINANCE, &merged(WATER), JULY), Err((Field::On, Wrong::OwnPost)));
}

#[test]
fn an_end_moves_only_in_time_to_come() {
    let (from, end) = (BEGAN, TODAY.plus(30));
    let cases = [
        ("ended sooner", Some(end), Some(TODAY), Ok(Some(TODAY))),
        ("renewed", Some(end), Some(end.plus(365)), Ok(Some(end.plus(365)))),
        ("renewed without an end", Some(end), None, Ok(None)),
        ("gets an end", None, Some(end), Ok(Some(end))),
        ("over", Some(TODAY), Some(end), Err(TermWrong::Over)),
        ("in the past", None, Some(TODAY.plus(-1)), Err(TermWrong::Past)),
        ("the same", Some(end), Some(end), Err(TermWrong::Same)),
        ("no end as before", None, None, Err(TermWrong::Same)),
    ];
    for (case, to, until, expected) in cases {
        assert_eq!(term(from, to, until, TODAY), expected, "{case}");
    }
    let to_come = TODAY.plus(10);
    assert_eq!(term(to_come, None, Some(TODAY), TODAY), Err(TermWrong::BeforeItBegins));
}

fn any_change() -> impl Strategy<Value = (u128, Change, i64)> {
    let organ = 1_u128..6;
    let change = prop_oneof![
        "[甲乙丙]{1,2}".prop_map(|name| renamed(&name)),
        proptest::option::of(1_u128..6).prop_map(|parent| Change::Move { parent: parent.map(OrganId::new) }),
        (1_u128..6, any::<bool>()).prop_map(|(into, people)| Change::Merge { into: OrganId::new(into), people }),
        proptest::collection::vec("[丁戊]{1,2}", 0..4).prop_map(|names| Change::Split { names }),
        Just(Change::Abolish),
    ];
    (organ, change, 0_i64..5)
}

proptest! {
    /// Whatever is attempted: what is entered makes a tree on every day, nothing known yesterday becomes another, and the
    /// security administrator keeps their own post.
    #[test]
    fn any_changes_leave_a_register_that_reads(attempts in proptest::collection::vec(any_change(), 0..12)) {
        let mut office = Office::new();
        let before = office.register();
        for (organ, change, days) in attempts {
            let _ = office.change(OrganId::new(organ), &change, JULY.plus(days * 10));
        }
        let after = office.register();
        for day in [BEGAN, TODAY, JULY, JULY.plus(60)] {
            let (one, other) = (before.organs_as_known(day, TODAY.plus(-1)), after.organs_as_known(day, TODAY.plus(-1)));
            prop_assert_eq!(one.all().collect::<Vec<_>>(), other.all().collect::<Vec<_>>());
            prop_assert!(after.posts_of(SECURITY, day).iter().any(|post| post.organ == UNIT));
        }
        for id in office.organs.iter().map(|organ| organ.id) {
            prop_assert!(!history::of(&after, id, TODAY).is_empty());
        }
    }
}
