//! What is kept for a time goes when that is over, and what waited for somebody to hold a post ends when somebody does.

use std::collections::{BTreeMap, BTreeSet};

use flow::Command;
use flow::state::{IncidentKind, Number};
use kernel::MatterId;
use store::{RecordError, StoreFault};

use super::{Carried, carried, side_by_side};
use crate::candidates::{self, Offered};
use crate::case::rows::OUTSIDE;
use crate::case::{CaseEvent, list};
use crate::desk::{By, CaseError, Desk};
use crate::message::settled;

/// Messages, and incidents, read at once.
const BATCH: i64 = 512;
/// Messages of one case that go by one act.
const MOST_OF_ONE: usize = 500;

/// Kept messages whose time is over are kept no longer, by an act each or one for those of a case; answers how many acts.
pub(super) async fn messages(desk: &Desk) -> Result<u64, StoreFault> {
    let directory = desk.directory();
    let sql = "select matter, ordinal from flow_message where node = $1 and until <= $2 order by until, matter, ordinal limit $3";
    let mut gone = 0;
    loop {
        let values = [desk.node().into(), directory.clock().now().ms().into(), BATCH.into()];
        let mut by_matter: BTreeMap<MatterId, BTreeSet<i64>> = BTreeMap::new();
        for row in directory.store().read(sql, &values).await? {
            by_matter.entry(MatterId::new(row.id(0)?)).or_default().insert(row.int(1)?);
        }
        if by_matter.is_empty() {
            return Ok(gone);
        }
        let went = side_by_side(by_matter, {
            let desk = desk.clone();
            move |id, messages| {
                let desk = desk.clone();
                async move { over(&desk, id, messages).await.map(u64::from) }
            }
        })
        .await;
        gone += went;
        // What was refused stays where it is, and is looked at again a minute later.
        if went == 0 {
            return Ok(gone);
        }
    }
}

/// The act by which messages of a matter are kept no longer; says whether it stands.
async fn over(desk: &Desk, id: MatterId, messages: BTreeSet<i64>) -> Result<bool, StoreFault> {
    let recorded = if messages.contains(&OUTSIDE) {
        let (draft, rows) = settled(desk, id, false)?;
        desk.directory().store().record(draft, rows).await.map(drop).map_err(CaseError::Record)
    } else {
        let Some(case) = desk.load(id).await? else { return Ok(false) };
        let messages = messages.into_iter().take(MOST_OF_ONE).collect();
        match desk.said(By::System, &case, &CaseEvent::MessagesSettled { messages, taken: false }) {
            Ok(said) => desk.stand(vec![said]).await,
            Err(error) => Err(error),
        }
    };
    match recorded {
        Ok(()) => Ok(true),
        Err(CaseError::Fault(fault) | CaseError::Record(RecordError::Fault(fault))) => Err(fault),
        // Another process was faster, or the case went on: the next look finds what is left.
        Err(error) => {
            tracing::debug!(%error, matter = %id, "messages whose time is over were not taken away");
            Ok(false)
        }
    }
}

/// Incidents of tasks that nobody could do, and that somebody can do now, end; answers how many.
pub(super) async fn candidates(desk: &Desk) -> Result<u64, StoreFault> {
    let directory = desk.directory();
    let sql = "select matter, incident from flow_incident where node = $1 and kind = $2 \
               and (matter > $3 or (matter = $4 and incident > $5)) order by matter, incident limit $6";
    let (mut behind, mut ended) = ((0u128, -1i64), 0);
    loop {
        let kind = IncidentKind::NoCandidate.code();
        let (matter, incident) = behind;
        let values = [desk.node().into(), kind.into(), matter.into(), matter.into(), incident.into(), BATCH.into()];
        let rows = directory.store().read(sql, &values).await?;
        if rows.is_empty() {
            return Ok(ended);
        }
        for row in &rows {
            behind = (row.id(0)?, row.int(1)?);
            let (id, incident) = (MatterId::new(behind.0), behind.1.cast_unsigned());
            if held_now(desk, id, incident).await? {
                ended += u64::from(matches!(carried(desk, id, Command::Retry { incident }).await?, Carried::Done));
            }
        }
    }
}

/// Whether somebody may do the task of an incident.
async fn held_now(desk: &Desk, id: MatterId, incident: Number) -> Result<bool, StoreFault> {
    let Some(case) = desk.load(id).await?.filter(|case| case.state.is_active()) else { return Ok(false) };
    let Some(run) = case.state.incidents.get(&incident).and_then(|incident| incident.run) else { return Ok(false) };
    let Some((task, of)) = case.state.tasks.iter().find(|(_, task)| task.run == run) else { return Ok(false) };
    // Somebody has it who was given it.
    if of.holder.is_some() {
        return Ok(true);
    }
    let directory = desk.directory();
    let open = list::open_task(directory.store(), directory.node(), id, *task).await?;
    let (Some(open), Some(register)) = (open, directory.register().await?) else { return Ok(false) };
    let definitions = desk.definitions(&case).await?;
    let Some(graph) = definitions.graphs.get(&case.process) else { return Ok(false) };
    let offered = Offered { task: *task, organ: open.organ };
    Ok(candidates::exist(&register, &case, graph, offered, directory.clock().today()))
}
