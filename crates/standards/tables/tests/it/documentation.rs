//! The examples of docs/method/mapping.md are mappings, and every code it lists is one.

use tables::Mapping;

const MANUAL: &str = include_str!("../../../../../docs/method/mapping.md");

#[test]
fn the_examples_of_the_manual_are_mappings() {
    let examples: Vec<&str> = MANUAL.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let whole: Vec<&&str> = examples.iter().filter(|text| text.starts_with("format = 1")).collect();
    assert!(!whole.is_empty());
    for text in whole {
        if let Err(errors) = Mapping::parse(text) {
            panic!("{text}\n{errors:#?}");
        }
    }
}

#[test]
fn the_shipped_mappings_are_right() {
    for (name, text) in tables::shipped() {
        let mapping = Mapping::parse(text).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
        assert_eq!(mapping.source().name, *name);
    }
}

/// Every code that the sources can report stands in the manual.
#[test]
fn the_manual_lists_every_code() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut folders = vec![std::path::PathBuf::from(sources)];
    let mut missing = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source");
            let code = |word: &&str| {
                let groups = [
                    "array",
                    "cell",
                    "column",
                    "file",
                    "format",
                    "key",
                    "mapping",
                    "organisation",
                    "path",
                    "process",
                    "row",
                    "scratch",
                    "source",
                    "target",
                    "toml",
                    "value",
                ];
                let letters = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'.');
                letters
                    && word
                        .split_once('.')
                        .is_some_and(|(group, rest)| groups.contains(&group) && !rest.is_empty() && !rest.contains('.'))
            };
            let codes = text.split('"').filter(code).filter(|code| !MANUAL.contains(&format!("`{code}`")));
            missing.extend(codes.map(str::to_owned));
        }
    }
    missing.sort();
    missing.dedup();
    assert_eq!(missing, Vec::<String>::new());
}
