//! What pages are made of: components filled from rows and facts. No I/O.

pub mod bids;
pub mod indicator;
pub mod lists;
pub mod paragraphs;
pub mod peers;
pub mod process;
pub mod run;
pub mod timeline;

use kernel::{Currency, Day, Instant, Money};
use redflags_rules::registry::{self, Indicator};
use redflags_rules::text::{Lang, Text};
use rust_decimal::Decimal;
use web::locale::{Locale, Words};
use web::view::{Badge, Light, format};

/// A text of this platform.
pub fn t(words: Words, key: &str) -> String {
    words.t(&format!("redflags-{key}"))
}

/// A text of this platform with a number `n`.
pub fn n(words: Words, key: &str, count: u64) -> String {
    words.count(&format!("redflags-{key}"), count)
}

/// The rules' language of a reader.
pub fn lang(words: Words) -> Lang {
    match words.locale() {
        Locale::ZhCn => Lang::Zh,
        Locale::En => Lang::En,
    }
}

/// A text of the register of indicators.
pub fn said(words: Words, text: Text) -> &'static str {
    text.get(lang(words))
}

/// Hundredths of a currency's unit in a list: `1,280.00 万元`. A currency that nobody knows stands as it was published.
pub fn sum(words: Words, minor: i64, currency: &str) -> String {
    money(words, Decimal::new(minor, 2), currency)
}

/// A sum in a list.
pub fn money(words: Words, amount: Decimal, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => format::money(words.locale(), Money::new(amount, currency)),
        Err(_) => format!("{} {currency}", format::decimal(amount, 2)).trim_end().to_owned(),
    }
}

/// A day by its number since 1970.
pub fn day(number: i64) -> String {
    Day::from_number(number).map_or_else(|| "–".to_owned(), format::date)
}

/// A moment of the log, at the node's civil time.
pub fn moment(page: &web::http::Page, ms: i64) -> String {
    format::date_time(Instant::from_ms(ms), page.app.clock().zone())
}

/// A procurement method in words; a code that the standard does not know stands as it is.
pub fn method(words: Words, code: &str) -> String {
    words.find(&format!("redflags-method-{code}")).unwrap_or_else(|| code.to_owned())
}

/// The light of a standing.
pub fn light(number: i64) -> Light {
    match number {
        2 => Light::Red,
        1 => Light::Yellow,
        _ => Light::Notice,
    }
}

/// A standing's light as a badge.
pub fn badge(words: Words, number: i64) -> Badge {
    Badge::new(words, light(number))
}

/// The name of an indicator by its code; the code itself where the register no longer has it.
pub fn indicator_name(words: Words, code: &str) -> String {
    registry::indicator(code).map_or_else(|| code.to_owned(), |indicator| said(words, indicator.name).to_owned())
}

/// The address of an indicator's page.
pub fn indicator_page(indicator: &Indicator) -> String {
    format!("/indicators/{}", indicator.code)
}

/// A share with its n: `61%（45/74）`; under ten verdicts no figure is computed.
pub const LEAST_VERDICTS: u64 = 10;

/// The code of a reason or path in words: what was missing.
pub fn missing(words: Words, path: &str) -> String {
    let key = format!("redflags-missing-{}", path.replace(['/', '_', '.', ' '], "-").to_lowercase());
    words.find(&key).unwrap_or_else(|| path.to_owned())
}

/// Why an indicator did not apply, by its stable code.
pub fn reason(words: Words, code: &str) -> String {
    redflags_rules::Reason::ALL
        .into_iter()
        .find(|reason| reason.code() == code)
        .map_or_else(|| code.to_owned(), |reason| said(words, reason.text()).to_owned())
}

/// What is wrong with a held row, and what would mend it. Faults of tables have no sentence of their own when they are
/// read back: their family says enough, the place and the value say the rest.
pub fn fault(words: Words, code: &str) -> (String, String) {
    if let Some(known) = ocds::Code::from_word(code) {
        let language = match words.locale() {
            Locale::ZhCn => ocds::Language::Chinese,
            Locale::En => ocds::Language::English,
        };
        let sentence = known.sentence(language);
        let stop = match words.locale() {
            Locale::ZhCn => "。",
            Locale::En => ". ",
        };
        let (what, mend) = sentence.split_once(stop).unwrap_or((sentence, ""));
        return (format!("{what}{}", stop.trim_end()), mend.trim().to_owned());
    }
    let family = code.split('.').next().unwrap_or(code);
    let what = words.find(&format!("redflags-fault-{family}")).unwrap_or_else(|| t(words, "fault-other"));
    let mend = words.find(&format!("redflags-mend-{family}")).unwrap_or_else(|| t(words, "mend-other"));
    (what, mend)
}
