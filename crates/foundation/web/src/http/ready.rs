//! What operators ask: is it alive, and how is it doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::http::app::App;

/// Upper bounds of the latency histogram, in milliseconds.
const BOUNDS_MS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 250, 1_000, 5_000];

/// Counts of requests by status class, and a latency histogram. No path, no person.
#[derive(Default)]
pub struct Metrics {
    by_class: [AtomicU64; 6],
    buckets: [AtomicU64; 11],
    sum_us: AtomicU64,
}

impl Metrics {
    /// Counts one request.
    pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
        let begun = Instant::now();
        let response = next.run(request).await;
        let us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let class = usize::from(response.status().as_u16() / 100).min(5);
        metrics.by_class[class].fetch_add(1, Ordering::Relaxed);
        let bucket = BOUNDS_MS.iter().position(|bound| us <= bound * 1_000).unwrap_or(BOUNDS_MS.len());
        metrics.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        metrics.sum_us.fetch_add(us, Ordering::Relaxed);
        response
    }

    /// In Prometheus' text format.
    pub fn text(&self, acts: u64, supervised: u64) -> String {
        use std::fmt::Write as _;
        let mut text = String::from("# TYPE qingyuan_requests_total counter\n");
        for (class, count) in self.by_class.iter().enumerate().skip(1) {
            let _ = writeln!(text, "qingyuan_requests_total{{class=\"{class}xx\"}} {}", count.load(Ordering::Relaxed));
        }
        text.push_str("# TYPE qingyuan_request_seconds histogram\n");
        let mut below = 0;
        for (bound, bucket) in BOUNDS_MS.iter().zip(&self.buckets) {
            below += bucket.load(Ordering::Relaxed);
            let seconds = *bound as f64 / 1_000.0;
            let _ = writeln!(text, "qingyuan_request_seconds_bucket{{le=\"{seconds}\"}} {below}");
        }
        below += self.buckets[BOUNDS_MS.len()].load(Ordering::Relaxed);
        let _ = writeln!(text, "qingyuan_request_seconds_bucket{{le=\"+Inf\"}} {below}");
        let _ = writeln!(
            text,
            "qingyuan_request_seconds_sum {}\nqingyuan_request_seconds_count {below}",
            self.sum_us.load(Ordering::Relaxed) as f64 / 1e6
        );
        let _ = writeln!(text, "# TYPE qingyuan_acts gauge\nqingyuan_acts {acts}");
        let _ = writeln!(text, "# TYPE qingyuan_acts_supervised gauge\nqingyuan_acts_supervised {supervised}");
        text
    }
}

/// `/healthz` and `/metrics`, for a second address on the loopback: no person comes here.
pub fn operations(app: App, metrics: Arc<Metrics>) -> Router {
    let health = get(|State((app, _)): State<(App, Arc<Metrics>)>| async move {
        match app.store().ping().await {
            Ok(()) => (StatusCode::OK, "ok\n"),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
        }
    });
    let measure = get(|State((app, metrics)): State<(App, Arc<Metrics>)>| async move {
        let node = app.node().number();
        let figures = async {
            let acts = app.store().log_size(node).await?;
            let supervised = app.store().cursor(node, "supervise").await?;
            Ok::<_, store::StoreFault>((acts, supervised))
        };
        match figures.await {
            Ok((acts, supervised)) => {
                ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.text(acts, supervised)).into_response()
            }
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    });
    Router::new().route("/healthz", health).route("/metrics", measure).with_state((app, metrics))
}
