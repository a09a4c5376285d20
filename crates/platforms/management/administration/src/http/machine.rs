//! The machine, for who keeps it: store, log, checkpoint, what follows the log. It shows no business.

use axum::extract::State;
use axum::response::Response;
use web::http::{By, PageError};
use web::view::{Facts, Grid, Heading, Panel, format};

use super::{AdministerSystem, Administration, t};

pub(super) async fn show(State(state): State<Administration>, by: By<AdministerSystem>) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node().number());
    let begun = std::time::Instant::now();
    store.ping().await?;
    let answered = begun.elapsed();
    let durable = store.durability().await?;
    let acts = store.log_size(node).await?;
    let supervised = store.cursor(node, "supervise").await?;
    let checkpoint = store.checkpoint(node).await?;
    let at = |ms| format::date_time(kernel::Instant::from_ms(ms), page.app.clock().zone());
    let machine = Facts::new()
        .fact(t(page, "version"), env!("CARGO_PKG_VERSION"))
        .fact(t(page, "node"), page.app.node().to_string())
        .fact(t(page, "store-answers"), format!("{:.1} ms", answered.as_secs_f64() * 1e3))
        .fact(t(page, "durability"), durable.to_string());
    let log = Facts::new()
        .fact(t(page, "acts"), format::number(acts as i64))
        .fact(t(page, "supervised"), format::number(supervised as i64))
        .fact(
            t(page, "checkpoint"),
            checkpoint.as_ref().map_or_else(
                || t(page, "no-checkpoint"),
                |checkpoint| format!("{} · {}", format::number(checkpoint.size as i64), at(checkpoint.at)),
            ),
        );
    let heading = Heading::new(words, t(page, "menu-machine"))
        .under(words.t("http-chapter-management"), "/admin/system")
        .lead(t(page, "machine-lead"));
    let mut body =
        Grid::new().cell(6, Panel::new(t(page, "machine"), machine)).cell(6, Panel::new(t(page, "log"), log));
    for view in &state.views {
        body = body.cell(12, view.panel(page).await?);
    }
    Ok(page.html(heading, body))
}
