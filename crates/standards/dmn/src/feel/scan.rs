//! How deep a text nests, before the parser sees it: the syntax tree it makes is built, walked and dropped by recursion.

use crate::fault::{Code, Fault};
use crate::limits;

/// Words that open a further level and are closed by none.
const OPENING: [&str; 6] = ["if", "for", "some", "every", "function", "not"];
/// Words that lengthen a chain.
const CHAINING: [&str; 9] = ["and", "or", "between", "in", "instance", "of", "else", "return", "satisfies"];

/// Bounds of the tree that a text can make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Depth {
    /// Levels of the syntax tree, at most.
    pub(crate) levels: usize,
}

/// Measures a text, or refuses it. Strings and comments are skipped; what is counted is never less than the tree has.
pub(crate) fn depth(text: &str) -> Result<Depth, Fault> {
    if text.len() > limits::TEXT_BYTES {
        return Err(Fault::new(Code::TextTooLong, text.len().to_string()));
    }
    // One frame for each open bracket: the levels of its present segment, and the deepest of those before a comma.
    let mut open = vec![0_usize];
    let mut words = vec![0_usize];
    let mut siblings = vec![0_usize];
    let (mut sum, mut deepest, mut run) = (0_usize, 0_usize, 0_usize);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let here = at;
        let byte = bytes[at];
        at += 1;
        let mut add = 0;
        // The parser tries every beginning of a run of words and signs as a name, which is costly in its length.
        match byte {
            b'+' | b'-' | b'*' | b'/' | b'.' | b'\'' => run += 1,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b':' | b'"' | b'=' | b'<' | b'>' | b'!' => run = 0,
            _ => {}
        }
        match byte {
            b'"' => {
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'/' if bytes.get(at) == Some(&b'/') => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
            }
            b'/' if bytes.get(at) == Some(&b'*') => {
                at += 1;
                while at < bytes.len() && !(bytes[at] == b'*' && bytes.get(at + 1) == Some(&b'/')) {
                    at += 1;
                }
                at += 2;
            }
            b'(' | b'[' | b'{' => {
                open.push(2);
                words.push(0);
                siblings.push(0);
                sum += 2;
            }
            b')' | b']' | b'}' if open.len() > 1 => {
                sum -= open.pop().unwrap_or(0);
                words.pop();
                siblings.pop();
                // What was in brackets is an operand; a following bracket calls or filters it.
                add = 1;
            }
            b',' => {
                if let (Some(levels), Some(count)) = (open.last_mut(), words.last_mut()) {
                    sum -= levels.saturating_sub(2);
                    *levels = (*levels).min(2);
                    *count = 0;
                }
                if let Some(count) = siblings.last_mut() {
                    *count += 1;
                    if *count >= limits::SIBLINGS {
                        return Err(Fault::new(Code::TooDeep, ",").at(Some(here)));
                    }
                }
            }
            b'+' | b'-' | b'*' | b'/' | b'.' | b'=' | b'<' | b'>' | b'!' => add = 1,
            _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_' || bytes[at] >= 0x80)
                {
                    at += 1;
                }
                let word = &text[here..at.min(text.len())];
                run += 1;
                if OPENING.contains(&word) {
                    add = 2;
                    if let Some(count) = words.last_mut() {
                        *count += 1;
                    }
                } else if CHAINING.contains(&word) {
                    add = 1;
                }
            }
            _ => {}
        }
        if let Some(levels) = open.last_mut() {
            *levels += add;
            sum += add;
        }
        deepest = deepest.max(sum);
        let nested = open.len() - 1 + words.iter().sum::<usize>();
        if run > limits::NAME_PARTS || nested > limits::NESTING || deepest > limits::TREE_LEVELS {
            return Err(Fault::new(Code::TooDeep, "").at(Some(here)));
        }
    }
    Ok(Depth { levels: deepest + 3 })
}
