//! The runs behind a figure: whose case, in which organ, how long; within the reader's reach.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use web::http::{By, Page, PageError, last_page};
use web::view::{Badge, Cell, Column, Html, Light, Panel, Row, State as Empty, Table, Total};

use super::asked::{Choice, SIZE};
use super::{heading, value};
use crate::case::behind::{self, Behind, Mishap, Which};
use crate::case::list::Reach;
use crate::case::number;
use crate::figures::How;
use crate::http::{Casework, ReadCases, say, t};

/// GET /models/{id}/figures/runs
pub(in crate::http) async fn show(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let choice = Choice::read(page, &state, &id, ("/figures/runs", raw.as_deref())).await?;
    let element = choice.query.filter("element").ok_or(PageError::NotFound)?.to_owned();
    let of = choice.query.filter("of").unwrap_or("entered").to_owned();
    let (store, now) = (page.app.store(), page.app.clock().now());
    let reach = Reach::of(&by.may, &page.register, page.today());
    let some = (choice.query.offset(), u64::from(SIZE));
    let (table, total) = match Which::of(&of) {
        Some(which) => {
            let from = (&reach, state.desk.calendar());
            let (all, total) = behind::behind(store, from, &choice.asked, (&element, which, now), some).await?;
            (runs(page, &all, now), total)
        }
        None if of == "mishaps" || of == "standing" => {
            let (all, total) =
                behind::mishaps_of(store, &reach, &choice.asked, (&element, of == "standing"), some).await?;
            (mishaps(page, &all), total)
        }
        None => return Err(PageError::NotFound),
    };
    if let Some(last) = last_page(&choice.query, total) {
        return Ok(last);
    }
    let table = table
        .query(&choice.query, Total::Exactly(total))
        .empty(Empty::empty(t(page, "figures-runs-none"), t(page, "figures-runs-none-next")));
    let figures = choice.query.without_filter("element").without_filter("of");
    let figures = figures.url_at(&format!("{}/figures", say::model_path(choice.model.id)));
    let title = page.words.with(
        "casework-figures-runs",
        &[("figure", t(page, &format!("figure-{of}")).into()), ("element", choice.name(&element).into())],
    );
    let version = match choice.asked.version {
        Some(version) => page.words.with("casework-version", &[("version", version.into())]),
        None => t(page, "figures-all-versions"),
    };
    let lead = page.words.with(
        "casework-figures-runs-lead",
        &[
            ("version", version.into()),
            ("from", web::view::format::date(choice.from).into()),
            ("to", web::view::format::date(choice.to).into()),
        ],
    );
    let heading = heading(page, &choice, title.clone()).under(t(page, "figures"), figures).lead(Html::data(&lead));
    Ok(page.html(heading, Panel::new(title, table).flush()))
}

fn runs(page: &Page, all: &[Behind], now: kernel::Instant) -> Table {
    let columns = vec![
        Column::new(t(page, "case")),
        Column::new(t(page, "organ")).narrow(),
        Column::new(t(page, "figures-entered-at")).narrow(),
        Column::new(t(page, "figures-held-at")).narrow(),
        Column::new(t(page, "figures-ended-at")).narrow(),
        Column::new(t(page, "figure-took")).figure(),
        Column::new(t(page, "figure-used")).figure(),
        Column::new(t(page, "figures-how")).narrow(),
    ];
    let moment = |at: Option<kernel::Instant>| at.map_or_else(|| Cell::new("–"), |at| Cell::new(page.moment(at)));
    let rows = all.iter().map(|behind| {
        let run = &behind.run;
        let (light, how) = match run.ended.map(|(_, how)| how) {
            None => (Light::Waiting, "open"),
            Some(How::Completed) => (Light::Done, "completed"),
            Some(How::Returned) => (Light::Notice, "returned"),
            Some(How::Terminated) => (Light::Refused, "terminated"),
        };
        let how = Cell::new(Badge::saying(light, t(page, &format!("figures-ended-{how}"))));
        let how = match run.is_late(now) {
            Some(true) => how.under(Badge::saying(Light::Red, t(page, "figures-late"))),
            _ => how,
        };
        let used = run.measured.and_then(|measured| measured.used);
        Row::new(vec![
            Cell::subject(&say::case_path(behind.case.id), &say::title(page, &behind.case))
                .under(Html::data(&number(behind.case.id))),
            Cell::new(Html::data(&page.organ(behind.organ))),
            Cell::new(page.moment(run.entered)),
            moment(run.held),
            moment(run.ended.map(|(at, _)| at)),
            run.took().map_or_else(|| Cell::new("–"), |ms| Cell::new(value::lasting(page, ms))),
            used.map_or_else(
                || Cell::new("–"),
                |(unit, used)| Cell::new(value::limit(page, i64::from(used).saturating_mul(10), unit)),
            ),
            how,
        ])
    });
    Table::new(page.words, "runs", t(page, "figures-runs-caption"), columns).rows(rows)
}

fn mishaps(page: &Page, all: &[Mishap]) -> Table {
    let columns = vec![
        Column::new(t(page, "case")),
        Column::new(t(page, "organ")).narrow(),
        Column::new(t(page, "incident-what")),
        Column::new(t(page, "figures-opened-at")).narrow(),
        Column::new(t(page, "figures-closed-at")).narrow(),
    ];
    let rows = all.iter().map(|mishap| {
        Row::new(vec![
            Cell::subject(&say::case_path(mishap.case.id), &say::title(page, &mishap.case))
                .under(Html::data(&number(mishap.case.id))),
            Cell::new(Html::data(&page.organ(mishap.case.organ))),
            Cell::new(t(page, &format!("incident-{}", mishap.kind))),
            Cell::new(page.moment(mishap.opened_at)),
            mishap.closed_at.map_or_else(|| Cell::new("–"), |at| Cell::new(page.moment(at))),
        ])
    });
    Table::new(page.words, "runs", t(page, "figures-runs-caption"), columns).rows(rows)
}
