//! Pages, files and API in both languages.

use axum::http::StatusCode;
use testkit::place::Place;

use crate::support::{both, finding, id_of, node};

#[tokio::test]
async fn lists_filter_sort_page_and_export() {
    for node in both().await {
        let mut findings: Vec<_> = (0..30).map(|at| finding(&format!("p-{at:02}"), 1, &[("R024", "0.3")])).collect();
        for (at, finding) in findings.iter_mut().enumerate() {
            finding.score = at as i64;
            finding.sum = Some(supervise::Sum { minor: at as i64 * 100_000_000, currency: "CNY".into() });
        }
        findings[3].reasons[0].rule.code = "CN-04".into();
        findings[4].sum = None;
        findings[5].sum = Some(supervise::Sum { minor: 1, currency: "USD".into() });
        node.raise(findings).await;
        let cookie = node.enter("ana").await;
        let cases = [
            ("highest score first", "/queue", vec!["p-29", "p-05"], vec!["p-04"]),
            ("second page", "/queue?page=2", vec!["p-04", "p-00"], vec!["p-05"]),
            ("an indicator", "/queue?rule=CN-04", vec!["p-03"], vec!["p-04", "p-29"]),
            ("an amount, in ten thousands", "/queue?min=2900", vec!["p-29"], vec!["p-28", "p-05", "p-04"]),
            ("a light", "/queue?light=red", vec!["没有符合条件的预警"], vec!["p-29"]),
            ("a stage", "/queue?stage=closed", vec!["没有预警"], vec!["p-29"]),
            ("late ones", "/queue?late=1", vec!["没有符合条件的预警"], vec!["p-29"]),
            ("mine", "/queue?mine=1", vec!["没有符合条件的预警"], vec!["p-29"]),
            ("by amount", "/queue?sort=amount&dir=asc", vec!["p-04", "p-00"], vec!["p-29"]),
            ("nonsense", "/queue?sort=drop&stage=x&page=-1&organ=1&min=abc", vec!["p-29"], vec!["p-04"]),
        ];
        for (case, path, shown, hidden) in cases {
            let answer = node.get_with(&cookie, path).await;
            assert_eq!(answer.status, StatusCode::OK, "{case}");
            for text in shown {
                assert!(answer.has(text), "{}: {case}: {text} is shown", node.name);
            }
            for text in hidden {
                assert!(!answer.has(&format!("Demo works {text}")), "{}: {case}: {text} is not", node.name);
            }
        }
        // Rows go while people read: what lies beyond the last page leads to the last.
        for (beyond, last) in [
            ("/queue?page=9", "/queue?page=2"),
            ("/queue?sort=amount&dir=asc&page=3", "/queue?sort=amount&dir=asc&page=2"),
            ("/queue?light=red&page=2", "/queue?light=red"),
            ("/queue?group=organ&page=7", "/queue?group=organ"),
        ] {
            let answer = node.get_with(&cookie, beyond).await;
            let to = answer.location.as_str();
            assert_eq!((answer.status, to), (StatusCode::SEE_OTHER, last), "{}: {beyond}", node.name);
        }
        let csv = node.get_with(&cookie, "/queue.csv?rule=CN-04").await;
        assert!(csv.has("W-000004") && csv.has("演示数据") && csv.text().lines().count() == 2, "{}", csv.text());
        let xlsx = node.get_with(&cookie, "/queue.xlsx").await;
        assert_eq!((xlsx.status, &xlsx.bytes[..2]), (StatusCode::OK, b"PK".as_slice()));
        let months = node.get_with(&cookie, "/cockpit/months.csv").await;
        assert!(months.has("2026-11,0,30,0,0"), "{}", months.text());
        let api = node.get_with(&cookie, "/api/warnings?rule=CN-04").await;
        let json: serde_json::Value = serde_json::from_slice(&api.bytes).unwrap();
        assert_eq!((&json["total"], &json["warnings"][0]["number"]), (&1.into(), &"W-000004".into()));
        let id = json["warnings"][0]["id"].as_str().unwrap();
        let one = node.get_with(&cookie, &format!("/api/warnings/{id}")).await;
        let one: serde_json::Value = serde_json::from_slice(&one.bytes).unwrap();
        assert_eq!((&one["stage"], &one["acts"][0]["event"]["event"]), (&"dispatched".into(), &"raised".into()));
        let cockpit = node.get_with(&cookie, "/api/cockpit").await;
        let cockpit: serde_json::Value = serde_json::from_slice(&cockpit.bytes).unwrap();
        assert_eq!(cockpit["waiting"]["all"], 30);
        assert_eq!(cockpit["recorded"].as_u64(), Some(node.store.log_size(node.id.number()).await.unwrap()));
    }
}

#[tokio::test]
async fn a_queue_is_brought_together_by_organ() {
    for node in both().await {
        let mut findings: Vec<_> = (0..5).map(|at| finding(&format!("p-{at}"), 1, &[("R024", "0.3")])).collect();
        for (at, finding) in findings.iter_mut().enumerate() {
            (finding.score, finding.light) = (100 * at as i64, supervise::Light::Yellow);
            finding.sum = Some(supervise::Sum { minor: 100, currency: "CNY".into() });
        }
        findings[1].sum = Some(supervise::Sum { minor: 7, currency: "USD".into() });
        findings[4].light = supervise::Light::Red;
        // Nobody's organ here, and yet within reach of the unit that it went to.
        (findings[2].organ, findings[2].organ_name) = (None, "Foreign agency".into());
        node.raise(findings).await;
        let cookie = node.enter("above").await;
        let page = node.get_with(&cookie, "/queue?group=organ").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.has("演示区住建局") && page.has("Foreign agency") && !page.has("Demo works p-4"),
            "{}",
            page.text()
        );
        let json = async |path: &str| -> serde_json::Value {
            serde_json::from_slice(&node.get_with(&cookie, path).await.bytes).unwrap()
        };
        let groups = json("/api/warnings/groups").await;
        assert_eq!(groups["total"], 2, "{}: {groups}", node.name);
        let first = &groups["groups"][0];
        let figures = ["warnings", "red", "yellow", "notice", "score_tenths", "late"].map(|key| first[key].as_i64());
        assert_eq!(figures, [Some(4), Some(1), Some(3), Some(0), Some(400), Some(0)], "{}", node.name);
        assert_eq!(first["sum"], serde_json::json!({"minor": 300, "currency": "CNY"}), "dollars are left out");
        assert_eq!(groups["groups"][1]["organ"], serde_json::Value::Null);
        let red = json("/api/warnings/groups?light=red").await;
        assert_eq!((red["total"].as_i64(), red["groups"][0]["warnings"].as_i64()), (Some(1), Some(1)));
        let other = node.enter("stranger").await;
        let none = node.get_with(&other, "/api/warnings/groups").await;
        let none: serde_json::Value = serde_json::from_slice(&none.bytes).unwrap();
        assert_eq!(none["total"], 0, "what is out of reach is in no group");
    }
}

/// Han characters of a page's text outside what the node's data bring, which here is the language's own name.
fn han(page: &str) -> Vec<char> {
    page.replace("中文", "").chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect()
}

#[tokio::test]
async fn english_pages_are_english() {
    let node = node(Place::sqlite()).await;
    let flag = finding("p-1", 1, &[("R024", "0.3"), ("CN-04", "0")]);
    let id = id_of(&flag);
    node.raise(vec![flag]).await;
    let warning = format!("/warnings/{id}?lang=en");
    for step in ["dispatched", "checking", "asked", "correcting", "appealed"] {
        for who in ["ana", "chief", "clerk", "head", "above", "data"] {
            for path in ["/?lang=en", "/queue?lang=en", "/queue?light=yellow&lang=en", warning.as_str()] {
                let answer = node.get(who, path).await;
                assert!(answer.status == StatusCode::OK || who == "data", "{who} {path}");
                assert_eq!(han(&answer.text()), [] as [char; 0], "{step}: {who} {path}");
            }
        }
        let next: (&str, &str, &[(&str, &str)]) = match step {
            "dispatched" => ("ana", "take", &[]),
            "checking" => ("ana", "ask", &[("question", "why?")]),
            "asked" => {
                assert_eq!(node.act("clerk", id, "explain", &[("explanation", "so")]).await.status.as_u16(), 303);
                ("ana", "conclude", &[("verdict-0", "confirmed"), ("verdict-1", "refuted"), ("grounds", "g")])
            }
            "correcting" => ("head", "appeal", &[("grounds", "no")]),
            _ => ("chief", "decide", &[("decision", "revoke"), ("grounds", "yes")]),
        };
        let answer = node.act(next.0, id, next.1, next.2).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.text());
    }
    node.rebuilds().await;
}
