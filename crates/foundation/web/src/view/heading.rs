//! The top of a page: trail, heading, light, lead sentence, as-of, actions.

use askama::Template;

use super::{Action, Badge, Html, IntoHtml, Seal};
use crate::component;
use crate::locale::Words;

/// Heading, one lead sentence, as-of, at most one main button.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/heading.html")]
pub struct Heading {
    trail: Vec<(String, Option<String>)>,
    title: String,
    /// The title's own language where it is data and not in the page's.
    language: Option<&'static str>,
    code: String,
    badge: Option<Badge>,
    lead: Html,
    asof: Html,
    actions: Vec<Action>,
    label: String,
}

impl Heading {
    /// A heading in words: what the reader must do, or what the page is about.
    pub fn new(words: Words, title: impl Into<String>) -> Heading {
        let title = title.into();
        let language = super::html::language_of(&title).filter(|tag| *tag != words.locale().tag());
        Heading {
            trail: Vec::new(),
            title,
            language,
            code: String::new(),
            badge: None,
            lead: Html::default(),
            asof: Html::default(),
            actions: Vec::new(),
            label: words.t("trail-label"),
        }
    }

    /// One more step of the trail chapter / platform / kind, with its address.
    pub fn under(mut self, name: impl Into<String>, href: impl Into<String>) -> Heading {
        self.trail.push((name.into(), Some(href.into())));
        self
    }

    /// The last step of the trail: this page's own id.
    pub fn id(mut self, id: impl Into<String>) -> Heading {
        self.trail.push((id.into(), None));
        self
    }

    /// Code and version beside the heading: `R024 v1`.
    pub fn code(mut self, code: impl Into<String>) -> Heading {
        self.code = code.into();
        self
    }

    /// The subject's light.
    pub fn badge(mut self, badge: Badge) -> Heading {
        self.badge = Some(badge.large());
        self
    }

    /// The lead sentence.
    pub fn lead(mut self, lead: impl IntoHtml) -> Heading {
        self.lead = lead.into_html();
        self
    }

    /// Facts in place of a sentence, with dots between: organ · method · sum.
    pub fn lead_facts(mut self, facts: impl IntoIterator<Item = impl IntoHtml>) -> Heading {
        let mut lead = Html::default();
        for fact in facts {
            if !lead.is_empty() {
                lead = lead.then(Html::raw(" <span class=\"dot\" aria-hidden=\"true\">·</span> ".to_owned()));
            }
            lead = lead
                .then(Html::raw("<span class=\"fact\">".to_owned()))
                .then(fact)
                .then(Html::raw("</span>".to_owned()));
        }
        self.lead = lead;
        self
    }

    /// As of when and of which index the page is true: 截至 14:32 · #1,204,331.
    pub fn asof(mut self, words: Words, at: &str, seal: Seal) -> Heading {
        self.asof = Html::text(&words.with("asof", &[("at", at.into())])).then(Html::raw(" · ".to_owned())).then(seal);
        self
    }

    /// What can be done here; one of them may be the main button.
    pub fn action(mut self, action: Action) -> Heading {
        self.actions.push(action);
        self
    }

    /// The heading as text, for the window's title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A heading with everything.
    pub fn samples(words: Words) -> Vec<(&'static str, Heading)> {
        let w = |chinese, english| words.either(chinese, english);
        let full = Heading::new(words, w("演示建工〇一七号四次中标", "Demo Construction 017 wins four times"))
            .under(w("三 预防腐败", "3 Prevention"), "/prevention")
            .under(w("交易红旗", "Red flags"), "/redflags")
            .id("W-2610-0417")
            .badge(Badge::saying(super::Light::Red, w("红牌 · 核查逾期", "Red card · check overdue")))
            .lead_facts([
                w("采购人 演示县教育局", "Buyer: Demo County Education"),
                w("4 个过程，合计 1,286.40 万元", "4 processes, CNY 12.86 million in all"),
            ])
            .asof(words, "14:32", Seal::new(words, 1_204_331))
            .action(Action::go(w("打印", "Print"), "/print"))
            .action(Action::go(w("写核查结论", "Write the verdict"), "#verdict").main());
        vec![("full", full), ("bare", Heading::new(words, w("核查队列", "Queue")))]
    }
}

component!(Heading);
