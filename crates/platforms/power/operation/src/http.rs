//! Pages of the inventory: the list, one item with its versions and what waits of it, the form, imports, how far it is connected;
//! and the inventory as everybody may read it.

mod coverage;
mod form;
mod guide;
mod import;
mod item;
mod list;
mod say;

use std::sync::Arc;

use access::{Permission as _, Reader};
use directory::Directory;
use web::http::{App, MenuEntry, Method, Page, PageError, Parameter, RouteInfo, Routes, Stage};
use web::locale::Locale;

use crate::inventory::{Inventory, InventoryError};
use crate::rows;
use crate::sheet::Sheet;

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/operation.ftl")),
    (Locale::En, include_str!("../locales/en/operation.ftl")),
];

access::permissions! {
    /// Read the inventory of powers 查看权责清单.
    ReadPowers = "power.read";
    /// Propose items and changes of the inventory 提出权责清单事项.
    ProposePowers = "power.propose";
    /// Look whether the law bears a change of the inventory 合法性审核.
    ReviewPowers = "power.review";
    /// Publish changes of the inventory 公布权责清单事项.
    PublishPowers = "power.publish";
}

/// A file that waits for its confirmation.
#[derive(Clone)]
struct Staged {
    name: String,
    sheet: Arc<Sheet>,
}

/// Files that wait at most, of all officers together.
const STAGED: usize = 16;

/// What the handlers share.
#[derive(Clone)]
pub struct Operation {
    app: App,
    inventory: Inventory,
    staged: Stage<Staged>,
}

impl Operation {
    /// Over an inventory.
    pub fn new(app: App, inventory: Inventory) -> Operation {
        Operation { app, inventory, staged: Stage::new(STAGED) }
    }
}

/// The door of the public face.
pub const DOOR: (&str, &str) = ("operation-door", "/guide");

/// The place in the menu.
pub fn menu(directory: Directory) -> Vec<MenuEntry> {
    let mine = move |reader: Arc<Reader>| {
        let directory = directory.clone();
        let counted: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
            let (review, publication) = rows::waiting(directory.store(), directory.node().number()).await?;
            let has = |duty: &str| reader.duties().contains(duty);
            Ok(if has("legal-reviewer") { review } else { 0 } + if has("inventory-approver") { publication } else { 0 })
        });
        counted
    };
    vec![MenuEntry {
        mine: Some(Arc::new(mine)),
        ..MenuEntry::new("power", "operation-menu", "/powers", ReadPowers::CODE, 3)
    }]
}

const LISTED: &[Parameter] = &[
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
    Parameter {
        name: "state",
        meaning: ("现行 force（默认）、待办 waiting、全部 all", "force (default), waiting or all"),
        kind: "string",
    },
    Parameter { name: "category", meaning: ("权力类别", "category of power"), kind: "string" },
    Parameter { name: "organ", meaning: ("实施主体编号", "the id of the organ"), kind: "string" },
    Parameter { name: "q", meaning: ("编码或名称中的词", "words of code or name"), kind: "string" },
];
const GUIDE: &[Parameter] = &[
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
    Parameter { name: "category", meaning: ("权力类别", "category of power"), kind: "string" },
    Parameter { name: "q", meaning: ("编码或名称中的词", "words of code or name"), kind: "string" },
];
const VERSION: &[Parameter] =
    &[Parameter { name: "version", meaning: ("第几版，从 1 数起", "which version, from 1"), kind: "integer" }];

/// What proposing may be refused with.
const PROPOSING: &[&str] = &[
    "power.fields",
    "power.reason",
    "power.past",
    "power.before",
    "power.waiting",
    "power.repealed",
    "power.same",
    "power.other_organ",
    "power.nothing_waits",
];
/// What deciding may be refused with.
const DECIDING: &[&str] = &[
    "power.fields",
    "power.reason",
    "power.nothing_waits",
    "power.reviewed",
    "power.not_reviewed",
    "separation.same_officer",
];
/// What an import may be refused with.
const IMPORTING: &[&str] = &[
    "power.no_file",
    "power.no_heading",
    "power.no_list",
    "power.sheet_form",
    "power.sheet_encoding",
    "power.sheet_too_long",
    "power.sheet_gone",
];
/// Bytes of a file that is imported.
const SHEET_LIMIT: usize = 10 << 20;

/// All routes.
pub fn routes(app: App, state: Operation) -> Routes<()> {
    let (read, propose) = (ReadPowers::CODE, ProposePowers::CODE);
    let public = |path, summary| RouteInfo::public(Method::Get, path, summary);
    Routes::new(app)
        .add(RouteInfo::page("/powers", read, ("权责清单", "The inventory of powers")).parameters(LISTED), list::show)
        .add(
            RouteInfo::api("/api/powers", read, ("权责清单", "The inventory of powers"))
                .parameters(LISTED)
                .answers(list::schema),
            list::api,
        )
        .add(
            RouteInfo::page("/powers/coverage", read, ("权力入网情况", "How far the powers are connected")),
            coverage::show,
        )
        .add(
            RouteInfo::api("/api/powers/coverage", read, ("权力入网情况", "How far the powers are connected"))
                .answers(coverage::schema),
            coverage::api,
        )
        .add(RouteInfo::page("/powers/new", propose, ("新增事项", "Proposes an item")), form::new)
        .add(RouteInfo::act("/powers", propose, ("新增事项", "Proposes an item")).refusals(PROPOSING), form::propose)
        .add(RouteInfo::page("/powers/import", propose, ("导入事项", "Imports items")), import::form)
        .add(RouteInfo::page("/powers/template.csv", propose, ("导入模板", "Template of an import")), import::template)
        .add(
            RouteInfo::act("/powers/import", propose, ("上传清单文件", "Uploads a file of items"))
                .refusals(IMPORTING)
                .limit(SHEET_LIMIT),
            import::upload,
        )
        .add(
            RouteInfo::page("/powers/import/{number}", propose, ("导入前核对", "An import before it is entered")),
            import::preview,
        )
        .add(
            RouteInfo::act("/powers/import/{number}", propose, ("确认导入", "Enters an import")).refusals(IMPORTING),
            import::confirm,
        )
        .add(
            RouteInfo::page("/powers/{id}", read, ("一个事项", "An item of the inventory")).parameters(VERSION),
            item::show,
        )
        .add(
            RouteInfo::api("/api/powers/{id}", read, ("一个事项", "An item of the inventory")).answers(item::schema),
            item::api,
        )
        .add(RouteInfo::page("/powers/{id}/edit", propose, ("调整事项", "Proposes a change of an item")), form::edit)
        .add(
            RouteInfo::act("/powers/{id}/amend", propose, ("调整事项", "Proposes a change of an item"))
                .refusals(PROPOSING),
            form::amend,
        )
        .add(
            RouteInfo::act("/powers/{id}/repeal", propose, ("取消事项", "Proposes the end of an item"))
                .refusals(PROPOSING),
            form::repeal,
        )
        .add(
            RouteInfo::act("/powers/{id}/withdraw", propose, ("撤回提议", "Takes a proposal back")).refusals(DECIDING),
            item::withdraw,
        )
        .add(
            RouteInfo::act("/powers/{id}/review", ReviewPowers::CODE, ("合法性审核", "Legal review"))
                .refusals(DECIDING),
            item::review,
        )
        .add(
            RouteInfo::act("/powers/{id}/publish", PublishPowers::CODE, ("公布或者不公布", "Publishes, or does not"))
                .refusals(DECIDING),
            item::publish,
        )
        .add(public("/guide", ("办事指南", "What organs do, and what it takes")).parameters(GUIDE), guide::list)
        .add(public("/guide/{code}", ("一个事项的办事指南", "The guide of an item")), guide::show)
        .add(
            RouteInfo::public_api("/api/guide", ("办事指南", "What organs do, and what it takes"))
                .parameters(GUIDE)
                .answers(guide::schema),
            guide::api,
        )
        .with_state(state)
}

fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("operation-{key}"))
}

fn error(error: InventoryError) -> PageError {
    match error {
        InventoryError::NoItem => PageError::NotFound,
        InventoryError::Refused(refusal) => PageError::refused(refusal),
        InventoryError::Record(error) => error.into(),
        InventoryError::Fault(fault) => fault.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = web::locale::Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
    }
}
