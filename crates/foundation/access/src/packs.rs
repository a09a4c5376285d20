//! The policy files, embedded.

use kernel::packs::Packs;

/// Every file of `packs/cn/policies` that the node reads.
pub const POLICIES: &[(&str, &str)] = &[
    ("cn/policies/administrators.cedar", include_str!("../../../../packs/cn/policies/administrators.cedar")),
    ("cn/policies/common.cedar", include_str!("../../../../packs/cn/policies/common.cedar")),
    ("cn/policies/data.cedar", include_str!("../../../../packs/cn/policies/data.cedar")),
    ("cn/policies/disclosure.cedar", include_str!("../../../../packs/cn/policies/disclosure.cedar")),
    ("cn/policies/duties.toml", include_str!("../../../../packs/cn/policies/duties.toml")),
    ("cn/policies/organs.cedar", include_str!("../../../../packs/cn/policies/organs.cedar")),
    ("cn/policies/powers.cedar", include_str!("../../../../packs/cn/policies/powers.cedar")),
    ("cn/policies/privacy.cedar", include_str!("../../../../packs/cn/policies/privacy.cedar")),
    ("cn/policies/rules.cedar", include_str!("../../../../packs/cn/policies/rules.cedar")),
    ("cn/policies/schema.cedarschema", include_str!("../../../../packs/cn/policies/schema.cedarschema")),
    ("cn/policies/supervision.cedar", include_str!("../../../../packs/cn/policies/supervision.cedar")),
];

/// The packs with the embedded policies added; files that are there already stay, so a node's own folder wins.
pub fn with_policies(packs: Packs) -> Packs {
    POLICIES
        .iter()
        .fold(packs, |packs, (path, text)| if packs.get(path).is_some() { packs } else { packs.with(*path, *text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_in_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../packs/cn/policies");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.ends_with(".md"))
            .map(|name| format!("cn/policies/{name}"))
            .collect();
        there.sort();
        assert_eq!(there, POLICIES.iter().map(|(path, _)| *path).collect::<Vec<_>>());
    }
}
