//! Who stands behind the log: the newest checkpoint, the newest that a quorum of witnesses signed, and the witnesses.

use kernel::Instant;
use web::http::PageError;
use web::locale::Words;
use web::view::{Cell, Column, Facts, Html, IntoHtml as _, Light, Panel, Row, Table, format};

use crate::Notary;

/// The panel of the public page.
pub(crate) async fn panel(state: &Notary, words: Words) -> Result<Html, PageError> {
    let (store, node) = (state.app.store(), state.node());
    let zone = state.app.clock().zone();
    let said = |published: Option<store::Published>| {
        published.map_or_else(
            || words.t("notary-none-yet"),
            |published| {
                let at = format::date_time(Instant::from_ms(published.at), zone);
                words
                    .with("notary-covers", &[("acts", format::number(published.size as i64).into()), ("at", at.into())])
            },
        )
    };
    let newest = store.checkpoint(node).await?;
    let witnessed = store.witnessed_checkpoint(node).await?;
    let fine = witnessed.is_some();
    let facts = Facts::new()
        .fact(words.t("notary-newest"), said(newest))
        .fact(words.t("notary-newest-witnessed"), said(witnessed));
    let mut rows = Vec::new();
    for witness in &state.policy.witnesses {
        let size = store.cosigned_by(node, witness.vkey.name()).await?;
        rows.push(Row::new(vec![
            Cell::new(Html::data(witness.vkey.name())),
            Cell::new(if size == 0 { "–".to_owned() } else { format::number(size as i64) }),
        ]));
    }
    let body = if rows.is_empty() {
        facts.into_html()
    } else {
        let columns = vec![Column::new(words.t("notary-witness")), Column::new(words.t("notary-witness-covers"))];
        let table = Table::new(words, "witnesses", words.t("notary-witnesses"), columns).rows(rows).plain();
        Html::join([facts.into_html(), table.into_html()])
    };
    let panel = Panel::new(words.t("notary-standing"), body).foot(words.t("notary-standing-foot"));
    Ok(if fine { panel } else { panel.tone(Light::Yellow) }.into_html())
}
