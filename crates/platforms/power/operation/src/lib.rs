//! Power operation 行政权力网上运行: the inventory of powers 权责清单, what may be exercised by it, and how far it is connected.
//!
//! An *item* is a matter: one officer proposes it or a change of it, another looks whether the law bears it, a third publishes
//! it, and each publication is a version with its days. A case whose process exercises a power is opened under the version in
//! force in its organ, and under nothing else ([`powers`]).
//!
//! Read: [`types`] (what an item says), [`events`], [`item`] (their fold), [`decide`] (pure), [`rows`], [`inventory`]
//! (records), [`compare`], [`sheet`] (tables to items), [`coverage`], [`http`].
//! Source: 中办发〔2015〕21号; GB/T 39554.2-2020; 优化营商环境条例 arts. 36 and 40.

pub mod compare;
pub mod coverage;
pub mod decide;
pub mod events;
pub mod http;
pub mod inventory;
pub mod item;
pub mod powers;
pub mod rows;
pub mod sheet;
pub mod typed;
pub mod types;

pub use inventory::{Inventory, InventoryError};
pub use powers::FromInventory;
pub use rows::{SCHEMA, projector};
