//! Parameters, methods, limits and lists: what a pack says, with its law and version.
//!
//! A pack is TOML. Every key is known or refused with its line; a source-specific override
//! changes single values of a pack. The digest of the settings is kept with every outcome.

mod read;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::facts::Method;
use crate::moment::Moment;
use crate::parameters::{Key, PARAMETERS};
use crate::registry::{Indicator, Severity, indicators};
use crate::words::Words;

pub use self::read::PackError;

/// The default pack, 中国.
pub const CN: &str = include_str!("../../../../../packs/cn/redflags.toml");

/// Who stands behind the values, and from when they hold.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct PackInfo {
    /// Name, for example `cn`.
    pub name: String,
    /// Version of the pack.
    pub version: String,
    /// Jurisdiction whose limits apply; ISO 3166.
    pub jurisdiction: String,
    /// Law the pack follows, in words.
    pub law: String,
    /// From which day.
    pub valid_from: Option<Date>,
    /// Zone of dates without one, as written.
    pub zone: String,
}

/// What a pack says about one indicator beside its figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Whether a run judges it.
    pub enabled: bool,
    /// Its weight class.
    pub severity: Severity,
    /// The law its figures follow.
    pub law: Option<String>,
    /// Version of the figures.
    pub version: Option<String>,
    /// From which day they hold.
    pub valid_from: Option<Date>,
}

/// Which body of law a procedure follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Regime {
    /// 招标投标法.
    Tendering,
    /// 政府采购法.
    Procurement,
}

/// What is known about one `procurementMethodDetails`.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct MethodRule {
    /// The words, as published; compared without case.
    pub details: Vec<String>,
    /// Its code.
    pub method: Option<Method>,
    /// Whether it belongs to COMP; by its code unless said.
    pub competitive: Option<bool>,
    /// Least calendar days for submission by law (R003, CN-12).
    pub days: Option<u32>,
    /// Least working days for submission by law (CN-12).
    pub working_days: Option<u32>,
    /// Fewest bidders by law (CN-14).
    pub min_bidders: Option<u32>,
    /// Whether the buyer sets the price.
    pub priced_by_buyer: bool,
    /// Whether the winner is drawn by lot.
    pub lottery: bool,
    /// Whether bidders see prices or ranks.
    pub auction: bool,
    /// Whether it calls off from a framework or catalogue.
    pub framework: bool,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Whether a planning duty applies.
    pub planned: Option<bool>,
    /// The body of law.
    pub regime: Option<Regime>,
    /// The article.
    pub law: Option<String>,
}

/// What a legal limit is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LimitKind {
    /// From this value competition is required (公开招标数额标准、必招规模).
    Competition,
    /// From this value government procurement rules apply (采购限额标准).
    Procurement,
}

/// One row of the table of limits, T.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// What it is for.
    pub kind: LimitKind,
    /// `goods`, `works`, `services`; empty for all.
    pub category: String,
    /// Currency.
    pub currency: String,
    /// The amount.
    pub amount: Decimal,
    /// From when it holds.
    pub from: Option<Moment>,
    /// Until before when.
    pub until: Option<Moment>,
    /// The body of law; any if absent.
    pub regime: Option<Regime>,
    /// The article.
    pub law: Option<String>,
}

/// Lists that a pack keeps.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Lists {
    /// Codes or words of lawful grounds for NC methods; empty: any ground counts.
    pub lawful_grounds: Words,
    /// Words that point to one product.
    pub brands: Words,
    /// Words that open the specification again.
    pub equivalents: Words,
    /// Words of unreasonable qualification.
    pub unreasonable_conditions: Words,
    /// Words that say a disqualification or cancellation is lawful.
    pub lawful_reasons: Words,
    /// Countries (ISO 3166-1 alpha-2) listed as tax havens.
    pub tax_havens: Vec<String>,
    /// Normalised addresses of virtual offices.
    pub virtual_offices: Vec<String>,
    /// Normalised telephones and addresses of shared front desks and switchboards.
    pub shared_contacts: Vec<String>,
    /// Organisation ids of state asset bodies.
    pub state_holders: Vec<String>,
    /// Organisation ids of suppliers left out of R048 and of R040 (department stores, utilities).
    pub exempt_suppliers: Vec<String>,
    /// Status codes of complaints that were upheld.
    pub upheld: Vec<String>,
    /// Words that mark a lot as priced by the buyer (暂估价, 暂列金).
    pub provisional: Words,
}

/// The bounds of materiality in one currency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Materiality {
    /// Value of least weight, v₀.
    pub least: f64,
    /// Value of full weight, v₁.
    pub full: f64,
}

/// Everything an indicator's formula depends on beside the facts.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// The pack.
    pub pack: PackInfo,
    /// The zone of dates without one.
    pub zone: TimeZone,
    /// Methods by their words.
    pub methods: Vec<MethodRule>,
    /// Legal limits.
    pub limits: Vec<Limit>,
    /// Lists.
    pub lists: Lists,
    /// Materiality by currency.
    pub materiality: HashMap<String, Materiality>,
    /// Characters of a class that make a category, by scheme in capitals.
    pub class_digits: HashMap<String, usize>,
    /// Precision π per indicator code from the last signed parameter version.
    pub precision: HashMap<String, f64>,
    /// Working days; a year without one is *insufficient data*. Laid over by the node's packs, and no part of the digest: a notice of a
    /// further year changes no answer, it only gives one where there was none.
    pub calendar: Arc<WorkingCalendar>,
    figures: Vec<f64>,
    settings: Vec<Setting>,
    by_details: HashMap<String, usize>,
}

impl Default for Settings {
    /// The defaults of the indicators, without any pack: no limits, no lists, UTC.
    fn default() -> Self {
        Self {
            pack: PackInfo { name: "none".into(), ..PackInfo::default() },
            zone: TimeZone::UTC,
            methods: Vec::new(),
            limits: Vec::new(),
            lists: Lists::default(),
            materiality: HashMap::from([("CNY".to_owned(), Materiality { least: 1e4, full: 1e8 })]),
            class_digits: HashMap::from([("CPV".to_owned(), 3), ("UNSPSC".to_owned(), 4), ("CN".to_owned(), 5)]),
            precision: HashMap::new(),
            calendar: Arc::default(),
            figures: PARAMETERS.iter().map(|parameter| parameter.default).collect(),
            settings: indicators()
                .iter()
                .map(|indicator| Setting {
                    enabled: true,
                    severity: indicator.severity,
                    law: None,
                    version: None,
                    valid_from: None,
                })
                .collect(),
            by_details: HashMap::new(),
        }
    }
}

impl Settings {
    /// The settings of a pack, on top of the indicators' defaults.
    ///
    /// `Err` names the line, the key and what was expected.
    pub fn parse(pack: &str) -> Result<Self, PackError> {
        Self::default().with(pack)
    }

    /// The embedded Chinese pack.
    ///
    /// `Err` only if the embedded file is broken, which a test rules out.
    pub fn cn() -> Result<Self, PackError> {
        static CALENDAR: LazyLock<Arc<WorkingCalendar>> = LazyLock::new(|| {
            // A broken file would leave a year without calendar; the kernel's tests rule it out.
            Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap_or_default())
        });
        Ok(Self { calendar: Arc::clone(&CALENDAR), ..Self::parse(CN)? })
    }

    /// These settings with what `overlay` says: single figures replaced, methods and limits added before the others.
    pub fn with(mut self, overlay: &str) -> Result<Self, PackError> {
        read::apply(&mut self, overlay)?;
        self.index_methods();
        Ok(self)
    }

    fn index_methods(&mut self) {
        self.by_details.clear();
        for (index, rule) in self.methods.iter().enumerate() {
            for words in &rule.details {
                self.by_details.entry(words.trim().to_lowercase()).or_insert(index);
            }
        }
    }

    /// A figure of a formula; NaN means off.
    pub fn figure(&self, key: Key) -> f64 {
        self.figures[key as usize]
    }

    /// A figure, or nothing where it is off.
    pub fn optional(&self, key: Key) -> Option<f64> {
        let figure = self.figure(key);
        (!figure.is_nan()).then_some(figure)
    }

    /// A figure as a whole number, at least zero.
    pub fn count(&self, key: Key) -> usize {
        // A count in a pack is a small whole number; the cast saturates and NaN becomes 0.
        self.figure(key).round() as usize
    }

    /// A figure as whole days.
    pub fn days(&self, key: Key) -> i64 {
        self.figure(key).round() as i64
    }

    /// A figure by its section (an indicator's code, or `general`) and name, for pages that list them; NaN means off.
    pub fn figure_named(&self, section: &str, name: &str) -> Option<f64> {
        let place = PARAMETERS.iter().position(|parameter| parameter.section == section && parameter.name == name)?;
        self.figures.get(place).copied()
    }

    /// Sets one figure; for tests and trials of a threshold.
    pub fn set(&mut self, key: Key, figure: f64) {
        self.figures[key as usize] = figure;
    }

    /// What the pack says about an indicator.
    pub fn setting(&self, indicator: &Indicator) -> &Setting {
        &self.settings[indicator.index()]
    }

    /// Whether absent award criteria mean price only.
    pub fn assume_price_only(&self) -> bool {
        self.figure(Key::GeneralAssumePriceOnly) == 1.0
    }

    /// What the pack says about a `procurementMethodDetails`.
    pub fn method_rule(&self, details: &str) -> Option<&MethodRule> {
        if self.by_details.is_empty() {
            return None;
        }
        self.by_details.get(&details.trim().to_lowercase()).map(|&index| &self.methods[index])
    }

    /// The prefix of a class that makes a category: CPV 3, UNSPSC 4, Chinese 品目 5 characters, others whole.
    pub fn class_prefix<'c>(&self, scheme: &str, class: &'c str) -> &'c str {
        let known = self.class_digits.iter().find(|(name, _)| name.eq_ignore_ascii_case(scheme));
        let Some((_, &digits)) = known else {
            return class;
        };
        class.char_indices().nth(digits).map_or(class, |(at, _)| &class[..at])
    }

    /// T: the legal limit for a value of `category` (goods, works, services) in `currency` at a moment; `None`: no row.
    ///
    /// A row for the category goes before one for all; among equals the first of the pack wins.
    pub fn limit(
        &self,
        kind: LimitKind,
        regime: Option<Regime>,
        category: Option<&str>,
        currency: &str,
        at: Option<Moment>,
    ) -> Option<&Limit> {
        let category = category.unwrap_or_default();
        let holds = |limit: &&Limit| {
            limit.kind == kind
                && limit.currency == currency
                && (limit.category.is_empty() || limit.category == category)
                && (limit.regime.is_none() || regime.is_none() || limit.regime == regime)
                && match at {
                    Some(at) => limit.from.is_none_or(|from| from <= at) && limit.until.is_none_or(|until| at < until),
                    None => limit.until.is_none(),
                }
        };
        let specific = self.limits.iter().filter(holds).find(|limit| !limit.category.is_empty());
        specific.or_else(|| self.limits.iter().find(holds))
    }

    /// SHA-256 over everything above, in hexadecimal; equal settings have equal digests.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "{:?}", self.pack);
        for (parameter, figure) in PARAMETERS.iter().zip(&self.figures) {
            let _ = writeln!(text, "{}.{}={figure:?}", parameter.section, parameter.name);
        }
        for (indicator, setting) in indicators().iter().zip(&self.settings) {
            let _ = writeln!(text, "{} {} {setting:?}", indicator.code, indicator.version);
        }
        let _ = write!(text, "{:?}\n{:?}\n{:?}\n", self.methods, self.limits, self.lists);
        let mut rest: Vec<String> = self
            .materiality
            .iter()
            .map(|(key, value)| format!("materiality {key} {value:?}"))
            .chain(self.class_digits.iter().map(|(key, value)| format!("digits {key} {value}")))
            .chain(self.precision.iter().map(|(key, value)| format!("precision {key} {value:?}")))
            .collect();
        rest.sort_unstable();
        text.push_str(&rest.join("\n"));
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(text.as_bytes()) {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chinese_pack_reads() {
        let settings = Settings::cn().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(settings.pack.jurisdiction, "CN");
        assert_eq!(settings.digest(), Settings::cn().unwrap().digest());
        assert_ne!(settings.digest(), Settings::default().digest());
        assert_eq!(settings.method_rule("公开招标").and_then(|rule| rule.method), Some(Method::Open));
        let works = |year: i64| {
            settings
                .limit(LimitKind::Competition, Some(Regime::Tendering), Some("works"), "CNY", Some(Moment(year)))
                .map(|limit| limit.amount)
        };
        assert_eq!(works(1_600_000_000), Some(Decimal::from(4_000_000)), "since 2018");
        assert_eq!(works(1_400_000_000), Some(Decimal::from(2_000_000)), "before 2018");
    }

    #[test]
    fn an_override_changes_single_values() {
        let base = Settings::cn().unwrap();
        let changed = base.clone().with("[indicator.R003]\ndays = 7\n").unwrap();
        assert_eq!(changed.figure(Key::R003Days), 7.0);
        assert_eq!(changed.figure(Key::R014Days), base.figure(Key::R014Days));
        assert_eq!(changed.methods, base.methods);
    }

    #[test]
    fn a_fault_names_its_line() {
        let cases = [
            ("[indicator.R003]\ndayz = 7\n", 2, "dayz"),
            ("\n[indicator.R999]\n", 2, "R999"),
            ("[indicator.R003]\n\ndays = \"soon\"\n", 3, "days"),
            ("[pack]\nzone = \"Mars/Olympus\"\n", 2, "zone"),
            ("[[limit]]\nkind = \"competition\"\n", 1, "amount"),
            ("[indicator.R003\n", 1, ""),
        ];
        for (pack, line, key) in cases {
            let error = Settings::parse(pack).expect_err(pack);
            assert_eq!(error.line, line, "{pack}: {error}");
            assert!(error.key.contains(key), "{pack}: {error}");
        }
    }
}
