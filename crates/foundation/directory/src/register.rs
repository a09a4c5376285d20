//! The register in memory, and the directory that keeps it fresh and enters what is new.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, RwLock};

use access::acting::{Acting, acting};
use kernel::dated::{Succession, as_of};
use kernel::officer::{Appointment, Mandate, Officer, Post};
use kernel::organ::{Organ, OrganFault, OrganKind, OrganTree, OrganView};
use kernel::{Class, Clock, Day, NodeId, OfficerId, OrganId, PostId};
use store::{Actor, Draft, Operation, Receipt, RecordError, Store, StoreFault, Unit};

use crate::act::stamp;
use crate::events::{Founded, RegisterEvent};
use crate::tables::{REGISTER, changes};

/// Everything the register knows, as of one version of its head.
#[derive(Debug)]
pub struct Register {
    /// The node's own description.
    pub profile: Founded,
    /// Version of the head this was read at.
    pub version: u64,
    tree: OrganTree,
    posts: BTreeMap<PostId, Post>,
    officers: BTreeMap<OfficerId, Officer>,
    appointments: Vec<Appointment>,
    mandates: Vec<Mandate>,
}

impl Register {
    /// A register of these rows, as a store or a test has them.
    ///
    /// # Errors
    /// If the organs make no tree.
    pub fn of(
        profile: Founded,
        organs: Vec<Organ>,
        posts: Vec<Post>,
        officers: Vec<Officer>,
        appointments: Vec<Appointment>,
    ) -> Result<Register, OrganFault> {
        Ok(Register::assembled(profile, 0, OrganTree::new(organs, [])?, (posts, officers, appointments)))
    }

    /// The same with these reorganisations.
    ///
    /// # Errors
    /// As [`Register::of`].
    pub fn with_successions(mut self, successions: Vec<Succession<OrganId>>) -> Result<Register, OrganFault> {
        self.tree = OrganTree::new(self.tree.rows().cloned().collect::<Vec<_>>(), successions)?;
        Ok(self)
    }

    fn assembled(
        profile: Founded,
        version: u64,
        tree: OrganTree,
        (posts, officers, appointments): (Vec<Post>, Vec<Officer>, Vec<Appointment>),
    ) -> Register {
        Register {
            profile,
            version,
            tree,
            posts: posts.into_iter().map(|post| (post.id, post)).collect(),
            officers: officers.into_iter().map(|officer| (officer.id, officer)).collect(),
            appointments,
            mandates: Vec::new(),
        }
    }

    /// The same with these mandates to act for others.
    #[must_use]
    pub fn with_mandates(mut self, mandates: Vec<Mandate>) -> Register {
        self.mandates = mandates;
        self
    }

    /// The organs on a day, by what is known that day.
    pub fn organs(&self, day: Day) -> OrganView<'_> {
        self.tree.as_of(day, day)
    }

    /// The organs on a day, by what was known on another.
    pub fn organs_as_known(&self, day: Day, known: Day) -> OrganView<'_> {
        self.tree.as_of(day, known)
    }

    /// All rows of an organ as they were entered, for its history.
    pub fn history(&self, organ: OrganId) -> &[Organ] {
        self.tree.history(organ)
    }

    /// All reorganisations as they were entered; the number of the next one is how many there are.
    pub fn successions(&self) -> &[Succession<OrganId>] {
        self.tree.successions()
    }

    /// Whether one organ speaks for another on a day: it is the same, or took its tasks over, through whatever mergers and
    /// splits. Of several that share them each does.
    pub fn stands_for(&self, organ: OrganId, other: OrganId, day: Day) -> bool {
        organ == other || self.tree.successors(other, day, day).contains(&organ)
    }

    /// The organs whose tasks some organs have on a day: these, and all they took over from.
    pub fn tasks_of(&self, mut organs: BTreeSet<OrganId>, day: Day) -> BTreeSet<OrganId> {
        let past = self.tree.successions().iter().filter(|it| it.on <= day && it.known_from <= day);
        let gone: BTreeSet<OrganId> = past.flat_map(|it| it.before.iter().copied()).collect();
        let taken = |other: &OrganId| self.tree.successors(*other, day, day).iter().any(|organ| organs.contains(organ));
        let over: Vec<OrganId> = gone.into_iter().filter(taken).collect();
        organs.extend(over);
        organs
    }

    /// The organ itself while it exists; once it is gone, the first of those that took over.
    fn still(&self, organ: OrganId, day: Day) -> OrganId {
        match self.tree.as_of(day, day).get(organ) {
            Some(organ) => organ.id,
            None => self.tree.successors(organ, day, day).first().copied().unwrap_or(organ),
        }
    }

    /// A number that no organ has or ever had.
    pub fn next_organ_number(&self) -> u32 {
        self.tree.rows().map(|organ| organ.number).max().unwrap_or(0) + 1
    }

    /// Whether further rows of organs leave a tree that can be read.
    ///
    /// # Errors
    /// If they do not: a number twice, or an organ under itself on any day.
    pub fn admits(&self, organs: &[Organ]) -> Result<(), OrganFault> {
        let rows = self.tree.rows().chain(organs).cloned();
        OrganTree::new(rows, self.tree.successions().iter().cloned()).map(drop)
    }

    /// The newest row of an organ that the register knows, whether or not it still exists, or already does.
    pub fn organ(&self, id: OrganId) -> Option<&Organ> {
        self.tree.history(id).last()
    }

    /// An organ as it is on a day; one that is gone, as it was last; one that is still to come, as it will be.
    pub fn organ_on(&self, id: OrganId, day: Day) -> Option<&Organ> {
        let rows = self.tree.history(id);
        let last_begun =
            || rows.iter().filter(|row| row.period.valid_from <= day).max_by_key(|row| row.period.valid_from);
        as_of(rows, day, day).or_else(last_begun).or_else(|| rows.first())
    }

    /// A post.
    pub fn post(&self, id: PostId) -> Option<&Post> {
        self.posts.get(&id)
    }

    /// All posts.
    pub fn posts(&self) -> impl Iterator<Item = &Post> {
        self.posts.values()
    }

    /// An officer.
    pub fn officer(&self, id: OfficerId) -> Option<&Officer> {
        self.officers.get(&id)
    }

    /// An officer by the name they sign in with.
    pub fn by_login(&self, login: &str) -> Option<&Officer> {
        self.officers.values().find(|officer| officer.login == login)
    }

    /// All officers.
    pub fn officers(&self) -> impl Iterator<Item = &Officer> {
        self.officers.values()
    }

    /// All appointments, past ones included.
    pub fn appointments(&self) -> &[Appointment] {
        &self.appointments
    }

    /// All mandates to act for others, past ones included.
    pub fn mandates(&self) -> &[Mandate] {
        &self.mandates
    }

    /// Everything an officer acts in on a day: own posts first, then those in which they act for another.
    pub fn acting(&self, officer: OfficerId, day: Day) -> Vec<Acting<'_>> {
        acting(officer, day, |id| self.posts.get(&id), &self.appointments, &self.mandates)
    }

    /// The posts an officer acts in on a day, as a holder, a substitute or a delegate.
    pub fn posts_of(&self, officer: OfficerId, day: Day) -> Vec<&Post> {
        self.acting(officer, day).into_iter().map(|acts| acts.post).collect()
    }

    /// Who holds a post with this duty in an organ on a day, by appointment: work is given to holders, and whoever acts
    /// for one finds it there.
    pub fn holders(&self, organ: OrganId, duty: &str, day: Day) -> Vec<&Officer> {
        let mut holders: Vec<&Officer> = self
            .appointments
            .iter()
            .filter(|appointment| appointment.serves(day))
            .filter(|appointment| {
                self.posts.get(&appointment.post).is_some_and(|post| {
                    post.organ == organ && post.exists(day) && post.duties.iter().any(|code| code == duty)
                })
            })
            .filter_map(|appointment| self.officers.get(&appointment.officer))
            .collect();
        holders.dedup_by_key(|officer| officer.id);
        holders
    }

    /// Who holds a duty in an organ on a day, each with the highest class that the post may read; once for each such post.
    pub fn cleared(&self, organ: OrganId, duty: &str, day: Day) -> Vec<(OfficerId, Class)> {
        let serving = self.appointments.iter().filter(|appointment| appointment.serves(day));
        serving
            .filter_map(|appointment| {
                let post = self.posts.get(&appointment.post)?;
                let has = post.organ == organ && post.exists(day) && post.duties.iter().any(|code| code == duty);
                has.then_some((appointment.officer, post.ceiling))
            })
            .collect()
    }

    /// The organ with this unified social credit code, on a day.
    pub fn organ_by_uscc(&self, code: &str, day: Day) -> Option<OrganId> {
        // A register of some thousand organs: a scan costs less than an index that must be kept.
        self.organs(day)
            .all()
            .find(|organ| organ.uscc.as_ref().is_some_and(|uscc| uscc.to_string() == code))
            .map(|organ| organ.id)
    }

    /// The supervisory unit responsible for an organ 负责的监督机关: the group stationed in it, else the discipline
    /// inspection organ beside it or beside the nearest organ above, else the node's own. A supervisory unit itself is
    /// its superior's: nobody is responsible for themselves while there is somebody above.
    pub fn supervisor_of(&self, organ: Option<OrganId>, day: Day) -> Option<OrganId> {
        let view = self.organs(day);
        let watches = |kind: OrganKind| matches!(kind, OrganKind::Supervision | OrganKind::StationedSupervision);
        let organ = organ.map(|organ| self.still(organ, day));
        if let Some(unit) = organ.and_then(|organ| view.get(organ)).filter(|organ| watches(organ.kind)) {
            return self.superior_of(unit.id, day).or(self.profile.supervisor);
        }
        let mut at = organ;
        while let Some(id) = at {
            if let Some(unit) = view.children(id).filter(|child| watches(child.kind)).map(|child| child.id).min() {
                return Some(unit);
            }
            at = view.get(id).and_then(|organ| organ.parent);
        }
        self.profile.supervisor
    }

    /// The supervisory unit above another: that of the nearest organ above the one it watches; none at the top.
    pub fn superior_of(&self, unit: OrganId, day: Day) -> Option<OrganId> {
        let view = self.organs(day);
        let unit = self.still(unit, day);
        let watched = view.get(unit)?.parent?;
        let above = view.get(watched)?.parent;
        above.and_then(|organ| self.supervisor_of(Some(organ), day)).filter(|superior| *superior != unit)
    }
}

/// Keeps the register of one node.
#[derive(Clone)]
pub struct Directory {
    store: Store,
    node: NodeId,
    clock: Arc<dyn Clock>,
    current: Arc<RwLock<Option<Arc<Register>>>>,
}

impl Directory {
    /// The directory of a node.
    pub fn new(store: Store, node: NodeId, clock: Arc<dyn Clock>) -> Directory {
        Directory { store, node, clock, current: Arc::default() }
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The register as it stands; `None` before the node is founded.
    pub async fn register(&self) -> Result<Option<Arc<Register>>, StoreFault> {
        let version = self.store.version(self.node.number(), REGISTER.value()).await?;
        if version == 0 {
            return Ok(None);
        }
        let held = self.current.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(register) = held.filter(|register| register.version == version) {
            return Ok(Some(register));
        }
        let register = Arc::new(self.read(version).await?);
        *self.current.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Arc::clone(&register));
        Ok(Some(register))
    }

    async fn read(&self, version: u64) -> Result<Register, StoreFault> {
        let profile = self.contents("select content from node_profile where node = $1").await?;
        let profile = profile
            .into_iter()
            .next()
            .ok_or_else(|| StoreFault::Nonsense(format!("node {} has a register but no profile", self.node)))?;
        let organs: Vec<Organ> =
            self.contents("select content from organ where node = $1 order by known_from, valid_from, id").await?;
        let successions = self.contents("select content from organ_succession where node = $1 order by line").await?;
        let tree = OrganTree::new(organs, successions)
            .map_err(|error| StoreFault::Nonsense(format!("the organs of node {} make no tree: {error}", self.node)))?;
        let posts: Vec<Post> = self.contents("select content from post where node = $1").await?;
        let officers: Vec<Officer> = self.contents("select content from officer where node = $1").await?;
        let mut appointments = Vec::new();
        let rows = self
            .store
            .read(
                "select officer, post, from_day, to_day from appointment where node = $1 \
                 order by officer, from_day, post",
                &[self.node.number().into()],
            )
            .await?;
        for row in rows {
            let day = |number: i64| {
                Day::from_number(number).ok_or_else(|| StoreFault::Nonsense(format!("appointment: {number} is no day")))
            };
            appointments.push(Appointment {
                officer: OfficerId::new(row.id(0)?),
                post: PostId::new(row.id(1)?),
                from: day(row.int(2)?)?,
                to: row.opt_int(3)?.map(day).transpose()?,
            });
        }
        let mandates = self
            .contents("select content from mandate where node = $1 order by from_day, holder, post, agent, kind")
            .await?;
        let people = (posts, officers, appointments);
        Ok(Register::assembled(profile, version, tree, people).with_mandates(mandates))
    }

    async fn contents<T: serde::de::DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, StoreFault> {
        let rows = self.store.read(sql, &[self.node.number().into()]).await?;
        rows.iter()
            .map(|row| {
                serde_json::from_str(&row.text(0)?).map_err(|error| StoreFault::Nonsense(format!("{sql}: {error}")))
            })
            .collect()
    }

    /// Enters an event as the system, at the node's birth, or as an officer.
    ///
    /// # Errors
    /// As [`Store::record`]: a login already taken, or a register that moved meanwhile.
    pub async fn enter(&self, event: &RegisterEvent, actor: Actor) -> Result<Receipt, RecordError> {
        let by = Entering::alone(actor);
        let receipts = self.enter_all(std::slice::from_ref(event), &by).await?;
        receipts.into_iter().next().ok_or(RecordError::Fault(StoreFault::Stopped))
    }

    /// Enters several events that stand or fall together.
    ///
    /// # Errors
    /// As [`Directory::enter`]; none of them is entered then.
    pub async fn enter_all(&self, events: &[RegisterEvent], by: &Entering) -> Result<Vec<Receipt>, RecordError> {
        self.enter_with(events, by, Vec::new()).await
    }

    /// Enters events together with operational rows: all of it stands or none.
    pub(crate) async fn enter_with(
        &self,
        events: &[RegisterEvent],
        by: &Entering,
        operations: Vec<Operation>,
    ) -> Result<Vec<Receipt>, RecordError> {
        let node = self.node.number();
        let first = self.store.version(node, REGISTER.value()).await? + 1;
        self.readable_with(events).await?;
        let now = self.clock.now();
        let mut acts = Vec::with_capacity(events.len());
        for (event, version) in events.iter().zip(first..) {
            let content = Draft::event_of(event).map_err(|error| RecordError::Malformed(error.to_string()))?;
            let head = (REGISTER.value(), version);
            let stamp = stamp(self.node, now, self.clock.today())?;
            let draft = Draft {
                post: by.post.clone(),
                organ: by.organ.clone(),
                on_behalf_of: by.on_behalf_of.clone(),
                ..Draft::new(stamp, event.kind(), head, by.actor.clone(), content)
            };
            acts.push((draft, changes(node, event)));
        }
        self.store.record_unit(Unit { acts, operations }).await
    }
}

impl Directory {
    /// Refuses what would leave a register that nobody can read: it is checked here, whatever page or command it comes from.
    async fn readable_with(&self, events: &[RegisterEvent]) -> Result<(), RecordError> {
        let organs: Vec<Organ> = events
            .iter()
            .filter_map(|event| match event {
                RegisterEvent::OrgansEntered { organs } => Some(organs.clone()),
                _ => None,
            })
            .flatten()
            .collect();
        if organs.is_empty() {
            return Ok(());
        }
        let Some(register) = self.register().await? else { return Ok(()) };
        register.admits(&organs).map_err(|fault| RecordError::Malformed(fault.to_string()))
    }
}

/// Who enters something into the register, as its acts state it.
#[derive(Clone, Debug)]
pub struct Entering {
    /// The actor.
    pub actor: Actor,
    /// The post, if an officer acts.
    pub post: Option<String>,
    /// The organ, if an officer acts.
    pub organ: Option<String>,
    /// For whom, if an officer acts for another.
    pub on_behalf_of: Option<String>,
}

impl Entering {
    /// Nobody's post: the system, or an officer where no post matters.
    pub fn alone(actor: Actor) -> Entering {
        Entering { actor, post: None, organ: None, on_behalf_of: None }
    }
}
