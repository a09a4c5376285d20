//! Acts of warnings: events with everything the ledger wants to know about them.

use directory::{signed, stamp};
use kernel::{Clock, MatterId, NodeId};
use store::{Actor, Changes, Draft, Receipt, RecordError, Store, StoreFault};

use crate::events::WarningEvent;
use crate::limits::Limits;
use crate::store::changes;
use crate::types::Warning;
use access::Hand;

/// The head that numbers warnings: its version is the number of the last one.
pub const SERIES: MatterId = MatterId::new(u128::from_be_bytes(*b"qy.sup.numbers01"));

/// What every act of a node shares.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) node: NodeId,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) limits: &'a Limits,
}

/// An act not yet recorded, with the rows it makes.
pub(crate) fn act(
    desk: Desk<'_>,
    after: &Warning,
    event: &WarningEvent,
    command: Option<String>,
) -> Result<(Draft, Changes), StoreFault> {
    let now = desk.clock.now();
    let today = now.day(desk.clock.zone());
    let body = Draft::event_of(event)
        .map_err(|error| StoreFault::Nonsense(format!("an event of warning {}: {error}", after.id)))?;
    let draft = Draft {
        rules: vec![format!("supervision.limits@{}", desk.limits.version)],
        command,
        class: class_of(after),
        ..Draft::new(stamp(desk.node, now, today)?, event.kind(), (after.id.value(), after.version), system(), body)
    };
    Ok((draft, changes(desk.node.number(), after, event, now, today)))
}

/// The class of acts on a warning: its own, and where only named officers may know of it, its compartment.
pub(crate) fn class_of(warning: &Warning) -> store::Class {
    secrecy::act_class(warning.id.value(), &warning.secrecy)
}

/// The node itself.
pub(crate) fn system() -> Actor {
    Actor::System { component: "supervision".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
}

/// Records an officer's act.
pub(crate) async fn record_by(
    store: &Store,
    desk: Desk<'_>,
    hand: Hand,
    post: kernel::PostId,
    after: &Warning,
    event: &WarningEvent,
    command: String,
) -> Result<Receipt, RecordError> {
    let (draft, changes) = act(desk, after, event, Some(command))?;
    store.record(signed(draft, hand, post), changes).await
}

/// Records what an officer did with a warning, outside a page: the demo's past is made by the same acts as the present.
///
/// # Errors
/// As [`Store::record`].
pub async fn perform(
    directory: &directory::Directory,
    limits: &Limits,
    hand: Hand,
    post: kernel::PostId,
    warning: Warning,
    event: &WarningEvent,
) -> Result<Warning, RecordError> {
    let desk = Desk { node: directory.node(), clock: directory.clock(), limits };
    let after = warning.after(event);
    let command = format!("{}:{}", after.id, after.version);
    record_by(directory.store(), desk, hand, post, &after, event, command).await?;
    Ok(after)
}
