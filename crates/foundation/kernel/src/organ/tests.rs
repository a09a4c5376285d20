use proptest::prelude::*;

use super::*;
use crate::dated::SuccessionKind;

fn id(n: u8) -> OrganId {
    OrganId::new(n.into())
}

fn day(n: u16) -> Day {
    Day::constant(2012, 1, 1).plus(n.into())
}

fn organ(n: u8, name: &str, parent: Option<u8>, period: Period) -> Organ {
    Organ {
        id: id(n),
        number: n.into(),
        name: Text::same(name),
        short: Text::same(name),
        kind: OrganKind::Department,
        division: DivisionCode::parse("3205").unwrap(),
        parent: parent.map(id),
        period,
        uscc: None,
    }
}

/// In 2013 the ministry of health 卫生部 and the commission on family planning merged, as happened all over the country.
fn health() -> OrganTree {
    let reform = day(400);
    let begun = Period::since(day(0));
    let rows = [
        organ(1, "市政府", None, begun),
        organ(2, "卫生局", Some(1), begun),
        organ(3, "计生委", Some(1), begun),
        organ(4, "疾控中心", Some(2), begun),
        organ(2, "卫生局", Some(1), begun.until(reform).known(day(390))),
        organ(3, "计生委", Some(1), begun.until(reform).known(day(390))),
        organ(5, "卫计委", Some(1), Period::since(reform).known(day(390))),
        organ(4, "疾控中心", Some(5), Period::since(reform).known(day(390))),
    ];
    let merger = Succession {
        kind: SuccessionKind::Merge,
        on: reform,
        known_from: day(390),
        before: vec![id(2), id(3)],
        after: vec![id(5)],
    };
    OrganTree::new(rows, [merger]).unwrap()
}

#[test]
fn a_merger_changes_the_future_only() {
    let tree = health();
    let names = |view: &OrganView<'_>| view.subtree(id(1)).iter().map(|o| o.name.zh.clone()).collect::<Vec<_>>();
    let before = tree.as_of(day(399), Day::MAX);
    assert_eq!(names(&before), ["市政府", "卫生局", "计生委", "疾控中心"]);
    let after = tree.as_of(day(400), Day::MAX);
    assert_eq!(names(&after), ["市政府", "卫计委", "疾控中心"]);
    assert_eq!(names(&tree.as_of(day(400), day(389))), ["市政府", "卫生局", "计生委", "疾控中心"], "not yet known");
    assert!(before.contains(id(2), id(4)) && !after.contains(id(2), id(4)));
    assert_eq!(after.ancestors(id(4)).iter().map(|o| o.number).collect::<Vec<_>>(), [5, 1]);
    assert_eq!(tree.successors(id(3), day(500), Day::MAX), [id(5)]);
    assert_eq!(tree.predecessors(id(5), day(300), Day::MAX), [id(2), id(3)]);
    assert_eq!(tree.history(id(4)).len(), 2);
}

#[test]
fn a_mistake_is_corrected_without_forgetting_it() {
    let begun = Period::since(day(0));
    let rows = [
        organ(1, "旧名", None, begun),
        organ(1, "新名", None, Period::since(day(100)).known(day(90))),
        // The rename was in truth on day 120: the period of day 100 is withdrawn, that of day 120 written.
        organ(1, "新名", None, Period::since(day(100)).until(day(100)).known(day(110))),
        organ(1, "新名", None, Period::since(day(120)).known(day(110))),
    ];
    let tree = OrganTree::new(rows, []).unwrap();
    let name = |on, known| tree.as_of(on, known).get(id(1)).map(|o| o.name.zh.clone()).unwrap_or_default();
    assert_eq!(name(day(105), day(105)), "新名");
    assert_eq!(name(day(105), day(115)), "旧名");
    assert_eq!(name(day(120), day(115)), "新名");
}

#[test]
fn circles_and_shared_numbers_are_refused() {
    let begun = Period::since(day(0));
    let circle = [organ(1, "甲", Some(2), begun), organ(2, "乙", Some(1), begun)];
    assert!(matches!(OrganTree::new(circle, []), Err(OrganFault::Cycle { .. })));
    let later =
        [organ(1, "甲", None, begun), organ(2, "乙", Some(1), begun), organ(1, "甲", Some(2), Period::since(day(9)))];
    assert!(matches!(OrganTree::new(later, []), Err(OrganFault::Cycle { day: on, .. }) if on == day(9)));
    let mut twice = organ(2, "乙", None, begun);
    twice.number = 1;
    assert_eq!(OrganTree::new([organ(1, "甲", None, begun), twice], []).unwrap_err().code(), "organ.number");
}

prop_compose! {
    fn any_organ()(n in 1u8..6, parent in proptest::option::of(1u8..6), from in 0u16..20, length in proptest::option::of(0u16..20), known in 0u16..20)
        -> Organ {
        let valid_to = length.map(|length| day(from + length));
        organ(n, "机关", parent, Period { valid_from: day(from), valid_to, known_from: day(known) })
    }
}

/// The rule of [`crate::dated`] written down the slow way.
fn slow(rows: &[Organ], n: u8, on: Day, known: Day) -> Option<&Organ> {
    let mut current: BTreeMap<Day, (usize, &Organ)> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.id == id(n) && row.period.known_from <= known) {
        let slot = current.entry(row.period.valid_from).or_insert((place, row));
        if row.period.known_from >= slot.1.period.known_from {
            *slot = (place, row);
        }
    }
    current.retain(|_, (_, row)| !row.period.is_withdrawn());
    let (_, (_, row)) = current.range(..=on).next_back()?;
    row.period.holds(on).then_some(*row)
}

proptest! {
    /// Whatever is written, a tree that was accepted is a forest on every day by every knowledge, each organ in it
    /// once, and says what the plain rule says.
    #[test]
    fn trees_are_consistent(rows in proptest::collection::vec(any_organ(), 0..12)) {
        let Ok(tree) = OrganTree::new(rows.clone(), []) else { return Ok(()) };
        for known in (0..45).step_by(3).map(day) {
            for on in (0..45).map(day) {
                let view = tree.as_of(on, known);
                for n in 1..6 {
                    prop_assert_eq!(view.get(id(n)), slow(&rows, n, on, known));
                }
                let reached: Vec<OrganId> =
                    view.roots().flat_map(|root| view.subtree(root.id)).map(|organ| organ.id).collect();
                let once: HashSet<OrganId> = reached.iter().copied().collect();
                prop_assert_eq!(reached.len(), view.len());
                prop_assert_eq!(once.len(), view.len());
                for organ in view.all() {
                    for above in view.ancestors(organ.id) {
                        prop_assert!(view.contains(above.id, organ.id) && !view.contains(organ.id, above.id));
                        prop_assert!(view.descendants(above.id).contains(&organ));
                    }
                }
            }
        }
    }

    /// What becomes known later changes no answer about what was known before.
    #[test]
    fn the_past_stays_known(rows in proptest::collection::vec(any_organ(), 0..10), late in any_organ()) {
        let mut late = late;
        late.period.known_from = day(30);
        let Ok(before) = OrganTree::new(rows.clone(), []) else { return Ok(()) };
        let Ok(after) = OrganTree::new(rows.into_iter().chain([late]), []) else { return Ok(()) };
        for on in (0..45).map(day) {
            let (old, new) = (before.as_of(on, day(29)), after.as_of(on, day(29)));
            prop_assert!(old.all().eq(new.all()));
        }
    }
}
