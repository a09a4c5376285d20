//! The rules of the inventory, as tables.

use kernel::{Instant, MatterId, OfficerId, OrganId, Text};

use super::*;
use crate::types::tests::content;

const PROPOSER: OfficerId = OfficerId::new(1);
const REVIEWER: OfficerId = OfficerId::new(2);
const PUBLISHER: OfficerId = OfficerId::new(3);
/// For whom the proposer acts.
const HOLDER: OfficerId = OfficerId::new(4);
const TODAY: Day = Day::constant(2026, 11, 18);

fn hand(officer: OfficerId) -> Hand {
    Hand { officer, organ: OrganId::new(9), on_behalf_of: None }
}

fn around() -> Around {
    let bound = Bound::There { statutory: Some(Budget::working_days(20)), promised: Some(Budget::working_days(10)) };
    Around { today: TODAY, organ_stands: true, bound }
}

fn given(content: Content) -> Given {
    Given { content, from: TODAY, reason: " 法律有新规定。 ".to_owned() }
}

fn item() -> Item {
    Item { id: MatterId::new(7), acts: 0, versions: Vec::new(), pending: None }
}

fn after(mut item: Item, event: Result<PowerEvent, Refusal>) -> Item {
    item.take(&event.unwrap(), Instant::from_ms(0));
    item.acts += 1;
    item
}

fn proposed() -> Item {
    let hand = Hand { on_behalf_of: Some(HOLDER), ..hand(PROPOSER) };
    after(item(), propose(None, hand, given(content()), around()))
}

fn reviewed() -> Item {
    let item = proposed();
    let review = review(&item, hand(REVIEWER), true, "有法律依据。");
    after(item, review)
}

fn published() -> Item {
    let item = reviewed();
    let publish = publish(&item, hand(PUBLISHER), around());
    after(item, publish)
}

#[test]
fn three_persons_bring_an_item_into_the_inventory() {
    let item = published();
    let version = item.on(TODAY).unwrap();
    assert_eq!((version.number, version.from, version.until), (1, TODAY, None));
    assert_eq!(item.on(TODAY.plus(-1)), None, "not before it was published");
    let code = |outcome: Result<PowerEvent, Refusal>| outcome.map(drop).map_err(|refusal| refusal.code());
    let hands = [PROPOSER, HOLDER].map(hand).into_iter().chain([
        Hand { on_behalf_of: Some(PROPOSER), ..hand(REVIEWER) },
        Hand { on_behalf_of: Some(HOLDER), ..hand(PUBLISHER) },
    ]);
    for other in hands {
        assert_eq!(code(review(&proposed(), other, true, "可")), Err("separation.same_officer"), "{other:?}");
        assert_eq!(code(publish(&reviewed(), other, around())), Err("separation.same_officer"), "{other:?}");
        assert_eq!(code(refuse(&reviewed(), other, "否")), Err("separation.same_officer"), "{other:?}");
    }
    assert_eq!(code(publish(&reviewed(), hand(REVIEWER), around())), Err("separation.same_officer"));
    assert_eq!(code(publish(&proposed(), hand(PUBLISHER), around())), Err("power.not_reviewed"));
    assert_eq!(code(review(&reviewed(), hand(PUBLISHER), true, "可")), Err("power.reviewed"));
    assert_eq!(code(review(&item, hand(REVIEWER), true, "可")), Err("power.nothing_waits"));
    assert_eq!(code(review(&proposed(), hand(REVIEWER), true, " ")), Err("power.reason"));
    assert_eq!(code(withdraw(&proposed(), hand(REVIEWER))), Err("power.other_organ"));
    assert_eq!(after(proposed(), withdraw(&proposed(), hand(PROPOSER))).pending, None);
    let refused = after(reviewed(), refuse(&reviewed(), hand(PUBLISHER), "与上级清单不一致。"));
    assert_eq!((refused.pending, refused.versions.len()), (None, 0));
}

#[test]
fn what_is_proposed_is_looked_at_field_by_field_and_beside_itself() {
    let limits = |statutory, promised| Around {
        bound: Bound::There {
            statutory: Some(Budget::working_days(statutory)),
            promised: Some(Budget::working_days(promised)),
        },
        ..around()
    };
    let fault = |field, wrong| Err(Refusal::Fields(Faulty(vec![Fault { field, wrong }])));
    let cases: Vec<(&str, Given, Around, Result<(), Refusal>)> = vec![
        ("as it should be", given(content()), around(), Ok(())),
        (
            "an organ that is no more",
            given(content()),
            Around { organ_stands: false, ..around() },
            fault(Field::Organ, Wrong::Unknown),
        ),
        (
            "a process that is not in force",
            given(content()),
            Around { bound: Bound::NotThere, ..around() },
            fault(Field::Process, Wrong::Unknown),
        ),
        ("a process that is quicker", given(content()), limits(20, 8), Ok(())),
        ("a process as quick", given(content()), limits(20, 10), Ok(())),
        ("a process a day slower", given(content()), limits(20, 11), fault(Field::Promised, Wrong::OtherLimit)),
        ("a process by another law", given(content()), limits(45, 10), fault(Field::Statutory, Wrong::OtherLimit)),
        ("no reason", Given { reason: " ".into(), ..given(content()) }, around(), Err(Refusal::Reason)),
        ("yesterday", Given { from: TODAY.plus(-1), ..given(content()) }, around(), Err(Refusal::Past)),
        ("another organ's", given(Content { organ: OrganId::new(8), ..content() }), around(), Err(Refusal::OtherOrgan)),
    ];
    for (case, given, around, outcome) in cases {
        assert_eq!(propose(None, hand(PROPOSER), given, around).map(drop), outcome, "{case}");
    }
}

#[test]
fn a_change_takes_the_place_of_what_it_changes_and_a_repeal_ends_it() {
    let item = published();
    let other = Content { conditions: Text::same("有固定场所和两名人员。"), ..content() };
    let code = |outcome: Result<PowerEvent, Refusal>| outcome.map(drop).map_err(|refusal| refusal.code());
    let from = TODAY.plus(10);
    let amended = |content: Content, from| Given { from, ..given(content) };
    assert_eq!(code(propose(Some(&item), hand(PROPOSER), amended(content(), from), around())), Err("power.same"));
    let same_day = amended(other.clone(), TODAY);
    assert_eq!(code(propose(Some(&item), hand(PROPOSER), same_day, around())), Err("power.before"));
    let recoded = amended(Content { code: "other".into(), ..other.clone() }, from);
    assert_eq!(code(propose(Some(&item), hand(PROPOSER), recoded, around())), Err("power.fields"));
    let waiting = after(item.clone(), propose(Some(&item), hand(PROPOSER), amended(other.clone(), from), around()));
    assert_eq!(
        code(propose(Some(&waiting), hand(PROPOSER), amended(other.clone(), from), around())),
        Err("power.waiting")
    );
    let passed = review(&waiting, hand(REVIEWER), true, "可");
    let waiting = after(waiting, passed);
    // It is published later than it was to hold: it holds from that day on.
    let late = Around { today: from.plus(3), ..around() };
    let publish = publish(&waiting, hand(PUBLISHER), late);
    let item = after(waiting, publish);
    assert_eq!(item.on(TODAY.plus(12)).map(|version| version.number), Some(1));
    assert_eq!(item.on(TODAY.plus(13)).map(|version| version.number), Some(2));
    let end = TODAY.plus(30);
    let item = after(item.clone(), repeal(&item, hand(PROPOSER), end, "法律已修改。", TODAY));
    let passed = review(&item, hand(REVIEWER), true, "可");
    let item = after(item, passed);
    let publish = super::publish(&item, hand(PUBLISHER), Around { bound: Bound::NotThere, ..around() });
    let item = after(item, publish);
    assert_eq!(item.on(TODAY.plus(29)).map(|version| version.number), Some(2));
    assert_eq!(item.on(end), None, "what is not in the inventory is not exercised");
    assert_eq!(code(propose(Some(&item), hand(PROPOSER), amended(content(), end), around())), Err("power.repealed"));
}
