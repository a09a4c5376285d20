//! Nouns: channels, ways, what an officer chose.

use kernel::OfficerId;

/// How a notice leaves the node. In the application everybody has it anyway.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Channel {
    /// Mail 邮件, by SMTP.
    Mail,
    /// Text messages 短信, by a signed webhook to a gateway.
    Gateway,
}

impl Channel {
    /// All, in the order in which pages show them.
    pub const ALL: [Channel; 2] = [Channel::Mail, Channel::Gateway];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Channel::Mail => "mail",
            Channel::Gateway => "gateway",
        }
    }

    /// The channel of a stable word.
    pub fn from_code(code: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// When a channel tells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Way {
    /// At once 即时.
    AtOnce,
    /// Once a day, all that is unread 每日汇总.
    Daily,
    /// Never 不用.
    #[default]
    Never,
}

impl Way {
    /// All, in the order in which pages offer them.
    pub const ALL: [Way; 3] = [Way::AtOnce, Way::Daily, Way::Never];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Way::AtOnce => "at-once",
            Way::Daily => "daily",
            Way::Never => "never",
        }
    }

    /// The way of a stable word.
    pub fn from_code(code: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// What an officer chose for a channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Who.
    pub officer: OfficerId,
    /// For which channel.
    pub channel: Channel,
    /// When it tells.
    pub way: Way,
    /// The confirmed address; nothing leaves without one.
    pub address: Option<String>,
    /// The language's tag.
    pub locale: String,
    /// An address that waits for its code.
    pub pending: Option<Pending>,
    /// Codes sent on the day of this number, and how many.
    pub codes: (i64, i64),
}

impl Choice {
    /// Nothing chosen yet.
    pub fn none(officer: OfficerId, channel: Channel) -> Choice {
        Choice {
            officer,
            channel,
            way: Way::Never,
            address: None,
            locale: "zh-CN".to_owned(),
            pending: None,
            codes: (0, 0),
        }
    }

    /// Where it leads, if it tells in this way.
    pub fn leads(&self, way: Way) -> Option<&str> {
        self.address.as_deref().filter(|_| self.way == way)
    }
}

/// An address that is used once its code was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// The address.
    pub address: String,
    /// When it will tell.
    pub way: Way,
    /// Digest of the code.
    pub code: Vec<u8>,
    /// When the code was sent, milliseconds since 1970.
    pub at: i64,
    /// How often a code was tried.
    pub tries: i64,
}
