//! What the search box finds here: processes, buyers, suppliers, indicators, each within the reader's reach.

use std::sync::Arc;

use access::Permission;
use redflags_rules::registry::indicators;
use store::StoreFault;
use web::http::{FOUND_AT_MOST, Finder, Found, FoundGroup, Page};

use super::{ReadBuyers, ReadIndicators, ReadProcesses, ReadSuppliers, Redflags};
use crate::pages::{day, t};
use crate::rule::percent;
use crate::store::{self as queries, Filter, Order, Reach};

/// Finds for the search box.
pub fn finder(state: Redflags) -> Finder {
    Arc::new(move |page, words| {
        let state = state.clone();
        Box::pin(async move { found(&state, &page, &words).await })
    })
}

async fn found(state: &Redflags, page: &Page, wanted: &str) -> Result<Vec<FoundGroup>, StoreFault> {
    let mut groups = Vec::new();
    if page.app.authority().allows(&page.reader, ReadIndicators::CODE).is_ok() {
        groups.push(of_indicators(page, wanted));
    }
    let sources = state.sources(&page.reader).await?;
    let store = &state.importer.store;
    let words = page.words;
    let all = |path: &str| format!("{path}?q={}", percent(wanted));
    let window = (0, FOUND_AT_MOST);
    if let Some(reach) = reach::<ReadProcesses>(page) {
        let filter = Filter { text: Some(wanted.to_owned()), ..Filter::default() };
        let lines = queries::lines(store, &reach, &sources, &filter, (Order::Day, true), window).await?;
        let found = lines.into_iter().map(|line| Found {
            href: format!("/processes/{}", percent(&line.ocid)),
            exact: line.ocid == wanted,
            detail: match line.day {
                Some(on) => format!("{} · {}", line.ocid, day(on)),
                None => line.ocid.clone(),
            },
            name: line.title,
        });
        let title = t(words, "processes");
        groups.push(FoundGroup { kind: "process", title, all: all("/processes"), found: found.collect() });
    }
    if let Some(reach) = reach::<ReadBuyers>(page) {
        let buyers = queries::buyers(store, &reach, &sources, Some(wanted), window).await?;
        let found = buyers.into_iter().map(|buyer| party("/buyers", buyer.id, buyer.name, wanted));
        groups.push(FoundGroup {
            kind: "buyer",
            title: t(words, "buyers"),
            all: all("/buyers"),
            found: found.collect(),
        });
    }
    if let Some(reach) = reach::<ReadSuppliers>(page) {
        let suppliers = queries::suppliers(store, &reach, &sources, Some(wanted), window).await?;
        let found = suppliers.into_iter().map(|supplier| party("/suppliers", supplier.id, supplier.name, wanted));
        groups.push(FoundGroup {
            kind: "supplier",
            title: t(words, "suppliers"),
            all: all("/suppliers"),
            found: found.collect(),
        });
    }
    Ok(groups)
}

fn reach<P: Permission>(page: &Page) -> Option<Reach> {
    let may = page.app.authority().may::<P>(&page.reader).ok()?;
    Some(Reach::of(may.scope(), &page.register, page.today()))
}

fn party(list: &str, id: String, name: String, wanted: &str) -> Found {
    Found { href: format!("{list}/{}", percent(&id)), exact: id == wanted, name, detail: id }
}

fn of_indicators(page: &Page, wanted: &str) -> FoundGroup {
    let lower = wanted.to_lowercase();
    let found = indicators()
        .iter()
        .map(|indicator| (page.words.either(indicator.name.zh, indicator.name.en), indicator.code))
        .filter(|(name, code)| code.to_lowercase().starts_with(&lower) || name.to_lowercase().contains(&lower))
        .take(FOUND_AT_MOST as usize)
        .map(|(name, code)| Found {
            href: format!("/indicators/{code}"),
            name: name.to_owned(),
            detail: code.to_owned(),
            exact: code.eq_ignore_ascii_case(wanted),
        })
        .collect();
    FoundGroup { kind: "indicator", title: t(page.words, "indicators"), all: "/indicators".to_owned(), found }
}
