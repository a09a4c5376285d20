//! The documents of a case: what was attached, by whom and for what, each with its proof; and the way to have one.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use dmn::Value;
use kernel::Instant;
use web::http::{By, Page, PageError};
use web::view::{Cell, Column, Html, IntoHtml as _, Link, Panel, Row, Seal, Table, format};

use super::case::{Found, found};
use super::{Casework, ReadCases, say, t};
use crate::attachment::{Attachment, Closed};
use crate::case::Case;
use crate::case::list::Reach;

fn path(case: &Case, file: &Attachment) -> String {
    format!("{}/files/{}", say::case_path(case.id), file.blob)
}

/// What a file is called, as a link to it; that it was erased, where it was.
pub(super) fn named(page: &Page, case: &Case, file: &Attachment) -> Html {
    match file.file.show(page) {
        Some(about) => Link::new(path(case, file), about.name.as_str()).into_html(),
        None => Html::text(&page.words.t("http-erased")),
    }
}

/// The files that a variable names.
pub(super) fn of_value(page: &Page, case: &Case, value: &Value) -> Html {
    let Value::List(all) = value else { return Html::default() };
    let files = all.iter().filter_map(|blob| match blob {
        Value::String(blob) => case.files.iter().find(|(_, file)| file.blob == *blob),
        _ => None,
    });
    let lines = files.map(|(_, file)| Html::text("").then(named(page, case, file)));
    let mut shown = Html::default();
    for (at, line) in lines.enumerate() {
        let between = Html::data(page.words.either("、", ", "));
        shown = if at == 0 { line } else { shown.then(between).then(line) };
    }
    shown
}

/// The documents of a case; nothing where it has none.
pub(super) fn panel(page: &Page, found: &Found) -> Option<Panel> {
    let case = &found.case;
    if case.files.is_empty() {
        return None;
    }
    let columns = vec![
        Column::new(t(page, "document")),
        Column::new(t(page, "document-by")),
        Column::new(t(page, "time-line-proof")).narrow(),
    ];
    let rows = case.files.iter().rev().map(|(version, file)| {
        let name = Cell::new(named(page, case, file));
        let label = found.label_of(page, &file.field);
        let name = match file.file.show(page) {
            Some(about) => {
                let kind = t(page, &format!("kind-{}", about.kind.code()));
                name.under(Html::data(&format!("{label} · {kind} · {}", format::bytes(about.size))))
            }
            None => name.under(Html::data(&label)),
        };
        let act = found.acts.iter().find(|act| act.act.version == *version);
        let by = act.and_then(|act| page.whose(act)).unwrap_or_else(|| t(page, "by-node"));
        let at = act.map(|act| page.moment(Instant::from_ms(act.act.at_ms))).unwrap_or_default();
        let seal = act.map(|act| Seal::new(page.words, act.idx).into_html()).unwrap_or_default();
        Row::new(vec![name, Cell::new(Html::data(&by)).under(Html::data(&at)), Cell::new(seal)])
    });
    let table = Table::new(page.words, "documents", t(page, "documents"), columns).rows(rows).plain();
    Some(Panel::new(t(page, "documents"), table).flush())
}

/// GET /cases/{id}/files/{blob}: to whoever may read the case, on record where reading it is.
pub(super) async fn download(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path((id, blob)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let found = found(page, &state, reach, &id).await?;
    let case = &found.case;
    let file = case.files.iter().find(|(_, file)| file.blob == blob).map(|(_, file)| file.clone());
    let file = file.ok_or(PageError::NotFound)?;
    secrecy::view::on_record(page, &by.may, (case.id, &case.secrecy)).await?;
    let about = file.file.show(page).cloned().ok_or(PageError::NotFound)?;
    let (blobs, eyes) = (page.app.store().blobs().clone(), page.clone());
    let opened = tokio::task::spawn_blocking(move || file.open(&blobs, &eyes));
    let content = match opened.await.map_err(|error| PageError::broken(&error))? {
        Ok(content) => content,
        Err(Closed::Erased) => return Err(PageError::NotFound),
        Err(Closed::Fault(fault)) => return Err(fault.into()),
    };
    let headers = [
        (header::CONTENT_TYPE, about.kind.media().to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&about.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
    ];
    Ok((headers, Body::from(content)).into_response())
}

/// A file to keep, under its name in any writing (RFC 6266, RFC 8187): letters and digits stay, the rest is escaped.
fn disposition(name: &str) -> String {
    let escaped: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename*=UTF-8''{escaped}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_breaks_out_of_no_header() {
        let name = "平 面\"图;\r\nX: 1.pdf";
        let said = super::disposition(name);
        assert!(said.ends_with("%0D%0AX%3A%201.pdf") && said.starts_with("attachment; filename*=UTF-8''%E5%B9%B3%20"));
        assert!(said.is_ascii() && !said.contains('"') && !said.contains('\n'));
    }
}
