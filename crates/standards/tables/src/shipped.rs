//! The mappings that come with the project (packs/mappings), so that a single binary can offer them.

/// File name without ending, and text.
const SHIPPED: &[(&str, &str)] = &[
    ("ecuador-sercop", include_str!("../../../../packs/mappings/ecuador-sercop.toml")),
    ("kosovo-gjilan", include_str!("../../../../packs/mappings/kosovo-gjilan.toml")),
    ("kosovo-municipalities", include_str!("../../../../packs/mappings/kosovo-municipalities.toml")),
    ("mexico-compranet", include_str!("../../../../packs/mappings/mexico-compranet.toml")),
    ("moldova-etenders", include_str!("../../../../packs/mappings/moldova-etenders.toml")),
    ("paraguay-dncp-network", include_str!("../../../../packs/mappings/paraguay-dncp-network.toml")),
    ("tsuchiura", include_str!("../../../../packs/mappings/tsuchiura.toml")),
    ("world-bank", include_str!("../../../../packs/mappings/world-bank.toml")),
];

/// Name and text of each mapping that ships, in order of names. The text goes through [`crate::Mapping::parse`] like any other.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    SHIPPED
}
