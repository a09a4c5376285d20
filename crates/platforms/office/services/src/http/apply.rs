//! Applying: one form, everything said before it is sent, the receipt at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use casework::attachment::Attachment;
use casework::form::{FieldKind, Fill, Form as Asked, ValueFault};
use casework::http::{FIELDS, Part, questions, taken};
use casework::library::Deployed;
use flow::ElementId;
use web::http::{PageError, Uploaded, Visitor};
use web::locale::Words;
use web::view::{
    Action, ErrorSummary, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Link, Mistake, Notice, Panel,
};

use super::{Services, error, t};
use crate::counter::{Counter, Receipt, Sent};
use crate::decide::{self, MOST, Wrong};
use crate::types::Offer;

fn heading(words: Words, offer: &Offer) -> Heading {
    let name = words.with("services-apply-for", &[("name", words.said(&offer.name).into())]);
    Heading::new(words, name)
        .under(t(words, "guide"), "/guide")
        .under(words.said(&offer.name), offer.page.as_str())
        .lead(t(words, "apply-lead"))
}

/// What is wrong with what was sent.
#[derive(Default)]
struct Wrongs {
    applicant: Vec<Wrong>,
    fields: Vec<(String, ValueFault)>,
}

/// The form that begins a case of the offer's process.
async fn asked(state: &Services, offer: &Offer) -> Result<(Arc<Deployed>, Option<String>), PageError> {
    let library = state.counter.desk().library();
    library.look().await?;
    let today = state.app.clock().today();
    let version = library.in_force(&offer.process, today).ok_or(PageError::NotFound)?;
    let deployed = library.deployed(version.model).await?;
    let form = deployed.readied.starts.get(&ElementId::from(offer.process.as_str())).cloned();
    Ok((deployed, form))
}

fn form_of(deployed: &Deployed, code: Option<String>) -> Option<&Asked> {
    deployed.readied.forms.get(&code?)
}

/// GET /apply/{code}
pub(super) async fn form(
    State(state): State<Services>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let offer = state.counter.offer(&code).await.map_err(error)?;
    let (deployed, form) = asked(&state, &offer).await?;
    let name = directory::new_act(state.app.clock().now())?.to_string();
    let body = page(&visitor, &offer, form_of(&deployed, form), &name, &BTreeMap::new(), &Wrongs::default());
    visitor.public_page(&state.app, StatusCode::OK, heading(visitor.words, &offer), body).await
}

fn page(
    visitor: &Visitor,
    offer: &Offer,
    asked: Option<&Asked>,
    name: &str,
    typed: &BTreeMap<String, String>,
    wrongs: &Wrongs,
) -> Grid {
    let words = visitor.words;
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let wrong = |field: Field, which: Wrong, key: &str| match wrongs.applicant.contains(&which) {
        true => field.error(t(words, key)),
        false => field,
    };
    let who = Field::text("applicant", t(words, "applicant")).help(t(words, "applicant-help")).value(of("applicant"));
    let who = wrong(who.limit(words, MOST.0 as u32).complete("name"), Wrong::Name, "wrong-name");
    let contact = Field::text("contact", t(words, "contact")).help(t(words, "contact-help")).value(of("contact"));
    let contact = wrong(contact.complete("tel"), Wrong::Contact, "wrong-contact");
    let parts: Vec<Part> = asked.map(|form| questions(words, form, typed, &wrongs.fields)).unwrap_or_default();
    let mistakes: Vec<Mistake> = [who.mistake(), contact.mistake()]
        .into_iter()
        .flatten()
        .chain(parts.iter().filter_map(|part| part.mistake.clone()))
        .collect();
    let any_files = asked.is_some_and(Asked::takes_files);
    let mut form = Form::new(format!("/apply/{}", offer.code), visitor.csrf()).files();
    let again = any_files && !mistakes.is_empty();
    form = form.with(ErrorSummary::listing(words, mistakes)).with(who).with(contact);
    for part in parts {
        form = form.with(part.html);
    }
    if again {
        form = form.with(Notice::caution(t(words, "files-again")));
    }
    for (at, material) in offer.may_follow.iter().enumerate() {
        let label = words.with("services-follows", &[("name", words.said(material).into())]);
        let check = Field::check(format!("follows-{at}"), label).help(t(words, "follows-help"));
        form = form.with(if typed.contains_key(&format!("follows-{at}")) { check.value("on") } else { check });
    }
    let form =
        form.hidden("name", name).button(Action::submit(t(words, "apply-send")).main()).after(t(words, "apply-after"));
    let mut facts = Facts::new().fact(t(words, "promised"), words.limit(offer.promised));
    facts = facts.fact(t(words, "guide-of"), Link::new(offer.page.as_str(), words.said(&offer.name)));
    let privacy = Panel::new(t(words, "privacy"), Html::text(&t(words, "privacy-text")));
    let side = vec![Panel::new(t(words, "at-a-glance"), facts).into_html(), privacy.into_html()];
    Grid::new().cell(8, Panel::new(t(words, "form"), form)).cell(4, side)
}

/// POST /apply/{code}
pub(super) async fn apply(
    State(state): State<Services>,
    visitor: Visitor,
    Path(code): Path<String>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let offer = state.counter.offer(&code).await.map_err(error)?;
    let (deployed, form) = asked(&state, &offer).await?;
    let asked = form_of(&deployed, form);
    let typed: BTreeMap<String, String> = uploaded.fields.iter().cloned().collect();
    let of = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    // The name of an attempt is made by the form: what is no such name is replaced, so that codes stay beyond guessing.
    let name = match of("name").parse::<kernel::ActId>() {
        Ok(name) => name.to_string(),
        Err(_) => directory::new_act(state.app.clock().now())?.to_string(),
    };
    let (files, mut refused) = files(&state, asked, &uploaded).await?;
    let mut wrongs = Wrongs::default();
    let applicant = decide::applicant(of("applicant"), of("contact")).map_err(|wrong| wrongs.applicant = wrong);
    let values = asked.map(|form| filled(form, &typed, &files, &Counter::number_of(&name)));
    let variables = match values {
        None => Some(dmn::Context::new()),
        Some(Ok(values)) => Some(values),
        Some(Err(faults)) => {
            // What is wrong with a file that was sent says more than that there is none.
            let other = faults.into_iter().filter(|(field, _)| refused.iter().all(|(it, _)| it != field));
            wrongs.fields.extend(other);
            None
        }
    };
    wrongs.fields.append(&mut refused);
    let sound = wrongs.applicant.is_empty() && wrongs.fields.is_empty();
    let (Ok(applicant), Some(variables), true) = (applicant, variables, sound) else {
        let body = page(&visitor, &offer, asked, &name, &typed, &wrongs);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return visitor.public_page(&state.app, status, heading(words, &offer), body).await;
    };
    let follows = offer.may_follow.iter().enumerate().filter(|(at, _)| typed.contains_key(&format!("follows-{at}")));
    let to_follow = follows.map(|(_, material)| material.clone()).collect();
    let sent = Sent { applicant, variables, files, to_follow };
    let receipt = state.counter.apply(&offer, &name, sent).await.map_err(error)?;
    let heading = Heading::new(words, t(words, "received")).lead(words.said(&offer.name).to_owned());
    visitor.public_page(&state.app, StatusCode::OK, heading, received(&visitor, &offer, &receipt)).await
}

/// The values of the form, with what the house fills in and the files.
fn filled(
    form: &Asked,
    typed: &BTreeMap<String, String>,
    files: &[Attachment],
    number: &str,
) -> Result<dmn::Context, Vec<(String, ValueFault)>> {
    let mut own: BTreeMap<String, String> =
        typed.iter().filter_map(|(name, value)| Some((name.strip_prefix(FIELDS)?.to_owned(), value.clone()))).collect();
    for field in &form.fields {
        if field.fill == Some(Fill::Receipt) {
            own.insert(field.name.clone(), number.to_owned());
        }
    }
    let mut blobs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        blobs.entry(file.field.clone()).or_default().push(file.blob.clone());
    }
    form.filled(&own, &blobs)
}

/// The files that were sent, put among the blobs; and what is wrong with those that are not taken.
async fn files(
    state: &Services,
    asked: Option<&Asked>,
    uploaded: &Uploaded,
) -> Result<(Vec<Attachment>, Vec<(String, ValueFault)>), PageError> {
    let (mut files, mut refused): (Vec<Attachment>, Vec<(String, ValueFault)>) = (Vec::new(), Vec::new());
    for file in &uploaded.files {
        let of = asked.into_iter().flat_map(|form| &form.fields).find_map(|field| match &field.kind {
            FieldKind::Files(kinds) if format!("{FIELDS}{}", field.name) == file.field => Some((&field.name, kinds)),
            _ => None,
        });
        let Some((name, kinds)) = of else { return Err(PageError::Malformed("file")) };
        let there = files.iter().filter(|kept| kept.field == *name).count();
        match taken(state.app.store(), (name, kinds), file, there).await? {
            Ok(file) => files.push(file),
            Err(fault) if refused.iter().all(|(field, _)| field != name) => refused.push((name.clone(), fault)),
            Err(_) => {}
        }
    }
    Ok((files, refused))
}

/// The receipt: number and code, what happens next, by when.
fn received(visitor: &Visitor, offer: &Offer, receipt: &Receipt) -> Grid {
    let words = visitor.words;
    let facts = Facts::new()
        .fact(t(words, "number"), Html::data(&receipt.number))
        .fact(t(words, "code"), Html::data(&receipt.code))
        .fact(t(words, "promised"), words.limit(offer.promised));
    let form = Form::new("/progress", visitor.csrf())
        .hidden("number", receipt.number.as_str())
        .hidden("code", receipt.code.as_str())
        .button(Action::submit(t(words, "see-progress")).main());
    let main = vec![
        Panel::new(t(words, "receipt"), (Notice::done(t(words, "receipt-text")), (facts, form))).into_html(),
        Panel::new(t(words, "next"), Html::text(&t(words, "next-text"))).into_html(),
    ];
    Grid::new().cell(8, main)
}
