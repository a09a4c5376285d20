//! The book of warnings: enters what rules find, once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use directory::{Directory, Register};
use kernel::calendar::WorkingCalendar;
use kernel::{ActId, Day, MatterId, NodeId, Secrecy};
use store::{Changes, Draft, StoreFault};
use supervise::{Answer, Finding, WarningBook};

use crate::acts::{Desk, SERIES, act};
use crate::decide;
use crate::events::WarningEvent;
use crate::limits::{Limits, Timing};
use crate::store::{Reach, all, known, load, newest_about};
use crate::types::Warning;

/// Reasons a warning keeps, gravest first, and facts each of them keeps: an act's body has 4,095 fields at most.
const REASONS: usize = 100;
const FACTS: usize = 10;

/// Numbers findings, dispatches them, and leaves out what is known.
pub struct Book {
    directory: Directory,
    calendar: Arc<WorkingCalendar>,
    limits: Arc<Limits>,
}

impl Book {
    /// The book of the directory's node.
    pub fn new(directory: Directory, calendar: Arc<WorkingCalendar>, limits: Arc<Limits>) -> Book {
        Book { directory, calendar, limits }
    }

    async fn enter_all(
        &self,
        node: NodeId,
        findings: &[(MatterId, Finding)],
    ) -> Result<Vec<(Draft, Changes)>, StoreFault> {
        if findings.is_empty() {
            return Ok(Vec::new());
        }
        let store = self.directory.store();
        let register = self.directory.register().await?.ok_or_else(|| {
            StoreFault::Nonsense(format!("node {node} has no register, so nobody can be given a warning"))
        })?;
        let clock = self.directory.clock();
        let timing = Timing { now: clock.now(), zone: clock.zone(), calendar: &self.calendar };
        let desk = Desk { node, clock, limits: &self.limits };
        let subjects: Vec<(&str, &str)> =
            findings.iter().map(|(_, finding)| (&*finding.subject.kind, &*finding.subject.key)).collect();
        let newest = newest_about(store, node, &subjects).await?;
        let ids: Vec<MatterId> = findings.iter().map(|(id, _)| *id).collect();
        let mut taken: BTreeSet<MatterId> = known(store, node, &ids).await?.into_iter().collect();
        let mut number = store.version(node.number(), SERIES.value()).await?;
        let mut acts = Vec::new();
        let mut units = BTreeMap::new();
        for (id, finding) in findings {
            let mut finding = fitting(finding);
            let about = newest.get(&(finding.subject.kind.clone(), finding.subject.key.clone()));
            if let Some(about) = about
                && let Some((old, _)) = load(store, &Reach::of_system(node), *about).await?
            {
                if !old.is_closed() {
                    if let Some(event) = decide::add_reasons(&old, &finding) {
                        let after = old.after(&event);
                        let (mut draft, changes) = act(desk, &after, &event, None)?;
                        draft.causes = vec![finding.cause.value()];
                        acts.push((draft, changes));
                        continue;
                    }
                    // A dispute stands as it is; what nobody finds again is a warning beside it.
                    if !finding.once || decide::takes_reasons(&old) {
                        continue;
                    }
                }
                if decide::same_facts(&old, &finding) {
                    continue;
                }
                // The subject is as secret as it was when it was dealt with, until somebody says otherwise.
                finding.secrecy = finding.secrecy.with(&old.secrecy);
            }
            // One act raises one warning about a subject, and a closed one is not opened again.
            if !taken.insert(*id) {
                continue;
            }
            let unit = match units.get(&finding.organ) {
                Some(unit) => *unit,
                None => {
                    let unit = self.unit(&register, &finding, clock.today())?;
                    units.insert(finding.organ, unit);
                    unit
                }
            };
            let cause = finding.cause.value();
            let rules: BTreeSet<String> = std::iter::once(finding.rule.to_string())
                .chain(finding.reasons.iter().map(|reason| reason.rule.to_string()))
                .collect();
            number += 1;
            let event = decide::raise(finding, number, unit, &self.limits, timing)
                // Nothing runs unmeasured: without a calendar supervision halts, and says so.
                .map_err(|refusal| StoreFault::Nonsense(format!("a warning cannot be raised: {refusal}")))?;
            let after =
                Warning::opened(*id, &event).map_err(|error| StoreFault::Nonsense(format!("warning {id}: {error}")))?;
            let (mut draft, changes) = act(desk, &after, &event, None)?;
            draft.also = vec![(SERIES.value(), number)];
            draft.causes = vec![cause];
            draft.rules.extend(rules);
            acts.push((draft, changes));
        }
        Ok(acts)
    }

    /// The warnings that quote what acts of a matter led to follow how secret it is.
    async fn follow(
        &self,
        node: NodeId,
        found_in: MatterId,
        secrecy: &Secrecy,
        cause: ActId,
    ) -> Result<Vec<(Draft, Changes)>, StoreFault> {
        let store = self.directory.store();
        let desk = Desk { node, clock: self.directory.clock(), limits: &self.limits };
        let mut matters = BTreeMap::new();
        let mut acts = Vec::new();
        for id in all(store, node).await? {
            let Some((old, history)) = load(store, &Reach::of_system(node), id).await? else { continue };
            let mut quotes = BTreeSet::new();
            for recorded in &history {
                let (WarningEvent::Raised { finding, .. } | WarningEvent::ReasonsAdded { finding }) =
                    recorded.event()?
                else {
                    continue;
                };
                let matter = match matters.get(&finding.cause) {
                    Some(matter) => *matter,
                    None => {
                        let led = store.act_by_id(node.number(), finding.cause.value()).await?;
                        let matter = led.map(|led| MatterId::new(led.act.matter));
                        matters.insert(finding.cause, matter);
                        matter
                    }
                };
                quotes.extend(matter);
            }
            if !quotes.contains(&found_in) {
                continue;
            }
            // What it quotes from elsewhere keeps its class.
            let alone = quotes.len() == 1;
            let source = if alone { secrecy.clone() } else { old.finding.secrecy.clone().with(secrecy) };
            if let Some(event) = decide::follow(&old, source) {
                let after = old.after(&event);
                let (mut draft, changes) = act(desk, &after, &event, None)?;
                draft.causes = vec![cause.value()];
                acts.push((draft, changes));
            }
        }
        Ok(acts)
    }

    fn unit(&self, register: &Register, finding: &Finding, today: Day) -> Result<kernel::OrganId, StoreFault> {
        register.supervisor_of(finding.organ, today).ok_or_else(|| {
            StoreFault::Nonsense("the register names no supervisory unit that could take a warning".to_owned())
        })
    }
}

impl WarningBook for Book {
    fn enter<'a>(&'a self, node: NodeId, findings: &'a [(MatterId, Finding)]) -> Answer<'a, Vec<(Draft, Changes)>> {
        Box::pin(self.enter_all(node, findings))
    }

    fn classify<'a>(
        &'a self,
        node: NodeId,
        found_in: MatterId,
        secrecy: &'a Secrecy,
        cause: ActId,
    ) -> Answer<'a, Vec<(Draft, Changes)>> {
        Box::pin(self.follow(node, found_in, secrecy, cause))
    }
}

/// The finding within what an act can hold: the gravest reasons, the first facts of each.
fn fitting(finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    finding.reasons.truncate(REASONS);
    for reason in &mut finding.reasons {
        reason.evidence.truncate(FACTS);
    }
    finding
}
