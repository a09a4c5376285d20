//! What of the stream is kept, and handed on.

use std::mem::take;

use super::super::{Bookmark, Shape};
use super::{Event, Piece, SHOWN_BYTES, Splitter};
use crate::fault::{Code, Fault, excerpt};

impl Splitter {
    pub(super) fn keep(&mut self, bytes: &[u8]) {
        if self.capture.is_none() || self.lost.is_some() {
            return;
        }
        if self.buffer.len() + bytes.len() > self.limits.element_bytes {
            let room = SHOWN_BYTES.saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&bytes[..bytes.len().min(room)]);
            self.let_go(Code::TooLong);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    pub(super) fn let_go(&mut self, why: Code) {
        self.lost.get_or_insert(why);
        self.buffer.truncate(SHOWN_BYTES);
        self.buffer.shrink_to_fit();
    }

    /// Ends the element being kept; `used` bytes of the chunk are behind it.
    pub(super) fn end_element(&mut self, used: usize) {
        let prefix = self.prefix();
        self.index += 1;
        self.rubbish = 0;
        let after = self.bookmark(self.byte + used as u64);
        self.emit(prefix, self.shape, after);
    }

    /// Ends an object that was a value of its own.
    pub(super) fn end_value_piece(&mut self, used: usize) {
        let shape = self.shape;
        let byte = self.byte + used as u64;
        let (capture, buffer, lost) = (self.capture, take(&mut self.buffer), self.lost);
        self.end_value();
        (self.capture, self.buffer, self.lost) = (capture, buffer, lost);
        let after = self.bookmark(byte);
        self.emit(String::new(), shape, after);
    }

    pub(super) fn emit(&mut self, prefix: String, shape: Shape, after: Bookmark) {
        let Some((byte, line)) = self.capture.take() else { return };
        let raw = take(&mut self.buffer);
        if let Some(code) = self.lost.take() {
            let fault = Fault { code, path: prefix, value: excerpt(&raw), line, byte };
            self.events.push_back(Event::Fault(fault, after));
        } else {
            self.events.push_back(Event::Piece(Piece { raw, byte, line, shape, prefix, after }));
        }
    }

    pub(super) fn prefix(&self) -> String {
        match self.shape {
            Shape::Values | Shape::Lines => String::new(),
            Shape::Array => format!("/{}", self.index),
            Shape::Releases => format!("/releases/{}", self.index),
            Shape::Records => format!("/records/{}", self.index),
        }
    }

    pub(super) fn bookmark(&self, byte: u64) -> Bookmark {
        Bookmark { byte, line: self.line, index: self.index, shape: self.shape, skip: 0, delivered: 0 }
    }

    pub(super) fn fault(&mut self, code: Code, byte: u64, line: u64, path: String, shown: &[u8]) {
        let fault = Fault { code, path, value: excerpt(shown), line, byte };
        let after = self.bookmark(byte);
        self.events.push_back(Event::Fault(fault, after));
    }
}
