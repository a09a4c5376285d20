//! The catalogue 公开目录: what organs of each kind must disclose, on which basis, how often and by when.
//!
//! Read from `packs/cn/disclosure`, embedded. Rule numbers (GI-01) are those of the rule base; the article is the source.

use std::collections::BTreeSet;

use kernel::division::Level;
use kernel::limit::{Budget, Law, Limit};
use kernel::organ::{Organ, OrganKind};
use kernel::{Day, Text};
use serde::Deserialize;
use toml::Spanned;

/// The files, by name.
const FILES: [(&str, &str); 5] = [
    ("government.toml", include_str!("../../../../../packs/cn/disclosure/government.toml")),
    ("institution.toml", include_str!("../../../../../packs/cn/disclosure/institution.toml")),
    ("party.toml", include_str!("../../../../../packs/cn/disclosure/party.toml")),
    ("resident.toml", include_str!("../../../../../packs/cn/disclosure/resident.toml")),
    ("village.toml", include_str!("../../../../../packs/cn/disclosure/village.toml")),
];

/// How often an entry is to be disclosed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Often {
    /// Whenever the information comes to be or changes.
    OnChange,
    /// Once, and again when it changes.
    Once,
    /// Each month.
    Monthly,
    /// Each quarter.
    Quarterly,
    /// Each year.
    Yearly,
}

impl Often {
    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            Often::OnChange => "on-change",
            Often::Once => "once",
            Often::Monthly => "monthly",
            Often::Quarterly => "quarterly",
            Often::Yearly => "yearly",
        }
    }
}

/// By when an entry is to be disclosed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// So long after the information came to be, or after the period ended.
    Within(Limit),
    /// A day of the year after the one that is reported.
    Day {
        /// Month, `1..=12`.
        month: i8,
        /// Day of the month.
        day: i8,
    },
    /// Before the period is over.
    Period,
    /// The law gives no figure, and nothing is counted; why.
    NoLimit(String),
}

/// Who publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Publisher {
    /// Whoever publishes has neither drafted nor reviewed.
    Third,
    /// Whoever reviewed may publish.
    Reviewer,
}

/// How sure figure and article are. Source: the rule base.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Reliable.
    High,
    /// Reliable on the whole.
    Medium,
    /// Uncertain: nothing falls due by it.
    Low,
}

impl Confidence {
    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }
}

/// One thing that organs of some kinds disclose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Stable code.
    pub code: String,
    /// The field it belongs to, such as `village`.
    pub family: String,
    /// What it is called.
    pub name: Text,
    /// What is asked for.
    pub content: Text,
    /// Kinds of organs that it binds.
    pub binds: BTreeSet<OrganKind>,
    /// Only organs of divisions of at least this level.
    pub from_level: Option<Level>,
    /// Law and article.
    pub basis: String,
    /// Rules of the rule base it stands for.
    pub rule: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// How often.
    pub often: Often,
    /// By when.
    pub by: By,
    /// How many calendar days it stays posted at least.
    pub stands: Option<u32>,
    /// Characters that its text has at least.
    pub least: u32,
    /// Who publishes.
    pub publisher: Publisher,
    /// Where it is a draft on which the public is asked: for how many calendar days at least.
    pub comments: Option<u32>,
    /// Whether an organ that has no such thing may say so.
    pub optional: bool,
    /// The first day on which it is in force, where that is known.
    pub begins: Option<Day>,
}

impl Entry {
    /// Whether it is an organ's to disclose.
    pub fn binds(&self, organ: &Organ) -> bool {
        self.binds.contains(&organ.kind) && self.from_level.is_none_or(|level| organ.division.level() <= level)
    }

    /// Whether something falls due by it: what is uncertain may be disclosed, and nothing is owed.
    pub fn is_owed(&self) -> bool {
        self.confidence != Confidence::Low
    }
}

/// A field of disclosure 公开领域.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Family {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
}

/// All entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Catalogue {
    /// Version of the files; every act that follows it states it.
    pub version: String,
    /// The fields, in the order of their codes.
    pub families: Vec<Family>,
    entries: Vec<Entry>,
}

/// Why a file is no catalogue: its place, what is wrong, and how to mend it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("packs/cn/disclosure/{file}: {what}")]
pub struct BadCatalogue {
    file: String,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    version: String,
    family: String,
    name: Text,
    entry: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    code: Spanned<String>,
    name: Text,
    content: Text,
    binds: Vec<OrganKind>,
    from_level: Option<RawLevel>,
    basis: String,
    rule: String,
    confidence: Confidence,
    often: Often,
    working_days: Option<u32>,
    calendar_days: Option<u32>,
    by_day: Option<String>,
    #[serde(default)]
    within_period: bool,
    no_limit: Option<String>,
    stands: Option<u32>,
    least: u32,
    publisher: Publisher,
    comments: Option<u32>,
    #[serde(default)]
    optional: bool,
    begins: Option<Day>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawLevel {
    Province,
    Prefecture,
    County,
    Township,
}

impl From<RawLevel> for Level {
    fn from(raw: RawLevel) -> Level {
        match raw {
            RawLevel::Province => Level::Province,
            RawLevel::Prefecture => Level::Prefecture,
            RawLevel::County => Level::County,
            RawLevel::Township => Level::Township,
        }
    }
}

impl Catalogue {
    /// The catalogue of the embedded files.
    ///
    /// # Errors
    /// If one of them is none; a test reads them.
    pub fn embedded() -> Result<Catalogue, BadCatalogue> {
        Catalogue::parse(FILES)
    }

    /// Reads files, each with its name.
    ///
    /// # Errors
    /// Names file, line and key of what does not fit, and how to mend it.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Catalogue, BadCatalogue> {
        let mut catalogue = Catalogue { version: String::new(), families: Vec::new(), entries: Vec::new() };
        let mut codes = BTreeSet::new();
        for (file, text) in files {
            let bad = |what: String| BadCatalogue { file: file.to_owned(), what };
            let raw: RawFile = toml::from_str(text).map_err(|error| bad(error.to_string()))?;
            for entry in raw.entry {
                let line = text.get(..entry.code.span().start).map_or(0, |before| before.matches('\n').count()) + 1;
                let code = entry.code.get_ref().clone();
                let at = |what: String| bad(format!("line {line}: {code}: {what}"));
                if !codes.insert(code.clone()) {
                    return Err(at("another entry has this code; give it a code of its own".to_owned()));
                }
                catalogue.entries.push(entry.read(&raw.family).map_err(at)?);
            }
            catalogue.version = catalogue.version.max(raw.version);
            catalogue.families.push(Family { code: raw.family, name: raw.name });
        }
        Ok(catalogue)
    }

    /// The entry of a code.
    pub fn entry(&self, code: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// All entries, file by file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What an organ discloses.
    pub fn of<'a>(&'a self, organ: &'a Organ) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|entry| entry.binds(organ))
    }

    /// The name of a field.
    pub fn family(&self, code: &str) -> Option<&Text> {
        self.families.iter().find(|family| family.code == code).map(|family| &family.name)
    }
}

impl RawEntry {
    fn read(self, family: &str) -> Result<Entry, String> {
        let by = self.by()?;
        let fits = match (&by, self.often) {
            (By::Within(_), _) => true,
            (By::Day { .. }, often) => often == Often::Yearly,
            (By::Period, often) => matches!(often, Often::Monthly | Often::Quarterly | Often::Yearly),
            (By::NoLimit(_), often) => often == Often::OnChange,
        };
        if !fits {
            return Err(format!(
                "a limit of this kind does not go with often = \"{}\": by_day goes with yearly, within_period with what \
                 comes back, no_limit with on-change",
                self.often.code()
            ));
        }
        if self.binds.is_empty() {
            return Err("it binds nobody; name a kind of organ in binds".to_owned());
        }
        Ok(Entry {
            code: self.code.into_inner(),
            family: family.to_owned(),
            name: self.name,
            content: self.content,
            binds: self.binds.into_iter().collect(),
            from_level: self.from_level.map(Level::from),
            basis: self.basis,
            rule: self.rule,
            confidence: self.confidence,
            often: self.often,
            by,
            stands: self.stands,
            least: self.least,
            publisher: self.publisher,
            comments: self.comments,
            optional: self.optional,
            begins: self.begins,
        })
    }

    fn by(&self) -> Result<By, String> {
        let days = |budget: Budget| By::Within(Limit::new(Law::Disclosure, budget, self.basis.clone()));
        let mut given = Vec::new();
        given.extend(self.working_days.map(|value| days(Budget::working_days(value))));
        given.extend(self.calendar_days.map(|value| days(Budget::calendar_days(value))));
        if let Some(text) = &self.by_day {
            given.push(month_and_day(text).ok_or_else(|| {
                format!("by_day = \"{text}\" is no day of the year; write month and day, such as \"01-31\"")
            })?);
        }
        given.extend(self.within_period.then_some(By::Period));
        given.extend(self.no_limit.clone().map(By::NoLimit));
        match <[By; 1]>::try_from(given) {
            Ok([By::Within(limit)]) if limit.budget.value == 0 => {
                Err("a limit of nothing gives no time; write at least 1, or no_limit with the reason".to_owned())
            }
            Ok([by]) => Ok(by),
            Err(_) => Err("write one of working_days, calendar_days, by_day, within_period, no_limit".to_owned()),
        }
    }
}

/// `01-31`, of any year: 29 February is none.
fn month_and_day(text: &str) -> Option<By> {
    let (month, day) = text.split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    Day::new(2001, month, day).ok().map(|_| By::Day { month, day })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"
version = "1"
family = "village"
name = { zh = "村", en = "Village" }
[[entry]]
code = "X-1"
name = { zh = "一", en = "One" }
content = { zh = "一", en = "One" }
binds = ["village"]
basis = "某法 第1条"
rule = "VD-01"
confidence = "high"
often = "monthly"
within_period = true
least = 10
publisher = "third"
"#;

    #[test]
    fn the_embedded_files_are_a_catalogue() {
        let catalogue = Catalogue::embedded().unwrap_or_else(|bad| panic!("{bad}"));
        assert_eq!(catalogue.families.len(), FILES.len());
        for kind in [
            OrganKind::Party,
            OrganKind::Government,
            OrganKind::Department,
            OrganKind::Village,
            OrganKind::Resident,
            OrganKind::Institution,
        ] {
            assert!(
                catalogue.entries().iter().any(|entry| entry.binds.contains(&kind)),
                "{kind:?} discloses something"
            );
        }
        for entry in catalogue.entries() {
            assert!(catalogue.family(&entry.family).is_some(), "{}", entry.code);
            assert!(!entry.basis.is_empty() && !entry.rule.is_empty(), "{} names its source", entry.code);
            assert!(catalogue.entry(&entry.code).is_some());
        }
    }

    #[test]
    fn every_file_of_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../packs/cn/disclosure");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".toml"))
            .collect();
        there.sort();
        assert_eq!(there, FILES.map(|(name, _)| name));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_line_and_mend() {
        let with = |from: &str, to: &str| ONE.replace(from, to);
        let twice =
            format!("{ONE}{}", ONE.split_once("[[entry]]").map(|(_, entry)| format!("[[entry]]{entry}")).unwrap());
        let cases = [
            ("an unknown key", with("least = 10", "leest = 10"), "line 15", "expected one of"),
            ("an unknown kind of organ", with("[\"village\"]", "[\"vilage\"]"), "line 9", "village"),
            ("nobody bound", with("[\"village\"]", "[]"), "line 6: X-1", "name a kind"),
            ("no limit at all", with("within_period = true", ""), "line 6: X-1", "write one of"),
            (
                "two limits",
                with("within_period = true", "within_period = true\nworking_days = 2"),
                "line 6",
                "write one of",
            ),
            ("no time", with("within_period = true", "working_days = 0"), "line 6", "at least 1"),
            ("no such day", with("within_period = true", "by_day = \"02-30\""), "line 6", "month and day"),
            ("a day for a month", with("within_period = true", "by_day = \"01-31\""), "line 6", "goes with yearly"),
            ("a month without limit", with("within_period = true", "no_limit = \"x\""), "line 6", "goes with yearly"),
            ("one code twice", twice, "line 18: X-1", "code of its own"),
            ("no TOML", "]".to_owned(), "line 1", "TOML"),
        ];
        assert!(Catalogue::parse([("a.toml", ONE)]).is_ok());
        for (case, text, place, mend) in cases {
            let bad = Catalogue::parse([("a.toml", text.as_str())]).unwrap_err().to_string();
            assert!(bad.starts_with("packs/cn/disclosure/a.toml: "), "{case}: {bad}");
            assert!(bad.contains(place) && bad.contains(mend), "{case}: {bad}");
        }
    }
}
