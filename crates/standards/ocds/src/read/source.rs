//! Bytes of a file, unpacked where they are gzip.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// Bytes handed on at a time, so that a source that holds everything does not make its reader hold everything twice.
const CHUNK: usize = 64 * 1024;

type Whole<R> = Counted<Chain<Cursor<Vec<u8>>, R>>;

pub(super) struct Source<R> {
    state: State<R>,
    unpacked: u64,
}

enum State<R> {
    /// Its first bytes have not been looked at.
    Fresh(Option<R>),
    Plain(Whole<R>),
    Gzip(Box<BufReader<MultiGzDecoder<Whole<R>>>>),
}

impl<R: BufRead> Source<R> {
    pub fn new(source: R) -> Source<R> {
        Source { state: State::Fresh(Some(source)), unpacked: 0 }
    }

    /// A source in whose middle we are: nothing to recognise.
    pub fn plain(source: R) -> Source<R> {
        Source { state: State::Plain(Counted::new(Vec::new(), source)), unpacked: 0 }
    }

    pub fn is_compressed(&self) -> bool {
        matches!(self.state, State::Gzip(_))
    }

    pub fn bytes_read(&self) -> u64 {
        match &self.state {
            State::Fresh(_) => 0,
            State::Plain(whole) => whole.count,
            State::Gzip(unpacked) => unpacked.get_ref().get_ref().count,
        }
    }

    /// Bytes that came out of a compressed source; 0 for a plain one.
    pub fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// The next bytes; empty at the end.
    pub fn chunk(&mut self) -> io::Result<&[u8]> {
        if let State::Fresh(source) = &mut self.state {
            let Some(mut source) = source.take() else { return Ok(&[]) };
            let mut magic = Vec::with_capacity(2);
            (&mut source).take(2).read_to_end(&mut magic)?;
            let is_gzip = magic == [0x1f, 0x8b];
            let whole = Counted::new(magic, source);
            self.state = if is_gzip {
                State::Gzip(Box::new(BufReader::with_capacity(CHUNK, MultiGzDecoder::new(whole))))
            } else {
                State::Plain(whole)
            };
        }
        let bytes = match &mut self.state {
            State::Fresh(_) => &[],
            State::Plain(whole) => whole.fill_buf()?,
            State::Gzip(unpacked) => unpacked.fill_buf()?,
        };
        Ok(&bytes[..bytes.len().min(CHUNK)])
    }

    pub fn consume(&mut self, length: usize) {
        match &mut self.state {
            State::Fresh(_) => {}
            State::Plain(whole) => whole.consume(length),
            State::Gzip(unpacked) => {
                unpacked.consume(length);
                self.unpacked += length as u64;
            }
        }
    }
}

/// Counts what is taken.
pub(super) struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: BufRead> Whole<R> {
    fn new(first: Vec<u8>, rest: R) -> Whole<R> {
        Counted { inner: Cursor::new(first).chain(rest), count: 0 }
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.count += length as u64;
        Ok(length)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.count += length as u64;
        self.inner.consume(length);
    }
}
