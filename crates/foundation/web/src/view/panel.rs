//! Panels and the grid they stand in.

use askama::Template;

use super::{Facts, Html, IntoHtml, Light, Link};
use crate::component;
use crate::locale::Words;

/// A box with a head: title, a note beside it, links at the right; a body; perhaps a foot.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/panel.html")]
pub struct Panel {
    title: String,
    note: Html,
    aside: Html,
    body: Html,
    foot: Html,
    flush: bool,
    tone: Option<Light>,
    turn: bool,
    id: Option<String>,
}

impl Panel {
    /// A panel called `title`; an empty title leaves the head out.
    pub fn new(title: impl Into<String>, body: impl IntoHtml) -> Panel {
        Panel {
            title: title.into(),
            note: Html::default(),
            aside: Html::default(),
            body: body.into_html(),
            foot: Html::default(),
            flush: false,
            tone: None,
            turn: false,
            id: None,
        }
    }

    /// A few words beside the title: unit, count, period.
    pub fn note(mut self, note: impl IntoHtml) -> Panel {
        self.note = note.into_html();
        self
    }

    /// What stands at the right of the head: links, a seal, an as-of.
    pub fn aside(mut self, aside: impl IntoHtml) -> Panel {
        self.aside = aside.into_html();
        self
    }

    /// A sentence below the body, under a rule.
    pub fn foot(mut self, foot: impl IntoHtml) -> Panel {
        self.foot = foot.into_html();
        self
    }

    /// The body touches the sides: for tables and lists that bring their own padding.
    pub fn flush(mut self) -> Panel {
        self.flush = true;
        self
    }

    /// A bar in the light's colour along the top: an overdue clock, a passed verification.
    pub fn tone(mut self, light: Light) -> Panel {
        self.tone = Some(light);
        self
    }

    /// Says that it is the reader's turn: an accent bar at the left.
    pub fn turn(mut self) -> Panel {
        self.turn = true;
        self
    }

    /// An id, for links to it.
    pub fn id(mut self, id: impl Into<String>) -> Panel {
        self.id = Some(id.into());
        self
    }

    /// The shapes of a panel.
    pub fn samples(words: Words) -> Vec<(&'static str, Panel)> {
        let text = words.either("“三家均采用同一造价信息价计价。”", "“All three priced from the same cost bulletin.”");
        let title = words.either("机关的说明", "What the organ says");
        vec![
            ("plain", Panel::new(title, text)),
            (
                "note, links, foot",
                Panel::new(title, text)
                    .note(words.either("1 份", "1 statement"))
                    .aside(Link::new("#", words.either("全部", "All")).quiet())
                    .foot(words.either(
                        "说明与提示并列展示，核查人必须回应。",
                        "Shown beside the flag; the inspector must answer it.",
                    )),
            ),
            ("overdue", Panel::new(title, text).tone(Light::Red)),
            ("your turn", Panel::new(words.either("轮到您：现场核查", "Your turn: inspection on site"), text).turn()),
        ]
    }
}

/// Twelve columns; splits stack below 1024 px.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "ui/grid.html")]
pub struct Grid {
    cells: Vec<(u8, bool, Html)>,
}

impl Grid {
    /// An empty grid.
    pub fn new() -> Grid {
        Grid::default()
    }

    /// A cell `span` of 12 columns wide (3, 4, 5, 6, 7, 8, 9 or 12); several panels in one cell stand under each other.
    pub fn cell(mut self, span: u8, content: impl IntoHtml) -> Grid {
        self.cells.push((span, false, content.into_html()));
        self
    }

    /// As [`cell`](Grid::cell), but first where splits stack: the panel with the clock.
    pub fn first(mut self, span: u8, content: impl IntoHtml) -> Grid {
        self.cells.push((span, true, content.into_html()));
        self
    }
}

/// A figure with what it means and where it is from. A figure that cannot be followed is not shown, so a link is asked for.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/stat.html")]
pub struct Stat {
    figure: String,
    label: String,
    note: String,
    href: String,
}

impl Stat {
    /// - `figure`: with its unit. `label`: what it counts. `note`: period and n. `href`: what it is made of.
    pub fn new(
        figure: impl Into<String>,
        label: impl Into<String>,
        note: impl Into<String>,
        href: impl Into<String>,
    ) -> Stat {
        Stat { figure: figure.into(), label: label.into(), note: note.into(), href: href.into() }
    }

    /// One figure.
    pub fn samples(words: Words) -> Vec<(&'static str, Stat)> {
        let figure = words.either("3.8 个工作日", "3.8 working days");
        let note = words.either("承诺 10 日，10 月 2,114 件", "Promise 10 days; October, n = 2,114");
        vec![(
            "figure",
            Stat::new(figure, words.either("许可办理中位数", "Median time of a permit"), note, "/figures/1"),
        )]
    }
}

/// Figures side by side.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/stats.html")]
pub struct Stats {
    stats: Vec<Stat>,
}

impl Stats {
    /// At most four in a row.
    pub fn new(stats: Vec<Stat>) -> Stats {
        Stats { stats }
    }
}

impl Facts {
    /// Labels and values, one with a link.
    pub fn samples(words: Words) -> Vec<(&'static str, Facts)> {
        let facts = Facts::new()
            .fact(
                words.either("现在", "Now"),
                Html::rich(words.either("**监督室·监督岗三（你）**", "**Supervision, post 3 (you)**")),
            )
            .fact(words.either("要做", "To do"), words.either("核查并作出结论", "Check and conclude"))
            .fact(
                words.either("预算", "Budget"),
                Link::new("/b/1", words.either("2026 年排水专项", "Drainage programme 2026")),
            );
        vec![("facts", facts)]
    }
}

component!(Panel, Grid, Stat, Stats);
