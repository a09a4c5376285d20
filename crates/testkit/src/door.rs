//! Pages as a browser asks for them, without a socket: forms with the token of their session, files, JSON.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt as _;

/// The password of everybody behind a door.
pub const PASSWORD: &str = "Long-Enough-2026";

/// Bytes of an answer that are read at most.
const MOST: usize = 64 << 20;

/// How forms without files come.
const FORM: &str = "application/x-www-form-urlencoded";

/// A router, and the language in which it is asked.
#[derive(Clone)]
pub struct Door {
    router: Router,
    language: &'static str,
}

/// An answer.
pub struct Got {
    /// Its status.
    pub status: StatusCode,
    /// Where it leads.
    pub location: String,
    /// What it says.
    pub text: String,
    /// The same as it came.
    pub bytes: Vec<u8>,
    /// Its headers.
    pub headers: HeaderMap,
}

impl Got {
    /// A header; nothing where there is none.
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer as JSON.
    ///
    /// # Panics
    /// If it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The session that was opened with it; nothing where none was.
    pub fn session(&self) -> String {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let cookies = cookies.filter_map(|cookie| cookie.split(';').next());
        cookies.into_iter().find(|cookie| cookie.starts_with("qy-session=")).unwrap_or_default().to_owned()
    }
}

impl Door {
    /// Before a router, asked in English.
    pub fn new(router: Router) -> Door {
        Door { router, language: "en" }
    }

    /// The same, asked in another language.
    #[must_use]
    pub fn speaking(&self, language: &'static str) -> Door {
        Door { language, ..self.clone() }
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
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, media)
            .body(Body::from(body))
            .unwrap_or_else(|error| panic!("{error}"));
        let answer = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, MOST).await.unwrap_or_else(|error| panic!("{error}")).to_vec();
        let location = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Got {
            status: parts.status,
            location: location.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            headers: parts.headers,
        }
    }

    /// Opens a page.
    pub async fn get(&self, cookie: &str, path: &str) -> Got {
        self.ask(("GET", path), cookie, FORM, Vec::new()).await
    }

    /// Sends a form as it is: without a token unless one is among the fields.
    pub async fn send(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.ask(("POST", path), cookie, FORM, body.finish().into_bytes()).await
    }

    /// Sends a form as a page of this session would; without a cookie, as one of the public face.
    pub async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let csrf = self.csrf(cookie).await;
        let all: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.send(cookie, path, &all).await
    }

    /// Sends JSON, as another system does.
    pub async fn json(&self, cookie: &str, path: &str, body: &serde_json::Value) -> Got {
        self.sent(cookie, path, "application/json", &body.to_string()).await
    }

    /// Sends a body of some media type.
    pub async fn sent(&self, cookie: &str, path: &str, media: &str, body: &str) -> Got {
        self.ask(("POST", path), cookie, media, body.as_bytes().to_vec()).await
    }

    /// Sends a form with files, each by its field, name and content, as a page of this session would.
    pub async fn upload(
        &self,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Got {
        let csrf = self.csrf(cookie).await;
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()) {
            let head = format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(head.into_bytes());
        }
        for (field, name, content) in files {
            let head = format!("content-disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
            // What a file is, is told by its content: whatever is said of it here.
            body.extend(format!("--edge\r\n{head}\r\ncontent-type: text/html\r\n\r\n").into_bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        self.ask(("POST", path), cookie, "multipart/form-data; boundary=edge", body).await
    }

    /// Signs in; answers the session's cookie.
    ///
    /// # Panics
    /// If that is refused.
    pub async fn enter(&self, login: &str) -> String {
        let got = self.send("", "/sign-in", &[("name", login), ("password", PASSWORD)]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{login}: {}", got.text);
        got.session()
    }

    /// The token of a session's forms; without a session there is none.
    async fn csrf(&self, cookie: &str) -> String {
        if cookie.is_empty() {
            return String::new();
        }
        let page = self.get(cookie, "/design").await.text;
        let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.unwrap_or_else(|| panic!("a page of samples without a form")).to_owned()
    }
}
