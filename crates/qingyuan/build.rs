//! Lists the licences of all dependencies: what the page about third parties shows is what was built. Embeds the packaged
//! processes, folder by folder.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=../../Cargo.lock");
    println!("cargo:rerun-if-changed=../../web/package-lock.json");
    let mut lines = rust();
    lines.extend(npm(Path::new("../../web/package-lock.json")));
    lines.sort();
    lines.dedup();
    let mut code = String::from("&[\n");
    for (kind, name, version, licence) in lines {
        let _ = writeln!(
            code,
            "web::http::Licence {{ kind: {kind:?}, name: {name:?}, version: {version:?}, licence: {licence:?} }},"
        );
    }
    code.push(']');
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    let packs = Path::new("../../packs/cn/processes");
    println!("cargo:rerun-if-changed={}", packs.display());
    let embedded = processes(packs).and_then(|code| std::fs::write(Path::new(&out).join("processes.rs"), code));
    if let Err(error) = embedded {
        println!("cargo::error=the packaged processes cannot be embedded: {error}");
    }
    if let Err(error) = std::fs::write(Path::new(&out).join("licences.rs"), code) {
        println!("cargo::error=the list of licences cannot be written: {error}");
    }
}

/// Folder by folder: its name, and each file of it by name and content.
fn processes(folder: &Path) -> std::io::Result<String> {
    let mut code = String::from("&[\n");
    let mut folders: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    folders.sort_by_key(std::fs::DirEntry::file_name);
    for pack in folders.iter().filter(|entry| entry.path().is_dir()) {
        let mut files: Vec<_> = std::fs::read_dir(pack.path())?.collect::<Result<Vec<_>, _>>()?;
        files.sort_by_key(std::fs::DirEntry::file_name);
        let _ = writeln!(code, "({:?}, &[", pack.file_name().to_string_lossy());
        for file in files {
            let (name, path) = (file.file_name(), file.path().canonicalize()?);
            let _ = writeln!(code, "({:?}, include_bytes!({:?}) as &[u8]),", name.to_string_lossy(), path.display());
        }
        code.push_str("]),\n");
    }
    code.push(']');
    Ok(code)
}

type Line = (String, String, String, String);

/// From cargo's own metadata, ours left out.
fn rust() -> Vec<Line> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform"])
        .arg(std::env::var("TARGET").unwrap_or_default())
        .output();
    let Some(output) = output.ok().filter(|output| output.status.success()) else {
        println!("cargo:warning=cargo metadata failed: the page of licences lists no crates");
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let Ok(metadata) = serde_json::from_str::<serde_json::Value>(&text) else { return Vec::new() };
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            let text = |key: &str| package[key].as_str().unwrap_or("not stated").to_owned();
            ("Rust".to_owned(), text("name"), text("version"), text("license"))
        })
        .collect()
}

/// From the lock file of the bundle; what only builds it is left out.
fn npm(lock: &Path) -> Vec<Line> {
    let Ok(text) = std::fs::read_to_string(lock) else { return Vec::new() };
    let Ok(lock) = serde_json::from_str::<serde_json::Value>(&text) else { return Vec::new() };
    lock["packages"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(path, package)| path.starts_with("node_modules/") && package["dev"].as_bool() != Some(true))
        .map(|(path, package)| {
            let text = |key: &str| package[key].as_str().unwrap_or("not stated").to_owned();
            let name = path.rsplit("node_modules/").next().unwrap_or(path).to_owned();
            ("npm".to_owned(), name, text("version"), text("license"))
        })
        .collect()
}
