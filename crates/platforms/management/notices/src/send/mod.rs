//! The channels: mail by SMTP, text messages by a signed webhook. What they are configured with, and what comes of a try.

mod mail;
mod webhook;

use std::sync::Arc;

pub use mail::{MailServer, is_sender, is_server, letter};
pub use webhook::{Secret, Webhook, is_gateway, signature};

use crate::types::Channel;

/// What leaves the node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Name of the message, hexadecimal: the same however often it is tried, so that whoever gets it twice can tell.
    pub id: String,
    /// `notice`, `digest` or `code`.
    pub kind: &'static str,
    /// The confirmed address; for a code, the one to confirm.
    pub to: String,
    /// Subject of a mail.
    pub subject: String,
    /// Body of a mail: lines.
    pub body: String,
    /// One line, for text messages.
    pub line: String,
}

/// Why a message was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SendFault {
    /// The channel does not work: everything else would fail as well. Says what, without an address or a secret.
    Channel(String),
    /// This message is refused for good, whatever is tried: no such address.
    Refused(String),
}

impl SendFault {
    /// What went wrong, in a few words that hold no address and no secret.
    pub fn words(&self) -> &str {
        match self {
            SendFault::Channel(words) | SendFault::Refused(words) => words,
        }
    }
}

/// The channels of a node.
#[derive(Clone, Default)]
pub struct Channels {
    mail: Option<Arc<MailServer>>,
    gateway: Option<Webhook>,
}

impl Channels {
    /// None where a node has none.
    pub fn new(mail: Option<MailServer>, gateway: Option<Webhook>) -> Channels {
        Channels { mail: mail.map(Arc::new), gateway }
    }

    /// Whether the node has this channel.
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => self.mail.is_some(),
            Channel::Gateway => self.gateway.is_some(),
        }
    }

    /// Sends one message.
    ///
    /// - `at`: milliseconds since 1970 by the machine's clock, not a demo's: receivers compare it with theirs.
    ///
    /// # Errors
    /// What went wrong, and whether it is the channel's fault.
    pub async fn send(&self, channel: Channel, message: &Message, at: i64) -> Result<(), SendFault> {
        match (channel, &self.mail, &self.gateway) {
            (Channel::Mail, Some(mail), _) => mail.send(message, at).await,
            (Channel::Gateway, _, Some(gateway)) => gateway.send(message, at).await,
            _ => Err(SendFault::Channel("not configured".to_owned())),
        }
    }

    /// Whether the mail server answers; nothing where there is none. A webhook has no such question.
    pub async fn mail_answers(&self) -> Option<Result<(), SendFault>> {
        match &self.mail {
            Some(mail) => Some(mail.answers().await),
            None => None,
        }
    }
}

/// The words of an error of the network: its kind, never its text, which may hold what the other side said.
pub(crate) fn kind_of(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| (*error).source())
        .find_map(|error| error.downcast_ref::<std::io::Error>())
        .map_or_else(|| "no connection".to_owned(), |error| error.kind().to_string())
}
