//! Asking witnesses (C2SP tlog-witness): a request over HTTP, and what comes of each answer.

use std::time::Duration;

use ledger::policy::Witness;
use ledger::witness::{Request, cosignatures};
use store::Cosignature;

/// For how long a witness may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer at most: a few signature lines.
const LONGEST: u64 = 16 * 1024;

/// What a witness answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Answered {
    /// It has signed.
    Signed(Cosignature),
    /// It has seen another size.
    Seen(u64),
    /// It refuses, or what it sent is no answer: its status, for the log.
    Refused(u16),
    /// It cannot be reached.
    Away(String),
}

/// A client for witnesses; connections are kept alive.
#[derive(Clone)]
pub(crate) struct Client(ureq::Agent);

impl Client {
    pub(crate) fn new() -> Client {
        Client(outward::agent(PATIENCE, None))
    }

    /// Asks one witness; blocks.
    pub(crate) fn ask(&self, witness: &Witness, url: &str, request: &Request) -> Answered {
        let address = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        let sent = self.0.post(&address).header("content-type", "text/plain; charset=utf-8").send(request.to_string());
        let mut answer = match sent {
            Ok(answer) => answer,
            Err(error) => return Answered::Away(error.to_string()),
        };
        let status = answer.status().as_u16();
        let sized = answer.headers().get("content-type").is_some_and(|kind| kind == "text/x.tlog.size");
        let text = match answer.body_mut().with_config().limit(LONGEST).read_to_string() {
            Ok(text) => text,
            Err(error) => return Answered::Away(error.to_string()),
        };
        understood(witness, request, status, sized, &text)
    }
}

/// What an answer means. Pure.
fn understood(witness: &Witness, request: &Request, status: u16, sized: bool, text: &str) -> Answered {
    match status {
        200 => {
            let good = cosignatures(&request.checkpoint, text, std::slice::from_ref(&witness.vkey));
            good.first().map_or(Answered::Refused(status), |(vkey, signature)| {
                Answered::Signed(Cosignature { witness: vkey.name().to_owned(), line: signature.line() })
            })
        }
        409 if sized => text.trim_end().parse().map_or(Answered::Refused(status), Answered::Seen),
        _ => Answered::Refused(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::note::Signer;
    use ledger::witness::cosign;
    use ledger::{Checkpoint, Frontier};

    #[test]
    fn an_answer_counts_only_if_it_is_one() {
        let log = Signer::log("log.example/1", &[1; 32]).unwrap();
        let signer = Signer::witness("w.example", &[2; 32]).unwrap();
        let witness = Witness { name: "w".to_owned(), vkey: signer.vkey(), url: None };
        let checkpoint = Checkpoint { origin: "log.example/1".to_owned(), size: 0, root: Frontier::default().root() };
        let request = Request { old: 0, proof: Vec::new(), checkpoint: checkpoint.sign(&[&log]).to_string() };
        let good = cosign(&signer, &checkpoint, 7);
        let forged = cosign(&Signer::witness("w.example", &[3; 32]).unwrap(), &checkpoint, 7);
        let signed = Answered::Signed(Cosignature { witness: "w.example".to_owned(), line: good.clone() });
        let cases = [
            ("good", 200, false, good.as_str(), signed),
            ("forged", 200, false, forged.as_str(), Answered::Refused(200)),
            ("empty", 200, false, "", Answered::Refused(200)),
            ("elsewhere", 409, true, "12\n", Answered::Seen(12)),
            ("elsewhere, unsaid", 409, false, "12\n", Answered::Refused(409)),
            ("elsewhere, nonsense", 409, true, "twelve\n", Answered::Refused(409)),
            ("unknown", 404, false, "", Answered::Refused(404)),
        ];
        for (case, status, sized, text, outcome) in cases {
            assert_eq!(understood(&witness, &request, status, sized, text), outcome, "{case}");
        }
    }
}
