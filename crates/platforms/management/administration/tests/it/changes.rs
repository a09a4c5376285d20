//! Organs that change on a day, posts and appointments that end or are renewed: through the door, on both stores.

use axum::http::StatusCode;
use kernel::{Clock as _, Day};

use crate::{Node, both};

/// The address of the organ of that name in the list.
async fn organ(node: &Node, cookie: &str, name: &str) -> String {
    let list = node.get(cookie, "/admin/organs").await.text();
    let row =
        list.split("<tr").find(|row| row.contains(&format!("{name}<"))).unwrap_or_else(|| panic!("{name}: {list}"));
    let id = row.split("/admin/organs/").nth(1).unwrap().split('"').next().unwrap();
    format!("/admin/organs/{id}")
}

async fn entered(node: &Node, cookie: &str, path: &str, fields: &[(&str, &str)]) {
    let answer = node.post(cookie, &format!("{path}/change"), fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {fields:?}: {}", node.name, answer.text());
}

const ROWS: &str = "机关,机关类别,上级机关,岗位,职责,姓名,登录名\n\
    甲市政府,人民政府,,,,,\n财政局,,甲市政府,承办岗,机关承办人,乙,yi\n采购处,内设机构,财政局,,,,\n水务局,,甲市政府,承办岗,机关承办人,丙,bing";

async fn with_office(node: &Node) -> String {
    let security = node.cookie("security-administrator").await;
    let preview = node.upload(&security, ROWS.as_bytes()).await.location().to_owned();
    assert_eq!(node.post(&security, &preview, &[]).await.status, StatusCode::SEE_OTHER);
    security
}

fn day(node: &Node, days: i64) -> String {
    node.clock.today().plus(days).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organ_is_renamed_moved_split_and_merged_from_a_day_on() {
    for node in both().await {
        let security = with_office(&node).await;
        let [finance, office, water] = [
            organ(&node, &security, "财政局").await,
            organ(&node, &security, "采购处").await,
            organ(&node, &security, "水务局").await,
        ];
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let (soon, later) = (day(&node, 30), day(&node, 60));
        let form = node.get(&security, &format!("{finance}/change")).await;
        assert!(form.status == StatusCode::OK && !form.text().contains("administration-"), "{}", form.text());
        let rename = [("what", "rename"), ("on", &soon), ("name", "财政和国资局"), ("name_en", "Finance and Assets")];
        entered(&node, &security, &finance, &rename).await;
        entered(&node, &security, &office, &[("what", "move"), ("on", &soon), ("parent", &id(&water))]).await;

        // Today it has its old name, from its day the new one, and on its page both are told.
        let today = node.get(&security, &finance).await.text();
        assert!(today.contains("Renamed") && today.contains("Finance and Assets"), "{}: {today}", node.name);
        assert!(today.contains(">财政局</"), "{today}");
        let then = node.get(&security, &format!("{finance}?day={soon}")).await.text();
        assert!(then.contains("Finance and Assets"), "{then}");
        let unknown = node.get(&security, &format!("{finance}?day={soon}&known={}", day(&node, -1))).await.text();
        assert!(unknown.contains("there was no such organ then"), "{unknown}");
        let nonsense = node.get(&security, &format!("{finance}?day=x&known=%3Cscript%3E")).await;
        assert!(
            nonsense.status == StatusCode::OK && !nonsense.text().contains("<script>"),
            "a day that is none is today"
        );

        // Merged: the posts move along, and what is pending is the follower's.
        let merge = [("what", "merge"), ("on", later.as_str()), ("into", &id(&water)), ("people", "on")];
        entered(&node, &security, &finance, &merge).await;
        let told = node.get(&security, &water).await.text();
        assert!(told.contains("Took over from"), "{told}");
        node.clock.advance_days(61);
        let register = node.directory.register().await.unwrap().unwrap();
        let clerk = register.by_login("yi").unwrap().id;
        let posts = register.posts_of(clerk, node.clock.today());
        assert_eq!(posts.iter().map(|post| post.organ.to_string()).collect::<Vec<_>>(), [id(&water)], "{}", node.name);
        let security = node.cookie("security-administrator").await;
        let list = node.get(&security, "/admin/organs").await.text();
        assert!(!list.contains("财政") && list.contains("采购处"), "what is gone is in the list no more");
        let gone = node.get(&security, &finance).await.text();
        assert!(gone.contains("Merged into") && gone.contains("there was no such organ then"), "{gone}");

        let split = [("what", "split"), ("on", &day(&node, 1)), ("names", "供水局\r\n节水局")];
        let refused = node.post(&security, &format!("{water}/change"), &split).await;
        assert!(refused.text().contains("Organs stand under it"), "{}", refused.text());
        entered(&node, &security, &office, &[("what", "abolish"), ("on", &day(&node, 0))]).await;
        node.clock.advance_days(1);
        let security = node.cookie("security-administrator").await;
        let split = [("what", "split"), ("on", &day(&node, 1)), ("names", "供水局\r\n节水局")];
        entered(&node, &security, &water, &split).await;
        node.rebuilds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_does_not_fit_says_where_and_enters_nothing() {
    for node in both().await {
        let security = with_office(&node).await;
        let (finance, office) = (organ(&node, &security, "财政局").await, organ(&node, &security, "采购处").await);
        let below = office.rsplit('/').next().unwrap();
        let before = node.store.log_size(node.id.number()).await.unwrap();
        let on = day(&node, 1);
        type Case<'a> = (&'a [(&'a str, &'a str)], StatusCode, &'a str);
        let cases: [Case<'_>; 9] = [
            (&[("what", "rename"), ("on", "x"), ("name", "y")], StatusCode::UNPROCESSABLE_ENTITY, "It is no day."),
            (&[("what", "rename"), ("on", &on), ("name", " ")], StatusCode::UNPROCESSABLE_ENTITY, "name is missing"),
            (&[("what", "rename"), ("on", &on), ("name", "水务局")], StatusCode::UNPROCESSABLE_ENTITY, "has that name"),
            (
                &[("what", "rename"), ("on", "1999-01-01"), ("name", "y")],
                StatusCode::UNPROCESSABLE_ENTITY,
                "does not exist",
            ),
            (&[("what", "move"), ("on", &on), ("parent", below)], StatusCode::UNPROCESSABLE_ENTITY, "in a circle"),
            (&[("what", "abolish"), ("on", &on)], StatusCode::UNPROCESSABLE_ENTITY, "Organs stand under it"),
            (&[("what", "split"), ("on", &on), ("names", "甲")], StatusCode::UNPROCESSABLE_ENTITY, "two to ten"),
            (&[("what", "merge"), ("on", &on), ("into", "x")], StatusCode::BAD_REQUEST, "door.malformed"),
            (&[("what", "explode"), ("on", &on)], StatusCode::BAD_REQUEST, "door.malformed"),
        ];
        for (fields, status, words) in cases {
            let answer = node.post(&security, &format!("{finance}/change"), fields).await;
            assert_eq!(answer.status, status, "{fields:?}");
            assert!(answer.text().contains(words), "{fields:?}: {}", answer.text());
        }
        assert_eq!(node.store.log_size(node.id.number()).await.unwrap(), before, "{}: nothing was entered", node.name);
        let other = node.cookie("system-administrator").await;
        for path in [format!("{finance}/change"), "/admin/organs/x/change".to_owned()] {
            assert_eq!(node.get(&other, &path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(node.get(&security, "/admin/organs/x/change").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_and_appointments_end_and_are_renewed() {
    for node in both().await {
        let security = with_office(&node).await;
        let finance = organ(&node, &security, "财政局").await;
        let page = node.get(&security, &finance).await.text();
        let select = page.split("id=\"f-of\"").nth(1).unwrap();
        let post = select.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let term = format!("{finance}/term");
        let register = node.directory.register().await.unwrap().unwrap();
        let clerk = register.by_login("yi").unwrap().id;
        let holds = async |day: Day| {
            let register = node.directory.register().await.unwrap().unwrap();
            !register.posts_of(clerk, day).is_empty()
        };
        let today = node.clock.today();
        assert_eq!(
            node.post(&security, &term, &[("of", &post), ("until", &day(&node, 10))]).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(holds(today.plus(9)).await && !holds(today.plus(10)).await, "{}", node.name);
        assert_eq!(node.post(&security, &term, &[("of", &post), ("until", "")]).await.status, StatusCode::SEE_OTHER);
        assert!(holds(today.plus(10)).await, "renewed");
        for (until, words) in
            [(day(&node, -1), "administration.term_past"), (String::new(), "administration.term_same")]
        {
            let answer = node.post(&security, &term, &[("of", &post), ("until", &until)]).await;
            assert!(answer.text().contains(words), "{until}: {}", answer.text());
        }
        assert_eq!(
            node.post(&security, &term, &[("of", &post), ("until", "soon")]).await.status,
            StatusCode::BAD_REQUEST
        );
        let path = format!("/admin/officers/{clerk}");
        let page = node.get(&security, &path).await.text();
        let key = page.split("name=\"appointment\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let term = format!("{path}/term");
        let fields = [("of", key.as_str()), ("until", &day(&node, 5))];
        assert_eq!(node.post(&security, &term, &fields).await.status, StatusCode::SEE_OTHER);
        assert!(!holds(today.plus(5)).await);
        assert_eq!(node.post(&security, &term, &[("of", &key), ("until", "")]).await.status, StatusCode::SEE_OTHER);
        assert!(holds(today.plus(5)).await);
        let own = node.post(&security, &format!("/admin/officers/{}/term", kernel::OfficerId::new(21)), &fields).await;
        assert!(own.text().contains("administration.own"), "{}", own.text());
        node.rebuilds().await;
    }
}
