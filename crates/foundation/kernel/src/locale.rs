//! The languages of the house, and text that exists in both.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language that every page exists in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Locale {
    /// Simplified Chinese 简体中文.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Locale {
    /// Both languages, the default first.
    pub const ALL: [Locale; 2] = [Locale::ZhCn, Locale::En];

    /// The BCP 47 tag, as in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Locale::ZhCn => "zh-CN",
            Locale::En => "en",
        }
    }

    /// The best language for an `Accept-Language` header, or `None` if it asks for neither.
    ///
    /// Weights (`q`) are honoured, 0 excludes; every kind of Chinese is answered in simplified Chinese, `*` by the default.
    pub fn negotiate(header: &str) -> Option<Locale> {
        let mut best: Option<(u32, Locale)> = None;
        for wish in header.split(',') {
            let mut parts = wish.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), weight);
            let primary = tag.split('-').next().unwrap_or_default();
            let locale = if primary.eq_ignore_ascii_case("zh") || primary == "*" {
                Locale::ZhCn
            } else if primary.eq_ignore_ascii_case("en") {
                Locale::En
            } else {
                continue;
            };
            // On equal weights the first named one wins, as browsers order them.
            if let Some(weight) = weight.filter(|w| *w > 0)
                && best.is_none_or(|(other, _)| weight > other)
            {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// A weight in thousandths: `"0.8"` is 800.
fn weight(text: &str) -> Option<u32> {
    let weight: f32 = text.trim().parse().ok()?;
    (0.0..=1.0).contains(&weight).then_some((weight * 1000.0) as u32)
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// The tag names no language of the house.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a language of this system (zh-CN, en)")]
pub struct NoSuchLocale;

impl FromStr for Locale {
    type Err = NoSuchLocale;

    fn from_str(text: &str) -> Result<Locale, NoSuchLocale> {
        Locale::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(text)).ok_or(NoSuchLocale)
    }
}

/// Text in both languages: names of organs and duties, titles of rules.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Simplified Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Text of both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    /// Text that reads the same in both, such as a name from data.
    pub fn same(text: impl Into<String>) -> Text {
        let text = text.into();
        Text { zh: text.clone(), en: text }
    }

    /// The text for a reader of that language; the Chinese one where it is not there in English, as with what an office typed once.
    pub fn said(&self, locale: Locale) -> &str {
        match self.get(locale) {
            "" => &self.zh,
            said => said,
        }
    }

    /// The text for a reader of that language.
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::ZhCn => &self.zh,
            Locale::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_negotiated() {
        let cases = [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Locale::ZhCn)),
            ("en-GB,en;q=0.9", Some(Locale::En)),
            ("fr, en;q=0.3, zh;q=0.7", Some(Locale::ZhCn)),
            ("en;q=0.5, zh;q=0.5", Some(Locale::En)),
            ("zh;q=0, en;q=0.1", Some(Locale::En)),
            ("zh-Hant-TW", Some(Locale::ZhCn)),
            ("*", Some(Locale::ZhCn)),
            ("de, fr;q=0.5", None),
            ("en;q=NaN", None),
            ("", None),
            (";;q=,,", None),
        ];
        for (header, expected) in cases {
            assert_eq!(Locale::negotiate(header), expected, "{header}");
        }
        for locale in Locale::ALL {
            assert_eq!(locale.tag().parse(), Ok(locale));
        }
        assert_eq!(Text::new("机关", "organ").get(Locale::En), "organ");
    }
}
