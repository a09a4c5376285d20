//! Packs: the files under `packs/` that say what the law and the local rules say, embedded and replaceable.
//!
//! The kernel reads no folder. The binary does, and lays what it read over the embedded files with [`Packs::with`].

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Pack files by their path under `packs/`, such as `cn/calendars/2026.toml`.
#[derive(Clone, Default, Debug)]
pub struct Packs {
    files: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
}

impl Packs {
    /// No files.
    pub fn empty() -> Packs {
        Packs::default()
    }

    /// The kernel's own files: the working calendars. Other crates add theirs with [`Packs::with`].
    pub fn embedded() -> Packs {
        let mut packs = Packs::empty();
        for (path, text) in CALENDARS {
            packs.files.insert(Cow::Borrowed(path), Cow::Borrowed(text));
        }
        packs
    }

    /// The same with one file added, or replaced.
    #[must_use]
    pub fn with(mut self, path: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Packs {
        self.files.insert(path.into(), text.into());
        self
    }

    /// The file of that path.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// All files under a folder (`"cn/calendars/"`), by path.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_ref(), text.as_ref()))
            .filter(move |(path, _)| path.starts_with(folder))
    }
}

/// The embedded working calendars.
pub const CALENDARS: &[(&str, &str)] = &[
    ("cn/calendars/2007.toml", include_str!("../../../../packs/cn/calendars/2007.toml")),
    ("cn/calendars/2008.toml", include_str!("../../../../packs/cn/calendars/2008.toml")),
    ("cn/calendars/2009.toml", include_str!("../../../../packs/cn/calendars/2009.toml")),
    ("cn/calendars/2010.toml", include_str!("../../../../packs/cn/calendars/2010.toml")),
    ("cn/calendars/2011.toml", include_str!("../../../../packs/cn/calendars/2011.toml")),
    ("cn/calendars/2012.toml", include_str!("../../../../packs/cn/calendars/2012.toml")),
    ("cn/calendars/2013.toml", include_str!("../../../../packs/cn/calendars/2013.toml")),
    ("cn/calendars/2014.toml", include_str!("../../../../packs/cn/calendars/2014.toml")),
    ("cn/calendars/2015.toml", include_str!("../../../../packs/cn/calendars/2015.toml")),
    ("cn/calendars/2016.toml", include_str!("../../../../packs/cn/calendars/2016.toml")),
    ("cn/calendars/2017.toml", include_str!("../../../../packs/cn/calendars/2017.toml")),
    ("cn/calendars/2018.toml", include_str!("../../../../packs/cn/calendars/2018.toml")),
    ("cn/calendars/2019.toml", include_str!("../../../../packs/cn/calendars/2019.toml")),
    ("cn/calendars/2020.toml", include_str!("../../../../packs/cn/calendars/2020.toml")),
    ("cn/calendars/2021.toml", include_str!("../../../../packs/cn/calendars/2021.toml")),
    ("cn/calendars/2022.toml", include_str!("../../../../packs/cn/calendars/2022.toml")),
    ("cn/calendars/2023.toml", include_str!("../../../../packs/cn/calendars/2023.toml")),
    ("cn/calendars/2024.toml", include_str!("../../../../packs/cn/calendars/2024.toml")),
    ("cn/calendars/2025.toml", include_str!("../../../../packs/cn/calendars/2025.toml")),
    ("cn/calendars/2026.toml", include_str!("../../../../packs/cn/calendars/2026.toml")),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A pack that lies in the folder and is not embedded would look loaded and not be.
    #[test]
    fn every_calendar_in_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../packs/cn/calendars");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".toml"))
            .map(|name| format!("cn/calendars/{name}"))
            .collect();
        there.sort();
        assert_eq!(there, CALENDARS.iter().map(|(path, _)| *path).collect::<Vec<_>>());
    }

    #[test]
    fn a_file_can_be_replaced() {
        let packs = Packs::embedded().with("cn/calendars/2026.toml", "other").with("cn/else.toml", "more");
        assert_eq!(packs.get("cn/calendars/2026.toml"), Some("other"));
        assert_eq!(packs.under("cn/calendars/").count(), CALENDARS.len());
        assert_eq!(packs.get("nothing"), None);
    }
}
