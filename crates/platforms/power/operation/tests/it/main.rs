//! The inventory over HTTP, on both stores: who may do what, what is wrong with what was typed, and what is exercised under it.

mod support;

use axum::http::StatusCode;
use casework::desk::{By, CaseError, Opening, Refusal};
use flow::ElementId;
use kernel::{MatterId, OrganId};
use testkit::door::Got;
use testkit::office::{ORGAN, node};

use crate::support::{Office, both, hand};

/// A field of a form by name and value.
type Field = (&'static str, &'static str);

/// What the form of an item sends.
const ITEM: [(&str, &str); 14] = [
    ("code", "YS-1"),
    ("name", "示例<b>许可</b>"),
    ("name_en", "Sample licence"),
    ("category", "licensing"),
    ("standing", "statutory"),
    ("level", "county"),
    ("clients", "anyone"),
    ("bases", "示例条例 | 第十条"),
    ("conditions", "有固定场所。"),
    ("materials", "申请书 | 必要 | 1"),
    ("statutory", "20 工作日"),
    ("promised", "10"),
    ("process", "licence"),
    ("online", "on"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let rest = [("from", "2026-11-16"), ("reason", "新规定")];
    let all = ITEM.iter().copied().chain(rest);
    let kept = all.filter(|(name, _)| changes.iter().all(|(other, _)| other != name));
    kept.chain(changes.iter().copied()).filter(|(_, value)| *value != "-").collect()
}

fn id_of(got: &Got) -> MatterId {
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    got.location.rsplit('/').next().unwrap().parse().unwrap()
}

fn opening(power: Option<MatterId>, organ: OrganId) -> Opening {
    Opening {
        process: ElementId::from("licence"),
        start: None,
        title: "一件申请".to_owned(),
        organ,
        variables: [("file".to_owned(), dmn::Value::text("1")), ("area".to_owned(), dmn::Value::whole(250))].into(),
        caller: None,
        power,
    }
}

async fn open(office: &Office, power: Option<MatterId>) -> Result<MatterId, Refusal> {
    let (hand, post) = hand("handler");
    match office.desk.open(By::Officer(hand, post), &opening(power, ORGAN), None).await {
        Ok(id) => Ok(id),
        Err(CaseError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{}: {other:?}", office.name),
    }
}

/// Proposes, reviews and publishes by the pages.
async fn entered(office: &Office, changes: &[(&str, &str)]) -> MatterId {
    let (steward, legal, publisher) =
        (office.door.enter("steward").await, office.door.enter("legal").await, office.door.enter("publisher").await);
    let id = id_of(&office.door.post(&steward, "/powers", &with(changes)).await);
    let review = [("answer", "pass"), ("opinion", "依据有效")];
    let got = office.door.post(&legal, &format!("/powers/{id}/review"), &review).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    let got = office.door.post(&publisher, &format!("/powers/{id}/publish"), &[("answer", "publish")]).await;
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn three_persons_enter_an_item_and_everybody_reads_it() {
    for office in both().await {
        let id = entered(&office, &[]).await;
        let handler = office.door.enter("handler").await;
        let list = office.door.get(&handler, "/powers").await;
        assert!(list.text.contains("Sample licence") && list.text.contains("YS-1"), "{}", office.name);
        let page = office.door.get(&handler, &format!("/powers/{id}")).await;
        assert!(page.text.contains("依据有效") && page.text.contains("Passed the legal review"), "{}", office.name);
        // Without signing in, and never as markup.
        let guide = office.door.get("", "/guide/YS-1?lang=zh-CN").await;
        assert!(guide.status == StatusCode::OK && guide.text.contains("有固定场所。"), "{}", guide.text);
        assert!(!guide.text.contains("<b>许可"), "what was typed is no markup");
        let public = office.door.get("", "/api/guide").await.json();
        assert_eq!((&public["total"], &public["items"][0]["promised"]["value"]), (&1.into(), &10.into()));
        assert_eq!(office.door.get("", "/guide/YS-9").await.status, StatusCode::NOT_FOUND);
        let one = office.door.get(&handler, &format!("/api/powers/{id}")).await.json();
        assert_eq!(one["versions"][0]["content"]["name"]["zh"], "示例<b>许可</b>");
        office.rebuilt_alike().await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_inventory_is_not_exercised() {
    for office in both().await {
        let none = || Err(Refusal::NotInInventory("licence".to_owned()));
        assert_eq!(open(&office, None).await, none(), "{}: the process says that it is a power", office.name);
        let first = entered(&office, &[]).await;
        let case = open(&office, None).await.unwrap();
        let under = office.desk.load(case).await.unwrap().unwrap().under.unwrap();
        assert_eq!((under.item, under.version), (first, 1));
        assert_eq!(open(&office, Some(MatterId::new(5))).await, none());
        let second = entered(&office, &[("code", "YS-2"), ("name_en", "Another licence")]).await;
        assert_eq!(open(&office, None).await, Err(Refusal::WhichPower));
        open(&office, Some(second)).await.unwrap();
        // What is repealed is exercised no more; what is open goes on.
        let steward = office.door.enter("steward").await;
        let end = [("from", "2026-11-17"), ("reason", "法律已修改")];
        for item in [first, second] {
            let got = office.door.post(&steward, &format!("/powers/{item}/repeal"), &end).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
            let (legal, publisher) = (hand("legal"), hand("publisher"));
            office.inventory.review(legal, item, true, "可").await.unwrap();
            office.inventory.publish(publisher, item).await.unwrap();
        }
        open(&office, Some(first)).await.unwrap();
        office.clock.set(kernel::day::Zone::CHINA.start_of(support::TODAY.plus(1)).plus_ms(3_600_000));
        assert_eq!(open(&office, Some(first)).await, none());
        // Sessions are over by the next day.
        let (steward, handler) = (office.door.enter("steward").await, office.door.enter("handler").await);
        let coverage = office.door.get(&steward, "/api/powers/coverage").await.json();
        assert_eq!(coverage["all"]["powers"], 0, "{coverage}");
        let page = office.door.get(&handler, &format!("/cases/{case}")).await;
        assert!(page.text.contains("YS-1 · Sample licence"), "{}", office.name);
        office.rebuilt_alike().await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_said_beside_their_fields_and_nothing_is_recorded() {
    for office in both().await {
        let steward = office.door.enter("steward").await;
        let before = office.store.log_size(node().number()).await.unwrap();
        let cases: [(&str, &[Field], &[&str]); 6] = [
            (
                "no basis, a long promise",
                &[("bases", "-"), ("promised", "30")],
                &["Nothing was entered", "longer than the statutory"],
            ),
            ("no process of that name", &[("process", "none")], &["none of what may be entered"]),
            ("a process by another law", &[("statutory", "45"), ("promised", "45")], &["disagrees with the limits"]),
            ("a promise that the process does not keep", &[("promised", "8")], &["disagrees with the limits"]),
            ("yesterday", &[("from", "2026-11-15")], &["The day is over"]),
            ("no day and no reason", &[("from", "soon")], &["Say from which day"]),
        ];
        for (case, changes, said) in cases {
            let got = office.door.post(&steward, "/powers", &with(changes)).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
            for said in said {
                assert!(got.text.contains(said), "{case}: {}", got.text);
            }
            assert!(got.text.contains("有固定场所。"), "{case}: what was typed is kept");
        }
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        // A code is one item's.
        id_of(&office.door.post(&steward, "/powers", &with(&[])).await);
        let again = office.door.post(&steward, "/powers", &with(&[])).await;
        assert!(again.text.contains("Another item has this code"), "{}", again.text);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused() {
    for office in both().await {
        let steward = office.door.enter("steward").await;
        let id = id_of(&office.door.post(&steward, "/powers", &with(&[])).await);
        let deny = [
            ("handler", "/powers".to_owned()),
            ("handler", format!("/powers/{id}/review")),
            ("steward", format!("/powers/{id}/review")),
            ("legal", format!("/powers/{id}/publish")),
            ("steward", format!("/powers/{id}/publish")),
            ("publisher", format!("/powers/{id}/repeal")),
            ("audit", format!("/powers/{id}/withdraw")),
        ];
        for (login, path) in deny {
            let cookie = office.door.enter(login).await;
            let got = office.door.post(&cookie, &path, &with(&[("answer", "pass"), ("opinion", "x")])).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{login} {path}");
        }
        let audit = office.door.enter("audit").await;
        assert_eq!(office.door.get(&audit, "/powers").await.status, StatusCode::FORBIDDEN);
        // The publisher does not come before the review.
        let publisher = office.door.enter("publisher").await;
        let early = office.door.post(&publisher, &format!("/powers/{id}/publish"), &[("answer", "publish")]).await;
        assert!(early.status == StatusCode::UNPROCESSABLE_ENTITY && early.text.contains("not done"), "{}", early.text);
        let got = office.door.get(&publisher, "/powers/00000000000000000000000000000000").await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_looked_through_and_its_good_rows_are_proposed() {
    for office in both().await {
        let steward = office.door.enter("steward").await;
        let csv = "实施编码,事项名称,权力类别,设定依据,受理条件,承诺办结时限,备注\n\
                   A-1,第一项,行政许可,条例 | 第一条,有场所,10,=cmd()\n\
                   A-2,第二项,行政审批,条例 | 第二条,有场所,10,\n\
                   A-3,,行政检查,,,很快,\n\
                   A-1,又一项,行政许可,条例,有场所,,\n";
        let got = office.door.upload(&steward, "/powers/import", &[], &[("file", "清单.csv", csv.as_bytes())]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let page = office.door.get(&steward, &got.location).await;
        for said in [
            "4 rows = 1 that can be proposed + 3 with mistakes",
            "备注",
            "行政审批",
            "A-1",
            "Another item has this code",
        ] {
            assert!(page.text.contains(said), "{said}: {}", page.text);
        }
        // Nobody else sees it.
        let other = office.door.enter("steward2").await;
        assert_eq!(office.door.get(&other, &got.location).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = office.door.post(&steward, &got.location, &[]).await;
        assert_eq!(done.location, "/powers?state=waiting", "{}", done.text);
        let again = office.door.post(&steward, &got.location, &[]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "it was entered once");
        let listed = office.door.get(&steward, "/api/powers?state=waiting").await.json();
        assert_eq!((&listed["total"], &listed["powers"][0]["code"]), (&1.into(), &"A-1".into()));
        // The same file again: its row is refused by name, and nothing else happens.
        let got = office.door.upload(&steward, "/powers/import", &[], &[("file", "again.csv", csv.as_bytes())]).await;
        let done = office.door.post(&steward, &got.location, &[]).await;
        assert!(done.status == StatusCode::OK && done.text.contains("Another item has this code"), "{}", done.text);
        for (name, content, said) in [
            ("a.xlsx", &b"PK\x03\x04nonsense"[..], "neither XLSX"),
            ("a.csv", b"\xbb\xfa\n", "not in UTF-8"),
            ("a.json", b"{}", "should be an array"),
            ("b.csv", b"a,b\n1,2\n", "lacks"),
        ] {
            let got = office.door.upload(&steward, "/powers/import", &[], &[("file", name, content)]).await;
            assert!(got.status == StatusCode::UNPROCESSABLE_ENTITY && got.text.contains(said), "{name}: {}", got.text);
        }
        office.store.close().await;
    }
}
