//! All texts of a node, in both languages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::{Arg, Locale};
use crate::view::format;

/// This crate's own texts; every catalogue begins with them.
const OWN: [(Locale, &str); 4] = [
    (Locale::ZhCn, include_str!("../../locales/zh-CN/http.ftl")),
    (Locale::En, include_str!("../../locales/en/http.ftl")),
    (Locale::ZhCn, include_str!("../../locales/zh-CN/web.ftl")),
    (Locale::En, include_str!("../../locales/en/web.ftl")),
];

/// All texts, by language and key. Made once at start; read by every page.
pub struct Catalogue {
    chinese: Shelf,
    english: Shelf,
    strict: bool,
}

/// The texts of one language: as Fluent uses them, and as written, for checking.
struct Shelf {
    bundle: FluentBundle<FluentResource>,
    written: BTreeMap<String, String>,
}

/// Why a catalogue cannot be made: a bug in a Fluent file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CatalogueFault {
    /// A file is not Fluent; `line` counts from 1 in that file.
    #[error("Fluent text ({language}) has a fault near line {line}: {what}")]
    Malformed {
        /// The file's language tag.
        language: &'static str,
        /// Where, counted from 1.
        line: usize,
        /// What the parser said.
        what: String,
    },
    /// Two files define the same key.
    #[error("text {key} ({language}) is written twice")]
    Twice {
        /// The language tag.
        language: &'static str,
        /// The key in question.
        key: String,
    },
}

/// Something that makes the two languages unequal; none may be left in a release.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Finding {
    /// The key exists in the other language only.
    Missing(Locale, String),
    /// An English text holds Han characters.
    HanInEnglish(String),
    /// The two texts take different values.
    OtherValues(String),
}

impl Catalogue {
    /// Joins this crate's texts and those of the platforms, each a language and the content of a `.ftl` file.
    pub fn new(sources: &[(Locale, &str)]) -> Result<Catalogue, CatalogueFault> {
        let mut catalogue =
            Catalogue { chinese: Shelf::empty(Locale::ZhCn), english: Shelf::empty(Locale::En), strict: false };
        for (locale, text) in OWN.iter().chain(sources) {
            let shelf = match locale {
                Locale::ZhCn => &mut catalogue.chinese,
                Locale::En => &mut catalogue.english,
            };
            shelf.add(locale.tag(), text)?;
        }
        Ok(catalogue)
    }

    /// Makes a missing text a panic, which is what tests want; otherwise the key itself is shown.
    pub fn strict(mut self) -> Catalogue {
        self.strict = true;
        self
    }

    /// The texts of this crate alone, strict.
    ///
    /// # Panics
    /// Where this crate's own Fluent files are broken, which its tests exclude.
    pub fn own() -> &'static Catalogue {
        static OWN_ALONE: LazyLock<Catalogue> = LazyLock::new(|| match Catalogue::new(&[]) {
            Ok(catalogue) => catalogue.strict(),
            Err(fault) => panic!("{fault}"),
        });
        &OWN_ALONE
    }

    /// The text of `key` in `locale`, filled with `values`.
    ///
    /// A key that does not exist, or a text whose value is not given, shows the key itself.
    ///
    /// # Panics
    /// In the same cases, where the catalogue is [`strict`](Catalogue::strict).
    pub fn text(&self, locale: Locale, key: &str, values: &[(&str, Arg)]) -> String {
        match self.shelf(locale).text(key, values) {
            Ok(text) => text,
            Err(why) if self.strict => panic!("text {key} ({}): {why}", locale.tag()),
            Err(why) => {
                tracing::error!(key, language = locale.tag(), why, "a text cannot be shown");
                key.to_owned()
            }
        }
    }

    /// Whether `key` exists in `locale`.
    pub fn has(&self, locale: Locale, key: &str) -> bool {
        self.shelf(locale).bundle.has_message(key)
    }

    /// The keys of one language.
    pub fn keys(&self, locale: Locale) -> BTreeSet<&str> {
        self.shelf(locale).written.keys().map(String::as_str).collect()
    }

    /// Everything in which the two languages differ where they must not; a test asserts that it is empty.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (key, chinese) in &self.chinese.written {
            match self.english.written.get(key) {
                None => findings.push(Finding::Missing(Locale::En, key.clone())),
                Some(english) if values_of(chinese) != values_of(english) => {
                    findings.push(Finding::OtherValues(key.clone()));
                }
                Some(_) => {}
            }
        }
        for (key, english) in &self.english.written {
            if !self.chinese.written.contains_key(key) {
                findings.push(Finding::Missing(Locale::ZhCn, key.clone()));
            }
            if has_han(english) {
                findings.push(Finding::HanInEnglish(key.clone()));
            }
        }
        findings
    }

    fn shelf(&self, locale: Locale) -> &Shelf {
        match locale {
            Locale::ZhCn => &self.chinese,
            Locale::En => &self.english,
        }
    }
}

impl Shelf {
    fn empty(locale: Locale) -> Shelf {
        let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolation marks would end up in exports and page titles; both our languages are written left to right.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) if number.value.fract() == 0.0 => Some(format::number(number.value as i64)),
            _ => None,
        }));
        Shelf { bundle, written: BTreeMap::new() }
    }

    fn add(&mut self, language: &'static str, text: &str) -> Result<(), CatalogueFault> {
        let resource = FluentResource::try_new(text.to_owned()).map_err(|(_, faults)| {
            let (line, what) = match faults.first() {
                Some(fault) => (text[..fault.pos.start.min(text.len())].lines().count(), fault.to_string()),
                None => (1, String::new()),
            };
            CatalogueFault::Malformed { language, line, what }
        })?;
        self.bundle.add_resource(resource).map_err(|faults| {
            let key = faults
                .iter()
                .find_map(|fault| match fault {
                    FluentError::Overriding { id, .. } => Some(id.clone()),
                    _ => None,
                })
                .unwrap_or_default();
            CatalogueFault::Twice { language, key }
        })?;
        self.written.extend(messages(text));
        Ok(())
    }

    fn text(&self, key: &str, values: &[(&str, Arg)]) -> Result<String, &'static str> {
        let pattern = self.bundle.get_message(key).ok_or("no such key")?.value().ok_or("it has no text")?;
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut faults);
        if faults.is_empty() { Ok(text.into_owned()) } else { Err("a value is missing") }
    }
}

/// The messages of a Fluent file as written: key and everything up to the next key. Terms and comments are left out.
fn messages(text: &str) -> Vec<(String, String)> {
    let mut messages: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let begins = line.starts_with(|c: char| c.is_ascii_alphabetic());
        match line.split_once('=') {
            Some((key, rest)) if begins => messages.push((key.trim().to_owned(), rest.to_owned())),
            _ => {
                if let Some((_, body)) = messages.last_mut() {
                    body.push('\n');
                    body.push_str(line);
                }
            }
        }
    }
    messages
}

/// The names of the values a text takes.
fn values_of(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
            &rest[..end]
        })
        .collect()
}

/// Whether a text holds Chinese characters or Chinese punctuation.
fn has_han(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{2E80}'..='\u{303F}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_complete() {
        assert_eq!(Catalogue::own().findings(), []);
        assert!(Catalogue::own().keys(Locale::En).len() > 50);
    }

    #[test]
    fn what_is_unequal_is_found() {
        let sources = [
            (Locale::ZhCn, "x-a = 甲\nx-b = { $n } 件\nx-d = 丁\n"),
            (Locale::En, "x-a = 甲\nx-b = { $count } items\nx-c = C\n"),
        ];
        let findings = Catalogue::new(&sources).unwrap().findings();
        let expected = [
            Finding::OtherValues("x-b".into()),
            Finding::Missing(Locale::En, "x-d".into()),
            Finding::HanInEnglish("x-a".into()),
            Finding::Missing(Locale::ZhCn, "x-c".into()),
        ];
        assert_eq!(findings, expected);
    }

    #[test]
    fn a_broken_file_is_refused() {
        let twice = Catalogue::new(&[(Locale::En, "x = 1\n"), (Locale::En, "x = 2\n")]).err();
        assert_eq!(twice, Some(CatalogueFault::Twice { language: "en", key: "x".into() }));
        assert!(matches!(
            Catalogue::new(&[(Locale::En, "x = 1\ny = {\n")]).err(),
            Some(CatalogueFault::Malformed { line: 2 | 3, .. })
        ));
    }

    #[test]
    fn a_missing_text_shows_its_key_outside_tests() {
        let catalogue =
            Catalogue::new(&[(Locale::En, "x = { $n ->\n [one] one thing\n *[other] { $n } things\n}\n")]).unwrap();
        assert_eq!(catalogue.text(Locale::En, "nothing-here", &[]), "nothing-here");
        assert_eq!(catalogue.text(Locale::En, "x", &[]), "x");
        assert_eq!(catalogue.text(Locale::En, "x", &[("n", 1.into())]), "one thing");
        assert_eq!(catalogue.text(Locale::En, "x", &[("n", 12_000.into())]), "12,000 things");
    }

    #[test]
    #[should_panic(expected = "no such key")]
    fn a_missing_text_is_a_panic_in_tests() {
        Catalogue::own().text(Locale::En, "nothing-here", &[]);
    }
}
