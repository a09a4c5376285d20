//! Which crate may use which: arrows point down, and no platform knows another.

use std::collections::BTreeMap;
use std::path::Path;

/// The floor of each crate. A crate uses lower floors only; a platform's rules crate is used by its own platform.
const FLOORS: &[(&str, u8)] = &[
    ("kernel", 0),
    ("scratch-postgres", 0),
    ("outside-data", 0),
    ("ledger", 1),
    ("access", 1),
    ("outward", 1),
    ("bpmn", 1),
    ("ocds", 1),
    ("cardinal", 1),
    ("tables", 1),
    ("dmn", 1),
    ("reqwest", 0),
    ("redflags-rules", 2),
    ("store", 2),
    ("flow", 2),
    ("directory", 3),
    ("supervise", 3),
    ("tell", 3),
    ("web", 4),
    ("secrecy", 5),
    ("drawing", 5),
    ("casework", 6),
    ("administration", 7),
    ("erasure", 7),
    ("notary", 7),
    ("notices", 7),
    ("operation", 7),
    ("services", 7),
    ("supervision", 7),
    ("watch-rules", 7),
    ("disclosure", 7),
    ("redflags", 7),
    ("testkit", 8),
    ("qingyuan", 9),
    ("xtask", 10),
    ("qingyuan-fuzz", 10),
];

/// Crates whose tests may use `testkit`, which stands above them: dependencies of tests point where they like.
fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(crate_, _)| *crate_ == name).map(|(_, floor)| *floor)
}

/// Sentences about arrows that point up or sideways, and crates without a floor.
pub fn breaches(root: &Path) -> Result<Vec<String>, String> {
    let mut breaches = Vec::new();
    for (name, uses) in graph(root)? {
        if name.starts_with("bench-") {
            continue;
        }
        let Some(own) = floor(&name) else {
            breaches.push(format!("crate {name} has no floor: give it one in xtask/src/floors.rs and ARCHITECTURE.md"));
            continue;
        };
        for used in uses {
            if let Some(other) = floor(&used)
                && other >= own
            {
                breaches.push(format!("crate {name} (floor {own}) uses {used} (floor {other}): arrows point down"));
            }
        }
    }
    Ok(breaches)
}

/// Our crates and the crates of ours they depend on, tests aside.
fn graph(root: &Path) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut graph = BTreeMap::new();
    for manifest in crate::tidy::files(root)?.into_iter().filter(|path| path.ends_with("Cargo.toml")) {
        let text = std::fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
        let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", manifest.display()))?;
        let Some(name) = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str)
        else {
            continue;
        };
        let uses = table
            .get("dependencies")
            .and_then(toml::Value::as_table)
            .map(|uses| uses.keys().cloned().collect())
            .unwrap_or_default();
        graph.insert(name.to_owned(), uses);
    }
    Ok(graph)
}
