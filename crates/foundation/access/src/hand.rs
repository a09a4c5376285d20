//! Who acts, as the rules of platforms see them.

use kernel::{OfficerId, OrganId};

use crate::reader::Reader;

/// An officer acting in a post of an organ, for themselves or for its holder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hand {
    /// The officer.
    pub officer: OfficerId,
    /// The organ of the post they act in.
    pub organ: OrganId,
    /// For whom, if not in a post of their own.
    pub on_behalf_of: Option<OfficerId>,
}

impl Hand {
    /// The hand of a reader.
    pub fn of(reader: &Reader) -> Hand {
        Hand { officer: reader.officer(), organ: reader.organ(), on_behalf_of: reader.on_behalf_of() }
    }

    /// Whose work it is: the holder's for whom the officer acts, else the officer's own.
    pub fn principal(&self) -> OfficerId {
        self.on_behalf_of.unwrap_or(self.officer)
    }

    /// Whether it is this officer's hand, or acts for them.
    pub fn is_of(&self, officer: OfficerId) -> bool {
        self.officer == officer || self.principal() == officer
    }
}
