//! The worked examples and their pages.

use std::path::{Path, PathBuf};

use redflags_rules::registry::By;
use redflags_rules::text::Lang;
use redflags_rules::{Settings, explain, indicators, method};

#[test]
fn every_worked_example_yields_what_its_page_says() {
    let mut wrong = Vec::new();
    for example in method::examples() {
        match example.run() {
            Ok(judged) if example.expected.fits(&judged.outcome) => {
                for lang in [Lang::Zh, Lang::En] {
                    assert!(!explain::sentence(&judged, Some("CNY"), lang).is_empty());
                }
            }
            Ok(judged) => wrong.push(format!("{}: {:?}, not {:?}", example.code, judged.outcome, example.expected)),
            Err(error) => wrong.push(format!("{}: {error}", example.code)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_indicator_judged_here_has_an_example() {
    for indicator in indicators().iter().filter(|indicator| matches!(indicator.by, By::Judge | By::History)) {
        let count = method::examples().filter(|example| example.code == indicator.code).count();
        assert_eq!(count, 1, "{}", indicator.code);
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../docs/method")
}

#[test]
fn the_method_pages_are_up_to_date() {
    let settings = Settings::cn().expect("the embedded pack reads");
    let stale = |file: String, text: String| {
        std::fs::read_to_string(folder().join(&file)).ok().filter(|known| *known == text).is_none().then_some(file)
    };
    let mut old: Vec<String> = indicators()
        .iter()
        .filter_map(|indicator| stale(format!("{}.md", indicator.code), method::method_page(indicator, &settings)))
        .collect();
    old.extend(stale("indicators.md".into(), method::index_page()));
    assert!(old.is_empty(), "write them anew with: cargo run -p redflags-rules --example method_pages\n{old:?}");
}
