//! Why something was flagged: the sentence with its numbers, the peers, the precision, the way to the source.

use askama::Template;

use super::{Badge, Html, IntoHtml, Light, Link};
use crate::component;
use crate::locale::Words;

/// One reason, or one rule that could not judge for want of data.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/evidence.html")]
pub struct Evidence {
    name: String,
    rule: String,
    badge: Option<Badge>,
    precision: Html,
    sentence: Html,
    plot: Html,
    basis: Html,
    links: Vec<Link>,
}

impl Evidence {
    /// - `name`: the rule's name. `rule`: its code and version, `R024 v1`.
    /// - `sentence`: subject, measured value, comparison, threshold, in that order; `**` makes numbers bold.
    pub fn new(name: impl Into<String>, rule: impl Into<String>, sentence: &str) -> Evidence {
        Evidence {
            name: name.into(),
            rule: rule.into(),
            badge: None,
            precision: Html::default(),
            sentence: Html::rich(sentence),
            plot: Html::default(),
            basis: Html::default(),
            links: Vec::new(),
        }
    }

    /// A rule that lacked data: the sentence names the field.
    pub fn insufficient(words: Words, name: impl Into<String>, rule: impl Into<String>, sentence: &str) -> Evidence {
        Evidence::new(name, rule, sentence).badge(Badge::saying(Light::Unverified, words.t("outcome-insufficient")))
    }

    /// What inspectors concluded so far: `confirmed` of `verdicts`. Under ten verdicts no figure is computed.
    pub fn precision(mut self, words: Words, confirmed: u32, verdicts: u32) -> Evidence {
        self.precision = if verdicts < 10 {
            Html::text(&words.count("evidence-precision-few", verdicts.into()))
        } else {
            let share = super::format::percent(f64::from(confirmed) / f64::from(verdicts), 0);
            words.rich(
                "evidence-precision",
                &[("share", share.into()), ("confirmed", confirmed.into()), ("verdicts", verdicts.into())],
            )
        };
        self
    }

    /// A badge beside the name.
    pub fn badge(mut self, badge: Badge) -> Evidence {
        self.badge = Some(badge);
        self
    }

    /// A picture under the sentence: peers, outcomes.
    pub fn plot(mut self, plot: impl IntoHtml) -> Evidence {
        self.plot = plot.into_html();
        self
    }

    /// Law or standard, and who set the threshold.
    pub fn basis(mut self, basis: impl IntoHtml) -> Evidence {
        self.basis = basis.into_html();
        self
    }

    /// A pointer into the source, the method page, the list of peers.
    pub fn link(mut self, link: Link) -> Evidence {
        self.links.push(link);
        self
    }

    /// A raised reason, one with few verdicts, one without data.
    pub fn samples(words: Words) -> Vec<(&'static str, Evidence)> {
        let w = |chinese, english| words.either(chinese, english);
        vec![
            (
                "raised",
                Evidence::new(
                    w("与中标价过近", "Bids close to the winner"),
                    "R024 v1",
                    w(
                        "四次开标中，第一、二名报价平均只差 **0.43%**；同类 96 个过程的中位数是 **5.4%**，低于 **1.0%** 即提示。",
                        "In four openings the first two bids differ by **0.43%** on average; the median of 96 peers is **5.4%**; below **1.0%** is flagged.",
                    ),
                )
                .precision(words, 45, 74)
                .basis(w("公开缔约红旗指南 R024，阈值为本市设定", "Open contracting red flag R024; threshold set by the city"))
                .link(Link::new("/source/1", w("证据与出处", "Evidence and source"))),
            ),
            (
                "few verdicts",
                Evidence::new(
                    w("变更涨价", "Contract grew"),
                    "R069 v2",
                    w("合同金额由 776.20 万元增至 941.50 万元，增加 **21.3%**，高于 **10%** 即提示。", "The contract grew from CNY 7.76 to 9.42 million, by **21.3%**; above **10%** is flagged."),
                )
                .precision(words, 2, 3),
            ),
            (
                "no data",
                Evidence::insufficient(
                    words,
                    w("同一单位或个人编制", "Prepared by the same hand"),
                    "CN-01 v1",
                    w("缺少 `bids/details/documents`。来源未公布投标文件，不能判断，也不计为“未提示”。", "`bids/details/documents` is missing. The source publishes no bid documents: it cannot be judged and does not count as not raised."),
                ),
            ),
        ]
    }
}

/// How heavy a reason weighs, in a word: 1 indicative, 2 strong, 3 statutory; what lies outside counts as the nearest. The
/// same word stands on an indicator and on whatever it raised.
pub fn severity(words: Words, level: i64) -> String {
    words.t(&format!("severity-{}", level.clamp(1, 3)))
}

component!(Evidence);
