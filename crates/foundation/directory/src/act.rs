//! How acts begin: their ids and stamps, and an officer's hand under them.

use access::Hand;
use kernel::{ActId, Clock, Day, Instant, NodeId, PostId};
use serde::Serialize;
use store::{Actor, Draft, Stamp, StoreFault};

/// A new act's id.
///
/// # Errors
/// If the system has no randomness.
pub fn new_act(now: Instant) -> Result<ActId, StoreFault> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|error| StoreFault::Nonsense(format!("no randomness: {error}")))?;
    Ok(ActId::v7(now, random))
}

/// The stamp of a new act: where, when, and a fresh id.
///
/// # Errors
/// If the system has no randomness.
pub fn stamp(node: NodeId, now: Instant, today: Day) -> Result<Stamp, StoreFault> {
    Ok(Stamp { node: node.number(), id: new_act(now)?.value(), at: now.ms(), day: civil_day(today) })
}

/// The act as an officer's, in a post, for themselves or for its holder.
pub fn signed(draft: Draft, hand: Hand, post: PostId) -> Draft {
    Draft {
        actor: Actor::Officer { pseudonym: hand.officer.to_string() },
        post: Some(post.to_string()),
        organ: Some(hand.organ.to_string()),
        on_behalf_of: hand.on_behalf_of.map(|holder| holder.to_string()),
        ..draft
    }
}

/// An act of an officer's that is made here and now: everything but class, basis, causes and command.
///
/// # Errors
/// If the system has no randomness, or the event does not serialise: a bug of its platform.
pub fn draft<E: Serialize>(
    (node, clock): (NodeId, &dyn Clock),
    (hand, post): (Hand, PostId),
    head: (u128, u64),
    kind: &'static str,
    event: &E,
) -> Result<Draft, StoreFault> {
    let now = clock.now();
    let body = Draft::event_of(event).map_err(|error| StoreFault::Nonsense(format!("an event {kind}: {error}")))?;
    let actor = Actor::Officer { pseudonym: hand.officer.to_string() };
    Ok(signed(Draft::new(stamp(node, now, now.day(clock.zone()))?, kind, head, actor, body), hand, post))
}

/// The ledger's day for a civil day.
pub fn civil_day(day: Day) -> ledger::Day {
    ledger::Day::from_ymd(
        i32::from(day.year()),
        u32::from(day.month().unsigned_abs()),
        u32::from(day.day_of_month().unsigned_abs()),
    )
    .unwrap_or_else(|| panic!("{day} is a day of both calendars"))
}
