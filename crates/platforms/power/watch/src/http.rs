//! The rules as people read them: each with its law, its figures, whom it is for, whether it judges, and what it came to so far.

mod api;
mod pages;
mod parts;

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Permission as _;
use kernel::NodeId;
use store::{Store, StoreFault};
use supervise::{Answer, RuleRef, Tally, tallies};
use web::http::{App, MenuEntry, RouteInfo, Routes};
use web::locale::Locale;

use crate::pack::{Rule, Rules};

/// The texts of these pages, for the catalogue.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/watch.ftl")),
    (Locale::En, include_str!("../locales/en/watch.ftl")),
];

access::permissions! {
    /// Read rules of supervision 查看监察规则.
    ReadRules = "rule.read";
}

/// What became of a rule's findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// Warnings that are open.
    pub open: u64,
    /// Warnings that are closed.
    pub closed: u64,
    /// Reasons that inspectors confirmed.
    pub confirmed: u64,
    /// Reasons that the organ explained.
    pub explained: u64,
    /// Reasons that were refuted.
    pub refuted: u64,
}

impl Came {
    /// Reasons that somebody concluded on.
    pub fn concluded(&self) -> u64 {
        self.confirmed + self.explained + self.refuted
    }
}

/// What became of findings, by the code of the rule; the binary wires it with supervision.
pub trait Outcomes: Send + Sync {
    /// For all rules.
    fn all(&self) -> Answer<'_, BTreeMap<String, Came>>;
}

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Watched {
    rules: Rules,
    store: Store,
    node: NodeId,
    outcomes: Arc<dyn Outcomes>,
}

impl Watched {
    /// The rules of a node, and what became of what they found.
    pub fn new(rules: Rules, (store, node): (Store, NodeId), outcomes: Arc<dyn Outcomes>) -> Watched {
        Watched { rules, store, node, outcomes }
    }

    async fn figures(&self) -> Result<Figures, StoreFault> {
        Ok(Figures { tallies: tallies(&self.store, self.node).await?, came: self.outcomes.all().await? })
    }
}

/// What rules came to.
struct Figures {
    tallies: BTreeMap<RuleRef, Tally>,
    came: BTreeMap<String, Came>,
}

impl Figures {
    fn tally(&self, rule: &Rule) -> Tally {
        self.tallies.get(&rule.reference()).cloned().unwrap_or_default()
    }

    fn came(&self, rule: &Rule) -> Came {
        self.came.get(&rule.code).copied().unwrap_or_default()
    }
}

/// The place in the rail.
pub fn menu() -> Vec<MenuEntry> {
    vec![MenuEntry::new("power", "watch-menu-rules", "/rules", ReadRules::CODE, 32)]
}

/// All routes of the rules.
pub fn routes(app: App, state: Watched) -> Routes<()> {
    Routes::<Watched>::new(app)
        .add(RouteInfo::page("/rules", ReadRules::CODE, ("监察规则", "Rules of supervision")), pages::list)
        .add(RouteInfo::page("/rules/{code}", ReadRules::CODE, ("一条监察规则", "A rule of supervision")), pages::one)
        .add(
            RouteInfo::api("/api/rules", ReadRules::CODE, ("监察规则", "Rules of supervision")).answers(api::described),
            api::rules,
        )
        .with_state(state)
}
