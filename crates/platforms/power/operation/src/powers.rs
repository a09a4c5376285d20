//! What may be exercised, for the crate that opens cases.

use casework::power::{Known, Power, Powers, Under};
use kernel::{Day, MatterId, OrganId};
use store::{Store, StoreFault};
use tell::Answer;

use crate::item::Version;
use crate::rows;

/// The inventory, asked by [`casework::Desk`].
pub struct FromInventory {
    store: Store,
    node: i64,
}

impl FromInventory {
    /// Of a node.
    pub fn new(store: Store, node: i64) -> FromInventory {
        FromInventory { store, node }
    }

    async fn known(&self, process: &str, organ: OrganId, on: Day) -> Result<Known, StoreFault> {
        let in_force = rows::of_process(&self.store, self.node, process, on).await?;
        let is_power = !in_force.is_empty() || rows::was_bound(&self.store, self.node, process).await?;
        let own = in_force.into_iter().filter(|it| it.version.content.organ == organ);
        Ok(Known { is_power, in_force: own.map(|it| power(it.item, it.version)).collect() })
    }

    async fn named(&self, under: Under) -> Result<Option<Power>, StoreFault> {
        let found = rows::load(&self.store, self.node, under.item).await?;
        let versions = found.map(|(item, _)| item.versions).unwrap_or_default();
        let version = versions.into_iter().find(|version| version.number == under.version);
        Ok(version.map(|version| power(under.item, version)))
    }
}

fn power(item: MatterId, version: Version) -> Power {
    Power {
        under: Under { item, version: version.number },
        page: format!("/powers/{item}?version={}", version.number),
        code: version.content.code,
        name: version.content.name,
    }
}

impl Powers for FromInventory {
    fn of<'a>(&'a self, process: &'a str, organ: OrganId, on: Day) -> Answer<'a, Known> {
        Box::pin(self.known(process, organ, on))
    }

    fn item(&self, under: Under) -> Answer<'_, Option<Power>> {
        Box::pin(self.named(under))
    }
}
