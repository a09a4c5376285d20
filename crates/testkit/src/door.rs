//! Pages as a browser asks for them, without a socket: forms with the token of their session, files, JSON.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt as _;

/// The password of everybody behind a door.
pub const PASSWORD: &str = "Long-Enough-2026";

/// Bytes of an answer that are read at most.
const MOST: usize = 64 << 20;

/// A router, asked in English.
pub struct Door {
    router: Router,
}

/// An answer.
pub struct Got {
    /// Its status.
    pub status: StatusCode,
    /// Where it leads.
    pub location: String,
    /// What it says.
    pub text: String,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Got {
    /// The answer as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The session that was opened with it.
    pub fn cookie(&self) -> String {
        let set = self.headers.get(header::SET_COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        set.split(';').next().unwrap_or_default().to_owned()
    }
}

impl Door {
    /// Before a router.
    pub fn new(router: Router) -> Door {
        Door { router }
    }

    /// Asks.
    ///
    /// # Panics
    /// If no answer comes.
    pub async fn ask(&self, (method, path): (&str, &str), cookie: &str, media: &str, body: Vec<u8>) -> Got {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "test.invalid")
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body))
            .unwrap_or_else(|error| panic!("{error}"));
        let answer = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, MOST).await.unwrap_or_else(|error| panic!("{error}"));
        let location = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Got {
            status: parts.status,
            location: location.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            headers: parts.headers,
        }
    }

    /// Opens a page.
    pub async fn get(&self, cookie: &str, path: &str) -> Got {
        self.ask(("GET", path), cookie, "application/x-www-form-urlencoded", Vec::new()).await
    }

    /// Sends a form as it is: without a token unless one is among the fields.
    pub async fn send(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.ask(("POST", path), cookie, "application/x-www-form-urlencoded", body.finish().into_bytes()).await
    }

    /// Sends a form as a page of this session would.
    pub async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let csrf = self.csrf(cookie).await;
        let all: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.send(cookie, path, &all).await
    }

    /// Sends a form with a file: its field, its name, its content.
    pub async fn upload(&self, cookie: &str, path: &str, file: (&str, &str, &[u8])) -> Got {
        let csrf = self.csrf(cookie).await;
        let (field, name, content) = file;
        let mut body =
            format!("--edge\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
        let head = format!("content-disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
        body.extend(format!("--edge\r\n{head}\r\ncontent-type: text/html\r\n\r\n").into_bytes());
        body.extend(content);
        body.extend(b"\r\n--edge--\r\n");
        self.ask(("POST", path), cookie, "multipart/form-data; boundary=edge", body).await
    }

    /// Signs in; answers the session's cookie.
    ///
    /// # Panics
    /// If that is refused.
    pub async fn enter(&self, login: &str) -> String {
        let got = self.send("", "/sign-in", &[("name", login), ("password", PASSWORD)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{login}: {}", got.text);
        got.cookie()
    }

    async fn csrf(&self, cookie: &str) -> String {
        let page = self.get(cookie, "/design").await.text;
        let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.unwrap_or_else(|| panic!("a page of samples without a form")).to_owned()
    }
}
