//! Ids: the node's number, and 128-bit ids that know at compile time what they identify.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::day::Instant;
use crate::division::DivisionCode;

/// Number of a node: 12-digit division code of its birth × 1000 + ordinal; `0` is the cluster itself.
///
/// Given once, never reused, and not changed when the division's code changes. Always below 2^53, so that every JSON
/// reader keeps it exact. Source: ledger.md §4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(transparent)]
pub struct NodeId(i64);

impl NodeId {
    /// The cluster itself, which is nobody's jurisdiction.
    pub const CLUSTER: NodeId = NodeId(0);

    /// The node born in `division` under `ordinal` (`0..=999`), or `None` beyond that range.
    pub fn of(division: DivisionCode, ordinal: u16) -> Option<NodeId> {
        // A 12-digit code is below 10^12, so the product is below 10^15 and fits.
        let base = i64::try_from(division.number()).ok()?.checked_mul(1000)?;
        (ordinal < 1000).then_some(NodeId(base + i64::from(ordinal)))
    }

    /// The node of that stored number, or a fault if it is no such number.
    pub fn new(number: i64) -> Result<NodeId, IdFault> {
        let code = u64::try_from(number).map_err(|_| IdFault::Node { number })? / 1000;
        DivisionCode::from_number(code).map_err(|_| IdFault::Node { number })?;
        Ok(NodeId(number))
    }

    /// The number as it is stored and signed.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The division of its birth; the whole country for the cluster.
    pub fn division(self) -> DivisionCode {
        DivisionCode::from_number(self.0.unsigned_abs() / 1000).unwrap_or(DivisionCode::COUNTRY)
    }

    /// Which of the division's nodes it is, `0..=999`.
    pub const fn ordinal(self) -> u16 {
        (self.0 % 1000) as u16
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for NodeId {
    type Err = IdFault;

    fn from_str(text: &str) -> Result<NodeId, IdFault> {
        NodeId::new(text.parse().map_err(|_| IdFault::Text { kind: "node" })?)
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<NodeId, D::Error> {
        NodeId::new(i64::deserialize(from)?).map_err(de::Error::custom)
    }
}

/// Why something is no id.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IdFault {
    /// Not a hyphenated UUID (or, for a node, not a number).
    #[error("not the id of a {kind}")]
    Text {
        /// What it should have identified.
        kind: &'static str,
    },
    /// Not division code × 1000 + ordinal.
    #[error("{number} is not the number of a node")]
    Node {
        /// The number given.
        number: i64,
    },
}

/// What an [`Id`] identifies; implemented by the markers of this module and by platforms for ids of their own.
pub trait Identified {
    /// The word for it in messages, such as `"matter"`.
    const KIND: &'static str;
}

/// A 128-bit id of a `K`; prints and serialises as a hyphenated UUID, stores as 16 bytes.
///
/// New ones are UUIDv7, so they sort by time of making; derived ones (a digest) are any 128 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K>(u128, PhantomData<K>);

impl<K> Id<K> {
    /// The id of that value.
    pub const fn new(value: u128) -> Id<K> {
        Id(value, PhantomData)
    }

    /// The UUIDv7 of a moment and ten random bytes, which the caller draws: the kernel has no randomness.
    ///
    /// Moments before 1970 count as 1970.
    pub fn v7(at: Instant, random: [u8; 10]) -> Id<K> {
        let ms = u64::try_from(at.ms()).unwrap_or(0);
        Id::new(uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid().as_u128())
    }

    /// The value as a number.
    pub const fn value(self) -> u128 {
        self.0
    }

    /// The 16 bytes as stored, most significant first.
    pub const fn bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The id of 16 stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Id<K> {
        Id::new(u128::from_be_bytes(bytes))
    }

    /// The id of a stored blob, or `None` if it is not 16 bytes long.
    pub fn from_slice(bytes: &[u8]) -> Option<Id<K>> {
        Some(Id::from_bytes(bytes.try_into().ok()?))
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_u128(self.0).as_hyphenated().fmt(f)
    }
}

impl<K: Identified> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{self}", K::KIND)
    }
}

impl<K: Identified> FromStr for Id<K> {
    type Err = IdFault;

    /// Accepts the hyphenated form only, so that one id has one address.
    fn from_str(text: &str) -> Result<Id<K>, IdFault> {
        let fault = || IdFault::Text { kind: K::KIND };
        if text.len() != 36 {
            return Err(fault());
        }
        Ok(Id::new(Uuid::try_parse(text).map_err(|_| fault())?.as_u128()))
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, K: Identified> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Id<K>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Markers: what the ids of the house identify. They have no values.
pub mod kind {
    use super::Identified;

    /// A matter: a case, a procurement process, a warning.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Matter {}
    /// An act on a matter.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Act {}
    /// An organ 机关.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Organ {}
    /// A post 岗位.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Post {}
    /// An officer 工作人员.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Officer {}

    impl Identified for Matter {
        const KIND: &'static str = "matter";
    }
    impl Identified for Act {
        const KIND: &'static str = "act";
    }
    impl Identified for Organ {
        const KIND: &'static str = "organ";
    }
    impl Identified for Post {
        const KIND: &'static str = "post";
    }
    impl Identified for Officer {
        const KIND: &'static str = "officer";
    }
}

/// Identifies one matter.
pub type MatterId = Id<kind::Matter>;
/// Identifies one act.
pub type ActId = Id<kind::Act>;
/// Identifies one organ 机关 through all its names and superiors.
pub type OrganId = Id<kind::Organ>;
/// Identifies one post 岗位.
pub type PostId = Id<kind::Post>;
/// Identifies one officer 工作人员.
pub type OfficerId = Id<kind::Officer>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_keeps_its_division_and_ordinal() {
        let suzhou = DivisionCode::parse("3205").unwrap();
        let node = NodeId::of(suzhou, 7).unwrap();
        assert_eq!(node.number(), 320_500_000_000_007);
        assert_eq!((node.division(), node.ordinal()), (suzhou, 7));
        assert!(node.number() < 1 << 53);
        assert_eq!(NodeId::of(suzhou, 1000), None);
        assert_eq!(NodeId::CLUSTER.division(), DivisionCode::COUNTRY);
        assert!(NodeId::new(-1).is_err());
        assert!("32050000000000".parse::<NodeId>().is_err(), "eleven digits of division");
    }

    #[test]
    fn ids_read_back_and_refuse_other_spellings() {
        let id = MatterId::v7(Instant::from_ms(1_700_000_000_000), [9; 10]);
        assert_eq!(id.to_string().parse::<MatterId>().unwrap(), id);
        assert_eq!(id.to_string().as_bytes()[14], b'7', "version 7");
        assert_eq!(MatterId::from_slice(&id.bytes()), Some(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<MatterId>(&json).unwrap(), id);
        for wrong in ["", "7", &id.to_string().replace('-', ""), &format!("{{{id}}}")] {
            assert!(wrong.parse::<MatterId>().is_err(), "{wrong}");
        }
        let later = MatterId::v7(Instant::from_ms(1_700_000_000_001), [0; 10]);
        assert!(id < later, "ids sort by time");
    }
}
