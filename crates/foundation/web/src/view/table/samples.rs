//! Sample tables for the page of samples and the snapshots.

use kernel::Currency;
use kernel::limit::Unit;

use super::super::format;
use super::super::{Action, Badge, Clock, Light, State};
use super::{Cell, Column, Direction, Row, Sort, Table, TableSpec, Total};
use crate::locale::Words;

pub(crate) fn spec() -> TableSpec {
    let default = Sort { key: "weight", direction: Direction::Down };
    TableSpec::new("/redflags/queue", &["weight", "amount", "due"], default, &["organ", "light", "min", "state"], 8)
}

impl Table {
    /// A queue with choices, the same empty, and a small table of figures.
    pub fn samples(words: Words) -> Vec<(&'static str, Table)> {
        vec![("queue", queue(words)), ("empty", empty(words)), ("figures", figures(words))]
    }
}

fn columns(words: Words) -> Vec<Column> {
    let w = |chinese, english| words.either(chinese, english);
    let unit = format::money_unit(words.locale(), Currency::CNY);
    vec![
        Column::new(w("级别", "Level")).narrow(),
        Column::new(w("对象与采购人", "Subject and buyer")),
        Column::new(w("理由", "Reasons")),
        Column::new(format!("{}{unit}", w("金额，", "Amount, "))).figure().sorts("amount"),
        Column::new(w("核查时钟，工作日", "Clock, working days")).narrow().sorts("due"),
    ]
}

fn queue(words: Words) -> Table {
    let w = |chinese, english| words.either(chinese, english);
    let money = |yuan: i64| format::money_without_unit(words.locale(), yuan.into());
    let rows = [
        (
            Light::Red,
            w("演示建工〇一七号", "Demo Construction 017"),
            w("演示县教育局", "Demo County Education"),
            "W-2610-0417",
            w("R024 与中标价过近", "R024 close to the winner"),
            12_864_000,
            Clock::overdue(words, 1, Unit::WorkingDays),
            false,
        ),
        (
            Light::Yellow,
            w("演示医用耗材第 3 批", "Demo medical supplies, batch 3"),
            w("演示市卫健委", "Demo City Health"),
            "W-2611-0041",
            w("R018 单一投标", "R018 single bid"),
            6_118_000,
            Clock::running(words, 4, 10, Unit::WorkingDays),
            true,
        ),
        (
            Light::Notice,
            w("演示河道清淤", "Demo river dredging"),
            w("演示市水务局", "Demo City Water"),
            "W-2611-0050",
            w("CN-18 中标候选人公示 2 日，少于 3 日", "CN-18 candidates shown for 2 days, fewer than 3"),
            963_000,
            Clock::running(words, 1, 10, Unit::WorkingDays),
            false,
        ),
    ];
    let rows = rows.into_iter().map(|(light, name, buyer, id, reason, yuan, clock, chosen)| {
        Row::new(vec![
            Cell::new(Badge::new(words, light)),
            Cell::subject(&format!("/redflags/w/{id}"), name).under(format!("{buyer} {id}")),
            Cell::new(reason),
            Cell::new(money(yuan)),
            Cell::new(clock),
        ])
        .value(id, name)
        .chosen(chosen)
    });
    let query = spec().read("min=50&sort=amount&dir=desc&page=2");
    Table::new(words, "queue", w("核查队列", "Queue"), columns(words))
        .rows(rows)
        .query(&query, Total::Exactly(41))
        .export("XLSX", query.url_at("/redflags/queue.xlsx"))
        .export("CSV", query.url_at("/redflags/queue.csv"))
        .bulk(
            "/redflags/queue/assign",
            "token",
            vec![
                Action::submit_as(w("派给…", "Assign…"), "act", "assign").main().small(),
                Action::submit_as(w("并入一组", "Merge"), "act", "merge").small(),
            ],
            w("逐组留痕：每组一次行为。", "Each group stays an act of its own."),
        )
}

fn empty(words: Words) -> Table {
    let w = |chinese, english| words.either(chinese, english);
    Table::new(words, "queue-empty", w("核查队列", "Queue"), columns(words))
        .query(&spec().read("organ=hea"), Total::Exactly(0))
        .empty(State::empty(
            w(
                "没有符合条件的组：演示市卫健委的 9 组都低于 50 万元。",
                "No group matches: all 9 of Demo City Health are below CNY 0.5 million.",
            ),
            w("去掉金额条件可以看到它们。", "Remove the amount to see them."),
        ))
}

fn figures(words: Words) -> Table {
    let w = |chinese, english| words.either(chinese, english);
    Table::new(
        words,
        "outcome-figures",
        w("四种结果", "Four outcomes"),
        vec![Column::new(w("结果", "Outcome")), Column::new(w("标段", "Lots")).figure()],
    )
    .row(Row::new(vec![Cell::new(w("提示", "Raised")), Cell::number(412)]))
    .row(Row::new(vec![Cell::new(w("数据不足", "Insufficient")), Cell::unknown(w("没有数据", "no data"))]))
    .row(Row::new(vec![Cell::new(w("合计", "Sum")), Cell::number(412)]).sum())
    .plain()
}
