//! The desk: what waits for whom, what falls due, what was published; and the form that opens an organ's catalogue.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::OrganId;
use web::http::{By, Page, PageError, Posted, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Badge, Cell, Column, Field, Form, Heading, Html, IntoHtml as _, Light, Link, Panel, Row, State as Empty,
    Table, TableQuery, TableSpec, Tabs, Total, format,
};

use super::draft::{by_words, entry_facts};
use super::duties::{Standing, due_words, words_of};
use super::public::period_words;
use super::{
    Disclosures, DraftDisclosures, PublishDisclosures, ReadDisclosures, ReviewDisclosures, error, has, reach_of_lists,
    t,
};
use crate::events::Exception;
use crate::lists::{self, DutySeen, Listed};
use crate::state::Stage;

/// Rows of a page.
pub(super) const SIZE: u32 = 30;

/// The list that an address asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tab {
    /// What is being worked on.
    Work,
    /// What falls due by the calendar.
    Duties,
    /// What was published.
    Published,
}

impl Tab {
    const ALL: [Tab; 3] = [Tab::Work, Tab::Duties, Tab::Published];

    pub(super) fn code(self) -> &'static str {
        match self {
            Tab::Work => "work",
            Tab::Duties => "duties",
            Tab::Published => "published",
        }
    }

    /// Stages of disclosures on it.
    pub(super) fn stages(self) -> &'static [Stage] {
        match self {
            Tab::Work => &[Stage::ToReview, Stage::ToPublish, Stage::Refused],
            Tab::Duties => &[],
            Tab::Published => &[Stage::Published, Stage::Withdrawn],
        }
    }
}

/// How a list at an address is asked for, and which.
pub(super) fn asked(address: &str, raw: Option<&str>) -> (TableQuery, Tab) {
    let sort = Sort { key: "at", direction: Direction::Down };
    let query = TableSpec::new(address.to_owned(), &["at"], sort, &["tab"], SIZE).read(raw.unwrap_or_default());
    let tab = Tab::ALL.into_iter().find(|tab| query.filter("tab") == Some(tab.code())).unwrap_or(Tab::Work);
    (query, tab)
}

pub(super) fn badge(page: &Page, listed: &Listed) -> Badge {
    let light = match listed.stage {
        Stage::ToReview | Stage::ToPublish => Light::Waiting,
        Stage::Refused | Stage::Withdrawn => Light::Refused,
        Stage::Published => Light::Done,
    };
    Badge::saying(light, t(page.words, &format!("stage-{}", listed.stage.code())))
}

/// GET /disclosures
pub(super) async fn show(
    State(state): State<Disclosures>,
    by: By<ReadDisclosures>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (state.app.store(), state.node());
    let (query, tab) = asked("/disclosures", raw.as_deref());
    let reached = reach_of_lists(&state, &by).await?;
    let own = by.may.organ();
    let opened = lists::opened(store, node, own).await?;
    let mut parts = Vec::new();
    let waiting = waiting(&state, &by, &reached).await?;
    if opened.is_none() {
        parts.extend(opening(&state, page, own).await?);
    }
    let window = (query.offset(), u64::from(SIZE));
    let (table, all, empty) = match tab {
        Tab::Duties => {
            let (seen, all) = lists::duties(store, node, (Some(&reached), false), window).await?;
            let may = has::<DraftDisclosures>(page, own);
            let rows = seen.iter().map(|duty| duty_row(&state, page, duty, may && duty.organ == own));
            let columns = vec![
                Column::new(t(words, "entry")),
                Column::new(t(words, "organ")),
                Column::new(t(words, "due")).narrow(),
                Column::new(t(words, "stands")),
                Column::new(t(words, "next-step")),
            ];
            (Table::new(words, "list", t(words, "tab-duties"), columns).rows(rows), all, seen.is_empty())
        }
        Tab::Work | Tab::Published => {
            let (listed, all) = lists::worked_on(store, node, (&reached, tab.stages(), None), window).await?;
            let rows = listed.iter().map(|it| row(&state, page, it));
            let columns = vec![
                Column::new(t(words, "title")),
                Column::new(t(words, "organ")),
                Column::new(t(words, "stage")).narrow(),
                Column::new(t(words, "due")).narrow(),
                Column::new(t(words, "last-written")).narrow(),
            ];
            let name = t(words, &format!("tab-{}", tab.code()));
            (Table::new(words, "list", name, columns).rows(rows), all, listed.is_empty())
        }
    };
    if empty && query.page() > 1 {
        return last_page(&query, all).ok_or(PageError::NotFound);
    }
    let table = table.query(&query, Total::Exactly(all)).empty(Empty::empty(
        t(words, &format!("empty-{}", tab.code())),
        t(words, &format!("empty-{}-next", tab.code())),
    ));
    let tabs = Tab::ALL.into_iter().fold(Tabs::new(t(words, "tabs")), |tabs, each| {
        let label = t(words, &format!("tab-{}", each.code()));
        tabs.tab(label, None, format!("/disclosures?tab={}", each.code()), each == tab)
    });
    parts.push(tabs.into_html());
    parts.push(Panel::new("", table).flush().into_html());
    if opened.is_some() {
        parts.extend(catalogue(&state, page, own).await?);
    }
    let mut heading = Heading::new(words, t(words, "menu"))
        .under(words.t("http-chapter-power"), "/disclosures")
        .lead(words.count("disclosure-desk-lead", waiting))
        .action(Action::go(t(words, "public-face"), "/disclosure"));
    if opened.is_some() && has::<DraftDisclosures>(page, own) {
        heading = heading.action(Action::go(t(words, "draft-go"), "/disclosures/new").main());
    }
    Ok(page.html(heading, parts))
}

/// How many disclosures wait for the reader: to be reviewed, to be published.
pub(super) async fn waiting(
    state: &Disclosures,
    by: &By<ReadDisclosures>,
    reached: &BTreeSet<OrganId>,
) -> Result<u64, PageError> {
    let page = &by.page;
    let mut stages = Vec::new();
    if has::<ReviewDisclosures>(page, by.may.organ()) {
        stages.push(Stage::ToReview);
    } else if has::<PublishDisclosures>(page, by.may.organ()) {
        stages.push(Stage::ToPublish);
    } else if has::<DraftDisclosures>(page, by.may.organ()) {
        stages.push(Stage::Refused);
    }
    let but = (!stages.contains(&Stage::Refused)).then(|| by.may.officer());
    let (_, all) = lists::worked_on(state.app.store(), state.node(), (reached, &stages, but), (0, 1)).await?;
    Ok(all)
}

fn row(state: &Disclosures, page: &Page, it: &Listed) -> Row {
    let words = page.words;
    let title = it.draft_title.as_ref().or(it.title.as_ref()).cloned().unwrap_or_else(|| words.t("http-erased"));
    let entry = state.entry_name(&it.entry);
    let mut under = Html::data(words.said(&entry));
    if !it.period.is_empty() {
        under = under.then(Html::text(" · ")).then(Html::text(&period_words(words, &it.period)));
    }
    let due = match it.due {
        Some(due) if it.lapsed => Cell::new(format::date(due)).under(t(words, "was-late")),
        Some(due) => Cell::new(format::date(due)),
        None => Cell::new("–"),
    };
    Row::new(vec![
        Cell::subject(&format!("/disclosures/{}", it.id), &title).under(under),
        Cell::new(Html::data(&page.organ(it.organ))),
        Cell::new(badge(page, it)),
        due,
        Cell::new(page.moment(it.drafted_at)).under(Html::data(&page.officer(it.drafter))),
    ])
}

fn duty_row(state: &Disclosures, page: &Page, duty: &DutySeen, may_draft: bool) -> Row {
    let words = page.words;
    let now = (state.app.clock().zone(), page.today());
    let standing = Standing::of(duty, now.0, now.1);
    let light = match standing {
        Standing::Published => Light::Done,
        Standing::Due => Light::Waiting,
        Standing::Late | Standing::Missing => Light::Yellow,
        Standing::Unmeasured => Light::Unverified,
    };
    let name = words.said(&state.entry_name(&duty.entry)).to_owned();
    let subject = match duty.published {
        Some((id, _)) => Cell::subject(&format!("/disclosures/{id}"), &name),
        None => Cell::new(Html::data(&name)),
    };
    let next = match duty.published {
        None if may_draft => {
            let href = format!("/disclosures/new?entry={}&period={}", duty.entry, duty.period);
            Cell::new(Link::new(href, t(words, "draft-go")))
        }
        _ => Cell::new("–"),
    };
    Row::new(vec![
        subject.under(period_words(words, &duty.period)),
        Cell::new(Html::data(&page.organ(duty.organ))),
        Cell::new(due_words(words, duty)),
        Cell::new(Badge::saying(light, words_of(words, duty, now))),
        next,
    ])
}

/// The organ's own catalogue: what it discloses, and what it says it does not have.
async fn catalogue(state: &Disclosures, page: &Page, organ: OrganId) -> Result<Option<Html>, PageError> {
    let words = page.words;
    let Some(row) = page.register.organ_on(organ, page.today()) else { return Ok(None) };
    let without: BTreeMap<String, String> = lists::exceptions(state.app.store(), state.node(), organ)
        .await?
        .into_iter()
        .map(|it| (it.entry, it.reason))
        .collect();
    let columns = vec![
        Column::new(t(words, "entry")),
        Column::new(t(words, "often")).narrow(),
        Column::new(t(words, "by")),
        Column::new(t(words, "basis")),
    ];
    let rows = state.desk.catalogue().of(row).map(|entry| {
        let name = Cell::new(Html::data(words.said(&entry.name)));
        let name = match without.get(&entry.code) {
            Some(reason) => {
                name.under(Html::data(&words.with("disclosure-has-none", &[("why", reason.as_str().into())])))
            }
            None => name.under(Html::data(words.said(&entry.content))),
        };
        let by = Cell::new(by_words(page, entry));
        let by = if entry.is_owed() { by } else { by.under(t(words, "not-owed")) };
        Row::new(vec![
            name,
            Cell::new(t(words, &format!("often-{}", entry.often.code()))),
            by,
            Cell::new(Html::data(&entry.basis)),
        ])
    });
    let table = Table::new(words, "catalogue", t(words, "catalogue"), columns).rows(rows);
    Ok(Some(Panel::new(t(words, "catalogue"), table).note(Html::data(&page.organ(organ))).flush().into_html()))
}

/// The form by which whoever publishes opens the organ's catalogue; for others, that it is not open.
async fn opening(state: &Disclosures, page: &Page, organ: OrganId) -> Result<Option<Html>, PageError> {
    let words = page.words;
    let Some(row) = page.register.organ_on(organ, page.today()) else { return Ok(None) };
    let entries: Vec<_> = state.desk.catalogue().of(row).collect();
    if entries.is_empty() {
        return Ok(None);
    }
    if !has::<PublishDisclosures>(page, organ) {
        return Ok(Some(Panel::new("", Empty::empty(t(words, "not-open"), t(words, "not-open-next"))).into_html()));
    }
    let mut form = Form::new("/disclosures/open", page.csrf.as_str());
    for entry in &entries {
        form = form.with(entry_facts(page, entry));
        if entry.optional {
            let label = words.with("disclosure-without", &[("entry", words.said(&entry.name).into())]);
            let field =
                Field::text(format!("without-{}", entry.code), label).optional(words).help(t(words, "without-help"));
            form = form.with(field);
        }
    }
    let form = form.button(Action::submit(t(words, "open-button")).main()).after(t(words, "open-after"));
    Ok(Some(Panel::new(t(words, "open-title"), form).turn().into_html()))
}

/// POST /disclosures/open
pub(super) async fn open(
    State(state): State<Disclosures>,
    by: By<PublishDisclosures>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let given = typed.iter().filter_map(|(name, reason)| Some((name.strip_prefix("without-")?, reason.trim())));
    let except: Vec<Exception> = given
        .filter(|(_, reason)| !reason.is_empty())
        .map(|(entry, reason)| Exception { entry: entry.to_owned(), reason: reason.to_owned() })
        .collect();
    state.desk.open(by.hand(), by.may.organ(), &except).await.map_err(error)?;
    Ok(Redirect::to("/disclosures?tab=duties").into_response())
}
