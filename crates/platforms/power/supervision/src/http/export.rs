//! Tables as files: the same reach, filters and order as on the page.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use kernel::Secrecy;
use secrecy::view::on_record_elsewhere;
use web::http::{By, Page, PageError};
use web::view::format;
use web::view::table::{Sheet, SheetColumn, Value};

use crate::http::{ExportTables, ReadQueue, Supervision, cockpit, queue, say};
use crate::store::{self, Reach};

/// Rows a file holds at most.
const ROWS: u64 = 50_000;

/// GET /queue.xlsx
pub(super) async fn xlsx(
    State(_): State<Supervision>,
    by: By<ExportTables>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let sheet = sheet(&by.page, raw.as_deref().unwrap_or_default()).await?;
    let bytes = sheet.xlsx().map_err(|fault| PageError::broken(&fault))?;
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(file("warnings.xlsx", TYPE, bytes))
}

/// GET /queue.csv
pub(super) async fn csv(
    State(_): State<Supervision>,
    by: By<ExportTables>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let sheet = sheet(&by.page, raw.as_deref().unwrap_or_default()).await?;
    let bytes = sheet.csv().map_err(|fault| PageError::broken(&fault))?;
    Ok(file("warnings.csv", "text/csv; charset=utf-8", bytes))
}

/// GET /cockpit/months.csv
pub(super) async fn months(State(_): State<Supervision>, by: By<ExportTables>) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let reach = reach(page)?;
    let all = cockpit::twelve(page.today());
    let months = store::months(page.app.store(), &reach, all[0].0).await?;
    let heads =
        ["supervision-column-month", "light-notice", "light-yellow", "light-red", "supervision-closed-in-month"];
    let mut sheet = begin(page, words.t("supervision-months"), heads.map(|key| (words.t(key), 12)).to_vec()).await?;
    for (number, _) in all {
        let month = months.get(&number).copied().unwrap_or_default();
        let mut row: Vec<Value> = vec![format!("{}-{:02}", number / 100, number % 100).into()];
        row.extend(
            month.raised.iter().chain([&month.closed]).map(|n| Value::Whole(i64::try_from(*n).unwrap_or(i64::MAX))),
        );
        sheet.row(row);
    }
    let bytes = sheet.csv().map_err(|fault| PageError::broken(&fault))?;
    Ok(file("months.csv", "text/csv; charset=utf-8", bytes))
}

/// What may be exported is what may be read in the queue.
fn reach(page: &Page) -> Result<Reach, PageError> {
    let may = page.app.authority().may::<ReadQueue>(&page.reader)?;
    Ok(Reach::of(&may, &page.register, page.today()))
}

async fn begin(page: &Page, title: String, heads: Vec<(String, u16)>) -> Result<Sheet, PageError> {
    let now = page.app.clock().now();
    let size = page.app.store().log_size(page.app.node().number()).await?;
    let asof = format!("{} {}", format::date_time(now, page.app.clock().zone()), format::index(size.saturating_sub(1)));
    let columns = heads.into_iter().map(|(head, width)| SheetColumn { head, width }).collect();
    let sheet = Sheet::new(title, asof, columns);
    Ok(if page.register.profile.synthetic { sheet.synthetic(page.words) } else { sheet })
}

async fn sheet(page: &Page, raw: &str) -> Result<Sheet, PageError> {
    let words = page.words;
    let (store, now, zone) = (page.app.store(), page.app.clock().now(), page.app.clock().zone());
    let reach = reach(page)?;
    let query = queue::spec("/queue").read(raw);
    let currency = store::currency(store, &reach).await?;
    let filter = queue::filter(page, &query, &currency, now);
    let listed = store::list(store, &reach, &filter, queue::order(&query), (0, ROWS)).await?;
    let heads: Vec<(String, u16)> = [
        ("supervision-column-number", 12),
        ("supervision-column-light", 8),
        ("supervision-column-stage", 10),
        ("supervision-column-subject-kind", 10),
        ("supervision-column-subject-key", 24),
        ("supervision-column-subject", 36),
        ("supervision-column-organ", 24),
        ("supervision-column-unit", 24),
        ("supervision-column-inspector", 14),
        ("supervision-column-codes", 24),
        ("supervision-column-score", 8),
        ("supervision-column-amount", 16),
        ("supervision-column-currency", 8),
        ("supervision-column-raised", 18),
        ("supervision-column-due", 18),
        ("supervision-column-outcome", 12),
    ]
    .into_iter()
    .map(|(key, width)| (words.t(key), width))
    .collect();
    let mut sheet = begin(page, words.t("supervision-queue"), heads).await?;
    for warning in listed {
        // What leaves the node was read.
        let secrecy = Secrecy { class: warning.class, named: warning.compartment.then(BTreeSet::new) };
        on_record_elsewhere(page, (warning.id, &secrecy)).await?;
        let money = warning.sum.as_ref().and_then(say::money);
        let outcome = warning.outcome.as_ref().map(|code| words.t(&format!("supervision-outcome-{code}")));
        sheet.row(vec![
            say::number(warning.number).into(),
            words.t(&format!("light-{}", warning.light.code())).into(),
            say::stage(words, &warning.stage).into(),
            kind(page, &warning.subject.kind).into(),
            warning.subject.key.into(),
            warning.subject.label.into(),
            warning.organ_name.into(),
            page.organ(warning.unit).into(),
            warning.inspector.map(|inspector| page.officer(inspector)).into(),
            warning.codes.into(),
            rust_decimal::Decimal::new(warning.score, 1).into(),
            money.map(|money| money.amount).into(),
            warning.sum.map(|sum| sum.currency).into(),
            Value::Moment(warning.raised_at, zone),
            // The last moment that is in time, as pages name its day.
            warning.due.map_or(Value::Unknown, |due| Value::Moment(due.plus_ms(-1), zone)),
            outcome.into(),
        ]);
    }
    Ok(sheet)
}

/// The word for a kind of subject.
pub(super) fn kind(page: &Page, kind: &str) -> String {
    page.words.find(&format!("supervision-kind-{kind}")).unwrap_or_else(|| kind.to_owned())
}

fn file(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    (
        [
            (header::CONTENT_TYPE, media_type.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        bytes,
    )
        .into_response()
}
