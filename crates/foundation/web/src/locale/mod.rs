//! Language: which one a reader gets, and the texts in it.
//!
//! Two languages are complete: Chinese first (`zh-CN`), English (`en`). A crate that shows pages brings one Fluent file
//! per language; the binary joins them into one [`Catalogue`] at start:
//!
//! ```
//! use web::locale::{Catalogue, Locale, Words};
//!
//! let sources = [(Locale::ZhCn, "pond-title = 池塘\n"), (Locale::En, "pond-title = Pond\n")];
//! let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(&sources).unwrap().strict()));
//! assert!(catalogue.findings().is_empty());
//! assert_eq!(Words::new(catalogue, Locale::En).t("pond-title"), "Pond");
//! ```
//!
//! Keys begin with the name of their crate, so that two crates never fight over one key.

mod catalogue;
mod words;

pub use catalogue::{Catalogue, CatalogueFault, Finding};
pub use words::{Arg, Words};

pub use kernel::Locale;

/// A language's own name for itself, for the switch in the page frame.
pub fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::ZhCn => "中文",
        Locale::En => "English",
    }
}

/// The other language: what the switch leads to.
pub fn other(locale: Locale) -> Locale {
    match locale {
        Locale::ZhCn => Locale::En,
        Locale::En => Locale::ZhCn,
    }
}

/// Splits a language off the front of a path: `/en/queue` is English and `/queue`.
///
/// Only the exact tags `zh-CN` and `en` count, so that a page called `/entry` keeps its name.
pub fn split_path(path: &str) -> (Option<Locale>, &str) {
    for locale in Locale::ALL {
        let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(locale.tag()));
        match rest {
            Some("") => return (Some(locale), "/"),
            Some(rest) if rest.starts_with('/') => return (Some(locale), rest),
            _ => {}
        }
    }
    (None, path)
}

/// Chooses the language of an answer: the path leads, then the stored choice, then the browser's wish, then Chinese.
///
/// - `path`: the request's path, possibly with a language in front.
/// - `cookie`: value of the cookie in which a choice was stored.
/// - `accept_language`: the header as it came; malformed parts are passed over.
pub fn choose(path: &str, cookie: Option<&str>, accept_language: Option<&str>) -> Locale {
    split_path(path)
        .0
        .or_else(|| cookie.and_then(|tag| tag.parse().ok()))
        .or_else(|| accept_language.and_then(Locale::negotiate))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_chosen_in_order() {
        let cases = [
            ("nothing known", "/", None, None, Locale::ZhCn),
            ("path leads", "/en/queue", Some("zh-CN"), Some("zh"), Locale::En),
            ("path alone", "/zh-CN", Some("en"), None, Locale::ZhCn),
            ("a page that only begins like a tag", "/entry", None, None, Locale::ZhCn),
            ("stored choice before the browser", "/", Some("en"), Some("zh-CN"), Locale::En),
            ("stored nonsense", "/", Some("xx"), Some("en-GB"), Locale::En),
            ("first of equals", "/", None, Some("en-US,zh"), Locale::En),
            ("weights", "/", None, Some("fr, en;q=0.3, zh-Hans;q=0.8"), Locale::ZhCn),
            ("refused language", "/", None, Some("en;q=0, de"), Locale::ZhCn),
            ("garbage", "/", None, Some(";;q=,,=;q=x"), Locale::ZhCn),
        ];
        for (case, path, cookie, header, expected) in cases {
            assert_eq!(choose(path, cookie, header), expected, "{case}");
        }
    }

    #[test]
    fn a_language_is_split_off_the_path() {
        assert_eq!(split_path("/en/a/b"), (Some(Locale::En), "/a/b"));
        assert_eq!(split_path("/zh-CN"), (Some(Locale::ZhCn), "/"));
        assert_eq!(split_path("/energy"), (None, "/energy"));
    }
}
