//! SM2 with SM3 beside the log's own signature: never instead of it.

use ledger::checkpoint::CheckpointError;
use ledger::note::{Algorithm, NoteSignature};
use ledger::{Checkpoint, Keys, Signer, Vkey};

const ORIGIN: &str = "a.invalid/7";

/// The example of GB/T 32918.5-2017 annex A: key, message and signature, for the name that is agreed on by default.
const SECRET: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const POINT: &str = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                     ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const SIGNED: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                      b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn beside() -> Signer {
    Signer::beside(ORIGIN, &bytes(SECRET).try_into().unwrap()).unwrap()
}

#[test]
fn the_example_of_the_standard_holds() {
    let vkey = beside().vkey();
    assert_eq!(vkey.algorithm(), Algorithm::Sm2);
    let read: Vkey = vkey.to_string().parse().unwrap();
    assert_eq!(read, vkey);
    assert!(vkey.to_string().ends_with(&{
        use base64::prelude::{BASE64_STANDARD, Engine as _};
        BASE64_STANDARD.encode([b"\xffsm2-sm3\x04".as_slice(), &bytes(POINT)].concat())
    }));
    let mut signature = NoteSignature { name: ORIGIN.to_owned(), key_id: vkey.id(), signature: bytes(SIGNED) };
    assert_eq!(vkey.verify("message digest", &signature), Ok(None));
    assert!(vkey.verify("message digesT", &signature).is_err());
    for at in [0, 31, 32, 63] {
        signature.signature[at] ^= 1;
        assert!(vkey.verify("message digest", &signature).is_err(), "byte {at}");
        signature.signature[at] ^= 1;
    }
    assert!(Signer::beside(ORIGIN, &[0; 32]).is_err() && Signer::beside(ORIGIN, &[0xff; 32]).is_err(), "no scalars");
}

#[test]
fn it_counts_beside_the_logs_own_signature_and_never_instead() {
    let own = Signer::log(ORIGIN, &[7; 32]).unwrap();
    let known = Keys { beside: vec![beside().vkey()], ..Keys::single(own.vkey()) };
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: 3, root: [5; 32] };
    let both = checkpoint.sign(&[&own, &beside()]).to_string();
    assert_eq!(both.lines().filter(|line| line.starts_with('\u{2014}')).count(), 2);
    let signed = known.open(&both).unwrap();
    assert_eq!((signed.keys, signed.beside), (vec![own.vkey()], vec![beside().vkey()]));
    // Who does not know the key passes its line over, as the standard asks.
    assert_eq!(Keys::single(own.vkey()).open(&both).unwrap().beside, []);
    // Without it the checkpoint stands; alone it vouches for nothing.
    assert_eq!(known.open(&checkpoint.sign(&[&own]).to_string()).unwrap().beside, []);
    let alone = checkpoint.sign(&[&beside()]).to_string();
    assert_eq!(known.open(&alone), Err(CheckpointError::Unsigned(3)));
    // A line of the known key that it did not make is a forgery.
    let other = Checkpoint { size: 4, ..checkpoint.clone() }.sign(&[&beside()]);
    let mut forged = checkpoint.sign(&[&own]);
    forged.signatures.extend(other.signatures);
    assert_eq!(known.open(&forged.to_string()), Err(CheckpointError::Signature(ORIGIN.to_owned())));
}
