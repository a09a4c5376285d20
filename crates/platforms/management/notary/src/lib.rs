//! The ledger's public face 存证: the checkpoint, tiles and entry bundles of C2SP tlog-tiles under `/log`, the key they
//! are signed by, the page that says in plain words what a receipt proves, and receipts for who may read the ledger.
//!
//! Nothing here can name a field of an act: tiles and bundles hold hashes, and a receipt opens what its holder was given.

mod verify;

use std::sync::Arc;

use access::Permission;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use ledger::tree::Tile;
use ledger::{Keys, Tag};
use web::http::{App, By, Method, PageError, RouteInfo, Routes, attachment};
use web::locale::Locale;

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/notary.ftl")),
    (Locale::En, include_str!("../locales/en/notary.ftl")),
];

access::permissions! {
    /// Read the ledger 查看存证账本.
    ReadLedger = "ledger.read";
}

/// What the handlers share.
#[derive(Clone)]
pub struct Notary {
    app: App,
    keys: Arc<Keys>,
}

impl Notary {
    /// For a node's log, and the keys whose signatures count for it.
    pub fn new(app: App, keys: Keys) -> Notary {
        Notary { app, keys: Arc::new(keys) }
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
        .add(public("/log/tile/{*path}", ("账本的分片", "A tile or entry bundle of the log")), tile)
        .add(public("/log/key", ("核验用的公钥", "The public keys that count for the log")), key)
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

async fn key(State(state): State<Notary>) -> Response {
    let keys: Vec<String> = state.keys.log.iter().map(|key| key.vkey.to_string()).collect();
    text(keys.join("\n") + "\n", "no-cache")
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
