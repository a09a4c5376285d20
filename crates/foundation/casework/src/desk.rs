//! Cases opened and carried on: load, step, record. What a page, a service, time or another case asks goes this one way.

mod command;
mod moving;
mod refused;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use access::Hand;
use directory::{Directory, Register, new_act, signed, stamp};
use dmn::{Context, Value};
use flow::step::{Definitions, Moment};
use flow::{Command, ElementId, Event, State};
use hashlink::LruCache;
use kernel::calendar::WorkingCalendar;
use kernel::words::within;
use kernel::{Day, Erasable, Instant, MatterId, OrganId, PostId};
use store::{Actor, Changes, Draft, Operation, RecordError, StoreFault, Unit};

use crate::attachment::Attachment;
use crate::case::ran::Ran;
use crate::case::{Begun, Caller, Case, CaseEvent, Reported, Step, rows};
use crate::library::Library;
use crate::model::rows::Version;
use crate::power::{self, Known, Power, Powers, Under};

use command::{about, for_whom};

pub(crate) use command::did;
pub use moving::{Move, Since, reason};
pub use refused::{CaseError, Refusal};

/// Attempts to record a command; each sees what others did to the case meanwhile.
pub(crate) const ATTEMPTS: u32 = 8;
/// Cases kept in memory as they stand.
const KEPT: usize = 4_096;
/// Characters of a title, and of what is said with a command, at most.
pub const MOST_TEXT: (usize, usize) = (200, 2_000);

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// An officer, in a post.
    Officer(Hand, PostId),
    /// The node itself: time, a service, another case.
    System,
    /// A member of the public 当事人, by the random name that is theirs in this matter: who knows receipt number and code.
    Party(u128),
}

/// How a case begins.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The process.
    pub process: ElementId,
    /// By which event, and which of its triggers; none: by its none start event.
    pub start: Option<(ElementId, usize)>,
    /// What people call it.
    pub title: String,
    /// The organ whose matter it is.
    pub organ: OrganId,
    /// Variables to begin with.
    pub variables: Context,
    /// The case that calls it.
    pub caller: Option<Caller>,
    /// The item of the inventory of powers that was chosen, where several give the process to the organ.
    pub power: Option<MatterId>,
}

/// What is to be done to a case.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The engine's command.
    pub command: Command,
    /// What is said with it.
    pub words: Option<String>,
}

/// What comes with commands: files, each attached by an act of its own before them, acts of other matters that stand or fall with
/// them, and operational rows that change with them.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The files.
    pub files: Vec<Attachment>,
    /// The acts, each with its rows.
    pub acts: Vec<(Draft, Changes)>,
    /// The rows, such as a draft that has served.
    pub operations: Vec<Operation>,
}

impl From<Command> for Wish {
    fn from(command: Command) -> Wish {
        Wish { command, words: None }
    }
}

/// An act of a case on its way into the ledger, and the case after it.
pub struct Prepared {
    /// The act.
    pub draft: Draft,
    /// Its rows.
    pub changes: Changes,
    /// The case after it.
    pub after: Arc<Case>,
}

/// Carries cases on. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    directory: Directory,
    library: Library,
    calendar: Arc<WorkingCalendar>,
    powers: Option<Arc<dyn Powers>>,
    kept: Arc<Mutex<LruCache<MatterId, Arc<Case>>>>,
}

impl Desk {
    /// For a node.
    pub fn new(directory: Directory, library: Library, calendar: Arc<WorkingCalendar>) -> Desk {
        Desk { directory, library, calendar, powers: None, kept: Arc::new(Mutex::new(LruCache::new(KEPT))) }
    }

    /// Opens cases under the powers of an inventory.
    #[must_use]
    pub fn under(self, powers: Arc<dyn Powers>) -> Desk {
        Desk { powers: Some(powers), ..self }
    }

    /// What the inventory knows of a process, for an organ on a day; nothing where there is no inventory.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn powers(&self, process: &str, organ: OrganId, on: Day) -> Result<Known, StoreFault> {
        match &self.powers {
            Some(powers) => powers.of(process, organ, on).await,
            None => Ok(Known::default()),
        }
    }

    /// The models.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The working days that clocks are counted by.
    pub fn calendar(&self) -> &WorkingCalendar {
        &self.calendar
    }

    /// The directory.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    pub(crate) fn node(&self) -> i64 {
        self.directory.node().number()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, LruCache<MatterId, Arc<Case>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a case as it was recorded, unless a later one is kept.
    pub(crate) fn keep(&self, case: &Arc<Case>) {
        let mut kept = self.kept();
        if kept.get(&case.id).is_none_or(|other| other.version < case.version) {
            kept.insert(case.id, Arc::clone(case));
        }
    }

    fn forget(&self, id: MatterId) {
        self.kept().remove(&id);
    }

    /// A case as it stands in the store.
    ///
    /// # Errors
    /// If the store cannot be read, or an act of the case makes no sense.
    pub async fn load(&self, id: MatterId) -> Result<Option<Arc<Case>>, StoreFault> {
        let acts = self.directory.store().acts_of(self.node(), id.value()).await?;
        let case = Case::of(&acts)?.map(Arc::new);
        if let Some(case) = &case {
            self.keep(case);
        }
        Ok(case)
    }

    /// A case as this process knows it, which may lag behind; recording tells. What never changes of a case is never behind.
    ///
    /// # Errors
    /// As [`Desk::load`].
    pub async fn glance(&self, id: MatterId) -> Result<Option<Arc<Case>>, StoreFault> {
        let found = self.kept().get(&id).cloned();
        match found {
            Some(case) => Ok(Some(case)),
            None => self.load(id).await,
        }
    }

    async fn known(&self, id: MatterId) -> Result<Arc<Case>, CaseError> {
        self.glance(id).await?.ok_or(CaseError::NoCase)
    }

    /// The civil day on which a case was opened: what was in force then holds for it.
    fn opened_on(&self, case: &Case) -> Day {
        case.opened_at.day(self.directory.clock().zone())
    }

    /// What a case runs by.
    ///
    /// # Errors
    /// If its model cannot be read.
    pub async fn definitions(&self, case: &Case) -> Result<Arc<Definitions>, StoreFault> {
        self.library.definitions(case.model, self.opened_on(case)).await
    }

    /// Opens a case; answers its matter. The same name again opens nothing again.
    ///
    /// - `name`: the caller's name for this attempt; the case's id derives from it.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn open(&self, by: By, opening: &Opening, name: Option<&str>) -> Result<MatterId, CaseError> {
        match name {
            Some(name) => self.open_named(by, opening, name, Beside::default()).await,
            None => self.open_beside(by, opening, Beside::default()).await,
        }
    }

    /// Opens a case with what came along.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn open_beside(&self, by: By, opening: &Opening, beside: Beside) -> Result<MatterId, CaseError> {
        let id = MatterId::new(new_act(self.directory.clock().now())?.value());
        self.open_with(by, id, opening, beside).await?;
        Ok(id)
    }

    /// Opens a case under an id that derives from a name of the caller's, with what its form brought along.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn open_named(
        &self,
        by: By,
        opening: &Opening,
        name: &str,
        beside: Beside,
    ) -> Result<MatterId, CaseError> {
        let id = named(name);
        self.open_with(by, id, opening, beside).await?;
        Ok(id)
    }

    async fn open_with(&self, by: By, id: MatterId, opening: &Opening, beside: Beside) -> Result<(), CaseError> {
        let Prepared { draft, changes, mut after } = self.opening(by, id, opening, &[]).await?;
        let mut acts = vec![(draft, changes)];
        self.file(by, &mut after, &beside.files, &mut acts)?;
        acts.extend(beside.acts);
        match self.directory.store().record_unit(Unit { acts, operations: beside.operations }).await {
            Ok(_) => self.keep(&after),
            // The same name again, by the same officer: it was opened.
            Err(RecordError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// The acts that attach files to a case as it stands.
    fn file(
        &self,
        by: By,
        case: &mut Arc<Case>,
        files: &[Attachment],
        acts: &mut Vec<(Draft, Changes)>,
    ) -> Result<(), CaseError> {
        for file in files {
            let event = CaseEvent::from(file);
            let prepared = self.prepared(by, case.after(&event, None), &event, self.directory.clock().now(), &[])?;
            *case = prepared.after;
            acts.push((prepared.draft, prepared.changes));
        }
        Ok(())
    }

    /// The version of a process that a new case follows.
    async fn version_of(&self, opening: &Opening) -> Result<Version, CaseError> {
        let today = self.directory.clock().today();
        let process = opening.process.as_str();
        self.library.look().await?;
        if let Some(caller) = opening.caller {
            // What is called lies in the caller's own model, or is in force on the caller's day.
            let caller = self.known(caller.matter).await?;
            let own = |version: &&Version| version.model == caller.model && version.definition.process == process;
            if let Some(version) = self.library.versions().iter().find(own) {
                return Ok(version.clone());
            }
            let day = self.opened_on(&caller);
            return self.library.in_force(process, day).ok_or_else(|| Refusal::NotInForce(process.to_owned()).into());
        }
        self.library.in_force(process, today).ok_or_else(|| Refusal::NotInForce(process.to_owned()).into())
    }

    /// The act that opens a case.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn opening(
        &self,
        by: By,
        id: MatterId,
        opening: &Opening,
        causes: &[u128],
    ) -> Result<Prepared, CaseError> {
        self.beginning((by, id), opening, None, causes).await
    }

    /// The same for a case that begins by itself, and is once for what it begins by.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub(crate) async fn beginning(
        &self,
        (by, id): (By, MatterId),
        opening: &Opening,
        begun: Option<Begun>,
        causes: &[u128],
    ) -> Result<Prepared, CaseError> {
        let title = within(&opening.title, MOST_TEXT.0).ok_or(Refusal::Title)?;
        let version = self.version_of(opening).await?;
        let now = self.directory.clock().now();
        let today = now.day(self.directory.clock().zone());
        let definitions = self.library.definitions(version.model, today).await?;
        let command = Command::Start {
            process: opening.process.clone(),
            by: opening.start.clone(),
            variables: opening.variables.clone(),
            called: opening.caller.is_some(),
        };
        let events = self.step(&State::default(), &command, now, &definitions)?;
        let of = (&opening.process, version.definition.version);
        let step = self.placed(&State::default(), events, of, opening.organ).await?;
        let under = self.exercised(opening, &version, today).await?;
        let event = CaseEvent::Opened {
            model: version.model,
            process: opening.process.clone(),
            version: version.definition.version,
            title: title.to_owned().into(),
            organ: opening.organ,
            caller: opening.caller,
            begun,
            under,
            step,
        };
        let none = || StoreFault::Nonsense("a case is opened by its first act".to_owned());
        let after = Case::opened(id, &event, now).ok_or_else(none)?;
        self.prepared(by, after, &event, now, causes)
    }

    /// The item of the inventory that a case is opened under. What is called belongs to the caller's.
    async fn exercised(&self, opening: &Opening, version: &Version, today: Day) -> Result<Option<Under>, CaseError> {
        if let Some(caller) = opening.caller {
            return Ok(self.known(caller.matter).await?.under);
        }
        let process = opening.process.as_str();
        let deployed = self.library.deployed(version.model).await?;
        let declared = deployed.readied.powers.contains_key(&opening.process);
        let known = self.powers(process, opening.organ, today).await?;
        Ok(power::under(process, declared && self.powers.is_some(), &known, opening.power)?)
    }

    /// The item of the inventory that a case was opened under; nothing where it exercises no power.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn power_of(&self, case: &Case) -> Result<Option<Power>, StoreFault> {
        match (&self.powers, case.under) {
            (Some(powers), Some(under)) => powers.item(under).await,
            _ => Ok(None),
        }
    }

    /// Does something to a case; answers the case after it.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn act(&self, by: By, id: MatterId, wishes: &[Wish]) -> Result<Arc<Case>, CaseError> {
        self.act_with(by, id, wishes, &Beside::default()).await
    }

    /// The same, with files that are attached before it and what else changes with it.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn act_with(
        &self,
        by: By,
        id: MatterId,
        wishes: &[Wish],
        beside: &Beside,
    ) -> Result<Arc<Case>, CaseError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut case = self.known(id).await?;
            let mut acts = Vec::with_capacity(wishes.len() + beside.files.len());
            self.file(by, &mut case, &beside.files, &mut acts)?;
            let filed = acts.len();
            for wish in wishes {
                let prepared = match self.prepare(by, &case, wish, &[]).await {
                    // What this process knows may lag behind: the store is asked before a "no" is given.
                    Err(CaseError::Refused(_)) if attempts == 1 && self.lags(&case).await? => break,
                    other => other?,
                };
                case = prepared.after;
                acts.push((prepared.draft, prepared.changes));
            }
            if acts.len() < filed + wishes.len() {
                self.forget(id);
                continue;
            }
            acts.extend(beside.acts.iter().cloned());
            match self.directory.store().record_unit(Unit { acts, operations: beside.operations.clone() }).await {
                Ok(_) => {
                    self.keep(&case);
                    return Ok(case);
                }
                // Somebody acted on the case meanwhile: it is looked at anew.
                Err(RecordError::Conflict { .. }) if attempts < ATTEMPTS => self.forget(id),
                Err(error) => {
                    self.forget(id);
                    return Err(error.into());
                }
            }
        }
    }

    /// Records acts as one, and keeps the cases after them.
    pub(crate) async fn stand(&self, prepared: Vec<Prepared>) -> Result<(), CaseError> {
        let (mut acts, mut after) = (Vec::new(), Vec::new());
        for one in prepared {
            acts.push((one.draft, one.changes));
            after.push(one.after);
        }
        self.directory.store().record_unit(Unit { acts, operations: Vec::new() }).await?;
        after.iter().for_each(|case| self.keep(case));
        Ok(())
    }

    /// Whether others acted on a case since this process looked at it.
    async fn lags(&self, case: &Case) -> Result<bool, StoreFault> {
        Ok(self.directory.store().version(self.node(), case.id.value()).await? > case.version)
    }

    /// The act by which something stands on a case that somebody is to look at; nothing where that is said already.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub(crate) async fn reporting(
        &self,
        case: &Case,
        report: Command,
        causes: &[u128],
    ) -> Result<Option<Prepared>, CaseError> {
        let prepared = self.prepare(By::System, case, &Wish::from(report), causes).await?;
        Ok(Some(prepared).filter(|it| it.after.state.incidents.len() > case.state.incidents.len()))
    }

    /// The act that a wish makes of a case as it stands.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn prepare(&self, by: By, case: &Case, wish: &Wish, causes: &[u128]) -> Result<Prepared, CaseError> {
        self.admits(by, case, &wish.command)?;
        let definitions = self.definitions(case).await?;
        let now = self.directory.clock().now();
        let words = wish.words.as_deref().map(str::trim).filter(|words| !words.is_empty());
        if words.is_some_and(|words| words.chars().count() > MOST_TEXT.1) {
            return Err(Refusal::Words.into());
        }
        let events = self.step(&case.with_principals(), &wish.command, now, &definitions)?;
        if let Some(instead) = for_whom(by, &wish.command) {
            // Whoever acts for somebody may not do what that person may not do.
            let refused = self.step(&case.with_principals(), &instead, now, &definitions).err();
            if let Some(separate @ flow::Refusal::Separate(_)) = refused {
                return Err(separate.into());
            }
        }
        let event = CaseEvent::Stepped {
            did: did(&wish.command).to_owned(),
            element: about(&case.state, &wish.command),
            said: words.is_some(),
            words: words.map_or_else(Erasable::erased, |words| words.to_owned().into()),
            reported: Reported::of(&wish.command),
            step: self.placed(&case.state, events, (&case.process, case.of), case.organ).await?,
        };
        let holder = match by {
            By::Officer(hand, _) => hand.on_behalf_of,
            By::System | By::Party(_) => None,
        };
        self.prepared(by, case.after(&event, holder), &event, now, causes)
    }

    /// What a command that no officer gives comes to in a case, with the organs of what is offered.
    pub(crate) async fn stepped(&self, case: &Case, command: &Command) -> Result<Step, CaseError> {
        let definitions = self.definitions(case).await?;
        let events = self.step(&case.state, command, self.directory.clock().now(), &definitions)?;
        self.placed(&case.state, events, (&case.process, case.of), case.organ).await
    }

    /// The act that an event makes of a case as it stands.
    pub(crate) fn said(&self, by: By, case: &Case, event: &CaseEvent) -> Result<Prepared, CaseError> {
        self.prepared(by, case.after(event, None), event, self.directory.clock().now(), &[])
    }

    fn step(
        &self,
        state: &State,
        command: &Command,
        now: Instant,
        definitions: &Definitions,
    ) -> Result<Vec<Event>, flow::Refusal> {
        let moment = Moment { now, zone: self.directory.clock().zone(), calendar: &self.calendar };
        flow::step(state, command, moment, definitions)
    }

    /// Events with the organs in which their tasks are offered, and with what their runs need to be counted.
    ///
    /// - `of`: the process and its version.
    async fn placed(
        &self,
        before: &State,
        events: Vec<Event>,
        of: (&ElementId, i64),
        own: OrganId,
    ) -> Result<Step, CaseError> {
        let ran = Ran::of(before, &events, of, own);
        let mut step = Step { events, organs: BTreeMap::new(), ran };
        let mut register = None;
        for event in &step.events {
            let Event::TaskOffered { task, of } = event else { continue };
            let organ = match &of.organ {
                None => own,
                Some(value) => {
                    if register.is_none() {
                        register = self.directory.register().await?;
                    }
                    let today = self.directory.clock().today();
                    let found = register.as_ref().and_then(|register| organ_of(register, value, today));
                    // Not one's own instead: it may be there so that another organ looks.
                    found.ok_or_else(|| Refusal::NoOrgan(value.to_json().unwrap_or_default()))?
                }
            };
            step.organs.insert(*task, organ);
        }
        Ok(step)
    }

    fn prepared(
        &self,
        by: By,
        after: Case,
        event: &CaseEvent,
        now: Instant,
        causes: &[u128],
    ) -> Result<Prepared, CaseError> {
        let body =
            Draft::event_of(event).map_err(|error| StoreFault::Nonsense(format!("an event of a case: {error}")))?;
        let pieces = body.get("step").and_then(|step| step.as_array()).map_or(0, Vec::len);
        if pieces > MOST_PIECES {
            return Err(Refusal::TooLarge.into());
        }
        let clock = self.directory.clock();
        let system =
            || Actor::System { component: "casework".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let stamp = stamp(self.directory.node(), now, now.day(clock.zone()))?;
        let draft = Draft {
            class: secrecy::act_class(after.id.value(), &after.secrecy),
            causes: causes.to_vec(),
            ..Draft::new(stamp, event.kind(), (after.id.value(), after.version), system(), body)
        };
        let draft = match by {
            By::Officer(hand, post) => signed(draft, hand, post),
            By::System => draft,
            By::Party(name) => Draft { actor: party(name), ..draft },
        };
        let changes = rows::changes(self.node(), (after.id, after.version), event, draft.at)?;
        Ok(Prepared { draft, changes, after: Arc::new(after) })
    }
}

/// A member of the public, as an act names them.
pub fn party(name: u128) -> Actor {
    Actor::Party { pseudonym: format!("{name:032x}"), proof: "receipt number and code".to_owned() }
}

/// Pieces of a step in one act at most: what is more comes of data that no office types.
const MOST_PIECES: usize = 64;

/// An id that derives from names, so that doing it twice is doing it once.
pub(crate) fn derived(domain: &[u8], parts: &[&[u8]]) -> MatterId {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    hash.update(domain);
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    MatterId::new(digest.iter().take(16).fold(0, |id, byte| (id << 8) | u128::from(*byte)))
}

/// The id of the case that is opened by a name of the caller's ([`Desk::open_named`]).
pub fn named(name: &str) -> MatterId {
    derived(b"qingyuan.case.1", &[name.as_bytes()])
}

/// The organ that an expression names: by its id or its unified social credit code.
pub(crate) fn organ_of(register: &Register, value: &Value, today: Day) -> Option<OrganId> {
    let Value::String(text) = value else { return None };
    let by_id = text.parse().ok().filter(|id| register.organ_on(*id, today).is_some());
    by_id.or_else(|| register.organ_by_uscc(text, today))
}
