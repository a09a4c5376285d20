//! References and white space in values, and which characters and names XML allows.
//!
//! Source: XML 1.0 (Fifth Edition) §2.2, 2.3, 2.11, 3.3.3, 4.1, 4.6; Namespaces in XML 1.0 §4.

use std::borrow::Cow;

use super::fault::FaultKind;

/// The character that a reference (without `&` and `;`) stands for.
pub fn resolve(reference: &str) -> Result<char, FaultKind> {
    let number = match reference {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => reference.strip_prefix('#'),
    };
    let Some(number) = number else {
        return Err(if is_name(reference) {
            FaultKind::Entity { name: reference.to_owned() }
        } else {
            FaultKind::malformed("a bare &")
        });
    };
    let code = match number.strip_prefix('x') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(digits, 16).ok(),
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok(),
        _ => None,
    };
    code.and_then(char::from_u32)
        .filter(|character| is_character(*character))
        .ok_or_else(|| FaultKind::malformed(format!("&{reference}; is no character")))
}

/// Checks the references in an attribute's raw value.
pub fn check_value(raw: &str) -> Result<(), (usize, FaultKind)> {
    if let Some(at) = raw.find('<') {
        return Err((at, FaultKind::malformed("< in a value")));
    }
    let mut at = 0;
    while let Some(found) = raw[at..].find('&') {
        let start = at + found;
        let end = raw[start..].find(';').ok_or_else(|| (start, FaultKind::malformed("a bare &")))?;
        resolve(&raw[start + 1..start + end]).map_err(|kind| (start, kind))?;
        at = start + end + 1;
    }
    Ok(())
}

/// The value that raw text stands for: references replaced, line ends normalised. References that the reader has
/// not checked stay as they are.
pub fn text(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'\r')) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(replaced(raw, |character| character))
}

/// The value that an attribute's raw text stands for: white space counts as spaces, too.
pub fn value(raw: &str) -> Cow<'_, str> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'\r' | b'\n' | b'\t')) {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(replaced(raw, |character| if character.is_ascii_whitespace() { ' ' } else { character }))
}

fn replaced(raw: &str, plain: impl Fn(char) -> char) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '&' => match rest.find(';').and_then(|end| Some((end, resolve(&rest[..end]).ok()?))) {
                Some((end, meant)) => {
                    out.push(meant);
                    rest = &rest[end + 1..];
                }
                None => out.push('&'),
            },
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                out.push(plain('\n'));
            }
            other => out.push(plain(other)),
        }
    }
    out
}

/// `value` as raw text of an attribute between quotes `quote`.
pub fn escape_value(value: &str, quote: char) -> String {
    let mut raw = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '<' => raw.push_str("&lt;"),
            '&' => raw.push_str("&amp;"),
            '"' if quote == '"' => raw.push_str("&quot;"),
            '\'' if quote == '\'' => raw.push_str("&apos;"),
            '\n' => raw.push_str("&#10;"),
            '\r' => raw.push_str("&#13;"),
            '\t' => raw.push_str("&#9;"),
            other => raw.push(other),
        }
    }
    raw
}

/// `text` as raw character data.
pub fn escape_text(text: &str) -> String {
    let mut raw = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => raw.push_str("&lt;"),
            '>' => raw.push_str("&gt;"),
            '&' => raw.push_str("&amp;"),
            '\r' => raw.push_str("&#13;"),
            other => raw.push(other),
        }
    }
    raw
}

/// Whether XML 1.0 allows the character at all (§2.2).
pub fn is_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Whether this is a name without a colon (`NCName`), as every `id` must be.
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// Whether this is a name with one prefix at most (`QName`).
pub fn is_qualified_name(name: &str) -> bool {
    match name.split_once(':') {
        Some((prefix, local)) => is_name(prefix) && is_name(local),
        None => is_name(name),
    }
}
