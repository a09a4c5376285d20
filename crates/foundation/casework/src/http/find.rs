//! What the search box finds here: cases by number or title.

use std::sync::Arc;

use web::http::{FOUND_AT_MOST, Finder, Found, FoundGroup};

use super::{ReadCases, say, t};
use crate::case::list::{self, Reach};
use crate::case::{number, of_number};

/// Finds for the search box.
pub fn finder() -> Finder {
    Arc::new(|page, wanted| {
        Box::pin(async move {
            let Ok(may) = page.app.authority().may::<ReadCases>(&page.reader) else { return Ok(Vec::new()) };
            let reach = Reach::of(&may, &page.register, page.today());
            let cases = list::find(page.app.store(), &reach, &wanted, FOUND_AT_MOST).await?;
            let is_number = of_number(&wanted).is_some();
            let found = cases
                .into_iter()
                .map(|case| Found {
                    href: say::case_path(case.id),
                    name: say::title(&page, &case),
                    detail: format!("{} · {}", number(case.id), page.organ(case.organ)),
                    exact: is_number,
                })
                .collect();
            Ok(vec![FoundGroup { kind: "case", title: t(&page, "cases"), all: String::new(), found }])
        })
    })
}
