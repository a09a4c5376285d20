//! Messages from outside: taken in as acts of their own; who gets them, the carrier finds. Source: flow.md §5.

mod given;
mod list;

use access::Hand;
use directory::{draft, new_act, stamp};
use kernel::{MatterId, PostId};
use serde::{Deserialize, Serialize};
use store::{Actor, Change, Changes, Draft, RecordError, StoreFault};

use crate::case::rows::OUTSIDE;
use crate::desk::{CaseError, Desk, derived};
use crate::tables::MESSAGE;

pub use given::{Given, MOST_BYTES, Refusal};
pub use list::{Became, Listed, newest};

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
    /// It is kept no longer.
    Settled {
        /// Whether everything that could take it has it; else its time was over.
        taken: bool,
    },
}

impl MessageEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            MessageEvent::Received { .. } => "message.received@1.0",
            MessageEvent::Settled { .. } => "message.settled@1.0",
        }
    }
}

/// The rows of a message from outside: one as long as it is kept.
///
/// - `organ`: the one that took it in, by the act; only cases of it and of those below it have it.
/// - `at`: when the act was, milliseconds since 1970.
pub(crate) fn message_changes(
    (node, id): (i64, MatterId),
    event: &MessageEvent,
    organ: Option<&str>,
    at: i64,
) -> Changes {
    let key = || vec![node.into(), id.value().into(), OUTSIDE.into()];
    match event {
        MessageEvent::Received { until, .. } if *until <= at => Changes::new(),
        MessageEvent::Received { name, key: of, content, until } => {
            let rest = vec![
                organ.unwrap_or_default().into(),
                name.as_str().into(),
                of.clone().into(),
                content.as_str().into(),
                (*until).into(),
                at.into(),
            ];
            vec![MESSAGE.row([key(), rest].concat())]
        }
        MessageEvent::Settled { .. } => vec![Change::Delete(MESSAGE.key(key()))],
    }
}

/// Takes a message in from outside, as an act of its own; the carrier finds who gets it.
///
/// - `name`: the sender's name for it, within its organ: the same again is the same message, and refused where it says something
///   else.
///
/// # Errors
/// See [`CaseError`].
pub async fn receive(
    desk: &Desk,
    by: (Hand, PostId),
    event: &MessageEvent,
    name: Option<&str>,
) -> Result<MatterId, CaseError> {
    let (store, clock) = (desk.directory().store(), desk.directory().clock());
    let id = match name {
        Some(name) => derived(b"qingyuan.message.1", &[&by.0.organ.value().to_be_bytes(), name.as_bytes()]),
        None => MatterId::new(new_act(clock.now())?.value()),
    };
    let here = (desk.directory().node(), clock);
    let draft = draft(here, by, (id.value(), 1), event.kind(), event)?;
    let rows = message_changes((desk.node(), id), event, draft.organ.as_deref(), draft.at);
    match store.record(draft, rows).await {
        Ok(_) => Ok(id),
        Err(RecordError::Conflict { .. }) if name.is_some() => {
            let first = store.acts_of(desk.node(), id.value()).await?;
            let said: Option<MessageEvent> = first.first().map(|act| act.event()).transpose()?;
            match said.as_ref() == Some(event) {
                true => Ok(id),
                false => Err(crate::desk::Refusal::OtherMessage.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The act by which a message from outside is kept no longer.
pub(crate) fn settled(desk: &Desk, id: MatterId, taken: bool) -> Result<(Draft, Changes), StoreFault> {
    let event = MessageEvent::Settled { taken };
    let body = Draft::event_of(&event).map_err(|error| StoreFault::Nonsense(format!("a message: {error}")))?;
    let clock = desk.directory().clock();
    let now = clock.now();
    let by = Actor::System { component: "casework".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let stamp = stamp(desk.directory().node(), now, now.day(clock.zone()))?;
    // What came is version 1, and nothing else happens to it.
    let draft = Draft::new(stamp, event.kind(), (id.value(), 2), by, body);
    let rows = message_changes((desk.node(), id), &event, None, draft.at);
    Ok((draft, rows))
}
