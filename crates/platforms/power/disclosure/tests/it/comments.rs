//! Comment on a draft: the public comments, the organ answers each, and only then it is concluded.

use axum::http::{StatusCode, header};
use disclosure::decide::{Given, Verdict};
use disclosure::events::Outcome;
use kernel::MatterId;

use crate::support::{DEPARTMENT, Office, both, hand};

/// A draft on which the public is asked for thirty days.
async fn asked(office: &Office) -> MatterId {
    office.desk.open(hand("head"), DEPARTMENT, &[]).await.unwrap();
    let given = Given {
        entry: "GOV-17".to_owned(),
        period: String::new(),
        came: Some(kernel::Clock::today(&office.clock)),
        title: "某办法（征求意见稿）".to_owned(),
        body: format!("第一段，{}\n第二段", "段".repeat(80)),
    };
    let id = office.desk.draft(hand("clara"), DEPARTMENT, &given).await.unwrap();
    let it = office.desk.load(id).await.unwrap();
    let passed = Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() };
    office.desk.review(hand("rose"), &it, &passed).await.unwrap();
    let it = office.desk.load(id).await.unwrap();
    office.desk.publish(hand("head"), &it).await.unwrap();
    id
}

#[tokio::test]
async fn every_comment_is_recorded_answered_and_read_and_none_is_hidden() {
    for office in both().await {
        let door = office.door().await;
        let id = asked(&office).await;
        let (public, inner) = (format!("/disclosure/{id}"), format!("/disclosures/{id}/comments"));
        let page = door.get("", &public).await.text;
        assert!(page.contains("2026-04-01") && page.contains("name=\"said\""), "{}: {page}", office.name);
        let to = format!("{public}/comments");
        for (case, fields, said) in [
            ("nothing said", vec![("said", " "), ("paragraph", "1")], "at most 1,000 characters"),
            ("no such paragraph", vec![("said", "留着的话"), ("paragraph", "3")], "Choose a paragraph"),
        ] {
            let got = door.post("", &to, &fields).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
            assert!(got.text.contains(said), "{case}: {}", got.text);
        }
        let mut own = Vec::new();
        for (said, name) in [("建议延长到六十日。", ""), ("建议延长到六十日", "某商户"), ("<b>不同</b>的意见", "")]
        {
            office.clock.advance_ms(1_000);
            let got = door.post("", &to, &[("said", said), ("name", name), ("paragraph", "2")]).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
            own.push(got.header(header::LOCATION).to_owned());
        }
        // Whoever is signed in comments as the public does, by a form of the page.
        let ines = door.enter("ines").await;
        let form = door.get(&ines, &public).await.text;
        let csrf = form.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(!csrf.is_empty(), "the page's form carries the token of the session");
        let kept = door.get("", &own[2]).await.text;
        assert!(kept.contains("not answered yet") && !kept.contains("<b>不同"), "{kept}");
        // What is not answered is read by whoever wrote it and by the organ; then by everybody.
        assert!(!door.get("", &to).await.text.contains("六十日"));
        let clara = door.enter("clara").await;
        let desk = door.get(&clara, &inner).await.text;
        assert!(desk.contains("2 comments say the same") && desk.contains("不同"), "{desk}");
        let none =
            door.post(&clara, &format!("{inner}/{}", own[0].rsplit('/').next().unwrap()), &[("answer", "因")]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        let head = door.enter("head").await;
        let conclude = format!("/disclosures/{id}/conclude");
        let early = door.post(&head, &conclude, &[]).await;
        assert!(early.text.contains("still asked"), "{}", early.text);
        // The last day is over: nobody comments, and nobody concludes while one is open.
        office.clock.set(kernel::Zone::CHINA.end_of("2026-04-01".parse().unwrap()));
        // A session has ended by then.
        let (clara, head) = (door.enter("clara").await, door.enter("head").await);
        let late = door.post("", &to, &[("said", "迟到的意见")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (at, address) in own.iter().enumerate() {
            assert!(door.post(&head, &conclude, &[]).await.text.contains("not answered"), "{at} are answered");
            let path = format!("{inner}/{}", address.rsplit('/').next().unwrap());
            let adopted = if at == 2 { "no" } else { "yes" };
            let got = door.post(&clara, &path, &[("adopted", adopted), ("answer", "已研究。")]).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
            let twice = door.post(&clara, &path, &[("adopted", adopted), ("answer", "再答。")]).await;
            assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "each is answered once");
        }
        assert_eq!(door.post(&head, &conclude, &[]).await.status, StatusCode::SEE_OTHER);
        let answered = door.get("", &format!("/api/disclosure/{id}/comments")).await.json();
        let comments = answered["comments"].as_array().unwrap();
        assert_eq!(
            (comments.len(), answered["adopted"].as_i64(), answered["concluded"].as_bool()),
            (3, Some(2), Some(true))
        );
        assert_eq!(
            (comments[0]["alike"].as_i64(), comments[1]["alike"].as_i64(), comments[2]["alike"].as_i64()),
            (Some(2), Some(2), Some(1))
        );
        assert_eq!(comments[1]["name"], "某商户");
        assert!(door.get("", &public).await.text.contains("3 comments: 2 adopted"));
        // No act of a comment holds an address, and who commented is a name of that act alone.
        for path in &own {
            let matter: MatterId = path.rsplit('/').next().unwrap().parse().unwrap();
            let act = office.store.acts_of(office.node(), matter.value()).await.unwrap().remove(0);
            assert!(matches!(&act.act.actor, store::Actor::Party { proof, .. } if proof == "none"));
            assert!(act.act.post.is_none() && act.act.organ.is_none());
        }
        office.rebuilds().await;
    }
}

#[tokio::test]
async fn a_flood_from_one_address_is_stopped_and_nobody_comments_where_nobody_is_asked() {
    for office in both().await {
        let door = office.door().await;
        let id = asked(&office).await;
        let to = format!("/disclosure/{id}/comments");
        for n in 0..20 {
            let got = door.post("", &to, &[("said", &format!("意见 {n}"))]).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{n}: {}", got.text);
        }
        let got = door.post("", &to, &[("said", "又一条")]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            got.text.contains("Too many comments") && got.text.contains("又一条"),
            "what was typed stays: {}",
            got.text
        );
        let huge = door.post("", &to, &[("said", &"长".repeat(5_000))]).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
        for nothing in ["/disclosure/x/comments", "/disclosure/00000000-0000-0000-0000-000000000000/comments"] {
            assert_eq!(door.post("", nothing, &[("said", "x")]).await.status, StatusCode::NOT_FOUND, "{nothing}");
        }
        let vera = door.enter("vera").await;
        assert_eq!(door.get(&vera, &format!("/disclosures/{id}/comments")).await.status, StatusCode::NOT_FOUND);
        let counts = disclosure::comment::rows::counts(&office.store, office.node(), id).await.unwrap();
        assert_eq!((counts.all(), counts.open), (20, 20), "{}", office.name);
    }
}
