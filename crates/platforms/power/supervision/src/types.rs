//! Nouns: a warning, where it stands, and how each of its reasons was judged.

use std::collections::BTreeSet;

use kernel::clock::StatutoryClock;
use kernel::{Instant, MatterId, OfficerId, OrganId, Secrecy};
use serde::{Deserialize, Serialize};
use supervise::{Finding, Light};

use crate::events::WarningEvent;

/// A warning 预警: a matter that begins with a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// The matter.
    pub id: MatterId,
    /// Version of the matter: how many acts it has.
    pub version: u64,
    /// Its number within the node, gap-free: W-000123.
    pub number: u64,
    /// What was found, with every reason.
    pub finding: Finding,
    /// The light now: may be graver than the finding's.
    pub light: Light,
    /// The supervisory unit that holds it.
    pub unit: OrganId,
    /// Where it stands.
    pub stage: Stage,
    /// The clock of the present stage; none when closed.
    pub clock: Option<Running>,
    /// How each reason was judged, in the order of the finding's reasons.
    pub verdicts: Vec<Option<Verdict>>,
    /// How often it was passed up.
    pub passed_up: u32,
    /// Whether its clock ran out where nobody is above, and nothing has armed another since.
    pub at_top: bool,
    /// Who keeps out of it 回避.
    pub recused: BTreeSet<OfficerId>,
    /// How secret it is 密级, and who may know of it 知悉范围, beside whoever heads the unit that holds it.
    pub secrecy: Secrecy,
    /// Whose hand concluded it: the inspector's, or that of somebody in the inspector's stead.
    pub concluded_by: Option<OfficerId>,
}

/// A clock and when it runs out, as computed when it was armed: a changed calendar re-arms it by an act.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Running {
    /// Budget, suspensions, start.
    pub clock: StatutoryClock,
    /// The first moment that is too late.
    pub ends: Instant,
}

/// Where a warning stands. Each stage names whose turn it is, and carries only what is true there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stage {
    /// 待派: the unit has it, nobody has taken it.
    Dispatched,
    /// 核查中: an inspector checks it.
    Checking {
        /// Who.
        inspector: OfficerId,
    },
    /// 待说明: the organ has been asked to explain.
    Asked {
        /// Who asked and waits.
        inspector: OfficerId,
    },
    /// 整改中: something was confirmed, and the organ is to correct it.
    Correcting {
        /// Who concluded.
        inspector: OfficerId,
    },
    /// 待验收: the organ says it has corrected.
    Corrected {
        /// Who accepts or returns it.
        inspector: OfficerId,
    },
    /// 申诉中: the organ contests the conclusion; somebody other than the inspector decides.
    Appealed {
        /// Whose conclusion is contested.
        inspector: OfficerId,
    },
    /// 已结.
    Closed {
        /// How it ended.
        outcome: Outcome,
    },
}

impl Stage {
    /// The stable word, stored and translated.
    pub fn code(&self) -> &'static str {
        match self {
            Stage::Dispatched => "dispatched",
            Stage::Checking { .. } => "checking",
            Stage::Asked { .. } => "asked",
            Stage::Correcting { .. } => "correcting",
            Stage::Corrected { .. } => "corrected",
            Stage::Appealed { .. } => "appealed",
            Stage::Closed { .. } => "closed",
        }
    }

    /// All words, in the order of a warning's life.
    pub const CODES: [&'static str; 7] =
        ["dispatched", "checking", "asked", "correcting", "corrected", "appealed", "closed"];

    /// The inspector, once there is one and while it is open.
    pub fn inspector(&self) -> Option<OfficerId> {
        match self {
            Stage::Dispatched | Stage::Closed { .. } => None,
            Stage::Checking { inspector }
            | Stage::Asked { inspector }
            | Stage::Correcting { inspector }
            | Stage::Corrected { inspector }
            | Stage::Appealed { inspector } => Some(*inspector),
        }
    }

    /// The same stage in another inspector's hands; nobody's where it has none.
    #[must_use]
    pub fn with_inspector(&self, inspector: OfficerId) -> Stage {
        match self {
            Stage::Dispatched | Stage::Checking { .. } => Stage::Checking { inspector },
            Stage::Asked { .. } => Stage::Asked { inspector },
            Stage::Correcting { .. } => Stage::Correcting { inspector },
            Stage::Corrected { .. } => Stage::Corrected { inspector },
            Stage::Appealed { .. } => Stage::Appealed { inspector },
            Stage::Closed { outcome } => Stage::Closed { outcome: *outcome },
        }
    }

    /// Whether it is the organ's turn.
    pub fn waits_for_organ(&self) -> bool {
        matches!(self, Stage::Asked { .. } | Stage::Correcting { .. })
    }
}

/// How one reason was judged; nothing else is ever said of a flag. Source: redflags.md §9.4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// 属实: the fact is right and there is no lawful reason.
    Confirmed,
    /// 已说明: the fact is right, with a lawful reason.
    Explained,
    /// 不属实: the fact is wrong.
    Refuted,
}

impl Verdict {
    /// All three, in the order in which pages offer them.
    pub const ALL: [Verdict; 3] = [Verdict::Confirmed, Verdict::Explained, Verdict::Refuted];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Confirmed => "confirmed",
            Verdict::Explained => "explained",
            Verdict::Refuted => "refuted",
        }
    }
}

impl std::str::FromStr for Verdict {
    type Err = ();

    fn from_str(text: &str) -> Result<Verdict, ()> {
        Verdict::ALL.into_iter().find(|verdict| verdict.code() == text).ok_or(())
    }
}

/// How a warning ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Confirmed in part or whole, and corrected to the inspector's satisfaction.
    Corrected,
    /// No reason confirmed, one or more explained.
    Explained,
    /// Every reason refuted.
    Refuted,
    /// Confirmed, then taken back on appeal.
    Withdrawn,
}

impl Outcome {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Corrected => "corrected",
            Outcome::Explained => "explained",
            Outcome::Refuted => "refuted",
            Outcome::Withdrawn => "withdrawn",
        }
    }
}

impl Warning {
    /// The warning as its first event opened it.
    ///
    /// # Errors
    /// If the event opens no warning: the log is damaged, or the caller begins in the middle.
    pub fn opened(id: MatterId, event: &WarningEvent) -> Result<Warning, NotOpened> {
        let WarningEvent::Raised { number, finding, unit, clock } = event else { return Err(NotOpened) };
        Ok(Warning {
            id,
            version: 1,
            number: *number,
            light: finding.light,
            verdicts: vec![None; finding.reasons.len()],
            finding: finding.clone(),
            unit: *unit,
            stage: Stage::Dispatched,
            clock: Some(clock.clone()),
            passed_up: 0,
            at_top: false,
            recused: BTreeSet::new(),
            secrecy: finding.secrecy.clone(),
            concluded_by: None,
        })
    }

    /// The warning after an event. Cannot refuse: what happened, happened.
    #[must_use]
    pub fn after(mut self, event: &WarningEvent) -> Warning {
        self.version += 1;
        let before = self.clock.clone();
        match event {
            WarningEvent::Raised { .. } | WarningEvent::Erased(_) => {}
            WarningEvent::ReasonsAdded { finding } => {
                self.light = self.light.max(finding.light);
                self.finding = finding.clone();
                self.verdicts = vec![None; finding.reasons.len()];
                self.secrecy = self.secrecy.with(&finding.secrecy);
            }
            WarningEvent::Assigned { inspector, clock } => {
                self.stage = Stage::Checking { inspector: *inspector };
                self.clock = Some(clock.clone());
            }
            WarningEvent::Asked { clock, .. } => {
                if let Some(inspector) = self.stage.inspector() {
                    self.stage = Stage::Asked { inspector };
                }
                self.clock = Some(clock.clone());
            }
            WarningEvent::Explained { clock, .. } => {
                if let Some(inspector) = self.stage.inspector() {
                    self.stage = Stage::Checking { inspector };
                }
                self.clock = Some(clock.clone());
            }
            WarningEvent::Concluded { verdicts, closed, clock, by, .. } => {
                self.concluded_by = by.or(self.stage.inspector());
                self.verdicts = verdicts.iter().map(|verdict| Some(*verdict)).collect();
                match (closed, self.stage.inspector()) {
                    (Some(outcome), _) => self.stage = Stage::Closed { outcome: *outcome },
                    (None, Some(inspector)) => self.stage = Stage::Correcting { inspector },
                    (None, None) => {}
                }
                self.clock = clock.clone();
            }
            WarningEvent::Corrected { clock, .. } => {
                if let Some(inspector) = self.stage.inspector() {
                    self.stage = Stage::Corrected { inspector };
                }
                self.clock = Some(clock.clone());
            }
            WarningEvent::Returned { clock, .. } => {
                if let Some(inspector) = self.stage.inspector() {
                    self.stage = Stage::Correcting { inspector };
                }
                self.clock = Some(clock.clone());
            }
            WarningEvent::Accepted { .. } => {
                self.stage = Stage::Closed { outcome: Outcome::Corrected };
                self.clock = None;
            }
            WarningEvent::Appealed { clock, .. } => {
                if let Some(inspector) = self.stage.inspector() {
                    self.stage = Stage::Appealed { inspector };
                }
                self.clock = Some(clock.clone());
            }
            WarningEvent::AppealDecided { upheld, clock, .. } => {
                match (upheld, self.stage.inspector()) {
                    (true, _) => {
                        self.stage = Stage::Closed { outcome: Outcome::Withdrawn };
                        // What was confirmed is not: it counts as refuted in the rule's precision.
                        for verdict in self.verdicts.iter_mut().flatten().filter(|it| **it == Verdict::Confirmed) {
                            *verdict = Verdict::Refuted;
                        }
                    }
                    (false, Some(inspector)) => self.stage = Stage::Correcting { inspector },
                    (false, None) => {}
                }
                self.clock = clock.clone();
            }
            WarningEvent::PassedUp { unit, light, clock, .. } => {
                self.unit = *unit;
                self.light = *light;
                self.passed_up += 1;
                self.clock = Some(clock.clone());
                // The superior unit begins where the lower one left: what the organ owes, it still owes.
                if !self.stage.waits_for_organ() {
                    self.stage = Stage::Dispatched;
                }
            }
            WarningEvent::OverdueAtTop { light, .. } => {
                self.light = *light;
                self.at_top = true;
            }
            WarningEvent::Recused { officer, .. } => {
                self.recused.insert(*officer);
                // What is being checked waits for another inspector; what the organ owes, it still owes.
                if matches!(self.stage, Stage::Checking { inspector } if inspector == *officer) {
                    self.stage = Stage::Dispatched;
                }
            }
            WarningEvent::RecusalLifted { officer, .. } => {
                self.recused.remove(officer);
            }
            WarningEvent::HandedOver { inspector } => self.stage = self.stage.with_inspector(*inspector),
            WarningEvent::Classified { .. } => self.secrecy = event.classifies().unwrap_or_default(),
            WarningEvent::SourceClassified { source, to } => {
                self.finding.secrecy = source.clone();
                self.secrecy = to.clone();
            }
        }
        // Whoever is given it may know of it.
        let given = matches!(event, WarningEvent::Assigned { .. } | WarningEvent::HandedOver { .. });
        if let (true, Some(named), Some(inspector)) = (given, &mut self.secrecy.named, self.stage.inspector()) {
            named.insert(inspector);
        }
        self.at_top &= self.clock == before;
        self
    }

    /// The inspector who has it and does not keep out of it.
    pub fn active_inspector(&self) -> Option<OfficerId> {
        self.stage.inspector().filter(|inspector| !self.recused.contains(inspector))
    }

    /// The warning as an organ has it that took over from the unit that holds it, or from the organ concerned: in their
    /// place.
    ///
    /// - `stands_for`: whether the organ speaks for another; see [`directory::Register::stands_for`].
    #[must_use]
    pub fn seen_by(mut self, organ: OrganId, stands_for: impl Fn(OrganId) -> bool) -> Warning {
        if stands_for(self.unit) {
            self.unit = organ;
        }
        if self.finding.organ.is_some_and(stands_for) {
            self.finding.organ = Some(organ);
        }
        self
    }

    /// The warning that a history tells.
    ///
    /// # Errors
    /// As [`Warning::opened`].
    pub fn replay<'a>(id: MatterId, mut events: impl Iterator<Item = &'a WarningEvent>) -> Result<Warning, NotOpened> {
        let first = events.next().ok_or(NotOpened)?;
        Ok(events.fold(Warning::opened(id, first)?, Warning::after))
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        matches!(self.stage, Stage::Closed { .. })
    }
}

/// A history that does not begin with a warning being raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the history of this warning does not begin with its being raised")]
pub struct NotOpened;
