//! The OCDS paths a mapping may fill: release schema 1.1 with the extensions that docs/method/mapping.md lists
//! (bids, lots, enquiries, participation fees, bid opening, complaints, subcontracting, beneficial owners, final value).

use crate::fault::nearest;
pub(crate) use crate::paths::{PARTY, RELEASE};

/// What stands at a path; it decides how a cell is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    /// A list of texts.
    Texts,
    /// One of a closed codelist.
    Code(&'static [&'static str]),
    Number,
    Integer,
    Boolean,
    /// RFC 3339 date-time.
    Date,
    /// Three capital letters.
    Currency,
    /// Reference to one party.
    Organisation,
    /// References to several parties.
    Organisations,
    Object(Fields),
    Array(Fields),
}

/// Members of an object.
pub(crate) type Fields = &'static [(&'static str, Kind)];

/// Why a path is refused.
#[derive(Debug, PartialEq)]
pub(crate) struct WrongPath {
    pub segment: String,
    pub near: Option<&'static str>,
    /// The path runs through an array on its way.
    pub through_array: bool,
}

/// Where a path ends: its kind, and where the arrays on the way stand.
#[derive(Debug, PartialEq)]
pub(crate) struct Place {
    pub kind: Kind,
    /// Number of segments up to and including each array that the path runs through (not the last segment).
    pub arrays: Vec<usize>,
}

/// Follows a path such as `tender/value/amount` from `fields`.
pub(crate) fn place(fields: Fields, path: &str) -> Result<Place, WrongPath> {
    let segments: Vec<&str> = path.split('/').collect();
    let (mut members, mut arrays) = (fields, Vec::new());
    for (position, segment) in segments.iter().enumerate() {
        let Some((_, kind)) = members.iter().find(|(name, _)| name == segment) else {
            let near = nearest(segment, members.iter().map(|(name, _)| *name));
            return Err(WrongPath { segment: (*segment).to_owned(), near, through_array: false });
        };
        if position + 1 == segments.len() {
            return Ok(Place { kind: *kind, arrays });
        }
        match kind {
            Kind::Object(inner) => members = inner,
            Kind::Array(inner) => {
                arrays.push(position + 1);
                members = inner;
            }
            _ => {
                return Err(WrongPath { segment: segments[position + 1].to_owned(), near: None, through_array: false });
            }
        }
    }
    Err(WrongPath { segment: String::new(), near: None, through_array: false })
}

/// Follows a path to a value, which may run through no array.
pub(crate) fn leaf(fields: Fields, path: &str) -> Result<Kind, WrongPath> {
    let place = place(fields, path)?;
    match place.kind {
        _ if !place.arrays.is_empty() => Err(WrongPath { segment: path.to_owned(), near: None, through_array: true }),
        Kind::Object(_) | Kind::Array(_) | Kind::Organisation | Kind::Organisations => {
            Err(WrongPath { segment: path.to_owned(), near: None, through_array: matches!(place.kind, Kind::Array(_)) })
        }
        kind => Ok(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, RELEASE, leaf, place};

    #[test]
    fn paths_are_followed_or_refused_with_the_nearest_name() {
        assert_eq!(leaf(RELEASE, "tender/value/amount"), Ok(Kind::Number));
        assert_eq!(leaf(RELEASE, "tender/valu/amount").unwrap_err().near, Some("value"));
        assert_eq!(leaf(RELEASE, "tender/title/en").unwrap_err().segment, "en");
        assert!(leaf(RELEASE, "awards/value/amount").unwrap_err().through_array);
        assert!(leaf(RELEASE, "buyer").is_err() && leaf(RELEASE, "").is_err());
        let nested = place(RELEASE, "contracts/implementation/transactions");
        assert_eq!(nested.map(|p| p.arrays), Ok(vec![1]));
    }
}
