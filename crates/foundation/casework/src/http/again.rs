//! A form of a case on a page of its own: again with what was typed, since it was refused; or to be confirmed, since what follows
//! cannot be undone.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use kernel::Refused;
use kernel::refusal::Param;
use web::http::{Page, PageError};
use web::view::{Action, Field, Form, Heading, IntoHtml as _, Notice, Panel};

use super::{Casework, say, t};
use crate::case::{Case, number};
use crate::desk::MOST_TEXT;

/// A form as it was sent.
pub(super) struct Sent<'g> {
    /// To where.
    pub(super) path: String,
    /// From where it came: the page that has the form.
    pub(super) from: String,
    /// What was typed and chosen.
    pub(super) given: &'g BTreeMap<String, String>,
    /// The word of its button.
    pub(super) button: String,
}

/// Fields that people type, in the order in which they are shown, with the keys of their labels; all others are kept as they were.
const TYPED: [(&str, &str); 6] = [
    ("value", "correct-value"),
    ("reason", "reason"),
    ("words", "received-words"),
    ("voucher", "voucher"),
    ("notice", "notice"),
    ("days", "answer-days"),
];

impl Sent<'_> {
    /// The form again, filled as it was.
    fn form(&self, page: &Page) -> Form {
        let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
        let typed = |name: &str| TYPED.iter().any(|(typed, _)| *typed == name);
        let kept = self.given.iter().filter(|(name, _)| !typed(name) && name.as_str() != "csrf");
        let form = Form::new(self.path.as_str(), page.csrf.as_str());
        let form = kept.fold(form, |form, (name, value)| form.hidden(name.as_str(), value.as_str()));
        TYPED.iter().fold(form, |form, (name, label)| match self.given.get(*name) {
            Some(value) => {
                let label = t(page, label);
                let field = match *name {
                    "reason" | "words" => Field::area(*name, label).limit(page.words, most),
                    "days" => Field::figure(*name, label, t(page, "working-days")),
                    "voucher" => Field::text(*name, label).optional(page.words),
                    _ => Field::text(*name, label),
                };
                form.with(field.value(value.as_str()))
            }
            None => form,
        })
    }

    fn shown(&self, page: &Page, case: &Case, top: Notice, button: Action) -> Response {
        let back = Action::go(t(page, "again-back"), self.from.as_str());
        let heading = Heading::new(page.words, self.button.as_str())
            .under(t(page, "cases"), "/cases")
            .under(page.shown(&case.title), say::case_path(case.id))
            .id(number(case.id));
        let form = self.form(page).button(button).button(back);
        page.html(heading, Panel::new(self.button.as_str(), top.into_html().then(form)))
    }
}

/// What a "no" says, with elements by their names.
pub(super) fn said(page: &Page, refused: &Refused, name: impl Fn(&str) -> String) -> String {
    let mut refused = refused.clone();
    for (key, param) in &mut refused.params {
        if let ("element", Param::Text(element)) = (*key, &*param) {
            *param = Param::Text(name(element));
        }
    }
    let next = page.words.find(&format!("refusal-{}-next", refused.code.replace(['.', '_'], "-")));
    [page.words.refusal(&refused)].into_iter().chain(next).collect::<Vec<_>>().join(page.words.either("", " "))
}

/// The form again, under what was wrong, where the rules said no; every other answer as it is.
///
/// # Errors
/// All that are no "no" of the rules.
pub(super) async fn refused(
    page: &Page,
    state: &Casework,
    case: &Case,
    sent: &Sent<'_>,
    answer: Result<Response, PageError>,
) -> Result<Response, PageError> {
    let refused = match answer {
        Err(PageError::Refused(refused)) => refused,
        other => return other,
    };
    let deployed = say::deployed(state, case.model).await?;
    let graph = deployed.readied.graphs.get(&case.process);
    let why = said(page, &refused, |element| say::element_name(graph, element));
    let shown = sent.shown(page, case, Notice::wrong(why), Action::submit(sent.button.as_str()));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

/// The hidden field of a form that was confirmed.
pub(super) const CONFIRMED: &str = "confirmed";

/// The form again, to be confirmed: what follows is said before it happens.
pub(super) fn confirm(page: &Page, case: &Case, sent: &Sent<'_>, follows: String) -> Response {
    let mut given = sent.given.clone();
    given.insert(CONFIRMED.to_owned(), "yes".to_owned());
    let sent = Sent { given: &given, path: sent.path.clone(), from: sent.from.clone(), button: sent.button.clone() };
    let confirmed = page.words.with("casework-confirm-button", &[("what", sent.button.clone().into())]);
    sent.shown(page, case, Notice::caution(follows), Action::submit(confirmed).main())
}
