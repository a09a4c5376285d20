//! Filters and tabs above a table. Every choice is a link, so the address is the state and nothing needs script.

use askama::Template;
use kernel::Currency;

use super::table::TableQuery;
use super::{Html, IntoHtml, Link, format};
use crate::component;
use crate::locale::Words;

/// One choice of a filter.
#[derive(Clone, Debug)]
struct Choice {
    label: String,
    href: String,
    chosen: bool,
}

/// A field to filter by.
#[derive(Clone, Debug)]
enum Menu {
    Choices { name: String, choices: Vec<Choice> },
    Typed { name: String, key: String, unit: String, kind: &'static str, hidden: Vec<(String, String)> },
}

/// A filter that is in force, with the address without it.
#[derive(Clone, Debug)]
struct Chip {
    name: String,
    value: String,
    href: String,
}

/// Chips for filters in force (field, value, remove), menus for the others, clear all, result count.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/filter_bar.html")]
pub struct FilterBar {
    words: Words,
    query: TableQuery,
    id: String,
    chips: Vec<Chip>,
    menus: Vec<Menu>,
    clear: Option<String>,
    note: Html,
    hides: Option<String>,
    count: Option<String>,
}

impl FilterBar {
    /// An empty bar over the table that `query` describes; `id` is that table's id.
    pub fn new(words: Words, id: impl Into<String>, query: &TableQuery) -> FilterBar {
        FilterBar {
            words,
            query: query.clone(),
            id: id.into(),
            chips: Vec::new(),
            menus: Vec::new(),
            clear: None,
            note: Html::default(),
            hides: None,
            count: None,
        }
    }

    /// A field with few values: `options` are value and label.
    pub fn choice(mut self, key: &str, name: impl Into<String>, options: &[(&str, &str)]) -> FilterBar {
        let name = name.into();
        match self.query.filter(key) {
            Some(value) => {
                let label =
                    options.iter().find(|(option, _)| *option == value).map_or(value, |(_, label)| *label).to_owned();
                self.chip(key, name, label);
            }
            None => {
                let choices = options
                    .iter()
                    .map(|(value, label)| Choice {
                        label: (*label).to_owned(),
                        href: self.query.with_filter(key, value).url(),
                        chosen: false,
                    })
                    .collect();
                self.menus.push(Menu::Choices { name, choices });
            }
        }
        self
    }

    /// A field with a smallest figure, such as an amount; `unit` is written behind it.
    pub fn at_least(self, key: &str, name: impl Into<String>, unit: impl Into<String>) -> FilterBar {
        self.typed(key, name.into(), unit.into(), "number", "≥ ")
    }

    /// A field that text is looked for in.
    pub fn text(self, key: &str, name: impl Into<String>) -> FilterBar {
        self.typed(key, name.into(), String::new(), "search", "")
    }

    /// A field with a day.
    pub fn day(self, key: &str, name: impl Into<String>) -> FilterBar {
        self.typed(key, name.into(), String::new(), "date", "")
    }

    fn typed(mut self, key: &str, name: String, unit: String, kind: &'static str, sign: &str) -> FilterBar {
        match self.query.filter(key) {
            Some(value) => {
                let unit = if unit.is_empty() { unit } else { format!("{}{unit}", format::NBSP) };
                let value = format!("{sign}{value}{unit}");
                self.chip(key, name, value);
            }
            None => {
                let hidden = self.query.without_filter(key).pairs();
                self.menus.push(Menu::Typed { name, key: key.to_owned(), unit, kind, hidden });
            }
        }
        self
    }

    fn chip(&mut self, key: &str, name: String, value: String) {
        self.chips.push(Chip { name, value, href: self.query.without_filter(key).url() });
        self.clear = Some(self.query.without_filters().url());
    }

    /// How many rows match.
    pub fn count(mut self, count: u64) -> FilterBar {
        self.count = Some(self.words.count("filter-count", count));
        self
    }

    /// What stands at the right: how the sort is computed.
    pub fn note(mut self, note: impl IntoHtml) -> FilterBar {
        self.note = note.into_html();
        self
    }

    /// Says that the filter hides late matters: `n` of them.
    pub fn hides_late(mut self, n: u64) -> FilterBar {
        self.hides = (n > 0).then(|| self.words.count("filter-hides-late", n));
        self
    }

    fn path(&self) -> &str {
        self.query.path()
    }

    /// Nothing chosen; two chosen and late ones hidden.
    pub fn samples(words: Words) -> Vec<(&'static str, FilterBar)> {
        let w = |chinese, english| words.either(chinese, english);
        let bar = |raw: &str| {
            FilterBar::new(words, "queue", &super::table::samples::spec().read(raw))
                .choice(
                    "organ",
                    w("机关", "Organ"),
                    &[
                        ("edu", w("演示县教育局", "Demo County Education")),
                        ("hea", w("演示市卫健委", "Demo City Health")),
                    ],
                )
                .choice(
                    "light",
                    w("级别", "Level"),
                    &[("red", w("红牌", "Red card")), ("yellow", w("黄牌", "Yellow card"))],
                )
                .at_least("min", w("金额", "Amount"), format::money_unit(words.locale(), Currency::CNY))
        };
        vec![
            ("nothing chosen", bar("").count(163)),
            ("two chosen", bar("min=50&organ=edu&sort=amount").count(41).hides_late(2)),
        ]
    }
}

/// States of a list as tabs with counts.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/tabs.html")]
pub struct Tabs {
    label: String,
    tabs: Vec<(String, Option<String>, String, bool)>,
    aside: Html,
}

impl Tabs {
    /// Tabs; `label` tells screen readers what they switch.
    pub fn new(label: impl Into<String>) -> Tabs {
        Tabs { label: label.into(), tabs: Vec::new(), aside: Html::default() }
    }

    /// One more tab.
    pub fn tab(mut self, label: impl Into<String>, count: Option<u64>, href: impl Into<String>, here: bool) -> Tabs {
        self.tabs.push((label.into(), count.map(format::number), href.into(), here));
        self
    }

    /// What stands at the right of the tabs: a quota.
    pub fn aside(mut self, aside: impl IntoHtml) -> Tabs {
        self.aside = aside.into_html();
        self
    }

    /// Three tabs.
    pub fn samples(words: Words) -> Vec<(&'static str, Tabs)> {
        let w = |chinese, english| words.either(chinese, english);
        let tabs = Tabs::new(w("状态", "State"))
            .tab(w("未结", "Open"), Some(64), "?state=open", true)
            .tab(w("待核查", "To check"), Some(9), "?state=check", false)
            .tab(w("已结", "Closed"), Some(1_099), "?state=closed", false)
            .aside(Link::new("/quota", w("本周配额 18 / 25 件", "Quota this week 18 of 25")));
        vec![("tabs", tabs)]
    }
}

component!(FilterBar, Tabs);
