//! The commands of the documentation do what it says: every block marked `sh run` of a page is run, one after another, in
//! a folder of its own, with the program that was built.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::Folder;

/// Where the pages put a node; the test puts it elsewhere.
const PLACE: &str = "/var/lib/qingyuan";

/// The blocks of a page that are marked.
fn blocks(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.trim_end() == "```sh run" {
            blocks.push(lines.by_ref().take_while(|line| *line != "```").collect::<Vec<_>>().join("\n"));
        }
    }
    blocks
}

fn pages(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(folder);
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|kind| kind == "md"));
    pages.sort();
    pages
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn commands_of_the_pages_run() {
    let binary = Path::new(env!("CARGO_BIN_EXE_qingyuan"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let mut ran = 0;
    for page in pages("operate").into_iter().chain(pages("administer")) {
        let blocks = blocks(&std::fs::read_to_string(&page).unwrap());
        if blocks.is_empty() {
            continue;
        }
        let folder = Folder::new();
        let (listen, operations) = (free_port(), free_port());
        for block in &blocks {
            let script = block
                .replace(PLACE, &folder.data().display().to_string())
                .replace("127.0.0.1:8080", &format!("127.0.0.1:{listen}"))
                .replace("127.0.0.1:8081", &format!("127.0.0.1:{operations}"));
            let mut command = folder.shell("en_GB.UTF-8", &script);
            command
                .env("PATH", &path)
                .env("QINGYUAN_SERVE_LISTEN", format!("127.0.0.1:{listen}"))
                .env("QINGYUAN_SERVE_OPERATIONS", format!("127.0.0.1:{operations}"));
            let output = command.stdin(Stdio::null()).output().unwrap();
            assert!(
                output.status.success(),
                "{}:\n{block}\n{}{}",
                page.display(),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            ran += 1;
        }
    }
    println!("{ran} blocks ran");
    assert!(ran >= 4, "the pages have lost their marks");
}

#[test]
fn examples_of_the_configuration_are_read() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operate/configuration.md"));
    let page = page.unwrap();
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 2, "the page has lost its examples");
    for example in examples {
        let folder = Folder::with_node();
        let path = folder.data().join("node.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let identity: Vec<&str> = text.lines().filter(|line| !line.starts_with("hosts")).collect();
        std::fs::write(&path, format!("{}\n{example}", identity.join("\n"))).unwrap();
        let told = folder.run(&["configuration"]);
        assert_eq!(told.code, 0, "{}", told.err);
        let written = example.lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count();
        let shown = told.out.lines().filter(|line| line.contains("# node.toml:")).count();
        assert_eq!(shown, identity.iter().filter(|line| line.contains(" = ")).count() + written, "{}", told.out);
    }
}
