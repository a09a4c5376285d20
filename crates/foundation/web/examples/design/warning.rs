//! A warning: reasons, the other side and the verdict are seen together.

use web::locale::Words;
use web::view::{
    Action, Badge, Choice, ClockBar, ErrorSummary, Evidence, Field, Form, Frame, Grid, Heading, Html, IntoHtml, Light,
    Link, Moment, Panel, PeerPlot, Piece, Seal, Timeline, format,
};

pub fn page(frame: &Frame) -> Html {
    let words = frame.words;
    let w = |chinese, english| words.either(chinese, english);
    let heading = Heading::new(words, w("演示建工〇一七号四次中标", "Demo Construction 017 wins four times"))
        .under(w("三 预防腐败", "3 Prevention"), "/prevention")
        .under(w("交易红旗", "Red flags"), "/redflags")
        .under(w("核查队列", "Queue"), "/redflags/queue")
        .id("W-2610-0417")
        .badge(Badge::saying(Light::Red, w("红牌 · 核查逾期", "Red card · check overdue")))
        .lead_facts([
            w("采购人 演示县教育局", "Buyer: Demo County Education"),
            w("4 个过程，合计 1,286.40 万元", "4 processes, CNY 12.86 million in all"),
            w("责任监督单位 演示市监督室", "Demo City Supervision is responsible"),
        ])
        .action(Action::go(w("打印", "Print"), "/print"))
        .action(Action::go(w("四个过程", "Four processes"), "/redflags/processes"));
    let body =
        Grid::new().cell(8, vec![why(words), acts(words)]).first(4, vec![clock(words), said(words), verdict(words)]);
    frame.page(heading, body)
}

fn why(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let share = |value: f64| format::percent(value, 1);
    let close: Vec<f64> = (0..96u32)
        .map(|i| {
            0.012
                + f64::from(i * i % 89) / 89.0 * f64::from(i * 5 % 23) / 23.0 * 0.09
                + if i == 40 { 0.06 } else { 0.0 }
        })
        .collect();
    let lean: Vec<f64> =
        (0..88u32).map(|i| 0.02 + f64::from(i * i % 83) / 83.0 * f64::from(i * 3 % 19) / 19.0 * 0.4).collect();
    let first = Evidence::new(
        w("与中标价过近", "Bids close to the winner"),
        "R024 v1",
        w(
            "四次开标中，第一、二名报价平均只差 **0.43%**；同类 96 个过程的中位数是 **5.4%**，低于 **1.0%** 即提示。",
            "In four openings the first two bids differ by **0.43%** on average; the median of 96 peers is **5.4%**; below **1.0%** is flagged.",
        ),
    )
    .precision(words, 45, 74)
    .plot(
        PeerPlot::new(words, w("前两名报价的差", "Distance of the first two bids"), close, 0.0043, w("本组 0.43%", "this group 0.43%"), share)
            .threshold(0.01, w("阈值 1.0%", "threshold 1.0%"))
            .axis(0.0, 0.15)
            .caption(w("每点一个过程：校舍维修类，2024-11 至 2026-10。", "One dot per process: school repairs, 2024-11 to 2026-10. ").into_html().then(Link::new("/peers/1", w("看 96 个过程", "See the 96")))),
    );
    let second = Evidence::new(
        w("采购人依赖单一供应商", "Buyer leans on one supplier"),
        "R040 v2",
        w(
            "演示县教育局 12 个月内授予 **2,140.00 万元**，其中 **60.1%** 给了同一家企业；同类采购人的中位数是 **13.8%**，高于 **50%** 即提示。",
            "Demo County Education awarded **CNY 21.40 million** in 12 months, **60.1%** of it to one firm; the median of its peers is **13.8%**; above **50%** is flagged.",
        ),
    )
    .precision(words, 46, 120)
    .plot(
        PeerPlot::new(words, w("最大供应商的份额", "Share of the largest supplier"), lean, 0.601, w("本组 60.1%", "this group 60.1%"), share)
            .threshold(0.5, w("阈值 50.0%", "threshold 50.0%"))
            .axis(0.0, 1.0)
            .caption(w("每点一个采购人。", "One dot per buyer. ").into_html().then(Link::new("/peers/2", w("看 88 个采购人", "See the 88")))),
    );
    let third = Evidence::insufficient(
        words,
        w("同一单位或个人编制", "Prepared by the same hand"),
        "CN-01 v1",
        w(
            "缺少 `bids/details/documents`。来源未公布投标文件，不能判断，也不计为“未提示”。",
            "`bids/details/documents` is missing. The source publishes no bid documents: it cannot be judged and does not count as not raised.",
        ),
    );
    Panel::new(w("为什么提示", "Why it was flagged"), vec![first, second, third])
        .note(w("两条理由，一条数据不足", "two reasons, one lacks data"))
        .aside((w("判断依据截至 ", "judged as of "), Seal::new(words, 1_182_911)))
        .flush()
}

fn acts(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let moment = |when, chinese, english, by_chinese, by_english, index| {
        Moment::past(when, w(chinese, english))
            .detail(w(by_chinese, by_english))
            .seal(Seal::new(words, index).href("/proof/1"))
    };
    let line = Timeline::new(vec![
        moment(
            "11-17 17:00",
            "核查期限届满，红牌升级至监督室主任",
            "Time is up: the red card goes to the head of supervision",
            "时钟规则 SV-11",
            "clock rule SV-11",
            1_203_642,
        ),
        moment(
            "11-12 09:41",
            "机关提交书面说明，附件 3 份",
            "The organ answers in writing, 3 attachments",
            "演示县教育局·采购岗",
            "Demo County Education, procurement",
            1_196_210,
        ),
        moment(
            "11-05 10:02",
            "请机关说明，期限 5 个工作日",
            "The organ is asked, limit 5 working days",
            "监督室·监督岗三",
            "Supervision, post 3",
            1_188_034,
        ),
        moment(
            "11-03 08:30",
            "派给监督岗三",
            "Assigned to post 3",
            "监督室·分办岗",
            "Supervision, dispatch",
            1_184_403,
        ),
        moment(
            "11-02 02:11",
            "筛查提示，4 条并为 1 组",
            "Flagged, 4 in 1 group",
            "交易红旗 运行 0307",
            "red flags, run 0307",
            1_182_911,
        ),
    ]);
    Panel::new(w("经过", "What happened"), line)
        .aside((w("9 次行为，", "9 acts, "), Link::new("/acts", w("全部", "all")).quiet()))
}

fn clock(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let bar = ClockBar::new("", &[Piece::Used(2), Piece::Stopped(5), Piece::Used(3), Piece::Overdue(1)])
        .state(Light::Red, w("核查逾期 1 个工作日", "Check overdue by 1 working day"))
        .ends(w("11-03 派办", "11-03 assigned"), w("11-17 到期", "11-17 due"))
        .note(
            w(
                "期限 5 个工作日。11-06 至 11-12 等待机关说明，依 SV-08 中止 5 个工作日，",
                "Limit 5 working days. Stopped for 5 from 11-06 to 11-12, waiting for the organ, under SV-08: ",
            )
            .into_html()
            .then(Link::new("/voucher/1", w("凭证", "voucher")))
            .then(w("。逾期 3 日将报上一级。", ". Goes up after 3 days.")),
        );
    Panel::new("", bar).tone(Light::Red)
}

fn said(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let text = w(
        "“四次招标均按校舍安全排查的年度计划分批实施，县内具备资质的企业只有三家。价差小，因项目均采用统一定额。”",
        "“All four follow the yearly plan of school safety in batches; only three firms in the county qualify. Bids are close because one price norm applies.”",
    );
    let files = vec![
        Link::new("/f/1", w("年度计划.pdf", "plan.pdf")),
        Link::new("/f/2", w("资质名录.xlsx", "register.xlsx")),
        Link::new("/f/3", w("定额说明.pdf", "norm.pdf")),
    ];
    let files = files.into_iter().fold(Html::default(), |all, link| all.then(link).then(Html::text(" ")));
    Panel::new(w("机关的说明", "What the organ says"), text)
        .aside((Html::text("11-12 "), Seal::new(words, 1_196_210)))
        .foot(files)
}

fn verdict(words: Words) -> Panel {
    let w = |chinese, english| words.either(chinese, english);
    let reason = Field::area("reason", w("理由", "Reason"))
        .help(w("公开给机关，不公开给社会", "Shown to the organ, not to the public"))
        .value(w("资质名录所列三家与住建部门登记一致；年度计划形成于招标之前。价差仍低于同类，建议", "The three firms agree with the register; the plan is older than the tenders. Bids are still closer than usual, so"))
        .error(w("请写完整：还需引用至少一份材料。", "Please complete it: cite at least one document."));
    let form = Form::new("/redflags/w/1/verdict", "token")
        .with(ErrorSummary::of(words, &[&reason]))
        .with(
            Field::choices(
                "verdict",
                w("结论", "Verdict"),
                vec![
                    Choice::new("confirmed", w("属实", "Confirmed"))
                        .detail(w("转整改或移送，须另选去向", "To correction or referral, chosen next")),
                    Choice::new("explained", w("有合理解释", "Explained"))
                        .detail(w("事实成立，但理由充分，关闭并留档", "True, with good reason; closed and kept")),
                    Choice::new("refuted", w("不属实", "Refuted"))
                        .detail(w("数据或规则有误，计入精度", "Data or rule was wrong; counts in the precision")),
                ],
            )
            .value("explained"),
        )
        .with(reason)
        .button(Action::submit(w("提交结论", "Submit verdict")).main())
        .button(Action::submit_as(w("申请延期", "Ask for more time"), "act", "extend"))
        .after(w(
            "提交后由监督岗五复核，您不能复核自己的结论。",
            "Post 5 reviews it; you cannot review your own verdict.",
        ));
    Panel::new(w("我的结论", "My verdict"), form).aside(w("草稿已存 14:31", "draft saved 14:31")).id("verdict")
}
