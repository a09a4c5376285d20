//! Organs as a tree, and one organ with its posts and who holds them.

use std::collections::BTreeMap;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::OrganId;
use kernel::organ::{Organ, OrganView};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Cell, Choice, Column, ErrorSummary, Facts, Field as Input, FilterBar, Form, Grid, Heading, Html, IntoHtml,
    Link, Panel, Row, State as Empty, Table, Total,
};

use super::{AdministerPosts, Administration, one_row, t};
use crate::office::{Fault, Field};

/// Codes of kinds, in the order in which a form offers them.
const KINDS: [&str; 9] = [
    "department",
    "government",
    "supervision",
    "stationed-supervision",
    "party",
    "institution",
    "trading-centre",
    "office",
    "other",
];

fn kind(page: &Page, organ: &Organ) -> String {
    let code = KINDS.into_iter().find(|code| crate::office::kind_of(code) == Some(organ.kind)).unwrap_or("other");
    t(page, &format!("kind-{code}"))
}

/// The organs with their depth, each under its superior.
fn tree<'a>(view: &'a OrganView<'a>) -> Vec<(usize, &'a Organ)> {
    fn below<'a>(view: &'a OrganView<'a>, id: OrganId, depth: usize, out: &mut Vec<(usize, &'a Organ)>) {
        let mut children: Vec<&Organ> = view.children(id).collect();
        children.sort_by_key(|organ| organ.number);
        for child in children {
            out.push((depth, child));
            below(view, child.id, depth + 1, out);
        }
    }
    let mut out = Vec::new();
    let mut roots: Vec<&Organ> =
        view.all().filter(|organ| organ.parent.is_none_or(|parent| view.get(parent).is_none())).collect();
    roots.sort_by_key(|organ| organ.number);
    for root in roots {
        out.push((0, root));
        below(view, root.id, 1, &mut out);
    }
    out
}

pub(super) async fn list(by: By<AdministerPosts>, RawQuery(raw): RawQuery) -> Result<Response, PageError> {
    Ok(register_page(&by.page, raw.as_deref().unwrap_or_default(), &Given::default(), &[]))
}

/// What a form of one row was given.
#[derive(Deserialize, Default)]
pub(super) struct Given {
    #[serde(default)]
    organ: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    division: String,
    #[serde(default)]
    uscc: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    duties: Vec<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    from: String,
}

/// The sentences of a fault: what, and the mend.
pub(super) fn said(page: &Page, fault: &Fault) -> String {
    let code = fault.wrong.code();
    format!("{} {}", t(page, &format!("wrong-{code}")), t(page, &format!("mend-{code}")))
}

fn input(input: Input, page: &Page, field: Field, faults: &[Fault]) -> Input {
    match faults.iter().find(|fault| fault.field == field) {
        Some(fault) => input.error(said(page, fault)),
        None => input,
    }
}

fn register_page(page: &Page, raw: &str, given: &Given, faults: &[Fault]) -> Response {
    let words = page.words;
    let today = page.today();
    let view = page.register.organs(today);
    let mut posts: BTreeMap<OrganId, u32> = BTreeMap::new();
    for post in page.register.posts().filter(|post| post.exists(today)) {
        *posts.entry(post.organ).or_default() += 1;
    }
    let columns = vec![
        Column::new(t(page, "organ")),
        Column::new(t(page, "kind")),
        Column::new(t(page, "division")).narrow(),
        Column::new(t(page, "posts")).figure(),
    ];
    let organs = tree(&view);
    let query = super::listing("/admin/organs").read(raw);
    let wanted = query.filter("q").unwrap_or_default().to_lowercase();
    let named: Vec<&(usize, &Organ)> =
        organs.iter().filter(|(_, organ)| page.either(&organ.name).to_lowercase().contains(&wanted)).collect();
    let total = Total::Exactly(named.len() as u64);
    let shown = named.into_iter().skip(query.offset() as usize).take(super::ROWS as usize);
    let rows = shown.map(|(depth, organ)| {
        let name = format!("{}{}", "　".repeat(*depth), page.either(&organ.name));
        Row::new(vec![
            Cell::subject(&format!("/admin/organs/{}", organ.id), &name).aside(format!("#{}", organ.number)),
            Cell::new(kind(page, organ)),
            Cell::code(&organ.division.to_string()),
            Cell::number(posts.get(&organ.id).copied().unwrap_or(0)),
        ])
    });
    let table = Table::new(words, "organs", t(page, "organs"), columns)
        .rows(rows)
        .query(&query, total)
        .empty(Empty::empty(t(page, "none-of-that-name"), ""));
    let bar = FilterBar::new(words, "organs", &query).text("q", t(page, "organ"));
    let parents = std::iter::once(Choice::new("", t(page, "no-parent")))
        .chain(organs.iter().map(|(_, organ)| Choice::new(organ.name.zh.as_str(), page.either(&organ.name))))
        .collect();
    let kinds = KINDS.into_iter().map(|code| Choice::new(code, t(page, &format!("kind-{code}")))).collect();
    let fields = [
        input(Input::text("organ", t(page, "organ")).value(given.organ.as_str()), page, Field::Organ, faults),
        input(Input::select("kind", t(page, "kind"), kinds).value(given.kind.as_str()), page, Field::Kind, faults),
        input(
            Input::select("parent", t(page, "parent"), parents).value(given.parent.as_str()),
            page,
            Field::Parent,
            faults,
        ),
        input(
            Input::text("division", t(page, "division")).help(t(page, "division-help")).value(given.division.as_str()),
            page,
            Field::Division,
            faults,
        )
        .optional(words),
        input(Input::text("uscc", t(page, "uscc")).value(given.uscc.as_str()), page, Field::Uscc, faults)
            .optional(words),
    ];
    let mut form = Form::new("/admin/organs", page.csrf.as_str())
        .with(ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>()));
    for field in fields {
        form = form.with(field);
    }
    let form = form.button(Action::submit(t(page, "enter-organ")).main()).after(t(page, "enter-after"));
    let heading = Heading::new(words, t(page, "organs"))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .lead(t(page, "organs-lead"))
        .action(Action::go(t(page, "menu-import"), "/admin/import"));
    let body = Grid::new()
        .cell(8, Panel::new("", (bar, table)).flush())
        .first(4, Panel::new(t(page, "enter-organ"), form).id("enter"));
    status(page.html(heading, body), faults)
}

/// A form that is shown again says so by its status.
fn status(mut response: Response, faults: &[Fault]) -> Response {
    if !faults.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

pub(super) async fn enter(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    let lines = one_row(&[
        (Field::Organ, &given.organ),
        (Field::Kind, &given.kind),
        (Field::Parent, &given.parent),
        (Field::Division, &given.division),
        (Field::Uscc, &given.uscc),
    ]);
    let plan = state.plan(&by.page, &lines)?;
    if !plan.faults.is_empty() {
        return Ok(register_page(&by.page, "", &given, &plan.faults));
    }
    if !plan.is_empty() {
        state.enter(&by, &plan.events()).await?;
    }
    Ok(Redirect::to("/admin/organs").into_response())
}

pub(super) async fn one(by: By<AdministerPosts>, Path(id): Path<String>) -> Result<Response, PageError> {
    organ_page(&by.page, &id, &Given::default(), &[])
}

fn organ_page(page: &Page, id: &str, given: &Given, faults: &[Fault]) -> Result<Response, PageError> {
    let words = page.words;
    let today = page.today();
    let id: OrganId = id.parse().map_err(|_| PageError::NotFound)?;
    let organ = page.register.organ(id).ok_or(PageError::NotFound)?;
    let duties = page.app.authority().policies().duties();
    let duty = |code: &str| {
        duties
            .iter()
            .find(|duty| duty.code == code)
            .map_or_else(|| code.to_owned(), |duty| page.either(&duty.name).to_owned())
    };
    let mut posts: Vec<_> = page.register.posts().filter(|post| post.organ == id && post.exists(today)).collect();
    posts.sort_by(|a, b| a.name.zh.cmp(&b.name.zh));
    let columns = vec![Column::new(t(page, "post")), Column::new(t(page, "duties")), Column::new(t(page, "held-by"))];
    let rows = posts.iter().map(|post| {
        let holders: Vec<Html> = page
            .register
            .appointments()
            .iter()
            .filter(|appointment| appointment.post == post.id && appointment.serves(today))
            .map(|appointment| {
                Link::new(format!("/admin/officers/{}", appointment.officer), page.officer(appointment.officer))
                    .into_html()
            })
            .collect();
        let holders = if holders.is_empty() {
            Html::text(&t(page, "vacant"))
        } else {
            Html::join(holders.into_iter().map(|holder| holder.then(" ")))
        };
        let duties: Vec<String> = post.duties.iter().map(|code| duty(code)).collect();
        Row::new(vec![
            Cell::new(Html::data(page.either(&post.name))),
            Cell::new(duties.join(words.either("、", ", "))),
            Cell::new(holders),
        ])
    });
    let table = Table::new(words, "posts", t(page, "posts"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "posts-none"), t(page, "posts-none-next")));
    let choices = duties.iter().map(|one| Choice::new(one.code.as_str(), page.either(&one.name))).collect();
    let first = given.duties.first().map_or("", String::as_str);
    let fields = [
        input(Input::text("post", t(page, "post")).value(given.post.as_str()), page, Field::Post, faults),
        input(
            Input::select("duties[]", t(page, "duty"), choices).value(first).help(t(page, "duty-help")),
            page,
            Field::Duties,
            faults,
        ),
        input(Input::text("name", t(page, "name")).value(given.name.as_str()), page, Field::Name, faults)
            .optional(words),
        input(
            Input::text("login", t(page, "login")).help(t(page, "login-help")).value(given.login.as_str()),
            page,
            Field::Login,
            faults,
        )
        .optional(words),
        input(Input::day("from", t(page, "from")).value(given.from.as_str()), page, Field::From, faults)
            .optional(words),
    ];
    let mut form = Form::new(format!("/admin/organs/{id}/posts"), page.csrf.as_str())
        .with(ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>()));
    for field in fields {
        form = form.with(field);
    }
    let form = form.button(Action::submit(t(page, "enter-post")).main()).after(t(page, "enter-post-after"));
    let facts = Facts::new()
        .fact(t(page, "number"), format!("#{}", organ.number))
        .fact(t(page, "kind"), kind(page, organ))
        .fact(t(page, "division"), organ.division.to_string())
        .fact(t(page, "parent"), organ.parent.map_or_else(|| "–".to_owned(), |parent| page.organ(parent)))
        .fact(t(page, "uscc"), organ.uscc.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string))
        .fact(t(page, "since"), web::view::format::date(organ.period.valid_from));
    let heading = Heading::new(words, page.either(&organ.name))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .under(t(page, "organs"), "/admin/organs")
        .id(format!("#{}", organ.number));
    let side = vec![
        Panel::new(t(page, "facts"), facts).into_html(),
        Panel::new(t(page, "enter-post"), form).id("enter").into_html(),
    ];
    let body = Grid::new().cell(8, Panel::new(t(page, "posts"), table).flush()).first(4, side);
    Ok(status(page.html(heading, body), faults))
}

pub(super) async fn enter_post(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    let organ: OrganId = id.parse().map_err(|_| PageError::NotFound)?;
    let organ = by.page.register.organ(organ).ok_or(PageError::NotFound)?;
    let duties = given.duties.join("、");
    let lines = one_row(&[
        (Field::Organ, &organ.name.zh),
        (Field::Post, &given.post),
        (Field::Duties, &duties),
        (Field::Name, &given.name),
        (Field::Login, &given.login),
        (Field::From, &given.from),
    ]);
    let mut plan = state.plan(&by.page, &lines)?;
    if given.post.trim().is_empty() {
        let missing = Fault { line: 2, field: Field::Post, wrong: crate::office::Wrong::Missing, value: String::new() };
        plan.faults = vec![missing];
    }
    if !plan.faults.is_empty() {
        return organ_page(&by.page, &id, &given, &plan.faults);
    }
    if !plan.is_empty() {
        state.enter(&by, &plan.events()).await?;
    }
    Ok(Redirect::to(&format!("/admin/organs/{id}")).into_response())
}
