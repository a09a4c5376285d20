//! Rendering of the method pages: Chinese first, then English, from the register, the parameters and the example.

use std::fmt::Write as _;

use super::{Case, Expected, examples};
use crate::explain::sentence;
use crate::parameters::PARAMETERS;
use crate::registry::{By, Compare, Family, Importable, Indicator, Stability, indicators};
use crate::settings::Settings;
use crate::text::{Lang, Text};

const fn stability(of: Stability) -> Text {
    match of {
        Stability::Monotone => {
            Text::new("单调：触发后不因新增数据撤销", "monotone: raised stays raised when data are added")
        }
        Stability::Final => Text::new("定标后才判断，其后单调", "judged once the lot is final, monotone from then on"),
        Stability::Absence => Text::new(
            "缺失类：到期判断一次，事后公布不撤销",
            "absence: judged once at its due moment, late publication does not lower it",
        ),
        Stability::Aggregate => {
            Text::new("汇总类：按对象、窗口和快照固定", "aggregate: fixed per subject, window and snapshot")
        }
    }
}

const fn family(of: Family) -> Text {
    match of {
        Family::PriceLikeness => Text::new("报价雷同", "price likeness"),
        Family::Exclusion => Text::new("排斥", "exclusion"),
        Family::Threshold => Text::new("规避限额", "thresholds"),
        Family::Linkage => Text::new("关联", "linkage"),
        Family::Time => Text::new("时限", "time"),
        Family::Method => Text::new("方式", "method"),
        Family::Change => Text::new("变更", "change"),
        Family::Own => Text::new("独立", "its own"),
    }
}

const fn compare(of: Compare) -> &'static str {
    match of {
        Compare::Less => "<",
        Compare::AtMost => "≤",
        Compare::Equal => "=",
        Compare::AtLeast => "≥",
        Compare::More => ">",
        Compare::Outside => "≤ … ≥",
    }
}

fn importable(of: Importable, lang: Lang) -> String {
    let (word, why) = match of {
        Importable::Yes => (Text::new("可以", "yes"), None),
        Importable::Part(why) => (Text::new("部分可以", "in part"), Some(why)),
        Importable::No(why) => (Text::new("不可以", "no"), Some(why)),
    };
    match (why, lang) {
        (None, _) => word.get(lang).to_owned(),
        (Some(why), Lang::Zh) => format!("{}({})", word.zh, why.zh),
        (Some(why), Lang::En) => format!("{} ({})", word.en, why.en),
    }
}

fn computed(by: By) -> Text {
    match by {
        By::Judge => Text::new("单个采购项目内", "within one process"),
        By::Aggregates => Text::new("跨采购项目汇总", "over many processes"),
        By::History => Text::new("与此前的采购项目比较", "against earlier processes"),
        By::Native => Text::new("仅在本平台办理的采购", "only for tenders on this platform"),
    }
}

/// The method page of an indicator, as Markdown in both languages.
pub fn method_page(indicator: &Indicator, settings: &Settings) -> String {
    let mut page = format!("# {} {} {}\n", indicator.code, indicator.name.zh, indicator.name.en);
    for lang in [Lang::Zh, Lang::En] {
        section(&mut page, indicator, settings, lang);
    }
    page
}

fn section(page: &mut String, indicator: &Indicator, settings: &Settings, lang: Lang) {
    let say = |zh: &'static str, en: &'static str| Text::new(zh, en).get(lang);
    let _ = write!(page, "\n## {}\n\n", say("方法", "Method"));
    let mut row = |zh: &'static str, en: &'static str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(page, "- **{}**{}{text}", say(zh, en), say(":", ": "));
        }
    };
    row("说明什么", "Tells", indicator.tells.get(lang));
    row("何时触发", "Raised when", indicator.formula.get(lang));
    let value = format!("{} {}", indicator.quantity.get(lang), compare(indicator.compare));
    row("数值与比较", "Value and comparison", &value);
    row("对象", "Subject", indicator.grain.text().get(lang));
    row("稳定性", "Stability", stability(indicator.stability).get(lang));
    row("族", "Family", family(indicator.family).get(lang));
    row("严重程度", "Severity", settings.setting(indicator).severity.text().get(lang));
    row("不适用", "Does not apply", indicator.exempt.get(lang));
    row("来源", "Source", indicator.source.get(lang));
    let setting = settings.setting(indicator);
    row("依据", "Law", setting.law.as_deref().unwrap_or_default());
    row("由 OCDS 数据可否计算", "From OCDS data", &importable(indicator.importable, lang));
    row("计算范围", "Computed", computed(indicator.by).get(lang));
    row("公式版本", "Version of the formula", &indicator.version.to_string());
    let words = say(
        "[用语](indicators.md#公式用语-words-of-the-formulas)",
        "[words](indicators.md#公式用语-words-of-the-formulas)",
    );
    row("公式用语", "Words of the formula", words);
    if !indicator.needs.is_empty() {
        let _ = write!(
            page,
            "\n{}\n\n",
            say("所需字段（按此顺序报缺）:", "Needs, in the order in which they are named as missing:")
        );
        for (at, path) in indicator.needs.iter().enumerate() {
            let _ = writeln!(page, "{}. `{path}`", at + 1);
        }
    }
    let parameters: Vec<_> = PARAMETERS.iter().filter(|parameter| parameter.section == indicator.code).collect();
    if !parameters.is_empty() {
        let _ = write!(page, "\n| {} | {} |\n| --- | --- |\n", say("参数", "Parameter"), say("默认值", "Default"));
        for parameter in parameters {
            let value = if parameter.default.is_nan() { "off".to_owned() } else { parameter.default.to_string() };
            let _ = writeln!(page, "| `{}` {} | {value} |", parameter.name, parameter.text.get(lang));
        }
    }
    if let Some(example) = examples().find(|example| example.code == indicator.code) {
        worked(page, example, lang);
    } else if let Some(example) = crate::aggregate::worked_example(indicator.code, lang) {
        page.push_str(&example);
    }
}

fn worked(page: &mut String, example: &Case, lang: Lang) {
    let say = |zh: &'static str, en: &'static str| Text::new(zh, en).get(lang);
    let _ = write!(page, "\n### {}\n\n", say("算例（作为测试运行）", "Worked example (runs as a test)"));
    let _ = writeln!(
        page,
        "{}",
        say("在[基准数据](base.json)上改动以下各处:", "The [base release](base.json) with these values changed:")
    );
    let _ = writeln!(page);
    changes(page, example.changes, lang);
    for (at, earlier) in example.before.iter().enumerate() {
        let _ = write!(page, "\n{} {}\n\n", say("此前的项目", "Earlier process"), at + 2);
        changes(page, earlier, lang);
    }
    if !example.peers.is_empty() {
        let mut sorted = example.peers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let values: Vec<String> = sorted.iter().map(ToString::to_string).collect();
        let _ = write!(page, "\n{}{}\n", say("参照分布:", "Peers: "), values.join(", "));
    }
    if !example.pack.is_empty() {
        let _ = write!(page, "\n```toml\n{}\n```\n", example.pack.trim());
    }
    if let (Ok(judged), Expected::Raised(..)) = (example.run(), example.expected) {
        let _ = write!(page, "\n> {}\n", sentence(&judged, Some("CNY"), lang));
    }
}

fn changes(page: &mut String, changes: &[super::Change], lang: Lang) {
    let say = |zh: &'static str, en: &'static str| Text::new(zh, en).get(lang);
    if changes.is_empty() {
        let _ = writeln!(page, "{}", say("(无)", "(none)"));
        return;
    }
    let _ = write!(page, "| {} | {} |\n| --- | --- |\n", say("位置", "Pointer"), say("值", "Value"));
    for (pointer, value) in changes {
        let value = if value.is_empty() { say("(删去)", "(removed)").to_owned() } else { format!("`{value}`") };
        let _ = writeln!(page, "| `{pointer}` | {value} |");
    }
}

/// The short words of the formulas, with what they mean.
const WORDS: [(&str, Text); 9] = [
    ("S, V, D", Text::new("递交的、有效的、被否决的投标", "submitted, valid and disqualified bids")),
    ("w", Text::new("中标价", "the winning price")),
    ("NBID", Text::new("投标人数（联合体算一家）", "the number of bidders, a consortium being one")),
    ("COMP, NC", Text::new("竞争方式、非竞争方式", "competitive and non-competitive methods")),
    (
        "T",
        Text::new(
            "法定限额（按地区、类别、方式、币种和日期）",
            "the legal limit by jurisdiction, category, method, currency and date",
        ),
    ),
    (
        "LF, UF",
        Text::new(
            "参照分布的下界、上界：四分位数外 1.5 倍四分位距（第 8 类分位数）",
            "lower and upper fence of the reference: 1.5 interquartile ranges beyond the quartiles (quantiles of type 8)",
        ),
    ),
    (
        "HHI, CV, KS, MAD",
        Text::new(
            "份额平方和、变异系数、柯尔莫哥洛夫–斯米尔诺夫距离、平均绝对偏差",
            "sum of squared shares, coefficient of variation, Kolmogorov–Smirnov distance, mean absolute deviation",
        ),
    ),
    ("PAID", Text::new("已付款合计或最终金额", "the sum of payments, or the final value")),
    ("WD, CD", Text::new("工作日、日历日", "working days, calendar days")),
];

/// The list of all indicators with links to their pages, and the words of the formulas.
pub fn index_page() -> String {
    let mut page = String::from(
        "# 预警指标 Red-flag indicators\n\n预警只是提请人员查看的理由，不是结论。A red flag is a reason for a person to look, never a finding.\n\n",
    );
    page.push_str(
        "| 代码 Code | 名称 Name | 对象 Subject | 严重程度 Severity | OCDS |\n| --- | --- | --- | --- | --- |\n",
    );
    for indicator in indicators() {
        let grain = indicator.grain.text();
        let severity = indicator.severity.text();
        let ocds = match indicator.importable {
            Importable::Yes => "✓",
            Importable::Part(_) => "◐",
            Importable::No(_) => "–",
        };
        let _ = writeln!(
            page,
            "| [{0}]({0}.md) | {1} {2} | {3} {4} | {5} {6} | {ocds} |",
            indicator.code, indicator.name.zh, indicator.name.en, grain.zh, grain.en, severity.zh, severity.en
        );
    }
    page.push_str("\n## 公式用语 Words of the formulas\n\n| | |\n| --- | --- |\n");
    for (word, meaning) in WORDS {
        let _ = writeln!(page, "| {word} | {} {} |", meaning.zh, meaning.en);
    }
    page
}
