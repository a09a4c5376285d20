//! What is long in an act: JSON in one field, or in several, each shorter than the ledger takes. It is proved as a whole.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes of a field of an act that JSON is cut into; the ledger takes 64 KiB.
const PIECE: usize = 48 * 1024;

/// Writes a value in pieces; for `#[serde(with)]`.
pub(crate) fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    let json = serde_json::to_string(value).map_err(serde::ser::Error::custom)?;
    pieces(&json).collect::<Vec<&str>>().serialize(to)
}

/// Reads a value from its pieces; for `#[serde(with)]`.
pub(crate) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let json = Vec::<String>::deserialize(from)?.concat();
    serde_json::from_str(&json).map_err(serde::de::Error::custom)
}

/// Text in pieces that end between characters.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        if text.is_empty() {
            return None;
        }
        let (piece, rest) = text.split_at(text.floor_char_boundary(PIECE));
        text = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Long(#[serde(with = "super")] Vec<String>);

    #[test]
    fn what_is_long_is_cut_between_characters_and_read_back_whole() {
        let long = Long(vec!["清".repeat(PIECE), "源".to_owned()]);
        let json = serde_json::to_value(&long).unwrap();
        let all = json.as_array().unwrap();
        assert!(all.len() > 2 && all.iter().all(|piece| piece.as_str().unwrap().len() <= PIECE));
        assert_eq!(serde_json::from_value::<Long>(json).unwrap().0, long.0);
    }
}
