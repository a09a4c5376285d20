//! Labels set into lines: how wide a text is, without a font, and where it may be broken.

/// How far lines stand apart, as a multiple of the size of the letters.
pub(crate) const LEADING: f64 = 1.25;

/// A text without white space around it, cut after `most` characters.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut letters = text.trim().chars();
    let mut cut: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        cut.push('…');
    }
    cut
}

/// About how wide a text is set at `size` pixels.
///
/// Han characters fill a square; others are taken a little wider than the fonts of our stack have them, so that a label
/// rather ends early than leaves its shape.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The width of a character as a share of its height.
fn advance(letter: char) -> f64 {
    match letter {
        // Marks that stand over others, and joiners.
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '\u{a0}' => 0.31,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' | '…' => 0.95,
        'A'..='Z' => 0.68,
        '\0'..='\u{24f}' => 0.57,
        '\u{250}'..='\u{10ff}' => 0.68,
        _ => 1.0,
    }
}

/// Breaks a text into at most `most` lines of at most `room` pixels; what does not fit ends in `…`.
///
/// Lines end at spaces and line ends, behind hyphens and slashes, and between characters of scripts without spaces, but
/// never before punctuation that closes. A word that is longer than a line is broken where it must be.
pub(crate) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if piece == "\n" {
            lines.push(std::mem::take(&mut line));
            continue;
        }
        if !line.is_empty() && width(&format!("{line}{}", piece.trim_end()), size) > room {
            lines.push(std::mem::take(&mut line));
        }
        if width(piece.trim_end(), size) > room {
            break_word(piece, size, room, &mut line, &mut lines);
        } else if !(line.is_empty() && piece.trim().is_empty()) {
            line.push_str(piece);
        }
        if lines.len() > most {
            break;
        }
    }
    lines.push(line);
    lines.iter_mut().for_each(|line| *line = line.trim().to_owned());
    lines.retain(|line| !line.is_empty());
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            shorten(last, size, room);
        }
    }
    lines
}

/// Whether a text fits whole.
pub(crate) fn fits(text: &str, size: f64, room: f64, most: usize) -> bool {
    wrap(text, size, room, most).len() <= most && wrap(text, size, room, most + 1).len() <= most
}

/// Whether a text is set in Han characters and full-width punctuation alone, so that it can stand upright in a column.
pub(crate) fn is_square(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| ('\u{2e80}'..='\u{9fff}').contains(&letter))
}

/// Where lines may end: words with the spaces behind them, single characters of scripts without spaces.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut before: Option<char> = None;
    for (at, letter) in text.char_indices() {
        if before.is_some_and(|before| may_break(before, letter)) {
            pieces.push(&text[begin..at]);
            begin = at;
        }
        before = Some(letter);
    }
    if begin < text.len() {
        pieces.push(&text[begin..]);
    }
    pieces
}

fn may_break(before: char, after: char) -> bool {
    const CLOSING: &str = "，。、；：？！）》」』】〕”’…—,.;:?!)]}%";
    const OPENING: &str = "（《「『【〔“‘([{";
    if before == '\n' || after == '\n' {
        return true;
    }
    if CLOSING.contains(after) || after.is_whitespace() || OPENING.contains(before) {
        return false;
    }
    before.is_whitespace() || matches!(before, '-' | '/' | '_') || is_wide(before) || is_wide(after)
}

fn is_wide(letter: char) -> bool {
    ('\u{2e80}'..='\u{d7ff}').contains(&letter) || letter >= '\u{f900}'
}

/// Sets a word that is longer than a line, letter by letter.
fn break_word(word: &str, size: f64, room: f64, line: &mut String, lines: &mut Vec<String>) {
    let mut used = width(line, size);
    for letter in word.chars() {
        let wide = advance(letter) * size;
        if used + wide > room && !line.is_empty() {
            lines.push(std::mem::take(line));
            used = 0.0;
        }
        line.push(letter);
        used += wide;
    }
}

/// Ends a line in `…`, within the room.
fn shorten(line: &mut String, size: f64, room: f64) {
    while !line.is_empty() && width(line, size) + advance('…') * size > room {
        line.pop();
    }
    line.push('…');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_are_broken_where_they_may_be() {
        // At 10 px a Han character is 10 wide.
        let cases: [(&str, &str, f64, usize, &[&str]); 11] = [
            ("nothing", "", 50.0, 3, &[]),
            ("fits", "受理审查", 40.0, 3, &["受理审查"]),
            ("Han breaks anywhere", "受理审查", 30.0, 3, &["受理审", "查"]),
            ("closing marks stay behind", "材料齐全？否", 40.0, 3, &["材料齐", "全？否"]),
            ("opening marks go along", "补正（一次）", 30.0, 3, &["补正", "（一", "次）"]),
            ("words stay whole", "Receive the order", 60.0, 3, &["Receive the", "order"]),
            ("long words do not", "Donaudampfschiff", 50.0, 9, &["Donauda", "mpfschiff"]),
            ("mixed", "填写A表", 30.0, 3, &["填写A", "表"]),
            ("too much", "一二三四五六七八", 20.0, 2, &["一二", "三…"]),
            ("line ends", "甲\n乙", 50.0, 3, &["甲", "乙"]),
            ("behind a hyphen", "pre-check", 35.0, 3, &["pre-", "check"]),
        ];
        for (case, text, room, most, expected) in cases {
            assert_eq!(wrap(text, 10.0, room, most), expected, "{case}");
        }
    }

    proptest! {
        #[test]
        fn lines_keep_their_room(text in "[审批a-z .，（]{0,40}", room in 15.0f64..80.0, most in 1usize..6) {
            let lines = wrap(&text, 10.0, room, most);
            prop_assert!(lines.len() <= most);
            for line in &lines {
                // Punctuation may hang over: it never begins a line.
                prop_assert!(width(line, 10.0) <= room + 10.0 || line.chars().count() == 1, "{line:?}");
            }
        }
    }
}
