//! What can have happened to a node's channels. Variants are only added.

use serde::{Deserialize, Serialize};

/// One event of the channels' own matter; each is the body of an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NoticesEvent {
    /// A channel has not delivered for a while.
    ChannelFailed {
        /// Which: the stable word of a [`crate::types::Channel`].
        channel: String,
        /// Since when, milliseconds since 1970.
        since: i64,
        /// Messages that wait for it.
        waiting: i64,
    },
    /// It delivers again.
    ChannelRestored {
        /// Which.
        channel: String,
    },
}

impl NoticesEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            NoticesEvent::ChannelFailed { .. } => "notices.channel_failed@1.0",
            NoticesEvent::ChannelRestored { .. } => "notices.channel_restored@1.0",
        }
    }
}
