//! Messages: who gets one that comes. What is kept of them is in `kept`. Source: flow.md §5.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dmn::{Context, Value};
use flow::command::About;
use flow::exchange::{Message, Routed, Waiting, route};
use flow::graph::{Graph, Trigger};
use flow::state::{IncidentKind, Number, What};
use flow::{Command, ElementId};
use kernel::{MatterId, OrganId};
use store::{Changes, Recorded, StoreFault, place, places};

use super::{Carrier, Effect, Meanwhile, claim};
use crate::case::Begun;
use crate::case::rows::{OUTSIDE, correlation};
use crate::message::MessageEvent;
use crate::together::merged_into;

/// Cases of one process looked at for one message, and those of them that say so where it fits several.
const MOST_FITTING: (usize, usize) = (64, 20);
/// What waits for one message is read in pages of so many, and in so many pages at most: beyond it fits far too many.
const PAGE_OF_WAITS: i64 = 500;
const MOST_PAGES: usize = 40;

/// A message on its way, wherever it comes from.
pub(super) struct Letter<'l> {
    /// The sender's process; empty from outside.
    pub(super) process: ElementId,
    pub(super) from: ElementId,
    pub(super) name: &'l str,
    pub(super) key: Option<&'l Value>,
    pub(super) values: &'l Context,
    /// Where it is kept, by matter and number, if it is; from outside always.
    pub(super) kept: Option<(MatterId, i64)>,
    /// The act that sent it, when, and the event's place in its step.
    pub(super) act: (u128, i64, usize),
}

impl Letter<'_> {
    fn is_from_outside(&self) -> bool {
        self.kept.is_some_and(|(_, number)| number == OUTSIDE)
    }
}

/// Something that waits for a message.
struct Fitting {
    case: MatterId,
    wait: Number,
    name: String,
    key: Option<Value>,
    process: ElementId,
    /// Whether its case goes on.
    active: bool,
}

impl Carrier {
    /// Who gets a message.
    pub(super) async fn delivered(
        &self,
        letter: &Letter<'_>,
        meanwhile: &mut Meanwhile,
    ) -> Result<Vec<Effect>, StoreFault> {
        let organ = self.organ_for(letter).await?;
        let found = self.fitting(letter, organ).await?;
        let waiting: Vec<Waiting<'_, MatterId>> = found
            .iter()
            .map(|it| Waiting {
                instance: it.case,
                process: &it.process,
                wait: it.wait,
                name: &it.name,
                key: it.key.as_ref(),
            })
            .collect();
        let message = Message { process: &letter.process, from: &letter.from, name: letter.name, key: letter.key };
        let graphs = self.graphs().await?;
        let mut all = Vec::new();
        for routed in route(&message, &waiting, &graphs) {
            match routed {
                Routed::Deliver(id, wait) => {
                    let target = found.iter().find(|it| (it.case, it.wait) == (id, wait));
                    let Some(Fitting { process, active, .. }) = target else { continue };
                    // What stands still takes nothing: what is kept is there when it goes on. What is handled within another
                    // case has its messages there.
                    let (id, wait, active) = match active {
                        true => (id, wait, true),
                        false => match self.instead(id, wait).await? {
                            Some((id, wait)) => (id, wait, true),
                            None => (id, wait, false),
                        },
                    };
                    if active && !self.is_taken(letter.kept, process).await? {
                        let command = Command::Deliver { wait, values: letter.values.clone() };
                        let claim = letter.kept.map(|kept| claim(kept, process));
                        all.push(Effect::Do(id, command, claim.into_iter().collect()));
                        all.extend(self.taken_by(letter, process, meanwhile).await?);
                    }
                }
                Routed::Start(process, start) => {
                    let Some(organ) = organ else { continue };
                    let begun = match self.begins_once(&graphs, (&process, &start), letter.name, letter.key)? {
                        Some((name, key)) => {
                            if !self.is_free(&process, &name, &key, meanwhile).await? {
                                continue;
                            }
                            Some(Begun::Message { name, key })
                        }
                        None => None,
                    };
                    if self.is_taken(letter.kept, &process).await? {
                        continue;
                    }
                    let more = letter.kept.map(|kept| claim(kept, &process)).into_iter().collect();
                    let (cause, values) = ((letter.act.0, letter.act.2), letter.values.clone());
                    all.push(self.begun(cause, (process.clone(), start), organ, values, (begun, more)).await);
                    all.extend(self.taken_by(letter, &process, meanwhile).await?);
                }
                Routed::Ambiguous(process, instances) => {
                    tracing::warn!(%process, waiting = instances.len(), "a message fits several cases: nobody gets it");
                    all.extend(ambiguous(letter, &process, &found));
                }
            }
        }
        Ok(all)
    }

    /// What waits for a message, of each process so many at most.
    async fn fitting(&self, letter: &Letter<'_>, organ: Option<OrganId>) -> Result<Vec<Fitting>, StoreFault> {
        // What somebody sends by hand, or by another system, reaches what lies within the organ that took it in.
        let within = match letter.is_from_outside() {
            true => Some(self.organs_below(organ).await?),
            false => None,
        };
        // Who waits later finds it by itself. Who waits for this key, and who for any: each is a range of the index.
        let mut found = Vec::new();
        let mut of_process: BTreeMap<ElementId, usize> = BTreeMap::new();
        let keys = correlation(letter.key)?;
        for key in [None, keys.as_deref()].into_iter().take(if keys.is_some() { 2 } else { 1 }) {
            let mut behind = (0u128, -1i64);
            for _ in 0..MOST_PAGES {
                let page = self.waits(letter, key, behind).await?;
                let cases = self.cases_of(&page, within.as_ref()).await?;
                for (matter, wait, name) in &page {
                    behind = (matter.value(), wait.cast_signed());
                    let Some((process, active)) = cases.get(matter) else { continue };
                    let many = of_process.entry(process.clone()).or_default();
                    *many += 1;
                    if *many <= MOST_FITTING.0 {
                        let key = key.map(Value::from_json).transpose();
                        let key =
                            key.map_err(|fault| StoreFault::Nonsense(format!("flow_wait.correlation: {fault}")))?;
                        let (name, process, active) = (name.clone(), process.clone(), *active);
                        found.push(Fitting { case: *matter, wait: *wait, name, key, process, active });
                    }
                }
                if i64::try_from(page.len()).unwrap_or(0) < PAGE_OF_WAITS {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// A page of what waits for a message by a key, or for any: case, wait, name.
    async fn waits(
        &self,
        letter: &Letter<'_>,
        key: Option<&str>,
        (matter, wait): (u128, i64),
    ) -> Result<Vec<(MatterId, Number, String)>, StoreFault> {
        let at = letter.act.1.into();
        let mut values = vec![self.node().into(), at, matter.into(), wait.into(), PAGE_OF_WAITS.into()];
        // A message without a name is told by the flow between pools that it goes by.
        let named = match letter.name {
            "" => "1 = 1".to_owned(),
            name => format!("name = {}", place(name, &mut values)),
        };
        let of_key = match key {
            Some(key) => format!("correlation = {}", place(key, &mut values)),
            None => "correlation is null".to_owned(),
        };
        let sql = format!(
            "select matter, wait, name from flow_wait where node = $1 and kind = 'message' and {named} and {of_key} \
             and opened_at <= $2 and matter >= $3 and (matter > $3 or wait > $4) order by matter, wait limit $5"
        );
        let rows = self.read(&sql, &values).await?;
        rows.iter().map(|row| Ok((MatterId::new(row.id(0)?), row.int(1)?.cast_unsigned(), row.text(2)?))).collect()
    }

    /// The processes of cases that are not over and lie within some organs, and whether each goes on.
    async fn cases_of(
        &self,
        page: &[(MatterId, Number, String)],
        within: Option<&BTreeSet<OrganId>>,
    ) -> Result<BTreeMap<MatterId, (ElementId, bool)>, StoreFault> {
        let mut all = BTreeMap::new();
        if page.is_empty() {
            return Ok(all);
        }
        let mut values = vec![self.node().into()];
        let cases: BTreeSet<u128> = page.iter().map(|(matter, ..)| matter.value()).collect();
        let cases = places(cases, &mut values);
        let sql = format!(
            "select matter, process, status, organ from flow_case where node = $1 and matter in ({cases}) \
             and ended_at is null"
        );
        for row in self.read(&sql, &values).await? {
            let organ = OrganId::new(row.id(3)?);
            if within.is_none_or(|within| within.contains(&organ)) {
                all.insert(MatterId::new(row.id(0)?), (ElementId::from(row.text(1)?), row.text(2)? == "active"));
            }
        }
        Ok(all)
    }

    /// The organs within one, and those whose tasks they took over.
    pub(super) async fn organs_below(&self, organ: Option<OrganId>) -> Result<BTreeSet<OrganId>, StoreFault> {
        let Some(register) = self.desk.directory().register().await? else { return Ok(BTreeSet::new()) };
        let today = self.desk.directory().clock().today();
        let view = register.organs(today);
        let within = organ.map(|organ| view.subtree(organ).into_iter().map(|organ| organ.id)).into_iter().flatten();
        Ok(register.tasks_of(within.collect(), today))
    }

    /// Where a message for a case goes that is handled within another one: to what waits for the same there.
    async fn instead(&self, id: MatterId, wait: Number) -> Result<Option<(MatterId, Number)>, StoreFault> {
        let Some(case) = self.desk.load(id).await? else { return Ok(None) };
        let Some(into) = merged_into(&case) else { return Ok(None) };
        let Some(What::Message { name, .. }) = case.state.waits.get(&wait).map(|wait| &wait.what) else {
            return Ok(None);
        };
        let Some(into) = self.desk.load(into).await?.filter(|into| into.state.is_active()) else { return Ok(None) };
        let same = |what: &What| matches!(what, What::Message { name: other, .. } if other == name);
        Ok(into.state.waits.iter().find(|(_, wait)| same(&wait.what)).map(|(wait, _)| (into.id, *wait)))
    }

    /// The organ of a case that begins by a message: the sender's, or from outside the one that took it in.
    async fn organ_for(&self, letter: &Letter<'_>) -> Result<Option<OrganId>, StoreFault> {
        let Some(act) = self.desk.directory().store().act_by_id(self.node(), letter.act.0).await? else {
            return Ok(None);
        };
        if let Some(organ) = act.act.organ.as_deref().and_then(|organ| organ.parse().ok()) {
            return Ok(Some(organ));
        }
        Ok(self.desk.glance(MatterId::new(act.act.matter)).await?.map(|case| case.organ))
    }

    /// Whether a process begins by a message once for each live key: the message's name and key, where its start asks for one.
    pub(super) fn begins_once(
        &self,
        graphs: &BTreeMap<ElementId, Arc<Graph>>,
        (process, (start, trigger)): (&ElementId, &(ElementId, usize)),
        name: &str,
        key: Option<&Value>,
    ) -> Result<Option<(String, String)>, StoreFault> {
        let Some(graph) = graphs.get(process) else { return Ok(None) };
        let Some(at) = graph.at(start) else { return Ok(None) };
        let of = match graph.triggers(at).get(*trigger) {
            Some(Trigger::Message(of)) => Some(&**of),
            _ => graph.receives(at),
        };
        let keyed = of.is_some_and(|of| of.key.is_some());
        let key = correlation(key.filter(|_| keyed))?;
        Ok(key.map(|key| (name.to_owned(), key)))
    }

    /// Whether no case of a process lives that began by a name and key; from now on one does.
    pub(super) async fn is_free(
        &self,
        process: &ElementId,
        name: &str,
        key: &str,
        meanwhile: &mut Meanwhile,
    ) -> Result<bool, StoreFault> {
        let sql = "select 1 from flow_begun b join flow_case c on c.node = b.node and c.matter = b.matter \
                   where b.node = $1 and b.process = $2 and b.name = $3 and b.correlation = $4 and c.ended_at is null limit 1";
        let values = [self.node().into(), process.as_str().into(), name.into(), key.into()];
        if !self.read(sql, &values).await?.is_empty() {
            return Ok(false);
        }
        Ok(meanwhile.begun.insert((process.clone(), name.to_owned(), key.to_owned())))
    }

    /// What a message from outside leads to.
    pub(super) async fn received(&self, act: &Recorded) -> Result<Vec<Effect>, StoreFault> {
        let MessageEvent::Received { name, key, content, .. } = act.event()? else { return Ok(Vec::new()) };
        let nonsense = |what: &dyn std::fmt::Display| StoreFault::Nonsense(format!("message {}: {what}", act.idx));
        let key = key.map(|key| Value::from_json(&key)).transpose().map_err(|fault| nonsense(&fault))?;
        let values: Context = serde_json::from_str(&content).map_err(|error| nonsense(&error))?;
        let nobody = ElementId::from("");
        let kept = Some((MatterId::new(act.act.matter), OUTSIDE));
        let letter = Letter {
            process: nobody.clone(),
            from: nobody,
            name: &name,
            key: key.as_ref(),
            values: &values,
            kept,
            act: (act.act.id, act.act.at_ms, 0),
        };
        self.delivered(&letter, &mut Meanwhile::default()).await
    }
}

/// A message fits several cases of a process: each of them says so, up to a number of them.
fn ambiguous(letter: &Letter<'_>, process: &ElementId, found: &[Fitting]) -> Vec<Effect> {
    let fitting: Vec<&Fitting> = found.iter().filter(|it| it.process == *process).collect();
    let many = if fitting.len() >= MOST_FITTING.0 { "≥" } else { "" };
    let key = letter.key.and_then(|key| key.to_json().ok()).unwrap_or_else(|| "–".to_owned());
    let detail = format!("{} {key}: {many}{}", letter.name, fitting.len());
    let detail: String = detail.chars().take(500).collect();
    let one = |it: &&Fitting| {
        let (about, kind) = (About::Wait(it.wait), IncidentKind::Ambiguous);
        Effect::Do(it.case, Command::Report { about, kind, detail: detail.clone() }, Changes::new())
    };
    fitting.iter().take(MOST_FITTING.1).map(one).collect()
}
