//! Pages and API of disclosure: what everybody reads, and the desk of those who write, review and publish.

mod api;
mod comments;
mod data;
mod draft;
mod duties;
mod feeds;
mod inner;
mod one;
mod paragraphs;
mod public;
mod shown;

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{May, Permission, Subject};
use directory::Register;
use kernel::{Class, Day, MatterId, OrganId, Text};
use web::http::{App, By, MenuEntry, Method, Page, PageError, Parameter, RouteInfo, Routes};
use web::locale::{Locale, Words};

use crate::decide::Refusal;
use crate::desk::{Desk, DeskError};

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/disclosure.ftl")),
    (Locale::En, include_str!("../locales/en/disclosure.ftl")),
];

access::permissions! {
    /// See what an organ discloses 查看公开事项.
    ReadDisclosures = "disclosure.read";
    /// Draft disclosures 起草公开事项.
    DraftDisclosures = "disclosure.draft";
    /// Review disclosures for secrecy 保密审查.
    ReviewDisclosures = "disclosure.review";
    /// Publish and withdraw disclosures 公布、撤回公开事项.
    PublishDisclosures = "disclosure.publish";
}

/// What the handlers share.
#[derive(Clone)]
pub struct Disclosures {
    app: App,
    desk: Desk,
    base: Arc<str>,
    flood: Arc<comments::Flood>,
}

impl Disclosures {
    /// - `base`: the address under which the public reaches the node, without a slash at its end.
    pub fn new(app: App, desk: Desk, base: &str) -> Disclosures {
        Disclosures { app, desk, base: base.trim_end_matches('/').into(), flood: Arc::default() }
    }

    fn node(&self) -> i64 {
        self.app.node().number()
    }

    /// What an entry is called, or its code where the catalogue has it no more.
    fn entry_name(&self, code: &str) -> Text {
        self.desk.catalogue().entry(code).map_or_else(|| Text::same(code), |entry| entry.name.clone())
    }
}

/// The place in the menu.
pub fn menu() -> Vec<MenuEntry> {
    vec![MenuEntry::new("power", "disclosure-menu", "/disclosures", ReadDisclosures::CODE, 10)]
}

/// The door of the public face.
pub const DOOR: (&str, &str) = ("disclosure-door", "/disclosure");

const fn parameter(name: &'static str, meaning: (&'static str, &'static str), kind: &'static str) -> Parameter {
    Parameter { name, meaning, kind }
}

const LIST: &[Parameter] = &[
    parameter("q", ("标题中的词", "words of the title"), "string"),
    parameter("organ", ("机关", "organ"), "string"),
    parameter("family", ("公开领域", "field of disclosure"), "string"),
    parameter("entry", ("目录事项", "entry of the catalogue"), "string"),
    parameter("page", ("页", "page, from 1"), "integer"),
];
const VERSION: &[Parameter] = &[parameter("version", ("版本", "version"), "integer")];
const PAGE: &[Parameter] = &[parameter("page", ("页", "page, from 1"), "integer")];
const DUTIES: &[Parameter] = &[
    parameter("organ", ("机关", "organ"), "string"),
    parameter("open", ("只看尚未公布的", "only what is not published"), "string"),
    parameter("page", ("页", "page, from 1"), "integer"),
];
const DESK: &[Parameter] = &[
    parameter("tab", ("duties、work、published", "duties, work or published"), "string"),
    parameter("page", ("页", "page, from 1"), "integer"),
];
const NEW: &[Parameter] = &[
    parameter("entry", ("目录事项", "entry of the catalogue"), "string"),
    parameter("period", ("期间", "period"), "string"),
];

/// What opening may be refused with.
const OPENING: &[&str] = &[
    "disclosure.already_open",
    "disclosure.nothing_asked",
    "disclosure.not_optional",
    "disclosure.no_entry",
    "disclosure.reason",
];
/// What drafting may be refused with.
const DRAFTING: &[&str] = &[
    "disclosure.not_open",
    "disclosure.no_entry",
    "disclosure.no_period",
    "disclosure.taken",
    "disclosure.came",
    "disclosure.title",
    "disclosure.body",
];
/// What writing anew may be refused with.
const WRITING: &[&str] = &["disclosure.stage", "disclosure.reason", "disclosure.title", "disclosure.body"];
/// What reviewing may be refused with.
const REVIEWING: &[&str] = &[
    "disclosure.stage",
    "disclosure.outcome",
    "disclosure.ground",
    "disclosure.withheld",
    "disclosure.reason",
    "separation.same_officer",
];
/// What publishing may be refused with.
const PUBLISHING: &[&str] = &["disclosure.stage", "disclosure.gone", "disclosure.no_entry", "separation.same_officer"];
/// What withdrawing may be refused with.
const WITHDRAWING: &[&str] =
    &["disclosure.stage", "disclosure.because", "disclosure.changed", "disclosure.reason", "clock.no_calendar"];

/// What a comment may weigh: a form of a thousand characters.
const COMMENT_LIMIT: usize = 32 * 1024;
/// What commenting may be refused with.
const COMMENTING: &[&str] = &[
    "consultation.not_asked",
    "consultation.paragraph",
    "consultation.name",
    "consultation.said",
    "consultation.too_many",
];
/// What answering may be refused with.
const ANSWERING: &[&str] = &["consultation.answered", "consultation.adopted", "consultation.answer"];
/// What concluding may be refused with.
const CONCLUDING: &[&str] =
    &["consultation.not_asked", "consultation.still_asked", "consultation.unanswered", "consultation.concluded"];

/// All routes.
pub fn routes(app: App, state: Disclosures) -> Routes<()> {
    open_to_all(Routes::new(app.clone())).with_state(state.clone()).merge(inside(Routes::new(app)).with_state(state))
}

/// What everybody reads.
fn open_to_all(routes: Routes<Disclosures>) -> Routes<Disclosures> {
    let page = |path, summary| RouteInfo::public(Method::Get, path, summary);
    routes
        .add(page("/disclosure", ("信息公开", "What was disclosed")).parameters(LIST), public::list)
        .add(
            page("/disclosure/duties", ("应公开与尚未公开", "What is due, and what is missing")).parameters(DUTIES),
            duties::list,
        )
        .add(
            page("/disclosure/feed.atom", ("新公开的事项（Atom）", "What was disclosed newly (Atom)")).parameters(LIST),
            feeds::atom,
        )
        .add(
            page("/disclosure/list.csv", ("公开事项清单（CSV）", "What was disclosed (CSV)")).parameters(LIST),
            data::csv,
        )
        .add(
            page("/disclosure/catalogue.jsonld", ("数据目录（DCAT）", "Catalogue of the data (DCAT)")).parameters(PAGE),
            feeds::dcat,
        )
        .add(page("/disclosure/{id}", ("一项公开事项", "A disclosure")).parameters(VERSION), public::one)
        .add(
            page("/disclosure/{id}/text", ("公开文本，其 SHA-256 即摘要", "The text whose SHA-256 is the digest"))
                .parameters(VERSION),
            data::text,
        )
        .add(
            page("/disclosure/{id}/receipt", ("公布行为的回执", "The receipt of its publication")).parameters(VERSION),
            data::receipt,
        )
        .add(
            RouteInfo::public(Method::Post, "/disclosure/{id}/comments", ("对征求意见稿提意见", "Comments on a draft"))
                .limit(COMMENT_LIMIT)
                .refusals(COMMENTING),
            comments::make,
        )
        .add(
            page("/disclosure/{id}/comments", ("意见及答复", "Comments and answers")).parameters(PAGE),
            comments::public_list,
        )
        .add(page("/disclosure/{id}/comments/{comment}", ("一条意见", "A comment")), comments::one)
        .add(
            RouteInfo::public_api("/api/disclosure/{id}/comments", ("意见及答复", "Comments and answers"))
                .parameters(PAGE)
                .answers(comments::list_schema),
            comments::api,
        )
        .add(
            RouteInfo::public_api("/api/disclosure", ("信息公开", "What was disclosed"))
                .parameters(LIST)
                .answers(data::list_schema),
            data::list,
        )
        .add(
            RouteInfo::public_api("/api/disclosure/{id}", ("一项公开事项", "A disclosure")).answers(data::one_schema),
            data::one,
        )
}

/// The desk of those who write, review and publish.
fn inside(routes: Routes<Disclosures>) -> Routes<Disclosures> {
    let (read, write) = (ReadDisclosures::CODE, DraftDisclosures::CODE);
    let (review, publish) = (ReviewDisclosures::CODE, PublishDisclosures::CODE);
    routes
        .add(RouteInfo::page("/disclosures", read, ("公开事项", "Disclosures")).parameters(DESK), inner::show)
        .add(
            RouteInfo::act("/disclosures/open", publish, ("启用公开目录", "Opens an organ's catalogue"))
                .refusals(OPENING),
            inner::open,
        )
        .add(
            RouteInfo::page("/disclosures/new", write, ("起草公开事项", "Drafts a disclosure")).parameters(NEW),
            draft::show,
        )
        .add(
            RouteInfo::act("/disclosures", write, ("起草公开事项", "Drafts a disclosure")).refusals(DRAFTING),
            draft::draft,
        )
        .add(RouteInfo::page("/disclosures/{id}", read, ("一项公开事项", "A disclosure")), one::show)
        .add(
            RouteInfo::act("/disclosures/{id}/text", write, ("修改或者更正", "Writes it anew")).refusals(WRITING),
            one::rewrite,
        )
        .add(
            RouteInfo::act("/disclosures/{id}/review", review, ("保密审查", "Reviews it for secrecy"))
                .refusals(REVIEWING),
            one::review,
        )
        .add(
            RouteInfo::act("/disclosures/{id}/publish", publish, ("公布", "Publishes it")).refusals(PUBLISHING),
            one::publish,
        )
        .add(
            RouteInfo::act("/disclosures/{id}/withdraw", publish, ("撤回", "Withdraws it")).refusals(WITHDRAWING),
            one::withdraw,
        )
        .add(
            RouteInfo::page("/disclosures/{id}/comments", read, ("待答复的意见", "Comments to answer"))
                .parameters(PAGE),
            comments::to_answer,
        )
        .add(
            RouteInfo::act("/disclosures/{id}/comments/{comment}", write, ("答复意见", "Answers a comment"))
                .refusals(ANSWERING),
            comments::answer,
        )
        .add(
            RouteInfo::act("/disclosures/{id}/conclude", publish, ("公布征求意见结果", "Concludes a draft"))
                .refusals(CONCLUDING),
            comments::conclude,
        )
        .add(
            RouteInfo::api("/api/disclosures", read, ("公开事项", "Disclosures"))
                .parameters(DESK)
                .answers(api::list_schema),
            api::list,
        )
        .add(
            RouteInfo::api("/api/disclosures/{id}", read, ("一项公开事项", "A disclosure")).answers(api::one_schema),
            api::one,
        )
        .add(
            RouteInfo::api_act("/api/disclosures", write, ("起草公开事项", "Drafts a disclosure"), api::takes_draft)
                .refusals(DRAFTING)
                .answers(api::stands_schema),
            api::draft,
        )
        .add(
            RouteInfo::api_act(
                "/api/disclosures/{id}/text",
                write,
                ("修改或者更正", "Writes it anew"),
                api::takes_text,
            )
            .refusals(WRITING)
            .answers(api::stands_schema),
            api::rewrite,
        )
        .add(
            RouteInfo::api_act(
                "/api/disclosures/{id}/review",
                review,
                ("保密审查", "Reviews it for secrecy"),
                api::takes_review,
            )
            .refusals(REVIEWING)
            .answers(api::stands_schema),
            api::review,
        )
        .add(
            RouteInfo::api_act("/api/disclosures/{id}/publish", publish, ("公布", "Publishes it"), api::takes_nothing)
                .refusals(PUBLISHING)
                .answers(api::stands_schema),
            api::publish,
        )
        .add(
            RouteInfo::api_act(
                "/api/disclosures/{id}/withdraw",
                publish,
                ("撤回", "Withdraws it"),
                api::takes_withdrawal,
            )
            .refusals(WITHDRAWING)
            .answers(api::stands_schema),
            api::withdraw,
        )
}

fn t(words: Words, key: &str) -> String {
    words.t(&format!("disclosure-{key}"))
}

fn error(error: DeskError) -> PageError {
    match error {
        DeskError::NotFound => PageError::NotFound,
        DeskError::Refused(refusal) => PageError::refused(refusal),
        DeskError::Comment(refusal) => PageError::refused(refusal),
        DeskError::Record(error) => error.into(),
        DeskError::Fault(fault) => fault.into(),
    }
}

/// Organs that a permission reaches today, with those whose tasks they took over.
fn reach<P: Permission>(may: &May<P>, register: &Register, today: Day) -> BTreeSet<OrganId> {
    let view = register.organs(today);
    let covers = |organ: &&kernel::organ::Organ| {
        let (node, division) = (may.node(), organ.division);
        may.scope().covers(&Subject { node, organ: Some(organ.id), division, class: Class::Internal })
    };
    register.tasks_of(view.all().filter(covers).map(|organ| organ.id).collect(), today)
}

/// Of the organs that a permission reaches, those that disclose here: what lists are made of.
async fn reach_of_lists<P: Permission>(state: &Disclosures, by: &By<P>) -> Result<BTreeSet<OrganId>, PageError> {
    let reached = reach(&by.may, &by.page.register, by.page.today());
    let disclosers = crate::lists::disclosers(state.app.store(), state.node()).await?;
    Ok(disclosers.into_iter().map(|it| it.organ).filter(|organ| reached.contains(organ)).collect())
}

/// Whether the reader of a page also has another permission over an organ.
fn has<P: Permission>(page: &Page, organ: OrganId) -> bool {
    page.app
        .authority()
        .may::<P>(&page.reader)
        .is_ok_and(|may| reach(&may, &page.register, page.today()).contains(&organ))
}

fn id_of(text: &str) -> Result<MatterId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// The field that a refusal is about, where a form has one.
fn about(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::NoEntry | Refusal::NotOpen => Some("entry"),
        Refusal::NoPeriod | Refusal::Taken => Some("period"),
        Refusal::Came => Some("came"),
        Refusal::Title => Some("title"),
        Refusal::Body => Some("body"),
        Refusal::Reason => Some("reason"),
        Refusal::Outcome => Some("outcome"),
        Refusal::Ground => Some("ground"),
        Refusal::Withheld => Some("withheld"),
        Refusal::Because => Some("because"),
        Refusal::Changed => Some("changed"),
        Refusal::Clock(_) => Some("changed"),
        Refusal::NothingAsked
        | Refusal::AlreadyOpen
        | Refusal::NotOptional { .. }
        | Refusal::Stage
        | Refusal::Gone
        | Refusal::Separation(_) => None,
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
