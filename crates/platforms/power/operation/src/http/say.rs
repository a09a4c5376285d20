//! Items as people read them: fields with their values, what differs, where an item stands.

use kernel::{MatterId, OrganId, Text};
use web::locale::Words;
use web::view::{Badge, Html, IntoHtml as _, Light};

use crate::rows::Stage;
use crate::types::{Content, Field};

/// The page of an item.
pub(super) fn path(id: MatterId) -> String {
    format!("/powers/{id}")
}

pub(super) fn t(words: Words, key: &str) -> String {
    words.t(&format!("operation-{key}"))
}

/// The name of a field.
pub(super) fn field(words: Words, field: Field) -> String {
    t(words, &format!("field-{}", field.code()))
}

/// The value of a field.
///
/// - `organ`: what an organ is called.
pub(super) fn value(words: Words, content: &Content, of: Field, organ: &dyn Fn(OrganId) -> String) -> Html {
    let said = |text: &Text| match words.said(text) {
        "" => Html::text("–"),
        said => paragraphs(said),
    };
    let word = |kind: &str, code: &str| Html::text(&t(words, &format!("{kind}-{code}")));
    let lines = |lines: Vec<String>| match lines.is_empty() {
        true => Html::text(&t(words, "none")),
        false => paragraphs(&lines.join("\n")),
    };
    match of {
        Field::Code => Html::data(&content.code),
        Field::Name => Html::data(words.said(&content.name)),
        Field::Category => Html::text(content.category.name().get(words.locale())),
        Field::Organ => Html::data(&organ(content.organ)),
        Field::Standing => word("standing", content.standing.code()),
        Field::Level => word("level", content.level.code()),
        Field::Clients => word("clients", content.clients.code()),
        Field::Bases => lines(
            content.bases.iter().map(|basis| format!("{} {}", basis.law, basis.article).trim().to_owned()).collect(),
        ),
        Field::Conditions => said(&content.conditions),
        Field::Materials => lines(content.materials.iter().map(|it| material(words, it)).collect()),
        Field::Statutory => Html::text(&words.limit(content.statutory)),
        Field::Promised => Html::text(&words.limit(content.promised)),
        Field::Fee => match &content.fee {
            None => Html::text(&t(words, "free")),
            Some(fee) => {
                let basis = words.with("operation-fee-by", &[("basis", fee.basis.as_str().into())]);
                paragraphs(&format!("{}\n{basis}", words.said(&fee.standard)))
            }
        },
        Field::Result => said(&content.result),
        Field::Place => said(&content.place),
        Field::Complaints => said(&content.complaints),
        Field::Process => content.process.as_deref().map_or_else(|| Html::text(&t(words, "not-connected")), Html::data),
        Field::Discretion => content.discretion.as_deref().map_or_else(|| Html::text(&t(words, "none")), Html::data),
        Field::Online => Html::text(&t(words, if content.online { "yes" } else { "no" })),
    }
}

/// A material in a line: its name, when it is asked for, how many copies.
fn material(words: Words, material: &crate::types::Material) -> String {
    let need = t(words, &format!("need-{}", material.need.code()));
    let copies = match material.copies {
        0 => t(words, "electronic"),
        copies => words.count("operation-copies", u64::from(copies)),
    };
    words.with(
        "operation-material",
        &[("name", words.said(&material.name).into()), ("need", need.into()), ("copies", copies.into())],
    )
}

/// Lines below one another.
fn paragraphs(text: &str) -> Html {
    web::view::Said::new(text).into_html()
}

/// The value of a field as one text, for comparison.
pub(super) fn plain(words: Words, content: &Content, of: Field, organ: &dyn Fn(OrganId) -> String) -> String {
    let both = |text: &Text| match text.en.is_empty() || text.en == text.zh {
        true => text.zh.clone(),
        false => format!("{} / {}", text.zh, text.en),
    };
    match of {
        Field::Name => both(&content.name),
        Field::Conditions => both(&content.conditions),
        Field::Result => both(&content.result),
        Field::Place => both(&content.place),
        Field::Complaints => both(&content.complaints),
        Field::Category => content.category.name().get(words.locale()).to_owned(),
        Field::Organ => organ(content.organ),
        Field::Standing => t(words, &format!("standing-{}", content.standing.code())),
        Field::Level => t(words, &format!("level-{}", content.level.code())),
        Field::Clients => t(words, &format!("clients-{}", content.clients.code())),
        Field::Statutory => words.limit(content.statutory),
        Field::Promised => words.limit(content.promised),
        Field::Materials => content.materials.iter().map(|it| material(words, it)).collect::<Vec<_>>().join("\n"),
        Field::Bases => {
            let line = |basis: &crate::types::Basis| format!("{} {}", basis.law, basis.article);
            content.bases.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Field::Fee => match &content.fee {
            None => t(words, "free"),
            Some(fee) => format!("{}\n{}", both(&fee.standard), fee.basis),
        },
        Field::Code => content.code.clone(),
        Field::Process => content.process.clone().unwrap_or_else(|| t(words, "not-connected")),
        Field::Discretion => content.discretion.clone().unwrap_or_else(|| t(words, "none")),
        Field::Online => t(words, if content.online { "yes" } else { "no" }),
    }
}

/// Where an item stands.
pub(super) fn badge(words: Words, stage: Stage) -> Badge {
    let light = match stage {
        Stage::Review | Stage::Publication => Light::Waiting,
        Stage::InForce => Light::Done,
        Stage::ToCome => Light::Notice,
        Stage::Repealed | Stage::Refused => Light::Refused,
    };
    Badge::saying(light, t(words, &format!("stage-{}", stage.code())))
}
