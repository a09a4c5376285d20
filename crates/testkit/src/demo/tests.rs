use kernel::organ::OrganTree;

use super::*;

#[test]
fn organs_form_a_tree() {
    let jurisdiction = jurisdiction(&Plan::DEMO);
    let tree = OrganTree::new(jurisdiction.organs.clone(), jurisdiction.successions.clone());
    assert!(tree.is_ok(), "{tree:?}");
}
