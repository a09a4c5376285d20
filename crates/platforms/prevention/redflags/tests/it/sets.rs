//! Published sets, where they are at hand: every publisher's folder imports, and what it yielded is printed.

use std::path::{Path, PathBuf};

use outside_data::{files, folder};
use redflags::import::{By, Input};

use crate::support::sqlite;

/// Files larger than this are left to the command line's own tests.
const MOST: u64 = 6 << 20;

fn is_published(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    [".json", ".jsonl", ".json.gz", ".jsonl.gz"].iter().any(|end| name.ends_with(end))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_published_folder_imports() {
    let Some(root) = folder("ocds") else { return };
    let entries = std::fs::read_dir(&root).unwrap();
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let node = sqlite().await;
    let by = By::system("test");
    let (mut imported, mut seen) = (0, 0);
    for folder in folders {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        // Fixtures of other tools and schemas are no publications.
        if ["fixtures", "schema"].iter().any(|word| name.contains(word)) {
            continue;
        }
        let mut found = files(&folder, is_published);
        found.retain(|path| path.metadata().is_ok_and(|about| about.len() <= MOST));
        found.truncate(12);
        if found.is_empty() {
            continue;
        }
        seen += 1;
        let source = node.importer.enter_source(&name, &name, None, &by).await.unwrap();
        let files = found.len();
        let mut sum = redflags::events::Counts::default();
        for path in found {
            let input = Input::Ocds { path, name: "set".to_owned() };
            let counts = node.importer.import(source, input, &by, |_| {}).await.unwrap().counts;
            sum.read += counts.read;
            sum.loaded += counts.loaded;
            sum.held += counts.held;
            sum.set_aside += counts.set_aside;
        }
        println!(
            "{name}: {files} files, read {}, loaded {}, held {}, set aside {}",
            sum.read, sum.loaded, sum.held, sum.set_aside
        );
        imported += usize::from(sum.loaded > 0);
    }
    println!("{imported} of {seen} folders yielded processes");
    assert_eq!(imported, seen, "a publisher's folder yielded nothing");
}
