//! The rules of a move of many, case by case.

use flow::migrate::ClockPolicy;
use kernel::{MatterId, OfficerId, OrganId};

use super::*;

fn asked() -> Asked {
    Asked {
        process: "p".into(),
        to: MatterId::new(2),
        from: vec![1],
        organ: None,
        mapping: Mapping::new(),
        policy: ClockPolicy::Keep,
    }
}

fn hand() -> Hand {
    Hand { officer: OfficerId::new(1), organ: OrganId::new(9), on_behalf_of: None }
}

#[test]
fn what_may_be_begun() {
    let many: Mapping = (0..=MOST_PAIRS).map(|n| (format!("a{n}").as_str().into(), "b".into())).collect();
    let rows = [
        ("one case", asked(), "调整", 1, Ok(())),
        ("no reason", asked(), " ", 1, Err(Refusal::Words)),
        ("no version", Asked { from: vec![], ..asked() }, "x", 1, Err(Refusal::Versions)),
        ("its own version", Asked { from: vec![1, 2], ..asked() }, "x", 1, Err(Refusal::Versions)),
        ("too many versions", Asked { from: (3..200).collect(), ..asked() }, "x", 1, Err(Refusal::Versions)),
        ("too many pairs", Asked { mapping: many, ..asked() }, "x", 1, Err(Refusal::Pairs)),
        ("no case", asked(), "x", 0, Err(Refusal::Nothing)),
    ];
    for (what, asked, words, cases, expected) in rows {
        assert_eq!(begin(&asked, 2, words, hand(), cases).map(drop), expected, "{what}");
    }
}

#[test]
fn what_may_follow_each_stage() {
    use Going::{Moving, Reverting};
    use Refusal::{GoesOn, Stage as Otherwise};
    let by = OfficerId::new(1);
    // Stop; resume, and while this process is at it; take back.
    let rows = [
        (Stage::Going(Moving), Ok(()), Ok(()), Err(GoesOn)),
        (Stage::Going(Reverting), Ok(()), Ok(()), Err(GoesOn)),
        (Stage::Stopped(Moving), Err(Otherwise), Ok(()), Ok(())),
        (Stage::Stopped(Reverting), Err(Otherwise), Ok(()), Err(Otherwise)),
        (Stage::Over(Moving), Err(Otherwise), Err(Otherwise), Ok(())),
        (Stage::Over(Reverting), Err(Otherwise), Err(Otherwise), Err(Otherwise)),
    ];
    for (stage, stopped, resumed, reverted) in rows {
        assert_eq!(stop(stage, by).map(drop), stopped, "{stage:?}");
        assert_eq!(resume(stage, by, false).map(drop), resumed, "{stage:?}");
        assert_eq!(resume(stage, by, true).map(drop), Err(GoesOn), "{stage:?}");
        assert_eq!(revert(stage, "x", by).map(drop), reverted, "{stage:?}");
        assert_eq!(revert(stage, "", by).map(drop), Err(Refusal::Words), "{stage:?}");
    }
}

#[test]
fn its_acts_tell_its_stage() {
    let (by, at) = (OfficerId::new(1), Instant::from_ms(5));
    let begun = begin(&asked(), 2, "调整", hand(), 3).unwrap();
    let mut run = Run::begun(MatterId::new(7), &begun, at).unwrap();
    let mut seen = vec![run.stage.code()];
    for event in [
        stop(run.stage, by).unwrap(),
        MigrationEvent::Resumed { what: Going::Moving, by },
        MigrationEvent::Left { cases: Vec::new() },
        MigrationEvent::Ended { what: Going::Moving },
        MigrationEvent::Reverting { by, words: "不妥".into() },
        MigrationEvent::Ended { what: Going::Reverting },
    ] {
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_value::<MigrationEvent>(json).unwrap(), event);
        run = run.after(&event, at);
        seen.push(run.stage.code());
    }
    assert_eq!(seen, ["moving", "moving-stopped", "moving", "moving", "moved", "reverting", "reverted"]);
    assert_eq!((run.acts, run.cases, run.ended_at), (7, 3, Some(at)));
}
