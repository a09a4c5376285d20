//! What may have to be erased by law: carried along by the rules of a platform, read by nobody but who shows it.
//!
//! A decision that reads what may be erased could not be replayed afterwards. So a field of an event that may go is
//! [`Erasable`]: it is copied from act to row, and its content is seen only through [`Eyes`], which pages have and rules have
//! not. After an erasure the same code yields the same rows, with nothing in this place. Source: ledger.md §1;
//! 个人信息保护法 art. 47.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whoever shows what may be erased: a page, an answer of the API. No rule of a platform is.
pub trait Eyes {}

/// A value that is there, or was erased.
#[derive(Clone, PartialEq, Eq)]
pub struct Erasable<T>(Option<T>);

impl<T> Erasable<T> {
    /// A value that is there.
    pub fn new(value: T) -> Erasable<T> {
        Erasable(Some(value))
    }

    /// A value that was erased.
    pub fn erased() -> Erasable<T> {
        Erasable(None)
    }

    /// The value; `None` where it was erased.
    pub fn show(&self, _: &impl Eyes) -> Option<&T> {
        self.0.as_ref()
    }

    /// Hands the value to where it is kept, still unread; `None` where it was erased.
    pub fn into_kept(self) -> Option<T> {
        self.0
    }
}

impl<T> From<T> for Erasable<T> {
    fn from(value: T) -> Erasable<T> {
        Erasable::new(value)
    }
}

impl From<&str> for Erasable<String> {
    fn from(value: &str) -> Erasable<String> {
        Erasable::new(value.to_owned())
    }
}

impl<T> fmt::Debug for Erasable<T> {
    /// Tells whether it is there, and no more: what may be erased has no place in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Erasable(…)" } else { "Erasable(erased)" })
    }
}

impl<T: Serialize> Serialize for Erasable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Erasable<T> {
    /// A field that is not there was erased.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Erasable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Test;
    impl Eyes for Test {}

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    #[serde(tag = "event", rename_all = "snake_case")]
    enum Event {
        Explained { explanation: Erasable<String>, hours: u32 },
    }

    #[test]
    fn a_field_that_is_gone_reads_as_erased() {
        let said = Event::Explained { explanation: "因公".into(), hours: 3 };
        let json = serde_json::to_value(&said).unwrap();
        assert_eq!(json, serde_json::json!({"event": "explained", "explanation": "因公", "hours": 3}));
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), said);
        let rest = serde_json::json!({"event": "explained", "hours": 3});
        let read: Event = serde_json::from_value(rest).unwrap();
        assert_eq!(read, Event::Explained { explanation: Erasable::erased(), hours: 3 });
    }

    #[test]
    fn it_is_shown_to_eyes_only_and_printed_never() {
        let there = Erasable::from("张三");
        assert_eq!(there.show(&Test).map(String::as_str), Some("张三"));
        assert_eq!(format!("{there:?} {:?}", Erasable::<String>::erased()), "Erasable(…) Erasable(erased)");
        assert_eq!(Erasable::<String>::erased().show(&Test), None);
        assert_eq!(there.into_kept(), Some("张三".to_owned()));
    }
}
