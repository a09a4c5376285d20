//! Server-sent events: a page learns that the log has grown, and asks again for what it shows.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

use crate::http::app::App;

/// A stream of `grown` events with the log's size. It carries no content: what changed is asked for by a page that its
/// reader may see.
pub fn ticks(app: &App) -> Sse<impl tokio_stream::Stream<Item = Result<Event, Infallible>> + use<>> {
    let node = app.node().number();
    let stream = WatchStream::from_changes(app.store().grown())
        .map(move |sizes| Ok(Event::default().event("grown").data(sizes.get(&node).copied().unwrap_or(0).to_string())));
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
