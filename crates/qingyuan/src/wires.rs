//! Small traits of one platform answered by another: platforms never know one another, the binary introduces them.

use std::collections::BTreeMap;

use kernel::NodeId;
use notices::send::Channels;
use redflags::http::{Later, Redflags, Verdict, Verdicts, subject_panel};
use redflags_rules::score::Verdicts as Concluded;
use store::Store;
use supervise::{Answer, Reason, Subject};
use supervision::http::SubjectView;
use watch_rules::http::Came;
use web::http::Page;
use web::view::Html;

/// What inspectors concluded, for the indicators' precision and trials.
pub(crate) struct FromSupervision {
    pub(crate) store: Store,
    pub(crate) node: NodeId,
}

/// Past verdicts a trial is compared with at most.
const PAST: u32 = 5_000;

impl Verdicts for FromSupervision {
    fn of<'a>(&'a self, indicator: &'a str) -> Later<'a, Concluded> {
        Box::pin(async move {
            let all = supervision::store::precision(&self.store, self.node, &[indicator]).await?;
            Ok(all.get(indicator).map_or_else(Concluded::default, |counts| Concluded {
                confirmed: counts.confirmed,
                explained: counts.explained,
                refuted: counts.refuted,
                open: 0,
            }))
        })
    }

    fn past<'a>(&'a self, indicator: &'a str) -> Later<'a, Vec<(String, Verdict)>> {
        Box::pin(async move {
            let past = supervision::store::past_verdicts(&self.store, self.node, indicator, PAST).await?;
            Ok(past
                .into_iter()
                .map(|past| {
                    let verdict = match past.verdict {
                        supervision::types::Verdict::Confirmed => Verdict::Confirmed,
                        supervision::types::Verdict::Explained => Verdict::Explained,
                        supervision::types::Verdict::Refuted => Verdict::Refuted,
                    };
                    (past.subject, verdict)
                })
                .collect())
        })
    }
}

impl watch_rules::http::Outcomes for FromSupervision {
    fn all(&self) -> Answer<'_, BTreeMap<String, Came>> {
        Box::pin(async {
            let mut all: BTreeMap<String, Came> = BTreeMap::new();
            for (rule, (open, closed)) in supervision::store::by_rule(&self.store, self.node).await? {
                all.insert(rule, Came { open, closed, ..Came::default() });
            }
            for (rule, verdicts) in supervision::store::precision(&self.store, self.node, &[]).await? {
                let came = all.entry(rule).or_default();
                (came.confirmed, came.explained, came.refuted) =
                    (verdicts.confirmed, verdicts.explained, verdicts.refuted);
            }
            Ok(all)
        })
    }
}

/// Warnings about a case, for its page: what the search box finds of its number among warnings.
pub(crate) struct AboutCases;

impl casework::http::CaseWarnings for AboutCases {
    fn of(&self, page: Page, number: String) -> Answer<'_, Vec<web::http::Found>> {
        Box::pin(async move {
            let groups = supervision::http::finder()(page, number).await?;
            Ok(groups.into_iter().flat_map(|group| group.found).collect())
        })
    }
}

/// What the public may apply for: items of the inventory that are in force, bound to a process and offered online.
pub(crate) struct InventoryOffers {
    pub(crate) store: Store,
    pub(crate) clock: std::sync::Arc<dyn kernel::Clock>,
    pub(crate) node: NodeId,
}

impl services::types::Offers for InventoryOffers {
    fn offer<'a>(&'a self, code: &'a str) -> Answer<'a, Option<services::types::Offer>> {
        use operation::types::Need;
        Box::pin(async move {
            let today = self.clock.today();
            let found = operation::rows::by_code(&self.store, self.node.number(), code, today).await?;
            let offer = found.and_then(|found| {
                let content = found.version.content;
                let process = content.process.filter(|_| content.online)?;
                let later =
                    content.materials.into_iter().filter(|it| matches!(it.need, Need::Tolerated | Need::Committed));
                Some(services::types::Offer {
                    item: found.item,
                    page: format!("/guide/{}", content.code),
                    code: content.code,
                    name: content.name,
                    organ: content.organ,
                    process,
                    promised: content.promised,
                    may_follow: later.map(|material| material.name).collect(),
                })
            });
            Ok(offer)
        })
    }
}

/// Tasks that wait for a reader, for the cockpit.
pub(crate) struct OwnTasks;

impl supervision::http::TasksView for OwnTasks {
    fn of<'a>(&'a self, page: &'a Page) -> Answer<'a, Option<supervision::http::Tasks>> {
        Box::pin(async move {
            let waiting = casework::http::waiting(page).await?;
            Ok(waiting.map(|of| supervision::http::Tasks {
                late: of.late,
                today: of.today,
                all: of.all,
                more: of.more,
            }))
        })
    }
}

/// Whether who erases by law may see the words of an act: as its platform's page would show them.
pub(crate) struct ActSight;

impl erasure::http::Sight for ActSight {
    fn may_see<'a>(&'a self, page: &'a Page, act: &'a store::Recorded) -> Answer<'a, bool> {
        match act.act.kind.split('.').next() {
            Some("redflags") => Box::pin(redflags::http::may_see_act(page, act)),
            // No disclosure is open to named officers only: whose post reads its class may see it.
            Some("disclosure" | "consultation") => {
                let open = supervise::secrecy_of(act).class <= page.reader.ceiling();
                Box::pin(async move { Ok(open) })
            }
            Some("case" | "migration") => Box::pin(casework::http::may_see_act(page, act)),
            Some("service") => Box::pin(services::http::may_see_act(page, act)),
            _ => Box::pin(supervision::http::may_see_act(page, act)),
        }
    }
}

/// What a warning's page shows of a contracting process.
pub(crate) struct ProcessView(pub(crate) Redflags);

impl SubjectView for ProcessView {
    fn panel<'a>(&'a self, page: &'a Page, subject: &'a Subject, _: &'a [Reason]) -> Answer<'a, Option<Html>> {
        Box::pin(subject_panel(page, &self.0, &subject.kind, &subject.key))
    }
}

/// What the page about the machine shows of the channels of notices.
pub(crate) struct ChannelView(pub(crate) Channels);

impl administration::http::MachineView for ChannelView {
    fn panel<'a>(&'a self, page: &'a Page) -> Answer<'a, Html> {
        Box::pin(notices::http::machine_panel(page, &self.0))
    }
}
