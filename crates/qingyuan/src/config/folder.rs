//! The data folder of a node: what kind it is, and what it is called.

use std::path::{Path, PathBuf};

use kernel::{Clock, Instant, NodeId, day::SystemClock, day::Zone};

use crate::config::document::Document;
use crate::config::fault::{Fault, Place};
use crate::config::keys::{KEYS, Key};
use crate::config::read;
use crate::config::settings::Config;
use crate::say::both;

/// Version of the folder's layout.
const LAYOUT: u32 = 1;

/// A key, the value that holds, and where that stands: nowhere where it is the default.
pub(crate) struct Told {
    pub(crate) key: &'static Key,
    pub(crate) value: String,
    pub(crate) at: Option<Place>,
}

/// Why a folder cannot be used: one clear sentence.
#[derive(Debug)]
pub(crate) enum FolderError {
    /// No `node.toml`.
    NoNode(String),
    /// There is one already.
    Exists(String),
    /// Written by a newer version: folder and layout.
    Newer(String, u32),
    /// Folder, and the system's words.
    Unwritable(String, String),
    /// File, and what is wrong with it.
    Malformed(String, String),
    /// File, and every fault of it or of the environment.
    Faults(String, Vec<Fault>),
}

impl std::fmt::Display for FolderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (zh, en) = match self {
            FolderError::NoNode(data) => (
                format!("{data} 里没有节点。请先运行 qingyuan init --data {data}，或用 qingyuan demo 试用。"),
                format!(
                    "There is no node in {data}. Run qingyuan init --data {data} first, or qingyuan demo to try it out."
                ),
            ),
            FolderError::Exists(data) => (
                format!("{data} 里已有一个节点，没有改动它。"),
                format!("There is a node in {data} already; it was left as it is."),
            ),
            FolderError::Newer(data, layout) => (
                format!("数据目录 {data} 由更新的版本写成（布局 {layout}），请换用新版本程序。"),
                format!("The folder {data} was written by a newer version (layout {layout}): use that version."),
            ),
            FolderError::Unwritable(data, why) => {
                (format!("数据目录 {data} 不可写：{why}。"), format!("The folder {data} cannot be written: {why}."))
            }
            FolderError::Malformed(file, why) => {
                (format!("{file} 读不懂：{why}"), format!("{file} cannot be understood: {why}"))
            }
            FolderError::Faults(file, faults) => {
                let lines: Vec<String> = faults.iter().map(|fault| fault.say(file)).collect();
                return f.write_str(&lines.join("\n"));
            }
        };
        f.write_str(&both(&zh, &en))
    }
}

impl std::error::Error for FolderError {}

impl Config {
    /// A new node's configuration, run as the environment has it.
    ///
    /// # Errors
    /// If the environment holds a fault.
    pub(crate) fn new(node: NodeId, domain: &str, demo: bool, clock_offset_ms: i64) -> Result<Config, FolderError> {
        // A demo is reached on the loopback alone; a node in earnest under its domain, until the file says more.
        let hosts = if demo { Vec::new() } else { vec![domain.to_owned()] };
        let settings =
            read::without_file(&environment()).map_err(|faults| FolderError::Faults("node.toml".to_owned(), faults))?;
        Ok(Config {
            layout: LAYOUT,
            node: node.number(),
            domain: domain.to_owned(),
            demo,
            clock_offset_ms,
            hosts,
            settings,
        })
    }

    fn path(data: &Path) -> PathBuf {
        data.join("node.toml")
    }

    /// Reads the folder's configuration, and the environment of this process over it.
    pub(crate) fn read(data: &Path) -> Result<Config, FolderError> {
        let path = Config::path(data);
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(FolderError::NoNode(data.display().to_string()));
            }
            Err(error) => return Err(FolderError::Malformed(shown, error.to_string())),
        };
        // The layout first: a newer one may have keys that this version does not know.
        let layout = text.parse::<toml::Table>().ok();
        let layout = layout.and_then(|table| table.get("layout").and_then(toml::Value::as_integer));
        if let Some(newer) = layout.and_then(|layout| u32::try_from(layout).ok())
            && newer > LAYOUT
        {
            return Err(FolderError::Newer(data.display().to_string(), newer));
        }
        let mut config = read::read(&text, &environment()).map_err(|faults| FolderError::Faults(shown, faults))?;
        config.settings.beside(data);
        Ok(config)
    }

    /// Every key with the value that holds, and where it stands: a variable, a line of the file, or nowhere.
    ///
    /// # Errors
    /// As [`Config::read`]: nothing is told of a configuration that does not hold.
    pub(crate) fn told(data: &Path) -> Result<Vec<Told>, FolderError> {
        Config::read(data)?;
        let path = Config::path(data);
        let shown = path.display().to_string();
        let text =
            std::fs::read_to_string(&path).map_err(|error| FolderError::Malformed(shown.clone(), error.to_string()))?;
        let environment = environment();
        let document = Document::new(&text, &environment).map_err(|fault| FolderError::Faults(shown, vec![fault]))?;
        let told = KEYS.iter().map(|key| match document.get(key) {
            Some(given) if key.secret => Told { key, value: "(secret)".to_owned(), at: Some(given.place) },
            Some(given) => Told { key, value: given.written.to_string(), at: Some(given.place) },
            None => Told { key, value: key.default.to_owned(), at: None },
        });
        Ok(told.collect())
    }

    /// Writes it into a folder that has none.
    pub(crate) fn write(&self, data: &Path) -> Result<(), FolderError> {
        let path = Config::path(data);
        let unwritable = |error: std::io::Error| FolderError::Unwritable(data.display().to_string(), error.to_string());
        std::fs::create_dir_all(data).map_err(unwritable)?;
        if path.exists() {
            return Err(FolderError::Exists(data.display().to_string()));
        }
        let text = format!(
            "layout = {}\nnode = {}\ndomain = {:?}\ndemo = {}\nclock_offset_ms = {}\nhosts = {:?}\n",
            self.layout, self.node, self.domain, self.demo, self.clock_offset_ms, self.hosts
        );
        std::fs::write(&path, text).map_err(unwritable)
    }

    /// The node's number.
    pub(crate) fn node(&self) -> Result<NodeId, FolderError> {
        NodeId::new(self.node).map_err(|error| FolderError::Malformed("node.toml".to_owned(), error.to_string()))
    }
}

/// The variables of this process that are ours. A value that is no Unicode reaches its kind, which refuses it.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .filter(|(name, _)| name.starts_with("QINGYUAN_"))
        .collect()
}

/// The machine's clock, moved: a demo lives on the day its data were made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MovedClock {
    /// By how much.
    pub(crate) offset_ms: i64,
}

impl Clock for MovedClock {
    fn now(&self) -> Instant {
        SystemClock { zone: Zone::CHINA }.now().plus_ms(self.offset_ms)
    }
}
