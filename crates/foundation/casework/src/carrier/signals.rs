//! Signals: they reach whoever waits in slices, however many these are, and where a signal stands is said by an act of its sender.

use dmn::Context;
use flow::Command;
use flow::graph::Trigger;
use kernel::MatterId;
use store::{Changes, Recorded, StoreFault};

use super::{Carrier, Effect};
use crate::case::CaseEvent;
use crate::tables::CASES;

/// Cases that a signal reaches in one unit.
const SLICE: i64 = 256;

impl Carrier {
    /// Where a signal of an act stands: the place of its event in the step, and the last case that has it.
    pub(super) async fn carried_until(&self, act: &Recorded) -> Result<Option<(usize, MatterId)>, StoreFault> {
        let acts = self.desk.directory().store().acts_of(self.node(), act.act.matter).await?;
        for other in acts.iter().rev().take_while(|other| other.idx > act.idx) {
            if other.shredded || !other.act.kind.starts_with(CASES) {
                continue;
            }
            if let CaseEvent::SignalCarried { from: (version, place), behind } = other.event()?
                && version == act.act.version
            {
                return Ok(Some((place, behind)));
            }
        }
        Ok(None)
    }

    /// Who has a signal: whoever waits for it elsewhere, in the order of their ids, and with the last of them what begins by it;
    /// and the last one that has it now, if there are more.
    ///
    /// - `behind`: who has it already.
    pub(super) async fn signalled(
        &self,
        act: &Recorded,
        (id, at): (MatterId, usize),
        name: &str,
        behind: Option<MatterId>,
    ) -> Result<(Vec<Effect>, Option<MatterId>), StoreFault> {
        let sql = "select distinct matter from flow_wait where node = $1 and kind = 'signal' and name = $2 and matter > $3 \
                   and matter <> $4 and opened_at <= $5 order by matter limit $6";
        let behind = behind.map_or(0, |behind| behind.value());
        // A signal has no memory: who waits later does not have it.
        let values =
            [self.node().into(), name.into(), behind.into(), id.value().into(), act.act.at_ms.into(), SLICE.into()];
        let mut all = Vec::new();
        let mut last = None;
        for row in self.read(sql, &values).await? {
            let waiting = MatterId::new(row.id(0)?);
            all.push(Effect::Do(waiting, Command::Signal { name: name.to_owned() }, Changes::new()));
            last = Some(waiting);
        }
        if all.len() >= usize::try_from(SLICE).unwrap_or(usize::MAX) {
            return Ok((all, last));
        }
        let Some(sender) = self.desk.glance(id).await? else { return Ok((all, None)) };
        let begins = |trigger: &Trigger| matches!(trigger, Trigger::Signal(own) if own == name);
        for (process, graph) in self.graphs().await? {
            let start = graph.starters().into_iter().find_map(|start| {
                let trigger = graph.triggers(start).iter().position(begins)?;
                Some((graph.element(start).id.clone(), trigger))
            });
            if let Some(start) = start {
                let nothing = (Context::new(), (None, Changes::new()));
                all.push(self.begun((act.act.id, at), (process, start), sender.organ, nothing.0, nothing.1).await);
            }
        }
        Ok((all, None))
    }
}
