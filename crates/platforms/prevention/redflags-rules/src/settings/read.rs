//! Reading a pack: TOML with known keys only, every fault with its line.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Limit, LimitKind, Materiality, MethodRule, Regime, Settings};
use crate::facts::Method;
use crate::moment::Moment;
use crate::parameters::{OFF, PARAMETERS};
use crate::registry::{Severity, indicator};
use crate::words::Words;

/// What is wrong with a pack.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {key}: {what}")]
pub struct PackError {
    /// Line, from 1.
    pub line: usize,
    /// The key, with its section.
    pub key: String,
    /// What was expected there.
    pub what: String,
}

impl PackError {
    /// A stable code for translations and statistics.
    pub const fn code(&self) -> &'static str {
        "redflags.pack"
    }
}

type Table<'i> = DeTable<'i>;
type Value<'i> = Spanned<DeValue<'i>>;

/// The text being read, for turning places into lines.
struct Source<'t>(&'t str);

impl Source<'_> {
    fn fault(&self, span: &Range<usize>, key: &str, what: impl Into<String>) -> PackError {
        let before = self.0.as_bytes().get(..span.start).unwrap_or_default();
        PackError { line: 1 + before.iter().filter(|byte| **byte == b'\n').count(), key: key.into(), what: what.into() }
    }

    fn table<'v, 'i>(&self, value: &'v Value<'i>, key: &str) -> Result<&'v Table<'i>, PackError> {
        value.get_ref().as_table().ok_or_else(|| self.fault(&value.span(), key, "a table is expected"))
    }

    fn array<'v, 'i>(&self, value: &'v Value<'i>, key: &str) -> Result<Vec<&'v Value<'i>>, PackError> {
        let array = value.get_ref().as_array().ok_or_else(|| self.fault(&value.span(), key, "a list is expected"))?;
        Ok(array.iter().collect())
    }

    fn text(&self, value: &Value<'_>, key: &str) -> Result<String, PackError> {
        value.get_ref().as_str().map(str::to_owned).ok_or_else(|| self.fault(&value.span(), key, "a text is expected"))
    }

    fn texts(&self, value: &Value<'_>, key: &str) -> Result<Vec<String>, PackError> {
        self.array(value, key)?.into_iter().map(|entry| self.text(entry, key)).collect()
    }

    fn flag(&self, value: &Value<'_>, key: &str) -> Result<bool, PackError> {
        value.get_ref().as_bool().ok_or_else(|| self.fault(&value.span(), key, "true or false is expected"))
    }

    /// A number as text, so that amounts stay exact.
    fn number(&self, value: &Value<'_>, key: &str) -> Result<String, PackError> {
        let digits = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => return Err(self.fault(&value.span(), key, "a number is expected")),
        };
        Ok(digits.replace('_', ""))
    }

    fn float(&self, value: &Value<'_>, key: &str) -> Result<f64, PackError> {
        let digits = self.number(value, key)?;
        digits
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(|| self.fault(&value.span(), key, "a finite number is expected"))
    }

    fn whole(&self, value: &Value<'_>, key: &str) -> Result<u32, PackError> {
        self.number(value, key)?.parse().map_err(|_| self.fault(&value.span(), key, "a whole number is expected"))
    }

    fn amount(&self, value: &Value<'_>, key: &str) -> Result<Decimal, PackError> {
        self.number(value, key)?.parse().map_err(|_| self.fault(&value.span(), key, "an amount is expected"))
    }

    fn day(&self, value: &Value<'_>, key: &str) -> Result<Date, PackError> {
        // A TOML date and a text are both read, since an override may come from a form.
        let text = match value.get_ref() {
            DeValue::Datetime(datetime) => datetime.to_string(),
            _ => self.text(value, key)?,
        };
        text.parse().map_err(|_| self.fault(&value.span(), key, "a day such as 2018-06-01 is expected"))
    }

    fn moment(&self, value: &Value<'_>, key: &str, zone: &TimeZone) -> Result<Moment, PackError> {
        let day = self.day(value, key)?;
        zone.to_timestamp(day.at(0, 0, 0, 0))
            .map(Moment::at)
            .map_err(|_| self.fault(&value.span(), key, "the day is out of range"))
    }

    fn method(&self, value: &Value<'_>, key: &str) -> Result<Method, PackError> {
        Method::parse(&self.text(value, key)?)
            .ok_or_else(|| self.fault(&value.span(), key, "open, selective, limited or direct is expected"))
    }

    fn regime(&self, value: &Value<'_>, key: &str) -> Result<Regime, PackError> {
        match self.text(value, key)?.as_str() {
            "tendering" => Ok(Regime::Tendering),
            "procurement" => Ok(Regime::Procurement),
            _ => Err(self.fault(&value.span(), key, "tendering or procurement is expected")),
        }
    }

    fn unknown(&self, span: &Range<usize>, section: &str, name: &str) -> PackError {
        self.fault(span, &format!("{section}.{name}"), "no such key")
    }
}

/// Applies a pack or an override.
pub(super) fn apply(settings: &mut Settings, text: &str) -> Result<(), PackError> {
    let source = Source(text);
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        source.fault(&span, "", error.message())
    })?;
    let document = document.get_ref();
    // The zone first: days of limits are midnights in it.
    if let Some(pack) = document.get("pack") {
        read_pack(&source, settings, pack)?;
    }
    let (mut methods, mut limits) = (Vec::new(), Vec::new());
    for (name, value) in document {
        match name.get_ref().as_ref() {
            "pack" => {}
            "general" => read_figures(&source, settings, "general", value)?,
            "indicator" => {
                for (code, section) in source.table(value, "indicator")? {
                    if indicator(code.get_ref()).is_none() {
                        return Err(source.fault(
                            &code.span(),
                            &format!("indicator.{}", code.get_ref()),
                            "no such indicator",
                        ));
                    }
                    read_figures(&source, settings, code.get_ref(), section)?;
                }
            }
            "method" => {
                for entry in source.array(value, "method")? {
                    methods.push(read_method(&source, entry)?);
                }
            }
            "limit" => {
                for entry in source.array(value, "limit")? {
                    limits.push(read_limit(&source, entry, &settings.zone)?);
                }
            }
            "lists" => read_lists(&source, settings, value)?,
            "materiality" => {
                for (currency, entry) in source.table(value, "materiality")? {
                    let bounds = read_materiality(&source, entry)?;
                    settings.materiality.insert(currency.get_ref().to_string(), bounds);
                }
            }
            "category" => {
                for (scheme, digits) in source.table(value, "category")? {
                    let digits = source.whole(digits, "category")?;
                    settings.class_digits.insert(scheme.get_ref().to_uppercase(), digits as usize);
                }
            }
            "precision" => {
                for (code, value) in source.table(value, "precision")? {
                    let precision = source.float(value, "precision")?;
                    settings.precision.insert(code.get_ref().to_string(), precision);
                }
            }
            other => return Err(source.unknown(&name.span(), "", other)),
        }
    }
    // What an override adds goes first, since the first entry wins.
    methods.append(&mut settings.methods);
    settings.methods = methods;
    limits.append(&mut settings.limits);
    settings.limits = limits;
    Ok(())
}

/// A zone by its offset, which needs no zone database (a room without network may have none), or by its name.
fn zone(name: &str) -> Option<TimeZone> {
    let sign = match name.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return TimeZone::get(name).ok(),
    };
    let (hours, minutes) = name.get(1..)?.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let fits = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    let offset = jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()?;
    fits.then(|| TimeZone::fixed(offset))
}

fn read_pack(source: &Source<'_>, settings: &mut Settings, value: &Value<'_>) -> Result<(), PackError> {
    for (name, value) in source.table(value, "pack")? {
        let key = format!("pack.{}", name.get_ref());
        match name.get_ref().as_ref() {
            "name" => settings.pack.name = source.text(value, &key)?,
            "version" => settings.pack.version = source.text(value, &key)?,
            "jurisdiction" => settings.pack.jurisdiction = source.text(value, &key)?,
            "law" => settings.pack.law = source.text(value, &key)?,
            "valid-from" => settings.pack.valid_from = Some(source.day(value, &key)?),
            "zone" => {
                let name = source.text(value, &key)?;
                settings.zone = zone(&name).ok_or_else(|| {
                    source.fault(
                        &value.span(),
                        &key,
                        "an offset such as +08:00 or a zone such as Asia/Shanghai is expected",
                    )
                })?;
                settings.pack.zone = name;
            }
            other => return Err(source.unknown(&name.span(), "pack", other)),
        }
    }
    Ok(())
}

fn read_figures(
    source: &Source<'_>,
    settings: &mut Settings,
    section: &str,
    value: &Value<'_>,
) -> Result<(), PackError> {
    let indicator = indicator(section);
    for (name, value) in source.table(value, section)? {
        let key = format!("{section}.{}", name.get_ref());
        let place = PARAMETERS
            .iter()
            .position(|parameter| parameter.section == section && parameter.name == name.get_ref().as_ref());
        if let Some(place) = place {
            settings.figures[place] = match value.get_ref().as_str() {
                Some("off") => OFF,
                _ => source.float(value, &key)?,
            };
            continue;
        }
        let Some(indicator) = indicator else {
            return Err(source.unknown(&name.span(), section, name.get_ref()));
        };
        let setting = &mut settings.settings[indicator.index()];
        match name.get_ref().as_ref() {
            "enabled" => setting.enabled = source.flag(value, &key)?,
            "law" => setting.law = Some(source.text(value, &key)?),
            "version" => setting.version = Some(source.text(value, &key)?),
            "valid-from" => setting.valid_from = Some(source.day(value, &key)?),
            "severity" => {
                setting.severity = match source.whole(value, &key)? {
                    1 => Severity::Indicative,
                    2 => Severity::Strong,
                    3 => Severity::Statutory,
                    _ => return Err(source.fault(&value.span(), &key, "1, 2 or 3 is expected")),
                };
            }
            other => return Err(source.unknown(&name.span(), section, other)),
        }
    }
    Ok(())
}

fn read_method(source: &Source<'_>, entry: &Value<'_>) -> Result<MethodRule, PackError> {
    let mut rule = MethodRule::default();
    for (name, value) in source.table(entry, "method")? {
        let key = format!("method.{}", name.get_ref());
        match name.get_ref().as_ref() {
            "details" => rule.details = source.texts(value, &key)?,
            "method" => rule.method = Some(source.method(value, &key)?),
            "competitive" => rule.competitive = Some(source.flag(value, &key)?),
            "days" => rule.days = Some(source.whole(value, &key)?),
            "working-days" => rule.working_days = Some(source.whole(value, &key)?),
            "min-bidders" => rule.min_bidders = Some(source.whole(value, &key)?),
            "priced-by-buyer" => rule.priced_by_buyer = source.flag(value, &key)?,
            "lottery" => rule.lottery = source.flag(value, &key)?,
            "auction" => rule.auction = source.flag(value, &key)?,
            "framework" => rule.framework = source.flag(value, &key)?,
            "emergency" => rule.emergency = source.flag(value, &key)?,
            "planned" => rule.planned = Some(source.flag(value, &key)?),
            "regime" => rule.regime = Some(source.regime(value, &key)?),
            "law" => rule.law = Some(source.text(value, &key)?),
            other => return Err(source.unknown(&name.span(), "method", other)),
        }
    }
    if rule.details.is_empty() {
        return Err(source.fault(&entry.span(), "method.details", "the words of the method are expected"));
    }
    Ok(rule)
}

fn read_limit(source: &Source<'_>, entry: &Value<'_>, zone: &TimeZone) -> Result<Limit, PackError> {
    let (mut kind, mut amount, mut currency) = (None, None, None);
    let mut limit = Limit {
        kind: LimitKind::Competition,
        category: String::new(),
        currency: String::new(),
        amount: Decimal::ZERO,
        from: None,
        until: None,
        regime: None,
        law: None,
    };
    for (name, value) in source.table(entry, "limit")? {
        let key = format!("limit.{}", name.get_ref());
        match name.get_ref().as_ref() {
            "kind" => {
                kind = Some(match source.text(value, &key)?.as_str() {
                    "competition" => LimitKind::Competition,
                    "procurement" => LimitKind::Procurement,
                    _ => {
                        return Err(source.fault(&value.span(), &key, "competition or procurement is expected"));
                    }
                });
            }
            "category" => limit.category = source.text(value, &key)?,
            "currency" => currency = Some(source.text(value, &key)?),
            "amount" => amount = Some(source.amount(value, &key)?),
            "from" => limit.from = Some(source.moment(value, &key, zone)?),
            "until" => limit.until = Some(source.moment(value, &key, zone)?),
            "regime" => limit.regime = Some(source.regime(value, &key)?),
            "law" => limit.law = Some(source.text(value, &key)?),
            other => return Err(source.unknown(&name.span(), "limit", other)),
        }
    }
    let missing = |key: &str| source.fault(&entry.span(), key, "is missing");
    limit.kind = kind.ok_or_else(|| missing("limit.kind"))?;
    limit.amount = amount.ok_or_else(|| missing("limit.amount"))?;
    limit.currency = currency.ok_or_else(|| missing("limit.currency"))?;
    Ok(limit)
}

fn read_lists(source: &Source<'_>, settings: &mut Settings, value: &Value<'_>) -> Result<(), PackError> {
    for (name, value) in source.table(value, "lists")? {
        let key = format!("lists.{}", name.get_ref());
        let texts = source.texts(value, &key)?;
        let lower = |texts: Vec<String>| texts.into_iter().map(|text| text.to_lowercase()).collect::<Vec<_>>();
        let lists = &mut settings.lists;
        match name.get_ref().as_ref() {
            "lawful-grounds" => lists.lawful_grounds = Words::new(texts),
            "brands" => lists.brands = Words::new(texts),
            "equivalents" => lists.equivalents = Words::new(texts),
            "unreasonable-conditions" => lists.unreasonable_conditions = Words::new(texts),
            "lawful-reasons" => lists.lawful_reasons = Words::new(texts),
            "tax-havens" => lists.tax_havens = texts,
            "virtual-offices" => lists.virtual_offices = texts,
            "shared-contacts" => lists.shared_contacts = texts,
            "state-holders" => lists.state_holders = texts,
            "exempt-suppliers" => lists.exempt_suppliers = texts,
            "upheld" => lists.upheld = lower(texts),
            "provisional" => lists.provisional = Words::new(texts),
            other => return Err(source.unknown(&name.span(), "lists", other)),
        }
    }
    Ok(())
}

fn read_materiality(source: &Source<'_>, entry: &Value<'_>) -> Result<Materiality, PackError> {
    let mut bounds = Materiality { least: f64::NAN, full: f64::NAN };
    for (name, value) in source.table(entry, "materiality")? {
        match name.get_ref().as_ref() {
            "least" => bounds.least = source.float(value, "materiality.least")?,
            "full" => bounds.full = source.float(value, "materiality.full")?,
            other => return Err(source.unknown(&name.span(), "materiality", other)),
        }
    }
    if !(bounds.least > 0.0 && bounds.full > bounds.least) {
        return Err(source.fault(&entry.span(), "materiality", "0 < least < full is expected"));
    }
    Ok(bounds)
}
