//! Every rule has its sentence and its mend in both languages.

use flow::graph::Rule;

#[test]
fn every_rule_has_its_sentence_and_its_mend_in_both_languages() {
    for (language, text) in flow::LOCALES {
        for rule in Rule::ALL {
            let key = format!("flow-{}", rule.code().to_lowercase());
            for key in [key.clone(), format!("{key}-mend")] {
                let line = text.lines().find(|line| line.starts_with(&format!("{key} = ")));
                let line = line.unwrap_or_else(|| panic!("{language}: {key}"));
                assert!(line.len() > key.len() + 10, "{language}: {line}");
                let chinese = line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                assert_eq!(chinese, language == "zh-CN", "{language}: {line}");
            }
        }
    }
}
