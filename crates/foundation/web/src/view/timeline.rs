//! What happened in which order: acts of a matter, and the steps of a contracting process.

use askama::Template;

use super::{Html, IntoHtml, Seal};
use crate::component;
use crate::locale::Words;

/// One act or step.
#[derive(Clone, Debug)]
pub struct Moment {
    when: String,
    title: String,
    lines: Vec<Html>,
    detail: Html,
    seal: Option<Seal>,
    to_come: bool,
}

impl Moment {
    /// Something that happened: when, and what.
    pub fn past(when: impl Into<String>, title: impl Into<String>) -> Moment {
        let (when, title) = (when.into(), title.into());
        Moment { when, title, lines: Vec::new(), detail: Html::default(), seal: None, to_come: false }
    }

    /// Something still to come.
    pub fn to_come(when: impl Into<String>, title: impl Into<String>) -> Moment {
        Moment { to_come: true, ..Moment::past(when, title) }
    }

    /// What came of it, a line each.
    pub fn lines(mut self, lines: Vec<Html>) -> Moment {
        self.lines = lines;
        self
    }

    /// Which post did it, or what follows.
    pub fn detail(mut self, detail: impl IntoHtml) -> Moment {
        self.detail = detail.into_html();
        self
    }

    /// Where it stands in the ledger.
    pub fn seal(mut self, seal: Seal) -> Moment {
        self.seal = Some(seal);
        self
    }
}

/// A vertical time line. Newest first in matters, oldest first in public history: the caller gives the order.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/timeline.html")]
pub struct Timeline {
    moments: Vec<Moment>,
}

impl Timeline {
    /// A line of these moments, in this order.
    pub fn new(moments: Vec<Moment>) -> Timeline {
        Timeline { moments }
    }

    /// Acts of a warning, the last one still to come.
    pub fn samples(words: Words) -> Vec<(&'static str, Timeline)> {
        let w = |chinese, english| words.either(chinese, english);
        let line = Timeline::new(vec![
            Moment::to_come(w("待定", "open"), w("核查结论", "Verdict"))
                .detail(w("属实 · 不属实 · 已说明", "confirmed · refuted · explained")),
            Moment::past(
                "11-17 17:00",
                w("核查期限届满，红牌升级至监督室主任", "Time is up: the red card goes to the head of supervision"),
            )
            .lines(vec![Html::text(w("级别：黄牌 → 红牌", "Level: yellow → red"))])
            .detail(w("时钟规则 SV-11", "clock rule SV-11"))
            .seal(Seal::new(words, 1_203_642)),
            Moment::past(
                "11-12 09:41",
                w("机关提交书面说明，附件 3 份", "The organ answers in writing, 3 attachments"),
            )
            .detail(w("演示县教育局·采购岗", "Demo County Education, procurement"))
            .seal(Seal::new(words, 1_196_210)),
        ]);
        vec![("acts", line)]
    }
}

/// What is particular about a step of a process.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Standing {
    Happened,
    Flagged(String),
    ToCome,
}

/// A step of a contracting process.
#[derive(Clone, Debug)]
pub struct Step {
    name: String,
    date: String,
    between: Option<String>,
    law: Option<String>,
    standing: Standing,
}

impl Step {
    /// A step with its day; an unknown day is an empty text and is drawn as not known.
    pub fn new(name: impl Into<String>, date: impl Into<String>) -> Step {
        Step { name: name.into(), date: date.into(), between: None, law: None, standing: Standing::Happened }
    }

    /// Days since the step before: `9 日`.
    pub fn after(mut self, between: impl Into<String>) -> Step {
        self.between = Some(between.into());
        self
    }

    /// The legal minimum or maximum for it: 法定 至少 30 日.
    pub fn law(mut self, law: impl Into<String>) -> Step {
        self.law = Some(law.into());
        self
    }

    /// A reason was found here; said in few words.
    pub fn flagged(mut self, reason: impl Into<String>) -> Step {
        self.standing = Standing::Flagged(reason.into());
        self
    }

    /// Has not happened.
    pub fn to_come(mut self) -> Step {
        self.standing = Standing::ToCome;
        self
    }

    fn class(&self) -> &'static str {
        match self.standing {
            Standing::Happened => "past",
            Standing::Flagged(_) => "flagged",
            Standing::ToCome => "to-come",
        }
    }

    fn reason(&self) -> Option<&str> {
        match &self.standing {
            Standing::Flagged(reason) => Some(reason),
            _ => None,
        }
    }
}

/// The steps of a process from left to right, not to scale, the days written between; on a phone from top to bottom.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/process_line.html")]
pub struct ProcessLine {
    words: Words,
    steps: Vec<Step>,
}

impl ProcessLine {
    /// Steps in order of their days.
    pub fn new(words: Words, steps: Vec<Step>) -> ProcessLine {
        ProcessLine { words, steps }
    }

    /// A whole process with two reasons and an open payment.
    pub fn samples(words: Words) -> Vec<(&'static str, ProcessLine)> {
        let w = |chinese, english| words.either(chinese, english);
        let days = |n: u32| super::format::term(words.locale(), n, kernel::limit::Unit::CalendarDays);
        let steps = vec![
            Step::new(w("采购意向公开", "Intention"), "2026-03-02").law(w("法定 至少 30 日", "law: at least 30 days")),
            Step::new(w("招标公告", "Notice"), "2026-04-02").after(days(31)),
            Step::new(w("澄清", "Clarification"), "2026-04-15")
                .after(days(13))
                .flagged(w("距开标 9 日，少于 15 日", "9 days before opening, fewer than 15")),
            Step::new(w("开标", "Opening"), "2026-04-24").after(days(9)).law(w("法定 20 日", "law: 20 days")),
            Step::new(w("评标报告", "Evaluation"), "2026-04-27").after(days(3)),
            Step::new(w("候选人公示", "Candidates shown"), "2026-04-28")
                .after(days(1))
                .law(w("法定 至少 3 日", "law: at least 3 days")),
            Step::new(w("合同", "Contract"), "2026-05-20").after(days(22)),
            Step::new(w("变更", "Change"), "2026-08-11").after(days(83)).flagged(w("上调 21.3%", "up by 21.3%")),
            Step::new(w("支付", "Payment"), "").to_come(),
        ];
        vec![("process", ProcessLine::new(words, steps))]
    }
}

component!(Timeline, ProcessLine);
