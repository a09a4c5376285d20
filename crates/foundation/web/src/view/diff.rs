//! Two versions of a text side by side in one: words added underlined, words removed struck.

use askama::Template;

use crate::component;
use crate::locale::Words;

/// What happened to a stretch of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// In both versions.
    Kept,
    /// In the new version only.
    Added,
    /// In the old version only.
    Removed,
}

/// More comparisons than this are not made; the texts are then shown as replaced as a whole.
const MOST_COMPARISONS: usize = 4_000_000;

/// The difference of two versions, with a list of what changed in sentences on top.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/diff.html")]
pub struct Diff {
    words: Words,
    sentences: Vec<String>,
    parts: Vec<(Change, String)>,
}

impl Diff {
    /// Compares two texts: Latin words as a whole, Han characters one by one.
    pub fn new(words: Words, old: &str, new: &str) -> Diff {
        Diff { words, sentences: Vec::new(), parts: compare(old, new) }
    }

    /// A sentence for the list on top: 时限由 10 日改为 7 日.
    pub fn sentence(mut self, sentence: impl Into<String>) -> Diff {
        self.sentences.push(sentence.into());
        self
    }

    /// One changed article.
    pub fn samples(words: Words) -> Vec<(&'static str, Diff)> {
        let w = |chinese, english| words.either(chinese, english);
        vec![(
            "article",
            Diff::new(
                words,
                w(
                    "道路泊位白天每小时五元，夜间不收费。",
                    "Parking costs five yuan an hour by day and nothing at night.",
                ),
                w(
                    "道路泊位白天每小时四元，夜间不收费。",
                    "Parking costs four yuan an hour by day and nothing at night.",
                ),
            )
            .sentence(w("第三条：每小时由五元改为四元。", "Article 3: from five to four yuan an hour.")),
        )]
    }
}

/// The stretches of both texts in reading order; what is removed stands before what is added in its place.
pub fn compare(old: &str, new: &str) -> Vec<(Change, String)> {
    let (old, new) = (pieces(old), pieces(new));
    if old.len().saturating_mul(new.len()) > MOST_COMPARISONS {
        return join([(Change::Removed, old.concat()), (Change::Added, new.concat())]);
    }
    // Longest common subsequence, lengths from each position to the end.
    let width = new.len() + 1;
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut parts) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            parts.push((Change::Kept, new[j].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            parts.push((Change::Removed, old[i].to_owned()));
            i += 1;
        } else {
            parts.push((Change::Added, new[j].to_owned()));
            j += 1;
        }
    }
    join(parts)
}

/// Words of letters and digits as a whole, everything else by character.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let in_word = |c: char| c.is_alphanumeric() && (c as u32) < 0x2E80;
        let end = if in_word(first) { rest.find(|c| !in_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

fn join(parts: impl IntoIterator<Item = (Change, String)>) -> Vec<(Change, String)> {
    let mut joined: Vec<(Change, String)> = Vec::new();
    for (change, text) in parts {
        match joined.last_mut() {
            Some((last, so_far)) if *last == change => so_far.push_str(&text),
            _ if text.is_empty() => {}
            _ => joined.push((change, text)),
        }
    }
    joined
}

component!(Diff);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_characters_are_compared() {
        use Change::{Added, Kept, Removed};
        let part = |change, text: &str| (change, text.to_owned());
        let cases = [
            ("same", "甲乙", "甲乙", vec![part(Kept, "甲乙")]),
            (
                "a character",
                "每小时五元",
                "每小时四元",
                vec![part(Kept, "每小时"), part(Removed, "五"), part(Added, "四"), part(Kept, "元")],
            ),
            (
                "a word",
                "limit 10 days",
                "limit 7 days",
                vec![part(Kept, "limit "), part(Removed, "10"), part(Added, "7"), part(Kept, " days")],
            ),
            ("nothing before", "", "x", vec![part(Added, "x")]),
        ];
        for (case, old, new, expected) in cases {
            assert_eq!(compare(old, new), expected, "{case}");
        }
    }

    proptest! {
        #[test]
        fn both_versions_can_be_read_back(old in "[甲乙a b]{0,20}", new in "[甲乙a b]{0,20}") {
            let parts = compare(&old, &new);
            let side = |gone| parts.iter().filter(|(change, _)| *change != gone).map(|(_, text)| text.as_str()).collect::<String>();
            prop_assert_eq!(side(Change::Added), old);
            prop_assert_eq!(side(Change::Removed), new);
        }
    }
}
