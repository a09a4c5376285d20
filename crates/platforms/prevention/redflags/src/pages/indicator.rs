//! The page of an indicator: what it tells, how it is computed, what it found, how often inspectors confirmed it.

use redflags_rules::explain::sentence;
use redflags_rules::method::{Case, examples};
use redflags_rules::parameters::PARAMETERS;
use redflags_rules::registry::{By, Importable, Indicator};
use redflags_rules::score::Verdicts;
use redflags_rules::settings::Settings;
use web::locale::Words;
use web::view::{Cell, Column, Facts, Html, Interval, Legend, Outcomes, Panel, Row, State, Table, format};

use super::paragraphs::Paragraphs;
use super::{LEAST_VERDICTS, lang, missing, reason, said, t};
use crate::rows::ReportRow;
use crate::store::IndicatorCounts;

/// A figure of a parameter as people write it; NaN is "off".
pub fn figure(words: Words, value: f64) -> String {
    if value.is_nan() { t(words, "off") } else { value.to_string() }
}

/// Where it is computed and from what.
pub fn reachable(words: Words, indicator: &Indicator) -> String {
    let by = match indicator.by {
        By::Judge => "by-judge",
        By::Aggregates => "by-aggregates",
        By::History => "by-history",
        By::Native => "by-native",
    };
    match indicator.importable {
        Importable::Yes => t(words, by),
        Importable::Part(why) | Importable::No(why) => {
            words.with("redflags-by-part", &[("by", t(words, by).into()), ("why", said(words, why).into())])
        }
    }
}

/// How it is computed.
pub fn method(words: Words, indicator: &Indicator, settings: &Settings) -> Panel {
    let setting = settings.setting(indicator);
    let mut facts = Facts::new()
        .fact(t(words, "method-tells"), said(words, indicator.tells))
        .fact(t(words, "method-formula"), said(words, indicator.formula))
        .fact(t(words, "method-value"), said(words, indicator.quantity))
        .fact(t(words, "method-subject"), said(words, indicator.grain.text()));
    if !indicator.needs.is_empty() {
        let needs: String = indicator.needs.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
        facts = facts.fact(t(words, "method-needs"), Html::rich(&needs));
    }
    let exempt = said(words, indicator.exempt);
    if !exempt.is_empty() {
        facts = facts.fact(t(words, "method-exempt"), exempt);
    }
    facts = facts
        .fact(t(words, "method-source"), said(words, indicator.source))
        .fact(t(words, "method-severity"), web::view::severity(words, i64::from(setting.severity.level())))
        .fact(t(words, "method-computed"), reachable(words, indicator));
    if let Some(law) = &setting.law {
        let version = setting.version.as_deref().unwrap_or_default();
        facts = facts.fact(t(words, "method-law"), format!("{law} {version}").trim_end().to_owned());
        if let Some(from) = setting.valid_from {
            facts = facts.fact(t(words, "method-law-from"), from.to_string());
        }
    }
    Panel::new(t(words, "method"), facts)
}

/// The figures of the formula: in force, default.
pub fn parameters(words: Words, indicator: &Indicator, settings: &Settings) -> Option<Panel> {
    let own: Vec<_> = PARAMETERS.iter().filter(|parameter| parameter.section == indicator.code).collect();
    if own.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t(words, "column-parameter")),
        Column::new(t(words, "column-now")).figure(),
        Column::new(t(words, "column-default")).figure(),
    ];
    let rows = own.iter().map(|parameter| {
        let now = settings.figure_named(parameter.section, parameter.name).unwrap_or(f64::NAN);
        Row::new(vec![
            Cell::new(said(words, parameter.text)).under(parameter.name),
            Cell::new(figure(words, now)),
            Cell::new(figure(words, parameter.default)),
        ])
    });
    let table = Table::new(words, "parameters", t(words, "parameters"), columns).rows(rows).plain();
    let pack = words.with(
        "redflags-parameters-pack",
        &[("pack", settings.pack.name.as_str().into()), ("version", settings.pack.version.as_str().into())],
    );
    Some(Panel::new(t(words, "parameters"), table).note(pack).flush())
}

/// The worked example: what was changed in an ordinary process, and what the indicator says then.
pub fn example(words: Words, indicator: &Indicator) -> Option<Panel> {
    if let Some(example) = examples().find(|example| example.code == indicator.code) {
        return Some(worked(words, example));
    }
    let text = redflags_rules::aggregate::worked_example(indicator.code, lang(words))?;
    // Written as Markdown for the documentation; on a page its paragraphs and marks of bold and code are enough.
    let lines: Vec<Html> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("| ---"))
        .map(|line| {
            let line = line.trim_start_matches(['>', '-']).trim().trim_matches('|').replace(" | ", " · ");
            Html::rich(&line)
        })
        .collect();
    Some(Panel::new(t(words, "example"), Paragraphs::new(lines)).note(t(words, "example-note")))
}

fn worked(words: Words, example: &Case) -> Panel {
    let columns = vec![Column::new(t(words, "column-place")), Column::new(t(words, "column-value"))];
    let rows = example.changes.iter().map(|(pointer, value)| {
        let value = if value.is_empty() { t(words, "example-removed") } else { (*value).to_owned() };
        Row::new(vec![Cell::code(pointer), Cell::code(&value)])
    });
    let table = Table::new(words, "example", t(words, "example"), columns)
        .rows(rows)
        .plain()
        .empty(State::empty(t(words, "example-unchanged"), ""));
    let said = match example.run() {
        Ok(judged) => sentence(&judged, Some("CNY"), lang(words)),
        Err(_) => String::new(),
    };
    let panel = Panel::new(t(words, "example"), table).note(t(words, "example-note")).flush();
    if said.is_empty() { panel } else { panel.foot(said) }
}

/// The four outcomes of the last run.
pub fn last_run(words: Words, counts: Option<&IndicatorCounts>, report: Option<&ReportRow>) -> Panel {
    let Some(counts) = counts else {
        return Panel::new(
            t(words, "last-run"),
            State::empty(t(words, "last-run-none"), t(words, "last-run-none-next")),
        );
    };
    let [raised, clear, insufficient, outside] = counts.outcomes.map(|count| count as u64);
    let mut bar = Outcomes::new(words, raised, clear, insufficient, outside)
        .must_be(t(words, "last-run-sum"), counts.subjects as u64)
        .legend(Legend::Shares);
    if let Some(report) = report {
        let lacking: Vec<String> = report
            .missing
            .iter()
            .take(3)
            .map(|(path, count)| format!("{} {}", missing(words, path), format::number(*count as i128)))
            .collect();
        let outside: Vec<String> = report
            .reasons
            .iter()
            .take(3)
            .map(|(code, count)| format!("{} {}", reason(words, code), format::number(*count as i128)))
            .collect();
        bar = bar.insufficient_because(lacking.join(" · ")).not_applicable_because(outside.join(" · "));
    }
    Panel::new(t(words, "last-run"), bar).note(words.with("redflags-run-name", &[("run", counts.run.into())]))
}

/// `61%`, its range and n; `None` below ten verdicts.
pub fn precision_text(verdicts: &Verdicts) -> Option<String> {
    let precision = verdicts.precision().filter(|precision| precision.n >= LEAST_VERDICTS)?;
    Some(format!(
        "{} ({}–{})",
        format::percent(precision.ratio, 0),
        format::percent(precision.lower, 0),
        format::percent(precision.upper, 0)
    ))
}

/// How often inspectors confirmed what it raised, with its 95 % range.
pub fn precision(words: Words, verdicts: &Verdicts) -> Panel {
    let concluded = verdicts.concluded();
    let Some(precision) = verdicts.precision().filter(|precision| precision.n >= LEAST_VERDICTS) else {
        let state = State::empty(
            words.with("redflags-precision-few", &[("n", concluded.into())]),
            t(words, "precision-few-next"),
        );
        return Panel::new(t(words, "precision"), state);
    };
    let columns = vec![
        Column::new(t(words, "column-what")),
        Column::new("0 – 100%"),
        Column::new(t(words, "column-share")).figure(),
        Column::new(t(words, "column-range")).figure(),
        Column::new(t(words, "column-of")).figure(),
    ];
    let row = |key: &str, share: redflags_rules::score::Precision, count: u64| {
        Row::new(vec![
            Cell::new(t(words, key)),
            Cell::new(Interval::new(share.lower, share.ratio, share.upper)),
            Cell::new(format::percent(share.ratio, 0)),
            Cell::new(format!("{}–{}", format::percent(share.lower, 0), format::percent(share.upper, 0))),
            Cell::new(format!("{} / {}", format::number(count as i128), format::number(share.n as i128))),
        ])
    };
    let mut table = Table::new(words, "precision", t(words, "precision"), columns).row(row(
        "precision-confirmed",
        precision,
        verdicts.confirmed,
    ));
    if let Some(data) = verdicts.data_precision() {
        table = table.row(row("precision-true", data, verdicts.confirmed + verdicts.explained));
    }
    Panel::new(t(words, "precision"), table).note(t(words, "precision-note")).foot(t(words, "precision-foot")).flush()
}
