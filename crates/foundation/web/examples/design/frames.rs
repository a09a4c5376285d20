//! The frames of the sample pages.

use web::locale::{Locale, Words};
use web::view::{Chapter, Entry, Frame, Html, Icon, IntoHtml, Post, PublicFrame, Rail, Seal, Theme, format};

pub fn inside(words: Words, theme: Theme, here: &str) -> Frame {
    let w = |chinese, english| words.either(chinese, english);
    let entry = |chinese: &'static str, english: &'static str, href: &str| {
        Entry::new(w(chinese, english), href).here(href == here)
    };
    let numeral = |chinese: &'static str, english: &'static str| w(chinese, english);
    let power = vec![
        entry("网上公开", "Disclosure", "/disclosure"),
        entry("网上运行", "Operation", "/operation"),
        entry("电子监察", "Supervision", "/supervision").mine(14),
    ];
    let prevention = vec![
        entry("信用信息", "Credit", "/credit"),
        entry("网上交易", "Trading", "/trading"),
        entry("交易红旗", "Red flags", "/redflags").mine(9),
        entry("利益冲突", "Interests", "/interest"),
    ];
    let chapter = |chinese: &'static str, number: &'static str, name: Entry, platforms: Vec<Entry>| {
        Chapter::new(numeral(chinese, number), name, platforms)
    };
    let rail = Rail::new(vec![
        entry("工作台", "Cockpit", "/").icon(Icon::Desk),
        entry("收件箱", "Inbox", "/inbox").icon(Icon::Inbox).mine(6),
    ])
    .group(
        w("五大机制", "Five mechanisms"),
        vec![
            chapter("一", "1", entry("宣传教育", "Education", "/education"), Vec::new()),
            chapter("二", "2", entry("权力运行监控", "Oversight of power", "/power"), power),
            chapter("三", "3", entry("预防腐败", "Prevention", "/prevention"), prevention),
            chapter("四", "4", entry("纠风", "Rectification", "/rectification"), Vec::new()),
            chapter("五", "5", entry("惩治", "Punishment", "/punishment"), Vec::new()),
        ],
    )
    .group(
        w("管理与基础", "Management and foundation"),
        vec![
            chapter("管", "M", entry("惩防体系管理", "Management", "/management"), Vec::new()),
            chapter("基", "F", entry("基础性工作", "Foundation", "/foundation"), Vec::new()),
        ],
    );
    let day = kernel::Day::constant(2026, 11, 18);
    Frame {
        words,
        theme,
        synthetic: true,
        place: w("演示市", "Demo City").into(),
        today: format!("{} · {}", format::today(words.locale(), day), w("工作日", "working day")),
        posts: vec![
            Post { id: "p3".into(), name: w("监督室·监督岗三", "Supervision · post 3").into(), current: true },
            Post {
                id: "p5".into(), name: w("监督室·监督岗五", "Supervision · post 5").into(), current: false
            },
        ],
        rail,
        csrf: "token".into(),
        here: here.into(),
    }
}

pub fn outside(words: Words, theme: Theme) -> PublicFrame {
    let w = |chinese, english| words.either(chinese, english);
    let foot: Vec<Html> = vec![
        w("主办：演示市政务办", "Run by Demo City Office").into_html(),
        w("数据截至 2026-11-18 14:30", "Data as of 2026-11-18 14:30").into_html(),
        Seal::new(words, 1_204_331).saying(w("日志检查点", "checkpoint")).into_html(),
    ];
    PublicFrame {
        words,
        theme,
        synthetic: true,
        place: w("演示市公开与服务", "Demo City open government").into(),
        doors: Vec::new(),
        other_language: match words.locale() {
            Locale::ZhCn => "/en/sign-in".into(),
            Locale::En => "/zh-CN/sign-in".into(),
        },
        sign_in: None,
        foot,
        foot_links: vec![Entry::new(w("第三方许可", "Licences"), "/licences"), Entry::new(w("接口", "API"), "/api")],
    }
}
