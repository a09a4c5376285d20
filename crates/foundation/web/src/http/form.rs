//! Forms as they come in: typed fields, and files that go straight to disk.

use std::error::Error;
use std::path::PathBuf;

use axum::extract::{FromRequest, Multipart, Request};
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::http::door::{Visitor, url_pairs};
use crate::http::error::PageError;
use crate::http::page::Page;
use crate::http::route::FORM_LIMIT;
use crate::view::CSRF_FIELD;

/// A form's fields as a type of the handler. The door has checked where it comes from.
pub struct Posted<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Posted<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &S) -> Result<Posted<T>, PageError> {
        let limit = request.extensions().get::<BodyLimit>().map_or(FORM_LIMIT, |limit| limit.0);
        let body = axum::body::to_bytes(request.into_body(), limit).await.map_err(|error| unread(&error, limit))?;
        // Fields that repeat (boxes ticked in a table) become lists; single ones stay single.
        let mut fields = serde_json::Map::new();
        for (name, value) in url_pairs(&body) {
            let name = name.strip_suffix("[]").map_or((name.clone(), false), |name| (name.to_owned(), true));
            match (name.1, fields.get_mut(&name.0)) {
                (true, Some(serde_json::Value::Array(list))) => list.push(value.into()),
                (true, _) => drop(fields.insert(name.0, vec![value].into())),
                (false, _) => drop(fields.insert(name.0, value.into())),
            }
        }
        serde_json::from_value(serde_json::Value::Object(fields)).map(Posted).map_err(|_| PageError::Malformed("form"))
    }
}

/// What an operation of the API was sent: JSON of whatever shape; its handler says what of it does not fit.
pub struct Sent(pub serde_json::Value);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &S) -> Result<Sent, PageError> {
        let limit = request.extensions().get::<BodyLimit>().map_or(FORM_LIMIT, |limit| limit.0);
        let body = axum::body::to_bytes(request.into_body(), limit).await.map_err(|error| unread(&error, limit))?;
        serde_json::from_slice(&body).map(Sent).map_err(|_| PageError::Malformed("JSON"))
    }
}

/// Why a body was not read to its end: it is too large, or whoever sent it stopped in the middle.
pub(crate) fn unread(error: &(dyn Error + 'static), limit: usize) -> PageError {
    let mut causes = std::iter::successors(Some(error), |error| (*error).source());
    if causes.any(|error| error.is::<LengthLimitError>()) {
        PageError::TooLarge { limit }
    } else {
        PageError::Malformed("body")
    }
}

/// What the route of this request takes, in bytes; put there by the door.
#[derive(Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// A form with files: its plain fields, and each file on disk with its digest. The files go when this does.
pub struct Uploaded {
    /// Plain fields in their order.
    pub fields: Vec<(String, String)>,
    /// Files.
    pub files: Vec<UploadedFile>,
    folder: tempfile::TempDir,
}

/// One file of a form.
pub struct UploadedFile {
    /// The field.
    pub field: String,
    /// The name the browser gave; shown as text, never used as a path.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub digest: [u8; 32],
}

impl Uploaded {
    /// The folder the files lie in, kept for as long as this value lives.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A plain field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for Uploaded {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Uploaded, PageError> {
        // Where nobody need be signed in there is no session, and no token of one.
        let page = request.extensions().get::<Page>().map(|page| page.csrf.clone());
        let stranger = request.extensions().get::<Visitor>().is_some_and(|visitor| visitor.signed_in.is_none());
        let token = page.or(stranger.then(String::new)).ok_or(PageError::SignInNeeded)?;
        let limit = request.extensions().get::<BodyLimit>().map_or(FORM_LIMIT, |limit| limit.0);
        let mut form =
            Multipart::from_request(request, state).await.map_err(|_| PageError::Malformed("multipart/form-data"))?;
        let folder = tempfile::tempdir().map_err(|error| PageError::broken(&error))?;
        let mut uploaded = Uploaded { fields: Vec::new(), files: Vec::new(), folder };
        let mut ours = false;
        while let Some(mut field) = form.next_field().await.map_err(|_| PageError::Malformed("multipart/form-data"))? {
            let name = field.name().unwrap_or_default().to_owned();
            if !ours {
                // The token comes first, so that nothing of a forged form is written.
                let given = field.text().await.map_err(|_| PageError::Forged)?;
                ours = name == CSRF_FIELD && given == token;
                if !ours {
                    return Err(PageError::Forged);
                }
                continue;
            }
            match field.file_name().map(str::to_owned) {
                None => {
                    let value = field.text().await.map_err(|error| unread(&error, FORM_LIMIT))?;
                    uploaded.fields.push((name, value));
                }
                Some(file_name) if !file_name.is_empty() => {
                    let path = uploaded.folder.path().join(uploaded.files.len().to_string());
                    let mut file = tokio::fs::File::create(&path).await.map_err(|error| PageError::broken(&error))?;
                    let (mut size, mut digest) = (0, Sha256::new());
                    while let Some(chunk) = field.chunk().await.map_err(|error| unread(&error, limit))? {
                        size += chunk.len() as u64;
                        digest.update(&chunk);
                        file.write_all(&chunk).await.map_err(|error| PageError::broken(&error))?;
                    }
                    file.flush().await.map_err(|error| PageError::broken(&error))?;
                    let digest = digest.finalize().into();
                    uploaded.files.push(UploadedFile { field: name, name: file_name, path, size, digest });
                }
                Some(_) => {}
            }
        }
        if ours { Ok(uploaded) } else { Err(PageError::Forged) }
    }
}
