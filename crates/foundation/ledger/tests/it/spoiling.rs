//! Whatever byte is spoiled: nothing panics, nothing else is proved, no other bytes mean the same.

use ledger::sheet::Opened;
use ledger::{Keys, LogKey, Path, Quorum, Sheet, Tag, Value, Vkey, verify_receipt};

use crate::notation::{hash, hex, list, text, vectors};

/// Every text that differs from this one in a single byte, by one bit or by a digit.
fn spoilt(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).flat_map(|at| {
        [1, 2, 0x80].map(|bit| {
            let mut spoilt = bytes.to_vec();
            spoilt[at] ^= bit;
            spoilt
        })
    })
}

#[test]
fn a_spoilt_receipt_proves_nothing_else() {
    let (receipts, checkpoints) = (vectors("receipts"), vectors("checkpoints"));
    let vkey = |name: &str| text(&checkpoints["vkeys"][name]).parse::<Vkey>().unwrap();
    let origin = text(&checkpoints["origin"]).to_owned();
    let keys = Keys {
        origin,
        log: vec![LogKey::always(vkey("new"))],
        beside: Vec::new(),
        witnesses: vec![vkey("witness")],
        quorum: Quorum::None,
    };
    let good = text(&receipts["text"]);
    let proved = verify_receipt(good, &keys).unwrap();
    // From where a witness's line begins, spoiling can turn it into a stranger's, which is passed over.
    let witness = good.find("— witness").unwrap();
    let (mut refused, mut same) = (0, 0);
    for (number, bytes) in spoilt(good.as_bytes()).enumerate() {
        let Ok(spoilt) = String::from_utf8(bytes) else { continue };
        match verify_receipt(&spoilt, &keys) {
            Err(_) => refused += 1,
            Ok(other) => {
                assert!(number / 3 >= witness, "byte {} can be changed:\n{spoilt}", number / 3);
                assert_eq!((&other.act, other.leaf), (&proved.act, proved.leaf));
                assert!(other.signed.witnesses.is_empty());
                same += 1;
            }
        }
    }
    println!("spoilt receipts: {refused} refused, {same} lost their witness");
    for end in 0..good.len() {
        if let Some(cut) = good.get(..end) {
            assert!(verify_receipt(cut, &keys).is_err() || end >= witness, "cut at {end}");
        }
    }
}

/// Whether two openings say the same. Places of leaves are left out: they depend on what is withheld.
fn say_the_same(one: &Opened, other: &Opened) -> bool {
    let fields = |opened: &Opened| -> Vec<(Path, Value)> {
        opened.fields.iter().map(|field| (field.path.clone(), field.value.clone())).collect()
    };
    fields(one) == fields(other) && one.shape == other.shape && one.complete == other.complete
}

#[test]
fn a_spoilt_sheet_says_the_same_or_has_another_root() {
    let cases = list(&vectors("sheets")).to_vec();
    let mut tried = 0;
    for case in cases.iter().filter(|case| case["error"].is_null()) {
        let tag = if case["tag"] == "header" {
            Tag::Header
        } else if case["tag"] == "body" {
            Tag::Body
        } else {
            Tag::Routes
        };
        let seed = case["seed"].is_string().then(|| hash(&case["seed"]));
        let bytes = hex(&case["sheet"]);
        let good = Sheet::decode(&bytes).unwrap().check(tag, seed.as_ref()).unwrap();
        for bytes in spoilt(&bytes) {
            tried += 1;
            let Ok(sheet) = Sheet::decode(&bytes) else { continue };
            assert_eq!(sheet.encode().unwrap(), bytes, "{}", case["name"]);
            let Ok(opened) = sheet.check(tag, seed.as_ref()) else { continue };
            if opened.root == good.root {
                // What is withheld can be said to be larger or smaller; what is in clear stays what it is.
                assert!(say_the_same(&opened, &good), "{}", case["name"]);
            }
        }
    }
    println!("spoilt sheets: {tried} tried");
}

#[test]
fn a_spoilt_value_is_another_value_or_none() {
    for case in list(&vectors("values")["values"]) {
        let good = hex(&case["cbor"]);
        for bytes in spoilt(&good) {
            if let Ok(value) = Value::decode(&bytes) {
                assert_eq!(value.encode().unwrap(), bytes);
                assert_ne!(value, Value::decode(&good).unwrap());
            }
        }
    }
}
