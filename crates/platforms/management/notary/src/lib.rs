//! The ledger's notary 存证: the checkpoint, tiles and entry bundles of C2SP tlog-tiles under `/log`, the keys they are
//! signed by, the page that says in plain words what a receipt proves, and receipts for who may read the ledger; the
//! keeper, which publishes and asks witnesses; and this node as a witness of others.
//!
//! Nothing public here can name a field of an act: tiles and bundles hold hashes, and a receipt opens what its holder was
//! given.

mod ask;
mod decide;
mod events;
mod keeper;
mod rotate;
mod rule;
mod standing;
mod tables;
mod verify;
mod witness;

use std::sync::Arc;

use access::Permission;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use ledger::note::Signer;
use ledger::tree::Tile;
use ledger::{Policy, Tag};
use web::http::{App, By, Method, PageError, RouteInfo, Routes, attachment};
use web::locale::Locale;

pub use decide::{GRACE_MS, Hand, OVERLAP, RotationRefusal, Witnessing, end_of_key, witnessing};
pub use events::{NotaryEvent, Why};
pub use keeper::{Keeper, SharedKeys};
pub use rotate::{RotateError, rotate};
pub use rule::UnwitnessedRule;
pub use tables::{LOG, SCHEMA, changes, projector};

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/notary.ftl")),
    (Locale::En, include_str!("../locales/en/notary.ftl")),
];

/// The door of the public face.
pub const DOOR: (&str, &str) = ("notary-door", "/verify");

access::permissions! {
    /// Read the ledger 查看存证账本.
    ReadLedger = "ledger.read";
}

/// What the handlers share.
#[derive(Clone)]
pub struct Notary {
    app: App,
    keys: SharedKeys,
    policy: Arc<Policy>,
    witness: Arc<Signer>,
}

impl Notary {
    /// For a node's log.
    ///
    /// - `keys`: whose signatures count for it, as they stand.
    /// - `policy`: its witnesses, and the logs that it is a witness of.
    /// - `witness`: what it signs with as one.
    pub fn new(app: App, keys: SharedKeys, policy: Policy, witness: Signer) -> Notary {
        Notary { app, keys, policy: Arc::new(policy), witness: Arc::new(witness) }
    }

    fn node(&self) -> i64 {
        self.app.node().number()
    }
}

/// All routes of the public face.
pub fn routes(app: App, state: Notary) -> Routes<()> {
    let public = |path, summary| RouteInfo::public(Method::Get, path, summary);
    Routes::<Notary>::new(app)
        .add(public("/log/checkpoint", ("最近的检查点", "The newest checkpoint")), checkpoint)
        .add(
            public(
                "/log/checkpoint/witnessed",
                ("最近的经见证检查点", "The newest checkpoint with a quorum of witnesses"),
            ),
            witnessed,
        )
        .add(public("/log/tile/{*path}", ("账本的分片", "A tile or entry bundle of the log")), tile)
        .add(public("/log/key", ("核验用的公钥", "The public keys that count for the log")), key)
        .add(public("/witness/key", ("作为见证方的公钥", "The public key of this node as a witness")), witness::key)
        .add(
            RouteInfo::public(
                Method::Post,
                "/witness/add-checkpoint",
                ("请求见证签名（C2SP tlog-witness）", "Asks for a cosignature (C2SP tlog-witness)"),
            )
            .limit(witness::LIMIT),
            witness::add_checkpoint,
        )
        .add(public("/verify", ("查验回执", "Checks a receipt")), verify::form)
        .add(RouteInfo::public(Method::Post, "/verify", ("查验回执", "Checks a receipt")), verify::check)
        .add(
            RouteInfo::page(
                "/receipts/{idx}",
                ReadLedger::CODE,
                ("一条行为的回执", "The receipt of an act, header opened"),
            ),
            receipt,
        )
        .with_state(state)
}

fn text(content: String, cache: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, cache)], content).into_response()
}

async fn checkpoint(State(state): State<Notary>) -> Result<Response, PageError> {
    let published = state.app.store().checkpoint(state.node()).await?.ok_or(PageError::NotFound)?;
    Ok(text(published.note, "no-cache"))
}

async fn witnessed(State(state): State<Notary>) -> Result<Response, PageError> {
    let published = state.app.store().witnessed_checkpoint(state.node()).await?.ok_or(PageError::NotFound)?;
    Ok(text(published.note, "no-cache"))
}

/// A line for each key: the key, and after a rotation the first and, if it has ended, the last size it counts for; then the
/// key that signs beside them, if there is one.
async fn key(State(state): State<Notary>) -> Response {
    let line = |key: &ledger::LogKey| match (key.from_size, key.to_size) {
        (0, None) => format!("{}\n", key.vkey),
        (from, to) => {
            let to = to.map_or_else(|| "-".to_owned(), |to| to.to_string());
            format!("{} {from} {to}\n", key.vkey)
        }
    };
    let keys = state.keys.get();
    let beside = keys.beside.iter().map(|vkey| format!("{vkey}\n"));
    text(keys.log.iter().map(line).chain(beside).collect(), "no-cache")
}

async fn tile(State(state): State<Notary>, Path(path): Path<String>) -> Result<Response, PageError> {
    let tile = Tile::parse(&format!("tile/{path}")).ok_or(PageError::NotFound)?;
    let content = state.app.store().tile(state.node(), tile).await?.ok_or(PageError::NotFound)?;
    // What a full tile holds never changes, and a partial one of a width neither.
    let cache = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, cache)], content).into_response())
}

/// The receipt of an act as an auditor holds it: the header open, the body withheld.
async fn receipt(State(state): State<Notary>, _: By<ReadLedger>, Path(idx): Path<u64>) -> Result<Response, PageError> {
    let receipt = state.app.store().receipt(state.node(), idx, |tag, _| tag == Tag::Header).await?;
    let receipt = receipt.ok_or(PageError::NotFound)?;
    Ok(attachment(&format!("act-{idx}.tlog-proof"), "text/plain; charset=utf-8", receipt))
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
