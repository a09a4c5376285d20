//! Organs as a tree, and one organ with its posts and who holds them.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::RegisterEvent;
use kernel::officer::Post;
use kernel::organ::{Organ, OrganView};
use kernel::{Day, OrganId, PostId};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted, last_page};
use web::view::{
    Action, Cell, Choice, Column, ErrorSummary, Facts, Field as Input, FilterBar, Form, Grid, Heading, Html, IntoHtml,
    Link, Notice, Panel, Row, State as Empty, Table, Total, format,
};

use super::{AdministerPosts, Administration, Refusal, change, one_row, t};
use crate::entering::said;
use crate::office::{Fault, Field};
use crate::reorganise;

/// Codes of kinds, in the order in which a form offers them.
const KINDS: [&str; 11] = [
    "department",
    "government",
    "supervision",
    "stationed-supervision",
    "party",
    "institution",
    "trading-centre",
    "office",
    "village",
    "resident",
    "other",
];

fn kind(page: &Page, organ: &Organ) -> String {
    let code = KINDS.into_iter().find(|code| crate::office::kind_of(code) == Some(organ.kind)).unwrap_or("other");
    t(page, &format!("kind-{code}"))
}

/// The organs with their depth, each under its superior.
pub(super) fn tree<'a>(view: &'a OrganView<'a>) -> Vec<(usize, &'a Organ)> {
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

fn input(input: Input, page: &Page, field: Field, faults: &[Fault]) -> Input {
    match faults.iter().find(|fault| fault.field == field) {
        Some(fault) => input.error(said(page.words, fault)),
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
    if let Some(last) = last_page(&query, named.len() as u64) {
        return last;
    }
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
    status(page.html(heading, body), !faults.is_empty())
}

/// A form that is shown again says so by its status.
pub(super) fn status(mut response: Response, again: bool) -> Response {
    if again {
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

/// On which day an organ is looked at, and by what was known when; today where it is not said.
#[derive(Deserialize, Default)]
pub(super) struct AsOf {
    #[serde(default)]
    day: String,
    #[serde(default)]
    known: String,
}

pub(super) async fn one(
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Query(as_of): Query<AsOf>,
) -> Result<Response, PageError> {
    organ_page(&by.page, &id, &as_of, &Given::default(), &[])
}

/// The id in a path, of an organ that the register knows.
pub(super) fn asked(page: &Page, id: &str) -> Result<OrganId, PageError> {
    let id: OrganId = id.parse().map_err(|_| PageError::NotFound)?;
    page.register.organ(id).map(|organ| organ.id).ok_or(PageError::NotFound)
}

fn organ_page(page: &Page, id: &str, as_of: &AsOf, given: &Given, faults: &[Fault]) -> Result<Response, PageError> {
    let words = page.words;
    let today = page.today();
    let id = asked(page, id)?;
    let day = |text: &str| text.parse::<Day>().unwrap_or(today);
    let (day, known) = (day(&as_of.day), day(&as_of.known));
    let organ = page.register.organ_on(id, today).ok_or(PageError::NotFound)?;
    let view = page.register.organs_as_known(day, known);
    let then = view.get(id);
    let duties = page.app.authority().policies().duties();
    let duty = |code: &str| {
        duties
            .iter()
            .find(|duty| duty.code == code)
            .map_or_else(|| code.to_owned(), |duty| page.either(&duty.name).to_owned())
    };
    let mut posts: Vec<_> = page.register.posts().filter(|post| post.organ == id && post.exists(today)).collect();
    posts.sort_by(|a, b| a.name.zh.cmp(&b.name.zh));
    let columns = ["post", "duties", "held-by", "until"].map(|key| Column::new(t(page, key))).to_vec();
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
            Cell::new(post.valid_to.map_or_else(|| t(page, "no-end"), format::date)),
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
    let facts = match then {
        Some(organ) => Facts::new()
            .fact(t(page, "full-name"), Html::data(page.either(&organ.name)))
            .fact(t(page, "number"), format!("#{}", organ.number))
            .fact(t(page, "kind"), kind(page, organ))
            .fact(t(page, "division"), organ.division.to_string())
            .fact(t(page, "parent"), organ.parent.map_or_else(|| "–".to_owned(), |parent| page.organ(parent)))
            .fact(t(page, "uscc"), organ.uscc.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string))
            .fact(t(page, "since"), format::date(organ.period.valid_from))
            .fact(t(page, "until"), organ.period.valid_to.map_or_else(|| t(page, "no-end"), format::date))
            .into_html(),
        None => Notice::note(t(page, "not-then")).into_html(),
    };
    let looking = Form::asking(format!("/admin/organs/{id}"))
        .with(Input::day("day", t(page, "as-of-day")).value(day.to_string()))
        .with(Input::day("known", t(page, "as-of-known")).help(t(page, "as-of-help")).value(known.to_string()))
        .button(Action::submit(t(page, "as-of-look")));
    let looking_at = words.with("administration-as-of", &[("day", format::date(day).into())]);
    let heading = Heading::new(words, page.either(&organ.name))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .under(t(page, "organs"), "/admin/organs")
        .id(format!("#{}", organ.number))
        .action(Action::go(t(page, "change"), format!("/admin/organs/{id}/change")));
    let side = vec![
        Panel::new(t(page, "facts"), (facts, looking)).note(looking_at).into_html(),
        Panel::new(t(page, "enter-post"), form).id("enter").into_html(),
    ];
    let held = posts.iter().map(|post| Choice::new(post.id.to_string(), page.either(&post.name))).collect();
    let term = term_panel(page, &format!("/admin/organs/{id}/term"), "term-of-post", held);
    let side: Vec<Html> = side.into_iter().chain(term).collect();
    let main = vec![Panel::new(t(page, "posts"), table).flush().into_html(), change::line(page, id, known).into_html()];
    let body = Grid::new().cell(8, main).first(4, side);
    Ok(status(page.html(heading, body), !faults.is_empty()))
}

/// A form that sets when a post or an appointment ends; nothing where there is none to choose.
pub(super) fn term_panel(page: &Page, path: &str, label: &str, choices: Vec<Choice>) -> Option<Html> {
    if choices.is_empty() {
        return None;
    }
    let form = Form::new(path, page.csrf.as_str())
        .with(Input::select("of", t(page, label), choices))
        .with(Input::day("until", t(page, "term-until")).optional(page.words))
        .button(Action::submit(t(page, "term-set")))
        .after(t(page, "term-after"));
    Some(Panel::new(t(page, "term"), form).id("term").into_html())
}

/// The end that a form names; none where it is left empty.
pub(super) fn until(text: &str) -> Result<Option<Day>, PageError> {
    match text.trim() {
        "" => Ok(None),
        day => day.parse().map(Some).map_err(|_| PageError::Malformed("until")),
    }
}

/// What a form of a term was given.
#[derive(Deserialize)]
pub(super) struct Term {
    #[serde(default)]
    pub(super) of: String,
    #[serde(default)]
    pub(super) until: String,
}

/// POST /admin/organs/{id}/term
pub(super) async fn term(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Term>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let organ = asked(page, &id)?;
    let of: PostId = given.of.parse().map_err(|_| PageError::Malformed("of"))?;
    let post = page.register.post(of).filter(|post| post.organ == organ).ok_or(PageError::NotFound)?;
    let own = page.register.appointments().iter().any(|it| it.post == of && it.officer == by.may.officer());
    if own {
        return Err(PageError::refused(Refusal::Own));
    }
    let to = reorganise::term(post.valid_from, post.valid_to, until(&given.until)?, page.today())
        .map_err(|wrong| PageError::refused(Refusal::Term(wrong)))?;
    let posts = vec![Post { valid_to: to, ..post.clone() }];
    state.enter(&by, &[RegisterEvent::PostsEntered { posts }]).await?;
    Ok(Redirect::to(&format!("/admin/organs/{}", post.organ)).into_response())
}

pub(super) async fn enter_post(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    // A post is set up in an organ that is there today.
    let organ = by.page.register.organs(by.page.today()).get(asked(&by.page, &id)?).ok_or(PageError::NotFound)?.clone();
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
        return organ_page(&by.page, &id, &AsOf::default(), &given, &plan.faults);
    }
    if !plan.is_empty() {
        state.enter(&by, &plan.events()).await?;
    }
    Ok(Redirect::to(&format!("/admin/organs/{id}")).into_response())
}
