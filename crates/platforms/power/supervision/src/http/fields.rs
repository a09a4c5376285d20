//! A form's fields as they were sent: several of a name stay several, and what was typed is never lost.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use web::http::PageError;

/// The longest form that is read; the door has the same limit.
const LIMIT: usize = 256 * 1024;

/// Names and values in the order in which the browser sent them.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(body: &Bytes) -> Fields {
        Fields(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The value of a field, empty where it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The name of this attempt, from the form's hidden field: sent twice, it is done once.
    pub(super) fn command(&self) -> Result<&str, PageError> {
        let command = self.get("command");
        let fits = (8..=80).contains(&command.len()) && command.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(command) } else { Err(PageError::Malformed("command")) }
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &S) -> Result<Fields, PageError> {
        let body = to_bytes(request.into_body(), LIMIT).await.map_err(|_| PageError::TooLarge { limit: LIMIT })?;
        Ok(Fields::read(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_was_sent() {
        let fields = Fields::read(&Bytes::from_static(b"row=1&row=2&text=a+%E6%B8%85&command=x"));
        assert_eq!(fields.all("row").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.get("text"), "a 清");
        assert_eq!(fields.get("none"), "");
        assert!(fields.command().is_err(), "a command of one letter is nobody's");
    }
}
