//! What the pages of rules are made of.

use kernel::Day;
use supervise::Tally;
use web::http::Page;
use web::locale::Words;
use web::view::{Badge, Cell, Column, Facts, Html, Legend, Light, Outcomes, Panel, Row, State as Empty, Table, format};

use super::Came;
use crate::pack::{Confidence, Holds, Rule, Rules, Value};

/// A text of these pages.
pub(super) fn t(words: Words, key: &str) -> String {
    words.t(&format!("watch-{key}"))
}

/// Whether a rule judges, and why not.
pub(super) fn standing(words: Words, rule: &Rule, today: Day) -> Badge {
    let (light, key) = state(rule, today);
    Badge::saying(light, t(words, key)).bare()
}

fn state(rule: &Rule, today: Day) -> (Light, &'static str) {
    if !rule.enabled {
        (Light::Waiting, if rule.confidence == Confidence::Low { "state-off-low" } else { "state-off" })
    } else if rule.valid_from > today {
        (Light::Waiting, "state-not-yet")
    } else if !rule.is_in_force(today) {
        (Light::Waiting, "state-no-more")
    } else {
        (Light::Done, "state-on")
    }
}

/// Verdicts under which a share says nothing about a rule.
const LEAST_VERDICTS: u64 = 10;

/// How often inspectors confirmed what it found; a count where they are too few to say.
pub(super) fn share(words: Words, came: &Came) -> String {
    let concluded = came.concluded();
    if concluded < LEAST_VERDICTS {
        return words.count("watch-verdicts", concluded);
    }
    format::percent(came.confirmed as f64 / concluded as f64, 0)
}

/// Law, sentence, and for whom.
pub(super) fn law(page: &Page, rule: &Rule) -> Panel {
    let words = page.words;
    let until = rule.valid_to.map_or_else(|| t(words, "no-end"), format::date);
    let mut facts = Facts::new()
        .fact(t(words, "fact-law"), words.said(&rule.law.text))
        .fact(t(words, "fact-article"), words.said(&rule.law.article))
        .fact(t(words, "fact-confidence"), t(words, &format!("confidence-{}", rule.confidence.code())))
        .fact(t(words, "fact-family"), t(words, &format!("family-{}", rule.family.code())))
        .fact(t(words, "fact-severity"), web::view::severity(words, rule.severity))
        .fact(t(words, "fact-sentence"), Html::rich(words.said(&rule.sentence)))
        .fact(t(words, "fact-valid"), format!("{} – {until}", format::date(rule.valid_from)))
        .fact(
            t(words, "fact-holds"),
            t(words, if rule.holds == Holds::Opening { "holds-opening" } else { "holds-act" }),
        )
        .fact(t(words, "fact-processes"), listed(words, rule.scope.processes.iter().map(|it| it.as_str().to_owned())))
        .fact(t(words, "fact-organs"), listed(words, rule.scope.organs.iter().map(|organ| page.organ(*organ))));
    if !rule.enabled {
        facts = facts.fact(t(words, "fact-off"), t(words, "off-why"));
    }
    Panel::new(t(words, "law"), facts)
}

fn listed(words: Words, all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { t(words, "everybody") } else { all.join(" · ") }
}

/// Its figures.
pub(super) fn parameters(words: Words, rule: &Rule) -> Panel {
    let columns = vec![
        Column::new(t(words, "column-parameter")),
        Column::new(t(words, "column-figure")).figure(),
        Column::new(t(words, "column-unit")).narrow(),
    ];
    let rows = rule.parameters.iter().map(|(name, parameter)| {
        let figure = match &parameter.value {
            Value::Figure(figure) => format::number(i128::from(*figure)),
            Value::Steps(steps) => steps.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" → "),
        };
        let light = parameter.unit == crate::family::Unit::Light;
        let unit = if light {
            t(words, &format!("light-{figure}"))
        } else {
            t(words, &format!("unit-{}", parameter.unit.code()))
        };
        Row::new(vec![
            Cell::new(words.said(&parameter.text())).under(name.as_str()),
            Cell::new(figure),
            Cell::new(unit),
        ])
    });
    let table = Table::new(words, "parameters", t(words, "parameters"), columns).rows(rows).plain();
    Panel::new(t(words, "parameters"), table).note(t(words, "parameters-note")).flush()
}

/// The four outcomes so far.
pub(super) fn outcomes(words: Words, tally: &Tally) -> Panel {
    let title = t(words, "outcomes");
    if tally.sum() == 0 {
        return Panel::new(title, Empty::empty(t(words, "outcomes-none"), t(words, "outcomes-none-next")));
    }
    let bar = Outcomes::new(words, tally.raised, tally.not_raised, tally.insufficient, tally.not_applicable)
        .must_be(t(words, "outcomes-sum"), tally.sum())
        .legend(Legend::Shares);
    Panel::new(title, bar).note(t(words, "outcomes-note"))
}

/// What became of what it found.
pub(super) fn warnings(words: Words, came: &Came) -> Panel {
    let title = t(words, "warnings");
    if came.open + came.closed == 0 {
        return Panel::new(title, Empty::empty(t(words, "warnings-none"), t(words, "warnings-none-next")));
    }
    let number = |n: u64| format::number(i128::from(n));
    let facts = Facts::new()
        .fact(t(words, "column-open"), number(came.open))
        .fact(t(words, "column-closed"), number(came.closed))
        .fact(t(words, "fact-confirmed"), number(came.confirmed))
        .fact(t(words, "fact-explained"), number(came.explained))
        .fact(t(words, "fact-refuted"), number(came.refuted))
        .fact(t(words, "column-precision"), share(words, came));
    Panel::new(title, facts).foot(t(words, "warnings-foot"))
}

/// The versions of a code, where there are several.
pub(super) fn versions(words: Words, rules: &Rules, of: &Rule, today: Day) -> Option<Panel> {
    let all: Vec<&Rule> = rules.all().iter().filter(|rule| rule.code == of.code).collect();
    if all.len() < 2 {
        return None;
    }
    let columns = vec![
        Column::new(t(words, "column-version")).narrow(),
        Column::new(t(words, "fact-valid")),
        Column::new(t(words, "column-state")).narrow(),
    ];
    let rows = all.into_iter().map(|rule| {
        let until = rule.valid_to.map_or_else(|| t(words, "no-end"), format::date);
        Row::new(vec![
            Cell::new(rule.version.as_str()),
            Cell::new(format!("{} – {until}", format::date(rule.valid_from))),
            Cell::new(standing(words, rule, today)),
        ])
    });
    let table = Table::new(words, "versions", t(words, "versions"), columns).rows(rows).plain();
    Some(Panel::new(t(words, "versions"), table).flush())
}
