//! Test over the whole program: after `init`, one spreadsheet of twenty people gives a working office, by the command
//! line and by the pages alone.

use std::path::PathBuf;

use axum::http::StatusCode;
use testkit::door::{Door, PASSWORD};

use crate::cli::{Ended, Place};
use crate::commands::{init, office};
use crate::node::Node;

/// Twenty people: five at the supervising unit, three in each of five bureaus.
fn sheet() -> String {
    let mut rows =
        vec!["机关,机关类别,上级机关,岗位,职责,姓名,登录名".to_owned(), "示例市政府,人民政府,,,,,".to_owned()];
    for bureau in ["财政局", "住建局", "水务局", "教育局", "民政局"] {
        rows.push(format!("{bureau},,示例市政府,负责人,机关负责人,{bureau}甲,head.{}", rows.len()));
        for n in 0..2 {
            rows.push(format!("{bureau},,,承办岗{n},机关承办人,{bureau}{n},clerk.{}", rows.len()));
        }
    }
    rows.push("测试市,,,室主任,监督室主任,主任,chief".to_owned());
    for n in 0..4 {
        rows.push(format!("测试市,,,监督岗{n},监督岗,监督{n},inspector.{n}"));
    }
    rows.join("\r\n")
}

struct Office {
    door: Door,
}

impl Office {
    async fn get(&self, cookie: &str, path: &str) -> String {
        let got = self.door.get(cookie, path).await;
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        got.text
    }

    /// Sets a password with a one-time code, signs in; gives the cookie.
    async fn begin(&self, login: &str, code: &str) -> String {
        let fields = [("name", login), ("code", code), ("password", PASSWORD)];
        assert_eq!(self.door.post("", "/first-password", &fields).await.status, StatusCode::SEE_OTHER, "{login}");
        self.door.enter(login).await
    }

    /// Enrols the second factor that an administrator's duties ask for; gives the cookie of the stronger session.
    async fn enrolled(&self, node: &Node, cookie: String, login: &str) -> String {
        let place = "/account/second-factor";
        // A form of this page carries its token: without the factor, the page of samples is not to be had.
        let post = async |path: &str, fields: &[(&str, &str)]| {
            let csrf = between(&self.get(&cookie, place).await, "name=\"csrf\" value=\"", "\"");
            let fields: Vec<(&str, &str)> =
                [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
            self.door.send(&cookie, path, &fields).await
        };
        assert_eq!(post("/account/second-factor/begin", &[]).await.status, StatusCode::SEE_OTHER);
        let register = node.directory.register().await.unwrap().unwrap();
        let officer = register.by_login(login).unwrap().id;
        let secret = node.sign_in.factor_begun(officer).await.unwrap().unwrap();
        let done = post(place, &[("code", &secret.code_at(node.clock.now()).to_string())]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        done.session()
    }

    async fn upload(&self, cookie: &str, content: &str) {
        let got = self.door.upload(cookie, "/admin/import", &[], &[("file", "office.csv", content.as_bytes())]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        assert_eq!(self.door.post(cookie, &got.location, &[]).await.status, StatusCode::SEE_OTHER);
    }
}

fn between(text: &str, before: &str, after: &str) -> String {
    text.split(before).nth(1).and_then(|rest| rest.split(after).next()).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_spreadsheet_gives_a_working_office_by_either_way() {
    for by_pages in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { data: folder.path().join("data"), store: None };
        let (_, codes) = init::found(&place, "320500000000", "测试市", "Test City", "test.invalid").await.unwrap();
        let file: PathBuf = folder.path().join("office.csv");
        std::fs::write(&file, sheet()).unwrap();
        if !by_pages {
            let ended = office::organs(&place, &[file], false).await.unwrap();
            assert!(matches!(ended, Ended::Done));
        }
        let node = Node::open(&place.data, None).await.unwrap();
        let keys = notary::SharedKeys::new(node.keys().unwrap());
        let (_, router, _) = crate::node::routes(&node, keys, &node.outward().unwrap()).unwrap();
        let whole = Office { door: Door::new(router) };
        let code = |login: &str| codes.iter().find(|(name, _)| name == login).unwrap().1.clone();
        let security = whole.begin("secadmin", &code("secadmin")).await;
        let security = whole.enrolled(&node, security, "secadmin").await;
        if by_pages {
            whole.upload(&security, &sheet()).await;
        }
        let register = node.directory.register().await.unwrap().unwrap();
        assert_eq!(register.officers().count(), 3 + 20, "by pages: {by_pages}");
        // Each gets a code, sets a password, and finds their own desk.
        for (login, duty_page) in [("inspector.0", "/queue"), ("chief", "/queue"), ("clerk.3", "/queue")] {
            let officer = register.by_login(login).unwrap().id.to_string();
            let issued = whole.door.post(&security, "/admin/codes", &[("row", &officer)]).await;
            assert_eq!(issued.status, StatusCode::OK, "{}", issued.text);
            let row = issued.text.split("<tr").find(|row| row.contains(&format!("<code>{login}</code>"))).unwrap();
            let code = row.split("<code>").nth(2).unwrap().split('<').next().unwrap();
            let cookie = whole.begin(login, code).await;
            whole.get(&cookie, duty_page).await;
            let refused = whole.door.get(&cookie, "/admin/organs").await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{login} administers nothing");
        }
        node.store.close().await;
    }
}
