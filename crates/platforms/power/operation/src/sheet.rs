//! The inventory as a file: XLSX or CSV with a heading, or JSON, a list of items. Every row is read by [`crate::typed`].

use serde_json::Value;
use tables::spreadsheet::{self, Line, SheetFault};

use crate::typed::Typed;

/// A column: the name of its field, and its headings.
pub struct Column {
    /// The field, as it is typed.
    pub name: &'static str,
    /// Heading in Chinese.
    pub zh: &'static str,
    /// Heading in English.
    pub en: &'static str,
    /// Whether a row must fill it.
    pub needed: bool,
}

const fn column(name: &'static str, zh: &'static str, en: &'static str, needed: bool) -> Column {
    Column { name, zh, en, needed }
}

/// All columns, in the order of the template.
pub const COLUMNS: [Column; 28] = [
    column("code", "实施编码", "code", true),
    column("name", "事项名称", "name", true),
    column("name_en", "英文名称", "name in English", false),
    column("category", "权力类别", "category", true),
    column("organ", "实施主体", "organ", true),
    column("standing", "主体性质", "standing", false),
    column("level", "行使层级", "level", false),
    column("clients", "服务对象", "clients", false),
    column("bases", "设定依据", "legal bases", true),
    column("conditions", "受理条件", "conditions", true),
    column("conditions_en", "英文受理条件", "conditions in English", false),
    column("materials", "申请材料", "materials", false),
    column("statutory", "法定办结时限", "statutory limit", false),
    column("promised", "承诺办结时限", "promised limit", false),
    column("fee", "收费标准", "fee", false),
    column("fee_en", "英文收费标准", "fee in English", false),
    column("fee_basis", "收费依据", "basis of the fee", false),
    column("result", "审批结果", "result", false),
    column("result_en", "英文审批结果", "result in English", false),
    column("place", "办理地点和时间", "place and hours", false),
    column("place_en", "英文办理地点和时间", "place and hours in English", false),
    column("complaints", "监督投诉", "complaints", false),
    column("complaints_en", "英文监督投诉", "complaints in English", false),
    column("process", "办理流程", "process", false),
    column("discretion", "裁量基准", "discretion standard", false),
    column("online", "网上办理", "online", false),
    column("from", "生效日期", "in force from", false),
    column("reason", "理由", "reason", false),
];

/// Rows of a file, and the columns that it has beyond ours.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    /// Each with its line, as people count.
    pub rows: Vec<(u32, Typed)>,
    /// Headings that are none of [`COLUMNS`]: nothing of them is read.
    pub unknown: Vec<String>,
}

/// Why a file is no inventory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoInventory {
    /// Neither a table nor JSON.
    #[error(transparent)]
    Sheet(#[from] SheetFault),
    /// No column with the code, or none with the name.
    #[error("the first row has no columns for code and name")]
    NoHeading,
    /// JSON, and not a list of objects.
    #[error("the JSON is not a list of items")]
    NoList,
}

/// Reads a file; what it is is told by its first bytes, never by its name.
///
/// # Errors
/// See [`NoInventory`]. What is wrong with a row is no error here.
pub fn read(content: &[u8]) -> Result<Sheet, NoInventory> {
    let text = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'[' | b'{') => json(text),
        _ => table(&spreadsheet::read(content)?),
    }
}

fn table(lines: &[Line]) -> Result<Sheet, NoInventory> {
    let (heading, rows) = lines.split_first().ok_or(NoInventory::NoHeading)?;
    let mut sheet = Sheet::default();
    let mut places: Vec<Option<&'static str>> = Vec::new();
    for cell in &heading.cells {
        let found = COLUMNS.iter().find(|column| {
            column.zh == cell || column.en.eq_ignore_ascii_case(cell) || column.name.eq_ignore_ascii_case(cell)
        });
        if found.is_none() && !cell.is_empty() {
            sheet.unknown.push(cell.clone());
        }
        places.push(found.map(|column| column.name));
    }
    if ["code", "name"].iter().any(|name| !places.contains(&Some(name))) {
        return Err(NoInventory::NoHeading);
    }
    for row in rows {
        let cells = places.iter().zip(&row.cells);
        let typed = cells.filter_map(|(name, cell)| Some(((*name)?.to_owned(), cell.clone())));
        sheet.rows.push((row.number, typed.collect()));
    }
    Ok(sheet)
}

/// A list of items; the line of an item is its place in the list, from 1.
fn json(text: &[u8]) -> Result<Sheet, NoInventory> {
    let value: Value = serde_json::from_slice(text).map_err(|_| NoInventory::NoList)?;
    let Value::Array(items) = value else { return Err(NoInventory::NoList) };
    if items.len() > spreadsheet::MOST_ROWS {
        return Err(SheetFault::TooLong.into());
    }
    let mut sheet = Sheet::default();
    for (at, item) in items.into_iter().enumerate() {
        let Value::Object(members) = item else { return Err(NoInventory::NoList) };
        let mut typed = Typed::new();
        for (name, value) in members {
            flat(&name, &value, &mut typed);
        }
        let strange: Vec<String> =
            typed.keys().filter(|name| COLUMNS.iter().all(|column| column.name != name.as_str())).cloned().collect();
        for name in strange {
            typed.remove(&name);
            if !sheet.unknown.contains(&name) {
                sheet.unknown.push(name);
            }
        }
        sheet.rows.push((u32::try_from(at + 1).unwrap_or(u32::MAX), typed));
    }
    Ok(sheet)
}

/// A member as somebody would have typed it.
fn flat(name: &str, value: &Value, typed: &mut Typed) {
    let put = |typed: &mut Typed, name: String, text: String| drop(typed.insert(name, text));
    match (name, value) {
        (_, Value::Null) => {}
        (_, Value::String(text)) => put(typed, name.to_owned(), text.clone()),
        ("statutory" | "promised", Value::Object(limit)) => {
            let word = |key| limit.get(key).map(plain).unwrap_or_default();
            put(typed, name.to_owned(), format!("{} {}", word("value"), word("unit")));
        }
        ("bases" | "materials", Value::Array(lines)) => {
            let lines: Vec<String> = lines.iter().map(|line| one_line(name, line)).collect();
            put(typed, name.to_owned(), lines.join("\n"));
        }
        ("fee", Value::Object(fee)) => {
            if let Some(standard) = fee.get("standard") {
                flat("fee", standard, typed);
            }
            put(typed, "fee_basis".to_owned(), fee.get("basis").map(plain).unwrap_or_default());
        }
        (_, Value::Object(both)) if both.contains_key("zh") => {
            put(typed, name.to_owned(), both.get("zh").map(plain).unwrap_or_default());
            put(typed, format!("{name}_en"), both.get("en").map(plain).unwrap_or_default());
        }
        (_, other) => put(typed, name.to_owned(), plain(other)),
    }
}

fn one_line(of: &str, line: &Value) -> String {
    let Value::Object(members) = line else { return plain(line) };
    let word = |key: &str| members.get(key).map(plain).unwrap_or_default();
    if of == "bases" {
        return format!("{} | {}", word("law"), word("article"));
    }
    let (zh, en) = match members.get("name") {
        Some(Value::Object(both)) => {
            (both.get("zh").map(plain).unwrap_or_default(), both.get("en").map(plain).unwrap_or_default())
        }
        Some(name) => (plain(name), String::new()),
        None => (String::new(), String::new()),
    };
    format!("{zh} | {} | {} | {en}", word("need"), word("copies"))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use kernel::OrganId;

    use super::*;
    use crate::typed;
    use crate::types::tests::content;

    #[test]
    fn a_table_and_json_give_the_same_items() {
        let items = serde_json::to_vec(&vec![content()]).unwrap();
        let from_json = read(&items).unwrap();
        assert_eq!(from_json.unknown, Vec::<String>::new());
        let typed = typed::write(&content());
        let headings: Vec<&str> = COLUMNS.iter().map(|column| column.zh).chain(["备注"]).collect();
        let cell = |name: &str| format!("\"{}\"", typed.get(name).cloned().unwrap_or_default());
        let cells: Vec<String> = COLUMNS.iter().map(|column| cell(column.name)).chain(["=1+1".into()]).collect();
        let csv = format!("{}\n\n{}\n", headings.join(","), cells.join(","));
        let from_csv = read(csv.as_bytes()).unwrap();
        assert_eq!((from_csv.rows[0].0, from_csv.unknown.as_slice()), (3, ["备注".to_owned()].as_slice()));
        for sheet in [from_json, from_csv] {
            let organ = |text: &str| text.parse::<OrganId>().ok();
            assert_eq!(typed::read(&sheet.rows[0].1, organ), Ok(content()));
        }
    }

    #[test]
    fn what_is_no_inventory_is_refused() {
        for (case, file, wrong) in [
            ("an object", &b"{\"a\": 1}"[..], NoInventory::NoList),
            ("a list of numbers", b"[1]", NoInventory::NoList),
            ("broken JSON", b"[{", NoInventory::NoList),
            ("another table", "姓名,电话\n甲,1\n".as_bytes(), NoInventory::NoHeading),
            ("nothing", b"", NoInventory::NoHeading),
            ("a broken workbook", b"PK\x03\x04nonsense", NoInventory::Sheet(SheetFault::Form)),
        ] {
            assert_eq!(read(file), Err(wrong), "{case}");
        }
        assert_eq!(read(b"[{\"code\": \"a\", \"wages\": 3}]").unwrap().unknown, ["wages"]);
    }
}
