//! The cockpit: duty, then health, then trend.

use kernel::limit::Unit;
use web::locale::Words;
use web::view::{
    Action, Badge, Cell, Clock, Column, Columns, Facts, Frame, Grid, Heading, Html, IntoHtml, Light, Link, Outcomes,
    Panel, Row, Seal, Series, Share, Spark, Table, Tone, format,
};

pub fn page(frame: &Frame) -> Html {
    let words = frame.words;
    let w = |chinese, english| words.either(chinese, english);
    let heading = Heading::new(words, w("今天先办三件", "Three things come first today"))
        .lead(w(
            "一件红牌核查已逾期 1 个工作日，两件今日到期；另有三件在限期内。",
            "One red card is overdue by 1 working day, two are due today; three more are within their limits.",
        ))
        .asof(words, "14:32", Seal::new(words, 1_204_331))
        .action(Action::go(w("按机关看", "By organ"), "/by-organ"))
        .action(Action::go(w("开始第一件", "Begin with the first"), "/w/1").main());
    let body = Grid::new()
        .cell(8, waits(words))
        .cell(4, vec![coverage(words), run(words)])
        .cell(8, months(words))
        .cell(4, medians(words));
    frame.page(heading, body)
}

fn waits(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let working = Unit::WorkingDays;
    let rows = [
        (
            Light::Red,
            w("红牌核查：演示建工〇一七号 4 件中标", "Red card: Demo Construction 017 wins 4"),
            w("同一采购人一年内 4 次中标，报价平均只差 0.43%", "Four wins with one buyer in a year, bids 0.43% apart"),
            w("核查结论", "Verdict"),
            Clock::overdue(words, 1, working),
        ),
        (
            Light::Yellow,
            w("黄牌复核：演示区住建局 施工许可", "Yellow card: Demo District Housing, building permit"),
            w("承诺 7 个工作日，已用 9 个，尚未作出决定", "Promised in 7 working days, 9 used, no decision yet"),
            w("确认是否补办", "Confirm the remedy"),
            Clock::running(words, 10, 10, working),
        ),
        (
            Light::Yellow,
            w("申诉审查：演示县自然资源局", "Appeal: Demo County Natural Resources"),
            w("机关称中止依据为听证，已附凭证 1 份", "The organ says a hearing stopped the clock, 1 voucher"),
            w("维持或撤销", "Uphold or revoke"),
            Clock::running(words, 10, 10, working),
        ),
        (
            Light::Notice,
            w("规则试运行批准：TL-07 中止后即办结", "Approve a trial: TL-07 closed right after a stop"),
            w("试运行 24 个月，将新增 31 件，命中既往结论 27 件", "24 months: 31 more flags, 27 past verdicts matched"),
            w("第二人批准", "Second approval"),
            Clock::running(words, 2, 5, working),
        ),
        (
            Light::Waiting,
            w("整改回复：演示市卫健委", "Correction: Demo City Health"),
            w("4 项整改回复 3 项，第 2 项文字与上季度相同", "3 of 4 points answered, point 2 as last quarter"),
            w("验收或退回", "Accept or return"),
            Clock::running(words, 2, 6, working),
        ),
        (
            Light::Waiting,
            w("导入隔离：采购数据 2026-11-17", "Held rows: procurement data 2026-11-17"),
            w("20,000 行中 214 行未通过校验，需逐类处理", "214 of 20,000 rows failed a check"),
            w("处理 5 类", "Mend 5 kinds"),
            Clock::running(words, 1, 10, working),
        ),
    ];
    let columns = vec![
        Column::new(w("级别", "Level")).narrow(),
        Column::new(w("事项与缘由", "Matter and cause")),
        Column::new(w("要我做", "To do")),
        Column::new(w("时钟", "Clock")).narrow(),
    ];
    let title = w("等我办", "Waiting for me");
    let rows = rows.into_iter().enumerate().map(|(i, (light, subject, cause, act, clock))| {
        Row::new(vec![
            Cell::new(Badge::new(words, light)),
            Cell::subject(&format!("/w/{i}"), subject).under(cause),
            Cell::new(act),
            Cell::new(clock),
        ])
    });
    Panel::new(title, Table::new(words, "waits", title, columns).rows(rows))
        .note(w("6 件，按到期与重要程度排列", "6, by deadline and weight"))
        .aside(Link::new("/inbox", w("全部收件箱", "Whole inbox")).quiet())
        .flush()
}

fn coverage(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let acts = Facts::new()
        .fact(w("已记录的行为", "Acts recorded"), format::number(1_204_331))
        .fact(w("已受监督的行为", "Acts supervised"), format::number(1_204_331))
        .fact(
            w("覆盖", "Coverage"),
            (Badge::saying(Light::Done, w("逐条对齐，无缺口", "aligned one by one")).bare(), Html::rich(" **100%**")),
        )
        .fact(w("权力清单已接入", "Powers connected"), Html::rich("**412** / 438"))
        .sums();
    Panel::new(w("监督覆盖", "Coverage"), (acts, Share::new(412, 438)))
        .aside(Link::new("/coverage", w("覆盖证明", "Proof")).quiet())
        .foot(
            w("未接入 26 项，", "26 not connected: ")
                .into_html()
                .then(Link::new("/coverage#out", w("列出名称与责任机关", "names and organs"))),
        )
}

fn run(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let outcomes = Outcomes::new(words, 6_214, 1_588_402, 512_906, 432_478)
        .must_be(w("20,000 个过程 × 127 条规则", "20,000 processes × 127 rules"), 2_540_000);
    Panel::new(w("昨夜筛查", "Last night's run"), outcomes)
        .aside(Link::new("/runs/308", w("运行报告", "Report")).quiet())
}

fn months(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let months = (0..12).map(|i| format::month(words.locale(), (11 + i) % 12 + 1)).collect();
    let yellow = Series::new(w("黄牌", "Yellow"), Tone::Yellow, [31, 28, 36, 30, 33, 41, 35, 29, 31, 27, 26, 11]);
    let red = Series::new(w("红牌", "Red"), Tone::Red, [9, 7, 11, 8, 10, 12, 9, 7, 8, 6, 7, 3]);
    let closed = Series::new(
        w("当月办结", "Closed"),
        Tone::First,
        [33, 36, 40, 42, 38, 45, 47, 41, 38, 36, 33].map(Some).into_iter().chain([None]),
    );
    let chart =
        Columns::stacked(words, "months", w("预警与办结，件", "Warnings raised and closed"), months, vec![yellow, red])
            .line(closed)
            .running(w("至 18 日", "to the 18th"));
    Panel::new(w("预警与办结，近十二个月", "Warnings raised and closed, twelve months"), chart)
        .note(w("件", "count"))
        .aside(Link::new("/warnings.csv", w("下载 CSV", "CSV")).quiet())
        .foot(w(
            "办结含上月结转，可多于当月新增。11 月未满，以浅色表示。",
            "Closed ones include earlier months. November is still running and drawn paler.",
        ))
}

fn medians(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let title = w("办理时长中位数", "Median time");
    let columns = vec![
        Column::new(w("机关", "Organ")),
        Column::new(w("走势", "Course")),
        Column::new(w("本月", "Month")).figure(),
        Column::new(w("承诺", "Promise")).figure(),
    ];
    let organs = [
        (w("演示区住建局", "District Housing"), [6.0, 6.4, 6.1, 7.2, 8.1, 8.0, 9.0], 7),
        (w("演示县自然资源局", "County Resources"), [5.0, 5.0, 5.6, 5.1, 6.0, 6.1, 6.8], 8),
        (w("演示市交通局", "City Transport"), [6.4, 6.0, 6.1, 5.6, 5.6, 5.2, 5.1], 7),
        (w("演示市卫健委", "City Health"), [4.2, 4.2, 4.2, 4.9, 4.2, 4.2, 4.2], 5),
        (w("演示新区管委会", "New District"), [9.0, 9.6, 9.3, 10.1, 10.6, 11.0, 11.6], 10),
    ];
    let rows = organs.into_iter().map(|(organ, course, promise)| {
        let now = course[6];
        let figure = Html::rich(&format!("**{now:.1}**"));
        let figure = if now > f64::from(promise) {
            Badge::saying(Light::Yellow, w("超", "over")).bare().into_html().then(Html::text(" ")).then(figure)
        } else {
            figure
        };
        Row::new(vec![
            Cell::new(organ),
            Cell::new(Spark::new(organ, &course.map(Some))),
            Cell::new(figure),
            Cell::number(promise),
        ])
    });
    let table = Table::new(words, "medians", title, columns).rows(rows).plain();
    Panel::new(title, table)
        .note(w("工作日", "working days"))
        .aside(w("近七月", "seven months"))
        .foot(w(
            "中止期间不计。样本少于 10 件的机关不列。",
            "Stops do not count. Organs with fewer than 10 are left out.",
        ))
        .flush()
}
