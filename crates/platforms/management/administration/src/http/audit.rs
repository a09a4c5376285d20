//! The record of acts, for who audits: who did what kind of thing when. What a matter holds stays with its readers.

use axum::extract::RawQuery;
use axum::response::Response;
use store::Actor;
use web::http::{By, Page, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{Cell, Column, FilterBar, Heading, Html, Panel, Row, State as Empty, Table, TableSpec, Total, format};

use super::{ReadAudit, t};

/// Rows of a page.
const SIZE: u32 = 50;

pub(super) async fn list(by: By<ReadAudit>, RawQuery(raw): RawQuery) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node().number());
    let spec = TableSpec::new(
        "/audit".to_owned(),
        &["index"],
        Sort { key: "index", direction: Direction::Down },
        &["kind"],
        SIZE,
    );
    let query = spec.read(raw.as_deref().unwrap_or_default());
    let kind = query.filter("kind").unwrap_or_default().to_owned();
    let mut acts = store.newest_acts(node, &kind, query.offset(), u64::from(SIZE) + 1).await?;
    if acts.is_empty() && query.page() > 1 {
        let all = store.count_acts(node, &kind).await?;
        return last_page(&query, all).ok_or(PageError::Conflict);
    }
    let seen = query.offset() + acts.len() as u64;
    let total = if acts.len() > SIZE as usize { Total::AtLeast(seen) } else { Total::Exactly(seen) };
    acts.truncate(SIZE as usize);
    let columns = vec![
        Column::new(t(page, "index")).narrow().sorts("index"),
        Column::new(t(page, "at")).narrow(),
        Column::new(t(page, "act-kind")),
        Column::new(t(page, "actor")),
        Column::new(t(page, "post")),
        Column::new(t(page, "matter")),
    ];
    let rows = acts.iter().map(|recorded| {
        let act = &recorded.act;
        let at = format::date_time(kernel::Instant::from_ms(act.at_ms), page.app.clock().zone());
        Row::new(vec![
            Cell::code(&format::index(recorded.idx)),
            Cell::new(at),
            Cell::code(&act.kind),
            match act.on_behalf_of.as_deref() {
                Some(holder) => {
                    let holder = holder.parse().map_or_else(|_| holder.to_owned(), |id| page.officer(id));
                    let under = page.words.with("administration-on-behalf", &[("holder", holder.into())]);
                    Cell::new(Html::data(&actor(page, &act.actor))).under(under)
                }
                None => Cell::new(Html::data(&actor(page, &act.actor))),
            },
            Cell::new(Html::data(&post(page, act.post.as_deref()))),
            Cell::code(&kernel::MatterId::new(act.matter).to_string()),
        ])
    });
    let table = Table::new(words, "acts", t(page, "acts-of-node"), columns)
        .rows(rows)
        .query(&query, total)
        .empty(Empty::empty(t(page, "acts-none"), t(page, "acts-none-next")));
    let bar = FilterBar::new(words, "acts", &query).text("kind", t(page, "act-kind"));
    let heading = Heading::new(words, t(page, "menu-audit"))
        .under(words.t("http-chapter-management"), "/audit")
        .lead(t(page, "audit-lead"));
    Ok(page.html(heading, Panel::new("", (bar, table)).flush()))
}

fn actor(page: &Page, actor: &Actor) -> String {
    match actor {
        Actor::Officer { pseudonym } => pseudonym.parse().map_or_else(|_| pseudonym.clone(), |id| page.officer(id)),
        Actor::Party { .. } => t(page, "party"),
        Actor::System { component, version } => format!("{component} {version}"),
    }
}

fn post(page: &Page, id: Option<&str>) -> String {
    let post = id.and_then(|id| id.parse().ok()).and_then(|id| page.register.post(id));
    post.map_or_else(|| "–".to_owned(), |post| format!("{}·{}", page.organ(post.organ), page.either(&post.name)))
}
