//! The door every request passes: who is asking, may they, did the form come from a page of ours.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use access::device::{Agent, KnownDevice};
use access::{Hand, May, Permission};
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use directory::{SignedIn, Whence};
use kernel::PostId;

use crate::http::account::OwnAccount;
use crate::http::app::App;
use crate::http::cookie::{self, AWAY, CEREMONY, DEVICE, HALFWAY, LANGUAGE, SESSION, THEME};
use crate::http::error::PageError;
use crate::http::form::{BodyLimit, unread};
use crate::http::origin::{self, Origin};
use crate::http::page::{Page, bare_frame, panel, public_frame, rail, respond};
use crate::http::route::{FORM_LIMIT, Face, Method, RouteInfo};
use crate::locale::{self, Words};
use crate::view::{CSRF_FIELD, Heading, Theme};

/// Who is asking, and in which language; nobody need be signed in.
#[derive(Clone)]
pub struct Visitor {
    /// Texts.
    pub words: Words,
    /// Colours.
    pub theme: Theme,
    /// Path and query.
    pub here: String,
    /// Who is signed in.
    pub signed_in: Option<SignedIn>,
    /// Where the request comes from, as far as connection and browser tell.
    pub whence: Whence,
    /// The name under which the browser reaches the node, without the port.
    pub(crate) host: String,
    /// What a passkey was asked.
    pub(crate) ceremony: Option<String>,
    /// What a provider was asked.
    pub(crate) away: Option<String>,
    /// What the first step of signing in left, for the second.
    pub(crate) halfway: Option<String>,
}

impl Visitor {
    /// The token of the session's forms; empty where nobody is signed in.
    pub fn csrf(&self) -> String {
        self.signed_in.as_ref().map_or_else(String::new, |signed_in| signed_in.token.csrf())
    }

    /// A page of the public face.
    ///
    /// # Errors
    /// If the frame's figures cannot be read.
    pub async fn public_page(
        &self,
        app: &App,
        status: StatusCode,
        heading: Heading,
        body: impl crate::view::IntoHtml,
    ) -> Result<Response, PageError> {
        let frame = public_frame(app, self.words, self.theme, &self.here).await?;
        Ok(respond(status, frame.page(heading, body)))
    }
}

/// An officer who holds permission `P`, and the page they asked for. Without the permission there is no such value.
pub struct By<P> {
    /// The proof.
    pub may: May<P>,
    /// The page.
    pub page: Page,
    permission: PhantomData<P>,
}

impl<P: Permission> By<P> {
    /// Whose hand it is, and in which post: who signs an act.
    pub fn hand(&self) -> (Hand, PostId) {
        (Hand::of(self.may.reader()), self.may.post())
    }
}

impl<P: Permission, S: Send + Sync> FromRequestParts<S> for By<P> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<By<P>, PageError> {
        let page = parts.extensions.get::<Page>().cloned().ok_or(PageError::SignInNeeded)?;
        let may = page.app.authority().may::<P>(&page.reader)?;
        Ok(By { may, page, permission: PhantomData })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, PageError> {
        // Put there by the door; a route without a door does not exist.
        parts.extensions.get::<Visitor>().cloned().ok_or(PageError::NotFound)
    }
}

/// Lets one request through, or answers with the designed refusal.
pub(crate) async fn pass(State((app, info)): State<(App, Arc<RouteInfo>)>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&app, &request);
    if let Err(error) = app.paced(&asked.origin) {
        return designed(&app, &asked.stranger(&app), info.face, error.into_response()).await;
    }
    let visitor = match visitor(&app, asked).await {
        Ok(visitor) => visitor,
        Err(error) => return error.into_response(),
    };
    let work = async {
        match admit(&app, &info, &visitor, request).await {
            Ok(admitted) => next.run(admitted).await,
            Err(error) => error.into_response(),
        }
    };
    // An upload takes as long as its bytes; a stream of events has answered when it begins.
    let answer = match app.inner.settings.request_time.filter(|_| !info.takes_files()) {
        Some(most) => tokio::time::timeout(most, work).await.unwrap_or_else(|_| PageError::TooSlow.into_response()),
        None => work.await,
    };
    designed(&app, &visitor, info.face, answer).await
}

/// Marks an answer that a protocol prescribes to the byte, refusals included: the door designs nothing over it.
#[derive(Clone, Copy, Debug)]
pub struct AsItIs;

/// Where no route is: the same designed answer for everybody.
pub(crate) async fn nothing_here(Extension(app): Extension<App>, request: Request) -> Response {
    let face = if request.uri().path().starts_with("/api/") { Face::PublicApi } else { Face::Public };
    let asked = Asked::of(&app, &request);
    if let Err(error) = app.paced(&asked.origin) {
        return designed(&app, &asked.stranger(&app), face, error.into_response()).await;
    }
    match visitor(&app, asked).await {
        Ok(visitor) => designed(&app, &visitor, face, PageError::NotFound.into_response()).await,
        Err(error) => error.into_response(),
    }
}

/// What tells who is asking; taken out of the request, whose body cannot be shared between threads.
struct Asked {
    uri: Uri,
    headers: HeaderMap,
    origin: Origin,
}

impl Asked {
    fn of(app: &App, request: &Request) -> Asked {
        let origin = origin::of(request.extensions(), request.headers(), &app.inner.settings.proxies);
        Asked { uri: request.uri().clone(), headers: request.headers().clone(), origin }
    }

    /// Somebody whose session is not looked at.
    fn stranger(&self, app: &App) -> Visitor {
        described(app, &self.uri, &self.headers, &self.origin, &cookie::read(&self.headers))
    }
}

async fn visitor(app: &App, asked: Asked) -> Result<Visitor, PageError> {
    let mut cookies = cookie::read(&asked.headers);
    let mut visitor = described(app, &asked.uri, &asked.headers, &asked.origin, &cookies);
    if let Some(cookie) = cookies.get(SESSION) {
        visitor.signed_in = app.sign_in().signed_in(cookie).await?;
    }
    visitor.ceremony = cookies.remove(CEREMONY);
    visitor.away = cookies.remove(AWAY);
    visitor.halfway = cookies.remove(HALFWAY);
    Ok(visitor)
}

/// What the request itself tells: address, language, colours, place.
fn described(app: &App, uri: &Uri, headers: &HeaderMap, origin: &Origin, cookies: &HashMap<String, String>) -> Visitor {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let asked = uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
    let chosen = asked.or_else(|| cookies.get(LANGUAGE).map(String::as_str));
    let locale = locale::choose(uri.path(), chosen, accepted);
    Visitor {
        words: app.words(locale),
        theme: cookies.get(THEME).map_or(Theme::Device, |tag| Theme::from_tag(tag)),
        here: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        signed_in: None,
        whence: Whence {
            address: origin.address.map_or_else(|| "unknown".to_owned(), |address| address.to_string()),
            agent: Agent::read(text(headers, &header::USER_AGENT).unwrap_or_default()),
            device: cookies.get(DEVICE).and_then(|cookie| KnownDevice::parse(cookie)),
        },
        host: host_name(headers).to_owned(),
        ceremony: None,
        away: None,
        halfway: None,
    }
}

/// Checks host, sign-in, permission, second factor and the origin of a form, in that order.
async fn admit(app: &App, info: &RouteInfo, visitor: &Visitor, mut request: Request) -> Result<Request, PageError> {
    known_host(app, request.headers())?;
    if let Some(code) = info.permission {
        let signed_in = visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?;
        app.authority().allows(&signed_in.reader, code)?;
        if code != OwnAccount::CODE && app.lacks_second_factor(signed_in) {
            return Err(PageError::SecondFactorNeeded);
        }
    }
    if info.method == Method::Post {
        request = from_our_page(info, visitor, request).await?;
    }
    if let Some(signed_in) = &visitor.signed_in {
        // A refused form is shown again, so its page wants a rail as well.
        let rail = if info.face == Face::Inner {
            rail(app, visitor.words, &signed_in.reader, &visitor.here).await?
        } else {
            Default::default()
        };
        let page = page_of(app, visitor, signed_in, rail);
        request.extensions_mut().insert(page);
    }
    request.extensions_mut().insert(BodyLimit(info.body_limit));
    request.extensions_mut().insert(visitor.clone());
    Ok(request)
}

fn page_of(app: &App, visitor: &Visitor, signed_in: &SignedIn, rail: crate::view::Rail) -> Page {
    Page {
        app: app.clone(),
        words: visitor.words,
        theme: visitor.theme,
        reader: Arc::clone(&signed_in.reader),
        register: Arc::clone(&signed_in.register),
        csrf: signed_in.token.csrf(),
        here: visitor.here.clone(),
        rail,
    }
}

/// A name that is not ours is refused: otherwise a page elsewhere could rebind its own name to this node.
fn known_host(app: &App, headers: &HeaderMap) -> Result<(), PageError> {
    let hosts = &app.inner.settings.hosts;
    if hosts.is_empty() {
        return Ok(());
    }
    let name = host_name(headers);
    if hosts.iter().any(|known| known == name) { Ok(()) } else { Err(PageError::Malformed("Host")) }
}

fn host_name(headers: &HeaderMap) -> &str {
    let host = text(headers, &header::HOST).unwrap_or_default();
    let port = |rest: &str| rest.bytes().all(|digit| digit.is_ascii_digit());
    host.rsplit_once(':').filter(|(_, rest)| port(rest)).map_or(host, |(name, _)| name)
}

/// A form comes from our own origin, and, where somebody is signed in, carries the session's token. Files carry it as
/// their first field, which [`crate::http::Uploaded`] checks before it takes a byte of them.
async fn from_our_page(info: &RouteInfo, visitor: &Visitor, request: Request) -> Result<Request, PageError> {
    if !same_origin(request.headers()) {
        return Err(PageError::Forged);
    }
    if info.takes.is_some() {
        // No page elsewhere can send JSON with our cookie: a browser asks this node first whether it may, and gets no such leave.
        return match is_json(request.headers()) {
            true => Ok(request),
            false => Err(PageError::Malformed("Content-Type")),
        };
    }
    let Some(signed_in) = &visitor.signed_in else { return Ok(request) };
    if text(request.headers(), &header::CONTENT_TYPE).unwrap_or_default().starts_with("multipart/form-data") {
        // Elsewhere nobody would look at the token within it.
        if !info.takes_files() {
            return Err(PageError::Forged);
        }
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, info.body_limit).await.map_err(|error| unread(&error, info.body_limit))?;
    let given = url_pairs(&body).find_map(|(name, value)| (name == CSRF_FIELD).then_some(value));
    match given {
        Some(given) if signed_in.token.accepts_csrf(&given) => Ok(Request::from_parts(parts, Body::from(body))),
        _ => Err(PageError::Forged),
    }
}

/// Whether a request comes from a page of this node, as far as the browser tells. Without any word of it the token decides.
fn same_origin(headers: &HeaderMap) -> bool {
    let site = header::HeaderName::from_static("sec-fetch-site");
    match (text(headers, &site), text(headers, &header::ORIGIN)) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => {
            let host = text(headers, &header::HOST).unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, rest)| rest == host)
        }
        (None, None) => true,
    }
}

/// Whether a body says of itself that it is JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The pairs of a form as browsers send it.
pub(crate) fn url_pairs(body: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

/// Turns an error that a handler left beside its status into a page or into JSON.
async fn designed(app: &App, visitor: &Visitor, face: Face, mut answer: Response) -> Response {
    let error = match answer.extensions_mut().remove::<PageError>() {
        Some(error) => error,
        // A page of ours with such a status, as a form that is shown again with its errors, is designed already; so is
        // what a script of ours reads. Axum's own refusals are plain text.
        None if is_ours(&answer) || answer.extensions().get::<AsItIs>().is_some() => return answer,
        // Refusals of axum's own extractors and of the body limit.
        None => match answer.status() {
            StatusCode::PAYLOAD_TOO_LARGE => PageError::TooLarge { limit: FORM_LIMIT },
            StatusCode::NOT_FOUND => PageError::NotFound,
            StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => PageError::Malformed("form"),
            StatusCode::METHOD_NOT_ALLOWED => PageError::NotFound,
            StatusCode::UNPROCESSABLE_ENTITY => PageError::Malformed("form"),
            _ => return answer,
        },
    };
    app.metrics().refused(error.code());
    let mut answer = refusal(app, visitor, face, &error).await;
    if let Some(seconds) = error.retry_after() {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

async fn refusal(app: &App, visitor: &Visitor, face: Face, error: &PageError) -> Response {
    if face.is_api() {
        return problem(visitor.words, error);
    }
    if matches!(error, PageError::SignInNeeded) {
        let next: String = form_urlencoded::byte_serialize(visitor.here.as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    if matches!(error, PageError::SecondFactorNeeded) {
        return Redirect::to("/account/second-factor").into_response();
    }
    match refused_page(app, visitor, error).await {
        Ok(page) => page,
        // The store does not answer even for the frame: the bare status is all that is left.
        Err(_) => error.status().into_response(),
    }
}

fn is_ours(answer: &Response) -> bool {
    let kind = text(answer.headers(), &header::CONTENT_TYPE).unwrap_or_default();
    kind.starts_with("text/html") || kind.starts_with("application/json")
}

async fn refused_page(app: &App, visitor: &Visitor, error: &PageError) -> Result<Response, PageError> {
    let words = visitor.words;
    let title = words.t(&format!("http-title-{}", error.status().as_u16()));
    let heading = Heading::new(words, title);
    Ok(match &visitor.signed_in {
        Some(signed_in) => {
            let rail = rail(app, words, &signed_in.reader, &visitor.here).await?;
            let page = page_of(app, visitor, signed_in, rail);
            let post = signed_in
                .register
                .post(signed_in.reader.post())
                .map(|post| page.either(&post.name).to_owned())
                .unwrap_or_default();
            respond(error.status(), page.frame().page(heading, panel(words, error, &post)))
        }
        None => {
            let frame = match error {
                PageError::TooMany { .. } => bare_frame(words, visitor.theme, &visitor.here),
                _ => public_frame(app, words, visitor.theme, &visitor.here).await?,
            };
            respond(error.status(), frame.narrow_page(heading, panel(words, error, "")))
        }
    })
}

/// The refusal as RFC 9457 has it.
fn problem(words: Words, error: &PageError) -> Response {
    let detail = match error {
        PageError::Refused(refused) => crate::http::page::refusal_words(words, refused).0,
        _ => words.t(&format!("http-title-{}", error.status().as_u16())),
    };
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": error.status().canonical_reason().unwrap_or_default(),
        "status": error.status().as_u16(),
        "code": error.code(),
        "detail": detail,
    });
    if let PageError::Broken { reference } = error {
        body["reference"] = reference.as_str().into();
    }
    (
        error.status(),
        [(header::CONTENT_TYPE, "application/problem+json"), (header::CACHE_CONTROL, "no-store")],
        body.to_string(),
    )
        .into_response()
}
