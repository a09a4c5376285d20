//! Every request has a name of its own: it stands in each line of the log that the request causes and in the answer's
//! header, so that what a person saw is found. Lines name the route's template and nothing of the person: no path, no
//! query, no address, no name.

use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tokio_stream::StreamExt as _;
use tracing::Instrument as _;

use crate::http::app::App;

/// The header of the answer.
const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// A request's name: 16 hexadecimal digits, drawn at random.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    fn draw() -> RequestId {
        let mut bytes = [0; 8];
        // Without randomness the name is not unique; the line still has the time.
        let _ = getrandom::fill(&mut bytes);
        RequestId(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Names the request, times and counts it, and writes one line about it. A name that the asker sends is not taken: lines
/// of the log are not for others to write.
pub async fn traced(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::draw();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |it| it.as_str().to_owned());
    let method = named(request.method());
    let span = tracing::info_span!("request", request = id.0.as_str());
    request.extensions_mut().insert(id.clone());
    let mut response = async {
        let response = next.run(request).await;
        let (status, ms) = (response.status().as_u16(), begun.elapsed().as_secs_f64() * 1e3);
        tracing::info!(method, route, status, ms, "answered");
        response
    }
    .instrument(span)
    .await;
    app.metrics().answered(method, &route, response.status(), begun.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    let events = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    if events { counted(&app, response) } else { response }
}

/// The stream is counted until its last event, or until its reader goes away.
fn counted(app: &App, response: Response) -> Response {
    let streaming = app.metrics().streaming();
    response.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |part| {
            let _ = &streaming;
            part
        }))
    })
}

/// A method of ours by its name; what others may send is one word, so that no asker makes up labels.
fn named(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}
