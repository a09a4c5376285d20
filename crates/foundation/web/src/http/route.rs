//! The one table of routes.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};

use crate::http::app::App;
use crate::http::door;

/// What a form may weigh, unless its route says otherwise.
pub const FORM_LIMIT: usize = 256 * 1024;

/// A request method.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Method {
    /// Reads; changes nothing but the reader's own marks.
    Get,
    /// Acts.
    Post,
}

impl Method {
    /// As HTTP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
        }
    }
}

/// Which face a route belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Face {
    /// Pages of the workbench.
    Inner,
    /// The API beside them: answers JSON.
    Api,
    /// Pages for everybody.
    Public,
    /// The API beside those.
    PublicApi,
}

impl Face {
    /// Whether it answers JSON.
    pub fn is_api(self) -> bool {
        matches!(self, Face::Api | Face::PublicApi)
    }

    /// Whether everybody may ask.
    pub fn is_public(self) -> bool {
        matches!(self, Face::Public | Face::PublicApi)
    }
}

/// A query or path parameter, for the description.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Its name; one in braces in the path is a path parameter.
    pub name: &'static str,
    /// What it means, in Chinese and in English.
    pub meaning: (&'static str, &'static str),
    /// `string`, `integer` or `boolean`.
    pub kind: &'static str,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    /// Method.
    pub method: Method,
    /// Path, parameters in braces.
    pub path: &'static str,
    /// What it takes to be let through; none is for everybody.
    pub permission: Option<&'static str>,
    /// Which face.
    pub face: Face,
    /// What a request may weigh, in bytes.
    pub body_limit: usize,
    /// One line for the description, in Chinese and in English.
    pub summary: (&'static str, &'static str),
    /// Query parameters; those of the path are found in it.
    pub parameters: &'static [Parameter],
    /// Stable codes of refusals beside those of the door.
    pub refusals: &'static [&'static str],
    /// JSON schema of the answer, where one is described.
    pub answer: Option<fn() -> serde_json::Value>,
    /// JSON schema of what is sent, where an operation takes JSON.
    pub takes: Option<fn() -> serde_json::Value>,
}

impl RouteInfo {
    fn new(
        method: Method,
        path: &'static str,
        permission: Option<&'static str>,
        face: Face,
        summary: (&'static str, &'static str),
    ) -> RouteInfo {
        RouteInfo {
            method,
            path,
            permission,
            face,
            body_limit: FORM_LIMIT,
            summary,
            parameters: &[],
            refusals: &[],
            answer: None,
            takes: None,
        }
    }

    /// A page of the workbench.
    pub fn page(path: &'static str, permission: &'static str, summary: (&'static str, &'static str)) -> RouteInfo {
        RouteInfo::new(Method::Get, path, Some(permission), Face::Inner, summary)
    }

    /// A form of the workbench.
    pub fn act(path: &'static str, permission: &'static str, summary: (&'static str, &'static str)) -> RouteInfo {
        RouteInfo::new(Method::Post, path, Some(permission), Face::Inner, summary)
    }

    /// An inner operation that answers JSON.
    pub fn api(path: &'static str, permission: &'static str, summary: (&'static str, &'static str)) -> RouteInfo {
        RouteInfo::new(Method::Get, path, Some(permission), Face::Api, summary)
    }

    /// An inner operation that acts: it takes JSON of that schema and answers JSON.
    pub fn api_act(
        path: &'static str,
        permission: &'static str,
        summary: (&'static str, &'static str),
        takes: fn() -> serde_json::Value,
    ) -> RouteInfo {
        RouteInfo { takes: Some(takes), ..RouteInfo::new(Method::Post, path, Some(permission), Face::Api, summary) }
    }

    /// A page for everybody.
    pub fn public(method: Method, path: &'static str, summary: (&'static str, &'static str)) -> RouteInfo {
        RouteInfo::new(method, path, None, Face::Public, summary)
    }

    /// An operation for everybody.
    pub fn public_api(path: &'static str, summary: (&'static str, &'static str)) -> RouteInfo {
        RouteInfo::new(Method::Get, path, None, Face::PublicApi, summary)
    }

    /// With another limit on the request's body.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> RouteInfo {
        self.body_limit = bytes;
        self
    }

    /// With query parameters.
    #[must_use]
    pub fn parameters(mut self, parameters: &'static [Parameter]) -> RouteInfo {
        self.parameters = parameters;
        self
    }

    /// With the refusals its rules may give.
    #[must_use]
    pub fn refusals(mut self, codes: &'static [&'static str]) -> RouteInfo {
        self.refusals = codes;
        self
    }

    /// With the schema of its answer.
    #[must_use]
    pub fn answers(mut self, schema: fn() -> serde_json::Value) -> RouteInfo {
        self.answer = Some(schema);
        self
    }

    /// Whether its form brings files: only then may it weigh more than a form.
    pub fn takes_files(&self) -> bool {
        self.body_limit > FORM_LIMIT
    }

    /// Names of the parameters in the path.
    pub fn in_path(&self) -> Vec<&'static str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }
}

/// Routes and their table, growing together.
pub struct Routes<S = ()> {
    app: App,
    table: Vec<RouteInfo>,
    router: Router<S>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new(app: App) -> Routes<S> {
        Routes { app, table: Vec::new(), router: Router::new() }
    }

    /// Adds a route: its handler runs only behind the door that its line describes.
    #[must_use]
    pub fn add<H, T>(mut self, mut info: RouteInfo, handler: H) -> Routes<S>
    where
        H: Handler<T, S>,
        T: 'static,
    {
        info.body_limit = info.body_limit.min(self.app.inner.settings.upload_bytes.unwrap_or(usize::MAX));
        let filter = match info.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
        };
        let behind = on(filter, handler)
            .layer(DefaultBodyLimit::max(info.body_limit))
            .layer(from_fn_with_state((self.app.clone(), std::sync::Arc::new(info.clone())), door::pass));
        self.router = self.router.route(info.path, behind);
        self.table.push(info);
        self
    }

    /// Gives the handlers their state.
    #[must_use]
    pub fn with_state(self, state: S) -> Routes<()> {
        Routes { app: self.app, table: self.table, router: self.router.with_state(state) }
    }
}

impl Routes<()> {
    /// Puts another platform's routes beside these.
    #[must_use]
    pub fn merge(mut self, other: Routes<()>) -> Routes<()> {
        self.table.extend(other.table);
        self.router = self.router.merge(other.router);
        self
    }

    /// The router and its table.
    pub fn finish(self) -> (Router, Vec<RouteInfo>) {
        let app = self.app.clone();
        // A second router over the same application, as tests build, describes the same routes.
        let _ = app.inner.table.set(self.table.clone());
        let router = self.router.fallback(door::nothing_here).layer(axum::Extension(app));
        (router, self.table)
    }
}
