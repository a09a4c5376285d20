//! `qingyuan import`.

use std::path::{Path, PathBuf};

use redflags::events::Counts;
use redflags::import::{By, Input, Progress};

use crate::cli::{Ended, Place};
use crate::commands::bar;
use crate::node::{Node, chain};
use crate::say::both;

/// Imports OCDS files into one source.
pub(crate) async fn ocds(place: &Place, source: &str, files: &[PathBuf]) -> Result<Ended, String> {
    let inputs = files.iter().map(|path| Input::Ocds { path: path.clone(), name: name_of(path) }).collect();
    all(place, source, None, inputs).await
}

/// Imports tables by a mapping file, or by one that ships.
pub(crate) async fn table(place: &Place, map: &str, source: Option<&str>, files: &[PathBuf]) -> Result<Ended, String> {
    let shipped = tables::shipped().iter().find(|(name, _)| *name == map).map(|(_, text)| (*text).to_owned());
    let mapping = match shipped {
        Some(text) => text,
        None => std::fs::read_to_string(map).map_err(|error| format!("{map}: {error}"))?,
    };
    let code = source.map_or_else(|| name_of(Path::new(map)).trim_end_matches(".toml").to_owned(), str::to_owned);
    let name = files.iter().map(|path| name_of(path)).collect::<Vec<_>>().join(" + ");
    let input = Input::Table { mapping, paths: files.to_vec(), name };
    all(place, &code, Some(&code), vec![input]).await
}

async fn all(place: &Place, code: &str, mapping: Option<&str>, inputs: Vec<Input>) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let by = By::system("command line");
    let source = node.importer.enter_source(code, code, mapping, &by).await.map_err(|fault| chain(&fault))?;
    let mut sum = Counts::default();
    for input in inputs {
        let name = input.name();
        let shown = bar(0, true);
        let progress = |progress: Progress| {
            shown.set_length(progress.total);
            shown.set_position(progress.bytes);
        };
        let imported = node.importer.import(source, input, &by, progress).await.map_err(|error| chain(&error))?;
        shown.finish_and_clear();
        let counts = imported.counts;
        let before = if imported.before {
            both("（以前已导入，未重复写入）", "(imported before, nothing written twice)")
        } else {
            String::new()
        };
        println!(
            "{name}: {} {before}",
            both(
                &format!(
                    "读 {}，入库 {}，隔离 {}，搁置的值 {}",
                    counts.read, counts.loaded, counts.held, counts.set_aside
                ),
                &format!(
                    "read {}, loaded {}, held {}, values set aside {}",
                    counts.read, counts.loaded, counts.held, counts.set_aside
                ),
            )
        );
        if let Some(prompt) = imported.prompt {
            println!(
                "{}",
                both(
                    &format!(
                        "当即判断 {} 个过程：提示 {}，进队 {}",
                        prompt.totals.processes, prompt.totals.raised, prompt.queued
                    ),
                    &format!(
                        "judged at once {} processes: {} raised, {} queued",
                        prompt.totals.processes, prompt.totals.raised, prompt.queued
                    ),
                )
            );
        }
        sum.held += counts.held;
        sum.set_aside += counts.set_aside;
    }
    node.watch().catch_up().await.map_err(|fault| chain(&fault))?;
    node.store.close().await;
    Ok(if sum.held + sum.set_aside > 0 { Ended::WithQuarantine } else { Ended::Done })
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
