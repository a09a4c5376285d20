//! Lists of processes with the same reasons everywhere: on the list, at a buyer, at a supplier.

use std::collections::HashMap;

use kernel::Day;
use rust_decimal::Decimal;
use web::locale::Words;
use web::view::table::{Sheet, SheetColumn, Value};
use web::view::{Cell, Column, Html, Row, Table};

use super::{badge, day, indicator_name, method, n, sum, t};
use crate::rule::percent;
use crate::store::Line;

/// Codes raised on a process, gravest first, and its light.
pub type Flagged = HashMap<String, (Vec<String>, Option<i64>)>;

/// Reasons shown in a row; further ones are counted.
const REASONS: usize = 2;

/// The table of processes.
///
/// - `flagged`: what was raised on them, for readers who may see it; `None` leaves the columns out.
/// - `sorts`: whether the page's address says the order; at a buyer or supplier the list is by day.
pub fn processes(words: Words, id: &str, lines: &[Line], flagged: Option<&Flagged>, sorts: bool) -> Table {
    let sorted = |column: Column, key: &'static str| if sorts { column.sorts(key) } else { column };
    let mut columns = Vec::new();
    if flagged.is_some() {
        columns.push(Column::new(t(words, "column-light")).narrow());
    }
    columns.extend([
        Column::new(t(words, "column-process")),
        Column::new(t(words, "column-buyer")),
        Column::new(t(words, "column-method")),
        sorted(Column::new(t(words, "column-amount")).figure(), "amount"),
        Column::new(t(words, "column-bidders")).figure(),
        sorted(Column::new(t(words, "column-day")).narrow(), "day"),
    ]);
    if flagged.is_some() {
        columns.push(Column::new(t(words, "column-reasons")));
    }
    let rows = lines.iter().map(|line| row(words, line, flagged));
    Table::new(words, id, t(words, "processes"), columns).rows(rows)
}

fn row(words: Words, line: &Line, flagged: Option<&Flagged>) -> Row {
    let unknown = t(words, "unknown");
    let mut cells = Vec::new();
    let of = flagged.map(|flagged| flagged.get(&line.ocid));
    if let Some(of) = of {
        cells.push(match of.and_then(|(_, light)| *light) {
            Some(light) => Cell::new(badge(words, light)),
            None => Cell::new(t(words, "no-light")),
        });
    }
    cells.push(Cell::subject(&format!("/processes/{}", percent(&line.ocid)), &line.title).under(line.ocid.as_str()));
    cells.push(match &line.buyer {
        Some((_, name)) => Cell::new(Html::data(name)),
        None => Cell::unknown(&unknown),
    });
    let law = line.details.clone().unwrap_or_default();
    cells.push(match &line.method {
        Some(code) => Cell::new(method(words, code)).under(Html::data(&law)),
        None if !law.is_empty() => Cell::new(Html::data(&law)),
        None => Cell::unknown(&unknown),
    });
    cells.push(match (line.amount, &line.currency) {
        (Some(amount), currency) => Cell::new(sum(words, amount, currency.as_deref().unwrap_or_default())),
        (None, _) => Cell::unknown(&unknown),
    });
    cells.push(line.bidders.map_or_else(|| Cell::unknown(&unknown), Cell::number));
    cells.push(line.day.map_or_else(|| Cell::unknown(&unknown), |number| Cell::new(day(number))));
    if let Some(of) = of {
        let codes = of.map(|(codes, _)| codes.as_slice()).unwrap_or_default();
        cells.push(reasons(words, codes));
    }
    Row::new(cells)
}

fn reasons(words: Words, codes: &[String]) -> Cell {
    let mut lines: Vec<String> =
        codes.iter().take(REASONS).map(|code| format!("{code} {}", indicator_name(words, code))).collect();
    if codes.len() > REASONS {
        lines.push(n(words, "more-reasons", (codes.len() - REASONS) as u64));
    }
    let mut lines = lines.into_iter();
    match lines.next() {
        None => Cell::new(Html::default()),
        Some(first) => Cell::new(first).under(lines.collect::<Vec<_>>().join(" · ")),
    }
}

/// The same as an export.
pub fn sheet(words: Words, asof: String, lines: &[Line], flagged: Option<&Flagged>, synthetic: bool) -> Sheet {
    let mut columns: Vec<SheetColumn> = [
        ("sheet-ocid", 36),
        ("sheet-title", 48),
        ("sheet-buyer-id", 28),
        ("sheet-buyer", 32),
        ("sheet-method", 12),
        ("sheet-details", 20),
        ("sheet-category", 16),
        ("sheet-status", 12),
        ("sheet-day", 12),
        ("sheet-amount", 18),
        ("sheet-currency", 10),
        ("sheet-bidders", 10),
    ]
    .into_iter()
    .map(|(key, width)| SheetColumn { head: t(words, key), width })
    .collect();
    if flagged.is_some() {
        columns.push(SheetColumn { head: t(words, "sheet-reasons"), width: 32 });
    }
    let mut sheet = Sheet::new(t(words, "processes"), asof, columns);
    if synthetic {
        sheet = sheet.synthetic(words);
    }
    for line in lines {
        let (buyer, name) = line.buyer.clone().unzip();
        let mut row: Vec<Value> = vec![
            line.ocid.as_str().into(),
            line.title.as_str().into(),
            buyer.into(),
            name.into(),
            line.method.as_deref().map(|code| method(words, code)).into(),
            line.details.clone().into(),
            line.category.clone().into(),
            line.status.clone().into(),
            line.day.and_then(Day::from_number).into(),
            line.amount.map(|minor| Decimal::new(minor, 2)).into(),
            line.currency.clone().into(),
            line.bidders.into(),
        ];
        if let Some(flagged) = flagged {
            let codes = flagged.get(&line.ocid).map(|(codes, _)| codes.join(" ")).unwrap_or_default();
            row.push(codes.into());
        }
        sheet.row(row);
    }
    sheet
}
