//! Forms that are being filled: what was typed and attached, kept as a draft until it is sent.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use store::{Store, StoreFault};
use web::http::{Page, PageError, Uploaded, UploadedFile};
use web::view::{Action, ErrorSummary, Field, Form, Notice};

use super::{fields, t};
use crate::attachment::Attachment;
use crate::draft::{self, Draft, Key, Of};
use crate::form::{FieldKind, FilesAsked, Form as Asked, ValueFault};

/// Fields of the page that are no content of a draft.
const NOT_KEPT: [&str; 4] = ["act", "csrf", "quiet", "name"];

/// A file that was sent for a field, put among the blobs; or why it is not taken.
///
/// - `there`: how many files the field has already.
///
/// # Errors
/// If it cannot be read or kept.
pub async fn taken(
    store: &Store,
    (name, asked): (&str, &FilesAsked),
    file: &UploadedFile,
    there: usize,
) -> Result<Result<Attachment, ValueFault>, PageError> {
    if there >= usize::try_from(asked.most).unwrap_or(usize::MAX) {
        return Ok(Err(ValueFault::TooMany));
    }
    if file.size > asked.most_bytes {
        return Ok(Err(ValueFault::TooLarge));
    }
    let content = tokio::fs::read(&file.path).await.map_err(|error| PageError::broken(&error))?;
    let kind = match asked.kind(&content, file.size) {
        Ok(kind) => kind,
        Err(fault) => return Ok(Err(fault)),
    };
    let (blobs, field, called) = (store.blobs().clone(), name.to_owned(), file.name.clone());
    let put = tokio::task::spawn_blocking(move || Attachment::put(&blobs, &field, (&called, kind), &content));
    Ok(Ok(put.await.map_err(|error| StoreFault::Nonsense(error.to_string()))??))
}

/// The form of a page with what was filled in so far.
pub(super) struct Filling {
    key: Key,
    /// As it is kept.
    pub(super) draft: Draft,
    /// What is wrong, by field.
    pub(super) faults: Vec<(String, ValueFault)>,
    /// Files that were sent now and not taken, by their fields.
    refused: Vec<(String, ValueFault)>,
    /// Whether anything is kept.
    pub(super) is_kept: bool,
}

impl Filling {
    /// What is kept of a form.
    pub(super) async fn load(page: &Page, of: &Of) -> Result<Filling, PageError> {
        let key = Key::new(page.app.node(), page.reader.officer(), of);
        let seal = page.app.sign_in().key();
        let kept = draft::load(page.app.store(), &key, seal, page.app.clock().now()).await?;
        let is_kept = kept.is_some();
        Ok(Filling { key, draft: kept.unwrap_or_default(), faults: Vec::new(), refused: Vec::new(), is_kept })
    }

    /// With what was sent now over what was kept; files that were sent are looked at and put among the blobs.
    pub(super) async fn sent(
        page: &Page,
        of: &Of,
        form: Option<&Asked>,
        given: &BTreeMap<String, String>,
        uploaded: Option<&Uploaded>,
    ) -> Result<Filling, PageError> {
        let mut filling = Filling::load(page, of).await?;
        filling.draft.fields = typed(given);
        let left: BTreeSet<&str> = given.keys().filter_map(|name| name.strip_prefix(LEAVE)).collect();
        filling.draft.files.retain(|file| !left.contains(file.blob.as_str()));
        if let (Some(form), Some(uploaded)) = (form, uploaded) {
            filling.attach(page, form, uploaded).await?;
        }
        Ok(filling)
    }

    async fn attach(&mut self, page: &Page, form: &Asked, uploaded: &Uploaded) -> Result<(), PageError> {
        for file in uploaded.files.iter() {
            let asked = form.fields.iter().find_map(|field| match &field.kind {
                FieldKind::Files(asked) if fields::name_of(&field.name) == file.field => Some((&field.name, asked)),
                _ => None,
            });
            let Some((name, asked)) = asked else { return Err(PageError::Malformed("file")) };
            let there = self.draft.files.iter().filter(|kept| kept.field == *name).count();
            let fault = match taken(page.app.store(), (name, asked), file, there).await? {
                Ok(taken) => {
                    self.draft.files.push(taken);
                    None
                }
                Err(fault) => Some(fault),
            };
            if let Some(fault) = fault.filter(|_| !self.refused.iter().any(|(field, _)| field == name)) {
                self.refused.push((name.clone(), fault));
            }
        }
        Ok(())
    }

    /// The values of the form, or nothing where something is wrong: then [`Filling::faults`] says what.
    pub(super) fn values(&mut self, form: Option<&Asked>) -> Option<dmn::Context> {
        let Some(form) = form else { return Some(dmn::Context::new()) };
        let values = form.filled(&fields::typed(&self.draft.fields), &self.draft.blobs_of());
        let (values, mut faults) = match values {
            Ok(values) => (Some(values), Vec::new()),
            Err(faults) => (None, faults),
        };
        // What is wrong with a file that was sent says more than that there is none.
        faults.retain(|(field, _)| !self.refused.iter().any(|(other, _)| other == field));
        faults.extend(self.refused.iter().cloned());
        self.faults = faults;
        values.filter(|_| self.faults.is_empty())
    }

    /// What is wrong with files that were sent, and with nothing else: the rest is half filled yet.
    pub(super) fn only_refused(&mut self) {
        self.faults = self.refused.clone();
    }

    /// Whether anything was typed or attached.
    pub(super) fn says_something(&self) -> bool {
        !self.draft.files.is_empty() || self.draft.fields.values().any(|value| !value.trim().is_empty())
    }

    /// Takes what is kept away, with its files.
    pub(super) async fn discard(self, page: &Page) -> Result<(), PageError> {
        if page.app.store().operate(&[self.key.dropped().expecting(1)]).await? {
            let blobs = self.draft.files.into_iter().map(|file| file.blob).collect();
            draft::forget(page.app.store(), blobs).await?;
        }
        Ok(())
    }

    /// Keeps it. What others saved meanwhile is overwritten, files aside: those stay unless they were left out here.
    pub(super) async fn keep(&mut self, page: &Page, given: &BTreeMap<String, String>) -> Result<(), PageError> {
        let left: Vec<String> = given.keys().filter_map(|name| name.strip_prefix(LEAVE)).map(str::to_owned).collect();
        let (fields, files) = (self.draft.fields.clone(), self.draft.files.clone());
        let (store, seal) = (page.app.store(), page.app.sign_in().key());
        let gone = std::sync::Mutex::new(Vec::new());
        let saved = draft::save(store, &self.key, seal, page.app.clock().now(), |before| {
            let mut all = before.files;
            let is_left = |file: &Attachment| left.contains(&file.blob);
            *gone.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
                all.iter().filter(|file| is_left(file)).map(|file| file.blob.clone()).collect::<Vec<_>>();
            all.retain(|file| !is_left(file));
            all.extend(
                files.iter().filter(|file| !all.iter().any(|it| it.blob == file.blob)).cloned().collect::<Vec<_>>(),
            );
            Draft { fields: fields.clone(), files: all, saved: None }
        })
        .await?;
        draft::forget(store, gone.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)).await?;
        (self.draft, self.is_kept) = (saved, true);
        Ok(())
    }

    /// What takes the draft away with the act that it leads to.
    pub(super) fn dropped(&self) -> store::Operation {
        self.key.dropped()
    }

    /// The form of a page: summary, fields, what is kept of it, and the button that keeps it.
    ///
    /// - `before`: fields of the page before those of the form.
    /// - `to`: where it is sent; with files it goes to the route beside, which takes them.
    pub(super) fn form(
        &self,
        page: &Page,
        form: Option<&Asked>,
        before: Vec<Field>,
        to: &str,
        with_files: &str,
    ) -> Form {
        let takes = form.is_some_and(Asked::takes_files);
        let parts = form.map(|form| fields::parts(page, form, &self.draft, &self.faults)).unwrap_or_default();
        let mistakes =
            before.iter().filter_map(Field::mistake).chain(parts.iter().filter_map(|part| part.mistake.clone()));
        let summary = ErrorSummary::listing(page.words, mistakes.collect::<Vec<_>>());
        let mut shown = Form::new(if takes { with_files } else { to }, page.csrf.as_str());
        if takes {
            shown = shown.files();
        }
        shown = shown.keeps_draft(to, t(page, "draft-kept")).with(summary);
        if let Some(at) = self.draft.saved.filter(|_| self.is_kept && self.faults.is_empty()) {
            let text = page.words.with("casework-draft-from", &[("at", page.moment(at).into())]);
            shown = shown.with(Notice::note(text));
        }
        for field in before {
            shown = shown.with(field);
        }
        for part in parts {
            shown = shown.with(part.html);
        }
        shown
    }
}

/// The button that keeps a form half filled.
pub(super) fn keeps(page: &Page) -> Action {
    Action::submit_as(t(page, "draft-keep"), "act", "draft").unchecked()
}

/// The button that takes what is kept away.
pub(super) fn drops(page: &Page) -> Action {
    Action::submit_as(t(page, "draft-drop"), "act", "undraft").unchecked()
}

/// What is answered to a script that keeps a form.
pub(super) fn kept_quietly(given: &BTreeMap<String, String>) -> Option<Response> {
    given.contains_key("quiet").then(|| StatusCode::NO_CONTENT.into_response())
}

/// Before the names of the boxes that leave a file out.
pub(super) const LEAVE: &str = "leave-";

fn typed(given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let kept = |name: &str| !NOT_KEPT.contains(&name) && !name.starts_with(LEAVE);
    given.iter().filter(|(name, _)| kept(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}
