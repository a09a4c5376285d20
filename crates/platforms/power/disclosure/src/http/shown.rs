//! What the public face shows of a disclosure, found once for page, data and proofs.

use std::sync::Arc;

use directory::Register;
use kernel::{Erasable, MatterId, OrganId, Text};
use web::http::{Everybody, PageError};

use super::Disclosures;
use crate::content::Content;
use crate::lists::{self, Listed, Wanted};
use crate::state::{Disclosure, Publication};

/// A text of a version, where it was not erased.
pub(super) fn text_of(publication: &Publication) -> Option<&Content> {
    publication.content.show(&Everybody)
}

/// Words that everybody may read, where they were not erased.
pub(super) fn read(words: &Erasable<String>) -> Option<&String> {
    words.show(&Everybody)
}

/// Names of organs.
pub(super) struct Names(Option<Arc<Register>>);

impl Names {
    /// The full name of an organ, also of one that is gone.
    pub(super) fn organ(&self, organ: OrganId) -> Text {
        let name = self.0.as_ref().and_then(|it| it.organ(organ)).map(|organ| organ.name.clone());
        name.unwrap_or_else(|| Text::same("–"))
    }

    /// What the node is called.
    pub(super) fn place(&self) -> Text {
        self.0.as_ref().map(|register| register.profile.name.clone()).unwrap_or_default()
    }

    /// Whether everything in it is made up.
    pub(super) fn synthetic(&self) -> bool {
        self.0.as_ref().is_some_and(|register| register.profile.synthetic)
    }
}

impl Disclosures {
    /// A disclosure that was published; what is only drafted is not there.
    pub(super) async fn published(&self, id: &str) -> Result<Disclosure, PageError> {
        let id: MatterId = super::id_of(id)?;
        let found = lists::load(self.app.store(), self.node(), id).await?;
        let (disclosure, _) = found.ok_or(PageError::NotFound)?;
        if disclosure.published.is_empty() { Err(PageError::NotFound) } else { Ok(disclosure) }
    }

    /// One version of what everybody may read: the newest where none is named; none once it was withdrawn.
    pub(super) fn version<'a>(
        &self,
        disclosure: &'a Disclosure,
        number: Option<i64>,
    ) -> Result<&'a Publication, PageError> {
        if disclosure.withdrawn.is_some() {
            return Err(PageError::NotFound);
        }
        match number {
            None => disclosure.current().ok_or(PageError::NotFound),
            Some(number) => disclosure.published.iter().find(|it| it.number == number).ok_or(PageError::NotFound),
        }
    }

    /// The names of organs as the register has them now.
    pub(super) async fn names(&self) -> Result<Names, PageError> {
        Ok(Names(self.desk.directory().register().await?))
    }

    /// What the public looks for, out of the fields of an address.
    pub(super) fn wanted(&self, field: impl Fn(&str) -> Option<String>) -> Wanted {
        let of_family = |family: String| {
            let entries = self.desk.catalogue().entries().iter().filter(move |entry| entry.family == family);
            entries.map(|entry| entry.code.clone()).collect::<Vec<_>>()
        };
        Wanted {
            // What is no organ finds nothing, as what has published nothing does.
            organ: field("organ").map(|organ| organ.parse().unwrap_or(OrganId::new(0))),
            entries: field("entry").map(|entry| vec![entry]).or_else(|| field("family").map(of_family)),
            words: field("q").unwrap_or_default().split_whitespace().take(MOST_WORDS).map(str::to_owned).collect(),
        }
    }

    /// The title of what the public reads: where the row lost it with an erased version, that of the version itself.
    pub(super) async fn title_of(&self, listed: &Listed) -> Result<Option<String>, PageError> {
        if listed.title.is_some() {
            return Ok(listed.title.clone());
        }
        let found = lists::load(self.app.store(), self.node(), listed.id).await?;
        Ok(found.and_then(|(disclosure, _)| disclosure.current().and_then(text_of).map(|it| it.name.clone())))
    }
}

/// Words of a search at most; further ones are not looked for.
const MOST_WORDS: usize = 8;
