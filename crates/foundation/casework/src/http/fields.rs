//! Forms of models as fields of a page, and their values as people read them.

use std::collections::BTreeMap;

use dmn::Context;
use kernel::words::within;
use web::http::{Page, PageError};
use web::view::{Choice, Facts, Field, Html, IntoHtml as _};

use super::t;
use crate::desk::{MOST_TEXT, Refusal};
use crate::form::{FieldKind, Form as Asked, ValueFault};
use crate::library::{Deployed, Readied};

/// Before the names of a form's fields, so that none is taken for one of the page's.
const OURS: &str = "f-";

/// What was typed into a form's fields.
pub(super) fn typed(all: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    typed_behind(all, OURS)
}

/// The same where the fields have another beginning.
pub(super) fn typed_behind(all: &BTreeMap<String, String>, begin: &str) -> BTreeMap<String, String> {
    let own = |(name, value): (&String, &String)| Some((name.strip_prefix(begin)?.to_owned(), value.clone()));
    all.iter().filter_map(own).collect()
}

/// The fields of a form, with what was typed and what is wrong with it.
pub(super) fn fields(
    page: &Page,
    form: &Asked,
    typed: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
) -> Vec<Field> {
    fields_behind(page, form, typed, faults, OURS)
}

/// The same with another beginning of their names: a page that shows several forms keeps them apart.
pub(super) fn fields_behind(
    page: &Page,
    form: &Asked,
    typed: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
    begin: &str,
) -> Vec<Field> {
    let words = page.words;
    let one = |field: &crate::form::FormField| {
        let (name, label) = (format!("{begin}{}", field.name), page.either(&field.title).to_owned());
        let shown = match &field.kind {
            FieldKind::Words { lines: true, most } => Field::area(name.clone(), label).limit(words, *most),
            FieldKind::Words { lines: false, most } => Field::text(name.clone(), label).limit(words, *most),
            FieldKind::Choice(choices) => {
                let all = choices.iter().map(|(value, title)| Choice::new(value.as_str(), page.either(title)));
                Field::choices(name.clone(), label, all.collect())
            }
            FieldKind::Figure { .. } => Field::figure(name.clone(), label, ""),
            FieldKind::Truth => Field::check(name.clone(), label),
            FieldKind::Day => Field::day(name.clone(), label),
        };
        let shown = match &field.help {
            Some(help) => shown.help(page.either(help)),
            None => shown,
        };
        let shown = match typed.get(&name) {
            Some(value) => shown.value(value.as_str()),
            None => shown,
        };
        let shown = match faults.iter().find(|(wrong, _)| *wrong == field.name) {
            Some((_, fault)) => shown.error(t(page, &format!("value-{}", fault.code()))),
            None => shown,
        };
        if field.required || field.kind == FieldKind::Truth { shown } else { shown.optional(words) }
    };
    form.fields.iter().map(one).collect()
}

/// Variables as people read them: by the labels of the forms that asked for them.
pub(super) fn data(page: &Page, deployed: &Deployed, values: &Context) -> Html {
    data_of(page, &deployed.readied, values)
}

/// The same of files that were made ready.
pub(super) fn data_of(page: &Page, readied: &Readied, values: &Context) -> Html {
    let mut facts = Facts::new();
    let mut any = false;
    for (name, value) in values.iter().filter(|(_, value)| !value.is_null()) {
        let field = readied.forms.values().flat_map(|form| &form.fields).find(|field| field.name == *name);
        let label = field.map_or_else(|| name.clone(), |field| page.either(&field.title).to_owned());
        facts = facts.fact(label, Html::data(&shown(page, field, value)));
        any = true;
    }
    if any { facts.into_html() } else { Html::text(&t(page, "known-none")) }
}

/// A value as people read it.
fn shown(page: &Page, field: Option<&crate::form::FormField>, value: &dmn::Value) -> String {
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
    let field = readied.forms.values().flat_map(|form| &form.fields).find(|field| field.name == *name);
    let label = field.map_or(name, |field| page.either(&field.title));
    format!("{label} = {}", shown(page, field, value))
}

/// A value as people read it, whatever asked for it.
pub(super) fn plainly(page: &Page, value: &dmn::Value) -> String {
    shown(page, None, value)
}
