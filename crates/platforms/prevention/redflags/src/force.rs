//! What is in force: the pack with the approved amendments over it; and how one is proposed and decided.

use std::sync::{Arc, Mutex, PoisonError};

use ::store::{RecordError, Store, StoreFault};
use kernel::{NodeId, OfficerId};
use redflags_rules::registry::{Indicator, indicator};
use redflags_rules::settings::Settings;

use crate::amendment::{self, Amendments, Content, Refusal, Tried};
use crate::events::RedflagEvent;
use crate::import::{By, Importer};

/// Settings in force, and how many approved amendments they rest on.
pub(crate) type InForce = Arc<Mutex<Option<(i64, Arc<Settings>)>>>;

/// Why an amendment was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum AmendError {
    /// Expected.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else acted on the same indicator meanwhile.
    #[error("the indicator's amendments have changed meanwhile")]
    Conflict,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl From<RecordError> for AmendError {
    fn from(error: RecordError) -> AmendError {
        match error {
            RecordError::Conflict { .. } => AmendError::Conflict,
            RecordError::Fault(fault) => AmendError::Fault(fault),
            other => AmendError::Fault(StoreFault::Nonsense(other.to_string())),
        }
    }
}

impl Importer {
    /// The settings in force: those that runs judge by and that pages show.
    ///
    /// # Errors
    /// If the store cannot be read, or a recorded amendment no longer fits the pack: then nothing is judged by half of it.
    pub async fn settings_in_force(&self) -> Result<Arc<Settings>, StoreFault> {
        let node = self.node.number();
        let approved = self
            .store
            .read("select count(*) from amendment where node = $1 and approved = 1", &[node.into()])
            .await?
            .first()
            .map_or(Ok(0), |row| row.int(0))?;
        if approved == 0 {
            return Ok(Arc::clone(&self.settings));
        }
        let known = self.in_force.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((count, settings)) = known
            && count == approved
        {
            return Ok(settings);
        }
        let rows = self
            .store
            .read(
                "select indicator, content from amendment where node = $1 and approved = 1 \
                 order by decided_at, indicator, number",
                &[node.into()],
            )
            .await?;
        let mut settings = (*self.settings).clone();
        for row in &rows {
            let (code, content) = (row.text(0)?, row.text(1)?);
            let unfit = |why: String| StoreFault::Nonsense(format!("an amendment of {code}: {why}"));
            let content: Content = serde_json::from_str(&content).map_err(|error| unfit(error.to_string()))?;
            let indicator = indicator(&code).ok_or_else(|| unfit("no such indicator".to_owned()))?;
            settings = amendment::over(&settings, indicator, &content).map_err(|refusal| unfit(refusal.to_string()))?;
        }
        let settings = Arc::new(settings);
        *self.in_force.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((rows.len() as i64, Arc::clone(&settings)));
        Ok(settings)
    }

    /// All amendments of an indicator, and the version its matter stands at.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn amendments(&self, code: &str) -> Result<(Amendments, u64), StoreFault> {
        let matter = amendment::matter_of(code);
        let acts = self.store.acts_of(self.node.number(), matter.value()).await?;
        let events: Vec<RedflagEvent> = acts.iter().map(|act| act.event()).collect::<Result<_, _>>()?;
        Ok((Amendments::replay(&events), acts.len() as u64))
    }

    /// Proposes an amendment; `officer` is who does, by id.
    ///
    /// # Errors
    /// See [`AmendError`].
    pub async fn propose_amendment(
        &self,
        indicator: &Indicator,
        given: (&Content, Tried),
        reason: &str,
        officer: &str,
        by: &By,
    ) -> Result<(), AmendError> {
        let settings = self.settings_in_force().await?;
        let (all, version) = self.amendments(indicator.code).await?;
        let event = amendment::propose(&all, version + 1, &settings, indicator, given, reason, officer)?;
        Ok(self.record(amendment::matter_of(indicator.code), version + 1, &event, by, None, Default::default()).await?)
    }

    /// Decides the amendment that waits.
    ///
    /// # Errors
    /// See [`AmendError`].
    pub async fn decide_amendment(
        &self,
        indicator: &Indicator,
        number: u64,
        approved: bool,
        grounds: &str,
        officer: &str,
        by: &By,
    ) -> Result<(), AmendError> {
        let (all, version) = self.amendments(indicator.code).await?;
        let event = amendment::decide(&all, indicator, number, approved, grounds, officer)?;
        Ok(self.record(amendment::matter_of(indicator.code), version + 1, &event, by, None, Default::default()).await?)
    }
}

/// How many amendments wait for a decision that this officer may take: all but the officer's own.
pub(crate) async fn waiting(store: &Store, node: NodeId, officer: OfficerId) -> Result<u64, StoreFault> {
    let sql = "select count(*) from amendment where node = $1 and approved is null and proposer <> $2";
    let rows = store.read(sql, &[node.number().into(), officer.to_string().into()]).await?;
    rows.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}
