//! The texts of one language, handed to whatever writes a page.

use fluent_bundle::FluentValue;
use kernel::limit::Budget;
use kernel::{Param, Refused, Text, Zone};

use super::{Catalogue, Locale};
use crate::view::{Html, format};

/// A value put into a text: made from `&str`, `String` or any integer. Numbers are grouped (`1,204,331`) and choose the plural form.
pub type Arg<'a> = FluentValue<'a>;

/// The texts of one language. Small and copyable, so that every component can hold it.
#[derive(Clone, Copy)]
pub struct Words {
    catalogue: &'static Catalogue,
    locale: Locale,
}

impl Words {
    /// The texts of `locale` out of `catalogue`.
    pub fn new(catalogue: &'static Catalogue, locale: Locale) -> Words {
        Words { catalogue, locale }
    }

    /// The texts of this crate alone: for samples and tests of components.
    pub fn own(locale: Locale) -> Words {
        Words { catalogue: Catalogue::own(), locale }
    }

    /// The language.
    pub fn locale(self) -> Locale {
        self.locale
    }

    /// The text of `key`, which takes no values.
    pub fn t(self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of `key` with its values.
    pub fn with(self, key: &str, values: &[(&str, Arg)]) -> String {
        self.catalogue.text(self.locale, key, values)
    }

    /// The text of `key` with one value called `n`, which also chooses the plural.
    pub fn count(self, key: &str, n: u64) -> String {
        self.with(key, &[("n", n.into())])
    }

    /// As [`with`](Words::with), where the text may hold `**bold**` and `` `code` `` (see [`Html::rich`]).
    pub fn rich(self, key: &str, values: &[(&str, Arg)]) -> Html {
        Html::rich(&self.with(key, values))
    }

    /// Whether `key` exists.
    pub fn has(self, key: &str) -> bool {
        self.catalogue.has(self.locale, key)
    }

    /// The text of `key`, or `None` where there is no such key: for names that come from data, as rule codes do.
    pub fn find(self, key: &str) -> Option<String> {
        self.catalogue.has(self.locale, key).then(|| self.t(key))
    }

    /// A refusal in the reader's language: the text `refusal-CODE` (dots and underscores in the code become hyphens) with the refusal's parameters.
    ///
    /// A code that nobody has translated yet shows its English sentence.
    pub fn refusal(self, refused: &Refused) -> String {
        let key = format!("refusal-{}", refused.code.replace(['.', '_'], "-"));
        if !self.catalogue.has(self.locale, &key) {
            return refused.sentence.clone();
        }
        let values: Vec<(&str, Arg)> = refused.params.iter().map(|(name, param)| (*name, self.param(param))).collect();
        self.with(&key, &values)
    }

    /// One parameter as people read it. Moments are written in China's civil time.
    fn param(self, param: &Param) -> Arg<'static> {
        let text = match param {
            Param::Count(count) => return Arg::from(*count),
            Param::Text(text) => text.clone(),
            Param::Both(text) => text.get(self.locale).to_owned(),
            Param::Day(day) => format::date(*day),
            Param::Instant(at) => format::date_time(*at, Zone::CHINA),
            Param::Money(sum) => format::money(self.locale, *sum),
        };
        Arg::from(text)
    }

    /// One of two texts written in place: for sample data, never for the wording of a page.
    pub fn either<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.locale {
            Locale::ZhCn => chinese,
            Locale::En => english,
        }
    }

    /// A text that an office keeps in both languages; in Chinese where it is not there in English.
    pub fn said(self, text: &Text) -> &str {
        text.said(self.locale)
    }

    /// How long something takes at most, as a guide says it: `8 working days`, at once where it is none, or that nothing is set.
    pub fn limit(self, limit: Option<Budget>) -> String {
        match limit {
            None => self.t("http-limit-none"),
            Some(Budget { value: 0, .. }) => self.t("http-limit-at-once"),
            Some(Budget { value, unit }) => format::term(self.locale, value, unit),
        }
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({})", self.locale.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Money, Text};

    #[test]
    fn a_refusal_is_said_in_the_readers_language() {
        let chinese = (Locale::ZhCn, "refusal-queue-quota-full = { $post }配额已满（{ $used }），{ $sum }\n");
        let english = (Locale::En, "refusal-queue-quota-full = { $post } has used its quota ({ $used }), { $sum }\n");
        let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(&[chinese, english]).unwrap().strict()));
        let mut refused = Refused {
            code: "queue.quota_full",
            params: vec![
                ("post", Text::new("监督岗三", "Post 3").into()),
                ("used", 1_025_i64.into()),
                ("sum", Money::yuan(12_800_000).into()),
            ],
            sentence: "the quota is full".into(),
        };
        let said = |refused: &Refused, locale| Words::new(catalogue, locale).refusal(refused).replace('\u{A0}', " ");
        assert_eq!(said(&refused, Locale::ZhCn), "监督岗三配额已满（1,025），1,280.00 万元");
        assert_eq!(said(&refused, Locale::En), "Post 3 has used its quota (1,025), CNY 12.80 million");
        refused.code = "queue.unknown";
        assert_eq!(said(&refused, Locale::ZhCn), "the quota is full");
    }
}
