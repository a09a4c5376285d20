//! Who acts for whom: leaves with their substitutes 请假代理, entered on an officer's page; delegations 委托, which every
//! officer enters for themselves. Each ends by itself.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{RegisterEvent, mandate};
use kernel::officer::{Mandate, MandateKind, Officer, Post};
use kernel::{Day, OfficerId, OrganId, PostId};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Cell, Choice, Column, ErrorSummary, Field as Input, Form, Grid, Heading, Html, IntoHtml, Notice, Panel,
    Row, State as Empty, Table, format,
};

use access::separation::ADMINISTRATORS;

use super::officers::{found, post_name};
use super::{AdministerPosts, Administration, EnterDelegations, Refusal, t};

/// Names a mandate in a form.
fn key(mandate: &Mandate) -> String {
    let kind = if mandate.kind == MandateKind::Leave { "leave" } else { "delegation" };
    format!("{} {} {} {kind} {}", mandate.holder, mandate.post, mandate.agent, mandate.from)
}

fn keyed<'a>(page: &'a Page, text: &str) -> Result<&'a Mandate, PageError> {
    page.register.mandates().iter().find(|mandate| key(mandate) == text).ok_or(PageError::Conflict)
}

fn duty(page: &Page, code: &str) -> String {
    let duties = page.app.authority().policies().duties();
    let known = duties.iter().find(|duty| duty.code == code);
    known.map_or_else(|| code.to_owned(), |duty| page.either(&duty.name).to_owned())
}

/// A table of mandates, newest first, each with a button to end it where that is the reader's.
///
/// - `path`: where the button posts to; none where the reader only looks.
pub(super) fn table<'a>(
    page: &Page,
    id: &str,
    title: String,
    mandates: impl Iterator<Item = &'a Mandate>,
    path: Option<&str>,
) -> Table {
    let (words, today) = (page.words, page.today());
    let columns = ["mandate-holder", "mandate-agent", "post", "duties", "mandate-kind", "from", "mandate-ends", "act"]
        .map(|key| Column::new(t(page, key)));
    let mut mandates: Vec<&Mandate> = mandates.collect();
    mandates.sort_by_key(|mandate| std::cmp::Reverse(mandate.from));
    let rows = mandates.into_iter().map(|mandate| {
        let kind = match mandate.kind {
            MandateKind::Leave => "mandate-leave",
            MandateKind::Delegation => "mandate-delegation",
        };
        let duties = if mandate.duties.is_empty() {
            t(page, "mandate-all-duties")
        } else {
            let names: Vec<String> = mandate.duties.iter().map(|code| duty(page, code)).collect();
            names.join(words.either("、", ", "))
        };
        let end = match path.filter(|_| mandate.to > today) {
            Some(path) => Form::new(path, page.csrf.as_str())
                .button(Action::submit_as(t(page, "mandate-end"), "mandate", key(mandate)).small())
                .into_html(),
            None => Html::text(&if mandate.to <= today { t(page, "mandate-over") } else { String::new() }),
        };
        Row::new(vec![
            Cell::new(Html::data(&page.officer(mandate.holder))),
            Cell::new(Html::data(&page.officer(mandate.agent))),
            Cell::new(Html::data(&post_name(page, mandate.post))),
            Cell::new(duties),
            Cell::new(t(page, kind)),
            Cell::new(format::date(mandate.from)),
            Cell::new(format::date(mandate.to)),
            Cell::new(end),
        ])
    });
    Table::new(words, id.to_owned(), title, columns.to_vec())
        .rows(rows)
        .empty(Empty::empty(t(page, "mandate-none"), ""))
}

/// Leaves and delegations of an officer, both ways, for the officer's page of administration; the form of a leave.
pub(super) fn panels(page: &Page, officer: &Officer) -> (Html, Html) {
    let own = officer.id == page.reader.officer();
    let path = format!("/admin/officers/{}/mandates/end", officer.id);
    let concerned = page.register.mandates().iter().filter(|it| it.holder == officer.id || it.agent == officer.id);
    let table = table(page, "mandates", t(page, "mandates"), concerned, (!own).then_some(path.as_str()));
    let listed = Panel::new(t(page, "mandates"), table).flush().into_html();
    if own {
        return (listed, Html::default());
    }
    let acts = page.register.acting(officer.id, page.today());
    let posts: Vec<Choice> = acts
        .iter()
        .filter(|it| it.on_behalf_of.is_none())
        .map(|it| Choice::new(it.post.id.to_string(), post_name(page, it.post.id)))
        .collect();
    if posts.is_empty() {
        return (listed, Html::default());
    }
    let serving = serving(page);
    let mut others: Vec<&Officer> = page
        .register
        .officers()
        .filter(|it| it.id != officer.id && it.id != page.reader.officer())
        .filter(|it| serving.contains_key(&it.id))
        .collect();
    others.sort_by(|a, b| a.login.cmp(&b.login));
    let others = others.iter().map(|it| named(page, it)).collect();
    let form = Form::new(format!("/admin/officers/{}/leave", officer.id), page.csrf.as_str())
        .with(Input::select("post", t(page, "post"), posts))
        .with(Input::select("agent", t(page, "mandate-substitute"), others))
        .with(Input::day("from", t(page, "mandate-from")).value(page.today().to_string()))
        .with(Input::day("to", t(page, "mandate-to")).help(t(page, "mandate-to-help")))
        .button(Action::submit(t(page, "mandate-enter-leave")))
        .after(t(page, "mandate-leave-after"));
    (listed, Panel::new(t(page, "mandate-leave"), form).id("leave").into_html())
}

/// Who is in office today, and in which organs: all of it in one go, since asking officer by officer reads everything each time.
fn serving(page: &Page) -> BTreeMap<OfficerId, Vec<OrganId>> {
    let today = page.today();
    let mut serving: BTreeMap<OfficerId, Vec<OrganId>> = BTreeMap::new();
    for appointment in page.register.appointments().iter().filter(|appointment| appointment.serves(today)) {
        if let Some(post) = page.register.post(appointment.post).filter(|post| post.exists(today)) {
            serving.entry(appointment.officer).or_default().push(post.organ);
        }
    }
    serving
}

fn named(page: &Page, officer: &Officer) -> Choice {
    Choice::new(officer.id.to_string(), format!("{} ({})", page.either(&officer.name), officer.login))
}

#[derive(Deserialize)]
pub(super) struct Leave {
    #[serde(default)]
    post: String,
    #[serde(default)]
    agent: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// POST /admin/officers/{id}/leave
pub(super) async fn leave(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Leave>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let holder = found(page, &id)?.id;
    let agent: OfficerId = given.agent.parse().map_err(|_| PageError::Malformed("agent"))?;
    // Nobody grants to themselves, as a substitute neither.
    if [holder, agent].contains(&by.may.officer()) {
        return Err(PageError::refused(Refusal::Own));
    }
    let day = |text: &str, field| text.parse::<Day>().map_err(|_| PageError::Malformed(field));
    let mandate = Mandate {
        kind: MandateKind::Leave,
        holder,
        post: given.post.parse().map_err(|_| PageError::Malformed("post"))?,
        agent,
        duties: Vec::new(),
        from: day(&given.from, "from")?,
        to: day(&given.to, "to")?,
    };
    mandate::admit(&mandate, &page.register, page.today()).map_err(PageError::refused)?;
    state.enter(&by, &[RegisterEvent::Mandated { mandates: vec![mandate] }]).await?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

#[derive(Deserialize)]
pub(super) struct Ending {
    #[serde(default)]
    mandate: String,
}

/// POST /admin/officers/{id}/mandates/end
pub(super) async fn end(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Ending>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let officer = found(page, &id)?.id;
    let mandate = keyed(page, &given.mandate)?;
    if mandate.holder == by.may.officer() || mandate.agent == by.may.officer() {
        return Err(PageError::refused(Refusal::Own));
    }
    if mandate.holder != officer && mandate.agent != officer {
        return Err(PageError::NotFound);
    }
    let ended = mandate::revoke(mandate, page.today()).map_err(PageError::refused)?;
    state.enter(&by, &[RegisterEvent::Mandated { mandates: vec![ended] }]).await?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

/// GET /delegations
pub(super) async fn show(by: By<EnterDelegations>) -> Response {
    let page = &by.page;
    let words = page.words;
    let me = by.may.officer();
    let all = || page.register.mandates().iter();
    let mine =
        table(page, "given", t(page, "mandates-given"), all().filter(|it| it.holder == me), Some("/delegations/end"));
    let others = table(page, "taken", t(page, "mandates-taken"), all().filter(|it| it.agent == me), None);
    let heading = Heading::new(words, t(page, "mandates-mine"))
        .under(words.t("http-chapter-management"), "/delegations")
        .lead(t(page, "mandates-lead"));
    let body = Grid::new()
        .cell(
            8,
            vec![
                Panel::new(t(page, "mandates-given"), mine).flush().into_html(),
                Panel::new(t(page, "mandates-taken"), others).flush().into_html(),
            ],
        )
        .first(4, Panel::new(t(page, "mandate-delegate"), form(page, me)).id("delegate"));
    page.html(heading, body)
}

/// A field of the form for one duty of a post.
fn field(post: PostId, code: &str) -> String {
    format!("duty-{post}-{code}")
}

/// The duties that an officer can delegate: of the posts they hold by appointment, no administrator's.
fn delegable(page: &Page, officer: OfficerId) -> Vec<(&Post, &str)> {
    let acts = page.register.acting(officer, page.today());
    let own = acts.into_iter().filter(|it| it.on_behalf_of.is_none()).map(|it| it.post);
    own.flat_map(|post| post.duties.iter().map(move |code| (post, code.as_str())))
        .filter(|(_, code)| !ADMINISTRATORS.contains(code))
        .collect()
}

fn form(page: &Page, me: OfficerId) -> Html {
    let (register, today) = (&page.register, page.today());
    let duties = delegable(page, me);
    let view = register.organs(today);
    let serving = serving(page);
    let near = |officer: &&Officer| {
        let organs = serving.get(&officer.id).map_or(&[][..], Vec::as_slice);
        organs.iter().any(|organ| duties.iter().any(|(post, _)| view.contains(post.organ, *organ)))
    };
    let mut agents: Vec<&Officer> = register.officers().filter(|it| it.id != me).filter(near).collect();
    agents.sort_by(|a, b| a.login.cmp(&b.login));
    if duties.is_empty() || agents.is_empty() {
        return Notice::note(t(page, "mandate-nobody")).into_html();
    }
    let fields: Vec<Input> = duties
        .iter()
        .map(|(post, code)| {
            Input::check(field(post.id, code), format!("{}·{}", post_name(page, post.id), duty(page, code)))
        })
        .chain([
            Input::select("agent", t(page, "mandate-agent"), agents.iter().map(|it| named(page, it)).collect()),
            Input::day("from", t(page, "mandate-from")).value(today.to_string()),
            Input::day("to", t(page, "mandate-to")).help(t(page, "mandate-to-help")),
        ])
        .collect();
    let mut form = Form::new("/delegations", page.csrf.as_str())
        .with(ErrorSummary::of(page.words, &fields.iter().collect::<Vec<_>>()));
    for field in fields {
        form = form.with(field);
    }
    form.button(Action::submit(t(page, "mandate-delegate")).main()).after(t(page, "mandate-delegate-after")).into_html()
}

/// POST /delegations: one mandate for each post of which duties were ticked; all of them or none.
pub(super) async fn delegate(
    State(state): State<Administration>,
    by: By<EnterDelegations>,
    axum::Form(fields): axum::Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let get = |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str());
    let day = |name: &'static str| get(name).parse::<Day>().map_err(|_| PageError::Malformed(name));
    let agent: OfficerId = get("agent").parse().map_err(|_| PageError::Malformed("agent"))?;
    page.register.officer(agent).ok_or(PageError::Malformed("agent"))?;
    let (from, to) = (day("from")?, day("to")?);
    let mut mandates: Vec<Mandate> = Vec::new();
    for (post, code) in delegable(page, by.may.officer()) {
        if get(&field(post.id, code)).is_empty() {
            continue;
        }
        match mandates.iter_mut().find(|mandate| mandate.post == post.id) {
            Some(mandate) => mandate.duties.push(code.to_owned()),
            None => mandates.push(Mandate {
                kind: MandateKind::Delegation,
                holder: by.may.officer(),
                post: post.id,
                agent,
                duties: vec![code.to_owned()],
                from,
                to,
            }),
        }
    }
    if mandates.is_empty() {
        return Err(PageError::refused(mandate::MandateRefusal::NoDuty));
    }
    for mandate in &mandates {
        mandate::admit(mandate, &page.register, page.today()).map_err(PageError::refused)?;
    }
    state.enter(&by, &[RegisterEvent::Mandated { mandates }]).await?;
    Ok(Redirect::to("/delegations").into_response())
}

/// POST /delegations/end: the holder revokes what they gave.
pub(super) async fn revoke(
    State(state): State<Administration>,
    by: By<EnterDelegations>,
    Posted(given): Posted<Ending>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let mandate = keyed(page, &given.mandate)?;
    if mandate.holder != by.may.officer() {
        return Err(PageError::NotFound);
    }
    let ended = mandate::revoke(mandate, page.today()).map_err(PageError::refused)?;
    state.enter(&by, &[RegisterEvent::Mandated { mandates: vec![ended] }]).await?;
    Ok(Redirect::to("/delegations").into_response())
}
