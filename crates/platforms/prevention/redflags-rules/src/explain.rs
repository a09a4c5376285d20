//! A raised outcome in one sentence with its numbers: subject, value, comparison, threshold.

use crate::fold::Judged;
use crate::outcome::{Number, Outcome};
use crate::registry::{Compare, Indicator, Quantity};
use crate::stats::round9;
use crate::text::Lang;

/// What an outcome says, in one sentence; `currency` is shown after amounts where it is known.
///
/// Facts only: a flag is a reason for a person to look, and the sentence accuses nobody.
pub fn sentence(judged: &Judged, currency: Option<&str>, lang: Lang) -> String {
    let indicator = judged.indicator;
    let subject = judged.subject.label(lang);
    let name = indicator.name.get(lang);
    match &judged.outcome {
        Outcome::Raised { value, threshold, .. } => {
            let fact = comparison(indicator, *value, *threshold, currency, lang);
            match lang {
                Lang::Zh => format!("{subject}：{name}。{fact}。"),
                Lang::En => format!("{subject}: {name}. {fact}."),
            }
        }
        Outcome::NotRaised { value: Some(value), threshold: Some(threshold) } => {
            let quantity = indicator.quantity.get(lang);
            let (value, threshold) =
                (figure(indicator.unit, *value, currency, lang), figure(indicator.unit, *threshold, currency, lang));
            match lang {
                Lang::Zh => format!("{subject}：未触发“{name}”。{quantity}为 {value}，比较值 {threshold}。"),
                Lang::En => {
                    format!("{subject}: not raised ({name}). {} {value}, compared with {threshold}.", capital(quantity))
                }
            }
        }
        Outcome::NotRaised { .. } => match lang {
            Lang::Zh => format!("{subject}：未触发“{name}”。"),
            Lang::En => format!("{subject}: not raised ({name})."),
        },
        Outcome::InsufficientData { missing } => match lang {
            Lang::Zh => format!("{subject}：“{name}”数据不足，缺 {missing}。"),
            Lang::En => format!("{subject}: insufficient data for {name}; {missing} is missing."),
        },
        Outcome::NotApplicable { reason } => match lang {
            Lang::Zh => format!("{subject}：“{name}”不适用，{}。", reason.text().zh),
            Lang::En => format!("{subject}: {name} does not apply; {}.", reason.text().en),
        },
    }
}

/// Quantity, value, comparison and threshold: `submission period 7 days, less than 15 days`.
fn comparison(indicator: &Indicator, value: Number, threshold: Number, currency: Option<&str>, lang: Lang) -> String {
    let quantity = indicator.quantity.get(lang);
    let compare = match indicator.compare {
        Compare::Outside if value.as_f64() <= threshold.as_f64() => Compare::AtMost,
        Compare::Outside => Compare::AtLeast,
        other => other,
    };
    // A reached limit is said as a limit: "2, at least 1" would read as a demand.
    let words = match (compare, lang) {
        (Compare::Less, Lang::Zh) => "少于",
        (Compare::Less, Lang::En) => "less than",
        (Compare::AtMost, Lang::Zh) => "不高于",
        (Compare::AtMost, Lang::En) => "at most",
        (Compare::Equal, Lang::Zh) => "等于",
        (Compare::Equal, Lang::En) => "equal to",
        (Compare::AtLeast | Compare::Outside, Lang::Zh) => "达到界限",
        (Compare::AtLeast | Compare::Outside, Lang::En) => "reaching the limit of",
        (Compare::More, Lang::Zh) => "超过",
        (Compare::More, Lang::En) => "more than",
    };
    let value = figure(indicator.unit, value, currency, lang);
    let threshold = figure(indicator.unit, threshold, currency, lang);
    match lang {
        Lang::Zh => format!("{quantity}为 {value}，{words} {threshold}"),
        Lang::En => format!("{} {value}, {words} {threshold}", capital(quantity)),
    }
}

/// A figure in its unit.
pub fn figure(unit: Quantity, number: Number, currency: Option<&str>, lang: Lang) -> String {
    let real = number.as_f64();
    match (unit, number) {
        (_, Number::Real(real)) if real >= f64::MAX => "∞".into(),
        (Quantity::Ratio, _) => format!("{}%", trimmed(round9(real * 100.0), 2)),
        (Quantity::Money, _) => {
            let amount = match number {
                Number::Amount(amount) => grouped(&amount.normalize().to_string()),
                _ => grouped(&trimmed(real, 2)),
            };
            currency.map_or_else(|| amount.clone(), |currency| format!("{amount} {currency}"))
        }
        (Quantity::Days, _) => match lang {
            Lang::Zh => format!("{} 天", trimmed(real, 1)),
            Lang::En if real == 1.0 => "1 day".into(),
            Lang::En => format!("{} days", trimmed(real, 1)),
        },
        (Quantity::Count | Quantity::Real, _) => trimmed(real, 4),
    }
}

/// At least as many decimals as show a small value, without trailing zeros.
fn trimmed(value: f64, decimals: usize) -> String {
    let decimals = if value != 0.0 && value.abs() < 0.01 { 6 } else { decimals };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Thousands apart by thin commas.
fn grouped(digits: &str) -> String {
    let (sign, rest) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::registry::indicator;
    use crate::subject::SubjectKey;

    #[test]
    fn a_flag_reads_as_a_sentence_with_its_numbers() {
        let lot = SubjectKey::Lot { ocid: "ocds-demo-1".into(), lot: "1".into() };
        let process = SubjectKey::Process { ocid: "ocds-demo-1".into() };
        let cases = [
            (
                "R003",
                process,
                Number::Count(7),
                Number::Count(15),
                "采购项目 ocds-demo-1：投标期过短。投标期（天）为 7 天，少于 15 天。",
                "process ocds-demo-1: Short submission period. Submission period (days) 7 days, less than 15 days.",
            ),
            (
                "R024",
                lot.clone(),
                Number::real(0.0012),
                Number::real(0.004),
                "标段 1：与中标价过近。次低与中标价之差（比）为 0.12%，不高于 0.4%。",
                "lot 1: Close to winner. Gap from winner to lowest loser 0.12%, at most 0.4%.",
            ),
            (
                "R036",
                lot,
                Number::Amount(Decimal::from(1_234_567)),
                Number::Amount(Decimal::from(2_000_000)),
                "标段 1：最低价被否决。最低价被否决为 1,234,567 CNY，少于 2,000,000 CNY。",
                "lot 1: Lowest bid disqualified. Lowest bid disqualified 1,234,567 CNY, less than 2,000,000 CNY.",
            ),
        ];
        for (code, subject, value, threshold, zh, en) in cases {
            let judged = Judged::new(indicator(code).unwrap(), subject, Outcome::raised(value, threshold, Vec::new()));
            assert_eq!(sentence(&judged, Some("CNY"), Lang::Zh), zh);
            assert_eq!(sentence(&judged, Some("CNY"), Lang::En), en);
        }
    }

    #[test]
    fn figures_stay_readable() {
        assert_eq!(grouped("-1234567.50"), "-1,234,567.50");
        assert_eq!(grouped("999"), "999");
        assert_eq!(trimmed(0.000_25, 2), "0.00025");
        assert_eq!(figure(Quantity::Real, Number::Real(f64::MAX), None, Lang::En), "∞");
    }
}
