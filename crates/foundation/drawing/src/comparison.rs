//! Two versions of a process side by side: what changed in sentences, both drawings with marks.

use std::collections::BTreeMap;

use askama::Template;
use bpmn::Model;
use bpmn::compare::{Change, Difference, What, compare};
use web::locale::{Arg, Locale, Words};
use web::view::{Html, IntoHtml};

use crate::drawing::{Drawing, called};
use crate::element::Elements;
use crate::mark::{Change as Marked, Mark};

/// So many sentences are written; what is beyond is counted and said.
const MOST_SENTENCES: usize = 500;
/// Values longer than this are cut, in characters.
const LONGEST_VALUE: usize = 160;

/// What differs between two versions of a process: sentences first, then the new drawing, then the old one.
pub struct Comparison<'m> {
    words: Words,
    old: &'m Model,
    new: &'m Model,
    id: String,
    changes: Vec<Change>,
    names: BTreeMap<String, String>,
}

#[derive(Template)]
#[template(path = "comparison.html")]
struct Sheet {
    id: String,
    summary: String,
    sentences: Vec<Html>,
    notes: Vec<String>,
    new_title: String,
    new: Html,
    old_title: String,
    old: Html,
}

impl<'m> Comparison<'m> {
    /// Compares `old` with `new`.
    pub fn new(words: Words, old: &'m Model, new: &'m Model) -> Comparison<'m> {
        let changes = compare(&old.document, &new.document);
        Comparison { words, old, new, id: "comparison".to_owned(), changes, names: BTreeMap::new() }
    }

    /// The id of the whole, and what the ids in it begin with; `comparison` unless said.
    pub fn id(mut self, id: impl Into<String>) -> Comparison<'m> {
        self.id = id.into();
        self
    }

    /// What people call posts and forms, by their codes.
    pub fn naming(mut self, names: BTreeMap<String, String>) -> Comparison<'m> {
        self.names = names;
        self
    }

    /// What differs, as data.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// A sentence for each thing that differs; what only lies elsewhere is no news and has none.
    pub fn sentences(&self) -> Vec<Html> {
        let said = Said::new(self.words, self.old, self.new, &self.names);
        self.changes.iter().flat_map(|change| said.sentences(change)).collect()
    }

    /// The new drawing with what is added, changed, moved.
    fn new_drawing(&self) -> Drawing<'m> {
        let drawing = Drawing::new(self.words, self.new).id(format!("{}-new", self.id));
        self.changes.iter().fold(drawing.label(self.words.t("drawing-version-new")), |drawing, change| {
            match change.what {
                What::Added => drawing.mark(&change.id, Mark::changed(Marked::Added)),
                What::Changed(_) => drawing.mark(&change.id, Mark::changed(Marked::Changed)),
                What::Moved => drawing.mark(&change.id, Mark::changed(Marked::Moved)),
                What::Removed => drawing,
            }
        })
    }

    /// The old drawing with what is gone, and what is said otherwise now.
    fn old_drawing(&self) -> Drawing<'m> {
        let drawing = Drawing::new(self.words, self.old).id(format!("{}-old", self.id));
        self.changes.iter().fold(drawing.label(self.words.t("drawing-version-old")), |drawing, change| {
            match change.what {
                What::Removed => drawing.mark(&change.id, Mark::changed(Marked::Removed)),
                What::Changed(_) => drawing.mark(&change.id, Mark::changed(Marked::Changed)),
                What::Added | What::Moved => drawing,
            }
        })
    }

    /// How many elements are new, gone, changed.
    fn summary(&self) -> String {
        let count = |fits: fn(&What) -> bool| self.changes.iter().filter(|change| fits(&change.what)).count() as u64;
        let (added, removed) = (count(|what| *what == What::Added), count(|what| *what == What::Removed));
        let changed = count(|what| matches!(what, What::Changed(_)));
        if added + removed + changed == 0 {
            return self.words.t("drawing-nothing-changed");
        }
        let values = [("added", added.into()), ("removed", removed.into()), ("changed", changed.into())];
        self.words.with("drawing-changes", &values)
    }

    fn sheet(self) -> Sheet {
        let words = self.words;
        let mut sentences = self.sentences();
        let moved = self.changes.iter().filter(|change| change.what == What::Moved).count();
        let unsaid = sentences.len().saturating_sub(MOST_SENTENCES);
        sentences.truncate(MOST_SENTENCES);
        let mut notes = Vec::new();
        if moved > 0 {
            notes.push(words.count("drawing-only-moved", moved as u64));
        }
        if unsaid > 0 {
            notes.push(words.count("drawing-unsaid", unsaid as u64));
        }
        Sheet {
            summary: self.summary(),
            sentences,
            notes,
            new_title: words.t("drawing-version-new"),
            new: self.new_drawing().into_html(),
            old_title: words.t("drawing-version-old"),
            old: self.old_drawing().into_html(),
            id: self.id,
        }
    }
}

impl IntoHtml for Comparison<'_> {
    fn into_html(self) -> Html {
        Html::of(&self.sheet())
    }
}

/// Puts changes into words.
struct Said<'m> {
    words: Words,
    old: Elements<'m>,
    new: Elements<'m>,
    names: &'m BTreeMap<String, String>,
}

impl<'m> Said<'m> {
    fn new(words: Words, old: &'m Model, new: &'m Model, names: &'m BTreeMap<String, String>) -> Said<'m> {
        Said { words, old: Elements::of(old), new: Elements::of(new), names }
    }

    fn sentences(&self, change: &Change) -> Vec<Html> {
        let name = self.name(change);
        let whole = |key: &str| {
            let kind = self.kind(&change.id, &change.element);
            self.words.rich(key, &[("kind", kind.into()), ("name", name.as_str().into())])
        };
        match &change.what {
            What::Added => vec![whole("drawing-said-added")],
            What::Removed => vec![whole("drawing-said-removed")],
            What::Moved => Vec::new(),
            What::Changed(differences) => {
                differences.iter().map(|difference| self.difference(&name, difference)).collect()
            }
        }
    }

    /// What an element is called: by its name, a line without one by what it joins, else by its id.
    fn name(&self, change: &Change) -> String {
        if change.id == "definitions" {
            return self.words.t("drawing-root-definitions");
        }
        if let Some(name) = &change.name {
            return cut(name);
        }
        let elements = if change.what == What::Removed { &self.old } else { &self.new };
        elements.find(&change.id).map_or_else(|| change.id.clone(), |at| called(elements, at))
    }

    /// The kind of an element in words; what no diagram shows by its own name.
    fn kind(&self, id: &str, element: &str) -> String {
        let shown = [&self.new, &self.old].into_iter().find_map(|all| all.find(id).map(|at| all.list[at].what));
        match shown {
            Some(what) => crate::paint::kind(self.words, what),
            None => self.words.find(&format!("drawing-root-{element}")).unwrap_or_else(|| format!("`{element}`")),
        }
    }

    fn difference(&self, name: &str, difference: &Difference) -> Html {
        let part = self.part(&difference.path);
        let old = difference.old.as_ref().map(|value| self.value(&self.old, &difference.path, value));
        let new = difference.new.as_ref().map(|value| self.value(&self.new, &difference.path, value));
        let locale = self.words.locale();
        let said = |key: &str, mut values: Vec<(&'static str, Arg<'static>)>| {
            values.extend([("name", name.to_owned().into()), ("part", part.clone().into())]);
            self.words.rich(key, &values)
        };
        match (old, new) {
            (Some(old), Some(new)) => {
                let new = unstopped(&new).to_owned();
                let (gap, before) = (space(locale, &old), space(locale, &new));
                let (old, new) = (format!("{gap}{old}{gap}"), format!("{before}{new}"));
                said("drawing-said-changed", vec![("old", old.into()), ("new", new.into())])
            }
            (None, new) => {
                let new = unstopped(&new.unwrap_or_default()).to_owned();
                said("drawing-said-set", vec![("new", new.into())])
            }
            (Some(old), None) => {
                let old = format!("{}{}", space(locale, &old), unstopped(&old));
                said("drawing-said-unset", vec![("old", old.into())])
            }
        }
    }

    /// A part in words, with what tells it apart from its fellows; a part that has no words as code.
    fn part(&self, path: &str) -> String {
        let key = part_key(path);
        let told = path.rsplit('/').find_map(|step| step.split_once('[')).map(|(_, key)| key.trim_end_matches(']'));
        match (self.words.find(&format!("drawing-part-{key}")), told) {
            (Some(part), Some(told)) => {
                self.words.with("drawing-part-of", &[("part", part.into()), ("which", told.to_owned().into())])
            }
            (Some(part), None) => part,
            (None, _) => format!("`{}`", cut(path)),
        }
    }

    /// A value in words: names for ids, yes and no for truth, kinds for kinds.
    fn value(&self, elements: &Elements<'_>, path: &str, value: &str) -> String {
        const REFERENCES: [&str; 9] = [
            "@sourceRef",
            "@targetRef",
            "@attachedToRef",
            "@default",
            "@qy:separate",
            "@qy:same",
            "@qy:returnTo",
            Difference::SCOPE,
            Difference::LANE,
        ];
        if path == Difference::KIND {
            return self.words.find(&format!("drawing-element-{value}")).unwrap_or_else(|| format!("`{value}`"));
        }
        if REFERENCES.contains(&path) {
            let named = |id: &str| elements.find(id).map_or_else(|| id.to_owned(), |at| called(elements, at));
            let names: Vec<String> = value.split([' ', ',']).filter(|id| !id.is_empty()).map(named).collect();
            let quoted = names.iter().map(|name| self.words.with("drawing-quoted", &[("name", name.as_str().into())]));
            return cut(&quoted.collect::<Vec<_>>().join(&self.words.t("drawing-comma")));
        }
        if CODES.iter().any(|code| path.ends_with(code)) {
            return cut(&self.coded(value));
        }
        if path.ends_with("completionCondition")
            && let Some(said) = self.rule(value)
        {
            return said;
        }
        if let Some(part) = path.strip_prefix("extensionElements/qy:clock/@")
            && let Some(said) = self.words.find(&format!("drawing-value-{part}-{value}"))
        {
            return said;
        }
        match value {
            "true" => self.words.t("drawing-yes"),
            "false" => self.words.t("drawing-no"),
            "" => self.words.t("drawing-plain"),
            _ => cut(value),
        }
    }
}

/// Parts that name posts or forms by their codes: by blanks, commas, or as a list of texts.
const CODES: [&str; 4] = ["@qy:candidates", "@qy:post", "@qy:collection", "@qy:form"];

impl Said<'_> {
    /// Codes by the names that people know; what is an expression stays as it is.
    fn coded(&self, value: &str) -> String {
        if value.trim_start().starts_with('=') {
            return value.to_owned();
        }
        let split = |letter: char| letter.is_whitespace() || ",，、[]\"".contains(letter);
        let codes = value.split(split).filter(|code| !code.is_empty());
        let named: Vec<&str> = codes.map(|code| self.names.get(code).map_or(code, String::as_str)).collect();
        named.join(self.words.either("、", ", "))
    }

    /// The rule that ends a consent 会签, where it is one that the editor writes.
    fn rule(&self, condition: &str) -> Option<String> {
        let plain: String = condition.chars().filter(|letter| !letter.is_whitespace()).collect();
        if plain == "numberOfRefusals>=1" {
            return Some(self.words.t("drawing-value-one-refuses"));
        }
        let figure = |text: &str| text.parse::<u64>().ok();
        if let Some(least) = plain.strip_prefix("numberOfCompletedInstances>=").and_then(figure) {
            return Some(self.words.with("drawing-value-enough-signed", &[("n", least.into())]));
        }
        let (agree, refuse) = plain.strip_prefix("numberOfConsents>=")?.split_once("or")?;
        let least = refuse
            .strip_prefix("numberOfRefusals>numberOfInstances-")
            .filter(|rest| *rest == agree)
            .and_then(figure)?;
        Some(self.words.with("drawing-value-enough-agree", &[("n", least.into())]))
    }
}

/// The key of a part in the texts: its path without what only holds it, without what tells it apart, and without the
/// namespaces of others, as their attributes of one name mean the same to a reader.
fn part_key(path: &str) -> String {
    let mut key = String::new();
    for step in path.split('/').filter(|step| !step.is_empty() && *step != "extensionElements") {
        let step = step.split('[').next().unwrap_or_default().trim_start_matches('@').trim_end_matches("()");
        let step = step.rsplit('}').next().unwrap_or_default().replace(':', "-");
        if !key.is_empty() {
            key.push('-');
        }
        key.push_str(&step);
    }
    key
}

/// A value without the full stop of its own, where it ends a sentence that has one.
fn unstopped(value: &str) -> &str {
    match value.strip_suffix('.') {
        // A figure or a code keeps its point.
        Some(text) if text.contains(' ') && !text.ends_with('.') => text,
        _ => value.trim_end_matches('。'),
    }
}

/// The space between Chinese and a value in Latin letters or figures; none where the value is Chinese, or the page is not.
fn space(locale: Locale, value: &str) -> &'static str {
    let latin = value.starts_with(|letter: char| letter < '\u{2e80}');
    if locale == Locale::ZhCn && latin { " " } else { "" }
}

fn cut(value: &str) -> String {
    crate::text::cut(value, LONGEST_VALUE)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bpmn::Model;
    use web::locale::{Catalogue, Locale};

    use super::{Said, part_key};

    /// Every attribute that the editor writes, and what it writes as the rule of a consent, is said in words in both languages.
    #[test]
    fn what_the_editor_writes_is_said_in_words() {
        let ours = [
            "candidates",
            "post",
            "organ",
            "form",
            "separate",
            "same",
            "returnTo",
            "steward",
            "type",
            "decision",
            "binding",
            "onEmpty",
            "result",
            "key",
            "keep",
            "choice",
            "collection",
            "item",
            "consent",
            "consents",
            "pause",
            "basis",
            "on",
            "reach",
        ];
        let paths = ours.iter().map(|name| format!("@qy:{name}"));
        let rounds = ["@isSequential", "@qy:collection", "@qy:item", "@qy:consent", "@qy:consents", "loopCardinality"];
        let rounds = rounds.iter().chain(&["completionCondition", "inputDataItem", "inputDataItem/@name"]);
        let paths = paths.chain(rounds.map(|path| format!("multiInstanceLoopCharacteristics/{path}")));
        let clock = ["law", "statutory", "promised", "unit", "article", "supplement"];
        let paths = paths.chain(clock.iter().map(|name| format!("extensionElements/qy:clock/@{name}")));
        let more = ["qy:in[a]/@value", "qy:out[a]/@value", "qy:local[a]/@name"];
        let paths: Vec<String> = paths.chain(more.map(|path| format!("extensionElements/{path}"))).collect();
        let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(&[crate::TEXTS].concat()).unwrap()));
        let empty = Model::read(b"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>").unwrap();
        let names = BTreeMap::from([("organ-head".to_owned(), "负责人".to_owned())]);
        for locale in [Locale::ZhCn, Locale::En] {
            let said = Said::new(web::locale::Words::new(catalogue, locale), &empty, &empty, &names);
            for path in &paths {
                let part = said.part(path);
                assert!(!part.contains('`') && !part.contains("qy:"), "{locale:?} {path}: {part}");
            }
            let condition = "multiInstanceLoopCharacteristics/completionCondition";
            for rule in [
                "numberOfRefusals >= 1",
                "numberOfConsents >= 2 or numberOfRefusals > numberOfInstances - 2",
                "numberOfCompletedInstances >= 3",
            ] {
                let value = said.value(&said.new, condition, rule);
                assert!(!value.contains("numberOf"), "{locale:?} {rule}: {value}");
            }
            let own = "numberOfConsents >= 2 or numberOfRefusals > numberOfInstances - 3";
            assert_eq!(said.value(&said.new, condition, own), own, "any other is kept as it is");
            let list =
                said.value(&said.new, "multiInstanceLoopCharacteristics/@qy:collection", "[\"organ-head\", \"x\"]");
            assert!(list == "负责人、x" || list == "负责人, x", "{list}");
            assert_eq!(said.value(&said.new, "@qy:candidates", "=post"), "=post");
            for unit in ["working-days", "calendar-days"] {
                assert_ne!(said.value(&said.new, "extensionElements/qy:clock/@unit", unit), unit, "{locale:?}");
            }
        }
    }

    #[test]
    fn a_sentence_has_one_full_stop() {
        for (value, shown) in [
            ("审查材料。", "审查材料"),
            ("Look at the papers.", "Look at the papers"),
            ("3", "3"),
            ("a.", "a."),
            ("and so on...", "and so on..."),
        ] {
            assert_eq!(super::unstopped(value), shown, "{value}");
        }
    }

    #[test]
    fn parts_have_keys() {
        let cases = [
            ("@name", "name"),
            ("@qy:candidates", "qy-candidates"),
            ("extensionElements/qy:clock/@promised", "qy-clock-promised"),
            ("extensionElements/qy:local[a]", "qy-local"),
            ("timerEventDefinition/timeDuration", "timerEventDefinition-timeDuration"),
            ("@{urn:other}assignee", "assignee"),
            ("element()", "element"),
        ];
        for (path, key) in cases {
            assert_eq!(part_key(path), key, "{path}");
        }
    }
}
