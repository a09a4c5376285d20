//! Server-sent events: a page hears that something it shows has changed.
//!
//! Everything works without them: a page that is followed asks again by itself where no script runs
//! ([`Page::going_on`](crate::http::Page::going_on)).

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use crate::http::app::App;
use crate::view::{Html, Live};

/// How long one stream lives. The browser then asks again, and the door looks at the session again.
const LIFE: Duration = Duration::from_secs(600);
/// The least time between two events: a page need not follow faster than an eye.
const PACE: Duration = Duration::from_millis(500);

/// What a page is told.
#[derive(Clone, Debug)]
pub enum Said {
    /// Nothing this time.
    Nothing,
    /// The part of the page as it is now.
    Part(Html),
    /// The log has grown to this size. It carries no content: the page asks again for what its reader may see.
    Grown(u64),
    /// It has ended: the page is asked for once more, and the stream closes.
    Ended,
}

/// A stream of what `say` says: at once, then whenever `changed` changes, at most twice a second.
pub fn follow<T, S>(changed: watch::Receiver<T>, say: S) -> Response
where
    T: Send + Sync + 'static,
    S: FnMut(&T) -> Said + Send + 'static,
{
    paced(changed, say, PACE, LIFE)
}

fn paced<T, S>(mut changed: watch::Receiver<T>, mut say: S, pace: Duration, life: Duration) -> Response
where
    T: Send + Sync + 'static,
    S: FnMut(&T) -> Said + Send + 'static,
{
    let (events, stream) = mpsc::channel::<Result<Event, Infallible>>(1);
    tokio::spawn(async move {
        let ends = tokio::time::Instant::now() + life;
        loop {
            let said = say(&changed.borrow_and_update());
            let last = matches!(said, Said::Ended);
            let event = match said {
                Said::Nothing => None,
                Said::Part(part) => Some(Event::default().event(Live::PART).data(part.as_str())),
                Said::Grown(size) => Some(Event::default().event(Live::GROWN).data(size.to_string())),
                Said::Ended => Some(Event::default().event(Live::ENDED).data(Live::ENDED)),
            };
            if let Some(event) = event
                && events.send(Ok(event)).await.is_err()
            {
                return;
            }
            if last {
                return;
            }
            tokio::select! {
                // The page was left, or its session is looked at again.
                () = events.closed() => return,
                () = tokio::time::sleep_until(ends) => return,
                more = changed.changed() => if more.is_err() { return },
            }
            tokio::time::sleep(pace).await;
        }
    });
    Sse::new(ReceiverStream::new(stream)).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}

/// Tells a page whenever this node's log has grown.
pub fn grown(app: &App) -> Response {
    let node = app.node().number();
    let sizes = app.store().grown();
    let mut known = sizes.borrow().get(&node).copied();
    follow(sizes, move |sizes| match sizes.get(&node).copied() {
        Some(size) if known != Some(size) => {
            known = Some(size);
            Said::Grown(size)
        }
        _ => Said::Nothing,
    })
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn text(response: Response) -> String {
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_part_is_told_at_once_then_when_it_changes_until_it_ends() {
        let (change, changed) = watch::channel(0);
        let say = |at: &i32| match at {
            3 => Said::Ended,
            2 => Said::Nothing,
            at => Said::Part(Html::text(&format!("<{at}>"))),
        };
        let response = paced(changed, say, Duration::from_millis(1), Duration::from_secs(60));
        tokio::spawn(async move {
            for at in 1..=3 {
                tokio::time::sleep(Duration::from_millis(30)).await;
                change.send_replace(at);
            }
        });
        let told = text(response).await;
        assert!(told.starts_with("event: part\ndata: &lt;0&gt;\n\n"), "{told}");
        assert!(told.ends_with("event: ended\ndata: ended\n\n"), "{told}");
        assert!(!told.contains("&lt;2&gt;"), "{told}");
    }

    #[tokio::test]
    async fn a_stream_ends_so_that_a_session_is_looked_at_again() {
        let (_change, changed) = watch::channel(());
        let response = paced(changed, |()| Said::Grown(7), Duration::from_millis(1), Duration::from_millis(20));
        assert_eq!(text(response).await, "event: grown\ndata: 7\n\n");
    }
}
