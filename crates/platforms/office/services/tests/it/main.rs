//! From an application to its rating over HTTP, on both stores: by whoever holds number and code, and by nobody else.

mod support;

use axum::http::StatusCode;
use dmn::Value;
use kernel::MatterId;
use testkit::door::Got;
use testkit::office::node;

use crate::support::{Office, both};

/// A field by name and value.
type Typed = (&'static str, &'static str);

/// A file by name and content.
type File<'a> = (&'a str, &'a [u8]);

/// A mistake: what was typed, what was attached, what is said of it.
type Wrong = (&'static str, &'static [Typed], Option<File<'static>>, &'static [&'static str]);

/// The name that the form gives an attempt.
fn name_in(page: &str) -> String {
    page.split("name=\"name\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}

/// Sends the application form, as a browser without a session does.
async fn sent(office: &Office, fields: &[(&str, &str)], file: Option<File<'_>>) -> Got {
    let files: Vec<(&str, &str, &[u8])> =
        file.into_iter().map(|(name, content)| ("f-materials", name, content)).collect();
    office.door.upload("", "/apply/A-1", fields, &files).await
}

/// A value that a page of facts shows behind a label.
fn fact(page: &str, label: &str) -> String {
    let rest = page.split(&format!("<dt>{label}</dt>")).nth(1).unwrap_or_else(|| panic!("no {label}: {page}"));
    let cell = rest.split("</dd>").next().unwrap();
    let text: String = cell.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    text.trim().to_owned()
}

/// Applies; answers number, code and case.
async fn applied(office: &Office) -> (String, String, MatterId) {
    let form = office.door.get("", "/apply/A-1").await;
    assert!(form.status == StatusCode::OK && form.text.contains("Floor area"), "{}", form.text);
    assert!(!form.text.contains("File number"), "what the house fills in is not asked for");
    let name = name_in(&form.text);
    let fields = [
        ("name", name.as_str()),
        ("applicant", "<b>甲</b>公司"),
        ("contact", "025-88880000"),
        ("f-area", "250"),
        ("follows-0", "on"),
    ];
    let got = sent(office, &fields, Some(("图.pdf", b"%PDF-1.4\nx"))).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    let (number, code) = (fact(&got.text, "Receipt number"), fact(&got.text, "Code"));
    // The same form again: the same receipt, and nothing twice.
    let again = sent(office, &fields, Some(("图.pdf", b"%PDF-1.4\nx"))).await;
    assert_eq!((fact(&again.text, "Receipt number"), fact(&again.text, "Code")), (number.clone(), code.clone()));
    let rows = office.store.read("select case_matter from service where node = $1", &[node().number().into()]).await;
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 1, "{}", office.name);
    (number, code, MatterId::new(rows[0].id(0).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_sent_completed_decided_and_rated() {
    for office in both().await {
        let (number, code, case) = applied(&office).await;
        let known = |more: &[(&'static str, &'static str)]| -> Vec<(String, String)> {
            let base = [("number".to_owned(), number.to_lowercase()), ("code".to_owned(), code.to_lowercase())];
            base.into_iter().chain(more.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))).collect()
        };
        let post = async |path: &str, more: &[(&'static str, &'static str)]| {
            let fields = known(more);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            office.door.send("", path, &fields).await
        };
        let page = post("/progress", &[]).await;
        assert!(page.status == StatusCode::OK && page.text.contains("Received"), "{}", page.text);
        assert!(page.text.contains("Photographs"), "what is to follow is shown");
        // Inside, the applicant is a party, and what was typed is no markup.
        let loaded = office.case(case).await;
        assert_eq!((loaded.under.map(|under| under.item), loaded.files.len()), (Some(MatterId::new(77)), 1));
        let handler = office.door.enter("handler").await;
        let inner = office.door.get(&handler, &format!("/cases/{case}")).await;
        assert!(inner.text.contains("公司") && !inner.text.contains("<b>甲"), "{}", inner.text);
        let listed = office.door.get(&handler, "/api/services").await.json();
        assert_eq!((&listed["total"], &listed["services"][0]["number"]), (&1.into(), &number.clone().into()));
        // Papers are missing: the applicant sees it, and answers.
        let missing = [("complete", Value::Boolean(false)), ("opinion", Value::text("缺图"))];
        office.done("handler", case, "accept", &missing).await;
        let page = post("/progress", &[]).await;
        assert!(page.text.contains("Your turn") && page.text.contains("等待补正材料"), "{}", page.text);
        assert!(!page.text.contains("缺图"), "what officers say to one another is not shown");
        let asked = page.text.split("name=\"asked\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let asked: &'static str = Box::leak(asked.into_boxed_str());
        let empty = post("/progress/answer", &[("asked", asked), ("words", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let got = post("/progress/answer", &[("asked", asked), ("words", "图已送到窗口")]).await;
        assert!(got.status == StatusCode::OK && got.text.contains("Your answer was received"), "{}", got.text);
        let again = post("/progress/answer", &[("asked", asked), ("words", "再送")]).await;
        assert!(again.text.contains("Nothing is asked of you"), "{}", again.text);
        let early = post("/progress/rate", &[("grade", "good")]).await;
        assert!(early.text.contains("not done yet"), "{}", early.text);
        let accepted = [("complete", Value::Boolean(true)), ("opinion", Value::text("齐"))];
        office.done("handler", case, "accept", &accepted).await;
        office.done("head", case, "check", &[("agreed", Value::Boolean(true)), ("grounds", Value::text("可"))]).await;
        office.done("handler", case, "serve", &[("number", Value::text("1")), ("means", Value::text("post"))]).await;
        let page = post("/progress", &[]).await;
        assert!(page.text.contains("准予许可") && page.text.contains("How was it done"), "{}", page.text);
        let withdrawn = post("/progress/withdraw", &[("sure", "on")]).await;
        assert!(withdrawn.text.contains("done or was withdrawn"), "{}", withdrawn.text);
        for (more, said) in [
            (&[][..], "Choose a grade"),
            (&[("grade", "bad")][..], "choose at least one reason"),
            (&[("grade", "bad"), ("reason-time", "on"), ("words", "慢")][..], "Your rating was received"),
            (&[("grade", "good")][..], "rated already"),
        ] {
            let got = post("/progress/rate", more).await;
            assert!(got.text.contains(said), "{said}: {}", got.text);
        }
        let bad = office.door.get(&handler, "/services?bad=1").await;
        assert!(bad.text.contains("Dissatisfied"), "{}", bad.text);
        office.rebuilt_alike().await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_finds_an_application_and_nothing_half_is_recorded() {
    for office in both().await {
        let (number, code, case) = applied(&office).await;
        for (number, code) in [(number.as_str(), "AAAA-BBBB-CCCC"), ("M-00000000", code.as_str()), ("", ""), ("%", "%")]
        {
            for path in ["/progress", "/progress/withdraw", "/progress/rate"] {
                let fields = [("number", number), ("code", code), ("sure", "on"), ("grade", "good")];
                let got = office.door.send("", path, &fields).await;
                assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
                assert!(got.text.contains("no such receipt number, or the code is wrong"), "{path}: {}", got.text);
                assert!(!got.text.contains("Sample licence"), "{path}");
            }
        }
        assert_eq!(office.door.get("", "/apply/B-1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let before = office.store.log_size(node().number()).await.unwrap();
        let form = office.door.get("", "/apply/A-1").await;
        let name = name_in(&form.text);
        let cases: [Wrong; 4] = [
            ("nothing", &[], None, &["Give a name", "where you can be reached"]),
            ("no number", &[("applicant", "甲"), ("contact", "12345"), ("f-area", "large")], None, &["Write a number"]),
            (
                "a page instead of a paper",
                &[("applicant", "甲"), ("contact", "12345"), ("f-area", "9")],
                Some(("a.pdf", b"<html>")),
                &["choose them again"],
            ),
            ("a contact", &[("applicant", "甲"), ("contact", "call me"), ("f-area", "9")], None, &["025-88880000"]),
        ];
        for (case, fields, file, said) in cases {
            let fields: Vec<(&str, &str)> =
                [("name", name.as_str())].into_iter().chain(fields.iter().copied()).collect();
            let got = sent(&office, &fields, file).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}: {}", got.text);
            for said in said {
                assert!(got.text.contains(said), "{case}: {}", got.text);
            }
        }
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        // Who may not see cases sees no applications.
        let data = office.door.enter("data").await;
        assert_eq!(office.door.get(&data, "/services").await.status, StatusCode::FORBIDDEN);
        assert_eq!(office.door.get("", "/services").await.status, StatusCode::SEE_OTHER);
        // Taken back, once, and only on purpose.
        let known = [("number", number.as_str()), ("code", code.as_str())];
        let unsure = office.door.send("", "/progress/withdraw", &known).await;
        assert!(unsure.text.contains("Tick"), "{}", unsure.text);
        let sure: Vec<(&str, &str)> = known.into_iter().chain([("sure", "on"), ("words", "不办了")]).collect();
        let got = office.door.send("", "/progress/withdraw", &sure).await;
        assert!(got.status == StatusCode::OK && got.text.contains("It was withdrawn"), "{}", got.text);
        assert!(matches!(office.case(case).await.state.status, flow::state::Status::Ended(_)), "{}", office.name);
        let again = office.door.send("", "/progress/withdraw", &sure).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        office.rebuilt_alike().await;
        office.store.close().await;
    }
}
