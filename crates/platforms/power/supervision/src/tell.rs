//! Who is told what a warning or an access came to 通知: whoever has the next turn, and whoever waited for the answer.

use directory::Directory;
use kernel::{MatterId, NodeId, OfficerId, OrganId};
use store::{Recorded, StoreFault};
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::events::WarningEvent;
use crate::glass::{self, GlassEvent};
use crate::store::{CHIEF, Reach, load, replay};
use crate::types::{Stage, Warning};

/// Duties of those who answer for an organ.
pub(crate) const ANSWERS: [&str; 2] = ["organ-handler", "organ-head"];

/// What an act on a warning asks to be told. Every act is somebody's turn taken, so that what was told before is past.
///
/// - `after`: the warning as the act leaves it.
pub fn told(after: &Warning, event: &WarningEvent) -> Told {
    let chiefs = |text| vec![(To::Duty { duty: CHIEF, organ: Some(after.unit) }, text)];
    let organ = |text| answering(after.finding.organ, text);
    let inspector = |text| after.active_inspector().map(|officer| (To::Hand(officer), text)).into_iter().collect();
    let tellings: Vec<(To, &'static str)> = match event {
        WarningEvent::Raised { .. } => chiefs("supervision-told-dispatched"),
        WarningEvent::ReasonsAdded { .. } => match after.active_inspector() {
            Some(officer) => vec![(To::Hand(officer), "supervision-told-reasons")],
            None => chiefs("supervision-told-reasons"),
        },
        WarningEvent::Assigned { inspector, .. } | WarningEvent::HandedOver { inspector } => {
            vec![(To::Hand(*inspector), "supervision-told-assigned")]
        }
        WarningEvent::Asked { .. } => organ("supervision-told-asked"),
        WarningEvent::Explained { .. } => inspector("supervision-told-explained"),
        WarningEvent::Concluded { closed: None, .. } | WarningEvent::Returned { .. } => {
            organ("supervision-told-to-correct")
        }
        WarningEvent::Concluded { closed: Some(_), .. } | WarningEvent::Accepted { .. } => {
            organ("supervision-told-closed")
        }
        WarningEvent::Corrected { .. } => inspector("supervision-told-corrected"),
        WarningEvent::Appealed { .. } => chiefs("supervision-told-appealed"),
        WarningEvent::AppealDecided { .. } => {
            [organ("supervision-told-appeal-decided"), inspector("supervision-told-appeal-decided")].concat()
        }
        WarningEvent::PassedUp { .. } => chiefs("supervision-told-passed-up"),
        WarningEvent::OverdueAtTop { .. } => chiefs("supervision-told-overdue"),
        // What a recusal leaves without an inspector is to be dispatched again.
        WarningEvent::Recused { .. } if after.stage == Stage::Dispatched || after.active_inspector().is_none() => {
            chiefs("supervision-told-dispatched")
        }
        WarningEvent::Recused { .. }
        | WarningEvent::RecusalLifted { .. }
        | WarningEvent::Classified { .. }
        | WarningEvent::SourceClassified { .. }
        | WarningEvent::Erased(_) => Vec::new(),
    };
    // The one whose conclusion is contested has no part in the appeal.
    let apart = matches!(event, WarningEvent::Appealed { .. }).then(|| after.stage.inspector()).flatten();
    Told {
        // How secret it is, and what was erased, change nobody's turn.
        settles: event.classifies().is_none() && !matches!(event, WarningEvent::Erased(_)),
        tellings: telling(tellings, &number(after.number), &crate::http::path(after.id)),
        except: after.recused.iter().copied().chain(apart).collect(),
        only: after.secrecy.named.clone(),
        class: after.secrecy.class,
    }
}

/// What an act on an access asks to be told.
///
/// - `officer`: who asked.
/// - `unit`: the unit that holds the warning.
pub fn told_of_access(id: MatterId, about: u64, officer: OfficerId, unit: Option<OrganId>, event: &GlassEvent) -> Told {
    let tellings = match event {
        GlassEvent::Asked { .. } => unit
            .map(|unit| (To::Duty { duty: CHIEF, organ: Some(unit) }, "supervision-told-access-asked"))
            .into_iter()
            .collect(),
        GlassEvent::Approved { .. } | GlassEvent::Refused { .. } => {
            vec![(To::Person(officer), "supervision-told-access-answered")]
        }
        GlassEvent::Read { .. } | GlassEvent::Erased(_) => Vec::new(),
    };
    Told {
        settles: !matches!(event, GlassEvent::Read { .. }),
        tellings: telling(tellings, &number(about), &format!("/break-glass/{id}")),
        ..Told::default()
    }
}

fn answering(organ: Option<OrganId>, text: &'static str) -> Vec<(To, &'static str)> {
    let Some(organ) = organ else { return Vec::new() };
    ANSWERS.into_iter().map(|duty| (To::Duty { duty, organ: Some(organ) }, text)).collect()
}

fn number(number: u64) -> String {
    format!("W-{number:06}")
}

fn telling(tellings: Vec<(To, &'static str)>, number: &str, page: &str) -> Vec<Telling> {
    let (Some(number), Some(page)) = (Number::new(number), PagePath::new(page)) else { return Vec::new() };
    let one = |(to, text)| Telling { to, text, number: number.clone(), page: page.clone() };
    tellings.into_iter().map(one).collect()
}

/// Tells what acts on warnings and accesses came to.
pub struct SupervisionTeller {
    directory: Directory,
}

impl SupervisionTeller {
    /// Of the directory's node.
    pub fn new(directory: Directory) -> SupervisionTeller {
        SupervisionTeller { directory }
    }

    async fn of(&self, node: NodeId, act: &Recorded) -> Result<Told, StoreFault> {
        let (store, id) = (self.directory.store(), MatterId::new(act.act.matter));
        if act.act.kind.starts_with("glass.") {
            let event: GlassEvent = act.event()?;
            let Some((access, _)) = glass::load(store, node, id).await? else { return Ok(Told::default()) };
            let warning = load(store, &Reach::of_system(node), access.warning).await?;
            let unit = warning.map(|(warning, _)| warning.unit);
            return Ok(told_of_access(id, access.number, access.officer, unit, &event));
        }
        let event: WarningEvent = act.event()?;
        let after = if act.act.version == 1 {
            Warning::opened(id, &event).ok()
        } else {
            let mut acts = store.acts_of(node.number(), act.act.matter).await?;
            acts.retain(|other| other.act.version <= act.act.version);
            replay(id, &acts)?
        };
        let Some(after) = after else { return Ok(Told::default()) };
        let mut told = told(&after, &event);
        if let Some(only) = &mut told.only {
            // Whoever heads the unit that holds it may know of it, too.
            let register = self.directory.register().await?;
            let today = self.directory.clock().today();
            for register in register.iter() {
                let view = register.organs(today);
                let stands =
                    view.all().filter(|it| it.id == after.unit || register.stands_for(it.id, after.unit, today));
                for unit in stands {
                    only.extend(register.holders(unit.id, CHIEF, today).iter().map(|officer| officer.id));
                }
            }
        }
        Ok(told)
    }
}

impl Teller for SupervisionTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("supervision.") || kind.starts_with("glass.")
    }

    fn told<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(self.of(node, act))
    }
}

#[cfg(test)]
mod tests;
