//! Signing in and out, switching posts, language and colours, and the pages everybody may see.

pub(in crate::http) mod provider;
mod second;

use access::Permission;
use access::session::Way;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use directory::{Entered, FirstStep, RedeemRefusal, RegisterEvent, SignInRefusal};
use kernel::PostId;
use serde::Deserialize;
use store::Actor;

use crate::http::app::App;
use crate::http::cookie::{self, DEVICE, HALFWAY, Kept, LANGUAGE, SESSION, THEME};
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::{public_frame, refusal_words, respond};
use crate::http::route::{Method, RouteInfo, Routes};
use crate::http::{account, description, search};
use crate::locale::Arg;
use crate::view::{Action, Cell, Column, Field, Form, Heading, Notice, Panel, PublicFrame, Row, SignIn, Table};

/// Assets, sign-in, preferences, licences.
pub fn routes(app: App, licences: &'static [Licence]) -> Routes<()> {
    let state = Account { app: app.clone(), licences };
    let own = account::routes(app.clone());
    Routes::new(app)
        .add(
            RouteInfo::public(Method::Get, "/sign-in", ("登录页", "Sign-in page")).parameters(&[
                crate::http::Parameter {
                    name: "next",
                    meaning: ("登录后去哪里", "where to go afterwards"),
                    kind: "string",
                },
            ]),
            form,
        )
        .add(
            RouteInfo::public(Method::Post, "/sign-in", ("登录", "Signs in")).refusals(&[
                "sign_in.wrong",
                "sign_in.wait",
                "sign_in.no_post",
            ]),
            enter,
        )
        .add(
            RouteInfo::public(
                Method::Get,
                "/sign-in/second",
                ("登录第二步页", "Page of the second step of signing in"),
            ),
            second::form,
        )
        .add(
            RouteInfo::public(Method::Post, "/sign-in/second", ("登录第二步", "Takes the second step of signing in"))
                .refusals(&[
                    "sign_in.second_wrong",
                    "sign_in.second_wait",
                    "sign_in.second_late",
                    "sign_in.no_post",
                    "totp.used",
                ]),
            second::enter,
        )
        .add(
            RouteInfo::public(
                Method::Post,
                "/sign-in/passkey/ask",
                ("要求浏览器出示通行密钥", "Asks a browser for a passkey"),
            ),
            second::passkey_ask,
        )
        .add(
            RouteInfo::public(Method::Post, "/sign-in/passkey", ("用通行密钥登录", "Signs in with a passkey"))
                .refusals(&["passkey.not_taken", "sign_in.second_wait", "sign_in.no_post"]),
            second::passkey_enter,
        )
        .add(
            RouteInfo::public(
                Method::Get,
                "/sign-in/oidc",
                ("到统一身份认证登录", "Leads to the other system to sign in"),
            )
            .parameters(&[crate::http::Parameter {
                name: "next",
                meaning: ("登录后去哪里", "where to go afterwards"),
                kind: "string",
            }])
            .refusals(&["oidc.unreachable"]),
            provider::begin,
        )
        .add(
            RouteInfo::public(
                Method::Get,
                "/sign-in/oidc/back",
                ("从统一身份认证返回", "Where the other system leads back to"),
            )
            .parameters(BACK)
            .refusals(&[
                "oidc.denied",
                "oidc.failed",
                "oidc.unreachable",
                "oidc.not_ours",
                "oidc.other_issuer",
                "oidc.bad_token",
                "oidc.unknown",
                "oidc.bound",
                "oidc.taken",
                "sign_in.wait",
                "sign_in.no_post",
            ]),
            provider::back,
        )
        .add(
            RouteInfo::public(
                Method::Get,
                "/first-password",
                ("凭一次性验证码设定密码", "Page to set a password with a one-time code"),
            ),
            first_form,
        )
        .add(
            RouteInfo::public(
                Method::Post,
                "/first-password",
                ("凭一次性验证码设定密码", "Sets a password with a one-time code"),
            )
            .refusals(&[
                "code.wrong",
                "code.expired",
                "code.used",
                "password.too_short",
                "password.too_plain",
            ]),
            first_set,
        )
        .add(RouteInfo::public(Method::Post, "/sign-out", ("退出", "Signs out")), leave)
        .add(RouteInfo::public(Method::Post, "/post", ("换岗", "Switches to another of one's posts")), switch)
        .add(
            RouteInfo::public(Method::Post, "/preferences", ("语言和配色", "Chooses language and colours")),
            preferences,
        )
        .add(RouteInfo::public(Method::Get, "/assets/{file}", ("样式和脚本", "Styles and scripts")), asset)
        .add(RouteInfo::public(Method::Get, "/favicon.ico", ("图标", "The icon, for who asks by habit")), icon)
        .add(RouteInfo::page("/design", ReadDesign::CODE, ("组件样例", "Samples of all components")), design)
        .add(RouteInfo::public(Method::Get, "/licences", ("第三方许可证", "Licences of third parties")), licences_page)
        .add(search::page_info(), search::show)
        .add(search::api_info(), search::api)
        .add(description::page_info(), description::show)
        .add(description::api_info(), description::json)
        .with_state(state)
        .merge(own)
}

/// What a provider sends a browser back with. Source: OpenID Connect Core 1.0 §3.1.2.5, RFC 9207.
const BACK: &[crate::http::Parameter] = &[
    crate::http::Parameter { name: "code", meaning: ("授权码", "the code"), kind: "string" },
    crate::http::Parameter { name: "state", meaning: ("发出时附带的值", "what was sent along"), kind: "string" },
    crate::http::Parameter { name: "iss", meaning: ("由谁返回", "who leads back"), kind: "string" },
    crate::http::Parameter {
        name: "error", meaning: ("没有认证的原因", "why there is no code"), kind: "string"
    },
];

/// A dependency's licence, for the page that lists them.
#[derive(Clone, Debug)]
pub struct Licence {
    /// Name of the package.
    pub name: &'static str,
    /// Version.
    pub version: &'static str,
    /// SPDX expression.
    pub licence: &'static str,
    /// Where it comes from: `Rust` or `npm`.
    pub kind: &'static str,
}

#[derive(Clone)]
struct Account {
    app: App,
    licences: &'static [Licence],
}

#[derive(Deserialize, Default)]
struct Next {
    #[serde(default)]
    next: String,
    /// What goes on after signing out here.
    #[serde(default)]
    left: String,
}

/// A path of this node; anything else leads home, so that no sign-in link leads away.
fn inside(next: &str) -> &str {
    // Browsers leave tabs and line ends out of an address: what stands behind them could be another host.
    let plain = !next.contains(|c: char| c.is_control() || c == '\\');
    let fits = plain && next.starts_with('/') && !next.starts_with("//");
    if fits { next } else { "/" }
}

async fn form(
    State(account): State<Account>,
    visitor: Visitor,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    if visitor.signed_in.is_some() {
        return Ok(Redirect::to(inside(&next.next)).into_response());
    }
    let name = account.app.provider_name(visitor.words).filter(|_| next.left == "provider");
    let told = name.map(|name| Notice::note(visitor.words.with("sign-in-provider-goes-on", &[("name", name.into())])));
    let page = sign_in_shown(&account.app, &visitor, "", &next.next, None).await?;
    let mut response = respond(StatusCode::OK, SignIn { told, ..page.0 }.page(&page.1));
    if visitor.halfway.is_some() {
        // Whoever comes here begins again, perhaps as somebody else.
        cookie::expire(&mut response, HALFWAY);
    }
    Ok(response)
}

async fn sign_in_page(
    app: &App,
    visitor: &Visitor,
    name: &str,
    next: &str,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let (page, frame) = sign_in_shown(app, visitor, name, next, error).await?;
    Ok(respond(status, page.page(&frame)))
}

async fn sign_in_shown(
    app: &App,
    visitor: &Visitor,
    name: &str,
    next: &str,
    error: Option<String>,
) -> Result<(SignIn, PublicFrame), PageError> {
    let words = visitor.words;
    let frame = public_frame(app, words, visitor.theme, "/sign-in").await?;
    let duty = |code: &str| {
        app.authority()
            .policies()
            .duties()
            .iter()
            .find(|duty| duty.code == code)
            .map_or_else(|| code.to_owned(), |duty| words.either(&duty.name.zh, &duty.name.en).to_owned())
    };
    let demo = app
        .inner
        .settings
        .demo
        .iter()
        .map(|sign_in| (duty(&sign_in.duty), sign_in.login.clone(), sign_in.password.clone()))
        .collect();
    let page = SignIn {
        action: "/sign-in".to_owned(),
        csrf: String::new(),
        name: name.to_owned(),
        error,
        demo,
        next: next.to_owned(),
        passkey: second::passkey_form(app, visitor),
        provider: provider::button(app, visitor, next),
        told: None,
    };
    Ok((page, frame))
}

#[derive(Deserialize)]
struct Entering {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn enter(
    State(account): State<Account>,
    visitor: Visitor,
    Posted(entering): Posted<Entering>,
) -> Result<Response, PageError> {
    let app = &account.app;
    let attempt = app.sign_in().sign_in(entering.name.trim(), &entering.password, &visitor.whence).await;
    let words = visitor.words;
    let (error, status) = match attempt {
        Ok(FirstStep::Entered(entered)) => return welcome(app, &visitor, &entered, &entering.next).await,
        Ok(FirstStep::SecondFactor(halfway)) => {
            return Ok(to_second(app, &halfway, &entering.next));
        }
        Err(SignInRefusal::Fault(fault)) => return Err(fault.into()),
        Err(SignInRefusal::Wrong { tries_left }) => {
            (words.with("http-sign-in-wrong", &[("tries", Arg::from(i64::from(tries_left)))]), StatusCode::UNAUTHORIZED)
        }
        Err(SignInRefusal::Wait { seconds }) => {
            (words.with("http-sign-in-wait", &[("seconds", Arg::from(seconds))]), StatusCode::TOO_MANY_REQUESTS)
        }
        Err(SignInRefusal::NoPost) => (words.t("http-sign-in-no-post"), StatusCode::FORBIDDEN),
    };
    app.metrics().sign_in_refused(status);
    sign_in_page(app, &visitor, entering.name.trim(), &entering.next, Some(error), status).await
}

/// Sends somebody who took the first step to the second.
fn to_second(app: &App, halfway: &str, next: &str) -> Response {
    let next: String = form_urlencoded::byte_serialize(inside(next).as_bytes()).collect();
    let mut response = Redirect::to(&format!("/sign-in/second?next={next}")).into_response();
    cookie::set(&mut response, app, HALFWAY, halfway, Kept::ForTheNextStep);
    response
}

/// Sends somebody who has just signed in where they wanted to go.
async fn welcome(app: &App, visitor: &Visitor, entered: &Entered, next: &str) -> Result<Response, PageError> {
    // A session the browser brought before ends here: one browser, one officer.
    if let Some(before) = &visitor.signed_in {
        app.sign_in().sign_out(&before.token).await?;
    }
    let mut response = Redirect::to(inside(next)).into_response();
    cookie::set(&mut response, app, SESSION, &entered.token.reveal(), Kept::WithTheBrowser);
    cookie::set(&mut response, app, DEVICE, &entered.device.reveal(), Kept::Long);
    Ok(response)
}

async fn first_form(State(account): State<Account>, visitor: Visitor) -> Result<Response, PageError> {
    first_page(&account.app, &visitor, "", None, StatusCode::OK).await
}

async fn first_page(
    app: &App,
    visitor: &Visitor,
    name: &str,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let frame = public_frame(app, words, visitor.theme, "/sign-in").await?;
    let form = Form::new("/first-password", "")
        .with(error.map(Notice::wrong))
        .with(Field::text("name", words.t("sign-in-name")).value(name).complete("username"))
        .with(Field::text("code", words.t("http-first-code")).complete("one-time-code"))
        .with(
            Field::password("password", words.t("http-first-password"))
                .help(words.t("http-first-password-help"))
                .complete("new-password"),
        )
        .button(Action::submit(words.t("http-first-act")).main());
    let heading = Heading::new(words, words.t("http-first-title")).lead(words.t("http-first-lead"));
    Ok(respond(status, frame.narrow_page(heading, Panel::new("", form))))
}

#[derive(Deserialize)]
struct First {
    #[serde(default)]
    name: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    password: String,
}

async fn first_set(
    State(account): State<Account>,
    visitor: Visitor,
    Posted(first): Posted<First>,
) -> Result<Response, PageError> {
    let app = &account.app;
    let name = first.name.trim();
    match app.sign_in().redeem(name, &first.code, &first.password, &visitor.whence).await {
        Ok((officer, device)) => {
            let granted = RegisterEvent::CredentialGranted { officer, means: "password".to_owned() };
            let actor = Actor::Officer { pseudonym: officer.to_string() };
            app.sign_in().directory().enter(&granted, actor).await?;
            let mut response = Redirect::to("/sign-in").into_response();
            cookie::set(&mut response, app, DEVICE, &device.reveal(), Kept::Long);
            Ok(response)
        }
        Err(RedeemRefusal::SignIn(SignInRefusal::Fault(fault))) => Err(fault.into()),
        Err(refusal) => {
            app.metrics().sign_in_refused(StatusCode::UNPROCESSABLE_ENTITY);
            let (why, next) = refusal_words(visitor.words, &refusal.into());
            first_page(app, &visitor, name, Some(format!("{why} {next}")), StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn leave(State(account): State<Account>, visitor: Visitor) -> Result<Response, PageError> {
    if let Some(signed_in) = &visitor.signed_in {
        account.app.sign_in().sign_out(&signed_in.token).await?;
    }
    // Who came by another system is still signed in there, and should know.
    let by_provider = visitor.signed_in.as_ref().is_some_and(|signed_in| signed_in.way == Some(Way::Provider));
    let to = if by_provider { "/sign-in?left=provider" } else { "/sign-in" };
    let mut response = Redirect::to(to).into_response();
    cookie::expire(&mut response, SESSION);
    Ok(response)
}

#[derive(Deserialize)]
struct Switching {
    post: String,
    #[serde(default)]
    back: String,
}

async fn switch(
    State(account): State<Account>,
    visitor: Visitor,
    Posted(switching): Posted<Switching>,
) -> Result<Response, PageError> {
    let signed_in = visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?;
    let post: PostId = switching.post.parse().map_err(|_| PageError::Malformed("post"))?;
    let token = account.app.sign_in().switch_post(&signed_in.token, post).await?.ok_or(PageError::NotFound)?;
    let mut response = Redirect::to(inside(&switching.back)).into_response();
    cookie::set(&mut response, &account.app, SESSION, &token.reveal(), Kept::WithTheBrowser);
    Ok(response)
}

#[derive(Deserialize)]
struct Preferring {
    language: Option<String>,
    theme: Option<String>,
    #[serde(default)]
    back: String,
}

async fn preferences(
    State(account): State<Account>,
    _: Visitor,
    Posted(preferring): Posted<Preferring>,
) -> Result<Response, PageError> {
    let mut response = Redirect::to(inside(&preferring.back)).into_response();
    if let Some(locale) = preferring.language.as_deref().and_then(|tag| tag.parse::<crate::locale::Locale>().ok()) {
        cookie::set(&mut response, &account.app, LANGUAGE, locale.tag(), Kept::AsAPreference);
    }
    if let Some(theme) = preferring.theme.as_deref() {
        let theme = crate::view::Theme::from_tag(theme);
        cookie::set(&mut response, &account.app, THEME, theme.tag(), Kept::AsAPreference);
    }
    Ok(response)
}

async fn asset(Path(file): Path<String>) -> Result<Response, PageError> {
    let asset = crate::assets::find(&file).ok_or(PageError::NotFound)?;
    Ok((
        [(header::CONTENT_TYPE, asset.media_type()), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")],
        asset.bytes,
    )
        .into_response())
}

/// Pages name the icon; this is for what asks without having read one.
async fn icon() -> Redirect {
    Redirect::to(&crate::assets::url("icon.svg"))
}

/// See the page of samples 查看组件样例.
pub struct ReadDesign;

impl Permission for ReadDesign {
    const CODE: &'static str = "design.read";
}

async fn design(by: By<ReadDesign>) -> Response {
    respond(StatusCode::OK, crate::view::design::page(&by.page.frame(), &by.page.app.inner.samples))
}

async fn licences_page(State(account): State<Account>, visitor: Visitor) -> Result<Response, PageError> {
    let words = visitor.words;
    let frame = public_frame(&account.app, words, visitor.theme, "/licences").await?;
    let columns = ["http-licence-kind", "http-licence-name", "http-licence-version", "http-licence-terms"]
        .map(|key| Column::new(words.t(key)));
    let table = Table::new(words, "licences", words.t("http-licences"), columns.to_vec()).rows(
        account.licences.iter().map(|licence| {
            Row::new(vec![
                Cell::new(licence.kind),
                Cell::new(licence.name),
                Cell::new(licence.version),
                Cell::new(licence.licence),
            ])
        }),
    );
    let heading = Heading::new(words, words.t("http-licences")).lead(words.t("http-licences-lead"));
    Ok(respond(StatusCode::OK, frame.page(heading, table)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_nowhere_else() {
        for (next, led) in [
            ("/warnings?page=2", "/warnings?page=2"),
            ("/名录", "/名录"),
            ("", "/"),
            ("warnings", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/\r\n/evil.example", "/"),
            ("https://evil.example", "/"),
        ] {
            assert_eq!(inside(next), led, "{next:?}");
        }
    }
}
