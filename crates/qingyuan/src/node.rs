//! Wiring: a data folder becomes a running node.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Authority;
use access::passkey::RelyingParty;
use access::password::Cost;
use access::session::Lifetimes;
use directory::{Directory, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use kernel::{Clock, NodeId};
use ledger::{Keys, Policy};
use notary::{Keeper, SharedKeys, UnwitnessedRule};
use notices::send::{Channels, MailServer, Webhook};
use notices::{Courier, FailingChannelRule, Follower, Outward};
use redflags::import::Importer;
use redflags::rule::RedflagRule;
use redflags::screening::QueuePolicy;
use redflags_rules::settings::Settings;
pub(crate) use store::chain;
use store::{Blobs, Keyring, Location, Projector, Schema, Signer, Store, StoreFault};
use supervise::{Rule, Watch};
use supervision::GlassRule;
use supervision::limits::Limits;

use crate::config::{Config, FolderError, MovedClock, Secret};
use crate::say::both;
use crate::wires::{AboutCases, ActSight, ChannelView, FromSupervision, InventoryOffers, OwnTasks, ProcessView};

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

/// All tables of the house.
pub(crate) const SCHEMAS: &[Schema] = &[
    directory::SCHEMA,
    secrecy::SCHEMA,
    supervision::SCHEMA,
    redflags::tables::SCHEMA,
    notary::SCHEMA,
    notices::SCHEMA,
    erasure::SCHEMA,
    casework::SCHEMA,
    operation::SCHEMA,
    services::SCHEMA,
    disclosure::SCHEMA,
];

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
    pub(crate) desk: casework::Desk,
    pub(crate) rules: watch_rules::Rules,
    pub(crate) disclosures: disclosure::Desk,
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
        let location = Location::parse(store.or(config.settings.store.as_ref().map(Secret::reveal)), data);
        let blobs = Blobs::new(data.join("blobs"));
        let store = Store::open_with(&location, blobs, SCHEMAS, config.settings.readers).await?;
        let directory = Directory::new(store.clone(), id, Arc::clone(&clock));
        let cost = if config.demo { Cost::DEMO } else { Cost::DEFAULT };
        let key = directory::sign_in_key(&store, &data.join("keys"), id).await?;
        let sign_in = SignIn::new(directory.clone(), key, cost, Lifetimes::default());
        // Keys are bound to the first host name, or to none where the node is reached by addresses only.
        let host = if config.demo { Some("localhost") } else { config.hosts.first().map(String::as_str) };
        let sign_in = match host.and_then(|host| RelyingParty::new(host).ok()) {
            Some(party) => sign_in.with_passkeys(party),
            None => sign_in,
        };
        let packs = Packs::embedded();
        let calendar = WorkingCalendar::from_packs(&packs).map_err(|error| NodeError::Pack(error.to_string()))?;
        let settings = Settings::cn().map_err(|error| NodeError::Pack(error.to_string()))?;
        let settings = Arc::new(settings);
        let calendar = Arc::new(calendar);
        let importer = Importer::new(store.clone(), id, Arc::clone(&clock), Arc::clone(&settings));
        let library = casework::Library::new(store.clone(), id.number());
        let powers = Arc::new(operation::FromInventory::new(store.clone(), id.number()));
        let desk = casework::Desk::new(directory.clone(), library, Arc::clone(&calendar)).under(powers);
        let rules = own_rules(&data.join("packs").join(watch_rules::pack::FOLDER))?;
        let catalogue = disclosure::catalogue::Catalogue::embedded().map_err(|bad| NodeError::Pack(bad.to_string()))?;
        let disclosures = disclosure::Desk::new(directory.clone(), Arc::new(catalogue), Arc::clone(&calendar));
        Ok(Node {
            config,
            id,
            data: data.to_owned(),
            store,
            clock,
            directory,
            sign_in,
            calendar,
            limits: Arc::new(Limits::default()),
            settings,
            importer,
            desk,
            rules,
            disclosures,
        })
    }

    /// Supervision over this node's feed.
    pub(crate) fn watch(&self) -> Watch {
        let book = supervision::Book::new(self.directory.clone(), Arc::clone(&self.calendar), Arc::clone(&self.limits));
        let origin = ledger::checkpoint::origin(&self.config.domain, self.id.number());
        let mut rules: Vec<Arc<dyn Rule>> = vec![
            RedflagRule::new(self.directory.clone()),
            GlassRule::new(self.directory.clone()),
            UnwitnessedRule::new(self.directory.clone(), origin),
            FailingChannelRule::new(self.directory.clone()),
            casework::IncidentRule::new(self.desk.clone()),
            Arc::new(watch_rules::CaseClassRule),
        ];
        rules.extend(watch_rules::rules_of(&watch_rules::Eye::new(self.desk.clone(), self.rules.clone())));
        rules.extend(disclosure::DisclosureRule::all(&self.disclosures));
        Watch::new(self.store.clone(), self.id, rules, Arc::new(book))
    }

    /// What enters notices: every platform that has something to tell is asked.
    pub(crate) fn follower(&self) -> Result<Follower, NodeError> {
        let tellers: Vec<Arc<dyn tell::Teller>> = vec![
            Arc::new(supervision::SupervisionTeller::new(self.directory.clone())),
            Arc::new(administration::AdministrationTeller::new(
                self.directory.clone(),
                self.authority()?,
                !self.config.demo,
            )),
            Arc::new(redflags::AmendmentTeller::new(self.store.clone())),
            Arc::new(erasure::ErasureTeller),
            Arc::new(casework::CaseTeller::new(self.store.clone(), self.duties()?)),
            Arc::new(disclosure::DisclosureTeller),
        ];
        Ok(Follower::new(self.directory.clone(), tellers))
    }

    /// How people are told elsewhere: the configured channels, with what their files hold.
    pub(crate) fn outward(&self) -> Result<Outward, NodeError> {
        let run = &self.config.settings.notices;
        let wrong = |key: &str, (zh, en): (String, String)| {
            NodeError::Pack(both(&format!("{key}：{zh}。"), &format!("{key}: {en}.")))
        };
        let read = |key: &str, file: &Path| {
            std::fs::read(file).map_err(|error| {
                let shown = file.display();
                wrong(key, (format!("{shown} 读不出：{error}"), format!("{shown} cannot be read: {error}")))
            })
        };
        let word = |key: &str, file: &Path| {
            let bytes = read(key, file)?;
            let text = String::from_utf8(bytes).unwrap_or_default().trim().to_owned();
            let shown = file.display();
            let none = || (format!("{shown} 里没有内容"), format!("{shown} holds nothing"));
            if text.is_empty() { Err(wrong(key, none())) } else { Ok(text) }
        };
        let mail = match &run.smtp {
            None => None,
            Some(smtp) => {
                let password = smtp.password.as_deref().map(|file| word("smtp.password_file", file)).transpose()?;
                let ca = smtp.ca.as_deref().map(|file| read("smtp.ca_file", file)).transpose()?;
                let account = smtp.user.clone().zip(password);
                let server = MailServer::new(&smtp.url, &smtp.from, account, ca.as_deref());
                Some(server.map_err(|why| wrong("smtp", why))?)
            }
        };
        let gateway = match &run.webhook {
            None => None,
            Some(webhook) => {
                let secret = notices::send::Secret::parse(&word("webhook.secret_file", &webhook.secret)?);
                let none = || {
                    (
                        "应为 whsec_ 加 24 到 64 字节的 base64".to_owned(),
                        "write whsec_ and base64 of 24 to 64 bytes".to_owned(),
                    )
                };
                let secret = secret.ok_or_else(|| wrong("webhook.secret_file", none()))?;
                let ca = webhook.ca.as_deref().map(|file| read("webhook.ca_file", file)).transpose()?;
                Some(Webhook::new(&webhook.url, secret, ca.as_deref()).map_err(|why| wrong("webhook", why))?)
            }
        };
        let address = self.config.settings.address.as_deref().map(|address| address.trim_end_matches('/').to_owned());
        let base = address.unwrap_or_else(|| match self.config.hosts.first() {
            Some(host) => format!("https://{host}"),
            None => {
                let scheme = if self.config.settings.tls.is_some() { "https" } else { "http" };
                format!("{scheme}://{}", self.config.settings.serve.listen)
            }
        });
        let grace_ms = i64::try_from(run.failing.as_millis()).unwrap_or(i64::MAX);
        Ok(Outward { channels: Channels::new(mail, gateway), base, hour: run.digest_hour, grace_ms })
    }

    /// What delivers the outbox.
    pub(crate) fn courier(&self, app: web::http::App, outward: Outward) -> Result<Courier, NodeError> {
        Ok(Courier::new(app, outward, holder()?))
    }

    /// What passes late warnings up.
    pub(crate) fn clockwork(&self) -> supervision::Clockwork {
        supervision::Clockwork::new(self.directory.clone(), Arc::clone(&self.calendar), Arc::clone(&self.limits))
    }

    /// The folder of the node's keys.
    pub(crate) fn key_folder(&self) -> PathBuf {
        self.data.join("keys")
    }

    /// The signer of the node's log.
    pub(crate) fn signer(&self) -> Result<Signer, StoreFault> {
        Signer::open(&self.key_folder(), &self.config.domain, self.id.number())
    }

    /// The keys of the node.
    pub(crate) fn keyring(&self) -> Result<Keyring, StoreFault> {
        Keyring::open(&self.key_folder(), &self.config.domain, self.id.number())
    }

    /// Whom the node trusts: `policy.txt` in its folder (C2SP tlog-policy). Without the file there is no witness.
    pub(crate) fn policy(&self) -> Result<Policy, NodeError> {
        let path = self.data.join("policy.txt");
        let malformed = |why: String| FolderError::Malformed(path.display().to_string(), why);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Policy::parse(&text).map_err(|error| malformed(error.to_string()))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Policy::default()),
            Err(error) => Err(malformed(error.to_string()).into()),
        }
    }

    /// The keys whose signatures count for the node's log, with its witnesses.
    pub(crate) fn keys(&self) -> Result<Keys, NodeError> {
        Ok(self.keyring()?.keys().under(&self.policy()?))
    }

    /// The keeper of the node's log.
    pub(crate) fn keeper(&self) -> Result<Keeper, NodeError> {
        let mut signer = self.signer()?;
        if self.config.settings.sm2 {
            signer.keyring().sign_beside()?;
        }
        Ok(Keeper::new(self.directory.clone(), signer, self.policy()?, holder()?))
    }

    /// Policies, checked against every route's permission by the caller.
    pub(crate) fn authority(&self) -> Result<Authority, NodeError> {
        Authority::embedded().map_err(|error| NodeError::Pack(error.to_string()))
    }

    /// Codes of the duties that the policies know.
    fn duties(&self) -> Result<Vec<String>, NodeError> {
        Ok(self.authority()?.policies().duties().iter().map(|duty| duty.code.clone()).collect())
    }

    /// What proposes models and decides on them.
    pub(crate) fn modeller(&self) -> casework::Modeller {
        casework::Modeller::new(self.directory.clone(), self.desk.library().clone())
    }

    /// The inventory of powers.
    pub(crate) fn inventory(&self) -> operation::Inventory {
        operation::Inventory::new(self.directory.clone(), self.desk.library().clone())
    }

    /// The counter at which the public applies.
    pub(crate) fn counter(&self) -> services::Counter {
        let offers = InventoryOffers { store: self.store.clone(), clock: Arc::clone(&self.clock), node: self.id };
        services::Counter::new(self.desk.clone(), Arc::new(offers))
    }

    /// What carries the effects of cases.
    pub(crate) fn carrier(&self) -> casework::Carrier {
        casework::Carrier::new(self.desk.clone())
    }

    /// What fires the timers of cases, and asks the services of the house.
    pub(crate) fn case_clockwork(&self) -> casework::Clockwork {
        casework::Clockwork::new(self.desk.clone(), casework::clockwork::house())
    }

    /// What says of each duty to disclose whether it was met.
    pub(crate) fn disclosure_clockwork(&self) -> disclosure::Clockwork {
        disclosure::Clockwork::new(self.disclosures.clone())
    }

    /// What erases by law from this node's log.
    pub(crate) fn eraser(&self) -> erasure::Eraser {
        erasure::Eraser::new(self.directory.clone(), Arc::new(self.projectors()))
    }

    /// What replays the log.
    pub(crate) fn projectors(&self) -> Vec<Box<dyn Projector>> {
        vec![
            Box::new(directory::projector()),
            Box::new(supervision::projector()),
            Box::new(supervision::glass::projector()),
            Box::new(secrecy::reading::projector()),
            Box::new(redflags::projector(Arc::clone(&self.settings))),
            Box::new(notary::projector()),
            Box::new(notices::projector()),
            Box::new(erasure::projector()),
            Box::new(casework::projector()),
            Box::new(operation::projector()),
            Box::new(services::projector()),
            Box::new(disclosure::projector(self.clock.zone())),
            Box::new(disclosure::comment::rows::projector()),
        ]
    }
}

/// The rules of electronic supervision: those that the binary was built with, and the office's own files over them.
fn own_rules(folder: &Path) -> Result<watch_rules::Rules, NodeError> {
    let unread = |path: &Path, error: std::io::Error| {
        let shown = path.display();
        NodeError::Pack(both(&format!("{shown} 读不出：{error}。"), &format!("{shown} cannot be read: {error}.")))
    };
    let mut own = BTreeMap::new();
    let listed = match std::fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return embedded(&own),
        Err(error) => return Err(unread(folder, error)),
    };
    for entry in listed {
        let path = entry.map_err(|error| unread(folder, error))?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".toml")) {
            own.insert(name.to_owned(), std::fs::read_to_string(&path).map_err(|error| unread(&path, error))?);
        }
    }
    embedded(&own)
}

fn embedded(own: &BTreeMap<String, String>) -> Result<watch_rules::Rules, NodeError> {
    watch_rules::Rules::with(own).map_err(|bad| NodeError::Pack(bad.to_string()))
}

/// A name for this process, by which it holds leases.
fn holder() -> Result<String, NodeError> {
    let mut name = [0; 16];
    getrandom::fill(&mut name).map_err(|error| NodeError::Store(error.to_string()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(name)))
}

/// The other system by which officers may sign in, where one is configured.
fn oidc(run: &crate::config::Settings) -> Result<Option<directory::Oidc>, String> {
    let (Some(keys), Some(address)) = (&run.oidc, &run.address) else { return Ok(None) };
    let read = |key: &str, file: &PathBuf| {
        std::fs::read_to_string(file).map_err(|error| {
            let shown = file.display();
            both(&format!("{key}：{shown} 读不出：{error}。"), &format!("{key}: {shown} cannot be read: {error}."))
        })
    };
    let secret = keys.secret.as_ref().map(|file| read("oidc.client_secret_file", file)).transpose()?;
    let roots = keys.roots.as_ref().map(|file| read("oidc.roots_file", file)).transpose()?;
    let roots = roots.map(|pem| {
        outward::Roots::read(pem.as_bytes()).ok_or_else(|| {
            both("oidc.roots_file：里面没有 PEM 证书。", "oidc.roots_file: there is no PEM certificate in it.")
        })
    });
    let configured = access::oidc::Configured {
        issuer: &keys.issuer,
        client_id: &keys.client_id,
        address,
        acr: &keys.acr,
        amr: &keys.amr,
    };
    let client = access::oidc::Client::new(configured, secret.map(|text| text.trim().to_owned()));
    let client = client.map_err(|error| error.to_string())?;
    Ok(Some(directory::Oidc::new(client, roots.transpose()?)))
}

/// Names of the machine to itself.
pub(crate) const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The whole router with its table, and the application behind it.
///
/// - `keys`: whose signatures count for the log, as the keeper has them.
/// - `outward`: how people are told elsewhere.
pub(crate) fn routes(
    node: &Node,
    keys: SharedKeys,
    outward: &Outward,
) -> Result<(web::http::App, axum::Router, Vec<web::http::RouteInfo>), String> {
    let authority = node.authority().map_err(|error| error.to_string())?;
    let mut sources: Vec<(kernel::Locale, &'static str)> = Vec::new();
    sources.extend_from_slice(administration::TEXTS);
    sources.extend_from_slice(notary::TEXTS);
    sources.extend_from_slice(notices::http::TEXTS);
    sources.extend_from_slice(erasure::http::TEXTS);
    sources.extend_from_slice(secrecy::TEXTS);
    sources.extend_from_slice(casework::http::TEXTS);
    sources.extend_from_slice(drawing::TEXTS);
    sources.extend_from_slice(operation::http::TEXTS);
    sources.extend_from_slice(services::http::TEXTS);
    sources.extend_from_slice(disclosure::http::TEXTS);
    sources.extend_from_slice(supervision::http::TEXTS);
    sources.extend_from_slice(watch_rules::http::TEXTS);
    sources.extend_from_slice(&redflags::http::TEXTS);
    // One catalogue for the life of the process.
    let catalogue: &'static web::locale::Catalogue =
        Box::leak(Box::new(web::locale::Catalogue::new(&sources).map_err(|error| error.to_string())?));
    let mut menu = supervision::http::menu(node.directory.clone());
    menu.extend(watch_rules::http::menu());
    menu.extend(redflags::http::menu(node.store.clone()));
    menu.extend(administration::menu());
    menu.extend(notices::http::menu(node.directory.clone()));
    menu.extend(erasure::http::menu());
    menu.extend(casework::http::menu(node.directory.clone()));
    menu.extend(operation::http::menu(node.directory.clone()));
    menu.extend(services::http::menu());
    menu.extend(disclosure::http::menu());
    let run = &node.config.settings;
    let sign_in = match oidc(run)? {
        Some(oidc) => node.sign_in.clone().with_oidc(oidc),
        None => node.sign_in.clone(),
    };
    let settings = web::http::AppSettings {
        provider_name: run.oidc.as_ref().map(|oidc| oidc.name.clone()).unwrap_or_default(),
        secure_cookies: !node.config.demo || run.tls.is_some(),
        demo: if node.config.demo { crate::demo::sign_ins() } else { Vec::new() },
        second_factor: !node.config.demo,
        hosts: LOOPBACK.into_iter().map(str::to_owned).chain(node.config.hosts.iter().cloned()).collect(),
        proxies: run.proxies.clone(),
        rate: run.rate,
        request_time: Some(run.serve.request_time),
        upload_bytes: Some(run.serve.upload_bytes),
    };
    let witness = node.keyring().map_err(|fault| chain(&fault))?.into_witness();
    let policy = node.policy().map_err(|error| error.to_string())?;
    let verdicts = Arc::new(FromSupervision { store: node.store.clone(), node: node.id });
    let red = redflags::http::Redflags::new(node.importer.clone(), verdicts, QueuePolicy::default());
    let finders = vec![casework::http::finder(), supervision::http::finder(), redflags::http::finder(red.clone())];
    let doors = vec![operation::http::DOOR, services::http::DOOR, disclosure::http::DOOR, notary::DOOR];
    let places = web::http::Places { menu, finders, samples: vec![drawing::samples], doors };
    let app = web::http::App::new(sign_in.clone(), authority, catalogue, Arc::clone(&node.calendar), places, settings);
    let desk = supervision::http::Supervision::new(Arc::clone(&node.limits))
        .with_view(Arc::new(ProcessView(red.clone())))
        .with_tasks(Arc::new(OwnTasks));
    let channels = outward.channels.clone();
    let office = administration::http::Administration::new(sign_in).with_view(Arc::new(ChannelView(channels.clone())));
    let told = notices::http::Notices::new(channels, outward.hour);
    let cases = casework::http::Casework::new(node.desk.clone(), node.modeller()).with_warnings(Arc::new(AboutCases));
    let became = Arc::new(FromSupervision { store: node.store.clone(), node: node.id });
    let rules = watch_rules::http::Watched::new(node.rules.clone(), (node.store.clone(), node.id), became);
    let disclosures = disclosure::http::Disclosures::new(app.clone(), node.disclosures.clone(), &outward.base);
    let routes = web::http::account_routes(app.clone(), crate::commands::serve::LICENCES)
        .merge(notary::routes(app.clone(), notary::Notary::new(app.clone(), keys, policy, witness)))
        .merge(administration::routes(app.clone(), office))
        .merge(notices::http::routes(app.clone(), told))
        .merge(erasure::http::routes(app.clone(), erasure::http::Erasures::new(node.eraser(), Arc::new(ActSight))))
        .merge(casework::http::routes(app.clone(), cases))
        .merge(services::http::routes(app.clone(), services::http::Services::new(app.clone(), node.counter())))
        .merge(operation::http::routes(app.clone(), operation::http::Operation::new(app.clone(), node.inventory())))
        .merge(disclosure::http::routes(app.clone(), disclosures))
        .merge(supervision::http::routes(app.clone(), desk))
        .merge(watch_rules::http::routes(app.clone(), rules))
        .merge(redflags::http::routes(app.clone(), red));
    let (router, table) = routes.finish();
    for info in &table {
        if let Some(code) = info.permission {
            app.authority().policies().require(code).map_err(|error| format!("{}: {error}", info.path))?;
        }
    }
    Ok((app, router, table))
}
