//! A small OCDS file of our own making, with everything that can be wrong in it.

use serde_json::{Value, json};

/// A whole process: notice, three bids, an award, a contract, a change.
pub fn process(number: usize, title: &str) -> Value {
    let base = 1_000_000 + (number as i64 % 7) * 10_000;
    let day = format!("2026-{:02}-{:02}", 1 + number % 3, 1 + number % 20);
    json!({
        "ocid": format!("ocds-test-{number:05}"), "id": format!("{number}"), "date": format!("{day}T09:00:00+08:00"),
        "tag": ["compiled"], "initiationType": "tender",
        "parties": [
            {"id": "B1", "name": "演示采购局", "roles": ["buyer"]},
            {"id": "S1", "name": "演示一号", "roles": ["tenderer", "supplier"]},
            {"id": "S2", "name": "演示二号", "roles": ["tenderer"]},
            {"id": "S3", "name": "演示三号", "roles": ["tenderer"]}
        ],
        "buyer": {"id": "B1", "name": "演示采购局"},
        "tender": {
            "id": format!("t{number}"), "title": title, "status": "complete", "procurementMethod": "open",
            "procurementMethodDetails": "公开招标", "mainProcurementCategory": "works", "awardCriteria": "priceOnly",
            "value": {"amount": base + 200_000, "currency": "CNY"},
            "tenderPeriod": {"startDate": format!("{day}T09:00:00+08:00"), "endDate": format!("{day}T17:00:00+08:00")},
            "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "45230000"}}],
            "tenderers": [{"id": "S1"}, {"id": "S2"}, {"id": "S3"}]
        },
        "bids": {"details": [
            {"id": "1", "status": "valid", "tenderers": [{"id": "S1"}], "value": {"amount": base, "currency": "CNY"}},
            {"id": "2", "status": "valid", "tenderers": [{"id": "S2"}],
             "value": {"amount": base + 500 + number as i64, "currency": "CNY"}},
            {"id": "3", "status": "disqualified", "statusDetails": "业绩证明不符合资格条件",
             "tenderers": [{"id": "S3"}], "value": {"amount": base - 50_000, "currency": "CNY"}}
        ]},
        "awards": [{"id": "a1", "status": "active", "date": "2026-04-10T10:00:00+08:00",
                    "value": {"amount": base, "currency": "CNY"}, "suppliers": [{"id": "S1"}], "relatedBid": "1"}],
        "contracts": [{"id": "c1", "awardID": "a1", "status": "active", "dateSigned": "2026-04-20T10:00:00+08:00",
                       "value": {"amount": base, "currency": "CNY"}}]
    })
}

/// The markup that must never act.
pub const MARKUP: &str = "<script>alert(1)</script> & <b>粗</b>";

/// JSON Lines: two good ones, markup, values that are wrong, one element that is no release, one cut off.
pub fn mixed() -> Vec<u8> {
    let mut lines = vec![process(1, "演示道路工程").to_string(), process(2, MARKUP).to_string()];
    let mut negative = process(3, "金额为负");
    negative["tender"]["value"]["amount"] = json!(-5);
    lines.push(negative.to_string());
    let mut currency = process(4, "币种不明");
    currency["awards"][0]["value"]["currency"] = json!("QQQ");
    lines.push(currency.to_string());
    let mut future = process(5, "日期在未来");
    future["awards"][0]["date"] = json!("2031-01-01T00:00:00Z");
    lines.push(future.to_string());
    let mut wrong = process(6, "类型不对");
    wrong["tender"]["value"]["amount"] = json!({"is": "no amount"});
    lines.push(wrong.to_string());
    // The same process once more, as it was.
    lines.push(process(1, "演示道路工程").to_string());
    let mut nameless = process(7, "没有编号");
    nameless.as_object_mut().unwrap().remove("ocid");
    lines.push(nameless.to_string());
    let mut text = lines.join("\n");
    text.push('\n');
    let last = process(8, "截断").to_string();
    text.push_str(&last[..last.len() / 2]);
    text.into_bytes()
}

/// Many good ones: more than one batch.
pub fn many(from: usize, count: usize) -> Vec<u8> {
    let mut text = String::new();
    for number in from..from + count {
        text.push_str(&process(number, &format!("演示工程 {number}")).to_string());
        text.push('\n');
    }
    text.into_bytes()
}
