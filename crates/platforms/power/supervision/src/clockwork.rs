//! The clockwork: passes up what ran out of time.

use std::sync::Arc;
use std::time::Duration;

use directory::Directory;
use kernel::MatterId;
use kernel::calendar::WorkingCalendar;
use store::{RecordError, StoreFault};

use crate::acts::{Desk, act};
use crate::decide::{self, Refusal};
use crate::limits::{Limits, Timing};
use crate::store::{Reach, TIMER_KIND, load};

/// Timers read at once.
const BATCH: i64 = 200;
/// How often it looks.
const EVERY: Duration = Duration::from_secs(30);

/// Watches the clocks of one node's warnings.
pub struct Clockwork {
    directory: Directory,
    calendar: Arc<WorkingCalendar>,
    limits: Arc<Limits>,
}

impl Clockwork {
    /// The clockwork of the directory's node.
    pub fn new(directory: Directory, calendar: Arc<WorkingCalendar>, limits: Arc<Limits>) -> Clockwork {
        Clockwork { directory, calendar, limits }
    }

    /// Passes up every warning whose clock has run out; answers how many. Idempotent: an act is named by matter and
    /// version, and a clock that was moved meanwhile has not run out.
    ///
    /// # Errors
    /// If the store fails. A warning that cannot be passed up, for want of a calendar, is logged and left as it is.
    pub async fn tick(&self) -> Result<u64, StoreFault> {
        let store = self.directory.store();
        let node = self.directory.node();
        let mut passed = 0;
        loop {
            let due = store.due(node.number(), TIMER_KIND, self.directory.clock().now().ms(), BATCH).await?;
            let mut moved = 0;
            for timer in &due {
                moved += u64::from(self.pass_up(MatterId::new(timer.matter)).await?);
            }
            passed += moved;
            if moved == 0 || (due.len() as i64) < BATCH {
                return Ok(passed);
            }
        }
    }

    async fn pass_up(&self, id: MatterId) -> Result<bool, StoreFault> {
        let (store, node) = (self.directory.store(), self.directory.node());
        let Some((warning, _)) = load(store, &Reach::of_system(node), id).await? else { return Ok(false) };
        let Some(register) = self.directory.register().await? else { return Ok(false) };
        let clock = self.directory.clock();
        let timing = Timing { now: clock.now(), zone: clock.zone(), calendar: &self.calendar };
        let superior = register.superior_of(warning.unit, clock.today());
        let event = match decide::pass_up(&warning, superior, &self.limits, timing) {
            Ok(event) => event,
            Err(refusal @ Refusal::Clock(_)) => {
                tracing::error!(warning = %id, %refusal, "a warning cannot be passed up");
                return Ok(false);
            }
            Err(_) => return Ok(false),
        };
        let command = format!("passup:{id}:{}", warning.version);
        let after = warning.after(&event);
        let (draft, changes) = act(Desk { node, clock, limits: &self.limits }, &after, &event, Some(command))?;
        match store.record(draft, changes).await {
            Ok(_) => Ok(true),
            Err(RecordError::Fault(fault)) => Err(fault),
            // Somebody acted in the same moment, or another process was faster.
            Err(_) => Ok(false),
        }
    }

    /// Looks every half minute, for ever.
    pub async fn run(self) {
        loop {
            if let Err(fault) = self.tick().await {
                tracing::error!(%fault, "the clocks of warnings were not looked at; it tries again");
            }
            tokio::time::sleep(EVERY).await;
        }
    }
}
