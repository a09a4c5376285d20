//! How reading changes: from values to lines, into a list, out of rubbish.

use std::mem::take;

use memchr::memchr;

use super::super::Shape;
use super::{Event, Mode, Name, SHOWN_BYTES, SNIFF_BYTES, Splitter};
use crate::fault::{Code, Fault, excerpt};

impl Splitter {
    pub(super) fn forget(&mut self) {
        self.depth = 0;
        self.kinds = 0;
        self.in_string = false;
        self.escaped = false;
        self.base = 0;
        self.in_elements = false;
        self.capture = None;
        self.buffer.clear();
        self.lost = None;
        self.expects_name = false;
        self.in_name = false;
        self.name = Name::Other;
        self.ocid_seen = false;
        self.inner = None;
        self.signature.clear();
        self.matched = None;
    }

    pub(super) fn start_lines(&mut self) {
        self.forget();
        self.mode = Mode::Lines;
        self.shape = Shape::Lines;
    }

    pub(super) fn start_elements(&mut self, shape: Shape, index: u64) {
        self.forget();
        self.mode = Mode::Elements;
        self.shape = shape;
        self.index = index;
        self.base = if shape == Shape::Array { 1 } else { 2 };
        self.depth = self.base;
        self.kinds = if shape == Shape::Array { 0b0 } else { 0b10 };
        self.in_elements = true;
    }

    pub(super) fn end_value(&mut self) {
        let is_one_line = self.value_line == self.line;
        self.forget();
        self.mode = Mode::Values;
        self.shape = Shape::Values;
        self.index = 0;
        self.rubbish = 0;
        if self.values == 0 && is_one_line {
            self.start_lines();
        }
        self.values += 1;
    }

    pub(super) fn is_streamable(&self) -> bool {
        self.mode == Mode::Values
            && self.depth >= 2
            && !self.ocid_seen
            && self.inner.is_some_and(|inner| inner.is_open)
            && self.buffer.len() > SNIFF_BYTES
    }

    /// Takes the package apart from the beginning of its list; its head is not needed.
    pub(super) fn stream_what_is_held(&mut self) {
        let Some(inner) = self.inner else { return };
        let held = take(&mut self.buffer);
        let Some(list) = held.get(inner.offset..) else { return };
        self.start_elements(inner.shape, 0);
        self.byte = inner.byte;
        self.line = inner.line;
        self.push(list);
    }

    /// The value in hand never ended, and a new one has begun on this line: one value a line, then.
    pub(super) fn value_was_cut(&mut self, byte: u64) {
        let signature = take(&mut self.signature);
        let length = self.buffer.len().saturating_sub(signature.len());
        if let Some((start, line)) = self.capture {
            let code = self.lost.unwrap_or(Code::Truncated);
            let shown = if self.lost.is_some() { &self.buffer } else { &self.buffer[..length] };
            let fault = Fault { code, path: String::new(), value: excerpt(shown), line, byte: start };
            self.shape = Shape::Lines;
            let after = self.bookmark(byte - signature.len() as u64);
            self.events.push_back(Event::Fault(fault, after));
        }
        self.start_lines();
        self.values += 1;
        self.capture = Some((byte - signature.len() as u64, self.line));
        self.buffer = signature;
    }

    pub(super) fn broken(&mut self, rest: &[u8], at: usize) {
        let path = if self.mode == Mode::Elements && self.capture.is_some() { self.prefix() } else { String::new() };
        let end = memchr(b'\n', &rest[at..]).map_or(rest.len(), |end| at + end);
        self.fault(Code::NotJson, self.byte + at as u64, self.line, path, &rest[at..end]);
        // Inside a list nothing says where the next element begins; between values a new line does.
        let next = if self.mode == Mode::Elements { Mode::Dead } else { Mode::Resync };
        self.forget();
        self.mode = next;
    }

    pub(super) fn cut_off(&mut self, code: Code) {
        let (byte, line) = self.capture.unwrap_or((self.byte, self.line));
        let path = if self.mode == Mode::Elements && self.capture.is_some() { self.prefix() } else { String::new() };
        let from = self.buffer.len().saturating_sub(SHOWN_BYTES / 8);
        let fault = Fault { code, path, value: excerpt(&self.buffer[from..]), line, byte };
        let after = self.bookmark(self.byte);
        self.events.push_back(Event::Fault(fault, after));
        self.forget();
    }

    pub(super) fn line(&mut self, rest: &[u8]) -> usize {
        let end = memchr(b'\n', rest);
        if self.capture.is_none() {
            self.capture = Some((self.byte, self.line));
        }
        self.keep(&rest[..end.unwrap_or(rest.len())]);
        let Some(end) = end else { return rest.len() };
        self.end_line(end + 1);
        self.line += u64::from(self.mode == Mode::Lines);
        if self.mode == Mode::Lines { end + 1 } else { end }
    }

    pub(super) fn end_line(&mut self, used: usize) {
        let text = self.buffer.trim_ascii();
        if self.lost.is_none() && text.is_empty() {
            self.capture = None;
            self.buffer.clear();
            return;
        }
        if self.lost.is_none() && (text == b"{" || text == b"[") && used > 0 {
            // Values over several lines after all.
            let line = take(&mut self.buffer);
            let start = self.capture.map_or(self.byte, |(byte, _)| byte);
            let back_to = self.byte;
            self.forget();
            self.mode = Mode::Values;
            self.shape = Shape::Values;
            self.byte = start;
            self.push(&line);
            self.byte = back_to;
            return;
        }
        let mut after = self.bookmark(self.byte + used as u64);
        after.line += 1;
        self.emit(String::new(), Shape::Lines, after);
    }

    pub(super) fn resync(&mut self, rest: &[u8]) -> usize {
        match memchr(b'\n', rest) {
            Some(end) => {
                self.mode = Mode::Values;
                self.shape = Shape::Values;
                self.line += 1;
                end + 1
            }
            None => rest.len(),
        }
    }
}
