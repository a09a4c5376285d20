//! What the search box finds here: warnings by number, organ or subject.

use std::sync::Arc;

use web::http::{FOUND_AT_MOST, Finder, Found, FoundGroup};

use super::{ReadQueue, path, say};
use crate::store::{self, Reach};

/// Finds for the search box.
pub fn finder() -> Finder {
    Arc::new(|page, wanted| {
        Box::pin(async move {
            let Ok(may) = page.app.authority().may::<ReadQueue>(&page.reader) else { return Ok(Vec::new()) };
            let reach = Reach::of(&may, &page.register, page.today());
            let number = say::read_number(&wanted);
            let warnings = store::find(page.app.store(), &reach, number, &wanted, FOUND_AT_MOST).await?;
            let found = warnings
                .into_iter()
                .map(|warning| Found {
                    href: path(warning.id),
                    detail: format!("{} · {}", warning.organ_name, warning.subject.label),
                    name: say::number(warning.number),
                    exact: number == Some(warning.number),
                })
                .collect();
            let title = page.words.t("supervision-found");
            Ok(vec![FoundGroup { kind: "warning", title, all: String::new(), found }])
        })
    })
}
