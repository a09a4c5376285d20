//! The queue: a flag is a reason to look, not a finding.

use kernel::Currency;
use kernel::limit::Unit;
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Badge, Cell, Clock, Column, FilterBar, Frame, Heading, Html, IntoHtml, Light, Link, Panel, Row, Seal,
    Share, Table, TableSpec, Tabs, Total, format,
};

pub fn page(frame: &Frame) -> Html {
    let words = frame.words;
    let w = |chinese, english| words.either(chinese, english);
    let default = Sort { key: "weight", direction: Direction::Down };
    let spec =
        TableSpec::new("/redflags/queue", &["weight", "amount", "due"], default, &["organ", "rule", "min", "light"], 8);
    let query = spec.read("min=50");
    let heading = Heading::new(words, w("核查队列", "Queue"))
        .under(w("三 预防腐败", "3 Prevention"), "/prevention")
        .under(w("交易红旗", "Red flags"), "/redflags")
        .lead(w(
            "本次新提示 1,027 条，并为 163 组。红旗只表示需要有人看一看，不是结论。",
            "1,027 new flags in 163 groups. A flag is a reason to look, not a finding.",
        ))
        .asof(words, "2026-11-18 02:10", Seal::new(words, 1_203_877))
        .action(Action::go(w("导出 XLSX", "Export XLSX"), query.url_at("/redflags/queue.xlsx")));
    let quota = (Html::rich(w("本周配额 **18** / 25 件", "Quota this week **18** of 25")), Share::new(18, 25).short());
    let tabs = Tabs::new(w("状态", "State"))
        .tab(w("未结", "Open"), Some(64), "?state=open", true)
        .tab(w("待核查", "To check"), Some(9), "?state=check", false)
        .tab(w("核查中", "In check"), Some(12), "?state=checking", false)
        .tab(w("待回复", "To answer"), Some(31), "?state=answer", false)
        .tab(w("申诉", "Appeal"), Some(4), "?state=appeal", false)
        .tab(w("待验收", "To accept"), Some(8), "?state=accept", false)
        .tab(w("已结", "Closed"), Some(99), "?state=closed", false)
        .aside(quota);
    let filters = FilterBar::new(words, "queue", &query)
        .choice("organ", w("机关", "Organ"), &[("edu", w("演示县教育局", "County Education"))])
        .choice("rule", w("指标", "Indicator"), &[("R024", "R024")])
        .at_least("min", w("金额", "Amount"), format::money_unit(words.locale(), Currency::CNY))
        .choice("light", w("级别", "Level"), &[("red", w("红牌", "Red card"))])
        .note(
            w("排序：重要性 = 金额 × 独立理由数 × 精度 ", "Sort: weight = amount × independent reasons × precision ")
                .into_html()
                .then(Link::new("/help/weight", w("怎么算", "how"))),
        );
    let money = |yuan: i64| format::money_without_unit(words.locale(), yuan.into());
    let working = Unit::WorkingDays;
    let rows = [
        (
            Light::Red,
            w("演示建工〇一七号", "Demo Construction 017"),
            4,
            w("演示县教育局", "Demo County Education"),
            "W-2610-0417",
            w("R024 与中标价过近", "R024 close to the winner"),
            w("R040 依赖单一供应商", "R040 leans on one supplier"),
            12_864_000,
            w("核查中", "in check"),
            w("监督岗三", "post 3"),
            Clock::overdue(words, 1, working),
            false,
        ),
        (
            Light::Red,
            w("演示区排水管网改造（二期）", "Demo drainage works, phase 2"),
            1,
            w("演示区住建局", "Demo District Housing"),
            "W-2611-0032",
            w("R069 变更涨价 21.3%", "R069 grew by 21.3%"),
            w("CN-13 澄清后未顺延", "CN-13 opening not moved"),
            9_420_000,
            w("待核查", "to check"),
            w("未派", "nobody"),
            Clock::running(words, 6, 8, working),
            true,
        ),
        (
            Light::Yellow,
            w("演示医用耗材第 3 批", "Demo medical supplies, batch 3"),
            2,
            w("演示市卫健委", "Demo City Health"),
            "W-2611-0041",
            w("R018 单一投标", "R018 single bid"),
            w("R003 响应期 6 日", "R003 open for 6 days"),
            6_118_000,
            w("待核查", "to check"),
            w("未派", "nobody"),
            Clock::running(words, 2, 5, working),
            true,
        ),
        (
            Light::Yellow,
            w("演示新区道路养护", "Demo road maintenance"),
            6,
            w("演示新区管委会", "Demo New District"),
            "W-2611-0044",
            w(
                "CN-10 同一预算项目 6 次采购，均低于限额，相差不到 5%",
                "CN-10 six purchases under one budget, each just below the limit",
            ),
            "",
            5_762_000,
            w("待回复", "to answer"),
            w("演示新区管委会", "Demo New District"),
            Clock::running(words, 5, 7, working),
            false,
        ),
        (
            Light::Yellow,
            w("演示信息平台运维", "Demo platform upkeep"),
            1,
            w("演示市数据局", "Demo City Data"),
            "W-2610-0389",
            w("R024 与次低价只差 0.3%", "R024 0.3% below the second"),
            "",
            3_880_000,
            w("申诉中", "appeal"),
            w("监督岗五", "post 5"),
            Clock::stopped(words, 2, 10),
            false,
        ),
        (
            Light::Notice,
            w("演示小学食堂配送", "Demo school meals"),
            3,
            w("演示县教育局", "Demo County Education"),
            "W-2611-0047",
            w("NW-09 两家企业 9 次同场，一家从未胜过另一家", "NW-09 two firms meet nine times, one never wins"),
            "",
            2_145_000,
            w("待核查", "to check"),
            w("未派", "nobody"),
            Clock::running(words, 1, 9, working),
            true,
        ),
        (
            Light::Notice,
            w("演示河道清淤", "Demo river dredging"),
            1,
            w("演示市水务局", "Demo City Water"),
            "W-2611-0050",
            w("CN-18 中标候选人公示 2 日，少于 3 日", "CN-18 candidates shown for 2 days, fewer than 3"),
            "",
            963_000,
            w("待核查", "to check"),
            w("未派", "nobody"),
            Clock::running(words, 1, 10, working),
            false,
        ),
        (
            Light::Waiting,
            w("演示路灯更换", "Demo street lights"),
            2,
            w("演示区城管局", "Demo District Works"),
            "W-2609-0301",
            w("CN-21 补充合同达原合同 12.0%", "CN-21 supplement is 12.0% of the contract"),
            "",
            887_000,
            w("待验收", "to accept"),
            w("监督岗三", "post 3"),
            Clock::running(words, 5, 9, working),
            false,
        ),
    ];
    let columns = vec![
        Column::new(w("级别", "Level")).narrow(),
        Column::new(w("对象与采购人", "Subject and buyer")),
        Column::new(w("理由", "Reasons")),
        Column::new(format!("{}{}", w("金额，", "Amount, "), format::money_unit(words.locale(), Currency::CNY)))
            .figure()
            .sorts("amount"),
        Column::new(w("状态与承办", "State, holder")),
        Column::new(w("核查时钟", "Clock")).narrow().sorts("due"),
    ];
    let rows =
        rows.into_iter().map(|(light, subject, n, buyer, id, reason, second, yuan, state, holder, clock, chosen)| {
            let processes = match words.locale() {
                web::locale::Locale::ZhCn => format!("{n} 个过程"),
                web::locale::Locale::En if n == 1 => "1 process".to_owned(),
                web::locale::Locale::En => format!("{n} processes"),
            };
            Row::new(vec![
                Cell::new(Badge::new(words, light)),
                Cell::subject(&format!("/redflags/w/{id}"), subject)
                    .aside(processes)
                    .under(Html::rich(&format!("{buyer} `{id}`"))),
                Cell::new(reason).under(second),
                Cell::new(money(yuan)),
                Cell::new(state).under(holder),
                Cell::new(clock),
            ])
            .value(id, subject)
            .chosen(chosen)
        });
    let table = Table::new(words, "queue", w("核查队列", "Queue"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(41))
        .export("CSV", query.url_at("/redflags/queue.csv"))
        .bulk(
            "/redflags/queue/act",
            "token",
            vec![
                Action::submit_as(w("派给…", "Assign…"), "act", "assign").main().small(),
                Action::submit_as(w("并入一组", "Merge"), "act", "merge").small(),
                Action::submit_as(w("请机关说明", "Ask the organ"), "act", "ask").small(),
            ],
            w("逐组留痕：每组一次行为。", "Each group stays an act of its own."),
        );
    frame.page(heading, (tabs, Panel::new("", (filters, table)).flush()))
}
