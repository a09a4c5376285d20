//! Rotating the key of a log: two persons, one act. Source: ledger.md §3.

use directory::Directory;
use kernel::OfficerId;
use store::{Actor, Keyring, RecordError, StoreFault};

use crate::decide::{self, Hand, RotationRefusal};
use crate::events::NotaryEvent;
use crate::keeper::record;

/// Why a key was not rotated; nothing is changed then but a key that lies unused in the folder.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The rules refuse.
    #[error(transparent)]
    Refused(#[from] RotationRefusal),
    /// The act was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store or the folder of keys failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// Draws a key, records that it signs from now on, and takes it up. A serving process of the same folder follows within
/// a second; until two checkpoints carry both signatures the old key goes on.
///
/// # Errors
/// See [`RotateError`].
pub async fn rotate(
    directory: &Directory,
    keyring: &mut Keyring,
    first: OfficerId,
    second: OfficerId,
) -> Result<NotaryEvent, RotateError> {
    let register = directory.register().await?.ok_or_else(|| {
        StoreFault::Nonsense(format!("node {} has no register, so nobody can rotate its key", directory.node()))
    })?;
    let today = directory.clock().today();
    let hand = |officer| Hand {
        officer,
        duties: register.posts_of(officer, today).into_iter().flat_map(|post| post.duties.clone()).collect(),
    };
    let node = directory.node().number();
    let size = directory.store().log_size(node).await?;
    let keys = keyring.keys().log;
    // Refused before a key is drawn: what is not allowed leaves nothing behind.
    let current = keys.last().map(|key| key.vkey.clone()).ok_or(RotationRefusal::Underway)?;
    decide::rotate(&hand(first), &hand(second), &keys, &current, size)?;
    let drawn = keyring.draw()?;
    let event = decide::rotate(&hand(first), &hand(second), &keys, &drawn, size)?;
    let post = register.posts_of(first, today).first().map(|post| (post.id.to_string(), post.organ.to_string()));
    record(directory, &event, Actor::Officer { pseudonym: first.to_string() }, post).await?;
    keyring.take_up(&drawn, size)?;
    Ok(event)
}
