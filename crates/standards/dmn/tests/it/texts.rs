//! Every code has its sentence and its mend in both languages.

use dmn::{Code, LOCALES, Rule};
use std::collections::{BTreeMap, BTreeSet};

fn messages(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(" = ").expect("one message a line"))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn variables(text: &str) -> BTreeSet<&str> {
    text.split("{ $").skip(1).map(|rest| rest.split(" }").next().unwrap_or_default()).collect()
}

#[test]
fn both_languages_say_every_code_and_its_mend() {
    let codes: BTreeSet<&str> =
        Code::ALL.iter().map(|code| code.code()).chain(Rule::ALL.iter().map(|rule| rule.code())).collect();
    let wanted: BTreeSet<String> =
        codes.iter().flat_map(|code| [format!("dmn-{code}"), format!("dmn-{code}-mend")]).collect();
    assert_eq!(LOCALES.map(|(tag, _)| tag), ["zh-CN", "en"]);
    let languages = LOCALES.map(|(_, text)| messages(text));
    for (language, (tag, text)) in languages.iter().zip(LOCALES) {
        let keys: BTreeSet<String> = language.keys().cloned().collect();
        assert_eq!(keys, wanted, "{tag}");
        assert_eq!(text.lines().filter(|line| line.contains(" = ")).count(), keys.len(), "{tag}: a key twice");
        for (key, value) in language {
            assert!(value.len() > 5, "{tag} {key}");
            assert!(variables(value).is_subset(&BTreeSet::from(["what", "rules", "witness"])), "{tag} {key}");
        }
    }
    for (key, chinese) in &languages[0] {
        assert_eq!(variables(chinese), variables(&languages[1][key]), "{key}");
    }
}
