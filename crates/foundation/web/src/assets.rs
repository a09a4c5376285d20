//! Styles and scripts of the interface, embedded in the binary.
//!
//! `make build` bundles the npm project `web/` into `web/dist`, where a file's name holds a hash of its content; this crate's
//! build script embeds that folder. Where it was absent (a crate tested on its own) the table is empty, pages name the files
//! without a hash, and [`require`] says what to do: the binary calls it before it serves.

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

/// One embedded file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Name as templates say it, without the hash: `app.css`.
    pub name: &'static str,
    /// Name as browsers fetch it: `app-K3F9Q2XA.css`. Its content never changes, so it may be cached for ever.
    pub file: &'static str,
    /// The content.
    pub bytes: &'static [u8],
}

/// The binary was built without the interface's styles and scripts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this binary was built without the web bundle: run `make build`")]
pub struct NoBundle;

/// Where assets are served.
pub const PREFIX: &str = "/assets/";

impl Asset {
    /// The media type, by the name's ending.
    pub fn media_type(&self) -> &'static str {
        match self.file.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("json") => "application/json",
            Some("woff2") => "font/woff2",
            Some("txt") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }
}

/// All embedded files; empty where the bundle was absent.
pub fn all() -> &'static [Asset] {
    embedded::ASSETS
}

/// The file that browsers call `file` (the part after [`PREFIX`]), or `None`.
pub fn find(file: &str) -> Option<&'static Asset> {
    all().iter().find(|asset| asset.file == file)
}

/// The address of the file that templates call `name`; without a hash where the bundle is absent.
pub fn url(name: &str) -> String {
    let file = all().iter().find(|asset| asset.name == name).map_or(name, |asset| asset.file);
    format!("{PREFIX}{file}")
}

/// Refuses where there is nothing to serve: a page without its styles is not the product.
pub fn require() -> Result<(), NoBundle> {
    if all().is_empty() { Err(NoBundle) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_leads_to_the_file() {
        for asset in all() {
            let address = url(asset.name);
            assert_eq!(find(&address[PREFIX.len()..]).map(|found| found.name), Some(asset.name));
            assert_ne!(asset.media_type(), "application/octet-stream", "{}", asset.file);
        }
        assert_eq!(url("absent.css"), "/assets/absent.css");
        assert!(find("../Cargo.toml").is_none());
        assert_eq!(require().is_ok(), !all().is_empty());
    }
}
