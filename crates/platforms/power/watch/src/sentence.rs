//! Sentences of rules: text with places in braces that what was found fills.

use kernel::Text;

/// The places of a template, in order.
pub(crate) fn places(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, behind)) = rest.split_once('{') {
        let Some((place, after)) = behind.split_once('}') else { break };
        found.push(place.to_owned());
        rest = after;
    }
    found
}

/// A sentence with its places filled; what fills none stays as it is, so that nothing is hidden.
pub(crate) fn filled(sentence: &Text, with: &[(&'static str, Text)]) -> Text {
    let fill = |template: &str, of: fn(&Text) -> &str| {
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            out.push_str(before);
            let Some((place, after)) = behind.split_once('}') else {
                out.push('{');
                rest = behind;
                continue;
            };
            match with.iter().find(|(name, _)| *name == place) {
                Some((_, text)) => out.push_str(of(text)),
                None => out.push_str(&format!("{{{place}}}")),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    };
    Text::new(fill(&sentence.zh, |text| &text.zh), fill(&sentence.en, |text| &text.en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_both_languages_and_once() {
        let sentence = Text::new("{a}和{b}：{a", "{b} and {c}, {a}");
        let with = [("a", Text::new("甲{b}", "one")), ("b", Text::same("2"))];
        let text = filled(&sentence, &with);
        assert_eq!((text.zh.as_str(), text.en.as_str()), ("甲{b}和2：{a", "2 and {c}, one"));
        assert_eq!(places("{a}和{b}：{c"), ["a", "b"]);
    }
}
