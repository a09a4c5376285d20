//! Messages from outside: taken in as acts of their own; who gets them, the carrier finds. Source: flow.md §5.

use access::Hand;
use directory::{draft, new_act};
use kernel::{MatterId, PostId};
use serde::{Deserialize, Serialize};
use store::{Changes, RecordError};

use crate::desk::{CaseError, Desk, derived};
use crate::tables::MESSAGE;

/// One event of a message from outside; the body of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum MessageEvent {
    /// It came.
    Received {
        /// Its name.
        name: String,
        /// Its key, in canonical writing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// What it says, in canonical writing.
        content: String,
        /// Until when it is kept where nobody waits for it, milliseconds since 1970.
        until: i64,
    },
}

/// The rows of a message from outside.
pub(crate) fn message_changes(node: i64, id: MatterId, event: &MessageEvent) -> Changes {
    let MessageEvent::Received { name, key, content, until } = event;
    vec![MESSAGE.row(vec![
        node.into(),
        id.value().into(),
        0i64.into(),
        "".into(),
        name.as_str().into(),
        key.clone().into(),
        content.as_str().into(),
        (*until).into(),
    ])]
}

/// Takes a message in from outside, as an act of its own; the carrier finds who gets it.
///
/// - `name`: the sender's name for it: the same again is the same message.
///
/// # Errors
/// See [`CaseError`].
pub async fn receive(
    desk: &Desk,
    by: (Hand, PostId),
    event: &MessageEvent,
    name: Option<&str>,
) -> Result<MatterId, CaseError> {
    let clock = desk.directory().clock();
    let id = match name {
        Some(name) => derived(b"qingyuan.message", &[name.as_bytes()]),
        None => MatterId::new(new_act(clock.now())?.value()),
    };
    let here = (desk.directory().node(), clock);
    let draft = draft(here, by, (id.value(), 1), "message.received@1.0", event)?;
    let rows = message_changes(desk.node(), id, event);
    match desk.directory().store().record(draft, rows).await {
        Ok(_) => Ok(id),
        Err(RecordError::Conflict { .. }) if name.is_some() => Ok(id),
        Err(error) => Err(error.into()),
    }
}
