//! Messages that are kept: who finds one later, which process has had one, and when one is kept no longer. Source: flow.md §5.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use dmn::{Context, Value};
use flow::exchange::{Message, Routed, route};
use flow::graph::Trigger;
use flow::state::{Number, What};
use flow::{Command, ElementId};
use kernel::{MatterId, OrganId};
use store::StoreFault;

use super::letters::Letter;
use super::{Carrier, Effect, Meanwhile, TAKEN, claim, claim_key};
use crate::case::rows::{OUTSIDE, correlation, version_of};
use crate::case::{Begun, Case};

/// Kept messages read at once.
const PAGE: i64 = 64;

/// A kept message.
struct Kept {
    place: (MatterId, i64),
    values: Context,
}

impl Carrier {
    /// Whether a message was taken by a process already.
    pub(super) async fn is_taken(
        &self,
        kept: Option<(MatterId, i64)>,
        process: &ElementId,
    ) -> Result<bool, StoreFault> {
        let Some(kept) = kept else { return Ok(false) };
        let sql = "select 1 from claim where node = $1 and space = $2 and key = $3";
        let values = [self.node().into(), TAKEN.into(), claim_key(kept, process).into()];
        Ok(!self.read(sql, &values).await?.is_empty())
    }

    /// Whether the act that sent a kept message lies before a place in the log: what comes later finds its receiver itself.
    async fn came_before(&self, (matter, ordinal): (MatterId, i64), idx: u64) -> Result<bool, StoreFault> {
        let version = version_of(ordinal).max(1);
        let sql = "select 1 from act where node = $1 and matter = $2 and version = $3 and idx < $4";
        let values = [self.node().into(), matter.value().into(), version.into(), idx.cast_signed().into()];
        Ok(!self.read(sql, &values).await?.is_empty())
    }

    /// The oldest kept message of a name and key that a process has not had.
    ///
    /// - `idx`: the place in the log before which it was sent.
    /// - `organ`: whose case is to have it.
    async fn kept(
        &self,
        idx: u64,
        (process, organ): (&ElementId, OrganId),
        (name, key): (&str, Option<&Value>),
        meanwhile: &Meanwhile,
    ) -> Result<Option<Kept>, StoreFault> {
        let key = correlation(key)?;
        let of_key = if key.is_some() { "and m.correlation = $9" } else { "" };
        let sql = format!(
            "select m.matter, m.ordinal, m.content, m.sender, m.sent_at from flow_message m where m.node = $1 \
             and m.name = $2 {of_key} and m.until > $3 and (m.sent_at > $4 or (m.sent_at = $5 and (m.matter > $6 \
             or (m.matter = $6 and m.ordinal > $7)))) order by m.sent_at, m.matter, m.ordinal limit $8"
        );
        let mut behind = (i64::MIN, 0u128, -1i64);
        loop {
            let (at, matter, ordinal) = behind;
            let mut values = vec![
                self.node().into(),
                name.into(),
                self.now().ms().into(),
                at.into(),
                at.into(),
                matter.into(),
                ordinal.into(),
                PAGE.into(),
            ];
            values.extend(key.as_deref().map(Into::into));
            let page = self.read(&sql, &values).await?;
            for row in &page {
                let place = (MatterId::new(row.id(0)?), row.int(1)?);
                behind = (row.int(4)?, place.0.value(), place.1);
                let taken = claim_key(place, process);
                if meanwhile.taken.contains(&taken) || self.is_taken(Some(place), process).await? {
                    continue;
                }
                if place.1 == OUTSIDE && !self.organs_below(row.text(3)?.parse().ok()).await?.contains(&organ) {
                    continue;
                }
                if self.came_before(place, idx).await? {
                    let values = serde_json::from_str(&row.text(2)?)
                        .map_err(|error| StoreFault::Nonsense(format!("flow_message.content: {error}")))?;
                    return Ok(Some(Kept { place, values }));
                }
            }
            if i64::try_from(page.len()).unwrap_or(0) < PAGE {
                return Ok(None);
            }
        }
    }

    /// The oldest kept message that a subscription finds.
    ///
    /// - `idx`: the place of the act that opened it, or by which its case goes on.
    pub(super) async fn waited_for(
        &self,
        idx: u64,
        (id, wait): (MatterId, Number),
        name: &str,
        key: Option<&Value>,
        meanwhile: &mut Meanwhile,
    ) -> Result<Vec<Effect>, StoreFault> {
        let Some(case) = self.desk.glance(id).await? else { return Ok(Vec::new()) };
        let of = (&case.process, case.organ);
        let Some(Kept { place, values }) = self.kept(idx, of, (name, key), meanwhile).await? else {
            return Ok(Vec::new());
        };
        meanwhile.taken.insert(claim_key(place, &case.process));
        let mut all = vec![Effect::Do(id, Command::Deliver { wait, values }, vec![claim(place, &case.process)])];
        all.extend(self.settles(place, name, &case.process, meanwhile).await?);
        Ok(all)
    }

    /// What was kept for everything that a case waits for.
    pub(super) async fn kept_for(
        &self,
        idx: u64,
        case: &Case,
        meanwhile: &mut Meanwhile,
    ) -> Result<Vec<Effect>, StoreFault> {
        let mut all = Vec::new();
        for (wait, of) in &case.state.waits {
            if let What::Message { name, key } = &of.what {
                all.extend(self.waited_for(idx, (case.id, *wait), name, key.as_ref(), meanwhile).await?);
            }
        }
        Ok(all)
    }

    /// A case that ends had begun by a key: what was kept for that key meanwhile begins the next one.
    pub(super) async fn begun_by_kept(
        &self,
        idx: u64,
        case: &Case,
        meanwhile: &mut Meanwhile,
    ) -> Result<Vec<Effect>, StoreFault> {
        let Some(Begun::Message { name, key }) = &case.begun else { return Ok(Vec::new()) };
        let value =
            Value::from_json(key).map_err(|fault| StoreFault::Nonsense(format!("the key of a case: {fault}")))?;
        let of = (&case.process, case.organ);
        let Some(Kept { place, values }) = self.kept(idx, of, (name, Some(&value)), meanwhile).await? else {
            return Ok(Vec::new());
        };
        let nobody = ElementId::from("");
        let message = Message { process: &nobody, from: &nobody, name, key: Some(&value) };
        let graphs = self.graphs().await?;
        let starts = route::<MatterId>(&message, &[], &graphs).into_iter().find_map(|routed| match routed {
            Routed::Start(process, start) if process == case.process => Some((process, start)),
            _ => None,
        });
        let Some((process, start)) = starts else { return Ok(Vec::new()) };
        let of = (&process, &start);
        let keyed = self.begins_once(&graphs, of, name, Some(&value))?.is_some();
        if !keyed || !self.is_free(&process, name, key, meanwhile).await? {
            return Ok(Vec::new());
        }
        meanwhile.taken.insert(claim_key(place, &process));
        let begun = (Some(Begun::Message { name: name.clone(), key: key.clone() }), vec![claim(place, &process)]);
        // What it is named after is the message, which is once.
        let cause = (place.0.value(), usize::try_from(place.1).unwrap_or(0));
        let mut all = vec![self.begun(cause, (process.clone(), start), case.organ, values, begun).await];
        all.extend(self.settles(place, name, &process, meanwhile).await?);
        Ok(all)
    }

    /// A message that a process has now: it is kept no longer where that was the last one that could take it.
    pub(super) async fn taken_by(
        &self,
        letter: &Letter<'_>,
        process: &ElementId,
        meanwhile: &mut Meanwhile,
    ) -> Result<Option<Effect>, StoreFault> {
        let Some(place) = letter.kept else { return Ok(None) };
        meanwhile.taken.insert(claim_key(place, process));
        self.settles(place, letter.name, process, meanwhile).await
    }

    /// A kept message is kept no longer once every process has it that could take it, in whatever version.
    async fn settles(
        &self,
        place: (MatterId, i64),
        name: &str,
        process: &ElementId,
        meanwhile: &Meanwhile,
    ) -> Result<Option<Effect>, StoreFault> {
        let sql = "select 1 from flow_message where node = $1 and matter = $2 and ordinal = $3";
        let values = [self.node().into(), place.0.value().into(), place.1.into()];
        // Without a name only the flows between pools say who could take it: then its time ends it.
        if name.is_empty() || self.read(sql, &values).await?.is_empty() {
            return Ok(None);
        }
        for other in self.receivers(name).await? {
            let taken = other == *process || meanwhile.taken.contains(&claim_key(place, &other));
            if !taken && !self.is_taken(Some(place), &other).await? {
                return Ok(None);
            }
        }
        Ok(Some(Effect::Settle(place)))
    }

    /// The processes that could take a message of a name, in any version that there is.
    async fn receivers(&self, name: &str) -> Result<BTreeSet<ElementId>, StoreFault> {
        let library = self.desk.library();
        library.look().await?;
        let versions = library.versions();
        {
            let known = self.receivers.lock().unwrap_or_else(PoisonError::into_inner);
            if Arc::ptr_eq(&known.versions, &versions) {
                return Ok(known.by_name.get(name).cloned().unwrap_or_default());
            }
        }
        let mut by_name: BTreeMap<String, BTreeSet<ElementId>> = BTreeMap::new();
        for version in versions.iter() {
            let process = ElementId::from(version.definition.process.as_str());
            let deployed = library.deployed(version.model).await?;
            let Some(graph) = deployed.readied.graphs.get(&process) else { continue };
            for at in graph.elements.iter().filter_map(|element| graph.at(&element.id)) {
                let triggers = graph.triggers(at).iter().filter_map(|trigger| match trigger {
                    Trigger::Message(of) => Some(&of.name),
                    _ => None,
                });
                for name in triggers.chain(graph.receives(at).map(|of| &of.name)) {
                    by_name.entry(name.clone()).or_default().insert(process.clone());
                }
            }
        }
        let found = by_name.get(name).cloned().unwrap_or_default();
        let mut known = self.receivers.lock().unwrap_or_else(PoisonError::into_inner);
        (known.versions, known.by_name) = (versions, by_name);
        Ok(found)
    }
}
