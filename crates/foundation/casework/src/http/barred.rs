//! Why somebody is not offered what they could otherwise do, in one line: a form that would only be refused is not shown.

use flow::state::Status;
use web::http::Page;

use super::t;
use crate::case::Case;
use crate::case::list::{Mine, OpenTask};
use crate::library::Deployed;

/// Why nothing goes on in a case that is not over: it was stopped, or is handled within another one; nothing where it goes on.
pub(super) fn by_standing(page: &Page, case: &Case) -> Option<String> {
    match case.state.status {
        Status::Suspended => Some(t(page, "barred-suspended")),
        Status::Merged { .. } => Some(t(page, "barred-merged")),
        Status::New | Status::Active | Status::Ended(_) => None,
    }
}

/// Why the reader may not do an open task that is offered to their post; nothing where they may.
///
/// - `name`: what people call an element.
pub(super) fn from_task(
    page: &Page,
    (case, deployed): (&Case, &Deployed),
    (mine, open): (&Mine, &OpenTask),
    name: impl Fn(&str) -> String,
) -> Option<String> {
    if mine.keeps_out(case) {
        return Some(t(page, "recused-you"));
    }
    if let Some(why) = by_standing(page, case) {
        return Some(why);
    }
    let graph = deployed.readied.graphs.get(&case.process)?;
    let state = case.with_principals();
    // Whoever acts for somebody may not do what that person may not do.
    let hands = [page.reader.officer(), page.reader.principal()];
    let refusal = hands.into_iter().find_map(|officer| flow::step::admits(graph, &state, open.task, officer).err())?;
    let (key, element) = match &refusal {
        flow::Refusal::Separate(element) => ("casework-barred-separate", element),
        flow::Refusal::Same(element) => ("casework-barred-same", element),
        flow::Refusal::Signed(element) => ("casework-barred-signed", element),
        _ => return None,
    };
    Some(page.words.with(key, &[("element", name(element.as_str()).into())]))
}
