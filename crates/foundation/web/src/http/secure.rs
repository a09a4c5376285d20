//! Headers that every answer carries.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::http::origin::{self, Network};

/// Scripts and styles come from this node only, nothing is evaluated, nothing is framed, no form leaves.
///
/// The editors of models live under it as well, so that no page has a policy of its own: what their libraries set on elements
/// goes by the object model, which the policy allows; the styles that the field for FEEL writes become a constructed style sheet
/// (`web/scripts/editor/sheets.js`); their fonts are files of ours. What is left is a style in markup that dmn-js has on the
/// mark of bpmn.io: browsers skip it and say so in their console, and our stylesheet says the same.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Whether browsers are asked to keep to HTTPS (RFC 6797), and how this node knows that it was asked over it: the header
/// has no place in an answer in the clear.
#[derive(Clone, Debug, Default)]
pub struct Hsts {
    /// For how many days; 0 asks for none.
    pub days: u32,
    /// This node speaks TLS itself.
    pub tls: bool,
    /// Proxies that say whether they were asked over HTTPS.
    pub proxies: Vec<Network>,
}

/// Puts the headers on every answer of the router.
pub fn harden(router: Router, hsts: Hsts) -> Router {
    let fixed: [(HeaderName, &'static str); 7] = [
        // What may be kept says so itself: styles, scripts, tiles.
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ];
    let router = fixed.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    });
    if hsts.days == 0 { router } else { router.layer(from_fn_with_state(std::sync::Arc::new(hsts), keep_to_https)) }
}

async fn keep_to_https(State(hsts): State<std::sync::Arc<Hsts>>, request: Request, next: Next) -> Response {
    let https = hsts.tls || origin::of(request.extensions(), request.headers(), &hsts.proxies).https;
    let mut response = next.run(request).await;
    if https && let Ok(value) = HeaderValue::from_str(&format!("max-age={}", u64::from(hsts.days) * 86_400)) {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn every_answer_carries_the_headers_and_is_kept_only_where_it_says_so() {
        let kept = [(header::CACHE_CONTROL, "public, max-age=60")];
        let router =
            Router::new().route("/api", get(|| async { "{}" })).route("/style", get(move || async move { kept }));
        let router = harden(router, Hsts::default());
        for (path, cache) in [("/api", "no-store"), ("/style", "public, max-age=60"), ("/nowhere", "no-store")] {
            let request = Request::builder().uri(path).body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            let says = |name: HeaderName| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(says(header::CACHE_CONTROL).as_deref(), Some(cache), "{path}");
            assert_eq!(says(X_CONTENT_TYPE_OPTIONS).as_deref(), Some("nosniff"), "{path}");
            assert_eq!(says(CONTENT_SECURITY_POLICY).as_deref(), Some(POLICY), "{path}");
            assert_eq!(says(X_FRAME_OPTIONS).as_deref(), Some("DENY"), "{path}");
            assert_eq!(says(REFERRER_POLICY).as_deref(), Some("same-origin"), "{path}");
            assert_eq!(says(STRICT_TRANSPORT_SECURITY), None, "{path}: in the clear");
        }
    }
}
