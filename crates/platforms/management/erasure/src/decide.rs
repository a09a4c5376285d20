//! Pure: what may be proposed to be erased, and who decides it.

use access::Hand;
use access::separation::{Separation, another_hand};
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{Instant, MatterId, OfficerId, OrganId};
use store::Tombstone;

use crate::events::{ErasureEvent, Ground};

/// Characters of a reason at most.
pub const MAX_TEXT: usize = 2_000;
/// Named receivers of what is erased at most, and the characters of each.
pub const MOST_TOLD: (usize, usize) = (20, 100);

/// The act from which something is to go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Its index.
    pub idx: u64,
    /// Its kind.
    pub kind: String,
    /// Its matter.
    pub matter: MatterId,
    /// The fields of its kind that may go and are still there.
    pub there: Vec<String>,
    /// Whether an erasure from it waits for its decision.
    pub waiting: bool,
}

/// What an officer proposes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// The fields.
    pub fields: Vec<String>,
    /// The legal ground, if one was chosen.
    pub ground: Option<Ground>,
    /// Why.
    pub reason: String,
    /// Who was given it, a line each.
    pub told: String,
}

/// An erasure as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Erasure {
    /// The matter.
    pub id: MatterId,
    /// The act.
    pub idx: u64,
    /// Its kind.
    pub of: String,
    /// Its matter.
    pub matter: MatterId,
    /// The fields.
    pub fields: Vec<String>,
    /// The ground.
    pub ground: Ground,
    /// Why.
    pub reason: String,
    /// Who was given it.
    pub told: Vec<String>,
    /// Who proposed.
    pub proposer: OfficerId,
    /// For whom, if not in a post of their own; known where the matter was loaded, not from a list.
    pub on_behalf_of: Option<OfficerId>,
    /// Of which organ.
    pub organ: OrganId,
    /// When.
    pub asked_at: Instant,
    /// Where it stands.
    pub stage: Stage,
}

/// Where an erasure stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// 待决定.
    Proposed,
    /// 未批准.
    Refused {
        /// By whom.
        by: OfficerId,
        /// When.
        at: Instant,
    },
    /// 已抹除.
    Done {
        /// By whose word.
        by: OfficerId,
        /// When.
        at: Instant,
    },
}

impl Stage {
    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Proposed => "proposed",
            Stage::Refused { .. } => "refused",
            Stage::Done { .. } => "done",
        }
    }
}

/// An expected "no".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such act.
    #[error("there is no such act")]
    NoAct,
    /// Nothing that its kind holds may go, or all of it went.
    #[error("acts of this kind hold nothing that may be erased, or it is gone")]
    NothingThere,
    /// No field was chosen, or one that may not go.
    #[error("no field was chosen, or one that may not go")]
    Fields,
    /// No legal ground.
    #[error("the legal ground is missing")]
    Ground,
    /// No reason, or too many words.
    #[error("the reason is missing, or longer than {MAX_TEXT} characters")]
    Reason,
    /// Too many receivers, or one too long.
    #[error("at most {} receivers of {} characters each", MOST_TOLD.0, MOST_TOLD.1)]
    Told,
    /// An erasure from this act waits already.
    #[error("an erasure from this act waits for its decision")]
    Waiting,
    /// It was decided already.
    #[error("it was decided already")]
    Decided,
    /// Two persons are needed.
    #[error(transparent)]
    Separation(#[from] Separation),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoAct => "erasure.no_act",
            Refusal::NothingThere => "erasure.nothing_there",
            Refusal::Fields => "erasure.fields",
            Refusal::Ground => "erasure.ground",
            Refusal::Reason => "erasure.reason",
            Refusal::Told => "erasure.told",
            Refusal::Waiting => "erasure.waiting",
            Refusal::Decided => "erasure.decided",
            Refusal::Separation(cause) => cause.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Proposes to erase fields of an act.
///
/// Refused where one waits already, nothing is there, or a field is none of those; then for the ground, the reason and the
/// receivers.
pub fn propose(target: &Target, hand: Hand, given: Given) -> Result<ErasureEvent, Refusal> {
    if target.waiting {
        return Err(Refusal::Waiting);
    }
    if target.there.is_empty() {
        return Err(Refusal::NothingThere);
    }
    if given.fields.is_empty() || !given.fields.iter().all(|field| target.there.contains(field)) {
        return Err(Refusal::Fields);
    }
    let ground = given.ground.ok_or(Refusal::Ground)?;
    // In the order of the act, each once.
    let fields = target.there.iter().filter(|field| given.fields.contains(field)).cloned().collect();
    Ok(ErasureEvent::Proposed {
        idx: i64::try_from(target.idx).map_err(|_| Refusal::NoAct)?,
        of: target.kind.clone(),
        matter: target.matter,
        fields,
        ground,
        reason: text(&given.reason)?,
        told: told(&given.told)?,
        officer: hand.officer,
        on_behalf_of: hand.on_behalf_of,
        organ: hand.organ,
    })
}

/// Approves: the tombstone, an act of the matter that it erases from.
///
/// Refused unless it waits and the hand is another's than the proposer's, neither acting for the other.
pub fn approve(erasure: &Erasure, hand: Hand) -> Result<Tombstone, Refusal> {
    another(erasure, hand)?;
    Ok(Tombstone {
        erasure: erasure.id,
        idx: i64::try_from(erasure.idx).map_err(|_| Refusal::NoAct)?,
        of: erasure.of.clone(),
        fields: erasure.fields.clone(),
        reason: erasure.reason.clone(),
        told: erasure.told.clone(),
    })
}

/// Refuses, with grounds.
///
/// Refused as [`approve`]; then for the grounds.
pub fn refuse(erasure: &Erasure, hand: Hand, grounds: &str) -> Result<ErasureEvent, Refusal> {
    another(erasure, hand)?;
    Ok(ErasureEvent::Refused { by: hand.officer, grounds: text(grounds)? })
}

fn another(erasure: &Erasure, hand: Hand) -> Result<(), Refusal> {
    if erasure.stage != Stage::Proposed {
        return Err(Refusal::Decided);
    }
    Ok(another_hand([Some(erasure.proposer), erasure.on_behalf_of].into_iter().flatten(), hand)?)
}

fn text(given: &str) -> Result<String, Refusal> {
    within(given, MAX_TEXT).map(str::to_owned).ok_or(Refusal::Reason)
}

fn told(given: &str) -> Result<Vec<String>, Refusal> {
    let told: Vec<String> = given.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let (most, longest) = MOST_TOLD;
    if told.len() > most || told.iter().any(|line| line.chars().count() > longest) {
        return Err(Refusal::Told);
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROPOSER: OfficerId = OfficerId::new(1);
    const OTHER: OfficerId = OfficerId::new(2);
    /// For whom the proposer acted.
    const HOLDER: OfficerId = OfficerId::new(3);

    fn hand(officer: OfficerId, on_behalf_of: Option<OfficerId>) -> Hand {
        Hand { officer, organ: OrganId::new(9), on_behalf_of }
    }

    fn target() -> Target {
        Target {
            idx: 7,
            kind: "supervision.explained@1.0".to_owned(),
            matter: MatterId::new(3),
            there: vec!["explanation".to_owned(), "note".to_owned()],
            waiting: false,
        }
    }

    fn given() -> Given {
        Given {
            fields: vec!["explanation".to_owned()],
            ground: Some(Ground::Unlawful),
            reason: " 写入了与事项无关的个人信息。 ".to_owned(),
            told: "\n 甲机关 \n\n乙机关\n".to_owned(),
        }
    }

    fn erasure(stage: Stage) -> Erasure {
        Erasure {
            id: MatterId::new(4),
            idx: 7,
            of: "supervision.explained@1.0".to_owned(),
            matter: MatterId::new(3),
            fields: vec!["explanation".to_owned()],
            ground: Ground::Unlawful,
            reason: "r".to_owned(),
            told: Vec::new(),
            proposer: PROPOSER,
            on_behalf_of: Some(HOLDER),
            organ: OrganId::new(9),
            asked_at: Instant::from_ms(0),
            stage,
        }
    }

    #[test]
    fn what_may_go_is_proposed_with_ground_and_reason() {
        let long = "长".repeat(MAX_TEXT + 1);
        let lines = |n: usize| vec!["机关"; n].join("\n");
        let cases: Vec<(&str, Target, Given, Result<(), Refusal>)> = vec![
            ("as it should be", target(), given(), Ok(())),
            ("one waits", Target { waiting: true, ..target() }, given(), Err(Refusal::Waiting)),
            ("nothing there", Target { there: Vec::new(), ..target() }, given(), Err(Refusal::NothingThere)),
            ("nothing chosen", target(), Given { fields: Vec::new(), ..given() }, Err(Refusal::Fields)),
            ("not of this kind", target(), Given { fields: vec!["clock".to_owned()], ..given() }, Err(Refusal::Fields)),
            ("no ground", target(), Given { ground: None, ..given() }, Err(Refusal::Ground)),
            ("no reason", target(), Given { reason: " \n".to_owned(), ..given() }, Err(Refusal::Reason)),
            ("a long reason", target(), Given { reason: long.clone(), ..given() }, Err(Refusal::Reason)),
            ("as many receivers as may be", target(), Given { told: lines(MOST_TOLD.0), ..given() }, Ok(())),
            ("one more", target(), Given { told: lines(MOST_TOLD.0 + 1), ..given() }, Err(Refusal::Told)),
            ("a long receiver", target(), Given { told: "长".repeat(MOST_TOLD.1 + 1), ..given() }, Err(Refusal::Told)),
        ];
        for (case, target, given, outcome) in cases {
            assert_eq!(propose(&target, hand(PROPOSER, None), given).map(drop), outcome, "{case}");
        }
        let Ok(ErasureEvent::Proposed { reason, told, fields, .. }) = propose(
            &target(),
            hand(PROPOSER, None),
            Given { fields: vec!["note".to_owned(), "explanation".to_owned(), "note".to_owned()], ..given() },
        ) else {
            panic!("refused")
        };
        assert_eq!(reason, "写入了与事项无关的个人信息。");
        assert_eq!(told, ["甲机关", "乙机关"]);
        assert_eq!(fields, ["explanation", "note"], "in the order of the act, each once");
    }

    #[test]
    fn two_persons_decide_it_once() {
        let at = Instant::from_ms(1);
        let cases = [
            ("another", hand(OTHER, None), Stage::Proposed, Ok(())),
            ("the proposer", hand(PROPOSER, None), Stage::Proposed, Err("separation.same_officer")),
            ("for whom it was proposed", hand(HOLDER, None), Stage::Proposed, Err("separation.same_officer")),
            ("in the proposer's stead", hand(OTHER, Some(PROPOSER)), Stage::Proposed, Err("separation.same_officer")),
            ("refused before", hand(OTHER, None), Stage::Refused { by: OTHER, at }, Err("erasure.decided")),
            ("done before", hand(OTHER, None), Stage::Done { by: OTHER, at }, Err("erasure.decided")),
        ];
        for (case, hand, stage, outcome) in cases {
            let code = |refusal: Refusal| refusal.code();
            assert_eq!(approve(&erasure(stage), hand).map(drop).map_err(code), outcome, "{case}");
            assert_eq!(refuse(&erasure(stage), hand, "因").map(drop).map_err(code), outcome, "{case}");
        }
        assert_eq!(refuse(&erasure(Stage::Proposed), hand(OTHER, None), ""), Err(Refusal::Reason));
    }

    #[test]
    fn grounds_have_their_words() {
        for ground in Ground::ALL {
            assert_eq!(Ground::parse(ground.code()), Some(ground));
        }
        assert_eq!(Ground::parse("else"), None);
    }
}
