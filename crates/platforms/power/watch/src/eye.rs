//! What is known along the feed: the cases that acts are about, and what was done lately. A bounded number of cases is kept; another
//! one is folded from its acts when an act of it comes, so that memory does not grow with the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use casework::Desk;
use flow::ElementId;
use flow::graph::Work;
use hashlink::LruCache;
use kernel::MatterId;
use store::{Recorded, StoreFault};
use supervise::Judged;
use tokio::sync::Mutex;

use crate::deed::Deed;
use crate::facts::Facts;
use crate::finding::{Names, finding};
use crate::judge::{Model, Outcome, Seen, judge};
use crate::pack::{Rule, Rules};
use crate::windows::Windows;

/// Cases kept as they stand.
const KEPT: usize = 4_096;
/// Models kept.
const MODELS: usize = 256;
/// Acts read at once.
const BATCH: u64 = 256;
/// How far back windows are filled beyond what rules look at: clocks of machines differ.
const SLACK_MS: i64 = 86_400_000;

/// What each rule says of one act, by the place of the rule.
type Said = Arc<Vec<Vec<Judged>>>;

struct Known {
    cases: LruCache<MatterId, Facts>,
    models: LruCache<(MatterId, ElementId), Arc<Model>>,
    windows: Option<Windows>,
    last: Option<(u64, Said)>,
}

/// Judges acts of cases by all rules at once. Shared by the rules of a node.
pub struct Eye {
    desk: Desk,
    rules: Rules,
    known: Mutex<Known>,
}

impl Eye {
    /// For a node, with these rules.
    pub fn new(desk: Desk, rules: Rules) -> Arc<Eye> {
        let (cases, models) = (LruCache::new(KEPT), LruCache::new(MODELS));
        Arc::new(Eye { desk, rules, known: Mutex::new(Known { cases, models, windows: None, last: None }) })
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What the rule at that place says of an act. The act is looked at once, whichever rule asks first; acts that come again are
    /// judged as they were.
    ///
    /// # Errors
    /// If the store cannot be read, or an act makes no sense.
    pub async fn says(&self, place: usize, act: &Recorded) -> Result<Vec<Judged>, StoreFault> {
        let mut known = self.known.lock().await;
        let said = match &known.last {
            Some((idx, said)) if *idx == act.idx => Arc::clone(said),
            _ => {
                let said = Arc::new(self.look(&mut known, act).await?);
                known.last = Some((act.idx, Arc::clone(&said)));
                said
            }
        };
        Ok(said.get(place).cloned().unwrap_or_default())
    }

    async fn look(&self, known: &mut Known, act: &Recorded) -> Result<Vec<Vec<Judged>>, StoreFault> {
        let each = |judged: Judged| Ok(vec![vec![judged]; self.rules.all().len()]);
        if self.looks_around() {
            self.fill(known, act).await?;
        }
        let Some(deed) = Deed::of(act)? else {
            known.cases.remove(&MatterId::new(act.act.matter));
            return each(Judged::InsufficientData("act".to_owned()));
        };
        let Some(before) = self.before(known, &deed).await? else {
            return each(Judged::InsufficientData("case".to_owned()));
        };
        if before.gone {
            self.keep(known, before, &deed);
            return each(Judged::InsufficientData("case".to_owned()));
        }
        let model = self.model(known, &before).await?;
        let none = Windows::default();
        let zone = self.desk.directory().clock().zone();
        let seen = Seen {
            deed: &deed,
            before: &before,
            windows: known.windows.as_ref().unwrap_or(&none),
            model: &model,
            zone,
            calendar: self.desk.calendar(),
        };
        let outcomes: Vec<Vec<Outcome>> = self.rules.all().iter().map(|rule| judge(rule, seen)).collect();
        let raised = outcomes.iter().flatten().any(|outcome| matches!(outcome, Outcome::Raised(_)));
        let register = if raised { self.desk.directory().register().await? } else { None };
        let names = Names { register: register.as_deref(), day: deed.at.day(zone) };
        let of = |rule: &Rule, outcome: Outcome| match outcome {
            Outcome::Raised(found) => Judged::Raised(Box::new(finding(rule, &found, (act, &before), &names))),
            Outcome::NotRaised => Judged::NotRaised,
            Outcome::Insufficient(what) => Judged::InsufficientData(what.to_owned()),
            Outcome::NotApplicable(why) => Judged::NotApplicable(why.to_owned()),
        };
        let said = self.rules.all().iter().zip(outcomes);
        let said = said.map(|(rule, all)| all.into_iter().map(|outcome| of(rule, outcome)).collect()).collect();
        if let Some(windows) = &mut known.windows {
            windows.take(&deed, &before, zone);
        }
        self.keep(known, before, &deed);
        Ok(said)
    }

    fn keep(&self, known: &mut Known, mut case: Facts, deed: &Deed) {
        case.take(deed);
        known.cases.insert(case.id, case);
    }

    /// The case before an act.
    async fn before(&self, known: &mut Known, deed: &Deed) -> Result<Option<Facts>, StoreFault> {
        if let Some(opened) = Facts::before(deed) {
            return Ok(Some(opened));
        }
        match known.cases.remove(&deed.case) {
            Some(case) if case.version + 1 == deed.version => Ok(Some(case)),
            _ => folded(&self.desk, deed.case, deed.version).await,
        }
    }

    async fn model(&self, known: &mut Known, case: &Facts) -> Result<Arc<Model>, StoreFault> {
        let key = (case.model, case.process.clone());
        if let Some(model) = known.models.get(&key) {
            return Ok(Arc::clone(model));
        }
        let deployed = self.desk.library().deployed(case.model).await?;
        let mut model = Model::default();
        if let Some(graph) = deployed.readied.graphs.get(&case.process) {
            for at in graph.all() {
                let element = graph.element(at);
                if !element.name.is_empty() {
                    model.names.insert(element.id.clone(), element.name.clone());
                }
                if let Some(Work::User(task)) = graph.activity(at).map(|activity| &activity.work) {
                    for other in &task.separate {
                        model.separate.entry(element.id.clone()).or_default().insert(other.clone());
                        model.separate.entry(other.clone()).or_default().insert(element.id.clone());
                    }
                }
            }
        }
        let model = Arc::new(model);
        known.models.insert(key, Arc::clone(&model));
        Ok(model)
    }

    fn looks_around(&self) -> bool {
        self.rules.all().iter().any(|rule| rule.enabled && rule.family.looks_around())
    }

    /// Fills windows with what lies before an act and was not seen here: at the beginning of a process, and where another one judged
    /// meanwhile.
    async fn fill(&self, known: &mut Known, act: &Recorded) -> Result<(), StoreFault> {
        let mut windows = match known.windows.take() {
            Some(windows) => windows,
            None => Windows::from(self.begins(act).await?),
        };
        if windows.upto() < act.idx {
            let (store, node) = (self.desk.directory().store(), self.desk.directory().node().number());
            let zone = self.desk.directory().clock().zone();
            let mut cases: LruCache<MatterId, Facts> = LruCache::new(KEPT);
            while windows.upto() < act.idx {
                let from = windows.upto();
                let acts = store.feed(node, from, BATCH.min(act.idx - from)).await?;
                if acts.is_empty() {
                    break;
                }
                for earlier in &acts {
                    if earlier.act.kind.starts_with("case.")
                        && let Some(deed) = Deed::of(earlier)?
                    {
                        let kept = cases.remove(&deed.case).filter(|case| case.version + 1 == deed.version);
                        let before = match (Facts::before(&deed), kept) {
                            (Some(opened), _) => Some(opened),
                            (None, Some(case)) => Some(case),
                            (None, None) => folded(&self.desk, deed.case, deed.version).await?,
                        };
                        if let Some(mut case) = before {
                            windows.take(&deed, &case, zone);
                            case.take(&deed);
                            cases.insert(case.id, case);
                        }
                    }
                    windows.pass(earlier.idx + 1);
                }
            }
        }
        known.windows = Some(windows);
        Ok(())
    }

    /// The place in the log from which on acts lie within what the rules look at. The log is in order of time but for clocks that were
    /// set back; a day of slack is for these.
    async fn begins(&self, act: &Recorded) -> Result<u64, StoreFault> {
        let looking = self.rules.all().iter().filter(|rule| rule.enabled);
        let seconds = looking.map(|rule| rule.family.horizon(rule)).max().unwrap_or(0);
        let since = act.act.at_ms.saturating_sub(seconds.saturating_mul(1_000)).saturating_sub(SLACK_MS);
        let (store, node) = (self.desk.directory().store(), self.desk.directory().node().number());
        let (mut low, mut high) = (0, act.idx);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = store.feed(node, middle, 1).await?;
            match at.first() {
                Some(found) if found.act.at_ms < since => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }
}

/// A case as its acts before one tell it; nothing where they open none.
async fn folded(desk: &Desk, id: MatterId, before: u64) -> Result<Option<Facts>, StoreFault> {
    let (store, node) = (desk.directory().store(), desk.directory().node().number());
    let acts = store.acts_of(node, id.value()).await?;
    let mut facts: Option<Facts> = None;
    for act in acts.iter().filter(|act| act.act.version < before) {
        // Other acts of the matter, such as a tombstone, change nothing of it.
        if !act.act.kind.starts_with("case.") {
            continue;
        }
        match (Deed::of(act)?, &mut facts) {
            (Some(deed), None) => {
                facts = Facts::before(&deed);
                if let Some(facts) = &mut facts {
                    facts.take(&deed);
                }
            }
            (Some(deed), Some(facts)) => facts.take(&deed),
            (None, Some(facts)) => facts.gone = true,
            (None, None) => {}
        }
    }
    Ok(facts)
}

/// Codes of the rules that look at acts of others, for who says why they take longer to begin.
pub fn looking_around(rules: &Rules) -> BTreeSet<&str> {
    let looking = rules.all().iter().filter(|rule| rule.enabled && rule.family.looks_around());
    looking.map(|rule| rule.code.as_str()).collect()
}

/// Rules by their place, for who wires them.
pub(crate) fn places(rules: &Rules) -> BTreeMap<usize, &Rule> {
    rules.all().iter().enumerate().filter(|(_, rule)| rule.enabled).collect()
}
