//! The pages of rules: who reads them, what they say, and what is not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use directory::SignIn;
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use supervise::Answer;
use testkit::office::node;
use tower::ServiceExt as _;
use watch_rules::http::{Came, Outcomes, TEXTS, Watched, menu, routes};
use web::http::{App, AppSettings, Places, account_routes};
use web::locale::Catalogue;

use crate::support::{Office, PEOPLE, both, officer, shipped};

/// What became of findings, as a node without supervision says it.
struct Few;

impl Outcomes for Few {
    fn all(&self) -> Answer<'_, BTreeMap<String, Came>> {
        let came = Came { open: 3, closed: 12, confirmed: 9, explained: 2, refuted: 1 };
        Box::pin(async move { Ok([("ES-11".to_owned(), came)].into()) })
    }
}

struct Door {
    router: Router,
}

impl Door {
    async fn of(office: &Office) -> Door {
        let directory = office.desk.directory().clone();
        let sign_in = SignIn::new(directory, SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
        for (login, _) in PEOPLE {
            sign_in.set_password(officer(login), "Long-Enough-2026").await.unwrap();
        }
        let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(TEXTS).unwrap().strict()));
        let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
        let places = Places { menu: menu(), ..Places::default() };
        let app =
            App::new(sign_in, Authority::embedded().unwrap(), catalogue, calendar, places, AppSettings::default());
        let state = Watched::new(shipped(), (office.store.clone(), node()), Arc::new(Few));
        let (router, _) = account_routes(app.clone(), &[]).merge(routes(app, state)).finish();
        Door { router }
    }

    async fn send(
        &self,
        (method, path): (&str, &str),
        cookie: &str,
        language: &str,
        form: &str,
    ) -> (StatusCode, String, String) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "test.invalid")
            .header(header::ACCEPT_LANGUAGE, language)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let cookie = parts.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let bytes = to_bytes(body, 16 << 20).await.unwrap();
        (parts.status, String::from_utf8_lossy(&bytes).into_owned(), cookie)
    }

    async fn enter(&self, login: &str) -> String {
        let (_, page, cookie) = self.send(("GET", "/sign-in"), "", "en", "").await;
        let at = page.find("name=\"csrf\"").unwrap();
        let csrf = page[at..].split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let form = format!("csrf={csrf}&name={login}&password=Long-Enough-2026");
        let (status, text, session) = self.send(("POST", "/sign-in"), &cookie, "en", &form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{login}: {text}");
        session
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_read_by_those_who_may_in_both_languages() {
    for office in both().await {
        let door = Door::of(&office).await;
        for (login, status) in [
            ("steward", StatusCode::OK),
            ("approver", StatusCode::OK),
            ("ivy", StatusCode::OK),
            ("chief", StatusCode::OK),
            ("clara", StatusCode::FORBIDDEN),
            ("head", StatusCode::FORBIDDEN),
        ] {
            let session = door.enter(login).await;
            for path in ["/rules", "/rules/ES-11", "/api/rules"] {
                let (got, text, _) = door.send(("GET", path), &session, "en", "").await;
                assert_eq!(got, status, "{}: {login} {path}: {text}", office.name);
            }
        }
        let session = door.enter("ivy").await;
        let of = |path: &'static str, language: &'static str| {
            let (door, session) = (&door, session.clone());
            async move { door.send(("GET", path), &session, language, "").await }
        };
        for (path, language, says) in [
            ("/rules", "en", &["ES-11", "ES-25", "Past the limit", "75%", "0 conclusions"][..]),
            ("/rules", "zh-CN", &["超过办理时限", "无法定数值"]),
            ("/rules/ES-11", "en", &["art. 42", "In force", "It has not judged anything yet", "75%"]),
            ("/rules/ES-14", "en", &["enabled = true", "no law gives the figures", "There are no warnings"]),
            ("/rules/ES-16", "zh-CN", &["accept → check", "licence"]),
        ] {
            let (status, text, _) = of(path, language).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            for said in says {
                assert!(text.contains(said), "{}: {path} in {language} says {said}: {text}", office.name);
            }
        }
        for path in ["/rules/ES-99", "/rules/%F0%9F%A4%A1", "/rules/es-11"] {
            assert_eq!(of(path, "en").await.0, StatusCode::NOT_FOUND, "{path}");
        }
        let stranger = door.send(("GET", "/rules"), "", "en", "").await.0;
        assert_eq!(stranger, StatusCode::SEE_OTHER, "who is not signed in signs in first");
        office.store.close().await;
    }
}
