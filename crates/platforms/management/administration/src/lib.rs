//! Administration 系统管理: the register's organs, posts, officers and appointments, entered on pages or from one
//! spreadsheet; one-time codes, and their withdrawal. Each change is an act of the register; no officer is ever deleted.
//!
//! Who administers the machine touches none of this, and who grants grants nothing to themselves (三员分立). Read
//! [`office`] (rows to a plan, pure), [`tables::spreadsheet`] (files to rows), [`entering`] (both together), [`http`] (pages).

pub mod entering;
pub mod history;
pub mod http;
pub mod office;
pub mod reorganise;
mod tell;

pub use http::{TEXTS, menu, routes};
pub use tell::{AdministrationTeller, told};
