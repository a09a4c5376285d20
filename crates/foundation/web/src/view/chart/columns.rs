//! Columns by month: stacked (at most three parts, a line for what was closed) or side by side.

use askama::Template;

use super::{per_cent, ticks};
use crate::component;
use crate::locale::Words;
use crate::view::table::{Cell, Column, Row, Table, figure};
use crate::view::{Html, IntoHtml, format};

/// Height of the plot in pixels.
const HEIGHT: f64 = 150.0;

/// The colour of a series: a light's where the series is that light, otherwise one of the chart colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Red cards.
    Red,
    /// Yellow cards; hatched, so that the two differ without colour.
    Yellow,
    /// First chart colour.
    First,
    /// Second chart colour.
    Second,
    /// An outline: what was before.
    Outline,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Tone::Red => "red",
            Tone::Yellow => "yellow",
            Tone::First => "c1",
            Tone::Second => "c2",
            Tone::Outline => "outline",
        }
    }
}

/// A series: a value per period, `None` where there is no data (a gap, not zero).
#[derive(Clone, Debug)]
pub struct Series {
    name: String,
    tone: Tone,
    values: Vec<Option<u64>>,
}

impl Series {
    /// A series called `name`; values in the order of the periods.
    pub fn new(
        name: impl Into<String>,
        tone: Tone,
        values: impl IntoIterator<Item = impl Into<Option<u64>>>,
    ) -> Series {
        Series { name: name.into(), tone, values: values.into_iter().map(Into::into).collect() }
    }

    fn at(&self, period: usize) -> Option<u64> {
        self.values.get(period).copied().flatten()
    }
}

/// A chart of columns with its axis, legend, and the same numbers as a table.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/columns.html")]
pub struct Columns {
    words: Words,
    id: String,
    title: String,
    periods: Vec<String>,
    series: Vec<Series>,
    line: Option<Series>,
    stacked: bool,
    running: Option<String>,
}

struct Bar {
    tone: &'static str,
    x: String,
    width: String,
    y: String,
    height: String,
    pale: bool,
}

impl Columns {
    /// - `title`: read out: what is counted. `periods`: labels under the columns, oldest first.
    /// - `series`: at most three, from the foot upwards.
    pub fn stacked(
        words: Words,
        id: impl Into<String>,
        title: impl Into<String>,
        periods: Vec<String>,
        series: Vec<Series>,
    ) -> Columns {
        Columns { words, id: id.into(), title: title.into(), periods, series, line: None, stacked: true, running: None }
    }

    /// As [`stacked`](Columns::stacked), with the columns of a period side by side.
    pub fn grouped(
        words: Words,
        id: impl Into<String>,
        title: impl Into<String>,
        periods: Vec<String>,
        series: Vec<Series>,
    ) -> Columns {
        Columns { stacked: false, ..Columns::stacked(words, id, title, periods, series) }
    }

    /// A line over the columns: what was closed.
    pub fn line(mut self, series: Series) -> Columns {
        self.line = Some(series);
        self
    }

    /// Says that the last period is still running; it is drawn paler and marked: 至 18 日.
    pub fn running(mut self, until: impl Into<String>) -> Columns {
        self.running = Some(until.into());
        self
    }

    fn highest(&self) -> u64 {
        let of_period = |period: usize| {
            let values = self.series.iter().filter_map(move |series| series.at(period));
            let columns = if self.stacked { values.sum() } else { values.max().unwrap_or(0) };
            columns.max(self.line.as_ref().and_then(|line| line.at(period)).unwrap_or(0))
        };
        (0..self.periods.len()).map(of_period).max().unwrap_or(0)
    }

    fn axis(&self) -> Vec<(String, String)> {
        let ticks = ticks(self.highest());
        let top = ticks.last().copied().unwrap_or(1).max(1) as f64;
        ticks
            .iter()
            .map(|tick| (format!("{:.1}", 8.0 + HEIGHT - *tick as f64 / top * HEIGHT), format::number(*tick)))
            .collect()
    }

    fn y(&self, value: u64) -> f64 {
        let top = ticks(self.highest()).last().copied().unwrap_or(1).max(1) as f64;
        8.0 + HEIGHT - value as f64 / top * HEIGHT
    }

    fn slot(&self) -> f64 {
        100.0 / self.periods.len().max(1) as f64
    }

    fn centre(&self, period: usize) -> f64 {
        (period as f64 + 0.5) * self.slot()
    }

    fn is_running(&self, period: usize) -> bool {
        self.running.is_some() && period + 1 == self.periods.len()
    }

    fn bars(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        let parts = if self.stacked { 1 } else { self.series.len().max(1) };
        let width = self.slot() * if self.stacked { 0.44 } else { 0.66 } / parts as f64;
        for period in 0..self.periods.len() {
            let mut foot = 0;
            for (i, series) in self.series.iter().enumerate() {
                let Some(value) = series.at(period).filter(|value| *value > 0) else { continue };
                let (from, to) =
                    if self.stacked { (self.y(foot), self.y(foot + value)) } else { (self.y(0), self.y(value)) };
                let left = self.centre(period) - width * parts as f64 / 2.0
                    + if self.stacked { 0.0 } else { i as f64 * width };
                bars.push(Bar {
                    tone: series.tone.name(),
                    x: per_cent(left),
                    width: per_cent(width * if self.stacked { 1.0 } else { 0.92 }),
                    y: format!("{to:.1}"),
                    height: format!("{:.1}", from - to),
                    pale: self.is_running(period),
                });
                foot += value;
            }
        }
        bars
    }

    /// The line's points and the stretches between neighbours; a gap stays a gap, and a running period has no point.
    fn points(&self) -> Vec<(String, String)> {
        let Some(line) = &self.line else { return Vec::new() };
        (0..self.periods.len())
            .filter(|period| !self.is_running(*period))
            .filter_map(|period| Some((per_cent(self.centre(period)), format!("{:.1}", self.y(line.at(period)?)))))
            .collect()
    }

    fn stretches(&self) -> Vec<(String, String, String, String)> {
        let Some(line) = &self.line else { return Vec::new() };
        (1..self.periods.len())
            .filter(|period| !self.is_running(*period))
            .filter_map(|period| {
                let (before, now) = (line.at(period - 1)?, line.at(period)?);
                Some((
                    per_cent(self.centre(period - 1)),
                    format!("{:.1}", self.y(before)),
                    per_cent(self.centre(period)),
                    format!("{:.1}", self.y(now)),
                ))
            })
            .collect()
    }

    /// Labels under the columns. On a phone every second one is left out where there are many.
    fn labels(&self) -> Vec<(String, String, bool)> {
        let many = self.periods.len() > 8;
        self.periods
            .iter()
            .enumerate()
            .map(|(period, label)| {
                (per_cent(self.centre(period)), label.clone(), many && (self.periods.len() - period).is_multiple_of(2))
            })
            .collect()
    }

    /// Until when the running period is counted, at the right edge over its column.
    fn note(&self) -> Option<(String, String)> {
        let until = self.running.as_ref()?;
        let last = self.periods.len().checked_sub(1)?;
        let sum: u64 = self.series.iter().filter_map(|series| series.at(last)).sum();
        Some((format!("{:.1}", self.y(sum) - 6.0), until.clone()))
    }

    /// The same numbers as a table.
    pub fn table(&self) -> Table {
        let all = || self.series.iter().chain(&self.line);
        let mut columns = vec![Column::new(self.words.t("columns-period"))];
        columns.extend(all().map(|series| Column::new(series.name.as_str()).figure()));
        let rows = self.periods.iter().enumerate().map(|(period, label)| {
            let mut cells = vec![Cell::new(label.as_str())];
            cells.extend(all().map(|series| Cell::new(figure(series.at(period)))));
            Row::new(cells)
        });
        Table::new(self.words, format!("{}-table", self.id), self.title.as_str(), columns).rows(rows).plain()
    }

    /// Series as they are seen from top to bottom.
    fn legend(&self) -> Vec<&Series> {
        let series = self.series.iter();
        if self.stacked { series.rev().collect() } else { series.collect() }
    }

    /// Tones in the order of the table's columns, for the script that lets a reader look closer.
    fn tones(&self) -> String {
        let columns = self.series.iter().map(|series| series.tone.name());
        columns.chain(self.line.as_ref().map(|_| "line")).collect::<Vec<_>>().join(" ")
    }

    fn numbers(&self) -> Html {
        self.table().into_html()
    }

    /// A year of warnings, and a trial beside what is in force.
    pub fn samples(words: Words) -> Vec<(&'static str, Columns)> {
        let w = |chinese, english| words.either(chinese, english);
        let months = |first: i8, n: i8| {
            (0..n).map(|i| format::month(words.locale(), (first - 1 + i) % 12 + 1)).collect::<Vec<_>>()
        };
        let yellow = [31, 28, 36, 30, 33, 41, 35, 29, 31, 27, 26, 11];
        let red = [9, 7, 11, 8, 10, 12, 9, 7, 8, 6, 7, 3];
        let closed = [33, 36, 40, 42, 38, 45, 47, 41, 38, 36, 33].map(Some).into_iter().chain([None]);
        vec![
            (
                "stacked",
                Columns::stacked(
                    words,
                    "warnings",
                    w("预警与办结，近十二个月，件", "Warnings raised and closed, twelve months"),
                    months(12, 12),
                    vec![
                        Series::new(w("黄牌", "Yellow"), Tone::Yellow, yellow),
                        Series::new(w("红牌", "Red"), Tone::Red, red),
                    ],
                )
                .line(Series::new(w("当月办结", "Closed"), Tone::First, closed))
                .running(w("至 18 日", "to the 18th")),
            ),
            (
                "grouped, with a gap",
                Columns::grouped(
                    words,
                    "trial",
                    w("试算：每月提示", "Trial: flags a month"),
                    months(11, 6),
                    vec![
                        Series::new(
                            w("现行", "In force"),
                            Tone::Outline,
                            [Some(21), Some(18), None, Some(19), Some(22), Some(27)],
                        ),
                        Series::new(
                            w("新阈值", "New"),
                            Tone::First,
                            [Some(9), Some(8), None, Some(7), Some(10), Some(13)],
                        ),
                    ],
                ),
            ),
        ]
    }
}

component!(Columns);
