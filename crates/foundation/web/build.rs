//! Embeds the bundle of the interface: writes a table of `web/dist` for `src/assets.rs`.
//!
//! An absent bundle is a warning, not an error, so that `cargo test -p some-platform` needs no Node; the binary itself
//! refuses to serve without it (`assets::require`).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Asked at run time: checkouts that share a target folder share this script, not their bundles.
    let dist = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../../web/dist");
    let manifest = dist.join("manifest.txt");
    println!("cargo:rerun-if-changed=build.rs");
    // The bundler writes the manifest last; a missing file makes cargo look again at every build.
    println!("cargo:rerun-if-changed={}", manifest.display());
    let table = match fs::read_to_string(&manifest) {
        Ok(lines) => table(&dist, &lines)?,
        Err(_) => {
            println!("cargo:warning=web/dist is absent, so pages have no styles or scripts: run `make build`");
            String::new()
        }
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("assets.rs");
    fs::write(out, format!("use super::Asset;\npub(super) const ASSETS: &[Asset] = &[\n{table}];\n"))
}

/// One line of Rust per line of the manifest, which says `name file`.
fn table(dist: &Path, manifest: &str) -> io::Result<String> {
    let mut table = String::new();
    for line in manifest.lines() {
        let Some((name, file)) = line.split_once(' ') else { continue };
        let path = dist.join(file).canonicalize()?;
        let _ = writeln!(table, "Asset {{ name: {name:?}, file: {file:?}, bytes: include_bytes!({path:?}) }},");
    }
    Ok(table)
}
