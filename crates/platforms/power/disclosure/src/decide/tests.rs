use kernel::dated::Period as Dates;
use kernel::organ::OrganKind;
use kernel::packs::Packs;
use kernel::{DivisionCode, Instant, OfficerId, OrganId, Text};

use super::*;
use crate::state::Happened;

const DRAFTER: OfficerId = OfficerId::new(1);
const REVIEWER: OfficerId = OfficerId::new(2);
const HEAD: OfficerId = OfficerId::new(3);
const TODAY: Day = Day::constant(2026, 3, 20);

fn hand(officer: OfficerId) -> Hand {
    Hand { officer, organ: OrganId::new(9), on_behalf_of: None }
}

fn organ(kind: OrganKind) -> Organ {
    Organ {
        id: OrganId::new(9),
        number: 1,
        name: Text::same("甲"),
        short: Text::same("甲"),
        kind,
        division: DivisionCode::parse("320500000000").unwrap(),
        parent: None,
        period: Dates::since(Day::constant(2020, 1, 1)),
        uscc: None,
    }
}

fn calendar() -> WorkingCalendar {
    WorkingCalendar::from_packs(&Packs::embedded()).unwrap()
}

fn opened() -> Opened {
    Opened { since: Day::constant(2026, 1, 5), except: vec!["GOV-09".to_owned()] }
}

fn given() -> Given {
    Given {
        entry: "GOV-01".to_owned(),
        period: String::new(),
        came: Some(Day::constant(2026, 3, 2)),
        title: "办法".to_owned(),
        body: "第一段\n第二段\n第三段".to_owned(),
    }
}

fn drafted(given: &Given) -> Result<DisclosureEvent, Refusal> {
    let calendar = calendar();
    let catalogue = Catalogue::embedded().unwrap();
    let organ = organ(OrganKind::Department);
    draft(&catalogue, (&organ, Some(&opened())), hand(DRAFTER), given, false, (TODAY, (&calendar, Zone::CHINA)))
}

fn happened(event: DisclosureEvent) -> Happened {
    Happened { idx: 1, at: Instant::from_ms(0), event }
}

fn begun() -> Disclosure {
    let event = drafted(&given()).unwrap();
    Disclosure::begun(MatterId::new(7), &happened(event)).unwrap()
}

fn verdict(outcome: Outcome) -> Verdict {
    Verdict {
        outcome: Some(outcome), withheld: "2".to_owned(), ground: Some(Ground::Privacy), reason: "因".to_owned()
    }
}

fn reviewed(outcome: Outcome) -> Disclosure {
    let before = begun();
    let event = review(&before, hand(REVIEWER), &verdict(outcome)).unwrap();
    before.after(&happened(event))
}

/// Whoever shows what was written.
struct Eye;
impl kernel::Eyes for Eye {}

fn publishing<'a>(entry: &'a Entry, reviewed: Option<&'a Content>) -> Publishing<'a> {
    Publishing { entry, reviewed, same_as: None, today: TODAY }
}

fn published(outcome: Outcome) -> Disclosure {
    let before = reviewed(outcome);
    let content = before.draft.as_ref().unwrap().content.show(&Eye).cloned();
    let catalogue = Catalogue::embedded().unwrap();
    let entry = catalogue.entry("GOV-01").unwrap();
    let event = publish(&before, hand(HEAD), publishing(entry, content.as_ref())).unwrap();
    before.after(&happened(event))
}

#[test]
fn an_organ_opens_its_catalogue_once_and_says_what_it_does_not_have() {
    let (catalogue, calendar) = (Catalogue::embedded().unwrap(), calendar());
    let counting = (&calendar, Zone::CHINA);
    let none = |entry: &str, reason: &str| vec![Exception { entry: entry.to_owned(), reason: reason.to_owned() }];
    let is = opened();
    let cases = [
        ("as it should be", OrganKind::Department, None, vec![], Ok(())),
        ("without fees", OrganKind::Department, None, none("GOV-09", "本机关不收费"), Ok(())),
        ("open already", OrganKind::Department, Some(&is), vec![], Err("disclosure.already_open")),
        ("nothing is asked", OrganKind::Office, None, vec![], Err("disclosure.nothing_asked")),
        ("no reason", OrganKind::Department, None, none("GOV-09", " "), Err("disclosure.reason")),
        ("what binds all", OrganKind::Department, None, none("GOV-02", "没有"), Err("disclosure.not_optional")),
        ("of another kind", OrganKind::Department, None, none("VIL-01", "没有"), Err("disclosure.no_entry")),
    ];
    for (case, kind, is_open, except, expected) in cases {
        let event = open(&catalogue, (&organ(kind), is_open), hand(HEAD), &except, TODAY, counting);
        assert_eq!(event.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
    let except = none("GOV-09", "本机关不收费");
    let event = open(&catalogue, (&organ(OrganKind::Department), None), hand(HEAD), &except, TODAY, counting);
    let Ok(DisclosureEvent::Opened { duties, .. }) = event else { panic!("refused") };
    let owed: Vec<&str> = duties.iter().map(|duty| duty.entry.as_str()).collect();
    assert_eq!(owed, ["GOV-02", "GOV-15"], "what falls due by the calendar, without what it does not have");
}

#[test]
fn a_draft_is_of_an_entry_and_period_of_the_organ() {
    let (catalogue, calendar) = (Catalogue::embedded().unwrap(), calendar());
    let village = |period: &str| Given { entry: "VIL-01".to_owned(), period: period.to_owned(), ..given() };
    let with = |change: fn(&mut Given)| {
        let mut it = given();
        change(&mut it);
        it
    };
    let is = opened();
    let (department, of_village) = (OrganKind::Department, OrganKind::Village);
    type Case<'a> = (&'a str, OrganKind, Option<&'a Opened>, Given, bool, Result<(), &'a str>);
    let cases: Vec<Case> = vec![
        ("as it should be", department, Some(&is), given(), false, Ok(())),
        ("by change, again", department, Some(&is), given(), true, Ok(())),
        ("not open", department, None, given(), false, Err("disclosure.not_open")),
        ("no such entry", department, Some(&is), with(|it| it.entry = "X".into()), false, Err("disclosure.no_entry")),
        ("of another kind", of_village, Some(&is), given(), false, Err("disclosure.no_entry")),
        (
            "which it does not have",
            department,
            Some(&is),
            with(|it| it.entry = "GOV-09".into()),
            false,
            Err("disclosure.no_entry"),
        ),
        (
            "a period by change",
            department,
            Some(&is),
            with(|it| it.period = "2026".into()),
            false,
            Err("disclosure.no_period"),
        ),
        ("a quarter", of_village, Some(&is), village("2026-Q1"), false, Ok(())),
        ("a quarter to come", of_village, Some(&is), village("2026-Q2"), false, Err("disclosure.no_period")),
        ("a month of what is quarterly", of_village, Some(&is), village("2026-03"), false, Err("disclosure.no_period")),
        ("no period", of_village, Some(&is), village(""), false, Err("disclosure.no_period")),
        ("a period that is taken", of_village, Some(&is), village("2026-Q1"), true, Err("disclosure.taken")),
        ("no day", department, Some(&is), with(|it| it.came = None), false, Err("disclosure.came")),
        (
            "a day to come",
            department,
            Some(&is),
            with(|it| it.came = Some(TODAY.plus(1))),
            false,
            Err("disclosure.came"),
        ),
        ("today", department, Some(&is), with(|it| it.came = Some(TODAY)), false, Ok(())),
        ("no title", department, Some(&is), with(|it| it.title.clear()), false, Err("disclosure.title")),
        ("no text", department, Some(&is), with(|it| it.body = " \n".into()), false, Err("disclosure.body")),
    ];
    for (case, kind, opened, given, taken, expected) in cases {
        let organ = organ(kind);
        let event =
            draft(&catalogue, (&organ, opened), hand(DRAFTER), &given, taken, (TODAY, (&calendar, Zone::CHINA)));
        assert_eq!(event.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
    assert_eq!(begun().due, Some(Day::constant(2026, 3, 30)), "twenty working days after it came to be");
}

#[test]
fn another_reviews_and_says_what_is_withheld_and_why() {
    let as_typed = |change: fn(&mut Verdict)| {
        let mut it = verdict(Outcome::Partly);
        change(&mut it);
        it
    };
    let cases = [
        ("passed", REVIEWER, Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() }, Ok(())),
        ("a part withheld", REVIEWER, verdict(Outcome::Partly), Ok(())),
        ("refused", REVIEWER, verdict(Outcome::Refused), Ok(())),
        ("by the drafter", DRAFTER, verdict(Outcome::Passed), Err("separation.same_officer")),
        ("nothing chosen", REVIEWER, Verdict::default(), Err("disclosure.outcome")),
        ("no ground", REVIEWER, as_typed(|it| it.ground = None), Err("disclosure.ground")),
        ("no number", REVIEWER, as_typed(|it| it.withheld = "".into()), Err("disclosure.withheld")),
        ("no such number", REVIEWER, as_typed(|it| it.withheld = "4".into()), Err("disclosure.withheld")),
        ("nought", REVIEWER, as_typed(|it| it.withheld = "0".into()), Err("disclosure.withheld")),
        ("all of it", REVIEWER, as_typed(|it| it.withheld = "1、2、3".into()), Err("disclosure.withheld")),
        ("no number at all", REVIEWER, as_typed(|it| it.withheld = "二".into()), Err("disclosure.withheld")),
        ("no reason", REVIEWER, as_typed(|it| it.reason = " ".into()), Err("disclosure.reason")),
    ];
    for (case, by, verdict, expected) in cases {
        let event = review(&begun(), hand(by), &verdict);
        assert_eq!(event.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
    let stead = Hand { on_behalf_of: Some(DRAFTER), ..hand(REVIEWER) };
    assert_eq!(review(&begun(), stead, &verdict(Outcome::Passed)).unwrap_err().code(), "separation.same_officer");
    assert_eq!(review(&reviewed(Outcome::Passed), hand(REVIEWER), &verdict(Outcome::Passed)), Err(Refusal::Stage));
    let Ok(DisclosureEvent::Reviewed { withheld, .. }) =
        review(&begun(), hand(REVIEWER), &as_typed(|it| it.withheld = "3，2 2".into()))
    else {
        panic!("refused")
    };
    assert_eq!(withheld, [2, 3], "each once and in order");
}

#[test]
fn a_third_publishes_or_who_reviewed_where_the_catalogue_says_so() {
    let catalogue = Catalogue::embedded().unwrap();
    let third = catalogue.entry("GOV-01").unwrap();
    let joint = Entry { publisher: Publisher::Reviewer, ..third.clone() };
    let before = reviewed(Outcome::Partly);
    let content = before.draft.as_ref().unwrap().content.show(&Eye).cloned();
    let content = content.as_ref();
    let cases = [
        ("the head", third, HEAD, content, Ok(())),
        ("the reviewer, where a third is asked for", third, REVIEWER, content, Err("separation.same_officer")),
        ("the reviewer, where that is enough", &joint, REVIEWER, content, Ok(())),
        ("the drafter", third, DRAFTER, content, Err("separation.same_officer")),
        ("the drafter, likewise", &joint, DRAFTER, content, Err("separation.same_officer")),
        ("what is gone", third, HEAD, None, Err("disclosure.gone")),
    ];
    for (case, entry, by, content, expected) in cases {
        let event = publish(&before, hand(by), publishing(entry, content));
        assert_eq!(event.map(drop).map_err(|no| no.code()), expected, "{case}");
    }
    for (case, at) in
        [("not reviewed", begun()), ("refused", reviewed(Outcome::Refused)), ("published", published(Outcome::Passed))]
    {
        assert_eq!(publish(&at, hand(HEAD), publishing(third, content)), Err(Refusal::Stage), "{case}");
    }
    let Ok(DisclosureEvent::Published { content, characters, number, .. }) =
        publish(&before, hand(HEAD), publishing(third, content))
    else {
        panic!("refused")
    };
    let shown = content.show(&Eye).unwrap();
    assert!(!shown.file().contains("第二段") && shown.file().contains("第三段"), "{shown:?}");
    assert_eq!((characters, number), (6, 1));
}

#[test]
fn what_is_published_is_corrected_with_what_was_wrong_and_withdrawn_with_why() {
    let it = published(Outcome::Passed);
    assert_eq!(it.stage(), Stage::Published);
    assert_eq!(
        rewrite(&it, hand(DRAFTER), ("题", "新"), " "),
        Err(Refusal::Reason),
        "a correction says what was wrong"
    );
    let event = rewrite(&it, hand(DRAFTER), ("题", "新"), "数字写错").unwrap();
    let corrected = it.clone().after(&happened(event));
    assert_eq!(corrected.stage(), Stage::ToReview);
    assert!(corrected.current().is_some(), "what is published stays until the correction is");
    assert!(rewrite(&begun(), hand(HEAD), ("题", "新"), "").is_ok(), "a draft is written anew without");

    let calendar = calendar();
    let counting = (&calendar, Zone::CHINA);
    let taking = |because, changed: Option<Day>, reason: &str| Taking { because, changed, reason: reason.to_owned() };
    let cases = [
        ("a mistake", taking(Some(Because::Mistake), None, "发错"), Ok(None)),
        // Friday 13 March; three working days after it are the 18th.
        (
            "a change",
            taking(Some(Because::Changed), Some(Day::constant(2026, 3, 13)), "改判"),
            Ok(Some(Day::constant(2026, 3, 18))),
        ),
        ("no day of the change", taking(Some(Because::Changed), None, "改判"), Err("disclosure.changed")),
        ("a change to come", taking(Some(Because::Changed), Some(TODAY.plus(1)), "改判"), Err("disclosure.changed")),
        ("nothing chosen", taking(None, None, "因"), Err("disclosure.because")),
        ("no reason", taking(Some(Because::Other), None, " "), Err("disclosure.reason")),
    ];
    for (case, taking, expected) in cases {
        let event = withdraw(&it, hand(HEAD), &taking, TODAY, counting);
        let limit = event.map(|event| match event {
            DisclosureEvent::Withdrawn { limit, .. } => limit,
            other => panic!("{other:?}"),
        });
        assert_eq!(limit.map_err(|no| no.code()), expected, "{case}");
    }
    let other = taking(Some(Because::Other), None, "因");
    assert_eq!(withdraw(&begun(), hand(HEAD), &other, TODAY, counting), Err(Refusal::Stage), "nothing is published");
    let event = withdraw(&it, hand(HEAD), &other, TODAY, counting).unwrap();
    let gone = it.after(&happened(event));
    assert!(gone.stage() == Stage::Withdrawn && gone.current().is_none());
    assert_eq!(rewrite(&gone, hand(DRAFTER), ("题", "新"), "x"), Err(Refusal::Stage));
    assert_eq!(withdraw(&gone, hand(HEAD), &other, TODAY, counting), Err(Refusal::Stage));
}
