//! Proposing models, and deciding on them: what a page, the command line and the demo record by the same way.

use access::Hand;
use directory::{Directory, draft, new_act};
use flow::Found;
use kernel::{MatterId, PostId};
use store::{Change, Changes, Draft, RecordError, StoreFault};

use crate::desk::organ_of;
use crate::library::{File, Library, Readied};
use crate::model::decide::{self, Given, Refusal};
use crate::model::rows;
use crate::model::{FileOf, Model, ModelEvent};

/// The space of claims on the versions of processes.
const VERSIONS: &str = "model.version";

/// Records what becomes of models.
#[derive(Clone)]
pub struct Modeller {
    directory: Directory,
    library: Library,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The rules say no; what was found in the files beside it.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// What was found.
        findings: Vec<Found>,
    },
    /// The act was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl From<Refusal> for ModelError {
    fn from(refusal: Refusal) -> ModelError {
        ModelError::Refused { refusal, findings: Vec::new() }
    }
}

/// What an officer proposes, with the content of its files.
pub struct Proposal {
    /// What people call it.
    pub name: String,
    /// Its files.
    pub files: Vec<File>,
    /// The first day on which new cases follow it.
    pub valid_from: kernel::Day,
    /// Why.
    pub reason: String,
    /// The model that it was changed from.
    pub based_on: Option<MatterId>,
}

impl Modeller {
    /// For a node.
    pub fn new(directory: Directory, library: Library) -> Modeller {
        Modeller { directory, library }
    }

    /// The library.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// Proposes a model; answers its matter.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn propose(&self, by: (Hand, PostId), proposal: Proposal) -> Result<MatterId, ModelError> {
        let Proposal { name, files, valid_from, reason, based_on } = proposal;
        let size = |(name, bytes): &File| FileOf {
            name: name.clone(),
            digest: String::new(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        };
        // Before anything is read or written: what is too much costs nothing.
        decide::files(&files.iter().map(size).collect::<Vec<_>>())?;
        let (files, readied) = tokio::task::spawn_blocking(move || {
            let readied = Readied::of(&files);
            (files, readied)
        })
        .await
        .map_err(|error| StoreFault::Nonsense(format!("checking a model stopped: {error}")))?;
        self.known_organs(&readied).await?;
        let files = self.library.keep(files).await?;
        let given = Given { name, files, valid_from, reason, based_on };
        let today = self.directory.clock().today();
        let event = decide::propose(given, &readied.checked(), by.0, today)
            .map_err(|refusal| ModelError::Refused { refusal, findings: readied.findings })?;
        let id = MatterId::new(new_act(self.directory.clock().now())?.value());
        let (draft, rows) = self.act(by, (id, 1), &event)?;
        self.directory.store().record(draft, rows).await?;
        Ok(id)
    }

    /// Approves a model: its processes have versions from now on.
    ///
    /// - `over`: the version that the officer knows to be replaced, where one came since the model was changed from another.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn approve(&self, by: (Hand, PostId), model: &Model, over: Option<i64>) -> Result<(), ModelError> {
        let files = self.library.files(&model.files).await?;
        let readied = tokio::task::spawn_blocking(move || Readied::of(&files))
            .await
            .map_err(|error| StoreFault::Nonsense(format!("checking a model stopped: {error}")))?;
        self.known_organs(&readied).await?;
        let versions = rows::versions(self.directory.store(), self.node()).await?;
        let today = self.directory.clock().today();
        let event = decide::approve(model, &readied.checked(), (&versions, over), by.0, today)
            .map_err(|refusal| ModelError::Refused { refusal, findings: readied.findings })?;
        let (draft, mut changes) = self.act(by, (model.id, 2), &event)?;
        if let ModelEvent::Approved { definitions, .. } = &event {
            let claims = definitions.iter().map(|it| Change::Claim(VERSIONS, format!("{}/{}", it.process, it.version)));
            changes.extend(claims);
        }
        self.directory.store().record(draft, changes).await?;
        self.library.refresh().await?;
        Ok(())
    }

    /// Refuses a model.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub async fn refuse(&self, by: (Hand, PostId), model: &Model, grounds: &str) -> Result<(), ModelError> {
        let event = decide::refuse(model, grounds, by.0)?;
        let (draft, changes) = self.act(by, (model.id, 2), &event)?;
        self.directory.store().record(draft, changes).await?;
        Ok(())
    }

    /// What begins by a time begins in organs of the register.
    async fn known_organs(&self, readied: &Readied) -> Result<(), ModelError> {
        let register = self.directory.register().await?;
        let today = self.directory.clock().today();
        let known = |organ: &str| {
            let found = register.as_ref().and_then(|it| organ_of(it, &dmn::Value::text(organ), today));
            found.is_some()
        };
        match readied.without_organ(known).is_empty() {
            true => Ok(()),
            false => Err(Refusal::Organ.into()),
        }
    }

    fn node(&self) -> i64 {
        self.directory.node().number()
    }

    fn act(
        &self,
        by: (Hand, PostId),
        (id, version): (MatterId, u64),
        event: &ModelEvent,
    ) -> Result<(Draft, Changes), StoreFault> {
        let here = (self.directory.node(), self.directory.clock());
        let draft = draft(here, by, (id.value(), version), event.kind(), event)?;
        let changes = rows::changes(self.node(), id, event, draft.at);
        Ok((draft, changes))
    }
}
