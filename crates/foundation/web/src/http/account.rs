//! My account 我的账号: where one is signed in, one's own password, one's second factor.

mod factor;
mod identity;
pub(in crate::http) mod passkeys;
mod password;
mod sessions;

pub use sessions::{device_words, way_words};

use access::{May, Permission};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use directory::{Entering, OwnRefusal, RegisterEvent, SignIn};
use serde::Deserialize;
use store::Actor;

use crate::http::app::App;
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::page::{Page, refusal_words, respond};
use crate::http::route::{Parameter, RouteInfo, Routes};
use crate::view::{Facts, Grid, Heading, Html, Notice, Panel};

/// Look after one's own account 管理本人账号.
pub struct OwnAccount;

impl Permission for OwnAccount {
    const CODE: &'static str = "account.own";
}

const OWN: &str = OwnAccount::CODE;

const DONE: &[Parameter] =
    &[Parameter { name: "done", meaning: ("刚刚办成的事", "what was done a moment ago"), kind: "string" }];

/// Refusals of a form that asks for a code.
const CODE_REFUSALS: &[&str] = &["account.wrong", "account.wait", "account.no_factor", "totp.used"];

/// Routes of one's own account.
pub(crate) fn routes(app: App) -> Routes<()> {
    let (page, act) = (RouteInfo::page, RouteInfo::act);
    Routes::<App>::new(app.clone())
        .add(page("/account", OWN, ("我的账号", "One's own account")).parameters(DONE), show)
        .add(act("/account/sessions", OWN, ("结束本人的会话", "Ends sessions of one's own")), sessions::end)
        .add(
            act("/account/password", OWN, ("修改本人密码", "Changes one's own password")).refusals(&[
                "account.wrong",
                "account.wait",
                "account.same_password",
                "password.too_short",
                "password.too_long",
                "password.too_plain",
                "password.guessable",
                "password.contains_name",
            ]),
            password::change,
        )
        .add(page("/account/second-factor", OWN, ("本人的第二因素", "One's own second factor")), factor::show)
        .add(
            act("/account/second-factor/begin", OWN, ("开始登记验证器", "Begins to enrol an authenticator"))
                .refusals(&["account.no_factor"]),
            factor::begin,
        )
        .add(
            act("/account/second-factor", OWN, ("用首个动态码确认登记", "Confirms an authenticator by its first code"))
                .refusals(CODE_REFUSALS),
            factor::confirm,
        )
        .add(
            act("/account/second-factor/recovery", OWN, ("重新生成恢复码", "Draws new recovery codes"))
                .refusals(CODE_REFUSALS),
            factor::renew,
        )
        .add(
            act("/account/second-factor/remove", OWN, ("取消本人的第二因素", "Takes one's own second factor away"))
                .refusals(CODE_REFUSALS),
            factor::remove,
        )
        .add(page("/account/passkeys", OWN, ("本人的通行密钥", "One's own passkeys")), passkeys::show)
        .add(
            act("/account/passkeys/ask", OWN, ("要求浏览器生成通行密钥", "Asks a browser to make a passkey"))
                .refusals(&["account.wrong", "account.wait", "passkey.nowhere", "passkey.too_many"]),
            passkeys::ask,
        )
        .add(
            act("/account/passkeys", OWN, ("登记通行密钥", "Registers a passkey")).refusals(&["passkey.not_taken"]),
            passkeys::keep,
        )
        .add(
            act("/account/passkeys/remove", OWN, ("移除通行密钥", "Removes a passkey"))
                .refusals(&["account.wrong", "account.wait"]),
            passkeys::remove,
        )
        .add(
            page("/account/identity", OWN, ("本人的统一身份", "One's own identity at another system")).parameters(DONE),
            identity::show,
        )
        .add(
            act("/account/identity", OWN, ("开始绑定统一身份", "Begins to bind an identity")).refusals(&[
                "account.wrong",
                "account.wait",
                "oidc.bound",
                "oidc.unreachable",
            ]),
            identity::bind,
        )
        .add(
            act("/account/identity/remove", OWN, ("解除绑定统一身份", "Unbinds an identity"))
                .refusals(&["account.wrong", "account.wait"]),
            identity::unbind,
        )
        .with_state(app)
}

#[derive(Deserialize, Default)]
struct Done {
    #[serde(default)]
    done: String,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Query(done): Query<Done>,
) -> Result<Response, PageError> {
    let told = match done.done.as_str() {
        "password" | "sessions" | "factor-removed" => Some(Notice::done(t(&by.page, &format!("done-{}", done.done)))),
        _ => None,
    };
    overview(&app, &visitor, &by.page, told, None).await
}

/// The whole page; with a refusal of the form for the password it answers as refused.
async fn overview(
    app: &App,
    visitor: &Visitor,
    page: &Page,
    told: Option<Notice>,
    refusal: Option<OwnRefusal>,
) -> Result<Response, PageError> {
    let officer = page.reader.officer();
    let login = page.register.officer(officer).map(|it| it.login.clone()).unwrap_or_default();
    let factor = app.sign_in().factor(officer).await?;
    let facts = Facts::new()
        .fact(t(page, "name"), Html::data(&page.officer(officer)))
        .fact(t(page, "login"), Html::data(&login))
        .fact(t(page, "factor"), factor::badge(page, factor.as_ref()));
    let passkeys = app.sign_in().passkeys(officer).await?;
    let identity = app.sign_in().identity(officer).await?;
    let sessions = sessions::table(app, visitor, page).await?;
    let status = refusal.as_ref().map_or(StatusCode::OK, status);
    let body = Grid::new()
        .cell(8, (told, sessions))
        .cell(
            4,
            (
                Panel::new(t(page, "facts"), facts),
                (
                    (factor::panel(page, factor.as_ref()), passkeys::panel(page, &passkeys)),
                    identity::panel(app, page, identity.as_ref()),
                ),
            ),
        )
        .cell(8, password::panel(page, &login, refusal));
    let heading = Heading::new(page.words, t(page, "title")).lead(t(page, "lead"));
    Ok(respond(status, page.frame().page(heading, body)))
}

/// The heading of a page below the account's.
fn heading(page: &Page, title: String) -> Heading {
    Heading::new(page.words, title).under(t(page, "title"), "/account")
}

fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("http-account-{key}"))
}

/// The status of a form that was refused; a wait has one of its own.
fn status(refusal: &OwnRefusal) -> StatusCode {
    match refusal {
        OwnRefusal::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
        OwnRefusal::NoFactor
        | OwnRefusal::NoPasskeys
        | OwnRefusal::TooManyPasskeys { .. }
        | OwnRefusal::IdentityBound
        | OwnRefusal::IdentityTaken => StatusCode::CONFLICT,
        OwnRefusal::Oidc(_) => StatusCode::BAD_GATEWAY,
        OwnRefusal::Wrong { .. }
        | OwnRefusal::SamePassword
        | OwnRefusal::Weak(_)
        | OwnRefusal::UsedCode
        | OwnRefusal::PasskeyNotTaken
        | OwnRefusal::NoIdentity => StatusCode::UNPROCESSABLE_ENTITY,
        OwnRefusal::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Why a form was refused, in one or two sentences.
fn why(page: &Page, refusal: OwnRefusal) -> String {
    refusal_words(page.words, &refusal.into()).0
}

/// A refusal that a form shows; a fault breaks the page instead.
pub(in crate::http) fn shown(refusal: OwnRefusal) -> Result<OwnRefusal, PageError> {
    match refusal {
        OwnRefusal::Fault(fault) => Err(fault.into()),
        refusal => Ok(refusal),
    }
}

/// Who acts on one's own means of signing in: they are nobody else's, whoever's post one acts in.
pub(in crate::http) fn entering(may: &May<OwnAccount>) -> Entering {
    Entering {
        actor: Actor::Officer { pseudonym: may.officer().to_string() },
        post: Some(may.post().to_string()),
        organ: Some(may.organ().to_string()),
        on_behalf_of: None,
    }
}

/// Records what an officer did to their own means of signing in.
async fn record(sign_in: &SignIn, by: &By<OwnAccount>, event: RegisterEvent) -> Result<(), PageError> {
    sign_in.directory().enter_all(&[event], &entering(&by.may)).await?;
    Ok(())
}
