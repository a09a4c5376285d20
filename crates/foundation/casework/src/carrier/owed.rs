//! What a case is owed once more when somebody has what stands still tried again; and tasks that nobody could do.

use flow::command::About;
use flow::state::{IncidentKind, Number, Status, Task};
use flow::{Command, Event};
use kernel::MatterId;
use store::{Changes, Recorded, StoreFault};

use super::{Carrier, Effect, Meanwhile, called_id};
use crate::candidates::{self, Offered};
use crate::case::{Case, CaseEvent, list};
use crate::tables::CASES;

impl Carrier {
    /// What is said of open tasks that nobody may do: nobody holds the post, or all who do are kept from it. They stay offered.
    ///
    /// - `which`: which tasks to look at.
    pub(super) async fn without_candidate(
        &self,
        (id, version): (MatterId, u64),
        which: impl Fn(Number) -> bool,
    ) -> Result<Vec<Effect>, StoreFault> {
        let known = self.desk.glance(id).await?.filter(|case| case.version >= version);
        let Some(case) = (match known {
            Some(case) => Some(case),
            None => self.desk.load(id).await?,
        }) else {
            return Ok(Vec::new());
        };
        let waits = |(task, of): (&Number, &Task)| of.holder.is_none() && which(*task);
        if !case.state.is_active() || !case.state.tasks.iter().any(waits) {
            return Ok(Vec::new());
        }
        let directory = self.desk.directory();
        let Some(register) = directory.register().await? else { return Ok(Vec::new()) };
        let definitions = self.desk.definitions(&case).await?;
        let Some(graph) = definitions.graphs.get(&case.process) else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for open in list::open_tasks(directory.store(), directory.node(), id).await? {
            let offered = Offered { task: open.task, organ: open.organ };
            let Some(of) = case.state.tasks.get(&open.task) else { continue };
            if !waits((&open.task, of))
                || candidates::exist(&register, &case, graph, offered, directory.clock().today())
            {
                continue;
            }
            let (about, detail) = (About::Task(open.task), of.posts.join(", "));
            let report = Command::Report { about, kind: IncidentKind::NoCandidate, detail };
            all.push(Effect::Do(id, report, Changes::new()));
        }
        Ok(all)
    }

    /// What is said of tasks that an act leaves to nobody: those that it offers; and all that are open where it takes somebody away
    /// who could have done them, by what was done 四眼 会签, by keeping out 回避 or by classifying 定密.
    pub(super) async fn unattended(
        &self,
        act: &Recorded,
        id: MatterId,
        event: &CaseEvent,
    ) -> Result<Vec<Effect>, StoreFault> {
        let events = &event.step().events;
        let closes = |event: &Event| matches!(event, Event::TaskClosed { by: Some(_), .. });
        let takes_away = matches!(event, CaseEvent::Recused { .. } | CaseEvent::Classified { .. });
        let all = takes_away || events.iter().any(closes);
        let offers =
            |task| events.iter().any(|it| matches!(it, Event::TaskOffered { task: other, .. } if *other == task));
        if !all && !events.iter().any(|event| matches!(event, Event::TaskOffered { .. })) {
            return Ok(Vec::new());
        }
        self.without_candidate((id, act.act.version), |task| all || offers(task)).await
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
        all.extend(self.without_candidate((id, act.act.version), |_| true).await?);
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
