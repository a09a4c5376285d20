//! How the channels fare, for who keeps the machine: figures, and what went wrong last. No address, no matter.

use kernel::Instant;
use store::StoreFault;
use web::http::Page;
use web::view::{Badge, Cell, Column, Html, IntoHtml as _, Light, Panel, Row, Table};

use super::t;
use crate::rows::{health, lying};
use crate::send::Channels;
use crate::types::Channel;

/// The panel of the page about the machine.
///
/// # Errors
/// If the store fails.
pub async fn panel(page: &Page, channels: &Channels) -> Result<Html, StoreFault> {
    let (store, node) = (page.app.store(), page.app.node());
    let at = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| page.moment(Instant::from_ms(ms)));
    let columns = vec![
        Column::new(t(page, "machine-channel")),
        Column::new(t(page, "machine-state")).narrow(),
        Column::new(t(page, "machine-waiting")).figure(),
        Column::new(t(page, "machine-oldest")).narrow(),
        Column::new(t(page, "machine-dead")).figure(),
        Column::new(t(page, "machine-ok")).narrow(),
        Column::new(t(page, "machine-fault")),
    ];
    let mut rows = Vec::new();
    let mut failing = false;
    for channel in Channel::ALL {
        let (health, lying) = (health(store, node, channel).await?, lying(store, node, channel).await?);
        let badge = match (channels.has(channel), health.failing_since) {
            (false, _) => Badge::saying(Light::Unverified, t(page, "machine-off")),
            (true, Some(_)) => Badge::saying(Light::Red, t(page, "machine-failing")),
            // Nothing was sent yet: that it works is not known.
            (true, None) if health.ok_at.is_none() => Badge::saying(Light::Unverified, t(page, "machine-unused")),
            (true, None) => Badge::saying(Light::Done, t(page, "machine-works")),
        };
        failing |= channels.has(channel) && health.failing_since.is_some();
        let fault = match (&health.fault, health.failing_since) {
            (Some(words), Some(since)) => {
                Cell::code(words).under(page.words.with("notices-machine-since", &[("at", at(Some(since)).into())]))
            }
            (Some(words), None) => Cell::code(words).under(at(health.fault_at)),
            (None, _) => Cell::new("–"),
        };
        rows.push(Row::new(vec![
            Cell::new(t(page, channel.code())),
            Cell::new(badge.into_html()),
            Cell::number(lying.waiting),
            Cell::new(at(lying.oldest)),
            Cell::number(lying.dead),
            Cell::new(at(health.ok_at)),
            fault,
        ]));
    }
    let table = Table::new(page.words, "channels", t(page, "machine-title"), columns).rows(rows).plain();
    let panel = Panel::new(t(page, "machine-title"), table).note(t(page, "machine-note")).flush();
    Ok(if failing { panel.tone(Light::Red) } else { panel }.into_html())
}
