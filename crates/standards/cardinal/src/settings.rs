//! Settings: what `init` writes and `prepare` and `indicators` read.
//!
//! Source: the contract in the design of the red-flag indicators, section 10.2, after the manual of Cardinal 0.0.8.

use std::collections::BTreeMap;

use crate::ini::{self, BadLine};

/// The commented settings that `init` writes: every indicator on, everything else off.
pub const DEFAULT_SETTINGS: &str = include_str!("default-settings.ini");

/// Everything that can be set. The default switches on nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Settings {
    /// The currency whose amounts are compared; `None`: the first one seen.
    pub currency: Option<String>,
    /// Which processes' prices may be compared.
    pub prices: PriceComparison,
    /// Whether amounts in another currency are told as information rather than as a warning.
    pub info_currency_mismatches: bool,
    /// Values for fields that are not set.
    pub defaults: Defaults,
    /// Values to remove.
    pub redactions: Redactions,
    /// Awards whose contracts are all cancelled are cancelled too.
    pub award_status_by_contract_status: bool,
    /// Changes of shape.
    pub modifications: Modifications,
    /// Old bid status → new.
    pub bid_statuses: BTreeMap<String, String>,
    /// Old award status → new.
    pub award_statuses: BTreeMap<String, String>,
    /// Processes with one of these method details are left out of all indicators.
    pub excluded_method_details: Vec<String>,
    /// Short submission period.
    pub r003: Option<R003>,
    /// Single bid received: the methods looked at.
    pub r018: Option<R018>,
    /// Price close to the winning bid: the fixed lower fence, if any.
    pub r024: Option<Threshold>,
    /// Excessive unsuccessful bids.
    pub r025: Option<R025>,
    /// Identical bid prices.
    pub r028: bool,
    /// Late bid won.
    pub r030: bool,
    /// All bids but the winner's disqualified: the least number of bidders disqualified.
    pub r035: Option<R035>,
    /// Lowest bid disqualified.
    pub r036: bool,
    /// Excessive disqualified bids.
    pub r038: Option<R038>,
    /// Heterogeneous supplier.
    pub r048: Option<R048>,
    /// Heavily discounted bid: the fixed upper fence, if any.
    pub r058: Option<Threshold>,
}

/// Which processes' prices may be compared, by `tender/procurementMethodDetails`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum PriceComparison {
    /// All.
    #[default]
    All,
    /// All but these; a process that does not say is in.
    Except(Vec<String>),
    /// Only these; a process that does not say is out.
    Only(Vec<String>),
}

impl PriceComparison {
    /// Whether prices may be compared in a process with these method details.
    pub fn allows(&self, details: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Except(list) => !details.is_some_and(|details| list.iter().any(|one| one == details)),
            Self::Only(list) => details.is_some_and(|details| list.iter().any(|one| one == details)),
        }
    }
}

/// `[defaults]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Defaults {
    /// Of bid values.
    pub currency: Option<String>,
    /// Of items of bids and awards.
    pub item_classification_scheme: Option<String>,
    /// Of bids.
    pub bid_status: Option<String>,
    /// Of awards.
    pub award_status: Option<String>,
    /// Whether roles are added to `parties`.
    pub party_roles: bool,
}

/// `[redactions]`
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Redactions {
    /// Bid amounts that mean nothing; compared as numbers.
    pub amount: Vec<f64>,
    /// Organisation ids that mean nobody.
    pub organization_id: Vec<String>,
}

/// `[modifications]`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Modifications {
    /// Whether bids inside `auctions` move to `bids/details`.
    pub move_auctions: bool,
    /// Put before ids of buyers and procuring entities.
    pub prefix_buyer_or_procuring_entity_id: Option<String>,
    /// Put before ids of tenderers and suppliers.
    pub prefix_tenderer_or_supplier_id: Option<String>,
    /// What ends the useful part of `procurementMethodDetails`.
    pub split_procurement_method_details: Option<String>,
}

/// `[R024]`, `[R058]`
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Threshold {
    /// Replaces the computed fence.
    pub threshold: Option<f64>,
}

/// `[R003]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct R003 {
    /// Days; fewer are flagged.
    pub threshold: i64,
    /// The methods looked at; `None`: all, also those that do not say.
    pub procurement_methods: Option<Vec<String>>,
    /// Days by method details, before `threshold`.
    pub procurement_method_details: BTreeMap<String, i64>,
}

impl Default for R003 {
    fn default() -> Self {
        Self { threshold: 15, procurement_methods: None, procurement_method_details: BTreeMap::new() }
    }
}

/// `[R018]`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct R018 {
    /// The methods looked at.
    pub procurement_methods: Vec<String>,
}

impl Default for R018 {
    fn default() -> Self {
        Self { procurement_methods: vec!["open".to_owned(), "selective".to_owned()] }
    }
}

/// `[R025]`
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct R025 {
    /// Of the numbers of valid bids, 0 to 100: who bids less often is no top tenderer.
    pub percentile: u8,
    /// Replaces the computed lower fence.
    pub threshold: Option<f64>,
}

impl Default for R025 {
    fn default() -> Self {
        Self { percentile: 75, threshold: None }
    }
}

/// `[R035]`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct R035 {
    /// Disqualified bidders, at least 1.
    pub threshold: usize,
}

impl Default for R035 {
    fn default() -> Self {
        Self { threshold: 1 }
    }
}

/// `[R038]`
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct R038 {
    /// Replaces the computed upper fences.
    pub threshold: Option<f64>,
    /// Tenderers with fewer submitted bids are left out.
    pub minimum_submitted_bids: u64,
    /// Buyers and procuring entities with fewer submitted *bids* are left out: the name says processes, Cardinal counts bids.
    pub minimum_contracting_processes: u64,
}

impl Default for R038 {
    fn default() -> Self {
        Self { threshold: None, minimum_submitted_bids: 2, minimum_contracting_processes: 2 }
    }
}

/// `[R048]`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct R048 {
    /// How many first characters of a classification id make its class.
    pub digits: usize,
    /// Replaces the computed upper fence.
    pub threshold: Option<u64>,
    /// Suppliers in fewer processes are left out.
    pub minimum_contracting_processes: u64,
}

impl Default for R048 {
    fn default() -> Self {
        Self { digits: 2, threshold: None, minimum_contracting_processes: 20 }
    }
}

/// What is wrong with a settings file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is not INI.
    #[error(transparent)]
    BadLine(#[from] BadLine),
    /// Nothing by this name can be set.
    #[error("{path}: unknown setting")]
    Unknown {
        /// Section and key, joined by a dot.
        path: String,
    },
    /// The value does not fit.
    #[error("{path}: expected {expected}, found {found:?}")]
    Value {
        /// Section and key, joined by a dot.
        path: String,
        /// What would fit, in words.
        expected: &'static str,
        /// The value.
        found: String,
    },
}

impl SettingsError {
    /// A name for it that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadLine(_) => "cardinal.settings.bad_line",
            Self::Unknown { .. } => "cardinal.settings.unknown",
            Self::Value { .. } => "cardinal.settings.value",
        }
    }
}

/// Why one property cannot be set.
enum Problem {
    Unknown,
    Value(&'static str),
}

type Set<T> = Result<T, Problem>;

impl Settings {
    /// Reads settings; answers also what to warn about.
    pub fn parse(text: &str) -> Result<(Self, Vec<String>), SettingsError> {
        let mut settings = Self::default();
        let (mut except, mut only) = (None, None);
        for property in ini::properties(text)? {
            let value = property.value.as_str();
            let set = match (property.section.as_str(), property.name.as_deref()) {
                ("", Some("no_price_comparison_procurement_methods")) => {
                    except = Some(list(value));
                    Ok(())
                }
                ("", Some("price_comparison_procurement_methods")) => {
                    only = Some(list(value));
                    Ok(())
                }
                (section, None) => settings.switch_on(section),
                (section, Some(name)) => settings.switch_on(section).and_then(|()| settings.set(section, name, value)),
            };
            set.map_err(|problem| {
                let section = (!property.section.is_empty()).then_some(property.section.as_str());
                let path = section.into_iter().chain(property.name.as_deref()).collect::<Vec<_>>().join(".");
                match problem {
                    Problem::Unknown => SettingsError::Unknown { path },
                    Problem::Value(expected) => SettingsError::Value { path, expected, found: value.to_owned() },
                }
            })?;
        }
        let mut warnings = Vec::new();
        settings.prices = match (except, only) {
            (except, Some(only)) => {
                if except.is_some() {
                    warnings.push(
                        "no_price_comparison_procurement_methods is ignored, because \
                         price_comparison_procurement_methods is set."
                            .to_owned(),
                    );
                }
                PriceComparison::Only(only)
            }
            (Some(except), None) => PriceComparison::Except(except),
            (None, None) => PriceComparison::All,
        };
        Ok((settings, warnings))
    }

    /// An indicator's section, even empty, switches it on.
    fn switch_on(&mut self, section: &str) -> Set<()> {
        match section {
            "" | "output" | "defaults" | "redactions" | "corrections" | "modifications" | "exclusions" => {}
            "codelists" | "codelists.bid_status" | "codelists.award_status" => {}
            "R003" | "R003.procurement_method_details" => drop(self.r003.get_or_insert_default()),
            "R018" => drop(self.r018.get_or_insert_default()),
            "R024" => drop(self.r024.get_or_insert_default()),
            "R025" => drop(self.r025.get_or_insert_default()),
            "R028" => self.r028 = true,
            "R030" => self.r030 = true,
            "R035" => drop(self.r035.get_or_insert_default()),
            "R036" => self.r036 = true,
            "R038" => drop(self.r038.get_or_insert_default()),
            "R048" => drop(self.r048.get_or_insert_default()),
            "R058" => drop(self.r058.get_or_insert_default()),
            _ => return Err(Problem::Unknown),
        }
        Ok(())
    }

    fn set(&mut self, section: &str, name: &str, value: &str) -> Set<()> {
        let text = || Some(value.to_owned());
        match (section, name) {
            ("", "currency") => self.currency = text(),
            ("output", "info_currency_mismatches") => self.info_currency_mismatches = boolean(value)?,
            ("defaults", "currency") => self.defaults.currency = text(),
            ("defaults", "item_classification_scheme") => self.defaults.item_classification_scheme = text(),
            ("defaults", "bid_status") => self.defaults.bid_status = text(),
            ("defaults", "award_status") => self.defaults.award_status = text(),
            ("defaults", "party_roles") => self.defaults.party_roles = boolean(value)?,
            ("redactions", "amount") => {
                self.redactions.amount =
                    list(ini::without_comment(value)).iter().map(|one| number(one)).collect::<Set<_>>()?;
            }
            ("redactions", "organization_id") => self.redactions.organization_id = list(value),
            ("corrections", "award_status_by_contract_status") => {
                self.award_status_by_contract_status = boolean(value)?;
            }
            ("modifications", "move_auctions") => self.modifications.move_auctions = boolean(value)?,
            ("modifications", "prefix_buyer_or_procuring_entity_id") => {
                self.modifications.prefix_buyer_or_procuring_entity_id = text();
            }
            ("modifications", "prefix_tenderer_or_supplier_id") => {
                self.modifications.prefix_tenderer_or_supplier_id = text();
            }
            ("modifications", "split_procurement_method_details") => {
                self.modifications.split_procurement_method_details = text();
            }
            ("codelists.bid_status", old) => {
                self.bid_statuses.insert(old.to_owned(), value.to_owned());
            }
            ("codelists.award_status", old) => {
                self.award_statuses.insert(old.to_owned(), value.to_owned());
            }
            ("exclusions", "procurement_method_details") => self.excluded_method_details = list(value),
            _ => return self.set_indicator(section, name, value),
        }
        Ok(())
    }

    fn set_indicator(&mut self, section: &str, name: &str, value: &str) -> Set<()> {
        match (section, name) {
            ("R003", "threshold") => self.r003.get_or_insert_default().threshold = whole(value)?,
            ("R003", "procurement_methods") => {
                self.r003.get_or_insert_default().procurement_methods = Some(list(value));
            }
            ("R003.procurement_method_details", details) => {
                let days = whole(value)?;
                self.r003.get_or_insert_default().procurement_method_details.insert(details.to_owned(), days);
            }
            ("R018", "procurement_methods") => self.r018.get_or_insert_default().procurement_methods = list(value),
            ("R024", "threshold") => self.r024.get_or_insert_default().threshold = Some(number(value)?),
            ("R058", "threshold") => self.r058.get_or_insert_default().threshold = Some(number(value)?),
            ("R025", "percentile") => {
                let percentile = ini::without_comment(value).parse().ok().filter(|&percent: &u8| percent <= 100);
                self.r025.get_or_insert_default().percentile =
                    percentile.ok_or(Problem::Value("a whole number from 0 to 100"))?;
            }
            ("R025", "threshold") => self.r025.get_or_insert_default().threshold = Some(number(value)?),
            ("R035", "threshold") => {
                let threshold = ini::without_comment(value).parse().ok().filter(|&least: &usize| least >= 1);
                self.r035.get_or_insert_default().threshold =
                    threshold.ok_or(Problem::Value("a whole number of at least 1"))?;
            }
            ("R038", "threshold") => self.r038.get_or_insert_default().threshold = Some(number(value)?),
            ("R038", "minimum_submitted_bids") => {
                self.r038.get_or_insert_default().minimum_submitted_bids = natural(value)?;
            }
            ("R038", "minimum_contracting_processes") => {
                self.r038.get_or_insert_default().minimum_contracting_processes = natural(value)?;
            }
            ("R048", "digits") => {
                self.r048.get_or_insert_default().digits = usize::try_from(natural(value)?).unwrap_or(usize::MAX);
            }
            ("R048", "threshold") => self.r048.get_or_insert_default().threshold = Some(natural(value)?),
            ("R048", "minimum_contracting_processes") => {
                self.r048.get_or_insert_default().minimum_contracting_processes = natural(value)?;
            }
            _ => return Err(Problem::Unknown),
        }
        Ok(())
    }
}

fn list(value: &str) -> Vec<String> {
    if value.is_empty() { Vec::new() } else { value.split('|').map(str::to_owned).collect() }
}

fn boolean(value: &str) -> Set<bool> {
    ini::without_comment(value).parse().map_err(|_| Problem::Value("true or false"))
}

fn number(value: &str) -> Set<f64> {
    let number = ini::without_comment(value).parse().ok().filter(|number: &f64| number.is_finite());
    number.ok_or(Problem::Value("a number"))
}

fn whole(value: &str) -> Set<i64> {
    ini::without_comment(value).parse().map_err(|_| Problem::Value("a whole number"))
}

fn natural(value: &str) -> Set<u64> {
    ini::without_comment(value).parse().map_err(|_| Problem::Value("a whole number of at least 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_switches_on_all_eleven() {
        let (settings, warnings) = Settings::parse(DEFAULT_SETTINGS).expect("valid");
        let expected = Settings {
            r003: Some(R003::default()),
            r018: Some(R018::default()),
            r024: Some(Threshold::default()),
            r025: Some(R025::default()),
            r028: true,
            r030: true,
            r035: Some(R035::default()),
            r036: true,
            r038: Some(R038::default()),
            r048: Some(R048::default()),
            r058: Some(Threshold::default()),
            ..Settings::default()
        };
        assert_eq!((settings, warnings), (expected, vec![]));
    }

    #[test]
    fn every_commented_setting_can_be_uncommented() {
        let uncommented: String = DEFAULT_SETTINGS
            .lines()
            .map(|line| match line.strip_prefix("; ").filter(|line| line.contains(" = ")) {
                Some(setting) => format!("{setting}\n"),
                None => format!("{line}\n"),
            })
            .collect();
        let (settings, warnings) = Settings::parse(&uncommented).expect("valid");
        assert_eq!(warnings.len(), 1);
        assert_eq!(settings.redactions.amount, [0.0]);
        assert_eq!(settings.prices, PriceComparison::Only(vec!["Reverse Auction".to_owned()]));
        assert_eq!(settings.r048.map(|r048| r048.digits), Some(2));
    }

    #[test]
    fn lists_numbers_and_comments() {
        let text = "no_price_comparison_procurement_methods = a|b c\n[redactions]\namount = 0|99999999 ; placeholders\n\
                    organization_id = x|y\n[R025]\npercentile = 80 # default\n[R003.procurement_method_details]\na = 5\n";
        let (settings, _) = Settings::parse(text).expect("valid");
        assert_eq!(settings.prices, PriceComparison::Except(vec!["a".to_owned(), "b c".to_owned()]));
        assert_eq!(settings.redactions.amount, [0.0, 99_999_999.0]);
        assert_eq!(settings.redactions.organization_id, ["x", "y"]);
        assert_eq!(settings.r025, Some(R025 { percentile: 80, threshold: None }));
        assert_eq!(settings.r003.map(|r003| r003.procurement_method_details["a"]), Some(5));
    }

    #[test]
    fn who_may_be_compared() {
        let list = || vec!["x".to_owned()];
        let cases = [
            (PriceComparison::All, [true, true, true]),
            (PriceComparison::Except(list()), [true, false, true]),
            (PriceComparison::Only(list()), [false, true, false]),
        ];
        for (prices, expected) in cases {
            assert_eq!([None, Some("x"), Some("y")].map(|details| prices.allows(details)), expected, "{prices:?}");
        }
    }

    #[test]
    fn errors_name_the_path() {
        let cases = [
            ("curency = USD", "curency: unknown setting", "cardinal.settings.unknown"),
            ("[R999]", "R999: unknown setting", "cardinal.settings.unknown"),
            ("[R003]\nthreshhold = 3", "R003.threshhold: unknown setting", "cardinal.settings.unknown"),
            ("[R028]\nthreshold = 3", "R028.threshold: unknown setting", "cardinal.settings.unknown"),
            ("[codelists]\na = b", "codelists.a: unknown setting", "cardinal.settings.unknown"),
            (
                "[R003]\nthreshold = x",
                "R003.threshold: expected a whole number, found \"x\"",
                "cardinal.settings.value",
            ),
            (
                "[R035]\nthreshold = 0",
                "R035.threshold: expected a whole number of at least 1, found \"0\"",
                "cardinal.settings.value",
            ),
            (
                "[R025]\npercentile = 101",
                "R025.percentile: expected a whole number from 0 to 100, found \"101\"",
                "cardinal.settings.value",
            ),
            (
                "[defaults]\nparty_roles = yes",
                "defaults.party_roles: expected true or false, found \"yes\"",
                "cardinal.settings.value",
            ),
            ("[R038", "line 1: expected a [section] or a `name = value`", "cardinal.settings.bad_line"),
        ];
        for (text, message, code) in cases {
            let error = Settings::parse(text).expect_err(text);
            assert_eq!((error.to_string().as_str(), error.code()), (message, code), "{text}");
        }
    }
}
