//! Test over the whole program: after `init`, one spreadsheet of twenty people gives a working office, by the command
//! line and by the pages alone.

use std::path::PathBuf;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt as _;

use crate::cli::{Ended, Place};
use crate::commands::{init, office};
use crate::node::Node;

const PASSWORD: &str = "Long-Enough-2026";

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

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

struct Office {
    router: axum::Router,
}

impl Office {
    async fn send(&self, method: &str, path: &str, cookie: &str, media: &str, body: Vec<u8>) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "test.invalid")
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap();
        Got { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn get(&self, cookie: &str, path: &str) -> String {
        let got = self.send("GET", path, cookie, "", Vec::new()).await;
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        got.text
    }

    async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let csrf = if cookie.is_empty() { String::new() } else { self.csrf(cookie).await };
        let body = [("csrf", csrf.as_str())]
            .iter()
            .chain(fields)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.send("POST", path, cookie, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    async fn csrf(&self, cookie: &str) -> String {
        between(&self.get(cookie, "/design").await, "name=\"csrf\" value=\"", "\"")
    }

    /// Sets a password with a one-time code, signs in; gives the cookie.
    async fn begin(&self, login: &str, code: &str) -> String {
        let fields = [("name", login), ("code", code), ("password", PASSWORD)];
        assert_eq!(self.post("", "/first-password", &fields).await.status, StatusCode::SEE_OTHER, "{login}");
        let got = self.post("", "/sign-in", &[("name", login), ("password", PASSWORD)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{login}: {}", got.text);
        session(&got)
    }

    /// Enrols the second factor that an administrator's duties ask for; gives the cookie of the stronger session.
    async fn enrolled(&self, node: &Node, cookie: String, login: &str) -> String {
        let place = "/account/second-factor";
        let post = async |path: &str, fields: String| {
            let csrf = between(&self.get(&cookie, place).await, "name=\"csrf\" value=\"", "\"");
            let body = format!("csrf={csrf}&{fields}").into_bytes();
            self.send("POST", path, &cookie, "application/x-www-form-urlencoded", body).await
        };
        assert_eq!(post("/account/second-factor/begin", String::new()).await.status, StatusCode::SEE_OTHER);
        let register = node.directory.register().await.unwrap().unwrap();
        let officer = register.by_login(login).unwrap().id;
        let secret = node.sign_in.factor_begun(officer).await.unwrap().unwrap();
        let done = post(place, format!("code={}", secret.code_at(node.clock.now()))).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        session(&done)
    }

    async fn upload(&self, cookie: &str, content: &str) {
        let csrf = self.csrf(cookie).await;
        let body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--edge\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"office.csv\"\r\n\r\n{content}\r\n--edge--\r\n"
        );
        let media = "multipart/form-data; boundary=edge";
        let got = self.send("POST", "/admin/import", cookie, media, body.into_bytes()).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let preview = got.headers[header::LOCATION].to_str().unwrap().to_owned();
        assert_eq!(self.post(cookie, &preview, &[]).await.status, StatusCode::SEE_OTHER);
    }
}

/// The cookie of a session that an answer opens.
fn session(got: &Got) -> String {
    let cookies = got.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let cookie = cookies.filter_map(|cookie| cookie.split(';').next()).find(|cookie| cookie.starts_with("qy-session="));
    cookie.unwrap().to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
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
        let whole = Office { router };
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
            let issued = whole.post(&security, "/admin/codes", &[("row", &officer)]).await;
            assert_eq!(issued.status, StatusCode::OK, "{}", issued.text);
            let row = issued.text.split("<tr").find(|row| row.contains(&format!("<code>{login}</code>"))).unwrap();
            let code = row.split("<code>").nth(2).unwrap().split('<').next().unwrap();
            let cookie = whole.begin(login, code).await;
            whole.get(&cookie, duty_page).await;
            let refused = whole.send("GET", "/admin/organs", &cookie, "", Vec::new()).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{login} administers nothing");
        }
        node.store.close().await;
    }
}
