//! Rules over the text of the tree: what must not be there, and where what may be there belongs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A rule: its name, which files it reads, and what it says of one line, if anything.
type LineRule = (&'static str, fn(&str) -> bool, fn(&str) -> Option<&'static str>);

/// Files that git knows, or would know: untracked ones count, ignored ones do not.
pub fn files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("git: {error}"))?;
    let names = String::from_utf8(output.stdout).map_err(|_| "git names a file that is not UTF-8".to_owned())?;
    Ok(names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(|name| root.join(name))
        .filter(|path| path.is_file())
        .collect())
}

fn is_rust(name: &str) -> bool {
    name.ends_with(".rs") && !name.starts_with("xtask/")
}

fn is_decision(name: &str) -> bool {
    // The kernel's one reading of the world is its system clock; its packs are read from files by their tests only.
    let world = ["kernel/src/day.rs", "kernel/src/packs.rs"].iter().any(|file| name.ends_with(file));
    let pure = ["/decide", "redflags-rules/src", "kernel/src", "power/watch/src/family"]
        .iter()
        .any(|part| name.contains(part));
    is_rust(name) && pure && !world && !name.contains("/tests")
}

/// All Rust but the page of the frame, which shows words to readers, and the tests.
fn is_no_page(name: &str) -> bool {
    let page = ["web/src/http/page.rs", "kernel/src/erasable.rs"].iter().any(|file| name.ends_with(file));
    is_rust(name) && !page && !name.contains("/tests")
}

fn is_page(name: &str) -> bool {
    name.ends_with(".html") || (name.starts_with("web/scripts") && name.ends_with(".js"))
}

fn is_stylesheet(name: &str) -> bool {
    name.ends_with(".css") && !name.ends_with("tokens.css")
}

fn is_sql(name: &str) -> bool {
    name.ends_with(".sql")
}

const LINE_RULES: &[LineRule] = &[
    ("stubs", is_rust, |line| {
        ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "HACK"]
            .iter()
            .any(|word| line.contains(word))
            .then_some("a stub or leftover")
    }),
    ("ignored tests", is_rust, |line| {
        line.contains("#[ignore]").then_some("a test that never runs, without a reason in words")
    }),
    ("decide is pure", is_decision, |line| {
        ["SystemTime", "Instant::now", "Timestamp::now", "Zoned::now", "getrandom", "std::fs", "std::net", "sqlx"]
            .iter()
            .any(|word| line.contains(word) && !line.trim_start().starts_with("//"))
            .then_some("a rule reads a clock, chance, a file or the net: hand it in as a parameter")
    }),
    ("rules have no eyes", is_no_page, |line| {
        let eyes = line.contains("impl") && line.contains("Eyes for");
        eyes.then_some(
            "what may be erased by law is shown by the page alone: a rule that reads it could not be replayed",
        )
    }),
    ("nothing is evaluated", is_page, |line| {
        ["hx-on", "js:", "javascript:", " onclick", "eval(", "style=\"", "<style", "hx-vals='js"]
            .iter()
            .any(|word| line.contains(word))
            .then_some("inline script or style, or something htmx would evaluate")
    }),
    ("colours are tokens", is_stylesheet, |line| {
        let hash = line.match_indices('#').any(|(at, _)| {
            let digits = line[at + 1..].chars().take_while(char::is_ascii_hexdigit).count();
            matches!(digits, 3 | 4 | 6 | 8) && !line[at + 1..].starts_with("svg")
        });
        (hash && line.contains(':')).then_some("a colour literal outside tokens.css")
    }),
    ("SQL of both stores", is_sql, |line| {
        let line = line.to_lowercase();
        if line.trim_start().starts_with("--") {
            return None;
        }
        ["serial", "now()", "trigger", "nextval", "autoincrement", "unnest("]
            .iter()
            .any(|word| line.contains(word))
            .then_some("SQL that a replay or a Citus cluster cannot run (ledger.md §5)")
    }),
    (
        "one house, any machine",
        |name| !name.starts_with("xtask/"),
        |line| {
            let machine = ["/work", "/root", "/home"].iter().any(|folder| line.contains(&format!("{folder}/")));
            let registry =
                line.contains(concat!("regis", "try.npmjs.org")) || line.contains(concat!("static.crates", ".io"));
            if machine { Some("a path of one machine") } else { registry.then_some("a host of a package registry") }
        },
    ),
];

/// All breaches, each one line: file, line, what.
pub fn breaches(root: &Path) -> Result<Vec<String>, String> {
    let mut breaches = crate::floors::breaches(root)?;
    for path in files(root)? {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        for (rule, reads, says) in LINE_RULES.iter().filter(|(_, reads, _)| reads(&name)) {
            let _ = reads;
            for (number, line) in text.lines().enumerate() {
                if let Some(what) = says(line) {
                    breaches.push(format!("{name}:{}: {what} ({rule})", number + 1));
                }
            }
        }
        if is_sql(&name) {
            breaches.extend(tables_without_node(&name, &text));
        }
    }
    Ok(breaches)
}

/// Every table begins with `node` and its key does too: one shard, one worker. Source: ledger.md §5.
fn tables_without_node(name: &str, text: &str) -> Vec<String> {
    text.split("create table ")
        .skip(1)
        .filter_map(|after| {
            let flat = after.split(';').next()?.split_whitespace().collect::<Vec<_>>().join(" ");
            let table = flat.split([' ', '(']).next()?.to_owned();
            let fits = flat.contains("( node bigint not null") && flat.contains("primary key (node");
            (!fits)
                .then(|| format!("{name}: table {table} does not begin with node, or its key does not (ledger.md §5)"))
        })
        .collect()
}

/// Prints breaches and fails if there are any.
pub fn report(root: &Path) -> Result<(), String> {
    let breaches = breaches(root)?;
    for breach in &breaches {
        eprintln!("{breach}");
    }
    if breaches.is_empty() { Ok(()) } else { Err(format!("{} house rules broken", breaches.len())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let breaches = breaches(&crate::root()).unwrap();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn a_table_without_node_is_found() {
        let good = "create table a (\n  node bigint not null, x text,\n  primary key (node, x)\n);";
        let bad = "create table b (\n  x text primary key\n);";
        assert!(tables_without_node("a.sql", good).is_empty());
        assert_eq!(tables_without_node("b.sql", bad).len(), 1);
    }

    #[test]
    fn rules_find_what_they_are_for() {
        let says = |rule: &str, line: &str| {
            LINE_RULES.iter().find(|(name, _, _)| *name == rule).and_then(|(_, _, says)| says(line)).is_some()
        };
        assert!(says("colours are tokens", "a { color: #fff; }"));
        assert!(!says("colours are tokens", "a { fill: url(#svg-x); }"));
        assert!(says("decide is pure", "let now = Instant::now();"));
        assert!(
            says("rules have no eyes", "impl Eyes for Rule {}")
                && says("rules have no eyes", "impl kernel::Eyes for R {}")
        );
        assert!(says("nothing is evaluated", "<a hx-on:click=\"x\">"));
        assert!(!says("SQL of both stores", "-- no trigger here"));
    }
}
