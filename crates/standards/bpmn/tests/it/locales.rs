//! The sentences about findings.

use std::collections::{BTreeSet, HashMap};

use bpmn::{LOCALES, RULES};
use regex::Regex;

/// The messages of a Fluent text: key and pattern, continuation lines included.
fn messages(text: &str) -> HashMap<&str, String> {
    let mut messages: HashMap<&str, String> = HashMap::new();
    let mut key = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" =") {
            Some((name, pattern)) if !line.starts_with(' ') => {
                key = name;
                assert!(messages.insert(key, pattern.trim().to_owned()).is_none(), "{key} stands twice");
            }
            _ => messages.entry(key).or_default().push_str(line),
        }
    }
    messages
}

/// The variables that a message uses, those of messages it refers to included.
fn variables(messages: &HashMap<&str, String>, key: &str) -> BTreeSet<String> {
    let variable = Regex::new(r"\$([a-z]+)").expect("a pattern");
    let reference = Regex::new(r"\{ (bpmn-[a-z0-9-]+) \}").expect("a pattern");
    let pattern = messages.get(key).unwrap_or_else(|| panic!("{key} is missing"));
    let mut used: BTreeSet<String> = variable.captures_iter(pattern).map(|found| found[1].to_owned()).collect();
    for found in reference.captures_iter(pattern) {
        used.extend(variables(messages, &found[1]));
    }
    used
}

#[test]
fn every_rule_is_said_in_both_languages_with_its_arguments() {
    for (tag, text) in LOCALES {
        let messages = messages(text);
        let mut known: BTreeSet<String> = BTreeSet::from(["bpmn-kind".to_owned()]);
        for rule in RULES {
            let carried: BTreeSet<String> = rule.arguments.iter().map(|&name| name.to_owned()).collect();
            let (what, mend) = (rule.key(), format!("{}-mend", rule.key()));
            assert_eq!(variables(&messages, &what), carried, "{tag}: {what}");
            assert!(variables(&messages, &mend).is_subset(&carried), "{tag}: {mend}");
            known.extend([what, mend]);
        }
        for (key, pattern) in &messages {
            assert!(known.contains(*key), "{tag}: {key} belongs to no rule");
            assert!(!pattern.trim().is_empty(), "{tag}: {key} says nothing");
        }
    }
}

#[test]
fn chinese_sentences_are_chinese() {
    let (tag, text) = LOCALES[0];
    assert_eq!(tag, "zh-CN");
    let han = Regex::new(r"[\u{4e00}-\u{9fff}]").expect("a pattern");
    for (key, pattern) in messages(text) {
        assert!(han.is_match(&pattern), "{key}: {pattern}");
        // The customary marks are the full-width ones.
        assert!(!pattern.contains(", ") && !pattern.contains("; "), "{key}: {pattern}");
    }
}
