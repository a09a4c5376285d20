//! Reads a file in large pieces that end at a line feed, and lets several threads work on them.
//!
//! Whatever the pieces and however many threads: a piece knows its place (bytes and lines before it), and what comes
//! out of it is handed over in the order of the file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use memchr::{memchr, memchr_iter, memrchr};

/// How much is read at once; a longer line makes its piece longer.
const PIECE_BYTES: usize = 1 << 20;

/// Where a piece stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Pieces before it.
    pub index: u64,
    /// Bytes before it.
    pub offset: u64,
    /// The number of its first line, from 1.
    pub line: u64,
}

/// Whole lines in the order of the file.
struct Pieces<R> {
    reader: R,
    size: usize,
    rest: Vec<u8>,
    next: Place,
    /// Why reading stopped early, with the number of the line it struck; told once, after the pieces before it.
    failure: Option<(u64, std::io::Error)>,
    ended: bool,
}

impl<R: Read> Pieces<R> {
    fn new(reader: R, size: usize) -> Self {
        let next = Place { index: 0, offset: 0, line: 1 };
        Self { reader, size: size.max(1), rest: Vec::new(), next, failure: None, ended: false }
    }

    /// Fills `piece` with the next whole lines.
    fn next(&mut self, piece: &mut Vec<u8>) -> Option<Place> {
        piece.clear();
        piece.append(&mut self.rest);
        let mut searched = 0;
        while !self.ended {
            match (&mut self.reader).take(self.size as u64).read_to_end(piece) {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) => {
                    self.failure = Some((self.next.line, error));
                    self.ended = true;
                }
            }
            if let Some(end) = memrchr(b'\n', &piece[searched..]) {
                self.rest.extend_from_slice(&piece[searched + end + 1..]);
                piece.truncate(searched + end + 1);
                break;
            }
            searched = piece.len();
        }
        if self.ended {
            // What was set aside belongs to the last piece.
            piece.append(&mut self.rest);
        }
        if piece.is_empty() {
            return None;
        }
        let place = self.next;
        let lines = memchr_iter(b'\n', piece).count() as u64;
        self.next =
            Place { index: place.index + 1, offset: place.offset + piece.len() as u64, line: place.line + lines };
        if let Some((line, _)) = &mut self.failure {
            *line = self.next.line;
        }
        Some(place)
    }
}

/// What to do with pieces.
pub trait Work: Sync {
    /// What a thread keeps from piece to piece.
    type Thread: Send;
    /// What one piece gives.
    type Output: Send;
    /// A thread begins.
    fn start(&self) -> Self::Thread;
    /// A thread works on a piece.
    fn piece(&self, thread: &mut Self::Thread, place: Place, bytes: &[u8]) -> Self::Output;
}

/// How a run ended.
pub struct Run<T> {
    /// What each thread kept.
    pub threads: Vec<T>,
    /// The line at which reading failed, and why.
    pub failure: Option<(u64, std::io::Error)>,
}

/// Does `work` on all of `reader` with `threads` threads; `sink` gets the outputs in the order of the file.
pub fn work<W: Work>(
    reader: &mut (dyn Read + Send),
    threads: usize,
    work: &W,
    sink: impl FnMut(W::Output),
) -> Run<W::Thread> {
    run(reader, threads, PIECE_BYTES, work, sink)
}

/// As [`work`], with a given size of pieces: tests cut finely.
pub fn run<W: Work>(
    reader: &mut (dyn Read + Send),
    threads: usize,
    size: usize,
    work: &W,
    mut sink: impl FnMut(W::Output),
) -> Run<W::Thread> {
    let pieces = Mutex::new(Pieces::new(reader, size));
    let threads = threads.max(1);
    // Threads wait for whoever takes their outputs: a slow writer shall not make memory grow.
    let (send, receive) = sync_channel(threads * 4);
    let kept = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|_| {
                let send = send.clone();
                let pieces = &pieces;
                scope.spawn(move || one_thread(pieces, work, &send))
            })
            .collect();
        drop(send);
        in_order(&receive, &mut sink);
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let pieces = pieces.into_inner().unwrap_or_else(PoisonError::into_inner);
    Run { threads: kept, failure: pieces.failure }
}

fn one_thread<W: Work, R: Read>(pieces: &Mutex<Pieces<R>>, work: &W, send: &SyncSender<(u64, W::Output)>) -> W::Thread {
    let mut kept = work.start();
    let mut bytes = Vec::new();
    loop {
        let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).next(&mut bytes);
        let Some(place) = next else { return kept };
        let output = work.piece(&mut kept, place, &bytes);
        if send.send((place.index, output)).is_err() {
            return kept;
        }
    }
}

fn in_order<T>(receive: &Receiver<(u64, T)>, sink: &mut impl FnMut(T)) {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (index, output) in receive {
        waiting.insert(index, output);
        while let Some(output) = waiting.remove(&next) {
            sink(output);
            next += 1;
        }
    }
}

/// The text of a piece. Lines that are not UTF-8 are blanked out, which keeps every other byte in its place; their
/// numbers come along.
pub fn text(bytes: &[u8], first: u64) -> (Cow<'_, str>, Vec<u64>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut clean = String::with_capacity(bytes.len());
    let mut bad = Vec::new();
    for (number, line) in (first..).zip(bytes.split_inclusive(|&byte| byte == b'\n')) {
        if let Ok(line) = std::str::from_utf8(line) {
            clean.push_str(line);
        } else {
            bad.push(number);
            let ended = line.ends_with(b"\n");
            clean.extend(std::iter::repeat_n(' ', line.len() - usize::from(ended)));
            clean.push_str(if ended { "\n" } else { "" });
        }
    }
    (Cow::Owned(clean), bad)
}

/// Calls `each` with the start and the number of every line; it answers where it stopped reading, and the rest of the
/// line is passed over.
#[inline]
pub fn each_line(text: &str, first: u64, mut each: impl FnMut(usize, u64) -> usize) {
    let (mut start, mut number) = (0, first);
    while start < text.len() {
        let stopped = each(start, number).clamp(start, text.len());
        start = memchr(b'\n', &text.as_bytes()[stopped..]).map_or(text.len(), |left| stopped + left + 1);
        number += 1;
    }
}

/// The line that starts at `start`, without its line feed.
pub fn line_at(text: &str, start: usize) -> &str {
    let line = &text[start..];
    line.split_once('\n').map_or(line, |(line, _)| line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Numbered;
    impl Work for Numbered {
        type Thread = u64;
        type Output = Vec<(u64, u64, String)>;
        fn start(&self) -> u64 {
            0
        }
        fn piece(&self, lines: &mut u64, place: Place, bytes: &[u8]) -> Self::Output {
            let (text, _) = text(bytes, place.line);
            let mut out = Vec::new();
            each_line(&text, place.line, |start, number| {
                *lines += 1;
                out.push((number, place.offset + start as u64, line_at(&text, start).to_owned()));
                start
            });
            out
        }
    }

    proptest! {
        #[test]
        fn any_pieces_and_threads_give_the_same_lines(content in "[ab\n]{0,60}", size in 1usize..20, threads in 1usize..4) {
            let mut got = Vec::new();
            let ran = run(&mut content.as_bytes(), threads, size, &Numbered, |lines| got.extend(lines));
            let mut offset = 0;
            let expected: Vec<_> = (1..)
                .zip(content.lines())
                .map(|(number, line)| {
                    let at = offset;
                    offset += line.len() as u64 + 1;
                    (number, at, line.to_owned())
                })
                .collect();
            prop_assert_eq!(ran.threads.iter().sum::<u64>(), expected.len() as u64);
            prop_assert_eq!(got, expected);
        }
    }

    #[test]
    fn a_failing_reader_names_the_line() {
        struct Broken(usize);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.0 += 1;
                if self.0 > 1 {
                    return Err(std::io::Error::other("gone"));
                }
                buffer[..4].copy_from_slice(b"1\n2\n");
                Ok(4)
            }
        }
        let mut lines = 0;
        let ran = work(&mut Broken(0), 1, &Numbered, |piece| lines += piece.len());
        assert_eq!((lines, ran.failure.map(|(line, _)| line)), (2, Some(3)));
    }

    #[test]
    fn bytes_that_are_not_text_cost_their_own_line_only() {
        let (clean, bad) = text(b"a\n\xff\xfe\nb", 5);
        assert_eq!((&*clean, bad), ("a\n  \nb", vec![6]));
    }
}
