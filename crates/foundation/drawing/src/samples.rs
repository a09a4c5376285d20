//! Samples of every shape that drawings can take, for the page of samples and for the snapshots.

use bpmn::Model;
use web::locale::Words;
use web::view::{Html, IntoHtml};

use crate::{Change, Comparison, Drawing, Heat, Mark, RulesComparison, State};

/// Components with their samples: name and markup.
pub type Samples = Vec<(&'static str, Vec<(&'static str, Html)>)>;

/// All samples of this crate.
pub fn samples(words: Words) -> Samples {
    vec![("drawing", drawings(words)), ("comparison", comparisons(words)), ("rules", rules(words))]
}

fn drawings(words: Words) -> Vec<(&'static str, Html)> {
    let permit = permit(words);
    let everything = model(words, include_str!("../samples/notation.bpmn"));
    let plain = model(words, include_str!("../samples/plain.bpmn"));
    let progress = Drawing::new(words, &permit)
        .id("drawing-progress")
        .mark("start", Mark::state(State::Done))
        .mark("accept", Mark::state(State::Done))
        .mark("complete", Mark::state(State::Done))
        .mark("fee", Mark::state(State::Failed))
        .mark("check", Mark::state(State::Here).count(2))
        .mark("correct", Mark::state(State::Overdue).count(1))
        .mark("notify", Mark::state(State::Ahead))
        .mark("to-end", Mark::state(State::Ahead))
        .mark("end", Mark::state(State::Ahead));
    let days = |days: &str| format!("{days} {}", words.either("日", "days"));
    let heat = Drawing::new(words, &permit)
        .id("drawing-heat")
        .mark("accept", Mark::heat(Heat::new(1, days("0.8"))))
        .mark("fee", Mark::heat(Heat::new(2, days("1.1"))))
        .mark("check", Mark::heat(Heat::new(3, days("2.6"))))
        .mark("correct", Mark::heat(Heat::new(5, days("9.4"))))
        .mark("notify", Mark::heat(Heat::new(4, days("3.9"))))
        .mark("urge", Mark::heat(Heat::few(days("2.0"))))
        .key(words.either("中位数，2026 年 10 月，n = 2,114", "Median, October 2026, n = 2,114"));
    let changes = Drawing::new(words, &permit)
        .id("drawing-changes")
        .mark("check", Mark::changed(Change::Changed))
        .mark("remind", Mark::changed(Change::Added))
        .mark("urge", Mark::changed(Change::Added))
        .mark("to-urge", Mark::changed(Change::Added))
        .mark("notify", Mark::changed(Change::Moved))
        .mark("to-end", Mark::changed(Change::Removed));
    vec![
        ("progress", progress.into_html()),
        ("figures", heat.into_html()),
        ("changes", changes.into_html()),
        ("notation", Drawing::new(words, &everything).id("drawing-notation").into_html()),
        ("laid out", Drawing::new(words, &plain).id("drawing-plain").into_html()),
    ]
}

fn comparisons(words: Words) -> Vec<(&'static str, Html)> {
    let (old, new) = (permit(words), model(words, include_str!("../samples/permit-new.bpmn")));
    vec![
        ("two versions", Comparison::new(words, &old, &new).into_html()),
        ("the same", Comparison::new(words, &old, &old).id("comparison-same").into_html()),
    ]
}

fn rules(words: Words) -> Vec<(&'static str, Html)> {
    use dmn::compare::{Cell, Change, Row, What};
    let text = |text: &str| Some(text.to_owned());
    let change =
        |what: What| Change {
            id: "fee".to_owned(), name: words.either("核定费用", "Set the fee").to_owned(), what
        };
    let area = words.either("面积", "area").to_owned();
    let sum = words.either("金额", "sum").to_owned();
    let row = |number, from: &str, to: &str| Row {
        number,
        id: None,
        cells: vec![(area.clone(), from.to_owned()), (sum.clone(), to.to_owned())],
    };
    let cell = Cell { column: sum.clone(), old: text("200"), new: text("150") };
    let changes = vec![
        change(What::RuleChanged { number: 2, id: text("middle"), cells: vec![cell] }),
        change(What::RuleAdded(row(3, "[300..500)", "400"))),
        change(What::RuleRemoved(row(4, ">= 1000", "900"))),
        change(What::Reordered),
    ];
    vec![
        ("rules", RulesComparison::new(words, changes).into_html()),
        ("the same", RulesComparison::new(words, Vec::new()).id("rules-same").into_html()),
    ]
}

/// The permit of the sample pack.
fn permit(words: Words) -> Model {
    model(words, include_str!("../samples/permit.bpmn"))
}

/// A sample file in the reader's language: names are written `{Chinese|English}`.
///
/// # Panics
/// If a sample is no BPMN, which the tests exclude.
pub(crate) fn model(words: Words, text: &str) -> Model {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let Some((pair, after)) = after.split_once('}') else { break };
        let (chinese, english) = pair.split_once('|').unwrap_or((pair, pair));
        said.push_str(words.either(chinese, english));
        rest = after;
    }
    said.push_str(rest);
    match Model::read(said.as_bytes()) {
        Ok(model) => model,
        Err(fault) => panic!("a sample cannot be read: {fault}"),
    }
}
