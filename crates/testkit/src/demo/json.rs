//! A writer of JSON with members in the order in which they are written, whatever features other crates give
//! `serde_json`: the corpus has a digest that tests compare.

use std::fmt::{Display, Write};

use super::moment::Moment;

/// An amount in fen 分, the hundredth of a yuan.
pub(super) type Fen = i64;

/// One object on one line.
pub(super) fn line(capacity: usize, write: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::with_capacity(capacity);
    object(&mut out, write);
    out
}

fn object(out: &mut String, write: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    write(&mut Object { out, first: true });
    out.push('}');
}

/// An object that is being written. Names of members are plain ASCII.
pub(super) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl Object<'_> {
    fn name(&mut self, name: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    /// A text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        quote(self.out, text);
    }

    /// Anything that prints as a number or as `true` or `false`.
    pub(super) fn plain(&mut self, name: &str, value: impl Display) {
        self.name(name);
        // Writing to a string does not fail.
        let _ = write!(self.out, "{value}");
    }

    /// A moment, in the time of Beijing.
    pub(super) fn date(&mut self, name: &str, moment: Moment) {
        self.name(name);
        self.out.push('"');
        let _ = write!(self.out, "{moment}");
        self.out.push('"');
    }

    /// A sum of money in yuan.
    pub(super) fn money(&mut self, name: &str, amount: Fen) {
        self.object(name, |value| {
            value.name("amount");
            let _ = write!(value.out, "{}", amount / 100);
            if amount % 100 != 0 {
                let _ = write!(value.out, ".{:02}", amount % 100);
            }
            value.text("currency", "CNY");
        });
    }

    /// An object within.
    pub(super) fn object(&mut self, name: &str, write: impl FnOnce(&mut Object<'_>)) {
        self.name(name);
        object(self.out, write);
    }

    /// A list of objects; nothing if it is empty.
    pub(super) fn objects<T>(
        &mut self,
        name: &str,
        all: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_>, T),
    ) {
        let mut all = all.into_iter().peekable();
        if all.peek().is_none() {
            return;
        }
        self.name(name);
        let mut before = '[';
        for one in all {
            self.out.push(before);
            object(self.out, |o| write(o, one));
            before = ',';
        }
        self.out.push(']');
    }

    /// A list of texts; nothing if it is empty.
    pub(super) fn texts<T: AsRef<str>>(&mut self, name: &str, all: impl IntoIterator<Item = T>) {
        let mut all = all.into_iter().peekable();
        if all.peek().is_none() {
            return;
        }
        self.name(name);
        let mut before = '[';
        for one in all {
            self.out.push(before);
            quote(self.out, one.as_ref());
            before = ',';
        }
        self.out.push(']');
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_json() {
        let text = line(0, |o| {
            o.text("a", "\"\\\n演示");
            o.plain("b", 3);
            o.money("c", 123_405);
            o.money("d", 100);
            o.objects("e", [1, 2], |o, n| o.plain("n", n));
            o.objects("none", [0; 0], |o, n| o.plain("n", n));
            o.texts("f", ["x"]);
            o.object("g", |_| ());
        });
        let expected = r#"{"a":"\"\\\u000a演示","b":3,"c":{"amount":1234.05,"currency":"CNY"},"d":{"amount":1,"currency":"CNY"},"e":[{"n":1},{"n":2}],"f":["x"],"g":{}}"#;
        assert_eq!(text, expected);
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
}
