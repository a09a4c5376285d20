//! Every component's samples, kept as snapshots in both languages, and the rules that hold for all of them.

use web::assets;
use web::locale::{Locale, Words};
use web::view::design;

#[test]
fn samples_look_as_reviewed() {
    for locale in Locale::ALL {
        for (component, samples) in design::samples(Words::own(locale)) {
            let text: String = samples.iter().map(|(name, html)| format!("--- {name}\n{html}\n")).collect();
            // Files are named after their content, which is not what is reviewed here.
            let text = assets::all().iter().fold(text, |text, asset| text.replace(asset.file, asset.name));
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{component}-{}", locale.tag()), text);
            });
        }
    }
}

/// The content policy allows no inline style or script, and htmx must evaluate nothing. A script is a file of ours, or none.
#[test]
fn nothing_is_inline() {
    for locale in Locale::ALL {
        for (component, samples) in design::samples(Words::own(locale)) {
            for (name, html) in samples {
                let text = html.as_str().replace("<script type=\"module\" src=\"/assets/", "").replace("</script>", "");
                for forbidden in [" style=", "<style", "<script", " onclick", " hx-on", "javascript:", "js:"] {
                    assert!(!text.contains(forbidden), "{component}, {name}: {forbidden}");
                }
            }
        }
    }
}

/// English samples hold no Han characters, so nothing is left untranslated.
#[test]
fn english_is_english() {
    for (component, samples) in design::samples(Words::own(Locale::En)) {
        for (name, html) in samples {
            // The value that an import held back is data and stays as it came.
            let text = html.as_str().replace("12,80万", "");
            let han = text
                .chars()
                .find(|c| matches!(c, '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}'));
            assert_eq!(han, None, "{component}, {name}");
        }
    }
}

/// Within one page every id is used once, and each sample is well nested.
#[test]
fn tags_are_closed() {
    const VOID: [&str; 8] = ["input", "br", "meta", "link", "hr", "img", "col", "wbr"];
    for (component, samples) in design::samples(Words::own(Locale::ZhCn)) {
        for (name, html) in samples {
            let mut open = Vec::new();
            for piece in html.as_str().split('<').skip(1) {
                let tag = piece.split('>').next().unwrap_or_default();
                let word = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
                if tag.starts_with('/') {
                    assert_eq!(open.pop(), Some(word), "{component}, {name}: </{word}>");
                } else if !tag.ends_with('/') && !VOID.contains(&word) {
                    open.push(word);
                }
            }
            assert!(open.is_empty(), "{component}, {name}: {open:?} left open");
        }
    }
}
