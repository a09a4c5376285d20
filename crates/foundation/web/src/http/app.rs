//! What every request needs: the node's directory, policies, texts, calendar and menu.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use access::{Authority, Reader};
use directory::SignIn;
use kernel::Clock;
use kernel::calendar::WorkingCalendar;
use store::{Store, StoreFault};

use crate::http::error::PageError;
use crate::http::measure::Metrics;
use crate::http::origin::{Network, Origin};
use crate::http::rate::{Buckets, Rate};
use crate::http::route::RouteInfo;
use crate::http::search::Finder;
use crate::locale::{Catalogue, Locale, Words};
use crate::view::design::MoreSamples;

/// How much of a place is mine, for the rail.
pub type MyCount =
    Arc<dyn Fn(Arc<Reader>) -> Pin<Box<dyn Future<Output = Result<u64, StoreFault>> + Send>> + Send + Sync>;

/// A place in the rail, shown to those who may enter it.
#[derive(Clone)]
pub struct MenuEntry {
    /// The group and chapter it stands under; `None` is a place of one's own, above the chapters.
    pub chapter: Option<&'static str>,
    /// Key of its text.
    pub text: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// What it takes to see it.
    pub permission: &'static str,
    /// Order within its chapter.
    pub order: u8,
    /// What of it is mine.
    pub mine: Option<MyCount>,
}

impl MenuEntry {
    /// A place of a chapter, with nothing to count.
    pub fn new(
        chapter: &'static str,
        text: &'static str,
        href: &'static str,
        permission: &'static str,
        order: u8,
    ) -> MenuEntry {
        MenuEntry { chapter: Some(chapter), text, href, permission, order, mine: None }
    }
}

/// A sign-in of a demo node: printed at start and on the sign-in page.
#[derive(Clone, Debug)]
pub struct DemoSignIn {
    /// The duty's code.
    pub duty: String,
    /// Name to sign in with.
    pub login: String,
    /// Password.
    pub password: String,
}

/// What a node is configured to be.
#[derive(Clone, Debug, Default)]
pub struct AppSettings {
    /// Cookies over HTTPS only. Off on a loopback demo.
    pub secure_cookies: bool,
    /// Sign-ins shown on the sign-in page; empty in earnest.
    pub demo: Vec<DemoSignIn>,
    /// Host names under which the node answers; empty means any. A demo answers the loopback's names only, so that no
    /// page elsewhere can make a browser talk to it under another name.
    pub hosts: Vec<String>,
    /// Proxies in front, whose word about the asker counts.
    pub proxies: Vec<Network>,
    /// How often one address may ask; the machine itself always may.
    pub rate: Option<Rate>,
    /// How long a request may take, uploads aside.
    pub request_time: Option<Duration>,
    /// What an upload may weigh at most, in bytes, whatever its route takes.
    pub upload_bytes: Option<usize>,
    /// What people call the other system by which they may sign in, where one is configured.
    pub provider_name: kernel::Text,
    /// Whether duties that ask for a second factor get it: who holds one without having shown a factor enrols one before
    /// anything else. Off in a demo.
    pub second_factor: bool,
}

/// What platforms put into the frame: places in the rail, and what the search box looks among.
#[derive(Clone, Default)]
pub struct Places {
    /// Places.
    pub menu: Vec<MenuEntry>,
    /// What finds things, in the order of the answers.
    pub finders: Vec<Finder>,
    /// Samples of components that this crate does not know, for the page of samples.
    pub samples: Vec<MoreSamples>,
    /// Doors of the public face: the key of each one's text, and where it leads.
    pub doors: Vec<(&'static str, &'static str)>,
}

impl From<Vec<MenuEntry>> for Places {
    fn from(menu: Vec<MenuEntry>) -> Places {
        Places { menu, ..Places::default() }
    }
}

/// Whether a page may ask for passkeys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Passkeys {
    /// It may.
    Here,
    /// Not under the name by which the browser came, but under this one.
    At(String),
    /// The node has no host name that keys could be bound to.
    Nowhere,
}

pub(crate) struct Inner {
    pub(crate) sign_in: SignIn,
    pub(crate) authority: Authority,
    pub(crate) catalogue: &'static Catalogue,
    pub(crate) calendar: Arc<WorkingCalendar>,
    pub(crate) menu: Vec<MenuEntry>,
    pub(crate) finders: Vec<Finder>,
    pub(crate) samples: Vec<MoreSamples>,
    pub(crate) doors: Vec<(&'static str, &'static str)>,
    pub(crate) settings: AppSettings,
    /// The finished table of routes, for the description of the API.
    pub(crate) table: OnceLock<Vec<RouteInfo>>,
    pub(crate) metrics: Metrics,
    /// Requests of each address, as of milliseconds since `begun`.
    buckets: Option<Mutex<Buckets>>,
    begun: Instant,
}

/// Shared by all requests. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) inner: Arc<Inner>,
}

impl App {
    /// Puts the parts together. The catalogue lives as long as the process.
    pub fn new(
        sign_in: SignIn,
        authority: Authority,
        catalogue: &'static Catalogue,
        calendar: Arc<WorkingCalendar>,
        places: impl Into<Places>,
        settings: AppSettings,
    ) -> App {
        let Places { mut menu, finders, samples, doors } = places.into();
        menu.sort_by_key(|entry| (entry.chapter.map(chapter_place), entry.order));
        let buckets = settings.rate.map(|rate| Mutex::new(Buckets::new(rate)));
        let inner = Inner {
            sign_in,
            authority,
            catalogue,
            calendar,
            menu,
            finders,
            samples,
            doors,
            settings,
            table: OnceLock::new(),
            metrics: Metrics::default(),
            buckets,
            begun: Instant::now(),
        };
        App { inner: Arc::new(inner) }
    }

    /// What has been counted since the start.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// Whether this address may ask now. The machine itself always may: a proxy that names nobody would otherwise be
    /// everybody at once.
    pub(crate) fn paced(&self, origin: &Origin) -> Result<(), PageError> {
        let (Some(buckets), Some(address)) = (&self.inner.buckets, origin.address) else { return Ok(()) };
        if origin.is_loopback() {
            return Ok(());
        }
        let now = u64::try_from(self.inner.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(address, now).map_err(|seconds| PageError::TooMany { seconds })
    }

    /// Sign-in and directory.
    pub fn sign_in(&self) -> &SignIn {
        &self.inner.sign_in
    }

    /// The store.
    pub fn store(&self) -> &Store {
        self.inner.sign_in.directory().store()
    }

    /// The node's number.
    pub fn node(&self) -> kernel::NodeId {
        self.inner.sign_in.directory().node()
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.inner.sign_in.directory().clock()
    }

    /// Policies.
    pub fn authority(&self) -> &Authority {
        &self.inner.authority
    }

    /// Whether an officer's duties ask for a second factor that this session has not seen. All posts count, not only the
    /// present one: switching posts asks for nothing.
    pub fn lacks_second_factor(&self, signed_in: &directory::SignedIn) -> bool {
        self.inner.settings.second_factor
            && !signed_in.strong
            && self.authority().policies().asks_second_factor(signed_in.reader.held())
    }

    /// Whether a browser that came by this name may use passkeys: keys are bound to one host name, and a network address
    /// is none.
    pub(crate) fn passkeys(&self, host: &str) -> Passkeys {
        match self.sign_in().relying_party() {
            Some(party) if party.name() == host => Passkeys::Here,
            Some(party) => Passkeys::At(party.name().to_owned()),
            None => Passkeys::Nowhere,
        }
    }

    /// What people call the other system by which they may sign in; nothing where none is configured.
    pub fn provider_name(&self, words: Words) -> Option<&str> {
        let name = &self.inner.settings.provider_name;
        self.sign_in().oidc().map(|_| words.either(&name.zh, &name.en))
    }

    /// The working calendar.
    pub fn calendar(&self) -> &WorkingCalendar {
        &self.inner.calendar
    }

    /// Texts in a language.
    pub fn words(&self, locale: Locale) -> Words {
        Words::new(self.inner.catalogue, locale)
    }
}

/// Chapters in the document's order.
pub(crate) const CHAPTERS: &[&str] =
    &["education", "power", "prevention", "rectification", "punishment", "management", "office"];

fn chapter_place(chapter: &str) -> usize {
    CHAPTERS.iter().position(|name| *name == chapter).unwrap_or(CHAPTERS.len())
}
