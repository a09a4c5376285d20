//! The door: routes with the permission each asks for, sessions, forms, refusals as designed pages, API description.
//!
//! One table of routes serves the router, the API description and the tests ([`Routes`]). Every request passes
//! [`door`](self::door): who is asking, may they, did the form come from a page of ours. A handler then takes
//! [`By<P>`], which holds access's proof; without the permission it never runs.

mod account;
mod app;
mod cookie;
mod describe;
mod description;
mod door;
mod error;
mod form;
mod measure;
mod origin;
mod page;
mod rate;
mod ready;
mod route;
pub mod schema;
mod search;
mod secure;
mod sign_in;
mod sse;
mod stage;
mod trace;

pub use account::{OwnAccount, device_words, way_words};
pub use app::{App, AppSettings, DemoSignIn, MenuEntry, MyCount, Places};
pub use describe::openapi;
pub use door::{AsItIs, By, Visitor};
pub use error::{FieldError, PageError};
pub use form::{Posted, Sent, Uploaded, UploadedFile};
pub use measure::{Exposition, Metrics};
pub use origin::{Network, NoNetwork, Origin, origin};
pub use page::{Everybody, Page, attachment, last_page, refusal_words};
pub use rate::{Buckets, Rate};
pub use ready::{More, operations};
pub use route::{Face, Method, Parameter, RouteInfo, Routes};
pub use search::{Finder, Found, FoundGroup, MOST as FOUND_AT_MOST, Search};
pub use secure::{Hsts, harden};
pub use sign_in::{Licence, routes as account_routes};
pub use sse::{Said, follow, grown};
pub use stage::Stage;
pub use trace::{RequestId, traced};
