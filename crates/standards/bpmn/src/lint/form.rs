//! The form of values: MIME types and URIs.

/// Whether a value is a MIME type: type, slash, subtype, and parameters if any.
///
/// Source: RFC 2045 §5.1, RFC 6838 §4.2.
pub(super) fn is_mime_type(value: &str) -> bool {
    let essence = value.split(';').next().unwrap_or("").trim();
    let token = |part: &str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|first| first.is_ascii_alphanumeric())
            && characters.all(|next| next.is_ascii_alphanumeric() || "!#$&-^_.+".contains(next))
    };
    essence.split_once('/').is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

/// Whether a value is a URI reference, international characters allowed.
///
/// Source: RFC 3986 §2 and §3.1, RFC 3987; `xsd:anyURI`.
pub(super) fn is_uri(value: &str) -> bool {
    let value = value.trim();
    let bytes = value.as_bytes();
    let escapes = value
        .match_indices('%')
        .all(|(at, _)| bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
    let allowed = |character: char| !character.is_ascii_control() && !" <>\"{}|\\^`".contains(character);
    let scheme = match value.find([':', '/', '?', '#']) {
        Some(at) if bytes[at] == b':' => {
            let mut characters = value[..at].chars();
            characters.next().is_some_and(|first| first.is_ascii_alphabetic())
                && characters.all(|next| next.is_ascii_alphanumeric() || "+-.".contains(next))
        }
        _ => true,
    };
    escapes && scheme && value.chars().all(allowed) && value.matches('#').count() <= 1
}
