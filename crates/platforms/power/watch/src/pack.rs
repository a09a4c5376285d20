//! Rules as files: what a rule file says, and what is wrong with one that cannot be used.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use flow::ElementId;
use kernel::{Day, OrganId, Text};
use serde::Deserialize;
use supervise::RuleRef;

use crate::family::{Family, Unit};
use crate::sentence;

/// Which version of a rule holds for a matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// The one in force when the matter began: what the law says of limits is not changed for it on the way.
    Opening,
    /// The one in force on the day of the act.
    Act,
}

/// How sure the list of rules is of a figure. What is `low` is custom at most, and off until an office wants it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Not sure: to be configured.
    Low,
    /// Mostly sure.
    Medium,
    /// The article says so.
    High,
}

impl Confidence {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// The law that a rule follows.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Law or custom, as people call it.
    pub text: Text,
    /// The article, or where in it.
    pub article: Text,
    /// Numbers of the list of rules that the house was built from.
    pub facts: Vec<String>,
}

/// For whom a rule is. Empty is everybody.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Processes, by id.
    #[serde(default)]
    pub processes: BTreeSet<ElementId>,
    /// Organs, by id.
    #[serde(default)]
    pub organs: BTreeSet<OrganId>,
}

/// What stands in a parameter.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A figure in its unit.
    Figure(i64),
    /// Steps of a process, by id.
    Steps(Vec<ElementId>),
}

/// A figure of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// How much.
    pub value: Value,
    /// Of what.
    pub unit: Unit,
    /// What it means, in Chinese.
    pub zh: String,
    /// What it means, in English.
    pub en: String,
}

impl Parameter {
    /// What it means.
    pub fn text(&self) -> Text {
        Text::new(self.zh.as_str(), self.en.as_str())
    }
}

/// A rule as its file says it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable code; never reused.
    pub code: String,
    /// Version of figures and sentence.
    pub version: String,
    /// What it measures.
    pub family: Family,
    /// Which version of it holds for a matter.
    pub holds: Holds,
    /// Whether it judges.
    pub enabled: bool,
    /// How sure its figures are.
    pub confidence: Confidence,
    /// 1 indicative, 2 strong, 3 statutory.
    pub severity: i64,
    /// The first day on which it holds.
    pub valid_from: Day,
    /// The last one.
    #[serde(default)]
    pub valid_to: Option<Day>,
    /// Its name.
    pub name: Text,
    /// What it tells, and what it does not.
    pub tells: Text,
    /// What it says of what it found; places in braces are filled by its family.
    pub sentence: Text,
    /// The law.
    pub law: Law,
    /// For whom.
    #[serde(default)]
    pub scope: Scope,
    /// Its figures, each that its family asks for.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
}

impl Rule {
    /// Code and version.
    pub fn reference(&self) -> RuleRef {
        RuleRef { code: self.code.clone(), version: self.version.clone() }
    }

    /// A figure that its family asks for; reading the file has made sure of it.
    pub fn figure(&self, name: &str) -> i64 {
        match self.parameters.get(name).map(|parameter| &parameter.value) {
            Some(Value::Figure(figure)) => *figure,
            _ => 0,
        }
    }

    /// The steps that its family asks for.
    pub fn steps(&self, name: &str) -> &[ElementId] {
        match self.parameters.get(name).map(|parameter| &parameter.value) {
            Some(Value::Steps(steps)) => steps,
            _ => &[],
        }
    }

    /// Whether this version holds on a day.
    pub fn is_in_force(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether it is for cases of that process and organ.
    pub fn covers(&self, process: &ElementId, organ: OrganId) -> bool {
        let Scope { processes, organs } = &self.scope;
        (processes.is_empty() || processes.contains(process)) && (organs.is_empty() || organs.contains(&organ))
    }
}

/// Why a rule file cannot be used: where, what, and what mends it, in both languages.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{file}:{line}: {}\n{file}:{line}: {}", what.zh, what.en)]
pub struct BadRule {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and the mend.
    pub what: Text,
}

/// The rules of a node, by code and version.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    all: Vec<Rule>,
}

/// Files that this binary was built with.
const EMBEDDED: &[(&str, &str)] = &[
    ("limit.toml", include_str!("../../../../../packs/cn/watch/limit.toml")),
    ("suspension.toml", include_str!("../../../../../packs/cn/watch/suspension.toml")),
    ("notices.toml", include_str!("../../../../../packs/cn/watch/notices.toml")),
    ("returns.toml", include_str!("../../../../../packs/cn/watch/returns.toml")),
    ("moved.toml", include_str!("../../../../../packs/cn/watch/moved.toml")),
    ("licence-order.toml", include_str!("../../../../../packs/cn/watch/licence-order.toml")),
    ("four-eyes.toml", include_str!("../../../../../packs/cn/watch/four-eyes.toml")),
    ("recusal.toml", include_str!("../../../../../packs/cn/watch/recusal.toml")),
    ("odd-hours.toml", include_str!("../../../../../packs/cn/watch/odd-hours.toml")),
    ("burst.toml", include_str!("../../../../../packs/cn/watch/burst.toml")),
    ("last-day.toml", include_str!("../../../../../packs/cn/watch/last-day.toml")),
    ("late-stop.toml", include_str!("../../../../../packs/cn/watch/late-stop.toml")),
    ("same-text.toml", include_str!("../../../../../packs/cn/watch/same-text.toml")),
    ("unattended.toml", include_str!("../../../../../packs/cn/watch/unattended.toml")),
    ("again.toml", include_str!("../../../../../packs/cn/watch/again.toml")),
];

/// Where rule files lie among the packs.
pub const FOLDER: &str = "cn/watch/";

impl Rules {
    /// The rules that this binary was built with, and files of the office's own over them: one of the same name takes the place of
    /// the embedded one.
    ///
    /// # Errors
    /// Names file, line and mend of what cannot be used.
    pub fn with(own: &BTreeMap<String, String>) -> Result<Rules, BadRule> {
        let mut files: BTreeMap<&str, &str> = EMBEDDED.iter().copied().collect();
        files.extend(own.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        Rules::read(files)
    }

    /// Rules of these files.
    ///
    /// # Errors
    /// Names file, line and mend of what cannot be used.
    pub fn read<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Rules, BadRule> {
        let mut all: Vec<Rule> = Vec::new();
        for (file, text) in files {
            let rule = parse(file, text)?;
            for other in all.iter().filter(|other| other.code == rule.code) {
                let bad = |what| BadRule { file: file.to_owned(), line: line_of(text, "code"), what };
                if other.version == rule.version {
                    return Err(bad(Text::new(
                        format!("{} 第 {} 版写了两次；请换一个版本号。", rule.code, rule.version),
                        format!("{} version {} is there twice: give it another version.", rule.code, rule.version),
                    )));
                }
                if other.enabled && rule.enabled && meet(other, &rule) {
                    return Err(bad(Text::new(
                        format!(
                            "{} 的第 {} 版和第 {} 版同时有效；请给前一版写 valid_to。",
                            rule.code, other.version, rule.version
                        ),
                        format!(
                            "versions {} and {} of {} hold at the same time: give the earlier one a valid_to.",
                            other.version, rule.version, rule.code
                        ),
                    )));
                }
            }
            all.push(rule);
        }
        all.sort_by(|one, other| (&one.code, one.valid_from).cmp(&(&other.code, other.valid_from)));
        Ok(Rules { all })
    }

    /// All of them, by code and day.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The version of a code that is shown for a day: the one in force, else the next, else the last.
    pub fn shown(&self, code: &str, today: Day) -> Option<&Rule> {
        let of_code = || self.all.iter().filter(|rule| rule.code == code);
        of_code()
            .find(|rule| rule.is_in_force(today))
            .or_else(|| of_code().find(|rule| rule.valid_from > today))
            .or_else(|| of_code().next_back())
    }

    /// The codes, each once.
    pub fn codes(&self) -> BTreeSet<&str> {
        self.all.iter().map(|rule| rule.code.as_str()).collect()
    }
}

/// Whether two versions hold on one day.
fn meet(one: &Rule, other: &Rule) -> bool {
    let ends = |rule: &Rule, day: Day| rule.valid_to.is_none_or(|last| day <= last);
    ends(one, other.valid_from) && ends(other, one.valid_from)
}

/// Reads one file.
fn parse(file: &str, text: &str) -> Result<Rule, BadRule> {
    let file = file.to_owned();
    let rule: Rule = toml::from_str(text).map_err(|error| BadRule {
        line: line_at(text, error.span()),
        what: Text::new(
            format!("规则文件读不出：{}。请改这一行，或删去规则不认识的键。", error.message()),
            format!(
                "the rule file cannot be read: {}. Change the line, or take out the key that no rule has.",
                error.message()
            ),
        ),
        file: file.clone(),
    })?;
    check(&rule, text).map_err(|(key, what)| BadRule { line: line_of(text, key), file, what })?;
    Ok(rule)
}

/// What a file that reads may still have wrong: the key at which it stands, and the sentence.
fn check<'k>(rule: &Rule, _text: &str) -> Result<(), (&'k str, Text)> {
    let is_code = rule.code.strip_prefix("ES-").is_some_and(|rest| {
        !rest.is_empty() && rest.len() <= 12 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if !is_code {
        return Err((
            "code",
            Text::new("编号应为 ES- 加字母或数字。", "the code is ES- and letters or digits: write one such as ES-31."),
        ));
    }
    if rule.version.is_empty() || rule.version.len() > 20 {
        return Err(("version", Text::new("请写 1 到 20 个字符的版本号。", "write a version of 1 to 20 characters.")));
    }
    if !(1..=3).contains(&rule.severity) {
        return Err(("severity", Text::new("严重程度为 1、2 或 3。", "severity is 1, 2 or 3.")));
    }
    if rule.valid_to.is_some_and(|last| last < rule.valid_from) {
        return Err((
            "valid_to",
            Text::new("valid_to 早于 valid_from；请改其中一个。", "valid_to is before valid_from: change one of them."),
        ));
    }
    for text in [&rule.name, &rule.tells, &rule.sentence, &rule.law.text] {
        if text.zh.trim().is_empty() || text.en.trim().is_empty() {
            return Err((
                "name",
                Text::new("每段文字都要有中文和英文。", "every text is there in Chinese and in English."),
            ));
        }
    }
    let places = rule.family.places();
    for template in [&rule.sentence.zh, &rule.sentence.en] {
        if let Some(unknown) = sentence::places(template).into_iter().find(|place| !places.contains(&place.as_str())) {
            let known = places.join("}, {");
            return Err((
                "sentence",
                Text::new(
                    format!("句子里的 {{{unknown}}} 没有来处；可用的有 {{{known}}}。"),
                    format!("nothing fills {{{unknown}}} in the sentence: there are {{{known}}}."),
                ),
            ));
        }
    }
    parameters(rule)
}

/// The figures are those that the family asks for, each in its unit and within its bounds.
fn parameters<'k>(rule: &Rule) -> Result<(), (&'k str, Text)> {
    let asks = rule.family.asks();
    if let Some(unknown) = rule.parameters.keys().find(|name| !asks.iter().any(|ask| ask.name == **name)) {
        let known: Vec<&str> = asks.iter().map(|ask| ask.name).collect();
        return Err((
            "parameters",
            Text::new(
                format!("参数 {unknown} 无用；此类规则的参数为：{}。", known.join("、")),
                format!("no rule of this family has a parameter {unknown}: it has {}.", known.join(", ")),
            ),
        ));
    }
    for ask in asks {
        let name = ask.name;
        let Some(parameter) = rule.parameters.get(name) else {
            return Err((
                "parameters",
                Text::new(
                    format!("缺少参数 {name}；请加上 [parameters.{name}]。"),
                    format!("the parameter {name} is missing: add [parameters.{name}]."),
                ),
            ));
        };
        let fits = match &parameter.value {
            Value::Figure(figure) => ask.unit != Unit::Steps && (ask.least..=ask.most).contains(figure),
            Value::Steps(_) => ask.unit == Unit::Steps,
        };
        if parameter.unit != ask.unit || !fits {
            let (unit, least, most) = (ask.unit.code(), ask.least, ask.most);
            return Err((
                "parameters",
                Text::new(
                    format!("参数 {name} 的单位为 {unit}，取值 {least} 到 {most}（单位为 steps 时写步骤清单）。"),
                    format!(
                        "the parameter {name} is in {unit}, from {least} to {most} (a list where the unit is steps)."
                    ),
                ),
            ));
        }
    }
    Ok(())
}

/// The line of a place in a text, from 1.
fn line_at(text: &str, span: Option<Range<usize>>) -> usize {
    let end = span.map_or(0, |span| span.start).min(text.len());
    text.as_bytes().iter().take(end).filter(|byte| **byte == b'\n').count() + 1
}

/// The line that begins with a key or opens its table; the first where there is none.
fn line_of(text: &str, key: &str) -> usize {
    let begins = |line: &str| line.trim_start_matches('[').starts_with(key);
    text.lines().position(begins).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests;
