//! Wiring: a data folder becomes a running node.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Authority;
use access::password::Cost;
use access::session::Lifetimes;
use directory::{Directory, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use kernel::{Clock, NodeId};
use redflags::import::Importer;
use redflags::rule::RedflagRule;
use redflags::screening::QueuePolicy;
use redflags_rules::settings::Settings;
use store::{Blobs, Location, Projector, Schema, Signer, Store, StoreFault};
use supervise::Watch;
use supervision::limits::Limits;

use crate::config::{Config, FolderError, MovedClock};
use crate::wires::{FromSupervision, ProcessView};

/// Why a node does not come up: one clear sentence for the terminal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NodeError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("{0}")]
    Store(String),
    #[error("{0}")]
    Pack(String),
}

impl From<StoreFault> for NodeError {
    fn from(fault: StoreFault) -> NodeError {
        NodeError::Store(chain(&fault))
    }
}

/// An error and its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// All tables of the house.
pub(crate) const SCHEMAS: &[Schema] = &[directory::SCHEMA, supervision::SCHEMA, redflags::tables::SCHEMA];

/// A node, its parts wired.
pub(crate) struct Node {
    pub(crate) config: Config,
    pub(crate) id: NodeId,
    pub(crate) data: PathBuf,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) directory: Directory,
    pub(crate) sign_in: SignIn,
    pub(crate) calendar: Arc<WorkingCalendar>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) importer: Importer,
}

impl Node {
    /// Opens the node of a folder. `store` moves only the database.
    pub(crate) async fn open(data: &Path, store: Option<&str>) -> Result<Node, NodeError> {
        let config = Config::read(data)?;
        let clock = Arc::new(MovedClock { offset_ms: config.clock_offset_ms });
        Node::with_clock(config, data, store, clock).await
    }

    /// The same with a clock of the caller's: the demo's past is made with one that moves.
    pub(crate) async fn with_clock(
        config: Config,
        data: &Path,
        store: Option<&str>,
        clock: Arc<dyn Clock>,
    ) -> Result<Node, NodeError> {
        let id = config.node()?;
        let location = Location::parse(store, data);
        let store = Store::open(&location, Blobs::new(data.join("blobs")), SCHEMAS).await?;
        let directory = Directory::new(store.clone(), id, Arc::clone(&clock));
        let cost = if config.demo { Cost::DEMO } else { Cost::DEFAULT };
        let sign_in = SignIn::new(directory.clone(), cost, Lifetimes::default());
        let packs = Packs::embedded();
        let calendar = WorkingCalendar::from_packs(&packs).map_err(|error| NodeError::Pack(error.to_string()))?;
        let settings = Settings::cn().map_err(|error| NodeError::Pack(error.to_string()))?;
        let settings = Arc::new(settings);
        let importer = Importer::new(store.clone(), id, Arc::clone(&clock), Arc::clone(&settings));
        Ok(Node {
            config,
            id,
            data: data.to_owned(),
            store,
            clock,
            directory,
            sign_in,
            calendar: Arc::new(calendar),
            limits: Arc::new(Limits::default()),
            settings,
            importer,
        })
    }

    /// Supervision over this node's feed.
    pub(crate) fn watch(&self) -> Watch {
        let book = supervision::Book::new(self.directory.clone(), Arc::clone(&self.calendar), Arc::clone(&self.limits));
        Watch::new(self.store.clone(), self.id, vec![RedflagRule::new(self.directory.clone())], Arc::new(book))
    }

    /// What passes late warnings up.
    pub(crate) fn clockwork(&self) -> supervision::Clockwork {
        supervision::Clockwork::new(self.directory.clone(), Arc::clone(&self.calendar), Arc::clone(&self.limits))
    }

    /// The signer of the node's log.
    pub(crate) fn signer(&self) -> Result<Signer, StoreFault> {
        Signer::open(&self.data.join("keys"), &self.config.domain, self.id.number())
    }

    /// Policies, checked against every route's permission by the caller.
    pub(crate) fn authority(&self) -> Result<Authority, NodeError> {
        Authority::embedded().map_err(|error| NodeError::Pack(error.to_string()))
    }

    /// What replays the log.
    pub(crate) fn projectors(&self) -> Vec<Box<dyn Projector>> {
        vec![
            Box::new(directory::projector()),
            Box::new(supervision::projector()),
            Box::new(redflags::projector(Arc::clone(&self.settings))),
        ]
    }
}

/// Names of the machine to itself.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The whole router with its table, and the application behind it.
pub(crate) fn routes(node: &Node) -> Result<(web::http::App, axum::Router, Vec<web::http::RouteInfo>), String> {
    let authority = node.authority().map_err(|error| error.to_string())?;
    let mut sources: Vec<(kernel::Locale, &'static str)> = Vec::new();
    sources.extend_from_slice(administration::TEXTS);
    sources.extend_from_slice(notary::TEXTS);
    sources.extend_from_slice(supervision::http::TEXTS);
    sources.extend_from_slice(&redflags::http::TEXTS);
    // One catalogue for the life of the process.
    let catalogue: &'static web::locale::Catalogue =
        Box::leak(Box::new(web::locale::Catalogue::new(&sources).map_err(|error| error.to_string())?));
    let mut menu = supervision::http::menu(node.store.clone());
    menu.extend(redflags::http::menu(node.store.clone()));
    menu.extend(administration::menu());
    let settings = web::http::AppSettings {
        secure_cookies: !node.config.demo,
        demo: if node.config.demo { crate::demo::sign_ins() } else { Vec::new() },
        hosts: LOOPBACK.into_iter().map(str::to_owned).chain(node.config.hosts.iter().cloned()).collect(),
    };
    let keys = node.signer().map_err(|fault| chain(&fault))?.keys();
    let verdicts = Arc::new(FromSupervision { store: node.store.clone(), node: node.id });
    let red = redflags::http::Redflags::new(node.importer.clone(), verdicts, QueuePolicy::default());
    let finders = vec![supervision::http::finder(), redflags::http::finder(red.clone())];
    let places = web::http::Places { menu, finders };
    let app =
        web::http::App::new(node.sign_in.clone(), authority, catalogue, Arc::clone(&node.calendar), places, settings);
    let desk =
        supervision::http::Supervision::new(Arc::clone(&node.limits)).with_view(Arc::new(ProcessView(red.clone())));
    let routes = web::http::account_routes(app.clone(), crate::commands::serve::LICENCES)
        .merge(notary::routes(app.clone(), notary::Notary::new(app.clone(), keys)))
        .merge(administration::routes(app.clone(), administration::http::Administration::new(node.sign_in.clone())))
        .merge(supervision::http::routes(app.clone(), desk))
        .merge(redflags::http::routes(app.clone(), red));
    let (router, table) = routes.finish();
    for info in &table {
        if let Some(code) = info.permission {
            app.authority().policies().require(code).map_err(|error| format!("{}: {error}", info.path))?;
        }
    }
    Ok((app, router, table))
}
