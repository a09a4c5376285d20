//! The public Merkle cases (RFC 6962, RFC 9162, subtrees), found by walking the folder.

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use ledger::tree;
use outside_data::{ends, files, folder};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    leaf_idx: Option<u64>,
    tree_size: Option<u64>,
    start: Option<u64>,
    end: Option<u64>,
    size: Option<u64>,
    size1: Option<u64>,
    size2: Option<u64>,
    root: Option<String>,
    root1: Option<String>,
    root2: Option<String>,
    leaf_hash: Option<String>,
    proof: Option<Vec<String>>,
    want_err: bool,
}

/// Whether the case's proof is good; which kind it is shows in which sizes it has.
fn is_good(case: &Case) -> Option<bool> {
    let bytes = |text: &Option<String>| BASE64.decode(text.as_deref().unwrap_or_default()).ok();
    let proof: Vec<Vec<u8>> =
        case.proof.iter().flatten().map(|hash| BASE64.decode(hash).ok()).collect::<Option<_>>()?;
    let (root, leaf) = (bytes(&case.root)?, bytes(&case.leaf_hash)?);
    let (root1, root2) = (bytes(&case.root1)?, bytes(&case.root2)?);
    let checked = match *case {
        Case { leaf_idx: Some(index), tree_size: Some(size), .. } => {
            tree::verify_inclusion(index, size, &leaf, &proof, &root)
        }
        Case { leaf_idx: Some(index), start: Some(start), end: Some(end), .. } => {
            tree::verify_subtree_inclusion(index, start, end, &leaf, &proof, &root)
        }
        Case { size1: Some(old), size2: Some(size), .. } => tree::verify_consistency(old, size, &proof, &root1, &root2),
        Case { start: Some(start), end: Some(end), size: Some(size), .. } => {
            tree::verify_subtree_consistency(start, end, size, &proof, &root1, &root2)
        }
        _ => return None,
    };
    Some(checked.is_ok())
}

#[test]
fn merkle_public_cases() {
    let Some(folder) = folder("merkle") else { return };
    let files = files(&folder, |path| ends(path, "json"));
    let mut wrong = Vec::new();
    for file in &files {
        let case: Case = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        // A case that could not be read as any kind is not a proof that was refused: it counts as wrong.
        if is_good(&case) != Some(!case.want_err) {
            wrong.push(file);
        }
    }
    println!("public Merkle cases: {} ran, {} passed", files.len(), files.len() - wrong.len());
    assert!(!files.is_empty() && wrong.is_empty(), "{wrong:#?}");
}
