//! Who is told: whoever may do a task, that it waits; whoever may approve a model, that one was proposed.

use flow::{Event, state::Task};
use kernel::{MatterId, NodeId, OrganId};
use store::{Recorded, Store, StoreFault};
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::case::{Case, CaseEvent, number};
use crate::clockwork::REMIND;
use crate::model::ModelEvent;
use crate::tables::{CASES, MODELS};

/// The duty of who decides on models.
const APPROVES: &str = "rule-approver";

/// Tells of tasks and models.
pub struct CaseTeller {
    store: Store,
    /// Codes of the duties there are: a telling names none that the policies do not know.
    duties: Vec<&'static str>,
}

impl CaseTeller {
    /// Tells of a node's tasks and models.
    ///
    /// - `duties`: the codes of all duties.
    pub fn new(store: Store, duties: impl IntoIterator<Item = String>) -> CaseTeller {
        // As many as the policies have, for the life of the process.
        let duties = duties.into_iter().map(|duty| &*Box::leak(duty.into_boxed_str())).collect();
        CaseTeller { store, duties }
    }

    async fn told_of_case(&self, node: NodeId, act: &Recorded) -> Result<Told, StoreFault> {
        let event: CaseEvent = act.event()?;
        let step = event.step();
        let offers = step.events.iter().any(|event| matches!(event, Event::TaskOffered { .. }));
        let closes = step.events.iter().any(|event| matches!(event, Event::TaskClosed { .. }));
        let urges = step.events.iter().any(|it| matches!(it, Event::JobOffered { of, .. } if of.job_type == REMIND));
        if !offers && !closes && !urges {
            return Ok(Told::default());
        }
        let mut acts = self.store.acts_of(node.number(), act.act.matter).await?;
        acts.retain(|other| other.act.version <= act.act.version);
        let Some(case) = Case::of(&acts)? else { return Ok(Told::default()) };
        // The organs of tasks that were offered before are in the acts that offered them.
        let mut organs = std::collections::BTreeMap::new();
        for act in acts.iter().filter(|act| act.act.kind.starts_with(CASES)) {
            organs.extend(act.event::<CaseEvent>()?.step().organs.clone());
        }
        let fresh = |task: u64| {
            step.events
                .iter()
                .any(|event| matches!(event, Event::TaskOffered { task: offered, .. } if *offered == task))
        };
        let older_are_open = case.state.tasks.keys().any(|task| !fresh(*task));
        let mut tellings = Vec::new();
        for (task, of) in case.state.tasks.iter().filter(|(task, _)| urges || fresh(**task)) {
            let organ = organs.get(task).copied().unwrap_or(case.organ);
            let text = if fresh(*task) { "casework-told-task" } else { "casework-told-urged" };
            tellings.extend(self.of_task(&case, (*task, of), organ, text));
        }
        Ok(Told {
            settles: !older_are_open,
            tellings,
            only: case.secrecy.named.as_ref().map(|named| named.iter().copied().collect()),
            class: case.secrecy.class,
            ..Told::default()
        })
    }

    fn of_task(&self, case: &Case, (task, of): (u64, &Task), organ: OrganId, text: &'static str) -> Vec<Telling> {
        let Some(page) = PagePath::new(format!("/cases/{}/tasks/{task}", case.id)) else { return Vec::new() };
        let telling = |to| Telling {
            to,
            text,
            number: Number::new(number(case.id)).unwrap_or_else(Number::none),
            page: page.clone(),
        };
        if let Some((officer, _)) = of.holder {
            return vec![telling(To::Hand(officer))];
        }
        let known = self.duties.iter().filter(|duty| of.posts.iter().any(|post| post == *duty));
        known.map(|duty| telling(To::Duty { duty, organ: Some(organ) })).collect()
    }
}

/// What is told for an event of the model `id`.
fn told_of_model(id: MatterId, event: &ModelEvent) -> Told {
    let page = PagePath::new(format!("/models/{id}"));
    let telling = |to, text| page.clone().map(|page| Telling { to, text, number: Number::none(), page });
    let tellings = match event {
        ModelEvent::Proposed { .. } => telling(To::Duty { duty: APPROVES, organ: None }, "casework-told-model"),
        ModelEvent::Refused { .. } | ModelEvent::Approved { .. } => None,
    };
    Told { settles: true, tellings: tellings.into_iter().collect(), ..Told::default() }
}

impl Teller for CaseTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with(CASES) || kind.starts_with(MODELS)
    }

    fn told<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(async move {
            if act.shredded {
                return Ok(Told::default());
            }
            match act.act.kind.starts_with(MODELS) {
                true => Ok(told_of_model(MatterId::new(act.act.matter), &act.event()?)),
                false => self.told_of_case(node, act).await,
            }
        })
    }
}
