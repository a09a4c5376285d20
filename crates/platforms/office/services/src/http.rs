//! Pages for the public: applying, the receipt, how it stands, rating; and for the organ: what came in, how it was rated.

mod apply;
mod list;
mod stand;

use access::Permission as _;
use kernel::MatterId;
use store::{Recorded, StoreFault};
use web::http::{App, MenuEntry, Method, Page, PageError, Parameter, RouteInfo, Routes};
use web::locale::{Locale, Words};

use crate::counter::{Counter, CounterError};
use casework::CaseError;

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/services.ftl")),
    (Locale::En, include_str!("../locales/en/services.ftl")),
];

access::permissions! {
    /// Read applications from the public and their ratings 查看网上申请和评价.
    ReadServices = "service.read";
}

/// What the handlers share.
#[derive(Clone)]
pub struct Services {
    app: App,
    counter: Counter,
}

impl Services {
    /// Over a counter.
    pub fn new(app: App, counter: Counter) -> Services {
        Services { app, counter }
    }
}

/// The door of the public face.
pub const DOOR: (&str, &str) = ("services-door", "/progress");

/// The place in the menu.
pub fn menu() -> Vec<MenuEntry> {
    vec![MenuEntry::new("power", "services-menu", "/services", ReadServices::CODE, 4)]
}

const LISTED: &[Parameter] = &[
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
    Parameter { name: "bad", meaning: ("1：只看差评", "1: bad ratings only"), kind: "string" },
];

/// What applying may be refused with.
const APPLYING: &[&str] =
    &["service.no_offer", "case.not_in_force", "case.not_in_inventory", "case.too_large", "flow.no_start"];
/// What coming back may be refused with.
const COMING: &[&str] = &[
    "service.no_application",
    "service.ended",
    "service.not_ended",
    "service.rated",
    "service.grade",
    "service.why",
    "service.words",
    "service.not_asked",
    "flow.not_active",
    "flow.withdrawing",
    "flow.gone",
];
/// Bytes of an application with its files.
const APPLIED: usize = 100 << 20;

/// All routes.
pub fn routes(app: App, state: Services) -> Routes<()> {
    let get = |path, summary| RouteInfo::public(Method::Get, path, summary);
    let post = |path, summary| RouteInfo::public(Method::Post, path, summary);
    let read = ReadServices::CODE;
    Routes::new(app)
        .add(get("/apply/{code}", ("网上申请", "Applies online")), apply::form)
        .add(post("/apply/{code}", ("网上申请", "Applies online")).refusals(APPLYING).limit(APPLIED), apply::apply)
        .add(get("/progress", ("查询办理进度", "How an application stands")), stand::ask)
        .add(post("/progress", ("查询办理进度", "How an application stands")).refusals(COMING), stand::show)
        .add(post("/progress/withdraw", ("撤回申请", "Takes an application back")).refusals(COMING), stand::withdraw)
        .add(post("/progress/answer", ("答复补正", "Answers what was asked")).refusals(COMING), stand::answer)
        .add(post("/progress/rate", ("评价", "Rates an application")).refusals(COMING), stand::rate)
        .add(
            RouteInfo::page("/services", read, ("网上申请和评价", "Applications and ratings")).parameters(LISTED),
            list::show,
        )
        .add(
            RouteInfo::api("/api/services", read, ("网上申请和评价", "Applications and ratings"))
                .parameters(LISTED)
                .answers(list::schema),
            list::api,
        )
        .with_state(state)
}

/// Whether a reader may see the words of an act of an application: as its case would show them.
///
/// # Errors
/// If the store cannot be read.
pub async fn may_see_act(page: &Page, act: &Recorded) -> Result<bool, StoreFault> {
    let id = MatterId::new(act.act.matter);
    match crate::rows::load(page.app.store(), page.app.node().number(), id).await? {
        Some((application, _)) => casework::http::may_see_case(page, application.case).await,
        None => Ok(false),
    }
}

fn t(words: Words, key: &str) -> String {
    words.t(&format!("services-{key}"))
}

fn error(error: CounterError) -> PageError {
    match error {
        CounterError::Refused(refusal) => PageError::refused(refusal),
        CounterError::Case(CaseError::NoCase) => PageError::NotFound,
        CounterError::Case(CaseError::Refused(refusal)) => PageError::refused(refusal),
        CounterError::Case(CaseError::Record(error)) | CounterError::Record(error) => error.into(),
        CounterError::Case(CaseError::Fault(fault)) | CounterError::Fault(fault) => fault.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = web::locale::Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
    }
}
