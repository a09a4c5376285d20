//! Pages of erasures: what waits, what was done, and the form that proposes one.

mod list;
mod one;
mod propose;

use std::sync::Arc;

use access::Permission as _;
use kernel::MatterId;
use store::{COPIES_DAYS, Recorded};
use tell::Answer;
use web::http::{App, MenuEntry, Page, PageError, Parameter, RouteInfo, Routes};
use web::locale::Locale;
use web::view::{Badge, Light};

use crate::decide::{Stage, Target};
use crate::eraser::{Eraser, EraserError};

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/erasure.ftl")),
    (Locale::En, include_str!("../locales/en/erasure.ftl")),
];

access::permissions! {
    /// See erasures 查看依法抹除.
    ReadErasures = "erasure.read";
    /// Propose erasures 提出依法抹除.
    ProposeErasures = "erasure.propose";
    /// Decide on erasures 决定依法抹除.
    DecideErasures = "erasure.decide";
}

/// Whether somebody may see what an act of another platform says; the binary wires it. A reading that is an act is
/// recorded by it before it answers.
pub trait Sight: Send + Sync {
    /// Of the reader of a page.
    fn may_see<'a>(&'a self, page: &'a Page, act: &'a Recorded) -> Answer<'a, bool>;
}

/// What the handlers share.
#[derive(Clone)]
pub struct Erasures {
    eraser: Eraser,
    sight: Arc<dyn Sight>,
}

impl Erasures {
    /// Erases by this, and shows what `sight` lets the reader see.
    pub fn new(eraser: Eraser, sight: Arc<dyn Sight>) -> Erasures {
        Erasures { eraser, sight }
    }

    /// The act at an index, if the reader may see it: what one may not see is not there.
    async fn seen(&self, page: &Page, idx: u64) -> Result<Option<(Target, Recorded)>, PageError> {
        let Some((target, act)) = self.eraser.target(idx).await? else { return Ok(None) };
        // Where nothing can go, nothing is shown.
        let shown = target.there.is_empty() || self.sight.may_see(page, &act).await?;
        Ok(shown.then_some((target, act)))
    }
}

/// The place in the menu.
pub fn menu() -> Vec<MenuEntry> {
    vec![MenuEntry::new("management", "erasure-menu", "/erasures", ReadErasures::CODE, 60)]
}

const LIST: &[Parameter] = &[Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" }];
const NEW: &[Parameter] =
    &[Parameter {
        name: "act", meaning: ("行为在账本中的序号", "the act's index in the ledger"), kind: "string"
    }];

/// What proposing may be refused with.
const PROPOSING: &[&str] = &[
    "erasure.no_act",
    "erasure.nothing_there",
    "erasure.fields",
    "erasure.ground",
    "erasure.reason",
    "erasure.told",
    "erasure.waiting",
];
/// What deciding may be refused with.
const DECIDING: &[&str] = &["erasure.decided", "erasure.reason", "separation.same_officer"];

/// All routes.
pub fn routes(app: App, state: Erasures) -> Routes<()> {
    let read = ReadErasures::CODE;
    Routes::new(app)
        .add(RouteInfo::page("/erasures", read, ("依法抹除", "Erasures by law")).parameters(LIST), list::show)
        .add(
            RouteInfo::page("/erasures/new", ProposeErasures::CODE, ("提出依法抹除", "Proposes an erasure"))
                .parameters(NEW),
            propose::show,
        )
        .add(
            RouteInfo::act("/erasures", ProposeErasures::CODE, ("提出依法抹除", "Proposes an erasure"))
                .refusals(PROPOSING),
            propose::propose,
        )
        .add(RouteInfo::page("/erasures/{id}", read, ("一项抹除", "An erasure")), one::show)
        .add(
            RouteInfo::act("/erasures/{id}", DecideErasures::CODE, ("决定一项抹除", "Decides on an erasure"))
                .refusals(DECIDING),
            one::answer,
        )
        .add(
            RouteInfo::api("/api/erasures", read, ("依法抹除", "Erasures by law"))
                .parameters(LIST)
                .answers(list::schema),
            list::api,
        )
        .with_state(state)
}

fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("erasure-{key}"))
}

fn error(error: EraserError) -> PageError {
    match error {
        EraserError::Refused(refusal) => PageError::refused(refusal),
        EraserError::Record(error) => error.into(),
        EraserError::Fault(fault) => fault.into(),
    }
}

fn path(id: MatterId) -> String {
    format!("/erasures/{id}")
}

fn badge(page: &Page, stage: Stage) -> Badge {
    let light = match stage {
        Stage::Proposed => Light::Waiting,
        Stage::Refused { .. } => Light::Refused,
        Stage::Done { .. } => Light::Done,
    };
    Badge::saying(light, t(page, &format!("stage-{}", stage.code())))
}

/// What a field of an act says: its text, or the name of the file that it is about.
fn said_in<'b>(body: &'b ledger::Body, field: &str) -> &'b str {
    body.text(&[field]).or_else(|| body.text(&[field, "name"])).unwrap_or_default()
}

fn fields(page: &Page, fields: &[String]) -> String {
    let names: Vec<String> = fields.iter().map(|field| t(page, &format!("field-{field}"))).collect();
    names.join(page.words.either("、", ", "))
}

/// From which day on what was erased is in no copy either.
fn in_every_copy(page: &Page, stage: Stage) -> Option<kernel::Day> {
    match stage {
        Stage::Done { at, .. } => Some(at.day(page.app.clock().zone()).plus(COPIES_DAYS)),
        Stage::Proposed | Stage::Refused { .. } => None,
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
