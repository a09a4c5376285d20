//! Inputs that nobody would send on purpose: made from good ones at a fixed seed, so that a failure comes again.

/// A small generator (splitmix64), the same on every machine.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where that is 0.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// Bytes that parsers stumble over: marks of their grammars, ends of ranges, broken UTF-8.
const SPICES: &[&[u8]] = &[
    b"\0",
    b"\"",
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"-",
    b"--",
    b"+",
    b"=",
    b"\xe2\x80\x94 ",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"1e999",
    b"-0",
    b"18446744073709551616",
    b"9223372036854775807",
    b"0.1",
    b"null",
    b"\\u0000",
    b"\\ud800",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"%00",
    b"../",
    b"<script>",
    b"=cmd|'/c'!A1",
];

/// Gives `act` each text of `corpus`, then `many` inputs made from them: cut, doubled, changed here and there, pieces of
/// one put into another, and noise. A panic shows by its number which one it was.
pub fn inputs(corpus: &[&[u8]], many: u32, seed: u64, mut act: impl FnMut(&[u8])) {
    for text in corpus {
        act(text);
    }
    let mut draws = Draws(seed);
    for _ in 0..many {
        act(&one(corpus, &mut draws));
    }
}

fn one(corpus: &[&[u8]], draws: &mut Draws) -> Vec<u8> {
    let mut text = match draws.below(8) {
        0 => (0..draws.below(200)).map(|_| draws.next() as u8).collect(),
        _ => corpus.get(draws.below(corpus.len())).map_or_else(Vec::new, |text| text.to_vec()),
    };
    for _ in 0..=draws.below(4) {
        let at = draws.below(text.len() + 1);
        match draws.below(6) {
            0 => text.truncate(at),
            1 => {
                let piece = text[at..text.len().min(at + draws.below(64))].to_vec();
                text.splice(at..at, piece);
            }
            2 if at < text.len() => text[at] = draws.next() as u8,
            3 if at < text.len() => drop(text.remove(at)),
            4 => {
                let other = corpus.get(draws.below(corpus.len())).copied().unwrap_or_default();
                let from = draws.below(other.len() + 1);
                let piece = &other[from..other.len().min(from + draws.below(64))];
                text.splice(at..at, piece.iter().copied());
            }
            _ => drop(text.splice(at..at, SPICES[draws.below(SPICES.len())].iter().copied())),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_inputs_and_they_differ() {
        let made = |seed| {
            let mut all = Vec::new();
            inputs(&[b"{\"a\": 1}", b"x,y\n"], 500, seed, |text| all.push(text.to_vec()));
            all
        };
        let first = made(7);
        assert_eq!(first.len(), 502);
        assert_eq!(first, made(7));
        assert_ne!(first, made(8));
        let different: std::collections::BTreeSet<_> = first.iter().collect();
        assert!(different.len() > 400, "{}", different.len());
    }
}
