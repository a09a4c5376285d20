//! Witnesses 见证 of logs (C2SP tlog-witness): what a log asks, and what a witness answers. The witness signs only what
//! continues the log that it has seen; that is all it vouches for, and all it needs to remember.

use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};

use crate::checkpoint::{Checkpoint, CheckpointError, Keys};
use crate::hash::Hash;
use crate::note::{Note, NoteSignature, Signer, Vkey};
use crate::tree::verify_consistency;

/// Lines of a proof at most.
const MAX_PROOF: usize = 63;

/// A request of `add-checkpoint`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The size that the log believes the witness has seen; 0 for none.
    pub old: u64,
    /// The consistency proof from `old` to the checkpoint (RFC 6962 §2.1.2); empty from 0.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, word for word.
    pub checkpoint: String,
}

/// What a witness remembers of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// The size it cosigned last; 0 for none.
    pub size: u64,
    /// The root at that size.
    pub root: Hash,
}

/// Why a witness does not cosign; each has its status in HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unwilling {
    /// Not a request, or an old size beyond the new one.
    #[error("not a request of add-checkpoint")]
    Form,
    /// No key is known for the origin.
    #[error("the log is not known here")]
    UnknownLog,
    /// No signature by a key that is trusted for the origin.
    #[error("no trusted key of the log has signed")]
    Untrusted,
    /// The witness has seen another size, or another root at this one.
    #[error("the log was last seen at size {0}")]
    Elsewhere(u64),
    /// The proof does not lead from what was seen to what is to be signed.
    #[error("the checkpoint does not continue what was seen")]
    Inconsistent,
}

impl Unwilling {
    /// The status that the standard gives.
    pub fn status(self) -> u16 {
        match self {
            Self::Form => 400,
            Self::Untrusted => 403,
            Self::UnknownLog => 404,
            Self::Elsewhere(_) => 409,
            Self::Inconsistent => 422,
        }
    }

    /// A name that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "witness.form",
            Self::UnknownLog => "witness.unknown_log",
            Self::Untrusted => "witness.untrusted",
            Self::Elsewhere(_) => "witness.elsewhere",
            Self::Inconsistent => "witness.inconsistent",
        }
    }
}

impl Request {
    /// The origin that the checkpoint claims: by it the witness finds keys and memory. Nothing of it is checked yet.
    pub fn origin(&self) -> &str {
        self.checkpoint.lines().next().unwrap_or_default()
    }

    /// Decides as a witness: the checkpoint that may be cosigned, to be remembered before the cosignature leaves.
    ///
    /// - `keys`: those trusted for the origin; `None` where it is unknown.
    /// - `seen`: what was cosigned for it last.
    ///
    /// # Errors
    /// In the order of the standard: unknown, untrusted, malformed, elsewhere, inconsistent.
    pub fn judge(&self, keys: Option<&Keys>, seen: Seen) -> Result<Checkpoint, Unwilling> {
        let keys = keys.ok_or(Unwilling::UnknownLog)?;
        let checkpoint = match keys.open(&self.checkpoint) {
            Ok(signed) => signed.checkpoint,
            Err(CheckpointError::Signature(_) | CheckpointError::Unsigned(_)) => return Err(Unwilling::Untrusted),
            Err(CheckpointError::Origin) => return Err(Unwilling::UnknownLog),
            Err(CheckpointError::Note(_) | CheckpointError::Form) => return Err(Unwilling::Form),
        };
        if self.old > checkpoint.size {
            return Err(Unwilling::Form);
        }
        if self.old != seen.size || (self.old == checkpoint.size && self.old > 0 && checkpoint.root != seen.root) {
            return Err(Unwilling::Elsewhere(seen.size));
        }
        let continues = if self.old == 0 {
            self.proof.is_empty()
        } else {
            verify_consistency(self.old, checkpoint.size, &self.proof, &seen.root, &checkpoint.root).is_ok()
        };
        if continues { Ok(checkpoint) } else { Err(Unwilling::Inconsistent) }
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", BASE64.encode(hash)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for Request {
    type Err = Unwilling;

    fn from_str(text: &str) -> Result<Self, Unwilling> {
        let form = Unwilling::Form;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(form)?;
        let mut lines = head.split('\n');
        let size = lines.next().and_then(|line| line.strip_prefix("old ")).ok_or(form)?;
        let old: u64 = size.parse().map_err(|_| form)?;
        if old.to_string() != size {
            return Err(form);
        }
        let hash = |line: &str| BASE64.decode(line).ok().and_then(|hash| hash.try_into().ok());
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>().ok_or(form)?;
        if proof.len() > MAX_PROOF {
            return Err(form);
        }
        Ok(Self { old, proof, checkpoint: checkpoint.to_owned() })
    }
}

/// The answer of a willing witness: its signature lines over a checkpoint.
///
/// - `time`: seconds since 1970.
pub fn cosign(signer: &Signer, checkpoint: &Checkpoint, time: u64) -> String {
    signer.sign(&checkpoint.text(), time).line()
}

/// The lines of a witness's answer that are good signatures of one of these witnesses over the checkpoint; others are
/// passed over, as the standard demands.
///
/// - `checkpoint`: the signed note that was submitted.
pub fn cosignatures(checkpoint: &str, answer: &str, witnesses: &[Vkey]) -> Vec<(Vkey, NoteSignature)> {
    let Some((text, _)) = checkpoint.rsplit_once("\n\n") else { return Vec::new() };
    let text = format!("{text}\n");
    let Ok(note) = format!("{text}\n{answer}").parse::<Note>() else { return Vec::new() };
    let mut good: Vec<(Vkey, NoteSignature)> = Vec::new();
    for signature in note.signatures {
        let by = witnesses.iter().find(|vkey| matches!(vkey.verify(&text, &signature), Ok(Some(_))));
        if let Some(vkey) = by.filter(|vkey| !good.iter().any(|(known, _)| known == *vkey)) {
            good.push((vkey.clone(), signature));
        }
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Frontier, Nodes, consistency_proof, leaf_hash};

    const ORIGIN: &str = "log.example/7";

    fn log() -> Signer {
        Signer::log(ORIGIN, &[7; 32]).unwrap()
    }

    /// A log whose leaves tell its past by this word.
    struct Past(&'static str);

    impl Past {
        fn frontier(&self, from: u64, to: u64) -> Frontier {
            let mut frontier = Frontier::default();
            (from..to).for_each(|at| frontier.append(leaf_hash(format!("{}{at}", self.0).as_bytes())));
            frontier
        }
    }

    impl Nodes for Past {
        type Error = std::convert::Infallible;

        fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
            Ok(self.frontier(index << level, (index + 1) << level).root())
        }
    }

    fn at(size: u64, past: &'static str) -> Checkpoint {
        Checkpoint { origin: ORIGIN.to_owned(), size, root: Past(past).frontier(0, size).root() }
    }

    fn request(old: u64, size: u64) -> Request {
        let proof = if old == 0 { Vec::new() } else { consistency_proof(&Past("a"), old, size).unwrap() };
        Request { old, proof, checkpoint: at(size, "a").sign(&[&log()]).to_string() }
    }

    fn seen(size: u64) -> Seen {
        Seen { size, root: at(size, "a").root }
    }

    #[test]
    fn what_continues_is_cosigned_and_nothing_else() {
        let keys = Keys::single(log().vkey());
        let other = Keys::single(Signer::log(ORIGIN, &[8; 32]).unwrap().vkey());
        let (none, ten) = (Seen::default(), seen(10));
        let fork = Request { checkpoint: at(12, "b").sign(&[&log()]).to_string(), ..request(10, 12) };
        let same_size = Request { old: 10, proof: Vec::new(), checkpoint: at(10, "b").sign(&[&log()]).to_string() };
        let cases = [
            ("first", request(0, 10), Some(&keys), none, Ok(10)),
            ("further", request(10, 12), Some(&keys), ten, Ok(12)),
            ("the same again", request(10, 10), Some(&keys), ten, Ok(10)),
            ("no such log", request(0, 10), None, none, Err(Unwilling::UnknownLog)),
            ("another key", request(0, 10), Some(&other), none, Err(Unwilling::Untrusted)),
            ("not seen yet", request(10, 12), Some(&keys), none, Err(Unwilling::Elsewhere(0))),
            ("seen more", request(0, 10), Some(&keys), ten, Err(Unwilling::Elsewhere(10))),
            ("backwards", Request { old: 10, ..request(0, 5) }, Some(&keys), ten, Err(Unwilling::Form)),
            ("another past", fork, Some(&keys), ten, Err(Unwilling::Inconsistent)),
            ("another past of one size", same_size, Some(&keys), ten, Err(Unwilling::Elsewhere(10))),
            (
                "a proof from nothing",
                Request { proof: vec![[0; 32]], ..request(0, 10) },
                Some(&keys),
                none,
                Err(Unwilling::Inconsistent),
            ),
        ];
        for (case, request, keys, seen, outcome) in cases {
            assert_eq!(request.judge(keys, seen).map(|checkpoint| checkpoint.size), outcome, "{case}");
            assert_eq!(request.to_string().parse::<Request>(), Ok(request), "{case}: as text");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let good = request(3, 8).to_string();
        let cases = [
            String::new(),
            good.replace("old 3", "old 03"),
            good.replace("old 3", "old -3"),
            good.replace("old ", "size "),
            good.replacen('\n', "\n!\n", 1),
            format!("old 0\n{}\n{}", format!("{}\n", BASE64.encode([0; 32])).repeat(64), request(0, 8).checkpoint),
        ];
        for case in cases {
            assert_eq!(case.parse::<Request>(), Err(Unwilling::Form), "{case}");
        }
        let junk = Request { checkpoint: format!("{ORIGIN}\nno checkpoint\n"), ..request(0, 8) };
        assert_eq!(junk.judge(Some(&Keys::single(log().vkey())), Seen::default()), Err(Unwilling::Form));
    }

    #[test]
    fn only_good_signatures_of_known_witnesses_are_kept() {
        let [one, two] = [1, 2].map(|n| Signer::witness(&format!("w.example/{n}"), &[n; 32]).unwrap());
        let checkpoint = at(8, "a");
        let note = checkpoint.sign(&[&log()]).to_string();
        let answer = cosign(&one, &checkpoint, 1_700_000_000);
        let known = [one.vkey()];
        let kept = cosignatures(&note, &answer, &known);
        assert_eq!(kept.len(), 1);
        assert!(cosignatures(&note, &cosign(&two, &checkpoint, 1), &known).is_empty(), "unknown");
        assert!(cosignatures(&note, &cosign(&one, &at(9, "a"), 1), &known).is_empty(), "of another checkpoint");
        assert_eq!(cosignatures(&note, &format!("{answer}{answer}"), &known).len(), 1, "once");
        assert!(cosignatures(&note, "nonsense", &known).is_empty());
        // Appended to the note, they make it a witnessed one.
        let mut keys = Keys::single(log().vkey());
        keys.witnesses = known.to_vec();
        let whole = format!("{note}{}", kept[0].1.line());
        assert_eq!(keys.open(&whole).unwrap().witnesses.len(), 1);
    }
}
