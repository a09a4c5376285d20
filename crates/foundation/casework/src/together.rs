//! What concerns a case beside its process: handled within another one 并案, kept out of 回避, how secret it is, a token that two
//! officers move. Each is an act of the case like any other; what touches two cases is one unit.

use std::collections::BTreeSet;

use access::Hand;
use access::separation::{Recusals, another_hand};
use flow::state::{Number, Status};
use flow::{Command, ElementId};
use kernel::{Class, MatterId, OfficerId, PostId, Secrecy};

use crate::case::{Case, CaseEvent, Step};
use crate::desk::{ATTEMPTS, By, CaseError, Desk, Prepared, Refusal, Wish, reason};

/// Cases that are handled within one at most.
const MOST_TAKEN_IN: usize = 50;

/// The officer of a hand, and the one for whom they act.
fn hands(hand: Hand) -> BTreeSet<OfficerId> {
    [hand.officer, hand.principal()].into()
}

/// Whether a case may be handled within another one.
///
/// # Errors
/// If they are one, either does not go on, one has cases within it already or is called by another, or there are too many.
fn may_merge(other: &Case, into: &Case) -> Result<(), Refusal> {
    let going_on = |case: &Case| matches!(case.state.status, Status::Active | Status::Suspended);
    if other.id == into.id || !going_on(into) || !going_on(other) {
        return Err(Refusal::NotTogether);
    }
    // A case that others wait for answers them itself; one that has others within it is split first.
    if other.caller.is_some() || !other.took_in.is_empty() || into.took_in.len() >= MOST_TAKEN_IN {
        return Err(Refusal::NotTogether);
    }
    Ok(())
}

/// What is made of two cases.
#[derive(Clone, Copy)]
enum Join {
    Merge,
    Split,
}

impl Desk {
    /// Handles a case within another one: its own work stands still, the earlier limit rules, and messages for it go there.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn merge(
        &self,
        hand: (Hand, PostId),
        other: MatterId,
        into: MatterId,
        words: &str,
    ) -> Result<(), CaseError> {
        reason(words)?;
        self.of_two(hand, Join::Merge, (other, into), words).await
    }

    /// A case that is handled within another one stands on its own again, as it did.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn split(&self, hand: (Hand, PostId), id: MatterId, words: &str) -> Result<(), CaseError> {
        reason(words)?;
        let case = self.load(id).await?.ok_or(CaseError::NoCase)?;
        let into = merged_into(&case).ok_or(flow::Refusal::NotMerged)?;
        self.of_two(hand, Join::Split, (id, into), words).await
    }

    /// What joining makes of the case that is handled within another one, and of that one.
    async fn joined(
        &self,
        (hand, post): (Hand, PostId),
        join: Join,
        (other, into): (&Case, &Case),
        words: &str,
    ) -> Result<[Prepared; 2], CaseError> {
        let by = By::Officer(hand, post);
        self.admits(by, into, &Command::Cancel)?;
        let (command, event) = match join {
            Join::Merge => {
                may_merge(other, into)?;
                let clock = other.state.clocks.values().find(|clock| clock.run.is_none() && clock.element.is_none());
                let take_in = Command::TakeIn { clock: clock.cloned().map(Box::new) };
                // One that stands still moves no clock but takes in all the same.
                let step = match into.state.is_active() {
                    true => self.stepped(into, &take_in).await?,
                    false => Step::default(),
                };
                let merge = Command::Merge { into: into.id.to_string(), by: hand.officer };
                (merge, CaseEvent::TookIn { other: other.id, step })
            }
            Join::Split => {
                // What is decided there is decided for both.
                if matches!(into.state.status, Status::Ended(_)) {
                    return Err(Refusal::Engine(flow::Refusal::NotMerged).into());
                }
                let clock = into.took_in.get(&other.id).copied().flatten();
                let step = match clock.filter(|_| into.state.is_active()) {
                    Some(clock) => self.stepped(into, &Command::LetGo { clock: Some(clock) }).await?,
                    None => Step::default(),
                };
                (Command::Split { by: hand.officer }, CaseEvent::LetGo { other: other.id, step })
            }
        };
        let wish = Wish { command, words: Some(words.to_owned()) };
        Ok([self.prepare(by, other, &wish, &[]).await?, self.said(by, into, &event)?])
    }

    /// Records what joining makes of two cases as one; where somebody acted on either meanwhile, they are looked at anew.
    async fn of_two(
        &self,
        hand: (Hand, PostId),
        join: Join,
        (other, into): (MatterId, MatterId),
        words: &str,
    ) -> Result<(), CaseError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let (Some(one), Some(two)) = (self.load(other).await?, self.load(into).await?) else {
                return Err(CaseError::NoCase);
            };
            let both = self.joined(hand, join, (&one, &two), words).await?;
            match self.stand(both.into()).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => {}
                other => return other,
            }
        }
    }

    /// Records what is said of a case as it stands.
    async fn of_one(
        &self,
        by: By,
        id: MatterId,
        made: impl Fn(&Case) -> Result<CaseEvent, Refusal>,
    ) -> Result<(), CaseError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let case = self.load(id).await?.ok_or(CaseError::NoCase)?;
            match self.stand(vec![self.said(by, &case, &made(&case)?)?]).await {
                Err(error) if error.is_conflict() && attempt < ATTEMPTS => {}
                other => return other,
            }
        }
    }

    /// An officer proposes to move the token of an incident.
    ///
    /// # Errors
    /// See [`CaseError`]; one is whether it could be moved there now.
    pub async fn propose_move(
        &self,
        hand: (Hand, PostId),
        id: MatterId,
        (incident, to): (Number, ElementId),
        words: &str,
    ) -> Result<(), CaseError> {
        let words = reason(words)?;
        let case = self.load(id).await?.ok_or(CaseError::NoCase)?;
        if !case.state.incidents.contains_key(&incident) {
            return Err(flow::Refusal::Gone { what: "incident", number: incident }.into());
        }
        // Whether it can be moved there is told now, not to the officer who is to approve it.
        let nobody = OfficerId::new(0);
        let trial = Command::Move { incident, to: to.clone(), by: hand.0.officer, approved_by: nobody };
        self.stepped(&case, &trial).await?;
        let event = |_: &Case| {
            let (to, by, words) = (to.clone(), hands(hand.0), words.clone());
            Ok(CaseEvent::MoveProposed { incident, to, by, words })
        };
        self.of_one(By::Officer(hand.0, hand.1), id, event).await
    }

    /// Another officer than who proposed it moves a token.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn approve_move(&self, hand: (Hand, PostId), id: MatterId, incident: Number) -> Result<(), CaseError> {
        let case = self.load(id).await?.ok_or(CaseError::NoCase)?;
        let gone = flow::Refusal::Gone { what: "incident", number: incident };
        let (to, proposers) = case.moves.get(&incident).cloned().ok_or(gone)?;
        another_hand(proposers.iter().copied(), hand.0).map_err(Refusal::Separate)?;
        let by = proposers.first().copied().unwrap_or(hand.0.officer);
        let command = Command::Move { incident, to, by, approved_by: hand.0.officer };
        self.act(By::Officer(hand.0, hand.1), id, &[Wish::from(command)]).await.map(drop)
    }

    /// An officer keeps out of a case 回避, by their own word or by the head's. What they have in hand of it is given back.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn recuse(
        &self,
        hand: (Hand, PostId),
        id: MatterId,
        officer: OfficerId,
        words: &str,
    ) -> Result<(), CaseError> {
        let words = reason(words)?;
        let by = By::Officer(hand.0, hand.1);
        let case = self.load(id).await?.ok_or(CaseError::NoCase)?;
        let held = case.state.tasks.iter().filter(|(_, task)| task.holder.is_some_and(|(holder, _)| holder == officer));
        let held: Vec<Wish> = held.map(|(task, _)| Command::Release { task: *task, by: officer }.into()).collect();
        if !held.is_empty() {
            self.act(by, id, &held).await?;
        }
        let event = |case: &Case| match case.recused.contains(&officer) {
            true => Err(Refusal::RecusedAlready),
            false => Ok(CaseEvent::Recused { officer, words: words.clone() }),
        };
        self.of_one(by, id, event).await
    }

    /// Another officer lets somebody who kept out take part again.
    ///
    /// # Errors
    /// See [`CaseError`]; nobody lifts their own.
    pub async fn lift(
        &self,
        hand: (Hand, PostId),
        id: MatterId,
        officer: OfficerId,
        words: &str,
    ) -> Result<(), CaseError> {
        let words = reason(words)?;
        let event = |case: &Case| {
            if !case.recused.contains(&officer) {
                return Err(Refusal::NotRecused);
            }
            another_hand([officer], hand.0).map_err(Refusal::Separate)?;
            Ok(CaseEvent::RecusalLifted { officer, words: words.clone() })
        };
        self.of_one(By::Officer(hand.0, hand.1), id, event).await
    }

    /// Says how secret a case is from now on.
    ///
    /// - `ceiling`: up to which class the officer reads: nobody puts a case beyond their own eyes.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn classify(
        &self,
        hand: (Hand, PostId),
        id: MatterId,
        (to, ceiling): (Secrecy, Class),
        words: &str,
    ) -> Result<(), CaseError> {
        let words = reason(words)?;
        let event = |case: &Case| {
            // Whoever classifies it goes on knowing of it, and so does whoever has a task of it in hand.
            let holders = case.state.tasks.values().filter_map(|task| task.holder.map(|(officer, _)| officer));
            let named = to.named.clone().map(|named| named.into_iter().chain(hands(hand.0)).chain(holders).collect());
            let to = case.secrecy.classified(Secrecy { named, ..to.clone() }, ceiling).map_err(Refusal::Class)?;
            Ok(CaseEvent::Classified { to, words: words.clone() })
        };
        self.of_one(By::Officer(hand.0, hand.1), id, event).await
    }

    /// Refuses who keeps out of a case, and who acts for them; and a party what is not a party's.
    pub(crate) fn admits(&self, by: By, case: &Case, command: &Command) -> Result<(), Refusal> {
        let hand = match by {
            By::Officer(hand, _) => hand,
            By::System => return Ok(()),
            // A party says what it has to say, and takes part in nothing else.
            By::Party(_) => {
                let own =
                    matches!(command, Command::Withdraw { .. } | Command::Answered { .. } | Command::Deliver { .. });
                return if own { Ok(()) } else { Err(Refusal::NotOffered) };
            }
        };
        let recusals = Recusals::new(case.recused.iter().map(|officer| (case.id, *officer)));
        let gives_back = matches!(command, Command::Release { .. });
        let mut concerned = if gives_back { Vec::new() } else { vec![hand.officer, hand.principal()] };
        if let Command::Assign { to: (officer, _), .. } = command {
            concerned.push(*officer);
        }
        concerned.into_iter().try_for_each(|officer| recusals.admits(case.id, officer)).map_err(Refusal::Separate)
    }
}

/// The case within which one is handled.
pub fn merged_into(case: &Case) -> Option<MatterId> {
    match &case.state.status {
        Status::Merged { into, .. } => into.parse().ok(),
        _ => None,
    }
}
