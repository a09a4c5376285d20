//! What falls due: each duty is settled once, and what is not met is asked about by itself.

use disclosure::decide::{Given, Taking, Verdict};
use disclosure::events::{Exception, Outcome};
use disclosure::ground::Because;
use disclosure::{DisclosureRule, matter_of};
use kernel::{Day, MatterId};
use supervise::{Judged, Light};
use testkit::office::node;

use crate::support::{DEPARTMENT, Office, VILLAGE, both, hand};

fn day(month: i8, day: i8) -> Day {
    Day::constant(2026, month, day)
}

async fn drafted(office: &Office, login: &str, (entry, period): (&str, &str), body: &str) -> MatterId {
    let (by, _) = hand(login);
    let given = Given {
        entry: entry.to_owned(),
        period: period.to_owned(),
        came: Some(kernel::Clock::today(&office.clock)),
        title: "题".to_owned(),
        body: body.to_owned(),
    };
    office.desk.draft(hand(login), by.organ, &given).await.unwrap()
}

async fn published(
    office: &Office,
    (drafter, reviewer, head): (&str, &str, &str),
    what: (&str, &str),
    body: &str,
) -> MatterId {
    let id = drafted(office, drafter, what, body).await;
    let passed = Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() };
    let it = office.desk.load(id).await.unwrap();
    office.desk.review(hand(reviewer), &it, &passed).await.unwrap();
    let it = office.desk.load(id).await.unwrap();
    office.desk.publish(hand(head), &it).await.unwrap();
    id
}

const VILLAGERS: (&str, &str, &str) = ("vera", "viktor", "vhead");
const BUREAU: (&str, &str, &str) = ("clara", "rose", "head");

/// What the rules say of every act so far: rule, entry, light.
async fn raised(office: &Office) -> Vec<(String, String, Light)> {
    let rules = DisclosureRule::all(&office.desk);
    let mut found = Vec::new();
    for act in office.store.feed(office.node(), 0, 1_000).await.unwrap() {
        for rule in rules.iter().filter(|rule| rule.follows(&act.act.kind)) {
            for judged in rule.judge(node(), &act).await.unwrap() {
                if let Judged::Raised(finding) = judged {
                    assert_eq!(finding.reasons.len(), 1);
                    let reason = &finding.reasons[0];
                    assert!(
                        !reason.sentence.zh.is_empty() && !reason.sentence.en.is_empty() && !reason.evidence.is_empty()
                    );
                    assert!(finding.organ.is_some() && finding.subject.page.starts_with("/disclosures"));
                    found.push((reason.rule.code.clone(), reason.subject.clone(), finding.light));
                }
            }
        }
    }
    found
}

#[tokio::test]
async fn each_duty_is_settled_once_when_its_day_is_over() {
    for office in both().await {
        let finances = Exception { entry: "VIL-02".to_owned(), reason: "往来少".to_owned() };
        office.desk.open(hand("vhead"), VILLAGE, &[finances]).await.unwrap();
        let long = "一".repeat(70);
        published(&office, VILLAGERS, ("VIL-01", "2026-Q1"), &long).await;
        office.clock.set(kernel::Zone::CHINA.end_of(day(3, 31)).plus_ms(-1));
        assert_eq!(office.tick().await, 0, "{}: the last day is not over", office.name);
        office.clock.advance_ms(1);
        assert_eq!(office.tick().await, 1, "{}", office.name);
        assert_eq!(office.tick().await, 0, "once");
        // The second quarter is drafted and not published, the third not even that.
        office.clock.set(kernel::Zone::CHINA.start_of(day(6, 29)));
        drafted(&office, "vera", ("VIL-01", "2026-Q2"), &long).await;
        office.clock.set(kernel::Zone::CHINA.start_of(day(10, 2)));
        assert_eq!(office.tick().await, 2, "two quarters are over");
        let kinds = office.kinds(matter_of(VILLAGE).value()).await;
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        let expected =
            ["disclosure.opened@1.0", "disclosure.met@1.0", "disclosure.lapsed@1.0", "disclosure.lapsed@1.0"];
        assert_eq!(kinds, expected);
        let late = vec![("DS-01".to_owned(), "VIL-01".to_owned(), Light::Yellow); 2];
        assert_eq!(raised(&office).await, late);
        office.rebuilds().await;
    }
}

#[tokio::test]
async fn what_came_by_change_lapses_when_nobody_publishes_it() {
    for office in both().await {
        office.desk.open(hand("head"), DEPARTMENT, &[]).await.unwrap();
        let body = "段".repeat(80);
        let kept = published(&office, BUREAU, ("GOV-01", ""), &body).await;
        let left = drafted(&office, "clara", ("GOV-03", ""), &body).await;
        office.clock.set(kernel::Zone::CHINA.start_of(day(3, 31)));
        office.tick().await;
        let lapsed = |kinds: &[String]| kinds.iter().filter(|kind| kind.starts_with("disclosure.lapsed")).count();
        assert_eq!(lapsed(&office.kinds(left.value()).await), 1, "{}", office.name);
        assert_eq!(lapsed(&office.kinds(kept.value()).await), 0);
        // Published afterwards, it is on record as late, and nothing lapses again.
        let passed = Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() };
        let it = office.desk.load(left).await.unwrap();
        assert!(it.lapsed);
        office.desk.review(hand("rose"), &it, &passed).await.unwrap();
        let it = office.desk.load(left).await.unwrap();
        office.desk.publish(hand("head"), &it).await.unwrap();
        office.clock.advance_days(40);
        office.tick().await;
        assert_eq!(lapsed(&office.kinds(left.value()).await), 1);
        // What an organ owes once and has not published lapsed beside it.
        let codes: Vec<String> = raised(&office).await.into_iter().map(|(_, entry, _)| entry).collect();
        assert!(codes.contains(&"GOV-02".to_owned()) && codes.contains(&"GOV-09".to_owned()), "{codes:?}");
        office.rebuilds().await;
    }
}

#[tokio::test]
async fn what_says_nothing_and_what_is_withdrawn_too_late_is_asked_about() {
    for office in both().await {
        office.desk.open(hand("head"), DEPARTMENT, &[]).await.unwrap();
        office.desk.open(hand("vhead"), VILLAGE, &[]).await.unwrap();
        let body = "段".repeat(80);
        published(&office, BUREAU, ("GOV-13", ""), "检查了。").await;
        published(&office, VILLAGERS, ("VIL-03", ""), &body).await;
        published(&office, VILLAGERS, ("VIL-03", ""), &body).await;
        let other = "另".repeat(80);
        published(&office, VILLAGERS, ("VIL-03", ""), &other).await;
        let empty: Vec<(String, String)> =
            raised(&office).await.into_iter().map(|(code, entry, _)| (code, entry)).collect();
        let said = |code: &str, entry: &str| (code.to_owned(), entry.to_owned());
        assert_eq!(empty, [said("DS-02", "GOV-13"), said("DS-02", "VIL-03")], "{}", office.name);

        let taking = |because, changed| Taking { because: Some(because), changed, reason: "因".to_owned() };
        let in_time = published(&office, BUREAU, ("GOV-05", ""), &body).await;
        let late = published(&office, BUREAU, ("GOV-05", ""), &other).await;
        let early = published(&office, VILLAGERS, ("VIL-03", ""), &"早".repeat(80)).await;
        let mistake = published(&office, VILLAGERS, ("VIL-03", ""), &"误".repeat(80)).await;
        office.clock.set(kernel::Zone::CHINA.start_of(day(3, 12)));
        for (id, by, taking) in [
            // Three working days after Monday the 9th are the 12th; after Friday the 6th, the 11th.
            (in_time, "head", taking(Because::Changed, Some(day(3, 9)))),
            (late, "head", taking(Because::Changed, Some(day(3, 6)))),
            (early, "vhead", taking(Because::Other, None)),
            (mistake, "vhead", taking(Because::Mistake, None)),
        ] {
            let it = office.desk.load(id).await.unwrap();
            office.desk.withdraw(hand(by), &it, &taking).await.unwrap();
        }
        let withdrawn = raised(&office).await.into_iter().filter(|(code, ..)| code == "DS-03").count();
        assert_eq!(withdrawn, 2, "too late, and before its fifteen days");
        office.rebuilds().await;
    }
}

#[tokio::test]
async fn what_no_calendar_measures_is_on_record_and_counted_when_it_can_be() {
    for office in both().await {
        // The calendar ends with 2026.
        office.clock.set(kernel::Zone::CHINA.start_of(day(12, 20)));
        office.desk.open(hand("head"), DEPARTMENT, &[]).await.unwrap();
        let duties = disclosure::lists::duties(&office.store, office.node(), (None, true), (0, 30)).await.unwrap().0;
        let once = duties.iter().find(|duty| duty.entry == "GOV-02").unwrap();
        assert_eq!((once.due, once.why.as_deref()), (None, Some("clock.no_calendar")), "{}", office.name);
        let door = office.door().await;
        let page = door.get("", "/disclosure/duties").await.text;
        assert!(page.contains("working calendar of that year is missing"), "{page}");
        assert_eq!(office.tick().await, 0, "nothing is guessed");
        office.rebuilds().await;
    }
}
