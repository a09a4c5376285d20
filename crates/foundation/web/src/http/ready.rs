//! What operators ask: is it alive, and how is it doing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest as _, Sha256};
use store::StoreFault;

use crate::http::app::App;
use crate::http::measure::Exposition;

/// Figures that the program adds: what the server under the router counts.
pub type More = Arc<dyn Fn(&mut Exposition) + Send + Sync>;

#[derive(Clone)]
struct Operations {
    app: App,
    /// Digest of the token that figures ask for.
    token: Option<[u8; 32]>,
    more: More,
}

/// `/healthz` and `/metrics`, for an address of their own: no person comes here.
///
/// - `token`: what `/metrics` asks for as `Authorization: Bearer`; `/healthz` tells nothing and asks for nothing.
pub fn operations(app: App, token: Option<&str>, more: More) -> Router {
    let token = token.map(|token| Sha256::digest(token).into());
    Router::new().route("/healthz", get(health)).route("/metrics", get(measure)).with_state(Operations {
        app,
        token,
        more,
    })
}

async fn health(State(operations): State<Operations>) -> Response {
    match operations.app.store().ping().await {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response(),
    }
}

async fn measure(State(operations): State<Operations>, headers: HeaderMap) -> Response {
    if let Some(token) = operations.token {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        // Digests are compared, so that the time taken tells nothing about the token.
        if <[u8; 32]>::from(Sha256::digest(given)) != token {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "").into_response();
        }
    }
    let mut out = Exposition::default();
    operations.app.metrics().expose(&mut out);
    (operations.more)(&mut out);
    match expose_store(&operations.app, &mut out).await {
        Ok(()) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], out.finish()).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "the figures of the store could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// What the store and those who follow it come to.
async fn expose_store(app: &App, out: &mut Exposition) -> Result<(), StoreFault> {
    let now = app.clock().now().ms();
    let figures = app.store().figures(app.node().number(), now).await?;
    let measures = app.store().measures();
    let mut one = |name, kind, help, value: f64| {
        out.family(name, kind, help);
        out.sample(&[], value);
    };
    one("qingyuan_acts", "gauge", "Acts in the log.", figures.acts as f64);
    let covered = figures.checkpoint.map_or(0, |(size, _)| size);
    one("qingyuan_checkpoint_acts", "gauge", "Acts that the newest checkpoint covers.", covered as f64);
    // A log that has not grown needs no newer checkpoint: what is old is one that lags behind.
    let behind = figures.checkpoint.filter(|(size, _)| *size < figures.acts);
    let age = behind.map_or(0.0, |(_, at)| (now - at).max(0) as f64 / 1e3);
    one("qingyuan_checkpoint_lag_seconds", "gauge", "Age of the newest checkpoint while acts are not covered.", age);
    one("qingyuan_timers", "gauge", "Timers that wait.", figures.timers.0 as f64);
    one("qingyuan_timers_late", "gauge", "Timers that should have fired.", figures.timers.1 as f64);
    let late = figures.oldest_late.map_or(0.0, |due| (now - due).max(0) as f64 / 1e3);
    one("qingyuan_timer_lag_seconds", "gauge", "How long the latest timer has been overdue.", late);
    one("qingyuan_sessions", "gauge", "Sessions kept.", figures.sessions as f64);
    let conflicts = measures.conflicts.load(Ordering::Relaxed) as f64;
    one("qingyuan_record_conflicts_total", "counter", "Units refused because a matter had moved on.", conflicts);
    let faults = measures.faults.load(Ordering::Relaxed) as f64;
    one("qingyuan_record_faults_total", "counter", "Units that met a fault of the store.", faults);
    out.family("qingyuan_commit_acts", "histogram", "Acts of each group that was committed.");
    out.histogram(&[], &measures.group_acts);
    out.family("qingyuan_commit_seconds", "histogram", "Time of a group's transaction.");
    out.histogram(&[], &measures.commit_seconds);
    out.family("qingyuan_feed_position", "gauge", "Acts that a follower of the feed has seen.");
    for (subscriber, idx) in &figures.cursors {
        out.sample(&[("subscriber", subscriber)], *idx as f64);
    }
    out.family("qingyuan_feed_lag_acts", "gauge", "Acts that a follower of the feed has not seen.");
    for (subscriber, idx) in &figures.cursors {
        out.sample(&[("subscriber", subscriber)], figures.acts.saturating_sub(*idx) as f64);
    }
    out.family("qingyuan_jobs", "gauge", "Jobs by kind and state.");
    for (kind, state, count) in &figures.jobs {
        out.sample(&[("kind", kind), ("state", state)], *count as f64);
    }
    out.family("qingyuan_outbox_lines", "gauge", "Messages to officers in the outbox, by channel and state.");
    for (channel, state, count) in &figures.outbox {
        out.sample(&[("channel", channel), ("state", state)], *count as f64);
    }
    let since = |at: i64| (now - at).max(0) as f64 / 1e3;
    out.family("qingyuan_outbox_oldest_seconds", "gauge", "How long the oldest message has waited, by channel.");
    for (channel, at) in &figures.outbox_oldest {
        out.sample(&[("channel", channel)], since(*at));
    }
    out.family(
        "qingyuan_notice_channel_failing_seconds",
        "gauge",
        "For how long a channel has failed; 0 while it works.",
    );
    for (channel, failing) in &figures.channels {
        out.sample(&[("channel", channel)], failing.map_or(0.0, since));
    }
    out.family("qingyuan_rule_outcomes_total", "counter", "Judgements of rules over the feed, by outcome.");
    for (rule, outcome, count) in &figures.outcomes {
        out.sample(&[("rule", rule), ("outcome", outcome)], *count as f64);
    }
    out.family("qingyuan_build_info", "gauge", "The version that runs.");
    out.sample(&[("version", env!("CARGO_PKG_VERSION")), ("store", app.store().kind())], 1.0);
    Ok(())
}
