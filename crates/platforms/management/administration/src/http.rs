//! Pages of administration: the register, officers and their codes, a spreadsheet, the machine, the record of acts.

mod access;
mod audit;
mod change;
mod import;
mod machine;
mod mandates;
mod officers;
mod organs;

use std::sync::Arc;

use ::access::Permission;
use directory::{Entering, RegisterEvent, SignIn};
use kernel::{Param, Refuse};
use store::Actor;
use web::http::{App, By, MenuEntry, Page, PageError, Parameter, RouteInfo, Routes, Stage};
use web::locale::Locale;
use web::view::table::{Direction, Sort};
use web::view::{Html, TableSpec};

use crate::entering::{NotPlanned, planned};
use crate::office::{Field, Plan};
use crate::reorganise::TermWrong;
use tables::spreadsheet::Line;

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/administration.ftl")),
    (Locale::En, include_str!("../locales/en/administration.ftl")),
];

/// What a sheet may weigh.
const SHEET_LIMIT: usize = 8 << 20;
/// Sheets kept for their confirmation; further ones push out the oldest.
const STAGED: usize = 16;

::access::permissions! {
    /// Administer posts and appointments 管理岗位与任职.
    AdministerPosts = "admin.posts";
    /// Administer credentials 管理登录凭证.
    AdministerCredentials = "admin.credentials";
    /// Administer the system 管理系统运行.
    AdministerSystem = "admin.system";
    /// Delegate duties 委托职责.
    EnterDelegations = "delegation.enter";
    /// Read audit records 查看审计记录.
    ReadAudit = "audit.read";
}

/// Expected refusals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// No file in the form.
    #[error("no file was sent")]
    NoFile,
    /// The sheet is no longer kept.
    #[error("the sheet is no longer kept")]
    SheetGone,
    /// Nobody was chosen.
    #[error("nobody was chosen")]
    NobodyChosen,
    /// One's own credentials are another administrator's work.
    #[error("nobody grants to themselves or disables themselves")]
    Own,
    /// The end of a post or an appointment cannot become that.
    #[error("the end cannot become that: {0:?}")]
    Term(TermWrong),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoFile => "administration.no_file",
            Refusal::SheetGone => "administration.sheet_gone",
            Refusal::NobodyChosen => "administration.nobody_chosen",
            Refusal::Own => "administration.own",
            Refusal::Term(TermWrong::Over) => "administration.term_over",
            Refusal::Term(TermWrong::Past) => "administration.term_past",
            Refusal::Term(TermWrong::BeforeItBegins) => "administration.term_before_it_begins",
            Refusal::Term(TermWrong::Same) => "administration.term_same",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// A sheet that waits for its confirmation.
#[derive(Clone)]
struct Staged {
    name: String,
    lines: Arc<Vec<Line>>,
}

/// What another platform shows on the page about the machine. The binary wires it.
pub trait MachineView: Send + Sync {
    /// The panel, for who keeps the machine.
    fn panel<'a>(&'a self, page: &'a Page) -> tell::Answer<'a, Html>;
}

/// What the handlers share.
#[derive(Clone)]
pub struct Administration {
    sign_in: SignIn,
    views: Vec<Arc<dyn MachineView>>,
    staged: Stage<Staged>,
}

impl Administration {
    /// Over a node's sign-in and directory.
    pub fn new(sign_in: SignIn) -> Administration {
        Administration { sign_in, views: Vec::new(), staged: Stage::new(STAGED) }
    }

    /// With another platform's panel on the page about the machine.
    #[must_use]
    pub fn with_view(mut self, view: Arc<dyn MachineView>) -> Administration {
        self.views.push(view);
        self
    }

    /// Plans rows against the register as it stands.
    fn plan(&self, page: &Page, lines: &[Line]) -> Result<Plan, PageError> {
        let duties = page.app.authority().policies().duties();
        planned(lines, &page.register, duties, page.app.clock(), Some(page.reader.officer())).map_err(|no| match no {
            NotPlanned::Fault(fault) => fault.into(),
            refusal => PageError::refused(refusal),
        })
    }

    /// Enters events as the officer who holds this permission; all of them or none.
    async fn enter<P: Permission>(&self, by: &By<P>, events: &[RegisterEvent]) -> Result<(), PageError> {
        self.sign_in.directory().enter_all(events, &Self::entering(by)).await?;
        Ok(())
    }

    /// Who enters, as the acts state it.
    fn entering<P: Permission>(by: &By<P>) -> Entering {
        Entering {
            actor: Actor::Officer { pseudonym: by.may.officer().to_string() },
            post: Some(by.may.post().to_string()),
            organ: Some(by.may.organ().to_string()),
            on_behalf_of: by.may.on_behalf_of().map(|holder| holder.to_string()),
        }
    }
}

/// A sheet of one row, for forms that enter one thing: the same rules hold.
fn one_row(values: &[(Field, &str)]) -> Vec<Line> {
    let heading = values.iter().map(|(field, _)| field.heading().0.to_owned()).collect();
    let row = values.iter().map(|(_, value)| value.trim().to_owned()).collect();
    vec![Line { number: 1, cells: heading }, Line { number: 2, cells: row }]
}

/// Rows of a page of a list.
const ROWS: u32 = 100;

/// A list that is found by words and read page by page.
fn listing(path: &str) -> TableSpec {
    TableSpec::new(path.to_owned(), &["name"], Sort { key: "name", direction: Direction::Up }, &["q"], ROWS)
}

fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("administration-{key}"))
}

/// Places in the rail.
pub fn menu() -> Vec<MenuEntry> {
    let entry = |text, href, permission, order| MenuEntry::new("management", text, href, permission, order);
    vec![
        entry("administration-menu-delegations", "/delegations", EnterDelegations::CODE, 79),
        entry("administration-menu-organs", "/admin/organs", AdministerPosts::CODE, 80),
        entry("administration-menu-officers", "/admin/officers", AdministerPosts::CODE, 81),
        entry("administration-menu-import", "/admin/import", AdministerPosts::CODE, 82),
        entry("administration-menu-machine", "/admin/system", AdministerSystem::CODE, 83),
        entry("administration-menu-audit", "/audit", ReadAudit::CODE, 84),
    ]
}

const ENTRY_REFUSALS: &[&str] = &["door.conflict"];

const TERM_REFUSALS: &[&str] = &[
    "administration.own",
    "administration.term_over",
    "administration.term_past",
    "administration.term_before_it_begins",
    "administration.term_same",
];

const MANDATE_REFUSALS: &[&str] = &[
    "mandate.oneself",
    "mandate.past",
    "mandate.empty",
    "mandate.too_long",
    "mandate.not_held",
    "mandate.no_duty",
    "mandate.administrators_duty",
    "mandate.other_organ",
    "mandate.not_in_office",
    "mandate.administrator",
    "mandate.twice",
];

const AS_OF: &[Parameter] = &[
    Parameter { name: "day", meaning: ("哪一天的机关", "as it is on that day"), kind: "string" },
    Parameter {
        name: "known", meaning: ("按哪一天已知的情况", "by what was known on that day"), kind: "string"
    },
];

const FOUND: &[Parameter] = &[
    Parameter { name: "q", meaning: ("名称中的字", "words of the name"), kind: "string" },
    Parameter { name: "page", meaning: ("页码，从 1 起", "page, from 1"), kind: "integer" },
];

const AUDIT: &[Parameter] = &[
    Parameter {
        name: "kind",
        meaning: ("行为类型开头，如 supervision", "beginning of the act's kind"),
        kind: "string",
    },
    Parameter { name: "page", meaning: ("页码，从 1 起", "page, from 1"), kind: "integer" },
];

/// All routes of administration.
pub fn routes(app: App, state: Administration) -> Routes<()> {
    let page = RouteInfo::page;
    let act = RouteInfo::act;
    Routes::<Administration>::new(app)
        .add(
            page("/admin/organs", AdministerPosts::CODE, ("机关和岗位", "Organs and posts")).parameters(FOUND),
            organs::list,
        )
        .add(
            act("/admin/organs", AdministerPosts::CODE, ("新建机关", "Enters an organ")).refusals(ENTRY_REFUSALS),
            organs::enter,
        )
        .add(page("/admin/organs/{id}", AdministerPosts::CODE, ("一个机关", "An organ")).parameters(AS_OF), organs::one)
        .add(
            page("/admin/organs/{id}/change", AdministerPosts::CODE, ("变更机关的表单", "Forms to change an organ")),
            change::form,
        )
        .add(
            act("/admin/organs/{id}/change", AdministerPosts::CODE, ("变更机关", "Changes an organ from a day on"))
                .refusals(ENTRY_REFUSALS),
            change::enter,
        )
        .add(
            act("/admin/organs/{id}/term", AdministerPosts::CODE, ("结束或延长岗位", "Ends or renews a post"))
                .refusals(TERM_REFUSALS),
            organs::term,
        )
        .add(
            act("/admin/organs/{id}/posts", AdministerPosts::CODE, ("新建岗位或任职", "Enters a post or appoints"))
                .refusals(ENTRY_REFUSALS),
            organs::enter_post,
        )
        .add(page("/admin/officers", AdministerPosts::CODE, ("人员", "Officers")).parameters(FOUND), officers::list)
        .add(page("/admin/officers/{id}", AdministerPosts::CODE, ("一名人员", "An officer")), officers::one)
        .add(
            act("/admin/officers/{id}/end", AdministerPosts::CODE, ("结束任职", "Ends an appointment"))
                .refusals(&["administration.own"]),
            officers::end,
        )
        .add(
            act("/admin/officers/{id}/term", AdministerPosts::CODE, ("改任职期限", "Ends or renews an appointment"))
                .refusals(TERM_REFUSALS),
            officers::term,
        )
        .add(
            act(
                "/admin/officers/{id}/leave",
                AdministerPosts::CODE,
                ("请假并指定代理人", "Enters a leave and its substitute"),
            )
            .refusals(MANDATE_REFUSALS),
            mandates::leave,
        )
        .add(
            act("/admin/officers/{id}/mandates/end", AdministerPosts::CODE, ("结束代理或委托", "Ends a mandate"))
                .refusals(&["administration.own", "mandate.over"]),
            mandates::end,
        )
        .add(page("/delegations", EnterDelegations::CODE, ("代理和委托", "Who acts for whom")), mandates::show)
        .add(
            act("/delegations", EnterDelegations::CODE, ("委托职责", "Delegates duties")).refusals(MANDATE_REFUSALS),
            mandates::delegate,
        )
        .add(
            act("/delegations/end", EnterDelegations::CODE, ("收回委托", "Revokes a mandate"))
                .refusals(&["mandate.over"]),
            mandates::revoke,
        )
        .add(
            act("/admin/codes", AdministerCredentials::CODE, ("发放一次性验证码", "Issues one-time codes"))
                .refusals(&["administration.nobody_chosen", "administration.own"]),
            officers::issue,
        )
        .add(
            act("/admin/officers/{id}/disable", AdministerCredentials::CODE, ("停用登录", "Disables signing in"))
                .refusals(&["administration.own"]),
            officers::disable,
        )
        .add(
            act(
                "/admin/officers/{id}/sessions",
                AdministerCredentials::CODE,
                ("结束人员的会话", "Ends an officer's sessions"),
            )
            .refusals(&["administration.own"]),
            access::end_sessions,
        )
        .add(
            act(
                "/admin/officers/{id}/second-factor",
                AdministerCredentials::CODE,
                ("取消人员的第二因素", "Takes an officer's second factor away"),
            )
            .refusals(&["administration.own"]),
            access::revoke_factor,
        )
        .add(
            act(
                "/admin/officers/{id}/identity",
                AdministerCredentials::CODE,
                ("绑定人员的统一身份", "Binds an officer's identity at another system"),
            )
            .refusals(&["administration.own", "oidc.bound", "oidc.taken", "oidc.no_identity"]),
            access::bind_identity,
        )
        .add(
            act(
                "/admin/officers/{id}/identity/remove",
                AdministerCredentials::CODE,
                ("解除人员的统一身份", "Unbinds an officer's identity"),
            )
            .refusals(&["administration.own"]),
            access::unbind_identity,
        )
        .add(page("/admin/import", AdministerPosts::CODE, ("从表格录入", "Enters from a spreadsheet")), import::form)
        .add(
            act("/admin/import", AdministerPosts::CODE, ("上传表格", "Uploads a spreadsheet"))
                .limit(SHEET_LIMIT)
                .refusals(&[
                    "administration.no_file",
                    "administration.sheet_form",
                    "administration.sheet_encoding",
                    "administration.sheet_too_long",
                    "administration.no_heading",
                ]),
            import::upload,
        )
        .add(
            page("/admin/import/{id}", AdministerPosts::CODE, ("录入前的预览", "Preview of a spreadsheet")),
            import::preview,
        )
        .add(
            act("/admin/import/{id}", AdministerPosts::CODE, ("确认录入", "Confirms a spreadsheet"))
                .refusals(&["administration.sheet_gone"]),
            import::confirm,
        )
        .add(
            page("/admin/template.csv", AdministerPosts::CODE, ("表格样例", "The spreadsheet's template")),
            import::template,
        )
        .add(page("/admin/system", AdministerSystem::CODE, ("系统运行", "The machine")), machine::show)
        .add(page("/audit", ReadAudit::CODE, ("行为记录", "Record of acts")).parameters(AUDIT), audit::list)
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use directory::mandate::MandateRefusal;
    use web::locale::Catalogue;

    use super::*;
    use crate::office::Wrong;
    use tables::spreadsheet::SheetFault;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
        for wrong in Wrong::ALL {
            for key in
                [format!("administration-wrong-{}", wrong.code()), format!("administration-mend-{}", wrong.code())]
            {
                assert!(catalogue.has(Locale::En, &key), "{key}");
            }
        }
        let codes = [
            Refusal::NoFile.code(),
            NotPlanned::Sheet(SheetFault::Form).code(),
            NotPlanned::Sheet(SheetFault::Encoding).code(),
            NotPlanned::Sheet(SheetFault::TooLong).code(),
            NotPlanned::NoHeading.code(),
            Refusal::SheetGone.code(),
            Refusal::NobodyChosen.code(),
            Refusal::Own.code(),
        ];
        let mandates = MandateRefusal::ALL.map(|refusal| refusal.code());
        assert_eq!(MANDATE_REFUSALS, &mandates[..11]);
        let terms = TermWrong::ALL.map(|wrong| Refusal::Term(wrong).code());
        assert_eq!(TERM_REFUSALS[1..], terms);
        for key in change::texts() {
            assert!(catalogue.has(Locale::En, &key), "{key}");
        }
        for code in codes.into_iter().chain(terms).chain(mandates) {
            let key = format!("refusal-{}", code.replace(['.', '_'], "-"));
            for key in [format!("{key}-next"), key] {
                assert!(catalogue.has(Locale::En, &key), "{key}");
            }
        }
    }
}
