//! A small list of words to look for in texts, in one pass and without copying the text.

use std::fmt;

/// Words looked for without regard to ASCII case; a word that begins or ends with an ASCII letter or digit counts
/// only where it stands alone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Words {
    words: Vec<String>,
    /// Whether some word begins with this byte.
    first: Vec<bool>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words.fmt(f)
    }
}

impl Words {
    /// A list of words; empty ones are dropped.
    pub fn new(words: Vec<String>) -> Self {
        let words: Vec<String> =
            words.into_iter().map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
        let mut first = vec![false; 256];
        for byte in words.iter().filter_map(|word| word.bytes().next()) {
            first[usize::from(byte)] = true;
            first[usize::from(byte.to_ascii_uppercase())] = true;
        }
        Self { words, first }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words.
    pub fn all(&self) -> &[String] {
        &self.words
    }

    /// The first word that stands in `text`.
    pub fn find(&self, text: &str) -> Option<&str> {
        if self.words.is_empty() {
            return None;
        }
        let bytes = text.as_bytes();
        (0..bytes.len()).filter(|&at| self.first[usize::from(bytes[at])]).find_map(|at| self.at(bytes, at))
    }

    fn at(&self, text: &[u8], at: usize) -> Option<&str> {
        self.words.iter().map(String::as_str).find(|word| {
            let word = word.as_bytes();
            let end = at + word.len();
            let alone = |inner: Option<&u8>, outer: Option<&u8>| {
                !(inner.is_some_and(u8::is_ascii_alphanumeric) && outer.is_some_and(u8::is_ascii_alphanumeric))
            };
            text.get(at..end).is_some_and(|found| found.eq_ignore_ascii_case(word))
                && alone(word.first(), at.checked_sub(1).and_then(|before| text.get(before)))
                && alone(word.last(), text.get(end))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_stand_alone() {
        let words = Words::new(vec!["Brand".into(), "品牌".into(), String::new()]);
        let cases = [
            ("any BRAND of pump", Some("brand")),
            ("brandy", None),
            ("指定某品牌水泵", Some("品牌")),
            ("品", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(words.find(text), expected, "{text}");
        }
        assert_eq!(Words::default().find("brand"), None);
    }
}
