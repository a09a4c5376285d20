//! Recording: what a page, the API and the demo do with disclosures, by one way.

use std::sync::Arc;

use access::Hand;
use directory::{Directory, draft, new_act, stamp};
use kernel::calendar::WorkingCalendar;
use kernel::organ::Organ;
use kernel::{MatterId, OrganId, PostId};
use store::{Actor, Changes, Class, Draft, Level, RecordError, StoreFault};

use crate::catalogue::{Catalogue, Entry};
use crate::comment;
use crate::decide::{self, Counting, Given, Publishing, Refusal, Taking, Verdict};
use crate::events::{DisclosureEvent, Exception};
use crate::lists;
use crate::rows::{Here, changes, matter_of};
use crate::state::Disclosure;

/// The space of claims on periods: one disclosure of an organ's entry for each.
const PERIOD: &str = "disclosure.period";

/// Records what becomes of disclosures.
#[derive(Clone)]
pub struct Desk {
    directory: Directory,
    catalogue: Arc<Catalogue>,
    calendar: Arc<WorkingCalendar>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such disclosure.
    #[error("there is no such disclosure")]
    NotFound,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The rules of comments say no.
    #[error(transparent)]
    Comment(#[from] comment::Refusal),
    /// The act was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// An officer in a post.
pub type By = (Hand, PostId);

impl Desk {
    /// For a node.
    pub fn new(directory: Directory, catalogue: Arc<Catalogue>, calendar: Arc<WorkingCalendar>) -> Desk {
        Desk { directory, catalogue, calendar }
    }

    /// The directory of the node.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The catalogue.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What counts days here.
    pub fn counting(&self) -> Counting<'_> {
        (&self.calendar, self.directory.clock().zone())
    }

    fn node(&self) -> i64 {
        self.directory.node().number()
    }

    async fn organ(&self, organ: OrganId) -> Result<Organ, DeskError> {
        let register = self.directory.register().await?;
        let today = self.directory.clock().today();
        register.as_ref().and_then(|it| it.organ_on(organ, today)).cloned().ok_or(DeskError::NotFound)
    }

    /// Opens an organ's catalogue.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn open(&self, by: By, organ: OrganId, except: &[Exception]) -> Result<(), DeskError> {
        let organ = self.organ(organ).await?;
        let opened = lists::opened(self.directory.store(), self.node(), organ.id).await?;
        let opened = opened.as_ref().map(|(opened, _)| opened);
        let today = self.directory.clock().today();
        let event = decide::open(&self.catalogue, (&organ, opened), by.0, except, today, self.counting())?;
        self.record(by, (matter_of(organ.id), 1), &event, Changes::new()).await
    }

    /// Drafts a disclosure; answers its matter.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn draft(&self, by: By, organ: OrganId, given: &Given) -> Result<MatterId, DeskError> {
        let (store, node) = (self.directory.store(), self.node());
        let organ = self.organ(organ).await?;
        let opened = lists::opened(store, node, organ.id).await?;
        let opened = opened.as_ref().map(|(opened, _)| opened);
        let taken = lists::of_period(store, node, organ.id, (&given.entry, given.period.trim())).await?.is_some();
        let now = (self.directory.clock().today(), self.counting());
        let event = decide::draft(&self.catalogue, (&organ, opened), by.0, given, taken, now)?;
        let id = MatterId::new(new_act(self.directory.clock().now())?.value());
        let claim = claim_of(organ.id, &event).map(|key| store::Change::Claim(PERIOD, key));
        match self.record(by, (id, 1), &event, claim.into_iter().collect()).await {
            Err(DeskError::Record(RecordError::Taken { .. })) => Err(Refusal::Taken.into()),
            other => other.map(|()| id),
        }
    }

    /// Writes it anew, before it is published or as a correction.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn rewrite(
        &self,
        by: By,
        at: &Disclosure,
        text: (&str, &str),
        correction: &str,
    ) -> Result<(), DeskError> {
        let event = decide::rewrite(at, by.0, text, correction)?;
        self.record(by, (at.id, at.version + 1), &event, Changes::new()).await
    }

    /// Reviews it for secrecy.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn review(&self, by: By, at: &Disclosure, verdict: &Verdict) -> Result<(), DeskError> {
        let event = decide::review(at, by.0, verdict)?;
        self.record(by, (at.id, at.version + 1), &event, Changes::new()).await
    }

    /// Publishes what was reviewed.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn publish(&self, by: By, at: &Disclosure) -> Result<(), DeskError> {
        let entry = self.entry(at)?;
        // Handed on unread, to be published as it was reviewed.
        let reviewed = at.draft.as_ref().and_then(|draft| draft.content.clone().into_kept());
        let same_as = self.says_the_same(at).await?;
        let today = self.directory.clock().today();
        let event = decide::publish(at, by.0, Publishing { entry, reviewed: reviewed.as_ref(), same_as, today })?;
        self.record(by, (at.id, at.version + 1), &event, Changes::new()).await
    }

    /// Withdraws it.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn withdraw(&self, by: By, at: &Disclosure, taking: &Taking) -> Result<(), DeskError> {
        let today = self.directory.clock().today();
        let event = decide::withdraw(at, by.0, taking, today, self.counting())?;
        // The period is free again: what was withdrawn is not what was owed.
        let key = at.period.as_ref().map(|period| period_key(at.organ, &at.entry, period));
        let release = key.map(|key| store::Change::Release(PERIOD, key));
        self.record(by, (at.id, at.version + 1), &event, release.into_iter().collect()).await
    }

    /// Records a comment of the public; answers its matter. Who commented stands in no act but by the name they gave.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn comment(&self, at: &Disclosure, given: &comment::Given) -> Result<MatterId, DeskError> {
        let clock = self.directory.clock();
        let event = comment::comment(at, given, clock.today())?;
        let id = MatterId::new(new_act(clock.now())?.value());
        // A name of this one act, drawn anew: it leads to nobody.
        let pseudonym = new_act(clock.now())?.to_string();
        let party = Actor::Party { pseudonym, proof: "none".to_owned() };
        let body = Draft::event_of(&event)
            .map_err(|error| StoreFault::Nonsense(format!("an event {}: {error}", event.kind())))?;
        let at = stamp(self.directory.node(), clock.now(), clock.today())?;
        let draft = Draft::new(at, event.kind(), (id.value(), 1), party, body);
        let rows = comment::rows::changes(self.node(), id, &event, draft.at);
        self.directory.store().record(draft, rows).await?;
        Ok(id)
    }

    /// Answers a comment.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn answer(
        &self,
        by: By,
        at: &comment::Comment,
        said: (Option<comment::Adopted>, &str),
    ) -> Result<(), DeskError> {
        let event = comment::answer(at, by.0, said)?;
        let here = (self.directory.node(), self.directory.clock());
        let draft = Draft {
            class: Class::of(Level::Public),
            ..draft(here, by, (at.id.value(), at.version + 1), event.kind(), &event)?
        };
        let rows = comment::rows::changes(self.node(), at.id, &event, draft.at);
        self.directory.store().record(draft, rows).await?;
        Ok(())
    }

    /// Concludes a draft on which the public was asked.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn conclude(&self, by: By, at: &Disclosure) -> Result<(), DeskError> {
        let counts = comment::rows::counts(self.directory.store(), self.node(), at.id).await?;
        let event = comment::conclude(at, counts, by.0, self.directory.clock().today())?;
        self.record(by, (at.id, at.version + 1), &event, Changes::new()).await
    }

    /// The entry of a disclosure.
    ///
    /// # Errors
    /// If the catalogue has none of its code any more.
    pub fn entry(&self, at: &Disclosure) -> Result<&Entry, Refusal> {
        self.catalogue.entry(&at.entry).ok_or(Refusal::NoEntry)
    }

    /// A disclosure.
    ///
    /// # Errors
    /// If the store cannot be read, or there is none.
    pub async fn load(&self, id: MatterId) -> Result<Disclosure, DeskError> {
        let found = lists::load(self.directory.store(), self.node(), id).await?;
        found.map(|(disclosure, _)| disclosure).ok_or(DeskError::NotFound)
    }

    /// The last disclosure of the entry, where it says the same paragraph by paragraph; what is corrected is not compared.
    async fn says_the_same(&self, at: &Disclosure) -> Result<Option<MatterId>, DeskError> {
        let (store, node) = (self.directory.store(), self.node());
        if !at.published.is_empty() {
            return Ok(None);
        }
        let Some(last) = lists::last_of(store, node, at.organ, (&at.entry, at.id)).await? else { return Ok(None) };
        let Some((other, _)) = lists::load(store, node, last).await? else { return Ok(None) };
        let paragraphs = |content: Option<crate::content::Content>| content.map(|it| it.paragraphs);
        let here = paragraphs(at.draft.as_ref().and_then(|draft| draft.content.clone().into_kept()));
        let there = paragraphs(other.current().and_then(|it| it.content.clone().into_kept()));
        Ok(here.filter(|here| there.as_ref() == Some(here)).map(|_| last))
    }

    async fn record(
        &self,
        by: By,
        (id, version): (MatterId, u64),
        event: &DisclosureEvent,
        more: Changes,
    ) -> Result<(), DeskError> {
        let clock = self.directory.clock();
        let here = (self.directory.node(), clock);
        let level = if event.is_public() { Level::Public } else { Level::Internal };
        let basis = match event {
            DisclosureEvent::Drafted { entry, .. } | DisclosureEvent::Published { entry, .. } => {
                self.catalogue.entry(entry).map(|entry| entry.basis.clone())
            }
            _ => None,
        };
        let draft = Draft {
            class: Class::of(level),
            basis: basis.into_iter().collect(),
            rules: vec![format!("disclosure.catalogue@{}", self.catalogue.version)],
            ..draft(here, by, (id.value(), version), event.kind(), event)?
        };
        let here = Here { node: self.node(), zone: clock.zone(), at: draft.at };
        let rows = [changes(here, id, event), more].concat();
        self.directory.store().record(draft, rows).await?;
        Ok(())
    }

    /// Records an act of the node itself; whether it was recorded, or somebody else was faster.
    pub(crate) async fn record_alone(
        &self,
        (id, version): (MatterId, u64),
        event: &DisclosureEvent,
    ) -> Result<bool, StoreFault> {
        let clock = self.directory.clock();
        let now = clock.now();
        let body = Draft::event_of(event)
            .map_err(|error| StoreFault::Nonsense(format!("an event {}: {error}", event.kind())))?;
        let actor = Actor::System { component: "disclosure".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let at = stamp(self.directory.node(), now, now.day(clock.zone()))?;
        let draft = Draft {
            rules: vec![format!("disclosure.catalogue@{}", self.catalogue.version)],
            ..Draft::new(at, event.kind(), (id.value(), version), actor, body)
        };
        let rows = changes(Here { node: self.node(), zone: clock.zone(), at: draft.at }, id, event);
        match self.directory.store().record(draft, rows).await {
            Ok(_) => Ok(true),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(RecordError::Malformed(why)) => Err(StoreFault::Nonsense(why)),
            Err(_) => Ok(false),
        }
    }
}

/// Which period of an organ's entry a draft takes; none where it comes by change.
fn claim_of(organ: OrganId, event: &DisclosureEvent) -> Option<String> {
    match event {
        DisclosureEvent::Drafted { entry, period: Some(period), .. } => Some(period_key(organ, entry, period)),
        _ => None,
    }
}

fn period_key(organ: OrganId, entry: &str, period: &str) -> String {
    format!("{organ}:{entry}:{period}")
}
