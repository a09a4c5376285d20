//! A contracting process: facts first.

use web::locale::Words;
use web::view::{
    Action, Badge, Cell, Column, Evidence, Facts, Frame, Grid, Heading, Html, Legend, Light, Link, Outcomes, Panel,
    PeerPlot, ProcessLine, Row, Strip, Table, format,
};

pub fn page(frame: &Frame) -> Html {
    let words = frame.words;
    let w = |chinese, english| words.either(chinese, english);
    let heading = Heading::new(words, w("演示区排水管网改造（二期）", "Demo drainage works, phase 2"))
        .under(w("三 预防腐败", "3 Prevention"), "/prevention")
        .under(w("交易红旗", "Red flags"), "/redflags")
        .under(w("过程", "Processes"), "/redflags/processes")
        .id("ocds-demo01-2026-000417")
        .badge(Badge::saying(Light::Red, w("红牌 · 待核查", "Red card · to check")))
        .lead_facts([
            w("演示区住建局", "Demo District Housing"),
            w("公开招标，工程", "open tender, works"),
            w("估算 800.00 万元", "estimate CNY 8.00 million"),
            w("合同 941.50 万元（含补充）", "contract CNY 9.42 million with supplements"),
            w("来源：演示采购登记表，第 417 行", "source: demo register, row 417"),
        ])
        .action(Action::go(w("原始数据", "Raw data"), "/raw"))
        .action(Action::go(w("去核查", "Check"), "/check").main());
    let line = ProcessLine::samples(words).remove(0).1;
    let body = Grid::new()
        .cell(
            12,
            Panel::new(w("时间线", "Time line"), line)
                .note(w("间隔按自然日，不按比例绘制", "calendar days between, not to scale")),
        )
        .cell(7, vec![bids(words), peers(words)])
        .cell(5, vec![reasons(words), money(words)]);
    frame.page(heading, body)
}

fn bids(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let strip = |value| Strip::new(730.0, value, 805.0).mark(730.0, 800.0, 805.0);
    let columns = vec![
        Column::new(w("投标人", "Bidder")).narrow(),
        Column::new(w("名次", "Rank")).figure(),
        Column::new(w("报价", "Price")).figure(),
        Column::new(w("高于中标价", "Above winner")).figure(),
        Column::new("730 – 805"),
        Column::new(w("结果", "Result")).narrow(),
    ];
    let row = |name, rank: &str, price: &str, above: &str, strip: Strip, badge: Option<Badge>| {
        Row::new(vec![
            Cell::new(name),
            Cell::new(rank),
            Cell::new(price),
            Cell::new(above),
            Cell::new(strip),
            Cell::new(badge),
        ])
    };
    let table = Table::new(words, "bids", w("投标", "Bids"), columns)
        .row(row(
            w("演示管网〇〇四号", "Demo Pipes 004"),
            "1",
            "776.20",
            "0",
            strip(776.2).won(),
            Some(Badge::saying(Light::Done, w("中标", "won"))),
        ))
        .row(row(w("演示建工〇一七号", "Demo Construction 017"), "2", "778.10", "+0.24%", strip(778.1), None))
        .row(row(w("演示市政〇二二号", "Demo Works 022"), "3", "781.55", "+0.69%", strip(781.55), None))
        .row(row(
            w("演示建设〇三一号", "Demo Building 031"),
            "–",
            "742.00",
            "–",
            strip(742.0).rejected(),
            Some(Badge::saying(Light::Refused, w("已否决", "rejected"))),
        ));
    Panel::new(w("投标", "Bids"), table)
        .note(w("4 份，有效 3 份　单位：万元，含税", "4, of which 3 valid; CNY 10,000, with tax"))
        .aside(w("虚线：估算价 800", "dashed: estimate 800"))
        .foot(w("否决理由：业绩证明不符合资格条件（评标报告第 6 页）。最低价被否决本身不是问题，须看理由。", "Rejected because references do not meet the conditions (report, page 6). That the lowest was rejected is no fault by itself."))
        .flush()
}

fn peers(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let values = (0..64u32).map(|i| f64::from(i * i % 97) / 97.0 * f64::from(i * 7 % 31) / 31.0 * 0.11).collect();
    let plot = PeerPlot::new(
        words,
        w("合同变更幅度", "Growth of contracts"),
        values,
        0.213,
        w("本件 21.3%", "this one 21.3%"),
        |value| format::percent(value, 1),
    )
    .threshold(0.1, w("阈值 10.0%", "threshold 10.0%"))
    .axis(0.0, 0.25)
    .caption(Link::new("/peers/3", w("看 64 个合同", "See the 64")));
    Panel::new(w("与同类比", "Among its peers"), plot)
        .note(w("合同变更幅度，演示市排水工程 64 个合同", "growth of 64 drainage contracts"))
        .aside(w("参照快照 2026-10", "snapshot 2026-10"))
}

fn reasons(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let grew = Evidence::new(
        w("变更涨价", "Contract grew"),
        "R069 v2",
        w("合同金额由 776.20 万元增至 941.50 万元，增加 **21.3%**；数量只增加 4.0%，不成比例。高于 **10%** 即提示。", "The contract grew from CNY 7.76 to 9.42 million, by **21.3%**; quantities by 4.0%. Above **10%** is flagged."),
    )
    .basis(w("公开指标 R069，阈值为本市设定", "Public indicator R069; threshold set by the city"))
    .link(Link::new("/source/1", w("证据与出处", "Evidence")));
    let late = Evidence::new(
        w("澄清后未顺延", "Opening not moved"),
        "CN-13 v1",
        w("影响编制投标文件的澄清距开标 **9 日**，法定不少于 **15 日**，开标时间未改。", "A clarification that affects bids came **9 days** before opening; the law asks for **15**; the opening was not moved."),
    )
    .basis(w("招标投标法 第二十三条", "Tendering Law, art. 23"))
    .link(Link::new("/source/2", w("证据与出处", "Evidence")));
    Panel::new(w("提示的理由", "Reasons"), vec![grew, late])
        .aside(w("127 条规则全部结果", "all 127 rules"))
        .foot(Outcomes::new(words, 2, 72, 29, 24).legend(Legend::Line))
        .flush()
}

fn money(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let facts = Facts::new()
        .fact(
            w("预算", "Budget"),
            (
                Html::text(w("850.00 万元，", "CNY 8.50 million, ")),
                Link::new("/budget", w("2026 年排水专项", "drainage programme 2026")),
            ),
        )
        .fact(w("合同", "Contract"), w("776.20 万元 + 补充 165.30 万元", "CNY 7.76 + 1.65 million"))
        .fact(w("已付", "Paid"), w("612.00 万元（65.0%）", "CNY 6.12 million (65.0%)"))
        .fact(w("代理机构", "Agency"), w("演示招标代理〇〇三号", "Demo Agency 003"));
    Panel::new(w("资金与各方", "Money and parties"), facts)
}
