//! The channels' own matter: its table, the pure function from events to rows, and how an event is recorded.

use directory::Directory;
use kernel::MatterId;
use store::{
    Actor, Changes, Draft, Migration, Projector, RecordError, Recorded, Schema, Store, StoreFault, Table, Value, bytes,
    int, text,
};

use crate::events::NoticesEvent;
use crate::types::Channel;

/// The matter of a node's channels: one per node, the same in every node.
pub const CHANNELS: MatterId = MatterId::new(u128::from_be_bytes(*b"qy.notices.chan1"));

static STANDING: Table = Table {
    name: "channel_standing",
    columns: &[int("node"), bytes("matter"), text("channel"), int("failing"), int("at")],
    key: 3,
};

/// What acts about channels keep; notices themselves and the outbox are operational.
pub const SCHEMA: Schema = Schema {
    migrations: &[Migration { id: "notices/0001", sql: include_str!("../migrations/0001_channel.sql") }],
    tables: &[&STANDING],
};

/// The rows of an event.
///
/// - `at`: when its act was, milliseconds since 1970.
pub fn changes(node: i64, at: i64, event: &NoticesEvent) -> Changes {
    let (channel, failing) = match event {
        NoticesEvent::ChannelFailed { channel, .. } => (channel, true),
        NoticesEvent::ChannelRestored { channel } => (channel, false),
    };
    vec![STANDING.row(vec![
        node.into(),
        CHANNELS.value().into(),
        channel.as_str().into(),
        Value::Int(i64::from(failing)),
        at.into(),
    ])]
}

/// What replays the acts of channels.
pub fn projector() -> impl Projector {
    struct Channels;
    impl Projector for Channels {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with("notices.")
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            Ok(changes(act.act.node, act.act.at_ms, &act.event()?))
        }
    }
    Channels
}

/// Whether a channel was last recorded as failing.
pub(crate) async fn recorded(store: &Store, node: i64, channel: Channel) -> Result<bool, StoreFault> {
    let sql = "select failing from channel_standing where node = $1 and channel = $2";
    let rows = store.read(sql, &[node.into(), channel.code().into()]).await?;
    Ok(rows.first().map(|row| row.int(0)).transpose()? == Some(1))
}

/// Records an event of the channels' own matter.
pub(crate) async fn record(directory: &Directory, event: &NoticesEvent) -> Result<(), StoreFault> {
    let (store, node, clock) = (directory.store(), directory.node(), directory.clock());
    let version = store.version(node.number(), CHANNELS.value()).await? + 1;
    let content = Draft::event_of(event).map_err(|error| StoreFault::Nonsense(error.to_string()))?;
    let stamp = directory::stamp(node, clock.now(), clock.today())?;
    let rows = changes(node.number(), stamp.at, event);
    let actor = Actor::System { component: "notices".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    match store.record(Draft::new(stamp, event.kind(), (CHANNELS.value(), version), actor, content), rows).await {
        // Another process was faster; the next look finds it.
        Ok(_) | Err(RecordError::Conflict { .. }) => Ok(()),
        Err(RecordError::Fault(fault)) => Err(fault),
        Err(error) => Err(StoreFault::Nonsense(error.to_string())),
    }
}
