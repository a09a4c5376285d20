//! The pages of rules: who reads them, what they say, and what is not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::http::StatusCode;
use directory::SignIn;
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use supervise::Answer;
use testkit::door::{Door, PASSWORD};
use testkit::office::node;
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

async fn door_of(office: &Office) -> Door {
    let directory = office.desk.directory().clone();
    let sign_in = SignIn::new(directory, SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    for (login, _) in PEOPLE {
        sign_in.set_password(officer(login), PASSWORD).await.unwrap();
    }
    let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(TEXTS).unwrap().strict()));
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let places = Places { menu: menu(), ..Places::default() };
    let app = App::new(sign_in, Authority::embedded().unwrap(), catalogue, calendar, places, AppSettings::default());
    let state = Watched::new(shipped(), (office.store.clone(), node()), Arc::new(Few));
    let (router, _) = account_routes(app.clone(), &[]).merge(routes(app, state)).finish();
    Door::new(router)
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_read_by_those_who_may_in_both_languages() {
    for office in both().await {
        let door = door_of(&office).await;
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
                let got = door.get(&session, path).await;
                assert_eq!(got.status, status, "{}: {login} {path}: {}", office.name, got.text);
            }
        }
        let session = door.enter("ivy").await;
        for (path, language, says) in [
            ("/rules", "en", &["ES-11", "ES-25", "Past the limit", "75%", "0 conclusions"][..]),
            ("/rules", "zh-CN", &["超过办理时限", "无法定数值"]),
            ("/rules/ES-11", "en", &["art. 42", "In force", "It has not judged anything yet", "75%"]),
            ("/rules/ES-14", "en", &["enabled = true", "no law gives the figures", "There are no warnings"]),
            ("/rules/ES-16", "zh-CN", &["accept → check", "licence"]),
        ] {
            let got = door.speaking(language).get(&session, path).await;
            assert_eq!(got.status, StatusCode::OK, "{path}");
            for said in says {
                assert!(got.text.contains(said), "{}: {path} in {language} says {said}: {}", office.name, got.text);
            }
        }
        for path in ["/rules/ES-99", "/rules/%F0%9F%A4%A1", "/rules/es-11"] {
            assert_eq!(door.get(&session, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let stranger = door.get("", "/rules").await.status;
        assert_eq!(stranger, StatusCode::SEE_OTHER, "who is not signed in signs in first");
        office.store.close().await;
    }
}
