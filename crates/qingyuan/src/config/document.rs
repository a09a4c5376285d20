//! The file and the environment as one set of values, each of which knows where it stands.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::fault::{Fault, Place};
use crate::config::keys::{KEYS, Key, OLDER, sections};

/// Names and values of the environment.
pub(crate) type Environment<'e> = &'e [(String, String)];

/// A value as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    Text(String),
    Count(i64),
    Flag(bool),
    Texts(Vec<String>),
}

impl std::fmt::Display for Written {
    /// As the file writes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Written::Text(text) => write!(f, "{text:?}"),
            Written::Count(count) => write!(f, "{count}"),
            Written::Flag(flag) => write!(f, "{flag}"),
            Written::Texts(texts) => write!(f, "{texts:?}"),
        }
    }
}

/// A value, and where it stands.
pub(crate) struct Given {
    pub(crate) place: Place,
    pub(crate) written: Written,
}

/// Reads keys one by one and gathers what is wrong.
pub(crate) struct Document<'d> {
    text: &'d str,
    table: DeTable<'d>,
    environment: Environment<'d>,
    faults: RefCell<Vec<Fault>>,
}

/// Line and column, both from 1; columns count characters.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
}

impl<'d> Document<'d> {
    /// # Errors
    /// If the text is not TOML.
    pub(crate) fn new(text: &'d str, environment: Environment<'d>) -> Result<Document<'d>, Fault> {
        match DeTable::parse(text) {
            Ok(table) => Ok(Document { text, table: table.into_inner(), environment, faults: RefCell::default() }),
            Err(error) => {
                let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
                // The parser's words name tokens, never values.
                let why = error.message().lines().next().unwrap_or_default().to_owned();
                let (zh, en) = (format!("读不懂（TOML 语法）：{why}"), format!("cannot be understood (TOML): {why}"));
                Err(Fault::new(Place::File(line, column), "", zh, en))
            }
        }
    }

    fn place(&self, at: usize) -> Place {
        let (line, column) = line_and_column(self.text, at);
        Place::File(line, column)
    }

    /// Notes what is wrong.
    pub(crate) fn fault(&self, place: Place, key: &Key, zh: impl Into<String>, en: impl Into<String>) {
        self.faults.borrow_mut().push(Fault::new(place, key.path(), zh, en));
    }

    /// The faults so far, in order of their places.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by(|one, other| one.place.cmp(&other.place));
        faults
    }

    fn table_of(&self, section: &str) -> Option<&DeTable<'d>> {
        match section {
            "" => Some(&self.table),
            section => match self.table.get(section)?.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => None,
            },
        }
    }

    /// What is given for a key: the environment before the file; `None` where nothing is.
    pub(crate) fn get(&self, key: &'static Key) -> Option<Given> {
        let from = |name: &str| self.environment.iter().find(|(known, value)| known == name && !value.is_empty());
        let older = OLDER.iter().filter(|(_, path)| *path == key.path()).find_map(|(name, _)| from(name));
        let variable = if key.fixed { None } else { from(&key.variable()).or(older) };
        if let Some((name, value)) = variable {
            return Some(Given { place: Place::Variable(name.clone()), written: Written::Text(value.clone()) });
        }
        let (name, value) = self.table_of(key.section)?.get_key_value(key.name)?;
        let place = self.place(name.span().start);
        match written(value) {
            Some(written) => Some(Given { place, written }),
            None => {
                let kind = value.get_ref().type_str();
                self.fault(place, key, format!("这里不能写 {kind}"), format!("a {kind} cannot stand here"));
                None
            }
        }
    }

    /// Notes every key, section and variable that nobody knows, with the nearest name that somebody does.
    pub(crate) fn unknown(&self) {
        let sections = sections();
        for (name, value) in self.table.iter() {
            let name_text = name.get_ref().as_ref();
            match (sections.iter().find(|section| **section == name_text), value.get_ref()) {
                (Some(section), DeValue::Table(table)) => {
                    for inner in table.keys() {
                        self.unless_known(section, inner);
                    }
                }
                (Some(section), _) => {
                    let (zh, en) = (format!("应为小节 [{section}]"), format!("write it as a section: [{section}]"));
                    self.faults.borrow_mut().push(Fault::new(self.place(name.span().start), *section, zh, en));
                }
                (None, _) => self.unless_known("", name),
            }
        }
        // Variables of other programs may begin with the program's name; those with a section's are meant for this file.
        for (name, _) in self.environment {
            let Some(rest) = name.strip_prefix("QINGYUAN_") else { continue };
            let meant = sections.iter().any(|section| rest.starts_with(&format!("{}_", section.to_uppercase())));
            let variables: Vec<String> = KEYS.iter().filter(|key| !key.fixed).map(Key::variable).collect();
            if meant && !variables.contains(name) {
                let nearest = tables::nearest(name, variables.iter().map(String::as_str));
                let (zh, en) = no_such(nearest);
                self.faults.borrow_mut().push(Fault::new(Place::Variable(name.clone()), "", zh, en));
            }
        }
    }

    fn unless_known(&self, section: &str, name: &Spanned<toml::de::DeString<'d>>) {
        let text = name.get_ref().as_ref();
        let known = KEYS.iter().filter(|key| key.section == section).map(|key| key.name);
        if known.clone().any(|known| known == text) {
            return;
        }
        let others = if section.is_empty() { sections() } else { Vec::new() };
        let (zh, en) = match tables::nearest(text, known.chain(others)) {
            Some(nearest) => no_such(Some(nearest)),
            // Perhaps it stands in the wrong section.
            None => match KEYS.iter().find(|key| key.name == text) {
                Some(key) => (format!("放错了地方，应为 {}", key.path()), format!("belongs elsewhere: {}", key.path())),
                None => no_such(None),
            },
        };
        let path = if section.is_empty() { text.to_owned() } else { format!("{section}.{text}") };
        self.faults.borrow_mut().push(Fault::new(self.place(name.span().start), path, zh, en));
    }
}

fn no_such(nearest: Option<&str>) -> (String, String) {
    match nearest {
        Some(nearest) => {
            (format!("没有这个名称；是不是 {nearest}？"), format!("there is no such name; is it {nearest}?"))
        }
        None => (
            "没有这个名称；全部名称见 docs/operate/configuration.md".to_owned(),
            "there is no such name; docs/operate/configuration.md lists all".to_owned(),
        ),
    }
}

fn written(value: &Spanned<DeValue<'_>>) -> Option<Written> {
    match value.get_ref() {
        DeValue::String(text) => Some(Written::Text(text.to_string())),
        DeValue::Boolean(flag) => Some(Written::Flag(*flag)),
        DeValue::Integer(count) => i64::from_str_radix(count.as_str(), count.radix()).ok().map(Written::Count),
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>().map(Written::Texts)
        }
        _ => None,
    }
}
