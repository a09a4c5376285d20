//! What a case is owed once more when somebody has what stands still tried again; and tasks that nobody could do.

use flow::command::About;
use flow::state::{IncidentKind, Number, Status, Task};
use flow::{Command, Event};
use kernel::MatterId;
use store::{Changes, Recorded, StoreFault};

use super::{Carrier, Effect, Meanwhile, called_id};
use crate::case::{Case, CaseEvent, Step};
use crate::tables::CASES;
use crate::trouble;

impl Carrier {
    /// What is said where a task is offered and nobody holds a post that may do it: it stays offered.
    pub(super) async fn without_candidate(
        &self,
        id: MatterId,
        (task, of): (Number, &Task),
        step: &Step,
    ) -> Result<Option<Effect>, StoreFault> {
        let Some(organ) = step.organs.get(&task) else { return Ok(None) };
        let directory = self.desk.directory();
        let Some(register) = directory.register().await? else { return Ok(None) };
        if of.holder.is_some() || trouble::is_held(&register, *organ, &of.posts, directory.clock().today()) {
            return Ok(None);
        }
        let detail = of.posts.join(", ");
        let report = Command::Report { about: About::Task(task), kind: IncidentKind::NoCandidate, detail };
        Ok(Some(Effect::Do(id, report, Changes::new())))
    }

    /// What a case is owed still, when something of it was tried again: kept messages, called cases that were not opened, ends
    /// of those that are over, and whoever could do its tasks.
    pub(super) async fn owed_still(
        &self,
        act: &Recorded,
        id: MatterId,
        meanwhile: &mut Meanwhile,
    ) -> Result<Vec<Effect>, StoreFault> {
        let Some(case) = self.desk.load(id).await?.filter(|case| case.state.is_active()) else {
            return Ok(Vec::new());
        };
        let mut all = self.kept_for(act.idx, &case, meanwhile).await?;
        for (call, of) in &case.state.calls {
            match self.desk.load(called_id(id, *call)).await? {
                None => {
                    let Some(variables) = self.given_to(&case, *call).await? else { continue };
                    all.push(self.call(&case, *call, &of.process, variables).await?);
                }
                Some(called) => {
                    let Status::Ended(how) = &called.state.status else { continue };
                    let variables = self.ended_with(&called).await?;
                    let ended = Command::ChildEnded { call: *call, how: how.clone(), variables };
                    all.push(Effect::Do(id, ended, Changes::new()));
                }
            }
        }
        let acts = self.desk.directory().store().acts_of(self.node(), id.value()).await?;
        for other in acts.iter().filter(|other| other.act.kind.starts_with(CASES) && !other.shredded) {
            let event: CaseEvent = other.event()?;
            for one in &event.step().events {
                if let Event::TaskOffered { task, .. } = one
                    && let Some(open) = case.state.tasks.get(task)
                {
                    all.extend(self.without_candidate(id, (*task, open), event.step()).await?);
                }
            }
        }
        Ok(all)
    }

    /// What a call was given.
    async fn given_to(&self, case: &Case, call: Number) -> Result<Option<dmn::Context>, StoreFault> {
        self.said_by(case, |event| match event {
            Event::Called { call: own, variables, .. } if *own == call => Some(variables.clone()),
            _ => None,
        })
        .await
    }

    /// What a case came to.
    async fn ended_with(&self, case: &Case) -> Result<dmn::Context, StoreFault> {
        let ended = |event: &Event| match event {
            Event::Ended { variables, .. } => Some(variables.clone()),
            _ => None,
        };
        Ok(self.said_by(case, ended).await?.unwrap_or_default())
    }

    /// The last of something that the events of a case say.
    async fn said_by<T>(&self, case: &Case, says: impl Fn(&Event) -> Option<T>) -> Result<Option<T>, StoreFault> {
        let acts = self.desk.directory().store().acts_of(self.node(), case.id.value()).await?;
        for act in acts.iter().rev().filter(|act| act.act.kind.starts_with(CASES) && !act.shredded) {
            let event: CaseEvent = act.event()?;
            if let Some(found) = event.step().events.iter().rev().find_map(&says) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
