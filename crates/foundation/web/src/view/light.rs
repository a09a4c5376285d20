//! Lights: the state of a subject as icon and word, colour third.

use askama::Template;

use super::Icon;
use crate::component;
use crate::locale::Words;

/// The ladder of states. One per subject, the gravest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Light {
    /// 办结
    Done,
    /// 待办理
    Waiting,
    /// 未核验, 数据不足: not knowing, drawn with dashes
    Unverified,
    /// 不予受理
    Refused,
    /// 提醒
    Notice,
    /// 黄牌
    Yellow,
    /// 红牌
    Red,
}

impl Light {
    /// All lights, mildest first.
    pub const ALL: [Light; 7] =
        [Light::Done, Light::Waiting, Light::Unverified, Light::Refused, Light::Notice, Light::Yellow, Light::Red];

    /// Name used in classes and text keys: `red`.
    pub fn name(self) -> &'static str {
        match self {
            Light::Done => "done",
            Light::Waiting => "waiting",
            Light::Unverified => "unverified",
            Light::Refused => "refused",
            Light::Notice => "notice",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }

    /// The drawing that stands before the word.
    pub fn icon(self) -> Icon {
        match self {
            Light::Done => Icon::Done,
            Light::Waiting => Icon::Waiting,
            Light::Unverified => Icon::Unverified,
            Light::Refused => Icon::Refused,
            Light::Notice => Icon::Notice,
            Light::Yellow => Icon::Yellow,
            Light::Red => Icon::Red,
        }
    }
}

/// A light as a badge: icon and word on the light's wash.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/badge.html")]
pub struct Badge {
    light: Light,
    word: String,
    large: bool,
    bare: bool,
}

impl Badge {
    /// The badge with the light's own word: 红牌, 办结 …
    pub fn new(words: Words, light: Light) -> Badge {
        Badge::saying(light, words.t(&format!("light-{}", light.name())))
    }

    /// The badge with another word: 红牌 · 核查逾期, 已上传 …
    pub fn saying(light: Light, word: impl Into<String>) -> Badge {
        Badge { light, word: word.into(), large: false, bare: false }
    }

    /// 28 px high, for headings.
    pub fn large(mut self) -> Badge {
        self.large = true;
        self
    }

    /// Without the wash: icon and word within a line of text.
    pub fn bare(mut self) -> Badge {
        self.bare = true;
        self
    }

    /// Every light, in a heading and in a line as well.
    pub fn samples(words: Words) -> Vec<(&'static str, Badge)> {
        let mut samples: Vec<_> = Light::ALL.iter().map(|light| (light.name(), Badge::new(words, *light))).collect();
        samples.push((
            "heading",
            Badge::saying(Light::Red, words.either("红牌 · 核查逾期", "Red card · check overdue")).large(),
        ));
        samples.push((
            "in a line",
            Badge::saying(Light::Done, words.either("逐条对齐，无缺口", "Aligned one by one, no gap")).bare(),
        ));
        samples
    }
}

component!(Badge);
