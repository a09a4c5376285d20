//! This node as a witness of other logs, its subordinates' above all (C2SP tlog-witness). Who may ask is told by the
//! log's signature; there is no other sign-in, as the standard has it.

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use ledger::witness::{Request, Unwilling, cosign};
use ledger::{Keys, LogKey};
use web::http::{AsItIs, PageError};

use crate::{Notary, text};

/// Bytes of a request at most: 63 hashes and a note.
pub(crate) const LIMIT: usize = 64 * 1024;

/// The key by which others know this witness.
pub(crate) async fn key(State(state): State<Notary>) -> Response {
    text(format!("{}\n", state.witness.vkey()), "no-cache")
}

/// `add-checkpoint`: what continues the log that was seen is cosigned, and nothing else.
pub(crate) async fn add_checkpoint(State(state): State<Notary>, body: String) -> Result<Response, PageError> {
    let (store, node) = (state.app.store(), state.node());
    let request: Request = match body.parse() {
        Ok(request) => request,
        Err(unwilling) => return Ok(answer(unwilling)),
    };
    let keys = trusted(&state, request.origin());
    let seen = store.seen(node, request.origin()).await?;
    let checkpoint = match request.judge(keys.as_ref(), seen) {
        Ok(checkpoint) => checkpoint,
        Err(unwilling) => return Ok(answer(unwilling)),
    };
    let now = state.app.clock().now().ms();
    if !store.remember(node, request.old, &checkpoint, now).await? {
        let seen = store.seen(node, request.origin()).await?;
        return Ok(answer(Unwilling::Elsewhere(seen.size)));
    }
    Ok(text(cosign(&state.witness, &checkpoint, u64::try_from(now / 1000).unwrap_or(0)), "no-store"))
}

/// The keys that the policy trusts for an origin; a log around a rotation has two.
fn trusted(state: &Notary, origin: &str) -> Option<Keys> {
    let known = state.policy.logs.iter().filter(|log| log.vkey.name() == origin);
    let log: Vec<LogKey> = known.map(|log| LogKey::always(log.vkey.clone())).collect();
    let mut keys = Keys::single(log.first()?.vkey.clone());
    keys.log = log;
    Some(keys)
}

fn answer(unwilling: Unwilling) -> Response {
    let status = StatusCode::from_u16(unwilling.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let (kind, body) = match unwilling {
        Unwilling::Elsewhere(size) => ("text/x.tlog.size", format!("{size}\n")),
        other => ("text/plain; charset=utf-8", format!("{}\n", other.code())),
    };
    (status, Extension(AsItIs), [(header::CONTENT_TYPE, kind)], body).into_response()
}
