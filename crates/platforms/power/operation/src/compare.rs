//! What differs between two versions of an item.

use crate::types::{Content, Field};

/// The fields in which two versions differ, in the order of the form.
pub fn compare(old: &Content, new: &Content) -> Vec<Field> {
    let same = |field: Field| match field {
        Field::Code => old.code == new.code,
        Field::Name => old.name == new.name,
        Field::Category => old.category == new.category,
        Field::Organ => old.organ == new.organ,
        Field::Standing => old.standing == new.standing,
        Field::Level => old.level == new.level,
        Field::Clients => old.clients == new.clients,
        Field::Bases => old.bases == new.bases,
        Field::Conditions => old.conditions == new.conditions,
        Field::Materials => old.materials == new.materials,
        Field::Statutory => old.statutory == new.statutory,
        Field::Promised => old.promised == new.promised,
        Field::Fee => old.fee == new.fee,
        Field::Result => old.result == new.result,
        Field::Place => old.place == new.place,
        Field::Complaints => old.complaints == new.complaints,
        Field::Process => old.process == new.process,
        Field::Discretion => old.discretion == new.discretion,
        Field::Online => old.online == new.online,
    };
    Field::ALL.into_iter().filter(|field| !same(*field)).collect()
}

#[cfg(test)]
mod tests {
    use kernel::Text;

    use super::*;
    use crate::types::tests::content;

    #[test]
    fn what_differs_is_named_and_nothing_else() {
        assert_eq!(compare(&content(), &content()), []);
        let other = Content { conditions: Text::same("x"), promised: None, online: false, ..content() };
        assert_eq!(compare(&content(), &other), [Field::Conditions, Field::Promised, Field::Online]);
    }
}
