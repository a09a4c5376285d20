//! Cases: matters that follow a process. The state of a case is the fold of its acts' events and of nothing else.

mod begun;
pub mod behind;
pub mod finished;
pub mod list;
mod moved;
pub mod outcome;
pub(crate) mod pieces;
pub mod ran;
pub mod rows;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use flow::state::{Number, Owner};
use flow::{ElementId, Event, State, event};
use kernel::{Erasable, Instant, MatterId, OfficerId, OrganId, Secrecy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use store::{Recorded, StoreFault};

use self::ran::Ran;
use crate::attachment::{About, Attachment};
use crate::power::Under;
use crate::tables::CASES;

pub use begun::{Begun, Reported};
pub use moved::{Moved, Reverted, Took};

/// The case and call that called a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Caller {
    /// The case.
    pub matter: MatterId,
    /// Its call.
    pub call: Number,
}

/// What came of a command: the engine's events, and for each task offered the organ it is offered in.
///
/// In an act it is JSON in one field, or in several where it is long: a step is proved as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// The events.
    pub events: Vec<Event>,
    /// The organs of offered tasks.
    pub organs: BTreeMap<Number, OrganId>,
    /// What the rows of runs need beside the events, where these concern any.
    pub ran: Option<Ran>,
}

#[derive(Serialize)]
struct Written<'s> {
    events: &'s [Event],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    organs: &'s BTreeMap<Number, OrganId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ran: &'s Option<Ran>,
}

#[derive(Deserialize)]
struct Read {
    events: Vec<Event>,
    #[serde(default)]
    organs: BTreeMap<Number, OrganId>,
    #[serde(default)]
    ran: Option<Ran>,
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        pieces::serialize(&Written { events: &self.events, organs: &self.organs, ran: &self.ran }, to)
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Step, D::Error> {
        let Read { events, organs, ran } = pieces::deserialize(from)?;
        Ok(Step { events, organs, ran })
    }
}

/// One event of a case; each is the body of an act.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CaseEvent {
    /// It was opened.
    Opened {
        /// The model whose process it follows.
        model: MatterId,
        /// The process.
        process: ElementId,
        /// Its version.
        version: i64,
        /// What people call it.
        title: Erasable<String>,
        /// The organ whose matter it is.
        organ: OrganId,
        /// The case that called it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caller: Option<Caller>,
        /// By what it began, where no officer opened it and it is once for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begun: Option<Begun>,
        /// Under which item of the inventory of powers, where it exercises one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        under: Option<Under>,
        /// What came of its start.
        step: Step,
    },
    /// A command was done.
    Stepped {
        /// Which: the command's word.
        did: String,
        /// The element that it was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        element: Option<ElementId>,
        /// Whether something was said with it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        said: bool,
        /// What was said with it.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
        /// What a worker reported of a job with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reported: Option<Reported>,
        /// What came of it.
        step: Step,
    },
    /// It was moved to another version of its process.
    Migrated(Moved),
    /// A move was taken back.
    MigrationReverted(Reverted),
    /// A file was attached; each is an act of its own, so that each is proved and erased by itself.
    Filed {
        /// The variable it is a value of.
        field: String,
        /// The blob: the digest of the sealed bytes.
        blob: String,
        /// What it is, and the key that opens it.
        #[serde(default = "Erasable::erased")]
        file: Erasable<About>,
    },
    /// Another case is handled within this one from now on 并案.
    TookIn {
        /// Which.
        other: MatterId,
        /// Its clock, where it rules here.
        step: Step,
    },
    /// It stands on its own again.
    LetGo {
        /// Which.
        other: MatterId,
        /// The end of its clock here.
        step: Step,
    },
    /// An officer proposes to move the token of an incident; another one moves it.
    MoveProposed {
        /// The incident.
        incident: Number,
        /// To which element.
        to: ElementId,
        /// Who proposes it, and for whom.
        by: BTreeSet<OfficerId>,
        /// Why.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
    },
    /// An officer keeps out of the case 回避.
    Recused {
        /// Who.
        officer: OfficerId,
        /// Why.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
    },
    /// The officer may take part again.
    RecusalLifted {
        /// Who.
        officer: OfficerId,
        /// Why.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
    },
    /// How secret it is from now on.
    Classified {
        /// The class, and who alone may know.
        to: Secrecy,
        /// Why.
        #[serde(default = "Erasable::erased")]
        words: Erasable<String>,
    },
    /// A worker reported something of a job that was over: it is on record, and nothing comes of it.
    JobLate {
        /// The activity.
        element: ElementId,
        /// What was reported.
        reported: Reported,
        /// Whether the job had been done, with another result; else it had been cancelled.
        done: bool,
    },
    /// Messages that were kept are kept no longer: everything that could take one has it, or their time is over.
    MessagesSettled {
        /// Which, by their numbers.
        messages: Vec<i64>,
        /// Whether they were taken by whatever could take them; else their time was over.
        taken: bool,
    },
    /// A signal has reached so many of those that wait for it; the others follow.
    SignalCarried {
        /// The version that the act made which sent it, and its place in the step.
        from: (u64, usize),
        /// The last case that it reached, by its id.
        behind: MatterId,
    },
}

/// Of an act with which the process does not move.
static NO_STEP: Step = Step { events: Vec::new(), organs: BTreeMap::new(), ran: None };

impl From<&Attachment> for CaseEvent {
    fn from(file: &Attachment) -> CaseEvent {
        CaseEvent::Filed { field: file.field.clone(), blob: file.blob.clone(), file: file.file.clone() }
    }
}

impl CaseEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            CaseEvent::Opened { .. } => "case.opened@1.0",
            CaseEvent::Stepped { .. } => "case.stepped@1.0",
            CaseEvent::Migrated(_) => "case.migrated@1.0",
            CaseEvent::MigrationReverted(_) => "case.migration_reverted@1.0",
            CaseEvent::Filed { .. } => "case.filed@1.0",
            CaseEvent::TookIn { .. } => "case.took_in@1.0",
            CaseEvent::LetGo { .. } => "case.let_go@1.0",
            CaseEvent::MoveProposed { .. } => "case.move_proposed@1.0",
            CaseEvent::Recused { .. } => "case.recused@1.0",
            CaseEvent::RecusalLifted { .. } => "case.recusal_lifted@1.0",
            CaseEvent::Classified { .. } => "case.classified@1.0",
            CaseEvent::JobLate { .. } => "case.job_late@1.0",
            CaseEvent::MessagesSettled { .. } => "case.messages_settled@1.0",
            CaseEvent::SignalCarried { .. } => "case.signal_carried@1.0",
        }
    }

    /// What the engine said happened.
    pub fn step(&self) -> &Step {
        match self {
            CaseEvent::Opened { step, .. }
            | CaseEvent::Stepped { step, .. }
            | CaseEvent::TookIn { step, .. }
            | CaseEvent::LetGo { step, .. } => step,
            CaseEvent::Migrated(moved) => &moved.step,
            CaseEvent::MigrationReverted(reverted) => &reverted.step,
            CaseEvent::Filed { .. }
            | CaseEvent::MoveProposed { .. }
            | CaseEvent::Recused { .. }
            | CaseEvent::RecusalLifted { .. }
            | CaseEvent::Classified { .. }
            | CaseEvent::JobLate { .. }
            | CaseEvent::MessagesSettled { .. }
            | CaseEvent::SignalCarried { .. } => &NO_STEP,
        }
    }
}

/// A case as it stands.
#[derive(Clone, Debug)]
pub struct Case {
    /// The matter.
    pub id: MatterId,
    /// Its version: the number of its acts.
    pub version: u64,
    /// The model whose process it follows.
    pub model: MatterId,
    /// The process.
    pub process: ElementId,
    /// The version of the process.
    pub of: i64,
    /// What people call it.
    pub title: Erasable<String>,
    /// The organ whose matter it is.
    pub organ: OrganId,
    /// The case that called it.
    pub caller: Option<Caller>,
    /// By what it began, where no officer opened it and it is once for that.
    pub begun: Option<Begun>,
    /// Under which item of the inventory of powers, where it exercises one.
    pub under: Option<Under>,
    /// How secret it is.
    pub secrecy: Secrecy,
    /// When it was opened.
    pub opened_at: Instant,
    /// Where it stands.
    pub state: State,
    /// For whom tasks were done by somebody else: four eyes look at both.
    pub principals: BTreeMap<ElementId, BTreeSet<OfficerId>>,
    /// For whom opinions of a consent 会签 were signed by somebody else, by the run that they are rounds of: nobody has two.
    pub signed_for: BTreeMap<Number, BTreeSet<OfficerId>>,
    /// Its last move to another version, as long as it may be taken back.
    pub took: Option<Took>,
    /// What was attached, in order, each with the version that its act made.
    pub files: Vec<(u64, Attachment)>,
    /// Cases that are handled within this one, each with its clock here, if that rules.
    pub took_in: BTreeMap<MatterId, Option<Number>>,
    /// Moves that wait for another officer, by incident: to where, and who proposed it.
    pub moves: BTreeMap<Number, (ElementId, BTreeSet<OfficerId>)>,
    /// Who keeps out of it 回避.
    pub recused: BTreeSet<OfficerId>,
}

impl Case {
    /// The case that its acts tell; nothing where they are no case's.
    ///
    /// # Errors
    /// If an act makes no sense.
    pub fn of(acts: &[Recorded]) -> Result<Option<Case>, StoreFault> {
        let Some((first, rest)) = acts.split_first() else { return Ok(None) };
        if !first.act.kind.starts_with("case.opened@") {
            return Ok(None);
        }
        let opening = first.event()?;
        let (id, at) = (MatterId::new(first.act.matter), Instant::from_ms(first.act.at_ms));
        let none = || StoreFault::Nonsense(format!("act {} opens no case", first.idx));
        let mut case = Case::opened(id, &opening, at).ok_or_else(none)?;
        for act in rest {
            case.version = act.act.version;
            // Other acts of the matter, such as a tombstone, change nothing of its state.
            if act.act.kind.starts_with(CASES) {
                let holder = act.act.on_behalf_of.as_deref().and_then(|holder| holder.parse().ok());
                case.take(&act.event()?, holder);
            }
        }
        Ok(Some(case))
    }

    /// The case that an event opens; nothing where it opens none.
    pub fn opened(id: MatterId, event: &CaseEvent, at: Instant) -> Option<Case> {
        let CaseEvent::Opened { model, process, version, title, organ, caller, begun, under, step } = event else {
            return None;
        };
        let mut state = State::default();
        step.events.iter().for_each(|event| event::change(&mut state, event));
        Some(Case {
            id,
            version: 1,
            model: *model,
            process: process.clone(),
            of: *version,
            title: title.clone(),
            organ: *organ,
            caller: *caller,
            begun: begun.clone(),
            under: *under,
            secrecy: Secrecy::default(),
            opened_at: at,
            state,
            principals: BTreeMap::new(),
            signed_for: BTreeMap::new(),
            took: None,
            files: Vec::new(),
            took_in: BTreeMap::new(),
            moves: BTreeMap::new(),
            recused: BTreeSet::new(),
        })
    }

    /// Takes in what happened, and for whom it was done.
    fn take(&mut self, event: &CaseEvent, holder: Option<OfficerId>) {
        if let (Some(holder), CaseEvent::Stepped { element: Some(element), step, .. }) = (holder, event) {
            for event in &step.events {
                let Event::TaskClosed { task, by: Some(_) } = event else { continue };
                self.principals.entry(element.clone()).or_default().insert(holder);
                let run = self.state.tasks.get(task).and_then(|task| self.state.runs.get(&task.run));
                if let Some(Owner::Round(whole, _)) = run.map(|run| run.owner) {
                    self.signed_for.entry(whole).or_default().insert(holder);
                }
            }
        }
        match event {
            CaseEvent::Opened { .. }
            | CaseEvent::Stepped { .. }
            | CaseEvent::JobLate { .. }
            | CaseEvent::MessagesSettled { .. }
            | CaseEvent::SignalCarried { .. } => {}
            CaseEvent::Migrated(moved) => self.follow(moved),
            CaseEvent::MigrationReverted(reverted) => self.follow_again(reverted),
            CaseEvent::Filed { field, blob, file } => {
                let file = Attachment { field: field.clone(), blob: blob.clone(), file: file.clone() };
                self.files.push((self.version, file));
            }
            CaseEvent::TookIn { other, step } => {
                let armed = step.events.iter().find_map(|event| match event {
                    Event::ClockArmed { clock, .. } => Some(*clock),
                    _ => None,
                });
                self.took_in.insert(*other, armed);
            }
            CaseEvent::LetGo { other, .. } => drop(self.took_in.remove(other)),
            CaseEvent::MoveProposed { incident, to, by, .. } => {
                self.moves.insert(*incident, (to.clone(), by.clone()));
            }
            CaseEvent::Recused { officer, .. } => drop(self.recused.insert(*officer)),
            CaseEvent::RecusalLifted { officer, .. } => drop(self.recused.remove(officer)),
            CaseEvent::Classified { to, .. } => self.secrecy = to.clone(),
        }
        event.step().events.iter().for_each(|event| event::change(&mut self.state, event));
        let (moves, state) = (&mut self.moves, &self.state);
        moves.retain(|incident, _| state.incidents.contains_key(incident));
        if self.state.migrated.is_none() {
            self.took = None;
        }
    }

    /// The case after one more event.
    ///
    /// - `holder`: for whom it was done, if for somebody else.
    #[must_use]
    pub fn after(&self, event: &CaseEvent, holder: Option<OfficerId>) -> Case {
        let mut next = self.clone();
        next.version += 1;
        next.take(event, holder);
        next
    }

    /// Its state for four eyes: a task was done by whoever did it and by whoever it was done for.
    pub fn with_principals(&self) -> Cow<'_, State> {
        if self.principals.is_empty() {
            return Cow::Borrowed(&self.state);
        }
        let mut state = self.state.clone();
        for (element, holders) in &self.principals {
            state.hands.entry(element.clone()).or_default().extend(holders);
        }
        for (run, holders) in &self.signed_for {
            if let Some(rounds) = state.runs.get_mut(run).and_then(|run| run.rounds.as_mut()) {
                rounds.signed.extend(holders);
            }
        }
        Cow::Owned(state)
    }

    /// The number that people read: eight letters and digits of its id, behind `M-`. Crockford's alphabet, so that none is
    /// taken for another.
    pub fn number(&self) -> String {
        number(self.id)
    }
}

/// The number of a case by its id.
pub fn number(id: MatterId) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letter = |place: u32| {
        let at = (id.value() >> (5 * place)) & 31;
        char::from(LETTERS[usize::try_from(at).unwrap_or(0)])
    };
    std::iter::once('M').chain(std::iter::once('-')).chain((0..8).rev().map(letter)).collect()
}

/// The last five bytes of the id that a number is of; nothing where it is no number.
pub fn of_number(text: &str) -> Option<[u8; 5]> {
    const LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let upper = text.trim().to_uppercase();
    let digits = upper.strip_prefix("M-").unwrap_or(&upper);
    if digits.len() != 8 {
        return None;
    }
    let value = digits.chars().try_fold(0u64, |all, letter| {
        // Crockford: what is easily taken for another is read as that.
        let letter = match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        Some((all << 5) | u64::try_from(LETTERS.find(letter)?).ok()?)
    })?;
    let [.., a, b, c, d, e] = value.to_be_bytes();
    Some([a, b, c, d, e])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_back_as_it_was_written() {
        let event = Event::SignalSent { name: "清源".to_owned() };
        let step = Step { events: vec![event], organs: [(7, OrganId::new(3))].into(), ran: None };
        let json = serde_json::to_value(&step).unwrap();
        assert!(json.as_array().is_some_and(|pieces| pieces.len() == 1), "{json}");
        assert_eq!(serde_json::from_value::<Step>(json).unwrap(), step);
    }

    #[test]
    fn a_number_is_read_without_doubt() {
        let number = number(MatterId::new(u128::MAX - 5));
        assert_eq!(number, "M-ZZZZZZZT");
        let bytes = (u128::MAX - 5).to_be_bytes();
        assert_eq!(of_number(" m-zzzzzzzt ").as_ref(), bytes.last_chunk::<5>());
        assert_eq!(of_number("M-OIL00000"), of_number("01100000"));
        for wrong in ["", "M-", "M-ZZZZZZZ", "M-ZZZZZZZU", "M-平面图图图图图图"] {
            assert_eq!(of_number(wrong), None, "{wrong}");
        }
        assert_ne!(super::number(MatterId::new(1)), super::number(MatterId::new(2)));
    }
}
