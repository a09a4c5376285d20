//! Leaves with substitutes, and delegations: through the door, on both stores.

use axum::http::StatusCode;
use kernel::{Clock as _, OfficerId};

use crate::{Node, both};

const ROWS: &str = "机关,机关类别,上级机关,岗位,职责,姓名,登录名\n\
    财政局,,甲市,负责人,机关负责人、规则审批岗,乙,yi\n财政局,,,承办岗,机关承办人,丙,bing\n水务局,,甲市,承办岗,机关承办人,丁,ding";

async fn with_office(node: &Node) -> (String, [OfficerId; 3]) {
    let security = node.cookie("security-administrator").await;
    let preview = node.upload(&security, ROWS.as_bytes()).await.location().to_owned();
    assert_eq!(node.post(&security, &preview, &[]).await.status, StatusCode::SEE_OTHER);
    let register = node.directory.register().await.unwrap().unwrap();
    let officers = ["yi", "bing", "ding"].map(|login| register.by_login(login).unwrap().id);
    for officer in officers {
        node.sign_in.set_password(officer, crate::PASSWORD).await.unwrap();
    }
    (security, officers)
}

fn day(node: &Node, days: i64) -> String {
    node.clock.today().plus(days).to_string()
}

async fn posts(node: &Node, officer: OfficerId, days: i64) -> usize {
    node.directory.register().await.unwrap().unwrap().posts_of(officer, node.clock.today().plus(days)).len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leave_names_a_substitute_and_ends_by_itself() {
    for node in both().await {
        let (security, [head, clerk, stranger]) = with_office(&node).await;
        let register = node.directory.register().await.unwrap().unwrap();
        let post = register.posts_of(head, node.clock.today())[0].id.to_string();
        let path = format!("/admin/officers/{head}");
        let leave = format!("{path}/leave");
        let page = node.get(&security, &path).await.text();
        assert!(page.contains("Enter the leave") && !page.contains("administration-"), "{page}");
        let (from, to) = (day(&node, 1), day(&node, 8));
        let given = |agent: OfficerId| {
            vec![("post", post.clone()), ("agent", agent.to_string()), ("from", from.clone()), ("to", to.clone())]
        };
        let send = async |fields: Vec<(&str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            node.post(&security, &leave, &fields).await
        };
        assert_eq!(send(given(stranger)).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        assert_eq!(
            [posts(&node, stranger, 0).await, posts(&node, stranger, 1).await, posts(&node, stranger, 8).await],
            [1, 2, 1]
        );
        assert!(
            node.get(&security, &format!("/admin/officers/{stranger}")).await.text().contains("乙"),
            "on both pages"
        );
        let with = |mut fields: Vec<(&'static str, String)>, name: &'static str, value: &str| {
            fields.retain(|(field, _)| *field != name);
            fields.push((name, value.to_owned()));
            fields
        };
        let security_officer = OfficerId::new(21);
        let refused = [
            (given(stranger), "mandate.twice"),
            (given(head), "mandate.oneself"),
            (given(security_officer), "administration.own"),
            (given(OfficerId::new(20)), "mandate.administrator"),
            (with(given(clerk), "from", &day(&node, -1)), "mandate.past"),
            (with(given(clerk), "to", &day(&node, 1)), "mandate.empty"),
            (with(given(clerk), "to", &day(&node, 400)), "mandate.too_long"),
            (with(given(clerk), "post", &kernel::PostId::new(99).to_string()), "mandate.not_held"),
            (with(given(clerk), "from", "soon"), "door.malformed"),
            (with(given(clerk), "agent", "x"), "door.malformed"),
        ];
        for (fields, code) in refused {
            let answer = send(fields.clone()).await;
            assert!(answer.text().contains(code), "{code}: {fields:?}: {}", answer.text());
        }
        // Ended early: from today on, or never where it had not begun.
        let page = node.get(&security, &path).await.text();
        let key = page.split("name=\"mandate\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let end = format!("{path}/mandates/end");
        assert_eq!(node.post(&security, &end, &[("mandate", "x")]).await.status, StatusCode::CONFLICT);
        assert_eq!(node.post(&security, &end, &[("mandate", &key)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(posts(&node, stranger, 1).await, 1, "{}", node.name);
        let own = format!("/admin/officers/{security_officer}/leave");
        let answer = node.post(&security, &own, &[("post", "x"), ("agent", &clerk.to_string())]).await;
        assert!(answer.text().contains("administration.own"), "{}", answer.text());
        let other = node.cookie("audit-administrator").await;
        assert_eq!(node.post(&other, &leave, &[]).await.status, StatusCode::FORBIDDEN);
        node.rebuilds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_delegates_a_duty_and_takes_it_back() {
    for node in both().await {
        let (_, [head, clerk, stranger]) = with_office(&node).await;
        let cookie = node.cookie("yi").await;
        let page = node.get(&cookie, "/delegations").await.text();
        assert!(page.contains("规则审批岗") || page.contains("Rule approver"), "{page}");
        assert!(page.contains(&clerk.to_string()) && !page.contains(&stranger.to_string()), "the own organ and below");
        let field = page
            .split("name=\"duty-")
            .map(|rest| rest.split('"').next().unwrap())
            .find(|it| it.ends_with("rule-approver"))
            .unwrap();
        let duty = format!("duty-{field}");
        let (from, to) = (day(&node, 0), day(&node, 5));
        let fields = |agent: &OfficerId| {
            [
                (duty.clone(), "on".to_owned()),
                ("agent".to_owned(), agent.to_string()),
                ("from".to_owned(), from.clone()),
                ("to".to_owned(), to.clone()),
            ]
        };
        let send = async |cookie: &str, fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            node.post(cookie, "/delegations", &fields).await
        };
        assert!(send(&cookie, &fields(&stranger)).await.text().contains("mandate.other_organ"));
        assert!(send(&cookie, &fields(&clerk)[1..]).await.text().contains("mandate.no_duty"));
        assert_eq!(send(&cookie, &fields(&OfficerId::new(99))).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(send(&cookie, &fields(&clerk)[..3]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(send(&cookie, &fields(&clerk)).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let register = node.directory.register().await.unwrap().unwrap();
        let acts = register.acting(clerk, node.clock.today());
        assert_eq!((acts.len(), acts[1].on_behalf_of), (2, Some(head)));
        assert_eq!(acts[1].duties.iter().copied().collect::<Vec<_>>(), ["rule-approver"], "that duty and no other");
        // The delegate sees it, can neither hand it on nor end it.
        let theirs = node.cookie("bing").await;
        let page = node.get(&theirs, "/delegations").await.text();
        assert!(page.contains("乙") && !page.contains("rule-approver\""), "{page}");
        assert!(
            send(&theirs, &fields(&head)).await.text().contains("mandate.no_duty"),
            "what was delegated is not delegated"
        );
        let page = node.get(&cookie, "/delegations").await.text();
        let key = page.split("name=\"mandate\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let end = "/delegations/end";
        assert_eq!(node.post(&theirs, end, &[("mandate", &key)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(node.post(&cookie, end, &[("mandate", &key)]).await.status, StatusCode::SEE_OTHER);
        assert!(node.post(&cookie, end, &[("mandate", &key)]).await.text().contains("mandate.over"));
        assert_eq!(posts(&node, clerk, 0).await, 1, "{}", node.name);
        for administrator in ["system-administrator", "security-administrator", "audit-administrator"] {
            let cookie = node.cookie(administrator).await;
            assert_eq!(node.get(&cookie, "/delegations").await.status, StatusCode::FORBIDDEN, "{administrator}");
        }
        node.rebuilds().await;
    }
}
