//! Every parser that meets the outside, over its corpus and 10,000 inputs made from it: it answers or refuses, and never
//! panics. Where what it read can be written again, reading that gives the same.

use std::path::Path;

use testkit::fuzz::inputs;

use crate::doors::DOORS;

/// Inputs for each parser.
const MANY: u32 = 10_000;

#[test]
fn no_bytes_from_outside_bring_a_parser_down() {
    for (seed, door) in (1..).zip(DOORS) {
        let corpus = (door.corpus)();
        let corpus: Vec<&[u8]> = corpus.iter().map(Vec::as_slice).collect();
        assert!(!corpus.is_empty(), "{}", door.name);
        let many = if door.slow { MANY / 10 } else { MANY };
        inputs(&corpus, many, seed, door.open);
        println!("{}: {many} inputs", door.name);
    }
}

#[test]
fn every_door_has_its_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/fuzz_targets");
    let mut targets: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    targets.sort();
    let mut doors: Vec<&str> = DOORS.iter().map(|door| door.name).collect();
    doors.sort_unstable();
    assert_eq!(targets, doors);
}
