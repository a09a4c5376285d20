//! Forms of models as fields of a page, and their values as people read them.

use std::collections::BTreeMap;

use dmn::Context;
use kernel::Text;
use kernel::words::within;
use web::http::{Page, PageError};
use web::locale::Words;
use web::view::{Choice, Facts, Field, Html, IntoHtml as _, Mistake, Received, Upload, format};

use super::filling::LEAVE;
use super::{documents, t};
use crate::case::Case;
use crate::desk::{MOST_TEXT, Refusal};
use crate::draft::Draft;
use crate::form::{FieldKind, FilesAsked, Form as Asked, FormField, ValueFault};
use crate::library::{Deployed, Readied};

/// Before the names of a form's fields, so that none is taken for one of the page's.
pub const OURS: &str = "f-";

/// What was typed into a form's fields.
pub(super) fn typed(all: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    typed_behind(all, OURS)
}

/// The same where the fields have another beginning.
pub(super) fn typed_behind(all: &BTreeMap<String, String>, begin: &str) -> BTreeMap<String, String> {
    let own = |(name, value): (&String, &String)| Some((name.strip_prefix(begin)?.to_owned(), value.clone()));
    all.iter().filter_map(own).collect()
}

/// The name of a form's field on the page.
pub(super) fn name_of(field: &str) -> String {
    format!("{OURS}{field}")
}

/// A field of a form on the page, and what is wrong with it.
pub struct Part {
    /// As it is shown.
    pub html: Html,
    /// What is wrong with it.
    pub mistake: Option<Mistake>,
}

/// The fields of a form, with what was filled in and what is wrong with it.
pub(super) fn parts(page: &Page, form: &Asked, draft: &Draft, faults: &[(String, ValueFault)]) -> Vec<Part> {
    let one = |field: &FormField| match &field.kind {
        FieldKind::Files(asked) => Some(upload(page, field, asked, draft, faults)),
        _ => plain(page.words, field, &draft.fields, faults, OURS)
            .map(|shown| Part { mistake: shown.mistake(), html: shown.into_html() }),
    };
    form.fields.iter().filter_map(one).collect()
}

/// The fields of a form that take no files, with another beginning of their names: a page that shows several forms keeps them
/// apart.
pub(super) fn fields_behind(
    page: &Page,
    form: &Asked,
    typed: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
    begin: &str,
) -> Vec<Field> {
    form.fields.iter().filter_map(|field| plain(page.words, field, typed, faults, begin)).collect()
}

/// The fields that a member of the public fills in to begin a case; what the house fills in is not asked for.
///
/// - `typed`: what was typed, by the names on the page.
pub fn questions(
    words: Words,
    form: &Asked,
    typed: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
) -> Vec<Part> {
    let one = |field: &FormField| match &field.kind {
        FieldKind::Files(asked) => {
            let shown = empty_upload(words, field, asked, faults);
            Some(Part { mistake: shown.mistake(), html: shown.into_html() })
        }
        _ => plain(words, field, typed, faults, OURS)
            .map(|shown| Part { mistake: shown.mistake(), html: shown.into_html() }),
    };
    form.fields.iter().filter(|field| field.fill.is_none()).filter_map(one).collect()
}

/// A field that takes no files; nothing for one that does.
fn plain(
    words: Words,
    field: &FormField,
    typed: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
    begin: &str,
) -> Option<Field> {
    let either = |text: &Text| text.get(words.locale()).to_owned();
    let (name, label) = (format!("{begin}{}", field.name), either(&field.title));
    let shown = match &field.kind {
        FieldKind::Words { lines: true, most } => Field::area(name.clone(), label).limit(words, *most),
        FieldKind::Words { lines: false, most } => Field::text(name.clone(), label).limit(words, *most),
        FieldKind::Choice(choices) => {
            let all = choices.iter().map(|(value, title)| Choice::new(value.as_str(), either(title)));
            Field::choices(name.clone(), label, all.collect())
        }
        FieldKind::Figure { .. } => Field::figure(name.clone(), label, ""),
        FieldKind::Truth => Field::check(name.clone(), label),
        FieldKind::Day => Field::day(name.clone(), label),
        FieldKind::Files(_) => return None,
    };
    let shown = match &field.help {
        Some(help) => shown.help(either(help)),
        None => shown,
    };
    let shown = match typed.get(&name) {
        Some(value) => shown.value(value.as_str()),
        None => shown,
    };
    let shown = match fault_of(field, faults) {
        Some(fault) => shown.error(words.t(&format!("casework-value-{}", fault.code()))),
        None => shown,
    };
    Some(if field.required || field.kind == FieldKind::Truth { shown } else { shown.optional(words) })
}

fn fault_of(field: &FormField, faults: &[(String, ValueFault)]) -> Option<ValueFault> {
    faults.iter().find(|(wrong, _)| *wrong == field.name).map(|(_, fault)| *fault)
}

/// A field that takes files: what may be attached, what is, and a box to leave each out again.
fn upload(page: &Page, field: &FormField, asked: &FilesAsked, draft: &Draft, faults: &[(String, ValueFault)]) -> Part {
    let words = page.words;
    let mut shown = empty_upload(words, field, asked, faults);
    let mut boxes = Html::default();
    for file in draft.files.iter().filter(|file| file.field == field.name) {
        let Some(about) = file.file.show(page) else { continue };
        shown = shown.received(Received::new(words, about.name.as_str(), about.size, &about.sha256));
        let text = words.with("casework-file-leave", &[("name", about.name.clone().into())]);
        boxes = boxes.then(Field::check(format!("{LEAVE}{}", file.blob), text));
    }
    Part { mistake: shown.mistake(), html: shown.into_html().then(boxes) }
}

/// A field that takes files, without any yet: what may be attached.
fn empty_upload(words: Words, field: &FormField, asked: &FilesAsked, faults: &[(String, ValueFault)]) -> Upload {
    let either = |text: &Text| text.get(words.locale()).to_owned();
    let kinds = asked.kinds.iter().map(|kind| words.t(&format!("casework-kind-{}", kind.code())));
    let kinds = kinds.collect::<Vec<_>>().join(words.either("、", ", "));
    let endings: Vec<&str> = asked.kinds.iter().map(|kind| kind.endings()).collect();
    let kinds = words.with("casework-files-most", &[("most", asked.most.into()), ("kinds", kinds.into())]);
    let label = either(&field.title);
    let mut shown =
        Upload::new(words, name_of(&field.name), label, &kinds, endings.join(","), asked.most_bytes).several();
    if !field.required {
        shown = shown.optional();
    }
    if let Some(help) = &field.help {
        shown = shown.help(&either(help));
    }
    let Some(fault) = fault_of(field, faults) else { return shown };
    let most = format::bytes(asked.most_bytes);
    let text = format!("casework-value-{}", fault.code());
    shown.error(match fault {
        ValueFault::TooMany => words.with(&text, &[("most", asked.most.into())]),
        ValueFault::TooLarge => words.with(&text, &[("size", most.into())]),
        _ => words.t(&text),
    })
}

/// Variables as people read them: by the labels of the forms that asked for them.
pub(super) fn data(page: &Page, deployed: &Deployed, case: &Case, values: &Context) -> Html {
    data_of(page, &deployed.readied, Some(case), values)
}

/// The same of files that were made ready; without a case its documents are names.
pub(super) fn data_of(page: &Page, readied: &Readied, case: Option<&Case>, values: &Context) -> Html {
    let mut facts = Facts::new();
    let mut any = false;
    for (name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        let field = readied.forms.values().flat_map(|form| &form.fields).find(|field| field.name == *name);
        let label = field.map_or_else(|| name.clone(), |field| page.either(&field.title).to_owned());
        let shown = match field.map(|field| &field.kind) {
            Some(FieldKind::Files(_)) if let Some(case) = case => documents::of_value(page, case, value),
            _ => Html::data(&shown(page, field, value)),
        };
        facts = facts.fact(label, shown);
        any = true;
    }
    if any { facts.into_html() } else { Html::text(&t(page, "known-none")) }
}

/// A value as people read it.
fn shown(page: &Page, field: Option<&FormField>, value: &dmn::Value) -> String {
    let chosen = |text: &str| match field.map(|field| &field.kind) {
        Some(FieldKind::Choice(choices)) => {
            choices.iter().find(|(code, _)| code == text).map(|(_, title)| page.either(title).to_owned())
        }
        _ => None,
    };
    match value {
        dmn::Value::Boolean(truth) => t(page, if *truth { "yes" } else { "no" }),
        dmn::Value::String(text) => chosen(text).unwrap_or_else(|| text.clone()),
        dmn::Value::Number(number) => number.to_string(),
        dmn::Value::Date { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
        other => other.to_json().unwrap_or_default(),
    }
}

/// Words that must be there.
pub(super) fn said(words: &str) -> Result<String, PageError> {
    within(words, MOST_TEXT.1).map(str::to_owned).ok_or_else(|| PageError::refused(Refusal::Words))
}

/// Characters of a number that proves something at most.
const MOST_VOUCHER: usize = 100;

/// The number of what proves something; empty where none was given, which the rules refuse where they want one.
pub(super) fn voucher(typed: &str) -> Result<String, PageError> {
    match typed.trim() {
        "" => Ok(String::new()),
        typed => within(typed, MOST_VOUCHER).map(str::to_owned).ok_or(PageError::Malformed("voucher")),
    }
}

/// A value with its name as people read them.
pub(super) fn named(page: &Page, readied: &Readied, name: &str, value: &dmn::Value) -> String {
    let (label, value) = parted(page, readied, name, value);
    format!("{label} = {value}")
}

/// The name of a variable and a value of it, each as people read it.
pub(super) fn parted(page: &Page, readied: &Readied, name: &str, value: &dmn::Value) -> (String, String) {
    let field = readied.forms.values().flat_map(|form| &form.fields).find(|field| field.name == *name);
    let label = field.map_or(name, |field| page.either(&field.title));
    (label.to_owned(), shown(page, field, value))
}

/// A value as people read it, whatever asked for it.
pub(super) fn plainly(page: &Page, value: &dmn::Value) -> String {
    shown(page, None, value)
}
